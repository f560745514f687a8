/// The report for people: every distinct finding with what was expected, what came, who did it and
/// the line that repeats it; then a table, and one last line with the verdict.
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/console.h"
#include "cli/run_state.h"

enum { REPORT_FULL_MAX = 20 }; ///< findings shown in full; later ones take a line each

/// The whole report of a run. `out` is the folder of results.
void report_run(const console *c, const run_state *state, const char *out);

/// One finding in full. `number` of `all`; 0: without numbers.
void report_finding(const console *c, const run_state *state, const finding_group *group,
                    unsigned number, unsigned all);

#endif
