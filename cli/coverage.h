/// What of the slaves' own code a run with --coverage has run: lcov's coverage.info, a table in the
/// terminal and one in the report.
#ifndef CLI_COVERAGE_H
#define CLI_COVERAGE_H

#include "cli/console.h"
#include "cli/run_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/// Looks what has run so far. False: stderr says why.
bool coverage_take(run_state *state);
/// Writes lcov's file. False and a message when that fails.
bool coverage_write(const run_state *state, const char *path, char *message, size_t message_bytes);

/// `folder` is that of results.
void coverage_print(const console *c, const run_state *state, const char *folder);
void coverage_put_html(FILE *out, const run_state *state);

#endif
