#include "models/mcu/twi_master.h"

// Cycles of the CPU: half a period is 8 + TWBR * 4^TWPS (ATmega48A to 328P, 22.5.2), and the low
// part of it is shorter by two (notes to table 29-16, as far as their figures can be met).
enum { HALF_CYCLES = 8, SPLIT_CYCLES = 2 };
// tBUF of that table: 1.3 us above 100 kHz, and 4.7 us up to there, which half a period covers.
static const uint64_t buf_ps = 1300 * I2C_PS_PER_NS;

// ---- clock --------------------------------------------------------------------------------------

static uint64_t cycles_ps(const mcu_twi *twi, uint64_t cycles)
{
    return cycles * I2C_PS_PER_S / twi->clock_hz;
}

static uint64_t half_cycles(const mcu_twi *twi)
{
    return HALF_CYCLES + ((uint64_t)twi->bit_rate << 2 * twi->prescaler);
}

static uint64_t half_ps(const mcu_twi *twi)
{
    return cycles_ps(twi, half_cycles(twi));
}

static void wait_until(mcu_twi *twi, mcu_twi_phase phase, uint64_t due_ps)
{
    twi->master.phase = phase;
    i2c_timer_set(twi->pins.config.sim, &twi->master.timer, due_ps);
}

static void wait_for_edge(mcu_twi *twi, mcu_twi_phase phase)
{
    twi->master.phase = phase;
    i2c_timer_cancel(twi->pins.config.sim, &twi->master.timer);
}

/// Its drivers' delay is a part of the period, which is the data sheet's.
static void drive_now(mcu_twi *twi, i2c_line line, bool pull)
{
    mcu_pins_pull_in(&twi->pins, line, pull, 0);
}

/// SCL is low, or is pulled now if nobody else does.
static void pull_scl(mcu_twi *twi)
{
    wait_for_edge(twi, MCU_TWI_LOW);
    twi->master.low_from_ps = mcu_pins_now_ps(&twi->pins);
    drive_now(twi, I2C_SCL, true);
}

/// What software took behind the last clock does not count: SDA has the whole low time.
static void clock_begins(mcu_twi *twi, mcu_twi_turn turn, uint64_t from_ps)
{
    twi->master.turn = turn;
    wait_until(twi, MCU_TWI_LOW, from_ps + cycles_ps(twi, half_cycles(twi) - SPLIT_CYCLES));
}

void mcu_twi_clock_bit(mcu_twi *twi)
{
    clock_begins(twi, MCU_TWI_BIT, twi->master.low_from_ps);
}

static void release_scl(mcu_twi *twi)
{
    wait_for_edge(twi, MCU_TWI_RISING);
    drive_now(twi, I2C_SCL, false);
}

// ---- START --------------------------------------------------------------------------------------

static bool may_start(const mcu_twi *twi)
{
    return (twi->control & MCU_TWI_TWSTA) != 0 && mcu_twi_enabled(twi) && twi->clock_hz != 0 &&
           !twi->pending && !twi->master.busy && twi->state == MCU_TWI_IDLE &&
           mcu_pins_level(&twi->pins, I2C_SCL) && mcu_pins_level(&twi->pins, I2C_SDA);
}

void mcu_twi_try_start(mcu_twi *twi)
{
    mcu_twi_master *m = &twi->master;
    if (mcu_twi_is_master(twi))
        return;
    if (!may_start(twi)) {
        if (m->phase == MCU_TWI_CLAIMS)
            wait_for_edge(twi, MCU_TWI_NO_MASTER);
        return;
    }
    if (m->phase == MCU_TWI_CLAIMS)
        return;
    const uint64_t now_ps = mcu_pins_now_ps(&twi->pins);
    const uint64_t idle_ps = half_ps(twi) > buf_ps ? half_ps(twi) : buf_ps;
    const uint64_t free_ps = m->free_from_ps == 0 ? now_ps : m->free_from_ps + idle_ps;
    wait_until(twi, MCU_TWI_CLAIMS, free_ps > now_ps ? free_ps : now_ps);
}

static void pull_sda_for_start(mcu_twi *twi)
{
    wait_for_edge(twi, MCU_TWI_STARTS);
    drive_now(twi, I2C_SDA, true);
}

bool mcu_twi_makes_start(const mcu_twi *twi)
{
    const mcu_twi_master *m = &twi->master;
    return m->phase == MCU_TWI_STARTS || (m->phase == MCU_TWI_HIGH && m->turn == MCU_TWI_RESTART);
}

/// By its own pull, or by that of another master which was a little earlier with the same.
void mcu_twi_start_made(mcu_twi *twi)
{
    twi->state = MCU_TWI_CLAIMED;
    twi->bits = 0;
    drive_now(twi, I2C_SDA, true);
    const uint64_t start_ps = mcu_pins_now_ps(&twi->pins) - twi->pins.config.seen_delay_ps;
    wait_until(twi, MCU_TWI_HOLDS_START, start_ps + half_ps(twi));
}

static void start_is_over(mcu_twi *twi)
{
    const bool again = twi->master.turn == MCU_TWI_RESTART;
    pull_scl(twi);
    twi->addressing = true;
    mcu_twi_raise(twi, again ? MCU_TWI_RESTARTED : MCU_TWI_STARTED);
}

// ---- end of a transfer --------------------------------------------------------------------------

void mcu_twi_drop_master(mcu_twi *twi)
{
    wait_for_edge(twi, MCU_TWI_NO_MASTER);
    twi->master.turn = MCU_TWI_BIT;
    twi->addressing = false;
    drive_now(twi, I2C_SCL, false);
}

/// Another master sends a bit where this one wanted its repeated START or STOP.
static void lose_turn(mcu_twi *twi)
{
    mcu_twi_drop_master(twi);
    mcu_twi_let_go(twi, MCU_TWI_IDLE);
    mcu_twi_raise(twi, MCU_TWI_LOST);
}

bool mcu_twi_makes_stop(const mcu_twi *twi)
{
    return twi->master.phase == MCU_TWI_STOPS;
}

void mcu_twi_stop_made(mcu_twi *twi)
{
    mcu_twi_drop_master(twi);
    mcu_twi_let_go(twi, MCU_TWI_IDLE);
    twi->control &= (uint8_t)~MCU_TWI_TWSTO;
}

// ---- SCL ----------------------------------------------------------------------------------------

static void high_is_over(mcu_twi *twi)
{
    switch (twi->master.turn) {
    case MCU_TWI_BIT:
        pull_scl(twi);
        break;
    case MCU_TWI_RESTART:
        if (mcu_pins_level(&twi->pins, I2C_SDA))
            pull_sda_for_start(twi);
        else
            lose_turn(twi);
        break;
    case MCU_TWI_STOP:
        wait_for_edge(twi, MCU_TWI_STOPS);
        drive_now(twi, I2C_SDA, false);
        break;
    }
}

static void on_timer(void *ctx, uint64_t now_ps)
{
    mcu_twi *twi = ctx;
    (void)now_ps;
    switch (twi->master.phase) {
    case MCU_TWI_CLAIMS:
        twi->master.turn = MCU_TWI_BIT;
        pull_sda_for_start(twi);
        break;
    case MCU_TWI_HOLDS_START:
        start_is_over(twi);
        break;
    case MCU_TWI_LOW:
        release_scl(twi);
        break;
    case MCU_TWI_HIGH:
        high_is_over(twi);
        break;
    default: // waits for an edge, and has no timer
        break;
    }
}

/// From the rise that is seen on (UM10204 3.1.7): whoever holds SCL has made the low time longer.
void mcu_twi_master_rise(mcu_twi *twi)
{
    const mcu_twi_master *m = &twi->master;
    if (m->phase != MCU_TWI_RISING)
        return;
    const uint64_t cycles = half_cycles(twi) + (m->turn == MCU_TWI_BIT ? SPLIT_CYCLES : 0);
    const uint64_t rise_ps = mcu_pins_now_ps(&twi->pins) - twi->pins.config.seen_delay_ps;
    wait_until(twi, MCU_TWI_HIGH, rise_ps + cycles_ps(twi, cycles));
}

/// Its own pull, or that of another master whose high time was shorter.
bool mcu_twi_master_fall(mcu_twi *twi)
{
    switch (twi->master.phase) {
    case MCU_TWI_HOLDS_START:
        start_is_over(twi);
        return true;
    case MCU_TWI_HIGH:
        if (twi->master.turn == MCU_TWI_BIT) {
            pull_scl(twi);
            return false;
        }
        lose_turn(twi);
        return true;
    default:
        return mcu_twi_is_master(twi) && twi->state == MCU_TWI_CLAIMED;
    }
}

void mcu_twi_make_master(mcu_twi *twi)
{
    twi->master.timer = (i2c_timer){on_timer, twi, false};
}

// ---- what software wants next -------------------------------------------------------------------

void mcu_twi_master_goes_on(mcu_twi *twi)
{
    const uint64_t now_ps = mcu_pins_now_ps(&twi->pins);
    const bool stops = (twi->control & MCU_TWI_TWSTO) != 0;
    twi->bits = 0;
    if (stops || ((twi->control & MCU_TWI_TWSTA) != 0 && !twi->addressing)) {
        twi->state = MCU_TWI_CLAIMED;
        mcu_pins_pull(&twi->pins, I2C_SDA, stops);
        clock_begins(twi, stops ? MCU_TWI_STOP : MCU_TWI_RESTART, now_ps);
        return;
    }
    twi->state = twi->reads && !twi->addressing ? MCU_TWI_READS : MCU_TWI_WRITES;
    mcu_pins_pull(&twi->pins, I2C_SDA, twi->state == MCU_TWI_WRITES && (twi->data & 0x80) == 0);
    clock_begins(twi, MCU_TWI_BIT, now_ps);
}

void mcu_twi_set_clock(mcu_twi *twi, uint64_t clock_hz)
{
    twi->clock_hz = clock_hz;
}

void mcu_twi_write_bit_rate(mcu_twi *twi, uint8_t value)
{
    twi->bit_rate = value;
}

void mcu_twi_write_prescaler(mcu_twi *twi, uint8_t value)
{
    twi->prescaler = value & 3;
}
