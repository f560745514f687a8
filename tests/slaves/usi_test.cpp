// The USI at its pins, edge by edge (data sheet ATtiny25/45/85, chapter 15, two-wire mode).
#include "bus_bench.h"

extern "C" {
#include "models/mcu/usi.h"
}

namespace
{

class Usi : public BusBench
{
  protected:
    Usi()
    {
        mcu_usi_config c = {};
        c.pins = pins();
        c.pins.drive = drive_at_once;
        c.pins.let_go_delay_ps = hold_delay_ps;
        c.on_flag = [](void *ctx, unsigned flags) {
            static_cast<Usi *>(static_cast<BusBench *>(ctx))->told = flags;
        };
        c.detector_delay_ps = 150 * I2C_PS_PER_NS;
        mcu_usi_init(&usi, &c);
        mcu_usi_set_mode(&usi, MCU_USI_HOLD_OVERFLOW);
    }
    ~Usi() override
    {
        mcu_usi_reset(&usi);
    }
    void edge(i2c_line line, bool high) override
    {
        mcu_usi_edge(&usi, line, high);
    }
    /// What it asks for is there at once, so that a test can look right behind its cause.
    static void drive_at_once(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
    {
        EXPECT_EQ(after_ps, line == I2C_SDA ? sda_delay_ps : hold_delay_ps);
        drive(ctx, line, pull, 0);
    }
    /// START, and software has served it with SCL low.
    void start_served()
    {
        set(I2C_SDA, false);
        set(I2C_SCL, false);
        mcu_usi_set_status(&usi, MCU_USI_START | MCU_USI_OVERFLOW | MCU_USI_STOP, 0);
    }

    mcu_usi usi = {};
    unsigned told = 0;
};

} // namespace

TEST_F(Usi, StartSetsItsFlagAfterTheDetectorsDelay)
{
    i2c_node_set(sim, master, I2C_SDA, I2C_PULLED);
    i2c_sim_run(sim, 149 * I2C_PS_PER_NS);
    EXPECT_EQ(usi.flags, 0u);
    i2c_sim_run(sim, 150 * I2C_PS_PER_NS);
    EXPECT_EQ(usi.flags, static_cast<unsigned>(MCU_USI_START));
    EXPECT_EQ(told, static_cast<unsigned>(MCU_USI_START));
}

TEST_F(Usi, StartHoldsSclFromItsNextFallUntilTheFlagIsCleared)
{
    set(I2C_SDA, false);
    EXPECT_FALSE(pulls(I2C_SCL)) << "SCL is still high";
    set(I2C_SCL, false);
    EXPECT_TRUE(pulls(I2C_SCL));
    mcu_usi_set_status(&usi, MCU_USI_START, 0);
    EXPECT_FALSE(pulls(I2C_SCL));
}

TEST_F(Usi, SdaThatFollowsSclClosely)
{
    i2c_node_set_both(sim, master, I2C_SDA, I2C_PULLED, I2C_PULLED); // SDA first, then SCL at once
    i2c_sim_run(sim, I2C_PS_PER_US);
    EXPECT_EQ(usi.flags & MCU_USI_START, 0u) << "SDA reaches the detector when SCL is low";
}

TEST_F(Usi, StopSetsAFlagAndHoldsNothing)
{
    start_served();
    set(I2C_SCL, true);
    set(I2C_SDA, true);
    EXPECT_EQ(usi.flags, static_cast<unsigned>(MCU_USI_STOP));
    EXPECT_FALSE(pulls(I2C_SCL));
}

TEST_F(Usi, CounterOverflowsAtTheFallThatEndsTheEighthClock)
{
    start_served();
    for (int i = 0; i < 7; i++)
        clock(i % 2 == 0);
    EXPECT_EQ(usi.counter, 14);
    set(I2C_SDA, true);
    set(I2C_SCL, true);
    EXPECT_EQ(usi.flags & MCU_USI_OVERFLOW, 0u);
    set(I2C_SCL, false);
    EXPECT_EQ(usi.flags & MCU_USI_OVERFLOW, static_cast<unsigned>(MCU_USI_OVERFLOW));
    EXPECT_EQ(usi.data, 0xAB); // 1010101 and 1
    EXPECT_TRUE(pulls(I2C_SCL));
    mcu_usi_set_status(&usi, MCU_USI_OVERFLOW, 14);
    EXPECT_FALSE(pulls(I2C_SCL));
    clock(true);
    EXPECT_TRUE(pulls(I2C_SCL)) << "one clock for the ACK";
}

// AVR312's fault: the fall that ends START is counted when the counter is cleared before it.
TEST_F(Usi, CountsTheFallThatEndsStart)
{
    set(I2C_SDA, false);
    mcu_usi_set_status(&usi, MCU_USI_START, 0);
    set(I2C_SCL, false);
    EXPECT_EQ(usi.counter, 1);
    EXPECT_FALSE(pulls(I2C_SCL));
    for (int i = 0; i < 7; i++)
        clock(true);
    set(I2C_SCL, true);
    EXPECT_EQ(usi.flags & MCU_USI_OVERFLOW, static_cast<unsigned>(MCU_USI_OVERFLOW))
        << "in clock 8";
}

TEST_F(Usi, WithoutTheOverflowHoldOnlyStartHoldsScl)
{
    mcu_usi_set_mode(&usi, MCU_USI_HOLD_START);
    start_served();
    for (int i = 0; i < 8; i++)
        clock(true);
    EXPECT_EQ(usi.flags & MCU_USI_OVERFLOW, static_cast<unsigned>(MCU_USI_OVERFLOW));
    EXPECT_FALSE(pulls(I2C_SCL));
}

TEST_F(Usi, SdaFollowsTheShiftRegisterWhileSclIsLow)
{
    start_served();
    set(I2C_SDA, true);
    mcu_usi_set_data(&usi, 0x00);
    EXPECT_FALSE(pulls(I2C_SDA)) << "the driver is off";
    mcu_usi_set_sda(&usi, true);
    EXPECT_TRUE(pulls(I2C_SDA));
    mcu_usi_set_data(&usi, 0x80);
    EXPECT_FALSE(pulls(I2C_SDA)) << "never driven high, only released";
    set(I2C_SCL, true); // shifts: 0x01
    EXPECT_EQ(usi.data, 0x01);
    EXPECT_FALSE(pulls(I2C_SDA)) << "the latch is closed while SCL is high";
    set(I2C_SCL, false);
    EXPECT_TRUE(pulls(I2C_SDA));
}

TEST_F(Usi, SwitchedOffLetsGoAndHearsNothing)
{
    set(I2C_SDA, false);
    set(I2C_SCL, false);
    EXPECT_TRUE(pulls(I2C_SCL));
    mcu_usi_set_mode(&usi, MCU_USI_OFF);
    EXPECT_FALSE(pulls(I2C_SCL));
    set(I2C_SCL, true);
    set(I2C_SDA, true);
    EXPECT_EQ(usi.flags & MCU_USI_STOP, 0u);
}
