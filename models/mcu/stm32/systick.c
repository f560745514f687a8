// SysTick (PM0056, 4.5) and the cycle counter of the DWT: what counts the CPU's clock.
#include "models/mcu/stm32/block.h"

enum { CTRL, LOAD, VAL, CALIB };
enum { ENABLE = 1, TICKINT = 2, CLKSOURCE = 4, COUNTFLAG = 1 << 16, SYSTICK = 15 };
enum { COUNT_MASK = 0x00FFFFFF };

static uint32_t division(const stm32_io *io)
{
    return (stm32_peek(io, io->systick_block)[CTRL] & CLKSOURCE) != 0 ? 1 : 8;
}

/// From 0 it goes to LOAD, and down from there.
static uint32_t count_now(const stm32_io *io)
{
    const stm32_systick *s = &io->systick;
    if (!s->runs)
        return s->stopped_at;
    const uint64_t counted = (stm32_cycle(io) - s->zero_cycle) / division(io) % s->period;
    return counted == 0 ? 0 : (uint32_t)(s->period - counted);
}

/// It counts from `count` on, to 0 and round.
static void count_from(stm32_io *io, uint32_t count)
{
    stm32_systick *s = &io->systick;
    const uint32_t load = stm32_peek(io, io->systick_block)[LOAD];
    s->runs = load > 0;
    s->stopped_at = count;
    s->period = load + 1;
    if (count > load)
        s->period = count + 1;
    s->zero_cycle =
        stm32_cycle(io) - (count == 0 ? 0 : (uint64_t)(s->period - count) * division(io));
    stm32_systick_arm(io);
}

void stm32_systick_arm(stm32_io *io)
{
    stm32_systick *s = &io->systick;
    if (io->systick_block < 0 || !s->runs)
        return;
    const uint64_t turn = (uint64_t)s->period * division(io);
    const uint64_t turns = (stm32_cycle(io) - s->zero_cycle) / turn + 1;
    i2c_timer_set(io->config.sim, &s->event, stm32_cycle_ps(io, s->zero_cycle + turns * turn));
}

/// It is 0; a LOAD that was written meanwhile counts from here on.
static void on_zero(void *ctx, uint64_t now_ps)
{
    stm32_io *io = ctx;
    (void)now_ps;
    io->systick.wrapped = true;
    count_from(io, 0);
    if ((stm32_peek(io, io->systick_block)[CTRL] & TICKINT) == 0)
        return;
    stm32_pend(io, SYSTICK);
    io->config.on_flag(io->config.ctx);
}

static uint32_t read_systick(stm32_io *io, unsigned b, unsigned word)
{
    const uint32_t value = stm32_reg(io, (int)b)[word];
    if (word == VAL)
        return count_now(io);
    if (word == CALIB)
        return (uint32_t)(io->hz / 8000 - 1); // 1 ms of the clock that is divided by 8
    if (word != CTRL || !io->systick.wrapped)
        return value;
    io->systick.wrapped = false;
    return value | COUNTFLAG;
}

static void write_control(stm32_io *io, uint32_t value)
{
    const uint32_t count = count_now(io);
    stm32_reg(io, io->systick_block)[CTRL] = value & (ENABLE | TICKINT | CLKSOURCE);
    i2c_timer_cancel(io->config.sim, &io->systick.event);
    io->systick.runs = false;
    io->systick.stopped_at = count;
    if ((value & ENABLE) != 0)
        count_from(io, count);
}

static void write_systick(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    if (word == CTRL) {
        write_control(io, value);
    } else if (word == LOAD) {
        stm32_reg(io, (int)b)[LOAD] = value & COUNT_MASK;
        if (!io->systick.runs && (stm32_reg(io, (int)b)[CTRL] & ENABLE) != 0)
            count_from(io, 0);
    } else if (word == VAL) { // any value clears it
        io->systick.wrapped = false;
        io->systick.stopped_at = 0;
        if (io->systick.runs)
            count_from(io, 0);
    }
}

static bool systick_counts(const stm32_io *io, unsigned word)
{
    return (word == VAL || word == CTRL) && io->systick.runs;
}

static void find_systick(stm32_io *io, unsigned b)
{
    io->systick_block = (int8_t)b;
    io->systick.event = (i2c_timer){on_zero, io, false};
}

static void reset_systick(stm32_io *io, unsigned b)
{
    (void)b;
    i2c_timer_cancel(io->config.sim, &io->systick.event);
    io->systick.runs = io->systick.wrapped = false;
    io->systick.stopped_at = 0;
}

const stm32_model stm32_systick_model = {.type = "SysTick",
                                         .find = find_systick,
                                         .reset = reset_systick,
                                         .read = read_systick,
                                         .counts = systick_counts,
                                         .write = write_systick};

// ---- DWT --------------------------------------------------------------------------------------

enum { DWT_CTRL, CYCCNT, CYCCNTENA = 1 };

static bool counts_cycles(const stm32_io *io)
{
    return (stm32_peek(io, io->dwt)[DWT_CTRL] & CYCCNTENA) != 0;
}

static uint32_t read_dwt(stm32_io *io, unsigned b, unsigned word)
{
    const uint32_t value = stm32_reg(io, (int)b)[word];
    return word == CYCCNT && counts_cycles(io)
               ? value + (uint32_t)(stm32_cycle(io) - io->counted_from)
               : value;
}

/// What it has counted so far stays in the register.
static void write_dwt(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    uint32_t *reg = stm32_reg(io, (int)b);
    reg[CYCCNT] = read_dwt(io, b, CYCCNT);
    io->counted_from = stm32_cycle(io);
    reg[word] = value;
}

static bool dwt_counts(const stm32_io *io, unsigned word)
{
    return word == CYCCNT && counts_cycles(io);
}

static void find_dwt(stm32_io *io, unsigned b)
{
    io->dwt = (int8_t)b;
}

const stm32_model stm32_dwt_model = {
    .type = "DWT", .find = find_dwt, .read = read_dwt, .counts = dwt_counts, .write = write_dwt};
