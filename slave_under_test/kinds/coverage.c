#include "slave_under_test/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void slave_coverage_free(slave_coverage *coverage)
{
    if (coverage == NULL)
        return;
    for (size_t i = 0; i < coverage->file_count; i++)
        free(coverage->file[i]);
    free(coverage->file);
    free(coverage->lines);
    free(coverage->functions);
    free(coverage->branches);
    free(coverage->names);
    free(coverage);
}

static void add(char *text, size_t bytes, const char *more)
{
    const size_t used = strlen(text);
    (void)snprintf(text + used, bytes - used, "%s", more);
}

/// "written 1-3 5 A": clocks of a byte, the ninth as A.
static void add_clocks(char *text, size_t bytes, const char *what, uint64_t clocks)
{
    char range[16];
    if (clocks == 0)
        return;
    add(text, bytes, text[0] == '\0' ? "" : ", ");
    add(text, bytes, what);
    for (unsigned from = 0; from < 8; from++) {
        unsigned to = from;
        if ((clocks >> from & 1u) == 0)
            continue;
        while (to < 7 && (clocks >> (to + 1) & 1u) != 0)
            to++;
        (void)snprintf(range, sizeof range, from == to ? " %u" : " %u-%u", from + 1, to + 1);
        add(text, bytes, range);
        from = to;
    }
    add(text, bytes, (clocks >> 8 & 1u) != 0 ? " A" : "");
}

static void add_one(char *text, size_t bytes, const char *what, uint64_t when, unsigned bit)
{
    if ((when >> bit & 1u) == 0)
        return;
    add(text, bytes, text[0] == '\0' ? "" : ", ");
    add(text, bytes, what);
}

const char *slave_coverage_when_text(uint64_t when, char *text, size_t bytes)
{
    text[0] = '\0';
    add_one(text, bytes, "idle", when, SLAVE_BUS_IDLE);
    add_one(text, bytes, "START", when, SLAVE_BUS_START);
    add_clocks(text, bytes, "address", when >> SLAVE_BUS_ADDRESS & 0x1FF);
    add_clocks(text, bytes, "written", when >> SLAVE_BUS_WRITTEN & 0x1FF);
    add_clocks(text, bytes, "read", when >> SLAVE_BUS_READ & 0x1FF);
    add_one(text, bytes, "foreign", when, SLAVE_BUS_FOREIGN);
    return text;
}
