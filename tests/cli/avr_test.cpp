// Kind avr from the command line: a program of its own, which i2cproof starts.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

namespace
{
Words avr_run(const Folder &folder, const Words &more = {})
{
    Words words = {"run",
                   std::string(SLAVES_SHIPPED) + "/attiny45_usi/single.slave",
                   "--kind",
                   "avr",
                   "--filter",
                   "ack.shape",
                   "--master",
                   "standard",
                   "--quick",
                   "--vcd",
                   "none",
                   "--out",
                   folder.path("out")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}
} // namespace

TEST(KindAvr, RunsSourcesOfFirmwareToTheCycle)
{
    const Folder folder;
    const Outcome outcome = i2cproof(avr_run(folder));
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "interrupts: entered within ")) << outcome;
    EXPECT_TRUE(contains(outcome.out, " cycles (")) << outcome;
    EXPECT_FALSE(contains(outcome.out, "~")) << outcome;
    const Json result = result_of(folder);
    const cJSON *slave = cJSON_GetArrayItem(at(result.get(), "slaves"), 0);
    EXPECT_EQ(text_at(slave, "kind"), "avr");
}

TEST(KindAvr, IsTheSameWithAnyNumberOfWorkers)
{
    const Folder one, two;
    EXPECT_EQ(i2cproof(avr_run(one, {"--jobs", "1"})).status, 0);
    EXPECT_EQ(i2cproof(avr_run(two, {"--jobs", "3"})).status, 0);
    EXPECT_EQ(without_environment(read_file(one.path("out/result.json"))),
              without_environment(read_file(two.path("out/result.json"))));
}

TEST(KindAvr, IsReplayedAsItWasRun)
{
    const Folder folder;
    const std::string main = folder.write("main.c", "int main(void) { return 0; }\n");
    const std::string slave =
        folder.write("s.slave", "slave s\n    kind firmware\n    sources main.c\n"
                                "    mcu attiny85 8MHz\n    address 0x26\n");
    const Outcome run = i2cproof({"run", slave, "--kind", "avr", "--master", "standard", "--filter",
                                  "ack.shape", "--quick", "--out", folder.path("out")});
    EXPECT_EQ(run.status, 1) << run;
    EXPECT_TRUE(contains(run.out, " --kind avr ")) << run;
    const Outcome replay = i2cproof({"replay", "1", "--out", folder.path("out")});
    EXPECT_EQ(replay.status, 1) << replay;
    EXPECT_TRUE(contains(replay.out, "main() returned")) << replay;
}

TEST(KindAvr, OfWhatIsNoFirmwareIsAnError)
{
    const Outcome outcome = i2cproof({"run", good_slave(), "--kind", "avr"});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "only sources of firmware run as another")) << outcome;
}

/// The two run the same sources: natively, and as avr-gcc makes them.
TEST(KindAvr, AgreesWithFirmwareOnTheWire)
{
    const Folder folder;
    const std::string slave = std::string(SLAVES_SHIPPED) + "/attiny45_usi/multi.slave";
    const Outcome outcome = i2cproof({"diff", slave, slave, "--kind", "avr", "--quick", "--master",
                                      "standard", "ack.shape*", "cmb.*", "pwr.reset_mid/*",
                                      "abt.write1/*", "--out", folder.path("out")});
    EXPECT_EQ(outcome.status, 0) << outcome;
}

TEST(KindAvr, WithoutItsProgramNamesThePackages)
{
    const Folder folder;
    const std::string alone = folder.path("i2cproof");
    std::filesystem::copy_file(I2CPROOF_PROGRAM, alone);
    const std::string command = alone + " run --kind avr " + SLAVES_SHIPPED +
                                "/attiny45_usi/single.slave --out " + folder.path("out") + " 2>" +
                                folder.path("err");
    const int status = system(command.c_str());
    EXPECT_EQ(WEXITSTATUS(status), 2);
    EXPECT_TRUE(contains(read_file(folder.path("err")), "libsimavr-dev"));
    EXPECT_TRUE(contains(read_file(folder.path("err")), "gcc-avr"));
}
