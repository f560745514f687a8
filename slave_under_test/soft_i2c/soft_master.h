/* The other side of a slave in software: one message as a master (UM10204 3.1), by a timer that
 * looks at the pins each microsecond. At 80 kHz or so, slower where others hold SCL.
 *
 * It waits for a free bus, goes with the clocks of others (3.1.7), and lets the bus go in the bit
 * that it loses to another master (3.1.8). Its slave side (soft_i2c.h) follows the bus all the
 * while, so that who loses in the address and is meant answers in that very byte.
 *
 * Not there: repeated START, reading. */
#ifndef SOFT_MASTER_H
#define SOFT_MASTER_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    SOFT_MASTER_DONE,
    SOFT_MASTER_REFUSED, /* a byte was not acknowledged; a STOP followed */
    SOFT_MASTER_LOST     /* another master has the bus */
} soft_master_end;

/* `timer`: the vector whose routine is soft_master_on_timer. */
void soft_master_init(unsigned timer);
/* Sends these bytes, the address byte first, as soon as the bus is free. They stay the caller's
 * until soft_master_ended(). */
void soft_master_send(const uint8_t *bytes, unsigned count);
/* START and STOP, as soft_i2c tells of them. */
void soft_master_bus(bool busy);
uint64_t soft_master_on_timer(void *state);

/* ---- the application ---- */

void soft_master_ended(soft_master_end how);

#endif
