// The clock: cycles of the CPU, which timers count too, and its prescaler (CLKPR).
#include "models/mcu/avr/block.h"

enum { CLKPCE = 0x80, CLKPS = 0x0F, DIVISION_MAX = 8 };

static const uint64_t ps_per_s = UINT64_C(1000000000000);

// The data sheets open such a window for four cycles. What firmware's code costs is an estimate
// that may be too high by a jump, so two more pass.
enum { WINDOW_CYCLES = 4 + 2 };

/// The CPU's instants are rounded down to ps, so a cycle is over one ps early.
uint64_t avr_cycle(const avr_io *io)
{
    const avr_clock *c = &io->clock;
    const uint64_t now_ps = io->config.now_ps != NULL ? io->config.now_ps(io->config.ctx)
                                                      : i2c_sim_now_ps(io->config.sim);
    const uint64_t span_ps = now_ps - c->since_ps;
    return c->since_cycle + (uint64_t)((unsigned __int128)(span_ps + 1) * c->hz / ps_per_s);
}

uint64_t avr_cycle_ps(const avr_io *io, uint64_t cycle)
{
    const avr_clock *c = &io->clock;
    const uint64_t now_ps = i2c_sim_now_ps(io->config.sim);
    if (cycle <= c->since_cycle)
        return now_ps;
    const unsigned __int128 span = (unsigned __int128)(cycle - c->since_cycle) * ps_per_s;
    const uint64_t at_ps = c->since_ps + (uint64_t)(span / c->hz);
    return at_ps > now_ps ? at_ps : now_ps;
}

void avr_window_open(const avr_io *io, avr_window *w)
{
    *w = (avr_window){true, avr_cycle(io)};
}

bool avr_window_is_open(const avr_io *io, const avr_window *w)
{
    return w->open && avr_cycle(io) - w->opened_cycle <= WINDOW_CYCLES;
}

static void divide(avr_io *io, uint8_t by)
{
    avr_clock *c = &io->clock;
    c->since_cycle = avr_cycle(io);
    c->since_ps = i2c_sim_now_ps(io->config.sim);
    c->hz = io->config.clock_hz >> (by < DIVISION_MAX ? by : DIVISION_MAX);
    if (c->hz == 0)
        c->hz = 1;
    avr_timers_arm(io);
    mcu_twi_set_clock(&io->twi, c->hz);
}

void avr_io_set_clock(avr_io *io, uint64_t clock_hz)
{
    io->config.clock_hz = clock_hz;
    divide(io, io->reg[io->clock.clkpr] & CLKPS);
}

/// CLKPCE is written alone; within four cycles the division is, with CLKPCE 0 (data sheets of all
/// these parts, "System Clock Prescaler").
static void write_clock(avr_io *io, uint32_t at, uint8_t value)
{
    avr_clock *c = &io->clock;
    if (value == CLKPCE) {
        avr_window_open(io, &c->window);
    } else if ((value & CLKPCE) == 0 && avr_window_is_open(io, &c->window)) {
        io->reg[at] = value & CLKPS;
        c->window.open = false;
        divide(io, value & CLKPS);
    }
}

static uint8_t read_clock(avr_io *io, uint32_t at)
{
    return (uint8_t)(io->reg[at] | (avr_window_is_open(io, &io->clock.window) ? CLKPCE : 0));
}

static bool counts(const avr_io *io, uint32_t at)
{
    (void)at;
    return io->clock.window.open;
}

static void find_clock(avr_io *io)
{
    io->clock.clkpr = avr_claim(io, "CLKPR", &avr_clock_block);
}

static void reset_clock(avr_io *io, avr_reset cause)
{
    (void)cause;
    io->clock.hz = io->config.clock_hz;
    io->clock.since_ps = i2c_sim_now_ps(io->config.sim);
    io->clock.since_cycle = 0;
    io->clock.window.open = false;
}

const avr_block avr_clock_block = {.find = find_clock,
                                   .reset = reset_clock,
                                   .read = read_clock,
                                   .counts = counts,
                                   .write = write_clock};
