#include "cli/report.h"

#include "cli/coverage.h"
#include "cli/margins.h"
#include "cli/report_facts.h"
#include "cli/rule_help.h"
#include "cli/runner.h"
#include "cli/text.h"

#include <inttypes.h>
#include <string.h>

enum { COMMAND_BYTES = REPORT_COMMAND_BYTES, LINE_BYTES = 1024, REASONS_SHOWN = 6 };

static paint verdict_colour(play_verdict verdict)
{
    if (verdict == PLAY_WARN || verdict == PLAY_INCONCLUSIVE)
        return PAINT_YELLOW;
    return verdict >= PLAY_INCOMPATIBLE ? PAINT_RED : PAINT_DIM;
}

// ---- a finding ----------------------------------------------------------------------------------

static void line(const console *c, const char *label, const char *text)
{
    char shown[LINE_BYTES * 2];
    fprintf(c->out, "  %-9s %s\n", label, text_printable(text, shown, sizeof shown));
}

static void print_expected(const console *c, const play_finding *finding)
{
    char text[LINE_BYTES];
    if (report_expected_text(finding, text, sizeof text)[0] != '\0')
        line(c, "expected", text);
}

static void print_got(const console *c, const play_finding *finding)
{
    line(c, "got", finding->message);
}

static void print_who(const console *c, const play_finding *finding)
{
    char text[LINE_BYTES];
    if (report_who_text(finding, text, sizeof text)[0] != '\0')
        line(c, "who", text);
}

static void print_where(const console *c, const finding_group *group)
{
    char text[LINE_BYTES];
    if (report_where_text(group, text, sizeof text)[0] != '\0')
        line(c, "where", text);
}

static void print_also(const console *c, const run_state *state, const finding_group *group)
{
    char text[LINE_BYTES];
    if (report_also_text(state, group, text, sizeof text)[0] != '\0')
        line(c, "also", text);
}

static void print_log(const console *c, const finding_group *group)
{
    if (group->log.bytes > 0)
        line(c, "printed", group->log.text);
}

static void print_replay(const console *c, const run_state *state, const finding_group *group)
{
    char text[COMMAND_BYTES];
    report_replay_command(state, group, text, sizeof text);
    if (report_is_in_place(state, group)) {
        fprintf(c->out, "  %-9s your simulation, its bus with  %s\n", "replay", text);
        return;
    }
    fprintf(c->out, "  %-9s %s --open\n", "replay", text);
    if (report_is_end_of_process(&group->finding))
        fprintf(c->out, "  %-9s gdb --args %s --jobs 0\n", "debug", text);
}

static void print_learn(const console *c, const run_state *state, const finding_group *group,
                        unsigned number)
{
    const char *folder = state->options->out == NULL ? "i2cproof-out" : state->options->out;
    const bool rule = group->finding.clause[0] != '\0' || group->finding.rows[0] != '\0' ||
                      rule_help_find(group->finding.rule) != NULL;
    if (rule)
        fprintf(c->out, "  %-9s i2cproof explain %s", "learn", group->finding.rule);
    if (number > 0)
        fprintf(c->out, "%s%s/report.html#F%u", rule ? "     report: " : "  report    ", folder,
                number);
    if (rule || number > 0)
        fputc('\n', c->out);
    if (group->wave[0] != '\0')
        fprintf(c->out, "  %-9s %s/%s\n", "wave", folder, group->wave);
}

void report_finding(const console *c, const run_state *state, const finding_group *group,
                    unsigned number, unsigned all)
{
    char title[LINE_BYTES];
    const play_finding *finding = &group->finding;
    fprintf(c->out, "%s%s%s", console_paint(c, verdict_colour(finding->verdict)),
            report_verdict_word(finding->verdict), console_plain(c));
    if (number > 0)
        fprintf(c->out, " %u of %u", number, all);
    fprintf(c->out, "  %s    %s%s%s  %s\n", group->shown.id, console_paint(c, PAINT_BOLD),
            finding->rule, console_plain(c), text_printable(finding->title, title, sizeof title));
    print_expected(c, finding);
    print_got(c, finding);
    print_who(c, finding);
    if (group->pictures.text != NULL)
        fputs(group->pictures.text, c->out);
    print_where(c, group);
    print_log(c, group);
    print_also(c, state, group);
    print_replay(c, state, group);
    print_learn(c, state, group, number);
}

/// Findings that are not shown in full: notes, known and accepted ones, and those beyond the first.
static void print_short(const console *c, const finding_group *group)
{
    char title[LINE_BYTES];
    const char *word = report_verdict_word(group->finding.verdict);
    if (group->standing == STANDING_KNOWN)
        word = "KNOWN";
    else if (group->standing == STANDING_ACCEPTED)
        word = "ACCEPTED";
    fprintf(c->out, "%s%s%s  %s  %s: %s", console_paint(c, PAINT_DIM), word, console_plain(c),
            group->shown.id, group->finding.rule,
            text_printable(group->finding.title, title, sizeof title));
    if (group->cases > 1)
        fprintf(c->out, " (%u cases)", group->cases);
    fputc('\n', c->out);
}

static void print_findings(const console *c, const run_state *state)
{
    const group_table *groups = &state->groups;
    const unsigned all = group_numbered_count(groups);
    unsigned number = 0;
    for (unsigned i = 0; i < groups->count; i++) {
        const finding_group *group = &groups->group[i];
        if (!group_is_numbered(group))
            continue;
        if (++number <= REPORT_FULL_MAX) {
            report_finding(c, state, group, number, all);
            fputc('\n', c->out);
        } else {
            print_short(c, group);
        }
    }
    for (unsigned i = 0; i < groups->count; i++)
        if (!group_is_numbered(&groups->group[i]))
            print_short(c, &groups->group[i]);
    if (groups->dropped > 0)
        fprintf(c->out, "%" PRIu64 " further findings beyond the first %d distinct ones\n",
                groups->dropped, GROUP_MAX);
}

// ---- the table ----------------------------------------------------------------------------------

static int column_width(const report_column *one)
{
    const int length = (int)strlen(one->head);
    return length < 5 ? 5 : length;
}

static void print_head(const console *c, const run_slave *slave, const char *name, int width)
{
    fprintf(c->out, "%s%-*s%s", console_paint(c, PAINT_BOLD), width, name, console_plain(c));
    for (unsigned i = 0; i < REPORT_COLUMNS; i++)
        if (report_column_shown(&report_columns[i], slave))
            fprintf(c->out, " %*s", column_width(&report_columns[i]), report_columns[i].head);
    if (report_latency_shown(slave))
        fputs("   latency: asked/found", c->out);
    fputs("   longest hold   least margin\n", c->out);
}

/// Before times that hang on how long code takes, which kind firmware estimates.
static const char *about(const lineup_slave *from)
{
    return from->description->kind == SLAVE_FIRMWARE ? "~" : "";
}

static void print_row(const console *c, const lineup_slave *from, const run_slave *slave,
                      const tally *sum, const char *name, int width)
{
    char hold[TEXT_TIME_BYTES + 1] = "-";
    char time[TEXT_TIME_BYTES];
    char latency[REPORT_LATENCY_BYTES];
    fprintf(c->out, "  %-*s", width - 2, name);
    for (unsigned i = 0; i < REPORT_COLUMNS; i++) {
        if (!report_column_shown(&report_columns[i], slave))
            continue;
        const uint64_t count = sum->count[report_columns[i].verdict];
        const bool marked = count > 0 && report_columns[i].verdict >= PLAY_WARN;
        fprintf(c->out, " %s%*" PRIu64 "%s",
                marked ? console_paint(c, verdict_colour(report_columns[i].verdict)) : "",
                column_width(&report_columns[i]), count, marked ? console_plain(c) : "");
    }
    if (sum->longest_hold_ps > 0)
        snprintf(hold, sizeof hold, "%s%s", about(from),
                 text_time(sum->longest_hold_ps, time, sizeof time));
    if (report_latency_shown(slave))
        fprintf(c->out, "   %20s", report_latency(sum, latency));
    fprintf(c->out, "   %12s   ", hold);
    if (sum->margin.seen)
        fprintf(c->out, "%s %" PRId64 " %%\n", i2c_timing_symbol(sum->margin.parameter),
                tally_margin_percent(&sum->margin));
    else
        fputs("-\n", c->out);
}

static int name_width(const lineup_slave *from)
{
    size_t width = strlen(from->description->name);
    for (unsigned i = 0; i < from->master_count; i++)
        if (strlen(from->master[i].text) + 2 > width)
            width = strlen(from->master[i].text) + 2;
    return (int)width;
}

static void print_sweeps(const console *c, const tally_sweeps *sweeps)
{
    unsigned kinds = 0;
    const uint64_t points = tally_sweep_points(sweeps, &kinds);
    if (points > 0)
        fprintf(c->out, "  sweeps: %u transfer%s, %u kind%s of break, %" PRIu64 " points\n",
                sweeps->count, sweeps->count == 1 ? "" : "s", kinds, kinds == 1 ? "" : "s", points);
}

static const char *case_of(const lineup_slave *from, uint32_t index, char id[PLAY_ID_BYTES])
{
    play_case one;
    play_set_case(from->set, index, &one);
    const char *bare = strchr(one.id, '/');
    snprintf(id, PLAY_ID_BYTES, "%s", bare == NULL ? one.id : bare + 1);
    return id;
}

/// How long masters can make the slave hold SCL, in one go and in one transfer, and where.
static void print_holds(const console *c, const lineup_slave *from, const tally *sum)
{
    const slave_description *slave = from->description;
    char longest[TEXT_TIME_BYTES];
    char declared[TEXT_TIME_BYTES] = "";
    char transfer[TEXT_TIME_BYTES];
    char id[PLAY_ID_BYTES];
    if (sum->longest_hold_ps == 0)
        return;
    if (slave->stretch_max_ps > 0)
        text_time(slave->stretch_max_ps, declared, sizeof declared);
    fprintf(c->out, "  holds of SCL: longest %s%s (%s%s) in %s", about(from),
            text_time(sum->longest_hold_ps, longest, sizeof longest),
            declared[0] == '\0' ? "none declared" : "declared ", declared,
            case_of(from, sum->longest_hold_in, id));
    fprintf(c->out, "; most in a transfer %s%s in %s\n", about(from),
            text_time(sum->transfer_held_ps, transfer, sizeof transfer),
            case_of(from, sum->transfer_held_in, id));
}

/// "17 cycles (2.13 us)": of the clock that the slave declares; estimates with a ~.
static const char *cycles_text(const lineup_slave *from, uint64_t ps, char *text, size_t bytes)
{
    const slave_adapter *adapter = from->adapter;
    const uint64_t hz = adapter->cpu_hz != NULL ? adapter->cpu_hz(from->image) : 0;
    char time[TEXT_TIME_BYTES];
    const unsigned __int128 cycles = ((unsigned __int128)ps * hz + I2C_PS_PER_S / 2) / I2C_PS_PER_S;
    text_time(ps, time, sizeof time);
    if (hz == 0)
        snprintf(text, bytes, "%s%s", about(from), time);
    else
        snprintf(text, bytes, "%s%" PRIu64 " cycles (%s%s)", about(from), (uint64_t)cycles,
                 about(from), time);
    return text;
}

/// What the sketch that was the master printed: its first lines.
static void print_said(const console *c, const lineup_slave *from, const run_slave *slave)
{
    enum { LINES = 3 };
    const char *at = slave->said.text;
    char one[WORKER_LOG_BYTES], shown[LINE_BYTES], id[PLAY_ID_BYTES];
    for (unsigned i = 0; i < LINES && *at != '\0'; i++) {
        const size_t length = strcspn(at, "\n");
        snprintf(one, sizeof one, "%.*s", (int)length, at);
        fprintf(c->out, "  %s\n", text_printable(one, shown, sizeof shown));
        at += length + (at[length] != '\0');
    }
    if (*at != '\0')
        fprintf(c->out, "  ... %u bytes in all, in %s\n", (unsigned)slave->said.bytes,
                case_of(from, slave->said_in, id));
}

/// How late interrupts are entered, and how long they last, at the worst.
static void print_routines(const console *c, const lineup_slave *from, const tally *sum)
{
    char text[TEXT_TIME_BYTES + 48], id[PLAY_ID_BYTES];
    if (sum->latest.ps == 0)
        return;
    fprintf(c->out, "  interrupts: entered within %s, %s in %s",
            cycles_text(from, sum->latest.ps, text, sizeof text), sum->latest.vector,
            case_of(from, sum->latest_in, id));
    fprintf(c->out, "; longest routine %s, %s in %s",
            cycles_text(from, sum->longest.ps, text, sizeof text), sum->longest.vector,
            case_of(from, sum->longest_in, id));
    if (sum->longest_hold_ps > 0)
        fprintf(c->out, "; longest hold of SCL %s",
                cycles_text(from, sum->longest_hold_ps, text, sizeof text));
    fputc('\n', c->out);
    const slave_description *slave = from->description;
    const bool is_avr = slave->mcu != NULL && strncmp(slave->mcu, "at", 2) == 0;
    if (slave->kind == SLAVE_FIRMWARE)
        fprintf(c->out, "  ~ is an estimate%s\n",
                is_avr ? "; --kind avr runs the same firmware to the cycle" : "");
}

static void print_table(const console *c, const lineup_slave *from, const run_slave *slave)
{
    const int width = name_width(from);
    print_head(c, slave, from->description->name, width);
    for (unsigned i = 0; i < from->master_count; i++)
        if (tally_all(&slave->sum[i]) > 0)
            print_row(c, from, slave, &slave->sum[i], from->master[i].text, width);
    print_sweeps(c, &slave->sweeps);
    print_holds(c, from, &slave->all);
    print_routines(c, from, &slave->all);
    print_said(c, from, slave);
}

// ---- the last lines -----------------------------------------------------------------------------

/// Cases by reason, the most frequent first, in one line.
static void print_reasons(const console *c, const char *before, const tally_reasons *from)
{
    tally_reasons reasons = *from;
    uint64_t all = reasons.others;
    uint64_t rest = reasons.others;
    tally_reasons_sort(&reasons);
    for (unsigned i = 0; i < reasons.count; i++) {
        all += reasons.reason[i].cases;
        rest += i < REASONS_SHOWN ? 0 : reasons.reason[i].cases;
    }
    if (all == 0)
        return;
    fprintf(c->out, "%" PRIu64 " n/a: %s", all, before);
    for (unsigned i = 0; i < reasons.count && i < REASONS_SHOWN; i++)
        fprintf(c->out, "%s%s (%" PRIu64 ")", i == 0 ? "" : ", ", reasons.reason[i].text,
                reasons.reason[i].cases);
    if (rest > 0)
        fprintf(c->out, ", others (%" PRIu64 ")", rest);
    fputs(".\n", c->out);
}

/// A run of a part of the cases says nothing about the lines of the others.
static bool is_partial(const run_state *state)
{
    const cli_options *o = state->options;
    return o->filters.count > 0 || o->quick || o->masters.count > 0 ||
           !run_state_is_complete(state);
}

static void print_waivers(const console *c, const run_state *state, unsigned number)
{
    const lineup_slave *from = &state->lineup->slave[number];
    const run_slave *slave = &state->slave[number];
    const slave_description *description = from->description;
    for (unsigned i = 0; i < description->waiver_count && i < WAIVERS_MAX; i++) {
        const slave_waiver *waiver = &description->waivers[i];
        const slave_place *at = &waiver->place;
        if (waivers_expired(&slave->waived, i))
            fprintf(c->out, "%s:%u: accept %s has expired on %04u-%02u-%02u: it waives nothing\n",
                    at->path, at->line, waiver->row, waiver->until_ymd / 10000,
                    waiver->until_ymd / 100 % 100, waiver->until_ymd % 100);
        else if (!slave->waived.used[i] && !is_partial(state))
            fprintf(c->out, "%s:%u: accept %s is unused: nothing broke it\n", at->path, at->line,
                    waiver->row);
    }
}

/// Whether the case is one of a slave of this run.
static bool is_of_slaves(const run_state *state, const char *case_id)
{
    const size_t length = strcspn(case_id, "/");
    for (unsigned i = 0; i < state->lineup->slave_count; i++) {
        const char *name = state->lineup->slave[i].description->name;
        if (strlen(name) == length && strncmp(name, case_id, length) == 0)
            return true;
    }
    return false;
}

/// None of the baseline's lines is about a slave of this run.
static void print_renamed(const console *c, const run_state *state)
{
    baseline_unused first;
    size_t at = 0;
    if (!baseline_next_unused(state->known, &at, &first))
        return;
    fprintf(c->out, "%s: no line is about", state->options->baseline);
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        fprintf(c->out, "%s %s", i == 0 ? "" : " or", state->lineup->slave[i].description->name);
    fprintf(c->out, ": has the slave been renamed? Line %u is about %.*s\n", first.line,
            (int)strcspn(first.case_id, "/"), first.case_id);
}

static void print_baseline(const console *c, const run_state *state)
{
    baseline_unused unused;
    size_t at = 0;
    uint64_t elsewhere = 0;
    uint64_t at_home = baseline_used(state->known);
    while (baseline_next_unused(state->known, &at, &unused)) {
        const bool ours = is_of_slaves(state, unused.case_id);
        elsewhere += !ours;
        at_home += ours;
        if (ours && (unused.played || !is_partial(state)))
            fprintf(c->out, "%s:%u: %s %s is unused: %s\n", state->options->baseline, unused.line,
                    unused.case_id, unused.rule,
                    unused.played ? "the case does not show it" : "no such case was played");
    }
    if (elsewhere > 0)
        fprintf(c->out, "%s: %" PRIu64 " line%s about slaves that were not run\n",
                state->options->baseline, elsewhere, elsewhere == 1 ? " is" : "s are");
    if (elsewhere > 0 && at_home == 0)
        print_renamed(c, state);
}

/// The rules note two of these themselves, where a case shows them.
static bool is_noted(const run_state *state, unsigned slave, const feature *one)
{
    char rule[sizeof one->key + 16];
    snprintf(rule, sizeof rule, "%s_undeclared", one->key);
    for (unsigned i = 0; i < state->groups.count; i++)
        if (state->groups.group[i].slave == slave &&
            strcmp(state->groups.group[i].finding.rule, rule) == 0)
            return true;
    return false;
}

static void print_undeclared(const console *c, const run_state *state)
{
    for (unsigned i = 0; i < state->lineup->slave_count; i++) {
        const features *found = &state->slave[i].undeclared;
        const char *name = state->lineup->slave[i].description->name;
        char text[FEATURE_TEXT_BYTES];
        for (unsigned k = 0; k < found->count; k++)
            if (!is_noted(state, i, &found->at[k]))
                fprintf(c->out, "%sNOTE%s  %s: %s\n", console_paint(c, PAINT_DIM), console_plain(c),
                        name, feature_text(&found->at[k], text));
        if (found->unprobed[0] != '\0')
            fprintf(c->out, "%sNOTE%s  %s: could not be probed: %s\n", console_paint(c, PAINT_DIM),
                    console_plain(c), name, found->unprobed);
    }
}

/// What was left out since nothing could be learnt from it.
static void print_given_up(const console *c, const run_state *state)
{
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        if (state->slave[i].given_up > 0)
            fprintf(c->out,
                    "%" PRIu64 " case%s of %s not played: the slave hung in %d cases before.\n",
                    state->slave[i].given_up, state->slave[i].given_up == 1 ? "" : "s",
                    state->lineup->slave[i].description->name, RUNNER_HANGS_MAX);
}

/// What the run says about the rows, in a line.
static void print_rows(const console *c, const run_state *state)
{
    static const char *const words[ROW_OUTCOME_COUNT] = {
        [ROW_OUTCOME_FAILED] = "failed",
        [ROW_OUTCOME_SHOWN] = "shown",
        [ROW_OUTCOME_WATCHED] = "watched in all traffic",
        [ROW_OUTCOME_UNDECIDED] = "undecided (their cases failed otherwise)",
        [ROW_OUTCOME_NOT_SEEN] = "not seen on the wire",
        [ROW_OUTCOME_NOT_APPLICABLE] = "not applicable",
        [ROW_OUTCOME_NOT_PLAYED] = "not played",
        [ROW_OUTCOME_NOT_CHECKED] = "not checked"};
    unsigned sums[ROW_OUTCOME_COUNT];
    tally_reasons needs = {0};
    row_matrix_sums(state->rows, ROW_MATRIX_ALL, sums);
    row_matrix_needs(state->rows, &needs);
    fprintf(c->out, "rows: %u shown", sums[ROW_OUTCOME_SHOWN]);
    for (unsigned i = 0; i < ROW_OUTCOME_COUNT; i++) {
        if (i == ROW_OUTCOME_SHOWN || sums[i] == 0)
            continue;
        fprintf(c->out, ", %u %s", sums[i], words[i]);
        if (i != ROW_OUTCOME_NOT_APPLICABLE || needs.count == 0)
            continue;
        fputs(" (undeclared: ", c->out);
        for (unsigned k = 0; k < needs.count && k < REASONS_SHOWN; k++)
            fprintf(c->out, "%s%s", k == 0 ? "" : ", ", needs.reason[k].text);
        fputs(needs.count > REASONS_SHOWN ? ", ...)" : ")", c->out);
    }
    fputs(".\n", c->out);
}

static void print_sums(const console *c, const run_state *state)
{
    const unsigned distinct = group_numbered_count(&state->groups);
    const uint64_t known = state->known_cases;
    if (distinct > 0)
        fprintf(c->out, "%u distinct finding%s.%s", distinct, distinct == 1 ? "" : "s",
                known > 0 ? " " : "\n");
    if (known > 0)
        fprintf(c->out, "%" PRIu64 " case%s with known findings only.\n", known,
                known == 1 ? "" : "s");
    print_given_up(c, state);
    print_reasons(c, "not declared: ", &state->undeclared);
    print_reasons(c, "", &state->not_applicable);
    print_rows(c, state);
}

static const char *last_word(const run_state *state, paint *colour)
{
    *colour = PAINT_RED;
    if (state->caught != 0)
        return "INCOMPLETE";
    switch (run_state_exit(state)) {
    case EXIT_CLEAN:
        *colour = PAINT_GREEN;
        return "PASSED";
    case EXIT_OURS:
        return "ERROR";
    case EXIT_INPUT:
        return "NOTHING PLAYED";
    default:
        return "FAILED";
    }
}

static const char *answer_to_expect(const run_state *state, unsigned slave)
{
    const slave_description *from = state->lineup->slave[slave].description;
    if (state->slave[slave].expected)
        return "yes";
    if (!state->slave[slave].expect_played)
        return from->expect_scenario != NULL ? "not known, that scenario was not played"
                                             : "not known, no case was played";
    return is_partial(state) ? "NO, not in the cases of this run" : "NO";
}

/// Says whether slaves that are broken on purpose failed as their files say.
static void print_expectations(const console *c, const run_state *state)
{
    for (unsigned i = 0; i < state->lineup->slave_count; i++) {
        const slave_description *slave = state->lineup->slave[i].description;
        if (slave->expect_fail == NULL)
            continue;
        if (!state->slave[i].expected && !run_state_is_complete(state))
            continue; // it might have shown in a case that was not played
        fprintf(c->out, "%s is broken on purpose: fails %s%s%s, as expected: %s\n", slave->name,
                slave->expect_fail, slave->expect_scenario != NULL ? " in " : "",
                slave->expect_scenario != NULL ? slave->expect_scenario : "",
                answer_to_expect(state, i));
    }
}

void report_run(const console *c, const run_state *state, const char *out)
{
    char wall[TEXT_TIME_BYTES];
    paint colour = PAINT_RED;
    const char *word = last_word(state, &colour);
    print_findings(c, state);
    print_undeclared(c, state);
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        if (tally_all(&state->slave[i].all) > 0)
            print_table(c, &state->lineup->slave[i], &state->slave[i]);
    if (state->options->margins)
        margins_print(c, state);
    if (state->options->coverage)
        coverage_print(c, state, out);
    print_sums(c, state);
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        print_waivers(c, state, i);
    print_baseline(c, state);
    print_expectations(c, state);
    if (state->stopped)
        fputs("Stopped at the first case that fails: what follows it was not played.\n", c->out);
    fprintf(c->out, "%s%s%s  %" PRIu64 " case%s, seed %" PRIu64 ", %s    %s/report.html\n",
            console_paint(c, colour), word, console_plain(c), state->cases,
            state->cases == 1 ? "" : "s", state->options->seed,
            text_wall(state->wall_ms, wall, sizeof wall), out);
}
