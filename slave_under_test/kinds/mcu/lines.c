// With elfutils' libdw, where it was there when this was built.
#define _GNU_SOURCE // O_CLOEXEC
#include "slave_under_test/kinds/mcu/lines.h"

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

bool firmware_lines_function(firmware_lines *lines, const char *name, firmware_function *found)
{
    (void)lines;
    (void)name;
    (void)found;
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

// ---- functions ----------------------------------------------------------------------------------

static bool number_of(Dwarf_Die *die, unsigned name, Dwarf_Word *value)
{
    Dwarf_Attribute attribute;
    return dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), value) == 0;
}

/// False: a parameter that is passed in another way than whole numbers are.
static bool read_parameter(Dwarf_Die *die, firmware_parameter *parameter)
{
    Dwarf_Attribute attribute;
    Dwarf_Die type;
    Dwarf_Word bytes = 0, encoding = DW_ATE_unsigned;
    if (dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), &type) == NULL ||
        dwarf_peel_type(&type, &type) != 0)
        return false;
    const int tag = dwarf_tag(&type);
    const bool points = tag == DW_TAG_pointer_type;
    if (!points && tag != DW_TAG_base_type && tag != DW_TAG_enumeration_type)
        return false;
    if (!points && !number_of(&type, DW_AT_byte_size, &bytes))
        return false;
    if (tag == DW_TAG_base_type)
        (void)number_of(&type, DW_AT_encoding, &encoding);
    *parameter = (firmware_parameter){(uint8_t)(points ? sizeof(void *) : bytes),
                                      encoding == DW_ATE_signed || encoding == DW_ATE_signed_char};
    return encoding != DW_ATE_float && parameter->bytes >= 1 && parameter->bytes <= 8;
}

static bool read_function(Dwarf_Die *die, firmware_function *found)
{
    Dwarf_Die child;
    found->parameters = 0;
    if (dwarf_child(die, &child) != 0)
        return true;
    do {
        const int tag = dwarf_tag(&child);
        if (tag == DW_TAG_unspecified_parameters)
            return false;
        if (tag != DW_TAG_formal_parameter)
            continue;
        if (found->parameters == SLAVE_CALL_ARGS ||
            !read_parameter(&child, &found->parameter[found->parameters++]))
            return false;
    } while (dwarf_siblingof(&child, &child) == 0);
    return true;
}

/// Those in `unit` of that name that code was made of; the last one in `die`.
static unsigned functions_in(Dwarf_Die *unit, const char *name, Dwarf_Die *die, Dwarf_Addr *at)
{
    Dwarf_Die child;
    unsigned count = 0;
    if (dwarf_child(unit, &child) != 0)
        return 0;
    do {
        const char *own = dwarf_tag(&child) == DW_TAG_subprogram ? dwarf_diename(&child) : NULL;
        Dwarf_Addr from = 0;
        if (own == NULL || strcmp(own, name) != 0 || dwarf_lowpc(&child, &from) != 0)
            continue;
        *die = child;
        *at = from;
        count++;
    } while (dwarf_siblingof(&child, &child) == 0);
    return count;
}

bool firmware_lines_function(firmware_lines *lines, const char *name, firmware_function *found)
{
    Dwarf_Off offset = 0, next = 0;
    size_t header_bytes = 0;
    Dwarf_Die unit, die;
    Dwarf_Addr at = 0;
    unsigned count = 0;
    while (lines != NULL &&
           dwarf_nextcu(lines->dwarf, offset, &next, &header_bytes, NULL, NULL, NULL) == 0) {
        if (dwarf_offdie(lines->dwarf, offset + header_bytes, &unit) != NULL)
            count += functions_in(&unit, name, &die, &at);
        offset = next;
    }
    if (count != 1)
        return false;
    found->at = lines->base + at;
    return read_function(&die, found);
}

#endif
