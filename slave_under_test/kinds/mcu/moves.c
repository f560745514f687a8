#include "slave_under_test/kinds/mcu/moves.h"

#include <stddef.h>

void firmware_moves_add(firmware_moves *moves, i2c_line line, const firmware_move *move)
{
    moves->kept[line][moves->count[line]++ % FIRMWARE_MOVES_KEPT] = *move;
}

const firmware_move *firmware_moves_at(const firmware_moves *moves, i2c_line line, uint64_t at_ps)
{
    const unsigned count = moves->count[line];
    const unsigned kept = count < FIRMWARE_MOVES_KEPT ? count : FIRMWARE_MOVES_KEPT;
    for (unsigned i = 1; i <= kept; i++) {
        const firmware_move *move = &moves->kept[line][(count - i) % FIRMWARE_MOVES_KEPT];
        if (move->at_ps <= at_ps)
            return move;
    }
    return NULL;
}
