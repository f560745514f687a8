// `list`: what there is, for people and as JSON arrays.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/json_writer.h"
#include "cli/row_state.h"
#include "models/masters/describe.h"
#include "scenarios/lang/suite.h"
#include "scenarios/requirements/requirements.h"

#include <stdio.h>
#include <string.h>

static void put_stdout(void *ctx, const char *text, size_t bytes)
{
    (void)ctx;
    fwrite(text, 1, bytes, stdout);
}

static void begin(json_writer *w)
{
    json_start(w, put_stdout, NULL);
    json_array(w, JSON_LINES);
}

static void end(json_writer *w)
{
    json_close(w);
    json_finish(w);
}

// ---- masters ------------------------------------------------------------------------------------

static const char *arbitration_of(const master_info *info)
{
    return info->arbitration != NULL ? info->arbitration : "none";
}

/// What hangs on the speed. A speed that the model lists is one that it takes.
static bool spec_at(master_spec *spec, const master_info *info, const char *speed)
{
    char text[MASTER_TEXT_BYTES];
    char why[MASTER_TEXT_BYTES];
    snprintf(text, sizeof text, "%s@%s", info->name, speed);
    return master_spec_read(spec, text, why, sizeof why);
}

static void print_speed(const master_info *info, const char *speed)
{
    master_spec spec;
    if (!spec_at(&spec, info, speed))
        return;
    char text[MASTER_DESCRIPTION_BYTES];
    master_describe_stretch(text, sizeof text, &spec.stretch);
    printf("    @%s: %u Hz, %s mode; %s", speed, spec.scl_hz, master_describe_mode(spec.mode),
           text);
    master_describe_sample(text, sizeof text, &spec.data_sample);
    printf("; samples data %s", text);
    master_describe_violations(text, sizeof text, &spec, true);
    printf("; below its table: %s\n", text);
}

static void speed_to_json(json_writer *w, const master_info *info, const char *speed)
{
    master_spec spec;
    if (!spec_at(&spec, info, speed))
        return;
    char text[MASTER_DESCRIPTION_BYTES];
    json_object(w, JSON_LINES);
    json_key_string(w, "speed", speed);
    json_key_uint(w, "scl_hz", spec.scl_hz);
    json_key_string(w, "mode", master_describe_mode(spec.mode));
    master_describe_stretch(text, sizeof text, &spec.stretch);
    json_key_string(w, "stretch", text);
    master_describe_sample(text, sizeof text, &spec.data_sample);
    json_key_string(w, "samples_data", text);
    master_describe_sample(text, sizeof text, &spec.ack_sample);
    json_key_string(w, "samples_acks", text);
    json_key(w, "known_violations");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; i < spec.known_count; i++) {
        json_object(w, JSON_INLINE);
        master_describe_known(text, sizeof text, &spec.known[i]);
        json_key_string(w, "least", text);
        json_key_string(w, "why", spec.known[i].why);
        json_close(w);
    }
    json_close(w);
    json_close(w);
}

static void master_to_json(json_writer *w, const master_info *info)
{
    json_object(w, JSON_LINES);
    json_key_string(w, "name", info->name);
    json_key_string(w, "about", info->about);
    json_key_string(w, "source", info->source);
    json_key_string(w, "confidence", info->confidence);
    json_key_string(w, "duty", info->duty);
    json_key_string(w, "stretch", info->stretch);
    json_key_string(w, "limits", info->limits);
    json_key_string(w, "arbitration", arbitration_of(info));
    json_key_string(w, "not_modelled", info->not_modelled);
    json_key(w, "speeds");
    json_array(w, JSON_INLINE);
    for (const char *const *speed = info->speeds; speed != NULL && *speed != NULL; speed++)
        json_string(w, *speed);
    json_close(w);
    json_key(w, "at_speed");
    json_array(w, JSON_LINES);
    for (const char *const *speed = info->speeds; speed != NULL && *speed != NULL; speed++)
        speed_to_json(w, info, *speed);
    json_close(w);
    json_key(w, "parameters");
    json_array(w, JSON_LINES);
    for (const master_parameter *p = info->parameter; p != NULL && p->name != NULL; p++) {
        json_object(w, JSON_INLINE);
        json_key_string(w, "name", p->name);
        json_key_string(w, "values", p->values);
        json_key_string(w, "initial", p->initial);
        json_key_string(w, "about", p->about);
        json_close(w);
    }
    json_close(w);
    json_close(w);
}

static void print_master(const master_info *info)
{
    printf("%s", info->name);
    for (const char *const *speed = info->speeds; speed != NULL && *speed != NULL; speed++)
        printf("%s%s", speed == info->speeds ? "  @" : " @", *speed);
    printf("\n    %s\n", info->about);
    printf("    duty %s; stretching: %s; %s\n", info->duty, info->stretch, info->limits);
    printf("    arbitration: %s\n", arbitration_of(info));
    for (const char *const *speed = info->speeds; speed != NULL && *speed != NULL; speed++)
        print_speed(info, *speed);
    for (const master_parameter *p = info->parameter; p != NULL && p->name != NULL; p++)
        printf("    %s=%s (%s): %s\n", p->name, p->initial, p->values, p->about);
}

static int list_masters(const cli_options *options)
{
    json_writer w;
    if (options->as_json)
        begin(&w);
    for (unsigned i = 0; i < master_model_count(); i++) {
        if (options->as_json)
            master_to_json(&w, master_model_info(i));
        else
            print_master(master_model_info(i));
    }
    if (options->as_json)
        end(&w);
    else
        puts("\nEvery master takes rp=, cb=, tf= and ideal= for its board: arduino@100k,rp=4k7\n"
             "Of files: rtl:FILE.master, a controller in Verilog (docs/rtl.md); sketch:FILE.ino, "
             "an\nArduino sketch that makes its own transfers (docs/avr.md)");
    return EXIT_CLEAN;
}

// ---- scenarios ----------------------------------------------------------------------------------

static void names_to_json(json_writer *w, const char *key, const lang_program *p, uint32_t list)
{
    json_key(w, key);
    json_array(w, JSON_INLINE);
    for (uint32_t i = list; i != LANG_NONE; i = lang_at(p, i)->next)
        json_string(w, lang_text(p, lang_at(p, i)->a));
    json_close(w);
}

static void scenario_to_json(json_writer *w, const lang_program *p, const lang_scenario *scenario)
{
    json_object(w, JSON_INLINE);
    json_key_string(w, "name", lang_text(p, scenario->name));
    json_key_string(w, "title", lang_text(p, scenario->title));
    json_key_string(w, "file", lang_text(p, p->files[scenario->file].path));
    json_key_uint(w, "line", scenario->line);
    names_to_json(w, "covers", p, scenario->covers);
    names_to_json(w, "needs", p, scenario->needs);
    names_to_json(w, "masters", p, scenario->masters);
    json_close(w);
}

static void print_scenario(const lang_program *p, const lang_scenario *scenario)
{
    printf("%-32s %s", lang_text(p, scenario->name), lang_text(p, scenario->title));
    for (uint32_t i = scenario->needs; i != LANG_NONE; i = lang_at(p, i)->next)
        printf("%s%s", i == scenario->needs ? "  (needs " : ", ", lang_text(p, lang_at(p, i)->a));
    puts(scenario->needs != LANG_NONE ? ")" : "");
}

static int list_scenarios(const cli_options *options)
{
    json_writer w;
    lineup s;
    if (!lineup_open_scenarios(&s, options)) {
        lineup_close(&s);
        return EXIT_INPUT;
    }
    if (options->as_json)
        begin(&w);
    for (unsigned i = 0; i < s.program_count; i++)
        for (uint32_t k = 0; k < s.program[i]->scenario_count; k++) {
            if (options->as_json)
                scenario_to_json(&w, s.program[i], &s.program[i]->scenarios[k]);
            else
                print_scenario(s.program[i], &s.program[i]->scenarios[k]);
        }
    if (options->as_json)
        end(&w);
    lineup_close(&s);
    return EXIT_CLEAN;
}

// ---- rules --------------------------------------------------------------------------------------

/// A row may be judged both on the bus and above it; it is one rule.
static bool already_listed(const i2c_rule *rule)
{
    return i2c_rule_find(rule->id) != NULL && i2c_rule_find(rule->id) != rule;
}

static void show_rule(json_writer *w, const i2c_rule *rule, const char *judged)
{
    if (w == NULL) {
        printf("%-14s %-44s %s\n", rule->id, rule->title, rule->clause);
        return;
    }
    json_object(w, JSON_INLINE);
    json_key_string(w, "id", rule->id);
    json_key_string(w, "title", rule->title);
    json_key_words(w, "requirements", rule->rows);
    json_key_string(w, "clause", rule->clause);
    json_key_string(w, "judged", judged);
    json_close(w);
}

static int list_rules(const cli_options *options)
{
    json_writer writer;
    json_writer *w = options->as_json ? &writer : NULL;
    if (w != NULL)
        begin(w);
    for (unsigned i = 0; i2c_rule_at(i) != NULL; i++)
        show_rule(w, i2c_rule_at(i), "wires");
    for (unsigned i = 0; play_rule_at(i) != NULL; i++)
        if (!already_listed(play_rule_at(i)))
            show_rule(w, play_rule_at(i), "case");
    if (w != NULL)
        end(w);
    return EXIT_CLEAN;
}

// ---- requirements -------------------------------------------------------------------------------

static void requirement_to_json(json_writer *w, const requirement_row *row)
{
    char level[2] = {requirement_level_letter(row->level), '\0'};
    json_object(w, JSON_LINES);
    json_key_string(w, "id", row->id);
    json_key_string(w, "group", row->group->title);
    json_key_string(w, "level", level);
    json_key_string(w, "condition", row->condition);
    json_key_string(w, "clause", row->clause);
    json_key_string(w, "requirement", row->requirement);
    json_key_string(w, "stimulus", row->stimulus);
    json_key_string(w, "expected", row->expected);
    json_key_string(w, "reading", row->reading);
    json_key(w, "scenarios");
    json_array(w, JSON_INLINE);
    for (size_t i = 0; row_scenario(row, i) != NULL; i++)
        json_string(w, row_scenario(row, i));
    json_close(w);
    json_key(w, "rules");
    json_array(w, JSON_INLINE);
    for (size_t i = 0; row_rule(row, i) != NULL; i++)
        json_string(w, row_rule(row, i)->id);
    json_close(w);
    json_key_string(w, "state", row_state_text(row_state_of(row)));
    json_key_string(w, "reason", row_state_reason(row));
    json_close(w);
}

static int list_requirements(const cli_options *options)
{
    json_writer w;
    if (options->as_json)
        begin(&w);
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        if (options->as_json)
            requirement_to_json(&w, row);
        else
            printf("%-12s %c  %-14s  %s\n", row->id, requirement_level_letter(row->level),
                   row_state_text(row_state_of(row)), row->requirement);
    }
    if (options->as_json)
        end(&w);
    return EXIT_CLEAN;
}

// ---- cases --------------------------------------------------------------------------------------

static void show_case(json_writer *w, const lineup_slave *from, uint32_t number)
{
    play_case one;
    char reason[256] = "";
    char covers[1024] = "";
    play_set_case(from->set, number, &one);
    const bool applies = play_case_applies(from->set, &one, reason, sizeof reason);
    if (w == NULL) {
        printf("%s%s%s\n", one.id, applies ? "" : "    n/a: ", applies ? "" : reason);
        return;
    }
    play_case_covers(from->set, &one, covers, sizeof covers);
    json_object(w, JSON_INLINE);
    json_key_string(w, "id", one.id);
    json_key_string(w, "slave", from->description->name);
    json_key_string(w, "scenario", play_case_scenario(from->set, &one));
    json_key_string(w, "title", play_case_title(from->set, &one));
    json_key_string(w, "master", from->master[one.master].text);
    json_key_words(w, "covers", covers);
    json_key_bool(w, "applies", applies);
    if (!applies)
        json_key_string(w, "reason", reason);
    json_close(w);
}

static int list_cases(const cli_options *options)
{
    json_writer writer;
    json_writer *w = options->as_json ? &writer : NULL;
    lineup s = {0};
    if (options->word_count < 2) {
        console_error("list cases needs a slave file");
        return EXIT_INPUT;
    }
    if (!lineup_open(&s, options, options->words + 1, options->word_count - 1, LINEUP_CASES)) {
        lineup_close(&s);
        return EXIT_INPUT;
    }
    if (w != NULL)
        begin(w);
    for (unsigned i = 0; i < s.slave_count; i++)
        for (uint32_t k = 0; k < play_set_count(s.slave[i].set); k++)
            show_case(w, &s.slave[i], k);
    if (w != NULL)
        end(w);
    lineup_close(&s);
    return EXIT_CLEAN;
}

// ---- the command --------------------------------------------------------------------------------

typedef struct {
    const char *name;
    int (*list)(const cli_options *options);
} listing;

static const listing listings[] = {
    {"slaves", list_slaves}, {"masters", list_masters},           {"scenarios", list_scenarios},
    {"rules", list_rules},   {"requirements", list_requirements}, {"cases", list_cases},
};

int command_list(const cli_options *options)
{
    const char *what = options->word_count == 0 ? "" : options->words[0];
    for (size_t i = 0; i < sizeof listings / sizeof listings[0]; i++) {
        if (strcmp(listings[i].name, what) != 0)
            continue;
        if (options->word_count > 1 && listings[i].list != list_cases) {
            console_error("list %s takes nothing more: \"%s\"", what, options->words[1]);
            return EXIT_INPUT;
        }
        return listings[i].list(options);
    }
    console_error("list what? slaves, masters, scenarios, rules, requirements or cases");
    return EXIT_INPUT;
}
