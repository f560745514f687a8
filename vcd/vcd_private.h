#ifndef VCD_VCD_PRIVATE_H
#define VCD_VCD_PRIVATE_H

// What the files of libvcd share and its users do not see.

#include "vcd/vcd.h"

#include <stdarg.h>

#if defined(__GNUC__)
#define VCD_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define VCD_PRINTF(fmt, args)
#endif

// ---- error.c

/// Sets `error`: its text is "PLACE: " (where `place` is not NULL, control bytes escaped), the
/// formatted text, and ": " with errno's meaning where `os_errno` is not 0.
void vcd_error_set(vcd_error *error, vcd_status status, const char *place, int os_errno,
                   const char *format, ...) VCD_PRINTF(5, 6);
void vcd_error_vset(vcd_error *error, vcd_status status, const char *place, int os_errno,
                    const char *format, va_list args);

/// Copies `len` bytes as printable ASCII, others as \x0a, cut to fit with "..."; returns `out`.
char *vcd_show(char *out, size_t out_bytes, const char *bytes, size_t len);

// ---- words.c

vcd_kind vcd_kind_of(vcd_var_type type);
bool vcd_var_type_find(const char *word, vcd_var_type *type);
const char *vcd_scope_word(vcd_scope_type type);
vcd_scope_type vcd_scope_find(const char *word);
const char *vcd_unit_word(vcd_unit unit);
bool vcd_unit_find(const char *word, vcd_unit *unit);
/// Not empty, no blank, no control byte; with `ascii` nothing above '~' either.
bool vcd_name_is_good(const char *name, bool ascii);
/// Bits from msb to lsb, both included.
uint64_t vcd_range_width(int32_t msb, int32_t lsb);

#endif
