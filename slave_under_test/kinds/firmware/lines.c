// With elfutils' libdw, where it was there when this was built.
#define _GNU_SOURCE // O_CLOEXEC
#include "slave_under_test/kinds/firmware/lines.h"

#ifndef I2CPROOF_HAS_LIBDW

firmware_lines *firmware_lines_open(const char *path, uintptr_t base)
{
    (void)path;
    (void)base;
    return NULL;
}

void firmware_lines_free(firmware_lines *lines)
{
    (void)lines;
}

bool firmware_lines_name(firmware_lines *lines, uintptr_t pc, char *text, size_t bytes)
{
    (void)lines;
    (void)pc;
    if (bytes > 0)
        text[0] = '\0';
    return false;
}

#else

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES_MAX = 64 };

struct firmware_lines {
    int fd;
    Dwarf *dwarf;
    uintptr_t base;
};

firmware_lines *firmware_lines_open(const char *path, uintptr_t base)
{
    firmware_lines *lines = calloc(1, sizeof *lines);
    if (lines == NULL)
        return NULL;
    lines->base = base;
    lines->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (lines->fd >= 0)
        lines->dwarf = dwarf_begin(lines->fd, DWARF_C_READ);
    if (lines->dwarf != NULL)
        return lines;
    firmware_lines_free(lines);
    return NULL;
}

void firmware_lines_free(firmware_lines *lines)
{
    if (lines == NULL)
        return;
    if (lines->dwarf != NULL)
        (void)dwarf_end(lines->dwarf);
    if (lines->fd >= 0)
        (void)close(lines->fd);
    free(lines);
}

/// The compilation unit that holds `at`; clang writes no table of them.
static bool find_unit(Dwarf *dwarf, Dwarf_Addr at, Dwarf_Die *unit)
{
    Dwarf_Off offset = 0, next = 0;
    size_t header_bytes = 0;
    while (dwarf_nextcu(dwarf, offset, &next, &header_bytes, NULL, NULL, NULL) == 0) {
        if (dwarf_offdie(dwarf, offset + header_bytes, unit) != NULL && dwarf_haspc(unit, at) > 0)
            return true;
        offset = next;
    }
    return false;
}

/// The innermost function at `at`, inlined ones among them; NULL: none.
static const char *function_at(Dwarf_Die *unit, Dwarf_Addr at)
{
    Dwarf_Die *scopes = NULL;
    const char *name = NULL;
    const int count = dwarf_getscopes(unit, at, &scopes);
    for (int i = 0; i < count && name == NULL; i++) {
        const int tag = dwarf_tag(&scopes[i]);
        if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine)
            name = dwarf_diename(&scopes[i]);
    }
    free(scopes);
    return name != NULL && strcmp(name, "i2cproof_main") == 0 ? "main" : name; // recipe.c
}

static const char *without_folders(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

bool firmware_lines_name(firmware_lines *lines, uintptr_t pc, char *text, size_t bytes)
{
    Dwarf_Die unit;
    int number = 0;
    text[0] = '\0';
    if (lines == NULL || pc <= lines->base)
        return false;
    Dwarf_Addr at = pc - lines->base - 1; // inside the call, not behind it
    if (!find_unit(lines->dwarf, at, &unit))
        return false;
    // Code that the compiler puts down to no line belongs to the one before it.
    Dwarf_Line *line = dwarf_getsrc_die(&unit, at);
    for (unsigned back = 0; line != NULL && back < LINE_BYTES_MAX; back++) {
        if (dwarf_lineno(line, &number) != 0 || number != 0)
            break;
        line = dwarf_getsrc_die(&unit, --at);
    }
    const char *file = line != NULL ? dwarf_linesrc(line, NULL, NULL) : NULL;
    if (file == NULL)
        return false;
    const char *function = function_at(&unit, at);
    const bool named = function != NULL && strncmp(function, "__vector_", 9) != 0;
    (void)snprintf(text, bytes, "%s:%d%s%s%s", without_folders(file), number, named ? " " : "",
                   named ? function : "", named ? "()" : "");
    return true;
}

#endif
