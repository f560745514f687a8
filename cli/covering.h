/// Which scenarios test a requirement: those that there are, and no others. The catalogue of
/// requirements also names scenarios that may be written one day; they are left out here.
#ifndef CLI_COVERING_H
#define CLI_COVERING_H

#include "scenarios/lang/program.h"
#include "scenarios/requirements/requirements.h"

#include <stdbool.h>

/// Whether the scenario is one of `names`, or says itself that it covers one of `rows`. Both end
/// with NULL.
bool covering_is(const lang_program *program, const lang_scenario *scenario,
                 const char *const *names, const requirement_row *const *rows);

/// The same for a row, by its id and the names of its scenarios. A row that cannot be observed has
/// none of name: what is played under that name shows other rows.
bool covering_row(const lang_program *program, const lang_scenario *scenario,
                  const requirement_row *row);

#endif
