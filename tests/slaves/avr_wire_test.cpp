// Arduino's own Wire library on the bus: as a slave, as a master, and against our model of it.
#include "tests/slaves/bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

extern "C" {
#include "models/masters/master.h"
#include "scenarios/lang/lang.h"
}

namespace
{
bool arduino_is_there()
{
    return std::filesystem::exists("/usr/share/arduino/hardware/arduino/avr/libraries/Wire");
}

#define NEEDS_ARDUINO()                                                                            \
    if (!arduino_is_there())                                                                       \
    GTEST_SKIP() << "sketches need the package arduino-core-avr"

struct Shipped {
    slave_description *slave = nullptr;
    explicit Shipped(const std::string &name)
    {
        lang_diagnostics *diagnostics = lang_diagnostics_new();
        const std::string path = std::string(SLAVES_SHIPPED) + "/" + name;
        EXPECT_EQ(lang_slave_read_file(&slave, path.c_str(), diagnostics), LANG_OK) << path;
        lang_diagnostics_free(diagnostics);
    }
    ~Shipped()
    {
        lang_slave_free(slave);
    }
    Shipped(const Shipped &) = delete;
    Shipped &operator=(const Shipped &) = delete;
};

TEST(ArduinoWire, IsWrittenAndReadBackAsASlave)
{
    NEEDS_ARDUINO();
    const Shipped shipped("arduino_wire/arduino_wire.slave");
    Prepared prepared(shipped.slave);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    Bench bench(prepared);
    std::vector<uint8_t> in;
    bench.wait_us(5000);
    EXPECT_TRUE(bench.transfer(0x2B, {2, 0x11, 0x22, 0x33}, 0, nullptr));
    bench.wait_us(500);
    EXPECT_TRUE(bench.transfer(0x2B, {3}, 2, &in));
    EXPECT_EQ(in, (std::vector<uint8_t>{0x22, 0x33}));
}

// ---- sketches -----------------------------------------------------------------------------------

struct Sketch {
    Folder folder;
    Description description;
    explicit Sketch(const std::string &text)
    {
        description.sources({folder.write("sketch.ino", text)}).mcu("atmega328p", 16000000).avr();
    }
};

TEST(ArduinoSketch, ThatDoesNotCompileGivesTheCompilersWords)
{
    NEEDS_ARDUINO();
    Sketch sketch("void setup() { nothing(); }\nvoid loop() {}\n");
    const Prepared prepared(sketch.description);
    EXPECT_EQ(prepared.image, nullptr);
    EXPECT_NE(prepared.message.find("sketch.ino:1:"), std::string::npos) << prepared.message;
    EXPECT_NE(prepared.message.find("nothing"), std::string::npos) << prepared.message;
}

// As Arduino's own examples have it, and in the order of its tabs.
TEST(ArduinoSketch, MayUseWhatStandsBelowOrInAnotherFile)
{
    NEEDS_ARDUINO();
    Folder folder;
    Description description;
    description
        .sources({folder.write("first.ino", "#include <Wire.h>\nvolatile byte value;\n"
                                            "void setup() {\n  Wire.begin(0x2B);\n"
                                            "  Wire.onReceive(received);\n"
                                            "  Wire.onRequest(requested);\n}\nvoid loop() {}\n"
                                            "void received(int count) { value = Wire.read(); }\n"),
                  folder.write("second.ino", "void requested() { Wire.write(value + 1); }\n")})
        .mcu("atmega328p", 16000000)
        .avr();
    Prepared prepared(description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    Bench bench(prepared);
    std::vector<uint8_t> in;
    bench.wait_us(5000);
    EXPECT_TRUE(bench.transfer(0x2B, {0x41}, 0, nullptr));
    bench.wait_us(500);
    EXPECT_TRUE(bench.transfer(0x2B, {}, 1, &in));
    EXPECT_EQ(in, (std::vector<uint8_t>{0x42}));
}

TEST(ArduinoSketch, WithoutLoopIsNotLinked)
{
    NEEDS_ARDUINO();
    Sketch sketch("void setup() {}\n");
    const Prepared prepared(sketch.description);
    EXPECT_EQ(prepared.image, nullptr);
    EXPECT_NE(prepared.message.find("loop"), std::string::npos) << prepared.message;
}

// ---- the model of Wire against Wire -------------------------------------------------------------

struct Edge {
    i2c_line line;
    bool high;
    uint64_t at_ps; ///< since the START
};

/// A transfer as a sketch writes it, and as our model is told.
struct Transfer {
    const char *name, *sketch;
    std::vector<master_message> messages;
};

constexpr uint8_t written[] = {0x10, 0x5A, 0xA5};
constexpr uint8_t pointer[] = {0x10};
uint8_t got[8];

master_message message(master_begin begin, uint8_t address, size_t count, const uint8_t *data,
                       bool stop)
{
    master_message m = {};
    m.begin = begin;
    m.addressed = true;
    m.address = address;
    m.count = static_cast<decltype(m.count)>(count);
    m.data = data;
    m.into = data == nullptr ? got : nullptr;
    m.stop = stop;
    return m;
}

std::vector<Transfer> transfers()
{
    return {{"write of three bytes",
             "Wire.beginTransmission(0x50); Wire.write(0x10); Wire.write(0x5A); Wire.write(0xA5); "
             "Wire.endTransmission();",
             {message(MASTER_START, 0xA0, 3, written, true)}},
            {"read of four bytes",
             "Wire.requestFrom(0x50, 4);",
             {message(MASTER_START, 0xA1, 4, nullptr, true)}},
            {"write, Sr, read of two bytes",
             "Wire.beginTransmission(0x50); Wire.write(0x10); Wire.endTransmission(false); "
             "Wire.requestFrom(0x50, 2);",
             {message(MASTER_START, 0xA0, 1, pointer, false),
              message(MASTER_JOIN, 0xA1, 2, nullptr, true)}},
            {"address that nobody acknowledges",
             "Wire.beginTransmission(0x33); Wire.write(0x10); Wire.endTransmission();",
             {message(MASTER_START, 0x66, 1, pointer, true)}}};
}

class Recorder
{
  public:
    explicit Recorder(const master_spec &spec)
    {
        i2c_sim_config config = {};
        config.wires = spec.wires;
        config.budget_ps = I2C_NEVER_PS;
        config.rules_off = true;
        EXPECT_EQ(i2c_sim_new(&sim, &config), I2C_OK);
        i2c_node_config ear = {};
        ear.name = "ear";
        ear.role = I2C_ROLE_NEIGHBOUR;
        ear.threshold = I2C_AT_50;
        ear.hears = I2C_HEAR_ALL;
        ear.on_edge = [](void *ctx, i2c_line line, bool high, uint64_t now_ps) {
            static_cast<Recorder *>(ctx)->all_.push_back({line, high, now_ps});
        };
        ear.ctx = this;
        i2c_node node = 0;
        EXPECT_EQ(i2c_node_add(sim, &ear, &node), I2C_OK);
    }
    ~Recorder()
    {
        i2c_sim_free(sim);
    }
    Recorder(const Recorder &) = delete;
    Recorder &operator=(const Recorder &) = delete;

    /// From the first fall of SDA on; edges of one line in their order.
    std::vector<Edge> since_start() const
    {
        std::vector<Edge> edges;
        for (const Edge &e : all_) {
            if (edges.empty() && (e.line != I2C_SDA || e.high))
                continue;
            const uint64_t from_ps = edges.empty() ? e.at_ps : start_ps(edges, e);
            edges.push_back({e.line, e.high, e.at_ps - from_ps});
        }
        return edges;
    }
    i2c_sim *sim = nullptr;

  private:
    uint64_t start_ps(const std::vector<Edge> &, const Edge &) const
    {
        for (const Edge &e : all_)
            if (e.line == I2C_SDA && !e.high)
                return e.at_ps;
        return 0;
    }
    std::vector<Edge> all_;
};

master_spec spec_of(unsigned clock_khz)
{
    master_spec spec;
    char error[MASTER_TEXT_BYTES];
    const std::string name = "arduino@" + std::to_string(clock_khz) + "k,millis=no";
    EXPECT_TRUE(master_spec_read(&spec, name.c_str(), error, sizeof error)) << error;
    return spec;
}

/// A register slave at 0x50 to talk to.
struct Target {
    Shipped shipped{"registers/registers.slave"};
    Prepared prepared{shipped.slave};
    slave_instance *instance = nullptr;
    void attach(i2c_sim *sim)
    {
        slave_attach_options options = {};
        options.threshold = I2C_AT_50;
        ASSERT_NE(prepared.image, nullptr) << prepared.message;
        instance = prepared.adapter->attach(prepared.image, sim, &options);
        ASSERT_NE(instance, nullptr);
    }
    ~Target()
    {
        if (instance != nullptr)
            prepared.adapter->detach(instance);
    }
};

/// All transfers in one sketch, because compiling the core takes longer than all else. The
/// millisecond's interrupt is off, as in the model: it comes at any place.
std::string sketch_of_all()
{
    std::ostringstream text;
    text << "#include <Wire.h>\nvolatile uint8_t which;\nvolatile uint32_t hz;\nvoid setup()\n{\n"
            "    Wire.begin();\n    delay(2);\n    Wire.setClock(hz);\n    TIMSK0 = 0;\n"
            "    switch (which) {\n";
    const std::vector<Transfer> all = transfers();
    for (size_t i = 0; i < all.size(); i++)
        text << "    case " << i << ":\n        " << all[i].sketch << "\n        break;\n";
    text << "    }\n}\nvoid loop()\n{\n}\n";
    return text.str();
}

std::vector<Edge> real(Prepared &prepared, size_t which, unsigned clock_khz)
{
    Recorder recorder(spec_of(clock_khz));
    Target target;
    target.attach(recorder.sim);
    slave_attach_options options = {};
    options.threshold = I2C_AT_50;
    slave_instance *avr = prepared.adapter->attach(prepared.image, recorder.sim, &options);
    i2c_sim_run(recorder.sim, I2C_PS_PER_MS);
    EXPECT_EQ(prepared.adapter->set(avr, "which", static_cast<int64_t>(which)), SLAVE_OK);
    EXPECT_EQ(prepared.adapter->set(avr, "hz", clock_khz * INT64_C(1000)), SLAVE_OK);
    i2c_sim_run(recorder.sim, 10 * I2C_PS_PER_MS);
    const std::vector<Edge> edges = recorder.since_start();
    prepared.adapter->detach(avr);
    return edges;
}

std::vector<Edge> modelled(const Transfer &t, unsigned clock_khz)
{
    const master_spec spec = spec_of(clock_khz);
    Recorder recorder(spec);
    Target target;
    target.attach(recorder.sim);
    master *m = nullptr;
    EXPECT_EQ(master_new(&m, &spec), I2C_OK);
    EXPECT_EQ(master_attach(m, recorder.sim), I2C_OK);
    const master_transfer transfer = {t.messages.data(), static_cast<unsigned>(t.messages.size())};
    master_outcome outcome = {};
    i2c_sim_run(recorder.sim, I2C_PS_PER_MS);
    char why[256] = "";
    EXPECT_TRUE(master_can(m, &transfer, false, why, sizeof why)) << why;
    master_run(m, &transfer, &outcome);
    i2c_sim_run(recorder.sim, i2c_sim_now_ps(recorder.sim) + I2C_PS_PER_MS);
    const std::vector<Edge> edges = recorder.since_start();
    master_free(m);
    return edges;
}

/// Edges of SCL, and behind each rise what SDA shows then.
struct Clocks {
    std::vector<uint64_t> at_ps;
    std::string bits;
};

Clocks clocks_of(const std::vector<Edge> &all)
{
    Clocks clocks;
    bool sda = true;
    for (const Edge &e : all) {
        if (e.line == I2C_SDA)
            sda = e.high;
        else
            clocks.at_ps.push_back(e.at_ps);
        if (e.line == I2C_SCL && !e.high && !clocks.bits.empty())
            clocks.bits.back() = sda ? '1' : '0';
        else if (e.line == I2C_SCL && e.high)
            clocks.bits += '?';
    }
    return clocks;
}

// What docs/arduino-wire.md names.
constexpr double edge_tolerance_us = 0.5, restart_tolerance_us = 10;

double us(uint64_t ps)
{
    return static_cast<double>(ps) / 1e6;
}

/// The difference of the time from edge i - 1 to edge i.
double off_us(const Clocks &a, const Clocks &b, size_t i)
{
    return us(a.at_ps[i] - a.at_ps[i - 1]) - us(b.at_ps[i] - b.at_ps[i - 1]);
}

struct Difference {
    double edge_us = 0, restart_us = 0;
};

Difference difference(const Clocks &a, const Clocks &b, bool restarts)
{
    std::vector<double> all;
    for (size_t i = 1; i < a.at_ps.size(); i++)
        all.push_back(std::abs(off_us(a, b, i)));
    std::sort(all.rbegin(), all.rend());
    return restarts ? Difference{all[1], all[0]} : Difference{all[0], 0};
}

std::string row(const Transfer &t, unsigned khz, const Clocks &a, const Clocks &b,
                const Difference &d, bool restarts)
{
    char text[256];
    (void)snprintf(text, sizeof text, "| %s | %u kHz | %zu | %.2f us | %s | %.1f us | %.1f us |\n",
                   t.name, khz, a.at_ps.size(), d.edge_us,
                   restarts
                       ? (std::to_string(static_cast<int>(d.restart_us * 10 + 0.5) / 10) + "." +
                          std::to_string(static_cast<int>(d.restart_us * 10 + 0.5) % 10) + " us")
                             .c_str()
                       : "",
                   us(a.at_ps.back()), us(b.at_ps.back()));
    return text;
}

TEST(WireModel, IsWireEdgeByEdge)
{
    NEEDS_ARDUINO();
    std::string table =
        "| transfer | clock | edges of SCL | an edge, at most | Sr | Wire takes | the "
        "model takes |\n|---|---|---|---|---|---|---|\n";
    Sketch sketch(sketch_of_all());
    Prepared prepared(sketch.description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    const std::vector<Transfer> all = transfers();
    for (const unsigned khz : {100u, 400u})
        for (size_t i = 0; i < all.size(); i++) {
            const Transfer &t = all[i];
            const Clocks a = clocks_of(real(prepared, i, khz)), b = clocks_of(modelled(t, khz));
            const bool restarts = t.messages.size() > 1;
            ASSERT_EQ(a.at_ps.size(), b.at_ps.size()) << t.name;
            EXPECT_EQ(a.bits, b.bits) << t.name;
            const Difference d = difference(a, b, restarts);
            EXPECT_LE(d.edge_us, edge_tolerance_us) << t.name << ' ' << khz;
            EXPECT_LE(d.restart_us, restart_tolerance_us) << t.name << ' ' << khz;
            table += row(t, khz, a, b, d, restarts);
        }
    std::ifstream page(WIRE_PAGE);
    std::stringstream text;
    text << page.rdbuf();
    EXPECT_NE(text.str().find(table), std::string::npos) << table;
}
} // namespace
