/// A second thread of control in simulated time: a function that lets time pass (i2c_sim_run() and
/// its like) beside the caller that does so, too. Two masters whose calls run the simulation until
/// they return can so be on one bus; neither has to know of the other.
///
/// Where a strand waits, its caller goes on; where what it waits for has come, it goes on after
/// that instant, as the caller of i2c_sim_run_until() would, in the order in which strands were
/// started and before the one that runs the simulation. Nothing is parallel: a strand is a stack of
/// its own in the same thread.
///
/// Threads: as the simulation. What a strand calls needs 64 KiB of stack at most.
#ifndef I2C_STRAND_H
#define I2C_STRAND_H

#include "sim/sim.h"

typedef struct i2c_strand i2c_strand;
typedef void i2c_strand_fn(void *ctx);

enum { I2C_STRAND_MAX = 4 }; ///< that run on a simulation at one time

/// On I2C_OK `*strand` is the caller's until i2c_strand_free(); it may run again and again. Else
/// I2C_NO_MEMORY.
I2C_MUST_CHECK i2c_status i2c_strand_new(i2c_strand **strand);
/// NULL is fine. A strand that runs is dropped.
void i2c_strand_free(i2c_strand *strand);

/// Begins run(ctx), which comes as far as its first wait before this returns. May be called from
/// within an event. I2C_TOO_MANY when I2C_STRAND_MAX run already.
I2C_MUST_CHECK i2c_status i2c_strand_start(i2c_strand *strand, i2c_sim *sim, i2c_strand_fn *run,
                                           void *ctx);
/// run() has not returned.
bool i2c_strand_runs(const i2c_strand *strand);
/// run() never goes on; what lies on its stack is forgotten. A new or emptied simulation
/// (i2c_sim_reset()) drops those of the old one.
void i2c_strand_drop(i2c_strand *strand);

#endif
