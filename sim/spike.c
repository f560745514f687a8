#include "sim/spike.h"

#include "sim/sim_private.h"

#include <assert.h>

static void show(i2c_spike *spike, bool on)
{
    static const char *const names[] = {"spike_scl", "spike_sda"};
    i2c_trace *trace = spike->sim->trace;
    if (trace == NULL)
        return;
    int *track = &spike->track[spike->line];
    if (*track < 0)
        *track = i2c_trace_track(trace, "bus", names[spike->line], I2C_TRACK_BIT, 1);
    i2c_trace_value(trace, spike->sim->now_ps, *track, on);
}

/// Tells those of `nodes` that hear such edges.
static void tell(i2c_sim *sim, unsigned line, bool high, uint32_t nodes)
{
    const uint32_t hearers = sim->net[line].hear[high] & nodes;
    if (hearers == 0)
        return;
    assert(sim->tells < I2C_TELL_MAX);
    sim->tell[sim->tells++] = (told_edge){hearers, (uint8_t)line, high};
}

static void begin(i2c_spike *spike)
{
    i2c_sim *sim = spike->sim;
    sim_net *n = &sim->net[spike->line];
    const uint32_t nodes = sim->role_mask[I2C_ROLE_SLAVE];
    const bool high = !i2c_net_high(n);
    tell(sim, spike->line, high, nodes);
    n->spike_high = high;
    i2c_net_set_spiked(sim, spike->line, nodes);
    spike->on = true;
    show(spike, true);
}

/// Whoever finds the line other than the spike was is told so.
static void end(i2c_spike *spike)
{
    i2c_sim *sim = spike->sim;
    sim_net *n = &sim->net[spike->line];
    uint32_t differs = 0;
    const uint32_t nodes = n->spiked;
    i2c_net_set_spiked(sim, spike->line, 0);
    for (uint32_t left = nodes; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (i2c_node_level(sim, (i2c_node)node, spike->line) != n->spike_high)
            differs |= 1u << node;
    }
    tell(sim, spike->line, !n->spike_high, differs);
    spike->on = false;
    show(spike, false);
}

static void on_timer(void *ctx, uint64_t now_ps)
{
    i2c_spike *spike = ctx;
    if (!spike->on) {
        begin(spike);
        i2c_timer_set(spike->sim, &spike->timer, now_ps + spike->width_ps);
        return;
    }
    end(spike);
    if (--spike->left > 0)
        i2c_timer_set(spike->sim, &spike->timer, now_ps + spike->gap_ps);
}

void i2c_spike_init(i2c_spike *spike, i2c_sim *sim)
{
    *spike = (i2c_spike){.sim = sim, .track = {-1, -1}};
    spike->timer = (i2c_timer){on_timer, spike, false};
}

void i2c_spike_clear(i2c_spike *spike)
{
    i2c_timer_cancel(spike->sim, &spike->timer);
    spike->left = 0;
    if (!spike->on)
        return;
    end(spike);
    i2c_net_unsettle(spike->sim, spike->line); // outside an instant nothing else would tell it now
}

void i2c_spike_begin(i2c_spike *spike, i2c_line line, uint64_t at_ps, uint64_t width_ps,
                     unsigned count, uint64_t gap_ps)
{
    assert(width_ps > 0 && (count < 2 || gap_ps > 0));
    i2c_spike_clear(spike);
    spike->line = line;
    spike->width_ps = width_ps;
    spike->gap_ps = gap_ps;
    spike->left = count;
    if (count > 0)
        i2c_timer_set(spike->sim, &spike->timer, at_ps);
}
