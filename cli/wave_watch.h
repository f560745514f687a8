/// The variables that a slave's file watches, at a finding.
#ifndef CLI_WAVE_WATCH_H
#define CLI_WAVE_WATCH_H

#include "sim/trace.h"

#include <stdint.h>
#include <stdio.h>

/// Prints one line, `  watch     pointer 3 -> 0  state 1`: their values at `at_ps`, behind those
/// that they had within `back_ps` before it, the last four. Nothing where none is watched.
void wave_watch_print(FILE *out, const i2c_trace *trace, uint64_t at_ps, uint64_t back_ps);

#endif
