#include "models/mcu/pins.h"

void mcu_pins_init(mcu_pins *pins, const mcu_pins_config *config)
{
    *pins = (mcu_pins){.config = *config};
}

void mcu_pins_pull_in(mcu_pins *pins, i2c_line line, bool pull, uint64_t after_ps)
{
    if (pull == pins->pulled[line])
        return;
    pins->pulled[line] = pull;
    pins->config.drive(pins->config.ctx, line, pull, after_ps);
}

void mcu_pins_pull(mcu_pins *pins, i2c_line line, bool pull)
{
    const mcu_pins_config *c = &pins->config;
    const uint64_t scl_ps = pull ? c->hold_delay_ps : c->let_go_delay_ps;
    mcu_pins_pull_in(pins, line, pull, line == I2C_SDA ? c->sda_delay_ps : scl_ps);
}
