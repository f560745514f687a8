#include "sim/trace.h"

#include <assert.h>
#include <string.h>

size_t i2c_trace_bytes(uint32_t capacity)
{
    return sizeof(i2c_trace) + (size_t)capacity * sizeof(i2c_record);
}

i2c_trace *i2c_trace_init(void *memory, uint32_t capacity)
{
    assert(capacity >= 64 && (capacity & (capacity - 1)) == 0);
    i2c_trace *trace = memory;
    trace->capacity = capacity;
    i2c_trace_clear(trace);
    return trace;
}

void i2c_trace_clear(i2c_trace *trace)
{
    trace->written = 0;
    trace->tracks = 0;
    trace->texts = 0;
    trace->nodes = 0;
    memset(trace->text_hint, 0, sizeof trace->text_hint);
}

/// Copies as much of `text` as fits, NUL-terminated.
static void copy_text(char *to, size_t room, const char *text)
{
    size_t length = strlen(text);
    if (length >= room)
        length = room - 1;
    memcpy(to, text, length);
    to[length] = '\0';
}

int i2c_trace_track(i2c_trace *trace, const char *scope, const char *name, i2c_track_kind kind,
                    unsigned bits)
{
    if (trace == NULL || trace->tracks == I2C_TRACE_TRACK_MAX)
        return -1;
    i2c_track *track = &trace->track[trace->tracks];
    copy_text(track->scope, sizeof track->scope, scope);
    copy_text(track->name, sizeof track->name, name);
    track->kind = (uint8_t)kind;
    track->bits = (uint8_t)(kind == I2C_TRACK_BIT ? 1 : bits);
    return (int)trace->tracks++;
}

void i2c_trace_value(i2c_trace *trace, uint64_t at_ps, int track, uint64_t value)
{
    if (trace == NULL || track < 0)
        return;
    assert((uint32_t)track < trace->tracks);
    const uint16_t number = (uint16_t)track;
    if (trace->track[track].bits > 32)
        i2c_trace_put(trace,
                      (i2c_record){at_ps, I2C_RECORD_TRACK_HI, 0, number, (uint32_t)(value >> 32)});
    i2c_trace_put(trace, (i2c_record){at_ps, I2C_RECORD_TRACK, 0, number, (uint32_t)value});
}

static bool is_text(const i2c_trace *trace, uint32_t number, const char *text)
{
    return number < trace->texts &&
           strncmp(trace->text[number], text, I2C_TRACE_TEXT_BYTES - 1) == 0;
}

/// The number of `text` in the table; the last entry of a full table stands for all that came late.
static uint32_t find_text(i2c_trace *trace, const char *text)
{
    for (uint32_t i = 0; i < trace->texts; i++)
        if (is_text(trace, i, text))
            return i;
    if (trace->texts == I2C_TRACE_TEXT_MAX)
        return I2C_TRACE_TEXT_MAX - 1;
    const uint32_t number = trace->texts++;
    const bool last = number == I2C_TRACE_TEXT_MAX - 1;
    copy_text(trace->text[number], I2C_TRACE_TEXT_BYTES, last ? "..." : text);
    return number;
}

/// The same text mostly comes from the same place: where it was found last is tried first.
static uint32_t text_number(i2c_trace *trace, const char *text)
{
    uint8_t *hint = &trace->text_hint[(uintptr_t)text / 4 % I2C_TRACE_HINTS];
    const uint32_t number = is_text(trace, *hint, text) ? *hint : find_text(trace, text);
    *hint = (uint8_t)number;
    return number;
}

void i2c_trace_text(i2c_trace *trace, uint64_t at_ps, int track, const char *text)
{
    if (trace == NULL || track < 0)
        return;
    assert(trace->track[track].kind == I2C_TRACK_TEXT);
    const uint32_t number = text_number(trace, text);
    i2c_trace_put(trace, (i2c_record){at_ps, I2C_RECORD_TRACK, 0, (uint16_t)track, number});
}
