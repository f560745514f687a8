// The cases of a slave: every scenario with every master, every value of its `for` heads and every
// kind of its sweep. They are counted, not listed: a case is computed from its number.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUICK_VALUES = 3, DOMAIN_MAX = 100000 };

/// The cases of one scenario with one master.
typedef struct {
    uint16_t program, scenario, master;
    uint32_t first; ///< number of its first case, before the filter
    uint32_t count;
    uint32_t for_count[PLAY_FOR_MAX];
    uint32_t kinds; ///< of its sweep; 1 without a sweep
} block;

struct play_set {
    const slave_description *slave;
    play_set_options options;
    master_spec *masters;
    block *blocks;
    uint32_t block_count;
    uint32_t total;   ///< before the filter
    uint32_t *chosen; ///< case numbers that the filter let through; NULL: all
    uint32_t count;
};

static const lang_program *program_of(const play_set *set, unsigned i)
{
    return set->options.programs[i];
}

const lang_node *play_sweep_of(const lang_program *program, const lang_scenario *scenario)
{
    for (uint32_t i = scenario->body; i != LANG_NONE; i = lang_at(program, i)->next) {
        const lang_node *node = lang_at(program, i);
        if (node->kind == LANG_SWEEP)
            return node;
        if (node->body == LANG_NONE)
            continue;
        for (uint32_t k = node->body; k != LANG_NONE; k = lang_at(program, k)->next)
            if (lang_at(program, k)->kind == LANG_SWEEP)
                return lang_at(program, k);
    }
    return NULL;
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

static lang_env env_of(const play_set *set, const lang_program *program)
{
    return (lang_env){.program = program, .slave = set->slave, .seed = set->options.seed};
}

/// Values of a domain that are played: all, or with `quick` a few spread over it. A domain that
/// hangs on what the slave does not declare counts one: its case says so.
static uint32_t values_played(const play_set *set, const lang_program *program, uint32_t domain)
{
    const lang_env env = env_of(set, program);
    uint64_t count = 0;
    if (lang_domain_count(&env, domain, &count, NULL) != LANG_EVAL_OK)
        return 1;
    if (count > DOMAIN_MAX)
        count = DOMAIN_MAX;
    if (set->options.quick && count > QUICK_VALUES)
        return QUICK_VALUES;
    return (uint32_t)count;
}

static uint64_t value_index(const play_set *set, uint64_t count, uint32_t i, uint32_t played)
{
    if (!set->options.quick || played == count || played < 2)
        return i;
    return (count - 1) * i / (played - 1);
}

static bool master_wanted(const lang_program *program, const lang_scenario *scenario,
                          const master_spec *spec)
{
    if (scenario->masters == LANG_NONE)
        return true;
    const char *name = spec->text;
    const size_t length = strcspn(name, "@,");
    for (uint32_t i = scenario->masters; i != LANG_NONE; i = lang_at(program, i)->next) {
        const lang_node *node = lang_at(program, i);
        const char *wanted = lang_text(program, node->b);
        const bool same = strlen(wanted) == length && strncmp(wanted, name, length) == 0;
        if (same && (node->value == 0 || (uint64_t)node->value == spec->scl_hz))
            return true;
    }
    return false;
}

static void block_fill(const play_set *set, block *b)
{
    const lang_program *program = program_of(set, b->program);
    const lang_scenario *scenario = &program->scenarios[b->scenario];
    uint64_t count = 1;
    unsigned n = 0;
    for (uint32_t i = scenario->fors; i != LANG_NONE; i = lang_at(program, i)->next) {
        assert(n < PLAY_FOR_MAX);
        b->for_count[n] = values_played(set, program, lang_at(program, i)->c);
        count *= b->for_count[n++];
    }
    b->kinds = sweep_kinds(program, scenario);
    count *= b->kinds;
    b->count = count > UINT32_MAX / 4096 ? UINT32_MAX / 4096 : (uint32_t)count;
}

static bool fill_blocks(play_set *set)
{
    size_t most = 0;
    for (unsigned p = 0; p < set->options.program_count; p++)
        most += program_of(set, p)->scenario_count;
    set->blocks = calloc(most * set->options.master_count + 1, sizeof *set->blocks);
    if (set->blocks == NULL)
        return false;
    for (uint16_t p = 0; p < set->options.program_count; p++) {
        const lang_program *program = program_of(set, p);
        for (uint16_t s = 0; s < program->scenario_count; s++)
            for (uint16_t m = 0; m < set->options.master_count; m++) {
                if (!master_wanted(program, &program->scenarios[s], &set->masters[m]))
                    continue;
                block *b = &set->blocks[set->block_count++];
                *b = (block){.program = p, .scenario = s, .master = m, .first = set->total};
                block_fill(set, b);
                set->total += b->count;
            }
    }
    return true;
}

static const block *block_of(const play_set *set, uint32_t number)
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
static void set_values(const play_set *set, const block *b, uint32_t rest, play_case *one)
{
    const lang_program *program = program_of(set, b->program);
    const lang_scenario *scenario = &program->scenarios[b->scenario];
    const lang_env env = env_of(set, program);
    uint32_t chosen[PLAY_FOR_MAX] = {0};
    unsigned n = 0;
    for (uint32_t i = scenario->fors; i != LANG_NONE; i = lang_at(program, i)->next)
        n++;
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
        if (lang_domain_count(&env, head->c, &count, NULL) != LANG_EVAL_OK)
            continue;
        const uint64_t index = value_index(set, count, chosen[k], b->for_count[k]);
        (void)lang_domain_value(&env, head->c, lang_text(program, scenario->name), index,
                                &one->value[k], NULL);
    }
}

static void write_id(const play_set *set, play_case *one)
{
    const lang_program *program = program_of(set, one->program);
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

static void case_of(const play_set *set, uint32_t number, play_case *one)
{
    const block *b = block_of(set, number);
    const lang_program *program = program_of(set, b->program);
    const lang_node *sweep = play_sweep_of(program, &program->scenarios[b->scenario]);
    const uint32_t rest = number - b->first;
    memset(one, 0, sizeof *one);
    one->program = b->program;
    one->scenario = b->scenario;
    one->master = b->master;
    one->point = -1;
    one->sweep = sweep == NULL ? -1 : kind_at(program, sweep, rest % b->kinds);
    set_values(set, b, rest / b->kinds, one);
    write_id(set, one);
}

bool play_glob(const char *pattern, const char *text)
{
    return fnmatch(pattern, text, 0) == 0;
}

/// A case is meant with or without the slave's name before it, whole or as a scenario's name.
static bool id_matches(const play_set *set, const char *pattern, const play_case *one)
{
    const char *bare = one->id + strlen(set->slave->name) + 1;
    return play_glob(pattern, one->id) || play_glob(pattern, bare) ||
           play_glob(pattern, play_case_scenario(set, one));
}

static bool apply_filter(play_set *set)
{
    set->count = set->total;
    if (set->options.filter == NULL)
        return true;
    set->chosen = malloc(((size_t)set->total + 1) * sizeof *set->chosen);
    if (set->chosen == NULL)
        return false;
    set->count = 0;
    for (uint32_t i = 0; i < set->total; i++) {
        play_case one;
        case_of(set, i, &one);
        if (id_matches(set, set->options.filter, &one))
            set->chosen[set->count++] = i;
    }
    return true;
}

play_set *play_set_new(const slave_description *slave, const play_set_options *options,
                       char *message, size_t message_bytes)
{
    play_set *set = calloc(1, sizeof *set);
    if (set != NULL)
        set->masters = calloc(options->master_count + 1u, sizeof *set->masters);
    if (set == NULL || set->masters == NULL) {
        free(set);
        snprintf(message, message_bytes, "out of memory");
        return NULL;
    }
    set->slave = slave;
    set->options = *options;
    memcpy(set->masters, options->masters, options->master_count * sizeof *set->masters);
    if (!fill_blocks(set) || !apply_filter(set)) {
        play_set_free(set);
        snprintf(message, message_bytes, "out of memory");
        return NULL;
    }
    return set;
}

void play_set_free(play_set *set)
{
    if (set == NULL)
        return;
    free(set->masters);
    free(set->blocks);
    free(set->chosen);
    free(set);
}

uint32_t play_set_count(const play_set *set)
{
    return set->count;
}

void play_set_case(const play_set *set, uint32_t i, play_case *one)
{
    assert(i < set->count);
    case_of(set, set->chosen != NULL ? set->chosen[i] : i, one);
    one->index = i;
}

/// Splits `ID@POINT`: the point is a number behind the last @ that stands after the last slash of a
/// swept case's id.
static int32_t split_point(char *id)
{
    char *at = strrchr(id, '@');
    const char *slash = strrchr(id, '/');
    if (at == NULL || slash == NULL || at < slash || at[1] < '0' || at[1] > '9')
        return -1;
    char *end = NULL;
    const long point = strtol(at + 1, &end, 10);
    if (*end != '\0' || point > PLAY_POINT_MAX)
        return -1;
    *at = '\0';
    return (int32_t)point;
}

static bool find_exact(const play_set *set, const char *id, play_case *one)
{
    const size_t name = strlen(set->slave->name);
    const char *bare =
        strncmp(id, set->slave->name, name) == 0 && id[name] == '/' ? id + name + 1 : id;
    for (uint32_t i = 0; i < set->count; i++) {
        play_set_case(set, i, one);
        if (strcmp(one->id + name + 1, bare) == 0)
            return true;
    }
    return false;
}

bool play_set_find(const play_set *set, const char *id, play_case *one)
{
    char text[PLAY_ID_BYTES + 16];
    if (find_exact(set, id, one))
        return true;
    snprintf(text, sizeof text, "%s", id);
    const int32_t point = split_point(text);
    if (point < 0 || !find_exact(set, text, one) || one->sweep < 0)
        return false;
    one->point = point;
    return true;
}

const slave_description *play_set_slave(const play_set *set)
{
    return set->slave;
}

const master_spec *play_set_master(const play_set *set, unsigned i)
{
    assert(i < set->options.master_count);
    return &set->masters[i];
}

unsigned play_set_master_count(const play_set *set)
{
    return set->options.master_count;
}

const lang_program *play_set_program(const play_set *set, unsigned i)
{
    return program_of(set, i);
}

const play_set_options *play_set_options_of(const play_set *set)
{
    return &set->options;
}

const lang_scenario *play_scenario_of(const play_set *set, const play_case *one)
{
    return &program_of(set, one->program)->scenarios[one->scenario];
}

const char *play_case_scenario(const play_set *set, const play_case *one)
{
    return lang_text(program_of(set, one->program), play_scenario_of(set, one)->name);
}

const char *play_case_title(const play_set *set, const play_case *one)
{
    return lang_text(program_of(set, one->program), play_scenario_of(set, one)->title);
}

void play_case_covers(const play_set *set, const play_case *one, char *rows, size_t bytes)
{
    const lang_program *program = program_of(set, one->program);
    size_t used = 0;
    rows[0] = '\0';
    for (uint32_t i = play_scenario_of(set, one)->covers; i != LANG_NONE;
         i = lang_at(program, i)->next) {
        const char *id = lang_text(program, lang_at(program, i)->a);
        const int wrote = snprintf(rows + used, bytes - used, "%s%s", used == 0 ? "" : " ", id);
        if (wrote < 0 || (size_t)wrote >= bytes - used)
            return;
        used += (size_t)wrote;
    }
}

bool play_case_applies(const play_set *set, const play_case *one, char *reason, size_t bytes)
{
    const lang_program *program = program_of(set, one->program);
    const lang_scenario *scenario = play_scenario_of(set, one);
    const master_spec *spec = &set->masters[one->master];
    if (spec->scl_hz > set->slave->scl_max_hz && spec->mode > set->slave->mode) {
        snprintf(reason, bytes, "master faster than the slave's speed");
        return false;
    }
    for (uint32_t i = scenario->needs; i != LANG_NONE; i = lang_at(program, i)->next) {
        const char *need = lang_text(program, lang_at(program, i)->a);
        if (lang_need_is_met(set->slave, need))
            continue;
        snprintf(reason, bytes, "not declared: %s", need);
        return false;
    }
    return true;
}
