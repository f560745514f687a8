// The lineup: reads what a run works on, and finds what is wrong with it.
#include "cli/console.h"
#include "cli/id_meant.h"
#include "cli/lineup_private.h"
#include "cli/probe_apart.h"
#include "scenarios/requirements/requirements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIAGNOSTIC_BYTES = 1 << 16, SCENARIOS_MAX = 4096 };

bool lineup_out_of_memory(void)
{
    console_error("out of memory");
    return false;
}

static void print_diagnostics(const lang_diagnostics *diagnostics)
{
    char *text = malloc(DIAGNOSTIC_BYTES);
    if (text == NULL)
        return;
    lang_diagnostics_text(diagnostics, text, DIAGNOSTIC_BYTES);
    fputs(text, stderr);
    free(text);
}

bool lineup_has_read(lang_status status, lang_diagnostics *diagnostics)
{
    if (status == LANG_FAULTY)
        print_diagnostics(diagnostics);
    else if (status == LANG_NO_MEMORY)
        lineup_out_of_memory();
    lang_diagnostics_free(diagnostics);
    return status == LANG_OK;
}

/// $XDG_CACHE_HOME/i2cproof or ~/.cache/i2cproof. The XDG specification ignores relative paths.
static char *cache_folder(void)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int made = -1;
    if (cache != NULL && cache[0] == '/')
        made = asprintf(&path, "%s/i2cproof", cache);
    else if (home != NULL && home[0] == '/')
        made = asprintf(&path, "%s/.cache/i2cproof", home);
    return made < 0 ? NULL : path;
}

static bool read_slave(lineup_slave *one, lineup_depth depth)
{
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    if (diagnostics == NULL)
        return lineup_out_of_memory();
    const lang_status status =
        depth == LINEUP_PROBED
            ? lang_slave_read_unaddressed(&one->description, one->path, diagnostics)
            : lang_slave_read_file(&one->description, one->path, diagnostics);
    return lineup_has_read(status, diagnostics);
}

/// What an id could have been meant to be, for a message; "" when nothing is near.
static const char *meant(const char *id, char *text, size_t bytes)
{
    const char *near = id_meant(id);
    snprintf(text, bytes, "%s%s%s", near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
             near == NULL ? "" : "?");
    return text;
}

/// Findings are named by a rule, or by the row that a scenario's expectation covers.
static bool is_known(const char *id)
{
    for (unsigned i = 0; play_rule_at(i) != NULL; i++)
        if (strcmp(play_rule_at(i)->id, id) == 0)
            return true;
    // Findings are compared in upper case alone.
    const requirement_row *row = requirement_find(id);
    return i2c_rule_find(id) != NULL || (row != NULL && strcmp(row->id, id) == 0);
}

static const char *scenario_name(const lang_program *program, uint32_t i)
{
    return lang_text(program, program->scenarios[i].name);
}

/// Whether a scenario exists; if not, `*near` is the one that was meant, or NULL.
static bool scenario_exists(const lineup *s, const char *name, const char **near)
{
    const char *names[SCENARIOS_MAX];
    size_t count = 0;
    for (unsigned p = 0; p < s->program_count; p++)
        for (uint32_t i = 0; i < s->program[p]->scenario_count; i++) {
            const char *one = scenario_name(s->program[p], i);
            if (strcmp(one, name) == 0)
                return true;
            if (count < SCENARIOS_MAX)
                names[count++] = one;
        }
    *near = i2c_nearest(name, names, count);
    return false;
}

static bool expectation_exists(const lineup *s, const slave_description *slave)
{
    char text[96];
    const char *near = NULL;
    const slave_place *place = &slave->declared[SLAVE_KEY_EXPECT];
    if (slave->expect_fail != NULL && !is_known(slave->expect_fail)) {
        console_error("%s:%u:%u: expect fail: there is no rule %s%s (i2cproof list rules)",
                      place->path, place->line, place->column, slave->expect_fail,
                      meant(slave->expect_fail, text, sizeof text));
        return false;
    }
    if (slave->expect_scenario == NULL || scenario_exists(s, slave->expect_scenario, &near))
        return true;
    console_error("%s:%u:%u: expect fail: there is no scenario %s%s%s%s (i2cproof list scenarios)",
                  place->path, place->line, place->column, slave->expect_scenario,
                  near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                  near != NULL ? "?" : "");
    return false;
}

void lineup_expect_text(const slave_description *slave, char text[LINEUP_EXPECT_BYTES])
{
    if (slave->expect_fail == NULL)
        snprintf(text, LINEUP_EXPECT_BYTES, "pass");
    else if (slave->expect_scenario == NULL)
        snprintf(text, LINEUP_EXPECT_BYTES, "fail %s", slave->expect_fail);
    else
        snprintf(text, LINEUP_EXPECT_BYTES, "fail %s in %s", slave->expect_fail,
                 slave->expect_scenario);
}

/// A row, rule or scenario that does not exist would wait for its finding for ever.
static bool ids_exist(const lineup *s, const lineup_slave *one)
{
    char near[96];
    const slave_description *slave = one->description;
    bool fine = expectation_exists(s, slave);
    for (uint32_t i = 0; i < slave->waiver_count; i++) {
        const slave_waiver *waiver = &slave->waivers[i];
        if (is_known(waiver->row))
            continue;
        console_error("%s:%u:%u: accept: there is no requirement or rule %s%s", waiver->place.path,
                      waiver->place.line, waiver->place.column, waiver->row,
                      meant(waiver->row, near, sizeof near));
        fine = false;
    }
    return fine;
}

static bool names_differ(const lineup *s, unsigned count)
{
    const lineup_slave *last = &s->slave[count - 1];
    for (unsigned i = 0; i + 1 < count; i++)
        if (strcmp(s->slave[i].description->name, last->description->name) == 0) {
            console_error("%s and %s: two slaves of one name, \"%s\"", s->slave[i].path, last->path,
                          last->description->name);
            return false;
        }
    return true;
}

static bool list_cases(const lineup *s, lineup_slave *one, const cli_options *options)
{
    char why[LINEUP_MESSAGE_BYTES] = "";
    const play_set_options set_options = {.programs = s->program,
                                          .program_count = s->program_count,
                                          .masters = one->master,
                                          .master_count = one->master_count,
                                          .seed = options->seed,
                                          .quick = options->quick,
                                          .long_runs = options->long_runs,
                                          .filters = options->filters.at,
                                          .filter_count = options->filters.count};
    one->set = play_set_new(one->description, &set_options, why, sizeof why);
    if (one->set == NULL)
        console_error("%s: %s", one->path, why);
    return one->set != NULL;
}

static bool cases_match(const lineup *s, const cli_options *options)
{
    uint64_t cases = 0, used = 0;
    for (unsigned i = 0; i < s->slave_count; i++) {
        cases += play_set_count(s->slave[i].set);
        used |= play_set_filters_used(s->slave[i].set);
    }
    for (unsigned i = 0; i < options->filters.count; i++)
        if ((used >> i & 1) == 0) {
            console_error("--filter: no case matches \"%s\" (i2cproof list cases shows all)",
                          options->filters.at[i]);
            return false;
        }
    if (cases == 0)
        console_error("there is no case to play");
    return cases > 0;
}

static bool take_slaves(lineup *s, const cli_options *options, lineup_depth depth)
{
    const bool diff = options->command == COMMAND_DIFF; // of one slave with itself as another kind
    for (unsigned i = 0; i < s->slave_count; i++) {
        s->slave[i].keeps_kind = diff && i == 0;
        if (!read_slave(&s->slave[i], depth) || !lineup_choose_kind(&s->slave[i], options) ||
            !ids_exist(s, &s->slave[i]) || (!diff && !names_differ(s, i + 1)) ||
            !lineup_choose_masters(s, &s->slave[i], options))
            return false;
    }
    if (depth == LINEUP_READ)
        return true;
    for (unsigned i = 0; depth >= LINEUP_BUILT && i < s->slave_count; i++)
        if (!lineup_find_kind(&s->slave[i], options))
            return false;
    for (unsigned i = 0; depth != LINEUP_PROBED && i < s->slave_count; i++)
        if (!list_cases(s, &s->slave[i], options))
            return false;
    if (depth != LINEUP_PROBED && s->slave_count > 0 && !cases_match(s, options))
        return false;
    for (unsigned i = 0; depth >= LINEUP_BUILT && i < s->slave_count; i++)
        if (!lineup_build(s, &s->slave[i]))
            return false;
        else if (depth == LINEUP_BUILT)
            probe_late_start(&s->slave[i]);
    return true;
}

bool lineup_open(lineup *s, const cli_options *options, const char *const *given, unsigned count,
                 lineup_depth depth)
{
    if (!lineup_open_scenarios(s, options))
        return false;
    s->slave = calloc(count + 1, sizeof *s->slave);
    if (s->slave == NULL)
        return lineup_out_of_memory();
    for (unsigned i = 0; i < count; i++)
        s->slave[i].path = given[i];
    s->slave_count = count;
    s->cache = cache_folder();
    if (s->cache == NULL && depth >= LINEUP_BUILT)
        lineup_note_once(s, "no HOME or XDG_CACHE_HOME: compiled slaves are not kept");
    return take_slaves(s, options, depth);
}

void lineup_close(lineup *s)
{
    for (unsigned i = 0; i < s->slave_count; i++) {
        lineup_slave *one = &s->slave[i];
        play_set_free(one->set);
        lineup_discard(one);
        lang_slave_free(one->description);
    }
    lineup_discard_file_masters(s);
    free(s->slave);
    free(s->cache);
    lang_program_free(s->own);
    *s = (lineup){0};
}
