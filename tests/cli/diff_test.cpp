// `diff`: two slaves on the same stimulus.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

namespace
{

std::string shipped(const std::string &file)
{
    return std::string(SLAVES_SHIPPED) + "/" + file;
}

Outcome diff(const Folder &folder, const std::string &a, const std::string &b,
             const Words &more = {"ack.shape*", "reg.*"})
{
    Words words = {"diff", shipped(a), shipped(b), "--quick", "--out", folder.path("out")};
    words.insert(words.end(), more.begin(), more.end());
    return i2cproof(words);
}

const char *const registers = "registers/registers.slave";

} // namespace

TEST(Diff, FindsNothingBetweenASlaveAndItself)
{
    Folder folder;
    const Outcome outcome = diff(folder, registers, "registers/whole_map.slave");
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "SAME  0 of ")) << outcome;
    EXPECT_TRUE(folder.files().empty()) << outcome;
}

TEST(Diff, NamesTheFirstBitThatDiffers)
{
    Folder folder;
    const Outcome outcome = diff(folder, registers, "broken/keeps_last_bit.slave");
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "DIFFERENT  registers/ack.shape.read/arduino@100k    on the "
                                      "wires"))
        << outcome;
    EXPECT_TRUE(contains(outcome.out, "transfer 1, acknowledge of byte 3    behind S 0x50+R A 0xA5 "
                                      "A 0x00 A 0x00"))
        << outcome;
    EXPECT_TRUE(contains(outcome.out, "A         SDA high: no acknowledge")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "B         SDA low: an acknowledge")) << outcome;
    const std::string wave = read_file(folder.path("out/waves/diff.vcd"));
    EXPECT_TRUE(contains(wave, "$scope module A $end")) << wave.substr(0, 400);
    EXPECT_TRUE(contains(wave, "slave_sda_pull")) << wave.substr(0, 400);
    EXPECT_TRUE(contains(read_file(folder.path("out/waves/diff.gtkw")), "B.sda"));
}

TEST(Diff, ToleratesResponseTimesUnlessAsked)
{
    Folder folder;
    EXPECT_EQ(diff(folder, registers, "registers/fast_plus.slave").status, 0);
    const Outcome timed =
        diff(folder, registers, "registers/fast_plus.slave", {"ack.shape", "--times", "100ns"});
    EXPECT_EQ(timed.status, 1) << timed;
    EXPECT_TRUE(contains(timed.out, "in time")) << timed;
    const Outcome wide =
        diff(folder, registers, "registers/fast_plus.slave", {"ack.shape", "--times", "1us"});
    EXPECT_EQ(wide.status, 0) << wide;
}

/// The two have nothing in common but their behaviour: one is C, told by a glue what its
/// application was given, the other the firmware itself.
TEST(Diff, FindsFirmwareTheSameAsItsBehaviourInC)
{
    Folder folder;
    const Outcome outcome = diff(folder, "tiny_usi/single.slave", "attiny45_usi/single.slave",
                                 {"ack*", "sto*", "--master", "standard"});
    EXPECT_EQ(outcome.status, 0) << outcome;
}

TEST(Diff, RefusesSlavesThatCannotGetTheSameBytes)
{
    Folder folder;
    const Outcome outcome = diff(folder, registers, "tiny_usi/single.slave");
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "is at 0x50 and")) << outcome;
}

TEST(Diff, NeedsTwoSlavesAndATime)
{
    EXPECT_EQ(i2cproof({"diff", shipped(registers)}).status, 2);
    const Outcome outcome =
        i2cproof({"diff", shipped(registers), shipped(registers), "--times", "soon"});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "\"soon\" is no time, as in 2us")) << outcome;
}

TEST(Diff, TakesACrashForADifference)
{
    Folder folder;
    const Outcome outcome = i2cproof({"diff", data("good.slave"), data("mischief.slave"), "--out",
                                      folder.path("out"), "--scenarios", data("mischief.scenario"),
                                      "--master", "standard", "--filter", "*/v=0x8[0-3]"});
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "B         ends there:")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "A         goes on")) << outcome;
}
