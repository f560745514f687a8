// The firmware's clock runs ahead of the simulation's inside hooks, up to the limit; what acts on
// the part first lets the simulation catch up (core_stand_until_now()).
#include "slave_under_test/kinds/firmware/core.h"

#include "slave_under_test/kinds/firmware/core_private.h"

#include <assert.h>
#include <string.h>

// ---- from stack to stack -----------------------------------------------------------------------

/// The code goes on; it may come as far as `until_ps`.
static void run_until(firmware_core *core, uint64_t until_ps)
{
    assert(!core->running);
    core->limit = core_cycles_at(core, until_ps);
    core->running = true;
    firmware_context_enter(&core->code);
    core->running = false;
}

/// The simulation catches up with the code: both are at one instant.
void core_stand_until_now(firmware_core *core)
{
    const uint64_t at_ps = core_now_ps(core);
    if (at_ps <= core_sim_ps(core))
        return;
    i2c_timer_set(core->config.sim, &core->wake, at_ps);
    core->waits = true;
    core_give_back(core);
    core->waits = false;
}

/// The code has come to its limit: something is about to happen, which it must not run past.
void core_stand_at_limit(firmware_core *core)
{
    while (core->config.link->cycles >= core->limit)
        core_give_back(core);
}

void core_stand_for_good(firmware_core *core, firmware_end end, int vector)
{
    core_stand_until_now(core);
    core->end = end;
    core->waits = true;
    core->config.on_end(core->config.ctx, end, vector);
    for (;;)
        core_give_back(core);
}

// ---- hooks -------------------------------------------------------------------------------------

/// Whether each hook is told of, though nothing is due.
bool core_looks_closely(const firmware_core *core)
{
    return core->config.on_place != NULL &&
           (core->depth > 0 || core->calling == FIRMWARE_CALL_RUNS);
}

/// The next hook at or behind that cycle gets here.
void core_wants_word(firmware_core *core, uint64_t cycle)
{
    core->due = cycle;
    core->config.link->horizon = core_looks_closely(core) ? 0 : cycle;
}

void core_tell_place(firmware_core *core, uintptr_t pc)
{
    core->pc = pc;
    if (core->config.on_place != NULL)
        core->config.on_place(core->config.ctx, pc);
}

// ---- registers ---------------------------------------------------------------------------------

/// Looks at what is pending now; what is new is so since this instant.
void core_look(firmware_core *core)
{
    const uint64_t pending = core->config.ops->pending(core->config.part);
    for (uint64_t fresh = pending & ~core->pending; fresh != 0; fresh &= fresh - 1)
        core->raised_ps[__builtin_ctzll(fresh)] = core_sim_ps(core);
    core->pending = pending;
}

/// What the part has queued may be due before the limit.
void core_look_ahead(firmware_core *core)
{
    const uint64_t due = core_cycles_at(core, i2c_sim_due_ps(core->config.sim));
    if (due < core->limit)
        core->limit = due;
}

/// The part learns what has been written. What comes of it may be due soon.
void core_commit(firmware_core *core)
{
    const uintptr_t at = core->store_at;
    if (at == 0)
        return;
    core->store_at = 0;
    const unsigned bytes = core_unit_of(core, core->store_bytes);
    // A register of two bytes is written high byte first, as the compiler does on an AVR.
    core->store.under_way = true;
    for (unsigned i = core->store_bytes; i > 0; i -= bytes) {
        const uintptr_t here = at + i - bytes;
        core->store.at = core_address_of(core, here);
        core->store.bytes = (uint8_t)bytes;
        core->store.value = 0;
        memcpy(&core->store.value, (const void *)here, bytes);
        core->config.ops->write(core->config.part, core->store.at, bytes, core->store.value);
    }
    core->store.under_way = false;
    core_tell_place(core, core->store.pc);
    core_look(core);
    core_look_ahead(core);
}

// ---- life --------------------------------------------------------------------------------------

static void run(void *ctx)
{
    firmware_core *core = ctx;
    (void)core->config.main();
    core_commit(core);
    core_stand_for_good(core, FIRMWARE_RETURNED, -1);
}

/// What it waited for has come.
static void on_wake(void *ctx, uint64_t at_ps)
{
    run_until(ctx, at_ps);
}

/// The simulation is about to go on to `until_ps`.
static void follow(void *ctx, uint64_t until_ps)
{
    firmware_core *core = ctx;
    if (!core->on || core->waits)
        return;
    assert(core_now_ps(core) + I2C_PS_PER_S / core->clock.hz >=
           core_sim_ps(core)); // never left behind
    if (core_now_ps(core) < until_ps)
        run_until(core, until_ps);
}

void firmware_core_init(firmware_core *core, const firmware_core_config *config)
{
    memset(core, 0, sizeof *core);
    core->config = *config;
    core->load_due_ps = I2C_NEVER_PS;
    firmware_cycles_set_hz(&core->clock, config->clock_hz);
    core->wake = (i2c_timer){on_wake, core, false};
    core_link_hooks(core);
}

/// Cycles are counted from `at_ps` on, so that what was before keeps its length.
static void count_from(firmware_core *core, uint64_t at_ps)
{
    core->clock.started_ps = at_ps;
    core->config.link->cycles = 0;
    core_wants_word(core, 0);
}

void firmware_core_set_clock(firmware_core *core, uint64_t clock_hz)
{
    if (clock_hz == core->clock.hz)
        return;
    const uint64_t at_ps = core_now_ps(core);
    const uint64_t limit_ps =
        core->limit == UINT64_MAX ? I2C_NEVER_PS : core_ps_of(core, core->limit);
    firmware_cycles_set_hz(&core->clock, clock_hz);
    count_from(core, at_ps);
    core->limit = core_cycles_at(core, limit_ps > at_ps ? limit_ps : at_ps);
}

void firmware_core_set_load(firmware_core *core, const firmware_load *load)
{
    core->load = *load;
    core->load_due_ps = load->isr.length_ps != 0 ? load->isr.first_ps : I2C_NEVER_PS;
    core_wants_word(core, 0);
    firmware_core_look(core);
}

void firmware_core_start(firmware_core *core)
{
    core->on = true;
    core->sleeps = core->waits = false;
    core->interrupts_on = core->config.timing.by_level; // where levels decide, reset leaves them on
    core->end = FIRMWARE_RUNS;
    core->end_file = NULL;
    core->depth = 0;
    core->again = CORE_NOTHING;
    core->pending = 0;
    core->store_at = 0;
    core->store = (firmware_store){.number = core->store.number};
    core->stalled = core->once_on = false;
    core->calling = FIRMWARE_NO_CALL;
    core->limit = 0;
    count_from(core, core_sim_ps(core));
    firmware_context_make(&core->code, core->config.stack, FIRMWARE_STACK_BYTES, run, core);
    i2c_sim_follow(core->config.sim, follow, core);
}

void firmware_core_stop(firmware_core *core)
{
    if (core->on)
        i2c_sim_unfollow(core->config.sim, core);
    core->on = false;
    i2c_timer_cancel(core->config.sim, &core->wake);
}

void firmware_core_look(firmware_core *core)
{
    uint64_t next_ps = 0;
    if (!core->on)
        return;
    core_look(core);
    if (!core->sleeps)
        return; // it comes here by itself
    core->config.link->cycles = core_cycles_at(core, core_sim_ps(core));
    if (core_choose_wake(core, &next_ps) != CORE_NOTHING)
        i2c_timer_set(core->config.sim, &core->wake, core_sim_ps(core));
    else if (next_ps != I2C_NEVER_PS)
        i2c_timer_set(core->config.sim, &core->wake, next_ps);
}

void firmware_core_call(firmware_core *core, const firmware_call *call)
{
    assert(core->calling == FIRMWARE_NO_CALL);
    core->call = *call;
    core->calling = FIRMWARE_CALL_WAITS;
    core_wants_word(core, 0);
    if (core->sleeps)
        i2c_timer_set(core->config.sim, &core->wake, core_sim_ps(core));
}

void firmware_core_edge(firmware_core *core)
{
    core->again_ps = core_sim_ps(core);
    firmware_core_look(core);
}

int firmware_core_doing(const firmware_core *core)
{
    if (core->depth == 0)
        return core->calling == FIRMWARE_CALL_RUNS ? FIRMWARE_CALL : FIRMWARE_IN_MAIN;
    return core->nest[core->depth - 1];
}

uint64_t firmware_core_now_ps(const firmware_core *core)
{
    const uint64_t limit_ps = core_ps_of(core, core->limit), at_ps = core_now_ps(core);
    if (at_ps <= core_sim_ps(core) || limit_ps <= core_sim_ps(core))
        return core_sim_ps(core);
    return at_ps < limit_ps ? at_ps : limit_ps;
}
