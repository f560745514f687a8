/// A baseline: failures that are known. Lines of `CASE-ID RULE`; `#` starts a comment. A known
/// finding is shown, and does not make the run fail.
#ifndef CLI_BASELINE_H
#define CLI_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct baseline baseline;

/// NULL and a message with file and line when the file cannot be read or has a bad line.
baseline *baseline_read(const char *path, char *message, size_t message_bytes);
/// NULL is allowed.
void baseline_free(baseline *known);

/// Whether the finding is known; its line then counts as used. `known` may be NULL: nothing is.
bool baseline_knows(baseline *known, const char *case_id, const char *rule);
/// The case was played: lines for it that stay unused are outdated.
void baseline_case_played(baseline *known, const char *case_id);

/// How many lines were needed.
uint64_t baseline_used(const baseline *known);

typedef struct {
    uint32_t line;
    const char *case_id, *rule; ///< live as long as the baseline
    bool played;                ///< its case was played and did not show it
} baseline_unused;
/// The unused lines in the order of the file: fills `*unused` with the first at or after `*i` and
/// moves `*i` behind it; false when there is none.
bool baseline_next_unused(const baseline *known, size_t *i, baseline_unused *unused);

#endif
