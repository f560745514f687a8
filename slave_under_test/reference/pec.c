#include "pec.h"

#include "../fault.h"

uint8_t pec_with(uint8_t pec, uint8_t byte)
{
    const unsigned polynomial = FAULT(PEC_POLYNOMIAL) ? 0x31 : 0x07;
    unsigned crc = (unsigned)pec ^ byte;
    for (int i = 0; i < 8; i++)
        crc = crc << 1 ^ ((crc & 0x80) != 0 ? 0x100 | polynomial : 0);
    return (uint8_t)crc;
}
