// Rules about SMBus slaves: a slave that each catches, and one that it leaves alone.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

constexpr uint64_t kMs = 1000000; // in ns

i2c_profile smbus_slave(uint8_t version)
{
    i2c_profile p = fast_slave(0x50);
    p.smbus = version;
    p.stretch_max_ps = 25 * I2C_PS_PER_MS;
    p.timeout_low_min_ps = 25 * I2C_PS_PER_MS;
    p.timeout_low_max_ps = 35 * I2C_PS_PER_MS;
    return p;
}

struct SmbusSlave : Rig {
    explicit SmbusSlave(uint8_t version = 20)
    {
        profile(smbus_slave(version));
    }
    /// The first bit of a read is 0, in a LOW of 36 ms, and the slave lets go after `gives_up_ns`.
    void reads_a_zero_that_lasts(uint64_t gives_up_ns)
    {
        acks(0);
        fall[9].clear(); // the ACK goes on as the first bit
        at_fall(9, gives_up_ns, I2C_SDA, I2C_RELEASED);
        start();
        write(kOwnR);
        wait(36 * kMs);
    }
    bool finds(const std::string &rule)
    {
        wait(1000);
        finish();
        return found(rule) != nullptr;
    }
    /// Two held bytes of one write.
    void writes_two(uint64_t first_ns, uint64_t second_ns)
    {
        for (unsigned b = 0; b < 3; b++)
            acks(b);
        holds_scl(9, 800, first_ns);
        holds_scl(18, 800, second_ns);
        start();
        write(kOwnW);
        write(0x12);
        write(0x34);
        stop();
    }
};

} // namespace

TEST(SmbusTimeOut, SdaThatIsLetGoBehindItIsFound)
{
    SmbusSlave rig;
    rig.reads_a_zero_that_lasts(35 * kMs + 500000);
    rig.stop();
    EXPECT_TRUE(rig.finds("SMB-TMO-03")) << rig.all_found();
    EXPECT_EQ(rig.rules().findings, 1u) << rig.all_found();
}

TEST(SmbusTimeOut, SdaThatIsLetGoByItIsNotFound)
{
    SmbusSlave rig;
    rig.reads_a_zero_that_lasts(30 * kMs);
    rig.stop();
    EXPECT_FALSE(rig.finds("SMB-TMO-03")) << rig.all_found();
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
}

TEST(SmbusTimeOut, OfASlaveOfI2cIsNotAskedFor)
{
    SmbusSlave rig(0);
    rig.reads_a_zero_that_lasts(35 * kMs + 500000);
    rig.stop();
    EXPECT_FALSE(rig.finds("SMB-TMO-03")) << rig.all_found();
}

TEST(SmbusTimeOut, SclThatIsHeldPastItIsFound)
{
    for (const uint64_t until_ns : {24 * kMs, 36 * kMs}) {
        SmbusSlave rig;
        rig.acks(0);
        rig.holds_scl(9, 800, until_ns);
        rig.start();
        rig.write(kOwnW);
        rig.clock(true);
        EXPECT_EQ(rig.finds("SMB-TMO-03"), until_ns > 35 * kMs) << rig.all_found();
    }
}

TEST(SmbusTimeOut, PullsInTheOldTransferBehindItAreFound)
{
    for (const bool goes_on : {false, true}) {
        SmbusSlave rig;
        rig.reads_a_zero_that_lasts(30 * kMs);
        if (goes_on)
            rig.at_fall(11, 400, I2C_SDA, I2C_PULLED);
        for (int i = 0; i < 3; i++)
            rig.clock(true);
        EXPECT_EQ(rig.finds("SMB-TMO-10"), goes_on) << rig.all_found();
    }
}

TEST(SmbusTimeOut, ThatLetsSdaGoUnderAHighClockIsFound)
{
    SmbusSlave rig;
    rig.reads_a_zero_that_lasts(60 * kMs);
    rig.fall[9].clear();
    rig.at_rise(9, 1000, I2C_SDA, I2C_RELEASED);
    rig.raise_scl();
    rig.wait(5000);
    EXPECT_TRUE(rig.finds("SMB-TMO-13")) << rig.all_found();
    EXPECT_EQ(rig.found("I2C-DAT-01"), nullptr) << rig.all_found();
}

TEST(SmbusStretch, AddsUpFromStartToStop)
{
    SmbusSlave within;
    within.writes_two(12 * kMs, 12 * kMs);
    EXPECT_FALSE(within.finds("SMB-TMO-05")) << within.all_found();
    EXPECT_EQ(within.rules().findings, 0u) << within.all_found();

    SmbusSlave beyond;
    beyond.writes_two(12 * kMs, 14 * kMs);
    EXPECT_TRUE(beyond.finds("SMB-TMO-05")) << beyond.all_found();
    EXPECT_EQ(beyond.rules().findings, 1u) << beyond.all_found();
}

TEST(SmbusStretch, OfASlaveOfI2cMayAddUp)
{
    SmbusSlave rig(0);
    rig.writes_two(20 * kMs, 20 * kMs);
    EXPECT_FALSE(rig.finds("SMB-TMO-05")) << rig.all_found();
}

/// Two messages, SCL held behind the address of each, with STOP or a repeated START between them.
static bool adds_over(bool restart)
{
    SmbusSlave rig;
    const unsigned second = 10; // the fall of its START
    rig.acks(0);
    rig.holds_scl(9, 800, 14 * kMs);
    rig.pulls_sda(second + 8, second + 9);
    rig.holds_scl(second + 9, 800, 14 * kMs);
    rig.start();
    rig.write(kOwnW);
    if (restart)
        rig.restart();
    else {
        rig.stop();
        rig.wait(6000);
        rig.start();
    }
    rig.write(kOwnW);
    rig.stop();
    rig.wait(1000);
    rig.finish();
    return rig.found("SMB-TMO-05") != nullptr;
}

TEST(SmbusStretch, BeginsAnewBehindStopAndNotBehindRepeatedStart)
{
    EXPECT_TRUE(adds_over(true));
    EXPECT_FALSE(adds_over(false));
}

TEST(SmbusHold, OfDataIs300NsUpTo2Point0)
{
    for (const uint64_t delay_ns : {100u, 299u, 300u, 400u})
        for (const uint8_t version : std::vector<uint8_t>{11, 20, 30, 0}) {
            SmbusSlave rig(version);
            rig.acks(0, delay_ns);
            rig.start();
            rig.write(kOwnW);
            rig.stop();
            EXPECT_EQ(rig.finds("SMB-TIM-04"), delay_ns < 300 && version != 0 && version < 30)
                << delay_ns << " ns, version " << unsigned{version} << ": " << rig.all_found();
        }
}
