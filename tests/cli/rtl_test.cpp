// Designs that cannot be run, and designs that end: what a person is told, by the program.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace
{

const std::string usual_keys = "    top dev\n    clock 50MHz clk\n    reset rst_n\n";

const std::string header = "module dev(input wire clk, input wire rst_n, input wire scl_i,\n"
                           "    input wire sda_i, input wire enable, output reg sda_oe);\n";

const std::string plain = header + "    reg [7:0] level;\n"
                                   "    always @(posedge clk) if (!rst_n) sda_oe <= 0;\n"
                                   "        else level <= {level[6:0], sda_i};\n"
                                   "endmodule\n"
                                   "module other(input wire a, output wire b);\n"
                                   "    assign b = a;\nendmodule\n";

struct Hardware {
    explicit Hardware(const std::string &verilog, const std::string &keys = usual_keys)
    {
        folder.write("dev.v", verilog);
        slave = folder.write("s.slave", "slave s\n    kind rtl\n    sources dev.v\n"
                                        "    address 0x26\n    speed 100kHz\n" +
                                            keys);
    }
    Outcome run(How how = {}) const
    {
        how.environment.push_back(std::string("XDG_CACHE_HOME=") + RTL_TEST_CACHE);
        return i2cproof({"run", slave, "--master", "standard", "--filter", "ack.shape/*0x00",
                         "--quick", "--out", folder.path("out"), "--vcd", "none"},
                        how);
    }
    /// What is said of the file in place of a run, from its line on.
    std::string refused(const How &how = {}) const
    {
        const Outcome outcome = run(how);
        EXPECT_EQ(outcome.status, 2) << outcome;
        const size_t at = outcome.err.find("s.slave:");
        return at == std::string::npos ? outcome.err : outcome.err.substr(at + 8);
    }
    /// Message of the first finding of a failed case.
    std::string told() const
    {
        const Outcome outcome = run();
        EXPECT_EQ(outcome.status, 1) << outcome;
        const Json result = result_of(folder);
        const cJSON *one = cJSON_GetArrayItem(at(result.get(), "cases"), 0);
        EXPECT_EQ(text_at(one, "verdict"), "fail") << outcome;
        const cJSON *finding = cJSON_GetArrayItem(at(one, "findings"), 0);
        printed = outcome.out;
        return text_at(finding, "rule") + ": " + text_at(finding, "message");
    }
    Folder folder;
    std::string slave;
    mutable std::string printed;
};

const char *const ports = "in clk rst_n scl_i sda_i enable; out sda_oe";

} // namespace

class RtlProgram : public testing::Test
{
    void SetUp() override
    {
        if (std::system("command -v verilator >/dev/null") != 0)
            GTEST_SKIP() << "kind rtl needs Verilator (Debian package verilator)";
    }
};

TEST_F(RtlProgram, NamesWhatIsMissingAndWhatThereIs)
{
    const std::string all = std::string(ports) + "\n";
    EXPECT_EQ(Hardware(plain, "").refused(),
              "2:5: kind rtl needs `top MODULE`; modules in the sources: dev other\n");
    EXPECT_EQ(Hardware(plain, "    top devv\n    clock 50MHz\n    reset none\n").refused(),
              "6:5: top: there is no module devv; modules in the sources: dev other\n");
    EXPECT_EQ(Hardware(plain, "    top dev\n    reset none\n").refused(),
              "6:5: kind rtl needs `clock FREQ PORT`, as in clock 50MHz clk, or `clock none`; "
              "ports of dev: " +
                  all);
    EXPECT_EQ(Hardware(plain, "    top dev\n    clock 50MHz\n").refused(),
              "6:5: kind rtl needs `reset PORT`, as in reset rst_n low, or `reset none`; ports of "
              "dev: " +
                  all);
    EXPECT_EQ(Hardware(plain, "    top dev\n    clock 50MHz clock\n    reset none\n").refused(),
              "7:5: clock: module dev has no port clock; did you mean clk?; ports: " + all);
    EXPECT_EQ(Hardware(plain, "    top dev\n    clock 50MHz\n    reset rst\n").refused(),
              "8:5: reset: module dev has no port rst; ports: " + all);
    EXPECT_EQ(Hardware(plain, usual_keys + "    pins sda_oe=sda_oen\n").refused(),
              "9:17: pins: module dev has no port sda_oen; did you mean sda_oe?; ports: " + all);
    EXPECT_EQ(Hardware(plain, usual_keys + "    pins sda=sda_i\n").refused(),
              "9:14: pins: sda_i is an input port, and sda is for one that is inout; one in two "
              "parts is scl_i, sda_i, scl_oe, sda_oe\n");
    EXPECT_EQ(Hardware(plain, usual_keys + "    parameter DEPTH=2\n").refused(),
              "9:15: parameter: module dev has none named DEPTH\n");
    EXPECT_EQ(Hardware(plain, usual_keys + "    input enabel=1\n").refused(),
              "9:11: input: module dev has no port enabel; did you mean enable?; ports: " + all);
    EXPECT_EQ(Hardware(plain, usual_keys + "    watch levl\n").refused(),
              "9:11: watch: module dev has no signal levl; did you mean level?\n");
    std::string no_scl = plain;
    no_scl.replace(no_scl.find("scl_i"), 5, "clock");
    EXPECT_EQ(Hardware(no_scl).refused(),
              "6:5: pins: nothing says which port sees SCL: scl_i=PORT, or scl=PORT of an inout "
              "one; ports of dev: in clk rst_n clock sda_i enable; out sda_oe\n");
}

TEST_F(RtlProgram, PromisesNothingThatHardwareHasNot)
{
    const std::string keys = usual_keys + "    input enable=0\n    tolerates ";
    EXPECT_TRUE(
        contains(Hardware(plain, keys + "latency 1us\n").refused(),
                 "10: tolerates latency: the slave has no interrupts that could be late\n"));
    EXPECT_TRUE(
        contains(Hardware(plain, keys + "main_stall 1us\n").refused(),
                 "10: tolerates main_stall: the slave has no main loop that could stand still\n"));
}

TEST_F(RtlProgram, ShowsWhatVerilatorSays)
{
    std::string said = Hardware(header + "    assign sda_oe = ;\nendmodule\n").refused();
    EXPECT_EQ(said.find("3:5: sources do not compile:\n%Error: "), 0u) << said;
    EXPECT_TRUE(contains(said, "dev.v:3:21: syntax error, unexpected ';'")) << said;
    said = Hardware(header + "    always @(posedge clk) sda_oe <= #1 0;\nendmodule\n").refused();
    EXPECT_TRUE(contains(said, "dev.v:3:37: Use --timing or --no-timing")) << said;
    EXPECT_TRUE(contains(said, "a design has no delays (#)")) << said;
    said = Hardware("module dev(input wire clk, input wire rst_n, input wire scl_i,\n"
                    "    input wire sda_i, output wire sda_oe);\nendmodule\n")
               .refused();
    EXPECT_EQ(said, "6:5: pins: nothing in module dev drives its output sda_oe\n");
}

TEST_F(RtlProgram, WithoutVerilatorNamesThePackage)
{
    How how;
    how.environment = {"VERILATOR=/nowhere/verilator"};
    const Outcome outcome = Hardware(plain).run(how);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.err, "i2cproof: kind rtl needs Verilator (Debian package verilator): "
                           "/nowhere/verilator: not found\n");
}

// What the model does when SCL falls first, in a register `was` that follows it.
static std::string at_first_fall(const std::string &statement)
{
    return header +
           "    reg was;\n    reg [31:0] i;\n"
           "    always @(posedge clk) begin was <= scl_i;\n"
           "        if (!rst_n) begin sda_oe <= 0; was <= 1; end\n"
           "        else if (was && !scl_i) begin\n            " +
           statement + "\n        end\n    end\nendmodule\n";
}

TEST_F(RtlProgram, ModelThatEndsIsAFailedCase)
{
    const std::string silent = "silent: it answers at no address: the model ";
    Hardware finishes(at_first_fall("$display(\"bye %0d\", 42); $finish;"));
    EXPECT_EQ(finishes.told(), silent + "called $finish at dev.v:8 and runs no more");
    EXPECT_TRUE(contains(finishes.printed, "bye 42")) << finishes.printed;
    EXPECT_TRUE(contains(finishes.printed, "  printed   dev: ")) << finishes.printed;
}

TEST_F(RtlProgram, CombinationalLoopIsAFailedCase)
{
    const std::string loops = header + "    wire a;\n    assign a = ~a | scl_i;\n"
                                       "    always @(posedge clk) sda_oe <= rst_n & ~a;\n"
                                       "endmodule\n";
    const std::string told = Hardware(loops).told();
    EXPECT_TRUE(contains(told, "the model does not settle, as a combinational loop does: "))
        << told;
    EXPECT_TRUE(contains(told, "did not converge")) << told;
}

TEST_F(RtlProgram, EndlessLoopIsAHang)
{
    const Hardware hangs(at_first_fall("i = 1; while (i != 0) i = i + 2; sda_oe <= i[0];"));
    EXPECT_EQ(hangs.told().substr(0, 5), "hang:");
}

/// A spike right behind an edge holds back what the filter says of that edge.
TEST_F(RtlProgram, ShippedSlaveStandsSpikesBesideEdges)
{
    const Folder folder;
    How how;
    how.environment = {std::string("XDG_CACHE_HOME=") + RTL_TEST_CACHE};
    const Outcome outcome =
        i2cproof({"run", std::string(SLAVES_SHIPPED) + "/rtl_registers/rtl_registers.slave",
                  "--filter", "spk.scl/fast/width=49ns*", "--filter", "spk.*.burst/fast*", "--vcd",
                  "none", "--out", folder.path("out")},
                 how);
    EXPECT_EQ(outcome.status, 0) << outcome;
}

// A master written in Verilog plays cases, and is held to the rules for masters, too.
TEST_F(RtlProgram, MasterInVerilogRunsTheCases)
{
    const Folder folder;
    const std::string shipped = SLAVES_SHIPPED;
    const std::string master = "rtl:" + shipped + "/rtl_master/rtl_master.master";
    How how;
    how.environment = {std::string("XDG_CACHE_HOME=") + RTL_TEST_CACHE};
    Outcome outcome = i2cproof({"run", shipped + "/registers/stretch_byte.slave", "--master",
                                master, "--filter", "[dr][da]*", "--quick", "--fail-on", "warn",
                                "--vcd", "none", "--out", folder.path("out")},
                               how);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "\n  rtl_master ")) << outcome;
    // A fault of the slave shows, and its line replays it on the same master.
    outcome =
        i2cproof({"run", shipped + "/broken/keeps_last_bit.slave", "--master", master, "--filter",
                  "ack.shape.read/*", "--quick", "--vcd", "none", "--out", folder.path("out")},
                 how);
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "as expected: yes")) << outcome;
    EXPECT_TRUE(contains(outcome.out, " --master " + master)) << outcome;
    // So does the number of its finding.
    outcome = i2cproof({"replay", "1", "--out", folder.path("out")}, how);
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "ack.shape.read/rtl_master")) << outcome;
}

TEST_F(RtlProgram, MasterInVerilogIsOfTheCommandLineOfRuns)
{
    const Folder folder;
    const std::string master =
        std::string("rtl:") + SLAVES_SHIPPED + "/rtl_master/rtl_master.master";
    const std::string slave =
        folder.write("s.slave", "slave s\n    like \"" + std::string(SLAVES_SHIPPED) +
                                    "/tiny_usi/single.slave\"\n"
                                    "    masters \"" +
                                    master + "\"\n");
    Outcome outcome = i2cproof({"check", slave});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "s.slave:3:13: error: a master of a file is named on the "
                                      "command line alone, --master"))
        << outcome;
    const std::string usi = std::string(SLAVES_SHIPPED) + "/tiny_usi/single.slave";
    outcome = i2cproof({"probe", usi, "--master", master});
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "not one of a file")) << outcome;
}

/// Calls of an application are the one thing that it cannot tell; they are no difference.
TEST_F(RtlProgram, DoesAsItsTwinInC)
{
    const Folder folder;
    const std::string shipped = SLAVES_SHIPPED;
    How how;
    how.environment = {std::string("XDG_CACHE_HOME=") + RTL_TEST_CACHE};
    const Outcome outcome = i2cproof({"diff", shipped + "/registers/registers.slave",
                                      shipped + "/rtl_registers/rtl_registers.slave", "--master",
                                      "standard", "ack.nack_policy*", "cmb.*", "reg.fifo*",
                                      "abt.write1/*", "--out", folder.path("out")},
                                     how);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "SAME  0 of ")) << outcome;
}

TEST_F(RtlProgram, MasterWithoutItsPortsIsRefused)
{
    const Folder folder;
    folder.write("m.v", "module m(input wire clk, input wire rst_n, input wire scl_i,\n"
                        "    input wire sda_i, output reg sda_oe, output wire cmd_ready,\n"
                        "    output wire [7:0] rx_data, output wire rx_nack);\n"
                        "    assign cmd_ready = sda_oe, rx_data = 0, rx_nack = 0;\n"
                        "    always @(posedge clk) sda_oe <= rst_n & scl_i & sda_i;\n"
                        "endmodule\n");
    const std::string file =
        folder.write("m.master", "master m\n    kind rtl\n    sources m.v\n    top m\n"
                                 "    clock 50MHz\n    reset rst_n\n    speed 100kHz\n");
    How how;
    how.environment = {std::string("XDG_CACHE_HOME=") + RTL_TEST_CACHE};
    const Words words = {"run", good_slave(), "--out", folder.path("out"), "--master"};
    Words of_file = words, of_none = words;
    of_file.push_back("rtl:" + file);
    of_none.push_back("rtl:" + folder.path("none.master"));
    Outcome outcome = i2cproof(of_file, how);
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "m.master:4:5: top: module m has no port cmd_valid of the "
                                      "right width, which a master needs"))
        << outcome;
    outcome = i2cproof(of_none, how);
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "none.master: error: cannot open")) << outcome;
}
