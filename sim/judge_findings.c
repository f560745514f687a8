// Findings: how they are made, kept in order, and worded.
#include "sim/judge_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/// The clock that rose last. The LOW after clock 9 still counts to the byte it ends: what a slave
/// does there is its answer to that ACK.
static void place(const i2c_sim *sim, i2c_finding *finding)
{
    const i2c_monitor *m = &sim->monitor;
    finding->segment = (uint32_t)m->segments;
    if (!m->open)
        return;
    const bool high = m->high_is_bit;
    finding->byte = m->byte;
    finding->clock = (uint8_t)((m->in_ack ? 8u : m->bits) + (high ? 1u : 0u));
    if (finding->clock == 0 && m->byte > 0) {
        finding->byte = m->byte - 1;
        finding->clock = 9;
    }
}

I2C_COLD i2c_finding i2c_judge_draft(const i2c_sim *sim, i2c_rule_number rule, unsigned node,
                                     unsigned line, uint64_t at_ps)
{
    i2c_finding finding = {.rule = &i2c_rule_table[rule],
                           .at_ps = at_ps,
                           .line = (uint8_t)line,
                           .blame = node < I2C_NODE_MAX ? 1u << node : 0};
    place(sim, &finding);
    return finding;
}

void i2c_judge_measure(i2c_finding *finding, int64_t measured_ps, int64_t limit_ps)
{
    finding->measured_known = true;
    finding->measured_ps = measured_ps;
    finding->limit_ps = limit_ps;
}

static bool same(const i2c_finding *a, const i2c_finding *b)
{
    return a->rule == b->rule && a->blame == b->blame && a->severity == b->severity;
}

/// Whether `a` is told before `b`: by time, within an instant by the order of the table.
static bool before(const i2c_finding *a, const i2c_finding *b)
{
    return a->at_ps != b->at_ps ? a->at_ps < b->at_ps : a->rule < b->rule;
}

I2C_COLD void i2c_judge_found(i2c_sim *sim, const i2c_finding *finding)
{
    i2c_rules *r = &sim->judge.rules;
    for (unsigned i = 0; i < r->findings; i++) {
        if (same(&r->finding[i], finding)) {
            r->repeats[i]++;
            r->last_ps[i] = finding->at_ps;
            return;
        }
    }
    if (r->findings == I2C_FINDING_MAX) {
        r->dropped++;
        return;
    }
    unsigned at = r->findings++;
    for (; at > 0 && before(finding, &r->finding[at - 1]); at--) {
        r->finding[at] = r->finding[at - 1];
        r->repeats[at] = r->repeats[at - 1];
        r->last_ps[at] = r->last_ps[at - 1];
    }
    r->finding[at] = *finding;
    r->repeats[at] = 0;
    r->last_ps[at] = finding->at_ps;
    if (sim->config.on_finding != NULL)
        sim->config.on_finding(sim->config.on_finding_ctx, finding);
}

I2C_COLD void i2c_judge_owe(i2c_sim *sim, unsigned node, const i2c_finding *finding)
{
    i2c_judged_slave *s = &sim->judge.slave[node];
    s->owed = *finding;
    s->owes = true;
}

/// A pull in the LOW before clock 9 that was gone before SCL rose: no master can tell (I2C-ACK-04
/// asks for SDA by tVD;ACK, or by its set-up where SCL is held). A USI's latch makes it, until its
/// interrupt has been served.
static bool was_harmless(const i2c_sim *sim, const i2c_finding *f)
{
    const uint64_t rise_ps = sim->net[I2C_SCL].rise_ps[I2C_AT_30];
    return f->rule == &i2c_rule_table[I2C_RULE_ACK_04] &&
           (rise_ps == I2C_NEVER_PS || rise_ps < f->at_ps);
}

I2C_COLD void i2c_judge_settle_owed(i2c_sim *sim, unsigned node, bool never)
{
    i2c_judged_slave *s = &sim->judge.slave[node];
    i2c_finding *f = &s->owed;
    if (!never && was_harmless(sim, f)) {
        s->owes = false;
        return;
    }
    char text[I2C_TIME_TEXT];
    const int64_t held_ps = (int64_t)(sim->now_ps - f->at_ps);
    i2c_judge_measure(f, held_ps, 0);
    f->never = never;
    const size_t used = strlen(f->message);
    if (never)
        snprintf(f->message + used, sizeof f->message - used, " and never lets go");
    else
        snprintf(f->message + used, sizeof f->message - used, " and lets go %s later",
                 i2c_time_text(text, held_ps));
    s->owes = false;
    i2c_judge_found(sim, f);
}

I2C_COLD const char *i2c_time_text(char text[I2C_TIME_TEXT], int64_t time_ps)
{
    static const struct {
        uint64_t ps;
        const char *name;
    } units[] = {{I2C_PS_PER_S, "s"},
                 {I2C_PS_PER_MS, "ms"},
                 {I2C_PS_PER_US, "us"},
                 {I2C_PS_PER_NS, "ns"},
                 {1, "ps"}};
    const char *sign = time_ps < 0 ? "-" : "";
    const uint64_t abs_ps = time_ps < 0 ? 0 - (uint64_t)time_ps : (uint64_t)time_ps;
    unsigned u = 0;
    while (u < 4 && abs_ps < units[u].ps)
        u++;
    if (abs_ps == 0)
        u = 3;
    const uint64_t whole = abs_ps / units[u].ps;
    const uint64_t hundredths = units[u].ps == 1 ? 0 : abs_ps % units[u].ps * 100 / units[u].ps;
    const unsigned part = (unsigned)(hundredths % 100);
    if (part == 0)
        snprintf(text, I2C_TIME_TEXT, "%s%" PRIu64 " %s", sign, whole, units[u].name);
    else if (part % 10 == 0)
        snprintf(text, I2C_TIME_TEXT, "%s%" PRIu64 ".%u %s", sign, whole, part / 10, units[u].name);
    else
        snprintf(text, I2C_TIME_TEXT, "%s%" PRIu64 ".%02u %s", sign, whole, part, units[u].name);
    return text;
}

I2C_COLD const char *i2c_judge_clock_text(char text[I2C_TIME_TEXT], const i2c_finding *finding)
{
    if (finding->clock == 0)
        snprintf(text, I2C_TIME_TEXT, "START");
    else
        snprintf(text, I2C_TIME_TEXT, "clock %u", finding->clock);
    return text;
}
