// From what was seen to what it makes of a case: applicability, levels, waivers, incompatibility.
#include "tests/play/support.h"

extern "C" {
#include "scenarios/requirements/requirements.h"
}

#include <gtest/gtest.h>

static void expect_not_applicable(const Played &p, const std::string &reason,
                                  const std::string &need)
{
    EXPECT_EQ(p.verdict(), "not_applicable") << p.told();
    EXPECT_EQ(std::string(p.result.reason), reason) << p.told();
    EXPECT_EQ(std::string(p.result.need), need) << p.told();
}

TEST(NotApplicable, IsWhatNeedsAnUndeclaredKey)
{
    expect_not_applicable(played("needs overrun.nack\nS own+W [A] P"), "not declared: overrun.nack",
                          "overrun");
    expect_not_applicable(played("needs registers.scratch\nS own+W [A] P"),
                          "not declared: registers.scratch", "data");
    expect_not_applicable(played("needs general_call\nS own+W [A] P"), "not declared: general_call",
                          "general_call");
    EXPECT_EQ(played("needs general_call\nS own+W [A] P", "general_call ack").verdict(), "pass");
}

TEST(NotApplicable, IsWhatUsesAnUndeclaredValue)
{
    const char *const reason = "not declared: data";
    expect_not_applicable(played("expect data.size == 1"), reason, "data");
    expect_not_applicable(played("S own+W [A] (data.size) [A] P"), reason, "data");
    expect_not_applicable(played("S own+R [A] [(data.initial)] N P"), reason, "data");
    expect_not_applicable(played("S own+W [A] ( 1 [A] ) x (data.size) P"), reason, "data");
    expect_not_applicable(played("S own+W [A] ( 1 [A] for i in 1..data.size ) P"), reason, "data");
    expect_not_applicable(played("for n in 1..data.size\nS own+W [A] P"), reason, "data");
    expect_not_applicable(played("S own+W [A] ( 1 [A] for i in 1..overrun.after ) P"),
                          "not declared: overrun", "overrun");
    Stage some(scripted(), scenario_t("for n in 1 (overrun.after)\nS own+W [A] P"));
    EXPECT_EQ(some.play(0).verdict(), "pass");
    expect_not_applicable(some.play(1), "not declared: overrun", "overrun");
}

TEST(NotApplicable, IsWhatTheMasterCannotDo)
{
    const auto on_nxt = [](const char *lines) {
        const Played p = played(lines, "", "nxt");
        EXPECT_EQ(p.verdict(), "not_applicable") << p.told();
        return std::string(p.result.reason);
    };
    EXPECT_NE(on_nxt("S own+W [A] ( 1 [A] ) x 16 P").find("16 bytes"), std::string::npos);
    EXPECT_NE(on_nxt("S own+W [A] Sr! own+R [A] [_] N P").find("repeated START"),
              std::string::npos);
    EXPECT_NE(on_nxt("S own+R [A] [_] N P").find("behind a write"), std::string::npos);
    EXPECT_LE(played("S own+W [A] ( 1 [A] ) x 15 P", "", "nxt").result.verdict, PLAY_NOTE);
}

TEST(NotApplicable, IsAMasterFasterThanTheSlave)
{
    expect_not_applicable(played("S own+W [A] P", "speed 100kHz", "fast"),
                          "master faster than the slave's speed", "");
    expect_not_applicable(played("S own+W [A] P", "speed 350kHz", "fast"),
                          "master faster than the slave's speed", "");
    EXPECT_EQ(played("S own+W [A] P", "speed 100kHz").verdict(), "pass");
}

TEST(Errors, AreWhatAScenarioDoesWrong)
{
    EXPECT_EQ(played("for n in 0\nexpect 1 / n == 1").verdict(), "error");
    EXPECT_EQ(played("for n in 300\nS own+W [A] n [A] P").verdict(), "error");
    EXPECT_EQ(played("for n in 200\nS n+W [A or N] P").verdict(), "error");
    EXPECT_EQ(played("for n in 1..(1 / (own.address - 0x50))\nS own+W [A] P").verdict(), "error");
    EXPECT_EQ(played("S own+W [A] ( ( 1 [A] ) x 60000 ) x 2 P").verdict(), "error");
}

// ---- levels -----------------------------------------------------------------------------------

/// The first row with that effect that is no rule of the engine's.
static std::string row_with(requirement_effect effect)
{
    for (size_t i = 0; i < requirement_count(); i++)
        if (requirement_level_effect(requirement_at(i)->level) == effect)
            return requirement_at(i)->id;
    return "";
}

TEST(Levels, OfTheFirstRowDecideWhatAnUnmetBracketMakes)
{
    const std::string must = row_with(REQUIREMENT_FAILS);
    const std::string should = row_with(REQUIREMENT_WARNS);
    const std::string may = row_with(REQUIREMENT_NOTES);
    const auto verdict = [](const std::string &rows) {
        const Played p = played("covers " + rows + "\nS own+W [N] P");
        EXPECT_EQ(p.result.findings, 1u) << p.told();
        EXPECT_EQ(rows.find(p.first().rule), 0u) << p.told();
        return p.verdict();
    };
    EXPECT_EQ(verdict(must), "fail");
    EXPECT_EQ(verdict(should + " " + must), "warn");
    EXPECT_EQ(verdict(may + " " + must), "note");
    const Played none = played("S own+W [N] P");
    EXPECT_STREQ(none.first().rule, "bracket");
    EXPECT_EQ(none.verdict(), "fail");
    const Played app = played("covers " + should + "\nexpect app value == 1");
    EXPECT_EQ(app.verdict(), "warn") << app.told();
}

TEST(Levels, NeverSoftenADeadBusOrSlave)
{
    const std::string may = row_with(REQUIREMENT_NOTES);
    const Played deaf = played("covers " + may + "\napp set deaf = 1\nS own+W [A] P");
    EXPECT_EQ(deaf.first().verdict, PLAY_NOTE);
    EXPECT_EQ(deaf.verdict(), "fail") << deaf.told();
    const Played held = played("covers " + may + "\napp set hold_us = -1\nS own+W [A] 1 [A] P");
    EXPECT_EQ(held.verdict(), "fail") << held.told();
    for (const char *rule : {"crash", "hang", "memory"}) {
        play_finding f;
        play_finding_by_runner(&f, rule, 0, "");
        EXPECT_EQ(f.verdict, PLAY_FAIL) << rule;
    }
}

TEST(Budget, ASlaveThatHoldsSclForEverFails)
{
    for (const char *keys : {"", "stretch none", "stretch byte max 1ms"})
        for (const char *name : {"standard", "arduino@100k", "nxt"}) {
            const Played p = played("app set hold_us = -1\nS own+W [A] 1 [A] 2 [A] P", keys, name);
            EXPECT_EQ(p.verdict(), "fail") << p.told();
        }
}

TEST(Budget, AScenarioThatRunsOutOfTimeIsAnError)
{
    for (const char *lines : {"poll S own+W [A or N] P every 5s until N within 100s",
                              "expect app value == 1 within 50s"}) {
        const Played p = played(lines);
        EXPECT_EQ(p.verdict(), "error") << p.told();
        EXPECT_EQ(std::string(p.result.reason).find("budget"), 0u) << p.told();
    }
}

TEST(Budget, GrowsWithThePeriodOfASlowClock)
{
    EXPECT_EQ(played("expect app value == 1 within 41s", "", "standard@50k").verdict(), "fail");
    EXPECT_EQ(played("expect app value == 1 within 41s", "", "standard,dc=1ms").verdict(), "fail");
}

// ---- waivers --------------------------------------------------------------------------------

TEST(Accept, WaivesByRowAndSaysWhichLine)
{
    const std::string must = row_with(REQUIREMENT_FAILS);
    const std::string keys = "accept SMB-X-01 because \"other\" until 2030-01-01\n"
                             "accept " +
                             must + " because \"known\" until 2030-01-01";
    const Played p = played("covers " + must + "\nS own+W [N] P", keys);
    EXPECT_EQ(p.verdict(), "note") << p.told();
    EXPECT_TRUE(p.first().accepted);
    EXPECT_EQ(p.first().accept, 1u);
    EXPECT_EQ(p.first().verdict, PLAY_FAIL);
    const Played other = played("S own+W [N] P", keys);
    EXPECT_EQ(other.verdict(), "fail");
    EXPECT_FALSE(other.first().accepted);
}

// A line that has run out does not stand before one that has not, wherever they stand.
TEST(Accept, TakesTheLineThatLastsLongest)
{
    const std::string must = row_with(REQUIREMENT_FAILS);
    const std::string old_line = "accept " + must + " because \"old\" until 2020-01-01";
    const std::string line = "accept " + must + " because \"known\" until 2030-01-01";
    const std::string lines = "covers " + must + "\nS own+W [N] P";
    EXPECT_EQ(played(lines, old_line + "\n" + line).first().accept, 1u);
    EXPECT_EQ(played(lines, line + "\n" + old_line).first().accept, 0u);
}

// ---- incompatible ---------------------------------------------------------------------------

// The slave keeps its promise, and the master does not wait so long.
static const char *const long_hold = "app set hold_us = 900\nS own+W [A] 1 [A] 2 [A] P";

TEST(Incompatible, IsAFailOnlyWhereTheSlavesFileNamesTheMaster)
{
    const std::string stretch = "stretch byte max 1ms\n";
    for (const char *name : {"nxt", "nxt,fw=1.05"}) {
        const Played p = played(long_hold, stretch + "masters " + name, name);
        EXPECT_EQ(p.verdict(), "incompatible") << p.told();
        const Played other = played(long_hold, stretch + "masters arduino@100k", name);
        EXPECT_EQ(other.verdict(), "note") << other.told();
        const Played nobody = played(long_hold, stretch, name);
        EXPECT_EQ(nobody.verdict(), "note") << nobody.told();
    }
    const Played variant = played(long_hold, stretch + "masters nxt,fw=1.05", "nxt");
    EXPECT_EQ(variant.verdict(), "note") << variant.told();
    // Who promises something there means that master.
    const Played promised = played(long_hold, stretch + "tolerates latency 1us on nxt", "nxt");
    EXPECT_EQ(promised.verdict(), "incompatible") << promised.told();
    const Played anywhere = played(long_hold, stretch + "tolerates latency 1us", "nxt");
    EXPECT_EQ(anywhere.verdict(), "note") << anywhere.told();
    EXPECT_EQ(played(long_hold, stretch + "masters arduino@100k", "arduino@100k").verdict(),
              "pass");
}

// The slave does no more than it declares, and the master does not wait for it.
TEST(Incompatible, TellsTheHoldAndTheLimit)
{
    const std::string keys = "stretch byte max 1ms\nmasters ";
    const struct {
        const char *name, *text;
    } masters[] = {
        {"usb100", "usb100 does not wait"},
        {"usb100,ack_ignored=yes", "usb100 does not wait"},
        {"ev3", "ev3 drives SCL high while slave pulls it"},
        {"nxt,fw=1.05", "nxt does not wait"},
    };
    for (const auto &m : masters) {
        const Played named = played(long_hold, keys + m.name, m.name);
        EXPECT_EQ(named.verdict(), "incompatible") << named.told();
        EXPECT_NE(named.told().find(m.text), std::string::npos) << named.told();
        EXPECT_EQ(played(long_hold, keys + "arduino@100k", m.name).verdict(), "note") << m.name;
    }
    const Played p = played(long_hold, keys + "usb100", "usb100");
    EXPECT_STREQ(p.first().rule, "stretch_limit");
    EXPECT_EQ(std::string(p.first().message).find("slave holds SCL for 89"), 0u) << p.told();
    EXPECT_GT(p.first().measured_ps, (int64_t)(890 * I2C_PS_PER_US));
    EXPECT_EQ(p.first().limit_ps, 0);
}

// However long the hold is, and wherever in a clock it ends, nobody is accused of what comes of it.
TEST(Incompatible, IsAllThatAMasterMeetsThatDrivesSclAgainstAHold)
{
    for (const char *name : {"usb100", "usb100,scl=driven", "tinyusb,scl=driven"})
        for (unsigned hold_us = 1; hold_us < 130; hold_us += 3) {
            const Played p = played("app set hold_us = " + std::to_string(hold_us) +
                                        "\nS own+W [A] 1 [A] Sr own+R [A] [_] N P\n"
                                        "S own+W [A] 1 [A] P",
                                    "stretch byte max 1ms", name);
            EXPECT_LE(p.result.verdict, PLAY_NOTE) << hold_us << " us: " << p.told();
        }
}

TEST(Incompatible, ExplainsUnmetBracketsOfTheSameTransferAlone)
{
    const Played p = played(long_hold, "stretch byte max 1ms", "nxt,fw=1.05");
    for (unsigned i = 0; i < p.result.findings; i++)
        EXPECT_LE(p.result.finding[i].verdict, PLAY_NOTE) << p.told();
    // A slave that refuses its address in the next transfer is wrong, whatever was before.
    const Played next = played("app set hold_us = 30\nS own+W [A] 1 [A] P\napp set hold_us = 0\n"
                               "app set deaf = 1\nS own+W [A] P",
                               "stretch byte max 1ms", "nxt,fw=1.05");
    EXPECT_EQ(next.verdict(), "fail") << next.told();
}

// A slave that does not declare to stretch, or stretches longer than it declares, is not
// excused.
TEST(Incompatible, IsNoneWhereTheSlaveBreaksItsWord)
{
    for (const char *keys : {"stretch none", "stretch byte max 100us"}) {
        const Played p = played(long_hold, keys, "nxt");
        EXPECT_EQ(p.verdict(), "fail") << p.told();
    }
}

// Such a slave has written nothing, and what it answers later says nothing about it.
TEST(Incompatible, IsAMasterWithoutStopAndASlaveThatWaitsForIt)
{
    const std::string write = "S own+W [A] 1 [A] P\nS own+W [A] 2 [A] P";
    const Played p = played(write, "commit stop\nmasters ev3", "ev3");
    EXPECT_EQ(p.verdict(), "incompatible") << p.told();
    ASSERT_EQ(p.result.findings, 1u) << p.told();
    EXPECT_STREQ(p.first().rule, "no_stop");
    EXPECT_STREQ(p.first().message, "ev3 makes no STOP behind a write; this slave commits at STOP");
    EXPECT_STREQ(p.first().blame, "ev3");
    EXPECT_EQ(played(write, "commit stop", "ev3").verdict(), "note");
    EXPECT_EQ(played(write, "commit byte", "ev3").verdict(), "pass");
    for (const char *name : {"ev3dev", "lejos", "cocotb@400k", "standard"}) {
        const Played stopped = played(write, "commit stop", name);
        EXPECT_EQ(stopped.verdict(), "pass") << stopped.told();
    }
}

// ---- promises -------------------------------------------------------------------------------

TEST(Promises, AreThoseOnTheCasesMaster)
{
    const std::string keys = "tolerates latency 15us on nxt\ntolerates latency 3us on standard\n"
                             "tolerates irq_off 7us on nxt,fw=1.05\ntolerates main_stall 2ms";
    EXPECT_EQ(played("expect latency.promised == 15us", keys, "nxt").verdict(), "pass");
    EXPECT_EQ(played("expect latency.promised == 15us", keys, "nxt,fw=1.05").verdict(), "pass");
    EXPECT_EQ(played("expect latency.promised == 3us", keys, "standard").verdict(), "pass");
    EXPECT_EQ(played("expect latency.promised == 3us", keys, "standard,timing=min").verdict(),
              "pass");
    expect_not_applicable(played("expect latency.promised == 3us", keys, "fast"),
                          "not declared: tolerates", "tolerates");
    EXPECT_EQ(played("expect irq_off.promised == 7us", keys, "nxt,fw=1.05").verdict(), "pass");
    EXPECT_EQ(played("expect irq_off.promised == 7us", keys, "nxt").verdict(), "not_applicable");
    EXPECT_EQ(played("expect main_stall.promised == 2ms", keys, "fast").verdict(), "pass");
    EXPECT_EQ(played("for q in 0us latency.promised\nexpect q <= 15us", keys, "nxt").verdict(),
              "pass");
}

// ---- limits of the part -----------------------------------------------------------------------

static Played on_twi(const std::string &slave, const std::string &lines)
{
    Stage stage(slave, scenario_t(lines));
    if (!stage.ready()) {
        ADD_FAILURE() << stage.message();
        return {};
    }
    return stage.play();
}

static const char *const start_in_a_byte =
    "covers I2C-STA-04\n"
    "sweep restart at bits 4..4 of byte 1 of S own+W [A] 0x00 [A] P then recover";

// A START inside a byte is lost to the TWI of megaAVR, whatever its firmware does.
TEST(Limit, OfThePartIsANote)
{
    const Played p = on_twi("twi_buffer/twi_buffer.slave", start_in_a_byte);
    EXPECT_EQ(p.verdict(), "note") << p.told();
    ASSERT_EQ(p.result.findings, 1u) << p.told();
    EXPECT_STREQ(p.first().rule, "limit");
    EXPECT_NE(std::string(p.first().rows).find("I2C-STA-04"), std::string::npos);
    EXPECT_NE(std::string(p.first().message).find("AVR TWI"), std::string::npos);
}

TEST(Limit, EndsWithTheTransferBehindIt)
{
    for (const char *slave :
         {"broken/twi_no_bus_error_case.slave", "broken/twi_deaf_after_bus_error.slave",
          "broken/twi_bus_error_stays.slave"}) {
        const Played p = on_twi(slave, start_in_a_byte);
        EXPECT_EQ(p.verdict(), "fail") << slave << p.told();
    }
}

TEST(Limit, IsNoneOfAPartThatTakesSuchAStartForOne)
{
    EXPECT_EQ(on_twi("prearmed/prearmed.slave", start_in_a_byte).verdict(), "pass");
}

// A master that never looks at SCL ends under the slave's hold; what that means is told when the
// hold is over, and is no missing STOP of the slave's.
TEST(Incompatible, IsAHoldThatTheMasterEndsUnder)
{
    Options options;
    options.masters = {"usb100"};
    Stage stage("prearmed/prearmed.slave",
                scenario_t("sweep restart at bits 1..1 of byte 1 of S own+R [A] [_] N P "
                           "then recover"),
                options);
    ASSERT_TRUE(stage.ready()) << stage.message();
    const Played p = stage.play();
    EXPECT_EQ(p.verdict(), "note") << p.told();
    EXPECT_STREQ(p.first().rule, "stretch_limit") << p.told();
}
