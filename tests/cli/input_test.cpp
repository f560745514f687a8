// What can be wrong with the input is told once, by its place, and never ends as a pass.
#include "tests/cli/program.h"
#include "tests/cli/sanitized.h"

#include <gtest/gtest.h>

#include <set>

namespace
{

using Words = std::vector<std::string>;

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

unsigned count(const std::string &text, const std::string &part)
{
    unsigned n = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        n++;
    return n;
}

/// A right slave with more in its source file, and more lines in its slave file.
std::string slave_with(const Folder &folder, const std::string &code, const std::string &lines = "")
{
    const std::string tests = CLI_TEST_DATA;
    folder.write("more.c", code);
    return folder.write("x.slave", "slave x\n"
                                   "    kind      hosted\n"
                                   "    sources   " +
                                       tests + "/mischief.c " + tests +
                                       "/../../../slave_under_test/soft_i2c/soft_i2c.c more.c\n"
                                       "    include   " +
                                       tests +
                                       "/../../../slave_under_test/soft_i2c\n"
                                       "    define    HARMLESS\n"
                                       "    address   0x31\n"
                                       "    speed     100kHz\n"
                                       "    data      echo\n" +
                                       lines);
}

Outcome run_it(const Folder &folder, const std::string &slave, const Words &more = {})
{
    Words words = {"run", slave, "--filter", "ack.*", "--quick", "--out", folder.path("out")};
    words.insert(words.end(), more.begin(), more.end());
    How how;
    how.environment = {"XDG_CACHE_HOME=" + folder.path("cache")};
    return i2cproof(words, how);
}

void expect_unloadable(const std::string &code, const std::string &why)
{
    const Folder folder;
    const std::string slave = slave_with(folder, code);
    How how;
    how.environment = {"XDG_CACHE_HOME=" + folder.path("cache")};
    for (const Outcome &outcome : {run_it(folder, slave), i2cproof({"check", slave}, how)}) {
        EXPECT_EQ(outcome.status, 2) << outcome;
        EXPECT_EQ(outcome.err, "i2cproof: " + slave + ": cannot be loaded: " + why + "\n");
        EXPECT_EQ(outcome.out, "");
    }
}

} // namespace

// ---- slaves that cannot be loaded ---------------------------------------------------------------

TEST(Loading, ASlaveThatLeavesInItsConstructorIsNoPass)
{
    const std::string head = "#include <stdlib.h>\n#include <unistd.h>\n";
    expect_unloadable(head + "__attribute__((constructor)) static void go(void) { exit(0); }",
                      "its constructor called exit(0)");
    expect_unloadable(head + "__attribute__((constructor)) static void go(void) { _exit(0); }",
                      "its constructor ended with status 0");
    expect_unloadable(head + "__attribute__((destructor)) static void go(void) { exit(0); }",
                      "its destructor called exit(0)");
}

TEST(Loading, AConstructorThatDoesNotComeBackIsNotWaitedForForEver)
{
    expect_unloadable("__attribute__((constructor)) static void go(void) { for (;;); }",
                      "its constructor did not come back within 10 s");
}

TEST(Loading, WarningsOfTheCompilerAreShownOnce)
{
    const Folder folder;
    const std::string slave =
        slave_with(folder, "int f(void);\nint f(void) { int x; return 1; }\n", "    flags -Wall\n");
    const Outcome fresh = run_it(folder, slave);
    EXPECT_EQ(fresh.status, 0) << fresh;
    EXPECT_EQ(count(fresh.err, "unused variable"), 1u) << fresh;
    EXPECT_TRUE(contains(fresh.err, "more.c:2:")) << fresh;
    EXPECT_EQ(run_it(folder, slave).err, "") << "from the cache";
}

TEST(Loading, SaysWhichSlaveAndWhichLineIsWrong)
{
    const Folder folder;
    const std::string head = "slave x\n    address 0x31\n    kind hosted\n    ";
    const auto told = [&](const std::string &line, const std::string &what) {
        const std::string slave = folder.write("x.slave", head + line + "\n");
        const Outcome outcome = run_it(folder, slave);
        EXPECT_EQ(outcome.status, 2) << outcome;
        EXPECT_TRUE(contains(outcome.err, slave + what)) << outcome;
        EXPECT_EQ(count(outcome.err, "i2cproof: "), 1u) << outcome;
    };
    folder.write("none.c", "int x;");
    folder.write("open.c", "extern int gone(void); int f(void); int f(void) { return gone(); }");
    told("sources absent.c", ":4: source " + folder.path("absent.c"));
    told("object absent.so", ":4: object " + folder.path("absent.so"));
    told("sources none.c", ": no symbol i2cproof_slave_descriptor");
    told("sources open.c", ": cannot be linked:");
}
