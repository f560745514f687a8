/* Which of its addresses a segment begins with, for a slave in software that has more than one:
 * 7-bit ones, one of 10 bits (UM10204 3.1.11), the Device ID codes (3.1.17) and the general call
 * (soft_general_call.h).
 *
 * It stands between soft_i2c.h and the application: it implements soft_addressed(),
 * soft_received(), soft_next() and soft_sent(), follows the bytes that belong to an address itself,
 * and hands the rest to the functions under "the application". The owner takes SOFT_ADDRESS_VECTORS
 * for its vectors and calls soft_address_init() at reset.
 *
 * A slave with one address that never changes needs none of it.
 */
#ifndef SOFT_ADDRESS_H
#define SOFT_ADDRESS_H

#include "soft_i2c.h"

#ifndef SLAVE_ADDRESS
#define SLAVE_ADDRESS 0x50
#endif
#ifndef ADDRESS_MASK
#define ADDRESS_MASK 0x7F /* bits of the 7-bit address that are compared */
#endif
#ifndef SECOND_ADDRESS
#define SECOND_ADDRESS SOFT_NO_ADDRESS /* a second 7-bit address, compared in all bits */
#endif
#ifndef TEN_BIT_ADDRESS
#define TEN_BIT_ADDRESS (-1) /* 0x000 to 0x3FF; -1: none */
#endif
#ifndef DEVICE_ID
#define DEVICE_ID (-1) /* 24 bits: manufacturer 12, part 9, revision 3; -1: none */
#endif

enum { SOFT_NO_ADDRESS = 0x80 }; /* instead of a 7-bit address: it is off the bus */

/* Its 7-bit address at reset is what the address pins say. */
void soft_address_init(uint8_t pins_addr7);
/* The application gives it another 7-bit address, or none. What runs on the bus ends under the old
 * one; the new one holds from the next START of a free bus. */
void soft_address_set(uint8_t addr7);
/* What the address pins say has changed; soft_address_reload() reads them (general call 0x04,
 * 0x06). */
void soft_address_set_pins(uint8_t addr7);
void soft_address_reload(void);

uint64_t soft_address_on_sda(void *state);
#define SOFT_ADDRESS_VECTORS                                                                       \
    {"SCL_FALL", I2CPROOF_ON_SCL_FALL, soft_on_scl_fall, 0, I2CPROOF_BY_NONE},                     \
        {"SCL_RISE", I2CPROOF_ON_SCL_RISE, soft_on_scl_rise, 0, I2CPROOF_BY_NONE},                 \
    {                                                                                              \
        "SDA", I2CPROOF_ON_SDA, soft_address_on_sda, 1, I2CPROOF_BY_NONE                           \
    }

/* ---- the application ---- */

/* One of its own addresses, of 7 or 10 bits, is complete; true acknowledges the byte that completed
 * it. A 10-bit one is told again for the header that turns the direction. */
bool target_addressed(uint16_t address, bool read);
/* As soft_received(), soft_next() and soft_sent(). */
bool target_received(uint8_t byte);
uint8_t target_next(void);
void target_sent(void);

#endif
