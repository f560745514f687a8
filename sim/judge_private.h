/// What the files of the rules share. judge_passes.h holds the passes that run on each change; what
/// they call here runs only when something may be wrong, or once a byte.
#ifndef I2C_JUDGE_PRIVATE_H
#define I2C_JUDGE_PRIVATE_H

#include "sim/rules_private.h"
#include "sim/sim_private.h"

#define I2C_COLD __attribute__((cold, noinline))

// ---- judge_findings.c: making and keeping findings --------------------------------------------

/// A finding of `rule` on `node` about `line`, at `at_ps`, placed at the present clock.
i2c_finding i2c_judge_draft(const i2c_sim *sim, i2c_rule_number rule, unsigned node, unsigned line,
                            uint64_t at_ps);
/// Keeps the finding and tells it, or counts it if the same was told before.
void i2c_judge_found(i2c_sim *sim, const i2c_finding *finding);
/// Fills the figures.
void i2c_judge_measure(i2c_finding *finding, int64_t measured_ps, int64_t limit_ps);
/// The finding waits for the end of the pull; i2c_judge_settle_owed() then tells it.
void i2c_judge_owe(i2c_sim *sim, unsigned node, const i2c_finding *finding);
void i2c_judge_settle_owed(i2c_sim *sim, unsigned node, bool never);

/// "clock 9", "START": the SCL edge behind the finding.
const char *i2c_judge_clock_text(char text[I2C_TIME_TEXT], const i2c_finding *finding);

// ---- judge.c: once a transfer, or when something may be wrong -----------------------------------

/// A fault made this edge, or it ends a level that a fault had forced.
void i2c_judge_faulty_edge(i2c_sim *sim, unsigned line);
/// SCL fell by makers who are not the usual ones: the master that is judged by it, or
/// I2C_JUDGE_NODES.
unsigned i2c_judge_new_makers(i2c_sim *sim);
/// A master pulls SCL under a slave's hold that it did not wait for.
void i2c_judge_clock_is_lost(i2c_sim *sim);
/// SCL fell, and slaves had pulled SDA before the monitor took the edge.
void i2c_judge_deferred(i2c_sim *sim);
/// The first SCL fall behind a START, made by master `node` or one that is not judged
/// (I2C_JUDGE_NODES).
void i2c_judge_start_hold(i2c_sim *sim, unsigned node);
void i2c_judge_start_or_stop(i2c_sim *sim, const i2c_event *event, bool faulty);

// ---- judge_hs.c: by which tables nodes are judged ---------------------------------------------

/// The table of a slave with a profile, and what follows from it.
void i2c_judge_take_table(i2c_sim *sim, unsigned node);
/// The table of a master with a profile.
void i2c_judge_take_limits(i2c_judge *j, unsigned node);
/// The table that set-up is judged by behind a START by `by`: a fast slave on a slow bus keeps the
/// slow bus's (Table 11, note on tSU;DAT).
void i2c_judge_take_bus_tables(i2c_sim *sim, uint32_t by);
/// The repeated START behind a controller code that nobody acknowledged.
void i2c_judge_sr_behind_code(i2c_sim *sim, uint32_t by);
/// Its STOP.
void i2c_judge_leave_hs(i2c_sim *sim);

// ---- judge_slave.c: who may pull SDA when -----------------------------------------------------

/// Follows START, Sr, STOP, bytes and ACKs of the segment.
void i2c_judge_segment(i2c_sim *sim, const i2c_event *event);
/// `node` pulled SDA in the LOW of a bit that is not its own, or on an idle bus.
void i2c_judge_foreign_pull(i2c_sim *sim, unsigned node);
/// SCL rises, and `nodes` still pull SDA in a bit that is not theirs.
void i2c_judge_overdue(i2c_sim *sim, uint32_t nodes);
/// `node` pulled or released SDA while SCL was high.
void i2c_judge_change_at_high(i2c_sim *sim, unsigned node, bool pull);

// ---- judge_stretch.c: slaves and SCL ----------------------------------------------------------

void i2c_judge_slave_scl(i2c_sim *sim, uint32_t pulled, uint32_t released);
void i2c_judge_scl_held_at_end(i2c_sim *sim);

// ---- judge_smbus.c: time-outs -----------------------------------------------------------------

/// SCL rises behind a LOW that is long enough for a time-out.
void i2c_judge_long_low(i2c_sim *sim);
/// START, Sr or STOP.
void i2c_judge_smbus_segment(i2c_sim *sim, const i2c_event *event);
/// `node` lets go of SCL. Too late for the time-out?
void i2c_judge_scl_by_timeout(i2c_sim *sim, unsigned node);
/// `node` has held SCL alone for so long.
void i2c_judge_extended(i2c_sim *sim, unsigned node, uint64_t held_ps);
/// SDA changes while SCL is high, behind a LOW that was long enough for a time-out.
bool i2c_judge_is_by_timeout(const i2c_sim *sim, unsigned node);
/// The data hold of a slave up to SMBus 2.0, from where SCL leaves the high level.
void i2c_judge_smbus_hold(i2c_sim *sim, unsigned node, int64_t hold_ps);

// ---- judge_timing.c: what the figures say -----------------------------------------------------

/// `nodes` changed SDA in the LOW that ends now.
void i2c_judge_slave_output(i2c_sim *sim, uint32_t nodes);
/// A slave changed SDA while SCL had begun to rise, but was not high yet.
void i2c_judge_late_change(i2c_sim *sim, unsigned node);
/// Master `node` made a value that may be a new least margin, or a violation. It has been counted.
void i2c_judge_master_margin(i2c_sim *sim, unsigned node, i2c_timing_parameter parameter,
                             int64_t measured_ps);
/// Master `node` is held to `limits` from now on.
void i2c_judge_set_limits(i2c_judge *j, unsigned node, const i2c_timing_limit *limits);

/// Keeps a value that has been counted if its margin is the least; INT64_MAX before the first.
static inline void i2c_judge_keep_margin(i2c_margin *m, int64_t measured_ps, int64_t limit_ps,
                                         int64_t margin_ps, uint64_t at_ps)
{
    if (margin_ps >= m->margin_ps)
        return;
    m->seen = true;
    m->measured_ps = measured_ps;
    m->limit_ps = limit_ps;
    m->margin_ps = margin_ps;
    m->at_ps = at_ps;
}

/// The slave made a value, which is limited below or, with `at_most`, above.
static inline void i2c_judge_slave_made(i2c_sim *sim, i2c_timing_parameter parameter,
                                        int64_t measured_ps, int64_t limit_ps, bool at_most)
{
    i2c_judge *j = &sim->judge;
    i2c_spread *made = &j->rules.made[j->hs ? I2C_MADE_BY_SLAVE_HS : I2C_MADE_BY_SLAVE][parameter];
    made->limit_ps = limit_ps;
    made->at_most = at_most;
    i2c_spread_take(made, measured_ps);
    j->rules.slave[parameter].count++;
    i2c_judge_keep_margin(&j->rules.slave[parameter], measured_ps, limit_ps,
                          at_most ? limit_ps - measured_ps : measured_ps - limit_ps, sim->now_ps);
}

/// How long a slave may take from SCL's fall to its answer: tVD, in Hs-mode the maximum of tHD;DAT.
static inline uint64_t i2c_judge_answer_max_ps(const i2c_timing_limit *table)
{
    const uint64_t valid_ps = table[I2C_T_VD_DAT].max_ps;
    return valid_ps != 0 ? valid_ps : table[I2C_T_HD_DAT].max_ps;
}

/// The bus is in Hs-mode, and the slave does not know it: it takes no part until the STOP.
static inline bool i2c_judge_is_left_behind(const i2c_judge *j, unsigned node)
{
    const i2c_judged_slave *s = &j->slave[node];
    return j->hs && s->has_profile && s->profile.mode != I2C_MODE_HS;
}

static inline int64_t i2c_judge_span_ps(uint64_t from_ps, uint64_t to_ps)
{
    return (int64_t)(to_ps - from_ps);
}

/// The master among the makers of an edge whose times are judged; I2C_JUDGE_NODES: none.
static inline unsigned i2c_judge_master_of(const i2c_judge *j, uint32_t makers)
{
    const uint32_t by = makers & j->masters;
    if (by == 0 || j->levels_off)
        return I2C_JUDGE_NODES;
    const unsigned node = (unsigned)__builtin_ctz(by);
    return j->limits[node] != NULL ? node : I2C_JUDGE_NODES;
}

/// Counts a value that master `node` made.
static inline void i2c_judge_count(i2c_judge *j, unsigned node, i2c_timing_parameter parameter,
                                   int64_t measured_ps)
{
    j->rules.master[parameter].count++;
    i2c_spread_take(&j->rules.made[j->made_by[node]][parameter], measured_ps);
}

/// A value of a parameter that master `node` makes and that has a minimum.
static inline void i2c_judge_master_made(i2c_sim *sim, unsigned node,
                                         i2c_timing_parameter parameter, int64_t measured_ps)
{
    i2c_judge *j = &sim->judge;
    i2c_judge_count(j, node, parameter, measured_ps);
    if (measured_ps < j->calm_ps[node][parameter])
        i2c_judge_master_margin(sim, node, parameter, measured_ps);
}

/// Keeps what the first slave's bus asks of LOW; call when its table has changed.
static inline void i2c_judge_take_low_min(i2c_judge *j)
{
    const unsigned slave = j->slaves != 0 ? (unsigned)__builtin_ctz(j->slaves) : 0;
    const i2c_timing_limit *bus = j->slave[slave].bus;
    j->low_min_ps = bus != NULL ? (int64_t)bus[I2C_T_LOW].min_ps : INT64_MIN;
}

/// What the rise of these wires, from release to 70 %, takes beyond the slowest legal ones (1.421
/// tr(max)). That is the wiring's: no slave can release early enough for it.
static inline int64_t i2c_judge_wires_beyond(const i2c_judge *j, uint64_t tr_max_ps)
{
    const uint64_t legal_ps = tr_max_ps * 1421 / 1000;
    return j->rise70_ps > legal_ps ? (int64_t)(j->rise70_ps - legal_ps) : 0;
}

/// A fault made the edge, or it ends a level that a fault had forced.
static inline bool i2c_judge_made_by_fault(const i2c_sim *sim, unsigned line)
{
    const i2c_judge *j = &sim->judge;
    const uint32_t makers = sim->net[line].makers;
    if (makers == j->usual_makers)
        return false;
    if ((makers & j->genuine) == 0)
        return true;
    return sim->faulty && ((j->glitched >> line & 1u) != 0 || sim->shorted);
}

static inline bool i2c_judge_scl_is_high(const i2c_sim *sim)
{
    const sim_net *scl = &sim->net[I2C_SCL];
    return !scl->low && scl->rise_ps[I2C_AT_70] <= sim->now_ps;
}

/// SCL is falling and has passed 70 %, but the monitor has not taken the edge yet.
static inline bool i2c_judge_scl_begins_to_fall(const i2c_sim *sim)
{
    return sim->net[I2C_SCL].low && i2c_net_high(&sim->net[I2C_SCL]);
}

static inline void i2c_judge_set_levels_off(i2c_judge *j)
{
    j->levels_off = j->suspended || j->murky;
    if (j->levels_off)
        j->usual_makers = I2C_JUDGE_NO_MAKERS;
}

#endif
