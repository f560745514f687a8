/// The parts of the monitor that run on each change. Inline, for run.c alone.
#ifndef I2C_MONITOR_PASSES_H
#define I2C_MONITOR_PASSES_H

#include "sim/sim_private.h"

/// SDA pulls are about to change: keeps who pulled when SCL passed 70 % in clock 9.
static inline void monitor_sda_pulls(i2c_sim *sim)
{
    const i2c_monitor *m = &sim->monitor;
    if (m->in_ack && m->high_is_bit && !m->ack_latched &&
        sim->net[I2C_SCL].rise_ps[I2C_AT_70] <= sim->now_ps)
        i2c_monitor_latch_ack(sim);
}

static inline void monitor_scl_rise(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    if (!m->plain) { // closed, or contested
        if (!m->open)
            return;
        i2c_monitor_contest(sim);
    }
    m->high_is_bit = true;
    m->ack_latched = false;
}

/// Returns the event that the fall completes, or NULL; the listener has been told.
static inline const i2c_event *monitor_scl_fall(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    if (!m->high_is_bit) { // never set while no transfer is open
        if (m->after_start)
            i2c_monitor_end_start(sim);
        return NULL;
    }
    if (m->in_ack)
        return i2c_monitor_take_ack(sim);
    m->high_is_bit = false;
    m->shift = (uint8_t)((unsigned)m->shift << 1 | (i2c_net_high(&sim->net[I2C_SDA]) ? 1u : 0u));
    return ++m->bits < 8 ? NULL : i2c_monitor_take_byte(sim);
}

/// Returns the START, Sr or STOP that the edge makes, or NULL.
static inline const i2c_event *monitor_sda_edge(i2c_sim *sim, bool high)
{
    return i2c_net_high(&sim->net[I2C_SCL]) ? i2c_monitor_take_condition(sim, high) : NULL;
}

#endif
