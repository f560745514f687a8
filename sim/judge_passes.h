/// The passes of the rules that run on each change. They compare masks and times; whatever looks
/// wrong is looked at again out of line, so that a bus without faults costs little. Inline, for
/// run.c alone: there the line is a constant.
#ifndef I2C_JUDGE_PASSES_H
#define I2C_JUDGE_PASSES_H

#include "sim/judge_private.h"

// ---- pulls ----------------------------------------------------------------------------------

/// Remembers when the slave changed SDA in this LOW; measured when SCL rises.
static inline void judge_note_change(i2c_judge *j, unsigned node, bool pull, uint64_t now_ps)
{
    i2c_judged_slave *s = &j->slave[node];
    if (!(j->changed >> node & 1u)) {
        j->changed |= 1u << node;
        s->first_ps = now_ps;
        s->first_is_release = !pull;
    }
}

/// SCL is low, or on its way. While it falls the monitor is one bit behind: a pull is judged when
/// it has taken the edge.
static inline void judge_change_at_low(i2c_sim *sim, unsigned node, bool pull)
{
    i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    if (!scl->low && i2c_net_high(scl)) {
        i2c_judge_late_change(sim, node); // between 50 % and 70 % of a rise
        return;
    }
    judge_note_change(j, node, pull, sim->now_ps);
    if (!pull)
        j->deferred &= ~(1u << node);
    else if (i2c_judge_scl_begins_to_fall(sim))
        j->deferred |= 1u << node;
    else if (!(j->may_pull >> node & 1u))
        i2c_judge_foreign_pull(sim, node);
}

static inline void judge_slave_sda(i2c_sim *sim, uint32_t changed, uint32_t pulled)
{
    i2c_judge *j = &sim->judge;
    const bool high = i2c_judge_scl_is_high(sim);
    for (uint32_t left = changed; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        const bool pull = (pulled >> node & 1u) != 0;
        if (high)
            i2c_judge_change_at_high(sim, node, pull);
        else
            judge_change_at_low(sim, node, pull);
        j->slave[node].last_ps = sim->now_ps;
        if (j->slave[node].owes && !pull)
            i2c_judge_settle_owed(sim, node, false);
    }
}

/// Settled pulls of a line changed (nets already hold the new ones; the level does not yet).
static inline __attribute__((always_inline)) void judge_pulls(i2c_sim *sim, unsigned line,
                                                              uint32_t pulled, uint32_t released)
{
    i2c_judge *j = &sim->judge;
    const uint32_t slaves = j->slaves;
    if (j->off)
        return;
    if (line == I2C_SDA) {
        judge_slave_sda(sim, (pulled | released) & slaves, pulled);
        return;
    }
    const uint32_t pulls = sim->net[I2C_SCL].pulls;
    const uint32_t clocks = ~slaves | j->masters; // a slave's own transfer is clocked by it
    if ((released & clocks) != 0 && (pulls & clocks) == 0)
        j->let_go_ps = sim->now_ps;
    if (((pulled | released | pulls) & slaves) != 0)
        i2c_judge_slave_scl(sim, pulled, released);
}

// ---- edges ----------------------------------------------------------------------------------

/// The LOW that ends now, as the master made it: a slave's stretch is not the master's.
static inline int64_t judge_low_ps(const i2c_sim *sim)
{
    const i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const uint64_t end_ps = j->stretched ? j->let_go_ps + j->rise30_ps : scl->rise_ps[I2C_AT_30];
    return i2c_judge_span_ps(scl->fall_ps[I2C_AT_30], end_ps);
}

/// The master's last SDA edge of this LOW, if it made it: the set-up of what may become a bit.
static inline void judge_keep_setup(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    const sim_net *sda = &sim->net[I2C_SDA];
    j->su_dat_by = I2C_JUDGE_NODES;
    if (sda->turn_ps < j->fall_turn_ps || (sda->makers & j->slaves & ~j->masters) != 0)
        return;
    const uint64_t edge_ps = sda->low ? sda->fall_ps[I2C_AT_30] : sda->rise_ps[I2C_AT_70];
    if (edge_ps == I2C_NEVER_PS || edge_ps < sda->turn_ps)
        return;
    j->su_dat_by = i2c_judge_master_of(j, sda->makers);
    j->su_dat_ps = i2c_judge_span_ps(edge_ps, sim->net[I2C_SCL].rise_ps[I2C_AT_30]);
}

/// Slaves that still pull SDA in a bit that is not theirs.
static inline uint32_t judge_overdue(const i2c_sim *sim)
{
    return sim->net[I2C_SDA].pulls & sim->judge.slaves & ~sim->judge.may_pull;
}

static inline void judge_low(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    const int64_t low_ps = judge_low_ps(sim);
    j->low_short = low_ps < j->low_min_ps;
    if (j->clock_by != I2C_JUDGE_NODES)
        i2c_judge_master_made(sim, j->clock_by, I2C_T_LOW, low_ps);
}

static __attribute__((noinline)) void judge_outputs(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    if (!j->levels_off)
        i2c_judge_slave_output(sim, j->changed);
    j->changed = 0;
}

static __attribute__((noinline)) void judge_any_scl_rise(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    if (i2c_judge_made_by_fault(sim, I2C_SCL))
        i2c_judge_faulty_edge(sim, I2C_SCL);
    j->stretched = sim->net[I2C_SCL].turn_ps > j->let_go_ps;
    j->risen_by = sim->net[I2C_SCL].makers;
    j->low_short = false;
    if (!j->levels_off)
        judge_low(sim);
    judge_keep_setup(sim);
    if (j->changed != 0)
        judge_outputs(sim);
    const sim_net *scl = &sim->net[I2C_SCL];
    if (i2c_judge_span_ps(scl->fall_ps[I2C_AT_30], scl->rise_ps[I2C_AT_30]) >= j->long_low_ps)
        i2c_judge_long_low(sim);
    const uint32_t overdue = judge_overdue(sim);
    if (overdue != 0)
        i2c_judge_overdue(sim, overdue);
}

/// Takes the rise if it is as nearly all are: made by the usual master at the end of its own LOW,
/// which is of good length. Else nothing has changed.
static inline bool judge_usual_scl_rise(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    if (scl->makers != j->usual_makers || scl->turn_ps > j->let_go_ps ||
        j->clock_by != j->usual_master || judge_overdue(sim) != 0)
        return false;
    const int64_t low_ps = i2c_judge_span_ps(scl->fall_ps[I2C_AT_30], scl->rise_ps[I2C_AT_30]);
    if (low_ps < j->calm_ps[j->usual_master][I2C_T_LOW] || low_ps < j->low_min_ps ||
        low_ps >= j->long_low_ps)
        return false;
    i2c_judge_count(j, j->usual_master, I2C_T_LOW, low_ps);
    j->stretched = false;
    j->low_short = false;
    judge_keep_setup(sim);
    if (j->changed != 0)
        judge_outputs(sim);
    return true;
}

/// SCL crossed 50 %; the monitor has taken the edge.
static inline void judge_scl_rise(i2c_sim *sim)
{
    if (!sim->judge.off && !judge_usual_scl_rise(sim))
        judge_any_scl_rise(sim);
}

/// A HIGH that was a bit or a clock on an idle bus ends.
static inline void judge_clock_ends(i2c_sim *sim, unsigned node)
{
    i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const uint64_t fall_ps = scl->fall_ps[I2C_AT_30];
    if (scl->rise_ps[I2C_AT_70] <= scl->fall_ps[I2C_AT_70])
        i2c_judge_master_made(sim, node, I2C_T_HIGH,
                              i2c_judge_span_ps(scl->rise_ps[I2C_AT_70], scl->fall_ps[I2C_AT_70]));
    if (j->fall_before_ps != I2C_NEVER_PS && !j->stretched)
        i2c_judge_master_made(sim, node, I2C_T_PERIOD,
                              i2c_judge_span_ps(j->fall_before_ps, fall_ps));
    if (j->su_dat_by != I2C_JUDGE_NODES)
        i2c_judge_master_made(sim, j->su_dat_by, I2C_T_SU_DAT, j->su_dat_ps);
}

static __attribute__((noinline)) void judge_any_scl_fall(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const unsigned node =
        scl->makers == j->usual_makers ? j->usual_master : i2c_judge_new_makers(sim);
    j->clock_by = node;
    j->fall_turn_ps = scl->turn_ps;
    if (j->after_start)
        i2c_judge_start_hold(sim, node);
    else if (node != I2C_JUDGE_NODES)
        judge_clock_ends(sim, node);
    j->fall_before_ps = node == I2C_JUDGE_NODES ? I2C_NEVER_PS : scl->fall_ps[I2C_AT_30];
    j->after_start = false;
    if (event != NULL)
        i2c_judge_segment(sim, event);
    if (j->deferred != 0)
        i2c_judge_deferred(sim);
}

/// Takes the fall if it is as nearly all are: made by the usual master behind a bit that nobody
/// stretched, with all times good. Else nothing has changed.
static inline bool judge_usual_scl_fall(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const unsigned master = j->usual_master;
    const uint64_t fall_ps = scl->fall_ps[I2C_AT_30];
    if (scl->makers != j->usual_makers || j->after_start || j->stretched || j->deferred != 0 ||
        j->fall_before_ps == I2C_NEVER_PS || scl->rise_ps[I2C_AT_70] > scl->fall_ps[I2C_AT_70])
        return false;
    const int64_t *calm_ps = j->calm_ps[master];
    const bool sets_up = j->su_dat_by != I2C_JUDGE_NODES;
    const int64_t high_ps = i2c_judge_span_ps(scl->rise_ps[I2C_AT_70], scl->fall_ps[I2C_AT_70]);
    const int64_t period_ps = i2c_judge_span_ps(j->fall_before_ps, fall_ps);
    if (high_ps < calm_ps[I2C_T_HIGH] || period_ps < calm_ps[I2C_T_PERIOD] ||
        (sets_up && j->su_dat_ps < j->calm_ps[j->su_dat_by][I2C_T_SU_DAT]))
        return false;
    i2c_judge_count(j, master, I2C_T_HIGH, high_ps);
    i2c_judge_count(j, master, I2C_T_PERIOD, period_ps);
    if (sets_up)
        i2c_judge_count(j, j->su_dat_by, I2C_T_SU_DAT, j->su_dat_ps);
    j->clock_by = master;
    j->fall_turn_ps = scl->turn_ps;
    j->fall_before_ps = fall_ps;
    return true;
}

/// SCL crossed 50 %; `event` is what the monitor completed with it, or NULL.
static inline void judge_scl_fall(i2c_sim *sim, const i2c_event *event)
{
    if (sim->judge.off)
        return;
    if (!judge_usual_scl_fall(sim))
        judge_any_scl_fall(sim, event);
    else if (event != NULL)
        i2c_judge_segment(sim, event);
}

/// SDA crossed 50 %; `event` is the START or STOP that it made, or NULL.
static inline void judge_sda_edge(i2c_sim *sim, bool high, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    if (j->off)
        return;
    if (event != NULL) {
        i2c_judge_start_or_stop(sim, event, i2c_judge_made_by_fault(sim, I2C_SDA));
        return;
    }
    const sim_net *sda = &sim->net[I2C_SDA];
    const unsigned node =
        sda->makers == j->usual_makers ? j->usual_master : i2c_judge_master_of(j, sda->makers);
    if (node == I2C_JUDGE_NODES || j->clock_by == I2C_JUDGE_NODES ||
        i2c_judge_made_by_fault(sim, I2C_SDA))
        return;
    // A fall leaves 70 % with its pull. An edge that cuts the other one short crosses its first
    // threshold never: what stands there is of an edge before.
    const uint64_t rise_ps = sda->rise_ps[I2C_AT_30];
    const bool whole = high && rise_ps != I2C_NEVER_PS && rise_ps > sda->turn_ps;
    const uint64_t begin_ps = whole ? rise_ps : sda->turn_ps;
    i2c_judge_master_made(sim, node, I2C_T_HD_DAT,
                          i2c_judge_span_ps(sim->net[I2C_SCL].fall_ps[I2C_AT_30], begin_ps));
}

#endif
