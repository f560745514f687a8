// A bus with one peripheral at its pins and a master that is moved by hand, a microsecond a step.
#ifndef BUS_BENCH_H
#define BUS_BENCH_H

extern "C" {
#include "models/mcu/writes.h"
#include "sim/sim.h"
}

#include <cstdlib>
#include <gtest/gtest.h>

class BusBench : public testing::Test
{
  protected:
    static constexpr uint64_t sda_delay_ps = 300 * I2C_PS_PER_NS;
    static constexpr uint64_t hold_delay_ps = 100 * I2C_PS_PER_NS;
    static constexpr uint64_t set_up_ps = 200 * I2C_PS_PER_NS;

    BusBench()
    {
        i2c_sim_config config = {};
        config.wires.ideal = true;
        config.budget_ps = I2C_NEVER_PS;
        if (i2c_sim_new(&sim, &config) != I2C_OK)
            std::abort();
        i2c_node_config pins = {};
        pins.name = "peripheral";
        pins.threshold = I2C_AT_50;
        pins.hears = I2C_HEAR_ALL;
        pins.on_edge = [](void *ctx, i2c_line line, bool high, uint64_t) {
            static_cast<BusBench *>(ctx)->edge(line, high);
        };
        pins.ctx = this;
        i2c_node_config hand = {};
        hand.name = "master";
        hand.threshold = I2C_AT_50;
        if (i2c_node_add(sim, &pins, &node) != I2C_OK ||
            i2c_node_add(sim, &hand, &master) != I2C_OK)
            std::abort();
        mcu_writes_init(
            &writes, sim,
            [](void *ctx, const mcu_write *w) {
                const BusBench *b = static_cast<BusBench *>(ctx);
                i2c_node_set(b->sim, b->node, static_cast<i2c_line>(w->mask),
                             w->value ? I2C_PULLED : I2C_RELEASED);
            },
            this);
    }
    ~BusBench() override
    {
        mcu_writes_drop(&writes);
        i2c_sim_free(sim);
    }
    virtual void edge(i2c_line line, bool high) = 0;

    /// What the peripheral's driver does, `after_ps` from now.
    static void drive(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
    {
        BusBench *b = static_cast<BusBench *>(ctx);
        mcu_write w = {};
        w.due_ps = i2c_sim_now_ps(b->sim) + after_ps;
        w.mask = static_cast<uint8_t>(line);
        w.value = pull;
        EXPECT_TRUE(mcu_writes_put(&b->writes, &w));
    }
    void wait()
    {
        i2c_sim_run(sim, i2c_sim_now_ps(sim) + I2C_PS_PER_US);
    }
    void set(i2c_line line, bool high)
    {
        i2c_node_set(sim, master, line, high ? I2C_RELEASED : I2C_PULLED);
        wait();
    }
    bool level(i2c_line line) const
    {
        return i2c_line_level(sim, line);
    }
    bool pulls(i2c_line line) const
    {
        return i2c_node_drive(sim, node, line) == I2C_PULLED;
    }
    /// One clock; the level that a receiver sees.
    bool clock(bool bit)
    {
        set(I2C_SDA, bit);
        set(I2C_SCL, true);
        const bool seen = level(I2C_SDA);
        set(I2C_SCL, false);
        return seen;
    }
    /// Eight clocks from the top bit on; what was on the bus.
    uint8_t bits(uint8_t byte)
    {
        uint8_t seen = 0;
        for (unsigned i = 0; i < 8; i++)
            seen = static_cast<uint8_t>(seen << 1 | clock(byte >> (7 - i) & 1));
        return seen;
    }
    /// A byte and the acknowledge clock with SDA free; whether it was acknowledged.
    bool write(uint8_t byte)
    {
        bits(byte);
        return !clock(true);
    }
    uint8_t read(bool acknowledge)
    {
        const uint8_t seen = bits(0xFF);
        clock(!acknowledge);
        set(I2C_SDA, true);
        return seen;
    }
    void start()
    {
        set(I2C_SDA, true);
        set(I2C_SCL, true);
        set(I2C_SDA, false);
        set(I2C_SCL, false);
    }
    void stop()
    {
        set(I2C_SDA, false);
        set(I2C_SCL, true);
        set(I2C_SDA, true);
    }

    i2c_sim *sim = nullptr;
    i2c_node node = 0, master = 0;
    mcu_writes writes = {};
};

#endif
