/// Where the points of a sweep are played: the scenarios of the suite that test a promise, with
/// other promises than the slave's own. What a run tests of `tolerates latency` is played here in
/// the same simulations, so that the two agree.
#ifndef CLI_SWEEP_BENCH_H
#define CLI_SWEEP_BENCH_H

#include "cli/lineup.h"
#include "cli/sweep_search.h"

#include <stdbool.h>
#include <stdint.h>

/// A case of the gate, and its phase.
typedef struct {
    uint32_t number; ///< in the set
    uint16_t master;
    int8_t phase; ///< below 0: a part of the promise, which only the whole gate plays
} gate_case;

typedef struct {
    const cli_options *options;
    const lineup_slave *slave;
    slave_description declared; ///< the slave's, with a promise on each of the masters
    slave_tolerance tolerance[LINEUP_MASTER_MAX];
    play_set *set;
    gate_case *cases;
    uint32_t case_count;
    void (*on_progress)(void *ctx, uint32_t done, uint32_t all); ///< may be NULL
    void *on_progress_ctx;
    char reason[160]; ///< why a case did not apply, the first one; ""
    char error[512];  ///< what stopped the last sweep_bench_play(); "": a signal
} sweep_bench;

/// What the bench is for. `masters` must live as long.
typedef struct {
    const cli_options *options; ///< seed and jobs
    const lineup *lineup;       ///< the programs
    const lineup_slave *slave;
    slave_lateness gate; ///< whose scenarios are played
    const master_spec *masters;
    unsigned master_count; ///< at most LINEUP_MASTER_MAX
} sweep_setting;

/// False: stderr says why. Give back with sweep_bench_close() in both cases.
bool sweep_bench_open(sweep_bench *bench, const sweep_setting *setting);
void sweep_bench_close(sweep_bench *bench);

/// One thing to try, and what came of it.
typedef struct {
    uint16_t master; ///< of the bench
    play_trial trial;
    bool whole; ///< the whole gate: the parts of the promise, too
    bool hung;  ///< the rest was not played
    sweep_outcome *outcome;
} sweep_try;

/// Plays them all, by rising number, whatever the number of workers. False: bench->error.
bool sweep_bench_play(sweep_bench *bench, sweep_try *tries, unsigned count);

#endif
