/* An I2C slave on the USI with a ring buffer, in the manner of the classic application note for
 * these parts: a state for each overflow of the counter, data that main() sees through a buffer. */
#ifndef TWI_SLAVE_H
#define TWI_SLAVE_H

#include <stdbool.h>
#include <stdint.h>

/* 7-bit address. Interrupts must be switched on afterwards. */
void twi_slave_init(uint8_t addr7);
/* To be called over and over by main(): sees the end of a transfer. */
void twi_slave_poll(void);

/* What was written waits here until it is read, first in, first out. */
enum { TWI_RING_BYTES = 16 };

#endif
