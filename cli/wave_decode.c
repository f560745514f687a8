#include "cli/wave_decode.h"

#include "sim/sim.h"

#include <string.h>

static bool is_event(const i2c_record *record, i2c_event_kind kind)
{
    return record->kind == I2C_RECORD_EVENT && record->a == kind;
}

bool wave_decoder_begins_slot(const wave_decoder *d, const i2c_record *record)
{
    if (record->kind == I2C_RECORD_LEVEL)
        return d->after_start && record->a == I2C_SCL && record->b == 0;
    return is_event(record, I2C_EVENT_BYTE) || is_event(record, I2C_EVENT_ACK);
}

const char *wave_decoder_sign(const i2c_record *record)
{
    if (is_event(record, I2C_EVENT_START))
        return "S";
    if (is_event(record, I2C_EVENT_SR))
        return "Sr";
    return is_event(record, I2C_EVENT_STOP) ? "P" : NULL;
}

void wave_decoder_pass(wave_decoder *d, const i2c_record *record)
{
    if (is_event(record, I2C_EVENT_START) || is_event(record, I2C_EVENT_SR))
        d->after_start = true;
    else if (is_event(record, I2C_EVENT_STOP) || wave_decoder_begins_slot(d, record))
        d->after_start = false;
}

uint64_t wave_next_event(const i2c_trace *trace, uint64_t number, unsigned *bits)
{
    *bits = 0;
    for (number++; number < trace->written; number++) {
        const i2c_record *record = wave_record(trace, number);
        if (record->kind == I2C_RECORD_EVENT)
            break;
        if (record->kind == I2C_RECORD_LEVEL && record->a == I2C_SCL && record->b == 0)
            ++*bits;
    }
    return number;
}

/// By hand, for it is made for each byte on the bus.
static void put_byte(char text[WAVE_SLOT_BYTES], uint32_t byte)
{
    static const char hex[] = "0123456789ABCDEF";
    memcpy(text, "0x", 2);
    text[2] = hex[byte >> 4 & 15];
    text[3] = hex[byte & 15];
    text[4] = '\0';
}

static void put_cut(char text[WAVE_SLOT_BYTES], unsigned bits)
{
    text[0] = '\0';
    if (bits == 0 || bits > 9)
        return;
    text[0] = (char)('0' + bits);
    memcpy(text + 1, bits == 1 ? " bit" : " bits", bits == 1 ? 5 : 6);
}

void wave_slot_text(const i2c_record *event, unsigned bits, char text[WAVE_SLOT_BYTES])
{
    if (event == NULL || (event->a != I2C_EVENT_BYTE && event->a != I2C_EVENT_ACK)) {
        put_cut(text, bits);
    } else if (event->a == I2C_EVENT_ACK) {
        memcpy(text, event->b & WAVE_EVENT_ACK ? "A" : "N", 2);
    } else if (event->b & WAVE_EVENT_ADDRESS) {
        put_byte(text, event->value >> 1);
        memcpy(text + 4, event->value & 1 ? "+R" : "+W", 3);
    } else {
        put_byte(text, event->value);
    }
}

bool wave_slot_by_slave(const i2c_record *event)
{
    if (event == NULL || (event->a != I2C_EVENT_BYTE && event->a != I2C_EVENT_ACK))
        return false;
    const bool to_master = (event->b & WAVE_EVENT_TO_MASTER) != 0;
    return to_master == (event->a == I2C_EVENT_BYTE);
}
