// Values of signals: taking them from the caller, and their bytes in the file.

#define _POSIX_C_SOURCE 200809L // uselocale

#include "vcd/writer_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// A time line, `b`, 64 digits and the end of a line fit into what may be reserved. Copies take all
// the room of what they copy, which is faster than its exact length, so lines may need more while
// they are made than they have in the end.
#define TAIL_ROOM       sizeof(((vcd_slot *)0)->tail)
#define TIME_LINE_MAX   (1u + sizeof(((vcd_writer *)0)->time_high) + 8u + 1u)
#define NARROW_LINE_MAX (1u + 64u + TAIL_ROOM)
_Static_assert(TIME_LINE_MAX + NARROW_LINE_MAX < VCD_SINK_MIN_BYTES, "reserved lines fit");
_Static_assert(VCD_ID_MAX_BYTES + 2 <= TAIL_ROOM, "a blank, an identifier and a newline fit");

static const char bit_digits[] = "01xz";

static uint64_t mask_of(uint32_t width)
{
    return width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
}

// ---- bytes

/// `now` has left the block: its digits above the last six are new.
static __attribute__((noinline)) void next_time_block(vcd_writer *w, uint64_t now)
{
    const uint64_t high = now / VCD_TIME_BLOCK;
    w->time_block = high * VCD_TIME_BLOCK;
    w->time_high_len = vcd_digits_of(high);
    vcd_put_digits(w->time_high, high, w->time_high_len);
}

/// The first times, which have no digits above the block; leading zeros are left out.
static __attribute__((noinline)) char *put_short_time(vcd_writer *w, char *out, uint32_t time)
{
    for (; time >= w->time_end; w->time_end *= 10) // time only grows
        w->time_len++;
    vcd_put_digits32(out, time, w->time_len);
    out[w->time_len] = '\n';
    return out + w->time_len + 1;
}

/// `now` as a line; returns its end. `out` has TIME_LINE_MAX.
static inline char *put_time_line(vcd_writer *w, char *out, uint64_t now)
{
    if (now - w->time_block >= VCD_TIME_BLOCK)
        next_time_block(w, now);
    const uint32_t low = (uint32_t)(now - w->time_block);
    *out++ = '#';
    if (w->time_high_len == 0)
        return put_short_time(w, out, low);
    memcpy(out, w->time_high, sizeof w->time_high);
    out += w->time_high_len;
    memcpy(out, w->triple[low / 1000], 4);
    memcpy(out + 3, w->triple[low % 1000], 4); // and the end of the line
    return out + 7;
}

void vcd_writer_put_time(vcd_writer *w)
{
    if (!w->time_is_due)
        return;
    w->time_is_due = false;
    char *out = vcd_sink_reserve(&w->sink, TIME_LINE_MAX);
    w->sink.used += (size_t)(put_time_line(w, out, w->now) - out);
}

/// Blank, identifier and newline; returns their end. `out` has TAIL_ROOM.
static inline char *put_tail(char *out, const vcd_slot *slot)
{
    memcpy(out, slot->tail, sizeof slot->tail);
    return out + slot->tail_len;
}

/// A single bit as a line; returns its end. `out` has TAIL_ROOM.
static inline char *put_bit_line(char *out, const vcd_slot *slot, uint32_t bit)
{
    char *end = put_tail(out, slot);
    out[0] = bit_digits[bit];
    return end;
}

static inline void put_bit(vcd_writer *w, const vcd_slot *slot, uint32_t bit)
{
    char *out = vcd_sink_reserve(&w->sink, TAIL_ROOM);
    w->sink.used += (size_t)(put_bit_line(out, slot, bit) - out);
}

/// Digits of a fully known value, without leading zeros, at least one.
static size_t put_known(char *out, uint64_t value, uint32_t width)
{
    static const char nibbles[] =
        "0000000100100011010001010110011110001001101010111100110111101111";
    while (width > 8 && value >> (width - 8) == 0)
        width -= 8;
    while (width > 1 && value >> (width - 1) == 0)
        width--;
    uint32_t left = width;
    for (; left % 4 != 0; left--)
        *out++ = (char)('0' + (value >> (left - 1) & 1));
    for (; left > 0; left -= 4, out += 4)
        memcpy(out, nibbles + (value >> (left - 4) & 15) * 4, 4);
    return width;
}

/// The same with x and z: from the first digit on that is not implied by the next one.
static size_t put_shortened(char *out, const char *digits, size_t width)
{
    size_t skip = 0;
    while (skip + 1 < width && vcd_digit_is_implied(digits[skip], digits[skip + 1]))
        skip++;
    memcpy(out, digits + skip, width - skip);
    return width - skip;
}

static void put_narrow(vcd_writer *w, const vcd_slot *slot, uint64_t value, uint64_t xmask,
                       uint64_t zmask)
{
    char *const begin = vcd_sink_reserve(&w->sink, NARROW_LINE_MAX);
    char *out = begin;
    *out++ = 'b';
    if ((xmask | zmask) == 0) {
        out += put_known(out, value, slot->width);
    } else {
        char digits[64] = {0};
        vcd_put_bits(digits, value, xmask, zmask, slot->width);
        out += put_shortened(out, digits, slot->width);
    }
    w->sink.used += (size_t)(put_tail(out, slot) - begin);
}

static void put_wide(vcd_writer *w, const vcd_slot *slot, const char *digits)
{
    const size_t len = put_shortened(w->scratch, digits, slot->width);
    vcd_sink_put(&w->sink, "b", 1);
    vcd_sink_put(&w->sink, w->scratch, len);
    vcd_sink_put(&w->sink, slot->tail, slot->tail_len);
}

static void put_real(vcd_writer *w, const vcd_slot *slot)
{
    char text[40];
    const double value = slot->now.real;
    if (isnan(value)) {
        (void)snprintf(text, sizeof text, "rnan");
    } else {
        const locale_t before = uselocale(w->c_locale);
        // 16 digits are enough for most, 17 for all.
        (void)snprintf(text, sizeof text, "r%.16g", value);
        if (strtod(text + 1, NULL) != value)
            (void)snprintf(text, sizeof text, "r%.17g", value);
        (void)uselocale(before);
    }
    vcd_sink_text(&w->sink, text);
    vcd_sink_put(&w->sink, slot->tail, slot->tail_len);
}

static size_t escape_byte(char out[4], unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    out[0] = '\\';
    if (byte == '\\') {
        out[1] = '\\';
        return 2;
    }
    out[1] = 'x';
    out[2] = hex[byte >> 4];
    out[3] = hex[byte & 15];
    return 4;
}

static void put_string(vcd_writer *w, const vcd_slot *slot)
{
    if (slot->dropped)
        return;
    vcd_sink_put(&w->sink, "s", 1);
    for (uint32_t i = 0; i < slot->now.string.len; i++) {
        const unsigned char byte = (unsigned char)slot->now.string.bytes[i];
        char *out = vcd_sink_reserve(&w->sink, 4);
        if (byte > ' ' && byte < 0x7F && byte != '\\') {
            *out = (char)byte;
            w->sink.used++;
        } else {
            w->sink.used += escape_byte(out, byte);
        }
    }
    vcd_sink_put(&w->sink, slot->tail, slot->tail_len);
}

void vcd_writer_put_slot(vcd_writer *w, const vcd_slot *slot)
{
    switch ((vcd_shape)slot->shape) {
    case VCD_SHAPE_BIT:
        put_bit(w, slot, slot->now.bit);
        break;
    case VCD_SHAPE_NARROW:
        put_narrow(w, slot, slot->now.bits.value, slot->now.bits.xmask, slot->now.bits.zmask);
        break;
    case VCD_SHAPE_WIDE:
        put_wide(w, slot, slot->now.wide);
        break;
    case VCD_SHAPE_REAL:
        put_real(w, slot);
        break;
    case VCD_SHAPE_STRING:
        put_string(w, slot);
        break;
    }
}

void vcd_writer_put_slot_x(vcd_writer *w, const vcd_slot *slot)
{
    if (slot->shape == VCD_SHAPE_BIT) {
        put_bit(w, slot, VCD_X);
    } else if (slot->shape == VCD_SHAPE_NARROW) {
        put_narrow(w, slot, 0, mask_of(slot->width), 0);
    } else if (slot->shape == VCD_SHAPE_WIDE) {
        vcd_sink_put(&w->sink, "bx", 2);
        vcd_sink_put(&w->sink, slot->tail, slot->tail_len);
    }
}

// ---- values

vcd_status vcd_slot_init(vcd_writer *w, vcd_slot *slot, const vcd_var *var)
{
    slot->width = var->width;
    switch (vcd_kind_of(var->type)) {
    case VCD_KIND_REAL:
        slot->shape = VCD_SHAPE_REAL;
        slot->width = 64;
        return VCD_OK;
    case VCD_KIND_TEXT:
        slot->shape = VCD_SHAPE_STRING;
        slot->width = 1;
        slot->dropped = w->strict;
        return VCD_OK;
    case VCD_KIND_BITS:
        break;
    }
    if (var->width == 1) {
        slot->shape = VCD_SHAPE_BIT;
        slot->now.bit = VCD_X;
        return VCD_OK;
    }
    if (var->width <= 64) {
        slot->shape = VCD_SHAPE_NARROW;
        slot->now.bits.xmask = mask_of(var->width);
        return VCD_OK;
    }
    if (!w->scratch)
        w->scratch = malloc(VCD_WIDTH_MAX);
    slot->shape = VCD_SHAPE_WIDE;
    slot->now.wide = malloc(var->width);
    if (!w->scratch || !slot->now.wide) {
        vcd_slot_release(slot);
        return VCD_NO_MEMORY;
    }
    memset(slot->now.wide, 'x', var->width);
    return VCD_OK;
}

void vcd_slot_release(vcd_slot *slot)
{
    if (slot->shape == VCD_SHAPE_WIDE)
        free(slot->now.wide);
    if (slot->shape == VCD_SHAPE_STRING)
        free(slot->now.string.bytes);
}

/// The signal's slot, or NULL after noting why not; `*status` is what to return then.
static inline vcd_slot *slot_for(vcd_writer *w, vcd_signal signal, vcd_shape shape,
                                 vcd_status *status)
{
    if (signal < w->count && w->slots[signal].shape == shape && w->stage != VCD_STAGE_DONE)
        return &w->slots[signal];
    if (w->stage == VCD_STAGE_DONE)
        *status = vcd_writer_refuse(w, VCD_BAD_ORDER, "a change after finish");
    else
        *status = vcd_writer_refuse(w, VCD_BAD_SIGNAL, "signal %lu: %s", (unsigned long)signal,
                                    vcd_status_text(VCD_BAD_SIGNAL));
    return NULL;
}

/// The slot has its new value; writes it where changes are written now.
static inline vcd_status slot_changed(vcd_writer *w, const vcd_slot *slot)
{
    if (w->stage == VCD_STAGE_RUN && !w->off && !slot->dropped) {
        vcd_writer_put_time(w);
        vcd_writer_put_slot(w, slot);
    }
    return w->sink.failed ? vcd_writer_sink_status(w) : VCD_OK;
}

static inline vcd_status set_bit(vcd_writer *w, vcd_slot *slot, uint32_t bit)
{
    if (w->keep_repeats || slot->now.bit != bit) {
        slot->now.bit = bit;
        if (w->stage == VCD_STAGE_RUN && !w->off) {
            vcd_writer_put_time(w);
            put_bit(w, slot, bit);
        }
    }
    return w->sink.failed ? vcd_writer_sink_status(w) : VCD_OK;
}

/// A single bit or a narrow vector; no bit is set in two of the words, none above the width.
static vcd_status set_masked(vcd_writer *w, vcd_slot *slot, uint64_t value, uint64_t xmask,
                             uint64_t zmask)
{
    if (slot->shape == VCD_SHAPE_BIT)
        return set_bit(w, slot, (uint32_t)(value * VCD_1 | xmask * VCD_X | zmask * VCD_Z));
    if (w->keep_repeats || slot->now.bits.value != value || slot->now.bits.xmask != xmask ||
        slot->now.bits.zmask != zmask) {
        slot->now.bits.value = value;
        slot->now.bits.xmask = xmask;
        slot->now.bits.zmask = zmask;
        return slot_changed(w, slot);
    }
    return w->sink.failed ? vcd_writer_sink_status(w) : VCD_OK;
}

vcd_status vcd_writer_bit(vcd_writer *w, vcd_signal signal, vcd_bit value)
{
    vcd_status status;
    if (signal < w->count && w->slots[signal].shape == VCD_SHAPE_NARROW &&
        w->stage != VCD_STAGE_DONE)
        return vcd_writer_refuse(w, VCD_BAD_SIGNAL, "signal %lu has %lu bits, not 1",
                                 (unsigned long)signal, (unsigned long)w->slots[signal].width);
    vcd_slot *slot = slot_for(w, signal, VCD_SHAPE_BIT, &status);
    if (!slot)
        return status;
    if ((unsigned)value > VCD_Z)
        return vcd_writer_refuse(w, VCD_BAD_VALUE, "signal %lu: %d is no vcd_bit",
                                 (unsigned long)signal, (int)value);
    return set_bit(w, slot, value);
}

/// Takes edges as long as they are plain: in the order of time, of signals of one bit, with room
/// for two lines in the buffer. Returns how many. The dump runs.
static size_t put_plain_edges(vcd_writer *w, const vcd_edge *edges, size_t count)
{
    // Locals, for a store of a char might change anything that is behind a pointer.
    vcd_slot *const slots = w->slots;
    const uint32_t signals = w->count;
    const bool keep_repeats = w->keep_repeats;
    char *out = w->sink.buffer + w->sink.used;
    const size_t fit = (w->sink.size - w->sink.used) / (TIME_LINE_MAX + TAIL_ROOM);
    const vcd_edge *const end = edges + (count < fit ? count : fit);
    uint64_t now = w->now;
    bool due = w->time_is_due;
    const vcd_edge *e = edges;
    for (; e != end; e++) {
        if (e->time < now || e->signal >= signals || e->bit > VCD_Z)
            break;
        vcd_slot *const slot = &slots[e->signal];
        if (slot->shape != VCD_SHAPE_BIT)
            break;
        due |= e->time != now;
        now = e->time;
        const uint32_t bit = e->bit;
        if (slot->now.bit == bit && !keep_repeats)
            continue;
        slot->now.bit = bit;
        if (due)
            out = put_time_line(w, out, now);
        due = false;
        out = put_bit_line(out, slot, bit);
    }
    w->now = now;
    w->time_is_due = due;
    w->sink.used = (size_t)(out - w->sink.buffer);
    return (size_t)(e - edges);
}

vcd_status vcd_writer_edges(vcd_writer *w, const vcd_edge *edges, size_t count)
{
    vcd_status first = VCD_OK;
    for (size_t i = 0; i < count;) {
        if (w->stage == VCD_STAGE_RUN && !w->off)
            i += put_plain_edges(w, edges + i, count - i);
        if (i == count)
            break;
        // What is not plain: the buffer is emptied, the edge refused, or only noted.
        vcd_status status = vcd_writer_time(w, edges[i].time);
        if (status == VCD_OK)
            status = vcd_writer_bit(w, edges[i].signal, (vcd_bit)edges[i].bit);
        if (first == VCD_OK)
            first = status;
        i++;
    }
    return w->sink.failed ? vcd_writer_sink_status(w) : first;
}

/// As slot_for(), for a single bit or a narrow vector.
static vcd_slot *slot_for_masked(vcd_writer *w, vcd_signal signal, vcd_status *status)
{
    const bool is_bit = signal < w->count && w->slots[signal].shape == VCD_SHAPE_BIT;
    return slot_for(w, signal, is_bit ? VCD_SHAPE_BIT : VCD_SHAPE_NARROW, status);
}

vcd_status vcd_writer_masked(vcd_writer *w, vcd_signal signal, uint64_t value, uint64_t xmask,
                             uint64_t zmask)
{
    vcd_status status;
    vcd_slot *slot = slot_for_masked(w, signal, &status);
    if (!slot)
        return status;
    const uint64_t mask = mask_of(slot->width);
    xmask &= mask;
    zmask &= mask & ~xmask;
    return set_masked(w, slot, value & mask & ~xmask & ~zmask, xmask, zmask);
}

vcd_status vcd_writer_int(vcd_writer *w, vcd_signal signal, uint64_t value)
{
    return vcd_writer_masked(w, signal, value, 0, 0);
}

/// Digits as the caller gave them, to `width` lower-case ones. False where they are none.
static bool extend_digits(char *out, uint32_t width, const char *bits)
{
    const size_t len = strnlen(bits, (size_t)width + 1);
    if (len == 0 || len > width || bits[strspn(bits, "01xXzZ")] != '\0')
        return false;
    const size_t fill = width - len;
    for (size_t i = 0; i < len; i++)
        out[fill + i] = (char)(bits[i] > '1' ? bits[i] | 0x20 : bits[i]);
    memset(out, out[fill] == '1' ? '0' : out[fill], fill);
    return true;
}

static vcd_status set_narrow_digits(vcd_writer *w, vcd_slot *slot, const char *digits)
{
    uint64_t value = 0;
    uint64_t xmask = 0;
    uint64_t zmask = 0;
    for (uint32_t i = 0; i < slot->width; i++) {
        value = value << 1 | (digits[i] == '1');
        xmask = xmask << 1 | (digits[i] == 'x');
        zmask = zmask << 1 | (digits[i] == 'z');
    }
    return set_masked(w, slot, value, xmask, zmask);
}

vcd_status vcd_writer_bits(vcd_writer *w, vcd_signal signal, const char *bits)
{
    vcd_status status;
    const bool is_wide = signal < w->count && w->slots[signal].shape == VCD_SHAPE_WIDE;
    vcd_slot *slot = is_wide ? slot_for(w, signal, VCD_SHAPE_WIDE, &status)
                             : slot_for_masked(w, signal, &status);
    if (!slot)
        return status;
    char narrow[64];
    char *digits = is_wide ? w->scratch : narrow;
    if (!extend_digits(digits, slot->width, bits))
        return vcd_writer_refuse(w, VCD_BAD_VALUE, "signal %lu of %lu bits: %s",
                                 (unsigned long)signal, (unsigned long)slot->width,
                                 vcd_status_text(VCD_BAD_VALUE));
    if (!is_wide)
        return set_narrow_digits(w, slot, digits);
    if (!w->keep_repeats && memcmp(slot->now.wide, digits, slot->width) == 0)
        return vcd_writer_sink_status(w);
    memcpy(slot->now.wide, digits, slot->width);
    return slot_changed(w, slot);
}

/// As bits 0.0 and -0.0 differ, and the one NaN equals itself.
static uint64_t bits_of(double value)
{
    uint64_t bits;
    _Static_assert(sizeof bits == sizeof value, "a double has 64 bits");
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

vcd_status vcd_writer_real(vcd_writer *w, vcd_signal signal, double value)
{
    vcd_status status;
    vcd_slot *slot = slot_for(w, signal, VCD_SHAPE_REAL, &status);
    if (!slot)
        return status;
    const double canonical = isnan(value) ? (double)NAN : value;
    if (!w->keep_repeats && bits_of(slot->now.real) == bits_of(canonical))
        return vcd_writer_sink_status(w);
    slot->now.real = canonical;
    return slot_changed(w, slot);
}

static bool string_room(vcd_slot *slot, size_t len)
{
    if (len <= slot->now.string.room)
        return true;
    const size_t twice = (size_t)slot->now.string.room * 2;
    const size_t room = len > twice ? len : twice;
    char *bytes = realloc(slot->now.string.bytes, room);
    if (!bytes)
        return false;
    slot->now.string.bytes = bytes;
    slot->now.string.room = (uint32_t)room;
    return true;
}

vcd_status vcd_writer_string(vcd_writer *w, vcd_signal signal, const char *bytes, size_t len_bytes)
{
    vcd_status status;
    vcd_slot *slot = slot_for(w, signal, VCD_SHAPE_STRING, &status);
    if (!slot)
        return status;
    if (len_bytes > VCD_STRING_MAX_BYTES)
        return vcd_writer_refuse(w, VCD_TOO_LONG, "signal %lu: a string of %zu bytes, at most %u",
                                 (unsigned long)signal, len_bytes, VCD_STRING_MAX_BYTES);
    const bool same = len_bytes == slot->now.string.len &&
                      (len_bytes == 0 || memcmp(slot->now.string.bytes, bytes, len_bytes) == 0);
    if (same && !w->keep_repeats)
        return vcd_writer_sink_status(w);
    if (!string_room(slot, len_bytes))
        return vcd_writer_refuse(w, VCD_NO_MEMORY, "%s", vcd_status_text(VCD_NO_MEMORY));
    if (len_bytes > 0)
        memmove(slot->now.string.bytes, bytes, len_bytes);
    slot->now.string.len = (uint32_t)len_bytes;
    return slot_changed(w, slot);
}
