#include "cli/result_json.h"

#include "cli/json_writer.h"
#include "cli/margins.h"
#include "cli/row_state.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct result_json {
    json_writer writer;
};

static void put(void *ctx, const char *text, size_t bytes)
{
    out_file_write(ctx, text, bytes);
}

static const char *const kinds[SLAVE_KIND_COUNT] = {"hosted", "firmware", "avr", "rtl", "systemc"};

static void write_slave(json_writer *w, const lineup_slave *one)
{
    const slave_description *slave = one->description;
    char expect[LINEUP_EXPECT_BYTES];
    lineup_expect_text(slave, expect);
    json_object(w, JSON_INLINE);
    json_key_string(w, "name", slave->name);
    json_key_string(w, "kind", kinds[slave->kind]);
    json_key_uint(w, "address", slave->addr7);
    json_key_string(w, "expect", expect);
    json_key(w, "masters");
    json_array(w, JSON_INLINE);
    for (unsigned i = 0; i < one->master_count; i++)
        json_string(w, one->master[i].text);
    json_close(w);
    json_close(w);
}

/// The filters as one text, as they would stand behind one another in a command.
static void write_filter(json_writer *w, const option_list *filters)
{
    char text[4096] = "";
    for (unsigned i = 0; i < filters->count; i++)
        text_add(text, sizeof text, i == 0 ? "%s" : " %s", filters->at[i]);
    json_key_string(w, "filter", filters->count == 0 ? NULL : text);
}

static void write_head(json_writer *w, const cli_options *options, const lineup *s)
{
    json_object(w, JSON_LINES);
    json_key_string(w, "format", "i2cproof-result");
    json_key_uint(w, "format_version", 1);
    json_key_string(w, "version", I2CPROOF_VERSION);
    json_key_uint(w, "seed", options->seed);
    json_key_bool(w, "quick", options->quick);
    json_key_bool(w, "long", options->long_runs);
    write_filter(w, &options->filters);
    json_key(w, "slaves");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; i < s->slave_count; i++)
        write_slave(w, &s->slave[i]);
    json_close(w);
    json_key(w, "cases");
    json_array(w, JSON_LINES);
}

result_json *result_json_new(out_file *file, const cli_options *options, const lineup *s)
{
    result_json *json = calloc(1, sizeof *json);
    if (json == NULL)
        return NULL;
    json_start(&json->writer, put, file);
    write_head(&json->writer, options, s);
    return json;
}

void result_json_free(result_json *json)
{
    free(json);
}

// ---- a case -------------------------------------------------------------------------------------

static void write_figures(json_writer *w, const play_finding *finding)
{
    json_key(w, "measured_ps");
    if (finding->measured_known)
        json_int(w, finding->measured_ps);
    else
        json_null(w);
    json_key(w, "limit_ps");
    if (finding->measured_known)
        json_int(w, finding->limit_ps);
    else
        json_null(w);
    if (finding->never)
        json_key_bool(w, "never", true);
}

static void write_finding(json_writer *w, const play_finding *finding, finding_standing standing)
{
    static const char *const standings[] = {"counts", "known", "accepted"};
    json_key_string(w, "rule", finding->rule);
    json_key_words(w, "requirements", finding->rows);
    json_key_string(w, "clause", finding->clause);
    json_key_string(w, "title", finding->title);
    json_key_string(w, "verdict", play_verdict_text(finding->verdict));
    json_key_string(w, "standing", standings[standing]);
    json_key_uint(w, "at_ps", finding->at_ps);
    write_figures(w, finding);
    json_key_string(w, "blame", finding->blame);
    json_key_string(w, "message", finding->message);
    if (finding->expected[0] != '\0')
        json_key_string(w, "expected", finding->expected);
    if (finding->where[0] != '\0')
        json_key_string(w, "where", finding->where);
    if (finding->text[0] != '\0')
        json_key_string(w, "statement", finding->text);
    if (finding->file[0] != '\0') {
        json_key_string(w, "file", finding->file);
        json_key_uint(w, "line", finding->line);
    }
    if (finding->point >= 0)
        json_key_int(w, "point", finding->point);
    if (finding->repeats > 0)
        json_key_uint(w, "repeats", finding->repeats);
}

static void write_findings(json_writer *w, const case_view *view)
{
    json_key(w, "findings");
    json_array(w, JSON_INLINE);
    for (unsigned i = 0; i < view->result->findings; i++) {
        json_object(w, JSON_INLINE);
        write_finding(w, &view->result->finding[i], view->standing[i]);
        json_close(w);
    }
    json_close(w);
    if (view->result->findings_dropped > 0)
        json_key_uint(w, "findings_dropped", view->result->findings_dropped);
}

static void write_points(json_writer *w, const play_result *result)
{
    json_key(w, "points");
    json_object(w, JSON_INLINE);
    json_key_string(w, "transfer", result->swept);
    json_key_uint(w, "all", result->points);
    json_key_uint(w, "failed", result->points_failed);
    json_key_uint(w, "skipped", result->points_skipped);
    json_key(w, "first_failed");
    json_array(w, JSON_INLINE);
    for (unsigned i = 0; i < result->failed_kept; i++) {
        const play_failed_point *point = &result->failed[i];
        json_object(w, JSON_INLINE);
        json_key_int(w, "point", point->point);
        json_key_string(w, "name", point->name);
        if (point->finding < result->findings)
            json_key_uint(w, "finding", point->finding);
        json_close(w);
    }
    json_close(w);
    json_close(w);
}

static void write_log(json_writer *w, const worker_log *log)
{
    json_key_string(w, "log", log->text);
    if (log->bytes >= sizeof log->text)
        json_key_uint(w, "log_bytes", log->bytes);
}

void result_json_case(result_json *json, const play_set *set, const case_view *view)
{
    json_writer *w = &json->writer;
    char covers[1024] = "";
    play_case_covers(set, view->one, covers, sizeof covers);
    json_object(w, JSON_INLINE);
    json_key_string(w, "id", view->one->id);
    json_key_string(w, "slave", view->slave);
    json_key_string(w, "scenario", view->scenario);
    json_key_string(w, "master", view->master);
    json_key_string(w, "verdict", play_verdict_text(view->verdict));
    if (view->result->reason[0] != '\0')
        json_key_string(w, "reason", view->result->reason);
    if (view->result->need[0] != '\0')
        json_key_string(w, "need", view->result->need);
    json_key_words(w, "covers", covers);
    json_key_bool(w, "stimulus_seen", view->result->stimulus_seen);
    if (view->result->points > 0)
        write_points(w, view->result);
    json_key_uint(w, "simulated_ps", view->result->simulated_ps);
    write_findings(w, view);
    if (view->log->bytes > 0)
        write_log(w, view->log);
    json_close(w);
}

// ---- the end ------------------------------------------------------------------------------------

static void write_group(json_writer *w, const run_state *state, const finding_group *group,
                        unsigned number)
{
    json_object(w, JSON_LINES);
    json_key(w, "number");
    if (number > 0)
        json_uint(w, number);
    else
        json_null(w);
    json_key_string(w, "slave", state->lineup->slave[group->slave].description->name);
    json_key_string(w, "case", group->shown.id);
    json_key_uint(w, "cases", group->cases);
    write_finding(w, &group->finding, group->standing);
    if (group->wave[0] != '\0')
        json_key_string(w, "wave", group->wave);
    json_close(w);
}

static void write_groups(json_writer *w, const run_state *state)
{
    unsigned number = 0;
    json_key(w, "findings");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; i < state->groups.count; i++) {
        const finding_group *group = &state->groups.group[i];
        write_group(w, state, group, group_is_numbered(group) ? ++number : 0);
    }
    json_close(w);
    json_key_uint(w, "findings_dropped", state->groups.dropped);
}

static void write_counts(json_writer *w, const tally *sum)
{
    for (unsigned i = 0; i < PLAY_VERDICT_COUNT; i++)
        json_key_uint(w, play_verdict_text((play_verdict)i), sum->count[i]);
}

static void write_time(json_writer *w, const play_set *set, const tally_time *time)
{
    const i2c_spread *s = &time->all;
    play_case one;
    play_set_case(set, time->least_in, &one);
    json_key_string(w, "bound", s->at_most ? "max" : "min");
    json_key_int(w, "limit_ps", s->limit_ps);
    json_key_uint(w, "count", s->count);
    json_key_int(w, "least_ps", s->least_ps);
    json_key_int(w, "mean_ps", s->sum_ps / (int64_t)s->count);
    json_key_int(w, "most_ps", s->most_ps);
    json_key_int(w, "margin_ps", i2c_spread_margin_ps(s));
    json_key_string(w, "case", one.id);
}

/// The times that slave and master made, with RC edges and with ideal ones.
static void write_times(json_writer *w, const play_set *set, const tally *sum)
{
    enum { CELLS = TALLY_EDGES * I2C_MADE_BY_OTHERS * I2C_TIMING_COUNT };
    json_key(w, "times");
    json_array(w, JSON_LINES);
    for (unsigned cell = 0; cell < CELLS; cell++) {
        const unsigned parameter = cell % I2C_TIMING_COUNT;
        const unsigned by = cell / I2C_TIMING_COUNT % I2C_MADE_BY_OTHERS;
        const unsigned edges = cell / I2C_TIMING_COUNT / I2C_MADE_BY_OTHERS;
        const tally_time *time = &sum->time[edges][by][parameter];
        if (time->all.count == 0)
            continue;
        json_object(w, JSON_INLINE);
        json_key_string(w, "by", margins_maker((i2c_made_by)by));
        json_key_string(w, "edges", tally_edges_text((tally_edges)edges));
        json_key_string(w, "parameter", i2c_timing_symbol((i2c_timing_parameter)parameter));
        write_time(w, set, time);
        json_close(w);
    }
    json_close(w);
}

static void write_routine(json_writer *w, const char *key, const play_routine *routine)
{
    if (routine->ps == 0)
        return;
    json_key(w, key);
    json_object(w, JSON_INLINE);
    json_key_uint(w, "ps", routine->ps);
    json_key_string(w, "vector", routine->vector);
    json_close(w);
}

static void write_tally(json_writer *w, const play_set *set, const tally *sum)
{
    write_counts(w, sum);
    json_key_uint(w, "longest_hold_ps", sum->longest_hold_ps);
    json_key_uint(w, "transfer_held_ps", sum->transfer_held_ps);
    write_routine(w, "interrupt_latency", &sum->latest);
    write_routine(w, "interrupt_routine", &sum->longest);
    write_times(w, set, sum);
    json_key(w, "least_margin");
    if (!sum->margin.seen) {
        json_null(w);
        return;
    }
    json_object(w, JSON_INLINE);
    json_key_string(w, "parameter", i2c_timing_symbol(sum->margin.parameter));
    json_key_int(w, "margin_ps", sum->margin.margin_ps);
    json_key_int(w, "limit_ps", sum->margin.limit_ps);
    json_close(w);
}

static void write_undeclared(json_writer *w, const features *found)
{
    json_key(w, "undeclared");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; i < found->count; i++) {
        json_object(w, JSON_INLINE);
        json_key_string(w, "key", found->at[i].key);
        json_key_string(w, "value", found->at[i].value);
        json_key_string(w, "seen", found->at[i].how);
        json_close(w);
    }
    json_close(w);
    if (found->unprobed[0] != '\0')
        json_key_string(w, "unprobed", found->unprobed);
}

/// Points that were played of each swept transfer, by kind of break.
static void write_sweeps(json_writer *w, const tally_sweeps *sweeps)
{
    json_key(w, "sweeps");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; i < sweeps->count; i++) {
        const tally_swept *swept = &sweeps->swept[i];
        uint64_t failed = 0;
        json_object(w, JSON_INLINE);
        json_key_string(w, "transfer", swept->transfer);
        for (unsigned k = 0; k < LANG_SWEEP_KIND_COUNT; k++) {
            failed += swept->failed[k];
            if (swept->points[k] > 0)
                json_key_uint(w, tally_kind_text((lang_sweep_kind)k), swept->points[k]);
        }
        json_key_uint(w, "failed", failed);
        json_close(w);
    }
    json_close(w);
}

static void write_slave_sums(json_writer *w, const lineup_slave *from, const run_slave *slave)
{
    json_object(w, JSON_LINES);
    json_key_string(w, "slave", from->description->name);
    json_key(w, "masters");
    json_array(w, JSON_LINES);
    for (unsigned m = 0; m < from->master_count; m++) {
        json_object(w, JSON_INLINE);
        json_key_string(w, "master", from->master[m].text);
        write_tally(w, from->set, &slave->sum[m]);
        json_close(w);
    }
    json_close(w);
    write_sweeps(w, &slave->sweeps);
    write_undeclared(w, &slave->undeclared);
    json_close(w);
}

static void write_row(json_writer *w, const run_state *state, size_t i)
{
    const requirement_row *row = requirement_at(i);
    const row_count count = row_matrix_count(state->rows, ROW_MATRIX_ALL, i);
    const row_outcome outcome = row_matrix_outcome(state->rows, ROW_MATRIX_ALL, i);
    const char level[2] = {requirement_level_letter(row->level), '\0'};
    json_object(w, JSON_INLINE);
    json_key_string(w, "id", row->id);
    json_key_string(w, "level", level);
    json_key_string(w, "state", row_state_text(row_state_of(row)));
    json_key_string(w, "outcome", row_outcome_text(outcome));
    json_key_uint(w, "passed", count.passed);
    json_key_uint(w, "failed", count.failed);
    json_key_uint(w, "other", count.other);
    json_key_uint(w, "not_seen", count.not_seen);
    json_key_uint(w, "not_applicable", count.not_applicable);
    json_key_uint(w, "watched", count.watched);
    json_key(w, "scenarios");
    json_array(w, JSON_INLINE);
    for (size_t k = 0; row_scenario(row, k) != NULL; k++)
        json_string(w, row_scenario(row, k));
    json_close(w);
    json_close(w);
}

static void write_rows(json_writer *w, const run_state *state)
{
    json_key(w, "rows");
    json_array(w, JSON_LINES);
    for (size_t i = 0; i < requirement_count(); i++)
        write_row(w, state, i);
    json_close(w);
}

static void write_summary(json_writer *w, const run_state *state)
{
    tally all = {0};
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        for (unsigned v = 0; v < PLAY_VERDICT_COUNT; v++)
            all.count[v] += state->slave[i].all.count[v];
    json_key(w, "summary");
    json_object(w, JSON_LINES);
    json_key_bool(w, "complete", run_state_is_complete(state));
    json_key_uint(w, "cases", state->cases);
    write_counts(w, &all);
    json_key_uint(w, "counted", state->counted);
    json_key_uint(w, "known", state->known_cases);
    json_key_uint(w, "exit", (uint64_t)run_state_exit(state));
    json_key(w, "slaves");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        write_slave_sums(w, &state->lineup->slave[i], &state->slave[i]);
    json_close(w);
    json_close(w);
}

/// Everything that may differ between two runs that say the same.
static void write_environment(json_writer *w, const run_state *state, int argc, char *const *argv)
{
    const cli_options *options = state->options;
    json_key(w, "environment");
    json_object(w, JSON_LINES);
    json_key_string(w, "compiler", I2CPROOF_COMPILER);
    json_key_string(w, "flags", I2CPROOF_FLAGS);
    json_key_string(w, "build", I2CPROOF_BUILD);
    json_key_string(w, "slave_compiler", getenv("CC"));
    json_key(w, "command");
    json_array(w, JSON_INLINE);
    for (int i = 0; i < argc; i++)
        json_string(w, argv[i]);
    json_close(w);
    json_key(w, "slave_paths");
    json_object(w, JSON_LINES);
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        json_key_string(w, state->lineup->slave[i].description->name, state->lineup->slave[i].path);
    json_close(w);
    json_key(w, "scenario_paths");
    json_array(w, JSON_INLINE);
    for (unsigned i = 0; i < options->scenarios.count; i++)
        json_string(w, options->scenarios.at[i]);
    json_close(w);
    json_key(w, "master_files");
    json_array(w, JSON_INLINE);
    for (unsigned i = 0; i < options->masters.count; i++)
        if (lineup_is_file_master(options->masters.at[i]))
            json_string(w, options->masters.at[i]);
    json_close(w);
    json_key_uint(w, "jobs", options->jobs);
    json_key_uint(w, "wall_ms", state->wall_ms);
    json_close(w);
}

void result_json_finish(result_json *json, const run_state *state, int argc, char *const *argv)
{
    json_writer *w = &json->writer;
    json_close(w); // cases
    write_groups(w, state);
    write_rows(w, state);
    write_summary(w, state);
    write_environment(w, state, argc, argv);
    json_close(w);
    json_finish(w);
    result_json_free(json);
}
