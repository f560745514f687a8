#include "slave_under_test/kinds/rtl/clock.h"

#include "sim/units.h"

__extension__ typedef unsigned __int128 u128;

rtl_clock rtl_clock_of(uint64_t hz, uint64_t origin_ps)
{
    const uint64_t edges_hz = 2 * hz;
    return (rtl_clock){.origin_ps = origin_ps,
                       .hz = hz,
                       .half_ps = I2C_PS_PER_S % edges_hz == 0 ? I2C_PS_PER_S / edges_hz : 0};
}

uint64_t rtl_clock_edge_ps(const rtl_clock *clock, uint64_t edge)
{
    if (clock->half_ps != 0)
        return clock->origin_ps + edge * clock->half_ps;
    return clock->origin_ps + (uint64_t)((u128)edge * I2C_PS_PER_S / ((u128)2 * clock->hz));
}

uint64_t rtl_clock_edges_before(const rtl_clock *clock, uint64_t at_ps)
{
    if (at_ps <= clock->origin_ps)
        return 0;
    const uint64_t last_ps = at_ps - clock->origin_ps - 1;
    if (clock->half_ps != 0)
        return last_ps / clock->half_ps + 1;
    // Edge n comes at or before last_ps: n * s <= (last_ps + 1) * 2 hz - 1, rounded down.
    const u128 ahead = ((u128)last_ps + 1) * 2 * clock->hz - 1;
    return (uint64_t)(ahead / I2C_PS_PER_S) + 1;
}
