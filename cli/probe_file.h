/// The answers of a probe as a .slave file: found lines, and as declared what the wire does not
/// tell, so that it can be saved beside the file that was probed and used in its place.
#ifndef CLI_PROBE_FILE_H
#define CLI_PROBE_FILE_H

#include "cli/lineup.h"
#include "scenarios/probe/probe.h"

/// Prints it to stdout. Of a probe that ended early, `why` (else ""), only what was found.
void probe_file_print(const lineup_slave *one, const probe_report *report, const probe_lines *lines,
                      const char *why);

#endif
