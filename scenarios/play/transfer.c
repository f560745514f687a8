// Transfers and polling: plays the messages of a statement on the master, and says what became of
// them.
#include "scenarios/play/play_private.h"

#include <stdio.h>

// ---- transfers ------------------------------------------------------------------------------

static bool asks_in(const lang_program *program, uint32_t first)
{
    for (uint32_t i = first; i != LANG_NONE; i = lang_at(program, i)->next)
        if ((lang_at(program, i)->kind == LANG_EXPECT_RETURNED &&
             lang_at(program, i)->value == LANG_PARTY_MASTER) ||
            asks_in(program, lang_at(program, i)->body))
            return true;
    return false;
}

bool act_asks_what_returned(const play_stage *stage)
{
    return asks_in(stage->program, stage->scenario->body);
}

/// The slave held SCL at or after `since_ps`, or does so now.
static bool slave_held_scl(const play_stage *stage, uint64_t since_ps)
{
    const i2c_rules *rules = i2c_sim_rules(stage->sim);
    const bool now = (i2c_line_pullers(stage->sim, I2C_SCL) >> stage->slave_node & 1u) != 0;
    const bool only_sda = !now && (i2c_line_pullers(stage->sim, I2C_SDA) >> stage->slave_node & 1u);
    return now ||
           (!only_sda && rules->longest_hold_ps > 0 && rules->longest_hold_at_ps >= since_ps);
}

/// The master gave up although the slave only did what it declares: they do not fit together.
static bool is_incompatible(const play_stage *stage, const master_outcome *outcome,
                            uint64_t since_ps)
{
    const slave_description *slave = play_set_slave(stage->set);
    return outcome->end == MASTER_GAVE_UP && slave->stretch != I2C_STRETCH_NONE &&
           slave_held_scl(stage, since_ps);
}

static void report_incompatible(play_stage *stage, const master_outcome *outcome)
{
    const i2c_rules *rules = i2c_sim_rules(stage->sim);
    const master_stretch *stretch = &play_case_spec(stage->set, stage->one)->stretch;
    const bool ended = rules->longest_hold_ps > 0;
    const bool bounded = stretch->limit_ps != I2C_NEVER_PS;
    char message[MASTER_TEXT_BYTES + 2 * I2C_TIME_TEXT + 64];
    char held[I2C_TIME_TEXT] = "";
    char limit[I2C_TIME_TEXT] = "";
    snprintf(message, sizeof message, "slave holds SCL%s%s%s%s: %s", ended ? " for " : "",
             ended ? i2c_time_text(held, (int64_t)rules->longest_hold_ps) : "",
             bounded ? "; this master waits " : "",
             bounded ? i2c_time_text(limit, (int64_t)stretch->limit_ps) : "", outcome->why);
    play_finding finding = verdict_new(stage, "stretch_limit", message);
    finding.verdict = PLAY_INCOMPATIBLE;
    finding.measured_known = rules->longest_hold_ps > 0;
    finding.measured_ps = (int64_t)rules->longest_hold_ps;
    if (stretch->limit_ps != I2C_NEVER_PS)
        finding.limit_ps = (int64_t)stretch->limit_ps;
    snprintf(finding.expected, sizeof finding.expected,
             "a hold of SCL within what this master waits for");
    verdict_add(stage, &finding);
}

/// Whether the master can do all of the laid-out transfer. Behind an [A or N] a master that cannot
/// go on after a NACK ends its own way; behind an [N] it would be another transfer.
static bool master_is_able(play_stage *stage)
{
    plan *p = &stage->plan;
    const master_transfer wanted = {p->message, p->messages};
    const bool asks = act_asks_what_returned(stage);
    char why[MASTER_TEXT_BYTES];
    if (master_can(stage->master, &wanted, false, why, sizeof why))
        return true;
    for (uint32_t i = 0; i < p->messages; i++)
        p->message[i].past_nack = p->message[i].past_nack && p->must_go_on[i];
    if (master_can(stage->master, &wanted, false, why, sizeof why))
        return true;
    p->cut_is_fine = asks && master_can(stage->master, &wanted, true, why, sizeof why);
    if (!p->cut_is_fine && !stage->recovering) // known_good is what this master can do of it
        verdict_reason(stage, PLAY_NOT_APPLICABLE, "", why);
    if (!p->cut_is_fine && stage->probing)
        stage->leak_cut = stage->ended = true; // what stands behind it may hang on it
    return p->cut_is_fine;
}

/// Passes of a main loop that a transfer or a wait may take: each costs 20 to 60 ns, and a case has
/// 10 s.
enum { PASSES_MAX = 100000000 };

bool transfer_time_is_affordable(play_stage *stage, uint64_t all_ps, const char *what)
{
    const slave_adapter *adapter = stage->options.adapter;
    const uint64_t every_ps =
        adapter->polls_every_ps != NULL ? adapter->polls_every_ps(stage->slave) : 0;
    char why[160];
    if (every_ps == 0 || all_ps / every_ps <= PASSES_MAX)
        return true;
    snprintf(why, sizeof why,
             "too slow for a slave that never rests: %llu s %s, %llu million passes of its main "
             "loop or periods of its clock",
             (unsigned long long)(all_ps / I2C_PS_PER_S), what,
             (unsigned long long)(all_ps / every_ps / 1000000));
    verdict_reason(stage, PLAY_NOT_APPLICABLE, "", why);
    return false;
}

/// How long the transfer takes on this master, or a little longer.
static uint64_t duration_ps(const play_stage *stage)
{
    const plan *p = &stage->plan;
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    const uint64_t clock_ps = spec->scl_hz != 0 ? I2C_PS_PER_S / spec->scl_hz : 0;
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < p->messages; i++)
        bytes += p->message[i].count + 1;
    return bytes * (9 * clock_ps + spec->byte_pause_ps);
}

static bool is_played_out(play_stage *stage)
{
    return transfer_time_is_affordable(stage, duration_ps(stage), "on this master");
}

static bool slave_pulls(const play_stage *stage)
{
    const uint32_t pulls =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    return (pulls >> stage->slave_node & 1u) != 0;
}

/// The master waits for ever, and not because of a line that the slave holds.
static bool waits_for_nothing(play_stage *stage, const master_outcome *outcome)
{
    if (outcome->end != MASTER_STUCK || slave_pulls(stage))
        return false;
    if (stage->standstill.found)
        verdict_reason(stage, PLAY_ERROR, "",
                       "the master waits for ever, and the slave holds no line");
    return true; // else the budget is spent, which world.c tells
}

/// A master that keeps the bus may return while SCL is still on its way down from clock 9: what
/// stood there is told when it has fallen.
static void await_last_ack(play_stage *stage)
{
    const i2c_monitor *monitor = i2c_sim_monitor(stage->sim);
    const uint64_t until_ps = i2c_sim_now_ps(stage->sim) + I2C_PS_PER_US;
    while (monitor->open && monitor->in_ack && i2c_sim_now_ps(stage->sim) < until_ps &&
           !i2c_sim_budget_spent(stage->sim))
        i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + 50 * I2C_PS_PER_NS);
}

/// A write that takes effect at its STOP: of data to a slave that says so, and of SMBus address
/// resolution.
static bool commits_at_stop(const slave_description *slave, const master_message *last)
{
    enum { DEVICE_DEFAULT = 0x61 };
    const bool at_stop =
        slave->commit == SLAVE_COMMIT_STOP || slave->data.form == SLAVE_DATA_EEPROM;
    if (slave->arp != SLAVE_ARP_NO && last->address == DEVICE_DEFAULT << 1)
        return last->count > 0;
    return at_stop && last->address == slave->addr7 << 1 && last->count > slave->data.pointer_bytes;
}

/// The master has ended a write of data to the slave as it always does, and made no STOP where one
/// was asked for: a slave that commits at STOP has not taken what was written.
static bool commit_is_left_out(const play_stage *stage, const master_message *last)
{
    const i2c_monitor *monitor = i2c_sim_monitor(stage->sim);
    const uint64_t rise_ps = i2c_line_rise_ps(stage->sim, I2C_SDA, I2C_AT_70); // may lie ahead
    return last->stop && last->addressed && commits_at_stop(play_set_slave(stage->set), last) &&
           monitor->open && (monitor->owner >> master_node(stage->master) & 1u) != 0 &&
           i2c_line_pullers(stage->sim, I2C_SDA) == 0 && rise_ps != I2C_NEVER_PS &&
           rise_ps <= i2c_sim_now_ps(stage->sim);
}

static void report_no_commit(play_stage *stage)
{
    char message[FAILURE_BYTES];
    const char *name = i2c_node_name(stage->sim, master_node(stage->master));
    snprintf(message, sizeof message, "%s makes no STOP behind a write; this slave commits at STOP",
             name);
    play_finding finding = verdict_new(stage, "no_stop", message);
    snprintf(finding.expected, sizeof finding.expected, "P: a STOP behind what is written");
    snprintf(finding.blame, sizeof finding.blame, "%s", name);
    finding.verdict = PLAY_INCOMPATIBLE;
    verdict_add(stage, &finding);
}

/// Runs the messages from `first` to the next P, which the master gets as one transfer; returns the
/// message behind them. False in `*good`: the case ended.
static uint32_t run_to_stop(play_stage *stage, uint32_t first, bool *good)
{
    const plan *p = &stage->plan;
    const uint64_t since_ps = i2c_sim_now_ps(stage->sim);
    uint32_t end = first + 1;
    master_outcome outcome;
    while (end < p->messages && !p->message[end - 1].stop)
        end++;
    const master_transfer wanted = {p->message + first, end - first};
    stage->match.base = first;
    stage->match.nack_is_fine = false;
    standstill_run(stage, &wanted, &outcome);
    if (outcome.end == MASTER_DONE && !p->message[end - 1].stop)
        await_last_ack(stage);
    stage->returned = outcome.returned;
    stage->returned_known = true;
    if (outcome.end == MASTER_ABANDONED) {
        end = p->messages;
    } else if (stage->match.lost || stage->match.undefined) {
        *good = match_end(stage, &stage->match, &outcome, end);
        end = p->messages;
    } else if (trap_explains(stage, &outcome)) {
        stage->match.plan = NULL;
        end = p->messages;
    } else if (waits_for_nothing(stage, &outcome)) {
        *good = false;
    } else if (is_incompatible(stage, &outcome, since_ps)) {
        stage->match.plan = NULL;
        report_incompatible(stage, &outcome);
        *good = false;
    } else {
        *good = match_end(stage, &stage->match, &outcome, end);
        if (*good && outcome.end == MASTER_DONE &&
            commit_is_left_out(stage, &p->message[end - 1])) {
            report_no_commit(stage);
            *good = false;
        }
        if (outcome.end == MASTER_STUCK)
            end = p->messages;
    }
    return end;
}

/// When a master that knows nothing of that edge may make its START; 0: somebody holds the line, or
/// the master made the edge itself and keeps its own distance.
static uint64_t legal_start_ps(const play_stage *stage, i2c_line line,
                               i2c_timing_parameter distance)
{
    const i2c_timing_limit *table = i2c_timing_limits(play_case_spec(stage->set, stage->one)->mode);
    const uint64_t rise_ps = i2c_line_rise_ps(stage->sim, line, I2C_AT_70);
    const uint32_t makers = i2c_line_edge_makers(stage->sim, line);
    const bool own = (makers >> master_node(stage->master) & 1u) != 0;
    return own || makers == 0 || rise_ps == I2C_NEVER_PS ? 0 : rise_ps + table[distance].min_ps;
}

/// Behind a STOP or clock that an injector or a raw statement made the bus is free for as long as
/// the table asks before the master is called: a real one was not there at that edge, and a call
/// that takes no time would begin in its very instant.
static void await_bus_free(play_stage *stage)
{
    if (!i2c_line_level(stage->sim, I2C_SCL) || !i2c_line_level(stage->sim, I2C_SDA))
        return;
    const uint64_t stop_ps = legal_start_ps(stage, I2C_SDA, I2C_T_BUF);
    const uint64_t clock_ps = legal_start_ps(stage, I2C_SCL, I2C_T_SU_STA);
    const uint64_t free_ps = stop_ps > clock_ps ? stop_ps : clock_ps;
    if (free_ps > i2c_sim_now_ps(stage->sim))
        i2c_sim_run(stage->sim, free_ps);
}

bool act_transfer(play_stage *stage, const lang_node *transfer, bool retries_ok)
{
    plan *p = &stage->plan;
    bool good = true;
    if (!plan_lay(stage, &stage->plan, transfer))
        return false;
    if (p->messages == 0)
        return true; // groups that are played no times
    if (!master_is_able(stage) || !is_played_out(stage))
        return false;
    stage->known_good_played = stage->recovering;
    await_bus_free(stage);
    stage->transfer_ps = i2c_sim_now_ps(stage->sim);
    match_begin(stage, &stage->match, p, master_node(stage->master),
                retries_ok || play_set_slave(stage->set)->busy_declared);
    if (trap_silences(stage))
        stage->match.plan = NULL;
    for (uint32_t next = 0; good && next < p->messages;)
        next = run_to_stop(stage, next, &good);
    good = meet_end(stage) && good;
    stage->match.plan = NULL;
    stage->anchor_ps = i2c_sim_now_ps(stage->sim);
    stage->ended = stage->ended || !good;
    return good;
}

// ---- polling --------------------------------------------------------------------------------

static bool poll_once(play_stage *stage, const lang_node *transfer, uint8_t *seen,
                      uint64_t *start_ps)
{
    if (!act_transfer(stage, transfer, true))
        return false;
    *seen = stage->match.first_ack;
    *start_ps = stage->match.start_ps;
    return true;
}

/// When the next attempt begins. The last one begins behind the time given: only then must it be
/// answered. A master that is slow, or tries again by itself, may have no other in between.
static uint64_t next_attempt_ps(uint64_t begin_ps, uint64_t now_ps, uint64_t every_ps,
                                uint64_t limit_ps)
{
    const uint64_t due_ps = begin_ps + every_ps < limit_ps ? begin_ps + every_ps : limit_ps;
    return due_ps > now_ps ? due_ps : now_ps;
}

void act_poll(play_stage *stage, const lang_node *node)
{
    const lang_node *transfer = lang_at(stage->program, node->a);
    const uint64_t from_ps = stage->anchor_ps;
    int64_t every_ps = 0;
    int64_t within_ps = 0;
    uint64_t first_ps = I2C_NEVER_PS;
    if (!play_eval(stage, 0, node->b, &every_ps) || !play_eval(stage, 0, node->c, &within_ps))
        return;
    for (;;) {
        const uint64_t begin_ps = i2c_sim_now_ps(stage->sim);
        uint8_t seen = 0;
        uint64_t start_ps = I2C_NEVER_PS;
        if (!poll_once(stage, transfer, &seen, &start_ps))
            return;
        if (first_ps == I2C_NEVER_PS)
            first_ps = start_ps;
        if (seen == node->value) {
            if (node->d != LANG_NO_SLOT)
                stage->frames.slot[node->d] = (int64_t)(start_ps - first_ps);
            return;
        }
        const uint64_t limit_ps = from_ps + (uint64_t)within_ps;
        if (act_out_of_budget(stage))
            return;
        if (begin_ps >= limit_ps) {
            act_fail(stage, "poll", "polling was not answered in time",
                     node->value == LANG_ACK ? "an ACK within the time given"
                                             : "a NACK within the time given");
            return;
        }
        i2c_sim_run(stage->sim, next_attempt_ps(begin_ps, i2c_sim_now_ps(stage->sim),
                                                (uint64_t)every_ps, limit_ps));
    }
}
