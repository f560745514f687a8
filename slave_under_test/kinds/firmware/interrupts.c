// Which interrupt is entered when, and what an application calls in between.
#include "slave_under_test/kinds/firmware/core_private.h"

static const uint64_t storm_ps = 5 * I2C_PS_PER_MS;

// ---- choosing ----------------------------------------------------------------------------------

static void tell_routine(const firmware_core *core)
{
    if (core->config.on_routine != NULL)
        core->config.on_routine(core->config.ctx);
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

/// The vector that would be entered now were interrupts on, FIRMWARE_LOAD_ISR, or CORE_NOTHING and
/// when one may be.
static int first_of(const firmware_core *core, uint64_t *next_ps)
{
    const uint64_t at_ps = core_now_ps(core);
    int first = CORE_NOTHING;
    uint16_t least = UINT16_MAX;
    *next_ps = I2C_NEVER_PS;
    if (core->depth == FIRMWARE_NEST_MAX ||
        firmware_window_open(&core->load.irq_off, at_ps, next_ps))
        return CORE_NOTHING;
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
    return core->interrupts_on ? first_of(core, next_ps) : CORE_NOTHING;
}

/// Of what ends sleep.
int core_choose_wake(const firmware_core *core, uint64_t *next_ps)
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
bool core_may_call(const firmware_core *core)
{
    return core->calling == FIRMWARE_CALL_WAITS && core->depth == 0 && !core->stalled &&
           (core->interrupts_on || !core->once_on);
}

/// Until when the code may run without anybody looking.
void core_set_horizon(firmware_core *core)
{
    firmware_link *link = core->config.link;
    uint64_t next_ps = I2C_NEVER_PS, stall_ps = I2C_NEVER_PS;
    core->once_on = core->once_on || core->interrupts_on;
    bool due = core_may_call(core) || (!is_quiet(core) && choose(core, &next_ps) != CORE_NOTHING);
    if (core->depth == 0 && !core->stalled)
        due = firmware_window_open(&core->load.main_stall, core_now_ps(core), &stall_ps) || due;
    const uint64_t next = core_cycles_at(core, stall_ps < next_ps ? stall_ps : next_ps);
    core_wants_word(core, due ? link->cycles + 1 : next < core->limit ? next : core->limit);
}

// ---- entering ----------------------------------------------------------------------------------

/// One interrupt that comes again at once for so long, without an edge of the bus: nobody clears
/// what asks for it, and main() never has its turn.
static void look_for_storm(firmware_core *core, uint8_t what)
{
    if (core->depth > 0)
        return;
    if (core->again != what) {
        core->again = what;
        core->again_ps = core_now_ps(core);
    } else if (what != FIRMWARE_LOAD_ISR && core_now_ps(core) > core->again_ps + storm_ps) {
        core_stand_for_good(core, FIRMWARE_STORM, what);
    }
}

static void begin_routine(firmware_core *core, uint8_t what)
{
    look_for_storm(core, what);
    core->nest[core->depth] = what;
    core->level[core->depth] =
        what == FIRMWARE_LOAD_ISR ? 0 : (uint8_t)(urgency_of(core, what) >> 8);
    core->entered_ps[core->depth++] = core_now_ps(core);
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
        core_stand_for_good(core, FIRMWARE_NO_VECTOR, (int)v);
    core_stand_until_now(core); // what sets the flag until then merges with it
    c->ops->taken(c->part, v);
    core_look_ahead(core); // a flag that is clear now may be set again soon
    core_look(core);
    begin_routine(core, (uint8_t)v);
    const uint64_t from_ps = core->entered_ps[core->depth - 1];
    c->link->cycles += c->timing.entry_cycles;
    firmware_routines_entered(&core->routines, v, core_now_ps(core) - core->raised_ps[v]);
    c->link->cycles += c->timing.prologue_cycles;
    core_wants_word(core, c->link->cycles); // its first hook comes here
    c->vector[v]();
    core_commit(core);
    c->link->cycles += c->timing.exit_cycles;
    firmware_routines_left(&core->routines, v, core_now_ps(core) - from_ps);
    if (c->ops->left != NULL) {
        core_stand_until_now(core);
        c->ops->left(c->part, v);
        core_look(core);
    }
    end_routine(core);
    core_tell_place(core, interrupted);
}

/// The CPU spends up to `most` cycles on nothing, but for what may interrupt it, which comes on
/// top. Returns how many.
static uint64_t spend(firmware_core *core, uint64_t most)
{
    firmware_link *link = core->config.link;
    core_stand_at_limit(core);
    core_take_interrupt(core);
    core_set_horizon(core);
    uint64_t spent = core->due > link->cycles ? core->due - link->cycles : 1;
    if (spent > most)
        spent = most;
    link->cycles += spent;
    return spent;
}

void core_spend_all(firmware_core *core, uint64_t cycles)
{
    while (cycles > 0)
        cycles -= spend(core, cycles);
}

/// The competing interrupt; what comes due meanwhile merges with it.
static void run_load_isr(firmware_core *core)
{
    const firmware_window *isr = &core->load.isr;
    begin_routine(core, FIRMWARE_LOAD_ISR);
    core_spend_all(core, core_cycles_at(core, core->clock.started_ps + isr->length_ps));
    while (core->load_due_ps <= core_now_ps(core))
        core->load_due_ps = isr->every_ps != 0 ? core->load_due_ps + isr->every_ps : I2C_NEVER_PS;
    end_routine(core);
}

typedef void application_fn(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t);

/// What takes fewer or narrower arguments does not look at the rest of them.
void core_run_call(firmware_core *core)
{
    application_fn *function = (application_fn *)core->call.function;
    const int64_t *a = core->call.arg;
    core_stand_until_now(core);
    core->calling = FIRMWARE_CALL_RUNS;
    tell_routine(core);
    core_wants_word(core, core->config.link->cycles); // its first hook comes here
    function(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    core_commit(core);
    core_stand_until_now(core); // whoever asked waits for this instant
    core->calling = FIRMWARE_NO_CALL;
    tell_routine(core);
}

void core_take_interrupt(firmware_core *core)
{
    uint64_t next_ps = 0;
    if (core_may_call(core))
        core_run_call(core);
    for (;;) {
        const int v = is_quiet(core) ? CORE_NOTHING : choose(core, &next_ps);
        if (v == CORE_NOTHING)
            return;
        if (v == FIRMWARE_LOAD_ISR)
            run_load_isr(core);
        else
            enter(core, (unsigned)v);
        if (!core->config.timing.chains)
            return;
        core_stand_at_limit(core);
    }
}

/// main() stands still where the load says so.
void core_stall_main(firmware_core *core)
{
    uint64_t ends_ps;
    while (core->depth == 0 && !core->stalled &&
           firmware_window_open(&core->load.main_stall, core_now_ps(core), &ends_ps)) {
        core->stalled = true;
        (void)spend(core, core_cycles_at(core, ends_ps) - core->config.link->cycles);
        core->stalled = false;
    }
}
