/// What sequencer.c and sequencer_bang.c share.
#ifndef I2C_MASTERS_SEQUENCER_PRIVATE_H
#define I2C_MASTERS_SEQUENCER_PRIVATE_H

#include "models/masters/sequencer.h"

/// What transfers return: Wire's codes, for masters whose own interface is not modelled.
enum { RETURN_OK = 0, RETURN_ADDRESS_NACK = 2, RETURN_DATA_NACK = 3, RETURN_OTHER = 4 };

// ---- sequencer.c ----
void sequence_init(sequencer *s, master *owner, bitbang *bang, const sequence_policy *policy);
void sequence_halt(sequencer *s);
void sequence_finish(sequencer *s);
void sequence_give_up(sequencer *s, sequence_ending ending, const char *why);
/// Whether message `index` is read.
bool sequence_is_read(const sequencer *s, uint32_t index);
/// What the master puts on SDA in clocks 1 to 8.
bool sequence_data_bit(const sequencer *s, unsigned clock);
/// What it puts there in clock 9 of a byte it reads: true is a NACK.
bool sequence_nacks(const sequencer *s);
/// The address, or the next byte of the message.
void sequence_begin_byte(sequencer *s);
/// The present byte was refused.
void sequence_nacked(sequencer *s);
/// START, Sr, STOP or a bit is over; `sda`: what was sampled.
void sequence_cell_ends(sequencer *s, bool sda);

// ---- sequencer_bang.c: only where s->bang is there ----
void sequence_begin_phase(sequencer *s, bit_cell_kind kind, bitbang_phase phase);
void sequence_begin_bang_bit(sequencer *s, unsigned clock);
void sequence_begin_bang_message(sequencer *s);
void sequence_begin_bang_stop(sequencer *s);
/// The transfer has ended, and SCL was low for longer than the limit in it.
void sequence_tell_overdue(sequencer *s);

#endif
