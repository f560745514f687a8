// The program as people and CI servers meet it: usage, lists, explanations, replay.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <unistd.h>
#include <utility>

// ---- usage --------------------------------------------------------------------------------------

TEST(TheProgram, TellsItsVersionAndHelps)
{
    EXPECT_EQ(i2cproof({"--version"}).out.substr(0, 9), "i2cproof ");
    for (const char *command : {"run", "replay", "check", "list", "explain"}) {
        const Outcome outcome = i2cproof({command, "--help"});
        EXPECT_EQ(outcome.status, 0) << outcome;
        EXPECT_EQ(outcome.out.find("i2cproof " + std::string(command)), 0u) << outcome;
        EXPECT_TRUE(contains(i2cproof({"--help"}).out, "i2cproof " + std::string(command)));
    }
}

TEST(TheProgram, SaysWhatItDoesNotUnderstand)
{
    const std::vector<std::pair<Words, std::string>> wrong = {
        {{}, "i2cproof run"},
        {{"rum"}, "did you mean \"run\"?"},
        {{"run"}, "run needs a slave file"},
        {{"run", "--mastr", "nxt"}, "did you mean --master?"},
        {{"run", "x.slave", "--jobs", "-1"}, "--jobs: \"-1\""},
        {{"run", "x.slave", "--jobs", "many"}, "--jobs: \"many\""},
        {{"run", "x.slave", "--jobs"}, "--jobs needs a value"},
        {{"run", "x.slave", "--seed", "18446744073709551616"}, "--seed"},
        {{"run", "x.slave", "--vcd", "some"}, "none, fail or all"},
        {{"run", "x.slave", "--quick=yes"}, "--quick takes no value"},
        {{"check", "--junit", "x"}, "check has no option --junit"},
        {{"list"}, "list what?"},
        {{"list", "cases"}, "list cases needs a slave file"},
        {{"list", "rules", "more"}, "takes nothing more"},
        {{"explain"}, "explain needs"},
        {{"explain", "xyzzy"}, "nothing is known about \"xyzzy\""},
        {{"explain", "coffee machine"}, "nothing is known about \"coffee machine\""},
        {{"explain", "I2C-RD-3"}, "there is no I2C-RD-3; did you mean I2C-RD-03?"},
        {{"explain", "i2c-dr-03"}, "there is no i2c-dr-03 ("},
        {{"explain", "I2C-XX-99"}, "there is no I2C-XX-99 ("},
        {{"explain", "FM-9"}, "there is no FM-9; did you mean FM-09?"},
        {{"replay", "x.slave"}, "replay needs"},
        {{"check", "README.md"}, "neither a .slave nor a .scenario"},
    };
    for (const auto &[words, message] : wrong) {
        const Outcome outcome = i2cproof(words);
        EXPECT_EQ(outcome.status, 2) << outcome;
        EXPECT_TRUE(contains(outcome.err, message)) << message << "\n" << outcome;
        EXPECT_EQ(outcome.out, "") << outcome;
    }
}

TEST(TheProgram, EndsQuietlyWhenNobodyReads)
{
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    close(ends[0]);
    for (const Words &words : {Words{"list", "requirements", "--json"}, Words{"--help"}}) {
        How how;
        how.in_child = [&] { dup2(ends[1], STDOUT_FILENO); };
        const Outcome outcome = i2cproof(words, how);
        EXPECT_EQ(outcome.status, 0) << outcome;
        EXPECT_EQ(outcome.err, "");
    }
    const Folder folder;
    Words words = quick_run(good_slave(), folder);
    words.insert(words.end(), {"--json", "-"});
    How how;
    how.in_child = [&] { dup2(ends[1], STDOUT_FILENO); };
    EXPECT_EQ(i2cproof(words, how).status, 0);
    close(ends[1]);
}

// ---- list, explain, check -----------------------------------------------------------------------

TEST(Lists, AreJsonArraysOfObjects)
{
    const std::vector<std::pair<Words, Words>> lists = {
        {{"list", "slaves", "--json"}, {"name", "path", "kind", "expect"}},
        {{"list", "masters", "--json"}, {"name", "about", "source"}},
        {{"list", "scenarios", "--json"}, {"name", "title", "file"}},
        {{"list", "rules", "--json"}, {"id", "title", "clause"}},
        {{"list", "requirements", "--json"}, {"id", "level", "requirement"}},
        {{"list", "cases", good_slave(), "--quick", "--json"}, {"id", "scenario", "master"}},
    };
    for (const auto &[words, keys] : lists) {
        const Outcome outcome = i2cproof(words);
        const Json list = parse_json(outcome.out);
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        ASSERT_TRUE(cJSON_IsArray(list.get())) << outcome;
        EXPECT_GT(cJSON_GetArraySize(list.get()), 2) << outcome;
        const cJSON *one = nullptr;
        cJSON_ArrayForEach(one, list.get())
        {
            for (const std::string &key : keys)
                ASSERT_TRUE(cJSON_IsString(at(one, key.c_str()))) << key << cJSON_Print(one);
        }
        EXPECT_NE(i2cproof({words.begin(), words.end() - 1}).out, "");
    }
}

TEST(Lists, NameEachRuleAndCaseOnce)
{
    const std::vector<std::pair<Words, const char *>> lists = {
        {{"list", "rules", "--json"}, "id"},
        {{"list", "scenarios", "--json"}, "name"},
        {{"list", "cases", good_slave(), "--json"}, "id"},
    };
    for (const auto &[words, key] : lists) {
        const Json list = parse_json(i2cproof(words).out);
        std::set<std::string> seen;
        const cJSON *one = nullptr;
        cJSON_ArrayForEach(one, list.get())
        {
            EXPECT_TRUE(seen.insert(text_at(one, key)).second) << text_at(one, key);
        }
    }
}

TEST(Explain, KnowsRowsRulesAndSymptoms)
{
    EXPECT_TRUE(contains(i2cproof({"explain", "I2C-RD-03"}).out, "UM10204"));
    EXPECT_TRUE(contains(i2cproof({"explain", "crash"}).out, "crash"));
    EXPECT_TRUE(contains(i2cproof({"explain", "SDA", "stuck", "low"}).out, "I2C-BCL"));
}

// Each rule is a row, which says what it asks, or has a text of its own that says what it means.
TEST(Explain, KnowsEveryRule)
{
    const Json list = parse_json(i2cproof({"list", "rules", "--json"}).out);
    ASSERT_GT(cJSON_GetArraySize(list.get()), 0);
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, list.get())
    {
        const Outcome outcome = i2cproof({"explain", text_at(one, "id")});
        EXPECT_EQ(outcome.status, 0) << text_at(one, "id");
        EXPECT_TRUE(contains(outcome.out, "  asks  ") || contains(outcome.out, "  means  "))
            << outcome;
    }
}

TEST(Check, CountsCasesAndWhatTheyNeed)
{
    const Outcome outcome = i2cproof({"check", good_slave(), data("mischief.scenario")});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "3 scenarios compiled")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "slave good, address 0x31 (8-bit 0x62)")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "not declared: ")) << outcome;
}

/// How many cases the estimate of `check` rests on, and how many there are.
static std::pair<unsigned, unsigned> tried(const Outcome &outcome)
{
    std::smatch found;
    const std::regex line("a run takes about [0-9.]+ m?s with [0-9]+ workers? "
                          "\\(([0-9]+) of ([0-9]+) cases were tried\\)");
    if (!std::regex_search(outcome.out, found, line))
        return {0, 0};
    return {std::stoul(found[1]), std::stoul(found[2])};
}

TEST(Check, EstimatesHowLongARunTakesFromASampleOfItsCases)
{
    const Outcome all = i2cproof({"check", good_slave()});
    EXPECT_GT(tried(all).first, SANITIZED ? 0u : 20u) << all; // as many as its time allows
    EXPECT_LT(tried(all).first, tried(all).second) << all;
}

TEST(Check, GivesNoEstimateWhenNoCaseApplies)
{
    const Outcome none = i2cproof({"check", good_slave(), "--master", "fastplus"});
    EXPECT_EQ(none.status, 0) << none;
    EXPECT_FALSE(contains(none.out, "a run takes")) << none;
}

// ---- replay -------------------------------------------------------------------------------------

TEST(Replay, RepeatsACaseByItsIdAndAFindingByItsNumber)
{
    const Folder folder;
    const std::string scenarios = data("mischief.scenario");
    i2cproof(mischief_run(folder, {"--filter", "*v=0x8[23]"}));
    const Outcome named =
        i2cproof({"replay", data("mischief.slave"), "mischief.told/standard/v=0x82", "--scenarios",
                  scenarios, "--out", folder.path("out")});
    EXPECT_EQ(named.status, 1) << named;
    EXPECT_TRUE(contains(named.out, "exit(7)")) << named;
    const Outcome numbered = i2cproof({"replay", "2", "--out", folder.path("out")});
    EXPECT_EQ(numbered.status, 1) << numbered;
    EXPECT_TRUE(contains(numbered.out, "abort()")) << numbered;
    EXPECT_EQ(
        i2cproof({"replay", good_slave(), "ack.shape/standard/v=0x00", "--out", folder.path("out")})
            .status,
        0);
}

TEST(Replay, SaysWhatItCannotFind)
{
    const Folder folder;
    const std::string out = folder.path("out");
    EXPECT_TRUE(contains(i2cproof({"replay", "1", "--out", out}).err, "result.json: No such file"));
    i2cproof(quick_run(good_slave(), folder));
    EXPECT_TRUE(contains(i2cproof({"replay", "1", "--out", out}).err, "has no finding 1"));
    const Outcome outcome = i2cproof({"replay", good_slave(), "no.such/standard", "--out", out});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "has no case \"no.such/standard\"")) << outcome;
}

// ---- shipped slaves -----------------------------------------------------------------------------

// Those that are wrong on purpose are tests/corpus' affair, and the whole suite is
// tests/slaves/suite_test.cpp's: here each that is listed is read from.
TEST(ShippedSlaves, PassAsTheirFilesSay)
{
    const Json list = parse_json(i2cproof({"list", "slaves", "--json"}).out);
    const cJSON *slave = nullptr;
    unsigned right = 0;
    cJSON_ArrayForEach(slave, list.get())
    {
        const Folder folder;
        if (text_at(slave, "expect") != "pass")
            continue;
        if (right++ % (SANITIZED ? 5 : 1) != 0) // suite_test.cpp plays all of them
            continue;
        const Outcome outcome =
            i2cproof({"run", text_at(slave, "path"), "--quick", "--filter", "rd.*", "--filter",
                      "smb.arp*", "--out", folder.path("out")});
        EXPECT_EQ(outcome.status, 0) << outcome;
    }
    EXPECT_GT(right, 0u);
}

// Two pairs that are built from the same sources: the second of a pair is loaded from a copy, and
// the trial process of the last one must not take it for the first copy.
TEST(ShippedSlaves, AreToldApartWhereTheyShareAnObject)
{
    const Folder folder;
    std::vector<std::string> words = {"run"};
    for (const char *file : {"registers/registers", "registers/whole_map", "serial_bridge/loopback",
                             "serial_bridge/modelled"})
        words.push_back(std::string(SLAVES_SHIPPED) + "/" + file + ".slave");
    for (const char *word : {"--filter", "*ack.shape*", "--vcd", "none", "--out"})
        words.emplace_back(word);
    words.push_back(folder.path("out"));
    const Outcome outcome = i2cproof(words);
    EXPECT_EQ(outcome.status, 0) << outcome;
}
