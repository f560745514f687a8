/// The two pins of a peripheral: what it reads there, and what it asks of their drivers. Each
/// peripheral of this folder that is at pin level has one.
///
///     peripheral -- mcu_pins_pull() --> once per change --> drive(ctx, line, pull, after_ps)
///     peripheral <- mcu_pins_level() -- level(ctx, line), or the node's own input
///
/// The drivers follow late: the owner lets what it was asked for take effect `after_ps` later. SCL
/// is let go with a delay of its own, so that a core that changes SDA with it can have that set up
/// before.
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_PINS_H
#define MCU_PINS_H

#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

/// What stands behind the input filter of a line.
typedef bool mcu_pins_level_fn(void *ctx, i2c_line line);
/// The core asks for a line to be pulled or released, `after_ps` from now.
typedef void mcu_pins_drive_fn(void *ctx, i2c_line line, bool pull, uint64_t after_ps);

/// Assumed of the drivers of all parts, whose data sheets give no figures.
#define MCU_DRIVER_DELAY_PS (350 * I2C_PS_PER_NS)
/// From SDA, which may rise slowly, to SCL let go: tr and tSU;DAT of Standard-mode (UM10204 Table
/// 11).
#define MCU_SET_UP_PS (1250 * I2C_PS_PER_NS)

typedef struct {
    i2c_sim *sim;             ///< the caller's; outlives the peripheral
    i2c_node node;            ///< whose inputs it reads
    mcu_pins_level_fn *level; ///< NULL: the inputs of `node`, without a filter
    mcu_pins_drive_fn *drive;
    void *ctx;                ///< of all calls of the peripheral; the caller's
    uint64_t sda_delay_ps;    ///< SCL fall or register write to SDA, both directions
    uint64_t hold_delay_ps;   ///< SCL fall to SCL pulled
    uint64_t let_go_delay_ps; ///< what ends a hold to SCL released
    uint64_t seen_delay_ps;   ///< its filter: edges are told so late
} mcu_pins_config;

/// Read only outside models/mcu/.
typedef struct {
    mcu_pins_config config;
    bool pulled[2]; ///< by i2c_line: what was last asked for
} mcu_pins;

/// Both released, and nothing is asked for.
void mcu_pins_init(mcu_pins *pins, const mcu_pins_config *config);
/// Asks for a line to be pulled or released, unless that was the last thing asked for.
void mcu_pins_pull(mcu_pins *pins, i2c_line line, bool pull);
/// The same with a delay of the caller's, who keeps a time of its own.
void mcu_pins_pull_in(mcu_pins *pins, i2c_line line, bool pull, uint64_t after_ps);

static inline bool mcu_pins_level(const mcu_pins *pins, i2c_line line)
{
    if (pins->config.level != NULL)
        return pins->config.level(pins->config.ctx, line);
    return i2c_node_level(pins->config.sim, pins->config.node, line);
}

static inline uint64_t mcu_pins_now_ps(const mcu_pins *pins)
{
    return i2c_sim_now_ps(pins->config.sim);
}

#endif
