// A bus without edges of its own and without an end, and a node on it that is moved by hand.
#ifndef TESTS_SLAVES_IDEAL_BUS_H
#define TESTS_SLAVES_IDEAL_BUS_H

extern "C" {
#include "sim/sim.h"
}

#include <cstdlib>

/// The caller frees it. `trace` may be NULL.
inline i2c_sim *ideal_bus(bool rules_off = false, i2c_trace *trace = nullptr)
{
    i2c_sim_config config = {};
    config.wires.ideal = true;
    config.budget_ps = I2C_NEVER_PS;
    config.rules_off = rules_off;
    config.trace = trace;
    i2c_sim *sim = nullptr;
    if (i2c_sim_new(&sim, &config) != I2C_OK)
        std::abort();
    return sim;
}

inline i2c_node add_node(i2c_sim *sim, const i2c_node_config &config)
{
    i2c_node node = 0;
    if (i2c_node_add(sim, &config, &node) != I2C_OK)
        std::abort();
    return node;
}

inline i2c_node add_master(i2c_sim *sim)
{
    i2c_node_config hand = {};
    hand.name = "master";
    hand.threshold = I2C_AT_50;
    return add_node(sim, hand);
}

#endif
