// Counts the cases of a slave: of every scenario with every master a block, which says how many
// values of its `for` heads are played and how many kinds of its sweep.
#include "scenarios/play/set_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUICK_VALUES = 3, CASES_MAX = 100000, VALUE_TEXT_BYTES = 24 };

/// Counts the sweeps in a list of statements and what stands below them; `*first` is the first.
static unsigned find_sweeps(const lang_program *program, uint32_t list, const lang_node **first)
{
    unsigned count = 0;
    for (uint32_t i = list; i != LANG_NONE; i = lang_at(program, i)->next) {
        const lang_node *node = lang_at(program, i);
        if (node->kind == LANG_SWEEP && *first == NULL)
            *first = node;
        count += node->kind == LANG_SWEEP ? 1u : find_sweeps(program, node->body, first);
    }
    return count;
}

const lang_node *play_sweep_of(const lang_program *program, const lang_scenario *scenario)
{
    const lang_node *first = NULL;
    (void)find_sweeps(program, scenario->body, &first);
    return first;
}

static uint32_t sweep_kinds(const lang_program *program, const lang_scenario *scenario)
{
    const lang_node *sweep = play_sweep_of(program, scenario);
    uint32_t kinds = 0;
    if (sweep == NULL)
        return 1;
    for (uint32_t i = sweep->a; i != LANG_NONE; i = lang_at(program, i)->next)
        kinds++;
    return kinds;
}

lang_env set_env(const play_set *set, const set_block *b)
{
    return (lang_env){.program = set_program(set, b->program),
                      .slave = set->slave,
                      .seed = set->options.seed,
                      .on_master = play_on_master,
                      .on_master_ctx = &set->masters[b->master],
                      .waits_ps = play_waits_ps(&set->masters[b->master]),
                      .own_time_ps = set->masters[b->master].own_time_ps};
}

/// Values of a domain that are played: all, or with `quick` a few spread over it. A domain that
/// hangs on what the slave does not declare counts one: its case says so.
static uint32_t values_played(const play_set *set, const set_block *b, uint32_t domain)
{
    const lang_env env = set_env(set, b);
    uint64_t count = 0;
    if (lang_domain_count(&env, domain, &count, NULL) != LANG_EVAL_OK)
        return 1;
    if (set->options.quick && count > QUICK_VALUES)
        return QUICK_VALUES;
    return count > CASES_MAX ? CASES_MAX + 1 : (uint32_t)count;
}

uint64_t set_value_index(const play_set *set, uint64_t count, uint32_t i, uint32_t played)
{
    if (!set->options.quick || played == count || played < 2)
        return i;
    return (count - 1) * i / (played - 1);
}

unsigned set_for_heads(const lang_program *program, const lang_scenario *scenario)
{
    unsigned n = 0;
    for (uint32_t i = scenario->fors; i != LANG_NONE; i = lang_at(program, i)->next)
        n++;
    return n;
}

/// What is beyond the player, or NULL.
static const char *beyond(const lang_program *program, const lang_scenario *scenario)
{
    const lang_node *sweep = NULL;
    if (set_for_heads(program, scenario) > PLAY_FOR_MAX)
        return "has more than six \"for\" heads";
    if (find_sweeps(program, scenario->body, &sweep) > 1)
        return "has more than one sweep";
    return NULL;
}

/// False: more cases than anybody plays.
static bool block_fill(const play_set *set, set_block *b)
{
    const lang_program *program = set_program(set, b->program);
    const lang_scenario *scenario = &program->scenarios[b->scenario];
    uint64_t count = 1;
    unsigned n = 0;
    for (uint32_t i = scenario->fors; i != LANG_NONE; i = lang_at(program, i)->next) {
        b->for_count[n] = values_played(set, b, lang_at(program, i)->c);
        count *= b->for_count[n++];
        if (count > CASES_MAX)
            return false;
    }
    b->kinds = sweep_kinds(program, scenario);
    b->count = (uint32_t)count * b->kinds;
    return true;
}

static bool refuse(const play_set *set, const set_block *b, const char *what, char *message,
                   size_t bytes)
{
    const lang_program *program = set_program(set, b->program);
    const lang_scenario *scenario = &program->scenarios[b->scenario];
    snprintf(message, bytes, "%s:%u: scenario %s %s",
             lang_text(program, program->files[scenario->file].path), scenario->line,
             lang_text(program, scenario->name), what);
    return false;
}

static bool room_for_spec(play_set *set)
{
    if (set->spec_count < set->spec_room)
        return true;
    const uint32_t room = 2 * set->spec_room + 8;
    master_spec *grown = realloc(set->masters, room * sizeof *grown);
    if (grown == NULL)
        return false;
    set->masters = grown;
    set->spec_room = room;
    return true;
}

/// The block's master with the scenario's settings. False: it has no such parameter, or no memory.
static bool take_spec(play_set *set, set_block *b, const char *settings, char *why, size_t bytes)
{
    char text[2 * MASTER_TEXT_BYTES];
    master_spec spec;
    written_with_settings(set->masters[b->master].text, settings, text, sizeof text);
    if (!master_spec_read(&spec, text, why, bytes))
        return false;
    uint32_t i = 0;
    while (i < set->spec_count && strcmp(set->masters[i].text, spec.text) != 0)
        i++;
    snprintf(why, bytes, "out of memory");
    if (i == UINT16_MAX || (i == set->spec_count && !room_for_spec(set)))
        return false;
    if (i == set->spec_count)
        set->masters[set->spec_count++] = spec;
    b->spec = (uint16_t)i;
    return true;
}

/// Counts the cases of a scenario with a master.
static bool add_block(play_set *set, uint16_t p, uint16_t s, uint16_t m, char *message,
                      size_t bytes)
{
    const lang_program *program = set_program(set, p);
    const lang_scenario *scenario = &program->scenarios[s];
    set_block *b = &set->blocks[set->block_count];
    *b = (set_block){.program = p, .scenario = s, .master = m, .first = set->total};
    const char *what = beyond(program, scenario);
    if (what != NULL)
        return refuse(set, b, what, message, bytes);
    if (!written_by_scenario(program, scenario, &set->masters[m]) ||
        (scenario->only_long && !set->options.long_runs))
        return true;
    b->spec = m;
    char why[MASTER_TEXT_BYTES];
    if (scenario->settings != 0 &&
        !take_spec(set, b, lang_text(program, scenario->settings), why, sizeof why)) {
        snprintf(message, bytes, "%s:%u: %s",
                 lang_text(program, program->files[scenario->file].path), scenario->line, why);
        return false;
    }
    if (!block_fill(set, b))
        return refuse(set, b, "has more than 100000 cases with a master", message, bytes);
    set->block_count++;
    set->total += b->count;
    if (b->count == 0)
        return true;
    play_case one;
    set_case(set, b->first, &one);
    if (strlen(one.id) + 1 + (size_t)one.fors * VALUE_TEXT_BYTES >= sizeof one.id)
        return refuse(set, b, "gives case ids that are too long", message, bytes);
    return true;
}

bool set_count_cases(play_set *set, char *message, size_t bytes)
{
    size_t most = 0;
    for (unsigned p = 0; p < set->options.program_count; p++)
        most += set_program(set, p)->scenario_count;
    set->blocks = calloc(most * set->options.master_count + 1, sizeof *set->blocks);
    if (set->blocks == NULL) {
        snprintf(message, bytes, "out of memory");
        return false;
    }
    for (unsigned p = 0; p < set->options.program_count; p++)
        for (uint32_t s = 0; s < set_program(set, p)->scenario_count; s++)
            for (unsigned m = 0; m < set->options.master_count; m++)
                if (!add_block(set, (uint16_t)p, (uint16_t)s, (uint16_t)m, message, bytes))
                    return false;
    return true;
}
