// A real Arduino sketch as the master of a run: the Wire library as Debian has it, on simavr.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

#include <fstream>

namespace
{
#define NEEDS_ARDUINO()                                                                            \
    if (!std::filesystem::exists("/usr/share/arduino/hardware/arduino/avr/libraries/Wire") ||      \
        std::system("command -v avr-gcc >/dev/null") != 0)                                         \
    GTEST_SKIP() << "sketches need the packages gcc-avr, avr-libc and arduino-core-avr"

const std::string slaves = SLAVES_SHIPPED;
const std::string shipped = slaves + "/sketch_master/registers.ino";

/// The shipped sketch, for a slave with another address and scratch register.
std::string for_slave(const Folder &folder, const std::string &address, const std::string &scratch)
{
    std::string text = read_file(shipped);
    text.replace(text.find("0x50"), 4, address);
    text.replace(text.find("scratch = 0x30"), 14, "scratch = " + scratch);
    return folder.write("mine.ino", text);
}

/// What is compiled is kept from test to test: that is most of the time.
Outcome run_with(const Folder &folder, const std::string &slave, const std::string &sketch,
                 const Words &more = {})
{
    Words words = {"run",   slave,  "--master", "sketch:" + sketch,
                   "--vcd", "none", "--out",    folder.path("out")};
    words.insert(words.end(), more.begin(), more.end());
    How how;
    how.environment = {std::string("XDG_CACHE_HOME=") + SKETCH_TEST_CACHE};
    return i2cproof(words, how);
}

std::string verdict_of(const Folder &folder, const std::string &id)
{
    const Json result = result_of(folder);
    return text_at(case_of(result, id), "verdict");
}

std::string log_of(const Folder &folder, const std::string &id)
{
    const Json result = result_of(folder);
    return text_at(case_of(result, id), "log");
}

/// What a sketch with this setup() and an empty loop() comes to, in a short run.
Outcome of_setup(const Folder &folder, const std::string &setup)
{
    const std::string sketch = folder.write("mine.ino", "#include <Wire.h>\nvoid setup()\n{\n" +
                                                            setup + "}\nvoid loop() {}\n");
    return run_with(folder, slaves + "/registers/registers.slave", sketch + ",time=20ms");
}
} // namespace

TEST(SketchMaster, WritesAndReadsARightSlave)
{
    NEEDS_ARDUINO();
    const Folder folder;
    const Outcome outcome = run_with(folder, slaves + "/registers/registers.slave",
                                     shipped + ",time=100ms", {"--fail-on", "warn"});
    EXPECT_EQ(outcome.status, 0) << outcome;
    const std::string id = "registers/sketch.transfers/registers.ino,time=100ms";
    EXPECT_EQ(verdict_of(folder, id), "pass");
    EXPECT_TRUE(
        contains(outcome.out, "\n  registers.ino: wrote A3, read A3, wrong so far 0\n  ... "))
        << outcome;
    EXPECT_TRUE(contains(log_of(folder, id), "registers.ino: wrote A3, read A3, wrong so far 0\n"))
        << log_of(folder, id);
}

TEST(SketchMaster, CatchesASlaveThatHoldsTheBus)
{
    NEEDS_ARDUINO();
    const Folder folder;
    const Outcome outcome = run_with(folder, slaves + "/broken/sends_after_nack.slave",
                                     shipped + ",time=100ms", {"--vcd", "fail"});
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "I2C-RD-03")) << outcome;
    // The line that replays it says where the sketch is.
    EXPECT_TRUE(contains(outcome.out, " --master sketch:" + shipped)) << outcome;
    How how;
    how.environment = {std::string("XDG_CACHE_HOME=") + SKETCH_TEST_CACHE};
    const Outcome again =
        i2cproof({"replay", slaves + "/broken/sends_after_nack.slave",
                  "sketch.transfers/registers.ino,time=100ms", "--master",
                  "sketch:" + shipped + ",time=100ms", "--out", folder.path("again")},
                 how);
    EXPECT_EQ(again.status, 1) << again;
    EXPECT_TRUE(contains(again.out, "I2C-RD-03")) << again;
}

TEST(SketchMaster, IsPlayedAgainstFirmwareOfTwoKinds)
{
    NEEDS_ARDUINO();
    for (const char *kind : {"firmware", "avr"}) {
        const Folder folder;
        const Outcome outcome =
            run_with(folder, slaves + "/atmega328_twi/atmega328_twi.slave",
                     for_slave(folder, "0x2A", "0x02") + ",time=30ms", {"--kind", kind});
        EXPECT_EQ(outcome.status, 0) << kind << outcome;
        const std::string log = log_of(folder, "atmega328_twi/sketch.transfers/mine.ino,time=30ms");
        EXPECT_TRUE(contains(log, "wrote A1, read A1, wrong so far 0")) << kind << log;
    }
}

TEST(SketchMaster, ShowsItsPrintsInTheWaveform)
{
    NEEDS_ARDUINO();
    const Folder folder;
    const Outcome outcome = run_with(folder, slaves + "/registers/registers.slave",
                                     shipped + ",time=30ms", {"--vcd", "all"});
    EXPECT_EQ(outcome.status, 0) << outcome;
    const std::string wave =
        read_file(folder.path("out/waves/registers.sketch.transfers.registers.ino,time=30ms.vcd"));
    const std::string view =
        read_file(folder.path("out/waves/registers.sketch.transfers.registers.ino,time=30ms.gtkw"));
    EXPECT_TRUE(contains(view, "+{sketch uart} sketch.uart")) << view;
    EXPECT_TRUE(contains(wave, "$scope module sketch $end")) << outcome;
    EXPECT_TRUE(contains(wave, "swrote\\x20A1,\\x20read\\x20A1,\\x20wrong\\x20so\\x20far\\x200"))
        << outcome;
}

TEST(SketchMaster, IsSteeredByScenariosThatNameItAlone)
{
    NEEDS_ARDUINO();
    const Folder folder;
    const std::string own =
        folder.write("own.scenario", "scenario own.two_steps\n    for master in sketch\n"
                                     "    wait 5ms\n    wait (master.time / 4)\n"
                                     "scenario own.steers\n    for master in sketch\n"
                                     "    S own+W [A] P\n"
                                     "scenario own.others\n    S own+W [A] P\n");
    const Outcome outcome = run_with(folder, slaves + "/registers/registers.slave",
                                     shipped + ",time=20ms", {"--scenarios", own});
    EXPECT_EQ(outcome.status, 0) << outcome;
    const Json result = result_of(folder);
    EXPECT_EQ(cJSON_GetArraySize(at(result.get(), "cases")), 3);
    EXPECT_EQ(verdict_of(folder, "registers/own.two_steps/registers.ino,time=20ms"), "pass");
    EXPECT_EQ(verdict_of(folder, "registers/own.steers/registers.ino,time=20ms"), "not_applicable");
}

TEST(SketchMaster, ThatMakesNoTransferSaysWhy)
{
    NEEDS_ARDUINO();
    const Folder folder;
    Outcome outcome = of_setup(folder, "    Serial.begin(9600);\n");
    EXPECT_EQ(outcome.status, 3) << outcome;
    EXPECT_TRUE(contains(outcome.out, "the sketch made no transfer in 20 ms: it has not called "
                                      "Wire.begin(); at the end it is at "))
        << outcome;
    outcome = of_setup(folder, "    Wire.begin();\n    for (;;) {}\n");
    EXPECT_EQ(outcome.status, 3) << outcome;
    EXPECT_TRUE(contains(outcome.out, "it has called Wire.begin(), and nothing more; at the end "
                                      "it is at mine.ino:4 setup()"))
        << outcome;
    outcome = of_setup(folder, "    Wire.begin();\n    Wire.beginTransmission(0x51);\n"
                               "    Wire.endTransmission();\n");
    EXPECT_EQ(outcome.status, 3) << outcome;
    EXPECT_TRUE(contains(outcome.out, "the sketch called no address of the slave (0x50), only "
                                      "0x51"))
        << outcome;
}

TEST(SketchMaster, ThatCannotBeHadIsAnError)
{
    NEEDS_ARDUINO();
    const Folder folder;
    const std::string slave = slaves + "/registers/registers.slave";
    const std::string wrong = folder.write("wrong.ino", "void setup() { nothing(); }\n"
                                                        "void loop() {}\n");
    const std::string text = folder.write("text.txt", "");
    const struct {
        std::string master, told;
    } refused[] = {
        {wrong, "wrong.ino:1:24: error: "},
        {folder.path("none.ino"), "none.ino: No such file or directory"},
        {text, "text.txt: expected sketch:FILE.ino[,key=value]..."},
        {shipped + ",clock=1", "sketch: clock=1 is out of range: 1M to 20M"},
        {shipped + ",mcu=attiny85", "sketch has no mcu \"attiny85\"; known: "},
        {shipped + ",speed=400k", "sketch has no parameter \"speed\"; known: "},
    };
    for (const auto &one : refused) {
        const Outcome outcome = run_with(folder, slave, one.master);
        EXPECT_EQ(outcome.status, 2) << outcome;
        EXPECT_TRUE(contains(outcome.err, one.told)) << outcome;
        EXPECT_TRUE(contains(outcome.err, "--master sketch:" + one.master.substr(0, 20)))
            << outcome;
    }
}

TEST(SketchMaster, IsNamedByTheListOfMasters)
{
    EXPECT_TRUE(contains(i2cproof({"list", "masters"}).out, "sketch:FILE.ino"));
    EXPECT_TRUE(contains(i2cproof({"run", "--help"}).out, "sketch:FILE.ino"));
}
