// The few columns of text in a terminal report.
#include "tests/cli/wave_support.h"

extern "C" {
#include "cli/wave_watch.h"
}

#include <gtest/gtest.h>

#include <algorithm>

#include <sstream>

using namespace wave_test;

namespace
{

enum : uint32_t { SLAVE = 1, MASTER = 2 };

// UM10204 3.1.6: a read of one byte at 100 kHz, NACKed; the slave then shows a 0 and stays there,
// so that no STOP can form.
struct DeadRead {
    Trace t;
    play_finding finding = {};
    int isr;

    explicit DeadRead(uint32_t capacity = 1 << 12) : t(capacity)
    {
        t.node("slave");
        t.node("master");
        isr = i2c_trace_track(t.get(), "slave", "isr", I2C_TRACK_TEXT, 0);
        t.pulls(10 * US, I2C_SDA, MASTER);
        t.event(10 * US, I2C_EVENT_START);
        byte(15, 0x4D, true, true);
        byte(105, 0xA5, false, false);
        i2c_trace_text(t.get(), 197 * US, isr, "USI_OVF");
        t.pulls(199 * US, I2C_SDA, SLAVE);
        i2c_trace_text(t.get(), 201 * US, isr, "");
        t.pulls(202 * US, I2C_SDA, SLAVE | MASTER);
        t.pulls(207 * US, I2C_SCL, 0);
        t.pulls(212 * US, I2C_SDA, SLAVE);
        std::snprintf(finding.rule, sizeof finding.rule, "I2C-RD-03");
        std::snprintf(finding.blame, sizeof finding.blame, "slave");
        finding.at_ps = 199 * US;
    }

    // Nine clocks from a fall of SCL on, and the fall that ends them.
    void byte(uint64_t from_us, uint8_t value, bool address, bool acked)
    {
        const unsigned flags = (address ? WAVE_EVENT_ADDRESS : WAVE_EVENT_TO_MASTER);
        for (unsigned i = 0; i < 9; i++) {
            const uint64_t fall = (from_us + 10 * i) * US;
            const bool zero = i < 8 ? (value >> (7 - i) & 1) == 0 : acked;
            t.pulls(fall, I2C_SCL, MASTER);
            if (i == 8)
                t.event(fall, I2C_EVENT_BYTE, value, flags);
            const uint32_t by = address == (i < 8) ? MASTER : SLAVE;
            t.pulls(fall + US, I2C_SDA, zero ? by : 0);
            t.pulls(fall + 5 * US, I2C_SCL, 0);
        }
        t.pulls((from_us + 90) * US, I2C_SCL, MASTER);
        t.event((from_us + 90) * US, I2C_EVENT_ACK, value, flags | (acked ? WAVE_EVENT_ACK : 0));
    }

    std::string text(unsigned columns = 100) const
    {
        char buffer[WAVE_TEXT_BYTES];
        wave_text(buffer, sizeof buffer, t.get(), &finding, columns);
        return buffer;
    }
};

std::vector<std::string> lines_of(const std::string &text)
{
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

} // namespace

TEST(WaveText, ShowsWhoHoldsTheBus)
{
    EXPECT_EQ(DeadRead().text(), file_text(WAVE_TEST_DATA "/dead_read.txt")) << DeadRead().text();
}

TEST(WaveText, FitsIntoANarrowTerminal)
{
    for (const unsigned columns : {40u, 60u, 72u, 80u, 100u, 250u}) {
        const std::vector<std::string> lines = lines_of(DeadRead().text(columns));
        ASSERT_GE(lines.size(), 6u);
        for (size_t i = 1; i < lines.size(); i++)
            EXPECT_LE(lines[i].size(), std::max(columns, 66u)) << lines[i];
        for (const std::string &line : lines)
            EXPECT_EQ(line.rfind("  ", 0), 0u) << line;
    }
}

TEST(WaveText, IsPlainAscii)
{
    const std::string text = DeadRead().text();
    EXPECT_NE(text, "");
    for (const char c : text)
        EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
}

static std::vector<uint64_t> falls_of_scl(Bus &bus)
{
    std::vector<uint64_t> falls;
    for (uint64_t i = 0; i < i2c_trace_kept(bus.trace()); i++) {
        const i2c_record *r = i2c_trace_at(bus.trace(), i);
        if (r->kind == I2C_RECORD_LEVEL && r->a == I2C_SCL && r->b == 0)
            falls.push_back(r->at_ps);
    }
    return falls;
}

TEST(WaveText, ShowsThreeBitCellsBeforeTheFindingAtAnySpeed)
{
    for (const char *name : {"nxt", "standard", "fast", "fastplus"}) {
        Bus bus(name);
        bus.write({0x55, 0x55});
        // In the middle of the last byte.
        const std::vector<uint64_t> falls = falls_of_scl(bus);
        ASSERT_GE(falls.size(), 20u);
        play_finding finding = {};
        finding.at_ps = falls[14];
        char buffer[WAVE_TEXT_BYTES];
        ASSERT_GT(wave_text(buffer, sizeof buffer, bus.trace(), &finding, 100), 0u);
        const std::vector<std::string> lines = lines_of(buffer);
        const size_t mark = lines.back().find("^1");
        const std::string before = lines[1].substr(0, mark);
        const auto edges = std::count(before.begin(), before.end(), '\\') +
                           std::count(before.begin(), before.end(), '|');
        EXPECT_GE(edges, 2) << buffer;
        EXPECT_LE(edges, 4) << buffer;
        EXPECT_EQ(lines[1].at(mark), '\\') << buffer;
    }
}

// A byte that ends in its ninth clock began eight clocks before.
TEST(WaveText, ShowsAWrongByteWhole)
{
    Bus bus("standard");
    bus.write({0x55, 0x55});
    const std::vector<uint64_t> falls = falls_of_scl(bus);
    ASSERT_GE(falls.size(), 20u);
    play_finding finding = {};
    finding.at_ps = falls[18];
    finding.wrong_byte = true;
    char buffer[WAVE_TEXT_BYTES];
    ASSERT_GT(wave_text(buffer, sizeof buffer, bus.trace(), &finding, 100), 0u);
    const std::vector<std::string> lines = lines_of(buffer);
    const std::string before = lines[1].substr(0, lines.back().find("^1"));
    EXPECT_GE(std::count(before.begin(), before.end(), '\\') +
                  std::count(before.begin(), before.end(), '|'),
              9)
        << buffer;
}

// What the variables were, and what they became, by the time of the finding and not after it.
TEST(WaveText, ShowsWatchedVariablesAtTheFinding)
{
    Trace t;
    const int own = i2c_trace_track(t.get(), "slave", "state", I2C_TRACK_INTEGER, 8);
    const int state = i2c_trace_track(t.get(), "slave.watch", "state", I2C_TRACK_INTEGER, 8);
    const int pointer = i2c_trace_track(t.get(), "slave.watch", "pointer", I2C_TRACK_INTEGER, 64);
    i2c_trace_value(t.get(), 0, own, 9);
    i2c_trace_value(t.get(), 0, state, 1);
    i2c_trace_value(t.get(), 0, pointer, 7);
    i2c_trace_value(t.get(), 10 * US, pointer, UINT64_C(1) << 33);
    i2c_trace_value(t.get(), 110 * US, pointer, 0);
    i2c_trace_value(t.get(), 130 * US, pointer, 1);
    i2c_trace_value(t.get(), 150 * US, pointer, 2);
    char *text = nullptr;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    ASSERT_NE(out, nullptr);
    wave_watch_print(out, t.get(), 140 * US, 40 * US);
    fclose(out);
    EXPECT_STREQ(text, "  watch     state 1  pointer 8589934592 -> 0 -> 1\n");
    free(text);
}

TEST(WaveText, SaysNothingOfATimeThatTheRingHasLost)
{
    DeadRead lost(64);
    lost.finding.at_ps = 20 * US;
    ASSERT_FALSE(i2c_trace_whole(lost.t.get()));
    EXPECT_EQ(lost.text(), "");
    lost.finding.at_ps = 199 * US;
    EXPECT_NE(lost.text(), "");
}

TEST(WaveText, SaysNothingOfAnEmptyTrace)
{
    Trace empty;
    play_finding finding = {};
    char buffer[WAVE_TEXT_BYTES];
    EXPECT_EQ(wave_text(buffer, sizeof buffer, empty.get(), &finding, 100), 0u);
}
