#include "slave_under_test/kinds/mcu/window.h"

#include "sim/units.h"

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
