/// What the files of the core share: core.c runs the firmware and stops it, interrupts.c chooses
/// and enters its routines, hooks.c is what its code calls.
#ifndef FIRMWARE_KIND_CORE_PRIVATE_H
#define FIRMWARE_KIND_CORE_PRIVATE_H

#include "slave_under_test/kinds/firmware/core.h"

enum { CORE_NOTHING = -1 };

static inline uint64_t core_ps_of(const firmware_core *core, uint64_t cycles)
{
    return firmware_cycles_ps(&core->clock, cycles);
}

static inline uint64_t core_cycles_at(const firmware_core *core, uint64_t at_ps)
{
    return firmware_cycles_at(&core->clock, at_ps);
}

static inline uint64_t core_sim_ps(const firmware_core *core)
{
    return i2c_sim_now_ps(core->config.sim);
}

/// Of the code.
static inline uint64_t core_now_ps(const firmware_core *core)
{
    return core_ps_of(core, core->config.link->cycles);
}

/// Of a register, as the part counts.
static inline uint32_t core_address_of(const firmware_core *core, uintptr_t at)
{
    return (uint32_t)(at - core->config.space->origin);
}

/// How many of so many bytes the part takes at once.
static inline unsigned core_unit_of(const firmware_core *core, unsigned bytes)
{
    return bytes < core->config.space->unit_bytes ? bytes : core->config.space->unit_bytes;
}

/// From the firmware's stack: gives the word back.
static inline void core_give_back(firmware_core *core)
{
    firmware_context_leave(&core->code);
}

/// The simulation catches up with the code: both are at one instant.
void core_stand_until_now(firmware_core *core);
/// The code has come to its limit: something is about to happen, which it must not run past.
void core_stand_at_limit(firmware_core *core);
/// It runs no further.
void core_stand_for_good(firmware_core *core, firmware_end end, int vector);
/// The next hook at or behind that cycle gets its word.
void core_wants_word(firmware_core *core, uint64_t cycle);
/// Whether each hook is told of, though nothing is due.
bool core_looks_closely(const firmware_core *core);
void core_tell_place(firmware_core *core, uintptr_t pc);

/// The part learns what has been written. What comes of it may be due soon.
void core_commit(firmware_core *core);
/// What the part has queued may be due before the limit.
void core_look_ahead(firmware_core *core);
/// Looks at what is pending now; what is new is so since this instant.
void core_look(firmware_core *core);

/// Of what ends sleep: the vector that would be entered now, FIRMWARE_LOAD_ISR, or CORE_NOTHING and
/// when one may be.
int core_choose_wake(const firmware_core *core, uint64_t *next_ps);
/// Enters whatever is due, and an application's call.
void core_take_interrupt(firmware_core *core);
/// Whether an application's call may run now.
bool core_may_call(const firmware_core *core);
void core_run_call(firmware_core *core);
/// Until when the code may run without anybody looking.
void core_set_horizon(firmware_core *core);
/// The CPU spends so many cycles on nothing, but for what may interrupt it, which comes on top.
void core_spend_all(firmware_core *core, uint64_t cycles);
/// main() stands still where the load says so.
void core_stall_main(firmware_core *core);
/// Sets what the firmware's code calls.
void core_link_hooks(firmware_core *core);

#endif
