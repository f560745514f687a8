/// The FIFO of the BCM2835's I2C, 16 bytes, and the interrupt routine that fills or empties it.
/// While it is empty in a write, or full in a read, the hardware holds SCL low. Worked out at each
/// byte, without events of its own. Private to models/masters/.
#ifndef I2C_MASTERS_BCM_FIFO_H
#define I2C_MASTERS_BCM_FIFO_H

#include <stdbool.h>
#include <stdint.h>

/// All state; plain data.
typedef struct {
    uint64_t latency_ps; ///< from the interrupt's cause to its routine; the caller's
    uint32_t left;       ///< bytes that the routine has still to fill in
    uint32_t level;      ///< bytes in the FIFO
    bool reading;
    bool asked; ///< the interrupt is on its way
    uint64_t served_ps;
} bcm_fifo;

enum { BCM_FIFO_BYTES = 16 };

/// A message of `count` bytes begins. A write is filled in from the first interrupt on.
void bcm_fifo_begin(bcm_fifo *f, bool reading, uint32_t count, uint64_t now_ps);
/// The hardware wants the next byte of a write: when it is there, at the earliest now.
uint64_t bcm_fifo_take_ps(bcm_fifo *f, uint64_t now_ps);
/// The hardware has read a byte and wants room for one more: when there is, at the earliest now.
uint64_t bcm_fifo_put_ps(bcm_fifo *f, uint64_t now_ps);

#endif
