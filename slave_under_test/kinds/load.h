/// What kinds make alike of a slave_load.
#ifndef SLAVE_KINDS_LOAD_H
#define SLAVE_KINDS_LOAD_H

#include "slave_under_test/kind.h"

/// Extra time before the first instruction of the interrupt routine of that name.
uint64_t slave_load_latency_ps(const slave_load *load, const char *vector);
/// When something that lasts `length_ps` every `every_ps` is to begin: loads that repeat begin at a
/// random place, so that they meet the bus everywhere; others now.
uint64_t slave_load_first_ps(i2c_sim *sim, uint64_t length_ps, uint64_t every_ps);
/// Joins a slave's node to the bus: the application's `ctx` is told of the edges that it hears.
/// False: the simulation's tables are full.
bool slave_node_add(i2c_sim *sim, const slave_attach_options *options, i2c_edge_fn *on_edge,
                    void *ctx, i2c_node *node);

#endif
