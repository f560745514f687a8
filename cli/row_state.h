/// Where the tool stands with each requirement: checked, by what; not observable, and why; planned.
#ifndef CLI_ROW_STATE_H
#define CLI_ROW_STATE_H

#include "scenarios/requirements/requirements.h"
#include "sim/rules.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum { ROW_CHECKED, ROW_NOT_OBSERVABLE, ROW_PLANNED } row_state;

/// "checked", "not_observable", "planned"; static.
const char *row_state_text(row_state state);

/// Checked by a scenario of the suite, or by a rule that looks on in every case; a row that cannot
/// be observed is never checked.
row_state row_state_of(const requirement_row *row);
/// For a person, "" for rows that are checked; static.
const char *row_state_reason(const requirement_row *row);

/// The i-th scenario of the suite that says it covers the row; NULL past the end.
const char *row_scenario(const requirement_row *row, size_t i);
/// The i-th rule that judges the row; NULL past the end, and for rows that cannot be observed.
const i2c_rule *row_rule(const requirement_row *row, size_t i);

#endif
