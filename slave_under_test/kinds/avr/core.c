#include "slave_under_test/kinds/avr/core.h"

#include <assert.h>
#include <string.h>

enum { NOTHING = -1, ENTRY_CYCLES = 4, WAKE_CYCLES = 4, SMALL_FLASH_BYTES = 8192 };

// ---- two clocks -------------------------------------------------------------------------------

static uint64_t sim_ps(const avr_core *core)
{
    return i2c_sim_now_ps(core->config.sim);
}

static uint64_t cycle(const avr_core *core)
{
    return avr_chip_cycle(core->config.chip);
}

/// Of the CPU alone.
static uint64_t own_ps(const avr_core *core)
{
    return firmware_cycles_ps(&core->clock, cycle(core));
}

uint64_t avr_core_now_ps(const avr_core *core)
{
    const uint64_t at_ps = own_ps(core);
    return at_ps > sim_ps(core) ? at_ps : sim_ps(core);
}

static uint64_t cycles_at(const avr_core *core, uint64_t at_ps)
{
    return at_ps <= core->clock.started_ps ? 0 : firmware_cycles_at(&core->clock, at_ps);
}

static void pass(avr_core *core, uint64_t cycles)
{
    avr_chip_set_cycle(core->config.chip, cycle(core) + cycles);
}

/// Whether the simulation has come to where the CPU is. If not, it is asked to.
static bool stands(avr_core *core)
{
    const uint64_t at_ps = avr_core_now_ps(core);
    if (at_ps <= sim_ps(core))
        return true;
    i2c_timer_set(core->config.sim, &core->wake, at_ps);
    core->waits = true;
    return false;
}

static void end_for_good(avr_core *core, avr_end end, int vector)
{
    core->end = end;
    core->config.on_end(core->config.ctx, end, vector);
}

int avr_core_doing(const avr_core *core)
{
    return core->load_ends_ps != 0 ? AVR_LOAD_ISR
           : core->depth == 0      ? AVR_IN_MAIN
                                   : core->nest[core->depth - 1].vector;
}

static void tell_routine(const avr_core *core)
{
    if (core->config.on_routine != NULL)
        core->config.on_routine(core->config.ctx);
}

// ---- registers --------------------------------------------------------------------------------

uint8_t avr_core_read(void *ctx, uint32_t at)
{
    avr_core *core = ctx;
    return avr_io_read(core->config.io, at);
}

static avr_store *queue_store(avr_core *core)
{
    static avr_store lost; // a stack among the registers: avr_chip_interrupt() and the like tell
    avr_store *s = core->stores < AVR_STORE_MAX ? &core->queued[core->stores++] : &lost;
    *s = (avr_store){.pc = avr_chip_pc(core->config.chip), .vector = avr_core_doing(core)};
    return s;
}

void avr_core_write(void *ctx, uint32_t at, uint8_t mask, uint8_t value)
{
    avr_store *s = queue_store(ctx);
    s->what = mask != 0 ? AVR_STORE_BIT : AVR_STORE_BYTE;
    s->at = at;
    s->mask = mask;
    s->value = value;
}

void avr_core_executes(void *ctx, avr_chip_instruction instruction)
{
    if (instruction == AVR_CHIP_WDR)
        queue_store(ctx)->what = AVR_STORE_WDR;
}

/// Looks at what is pending now; what is new is so since this instant.
static void look(avr_core *core)
{
    const uint64_t pending = avr_io_pending(core->config.io);
    for (uint64_t fresh = pending & ~core->pending; fresh != 0; fresh &= fresh - 1)
        core->raised_ps[__builtin_ctzll(fresh)] = sim_ps(core);
    core->pending = pending;
}

/// The part learns what the last instruction has written.
static void commit(avr_core *core)
{
    avr_io *io = core->config.io;
    for (unsigned i = 0; i < core->stores; i++) {
        core->store = core->queued[i];
        const avr_store *s = &core->store;
        core->storing = true;
        if (s->what == AVR_STORE_WDR)
            avr_io_resets_watchdog(io);
        else if (s->what == AVR_STORE_BIT)
            avr_io_write_bit(io, s->at, s->mask, s->value != 0);
        else
            avr_io_write(io, s->at, s->value);
        core->storing = false;
        core->config.on_written(core->config.ctx);
    }
    core->stores = 0;
    look(core);
}

// ---- interrupts -------------------------------------------------------------------------------

/// The vector to enter now, AVR_LOAD_ISR, or NOTHING and when one may be.
static int choose(const avr_core *core, uint64_t *next_ps)
{
    const uint64_t at_ps = avr_core_now_ps(core);
    *next_ps = I2C_NEVER_PS;
    if (core->pending == 0 && core->load_due_ps == I2C_NEVER_PS)
        return NOTHING;
    if (core->shadow || core->depth == AVR_NEST_MAX || !avr_chip_interrupts_on(core->config.chip) ||
        firmware_window_open(&core->load.irq_off, at_ps, next_ps))
        return NOTHING;
    if (core->load_due_ps <= at_ps)
        return AVR_LOAD_ISR;
    *next_ps = core->load_due_ps;
    for (uint64_t left = core->pending; left != 0; left &= left - 1) {
        const unsigned v = (unsigned)__builtin_ctzll(left);
        const uint64_t ready_ps = core->raised_ps[v] + core->latency_ps[v];
        if (ready_ps <= at_ps)
            return (int)v;
        if (ready_ps < *next_ps)
            *next_ps = ready_ps;
    }
    return NOTHING;
}

static void wake_up(avr_core *core)
{
    if (!core->sleeps)
        return;
    core->sleeps = false;
    avr_chip_wake(core->config.chip);
    pass(core, WAKE_CYCLES);
}

static void enter(avr_core *core, unsigned v)
{
    const avr_core_config *c = &core->config;
    if (!avr_program_serves(c->program, v)) {
        end_for_good(core, AVR_NO_VECTOR, (int)v);
        return;
    }
    const uint64_t from_ps = avr_core_now_ps(core);
    avr_io_taken(c->io, v);
    wake_up(core);
    if (!avr_chip_interrupt(c->chip, v * core->vector_bytes)) {
        end_for_good(core, AVR_BAD_STACK, avr_core_doing(core));
        return;
    }
    pass(core, ENTRY_CYCLES);
    firmware_routines_entered(&core->routines, v, avr_core_now_ps(core) - core->raised_ps[v]);
    core->nest[core->depth++] = (avr_routine){(uint8_t)v, avr_chip_sp(c->chip), from_ps};
    look(core);
    tell_routine(core);
}

/// A routine has ended when the stack is where it was before.
static void look_for_returns(avr_core *core)
{
    while (core->depth > 0 && avr_chip_sp(core->config.chip) > core->nest[core->depth - 1].sp) {
        const avr_routine *r = &core->nest[--core->depth];
        firmware_routines_left(&core->routines, r->vector, avr_core_now_ps(core) - r->entered_ps);
        tell_routine(core);
    }
}

/// The competing interrupt; what comes due meanwhile merges with it.
static void begin_load_isr(avr_core *core)
{
    const firmware_window *isr = &core->load.isr;
    wake_up(core);
    core->load_ends_ps = avr_core_now_ps(core) + isr->length_ps;
    while (core->load_due_ps <= core->load_ends_ps)
        core->load_due_ps = isr->every_ps != 0 ? core->load_due_ps + isr->every_ps : I2C_NEVER_PS;
    tell_routine(core);
}

static void take(avr_core *core, int what)
{
    if (!stands(core)) // what sets the flag until then merges with it
        return;
    if (what == AVR_LOAD_ISR)
        begin_load_isr(core);
    else
        enter(core, (unsigned)what);
}

// ---- running ----------------------------------------------------------------------------------

static void go_to_sleep(avr_core *core)
{
    const avr_io *io = core->config.io;
    const avr_bit enable = core->sleep_enable;
    if (enable.mask != 0 && (io->reg[enable.at] & enable.mask) == 0)
        avr_chip_wake(core->config.chip); // without SE it does nothing
    else
        core->sleeps = true;
}

static bool has_crashed(avr_core *core, avr_chip_state state)
{
    avr_end end = AVR_GOES_ON;
    if (state == AVR_CHIP_NO_OPCODE)
        end = AVR_BAD_OPCODE;
    else if (state == AVR_CHIP_LEFT_FLASH)
        end = AVR_BAD_PC;
    else if (state == AVR_CHIP_WRONG_ACCESS)
        end = AVR_BAD_ACCESS;
    if (end != AVR_GOES_ON)
        end_for_good(core, end, avr_core_doing(core));
    return end != AVR_GOES_ON;
}

/// A routine that lasts so long does not end. It may yet, when a line moves, so it goes on.
static void look_for_endless(avr_core *core)
{
    if (core->end != AVR_GOES_ON)
        return;
    const uint64_t now_ps = avr_core_now_ps(core);
    for (unsigned i = core->depth; i-- > 0;)
        if (now_ps > core->nest[i].entered_ps + core->config.routine_limit_ps) {
            end_for_good(core, AVR_ENDLESS, core->nest[i].vector);
            return;
        }
}

static void look_at_stack(avr_core *core)
{
    if (core->stack_told || avr_chip_sp(core->config.chip) >= core->stack_low)
        return;
    core->stack_told = true;
    core->config.on_end(core->config.ctx, AVR_STACK_IN_DATA, avr_core_doing(core));
}

static void look_for_return(avr_core *core)
{
    if (core->stopped_at == avr_chip_pc(core->config.chip) && core->depth == 0)
        end_for_good(core, AVR_RETURNED, AVR_IN_MAIN);
}

static void execute(avr_core *core, uint64_t until)
{
    avr_chip *chip = core->config.chip;
    // Where interrupts are on inside a routine, its end is not seen but behind each instruction.
    const bool single = core->shadow || (core->depth > 0 && avr_chip_interrupts_on(chip));
    core->shadow = false;
    core->pc = avr_chip_pc(chip);
    core->running = true;
    const avr_chip_state state = avr_chip_run(chip, single ? 1 : until - cycle(core));
    core->running = false;
    if (has_crashed(core, state))
        return;
    core->shadow = avr_chip_has_opened(chip);
    if (state == AVR_CHIP_SLEEPS)
        go_to_sleep(core);
    if (core->depth > 0) {
        look_for_returns(core);
        look_for_endless(core);
    }
    look_at_stack(core);
    look_for_return(core);
}

/// The CPU stands still up to there, and can be interrupted there at the earliest.
static void idle(avr_core *core, uint64_t until)
{
    if (until > cycle(core))
        avr_chip_set_cycle(core->config.chip, until);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void go_on(avr_core *core, uint64_t limit)
{
    uint64_t next_ps = I2C_NEVER_PS, stall_ps = I2C_NEVER_PS;
    const uint64_t at_ps = avr_core_now_ps(core);
    if (core->load_ends_ps > at_ps) {
        idle(core, sooner(limit, cycles_at(core, core->load_ends_ps)));
        return;
    }
    if (core->load_ends_ps != 0) {
        core->load_ends_ps = 0;
        tell_routine(core);
    }
    const int what = choose(core, &next_ps);
    if (what != NOTHING) {
        take(core, what);
        return;
    }
    const bool stalled =
        core->depth == 0 && firmware_window_open(&core->load.main_stall, at_ps, &stall_ps);
    uint64_t until = sooner(limit, cycles_at(core, sooner(next_ps, stall_ps)));
    if (until <= cycle(core))
        until = cycle(core) + 1;
    if (core->sleeps || stalled)
        idle(core, until);
    else
        execute(core, until);
}

static void step(avr_core *core, uint64_t limit)
{
    if (core->stores == 0)
        go_on(core, limit);
    else if (stands(core))
        commit(core);
}

static bool is_done(const avr_core *core)
{
    return core->end != AVR_GOES_ON && core->end != AVR_ENDLESS;
}

void avr_core_follow(void *ctx, uint64_t until_ps)
{
    avr_core *core = ctx;
    uint64_t limit = cycles_at(core, until_ps);
    assert(!core->on || core->waits || is_done(core) ||
           own_ps(core) + I2C_PS_PER_S / core->clock.hz >= sim_ps(core)); // never behind
    while (core->on && !core->waits && !is_done(core) && cycle(core) < limit) {
        step(core, limit);
        // What the part has queued then may be due before the limit.
        limit = sooner(limit, cycles_at(core, i2c_sim_due_ps(core->config.sim)));
    }
}

/// The simulation has come to where the CPU is.
static void on_wake(void *ctx, uint64_t at_ps)
{
    (void)at_ps;
    avr_core *core = ctx;
    core->waits = false;
    if (core->stores > 0)
        commit(core);
}

// ---- life -------------------------------------------------------------------------------------

static uint32_t stop_address(const avr_program *program)
{
    uint32_t at = UINT32_MAX;
    return avr_program_function(program, "__stop_program", &at) ? at : UINT32_MAX;
}

void avr_core_init(avr_core *core, const avr_core_config *config)
{
    const avr_part *part = config->io->config.part;
    memset(core, 0, sizeof *core);
    core->config = *config;
    core->load_due_ps = I2C_NEVER_PS;
    core->wake = (i2c_timer){on_wake, core, false};
    core->stopped_at = stop_address(config->program);
    core->vector_bytes = part->flash_bytes <= SMALL_FLASH_BYTES ? 2 : 4;
    const size_t variables = avr_program_variables_end(config->program);
    core->stack_low = variables > part->ram_at ? (uint16_t)(variables - 1) : part->ram_at;
    int bit = 0;
    const avr_register *se = avr_part_bit(part, "SE", &bit);
    if (se != NULL)
        core->sleep_enable = (avr_bit){se->at, (uint8_t)(1u << bit)};
    firmware_cycles_set_hz(&core->clock, config->clock_hz);
}

/// Cycles are counted from `at_ps` on, so that what was before keeps its length.
static void count_from(avr_core *core, uint64_t at_ps)
{
    core->clock.started_ps = at_ps;
    avr_chip_set_cycle(core->config.chip, 0);
}

void avr_core_set_clock(avr_core *core, uint64_t clock_hz)
{
    if (clock_hz == core->clock.hz)
        return;
    const uint64_t at_ps = avr_core_now_ps(core);
    firmware_cycles_set_hz(&core->clock, clock_hz);
    count_from(core, at_ps);
}

void avr_core_set_load(avr_core *core, const firmware_load *load)
{
    core->load = *load;
    core->load_due_ps = load->isr.length_ps != 0 ? load->isr.first_ps : I2C_NEVER_PS;
}

void avr_core_start(avr_core *core)
{
    size_t bytes = 0;
    const unsigned char *flash = avr_program_flash(core->config.program, &bytes);
    memcpy(avr_chip_flash(core->config.chip), flash, bytes);
    avr_chip_reset(core->config.chip);
    core->on = true;
    core->waits = core->sleeps = core->shadow = core->stack_told = false;
    core->end = AVR_GOES_ON;
    core->depth = core->stores = 0;
    core->pending = 0;
    core->load_ends_ps = 0;
    core->store = (avr_store){.vector = AVR_IN_MAIN};
    count_from(core, sim_ps(core));
    look(core);
}

void avr_core_stop(avr_core *core)
{
    core->on = false;
    i2c_timer_cancel(core->config.sim, &core->wake);
}

void avr_core_look(avr_core *core)
{
    if (core->on)
        look(core);
}
