// The program as people and CI servers meet it: exit status, files, messages.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>
#include <libxml/parser.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace
{

using Words = std::vector<std::string>;

/// A run of the whole suite takes its time; most tests need a few cases only.
Words quick_run(const std::string &slave, const Folder &folder)
{
    return {"run", slave, "--filter", "ack.*", "--quick", "--out", folder.path("out")};
}

Words mischief_run(const Folder &folder, const Words &more = {})
{
    Words words = {"run",      data("mischief.slave"), "--scenarios", data("mischief.scenario"),
                   "--filter", "mischief.*",           "--out",       folder.path("out")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Json result_of(const Folder &folder)
{
    return parse_json(read_file(folder.path("out/result.json")));
}

const cJSON *case_of(const Json &result, const std::string &id)
{
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, at(result.get(), "cases"))
    {
        if (text_at(one, "id") == id)
            return one;
    }
    return nullptr;
}

std::string first_rule(const cJSON *one)
{
    const cJSON *finding = cJSON_GetArrayItem(at(one, "findings"), 0);
    return finding == nullptr ? "" : text_at(finding, "rule");
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

/// One message that holds `part`, exit 2, and no result.
void expect_refused(const Outcome &outcome, const std::string &part, const Folder &folder)
{
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, part)) << outcome;
    EXPECT_EQ(outcome.out, "") << outcome;
    EXPECT_FALSE(std::filesystem::exists(folder.path("out/result.json"))) << outcome;
}

} // namespace

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
    EXPECT_GT(tried(all).first, 20u) << all;
    EXPECT_LT(tried(all).first, tried(all).second) << all;
}

TEST(Check, GivesNoEstimateWhenNoCaseApplies)
{
    const Outcome none = i2cproof({"check", good_slave(), "--master", "fastplus"});
    EXPECT_EQ(none.status, 0) << none;
    EXPECT_FALSE(contains(none.out, "a run takes")) << none;
}

// ---- run ----------------------------------------------------------------------------------------

TEST(Run, OfARightSlaveEndsWithZeroAndLeavesItsFiles)
{
    const Folder folder;
    const Outcome outcome = i2cproof(quick_run(good_slave(), folder));
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_EQ(outcome.err, "");
    EXPECT_TRUE(contains(outcome.out, "PASSED")) << outcome;
    EXPECT_FALSE(contains(outcome.out, "\x1b")) << "no colour in a pipe";
    EXPECT_EQ(folder.files(), (Words{"out/junit.xml", "out/result.json"}));
    const Json result = result_of(folder);
    ASSERT_NE(result, nullptr);
    EXPECT_GT(number_at(at(result.get(), "summary"), "pass"), 0);
    EXPECT_TRUE(cJSON_IsTrue(at(at(result.get(), "summary"), "complete")));
}

TEST(Run, CostsAMisbehavingSlaveOnlyTheCasesInWhichItDoes)
{
    const Folder folder;
    const Outcome outcome = i2cproof(mischief_run(folder));
    EXPECT_EQ(outcome.status, 1) << outcome;
    const Json result = result_of(folder);
    ASSERT_NE(result, nullptr);
    const std::vector<std::pair<std::string, std::string>> expected = {
        {"0x80", "crash"},
        {"0x81", "hang"},
        {"0x82", "crash"},
        {"0x83", "crash"},
        {"0x84", "crash"},
        {"0x85", ""},
        {"0x86", SANITIZED ? "memory" : "crash"},
        {"0x87", "crash"},
        {"0x88", "crash"},
        {"0x89", "crash"},
        {"0x8A", "crash"},
        {"0x8C", "memory"},
        {"0x8D", ""},
        {"0x8E", ""},
    };
    for (const auto &[byte, rule] : expected) {
        const cJSON *one = case_of(result, "mischief/mischief.told/standard/v=" + byte);
        ASSERT_NE(one, nullptr) << byte;
        EXPECT_EQ(first_rule(one), rule) << byte;
        EXPECT_EQ(text_at(one, "verdict"), rule.empty() ? "pass" : "fail") << byte;
    }
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, at(result.get(), "cases"))
    {
        if (text_at(one, "scenario") != "mischief.told") {
            EXPECT_EQ(text_at(one, "verdict"), "pass") << text_at(one, "id");
        }
    }
}

TEST(Run, KeepsWhatASlavePrintsOutOfItsOwnOutput)
{
    for (const char *jobs : {"0", "2"}) {
        const Folder folder;
        const Outcome outcome =
            i2cproof({"run", data("mischief.slave"), "--scenarios", data("mischief.scenario"),
                      "--filter", "*v=0x8D", "--jobs", jobs, "--out", folder.path("out")});
        EXPECT_EQ(outcome.status, 0) << outcome;
        EXPECT_FALSE(contains(outcome.out + outcome.err, "a line")) << outcome;
        const Json result = result_of(folder);
        const cJSON *one = case_of(result, "mischief/mischief.told/standard/v=0x8D");
        ASSERT_NE(one, nullptr);
        EXPECT_EQ(text_at(one, "log"), "a line\n\x1b[31mred\n");
    }
}

// All ways to misbehave but the hangs, which take long, and the overrun: what it hits on its way,
// our notes of the time among it, is up to where the loader has put things.
TEST(Run, GivesTheSameBytesWhateverTheNumberOfWorkers)
{
    std::string first;
    std::string first_junit;
    for (const char *jobs : {"1", "2", "5"}) {
        const Folder folder;
        i2cproof(mischief_run(folder, {"--jobs", jobs, "--filter", "mischief.*[02345CDE]"}));
        const std::string result = without_environment(read_file(folder.path("out/result.json")));
        const std::string junit = read_file(folder.path("out/junit.xml"));
        if (first.empty()) {
            first = result;
            first_junit = junit;
        }
        // Not EXPECT_EQ: nobody reads two whole results.
        EXPECT_TRUE(result == first) << jobs << " workers";
        EXPECT_TRUE(junit == first_junit) << jobs << " workers";
    }
    EXPECT_NE(first, "no JSON");
}

TEST(Run, WritesJUnitThatAddsUp)
{
    const Folder folder;
    const std::string copy = folder.path("copy.xml");
    i2cproof(mischief_run(folder, {"--filter", "mischief.*v=0x0[1-7]", "--junit", copy}));
    EXPECT_EQ(read_file(copy), read_file(folder.path("out/junit.xml")));
    const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
        xmlReadFile(copy.c_str(), nullptr, 0), xmlFreeDoc);
    ASSERT_NE(document, nullptr);
    xmlNode *suite = xmlFirstElementChild(xmlDocGetRootElement(document.get()));
    ASSERT_NE(suite, nullptr);
    std::map<std::string, unsigned> elements;
    for (xmlNode *one = xmlFirstElementChild(suite); one != nullptr;
         one = xmlNextElementSibling(one))
        elements[reinterpret_cast<const char *>(one->name)]++;
    xmlChar *tests = xmlGetProp(suite, BAD_CAST "tests");
    EXPECT_EQ(std::to_string(elements["testcase"]), reinterpret_cast<char *>(tests));
    EXPECT_EQ(elements, (std::map<std::string, unsigned>{{"properties", 1}, {"testcase", 14}}));
    xmlFree(tests);
}

TEST(Run, DrawsFindingsOrAllCasesOrNone)
{
    const Folder folder;
    const Words one_case = {"--filter", "mischief.told*v=0x8[23]"};
    for (const auto &[which, waves] :
         std::vector<std::pair<std::string, size_t>>{{"none", 0}, {"fail", 2}, {"all", 2}}) {
        std::filesystem::remove_all(folder.path("out"));
        Words words = mischief_run(folder, one_case);
        words.insert(words.end(), {"--vcd", which});
        i2cproof(words);
        EXPECT_EQ(folder.files().size(), 2 + 2 * waves) << which;
    }
    std::filesystem::remove_all(folder.path("out"));
    Words words = mischief_run(folder, {"--filter", "mischief.before*"});
    words.insert(words.end(), {"--vcd", "all"});
    i2cproof(words);
    EXPECT_EQ(folder.files().size(), 2u + 2u * 8u);
}

TEST(Run, SendsJsonToStdoutAndItsSummaryToStderr)
{
    const Folder folder;
    Words words = quick_run(good_slave(), folder);
    words.insert(words.end(), {"--json", "-"});
    const Outcome outcome = i2cproof(words);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_EQ(outcome.out, read_file(folder.path("out/result.json")));
    EXPECT_TRUE(contains(outcome.err, "PASSED")) << outcome;
}

#if !SANITIZED // AddressSanitizer takes memory of its own
TEST(Run, StaysWithinItsMemoryWhateverTheNumberOfCases)
{
    const Folder folder;
    const Outcome few = i2cproof(quick_run(good_slave(), folder));
    const Outcome all = i2cproof(
        {"run", good_slave(), "--master", "all", "--vcd", "none", "--out", folder.path("out")});
    EXPECT_LT(all.peak_kb, 64 * 1024) << all.err;
    EXPECT_LT(all.peak_kb, few.peak_kb + 8 * 1024);
}
#endif

TEST(Run, EndsInOrderAtASignal)
{
    for (const auto &[signal_number, status] :
         std::vector<std::pair<int, int>>{{SIGINT, 130}, {SIGTERM, 143}}) {
        const Folder folder;
        How how;
        how.started = [&, number = signal_number](int pid) {
            usleep(700000); // in the middle of the hang
            kill(pid, number);
        };
        const Outcome outcome =
            i2cproof({"run", data("mischief.slave"), "--scenarios", data("mischief.scenario"),
                      "--filter", "mischief.told/*/v=0x8[1B]", "--out", folder.path("out")},
                     how);
        EXPECT_EQ(outcome.status, status) << outcome;
        const Json result = result_of(folder);
        ASSERT_NE(result, nullptr) << outcome;
        EXPECT_TRUE(cJSON_IsFalse(at(at(result.get(), "summary"), "complete")));
        EXPECT_TRUE(contains(outcome.out, "INCOMPLETE")) << outcome;
    }
}

TEST(Run, CountsNoFailureThatTheBaselineKnows)
{
    const Folder folder;
    const std::string id = "mischief/mischief.told/standard/v=0x82";
    const std::string known = folder.write("known", id + " crash # calls exit\n" +
                                                        "mischief/mischief.told/standard/v=0x8E "
                                                        "crash\n");
    const Outcome outcome =
        i2cproof({"run", data("mischief.slave"), "--scenarios", data("mischief.scenario"),
                  "--filter", "*v=0x8[2E]", "--baseline", known, "--out", folder.path("out")});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "KNOWN  " + id)) << outcome;
    EXPECT_TRUE(contains(outcome.out, "known:2: ")) << outcome;
    const Json result = result_of(folder);
    EXPECT_EQ(text_at(case_of(result, id), "verdict"), "fail");
    EXPECT_EQ(number_at(at(result.get(), "summary"), "known"), 1);
}

// A row of good practice (level R) warns.
TEST(Run, FailsOnWarningsOnlyWhenAsked)
{
    const Folder folder;
    const std::string scenario = folder.write("mine.scenario", "scenario mine.warns\n"
                                                               "    covers I2C-STA-18\n"
                                                               "    S own+W [N] P\n");
    Words words = {"run",      good_slave(), "--scenarios", scenario,
                   "--filter", "mine.*",     "--out",       folder.path("out")};
    const Outcome warned = i2cproof(words);
    EXPECT_EQ(warned.status, 0) << warned;
    EXPECT_TRUE(contains(warned.out, "WARN 1 of 1")) << warned;
    words.insert(words.end(), {"--fail-on", "warn"});
    EXPECT_EQ(i2cproof(words).status, 1);
    words.insert(words.end(), {"--baseline", folder.write("known", "good/mine.warns/standard "
                                                                   "I2C-STA-18\n")});
    EXPECT_EQ(i2cproof(words).status, 0);
}

TEST(Run, StopsAtTheFirstFailingCaseWhenAsked)
{
    const Folder folder;
    Words words = mischief_run(folder);
    words.push_back("--stop-at-first");
    const Outcome outcome = i2cproof(words);
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "Stopped at the first case that fails")) << outcome;
    const Json result = result_of(folder);
    ASSERT_NE(result, nullptr);
    const cJSON *summary = at(result.get(), "summary");
    EXPECT_EQ(number_at(summary, "counted"), 1);
    EXPECT_TRUE(cJSON_IsFalse(at(summary, "complete")));

    const Folder clean;
    const Outcome whole = i2cproof({"run", good_slave(), "--out", clean.path("out"), "--quick",
                                    "--master", "standard", "--stop-at-first"});
    EXPECT_EQ(whole.status, 0) << whole;
    EXPECT_TRUE(cJSON_IsTrue(at(at(result_of(clean).get(), "summary"), "complete")));
}

TEST(Run, PrintsMarginsOfSlaveAndMasterByTheirEdges)
{
    const Folder folder;
    const std::string slave = std::string(SLAVES_SHIPPED) + "/registers/registers.slave";
    Words words = {"run",      slave,      "--filter", "tim.min*",        "--master",
                   "standard", "--master", "fast",     "--master",        "arduino@400k",
                   "--vcd",    "none",     "--out",    folder.path("out")};
    EXPECT_FALSE(contains(i2cproof(words).out, "margins of"));
    words.push_back("--margins");
    words[3] = "[rt][di][.m]*"; // rd.* and tim.*
    const Outcome outcome = i2cproof(words);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "\nmargins of registers\n")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "\n  standard, RC edges: 4700 ohm, 100 pF")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "\n  standard, ideal edges")) << outcome;
    EXPECT_FALSE(contains(outcome.out, "\n  arduino@400k, ideal edges")) << outcome;
    EXPECT_TRUE(std::regex_search(
        outcome.out, std::regex("\n    master +tLOW +>= 4.7 us .* 0 % +tim.min[^ ]*/standard")))
        << outcome;
    EXPECT_TRUE(std::regex_search(outcome.out, std::regex("\n    slave +tVD;DAT +<= 900 ns ")));
    EXPECT_TRUE(std::regex_search(
        outcome.out, std::regex("\n    master +tLOW +>= 1.3 us .* -[0-9]+ % .*listed by the")))
        << outcome;
}

TEST(Run, TellsOfAcceptLinesThatWaiveNothing)
{
    const Folder folder;
    const std::string scenario = folder.write("mine.scenario", "scenario mine.fails\n"
                                                               "    covers I2C-ACK-01\n"
                                                               "    S own+W [N] P\n");
    std::string text = read_file(good_slave());
    for (size_t i = text.find("mischief.c"); i != std::string::npos; i = std::string::npos)
        text.replace(i, 10, data("mischief.c"));
    for (size_t i = 0; (i = text.find("../../../slave_under_test", i)) != std::string::npos;)
        text.replace(i, 25, SLAVES_SHIPPED);
    text += "    accept I2C-ACK-01 because \"known\" until 2026-06-30\n"
            "    accept I2C-RSV-04 because \"in software\" until 2099-12-31\n";
    const std::string slave = folder.write("waives.slave", text);
    const Words words = {"run",      slave,    "--scenarios", scenario,
                         "--filter", "mine.*", "--out",       folder.path("out")};
    How how;
    how.environment = {"SOURCE_DATE_EPOCH=1782820800"}; // 2026-06-30
    const Outcome waived = i2cproof(words, how);
    EXPECT_EQ(waived.status, 0) << waived;
    EXPECT_TRUE(contains(waived.out, "ACCEPTED  good/mine.fails/standard")) << waived;
    EXPECT_TRUE(contains(waived.out, "accept I2C-RSV-04 is unused")) << waived;
    how.environment = {"SOURCE_DATE_EPOCH=1782864000"}; // the day after
    const Outcome expired = i2cproof(words, how);
    EXPECT_EQ(expired.status, 1) << expired;
    EXPECT_TRUE(contains(expired.out, "accept I2C-ACK-01 has expired on 2026-06-30")) << expired;
}

TEST(Run, OfTwoAtOnceInOneFolderLeavesWholeFiles)
{
    const Folder folder;
    std::atomic<int> good{0};
    std::vector<std::thread> runs;
    for (int i = 0; i < 4; i++)
        runs.emplace_back([&] { good += i2cproof(quick_run(good_slave(), folder)).status == 0; });
    for (std::thread &run : runs)
        run.join();
    EXPECT_EQ(good, 4);
    EXPECT_NE(result_of(folder), nullptr);
    EXPECT_EQ(folder.files(), (Words{"out/junit.xml", "out/result.json"}));
}

// ---- what just works ----------------------------------------------------------------------------

TEST(Run, WorksWithoutACacheAndSaysSoOnce)
{
    const Folder folder;
    How how;
    how.environment = {"HOME=/proc/nowhere", "XDG_CACHE_HOME"};
    const Outcome outcome = i2cproof(quick_run(good_slave(), folder), how);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.err, "/proc/nowhere")) << outcome;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome;
    how.environment = {"HOME", "XDG_CACHE_HOME"};
    EXPECT_EQ(i2cproof(quick_run(good_slave(), folder), how).status, 0);
}

TEST(Run, WorksWithMoreWorkersThanCoresAndWithNone)
{
    const Folder folder;
    for (const char *jobs : {"0", "64"}) {
        Words words = quick_run(good_slave(), folder);
        words.insert(words.end(), {"--jobs", jobs});
        EXPECT_EQ(i2cproof(words).status, 0) << jobs;
    }
}

TEST(Run, TakesPathsWithBlanksUtf8AndNewlines)
{
    const Folder folder;
    const std::string inside = "mein böser\nOrdner 総/";
    const std::string soft = std::string(SLAVES_SHIPPED) + "/soft_i2c";
    folder.write(inside + "mischief.c", read_file(data("mischief.c")));
    const std::string slave = folder.write(
        inside + "my slave.slave", "slave strange\n"
                                   "    kind hosted\n"
                                   "    sources mischief.c \"" +
                                       soft + "/soft_i2c.c\"\n    include \"" + soft +
                                       "\"\n    define HARMLESS\n    address 0x31\n    data echo\n"
                                       "    speed 100kHz\n    masters standard\n");
    const Outcome outcome = i2cproof(
        {"run", slave, "--filter", "ack.*", "--quick", "--out", folder.path(inside + "out put")});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(std::filesystem::exists(folder.path(inside + "out put/result.json")));
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

// ---- bad input ----------------------------------------------------------------------------------

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

// Those that are wrong on purpose are tests/corpus' affair.
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
        right++;
        const Outcome outcome =
            i2cproof({"run", text_at(slave, "path"), "--out", folder.path("out")});
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
