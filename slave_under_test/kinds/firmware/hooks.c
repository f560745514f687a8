// What the firmware's code calls: at its blocks, at registers, where it sleeps, waits or divides.
#include "slave_under_test/kinds/firmware/core_private.h"
#include "slave_under_test/stop.h"

#include <string.h>

/// A routine that lasts so long does not end. It may yet, when a line moves, so it goes on.
static void look_for_endless(firmware_core *core)
{
    const uint64_t limit_ps = core->config.routine_limit_ps;
    if (core->end != FIRMWARE_RUNS)
        return;
    for (unsigned i = core->depth; i-- > 0;)
        if (core_now_ps(core) - core->entered_ps[i] > limit_ps) {
            core->end = FIRMWARE_ENDLESS;
            core->config.on_end(core->config.ctx, core->end, core->nest[i]);
            return;
        }
}

static void on_reached(void *engine, uintptr_t pc)
{
    firmware_core *core = engine;
    const bool wanted = core->config.link->cycles >= core->due;
    if (wanted)
        core_commit(core);
    core->pc = pc;
    if (core_looks_closely(core))
        core_tell_place(core, pc);
    if (!wanted)
        return;
    core_stand_at_limit(core);
    if (core->depth > 0)
        look_for_endless(core);
    else
        core->again = CORE_NOTHING;
    core_take_interrupt(core);
    core_stall_main(core);
    core_set_horizon(core);
}

static bool is_there(const firmware_core *core, uint32_t at, unsigned bytes)
{
    const firmware_part_ops *ops = core->config.ops;
    return ops->is_there == NULL || ops->is_there(core->config.part, at, bytes);
}

static void stand_outside(firmware_core *core, uint32_t at, uintptr_t pc)
{
    core->pc = pc;
    core->outside = at;
    core_stand_for_good(core, FIRMWARE_OUTSIDE, firmware_core_doing(core));
}

/// Puts what the part says now where the code will read it. Until the limit nothing changes but
/// what counts by itself, so for the rest the simulation need not catch up.
static void on_reads(void *engine, uintptr_t at, unsigned bytes, uintptr_t pc)
{
    firmware_core *core = engine;
    const uint32_t from = core_address_of(core, at);
    const unsigned unit = core_unit_of(core, bytes);
    if (core->store_at != 0)
        on_reached(core, pc);
    if (!is_there(core, from, bytes))
        stand_outside(core, from, pc);
    if (core->config.ops->counts(core->config.part, from))
        core_stand_until_now(core);
    for (unsigned i = 0; i < bytes; i += unit) {
        const uint32_t value = core->config.ops->read(core->config.part, from + i, unit);
        memcpy((void *)(at + i), &value, unit);
    }
}

static void on_writes(void *engine, uintptr_t at, unsigned bytes, uintptr_t pc)
{
    firmware_core *core = engine;
    if (core->store_at != 0)
        on_reached(core, pc);
    core_stand_until_now(core);
    if (!is_there(core, core_address_of(core, at), bytes))
        stand_outside(core, core_address_of(core, at), pc);
    core->store_at = at;
    core->store_bytes = bytes;
    core->store.pc = pc;
    core->store.vector = firmware_core_doing(core);
    if (__builtin_expect(++core->store.number == core->stop_at, 0))
        slave_stop();
    core_wants_word(core, core->config.link->cycles); // the next hook commits it
}

static void on_interrupts(void *engine, int on)
{
    firmware_core *core = engine;
    core_commit(core);
    core->interrupts_on = on != 0;
    core_wants_word(core, core->config.link->cycles);
}

static int interrupts_are_on(const void *engine)
{
    const firmware_core *core = engine;
    return core->interrupts_on;
}

/// Interrupts that were switched on right before are taken behind it (they wake it at once), as sei
/// lets one more instruction run: no wake-up is lost between the two.
static void on_sleeps(void *engine, uintptr_t pc)
{
    firmware_core *core = engine;
    uint64_t next_ps = 0;
    core->pc = pc;
    core_commit(core);
    core->again = CORE_NOTHING;
    core_stand_until_now(core);
    while (core_choose_wake(core, &next_ps) == CORE_NOTHING) {
        if (next_ps != I2C_NEVER_PS)
            i2c_timer_set(core->config.sim, &core->wake, next_ps);
        core->sleeps = core->waits = true;
        core_give_back(core);
        core->sleeps = core->waits = false;
        core->config.link->cycles = core_cycles_at(core, core_sim_ps(core));
        if (core_may_call(core))
            core_run_call(core);
    }
    core->config.link->cycles += core->config.timing.wake_cycles;
    core_wants_word(core, core->config.link->cycles);
}

static void on_delays(void *engine, uint64_t cycles, uintptr_t pc)
{
    firmware_core *core = engine;
    core->pc = pc;
    core_commit(core);
    core_spend_all(core, cycles);
    core_wants_word(core, core->config.link->cycles);
}

static void on_watchdog(void *engine)
{
    firmware_core *core = engine;
    core_commit(core);
    core_stand_until_now(core);
    if (core->config.ops->resets_watchdog != NULL)
        core->config.ops->resets_watchdog(core->config.part);
}

static void on_divides_by_zero(void *engine, const char *file, unsigned line)
{
    firmware_core *core = engine;
    core->end_file = file;
    core->end_line = line;
    core_commit(core);
    core_stand_for_good(core, FIRMWARE_DIVIDED, firmware_core_doing(core));
}

void core_link_hooks(firmware_core *core)
{
    firmware_link *link = core->config.link;
    link->engine = core;
    link->reached = on_reached;
    link->reads = on_reads;
    link->writes = on_writes;
    link->interrupts = on_interrupts;
    link->interrupts_are_on = interrupts_are_on;
    link->sleeps = on_sleeps;
    link->delays = on_delays;
    link->resets_watchdog = on_watchdog;
    link->divides_by_zero = on_divides_by_zero;
}
