// The firmware's clock runs ahead of the simulation's inside hooks, up to the limit; what acts on
// the part first lets the simulation catch up (stand_until()).
#include "slave_under_test/kinds/firmware/core.h"

#include <assert.h>
#include <string.h>

static const uint64_t ps_per_s = UINT64_C(1000000000000);

// ---- two clocks -------------------------------------------------------------------------------

/// Rounded down: an instruction is over when its last cycle is. Most clocks have a period of whole
/// picoseconds; only the others need long divisions.
static uint64_t ps_of(const firmware_core *core, uint64_t cycles)
{
    if (core->cycle_ps != 0)
        return core->started_ps + cycles * core->cycle_ps;
    const unsigned __int128 span = (unsigned __int128)cycles * ps_per_s;
    return core->started_ps + (uint64_t)(span / core->config.clock_hz);
}

/// `span_ps` in cycles of whole picoseconds, rounded up. Multiplied by the reciprocal, which may be
/// one too low: it is asked for millions of times a second.
static uint64_t whole_cycles(const firmware_core *core, uint64_t span_ps)
{
    const unsigned __int128 product = (unsigned __int128)span_ps * core->cycles_per_ps_q64;
    const uint64_t cycles = (uint64_t)(product >> 64);
    const uint64_t rest_ps = span_ps - cycles * core->cycle_ps;
    return cycles + (rest_ps > core->cycle_ps) + (rest_ps != 0);
}

/// The first cycle that is not over before `at_ps`.
static uint64_t cycles_at(const firmware_core *core, uint64_t at_ps)
{
    if (at_ps == I2C_NEVER_PS)
        return UINT64_MAX;
    const uint64_t span_ps = at_ps - core->started_ps;
    if (core->cycle_ps != 0)
        return whole_cycles(core, span_ps);
    const unsigned __int128 span = (unsigned __int128)span_ps * core->config.clock_hz;
    return (uint64_t)((span + ps_per_s - 1) / ps_per_s);
}

static uint64_t sim_ps(const firmware_core *core)
{
    return i2c_sim_now_ps(core->config.sim);
}

/// Of the code.
static uint64_t now_ps(const firmware_core *core)
{
    return ps_of(core, core->config.link->cycles);
}

// ---- from stack to stack ----------------------------------------------------------------------

/// The code goes on; it may come as far as `until_ps`.
static void run_until(firmware_core *core, uint64_t until_ps)
{
    assert(!core->running);
    core->limit = cycles_at(core, until_ps);
    core->running = true;
    firmware_context_enter(&core->code);
    core->running = false;
}

/// From the firmware's stack: gives the word back.
static void give_back(firmware_core *core)
{
    firmware_context_leave(&core->code);
}

/// The simulation catches up with the code: both are at one instant.
static void stand_until_now(firmware_core *core)
{
    const uint64_t at_ps = now_ps(core);
    if (at_ps <= sim_ps(core))
        return;
    i2c_timer_set(core->config.sim, &core->wake, at_ps);
    core->waits = true;
    give_back(core);
    core->waits = false;
}

/// The code has come to its limit: something is about to happen, which it must not run past.
static void stand_at_limit(firmware_core *core)
{
    while (core->config.link->cycles >= core->limit)
        give_back(core);
}

static void stand_for_good(firmware_core *core, firmware_end end, int vector)
{
    stand_until_now(core);
    core->end = end;
    core->waits = true;
    core->config.on_end(core->config.ctx, end, vector);
    for (;;)
        give_back(core);
}

// ---- interrupts -------------------------------------------------------------------------------

/// Looks at what is pending now; what is new is so since this instant.
static void look(firmware_core *core)
{
    const uint64_t pending = core->config.ops->pending(core->config.part);
    for (uint64_t fresh = pending & ~core->pending; fresh != 0; fresh &= fresh - 1)
        core->raised_ps[__builtin_ctzll(fresh)] = sim_ps(core);
    core->pending = pending;
}

// ---- registers --------------------------------------------------------------------------------

/// The part learns what has been written. What comes of it may be due soon: the limit is to be
/// asked for again.
static void commit(firmware_core *core)
{
    const uintptr_t at = core->store_at;
    if (at == 0)
        return;
    core->store_at = 0;
    core->limit = core->config.link->cycles;
    const uint32_t from = (uint32_t)(at - core->config.link->io);
    // A register of two bytes is written high byte first, as the compiler does on the part.
    for (unsigned i = core->store_bytes; i-- > 0;)
        core->config.ops->write(core->config.part, from + i, core->config.io_memory[from + i]);
    look(core);
}

static bool may_interrupt(const firmware_core *core)
{
    return core->interrupts_on && core->depth < FIRMWARE_NEST_MAX;
}

/// The vector to enter now, or -1 and when one may be.
static int choose(const firmware_core *core, uint64_t *next_ps)
{
    *next_ps = I2C_NEVER_PS;
    if (!may_interrupt(core))
        return -1;
    for (uint64_t left = core->pending; left != 0; left &= left - 1) {
        const unsigned v = (unsigned)__builtin_ctzll(left);
        const uint64_t ready_ps = core->raised_ps[v] + core->latency_ps[v];
        if (ready_ps <= now_ps(core))
            return (int)v;
        if (ready_ps < *next_ps)
            *next_ps = ready_ps;
    }
    return -1;
}

static void enter(firmware_core *core, unsigned v)
{
    const firmware_core_config *c = &core->config;
    if (c->vector[v] == NULL)
        stand_for_good(core, FIRMWARE_NO_VECTOR, (int)v);
    c->ops->taken(c->part, v);
    look(core);
    core->nest[core->depth] = (uint8_t)v;
    core->entered_ps[core->depth++] = now_ps(core);
    core->entries[v]++;
    core->interrupts_on = c->timing.nests;
    c->link->cycles += c->timing.entry_cycles;
    c->link->horizon = c->link->cycles; // its first hook comes here
    c->vector[v]();
    commit(core);
    c->link->cycles += c->timing.exit_cycles;
    core->depth--;
    core->interrupts_on = true;
}

/// Until when the code may run without anybody looking.
static void set_horizon(firmware_core *core)
{
    firmware_link *link = core->config.link;
    uint64_t next_ps = I2C_NEVER_PS;
    const bool due = core->pending != 0 && choose(core, &next_ps) >= 0;
    const uint64_t next = due ? link->cycles + 1 : cycles_at(core, next_ps);
    link->horizon = next < core->limit ? next : core->limit;
}

static void take_interrupt(firmware_core *core)
{
    uint64_t next_ps = 0;
    const int v = core->pending != 0 ? choose(core, &next_ps) : -1;
    if (v >= 0)
        enter(core, (unsigned)v);
}

// ---- what the hooks call ----------------------------------------------------------------------

static void on_reached(void *engine, uintptr_t pc)
{
    firmware_core *core = engine;
    core->pc = pc;
    commit(core);
    stand_at_limit(core);
    take_interrupt(core);
    set_horizon(core);
}

/// Puts what the part says now where the code will read it. Until the limit nothing changes but
/// what counts by itself, so for the rest the simulation need not catch up.
static void on_reads(void *engine, uintptr_t at, unsigned bytes, uintptr_t pc)
{
    firmware_core *core = engine;
    const uint32_t from = (uint32_t)(at - core->config.link->io);
    if (core->store_at != 0)
        on_reached(core, pc);
    if (core->config.ops->counts(core->config.part, from))
        stand_until_now(core);
    for (unsigned i = 0; i < bytes; i++)
        core->config.io_memory[from + i] = core->config.ops->read(core->config.part, from + i);
}

static void on_writes(void *engine, uintptr_t at, unsigned bytes, uintptr_t pc)
{
    firmware_core *core = engine;
    if (core->store_at != 0)
        on_reached(core, pc);
    stand_until_now(core);
    core->store_at = at;
    core->store_bytes = bytes;
    core->store_pc = pc;
    core->config.link->horizon = core->config.link->cycles; // the next hook commits it
}

static void on_interrupts(void *engine, int on)
{
    firmware_core *core = engine;
    commit(core);
    core->interrupts_on = on != 0;
    core->config.link->horizon = core->config.link->cycles;
}

static int interrupts_are_on(const void *engine)
{
    const firmware_core *core = engine;
    return core->interrupts_on;
}

static void on_sleeps(void *engine, uintptr_t pc)
{
    firmware_core *core = engine;
    uint64_t next_ps = 0;
    on_reached(core, pc);
    stand_until_now(core);
    while (choose(core, &next_ps) < 0) {
        if (next_ps != I2C_NEVER_PS)
            i2c_timer_set(core->config.sim, &core->wake, next_ps);
        core->sleeps = core->waits = true;
        give_back(core);
        core->sleeps = core->waits = false;
        core->config.link->cycles = cycles_at(core, sim_ps(core));
    }
    core->config.link->cycles += core->config.timing.wake_cycles;
    core->config.link->horizon = core->config.link->cycles;
}

static void on_watchdog(void *engine)
{
    const firmware_core *core = engine;
    core->config.ops->resets_watchdog(core->config.part);
}

// ---- life -------------------------------------------------------------------------------------

static void run(void *ctx)
{
    firmware_core *core = ctx;
    (void)core->config.main();
    commit(core);
    stand_for_good(core, FIRMWARE_RETURNED, -1);
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
    if (core->on && !core->waits && now_ps(core) < until_ps)
        run_until(core, until_ps);
}

void firmware_core_init(firmware_core *core, const firmware_core_config *config)
{
    memset(core, 0, sizeof *core);
    core->config = *config;
    assert(config->clock_hz > 0);
    core->cycle_ps = ps_per_s % config->clock_hz == 0 ? ps_per_s / config->clock_hz : 0;
    core->cycles_per_ps_q64 = core->cycle_ps == 0 ? 0 : UINT64_MAX / core->cycle_ps;
    core->wake = (i2c_timer){on_wake, core, false};
    firmware_link *link = config->link;
    link->engine = core;
    link->reached = on_reached;
    link->reads = on_reads;
    link->writes = on_writes;
    link->interrupts = on_interrupts;
    link->interrupts_are_on = interrupts_are_on;
    link->sleeps = on_sleeps;
    link->resets_watchdog = on_watchdog;
}

void firmware_core_start(firmware_core *core)
{
    core->on = true;
    core->sleeps = core->waits = false;
    core->interrupts_on = false;
    core->end = FIRMWARE_RUNS;
    core->depth = 0;
    core->pending = 0;
    core->store_at = 0;
    core->started_ps = sim_ps(core);
    core->config.link->cycles = 0;
    core->config.link->horizon = 0;
    firmware_context_make(&core->code, core->config.stack, FIRMWARE_STACK_BYTES, run, core);
    i2c_sim_follow(core->config.sim, follow, core);
}

void firmware_core_stop(firmware_core *core)
{
    if (core->on)
        i2c_sim_follow(core->config.sim, NULL, NULL);
    core->on = false;
    i2c_timer_cancel(core->config.sim, &core->wake);
}

void firmware_core_look(firmware_core *core)
{
    uint64_t next_ps = 0;
    if (!core->on)
        return;
    look(core);
    if (!core->sleeps)
        return; // it comes here by itself
    core->config.link->cycles = cycles_at(core, sim_ps(core));
    if (choose(core, &next_ps) >= 0)
        i2c_timer_set(core->config.sim, &core->wake, sim_ps(core));
    else if (next_ps != I2C_NEVER_PS)
        i2c_timer_set(core->config.sim, &core->wake, next_ps);
}

int firmware_core_doing(const firmware_core *core)
{
    return core->depth == 0 ? -1 : core->nest[core->depth - 1];
}
