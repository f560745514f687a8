// `replay --gdb` stops where the slave's code made the line as the finding has it.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <regex>
#include <unistd.h>

namespace
{

bool has_gdb()
{
    // The debugger may be there and still not be allowed to trace.
    return !SANITIZED && std::system("gdb -batch -ex run --args true > /dev/null 2>&1") == 0;
}

std::string broken(const std::string &name)
{
    return std::string(SLAVES_SHIPPED) + "/broken/" + name + ".slave";
}

Outcome without_terminal(const Words &words, const Words &environment = {})
{
    How how;
    how.environment = environment;
    how.in_child = [] {
        const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
        dup2(nothing, STDIN_FILENO);
    };
    return i2cproof(words, how);
}

/// FILE:LINE of the finding's `who`, and of the frame that gdb ends in.
std::string place_in(const std::string &text, const std::string &line_begin)
{
    std::smatch found;
    const std::regex line(line_begin + "[^\n]*?([a-z_0-9]+\\.c:[0-9]+)");
    return std::regex_search(text, found, line) ? found[1].str() : "none";
}

struct Stopped {
    const char *slave, *one, *function, *code;
};

std::ostream &operator<<(std::ostream &out, const Stopped &s)
{
    return out << s.slave;
}

class Debugger : public testing::TestWithParam<Stopped>
{
};

} // namespace

TEST_P(Debugger, StopsAtTheAccessThatMovedTheLine)
{
    if (!has_gdb())
        GTEST_SKIP() << "needs gdb (package gdb), and a build without sanitizers";
    const Folder folder;
    const Stopped &s = GetParam();
    const Outcome outcome =
        without_terminal({"replay", broken(s.slave), s.one, "--gdb", "--out", folder.path("out")});
    const std::string who = place_in(outcome.out, "\n  who ");
    EXPECT_NE(who, "none") << outcome;
    EXPECT_EQ(place_in(outcome.out, "\n#[0-9]+ +0x[0-9a-f]+ in "), who) << outcome;
    EXPECT_TRUE(contains(outcome.out, std::string(" in ") + s.function + " (")) << outcome;
    EXPECT_TRUE(contains(outcome.out, s.code)) << outcome;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Debugger,
    testing::Values(Stopped{"sends_after_nack", "rd.nack_release.restart/arduino@100k/next=0x00",
                            "put_bit", "PULL_SDA();"},
                    Stopped{"usi_loads_before_ack",
                            "rd.nack_release.restart/arduino@100k/next=0x00", "send_byte",
                            "i2cproof_usi_sda(1);"},
                    Stopped{"appnote_spins_on_scl", "abt.write0/arduino@100k/freeze@1",
                            "__vector_13", "DDRB &= (uint8_t)~SDA;"}));

TEST(Debugger, ThatIsNotThereIsNamedWithItsPackage)
{
    const Folder folder;
    const std::string tools = folder.path("tools");
    std::filesystem::create_directory(tools);
    for (const auto &tool : std::filesystem::directory_iterator("/usr/bin"))
        if (tool.path().filename().string().rfind("gdb", 0) != 0)
            std::filesystem::create_symlink(tool.path(),
                                            tools + "/" + tool.path().filename().string());
    const Outcome outcome = without_terminal({"replay", broken("sends_after_nack"),
                                              "rd.nack_release.restart/arduino@100k/next=0x00",
                                              "--gdb", "--out", folder.path("out")},
                                             {"PATH=" + tools});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_EQ(outcome.err, "i2cproof: cannot start gdb (package gdb): No such file or directory\n");
}

TEST(Debugger, HasAWordOfItsOwnForTheProgramAlone)
{
    const Outcome outcome =
        i2cproof({"replay", broken("sends_after_nack"),
                  "rd.nack_release.restart/arduino@100k/next=0x00", "--stop-at", "nonsense"});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(contains(outcome.err, "--stop-at: is for gdb")) << outcome;
}
