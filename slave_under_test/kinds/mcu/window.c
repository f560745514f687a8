#include "slave_under_test/kinds/mcu/window.h"

#include "sim/units.h"
#include "slave_under_test/kinds/load.h"

bool firmware_window_open(const firmware_window *window, uint64_t at_ps, uint64_t *ends_ps)
{
    *ends_ps = I2C_NEVER_PS;
    if (window->length_ps == 0)
        return false;
    if (at_ps < window->first_ps) {
        *ends_ps = window->first_ps;
        return false;
    }
    const uint64_t since_ps = at_ps - window->first_ps;
    const uint64_t turns = window->every_ps != 0 ? since_ps / window->every_ps : 0;
    const uint64_t began_ps = window->first_ps + turns * window->every_ps;
    if (at_ps - began_ps < window->length_ps) {
        *ends_ps = began_ps + window->length_ps;
        return true;
    }
    if (window->every_ps != 0)
        *ends_ps = began_ps + window->every_ps;
    return false;
}

static firmware_window window(i2c_sim *sim, uint64_t length_ps, uint64_t every_ps)
{
    return (firmware_window){.first_ps = slave_load_first_ps(sim, length_ps, every_ps),
                             .length_ps = length_ps,
                             .every_ps = every_ps};
}

firmware_load firmware_load_of(i2c_sim *sim, const slave_load *asked)
{
    firmware_load load; // one after the other: each may draw where it begins
    load.irq_off = window(sim, asked->irq_off_ps, asked->irq_off_every_ps);
    load.isr = window(sim, asked->isr_load_ps, asked->isr_load_every_ps);
    load.main_stall = window(sim, asked->main_stall_ps, asked->main_stall_every_ps);
    return load;
}
