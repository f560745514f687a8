/// A slave is probed in a process of its own: what it does there, a crash included, is part of the
/// answer.
#ifndef CLI_PROBE_APART_H
#define CLI_PROBE_APART_H

#include "cli/lineup.h"
#include "scenarios/probe/probe.h"

#include <stdbool.h>
#include <stddef.h>

/// How much is asked: all, or only for features, not what data means.
typedef enum { PROBE_ALL, PROBE_FEATURES } probe_depth;

/// Probes a slave that is built. True when the report is complete; false when the process ended
/// before, or there was no memory: `why` then says how and at which question, and the report holds
/// what had been learned until then.
bool probe_apart(const lineup_slave *one, const master_spec *asker, probe_depth depth,
                 probe_report *report, char *why, size_t why_bytes);

/// Where the slave's file does not say when it is ready: finds it and keeps it in the description.
/// A slave that comes to an end over it, or answers to nothing, stays as it is: its cases show
/// that.
void probe_late_start(lineup_slave *one);

#endif
