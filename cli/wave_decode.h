/// What the monitor's events say, as short texts: of a slot (the clocks of a byte or of its ACK)
/// the text is known only when it ends, so it is looked up ahead in the trace.
#ifndef CLI_WAVE_DECODE_H
#define CLI_WAVE_DECODE_H

#include "sim/trace.h"

#include <stdbool.h>
#include <stdint.h>

enum { WAVE_SLOT_BYTES = 16 };

/// The two flags of an event record that this needs.
enum { WAVE_EVENT_ACK = 1, WAVE_EVENT_TO_MASTER = 2, WAVE_EVENT_ADDRESS = 4 };

/// Where in a transfer a walk through the records is.
typedef struct {
    bool after_start; ///< the first fall of SCL begins the address byte
} wave_decoder;

/// The record is the first of a slot: a fall of SCL after START, a complete byte, a complete ACK.
bool wave_decoder_begins_slot(const wave_decoder *d, const i2c_record *record);
/// START, Sr or STOP as text; NULL: the record is no such event.
const char *wave_decoder_sign(const i2c_record *record);
/// Goes past the record.
void wave_decoder_pass(wave_decoder *d, const i2c_record *record);

/// The number of the first event record behind record `number`; the trace's `written` when there
/// is none. `*bits` is how often SCL fell on the way: each fall completes a bit of the slot.
uint64_t wave_next_event(const i2c_trace *trace, uint64_t number, unsigned *bits);

/// The text of a slot that ends with `event` (NULL: it does not end): "0x13+W", "0xA5", "A", "N";
/// of one that was cut off how many bits it had: "3 bits", or "".
void wave_slot_text(const i2c_record *event, unsigned bits, char text[WAVE_SLOT_BYTES]);

/// Whether another than the master sends the slot that ends with `event`.
bool wave_slot_by_slave(const i2c_record *event);

/// Record number `number`, counted from the first ever written; it must still be kept.
static inline const i2c_record *wave_record(const i2c_trace *trace, uint64_t number)
{
    return &trace->record[number & (trace->capacity - 1u)];
}

#endif
