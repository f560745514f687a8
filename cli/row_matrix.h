/// Which requirement rows a run has shown, case by case. A row is shown by a case only when the
/// monitor saw the case's stimulus on the wire; what passes because nothing happened shows nothing.
#ifndef CLI_ROW_MATRIX_H
#define CLI_ROW_MATRIX_H

#include "cli/lineup.h"
#include "cli/tally.h"
#include "scenarios/requirements/requirements.h"

#include <stdbool.h>
#include <stdint.h>

/// Cases of scenarios that check the row.
typedef struct {
    uint64_t passed;
    uint64_t failed;         ///< warned or worse, with a finding of this row
    uint64_t other;          ///< seen, but ended for another reason before it said anything of it
    uint64_t not_seen;       ///< played, and its stimulus was not on the wire
    uint64_t not_applicable; ///< above all for want of a declaration
    uint64_t watched;        ///< cases with traffic, all of which a rule of the row judges as well
} row_count;

/// What a run says about a row.
#define ROW_OUTCOME_MAP(X)                                                                         \
    X(FAILED, "failed")                                                                            \
    X(SHOWN, "shown")                                                                              \
    X(WATCHED, "watched")                                                                          \
    X(UNDECIDED, "undecided")                                                                      \
    X(NOT_SEEN, "not_seen")                                                                        \
    X(NOT_APPLICABLE, "not_applicable")                                                            \
    X(NOT_PLAYED, "not_played")                                                                    \
    X(NOT_CHECKED, "not_checked")
#define ROW_OUTCOME_AS_ENUM(name, text) ROW_OUTCOME_##name,
typedef enum { ROW_OUTCOME_MAP(ROW_OUTCOME_AS_ENUM) ROW_OUTCOME_COUNT } row_outcome;
#undef ROW_OUTCOME_AS_ENUM
/// "not_seen"; static.
const char *row_outcome_text(row_outcome outcome);

typedef struct row_matrix row_matrix;

/// NULL without memory. Keeps a pointer to `s`.
row_matrix *row_matrix_new(const lineup *s);
void row_matrix_free(row_matrix *matrix);

/// Counts a case of the slave number `slave`; `verdict` is the case's after waivers.
void row_matrix_add(row_matrix *matrix, unsigned slave, const play_case *one,
                    const play_result *result, play_verdict verdict);

/// Of one slave, or of all with ROW_MATRIX_ALL. `i` is as in requirement_at().
enum { ROW_MATRIX_ALL = -1 };
row_count row_matrix_count(const row_matrix *matrix, int slave, size_t i);
row_outcome row_matrix_outcome(const row_matrix *matrix, int slave, size_t i);
/// How many rows have each outcome.
void row_matrix_sums(const row_matrix *matrix, int slave, unsigned sums[ROW_OUTCOME_COUNT]);
/// Keys to declare, by the rows that have no other case.
void row_matrix_needs(const row_matrix *matrix, tally_reasons *needs);

#endif
