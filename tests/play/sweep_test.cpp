// What sweeps mean: their points, what happens there, and the recovery behind it.
#include "tests/play/support.h"

#include <gtest/gtest.h>

static std::string sweep_of(const std::string &kinds, const std::string &points,
                            const std::string &transfer)
{
    return "sweep " + kinds + " at " + points + " of " + transfer + " then recover";
}

static Played swept(const std::string &before, const std::string &kind, const std::string &points,
                    const std::string &transfer, const std::string &name = "standard")
{
    return played(before + sweep_of(kind, points, transfer), "", name);
}

static const char *const write_one = "S own+W [A] 0x00 [A] P";
static const char *const write_read = "S own+W [A] 0x00 [A] Sr own+R [A] [_] N P";

TEST(SweepPoints, AreCountedByTheTransferAlone)
{
    // START, three phases of nine bits of each byte, and two before STOP or the next START.
    EXPECT_EQ(swept("", "stop", "every edge", "S own+W [A] P").result.points, 1u + 27u + 2u);
    EXPECT_EQ(swept("", "stop", "every edge", write_one).result.points, 1u + 54u + 2u);
    EXPECT_EQ(swept("", "stop", "every edge", write_read).result.points, 2u * (1u + 54u + 2u));
    EXPECT_EQ(swept("", "stop", "every bit", write_read).result.points, 4u * 9u);
    EXPECT_EQ(swept("", "stop", "bits 2..5 of byte 1", write_read).result.points, 4u);
    EXPECT_EQ(swept("", "stop", "bits 9 of byte 0", write_read).result.points, 1u);
    // A bit is stretched in its low phase.
    EXPECT_EQ(swept("", "stretch 1ms", "every bit", write_read).result.points, 4u * 9u);
    EXPECT_EQ(swept("", "stretch 1ms", "bits 2..5 of byte 1", write_read).result.points, 4u);
}

TEST(SweepPoints, AreTheSameOnEverySlaveAndMaster)
{
    Options options;
    options.masters = {"standard", "fast,timing=min", "arduino@100k", "arduino@400k",
                       "nxt",      "nxt,fw=1.05"};
    const std::string text =
        scenario_t(sweep_of("stop restart freeze vanish", "every edge", write_read));
    for (const std::string &slave :
         {scripted(), std::string("registers/registers.slave"),
          std::string("registers/stretch_bit.slave"), std::string("broken/misses_stop.slave")}) {
        Stage stage(slave, text, options);
        ASSERT_EQ(stage.count(), 24u) << stage.message();
        for (uint32_t i = 0; i < stage.count(); i++) {
            const Played p = stage.play(i);
            EXPECT_EQ(p.result.points, 114u) << p.told();
        }
    }
}

TEST(Sweeps, OfEveryKindLeaveARightSlaveSound)
{
    for (const char *kind : {"stop", "restart", "freeze", "vanish", "reset", "power_off",
                             "power_on", "stretch 50us", "stretch 5ms", "stuck scl", "stuck sda"})
        for (const char *name : {"standard", "fast,timing=min", "arduino@100k"}) {
            const Played p = swept("", kind, "every edge", write_read, name);
            EXPECT_EQ(p.verdict(), "pass") << kind << " " << p.told();
            EXPECT_GT(p.result.points, 30u) << kind;
            EXPECT_LT(p.result.points_skipped, p.result.points) << kind;
        }
}

TEST(Sweeps, OfEveryKindWorkOnAMasterOfItsOwnWays)
{
    for (const char *kind : {"stop", "restart", "freeze", "vanish", "reset", "power_off",
                             "power_on", "stretch 5ms", "stuck scl", "stuck sda"})
        for (const char *name : {"nxt", "nxt,fw=1.05"}) {
            const Played p = swept("", kind, "every edge", write_read, name);
            EXPECT_LE(p.result.verdict, PLAY_NOTE) << kind << " " << p.told();
        }
}

// These masters do not look whether the bus is free. Behind what an injector or a raw statement has
// made, it is: else their START would come in the instant of that STOP (UM10204 Table 11, tBUF).
TEST(Sweeps, LeaveTheBusFreeForACallThatTakesNoTime)
{
    for (const char *name : {"linux,call=0us", "cocotb,call=0us", "usb100,call=0us"}) {
        for (const char *kind : {"stop", "freeze", "vanish"}) {
            const Played p = swept("", kind, "every edge", write_one, name);
            EXPECT_EQ(p.verdict(), "pass") << name << " " << p.told();
            EXPECT_GT(p.result.points, p.result.points_skipped) << name;
        }
        const Played by_hand =
            played("pull SDA\nwait 10us\nrelease SDA\nS own+W [A] 7 [A] P", "", name);
        EXPECT_EQ(by_hand.verdict(), "pass") << name << " " << by_hand.told();
    }
}

// UM10204 Table 11: tHIGH has no maximum.
TEST(Sweeps, PauseAHighClockForAsLongAsTheySay)
{
    for (const char *name : {"standard", "fast,timing=min"}) {
        const Played p = swept("", "pause 1ms", "every edge", write_read, name);
        EXPECT_EQ(p.verdict(), "pass") << p.told();
        EXPECT_GT(p.result.points, 30u);
        EXPECT_EQ(p.result.points_skipped, 0u);
        EXPECT_EQ(p.result.made[I2C_MADE_BY_MASTER][I2C_T_HIGH].most_ps, 1000000000);
    }
    const Played deaf = swept("", "pause 1ms", "every edge", write_read, "arduino@100k");
    EXPECT_EQ(deaf.result.points_skipped, deaf.result.points); // nobody stops the TWI's clock
}

// SMBus 2.0 Table 1: a slave may take a clock that is high for more than 50 us for a free bus.
TEST(Sweeps, OnlyNoteWhatASlaveNeedNotStand)
{
    const std::string lines = sweep_of("pause 300us", "every bit", write_one);
    const std::string idle = "define FAULT_LONG_HIGH_IS_IDLE\n";
    EXPECT_EQ(played(lines, idle).verdict(), "fail");
    EXPECT_EQ(played(lines, idle + "timeout high 1ms..2ms").verdict(), "fail");
    const Played may = played(lines, idle + "smbus 2.0");
    EXPECT_EQ(may.verdict(), "note") << may.told();
    EXPECT_EQ(may.result.points_failed, 0u);
    const Played declared = played(lines, idle + "timeout high 200us..1ms");
    EXPECT_EQ(declared.verdict(), "note") << declared.told();
    EXPECT_EQ(played(lines, "smbus 2.0").verdict(), "pass");
}

// A spike of 1 ns reaches no threshold... one of 2 us is a clock or a START to everybody;
// afterwards the slave must work all the same.
TEST(Sweeps, OfGlitchesLeaveARightSlaveSound)
{
    for (const char *width : {"50ns", "500ns"}) {
        const Played p = swept("", std::string("glitch ") + width, "every edge", write_read);
        EXPECT_EQ(p.verdict(), "pass") << p.told();
        EXPECT_EQ(p.result.points, 114u);
    }
}

// A stretch leaves the transfer whole: a slave that gives up under it has not done what it was
// asked.
TEST(Sweeps, OfAStretchAreJudgedToTheEnd)
{
    Stage stage("broken/short_timeout.slave",
                scenario_t(sweep_of("stretch 5ms", "every bit", "S own+W [A] P")));
    ASSERT_TRUE(stage.ready()) << stage.message();
    const Played p = stage.play();
    EXPECT_EQ(p.verdict(), "fail") << p.told();
    EXPECT_STREQ(p.first().rule, "bracket") << p.told();
    EXPECT_EQ(p.result.points_failed, 8u) << p.told(); // in clock 9 it has acknowledged
}

// A STOP right behind the 4th bit of a data byte ruins this slave, and nothing else does.
TEST(Sweeps, FindABugAtExactlyOneBit)
{
    for (const char *name : {"standard", "fast", "arduino@100k", "nxt"}) {
        const Played p = swept("app set ruin_bit = 4\n", "stop", "every bit",
                               "S own+W [A] 0x00 [A] 0xFF [A] P", name);
        EXPECT_EQ(p.verdict(), "fail") << p.told();
        EXPECT_EQ(p.result.points, 27u);
        ASSERT_EQ(p.result.points_failed, 2u) << p.told();
        EXPECT_STREQ(p.result.failed[0].name, "0.1.4.high");
        // In the byte of ones a STOP takes one more clock to be made.
        EXPECT_STREQ(p.result.failed[1].name, "0.2.3.high");
        EXPECT_EQ(p.result.finding[p.result.failed[0].finding].verdict, PLAY_FAIL);
    }
}

TEST(Sweeps, OfWhichOnePointIsReplayed)
{
    const std::string text =
        scenario_t("app set ruin_bit = 4\n" + sweep_of("stop", "every bit", write_one));
    Stage stage(scripted(), text);
    const Played all = stage.play("t/standard/stop");
    ASSERT_EQ(all.result.failed_kept, 1u) << all.told();
    const int32_t point = all.result.failed[0].point;
    EXPECT_EQ(all.first().point, point);
    const Played one = stage.play("t/standard/stop@" + std::to_string(point));
    EXPECT_EQ(one.verdict(), "fail");
    EXPECT_EQ(one.result.points, 1u);
    EXPECT_STREQ(one.first().message, all.first().message);
    EXPECT_EQ(one.first().at_ps, all.first().at_ps);
    EXPECT_EQ(stage.play("t/standard/stop@" + std::to_string(point + 1)).verdict(), "pass");
    EXPECT_EQ(stage.play("t/standard/stop@0").verdict(), "pass");
    EXPECT_EQ(stage.play("t/standard/stop@58").verdict(), "error");
}

TEST(Sweeps, AreNotRunWhereTheReferenceFails)
{
    const Played p = swept("app set deaf = 1\n", "stop", "every edge", write_one);
    EXPECT_EQ(p.verdict(), "fail");
    EXPECT_STREQ(
        p.result.reason,
        "the sweep was not played: its transfer fails already where nothing breaks it off");
    EXPECT_EQ(p.result.points, 0u);
    EXPECT_EQ(p.first().point, 0);
}

// Statements stand behind it; the points are the sweep's, and each is played from reset.
TEST(Sweeps, GoOnWithTheStatementsBehindThem)
{
    const Played p = played(sweep_of("freeze", "every bit", "S own+W [A] P") +
                            "\nS own+W [A] 7 [A] 8 [A] 9 [A] P\nexpect app last == 9");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(p.result.points, 9u);
}

TEST(Sweeps, ReachEveryPartOfATransferOfSeveral)
{
    const Played p = swept("", "freeze", "every bit", "S own+W [A] P S own+W [A] 0x00 [A] P");
    EXPECT_EQ(p.result.points, 27u);
    EXPECT_EQ(p.result.points_skipped, 0u) << p.told();
}

// Behind a hang the bus is cleared, or a START alone must do: two runs, each from reset.
TEST(Sweeps, RecoverInTwoWaysBehindAHungMaster)
{
    Stage stage(scripted(),
                scenario_t(sweep_of("stop restart freeze vanish", "every bit", "S own+W [A] P")));
    for (uint32_t i = 0; i < 4; i++) {
        const unsigned before = stage.worlds;
        EXPECT_EQ(stage.play(i).result.points, 9u);
        EXPECT_EQ(stage.worlds - before, (i == 0 ? 1u : 0u) + 9u * (i < 2 ? 1u : 2u)) << i;
    }
}

// A slave that keeps SDA for ever: nine clocks do not free it.
TEST(Sweeps, RecoverAsTheyAreTold)
{
    for (const char *way : {"clocks", "stops", "start"}) {
        const std::string by = std::string(" by ") + way;
        for (const char *name : {"standard", "fast,timing=min", "arduino@100k", "nxt"})
            for (const char *kind : {"freeze", "vanish"}) {
                const Played p = played(sweep_of(kind, "every edge", write_read) + by, "", name);
                EXPECT_LE(p.result.verdict, PLAY_NOTE) << way << " " << p.told();
                EXPECT_GT(p.result.points, 100u) << p.told();
            }
        const Played p = played("app set hold_sda = 1\n" +
                                sweep_of("freeze", "bits 9 of byte 0", "S own+R [A] [_] N P") + by);
        EXPECT_EQ(p.verdict(), "fail") << way << " " << p.told();
    }
}

// The STOP of the first clock ends a write that was left in an acknowledge; nine clocks without one
// are a byte of 0xFF, which no slave can know from a real one.
TEST(Sweeps, RecoverByStopsBeforeAByteIsComplete)
{
    const std::string sweep = sweep_of("freeze", "bits 9 of byte 1", "S own+W [A] 7 [A] P");
    const std::string as_sent = "\nexpect app last == 7\nexpect app received == 1";
    EXPECT_EQ(played(sweep + " by stops" + as_sent).verdict(), "pass");
    EXPECT_EQ(played(sweep + " by start" + as_sent).verdict(), "pass");
    EXPECT_EQ(played(sweep + " by clocks" + as_sent).verdict(), "fail");
}

TEST(Sweeps, SayThatABusCannotBeCleared)
{
    const Played p = played("app set hold_sda = 1\n" +
                            sweep_of("freeze", "bits 9 of byte 1", "S own+R [A] [0x00] N P"));
    EXPECT_EQ(p.verdict(), "fail") << p.told();
}

// A point that the transfer does not reach must not go off in what stands behind it.
TEST(Sweeps, DisarmAPointThatWasNotReached)
{
    const Played p =
        played("app set refuse = 1\n" +
                   sweep_of("freeze", "bits 2..8 of byte 1", "S own+W [A or N] 0x00 [A or N] P") +
                   "\nS own+W [A] 0x55 [A] P\nexpect app last == 0x55",
               "", "arduino@100k");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(p.result.points, 7u);
    EXPECT_EQ(p.result.points_skipped, 7u);
}

// ---- what a fault leaves behind: leak checks behind each point

static const char *const sweep_then_check = "scenario leak.p\n    \"The bytes are counted on\"\n"
                                            "    covers I2C-STA-18\n    ";

static Played checked(const std::string &slave, const std::string &check,
                      const std::string &kind = "stop")
{
    const std::string swept = sweep_of(kind, "every edge", "S own+R [A] [_] N P");
    Stage stage(slave, scenario_t(swept) + "\n" + sweep_then_check + check + "\n");
    if (!stage.ready()) {
        ADD_FAILURE() << stage.message();
        return {};
    }
    return stage.play("t/standard/" + kind);
}

static const char *const write_back =
    "S own+W [A] 0x30 [A] 0x3C [A] P\n    S own+W [A] 0x30 [A] Sr own+R [A] [0x3C] N P";

TEST(Probes, FindWhatAFaultHasLeftBehind)
{
    const Played p = checked("broken/cut_leaves_step.slave", write_back);
    EXPECT_EQ(p.verdict(), "fail") << p.told();
    EXPECT_STREQ(p.first().rule, "I2C-STA-18") << p.told();
    EXPECT_GT(p.result.points_failed, 0u);
    EXPECT_LT(p.result.points_failed, p.result.points);
}

TEST(Probes, DoNotAccuseARightSlave)
{
    for (const char *kind : {"stop", "restart", "vanish"}) {
        const Played p = checked("registers/registers.slave", write_back, kind);
        EXPECT_EQ(p.verdict(), "pass") << p.told();
        EXPECT_GT(p.result.points, 0u);
    }
}

// The register behind is no scratch: no fault is needed for this one to fail.
TEST(Probes, ThatFailWithoutAFaultSayNothing)
{
    const Played p =
        checked("registers/registers.slave", "S own+W [A] 0x00 [A] 0x3C [A] P\n"
                                             "    S own+W [A] 0x00 [A] Sr own+R [A] [0x3C] N P");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(p.result.findings, 0u) << p.told();
}

static Options with_arduino()
{
    Options options;
    options.masters = {"arduino@100k"};
    return options;
}

// The transfer left whole says nothing of the kind: what it gave is the same in whatever order the
// cases are played.
TEST(References, ArePlayedOnceForAllKinds)
{
    const std::string text = scenario_t(sweep_of("stop restart", "bits 2..4 of byte 0", write_one));
    Stage apart(scripted(), text, with_arduino());
    const Played alone = apart.play(1);
    Stage together(scripted(), text, with_arduino());
    (void)together.play(0);
    const unsigned before = together.worlds;
    const Played second = together.play(1);
    EXPECT_EQ(second.verdict(), "pass") << second.told();
    EXPECT_EQ(apart.worlds, 1 + alone.result.points);
    EXPECT_EQ(together.worlds - before, second.result.points);
    EXPECT_EQ(second.result.points, alone.result.points);
    EXPECT_EQ(second.result.simulated_ps, alone.result.simulated_ps);
    EXPECT_EQ(second.result.scl_clocks, alone.result.scl_clocks);
    EXPECT_EQ(second.result.index, alone.result.index);
}

TEST(References, ThatFailAreNotPlayedAgain)
{
    const std::string text = scenario_t(sweep_of("stop restart", "every edge", "S own+W [N] P"));
    Stage stage(scripted(), text, with_arduino());
    const Played first = stage.play(0);
    const unsigned before = stage.worlds;
    const Played second = stage.play(1);
    EXPECT_EQ(stage.worlds, before);
    EXPECT_EQ(first.verdict(), "fail") << first.told();
    EXPECT_STREQ(second.first().message, first.first().message);
    EXPECT_STRNE(first.result.reason, "");
    EXPECT_STREQ(second.result.reason, first.result.reason);
}

TEST(References, OfOtherValuesAreOthers)
{
    const std::string sweep = sweep_of("stop", "bits 2..4 of byte 0", "S own+W [A] v [A] P");
    Stage stage(scripted(), scenario_t("for v in 1..2\n" + sweep), with_arduino());
    const unsigned per_case = 1 + stage.play(0).result.points;
    (void)stage.play(1);
    EXPECT_EQ(stage.worlds, 2 * per_case);
}

// What holds the line is the slave's fault, and the rest of the time is not waited for.
TEST(Standstill, IsTheSlavesThatHoldsALine)
{
    for (const char *name : {"standard", "arduino@100k"}) {
        const Played p = played("app set hold_us = -1\nS own+W [A] 1 [A] 2 [A] P", "", name);
        EXPECT_EQ(p.verdict(), "fail") << p.told();
        EXPECT_STREQ(p.first().blame, "slave");
        std::string said;
        for (unsigned i = 0; i < p.result.findings; i++)
            said += std::string(p.result.finding[i].followed) + "\n";
        EXPECT_NE(said.find("slave holds SCL, low since "), std::string::npos) << said;
        EXPECT_LT(p.result.simulated_ps, 20 * I2C_PS_PER_S) << p.told();
    }
}

TEST(Standstill, InAProbeCostsTheCaseNothing)
{
    const std::string slave = "broken/keeps_ack.slave";
    Options options = with_arduino();
    options.filter = "abt.read1/*/stop";
    Stage stage(slave, "", options);
    ASSERT_EQ(stage.count(), 1u) << stage.message();
    const Played p = stage.play();
    EXPECT_EQ(p.verdict(), "fail") << p.told();
    EXPECT_NE(p.told().find("never lets go"), std::string::npos) << p.told();
}
