/// Compiles the sources of a slave to a shared object, or finds it in the cache.
///
/// The cache is a folder of objects that are named by what they were made of: compiler, flags,
/// sources and every header that they include. Files appear there by renaming alone, so several
/// processes may use it at once.
#ifndef HOSTED_BUILD_H
#define HOSTED_BUILD_H

#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stddef.h>

enum { HOSTED_PATH_BYTES = 4096 };

typedef struct {
    char path[HOSTED_PATH_BYTES];   ///< of the shared object
    char folder[HOSTED_PATH_BYTES]; ///< private folder that it lies in; "": it lies in the cache
    bool from_cache;                ///< it was found, not made
} hosted_built;

/// Builds the `sources` of `slave` with $CC (cc). False when that fails; `message` then holds the
/// compiler's own words, or what stood in its way.
bool hosted_build(const slave_description *slave, const slave_build_options *options,
                  hosted_built *built, char *message, size_t message_bytes);
/// Removes what was made for this process alone. The object may still be loaded.
void hosted_build_done(hosted_built *built);

#endif
