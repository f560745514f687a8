#include "models/masters/bit_engine.h"

#include <assert.h>

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void arm(bit_engine *e, bit_phase phase, uint64_t due_ps)
{
    e->phase = phase;
    i2c_timer_set(e->sim, &e->timer, due_ps);
}

static void end(bit_engine *e, bit_result result, bool sda)
{
    e->phase = BIT_IDLE;
    e->done(e->ctx, result, sda);
}

// ---- START ----------------------------------------------------------------------------------

static bool bus_is_free(const bit_engine *e)
{
    return !e->others && i2c_node_level(e->sim, e->node, I2C_SCL) &&
           i2c_node_level(e->sim, e->node, I2C_SDA);
}

/// When the bus has been free for tBUF. A line that never rose has been high since power-up.
static uint64_t free_at_ps(const bit_engine *e)
{
    uint64_t at_ps = i2c_sim_now_ps(e->sim);
    for (unsigned line = 0; line < 2; line++) {
        const uint64_t rise_ps = i2c_line_rise_ps(e->sim, (i2c_line)line, I2C_AT_70);
        if (rise_ps != I2C_NEVER_PS && rise_ps != 0)
            at_ps = later(at_ps, rise_ps + e->timing->buf_ps);
    }
    return at_ps + e->cell.early_ps;
}

static void wait_without_limit(bit_engine *e)
{
    i2c_timer_cancel(e->sim, &e->timer);
    e->phase = BIT_WAIT_FREE;
}

static void wait_for_free_bus(bit_engine *e)
{
    i2c_node_hear(e->sim, e->node, I2C_HEAR_ALL);
    if (bus_is_free(e))
        arm(e, BIT_FREE, free_at_ps(e));
    else if (e->give_up_ps != I2C_NEVER_PS)
        arm(e, BIT_WAIT_FREE, e->give_up_ps);
    else
        wait_without_limit(e);
}

static void pull_sda_for_start(bit_engine *e, uint64_t now_ps)
{
    i2c_node_pull(e->sim, e->node, I2C_SDA);
    e->start_ps = now_ps;
    e->scl_low = false;
    e->claimed = true;
    end(e, BIT_DONE, false);
}

static void stop_waiting_for_bus(bit_engine *e)
{
    i2c_node_hear(e->sim, e->node, e->minds_others ? I2C_HEAR_ALL : BIT_ENGINE_HEARS);
}

// ---- SCL low --------------------------------------------------------------------------------

static uint64_t low_ps(const bit_engine *e)
{
    const bit_timing *t = e->timing;
    return e->cell.kind == BIT_CELL_BIT ? t->low_ps[(e->cell.clock - 1) & 1] : t->turn_low_ps;
}

static uint64_t hold_ps(const bit_engine *e, uint64_t low)
{
    const bit_timing *t = e->timing;
    if (e->cell.kind == BIT_CELL_BIT && t->sda_setup_ps != 0 && t->sda_setup_ps < low)
        return later(low - t->sda_setup_ps, t->sda_hold_ps);
    return e->cell.after_ack ? t->ack_hold_ps : t->sda_hold_ps;
}

static i2c_drive wanted_sda(const bit_engine *e)
{
    const bool high = e->cell.kind == BIT_CELL_BIT ? e->cell.sda : e->cell.kind == BIT_CELL_RESTART;
    return high ? I2C_RELEASED : I2C_PULLED;
}

/// SDA stands; SCL goes up when the low time is over. What was held up (a master that thought long
/// between two cells) keeps its set-up time.
static void sda_is_set(bit_engine *e, uint64_t sda_ps)
{
    const uint64_t due_ps = later(e->rise_due_ps, sda_ps + e->after_sda_ps);
    arm(e, BIT_LOW, due_ps + e->cell.low_ps);
}

/// SCL is low: SDA changes after its hold, if it must change at all.
static void low_begins(bit_engine *e, uint64_t now_ps)
{
    const uint64_t low = low_ps(e);
    const uint64_t hold = hold_ps(e, low);
    const uint64_t due_ps = later(e->fall_ps + hold + e->cell.early_ps, now_ps);
    e->rise_due_ps = e->fall_ps + low;
    e->after_sda_ps = low > hold ? low - hold : 0;
    if (i2c_node_drive(e->sim, e->node, I2C_SDA) == wanted_sda(e))
        sda_is_set(e, due_ps);
    else
        arm(e, BIT_LOW_EARLY, due_ps);
}

static void pull_scl(bit_engine *e, uint64_t now_ps)
{
    i2c_node_pull(e->sim, e->node, I2C_SCL);
    e->fall_ps = now_ps;
    e->scl_low = true;
}

static void hold_ends(bit_engine *e, uint64_t now_ps)
{
    pull_scl(e, now_ps);
    if (e->cell.kind == BIT_CELL_GRAB)
        end(e, BIT_DONE, false);
    else
        low_begins(e, now_ps);
}

// ---- SCL high -------------------------------------------------------------------------------

static void high_begins(bit_engine *e, uint64_t now_ps)
{
    const bit_timing *t = e->timing;
    if (e->cell.kind == BIT_CELL_RESTART) {
        arm(e, BIT_HIGH, now_ps + t->su_sta_ps + e->cell.high_ps);
    } else if (e->cell.kind == BIT_CELL_STOP) {
        arm(e, BIT_HIGH, now_ps + t->su_sto_ps + e->cell.high_ps);
    } else {
        const unsigned odd_even = (e->cell.clock - 1) & 1;
        e->sample_at_ps = now_ps + t->sample_ps[odd_even];
        arm(e, BIT_HIGH, now_ps + t->high_ps[odd_even] + e->cell.high_ps);
    }
}

static void release_scl(bit_engine *e, uint64_t now_ps)
{
    i2c_node_release(e->sim, e->node, I2C_SCL);
    e->scl_low = false;
    e->phase = BIT_RISING;
    if (i2c_node_level(e->sim, e->node, I2C_SCL))
        high_begins(e, now_ps); // a glitch holds it high: there will be no edge
    else if (e->scl_wait_ps != I2C_NEVER_PS)
        arm(e, BIT_RISING, now_ps + e->scl_wait_ps);
}

static bool sda_now(const bit_engine *e)
{
    return i2c_node_level(e->sim, e->node, I2C_SDA);
}

/// The cell ends when SDA has had the time to rise, whether or not it did.
static void release_sda_for_stop(bit_engine *e, uint64_t now_ps)
{
    i2c_node_release(e->sim, e->node, I2C_SDA);
    e->claimed = false;
    arm(e, BIT_STOPPED, now_ps + e->timing->settle_ps);
}

/// The bit is what SDA was at the sampling instant, which is looked up now: it needs no event.
static void end_bit(bit_engine *e, uint64_t now_ps)
{
    const bool past = e->cell.sample && e->sample_at_ps < now_ps;
    const bool sda =
        past ? i2c_node_level_at(e->sim, e->node, I2C_SDA, e->sample_at_ps) : sda_now(e);
    pull_scl(e, now_ps);
    end(e, BIT_DONE, sda);
}

static void high_ends(bit_engine *e, uint64_t now_ps)
{
    if (e->cell.kind == BIT_CELL_RESTART) {
        pull_sda_for_start(e, now_ps);
    } else if (e->cell.kind == BIT_CELL_STOP) {
        release_sda_for_stop(e, now_ps);
    } else {
        assert(e->cell.kind == BIT_CELL_BIT); // the others have no high phase
        end_bit(e, now_ps);
    }
}

/// Somebody else ended the high phase: a bit ends for this master too (UM10204 3.1.7), Sr and STOP
/// wait for the next rise.
static void high_is_cut(bit_engine *e, uint64_t now_ps)
{
    if (e->cell.kind != BIT_CELL_BIT) {
        i2c_timer_cancel(e->sim, &e->timer);
        e->phase = BIT_RISING;
        return;
    }
    i2c_timer_cancel(e->sim, &e->timer);
    end_bit(e, now_ps);
}

// ---- events ---------------------------------------------------------------------------------

static void on_timer(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    switch (e->phase) {
    case BIT_WAIT_FREE:
        stop_waiting_for_bus(e);
        end(e, BIT_NOT_FREE, false);
        return;
    case BIT_FREE:
        stop_waiting_for_bus(e);
        pull_sda_for_start(e, now_ps);
        return;
    case BIT_HOLD:
        hold_ends(e, now_ps);
        return;
    case BIT_VOID_STOP:
        release_sda_for_stop(e, now_ps);
        return;
    case BIT_STOPPED:
        end(e, BIT_DONE, sda_now(e));
        return;
    case BIT_LOW_EARLY:
        i2c_node_set(e->sim, e->node, I2C_SDA, wanted_sda(e));
        sda_is_set(e, now_ps);
        return;
    case BIT_LOW:
        release_scl(e, now_ps);
        return;
    case BIT_RISING:
        end(e, BIT_SCL_TIMEOUT, false);
        return;
    case BIT_HIGH:
        high_ends(e, now_ps);
        return;
    case BIT_IDLE:
        break;
    }
    assert(e->phase != BIT_IDLE);
}

/// START and STOP of anybody, as a hardware peripheral watches for them. In the order in which the
/// edges are told, so that SDA before SCL in one instant is a START.
static void watch_bus(bit_engine *e, i2c_line line, bool high)
{
    if (line == I2C_SCL)
        e->scl_was_high = high;
    else if (e->scl_was_high)
        e->others = !high;
}

void bit_engine_edge(bit_engine *e, i2c_line line, bool high, uint64_t now_ps)
{
    if (e->minds_others)
        watch_bus(e, line, high);
    switch (e->phase) {
    case BIT_RISING:
        if (line == I2C_SCL && high) {
            i2c_timer_cancel(e->sim, &e->timer);
            high_begins(e, now_ps);
        }
        return;
    case BIT_HIGH:
        if (line == I2C_SCL && !high)
            high_is_cut(e, now_ps);
        return;
    case BIT_HOLD:
        if (line == I2C_SCL && !high) {
            i2c_timer_cancel(e->sim, &e->timer);
            hold_ends(e, now_ps);
        }
        return;
    case BIT_WAIT_FREE:
    case BIT_FREE:
        wait_for_free_bus(e);
        return;
    default:
        return;
    }
}

// ---- from above -----------------------------------------------------------------------------

void bit_engine_init(bit_engine *e)
{
    e->timer = (i2c_timer){on_timer, e, false};
    e->phase = BIT_IDLE;
    e->scl_low = false;
    e->claimed = false;
    e->others = false;
    e->scl_was_high = i2c_node_level(e->sim, e->node, I2C_SCL);
}

/// The cell behind a START: what is left of its hold comes first.
static void begin_behind_start(bit_engine *e)
{
    const uint64_t now_ps = i2c_sim_now_ps(e->sim);
    if (e->cell.kind == BIT_CELL_STOP)
        arm(e, BIT_VOID_STOP,
            later(e->start_ps + e->timing->void_stop_ps, now_ps) + e->cell.high_ps);
    else
        arm(e, BIT_HOLD, later(e->start_ps + e->timing->hd_sta_ps, now_ps));
}

void bit_engine_begin(bit_engine *e, const bit_cell *cell)
{
    assert(e->phase == BIT_IDLE);
    assert(e->claimed == (cell->kind != BIT_CELL_START));
    assert(cell->kind != BIT_CELL_GRAB || !e->scl_low);
    e->cell = *cell;
    if (cell->kind == BIT_CELL_START) {
        const uint64_t now_ps = i2c_sim_now_ps(e->sim);
        const bool bounded = e->bus_wait_ps < I2C_NEVER_PS - now_ps;
        e->give_up_ps = bounded ? now_ps + e->bus_wait_ps : I2C_NEVER_PS;
        wait_for_free_bus(e);
    } else if (e->scl_low) {
        low_begins(e, i2c_sim_now_ps(e->sim));
    } else {
        begin_behind_start(e);
    }
}

void bit_engine_begin_next_bit(bit_engine *e, bool sda)
{
    assert(e->phase == BIT_IDLE && e->claimed && e->scl_low);
    assert(e->cell.kind == BIT_CELL_BIT && e->cell.clock < 9);
    e->cell.clock++;
    e->cell.sda = sda;
    low_begins(e, i2c_sim_now_ps(e->sim));
}

void bit_engine_halt(bit_engine *e)
{
    i2c_timer_cancel(e->sim, &e->timer);
    if (e->phase == BIT_WAIT_FREE || e->phase == BIT_FREE)
        stop_waiting_for_bus(e);
    e->phase = BIT_IDLE;
}

void bit_engine_release(bit_engine *e)
{
    bit_engine_halt(e);
    i2c_node_set_both(e->sim, e->node, I2C_SCL, I2C_RELEASED, I2C_RELEASED);
    e->scl_low = false;
    e->claimed = false;
}

void bit_engine_adopt_start(bit_engine *e)
{
    assert(e->phase == BIT_IDLE && !e->claimed);
    e->start_ps = i2c_sim_now_ps(e->sim);
    e->scl_low = false;
    e->claimed = true;
}
