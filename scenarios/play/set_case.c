// One case of a set, computed from its number: its scenario and master, the values of its `for`
// heads, the kind of its sweep, its id.
#include "scenarios/play/set_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const set_block *block_of(const play_set *set, uint32_t number)
{
    uint32_t low = 0;
    uint32_t high = set->block_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (set->blocks[middle].first <= number)
            low = middle;
        else
            high = middle;
    }
    // Blocks without cases share their `first` with the one that holds it.
    while (set->blocks[low].count == 0 || number >= set->blocks[low].first + set->blocks[low].count)
        low++;
    return &set->blocks[low];
}

static const char *sweep_kind_text(lang_sweep_kind kind)
{
#define TEXT(name, text) text,
    static const char *const texts[] = {LANG_SWEEP_KIND_MAP(TEXT)};
#undef TEXT
    assert(kind < LANG_SWEEP_KIND_COUNT);
    return texts[kind];
}

static int16_t kind_at(const lang_program *program, const lang_node *sweep, uint32_t i)
{
    uint32_t at = sweep->a;
    while (i-- > 0)
        at = lang_at(program, at)->next;
    return (int16_t)lang_at(program, at)->value;
}

/// Sets the values of the `for` heads: the last of them runs fastest.
static void set_values(const play_set *set, const set_block *b, uint32_t rest, play_case *one)
{
    const lang_program *program = set_program(set, b->program);
    const lang_scenario *scenario = &program->scenarios[b->scenario];
    const lang_env env = set_env(set, b);
    uint32_t chosen[PLAY_FOR_MAX] = {0};
    const unsigned n = set_for_heads(program, scenario);
    one->fors = (uint16_t)n;
    for (unsigned k = n; k-- > 0;) {
        chosen[k] = rest % b->for_count[k];
        rest /= b->for_count[k];
    }
    unsigned k = 0;
    for (uint32_t i = scenario->fors; i != LANG_NONE; i = lang_at(program, i)->next, k++) {
        const lang_node *head = lang_at(program, i);
        uint64_t count = 0;
        one->value[k] = 0;
        if (lang_domain_count(&env, head->c, &count, NULL) != LANG_EVAL_OK) {
            one->valueless = true;
            continue;
        }
        const uint64_t index = set_value_index(set, count, chosen[k], b->for_count[k]);
        if (lang_domain_value(&env, head->c, lang_text(program, scenario->name), index,
                              &one->value[k], NULL) != LANG_EVAL_OK)
            one->valueless = true;
    }
}

static void write_id(const play_set *set, play_case *one)
{
    const lang_program *program = set_program(set, one->program);
    const lang_scenario *scenario = &program->scenarios[one->scenario];
    size_t used =
        (size_t)snprintf(one->id, sizeof one->id, "%s/%s/%s", set->slave->name,
                         lang_text(program, scenario->name), set->masters[one->master].text);
    unsigned k = 0;
    for (uint32_t i = scenario->fors; i != LANG_NONE && used < sizeof one->id;
         i = lang_at(program, i)->next, k++) {
        char text[32];
        lang_value_text((lang_type)lang_at(program, i)->value, one->value[k], text, sizeof text);
        used +=
            (size_t)snprintf(one->id + used, sizeof one->id - used, "%s%s=%s", k == 0 ? "/" : ",",
                             lang_text(program, lang_at(program, i)->a), text);
    }
    if (one->sweep >= 0 && used < sizeof one->id) {
        char *kind = one->id + used;
        snprintf(kind, sizeof one->id - used, "/%s", sweep_kind_text((lang_sweep_kind)one->sweep));
        for (char *c = kind; *c != '\0'; c++)
            if (*c == ' ')
                *c = '_';
    }
}

void set_case(const play_set *set, uint32_t number, play_case *one)
{
    const set_block *b = block_of(set, number);
    const lang_program *program = set_program(set, b->program);
    const lang_node *sweep = play_sweep_of(program, &program->scenarios[b->scenario]);
    const uint32_t rest = number - b->first;
    memset(one, 0, sizeof *one);
    one->program = b->program;
    one->scenario = b->scenario;
    one->master = b->master;
    one->spec = b->spec;
    one->point = -1;
    one->sweep = -1;
    if (sweep != NULL)
        one->sweep = kind_at(program, sweep, rest % b->kinds);
    set_values(set, b, rest / b->kinds, one);
    write_id(set, one);
}
