#include "cli/html.h"
#include "cli/margins.h"
#include "cli/markup.h"
#include "cli/report_html_private.h"

#include <inttypes.h>
#include <string.h>

enum { EDGES_BYTES = 256 };

// ---- sweeps -------------------------------------------------------------------------------------

static bool is_swept(const tally_sweeps *sweeps, unsigned kind)
{
    for (unsigned i = 0; i < sweeps->count; i++)
        if (sweeps->swept[i].points[kind] > 0)
            return true;
    return false;
}

static void put_points(FILE *out, uint64_t points, uint64_t failed)
{
    if (points == 0)
        fputs("<td class=\"n dim\">-</td>", out);
    else if (failed == 0)
        fprintf(out, "<td class=\"n\">%" PRIu64 "</td>", points);
    else
        fprintf(out, "<td class=\"n bad\">%" PRIu64 " of %" PRIu64 " fail</td>", failed, points);
}

void report_html_sweeps(FILE *out, const run_slave *slave)
{
    const tally_sweeps *sweeps = &slave->sweeps;
    unsigned kinds = 0;
    const uint64_t points = tally_sweep_points(sweeps, &kinds);
    if (points == 0)
        return;
    fprintf(out,
            "<details><summary>Sweeps: %" PRIu64 " points, %u kinds of break</summary>"
            "<div class=\"scroll\"><table><thead><tr><th>transfer</th>",
            points, kinds);
    for (unsigned k = 0; k < LANG_SWEEP_KIND_COUNT; k++)
        if (is_swept(sweeps, k))
            html_element(out, "th", "n", tally_kind_text((lang_sweep_kind)k));
    fputs("</tr></thead><tbody>\n", out);
    for (unsigned i = 0; i < sweeps->count; i++) {
        fputs("<tr>", out);
        html_element(out, "td", "mono", sweeps->swept[i].transfer);
        for (unsigned k = 0; k < LANG_SWEEP_KIND_COUNT; k++)
            if (is_swept(sweeps, k))
                put_points(out, sweeps->swept[i].points[k], sweeps->swept[i].failed[k]);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div></details>\n", out);
}

// ---- margins ------------------------------------------------------------------------------------

static void put_margin(FILE *out, const margins_row *row)
{
    char count[24];
    snprintf(count, sizeof count, "%" PRIu64, row->count);
    fputs("<tr>", out);
    html_element(out, "td", "", row->by);
    html_element(out, "td", "mono", row->symbol);
    html_element(out, "td", "n", row->limit);
    html_element(out, "td", "n", count);
    html_element(out, "td", "n", row->least);
    html_element(out, "td", "n", row->mean);
    html_element(out, "td", "n", row->most);
    html_element(out, "td", row->over ? "n bad" : "n", row->share);
    html_element(out, "td", "mono", row->least_in);
    html_element(out, "td", "dim", row->listed ? "listed by the master" : "");
    fputs("</tr>\n", out);
}

static void put_margins_of(FILE *out, const lineup_slave *from, unsigned m, const tally *sum)
{
    static const char *const heads[] = {"made by", "time", "limit",  "count",           "least",
                                        "mean",    "most", "margin", "least margin in", ""};
    char text[EDGES_BYTES];
    margins_walk walk = {0};
    unsigned edges = TALLY_EDGES;
    while (margins_next(&walk, from, m, sum)) {
        if (walk.edges != edges) {
            fputs(edges == TALLY_EDGES ? "" : "</tbody></table></div>", out);
            edges = walk.edges;
            html_element(
                out, "h3", "",
                margins_edges_text(&from->master[m], (tally_edges)edges, text, sizeof text));
            fputs("<div class=\"scroll\"><table><thead><tr>", out);
            for (unsigned i = 0; i < sizeof heads / sizeof heads[0]; i++)
                html_element(out, "th", "", heads[i]);
            fputs("</tr></thead><tbody>\n", out);
        }
        put_margin(out, &walk.row);
    }
    fputs(edges == TALLY_EDGES ? "" : "</tbody></table></div>\n", out);
}

void report_html_margins(FILE *out, const lineup_slave *from, const run_slave *slave)
{
    fputs("<details><summary>Times against their limits</summary>\n", out);
    for (unsigned m = 0; m < from->master_count; m++)
        put_margins_of(out, from, m, &slave->sum[m]);
    fputs("</details>\n", out);
}

// ---- requirement rows ---------------------------------------------------------------------------

static const char *outcome_words(row_outcome outcome)
{
    static const char *const words[ROW_OUTCOME_COUNT] = {
        [ROW_OUTCOME_FAILED] = "failed",
        [ROW_OUTCOME_SHOWN] = "shown",
        [ROW_OUTCOME_WATCHED] = "watched in all traffic",
        [ROW_OUTCOME_UNDECIDED] = "undecided",
        [ROW_OUTCOME_NOT_SEEN] = "not seen on the wire",
        [ROW_OUTCOME_NOT_APPLICABLE] = "not applicable",
        [ROW_OUTCOME_NOT_PLAYED] = "not played",
        [ROW_OUTCOME_NOT_CHECKED] = "not checked"};
    return words[outcome];
}

static const char *outcome_style(row_outcome outcome)
{
    if (outcome == ROW_OUTCOME_FAILED)
        return "bad";
    if (outcome == ROW_OUTCOME_SHOWN || outcome == ROW_OUTCOME_WATCHED)
        return "good";
    return outcome == ROW_OUTCOME_UNDECIDED || outcome == ROW_OUTCOME_NOT_SEEN ? "warn" : "dim";
}

static void put_row(FILE *out, const run_state *state, size_t i)
{
    const requirement_row *row = requirement_at(i);
    const row_count count = row_matrix_count(state->rows, ROW_MATRIX_ALL, i);
    const row_outcome outcome = row_matrix_outcome(state->rows, ROW_MATRIX_ALL, i);
    fputs("<tr>", out);
    html_element(out, "td", "mono", row->id);
    fprintf(out, "<td>%c</td>", requirement_level_letter(row->level));
    html_element(out, "td", outcome_style(outcome), outcome_words(outcome));
    fprintf(out, "<td class=\"n\">%" PRIu64 "</td><td class=\"n\">%" PRIu64 "</td>", count.passed,
            count.failed);
    html_element(out, "td", "", row->requirement);
    fputs("</tr>\n", out);
}

/// Outcomes of the rows from `first` on that belong to the same group; returns the first row behind
/// them.
static size_t group_sums(const run_state *state, size_t first, unsigned sums[ROW_OUTCOME_COUNT])
{
    const requirement_group *group = requirement_at(first)->group;
    size_t i = first;
    memset(sums, 0, ROW_OUTCOME_COUNT * sizeof sums[0]);
    for (; requirement_at(i) != NULL && requirement_at(i)->group == group; i++)
        sums[row_matrix_outcome(state->rows, ROW_MATRIX_ALL, i)]++;
    return i;
}

static void put_sums(FILE *out, const unsigned sums[ROW_OUTCOME_COUNT])
{
    bool any = false;
    for (unsigned k = 0; k < ROW_OUTCOME_COUNT; k++) {
        if (sums[k] == 0)
            continue;
        fprintf(out, "%s<span class=\"%s\">%u %s</span>", any ? ", " : "",
                outcome_style((row_outcome)k), sums[k], outcome_words((row_outcome)k));
        any = true;
    }
}

void report_html_rows(FILE *out, const run_state *state)
{
    unsigned sums[ROW_OUTCOME_COUNT];
    fputs("<h2 id=\"rows\">Requirements</h2>\n<p>", out);
    row_matrix_sums(state->rows, ROW_MATRIX_ALL, sums);
    put_sums(out, sums);
    fputs(".</p>\n", out);
    for (size_t i = 0; requirement_at(i) != NULL;) {
        const requirement_group *group = requirement_at(i)->group;
        const size_t end = group_sums(state, i, sums);
        fprintf(out, "<details%s><summary><span class=\"mono\">%s</span> ",
                sums[ROW_OUTCOME_FAILED] > 0 ? " open=\"open\"" : "", group->name);
        markup_text(out, group->title);
        fputs(": ", out);
        put_sums(out, sums);
        fputs("</summary><div class=\"scroll\"><table><thead><tr><th>row</th><th>level</th>"
              "<th>outcome</th><th class=\"n\">passed</th><th class=\"n\">failed</th>"
              "<th>requirement</th></tr></thead><tbody>\n",
              out);
        for (; i < end; i++)
            put_row(out, state, i);
        fputs("</tbody></table></div></details>\n", out);
    }
}
