#include "cli/row_state.h"

#include "cli/covering.h"
#include "scenarios/lang/suite.h"
#include "scenarios/play/play.h"

#include <string.h>

const char *row_state_text(row_state state)
{
    static const char *const text[] = {[ROW_CHECKED] = "checked",
                                       [ROW_NOT_OBSERVABLE] = "not_observable",
                                       [ROW_PLANNED] = "planned"};
    return text[state];
}

const char *row_scenario(const requirement_row *row, size_t i)
{
    const lang_program *p = suite_program();
    for (uint32_t n = 0; n < p->scenario_count; n++)
        if (covering_row(p, &p->scenarios[n], row) && i-- == 0)
            return lang_text(p, p->scenarios[n].name);
    return NULL;
}

/// The engine's rules first, then those of the player.
static const i2c_rule *rule_at(size_t i)
{
    unsigned engine = 0;
    while (i2c_rule_at(engine) != NULL)
        engine++;
    return i < engine ? i2c_rule_at((unsigned)i) : play_rule_at((unsigned)(i - engine));
}

const i2c_rule *row_rule(const requirement_row *row, size_t i)
{
    for (size_t n = 0; row->unseen[0] == '\0' && rule_at(n) != NULL; n++)
        if (i2c_rows_have(rule_at(n)->rows, row->id) && i-- == 0)
            return rule_at(n);
    return NULL;
}

row_state row_state_of(const requirement_row *row)
{
    if (row_scenario(row, 0) != NULL || row_rule(row, 0) != NULL)
        return ROW_CHECKED;
    return row->unseen[0] != '\0' ? ROW_NOT_OBSERVABLE : ROW_PLANNED;
}

const char *row_state_reason(const requirement_row *row)
{
    switch (row_state_of(row)) {
    case ROW_CHECKED:
        break;
    case ROW_NOT_OBSERVABLE:
        return row->unseen;
    case ROW_PLANNED:
        return "No scenario of the suite makes its stimulus yet.";
    }
    return "";
}
