#include "models/mcu/usi.h"

#include <assert.h>
#include <string.h>

static bool latch_is_open(const mcu_usi *usi)
{
    if (usi->clock.shift == MCU_USI_NO_CLOCK)
        return true;
    return mcu_pins_level(&usi->pins, I2C_SCL) == (usi->clock.shift == MCU_USI_FALLS);
}

/// The SDA driver follows its latch, which is open in the first half of a clock.
static void drive_sda(mcu_usi *usi)
{
    if (latch_is_open(usi))
        usi->latch = (usi->data & 0x80) != 0;
    mcu_pins_pull(&usi->pins, I2C_SDA, usi->mode != MCU_USI_OFF && usi->sda_on && !usi->latch);
}

static void drive_scl(mcu_usi *usi)
{
    const bool at_start = (usi->flags & MCU_USI_START) && usi->start_hold;
    const bool at_overflow = (usi->flags & MCU_USI_OVERFLOW) && usi->mode == MCU_USI_HOLD_OVERFLOW;
    mcu_pins_pull(&usi->pins, I2C_SCL, usi->mode != MCU_USI_OFF && (at_start || at_overflow));
}

/// SDA's edge has reached the start detector.
static void detect(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    mcu_usi *usi = ctx;
    if (!mcu_pins_level(&usi->pins, I2C_SCL))
        return;
    if (!usi->detecting_high)
        usi->start_hold = false;
    usi->flags |= usi->detecting_high ? MCU_USI_STOP : MCU_USI_START;
    usi->on_flag(usi->pins.config.ctx, usi->flags);
}

static void sda_edge(mcu_usi *usi, bool high)
{
    if (!mcu_pins_level(&usi->pins, I2C_SCL))
        return;
    usi->detecting_high = high;
    i2c_timer_set(usi->pins.config.sim, &usi->detector,
                  mcu_pins_now_ps(&usi->pins) + usi->detector_delay_ps);
}

static void shift(mcu_usi *usi)
{
    usi->data = (uint8_t)(usi->data << 1 | (mcu_pins_level(&usi->pins, I2C_SDA) ? 1 : 0));
}

/// True when it has overflowed.
static bool count(mcu_usi *usi)
{
    usi->counter = (usi->counter + 1u) & 15u;
    if (usi->counter != 0)
        return false;
    usi->flags |= MCU_USI_OVERFLOW;
    usi->buffer = usi->data;
    return true;
}

static void scl_edge(mcu_usi *usi, bool high)
{
    if (usi->clock.shift == (high ? MCU_USI_RISES : MCU_USI_FALLS))
        shift(usi);
    if (!high) {
        i2c_timer_cancel(usi->pins.config.sim, &usi->detector); // SDA gets there with SCL low
        if (usi->flags & MCU_USI_START)
            usi->start_hold = true;
    }
    drive_sda(usi);
    const bool overflows = usi->clock.counts_edges && count(usi);
    drive_scl(usi);
    if (overflows) // last: what it tells may write to this very core
        usi->on_flag(usi->pins.config.ctx, usi->flags);
}

void mcu_usi_strobe(mcu_usi *usi, bool shifts)
{
    if (shifts)
        shift(usi);
    (void)count(usi); // software, which strobes, reads the flag by itself
    drive_sda(usi);
    drive_scl(usi);
}

void mcu_usi_edge(mcu_usi *usi, i2c_line line, bool high)
{
    if (usi->mode == MCU_USI_OFF)
        return;
    if (line == I2C_SCL)
        scl_edge(usi, high);
    else
        sda_edge(usi, high);
}

void mcu_usi_init(mcu_usi *usi, const mcu_usi_config *config)
{
    memset(usi, 0, sizeof *usi);
    mcu_pins_init(&usi->pins, &config->pins);
    usi->on_flag = config->on_flag;
    usi->detector_delay_ps = config->detector_delay_ps;
    usi->detector = (i2c_timer){detect, usi, false};
    usi->latch = true;
    usi->clock = (mcu_usi_clock){MCU_USI_RISES, true};
}

void mcu_usi_reset(mcu_usi *usi)
{
    i2c_timer_cancel(usi->pins.config.sim, &usi->detector);
    const mcu_usi_config config = {.pins = usi->pins.config,
                                   .on_flag = usi->on_flag,
                                   .detector_delay_ps = usi->detector_delay_ps};
    mcu_usi_init(usi, &config);
}

void mcu_usi_set_mode(mcu_usi *usi, mcu_usi_mode mode)
{
    usi->mode = mode;
    if (mode == MCU_USI_OFF)
        i2c_timer_cancel(usi->pins.config.sim, &usi->detector);
    drive_sda(usi);
    drive_scl(usi);
}

void mcu_usi_set_clock(mcu_usi *usi, mcu_usi_clock clock)
{
    usi->clock = clock;
    drive_sda(usi);
}

void mcu_usi_set_data(mcu_usi *usi, uint8_t data)
{
    usi->data = data;
    drive_sda(usi);
}

void mcu_usi_set_status(mcu_usi *usi, unsigned flags, uint8_t counter)
{
    assert(counter <= 15);
    usi->counter = counter;
    usi->flags &= ~flags;
    if (flags & MCU_USI_START)
        usi->start_hold = false;
    drive_scl(usi);
}

void mcu_usi_set_sda(mcu_usi *usi, bool on)
{
    usi->sda_on = on;
    drive_sda(usi);
}
