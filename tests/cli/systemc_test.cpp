// SystemC slaves by the program: what a model that goes wrong does to a run, and what is said of a
// description that cannot be built.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

#if __has_include(<systemc>)
#define WITHOUT_SYSTEMC false
#else
#define WITHOUT_SYSTEMC true
#endif

namespace
{

class SystemcSlaves : public testing::Test
{
  protected:
    void SetUp() override
    {
        if (WITHOUT_SYSTEMC)
            GTEST_SKIP() << "SystemC is not here (package libsystemc-dev)";
    }
};

/// A module in one header, and the file that describes it.
struct Module {
    explicit Module(const std::string &text, const std::string &more = "",
                    const std::string &top = "    top model\n")
    {
        folder.write("model.h", "#include <systemc>\nusing namespace sc_core;\n" + text);
        slave = folder.write("s.slave", "slave s\n    kind systemc\n    sources model.h\n" + top +
                                            "    address 0x50\n    speed 100kHz\n" + more);
    }
    Outcome run(const std::vector<std::string> &environment = {}) const
    {
        How how;
        how.environment = environment;
        return i2cproof({"run", slave, "--master", "standard", "--filter", "ack.shape", "--quick",
                         "--out", folder.path("out"), "--vcd", "none"},
                        how);
    }
    /// What is said of one that cannot be built.
    std::string refused() const
    {
        const Outcome outcome = run();
        EXPECT_EQ(outcome.status, 2) << outcome;
        return outcome.err;
    }
    Folder folder;
    std::string slave;
};

const char *const lines = "sc_in<sc_dt::sc_logic> scl; sc_inout_resolved sda;";

std::string module_of(const std::string &members)
{
    return "struct model : sc_module {\n" + members + "\n};\n";
}

Words mischief(const Folder &folder, const Words &more)
{
    Words words = {"run",         data("systemc_mischief.slave"),
                   "--filter",    "mischief.do/*",
                   "--master",    "standard",
                   "--vcd",       "none",
                   "--out",       folder.path("out"),
                   "--scenarios", data("systemc_mischief.scenario")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

struct Misdeed {
    const char *value, *verdict, *message;
};

} // namespace

TEST_F(SystemcSlaves, EndsOneCaseAndNotTheRun)
{
    static const Misdeed misdeeds[] = {
        {"0x00", "pass", ""},
        {"0x01", "fail", "sc_report_error: mischief: on purpose, at systemc_mischief.cpp:"},
        {"0x02", "fail", "sc_report_fatal: mischief: on purpose, at systemc_mischief.cpp:"},
        {"0x03", "fail", "sc_stop() was called"},
        {"0x04", "fail", "an exception left slave.settle: on purpose"},
        {"0x05", "fail", "sc_report_fatal: assertion failed: byte == 0"},
        {"0x06", "fail", "the slave called exit(3)"},
        {"0x07", "fail", "SIGABRT"},
        {"0x08", "pass", ""},
        {"0x09", "fail", "simulated time stands still"},
        {"0x0A", "fail", SANITIZED ? "" : "SIGSEGV"},
        {"0x0B", "fail", "an exception left slave.settle: std::bad_alloc"},
    };
    Folder folder;
    const Outcome outcome = i2cproof(mischief(folder, {"--jobs", "2"}));
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_FALSE(contains(outcome.out, "SystemC 2.")) << "its greeting is no line of the slave's";
    const Json result = result_of(folder);
    for (const Misdeed &misdeed : misdeeds) {
        const cJSON *one =
            case_of(result, std::string("mischief/mischief.do/standard/v=") + misdeed.value);
        ASSERT_NE(one, nullptr) << misdeed.value;
        EXPECT_EQ(text_at(one, "verdict"), misdeed.verdict) << misdeed.value << outcome;
        const cJSON *finding = cJSON_GetArrayItem(at(one, "findings"), 0);
        if (*misdeed.message != '\0') {
            EXPECT_TRUE(contains(text_at(finding, "message"), misdeed.message))
                << misdeed.value << ": " << text_at(finding, "message");
        }
    }
}

/// What a module prints goes to its case, and each case finds the module as it was built.
TEST_F(SystemcSlaves, GivesTheSameResultWithAnyNumberOfWorkers)
{
    const std::string slave = std::string(SLAVES_SHIPPED) + "/systemc_registers/registers.slave";
    std::string results[2];
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        Folder folder;
        const Outcome outcome =
            i2cproof({"run", slave, "--quick", "--filter", "*/abt.*", "--vcd", "none", "--jobs",
                      std::to_string(jobs), "--out", folder.path("out")});
        EXPECT_EQ(outcome.status, 0) << outcome;
        results[jobs - 1] = without_environment(read_file(folder.path("out/result.json")));
    }
    EXPECT_FALSE(results[0].empty());
    EXPECT_EQ(results[0], results[1]);
}

TEST_F(SystemcSlaves, NamesTheClassThatIsNotThere)
{
    const std::string told = Module("").refused();
    EXPECT_TRUE(contains(told, "s.slave:4:5: top model: there is no such class in the headers"))
        << told;
    EXPECT_TRUE(contains(told, "model")) << told;
}

TEST_F(SystemcSlaves, NamesThePortThatIsNotThere)
{
    const std::string told =
        Module(module_of("sc_in<sc_dt::sc_logic> clock; sc_inout_resolved sda;\n"
                         "model(sc_module_name n) : sc_module(n) {}"))
            .refused();
    EXPECT_TRUE(contains(told, "it has no such port: name its ports with `pins")) << told;
    EXPECT_TRUE(contains(told, "scl")) << told;
}

TEST_F(SystemcSlaves, SaysWhichPortsCanBeALine)
{
    const std::string told = Module(module_of("sc_in<int> scl; sc_inout_resolved sda;\n"
                                              "model(sc_module_name n) : sc_module(n) {}"))
                                 .refused();
    EXPECT_TRUE(contains(told, "s.slave:4:5: top model: a line in both directions is a port "
                               "sc_inout<sc_logic>"))
        << told;
    EXPECT_TRUE(contains(told, "port scl cannot be SCL")) << told;
}

TEST_F(SystemcSlaves, GivesTheCompilersOwnWords)
{
    const std::string told =
        Module(module_of(lines + std::string("\nmodel(sc_module_name n) : sc_module(n) { oops }")))
            .refused();
    EXPECT_TRUE(contains(told, "model.h:5:")) << told;
    EXPECT_TRUE(contains(told, "oops")) << told;
}

TEST_F(SystemcSlaves, SaysWhyAModuleCannotBeElaborated)
{
    const std::string told =
        Module(module_of(lines + std::string("\nmodel(sc_module_name n) : sc_module(n)\n"
                                             "{ SC_REPORT_FATAL(\"set-up\", \"no table\"); }")))
            .refused();
    EXPECT_TRUE(contains(told, "cannot be elaborated: sc_report_fatal: set-up: no table")) << told;
}

TEST_F(SystemcSlaves, TellsOfAPortThatNobodyBinds)
{
    const std::string told =
        Module(module_of(lines + std::string("sc_in<bool> clk;\n"
                                             "model(sc_module_name n) : sc_module(n) {}")))
            .refused();
    EXPECT_TRUE(contains(told, "cannot be elaborated")) << told;
    EXPECT_TRUE(contains(told, "port not bound")) << told;
}

TEST_F(SystemcSlaves, TellsOfALineThatIsDrivenWithX)
{
    const Outcome outcome =
        Module(module_of(lines + std::string("\nSC_HAS_PROCESS(model);\n"
                                             "model(sc_module_name n) : sc_module(n)\n"
                                             "{ SC_METHOD(go); }\n"
                                             "void go() { sda.write(sc_dt::SC_LOGIC_X); }")))
            .run();
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "the slave drives SDA with X")) << outcome;
}

TEST_F(SystemcSlaves, KnowsTheSignalsThatCanBeWatched)
{
    const std::string told =
        Module(module_of(lines + std::string("sc_signal<int> level{\"level\"};\n"
                                             "model(sc_module_name n) : sc_module(n) {}")),
               "    watch levl\n")
            .refused();
    EXPECT_TRUE(contains(told,
                         "s.slave:7:11: watch: the module has no signal levl that is a number; "
                         "known: level"))
        << told;
}

TEST_F(SystemcSlaves, NeedsAClass)
{
    const std::string told = Module("", "", "").refused();
    EXPECT_TRUE(contains(told, "s.slave:2:5: kind systemc needs `top CLASS`")) << told;
}

TEST_F(SystemcSlaves, NamesThePackageOfSystemC)
{
    Folder tools;
    const std::string compiler = tools.write(
        "c++",
        "#!/bin/sh\necho 'model.h:1:10: fatal error: systemc: No such file or directory' >&2\n"
        "exit 1\n");
    std::filesystem::permissions(compiler, std::filesystem::perms::owner_all);
    const Module module(module_of(lines));
    const Outcome outcome =
        module.run({"CXX=" + compiler, "XDG_CACHE_HOME=" + tools.path("cache")});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "kind systemc needs SystemC (package libsystemc-dev)"))
        << outcome;
}

namespace
{

/// A run of the slave with a clock, with pins as `more` says.
Outcome run_clocked(const std::string &more, const Words &cases)
{
    const Folder folder;
    const std::string slave = folder.write(
        "clocked.slave",
        "slave clocked\n    kind systemc\n    sources " + data("systemc_clocked.h") +
            "\n    top clocked\n    address 0x50\n    speed 100kHz\n    general_call no\n"
            "    clock 5MHz clk\n"
            "    data registers pointer 1 increment wrap 0x07->0x00 keeps_pointer\n"
            "        0x00..0x07 rw 0x00 scratch\n" +
            more);
    Words words = {"run",   slave,  "--master", "standard",        "--quick",
                   "--vcd", "none", "--out",    folder.path("out")};
    for (const std::string &one : cases)
        words.insert(words.end(), {"--filter", one});
    return i2cproof(words);
}

const Words plain_cases = {"ack.shape*"};

} // namespace

TEST_F(SystemcSlaves, TakesPinsOfOneDirectionClockResetAndInputs)
{
    const Outcome outcome =
        run_clocked("    stretch none\n    reset rst high 3us\n    define RESETS=1 WITH_DATA\n"
                    "    input own=0x50 enable=1\n"
                    "    pins scl_i=scl_i sda_i=sda_i sda_oe=sda_q sda_o=sda_d\n",
                    plain_cases);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "PASSED")) << outcome;
}

TEST_F(SystemcSlaves, TakesPinsThatPullWhereTheyAreLow)
{
    const Outcome outcome =
        run_clocked("    stretch none\n    reset rst low\n    input own=0x50 enable=1\n"
                    "    define PULLS=0 LEVEL=sc_dt::sc_logic\n"
                    "    pins scl_i=scl_i sda_i=sda_i sda_oe=!sda_q\n",
                    plain_cases);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "PASSED")) << outcome;
}

TEST_F(SystemcSlaves, HoldsSclByAPinOfItsOwn)
{
    const Outcome outcome =
        run_clocked("    stretch byte max 40us\n    reset rst low\n    input own=0x50 enable=1\n"
                    "    define PULLS=0 STRETCHES=100\n"
                    "    pins scl_i=scl_i sda_i=sda_i sda_o=sda_q scl_o=scl_q\n",
                    plain_cases);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "holds of SCL: longest 16 us")) << outcome;
}
