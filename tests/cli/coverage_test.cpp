// `run --coverage`: which of firmware's code has run, and what was on the bus meanwhile.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

namespace
{

// Lines are counted from here.
const char *const program = R"(#include <avr/interrupt.h>
#include <avr/io.h>
volatile uint8_t mode, level;
__attribute__((noinline)) void never(void)
{
    level = 7;
}
static void choose(uint8_t what)
{
    if (what == 3)
        level = 1;
    else
        level = 2;
}
ISR(USI_START_vect)
{
    USISR = 0xF0;
    PORTB |= 1;
}
int main(void)
{
    if (mode == 9)
        never();
    choose(mode);
    USICR = 0xA8;
    DDRB = 4;
    PORTB = 5;
    sei();
    for (;;) {
    }
}
)";

struct Covered {
    explicit Covered(const Words &more = {}, bool coverage = true)
    {
        folder.write("main.c", program);
        const std::string slave =
            folder.write("s.slave", "slave s\n    kind firmware\n    sources main.c\n"
                                    "    mcu attiny85 8MHz\n    address 0x26\n    speed 100kHz\n");
        Words words = {"run",     slave,   "--master",         "standard", "--filter", "ack.shape",
                       "--quick", "--out", folder.path("out"), "--vcd",    "none"};
        if (coverage)
            words.emplace_back("--coverage");
        words.insert(words.end(), more.begin(), more.end());
        outcome = i2cproof(words);
        info = read_file(folder.path("out/coverage.info"));
        std::istringstream all(info);
        for (std::string line; std::getline(all, line);)
            lines.push_back(line);
    }
    /// What follows `begin` in the first line that begins so; "?" if none does.
    std::string after(const std::string &begin) const
    {
        for (const std::string &line : lines)
            if (line.rfind(begin, 0) == 0)
                return line.substr(begin.size());
        return "?";
    }
    unsigned long count(unsigned line) const
    {
        return std::strtoul(after("DA:" + std::to_string(line) + ",").c_str(), nullptr, 10);
    }
    /// Branches of a line that were taken, and all of them.
    std::pair<unsigned, unsigned> branches(unsigned line) const
    {
        std::pair<unsigned, unsigned> found = {0, 0};
        const std::string begin = "BRDA:" + std::to_string(line) + ",";
        for (const std::string &one : lines) {
            if (one.rfind(begin, 0) != 0)
                continue;
            const std::string taken = one.substr(one.rfind(',') + 1);
            found.first += taken != "0" && taken != "-";
            found.second++;
        }
        return found;
    }
    Folder folder;
    Outcome outcome;
    std::string info;
    Words lines;
};

} // namespace

TEST(Coverage, CountsLinesFunctionsAndBranchesOfTheFirmware)
{
    const Covered c;
    ASSERT_EQ(c.after("TN:"), "s") << c.outcome;
    EXPECT_TRUE(contains(c.after("SF:"), "/main.c"));
    EXPECT_GT(c.count(24), 0u) << "USICR = 0xA8, once a case\n" << c.info;
    EXPECT_EQ(c.after("DA:6,"), "0") << "in never()";
    EXPECT_EQ(c.after("FNDA:0,"), "never");
    EXPECT_EQ(c.after("FN:4,"), "never");
    EXPECT_EQ(c.after("FN:20,"), "main");
    EXPECT_EQ(c.after("FN:15,"), "ISR(USI_START_vect)");
    const auto mode_is_9 = c.branches(22);
    EXPECT_EQ(mode_is_9.second, 2u) << c.info;
    EXPECT_EQ(mode_is_9.first, 1u) << "mode is never 9";
    EXPECT_EQ(c.count(24), c.count(27)) << "both once a case";
}

TEST(Coverage, NamesWhatWasOnTheBusWhileAFunctionRan)
{
    const Covered c;
    const std::string &out = c.outcome.out;
    EXPECT_TRUE(contains(out, "coverage of s")) << out;
    EXPECT_TRUE(contains(out, "blocks   START\n")) << "the start detector's routine\n" << out;
    EXPECT_TRUE(contains(out, "never run: 5-7, 11, 23")) << out;
    const std::string never = out.substr(out.find("\n    never ") + 1);
    EXPECT_TRUE(contains(never.substr(0, never.find('\n')), "0 of 3 blocks   never")) << out;
    EXPECT_TRUE(contains(read_file(c.folder.path("out/report.html")), "<h2>Coverage of s</h2>"));
}

TEST(Coverage, IsTheSameForAnyNumberOfWorkers)
{
    const Covered one({"--jobs", "1"});
    EXPECT_GT(one.count(24), 0u);
    for (const char *jobs : {"3", "0"}) {
        const Covered other({"--jobs", jobs});
        EXPECT_EQ(one.info.substr(one.info.find("FN:")), other.info.substr(other.info.find("FN:")))
            << jobs;
    }
}

TEST(Coverage, ChangesNoResult)
{
    const Covered with;
    const Covered without({}, false);
    EXPECT_EQ(without.info, "");
    const Json a = result_of(with.folder);
    const Json b = result_of(without.folder);
    char *texts[] = {cJSON_Print(at(a.get(), "cases")), cJSON_Print(at(b.get(), "cases"))};
    EXPECT_STREQ(texts[0], texts[1]) << "counting takes none of the firmware's time";
    cJSON_free(texts[0]);
    cJSON_free(texts[1]);
}

TEST(Coverage, IsTakenByGenhtml)
{
    if (std::system("genhtml --version > /dev/null 2>&1") != 0)
        GTEST_SKIP() << "needs package lcov";
    const Covered c;
    const std::string to = c.folder.path("html");
    const std::string command = "genhtml --branch-coverage -o " + to + " " +
                                c.folder.path("out/coverage.info") + " > " + c.folder.path("log") +
                                " 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << read_file(c.folder.path("log"));
    EXPECT_TRUE(contains(read_file(c.folder.path("log")), "branches...: "));
    EXPECT_FALSE(contains(read_file(c.folder.path("log")), "no data found"));
}

TEST(Coverage, OfASlaveWithoutFirmwareIsRefused)
{
    const Folder folder;
    const Outcome outcome =
        i2cproof({"run", good_slave(), "--coverage", "--out", folder.path("out")});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(contains(outcome.err, "kind hosted cannot tell; kind firmware can")) << outcome;
}
