// Who may pull SDA, and when. The segment is followed here, once a byte; the hot path only compares
// a change with i2c_judge.may_pull.
#include "sim/judge_private.h"

#include <assert.h>
#include <stdio.h>

// ---- the segment ----------------------------------------------------------------------------

enum { ALERT_RESPONSE = 0x0C << 1 | 1 };
enum { DEVICE_DEFAULT = 0x61 };
enum { START_BYTE = 0x01, TEN_BIT = 0xF0, TEN_BIT_MASK = 0xF8, DEVICE_ID = 0xF8 };

static bool is_ten_bit(unsigned first)
{
    return (first & TEN_BIT_MASK) == TEN_BIT;
}

/// The two top address bits of a 10-bit address byte.
static unsigned ten_bit_top(unsigned first)
{
    return first >> 1 & 3u;
}

/// Whether the slave may acknowledge this address byte (UM10204 3.1.10 to 3.1.17).
static bool may_answer(const i2c_judge *j, unsigned node, unsigned first)
{
    const i2c_judged_slave *s = &j->slave[node];
    const i2c_profile *p = &s->profile;
    const uint32_t bit = 1u << node;
    if (first == START_BYTE || i2c_judge_is_left_behind(j, node) || (j->timed_out & bit) != 0)
        return false; // 3.1.15: nobody, whatever its address
    if (!s->has_profile || i2c_profile_may_own(p, first >> 1))
        return true;
    if ((first == ALERT_RESPONSE && p->alert) || (first >> 1 == DEVICE_DEFAULT && p->arp))
        return true;
    if (first == 0)
        return p->general_call != I2C_FEATURE_NO;
    if (is_ten_bit(first) && p->ten_bit == I2C_FEATURE_YES)
        return ten_bit_top(first) == p->addr10 >> 8 && (!(first & 1u) || (j->ten_full & bit) != 0);
    if ((first & 0xFEu) == DEVICE_ID && p->device_id == I2C_FEATURE_YES)
        return !(first & 1u) || (j->id_full & bit) != 0;
    return false;
}

/// Whether the slave may acknowledge `value` as the second byte of its address.
static bool second_matches(const i2c_judge *j, unsigned node, unsigned first, unsigned value)
{
    const i2c_profile *p = &j->slave[node].profile;
    if (is_ten_bit(first))
        return value == (p->addr10 & 0xFFu);
    return i2c_profile_may_own(p, value >> 1); // Device ID: its LSB does not count, 3.1.17
}

/// Slaves that have only half an address yet: the byte behind it decides.
static bool needs_second(const i2c_judge *j, unsigned node, unsigned first)
{
    const i2c_judged_slave *s = &j->slave[node];
    if (!s->has_profile || i2c_profile_may_own(&s->profile, first >> 1))
        return false;
    return first == DEVICE_ID || (is_ten_bit(first) && !(first & 1u));
}

static void address_complete(i2c_sim *sim, unsigned first)
{
    i2c_judge *j = &sim->judge;
    j->matches = 0;
    j->second = 0;
    for (uint32_t left = j->slaves; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (!may_answer(j, node, first))
            continue;
        j->matches |= 1u << node;
        if (needs_second(j, node, first))
            j->second |= 1u << node;
    }
    // 3.1.11, 3.1.17: another address in between forgets what the two-byte forms have matched, and
    // so does the begin of a new one.
    if (is_ten_bit(first) && (first & 1u) != 0)
        j->ten_full &= j->matches; // other upper bits are another's header
    else
        j->ten_full = 0;
    if (first != (DEVICE_ID | 1u))
        j->id_full = 0;
    j->may_pull = j->matches;
}

/// Eight bits of a byte that is written: who may acknowledge it.
static void written_byte_complete(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    j->may_pull = j->selected & ~j->refused;
    if (event->byte != 1)
        return;
    for (uint32_t left = j->second; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (!second_matches(j, node, sim->monitor.address, event->value))
            j->may_pull &= ~(1u << node);
    }
}

/// The general call is answered by design in whole families of slaves: one note.
static void note_general_call(i2c_sim *sim, uint32_t answered)
{
    for (uint32_t left = answered; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        const i2c_judged_slave *s = &sim->judge.slave[node];
        if (!s->has_profile || s->profile.general_call != I2C_FEATURE_UNDECLARED ||
            i2c_profile_owns(&s->profile, 0))
            continue;
        i2c_finding f = i2c_judge_draft(sim, I2C_RULE_GENERAL_CALL, node, I2C_SDA, sim->now_ps);
        f.severity = I2C_SEVERITY_UNDECLARED;
        snprintf(f.message, sizeof f.message, "%s acknowledges the general call, address 0x00",
                 i2c_node_name(sim, (i2c_node)node));
        i2c_judge_found(sim, &f);
    }
}

static void address_acked(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    j->selected = event->by & j->matches;
    j->senders = sim->monitor.reading ? j->selected : 0;
    j->may_pull = j->senders;
    if (sim->monitor.address == 0 && j->selected != 0)
        note_general_call(sim, j->selected);
}

static void written_byte_acked(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    if (event->byte == 1 && j->second != 0) {
        const uint32_t whole = j->may_pull & j->second & event->by;
        j->selected &= whole | ~j->second;
        if (is_ten_bit(sim->monitor.address))
            j->ten_full = whole;
        else
            j->id_full = whole;
        j->second = 0;
    }
    j->refused |= j->selected & ~event->by;
    j->may_pull = 0;
}

static void acked(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    j->losing = 0;
    if (event->byte == 0) {
        address_acked(sim, event);
    } else if (!event->to_master) {
        written_byte_acked(sim, event);
    } else {
        // A line that a fault holds low is an ACK to the slave, who cannot know better.
        const bool faulty = event->line_low && (sim->net[I2C_SDA].pulls & ~j->genuine) != 0;
        j->nacked |= !event->ack && !faulty;
        if (j->nacked && sim->monitor.address == (DEVICE_ID | 1u))
            j->id_full = 0; // 3.1.17: the NACK ends the id and what led to it
        j->may_pull = j->nacked ? 0 : j->selected;
    }
}

/// START, Sr and STOP: everybody begins anew (UM10204 3.1.10 note 4).
static void segment_ends(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    const bool cut = event->kind == I2C_EVENT_SR && !j->nacked;
    j->lost = 0;
    j->losing = 0;
    j->was_sending = cut ? j->senders : 0;
    j->cut_address = event->was_open && event->byte == 0 && event->bits > 0 && event->bits < 8;
    j->senders = 0;
    j->may_pull = 0;
    j->matches = 0;
    j->selected = 0;
    j->refused = 0;
    j->second = 0;
    j->nacked = false;
    j->deferred = 0;
    if (event->kind != I2C_EVENT_STOP)
        j->fresh = 0;
    if (event->kind != I2C_EVENT_SR) {
        j->ten_full = 0;
        j->id_full = 0;
    }
}

void i2c_judge_segment(i2c_sim *sim, const i2c_event *event)
{
    i2c_judge *j = &sim->judge;
    switch (event->kind) {
    case I2C_EVENT_BYTE:
        if (event->byte == 0)
            address_complete(sim, event->value);
        else if (event->to_master)
            j->may_pull = 0; // the 9th bit is the master's (3.1.6)
        else
            written_byte_complete(sim, event);
        break;
    case I2C_EVENT_ACK:
        acked(sim, event);
        break;
    case I2C_EVENT_START:
    case I2C_EVENT_SR:
        segment_ends(sim, event);
        i2c_judge_smbus_segment(sim, event);
        i2c_judge_take_bus_tables(sim, event->by);
        break;
    case I2C_EVENT_STOP:
        segment_ends(sim, event);
        i2c_judge_smbus_segment(sim, event);
        break;
    case I2C_EVENT_LOST:
        break; // slaves take no part in it
    }
}

// ---- what a wrong pull is called ------------------------------------------------------------

/// A slave that may also be master sends its own START, address and data.
static bool acts_as_master(const i2c_sim *sim, unsigned node)
{
    const i2c_monitor *m = &sim->monitor;
    return sim->judge.slave[node].profile.also_master && (!m->open || (m->owner >> node & 1u) != 0);
}

static i2c_rule_number rule_in_address(const i2c_sim *sim, unsigned node, bool fresh)
{
    const i2c_judge *j = &sim->judge;
    if (j->was_sending >> node & 1u)
        return I2C_RULE_STA_07;
    if (j->cut_address)
        return I2C_RULE_ACK_15;
    return fresh && sim->monitor.bits == 7 ? I2C_RULE_ACK_16 : I2C_RULE_ACK_03;
}

static i2c_rule_number rule_in_data(const i2c_sim *sim, unsigned node, bool fresh)
{
    const i2c_judge *j = &sim->judge;
    const i2c_monitor *m = &sim->monitor;
    const bool first_low = m->bits == 0 && !m->in_ack;
    if (!(j->selected >> node & 1u))
        return !fresh && first_low && (j->matches >> node & 1u) ? I2C_RULE_ACK_02 : I2C_RULE_ADR_04;
    if (m->reading)
        return j->nacked ? I2C_RULE_RD_03 : I2C_RULE_ACK_04;
    if (m->in_ack)
        return (j->refused >> node & 1u) ? I2C_RULE_ACK_11 : I2C_RULE_ADR_04;
    if (!fresh && first_low)
        return I2C_RULE_ACK_02;
    return fresh && m->bits == 7 ? I2C_RULE_ACK_16 : I2C_RULE_ACK_03;
}

/// Names the rule that forbids `node` to pull SDA in the present bit; `fresh`: the pull began in
/// it, not before.
static i2c_rule_number rule_broken(const i2c_sim *sim, unsigned node, bool fresh)
{
    const i2c_monitor *m = &sim->monitor;
    if (sim->judge.fresh >> node & 1u)
        return I2C_RULE_PWR_02;
    if (i2c_judge_is_left_behind(&sim->judge, node))
        return I2C_RULE_HS_13;
    if (sim->judge.timed_out >> node & 1u)
        return I2C_RULE_TMO_10;
    const bool addresses = m->byte == 0 && m->in_ack;
    if ((sim->judge.lost & ~sim->judge.selected) >> node & 1u && !addresses)
        return I2C_RULE_ARB_10;
    if (!m->open)
        return sim->judge.cut_address ? I2C_RULE_ACK_15 : I2C_RULE_STA_02;
    if (m->byte > 0)
        return rule_in_data(sim, node, fresh);
    if (m->in_ack)
        return m->address == START_BYTE ? I2C_RULE_RSV_01 : I2C_RULE_ADR_04;
    return rule_in_address(sim, node, fresh);
}

/// "slave acknowledges 0x30+W", where the place alone would not tell what happened.
static void word_pull(const i2c_sim *sim, unsigned node, i2c_finding *f, const char *verb)
{
    const i2c_monitor *m = &sim->monitor;
    const char *name = i2c_node_name(sim, (i2c_node)node);
    char after[I2C_TIME_TEXT];
    char clock[I2C_TIME_TEXT];
    const uint64_t fall_ps = sim->net[I2C_SCL].fall_ps[I2C_AT_30];
    if (sim->judge.fresh >> node & 1u) {
        snprintf(f->message, sizeof f->message, "%s %s SDA after its reset, before any START", name,
                 verb);
    } else if (!m->open) {
        snprintf(f->message, sizeof f->message, "%s %s SDA while no transfer is open", name, verb);
    } else if (m->in_ack && m->byte == 0) {
        snprintf(f->message, sizeof f->message, "%s acknowledges 0x%02X+%c, which is not its own",
                 name, m->address >> 1, (m->address & 1u) ? 'R' : 'W');
    } else if (fall_ps == I2C_NEVER_PS || fall_ps > f->at_ps) {
        snprintf(f->message, sizeof f->message, "%s %s SDA as SCL falls in %s", name, verb,
                 i2c_judge_clock_text(clock, f));
    } else {
        snprintf(f->message, sizeof f->message, "%s %s SDA %s after SCL fell in %s", name, verb,
                 i2c_time_text(after, (int64_t)(f->at_ps - fall_ps)),
                 i2c_judge_clock_text(clock, f));
    }
}

I2C_COLD void i2c_judge_foreign_pull(i2c_sim *sim, unsigned node)
{
    const i2c_judge *j = &sim->judge;
    if (j->murky || acts_as_master(sim, node) || j->slave[node].owes ||
        (j->hs_lost >> node & 1u) != 0)
        return;
    const i2c_rule_number rule = rule_broken(sim, node, true);
    if (rule == I2C_RULE_STA_07 && sim->monitor.bits == 0)
        return; // it may still learn of the START; judged when SCL rises
    i2c_finding f = i2c_judge_draft(sim, rule, node, I2C_SDA, sim->now_ps);
    word_pull(sim, node, &f, "pulls");
    i2c_judge_owe(sim, node, &f);
}

/// Whether the LOW was long enough to expect SDA released.
static bool had_time(const i2c_sim *sim, const i2c_judged_slave *s, uint64_t low_ps)
{
    if (s->table == NULL)
        return !sim->judge.suspended;
    return low_ps >= i2c_judge_answer_max_ps(s->table);
}

/// A clock has risen, but the finding is about the LOW before it.
static void to_clock_before(i2c_finding *f)
{
    if (f->clock > 0)
        f->clock--;
    if (f->clock == 0 && f->byte > 0) {
        f->byte--;
        f->clock = 9;
    }
}

static void overdue(i2c_sim *sim, unsigned node)
{
    const i2c_judged_slave *s = &sim->judge.slave[node];
    const sim_net *scl = &sim->net[I2C_SCL];
    if (s->owes || acts_as_master(sim, node) || (sim->judge.hs_lost >> node & 1u) != 0)
        return;
    const uint64_t fall_ps = scl->fall_ps[I2C_AT_30];
    const uint64_t rise_ps = scl->rise_ps[I2C_AT_30];
    if (fall_ps > rise_ps || !had_time(sim, s, rise_ps - fall_ps))
        return;
    uint64_t due_ps = rise_ps;
    if (s->table != NULL && fall_ps + i2c_judge_answer_max_ps(s->table) < due_ps)
        due_ps = fall_ps + i2c_judge_answer_max_ps(s->table);
    const i2c_rule_number rule = rule_broken(sim, node, false);
    i2c_finding f = i2c_judge_draft(sim, rule, node, I2C_SDA, due_ps);
    to_clock_before(&f);
    word_pull(sim, node, &f, "still pulls");
    i2c_judge_owe(sim, node, &f);
}

I2C_COLD void i2c_judge_overdue(i2c_sim *sim, uint32_t nodes)
{
    if (sim->judge.murky)
        return;
    for (uint32_t left = nodes; left != 0; left &= left - 1)
        overdue(sim, (unsigned)__builtin_ctz(left));
}

// ---- changes while SCL is high --------------------------------------------------------------

/// The master cut LOW short: a change within the slave's own time is the master's doing.
static bool cut_short(const i2c_sim *sim, const i2c_judged_slave *s)
{
    const uint64_t fall_ps = sim->net[I2C_SCL].fall_ps[I2C_AT_30];
    return sim->judge.low_short && fall_ps != I2C_NEVER_PS &&
           sim->now_ps <= fall_ps + s->valid_max_ps;
}

/// A declared bus time-out may free SDA at any time.
static bool timed_out(const i2c_sim *sim, const i2c_judged_slave *s, bool pull)
{
    const i2c_profile *p = &s->profile;
    if (pull)
        return false;
    const uint64_t low_ps = sim->now_ps - s->last_ps;
    const uint64_t high_ps = sim->now_ps - sim->net[I2C_SCL].rise_ps[I2C_AT_70];
    return (p->timeout_low_min_ps != 0 && low_ps >= p->timeout_low_min_ps) ||
           (p->timeout_high_min_ps != 0 && high_ps >= p->timeout_high_min_ps);
}

I2C_COLD void i2c_judge_change_at_high(i2c_sim *sim, unsigned node, bool pull)
{
    i2c_judge *j = &sim->judge;
    const i2c_judged_slave *s = &j->slave[node];
    if (!sim->monitor.open || (j->fresh >> node & 1u) != 0 || i2c_judge_is_left_behind(j, node)) {
        if (pull)
            i2c_judge_foreign_pull(sim, node);
        return;
    }
    const bool late = i2c_judge_is_by_timeout(sim, node);
    if (j->levels_off || s->owes || acts_as_master(sim, node) || cut_short(sim, s) ||
        (timed_out(sim, s, pull) && !late) || (j->hs_lost >> node & 1u) != 0)
        return;
    const bool ack = !pull && sim->monitor.in_ack && (j->may_pull >> node & 1u) != 0;
    const i2c_rule_number rule = late ? I2C_RULE_TMO_13 : ack ? I2C_RULE_ACK_01 : I2C_RULE_DAT_01;
    i2c_finding f = i2c_judge_draft(sim, rule, node, I2C_SDA, sim->now_ps);
    char after[I2C_TIME_TEXT];
    char clock[I2C_TIME_TEXT];
    const int64_t after_ps = (int64_t)(sim->now_ps - sim->net[I2C_SCL].rise_ps[I2C_AT_70]);
    i2c_judge_measure(&f, after_ps, 0);
    snprintf(f.message, sizeof f.message, "%s %s SDA %s after SCL rose in %s, while SCL is high",
             i2c_node_name(sim, (i2c_node)node), pull ? "pulls" : "releases",
             i2c_time_text(after, after_ps), i2c_judge_clock_text(clock, &f));
    i2c_judge_found(sim, &f);
}

// ---- reset and power ------------------------------------------------------------------------

void i2c_sim_slave_restarts(i2c_sim *sim, i2c_node node)
{
    i2c_judge *j = &sim->judge;
    const uint32_t others = ~(1u << node);
    assert(node < sim->nodes);
    j->fresh |= j->slaves & ~others;
    if (j->hs)
        j->hs_lost |= j->slaves & ~others;
    j->may_pull &= others;
    j->matches &= others;
    j->selected &= others;
    j->senders &= others;
    j->second &= others;
    j->deferred &= others;
}
