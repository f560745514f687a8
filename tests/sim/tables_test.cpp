// The timing tables against each other, and the trace ring.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

#include <cstring>

namespace
{

constexpr i2c_mode kModes[] = {I2C_MODE_SM, I2C_MODE_FM, I2C_MODE_FMPLUS};

// UM10204 Table 11: period = tLOW + tr(max) + tHIGH + tf(max), exactly, in each mode.
TEST(TimingTables, PeriodIsTheSumOfItsParts)
{
    const uint64_t period_ns[] = {10000, 2500, 1000};
    for (unsigned i = 0; i < 3; i++) {
        const i2c_timing_limit *l = i2c_timing_limits(kModes[i]);
        const uint64_t sum_ps = l[I2C_T_LOW].min_ps + i2c_timing_tr_max_ps(kModes[i]) +
                                l[I2C_T_HIGH].min_ps + i2c_timing_tf_max_ps(kModes[i]);
        EXPECT_EQ(sum_ps, l[I2C_T_PERIOD].min_ps);
        EXPECT_EQ(sum_ps, period_ns[i] * 1000);
    }
}

// tVD + tSU;DAT = tLOW - tr(max) in Standard- and Fast-mode, tLOW itself in Fast-mode Plus.
TEST(TimingTables, ValidAndSetUpFillTheLow)
{
    for (const i2c_mode mode : kModes) {
        const i2c_timing_limit *l = i2c_timing_limits(mode);
        const uint64_t slack_ps = mode == I2C_MODE_FMPLUS ? 0 : i2c_timing_tr_max_ps(mode);
        EXPECT_EQ(l[I2C_T_VD_DAT].max_ps + l[I2C_T_SU_DAT].min_ps, l[I2C_T_LOW].min_ps - slack_ps);
        EXPECT_EQ(l[I2C_T_VD_DAT].max_ps, l[I2C_T_VD_ACK].max_ps);
        EXPECT_EQ(l[I2C_T_HD_STA].min_ps, l[I2C_T_SU_STO].min_ps);
        EXPECT_EQ(l[I2C_T_BUF].min_ps, l[I2C_T_LOW].min_ps);
    }
}

TEST(TimingTables, FasterModesAskForLess)
{
    for (unsigned p = 0; p < I2C_TIMING_COUNT; p++)
        for (unsigned i = 1; i < 3; i++) {
            const i2c_timing_limit slow = i2c_timing_limits(kModes[i - 1])[p];
            const i2c_timing_limit fast = i2c_timing_limits(kModes[i])[p];
            EXPECT_LE(fast.min_ps, slow.min_ps);
            EXPECT_LE(fast.max_ps, slow.max_ps);
            EXPECT_STRNE(i2c_timing_symbol((i2c_timing_parameter)p), "");
        }
    EXPECT_EQ(i2c_timing_limits(I2C_MODE_HS), i2c_timing_limits(I2C_MODE_FM));
}

struct Ring {
    std::vector<uint64_t> memory;
    i2c_trace *trace;
    explicit Ring(uint32_t capacity)
        : memory(i2c_trace_bytes(capacity) / 8 + 1), trace(i2c_trace_init(memory.data(), capacity))
    {
    }
};

TEST(Trace, KeepsTheLastRecords)
{
    Ring ring(64);
    for (uint64_t i = 0; i < 64; i++)
        i2c_trace_put(ring.trace, {i, I2C_RECORD_LEVEL, 0, 0, 0});
    EXPECT_TRUE(i2c_trace_whole(ring.trace));
    for (uint64_t i = 64; i < 200; i++)
        i2c_trace_put(ring.trace, {i, I2C_RECORD_LEVEL, 0, 0, 0});
    EXPECT_FALSE(i2c_trace_whole(ring.trace));
    ASSERT_EQ(i2c_trace_kept(ring.trace), 64u);
    for (uint64_t i = 0; i < 64; i++)
        EXPECT_EQ(i2c_trace_at(ring.trace, i)->at_ps, 136 + i);
}

TEST(Trace, WideValuesComeInTwoRecords)
{
    Ring ring(64);
    const int wide = i2c_trace_track(ring.trace, "slave", "time", I2C_TRACK_INTEGER, 64);
    const int bit = i2c_trace_track(ring.trace, "slave", "isr", I2C_TRACK_BIT, 0);
    i2c_trace_value(ring.trace, 5, wide, 0x1122334455667788u);
    i2c_trace_value(ring.trace, 6, bit, 1);
    ASSERT_EQ(i2c_trace_kept(ring.trace), 3u);
    EXPECT_EQ(i2c_trace_at(ring.trace, 0)->kind, I2C_RECORD_TRACK_HI);
    EXPECT_EQ(i2c_trace_at(ring.trace, 0)->value, 0x11223344u);
    EXPECT_EQ(i2c_trace_at(ring.trace, 1)->value, 0x55667788u);
    EXPECT_EQ(i2c_trace_at(ring.trace, 2)->b, bit);
}

TEST(Trace, FullTablesLeaveOutWhatComesLate)
{
    Ring ring(64);
    for (int i = 0; i < I2C_TRACE_TRACK_MAX; i++)
        ASSERT_EQ(i2c_trace_track(ring.trace, "s", "t", I2C_TRACK_TEXT, 0), i);
    EXPECT_EQ(i2c_trace_track(ring.trace, "s", "t", I2C_TRACK_TEXT, 0), -1);
    i2c_trace_value(ring.trace, 0, -1, 1);
    EXPECT_EQ(i2c_trace_kept(ring.trace), 0u);
    for (int i = 0; i < I2C_TRACE_TEXT_MAX + 10; i++)
        i2c_trace_text(ring.trace, 0, 0, std::to_string(i).c_str());
    i2c_trace_text(ring.trace, 0, 0, "0");
    EXPECT_EQ(i2c_trace_at(ring.trace, i2c_trace_kept(ring.trace) - 1)->value, 0u); // kept once
    EXPECT_EQ(ring.trace->texts, (uint32_t)I2C_TRACE_TEXT_MAX);
    EXPECT_STREQ(ring.trace->text[I2C_TRACE_TEXT_MAX - 1], "...");
}

TEST(Trace, RecordsLevelsPullsAndEventsOfTheBus)
{
    Ring ring(1024);
    scripted::Options o;
    o.trace = ring.trace;
    scripted::Rig rig(o);
    rig.start();
    rig.write(0x60);
    EXPECT_EQ(ring.trace->nodes, 2u);
    EXPECT_STREQ(ring.trace->node[rig.master], "master");
    unsigned levels = 0, pulls = 0, events = 0;
    for (uint64_t i = 0; i < i2c_trace_kept(ring.trace); i++) {
        const i2c_record *r = i2c_trace_at(ring.trace, i);
        levels += r->kind == I2C_RECORD_LEVEL && r->a == I2C_SCL;
        pulls += r->kind == I2C_RECORD_PULLS && r->a == I2C_SCL;
        events += r->kind == I2C_RECORD_EVENT;
    }
    EXPECT_EQ(levels, 19u); // 9 clocks and the fall after START
    EXPECT_EQ(pulls, 19u);
    EXPECT_EQ(events, 3u); // S, byte, N
}

} // namespace
