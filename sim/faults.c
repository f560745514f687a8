#include "sim/faults.h"

#include "sim/sim_private.h"

#include <assert.h>

/// Lets the lines settle anew although no node changed its pull.
static void unsettle(i2c_sim *sim, unsigned line)
{
    sim->faulty = true;
    sim->special = true;
    sim->judge.usual_makers = I2C_JUDGE_NO_MAKERS;
    i2c_net_unsettle(sim, line);
}

static void force_high(i2c_sim *sim, unsigned line, bool on)
{
    sim->net[line].forced_high = on;
    unsettle(sim, line);
}

static void glitch_ends(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    i2c_fault *fault = ctx;
    if (fault->glitch_high)
        force_high(fault->sim, fault->glitch_line, false);
    else
        i2c_node_release(fault->sim, fault->node, fault->glitch_line);
}

static void glitch_begins(void *ctx, uint64_t now_ps)
{
    i2c_fault *fault = ctx;
    if (fault->glitch_high)
        force_high(fault->sim, fault->glitch_line, true);
    else
        i2c_node_pull(fault->sim, fault->node, fault->glitch_line);
    i2c_timer_set(fault->sim, &fault->end, now_ps + fault->width_ps);
}

i2c_status i2c_fault_init(i2c_fault *fault, i2c_sim *sim)
{
    *fault = (i2c_fault){.sim = sim};
    fault->begin = (i2c_timer){glitch_begins, fault, false};
    fault->end = (i2c_timer){glitch_ends, fault, false};
    const i2c_node_config config = {
        .name = "fault", .role = I2C_ROLE_FAULT, .threshold = I2C_AT_50};
    return i2c_node_add(sim, &config, &fault->node);
}

void i2c_fault_stick(i2c_fault *fault, i2c_line line)
{
    i2c_node_pull(fault->sim, fault->node, line);
}

static void set_short(i2c_sim *sim, bool on)
{
    if (sim->shorted == on)
        return;
    sim->shorted = on;
    unsettle(sim, I2C_SCL);
    unsettle(sim, I2C_SDA);
}

void i2c_fault_short(i2c_fault *fault)
{
    set_short(fault->sim, true);
}

void i2c_fault_clear(i2c_fault *fault)
{
    set_short(fault->sim, false);
    for (unsigned line = 0; line < 2; line++) {
        i2c_node_release(fault->sim, fault->node, (i2c_line)line);
        if (fault->sim->net[line].forced_high)
            force_high(fault->sim, line, false);
    }
    i2c_timer_cancel(fault->sim, &fault->begin);
    i2c_timer_cancel(fault->sim, &fault->end);
}

void i2c_fault_glitch(i2c_fault *fault, i2c_line line, bool high, uint64_t at_ps, uint64_t width_ps)
{
    assert(width_ps > 0);
    i2c_fault_clear(fault);
    fault->glitch_line = line;
    fault->glitch_high = high;
    fault->width_ps = width_ps;
    i2c_timer_set(fault->sim, &fault->begin, at_ps);
}
