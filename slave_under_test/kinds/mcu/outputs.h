/// The two bus pins of a part as outputs: what it asks of them reaches the bus some time later, and
/// is kept for attribution.
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_KIND_OUTPUTS_H
#define MCU_KIND_OUTPUTS_H

#include "sim/sim.h"
#include "slave_under_test/kinds/mcu/moves.h"

/// A change of a pin that is on its way to the bus.
typedef struct {
    struct firmware_outputs *all;
    i2c_line line;
    i2c_drive drive;
    firmware_move move; ///< what makes it
    i2c_timer timer;
} firmware_output;

/// Read only outside outputs.c.
typedef struct firmware_outputs {
    i2c_sim *sim;
    i2c_node node;
    firmware_output output[2];
    firmware_moves moves;
} firmware_outputs;

void firmware_outputs_init(firmware_outputs *o, i2c_sim *sim, i2c_node node);
/// `move` says who asks; its `at_ps` is filled in here.
void firmware_outputs_drive(firmware_outputs *o, i2c_line line, i2c_drive drive, uint64_t after_ps,
                            const firmware_move *move);
/// Lets go of both lines now; nothing is on its way any more.
void firmware_outputs_let_go(firmware_outputs *o);

#endif
