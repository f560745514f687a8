#include "models/mcu/usi.h"

#include <assert.h>
#include <string.h>

static bool level(const mcu_usi *usi, i2c_line line)
{
    return i2c_node_level(usi->config.sim, usi->config.node, line);
}

/// The SDA driver follows its latch, which is open while SCL is low.
static void drive_sda(mcu_usi *usi)
{
    if (!level(usi, I2C_SCL))
        usi->latch = (usi->data & 0x80) != 0;
    const bool pull = usi->mode != MCU_USI_OFF && usi->sda_on && !usi->latch;
    if (pull == usi->sda_pulled)
        return;
    usi->sda_pulled = pull;
    usi->config.drive(usi->config.ctx, I2C_SDA, pull, usi->config.sda_delay_ps);
}

static void drive_scl(mcu_usi *usi)
{
    const bool at_start = (usi->flags & MCU_USI_START) && usi->start_hold;
    const bool at_overflow = (usi->flags & MCU_USI_OVERFLOW) && usi->mode == MCU_USI_HOLD_OVERFLOW;
    const bool pull = usi->mode != MCU_USI_OFF && (at_start || at_overflow);
    if (pull == usi->scl_pulled)
        return;
    usi->scl_pulled = pull;
    usi->config.drive(usi->config.ctx, I2C_SCL, pull, usi->config.scl_delay_ps);
}

/// SDA's edge has reached the start detector.
static void detect(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    mcu_usi *usi = ctx;
    if (!level(usi, I2C_SCL))
        return;
    if (!usi->detecting_high)
        usi->start_hold = false;
    usi->flags |= usi->detecting_high ? MCU_USI_STOP : MCU_USI_START;
    usi->config.on_flag(usi->config.ctx, usi->flags);
}

static void sda_edge(mcu_usi *usi, bool high)
{
    if (!level(usi, I2C_SCL))
        return;
    usi->detecting_high = high;
    i2c_timer_set(usi->config.sim, &usi->detector,
                  i2c_sim_now_ps(usi->config.sim) + usi->config.detector_delay_ps);
}

static void scl_edge(mcu_usi *usi, bool high)
{
    if (high) {
        usi->data = (uint8_t)(usi->data << 1 | (level(usi, I2C_SDA) ? 1 : 0));
    } else {
        i2c_timer_cancel(usi->config.sim, &usi->detector); // SDA gets there with SCL low
        if (usi->flags & MCU_USI_START)
            usi->start_hold = true;
        drive_sda(usi);
    }
    usi->counter = (usi->counter + 1u) & 15u;
    if (usi->counter == 0)
        usi->flags |= MCU_USI_OVERFLOW;
    drive_scl(usi);
    if (usi->counter == 0) // last: what it tells may write to this very core
        usi->config.on_flag(usi->config.ctx, usi->flags);
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
    usi->config = *config;
    usi->detector = (i2c_timer){detect, usi, false};
    usi->latch = true;
}

void mcu_usi_reset(mcu_usi *usi)
{
    i2c_timer_cancel(usi->config.sim, &usi->detector);
    const mcu_usi_config config = usi->config;
    mcu_usi_init(usi, &config);
}

void mcu_usi_set_mode(mcu_usi *usi, mcu_usi_mode mode)
{
    usi->mode = mode;
    if (mode == MCU_USI_OFF)
        i2c_timer_cancel(usi->config.sim, &usi->detector);
    drive_sda(usi);
    drive_scl(usi);
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
