// Timers 0, 1 and 2: counts are made when somebody looks, and an event of the simulation is queued
// for flags alone that may interrupt (ATtiny25/45/85 data sheet chapters 11 and 12, ATmega48A to
// 328P chapters 15, 16 and 18).
//
// Not modelled: input capture, output pins, external and asynchronous clocks, the PLL of timer 1 of
// ATtiny25/45/85; the delay of new compare values in PWM modes; the one match that a write of the
// count suppresses.
#include "models/mcu/avr/block.h"

#include <stdio.h>

enum { WGM_LOW = 0x03, WGM2 = 0x08, WGM_16 = 0x18, CS = 0x07 };
enum { CTC1 = 0x80, PWM1A = 0x40, CS1 = 0x0F }; // of TCCR1
enum { TSM = 0x80 };

static const uint64_t never = UINT64_MAX;

/// How it counts: from 0 to `top`, or there and back.
typedef struct {
    uint32_t top, max;
    bool dual;         ///< there and back
    bool clears;       ///< CTC: going from top to 0 is no overflow
    uint32_t division; ///< 0: it stands still
} counting;

// ---- registers --------------------------------------------------------------------------------

static uint32_t value_at(const avr_timer *t, uint16_t at)
{
    const uint8_t *reg = t->io->reg;
    return t->kind == AVR_TIMER_16_BIT ? reg[at] | (uint32_t)reg[at + 1] << 8 : reg[at];
}

static uint32_t division_of(const avr_timer *t)
{
    static const uint16_t usual[8] = {0, 1, 8, 64, 256, 1024, 0, 0};
    static const uint16_t second[8] = {0, 1, 8, 32, 64, 128, 256, 1024};
    const uint8_t *reg = t->io->reg;
    if (t->kind == AVR_TIMER_TCCR1) {
        const unsigned cs = reg[t->control_a] & CS1;
        return cs == 0 ? 0 : 1u << (cs - 1);
    }
    const unsigned cs = reg[t->control_b] & CS;
    return t->number == 2 ? second[cs] : usual[cs];
}

static void mode_8_bit(const avr_timer *t, counting *c)
{
    const uint8_t *reg = t->io->reg;
    const unsigned wgm =
        (reg[t->control_a] & WGM_LOW) | ((reg[t->control_b] & WGM2) != 0 ? 4u : 0u);
    c->max = c->top = 0xFF;
    c->dual = wgm == 1 || wgm == 5;
    c->clears = wgm == 2;
    if (wgm == 2 || wgm == 5 || wgm == 7)
        c->top = value_at(t, t->compare_at[0]);
}

static void mode_16_bit(const avr_timer *t, counting *c)
{
    static const uint16_t fixed[8] = {0xFFFF, 0xFF, 0x1FF, 0x3FF, 0, 0xFF, 0x1FF, 0x3FF};
    const uint8_t *reg = t->io->reg;
    const unsigned wgm = (reg[t->control_a] & WGM_LOW) | (reg[t->control_b] & WGM_16) >> 1;
    const bool captures = wgm == 8 || wgm == 10 || wgm == 12 || wgm == 14;
    c->max = 0xFFFF;
    c->dual = (wgm >= 1 && wgm <= 3) || (wgm >= 8 && wgm <= 11);
    c->clears = wgm == 4 || wgm == 12;
    if (wgm < 8 && wgm != 4)
        c->top = fixed[wgm];
    else if (wgm == 13)
        c->top = c->max;
    else
        c->top = value_at(t, captures ? t->top_at : t->compare_at[0]);
}

static void mode_tccr1(const avr_timer *t, counting *c)
{
    const uint8_t control = t->io->reg[t->control_a];
    c->max = 0xFF;
    c->top = (control & (CTC1 | PWM1A)) != 0 ? t->io->reg[t->top_at] : 0xFF;
    c->clears = (control & PWM1A) == 0 && (control & CTC1) != 0;
}

static counting counting_of(const avr_timer *t)
{
    counting c = {.division = division_of(t)};
    const avr_bit reset = t->prescaler_reset;
    if (t->kind == AVR_TIMER_16_BIT)
        mode_16_bit(t, &c);
    else if (t->kind == AVR_TIMER_TCCR1)
        mode_tccr1(t, &c);
    else
        mode_8_bit(t, &c);
    if (avr_is_set(t->io, reset) && (t->io->reg[reset.at] & TSM) != 0) // held for synchronisation
        c.division = 0;
    if (c.dual && c.top == 0)
        c.dual = false;
    return c;
}

// ---- counting ---------------------------------------------------------------------------------

/// Ticks to the one that brings it to 0.
static uint64_t ticks_to_zero(const avr_timer *t, const counting *c)
{
    if (c->dual)
        return t->down ? t->count : 2ull * c->top - t->count;
    return (t->count <= c->top ? c->top : c->max) - t->count + 1ull;
}

static uint64_t ticks_to_overflow(const avr_timer *t, const counting *c)
{
    const uint64_t zero = ticks_to_zero(t, c);
    if (c->dual && zero == 0)
        return 2ull * c->top;
    return c->clears && t->count <= c->top && c->top != c->max ? never : zero;
}

/// A match sets its flag with the tick behind it.
static uint64_t ticks_to_match(const avr_timer *t, const counting *c, uint32_t compare)
{
    if (!c->dual) {
        const uint32_t last = t->count <= c->top ? c->top : c->max;
        if (compare >= t->count && compare <= last)
            return compare - t->count + 1ull;
        return compare <= c->top ? ticks_to_zero(t, c) + compare + 1 : never;
    }
    if (compare > c->top)
        return never;
    const uint64_t period = 2ull * c->top, at = t->down ? period - t->count : t->count;
    const uint64_t up = (compare + period - at) % period,
                   down = (2 * period - compare - at) % period;
    return (up < down ? up : down) + 1;
}

static void count_on(avr_timer *t, const counting *c, uint64_t ticks)
{
    if (c->dual) {
        const uint64_t period = 2ull * c->top;
        const uint64_t at = ((t->down ? period - t->count : t->count) + ticks) % period;
        t->down = at > c->top;
        t->count = (uint32_t)(t->down ? period - at : at);
        return;
    }
    const uint64_t zero = ticks_to_zero(t, c);
    t->count = (uint32_t)(ticks < zero ? t->count + ticks : (ticks - zero) % (c->top + 1ull));
}

static uint64_t tick_of(const avr_timer *t, const counting *c, uint64_t cycle)
{
    return (cycle - t->phase_cycle) / c->division;
}

/// Brings count and flags up to now. True if a flag was set that may interrupt.
static bool sync(avr_timer *t)
{
    avr_io *io = t->io;
    counting c = counting_of(t);
    const uint64_t now = avr_cycle(io), since = t->seen_cycle;
    bool told = false;
    t->seen_cycle = now;
    if (c.division == 0 || now <= since)
        return false;
    const uint64_t ticks = tick_of(t, &c, now) - tick_of(t, &c, since);
    const avr_bit flags[3] = {t->overflow, t->match[0], t->match[1]};
    const avr_bit enables[3] = {t->overflow_enable, t->match_enable[0], t->match_enable[1]};
    const uint64_t due[3] = {ticks_to_overflow(t, &c),
                             ticks_to_match(t, &c, value_at(t, t->compare_at[0])),
                             ticks_to_match(t, &c, value_at(t, t->compare_at[1]))};
    for (unsigned i = 0; i < 3; i++)
        if (due[i] <= ticks && !avr_is_set(io, flags[i])) {
            io->reg[flags[i].at] |= flags[i].mask;
            io->stale = true;
            told = told || avr_is_set(io, enables[i]);
        }
    const bool clocks_usi = t->number == 0 && due[1] <= ticks && avr_usi_wants_timer(io);
    count_on(t, &c, ticks);
    if (clocks_usi)
        avr_usi_timer(io);
    return told;
}

/// Somebody waits for that match.
static bool is_match_wanted(const avr_timer *t, unsigned i)
{
    const avr_io *io = t->io;
    if (t->number == 0 && i == 0 && avr_usi_wants_timer(io))
        return true;
    return avr_is_set(io, t->match_enable[i]) && !avr_is_set(io, t->match[i]);
}

/// Queues the next instant at which a flag that may interrupt is set, or the USI is clocked.
static void arm(avr_timer *t)
{
    avr_io *io = t->io;
    const counting c = counting_of(t);
    uint64_t ticks = never;
    i2c_timer_cancel(io->config.sim, &t->event);
    if (c.division == 0)
        return;
    if (avr_is_set(io, t->overflow_enable) && !avr_is_set(io, t->overflow))
        ticks = ticks_to_overflow(t, &c);
    for (unsigned i = 0; i < 2; i++)
        if (is_match_wanted(t, i)) {
            const uint64_t match = ticks_to_match(t, &c, value_at(t, t->compare_at[i]));
            ticks = match < ticks ? match : ticks;
        }
    if (ticks == never)
        return;
    const uint64_t tick = tick_of(t, &c, t->seen_cycle) + ticks;
    i2c_timer_set(io->config.sim, &t->event, avr_cycle_ps(io, tick * c.division + t->phase_cycle));
}

static void on_event(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    avr_timer *t = ctx;
    const bool told = sync(t);
    arm(t);
    if (told)
        t->io->config.on_flag(t->io->config.ctx);
}

static void sync_all(avr_io *io)
{
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++)
        if (io->timer[i].kind != AVR_TIMER_NONE)
            (void)sync(&io->timer[i]);
}

void avr_timers_arm(avr_io *io)
{
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++)
        if (io->timer[i].kind != AVR_TIMER_NONE)
            arm(&io->timer[i]);
}

// ---- reading and writing ------------------------------------------------------------------------

static avr_timer *timer_of_word(avr_io *io, uint32_t at)
{
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++) {
        avr_timer *t = &io->timer[i];
        const uint16_t words[] = {t->count_at, t->compare_at[0], t->compare_at[1], t->top_at};
        for (unsigned w = 0; t->kind == AVR_TIMER_16_BIT && w < 4; w++)
            if (at == words[w] || at == words[w] + 1u)
                return t;
    }
    return NULL;
}

static bool is_low(const avr_timer *t, uint32_t at)
{
    return at == t->count_at || at == t->compare_at[0] || at == t->compare_at[1] || at == t->top_at;
}

static void put_count(avr_timer *t, uint32_t count)
{
    t->count = count;
    t->down = false;
}

/// The high byte waits in TEMP for the low one (ATmega48A to 328P, 16.3).
static void write_word(avr_timer *t, uint32_t at, uint8_t value)
{
    if (!is_low(t, at)) {
        t->temp = value;
    } else if (at == t->count_at) {
        put_count(t, value | (uint32_t)t->temp << 8);
    } else {
        t->io->reg[at] = value;
        t->io->reg[at + 1] = t->temp;
    }
}

/// Reading the low byte of the count or of ICR1 puts the high one in TEMP; compare registers are
/// read as they are.
static uint8_t read_word(avr_timer *t, uint32_t at)
{
    const uint8_t *reg = t->io->reg;
    if (at == t->count_at) {
        t->temp = (uint8_t)(t->count >> 8);
        return (uint8_t)t->count;
    }
    if (at == t->top_at)
        t->temp = reg[at + 1];
    return at == t->count_at + 1u || at == t->top_at + 1u ? t->temp : reg[at];
}

static uint8_t read_timers(avr_io *io, uint32_t at)
{
    sync_all(io);
    avr_timer *word = timer_of_word(io, at);
    if (word != NULL)
        return read_word(word, at);
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++)
        if (io->timer[i].kind != AVR_TIMER_NONE && at == io->timer[i].count_at)
            return (uint8_t)io->timer[i].count;
    return io->reg[at];
}

static void reset_prescalers(avr_io *io, uint32_t at)
{
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++) {
        avr_timer *t = &io->timer[i];
        if (t->kind == AVR_TIMER_NONE || t->prescaler_reset.at != at ||
            !avr_is_set(io, t->prescaler_reset))
            continue;
        t->phase_cycle = t->seen_cycle;
    }
    // Without TSM the bits go at once; with it they stay, and the counters stand still.
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++)
        if (io->timer[i].prescaler_reset.at == at && (io->reg[at] & TSM) == 0)
            io->reg[at] &= (uint8_t)~io->timer[i].prescaler_reset.mask;
}

static bool is_flags(const avr_io *io, uint32_t at)
{
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++)
        if (io->timer[i].overflow.mask != 0 && io->timer[i].overflow.at == at)
            return true;
    return false;
}

static void write_timers(avr_io *io, uint32_t at, uint8_t value)
{
    sync_all(io);
    avr_timer *word = timer_of_word(io, at);
    if (word != NULL)
        write_word(word, at, value);
    else
        io->reg[at] = is_flags(io, at) ? (uint8_t)(io->reg[at] & ~value) : value;
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++)
        if (word == NULL && io->timer[i].kind != AVR_TIMER_NONE && at == io->timer[i].count_at)
            put_count(&io->timer[i], value);
    reset_prescalers(io, at);
    avr_timers_arm(io);
}

/// What an event does not bring up to date: counts, and flags that nobody has enabled.
static bool counts(const avr_io *io, uint32_t at)
{
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++) {
        const avr_timer *t = &io->timer[i];
        if (t->kind == AVR_TIMER_NONE || counting_of(t).division == 0)
            continue;
        if (at == t->overflow.at || at == t->count_at || at == t->count_at + 1u)
            return true;
    }
    return false;
}

static void taken(avr_io *io, unsigned vector)
{
    for (unsigned i = 0; i < io->sources; i++) // one of its flags is clear now: it may come again
        if (io->source[i].vector == vector && is_flags(io, io->source[i].flag.at)) {
            sync_all(io);
            avr_timers_arm(io);
            return;
        }
}

// ---- finding them -----------------------------------------------------------------------------

static uint16_t claim(avr_io *io, const char *format, unsigned number)
{
    char name[16];
    (void)snprintf(name, sizeof name, format, number);
    return avr_claim(io, name, &avr_timers_block);
}

static avr_bit bit(const avr_io *io, const char *format, unsigned number)
{
    char name[16];
    (void)snprintf(name, sizeof name, format, number);
    return avr_find_bit(io, name);
}

static void add_source(avr_io *io, avr_bit flag, avr_bit enable, const char *format, unsigned n)
{
    char name[16];
    (void)snprintf(name, sizeof name, format, n);
    avr_add_source(io, flag, enable, name, false);
}

static void find_flags(avr_timer *t, unsigned n)
{
    avr_io *io = t->io;
    t->overflow = bit(io, "TOV%u", n);
    t->overflow_enable = bit(io, "TOIE%u", n);
    t->match[0] = bit(io, "OCF%uA", n);
    t->match[1] = bit(io, "OCF%uB", n);
    t->match_enable[0] = bit(io, "OCIE%uA", n);
    t->match_enable[1] = bit(io, "OCIE%uB", n);
    add_source(io, t->overflow, t->overflow_enable, "TIMER%u_OVF", n);
    add_source(io, t->match[0], t->match_enable[0], "TIMER%u_COMPA", n);
    add_source(io, t->match[1], t->match_enable[1], "TIMER%u_COMPB", n);
    static const char *const resets[AVR_TIMER_MAX][3] = {
        {"PSRSYNC", "PSR10", "PSR0"}, {"PSRSYNC", "PSR10", "PSR1"}, {"PSRASY", "", ""}};
    for (unsigned i = 0; i < 3 && t->prescaler_reset.mask == 0; i++)
        t->prescaler_reset = avr_find_bit(io, resets[n][i]);
}

static void find_registers(avr_timer *t, unsigned n)
{
    avr_io *io = t->io;
    t->number = (uint8_t)n;
    t->control_a = claim(io, "TCCR%uA", n);
    t->control_b = claim(io, "TCCR%uB", n);
    (void)claim(io, "TCCR%uC", n);
    (void)claim(io, "TIMSK%u", n);
    (void)claim(io, "TIFR%u", n);
    t->count_at = claim(io, "TCNT%u", n);
    t->compare_at[0] = claim(io, "OCR%uA", n);
    t->compare_at[1] = claim(io, "OCR%uB", n);
    const char *const high[] = {"TCNT%uH", "OCR%uAH", "OCR%uBH", "ICR%uH"};
    for (unsigned i = 0; i < 4; i++)
        if (claim(io, high[i], n) != AVR_NOT_THERE)
            t->kind = AVR_TIMER_16_BIT;
    if (t->kind == AVR_TIMER_16_BIT) {
        t->top_at = claim(io, "ICR%u", n);
    } else if (t->control_a == AVR_NOT_THERE && t->count_at != AVR_NOT_THERE) {
        t->kind = AVR_TIMER_TCCR1;
        t->control_a = claim(io, "TCCR%u", n);
        t->top_at = claim(io, "OCR%uC", n);
    } else if (t->count_at != AVR_NOT_THERE) {
        t->kind = AVR_TIMER_8_BIT;
    }
}

static void find_timers(avr_io *io)
{
    (void)avr_claim(io, "TIMSK", &avr_timers_block);
    (void)avr_claim(io, "TIFR", &avr_timers_block);
    (void)avr_claim(io, "GTCCR", &avr_timers_block);
    for (unsigned n = 0; n < AVR_TIMER_MAX; n++) {
        avr_timer *t = &io->timer[n];
        t->io = io;
        t->event = (i2c_timer){on_event, t, false};
        find_registers(t, n);
        if (t->kind != AVR_TIMER_NONE)
            find_flags(t, n);
    }
}

static void reset_timers(avr_io *io, avr_reset cause)
{
    (void)cause;
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++) {
        avr_timer *t = &io->timer[i];
        t->count = t->temp = 0;
        t->down = false;
        t->seen_cycle = t->phase_cycle = 0;
    }
}

static void end(avr_io *io)
{
    for (unsigned i = 0; i < AVR_TIMER_MAX; i++)
        i2c_timer_cancel(io->config.sim, &io->timer[i].event);
}

const avr_block avr_timers_block = {.find = find_timers,
                                    .reset = reset_timers,
                                    .end = end,
                                    .read = read_timers,
                                    .counts = counts,
                                    .write = write_timers,
                                    .taken = taken};
