/// The inside of a simulation, shared by the source files of sim/ alone.
#ifndef I2C_SIM_PRIVATE_H
#define I2C_SIM_PRIVATE_H

#include "sim/judge.h"
#include "sim/rc.h"
#include "sim/sim.h"
#include "sim/strand.h"

enum { I2C_THRESHOLDS = 3, I2C_RANDOM_STREAMS = 16, I2C_TELL_MAX = 8 };
enum { ALL_THRESHOLDS = (1 << I2C_THRESHOLDS) - 1 };

typedef struct {
    uint64_t due_ps;
    i2c_timer *timer;
} sim_queue_entry;

/// Sorted, the next one on top; equal times keep their order by standing behind (below) each other.
/// Entry 0 is never due, so that there is always a top.
typedef struct {
    sim_queue_entry *top;
    size_t firing; ///< so many on top are about to fire in this round
    sim_queue_entry entry[I2C_TIMER_MAX + 1];
} sim_queue;

/// One line. `asked_*` is what nodes have asked for in this round, the others are settled.
typedef struct {
    uint32_t asked_pulls, asked_highs;
    uint32_t pulls, highs;
    uint32_t makers; ///< who made the last turn
    bool low;        ///< which way the line goes: pulled, or not
    bool forced_high;
    uint8_t level;            ///< bit k: high as seen at threshold k
    uint64_t turn_ps;         ///< when it last began to go that way
    uint64_t turn_q32;        ///< voltage at that instant
    uint64_t turn_elapsed_ps; ///< rising: the same as a point on the curve; I2C_NEVER_PS: driven
    uint64_t fall_ps[I2C_THRESHOLDS], rise_ps[I2C_THRESHOLDS];
    i2c_timer crossing;
    uint32_t hear[2]; ///< nodes that hear falls and rises
    uint32_t spiked;  ///< nodes that see a spike instead of the line (spike.h)
    bool spike_high;  ///< which level that is
} sim_net;

typedef struct {
    i2c_node_config config;
    unsigned hears; ///< as asked for last
} sim_node;

/// What of a node's config is needed on each edge.
typedef struct {
    i2c_edge_fn *on_edge;
    void *ctx;
    i2c_threshold threshold;
} sim_hearer;

typedef struct {
    const char *name;
    bool high;
    i2c_wire_fn *on_change;
    void *ctx;
} sim_wire;

/// Lines with changes that have not settled, in the order of their first change.
typedef enum { CLEAN, SCL_DIRTY, SDA_DIRTY, SCL_THEN_SDA, SDA_THEN_SCL } sim_dirty;

typedef struct {
    uint32_t hearers; ///< nodes that are told of it; not 0
    uint8_t line;
    bool high;
} told_edge;

typedef struct {
    i2c_follow_fn *follow;
    void *ctx;
} sim_follower;

struct i2c_sim {
    // Touched on every instant; kept together.
    uint64_t now_ps, budget_ps;
    bool budget_spent, ideal;
    bool beside;        ///< i2c_plain_or_beside(): the plain loop ends
    bool shorted;       ///< SCL and SDA are one wire
    bool faulty;        ///< a fault node has been on the wires: they are short or forced, or were
    bool special;       ///< more than pulls decides: a node has driven high, or `faulty`
    uint8_t dirty;      ///< sim_dirty
    uint8_t thresholds; ///< thresholds in use, bit k
    bool only_50;       ///< 50 % is the only one
    unsigned nodes;
    unsigned strands;
    unsigned tells;
    told_edge tell[I2C_TELL_MAX];
    uint32_t members[I2C_THRESHOLDS]; ///< nodes with that threshold
    uint32_t deaf_to_own_falls;       ///< nodes that are not told of falls they made
    sim_net net[2];
    uint64_t tf_ps, rise_ps[I2C_THRESHOLDS], fall_ps[I2C_THRESHOLDS]; ///< of a whole edge
    sim_hearer hearer[I2C_NODE_MAX];
    i2c_monitor monitor;
    i2c_event event; ///< the last one that the monitor told
    i2c_trace *trace;
    uint64_t trace_full_at; ///< records written when on_trace_full is called next
    i2c_judge judge;
    sim_queue queue;
    // Touched seldom.
    uint64_t rc_ps;
    unsigned wires;
    sim_node node[I2C_NODE_MAX];
    sim_wire wire[I2C_WIRE_MAX];
    uint32_t role_mask[5]; ///< nodes of each i2c_role
    uint64_t random[I2C_RANDOM_STREAMS];
    i2c_strand *strand[I2C_STRAND_MAX]; ///< those that run, in the order of their starts
    i2c_strand *strand_now; ///< the one that has the word; NULL: who runs the simulation
    unsigned followers;
    sim_follower follower[I2C_FOLLOWER_MAX]; ///< who keeps up, in the order in which they came
    uint16_t tag_attempt[I2C_NODE_MAX], tag_message[I2C_NODE_MAX];
    i2c_sim_config config;
};

/// The monitor's rarer steps; monitor_passes.h takes each edge at 50 %. What they return has been
/// told to the listener already.
void i2c_monitor_latch_ack(i2c_sim *sim);
const i2c_event *i2c_monitor_take_ack(i2c_sim *sim);
const i2c_event *i2c_monitor_take_byte(i2c_sim *sim);
/// SDA moved while SCL was high.
const i2c_event *i2c_monitor_take_condition(i2c_sim *sim, bool high);
/// SCL rose in a transfer that several masters began.
void i2c_monitor_contest(i2c_sim *sim);
/// SCL fell for the first time since a START.
void i2c_monitor_end_start(i2c_sim *sim);
void i2c_monitor_reset(i2c_sim *sim);

/// Something of the line has changed and waits to settle.
static inline void i2c_net_unsettle(i2c_sim *sim, unsigned line)
{
    if (sim->dirty == CLEAN)
        sim->dirty = (uint8_t)(SCL_DIRTY + line);
    else if (sim->dirty == SDA_DIRTY - line) // the other line alone
        sim->dirty = (uint8_t)(SDA_THEN_SCL - line);
}

/// Time passes while strands run, too: the slow way of i2c_sim_run_until().
bool i2c_strands_run_until(i2c_sim *sim, const bool *flag, uint64_t until_ps);
/// Lets those go on that have waited for this instant.
void i2c_strands_wake(i2c_sim *sim);
void i2c_strands_drop_all(i2c_sim *sim);
/// Nothing happens until then, unless the budget is spent before.
void i2c_sim_pass_time(i2c_sim *sim, uint64_t until_ps);

void i2c_queue_reset(sim_queue *q);
void i2c_net_reset(i2c_sim *sim, unsigned line);
/// These nodes and no others see a spike on the line: they hear no edges of it meanwhile.
void i2c_net_set_spiked(i2c_sim *sim, unsigned line, uint32_t nodes);

/// How long a pulled line takes from a voltage to a threshold below it, rounded up.
static inline uint64_t i2c_fall_ps(const i2c_sim *sim, uint64_t from_q32, unsigned threshold)
{
    const uint64_t share_q32 = I2C_RC_ONE_Q32 * 2 / 5; // tf is 70 % to 30 %
    const uint64_t drop_q32 = from_q32 - i2c_rc_threshold_q32(threshold);
    return (drop_q32 * sim->tf_ps + share_q32 - 1) / share_q32;
}

/// The next instant's time; I2C_NEVER_PS: nothing is queued. Pulls that wait to settle are due now.
static inline uint64_t i2c_next_due_ps(const i2c_sim *sim)
{
    return sim->dirty != CLEAN ? sim->now_ps : sim->queue.top->due_ps;
}

/// The plain loop is for a simulation with a budget, no strands, and nobody who keeps up.
static inline void i2c_plain_or_beside(i2c_sim *sim)
{
    sim->beside = sim->budget_spent || sim->strands != 0 || sim->followers != 0;
}

/// Several keep up side by side, until `end_ps` or the first thing that one of them has queued.
void i2c_lead_followers(i2c_sim *sim, uint64_t end_ps);

/// When the next thing happens, up to `end_ps`, once whoever keeps up has come as far.
static inline uint64_t i2c_followed_due_ps(i2c_sim *sim, uint64_t end_ps)
{
    const uint64_t due_ps = i2c_next_due_ps(sim);
    if (sim->followers == 0 || due_ps == sim->now_ps)
        return due_ps;
    if (sim->followers > 1)
        i2c_lead_followers(sim, end_ps);
    else
        sim->follower[0].follow(sim->follower[0].ctx, due_ps < end_ps ? due_ps : end_ps);
    return i2c_next_due_ps(sim);
}

static inline bool i2c_net_high(const sim_net *n)
{
    return (n->level & (1u << I2C_AT_50)) != 0;
}

#endif
