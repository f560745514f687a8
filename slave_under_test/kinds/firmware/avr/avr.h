/// The AVR parts as firmware's chip (inside this folder alone).
#ifndef FIRMWARE_AVR_AVR_H
#define FIRMWARE_AVR_AVR_H

#include "models/mcu/avr/io.h"
#include "slave_under_test/kinds/firmware/family.h"

/// What its code did to registers since power-on; all zero at first.
typedef struct {
    bool touched[AVR_IO_BYTES];     ///< read or written
    uint8_t ever_set[AVR_IO_BYTES]; ///< bits that were written as 1
    bool was_read[AVR_IO_BYTES];    ///< and not written since
    bool told[AVR_IO_BYTES];        ///< that it has no model
} avr_touches;

typedef struct {
    firmware_chip_config config;
    avr_io io;
    avr_io fresh;  ///< `io` as it was first made, for `config`
    uint32_t sreg; ///< its data address
    avr_touches touches;
} avr_chip;

static inline avr_chip *avr_chip_of(firmware_chip *chip)
{
    return (avr_chip *)(void *)chip;
}

static inline const avr_part *avr_part_of(const firmware_part *part)
{
    return (const avr_part *)(const void *)part;
}

bool avr_silence(const firmware_witness *witness, char *text, size_t bytes);

#endif
