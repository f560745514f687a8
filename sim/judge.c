// What the passes of judge_passes.h call once a transfer or when something may be wrong, and how a
// case begins and ends for the rules.
#include "sim/judge_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void set_murky(i2c_judge *j, bool murky)
{
    j->murky = murky || j->blind;
    i2c_judge_set_levels_off(j);
}

// ---- edges ----------------------------------------------------------------------------------

/// Slaves may have filtered it, so from here to the next real START nobody knows what they have
/// seen.
I2C_COLD void i2c_judge_faulty_edge(i2c_sim *sim, unsigned line)
{
    i2c_judge *j = &sim->judge;
    const unsigned bit = 1u << line;
    j->glitched = (uint8_t)(sim->net[line].forced_high ? j->glitched | bit : j->glitched & ~bit);
    set_murky(j, true);
}

unsigned i2c_judge_new_makers(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    if (i2c_judge_made_by_fault(sim, I2C_SCL))
        i2c_judge_faulty_edge(sim, I2C_SCL);
    const unsigned node = i2c_judge_master_of(j, sim->net[I2C_SCL].makers);
    if (node != I2C_JUDGE_NODES && !sim->faulty) {
        j->usual_makers = sim->net[I2C_SCL].makers;
        j->usual_master = node;
    }
    return node;
}

/// The master counts a clock that no slave saw. A STOP need not help a slave that waits for the
/// rest of its byte; a START does.
I2C_COLD void i2c_judge_clock_is_lost(i2c_sim *sim)
{
    sim->judge.out_of_step = true;
    set_murky(&sim->judge, true);
}

/// Slaves that pulled SDA before the monitor had taken the fall are judged in the new bit.
I2C_COLD void i2c_judge_deferred(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    for (uint32_t left = j->deferred & ~j->may_pull; left != 0; left &= left - 1)
        i2c_judge_foreign_pull(sim, (unsigned)__builtin_ctz(left));
    j->deferred = 0;
}

/// What every slave of Fast-mode sees, or what it asks for itself where that is less. Shorter ones
/// no slave need see, and one that does not goes on with the byte that it was in.
static bool start_is_seen(const i2c_judge *j, int64_t hold_ps)
{
    const uint64_t fast_ps = i2c_timing_limits(I2C_MODE_FM)[I2C_T_HD_STA].min_ps;
    for (uint32_t left = j->slaves; left != 0; left &= left - 1) {
        const i2c_timing_limit *table = j->slave[__builtin_ctz(left)].table;
        const uint64_t own_ps = table != NULL ? table[I2C_T_HD_STA].min_ps : 0;
        if (hold_ps < (int64_t)(own_ps < fast_ps ? own_ps : fast_ps))
            return false;
    }
    return true;
}

void i2c_judge_start_hold(i2c_sim *sim, unsigned node)
{
    i2c_judge *j = &sim->judge;
    const int64_t hold_ps = i2c_judge_span_ps(sim->net[I2C_SDA].fall_ps[I2C_AT_30],
                                              sim->net[I2C_SCL].fall_ps[I2C_AT_70]);
    const bool seen = start_is_seen(j, hold_ps);
    if (!seen) {
        j->out_of_step = true;
        set_murky(j, true);
    }
    j->rules.start_unseen = !seen && node != I2C_JUDGE_NODES;
    if (node == I2C_JUDGE_NODES)
        return;
    j->rules.start_too_short = hold_ps < (int64_t)j->limits[node][I2C_T_HD_STA].min_ps;
    j->rules.start_hold_ps = hold_ps;
    i2c_judge_master_made(sim, node, I2C_T_HD_STA, hold_ps);
}

/// What the master made with this START, Sr or STOP.
static void judge_condition(i2c_sim *sim, const i2c_event *event, unsigned node)
{
    const i2c_judge *j = &sim->judge;
    const sim_net *scl = &sim->net[I2C_SCL];
    const sim_net *sda = &sim->net[I2C_SDA];
    const uint64_t high_ps = scl->rise_ps[I2C_AT_70];
    if (event->kind == I2C_EVENT_STOP)
        i2c_judge_master_made(sim, node, I2C_T_SU_STO,
                              i2c_judge_span_ps(high_ps, sda->rise_ps[I2C_AT_30]));
    else if (event->kind == I2C_EVENT_SR)
        i2c_judge_master_made(sim, node, I2C_T_SU_STA,
                              i2c_judge_span_ps(high_ps, sda->fall_ps[I2C_AT_70]));
    else if (j->stop_rise_ps != I2C_NEVER_PS)
        i2c_judge_master_made(sim, node, I2C_T_BUF,
                              i2c_judge_span_ps(j->stop_rise_ps, sda->fall_ps[I2C_AT_70]));
}

void i2c_judge_take_owners(i2c_sim *sim, uint32_t owners)
{
    i2c_judge *j = &sim->judge;
    uint32_t masters = (j->masters & ~j->slaves) | (owners & j->slaves & j->starters);
    for (uint32_t left = masters & j->slaves; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (j->slave[node].wires_ps != 0) // no master can keep its times on these
            masters &= ~(1u << node);
    }
    if (masters == j->masters)
        return;
    j->masters = masters;
    j->usual_makers = I2C_JUDGE_NO_MAKERS;
}

/// A START or STOP that only a fault or a slave has made is found as what it is; the nodes need not
/// agree on it, so what follows from it is not found as well.
void i2c_judge_start_or_stop(i2c_sim *sim, const i2c_event *event, bool faulty)
{
    i2c_judge *j = &sim->judge;
    const bool stop = event->kind == I2C_EVENT_STOP;
    if (faulty)
        i2c_judge_faulty_edge(sim, I2C_SDA);
    if (!stop)
        i2c_judge_take_owners(sim, event->by);
    j->out_of_step = j->out_of_step && stop;
    set_murky(j, faulty || (event->by & j->starters) == 0 || j->out_of_step);
    if (event->hs && !j->hs)
        i2c_judge_sr_behind_code(
            sim, event->by); // 5.3.3: before SCLH is high for the Sr, so its set-up counts
    const unsigned node = i2c_judge_master_of(j, event->by);
    if (node != I2C_JUDGE_NODES)
        judge_condition(sim, event, node);
    if (j->hs && stop && (event->by & j->starters) != 0)
        i2c_judge_leave_hs(sim); // a STOP that a fault or a slave makes is none to the master
    if (event->kind != I2C_EVENT_SR)
        j->held_ps = 0;
    j->after_start = !stop;
    j->fall_before_ps = I2C_NEVER_PS;
    j->su_dat_by = I2C_JUDGE_NODES;
    if (stop)
        j->stop_rise_ps = sim->net[I2C_SDA].rise_ps[I2C_AT_70];
    i2c_judge_segment(sim, event);
    if (stop)
        i2c_judge_take_owners(sim, 0);
}

/// "a, b" would be more than a reader needs: the first of the nodes.
static const char *first_name(const i2c_sim *sim, uint32_t nodes)
{
    return i2c_node_name(sim, (i2c_node)__builtin_ctz(nodes));
}

void i2c_judge_mix_clocks(i2c_sim *sim)
{
    sim->judge.fall_before_ps = I2C_NEVER_PS;
}

/// Nobody is to blame for what the standard leaves open, but whoever looks should know, and no
/// slave is judged by levels until the next START or STOP; behind such a STOP, until START.
I2C_COLD void i2c_judge_contested(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    i2c_judge_take_owners(sim, sim->monitor.owner);
    j->lost |= event->by & j->slaves;
    j->losing |= event->by & j->slaves;
    if (j->off || !event->undefined)
        return;
    const unsigned node = (unsigned)__builtin_ctz(event->by);
    i2c_finding f = i2c_judge_draft(sim, I2C_RULE_ARBITRATION, node, I2C_SDA, sim->now_ps);
    const bool stop = i2c_net_high(&sim->net[I2C_SCL]); // Sr is told when SCL has fallen
    f.severity = I2C_SEVERITY_NOTE;
    f.blame = 0;
    snprintf(f.message, sizeof f.message,
             "%s sends something else where %s makes %s: what follows is not defined",
             i2c_node_name(sim, (i2c_node)node),
             event->owner != 0 ? first_name(sim, event->owner) : "another", stop ? "STOP" : "Sr");
    i2c_judge_found(sim, &f);
    set_murky(j, true);
    j->out_of_step = j->out_of_step || stop; // the others' clocks may cut it too short to be seen
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
    i2c_judge_measure(&f, i2c_judge_span_ps(j->slave[node].last_ps, sim->now_ps), 0);
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
    j->usual_makers = I2C_JUDGE_NO_MAKERS;
    j->low_min_ps = INT64_MIN;
    j->long_low_ps = INT64_MAX;
    for (unsigned p = 0; p < I2C_TIMING_COUNT; p++)
        j->rules.slave[p].margin_ps = j->rules.master[p].margin_ps = INT64_MAX;
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
    if (role != I2C_ROLE_MASTER)
        j->aside |= bit;
    i2c_judge_take_low_min(j);
}

void i2c_judge_set_limits(i2c_judge *j, unsigned node, const i2c_timing_limit *limits)
{
    j->limits[node] = limits;
    j->usual_makers = I2C_JUDGE_NO_MAKERS;
    const i2c_made_by by = (j->aside >> node & 1u) != 0 ? I2C_MADE_BY_OTHERS
                           : limits == j->hs_limits     ? I2C_MADE_BY_MASTER_HS
                                                        : I2C_MADE_BY_MASTER;
    j->made_by[node] = (uint8_t)by;
    for (unsigned p = 0; limits != NULL && p < I2C_TIMING_COUNT; p++)
        j->rules.made[by][p].limit_ps = (int64_t)limits[p].min_ps;
    for (unsigned p = 0; p < I2C_TIMING_COUNT; p++)
        j->calm_ps[node][p] = INT64_MAX; // so that the first value of each is looked at
}

void i2c_judge_hand_over(i2c_sim *sim, unsigned from, unsigned to)
{
    i2c_judge *j = &sim->judge;
    if (!(j->masters >> to & 1u) || j->limits[to] != NULL)
        return;
    j->master[to] = j->master[from];
    i2c_judge_set_limits(j, to, j->limits[from]);
}

void i2c_sim_set_profile(i2c_sim *sim, i2c_node node, const i2c_profile *profile)
{
    assert(node < sim->nodes);
    i2c_judge *j = &sim->judge;
    i2c_judged_slave *s = &j->slave[node];
    s->profile = *profile;
    s->has_profile = true;
    if (profile->smbus != 0 && profile->timeout_low_max_ps != 0)
        j->long_low_ps = (int64_t)profile->timeout_low_max_ps;
    i2c_judge_take_table(sim, node);
    const uint32_t bit = 1u << node;
    j->slaves |= bit;
    j->fresh |= bit;
    j->masters &= ~bit;
    j->usual_makers = I2C_JUDGE_NO_MAKERS;
    j->starters = profile->also_master ? j->starters | bit : j->starters & ~bit;
    if (profile->also_master) {
        j->master[node] = (i2c_master_profile){.mode = profile->mode};
        j->aside |= bit;
        i2c_judge_take_limits(j, node);
    }
    i2c_judge_take_low_min(j);
}

void i2c_sim_set_master_profile(i2c_sim *sim, i2c_node node, const i2c_master_profile *profile)
{
    assert(node < sim->nodes);
    i2c_judge *j = &sim->judge;
    j->master[node] = *profile;
    j->masters |= 1u << node;
    i2c_judge_take_limits(j, node);
}

void i2c_sim_set_aside(i2c_sim *sim, i2c_node node)
{
    assert(node < sim->nodes);
    i2c_judge *j = &sim->judge;
    j->aside |= 1u << node;
    i2c_judge_set_limits(j, node, j->limits[node]);
}

void i2c_sim_blind_rules(i2c_sim *sim)
{
    sim->judge.blind = true;
    sim->judge.suspended = true;
    set_murky(&sim->judge, true);
}

void i2c_sim_suspend_rules(i2c_sim *sim, bool suspended)
{
    sim->judge.suspended = suspended;
    sim->judge.blind = sim->judge.blind && suspended;
    i2c_judge_set_levels_off(&sim->judge);
}
