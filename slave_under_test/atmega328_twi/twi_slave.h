/* The slave side of the TWI of an ATmega328P (and of its smaller relatives): one interrupt, four
 * callbacks. They run in the interrupt routine; SCL is held meanwhile. */
#ifndef TWI_SLAVE_H
#define TWI_SLAVE_H

#include <stdbool.h>
#include <stdint.h>

/* The 7-bit address. Interrupts must be switched on afterwards. */
void twi_slave_init(uint8_t addr7);

/* Written by the application. */
void twi_slave_begins(bool read);
void twi_slave_received(uint8_t byte);
uint8_t twi_slave_requested(void);
void twi_slave_ends(void);

#endif
