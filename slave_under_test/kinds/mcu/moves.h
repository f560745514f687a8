/// What of the firmware made each line as it is, for attribution: the last moves of both, by the
/// place in the code whose write to a register led there.
#ifndef MCU_KIND_MOVES_H
#define MCU_KIND_MOVES_H

#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

enum { FIRMWARE_MOVES_KEPT = 16, FIRMWARE_MOVE_BYTES = 256 };

/// A write to a register, and what became of a line by it.
typedef struct {
    uint64_t at_ps;   ///< when the line moved
    bool by_hardware; ///< of itself, some time behind the write
    uintptr_t pc;     ///< of the write; 0: none has been
    int vector;       ///< under way at the write, as firmware_core_doing()
    uint32_t number;  ///< of the write among all; 0: they are not counted
    uint32_t register_at;
    uint8_t bytes;
    uint32_t value;
} firmware_move;

typedef struct {
    firmware_move kept[2][FIRMWARE_MOVES_KEPT]; ///< by i2c_line, a ring
    unsigned count[2];
} firmware_moves;

void firmware_moves_add(firmware_moves *moves, i2c_line line, const firmware_move *move);
/// The move that made the line as it was at `at_ps`; NULL: none is known.
const firmware_move *firmware_moves_at(const firmware_moves *moves, i2c_line line, uint64_t at_ps);

#endif
