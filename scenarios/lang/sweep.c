/// `sweep KIND... at POINTS of TRANSFER then recover [by WAY]`
#include "scenarios/lang/parser.h"

static const struct {
    const char *word;
    lang_sweep_kind kind;
} kinds[] = {
    {"stop", LANG_SWEEP_STOP},         {"restart", LANG_SWEEP_RESTART},
    {"freeze", LANG_SWEEP_FREEZE},     {"vanish", LANG_SWEEP_VANISH},
    {"reset", LANG_SWEEP_RESET},       {"power_off", LANG_SWEEP_POWER_OFF},
    {"power_on", LANG_SWEEP_POWER_ON}, {"stretch", LANG_SWEEP_STRETCH},
    {"pause", LANG_SWEEP_PAUSE},       {"glitch", LANG_SWEEP_GLITCH},
    {"spike", LANG_SWEEP_SPIKE_SCL},   {"chatter", LANG_SWEEP_CHATTER},
    {"stuck", LANG_SWEEP_STUCK_SCL},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static bool line_is_sda(lang_parser *p)
{
    const bool sda = lang_is(p, "sda") || lang_is(p, "SDA");
    if (!sda && !lang_is(p, "scl") && !lang_is(p, "SCL"))
        lang_expected(p, "scl or sda");
    lang_advance(p);
    return sda;
}

/// `spike sda 30ns [x 20 every 90ns] [place 50]`
static uint32_t parse_spike(lang_parser *p, const lang_token *token)
{
    const bool sda = line_is_sda(p);
    const uint32_t width = lang_parse_time(p, "a width");
    uint32_t count = LANG_NONE;
    uint32_t every = LANG_NONE;
    uint32_t place = LANG_NONE;
    if (lang_accept(p, "x")) {
        count = lang_parse_number(p, "a number of spikes", 1, 1000);
        lang_require(p, "every");
        every = lang_parse_time(p, "a time from one spike to the next");
    }
    if (lang_accept(p, "place"))
        place = lang_parse_number(p, "a place in the phase, 0 to 100 %", 0, 100);
    const uint32_t node = lang_make(p, LANG_SWEEP_KIND, token);
    lang_node_of(p, node)->value = sda ? LANG_SWEEP_SPIKE_SDA : LANG_SWEEP_SPIKE_SCL;
    lang_node_of(p, node)->b = width;
    lang_node_of(p, node)->a = count;
    lang_node_of(p, node)->c = every;
    lang_node_of(p, node)->d = place;
    return node;
}

static uint32_t parse_kind(lang_parser *p)
{
    const char *candidates[KIND_COUNT];
    const lang_token token = p->token;
    size_t i = 0;
    while (i < KIND_COUNT && !lang_is(p, kinds[i].word))
        i++;
    if (i == KIND_COUNT) {
        for (size_t k = 0; k < KIND_COUNT; k++)
            candidates[k] = kinds[k].word;
        if (token.kind == LANG_TOKEN_NAME)
            lang_unknown(p, &token, "kind of sweep", candidates, KIND_COUNT);
        else
            lang_expected(p, "a kind of sweep or \"at\"");
        return LANG_NONE;
    }
    lang_advance(p);
    lang_sweep_kind kind = kinds[i].kind;
    uint32_t time = LANG_NONE;
    if (kind == LANG_SWEEP_SPIKE_SCL)
        return parse_spike(p, &token);
    if (kind == LANG_SWEEP_STUCK_SCL) {
        kind = line_is_sda(p) ? LANG_SWEEP_STUCK_SDA : LANG_SWEEP_STUCK_SCL;
    } else if (kind == LANG_SWEEP_STRETCH || kind == LANG_SWEEP_PAUSE ||
               kind == LANG_SWEEP_GLITCH) {
        time = lang_parse_time(p, "a time");
    }
    const uint32_t node = lang_make(p, LANG_SWEEP_KIND, &token);
    lang_node_of(p, node)->value = kind;
    lang_node_of(p, node)->b = time;
    return node;
}

static uint32_t make_points(lang_parser *p, const lang_token *token, lang_sweep_points points)
{
    const uint32_t node = lang_make(p, LANG_SWEEP_POINTS, token);
    lang_node_of(p, node)->value = points;
    return node;
}

static uint32_t parse_points(lang_parser *p)
{
    const lang_token token = p->token;
    if (lang_accept(p, "every")) {
        if (lang_accept(p, "edge"))
            return make_points(p, &token, LANG_POINTS_EVERY_EDGE);
        if (lang_accept(p, "bit"))
            return make_points(p, &token, LANG_POINTS_EVERY_BIT);
        lang_expected(p, "edge or bit");
        return LANG_NONE;
    }
    if (!lang_accept(p, "bits")) {
        lang_expected(p, "the points: every edge, every bit or bits 1..9 of byte 0");
        return LANG_NONE;
    }
    const uint32_t first = lang_parse_number(p, "a bit, 1 to 9", 1, 9);
    const uint32_t last =
        lang_accept(p, "..") ? lang_parse_number(p, "a bit, 1 to 9", 1, 9) : first;
    const lang_node *lowest = lang_node_of(p, first);
    const lang_node *highest = lang_node_of(p, last);
    if (lowest->kind == LANG_NUMBER && highest->kind == LANG_NUMBER &&
        lowest->value > highest->value)
        lang_fail_at(p, &token, "a range that runs backwards is empty");
    lang_require(p, "of");
    lang_require(p, "byte");
    const uint32_t byte = lang_parse_number(p, "the number of a byte", 0, 0xFFFF);
    const uint32_t node = make_points(p, &token, LANG_POINTS_BITS);
    lang_node_of(p, node)->b = first;
    lang_node_of(p, node)->c = last;
    lang_node_of(p, node)->d = byte;
    return node;
}

/// Behind `then recover`: `by` one of the ways, or nothing.
static lang_recovery parse_recovery(lang_parser *p, uint32_t kinds_of_sweep)
{
#define RECOVERY_TEXT(id, text) text,
    static const char *const words[] = {LANG_RECOVERY_MAP(RECOVERY_TEXT)};
#undef RECOVERY_TEXT
    const lang_token by = p->token;
    if (!lang_accept(p, "by"))
        return LANG_RECOVERY_BOTH;
    for (uint32_t i = kinds_of_sweep; i != LANG_NONE; i = lang_node_of(p, i)->next)
        if (lang_node_of(p, i)->value == LANG_SWEEP_STOP ||
            lang_node_of(p, i)->value == LANG_SWEEP_RESTART)
            lang_fail_at(p, &by, "a sweep of stop or restart frees the bus by itself");
    const lang_token token = p->token;
    for (unsigned i = LANG_RECOVERY_BOTH + 1; i < LANG_RECOVERY_COUNT; i++)
        if (lang_accept(p, words[i]))
            return (lang_recovery)i;
    if (token.kind == LANG_TOKEN_NAME)
        lang_unknown(p, &token, "way to recover", words + 1, LANG_RECOVERY_COUNT - 1);
    else
        lang_expected(p, "clocks, stops or start");
    return LANG_RECOVERY_BOTH;
}

void lang_parse_sweep(lang_parser *p, uint32_t node)
{
    lang_list list = {0};
    while (!lang_at_line_end(p) && !lang_is(p, "at"))
        lang_list_add(p->builder, &list, parse_kind(p));
    if (list.first == LANG_NONE)
        lang_expected(p, "what to do: stop, restart, freeze, vanish ...");
    lang_require(p, "at");
    const uint32_t points = parse_points(p);
    lang_require(p, "of");
    const lang_token transfer_token = p->token;
    lang_order order = {0};
    const uint32_t transfer = lang_parse_transfer(p, &order);
    if (order.leaves_open)
        lang_fail_at(p, &transfer_token, "a transfer that is swept ends with P");
    lang_require(p, "then");
    lang_require(p, "recover");
    const lang_recovery recovery = parse_recovery(p, list.first);
    lang_node_of(p, node)->a = list.first;
    lang_node_of(p, node)->b = points;
    lang_node_of(p, node)->c = transfer;
    lang_node_of(p, node)->value = recovery;
}
