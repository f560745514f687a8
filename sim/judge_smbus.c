// SMBus slaves: time-outs, the sum of their own stretching, data hold (SMBus 2.0 chapter 3).
#include "sim/judge_private.h"

#include <stdio.h>

#define TIMEOUT_MIN_PS (25 * I2C_PS_PER_MS) // tTIMEOUT, min
#define SEXT_MAX_PS    (25 * I2C_PS_PER_MS) // tLOW:SEXT, max
#define HOLD_MIN_PS    (300 * (int64_t)I2C_PS_PER_NS)

/// It must have let go so long behind the fall of SCL; 0: it has no such time-out.
static uint64_t timeout_ps(const i2c_judged_slave *s)
{
    return s->has_profile && s->profile.smbus != 0 ? s->profile.timeout_low_max_ps : 0;
}

static uint64_t fall_ps(const i2c_sim *sim)
{
    return sim->net[I2C_SCL].fall_ps[I2C_AT_30];
}

static void found_late(i2c_sim *sim, unsigned node, unsigned line, uint64_t at_ps)
{
    const uint64_t limit_ps = timeout_ps(&sim->judge.slave[node]);
    i2c_finding f = i2c_judge_draft(sim, I2C_RULE_TMO_03, node, line, fall_ps(sim) + limit_ps);
    char after[I2C_TIME_TEXT];
    char limit[I2C_TIME_TEXT];
    char clock[I2C_TIME_TEXT];
    i2c_judge_measure(&f, (int64_t)(at_ps - fall_ps(sim)), (int64_t)limit_ps);
    snprintf(f.message, sizeof f.message, "%s pulls %s %s after SCL fell behind %s; time-out %s",
             i2c_node_name(sim, (i2c_node)node), line == I2C_SDA ? "SDA" : "SCL",
             i2c_time_text(after, (int64_t)(at_ps - fall_ps(sim))), i2c_judge_clock_text(clock, &f),
             i2c_time_text(limit, (int64_t)limit_ps));
    i2c_judge_found(sim, &f);
}

/// Behind its time-out a slave is off the bus until START (3.1.1.1).
static void time_out(i2c_sim *sim, unsigned node, uint64_t limit_ps)
{
    i2c_judge *j = &sim->judge;
    const i2c_judged_slave *s = &j->slave[node];
    const uint32_t bit = 1u << node;
    const bool pulls = (sim->net[I2C_SDA].pulls & bit) != 0;
    if (pulls)
        found_late(sim, node, I2C_SDA, sim->now_ps);
    else if (s->last_ps > fall_ps(sim) + limit_ps)
        found_late(sim, node, I2C_SDA, s->last_ps);
    j->timed_out |= bit;
    j->may_pull = pulls ? j->may_pull : j->may_pull & ~bit;
    j->matches &= ~bit;
    j->selected &= ~bit;
    j->senders &= ~bit;
    j->second &= ~bit;
}

I2C_COLD void i2c_judge_long_low(i2c_sim *sim)
{
    const i2c_judge *j = &sim->judge;
    const uint64_t low_ps = sim->net[I2C_SCL].rise_ps[I2C_AT_30] - fall_ps(sim);
    if (!sim->monitor.open || j->levels_off)
        return;
    for (uint32_t left = j->slaves & ~j->fresh; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        const uint64_t limit_ps = timeout_ps(&j->slave[node]);
        if (limit_ps != 0 && low_ps > limit_ps)
            time_out(sim, node, limit_ps);
    }
}

void i2c_judge_smbus_segment(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    j->timed_out = 0;
    if (event->kind == I2C_EVENT_SR)
        return; // 3.1.1.2 sums up from START to STOP
    for (uint32_t left = j->slaves; left != 0; left &= left - 1)
        j->slave[__builtin_ctz(left)].extended_ps = 0;
}

void i2c_judge_scl_by_timeout(i2c_sim *sim, unsigned node)
{
    const uint64_t limit_ps = timeout_ps(&sim->judge.slave[node]);
    if (limit_ps != 0 && fall_ps(sim) != I2C_NEVER_PS && sim->monitor.open &&
        !sim->judge.levels_off && sim->now_ps > fall_ps(sim) + limit_ps)
        found_late(sim, node, I2C_SCL, sim->now_ps);
}

void i2c_judge_extended(i2c_sim *sim, unsigned node, uint64_t held_ps)
{
    i2c_judged_slave *s = &sim->judge.slave[node];
    const uint64_t before_ps = s->extended_ps;
    char sum[I2C_TIME_TEXT];
    if (!s->has_profile || s->profile.smbus == 0 || sim->judge.suspended)
        return;
    s->extended_ps += held_ps;
    if (s->extended_ps <= SEXT_MAX_PS || before_ps > SEXT_MAX_PS)
        return;
    i2c_finding f = i2c_judge_draft(sim, I2C_RULE_TMO_05, node, I2C_SCL, sim->now_ps);
    i2c_judge_measure(&f, (int64_t)s->extended_ps, (int64_t)SEXT_MAX_PS);
    snprintf(f.message, sizeof f.message,
             "%s has held SCL for %s since START; tLOW:SEXT is 25 ms in one message",
             i2c_node_name(sim, (i2c_node)node), i2c_time_text(sum, (int64_t)s->extended_ps));
    i2c_judge_found(sim, &f);
}

bool i2c_judge_is_by_timeout(const i2c_sim *sim, unsigned node)
{
    const sim_net *scl = &sim->net[I2C_SCL];
    return timeout_ps(&sim->judge.slave[node]) != 0 &&
           scl->rise_ps[I2C_AT_30] >= scl->fall_ps[I2C_AT_30] + TIMEOUT_MIN_PS;
}

void i2c_judge_smbus_hold(i2c_sim *sim, unsigned node, int64_t hold_ps)
{
    const i2c_judged_slave *s = &sim->judge.slave[node];
    char hold[I2C_TIME_TEXT];
    if (!s->has_profile || s->profile.smbus == 0 || s->profile.smbus >= 30 ||
        hold_ps >= HOLD_MIN_PS)
        return;
    i2c_finding f = i2c_judge_draft(sim, I2C_RULE_SMB_TIM_04, node, I2C_SDA, s->first_ps);
    i2c_judge_measure(&f, hold_ps, HOLD_MIN_PS);
    snprintf(f.message, sizeof f.message,
             "%s changes SDA %s after SCL fell; SMBus up to 2.0 asks for 300 ns",
             i2c_node_name(sim, (i2c_node)node), i2c_time_text(hold, hold_ps));
    i2c_judge_found(sim, &f);
}
