/// The items of a transfer: S, Sr, P, addresses, bytes, A, N, brackets and groups.
#include "scenarios/lang/parser.h"

#include <string.h>

static const char *const item_words[] = {"S", "Sr", "P", "A", "N", "own", "other", "gc"};

/// The token behind the parenthesis that closes the one at hand, found without a word of complaint.
bool lang_at_group(const lang_parser *p, lang_token *variable)
{
    lang_lexer ahead = p->lexer;
    ahead.diagnostics = NULL;
    uint32_t depth = 1;
    bool has_for = false;
    while (depth > 0) {
        const lang_token token = lang_lexer_next(&ahead);
        if (token.kind == LANG_TOKEN_END)
            return false;
        if (lang_token_is(&token, "("))
            depth++;
        else if (lang_token_is(&token, ")"))
            depth--;
        else if (depth == 1 && !has_for && lang_token_is(&token, "for")) {
            has_for = true;
            *variable = lang_lexer_next(&ahead);
        }
    }
    if (has_for)
        return true;
    variable->kind = LANG_TOKEN_END;
    const lang_token behind = lang_lexer_next(&ahead);
    return lang_token_is(&behind, "x");
}

/// Whether +W or +R follows the operand at hand, which is then an address.
static bool at_address(const lang_parser *p)
{
    lang_lexer ahead = p->lexer;
    ahead.diagnostics = NULL;
    if (lang_is(p, "(")) {
        for (uint32_t depth = 1; depth > 0;) {
            const lang_token token = lang_lexer_next(&ahead);
            if (token.kind == LANG_TOKEN_END)
                return false;
            depth += lang_token_is(&token, "(");
            depth -= lang_token_is(&token, ")");
        }
    }
    return lang_lexer_next(&ahead).kind == LANG_TOKEN_DIRECTION;
}

bool lang_at_item(const lang_parser *p)
{
    for (size_t i = 0; i < sizeof item_words / sizeof *item_words; i++)
        if (lang_is(p, item_words[i]))
            return true;
    return lang_is(p, "(") || lang_is(p, "[");
}

static uint32_t finish_address(lang_parser *p, const lang_token *token, lang_address which,
                               uint32_t expression)
{
    if (p->token.kind != LANG_TOKEN_DIRECTION) {
        lang_fail(p, "an address needs its direction, without a blank: own+W or own+R");
        return LANG_NONE;
    }
    const uint32_t node = lang_make(p, LANG_ADDRESS, token);
    lang_node_of(p, node)->a = which;
    lang_node_of(p, node)->b = expression;
    lang_node_of(p, node)->value = p->token.value;
    lang_advance(p);
    return node;
}

static void add_word_address(lang_parser *p, lang_list *list, lang_address which)
{
    const lang_token token = p->token;
    lang_advance(p);
    lang_list_add(p->builder, list, finish_address(p, &token, which, LANG_NONE));
}

static void add_value_address(lang_parser *p, lang_list *list)
{
    const lang_token token = p->token;
    const lang_expression e = lang_parse_operand(p);
    if (e.type == LANG_TYPE_NUMBER && e.constant && e.value > 0x7F && e.value <= 0xFF)
        lang_fail_at(
            p, &token,
            "0x%02X is no 7-bit address: the largest is 0x7F (0x%02X in 8-bit form is 0x%02X)",
            (unsigned)e.value, (unsigned)e.value, (unsigned)e.value >> 1);
    lang_check_number(p, &token, &e, "a 7-bit address", 0, 0x7F);
    lang_list_add(p->builder, list, finish_address(p, &token, LANG_ADDRESS_VALUE, e.node));
}

/// A byte the master sends, or inside brackets one that the slave sends, as an expression.
static lang_expression byte_value(lang_parser *p)
{
    const lang_token token = p->token;
    const lang_expression e = lang_parse_operand(p);
    lang_check_number(p, &token, &e, "a byte", 0, 0xFF);
    return e;
}

static uint32_t want_is(lang_parser *p, const lang_token *token, uint32_t expression)
{
    const uint32_t node = lang_make(p, LANG_WANT_BYTE, token);
    lang_node_of(p, node)->value = LANG_WANT_IS;
    lang_node_of(p, node)->b = expression;
    return node;
}

static uint32_t sent_byte(lang_parser *p, const lang_token *token, uint32_t expression)
{
    const uint32_t node = lang_make(p, LANG_BYTE, token);
    lang_node_of(p, node)->b = expression;
    return node;
}

static uint32_t acknowledge(lang_parser *p, const lang_token *token, bool by_slave, int64_t value)
{
    const uint32_t node = lang_make(p, by_slave ? LANG_WANT_ACK : LANG_MASTER_ACK, token);
    lang_node_of(p, node)->value = value;
    return node;
}

/// A string stands for its bytes; all but the last are acknowledged, the last as is written behind.
static void add_string(lang_parser *p, lang_list *list, const lang_token *string, bool by_slave)
{
    if (string->bytes == 0) {
        lang_fail_at(p, string, "an empty string sends nothing");
        return;
    }
    for (size_t at = 0; at < string->bytes;) {
        if (at > 0)
            lang_list_add(p->builder, list, acknowledge(p, string, !by_slave, LANG_ACK));
        char value = 0;
        lang_token one = *string;
        one.text += at;
        one.bytes = one.text[0] != '\\' ? 1 : one.text[1] == 'x' ? 4 : 2;
        at += one.bytes;
        char out[4];
        if (lang_unescape(&one, out) == 1)
            value = out[0];
        const uint32_t number = lang_make(p, LANG_NUMBER, string);
        lang_node_of(p, number)->value = (unsigned char)value;
        lang_list_add(p->builder, list,
                      by_slave ? want_is(p, string, number) : sent_byte(p, string, number));
    }
}

/// The STRING at hand, also by way of a parameter that stands for one; NULL for other values.
static const lang_token *string_at(lang_parser *p)
{
    if (p->token.kind == LANG_TOKEN_STRING)
        return &p->token;
    const lang_variable *v = p->token.kind == LANG_TOKEN_NAME ? lang_find(p, &p->token) : NULL;
    return v == NULL ? NULL : v->string;
}

static uint32_t want_one_of(lang_parser *p, const lang_token *token, lang_expression first)
{
    lang_list list = {0};
    lang_list_add(p->builder, &list, first.node);
    while (lang_accept(p, "or"))
        lang_list_add(p->builder, &list, byte_value(p).node);
    const uint32_t node = lang_make(p, LANG_WANT_BYTE, token);
    lang_node_of(p, node)->value = LANG_WANT_ONE_OF;
    lang_node_of(p, node)->b = list.first;
    return node;
}

static uint32_t want_pair(lang_parser *p, const lang_token *token, lang_want form,
                          lang_expression first)
{
    const lang_expression second = byte_value(p);
    if (form == LANG_WANT_RANGE && first.constant && second.constant && first.value > second.value)
        lang_fail_at(p, token, "a range that runs backwards is empty");
    const uint32_t node = lang_make(p, LANG_WANT_BYTE, token);
    lang_node_of(p, node)->value = form;
    lang_node_of(p, node)->b = first.node;
    lang_node_of(p, node)->c = second.node;
    return node;
}

static uint32_t want_capture(lang_parser *p, const lang_token *token)
{
    const lang_token name = p->token;
    if (p->no_capture)
        lang_fail_at(p, &name, "the bytes of a rival get no names: write [_]");
    const uint32_t slot = lang_declare(p, &name, LANG_NAME_CAPTURE, LANG_TYPE_NUMBER);
    lang_advance(p);
    const uint32_t node = lang_make(p, LANG_WANT_BYTE, token);
    lang_node_of(p, node)->value = LANG_WANT_CAPTURE;
    lang_node_of(p, node)->d = slot;
    return node;
}

static uint32_t want_acknowledge(lang_parser *p, const lang_token *token)
{
    int64_t value = lang_is(p, "A") ? LANG_ACK : LANG_NACK;
    bool ends = false;
    lang_advance(p);
    if (lang_accept(p, "or")) {
        if (!lang_is(p, value == LANG_ACK ? "N" : "A"))
            lang_expected(p, value == LANG_ACK ? "N, as in [A or N]" : "A, as in [A or N]");
        lang_advance(p);
        ends = value == LANG_ACK && lang_accept(p, "P");
        value = LANG_EITHER;
    }
    const uint32_t node = acknowledge(p, token, true, value);
    lang_node_of(p, node)->a = ends;
    return node;
}

static uint32_t want_byte(lang_parser *p, const lang_token *token)
{
    if (lang_is(p, "]"))
        lang_expected(p, "what the slave does: [A], [N], [_] or [0x5A]");
    const lang_expression e = byte_value(p);
    if (lang_is(p, "or"))
        return want_one_of(p, token, e);
    if (lang_accept(p, ".."))
        return want_pair(p, token, LANG_WANT_RANGE, e);
    if (lang_accept(p, "mask"))
        return want_pair(p, token, LANG_WANT_MASKED, e);
    return want_is(p, token, e.node);
}

static void add_bracket(lang_parser *p, lang_list *list)
{
    const lang_token token = p->token;
    lang_advance(p);
    const lang_token *string = string_at(p);
    if (string != NULL) {
        const lang_token copy = *string;
        lang_advance(p);
        add_string(p, list, &copy, true);
    } else if (lang_is(p, "A") || lang_is(p, "N")) {
        lang_list_add(p->builder, list, want_acknowledge(p, &token));
    } else if (lang_accept(p, "_")) {
        // Of the acknowledge or of a byte? lang_check_order() knows.
        lang_list_add(p->builder, list, lang_make(p, LANG_WANT_BYTE, &token));
    } else if (lang_accept(p, "?")) {
        lang_list_add(p->builder, list, want_capture(p, &token));
    } else {
        lang_list_add(p->builder, list, want_byte(p, &token));
    }
    lang_require(p, "]");
}

static uint32_t finish_repeat(lang_parser *p, const lang_token *token, uint32_t items)
{
    lang_require(p, ")");
    lang_require(p, "x");
    const uint32_t count = lang_parse_number(p, "how often", 0, 65535);
    const uint32_t node = lang_make(p, LANG_REPEAT, token);
    lang_node_of(p, node)->a = items;
    lang_node_of(p, node)->b = count;
    return node;
}

static uint32_t finish_each(lang_parser *p, const lang_token *token, uint32_t items, uint32_t slot)
{
    lang_type type = LANG_TYPE_NUMBER;
    lang_advance(p); // for
    lang_advance(p); // its variable, known already
    lang_require(p, "in");
    const uint32_t domain = lang_parse_domain(p, &type);
    if (type != LANG_TYPE_NUMBER)
        lang_fail_at(p, token, "the values of a group are bytes");
    lang_require(p, ")");
    const uint32_t node = lang_make(p, LANG_EACH, token);
    lang_node_of(p, node)->a = items;
    lang_node_of(p, node)->c = domain;
    lang_node_of(p, node)->d = slot;
    return node;
}

static void add_group(lang_parser *p, lang_list *list, const lang_token *variable)
{
    const lang_token token = p->token;
    if (p->group_depth == LANG_GROUP_DEPTH_MAX) {
        lang_fail(p, "groups nested more than %d deep", LANG_GROUP_DEPTH_MAX);
        return;
    }
    p->group_depth++;
    lang_advance(p);
    const bool each = variable->kind != LANG_TOKEN_END;
    uint32_t slot = LANG_NO_SLOT;
    uint32_t own = LANG_VARIABLE_MAX;
    if (each) {
        // The items stand before the `for` that declares their variable.
        slot = lang_declare(p, variable, LANG_NAME_FOR, LANG_TYPE_NUMBER);
        own = p->scope.count - 1;
    }
    const uint32_t items = lang_parse_items(p);
    if (items == LANG_NONE)
        lang_expected(p, "items in the group");
    const uint32_t group =
        each ? finish_each(p, &token, items, slot) : finish_repeat(p, &token, items);
    if (each && slot != LANG_NO_SLOT)
        p->scope.variables[own].hidden = true;
    lang_list_add(p->builder, list, group);
    p->group_depth--;
}

static void add_value(lang_parser *p, lang_list *list)
{
    lang_token variable = {0};
    if (lang_is(p, "(") && lang_at_group(p, &variable)) {
        add_group(p, list, &variable);
        return;
    }
    if (at_address(p)) {
        add_value_address(p, list);
        return;
    }
    const lang_token token = p->token;
    const lang_token *string = string_at(p);
    if (string != NULL) {
        const lang_token copy = *string;
        lang_advance(p);
        add_string(p, list, &copy, false);
        return;
    }
    if (token.kind == LANG_TOKEN_MARK && !lang_is(p, "(")) {
        lang_expected(p, "an item: S, Sr, P, an address, a byte, A, N or a [bracket]");
        return;
    }
    lang_list_add(p->builder, list, sent_byte(p, &token, byte_value(p).node));
}

static void add_item(lang_parser *p, lang_list *list)
{
    const lang_token token = p->token;
    if (lang_is(p, "own")) {
        add_word_address(p, list, LANG_ADDRESS_OWN);
    } else if (lang_is(p, "other")) {
        add_word_address(p, list, LANG_ADDRESS_OTHER);
        p->names_neighbour = true;
    } else if (lang_is(p, "gc")) {
        add_word_address(p, list, LANG_ADDRESS_GC);
    } else if (lang_is(p, "[")) {
        add_bracket(p, list);
    } else if (lang_accept(p, "S")) {
        lang_list_add(p->builder, list, lang_make(p, LANG_START, &token));
    } else if (lang_accept(p, "Sr")) {
        const uint32_t node = lang_make(p, LANG_RESTART, &token);
        if (p->token.joined && lang_accept(p, "!"))
            lang_node_of(p, node)->value = 1;
        lang_list_add(p->builder, list, node);
    } else if (lang_accept(p, "P")) {
        lang_list_add(p->builder, list, lang_make(p, LANG_STOP, &token));
    } else if (lang_is(p, "A") || lang_is(p, "N")) {
        const int64_t value = lang_is(p, "A") ? LANG_ACK : LANG_NACK;
        lang_advance(p);
        lang_list_add(p->builder, list, acknowledge(p, &token, false, value));
    } else {
        add_value(p, list);
    }
}

uint32_t lang_parse_items(lang_parser *p)
{
    // What may follow a transfer on its line: `every` of a poll, `then` of a sweep.
    static const char *const ends[] = {")", "for", "every", "then"};
    lang_list list = {0};
    const bool outer = p->in_items;
    p->in_items = true;
    for (bool more = true; more;) {
        more = !lang_at_line_end(p);
        for (size_t i = 0; more && i < sizeof ends / sizeof *ends; i++)
            more = !lang_is(p, ends[i]);
        if (more)
            add_item(p, &list);
    }
    p->in_items = outer;
    return list.first;
}
