/// Which of a slave's own code has run, and what was going on on the bus meanwhile. Plain data, the
/// same for every kind that can tell.
#ifndef SLAVE_COVERAGE_H
#define SLAVE_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What the bus is at, as far as a slave sees it: one bit of a set each.
enum {
    SLAVE_BUS_IDLE,                            ///< no transfer is open
    SLAVE_BUS_START,                           ///< from START or Sr to the first fall of SCL
    SLAVE_BUS_ADDRESS,                         ///< clocks 1 to 9 of the address byte, from here on
    SLAVE_BUS_WRITTEN = SLAVE_BUS_ADDRESS + 9, ///< of a byte to the slave
    SLAVE_BUS_READ = SLAVE_BUS_WRITTEN + 9,    ///< of a byte from it
    SLAVE_BUS_FOREIGN = SLAVE_BUS_READ + 9,    ///< bytes behind an address that is not its own
    SLAVE_BUS_COUNT
};

typedef struct {
    uint32_t file, line;
    uint64_t count; ///< how often its code has run
    uint64_t when;  ///< set of SLAVE_BUS_...
} slave_covered_line;

typedef struct {
    uint32_t file, line;
    const char *name;
    uint64_t count; ///< of its first line
    uint64_t when;
    uint32_t blocks, blocks_run;
} slave_covered_function;

/// A way out of a condition. Those of one condition have the same line and block.
typedef struct {
    uint32_t file, line, block, branch;
    bool reached; ///< the condition was asked at all
    uint64_t count;
} slave_covered_branch;

/// Each table is by file and line. Files are paths.
typedef struct {
    char **file;
    slave_covered_line *lines;
    slave_covered_function *functions;
    slave_covered_branch *branches;
    size_t file_count, line_count, function_count, branch_count;
    char *names; ///< of functions
} slave_coverage;

void slave_coverage_free(slave_coverage *coverage);

/// A set of SLAVE_BUS_... in words: "START, address 1-8 A, written A, idle". Returns `text`.
const char *slave_coverage_when_text(uint64_t when, char *text, size_t bytes);

#endif
