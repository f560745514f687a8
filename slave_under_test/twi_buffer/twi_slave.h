/* An I2C slave on the TWI of a megaAVR, byte by byte in its interrupt: what is written goes to a
 * receive buffer that the program gets when the segment ends (STOP or repeated START), what is read
 * comes from a transmit buffer that the program fills when its address is read. */
#ifndef TWI_SLAVE_H
#define TWI_SLAVE_H

#include <i2cproof_slave.h>

#include <stdint.h>

enum { TWI_SLAVE_BYTES = 32 };

typedef struct {
    uint8_t sending; /* a read is under way */
    uint8_t receiving;
    uint8_t refused; /* the last segment was longer than the buffer */
    uint8_t tx_count, tx_index, rx_count;
    uint8_t tx[TWI_SLAVE_BYTES];
    uint8_t rx[TWI_SLAVE_BYTES];
} twi_slave;

/* `self` stays the caller's. */
void twi_slave_init(twi_slave *self, uint8_t addr7);

/* ---- implemented by the program; they run inside the interrupt, with SCL held ---- */

/* A segment that was written: `count` bytes, 0 to 32. */
void twi_slave_received(const uint8_t *bytes, uint8_t count);
/* The address is read: fills `bytes`, returns how many, 1 to 32. Behind them the last is repeated.
 */
uint8_t twi_slave_requested(uint8_t *bytes);

/* The rest of the object: its vector, for I2CPROOF_SLAVE(). */
extern const i2cproof_vector twi_slave_vectors[1];

#endif
