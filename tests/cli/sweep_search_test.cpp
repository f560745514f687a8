// The search of a sweep, on functions whose borders are known, and the values that it tries.
extern "C" {
#include "cli/sweep_search.h"
}

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace
{

constexpr uint64_t ns = 1000;
constexpr uint64_t us = 1000 * ns;

/// How many of the phases fail at a value; -1: nobody can make it.
using Failing = std::function<int(uint64_t)>;

struct Measured {
    explicit Measured(Failing given) : failing(std::move(given))
    {
    }
    Failing failing;
    unsigned rounds = 0;
    std::set<uint64_t> tried;
};

bool measure(void *ctx, axis_point *point, unsigned count)
{
    auto *m = static_cast<Measured *>(ctx);
    m->rounds++;
    for (unsigned i = 0; i < count; i++) {
        EXPECT_TRUE(m->tried.insert(point[i].value).second) << point[i].value;
        const int failed = m->failing(point[i].value);
        point[i].outcome.phases = 0xFFFF;
        point[i].outcome.impossible = failed < 0;
        point[i].outcome.failed = failed <= 0 ? 0 : (1u << failed) - 1;
    }
    return true;
}

struct Window {
    bool fails;
    uint64_t first, last;
    unsigned least, most;
    bool operator==(const Window &o) const
    {
        return fails == o.fails && first == o.first && last == o.last && least == o.least &&
               most == o.most;
    }
};
std::ostream &operator<<(std::ostream &out, const Window &w)
{
    return out << (w.fails ? "fails " : "passes ") << w.first << " to " << w.last << " with "
               << w.least << " to " << w.most << " phases";
}

std::vector<Window> windows_of(const sweep_axis &axis, Measured &m)
{
    std::vector<Window> found;
    sweep_line line;
    sweep_window w;
    EXPECT_TRUE(sweep_search(&axis, measure, &m, &line));
    for (unsigned i = 0; sweep_window_at(&line, i, &w); i++) {
        unsigned least = 0;
        unsigned most = 0;
        sweep_window_phases(&line, &w, &least, &most);
        found.push_back(
            {w.fails, line.point[w.first].value, line.point[w.last].value, least, most});
    }
    sweep_line_free(&line);
    return found;
}

const sweep_axis times = {SWEEP_LATENCY, 0, 200 * us, 10 * ns};
const sweep_axis clocks = {SWEEP_SPEED, 1000, 100000, 0};

TEST(SweepSearch, FollowsEveryBorderToTheResolution)
{
    // 61.42 us is the last that passes, but for a stretch where one phase of 16 fails.
    Measured m{[](uint64_t ps) {
        return ps >= 18200 * ns && ps <= 29000 * ns ? 1 : ps > 61425 * ns ? 16 : 0;
    }};
    const std::vector<Window> expected = {{false, 0, 18190 * ns, 0, 0},
                                          {true, 18200 * ns, 29000 * ns, 1, 1},
                                          {false, 29010 * ns, 61420 * ns, 0, 0},
                                          {true, 61430 * ns, 200 * us, 16, 16}};
    EXPECT_EQ(windows_of(times, m), expected);
    for (const uint64_t value : m.tried)
        EXPECT_EQ(value % (10 * ns), 0u);
    EXPECT_LT(m.tried.size(), SWEEP_GRID_MAX + 3 * 12u);
}

TEST(SweepSearch, TakesWhatNeverFailsAndWhatAlwaysDoes)
{
    Measured never{[](uint64_t) { return 0; }};
    EXPECT_EQ(windows_of(times, never), (std::vector<Window>{{false, 0, 200 * us, 0, 0}}));
    EXPECT_EQ(never.rounds, 1u);
    Measured always{[](uint64_t ps) { return ps == 0 ? 3 : 5; }};
    EXPECT_EQ(windows_of(times, always), (std::vector<Window>{{true, 0, 200 * us, 3, 5}}));
}

TEST(SweepSearch, LeavesOutWhatNobodyCanMake)
{
    // Clocks of whole 10 kHz alone: the border cannot be followed any further.
    Measured m{[](uint64_t hz) {
        return hz != 1000 && hz % 10000 != 0 ? -1 : hz > 50000 ? 16 : 0;
    }};
    EXPECT_EQ(windows_of(clocks, m),
              (std::vector<Window>{{false, 1000, 10000, 0, 0}, {true, 100000, 100000, 16, 16}}));
}

TEST(SweepSearch, StopsWhenItIsTold)
{
    sweep_line line;
    EXPECT_FALSE(sweep_search(
        &times, [](void *, axis_point *, unsigned) { return false; }, nullptr, &line));
    sweep_line_free(&line);
}

TEST(SweepSearch, FollowsABorderInEachStepOfTheLongestAxis)
{
    Measured m{[](uint64_t ps) { return ps / ns % 2 == 0 ? 0 : 1; }};
    const sweep_axis longest = {SWEEP_MAIN_STALL, 0, 1000000 * us, ns};
    const std::vector<Window> found = windows_of(longest, m);
    EXPECT_GT(found.size(), 20u);
    for (size_t i = 0; i + 1 < found.size(); i++)
        EXPECT_EQ(found[i].last + ns, found[i + 1].first);
}

TEST(SweepGrid, TimesAreDenseWhereTheyAreSmall)
{
    uint64_t value[SWEEP_GRID_MAX];
    const unsigned count = sweep_grid(&times, value);
    EXPECT_EQ(count, (unsigned)SWEEP_GRID_MAX);
    EXPECT_EQ(value[0], 0u);
    EXPECT_EQ(value[1], 40 * ns);
    EXPECT_EQ(value[count / 2], 50 * us);
    EXPECT_EQ(value[count - 1], 200 * us);
}

TEST(SweepGrid, ClocksHaveEqualRatiosAndThreeDigits)
{
    uint64_t value[SWEEP_GRID_MAX];
    const unsigned count = sweep_grid(&clocks, value);
    ASSERT_EQ(count, (unsigned)SWEEP_GRID_MAX);
    EXPECT_EQ(value[0], 1000u);
    EXPECT_EQ(value[count / 2], 10000u);
    EXPECT_EQ(value[count - 1], 100000u);
    for (unsigned i = 0; i + 1 < count; i++) {
        const double ratio = (double)value[i + 1] / (double)value[i];
        EXPECT_NEAR(ratio, 1.0746, 0.016) << value[i];
    }
}

TEST(SweepValues, AreWrittenAsPeopleReadThem)
{
    char text[SWEEP_VALUE_BYTES];
    EXPECT_STREQ(sweep_value_text(SWEEP_LATENCY, 0, text), "0");
    EXPECT_STREQ(sweep_value_text(SWEEP_LATENCY, 61420 * ns, text), "61.42 us");
    EXPECT_STREQ(sweep_value_text(SWEEP_SPEED, 100000, text), "100 kHz");
    EXPECT_STREQ(sweep_value_text(SWEEP_SPEED, 9600, text), "9.6 kHz");
    EXPECT_STREQ(sweep_value_text(SWEEP_CPU_CLOCK, 3210000, text), "3.21 MHz");
    EXPECT_STREQ(sweep_value_text(SWEEP_CPU_CLOCK, 512, text), "512 Hz");
}

TEST(SweepValues, APromiseIsRoundAndNeverMore)
{
    EXPECT_EQ(sweep_round_down_ps(61420 * ns), 60 * us);
    EXPECT_EQ(sweep_round_down_ps(18190 * ns), 15 * us);
    EXPECT_EQ(sweep_round_down_ps(15 * us), 15 * us);
    EXPECT_EQ(sweep_round_down_ps(15 * us - 1), 12 * us);
    EXPECT_EQ(sweep_round_down_ps(9999 * ns), 8 * us);
    EXPECT_EQ(sweep_round_down_ps(1000 * us), 1000 * us);
    EXPECT_EQ(sweep_round_down_ps(ns - 1), 0u);
    for (uint64_t ps = ns; ps < 1000 * us; ps += ps / 7 + 1) {
        EXPECT_LE(sweep_round_down_ps(ps), ps);
        EXPECT_GT(sweep_round_down_ps(ps) * 5, ps * 3);
    }
}

} // namespace
