/// The inside of the player, shared by the source files of scenarios/play/ alone.
#ifndef PLAY_PRIVATE_H
#define PLAY_PRIVATE_H

#include "models/parts/injector.h"
#include "models/parts/neighbour.h"
#include "models/parts/raw.h"
#include "scenarios/lang/eval.h"
#include "scenarios/play/play.h"
#include "sim/faults.h"

enum {
    PLAN_MESSAGE_MAX = 1100,
    PLAN_BYTE_MAX = 70000,
    PLAN_BRACKET_MAX = 72000,
    FRAME_SLOT_MAX = 4096,
    CALL_LOG_MAX = 256,
    FAILURE_BYTES = 224
};

// ---- a transfer, laid out for a master ------------------------------------------------------

/// What must be seen in one byte or its clock 9, in the order of the bus.
typedef struct {
    uint32_t node;  ///< LANG_WANT_ACK or LANG_WANT_BYTE, or 0: a byte written, its value must show
    uint32_t frame; ///< first slot of the frame that its expressions use
    uint16_t message;
    uint8_t value; ///< node 0: the byte
    uint32_t byte; ///< 0 the address
} bracket;

/// A transfer as the master gets it, with what is expected of the slave.
typedef struct {
    master_message message[PLAN_MESSAGE_MAX];
    bool must_go_on[PLAN_MESSAGE_MAX]; ///< more stands behind an [N], not only behind an [A or N]
    uint32_t messages;
    bracket brackets[PLAN_BRACKET_MAX];
    uint32_t bracket_count;
    uint8_t bytes[PLAN_BYTE_MAX]; ///< data to write, room for what is read
    uint8_t acks[PLAN_BYTE_MAX];  ///< the master's ACKs of the byte at the same index
    uint32_t bytes_used;
    bool to_other;      ///< some message goes to an address that is not the slave's
    uint32_t statement; ///< node of the statement
} plan;

/// Slots of the scenario and of the calls of the running statement.
typedef struct {
    int64_t slot[FRAME_SLOT_MAX];
    uint32_t used;
} frames;

// ---- a running case -------------------------------------------------------------------------

/// The bracket matcher: it follows the monitor's stream while a transfer runs.
typedef struct {
    const plan *plan;  ///< NULL: no transfer runs
    uint32_t next;     ///< first bracket that has not been met
    uint32_t base;     ///< message of the plan that the running master_run() began with
    bool nack_is_fine; ///< the last clock 9 that was judged was a NACK, and might be one
    bool retries_ok;
    bool start_on_its_way;
    bool unmet; ///< the first unmet bracket is known
    uint32_t unmet_node;
    bracket unmet_bracket;
    uint64_t unmet_ps;
    char unmet_got[MASTER_TEXT_BYTES];
    uint64_t start_ps; ///< first START of the transfer
    uint8_t first_ack; ///< LANG_ACK or LANG_NACK seen by the first EITHER bracket; 0 none
} matcher;

typedef struct {
    const char *function; ///< interned by the slave's image
    int64_t arg[SLAVE_CALL_ARGS];
    unsigned args;
    bool taken;
} logged_call;

enum { RUN_FINDING_MAX = 16 };

/// A finding of the present run. One cause, one finding: what the player itself found (a bracket
/// that was not met, a bus that stays dead) may only be what came of a rule that the slave broke
/// before.
typedef struct {
    play_finding finding;
    bool by_engine;
    bool follows; ///< from another one
} run_finding;

/// The point of a sweep that is armed (sweep.c).
typedef struct {
    bool armed, fired;
    uint16_t message;
    uint32_t byte;
    uint8_t bit;   ///< 1 to 9
    uint8_t phase; ///< point_phase
    i2c_node node;
    i2c_timer timer;
    lang_sweep_kind kind;
    uint64_t length_ps; ///< of a stretch or glitch
} trap;

struct play_stage {
    const play_set *set;
    play_stage_options options;
    i2c_sim *sim;
    master **masters; ///< two of each spec of the set, made when first used: [2 * spec + fresh]
    const lang_program *known_good;
    lang_program *known_good_own;

    // of the running case
    const play_case *one;
    play_result *result;
    const lang_program *program; ///< whose statements run: the scenario's, or known_good's
    const lang_scenario *scenario;
    const lang_node *statement;
    bool recovering;        ///< brackets and findings count as the recovery's
    bool known_good_played; ///< the master could do at least one transfer of it
    bool left_open; ///< the run ends in mid-transfer on purpose: how the bus is left says nothing
    bool ended;     ///< an unmet bracket or an error ends the case
    slave_instance *slave;
    i2c_node slave_node;
    master *master;
    neighbour neighbour;
    raw_hand raw;
    injector injector;
    i2c_fault fault;
    bool has_fault;
    slave_load load;
    uint64_t anchor_ps; ///< end of the act before
    int returned;       ///< what the master's API returned last
    bool returned_known;
    matcher match;
    trap trap;
    run_finding found[RUN_FINDING_MAX];
    unsigned found_count;
    unsigned found_dropped;
    logged_call calls[CALL_LOG_MAX];
    unsigned call_count;
    int32_t point;                         ///< of a sweep, 0 its reference; -1: no sweep
    const struct sweep_point *sweep_point; ///< what `point` is
    unsigned sweep_way;                    ///< recover_way
    uint64_t faults_found;                 ///< findings that warn or worse, repeated ones too
    frames frames;
    plan plan;
};

// ---- set.c ----
const lang_program *play_set_program(const play_set *set, unsigned i);
const play_set_options *play_set_options_of(const play_set *set);
const lang_scenario *play_scenario_of(const play_set *set, const play_case *one);
/// The statement that is the scenario's sweep, or NULL.
const lang_node *play_sweep_of(const lang_program *program, const lang_scenario *scenario);
bool play_glob(const char *pattern, const char *text);

// ---- plan.c ----
/// Lays out a LANG_TRANSFER or LANG_CALL node. False: the case ended with a reason in the result.
bool plan_lay(play_stage *stage, plan *p, const lang_node *transfer);
/// Evaluates an expression in the frame; false: the case ended with a reason.
bool play_eval(play_stage *stage, uint32_t frame, uint32_t expr, int64_t *value);
lang_env play_env(const play_stage *stage, uint32_t frame);
/// The address that stands for `other`.
uint8_t play_other_addr7(const slave_description *slave);

// ---- match.c ----
void match_begin(play_stage *stage, const plan *p, bool retries_ok);
void match_event(play_stage *stage, const i2c_event *event);
/// The master ended: what it should have shown up to message `end` and did not is unmet.
/// False: a finding was made.
bool match_end(play_stage *stage, const master_outcome *outcome, uint32_t end);

// ---- act.c ----
/// Plays a list of statements; returns when they are done or the case ended.
void act_statements(play_stage *stage, uint32_t first);
/// Runs one transfer statement with its brackets; false: it failed (a finding was made).
bool act_transfer(play_stage *stage, const lang_node *transfer, bool retries_ok);

// ---- world.c ----
/// Builds the bus of a case: simulation, slave, master, parts. False: an error is in the result.
bool world_new(play_stage *stage, uint64_t seed_extra);
void world_end(play_stage *stage);
/// A second instance of the case's master takes over; the first lets go of both lines.
bool world_fresh_master(play_stage *stage);

// ---- recover.c ----
typedef enum { RECOVER_CLEAR, RECOVER_START_ALONE } recover_way;
/// Bus clear, STOP and known_good, or known_good by a START alone. False: findings say why.
bool recover(play_stage *stage, recover_way way);
/// Makes a finding of what kept an injector from its aim; false if there was something.
bool recover_injected(play_stage *stage, const injector_outcome *outcome);
/// How long recovery waits for SCL: what the slave declares, or the harness's own 10 ms.
uint64_t recover_patience_ps(const play_stage *stage);
/// known_good by the stage's master as it stands.
bool recover_known_good(play_stage *stage);

// ---- sweep.c ----
/// Plays a swept case: the reference, then all points.
void sweep_case(play_stage *stage, const lang_node *sweep);
/// The sweep statement in one of those runs.
void sweep_run(play_stage *stage, const lang_node *sweep);
void sweep_event(play_stage *stage, const i2c_event *event);

// ---- verdict.c ----
/// Adds a finding of the player's own to the present run.
void verdict_add(play_stage *stage, play_finding *finding);
/// The run is over: its findings, without those that only follow from others, become the case's.
void verdict_end_run(play_stage *stage);
void verdict_from_engine(play_stage *stage, const i2c_finding *found);
/// A new finding of rule `id` at the present statement and time.
play_finding verdict_new(play_stage *stage, const char *id, const char *message);
/// The rule of an unmet bracket: the first row that the scenario covers, or "bracket".
void verdict_bracket_rule(const play_stage *stage, char *rule, size_t bytes);
/// Names of the nodes in a mask, joined by ", ".
void verdict_names(const play_stage *stage, uint32_t mask, char *text, size_t bytes);
/// Ends the case: not applicable, error, inconclusive.
void verdict_reason(play_stage *stage, play_verdict verdict, const char *need, const char *reason);
/// The verdict of the whole case from its findings.
void verdict_sum(play_stage *stage);

#endif
