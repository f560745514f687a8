// When interrupts are taken. One timer wakes the CPU for whatever comes next: the end of what is
// under way, or the instant at which a pending source may be entered.
#include "models/mcu/cpu.h"

#include <assert.h>
#include <string.h>

enum { MAIN = 0xFF };

static uint32_t bit(unsigned source)
{
    return UINT32_C(1) << source;
}

static uint64_t now_of(const mcu_cpu *cpu)
{
    return i2c_sim_now_ps(cpu->config.sim);
}

static uint64_t sum_ps(uint64_t a, uint64_t b)
{
    return a > I2C_NEVER_PS - b ? I2C_NEVER_PS : a + b;
}

// ---- the trace --------------------------------------------------------------------------------

static void trace_pending(mcu_cpu *cpu, unsigned source, bool on)
{
    if (cpu->config.trace != NULL)
        i2c_trace_value(cpu->config.trace, now_of(cpu), cpu->track_pending[source], on);
}

static void trace_isr(mcu_cpu *cpu)
{
    if (cpu->config.trace == NULL)
        return;
    const char *name = cpu->depth == 0 ? "" : cpu->source[cpu->frame[cpu->depth].source].name;
    i2c_trace_text(cpu->config.trace, now_of(cpu), cpu->track_isr, name);
}

static void trace_main(mcu_cpu *cpu, bool awake)
{
    if (cpu->config.trace != NULL)
        i2c_trace_value(cpu->config.trace, now_of(cpu), cpu->track_main, awake);
}

static void add_tracks(mcu_cpu *cpu)
{
    i2c_trace *trace = cpu->config.trace;
    cpu->track_pending[cpu->config.sources] = -1;
    if (trace == NULL)
        return;
    const char *scope = cpu->config.trace_scope;
    cpu->track_isr = i2c_trace_track(trace, scope, "isr", I2C_TRACK_TEXT, 0);
    cpu->track_main =
        cpu->config.main_loop ? i2c_trace_track(trace, scope, "main", I2C_TRACK_BIT, 1) : -1;
    for (unsigned i = 0; i < cpu->config.sources; i++) {
        char name[I2C_TRACE_NAME_BYTES] = "pending_";
        const size_t used = strlen(name);
        strncpy(name + used, cpu->source[i].name, sizeof name - used - 1);
        cpu->track_pending[i] = i2c_trace_track(trace, scope, name, I2C_TRACK_BIT, 1);
    }
}

// ---- which interrupt is next ------------------------------------------------------------------

/// The first instant from `at_ps` on that is in no window with interrupts off.
static uint64_t after_window_ps(const mcu_cpu *cpu, uint64_t at_ps)
{
    const mcu_load *c = &cpu->load;
    if (c->irq_off_ps == 0 || at_ps < c->irq_off_first_ps)
        return at_ps;
    const uint64_t since_ps = at_ps - c->irq_off_first_ps;
    const uint64_t into_ps = c->irq_off_every_ps == 0 ? since_ps : since_ps % c->irq_off_every_ps;
    return into_ps < c->irq_off_ps ? at_ps + (c->irq_off_ps - into_ps) : at_ps;
}

static bool may_interrupt(const mcu_cpu *cpu, unsigned source)
{
    if (cpu->depth == 0)
        return true;
    const mcu_source *active = &cpu->source[cpu->frame[cpu->depth].source];
    if (cpu->depth == MCU_NEST_MAX || active->interrupted_by == MCU_BY_NONE)
        return false;
    return active->interrupted_by == MCU_BY_ANY || cpu->source[source].priority < active->priority;
}

/// The source to enter now, or -1 and the instant at which one can be entered.
static int choose(const mcu_cpu *cpu, uint64_t now_ps, uint64_t *next_ps)
{
    int best = -1;
    *next_ps = I2C_NEVER_PS;
    if (!cpu->interrupts_on)
        return -1;
    for (uint32_t left = cpu->pending & cpu->enabled; left != 0; left &= left - 1) {
        const unsigned s = (unsigned)__builtin_ctz(left);
        if (!may_interrupt(cpu, s))
            continue;
        const uint64_t from_ps = sum_ps(cpu->raised_ps[s], cpu->load.latency_ps[s]);
        const uint64_t ready_ps = after_window_ps(cpu, from_ps > now_ps ? from_ps : now_ps);
        if (ready_ps > now_ps)
            *next_ps = ready_ps < *next_ps ? ready_ps : *next_ps;
        else if (best < 0 || cpu->source[s].priority < cpu->source[best].priority)
            best = (int)s;
    }
    return best;
}

// ---- running ----------------------------------------------------------------------------------

/// Notes what the body of the topmost frame returned.
static void take_result(mcu_cpu *cpu, uint64_t result)
{
    mcu_frame *f = &cpu->frame[cpu->depth];
    uint64_t length_ps = result & MCU_LENGTH_MASK;
    f->again = result >> 63 != 0;
    f->phase = (uint8_t)(result >> 48 & MCU_PHASE_MAX);
    const bool returns_at_once =
        cpu->source[f->source].keeps_flag && mcu_cpu_pending(cpu, f->source);
    if (length_ps == 0 && (f->again || returns_at_once))
        length_ps = cpu->config.cycle_ps;
    f->ends_ps = sum_ps(now_of(cpu), length_ps);
    if (length_ps != 0 && !f->traced) {
        f->traced = true;
        trace_isr(cpu);
    }
}

static void call_body(mcu_cpu *cpu)
{
    const mcu_frame *f = &cpu->frame[cpu->depth];
    const unsigned source = f->source;
    uint64_t result = cpu->load.isr_ps;
    if (source < cpu->config.sources) {
        cpu->running = true;
        result = cpu->config.body(cpu->config.ctx, source, f->phase);
        cpu->running = false;
    }
    if (cpu->on)
        take_result(cpu, result);
}

/// Pushes a frame; what was under way keeps what is left of it.
static mcu_frame *push(mcu_cpu *cpu, unsigned source)
{
    const uint64_t now_ps = now_of(cpu);
    mcu_frame *below = &cpu->frame[cpu->depth];
    below->left_ps = below->ends_ps == I2C_NEVER_PS ? I2C_NEVER_PS
                     : below->ends_ps > now_ps      ? below->ends_ps - now_ps
                                                    : 0;
    mcu_frame *f = &cpu->frame[++cpu->depth];
    *f = (mcu_frame){.source = (uint8_t)source, .entered_ps = now_ps, .ends_ps = now_ps};
    cpu->entered[source]++;
    return f;
}

/// A flag that stays is served over and over when no routine clears it, and nothing else ever runs.
/// That is told once, and the CPU stands still until reset: no further turn would change anything.
static bool is_served_for_ever(mcu_cpu *cpu, unsigned source)
{
    const uint64_t since_ps = now_of(cpu) - cpu->raised_ps[source];
    const uint64_t limit_ps = cpu->config.routine_limit_ps / 10; // each turn is a whole routine
    const bool again = (cpu->served & bit(source)) != 0;
    cpu->served |= bit(source);
    if (!cpu->source[source].keeps_flag || !again || limit_ps == 0 || since_ps <= limit_ps)
        return false;
    mcu_frame *f = push(cpu, source);
    f->ends_ps = I2C_NEVER_PS;
    f->told_endless = true;
    if (cpu->config.on_endless != NULL)
        cpu->config.on_endless(cpu->config.ctx, source, since_ps);
    return true;
}

static void enter(mcu_cpu *cpu, unsigned source)
{
    if (is_served_for_ever(cpu, source))
        return;
    const uint64_t waited_ps = now_of(cpu) + cpu->config.entry_ps - cpu->raised_ps[source];
    if (waited_ps > cpu->longest_wait_ps)
        cpu->longest_wait_ps = waited_ps;
    if (!cpu->source[source].keeps_flag) {
        cpu->pending &= ~bit(source);
        trace_pending(cpu, source, false);
    }
    mcu_frame *f = push(cpu, source);
    if (cpu->config.entry_ps == 0) {
        call_body(cpu);
        return;
    }
    f->again = true;
    f->traced = true;
    f->ends_ps += cpu->config.entry_ps;
    trace_isr(cpu);
}

static void leave(mcu_cpu *cpu)
{
    const bool traced = cpu->frame[cpu->depth].traced;
    cpu->depth--;
    mcu_frame *f = &cpu->frame[cpu->depth];
    f->ends_ps = sum_ps(now_of(cpu), f->left_ps);
    if (traced)
        trace_isr(cpu);
    if (cpu->depth == 0 && f->left_ps == I2C_NEVER_PS && cpu->config.main_loop != NULL) {
        f->ends_ps = now_of(cpu); // an interrupt wakes the main loop
        trace_main(cpu, true);
    }
}

/// What is under way has reached its end.
static void end_routine(mcu_cpu *cpu)
{
    mcu_frame *f = &cpu->frame[cpu->depth];
    if (!f->again) {
        leave(cpu);
        return;
    }
    const uint64_t since_ps = now_of(cpu) - f->entered_ps;
    const uint64_t limit_ps = cpu->config.routine_limit_ps;
    if (limit_ps != 0 && since_ps > limit_ps && !f->told_endless) {
        f->told_endless = true;
        if (cpu->config.on_endless != NULL)
            cpu->config.on_endless(cpu->config.ctx, f->source, since_ps);
    }
    call_body(cpu);
}

static void pass_main(mcu_cpu *cpu)
{
    const uint64_t now_ps = now_of(cpu);
    mcu_frame *f = &cpu->frame[0];
    if (now_ps < cpu->main_not_before_ps) {
        f->ends_ps = cpu->main_not_before_ps;
        return;
    }
    cpu->running = true;
    const uint64_t result = cpu->config.main_loop(cpu->config.ctx);
    cpu->running = false;
    if (!cpu->on)
        return;
    if (result == MCU_SLEEP) {
        f->ends_ps = I2C_NEVER_PS;
        cpu->loop_ps = 0;
        trace_main(cpu, false);
    } else {
        const uint64_t length_ps = result & MCU_LENGTH_MASK;
        cpu->loop_ps = length_ps != 0 ? length_ps : cpu->config.cycle_ps;
        f->ends_ps = sum_ps(now_ps, cpu->loop_ps);
    }
}

static bool in_body(const mcu_cpu *cpu)
{
    return cpu->running || cpu->at_once != 0;
}

/// Call when what `ready` is made of may have changed.
static void find_ready(mcu_cpu *cpu)
{
    const bool idle = cpu->pending == 0 && cpu->depth == 0 && !in_body(cpu);
    cpu->ready = idle ? cpu->fast : 0;
}

/// Does all that is due now and sets the timer for what is next.
static void run_due(mcu_cpu *cpu)
{
    while (cpu->on) {
        const uint64_t now_ps = now_of(cpu);
        const mcu_frame *top = &cpu->frame[cpu->depth];
        uint64_t next_ps;
        if (cpu->depth > 0 && top->ends_ps <= now_ps) {
            end_routine(cpu);
            continue;
        }
        const int source = choose(cpu, now_ps, &next_ps);
        if (source >= 0) {
            enter(cpu, (unsigned)source);
            continue;
        }
        if (top->ends_ps <= now_ps) {
            pass_main(cpu);
            continue;
        }
        next_ps = top->ends_ps < next_ps ? top->ends_ps : next_ps;
        if (next_ps == I2C_NEVER_PS)
            i2c_timer_cancel(cpu->config.sim, &cpu->wake);
        else
            i2c_timer_set(cpu->config.sim, &cpu->wake, next_ps);
        return;
    }
}

static void run(mcu_cpu *cpu)
{
    if (!in_body(cpu))
        run_due(cpu);
    find_ready(cpu);
}

static void on_wake(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    run(ctx);
}

static void on_load(void *ctx, uint64_t now_ps)
{
    mcu_cpu *cpu = ctx;
    if (cpu->load.isr_every_ps != 0)
        i2c_timer_set(cpu->config.sim, &cpu->load_timer, sum_ps(now_ps, cpu->load.isr_every_ps));
    if (cpu->on)
        mcu_cpu_raise(cpu, cpu->config.sources);
}

static void on_stall(void *ctx, uint64_t now_ps)
{
    mcu_cpu *cpu = ctx;
    cpu->main_not_before_ps = sum_ps(now_ps, cpu->load.main_stall_ps);
    if (cpu->load.main_stall_every_ps != 0)
        i2c_timer_set(cpu->config.sim, &cpu->stall_timer,
                      sum_ps(now_ps, cpu->load.main_stall_every_ps));
}

// ---- flags ------------------------------------------------------------------------------------

static void find_fast(mcu_cpu *cpu)
{
    const bool possible =
        cpu->on && cpu->interrupts_on && cpu->config.entry_ps == 0 && cpu->load.irq_off_ps == 0;
    cpu->fast = 0;
    for (unsigned i = 0; possible && i < cpu->config.sources; i++)
        if (cpu->load.latency_ps[i] == 0 && !cpu->source[i].keeps_flag)
            cpu->fast |= cpu->enabled & bit(i);
    find_ready(cpu);
}

/// A body that was entered without its flag ever showing takes time, or something waits behind it.
void mcu_cpu_go_on(mcu_cpu *cpu, unsigned source, uint64_t result)
{
    if (!cpu->on)
        return;
    (void)push(cpu, source);
    take_result(cpu, result);
    run(cpu);
}

static void enter_at_once(mcu_cpu *cpu, unsigned source)
{
    mcu_cpu_begin_at_once(cpu, source);
    mcu_cpu_end_at_once(cpu, source, cpu->config.body(cpu->config.ctx, source, 0));
}

static void set_flag(mcu_cpu *cpu, unsigned source)
{
    if (cpu->pending & bit(source)) {
        cpu->merged[source]++;
        return;
    }
    cpu->pending |= bit(source);
    cpu->raised_ps[source] = now_of(cpu);
    trace_pending(cpu, source, true);
}

void mcu_cpu_raise(mcu_cpu *cpu, unsigned source)
{
    assert(source <= cpu->config.sources);
    if (mcu_cpu_enters_at_once(cpu, source)) {
        enter_at_once(cpu, source);
    } else if (cpu->on) {
        set_flag(cpu, source);
        run(cpu);
    }
}

void mcu_cpu_raise_all(mcu_cpu *cpu, uint32_t sources)
{
    if (!cpu->on)
        return;
    for (uint32_t left = sources; left != 0; left &= left - 1)
        set_flag(cpu, (unsigned)__builtin_ctz(left));
    run(cpu);
}

void mcu_cpu_clear(mcu_cpu *cpu, unsigned source)
{
    assert(source <= cpu->config.sources);
    if (!(cpu->pending & bit(source)))
        return;
    cpu->pending &= ~bit(source);
    cpu->served &= ~bit(source);
    trace_pending(cpu, source, false);
    find_ready(cpu);
}

void mcu_cpu_enable(mcu_cpu *cpu, unsigned source, bool on)
{
    assert(source <= cpu->config.sources);
    cpu->enabled = on ? cpu->enabled | bit(source) : cpu->enabled & ~bit(source);
    find_fast(cpu);
    if (on && mcu_cpu_pending(cpu, source))
        run(cpu);
}

void mcu_cpu_interrupts(mcu_cpu *cpu, bool on)
{
    cpu->interrupts_on = on;
    find_fast(cpu);
    if (on && cpu->pending != 0)
        run(cpu);
}

// ---- life -------------------------------------------------------------------------------------

void mcu_cpu_init(mcu_cpu *cpu, const mcu_cpu_config *config)
{
    assert(config->sources < MCU_SOURCE_MAX && config->cycle_ps > 0);
    memset(cpu, 0, sizeof *cpu);
    cpu->config = *config;
    for (unsigned i = 0; i < config->sources; i++)
        cpu->source[i] = config->source[i];
    cpu->source[config->sources] = (mcu_source){.name = "load"};
    cpu->wake = (i2c_timer){on_wake, cpu, false};
    cpu->load_timer = (i2c_timer){on_load, cpu, false};
    cpu->stall_timer = (i2c_timer){on_stall, cpu, false};
    add_tracks(cpu);
}

static void start_at(mcu_cpu *cpu, i2c_timer *timer, bool wanted, uint64_t first_ps)
{
    if (wanted)
        i2c_timer_set(cpu->config.sim, timer, first_ps);
    else
        i2c_timer_cancel(cpu->config.sim, timer);
}

void mcu_cpu_set_load(mcu_cpu *cpu, const mcu_load *load)
{
    cpu->load = *load;
    if (load->isr_name != NULL && load->isr_name[0] != '\0')
        cpu->source[cpu->config.sources].name = load->isr_name;
    cpu->main_not_before_ps = 0;
    start_at(cpu, &cpu->load_timer, load->isr_ps != 0, load->isr_first_ps);
    start_at(cpu, &cpu->stall_timer, load->main_stall_ps != 0, load->main_stall_first_ps);
    find_fast(cpu);
    run(cpu); // what waited for the former latency may be due
}

void mcu_cpu_start(mcu_cpu *cpu)
{
    mcu_cpu_stop(cpu);
    const uint64_t now_ps = now_of(cpu);
    const bool loops = cpu->config.main_loop != NULL;
    cpu->on = true;
    cpu->interrupts_on = true;
    cpu->enabled = bit(cpu->config.sources);
    cpu->frame[0] = (mcu_frame){.source = MAIN, .ends_ps = loops ? now_ps : I2C_NEVER_PS};
    find_fast(cpu);
    if (loops) {
        trace_main(cpu, true);
        i2c_timer_set(cpu->config.sim, &cpu->wake, now_ps);
    }
}

void mcu_cpu_stop(mcu_cpu *cpu)
{
    i2c_timer_cancel(cpu->config.sim, &cpu->wake);
    for (unsigned i = 0; i <= cpu->config.sources; i++)
        mcu_cpu_clear(cpu, i);
    const bool traced = cpu->depth > 0;
    if (cpu->on && cpu->config.main_loop != NULL)
        trace_main(cpu, false);
    cpu->on = false;
    cpu->fast = 0;
    cpu->ready = 0;
    cpu->enabled = 0;
    cpu->depth = 0;
    if (traced)
        trace_isr(cpu);
}

void mcu_cpu_end(mcu_cpu *cpu)
{
    mcu_cpu_stop(cpu);
    i2c_timer_cancel(cpu->config.sim, &cpu->load_timer);
    i2c_timer_cancel(cpu->config.sim, &cpu->stall_timer);
}

const char *mcu_cpu_doing(const mcu_cpu *cpu)
{
    if (!cpu->on)
        return "";
    if (cpu->at_once != 0)
        return cpu->source[cpu->at_once - 1u].name;
    return cpu->depth == 0 ? "main" : cpu->source[cpu->frame[cpu->depth].source].name;
}
