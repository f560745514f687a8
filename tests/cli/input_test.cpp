// What can be wrong with the input is told once, by its place, and never ends as a pass.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sys/resource.h>

namespace
{

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

// ---- what is not there --------------------------------------------------------------------------

TEST(Input, PointsToScenariosThatExistAlone)
{
    const Json scenarios = parse_json(i2cproof({"list", "scenarios", "--json"}).out);
    const Json rows = parse_json(i2cproof({"list", "requirements", "--json"}).out);
    std::set<std::string> there;
    std::map<std::string, std::string> example; // a row of each state
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, scenarios.get()) there.insert(text_at(one, "name"));
    cJSON_ArrayForEach(one, rows.get())
    {
        const cJSON *name = nullptr;
        cJSON_ArrayForEach(name, at(one, "scenarios"))
        {
            EXPECT_EQ(there.count(name->valuestring), 1u) << name->valuestring;
        }
        example[text_at(one, "state")] = text_at(one, "id");
    }
    // There may be none that is only planned, or that cannot be seen.
    ASSERT_EQ(example.count("checked"), 1u);
    const std::map<std::string, std::string> words = {
        {"planned", "planned"}, {"not_observable", "not seen"}, {"checked", "scenarios"}};
    for (const auto &[state, id] : example)
        EXPECT_TRUE(contains(i2cproof({"explain", id}).out, "\n  " + words.at(state) + " ")) << id;
}

// No row is left without a word about where it stands.
TEST(Input, KnowsWhereItStandsWithEachRow)
{
    const Json rows = parse_json(i2cproof({"list", "requirements", "--json"}).out);
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, rows.get())
    {
        const std::string state = text_at(one, "state");
        const bool checks = cJSON_GetArraySize(at(one, "scenarios")) > 0 ||
                            cJSON_GetArraySize(at(one, "rules")) > 0;
        EXPECT_EQ(state == "checked", checks) << text_at(one, "id");
        EXPECT_EQ(std::string(text_at(one, "reason")).empty(), checks) << text_at(one, "id");
        EXPECT_TRUE(checks || state == "planned" || state == "not_observable")
            << text_at(one, "id");
    }
    EXPECT_EQ(cJSON_GetArraySize(rows.get()), 350);
}

TEST(Input, ExplainsAScenarioByItsStatements)
{
    const Outcome outcome = i2cproof({"explain", "ack.shape"});
    EXPECT_EQ(outcome.status, 0) << outcome;
    for (const char *part : {"ack.shape  ", "covers ", "needs ", "ack.scenario:", "own+W"})
        EXPECT_TRUE(contains(outcome.out, part)) << part << outcome;
    EXPECT_TRUE(contains(
        i2cproof({"explain", "mischief.told", "--scenarios", std::string(CLI_TEST_DATA)}).out,
        "mischief.scenario"));
}

TEST(Input, SeveralFiltersAreCasesThatMatchOneOfThem)
{
    const auto lines = [](const Words &filters) {
        Words words = {"list", "cases", good_slave(), "--master", "standard"};
        for (const std::string &filter : filters)
            words.insert(words.end(), {"--filter", filter});
        const Outcome cases = i2cproof(words);
        EXPECT_EQ(cases.status, 0) << cases;
        return std::count(cases.out.begin(), cases.out.end(), '\n');
    };
    const auto shape = lines({"ack.shape"}), both = lines({"ack.shape", "rd.lengths"});
    EXPECT_GT(shape, 0);
    EXPECT_GT(both, shape);
    EXPECT_EQ(both, lines({"rd.lengths", "ack.shape"}));
    EXPECT_EQ(shape, lines({"ack.shape", "?ck.shape"}));
}

TEST(Input, APointBeyondTheSweepIsNoPass)
{
    const Folder folder;
    const Outcome cases = i2cproof({"list", "cases", good_slave()});
    std::string id;
    for (size_t at = 0; at < cases.out.size(); at = cases.out.find('\n', at) + 1) {
        const std::string line = cases.out.substr(at, cases.out.find('\n', at) - at);
        if (contains(line, "/sto.midbyte/") && !contains(line, "n/a"))
            id = line;
    }
    ASSERT_NE(id, "");
    for (const char *point : {"@0", "@4000"}) {
        const Outcome outcome =
            i2cproof({"replay", good_slave(), id + point, "--out", folder.path("out")});
        EXPECT_EQ(outcome.status, 2) << outcome;
        EXPECT_TRUE(contains(outcome.err, "has no point ")) << outcome;
        EXPECT_TRUE(contains(outcome.err, ": it has ")) << outcome;
    }
}

TEST(Input, UnknownIdsInASlaveFileAreRefusedByTheirLine)
{
    const Folder folder;
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {"expect fail I2C-NO-01", ":9:5: expect fail: there is no rule I2C-NO-01"},
        {"expect fail I2C-RD-031", "did you mean I2C-RD-0"},
        {"accept I2C-RD-99 because \"x\" until 2099-01-01",
         ":9:12: accept: there is no requirement"},
        {"expect fail i2c-dat-05", "did you mean I2C-DAT-05?"},
        {"expect fail I2C-DAT-05 in ack.shap",
         ":9:5: expect fail: there is no scenario ack.shap; did you mean ack.shape?"},
        {"masters nix", ":9:13: no master \"nix\""},
    };
    for (const auto &[line, message] : wrong) {
        const std::string slave = slave_with(folder, "", "    " + line + "\n");
        const Outcome outcome = run_it(folder, slave);
        EXPECT_EQ(outcome.status, 2) << outcome;
        EXPECT_TRUE(contains(outcome.err, slave + ":9:")) << outcome;
        EXPECT_TRUE(contains(outcome.err, message)) << outcome;
    }
}

TEST(Input, ABaselineOfOtherSlavesIsOneLine)
{
    const Folder folder;
    std::string lines;
    for (int i = 0; i < 340; i++)
        lines += "other/ack.shape/standard/v=" + std::to_string(i) + " I2C-ACK-01\n";
    const std::string known = folder.write("known", lines);
    const Outcome outcome = run_it(folder, good_slave(), {"--baseline", known});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, known + ": 340 lines are about slaves that were not run"))
        << outcome;
    EXPECT_FALSE(contains(outcome.out, "is unused")) << outcome;
}

TEST(Input, WavesOfEarlierRunsAreRemovedAndOthersKept)
{
    const Folder folder;
    folder.write("out/waves/old.vcd", "$version i2cproof $end\n");
    folder.write("out/waves/old.gtkw", "[*] i2cproof\n");
    folder.write("out/waves/mine.vcd", "$version of somebody else $end\n");
    folder.write("out/waves/notes.txt", "$version i2cproof $end\n");
    EXPECT_EQ(run_it(folder, good_slave(), {"--vcd", "none"}).status, 0);
    EXPECT_TRUE(std::filesystem::exists(folder.path("out/waves/old.vcd")));
    EXPECT_EQ(run_it(folder, good_slave()).status, 0);
    EXPECT_FALSE(std::filesystem::exists(folder.path("out/waves/old.vcd")));
    EXPECT_FALSE(std::filesystem::exists(folder.path("out/waves/old.gtkw")));
    EXPECT_TRUE(std::filesystem::exists(folder.path("out/waves/mine.vcd")));
    EXPECT_TRUE(std::filesystem::exists(folder.path("out/waves/notes.txt")));
}

TEST(Input, HelpAndVersionAreWordsToo)
{
    EXPECT_EQ(i2cproof({"help"}).out, i2cproof({"--help"}).out);
    EXPECT_EQ(i2cproof({"help", "run"}).out, i2cproof({"run", "--help"}).out);
    EXPECT_EQ(i2cproof({"version"}).out, i2cproof({"--version"}).out);
    const Folder folder;
    EXPECT_EQ(run_it(folder, good_slave(), {"--jobs", "500"}).status, 0);
}

TEST(Input, OtherFormsOfDataAreNotAskedFor)
{
    const Outcome outcome = i2cproof({"check", good_slave()});
    EXPECT_TRUE(contains(outcome.out, "    other data forms (")) << outcome;
    EXPECT_FALSE(contains(outcome.out, "not declared: buffer")) << outcome;
    EXPECT_FALSE(contains(outcome.out, "not declared: registers")) << outcome;
}

/// What others do on this machine is not counted.
static long cpu_s_of_children()
{
    rusage spent = {};
    EXPECT_EQ(getrusage(RUSAGE_CHILDREN, &spent), 0);
    return spent.ru_utime.tv_sec + spent.ru_stime.tv_sec;
}

TEST(Input, ASlaveThatHangsEverywhereIsGivenUpSoon)
{
    const std::string tests = CLI_TEST_DATA;
    for (const std::string code : {"for (;;) {}", "for (;;) pause();"}) {
        const Folder folder;
        std::string text = read_file(tests + "/mischief.c");
        const size_t at = text.find("    last = byte;");
        ASSERT_NE(at, std::string::npos);
        text.insert(at, "    " + code + "\n");
        folder.write("spin.c", text);
        const std::string soft = tests + "/../../../slave_under_test/soft_i2c";
        const std::string slave = folder.write(
            "x.slave", "slave x\n    kind hosted\n    sources spin.c " + soft +
                           "/soft_i2c.c\n    include " + soft +
                           "\n    address 0x31\n    speed 100kHz\n    data echo\n    masters "
                           "standard\n");
        const long before_s = cpu_s_of_children();
        const Outcome outcome = run_it(folder, slave, {"--vcd", "none"});
        EXPECT_EQ(outcome.status, 1) << outcome;
        EXPECT_LT(cpu_s_of_children() - before_s, SANITIZED ? 75 : 25) << outcome;
        EXPECT_TRUE(contains(outcome.out, " of x not played: the slave hung in 3 cases before."))
            << outcome;
        EXPECT_FALSE(contains(outcome.out, "INCONCLUSIVE")) << outcome;
        EXPECT_TRUE(contains(outcome.out, "debug     gdb --args i2cproof replay ")) << outcome;
        EXPECT_TRUE(contains(outcome.out, "learn     i2cproof explain hang")) << outcome;
    }
}

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
    told("sources absent.c", ":4:13: source " + folder.path("absent.c"));
    told("object absent.so", ":4:12: object " + folder.path("absent.so"));
    told("sources none.c", ": no symbol i2cproof_slave_descriptor");
    told("sources open.c", ": cannot be linked:");
}
