/// The inside of the player, shared by the source files of scenarios/play/ alone.
#ifndef PLAY_PRIVATE_H
#define PLAY_PRIVATE_H

#include "models/parts/injector.h"
#include "models/parts/neighbour.h"
#include "models/parts/raw.h"
#include "models/parts/rival.h"
#include "scenarios/lang/eval.h"
#include "scenarios/play/play.h"
#include "sim/faults.h"
#include "sim/spike.h"
#include "slave_under_test/model/i2cproof_model.h"

enum {
    PLAN_MESSAGE_MAX = 1100,
    PLAN_BYTE_MAX = 70000,
    PLAN_BRACKET_MAX = 2 * PLAN_BYTE_MAX + 2000,
    FRAME_SLOT_MAX = 65536,
    SCENARIO_SLOT_MAX = 64, ///< the compiler's limit
    CALL_LOG_MAX = 256,
    FAILURE_BYTES = 224
};

// ---- a transfer, laid out for a master ------------------------------------------------------

/// What must be seen in one byte or its clock 9, in the order of the bus.
typedef struct {
    uint32_t node;  ///< LANG_WANT_ACK or LANG_WANT_BYTE, or 0: a byte written, its value must show
    uint32_t frame; ///< first slot of the frame that its expressions use
    uint16_t message;
    uint8_t value;  ///< node 0: the byte
    uint32_t byte;  ///< 0 the address
    uint32_t expr;  ///< node 0: its expression, when that may hang on what is still to be read
    uint32_t at;    ///< and its place in the plan's bytes
    bool pec_known; ///< `pec`: of the message's bytes before it
    uint8_t pec;
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
    bool captures;    ///< something that is read gets a name
    bool cut_is_fine; ///< the master cuts it, and the scenario asks what its call returns
    uint32_t frame;   ///< frame of the items
    uint32_t copies;  ///< first of its copies for groups
    uint32_t slots;   ///< size of each
    bool pec_known;   ///< of the bytes of its last message, for an Sr that goes on
    uint8_t pec;
} plan;

/// Slots of the scenario and of the calls of the running statement.
typedef struct {
    int64_t slot[FRAME_SLOT_MAX];
    uint32_t used;
    uint32_t kept; ///< of these, for the transfer of a rival; 0: none waits
} frames;

// ---- a running case -------------------------------------------------------------------------

/// The bracket matcher: it follows the monitor's stream while a transfer runs.
typedef struct {
    plan *plan;        ///< NULL: no transfer runs
    i2c_node node;     ///< whose transfer it is
    uint8_t pec;       ///< of the message's bytes that were seen so far
    bool lost;         ///< its master has lost it to another: the rest says nothing
    bool undefined;    ///< it met what UM10204 3.1.8 leaves open: likewise
    uint32_t next;     ///< first bracket that has not been met
    uint32_t base;     ///< message of the plan that the running master_run() began with
    bool nack_is_fine; ///< the last clock 9 that was judged was a NACK, and might be one
    bool retries_ok;
    bool retrying;         ///< the master has begun the message again
    bool carries;          ///< the retry has carried the bytes that were asked for so far
    uint32_t retry;        ///< the retry's next bracket
    bool start_on_its_way; ///< ACKs before the next START are not this transfer's
    bool unmet;            ///< the first unmet bracket is known
    uint32_t unmet_node;
    bracket unmet_bracket;
    uint64_t unmet_ps;
    char unmet_got[MASTER_TEXT_BYTES];
    uint64_t start_ps;     ///< first START of the transfer
    int64_t start_hold_ps; ///< what is unmet follows from a START held so short; INT64_MAX: not so
    uint8_t first_ack;     ///< LANG_ACK or LANG_NACK seen by the first EITHER bracket; 0 none
    uint32_t first_ack_at; ///< `next` behind that bracket
} matcher;

typedef struct {
    const char *function; ///< interned by the slave's image
    int64_t arg[SLAVE_CALL_ARGS];
    unsigned args;
    bool taken;
} logged_call;

enum { SENT_MAX = 16, SENT_BYTE_MAX = 16 };

/// A transfer that the slave has made as a master.
typedef struct {
    uint8_t byte[SENT_BYTE_MAX]; ///< the first of them, the address included
    unsigned bytes;
    bool answered; ///< its address was acknowledged
    bool lost;     ///< to another master
    bool over;
    bool taken; ///< by an expectation
} sent_transfer;

enum { RIVAL_OLD_MAX = 8 };

/// The second master of a `rival` statement, from there to the end of the transfer that it meets.
typedef struct {
    bool waits; ///< its statement has been played and the transfer not
    bool on;    ///< it is on the bus of this world
    master *master;
    master_spec spec;
    char text[MASTER_TEXT_BYTES]; ///< as written; "": like the case's own
    uint16_t like;                ///< number of the case's own
    rival part;
    master *old[RIVAL_OLD_MAX]; ///< rivals before, which may still be on the bus
    unsigned olds;
    master_transfer transfer;
    matcher match;
    plan plan;
} play_rival;

enum { RUN_FINDING_MAX = 16 };

/// A finding of the present run. One cause, one finding: what the player itself found (a bracket
/// that was not met, a bus that stays dead) may only be what came of a rule that the slave broke
/// before.
typedef struct {
    play_finding finding;
    bool by_engine;
    bool incompatible; ///< each keeps its contract, whatever that makes of the case
    uint64_t since_ps; ///< start of the transfer that it is about
    bool met_anew;     ///< in that transfer the two did not fit together, the first time or again
    bool follows;      ///< from another one
} run_finding;

enum { SWEEP_MESSAGE_MAX = 64 };

/// Bytes of each message of a swept transfer, the address included.
typedef struct {
    uint32_t bytes[SWEEP_MESSAGE_MAX];
    uint32_t messages;
} sweep_shape;

/// Clocks of a byte.
enum { SWEEP_CLOCKS = 9 };

/// How long a hung master lies dead before it is reset, and a line that is stuck stays so.
#define SWEEP_DEAD_PS I2C_PS_PER_MS

/// Where in a bit, or at which end of a message. SDA changes between LOW_BEFORE and LOW_AFTER.
typedef enum {
    PHASE_LOW_BEFORE,
    PHASE_LOW_AFTER,
    PHASE_HIGH,
    PHASE_START,
    PHASE_END_LOW,
    PHASE_END_HIGH
} point_phase;

typedef struct sweep_point {
    uint16_t message;
    uint32_t byte; ///< 0 the address, if it has one
    uint8_t bit;   ///< 1 to 9
    uint8_t phase; ///< point_phase
} sweep_point;

/// The point of a sweep that is armed (trap.c).
typedef struct {
    bool armed, fired;
    uint64_t over_ps; ///< the sweep's transfer ended; I2C_NEVER_PS: not yet
    uint16_t message;
    uint32_t byte;
    uint8_t bit;   ///< 1 to 9
    uint8_t phase; ///< point_phase
    i2c_node node;
    i2c_timer timer;
    lang_sweep_kind kind;
    bool lenient;       ///< of a pause that is longer than the slave must stand: brackets only note
    uint64_t length_ps; ///< of a stretch, glitch or spike
    uint64_t end_ps;    ///< of a stretch
    unsigned count;     ///< of spikes; of chatter: changes of SDA still to come
    uint64_t every_ps;  ///< from one spike to the next
    unsigned place;     ///< of the first spike in its phase, %
    uint64_t phase_ps;  ///< the least length of that phase
} trap;

/// When each line last crossed 50 %, by i2c_line.
typedef struct {
    uint64_t fall_ps[2], rise_ps[2];
} play_edges;

/// What a master's call is watched for (standstill.c).
typedef struct {
    i2c_timer timer;
    play_edges edges;  ///< at the last look that saw new ones
    uint64_t since_ps; ///< when that was
    bool found;        ///< the last call has been ended
} play_standstill;

enum { LEAK_MAX = 48 };

/// A scenario that tells a slave with something left behind from a fresh one (leak.c).
typedef struct {
    uint16_t program, scenario;
    bool off; ///< it fails without a fault, too
} leak_check;

typedef enum { SILENCE_UNKNOWN, SILENCE_ANSWERS, SILENCE_SILENT } play_silence;

/// What the reference of a sweep gave (reference.c).
typedef struct {
    bool known;
    bool good;     ///< the points are to be played
    play_case one; ///< whose it was
    play_result result;
    sweep_shape shape;
    leak_check leak[LEAK_MAX];
    unsigned leak_count;
    bool own_address_missed;
    uint64_t faults_found;
} play_reference;

/// What a master that decides itself has called.
typedef struct {
    uint32_t asked, answered; ///< calls of an address of the slave, and those that it acknowledged
    uint64_t asked_ps;        ///< the first
    uint32_t others;          ///< addresses of others, as far as they changed
    uint8_t other_addr7;      ///< the last of them
} own_transfers;

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
    leak_check leak[LEAK_MAX]; ///< those that the slave declares enough for
    unsigned leak_count;
    bool probing;                    ///< one of them is played
    bool leak_cut;                   ///< its rest is beyond the master
    bool leak_first;                 ///< behind the present point they come before known_good
    bool recovering;                 ///< brackets and findings count as the recovery's
    bool may_be_busy;                ///< a NACK of an address is no finding yet: it is tried again
    bool was_busy;                   ///< there was one
    bool slave_acked;                ///< the slave has acknowledged a byte since this was cleared
    bool own_address_missed;         ///< an [A] of the slave's own address was not met in this case
    play_silence silence;            ///< what the last scan of all addresses said
    uint16_t silence_master;         ///< who made it, as play_case.master
    const play_trial *silence_trial; ///< and with what
    char silence_text[224];
    bool nothing_before;    ///< known_good is played first: no fault is to be recovered from
    bool known_good_played; ///< the master could do at least one transfer of it
    bool left_open; ///< the run ends in mid-transfer on purpose: how the bus is left says nothing
    bool ended;     ///< an unmet bracket or an error ends the case
    slave_instance *slave;
    i2c_node slave_node;
    master *master;
    neighbour neighbour;
    bool has_neighbour; ///< it is on the bus
    raw_hand raw;
    injector injector;
    i2c_fault fault;
    i2c_spike spike;
    bool has_fault;
    const i2cproof_model *model; ///< of the slave's data; NULL: none, or it has no more to say
    bool model_addressed;        ///< the slave has acknowledged the address of this segment
    bool model_told;             ///< or of one before in this transfer
    uint8_t model_addr7;         ///< that address
    slave_load load;
    i2c_threshold threshold; ///< of the slave's inputs
    uint64_t anchor_ps;      ///< end of the act before
    int returned;            ///< what the master's API returned last
    bool returned_known;
    matcher match;
    trap trap;
    play_standstill standstill;
    own_transfers own;
    run_finding found[RUN_FINDING_MAX];
    unsigned found_count;
    unsigned found_dropped;
    logged_call calls[CALL_LOG_MAX];
    unsigned call_count;
    bool calls_lost; ///< there were more than the log holds
    sent_transfer sent[SENT_MAX];
    unsigned sent_count;
    bool sent_lost;      ///< there were more than the log holds
    unsigned limits_met; ///< findings of the run that were the part's
    bool limit_is_over;  ///< a transfer is asked for that the part can serve again
    int32_t point;       ///< of a sweep, 0 its reference; -1: no sweep
    const struct sweep_point *sweep_point; ///< what `point` is
    unsigned sweep_way;                    ///< recover_way
    uint64_t faults_found;                 ///< findings that warn or worse, repeated ones too
    uint8_t first_fault;                   ///< index in the result of a point's first; 255: none
    uint64_t transfer_ps;                  ///< when the last transfer began
    sweep_shape shape;                     ///< of the swept transfer, from its reference run
    play_reference reference;              ///< the last one that was played
    int64_t kept_slot[SCENARIO_SLOT_MAX];  ///< the scenario's frame while known_good plays
    frames frames;
    plan plan;
    play_rival *rival; ///< made when first needed
};

// ---- set.c ----
const lang_program *play_set_program(const play_set *set, unsigned i);
const play_set_options *play_set_options_of(const play_set *set);
const lang_scenario *play_scenario_of(const play_set *set, const play_case *one);
bool play_glob(const char *pattern, const char *text);
/// The master as the case plays it.
const master_spec *play_case_spec(const play_set *set, const play_case *one);
/// The run's masters and what scenarios make of them.
unsigned play_set_spec_count(const play_set *set);
/// The slave's own file names the set's i-th master.
bool play_set_names_master(const play_set *set, unsigned i);
/// PASS: it can be played. NOT_APPLICABLE or ERROR: `reason`, and the `key` to declare or "".
play_verdict play_case_standing(const play_set *set, const play_case *one, const char **key,
                                char *reason, size_t bytes);

// ---- set_count.c ----
/// The statement that is the scenario's sweep, or NULL.
const lang_node *play_sweep_of(const lang_program *program, const lang_scenario *scenario);

// ---- written_master.c: masters as files write them ----
/// Whether the master at `ctx` (a master_spec) is what a file writes: `nxt` is every NXT,
/// `nxt,fw=1.05` only that one. A lang_on_master_fn.
bool play_on_master(const void *ctx, const char *written);
/// How long the master stands a hold of SCL, for promises of slaves that stretch. One whose clock
/// is cut short behind a hold does not stand any: no slave has to see that clock.
const uint64_t *play_waits_ps(const master_spec *spec);
/// Whether the slave's file names the master.
bool written_by_slave(const slave_description *slave, const master_spec *spec);
/// Whether the scenario is for that master. One that decides itself is steered by nobody: only
/// scenarios that name it are.
bool written_by_scenario(const lang_program *program, const lang_scenario *scenario,
                         const master_spec *spec);
/// Writes the text of a master with other settings: what `base` says and `settings`
/// (`key=value,...`) do not change, and then those.
void written_with_settings(const char *base, const char *settings, char *text, size_t bytes);

// ---- plan.c ----
/// Lays out a LANG_TRANSFER or LANG_CALL node. False: the case ended with a reason in the result.
bool plan_lay(play_stage *stage, plan *p, const lang_node *transfer);
/// A byte that was read gets its name, in every frame of the plan, and the written bytes that
/// follow from it (brackets from `next` on) their values. False: the case ended with a reason.
bool plan_captured(play_stage *stage, plan *p, uint32_t slot, uint8_t value, uint32_t next);
/// Computes a written byte that hangs on a capture; it `must` be possible, or may yet be.
bool plan_put(play_stage *stage, plan *p, bracket *b, bool must);
/// Evaluates an expression in the frame; false: the case ended with a reason.
bool play_eval(play_stage *stage, uint32_t frame, uint32_t expr, int64_t *value);
/// What it makes of a case that a value cannot be had, and the reason; PASS for LANG_EVAL_OK.
play_verdict play_eval_verdict(lang_eval_status status, const char *key, char *reason,
                               size_t bytes);
lang_env play_env(const play_stage *stage, uint32_t frame);
/// The same for what stands in a transfer behind other bytes.
lang_env play_env_of(const play_stage *stage, const bracket *b);

// ---- match.c ----
void match_begin(play_stage *stage, matcher *m, plan *p, i2c_node node, bool retries_ok);
void match_event(play_stage *stage, matcher *m, const i2c_event *event);
/// The master ended: what it should have shown up to message `end` and did not is unmet.
/// False: a finding was made.
bool match_end(play_stage *stage, matcher *m, const master_outcome *outcome, uint32_t end);

// ---- act.c ----
/// Plays a list of statements; returns when they are done or the case ended.
void act_statements(play_stage *stage, uint32_t first);
/// A finding of the scenario's, which ends the case.
void act_fail(play_stage *stage, const char *rule, const char *message, const char *expected);
/// Whether no simulated time is left to play on; world.c makes that an error.
bool act_out_of_budget(play_stage *stage);

// ---- transfer.c: transfers and polling ----
/// Whether the scenario asks what the master's own call returned.
bool act_asks_what_returned(const play_stage *stage);
/// Runs one transfer statement with its brackets; false: it failed (a finding was made).
bool act_transfer(play_stage *stage, const lang_node *transfer, bool retries_ok);
void act_poll(play_stage *stage, const lang_node *node);
/// False, with a reason (not applicable): a slave that never rests would take more of the machine's
/// time for it than a case has. `what` follows the time: "of silence".
bool transfer_time_is_affordable(play_stage *stage, uint64_t time_ps, const char *what);

// ---- expect.c: expectations ----
/// The variable that a statement names, with its index.
bool act_variable_name(play_stage *stage, const lang_node *node, char *name, size_t bytes);
/// The slave has no such variable or function: told as an error of the case.
void act_no_such_name(play_stage *stage, const char *what, const char *name, slave_result result);
void act_expect_idle(play_stage *stage, const lang_node *node);
void act_expect_known_good(play_stage *stage);
void act_expect_pin(play_stage *stage, const lang_node *node);
void act_expect_app(play_stage *stage, const lang_node *node);
void act_expect_calls(play_stage *stage, const lang_node *node);
void act_expect_returned(play_stage *stage, const lang_node *node);
void act_expect_arbitration(play_stage *stage, const lang_node *node);
void act_expect_compare(play_stage *stage, const lang_node *node);
/// Whether what a statement expects holds now.
typedef bool expect_holds_fn(play_stage *stage, const lang_node *node);
/// Runs until it holds; false: the time given, from the end of the act before, is over.
bool expect_wait(play_stage *stage, const lang_node *node, expect_holds_fn *holds);

// ---- sent.c: transfers that the slave makes as a master ----
void sent_event(play_stage *stage, const i2c_event *event);
void act_expect_slave(play_stage *stage, const lang_node *node);

// ---- meet.c: two masters ----
/// Readies the rival of a LANG_RIVAL statement for the next transfer.
void meet_ready(play_stage *stage, const lang_node *node);
void meet_event(play_stage *stage, const i2c_event *event);
/// A rival that meets a transfer of the slave's: waits for that, and until both are over.
void meet_slave(play_stage *stage, const lang_node *node);
/// The transfer that it met is over: waits until the rival's is, and judges it. False: it failed.
bool meet_end(play_stage *stage);
/// What the rival's call returned; false: no call of it has come back.
bool meet_returned(const play_stage *stage, int *returned);
/// Whether a party has lost its transfer (or has not); false too when it has made none.
bool meet_went(const play_stage *stage, lang_party party, bool lost);
/// The node of the rival, as a mask; 0: none is on the bus.
uint32_t meet_node(const play_stage *stage);
void meet_free(play_stage *stage);

// ---- world.c ----
/// Builds the bus of a case: simulation, slave, master, parts; variables are those of the case's
/// `for` heads. False: an error is in the result.
bool world_new(play_stage *stage, uint64_t seed_extra);
void world_end(play_stage *stage);
/// Puts the neighbour on the bus, if the scenario needs one and it is not there yet.
bool world_neighbour(play_stage *stage, const lang_scenario *scenario);
/// A second instance of the case's master takes over; the first lets go of both lines.
bool world_fresh_master(play_stage *stage);
/// A neighbour of the slave has an alert with this address (SMBus 2.0 appendix A).
void world_alert(play_stage *stage, uint8_t addr7);
/// The neighbour is the host at 0x08, too.
void world_host(play_stage *stage);
/// The slave was reset, or its supply was switched.
void world_slave_restarts(play_stage *stage);
/// A neighbour takes part in address resolution, whose UDID is the slave's up to `bit`, counted on
/// the wire from 0, and the opposite from there on.
void world_arp(play_stage *stage, unsigned bit);

// ---- own.c: masters that decide themselves what they transfer ----
bool own_decides(const play_stage *stage);
/// The case's statements begin, and end; own_event() between the two.
void own_begin(play_stage *stage);
void own_event(play_stage *stage, const i2c_event *event);
void own_end(play_stage *stage);

// ---- standstill.c ----
/// master_run() by the stage's master. A call that would wait for ever is ended, MASTER_STUCK: no
/// edge has come for longer than the master or the slave has reason to be still. The master stands
/// as it is until the next call.
void standstill_run(play_stage *stage, const master_transfer *transfer, master_outcome *outcome);

// ---- recover.c ----
/// CLEAR and START_ALONE are the two of every abort sweep; the others are what a `by` asks for.
typedef enum {
    RECOVER_CLEAR,
    RECOVER_START_ALONE,
    RECOVER_BY_CLOCKS,
    RECOVER_BY_STOPS,
    RECOVER_BY_START
} recover_way;
/// Makes the bus free in that way, and then plays known_good. False: findings say why.
bool recover(play_stage *stage, recover_way way);
/// Only the bus, for the same master, which is reset. False: a finding says why not.
bool recover_lines(play_stage *stage);
/// After a run that ended with a finding, the slave must still serve its known-good transfer: a bus
/// that stays dead fails whatever the level of the row.
void recover_after_failure(play_stage *stage);
/// Makes a finding of what kept an injector from its aim; false if there was something.
bool recover_injected(play_stage *stage, const injector_outcome *outcome);
/// How long recovery waits for SCL: what the slave declares, or the harness's own 10 ms.
uint64_t recover_patience_ps(const play_stage *stage);
/// known_good by the stage's master as it stands.
bool recover_known_good(play_stage *stage);
/// Whether the leak checks may come before known_good. A slave that may be busy with what was cut
/// off is given its time first, which a START on the bus does not leave it.
bool recover_may_look_first(const play_stage *stage, lang_sweep_kind kind);
/// The slave serves again: known_good, and before it the leak checks where the sweep says so.
bool recover_served(play_stage *stage);
typedef void recover_statements_fn(play_stage *stage, uint32_t first);
/// Plays another scenario's statements with `play`, and with the present one's variables kept
/// aside. False: findings were made, or the case ended.
bool recover_apart(play_stage *stage, const lang_program *program, const lang_scenario *scenario,
                   recover_statements_fn *play);

// ---- leak.c ----
/// Finds the leak checks that apply to the case's slave and master.
void leak_gather(play_stage *stage);
/// Plays them where no fault was: what they find there is no leak, and makes no finding.
void leak_reference(play_stage *stage);
/// Plays those that can tell a leak. False: findings say which.
bool leak_play(play_stage *stage);

// ---- model.c ----
/// The model of the slave's data, if there is one, is as after power-up.
void model_reset(play_stage *stage);
/// It has no more to say in this run: the wire has shown what a slave may see otherwise.
void model_leave(play_stage *stage);
/// Only while stage->model is there.
void model_event(play_stage *stage, const i2c_event *event);

// ---- sweep.c ----
/// Plays a swept case: the reference, then all points.
void sweep_case(play_stage *stage, const lang_node *sweep);
/// The sweep statement in one of those runs.
void sweep_run(play_stage *stage, const lang_node *sweep);

// ---- points.c: the points of a swept transfer ----
uint32_t points_count(const sweep_shape *shape);
/// The i-th point of the shape, counted from 0: START, the phases of all bits, the end.
sweep_point points_at(const sweep_shape *shape, uint32_t i);
/// "0.1.9.high", "0.start".
void points_name(const sweep_point *p, char *name, size_t bytes);
/// Keeps the shape of the transfer that the reference run has laid out, and its text for the
/// result. One that is too large ends the case with an error.
void points_of_transfer(play_stage *stage);
/// Whether the sweep, or a case of one point, asks for the i-th point, which is `p`.
bool points_ask_for(play_stage *stage, const lang_node *sweep, const sweep_point *p, uint32_t i);

// ---- trap.c: what a sweep does in the instant of a point ----
/// Arms it for a LANG_SWEEP_KIND at that point. False: the case ended with a reason.
bool trap_arm(play_stage *stage, const lang_node *kind, const sweep_point *p);
/// A point that the transfer did not come to must not go off in what follows.
void trap_disarm(play_stage *stage);
void trap_event(play_stage *stage, const i2c_event *event);
/// The slave is off until the point: what it does not answer till then is not judged.
bool trap_silences(const play_stage *stage);
/// The master gave up because of what the sweep itself did to the bus.
bool trap_explains(const play_stage *stage, const master_outcome *outcome);
/// The least of that interval, as the bus is now.
uint64_t play_least_ps(const play_stage *stage, i2c_timing_parameter interval);

// ---- reference.c ----
/// Takes the reference that was kept for this scenario, master and values. False: none was.
bool reference_recall(play_stage *stage, bool *good);
/// Keeps the one that has been played.
void reference_keep(play_stage *stage, bool good);

// ---- spikes.c: what a sweep does to the wires and yet judges the transfer ----
bool spikes_are(lang_sweep_kind kind);
/// Reads count, distance and place of a LANG_SWEEP_KIND. False: the case ended.
bool spikes_read(play_stage *stage, const lang_node *kind);
/// When the first comes in a phase of at least `phase_ps`, from its begin on.
uint64_t spikes_delay_ps(play_stage *stage, uint64_t phase_ps);
/// A slave that breaks a rule now may do so because of the spikes of the present point.
bool spikes_explain(const play_stage *stage);
/// The point is reached.
void spikes_fire(play_stage *stage, uint64_t now_ps);
/// SDA moves again and again: the first move, and each one behind it.
void chatter_moves(play_stage *stage, uint64_t now_ps);

// ---- silence.c ----
/// After a case in which the slave missed its own address: whether it ever answers there. If not,
/// that is the one finding of the case.
void silence_check(play_stage *stage);

// ---- verdict.c ----
/// Adds a finding of the player's own to the present run.
void verdict_add(play_stage *stage, play_finding *finding);
/// The run is over: its findings, without those that only follow from others, become the case's.
void verdict_end_run(play_stage *stage);
void verdict_from_engine(play_stage *stage, const i2c_finding *found);
/// A new finding of rule `id` at the present statement and time.
play_finding verdict_new(play_stage *stage, const char *id, const char *message);
/// A new finding in the name of what the scenario covers, or of the rule `otherwise`.
play_finding verdict_of_scenario(play_stage *stage, const char *otherwise, const char *message);
/// Makes a note of a finding that the slave's firmware cannot help; false: it can.
bool verdict_is_limit(play_stage *stage, play_finding *finding, slave_limit what);
/// Names of the nodes in a mask, joined by ", ".
void verdict_names(const play_stage *stage, uint32_t mask, char *text, size_t bytes);
/// Ends the case: not applicable, error, inconclusive.
void verdict_reason(play_stage *stage, play_verdict verdict, const char *need, const char *reason);
/// The verdict of the whole case from its findings.
void verdict_sum(play_stage *stage);

#endif
