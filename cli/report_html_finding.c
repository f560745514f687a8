#include "cli/html.h"
#include "cli/markup.h"
#include "cli/report_facts.h"
#include "cli/report_html_private.h"
#include "cli/rule_help.h"
#include "cli/text.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_BYTES = 1024, ROW_BYTES = 32 };

static void item(FILE *out, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    html_element(out, "dt", "", label);
    html_element(out, "dd", "", text);
    fputc('\n', out);
}

static const char *measured_text(const play_finding *finding, char *text, size_t bytes)
{
    char measured[TEXT_TIME_BYTES];
    char limit[TEXT_TIME_BYTES];
    text[0] = '\0';
    if (finding->measured_known)
        snprintf(text, bytes, "%s, limit %s",
                 finding->never ? "never"
                                : text_signed_time(finding->measured_ps, measured, sizeof measured),
                 text_signed_time(finding->limit_ps, limit, sizeof limit));
    return text;
}

static void put_facts(FILE *out, const run_state *state, const finding_group *group)
{
    const play_finding *finding = &group->finding;
    char text[LINE_BYTES];
    fputs("<dl>\n", out);
    item(out, "expected", report_expected_text(finding, text, sizeof text));
    item(out, "got", finding->message);
    item(out, "measured", measured_text(finding, text, sizeof text));
    item(out, "who", report_who_text(finding, text, sizeof text));
    item(out, "where", report_where_text(group, text, sizeof text));
    item(out, "then", finding->followed);
    item(out, "also", report_also_text(state, group, text, sizeof text));
    if (group->log.bytes > 0)
        item(out, "printed", group->log.text);
    fputs("</dl>\n", out);
}

// ---- waves --------------------------------------------------------------------------------------

static void put_good(FILE *out, const finding_group *group)
{
    const pictures *p = &group->pictures;
    if (p->good_svg == NULL)
        return;
    fputs("<h3>A good run: <span class=\"mono\">", out);
    markup_text(out, p->good_case);
    fputs("</span></h3>\n", out);
    if (p->difference[0] != '\0') {
        fputs("<p>First difference, marked D in both: ", out);
        markup_text(out, p->difference);
        fputs(".</p>\n", out);
    }
    fprintf(out, "<div class=\"scroll\">%s</div>\n", p->good_svg);
}

static void put_waves(FILE *out, const finding_group *group)
{
    const pictures *p = &group->pictures;
    if (p->near_svg != NULL)
        fprintf(out,
                "<div class=\"scroll\">%s</div>\n<p class=\"dim\">Low is thick where the slave "
                "pulls, thin where only others do, dashed where both do. Hover for times and "
                "names.</p>\n",
                p->near_svg);
    if (p->whole_svg != NULL)
        fprintf(out,
                "<details%s><summary>The whole transfer</summary><div class=\"scroll\">%s</div>"
                "</details>\n",
                p->differs_before ? " open=\"open\"" : "", p->whole_svg);
    put_good(out, group);
    if (group->wave[0] == '\0')
        return;
    fputs("<p><a href=\"", out);
    markup_text(out, group->wave);
    fputs("\">Waveform of the case (VCD)</a></p>\n", out);
}

// ---- why ----------------------------------------------------------------------------------------

static void put_row(FILE *out, const requirement_row *row)
{
    fprintf(out, "<h3 class=\"mono\">%s</h3>\n<dl>\n", row->id);
    item(out, "requirement", row->requirement);
    item(out, "rests on", row->clause);
    item(out, "level", requirement_level_text(row->level));
    item(out, "reading", row->reading);
    item(out, "usual cause", row->cause);
    item(out, "usual cure", row->cure);
    fputs("</dl>\n", out);
}

static void put_help(FILE *out, const rule_help *help)
{
    fprintf(out, "<h3 class=\"mono\">%s</h3>\n<dl>\n", help->id);
    item(out, "means", help->means);
    item(out, "usual cause", help->cause);
    item(out, "usual cure", help->cure);
    fputs("</dl>\n", out);
}

/// What the rule is about; of the rows the first, and the others behind a click.
static void put_why(FILE *out, const play_finding *finding)
{
    const rule_help *help = rule_help_find(finding->rule);
    unsigned rows = 0;
    if (help != NULL)
        put_help(out, help);
    for (const char *at = finding->rows; *at != '\0';) {
        char id[ROW_BYTES];
        const size_t bytes = strcspn(at, " ");
        snprintf(id, sizeof id, "%.*s", (int)bytes, at);
        const requirement_row *row = requirement_find(id);
        if (row != NULL && rows++ == 1)
            fputs("<details><summary>Other rows that it breaks</summary>\n", out);
        if (row != NULL)
            put_row(out, row);
        at += bytes;
        at += strspn(at, " ");
    }
    fputs(rows > 1 ? "</details>\n" : "", out);
}

// ---- where else ---------------------------------------------------------------------------------

static const char *place_name(const lineup_slave *from, const group_place *place)
{
    const play_case one = {.program = place->program, .scenario = place->scenario};
    return play_case_scenario(from->set, &one);
}

static uint64_t masters_of(const finding_group *group, unsigned place)
{
    return group->place[place].masters;
}

static void put_places(FILE *out, const lineup_slave *from, const finding_group *group)
{
    if (group->cases < 2)
        return;
    fprintf(out,
            "<details><summary>Where else: %u cases</summary><div class=\"scroll\"><table>"
            "<thead><tr><th>scenario</th>",
            group->cases);
    for (unsigned m = 0; m < from->master_count; m++)
        if ((group->masters >> m & 1u) != 0)
            html_element(out, "th", "mono", from->master[m].text);
    fputs("</tr></thead><tbody>\n", out);
    for (unsigned i = 0; i < group->places; i++) {
        fputs("<tr>", out);
        html_element(out, "td", "mono", place_name(from, &group->place[i]));
        for (unsigned m = 0; m < from->master_count; m++)
            if ((group->masters >> m & 1u) != 0)
                fputs((masters_of(group, i) >> m & 1u) != 0 ? "<td class=\"bad\">shown</td>"
                                                            : "<td class=\"dim\">-</td>",
                      out);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>", out);
    if (group->scenarios > group->places)
        fprintf(out, "<p>and %u more scenarios.</p>", group->scenarios - group->places);
    fputs("</details>\n", out);
}

// ---- lines to copy ------------------------------------------------------------------------------

/// The first row that the finding breaks, which an `accept` line names.
static void put_accept(FILE *out, const play_finding *finding)
{
    char line[LINE_BYTES];
    const size_t bytes = strcspn(finding->rows, " ");
    if (bytes == 0)
        return;
    snprintf(line, sizeof line, "accept %.*s because \"REASON\" until YYYY-MM-DD", (int)bytes,
             finding->rows);
    html_copy_line(out, "accept", line);
}

static void put_commands(FILE *out, const run_state *state, const finding_group *group)
{
    char again[REPORT_COMMAND_BYTES];
    char line[REPORT_COMMAND_BYTES + 64];
    report_replay_command(state, group, again, sizeof again);
    if (report_is_in_place(state, group)) {
        html_copy_line(out, "replay: the bus with", again);
        put_accept(out, &group->finding);
        return;
    }
    snprintf(line, sizeof line, "%s --open", again);
    html_copy_line(out, "replay", line);
    if (group->finding.access_known) {
        snprintf(line, sizeof line, "%s --gdb", again);
        html_copy_line(out, "gdb", line);
    }
    if (report_is_end_of_process(&group->finding)) {
        snprintf(line, sizeof line, "gdb --args %s --jobs 0", again);
        html_copy_line(out, "debug", line);
    }
    put_accept(out, &group->finding);
}

void report_html_finding(FILE *out, const run_state *state, const finding_group *group,
                         unsigned number)
{
    const lineup_slave *from = &state->lineup->slave[group->slave];
    const play_finding *finding = &group->finding;
    fprintf(out, "<section class=\"finding\" id=\"F%u\">\n<h2>F%u <span class=\"%s\">%s</span> ",
            number, number, report_html_style(finding->verdict),
            report_verdict_word(finding->verdict));
    markup_text(out, finding->title);
    fputs("</h2>\n<p class=\"mono dim\">", out);
    markup_text(out, finding->rule);
    fputs(" in ", out);
    markup_text(out, group->shown.id);
    fputs("</p>\n", out);
    put_facts(out, state, group);
    put_waves(out, group);
    report_html_source(out, from->description, finding->where);
    put_why(out, finding);
    put_places(out, from, group);
    put_commands(out, state, group);
    fputs("</section>\n", out);
}
