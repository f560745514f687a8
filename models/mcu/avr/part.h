/// What an AVR part is, from its data sheet: registers with their addresses and bits, interrupt
/// vectors, memories. One file a family in parts/; the header that firmware includes is made of the
/// same file.
#ifndef MCU_AVR_PART_H
#define MCU_AVR_PART_H

#include <stdint.h>

enum { AVR_IO_BYTES = 0x200 }; ///< data addresses of registers lie below

typedef struct {
    const char *name;
    uint16_t at; ///< data address
    uint8_t reset;
    uint8_t bytes;
    const char *bit[8]; ///< names; NULL: reserved, or the register has none
} avr_register;

typedef struct {
    uint8_t number; ///< as the part counts, from 1
    const char *name;
} avr_vector;

typedef struct {
    const char *name;   ///< "attiny85"
    const char *family; ///< its header is avr/parts/FAMILY.h
    uint16_t ram_at, ram_bytes;
    uint32_t flash_bytes, eeprom_bytes;
    const char *scl, *sda; ///< the pins of its two-wire peripheral, "PB2"
    const avr_register *registers;
    unsigned register_count;
    const avr_vector *vectors;
    unsigned vector_count;
} avr_part;

/// The part of that name, NULL: there is none.
const avr_part *avr_part_find(const char *name);
/// The i-th part; NULL past the end.
const avr_part *avr_part_at(unsigned i);
/// A register by its name; NULL: the part has none.
const avr_register *avr_part_register(const avr_part *part, const char *name);
/// Number of a bit in a register, -1: there is none.
int avr_register_bit(const avr_register *r, const char *name);
/// Name of a vector; NULL: the part has none of that number.
const char *avr_part_vector(const avr_part *part, unsigned number);

#endif
