/// How firmware is compiled for this machine: with clang, whose instrumentation calls the hooks of
/// runtime.c at each basic block and each access to memory.
#ifndef FIRMWARE_RECIPE_H
#define FIRMWARE_RECIPE_H

#include "slave_under_test/kinds/build.h"
#include "slave_under_test/kinds/firmware/family.h"

#include <stdint.h>

/// The recipe for a part at that clock. It points into `made`, which is the caller's.
typedef struct {
    slave_recipe recipe;
    const firmware_family *family;
    firmware_defines defines;
    uint64_t clock_hz;
} firmware_recipe;

void firmware_recipe_make(firmware_recipe *made, const firmware_family *family,
                          const firmware_part *part, uint64_t clock_hz);

#endif
