/// Where the registers of a family of parts lie in this process, for firmware that was compiled for
/// it: at constant addresses, so that they are constants to the compiler.
#ifndef FIRMWARE_SPACE_H
#define FIRMWARE_SPACE_H

#include "slave_under_test/kinds/firmware/firmware_link.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIRMWARE_MAPS_MAX = 2 };

typedef struct {
    uintptr_t at;
    size_t bytes;
} firmware_range;

/// Where registers lie in this process.
typedef struct {
    uintptr_t origin;                            ///< address of what the part has at its address 0
    firmware_range hooked;                       ///< each access there comes to the engine ...
    const firmware_range map[FIRMWARE_MAPS_MAX]; ///< ... and here is memory; ends with bytes 0
    uint8_t unit_bytes;   ///< the most that the part is told of at once; the rest in several steps
    firmware_costs costs; ///< of its CPU
} firmware_space;

/// Lays memory there, for whichever firmware runs: only one does at a time. False: the addresses
/// are in use.
bool firmware_space_map(const firmware_space *space);
/// As often as it was mapped.
void firmware_space_unmap(const firmware_space *space);

#endif
