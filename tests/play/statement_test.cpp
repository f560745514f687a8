// What statements beside transfers mean; docs/language.md "Statements".
#include "tests/play/support.h"

#include <gtest/gtest.h>

TEST(ExpectApp, LooksAtVariablesNowOrWithinATime)
{
    EXPECT_EQ(played("app set value = 3\nexpect app value == 3").verdict(), "pass");
    EXPECT_EQ(played("app set value = 3\nexpect app value > 3").verdict(), "fail");
    EXPECT_EQ(played("app set negative = -5\nexpect app negative < 0").verdict(), "pass");
    EXPECT_EQ(played("app set memory[2] = 8\nexpect app memory[(1 + 1)] == 8").verdict(), "pass");
    const std::string late = "app set late_us = 80\nS own+W [A] 7 [A] P\nexpect app last_late == 7";
    EXPECT_EQ(played(late).verdict(), "fail");
    EXPECT_EQ(played(late + " within 20us").verdict(), "fail");
    EXPECT_EQ(played(late + " within 100us").verdict(), "pass");
}

// The time runs from the end of the act before: 300 us of waiting are an act, an expectation is
// none.
TEST(ExpectApp, CountsFromTheEndOfTheActBefore)
{
    const std::string late = "app set late_us = 200\nS own+W [A] 7 [A] P\n";
    EXPECT_EQ(played(late + "expect app received == 1 within 90us\n"
                            "expect app last_late == 7 within 150us")
                  .verdict(),
              "fail");
    EXPECT_EQ(played(late + "wait 100us\nexpect app last_late == 7 within 150us").verdict(),
              "pass");
}

TEST(ExpectApp, SaysWhatTheVariableWas)
{
    const Played p = played("app set value = 3\nexpect app value == 4");
    EXPECT_STREQ(p.first().rule, "app");
    EXPECT_STREQ(p.first().message, "value is 3 (0x3)");
    EXPECT_STREQ(p.first().expected, "expect app value == 4");
}

TEST(App, NamesThatTheSlaveHasNotAreNotApplicable)
{
    for (const char *line : {"app set nothing = 1", "expect app nothing == 1", "app call nothing()",
                             "app pin PB7 high", "app set memory[4] = 1",
                             "with latency 1us on NOTHING\nS own+W [A] P"}) {
        const Played p = played(line);
        EXPECT_EQ(p.verdict(), "not_applicable") << line << p.told();
        EXPECT_NE(p.result.reason[0], '\0');
    }
}

TEST(App, FunctionsAreCalledWithTheirArguments)
{
    EXPECT_EQ(played("app call put(2, 0x77)\nexpect app memory[2] == 0x77").verdict(), "pass");
}

TEST(ExpectCalls, TakesCallsInTheirOrder)
{
    const std::string write = "S own+W [A] 1 [A] 2 [A] P\n";
    EXPECT_EQ(played(write + "expect calls received : 1\nexpect calls received : 2").verdict(),
              "pass");
    EXPECT_EQ(played(write + "expect calls received : 2").verdict(), "fail");
    EXPECT_EQ(played(write + "expect calls addressed : _ 0\nexpect calls received : _").verdict(),
              "pass");
    EXPECT_EQ(played(write + "expect calls addressed : own.address").verdict(), "fail");
    EXPECT_EQ(played(write + "expect calls stopped").verdict(), "fail");
    const Played p = played(write + "expect calls received : 3");
    EXPECT_STREQ(p.first().message, "called: received 0x1");
}

TEST(ExpectCalls, BeyondWhatIsKeptAreAnError)
{
    const Played p = played("S own+W [A] ( 1 [A] ) x 300 P\nexpect calls nothing");
    EXPECT_EQ(p.verdict(), "error") << p.told();
}

TEST(ExpectReturned, JudgesTheMastersOwnCall)
{
    EXPECT_EQ(played("S own+W [A] P\nexpect master returned 0", "", "arduino@100k").verdict(),
              "pass");
    EXPECT_EQ(played("S 0x33+W [N] P\nexpect master returned 2", "", "arduino@100k").verdict(),
              "pass");
    EXPECT_EQ(played("S 0x33+W [N] P\nexpect master returned 3", "", "arduino@100k").verdict(),
              "fail");
}

// Wire cuts at 32 bytes; what it cuts off is not judged.
TEST(ExpectReturned, LetsAnOverLongTransferRunAsTheMasterDoesIt)
{
    const std::string write = "S own+W [A] ( 1 [A] ) x 40 P\n";
    EXPECT_EQ(played(write, "", "arduino@100k").verdict(), "not_applicable");
    const Played p =
        played(write + "expect master returned 0\nexpect app received == 32", "", "arduino@100k");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    const Played read = played("with latency 0us\n    S own+R [A] ( [0x00] A ) x 40 [_] N P\n"
                               "    expect master returned 32",
                               "", "arduino@100k");
    EXPECT_EQ(read.verdict(), "pass") << read.told();
    // What was not cut off is judged.
    EXPECT_EQ(
        played("app set refuse_data = 1\n" + write + "expect master returned 0", "", "arduino@100k")
            .verdict(),
        "fail");
    const Played nxt =
        played(write + "expect app received == 0\nexpect master returned 1", "", "nxt");
    EXPECT_NE(nxt.verdict(), "error") << nxt.told();
    EXPECT_STRNE(nxt.first().rule, "bracket") << nxt.told();
}

TEST(ExpectCompare, JudgesValues)
{
    EXPECT_EQ(played("app set value = 9\nS own+R [A] [?v] N P\nexpect v * 2 > 17").verdict(),
              "pass");
    const Played p = played("app set value = 9\nS own+R [A] [?v] N P\nexpect v * 2 > 18");
    EXPECT_EQ(p.verdict(), "fail");
    EXPECT_STREQ(p.first().message, "it is 0x12");
}

TEST(ExpectIdle, WaitsForBothLinesAsLongAsItIsTold)
{
    const std::string pulled = "pull sda\nwait 1us\nexpect idle";
    EXPECT_EQ(played("expect idle").verdict(), "pass");
    EXPECT_EQ(played(pulled).verdict(), "fail");
    const Played p = played(pulled + " within 10us\nrelease sda");
    EXPECT_STREQ(p.first().rule, "idle") << p.told();
    EXPECT_EQ(played("glitch SDA low 300us at 1us\nwait 5us\nexpect idle within 200us").verdict(),
              "fail");
    EXPECT_EQ(played("glitch SDA low 300us at 1us\nwait 5us\nexpect idle within 400us").verdict(),
              "pass");
}

TEST(Poll, EndsWithTheAnswerThatIsAskedForAndTakesTheTime)
{
    const std::string poll =
        "app set refuse = 3\npoll S own+W [A or N] P every 1ms until A within ";
    const Played p = played(poll + "5ms -> t\nexpect t == 3ms");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(played(poll + "3ms -> t\nexpect t >= 3ms").verdict(), "pass");
    // Attempts at 0, 1 and 1.5 ms: the last one begins when the time is over.
    const Played late = played(poll + "1500us");
    EXPECT_EQ(late.verdict(), "fail") << late.told();
    EXPECT_STREQ(late.first().rule, "poll");
    EXPECT_EQ(played("poll S own+W [A or N] P every 1ms until N within 2ms").verdict(), "fail");
    EXPECT_EQ(played("app set refuse = 1\npoll S own+W [A or N] P every 1ms until N within 2ms "
                     "-> t\nexpect t == 0us")
                  .verdict(),
              "pass");
}

// A slave that is ready at the end of the time given is not blamed for a master whose attempts do
// not fall there.
TEST(Poll, AsksOnceMoreWhenTheTimeIsOver)
{
    const Played p = played("app set refuse = 3\n"
                            "poll S own+W [A or N] P every 1ms until A within 2500us -> t\n"
                            "expect t >= 2499us\nexpect t <= 2501us");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

TEST(ExpectKnownGood, PlaysTheSlavesTransferAndSaysWhatFailed)
{
    EXPECT_EQ(played("expect known_good").verdict(), "pass");
    EXPECT_EQ(
        played("app set value = 7\nexpect known_good", "known_good S own+R [A] [7] N P").verdict(),
        "pass");
    const Played bad =
        played("app set value = 8\nexpect known_good", "known_good S own+R [A] [7] N P");
    EXPECT_EQ(bad.verdict(), "fail") << bad.told();
    EXPECT_STREQ(bad.first().rule, "known_good");
    EXPECT_STREQ(bad.first().message, "byte 1 of 0x50+R: 0x08");
}

// What was cut off may have started something: a declared busy time is waited for, no longer.
TEST(ExpectKnownGood, WaitsForADeclaredBusyTime)
{
    const std::string lines = "app set refuse = 5\nexpect known_good";
    EXPECT_EQ(played(lines, "busy nack_addr max 5ms").verdict(), "pass");
    EXPECT_EQ(played(lines, "busy nack_addr max 5ms", "fast").verdict(), "pass");
    EXPECT_EQ(played(lines).verdict(), "fail");
    EXPECT_EQ(played(lines, "busy ack").verdict(), "fail");
    EXPECT_EQ(played("app set refuse = 100\nexpect known_good", "busy nack_addr max 5ms").verdict(),
              "fail");
}

TEST(Poll, GoesOnWithAnyMastersRetries)
{
    const Played p = played("app set refuse = 5\n"
                            "poll S own+W [A or N] P every 1ms until A within 100ms",
                            "", "nxt");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

TEST(Wait, LastsAsLongAsItIsWritten)
{
    const Played p = played("S own+W [A] P\nwait 200ms\nS own+W [A] P");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_GE(p.result.simulated_ps, 200 * I2C_PS_PER_MS);
}

TEST(Wait, IsNoTimeOfTheCasesBudget)
{
    const Played p = played("S own+W [A] P\nwait 100s\nS own+W [A] P\nwait 100s\nS own+W [A] P");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_GE(p.result.simulated_ps, 200 * I2C_PS_PER_S);
}

TEST(Wires, ArePulledClockedAndReleasedByHand)
{
    EXPECT_EQ(played("pull sda\nwait 5us\nrelease sda\nwait 5us\nclock 9\nexpect idle within 10us\n"
                     "S own+W [A] P")
                  .verdict(),
              "pass");
    // By hand: START, 0xA0, and the ACK clock.
    const Played p = played("pull sda\nwait 5us\npull scl\nwait 5us\nrelease sda\nwait 1us\n"
                            "release scl\nwait 5us\npull scl\nwait 1us\npull sda\nwait 1us\n"
                            "clock 2\nrelease scl\nwait 5us\nrelease sda\nwait 10us\n"
                            "expect idle within 10us\nS own+W [A] P");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

// A spike on SDA while SCL is high is a START and a STOP; one in the middle of a transfer is set
// off while that runs.
TEST(Wires, GlitchNowOrLater)
{
    EXPECT_EQ(played("glitch SDA low 500ns\nexpect idle within 1us\nS own+W [A] P").verdict(),
              "pass");
    const Played p = played("app set value = 0xFF\nglitch SDA low 2us at 105us\n"
                            "S own+R [A] [0xFF] N P",
                            "", "standard,ideal=1");
    EXPECT_NE(p.verdict(), "pass") << p.told();
}

TEST(With, HoldsForItsBlockOrTheRestOfItsOwn)
{
    // 100 us late, this slave misses everything.
    const std::string late = "with latency 100us on SCL_FALL\n";
    EXPECT_EQ(played(late + "    S own+W [N] P\nwait 1ms\nS own+W [A] P").verdict(), "pass");
    EXPECT_EQ(played(late + "S own+W [N] P\nwait 1ms\nS own+W [N] P").verdict(), "pass");
    EXPECT_EQ(played("with irq_off 1us every 10ms\n    " + late +
                     "    S own+W [N] P\nwait 1ms\nS own+W [A] P")
                  .verdict(),
              "pass");
}

TEST(With, TheInnerOneHoldsAndTheOuterOneComesBack)
{
    const Played p = played("with latency 100us on SCL_FALL\n"
                            "    with latency 0us on SCL_FALL\n"
                            "        S own+W [A] P\n"
                            "    wait 1ms\n"
                            "    S own+W [N] P\n"
                            "    wait 1ms\n"
                            "S own+W [A] P");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    std::string many;
    for (int i = 0; i < 6; i++)
        many += "with latency " + std::to_string(i) + "us\n";
    EXPECT_NE(played(many + "S own+W [A or N] P").verdict(), "error");
}

TEST(With, MainLoopsAndCompetingInterruptsAreLoaded)
{
    EXPECT_EQ(played("wait 10ms\nexpect app passes > 80").verdict(), "pass");
    EXPECT_EQ(played("with main_stall 8ms\nwait 10ms\nexpect app passes < 40").verdict(), "pass");
    EXPECT_EQ(played("with isr_load TIMER0 100us every 1ms\n( S own+W [A or N] P ) x 20\n"
                     "expect app addressed_times < 20")
                  .verdict(),
              "pass");
}

/// It would play as if nothing was asked for, and pass.
TEST(With, WhatTheSlaveHasNotIsNotApplicable)
{
    const std::string polls = "polled/polled.slave"; // without interrupts
    const std::string asked[] = {"latency 1us", "irq_off 1us every 10us",
                                 "isr_load TIMER0 1us every 10us"};
    for (const std::string &with : asked) {
        Stage stage(polls, scenario_t("with " + with + "\nS own+W [A] P"));
        ASSERT_TRUE(stage.ready()) << stage.message();
        const Played p = stage.play();
        EXPECT_EQ(p.verdict(), "not_applicable") << with;
        EXPECT_STREQ(p.result.reason, "the slave has no interrupts") << with;
    }
    Stage stage("registers/registers.slave", scenario_t("with main_stall 1us\nS own+W [A] P"));
    ASSERT_TRUE(stage.ready()) << stage.message();
    EXPECT_STREQ(stage.play().result.reason, "the slave has no main loop");
}

TEST(With, ACpuClockIsNotApplicableToHostedSlaves)
{
    const Played p = played("with cpu_clock 7.9MHz\nS own+W [A] P");
    EXPECT_EQ(p.verdict(), "not_applicable");
    EXPECT_NE(std::string(p.result.reason).find("CPU clock"), std::string::npos);
}

TEST(With, EndsBeforeRecovery)
{
    const Played p = played("with latency 100us on SCL_FALL\n    S own+W [A] P");
    ASSERT_EQ(p.result.findings, 1u) << p.told();
}
