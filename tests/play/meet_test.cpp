// Two masters in a scenario: `rival`, and what is expected of either.
#include "tests/play/support.h"

#include <gtest/gtest.h>

namespace
{

const char *const masters[] = {"standard", "standard,timing=min", "arduino@100k"};

std::string shipped(const std::string &slave, const std::string &filter, const std::string &own,
                    std::string *told)
{
    Options options;
    options.masters = {own};
    options.filter = filter;
    Stage stage(slave, "", options);
    EXPECT_TRUE(stage.ready()) << stage.message();
    std::string worst = "pass";
    for (uint32_t i = 0; stage.ready() && i < stage.count(); i++) {
        const Played p = stage.play(i);
        if (p.verdict() != "fail" && p.verdict() != "warn" && p.verdict() != "error")
            continue;
        worst = p.verdict();
        *told += std::string(p.one.id) + ": " + p.told() + "\n";
    }
    return worst;
}

} // namespace

TEST(Rival, LosesOrWinsByItsBits)
{
    for (const char *own : masters) {
        const Played loses =
            played("rival master: S 0x77+W [A or N] P\nS own+W [A] 1 [A] P\n"
                   "expect rival lost\nexpect master won\nexpect app received == 1",
                   "", own);
        EXPECT_EQ(loses.verdict(), "pass") << own << loses.told();
        const Played wins = played("rival standard: S own+W [A] 1 [A] P\nS 0x77+W [N] P\n"
                                   "expect rival won\nexpect master lost\nexpect app received == 1",
                                   "", own);
        EXPECT_EQ(wins.verdict(), "pass") << own << wins.told();
    }
}

TEST(Rival, ThatWinsIsJudgedByItsOwnBrackets)
{
    const Played p = played("rival master: S own+W [N] P\nS 0x77+W [A or N] P");
    EXPECT_EQ(p.verdict(), "fail") << p.told();
    EXPECT_STREQ(p.first().message, "address 0x50+W: A: acknowledged");
    // What it wanted while it had the bus, it wanted.
    const Played before = played("rival master: S own+W [N] 0xFF [A] P\nS own+W [A] 0x00 [A] P");
    EXPECT_EQ(before.verdict(), "fail") << before.told();
}

TEST(Rival, IsNotJudgedBehindItsLoss)
{
    const Played p = played("rival master: S own+W [A] 0xFF [N] 7 [N] P\nS own+W [A] 0x00 [A] P\n"
                            "expect rival lost");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    const Played first = played("rival master: S own+W [A] 0x00 [A] P\n"
                                "S own+W [A] 0xFF [N] 7 [N] P S 0x33+W [A] P\nexpect master lost");
    EXPECT_EQ(first.verdict(), "pass") << first.told();
}

TEST(Rival, ExpectationsThatAreNotMetAreTold)
{
    const std::string meets = "rival master: S 0x77+W [A or N] P\nS own+W [A] P\n";
    const Played won = played(meets + "expect rival won");
    EXPECT_EQ(won.verdict(), "fail");
    EXPECT_STREQ(won.first().rule, "arbitration");
    EXPECT_STREQ(won.first().message, "the rival has lost arbitration");
    EXPECT_STREQ(played(meets + "expect master lost").first().message,
                 "the master has not lost arbitration");
    EXPECT_STREQ(played("S own+W [A] P\nexpect rival lost").first().message,
                 "the rival has made no transfer");
    EXPECT_STREQ(played("S own+W [A] P\nexpect rival returned 4").first().message,
                 "no call of the rival's has returned yet");
}

// Wire returns 4 for "other", which lost arbitration is.
TEST(Rival, ReturnsWhatItsOwnCallDoes)
{
    const std::string meets = "rival arduino@100k: S 0x77+W [A or N] P\nS own+W [A] P\n";
    EXPECT_EQ(played(meets + "expect rival returned 4").verdict(), "pass");
    EXPECT_EQ(played(meets + "expect rival returned 0").verdict(), "fail");
    EXPECT_EQ(played("rival standard: S own+W [A] P\nS 0x77+W [A or N] P\nexpect master returned 4",
                     "", "arduino@100k")
                  .verdict(),
              "pass");
}

TEST(Rival, MayComeLater)
{
    for (const char *own : masters)
        for (const char *after : {"1ns", "1us", "7us", "30us", "1ms"}) {
            const Played p = played(std::string("rival master after ") + after +
                                        ": S own+W [A] 2 [A] P\nS own+W [A] 2 [A] P\n"
                                        "expect rival won\nexpect master won\nS own+W [A] P",
                                    "", own);
            EXPECT_EQ(p.verdict(), "pass") << own << " " << after << p.told();
        }
}

TEST(Rival, IsNotApplicableWhereTheyCannotShareABus)
{
    const std::string same = "S own+W [A] P";
    const Played nxt = played("rival nxt: " + same + "\n" + same);
    EXPECT_EQ(nxt.verdict(), "not_applicable");
    EXPECT_STREQ(nxt.result.reason, "nxt takes no part in arbitration");
    EXPECT_EQ(played("rival standard: " + same + "\n" + same, "", "nxt").verdict(),
              "not_applicable");
    const Played fast = played("rival fastplus: " + same + "\n" + same, "speed 400kHz");
    EXPECT_STREQ(fast.result.reason, "rival faster than the slave's speed");
    const Played longer =
        played("rival arduino: S own+W [A] ( 1 [A] ) x 40 P\n" + same, "speed 400kHz");
    EXPECT_STREQ(longer.result.reason, "rival: Wire sends at most 32 bytes");
}

// UM10204 3.1.8 leaves it open: a note, no blame, and the next transfer is judged again.
TEST(Rival, WhatTheStandardLeavesOpenIsANote)
{
    const std::string meets = "rival standard: S own+W [A] P\nS own+W [A] 0xFF [N] P\nwait 1ms\n";
    const Played p = played(meets + "S own+W [A] P");
    EXPECT_EQ(p.verdict(), "note") << p.told();
    EXPECT_STREQ(p.first().rule, "arbitration_undefined");
    EXPECT_STREQ(p.first().blame, "");
    EXPECT_STREQ(
        p.first().message,
        "standard sends something else where rival makes STOP: what follows is not defined");
    EXPECT_EQ(played(meets + "S own+W [N] P").verdict(), "fail");
}

// Calls and groups have frames of their own; those of the rival last until it has ended.
TEST(Rival, HasBytesOfItsOwn)
{
    Stage stage(scripted(),
                "transfer put a b: S own+W [A] a [A] b [A] P\n" +
                    scenario_t("for base in 0x0F 0x10\nrival master: put 0x33 (base | 0x80)\n"
                               "put 0x33 base\nexpect rival lost\nexpect app received == 2\n"
                               "rival master: S own+W [A] ( (v | base) [A] for v in 1..3 ) P\n"
                               "S own+W [A] ( (v | base) [A] for v in 1..3 ) P\n"
                               "expect rival won\nexpect app received == 5"));
    ASSERT_TRUE(stage.ready()) << stage.message();
    for (uint32_t i = 0; i < stage.count(); i++) {
        const Played p = stage.play(i);
        EXPECT_EQ(p.verdict(), "pass") << p.told();
    }
}

TEST(Rival, NeedsNoMemoryFromCaseToCase)
{
    Stage stage(scripted(), scenario_t("for n in 1..3\nrival standard: S own+W [A] n [A] P\n"
                                       "S own+W [A] n [A] P"));
    ASSERT_TRUE(stage.ready()) << stage.message();
    (void)stage.play(0);
    EXPECT_EQ(stage.play(1).allocated, 0u);
    EXPECT_EQ(stage.play(2).verdict(), "pass");
}

TEST(ArbitrationScenarios, PassEveryShippedSlaveOnEveryMaster)
{
    for (const char *slave : {"registers/registers.slave", "registers/stretch_bit.slave",
                              "tiny_usi/single.slave", "camera_frame/camera_frame.slave"})
        for (unsigned i = 0; i < master_model_count(); i++) {
            std::string told;
            EXPECT_EQ(shipped(slave, "arb.*", master_model_info(i)->name, &told), "pass")
                << slave << " on " << master_model_info(i)->name << "\n"
                << told;
        }
}

TEST(ArbitrationScenarios, CatchBrokenSlaves)
{
    const struct {
        const char *slave, *scenario, *rule;
    } caught[] = {
        // A slower master holds SCL low for longer than it likes.
        {"broken/times_clock.slave", "arb.identical.slow", "I2C-ARB-06"},
        {"broken/restart_keeps_count.slave", "arb.lose_addr", "I2C-ARB-02"},
        {"broken/deaf_after_nack.slave", "arb.identical.read", "I2C-ARB-01"},
        {"broken/keeps_last_bit.slave", "arb.lose_data.register", "I2C-ACK-04"},
    };
    for (const auto &c : caught) {
        std::string told;
        EXPECT_EQ(shipped(c.slave, c.scenario, "standard", &told), "fail") << c.slave;
        EXPECT_NE(told.find(c.rule), std::string::npos) << c.slave << "\n" << told;
    }
}
