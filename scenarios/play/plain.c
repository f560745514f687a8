// Which of the many cases that show one finding is the easiest to read.
#include "scenarios/play/play_private.h"

#include <string.h>

enum { STATEMENTS_MOST = 255 };

/// What a person at a bench would do with one master, and what is asked of the slave then.
static bool is_plain_statement(const lang_node *node)
{
    switch (node->kind) {
    case LANG_TRANSFER:
    case LANG_CALL:
    case LANG_POLL:
    case LANG_APP_SET:
    case LANG_APP_CALL:
    case LANG_WAIT:
    case LANG_EXPECT_IDLE:
    case LANG_EXPECT_KNOWN_GOOD:
    case LANG_EXPECT_PIN:
    case LANG_EXPECT_APP:
    case LANG_EXPECT_CALLS:
    case LANG_EXPECT_RETURNED:
    case LANG_EXPECT_COMPARE:
        return true;
    default: // another master, wires by hand, pins and time of the slave, spikes, power
        return false;
    }
}

static bool is_plain(const lang_program *program, const lang_scenario *scenario, uint32_t *count)
{
    bool plain = scenario->settings == 0; // masters as they are
    *count = 0;
    for (uint32_t i = scenario->body; i != LANG_NONE; i = lang_at(program, i)->next) {
        plain = plain && is_plain_statement(lang_at(program, i));
        ++*count;
    }
    return plain;
}

/// Whether the scenario is there for what the slave's bytes mean: it needs the form of its data.
static bool is_about_data(const lang_program *program, const lang_scenario *scenario)
{
    for (uint32_t i = scenario->needs; i != LANG_NONE; i = lang_at(program, i)->next)
        if (lang_at(program, i)->value == SLAVE_KEY_DATA)
            return true;
    return false;
}

static bool covers_first(const lang_program *program, const lang_scenario *scenario,
                         const char *rule)
{
    return scenario->covers != LANG_NONE &&
           strcmp(lang_text(program, lang_at(program, scenario->covers)->a), rule) == 0;
}

uint32_t play_case_effort(const play_set *set, const play_case *one, const play_finding *finding)
{
    const lang_program *program = play_set_program(set, one->program);
    const lang_scenario *scenario = play_scenario_of(set, one);
    uint32_t statements;
    const bool plain = is_plain(program, scenario, &statements);
    const bool fits = finding->wrong_byte ? is_about_data(program, scenario)
                                          : covers_first(program, scenario, finding->rule);
    const uint32_t weight = (one->sweep >= 0 ? 4u : 0u) + (plain ? 0u : 2u) + (fits ? 0u : 1u);
    return weight << 8 | (statements < STATEMENTS_MOST ? statements : STATEMENTS_MOST);
}
