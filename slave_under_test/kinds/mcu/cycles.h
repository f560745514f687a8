/// Cycles of a CPU's clock against instants of the simulation. Most clocks have a period of whole
/// picoseconds; only the others need long divisions.
#ifndef MCU_KIND_CYCLES_H
#define MCU_KIND_CYCLES_H

#include "sim/units.h"

#include <assert.h>
#include <stdint.h>

/// Cycle 0 begins at `started_ps`. Written by the functions below alone, but for `started_ps`.
typedef struct {
    uint64_t started_ps;
    uint64_t hz;
    uint64_t cycle_ps;          ///< 0: the period is no whole number of ps
    uint64_t cycles_per_ps_q64; ///< its reciprocal, rounded down
} firmware_cycles;

static inline void firmware_cycles_set_hz(firmware_cycles *c, uint64_t hz)
{
    assert(hz > 0);
    c->hz = hz;
    c->cycle_ps = I2C_PS_PER_S % hz == 0 ? I2C_PS_PER_S / hz : 0;
    c->cycles_per_ps_q64 = c->cycle_ps == 0 ? 0 : UINT64_MAX / c->cycle_ps;
}

/// When so many cycles are over. Rounded down: an instruction is over when its last cycle is.
static inline uint64_t firmware_cycles_ps(const firmware_cycles *c, uint64_t cycles)
{
    if (c->cycle_ps != 0)
        return c->started_ps + cycles * c->cycle_ps;
    const unsigned __int128 span = (unsigned __int128)cycles * I2C_PS_PER_S;
    return c->started_ps + (uint64_t)(span / c->hz);
}

/// `span_ps` in cycles of whole picoseconds, rounded up. Multiplied by the reciprocal, which may be
/// one too low: it is asked for millions of times a second.
static inline uint64_t firmware_cycles_whole(const firmware_cycles *c, uint64_t span_ps)
{
    const unsigned __int128 product = (unsigned __int128)span_ps * c->cycles_per_ps_q64;
    const uint64_t cycles = (uint64_t)(product >> 64);
    const uint64_t rest_ps = span_ps - cycles * c->cycle_ps;
    return cycles + (rest_ps > c->cycle_ps) + (rest_ps != 0);
}

/// The first cycle that is not over before `at_ps`.
static inline uint64_t firmware_cycles_at(const firmware_cycles *c, uint64_t at_ps)
{
    if (at_ps == I2C_NEVER_PS)
        return UINT64_MAX;
    const uint64_t span_ps = at_ps - c->started_ps;
    if (c->cycle_ps != 0)
        return firmware_cycles_whole(c, span_ps);
    const unsigned __int128 span = (unsigned __int128)span_ps * c->hz;
    return (uint64_t)((span + I2C_PS_PER_S - 1) / I2C_PS_PER_S);
}

#endif
