/// What a run gathers while its results come in, one case after the other: sums, distinct findings,
/// and the streams to the result files. Its size hangs on the number of cases only by a bit for
/// each.
#ifndef CLI_RUN_STATE_H
#define CLI_RUN_STATE_H

#include "cli/baseline.h"
#include "cli/features.h"
#include "cli/good_run.h"
#include "cli/group.h"
#include "cli/lineup.h"
#include "cli/row_matrix.h"
#include "cli/tally.h"
#include "cli/waivers.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct result_json result_json;
typedef struct junit junit;

typedef struct {
    tally sum[LINEUP_MASTER_MAX]; ///< of each of its masters
    tally all;
    tally_sweeps sweeps;
    uint64_t counted;   ///< cases that make the run fail
    uint64_t given_up;  ///< cases that were not played, for it hung too often
    bool expected;      ///< it failed as its `expect` says
    bool expect_played; ///< a case was played in which that could be seen
    waivers waived;
    features undeclared;
    passed_cases passed;
    worker_log said;  ///< by a master that decides itself, in the first such case that passed
    uint32_t said_in; ///< that case
    slave_coverage *coverage; ///< NULL: not asked for
} run_slave;

typedef struct {
    const cli_options *options;
    const lineup *lineup;
    baseline *known;  ///< NULL: none
    run_slave *slave; ///< as many as the lineup's
    group_table groups;
    row_matrix *rows;
    tally_reasons undeclared;     ///< keys to declare, by cases that need them
    tally_reasons not_applicable; ///< other reasons
    uint64_t cases;               ///< done
    uint64_t counted;             ///< cases that make the run fail
    uint64_t errors;
    uint64_t known_cases; ///< that fail, all of it known
    unsigned now;         ///< slave whose cases come in
    int caught;           ///< signal that ended the run early; 0: none
    bool stopped;         ///< by --stop-at-first
    uint64_t wall_ms;
    result_json *json; ///< may be NULL
    junit *junit;      ///< may be NULL
} run_state;

/// A case as the result files show it.
typedef struct {
    const play_case *one;
    const play_result *result;
    const worker_log *log;
    const char *slave, *scenario, *master;
    play_verdict verdict; ///< after waivers
    bool counted;         ///< makes the run fail
    bool known;           ///< would, but for the baseline
    finding_standing standing[PLAY_FINDING_MAX];
} case_view;

/// `*state` keeps pointers to the arguments. False without memory.
bool run_state_init(run_state *state, const cli_options *options, const lineup *s, baseline *known);
void run_state_free(run_state *state);

/// Takes a result of the slave number `state->now`.
void run_state_take(run_state *state, const play_case *one, const play_result *result,
                    const worker_log *log);

/// Whether every case was played.
bool run_state_is_complete(const run_state *state);

/// What the program ends with.
int run_state_exit(const run_state *state);

/// Findings that are shown in full and numbered: those graver than a note that the baseline does
/// not know.
bool group_is_numbered(const finding_group *group);
unsigned group_numbered_count(const group_table *table);

#endif
