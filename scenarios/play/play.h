/// Plays scenarios: one slave, its masters, and the programs give a set of cases; a stage plays
/// them one after another and says for each what was found. Nothing here forks, prints or writes
/// files; that is the runner's (cli/). All results are flat structs without pointers, so that they
/// can cross from a worker process to its parent.
///
/// Threads: a set is read-only after it was made; a stage is used by one thread.
#ifndef PLAY_H
#define PLAY_H

#include "models/masters/master.h"
#include "scenarios/lang/eval.h"
#include "scenarios/lang/lang.h"
#include "sim/sim.h"
#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLAY_ID_BYTES = 256,
    PLAY_VECTOR_BYTES = 32,
    PLAY_FOR_MAX = 6,
    PLAY_FINDING_MAX = 6,
    PLAY_POINT_MAX = 4096,
    PLAY_POINTS_KEPT = 16,
    PLAY_ROWS_BYTES = 160,
    PLAY_SWEPT_BYTES = 64
};

/// In the order of their weight; a case has the gravest that applies.
#define PLAY_VERDICT_MAP(X)                                                                        \
    X(PASS, "pass")                                                                                \
    X(NOT_APPLICABLE, "not_applicable")                                                            \
    X(NOTE, "note")                                                                                \
    X(WARN, "warn")                                                                                \
    X(INCONCLUSIVE, "inconclusive")                                                                \
    X(INCOMPATIBLE, "incompatible")                                                                \
    X(FAIL, "fail")                                                                                \
    X(ERROR, "error")
#define PLAY_VERDICT_AS_ENUM(name, text) PLAY_##name,
typedef enum { PLAY_VERDICT_MAP(PLAY_VERDICT_AS_ENUM) PLAY_VERDICT_COUNT } play_verdict;
#undef PLAY_VERDICT_AS_ENUM
/// "not_applicable"; static.
const char *play_verdict_text(play_verdict verdict);

// ---- the cases of a slave -----------------------------------------------------------------------

typedef struct {
    const lang_program *const *programs; ///< the suite and the user's; must outlive the set
    unsigned program_count;
    const master_spec *masters; ///< the run's masters, copied
    unsigned master_count;
    uint64_t seed;
    bool quick;     ///< a part: few values of each domain, every eighth point of a sweep
    bool long_runs; ///< scenarios that are `only long`, too, and more orders behind a point
    /// Globs over case ids (* ? [...]), with or without the slave's name, of which a case must
    /// match one; they must outlive the set.
    const char *const *filters;
    unsigned filter_count; ///< 0: all cases; at most 64
} play_set_options;

typedef struct play_set play_set;

/// What a case is played with for a measurement. All zero, but for a promise of time 0: nothing.
typedef struct {
    lang_promise promise; ///< in place of what the slave's file promises
    char vector[32];      ///< a latency of all interrupts is one of this; "": of all
    slave_load load;      ///< lasts, beside what the scenario asks for
} play_trial;

/// A case. Plain data.
typedef struct {
    uint32_t index; ///< in the set
    uint16_t program, scenario, master;
    uint16_t spec; ///< the master as it is played: the run's, or that with the scenario's settings
    uint16_t fors;
    int64_t value[PLAY_FOR_MAX]; ///< of the scenario's `for` heads
    bool valueless;              ///< a value cannot be had: undeclared, or an error
    int16_t sweep;               ///< lang_sweep_kind of a swept case, else -1
    int32_t point;               ///< of a replayed single point (CASE@point), else -1
    char id[PLAY_ID_BYTES];      ///< usi85/rd.nack_release/arduino@100k/next=0x00
    const play_trial *trial;     ///< must outlive the playing; NULL: as the slave's file says
} play_case;

/// Lists all cases. Returns NULL and a message when a scenario is beyond what can be played (cases,
/// `for` heads, sweeps, length of an id) or there is no memory.
play_set *play_set_new(const slave_description *slave, const play_set_options *options,
                       char *message, size_t message_bytes);
void play_set_free(play_set *set);
uint32_t play_set_count(const play_set *set);
/// Which of the filters a case matches: a bit each, the first in bit 0.
uint64_t play_set_filters_used(const play_set *set);
/// The i-th case, in the order scenario, master, values, kind of sweep.
void play_set_case(const play_set *set, uint32_t i, play_case *one);
/// Finds the case with that id (with or without the slave's name, `@POINT` behind a swept case).
bool play_set_find(const play_set *set, const char *id, play_case *one);

const slave_description *play_set_slave(const play_set *set);
const master_spec *play_set_master(const play_set *set, unsigned i);
unsigned play_set_master_count(const play_set *set);
const char *play_case_scenario(const play_set *set, const play_case *one);
const char *play_case_title(const play_set *set, const play_case *one);
/// Rows that the case's scenario covers, blank-separated.
void play_case_covers(const play_set *set, const play_case *one, char *rows, size_t bytes);
/// Whether the case's scenario has that need: "tolerates.latency".
bool play_case_needs(const play_set *set, const play_case *one, const char *need);
/// The value of the scenario's `for` head of that name; false: it has none.
bool play_case_value(const play_set *set, const play_case *one, const char *name, int64_t *value);
/// Whether a scenario needs what the slave does not declare: false and the reason (`not declared:
/// data`), and the key to declare, without playing it.
bool play_case_applies(const play_set *set, const play_case *one, char *reason, size_t bytes);

// ---- what playing one gives ---------------------------------------------------------------------

typedef struct {
    char rule[32];              ///< "I2C-RD-03", "bracket", "crash"
    char rows[PLAY_ROWS_BYTES]; ///< requirement rows, blank-separated
    char clause[48];            ///< "UM10204 3.1.6"
    char title[176];
    char followed[128]; ///< what came of it in the same run, or ""
    char message[224];  ///< what was seen
    char expected[160]; ///< what should have been; may be ""
    char blame[48];     ///< node names joined by ", "; "" nobody
    char where[128]; ///< `usi_slave.c:412 ISR(USI_OVF)`: what the blamed slave was doing; may be ""
    bool access_known; ///< an access of the blamed slave's code made the line so:
    slave_move access; ///< this one, where the stage `numbers_accesses`; else 0
    char text[192];    ///< the scenario's statement that was being played, or ""
    char file[160];    ///< of that statement
    uint32_t line;
    play_verdict verdict; ///< what it makes of the case, before `accept` and baselines
    bool undeclared;      ///< a note on what the slave's file leaves out: its case passes
    bool accepted;        ///< waived by an `accept` line
    uint16_t accept;      ///< which one, counted from 0
    uint64_t at_ps;
    bool wrong_byte; ///< the slave sent another byte than is asked for; `at_ps` is its end
    bool measured_known, never;
    int64_t measured_ps, limit_ps;
    uint32_t segment, byte; ///< where on the bus, as i2c_finding
    uint8_t clock;
    int32_t point;    ///< of a sweep, else -1
    uint32_t repeats; ///< how often it came again in this case
} play_finding;

/// One point of a sweep that did not pass.
typedef struct {
    int32_t point;
    char name[32];   ///< message.byte.bit.phase, e.g. "1.0.9.high"
    uint8_t finding; ///< index into findings, or 255 if they are full
} play_failed_point;

/// A time of an interrupt of the slave. 0: none, or such are not known of its kind.
typedef struct {
    uint64_t ps;
    char vector[PLAY_VECTOR_BYTES];
} play_routine;

typedef struct {
    uint32_t index; ///< of the case
    play_verdict verdict;
    char reason[160]; ///< NOT_APPLICABLE, INCONCLUSIVE, ERROR: why
    char need[32];    ///< NOT_APPLICABLE for want of a declaration: the key to declare; else ""
    unsigned findings;
    play_finding finding[PLAY_FINDING_MAX]; ///< the first is the one that `expect fail` may name
    unsigned findings_dropped;
    uint32_t points, points_failed,
        points_skipped;           ///< of a sweep; skipped: stimulus impossible there
    char swept[PLAY_SWEPT_BYTES]; ///< of a sweep: the transfer in short, "own+W 1, Sr own+R 2"
    unsigned failed_kept;
    play_failed_point failed[PLAY_POINTS_KEPT];
    uint64_t simulated_ps;
    bool is_late;        ///< it asked for a latency of interrupts, which may be 0,
    uint64_t latency_ps; ///< and this was the longest
    uint64_t scl_clocks;
    uint64_t longest_hold_ps;
    uint64_t transfer_held_ps;    ///< the most that the slave's holds made together in a transfer
    play_routine latest, longest; ///< interrupts of the slave, by their entry and their routine
    i2c_margin slave[I2C_TIMING_COUNT], master[I2C_TIMING_COUNT];
    i2c_spread made[I2C_MADE_BY_OTHERS][I2C_TIMING_COUNT]; ///< i2c_made_by
    bool ideal_wires;   ///< edges took no time: `ideal=1`, or a master whose wires are so
    bool stimulus_seen; ///< the monitor saw at least one transfer of the scenario on the wire
} play_result;

// ---- playing ------------------------------------------------------------------------------------

typedef struct play_stage play_stage;

typedef struct {
    const slave_adapter *adapter;
    slave_image *image;               ///< prepared; stays the caller's
    i2c_trace *trace;                 ///< where to record; NULL: nowhere. Cleared before each case
    i2c_trace_full_fn *on_trace_full; ///< see sim.h; NULL: the ring wraps
    void *on_trace_full_ctx;
    /// Told with each finding as it is made, so that a waveform can mark it; may be NULL.
    void (*on_finding)(void *ctx, const play_finding *finding);
    void *on_finding_ctx;
    slave_print_fn
        *on_print;      ///< told of what the slave prints, see slave_under_test/kind.h; may be
    void *on_print_ctx; ///< NULL
    /// Told of what its application was given, in each simulation of the case; may be NULL.
    slave_call_fn *on_call;
    void *on_call_ctx;
    /// Told when a simulation of the case has ended, before its trace is cleared; a swept case
    /// plays several, each from reset. May be NULL.
    void (*on_world_end)(void *ctx);
    void *on_world_end_ctx;
    /// Told when the slave was reset or its supply switched; may be NULL.
    void (*on_restart)(void *ctx, uint64_t at_ps);
    void *on_restart_ctx;
    /// Findings give the number of the access that they blame. It counts from when the slave was
    /// loaded, and so hangs on what was played before.
    bool numbers_accesses;
} play_stage_options;

/// NULL without memory. All that playing needs is allocated here and on the first use of a master.
play_stage *play_stage_new(const play_set *set, const play_stage_options *options);
void play_stage_free(play_stage *stage);

/// Plays a case from reset. `result` is filled whatever happens, but for a slave that ends the
/// process. A swept case plays all its points, or only `one->point` when that is not negative.
void play_run(play_stage *stage, const play_case *one, play_result *result);

/// What the simulation of the running case says now; for a runner's watchdog and crash report.
/// Reads plain memory of the stage, so it may be called from a signal handler.
bool play_stage_in_slave(const play_stage *stage);
uint64_t play_stage_now_ps(const play_stage *stage);
/// For how long SCL has been low, if the slave holds it now; else 0. The same holds.
uint64_t play_stage_holds_scl_ps(const play_stage *stage);
/// Adds what the slave's kind knows of a crash. The same holds.
void play_stage_crashes(const play_stage *stage, slave_crash *crash);
/// What it was, for a person; false: no more than its signal says. Of the slave's code alone.
bool play_stage_tell_crash(const play_stage *stage, slave_crash *crash, char *text, size_t bytes);

/// How much there is between the eye and what the case shows of the finding; of many cases the one
/// with the least is the plainest. In this order: a sweep breaks the transfer off; the scenario has
/// more in it than transfers of one master as it is and what is expected of them; for a wrong byte
/// the scenario is not about the slave's data (it does not need the form of them), else the
/// finding's rule is not the first row that it covers; the number of its statements.
uint32_t play_case_effort(const play_set *set, const play_case *one, const play_finding *finding);

/// A finding that the runner makes itself about a case (crash, hang, memory, budget): rule and
/// title by name, the verdict that goes with it.
void play_finding_by_runner(play_finding *finding, const char *rule, uint64_t at_ps,
                            const char *message);

/// The rules that are made above the engine (bracket, hang, crash, memory, budget, recovery ...),
/// for `list rules`. NULL past the end.
const i2c_rule *play_rule_at(unsigned i);

#endif
