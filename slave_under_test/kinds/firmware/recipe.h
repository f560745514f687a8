/// How firmware is compiled for this machine: with clang, whose instrumentation calls the hooks of
/// runtime.c at each basic block and each access to memory.
#ifndef FIRMWARE_RECIPE_H
#define FIRMWARE_RECIPE_H

#include "slave_under_test/kinds/build.h"
#include "slave_under_test/kinds/firmware/family.h"

#include <stdint.h>

enum {
    FIRMWARE_STUBS_MAX = 32,
    FIRMWARE_STUB_FLAGS = 4 + 6 * FIRMWARE_STUBS_MAX,
    FIRMWARE_STUB_BYTES = 128
};

/// The recipe for a part at that clock; `blocks_count`: for coverage. It points into `made`, which
/// is the caller's.
typedef struct {
    slave_recipe recipe;
    const firmware_family *family;
    firmware_defines defines;
    const slave_strings *stubs; ///< NULL: none
    const char *stub_c_flags[FIRMWARE_STUB_FLAGS + 1], *stub_cpp_flags[FIRMWARE_STUB_FLAGS + 1];
    char stub_word[3 * FIRMWARE_STUBS_MAX][FIRMWARE_STUB_BYTES];
    uint64_t clock_hz;
    bool blocks_count;
} firmware_recipe;

/// Folders of headers that are no part of a slave's own code; ends with NULL. Static.
const char *const *firmware_recipe_headers(void);

void firmware_recipe_make(firmware_recipe *made, const firmware_family *family,
                          const firmware_part *part, uint64_t clock_hz, bool blocks_count);
/// Makes it leave those functions empty; both must outlive its use. False: they are more than
/// FIRMWARE_STUBS_MAX, or a name is too long.
bool firmware_recipe_stub(firmware_recipe *made, const slave_strings *stubs);

#endif
