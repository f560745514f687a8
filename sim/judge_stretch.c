// Slaves and SCL: when a stretch may begin, where, and how long it may last.
#include "sim/judge_private.h"

#include <stdio.h>

#define DEFAULT_BOUND_PS (10 * I2C_PS_PER_MS) // UM10204 sets no limit; requirement I2C-STR-09

static uint64_t bound_ps(const i2c_judged_slave *s)
{
    const uint64_t declared_ps = s->profile.stretch_max_ps;
    return declared_ps != 0 ? declared_ps : DEFAULT_BOUND_PS;
}

static const char *name_of(const i2c_sim *sim, unsigned node)
{
    return i2c_node_name(sim, (i2c_node)node);
}

/// Bits of the byte that are complete now, one ahead of the monitor while SCL is still falling.
static unsigned bits_behind(const i2c_sim *sim)
{
    const i2c_monitor *m = &sim->monitor;
    const bool falling = m->high_is_bit && i2c_judge_scl_begins_to_fall(sim);
    if (m->in_ack)
        return falling ? 0 : 8;
    return m->bits + (falling ? 1u : 0u);
}

static void found_pull(i2c_sim *sim, i2c_rule_number rule, unsigned node, i2c_severity severity,
                       const char *what)
{
    i2c_finding f = i2c_judge_draft(sim, rule, node, I2C_SCL, sim->now_ps);
    char clock[I2C_TIME_TEXT];
    f.severity = severity;
    snprintf(f.message, sizeof f.message, "%s pulls SCL after %s, %s", name_of(sim, node),
             i2c_judge_clock_text(clock, &f), what);
    i2c_judge_found(sim, &f);
}

/// No transfer is open, or none that the slave can know of.
static void found_on_idle_bus(i2c_sim *sim, unsigned node)
{
    const bool fresh = (sim->judge.fresh >> node & 1u) != 0;
    i2c_finding f =
        i2c_judge_draft(sim, fresh ? I2C_RULE_PWR_02 : I2C_RULE_STA_02, node, I2C_SCL, sim->now_ps);
    snprintf(f.message, sizeof f.message, "%s pulls SCL %s", name_of(sim, node),
             fresh ? "after its reset, before any START" : "while no transfer is open");
    i2c_judge_found(sim, &f);
}

static void found_pull_at_high(i2c_sim *sim, unsigned node)
{
    i2c_finding f = i2c_judge_draft(sim, I2C_RULE_STR_02, node, I2C_SCL, sim->now_ps);
    char clock[I2C_TIME_TEXT];
    char after[I2C_TIME_TEXT];
    const int64_t after_ps = (int64_t)(sim->now_ps - sim->net[I2C_SCL].rise_ps[I2C_AT_30]);
    i2c_judge_measure(&f, after_ps, 0);
    snprintf(f.message, sizeof f.message, "%s pulls SCL %s after it rose in %s", name_of(sim, node),
             i2c_time_text(after, after_ps), i2c_judge_clock_text(clock, &f));
    i2c_judge_found(sim, &f);
}

/// Whether SCL is high as the slave itself sees it. A master that pulls in the same instant, or has
/// begun to, shares the edge or makes it.
static bool pulls_a_high(const i2c_sim *sim, unsigned node, uint32_t pulled)
{
    const sim_net *scl = &sim->net[I2C_SCL];
    const i2c_judge *j = &sim->judge;
    if ((pulled & ~j->slaves) != 0)
        return false;
    return (scl->level >> sim->node[node].config.threshold & 1u) != 0;
}

/// LOW ended before the slave could know that it was one (masters with runt clocks).
static bool cut_short(const i2c_sim *sim, const i2c_judged_slave *s)
{
    const uint64_t fall_ps = sim->net[I2C_SCL].fall_ps[I2C_AT_30];
    return fall_ps != I2C_NEVER_PS && sim->judge.low_short &&
           sim->now_ps <= fall_ps + s->valid_max_ps;
}

/// A slave without byte or bit stretch, and one that stretches in the wrong place.
static void judge_place(i2c_sim *sim, unsigned node)
{
    const i2c_judge *j = &sim->judge;
    const i2c_monitor *m = &sim->monitor;
    const i2c_judged_slave *s = &j->slave[node];
    const unsigned bits = bits_behind(sim);
    const bool address = m->byte == 0 && !(m->in_ack && bits == 0);
    const bool bitwise = !s->profile.stretch_declared || s->profile.stretch == I2C_STRETCH_BIT;
    if (j->hs && s->profile.mode == I2C_MODE_HS && (address || bits > 0))
        found_pull(sim, I2C_RULE_HS_08, node, // 5.3.2 lets devices delay behind Sr, too
                   address && bits == 0 ? I2C_SEVERITY_NOTE : I2C_SEVERITY_BY_LEVEL,
                   "not behind an acknowledge bit, in Hs-mode");
    else if (address)
        return; // starts with the hold that start detectors make (requirement rule 0.6.2)
    else if (!(j->matches >> node & 1u))
        found_pull(sim, I2C_RULE_STR_08, node, bitwise ? I2C_SEVERITY_NOTE : I2C_SEVERITY_BY_LEVEL,
                   "in a transfer of another address");
    else if (j->nacked && bits > 0)
        found_pull(sim, I2C_RULE_STR_11, node, I2C_SEVERITY_BY_LEVEL,
                   "although the master has ended the read");
    else if (!bitwise && bits > 0 && bits < 8)
        found_pull(sim, I2C_RULE_STRETCH_PLACE, node, I2C_SEVERITY_BY_LEVEL,
                   "inside a byte, where it declares none");
}

static void note_undeclared(i2c_sim *sim, unsigned node)
{
    i2c_judged_slave *s = &sim->judge.slave[node];
    s->stretch_noted = true;
    found_pull(sim, I2C_RULE_STRETCH_UNDECLARED, node, I2C_SEVERITY_UNDECLARED,
               "and declares nothing about stretching");
}

static void judge_pull(i2c_sim *sim, unsigned node, uint32_t pulled)
{
    i2c_judge *j = &sim->judge;
    const i2c_judged_slave *s = &j->slave[node];
    const uint32_t owner = sim->monitor.open ? sim->monitor.owner : 1u << node;
    if (j->murky || (s->profile.also_master && ((owner | j->losing) >> node & 1u) != 0))
        return; // its clock; who loses may clock on to the end of the byte (3.1.8)
    if (!sim->monitor.open || (j->fresh >> node & 1u) != 0) {
        found_on_idle_bus(sim, node);
        return;
    }
    if ((j->lost & ~j->selected) >> node & 1u)
        found_pull(sim, I2C_RULE_ARB_10, node, I2C_SEVERITY_BY_LEVEL,
                   "although it has lost the bus to another master");
    else if (s->profile.stretch_declared && s->profile.stretch == I2C_STRETCH_NONE)
        found_pull(sim, I2C_RULE_STR_01, node, I2C_SEVERITY_BY_LEVEL, "although it declares none");
    else if (!j->suspended && pulls_a_high(sim, node, pulled) && !cut_short(sim, s))
        found_pull_at_high(sim, node);
    else if (s->has_profile)
        judge_place(sim, node);
    if (s->has_profile && !s->profile.stretch_declared && !s->stretch_noted)
        note_undeclared(sim, node);
}

static void found_long_hold(i2c_sim *sim, unsigned node, uint64_t held_ps, bool never)
{
    const i2c_judge *j = &sim->judge;
    const uint64_t bound = bound_ps(&j->slave[node]);
    i2c_finding f = i2c_judge_draft(sim, I2C_RULE_STR_09, node, I2C_SCL, j->alone_since_ps + bound);
    char held[I2C_TIME_TEXT];
    char limit[I2C_TIME_TEXT];
    char clock[I2C_TIME_TEXT];
    f.severity = I2C_SEVERITY_FAIL;
    f.never = never;
    i2c_judge_measure(&f, (int64_t)held_ps, (int64_t)bound);
    snprintf(f.message, sizeof f.message, "%s holds SCL low for %s after %s%s; bound %s",
             name_of(sim, node), i2c_time_text(held, (int64_t)held_ps),
             i2c_judge_clock_text(clock, &f), never ? " and never lets go" : "",
             i2c_time_text(limit, (int64_t)bound));
    i2c_judge_found(sim, &f);
}

/// The master of the transfer that does not wait as long as the present hold has lasted, or
/// I2C_JUDGE_NODES.
static unsigned who_carries_on(const i2c_sim *sim, uint64_t held_ps)
{
    const i2c_judge *j = &sim->judge;
    const uint32_t owners = sim->monitor.open ? sim->monitor.owner : 0;
    for (uint32_t left = owners & j->masters; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (j->master[node].goes_on && held_ps > j->master[node].stretch_limit_ps)
            return node;
    }
    return I2C_JUDGE_NODES;
}

/// Clocks were lost, or a bit was taken too early: neither has broken its contract.
static void found_over_limit(i2c_sim *sim, unsigned node, unsigned master)
{
    const i2c_judge *j = &sim->judge;
    const uint64_t limit_ps = j->master[master].stretch_limit_ps;
    const int64_t held_ps = (int64_t)(sim->now_ps - j->ignored_since_ps);
    i2c_finding f =
        i2c_judge_draft(sim, I2C_RULE_STRETCH_LIMIT, node, I2C_SCL, j->ignored_since_ps + limit_ps);
    char held[I2C_TIME_TEXT];
    char limit[I2C_TIME_TEXT];
    char clock[I2C_TIME_TEXT];
    f.severity = I2C_SEVERITY_INCOMPATIBLE;
    i2c_judge_measure(&f, held_ps, (int64_t)limit_ps);
    snprintf(f.message, sizeof f.message, "%s holds SCL for %s after %s; %s %s%s",
             name_of(sim, node), i2c_time_text(held, held_ps), i2c_judge_clock_text(clock, &f),
             name_of(sim, master), limit_ps == 0 ? "does not wait" : "carries on after ",
             limit_ps == 0 ? "" : i2c_time_text(limit, (int64_t)limit_ps));
    i2c_judge_found(sim, &f);
}

/// A hold that is over, or that a master pulls under: it counts a clock that the slave has not
/// seen, also where it drives SCL high meanwhile, which is told of as contention. What the slave
/// may not do is found as such.
static void judge_limit(i2c_sim *sim, uint32_t holders, bool over)
{
    i2c_judge *j = &sim->judge;
    const uint64_t since_ps = j->ignored ? j->ignored_since_ps : j->alone_since_ps;
    const unsigned master = who_carries_on(sim, sim->now_ps - since_ps);
    if (master == I2C_JUDGE_NODES || holders == 0 || j->suspended)
        return;
    const unsigned node = (unsigned)__builtin_ctz(holders);
    const i2c_profile *profile = &j->slave[node].profile;
    const bool may = !profile->stretch_declared || profile->stretch != I2C_STRETCH_NONE;
    j->ignored_since_ps = since_ps;
    j->ignored = !over;
    if (j->ignored)
        i2c_judge_clock_is_lost(sim);
    const bool drives = (sim->net[I2C_SCL].highs >> master & 1u) != 0;
    if (over && may && !drives && sim->now_ps - since_ps <= bound_ps(&j->slave[node]))
        found_over_limit(sim, node, master);
}

/// A hold of SCL by slaves alone lasts so long: the longest, and what a transfer adds up to, are
/// what a master can provoke.
static void keep_hold(i2c_judge *j, uint64_t held_ps)
{
    if (j->suspended)
        return;
    j->held_ps += held_ps;
    if (j->held_ps > j->rules.transfer_held_ps)
        j->rules.transfer_held_ps = j->held_ps;
    if (held_ps > j->rules.longest_hold_ps) {
        j->rules.longest_hold_ps = held_ps;
        j->rules.longest_hold_at_ps = j->alone_since_ps;
    }
}

/// The hold of SCL by slaves alone is over: who of `holders` let it go last is judged.
static void end_of_hold(i2c_sim *sim, uint32_t holders)
{
    i2c_judge *j = &sim->judge;
    const uint64_t held_ps = sim->now_ps - j->alone_since_ps;
    j->alone = false;
    keep_hold(j, held_ps);
    for (uint32_t left = holders; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (held_ps > bound_ps(&j->slave[node]))
            found_long_hold(sim, node, held_ps, false);
        i2c_judge_extended(sim, node, held_ps);
    }
}

void i2c_judge_slave_scl(i2c_sim *sim, uint32_t pulled, uint32_t released)
{
    i2c_judge *j = &sim->judge;
    const uint32_t pulls = sim->net[I2C_SCL].pulls;
    for (uint32_t left = pulled & j->slaves; left != 0; left &= left - 1)
        judge_pull(sim, (unsigned)__builtin_ctz(left), pulled);
    for (uint32_t left = released & j->slaves; left != 0; left &= left - 1) {
        j->slave[__builtin_ctz(left)].scl_release_ps = sim->now_ps;
        i2c_judge_scl_by_timeout(sim, (unsigned)__builtin_ctz(left));
    }
    // What a slave pulls in a transfer of its own is its clock, and no hold.
    const uint32_t clocks = sim->monitor.open ? (sim->monitor.owner | j->losing) & j->starters : 0;
    const bool alone = pulls != 0 && (pulls & (~j->slaves | clocks)) == 0;
    if (alone && !j->alone)
        j->alone_since_ps = sim->now_ps;
    const bool hold_ends = !alone && j->alone;
    const bool held = (pulls & j->slaves) != 0;
    if (hold_ends)
        end_of_hold(sim, (released | pulls) & j->slaves);
    if (hold_ends || (j->ignored && !held))
        judge_limit(sim, (released | pulls) & j->slaves, !held);
    j->alone = alone;
}

I2C_COLD void i2c_judge_scl_held_at_end(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    if (!j->alone)
        return;
    const uint64_t held_ps = sim->now_ps - j->alone_since_ps;
    char held[I2C_TIME_TEXT];
    keep_hold(j, held_ps);
    for (uint32_t left = sim->net[I2C_SCL].pulls; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (held_ps > bound_ps(&j->slave[node])) {
            found_long_hold(sim, node, held_ps, true);
            continue;
        }
        i2c_finding f = i2c_judge_draft(sim, I2C_RULE_BCL_08, node, I2C_SCL, sim->now_ps);
        f.severity = I2C_SEVERITY_FAIL;
        f.never = true;
        i2c_judge_measure(&f, (int64_t)held_ps, 0);
        snprintf(f.message, sizeof f.message, "%s still holds SCL at the end, for %s",
                 name_of(sim, node), i2c_time_text(held, (int64_t)held_ps));
        i2c_judge_found(sim, &f);
    }
}
