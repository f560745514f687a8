// The USI at its pins, edge by edge (data sheet ATtiny25/45/85, chapter 15, two-wire mode).
extern "C" {
#include "models/mcu/usi.h"
#include "models/mcu/writes.h"
}

#include <gtest/gtest.h>
#include <vector>

namespace
{

class Usi : public testing::Test
{
  protected:
    Usi()
    {
        i2c_sim_config config = {};
        config.wires.ideal = true;
        config.budget_ps = I2C_NEVER_PS;
        if (i2c_sim_new(&sim, &config) != I2C_OK)
            std::abort();
        i2c_node_config pins = {};
        pins.name = "usi";
        pins.threshold = I2C_AT_50;
        pins.hears = I2C_HEAR_ALL;
        pins.on_edge = [](void *ctx, i2c_line line, bool high, uint64_t) {
            mcu_usi_edge(&static_cast<Usi *>(ctx)->usi, line, high);
        };
        pins.ctx = this;
        i2c_node_config master = {};
        master.name = "master";
        master.threshold = I2C_AT_50;
        if (i2c_node_add(sim, &pins, &node) != I2C_OK ||
            i2c_node_add(sim, &master, &other) != I2C_OK)
            std::abort();
        mcu_usi_config c = {};
        c.sim = sim;
        c.node = node;
        c.ctx = this;
        c.on_flag = [](void *ctx, unsigned flags) { static_cast<Usi *>(ctx)->told = flags; };
        c.drive = [](void *ctx, i2c_line line, bool pull, uint64_t after_ps) {
            const Usi *u = static_cast<Usi *>(ctx);
            EXPECT_EQ(after_ps, line == I2C_SDA ? 300000u : 100000u);
            i2c_node_set(u->sim, u->node, line, pull ? I2C_PULLED : I2C_RELEASED);
        };
        c.detector_delay_ps = 150 * I2C_PS_PER_NS;
        c.sda_delay_ps = 300 * I2C_PS_PER_NS;
        c.scl_delay_ps = 100 * I2C_PS_PER_NS;
        mcu_usi_init(&usi, &c);
        mcu_usi_set_mode(&usi, MCU_USI_HOLD_OVERFLOW);
    }
    ~Usi() override
    {
        mcu_usi_reset(&usi);
        i2c_sim_free(sim);
    }
    void set(i2c_line line, bool high)
    {
        i2c_node_set(sim, other, line, high ? I2C_RELEASED : I2C_PULLED);
        i2c_sim_run(sim, i2c_sim_now_ps(sim) + I2C_PS_PER_US);
    }
    void bit(bool value)
    {
        set(I2C_SDA, value);
        set(I2C_SCL, true);
        set(I2C_SCL, false);
    }
    bool holds() const
    {
        return i2c_node_drive(sim, node, I2C_SCL) == I2C_PULLED;
    }
    bool pulls_sda() const
    {
        return i2c_node_drive(sim, node, I2C_SDA) == I2C_PULLED;
    }
    /// START, and software has served it with SCL low.
    void start_served()
    {
        set(I2C_SDA, false);
        set(I2C_SCL, false);
        mcu_usi_set_status(&usi, MCU_USI_START | MCU_USI_OVERFLOW | MCU_USI_STOP, 0);
    }

    i2c_sim *sim = nullptr;
    i2c_node node = 0, other = 0;
    mcu_usi usi = {};
    unsigned told = 0;
};

} // namespace

TEST_F(Usi, StartSetsItsFlagAfterTheDetectorsDelay)
{
    i2c_node_set(sim, other, I2C_SDA, I2C_PULLED);
    i2c_sim_run(sim, 149 * I2C_PS_PER_NS);
    EXPECT_EQ(usi.flags, 0u);
    i2c_sim_run(sim, 150 * I2C_PS_PER_NS);
    EXPECT_EQ(usi.flags, static_cast<unsigned>(MCU_USI_START));
    EXPECT_EQ(told, static_cast<unsigned>(MCU_USI_START));
}

TEST_F(Usi, StartHoldsSclFromItsNextFallUntilTheFlagIsCleared)
{
    set(I2C_SDA, false);
    EXPECT_FALSE(holds()) << "SCL is still high";
    set(I2C_SCL, false);
    EXPECT_TRUE(holds());
    mcu_usi_set_status(&usi, MCU_USI_START, 0);
    EXPECT_FALSE(holds());
}

TEST_F(Usi, SdaThatFollowsSclClosely)
{
    i2c_node_set_both(sim, other, I2C_SDA, I2C_PULLED, I2C_PULLED); // SDA first, then SCL at once
    i2c_sim_run(sim, I2C_PS_PER_US);
    EXPECT_EQ(usi.flags & MCU_USI_START, 0u) << "SDA reaches the detector when SCL is low";
}

TEST_F(Usi, StopSetsAFlagAndHoldsNothing)
{
    start_served();
    set(I2C_SCL, true);
    set(I2C_SDA, true);
    EXPECT_EQ(usi.flags, static_cast<unsigned>(MCU_USI_STOP));
    EXPECT_FALSE(holds());
}

TEST_F(Usi, CounterOverflowsAtTheFallThatEndsTheEighthClock)
{
    start_served();
    for (int i = 0; i < 7; i++)
        bit(i % 2 == 0);
    EXPECT_EQ(usi.counter, 14);
    set(I2C_SDA, true);
    set(I2C_SCL, true);
    EXPECT_EQ(usi.flags & MCU_USI_OVERFLOW, 0u);
    set(I2C_SCL, false);
    EXPECT_EQ(usi.flags & MCU_USI_OVERFLOW, static_cast<unsigned>(MCU_USI_OVERFLOW));
    EXPECT_EQ(usi.data, 0xAB); // 1010101 and 1
    EXPECT_TRUE(holds());
    mcu_usi_set_status(&usi, MCU_USI_OVERFLOW, 14);
    EXPECT_FALSE(holds());
    bit(true);
    EXPECT_TRUE(holds()) << "one clock for the ACK";
}

// AVR312's fault: the fall that ends START is counted when the counter is cleared before it.
TEST_F(Usi, CountsTheFallThatEndsStart)
{
    set(I2C_SDA, false);
    mcu_usi_set_status(&usi, MCU_USI_START, 0);
    set(I2C_SCL, false);
    EXPECT_EQ(usi.counter, 1);
    EXPECT_FALSE(holds());
    for (int i = 0; i < 7; i++)
        bit(true);
    set(I2C_SCL, true);
    EXPECT_EQ(usi.flags & MCU_USI_OVERFLOW, static_cast<unsigned>(MCU_USI_OVERFLOW))
        << "in clock 8";
}

TEST_F(Usi, WithoutTheOverflowHoldOnlyStartHoldsScl)
{
    mcu_usi_set_mode(&usi, MCU_USI_HOLD_START);
    start_served();
    for (int i = 0; i < 8; i++)
        bit(true);
    EXPECT_EQ(usi.flags & MCU_USI_OVERFLOW, static_cast<unsigned>(MCU_USI_OVERFLOW));
    EXPECT_FALSE(holds());
}

TEST_F(Usi, SdaFollowsTheShiftRegisterWhileSclIsLow)
{
    start_served();
    set(I2C_SDA, true);
    mcu_usi_set_data(&usi, 0x00);
    EXPECT_FALSE(pulls_sda()) << "the driver is off";
    mcu_usi_set_sda(&usi, true);
    EXPECT_TRUE(pulls_sda());
    mcu_usi_set_data(&usi, 0x80);
    EXPECT_FALSE(pulls_sda()) << "never driven high, only released";
    set(I2C_SCL, true); // shifts: 0x01
    EXPECT_EQ(usi.data, 0x01);
    EXPECT_FALSE(pulls_sda()) << "the latch is closed while SCL is high";
    set(I2C_SCL, false);
    EXPECT_TRUE(pulls_sda());
}

TEST_F(Usi, SwitchedOffLetsGoAndHearsNothing)
{
    set(I2C_SDA, false);
    set(I2C_SCL, false);
    EXPECT_TRUE(holds());
    mcu_usi_set_mode(&usi, MCU_USI_OFF);
    EXPECT_FALSE(holds());
    set(I2C_SCL, true);
    set(I2C_SDA, true);
    EXPECT_EQ(usi.flags & MCU_USI_STOP, 0u);
}
