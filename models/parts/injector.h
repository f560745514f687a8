/// Cuts a transfer off: takes over what a master does to the lines, in the same instant and without
/// an edge, and ends the transfer with timing that is legal for a mode. It makes a STOP, or a START
/// that a fresh master goes on from (master_adopt_start()). It also clears a bus (UM10204 3.1.16).
///
/// Where the slave rightly holds SDA, a STOP or START cannot be made at once: the injector clocks
/// until SDA is high, at most nine times. A clock is a fall and a rise of SCL; letting go of a low
/// SCL is none. A STOP that did not form because the slave pulled SDA in its low phase counts as
/// one too.
///
/// The calls run the simulation until they return. Pulls are judged as a master's.
#ifndef I2C_PARTS_INJECTOR_H
#define I2C_PARTS_INJECTOR_H

#include "models/masters/bit_engine.h"
#include "sim/sim.h"

enum { INJECTOR_CLOCKS_MAX = 9, INJECTOR_VALLEYS_MAX = 10 };

typedef enum {
    INJECTOR_OK,
    INJECTOR_SCL_STUCK, ///< SCL stayed low for longer than it was to wait
    INJECTOR_SDA_STUCK, ///< SDA low after nine clocks
    INJECTOR_NO_TIME    ///< the budget of the simulation was spent
} injector_end;

typedef struct {
    injector_end end;
    unsigned clocks;         ///< that were needed before SDA was high, 0 to 10
    uint64_t ended_ps;       ///< when SDA rose for the STOP, or fell for the START
    uint64_t longest_low_ps; ///< longest that SCL stayed low after the injector let go of it
} injector_outcome;

/// The caller's; must outlive its use by the simulation. Fields are private.
typedef struct {
    i2c_sim *sim;
    i2c_node node;
    bit_timing timing;
    uint64_t setup_ps;  ///< SDA changed to SCL released
    uint64_t period_ps; ///< SCL fall to fall, at least
    bool scl_high;      ///< as told last
} injector;

/// Puts the injector on the bus, both lines released. `wires` are the simulation's.
I2C_MUST_CHECK i2c_status injector_init(injector *in, i2c_sim *sim, i2c_mode mode,
                                        const i2c_wires *wires);
static inline i2c_node injector_node(const injector *in)
{
    return in->node;
}

/// What `from` does to the lines is the injector's from now on. May be called from within an event
/// (with master_abandon()), and after a transfer too. A line that `from` drove high is released.
void injector_take_over(injector *in, i2c_node from);

/// Makes a STOP as soon as is legal. `scl_wait_ps` bounds each wait for SCL. Whatever the outcome,
/// both lines are released afterwards.
void injector_stop(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome);
/// Makes a START (Sr) as soon as is legal and keeps SDA low: on INJECTOR_OK call
/// master_adopt_start() at once. Otherwise both lines are released.
void injector_restart(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome);
/// Nine clocks with SDA released, whatever it does, then a STOP. `clocks` is how many it took until
/// SDA was high for good, at most nine.
void injector_clear_bus(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome);
/// Up to nine clocks with a try to make a STOP in each: SDA follows SCL down and up again. It ends
/// with the first STOP (Linux, i2c_generic_scl_recovery() with an SDA that can be driven).
void injector_stop_each_clock(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome);
/// Up to ten clocks while SDA is low, and no STOP: what follows is a START (ESP8266's Arduino
/// core).
void injector_clock_sda_high(injector *in, uint64_t scl_wait_ps, injector_outcome *outcome);

#endif
