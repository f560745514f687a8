// The firmware's clock runs ahead of the simulation's inside hooks, up to the limit; what acts on
// the part first lets the simulation catch up (stand_until()).
#include "slave_under_test/kinds/firmware/core.h"

#include "slave_under_test/stop.h"

#include <assert.h>
#include <string.h>

enum { NOTHING = -1 };

static const uint64_t storm_ps = 5 * I2C_PS_PER_MS;

// ---- two clocks -------------------------------------------------------------------------------

static uint64_t ps_of(const firmware_core *core, uint64_t cycles)
{
    return firmware_cycles_ps(&core->clock, cycles);
}

static uint64_t cycles_at(const firmware_core *core, uint64_t at_ps)
{
    return firmware_cycles_at(&core->clock, at_ps);
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

// ---- hooks ------------------------------------------------------------------------------------

/// Whether each hook is told of, though nothing is due.
static bool looks_closely(const firmware_core *core)
{
    return core->config.on_place != NULL &&
           (core->depth > 0 || core->calling == FIRMWARE_CALL_RUNS);
}

/// The next hook at or behind that cycle gets here.
static void wants_word(firmware_core *core, uint64_t cycle)
{
    core->due = cycle;
    core->config.link->horizon = looks_closely(core) ? 0 : cycle;
}

static void tell_place(firmware_core *core, uintptr_t pc)
{
    core->pc = pc;
    if (core->config.on_place != NULL)
        core->config.on_place(core->config.ctx, pc);
}

// ---- interrupts -------------------------------------------------------------------------------

static void tell_routine(const firmware_core *core)
{
    if (core->config.on_routine != NULL)
        core->config.on_routine(core->config.ctx);
}

/// Looks at what is pending now; what is new is so since this instant.
static void look(firmware_core *core)
{
    const uint64_t pending = core->config.ops->pending(core->config.part);
    for (uint64_t fresh = pending & ~core->pending; fresh != 0; fresh &= fresh - 1)
        core->raised_ps[__builtin_ctzll(fresh)] = sim_ps(core);
    core->pending = pending;
}

// ---- registers --------------------------------------------------------------------------------

/// What the part has queued may be due before the limit.
static void look_ahead(firmware_core *core)
{
    const uint64_t due = cycles_at(core, i2c_sim_due_ps(core->config.sim));
    if (due < core->limit)
        core->limit = due;
}

static uint32_t address_of(const firmware_core *core, uintptr_t at)
{
    return (uint32_t)(at - core->config.space->origin);
}

static unsigned unit_of(const firmware_core *core, unsigned bytes)
{
    return bytes < core->config.space->unit_bytes ? bytes : core->config.space->unit_bytes;
}

/// The part learns what has been written. What comes of it may be due soon.
static void commit(firmware_core *core)
{
    const uintptr_t at = core->store_at;
    if (at == 0)
        return;
    core->store_at = 0;
    const unsigned bytes = unit_of(core, core->store_bytes);
    // A register of two bytes is written high byte first, as the compiler does on an AVR.
    core->store.under_way = true;
    for (unsigned i = core->store_bytes; i > 0; i -= bytes) {
        const uintptr_t here = at + i - bytes;
        core->store.at = address_of(core, here);
        core->store.bytes = (uint8_t)bytes;
        core->store.value = 0;
        memcpy(&core->store.value, (const void *)here, bytes);
        core->config.ops->write(core->config.part, core->store.at, bytes, core->store.value);
    }
    core->store.under_way = false;
    tell_place(core, core->store.pc);
    look(core);
    look_ahead(core);
}

static uint16_t urgency_of(const firmware_core *core, unsigned v)
{
    const firmware_part_ops *ops = core->config.ops;
    return ops->urgency == NULL ? 0 : ops->urgency(core->config.part, v);
}

static bool admits(const firmware_core *core, unsigned level)
{
    return !core->config.timing.by_level || core->depth == 0 ||
           level < core->level[core->depth - 1];
}

/// The vector that would be entered now were interrupts on, FIRMWARE_LOAD_ISR, or NOTHING and when
/// one may be.
static int first_of(const firmware_core *core, uint64_t *next_ps)
{
    const uint64_t at_ps = now_ps(core);
    int first = NOTHING;
    uint16_t least = UINT16_MAX;
    *next_ps = I2C_NEVER_PS;
    if (core->depth == FIRMWARE_NEST_MAX ||
        firmware_window_open(&core->load.irq_off, at_ps, next_ps))
        return NOTHING;
    if (admits(core, 0) && core->load_due_ps <= at_ps)
        return FIRMWARE_LOAD_ISR;
    *next_ps = admits(core, 0) ? core->load_due_ps : I2C_NEVER_PS;
    for (uint64_t left = core->pending; left != 0; left &= left - 1) {
        const unsigned v = (unsigned)__builtin_ctzll(left);
        const uint64_t ready_ps = core->raised_ps[v] + core->latency_ps[v];
        const uint16_t urgency = urgency_of(core, v);
        if (!admits(core, urgency >> 8) || urgency >= least)
            continue;
        if (ready_ps <= at_ps) {
            first = (int)v;
            least = urgency;
            if (core->config.ops->urgency == NULL)
                break;
        } else if (ready_ps < *next_ps) {
            *next_ps = ready_ps;
        }
    }
    return first;
}

static int choose(const firmware_core *core, uint64_t *next_ps)
{
    *next_ps = I2C_NEVER_PS;
    return core->interrupts_on ? first_of(core, next_ps) : NOTHING;
}

/// Of what ends sleep.
static int choose_wake(const firmware_core *core, uint64_t *next_ps)
{
    return core->config.timing.wakes_masked ? first_of(core, next_ps) : choose(core, next_ps);
}

/// Nothing to choose from: neither a source nor a load.
static bool is_quiet(const firmware_core *core)
{
    return core->pending == 0 && core->load_due_ps == I2C_NEVER_PS;
}

/// An application calls its own functions where no routine runs, and nowhere that it has closed to
/// them; what never has interrupts on closes nothing.
static bool may_call(const firmware_core *core)
{
    return core->calling == FIRMWARE_CALL_WAITS && core->depth == 0 && !core->stalled &&
           (core->interrupts_on || !core->once_on);
}

/// Until when the code may run without anybody looking.
static void set_horizon(firmware_core *core)
{
    firmware_link *link = core->config.link;
    uint64_t next_ps = I2C_NEVER_PS, stall_ps = I2C_NEVER_PS;
    core->once_on = core->once_on || core->interrupts_on;
    bool due = may_call(core) || (!is_quiet(core) && choose(core, &next_ps) != NOTHING);
    if (core->depth == 0 && !core->stalled)
        due = firmware_window_open(&core->load.main_stall, now_ps(core), &stall_ps) || due;
    const uint64_t next = cycles_at(core, stall_ps < next_ps ? stall_ps : next_ps);
    wants_word(core, due ? link->cycles + 1 : next < core->limit ? next : core->limit);
}

/// One interrupt that comes again at once for so long, without an edge of the bus: nobody clears
/// what asks for it, and main() never has its turn.
static void look_for_storm(firmware_core *core, uint8_t what)
{
    if (core->depth > 0)
        return;
    if (core->again != what) {
        core->again = what;
        core->again_ps = now_ps(core);
    } else if (what != FIRMWARE_LOAD_ISR && now_ps(core) > core->again_ps + storm_ps) {
        stand_for_good(core, FIRMWARE_STORM, what);
    }
}

static void begin_routine(firmware_core *core, uint8_t what)
{
    look_for_storm(core, what);
    core->nest[core->depth] = what;
    core->level[core->depth] =
        what == FIRMWARE_LOAD_ISR ? 0 : (uint8_t)(urgency_of(core, what) >> 8);
    core->entered_ps[core->depth++] = now_ps(core);
    core->interrupts_on = core->config.timing.by_level;
    tell_routine(core);
}

static void end_routine(firmware_core *core)
{
    core->depth--;
    if (!core->config.timing.by_level)
        core->interrupts_on = true;
    tell_routine(core);
}

static void enter(firmware_core *core, unsigned v)
{
    const firmware_core_config *c = &core->config;
    const uintptr_t interrupted = core->pc;
    if (c->vector[v] == NULL)
        stand_for_good(core, FIRMWARE_NO_VECTOR, (int)v);
    stand_until_now(core); // what sets the flag until then merges with it
    c->ops->taken(c->part, v);
    look_ahead(core); // a flag that is clear now may be set again soon
    look(core);
    begin_routine(core, (uint8_t)v);
    const uint64_t from_ps = core->entered_ps[core->depth - 1];
    c->link->cycles += c->timing.entry_cycles;
    firmware_routines_entered(&core->routines, v, now_ps(core) - core->raised_ps[v]);
    c->link->cycles += c->timing.prologue_cycles;
    wants_word(core, c->link->cycles); // its first hook comes here
    c->vector[v]();
    commit(core);
    c->link->cycles += c->timing.exit_cycles;
    firmware_routines_left(&core->routines, v, now_ps(core) - from_ps);
    if (c->ops->left != NULL) {
        stand_until_now(core);
        c->ops->left(c->part, v);
        look(core);
    }
    end_routine(core);
    tell_place(core, interrupted);
}

static void take_interrupt(firmware_core *core);

/// The CPU spends up to `most` cycles on nothing, but for what may interrupt it, which comes on
/// top. Returns how many.
static uint64_t spend(firmware_core *core, uint64_t most)
{
    firmware_link *link = core->config.link;
    stand_at_limit(core);
    take_interrupt(core);
    set_horizon(core);
    uint64_t spent = core->due > link->cycles ? core->due - link->cycles : 1;
    if (spent > most)
        spent = most;
    link->cycles += spent;
    return spent;
}

static void spend_all(firmware_core *core, uint64_t cycles)
{
    while (cycles > 0)
        cycles -= spend(core, cycles);
}

/// The competing interrupt; what comes due meanwhile merges with it.
static void run_load_isr(firmware_core *core)
{
    const firmware_window *isr = &core->load.isr;
    begin_routine(core, FIRMWARE_LOAD_ISR);
    spend_all(core, cycles_at(core, core->clock.started_ps + isr->length_ps));
    while (core->load_due_ps <= now_ps(core))
        core->load_due_ps = isr->every_ps != 0 ? core->load_due_ps + isr->every_ps : I2C_NEVER_PS;
    end_routine(core);
}

typedef void application_fn(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t);

/// What takes fewer or narrower arguments does not look at the rest of them.
static void run_call(firmware_core *core)
{
    application_fn *function = (application_fn *)core->call.function;
    const int64_t *a = core->call.arg;
    stand_until_now(core);
    core->calling = FIRMWARE_CALL_RUNS;
    tell_routine(core);
    wants_word(core, core->config.link->cycles); // its first hook comes here
    function(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    commit(core);
    stand_until_now(core); // whoever asked waits for this instant
    core->calling = FIRMWARE_NO_CALL;
    tell_routine(core);
}

static void take_interrupt(firmware_core *core)
{
    uint64_t next_ps = 0;
    if (may_call(core))
        run_call(core);
    for (;;) {
        const int v = is_quiet(core) ? NOTHING : choose(core, &next_ps);
        if (v == NOTHING)
            return;
        if (v == FIRMWARE_LOAD_ISR)
            run_load_isr(core);
        else
            enter(core, (unsigned)v);
        if (!core->config.timing.chains)
            return;
        stand_at_limit(core);
    }
}

/// main() stands still where the load says so.
static void stall_main(firmware_core *core)
{
    uint64_t ends_ps;
    while (core->depth == 0 && !core->stalled &&
           firmware_window_open(&core->load.main_stall, now_ps(core), &ends_ps)) {
        core->stalled = true;
        (void)spend(core, cycles_at(core, ends_ps) - core->config.link->cycles);
        core->stalled = false;
    }
}

/// A routine that lasts so long does not end. It may yet, when a line moves, so it goes on.
static void look_for_endless(firmware_core *core)
{
    const uint64_t limit_ps = core->config.routine_limit_ps;
    if (core->end != FIRMWARE_RUNS)
        return;
    for (unsigned i = core->depth; i-- > 0;)
        if (now_ps(core) - core->entered_ps[i] > limit_ps) {
            core->end = FIRMWARE_ENDLESS;
            core->config.on_end(core->config.ctx, core->end, core->nest[i]);
            return;
        }
}

// ---- what the hooks call ----------------------------------------------------------------------

static void on_reached(void *engine, uintptr_t pc)
{
    firmware_core *core = engine;
    const bool wanted = core->config.link->cycles >= core->due;
    if (wanted)
        commit(core);
    core->pc = pc;
    if (looks_closely(core))
        tell_place(core, pc);
    if (!wanted)
        return;
    stand_at_limit(core);
    if (core->depth > 0)
        look_for_endless(core);
    else
        core->again = NOTHING;
    take_interrupt(core);
    stall_main(core);
    set_horizon(core);
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
    stand_for_good(core, FIRMWARE_OUTSIDE, firmware_core_doing(core));
}

/// Puts what the part says now where the code will read it. Until the limit nothing changes but
/// what counts by itself, so for the rest the simulation need not catch up.
static void on_reads(void *engine, uintptr_t at, unsigned bytes, uintptr_t pc)
{
    firmware_core *core = engine;
    const uint32_t from = address_of(core, at);
    const unsigned unit = unit_of(core, bytes);
    if (core->store_at != 0)
        on_reached(core, pc);
    if (!is_there(core, from, bytes))
        stand_outside(core, from, pc);
    if (core->config.ops->counts(core->config.part, from))
        stand_until_now(core);
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
    stand_until_now(core);
    if (!is_there(core, address_of(core, at), bytes))
        stand_outside(core, address_of(core, at), pc);
    core->store_at = at;
    core->store_bytes = bytes;
    core->store.pc = pc;
    core->store.vector = firmware_core_doing(core);
    if (__builtin_expect(++core->store.number == core->stop_at, 0))
        slave_stop();
    wants_word(core, core->config.link->cycles); // the next hook commits it
}

static void on_interrupts(void *engine, int on)
{
    firmware_core *core = engine;
    commit(core);
    core->interrupts_on = on != 0;
    wants_word(core, core->config.link->cycles);
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
    commit(core);
    core->again = NOTHING;
    stand_until_now(core);
    while (choose_wake(core, &next_ps) == NOTHING) {
        if (next_ps != I2C_NEVER_PS)
            i2c_timer_set(core->config.sim, &core->wake, next_ps);
        core->sleeps = core->waits = true;
        give_back(core);
        core->sleeps = core->waits = false;
        core->config.link->cycles = cycles_at(core, sim_ps(core));
        if (may_call(core))
            run_call(core);
    }
    core->config.link->cycles += core->config.timing.wake_cycles;
    wants_word(core, core->config.link->cycles);
}

static void on_delays(void *engine, uint64_t cycles, uintptr_t pc)
{
    firmware_core *core = engine;
    core->pc = pc;
    commit(core);
    spend_all(core, cycles);
    wants_word(core, core->config.link->cycles);
}

static void on_watchdog(void *engine)
{
    firmware_core *core = engine;
    commit(core);
    stand_until_now(core);
    if (core->config.ops->resets_watchdog != NULL)
        core->config.ops->resets_watchdog(core->config.part);
}

static void on_divides_by_zero(void *engine, const char *file, unsigned line)
{
    firmware_core *core = engine;
    core->end_file = file;
    core->end_line = line;
    commit(core);
    stand_for_good(core, FIRMWARE_DIVIDED, firmware_core_doing(core));
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
    if (!core->on || core->waits)
        return;
    assert(now_ps(core) + I2C_PS_PER_S / core->clock.hz >= sim_ps(core)); // never left behind
    if (now_ps(core) < until_ps)
        run_until(core, until_ps);
}

void firmware_core_init(firmware_core *core, const firmware_core_config *config)
{
    memset(core, 0, sizeof *core);
    core->config = *config;
    core->load_due_ps = I2C_NEVER_PS;
    firmware_cycles_set_hz(&core->clock, config->clock_hz);
    core->wake = (i2c_timer){on_wake, core, false};
    firmware_link *link = config->link;
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

/// Cycles are counted from `at_ps` on, so that what was before keeps its length.
static void count_from(firmware_core *core, uint64_t at_ps)
{
    core->clock.started_ps = at_ps;
    core->config.link->cycles = 0;
    wants_word(core, 0);
}

void firmware_core_set_clock(firmware_core *core, uint64_t clock_hz)
{
    if (clock_hz == core->clock.hz)
        return;
    const uint64_t at_ps = now_ps(core);
    const uint64_t limit_ps = core->limit == UINT64_MAX ? I2C_NEVER_PS : ps_of(core, core->limit);
    firmware_cycles_set_hz(&core->clock, clock_hz);
    count_from(core, at_ps);
    core->limit = cycles_at(core, limit_ps > at_ps ? limit_ps : at_ps);
}

void firmware_core_set_load(firmware_core *core, const firmware_load *load)
{
    core->load = *load;
    core->load_due_ps = load->isr.length_ps != 0 ? load->isr.first_ps : I2C_NEVER_PS;
    wants_word(core, 0);
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
    core->again = NOTHING;
    core->pending = 0;
    core->store_at = 0;
    core->store = (firmware_store){.number = core->store.number};
    core->stalled = core->once_on = false;
    core->calling = FIRMWARE_NO_CALL;
    core->limit = 0;
    count_from(core, sim_ps(core));
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
    if (choose_wake(core, &next_ps) != NOTHING)
        i2c_timer_set(core->config.sim, &core->wake, sim_ps(core));
    else if (next_ps != I2C_NEVER_PS)
        i2c_timer_set(core->config.sim, &core->wake, next_ps);
}

void firmware_core_call(firmware_core *core, const firmware_call *call)
{
    assert(core->calling == FIRMWARE_NO_CALL);
    core->call = *call;
    core->calling = FIRMWARE_CALL_WAITS;
    wants_word(core, 0);
    if (core->sleeps)
        i2c_timer_set(core->config.sim, &core->wake, sim_ps(core));
}

void firmware_core_edge(firmware_core *core)
{
    core->again_ps = sim_ps(core);
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
    const uint64_t limit_ps = ps_of(core, core->limit), at_ps = now_ps(core);
    if (at_ps <= sim_ps(core) || limit_ps <= sim_ps(core))
        return sim_ps(core);
    return at_ps < limit_ps ? at_ps : limit_ps;
}
