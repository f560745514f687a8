// Mistakes in files are told with file, line and column before anything is played; and what becomes
// of `accept` lines.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

namespace
{

std::string variant_of_registers(const std::string &lines)
{
    return "slave x\n    like " + std::string(SLAVES_SHIPPED) + "/registers/registers.slave\n" +
           lines;
}

struct Mistake {
    std::string lines; // from line 3 of a slave file, or line 2 of a scenario on
    std::string says;  // behind the path
};

/// Told by its place and by nothing else; no case was played.
void expect_told(const Outcome &outcome, const std::string &says, const Folder &folder)
{
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, says)) << says << "\n" << outcome;
    EXPECT_EQ(outcome.out, "") << outcome;
    EXPECT_FALSE(std::filesystem::exists(folder.path("out/result.json"))) << outcome;
}

} // namespace

TEST(Places, OfMistakesInASlaveFileAreToldBeforeAnythingIsPlayed)
{
    const std::vector<Mistake> mistakes = {
        {"    accept I2C-RD-99 because \"x\" until 2099-01-01\n",
         ":3:12: accept: there is no requirement or rule I2C-RD-99; did you mean I2C-RD-"},
        {"    accept I2C-RD-03 because \"x\" until 2099-01-01\n"
         "    accept  I2C-BLC-01 because \"x\" until 2099-01-01\n",
         ":4:13: accept: there is no requirement or rule I2C-BLC-01; did you mean I2C-BCL-01?"},
        {"    expect fail I2C-RD-99\n", ":3:5: expect fail: there is no rule I2C-RD-99"},
        {"    stretch none\n    busy stretch\n",
         ":4:5: error: \"busy stretch\" contradicts \"stretch none\" (line 3)"},
        {"    data registers\n        0x00..0x0F rw\n        0x08..0x10 ro\n",
         ":5:9: error: overlaps the registers of line 4"},
        {"    never_write 0x00..0xFF\n",
         ":3:5: error: \"never_write\" leaves nothing that may be written"},
        {"    data registers\n        0x00..0x0F rw\n    never_write 0x00..0x0F\n",
         ":5:5: error: \"never_write\" leaves nothing that may be written"},
        {"    masters standard nix\n", ":3:22: no master \"nix\"; known: "},
        {"    watch pointer pointr\n",
         ":3:19: watch: the slave has no variable pointr; did you mean pointer?; known: "},
        {"    sources /nowhere.c\n", ":3:13: source /nowhere.c: No such file or directory"},
        {"    sources /\n", ":3:13: source /: it is a folder: name its files"},
        {"    data registers wrap 0x09->0x00\n        0x00..0x07 rw\n",
         ":3:25: error: a wrap from 0x09, where no register is declared: they are 0x00 to 0x07"},
        {"    strech byte\n", ":3:5: error: unknown key \"strech\"; did you mean \"stretch\"?"},
    };
    for (const Mistake &mistake : mistakes) {
        const Folder folder;
        const std::string file = folder.write("x.slave", variant_of_registers(mistake.lines));
        expect_told(i2cproof({"run", file, "--out", folder.path("out")}), file + mistake.says,
                    folder);
        expect_told(i2cproof({"check", file}), file + mistake.says, folder);
    }
}

// The compiler's own place is in the source; which slave led there, the line before says.
TEST(Places, OfASourceThatDoesNotCompileIsTheWordThatNamesIt)
{
    const Folder folder;
    const std::string wrong = folder.write("wrong.c", "int f(void) { return nine; }\n");
    const std::string file =
        folder.write("x.slave", variant_of_registers("    sources  wrong.c\n"));
    const Outcome outcome = i2cproof({"check", file});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, file + ":3:14: source " + wrong + " does not compile:\n" +
                                          wrong + ": In function"))
        << outcome;
}

TEST(Places, OfAReservedAddressAreWarnedOf)
{
    const Folder folder;
    const std::string file = folder.write("x.slave", variant_of_registers("    address  0x78\n"));
    const Outcome reserved = i2cproof({"check", file});
    EXPECT_EQ(reserved.status, 0) << reserved;
    EXPECT_EQ(reserved.err, file + ":3:14: warning: 0x78 is reserved (UM10204 table 4); 8-bit form "
                                   "of 0x3C?\n");
    folder.write("x.slave", variant_of_registers("    address 0x03\n"));
    EXPECT_EQ(i2cproof({"check", file}).err,
              file + ":3:13: warning: 0x03 is reserved (UM10204 table 4)\n");
    folder.write("x.slave", variant_of_registers("    address 0x77\n"));
    EXPECT_EQ(i2cproof({"check", file}).err, "");
}

TEST(Places, OfAFolderAreToldAlikeByCheckAndRun)
{
    const Folder folder;
    const std::string path = folder.path("");
    const std::string says = path + ": error: a folder: name the files in it\n";
    EXPECT_EQ(i2cproof({"check", path}).err, says);
    EXPECT_EQ(i2cproof({"run", path, "--out", folder.path("out")}).err, says);
}

TEST(Places, OfMistakesInAScenarioAreToldBeforeAnythingIsPlayed)
{
    const std::vector<Mistake> mistakes = {
        {"covers I2C-ACK-99",
         ":2:12: error: unknown requirement \"I2C-ACK-99\"; did you mean \"I2C-ACK-09\"?"},
        {"covers I2C-ACK-01 PMB-99", ":2:23: error: unknown requirement \"PMB-99\""},
        {"needs busi", ":2:11: error: unknown need \"busi\"; did you mean \"busy\"?"},
        {"needs stretch registers.scrach",
         ":2:19: error: unknown need \"registers.scrach\"; did you mean \"registers.scratch\"?"},
        {"needs hovercraft", ":2:11: error: unknown need \"hovercraft\""},
        {"for master in fast nxtt", ":2:24: error: no master \"nxtt\"; known: "},
        {"for master in nxt,fw=9", ":2:19: error: nxt has no fw \"9\""},
    };
    for (const Mistake &mistake : mistakes) {
        const Folder folder;
        const std::string file = folder.write(
            "mine.scenario", "scenario mine.x\n    " + mistake.lines + "\n    S own+W [A] P\n");
        expect_told(
            i2cproof({"run", good_slave(), "--scenarios", file, "--out", folder.path("out")}),
            file + mistake.says, folder);
        expect_told(i2cproof({"check", file}), file + mistake.says, folder);
    }
}

// ---- accept -------------------------------------------------------------------------------------

namespace
{

/// A run of one case that fails by I2C-ACK-01, or of the suite as well, on 2026-06-30 plus `days`.
Outcome run_on_day(const Folder &folder, const std::string &accepts, int days, bool whole = false)
{
    const std::string scenario = folder.write("mine.scenario", "scenario mine.fails\n"
                                                               "    covers I2C-ACK-01\n"
                                                               "    S own+W [N] P\n");
    const std::string slave = folder.write("x.slave", variant_of_registers(accepts));
    How how;
    how.environment = {"SOURCE_DATE_EPOCH=" + std::to_string(1782820800 + days * 86400)};
    std::vector<std::string> words = {"run",   slave,  "--scenarios", scenario,
                                      "--vcd", "none", "--out",       folder.path("out")};
    if (!whole)
        words.insert(words.end(), {"--filter", "mine.*", "--master", "standard"});
    return i2cproof(words, how);
}

const std::string unused = "    accept I2C-RSV-04 because \"in software\" until 2099-12-31\n";
const char *const until_june = "    accept I2C-ACK-01 because \"known\" until 2026-06-30\n";

} // namespace

TEST(Accept, WaivesUpToItsLastDayAndNoLonger)
{
    const Folder folder;
    const Outcome before = run_on_day(folder, until_june, 0);
    EXPECT_EQ(before.status, 0) << before;
    EXPECT_TRUE(contains(before.out, "ACCEPTED  x/mine.fails/standard")) << before;
    EXPECT_FALSE(contains(before.out, "expired")) << before;
    const Outcome after = run_on_day(folder, until_june, 1);
    EXPECT_EQ(after.status, 1) << after;
    EXPECT_TRUE(contains(after.out, folder.path("x.slave") + ":3: accept I2C-ACK-01 has expired on "
                                                             "2026-06-30: it waives nothing"))
        << after;
    EXPECT_FALSE(contains(after.out, "ACCEPTED")) << after;
}

TEST(Accept, IsToldWhereItWaivedNothing)
{
    const Folder folder;
    const std::string lines = until_june + unused + "    masters standard\n";
    const Outcome outcome = run_on_day(folder, lines, 0, true);
    EXPECT_TRUE(contains(outcome.out, folder.path("x.slave") + ":4: accept I2C-RSV-04 is unused"))
        << outcome;
    EXPECT_FALSE(contains(outcome.out, "accept I2C-ACK-01 is unused")) << outcome;
}

// What it waives may be in the cases that were not played.
TEST(Accept, IsNotCalledUnusedByARunOfAPart)
{
    const Folder folder;
    const Outcome outcome = run_on_day(folder, until_june + unused, 0);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_FALSE(contains(outcome.out, "is unused")) << outcome;
}

TEST(Accept, WaivesByTheLineThatHasNotExpired)
{
    const Folder folder;
    const std::string later = "    accept I2C-ACK-01 because \"still\" until 2099-12-31\n";
    const Outcome outcome = run_on_day(folder, until_june + later, 1);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "ACCEPTED  x/mine.fails/standard")) << outcome;
}

// A line that comes from a file which this one is like is told by that file.
TEST(Accept, OfAFileThatIsLikeAnotherIsToldByItsOwnPlace)
{
    const Folder folder;
    const std::string base = folder.write(
        "base.slave",
        variant_of_registers("    accept I2C-RSV-04 because \"base\" until 2099-12-31\n"));
    const std::string own =
        folder.write("own.slave", "slave own\n    like base.slave\n    masters standard\n");
    const Outcome outcome = i2cproof({"run", own, "--vcd", "none", "--out", folder.path("out")});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, base + ":3: accept I2C-RSV-04 is unused")) << outcome;
}
