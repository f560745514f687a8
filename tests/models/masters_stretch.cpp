// Clock stretching: which masters wait, and that they read SDA after SCL really rose.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t ADDR7 = 0x48;

// The longest SCL low of a transfer.
uint64_t longest_low_ps(const Bench &b)
{
    uint64_t fell_ps = I2C_NEVER_PS;
    uint64_t longest_ps = 0;
    for (const Edge &e : b.edge_list) {
        if (e.line != I2C_SCL)
            continue;
        if (!e.high)
            fell_ps = e.at_ps;
        else if (fell_ps != I2C_NEVER_PS && e.at_ps - fell_ps > longest_ps)
            longest_ps = e.at_ps - fell_ps;
    }
    return longest_ps;
}

} // namespace

class Stretching : public testing::TestWithParam<std::tuple<const char *, int, int>>
{
};

// UM10204 3.1.9: the master waits until SCL is released, at each of the nine clocks.
TEST_P(Stretching, MasterWaitsUntilSclIsReleased)
{
    const auto [text, clock, us] = GetParam();
    const uint64_t stretch_ps = static_cast<uint64_t>(us) * I2C_PS_PER_US;
    Bench b(text);
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, static_cast<unsigned>(clock), stretch_ps);
    const master_outcome out = b.run({{MASTER_START, ADDR7 << 1, {0x5A, 0x00, 0xFF}, 0, false},
                                      {MASTER_JOIN, ADDR7 << 1 | 1, {}, 4}});
    EXPECT_EQ(out.end, MASTER_DONE) << out.why;
    EXPECT_EQ(b.written, (std::vector<uint8_t>{0x5A, 0x00, 0xFF}));
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C, 0x00, 0xFF}));
    EXPECT_EQ(b.findings.size(), 0u);
    EXPECT_GE(longest_low_ps(b), stretch_ps);
}

INSTANTIATE_TEST_SUITE_P(
    OfEachClock, Stretching,
    testing::Combine(testing::Values("standard", "standard,timing=min",
                                     "fast,timing=min,threshold=30", "fast,timing=min,threshold=70",
                                     "fastplus", "arduino@100k", "arduino@400k"),
                     testing::Range(1, 10), testing::Values(0, 7, 3000)));

// What a slave that stretches by less than a tick costs the NXT: only high time.
class NxtStretching : public testing::TestWithParam<int>
{
};

TEST_P(NxtStretching, ShortOfATickIsSeen)
{
    Bench b("nxt");
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, static_cast<unsigned>(GetParam()), 60 * I2C_PS_PER_US);
    const master_outcome out =
        b.run({{MASTER_START, ADDR7 << 1, {0x5A}, 0, false}, {MASTER_JOIN, ADDR7 << 1 | 1, {}, 2}});
    EXPECT_EQ(out.end, MASTER_DONE) << out.why;
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
}

INSTANTIATE_TEST_SUITE_P(OfEachClock, NxtStretching, testing::Range(1, 10));

// SDA is sampled in the middle of the high time that really was: a slave that puts its bit out
// right before it lets SCL go is read right, and one that is late by a whole stretch too.
TEST(Sampling, IsInTheMiddleOfHigh)
{
    Bench b("standard,ideal=1");
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 9, 100 * I2C_PS_PER_US);
    b.slave.config.output_delay_ps = 99 * I2C_PS_PER_US;
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {}}}).end, MASTER_DONE);
}

// Two runs of one seed make the same edges; another seed moves the NXT's START.
TEST(Determinism, SameSeedSameEdges)
{
    for (const char *text : {"standard", "fast,timing=min", "arduino@100k", "nxt"}) {
        std::string edges[3];
        for (unsigned run = 0; run < 3; run++) {
            Bench b(text, run < 2 ? 7 : 8);
            b.add_slave(ADDR7);
            b.run({{MASTER_START, ADDR7 << 1, {1, 2, 3}, 0, false},
                   {MASTER_JOIN, ADDR7 << 1 | 1, {}, 3}});
            edges[run] = b.edges();
        }
        EXPECT_EQ(edges[0], edges[1]) << text;
        const bool chancy = std::string(text) == "nxt" || std::string(text) == "arduino@100k";
        EXPECT_EQ(edges[0] != edges[2], chancy) << text;
    }
}

// A master can be put on one simulation after another.
TEST(Determinism, AnotherAttachIsAFreshMaster)
{
    for (const char *text : {"standard", "arduino@100k", "nxt"}) {
        Bench first(text);
        first.add_slave(ADDR7);
        first.run({{MASTER_START, 0x22, {1, 2, 3}}});
        Bench second(text);
        ASSERT_EQ(master_attach(first.m, second.sim), I2C_OK);
        master_message message = {};
        message.addressed = true;
        message.address = 0x22;
        message.stop = true;
        const master_transfer transfer = {&message, 1};
        master_outcome out = {};
        master_run(first.m, &transfer, &out);
        EXPECT_EQ(out.end, MASTER_NACKED);
    }
}
