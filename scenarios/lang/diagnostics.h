/// Collects mistakes with their place and their source line. Internal to scenarios/lang.
#ifndef LANG_DIAGNOSTICS_H
#define LANG_DIAGNOSTICS_H

#include "scenarios/lang/lang.h"

#include <stdarg.h>

/// Where a mistake is: `text` is the whole file, of which the line is copied.
typedef struct {
    const char *path;
    const char *text;
    size_t bytes;
    size_t at; ///< offset of the byte in question
    uint32_t line;
    uint32_t column;
} lang_place;

/// Adds a mistake, or only counts it when there are LANG_DIAGNOSTIC_MAX already. Without memory the
/// count still goes up, so a faulty file is never taken for a good one.
void lang_complain(lang_diagnostics *diagnostics, const lang_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void lang_complain_v(lang_diagnostics *diagnostics, const lang_place *place, const char *format,
                     va_list arguments) __attribute__((format(printf, 3, 0)));

/// Reads a whole file of at most LANG_FILE_MAX_BYTES. On LANG_OK `*text` is the caller's to free();
/// otherwise the reason is in `diagnostics`.
enum { LANG_FILE_MAX_BYTES = 2 * 1024 * 1024 };
lang_status lang_read_whole(const char *path, char **text, size_t *bytes,
                            lang_diagnostics *diagnostics);

#endif
