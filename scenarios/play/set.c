// The cases of a slave: every scenario with every master, every value of its `for` heads and every
// kind of its sweep. They are counted, not listed: a case is computed from its number.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUICK_VALUES = 3, CASES_MAX = 100000, VALUE_TEXT_BYTES = 24 };

/// The cases of one scenario with one master.
typedef struct {
    uint16_t program, scenario, master;
    uint16_t spec;  ///< the master as the scenario asks for it
    uint32_t first; ///< number of its first case, before the filter
    uint32_t count;
    uint32_t for_count[PLAY_FOR_MAX];
    uint32_t kinds; ///< of its sweep; 1 without a sweep
} block;

struct play_set {
    const slave_description *slave;
    play_set_options options;
    master_spec *masters; ///< the run's, and behind them what scenarios make of them
    uint32_t spec_count;
    uint32_t spec_room;
    bool *named; ///< of each of the run's masters: the slave's own file names it
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

static lang_env env_of(const play_set *set, const block *b)
{
    return (lang_env){.program = program_of(set, b->program),
                      .slave = set->slave,
                      .seed = set->options.seed,
                      .on_master = play_on_master,
                      .on_master_ctx = &set->masters[b->master]};
}

/// Values of a domain that are played: all, or with `quick` a few spread over it. A domain that
/// hangs on what the slave does not declare counts one: its case says so.
static uint32_t values_played(const play_set *set, const block *b, uint32_t domain)
{
    const lang_env env = env_of(set, b);
    uint64_t count = 0;
    if (lang_domain_count(&env, domain, &count, NULL) != LANG_EVAL_OK)
        return 1;
    if (set->options.quick && count > QUICK_VALUES)
        return QUICK_VALUES;
    return count > CASES_MAX ? CASES_MAX + 1 : (uint32_t)count;
}

static uint64_t value_index(const play_set *set, uint64_t count, uint32_t i, uint32_t played)
{
    if (!set->options.quick || played == count || played < 2)
        return i;
    return (count - 1) * i / (played - 1);
}

// ---- masters as files write them ----------------------------------------------------------------

/// The number of a model's own parameter, or of one that all masters have; -1: none of that name.
static int parameter_index(const master_parameter *list, const char *key, size_t length)
{
    for (int i = 0; list[i].name != NULL; i++)
        if (strlen(list[i].name) == length && strncmp(list[i].name, key, length) == 0)
            return i;
    return -1;
}

static const master_info *model_named(const char *written)
{
    const size_t length = strcspn(written, "@,");
    for (unsigned i = 0; i < master_model_count(); i++) {
        const master_info *info = master_model_info(i);
        if (strlen(info->name) == length && strncmp(info->name, written, length) == 0)
            return info;
    }
    return NULL;
}

/// Whether both have the same value of the parameter that `key` begins with.
static bool same_parameter(const master_spec *a, const master_spec *b, const master_info *info,
                           const char *key)
{
    const size_t length = strcspn(key, "=");
    const int own = parameter_index(info->parameter, key, length);
    if (own >= 0)
        return a->value[own] == b->value[own];
    return a->threshold == b->threshold && a->wires.ideal == b->wires.ideal &&
           (strncmp(key, "rp=", 3) != 0 || a->wires.rp_ohm == b->wires.rp_ohm) &&
           (strncmp(key, "cb=", 3) != 0 || a->wires.cb_pf == b->wires.cb_pf) &&
           (strncmp(key, "tf=", 3) != 0 || a->wires.tf_ns == b->wires.tf_ns);
}

bool play_on_master(const void *ctx, const char *written)
{
    const master_spec *spec = ctx;
    const master_info *info = model_named(written);
    master_spec wanted;
    char why[MASTER_TEXT_BYTES];
    if (info == NULL || !master_spec_read(&wanted, written, why, sizeof why) ||
        wanted.model != spec->model)
        return false;
    if (strchr(written, '@') != NULL && wanted.scl_hz != spec->scl_hz)
        return false;
    for (const char *at = strchr(written, ','); at != NULL; at = strchr(at + 1, ','))
        if (!same_parameter(&wanted, spec, info, at + 1))
            return false;
    return true;
}

/// A file that names `nxt` means the NXT as it is by default, on whatever board.
static bool is_named(const slave_description *slave, const master_spec *spec)
{
    for (uint32_t i = 0; i < slave->master_count; i++) {
        master_spec named;
        char why[MASTER_TEXT_BYTES];
        if (master_spec_read(&named, slave->masters[i].text, why, sizeof why) &&
            named.model == spec->model && named.scl_hz == spec->scl_hz &&
            memcmp(named.value, spec->value, sizeof named.value) == 0)
            return true;
    }
    return false;
}

static bool master_wanted(const lang_program *program, const lang_scenario *scenario,
                          const master_spec *spec)
{
    for (uint32_t i = scenario->masters; i != LANG_NONE; i = lang_at(program, i)->next)
        if (play_on_master(spec, lang_text(program, lang_at(program, i)->a)))
            return true;
    return scenario->masters == LANG_NONE;
}

// ---- counting the cases
// -----------------------------------------------------------------------------

static unsigned for_heads(const lang_program *program, const lang_scenario *scenario)
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
    if (for_heads(program, scenario) > PLAY_FOR_MAX)
        return "has more than six \"for\" heads";
    if (find_sweeps(program, scenario->body, &sweep) > 1)
        return "has more than one sweep";
    return NULL;
}

/// False: more cases than anybody plays.
static bool block_fill(const play_set *set, block *b)
{
    const lang_program *program = program_of(set, b->program);
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

static bool refuse(const play_set *set, const block *b, const char *what, char *message,
                   size_t bytes)
{
    const lang_program *program = program_of(set, b->program);
    const lang_scenario *scenario = &program->scenarios[b->scenario];
    snprintf(message, bytes, "%s:%u: scenario %s %s",
             lang_text(program, program->files[scenario->file].path), scenario->line,
             lang_text(program, scenario->name), what);
    return false;
}

static void case_of(const play_set *set, uint32_t number, play_case *one);

/// `key=value` of the master's text that `settings` do not change, and those.
static void bend_text(const char *base, const char *settings, char *text, size_t bytes)
{
    size_t used = (size_t)snprintf(text, bytes, "%.*s", (int)strcspn(base, ","), base);
    for (const char *at = strchr(base, ','); at != NULL; at = strchr(at + 1, ',')) {
        const size_t length = strcspn(at + 1, ",") + 1;
        const size_t key = strcspn(at + 1, "=") + 1;
        bool kept = true;
        for (const char *s = settings; s != NULL; s = strchr(s, ',')) {
            s += *s == ',';
            kept = kept && strncmp(s, at + 1, key) != 0;
        }
        if (kept && used < bytes)
            used += (size_t)snprintf(text + used, bytes - used, "%.*s", (int)length, at);
    }
    if (used < bytes)
        snprintf(text + used, bytes - used, ",%s", settings);
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
static bool take_spec(play_set *set, block *b, const char *settings, char *why, size_t bytes)
{
    char text[2 * MASTER_TEXT_BYTES];
    master_spec spec;
    bend_text(set->masters[b->master].text, settings, text, sizeof text);
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
    const lang_program *program = program_of(set, p);
    const lang_scenario *scenario = &program->scenarios[s];
    block *b = &set->blocks[set->block_count];
    *b = (block){.program = p, .scenario = s, .master = m, .first = set->total};
    const char *what = beyond(program, scenario);
    if (what != NULL)
        return refuse(set, b, what, message, bytes);
    if (!master_wanted(program, scenario, &set->masters[m]) ||
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
    case_of(set, b->first, &one);
    if (strlen(one.id) + 1 + (size_t)one.fors * VALUE_TEXT_BYTES >= sizeof one.id)
        return refuse(set, b, "gives case ids that are too long", message, bytes);
    return true;
}

static bool fill_blocks(play_set *set, char *message, size_t bytes)
{
    size_t most = 0;
    for (unsigned p = 0; p < set->options.program_count; p++)
        most += program_of(set, p)->scenario_count;
    set->blocks = calloc(most * set->options.master_count + 1, sizeof *set->blocks);
    if (set->blocks == NULL) {
        snprintf(message, bytes, "out of memory");
        return false;
    }
    for (unsigned p = 0; p < set->options.program_count; p++)
        for (uint32_t s = 0; s < program_of(set, p)->scenario_count; s++)
            for (unsigned m = 0; m < set->options.master_count; m++)
                if (!add_block(set, (uint16_t)p, (uint16_t)s, (uint16_t)m, message, bytes))
                    return false;
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
    const lang_env env = env_of(set, b);
    uint32_t chosen[PLAY_FOR_MAX] = {0};
    const unsigned n = for_heads(program, scenario);
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
        const uint64_t index = value_index(set, count, chosen[k], b->for_count[k]);
        if (lang_domain_value(&env, head->c, lang_text(program, scenario->name), index,
                              &one->value[k], NULL) != LANG_EVAL_OK)
            one->valueless = true;
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
    one->spec = b->spec;
    one->point = -1;
    one->sweep = -1;
    if (sweep != NULL)
        one->sweep = kind_at(program, sweep, rest % b->kinds);
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
    snprintf(message, message_bytes, "out of memory");
    if (set == NULL)
        return NULL;
    set->slave = slave;
    set->options = *options;
    set->spec_count = options->master_count;
    set->spec_room = options->master_count + 1u;
    set->masters = calloc(set->spec_room, sizeof *set->masters);
    set->named = calloc(options->master_count + 1u, sizeof *set->named);
    if (set->masters == NULL || set->named == NULL) {
        play_set_free(set);
        return NULL;
    }
    memcpy(set->masters, options->masters, options->master_count * sizeof *set->masters);
    for (unsigned i = 0; i < options->master_count; i++)
        set->named[i] = is_named(slave, &set->masters[i]);
    if (!fill_blocks(set, message, message_bytes) || !apply_filter(set)) {
        play_set_free(set);
        return NULL;
    }
    message[0] = '\0';
    return set;
}

void play_set_free(play_set *set)
{
    if (set == NULL)
        return;
    free(set->masters);
    free(set->named);
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

unsigned play_set_spec_count(const play_set *set)
{
    return set->spec_count;
}

const master_spec *play_case_spec(const play_set *set, const play_case *one)
{
    return &set->masters[one->spec];
}

bool play_set_names_master(const play_set *set, unsigned i)
{
    assert(i < set->options.master_count);
    return set->named[i];
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

/// Why a value of the `for` heads cannot be had.
static lang_eval_status fors_status(const play_set *set, const play_case *one, const char **key)
{
    const lang_program *program = program_of(set, one->program);
    const block b = {.program = one->program, .scenario = one->scenario, .master = one->master};
    const lang_env env = env_of(set, &b);
    lang_eval_status status = LANG_EVAL_OK;
    for (uint32_t i = play_scenario_of(set, one)->fors; i != LANG_NONE && status == LANG_EVAL_OK;
         i = lang_at(program, i)->next) {
        uint64_t count = 0;
        int64_t value = 0;
        status = lang_domain_count(&env, lang_at(program, i)->c, &count, key);
        for (uint64_t k = 0; status == LANG_EVAL_OK && k < count; k++)
            status = lang_domain_value(&env, lang_at(program, i)->c, "", k, &value, key);
    }
    return status;
}

play_verdict play_case_standing(const play_set *set, const play_case *one, const char **key,
                                char *reason, size_t bytes)
{
    const lang_program *program = program_of(set, one->program);
    *key = "";
    reason[0] = '\0';
    if (set->masters[one->spec].scl_hz > set->slave->scl_max_hz) {
        snprintf(reason, bytes, "master faster than the slave's speed");
        return PLAY_NOT_APPLICABLE;
    }
    for (uint32_t i = play_scenario_of(set, one)->needs; i != LANG_NONE;
         i = lang_at(program, i)->next) {
        const lang_node *node = lang_at(program, i);
        const char *need = lang_text(program, node->a);
        if (lang_need_is_met(set->slave, need))
            continue;
        snprintf(reason, bytes, "not declared: %s", need);
        *key = lang_key_describe((slave_key)node->value).key;
        return PLAY_NOT_APPLICABLE;
    }
    for (uint32_t i = play_scenario_of(set, one)->unless; i != LANG_NONE;
         i = lang_at(program, i)->next) {
        const char *declared = lang_text(program, lang_at(program, i)->a);
        if (!lang_need_is_met(set->slave, declared))
            continue;
        snprintf(reason, bytes, "declared: %s", declared);
        return PLAY_NOT_APPLICABLE;
    }
    const lang_eval_status status = one->valueless ? fors_status(set, one, key) : LANG_EVAL_OK;
    return play_eval_verdict(status, *key, reason, bytes);
}

bool play_case_applies(const play_set *set, const play_case *one, char *reason, size_t bytes)
{
    const char *key = "";
    return play_case_standing(set, one, &key, reason, bytes) != PLAY_NOT_APPLICABLE;
}
