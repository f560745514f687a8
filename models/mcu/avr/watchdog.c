// The watchdog (ATtiny25/45/85 data sheet 8.4 and 8.5, ATmega48A to 328P 11.8 and 11.9), with the
// fuse WDTON as shipped: it is off after a reset that was not its own.
#include "models/mcu/avr/block.h"

enum { WDE = 0x08, WDCE = 0x10, WDIE = 0x40, WDIF = 0x80, PERIOD = 0x27, PERIOD_3 = 0x20 };
enum { LONGEST = 9, WDRF = 0x08 }; // WDRF: of MCUSR, in all parts

// 2048 cycles of its own oscillator of 128 kHz, doubled by each step of WDP.
static const uint64_t shortest_ps = 16 * I2C_PS_PER_MS;

static uint64_t period_ps(const avr_io *io)
{
    const uint8_t control = io->reg[io->watchdog.control];
    const unsigned wdp = (control & 7u) | ((control & PERIOD_3) != 0 ? 8u : 0u);
    return shortest_ps << (wdp < LONGEST ? wdp : LONGEST);
}

static bool runs(const avr_io *io)
{
    return (io->reg[io->watchdog.control] & (WDE | WDIE)) != 0;
}

static void arm(avr_io *io)
{
    avr_watchdog *w = &io->watchdog;
    if (runs(io))
        i2c_timer_set(io->config.sim, &w->timer, w->restarted_ps + period_ps(io));
    else
        i2c_timer_cancel(io->config.sim, &w->timer);
}

void avr_watchdog_restart(avr_io *io)
{
    io->watchdog.restarted_ps = i2c_sim_now_ps(io->config.sim);
    arm(io);
}

/// With WDIE it interrupts; the next time-out resets if WDE is set, as entering the routine clears
/// WDIE then.
static void on_time_out(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    avr_io *io = ctx;
    const uint16_t at = io->watchdog.control;
    if ((io->reg[at] & WDIE) == 0) {
        io->config.on_reset(io->config.ctx);
        return;
    }
    avr_watchdog_restart(io);
    avr_raise(io, (avr_bit){at, WDIF}, (avr_bit){at, WDIE});
}

static void taken(avr_io *io, unsigned vector)
{
    const uint16_t at = io->watchdog.control;
    if (vector == avr_part_vector_number(io->config.part, "WDT") && (io->reg[at] & WDE) != 0)
        io->reg[at] &= (uint8_t)~WDIE;
}

/// WDE and WDCE written together open the window in which WDE may be cleared. WDRF keeps WDE set.
static void write_watchdog(avr_io *io, uint32_t at, uint8_t value)
{
    avr_watchdog *w = &io->watchdog;
    const uint8_t was = io->reg[at];
    const bool open = avr_window_is_open(io, &w->window);
    const bool period_is_free = open || !io->config.part->timed_watchdog_period;
    const bool stays = ((was & WDE) != 0 && !open) || (io->reg[io->mcusr] & WDRF) != 0;
    uint8_t now = value & (WDIE | WDE);
    if (stays)
        now |= WDE;
    now |= (period_is_free ? value : was) & PERIOD;
    now |= was & (uint8_t)~value & WDIF; // a one clears the flag
    io->reg[at] = now;
    if ((value & (WDE | WDCE)) == (WDE | WDCE))
        avr_window_open(io, &w->window);
    else
        w->window.open = false;
    if ((was & (WDE | WDIE)) == 0)
        w->restarted_ps = i2c_sim_now_ps(io->config.sim);
    arm(io);
}

static uint8_t read_watchdog(avr_io *io, uint32_t at)
{
    return (uint8_t)(io->reg[at] | (avr_window_is_open(io, &io->watchdog.window) ? WDCE : 0));
}

static bool counts(const avr_io *io, uint32_t at)
{
    (void)at;
    return io->watchdog.window.open;
}

static void find_watchdog(avr_io *io)
{
    avr_watchdog *w = &io->watchdog;
    w->control = avr_claim(io, "WDTCR", &avr_watchdog_block);
    if (w->control == AVR_NOT_THERE)
        w->control = avr_claim(io, "WDTCSR", &avr_watchdog_block);
    w->timer = (i2c_timer){on_time_out, io, false};
    avr_add_source(io, avr_find_bit(io, "WDIF"), avr_find_bit(io, "WDIE"), "WDT", false);
}

static void end(avr_io *io)
{
    i2c_timer_cancel(io->config.sim, &io->watchdog.timer);
}

/// After its own reset, and as long as WDRF is set, it goes on with the shortest period.
static void reset_watchdog(avr_io *io, avr_reset cause)
{
    io->watchdog.window.open = false;
    const bool goes_on = cause == AVR_WATCHDOG_RESET || (io->reg[io->mcusr] & WDRF) != 0;
    io->reg[io->watchdog.control] = goes_on ? WDE : 0;
    avr_watchdog_restart(io);
}

void avr_io_resets_watchdog(avr_io *io)
{
    if (runs(io))
        avr_watchdog_restart(io);
}

const avr_block avr_watchdog_block = {.find = find_watchdog,
                                      .reset = reset_watchdog,
                                      .end = end,
                                      .read = read_watchdog,
                                      .counts = counts,
                                      .write = write_watchdog,
                                      .taken = taken};
