// The cases of a slave: every scenario with every master, every value of its `for` heads and every
// kind of its sweep. They are counted, not listed: a case is computed from its number.
#include "scenarios/play/set_private.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool is_chosen(play_set *set, const play_case *one)
{
    bool chosen = false;
    for (unsigned i = 0; i < set->options.filter_count; i++)
        if (id_matches(set, set->options.filters[i], one)) {
            chosen = true;
            set->filters_used |= UINT64_C(1) << i;
        }
    return chosen;
}

static bool apply_filter(play_set *set)
{
    set->count = set->total;
    if (set->options.filter_count == 0)
        return true;
    set->chosen = malloc(((size_t)set->total + 1) * sizeof *set->chosen);
    if (set->chosen == NULL)
        return false;
    set->count = 0;
    for (uint32_t i = 0; i < set->total; i++) {
        play_case one;
        set_case(set, i, &one);
        if (is_chosen(set, &one))
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
    assert(options->filter_count <= 64);
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
        set->named[i] = written_by_slave(slave, &set->masters[i]);
    if (!set_count_cases(set, message, message_bytes) || !apply_filter(set)) {
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

uint64_t play_set_filters_used(const play_set *set)
{
    return set->filters_used;
}

void play_set_case(const play_set *set, uint32_t i, play_case *one)
{
    assert(i < set->count);
    set_case(set, set->chosen != NULL ? set->chosen[i] : i, one);
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
    return set_program(set, i);
}

const play_set_options *play_set_options_of(const play_set *set)
{
    return &set->options;
}

const lang_scenario *play_scenario_of(const play_set *set, const play_case *one)
{
    return &set_program(set, one->program)->scenarios[one->scenario];
}

const char *play_case_scenario(const play_set *set, const play_case *one)
{
    return lang_text(set_program(set, one->program), play_scenario_of(set, one)->name);
}

const char *play_case_title(const play_set *set, const play_case *one)
{
    return lang_text(set_program(set, one->program), play_scenario_of(set, one)->title);
}

void play_case_covers(const play_set *set, const play_case *one, char *rows, size_t bytes)
{
    const lang_program *program = set_program(set, one->program);
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

bool play_case_needs(const play_set *set, const play_case *one, const char *need)
{
    const lang_program *program = set_program(set, one->program);
    for (uint32_t i = play_scenario_of(set, one)->needs; i != LANG_NONE;
         i = lang_at(program, i)->next)
        if (strcmp(lang_text(program, lang_at(program, i)->a), need) == 0)
            return true;
    return false;
}

bool play_case_value(const play_set *set, const play_case *one, const char *name, int64_t *value)
{
    const lang_program *program = set_program(set, one->program);
    unsigned k = 0;
    for (uint32_t i = play_scenario_of(set, one)->fors; i != LANG_NONE;
         i = lang_at(program, i)->next, k++)
        if (strcmp(lang_text(program, lang_at(program, i)->a), name) == 0) {
            *value = one->value[k];
            return !one->valueless;
        }
    return false;
}

/// Why a value of the `for` heads cannot be had.
static lang_eval_status fors_status(const play_set *set, const play_case *one, const char **key)
{
    const lang_program *program = set_program(set, one->program);
    const set_block b = {.program = one->program, .scenario = one->scenario, .master = one->master};
    const lang_env env = set_env(set, &b);
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

/// An SMBus device that is given its address: only what knows of that finds it there.
static bool lacks_address(const play_set *set, const play_case *one)
{
    static const char *const knowing[] = {"arp", "arp.yes", "known_good"};
    bool knows = set->slave->arp != SLAVE_ARP_YES;
    for (unsigned i = 0; i < sizeof knowing / sizeof *knowing; i++)
        knows = knows || play_case_needs(set, one, knowing[i]);
    return !knows;
}

play_verdict play_case_standing(const play_set *set, const play_case *one, const char **key,
                                char *reason, size_t bytes)
{
    const lang_program *program = set_program(set, one->program);
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
    if (lacks_address(set, one)) {
        snprintf(reason, bytes, "arp yes: it has no address before one is assigned");
        *key = "arp";
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
