/// Faults of the wiring, as nodes of their own that are nobody's blame: a stuck line, a short
/// between the lines, and glitches of a given width.
#ifndef I2C_FAULTS_H
#define I2C_FAULTS_H

#include "sim/sim.h"

typedef struct {
    i2c_sim *sim;
    i2c_node node;
    i2c_line glitch_line;
    bool glitch_high;
    i2c_timer begin, end;
    uint64_t width_ps;
} i2c_fault;

/// Adds the fault node to the bus; it does nothing yet. `fault` must outlive the simulation's use.
I2C_MUST_CHECK i2c_status i2c_fault_init(i2c_fault *fault, i2c_sim *sim);

/// The line is held low until i2c_fault_clear().
void i2c_fault_stick(i2c_fault *fault, i2c_line line);
/// SCL and SDA are one wire until i2c_fault_clear().
void i2c_fault_short(i2c_fault *fault);
void i2c_fault_clear(i2c_fault *fault);

/// Forces the line to the level from `at_ps` for `width_ps`, whoever pulls it. One glitch of a
/// fault at a time: a new one replaces a pending one.
void i2c_fault_glitch(i2c_fault *fault, i2c_line line, bool high, uint64_t at_ps,
                      uint64_t width_ps);

#endif
