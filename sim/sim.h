/// One simulation of an I2C bus: time, timers, two open-drain lines, the nodes on them, the monitor
/// that decodes them and the rules that judge them. A case of a run is one such object.
///
/// How an instant works. First all timers due now are fired; the pulls they ask for are only noted.
/// Then the lines settle, SCL and SDA in the order of their first change, the monitor and the rules
/// see what changed, and only then are the nodes told of the edges. What they do in answer is the
/// next round of the same instant. So a result never hangs on the order in which models are called;
/// a model that means an order within an instant uses i2c_node_set_both().
///
/// Threads: a simulation is used by one thread at a time; simulations share nothing.
/// Slave and master are UM10204's target and controller.
#ifndef I2C_SIM_H
#define I2C_SIM_H

#include "sim/monitor.h"
#include "sim/profile.h"
#include "sim/rules.h"
#include "sim/status.h"
#include "sim/trace.h"
#include "sim/units.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct i2c_sim i2c_sim;

enum {
    I2C_NODE_MAX = 32,   ///< nodes on a bus
    I2C_WIRE_MAX = 8,    ///< side-band wires
    I2C_TIMER_MAX = 256, ///< timers queued at one time
    I2C_FOLLOWER_MAX = 4 ///< clocks that run beside the simulation's
};

typedef enum { I2C_SCL, I2C_SDA } i2c_line;

/// What a node does to a line. Only push-pull nodes (an NXT's SCL) drive high; while anyone pulls,
/// the line is low all the same (series resistors), and the conflict is a finding, never data.
typedef enum { I2C_RELEASED, I2C_PULLED, I2C_DRIVEN_HIGH } i2c_drive;

/// Input threshold of a node, a share of VDD. UM10204 Table 10 only bounds it by 30 % and 70 %.
typedef enum { I2C_AT_30, I2C_AT_50, I2C_AT_70 } i2c_threshold;

/// What a node is, for blame: rules for slaves judge SLAVE nodes, timing of masters MASTER nodes
/// (and INJECTOR ones, which act for a master); FAULT nodes are nobody's blame.
typedef enum {
    I2C_ROLE_MASTER,
    I2C_ROLE_SLAVE,
    I2C_ROLE_NEIGHBOUR,
    I2C_ROLE_INJECTOR,
    I2C_ROLE_FAULT
} i2c_role;

/// Edges that a node wants to be told of; or-ed together.
enum {
    I2C_HEAR_SCL_FALL = 1,
    I2C_HEAR_SCL_RISE = 2,
    I2C_HEAR_SDA_FALL = 4,
    I2C_HEAR_SDA_RISE = 8,
    I2C_HEAR_SCL = 3,
    I2C_HEAR_SDA = 12,
    I2C_HEAR_ALL = 15,
    I2C_HEAR_NO_OWN_FALLS = 16 ///< but not of falls that its own pull made
};

/// `line` crossed the node's threshold at `now_ps`. Called after the instant's lines settled, never
/// inside a pull or release. `ctx` is the node's.
typedef void i2c_edge_fn(void *ctx, i2c_line line, bool high, uint64_t now_ps);

typedef uint8_t i2c_node; ///< index of a node, 0 to I2C_NODE_MAX - 1

typedef struct {
    const char *name; ///< for blame and waveforms; must outlive the simulation
    i2c_role role;
    i2c_threshold threshold;
    unsigned hears;       ///< I2C_HEAR_ flags
    i2c_edge_fn *on_edge; ///< may be NULL if `hears` is 0
    void *ctx;            ///< given to on_edge; stays the caller's
} i2c_node_config;

/// The electrics of the two lines.
typedef struct {
    bool ideal; ///< edges take no time; of the rest only cb_pf counts: it chooses Hs-mode's table
    uint32_t rp_ohm; ///< pull-up, 100 to 1 000 000
    uint32_t cb_pf;  ///< capacitance of a line, 1 to 10 000
    uint32_t tf_ns;  ///< 70 % to 30 % of a pulled line, 0 to 10 000
} i2c_wires;

/// A timer calls back once at its time. It belongs to its model and must outlive its queueing.
typedef void i2c_timer_fn(void *ctx, uint64_t now_ps);
typedef struct {
    i2c_timer_fn *fire;
    void *ctx;
    bool queued; ///< read only outside sim/
} i2c_timer;

/// The trace's ring is about to be overwritten: half of it is new since the last call (or since the
/// start). Whoever wants all records takes them out now.
typedef void i2c_trace_full_fn(void *ctx, const i2c_trace *trace);

typedef struct {
    i2c_wires wires;
    uint64_t seed;
    uint64_t budget_ps;       ///< simulated time after which running stops; I2C_NEVER_PS: no bound
    i2c_monitor_fn *on_event; ///< told of START, bytes, ACKs, STOP; NULL: nobody
    void *on_event_ctx;
    i2c_finding_fn *on_finding; ///< told of each finding; NULL: nobody
    void *on_finding_ctx;
    i2c_trace *trace;                 ///< records what happens; NULL: no trace. Stays the caller's
    i2c_trace_full_fn *on_trace_full; ///< may be NULL
    void *on_trace_full_ctx;
    bool rules_off; ///< judge nothing (for benchmarks and for models' own tests)
} i2c_sim_config;

/// Makes a simulation at time 0 with both lines high and nobody on them. `config` is copied. On
/// I2C_OK, `*sim` is the caller's until i2c_sim_free(). I2C_BAD_CONFIG or I2C_NO_MEMORY otherwise.
I2C_MUST_CHECK i2c_status i2c_sim_new(i2c_sim **sim, const i2c_sim_config *config);
void i2c_sim_free(i2c_sim *sim);

/// Empties `sim` to what i2c_sim_new() made of `config`, without allocating.
I2C_MUST_CHECK i2c_status i2c_sim_reset(i2c_sim *sim, const i2c_sim_config *config);

// ---- time ----------------------------------------------------------------------------------

uint64_t i2c_sim_now_ps(const i2c_sim *sim);

/// Runs the next instant. False when nothing is queued or the budget is spent.
bool i2c_sim_step(i2c_sim *sim);
/// Runs the next instant, if it comes up to `until_ps`. False when it does not: then the time is
/// there, or at the budget.
bool i2c_sim_step_until(i2c_sim *sim, uint64_t until_ps);
/// Runs all instants up to and including `until_ps`, and leaves the time there (or at the budget).
void i2c_sim_run(i2c_sim *sim, uint64_t until_ps);
/// Runs until `*flag` is true (looked at after each instant) or `until_ps` has passed; tells
/// whether it became true. When nothing is queued any more, time goes on to `until_ps` at once.
bool i2c_sim_run_until(i2c_sim *sim, const bool *flag, uint64_t until_ps);
/// The budget grows by a time that passes on purpose. Nothing once it has been spent.
void i2c_sim_extend_budget(i2c_sim *sim, uint64_t by_ps);
/// The budget has been spent.
bool i2c_sim_budget_spent(const i2c_sim *sim);

/// Told before time goes on from one instant to the next: until `until_ps` nothing happens but what
/// the follower queues now. It comes back when it is there, or behind the first that it has queued.
typedef void i2c_follow_fn(void *ctx, uint64_t until_ps);
/// When the next thing happens, as far as it is queued; I2C_NEVER_PS: nothing is.
uint64_t i2c_sim_due_ps(const i2c_sim *sim);
/// For one whose own clock runs beside the simulation's, as firmware's does: it keeps up instead of
/// having a timer for each of its steps. At most I2C_FOLLOWER_MAX. Where there are several, none is
/// ever further ahead of another than I2C_FOLLOWERS_APART_PS (and an instruction of its own).
void i2c_sim_follow(i2c_sim *sim, i2c_follow_fn *follow, void *ctx);
/// The one of that `ctx` keeps up no more; nothing where there is none.
void i2c_sim_unfollow(i2c_sim *sim, const void *ctx);
/// Less than a pin of a microcontroller takes from a register to the wire, so that what one of them
/// does comes to the others in time.
#define I2C_FOLLOWERS_APART_PS (100 * I2C_PS_PER_NS)

/// Queues `timer` for `due_ps` (not in the past); if it was queued, it moves. Timers due at one
/// instant fire in the order in which they were queued; one queued for the present instant fires
/// in its next round.
void i2c_timer_set(i2c_sim *sim, i2c_timer *timer, uint64_t due_ps);
void i2c_timer_cancel(i2c_sim *sim, i2c_timer *timer);

/// Random numbers for the models, from the seed alone: one stream an id.
uint64_t i2c_sim_random(i2c_sim *sim, uint32_t stream);
/// Even in [0, bound); bound 0 gives 0.
uint64_t i2c_sim_random_below(i2c_sim *sim, uint32_t stream, uint64_t bound);

// ---- nodes and lines -----------------------------------------------------------------------

/// Puts a node on the bus, with both lines released. I2C_TOO_MANY when the bus is full.
I2C_MUST_CHECK i2c_status i2c_node_add(i2c_sim *sim, const i2c_node_config *config, i2c_node *node);
/// Changes which edges the node is told of, from the next edge on.
void i2c_node_hear(i2c_sim *sim, i2c_node node, unsigned hears);
void i2c_node_set(i2c_sim *sim, i2c_node node, i2c_line line, i2c_drive drive);
/// Changes both lines in one call: `first` before the other, within the same instant.
void i2c_node_set_both(i2c_sim *sim, i2c_node node, i2c_line first, i2c_drive first_drive,
                       i2c_drive second_drive);
/// Moves the node's input threshold. False, and nothing has changed, while a line is on its way
/// between 30 % and 70 % of VDD.
bool i2c_node_set_threshold(i2c_sim *sim, i2c_node node, i2c_threshold threshold);
/// `to` takes over what `from` does to both lines, in this instant and without an edge.
void i2c_node_hand_over(i2c_sim *sim, i2c_node from, i2c_node to);
static inline void i2c_node_pull(i2c_sim *sim, i2c_node node, i2c_line line)
{
    i2c_node_set(sim, node, line, I2C_PULLED);
}
static inline void i2c_node_release(i2c_sim *sim, i2c_node node, i2c_line line)
{
    i2c_node_set(sim, node, line, I2C_RELEASED);
}
/// What the node asked for last, settled or not.
i2c_drive i2c_node_drive(const i2c_sim *sim, i2c_node node, i2c_line line);
/// The level of the line as this node's input sees it; in a spike at its pin (spike.h) that.
bool i2c_node_level(const i2c_sim *sim, i2c_node node, i2c_line line);
/// The same at an instant that has passed, so that a sample costs no event. The line may have
/// crossed the node's threshold at most once in each direction since then.
bool i2c_node_level_at(const i2c_sim *sim, i2c_node node, i2c_line line, uint64_t at_ps);
const char *i2c_node_name(const i2c_sim *sim, i2c_node node);
i2c_role i2c_node_role(const i2c_sim *sim, i2c_node node);
unsigned i2c_sim_node_count(const i2c_sim *sim);

/// The level of the line at 50 % of VDD.
bool i2c_line_level(const i2c_sim *sim, i2c_line line);
/// Nodes that pull the line, bit n = node n, as of the last settled round.
uint32_t i2c_line_pullers(const i2c_sim *sim, i2c_line line);
/// Who made the last edge of the line: for a fall those whose pull took the count from none to
/// some, for a rise those whose release took it to none. Nodes of one instant share it.
uint32_t i2c_line_edge_makers(const i2c_sim *sim, i2c_line line);
/// When the last fall (or rise) of the line crosses the threshold; may lie ahead while the line is
/// on its way; I2C_NEVER_PS when it never did, or was turned back before (a runt).
uint64_t i2c_line_fall_ps(const i2c_sim *sim, i2c_line line, i2c_threshold threshold);
uint64_t i2c_line_rise_ps(const i2c_sim *sim, i2c_line line, i2c_threshold threshold);

// ---- judging -------------------------------------------------------------------------------

/// Tells the rules what the slave at `node` declares. Call after i2c_node_add(); `profile` is
/// copied. Without it a slave is judged by what every target must do.
void i2c_sim_set_profile(i2c_sim *sim, i2c_node node, const i2c_profile *profile);
/// Tells the rules that the slave was reset, or switched on or off: until it has seen a START it
/// may pull neither line (UM10204 3.1.13, 3.1.14).
void i2c_sim_slave_restarts(i2c_sim *sim, i2c_node node);
/// Tells the rules by which table and with which known violations the master is judged.
void i2c_sim_set_master_profile(i2c_sim *sim, i2c_node node, const i2c_master_profile *profile);
/// The master is judged, but its times are not those of the case's own (a rival): see i2c_made_by.
/// Call after i2c_sim_set_master_profile().
void i2c_sim_set_aside(i2c_sim *sim, i2c_node node);
/// The tag that the monitor attaches to what the master does next (see monitor.h).
void i2c_sim_tag(i2c_sim *sim, i2c_node node, uint16_t attempt, uint16_t message);
/// Rules about levels and timing are off until switched on again (recovery after a fault).
void i2c_sim_suspend_rules(i2c_sim *sim, bool suspended);
/// The same, and the rules about who may pull are off, too: a fault comes that slaves may have seen
/// otherwise than the monitor does (a spike). Until i2c_sim_suspend_rules(sim, false), and from
/// there to the next START.
void i2c_sim_blind_rules(i2c_sim *sim);
/// The end of a case: rules about how the bus is left are judged now.
void i2c_sim_finish(i2c_sim *sim);

const i2c_monitor *i2c_sim_monitor(const i2c_sim *sim);
/// The trace of the config; NULL: none. Models add their tracks to it.
i2c_trace *i2c_sim_trace(const i2c_sim *sim);
const i2c_rules *i2c_sim_rules(const i2c_sim *sim);

// ---- side-band wires -----------------------------------------------------------------------

/// A digital wire beside the bus (reset, interrupt pin, application pin). `on_change` may be NULL.
typedef void i2c_wire_fn(void *ctx, bool high, uint64_t now_ps);
I2C_MUST_CHECK i2c_status i2c_wire_add(i2c_sim *sim, const char *name, bool high,
                                       i2c_wire_fn *on_change, void *ctx, unsigned *wire);
/// Sets the wire; its listener is told at once if the level changed.
void i2c_wire_set(i2c_sim *sim, unsigned wire, bool high);
bool i2c_wire_level(const i2c_sim *sim, unsigned wire);
/// Index of the wire of that name, or -1.
int i2c_wire_find(const i2c_sim *sim, const char *name);

#endif
