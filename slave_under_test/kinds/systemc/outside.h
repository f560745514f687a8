/// A slave that lives in somebody else's simulation (`i2cproof/simulation.h`), for example that of
/// a user's own sc_main(). It is nothing that could be built: there is no kind of that name in a
/// slave's file, which says what the slave declares.
///
/// The time of a case begins when the slave is attached. Without a reset pin and power_up() the
/// slave goes on as it is where another kind brings it back; outside_restarts() tells.
///
/// Threads: where the simulation is.
#ifndef SYSTEMC_OUTSIDE_H
#define SYSTEMC_OUTSIDE_H

#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/systemc/include/i2cproof/simulation.h"

const slave_adapter *outside_adapter(void);

/// `slave` and `simulation` must outlive it. `options` are for the model of the slave's data, if it
/// declares one. NULL and a message when that cannot be had. The caller's to discard().
slave_image *outside_image_new(const slave_description *slave,
                               const i2cproof_simulation *simulation,
                               const slave_build_options *options, char *message,
                               size_t message_bytes);
/// The slave's application was given something. Nothing happens while no case is played.
void outside_called(slave_image *image, const char *function, const int64_t *args, unsigned count);
/// Whether the slave can be brought back to what it is after power-up.
bool outside_restarts(const slave_image *image);

#endif
