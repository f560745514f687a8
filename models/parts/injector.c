#include "models/parts/injector.h"

#include <assert.h>
#include <string.h>

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/// One ending: the injector and what it reports.
typedef struct {
    injector *in;
    uint64_t scl_wait_ps;
    injector_outcome *outcome;
} ending;

static uint64_t now_ps(const injector *in)
{
    return i2c_sim_now_ps(in->sim);
}

static bool out_of_time(const ending *e)
{
    if (i2c_sim_budget_spent(e->in->sim))
        e->outcome->end = INJECTOR_NO_TIME;
    return e->outcome->end == INJECTOR_NO_TIME;
}

static bool sda_is_high(const injector *in)
{
    return i2c_node_level(in->sim, in->node, I2C_SDA);
}

static uint64_t since_ps(uint64_t at_ps, uint64_t span_ps)
{
    return at_ps == I2C_NEVER_PS ? 0 : at_ps + span_ps;
}

// ---- SCL ------------------------------------------------------------------------------------

/// Waits for SCL to rise, if it is low. The injector does not pull it.
static bool wait_for_scl(const ending *e)
{
    injector *in = e->in;
    const uint64_t from_ps = now_ps(in);
    const bool came = i2c_sim_run_until(in->sim, &in->scl_high, from_ps + e->scl_wait_ps);
    e->outcome->longest_low_ps = later(e->outcome->longest_low_ps, now_ps(in) - from_ps);
    if (came)
        return true;
    if (!out_of_time(e))
        e->outcome->end = INJECTOR_SCL_STUCK;
    return false;
}

/// The earliest legal fall of SCL: tHIGH, the period, and the hold of a START in this high phase.
static uint64_t fall_may_be_ps(const injector *in)
{
    const uint64_t rose_ps = i2c_line_rise_ps(in->sim, I2C_SCL, I2C_AT_70);
    const uint64_t fell_ps = i2c_line_fall_ps(in->sim, I2C_SCL, I2C_AT_70);
    const i2c_monitor *m = i2c_sim_monitor(in->sim);
    const uint64_t held_ps = m->segments > 0 ? m->start_ps + in->timing.hd_sta_ps : 0;
    return later(later(since_ps(rose_ps, in->timing.high_ps[0]), since_ps(fell_ps, in->period_ps)),
                 held_ps);
}

/// SCL goes low, if it is not, after its high time.
static bool make_scl_low(const ending *e)
{
    injector *in = e->in;
    if (in->scl_high)
        i2c_sim_run(in->sim, later(now_ps(in), fall_may_be_ps(in)));
    i2c_node_pull(in->sim, in->node, I2C_SCL);
    i2c_sim_run(in->sim, now_ps(in)); // the pull takes effect
    return !out_of_time(e);
}

/// With SCL low: sets SDA, then lets SCL rise, each in its time.
static bool raise_scl(const ending *e, i2c_drive sda)
{
    injector *in = e->in;
    const uint64_t fell_ps = i2c_line_fall_ps(in->sim, I2C_SCL, I2C_AT_70);
    uint64_t set_ps = 0;
    if (i2c_node_drive(in->sim, in->node, I2C_SDA) != sda) {
        i2c_sim_run(in->sim, later(now_ps(in), since_ps(fell_ps, in->timing.sda_hold_ps)));
        i2c_node_set(in->sim, in->node, I2C_SDA, sda);
        set_ps = now_ps(in);
    }
    const uint64_t low_until_ps = since_ps(fell_ps, in->timing.low_ps[0]);
    i2c_sim_run(in->sim, later(later(now_ps(in), low_until_ps), set_ps + in->setup_ps));
    i2c_node_release(in->sim, in->node, I2C_SCL);
    i2c_sim_run(in->sim, now_ps(in));
    return !out_of_time(e) && wait_for_scl(e);
}

/// Waits until SCL has been high for `span_ps` after it passed 70 %. False if it went low.
static bool stay_high(const ending *e, uint64_t span_ps)
{
    injector *in = e->in;
    const uint64_t rose_ps = i2c_line_rise_ps(in->sim, I2C_SCL, I2C_AT_70);
    i2c_sim_run(in->sim, later(now_ps(in), since_ps(rose_ps, span_ps)));
    return !out_of_time(e) && in->scl_high;
}

/// SCL high and SDA released: brings the lines there from wherever they were left.
static bool free_lines(const ending *e)
{
    injector *in = e->in;
    const bool pulls_scl = i2c_node_drive(in->sim, in->node, I2C_SCL) == I2C_PULLED;
    if (!pulls_scl && !in->scl_high && !wait_for_scl(e))
        return false;
    const bool pulls_sda = i2c_node_drive(in->sim, in->node, I2C_SDA) == I2C_PULLED;
    if (in->scl_high && !pulls_sda)
        return true;
    if (in->scl_high && !make_scl_low(e))
        return false;
    return raise_scl(e, I2C_RELEASED);
}

/// A fall and a rise of SCL with SDA released.
static bool clock_once(const ending *e)
{
    e->outcome->clocks++;
    return make_scl_low(e) && raise_scl(e, I2C_RELEASED);
}

// ---- STOP and START -------------------------------------------------------------------------

/// SCL is high and the injector pulls SDA: lets go of it. True when SDA rose.
static bool release_for_stop(const ending *e)
{
    injector *in = e->in;
    const i2c_monitor *m = i2c_sim_monitor(in->sim);
    if (m->segments > 0) // a START in this high phase
        i2c_sim_run(in->sim, later(now_ps(in), m->start_ps + in->timing.void_stop_ps));
    if (!stay_high(e, in->timing.su_sto_ps))
        return false;
    i2c_node_release(in->sim, in->node, I2C_SDA);
    i2c_sim_run(in->sim, now_ps(in) + in->timing.settle_ps);
    e->outcome->ended_ps = now_ps(in);
    return sda_is_high(in);
}

static bool may_clock(const ending *e)
{
    if (e->outcome->clocks < INJECTOR_CLOCKS_MAX)
        return true;
    e->outcome->end = INJECTOR_SDA_STUCK;
    return false;
}

/// Both are high, or SCL is high and SDA not: clocks until SDA is high.
static bool clock_until_sda_is_high(const ending *e)
{
    if (!stay_high(e, e->in->timing.sample_ps[0]) && e->outcome->end != INJECTOR_OK)
        return false;
    while (!sda_is_high(e->in))
        if (!may_clock(e) || !clock_once(e) || !stay_high(e, e->in->timing.sample_ps[0]))
            return false;
    return true;
}

static void let_go(const ending *e)
{
    i2c_node_set_both(e->in->sim, e->in->node, I2C_SCL, I2C_RELEASED, I2C_RELEASED);
    i2c_sim_run(e->in->sim, now_ps(e->in));
}

static bool stop_cell(const ending *e)
{
    return make_scl_low(e) && raise_scl(e, I2C_PULLED) && release_for_stop(e);
}

/// SCL high, SDA released. Tries until a STOP forms. A slave that pulls SDA in the STOP's low phase
/// (it sends a 0, or ACKs) is clocked on; each such round has at least one clock that counts.
static void stop_from_free_lines(const ending *e)
{
    while (clock_until_sda_is_high(e)) {
        if (stop_cell(e) || e->outcome->end != INJECTOR_OK)
            return;
        if (!e->in->scl_high && !wait_for_scl(e))
            return;
    }
}

/// What was taken over may be a pull of SCL that is still on its way down.
static void let_scl_fall(injector *in)
{
    const bool pulls_scl = i2c_node_drive(in->sim, in->node, I2C_SCL) == I2C_PULLED;
    if (in->scl_high && pulls_scl)
        i2c_sim_run(in->sim, later(now_ps(in), i2c_line_fall_ps(in->sim, I2C_SCL, I2C_AT_30)));
}

static ending begin(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome)
{
    memset(outcome, 0, sizeof *outcome);
    i2c_sim_run(in->sim, now_ps(in));
    let_scl_fall(in);
    return (ending){in, scl_wait_ps, outcome};
}

void injector_stop(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome)
{
    const ending e = begin(in, scl_wait_ps, outcome);
    const bool pulls_sda = i2c_node_drive(in->sim, in->node, I2C_SDA) == I2C_PULLED;
    const bool pulls_scl = i2c_node_drive(in->sim, in->node, I2C_SCL) == I2C_PULLED;
    bool stopped = false;
    if (pulls_sda && in->scl_high) {
        stopped = release_for_stop(&e);
    } else if (pulls_scl) {
        // The STOP cell itself is the next clock: nothing is lost if it does not form.
        stopped = raise_scl(&e, I2C_PULLED) && release_for_stop(&e);
    }
    if (!stopped && outcome->end == INJECTOR_OK && free_lines(&e))
        stop_from_free_lines(&e);
    let_go(&e);
}

/// tSU;STA after SCL rose, and tBUF after a STOP that the cut-off master still made.
static bool stay_free(const ending *e)
{
    injector *in = e->in;
    const uint64_t stopped_ps = i2c_line_rise_ps(in->sim, I2C_SDA, I2C_AT_70);
    if (!i2c_sim_monitor(in->sim)->open)
        i2c_sim_run(in->sim, later(now_ps(in), since_ps(stopped_ps, in->timing.buf_ps)));
    return stay_high(e, in->timing.su_sta_ps);
}

void injector_restart(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome)
{
    const ending e = begin(in, scl_wait_ps, outcome);
    if (free_lines(&e) && clock_until_sda_is_high(&e) && stay_free(&e)) {
        i2c_node_pull(in->sim, in->node, I2C_SDA);
        i2c_sim_run(in->sim, now_ps(in));
        outcome->ended_ps = now_ps(in);
        return;
    }
    let_go(&e);
}

void injector_clear_bus(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome)
{
    const ending e = begin(in, scl_wait_ps, outcome);
    bool goes = free_lines(&e);
    unsigned needed = sda_is_high(in) ? 0 : INJECTOR_CLOCKS_MAX + 1;
    for (unsigned clock = 1; goes && clock <= INJECTOR_CLOCKS_MAX; clock++) {
        goes = clock_once(&e) && stay_high(&e, in->timing.sample_ps[0]);
        if (!sda_is_high(in))
            needed = INJECTOR_CLOCKS_MAX + 1;
        else if (needed > INJECTOR_CLOCKS_MAX)
            needed = clock;
    }
    // In clock 9 a slave that was left in a write may hold its ACK: the STOP's LOW ends that, too.
    if (goes) {
        outcome->clocks = needed < INJECTOR_CLOCKS_MAX ? needed : INJECTOR_CLOCKS_MAX;
        if (!stop_cell(&e) && outcome->end == INJECTOR_OK)
            outcome->end = INJECTOR_SDA_STUCK;
    }
    let_go(&e);
}

void injector_stop_each_clock(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome)
{
    const ending e = begin(in, scl_wait_ps, outcome);
    bool stopped = false;
    bool goes = free_lines(&e);
    while (goes && !stopped) {
        goes = may_clock(&e);
        if (!goes)
            break;
        outcome->clocks++;
        stopped = stop_cell(&e);
        goes = outcome->end == INJECTOR_OK && (in->scl_high || wait_for_scl(&e));
    }
    let_go(&e);
}

void injector_clock_sda_high(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome)
{
    const ending e = begin(in, scl_wait_ps, outcome);
    bool goes = free_lines(&e) && stay_high(&e, in->timing.sample_ps[0]);
    while (goes && !sda_is_high(in) && outcome->clocks < INJECTOR_VALLEYS_MAX)
        goes = clock_once(&e) && stay_high(&e, in->timing.sample_ps[0]);
    if (goes && !sda_is_high(in))
        outcome->end = INJECTOR_SDA_STUCK;
    let_go(&e);
}

// ---- on the bus -----------------------------------------------------------------------------

void injector_take_over(injector *in, i2c_node from)
{
    i2c_node_hand_over(in->sim, from, in->node);
    for (unsigned line = 0; line < 2; line++)
        if (i2c_node_drive(in->sim, in->node, (i2c_line)line) == I2C_DRIVEN_HIGH)
            i2c_node_release(in->sim, in->node, (i2c_line)line);
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t at_ps)
{
    injector *in = ctx;
    (void)at_ps;
    if (line == I2C_SCL)
        in->scl_high = high;
}

i2c_status injector_init(injector *in, i2c_sim *sim, i2c_mode mode, const i2c_wires *wires)
{
    const i2c_threshold threshold = I2C_AT_50;
    bit_table table = bit_table_typical(mode);
    table.period_ps = i2c_timing_limits(mode)[I2C_T_PERIOD].min_ps;
    memset(in, 0, sizeof *in);
    in->sim = sim;
    bit_timing_for_wires(&in->timing, &table, wires, threshold);
    in->period_ps = table.period_ps;
    in->setup_ps = in->timing.turn_low_ps - in->timing.sda_hold_ps;
    const i2c_node_config config = {.name = "injector",
                                    .role = I2C_ROLE_INJECTOR,
                                    .threshold = threshold,
                                    .hears = I2C_HEAR_SCL,
                                    .on_edge = on_edge,
                                    .ctx = in};
    const i2c_status status = i2c_node_add(sim, &config, &in->node);
    if (status != I2C_OK)
        return status;
    in->scl_high = i2c_node_level(sim, in->node, I2C_SCL);
    const i2c_master_profile profile = {.mode = mode};
    i2c_sim_set_master_profile(sim, in->node, &profile);
    return I2C_OK;
}
