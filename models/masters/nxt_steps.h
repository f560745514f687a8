/// The pins of a LEGO NXT as its firmware moves them: a timer interrupt, the tick, runs a state
/// machine that takes 2 ticks a clock. SCL is driven both ways all the time, SDA whenever it is an
/// output. Private to models/masters/; nxt.c is the control loop above it.
#ifndef I2C_MASTERS_NXT_STEPS_H
#define I2C_MASTERS_NXT_STEPS_H

#include "models/masters/sequencer.h"

/// Delays of the steps. The owner sets NXT_HOLD before each START.
enum {
    NXT_TICK = 1,
    NXT_HOLD,      ///< START to t0, the tick that puts bit 7 on SDA: 1 ps to a tick
    NXT_SETTLE,    ///< within a handler: SCL's fall to SDA
    NXT_EPS,       ///< within a handler: other pairs of changes
    NXT_EPS_FIRST, ///< half of it, and the other half
    NXT_EPS_SECOND
};

extern const bitbang_step *const nxt_steps[BITBANG_PHASES];
/// One attempt; data that nobody ACKs are not noticed.
extern const sequence_policy nxt_policy;
/// Fills in everything but the steps, and NXT_HOLD.
void nxt_delays(bitbang *b, uint64_t tick_ps, uint64_t eps_ps, uint64_t settle_ps);

#endif
