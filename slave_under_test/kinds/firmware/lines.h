/// Which line of the sources an address of loaded code comes from, by its debugging information.
///
/// Threads: one at a time. Ownership: as of any object, until firmware_lines_free().
#ifndef FIRMWARE_LINES_H
#define FIRMWARE_LINES_H

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

#endif
