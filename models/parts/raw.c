#include "models/parts/raw.h"

#include <string.h>

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    raw_hand *hand = ctx;
    (void)now_ps;
    if (line == I2C_SCL)
        hand->scl_high = high;
}

i2c_status raw_init(raw_hand *hand, i2c_sim *sim, i2c_mode mode, const i2c_wires *wires)
{
    bit_table table = bit_table_typical(mode);
    table.period_ps = i2c_timing_limits(mode)[I2C_T_PERIOD].min_ps;
    memset(hand, 0, sizeof *hand);
    hand->sim = sim;
    bit_timing_for_wires(&hand->timing, &table, wires, I2C_AT_50);
    const i2c_node_config config = {.name = "hand",
                                    .role = I2C_ROLE_FAULT,
                                    .threshold = I2C_AT_50,
                                    .hears = I2C_HEAR_SCL,
                                    .on_edge = on_edge,
                                    .ctx = hand};
    const i2c_status status = i2c_node_add(sim, &config, &hand->node);
    if (status == I2C_OK)
        hand->scl_high = i2c_node_level(sim, hand->node, I2C_SCL);
    return status;
}

void raw_take_over(raw_hand *hand, i2c_node from)
{
    i2c_node_hand_over(hand->sim, from, hand->node);
    for (unsigned line = 0; line < 2; line++)
        if (i2c_node_drive(hand->sim, hand->node, (i2c_line)line) == I2C_DRIVEN_HIGH)
            i2c_node_release(hand->sim, hand->node, (i2c_line)line);
}

static void settle(raw_hand *hand)
{
    i2c_sim_run(hand->sim, i2c_sim_now_ps(hand->sim));
}

void raw_pull(raw_hand *hand, i2c_line line)
{
    i2c_node_pull(hand->sim, hand->node, line);
    settle(hand);
}

void raw_release(raw_hand *hand, i2c_line line)
{
    i2c_node_release(hand->sim, hand->node, line);
    settle(hand);
}

/// Lets SCL rise and stay high for its time. False when it did not rise.
static bool high_phase(raw_hand *hand, uint64_t scl_wait_ps)
{
    raw_release(hand, I2C_SCL);
    const uint64_t now_ps = i2c_sim_now_ps(hand->sim);
    if (!i2c_sim_run_until(hand->sim, &hand->scl_high, now_ps + scl_wait_ps))
        return false;
    const uint64_t rose_ps = i2c_line_rise_ps(hand->sim, I2C_SCL, I2C_AT_50);
    const uint64_t until_ps = rose_ps == I2C_NEVER_PS ? 0 : rose_ps + hand->timing.high_ps[0];
    i2c_sim_run(hand->sim, later(until_ps, i2c_sim_now_ps(hand->sim)));
    return true;
}

uint32_t raw_clock(raw_hand *hand, uint32_t count, uint64_t scl_wait_ps)
{
    if (!high_phase(hand, scl_wait_ps))
        return 0;
    for (uint32_t made = 0; made < count; made++) {
        raw_pull(hand, I2C_SCL);
        i2c_sim_run(hand->sim, i2c_sim_now_ps(hand->sim) + hand->timing.low_ps[0]);
        if (i2c_sim_budget_spent(hand->sim) || !high_phase(hand, scl_wait_ps))
            return made;
    }
    return count;
}
