/* An I2C slave on the USI of an ATtiny. The program calls I2CSlave_Initialise() and implements the
 * three callbacks; they run inside the interrupt, with SCL held. */
#ifndef USI_SLAVE_H
#define USI_SLAVE_H

#include "../fault.h"

#include <i2cproof_slave.h>

#include <stdbool.h>
#include <stdint.h>

/* 7-bit address. The slave answers to it, and to writes to address 0, the general call. */
void I2CSlave_Initialise(uint8_t addr7);
void I2CSlave_SetI2CAddress(uint8_t addr7);

/* ---- implemented by the program ---- */

/* A segment begins: START or repeated START with this slave's address. */
void I2CSlave_TransmissionStart(bool read);
/* The byte to send next. */
uint8_t I2CSlave_DataRequest(void);
void I2CSlave_DataReceived(uint8_t byte);

/* The rest of the object: vectors and main loop, for I2CPROOF_SLAVE(). */
enum { USI_SLAVE_VECTORS = 2 };
extern const i2cproof_vector usi_slave_vectors[USI_SLAVE_VECTORS];
uint64_t usi_slave_main(void *state);

#endif
