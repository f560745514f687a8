// Times that slaves and masters make, against UM10204 Table 11. Edges are those of
// spec sheets: falls end at 30 %, rises at 70 %, a change begins where it leaves its level.
#include "sim/judge_private.h"

#include <inttypes.h>
#include <stdio.h>

// ---- slaves ---------------------------------------------------------------------------------

typedef struct {
    int64_t hold_ps;  ///< SCL.f30 to the begin of the first change
    int64_t last_ps;  ///< SCL.f30 to the begin of the last change, on wires of Hs-mode
    int64_t valid_ps; ///< SCL.f30 to the end of the last change
    int64_t setup_ps; ///< from there to SCL.r30
} output_times;

/// When the slave's last change had arrived: the crossing, if the edge was its own, else its pull
/// or release. A pull that interrupts a rise below 30 % makes no crossing of its own.
static inline uint64_t arrived_ps(const i2c_sim *sim, const i2c_judged_slave *s, unsigned node)
{
    const sim_net *sda = &sim->net[I2C_SDA];
    const uint64_t last_ps = s->last_ps;
    if (sda->turn_ps != last_ps || !(sda->makers >> node & 1u))
        return last_ps;
    const uint64_t at_ps = sda->low ? sda->fall_ps[I2C_AT_30] : sda->rise_ps[I2C_AT_70];
    return at_ps == I2C_NEVER_PS || at_ps < last_ps ? last_ps : at_ps;
}

static inline output_times measure_output(const i2c_sim *sim, const i2c_judged_slave *s,
                                          unsigned node)
{
    const i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const uint64_t begin_ps = s->first_ps + (s->first_is_release ? j->rise30_ps : 0);
    const uint64_t arrival_ps = arrived_ps(sim, s, node);
    const uint64_t fall_ps = scl->fall_ps[I2C_AT_30];
    const bool rises = !(sim->net[I2C_SDA].pulls >> node & 1u);
    const uint64_t last_ps = s->last_ps + (rises ? j->hs_rise30_ps : 0);
    return (output_times){(int64_t)(begin_ps - fall_ps), (int64_t)(last_ps - fall_ps),
                          (int64_t)(arrival_ps - fall_ps),
                          (int64_t)(scl->rise_ps[I2C_AT_30] - arrival_ps)};
}

/// A finding about the slave's last output, placed in the LOW before the clock that rises now.
static i2c_finding output_finding(const i2c_sim *sim, i2c_rule_number rule, unsigned node,
                                  uint64_t at_ps)
{
    return i2c_judge_draft(sim, rule, node, I2C_SDA, at_ps);
}

I2C_COLD static void hold_violated(i2c_sim *sim, unsigned node, int64_t hold_ps, int64_t limit_ps,
                                   i2c_severity severity)
{
    i2c_finding f = output_finding(sim, I2C_RULE_TIM_12, node, sim->judge.slave[node].first_ps);
    char hold[I2C_TIME_TEXT];
    char limit[I2C_TIME_TEXT];
    f.severity = severity;
    i2c_judge_measure(&f, hold_ps, limit_ps);
    snprintf(f.message, sizeof f.message,
             "%s changes SDA %s after SCL fell before clock %u; tHD;DAT is %s",
             i2c_node_name(sim, (i2c_node)node), i2c_time_text(hold, hold_ps), f.clock,
             i2c_time_text(limit, limit_ps));
    i2c_judge_found(sim, &f);
}

/// The fastest clock, low for half of its period, at which this output would still be set up.
static uint64_t breaks_above_hz(int64_t valid_ps, uint64_t setup_min_ps)
{
    const uint64_t low_ps = (uint64_t)valid_ps + setup_min_ps;
    return I2C_PS_PER_S / (2 * low_ps);
}

I2C_COLD static void valid_violated(i2c_sim *sim, unsigned node, const output_times *t, bool ack,
                                    bool setup_fails)
{
    const i2c_judged_slave *s = &sim->judge.slave[node];
    const int64_t limit_ps = (int64_t)s->table[I2C_T_VD_DAT].max_ps;
    const bool declared = (uint64_t)t->valid_ps <= s->profile.output_delay_max_ps;
    i2c_finding f = output_finding(sim, ack ? I2C_RULE_TIM_11 : I2C_RULE_TIM_10, node, s->last_ps);
    char valid[I2C_TIME_TEXT];
    char limit[I2C_TIME_TEXT];
    if (!setup_fails)
        f.severity = declared ? I2C_SEVERITY_NOTE : I2C_SEVERITY_WARN;
    i2c_judge_measure(&f, t->valid_ps, limit_ps);
    const uint64_t hz = breaks_above_hz(t->valid_ps, s->bus[I2C_T_SU_DAT].min_ps);
    snprintf(f.message, sizeof f.message,
             "%s has SDA valid %s after SCL fell before clock %u, at most %s; fails above %" PRIu64
             ".%" PRIu64 " kHz",
             i2c_node_name(sim, (i2c_node)node), i2c_time_text(valid, t->valid_ps), f.clock,
             i2c_time_text(limit, limit_ps), hz / 1000, hz / 100 % 10);
    i2c_judge_found(sim, &f);
}

I2C_COLD static void setup_violated(i2c_sim *sim, unsigned node, int64_t setup_ps,
                                    i2c_rule_number rule)
{
    const i2c_judged_slave *s = &sim->judge.slave[node];
    i2c_finding f = output_finding(sim, rule, node, s->last_ps);
    char setup[I2C_TIME_TEXT];
    char limit[I2C_TIME_TEXT];
    const int64_t limit_ps = (int64_t)s->bus[I2C_T_SU_DAT].min_ps;
    i2c_judge_measure(&f, setup_ps, limit_ps);
    snprintf(f.message, sizeof f.message,
             "%s sets SDA up %s before SCL rises in clock %u%s, at least %s",
             i2c_node_name(sim, (i2c_node)node), i2c_time_text(setup, setup_ps), f.clock,
             sim->judge.stretched ? " after a stretch" : "", i2c_time_text(limit, limit_ps));
    i2c_judge_found(sim, &f);
}

I2C_COLD static void hs_hold_violated(i2c_sim *sim, unsigned node, int64_t last_ps,
                                      int64_t limit_ps)
{
    i2c_finding f = output_finding(sim, I2C_RULE_HS_09, node, sim->judge.slave[node].last_ps);
    char last[I2C_TIME_TEXT];
    char limit[I2C_TIME_TEXT];
    i2c_judge_measure(&f, last_ps, limit_ps);
    snprintf(f.message, sizeof f.message,
             "%s changes SDA %s after SCL fell before clock %u, in Hs-mode at most %s",
             i2c_node_name(sim, (i2c_node)node), i2c_time_text(last, last_ps), f.clock,
             i2c_time_text(limit, limit_ps));
    i2c_judge_found(sim, &f);
}

static void judge_hold(i2c_sim *sim, unsigned node, const output_times *t)
{
    i2c_judge *j = &sim->judge;
    if (j->hs) // its maximum is what judge_valid() counts
        i2c_judge_keep_margin(&j->rules.slave[I2C_T_HD_DAT], t->hold_ps, 0, t->hold_ps,
                              sim->now_ps);
    else
        i2c_judge_slave_made(sim, I2C_T_HD_DAT, t->hold_ps, 0, false);
    if (t->hold_ps < 0)
        hold_violated(sim, node, t->hold_ps, 0, I2C_SEVERITY_BY_LEVEL);
    const bool smbus = j->slave[node].has_profile && j->slave[node].profile.smbus != 0;
    if (j->slave[node].profile.revision != I2C_REVISION_6 && !smbus)
        return;
    // Revision 6 and SMBus count their 300 ns from where SCL leaves the high level.
    const sim_net *scl = &sim->net[I2C_SCL];
    const int64_t inner_ps =
        t->hold_ps + (int64_t)(scl->fall_ps[I2C_AT_30] - scl->fall_ps[I2C_AT_70]);
    const int64_t inner_min_ps = 300 * (int64_t)I2C_PS_PER_NS;
    if (smbus)
        i2c_judge_smbus_hold(sim, node, inner_ps);
    else if (t->hold_ps >= 0 && inner_ps < inner_min_ps)
        hold_violated(sim, node, inner_ps, inner_min_ps, I2C_SEVERITY_WARN);
}

static void judge_valid(i2c_sim *sim, unsigned node, const output_times *t, bool setup_fails)
{
    i2c_judge *j = &sim->judge;
    const bool ack = sim->monitor.in_ack;
    const i2c_timing_limit *table = j->slave[node].table;
    const i2c_timing_parameter valid = ack ? I2C_T_VD_ACK : I2C_T_VD_DAT;
    const int64_t valid_max_ps = (int64_t)table[valid].max_ps;
    const int64_t hold_max_ps = (int64_t)table[I2C_T_HD_DAT].max_ps;
    if (valid_max_ps == 0) { // Hs-mode
        i2c_judge_slave_made(sim, I2C_T_HD_DAT, t->last_ps, hold_max_ps, true);
        if (t->last_ps > hold_max_ps)
            hs_hold_violated(sim, node, t->last_ps, hold_max_ps);
        return;
    }
    i2c_judge_slave_made(sim, valid, t->valid_ps, valid_max_ps, true);
    if (t->valid_ps > valid_max_ps)
        valid_violated(sim, node, t, ack, setup_fails);
}

/// Set-up and valid time in a cell that nobody stretched. Set-up is the slave's duty where the
/// master gave it the whole LOW.
static void judge_delay(i2c_sim *sim, unsigned node, const output_times *t)
{
    i2c_judge *j = &sim->judge;
    const i2c_judged_slave *s = &j->slave[node];
    const int64_t setup_min_ps = (int64_t)s->bus[I2C_T_SU_DAT].min_ps;
    const bool setup_fails = !j->low_short && t->setup_ps < setup_min_ps;
    if (!j->low_short)
        i2c_judge_slave_made(sim, I2C_T_SU_DAT, t->setup_ps, setup_min_ps, false);
    judge_valid(sim, node, t, setup_fails);
    if (setup_fails)
        setup_violated(sim, node, t->setup_ps, I2C_RULE_TIM_13);
}

/// Table 11 note on tVD: a slave that stretches owes only the set-up before it lets SCL go.
static void judge_after_stretch(i2c_sim *sim, unsigned node, const output_times *t)
{
    i2c_judge *j = &sim->judge;
    const int64_t setup_min_ps = (int64_t)j->slave[node].bus[I2C_T_SU_DAT].min_ps;
    i2c_judge_slave_made(sim, I2C_T_SU_DAT, t->setup_ps, setup_min_ps, false);
    if (t->setup_ps < setup_min_ps)
        setup_violated(sim, node, t->setup_ps, I2C_RULE_STR_05);
}

/// Its last change let the line rise: the wires took part.
static bool released_last(const i2c_sim *sim, unsigned node)
{
    const sim_net *sda = &sim->net[I2C_SDA];
    return !sda->low && (sda->makers >> node & 1u) != 0;
}

/// It held SCL until SDA was as it should be, whether or not that lengthened LOW.
static bool held_scl(const i2c_sim *sim, const i2c_judged_slave *s)
{
    return s->scl_release_ps >= s->last_ps && s->scl_release_ps >= sim->judge.fall_turn_ps;
}

/// A declared time-out may have let go of SDA in this LOW.
static bool may_have_timed_out(const i2c_sim *sim, const i2c_judged_slave *s)
{
    const sim_net *scl = &sim->net[I2C_SCL];
    const uint64_t least_ps = s->profile.timeout_low_min_ps;
    return least_ps != 0 && scl->rise_ps[I2C_AT_30] >= scl->fall_ps[I2C_AT_30] + least_ps;
}

void i2c_judge_slave_output(i2c_sim *sim, uint32_t nodes)
{
    const i2c_judge *j = &sim->judge;
    if (j->hs && !j->hs_genuine)
        return; // on wires that are not made for it
    for (uint32_t left = nodes; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        const i2c_judged_slave *s = &j->slave[node];
        if (s->owes || !sim->monitor.open || ((j->hs_lost | j->masters) >> node & 1u) != 0 ||
            may_have_timed_out(sim, s))
            continue;
        output_times t = measure_output(sim, s, node);
        if (released_last(sim, node)) {
            t.valid_ps -= s->wires_ps;
            t.setup_ps += s->bus_wires_ps;
        }
        judge_hold(sim, node, &t);
        if (s->table == NULL)
            continue;
        if (j->stretched || held_scl(sim, s))
            judge_after_stretch(sim, node, &t);
        else
            judge_delay(sim, node, &t);
    }
}

I2C_COLD void i2c_judge_late_change(i2c_sim *sim, unsigned node)
{
    const i2c_judge *j = &sim->judge;
    const i2c_judged_slave *s = &j->slave[node];
    if (j->levels_off || s->owes || s->table == NULL || j->low_short || !sim->monitor.open)
        return;
    const int64_t setup_ps = (int64_t)(sim->net[I2C_SCL].rise_ps[I2C_AT_30] - sim->now_ps);
    setup_violated(sim, node, setup_ps, j->stretched ? I2C_RULE_STR_05 : I2C_RULE_TIM_13);
}

// ---- masters --------------------------------------------------------------------------------

static const struct {
    i2c_rule_number rule;
    uint8_t line;
} master_rules[I2C_TIMING_COUNT] = {
    [I2C_T_HD_STA] = {I2C_RULE_MASTER_HD_STA, I2C_SDA},
    [I2C_T_LOW] = {I2C_RULE_MASTER_LOW, I2C_SCL},
    [I2C_T_HIGH] = {I2C_RULE_MASTER_HIGH, I2C_SCL},
    [I2C_T_SU_STA] = {I2C_RULE_MASTER_SU_STA, I2C_SDA},
    [I2C_T_SU_STO] = {I2C_RULE_MASTER_SU_STO, I2C_SDA},
    [I2C_T_BUF] = {I2C_RULE_MASTER_BUF, I2C_SDA},
    [I2C_T_HD_DAT] = {I2C_RULE_MASTER_HD_DAT, I2C_SDA},
    [I2C_T_SU_DAT] = {I2C_RULE_MASTER_SU_DAT, I2C_SDA},
    [I2C_T_VD_DAT] = {I2C_RULE_COUNT, I2C_SDA},
    [I2C_T_VD_ACK] = {I2C_RULE_COUNT, I2C_SDA},
    [I2C_T_PERIOD] = {I2C_RULE_MASTER_PERIOD, I2C_SCL},
};

/// Within what the master is known to do.
static bool is_known(const i2c_judge *j, unsigned node, i2c_timing_parameter parameter,
                     int64_t measured_ps)
{
    const i2c_master_profile *profile = &j->master[node];
    for (unsigned i = 0; i < profile->known_count; i++) {
        const i2c_known_violation *k = &profile->known[i];
        if (k->parameter == parameter && (!k->behind_stretch || (j->risen_by >> node & 1u) == 0) &&
            (k->at_least_ps == 0 || measured_ps >= k->at_least_ps))
            return true;
    }
    return false;
}

I2C_COLD static void master_violation(i2c_sim *sim, unsigned node, i2c_timing_parameter parameter,
                                      int64_t measured_ps)
{
    const i2c_judge *j = &sim->judge;
    const i2c_rule_number rule = master_rules[parameter].rule;
    if (rule == I2C_RULE_COUNT || is_known(j, node, parameter, measured_ps))
        return;
    const int64_t limit_ps = (int64_t)j->limits[node][parameter].min_ps;
    i2c_finding f = i2c_judge_draft(sim, rule, node, master_rules[parameter].line, sim->now_ps);
    char measured[I2C_TIME_TEXT];
    char limit[I2C_TIME_TEXT];
    char clock[I2C_TIME_TEXT];
    i2c_judge_measure(&f, measured_ps, limit_ps);
    snprintf(f.message, sizeof f.message, "%s makes %s %s at %s, at least %s",
             i2c_node_name(sim, (i2c_node)node), i2c_timing_symbol(parameter),
             i2c_time_text(measured, measured_ps), i2c_judge_clock_text(clock, &f),
             i2c_time_text(limit, limit_ps));
    i2c_judge_found(sim, &f);
}

void i2c_judge_master_margin(i2c_sim *sim, unsigned node, i2c_timing_parameter parameter,
                             int64_t measured_ps)
{
    i2c_judge *j = &sim->judge;
    i2c_margin *m = &j->rules.master[parameter];
    const int64_t limit_ps = (int64_t)j->limits[node][parameter].min_ps;
    i2c_judge_keep_margin(m, measured_ps, limit_ps, measured_ps - limit_ps, sim->now_ps);
    // The margins of other masters can only lower it further: then this is looked at once more.
    j->calm_ps[node][parameter] = limit_ps + (m->margin_ps > 0 ? m->margin_ps : 0);
    if (measured_ps < limit_ps)
        master_violation(sim, node, parameter, measured_ps);
}
