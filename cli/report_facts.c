#include "cli/report_facts.h"

#include "cli/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { STATEMENT_COLUMNS = 72 };

const char *report_verdict_word(play_verdict verdict)
{
    static const char *const words[] = {"PASS",         "N/A",          "NOTE", "WARN",
                                        "INCONCLUSIVE", "INCOMPATIBLE", "FAIL", "ERROR"};
    return words[verdict];
}

const report_column report_columns[REPORT_COLUMNS] = {
    {"pass", PLAY_PASS, true},
    {"fail", PLAY_FAIL, true},
    {"warn", PLAY_WARN, true},
    {"note", PLAY_NOTE, true},
    {"incompatible", PLAY_INCOMPATIBLE, false},
    {"inconclusive", PLAY_INCONCLUSIVE, false},
    {"error", PLAY_ERROR, false},
    {"n/a", PLAY_NOT_APPLICABLE, true},
};
bool report_latency_shown(const run_slave *slave)
{
    uint64_t asked_ps = 0, stands_ps = 0;
    return tally_latency_stood(&slave->all, &asked_ps, &stands_ps);
}

const char *report_latency(const tally *sum, char text[REPORT_LATENCY_BYTES])
{
    uint64_t asked_ps = 0, stands_ps = 0;
    char asked[TEXT_TIME_BYTES], stands[TEXT_TIME_BYTES];
    if (tally_latency_stood(sum, &asked_ps, &stands_ps))
        snprintf(text, REPORT_LATENCY_BYTES, "%s / %s", text_time(asked_ps, asked, sizeof asked),
                 stands_ps == asked_ps ? "all"
                 : stands_ps == 0      ? "none"
                                       : text_time(stands_ps, stands, sizeof stands));
    else
        snprintf(text, REPORT_LATENCY_BYTES, "-");
    return text;
}

bool report_column_shown(const report_column *one, const run_slave *slave)
{
    return one->always || slave->all.count[one->verdict] > 0;
}

const char *report_expected_text(const play_finding *finding, char *text, size_t bytes)
{
    const bool gap = finding->expected[0] != '\0' && finding->clause[0] != '\0';
    snprintf(text, bytes, "%s%s%s", finding->expected, gap ? "    " : "", finding->clause);
    return text;
}

const char *report_who_text(const play_finding *finding, char *text, size_t bytes)
{
    const bool both = finding->blame[0] != '\0' && finding->where[0] != '\0';
    snprintf(text, bytes, "%s%s%s", finding->blame, both ? ", " : "", finding->where);
    return text;
}

const char *report_where_text(const finding_group *group, char *text, size_t bytes)
{
    const play_finding *finding = &group->finding;
    char at[TEXT_TIME_BYTES];
    text[0] = '\0';
    // A sweep's statement is long; its beginning says which it is.
    if (finding->text[0] != '\0')
        text_add(text, bytes, "%.*s%s", STATEMENT_COLUMNS, finding->text,
                 strlen(finding->text) > STATEMENT_COLUMNS ? "..." : "");
    if (finding->file[0] != '\0')
        text_add(text, bytes, "%s%s", text[0] == '\0' ? "" : "    ", finding->file);
    if (finding->file[0] != '\0' && finding->line > 0)
        text_add(text, bytes, ":%u", finding->line);
    if (finding->point >= 0)
        text_add(text, bytes, "    point %d%s%s", finding->point,
                 group->point[0] != '\0' ? " " : "", group->point);
    if (finding->rule[0] != '\0' && (finding->at_ps > 0 || text[0] != '\0'))
        text_add(text, bytes, "%sat %s", text[0] == '\0' ? "" : "    ",
                 text_time(finding->at_ps, at, sizeof at));
    return text;
}

static unsigned masters_played(const run_state *state, unsigned slave)
{
    unsigned played = 0;
    for (unsigned i = 0; i < state->lineup->slave[slave].master_count; i++)
        played += tally_played(&state->slave[slave].sum[i]) > 0;
    return played;
}

const char *report_also_text(const run_state *state, const finding_group *group, char *text,
                             size_t bytes)
{
    const unsigned masters = (unsigned)__builtin_popcountll(group->masters);
    const unsigned all = masters_played(state, group->slave);
    text[0] = '\0';
    if (group->cases < 2)
        return text;
    snprintf(text, bytes, "%u more case%s, ", group->cases - 1, group->cases == 2 ? "" : "s");
    if (all > 1)
        text_add(text, bytes, masters == all ? "all %u masters: " : "%u of %u masters: ", masters,
                 all);
    for (unsigned i = 0; i < group->scenarios && i < GROUP_NAMES; i++)
        text_add(text, bytes, "%s%s", i == 0 ? "" : ", ", group->scenario[i]);
    if (group->scenarios > GROUP_NAMES)
        text_add(text, bytes, " and %u more scenario%s", group->scenarios - GROUP_NAMES,
                 group->scenarios == GROUP_NAMES + 1 ? "" : "s");
    return text;
}

bool report_is_in_place(const run_state *state, const finding_group *group)
{
    const slave_adapter *adapter = state->lineup->slave[group->slave].adapter;
    return adapter != NULL && adapter->in_place;
}

static void add_words(char *text, size_t bytes, const char *option, const option_list *list)
{
    for (unsigned i = 0; i < list->count; i++) {
        text_add(text, bytes, " %s ", option);
        text_add_shell_word(text, bytes, list->at[i]);
    }
}

static void replay_in_place(const run_state *state, const finding_group *group, const char *id,
                            char *text, size_t bytes)
{
    const cli_options *options = state->options;
    text[0] = '\0';
    text_add_shell_word(text, bytes, state->lineup->slave[group->slave].path);
    add_words(text, bytes, "--master", &options->masters);
    add_words(text, bytes, "--scenarios", &options->scenarios);
    text_add(text, bytes, " --filter ");
    text_add_shell_word(text, bytes, id);
    if (options->seed != 1)
        text_add(text, bytes, " --seed %" PRIu64, options->seed);
    if (options->long_runs)
        text_add(text, bytes, " --long");
}

void report_replay_command(const run_state *state, const finding_group *group, char *text,
                           size_t bytes)
{
    const cli_options *options = state->options;
    const lineup_slave *slave = &state->lineup->slave[group->slave];
    const char *bare = strchr(group->shown.id, '/');
    char id[PLAY_ID_BYTES + 16];
    snprintf(id, sizeof id, "%s", bare == NULL ? group->shown.id : bare + 1);
    if (report_is_in_place(state, group)) {
        replay_in_place(state, group, id, text, bytes);
        return;
    }
    if (group->shown.sweep >= 0 && group->finding.point >= 0)
        text_add(id, sizeof id, "@%d", group->finding.point);
    snprintf(text, bytes, "i2cproof replay ");
    text_add_shell_word(text, bytes, slave->path);
    text_add(text, bytes, " ");
    text_add_shell_word(text, bytes, id);
    add_words(text, bytes, "--scenarios", &options->scenarios);
    for (unsigned i = 0; i < options->masters.count; i++)
        if (lineup_is_file_master(options->masters.at[i])) { // no name says where it is
            text_add(text, bytes, " --master ");
            text_add_shell_word(text, bytes, options->masters.at[i]);
        }
    if (options->kind != NULL)
        text_add(text, bytes, " --kind %s", options->kind);
    if (options->seed != 1)
        text_add(text, bytes, " --seed %" PRIu64, options->seed);
    if (options->long_runs)
        text_add(text, bytes, " --long");
    if (options->out != NULL) {
        text_add(text, bytes, " --out ");
        text_add_shell_word(text, bytes, options->out);
    }
}

bool report_is_end_of_process(const play_finding *finding)
{
    return strcmp(finding->rule, "crash") == 0 || strcmp(finding->rule, "hang") == 0 ||
           strcmp(finding->rule, "memory") == 0;
}
