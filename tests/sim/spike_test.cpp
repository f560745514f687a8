// Spikes at the slave's pins: who sees them, when, and what is left behind.
#include "tests/sim/scripted.h"

extern "C" {
#include "sim/spike.h"
}

#include <gtest/gtest.h>

#include <string>

namespace
{

using scripted::ns;

/// A slave and a neighbour that write down what they hear, as "SCL+ 1020" in ns.
struct Pins {
    i2c_sim *sim = nullptr;
    i2c_node slave = 0, other = 0;
    i2c_spike spike = {};
    std::string slave_heard, other_heard;
    unsigned events = 0;

    Pins()
    {
        i2c_sim_config config = {};
        config.wires = {true, 0, 0, 0};
        config.budget_ps = I2C_NEVER_PS;
        config.on_event = [](void *ctx, const i2c_event *) { ++*static_cast<unsigned *>(ctx); };
        config.on_event_ctx = &events;
        EXPECT_EQ(i2c_sim_new(&sim, &config), I2C_OK);
        const i2c_node_config s = {"slave",      I2C_ROLE_SLAVE, I2C_AT_50,
                                   I2C_HEAR_ALL, hear,           &slave_heard};
        const i2c_node_config o = {"other", I2C_ROLE_NEIGHBOUR, I2C_AT_50, I2C_HEAR_ALL,
                                   hear,    &other_heard};
        EXPECT_EQ(i2c_node_add(sim, &s, &slave), I2C_OK);
        EXPECT_EQ(i2c_node_add(sim, &o, &other), I2C_OK);
        i2c_spike_init(&spike, sim);
    }
    ~Pins()
    {
        i2c_sim_free(sim);
    }
    Pins(const Pins &) = delete;
    Pins &operator=(const Pins &) = delete;
    static void hear(void *ctx, i2c_line line, bool high, uint64_t now_ps)
    {
        *static_cast<std::string *>(ctx) += std::string(line == I2C_SCL ? "SCL" : "SDA") +
                                            (high ? "+ " : "- ") + std::to_string(now_ps / 1000) +
                                            " ";
    }
    void to(uint64_t time_ns)
    {
        i2c_sim_run(sim, ns(time_ns));
    }
};

TEST(Spikes, AreSeenByTheSlaveAlone)
{
    Pins pins;
    i2c_spike_begin(&pins.spike, I2C_SDA, ns(100), ns(49), 1, 0);
    pins.to(120);
    EXPECT_FALSE(i2c_node_level(pins.sim, pins.slave, I2C_SDA));
    EXPECT_TRUE(i2c_node_level(pins.sim, pins.other, I2C_SDA));
    EXPECT_TRUE(i2c_line_level(pins.sim, I2C_SDA));
    pins.to(1000);
    EXPECT_EQ(pins.slave_heard, "SDA- 100 SDA+ 149 ");
    EXPECT_EQ(pins.other_heard, "");
    EXPECT_EQ(pins.events, 0u) << "a spike is no START";
}

TEST(Spikes, OnALowLineAreHigh)
{
    Pins pins;
    i2c_node_pull(pins.sim, pins.other, I2C_SCL);
    pins.to(50);
    i2c_spike_begin(&pins.spike, I2C_SCL, ns(100), ns(10), 1, 0);
    pins.to(1000);
    EXPECT_EQ(pins.slave_heard, "SCL- 0 SCL+ 100 SCL- 110 ");
}

TEST(Spikes, ComeAsOftenAsWasAskedForWithTheirGaps)
{
    Pins pins;
    i2c_spike_begin(&pins.spike, I2C_SCL, ns(100), ns(30), 3, ns(60));
    pins.to(1000);
    EXPECT_EQ(pins.slave_heard, "SCL- 100 SCL+ 130 SCL- 190 SCL+ 220 SCL- 280 SCL+ 310 ");
}

// The line falls while the spike shows it low: the slave has seen that fall already.
TEST(Spikes, HideAnEdgeOfTheLineUntilTheirEnd)
{
    Pins pins;
    i2c_spike_begin(&pins.spike, I2C_SDA, ns(100), ns(40), 1, 0);
    pins.to(120);
    i2c_node_pull(pins.sim, pins.other, I2C_SDA);
    pins.to(1000);
    EXPECT_EQ(pins.slave_heard, "SDA- 100 ");
    EXPECT_FALSE(i2c_node_level(pins.sim, pins.slave, I2C_SDA));
}

TEST(Spikes, AreOverWhenTheyAreCleared)
{
    Pins pins;
    i2c_spike_begin(&pins.spike, I2C_SDA, ns(100), ns(40), 5, ns(40));
    pins.to(120);
    i2c_spike_clear(&pins.spike);
    pins.to(1000);
    EXPECT_EQ(pins.slave_heard, "SDA- 100 SDA+ 120 ");
    EXPECT_TRUE(i2c_node_level(pins.sim, pins.slave, I2C_SDA));
}

} // namespace
