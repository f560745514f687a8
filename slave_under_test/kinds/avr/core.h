/// The CPU of an AVR beside the simulation: simavr executes, instruction by instruction, up to what
/// is due next in the simulation; what acts on the part (a write to a register, an interrupt that
/// is entered) waits until the simulation has come to that very instant.
///
///     simulation  ----event--------------event------write--event----
///     CPU         \_instructions_/\__instructions_w/\___ISR___
///
/// A pin is read at the first cycle of its instruction, a register is written behind the last one.
/// An interrupt is entered behind the instruction under way, and takes 4 cycles (8 from sleep), as
/// the data sheets say; behind RETI and SEI one more instruction is executed.
///
/// Not modelled: the synchronizer of an input pin (it delays it by 0.5 to 1.5 cycles), the start-up
/// times of sleep modes other than idle, self-programming.
///
/// Threads: as the simulation.
#ifndef AVR_CORE_H
#define AVR_CORE_H

#include "models/mcu/avr/io.h"
#include "sim/sim.h"
#include "slave_under_test/kinds/avr/chip.h"
#include "slave_under_test/kinds/avr/program.h"
#include "slave_under_test/kinds/mcu/cycles.h"
#include "slave_under_test/kinds/mcu/routines.h"
#include "slave_under_test/kinds/mcu/window.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    AVR_NEST_MAX = 16,
    AVR_STORE_MAX = 4,
    AVR_LOAD_ISR = 0xFF, ///< in place of a vector: the competing interrupt of a load
    AVR_IN_MAIN = -1
};

/// Why the CPU stands still for good.
typedef enum {
    AVR_GOES_ON,
    AVR_RETURNED,     ///< main() returned
    AVR_NO_VECTOR,    ///< an interrupt came that the program does not serve
    AVR_ENDLESS,      ///< an interrupt routine never ends: it goes on, and is told of once
    AVR_BAD_OPCODE,   ///< what it was to execute is no instruction
    AVR_BAD_PC,       ///< it left the flash
    AVR_BAD_ACCESS,   ///< it touched an address that the part does not have
    AVR_BAD_STACK,    ///< the stack left the memory
    AVR_STACK_IN_DATA ///< the stack has grown into variables: it goes on, and is told of once
} avr_end;

typedef struct {
    i2c_sim *sim;
    avr_chip *chip;
    avr_io *io;
    const avr_program *program;
    uint64_t clock_hz;
    uint64_t routine_limit_ps; ///< a routine that lasts longer does not end
    /// Told once when it stops for good.
    void (*on_end)(void *ctx, avr_end end, int vector);
    void (*on_routine)(void *ctx); ///< a routine begins or ends, at avr_core_now_ps(); may be NULL
    void (*on_written)(void *ctx); ///< the part has been told of a write, see `store`
    void *ctx;
} avr_core_config;

/// A write of the CPU to a register, or an instruction for the part.
typedef struct {
    enum { AVR_STORE_BYTE, AVR_STORE_BIT, AVR_STORE_WDR } what;
    uint32_t at; ///< data address
    uint8_t mask, value;
    uint32_t pc; ///< of the instruction
    int vector;  ///< under way
} avr_store;

typedef struct {
    uint8_t vector;
    uint16_t sp;         ///< behind the push of the program counter
    uint64_t entered_ps; ///< when the entry began
} avr_routine;

/// Read only outside core.c.
typedef struct {
    avr_core_config config;
    i2c_timer wake;
    firmware_cycles clock;
    bool on;
    bool running; ///< instructions are being executed
    bool waits;   ///< for the simulation
    bool sleeps;
    bool shadow; ///< one more instruction before an interrupt
    avr_end end;
    avr_store queued[AVR_STORE_MAX]; ///< not seen by the part yet
    unsigned stores;
    avr_store store; ///< the last that the part saw
    bool storing;    ///< the part is being told of it
    uint32_t pc;     ///< where the batch under way began
    unsigned depth;
    avr_routine nest[AVR_NEST_MAX];
    uint64_t pending;
    uint64_t raised_ps[FIRMWARE_VECTOR_MAX];
    uint64_t latency_ps[FIRMWARE_VECTOR_MAX]; ///< extra, before it is entered
    firmware_routines routines;
    firmware_load load;
    uint64_t load_due_ps;  ///< the next competing interrupt; I2C_NEVER_PS: none
    uint64_t load_ends_ps; ///< of the one under way; 0: none
    avr_bit sleep_enable;
    uint16_t stack_low;  ///< it may come no lower
    uint32_t stopped_at; ///< where main()'s return leads; UINT32_MAX: unknown
    uint8_t vector_bytes;
    bool stack_told;
} avr_core;

/// Makes a CPU that is off.
void avr_core_init(avr_core *core, const avr_core_config *config);
/// As after reset.
void avr_core_start(avr_core *core);
void avr_core_stop(avr_core *core);
/// The part's pending sources have changed.
void avr_core_look(avr_core *core);
/// The CPU has that clock from now on.
void avr_core_set_clock(avr_core *core, uint64_t clock_hz);
void avr_core_set_load(avr_core *core, const firmware_load *load);
/// For i2c_sim_follow().
void avr_core_follow(void *ctx, uint64_t until_ps);
/// The CPU's own time, which may be ahead of the simulation's, but not of what happens next.
uint64_t avr_core_now_ps(const avr_core *core);
/// Vector of the routine under way, or AVR_LOAD_ISR; AVR_IN_MAIN.
int avr_core_doing(const avr_core *core);

/// Called by the chip; `ctx` is the core.
uint8_t avr_core_read(void *ctx, uint32_t at);
void avr_core_write(void *ctx, uint32_t at, uint8_t mask, uint8_t value);
void avr_core_executes(void *ctx, avr_chip_instruction instruction);

#endif
