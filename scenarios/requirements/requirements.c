#include "scenarios/requirements/requirements.h"

#include "scenarios/requirements/table.h"

#include <assert.h>
#include <strings.h>

const requirement_row *requirement_at(size_t i)
{
    return i < requirement_rows_count ? &requirement_rows[i] : NULL;
}

size_t requirement_count(void)
{
    return requirement_rows_count;
}

const requirement_row *requirement_find(const char *id)
{
    for (size_t i = 0; i < requirement_rows_count; i++) {
        if (strcasecmp(requirement_rows[i].id, id) == 0) {
            return &requirement_rows[i];
        }
    }
    return NULL;
}

const requirement_failure *requirement_failure_at(size_t i)
{
    return i < requirement_failures_count ? &requirement_failures[i] : NULL;
}

size_t requirement_failure_count(void)
{
    return requirement_failures_count;
}

const requirement_failure *requirement_failure_find(const char *id)
{
    for (size_t i = 0; i < requirement_failures_count; i++) {
        if (strcasecmp(requirement_failures[i].id, id) == 0) {
            return &requirement_failures[i];
        }
    }
    return NULL;
}

static bool catches(const requirement_row *row, const requirement_failure *failure)
{
    for (const requirement_row *const *caught = failure->rows; *caught != NULL; caught++) {
        if (*caught == row) {
            return true;
        }
    }
    return false;
}

const requirement_failure *requirement_failure_of(const requirement_row *row, size_t i)
{
    for (size_t n = 0; n < requirement_failures_count; n++) {
        if (catches(row, &requirement_failures[n]) && i-- == 0) {
            return &requirement_failures[n];
        }
    }
    return NULL;
}

char requirement_level_letter(requirement_level level)
{
    assert((unsigned)level <= REQUIREMENT_INFORMATIVE);
    return "MOCRI"[level];
}

const char *requirement_level_text(requirement_level level)
{
    static const char *const text[] = {
        [REQUIREMENT_MANDATORY] = "required",
        [REQUIREMENT_OPTIONAL] = "left to the slave",
        [REQUIREMENT_CONDITIONAL] = "required if declared",
        [REQUIREMENT_ROBUST] = "good practice",
        [REQUIREMENT_INFORMATIVE] = "for information",
    };
    assert((unsigned)level <= REQUIREMENT_INFORMATIVE);
    return text[level];
}

requirement_effect requirement_level_effect(requirement_level level)
{
    switch (level) {
    case REQUIREMENT_MANDATORY:
    case REQUIREMENT_CONDITIONAL:
        return REQUIREMENT_FAILS;
    case REQUIREMENT_ROBUST:
        return REQUIREMENT_WARNS;
    case REQUIREMENT_OPTIONAL:
    case REQUIREMENT_INFORMATIVE:
        break;
    }
    return REQUIREMENT_NOTES;
}

/// The first term that the slave does not declare; of modes the first, where it declares none.
static const requirement_term *first_missing(const requirement_row *row,
                                             requirement_declared_fn *declared, void *ctx)
{
    const requirement_term *mode = NULL;
    bool mode_met = false;
    if (row->group->term != NULL && !declared(ctx, row->group->term)) {
        return row->group->term;
    }
    for (const requirement_term *const *term = row->terms; *term != NULL; term++) {
        const bool met = declared(ctx, *term);
        if ((*term)->is_mode) {
            mode = mode == NULL ? *term : mode;
            mode_met = mode_met || met;
        } else if (!met) {
            return *term;
        }
    }
    return mode_met ? NULL : mode;
}

bool requirement_binds(const requirement_row *row, requirement_declared_fn *declared, void *ctx,
                       const requirement_term **missing)
{
    const requirement_term *term = first_missing(row, declared, ctx);
    if (missing != NULL) {
        *missing = term;
    }
    return term == NULL;
}
