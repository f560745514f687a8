/// Rise and fall of an open-drain line as one pole, in whole picoseconds and without floating
/// point: the same seed must give the same bytes with every compiler (UM10204 7.1 for the model).
///
/// A released line rises as v(t) = 1 - exp(-t / RC). Its state is kept as the point on that curve,
/// so that a line pulled low in mid-rise, or released in mid-fall, goes on from where it is. A
/// pulled line falls in a straight line, 40 % of VDD in tf, from 70 % at the pull.
///
/// Not modelled: leakage, series resistors, undershoot, the linear rise of current-source pull-ups.
#ifndef I2C_RC_H
#define I2C_RC_H

#include <stdint.h>

/// 1.0 as a share of VDD: 32 fractional bits.
#define I2C_RC_ONE_Q32 0x100000000ull

/// Time from 0 V to 30 %, 50 % or 70 % (i2c_threshold 0, 1, 2), rounded up to the next ps.
/// `rc_ps` is Rp * Cb: 1 ohm * 1 pF = 1 ps. Below 2^31.
uint64_t i2c_rc_rise_ps(uint64_t rc_ps, unsigned threshold);
/// Voltage after `elapsed_ps` on the rising curve, as a share of VDD in Q32, rounded down.
uint64_t i2c_rc_voltage_q32(uint64_t rc_ps, uint64_t elapsed_ps);
/// The point on the rising curve at which it has that voltage (below 1.0), rounded up.
uint64_t i2c_rc_elapsed_ps(uint64_t rc_ps, uint64_t voltage_q32);
/// The share of VDD of a threshold, Q32.
uint64_t i2c_rc_threshold_q32(unsigned threshold);

#endif
