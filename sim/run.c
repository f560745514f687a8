// How time passes. An instant: timers, then the lines settle, then the nodes hear of the edges.
// Everything here runs on each edge of a bus; the passes of monitor and rules are inlined into it.
#include "sim/judge_passes.h"
#include "sim/monitor_passes.h"
#include "sim/sim_private.h"

#include <assert.h>
#include <string.h>

// Inlined whatever its size: its line is a constant where it is called.
#define I2C_INLINE static inline __attribute__((always_inline))

// ---- the queue ------------------------------------------------------------------------------

void i2c_queue_reset(sim_queue *q)
{
    q->entry[0] = (sim_queue_entry){.due_ps = I2C_NEVER_PS};
    q->top = q->entry;
    q->firing = 0;
}

static void queue_remove(sim_queue *q, const i2c_timer *timer)
{
    sim_queue_entry *e = q->top;
    while (e->timer != timer) {
        assert(e > q->entry);
        e--;
    }
    const size_t above = (size_t)(q->top - e);
    if (above < q->firing)
        q->firing--;
    memmove(e, e + 1, above * sizeof *e);
    q->top--;
}

static inline void queue_insert(sim_queue *q, i2c_timer *timer, uint64_t due_ps)
{
    assert(q->top < &q->entry[I2C_TIMER_MAX]);
    sim_queue_entry *e = ++q->top;
    for (; e > &q->entry[1] && e[-1].due_ps <= due_ps; e--)
        e[0] = e[-1];
    e->due_ps = due_ps;
    e->timer = timer;
    timer->queued = true;
}

__attribute__((noinline)) static void queue_move(sim_queue *q, i2c_timer *timer, uint64_t due_ps)
{
    queue_remove(q, timer);
    queue_insert(q, timer, due_ps);
}

void i2c_timer_set(i2c_sim *sim, i2c_timer *timer, uint64_t due_ps)
{
    assert(due_ps >= sim->now_ps);
    if (timer->queued)
        queue_move(&sim->queue, timer, due_ps);
    else
        queue_insert(&sim->queue, timer, due_ps);
}

void i2c_timer_cancel(i2c_sim *sim, i2c_timer *timer)
{
    if (!timer->queued)
        return;
    queue_remove(&sim->queue, timer);
    timer->queued = false;
}

static inline void fire_top(i2c_sim *sim)
{
    i2c_timer *timer = sim->queue.top->timer;
    sim->queue.top--;
    timer->queued = false;
    timer->fire(timer->ctx, sim->now_ps);
}

/// Several are due in one instant. What they queue for this instant stands below them; what they
/// cancel of each other is taken off `firing`.
__attribute__((noinline)) static void fire_several(i2c_sim *sim)
{
    sim_queue *q = &sim->queue;
    const sim_queue_entry *e = q->top;
    while (e->due_ps == sim->now_ps)
        e--;
    q->firing = (size_t)(q->top - e);
    while (q->firing > 0) {
        q->firing--;
        fire_top(sim);
    }
}

/// Fires what is due now, but not what is queued for this instant meanwhile.
static inline void fire_due(i2c_sim *sim)
{
    const sim_queue_entry *top = sim->queue.top;
    if (top->due_ps != sim->now_ps)
        return;
    if (top[-1].due_ps == sim->now_ps) // entry 0 is never due, so there is one below
        fire_several(sim);
    else
        fire_top(sim);
}

// ---- edges ----------------------------------------------------------------------------------

static inline void trace_level(i2c_sim *sim, unsigned line, bool high)
{
    if (sim->trace != NULL)
        i2c_trace_put(sim->trace,
                      (i2c_record){sim->now_ps, I2C_RECORD_LEVEL, (uint8_t)line, high ? 1 : 0, 0});
}

I2C_INLINE void scl_fell(i2c_sim *sim)
{
    trace_level(sim, I2C_SCL, false);
    judge_scl_fall(sim, monitor_scl_fall(sim));
}

I2C_INLINE void scl_rose(i2c_sim *sim)
{
    trace_level(sim, I2C_SCL, true);
    monitor_scl_rise(sim);
    judge_scl_rise(sim);
}

I2C_INLINE void sda_moved(i2c_sim *sim, bool high)
{
    trace_level(sim, I2C_SDA, high);
    judge_sda_edge(sim, high, monitor_sda_edge(sim, high));
}

/// The line crossed 50 %: trace, monitor and rules.
I2C_INLINE void take_edge(i2c_sim *sim, unsigned line, bool high)
{
    if (line == I2C_SDA)
        sda_moved(sim, high);
    else if (high)
        scl_rose(sim);
    else
        scl_fell(sim);
}

/// Who is told of an edge at 50 %, or wherever all thresholds are crossed at once.
static inline uint32_t hearers_of(const i2c_sim *sim, unsigned line, bool high)
{
    const sim_net *n = &sim->net[line];
    return high ? n->hear[1] : n->hear[0] & ~(n->makers & sim->deaf_to_own_falls);
}

static inline void tell_later(i2c_sim *sim, unsigned line, bool high, uint32_t hearers)
{
    if (hearers == 0)
        return;
    assert(sim->tells < I2C_TELL_MAX);
    sim->tell[sim->tells++] = (told_edge){hearers, (uint8_t)line, high};
}

// ---- lines: any threshold, any voltage ------------------------------------------------------

/// The line crossed one threshold now: monitor, rules and trace first, nodes later.
__attribute__((noinline)) static void cross(i2c_sim *sim, unsigned line, bool high,
                                            unsigned threshold)
{
    sim_net *n = &sim->net[line];
    const unsigned bit = 1u << threshold;
    n->level = (uint8_t)(high ? n->level | bit : n->level & ~bit);
    if (threshold == I2C_AT_50)
        take_edge(sim, line, high);
    tell_later(sim, line, high, hearers_of(sim, line, high) & sim->members[threshold]);
}

/// Crosses the thresholds that are reached by now and queues the next one in use.
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
            cross(sim, line, high, k);
        else if ((sim->thresholds & bit) && at_ps[k] < next_ps)
            next_ps = at_ps[k];
    }
    if (next_ps != I2C_NEVER_PS)
        i2c_timer_set(sim, &n->crossing, next_ps);
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
        if (n->rise_ps[k] > sim->now_ps)
            n->rise_ps[k] = I2C_NEVER_PS; // turned back before it got there
        if (from_q32 >= i2c_rc_threshold_q32(k))
            n->fall_ps[k] = sim->now_ps + i2c_fall_ps(sim, from_q32, k);
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
        const uint64_t whole_ps = sim->rise_ps[k];
        const uint64_t left_ps = driven || whole_ps <= elapsed_ps ? 0 : whole_ps - elapsed_ps;
        n->rise_ps[k] = sim->now_ps + left_ps;
    }
    n->turn_q32 = from_q32;
    n->turn_elapsed_ps = elapsed_ps;
}

__attribute__((noinline)) static void turn_anyhow(i2c_sim *sim, unsigned line, bool low,
                                                  uint32_t makers)
{
    sim_net *n = &sim->net[line];
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

// ---- lines: the usual edges, of whole swing and seen at 50 % by everybody -------------------

I2C_INLINE void cross_50(i2c_sim *sim, unsigned line, bool high)
{
    sim_net *n = &sim->net[line];
    n->level = (uint8_t)(high ? n->level | 1u << I2C_AT_50 : n->level & ~(1u << I2C_AT_50));
    take_edge(sim, line, high);
    tell_later(sim, line, high, hearers_of(sim, line, high));
}

I2C_INLINE void crossing(i2c_sim *sim, unsigned line)
{
    if (sim->only_50)
        cross_50(sim, line, !sim->net[line].low);
    else
        cross_reached(sim, line);
}

static void scl_crossing(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    crossing(ctx, I2C_SCL);
}

static void sda_crossing(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    crossing(ctx, I2C_SDA);
}

void i2c_net_reset(i2c_sim *sim, unsigned line)
{
    sim_net *n = &sim->net[line];
    n->level = ALL_THRESHOLDS;
    n->turn_elapsed_ps = I2C_NEVER_PS;
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++)
        n->fall_ps[k] = I2C_NEVER_PS;
    n->crossing = (i2c_timer){line == I2C_SCL ? scl_crossing : sda_crossing, sim, false};
}

/// The line has been up, over 70 %, or down, at 0 V, and no node drives it: its way is known.
static inline bool swings_wholly(const i2c_sim *sim, const sim_net *n, bool low)
{
    const uint64_t now_ps = sim->now_ps;
    const bool seen_high = (n->level & (1u << I2C_AT_50)) != 0;
    if (low)
        return n->rise_ps[I2C_AT_30] <= now_ps && n->rise_ps[I2C_AT_70] <= now_ps && seen_high;
    return n->fall_ps[I2C_AT_30] <= now_ps && n->fall_ps[I2C_AT_70] <= now_ps && !seen_high &&
           now_ps - n->turn_ps >= 2 * sim->tf_ps && (n->highs | n->forced_high) == 0;
}

static inline void set_times(uint64_t at_ps[I2C_THRESHOLDS], const uint64_t span_ps[I2C_THRESHOLDS],
                             uint64_t now_ps)
{
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++)
        at_ps[k] = now_ps + span_ps[k];
}

I2C_INLINE void turn_wholly(i2c_sim *sim, unsigned line, bool low)
{
    sim_net *n = &sim->net[line];
    const uint64_t now_ps = sim->now_ps;
    uint64_t *at_ps = low ? n->fall_ps : n->rise_ps;
    set_times(at_ps, low ? sim->fall_ps : sim->rise_ps, now_ps);
    n->low = low;
    n->level = low ? ALL_THRESHOLDS : 0;
    n->turn_ps = now_ps;
    n->turn_q32 = low ? i2c_rc_threshold_q32(I2C_AT_70) : 0;
    n->turn_elapsed_ps = 0;
    if (at_ps[I2C_AT_50] > now_ps)
        i2c_timer_set(sim, &n->crossing, at_ps[I2C_AT_50]);
    else
        cross_reached(sim, line);
}

I2C_INLINE void turn_ideally(i2c_sim *sim, unsigned line, bool low)
{
    sim_net *n = &sim->net[line];
    uint64_t *at_ps = low ? n->fall_ps : n->rise_ps;
    at_ps[0] = at_ps[1] = at_ps[2] = sim->now_ps;
    n->low = low;
    n->level = low ? 0 : ALL_THRESHOLDS;
    n->turn_ps = sim->now_ps;
    take_edge(sim, line, !low);
}

/// The line begins to go the other way. Returns who is to be told of an edge that is over at once.
I2C_INLINE uint32_t turn(i2c_sim *sim, unsigned line, bool low, uint32_t makers)
{
    sim_net *n = &sim->net[line];
    n->makers = makers;
    if (sim->ideal) {
        turn_ideally(sim, line, low);
        return hearers_of(sim, line, !low);
    }
    if (sim->only_50 && swings_wholly(sim, n, low))
        turn_wholly(sim, line, low);
    else
        turn_anyhow(sim, line, low, makers);
    return 0;
}

// ---- settling -------------------------------------------------------------------------------

static void trace_mask(i2c_sim *sim, i2c_record_kind kind, unsigned line, uint32_t nodes)
{
    i2c_trace_put(sim->trace, (i2c_record){sim->now_ps, (uint8_t)kind, (uint8_t)line, 0, nodes});
}

/// Whether the line is to be low, where more than plain pulls decide: push-pull nodes, faults.
__attribute__((noinline)) static bool settle_drives(i2c_sim *sim, unsigned line, uint32_t pulled)
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

/// The pulls that were asked for become those of the line. Returns who pulled newly.
I2C_INLINE uint32_t settle_pulls(i2c_sim *sim, unsigned line, uint32_t *released)
{
    sim_net *n = &sim->net[line];
    const uint32_t changed = n->asked_pulls ^ n->pulls;
    const uint32_t pulled = changed & n->asked_pulls;
    *released = changed & n->pulls;
    if (changed == 0)
        return 0;
    if (line == I2C_SDA)
        monitor_sda_pulls(sim);
    n->pulls = n->asked_pulls;
    if (sim->trace != NULL)
        trace_mask(sim, I2C_RECORD_PULLS, line, n->pulls);
    judge_pulls(sim, line, pulled, *released);
    return pulled;
}

// ---- settling: one line, and plain pulls alone decide. Nearly all instants are so -------------

/// The nodes' answers only ask for pulls; they cannot make edges before the next round.
I2C_INLINE void tell_nodes_of(i2c_sim *sim, unsigned line, bool high, uint32_t hearers)
{
    for (; hearers != 0; hearers &= hearers - 1) {
        const sim_hearer *h = &sim->hearer[__builtin_ctz(hearers)];
        h->on_edge(h->ctx, (i2c_line)line, high, sim->now_ps);
    }
}

/// Settles the line and tells the nodes of its edge. Inlined for each line, so that its place in
/// memory is a constant.
I2C_INLINE void settle_plainly(i2c_sim *sim, unsigned line)
{
    const sim_net *n = &sim->net[line];
    uint32_t released;
    sim->dirty = CLEAN;
    const uint32_t pulled = settle_pulls(sim, line, &released);
    const bool low = n->pulls != 0;
    if (low == n->low)
        return;
    const uint32_t hearers = turn(sim, line, low, low ? pulled : released);
    tell_nodes_of(sim, line, !low, hearers);
}

// ---- settling: anything ---------------------------------------------------------------------

static void settle_line(i2c_sim *sim, unsigned line)
{
    sim_net *n = &sim->net[line];
    uint32_t released;
    const uint32_t pulled = settle_pulls(sim, line, &released);
    const bool low = sim->special ? settle_drives(sim, line, pulled) : n->pulls != 0;
    if (low != n->low) {
        const uint32_t hearers = turn(sim, line, low, makers_of(sim, line, low, pulled, released));
        tell_later(sim, line, !low, hearers);
    }
}

static void settle_anything(i2c_sim *sim)
{
    const sim_dirty dirty = sim->dirty;
    const unsigned first = dirty == SDA_DIRTY || dirty == SDA_THEN_SCL ? I2C_SDA : I2C_SCL;
    const bool both = dirty == SCL_THEN_SDA || dirty == SDA_THEN_SCL || sim->shorted;
    sim->dirty = CLEAN;
    settle_line(sim, first);
    if (both)
        settle_line(sim, !first);
}

static void tell_several(i2c_sim *sim)
{
    const told_edge *end = &sim->tell[sim->tells];
    sim->tells = 0;
    for (const told_edge *told = sim->tell; told != end; told++)
        tell_nodes_of(sim, told->line, told->high, told->hearers);
}

/// Tells of the edges that waited until the lines had settled.
I2C_INLINE void tell_nodes(i2c_sim *sim)
{
    if (sim->tells != 1) {
        tell_several(sim);
        return;
    }
    sim->tells = 0;
    tell_nodes_of(sim, sim->tell[0].line, sim->tell[0].high, sim->tell[0].hearers);
}

// ---- running --------------------------------------------------------------------------------

/// Half of the ring is new: whoever keeps all of it takes it out.
static void drain_trace(i2c_sim *sim)
{
    sim->trace_full_at = sim->trace->written + sim->trace->capacity / 2;
    sim->config.on_trace_full(sim->config.on_trace_full_ctx, sim->trace);
}

I2C_INLINE void settle(i2c_sim *sim)
{
    if (sim->dirty == SCL_DIRTY && !sim->special)
        settle_plainly(sim, I2C_SCL);
    else if (sim->dirty == SDA_DIRTY && !sim->special)
        settle_plainly(sim, I2C_SDA);
    else if (sim->dirty != CLEAN)
        settle_anything(sim);
    if (sim->tells != 0)
        tell_nodes(sim);
}

/// Runs all rounds of the present instant.
I2C_INLINE void run_instant(i2c_sim *sim)
{
    do {
        fire_due(sim);
        settle(sim);
    } while (sim->dirty != CLEAN || sim->queue.top->due_ps == sim->now_ps);
    if (sim->trace != NULL && sim->trace->written >= sim->trace_full_at)
        drain_trace(sim);
}

static bool spend_budget(i2c_sim *sim)
{
    sim->budget_spent = true;
    sim->beside = true;
    sim->now_ps = sim->budget_ps;
    return false;
}

/// The first instant behind that one.
static uint64_t after(uint64_t at_ps)
{
    return at_ps < I2C_NEVER_PS ? at_ps + 1 : I2C_NEVER_PS;
}

/// For those who do not run on.
__attribute__((noinline)) static void run_one_instant(i2c_sim *sim)
{
    run_instant(sim);
}

bool i2c_sim_step(i2c_sim *sim)
{
    if (sim->budget_spent || i2c_next_due_ps(sim) == I2C_NEVER_PS)
        return false;
    const uint64_t due_ps = i2c_followed_due_ps(sim, after(sim->budget_ps));
    if (due_ps > sim->budget_ps)
        return spend_budget(sim);
    sim->now_ps = due_ps;
    run_one_instant(sim);
    i2c_strands_wake(sim);
    return true;
}

bool i2c_sim_step_until(i2c_sim *sim, uint64_t until_ps)
{
    if (i2c_followed_due_ps(sim, after(until_ps)) <= until_ps)
        return i2c_sim_step(sim);
    i2c_sim_pass_time(sim, until_ps);
    return false;
}

void i2c_sim_pass_time(i2c_sim *sim, uint64_t until_ps)
{
    if (sim->budget_spent || until_ps <= sim->now_ps)
        return;
    sim->budget_spent = until_ps > sim->budget_ps;
    i2c_plain_or_beside(sim);
    sim->now_ps = sim->budget_spent ? sim->budget_ps : until_ps;
}

/// As below, with somebody who keeps up: apart, for the plain loop is what a simulation costs.
static void run_followed(i2c_sim *sim, const bool *flag, uint64_t until_ps, uint64_t end_ps)
{
    while (!*flag && !sim->budget_spent && sim->strands == 0) {
        const uint64_t due_ps = i2c_followed_due_ps(sim, end_ps);
        if (due_ps >= end_ps) {
            i2c_sim_pass_time(sim, until_ps);
            break;
        }
        sim->now_ps = due_ps;
        run_one_instant(sim);
    }
}

bool i2c_sim_run_until(i2c_sim *sim, const bool *flag, uint64_t until_ps)
{
    const uint64_t last_ps = until_ps < sim->budget_ps ? until_ps : sim->budget_ps;
    const uint64_t end_ps = after(last_ps);
    uint64_t due_ps = i2c_next_due_ps(sim);
    while (!*flag && !sim->beside) {
        if (due_ps >= end_ps) {
            i2c_sim_pass_time(sim, until_ps);
            break;
        }
        sim->now_ps = due_ps;
        run_instant(sim);
        due_ps = sim->queue.top->due_ps; // and nothing is left to settle
    }
    if (sim->followers != 0)
        run_followed(sim, flag, until_ps, end_ps);
    return sim->strands != 0 ? i2c_strands_run_until(sim, flag, until_ps) : *flag;
}

void i2c_sim_run(i2c_sim *sim, uint64_t until_ps)
{
    const bool never = false;
    (void)i2c_sim_run_until(sim, &never, until_ps);
}

uint64_t i2c_sim_due_ps(const i2c_sim *sim)
{
    return i2c_next_due_ps(sim);
}

/// In small strides: one that ran far ahead would see too late what the others do meanwhile.
void i2c_lead_followers(i2c_sim *sim, uint64_t end_ps)
{
    uint64_t stride_end_ps = sim->now_ps;
    uint64_t until_ps = 0;
    do {
        stride_end_ps += I2C_FOLLOWERS_APART_PS;
        for (unsigned i = 0; i < sim->followers;) {
            const sim_follower one = sim->follower[i];
            const uint64_t due_ps = i2c_next_due_ps(sim);
            until_ps = due_ps < end_ps ? due_ps : end_ps;
            until_ps = until_ps < stride_end_ps ? until_ps : stride_end_ps;
            one.follow(one.ctx, until_ps);
            i += sim->follower[i].ctx == one.ctx; // it may have left
        }
    } while (sim->followers > 0 && until_ps < end_ps && until_ps < i2c_next_due_ps(sim));
}

void i2c_sim_follow(i2c_sim *sim, i2c_follow_fn *follow, void *ctx)
{
    assert(sim->followers < I2C_FOLLOWER_MAX);
    sim->follower[sim->followers++] = (sim_follower){follow, ctx};
    i2c_plain_or_beside(sim);
}

void i2c_sim_unfollow(i2c_sim *sim, const void *ctx)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < sim->followers; i++)
        if (sim->follower[i].ctx != ctx)
            sim->follower[kept++] = sim->follower[i];
    sim->followers = kept;
    i2c_plain_or_beside(sim);
}

uint64_t i2c_sim_now_ps(const i2c_sim *sim)
{
    return sim->now_ps;
}

void i2c_sim_extend_budget(i2c_sim *sim, uint64_t by_ps)
{
    if (!sim->budget_spent && sim->budget_ps < I2C_NEVER_PS - by_ps)
        sim->budget_ps += by_ps;
}

bool i2c_sim_budget_spent(const i2c_sim *sim)
{
    return sim->budget_spent;
}
