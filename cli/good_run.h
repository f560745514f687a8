/// Which case is set beside a failing one in the report: as like it as can be, and it passes.
#ifndef CLI_GOOD_RUN_H
#define CLI_GOOD_RUN_H

#include "cli/lineup.h"

#include <stdbool.h>
#include <stdint.h>

enum { GOOD_RUNS = 4 };

/// Cases that have passed, a bit each, by index.
typedef struct {
    uint8_t *bits;
    uint32_t count;
} passed_cases;

/// False without memory.
bool passed_cases_init(passed_cases *passed, uint32_t count);
void passed_cases_free(passed_cases *passed);
void passed_cases_add(passed_cases *passed, uint32_t index);

/// Candidates, the best first: of the same scenario, on the same master if any passed there, with
/// as few other values as can be. Of a point of a sweep its neighbours, which may have failed, too:
/// playing them tells.
unsigned good_runs(const play_set *set, const passed_cases *passed, const play_case *bad,
                   play_case good[GOOD_RUNS]);

#endif
