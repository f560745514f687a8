/// A hand on the wires: pulls, releases and clocks that a scenario asks for by itself. What it does
/// is nobody's blame. Glitches are sim/faults.h's.
#ifndef I2C_PARTS_RAW_H
#define I2C_PARTS_RAW_H

#include "models/masters/bit_engine.h"
#include "sim/sim.h"

/// The caller's; must outlive its use by the simulation. Fields are private.
typedef struct {
    i2c_sim *sim;
    i2c_node node;
    bit_timing timing;
    bool scl_high; ///< as told last
} raw_hand;

I2C_MUST_CHECK i2c_status raw_init(raw_hand *hand, i2c_sim *sim, i2c_mode mode,
                                   const i2c_wires *wires);
/// What `from` does to the lines is the hand's from now on, without an edge.
void raw_take_over(raw_hand *hand, i2c_node from);
/// Take effect at once, before the call returns.
void raw_pull(raw_hand *hand, i2c_line line);
void raw_release(raw_hand *hand, i2c_line line);
/// Makes `count` clocks, each a fall and a rise of SCL, with timing that is legal for the mode; SDA
/// stays as it is. Begins by letting SCL rise if the hand pulls it, and ends with SCL high after
/// its high time. Returns the clocks that were made: fewer if SCL stayed low for `scl_wait_ps`
/// after a release. Runs the simulation.
uint32_t raw_clock(raw_hand *hand, uint32_t count, uint64_t scl_wait_ps);

#endif
