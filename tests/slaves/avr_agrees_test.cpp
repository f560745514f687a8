// The two kinds that run the same sources: one counts the cycles of the part, the other estimates
// them.
#include "tests/slaves/bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

extern "C" {
#include "scenarios/lang/lang.h"
}

namespace
{
constexpr double tolerance = 0.30;

struct Seen {
    std::map<std::string, slave_routine> routine;
    bool answered = false;
};

/// Writes four bytes, reads four.
Seen play(slave_description *description, slave_kind kind)
{
    Seen seen;
    std::vector<uint8_t> in;
    description->kind = kind;
    Prepared prepared(description);
    EXPECT_NE(prepared.image, nullptr) << prepared.message;
    if (prepared.image == nullptr)
        return seen;
    Bench bench(prepared);
    bench.wait_us(2000);
    bench.slowness = std::max(1U, 100000 / description->scl_max_hz);
    seen.answered = bench.transfer(description->addr7, {1, 2, 3, 4}, 4, &in);
    bench.wait_us(200);
    seen.answered = bench.transfer(description->addr7, {9}, 3, &in) && seen.answered;
    slave_routine one;
    for (unsigned i = 0; prepared.adapter->routine(bench.slave, i, &one); i++)
        seen.routine[one.vector] = one;
    return seen;
}

double mean_ps(const slave_routine &r)
{
    return static_cast<double>(r.length_sum_ps) / static_cast<double>(r.entries);
}

class AgreeingKinds : public testing::TestWithParam<const char *>
{
};

TEST_P(AgreeingKinds, HaveRoutinesOfLikeLength)
{
    slave_description *description = nullptr;
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    const std::string path = std::string(SLAVES_SHIPPED) + "/" + GetParam();
    ASSERT_EQ(lang_slave_read_file(&description, path.c_str(), diagnostics), LANG_OK) << path;
    const Seen estimated = play(description, SLAVE_FIRMWARE), exact = play(description, SLAVE_AVR);
    EXPECT_TRUE(estimated.answered);
    EXPECT_TRUE(exact.answered);
    EXPECT_FALSE(exact.routine.empty());
    for (const auto &[vector, real] : exact.routine) {
        ASSERT_EQ(estimated.routine.count(vector), 1u) << vector;
        const slave_routine &guess = estimated.routine.at(vector);
        EXPECT_EQ(guess.entries, real.entries) << vector;
        EXPECT_NEAR(mean_ps(guess) / mean_ps(real), 1, tolerance) << vector;
        EXPECT_NEAR(static_cast<double>(guess.length_max_ps) /
                        static_cast<double>(real.length_max_ps),
                    1, tolerance)
            << vector;
    }
    lang_slave_free(description);
    lang_diagnostics_free(diagnostics);
}

INSTANTIATE_TEST_SUITE_P(Shipped, AgreeingKinds,
                         testing::Values("attiny45_usi/single.slave", "attiny45_usi/multi.slave",
                                         "attiny85_bitbang/bitbang.slave",
                                         "attiny45_appnote/appnote.slave",
                                         "atmega328_twi/atmega328_twi.slave"));

} // namespace
