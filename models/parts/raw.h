/// The wires by hand: pulls, releases and clocks of a scenario that no master would make. Its node is
/// a FAULT one, so that nobody is blamed for what a scenario does on purpose.
#ifndef MODELS_PARTS_RAW_H
#define MODELS_PARTS_RAW_H

#include "sim/sim.h"

typedef struct raw_hand raw_hand;

/// NULL without memory; the caller's until raw_free() (NULL is allowed).
raw_hand *raw_new(void);
void raw_free(raw_hand *hand);
/// Puts it on a fresh simulation; clocks have that mode's minimum timing. Allocates nothing.
I2C_MUST_CHECK i2c_status raw_attach(raw_hand *hand, i2c_sim *sim, i2c_mode mode);
i2c_node raw_node(const raw_hand *hand);
void raw_set(raw_hand *hand, i2c_line line, i2c_drive drive);
/// Gives `count` clocks (SCL fall, low, rise, high), SDA left as it is; runs the simulation. A clock
/// that somebody stretches for longer than 100 ms is the last.
void raw_clock(raw_hand *hand, unsigned count);

#endif
