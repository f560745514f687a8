/// The STM32 parts as firmware's chip (inside this folder alone).
#ifndef FIRMWARE_STM32_STM32_H
#define FIRMWARE_STM32_STM32_H

#include "models/mcu/stm32/io.h"
#include "slave_under_test/kinds/firmware/family.h"

typedef struct {
    firmware_chip_config config;
    stm32_io io;
    uint64_t touched; ///< blocks whose registers its code has read or written
    bool sda_driven;  ///< it has ever pulled SDA
} stm32_chip;

static inline stm32_chip *stm32_chip_of(firmware_chip *chip)
{
    return (stm32_chip *)(void *)chip;
}

static inline const stm32_part *stm32_part_of(const firmware_part *part)
{
    return (const stm32_part *)(const void *)part;
}

bool stm32_silence(const firmware_witness *witness, char *text, size_t bytes);

#endif
