/// What is wrong with a slave's file where it says what its firmware runs on.
#ifndef MCU_KIND_TARGET_H
#define MCU_KIND_TARGET_H

#include "slave_under_test/slave.h"

#include <stdbool.h>
#include <stddef.h>

/// `text` behind the place of a key. Returns false, for the caller to do so, too.
bool firmware_fails_at(const slave_description *slave, slave_key key, char *message,
                       size_t message_bytes, const char *text);
/// The same, of a part that is none of those.
bool firmware_unknown_part(const slave_description *slave, const char *const *known, size_t count,
                           char *message, size_t message_bytes);

#endif
