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

// What a master says of its limit is what it does, at every low of SCL that ends in a rise: those
// of the nine clocks, before Sr or what stands for it, and before STOP. On ideal wires an
// unhindered run tells when the master lets go.
class StretchLimit : public testing::TestWithParam<const char *>
{
  public:
    static std::vector<Message> transfer()
    {
        return {{MASTER_START, ADDR7 << 1, {0x5A}, 0, false}, {MASTER_JOIN, ADDR7 << 1 | 1, {}, 2}};
    }
    // Each low: from its fall to the master's release.
    static std::vector<uint64_t> lows(const std::string &text)
    {
        Bench b(text);
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run(transfer()).end, MASTER_DONE);
        std::vector<uint64_t> list;
        uint64_t fell_ps = 0;
        for (const Edge &e : b.edge_list) {
            if (e.line == I2C_SCL && e.high)
                list.push_back(e.at_ps - fell_ps);
            else if (e.line == I2C_SCL)
                fell_ps = e.at_ps;
        }
        return list;
    }
    static bool reads_right(const Bench &b, const master_outcome &out)
    {
        return out.end == MASTER_DONE && b.written == std::vector<uint8_t>{0x5A} &&
               b.got[1] == std::vector<uint8_t>{0xA5, 0x3C};
    }
};

TEST_P(StretchLimit, IsWhatTheMasterSays)
{
    const std::string text = std::string(GetParam()) + ",ideal=1";
    const std::vector<uint64_t> low = lows(text);
    ASSERT_GT(low.size(), 36u);
    const bool stops = text.substr(0, 3) != "nxt"; // its reads end with SCL's last rise
    for (unsigned nth = 1; nth <= low.size(); nth++) {
        for (const bool over : {false, true}) {
            Bench b(text);
            b.add_slave(ADDR7);
            const master_stretch &stretch = b.spec.stretch;
            const bool limited = stretch.limit_ps != I2C_NEVER_PS;
            const uint64_t limit_ps = limited ? stretch.limit_ps : I2C_PS_PER_S;
            const uint64_t margin_ps = 2 * I2C_PS_PER_US; // of polls, and of eps
            const uint64_t hold_ps = over ? limit_ps + margin_ps : limit_ps;
            b.hold_scl(nth, low[nth - 1] + hold_ps - (over || hold_ps == 0 ? 0 : 1));
            const master_outcome out = b.run(transfer());
            b.run_for(I2C_PS_PER_MS);
            if (!over || !limited) {
                EXPECT_TRUE(reads_right(b, out)) << text << " low " << nth << " " << out.why;
            } else {
                const bool gives_up = stretch.kind == MASTER_WAITS && (nth < low.size() || stops);
                EXPECT_EQ(out.end == MASTER_GAVE_UP, gives_up) << text << " low " << nth;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(OfMasters, StretchLimit,
                         testing::Values("standard", "fast,timing=min", "fastplus", "arduino@100k",
                                         "nxt", "nxt,tick=52.083us", "nxt,fw=1.05", "linux",
                                         "linux,timeout=1ms,udelay=2us"));

TEST(StretchLimits, FollowTheParameters)
{
    const struct {
        const char *text;
        master_stretch want;
    } table[] = {
        {"standard", {MASTER_WAITS, I2C_NEVER_PS}},
        {"arduino@100k", {MASTER_WAITS, I2C_NEVER_PS}},
        {"arduino@100k,timeout=25ms", {MASTER_WAITS, 25 * I2C_PS_PER_MS}},
        {"nxt", {MASTER_WAITS, 42318 * I2C_PS_PER_NS}},
        {"nxt,fw=1.05", {MASTER_GOES_ON, 0}},
    };
    for (const auto &row : table) {
        const Bench b(row.text);
        EXPECT_EQ(b.spec.stretch.kind, row.want.kind) << row.text;
        EXPECT_EQ(b.spec.stretch.limit_ps, row.want.limit_ps) << row.text;
    }
}

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
