// A run as people and CI servers meet it: exit status, files, summary.
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

static std::string first_rule(const cJSON *one)
{
    const cJSON *finding = cJSON_GetArrayItem(at(one, "findings"), 0);
    return finding == nullptr ? "" : text_at(finding, "rule");
}

TEST(Run, OfARightSlaveEndsWithZeroAndLeavesItsFiles)
{
    const Folder folder;
    const Outcome outcome = i2cproof(quick_run(good_slave(), folder));
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_EQ(outcome.err, "");
    EXPECT_TRUE(contains(outcome.out, "PASSED")) << outcome;
    EXPECT_FALSE(contains(outcome.out, "\x1b")) << "no colour in a pipe";
    EXPECT_EQ(folder.files(), (Words{"out/junit.xml", "out/report.html", "out/result.json"}));
    const Json result = result_of(folder);
    ASSERT_NE(result, nullptr);
    EXPECT_GT(number_at(at(result.get(), "summary"), "pass"), 0);
    EXPECT_TRUE(cJSON_IsTrue(at(at(result.get(), "summary"), "complete")));
}

TEST(Run, ShowsHowMuchOfAPromisedLatencyStood)
{
    const Folder folder;
    const std::string like =
        "slave s\n    like \"" SLAVES_SHIPPED "/camera_frame/camera_frame.slave\"\n";
    const Outcome outcome = i2cproof(
        {"run", folder.write("s.slave", like + "    tolerates latency 40us on nxt\n"), "--master",
         "nxt", "--filter", "fw.latency*", "--vcd", "none", "--out", folder.path("out")});
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "latency: asked/found")) << outcome;
    EXPECT_TRUE(std::regex_search(outcome.out, std::regex("  nxt .* 40 us / (none|[0-9.]+ us) ")))
        << outcome;
}

TEST(Run, RefusesAPromiseAboutAMainLoopThatIsNotThere)
{
    const Folder folder;
    const std::string file =
        folder.write("s.slave", "slave s\n    like \"" SLAVES_SHIPPED
                                "/registers/registers.slave\"\n    tolerates main_stall 1ms\n");
    const Outcome outcome = i2cproof({"run", file, "--out", folder.path("out")});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "s.slave:3: tolerates main_stall: the slave has no main loop "
                                      "that could stand still"))
        << outcome;
}

// Its fault shows in the reads behind the swept write, where no spike was.
TEST(Run, BlamesNoSpikeForWhatComesBehindItsTransfer)
{
    const Folder folder;
    const Outcome outcome =
        i2cproof({"run", std::string(SLAVES_SHIPPED) + "/broken/sends_after_nack.slave", "--filter",
                  "spk.sda/standard/width=1ns*", "--vcd", "none", "--out", folder.path("out")});
    EXPECT_EQ(outcome.status, 1) << outcome;
    const Json result = result_of(folder);
    const cJSON *finding = nullptr;
    unsigned findings = 0;
    cJSON_ArrayForEach(finding, at(result.get(), "findings"))
    {
        findings++;
        EXPECT_EQ(text_at(finding, "rule"), "I2C-RD-03") << outcome;
    }
    EXPECT_EQ(findings, 1u);
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

// Under a debugger the slave's end is the debugger's; without one it must not pass in silence.
TEST(Replay, WithoutWorkersSaysHowTheSlaveEndedIt)
{
    const std::vector<std::pair<std::string, std::string>> ends = {
        {"0x82", "the slave called exit(7) in its code, at "},
        {"0x83", "the slave was ended by SIGABRT in its code, at "}};
    for (const auto &[byte, text] : ends) {
        const Folder folder;
        const Outcome outcome = i2cproof(
            {"replay", data("mischief.slave"), "mischief.told/standard/v=" + byte, "--jobs", "0",
             "--scenarios", data("mischief.scenario"), "--out", folder.path("out")});
        EXPECT_NE(outcome.status, 0) << outcome;
        EXPECT_TRUE(SANITIZED || contains(outcome.err, text)) << outcome;
    }
}

// A run of other scenarios says nothing of it, and a run of that one does.
TEST(Run, DoesNotMissWhatItWasNotAskedToPlay)
{
    const std::string slave = SLAVES_SHIPPED "/broken/sends_after_nack.slave";
    const std::string before = "fails I2C-RD-03 in ack.shape.read, as expected: ";
    for (const auto &[filter, says] : {std::pair<const char *, const char *>{
                                           "rd.nack_release/*", "not known, that scenario was not"},
                                       {"ack.shape.read/*", "yes"}}) {
        const Folder folder;
        const Outcome outcome = i2cproof({"run", slave, "--filter", filter, "--master", "standard",
                                          "--vcd", "none", "--out", folder.path("out")});
        EXPECT_TRUE(contains(outcome.out, before + says)) << outcome;
        EXPECT_TRUE(contains(outcome.out, " --out " + folder.path("out"))) << outcome;
    }
}

TEST(Run, AsksWhetherASlaveWasRenamedThatTheBaselineDoesNotKnow)
{
    const Folder folder;
    const std::string known = folder.write("known", "older/wr.ack/standard I2C-WR-01\n");
    const Outcome outcome = i2cproof({"run", SLAVES_SHIPPED "/broken/sends_after_nack.slave",
                                      "--filter", "ack.shape.read/*", "--baseline", known, "--vcd",
                                      "none", "--out", folder.path("out")});
    EXPECT_TRUE(contains(outcome.out, ": no line is about broken_sends_after_nack: has the slave "
                                      "been renamed? Line 1 is about older\n"))
        << outcome;
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
        EXPECT_EQ(folder.files().size(), 3 + 2 * waves) << which;
    }
    std::filesystem::remove_all(folder.path("out"));
    Words words = mischief_run(folder, {"--filter", "mischief.before*"});
    words.insert(words.end(), {"--vcd", "all"});
    i2cproof(words);
    EXPECT_EQ(folder.files().size(), 3u + 2u * 8u);
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

TEST(Run, TellsOfAcceptLinesThatHaveExpired)
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
    EXPECT_EQ(folder.files(), (Words{"out/junit.xml", "out/report.html", "out/result.json"}));
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
