/// What an AVR part is, from its data sheet: registers with their addresses and bits, interrupt
/// vectors, memories, pins. One file a family in parts/; the header that firmware includes is made
/// of the same file.
#ifndef MCU_AVR_PART_H
#define MCU_AVR_PART_H

#include <stdbool.h>
#include <stdint.h>

enum {
    AVR_IO_BYTES = 0x200, ///< data addresses of registers lie below
    AVR_VECTOR_NAMES = 6
};

typedef struct {
    const char *name;
    uint16_t at; ///< data address
    uint8_t reset;
    uint8_t bytes;
    const char *bit[8]; ///< names; NULL: reserved, or the register has none
} avr_register;

typedef struct {
    uint8_t number;                     ///< as the part counts, from 1
    const char *name[AVR_VECTOR_NAMES]; ///< the data sheet's first; NULL: no more
} avr_vector;

/// The pins of one port, whose changes can interrupt: bit n of the mask register is pin n.
typedef struct {
    char port;
    const char *mask, *flag, *enable, *vector;
} avr_pin_change;

/// An external interrupt: INT0 is flagged by INTF0, enabled by INT0, sensed as ISC01 and ISC00 say.
typedef struct {
    const char *name, *pin;
} avr_external;

typedef struct {
    const char *name;     ///< "atmega328p"
    const char *spelling; ///< in avr-gcc's macro: "ATmega328P"
    const char *family;   ///< its header is avr/parts/FAMILY.h
    uint16_t ram_at, ram_bytes;
    uint32_t flash_bytes, eeprom_bytes;
    const char *scl, *sda;      ///< the pins of its two-wire peripheral, "PB2"
    bool timed_watchdog_period; ///< WDP is written within the timed sequence alone
    const avr_register *registers;
    unsigned register_count;
    const avr_vector *vectors;
    unsigned vector_count;
    const avr_pin_change *pin_changes;
    unsigned pin_change_count;
    const avr_external *externals;
    unsigned external_count;
} avr_part;

/// The part of that name, NULL: there is none.
const avr_part *avr_part_find(const char *name);
/// The i-th part; NULL past the end.
const avr_part *avr_part_at(unsigned i);
/// A register by its name; NULL: the part has none.
const avr_register *avr_part_register(const avr_part *part, const char *name);
/// The register that has a bit of that name, and the bit's number; NULL: there is none.
const avr_register *avr_part_bit(const avr_part *part, const char *name, int *bit);
/// Number of a bit in a register, -1: there is none.
int avr_register_bit(const avr_register *r, const char *name);
/// Name of a vector; NULL: the part has none of that number.
const char *avr_part_vector(const avr_part *part, unsigned number);
/// Number of a vector by any of its names; 0: the part has none.
unsigned avr_part_vector_number(const avr_part *part, const char *name);

#endif
