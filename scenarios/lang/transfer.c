/// `transfer` definitions and their calls.
#include "scenarios/lang/parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Reads `NAME NAME* :` into `t`. Complains only if the lexer has diagnostics.
static bool read_header(lang_parser *p, lang_known_transfer *t)
{
    *t = (lang_known_transfer){.name = p->token.text, .bytes = p->token.bytes, .indent = p->indent};
    if (p->token.kind != LANG_TOKEN_NAME) {
        lang_expected(p, "the name of the transfer");
        return false;
    }
    if (lang_is_reserved(&p->token) || lang_is_statement_word(&p->token)) {
        lang_fail(p, "\"%.*s\" is a word of the language and no name for a transfer",
                  (int)p->token.bytes, p->token.text);
        return false;
    }
    for (lang_advance(p); p->token.kind == LANG_TOKEN_NAME; lang_advance(p)) {
        if (t->parameter_count == LANG_PARAMETER_MAX) {
            lang_fail(p, "more than %d parameters", LANG_PARAMETER_MAX);
            return false;
        }
        if (lang_is_reserved(&p->token)) {
            lang_fail(p, "\"%.*s\" is a reserved word", (int)p->token.bytes, p->token.text);
            return false;
        }
        t->parameters[t->parameter_count++] = p->token;
    }
    t->body = p->lexer;
    if (!lang_is(p, ":")) {
        lang_expected(p, "a parameter or \":\"");
        return false;
    }
    return true;
}

void lang_find_transfers(lang_parser *p)
{
    lang_parser scan = *p;
    scan.lexer.diagnostics = NULL;
    while (lang_next_line(&scan)) {
        if (scan.indent > 0 || !lang_accept(&scan, "transfer"))
            continue;
        lang_known_transfer t;
        if (!read_header(&scan, &t))
            continue;
        t.body.diagnostics = p->lexer.diagnostics;
        if (p->transfers.count == LANG_TRANSFER_MAX)
            return; // told by lang_check_header(), at the definition that is one too many
        if (!lang_table_add(&p->transfers, &t, sizeof t))
            p->builder->no_memory = true;
    }
}

void lang_check_header(lang_parser *p)
{
    lang_known_transfer unused;
    if (read_header(p, &unused))
        lang_fail(p, "more than %d transfers", LANG_TRANSFER_MAX);
}

lang_known_transfer *lang_find_transfer(lang_parser *p, const lang_token *name)
{
    lang_known_transfer *all = p->transfers.at;
    if (name->kind != LANG_TOKEN_NAME)
        return NULL;
    for (size_t i = 0; i < p->transfers.count; i++)
        if (all[i].bytes == name->bytes && memcmp(all[i].name, name->text, name->bytes) == 0)
            return &all[i];
    return NULL;
}

static uint32_t parse_body(lang_parser *p, uint32_t indent)
{
    lang_list list = {0};
    lang_advance(p);
    do {
        const uint32_t first = lang_parse_items(p);
        lang_require_end(p);
        lang_list_add(p->builder, &list, first);
        while (list.last != LANG_NONE && lang_node_of(p, list.last)->next != LANG_NONE)
            list.last = lang_node_of(p, list.last)->next;
        if (p->lexer.panic)
            break; // the order of what follows cannot be judged any more
    } while (lang_next_line(p) && p->indent > indent);
    return list.first;
}

uint32_t lang_compile_transfer(lang_parser *p, lang_known_transfer *t, const lang_token *strings,
                               uint32_t count)
{
    if (t->compiled && strings == NULL)
        return t->index;
    lang_parser inner = *p;
    inner.lexer = t->body;
    inner.lexer.panic = false;
    inner.scope = (lang_scope){0};
    inner.names_neighbour = false;
    inner.group_depth = inner.expression_depth = 0;
    for (uint32_t i = 0; i < t->parameter_count; i++) {
        lang_declare(&inner, &t->parameters[i], LANG_NAME_PARAMETER, LANG_TYPE_NUMBER);
        if (i < count && strings[i].kind == LANG_TOKEN_STRING && inner.scope.count > 0)
            inner.scope.variables[inner.scope.count - 1].string = &strings[i];
    }
    // The check of the order speaks of places in this text: it goes first, at the body's last line.
    const uint32_t items = parse_body(&inner, t->indent);
    if (items == LANG_NONE && !inner.lexer.panic)
        lang_fail_at(&inner, &t->parameters[0], "a transfer without items");
    if (strings != NULL)
        p->reread_bytes += inner.lexer.at - t->body.at;
    const lang_order order = lang_check_order(&inner, items, LANG_BUS_ANY);
    const uint32_t name = lang_builder_string(p->builder, t->name, t->bytes);
    const lang_transfer_def def = {.name = name,
                                   .file = p->file,
                                   .parameter_count = (uint16_t)t->parameter_count,
                                   .line = t->body.line,
                                   .items = items,
                                   .slot_count = inner.scope.slot_count};
    const uint32_t index = (uint32_t)p->builder->transfers.count;
    if (!lang_table_add(&p->builder->transfers, &def, sizeof def))
        p->builder->no_memory = true;
    if (strings == NULL) {
        t->index = index;
        t->compiled = true;
        t->begins_with_restart = order.begins_with_restart;
        t->leaves_open = order.leaves_open;
        t->asks_either = order.asks_either;
        t->names_neighbour = inner.names_neighbour;
    }
    return index;
}

static void fail_count(lang_parser *p, const lang_token *name, const lang_known_transfer *t,
                       uint32_t count)
{
    char names[120] = "";
    size_t length = 0;
    for (uint32_t i = 0; i < t->parameter_count; i++) {
        const lang_token *parameter = &t->parameters[i];
        if (length + parameter->bytes + 2 > sizeof names)
            break;
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%.*s",
                                   i == 0 ? "" : " ", (int)parameter->bytes, parameter->text);
    }
    lang_fail_at(p, name, "%.*s takes %u value%s%s%s%s, not %u", (int)t->bytes, t->name,
                 t->parameter_count, t->parameter_count == 1 ? "" : "s",
                 t->parameter_count == 0 ? "" : " (", names, t->parameter_count == 0 ? "" : ")",
                 count);
}

static uint32_t parse_call(lang_parser *p, lang_known_transfer *t, lang_order *order)
{
    const lang_token name = p->token;
    lang_token strings[LANG_PARAMETER_MAX] = {0};
    bool has_string = false;
    lang_list list = {0};
    uint32_t count = 0;
    lang_advance(p);
    while (!lang_at_line_end(p) && !lang_is(p, "every") && !lang_is(p, "then")) {
        const lang_token token = p->token;
        if (token.kind == LANG_TOKEN_STRING && count < LANG_PARAMETER_MAX) {
            lang_advance(p);
            strings[count] = token;
            has_string = true;
            lang_list_add(p->builder, &list, lang_make(p, LANG_NUMBER, &token));
        } else {
            lang_list_add(p->builder, &list, lang_parse_number(p, "a byte", 0, 0xFF));
        }
        count++;
    }
    if (count != t->parameter_count)
        fail_count(p, &name, t, count);
    if (p->lexer.panic)
        return LANG_NONE;
    uint32_t index = lang_compile_transfer(p, t, NULL, 0);
    if (has_string && p->reread_bytes > LANG_REREAD_MAX_BYTES)
        lang_fail_at(p, &name, "too many calls with strings");
    else if (has_string)
        index = lang_compile_transfer(p, t, strings, count);
    *order = (lang_order){t->begins_with_restart, t->leaves_open, t->asks_either};
    p->names_neighbour |= t->names_neighbour;
    if (t->begins_with_restart && p->bus == LANG_BUS_FREE)
        lang_fail_at(p, &name, "Sr needs a transfer before it that did not end with P");
    else if (!t->begins_with_restart && p->bus == LANG_BUS_OPEN)
        lang_fail_at(p, &name, "the transfer before did not end with P: begin with Sr");
    const uint32_t node = lang_make(p, LANG_CALL, &name);
    lang_node_of(p, node)->a = index;
    lang_node_of(p, node)->b = list.first;
    return node;
}

uint32_t lang_parse_transfer(lang_parser *p, lang_order *order)
{
    lang_order unused;
    lang_order *out = order == NULL ? &unused : order;
    lang_known_transfer *t = lang_find_transfer(p, &p->token);
    *out = (lang_order){0};
    if (t != NULL)
        return parse_call(p, t, out);
    if (!lang_at_item(p)) {
        lang_expected(p, "a transfer: S ... P, or the name of one");
        return LANG_NONE;
    }
    const lang_token token = p->token;
    const uint32_t items = lang_parse_items(p);
    *out = lang_check_order(p, items, p->bus);
    const uint32_t node = lang_make(p, LANG_TRANSFER, &token);
    lang_node_of(p, node)->a = items;
    return node;
}
