/// The heads of a scenario, and its place in the program.
#include "scenarios/lang/parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    lang_scenario scenario;
    lang_list fors;
    lang_list masters;
    lang_list covers;
    lang_list needs;
    lang_list unless;
} heads;

static bool is_row_id(const lang_token *token)
{
    bool dash = false;
    for (size_t i = 0; i < token->bytes; i++) {
        const char c = token->text[i];
        dash = dash || c == '-';
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return dash && token->bytes >= 5 && token->bytes < 40;
}

static void parse_covers(lang_parser *p, heads *h)
{
    // `p->token` is the first id already cut up as an expression: read it again as words.
    p->lexer.at = p->token.at;
    lang_advance_word(p);
    if (lang_at_line_end(p))
        lang_expected(p, "requirement ids: I2C-STA-01");
    for (; !lang_at_line_end(p); lang_advance_word(p)) {
        const lang_token token = p->token;
        char id[40] = "";
        if (!is_row_id(&token)) {
            lang_expected(p, "a requirement id, as in I2C-STA-01");
            return;
        }
        memcpy(id, token.text, token.bytes);
        const char *near = NULL;
        if (p->options != NULL && p->options->row_known != NULL &&
            !p->options->row_known(p->options->ctx, id, &near)) {
            lang_fail(p, "unknown requirement \"%s\"%s%s%s", id,
                      near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                      near != NULL ? "\"?" : "");
            return;
        }
        const uint32_t node = lang_make(p, LANG_COVER, &token);
        const uint32_t text = lang_string_of(p, &token);
        lang_node_of(p, node)->a = text;
        lang_list_add(p->builder, &h->covers, node);
    }
}

/// Names the nearest value of a key that is known, else the nearest need.
static void unknown_need(lang_parser *p, const lang_token *token, const char *need)
{
    const char *words[128];
    char nearest[64];
    size_t count = lang_need_words(words, sizeof words / sizeof *words);
    if (lang_need_nearest(need, nearest, sizeof nearest)) {
        words[0] = nearest;
        count = 1;
    }
    lang_unknown(p, token, "need", words, count);
}

/// Keys of the slave's file, with or without a value: `stretch speed.Fm+`. They are words, for a
/// value need not be a name.
static void parse_keys(lang_parser *p, lang_list *list, const char *what)
{
    p->lexer.at = p->token.at;
    lang_advance_word(p);
    if (lang_at_line_end(p))
        lang_expected(p, what);
    for (; !lang_at_line_end(p); lang_advance_word(p)) {
        const lang_token token = p->token;
        char need[64] = "";
        slave_key key = SLAVE_KEY_COUNT;
        memcpy(need, token.text, token.bytes < sizeof need ? token.bytes : sizeof need - 1);
        if (!lang_need_known(need, &key)) {
            unknown_need(p, &token, need);
            return;
        }
        const uint32_t node = lang_make(p, LANG_NEED, &token);
        const uint32_t text = lang_string_of(p, &token);
        lang_node_of(p, node)->a = text;
        lang_node_of(p, node)->value = key;
        lang_list_add(p->builder, list, node);
    }
}

static void add_master(lang_parser *p, heads *h)
{
    const lang_token token = p->token;
    char *text = malloc(token.bytes + 1);
    slave_master master;
    if (text == NULL) {
        p->builder->no_memory = true;
        return;
    }
    memcpy(text, token.text, token.bytes);
    text[token.bytes] = '\0';
    const bool fine = lang_read_master(p, text, &master);
    free(text);
    if (!fine)
        return;
    const uint32_t node = lang_make(p, LANG_MASTER, &token);
    const uint32_t written = lang_string_of(p, &token);
    const uint32_t name = lang_builder_string(p->builder, master.name, strlen(master.name));
    lang_node_of(p, node)->a = written;
    lang_node_of(p, node)->b = name;
    lang_node_of(p, node)->value = master.scl_hz;
    lang_list_add(p->builder, &h->masters, node);
    lang_master_release(&master);
}

/// `with timing=min,ideal=1`: what is changed about those masters. Whether they have such
/// parameters is theirs to say.
static void parse_settings(lang_parser *p, heads *h)
{
    enum { SETTINGS_BYTES = 96 };
    char text[SETTINGS_BYTES];
    char why[160] = "";
    slave_master master;
    lang_advance_word(p);
    if (lang_at_line_end(p)) {
        lang_expected(p, "parameters of those masters: timing=min");
        return;
    }
    const lang_token token = p->token;
    snprintf(text, sizeof text, "m,%.*s", (int)(token.bytes < sizeof text ? token.bytes : 0),
             token.text);
    const lang_status status = lang_master_parse(&master, text, why, sizeof why);
    if (status == LANG_OK) {
        h->scenario.settings = lang_string_of(p, &token);
        lang_master_release(&master);
    } else if (status == LANG_NO_MEMORY) {
        p->builder->no_memory = true;
    } else {
        lang_fail(p, "%s", why);
    }
    lang_advance_word(p);
}

static void parse_for_master(lang_parser *p, heads *h)
{
    if (h->masters.first != LANG_NONE) {
        lang_fail(p, "\"for master\" stands once in a scenario");
        return;
    }
    lang_advance(p);
    if (!lang_is(p, "in")) {
        lang_expected(p, "\"in\"");
        return;
    }
    lang_advance_word(p);
    if (lang_at_line_end(p) || lang_is(p, "with"))
        lang_expected(p, "masters: arduino@100k nxt");
    for (; !lang_at_line_end(p) && !lang_is(p, "with"); lang_advance_word(p))
        add_master(p, h);
    if (lang_is(p, "with"))
        parse_settings(p, h);
}

static void parse_for(lang_parser *p, heads *h)
{
    if (lang_is(p, "master")) {
        parse_for_master(p, h);
        return;
    }
    const lang_token name = p->token;
    if (name.kind != LANG_TOKEN_NAME) {
        lang_expected(p, "a name for a variable");
        return;
    }
    lang_advance(p);
    lang_require(p, "in");
    // The values may not speak of other variables: the cases are a plain product.
    lang_type type = LANG_TYPE_NUMBER;
    const uint32_t count = p->scope.count;
    p->scope.count = 0;
    const uint32_t domain = lang_parse_domain(p, &type);
    p->scope.count = count;
    lang_require_end(p);
    const uint32_t slot = lang_declare(p, &name, LANG_NAME_FOR, type);
    const uint32_t node = lang_make(p, LANG_FOR, &name);
    const uint32_t text = lang_string_of(p, &name);
    lang_node *n = lang_node_of(p, node);
    n->a = text;
    n->c = domain;
    n->d = slot;
    n->value = type;
    lang_list_add(p->builder, &h->fors, node);
}

static void parse_retries(lang_parser *p, heads *h)
{
    lang_require(p, "ok");
    h->scenario.retries_ok = true;
}

static void parse_only(lang_parser *p, heads *h)
{
    lang_require(p, "long");
    h->scenario.only_long = true;
}

static void parse_title(lang_parser *p, heads *h)
{
    if (h->scenario.title != 0)
        lang_fail(p, "a scenario has one title");
    h->scenario.title = lang_text_of(p, &p->token);
    lang_advance(p);
}

/// True if the line was a head.
static bool parse_head(lang_parser *p, heads *h)
{
    if (p->token.kind == LANG_TOKEN_STRING)
        parse_title(p, h);
    else if (lang_accept(p, "covers"))
        parse_covers(p, h);
    else if (lang_accept(p, "needs"))
        parse_keys(p, &h->needs, "what the slave must declare");
    else if (lang_accept(p, "unless"))
        parse_keys(p, &h->unless, "what the slave must not declare");
    else if (lang_accept(p, "for"))
        parse_for(p, h);
    else if (lang_accept(p, "retries"))
        parse_retries(p, h);
    else if (lang_accept(p, "only"))
        parse_only(p, h);
    else
        return false;
    lang_require_end(p);
    return true;
}

static bool is_taken_in(const char *strings, const lang_scenario *scenarios, size_t count,
                        const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(strings + scenarios[i].name, name) == 0)
            return true;
    return false;
}

static void check_name(lang_parser *p, const lang_token *token, uint32_t offset)
{
    const lang_builder *b = p->builder;
    if (b->no_memory || b->too_large)
        return;
    const char *name = (const char *)b->strings.at + offset;
    if (b->scenarios.count >= LANG_SCENARIO_MAX) {
        lang_fail_at(p, token, "more than %d scenarios", LANG_SCENARIO_MAX);
        return;
    }
    const lang_program *beside = p->options != NULL ? p->options->beside : NULL;
    if (is_taken_in(b->strings.at, b->scenarios.at, b->scenarios.count, name))
        lang_fail_at(p, token, "a second scenario \"%.80s\"", name);
    else if (beside != NULL &&
             is_taken_in(beside->strings, beside->scenarios, beside->scenario_count, name))
        lang_fail_at(p, token, "the suite has a scenario \"%.80s\" already", name);
}

static void parse_inside(lang_parser *p, heads *h, const lang_token *name, uint32_t mistakes)
{
    const uint32_t indent = p->indent;
    while (!p->at_eof && p->indent == indent && parse_head(p, h))
        lang_next_line(p);
    if (!p->at_eof && p->indent > indent)
        lang_fail(p, "indented by %u, its block by %u; only \"with\" opens a block", p->indent,
                  indent);
    h->scenario.body = lang_parse_block(p, indent);
    if (h->scenario.body == LANG_NONE && lang_diagnostics_total(p->lexer.diagnostics) == mistakes)
        lang_fail_at(p, name, "a scenario without a statement");
}

void lang_parse_scenario(lang_parser *p)
{
    const lang_token name = p->token;
    heads h = {.scenario = {.file = p->file, .line = name.line, .column = name.column}};
    p->scope = (lang_scope){0};
    p->bus = LANG_BUS_FREE;
    p->names_neighbour = false;
    p->group_depth = p->expression_depth = p->block_depth = 0;
    if (name.kind != LANG_TOKEN_NAME)
        lang_expected(p, "the name of the scenario");
    h.scenario.name = lang_string_of(p, &name);
    check_name(p, &name, h.scenario.name);
    lang_advance(p);
    lang_require_end(p);
    const uint32_t mistakes = lang_diagnostics_total(p->lexer.diagnostics);
    if (lang_next_line(p) && p->indent > 0)
        parse_inside(p, &h, &name, mistakes);
    else
        lang_fail_at(p, &name, "a scenario without a statement");
    h.scenario.fors = h.fors.first;
    h.scenario.masters = h.masters.first;
    h.scenario.covers = h.covers.first;
    h.scenario.needs = h.needs.first;
    h.scenario.unless = h.unless.first;
    h.scenario.slot_count = p->scope.slot_count;
    h.scenario.names_neighbour = p->names_neighbour;
    if (!lang_table_add(&p->builder->scenarios, &h.scenario, sizeof h.scenario))
        p->builder->no_memory = true;
}
