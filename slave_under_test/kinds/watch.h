/// What kinds say alike of a word of `watch`.
#ifndef SLAVE_KINDS_WATCH_H
#define SLAVE_KINDS_WATCH_H

#include "slave_under_test/slave.h"

#include <stddef.h>

/// Why word `i` cannot be watched: `text` behind its place. Returns false, for the caller to do so,
/// too.
bool slave_watch_fails(const slave_description *slave, uint32_t i, const char *text, char *message,
                       size_t message_bytes);
/// The same: there are more than `most`.
bool slave_watch_too_many(const slave_description *slave, uint32_t i, unsigned most, char *message,
                          size_t message_bytes);

#endif
