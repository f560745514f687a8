#include "slave_under_test/kinds/load.h"

#include <string.h>

enum { RANDOM_STREAM = 7 };

uint64_t slave_load_latency_ps(const slave_load *load, const char *vector)
{
    uint64_t latency_ps = 0;
    for (unsigned i = 0; i < load->latencies; i++)
        if (load->latency[i].vector[0] == '\0' || strcmp(load->latency[i].vector, vector) == 0)
            latency_ps = load->latency[i].latency_ps;
    return latency_ps;
}

uint64_t slave_load_first_ps(i2c_sim *sim, uint64_t length_ps, uint64_t every_ps)
{
    const uint64_t now_ps = i2c_sim_now_ps(sim);
    return length_ps == 0 || every_ps == 0
               ? now_ps
               : now_ps + i2c_sim_random_below(sim, RANDOM_STREAM, every_ps);
}

bool slave_node_add(i2c_sim *sim, const slave_attach_options *options, i2c_edge_fn *on_edge,
                    void *ctx, i2c_node *node)
{
    const i2c_node_config config = {.name = "slave",
                                    .role = I2C_ROLE_SLAVE,
                                    .threshold = options->threshold,
                                    .hears = I2C_HEAR_ALL,
                                    .on_edge = on_edge,
                                    .ctx = ctx};
    return i2c_node_add(sim, &config, node) == I2C_OK;
}
