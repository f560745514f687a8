/// Sums over the cases of a run: what the table at the end of a report shows. Bounded memory.
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include "scenarios/lang/program.h"
#include "scenarios/play/play.h"

#include <stdbool.h>
#include <stdint.h>

enum { TALLY_LATENCIES = 16, TALLY_REASONS = 24, TALLY_REASON_BYTES = 160, TALLY_SWEPT_MAX = 48 };

/// The least margin seen, as a share of its limit.
typedef struct {
    bool seen;
    i2c_timing_parameter parameter;
    int64_t margin_ps, limit_ps;
} tally_margin;

/// All values of a time that one maker made on one kind of wires.
typedef struct {
    i2c_spread all;
    uint32_t least_in; ///< index of the first case with the least margin
} tally_time;

/// Wires with rise and fall times, and ideal ones.
typedef enum { TALLY_RC, TALLY_IDEAL, TALLY_EDGES } tally_edges;

/// Cases that asked for the same latency of interrupts.
typedef struct {
    uint64_t latency_ps;
    bool failed; ///< one of them
} tally_latency;

typedef struct {
    uint64_t count[PLAY_VERDICT_COUNT];
    uint64_t longest_hold_ps;
    uint32_t longest_hold_in;  ///< index of the first case with it
    uint64_t transfer_held_ps; ///< the most in a transfer, all holds together
    uint32_t transfer_held_in;
    play_routine latest, longest; ///< interrupts, by their entry and their routine
    uint32_t latest_in, longest_in;
    tally_latency latency[TALLY_LATENCIES]; ///< in the order in which they came
    unsigned latencies;
    tally_margin margin; ///< of the slave
    tally_time time[TALLY_EDGES][I2C_MADE_BY_OTHERS][I2C_TIMING_COUNT];
} tally;

/// A reason and how many cases had it.
typedef struct {
    char text[TALLY_REASON_BYTES];
    uint64_t cases;
} tally_reason;

typedef struct {
    tally_reason reason[TALLY_REASONS]; ///< in the order in which they came
    unsigned count;
    uint64_t others; ///< cases whose reason found no room
} tally_reasons;

/// What was swept, and at how many points by each kind of break.
typedef struct {
    char transfer[PLAY_SWEPT_BYTES];
    uint64_t points[LANG_SWEEP_KIND_COUNT];
    uint64_t failed[LANG_SWEEP_KIND_COUNT];
} tally_swept;

typedef struct {
    tally_swept swept[TALLY_SWEPT_MAX]; ///< in the order in which they came
    unsigned count;
    uint64_t others; ///< points of transfers that found no room
} tally_sweeps;

/// Takes a result of a sweep of that kind (lang_sweep_kind); points that the stimulus could not be
/// made at do not count.
void tally_sweep_add(tally_sweeps *sweeps, int16_t kind, const play_result *result);
/// All points, and how many kinds have any.
uint64_t tally_sweep_points(const tally_sweeps *sweeps, unsigned *kinds);

void tally_add(tally *sum, play_verdict verdict, const play_result *result);
void tally_reason_add(tally_reasons *reasons, const char *text);
/// Whether a case is not applicable because the slave's `data` has a form, but another one: there
/// is nothing that the slave should declare. `reason` is that of the case.
bool tally_other_form(const slave_description *slave, const char *reason);
/// Orders by number of cases, the most first.
void tally_reasons_sort(tally_reasons *reasons);

/// "freeze", as scenarios write it; static.
const char *tally_kind_text(lang_sweep_kind kind);
/// "rc" or "ideal"; static.
const char *tally_edges_text(tally_edges edges);

/// The margin in whole percent of its limit, rounded towards minus infinity.
int64_t tally_margin_percent(const tally_margin *margin);

/// The longest latency that cases asked for, and the longest that stands below the first that
/// failed; false: none asked, or for none above 0. Nothing stands: `*stands_ps` is 0.
bool tally_latency_stood(const tally *sum, uint64_t *asked_ps, uint64_t *stands_ps);

/// Cases that were played: all but those that were not applicable.
uint64_t tally_played(const tally *sum);
uint64_t tally_all(const tally *sum);

#endif
