/* SMBus packet error code: CRC-8 with x^8 + x^2 + x + 1, over every byte of a message, addresses
 * included (SMBus 2.0 5.4). It begins with 0. */
#ifndef PEC_H
#define PEC_H

#include <stdint.h>

/* The code of what `pec` stands for and `byte` behind it. */
uint8_t pec_with(uint8_t pec, uint8_t byte);

#endif
