/// The names that a misspelt one may have meant.
#ifndef I2C_MASTERS_NEAREST_H
#define I2C_MASTERS_NEAREST_H

#include <stddef.h>

enum { NEAREST_NAME_MAX = 64 };

/// Writes `name` (at most NEAREST_NAME_MAX of them), blank-separated and the nearest to `wrong`
/// first, equally near ones in their own order. What does not fit is left out.
void nearest_list(char *text, size_t text_bytes, const char *wrong, const char *const *name,
                  unsigned count);

#endif
