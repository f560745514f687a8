#include "cli/wave_view.h"

#include "cli/wave_decode.h"
#include "sim/sim.h"

#include <stdio.h>
#include <string.h>

enum { CELLS_BEFORE = 3, CELLS_SHOWN = 5, BYTE_CELLS_BEFORE = 10, BYTE_CELLS_SHOWN = 12 };
enum { FALLS = 10, TOKENS = 32, TOKENS_BEHIND = 2, TOKEN_BYTES = WAVE_SLOT_BYTES + 4 };

static bool is_scl_fall(const i2c_record *record)
{
    return record->kind == I2C_RECORD_LEVEL && record->a == I2C_SCL && record->b == 0;
}

uint64_t wave_period_ps(const i2c_trace *trace, uint64_t at_ps)
{
    uint64_t gap_ps[FALLS - 1] = {0};
    uint64_t last_ps = I2C_NEVER_PS;
    uint64_t least_ps = I2C_NEVER_PS;
    unsigned gaps = 0;
    const uint64_t kept = i2c_trace_kept(trace);
    for (uint64_t i = 0; i < kept; i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        if (!is_scl_fall(r) || r->at_ps == last_ps)
            continue;
        if (r->at_ps > at_ps && gaps >= 2)
            break;
        if (last_ps != I2C_NEVER_PS)
            gap_ps[gaps++ % (FALLS - 1)] = r->at_ps - last_ps;
        last_ps = r->at_ps;
    }
    for (unsigned i = 0; i < gaps && i < FALLS - 1; i++)
        if (gap_ps[i] < least_ps)
            least_ps = gap_ps[i];
    return gaps == 0 ? 0 : least_ps;
}

bool wave_holds(const i2c_trace *trace, uint64_t at_ps)
{
    return trace->written > 0 && (i2c_trace_whole(trace) || i2c_trace_at(trace, 0)->at_ps <= at_ps);
}

wave_window wave_window_of(const i2c_trace *trace, uint64_t at_ps, bool wrong_byte)
{
    uint64_t period_ps = wave_period_ps(trace, at_ps);
    if (period_ps == 0)
        period_ps = 10 * I2C_PS_PER_US;
    const uint64_t before_ps = (wrong_byte ? BYTE_CELLS_BEFORE : CELLS_BEFORE) * period_ps;
    return (wave_window){.from_ps = at_ps > before_ps ? at_ps - before_ps : 0,
                         .span_ps = (wrong_byte ? BYTE_CELLS_SHOWN : CELLS_SHOWN) * period_ps};
}

wave_window wave_transfer_of(const i2c_trace *trace, uint64_t at_ps)
{
    const uint64_t kept = i2c_trace_kept(trace);
    uint64_t from_ps = kept > 0 ? i2c_trace_at(trace, 0)->at_ps : 0;
    uint64_t to_ps = from_ps;
    bool ended = false;
    for (uint64_t i = 0; i < kept && !ended; i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        const bool starts = r->kind == I2C_RECORD_EVENT && r->a == I2C_EVENT_START;
        to_ps = r->at_ps;
        if (starts && r->at_ps <= at_ps)
            from_ps = r->at_ps;
        ended =
            r->at_ps > at_ps && r->kind == I2C_RECORD_EVENT && (starts || r->a == I2C_EVENT_STOP);
    }
    return (wave_window){.from_ps = from_ps, .span_ps = to_ps - from_ps};
}

uint32_t wave_nodes_of(const i2c_trace *trace, const char *names)
{
    uint32_t mask = 0;
    while (*names != '\0') {
        const size_t length = strcspn(names, ",");
        for (unsigned n = 0; n < trace->nodes && n < I2C_NODE_MAX; n++)
            if (strnlen(trace->node[n], I2C_TRACE_NAME_BYTES) == length &&
                strncmp(trace->node[n], names, length) == 0)
                mask |= 1u << n;
        names += length;
        names += strspn(names, ", ");
    }
    return mask;
}

wave_release wave_release_of(const i2c_trace *trace, uint64_t at_ps, uint32_t blamed)
{
    uint32_t pulls[2] = {0, 0};
    bool scl_high = true;
    const uint64_t kept = i2c_trace_kept(trace);
    for (uint64_t i = 0; i < kept; i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        const unsigned line = r->a & 1u;
        if (r->kind == I2C_RECORD_LEVEL && line == I2C_SCL)
            scl_high = r->b != 0;
        if (r->kind != I2C_RECORD_PULLS)
            continue;
        const bool others_let_go = (pulls[line] & ~blamed) != 0 && (r->value & ~blamed) == 0;
        pulls[line] = r->value;
        if (r->at_ps < at_ps || !others_let_go || r->value == 0 || (line == I2C_SDA && !scl_high))
            continue;
        return (wave_release){true, r->at_ps,
                              line == I2C_SDA ? "SDA should rise: STOP" : "SCL should rise"};
    }
    return (wave_release){.found = false};
}

// ---- the transfer -----------------------------------------------------------------------------

typedef struct {
    uint64_t from_ps;
    char text[TOKEN_BYTES];
} token;

/// The last tokens of the transfer.
typedef struct {
    token token[TOKENS];
    unsigned count; ///< all, also those that fell out
    unsigned behind;
    bool ended;
} token_list;

static void add_token(token_list *list, uint64_t from_ps, const char *text, const char *shape)
{
    token *t = &list->token[list->count++ % TOKENS];
    t->from_ps = from_ps;
    snprintf(t->text, sizeof t->text, "%c%s%c", shape[0], text, shape[1]);
}

/// A slot as a token: in brackets when another than the master sends it.
static void add_slot(token_list *list, const i2c_trace *trace, uint64_t number)
{
    char text[WAVE_SLOT_BYTES];
    unsigned bits;
    const uint64_t end = wave_next_event(trace, number, &bits);
    const i2c_record *event = end < trace->written ? wave_record(trace, end) : NULL;
    wave_slot_text(event, bits, text);
    const bool whole = event != NULL && (event->a == I2C_EVENT_BYTE || event->a == I2C_EVENT_ACK);
    if (!whole) {
        add_token(list, wave_record(trace, number)->at_ps, text, text[0] == '\0' ? "  " : "()");
        return;
    }
    add_token(list, wave_record(trace, number)->at_ps, text,
              wave_slot_by_slave(event) ? "[]" : "  ");
}

/// True: nothing behind this record is wanted.
static bool collect(token_list *list, const i2c_trace *trace, uint64_t number, uint64_t at_ps,
                    wave_decoder *d)
{
    const i2c_record *r = wave_record(trace, number);
    const char *sign = wave_decoder_sign(r);
    const bool slot = sign == NULL && wave_decoder_begins_slot(d, r);
    wave_decoder_pass(d, r);
    if (sign == NULL && !slot)
        return false;
    const bool starts = sign != NULL && strcmp(sign, "S") == 0;
    if (r->at_ps > at_ps && list->count > 0 &&
        (starts || list->ended || list->behind++ == TOKENS_BEHIND))
        return true;
    if (starts)
        list->count = 0;
    list->ended = sign != NULL && strcmp(sign, "P") == 0;
    if (slot)
        add_slot(list, trace, number);
    else
        add_token(list, r->at_ps, sign, "  ");
    return false;
}

/// The token without the blanks of its shape, or between > and <.
static void show(const token *t, bool marked, char text[TOKEN_BYTES + 2])
{
    const char *from = t->text;
    size_t length = strlen(from);
    if (from[0] == ' ') {
        from++;
        length -= 2;
    }
    if (marked && length == 0)
        snprintf(text, TOKEN_BYTES + 2, ">...<");
    else
        snprintf(text, TOKEN_BYTES + 2, "%s%.*s%s", marked ? ">" : "", (int)length, from,
                 marked ? "<" : "");
}

static void join(const token_list *list, uint64_t at_ps, char *text, size_t bytes)
{
    const unsigned first = list->count > TOKENS ? list->count - TOKENS : 0;
    unsigned marked = list->count;
    for (unsigned i = first; i < list->count; i++)
        if (list->token[i % TOKENS].from_ps <= at_ps)
            marked = i;
    size_t used = bytes - 1; // from the end to the front, which is cut when there is no room
    text[used] = '\0';
    unsigned i = list->count;
    for (; i > first; i--) {
        char shown[TOKEN_BYTES + 2];
        show(&list->token[(i - 1) % TOKENS], i - 1 == marked, shown);
        const size_t length = strlen(shown);
        if (length == 0)
            continue;
        if (used < length + 1 + 4)
            break;
        if (used < bytes - 1)
            text[--used] = ' ';
        used -= length;
        memcpy(text + used, shown, length);
    }
    if (i > 0 && used >= 4) {
        used -= 4;
        memcpy(text + used, "... ", 4);
    }
    memmove(text, text + used, bytes - used);
}

void wave_transfer_text(const i2c_trace *trace, uint64_t at_ps, char *text, size_t bytes)
{
    token_list list = {.count = 0};
    wave_decoder d = {false};
    const uint64_t oldest = trace->written - i2c_trace_kept(trace);
    for (uint64_t i = oldest; i < trace->written; i++)
        if (collect(&list, trace, i, at_ps, &d))
            break;
    if (list.count == 0)
        text[0] = '\0';
    else
        join(&list, at_ps, text, bytes);
}
