/// Which line of the sources an address of loaded code comes from, by its debugging information.
///
/// Threads: one at a time. Ownership: as of any object, until firmware_lines_free().
#ifndef MCU_KIND_LINES_H
#define MCU_KIND_LINES_H

#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct firmware_lines firmware_lines;

/// Of the ELF file at `path`, loaded with addresses that are `base` higher than in the file. NULL:
/// it has no such information, or this build cannot read it; the functions below take that.
firmware_lines *firmware_lines_open(const char *path, uintptr_t base);
void firmware_lines_free(firmware_lines *lines);

/// "usi_slave.c:112 send_ack()": the file without its folders, and the function (an interrupt
/// routine goes without), of the code that returns to `pc`. False: unknown; `text` is then "".
bool firmware_lines_name(firmware_lines *lines, uintptr_t pc, char *text, size_t bytes);

/// A parameter of whole numbers.
typedef struct {
    uint8_t bytes; ///< 1 to 8
    bool is_signed;
} firmware_parameter;

/// What a register holds for such a parameter: the rest of it means nothing.
static inline int64_t firmware_parameter_value(firmware_parameter p, int64_t value)
{
    const unsigned spare = 64 - p.bytes * 8u;
    const uint64_t top = (uint64_t)value << spare;
    return p.is_signed ? (int64_t)top >> spare : (int64_t)(top >> spare);
}

typedef struct {
    uintptr_t at; ///< where it begins
    unsigned parameters;
    firmware_parameter parameter[SLAVE_CALL_ARGS];
} firmware_function;

/// The function of that name in the sources, if it is there once, takes no more than whole numbers
/// and pointers, and not too many of them.
bool firmware_lines_function(firmware_lines *lines, const char *name, firmware_function *found);

#endif
