#include "cli/report_html.h"

#include "cli/console.h"
#include "cli/coverage.h"
#include "cli/html.h"
#include "cli/markup.h"
#include "cli/report_facts.h"
#include "cli/report_html_private.h"
#include "cli/text.h"

#include <inttypes.h>
#include <string.h>

enum { TITLE_BYTES = 256, REASONS_SHOWN = 12 };

const char *report_html_style(play_verdict verdict)
{
    if (verdict == PLAY_PASS)
        return "good";
    if (verdict == PLAY_WARN || verdict == PLAY_INCONCLUSIVE)
        return "warn";
    return verdict >= PLAY_INCOMPATIBLE ? "bad" : "dim";
}

// ---- the head -----------------------------------------------------------------------------------

static const char *outcome_of(const run_state *state)
{
    if (!run_state_is_complete(state))
        return "incomplete";
    switch (run_state_exit(state)) {
    case EXIT_CLEAN:
        return "passed";
    case EXIT_OURS:
        return "error";
    case EXIT_INPUT:
        return "nothing was played";
    default:
        return "failed";
    }
}

static void put_head(FILE *out, const run_state *state)
{
    const cli_options *o = state->options;
    const unsigned distinct = group_numbered_count(&state->groups);
    const char *outcome = outcome_of(state);
    fprintf(out, "<h1>i2cproof: <span class=\"%s\">%s</span></h1>\n<p>",
            run_state_is_complete(state) && run_state_exit(state) == EXIT_CLEAN ? "good" : "bad",
            outcome);
    for (unsigned i = 0; i < state->lineup->slave_count; i++) {
        const lineup_slave *from = &state->lineup->slave[i];
        fprintf(out, "%s<b>", i == 0 ? "" : ", ");
        markup_text(out, from->description->name);
        fprintf(out, "</b> at 0x%02X", from->description->addr7);
    }
    fprintf(out,
            ". %" PRIu64 " cases, %u distinct finding%s. Seed %" PRIu64 "%s%s, i2cproof %s.</p>\n",
            state->cases, distinct, distinct == 1 ? "" : "s", o->seed, o->quick ? ", --quick" : "",
            o->long_runs ? ", --long" : "", I2CPROOF_VERSION);
    if (!run_state_is_complete(state))
        fputs("<p class=\"bad\">Not all cases were played: the run was stopped.</p>\n", out);
}

// ---- the table of a slave -----------------------------------------------------------------------

static void put_sum(FILE *out, const run_slave *slave, const tally *sum, const char *name)
{
    char text[TEXT_TIME_BYTES] = "-";
    char latency[REPORT_LATENCY_BYTES];
    fputs("<tr>", out);
    html_element(out, "td", "mono", name);
    for (unsigned i = 0; i < REPORT_COLUMNS; i++) {
        const play_verdict verdict = report_columns[i].verdict;
        if (!report_column_shown(&report_columns[i], slave))
            continue;
        const bool marked = sum->count[verdict] > 0 && verdict >= PLAY_WARN;
        fprintf(out, "<td class=\"n%s%s\">%" PRIu64 "</td>", marked ? " " : "",
                marked ? report_html_style(verdict) : "", sum->count[verdict]);
    }
    if (report_latency_shown(slave))
        html_element(out, "td", "n", report_latency(sum, latency));
    if (sum->longest_hold_ps > 0)
        text_time(sum->longest_hold_ps, text, sizeof text);
    html_element(out, "td", "n", text);
    if (sum->margin.seen)
        fprintf(out, "<td class=\"n\">%s %" PRId64 " %%</td></tr>\n",
                i2c_timing_symbol(sum->margin.parameter), tally_margin_percent(&sum->margin));
    else
        fputs("<td class=\"n\">-</td></tr>\n", out);
}

static void put_table(FILE *out, const lineup_slave *from, const run_slave *slave)
{
    fputs("<div class=\"scroll\"><table><thead><tr>", out);
    html_element(out, "th", "", "master");
    for (unsigned i = 0; i < REPORT_COLUMNS; i++)
        if (report_column_shown(&report_columns[i], slave))
            html_element(out, "th", "n", report_columns[i].head);
    if (report_latency_shown(slave))
        html_element(out, "th", "n", "latency: asked/found");
    html_element(out, "th", "n", "longest hold of SCL");
    html_element(out, "th", "n", "least margin");
    fputs("</tr></thead><tbody>\n", out);
    for (unsigned i = 0; i < from->master_count; i++)
        if (tally_all(&slave->sum[i]) > 0)
            put_sum(out, slave, &slave->sum[i], from->master[i].text);
    fputs("</tbody></table></div>\n", out);
}

static void put_slave(FILE *out, const run_state *state, unsigned number)
{
    const lineup_slave *from = &state->lineup->slave[number];
    const run_slave *slave = &state->slave[number];
    if (tally_all(&slave->all) == 0)
        return;
    html_element(out, "h2", "", from->description->name);
    put_table(out, from, slave);
    if (slave->given_up > 0)
        fprintf(out, "<p>%" PRIu64 " cases were not played: it hung too often before.</p>\n",
                slave->given_up);
    report_html_sweeps(out, slave);
    report_html_margins(out, from, slave);
}

// ---- findings -----------------------------------------------------------------------------------

static void put_index(FILE *out, const run_state *state)
{
    unsigned number = 0;
    fputs("<h2 id=\"findings\">Findings</h2>\n<ol>\n", out);
    for (unsigned i = 0; i < state->groups.count; i++) {
        const finding_group *group = &state->groups.group[i];
        if (!group_is_numbered(group))
            continue;
        fprintf(out, "<li><a href=\"#F%u\"><span class=\"%s\">%s</span> ", ++number,
                report_html_style(group->finding.verdict),
                report_verdict_word(group->finding.verdict));
        markup_text(out, group->finding.title);
        fputs("</a> <span class=\"dim\">", out);
        markup_text(out, group->finding.rule);
        fprintf(out, ", %u case%s</span></li>\n", group->cases, group->cases == 1 ? "" : "s");
    }
    fputs("</ol>\n", out);
}

static void put_findings(FILE *out, const run_state *state)
{
    unsigned number = 0;
    if (group_numbered_count(&state->groups) == 0) {
        fputs("<h2 id=\"findings\">Findings</h2>\n<p>None that counts.</p>\n", out);
        return;
    }
    put_index(out, state);
    for (unsigned i = 0; i < state->groups.count; i++)
        if (group_is_numbered(&state->groups.group[i]))
            report_html_finding(out, state, &state->groups.group[i], ++number);
}

static const char *standing_word(const finding_group *group)
{
    if (group->standing == STANDING_KNOWN)
        return "known";
    return group->standing == STANDING_ACCEPTED ? "accepted"
                                                : report_verdict_word(group->finding.verdict);
}

static void put_others(FILE *out, const run_state *state)
{
    if (group_numbered_count(&state->groups) < state->groups.count) {
        fputs("<h2>Notes, known and accepted</h2>\n<div class=\"scroll\"><table><tbody>\n", out);
        for (unsigned i = 0; i < state->groups.count; i++) {
            const finding_group *group = &state->groups.group[i];
            if (group_is_numbered(group))
                continue;
            fputs("<tr>", out);
            html_element(out, "td", "dim", standing_word(group));
            html_element(out, "td", "mono", group->finding.rule);
            html_element(out, "td", "", group->finding.title);
            html_element(out, "td", "mono", group->shown.id);
            fprintf(out, "<td class=\"n\">%u case%s</td></tr>\n", group->cases,
                    group->cases == 1 ? "" : "s");
        }
        fputs("</tbody></table></div>\n", out);
    }
    if (state->groups.dropped > 0)
        fprintf(out, "<p>%" PRIu64 " further findings beyond the first %d distinct ones.</p>\n",
                state->groups.dropped, GROUP_MAX);
}

// ---- what was not played ------------------------------------------------------------------------

static void put_reasons(FILE *out, const char *label, const tally_reasons *from)
{
    tally_reasons reasons = *from;
    if (reasons.count == 0)
        return;
    tally_reasons_sort(&reasons);
    fprintf(out, "<p>%s: ", label);
    for (unsigned i = 0; i < reasons.count && i < REASONS_SHOWN; i++) {
        fputs(i == 0 ? "" : ", ", out);
        markup_text(out, reasons.reason[i].text);
        fprintf(out, " (%" PRIu64 ")", reasons.reason[i].cases);
    }
    fputs(".</p>\n", out);
}

bool report_html_write(const run_state *state, const char *path, char *message,
                       size_t message_bytes)
{
    char title[TITLE_BYTES];
    html_page page;
    snprintf(title, sizeof title, "i2cproof: %s %s", state->lineup->slave[0].description->name,
             outcome_of(state));
    if (!html_page_open(&page, title)) {
        snprintf(message, message_bytes, "out of memory");
        return false;
    }
    put_head(page.out, state);
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        put_slave(page.out, state, i);
    put_findings(page.out, state);
    put_others(page.out, state);
    coverage_put_html(page.out, state);
    report_html_rows(page.out, state);
    put_reasons(page.out, "Cases left out for want of a declaration", &state->undeclared);
    put_reasons(page.out, "Cases that do not apply otherwise", &state->not_applicable);
    return html_page_close(&page, path, message, message_bytes);
}
