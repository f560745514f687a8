// What the program cannot use: one message that says where, exit 2, and no result.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

/// One message that holds `part`, exit 2, and no result.
static void expect_refused(const Outcome &outcome, const std::string &part, const Folder &folder)
{
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, part)) << outcome;
    EXPECT_EQ(outcome.out, "") << outcome;
    EXPECT_FALSE(std::filesystem::exists(folder.path("out/result.json"))) << outcome;
}

class BadInput : public testing::Test
{
  protected:
    Outcome run(const std::string &slave_text, const Words &more = {})
    {
        const std::string slave = folder.write("bad.slave", slave_text);
        Words words = {"run", slave, "--out", folder.path("out")};
        words.insert(words.end(), more.begin(), more.end());
        return i2cproof(words);
    }
    Outcome run_good(const Words &more)
    {
        Words words = {"run", good_slave(), "--quick", "--filter", "ack.*"};
        words.insert(words.end(), more.begin(), more.end());
        return i2cproof(words);
    }
    Folder folder;
};

TEST_F(BadInput, InASlaveFileIsToldWithItsPlace)
{
    const std::string head = "slave x\n    kind hosted\n";
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {head + "    adress 0x20\n", "bad.slave:3:"},
        {head + "    address 0x80\n", "bad.slave:3:"},
        {head + "\taddress 0x20\n", "tab"},
        {head + "    address 0x20 (\n", "bad.slave:3:"},
        {"", "bad.slave"},
    };
    for (const auto &[text, message] : wrong)
        expect_refused(run(text), message, folder);
}

TEST_F(BadInput, OfManyMegabytesIsRefusedInTime)
{
    std::string garbage;
    uint32_t state = 1;
    while (garbage.size() < 10000000) {
        state = state * 1664525 + 1013904223;
        garbage += static_cast<char>(state >> 24);
    }
    expect_refused(run(garbage), "bad.slave", folder);
}

TEST_F(BadInput, WithoutAUsableObjectIsRefused)
{
    const std::string head = "slave x\n    kind hosted\n    address 0x20\n";
    expect_refused(run(head + "    object no.so\n"), "no.so", folder);
    folder.write("no-object.so", "text");
    expect_refused(run(head + "    object no-object.so\n"), "no-object.so", folder);
    expect_refused(run(head + "    sources missing.c\n"), "missing.c", folder);
    folder.write("broken.c", "int main(void) { return x; }\n");
    expect_refused(run(head + "    sources broken.c\n"), "broken.c:1", folder);
}

// The loader faults in an object that is cut short; a constructor of it runs before anything else.
TEST_F(BadInput, ThatEndsTheLoaderIsRefused)
{
    const std::string head = "slave x\n    kind hosted\n    address 0x20\n";
    folder.write("crash.c", "#include <i2cproof_slave.h>\n"
                            "#include <stdlib.h>\n"
                            "__attribute__((constructor)) static void boom(void) { abort(); }\n"
                            "I2CPROOF_SLAVE(.init = 0);\n");
    expect_refused(run(head + "    sources crash.c\n"), "was ended by SIGABRT", folder);
    const std::string whole = read_file(I2CPROOF_PROGRAM);
    folder.write("cut.so", whole.substr(0, 5000));
    expect_refused(run(head + "    object cut.so\n"), "bad.slave", folder);
}

TEST_F(BadInput, OnTheCommandLineIsRefused)
{
    const std::string out = folder.path("out");
    expect_refused(i2cproof({"run", "no/such.slave", "--out", out}), "no/such.slave", folder);
    expect_refused(run_good({"--out", out, "--master", "nxy"}), "nxy", folder);
    expect_refused(run_good({"--out", out, "--master", "standard,rp=0"}), "rp", folder);
    expect_refused(run_good({"--out", out, "--filter", "no.such*"}), "no case matches", folder);
    expect_refused(run_good({"--out", out, "--scenarios", "no/such"}), "no/such", folder);
    expect_refused(run_good({"--out", out, "--scenarios", folder.path("")}), ".scenario", folder);
    expect_refused(run_good({"--out", out, "--baseline", "/no/such"}), "/no/such", folder);
    expect_refused(i2cproof({"run", good_slave(), good_slave(), "--out", out}),
                   "two slaves of one name", folder);
}

TEST_F(BadInput, InAFolderOfResultsIsRefused)
{
    EXPECT_TRUE(contains(run_good({"--out", "/proc/nowhere"}).err, "/proc/nowhere"));
    folder.write("file", "");
    const Outcome outcome = run_good({"--out", folder.path("file")});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(contains(outcome.err, "Not a directory")) << outcome;
    EXPECT_TRUE(contains(run_good({"--out", folder.path("out"), "--json", folder.path("")}).err,
                         "Is a directory"));
    EXPECT_EQ(folder.files(), Words{"file"});
}

TEST_F(BadInput, OfAFullDiskIsToldWithPathAndReason)
{
    for (const char *option : {"--json", "--junit"}) {
        const Outcome outcome = run_good({"--out", folder.path("out"), option, "/dev/full"});
        EXPECT_EQ(outcome.status, 2) << outcome;
        EXPECT_TRUE(contains(outcome.err, "/dev/full: No space left on device")) << outcome;
    }
    How how;
    how.in_child = [] {
        const rlimit small = {80000, 80000};
        setrlimit(RLIMIT_FSIZE, &small);
    };
    const Folder other;
    const Outcome outcome = i2cproof({"run", good_slave(), "--out", other.path("out")}, how);
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "File too large")) << outcome;
    EXPECT_EQ(other.files(), Words{});
    How full;
    full.stdout_to = "/dev/full";
    const Outcome listed = i2cproof({"list", "rules"}, full);
    EXPECT_EQ(listed.status, 2) << listed;
    EXPECT_TRUE(contains(listed.err, "No space left on device")) << listed;
}
