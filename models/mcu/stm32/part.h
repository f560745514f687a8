/// What an STM32 part is, from its reference manual: blocks of registers at their addresses,
/// interrupts, pins. One file a family of parts in parts/; the header that firmware includes is
/// made of the same file.
#ifndef MCU_STM32_PART_H
#define MCU_STM32_PART_H

#include <stdbool.h>
#include <stdint.h>

/// Some bits of a register, of element `element` where it is an array.
typedef struct {
    const char *name;
    uint8_t bit, bits, element;
} stm32_field;

typedef struct {
    const char *name;
    uint16_t offset;
    uint8_t count; ///< more than 1: an array of words
    uint32_t reset;
    uint16_t first_field, field_count;
} stm32_register;

typedef struct {
    const char *name; ///< "GPIO"
    bool plain;       ///< its registers do nothing but hold what was written
    uint16_t bytes;
    uint16_t first_register, register_count;
} stm32_type;

typedef struct {
    const char *name; ///< "GPIOB"
    uint32_t at;
    uint8_t type;
    uint32_t clock_at, clock_mask; ///< the bit that clocks it; mask 0: it always is
} stm32_block;

/// Bits that are what other bits are, `count` of them.
typedef struct {
    uint32_t at;
    uint8_t bit;
    uint32_t from;
    uint8_t from_bit, count;
} stm32_follow;

/// Pins of an I2C; `bit_mask` not 0: while that bit is set, and not the pair before it then.
typedef struct {
    uint8_t block;
    const char *scl, *sda; ///< "PB6"
    uint32_t bit_at, bit_mask;
} stm32_i2c_pins;

typedef struct {
    uint8_t exception; ///< as the CPU counts, 16 is interrupt 0
    const char *name;  ///< "EXTI9_5"
} stm32_vector;

typedef struct {
    const char *name;   ///< "stm32f103c8"
    const char *header; ///< "stm32f103xb"
    const char *macros; ///< that choose the part in firmware's headers, blank-separated
    uint32_t ram_bytes, flash_bytes;
    const stm32_field *fields;
    const stm32_register *registers;
    const stm32_type *types;
    unsigned type_count;
    const stm32_block *blocks;
    unsigned block_count;
    const stm32_follow *follows;
    unsigned follow_count;
    const stm32_i2c_pins *pins;
    unsigned pin_count;
    const stm32_vector *vectors;
    unsigned vector_count;
} stm32_part;

/// The i-th part; NULL past the end.
const stm32_part *stm32_part_at(unsigned i);
/// A block by its name; -1: the part has none.
int stm32_part_block(const stm32_part *part, const char *name);
/// The block at an address; -1: nothing is there.
int stm32_part_block_at(const stm32_part *part, uint32_t at);
/// A register of a block by its name; NULL: it has none.
const stm32_register *stm32_part_register(const stm32_part *part, unsigned block, const char *name);
/// "GPIOB.IDR", "AFIO.EXTICR[1]"; "" if there is none. `text` is the caller's.
void stm32_part_name(const stm32_part *part, uint32_t at, char *text, unsigned bytes);
/// The exception of that name, 0: there is none.
unsigned stm32_part_exception(const stm32_part *part, const char *name);
const char *stm32_part_vector(const stm32_part *part, unsigned exception); ///< NULL: none

static inline const stm32_type *stm32_part_type(const stm32_part *part, unsigned block)
{
    return &part->types[part->blocks[block].type];
}

#endif
