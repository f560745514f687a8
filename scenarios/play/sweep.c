// Sweeps: one transfer, broken at every point in turn, each followed by recovery.
//
// A point (points.c) that a master's own shape of the transfer does not have (NXT makes no STOP
// after a read) is counted as skipped. Point 0 is the transfer left whole: when that fails, the
// others mean nothing and are not played.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <stdio.h>

enum { QUICK_STRIDE = 8 };

// ---- after the point ------------------------------------------------------------------------

static bool stopped(play_stage *stage)
{
    injector_outcome outcome;
    injector_stop(&stage->injector, recover_patience_ps(stage), &outcome);
    return recover_injected(stage, &outcome);
}

/// A fresh master's START cuts in; it goes on with the address.
static bool after_restart(play_stage *stage)
{
    injector_outcome outcome;
    injector_restart(&stage->injector, recover_patience_ps(stage), &outcome);
    if (!recover_injected(stage, &outcome) || !world_fresh_master(stage))
        return false;
    // A master that cannot be handed a START gets a bus that was freed by a STOP.
    if (!master_adopt_start(stage->master, injector_node(&stage->injector)) && !stopped(stage))
        return false;
    return recover_served(stage);
}

static bool lines_are_high(const play_stage *stage)
{
    return i2c_line_level(stage->sim, I2C_SCL) && i2c_line_level(stage->sim, I2C_SDA);
}

/// When SCL may go up after SDA was let go: with SDA set up, and a LOW of legal length behind it.
static uint64_t scl_release_ps(const play_stage *stage)
{
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    const uint64_t rise_ps =
        spec->wires.ideal ? 0 : 3 * (uint64_t)spec->wires.rp_ohm * spec->wires.cb_pf;
    const uint64_t set_up_ps =
        i2c_sim_now_ps(stage->sim) + rise_ps + play_least_ps(stage, I2C_T_SU_DAT);
    const uint64_t fall_ps = i2c_line_fall_ps(stage->sim, I2C_SCL, I2C_AT_30);
    const uint64_t low_ps = fall_ps == I2C_NEVER_PS ? 0 : fall_ps + play_least_ps(stage, I2C_T_LOW);
    return low_ps > set_up_ps ? low_ps : set_up_ps;
}

/// Lets go of what the master holds, as a reset of its chip does. Both pins go at once there, and
/// the wires decide which line is up first; a slave cannot be asked to know. SDA goes first here
/// and SCL after a LOW of legal length, so that its rise shows a plain bit and everybody agrees on
/// what happened.
static void let_go(play_stage *stage)
{
    raw_take_over(&stage->raw, master_node(stage->master));
    master_reset(stage->master);
    raw_release(&stage->raw, I2C_SDA);
    i2c_sim_run(stage->sim, scl_release_ps(stage));
    raw_release(&stage->raw, I2C_SCL);
}

/// False: what stands behind the sweep has no sound bus and slave to run on.
static bool after_abandon(play_stage *stage, lang_sweep_kind kind, recover_way way)
{
    if (kind == LANG_SWEEP_VANISH)
        let_go(stage);
    i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + SWEEP_DEAD_PS);
    if (kind != LANG_SWEEP_VANISH)
        let_go(stage);
    i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + 10 * I2C_PS_PER_US);
    if (way != RECOVER_START_ALONE || lines_are_high(stage))
        return recover(stage, way);
    stage->left_open = true; // a START cannot be made: this way is for a bus that the cut left free
    return false;
}

/// A stretch or a stuck line lasts its time, whatever the master has done about it.
static void let_fault_end(play_stage *stage)
{
    while (stage->trap.timer.queued && i2c_sim_step(stage->sim))
        ;
}

/// Time for a slave to come up again.
static void let_start(play_stage *stage)
{
    i2c_sim_run(stage->sim,
                i2c_sim_now_ps(stage->sim) + slave_ready_ps(play_set_slave(stage->set)));
}

static bool after_point(play_stage *stage, lang_sweep_kind kind, recover_way way)
{
    let_fault_end(stage);
    switch (kind) {
    case LANG_SWEEP_STOP:
        return stopped(stage) && world_fresh_master(stage) && recover_served(stage);
    case LANG_SWEEP_RESTART:
        return after_restart(stage);
    case LANG_SWEEP_POWER_OFF:
        stage->options.adapter->power(stage->slave, true);
        world_slave_restarts(stage);
        let_start(stage);
        break;
    case LANG_SWEEP_POWER_ON:
    case LANG_SWEEP_RESET:
        let_start(stage);
        break;
    default:
        break;
    }
    return after_abandon(stage, kind, way);
}

/// The two recoveries are two runs, each from reset; a bus that a STOP or START freed needs one,
/// and so does a sweep that says how it recovers.
static unsigned ways_of(const lang_node *sweep, lang_sweep_kind kind, recover_way *first)
{
    static const recover_way ways[LANG_RECOVERY_COUNT] = {
        [LANG_RECOVERY_BOTH] = RECOVER_CLEAR,
        [LANG_RECOVERY_CLOCKS] = RECOVER_BY_CLOCKS,
        [LANG_RECOVERY_STOPS] = RECOVER_BY_STOPS,
        [LANG_RECOVERY_START] = RECOVER_BY_START,
    };
    *first = ways[sweep->value];
    if (sweep->value != LANG_RECOVERY_BOTH)
        return 1;
    return kind == LANG_SWEEP_FREEZE || kind == LANG_SWEEP_VANISH ? 2 : 1;
}

// ---- one point, all points ------------------------------------------------------------------

static const lang_node *kind_node(const play_stage *stage, const lang_node *sweep)
{
    for (uint32_t i = sweep->a; i != LANG_NONE; i = lang_at(stage->program, i)->next)
        if (lang_at(stage->program, i)->value == stage->one->sweep)
            return lang_at(stage->program, i);
    assert(false && "the case's kind is one of the sweep's");
    return NULL;
}

void sweep_run(play_stage *stage, const lang_node *sweep)
{
    const lang_node *transfer = lang_at(stage->program, sweep->c);
    if (stage->point == 0) {
        if (act_transfer(stage, transfer, stage->scenario->retries_ok))
            points_of_transfer(stage);
        return;
    }
    const lang_node *kind = kind_node(stage, sweep);
    if (kind->value == LANG_SWEEP_POWER_ON)
        stage->options.adapter->power(stage->slave, false);
    if (!trap_arm(stage, kind, stage->sweep_point))
        return;
    (void)act_transfer(stage, transfer, stage->scenario->retries_ok);
    stage->trap.lenient = false;
    trap_disarm(stage);
    if (!stage->trap.fired)
        return;
    stage->ended = false;
    if (!after_point(stage, (lang_sweep_kind)kind->value, stage->sweep_way))
        stage->ended = true;
}

static void keep_failed(play_stage *stage, const sweep_point *p)
{
    play_result *result = stage->result;
    result->points_failed++;
    if (result->failed_kept == PLAY_POINTS_KEPT)
        return;
    play_failed_point *kept = &result->failed[result->failed_kept++];
    kept->point = stage->point;
    kept->finding = stage->first_fault;
    points_name(p, kept->name, sizeof kept->name);
}

/// Is the slave as good as new, all that the scenario asks for over?
static void look_for_leaks(play_stage *stage)
{
    if (stage->ended)
        return;
    if (stage->point == 0)
        leak_reference(stage);
    else if (stage->trap.fired && !stage->leak_first)
        (void)leak_play(stage);
}

/// Plays the scenario from reset with the point's fault. False: the case ended with an error.
static bool play_point(play_stage *stage, recover_way way, bool *fired)
{
    stage->sweep_way = way;
    if (!world_new(stage, 0))
        return false;
    act_statements(stage, stage->scenario->body);
    *fired = stage->trap.fired;
    look_for_leaks(stage);
    if (!*fired)
        recover_after_failure(stage); // a point that was reached is recovered from by the sweep
    world_end(stage);
    return stage->result->verdict != PLAY_ERROR && stage->result->verdict != PLAY_NOT_APPLICABLE;
}

/// What is left behind may show in the very first transfer only, and be gone with it: known_good
/// comes first, or the leak checks do, in turn from point to point; a long run plays both, each
/// from reset. Where statements of the scenario's own stand behind the sweep, they mean the bus as
/// known_good leaves it.
static bool play_orders(play_stage *stage, const lang_node *sweep, recover_way way, bool *fired)
{
    const lang_sweep_kind kind = (lang_sweep_kind)stage->one->sweep;
    const bool either = recover_may_look_first(stage, kind) && sweep->next == LANG_NONE;
    const bool both = either && play_set_options_of(stage->set)->long_runs;
    stage->leak_first = either && ((unsigned)stage->point + way) % 2 != 0;
    if (!play_point(stage, way, fired))
        return false;
    if (!both || !*fired || stage->left_open)
        return true;
    stage->leak_first = !stage->leak_first;
    return play_point(stage, way, fired);
}

static bool sweep_point_run(play_stage *stage, const lang_node *sweep, uint32_t i,
                            const sweep_point *p)
{
    const lang_sweep_kind kind = (lang_sweep_kind)kind_node(stage, sweep)->value;
    recover_way first = RECOVER_CLEAR;
    const unsigned ways = ways_of(sweep, kind, &first);
    const uint64_t faults = stage->faults_found;
    bool fired = false;
    stage->point = (int32_t)i + 1;
    stage->sweep_point = p;
    stage->first_fault = UINT8_MAX;
    for (unsigned way = 0; way < ways; way++) {
        if (!play_orders(stage, sweep, (recover_way)(first + way), &fired))
            return false;
        if (!fired)
            break;
    }
    stage->result->points++;
    if (!fired)
        stage->result->points_skipped++;
    if (stage->faults_found != faults)
        keep_failed(stage, p);
    return true;
}

static bool play_reference_run(play_stage *stage)
{
    bool fired = false;
    stage->point = 0;
    leak_gather(stage);
    if (!play_point(stage, RECOVER_CLEAR, &fired))
        return false;
    if (stage->faults_found == 0)
        return true;
    snprintf(stage->result->reason, sizeof stage->result->reason,
             "the sweep was not played: its transfer fails already where nothing breaks it off");
    return false;
}

static bool reference_is_good(play_stage *stage)
{
    bool good = false;
    if (reference_recall(stage, &good))
        return good;
    good = play_reference_run(stage);
    reference_keep(stage, good);
    return good;
}

void sweep_case(play_stage *stage, const lang_node *sweep)
{
    const sweep_shape *shape = &stage->shape;
    stage->faults_found = 0;
    stage->shape.messages = 0;
    stage->leak_first = false;
    if (!reference_is_good(stage))
        return;
    const uint32_t count = points_count(shape);
    const bool quick = play_set_options_of(stage->set)->quick && stage->one->point < 0;
    uint32_t asked = 0;
    for (uint32_t i = 0; i < count; i++) {
        const sweep_point p = points_at(shape, i);
        if (!points_ask_for(stage, sweep, &p, i) || (quick && asked++ % QUICK_STRIDE != 0))
            continue;
        if (!sweep_point_run(stage, sweep, i, &p))
            return;
    }
    if (stage->one->point > 0 && stage->result->points == 0)
        verdict_reason(stage, PLAY_ERROR, "", "the sweep has no such point");
}
