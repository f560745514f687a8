/// The packet error code of SMBus (2.0 5.4): CRC-8, x^8 + x^2 + x + 1, over every byte of a
/// message, addresses included, from 0 on.
#ifndef I2C_PEC_H
#define I2C_PEC_H

#include <stdint.h>

/// The code of what `pec` stands for and `byte` behind it.
static inline uint8_t i2c_pec_with(uint8_t pec, uint8_t byte)
{
    unsigned crc = (unsigned)pec ^ byte;
    for (int i = 0; i < 8; i++)
        crc = crc << 1 ^ ((crc & 0x80) != 0 ? 0x107u : 0);
    return (uint8_t)crc;
}

#endif
