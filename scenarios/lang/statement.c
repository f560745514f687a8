/// The statements of a scenario's body.
#include "scenarios/lang/parser.h"

#include <string.h>

typedef uint32_t statement_fn(lang_parser *p, const lang_token *word);

static uint32_t parse_with(lang_parser *p, const lang_token *word);

/// SCL, SDA or a side-band wire, into `a` and `d` of a node.
static void parse_line(lang_parser *p, uint32_t node)
{
    const lang_token token = p->token;
    if (token.kind != LANG_TOKEN_NAME || lang_is_reserved(&token)) {
        lang_expected(p, "a line: SCL, SDA or the name of a wire");
        return;
    }
    const bool scl = lang_is(p, "SCL") || lang_is(p, "scl");
    const bool sda = lang_is(p, "SDA") || lang_is(p, "sda");
    const uint32_t name = lang_string_of(p, &token);
    lang_node_of(p, node)->a = scl ? LANG_LINE_SCL : sda ? LANG_LINE_SDA : LANG_WIRE;
    lang_node_of(p, node)->d = scl || sda ? 0 : name;
    lang_advance(p);
}

/// A name of the application: a variable, a function, a pin or a vector.
static uint32_t parse_app_name(lang_parser *p, const char *what)
{
    if (p->token.kind != LANG_TOKEN_NAME) { // any name of the application's, also a reserved word
        lang_expected(p, what);
        return 0;
    }
    const uint32_t name = lang_string_of(p, &p->token);
    lang_advance(p);
    return name;
}

static uint32_t parse_index(lang_parser *p)
{
    if (!lang_accept(p, "["))
        return LANG_NONE;
    const lang_token token = p->token;
    const lang_expression e = lang_parse_expression(p);
    lang_check_number(p, &token, &e, "an index", 0, 0xFFFFFF);
    lang_require(p, "]");
    return e.node;
}

static uint32_t parse_poll(lang_parser *p, const lang_token *word)
{
    lang_order order = {0};
    const lang_token transfer_token = p->token;
    const uint32_t transfer = lang_parse_transfer(p, &order);
    if (!order.asks_either)
        lang_fail_at(p, &transfer_token, "poll judges its first [A or N]; this transfer has none");
    else if (order.leaves_open)
        lang_fail_at(p, &transfer_token, "a transfer that is polled ends with P");
    lang_require(p, "every");
    const uint32_t every = lang_parse_time(p, "a time between attempts");
    lang_require(p, "until");
    const int64_t until = lang_is(p, "A") ? LANG_ACK : LANG_NACK;
    if (!lang_accept(p, "A") && !lang_accept(p, "N"))
        lang_expected(p, "A or N");
    lang_require(p, "within");
    const uint32_t within = lang_parse_time(p, "a time");
    uint32_t slot = LANG_NO_SLOT;
    if (lang_accept(p, "->")) {
        const lang_token name = p->token;
        slot = lang_declare(p, &name, LANG_NAME_CAPTURE, LANG_TYPE_TIME);
        lang_advance(p);
    }
    const uint32_t node = lang_make(p, LANG_POLL, word);
    lang_node *poll = lang_node_of(p, node);
    poll->a = transfer;
    poll->b = every;
    poll->c = within;
    poll->d = slot;
    poll->value = until;
    return node;
}

static uint32_t parse_app_set(lang_parser *p, const lang_token *word)
{
    const uint32_t name = parse_app_name(p, "a variable of the application");
    const uint32_t index = parse_index(p);
    lang_require(p, "=");
    const lang_token token = p->token;
    const lang_expression e = lang_parse_expression(p);
    lang_check_number(p, &token, &e, "a value", INT64_MIN, INT64_MAX);
    const uint32_t node = lang_make(p, LANG_APP_SET, word);
    lang_node_of(p, node)->a = name;
    lang_node_of(p, node)->b = e.node;
    lang_node_of(p, node)->c = index;
    return node;
}

static uint32_t parse_app_call(lang_parser *p, const lang_token *word)
{
    const uint32_t name = parse_app_name(p, "a function of the application");
    lang_list list = {0};
    lang_require(p, "(");
    while (!lang_at_line_end(p) && !lang_is(p, ")")) {
        const lang_token token = p->token;
        const lang_expression e = lang_parse_expression(p);
        lang_check_number(p, &token, &e, "a value", INT64_MIN, INT64_MAX);
        lang_list_add(p->builder, &list, e.node);
        if (!lang_is(p, ")"))
            lang_require(p, ",");
    }
    lang_require(p, ")");
    const uint32_t node = lang_make(p, LANG_APP_CALL, word);
    lang_node_of(p, node)->a = name;
    lang_node_of(p, node)->b = list.first;
    return node;
}

static uint32_t parse_app_pin(lang_parser *p, const lang_token *word)
{
    const uint32_t name = parse_app_name(p, "a pin");
    const bool high = lang_is(p, "high");
    if (!lang_accept(p, "high") && !lang_accept(p, "low"))
        lang_expected(p, "high or low");
    const uint32_t node = lang_make(p, LANG_APP_PIN, word);
    lang_node_of(p, node)->a = name;
    lang_node_of(p, node)->value = high;
    return node;
}

static uint32_t parse_app(lang_parser *p, const lang_token *word)
{
    if (lang_accept(p, "set"))
        return parse_app_set(p, word);
    if (lang_accept(p, "call"))
        return parse_app_call(p, word);
    if (lang_accept(p, "pin"))
        return parse_app_pin(p, word);
    lang_expected(p, "set, call or pin");
    return LANG_NONE;
}

/// A comparison operator; LANG_OP_COUNT if there is none.
static lang_operator parse_comparison(lang_parser *p)
{
    static const lang_operator comparisons[] = {LANG_OP_LESS,    LANG_OP_LESS_EQUAL,
                                                LANG_OP_GREATER, LANG_OP_GREATER_EQUAL,
                                                LANG_OP_EQUAL,   LANG_OP_NOT_EQUAL};
    static const char *const texts[] = {"<", "<=", ">", ">=", "==", "!="};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (lang_accept(p, texts[i]))
            return comparisons[i];
    lang_expected(p, "a comparison: == != < <= > >=");
    return LANG_OP_COUNT;
}

static uint32_t expect_app(lang_parser *p, const lang_token *word)
{
    const uint32_t name = parse_app_name(p, "a variable of the application");
    const uint32_t index = parse_index(p);
    const lang_operator op = parse_comparison(p);
    const lang_token token = p->token;
    const lang_expression e = lang_parse_expression(p);
    lang_check_number(p, &token, &e, "a value", INT64_MIN, INT64_MAX);
    const uint32_t node = lang_make(p, LANG_EXPECT_APP, word);
    lang_node *expect = lang_node_of(p, node);
    expect->a = name;
    expect->b = e.node;
    expect->c = index;
    expect->value = op;
    return node;
}

static uint32_t expect_calls(lang_parser *p, const lang_token *word)
{
    const uint32_t name = parse_app_name(p, "a function of the application");
    lang_list list = {0};
    uint32_t count = 0;
    if (lang_accept(p, ":"))
        while (!lang_at_line_end(p) && !lang_is(p, "within"))
            lang_parse_argument(p, &list, &count, true);
    const uint32_t node = lang_make(p, LANG_EXPECT_CALLS, word);
    lang_node_of(p, node)->a = name;
    lang_node_of(p, node)->b = list.first;
    return node;
}

/// Of the master, or of its rival.
static uint32_t expect_party(lang_parser *p, const lang_token *word, lang_party party)
{
    const bool lost = lang_is(p, "lost");
    if (lang_accept(p, "lost") || lang_accept(p, "won")) {
        const uint32_t node = lang_make(p, LANG_EXPECT_ARBITRATION, word);
        lang_node_of(p, node)->a = party;
        lang_node_of(p, node)->value = lost;
        return node;
    }
    if (!lang_accept(p, "returned")) {
        lang_expected(p, "returned, lost or won");
        return LANG_NONE;
    }
    const uint32_t value = lang_parse_number(p, "what the master returned", 0, 0xFFFF);
    const uint32_t node = lang_make(p, LANG_EXPECT_RETURNED, word);
    lang_node_of(p, node)->b = value;
    lang_node_of(p, node)->value = party;
    return node;
}

static uint32_t expect_comparison(lang_parser *p, const lang_token *word)
{
    const lang_expression left = lang_parse_sum(p);
    const lang_operator op = parse_comparison(p);
    const lang_token token = p->token;
    const lang_expression right = lang_parse_expression(p);
    if (left.type == LANG_TYPE_TIME && token.kind == LANG_TOKEN_NUMBER &&
        right.type == LANG_TYPE_NUMBER)
        lang_fail_at(p, &token, "a time needs a unit: %.*sns, %.*sus, %.*sms or %.*ss",
                     (int)token.bytes, token.text, (int)token.bytes, token.text, (int)token.bytes,
                     token.text, (int)token.bytes, token.text);
    else if (left.type != right.type)
        lang_fail_at(p, &token, "a time is compared with a time, a number with a number");
    const uint32_t node = lang_make(p, LANG_EXPECT_COMPARE, word);
    lang_node_of(p, node)->a = left.node;
    lang_node_of(p, node)->b = right.node;
    lang_node_of(p, node)->value = op;
    return node;
}

static uint32_t expect_pin(lang_parser *p, const lang_token *word)
{
    const uint32_t node = lang_make(p, LANG_EXPECT_PIN, word);
    const uint32_t pin = parse_app_name(p, "a pin");
    lang_node_of(p, node)->a = pin;
    lang_node_of(p, node)->value = lang_is(p, "high");
    if (!lang_accept(p, "high"))
        lang_require(p, "low");
    return node;
}

static uint32_t parse_expect(lang_parser *p, const lang_token *word)
{
    static const char *const forms[] = {"idle",  "known_good", "pin",   "app",
                                        "calls", "master",     "rival", "slave"};
    const lang_token token = p->token;
    uint32_t node = LANG_NONE;
    if (lang_accept(p, "idle"))
        node = lang_make(p, LANG_EXPECT_IDLE, word);
    else if (lang_accept(p, "known_good"))
        return lang_make(p, LANG_EXPECT_KNOWN_GOOD, word);
    else if (lang_accept(p, "pin"))
        node = expect_pin(p, word);
    else if (lang_accept(p, "app"))
        node = expect_app(p, word);
    else if (lang_accept(p, "calls"))
        node = expect_calls(p, word);
    else if (lang_accept(p, "master"))
        node = expect_party(p, word, LANG_PARTY_MASTER);
    else if (lang_accept(p, "rival"))
        node = expect_party(p, word, LANG_PARTY_RIVAL);
    else if (lang_accept(p, "slave"))
        node = lang_parse_expect_slave(p, word);
    else if (token.kind == LANG_TOKEN_NAME && lang_find(p, &token) == NULL &&
             memchr(token.text, '.', token.bytes) == NULL)
        lang_unknown(p, &token, "expectation or variable", forms, sizeof forms / sizeof *forms);
    else
        return expect_comparison(p, word);
    if (lang_accept(p, "within")) {
        const uint32_t within = lang_parse_time(p, "a time");
        lang_node_of(p, node)->d = within;
    }
    return node;
}

static uint32_t of_line(lang_parser *p, const lang_token *word, lang_kind kind)
{
    p->bus = LANG_BUS_ANY;
    const uint32_t node = lang_make(p, kind, word);
    parse_line(p, node);
    return node;
}

static uint32_t parse_pull(lang_parser *p, const lang_token *word)
{
    return of_line(p, word, LANG_PULL);
}

static uint32_t parse_release(lang_parser *p, const lang_token *word)
{
    return of_line(p, word, LANG_RELEASE);
}

static uint32_t parse_clock(lang_parser *p, const lang_token *word)
{
    p->bus = LANG_BUS_ANY;
    const uint32_t count = lang_parse_number(p, "a number of clocks", 1, 1000000);
    const uint32_t node = lang_make(p, LANG_CLOCK, word);
    lang_node_of(p, node)->b = count;
    return node;
}

static uint32_t parse_wait(lang_parser *p, const lang_token *word)
{
    const uint32_t time = lang_parse_time(p, "a time");
    const uint32_t node = lang_make(p, LANG_WAIT, word);
    lang_node_of(p, node)->b = time;
    return node;
}

static uint32_t parse_glitch(lang_parser *p, const lang_token *word)
{
    const uint32_t node = lang_make(p, LANG_GLITCH, word);
    parse_line(p, node);
    const bool high = lang_is(p, "high");
    if (!lang_accept(p, "high") && !lang_accept(p, "low"))
        lang_expected(p, "low or high");
    const uint32_t width = lang_parse_time(p, "a width");
    const uint32_t at = lang_accept(p, "at") ? lang_parse_time(p, "a time") : LANG_NONE;
    lang_node_of(p, node)->value = high;
    lang_node_of(p, node)->b = width;
    lang_node_of(p, node)->c = at;
    return node;
}

static uint32_t parse_spike(lang_parser *p, const lang_token *word)
{
    const lang_token line = p->token;
    const uint32_t node = lang_make(p, LANG_SPIKE, word);
    parse_line(p, node);
    if (lang_node_of(p, node)->a == LANG_WIRE)
        lang_fail_at(p, &line, "a spike is on SCL or SDA");
    const uint32_t width = lang_parse_time(p, "a width");
    lang_node_of(p, node)->b = width;
    return node;
}

static uint32_t parse_power(lang_parser *p, const lang_token *word)
{
    p->bus = LANG_BUS_ANY;
    const uint32_t node = lang_make(p, LANG_POWER, word);
    lang_node_of(p, node)->value = lang_is(p, "on");
    if (!lang_accept(p, "on") && !lang_accept(p, "off"))
        lang_expected(p, "on or off");
    return node;
}

static uint32_t parse_sweep(lang_parser *p, const lang_token *word)
{
    const uint32_t node = lang_make(p, LANG_SWEEP, word);
    lang_parse_sweep(p, node);
    return node;
}

static const struct {
    const char *word;
    statement_fn *parse;
} statements[] = {
    {"poll", parse_poll},
    {"app", parse_app},
    {"expect", parse_expect},
    {"with", parse_with},
    {"pull", parse_pull},
    {"release", parse_release},
    {"clock", parse_clock},
    {"wait", parse_wait},
    {"glitch", parse_glitch},
    {"spike", parse_spike},
    {"sweep", parse_sweep},
    {"rival", lang_parse_rival},
    {"other", lang_parse_other},
    {"power", parse_power},
    {"covers", NULL},
    {"needs", NULL},
    {"unless", NULL},
    {"only", NULL},
    {"for", NULL},
    {"retries", NULL},
    {"scenario", NULL},
    {"transfer", NULL},
};
enum { STATEMENT_COUNT = sizeof statements / sizeof *statements };

bool lang_is_statement_word(const lang_token *token)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        if (lang_token_is(token, statements[i].word))
            return true;
    return false;
}

static void unknown_statement(lang_parser *p)
{
    enum { CANDIDATE_MAX = 128 };
    char names[CANDIDATE_MAX][48];
    const char *candidates[CANDIDATE_MAX + STATEMENT_COUNT];
    const lang_known_transfer *transfers = p->transfers.at;
    size_t n = 0;
    for (size_t i = 0; i < p->transfers.count && n < CANDIDATE_MAX; i++) {
        if (transfers[i].bytes >= sizeof names[0])
            continue;
        memcpy(names[n], transfers[i].name, transfers[i].bytes);
        names[n][transfers[i].bytes] = '\0';
        candidates[n] = names[n];
        n++;
    }
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        candidates[n++] = statements[i].word;
    lang_unknown(p, &p->token, "statement or transfer", candidates, n);
}

/// The source of the statement that began at `start`: joined lines become one, comments are left
/// out.
static uint32_t statement_text(lang_parser *p, size_t start)
{
    enum { TEXT_MAX_BYTES = 1024 };
    char text[TEXT_MAX_BYTES];
    size_t n = 0;
    lang_lexer again = p->lexer;
    again.at = start;
    again.diagnostics = NULL;
    size_t last_end = start;
    while (last_end < p->lexer.at) {
        const lang_token token = lang_lexer_word(&again);
        if (token.kind == LANG_TOKEN_END)
            break;
        const size_t end = again.at;
        const size_t blanks = n > 0 && token.at > last_end;
        if (n + blanks + (end - token.at) > sizeof text)
            break;
        if (blanks)
            text[n++] = ' ';
        memcpy(text + n, again.text + token.at, end - token.at);
        n += end - token.at;
        last_end = end;
    }
    return lang_builder_string(p->builder, text, n);
}

static uint32_t parse_transfer_statement(lang_parser *p)
{
    lang_order order = {0};
    const uint32_t node = lang_parse_transfer(p, &order);
    if (p->lexer.panic)
        p->bus = LANG_BUS_ANY; // a mistake here should not make one of the next line
    else
        p->bus = order.leaves_open ? LANG_BUS_OPEN : LANG_BUS_FREE;
    return node;
}

static uint32_t parse_statement(lang_parser *p)
{
    const lang_token word = p->token;
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        if (!lang_is(p, statements[i].word))
            continue;
        if (statements[i].parse == NULL) {
            lang_fail(p, "\"%s\" belongs at the head of a scenario, before its first statement",
                      statements[i].word);
            return LANG_NONE;
        }
        lang_advance(p);
        return statements[i].parse(p, &word);
    }
    if (word.kind == LANG_TOKEN_STRING) {
        lang_fail(p, "the title belongs at the head of a scenario, before its first statement");
        return LANG_NONE;
    }
    if (lang_at_item(p) || lang_find_transfer(p, &word) != NULL)
        return parse_transfer_statement(p);
    if (word.kind == LANG_TOKEN_NAME)
        unknown_statement(p);
    else
        lang_expected(p, "a statement");
    return LANG_NONE;
}

static uint32_t with_node(lang_parser *p, const lang_token *word, lang_kind kind, uint32_t vector,
                          uint32_t time, uint32_t every)
{
    const uint32_t node = lang_make(p, kind, word);
    lang_node_of(p, node)->a = vector;
    lang_node_of(p, node)->b = time;
    lang_node_of(p, node)->c = every;
    return node;
}

static uint32_t with_cpu_clock(lang_parser *p, const lang_token *word)
{
    const lang_token token = p->token;
    const lang_expression e = lang_parse_operand(p);
    if (e.type != LANG_TYPE_FREQUENCY)
        lang_fail_at(p, &token, "a clock needs a unit: 8MHz, 1000kHz or 32768Hz");
    return with_node(p, word, LANG_WITH_CPU_CLOCK, 0, e.node, LANG_NONE);
}

static uint32_t with_threshold(lang_parser *p, const lang_token *word)
{
    const lang_token token = p->token;
    const uint32_t share = lang_parse_number(p, "a share of VDD: 30, 50 or 70", 30, 70);
    const lang_node *node = lang_node_of(p, share);
    if (node->kind == LANG_NUMBER && node->value != 30 && node->value != 50 && node->value != 70)
        lang_fail_at(p, &token, "a threshold is at 30, 50 or 70 %% of VDD");
    return with_node(p, word, LANG_WITH_THRESHOLD, 0, share, LANG_NONE);
}

static uint32_t parse_with(lang_parser *p, const lang_token *word)
{
    static const char *const forms[] = {"latency",    "irq_off",   "isr_load",
                                        "main_stall", "threshold", "cpu_clock"};
    if (lang_accept(p, "threshold"))
        return with_threshold(p, word);
    if (lang_accept(p, "cpu_clock"))
        return with_cpu_clock(p, word);
    if (lang_accept(p, "latency")) {
        const uint32_t time = lang_parse_time(p, "a time");
        const uint32_t vector = lang_accept(p, "on") ? parse_app_name(p, "a vector") : 0;
        return with_node(p, word, LANG_WITH_LATENCY, vector, time, LANG_NONE);
    }
    const bool irq_off = lang_is(p, "irq_off");
    const bool isr_load = lang_is(p, "isr_load");
    if (!irq_off && !isr_load && !lang_is(p, "main_stall")) {
        lang_unknown(p, &p->token, "circumstance", forms, sizeof forms / sizeof *forms);
        return LANG_NONE;
    }
    lang_advance(p);
    const uint32_t vector = isr_load ? parse_app_name(p, "a vector") : 0;
    const uint32_t time = lang_parse_time(p, "a time");
    uint32_t every = LANG_NONE;
    if (lang_accept(p, "every"))
        every = lang_parse_time(p, "a time");
    else if (irq_off || isr_load)
        lang_require(p, "every");
    return with_node(p, word,
                     irq_off    ? LANG_WITH_IRQ_OFF
                     : isr_load ? LANG_WITH_ISR_LOAD
                                : LANG_WITH_MAIN_STALL,
                     vector, time, every);
}

static bool takes_block(uint16_t kind)
{
    return kind >= LANG_WITH_LATENCY && kind <= LANG_WITH_CPU_CLOCK;
}

/// Lines that stand too deep, below a statement that takes no block.
static void refuse_deeper(lang_parser *p, uint32_t indent)
{
    if (p->at_eof || p->indent <= indent)
        return;
    lang_fail(p, "indented by %u, its block by %u; only \"with\" opens a block", p->indent, indent);
    while (lang_next_line(p) && p->indent > indent)
        ;
}

/// A rival whose transfer meets that of the next line.
static bool meets_next(lang_parser *p, uint32_t node)
{
    return node != LANG_NONE && !p->lexer.panic && lang_node_of(p, node)->kind == LANG_RIVAL &&
           lang_node_of(p, node)->value == 0;
}

/// What follows such a rival is the transfer that it meets.
static void require_meeting(lang_parser *p, const lang_token *rival)
{
    if (rival->bytes > 0 && !lang_at_item(p) && lang_find_transfer(p, &p->token) == NULL)
        lang_expected(p, "the transfer that the rival meets: S ... P, or the name of one");
}

uint32_t lang_parse_block(lang_parser *p, uint32_t indent)
{
    lang_list list = {0};
    lang_token rival = {0}; ///< the statement before was one
    while (!p->at_eof && p->indent == indent) {
        const size_t start = p->token.at;
        const lang_token word = p->token;
        require_meeting(p, &rival);
        const uint32_t node = parse_statement(p);
        rival = meets_next(p, node) ? word : (lang_token){0};
        lang_require_end(p);
        if (node != LANG_NONE && !p->lexer.panic) {
            const uint32_t text = statement_text(p, start);
            lang_node_of(p, node)->text = text;
            lang_list_add(p->builder, &list, node);
        }
        const bool with = node != LANG_NONE && takes_block(lang_node_of(p, node)->kind);
        lang_next_line(p);
        if (with && !p->at_eof && p->indent > indent && p->block_depth < LANG_BLOCK_DEPTH_MAX) {
            p->block_depth++;
            const uint32_t body = lang_parse_block(p, p->indent);
            lang_node_of(p, node)->body = body;
            p->block_depth--;
        }
        refuse_deeper(p, indent);
    }
    if (rival.bytes > 0 && !p->lexer.panic)
        lang_fail_at(p, &rival, "a rival meets the transfer of the next line, and there is none");
    return list.first;
}
