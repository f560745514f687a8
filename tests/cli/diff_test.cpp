// `diff`: two slaves on the same stimulus.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <filesystem>
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

/// Pulses between what a filter must swallow and what it must let through are for each to hear.
TEST(Diff, LeavesOpenWhichFilterHearsAPulse)
{
    Folder folder;
    const std::string like = "    like \"" + shipped(registers) + "\"\n    define INPUT_FILTER_NS=";
    const std::string slow = folder.write("slow.slave", "slave slow\n" + like + "120\n");
    const Words words = {"diff", shipped(registers), slow, "--out", folder.path("out")};
    Words pulses = words, none = words;
    pulses.insert(pulses.end(), {"abt.glitch.write0/standard/*", "ack.shape.read/standard"});
    const Outcome open = i2cproof(pulses);
    EXPECT_EQ(open.status, 0) << open;
    EXPECT_TRUE(contains(open.out, " cases differ only behind a pulse over 50 ns (tSP) and under "
                                   "600 ns (tHIGH at their speed) or a START"))
        << open;
    none.insert(none.end(), {"ack.shape.read/standard"});
    EXPECT_FALSE(contains(i2cproof(none).out, "a pulse over")) << open;
}

/// The line is forced high while the module pulls it: a pin shows the bus, not what it gives.
TEST(Diff, FindsSystemCTheSameWhereALineIsForced)
{
    if (!std::filesystem::exists("/usr/include/systemc.h"))
        GTEST_SKIP() << "SystemC is not here (package libsystemc-dev)";
    Folder folder;
    const Outcome outcome = diff(folder, registers, "systemc_registers/registers.slave",
                                 {"abt.glitch.write0/standard/width=500ns*"});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_FALSE(contains(outcome.out, "a pulse over")) << outcome;
}

/// The reset comes between the call of the one that answers sooner and that of the other.
TEST(Diff, LeavesOpenTheCallUnderWayInAReset)
{
    Folder folder;
    const Outcome outcome =
        i2cproof({"diff", shipped("tiny_usi/multi.slave"), shipped("attiny45_usi/multi.slave"),
                  "--out", folder.path("out"), "abt.write2.buffer/standard/reset"});
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
