/// Expressions with C's operators and precedence, with units checked: a time and a number do not
/// add.
#include "scenarios/lang/commands.h"
#include "scenarios/lang/eval.h"
#include "scenarios/lang/parser.h"
#include "scenarios/lang/registers.h"

#include <string.h>

static const lang_expression no_expression = {0};

static const char *type_name(lang_type type)
{
    static const char *const names[] = {"number", "time", "frequency"};
    return names[type];
}

static lang_expression literal(lang_parser *p, const lang_token *token, lang_type type,
                               int64_t value)
{
    static const lang_kind kinds[] = {LANG_NUMBER, LANG_TIME, LANG_FREQUENCY};
    const uint32_t node = lang_make(p, kinds[type], token);
    lang_node_of(p, node)->value = value;
    return (lang_expression){.node = node, .type = type, .constant = true, .value = value};
}

/// A string as one number: only one of a single byte is a value by itself.
static lang_expression string_value(lang_parser *p, const lang_token *token)
{
    char byte[4];
    const bool single = token->bytes > 0 && token->bytes <= sizeof byte;
    if (!single || lang_unescape(token, byte) != 1) {
        lang_fail_at(p, token, "a string of one byte is expected here, \"\\n\" or \"a\"");
        return no_expression;
    }
    return literal(p, token, LANG_TYPE_NUMBER, (unsigned char)byte[0]);
}

static bool enter_depth(lang_parser *p)
{
    if (p->expression_depth++ < LANG_EXPRESSION_DEPTH_MAX)
        return true;
    lang_fail(p, "an expression nested more than %d deep", LANG_EXPRESSION_DEPTH_MAX);
    return false;
}

/// The register that a value is of, `[0x10]`.
static uint32_t parse_index(lang_parser *p)
{
    lang_expression e = no_expression;
    if (!lang_is(p, "[")) {
        lang_expected(p, "a register or command, as in register.reset[0x10]");
        return LANG_NONE;
    }
    if (enter_depth(p)) {
        lang_advance(p);
        const lang_token token = p->token;
        e = lang_parse_expression(p);
        lang_check_number(p, &token, &e, "a register or command", 0, UINT32_MAX - 1);
        lang_require(p, "]");
    }
    p->expression_depth--;
    return e.node;
}

static lang_expression profile_value(lang_parser *p, const lang_token *token)
{
#define MATCH(id, name, key, kind, help)                                                           \
    if (lang_token_is(token, name)) {                                                              \
        const uint32_t node = lang_make(p, LANG_PROFILE, token);                                   \
        const uint32_t text = lang_string_of(p, token);                                            \
        lang_node_of(p, node)->value = LANG_PROFILE_##id;                                          \
        lang_node_of(p, node)->a = text;                                                           \
        const uint32_t index = lang_profile_is_indexed(LANG_PROFILE_##id) ? parse_index(p) : 0;    \
        lang_node_of(p, node)->b = index;                                                          \
        p->names_neighbour |= lang_profile_is_the_neighbours(LANG_PROFILE_##id);                   \
        return (lang_expression){.node = node, .type = LANG_TYPE_##kind};                          \
    }
    LANG_PROFILE_MAP(MATCH)
#undef MATCH
    lang_unknown_variable(p, token);
    return no_expression;
}

static lang_expression pec_value(lang_parser *p, const lang_token *token)
{
    if (!p->in_items) {
        lang_fail_at(p, token, "pec is the code of the bytes before it in a transfer");
        return no_expression;
    }
    return (lang_expression){.node = lang_make(p, LANG_PEC, token), .type = LANG_TYPE_NUMBER};
}

static lang_expression name_value(lang_parser *p, const lang_token *token)
{
    const lang_variable *v = lang_find(p, token);
    if (v == NULL && lang_token_is(token, "pec"))
        return pec_value(p, token);
    if (v == NULL && lang_is_reserved(token)) {
        lang_fail_at(p, token, "expected a value; \"%.*s\" is a reserved word", (int)token->bytes,
                     token->text);
        return no_expression;
    }
    if (v == NULL)
        return profile_value(p, token);
    if (v->string != NULL)
        return string_value(p, v->string);
    const lang_type type = v->type;
    const uint32_t slot = v->slot;
    const uint32_t node = lang_make(p, LANG_VARIABLE, token);
    const uint32_t text = lang_string_of(p, token);
    lang_node_of(p, node)->d = slot;
    lang_node_of(p, node)->a = text;
    return (lang_expression){.node = node, .type = type};
}

lang_expression lang_parse_operand(lang_parser *p)
{
    const lang_token token = p->token;
    switch (token.kind) {
    case LANG_TOKEN_NUMBER:
        lang_advance(p);
        return literal(p, &token, LANG_TYPE_NUMBER, token.value);
    case LANG_TOKEN_TIME:
        lang_advance(p);
        return literal(p, &token, LANG_TYPE_TIME, token.value);
    case LANG_TOKEN_FREQUENCY:
        lang_advance(p);
        return literal(p, &token, LANG_TYPE_FREQUENCY, token.value);
    case LANG_TOKEN_STRING:
        lang_advance(p);
        return string_value(p, &token);
    case LANG_TOKEN_NAME:
        lang_advance(p);
        return name_value(p, &token);
    default:
        break;
    }
    if (!lang_is(p, "(")) {
        if (token.kind == LANG_TOKEN_DIRECTION)
            lang_fail(p, "+W and +R follow an address: for a sum put blanks around the +");
        else
            lang_expected(p, "a value");
        return no_expression;
    }
    lang_expression e = no_expression;
    if (enter_depth(p)) {
        lang_advance(p);
        e = lang_parse_expression(p);
        lang_require(p, ")");
    }
    p->expression_depth--;
    return e;
}

static lang_expression make_unary(lang_parser *p, const lang_token *token, lang_operator op,
                                  lang_expression e)
{
    if (e.type != LANG_TYPE_NUMBER && op != LANG_OP_MINUS) {
        lang_fail_at(p, token, "a %s has no %.*s", type_name(e.type), (int)token->bytes,
                     token->text);
        return no_expression;
    }
    int64_t value = 0;
    if (e.constant && lang_apply(op, 0, e.value, &value) == LANG_EVAL_OK)
        return literal(p, token, e.type, value);
    const uint32_t node = lang_make(p, LANG_UNARY, token);
    lang_node_of(p, node)->value = op;
    lang_node_of(p, node)->b = e.node;
    return (lang_expression){.node = node, .type = e.type};
}

static lang_expression parse_unary(lang_parser *p)
{
    const lang_token token = p->token;
    lang_operator op = LANG_OP_COUNT;
    if (lang_is(p, "-"))
        op = LANG_OP_MINUS;
    else if (lang_is(p, "!"))
        op = LANG_OP_NOT;
    else if (lang_is(p, "~"))
        op = LANG_OP_COMPLEMENT;
    if (op == LANG_OP_COUNT)
        return lang_parse_operand(p);
    lang_expression e = no_expression;
    if (enter_depth(p)) {
        lang_advance(p);
        e = make_unary(p, &token, op, parse_unary(p));
    }
    p->expression_depth--;
    return e;
}

static const struct {
    const char *text;
    lang_operator op;
    int level; ///< binds tighter the higher
} binary_operators[] = {
    {"||", LANG_OP_LOGICAL_OR, 1},
    {"&&", LANG_OP_LOGICAL_AND, 2},
    {"|", LANG_OP_OR, 3},
    {"^", LANG_OP_XOR, 4},
    {"&", LANG_OP_AND, 5},
    {"==", LANG_OP_EQUAL, 6},
    {"!=", LANG_OP_NOT_EQUAL, 6},
    {"<", LANG_OP_LESS, 7},
    {"<=", LANG_OP_LESS_EQUAL, 7},
    {">", LANG_OP_GREATER, 7},
    {">=", LANG_OP_GREATER_EQUAL, 7},
    {"<<", LANG_OP_SHIFT_LEFT, 8},
    {">>", LANG_OP_SHIFT_RIGHT, 8},
    {"+", LANG_OP_PLUS, 9},
    {"-", LANG_OP_MINUS, 9},
    {"*", LANG_OP_MULTIPLY, 10},
    {"/", LANG_OP_DIVIDE, 10},
    {"%", LANG_OP_MODULO, 10},
};

/// The type of `left op right`, or false where the units do not go together.
static bool result_type(lang_operator op, lang_type left, lang_type right, lang_type *type)
{
    const bool numbers = left == LANG_TYPE_NUMBER && right == LANG_TYPE_NUMBER;
    *type = left;
    switch (op) {
    case LANG_OP_PLUS:
    case LANG_OP_MINUS:
    case LANG_OP_MODULO:
        return left == right;
    case LANG_OP_MULTIPLY:
        *type = left == LANG_TYPE_NUMBER ? right : left;
        return left == LANG_TYPE_NUMBER || right == LANG_TYPE_NUMBER;
    case LANG_OP_DIVIDE:
        if (left == right)
            *type = LANG_TYPE_NUMBER;
        return left == right || right == LANG_TYPE_NUMBER;
    case LANG_OP_LESS:
    case LANG_OP_LESS_EQUAL:
    case LANG_OP_GREATER:
    case LANG_OP_GREATER_EQUAL:
    case LANG_OP_EQUAL:
    case LANG_OP_NOT_EQUAL:
        *type = LANG_TYPE_NUMBER;
        return left == right;
    default:
        return numbers;
    }
}

static lang_expression make_binary(lang_parser *p, const lang_token *token, lang_operator op,
                                   lang_expression left, lang_expression right)
{
    lang_type type = LANG_TYPE_NUMBER;
    if (!result_type(op, left.type, right.type, &type)) {
        lang_fail_at(p, token, "a %s %.*s a %s has no meaning", type_name(left.type),
                     (int)token->bytes, token->text, type_name(right.type));
        return no_expression;
    }
    if (left.constant && right.constant) {
        int64_t value = 0;
        const lang_eval_status status = lang_apply(op, left.value, right.value, &value);
        if (status == LANG_EVAL_OK)
            return literal(p, token, type, value);
        lang_fail_at(p, token, "%s",
                     status == LANG_EVAL_DIVISION ? "division by zero" : "a value beyond 64 bits");
        return no_expression;
    }
    const uint32_t node = lang_make(p, LANG_BINARY, token);
    lang_node_of(p, node)->value = op;
    lang_node_of(p, node)->b = left.node;
    lang_node_of(p, node)->c = right.node;
    return (lang_expression){.node = node, .type = type};
}

/// Precedence climbing: everything that binds at least as tightly as `level`.
static lang_expression parse_binary(lang_parser *p, int level)
{
    lang_expression left = parse_unary(p);
    for (;;) {
        size_t i = 0;
        const size_t count = sizeof binary_operators / sizeof *binary_operators;
        while (i < count &&
               (p->token.kind != LANG_TOKEN_MARK || !lang_is(p, binary_operators[i].text)))
            i++;
        if (i == count || binary_operators[i].level < level)
            return left;
        const lang_token token = p->token;
        lang_advance(p);
        const lang_expression right = parse_binary(p, binary_operators[i].level + 1);
        left = make_binary(p, &token, binary_operators[i].op, left, right);
    }
}

lang_expression lang_parse_sum(lang_parser *p)
{
    enum { ABOVE_COMPARISONS = 8 };
    return parse_binary(p, ABOVE_COMPARISONS);
}

lang_expression lang_parse_expression(lang_parser *p)
{
    const lang_expression condition = parse_binary(p, 1);
    const lang_token token = p->token;
    if (!lang_is(p, "?"))
        return condition;
    lang_expression result = no_expression;
    if (enter_depth(p)) {
        lang_advance(p);
        const lang_expression yes = lang_parse_expression(p);
        lang_require(p, ":");
        const lang_expression no = lang_parse_expression(p);
        if (condition.type != LANG_TYPE_NUMBER || yes.type != no.type) {
            lang_fail_at(p, &token, "the two sides of ?: are a %s and a %s", type_name(yes.type),
                         type_name(no.type));
        } else {
            const uint32_t node = lang_make(p, LANG_CHOICE, &token);
            lang_node_of(p, node)->a = condition.node;
            lang_node_of(p, node)->b = yes.node;
            lang_node_of(p, node)->c = no.node;
            result = (lang_expression){.node = node, .type = yes.type};
        }
    }
    p->expression_depth--;
    return result;
}

void lang_check_number(lang_parser *p, const lang_token *token, const lang_expression *e,
                       const char *what, int64_t least, int64_t most)
{
    if (e->type != LANG_TYPE_NUMBER)
        lang_fail_at(p, token, "expected %s, not a %s", what, type_name(e->type));
    else if (!e->constant || (e->value >= least && e->value <= most))
        return;
    else if (e->value < 0)
        lang_fail_at(p, token, "%lld is out of range for %s: the smallest is %lld",
                     (long long)e->value, what, (long long)least);
    else if (most > 0xFF)
        lang_fail_at(p, token, "%lld is out of range for %s: %lld to %lld", (long long)e->value,
                     what, (long long)least, (long long)most);
    else
        lang_fail_at(p, token, "0x%02llX is out of range for %s: 0x%02llX to 0x%02llX",
                     (unsigned long long)e->value, what, (unsigned long long)least,
                     (unsigned long long)most);
}

uint32_t lang_parse_number(lang_parser *p, const char *what, int64_t least, int64_t most)
{
    const lang_token token = p->token;
    if (lang_at_line_end(p)) {
        lang_expected(p, what);
        return LANG_NONE;
    }
    const lang_expression e = lang_parse_operand(p);
    lang_check_number(p, &token, &e, what, least, most);
    return e.node;
}

uint32_t lang_parse_time(lang_parser *p, const char *what)
{
    const lang_token token = p->token;
    if (lang_at_line_end(p)) {
        lang_expected(p, what);
        return LANG_NONE;
    }
    const lang_expression e = lang_parse_operand(p);
    if (e.type == LANG_TYPE_NUMBER && token.kind == LANG_TOKEN_NUMBER)
        lang_fail_at(p, &token, "%s needs a unit: %.*sns, %.*sus, %.*sms or %.*ss", what,
                     (int)token.bytes, token.text, (int)token.bytes, token.text, (int)token.bytes,
                     token.text, (int)token.bytes, token.text);
    else if (e.type != LANG_TYPE_TIME)
        lang_fail_at(p, &token, "expected %s, not a %s", what, type_name(e.type));
    else if (e.constant && e.value < 0)
        lang_fail_at(p, &token, "%s cannot be negative", what);
    return e.node;
}

static uint32_t domain_value(lang_parser *p, const lang_token *token, const lang_expression *e)
{
    const uint32_t node = lang_make(p, LANG_DOMAIN_VALUE, token);
    lang_node_of(p, node)->b = e->node;
    return node;
}

/// A string's bytes as values of a domain or as arguments.
static void add_string_values(lang_parser *p, const lang_token *token, lang_list *list,
                              uint32_t *count, bool as_domain)
{
    for (size_t at = 0; at < token->bytes;) {
        lang_token one = *token;
        one.text += at;
        one.bytes = one.text[0] != '\\' ? 1 : one.text[1] == 'x' ? 4 : 2;
        at += one.bytes;
        const lang_expression e = string_value(p, &one);
        lang_list_add(p->builder, list, as_domain ? domain_value(p, token, &e) : e.node);
        (*count)++;
    }
}

static uint32_t parse_range(lang_parser *p, const lang_token *token, lang_expression first)
{
    const lang_expression last = lang_parse_operand(p);
    lang_expression step = {.type = first.type};
    if (lang_accept(p, "step"))
        step = lang_parse_operand(p);
    if (last.type != first.type || step.type != first.type) {
        lang_fail_at(p, token, "the ends and the step of a range are of one kind");
        return LANG_NONE;
    }
    if (first.constant && last.constant && first.value > last.value) {
        lang_fail_at(p, token, "a range that runs backwards is empty");
        return LANG_NONE;
    }
    if (step.node != LANG_NONE && step.constant && step.value <= 0) {
        lang_fail_at(p, token, "the step of a range is at least 1");
        return LANG_NONE;
    }
    enum { VALUES_MAX = 65536 };
    const uint64_t span = (uint64_t)last.value - (uint64_t)first.value;
    const uint64_t by = step.node != LANG_NONE ? (uint64_t)step.value : 1;
    const bool counted =
        first.constant && last.constant && (step.node == LANG_NONE || step.constant);
    if (counted && (step.node != LANG_NONE || first.type != LANG_TYPE_TIME) &&
        span / by >= VALUES_MAX) {
        lang_fail_at(p, token, "a range of more than %d values", VALUES_MAX);
        return LANG_NONE;
    }
    if (first.type == LANG_TYPE_TIME && step.node == LANG_NONE) {
        lang_fail_at(p, token, "a range of times needs a step: 1us..10us step 1us");
        return LANG_NONE;
    }
    const uint32_t node = lang_make(p, LANG_DOMAIN_RANGE, token);
    lang_node_of(p, node)->b = first.node;
    lang_node_of(p, node)->c = last.node;
    lang_node_of(p, node)->d = step.node;
    return node;
}

static lang_register_set register_set_at(const lang_parser *p)
{
    if (p->token.kind != LANG_TOKEN_NAME)
        return LANG_REGISTERS_COUNT;
    return lang_register_set_find(p->token.text, p->token.bytes);
}

static lang_command_set command_set_at(const lang_parser *p)
{
    if (p->token.kind != LANG_TOKEN_NAME)
        return LANG_COMMANDS_COUNT;
    return lang_command_set_find(p->token.text, p->token.bytes);
}

/// A set of what the slave declares, or LANG_NONE.
static uint32_t parse_set(lang_parser *p, const lang_token *token)
{
    lang_kind kind = LANG_DOMAIN_EXAMPLE;
    int64_t value = LANG_EXAMPLE_GIVEN;
    if (register_set_at(p) < LANG_REGISTERS_COUNT) {
        kind = LANG_DOMAIN_REGISTERS;
        value = register_set_at(p);
    } else if (command_set_at(p) < LANG_COMMANDS_COUNT) {
        kind = LANG_DOMAIN_COMMANDS;
        value = command_set_at(p);
    } else if (lang_is(p, "command.gives")) {
        value = LANG_EXAMPLE_GIVES;
    } else if (!lang_is(p, "command.given")) {
        return LANG_NONE;
    }
    const uint32_t node = lang_make(p, kind, token);
    lang_advance(p);
    const uint32_t index = kind == LANG_DOMAIN_EXAMPLE ? parse_index(p) : LANG_NONE;
    lang_node_of(p, node)->value = value;
    lang_node_of(p, node)->b = index;
    return node;
}

static void parse_domain_part(lang_parser *p, lang_list *list, uint32_t *count, lang_type *type)
{
    const lang_token token = p->token;
    lang_type found = LANG_TYPE_NUMBER;
    const uint32_t set = token.kind == LANG_TOKEN_NAME ? parse_set(p, &token) : LANG_NONE;
    if (token.kind == LANG_TOKEN_STRING) {
        lang_advance(p);
        add_string_values(p, &token, list, count, true);
    } else if (set != LANG_NONE) {
        lang_list_add(p->builder, list, set);
        (*count)++;
    } else {
        const lang_expression e = lang_parse_operand(p);
        found = e.type;
        lang_list_add(p->builder, list,
                      lang_accept(p, "..") ? parse_range(p, &token, e)
                                           : domain_value(p, &token, &e));
        (*count)++;
    }
    if (*count > 1 && found != *type)
        lang_fail_at(p, &token, "the values of one list are of one kind: %s or %s",
                     type_name(*type), type_name(found));
    *type = found;
}

static uint32_t parse_values(lang_parser *p, lang_type *type)
{
    lang_list list = {0};
    uint32_t count = 0;
    while (!lang_at_line_end(p) && !lang_is(p, ")"))
        parse_domain_part(p, &list, &count, type);
    if (count == 0)
        lang_expected(p, "values: 0x00 0x55, 0..255 or random 5 of 0..255");
    return list.first;
}

uint32_t lang_parse_domain(lang_parser *p, lang_type *type)
{
    enum { RANDOM_MAX = 100000 };
    const lang_token token = p->token;
    *type = LANG_TYPE_NUMBER;
    if (!lang_accept(p, "random"))
        return parse_values(p, type);
    const lang_token count = p->token;
    if (count.kind != LANG_TOKEN_NUMBER) {
        lang_expected(p, "how many: random 5 of 0..255");
        return LANG_NONE;
    }
    if (count.value < 1 || count.value > RANDOM_MAX) {
        lang_fail(p, "random draws 1 to %d values", RANDOM_MAX);
        return LANG_NONE;
    }
    lang_advance(p);
    lang_require(p, "of");
    const uint32_t from = parse_values(p, type);
    const uint32_t node = lang_make(p, LANG_DOMAIN_RANDOM, &token);
    lang_node_of(p, node)->value = count.value;
    lang_node_of(p, node)->c = from;
    return node;
}

void lang_parse_argument(lang_parser *p, lang_list *list, uint32_t *count, bool any_allowed)
{
    const lang_token token = p->token;
    if (any_allowed && lang_accept(p, "_")) {
        lang_list_add(p->builder, list, lang_make(p, LANG_ANY, &token));
        (*count)++;
    } else if (token.kind == LANG_TOKEN_STRING) {
        lang_advance(p);
        add_string_values(p, &token, list, count, false);
    } else {
        const lang_expression e = lang_parse_operand(p);
        lang_check_number(p, &token, &e, "a value", INT64_MIN, INT64_MAX);
        // A literal may already hang in no other list: each parse makes fresh nodes.
        lang_list_add(p->builder, list, e.node);
        (*count)++;
    }
}
