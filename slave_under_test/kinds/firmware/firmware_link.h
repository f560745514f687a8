/// What lies between firmware that was compiled for this machine and the engine: a handful of words
/// that both sides read and write. The firmware's object holds it (runtime.c); the engine fills it
/// in after loading.
///
/// The firmware's own code runs at full speed: every basic block and every memory access adds its
/// cost to `cycles` and compares. Only when `horizon` is reached, or a register is touched, does
/// the engine get the word.
#ifndef FIRMWARE_LINK_H
#define FIRMWARE_LINK_H

#include <stdint.h>

enum { FIRMWARE_LINK_VERSION = 4 };

/// What code costs, in CPU cycles. A model: no instruction is counted.
typedef struct {
    uint8_t block;      ///< a basic block: its share of arithmetic, and the jump that ends it
    uint8_t access[17]; ///< one access to memory, of so many bytes: 1, 2, 4, 8 or 16
} firmware_costs;

/// How often a basic block has run, and the set of what was on the bus then; only of firmware whose
/// blocks count.
typedef struct {
    uint64_t count, situations;
} firmware_cell;

typedef struct {
    uint32_t version;
    firmware_costs costs;
    uint64_t cycles;  ///< spent since the CPU started
    uint64_t horizon; ///< from here on the engine has something to do
    uintptr_t io;     ///< accesses from here on, so many bytes, may be of registers
    uintptr_t io_bytes;
    void *engine;
    /// `cycles` has reached the horizon. `pc`: of the code, here as below.
    void (*reached)(void *engine, uintptr_t pc);
    /// A register is about to be read: its memory must hold what the read shall give.
    void (*reads)(void *engine, uintptr_t at, unsigned bytes, uintptr_t pc);
    /// A register is about to be written; the value is there when the next call of any kind comes.
    void (*writes)(void *engine, uintptr_t at, unsigned bytes, uintptr_t pc);
    void (*interrupts)(void *engine, int on); ///< sei, cli
    int (*interrupts_are_on)(const void *engine);
    void (*sleeps)(void *engine, uintptr_t pc);
    /// That many cycles of its own pass; interrupts come on top.
    void (*delays)(void *engine, uint64_t cycles, uintptr_t pc);
    void (*resets_watchdog)(void *engine);
    // Of firmware whose blocks count (blocks.h): how many there are and their map, which the object
    // says; where they count, and the bit of what is on the bus, which the engine does.
    uint64_t blocks;
    const char *map, *map_end;
    firmware_cell *cells;
    uint64_t situation;
    /// A division by zero is about to happen in that line of the sources. Does not return.
    void (*divides_by_zero)(void *engine, const char *file, unsigned line);
} firmware_link;

#endif
