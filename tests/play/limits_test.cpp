// The limits of the timing tables as scenarios ask for them: masters with settings of their own,
// and the threshold of the slave's inputs.
#include "tests/play/support.h"

#include <gtest/gtest.h>

static const char joined[] = "S own+W [A] Sr own+W [A] P";

TEST(MasterSettings, HoldInThatScenarioAlone)
{
    const std::string lines =
        scenario_t(std::string("for master in standard with timing=min\n") + joined) +
        "\nscenario usual\n    " + joined + "\n";
    Stage stage(scripted(), lines);
    ASSERT_TRUE(stage.ready()) << stage.message();
    const Played least = stage.play("t/standard");
    const Played usual = stage.play("usual/standard");
    EXPECT_EQ(least.verdict(), "pass") << least.told();
    EXPECT_EQ(least.result.master[I2C_T_SU_STA].margin_ps, 0);
    EXPECT_EQ(least.result.master[I2C_T_HIGH].margin_ps, 0);
    EXPECT_GT(usual.result.master[I2C_T_SU_STA].margin_ps, 0);
}

TEST(MasterSettings, TakeThePlaceOfTheRunsOwn)
{
    Options options;
    options.masters = {"standard,timing=max,threshold=70", "fast", "arduino@100k"};
    Stage stage(scripted("speed 400kHz"),
                scenario_t("for master in standard fast with timing=min\nS own+W [A] P"), options);
    ASSERT_TRUE(stage.ready()) << stage.message();
    EXPECT_EQ(stage.ids(),
              (std::vector<std::string>{"s/t/standard,timing=max,threshold=70", "s/t/fast"}));
    EXPECT_EQ(stage.play(0).result.master[I2C_T_HD_STA].margin_ps, 0);
    EXPECT_EQ(stage.play(1).result.master[I2C_T_HD_STA].limit_ps, 600000);
}

TEST(MasterSettings, ThatTheMasterHasNotAreAMistakeOfTheScenario)
{
    Options options;
    options.masters = {"arduino@100k"};
    Stage stage(scripted(), scenario_t("for master in arduino with timing=min\nS own+W [A] P"),
                options);
    EXPECT_FALSE(stage.ready());
    EXPECT_NE(stage.message().find("arduino has no parameter \"timing\""), std::string::npos)
        << stage.message();
}

TEST(Unless, LeavesOutWhoDeclaresIt)
{
    const std::string lines = "unless timeout smbus\nS own+W [A] P";
    EXPECT_EQ(played(lines).verdict(), "pass");
    EXPECT_EQ(played(lines, "timeout none").verdict(), "pass");
    const Played p = played(lines, "timeout 25ms..35ms");
    EXPECT_EQ(p.verdict(), "not_applicable");
    EXPECT_STREQ(p.result.reason, "declared: timeout");
}

TEST(OnlyLong, IsLeftOutOfAUsualRun)
{
    const std::string lines = scenario_t("only long\nS own+W [A] P") + "\nscenario u\n    S P\n";
    for (const bool long_runs : {false, true}) {
        Options options;
        options.long_runs = long_runs;
        Stage stage(scripted(), lines, options);
        ASSERT_TRUE(stage.ready()) << stage.message();
        EXPECT_EQ(stage.count(), long_runs ? 2u : 1u);
    }
}

// A main loop that polls every microsecond runs through each pause of such a clock: thousands of
// millions of times in a long transfer, which no case has the time for.
TEST(PollingSlaves, AreNotPlayedLongerThanACaseMayLast)
{
    Options options;
    options.masters = {"standard,dc=20ms"};
    const std::string write = "S own+W [A] ( 0x5A [A or N] ) x n P";
    for (const char *slave : {"polled/polled.slave", "registers/registers.slave"}) {
        Stage stage(slave, scenario_t("for n in 20 65000\n" + write), options);
        ASSERT_TRUE(stage.ready()) << stage.message();
        const Played few = stage.play(0);
        EXPECT_EQ(few.verdict(), "pass") << few.told();
        if (std::string(slave) != "polled/polled.slave")
            continue;
        const Played many = stage.play(1);
        EXPECT_EQ(many.verdict(), "not_applicable");
        EXPECT_NE(std::string(many.result.reason).find("million passes of its main loop"),
                  std::string::npos)
            << many.result.reason;
    }
}

// SCL takes 300 ns from 70 % to 30 %: the higher a slave's threshold, the earlier it answers.
TEST(Threshold, DecidesWhenTheSlaveSeesAnEdge)
{
    int64_t hold_ps[3];
    for (int i = 0; i < 3; i++) {
        const Played p = played("for master in standard with edges=slow\nwith threshold " +
                                std::to_string(30 + 20 * i) + "\nS own+R [A] [_] N P");
        EXPECT_EQ(p.verdict(), "pass") << p.told();
        hold_ps[i] = p.result.slave[I2C_T_HD_DAT].measured_ps;
    }
    EXPECT_EQ(hold_ps[0] - hold_ps[1], 150000);
    EXPECT_EQ(hold_ps[1] - hold_ps[2], 150000);
}

TEST(Threshold, ComesBackBehindItsBlock)
{
    const std::string heads = "for master in standard with edges=slow\n";
    const std::string read = "S own+R [A] [_] N P\n";
    const Played usual = played(heads + read);
    const Played inner =
        played(heads + "with threshold 30\n    with threshold 70\n        wait 1us\n" +
               "    wait 1us\n" + read);
    EXPECT_EQ(inner.verdict(), "pass") << inner.told();
    EXPECT_EQ(inner.result.slave[I2C_T_HD_DAT].measured_ps,
              usual.result.slave[I2C_T_HD_DAT].measured_ps);
}

TEST(Threshold, OfAnotherShareIsAnError)
{
    const Played p = played("for v in 40\nwith threshold v\nS own+W [A] P");
    EXPECT_EQ(p.verdict(), "error");
    EXPECT_NE(std::string(p.result.reason).find("30, 50 or 70"), std::string::npos);
}

// SDA moves in the round in which SCL falls: who looks then sees the next bit (Table 11: tHD;DAT
// 0).
TEST(ZeroHold, SdaHasMovedWhenTheFallIsTold)
{
    const Played p = played("for master in standard with t_hd_dat=0us,ideal=1\n"
                            "S own+W [A] 0x55 [A] P\nexpect app sda_at_fall == 0xAB");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}
