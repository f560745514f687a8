/// The CPU of firmware that was compiled for this machine: it runs on a stack of its own, and the
/// simulation's clock and the firmware's go together.
///
/// The firmware is ahead of the simulation by as much as nothing can happen: its hooks count cycles
/// up to the next due event (the horizon). There, and wherever it touches a register, it stands
/// still until the simulation has come to that very instant; then due interrupts are taken, and it
/// goes on. So a pin is read when the instruction runs, and time passes in each loop.
///
///     engine   ----event----event-----------------event----
///     firmware      \__code__/  \__code__|write|__/  \__ISR__
///
/// Interrupts nest on the firmware's stack. Between the end of one and the next, code that was
/// interrupted comes at least as far as its next hook, as an AVR's comes one instruction on.
///
/// Not modelled: instructions; what a block costs is a figure of the part's table.
///
/// Threads: as the simulation. One core a loaded object.
#ifndef FIRMWARE_CORE_H
#define FIRMWARE_CORE_H

#include "sim/sim.h"
#include "slave_under_test/kinds/firmware/context.h"
#include "slave_under_test/kinds/firmware/firmware_link.h"
#include "slave_under_test/kinds/firmware/space.h"
#include "slave_under_test/kinds/mcu/cycles.h"
#include "slave_under_test/kinds/mcu/routines.h"
#include "slave_under_test/kinds/mcu/window.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    FIRMWARE_NEST_MAX = 16,
    FIRMWARE_STACK_BYTES = 256 * 1024,
    FIRMWARE_LOAD_ISR = 0xFF, ///< in place of a vector: the competing interrupt of a load
    FIRMWARE_CALL = 0xFE,     ///< likewise: main() calls a function as it is asked to
    FIRMWARE_CALL_ARGS = 8,
    FIRMWARE_IN_MAIN = -1
};

/// Why firmware stands still for good.
typedef enum {
    FIRMWARE_RUNS,
    FIRMWARE_RETURNED,  ///< main() returned
    FIRMWARE_NO_VECTOR, ///< an interrupt came that nobody serves
    FIRMWARE_DIVIDED,   ///< by zero
    FIRMWARE_OUTSIDE,   ///< an access to an address where the part has nothing
    FIRMWARE_STORM,     ///< an interrupt comes again and again, and nothing else gets its turn
    FIRMWARE_ENDLESS    ///< an interrupt routine never ends: it goes on, and is told of once
} firmware_end;

/// What surrounds the CPU on its chip. An address of a register is the part's.
typedef struct {
    /// Sources that are flagged and enabled; bit n is vector n.
    uint64_t (*pending)(void *part);
    /// Which of several is served first: the one of the lowest number here, then of the lowest
    /// vector. NULL: they are all alike. Bits 8 and up are its level: it interrupts only routines
    /// of a higher one.
    uint16_t (*urgency)(const void *part, unsigned n);
    /// Vector `n` is entered: hardware clears its flag, where it does so.
    void (*taken)(void *part, unsigned n);
    /// Its routine is over. May be NULL.
    void (*left)(void *part, unsigned n);
    /// False: the part has nothing there, and the access is its end. NULL: it has.
    bool (*is_there)(const void *part, uint32_t at, unsigned bytes);
    uint32_t (*read)(void *part, uint32_t at, unsigned bytes);
    /// What is read there goes on by itself, without an event of the simulation, as a timer's
    /// count.
    bool (*counts)(const void *part, uint32_t at);
    void (*write)(void *part, uint32_t at, unsigned bytes, uint32_t value);
    void (*resets_watchdog)(void *part); ///< may be NULL: its CPU has no such instruction
} firmware_part_ops;

typedef struct {
    uint8_t entry_cycles;    ///< from the end of an instruction to the routine's first one
    uint8_t prologue_cycles; ///< registers that the routine saves
    uint8_t exit_cycles;     ///< with restoring them
    uint8_t wake_cycles;     ///< from sleep to the entry
    bool by_level;           ///< a routine leaves interrupts on: levels say which may come into it
    bool chains;             ///< from one routine to the next without an instruction between them
    bool wakes_masked;       ///< what is pending ends sleep while interrupts are off, too
} firmware_timing;

typedef struct {
    i2c_sim *sim;
    firmware_link *link;
    const firmware_space *space;
    uint64_t clock_hz;
    firmware_timing timing;
    const firmware_part_ops *ops;
    void *part;
    int (*main)(void);
    void (*vector[FIRMWARE_VECTOR_MAX])(void); ///< NULL: the firmware has none
    void *stack;
    uint64_t routine_limit_ps; ///< a routine that lasts longer does not end
    /// Told once when it stops for good.
    void (*on_end)(void *ctx, firmware_end end, int vector);
    /// A routine begins or ends, at firmware_core_now_ps(); may be NULL.
    void (*on_routine)(void *ctx);
    /// Code at `pc` runs, at firmware_core_now_ps(). Told at each hook inside routines and calls,
    /// behind each write of a register, and where main() goes on; NULL: nobody looks. Nothing that
    /// happens hangs on it.
    void (*on_place)(void *ctx, uintptr_t pc);
    void *ctx;
} firmware_core_config;

/// The last write to a register.
typedef struct {
    bool under_way;  ///< the part is being told of it
    uint32_t number; ///< counted since the core was made
    uintptr_t pc;    ///< 0: none has been
    int vector;      ///< under way at it
    uint32_t at;     ///< as the part counts
    uint8_t bytes;
    uint32_t value;
} firmware_store;

/// A function of whole numbers and pointers.
typedef struct {
    uintptr_t function;
    int64_t arg[FIRMWARE_CALL_ARGS];
} firmware_call;

typedef enum { FIRMWARE_NO_CALL, FIRMWARE_CALL_WAITS, FIRMWARE_CALL_RUNS } firmware_call_state;

/// Read only outside this folder.
typedef struct {
    firmware_core_config config;
    firmware_context code;
    i2c_timer wake;
    firmware_cycles clock;
    uint64_t due;   ///< cycles: there the word is needed
    uint64_t limit; ///< cycles: there something may happen, which it must not run past
    bool on, running, interrupts_on;
    bool waits;  ///< for its timer or an interrupt; does not keep up meanwhile
    bool sleeps; ///< waits for an interrupt
    firmware_end end;
    const char *end_file; ///< of the firmware's sources, where one is to blame; NULL: none
    unsigned end_line;
    unsigned depth;
    uint8_t nest[FIRMWARE_NEST_MAX];        ///< vectors that are under way
    uint8_t level[FIRMWARE_NEST_MAX];       ///< of each
    uint64_t entered_ps[FIRMWARE_NEST_MAX]; ///< when
    int again; ///< the vector that has come ever since main() had its turn; -1: none, or several
    uint64_t again_ps; ///< since when; the last edge of the bus counts as a begin
    uint64_t raised_ps[FIRMWARE_VECTOR_MAX];  ///< since when it is pending
    uint64_t pending;                         ///< as it was looked at last
    uint64_t latency_ps[FIRMWARE_VECTOR_MAX]; ///< extra, before it is entered
    firmware_load load;
    uint64_t load_due_ps; ///< the next competing interrupt; I2C_NEVER_PS: none
    bool stalled;         ///< main() stands still by the load
    bool once_on;         ///< interrupts have been on since the start
    firmware_call call;
    firmware_call_state calling;
    firmware_routines routines;
    uintptr_t store_at; ///< a register that is written, not seen by the part yet; 0: none
    unsigned store_bytes;
    firmware_store store;
    uint32_t stop_at; ///< the number of the write at which a debugger wants to stop; 0: none
    uintptr_t pc;     ///< of the last hook that came here
    uint32_t outside; ///< the address at which it ended so
} firmware_core;

/// Makes a CPU that is off.
void firmware_core_init(firmware_core *core, const firmware_core_config *config);
/// As after reset: main() begins, interrupts are off.
void firmware_core_start(firmware_core *core);
/// Nothing runs any more; the stack is dropped.
void firmware_core_stop(firmware_core *core);
/// The part's pending sources have changed.
void firmware_core_look(firmware_core *core);
/// So they may have, by an edge of the bus.
void firmware_core_edge(firmware_core *core);
/// The CPU has that clock from now on.
void firmware_core_set_clock(firmware_core *core, uint64_t clock_hz);
void firmware_core_set_load(firmware_core *core, const firmware_load *load);
/// The code's own time, which may be ahead of the simulation's, but not of what happens next.
/// main() calls the function where it is next, unless it has switched interrupts off for a while;
/// what sleeps wakes for that and sleeps on. One at a time: core->calling tells when it is over.
void firmware_core_call(firmware_core *core, const firmware_call *call);
uint64_t firmware_core_now_ps(const firmware_core *core);
/// Vector of the routine under way, FIRMWARE_LOAD_ISR or FIRMWARE_CALL; FIRMWARE_IN_MAIN.
int firmware_core_doing(const firmware_core *core);

#endif
