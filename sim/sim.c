// How an instant runs: timers, then the lines settle, then the nodes hear of the edges.
#include "sim/sim_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// ---- the queue ------------------------------------------------------------------------------

static void queue_remove(sim_queue *q, const i2c_timer *timer)
{
    unsigned i = q->count;
    do {
        assert(i > 0);
        i--;
    } while (q->entry[i].timer != timer);
    q->count--;
    memmove(&q->entry[i], &q->entry[i + 1], (q->count - i) * sizeof q->entry[0]);
}

void i2c_timer_set(i2c_sim *sim, i2c_timer *timer, uint64_t due_ps)
{
    sim_queue *q = &sim->queue;
    assert(due_ps >= sim->now_ps);
    if (timer->queued)
        queue_remove(q, timer);
    assert(q->count < I2C_TIMER_MAX);
    unsigned i = q->count++;
    while (i > 0 && q->entry[i - 1].due_ps <= due_ps) {
        q->entry[i] = q->entry[i - 1];
        i--;
    }
    q->entry[i] = (sim_queue_entry){due_ps, sim->round, timer};
    timer->queued = true;
}

void i2c_timer_cancel(i2c_sim *sim, i2c_timer *timer)
{
    if (!timer->queued)
        return;
    queue_remove(&sim->queue, timer);
    timer->queued = false;
}

/// Fires what is due now and was queued in an earlier round.
static void fire_due(i2c_sim *sim)
{
    sim_queue *q = &sim->queue;
    while (q->count > 0) {
        const sim_queue_entry *next = &q->entry[q->count - 1];
        if (next->due_ps != sim->now_ps || next->born == sim->round)
            return;
        i2c_timer *timer = next->timer;
        q->count--;
        timer->queued = false;
        timer->fire(timer->ctx, sim->now_ps);
    }
}

enum { ALL_THRESHOLDS = (1 << I2C_THRESHOLDS) - 1 };

// ---- lines ----------------------------------------------------------------------------------

/// Nodes whose input has one of the thresholds.
static inline uint32_t members_of(const i2c_sim *sim, unsigned thresholds)
{
    uint32_t members = 0;
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++)
        if (thresholds & (1u << k))
            members |= sim->members[k];
    return members;
}

/// The line crossed the given thresholds now: monitor, rules and trace first, nodes later.
static void cross(i2c_sim *sim, unsigned line, bool high, unsigned thresholds)
{
    sim_net *n = &sim->net[line];
    n->level = (uint8_t)(high ? n->level | thresholds : n->level & ~thresholds);
    if (thresholds & (1u << I2C_AT_50)) {
        if (sim->trace != NULL)
            i2c_trace_put(sim->trace, (i2c_record){sim->now_ps, I2C_RECORD_LEVEL, (uint8_t)line,
                                                   high ? 1 : 0, 0});
        if (line == I2C_SDA) {
            i2c_judge_sda_edge(sim, high, i2c_monitor_sda_edge(sim, high));
        } else if (high) {
            i2c_monitor_scl_rise(sim);
            i2c_judge_scl_rise(sim);
        } else {
            i2c_judge_scl_fall(sim, i2c_monitor_scl_fall(sim));
        }
    }
    const uint32_t hearing = sim->hear[line * 2 + high];
    if (hearing == 0)
        return;
    assert(sim->tells < I2C_TELL_MAX);
    const uint32_t hearers =
        thresholds == ALL_THRESHOLDS ? hearing : hearing & members_of(sim, thresholds);
    sim->tell[sim->tells++] = (told_edge){hearers, (uint8_t)line, high};
}

/// Crosses the thresholds in use that are reached by now and queues the next one.
static void cross_reached(i2c_sim *sim, unsigned line)
{
    sim_net *n = &sim->net[line];
    const bool high = !n->low;
    const uint64_t *at_ps = high ? n->rise_ps : n->fall_ps;
    uint64_t next_ps = I2C_NEVER_PS;
    for (unsigned i = 0; i < I2C_THRESHOLDS; i++) {
        const unsigned k = high ? i : I2C_THRESHOLDS - 1 - i;
        const unsigned bit = 1u << k;
        if (((n->level & bit) != 0) == high || at_ps[k] == I2C_NEVER_PS)
            continue;
        if (at_ps[k] <= sim->now_ps)
            cross(sim, line, high, bit);
        else if ((sim->thresholds & bit) && at_ps[k] < next_ps)
            next_ps = at_ps[k];
    }
    if (next_ps != I2C_NEVER_PS)
        i2c_timer_set(sim, &n->crossing, next_ps);
}

static void scl_crossing(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    cross_reached(ctx, I2C_SCL);
}

static void sda_crossing(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    cross_reached(ctx, I2C_SDA);
}

/// Thresholds that nobody uses are crossed silently when the line has passed them; call before it
/// turns.
static void catch_up_level(i2c_sim *sim, sim_net *n)
{
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++) {
        const uint64_t at_ps = n->low ? n->fall_ps[k] : n->rise_ps[k];
        const bool there = at_ps != I2C_NEVER_PS && at_ps <= sim->now_ps;
        if (there && !(sim->thresholds & (1u << k)))
            n->level = (uint8_t)(n->low ? n->level & ~(1u << k) : n->level | 1u << k);
    }
}

/// The voltage of the line now, as a share of VDD, no more than 70 % if `enough` is set: a fall is
/// measured from there on, and the exponential need not be computed.
static uint64_t voltage_q32(const i2c_sim *sim, const sim_net *n)
{
    const uint64_t since_ps = sim->now_ps - n->turn_ps;
    if (!n->low) {
        if (n->turn_elapsed_ps == I2C_NEVER_PS || n->rise_ps[I2C_AT_70] <= sim->now_ps)
            return i2c_rc_threshold_q32(I2C_AT_70);
        return i2c_rc_voltage_q32(sim->rc_ps, n->turn_elapsed_ps + since_ps);
    }
    if (since_ps >= 2 * sim->tf_ps)
        return 0;
    const uint64_t fallen_q32 = (I2C_RC_ONE_Q32 * 2 / 5) * since_ps / sim->tf_ps;
    return fallen_q32 >= n->turn_q32 ? 0 : n->turn_q32 - fallen_q32;
}

static void turn_down(i2c_sim *sim, sim_net *n)
{
    const uint64_t from_q32 = voltage_q32(sim, n);
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++) {
        const uint64_t at_q32 = i2c_rc_threshold_q32(k);
        if (n->rise_ps[k] > sim->now_ps)
            n->rise_ps[k] = I2C_NEVER_PS; // turned back before it got there
        if (from_q32 < at_q32)
            continue;
        const uint64_t drop_q32 = from_q32 - at_q32;
        const uint64_t share_q32 = I2C_RC_ONE_Q32 * 2 / 5;
        n->fall_ps[k] = sim->now_ps + (drop_q32 * sim->tf_ps + share_q32 - 1) / share_q32;
    }
    n->turn_q32 = from_q32;
}

static void turn_up(i2c_sim *sim, sim_net *n)
{
    const uint64_t from_q32 = voltage_q32(sim, n);
    const bool driven = n->highs != 0 || n->forced_high;
    const uint64_t elapsed_ps =
        driven ? I2C_NEVER_PS : (from_q32 == 0 ? 0 : i2c_rc_elapsed_ps(sim->rc_ps, from_q32));
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++) {
        if (n->fall_ps[k] > sim->now_ps)
            n->fall_ps[k] = I2C_NEVER_PS;
        if (n->level & (1u << k))
            continue;
        const uint64_t whole_ps = driven ? 0 : i2c_rc_rise_ps(sim->rc_ps, k);
        const uint64_t left_ps = driven || whole_ps <= elapsed_ps ? 0 : whole_ps - elapsed_ps;
        n->rise_ps[k] = sim->now_ps + left_ps;
    }
    n->turn_q32 = from_q32;
    n->turn_elapsed_ps = elapsed_ps;
}

/// The line begins to go the other way.
static void turn(i2c_sim *sim, unsigned line, bool low, uint32_t makers)
{
    sim_net *n = &sim->net[line];
    n->makers = makers;
    if (sim->ideal) {
        uint64_t *at_ps = low ? n->fall_ps : n->rise_ps;
        at_ps[0] = at_ps[1] = at_ps[2] = sim->now_ps;
        n->low = low;
        n->turn_ps = sim->now_ps;
        cross(sim, line, !low, ALL_THRESHOLDS);
        return;
    }
    catch_up_level(sim, n);
    const bool runt = low && n->rise_ps[I2C_AT_30] <= sim->now_ps &&
                      n->rise_ps[I2C_AT_70] > sim->now_ps && n->rise_ps[I2C_AT_70] != I2C_NEVER_PS;
    if (low)
        turn_down(sim, n);
    else
        turn_up(sim, n);
    n->low = low;
    n->turn_ps = sim->now_ps;
    i2c_timer_cancel(sim, &n->crossing);
    if (runt)
        i2c_judge_runt(sim, line, makers);
    cross_reached(sim, line);
}

static void trace_mask(i2c_sim *sim, i2c_record_kind kind, unsigned line, uint32_t nodes)
{
    i2c_trace_put(sim->trace, (i2c_record){sim->now_ps, (uint8_t)kind, (uint8_t)line, 0, nodes});
}

/// Whether the line is to be low, where more than plain pulls decide: push-pull nodes, faults.
static bool settle_drives(i2c_sim *sim, unsigned line, uint32_t pulled)
{
    sim_net *n = &sim->net[line];
    const uint32_t highs_before = n->highs;
    n->highs = n->asked_highs;
    if (sim->trace != NULL && n->highs != highs_before)
        trace_mask(sim, I2C_RECORD_HIGHS, line, n->highs);
    if (n->highs != 0 && n->pulls != 0 && (pulled != 0 || (n->highs & ~highs_before) != 0))
        i2c_judge_contention(sim, line, n->highs, n->pulls);
    const uint32_t other = sim->shorted ? sim->net[!line].asked_pulls : 0;
    return (n->pulls | other) != 0 && !n->forced_high;
}

/// Who turned the line: those whose pull was the first, or whose release was the last.
static uint32_t makers_of(const i2c_sim *sim, unsigned line, bool low, uint32_t pulled,
                          uint32_t released)
{
    if (!low)
        return released;
    if (pulled != 0)
        return pulled;
    return sim->net[line].pulls | (sim->shorted ? sim->net[!line].asked_pulls : 0);
}

static void settle_line(i2c_sim *sim, unsigned line)
{
    sim_net *n = &sim->net[line];
    const uint32_t pulled = n->asked_pulls & ~n->pulls;
    const uint32_t released = n->pulls & ~n->asked_pulls;
    if ((pulled | released) != 0) {
        if (line == I2C_SDA && sim->monitor.in_ack)
            i2c_monitor_sda_pulls(sim);
        n->pulls = n->asked_pulls;
        if (sim->trace != NULL)
            trace_mask(sim, I2C_RECORD_PULLS, line, n->pulls);
        i2c_judge_pulls(sim, line, pulled, released);
    }
    bool low = n->pulls != 0;
    if ((n->highs | n->asked_highs) != 0 || sim->faulty)
        low = settle_drives(sim, line, pulled);
    if (low != n->low)
        turn(sim, line, low, makers_of(sim, line, low, pulled, released));
}

static inline void settle(i2c_sim *sim)
{
    const unsigned dirty = sim->dirty;
    const unsigned first = sim->first_dirty;
    sim->dirty = 0;
    if (dirty == 0)
        return;
    settle_line(sim, first);
    if (dirty == 3)
        settle_line(sim, !first);
}

/// The nodes' answers only ask for pulls; they cannot make edges before the next round.
static void tell_nodes(i2c_sim *sim)
{
    const unsigned count = sim->tells;
    for (unsigned i = 0; i < count; i++) {
        const told_edge told = sim->tell[i];
        for (uint32_t left = told.hearers; left != 0; left &= left - 1) {
            const i2c_node_config *c = &sim->node[__builtin_ctz(left)].config;
            c->on_edge(c->ctx, (i2c_line)told.line, told.high != 0, sim->now_ps);
        }
    }
    sim->tells = 0;
}

/// Half of the ring is new: whoever keeps all of it takes it out.
static void drain_trace(i2c_sim *sim)
{
    sim->trace_full_at = sim->trace->written + sim->trace->capacity / 2;
    sim->config.on_trace_full(sim->config.on_trace_full_ctx, sim->trace);
}

// ---- running --------------------------------------------------------------------------------

/// The next instant's time; I2C_NEVER_PS: nothing is queued. Pulls that wait to settle are due now.
static inline uint64_t next_due_ps(const i2c_sim *sim)
{
    const sim_queue *q = &sim->queue;
    if (sim->dirty != 0)
        return sim->now_ps;
    return q->count > 0 ? q->entry[q->count - 1].due_ps : I2C_NEVER_PS;
}

/// Runs all rounds of the present instant.
static inline void run_instant(i2c_sim *sim)
{
    const sim_queue *q = &sim->queue;
    do {
        sim->round++;
        fire_due(sim);
        settle(sim);
        tell_nodes(sim);
    } while (sim->dirty != 0 || (q->count > 0 && q->entry[q->count - 1].due_ps == sim->now_ps));
    if (sim->trace != NULL && sim->trace->written >= sim->trace_full_at)
        drain_trace(sim);
}

static bool spend_budget(i2c_sim *sim)
{
    sim->budget_spent = true;
    sim->now_ps = sim->budget_ps;
    return false;
}

bool i2c_sim_step(i2c_sim *sim)
{
    const uint64_t due_ps = next_due_ps(sim);
    if (sim->budget_spent || due_ps == I2C_NEVER_PS)
        return false;
    if (due_ps > sim->budget_ps)
        return spend_budget(sim);
    sim->now_ps = due_ps;
    run_instant(sim);
    return true;
}

static void pass_time(i2c_sim *sim, uint64_t until_ps)
{
    if (sim->budget_spent || until_ps <= sim->now_ps)
        return;
    sim->budget_spent = until_ps > sim->budget_ps;
    sim->now_ps = sim->budget_spent ? sim->budget_ps : until_ps;
}

bool i2c_sim_run_until(i2c_sim *sim, const bool *flag, uint64_t until_ps)
{
    const uint64_t bound_ps = until_ps < sim->budget_ps ? until_ps : sim->budget_ps;
    while (!*flag && !sim->budget_spent) {
        const uint64_t due_ps = next_due_ps(sim);
        if (due_ps > bound_ps || due_ps == I2C_NEVER_PS) {
            pass_time(sim, until_ps);
            break;
        }
        sim->now_ps = due_ps;
        run_instant(sim);
    }
    return *flag;
}

void i2c_sim_run(i2c_sim *sim, uint64_t until_ps)
{
    const bool never = false;
    (void)i2c_sim_run_until(sim, &never, until_ps);
}

uint64_t i2c_sim_now_ps(const i2c_sim *sim)
{
    return sim->now_ps;
}

bool i2c_sim_budget_spent(const i2c_sim *sim)
{
    return sim->budget_spent;
}

// ---- making ---------------------------------------------------------------------------------

static bool wires_are_sound(const i2c_wires *wires)
{
    return wires->ideal || (wires->rp_ohm >= 100 && wires->rp_ohm <= 1000000 && wires->cb_pf >= 1 &&
                            wires->cb_pf <= 10000 && wires->tf_ns <= 10000 &&
                            (uint64_t)wires->rp_ohm * wires->cb_pf < 1ull << 31);
}

/// SplitMix64 (Steele, Lea and Flood 2014): any seed, 0 included, gives a good stream.
static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

static void net_init(i2c_sim *sim, unsigned line)
{
    sim_net *n = &sim->net[line];
    n->level = (1u << I2C_THRESHOLDS) - 1;
    n->turn_elapsed_ps = I2C_NEVER_PS;
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++)
        n->fall_ps[k] = I2C_NEVER_PS;
    n->crossing = (i2c_timer){line == I2C_SCL ? scl_crossing : sda_crossing, sim, false};
}

i2c_status i2c_sim_reset(i2c_sim *sim, const i2c_sim_config *config)
{
    if (!wires_are_sound(&config->wires))
        return I2C_BAD_CONFIG;
    for (unsigned i = 0; i < sim->queue.count; i++)
        sim->queue.entry[i].timer->queued = false;
    memset(sim, 0, sizeof *sim);
    sim->config = *config;
    sim->ideal = config->wires.ideal;
    sim->budget_ps = config->budget_ps;
    sim->trace = config->trace;
    sim->trace_full_at = I2C_NEVER_PS;
    if (config->trace != NULL && config->on_trace_full != NULL)
        sim->trace_full_at = config->trace->written + config->trace->capacity / 2;
    sim->thresholds = 1u << I2C_AT_50;
    sim->tf_ps = config->wires.tf_ns * I2C_PS_PER_NS;
    sim->rc_ps = (uint64_t)config->wires.rp_ohm * config->wires.cb_pf;
    for (uint32_t i = 0; i < I2C_RANDOM_STREAMS; i++)
        sim->random[i] = config->seed * 0x2545F4914F6CDD1Dull + i * 0x9E3779B97F4A7C15ull;
    net_init(sim, I2C_SCL);
    net_init(sim, I2C_SDA);
    i2c_monitor_reset(sim);
    i2c_judge_reset(sim);
    return I2C_OK;
}

i2c_status i2c_sim_new(i2c_sim **sim, const i2c_sim_config *config)
{
    *sim = NULL;
    i2c_sim *made = calloc(1, sizeof *made);
    if (made == NULL)
        return I2C_NO_MEMORY;
    const i2c_status status = i2c_sim_reset(made, config);
    if (status != I2C_OK)
        free(made);
    else
        *sim = made;
    return status;
}

void i2c_sim_free(i2c_sim *sim)
{
    free(sim);
}

uint64_t i2c_sim_random(i2c_sim *sim, uint32_t stream)
{
    return split_mix(&sim->random[stream % I2C_RANDOM_STREAMS]);
}

uint64_t i2c_sim_random_below(i2c_sim *sim, uint32_t stream, uint64_t bound)
{
    __extension__ typedef unsigned __int128 u128;
    return (uint64_t)(((u128)i2c_sim_random(sim, stream) * bound) >> 64);
}

// ---- nodes ----------------------------------------------------------------------------------

i2c_status i2c_node_add(i2c_sim *sim, const i2c_node_config *config, i2c_node *node)
{
    if (sim->nodes == I2C_NODE_MAX)
        return I2C_TOO_MANY;
    if (config->name == NULL || config->threshold > I2C_AT_70 ||
        (config->hears != 0 && config->on_edge == NULL))
        return I2C_BAD_CONFIG;
    const unsigned n = sim->nodes++;
    sim->node[n].config = *config;
    sim->members[config->threshold] |= 1u << n;
    sim->thresholds |= (uint8_t)(1u << config->threshold);
    sim->role_mask[config->role] |= 1u << n;
    i2c_node_hear(sim, (i2c_node)n, config->hears);
    i2c_judge_node(sim, n);
    if (sim->trace != NULL) {
        sim->trace->nodes = sim->nodes;
        strncpy(sim->trace->node[n], config->name, I2C_TRACE_NAME_BYTES - 1);
        sim->trace->node[n][I2C_TRACE_NAME_BYTES - 1] = '\0';
    }
    *node = (i2c_node)n;
    return I2C_OK;
}

void i2c_node_hear(i2c_sim *sim, i2c_node node, unsigned hears)
{
    assert(node < sim->nodes);
    for (unsigned kind = 0; kind < 4; kind++) {
        const uint32_t bit = 1u << node;
        sim->hear[kind] = hears >> kind & 1u ? sim->hear[kind] | bit : sim->hear[kind] & ~bit;
    }
}

static inline void mark_dirty(i2c_sim *sim, unsigned line)
{
    if (sim->dirty == 0)
        sim->first_dirty = (uint8_t)line;
    sim->dirty |= (uint8_t)(sim->shorted ? 3u : 1u << line);
}

static inline void ask(i2c_sim *sim, uint32_t bit, unsigned line, i2c_drive drive)
{
    sim_net *n = &sim->net[line];
    const uint32_t pulls = drive == I2C_PULLED ? n->asked_pulls | bit : n->asked_pulls & ~bit;
    if (pulls != n->asked_pulls) {
        n->asked_pulls = pulls;
        mark_dirty(sim, line);
    }
    if (drive != I2C_DRIVEN_HIGH && n->asked_highs == 0)
        return;
    const uint32_t highs = drive == I2C_DRIVEN_HIGH ? n->asked_highs | bit : n->asked_highs & ~bit;
    if (highs != n->asked_highs) {
        n->asked_highs = highs;
        mark_dirty(sim, line);
    }
}

void i2c_node_set(i2c_sim *sim, i2c_node node, i2c_line line, i2c_drive drive)
{
    assert(node < sim->nodes);
    ask(sim, 1u << node, line, drive);
}

void i2c_node_set_both(i2c_sim *sim, i2c_node node, i2c_line first, i2c_drive first_drive,
                       i2c_drive second_drive)
{
    assert(node < sim->nodes);
    ask(sim, 1u << node, first, first_drive);
    ask(sim, 1u << node, !first, second_drive);
}

void i2c_node_hand_over(i2c_sim *sim, i2c_node from, i2c_node to)
{
    assert(from < sim->nodes && to < sim->nodes && from != to);
    for (unsigned line = 0; line < 2; line++) {
        const i2c_drive drive = i2c_node_drive(sim, from, (i2c_line)line);
        ask(sim, 1u << to, line, drive);
        ask(sim, 1u << from, line, I2C_RELEASED);
        // An edge that is still on its way is the heir's, too.
        if (sim->net[line].makers & (1u << from))
            sim->net[line].makers |= 1u << to;
    }
    if (sim->monitor.owner & (1u << from))
        sim->monitor.owner |= 1u << to;
    i2c_judge_hand_over(sim, from, to);
}

i2c_drive i2c_node_drive(const i2c_sim *sim, i2c_node node, i2c_line line)
{
    const sim_net *n = &sim->net[line];
    if (n->asked_pulls >> node & 1u)
        return I2C_PULLED;
    return n->asked_highs >> node & 1u ? I2C_DRIVEN_HIGH : I2C_RELEASED;
}

bool i2c_node_level(const i2c_sim *sim, i2c_node node, i2c_line line)
{
    assert(node < sim->nodes);
    return (sim->net[line].level >> sim->node[node].config.threshold & 1u) != 0;
}

/// A crossing behind `at_ps` that has happened by now.
static inline bool crossed_since(const i2c_sim *sim, uint64_t cross_ps, uint64_t at_ps)
{
    return cross_ps > at_ps && cross_ps <= sim->now_ps;
}

bool i2c_node_level_at(const i2c_sim *sim, i2c_node node, i2c_line line, uint64_t at_ps)
{
    assert(node < sim->nodes && at_ps <= sim->now_ps);
    const sim_net *n = &sim->net[line];
    const unsigned k = sim->node[node].config.threshold;
    const bool fell = crossed_since(sim, n->fall_ps[k], at_ps);
    const bool rose = crossed_since(sim, n->rise_ps[k], at_ps);
    const bool high = (n->level >> k & 1u) != 0;
    return fell == rose ? high : !high;
}

const char *i2c_node_name(const i2c_sim *sim, i2c_node node)
{
    assert(node < sim->nodes);
    return sim->node[node].config.name;
}

i2c_role i2c_node_role(const i2c_sim *sim, i2c_node node)
{
    assert(node < sim->nodes);
    return sim->node[node].config.role;
}

unsigned i2c_sim_node_count(const i2c_sim *sim)
{
    return sim->nodes;
}

bool i2c_line_level(const i2c_sim *sim, i2c_line line)
{
    return i2c_net_high(&sim->net[line]);
}

uint32_t i2c_line_pullers(const i2c_sim *sim, i2c_line line)
{
    return sim->net[line].pulls;
}

uint32_t i2c_line_edge_makers(const i2c_sim *sim, i2c_line line)
{
    return sim->net[line].makers;
}

uint64_t i2c_line_fall_ps(const i2c_sim *sim, i2c_line line, i2c_threshold threshold)
{
    return sim->net[line].fall_ps[threshold];
}

uint64_t i2c_line_rise_ps(const i2c_sim *sim, i2c_line line, i2c_threshold threshold)
{
    return sim->net[line].rise_ps[threshold];
}

// ---- judging, tags --------------------------------------------------------------------------

void i2c_sim_tag(i2c_sim *sim, i2c_node node, uint16_t attempt, uint16_t message)
{
    assert(node < sim->nodes);
    sim->tag_attempt[node] = attempt;
    sim->tag_message[node] = message;
}

void i2c_sim_finish(i2c_sim *sim)
{
    i2c_judge_finish(sim);
}

i2c_trace *i2c_sim_trace(const i2c_sim *sim)
{
    return sim->trace;
}

const i2c_monitor *i2c_sim_monitor(const i2c_sim *sim)
{
    return &sim->monitor;
}

const i2c_rules *i2c_sim_rules(const i2c_sim *sim)
{
    return &sim->judge.rules;
}

// ---- side-band wires ------------------------------------------------------------------------

i2c_status i2c_wire_add(i2c_sim *sim, const char *name, bool high, i2c_wire_fn *on_change,
                        void *ctx, unsigned *wire_out)
{
    if (sim->wires == I2C_WIRE_MAX)
        return I2C_TOO_MANY;
    *wire_out = sim->wires++;
    sim->wire[*wire_out] = (sim_wire){name, high, on_change, ctx};
    return I2C_OK;
}

void i2c_wire_set(i2c_sim *sim, unsigned index, bool high)
{
    assert(index < sim->wires);
    sim_wire *w = &sim->wire[index];
    if (w->high == high)
        return;
    w->high = high;
    if (w->on_change != NULL)
        w->on_change(w->ctx, high, sim->now_ps);
}

bool i2c_wire_level(const i2c_sim *sim, unsigned index)
{
    assert(index < sim->wires);
    return sim->wire[index].high;
}

int i2c_wire_find(const i2c_sim *sim, const char *name)
{
    for (unsigned i = 0; i < sim->wires; i++)
        if (strcmp(sim->wire[i].name, name) == 0)
            return (int)i;
    return -1;
}
