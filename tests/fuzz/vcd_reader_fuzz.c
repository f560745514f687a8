// libFuzzer program for the VCD reader. The input is read whole and in pieces; both must tell the
// same events, and every event must keep the reader's contract.
//
//     build/fuzz/vcd_reader_fuzz -max_len=2000 NEW_CORPUS tests/fuzz/corpus/vcd

#include "vcd/vcd.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/// Events folded into one number; equal numbers stand for equal events.
typedef struct {
    uint64_t hash;
    uint64_t time;
    uint32_t signals;
} told;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool fold(told *t, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++)
        t->hash = (t->hash ^ at[i]) * UINT64_C(0x100000001b3);
    return true;
}

static bool on_text(void *ctx, vcd_text what, const char *text)
{
    assert(what <= VCD_TEXT_COMMENT);
    return fold(ctx, text, strlen(text) + 1);
}

static bool on_timescale(void *ctx, uint32_t timescale, vcd_unit unit)
{
    assert(timescale == 1 || timescale == 10 || timescale == 100);
    assert(unit <= VCD_S);
    return fold(ctx, &timescale, sizeof timescale);
}

static bool on_scope(void *ctx, vcd_scope_type type, const char *name)
{
    assert(type <= VCD_SCOPE_OTHER);
    return fold(ctx, name, strlen(name) + 1);
}

static bool on_upscope(void *ctx)
{
    return fold(ctx, "up", 2);
}

static bool on_var(void *ctx, const vcd_var *var, vcd_signal signal)
{
    told *t = ctx;
    assert(vcd_var_type_word(var->type));
    assert(var->width <= VCD_WIDTH_MAX);
    assert(signal <= t->signals); // a known one or the next
    if (signal == t->signals)
        t->signals++;
    return fold(t, var->name, strlen(var->name) + 1);
}

static bool on_time(void *ctx, uint64_t time)
{
    told *t = ctx;
    assert(time >= t->time);
    t->time = time;
    return fold(t, &time, sizeof time);
}

static bool on_change(void *ctx, vcd_signal signal, const vcd_value *value)
{
    told *t = ctx;
    assert(signal < t->signals);
    (void)fold(t, &signal, sizeof signal);
    if (value->kind == VCD_KIND_TEXT) {
        assert(value->text[value->len_bytes] == '\0');
        return fold(t, value->text, value->len_bytes);
    }
    if (value->kind == VCD_KIND_REAL)
        return fold(t, &value->real, sizeof value->real);
    assert(value->width > 0 && strlen(value->bits) == value->width);
    assert(strspn(value->bits, "01xz") == value->width);
    assert((value->xmask & value->zmask) == 0);
    assert((value->value & (value->xmask | value->zmask)) == 0);
    return fold(t, value->bits, value->width);
}

static bool on_dump(void *ctx, vcd_dump what, bool begins)
{
    assert(what <= VCD_DUMP_OFF);
    return fold(ctx, &begins, sizeof begins);
}

static told read_in_pieces(const uint8_t *data, size_t size, size_t piece, vcd_error *error)
{
    told t = {0};
    const vcd_reader_config config = {.ctx = &t,
                                      .on_text = on_text,
                                      .on_timescale = on_timescale,
                                      .on_scope = on_scope,
                                      .on_upscope = on_upscope,
                                      .on_var = on_var,
                                      .on_time = on_time,
                                      .on_change = on_change,
                                      .on_dump = on_dump,
                                      .word_max_bytes = 256};
    vcd_reader *reader = NULL;
    if (vcd_reader_new(&reader, &config) != VCD_OK)
        abort();
    vcd_status status = VCD_OK;
    for (size_t at = 0; at < size && status == VCD_OK; at += piece) {
        // A copy of its own, so that reading past the piece is seen.
        const size_t part = piece < size - at ? piece : size - at;
        uint8_t *copy = malloc(part);
        if (!copy)
            abort();
        memcpy(copy, data + at, part);
        status = vcd_reader_feed(reader, copy, part);
        free(copy);
    }
    status = vcd_reader_finish(reader);
    *error = *vcd_reader_error(reader);
    assert(error->status == status);
    assert((status == VCD_OK) == (error->text[0] == '\0'));
    vcd_reader_free(reader);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vcd_error whole_error;
    vcd_error piece_error;
    const told whole = read_in_pieces(data, size, size ? size : 1, &whole_error);
    const told pieces = read_in_pieces(data, size, size ? 1 + data[0] % 16 : 1, &piece_error);
    assert(whole.hash == pieces.hash);
    assert(whole_error.status == piece_error.status);
    // An overlong word is reported when its limit is passed, and that depends on the pieces only
    // in how much of it is seen; the place is the same.
    assert(whole_error.line == piece_error.line && whole_error.column == piece_error.column);
    return 0;
}
