// What brackets mean; docs/language.md "Transfers".
#include "tests/play/support.h"

#include <gtest/gtest.h>

static const char *const all_masters[] = {"standard", "fast,timing=min", "arduino@100k"};

TEST(Brackets, AreMetByASlaveThatDoesAsAsked)
{
    for (const char *name : all_masters) {
        const Played p = played("app set value = 0x5A\n"
                                "S own+W [A] 0x12 [A] Sr own+R [A] [0x5A] N P\n"
                                "expect idle within 100us",
                                "", name);
        EXPECT_EQ(p.verdict(), "pass") << p.told();
        EXPECT_TRUE(p.result.stimulus_seen);
    }
}

TEST(Brackets, OnlyTheFirstUnmetOneCountsAndLaterLinesAreSkipped)
{
    const Played p = played("app set value = 0x11\n"
                            "S own+R [A] [0x22] A [0x33] N P\n"
                            "app set refuse = 1\n"
                            "S own+W [A] P");
    EXPECT_EQ(p.verdict(), "fail");
    ASSERT_EQ(p.result.findings, 1u) << p.told();
    EXPECT_STREQ(p.first().rule, "bracket");
    EXPECT_STREQ(p.first().message, "byte 1 of 0x50+R: 0x11");
    EXPECT_STREQ(p.first().expected, "[0x22] from the slave");
    EXPECT_STREQ(p.first().text, "S own+R [A] [0x22] A [0x33] N P");
    EXPECT_EQ(p.first().line, 3u);
    EXPECT_STREQ(p.first().blame, "slave");
}

// The master sends all three bytes although the first bracket is not met.
TEST(Brackets, LeaveTheTransferToTheMasterWhoEndsItItsOwnWay)
{
    const Played p = played("app set value = 0x11\n"
                            "S own+R [A] [0x22] A [_] A [_] N P");
    EXPECT_EQ(p.result.findings, 1u) << p.told();
    // Address and three bytes, then known_good: an address and an address with a byte.
    EXPECT_EQ(p.result.scl_clocks, (4u + 1u + 2u) * 9u);
}

TEST(Brackets, RecoveryRunsBehindAnUnmetOneAndItsOutcomeIsReported)
{
    const Played good = played("S own+W [N] P");
    EXPECT_EQ(good.result.findings, 1u) << good.told();
    const Played dead = played("app set deaf = 1\nS own+W [A] P");
    ASSERT_EQ(dead.result.findings, 2u) << dead.told();
    EXPECT_STREQ(dead.first().rule, "bracket");
    EXPECT_STREQ(dead.result.finding[1].rule, "recovery");
    EXPECT_EQ(dead.result.finding[1].verdict, PLAY_FAIL);
}

// An ESP8266 makes no STOP behind a NACK where none was asked for, and leaves SCL high: the monitor
// tells of the NACK with the START of the next transfer, whose it is not.
TEST(Brackets, TakeANackThatNoEdgeFollows)
{
    const Played p = played("( S a+W [A or N P] 0x08 [A or N P] Sr a+R [A or N P] [_] N P"
                            " for a in 0x4D..0x52 )\n"
                            "S own+W [A] 0x12 [A] P",
                            "", "esp8266");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    const Played missing = played("S 0x31+W [A] 0x08 [A] Sr 0x31+R [A] [_] N P", "", "esp8266");
    EXPECT_EQ(missing.verdict(), "fail");
    EXPECT_STREQ(missing.first().expected, "[A] of the address") << missing.told();
}

TEST(Brackets, JudgeAcknowledges)
{
    EXPECT_EQ(played("S own+W [A] P").verdict(), "pass");
    EXPECT_EQ(played("S own+W [N] P").verdict(), "fail");
    EXPECT_EQ(played("S 0x33+W [N] P").verdict(), "pass");
    EXPECT_EQ(played("S 0x33+W [A] P").verdict(), "fail");
    EXPECT_EQ(played("S own+W [A or N] P\nS 0x33+W [A or N] P").verdict(), "pass");
    EXPECT_EQ(played("S own+W [_] P\nS 0x33+W [_] P").verdict(), "pass");
    EXPECT_EQ(played("app set refuse_data = 1\nS own+W [A] 1 [A] P").verdict(), "fail");
    EXPECT_EQ(played("app set refuse_data = 1\nS own+W [A] 1 [N] P").verdict(), "pass");
}

static std::string read_of(const std::string &want)
{
    return played("app set value = 0x5A\nS own+R [A] [" + want + "] N P").verdict();
}

// What stands behind [A or N P] is done behind an ACK alone, on a master that could go on, too.
TEST(Brackets, ANackMayEndTheTransfer)
{
    const std::string write = "S own+W [A or N P] 5 [A] Sr own+R [A] [_] N P\n";
    EXPECT_EQ(played(write + "expect app received == 1").verdict(), "pass");
    EXPECT_EQ(played(write + "expect app addressed_times == 2").verdict(), "pass");
    const std::string refused = "app set refuse = 1\n" + write;
    for (const char *name : {"standard", "fast,timing=min", "arduino@100k"}) {
        const Played p = played(refused + "expect app received == 0\n"
                                          "expect app addressed_times == 1",
                                "", name);
        EXPECT_EQ(p.verdict(), "pass") << p.told();
    }
    EXPECT_EQ(played("app set refuse_data = 1\nS own+W [A] 5 [A or N P] 6 [A] P\n"
                     "expect app received == 0")
                  .verdict(),
              "pass");
    // What is behind it is asked for when the ACK came.
    EXPECT_EQ(played("app set value = 1\nS own+W [A or N P] Sr own+R [A] [2] N P").verdict(),
              "fail");
    // The transfers behind it in the same statement are played in any case.
    EXPECT_EQ(played("app set refuse = 1\n( S own+W [A or N P] 5 [A] P ) x 3\n"
                     "expect app received == 2")
                  .verdict(),
              "pass");
}

// Up to its STOP, and no further: what comes behind is a transfer of its own.
TEST(Brackets, ANackEndsTheJudgementOfAMasterThatGoesOn)
{
    const std::string write = "S own+W [A or N P] 5 [A] Sr own+R [A] [2] N P\n";
    for (const char *name : {"cocotb@400k", "cocotb,sample=rise", "usb100,ack_ignored=yes"}) {
        const Played refused = played("app set refuse = 1\n" + write, "", name);
        EXPECT_EQ(refused.verdict(), "pass") << refused.told();
        const Played behind =
            played("app set refuse = 1\nS own+W [A or N P] 5 [A] P S own+R [A] [2] N P", "", name);
        EXPECT_EQ(behind.verdict(), "fail") << name;
        const Played taken = played("app set value = 1\n" + write, "", name);
        EXPECT_EQ(taken.verdict(), "fail") << name;
    }
    const std::string data = "app set refuse_data = 1\nS own+W [A] 5 [A or N P] 6 [A] P\n";
    for (const char *name : {"cocotb@400k", "usb100,ack_ignored=yes", "tinyusb"}) {
        const Played p = played(data, "", name);
        EXPECT_EQ(p.verdict(), "pass") << p.told();
        EXPECT_EQ(played("app set refuse_data = 1\nS own+W [A] 5 [A] 6 [A] P", "", name).verdict(),
                  "fail");
    }
}

TEST(Groups, PlayedNoTimesAreNoTransfer)
{
    EXPECT_EQ(
        played("( S own+W [N] P ) x 0\n( S a+W [N] P for a in (own.address + 1)..own.address )\n"
               "expect app addressed_times == 0")
            .verdict(),
        "pass");
}

TEST(Brackets, JudgeBytesByValueListRangeAndMask)
{
    EXPECT_EQ(read_of("0x5A"), "pass");
    EXPECT_EQ(read_of("0x5B"), "fail");
    EXPECT_EQ(read_of("_"), "pass");
    EXPECT_EQ(read_of("1 or 0x5A"), "pass");
    EXPECT_EQ(read_of("1 or 2"), "fail");
    EXPECT_EQ(read_of("0x50..0x5A"), "pass");
    EXPECT_EQ(read_of("0x5A..0x60"), "pass");
    EXPECT_EQ(read_of("0x50..0x59"), "fail");
    EXPECT_EQ(read_of("0x5B..0x60"), "fail");
    EXPECT_EQ(read_of("0x50 mask 0xF0"), "pass");
    EXPECT_EQ(read_of("0x40 mask 0xF0"), "fail");
    EXPECT_EQ(read_of("(own.address + 10)"), "pass");
}

TEST(Brackets, JudgeStringsByteByByte)
{
    const std::string lines = "app set value = 0x61\napp set stride = 1\n";
    EXPECT_EQ(played(lines + "S own+R [A] [\"abc\"] N P").verdict(), "pass");
    EXPECT_EQ(played(lines + "S own+R [A] [\"abd\"] N P").verdict(), "fail");
    EXPECT_EQ(played("S own+W [A] \"xyz\" [A] P\nexpect app last == 0x7A\n"
                     "expect app received == 3")
                  .verdict(),
              "pass");
}

TEST(Captures, AreKnownToLaterStatements)
{
    const std::string lines = "app set value = 0x51\nS own+R [A] [?v] N P\n";
    EXPECT_EQ(played(lines + "S own+W [A] (v | 0x04) [A] P\nexpect app last == 0x55").verdict(),
              "pass");
    EXPECT_EQ(played(lines + "S own+R [A] [v] N P").verdict(), "pass");
    EXPECT_EQ(played(lines + "S own+R [A] [(v + 1)] N P").verdict(), "fail");
    EXPECT_EQ(played(lines + "expect v == 0x51").verdict(), "pass");
}

TEST(Captures, AreKnownToLaterBytesOfTheSameTransfer)
{
    const std::string lines = "app set value = 0x51\napp set stride = 1\n";
    EXPECT_EQ(played(lines + "S own+R [A] [?v] A [(v + 1)] N P").verdict(), "pass");
    EXPECT_EQ(played(lines + "S own+R [A] [?v] A [v] N P").verdict(), "fail");
    for (const char *name : all_masters)
        EXPECT_EQ(played(lines + "S own+R [A] [?v] N Sr own+W [A] (v - 1) [A] P\n"
                                 "expect app last == 0x50",
                         "", name)
                      .verdict(),
                  "pass");
    EXPECT_EQ(played(lines + "S own+R [A] [?v] N Sr own+W [A] (v * 5) [A] P").verdict(), "error");
}

TEST(Captures, OfAGroupOutliveIt)
{
    const Played p = played("app set value = 7\napp set stride = 3\n"
                            "S own+R [A] ( [?v] A for i in 0..2 ) [(v + 3)] N P\n"
                            "expect v == 13");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

TEST(Captures, AreKnownWithinTheirRoundOfAGroup)
{
    const std::string lines = "app set value = 7\napp set stride = 3\n";
    const Played p = played(lines + "S own+R [A] ( [?v] A [(v + 3)] A for i in 0..2 ) [_] N P");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(played(lines + "S own+R [A] ( [?v] A [(v + i)] A for i in 3..4 ) [_] N P").verdict(),
              "fail");
}

TEST(Captures, OutliveRecoveryAndKnownGood)
{
    const Played p = played("app set value = 7\nS own+R [A] [?v] N P\napp set value = 9\n"
                            "sweep stop at bits 3 of byte 0 of S own+W [A] P then recover\n"
                            "expect v == 7",
                            "known_good S own+R [A] [?seen] N P");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(p.result.points, 1u);
}

TEST(Groups, RepeatAndCount)
{
    EXPECT_EQ(played("S own+W [A] ( 0x55 [A] ) x 8 P\nexpect app received == 8").verdict(), "pass");
    EXPECT_EQ(played("S own+W [A] ( ( i [A] j [A] for j in 1 2 ) for i in 5 6 ) P\n"
                     "expect app received == 8\nexpect app memory[2] == 6\n"
                     "expect app memory[3] == 2")
                  .verdict(),
              "pass");
    EXPECT_EQ(played("app set value = 0x10\napp set stride = 2\n"
                     "S own+R [A] ( [(0x10 + 2 * i)] A for i in 0..5 ) [_] N P")
                  .verdict(),
              "pass");
    const Played p = played("app set value = 0x10\napp set stride = 2\n"
                            "S own+R [A] ( [(0x10 + 2 * i - i / 4)] A for i in 0..5 ) [_] N P");
    EXPECT_STREQ(p.first().expected, "[0x17] from the slave") << p.told();
    EXPECT_STREQ(p.first().message, "byte 5 of 0x50+R: 0x18");
    EXPECT_EQ(played("( S own+W [A] P ) x 100\nexpect app addressed_times == 100").verdict(),
              "pass");
}

TEST(Calls, HaveFramesOfTheirOwn)
{
    Stage stage(scripted(), "transfer put a b: S own+W [A] a [A] b [A] P\n"
                            "transfer get a: S own+R [A] [?got] A [(got + a)] N P\n"
                            "scenario t\n"
                            "    for a in 3\n"
                            "    app set value = 9\n"
                            "    app set stride = 4\n"
                            "    put (a + 1) a\n"
                            "    expect app memory[0] == 4\n"
                            "    expect app memory[1] == 3\n"
                            "    get (a + 1)\n"
                            "    expect a == 3\n"
                            "    get a\n");
    const Played p = stage.play();
    EXPECT_EQ(p.verdict(), "fail");
    EXPECT_STREQ(p.first().text, "get a") << p.told();
}

TEST(Calls, MayLeaveTheBusOpenForTheNext)
{
    for (const char *name : all_masters) {
        Options options;
        options.masters = {name};
        Stage stage(scripted(),
                    "transfer point r: S own+W [A] r [A]\n"
                    "transfer check v: Sr own+R [A] [v] N P\n"
                    "scenario t\n    app set value = 0x42\n    point 0x30\n    check 0x42\n",
                    options);
        const Played p = stage.play();
        EXPECT_EQ(p.verdict(), "pass") << p.told();
    }
}

// A NACK where the slave may give one ends the transfer: what stands behind it is not judged.
TEST(Brackets, BehindACutAreNotJudged)
{
    const Played p = played("app set refuse_data = 1\n"
                            "S own+W [A] 1 [A or N] 2 [A] 3 [A] P\n"
                            "expect app received == 0",
                            "", "arduino@100k");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    // A master that goes on behind it is judged further.
    const Played on = played("app set refuse_data = 1\nS own+W [A] 1 [A or N] 2 [A] P");
    EXPECT_EQ(on.verdict(), "fail") << on.told();
}

// A slave that does not let go of SDA: the Sr and the STOP are not on the wire, so neither is what
// stands behind them.
TEST(Brackets, ThatTheMasterClockedPastAreOutOfStep)
{
    const Played p = played("app set hold_sda = 1\nS own+R [A] [0x00] N Sr own+W [A] P");
    EXPECT_EQ(p.verdict(), "fail");
    ASSERT_GE(p.result.findings, 1u);
    EXPECT_NE(p.told().find("slave"), std::string::npos) << p.told();
    const Played stop = played("app set hold_sda = 1\nS own+R [A] [0x00] N P");
    EXPECT_EQ(stop.verdict(), "fail") << stop.told();
}

TEST(Brackets, OfAnUnansweredMasterNameWhoHoldsTheLine)
{
    const Played p = played("app set hold_us = -1\nS own+W [A] 1 [A] P", "stretch none");
    EXPECT_EQ(p.verdict(), "fail") << p.told();
}

// NXT tries again with the next bytes of its buffer. Here these are the slave's address once more.
static const char *const refused_once = "S own+W [A] (own.address * 2) [A] P\n"
                                        "app set refuse = 1\n"
                                        "S own+W [A] P\n";

TEST(Retries, AnAckMustHoldOnTheFirstAttempt)
{
    const Played p = played(refused_once, "", "nxt");
    EXPECT_EQ(p.verdict(), "fail") << p.told();
    EXPECT_STREQ(p.first().message, "address 0x50+W: N: not acknowledged");
}

TEST(Retries, MayMeetABracketWhereTheyAreOk)
{
    const Played p = played(std::string("retries ok\n") + refused_once, "", "nxt");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    const Played never = played("retries ok\napp set refuse = 200\nS own+W [A] P", "", "nxt");
    EXPECT_EQ(never.verdict(), "fail") << never.told();
}

TEST(Retries, MayMeetABracketOfASlaveThatDeclaresToBeBusy)
{
    const Played p = played(refused_once, "busy nack_addr max 5ms", "nxt");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

// Linux tries an address four times: a slave that comes too late for every first call is served all
// the same, and would go unnoticed.
TEST(Retries, OfLinuxDoNotHideASlaveThatMissesEveryFirstAddress)
{
    const char *const transfer =
        "app set dozes = 1\nS own+W [A] 0x12 [A] Sr own+R [A] [0x00] N P\n";
    const Played p = played(transfer, "", "linux");
    EXPECT_EQ(p.verdict(), "fail") << p.told();
    EXPECT_STREQ(p.first().message, "address 0x50+W: N: not acknowledged");
    // The same slave and transfer, where the scenario or the slave says that retries are fine.
    const std::string served = std::string(transfer) + "expect app received == 1";
    const Played ok = played("retries ok\n" + served, "", "linux");
    EXPECT_EQ(ok.verdict(), "pass") << ok.told();
    const Played busy = played(served, "busy nack_addr max 5ms", "linux");
    EXPECT_EQ(busy.verdict(), "pass") << busy.told();
    // And one that is awake passes without.
    const Played awake = played("S own+W [A] 0x12 [A] P\nexpect app received == 1", "", "linux");
    EXPECT_EQ(awake.verdict(), "pass") << awake.told();
}

TEST(Retries, ANackMustHoldOnAllThatCarryTheBytes)
{
    const Played p = played("S own+W [A] (own.address * 2) [A] P\n"
                            "app set refuse = 1\nS own+W [N] P",
                            "", "nxt");
    EXPECT_EQ(p.verdict(), "fail") << p.told();
    const Played all = played("S own+W [A] (own.address * 2) [A] P\n"
                              "app set refuse = 9\nS own+W [N] P",
                              "", "nxt");
    EXPECT_EQ(all.verdict(), "pass") << all.told();
    // Other bytes than asked for say nothing: the retry calls 0x10, which is nobody.
    const Played other =
        played("S own+W [A] 0x20 [A] P\napp set refuse = 1\nS own+W [N] P", "", "nxt");
    EXPECT_EQ(other.verdict(), "pass") << other.told();
}

// leJOS and Pybricks end a NACKed transfer with SCL high: no edge tells of the ninth clock before
// the next START, which is another transfer's.
TEST(Brackets, OfANackThatNoEdgeFollowsAreJudged)
{
    for (const char *on : {"lejos", "lejos,mode=standard", "ev3_pybricks"}) {
        const Played nacks =
            played("S 0x11+R [A or N] [_] N P\nS 0x12+R [N] [_] N P\nS own+R [A] [_] N P", "", on);
        EXPECT_EQ(nacks.verdict(), "pass") << on << nacks.told();
        const Played wrong = played("S 0x11+R [A] [_] N P", "", on);
        EXPECT_EQ(wrong.verdict(), "fail") << on;
    }
}
