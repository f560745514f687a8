// From records to a VCD.
#include "tests/cli/wave_support.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace wave_test;

namespace
{

// START, the address 0x13+W in as few records as the writer needs, ACK, and a finding.
void record_address(Trace &t)
{
    t.node("slave");
    t.node("master x");
    const int isr = i2c_trace_track(t.get(), "slave", "isr", I2C_TRACK_TEXT, 0);
    const int index = i2c_trace_track(t.get(), "slave.vars", "buffer[3]", I2C_TRACK_INTEGER, 8);
    const int wide = i2c_trace_track(t.get(), "slave.vars", "wide", I2C_TRACK_INTEGER, 64);
    t.pulls(10000, I2C_SDA, 2);
    t.event(10000, I2C_EVENT_START);
    t.pulls(14000, I2C_SCL, 2);
    i2c_trace_text(t.get(), 14500, isr, "USI OVF");
    i2c_trace_value(t.get(), 14500, index, 0xA5);
    i2c_trace_value(t.get(), 15000, wide, 0x1234567800000001);
    i2c_trace_text(t.get(), 16000, isr, "");
    t.pulls(18000, I2C_SCL, 0);
    t.pulls(22000, I2C_SCL, 2);
    t.event(22000, I2C_EVENT_BYTE, 0x26, WAVE_EVENT_ADDRESS);
    t.pulls(22500, I2C_SDA, 1);
    t.pulls(26000, I2C_SCL, 0);
    t.pulls(30000, I2C_SCL, 2);
    t.event(30000, I2C_EVENT_ACK, 0x26, WAVE_EVENT_ADDRESS | 1);
}

std::vector<std::string> expect_signs(const Waves &w)
{
    std::vector<std::string> signs = w.changes("monitor.decode");
    signs.erase(std::remove(signs.begin(), signs.end(), ""), signs.end());
    return signs;
}

} // namespace

TEST(WaveVcd, IsWrittenAsThisGolden)
{
    const Folder folder;
    const std::string path = folder.path("x.vcd");
    Trace t;
    record_address(t);
    wave_facts facts = facts_of(t.get());
    wave_facts_mark(&facts, 24500, "I2C-ACK-02");
    wave_facts_mark(&facts, 24500, "hang");
    facts.end_ps = 40000;
    ASSERT_EQ(write_vcd(path, t.get(), facts), "");
    EXPECT_EQ(file_text(path), file_text(WAVE_TEST_DATA "/address.vcd"));
    expect_vcd2fst_takes(path);
}

TEST(WaveVcd, HasTheCoarsestTimescaleThatIsExact)
{
    const struct {
        uint64_t at_ps, scale_ps;
    } cases[] = {{5000, 1000}, {62500, 100}, {62510, 10}, {62511, 1}};
    const Folder folder;
    for (const auto &c : cases) {
        Trace t;
        t.node("master");
        t.pulls(3000, I2C_SDA, 1);
        t.pulls(c.at_ps, I2C_SDA, 0);
        ASSERT_EQ(write_vcd(folder.path("x.vcd"), t.get(), facts_of(t.get())), "");
        const Waves w = read_vcd(folder.path("x.vcd"));
        EXPECT_EQ(w.timescale_ps, c.scale_ps);
        EXPECT_EQ(w.at("bus.sda", c.at_ps / c.scale_ps - 1), "0");
        EXPECT_EQ(w.at("bus.sda", c.at_ps / c.scale_ps), "1");
    }
}

TEST(WaveVcd, HasATimescaleThatIsExactForItsFindings)
{
    wave_facts facts;
    wave_facts_init(&facts);
    wave_facts_mark(&facts, 1234500, "hang");
    EXPECT_EQ(facts.scale_ps, 100u);
}

TEST(WaveVcd, ShowsEachByteAndAckInItsOwnClocks)
{
    const Folder folder;
    Bus bus("standard,ideal=1");
    bus.write({0x10}, false);
    bus.read(2);
    ASSERT_EQ(write_vcd(folder.path("x.vcd"), bus.trace(), facts_of(bus.trace())), "");
    const Waves w = read_vcd(folder.path("x.vcd"));
    const std::vector<std::string> expected = {"S", "0x26+W", "A", "0x10", "A", "Sr", "0x26+R",
                                               "A", "0xA5",   "A", "0x3C", "N", "P"};
    EXPECT_EQ(expect_signs(w), expected);
    // An ACK lasts from one fall of SCL to the next.
    for (const auto &change : w.values.at("monitor.decode")) {
        if (change.second != "A")
            continue;
        EXPECT_EQ(w.at("bus.scl", change.first - 1), "1");
        EXPECT_EQ(w.at("bus.scl", change.first), "0");
    }
}

TEST(WaveVcd, ShowsHowManyBitsACutByteHad)
{
    const Folder folder;
    Trace t;
    t.node("master");
    t.pulls(10 * US, I2C_SDA, 1);
    t.event(10 * US, I2C_EVENT_START);
    for (unsigned i = 0; i < 4; i++) {
        t.pulls((15 + 10 * i) * US, I2C_SCL, 1);
        t.pulls((20 + 10 * i) * US, I2C_SCL, 0);
    }
    t.pulls(53 * US, I2C_SDA, 0);
    t.event(53 * US, I2C_EVENT_STOP);
    ASSERT_EQ(write_vcd(folder.path("x.vcd"), t.get(), facts_of(t.get())), "");
    const std::vector<std::string> expected = {"S", "3 bits", "P"};
    EXPECT_EQ(expect_signs(read_vcd(folder.path("x.vcd"))), expected);
}

TEST(WaveVcd, IsTheSameInOneGoAndAsTheRingFills)
{
    struct Stream {
        wave_vcd *v;
        unsigned calls;
    } stream = {nullptr, 0};
    const Folder folder;
    const auto play = [](Bus &bus) {
        for (unsigned i = 0; i < 5; i++) {
            bus.write({0x10, 0x55, 0xFF}, false);
            bus.read(8);
        }
    };
    Bus whole("standard");
    play(whole);
    const wave_facts facts = facts_of(whole.trace());
    ASSERT_TRUE(facts.whole);
    ASSERT_EQ(write_vcd(folder.path("a.vcd"), whole.trace(), facts), "");

    char message[512] = "";
    wave_vcd_config config = {};
    config.facts = &facts;
    config.tables = whole.trace();
    stream.v = wave_vcd_open(folder.path("b.vcd").c_str(), &config, message, sizeof message);
    ASSERT_NE(stream.v, nullptr) << message;
    Bus small(
        "standard", 256,
        [](void *ctx, const i2c_trace *trace) {
            auto *s = static_cast<Stream *>(ctx);
            s->calls++;
            wave_vcd_take(s->v, trace);
        },
        &stream);
    play(small);
    EXPECT_TRUE(wave_vcd_finish(stream.v, small.trace(), message, sizeof message)) << message;
    wave_vcd_free(stream.v);
    EXPECT_GT(stream.calls, 4u);
    EXPECT_TRUE(file_text(folder.path("a.vcd")) == file_text(folder.path("b.vcd")));
}

TEST(WaveVcd, OfAWrappedRingIsUnknownFirstAndRightFromThenOn)
{
    const Folder folder;
    Bus whole("standard");
    Bus wrapped("standard", 128);
    for (Bus *bus : {&whole, &wrapped}) {
        bus->write({0x10, 0x55, 0x0F});
        bus->read(4);
    }
    ASSERT_FALSE(i2c_trace_whole(wrapped.trace()));
    ASSERT_EQ(write_vcd(folder.path("a.vcd"), whole.trace(), facts_of(whole.trace())), "");
    ASSERT_EQ(write_vcd(folder.path("b.vcd"), wrapped.trace(), facts_of(wrapped.trace())), "");
    expect_vcd2fst_takes(folder.path("b.vcd"));
    const Waves all = read_vcd(folder.path("a.vcd"));
    const Waves rest = read_vcd(folder.path("b.vcd"));
    unsigned unknown = 0;
    for (const auto &signal : rest.values) {
        const uint64_t coarse = rest.timescale_ps / all.timescale_ps;
        ASSERT_GE(coarse, 1u);
        unknown += signal.second.begin()->second == "x";
        for (const auto &change : signal.second) {
            if (change.second == "x" || change == *signal.second.begin())
                continue;
            EXPECT_EQ(change.second, all.at(signal.first, change.first * coarse))
                << signal.first << " at " << change.first;
        }
    }
    EXPECT_GE(unknown, 4u);
    for (const char *path : {"bus.scl", "bus.sda", "nodes.slave.scl_pull", "nodes.slave.sda_pull",
                             "nodes.standard.scl_pull", "nodes.standard.sda_pull"})
        EXPECT_EQ(rest.at(path, UINT64_MAX), all.at(path, UINT64_MAX)) << path;
    EXPECT_EQ(expect_signs(rest).back(), "P");
}

TEST(WaveVcd, LeavesStringsOutForStrictReaders)
{
    const Folder folder;
    Trace t;
    record_address(t);
    ASSERT_EQ(write_vcd(folder.path("x.vcd"), t.get(), facts_of(t.get()), true), "");
    const Waves w = read_vcd(folder.path("x.vcd"));
    EXPECT_EQ(w.values.count("monitor.decode"), 0u);
    EXPECT_EQ(w.values.count("slave.isr"), 0u);
    EXPECT_EQ(w.at("slave.isr_active", 145), "1");
    EXPECT_EQ(w.at("slave.isr_active", 160), "0");
}

TEST(WaveVcd, NamesTwoNodesOfOneNameApart)
{
    const Folder folder;
    Trace t;
    t.node("arduino");
    t.node("arduino");
    t.pulls(1000, I2C_SDA, 2);
    ASSERT_EQ(write_vcd(folder.path("x.vcd"), t.get(), facts_of(t.get())), "");
    const Waves w = read_vcd(folder.path("x.vcd"));
    EXPECT_EQ(w.at("nodes.arduino.sda_pull", 1), "0");
    EXPECT_EQ(w.at("nodes.arduino_2.sda_pull", 1), "1");
}

TEST(WaveVcd, HasHighsOfPushPullNodesOnly)
{
    const Folder folder;
    Bus bus("nxt");
    bus.write({0x41});
    ASSERT_EQ(write_vcd(folder.path("x.vcd"), bus.trace(), facts_of(bus.trace())), "");
    const Waves w = read_vcd(folder.path("x.vcd"));
    EXPECT_EQ(w.values.count("nodes.nxt.scl_high"), 1u);
    EXPECT_EQ(w.values.count("nodes.slave.scl_high"), 0u);
    EXPECT_GT(w.changes("nodes.nxt.scl_high").size(), 10u);
}

TEST(WaveVcd, SaysWhereAndWhyItCannotBeWritten)
{
    Trace t;
    record_address(t);
    EXPECT_EQ(write_vcd("/dev/full", t.get(), facts_of(t.get())),
              "/dev/full: cannot write: No space left on device");
    EXPECT_EQ(write_vcd("/nowhere/x.vcd", t.get(), facts_of(t.get())),
              "/nowhere/x.vcd: cannot open: No such file or directory");
}

TEST(WaveGtkw, GroupsSignalsAndHasTheFindingInView)
{
    const Folder folder;
    Trace t;
    record_address(t);
    const wave_facts facts = facts_of(t.get());
    char message[512] = "";
    wave_vcd_config config = {};
    config.facts = &facts;
    config.tables = t.get();
    wave_vcd *v = wave_vcd_open(folder.path("x.vcd").c_str(), &config, message, sizeof message);
    ASSERT_NE(v, nullptr) << message;
    ASSERT_TRUE(wave_vcd_finish(v, t.get(), message, sizeof message)) << message;
    wave_gtkw_view view = {};
    view.from_ps = 10000;
    view.to_ps = 30000;
    view.marked = true;
    view.mark_ps = 24500;
    view.scale_ps = facts.scale_ps;
    view.vcd_name = "x.vcd";
    ASSERT_TRUE(wave_gtkw_write(folder.path("x.gtkw").c_str(), v, &view, message, sizeof message));
    EXPECT_EQ(file_text(folder.path("x.gtkw")), file_text(WAVE_TEST_DATA "/address.gtkw"));
    EXPECT_FALSE(wave_gtkw_write("/dev/full", v, &view, message, sizeof message));
    EXPECT_STREQ(message, "/dev/full: cannot write: No space left on device");
    wave_vcd_free(v);
}
