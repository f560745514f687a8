// Slaves in Verilog on a bus.
#include "tests/slaves/bench.h"

extern "C" {
#include "scenarios/lang/lang.h"
#include "slave_under_test/kinds/rtl/clock.h"
#include "slave_under_test/kinds/spawn.h"
}

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace
{

using Bytes = std::vector<uint8_t>;

/// The description that a file gives.
class File
{
  public:
    explicit File(const std::string &path)
    {
        lang_diagnostics *diagnostics = lang_diagnostics_new();
        EXPECT_EQ(lang_slave_read_file(&description, path.c_str(), diagnostics), LANG_OK) << path;
        lang_diagnostics_free(diagnostics);
    }
    ~File()
    {
        lang_slave_free(description);
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    slave_description *description = nullptr;
};

/// Designs are built once for all tests: they are found in the cache again.
Prepared built(const File &file)
{
    return Prepared(file.description, RTL_TEST_CACHE);
}

const std::string shipped = std::string(SLAVES_SHIPPED) + "/rtl_registers/rtl_registers.slave";

/// It acknowledges all that is written to anybody, with SDA changed four clocks behind SCL's fall.
const char *const core = R"(
module core(input wire clk, input wire rst_n, input wire scl, input wire sda, output reg pull);
    reg scl_was, sda_was, on;
    reg [3:0] bits;
    reg [2:0] wait_clocks;
    always @(posedge clk)
        if (!rst_n) begin
            scl_was <= 1; sda_was <= 1; on <= 0; bits <= 0; wait_clocks <= 0; pull <= 0;
        end else begin
            scl_was <= scl;
            sda_was <= sda;
            if (scl && scl_was && sda != sda_was) begin
                on <= !sda; bits <= 0; pull <= 0;
            end else if (on && scl_was && !scl)
                wait_clocks <= 4;
            else if (wait_clocks != 0) begin
                wait_clocks <= wait_clocks - 1;
                if (wait_clocks == 1) begin
                    bits <= bits == 9 ? 1 : bits + 1;
                    pull <= bits == 8;
                end
            end
        end
endmodule
module split(input wire clk, input wire rst_n, input wire scl_i, input wire sda_i, output wire sda_oe);
    core c(clk, rst_n, scl_i, sda_i, sda_oe);
endmodule
module tristate(input wire clk, input wire rst_n, input wire scl_i, input wire sda_i, output wire sda_t);
    wire pull;
    core c(clk, rst_n, scl_i, sda_i, pull);
    assign sda_t = ~pull;
endmodule
module both(input wire clk, input wire rst_n, inout wire scl, inout wire sda);
    wire pull;
    core c(clk, rst_n, scl, sda, pull);
    assign sda = pull ? 1'b0 : 1'bz;
endmodule
module push_pull(input wire clk, input wire rst_n, input wire scl_i, inout wire sda);
    wire pull;
    core c(clk, rst_n, scl_i, sda, pull);
    reg drives;
    always @(posedge clk) drives <= rst_n & pull;
    assign sda = pull ? 1'b0 : drives ? 1'b1 : 1'bz;
endmodule
)";

/// A design in a folder of the build that is named by its text, so that it is built only once.
struct Design {
    File file;

    Design(const std::string &verilog, const std::string &keys) : file(write(verilog, keys))
    {
    }
    static std::string write(const std::string &verilog, const std::string &keys)
    {
        const std::string folder = std::string(RTL_TEST_CACHE) + "/designs/" +
                                   std::to_string(std::hash<std::string>{}(verilog + keys));
        std::filesystem::create_directories(folder);
        replace(folder + "/d.v", verilog);
        replace(folder + "/d.slave",
                "slave d\n    kind rtl\n    sources d.v\n    address 0x50\n    speed 100kHz\n"
                "    clock 20MHz clk\n    reset rst_n\n" +
                    keys);
        return folder + "/d.slave";
    }
    /// Never half written, for another test may read it.
    static void replace(const std::string &path, const std::string &text)
    {
        const std::string half = path + "." + std::to_string(getpid());
        std::ofstream(half) << text;
        std::filesystem::rename(half, path);
    }
};

/// When SDA moved while one byte and its acknowledge went over the bus, and which lines the slave
/// pulled then.
std::vector<std::pair<uint64_t, uint32_t>> moves_of(const std::string &keys)
{
    Design design(core, keys);
    Prepared slave = built(design.file);
    EXPECT_NE(slave.image, nullptr) << slave.message;
    std::vector<std::pair<uint64_t, uint32_t>> moves;
    if (slave.image == nullptr)
        return moves;
    Bench bench(slave);
    bench.start();
    EXPECT_TRUE(bench.write(0x43)); // it ends in 1: the fall behind it is the slave's
    EXPECT_TRUE(bench.write(0xFF));
    moves.emplace_back(i2c_line_fall_ps(bench.sim, I2C_SDA, I2C_AT_50),
                       (uint32_t)bench.findings.size());
    moves.emplace_back(i2c_line_rise_ps(bench.sim, I2C_SDA, I2C_AT_50), 0);
    return moves;
}

Bytes read_registers(Bench &bench, uint8_t from, size_t count)
{
    Bytes in;
    EXPECT_TRUE(bench.transfer(0x50, {from}, count, &in));
    return in;
}

} // namespace

/// The tests of this kind, where there is the tool.
class Rtl : public testing::Test
{
    void SetUp() override
    {
        if (!spawn_exists("verilator"))
            GTEST_SKIP() << "kind rtl needs Verilator (Debian package verilator)";
    }
};

TEST(RtlClock, HasNoErrorThatAddsUp)
{
    for (const uint64_t hz : {50000000ull, 3000000ull, 33333333ull, 1000ull, 999999937ull}) {
        const rtl_clock clock = rtl_clock_of(hz, 12345);
        EXPECT_EQ(rtl_clock_edge_ps(&clock, 0), 12345u);
        EXPECT_EQ(rtl_clock_edge_ps(&clock, 2 * hz), 12345u + I2C_PS_PER_S) << hz;
        for (uint64_t edge : {0ull, 1ull, 2ull, 7ull, 1000ull, 999999ull, 123456789ull}) {
            const uint64_t at_ps = rtl_clock_edge_ps(&clock, edge);
            EXPECT_EQ(rtl_clock_edges_before(&clock, at_ps), edge) << hz;
            EXPECT_EQ(rtl_clock_edges_before(&clock, at_ps + 1), edge + 1) << hz;
        }
        EXPECT_EQ(rtl_clock_edges_before(&clock, 5), 0u);
    }
}

TEST_F(Rtl, RegistersAreWrittenAndReadBack)
{
    File file(shipped);
    Prepared slave = built(file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    EXPECT_EQ(read_registers(bench, 0x00, 1), Bytes({0xA5}));
    EXPECT_TRUE(bench.transfer(0x50, {0x30, 1, 2, 3, 4, 5, 6, 7, 8}, 0, nullptr));
    EXPECT_EQ(read_registers(bench, 0x30, 9), Bytes({1, 2, 3, 4, 5, 6, 7, 8, 0xA5}));
    EXPECT_TRUE(bench.transfer(0x50, {0x10, 0xFF}, 0, nullptr));
    EXPECT_EQ(read_registers(bench, 0x10, 1), Bytes({0x0F}));
    EXPECT_FALSE(bench.transfer(0x51, {0x00}, 0, nullptr));
    EXPECT_TRUE(bench.findings.empty());
}

TEST_F(Rtl, CommandMakesItBusyForItsTime)
{
    File file(shipped);
    Prepared slave = built(file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    EXPECT_TRUE(bench.transfer(0x50, {0xE0, 1}, 0, nullptr));
    bench.wait_us(4800);
    EXPECT_FALSE(bench.transfer(0x50, {0x00}, 0, nullptr));
    bench.stop();
    bench.wait_us(200);
    EXPECT_EQ(read_registers(bench, 0x00, 1), Bytes({0xA5}));
}

TEST_F(Rtl, ScenariosSetInputsAndReadSignals)
{
    File file(shipped);
    Prepared slave = built(file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    EXPECT_EQ(slave.adapter->set(bench.slave, "in_fifo_byte", 0x1C3),
              SLAVE_OK); // cut to eight bits
    EXPECT_EQ(slave.adapter->set(bench.slave, "in_fifo_push", 1), SLAVE_OK);
    bench.wait_us(1);
    EXPECT_EQ(bench.get("map.fifo_count"), 1);
    EXPECT_EQ(read_registers(bench, 0x20, 2), Bytes({0xC3, 0x00}));
    EXPECT_EQ(bench.get("map.pointer"), 0x20);
    EXPECT_EQ(slave.adapter->set(bench.slave, "map.nothing", 1), SLAVE_UNKNOWN_NAME);
}

TEST_F(Rtl, EachCaseBeginsAfresh)
{
    File file(shipped);
    Prepared slave = built(file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    {
        Bench bench(slave);
        EXPECT_TRUE(bench.transfer(0x50, {0x30, 0x77}, 0, nullptr));
        EXPECT_EQ(read_registers(bench, 0x30, 1), Bytes({0x77}));
        bench.start();
        bench.write(0xA0);
    }
    Bench bench(slave);
    EXPECT_FALSE(bench.slave_pulls(I2C_SDA));
    EXPECT_EQ(read_registers(bench, 0x30, 1), Bytes({0x00}));
}

TEST_F(Rtl, PowerAndResetLetGoOfTheBus)
{
    File file(shipped);
    Prepared slave = built(file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    for (const bool by_reset : {false, true}) {
        EXPECT_TRUE(bench.transfer(0x50, {0x30, 0x77}, 0, nullptr));
        bench.start();
        for (int i = 7; i >= 0; i--)
            bench.bit((0xA0 >> i & 1) != 0);
        bench.wait_us(2);
        EXPECT_TRUE(bench.slave_pulls(I2C_SDA)); // its acknowledge
        if (by_reset)
            slave.adapter->reset(bench.slave);
        else
            slave.adapter->power(bench.slave, false);
        bench.wait_us(1);
        EXPECT_FALSE(bench.slave_pulls(I2C_SDA));
        slave.adapter->power(bench.slave, true);
        bench.stop();
        bench.wait_us(1);
        EXPECT_EQ(read_registers(bench, 0x30, 1), Bytes({0x00}));
    }
}

// A design in which nothing moves any more is not stepped: what would take 10^10 clock edges.
TEST_F(Rtl, SilenceCostsNothingWhereNothingMoves)
{
    File file(shipped);
    Prepared slave = built(file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    bench.wait_us(10);
    EXPECT_EQ(slave.adapter->polls_every_ps(bench.slave), 0u);
    bench.wait_us(100000000);
    EXPECT_EQ(read_registers(bench, 0x00, 1), Bytes({0xA5}));
    slave_load load = {};
    load.cpu_hz = 20000000;
    slave.adapter->load(bench.slave, &load);
    EXPECT_EQ(read_registers(bench, 0x00, 1), Bytes({0xA5}));
}

TEST_F(Rtl, WatchedSignalsAreInTheTrace)
{
    File file(shipped);
    Prepared slave = built(file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    std::vector<uint64_t> memory(i2c_trace_bytes(1024) / 8 + 1);
    i2c_trace *trace = i2c_trace_init(memory.data(), 1024);
    {
        Bench bench(slave, {}, trace);
        read_registers(bench, 0x30, 2);
    }
    std::string seen;
    for (unsigned i = 0; i < trace->tracks; i++)
        seen += std::string(trace->track[i].scope) + "/" + trace->track[i].name + " ";
    EXPECT_NE(seen.find("slave.watch/map.pointer"), std::string::npos) << seen;
    EXPECT_NE(seen.find("slave.watch/port.state"), std::string::npos) << seen;
}

// The same core with other pins: the bus sees the same, to the picosecond.
TEST_F(Rtl, PinsInPartsAndInoutDoTheSameToTheBus)
{
    const auto split = moves_of("    top split\n");
    EXPECT_EQ(split, moves_of("    top tristate\n    pins sda_oe=!sda_t\n"));
    EXPECT_EQ(split, moves_of("    top both\n"));
}

TEST_F(Rtl, InoutThatDrivesHighIsSeen)
{
    Design design(core, "    top push_pull\n");
    Prepared slave = built(design.file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    bench.start();
    for (int i = 0; i < 8; i++)
        bench.bit(true);
    bench.wait_us(2);
    EXPECT_TRUE(bench.slave_pulls(I2C_SDA));
    bench.set(I2C_SCL, true);
    bench.wait_us(5);
    bench.set(I2C_SDA, false); // by the master, who is in its right
    bench.set(I2C_SCL, false);
    bool high = false;
    for (int i = 0; i < 200; i++) {
        i2c_sim_run(bench.sim, i2c_sim_now_ps(bench.sim) + 10 * I2C_PS_PER_NS);
        high = high || i2c_node_drive(bench.sim, slave.adapter->node(bench.slave), I2C_SDA) ==
                           I2C_DRIVEN_HIGH;
    }
    EXPECT_TRUE(high);
    EXPECT_FALSE(bench.level(I2C_SDA));
}

TEST_F(Rtl, PhaseOfItsClockComesFromTheSeed)
{
    Design design(core, "    top split\n");
    Prepared slave = built(design.file);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    const auto answers_at = [&](uint64_t seed) {
        slave_attach_options options = {};
        options.threshold = I2C_AT_50;
        options.seed = seed;
        Bench bench(slave, options);
        bench.start();
        EXPECT_TRUE(bench.write(0x43));
        return i2c_line_fall_ps(bench.sim, I2C_SDA, I2C_AT_50) +
               i2c_line_rise_ps(bench.sim, I2C_SDA, I2C_AT_50);
    };
    EXPECT_EQ(answers_at(1), answers_at(1));
    EXPECT_NE(answers_at(1), answers_at(2));
}

// A register without reset that reaches a pin is told, once; one that does not is nobody's matter.
TEST_F(Rtl, PinThatHangsOnWhatNothingSetIsFound)
{
    const std::string design = R"(
module unset(input wire clk, input wire rst_n, input wire scl_i, input wire sda_i,
             output reg sda_oe, output reg [7:0] led);
    parameter SHOWS = 1;
    reg [7:0] never;
    reg was;
    reg [23:0] free;
    always @(posedge clk) begin
        led <= never;
        free <= rst_n ? free + 1 : 0;
        if (!rst_n) begin was <= 1; sda_oe <= 0; end
        else begin
            was <= scl_i;
            if (was && !scl_i) sda_oe <= SHOWS == 1 && never[3];
        end
    end
endmodule
)";
    for (const bool shows : {true, false}) {
        Design one(design,
                   std::string("    top unset\n    parameter SHOWS=") + (shows ? "1\n" : "0\n"));
        Prepared slave = built(one.file);
        ASSERT_NE(slave.image, nullptr) << slave.message;
        Bench bench(slave);
        bench.start();
        bench.write(0x42);
        bench.write(0x42);
        ASSERT_EQ(bench.findings.size(), shows ? 1u : 0u);
        const std::string told = shows ? bench.findings[0] : "";
        EXPECT_EQ(told.find("unset: unset.sda_oe hangs on a value that nothing has set") == 0,
                  shows)
            << told;
    }
}
