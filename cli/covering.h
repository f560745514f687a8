/// Which scenarios test a requirement: those whose heads say so.
#ifndef CLI_COVERING_H
#define CLI_COVERING_H

#include "scenarios/lang/program.h"
#include "scenarios/requirements/requirements.h"

#include <stdbool.h>

/// Whether the scenario's `covers` names the row. Nothing covers a row that cannot be observed.
bool covering_row(const lang_program *program, const lang_scenario *scenario,
                  const requirement_row *row);

#endif
