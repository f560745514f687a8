#include "cli/covering.h"

#include <strings.h>

bool covering_row(const lang_program *program, const lang_scenario *scenario,
                  const requirement_row *row)
{
    if (row->unseen[0] != '\0')
        return false;
    for (uint32_t i = scenario->covers; i != LANG_NONE; i = lang_at(program, i)->next)
        if (strcasecmp(lang_text(program, lang_at(program, i)->a), row->id) == 0)
            return true;
    return false;
}
