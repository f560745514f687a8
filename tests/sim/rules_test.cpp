// Every rule: a node that it catches, and one that it leaves alone.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

constexpr uint8_t kOwnW = 0xA0, kOwnR = 0xA1; // 0x50
constexpr uint8_t kOtherW = 0x60;

/// A rig whose slave has address 0x50.
struct Slave50 : Rig {
    explicit Slave50(const Options &options = Options()) : Rig(options)
    {
        profile(fast_slave(0x50));
    }
};

void expect_clean(Rig &rig)
{
    rig.wait(1000);
    rig.finish();
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
}

// UM10204 3.1.10: write, repeated START, read, STOP by a slave that does everything right.
TEST(GoodSlave, IsNotBlamedInAWriteAndARead)
{
    Slave50 rig;
    rig.hold_master_to(I2C_MODE_SM);
    rig.acks(0);
    rig.acks(1);
    rig.at_fall(27, 400, I2C_SDA, I2C_PULLED); // ACK of the read address
    rig.start();
    rig.write(kOwnW);
    rig.write(0x12);
    rig.restart();
    const unsigned b = 19;
    for (unsigned i = 0; i < 8; i++)
        rig.at_fall(b + 9 + i, 400, I2C_SDA, 0x35 >> (7 - i) & 1 ? I2C_RELEASED : I2C_PULLED);
    rig.at_fall(b + 17, 400, I2C_SDA, I2C_RELEASED);
    rig.write(kOwnR);
    rig.read(false);
    rig.stop();
    expect_clean(rig);
    EXPECT_EQ(rig.events_text(), "S A0 A 12 A Sr0 A1 A 35 N P0");
}

// UM10204 3.1.6: after the master's NACK the slave leaves SDA alone.
TEST(SdaAfterNack, IsFoundWhenItNeverLetsGo)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xA5);
    rig.at_fall(18, 4000, I2C_SDA, I2C_PULLED);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    rig.stop();
    rig.finish();
    const i2c_finding *f = rig.found("I2C-RD-03");
    ASSERT_NE(f, nullptr) << rig.all_found();
    EXPECT_TRUE(f->never);
    EXPECT_STREQ(f->message, "slave pulls SDA 4 us after SCL fell in clock 9 and never lets go");
    EXPECT_EQ(rig.rules().findings, 1u) << rig.all_found();
}

} // namespace
