/// Spikes as an input filter is there for (UM10204 Table 10, tSP): the pins of the slaves under
/// test see the opposite of the line's level for a short while. They are made at those pins alone,
/// as a disturbance that is coupled into the slave's end of the bus is: masters and neighbours have
/// filters of their own, and neither monitor nor rules take a spike for an edge. The line itself
/// stays as it is; what it does meanwhile the slave learns when the spike is over.
///
/// Edges of a spike take no time, so that its width is the same at every threshold. A trace shows
/// spikes on tracks of their own. What is wider than tSP(max), and a real edge to everybody, is
/// faults.h's.
#ifndef I2C_SPIKE_H
#define I2C_SPIKE_H

#include "sim/sim.h"

/// The caller's; must outlive its use by the simulation. Fields are private.
typedef struct {
    i2c_sim *sim;
    i2c_timer timer;
    i2c_line line;
    bool on;       ///< in a spike, not before or between two
    unsigned left; ///< spikes that have not ended
    uint64_t width_ps, gap_ps;
    int track[2]; ///< of the trace; -1: none yet
} i2c_spike;

/// Does nothing yet.
void i2c_spike_init(i2c_spike *spike, i2c_sim *sim);
/// `count` spikes on the line, the first at `at_ps`, each `width_ps` long (not 0) with `gap_ps`
/// between two. New ones replace those that are pending.
void i2c_spike_begin(i2c_spike *spike, i2c_line line, uint64_t at_ps, uint64_t width_ps,
                     unsigned count, uint64_t gap_ps);
/// Ends all of it now.
void i2c_spike_clear(i2c_spike *spike);

#endif
