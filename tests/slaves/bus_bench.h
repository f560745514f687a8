// A bus with one peripheral at its pins and a master that is moved by hand, a microsecond a step.
#ifndef BUS_BENCH_H
#define BUS_BENCH_H

extern "C" {
#include "models/mcu/pins.h"
#include "models/mcu/writes.h"
}

#include "tests/clocked.h"
#include "tests/slaves/ideal_bus.h"

#include <gtest/gtest.h>

class BusBench : public testing::Test, public Clocked<BusBench>
{
    friend class Clocked<BusBench>;

  protected:
    static constexpr uint64_t sda_delay_ps = 300 * I2C_PS_PER_NS;
    static constexpr uint64_t hold_delay_ps = 100 * I2C_PS_PER_NS;
    static constexpr uint64_t set_up_ps = 200 * I2C_PS_PER_NS;

    BusBench()
    {
        i2c_node_config config = {};
        config.name = "peripheral";
        config.threshold = I2C_AT_50;
        config.hears = I2C_HEAR_ALL;
        config.on_edge = [](void *ctx, i2c_line line, bool high, uint64_t) {
            static_cast<BusBench *>(ctx)->edge(line, high);
        };
        config.ctx = this;
        sim = ideal_bus();
        node = add_node(sim, config);
        master = add_master(sim);
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

    /// The pins of a peripheral on this bus. Their `ctx` is the BusBench.
    mcu_pins_config pins()
    {
        mcu_pins_config c = {};
        c.sim = sim;
        c.node = node;
        c.drive = drive;
        c.ctx = this;
        c.sda_delay_ps = sda_delay_ps;
        c.hold_delay_ps = hold_delay_ps;
        c.let_go_delay_ps = sda_delay_ps + set_up_ps;
        return c;
    }

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

    i2c_sim *sim = nullptr;
    i2c_node node = 0, master = 0;
    mcu_writes writes = {};
};

#endif
