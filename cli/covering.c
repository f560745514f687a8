#include "cli/covering.h"

#include <string.h>
#include <strings.h>

static bool says_it_covers(const lang_program *p, const lang_scenario *scenario, const char *id)
{
    for (uint32_t i = scenario->covers; i != LANG_NONE; i = lang_at(p, i)->next)
        if (strcasecmp(lang_text(p, lang_at(p, i)->a), id) == 0)
            return true;
    return false;
}

bool covering_is(const lang_program *program, const lang_scenario *scenario,
                 const char *const *names, const requirement_row *const *rows)
{
    const char *name = lang_text(program, scenario->name);
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    for (; *rows != NULL; rows++)
        if (says_it_covers(program, scenario, (*rows)->id))
            return true;
    return false;
}

bool covering_row(const lang_program *program, const lang_scenario *scenario,
                  const requirement_row *row)
{
    static const char *const no_names[] = {NULL};
    const requirement_row *const rows[] = {row, NULL};
    return covering_is(program, scenario, row->unseen[0] != '\0' ? no_names : row->scenarios, rows);
}
