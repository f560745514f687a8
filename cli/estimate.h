/// How long a run of a slave will take: found by playing a sample of its cases.
#ifndef CLI_ESTIMATE_H
#define CLI_ESTIMATE_H

#include "cli/lineup.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t run_ms;        ///< of the whole run, wall time, with as many workers
    uint32_t played, cases; ///< that the figure rests on, and of all that apply
} estimate;

/// Plays one case of each scenario, master and kind of sweep, in `jobs` workers, for about a second
/// at most. False if nothing could be played: no case applies, the slave hung, the machine gave no
/// process. Runs while no other run does (runner.h).
bool estimate_run(const lineup_slave *one, unsigned jobs, estimate *made);

#endif
