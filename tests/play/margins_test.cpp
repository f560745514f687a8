// What a case says of the times that its slave and its master made.
#include "tests/play/support.h"

#include <gtest/gtest.h>

static const i2c_spread &by_master(const Played &p, i2c_timing_parameter parameter)
{
    return p.result.made[I2C_MADE_BY_MASTER][parameter];
}

TEST(Margins, AreOfAllValuesThatWereMade)
{
    const Played p = played("S own+W [A] 0x00 [A] P");
    const i2c_spread &low = by_master(p, I2C_T_LOW);
    EXPECT_EQ(low.count, 19u) << p.told(); // nine clocks of two bytes, and that of the STOP
    EXPECT_EQ(low.limit_ps, 4700000);
    EXPECT_FALSE(low.at_most);
    EXPECT_GE(low.least_ps, low.limit_ps);
    EXPECT_LE(low.least_ps * 19, low.sum_ps);
    EXPECT_GE(low.most_ps * 19, low.sum_ps);
    EXPECT_EQ(by_master(p, I2C_T_SU_STO).count, 1u);
    const i2c_spread &ack = p.result.made[I2C_MADE_BY_SLAVE][I2C_T_VD_ACK];
    EXPECT_EQ(ack.count, 2u);
    EXPECT_TRUE(ack.at_most);
    EXPECT_EQ(i2c_spread_margin_ps(&ack), ack.limit_ps - ack.most_ps);
    EXPECT_FALSE(p.result.ideal_wires);
}

TEST(Margins, SayWhetherEdgesTookTime)
{
    const Played p = played("for master in standard with ideal=1\nS own+W [A] P");
    EXPECT_TRUE(p.result.ideal_wires);
    EXPECT_GT(by_master(p, I2C_T_LOW).count, 0u);
    EXPECT_TRUE(played("S own+W [A] P", "", "cocotb").result.ideal_wires);
}

// A rival's clocks are no figures of the case's master, and neither are wires moved by hand.
TEST(Margins, AreOfTheCasesMasterAlone)
{
    const Played p = played("rival standard,timing=min: S own+W [A] 1 [A] P\nS 0x77+W [N] P\n"
                            "expect rival won");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(p.result.master[I2C_T_HIGH].margin_ps, 0);
    EXPECT_GT(i2c_spread_margin_ps(&by_master(p, I2C_T_HIGH)), 0);

    const uint64_t alone = by_master(played("S own+W [A] P"), I2C_T_LOW).count;
    const Played raw = played("clock 9\nS own+W [A] P");
    EXPECT_EQ(by_master(raw, I2C_T_LOW).count, alone);
    EXPECT_EQ(by_master(played("S own+W [A] P\nS own+W [A] P"), I2C_T_LOW).count, 2 * alone);
}

TEST(Margins, OfHsModeStandApart)
{
    Options options;
    options.masters = {"hs"};
    Stage stage("registers/high_speed.slave", scenario_t("S own+W [A] Sr own+R [A] [_] N P"),
                options);
    ASSERT_TRUE(stage.ready()) << stage.message();
    const Played p = stage.play(0);
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    const i2c_spread &slow = by_master(p, I2C_T_LOW);
    const i2c_spread &fast = p.result.made[I2C_MADE_BY_MASTER_HS][I2C_T_LOW];
    EXPECT_EQ(slow.limit_ps, 1300000);
    EXPECT_EQ(fast.limit_ps, 160000);
    EXPECT_GT(slow.count, 0u);
    EXPECT_GT(fast.count, 0u);
    EXPECT_GT(slow.least_ps, fast.most_ps);
    const i2c_spread &hold = p.result.made[I2C_MADE_BY_SLAVE_HS][I2C_T_HD_DAT];
    EXPECT_TRUE(hold.at_most); // Table 13 has a maximum
    EXPECT_GT(hold.count, 0u);
}
