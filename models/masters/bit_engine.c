#include "models/masters/bit_engine.h"

#include <assert.h>

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/// The phase lasts until `due_ps`; `at_end` is what the master does then.
static inline void arm(bit_engine *e, bit_phase phase, i2c_timer_fn *at_end, uint64_t due_ps)
{
    e->phase = phase;
    e->timer.fire = at_end;
    e->due_ps = due_ps;
    i2c_timer_set(e->sim, &e->timer, due_ps);
}

static inline void end(bit_engine *e, bit_result result, bool sda)
{
    e->phase = BIT_IDLE;
    e->done(e->ctx, result, sda);
}

// ---- START ----------------------------------------------------------------------------------

/// A transfer is open whose START this master could see. The engine that minds others hears them
/// itself, at its own thresholds; for the rest the monitor does.
static bool others_have_it(const bit_engine *e)
{
    const i2c_monitor *m = i2c_sim_monitor(e->sim);
    return e->others || (e->arbitrates && !e->minds_others && m->open && m->start_ps > e->since_ps);
}

static bool bus_is_free(const bit_engine *e)
{
    return !others_have_it(e) && i2c_node_level(e->sim, e->node, I2C_SCL) &&
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

static void stop_listening(bit_engine *e)
{
    i2c_node_hear(e->sim, e->node, e->minds_others ? I2C_HEAR_ALL : BIT_ENGINE_HEARS);
}

static void pull_sda_for_start(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    i2c_node_pull(e->sim, e->node, I2C_SDA);
    e->start_ps = now_ps;
    e->scl_low = false;
    e->claimed = true;
    end(e, BIT_DONE, false);
}

static void bus_was_free(void *ctx, uint64_t now_ps)
{
    stop_listening(ctx);
    pull_sda_for_start(ctx, now_ps);
}

static void bus_was_not_free(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    stop_listening(ctx);
    end(ctx, BIT_NOT_FREE, false);
}

static void wait_for_free_bus(bit_engine *e)
{
    if (e->clocking == BIT_BLIND) {
        arm(e, BIT_FREE, bus_was_free, free_at_ps(e));
        return;
    }
    i2c_node_hear(e->sim, e->node, I2C_HEAR_ALL);
    if (bus_is_free(e))
        arm(e, BIT_FREE, bus_was_free, free_at_ps(e));
    else if (e->give_up_ps != I2C_NEVER_PS)
        arm(e, BIT_WAIT_FREE, bus_was_not_free, e->give_up_ps);
    else
        wait_without_limit(e);
}

// ---- SCL high -------------------------------------------------------------------------------

static bool sda_now(const bit_engine *e)
{
    return i2c_node_level(e->sim, e->node, I2C_SDA);
}

static inline void pull_scl(bit_engine *e, uint64_t now_ps)
{
    i2c_node_pull(e->sim, e->node, I2C_SCL);
    e->fall_ps = now_ps;
    e->scl_low = true;
}

/// The bit is what SDA was at the sampling instant, which is looked up now: it needs no event.
static void end_bit(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    const bool past = e->cell.sample && e->sample_at_ps < now_ps;
    const bool sda =
        past ? i2c_node_level_at(e->sim, e->node, I2C_SDA, e->sample_at_ps) : sda_now(e);
    pull_scl(e, now_ps);
    end(e, BIT_DONE, sda);
}

static void end_sampled_bit(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    const bool sda = e->cell.sample ? e->sampled : sda_now(e);
    pull_scl(e, now_ps);
    end(e, BIT_DONE, sda);
}

static void stop_is_over(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    end(ctx, BIT_DONE, sda_now(ctx));
}

/// The cell ends when SDA has had the time to rise, whether or not it did.
static void release_sda_for_stop(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    i2c_node_release(e->sim, e->node, I2C_SDA);
    e->claimed = false;
    arm(e, BIT_STOPPED, stop_is_over, now_ps + e->timing->settle_ps);
}

static inline unsigned odd_even(const bit_engine *e)
{
    return (e->cell.clock - 1) & 1;
}

static void lost(bit_engine *e)
{
    i2c_timer_cancel(e->sim, &e->timer);
    stop_listening(e);
    end(e, BIT_LOST, false);
}

/// SDA that is low already is another master's data bit or STOP, or a slave that holds it: there is
/// no Sr to be made.
static void restart(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    if (!e->arbitrates) {
        pull_sda_for_start(e, now_ps);
    } else if (!sda_now(e)) {
        lost(e);
    } else {
        stop_listening(e);
        pull_sda_for_start(e, now_ps);
    }
}

/// SDA moves before this master has made its Sr. A fall is the same Sr of another one, a little
/// earlier, and this one's, too; a rise is another one's STOP.
static void restart_is_made(bit_engine *e, bool high, uint64_t now_ps)
{
    if (high) {
        lost(e);
        return;
    }
    i2c_timer_cancel(e->sim, &e->timer);
    stop_listening(e);
    pull_sda_for_start(e, now_ps);
}

/// SCL is high before Sr or STOP.
static __attribute__((noinline)) void turn_begins(bit_engine *e, uint64_t from_ps)
{
    if (e->cell.kind == BIT_CELL_RESTART) {
        if (e->arbitrates)
            i2c_node_hear(e->sim, e->node, I2C_HEAR_ALL); // another's Sr may come first
        arm(e, BIT_HIGH, restart, from_ps + e->timing->su_sta_ps);
    } else {
        assert(e->cell.kind == BIT_CELL_STOP); // the others have no high phase
        arm(e, BIT_HIGH, release_sda_for_stop, from_ps + e->timing->su_sto_ps);
    }
}

static void high_begins(bit_engine *e, uint64_t now_ps)
{
    const bit_timing *t = e->timing;
    const uint64_t from_ps = now_ps + e->cell.high_ps;
    if (e->cell.kind != BIT_CELL_BIT) {
        turn_begins(e, from_ps);
        return;
    }
    e->sample_at_ps = now_ps + t->sample_ps[odd_even(e)];
    arm(e, BIT_HIGH, e->clocking == BIT_SAMPLES_FIRST ? end_sampled_bit : end_bit,
        from_ps + t->high_ps[odd_even(e)]);
}

static void scl_stayed_low(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    end(ctx, BIT_SCL_TIMEOUT, false);
}

static void look_at_scl(void *ctx, uint64_t now_ps);

static void sample_sda(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    (void)now_ps;
    e->sampled = sda_now(e);
    arm(e, BIT_RUNS_ON, look_at_scl, e->end_at_ps);
}

static bool is_read(const bit_engine *e)
{
    return e->cell.kind == BIT_CELL_BIT && e->cell.sample;
}

static uint64_t high_ps(const bit_engine *e)
{
    if (e->cell.kind == BIT_CELL_BIT)
        return e->timing->high_ps[odd_even(e)];
    return e->cell.kind == BIT_CELL_RESTART ? e->timing->su_sta_ps : e->timing->su_sto_ps;
}

/// SCL was released, and the master's clock runs on whether SCL rises or not.
static void run_on(bit_engine *e, uint64_t now_ps)
{
    const bool bounded = e->scl_wait_ps < I2C_NEVER_PS - now_ps;
    e->give_up_ps = bounded ? now_ps + e->scl_wait_ps : I2C_NEVER_PS;
    e->end_at_ps = now_ps + high_ps(e) + e->cell.high_ps;
    if (is_read(e)) {
        e->sample_at_ps = now_ps + e->timing->sample_ps[odd_even(e)];
        arm(e, BIT_RUNS_ON, sample_sda, e->sample_at_ps);
    } else {
        arm(e, BIT_RUNS_ON, look_at_scl, e->end_at_ps);
    }
}

static void look_again(bit_engine *e)
{
    e->end_at_ps += e->again_ps;
    if (is_read(e) && !e->keeps_sample) {
        e->sample_at_ps += e->again_ps;
        arm(e, BIT_RUNS_ON, sample_sda, e->sample_at_ps);
    } else {
        arm(e, BIT_RUNS_ON, look_at_scl, e->end_at_ps);
    }
}

/// The high phase is over, as far as the master's own clock goes.
static void look_at_scl(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    const bool high = e->clocking == BIT_BLIND || i2c_node_level(e->sim, e->node, I2C_SCL);
    if (!high && now_ps >= e->give_up_ps) {
        end(e, BIT_SCL_TIMEOUT, false);
    } else if (!high) {
        look_again(e);
    } else if (e->cell.kind == BIT_CELL_RESTART) {
        pull_sda_for_start(e, now_ps);
    } else if (e->cell.kind == BIT_CELL_STOP) {
        release_sda_for_stop(e, now_ps);
    } else {
        const bool sda = e->cell.sample ? e->sampled : sda_now(e);
        pull_scl(e, now_ps);
        end(e, BIT_DONE, sda);
    }
}

/// SCL was released, and more is to be done than to wait for its edge.
static __attribute__((noinline)) void scl_released(bit_engine *e, uint64_t now_ps)
{
    e->sampled = e->clocking == BIT_SAMPLES_FIRST && sda_now(e); // as it was settled before
    if (e->clocking >= BIT_LOOKS_LATE)
        run_on(e, now_ps);
    else if (i2c_node_level(e->sim, e->node, I2C_SCL))
        high_begins(e, now_ps); // a glitch holds it high: there will be no edge
    else if (e->scl_wait_ps != I2C_NEVER_PS)
        arm(e, BIT_RISING, scl_stayed_low, now_ps + e->scl_wait_ps);
}

static void release_scl(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    i2c_node_release(e->sim, e->node, I2C_SCL);
    e->scl_low = false;
    e->phase = BIT_RISING;
    if (e->clocking != BIT_SEES_SCL || e->scl_wait_ps != I2C_NEVER_PS ||
        i2c_node_level(e->sim, e->node, I2C_SCL))
        scl_released(e, now_ps);
}

/// Somebody else ended the high phase: a bit ends for this master too (UM10204 3.1.7). Before Sr or
/// STOP that is another master with a bit of its own; who does not look waits for the next rise.
static void high_is_cut(bit_engine *e, uint64_t now_ps)
{
    i2c_timer_cancel(e->sim, &e->timer);
    if (e->cell.kind == BIT_CELL_BIT)
        e->timer.fire(e, now_ps); // which ends it
    else if (e->arbitrates)
        lost(e);
    else
        e->phase = BIT_RISING;
}

bool bit_engine_linger(bit_engine *e, uint64_t high_ps)
{
    const uint64_t rise_ps = i2c_line_rise_ps(e->sim, I2C_SCL, I2C_AT_70);
    if (e->phase != BIT_HIGH || !e->timer.queued || rise_ps == I2C_NEVER_PS)
        return false;
    arm(e, BIT_HIGH, e->timer.fire, later(e->due_ps, rise_ps + high_ps));
    return true;
}

// ---- SCL low --------------------------------------------------------------------------------

static bool wanted_sda(const bit_engine *e)
{
    return e->cell.kind == BIT_CELL_BIT ? e->cell.sda : e->cell.kind == BIT_CELL_RESTART;
}

/// SDA stands; SCL goes up when the low time is over. What was held up (a master that thought long
/// between two cells) keeps its set-up time.
static inline void sda_is_set(bit_engine *e, uint64_t rise_due_ps, uint64_t least_ps)
{
    arm(e, BIT_LOW, release_scl, later(rise_due_ps, least_ps) + e->cell.low_ps);
}

static void set_sda(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    i2c_node_set(e->sim, e->node, I2C_SDA, wanted_sda(e) ? I2C_RELEASED : I2C_PULLED);
    sda_is_set(e, e->rise_due_ps, now_ps + e->after_sda_ps);
}

/// SCL is low for `low_ps`: SDA changes after its hold, if it must change at all.
static inline void low_lasts(bit_engine *e, uint64_t now_ps, uint64_t low_ps, uint64_t hold_ps,
                             bool sda)
{
    const uint64_t due_ps = later(e->fall_ps + hold_ps + e->cell.early_ps, now_ps);
    const uint64_t rise_due_ps = e->fall_ps + low_ps;
    const uint64_t after_sda_ps = low_ps > hold_ps ? low_ps - hold_ps : 0;
    if ((i2c_node_drive(e->sim, e->node, I2C_SDA) != I2C_PULLED) == sda) {
        sda_is_set(e, rise_due_ps, due_ps + after_sda_ps);
        return;
    }
    e->rise_due_ps = rise_due_ps;
    e->after_sda_ps = after_sda_ps;
    if (due_ps == now_ps)
        set_sda(e, now_ps); // without any hold: in the round of SCL's own fall, behind it
    else
        arm(e, BIT_LOW_EARLY, set_sda, due_ps);
}

static inline void bit_low_begins(bit_engine *e, uint64_t now_ps)
{
    const bit_timing *t = e->timing;
    const uint64_t low_ps = t->low_ps[odd_even(e)];
    uint64_t hold_ps = e->cell.after_ack ? t->ack_hold_ps : t->sda_hold_ps;
    if (t->sda_setup_ps != 0 && t->sda_setup_ps < low_ps)
        hold_ps = later(low_ps - t->sda_setup_ps, t->sda_hold_ps);
    low_lasts(e, now_ps, low_ps, hold_ps, e->cell.sda);
}

static void low_begins(bit_engine *e, uint64_t now_ps)
{
    const bit_timing *t = e->timing;
    if (e->cell.kind == BIT_CELL_BIT)
        bit_low_begins(e, now_ps);
    else
        low_lasts(e, now_ps, t->turn_low_ps, e->cell.after_ack ? t->ack_hold_ps : t->sda_hold_ps,
                  wanted_sda(e));
}

static void hold_ends(void *ctx, uint64_t now_ps)
{
    bit_engine *e = ctx;
    pull_scl(e, now_ps);
    if (e->cell.kind == BIT_CELL_GRAB)
        end(e, BIT_DONE, false);
    else
        low_begins(e, now_ps);
}

// ---- events ---------------------------------------------------------------------------------

/// START and STOP of anybody, as a hardware peripheral watches for them. In the order in which the
/// edges are told, so that SDA before SCL in one instant is a START.
static void watch_bus(bit_engine *e, i2c_line line, bool high)
{
    if (line == I2C_SCL)
        e->scl_was_high = high;
    else if (e->scl_was_high)
        e->others = !high;
}

/// An edge while the master does not wait for SCL to rise.
static __attribute__((noinline)) void edge_meanwhile(bit_engine *e, i2c_line line, bool high,
                                                     uint64_t now_ps)
{
    const bool scl_fell = line == I2C_SCL && !high;
    if (e->clocking >= BIT_LOOKS_LATE && e->phase != BIT_WAIT_FREE && e->phase != BIT_FREE)
        return;
    if (e->phase == BIT_HIGH && scl_fell) {
        high_is_cut(e, now_ps);
    } else if (e->phase == BIT_HIGH && line == I2C_SDA && e->arbitrates &&
               e->cell.kind == BIT_CELL_RESTART) {
        restart_is_made(e, high, now_ps);
    } else if (e->phase == BIT_HOLD && scl_fell) {
        i2c_timer_cancel(e->sim, &e->timer);
        hold_ends(e, now_ps);
    } else if (e->phase == BIT_WAIT_FREE || e->phase == BIT_FREE) {
        wait_for_free_bus(e);
    }
}

void bit_engine_edge(bit_engine *e, i2c_line line, bool high, uint64_t now_ps)
{
    if (e->minds_others)
        watch_bus(e, line, high);
    if (e->phase != BIT_RISING) {
        edge_meanwhile(e, line, high, now_ps);
    } else if (line == I2C_SCL && high) {
        i2c_timer_cancel(e->sim, &e->timer);
        high_begins(e, now_ps);
    }
}

// ---- from above -----------------------------------------------------------------------------

void bit_engine_init(bit_engine *e)
{
    e->timer = (i2c_timer){NULL, e, false};
    e->phase = BIT_IDLE;
    e->scl_low = false;
    e->claimed = false;
    e->others = false;
    e->since_ps = i2c_sim_now_ps(e->sim);
    e->scl_was_high = i2c_node_level(e->sim, e->node, I2C_SCL);
}

/// The cell behind a START: what is left of its hold comes first.
static void begin_behind_start(bit_engine *e)
{
    const uint64_t now_ps = i2c_sim_now_ps(e->sim);
    if (e->cell.kind == BIT_CELL_STOP)
        arm(e, BIT_VOID_STOP, release_sda_for_stop,
            later(e->start_ps + e->timing->void_stop_ps, now_ps) + e->cell.high_ps +
                e->cell.hold_ps);
    else
        arm(e, BIT_HOLD, hold_ends,
            later(e->start_ps + e->timing->hd_sta_ps, now_ps) + e->cell.hold_ps);
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
    bit_low_begins(e, i2c_sim_now_ps(e->sim));
}

void bit_engine_halt(bit_engine *e)
{
    i2c_timer_cancel(e->sim, &e->timer);
    if (e->phase == BIT_WAIT_FREE || e->phase == BIT_FREE)
        stop_listening(e);
    e->phase = BIT_IDLE;
}

void bit_engine_release(bit_engine *e)
{
    bit_engine_halt(e);
    i2c_node_set_both(e->sim, e->node, I2C_SCL, I2C_RELEASED, I2C_RELEASED);
    e->scl_low = false;
    e->claimed = false;
}

void bit_engine_take_scl(bit_engine *e)
{
    assert(e->phase == BIT_IDLE && e->claimed);
    pull_scl(e, i2c_sim_now_ps(e->sim));
}

void bit_engine_adopt_start(bit_engine *e)
{
    assert(e->phase == BIT_IDLE && !e->claimed);
    e->start_ps = i2c_sim_now_ps(e->sim);
    e->scl_low = false;
    e->claimed = true;
}
