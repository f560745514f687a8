/// A case under gdb, up to the access of the slave's code that a finding is about.
#ifndef CLI_DEBUGGER_H
#define CLI_DEBUGGER_H

#include "cli/options.h"
#include "scenarios/play/play.h"

#include <stdbool.h>
#include <stddef.h>

enum { DEBUGGER_STOP_BYTES = 32 };

/// Becomes gdb, which runs this program on `slave` and `id`; comes back only when that fails, and
/// stderr has then said why. `finding` NULL, or without such an access: nothing stops it but a
/// crash.
void debugger_run(const cli_options *options, const char *slave, const char *id,
                  const play_finding *finding);

/// Reads what --stop-at says to the program under gdb; false: no such thing.
bool debugger_read_stop(const char *text, slave_move *access);

#endif
