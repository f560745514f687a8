// `explain`: a requirement, a rule, a scenario or a way to fail, by its id or by a symptom in plain
// words.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/covering.h"
#include "cli/id_meant.h"
#include "cli/row_state.h"
#include "cli/rule_help.h"
#include "cli/text.h"
#include "scenarios/lang/suite.h"
#include "scenarios/play/play.h"
#include "scenarios/requirements/requirements.h"

#include <stdio.h>
#include <string.h>

enum { LINE_COLUMNS = 96, HITS = 6, INDENT = 13 };

/// A label and a text that is wrapped under itself.
static void paragraph(const char *label, const char *text)
{
    int column = INDENT;
    if (text[0] == '\0')
        return;
    printf("  %-10s ", label);
    for (const char *at = text + strspn(text, " "); *at != '\0'; at += strspn(at, " ")) {
        const int length = (int)strcspn(at, " ");
        if (column > INDENT && column + 1 + length > LINE_COLUMNS) {
            printf("\n%*s", INDENT, "");
            column = INDENT;
        }
        printf("%s%.*s", column > INDENT ? " " : "", length, at);
        column += length + 1;
        at += length;
    }
    putchar('\n');
}

static bool covers_one(const lang_program *p, const lang_scenario *scenario,
                       const requirement_row *const *rows)
{
    for (; *rows != NULL; rows++)
        if (covering_row(p, scenario, *rows))
            return true;
    return false;
}

/// The scenarios of the suite that test any of `rows`.
static void tested_by(const requirement_row *const *rows)
{
    const lang_program *p = suite_program();
    char text[2048] = "";
    for (uint32_t i = 0; i < p->scenario_count; i++)
        if (covers_one(p, &p->scenarios[i], rows))
            text_add(text, sizeof text, "%s ", lang_text(p, p->scenarios[i].name));
    paragraph("scenarios", text[0] == '\0' ? "not tested yet" : text);
}

static void checked_by(const requirement_row *row)
{
    char scenarios[2048] = "";
    char rules[512] = "";
    for (size_t i = 0; row_scenario(row, i) != NULL; i++)
        text_add(scenarios, sizeof scenarios, "%s ", row_scenario(row, i));
    for (size_t i = 0; row_rule(row, i) != NULL; i++)
        text_add(rules, sizeof rules, "%s ", row_rule(row, i)->id);
    paragraph("scenarios", scenarios);
    paragraph("rules", rules);
    if (row_state_of(row) == ROW_NOT_OBSERVABLE)
        paragraph("not seen", row_state_reason(row));
    else if (row_state_of(row) == ROW_PLANNED)
        paragraph("planned", row_state_reason(row));
}

/// What the scenarios do that check a row whose text does not say it.
static void scenario_titles(const requirement_row *row)
{
    const lang_program *p = suite_program();
    char text[2048] = "";
    for (uint32_t i = 0; i < p->scenario_count; i++)
        if (covering_row(p, &p->scenarios[i], row))
            text_add(text, sizeof text, "%s%s", text[0] == '\0' ? "" : "; ",
                     lang_text(p, p->scenarios[i].title));
    if (text[0] == '\0')
        text_add(text, sizeof text, "%s",
                 row_rule(row, 0) != NULL ? "all traffic: a rule watches it"
                                          : row_state_reason(row));
    paragraph("tested by", text);
}

/// What a failure tells, and where to look by what it takes to see it.
static void how_to_read(const requirement_row *row)
{
    char text[2048] = "";
    if (row->reading[0] != '\0')
        text_add(text, sizeof text, "%s ", row->reading);
    if (row_state_of(row) != ROW_CHECKED) {
        text_add(text, sizeof text, "No case can fail it here: judge it on paper or on the bench.");
        paragraph("reading", text);
        return;
    }
    if (row_rule(row, 0) != NULL)
        text_add(text, sizeof text,
                 "A rule judged the wires: `got` has the time and the measured value, `who` the "
                 "line of your code that moved the pin, ^1 in the drawing the edge. ");
    if (row_scenario(row, 0) != NULL)
        text_add(text, sizeof text,
                 "A scenario expected an answer: `where` has its statement, `expected` the byte or "
                 "ACK that should have come, >...< in `transfer` the place. ");
    if ((row->sees & REQUIREMENT_SEES_APPLICATION) != 0)
        text_add(text, sizeof text,
                 "It is about what your application gets: compare its calls and variables with the "
                 "bytes on the wire. ");
    text_add(
        text, sizeof text, "%s",
        requirement_level_effect(row->level) == REQUIREMENT_FAILS
            ? "It fails the case."
            : "By itself it does not fail the case, but a bus that stays dead afterwards does.");
    paragraph("reading", text);
}

static void explain_row(const requirement_row *row)
{
    printf("%s  %s\n", row->id, row->group->title);
    paragraph("asks", row->requirement);
    paragraph("level", requirement_level_text(row->level));
    paragraph("if", row->condition_text);
    paragraph("source", row->clause);
    if (row->stimulus[0] != '\0')
        paragraph("tested by", row->stimulus);
    else
        scenario_titles(row);
    paragraph("expected", row->expected[0] != '\0' ? row->expected : row->requirement);
    how_to_read(row);
    paragraph("usually", row->cause);
    paragraph("cure", row->cure);
    for (size_t i = 0; requirement_failure_of(row, i) != NULL; i++) {
        char text[512];
        const requirement_failure *failure = requirement_failure_of(row, i);
        snprintf(text, sizeof text, "%s %s", failure->id, failure->title);
        paragraph(i == 0 ? "shows as" : "", text);
    }
    checked_by(row);
}

static void explain_failure(const requirement_failure *failure)
{
    char rows[512] = "";
    printf("%s  %s\n", failure->id, failure->title);
    paragraph("shows", failure->shows);
    paragraph("cause", failure->cause);
    for (const requirement_row *const *row = failure->rows; *row != NULL; row++)
        text_add(rows, sizeof rows, "%s ", (*row)->id);
    paragraph("caught by", rows);
    tested_by(failure->rows);
}

static const i2c_rule *find_rule(const char *id)
{
    for (unsigned i = 0; play_rule_at(i) != NULL; i++)
        if (strcmp(play_rule_at(i)->id, id) == 0)
            return play_rule_at(i);
    return i2c_rule_find(id);
}

static void explain_rule(const i2c_rule *rule)
{
    const rule_help *help = rule_help_find(rule->id);
    printf("%s  %s\n", rule->id, rule->title);
    if (help != NULL) {
        paragraph("means", help->means);
        paragraph("usually", help->cause);
        paragraph("cure", help->cure);
    }
    paragraph("source", rule->clause);
    paragraph("judges", rule->rows);
}

static bool explain_id(const char *id)
{
    const requirement_row *row = requirement_find(id);
    const requirement_failure *failure = requirement_failure_find(id);
    const i2c_rule *rule = find_rule(id);
    if (row != NULL)
        explain_row(row);
    else if (failure != NULL)
        explain_failure(failure);
    else if (rule != NULL)
        explain_rule(rule);
    return row != NULL || failure != NULL || rule != NULL;
}

// ---- scenarios ----------------------------------------------------------------------------------

static void list_of(const char *label, const lang_program *p, uint32_t list)
{
    char text[1024] = "";
    for (uint32_t i = list; i != LANG_NONE; i = lang_at(p, i)->next)
        text_add(text, sizeof text, "%s ", lang_text(p, lang_at(p, i)->a));
    paragraph(label, text);
}

static void statements(const lang_program *p, uint32_t body, int indent)
{
    for (uint32_t i = body; i != LANG_NONE; i = lang_at(p, i)->next) {
        printf("%*s%s\n", indent, "", lang_text(p, lang_at(p, i)->text));
        statements(p, lang_at(p, i)->body, indent + 4);
    }
}

static void explain_scenario(const lang_program *p, const lang_scenario *scenario)
{
    char place[512];
    snprintf(place, sizeof place, "%s:%u", lang_text(p, p->files[scenario->file].path),
             scenario->line);
    printf("%s  %s\n", lang_text(p, scenario->name), lang_text(p, scenario->title));
    list_of("needs", p, scenario->needs);
    list_of("covers", p, scenario->covers);
    list_of("masters", p, scenario->masters);
    list_of("for each", p, scenario->fors);
    paragraph("file", place);
    putchar('\n');
    statements(p, scenario->body, 4);
}

static bool explain_named(const lineup *s, const char *name)
{
    for (unsigned i = 0; i < s->program_count; i++)
        for (uint32_t k = 0; k < s->program[i]->scenario_count; k++)
            if (strcmp(lang_text(s->program[i], s->program[i]->scenarios[k].name), name) == 0) {
                explain_scenario(s->program[i], &s->program[i]->scenarios[k]);
                return true;
            }
    return false;
}

static bool explain_words(const char *text)
{
    requirement_hit hits[HITS];
    const size_t count = requirement_search(text, hits, HITS);
    if (count == 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (hits[i].failure != NULL)
            printf("%-12s %s\n", hits[i].failure->id, hits[i].failure->title);
        else
            printf("%-12s %s\n", hits[i].row->id, hits[i].row->requirement);
    }
    putchar('\n');
    if (hits[0].failure != NULL)
        explain_failure(hits[0].failure);
    else
        explain_row(hits[0].row);
    return true;
}

int command_explain(const cli_options *options)
{
    char text[512] = "";
    if (options->word_count == 0) {
        console_error("explain needs an id or a symptom, e.g. \"SDA stuck low\"");
        return EXIT_INPUT;
    }
    for (unsigned i = 0; i < options->word_count; i++)
        text_add(text, sizeof text, "%s%s", i == 0 ? "" : " ", options->words[i]);
    lineup s;
    const bool fine = lineup_open_scenarios(&s, options);
    const bool found = fine && (explain_id(text) || explain_named(&s, text) ||
                                (!id_has_form(text) && explain_words(text)));
    lineup_close(&s);
    if (!fine)
        return EXIT_INPUT;
    if (found)
        return EXIT_CLEAN;
    const char *meant = id_has_form(text) ? id_meant(text) : NULL;
    if (id_has_form(text))
        console_error("there is no %s%s%s%s (i2cproof list requirements shows all ids)", text,
                      meant == NULL ? "" : "; did you mean ", meant == NULL ? "" : meant,
                      meant == NULL ? "" : "?");
    else
        console_error("nothing is known about \"%s\" (i2cproof list requirements shows all ids)",
                      text);
    return EXIT_INPUT;
}
