// Brackets against the monitor's stream: what the slave drives in a byte or its clock 9.
//
// A bracket is matched by (node that made the START, attempt, message, byte), never by its place in
// the stream: what other masters do, or a master's own retries, does not count.
#include "scenarios/play/play_private.h"
#include "sim/pec.h"

#include <stdio.h>
#include <string.h>

/// A master that makes no STOP may leave SCL high behind clock 9 (an ESP8266 does after a NACK).
/// The monitor tells of that ACK with the next edge, which belongs to another transfer.
static bool ack_is_untold(const play_stage *stage)
{
    const i2c_monitor *m = i2c_sim_monitor(stage->sim);
    return m->open && m->in_ack && m->high_is_bit;
}

void match_begin(play_stage *stage, matcher *m, plan *p, i2c_node node, bool retries_ok)
{
    *m = (matcher){.plan = p,
                   .node = node,
                   .retries_ok = retries_ok,
                   .pec = m->pec,
                   .start_ps = I2C_NEVER_PS,
                   .start_hold_ps = INT64_MAX};
    // A START that was adopted may still be on its way down the wire; what it cuts off is not ours.
    m->start_on_its_way = ack_is_untold(stage) || (i2c_line_pullers(stage->sim, I2C_SDA) != 0 &&
                                                   i2c_line_level(stage->sim, I2C_SDA));
}

/// The first unmet bracket counts, later ones follow from it.
static void unmet(const play_stage *stage, matcher *m, const bracket *b, const char *got)
{
    if (m->unmet)
        return;
    const i2c_rules *rules = i2c_sim_rules(stage->sim);
    m->unmet = true;
    // Behind an unseen START the slave may have gone on with the byte that it cut off.
    m->start_hold_ps = rules->start_unseen ? rules->start_hold_ps : INT64_MAX;
    m->unmet_node = b->node;
    m->unmet_bracket = *b;
    m->unmet_ps = i2c_sim_now_ps(stage->sim);
    snprintf(m->unmet_got, sizeof m->unmet_got, "%s", got);
}

static bool value_of(play_stage *stage, const bracket *b, uint32_t expr, int64_t *value)
{
    const lang_env env = play_env_of(stage, b);
    return lang_eval(&env, expr, value, NULL) == LANG_EVAL_OK;
}

static bool one_of(play_stage *stage, const bracket *b, uint32_t list, int64_t got)
{
    for (uint32_t i = list; i != LANG_NONE; i = lang_at(stage->program, i)->next) {
        int64_t value = 0;
        if (value_of(stage, b, i, &value) && value == got)
            return true;
    }
    return false;
}

/// Whether a byte from the slave is what the bracket wants.
static bool byte_is_wanted(play_stage *stage, matcher *m, const bracket *b, uint8_t got)
{
    const lang_node *want = lang_at(stage->program, b->node);
    int64_t first = 0;
    int64_t second = 0;
    switch ((lang_want)want->value) {
    case LANG_WANT_ANY:
        return true;
    case LANG_WANT_CAPTURE:
        if (!plan_captured(stage, m->plan, want->d, got, m->next))
            m->plan = NULL; // the case ended with an error: no more to judge
        return true;
    case LANG_WANT_IS:
    case LANG_WANT_ONE_OF:
        return one_of(stage, b, want->b, got);
    case LANG_WANT_RANGE:
        return value_of(stage, b, want->b, &first) && value_of(stage, b, want->c, &second) &&
               got >= first && got <= second;
    case LANG_WANT_MASKED:
        return value_of(stage, b, want->b, &first) && value_of(stage, b, want->c, &second) &&
               (got & second) == (first & second);
    }
    return false;
}

/// An address that is not answered behind a START that was held for less than it must.
static bool is_missed_for_its_start(const play_stage *stage, const bracket *b, bool ack)
{
    return b->byte == 0 && !ack && i2c_sim_rules(stage->sim)->start_too_short;
}

/// Brackets before message `end` that are left: nothing can come of them any more.
static void drop_rest(matcher *m, uint32_t end)
{
    while (m->next < m->plan->bracket_count && m->plan->brackets[m->next].message < end)
        m->next++;
}

/// A NACK where [A or N P] stands ends the transfer. A master that does not notice sends the rest
/// to a slave that has left, which is not judged.
static void end_at_nack(matcher *m, const bracket *b)
{
    uint32_t end = b->message + 1u;
    while (end < m->plan->messages && !m->plan->message[end - 1].stop)
        end++;
    drop_rest(m, end);
}

static void take_ack(play_stage *stage, matcher *m, const bracket *b, bool ack)
{
    const lang_node *node = lang_at(stage->program, b->node);
    const int64_t want = node->value;
    const uint8_t got = ack ? LANG_ACK : LANG_NACK;
    m->nack_is_fine = !ack && (want & LANG_NACK) != 0;
    if (want == LANG_EITHER && m->first_ack == 0) {
        m->first_ack = got;
        m->first_ack_at = m->next;
    }
    if ((want & got) == 0) {
        const bool first = !m->unmet;
        unmet(stage, m, b, ack ? "A: acknowledged" : "N: not acknowledged");
        if (first && is_missed_for_its_start(stage, b, ack))
            m->start_hold_ps = i2c_sim_rules(stage->sim)->start_hold_ps;
    }
    const master_message *message = &m->plan->message[b->message];
    const uint8_t own_addr7 = play_set_slave(stage->set)->addr7;
    if (b->byte == 0 && message->address >> 1 == own_addr7 && want == LANG_ACK && !ack)
        stage->own_address_missed = true;
    if (m->nack_is_fine && node->a != 0)
        end_at_nack(m, b);
}

static void take_byte(play_stage *stage, matcher *m, bracket *b, uint8_t got)
{
    char text[48];
    if (b->node != LANG_NONE) { // the slave's: by what the wires have shown
        b->pec_known = true;
        b->pec = m->pec;
    }
    snprintf(text, sizeof text, "0x%02X", got);
    const bool met = b->node == LANG_NONE ? got == b->value : byte_is_wanted(stage, m, b, got);
    if (!met)
        unmet(stage, m, b, text);
}

/// The order of places on the bus.
static int compare_place(const bracket *b, const i2c_event *event, uint32_t base)
{
    const uint32_t message = event->message + base;
    if (b->message != message)
        return b->message < message ? -1 : 1;
    if (b->byte != event->byte)
        return b->byte < event->byte ? -1 : 1;
    return 0;
}

static bool is_ours(const matcher *m, const i2c_event *event)
{
    return m->plan != NULL && (event->owner >> m->node & 1u) != 0 &&
           event->message != MASTER_NO_MESSAGE;
}

static bool is_ack_bracket(const play_stage *stage, const bracket *b)
{
    return b->node != LANG_NONE && lang_at(stage->program, b->node)->kind == LANG_WANT_ACK;
}

static void begin_message(matcher *m, const i2c_event *event)
{
    if (m->start_ps == I2C_NEVER_PS)
        m->start_ps = event->at_ps;
    m->start_on_its_way = false;
    if (event->message + m->base < m->plan->messages &&
        m->plan->message[event->message + m->base].begin == MASTER_START)
        m->pec = 0;
    m->retrying = event->attempt > 0;
    m->carries = true;
    m->retry = 0;
    while (m->retry < m->plan->bracket_count &&
           m->plan->brackets[m->retry].message < event->message + m->base)
        m->retry++;
}

/// Where retries are fine, the first one that carries the address asked for begins the message
/// again: what was not met before may be met now.
static void start_over(matcher *m)
{
    m->retrying = false;
    m->next = m->retry;
    if (m->first_ack_at > m->retry)
        m->first_ack = 0; // seen in the attempt that is made again
    if (m->unmet && m->unmet_bracket.message >= m->plan->brackets[m->retry].message)
        m->unmet = false;
}

/// Without that, a retry is not judged (the first attempt was), but for one thing: what must be
/// refused must be refused every time. A retry that carries other bytes than asked says nothing.
static void match_retry(play_stage *stage, matcher *m, const i2c_event *event)
{
    for (; m->carries && m->retry < m->plan->bracket_count; m->retry++) {
        const bracket *b = &m->plan->brackets[m->retry];
        if (compare_place(b, event, m->base) != 0)
            return;
        if (b->node == LANG_NONE)
            m->carries = event->value == b->value;
        else if (is_ack_bracket(stage, b) && event->ack &&
                 lang_at(stage->program, b->node)->value == LANG_NACK)
            unmet(stage, m, b, "A: acknowledged when the master tried again");
    }
}

static bool carries_address(const matcher *m, const i2c_event *event)
{
    const bracket *b = &m->plan->brackets[m->retry];
    return m->retry < m->plan->bracket_count && event->byte == 0 && b->byte == 0 &&
           b->message == event->message + m->base && b->value == event->value;
}

/// Brackets up to the place of the event.
static void match_place(play_stage *stage, matcher *m, const i2c_event *event)
{
    while (m->plan != NULL && m->next < m->plan->bracket_count) {
        bracket *b = &m->plan->brackets[m->next];
        const int place = compare_place(b, event, m->base);
        if (place > 0)
            return;
        m->next++;
        if (place < 0 && m->plan->cut_is_fine)
            continue; // the master has cut it off: not judged
        if (place < 0)
            unmet(stage, m, b, "the master clocked past it: out of step");
        else if (is_ack_bracket(stage, b))
            take_ack(stage, m, b, event->ack);
        else
            take_byte(stage, m, b, event->value);
    }
}

/// Another master has the transfer now; or nobody can say who, or what it is.
static void take_loss(matcher *m, const i2c_event *event)
{
    const uint32_t own = 1u << m->node;
    m->lost = m->lost || (event->by & own) != 0;
    m->undefined = m->undefined || (event->undefined && ((event->by | event->owner) & own) != 0);
}

void match_event(play_stage *stage, matcher *m, const i2c_event *event)
{
    if (event->kind == I2C_EVENT_LOST)
        take_loss(m, event);
    if (!is_ours(m, event) || m->undefined)
        return;
    if (event->kind == I2C_EVENT_START || event->kind == I2C_EVENT_SR) {
        begin_message(m, event);
        return;
    }
    if (event->kind != I2C_EVENT_ACK || m->start_on_its_way)
        return;
    stage->result->stimulus_seen = true;
    if (m->retrying && m->retries_ok && carries_address(m, event))
        start_over(m);
    if (m->retrying)
        match_retry(stage, m, event);
    else
        match_place(stage, m, event);
    m->pec = i2c_pec_with(m->pec, event->value);
}

/// A master that never looks at SCL ends under the slave's last hold. What that means is known, and
/// told by the rules, when the hold is over.
static void let_hold_end(play_stage *stage)
{
    const uint64_t until_ps = i2c_sim_now_ps(stage->sim) + recover_patience_ps(stage);
    while (i2c_line_pullers(stage->sim, I2C_SCL) == 1u << stage->slave_node &&
           i2c_sim_step_until(stage->sim, until_ps))
        ;
}

/// A line is held by somebody although the master has ended with a STOP of its own.
static bool stop_is_missing(const play_stage *stage, const matcher *m, uint32_t *holders)
{
    const uint32_t pulls =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    const i2c_monitor *monitor = i2c_sim_monitor(stage->sim);
    // The other one of two masters, a slave among them, may make the same STOP later, or have its
    // turn already.
    const uint32_t masters = 1u << master_node(stage->master) | meet_node(stage) | monitor->owner;
    *holders = pulls & ~masters;
    return monitor->open && (monitor->owner >> m->node & 1u) != 0 && *holders != 0;
}

static void want_text(play_stage *stage, const bracket *b, char *text, size_t bytes)
{
    const lang_node *want = b->node == LANG_NONE ? NULL : lang_at(stage->program, b->node);
    int64_t first = 0;
    int64_t second = 0;
    if (want == NULL) {
        snprintf(text, bytes, "0x%02X on the wire, as the master sent it", b->value);
    } else if (want->kind == LANG_WANT_ACK) {
        snprintf(text, bytes, "[%s] of %s",
                 want->value == LANG_ACK    ? "A"
                 : want->value == LANG_NACK ? "N"
                                            : "A or N",
                 b->byte == 0 ? "the address" : "the byte");
    } else if (want->value == LANG_WANT_RANGE && value_of(stage, b, want->b, &first) &&
               value_of(stage, b, want->c, &second)) {
        snprintf(text, bytes, "[0x%02X..0x%02X] from the slave", (unsigned)first, (unsigned)second);
    } else if (want->value == LANG_WANT_MASKED && value_of(stage, b, want->b, &first) &&
               value_of(stage, b, want->c, &second)) {
        snprintf(text, bytes, "[0x%02X mask 0x%02X] from the slave", (unsigned)first,
                 (unsigned)second);
    } else if (want->b != LANG_NONE && value_of(stage, b, want->b, &first)) {
        snprintf(text, bytes, "[0x%02X]%s from the slave", (unsigned)first,
                 want->value == LANG_WANT_ONE_OF ? " or another of its values" : "");
    } else {
        snprintf(text, bytes, "a byte from the slave");
    }
}

static void place_text(const matcher *m, const bracket *b, char *text, size_t bytes)
{
    const master_message *message = &m->plan->message[b->message];
    const char *direction = message->address & 1u ? "+R" : "+W";
    if (b->byte == 0)
        snprintf(text, bytes, "address 0x%02X%s", message->address >> 1, direction);
    else
        snprintf(text, bytes, "byte %u of 0x%02X%s", b->byte, message->address >> 1, direction);
}

/// The master broke its own contract first: the slave is not to blame for a START that it missed.
static void report_short_start(play_stage *stage, const matcher *m)
{
    char message[FAILURE_BYTES];
    const uint64_t limit_ps =
        i2c_timing_limits(play_case_spec(stage->set, stage->one)->mode)[I2C_T_HD_STA].min_ps;
    snprintf(message, sizeof message,
             "the address was missed behind a START that the master held for %lld ns",
             (long long)(m->start_hold_ps / (int64_t)I2C_PS_PER_NS));
    play_finding finding = verdict_new(stage, "short_start", message);
    snprintf(finding.expected, sizeof finding.expected, "tHD;STA of at least %llu ns",
             (unsigned long long)(limit_ps / I2C_PS_PER_NS));
    snprintf(finding.blame, sizeof finding.blame, "%s", i2c_node_name(stage->sim, m->node));
    finding.at_ps = m->unmet_ps;
    finding.measured_known = true;
    finding.measured_ps = m->start_hold_ps;
    finding.limit_ps = (int64_t)limit_ps;
    finding.verdict = PLAY_NOTE;
    verdict_add(stage, &finding);
}

/// The first thing that was not met is an [A] of the slave's own address.
static bool is_refused_address(const play_stage *stage, const matcher *m)
{
    const bracket *b = &m->unmet_bracket;
    return b->byte == 0 && is_ack_bracket(stage, b) &&
           m->plan->message[b->message].address >> 1 == play_set_slave(stage->set)->addr7;
}

/// The address went by and the slave holds nothing: it has not heard it.
static bool was_not_heard(const play_stage *stage, const matcher *m)
{
    const uint32_t pullers =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    return is_refused_address(stage, m) && (pullers >> stage->slave_node & 1u) == 0;
}

/// `held`: the slave holds a line for ever, which fails whatever the level of the row.
static void report_unmet(play_stage *stage, const matcher *m, bool held)
{
    if (m->start_hold_ps != INT64_MAX) {
        report_short_start(stage, m);
        return;
    }
    char place[48];
    char message[FAILURE_BYTES];
    place_text(m, &m->unmet_bracket, place, sizeof place);
    snprintf(message, sizeof message, "%s: %s", place, m->unmet_got);
    play_finding finding = verdict_of_scenario(stage, "bracket", message);
    want_text(stage, &m->unmet_bracket, finding.expected, sizeof finding.expected);
    finding.at_ps = m->unmet_ps;
    finding.byte = m->unmet_bracket.byte;
    finding.wrong_byte = m->unmet_bracket.node != LANG_NONE &&
                         lang_at(stage->program, m->unmet_bracket.node)->kind == LANG_WANT_BYTE;
    if (held || stage->recovering || strcmp(finding.rule, "bracket") == 0)
        finding.verdict = PLAY_FAIL;
    if (was_not_heard(stage, m))
        (void)verdict_is_limit(stage, &finding, SLAVE_IS_DEAF);
    verdict_add(stage, &finding);
}

enum { SINCE_BYTES = I2C_TIME_TEXT + 16 };

/// ", low since 5.12 ms", or "" of a line that never fell.
static void low_since(const play_stage *stage, i2c_line line, char *text)
{
    char time[I2C_TIME_TEXT];
    const uint64_t fall_ps = i2c_line_fall_ps(stage->sim, line, I2C_AT_30);
    text[0] = '\0';
    if (fall_ps != I2C_NEVER_PS)
        snprintf(text, SINCE_BYTES, ", low since %s", i2c_time_text(time, (int64_t)fall_ps));
}

/// What ended the transfer before all brackets were met, and who holds a line now.
static void why_cut(const play_stage *stage, const matcher *m, const master_outcome *outcome,
                    char *text, size_t bytes)
{
    char names[48];
    const uint32_t others = ~(1u << m->node);
    const uint32_t scl = i2c_line_pullers(stage->sim, I2C_SCL) & others;
    const uint32_t sda = i2c_line_pullers(stage->sim, I2C_SDA) & others;
    const char *why = outcome->end == MASTER_GAVE_UP  ? outcome->why
                      : outcome->end == MASTER_STUCK  ? "the master waits for ever"
                      : outcome->end == MASTER_NACKED ? "the master ended after a NACK"
                                                      : "the master clocked past it: out of step";
    verdict_names(stage, scl != 0 ? scl : sda, names, sizeof names);
    if (names[0] == '\0') {
        snprintf(text, bytes, "%s", why);
        return;
    }
    char since[SINCE_BYTES];
    const i2c_line line = scl != 0 ? I2C_SCL : I2C_SDA;
    low_since(stage, line, since);
    snprintf(text, bytes, "%.80s; %s holds %s%s", why, names, line == I2C_SCL ? "SCL" : "SDA",
             outcome->end == MASTER_STUCK ? since : "");
}

static void report_no_stop(play_stage *stage, uint32_t holders)
{
    char names[48];
    char message[FAILURE_BYTES];
    verdict_names(stage, holders, names, sizeof names);
    const bool sda = (i2c_line_pullers(stage->sim, I2C_SDA) & holders) != 0;
    char since[SINCE_BYTES];
    low_since(stage, sda ? I2C_SDA : I2C_SCL, since);
    snprintf(message, sizeof message, "no STOP on the wire: %s holds %s%s", names,
             sda ? "SDA" : "SCL", since);
    play_finding finding = verdict_of_scenario(stage, "bracket", message);
    snprintf(finding.expected, sizeof finding.expected, "P: the bus free after the transfer");
    snprintf(finding.blame, sizeof finding.blame, "%s", names);
    if (!spikes_explain(stage))      // a slave that counts spikes is elsewhere in its byte
        finding.verdict = PLAY_FAIL; // a line is left held, whatever the level
    verdict_add(stage, &finding);
}

/// All brackets were met, and still the master could not end as it was asked to.
static void report_gave_up(play_stage *stage, const master_outcome *outcome)
{
    play_finding finding = verdict_of_scenario(stage, "gave_up", outcome->why);
    snprintf(finding.expected, sizeof finding.expected, "the transfer as it was asked for");
    if (stage->recovering)
        finding.verdict = PLAY_FAIL;
    verdict_add(stage, &finding);
}

/// The same, because the slave holds a line for ever.
static void report_held(play_stage *stage, const matcher *m, const master_outcome *outcome)
{
    char why[MASTER_TEXT_BYTES];
    why_cut(stage, m, outcome, why, sizeof why);
    play_finding finding = verdict_of_scenario(stage, "bracket", why);
    snprintf(finding.expected, sizeof finding.expected, "both lines let go, so that it can end");
    finding.verdict = PLAY_FAIL;
    verdict_add(stage, &finding);
}

/// An allowed NACK ends a transfer, and so does a master that cuts it: the rest is not judged.
static bool rest_is_cut_off(const matcher *m, const master_outcome *outcome)
{
    if (outcome->end == MASTER_NACKED)
        return m->nack_is_fine;
    return m->plan->cut_is_fine && (outcome->end == MASTER_DONE || m->start_ps == I2C_NEVER_PS);
}

/// The ACK that the transfer ended with counts; when it is told, it is not the next one's.
static void take_untold_ack(play_stage *stage, matcher *m)
{
    const i2c_monitor *seen = i2c_sim_monitor(stage->sim);
    if (!ack_is_untold(stage))
        return;
    const uint32_t pulls = i2c_line_pullers(stage->sim, I2C_SDA) & ~seen->owner;
    const uint32_t by = seen->ack_latched ? seen->ack_by : pulls;
    const i2c_event untold = {.kind = I2C_EVENT_ACK,
                              .at_ps = i2c_sim_now_ps(stage->sim),
                              .by = by,
                              .owner = seen->owner,
                              .attempt = seen->attempt,
                              .message = seen->message,
                              .byte = seen->byte,
                              .value = seen->shift,
                              .ack = by != 0};
    match_event(stage, m, &untold);
    m->start_on_its_way = true;
}

/// The master left the transfer to another one, before the monitor could tell what came of it.
static bool is_beaten(const play_stage *stage, const matcher *m, const master_outcome *outcome)
{
    const uint32_t sda = i2c_line_pullers(stage->sim, I2C_SDA);
    return outcome->end == MASTER_GAVE_UP && m == &stage->match && (sda & meet_node(stage)) != 0 &&
           (sda >> stage->slave_node & 1u) == 0;
}

bool match_end(play_stage *stage, matcher *m, const master_outcome *outcome, uint32_t end)
{
    uint32_t holders = 0;
    take_untold_ack(stage, m);
    m->undefined = m->undefined || is_beaten(stage, m, outcome);
    if (m->plan == NULL)
        return !stage->ended; // a fault of the scenario's own took it off, or an error
    if (!m->unmet && (m->lost || m->undefined || rest_is_cut_off(m, outcome)))
        drop_rest(m, end);
    if (!m->unmet && m->next < m->plan->bracket_count && m->plan->brackets[m->next].message < end) {
        char why[MASTER_TEXT_BYTES];
        why_cut(stage, m, outcome, why, sizeof why);
        unmet(stage, m, &m->plan->brackets[m->next], why);
    }
    if (!m->unmet && (m->lost || m->undefined))
        return true;
    if (!m->unmet && outcome->end == MASTER_DONE)
        let_hold_end(stage);
    stage->was_busy =
        stage->may_be_busy && m == &stage->match && m->unmet && is_refused_address(stage, m);
    if (stage->was_busy)
        ; // a busy slave gets its time, and is asked again
    else if (m->unmet)
        report_unmet(stage, m, outcome->end == MASTER_STUCK);
    else if (m->plan->message[end - 1].stop && stop_is_missing(stage, m, &holders))
        report_no_stop(stage, holders);
    else if (outcome->end == MASTER_GAVE_UP && !act_asks_what_returned(stage))
        report_gave_up(stage, outcome);
    else if (outcome->end == MASTER_STUCK)
        report_held(stage, m, outcome);
    else
        return true;
    m->plan = NULL;
    return false;
}
