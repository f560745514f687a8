/// The CPU of an AVR and its memories: simavr's decoder of instructions, and nothing else of it.
/// Registers that are served, the watchdog's instruction and sleep go to the owner; simavr's own
/// peripherals are not there. The only file that sees simavr's headers is chip.c.
///
/// Threads: as the simulation. Ownership: the chip is the caller's until avr_chip_free().
#ifndef AVR_CHIP_H
#define AVR_CHIP_H

#include <stdbool.h>
#include <stdint.h>

enum {
    AVR_CHIP_SERVED_END = 0x138, ///< simavr asks nobody for data addresses from there on
    AVR_CHIP_DATA_BYTES = 0x10000,
    AVR_CHIP_FLASH_BYTES = 0x20000 ///< room for what the CPU of any of these parts can address
};

typedef struct avr_chip avr_chip;

typedef enum {
    AVR_CHIP_RUNS,
    AVR_CHIP_SLEEPS,
    AVR_CHIP_NO_OPCODE,   ///< it met what is no instruction
    AVR_CHIP_LEFT_FLASH,  ///< its program counter lies behind the flash
    AVR_CHIP_WRONG_ACCESS ///< it touched an address that the part does not have
} avr_chip_state;

typedef enum { AVR_CHIP_WDR, AVR_CHIP_SPM } avr_chip_instruction;

typedef struct {
    uint32_t flash_bytes;
    uint16_t ram_at, ram_end; ///< its first and last data address
    /// Data addresses below AVR_CHIP_SERVED_END that are read and written below; others are memory.
    bool (*serves)(void *ctx, uint32_t at);
    /// Inside an instruction: the time is still that of its beginning.
    uint8_t (*read)(void *ctx, uint32_t at);
    /// `mask` 0: the byte is written; otherwise that bit of it alone (SBI, CBI), to `value` 0 or 1.
    void (*write)(void *ctx, uint32_t at, uint8_t mask, uint8_t value);
    void (*executes)(void *ctx, avr_chip_instruction instruction);
    void *ctx;
} avr_chip_config;

/// NULL: out of memory. The flash is erased.
avr_chip *avr_chip_new(const avr_chip_config *config);
void avr_chip_free(avr_chip *chip);
unsigned char *avr_chip_flash(const avr_chip *chip);
unsigned char *avr_chip_data(const avr_chip *chip);
/// As after reset; memory becomes zero.
void avr_chip_reset(avr_chip *chip);
/// Executes instructions until `cycles` have passed, at least one; ends early behind one that set
/// the I bit, slept, wrote a served register, or that avr_chip_stop() was called in.
avr_chip_state avr_chip_run(avr_chip *chip, uint64_t cycles);
void avr_chip_stop(avr_chip *chip);
/// Goes on from sleep.
void avr_chip_wake(avr_chip *chip);

uint64_t avr_chip_cycle(const avr_chip *chip);
/// Cycles pass without instructions, or are counted anew.
void avr_chip_set_cycle(avr_chip *chip, uint64_t cycle);
uint32_t avr_chip_pc(const avr_chip *chip); ///< byte address
uint16_t avr_chip_sp(const avr_chip *chip);
bool avr_chip_interrupts_on(const avr_chip *chip);
/// An instruction has set the I bit since the last call: one more runs before an interrupt.
bool avr_chip_has_opened(avr_chip *chip);
/// Pushes the program counter, clears the I bit and jumps there. False: the stack lies outside the
/// memory.
bool avr_chip_interrupt(avr_chip *chip, uint32_t to);

#endif
