// `sweep` measures what a run tests: what it finds is kept by a run, and no more than that.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include <algorithm>
#include <regex>

namespace
{

std::string shipped(const std::string &name)
{
    return std::string(SLAVES_SHIPPED) + "/" + name + ".slave";
}

/// Its page goes into a folder that is gone afterwards, unless the words name one.
Outcome sweep(const Words &words)
{
    const Folder folder;
    Words all = {"sweep"};
    all.insert(all.end(), words.begin(), words.end());
    if (std::find(words.begin(), words.end(), "--out") == words.end())
        all.insert(all.end(), {"--out", folder.path("out")});
    return i2cproof(all);
}

/// The one sweep of the document that `--json -` gives.
struct Sweep {
    explicit Sweep(Words words) : document(nullptr, cJSON_Delete)
    {
        words.insert(words.end(), {"--json", "-"});
        outcome = sweep(words);
        document = parse_json(outcome.out);
        one = cJSON_GetArrayItem(at(document.get(), "sweeps"), 0);
    }
    std::string line() const
    {
        return text_at(at(one, "promise"), "line");
    }
    unsigned windows() const
    {
        return (unsigned)cJSON_GetArraySize(at(one, "windows"));
    }
    double number(unsigned window, const char *key) const
    {
        return number_at(cJSON_GetArrayItem(at(one, "windows"), (int)window), key);
    }
    Outcome outcome;
    Json document;
    const cJSON *one = nullptr;
};

/// A run of the gate on a slave that is like a shipped one and promises `line`.
Outcome gate(const std::string &slave, const std::string &line)
{
    const Folder folder;
    const std::string path =
        folder.write("x.slave", "slave x\n    like " + shipped(slave) + "\n    " + line + "\n");
    const std::string on = line.substr(line.find(" on ") + 4);
    return i2cproof({"run", path, "--filter", "*fw.*", "--vcd", "none", "--master", on, "--out",
                     folder.path("out")});
}

struct Agreed {
    const char *what, *slave, *on;
};

std::ostream &operator<<(std::ostream &out, const Agreed &a)
{
    return out << a.what << " of " << a.slave << " on " << a.on;
}

class SweepAndGate : public testing::TestWithParam<Agreed>
{
};

TEST_P(SweepAndGate, FindsWhatARunKeepsAndNoMore)
{
    const Agreed &p = GetParam();
    const Sweep s({p.what, shipped(p.slave), "--master", p.on});
    ASSERT_EQ(s.outcome.status, 0) << s.outcome;
    ASSERT_EQ(s.windows(), 2u) << s.outcome;
    const Outcome kept = gate(p.slave, s.line());
    EXPECT_EQ(kept.status, 0) << kept;
    const std::string promise = std::string("tolerates ") + p.what + " ";
    const auto at_ps = [&](double ps) {
        return promise + std::to_string((uint64_t)(ps / 1000)) + "ns on " + p.on;
    };
    // All of the border's last value passes; the parts of it are other values.
    const Outcome above = gate(p.slave, at_ps(s.number(1, "first")));
    EXPECT_EQ(above.status, 1) << above;
    EXPECT_TRUE(contains(above.out, text_at(cJSON_GetArrayItem(at(s.one, "windows"), 1), "rule")))
        << above << s.outcome;
    EXPECT_LE(number_at(at(s.one, "promise"), "time_ps"), s.number(0, "last"));
}

INSTANTIATE_TEST_SUITE_P(Shipped, SweepAndGate,
                         testing::Values(Agreed{"latency", "tiny_usi/single", "nxt"},
                                         Agreed{"latency", "camera_frame/camera_frame", "standard"},
                                         Agreed{"irq_off", "camera_frame/camera_frame",
                                                "arduino@100k"},
                                         Agreed{"latency", "attiny45_usi/single", "nxt"},
                                         Agreed{"main_stall", "polled/polled", "standard"}));

TEST(Gate, TestsAPromiseAtItsPartsAndInAllPhases)
{
    const Folder folder;
    for (const std::string what : {"latency", "irq_off", "main_stall"}) {
        const std::string path =
            folder.write("x.slave", "slave x\n    like " + shipped("registers/stretch_late") +
                                        "\n    tolerates " + what + " 1us\n");
        const Outcome run = i2cproof({"run", path, "--filter", "fw." + what, "--vcd", "none",
                                      "--master", "standard", "--out", folder.path("out")});
        EXPECT_EQ(run.status, 0) << run;
        EXPECT_EQ(cJSON_GetArraySize(at(result_of(folder).get(), "cases")), 20) << what;
    }
}

// On an NXT a hold of SCL is contention, and was only a note where the file did not name it.
TEST(Gate, APromiseOnAMasterThatDoesNotWaitCanFail)
{
    EXPECT_EQ(gate("tiny_usi/single", "tolerates latency 30us on nxt").status, 0);
    const Outcome broken = gate("tiny_usi/single", "tolerates latency 60us on nxt");
    EXPECT_EQ(broken.status, 1) << broken;
    EXPECT_TRUE(contains(broken.out, "contention_scl")) << broken;
}

// Buffers that are armed anew in a window of interrupts: what fails and what passes take turns.
TEST(Sweep, TellsAllWindowsThatFail)
{
    const Outcome table =
        sweep({"irq_off", shipped("prearmed/prearmed_nack"), "--master", "arduino@100k"});
    EXPECT_TRUE(std::regex_search(
        table.out, std::regex("  passes       0 \\.\\. [0-9.]+ us\n"
                              "  fails        from [0-9.]+ us .*\\(I2C-[A-Z]+-[0-9]+\\)\n"
                              "  also fails   [0-9.]+ \\.\\. [0-9.]+ us .*phases of 16: .*\n"
                              "  also fails   [0-9.]+ \\.\\. [0-9.]+ us .*\n")))
        << table;
}

TEST(Sweep, SaysItInATable)
{
    const Outcome table =
        sweep({"latency", shipped("tiny_usi/single"), "--master", "nxt", "--seed", "1"});
    EXPECT_EQ(table.status, 0) << table;
    const std::regex lines(
        "tiny_usi_single on nxt \\(11\\.732 kHz\\), extra latency of USI_START, USI_OVF; 16 phases "
        "a point\n"
        "  passes       0 \\.\\. [0-9.]+ us\n"
        "  fails        from [0-9.]+ us +master drives SCL high against a stretch "
        "\\(contention_scl\\)\n"
        "  missed       in 1 phase of 16 a START that nxt holds below tHD;STA: that fails nothing\n"
        "  put in .*/single.slave:   tolerates latency [0-9]+us on nxt\n"
        "report  .*/sweep.html\n");
    EXPECT_TRUE(std::regex_match(table.out, lines)) << table;
}

TEST(Sweep, ComparesTheLongestHoldWithEachMastersLimit)
{
    const Outcome table = sweep({"latency", shipped("tiny_usi/single"), "--master", "standard"});
    EXPECT_TRUE(contains(table.out, "longest hold of SCL  100 us at ")) << table;
    EXPECT_TRUE(contains(table.out, "; standard waits without limit\n")) << table;
    EXPECT_TRUE(contains(table.out, "who wait less: nxt 42.3 us, lejos not at all")) << table;
    EXPECT_FALSE(contains(table.out, "ev3_pybricks")) << table;
}

// An NXT holds START for any time up to a tick: who looks at the pins misses some, late or not.
TEST(Sweep, TellsOfStartsThatTheMasterHoldsTooShort)
{
    const Outcome table =
        sweep({"latency", shipped("camera_frame/camera_frame"), "--master", "nxt"});
    EXPECT_EQ(table.status, 0) << table;
    EXPECT_TRUE(std::regex_search(
        table.out, std::regex("  missed       in up to [0-9]+ phases of 16 a START that nxt holds "
                              "below tHD;STA")))
        << table;
    const Outcome patient = sweep({"latency", shipped("tiny_usi/single"), "--master", "standard"});
    EXPECT_FALSE(contains(patient.out, "tHD;STA")) << patient;
}

// Its START is missed now and then: that is no silence, and the same in whatever order it is asked.
TEST(Sweep, TakesASlaveThatAnswersNowAndThenForWhatItIs)
{
    if (SANITIZED)
        GTEST_SKIP() << "hundreds of cases; shorter sweeps come through the same code";
    const Words words = {"main_stall", shipped("polled/polled"), "--master", "nxt", "--up-to",
                         "20us"};
    Words alone = words;
    alone.insert(alone.end(), {"--jobs", "0"});
    const Sweep s(words);
    EXPECT_EQ(s.outcome.status, 0) << s.outcome;
    EXPECT_FALSE(contains(s.outcome.out, "silent")) << s.outcome;
    EXPECT_EQ(Sweep(alone).outcome.out, s.outcome.out);
}

TEST(Sweep, GivesTheSameBytesWithAnyNumberOfWorkers)
{
    const Words words = {"latency", shipped("camera_frame/camera_frame"), "--master", "nxt"};
    Words alone = words;
    alone.insert(alone.end(), {"--jobs", "0"});
    Words three = words;
    three.insert(three.end(), {"--jobs", "3"});
    const Sweep a(alone);
    EXPECT_EQ(a.outcome.status, 0) << a.outcome;
    EXPECT_EQ(a.outcome.out, Sweep(three).outcome.out);
}

TEST(Sweep, ACompetingInterruptLeavesLess)
{
    const Words words = {"latency", shipped("camera_frame/camera_frame"), "--master", "standard"};
    Words loaded = words;
    loaded.insert(loaded.end(), {"--isr", "TIMER0:1us/100us"});
    const Sweep free(words);
    const Sweep busy(loaded);
    ASSERT_EQ(busy.outcome.status, 0) << busy.outcome;
    EXPECT_LT(busy.number(0, "last"), free.number(0, "last") - 500e3) << busy.outcome;
    EXPECT_EQ(text_at(at(busy.one, "isr"), "name"), "TIMER0");
    EXPECT_EQ(at(busy.one, "promise"), nullptr) << "no run can test it";
}

TEST(Sweep, MakesOneInterruptLateAlone)
{
    if (SANITIZED)
        GTEST_SKIP() << "hundreds of cases; shorter sweeps come through the same code";
    const Words words = {"latency", shipped("tiny_usi/single"), "--master", "standard"};
    Words one = words;
    one.insert(one.end(), {"--vector", "USI_START"});
    const Sweep all(words);
    const Sweep start(one);
    EXPECT_EQ(text_at(start.one, "vectors"), "USI_START");
    EXPECT_EQ(text_at(all.one, "vectors"), "USI_START, USI_OVF");
    EXPECT_EQ(at(start.one, "promise"), nullptr);
    EXPECT_FALSE(cJSON_Compare(at(start.one, "points"), at(all.one, "points"), true));
}

TEST(Sweep, FindsTheClocksOfSclThatWork)
{
    if (SANITIZED)
        GTEST_SKIP() << "hundreds of cases; shorter sweeps come through the same code";
    const Sweep s({"speed", shipped("tiny_usi/single"), "--master", "standard"});
    EXPECT_EQ(s.outcome.status, 0) << s.outcome;
    EXPECT_EQ(text_at(s.one, "unit"), "Hz");
    ASSERT_EQ(s.windows(), 1u) << s.outcome;
    EXPECT_EQ(s.number(0, "last"), 100e3);
    // A timer that is served for 4 us leaves time enough for the bits of a slower clock alone.
    const Sweep slow({"speed", shipped("camera_frame/camera_frame"), "--master", "standard",
                      "--isr", "TIMER0:4us/100us"});
    EXPECT_EQ(slow.outcome.status, 0) << slow.outcome;
    ASSERT_EQ(slow.windows(), 2u) << slow.outcome;
    EXPECT_GT(slow.number(0, "last"), 20e3);
    EXPECT_LT(slow.number(1, "first"), slow.number(0, "last") * 1.02);
    EXPECT_EQ(slow.number(1, "last"), 100e3);
}

// Firmware on its part: from some clock on it holds SCL for longer than it declares.
TEST(Sweep, FindsTheLowestClockOfTheCpu)
{
    if (SANITIZED)
        GTEST_SKIP() << "hundreds of cases; shorter sweeps come through the same code";
    const Sweep s({"cpu_clock", shipped("attiny45_usi/single"), "--master", "arduino@100k"});
    ASSERT_EQ(s.outcome.status, 0) << s.outcome;
    ASSERT_EQ(s.windows(), 2u) << s.outcome;
    EXPECT_TRUE(cJSON_IsTrue(at(cJSON_GetArrayItem(at(s.one, "windows"), 0), "fails")));
    EXPECT_GT(s.number(1, "first"), 100e3);
    EXPECT_LT(s.number(1, "first"), 4e6);
    EXPECT_EQ(s.number(1, "last"), 8e6);
    EXPECT_LT(s.number(1, "first"), s.number(0, "last") * 1.02);
    EXPECT_TRUE(std::regex_search(
        s.outcome.err,
        std::regex("  lowest clock that works up to the declared 8 MHz: ~[0-9.]+ [kM]Hz\n")))
        << s.outcome;
    EXPECT_EQ(at(s.one, "promise"), nullptr);
}

TEST(Sweep, OfASlaveThatFailsUndisturbedEndsWithOne)
{
    const Sweep s({"latency", shipped("tiny_usi/single"), "--master", "usb100"});
    EXPECT_EQ(s.outcome.status, 1) << s.outcome;
    EXPECT_EQ(at(s.one, "promise"), nullptr);
    EXPECT_EQ(number_at(cJSON_GetArrayItem(at(s.one, "windows"), 0), "first"), 0);
}

TEST(Sweep, DrawsAMap)
{
    const Folder folder;
    const std::string path = folder.path("map.svg");
    const Outcome drawn = sweep({"latency", shipped("camera_frame/camera_frame"), "--master",
                                 "standard", "--map", path, "--out", folder.path("out")});
    ASSERT_EQ(drawn.status, 0) << drawn;
    const std::string text = read_file(path);
    xmlDocPtr document = xmlReadMemory(text.data(), (int)text.size(), "map", nullptr, 0);
    ASSERT_NE(document, nullptr);
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    const auto count = [&](const char *expression) {
        xmlXPathObjectPtr found = xmlXPathEval((const xmlChar *)expression, context);
        const double number = found->floatval;
        xmlXPathFreeObject(found);
        return number;
    };
    EXPECT_EQ(count("count(//*[local-name()='rect']/*[local-name()='title'])"), 8 * 25);
    // What fails is told in colour and as a number.
    const double green = count("count(//*[local-name()='rect'][@fill='#b7e1b5'])");
    EXPECT_EQ(green, count("count(//*[local-name()='text'][text()='0'][@text-anchor='middle'])"));
    EXPECT_GT(green, 8 * 10);
    EXPECT_LT(green, 8 * 25);
    const std::string page = read_file(folder.path("out/sweep.html"));
    EXPECT_TRUE(contains(page, text)) << "the same map in the page";
    EXPECT_TRUE(contains(page, "phases of 16 that fail at each point"));
    EXPECT_TRUE(contains(drawn.out, "sweep.html"));
    xmlXPathFreeContext(context);
    xmlFreeDoc(document);
}

TEST(Sweep, GoesOnBehindAMasterThatDoesNotApply)
{
    const Sweep s({"latency", shipped("tiny_usi/single"), "--master", "fast", "--master", "nxt",
                   "--up-to", "50us"});
    EXPECT_EQ(s.outcome.status, 0) << s.outcome;
    EXPECT_TRUE(contains(s.outcome.err, "on fast: master faster than the slave's speed"));
    EXPECT_EQ(text_at(s.one, "master"), "nxt");
}

struct Refused {
    Words words;
    const char *why;
};

TEST(Sweep, RefusesWhatCannotBeSwept)
{
    const std::string usi = shipped("tiny_usi/single");
    const std::string polled = shipped("polled/polled");
    const std::vector<Refused> refused = {
        {{}, "sweep needs what to sweep and a slave file: i2cproof sweep latency X.slave"},
        {{"latency"}, "sweep needs what to sweep and a slave file: i2cproof sweep latency X.slave"},
        {{"latncy", usi}, "sweep: there is no \"latncy\"; did you mean latency?; latency, "},
        {{"latency", usi, "--master", "nyt"}, "--master: no master \"nyt\"; known: nxt "},
        {{"latency", usi, "--vector", "USI_STRT"},
         "has no interrupt \"USI_STRT\"; did you mean USI_START?; known: USI_START USI_OVF"},
        {{"irq_off", usi, "--vector", "USI_OVF"},
         "--vector: only a latency is one of an interrupt"},
        {{"latency", polled}, "has no interrupt routine that could come late"},
        {{"irq_off", polled}, "has no interrupt routine that could come late"},
        {{"cpu_clock", usi}, "a slave of kind hosted has no CPU clock"},
        {{"speed", usi, "--master", "nxt"},
         "nxt has one clock, 9.6 kHz: there is nothing to sweep"},
        {{"latency", usi, "--master", "fast"},
         "tiny_usi/single.slave on fast: master faster than the slave's speed"},
        {{"speed", usi, "--resolution", "1us"}, "--resolution: clocks are found to three digits"},
        {{"latency", usi, "--resolution", "1ps"},
         "--resolution: \"1ps\" is no time of 1ns or more"},
        {{"latency", usi, "--up-to", "400k"}, "--up-to: \"400k\" is no time such as 100us"},
        {{"latency", usi, "--up-to", "0us"}, "--up-to: \"0us\" is no time such as 100us"},
        {{"latency", usi, "--up-to", "2s"}, "--up-to: at most 1s"},
        {{"speed", usi, "--up-to", "5000M"}, "--up-to: at most 4 GHz"},
        {{"latency", usi, "--isr", "T:4us/2us"}, "--isr: \"T:4us/2us\" is no NAME:TIME/EVERY"},
        {{"latency", usi, "--isr", "4us"}, "--isr: \"4us\" is no NAME:TIME/EVERY"},
        {{"speed", usi, "--map", "x.svg"}, "--map: drawn for sweep latency"},
        {{"latency", usi, "--map", "x.svg"}, "--map: draws one slave on one master"},
        {{"latency", usi, "--master", "nxt", "--map", "/nowhere/x.svg"}, "/nowhere/x.svg"},
        {{"latency", usi, "--master", "nxt", "--json", "/nowhere/x"}, "/nowhere/x"},
        {{"latency", usi, "--quick"}, "sweep has no option --quick"},
    };
    for (const Refused &r : refused) {
        const Outcome outcome = sweep(r.words);
        EXPECT_EQ(outcome.status, 2) << outcome;
        EXPECT_TRUE(contains(outcome.err, r.why)) << outcome;
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome;
    }
}

} // namespace
