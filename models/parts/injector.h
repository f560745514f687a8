/// The injector: a node that takes a master's place in mid-transfer and goes on with legal timing, to
/// cut the transfer off with a STOP or with another master's START, and to clear the bus
/// (UM10204 3.1.16).
///
/// Before it makes a START or STOP it needs SDA: where the slave rightly holds it, it clocks until SDA
/// is high, at most nine times. Waiting for SCL is bounded by `patience_ps`. The calls run the
/// simulation until they are done.
///
/// Not modelled: arbitration; it is the only one to make clocks while it acts.
#ifndef MODELS_PARTS_INJECTOR_H
#define MODELS_PARTS_INJECTOR_H

#include "sim/sim.h"

typedef struct injector injector;

typedef enum {
    INJECTOR_OK,
    INJECTOR_SDA_STUCK, ///< SDA was still low after nine clocks
    INJECTOR_SCL_STUCK  ///< SCL was held for longer than the patience
} injector_end;

typedef struct {
    injector_end end;
    unsigned clocks; ///< that it gave to get SDA high
} injector_outcome;

/// NULL without memory; the caller's until injector_free() (NULL is allowed).
injector *injector_new(void);
void injector_free(injector *inj);
/// Puts it on a fresh simulation, with both lines released, to act with that mode's minimum timing.
/// Allocates nothing.
I2C_MUST_CHECK i2c_status injector_attach(injector *inj, i2c_sim *sim, i2c_mode mode);
i2c_node injector_node(const injector *inj);

/// Takes over what `from` pulls, in this instant and without an edge. May be called within an event.
void injector_take(injector *inj, i2c_node from);
/// Makes a STOP and leaves both lines released, tBUF after it.
injector_outcome injector_stop(injector *inj, uint64_t patience_ps);
/// Makes a START (Sr) and leaves SDA pulled and SCL high, for a master to adopt
/// (master_adopt_start()) within tHD;STA.
injector_outcome injector_start(injector *inj, uint64_t patience_ps);
/// Frees the bus: clocks only if SDA is low, then STOP. `clocks` says how many it took.
injector_outcome injector_clear(injector *inj, uint64_t patience_ps);

#endif
