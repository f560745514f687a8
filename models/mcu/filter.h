/// The spike filters of a part's two bus pins (UM10204 Table 10, tSP): what a pin has kept for as
/// long as its filter is is told, and so late.
///
///     edges of the node --> mcu_filter_edge() --> as long as `length_ps` --> on_edge(ctx, ...)
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_FILTER_H
#define MCU_FILTER_H

#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

/// The filter of a pin: what it lets through, and the change that is on its way.
typedef struct {
    struct mcu_filter *pair;
    i2c_line line;
    bool level;
    uint64_t length_ps; ///< 0: lets everything through at once
    uint64_t due_ps;    ///< when it lets the change through
    bool ahead;         ///< `level` is that already, and has not been told
    i2c_timer timer;
} mcu_filter_pin;

/// Read only outside models/mcu/, but for length_ps.
typedef struct mcu_filter {
    i2c_sim *sim;
    i2c_node node;
    i2c_edge_fn *on_edge;
    void *ctx;
    mcu_filter_pin pin[2];
} mcu_filter;

/// `on_edge` gets what comes through and `ctx`. Both lengths are 0, the levels those of the node.
void mcu_filter_init(mcu_filter *filter, i2c_sim *sim, i2c_node node, i2c_edge_fn *on_edge,
                     void *ctx);
/// Nothing is on its way, and the pins have had their levels for long.
void mcu_filter_reset(mcu_filter *filter);
/// An edge at the node's own input.
void mcu_filter_edge(mcu_filter *filter, i2c_line line, bool high, uint64_t now_ps);
static inline bool mcu_filter_level(const mcu_filter *filter, i2c_line line)
{
    return filter->pin[line].level;
}

#endif
