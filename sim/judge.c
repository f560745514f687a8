// The passes that run on each change. They compare masks and times; whatever looks wrong is looked
// at again out of line, so that a bus without faults costs little.
#include "sim/judge_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void set_murky(i2c_judge *j, bool murky)
{
    j->murky = murky;
    i2c_judge_set_levels_off(j);
}

// ---- pulls ----------------------------------------------------------------------------------

/// Remembers when the slave changed SDA in this LOW; measured when SCL rises.
static inline void note_change(i2c_judge *j, unsigned node, bool pull, uint64_t now_ps)
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
static inline void change_at_low(i2c_sim *sim, unsigned node, bool pull)
{
    i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    if (!scl->low && i2c_net_high(scl)) {
        i2c_judge_late_change(sim, node); // between 50 % and 70 % of a rise
        return;
    }
    note_change(j, node, pull, sim->now_ps);
    if (!pull)
        j->deferred &= ~(1u << node);
    else if (i2c_judge_scl_begins_to_fall(sim))
        j->deferred |= 1u << node;
    else if (!(j->may_pull >> node & 1u))
        i2c_judge_foreign_pull(sim, node);
}

static void slave_sda(i2c_sim *sim, uint32_t pulled, uint32_t released)
{
    i2c_judge *j = &sim->judge;
    const bool high = i2c_judge_scl_is_high(sim);
    for (uint32_t left = pulled | released; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        const bool pull = (pulled >> node & 1u) != 0;
        if (high)
            i2c_judge_change_at_high(sim, node, pull);
        else
            change_at_low(sim, node, pull);
        j->slave[node].last_ps = sim->now_ps;
        if (j->slave[node].owes && !pull)
            i2c_judge_settle_owed(sim, node, false);
    }
}

void i2c_judge_pulls(i2c_sim *sim, unsigned line, uint32_t pulled, uint32_t released)
{
    i2c_judge *j = &sim->judge;
    if (j->off)
        return;
    const uint32_t slaves = j->slaves;
    if (line == I2C_SDA) {
        if (((pulled | released) & slaves) != 0)
            slave_sda(sim, pulled & slaves, released & slaves);
        return;
    }
    const uint32_t pulls = sim->net[I2C_SCL].pulls;
    if ((released & ~slaves) != 0 && (pulls & ~slaves) == 0)
        j->let_go_ps = sim->now_ps;
    if (((pulled | released | pulls) & slaves) != 0)
        i2c_judge_slave_scl(sim, pulled, released);
}

// ---- edges ----------------------------------------------------------------------------------

/// A fault made this edge, or it ends a level that a fault had forced. Slaves may have filtered it,
/// so from here to the next real START nobody knows what they have seen.
I2C_COLD static void faulty_edge(i2c_sim *sim, unsigned line)
{
    i2c_judge *j = &sim->judge;
    const unsigned bit = 1u << line;
    j->glitched = (uint8_t)(sim->net[line].forced_high ? j->glitched | bit : j->glitched & ~bit);
    set_murky(j, true);
}

static inline bool made_by_fault(const i2c_sim *sim, unsigned line)
{
    const i2c_judge *j = &sim->judge;
    return (sim->net[line].makers & j->genuine) == 0 || (j->glitched >> line & 1u) != 0 ||
           sim->shorted;
}

/// The master among the makers of an edge whose times are judged; I2C_JUDGE_NODES: none.
static inline unsigned judged_master(const i2c_judge *j, uint32_t makers)
{
    const uint32_t by = makers & j->masters;
    if (by == 0 || j->levels_off)
        return I2C_JUDGE_NODES;
    const unsigned node = (unsigned)__builtin_ctz(by);
    return j->limits[node] != NULL ? node : I2C_JUDGE_NODES;
}

/// A value of a parameter that master `node` makes and that has a minimum.
static inline void master_made(i2c_sim *sim, unsigned node, i2c_timing_parameter parameter,
                               int64_t measured_ps)
{
    i2c_judge *j = &sim->judge;
    const int64_t limit_ps = (int64_t)j->limits[node][parameter].min_ps;
    const int64_t margin_ps = measured_ps - limit_ps;
    i2c_judge_margin(&j->rules.master[parameter], measured_ps, limit_ps, margin_ps, sim->now_ps);
    if (margin_ps < 0)
        i2c_judge_master_violation(sim, node, parameter, measured_ps);
}

static inline int64_t span_ps(uint64_t from_ps, uint64_t to_ps)
{
    return (int64_t)(to_ps - from_ps);
}

/// The LOW that ends now, as the master made it: a slave's stretch is not the master's.
static inline int64_t low_ps(const i2c_sim *sim)
{
    const i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const uint64_t end_ps = j->stretched ? j->let_go_ps + j->rise30_ps : scl->rise_ps[I2C_AT_30];
    return span_ps(scl->fall_ps[I2C_AT_30], end_ps);
}

/// The master's last SDA edge of this LOW, if it made it: the set-up of what may become a bit.
static inline void keep_master_setup(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    const sim_net *sda = &sim->net[I2C_SDA];
    j->su_dat_by = I2C_JUDGE_NODES;
    if (sda->turn_ps < j->fall_turn_ps || (sda->makers & j->slaves) != 0)
        return;
    const uint64_t edge_ps = sda->low ? sda->fall_ps[I2C_AT_30] : sda->rise_ps[I2C_AT_70];
    if (edge_ps == I2C_NEVER_PS || edge_ps < sda->turn_ps)
        return;
    j->su_dat_by = judged_master(j, sda->makers);
    j->su_dat_ps = span_ps(edge_ps, sim->net[I2C_SCL].rise_ps[I2C_AT_30]);
}

static inline void judge_low(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    const unsigned slave = j->slaves != 0 ? (unsigned)__builtin_ctz(j->slaves) : 0;
    const i2c_timing_limit *bus = j->slave[slave].bus;
    const int64_t low = low_ps(sim);
    j->low_short = bus != NULL && low < (int64_t)bus[I2C_T_LOW].min_ps;
    if (j->clock_by != I2C_JUDGE_NODES)
        master_made(sim, j->clock_by, I2C_T_LOW, low);
}

void i2c_judge_scl_rise(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    if (j->off)
        return;
    const sim_net *scl = &sim->net[I2C_SCL];
    if (made_by_fault(sim, I2C_SCL))
        faulty_edge(sim, I2C_SCL);
    j->stretched = scl->turn_ps > j->let_go_ps;
    j->low_short = false;
    if (!j->levels_off)
        judge_low(sim);
    keep_master_setup(sim);
    if (j->changed != 0) {
        if (!j->levels_off)
            i2c_judge_slave_output(sim, j->changed);
        j->changed = 0;
    }
    const uint32_t overdue = sim->net[I2C_SDA].pulls & j->slaves & ~j->may_pull;
    if (overdue != 0)
        i2c_judge_overdue(sim, overdue);
}

/// A HIGH that was a bit or a clock on an idle bus ends.
static inline void clock_ends(i2c_sim *sim, unsigned node)
{
    i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const uint64_t fall_ps = scl->fall_ps[I2C_AT_30];
    if (scl->rise_ps[I2C_AT_70] <= scl->fall_ps[I2C_AT_70])
        master_made(sim, node, I2C_T_HIGH,
                    span_ps(scl->rise_ps[I2C_AT_70], scl->fall_ps[I2C_AT_70]));
    if (j->fall_before_ps != I2C_NEVER_PS && !j->stretched)
        master_made(sim, node, I2C_T_PERIOD, span_ps(j->fall_before_ps, fall_ps));
    if (j->su_dat_by != I2C_JUDGE_NODES)
        master_made(sim, j->su_dat_by, I2C_T_SU_DAT, j->su_dat_ps);
}

/// Slaves that pulled SDA before the monitor had taken the fall are judged in the new bit.
I2C_COLD static void judge_deferred(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    for (uint32_t left = j->deferred & ~j->may_pull; left != 0; left &= left - 1)
        i2c_judge_foreign_pull(sim, (unsigned)__builtin_ctz(left));
    j->deferred = 0;
}

void i2c_judge_scl_fall(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    if (j->off)
        return;
    const sim_net *scl = &sim->net[I2C_SCL];
    if (made_by_fault(sim, I2C_SCL))
        faulty_edge(sim, I2C_SCL);
    const unsigned node = judged_master(j, scl->makers);
    j->clock_by = node;
    if (node != I2C_JUDGE_NODES) {
        if (j->after_start)
            master_made(sim, node, I2C_T_HD_STA,
                        span_ps(sim->net[I2C_SDA].fall_ps[I2C_AT_30], scl->fall_ps[I2C_AT_70]));
        else
            clock_ends(sim, node);
    }
    j->after_start = false;
    j->fall_turn_ps = scl->turn_ps;
    j->fall_before_ps = node != I2C_JUDGE_NODES ? scl->fall_ps[I2C_AT_30] : I2C_NEVER_PS;
    if (event != NULL)
        i2c_judge_segment(sim, event);
    if (j->deferred != 0)
        judge_deferred(sim);
}

/// What the master made with this START, Sr or STOP.
static void judge_condition(i2c_sim *sim, const i2c_event *event, unsigned node)
{
    const i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const sim_net *sda = &sim->net[I2C_SDA];
    const uint64_t high_ps = scl->rise_ps[I2C_AT_70];
    if (event->kind == I2C_EVENT_STOP)
        master_made(sim, node, I2C_T_SU_STO, span_ps(high_ps, sda->rise_ps[I2C_AT_30]));
    else if (event->kind == I2C_EVENT_SR)
        master_made(sim, node, I2C_T_SU_STA, span_ps(high_ps, sda->fall_ps[I2C_AT_70]));
    else if (j->stop_rise_ps != I2C_NEVER_PS)
        master_made(sim, node, I2C_T_BUF, span_ps(j->stop_rise_ps, sda->fall_ps[I2C_AT_70]));
}

/// A START or STOP that only a fault or a slave has made is found as what it is; the nodes need not
/// agree on it, so what follows from it is not found as well.
static void start_or_stop(i2c_sim *sim, const i2c_event *event, bool faulty)
{
    i2c_judge *j = &sim->judge;
    const bool stop = event->kind == I2C_EVENT_STOP;
    set_murky(j, faulty || (event->by & j->starters) == 0);
    const unsigned node = judged_master(j, event->by);
    if (node != I2C_JUDGE_NODES)
        judge_condition(sim, event, node);
    j->after_start = !stop;
    j->fall_before_ps = I2C_NEVER_PS;
    j->su_dat_by = I2C_JUDGE_NODES;
    if (stop)
        j->stop_rise_ps = sim->net[I2C_SDA].rise_ps[I2C_AT_70];
    i2c_judge_segment(sim, event);
}

void i2c_judge_sda_edge(i2c_sim *sim, bool high, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    if (j->off)
        return;
    const sim_net *sda = &sim->net[I2C_SDA];
    const bool faulty = made_by_fault(sim, I2C_SDA);
    if (event != NULL) {
        if (faulty)
            faulty_edge(sim, I2C_SDA);
        start_or_stop(sim, event, faulty);
        return;
    }
    const unsigned node = judged_master(j, sda->makers);
    if (faulty || node == I2C_JUDGE_NODES || j->clock_by == I2C_JUDGE_NODES)
        return;
    // A fall leaves 70 % with its pull. An edge that cuts the other one short crosses its first
    // threshold never: what stands there is of an edge before.
    const uint64_t rise_ps = sda->rise_ps[I2C_AT_30];
    const bool whole = high && rise_ps != I2C_NEVER_PS && rise_ps > sda->turn_ps;
    const uint64_t begin_ps = whole ? rise_ps : sda->turn_ps;
    master_made(sim, node, I2C_T_HD_DAT, span_ps(sim->net[I2C_SCL].fall_ps[I2C_AT_30], begin_ps));
}

/// Nodes whose thresholds lie apart have seen different clocks from here on.
void i2c_judge_runt(i2c_sim *sim, unsigned line, uint32_t makers)
{
    i2c_judge *j = &sim->judge;
    if (j->off || line != I2C_SCL)
        return;
    for (uint32_t left = makers & j->slaves; left != 0 && !j->levels_off; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        i2c_finding f = i2c_judge_draft(sim, I2C_RULE_STR_02, node, I2C_SCL, sim->now_ps);
        snprintf(f.message, sizeof f.message, "%s pulls SCL into its rise: a runt pulse",
                 i2c_node_name(sim, (i2c_node)node));
        i2c_judge_found(sim, &f);
    }
    set_murky(j, true);
}

// ---- conflicts ------------------------------------------------------------------------------

/// "a, b" would be more than a reader needs: the first of the nodes.
static const char *first_name(const i2c_sim *sim, uint32_t nodes)
{
    return i2c_node_name(sim, (i2c_node)__builtin_ctz(nodes));
}

I2C_COLD static void slave_drives_high(i2c_sim *sim, unsigned line, unsigned node, uint32_t pulls)
{
    i2c_finding f = i2c_judge_draft(sim, I2C_RULE_DAT_10, node, line, sim->now_ps);
    snprintf(f.message, sizeof f.message, "%s drives %s high against %s",
             i2c_node_name(sim, (i2c_node)node), line == I2C_SCL ? "SCL" : "SDA",
             first_name(sim, pulls));
    i2c_judge_found(sim, &f);
}

I2C_COLD static void master_drives_high(i2c_sim *sim, unsigned line, unsigned node, uint32_t slaves)
{
    const bool scl = line == I2C_SCL;
    const i2c_rule_number rule = scl ? I2C_RULE_CONTENTION_SCL : I2C_RULE_CONTENTION_SDA;
    i2c_finding f = i2c_judge_draft(sim, rule, node, line, sim->now_ps);
    char clock[I2C_TIME_TEXT];
    f.severity = scl ? I2C_SEVERITY_INCOMPATIBLE : I2C_SEVERITY_NOTE;
    snprintf(f.message, sizeof f.message, "%s drives %s high while %s pulls it, after %s",
             i2c_node_name(sim, (i2c_node)node), scl ? "SCL" : "SDA", first_name(sim, slaves),
             i2c_judge_clock_text(clock, &f));
    i2c_judge_found(sim, &f);
}

/// A slave never sources a high (3.1.1). A master that does so against a pull that the slave may
/// make breaks with this slave only; a pull that it may not make is found as such.
void i2c_judge_contention(i2c_sim *sim, unsigned line, uint32_t highs, uint32_t pulls)
{
    const i2c_judge *j = &sim->judge;
    const uint32_t rightful = line == I2C_SDA ? pulls & j->may_pull : pulls & j->slaves;
    if (j->off)
        return;
    for (uint32_t left = highs & j->slaves; left != 0; left &= left - 1)
        slave_drives_high(sim, line, (unsigned)__builtin_ctz(left), pulls);
    const uint32_t masters = highs & ~j->slaves & j->genuine;
    if (masters != 0 && rightful != 0 && !j->levels_off)
        master_drives_high(sim, line, (unsigned)__builtin_ctz(masters), rightful);
}

// ---- the end --------------------------------------------------------------------------------

/// A slave that may hold SDA where the master has left it needs clocks, not blame (3.1.16).
static void sda_held_at_end(i2c_sim *sim, unsigned node)
{
    const i2c_judge *j = &sim->judge;
    const bool rightful = (j->may_pull >> node & 1u) != 0;
    i2c_finding f = i2c_judge_draft(sim, I2C_RULE_BCL_08, node, I2C_SDA, sim->now_ps);
    f.severity = rightful ? I2C_SEVERITY_INCOMPATIBLE : I2C_SEVERITY_FAIL;
    f.never = true;
    i2c_judge_measure(&f, span_ps(j->slave[node].last_ps, sim->now_ps), 0);
    snprintf(f.message, sizeof f.message, "%s still holds SDA at the end%s",
             i2c_node_name(sim, (i2c_node)node),
             rightful ? ", in a transfer that the master has left" : "");
    i2c_judge_found(sim, &f);
}

void i2c_judge_finish(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    if (j->off)
        return;
    const uint32_t holders = sim->net[I2C_SDA].pulls & j->slaves;
    for (uint32_t left = j->slaves; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (j->slave[node].owes)
            i2c_judge_settle_owed(sim, node, true);
        else if ((holders >> node & 1u) != 0 && !j->murky)
            sda_held_at_end(sim, node);
    }
    if (!j->murky)
        i2c_judge_scl_held_at_end(sim);
}

// ---- set-up ---------------------------------------------------------------------------------

void i2c_judge_reset(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    memset(j, 0, sizeof *j);
    j->off = sim->config.rules_off;
    j->su_dat_by = I2C_JUDGE_NODES;
    j->clock_by = I2C_JUDGE_NODES;
    j->stop_rise_ps = I2C_NEVER_PS;
    j->fall_before_ps = I2C_NEVER_PS;
    if (!sim->ideal) {
        j->rise30_ps = i2c_rc_rise_ps(sim->rc_ps, I2C_AT_30);
        j->rise70_ps = i2c_rc_rise_ps(sim->rc_ps, I2C_AT_70);
    }
}

void i2c_judge_node(i2c_sim *sim, unsigned node)
{
    i2c_judge *j = &sim->judge;
    const i2c_role role = sim->node[node].config.role;
    const uint32_t bit = 1u << node;
    if (role != I2C_ROLE_FAULT)
        j->genuine |= bit;
    if (role == I2C_ROLE_SLAVE)
        j->slaves |= bit;
    else
        j->starters |= bit & j->genuine;
    if (role == I2C_ROLE_MASTER || role == I2C_ROLE_INJECTOR)
        j->masters |= bit;
}

void i2c_judge_hand_over(i2c_sim *sim, unsigned from, unsigned to)
{
    i2c_judge *j = &sim->judge;
    if (!(j->masters >> to & 1u) || j->limits[to] != NULL)
        return;
    j->master[to] = j->master[from];
    j->limits[to] = j->limits[from];
}

void i2c_sim_set_profile(i2c_sim *sim, i2c_node node, const i2c_profile *profile)
{
    assert(node < sim->nodes);
    i2c_judge *j = &sim->judge;
    i2c_judged_slave *s = &j->slave[node];
    s->profile = *profile;
    s->has_profile = true;
    s->table = i2c_timing_limits(profile->mode);
    s->bus = s->table;
    s->wires_ps = i2c_judge_wires_beyond(j, i2c_timing_tr_max_ps(profile->mode));
    s->bus_wires_ps = s->wires_ps;
    s->valid_max_ps = s->table[I2C_T_VD_DAT].max_ps;
    if (profile->output_delay_max_ps > s->valid_max_ps)
        s->valid_max_ps = profile->output_delay_max_ps;
    const uint32_t bit = 1u << node;
    j->slaves |= bit;
    j->masters &= ~bit;
    j->starters = profile->also_master ? j->starters | bit : j->starters & ~bit;
}

void i2c_sim_set_master_profile(i2c_sim *sim, i2c_node node, const i2c_master_profile *profile)
{
    assert(node < sim->nodes);
    i2c_judge *j = &sim->judge;
    j->master[node] = *profile;
    j->limits[node] = i2c_timing_limits(profile->mode);
    j->masters |= 1u << node;
}

void i2c_sim_suspend_rules(i2c_sim *sim, bool suspended)
{
    sim->judge.suspended = suspended;
    i2c_judge_set_levels_off(&sim->judge);
}
