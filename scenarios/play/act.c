// Plays the statements of a scenario one after another.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/// Longest single wait that is played unless long waits were asked for: time is free for the bus,
/// but not for a slave whose main loop runs on.
#define SHORT_WAIT_PS (50 * I2C_PS_PER_MS)

static void fail(play_stage *stage, const char *rule, const char *message, const char *expected)
{
    play_finding finding = verdict_of_scenario(stage, rule, message);
    snprintf(finding.expected, sizeof finding.expected, "%s", expected);
    verdict_add(stage, &finding);
    stage->ended = true;
}

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
    const master_stretch *stretch = &play_set_master(stage->set, stage->one->master)->stretch;
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
    return p->cut_is_fine;
}

/// The simulated time was spent without the slave's doing: an error of the case (world.c), no
/// finding.
static bool ran_out_of_time(const play_stage *stage, const master_outcome *outcome)
{
    const uint32_t pulls =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    return outcome->end == MASTER_STUCK && (pulls >> stage->slave_node & 1u) == 0;
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

/// The master has ended a write of data to the slave as it always does, and made no STOP where one
/// was asked for: a slave that commits at STOP has not taken what was written.
static bool commit_is_left_out(const play_stage *stage, const master_message *last)
{
    const slave_description *slave = play_set_slave(stage->set);
    const i2c_monitor *monitor = i2c_sim_monitor(stage->sim);
    const bool at_stop =
        slave->commit == SLAVE_COMMIT_STOP || slave->data.form == SLAVE_DATA_EEPROM;
    const uint64_t rise_ps = i2c_line_rise_ps(stage->sim, I2C_SDA, I2C_AT_70); // may lie ahead
    return at_stop && last->stop && last->addressed && last->address == slave->addr7 << 1 &&
           last->count > slave->data.pointer_bytes && monitor->open &&
           (monitor->owner >> master_node(stage->master) & 1u) != 0 &&
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
    master_run(stage->master, &wanted, &outcome);
    if (outcome.end == MASTER_DONE && !p->message[end - 1].stop)
        await_last_ack(stage);
    stage->returned = outcome.returned;
    stage->returned_known = true;
    if (outcome.end == MASTER_ABANDONED) {
        end = p->messages;
    } else if (stage->match.lost || stage->match.undefined) {
        *good = match_end(stage, &stage->match, &outcome, end);
        end = p->messages;
    } else if (ran_out_of_time(stage, &outcome)) {
        *good = false;
    } else if (sweep_explains(stage, &outcome)) {
        stage->match.plan = NULL;
        end = p->messages;
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
    }
    return end;
}

bool act_transfer(play_stage *stage, const lang_node *transfer, bool retries_ok)
{
    plan *p = &stage->plan;
    bool good = true;
    if (!plan_lay(stage, &stage->plan, transfer))
        return false;
    if (p->messages == 0)
        return true; // groups that are played no times
    if (!master_is_able(stage))
        return false;
    stage->known_good_played = stage->recovering;
    stage->transfer_ps = i2c_sim_now_ps(stage->sim);
    match_begin(stage, &stage->match, p, master_node(stage->master),
                retries_ok || play_set_slave(stage->set)->busy_declared);
    if (sweep_silences(stage))
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

/// No simulated time is left to see whether it would hold: that is no finding (world.c makes it an
/// error).
static bool out_of_budget(play_stage *stage)
{
    stage->ended = stage->ended || i2c_sim_budget_spent(stage->sim);
    return stage->ended;
}

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

static void act_poll(play_stage *stage, const lang_node *node)
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
        if (out_of_budget(stage))
            return;
        if (begin_ps >= limit_ps) {
            fail(stage, "poll", "polling was not answered in time",
                 node->value == LANG_ACK ? "an ACK within the time given"
                                         : "a NACK within the time given");
            return;
        }
        i2c_sim_run(stage->sim, next_attempt_ps(begin_ps, i2c_sim_now_ps(stage->sim),
                                                (uint64_t)every_ps, limit_ps));
    }
}

// ---- expectations ---------------------------------------------------------------------------

/// Whether what a statement expects holds now.
typedef bool holds_fn(play_stage *stage, const lang_node *node);

/// Runs until it holds, or the time given from the end of the act before is over.
static bool wait_until(play_stage *stage, const lang_node *node, holds_fn *holds)
{
    int64_t within_ps = 0;
    if (node->d != LANG_NONE && !play_eval(stage, 0, node->d, &within_ps))
        return true; // the case ended with that reason
    const uint64_t until_ps = stage->anchor_ps + (uint64_t)within_ps;
    for (;;) {
        if (holds(stage, node))
            return true;
        const uint64_t now_ps = i2c_sim_now_ps(stage->sim);
        if (now_ps >= until_ps)
            return false;
        if (out_of_budget(stage))
            return true;
        const uint64_t next_ps = now_ps + I2C_PS_PER_US;
        i2c_sim_run(stage->sim, next_ps < until_ps ? next_ps : until_ps);
    }
}

static bool bus_is_idle(play_stage *stage, const lang_node *node)
{
    (void)node;
    const uint32_t pulls =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    return i2c_line_level(stage->sim, I2C_SCL) && i2c_line_level(stage->sim, I2C_SDA) &&
           (pulls >> stage->slave_node & 1u) == 0;
}

static void expect_idle(play_stage *stage, const lang_node *node)
{
    char message[FAILURE_BYTES];
    char names[48];
    if (wait_until(stage, node, bus_is_idle))
        return;
    const uint32_t pulls =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    verdict_names(stage, pulls, names, sizeof names);
    snprintf(message, sizeof message, "the bus is not idle: %s pulls %s",
             pulls == 0 ? "nobody" : names, i2c_line_pullers(stage->sim, I2C_SDA) ? "SDA" : "SCL");
    fail(stage, "idle", message, "both lines high and no slave pulling");
}

static void expect_known_good(play_stage *stage)
{
    if (!recover_known_good(stage))
        stage->ended = true;
}

static bool compare(lang_operator op, int64_t left, int64_t right)
{
    switch (op) {
    case LANG_OP_LESS:
        return left < right;
    case LANG_OP_LESS_EQUAL:
        return left <= right;
    case LANG_OP_GREATER:
        return left > right;
    case LANG_OP_GREATER_EQUAL:
        return left >= right;
    case LANG_OP_EQUAL:
        return left == right;
    case LANG_OP_NOT_EQUAL:
        return left != right;
    default:
        assert(false && "a comparison");
        return false;
    }
}

/// "buffer" or "buffer[2]".
static bool variable_name(play_stage *stage, const lang_node *node, char *name, size_t bytes)
{
    int64_t index = 0;
    const char *text = lang_text(stage->program, node->a);
    if (node->c == LANG_NONE) {
        snprintf(name, bytes, "%s", text);
        return true;
    }
    if (!play_eval(stage, 0, node->c, &index))
        return false;
    snprintf(name, bytes, "%s[%lld]", text, (long long)index);
    return true;
}

static void no_such_name(play_stage *stage, const char *what, const char *name, slave_result result)
{
    char reason[160];
    if (result == SLAVE_NOT_SUPPORTED)
        snprintf(reason, sizeof reason, "this kind of slave has no %s for scenarios", what);
    else
        snprintf(reason, sizeof reason, "the slave exports no %s \"%.80s\"", what, name);
    verdict_reason(stage, PLAY_NOT_APPLICABLE, "", reason);
}

static bool app_has_value(play_stage *stage, const lang_node *node)
{
    char name[96];
    int64_t got = 0;
    int64_t want = 0;
    if (!variable_name(stage, node, name, sizeof name) || !play_eval(stage, 0, node->b, &want))
        return true;
    const slave_result result = stage->options.adapter->get(stage->slave, name, &got);
    if (result != SLAVE_OK) {
        no_such_name(stage, "variable", name, result);
        return true;
    }
    return compare((lang_operator)node->value, got, want);
}

static void expect_app(play_stage *stage, const lang_node *node)
{
    char name[96];
    char message[FAILURE_BYTES];
    int64_t got = 0;
    if (wait_until(stage, node, app_has_value) || !variable_name(stage, node, name, sizeof name))
        return;
    (void)stage->options.adapter->get(stage->slave, name, &got);
    snprintf(message, sizeof message, "%s is %lld (0x%llX)", name, (long long)got,
             (unsigned long long)got);
    fail(stage, "app", message, lang_text(stage->program, node->text));
}

static bool args_fit(play_stage *stage, const lang_node *node, const logged_call *call)
{
    unsigned n = 0;
    for (uint32_t i = node->b; i != LANG_NONE; i = lang_at(stage->program, i)->next, n++) {
        int64_t want = 0;
        if (n >= call->args)
            return false;
        if (lang_at(stage->program, i)->kind == LANG_ANY)
            continue;
        if (!play_eval(stage, 0, i, &want) || want != call->arg[n])
            return false;
    }
    return n == call->args;
}

/// The next call of that function that no expectation has taken yet.
static logged_call *next_call(play_stage *stage, const char *function)
{
    for (unsigned i = 0; i < stage->call_count; i++)
        if (!stage->calls[i].taken && strcmp(stage->calls[i].function, function) == 0)
            return &stage->calls[i];
    return NULL;
}

static bool call_has_come(play_stage *stage, const lang_node *node)
{
    return next_call(stage, lang_text(stage->program, node->a)) != NULL;
}

static void expect_calls(play_stage *stage, const lang_node *node)
{
    const char *function = lang_text(stage->program, node->a);
    char message[FAILURE_BYTES];
    const bool come = wait_until(stage, node, call_has_come);
    if (stage->ended)
        return;
    if (!come && stage->calls_lost) {
        verdict_reason(stage, PLAY_ERROR, "", "the application was called more often than is kept");
        return;
    }
    if (!come) {
        snprintf(message, sizeof message, "%.100s was not called", function);
        fail(stage, "calls", message, lang_text(stage->program, node->text));
        return;
    }
    logged_call *call = next_call(stage, function);
    call->taken = true;
    if (args_fit(stage, node, call))
        return;
    size_t used = (size_t)snprintf(message, sizeof message, "called: %.80s", function);
    for (unsigned i = 0; i < call->args && used < sizeof message; i++)
        used += (size_t)snprintf(message + used, sizeof message - used, " 0x%llX",
                                 (unsigned long long)call->arg[i]);
    fail(stage, "calls", message, lang_text(stage->program, node->text));
}

static void expect_returned(play_stage *stage, const lang_node *node)
{
    int64_t want = 0;
    char message[FAILURE_BYTES];
    if (!play_eval(stage, 0, node->b, &want))
        return;
    const bool rivals = node->value == LANG_PARTY_RIVAL;
    const char *who = rivals ? "rival" : "master";
    int returned = stage->returned;
    const bool known = rivals ? meet_returned(stage, &returned) : stage->returned_known;
    if (known && returned == want)
        return;
    if (known)
        snprintf(message, sizeof message, "the %s's call returned %d", who, returned);
    else
        snprintf(message, sizeof message, "no call of the %s's has returned yet", who);
    fail(stage, "returned", message, lang_text(stage->program, node->text));
}

static void expect_arbitration(play_stage *stage, const lang_node *node)
{
    const lang_party party = (lang_party)node->a;
    const char *who = party == LANG_PARTY_RIVAL ? "rival" : "master";
    char message[FAILURE_BYTES];
    if (meet_went(stage, party, node->value != 0))
        return;
    if (meet_went(stage, party, node->value == 0))
        snprintf(message, sizeof message, "the %s has %s arbitration", who,
                 node->value != 0 ? "not lost" : "lost");
    else
        snprintf(message, sizeof message, "the %s has made no transfer", who);
    fail(stage, "arbitration", message, lang_text(stage->program, node->text));
}

static void expect_compare(play_stage *stage, const lang_node *node)
{
    int64_t left = 0;
    int64_t right = 0;
    char message[FAILURE_BYTES];
    if (!play_eval(stage, 0, node->a, &left) || !play_eval(stage, 0, node->b, &right))
        return;
    if (compare((lang_operator)node->value, left, right))
        return;
    const bool time = lang_at(stage->program, node->b)->kind == LANG_TIME;
    char got[32];
    lang_value_text(time ? LANG_TYPE_TIME : LANG_TYPE_NUMBER, left, got, sizeof got);
    snprintf(message, sizeof message, "it is %s", got);
    fail(stage, "compare", message, lang_text(stage->program, node->text));
}

// ---- the application and the wires ------------------------------------------------------------

static void act_app_set(play_stage *stage, const lang_node *node)
{
    char name[96];
    int64_t value = 0;
    if (!variable_name(stage, node, name, sizeof name) || !play_eval(stage, 0, node->b, &value))
        return;
    const slave_result result = stage->options.adapter->set(stage->slave, name, value);
    if (result != SLAVE_OK)
        no_such_name(stage, "variable", name, result);
}

static void act_app_call(play_stage *stage, const lang_node *node)
{
    int64_t arg[SLAVE_CALL_ARGS];
    unsigned args = 0;
    const char *name = lang_text(stage->program, node->a);
    for (uint32_t i = node->b; i != LANG_NONE && args < SLAVE_CALL_ARGS;
         i = lang_at(stage->program, i)->next)
        if (!play_eval(stage, 0, i, &arg[args++]))
            return;
    const slave_result result = stage->options.adapter->call(stage->slave, name, arg, args);
    if (result != SLAVE_OK)
        no_such_name(stage, "function", name, result);
}

static bool find_wire(play_stage *stage, uint32_t name, unsigned *wire)
{
    const char *text = lang_text(stage->program, name);
    const int found = i2c_wire_find(stage->sim, text);
    char reason[128];
    if (found >= 0) {
        *wire = (unsigned)found;
        return true;
    }
    snprintf(reason, sizeof reason, "the slave has no pin \"%.60s\"", text);
    verdict_reason(stage, PLAY_NOT_APPLICABLE, "", reason);
    return false;
}

static void act_pin(play_stage *stage, uint32_t name, bool high)
{
    unsigned wire = 0;
    if (find_wire(stage, name, &wire))
        i2c_wire_set(stage->sim, wire, high);
}

static void act_pull(play_stage *stage, const lang_node *node, bool low)
{
    const i2c_line line = node->a == LANG_LINE_SCL ? I2C_SCL : I2C_SDA;
    if (node->a == LANG_WIRE)
        act_pin(stage, node->d, !low);
    else if (low)
        raw_pull(&stage->raw, line);
    else
        raw_release(&stage->raw, line);
}

static uint64_t wait_played_ps(const play_stage *stage, int64_t asked_ps)
{
    const uint64_t asked = asked_ps < 0 ? 0 : (uint64_t)asked_ps;
    return asked > SHORT_WAIT_PS && !play_set_options_of(stage->set)->long_waits ? SHORT_WAIT_PS
                                                                                 : asked;
}

static void act_wait(play_stage *stage, const lang_node *node)
{
    int64_t time_ps = 0;
    if (play_eval(stage, 0, node->b, &time_ps))
        i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + wait_played_ps(stage, time_ps));
}

static void act_clock(play_stage *stage, const lang_node *node)
{
    int64_t count = 0;
    if (play_eval(stage, 0, node->b, &count) && count > 0)
        (void)raw_clock(&stage->raw, (uint32_t)count, recover_patience_ps(stage));
}

static void act_glitch(play_stage *stage, const lang_node *node)
{
    int64_t width_ps = 0;
    int64_t at_ps = 0;
    if (!play_eval(stage, 0, node->b, &width_ps) ||
        (node->c != LANG_NONE && !play_eval(stage, 0, node->c, &at_ps)))
        return;
    const uint64_t begin_ps = i2c_sim_now_ps(stage->sim) + (uint64_t)at_ps;
    model_leave(stage);
    i2c_fault_glitch(&stage->fault, node->a == LANG_LINE_SCL ? I2C_SCL : I2C_SDA, node->value != 0,
                     begin_ps, width_ps > 0 ? (uint64_t)width_ps : 1);
    if (node->c == LANG_NONE)
        i2c_sim_run(stage->sim, begin_ps + (uint64_t)width_ps);
}

// ---- circumstances --------------------------------------------------------------------------

static bool has_vector(const play_stage *stage, const char *name)
{
    const slave_adapter *adapter = stage->options.adapter;
    const char *vector = "";
    for (unsigned i = 0; vector != NULL && strcmp(vector, name) != 0; i++)
        vector = adapter->vector(stage->options.image, i);
    return vector != NULL;
}

/// Takes out a latency of the same vector: the inner one holds.
static void drop_latency(slave_load *load, const char *vector)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < load->latencies; i++)
        if (strcmp(load->latency[i].vector, vector) != 0)
            load->latency[kept++] = load->latency[i];
    load->latencies = kept;
}

static bool load_latency(play_stage *stage, const lang_node *node, int64_t time_ps)
{
    slave_load *load = &stage->load;
    const char *vector = lang_text(stage->program, node->a);
    char reason[128];
    if (!has_vector(stage, vector)) {
        snprintf(reason, sizeof reason, "the slave has no interrupt \"%.60s\"", vector);
        verdict_reason(stage, PLAY_NOT_APPLICABLE, "", reason);
        return false;
    }
    drop_latency(load, vector);
    if (load->latencies == SLAVE_LATENCY_MAX) {
        verdict_reason(stage, PLAY_ERROR, "", "more latencies at once than the player holds");
        return false;
    }
    slave_latency *latency = &load->latency[load->latencies++];
    snprintf(latency->vector, sizeof latency->vector, "%s", vector);
    latency->latency_ps = (uint64_t)time_ps;
    return true;
}

/// Changes the load as a `with` says; false: the case ended.
static bool take_load(play_stage *stage, const lang_node *node)
{
    slave_load *load = &stage->load;
    int64_t time_ps = 0;
    int64_t every_ps = 0;
    if (!play_eval(stage, 0, node->b, &time_ps) ||
        (node->c != LANG_NONE && !play_eval(stage, 0, node->c, &every_ps)))
        return false;
    switch ((lang_kind)node->kind) {
    case LANG_WITH_LATENCY:
        return load_latency(stage, node, time_ps);
    case LANG_WITH_IRQ_OFF:
        load->irq_off_ps = (uint64_t)time_ps;
        load->irq_off_every_ps = (uint64_t)every_ps;
        return true;
    case LANG_WITH_ISR_LOAD:
        snprintf(load->isr_load_vector, sizeof load->isr_load_vector, "%s",
                 lang_text(stage->program, node->a));
        load->isr_load_ps = (uint64_t)time_ps;
        load->isr_load_every_ps = (uint64_t)every_ps;
        return true;
    case LANG_WITH_MAIN_STALL:
        load->main_stall_ps = (uint64_t)time_ps;
        load->main_stall_every_ps = (uint64_t)every_ps;
        return true;
    default:
        verdict_reason(stage, PLAY_NOT_APPLICABLE, "",
                       "only firmware kinds have a CPU clock to change");
        return false;
    }
}

static bool is_with(const lang_node *node)
{
    return node->kind >= LANG_WITH_LATENCY && node->kind <= LANG_WITH_CPU_CLOCK;
}

static void act_with(play_stage *stage, const lang_node *node)
{
    const slave_load before = stage->load;
    if (!take_load(stage, node))
        return;
    stage->options.adapter->load(stage->slave, &stage->load);
    if (node->body == LANG_NONE)
        return; // holds for the rest of the block, whose end restores it
    act_statements(stage, node->body);
    stage->load = before;
    stage->options.adapter->load(stage->slave, &stage->load);
}

// ---- all of them ----------------------------------------------------------------------------

static void act_one(play_stage *stage, const lang_node *node)
{
    stage->statement = node;
    switch ((lang_kind)node->kind) {
    case LANG_TRANSFER:
    case LANG_CALL:
        (void)act_transfer(stage, node, stage->scenario->retries_ok);
        break;
    case LANG_POLL:
        act_poll(stage, node);
        break;
    case LANG_APP_SET:
        act_app_set(stage, node);
        break;
    case LANG_APP_CALL:
        act_app_call(stage, node);
        break;
    case LANG_APP_PIN:
        act_pin(stage, node->a, node->value != 0);
        break;
    case LANG_EXPECT_IDLE:
        expect_idle(stage, node);
        return; // an expectation is no act: `within` of the next one counts from the same instant
    case LANG_EXPECT_KNOWN_GOOD:
        expect_known_good(stage);
        break;
    case LANG_EXPECT_APP:
        expect_app(stage, node);
        return;
    case LANG_EXPECT_CALLS:
        expect_calls(stage, node);
        return;
    case LANG_EXPECT_RETURNED:
        expect_returned(stage, node);
        return;
    case LANG_EXPECT_ARBITRATION:
        expect_arbitration(stage, node);
        return;
    case LANG_EXPECT_COMPARE:
        expect_compare(stage, node);
        return;
    case LANG_RIVAL:
        meet_ready(stage, node);
        return; // the act is the transfer that it meets
    case LANG_WITH_LATENCY:
    case LANG_WITH_IRQ_OFF:
    case LANG_WITH_ISR_LOAD:
    case LANG_WITH_MAIN_STALL:
    case LANG_WITH_CPU_CLOCK:
        act_with(stage, node);
        return;
    case LANG_PULL:
        act_pull(stage, node, true);
        break;
    case LANG_RELEASE:
        act_pull(stage, node, false);
        break;
    case LANG_CLOCK:
        act_clock(stage, node);
        break;
    case LANG_WAIT:
        act_wait(stage, node);
        break;
    case LANG_GLITCH:
        act_glitch(stage, node);
        break;
    case LANG_SWEEP:
        sweep_run(stage, node);
        break;
    default:
        assert(false && "a statement");
    }
    stage->anchor_ps = i2c_sim_now_ps(stage->sim);
}

void act_statements(play_stage *stage, uint32_t first)
{
    const slave_load before = stage->load;
    bool changed = false; // for the rest of this list
    for (uint32_t i = first; i != LANG_NONE && !stage->ended;
         i = lang_at(stage->program, i)->next) {
        const lang_node *node = lang_at(stage->program, i);
        changed = changed || (is_with(node) && node->body == LANG_NONE);
        act_one(stage, node);
    }
    if (changed) {
        stage->load = before;
        stage->options.adapter->load(stage->slave, &stage->load);
    }
}
