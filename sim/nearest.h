/// Which of some names was meant, for messages about one that is unknown.
#ifndef SIM_NEAREST_H
#define SIM_NEAREST_H

#include <stddef.h>

/// The candidate that is nearest to `name` by edit distance, or NULL if none is near enough to be
/// meant (a third of its length).
const char *i2c_nearest(const char *name, const char *const *candidates, size_t count);
/// The same with at most `edits` between them.
const char *i2c_nearest_within(const char *name, const char *const *candidates, size_t count,
                               size_t edits);

#endif
