/// The table of `run --margins`: each time that slave and masters made, against its limit.
#ifndef CLI_MARGINS_H
#define CLI_MARGINS_H

#include "cli/console.h"
#include "cli/run_state.h"

/// Tables of all slaves that were played, with and without edges that take time in blocks of their
/// own.
void margins_print(const console *c, const run_state *state);

/// "slave", "slave, Hs", "master", "master, Hs"; static.
const char *margins_maker(i2c_made_by by);

#endif
