// Our bus in SystemC simulations that are not ours.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

#include <regex>

namespace
{

const std::string registers = std::string(SLAVES_SHIPPED) + "/systemc_registers/";

/// The registers' file without what a simulation of its own does not show.
std::string slave_file(const Folder &folder, const std::string &more = "")
{
    std::string text = read_file(registers + "registers.slave");
    text = std::regex_replace(text, std::regex("registers\\.(h|cpp)"), registers + "registers.$1");
    text = std::regex_replace(text, std::regex("    watch.*\n"), "");
    return folder.write("registers.slave", text + "\n" + more);
}

Outcome play(const std::string &program, Words words)
{
    How how;
    how.program = program;
    // LeakSanitizer runs into the guards of SystemC's stacks.
    how.environment = {"SC_COPYRIGHT_MESSAGE=DISABLE", "ASAN_OPTIONS=detect_leaks=0"};
    return i2cproof(words, how);
}

Outcome board(const Folder &folder, const std::string &what, Words words,
              const std::string &program = BOARD)
{
    words.insert(words.begin(), {what, slave_file(folder)});
    words.insert(words.end(), {"--out", folder.path("out")});
    return play(program, words);
}

const Words few = {"--master", "standard", "--filter", "ack.shape*"};

/// What is said of a simulation that cannot be.
std::string refused(const std::string &what, const Words &words = few)
{
    Folder folder;
    const Outcome outcome = board(folder, what, words);
    EXPECT_NE(outcome.status, 0) << outcome;
    EXPECT_FALSE(contains(outcome.out, "CASE")) << outcome;
    return outcome.err + outcome.out;
}

/// Waves and result of the same cases by kind systemc.
void play_as_kind(const Folder &folder, Words words, const std::string &more = "")
{
    words.insert(words.begin(), {"run", slave_file(folder, more)});
    words.insert(words.end(), {"--out", folder.path("kind")});
    const Outcome outcome = i2cproof(words);
    EXPECT_LE(outcome.status, 1) << outcome;
}

void expect_same_files(const Folder &folder, const std::string &ending)
{
    unsigned compared = 0;
    for (const std::string &name : folder.files()) {
        if (name.rfind("out/", 0) != 0 || name.find(ending) == std::string::npos)
            continue;
        const std::string ours = read_file(folder.path(name));
        EXPECT_EQ(ours, read_file(folder.path("kind/" + name.substr(4)))) << name;
        compared += ours.empty() ? 0 : 1;
    }
    EXPECT_GT(compared, 0u) << ending;
}

std::string result_text(const Folder &folder, const std::string &run)
{
    return without_environment(read_file(folder.path(run + "/result.json")));
}

} // namespace

TEST(BusInSystemC, PassesTheSuiteWithARightSlaveAsKindSystemcDoes)
{
    const Words words = {"--quick",  "--vcd", "none", "--filter", SANITIZED ? "*/wr.*" : "*",
                         "--master", "fast"};
    Folder folder;
    const Outcome outcome = board(folder, "plain", words);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "PASSED")) << outcome;
    play_as_kind(folder, words);
    EXPECT_EQ(result_text(folder, "out"), result_text(folder, "kind"));
}

/// Without rise times an edge of the bus meets the ends of waits, to the picosecond.
TEST(BusInSystemC, MovesTheWiresAsKindSystemcDoes)
{
    const Words words = {"--master", "standard", "--master", "standard,ideal=1",
                         "--filter", "sta.*",    "--filter", "ack.shape*",
                         "--vcd",    "all",      "--quick"};
    Folder folder;
    EXPECT_EQ(board(folder, "plain", words).status, 0);
    play_as_kind(folder, words);
    expect_same_files(folder, ".vcd");
    expect_same_files(folder, ".gtkw");
}

TEST(BusInSystemC, CatchesABrokenSlaveAndShowsIt)
{
    Folder folder;
    const Outcome outcome = board(folder, "plain", few, BROKEN_BOARD);
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "FOUND systemc_registers/ack.shape.read/standard fail "
                                      "I2C-ACK-04 slave at "))
        << outcome;
    EXPECT_TRUE(contains(outcome.out, "CASE systemc_registers/ack.shape.read/standard fail"))
        << outcome;
    EXPECT_TRUE(contains(outcome.out, "slave        ####")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "replay    your simulation, its bus with  ")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "--filter ack.shape.read/standard")) << outcome;
    EXPECT_FALSE(
        read_file(folder.path("out/waves/systemc_registers.ack.shape.read.standard.vcd")).empty());
    EXPECT_TRUE(contains(read_file(folder.path("out/report.html")), "I2C-ACK-04"));
}

TEST(BusInSystemC, ShowsTheSameWaveOfAFindingAsKindSystemcDoes)
{
    Folder folder;
    EXPECT_EQ(board(folder, "plain", few, BROKEN_BOARD).status, 1);
    play_as_kind(folder, few, "    define FAULT_KEEPS_LAST_BIT\n");
    expect_same_files(folder, ".vcd");
}

TEST(BusInSystemC, TakesPinsOfOneDirectionAndAReset)
{
    Folder folder;
    const Outcome outcome = board(
        folder, "pins", {"--master", "fast", "--quick", "--filter", "abt.*", "--filter", "rd.*"});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "PASSED")) << outcome;
}

TEST(BusInSystemC, TakesPortsOfResolvedVectors)
{
    Folder folder;
    const Outcome outcome = board(folder, "vectors", few);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "PASSED")) << outcome;
}

TEST(BusInSystemC, IsNotMovedByAClockBesideIt)
{
    Folder alone, beside;
    EXPECT_EQ(board(alone, "plain", few).status, 0);
    EXPECT_EQ(board(beside, "clocked", few).status, 0);
    EXPECT_FALSE(result_text(alone, "out").empty());
    EXPECT_EQ(result_text(alone, "out"), result_text(beside, "out"));
}

TEST(BusInSystemC, GivesTheSameBytesForTheSameSeed)
{
    Folder folder;
    const Words words = {"--quick", "--filter", "arb.*", "--master", "fast", "--seed", "7"};
    EXPECT_EQ(board(folder, "plain", words).status, 0);
    const std::string first = result_text(folder, "out");
    EXPECT_EQ(board(folder, "plain", words).status, 0);
    EXPECT_FALSE(first.empty());
    EXPECT_EQ(result_text(folder, "out"), first);
}

TEST(BusInSystemC, HasSeveralBusesInOneSimulation)
{
    Folder folder;
    const Outcome outcome = board(folder, "two", few);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_FALSE(result_text(folder, "out").empty());
    EXPECT_EQ(result_text(folder, "out"), result_text(folder, "out_other"));
}

TEST(BusInSystemC, PlaysOneCaseOfASlaveThatCannotBeBroughtBack)
{
    Folder folder;
    const Outcome outcome =
        board(folder, "lasting", {"--master", "standard", "--filter", "ack.shape.read/*"});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "PASSED  1 case")) << outcome;
    EXPECT_TRUE(contains(refused("lasting"), "5 cases to play, each from the slave's power-up"));
}

TEST(BusInSystemC, SaysWhatIsNotThere)
{
    EXPECT_TRUE(contains(refused("plain", {"--master", "arduin"}),
                         "--master: no master \"arduin\"; known: arduino"));
    EXPECT_TRUE(contains(refused("plain", {"--filter", "no.such"}), "no case matches \"no.such\""));
    EXPECT_TRUE(
        contains(refused("plain", {"--scenarios", "/no/such.scenario"}), "/no/such.scenario"));
    EXPECT_TRUE(
        contains(refused("plain", {"--jobs", "2"}), "--jobs: its cases are played in this"));
    EXPECT_TRUE(contains(refused("plain", {"other.slave"}), "the bus needs one slave file"));
    Folder folder;
    const Outcome outcome = play(BOARD, {"plain", folder.path("none.slave")});
    EXPECT_NE(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.err, "none.slave")) << outcome;
}

TEST(BusInSystemC, NeedsATimeResolutionOfOnePicosecond)
{
    Folder folder;
    const Outcome outcome = play(COARSE_BOARD, {slave_file(folder), "--out", folder.path("out")});
    EXPECT_NE(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.err + outcome.out,
                         "bus: the time resolution is 1 ns; the bus needs SystemC's own, 1 ps"))
        << outcome;
}

TEST(BusInSystemC, SaysWhichLineHasNoSlave)
{
    EXPECT_TRUE(contains(refused("without_sda"), "board.bus: SDA has no slave: bus.sda.connect"));
    EXPECT_TRUE(contains(refused("without_slave_port"), "board.slave.scl"));
}

TEST(BusInSystemC, IsNoPassWhenTheSimulationEndsEarly)
{
    Folder folder;
    const Outcome outcome = board(folder, "cut_short", few);
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "board.bus: the simulation ended before all cases had been"))
        << outcome;
}

TEST(BusInSystemC, IsShownByTheExample)
{
    Folder folder;
    const Outcome outcome = play(EXAMPLE_BOARD, {slave_file(folder), "--master", "arduino@100k",
                                                 "--filter", "rd.*", "--out", folder.path("out")});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "PASSED")) << outcome;
}
