/// What the blocks of an AVR part share (inside models/mcu/avr/ alone): how a block claims its
/// registers, raises flags, and counts cycles.
#ifndef MCU_AVR_BLOCK_H
#define MCU_AVR_BLOCK_H

#include "models/mcu/avr/io.h"

#include <stddef.h>

typedef struct avr_block {
    void (*find)(avr_io *io); ///< once: claims registers
    void (*reset)(avr_io *io, avr_reset cause);
    void (*end)(avr_io *io);                  ///< may be NULL
    uint8_t (*read)(avr_io *io, uint32_t at); ///< NULL: as written
    bool (*counts)(const avr_io *io, uint32_t at);
    void (*write)(avr_io *io, uint32_t at, uint8_t value);
    void (*taken)(avr_io *io, unsigned vector); ///< may be NULL
} avr_block;

extern const avr_block avr_ports_block, avr_usi_block, avr_twi_block, avr_interrupts_block,
    avr_clock_block, avr_timers_block, avr_eeprom_block, avr_watchdog_block, avr_usart_block,
    avr_memory_block;

enum { AVR_USI_STROBES = 0xE0 }; ///< flags in USISR

/// Address of a register that `block` serves from now on; AVR_NOT_THERE: the part has none.
uint16_t avr_claim(avr_io *io, const char *name, const avr_block *block);
avr_bit avr_find_bit(const avr_io *io, const char *name);
/// Adds a source; nothing if the part has no such flag or vector.
void avr_add_source(avr_io *io, avr_bit flag, avr_bit enable, const char *vector, bool stays);

static inline bool avr_is_set(const avr_io *io, avr_bit b)
{
    return (io->reg[b.at] & b.mask) != 0;
}

/// Sets a flag, not by a write: the CPU is told if it may interrupt.
void avr_raise(avr_io *io, avr_bit flag, avr_bit enable);
/// A vector without a flag in a register is pending, or is not any more; `tell` the CPU.
void avr_level(avr_io *io, unsigned vector, bool on, bool tell);
bool avr_level_of(const avr_io *io, i2c_line line);
/// Asks the pins for what the registers say now, `after_ps` from now.
void avr_drive(avr_io *io, i2c_line line, uint64_t after_ps);
void avr_drive_ports(avr_io *io);
bool avr_is_output(const avr_io *io, i2c_line line);
avr_pin avr_pin_of(const char *text);
/// Whether the bus hangs on those pins of a peripheral.
bool avr_is_wired(const avr_io *io);

uint64_t avr_cycle(const avr_io *io);
/// The instant at which that cycle has come, not before now.
uint64_t avr_cycle_ps(const avr_io *io, uint64_t cycle);
void avr_window_open(const avr_io *io, avr_window *w);
bool avr_window_is_open(const avr_io *io, const avr_window *w);

/// Timer 0 has come to its compare value A, which clocks the USI where USICS is 01.
void avr_usi_timer(avr_io *io);
bool avr_usi_wants_timer(const avr_io *io);
void avr_usi_edge(avr_io *io, i2c_line line, bool high);
void avr_twi_edge(avr_io *io, i2c_line line, bool high);
void avr_interrupts_edge(avr_io *io, i2c_line line, bool high);
/// The clock has changed: what is queued comes at another time.
void avr_timers_arm(avr_io *io);
void avr_watchdog_restart(avr_io *io);

#endif
