#include "cli/row_matrix.h"

#include "cli/covering.h"
#include "cli/row_state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRAMS_MAX = 2 };

typedef struct {
    row_count count;
    bool unbound;  ///< the row asks nothing of the slave: it is neither shown nor watched
    char need[32]; ///< what the row, or its first case that was not applicable, lacked; ""
} cell;

struct row_matrix {
    const lineup *lineup;
    size_t rows;
    cell *cells; ///< [slave * rows + row]
    bool *ruled; ///< [row]: a rule judges it in all traffic
    row_state *state;
    bool *covers[PROGRAMS_MAX]; ///< [scenario * rows + row]
};

const char *row_outcome_text(row_outcome outcome)
{
#define TEXT(name, text) text,
    static const char *const texts[] = {ROW_OUTCOME_MAP(TEXT)};
#undef TEXT
    return texts[outcome];
}

static bool *find_covering(const lang_program *p, size_t rows)
{
    bool *covers = calloc((size_t)p->scenario_count * rows + 1, sizeof *covers);
    for (uint32_t n = 0; covers != NULL && n < p->scenario_count; n++)
        for (size_t i = 0; i < rows; i++)
            covers[n * rows + i] = covering_row(p, &p->scenarios[n], requirement_at(i));
    return covers;
}

static bool is_declared(void *ctx, const requirement_term *term)
{
    const slave_description *slave = ctx;
    for (const char *at = term->need; *at != '\0';) {
        char need[32];
        const size_t bytes = strcspn(at, " ");
        snprintf(need, sizeof need, "%.*s", (int)bytes, at);
        if (lang_need_is_met(slave, need))
            return true;
        at += bytes;
        at += strspn(at, " ");
    }
    return false;
}

/// Whether the row asks anything of this slave; if not, what the slave would have to declare.
static void find_bound(cell *c, slave_description *slave, const requirement_row *row)
{
    const requirement_term *missing = NULL;
    c->unbound = !requirement_binds(row, is_declared, slave, &missing);
    if (c->unbound)
        snprintf(c->need, sizeof c->need, "%.*s", (int)strcspn(missing->need, " ."), missing->need);
}

static bool set_up(row_matrix *matrix)
{
    const lineup *s = matrix->lineup;
    const size_t rows = matrix->rows;
    matrix->cells = calloc(s->slave_count * rows + 1, sizeof *matrix->cells);
    matrix->ruled = calloc(rows + 1, sizeof *matrix->ruled);
    matrix->state = calloc(rows + 1, sizeof *matrix->state);
    if (matrix->cells == NULL || matrix->ruled == NULL || matrix->state == NULL)
        return false;
    for (size_t i = 0; i < rows; i++) {
        matrix->ruled[i] = row_rule(requirement_at(i), 0) != NULL;
        matrix->state[i] = row_state_of(requirement_at(i));
    }
    for (unsigned n = 0; n < s->slave_count; n++)
        for (size_t i = 0; i < rows; i++)
            find_bound(&matrix->cells[n * rows + i], s->slave[n].description, requirement_at(i));
    assert(s->program_count <= PROGRAMS_MAX);
    for (unsigned p = 0; p < s->program_count; p++)
        if ((matrix->covers[p] = find_covering(s->program[p], rows)) == NULL)
            return false;
    return true;
}

row_matrix *row_matrix_new(const lineup *s)
{
    row_matrix *matrix = calloc(1, sizeof *matrix);
    if (matrix == NULL)
        return NULL;
    matrix->lineup = s;
    matrix->rows = requirement_count();
    if (set_up(matrix))
        return matrix;
    row_matrix_free(matrix);
    return NULL;
}

void row_matrix_free(row_matrix *matrix)
{
    if (matrix == NULL)
        return;
    for (unsigned p = 0; p < PROGRAMS_MAX; p++)
        free(matrix->covers[p]);
    free(matrix->state);
    free(matrix->ruled);
    free(matrix->cells);
    free(matrix);
}

// ---- counting -----------------------------------------------------------------------------------

/// A finding that counts against the row. One that does not bind the slave is broken only by
/// itself, not by a rule that judges other rows, too.
static bool is_broken(const play_result *result, const char *id, bool binds)
{
    for (unsigned i = 0; i < result->findings; i++) {
        const play_finding *finding = &result->finding[i];
        if (finding->verdict >= PLAY_WARN && !finding->accepted &&
            (strcmp(finding->rule, id) == 0 || (binds && i2c_rows_have(finding->rows, id))))
            return true;
    }
    return false;
}

static void count_covering(cell *c, const play_result *result, play_verdict verdict, bool broken)
{
    if (verdict == PLAY_NOT_APPLICABLE) {
        c->count.not_applicable++;
        if (c->need[0] == '\0')
            snprintf(c->need, sizeof c->need, "%s", result->need);
    } else if (broken) {
        c->count.failed++;
    } else if (!result->stimulus_seen) {
        c->count.not_seen++;
    } else if (verdict <= PLAY_NOTE) {
        c->count.passed++;
    } else {
        c->count.other++;
    }
}

void row_matrix_add(row_matrix *matrix, unsigned slave, const play_case *one,
                    const play_result *result, play_verdict verdict)
{
    const size_t rows = matrix->rows;
    assert(one->program < PROGRAMS_MAX && matrix->covers[one->program] != NULL);
    const bool *covers = matrix->covers[one->program] + one->scenario * rows;
    for (size_t i = 0; i < rows; i++) {
        cell *c = &matrix->cells[slave * rows + i];
        const bool watched = matrix->ruled[i] && result->stimulus_seen;
        if (!covers[i] && !watched)
            continue;
        const bool broken =
            result->findings > 0 && is_broken(result, requirement_at(i)->id, !c->unbound);
        if (c->unbound && !broken) {
            c->count.not_applicable++;
            continue;
        }
        c->count.watched += watched;
        if (covers[i])
            count_covering(c, result, verdict, broken);
        else if (broken)
            c->count.failed++;
    }
}

// ---- what it says -------------------------------------------------------------------------------

row_count row_matrix_count(const row_matrix *matrix, int slave, size_t i)
{
    row_count sum = {0};
    for (unsigned n = 0; n < matrix->lineup->slave_count; n++) {
        const row_count *one = &matrix->cells[n * matrix->rows + i].count;
        if (slave != ROW_MATRIX_ALL && n != (unsigned)slave)
            continue;
        sum.passed += one->passed;
        sum.failed += one->failed;
        sum.other += one->other;
        sum.not_seen += one->not_seen;
        sum.not_applicable += one->not_applicable;
        sum.watched += one->watched;
    }
    return sum;
}

static bool binds_any(const row_matrix *matrix, int slave, size_t i)
{
    for (unsigned n = 0; n < matrix->lineup->slave_count; n++)
        if ((slave == ROW_MATRIX_ALL || n == (unsigned)slave) &&
            !matrix->cells[n * matrix->rows + i].unbound)
            return true;
    return false;
}

row_outcome row_matrix_outcome(const row_matrix *matrix, int slave, size_t i)
{
    const row_count sum = row_matrix_count(matrix, slave, i);
    if (sum.failed > 0)
        return ROW_OUTCOME_FAILED;
    if (sum.passed > 0)
        return ROW_OUTCOME_SHOWN;
    if (sum.watched > 0)
        return ROW_OUTCOME_WATCHED;
    if (sum.other > 0)
        return ROW_OUTCOME_UNDECIDED;
    if (sum.not_seen > 0)
        return ROW_OUTCOME_NOT_SEEN;
    if (sum.not_applicable > 0)
        return ROW_OUTCOME_NOT_APPLICABLE;
    if (matrix->state[i] == ROW_CHECKED && !binds_any(matrix, slave, i))
        return ROW_OUTCOME_NOT_APPLICABLE;
    return matrix->state[i] == ROW_CHECKED ? ROW_OUTCOME_NOT_PLAYED : ROW_OUTCOME_NOT_CHECKED;
}

void row_matrix_sums(const row_matrix *matrix, int slave, unsigned sums[ROW_OUTCOME_COUNT])
{
    memset(sums, 0, ROW_OUTCOME_COUNT * sizeof *sums);
    for (size_t i = 0; i < matrix->rows; i++)
        sums[row_matrix_outcome(matrix, slave, i)]++;
}

void row_matrix_needs(const row_matrix *matrix, tally_reasons *needs)
{
    for (size_t i = 0; i < matrix->rows; i++) {
        const char *need = "";
        if (row_matrix_outcome(matrix, ROW_MATRIX_ALL, i) != ROW_OUTCOME_NOT_APPLICABLE)
            continue;
        for (unsigned n = 0; n < matrix->lineup->slave_count && need[0] == '\0'; n++)
            need = matrix->cells[n * matrix->rows + i].need;
        if (need[0] != '\0')
            tally_reason_add(needs, need);
    }
    tally_reasons_sort(needs);
}
