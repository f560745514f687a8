/// Units of simulated time. Everything is kept in whole picoseconds, because 62.5 ns (a 16 MHz
/// clock period) is no whole number of ns and the specification's tables speak of ns.
#ifndef I2C_UNITS_H
#define I2C_UNITS_H

#include <stdint.h>

#define I2C_PS_PER_NS 1000ull
#define I2C_PS_PER_US 1000000ull
#define I2C_PS_PER_MS 1000000000ull
#define I2C_PS_PER_S  1000000000000ull

/// A time that never comes: later than every other.
#define I2C_NEVER_PS UINT64_MAX

#endif
