/* An I2C slave on the USI of an ATtiny25/45/85. The driver calls the three functions below from its
 * interrupt routines; SCL is held meanwhile. */
#ifndef USI_SLAVE_H
#define USI_SLAVE_H

#include <stdbool.h>
#include <stdint.h>

/* The 7-bit address; the general call is answered, too. Interrupts must be switched on afterwards.
 */
void I2CSlave_Initialise(uint8_t addr7);

/* To be called over and over by main(): sees the end of a transfer. */
void I2CSlave_Poll(void);

/* Written by the application. */
void I2CSlave_TransmissionStart(bool read);
uint8_t I2CSlave_DataRequest(void);
void I2CSlave_DataReceived(uint8_t byte);

#endif
