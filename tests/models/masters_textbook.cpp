// The textbook masters, and the bit engine and sequencer below them.
#include "tests/models/masters_bench.h"

#include <algorithm>
#include <gtest/gtest.h>

extern "C" {
#include "models/masters/sequencer.h"
#include "models/parts/raw.h"
#include "sim/faults.h"
#include "sim/rc.h"
}

namespace
{

const uint8_t ADDR7 = 0x50;
const uint8_t W = ADDR7 << 1;
const uint8_t R = ADDR7 << 1 | 1;

// When a line went that way for the nth time, from 0.
uint64_t edge_ps(const Bench &b, i2c_line line, bool high, unsigned n)
{
    for (const Edge &e : b.edge_list)
        if (e.line == line && e.high == high && n-- == 0)
            return e.at_ps;
    return 0;
}

uint64_t length_ps(const Bench &b)
{
    return b.edge_list.back().at_ps - b.edge_list.front().at_ps;
}

} // namespace

// UM10204 3.1.10: START, address, ACK slot, data, STOP.
TEST(TextbookMaster, SendsAddressAndBytesThenStops)
{
    Bench b("standard");
    const master_outcome out = b.run({{MASTER_START, W, {0x12, 0xA5}, 0, true, true}});
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x50+W N 0x12 N 0xA5 N P");
}

// UM10204 3.1.6: after a NACK the controller makes a STOP.
TEST(TextbookMaster, StopsAfterANack)
{
    Bench b("standard");
    b.add_slave(ADDR7, 1);
    const master_outcome address = b.run({{MASTER_START, 0x22, {0x12}}});
    EXPECT_EQ(address.end, MASTER_NACKED);
    EXPECT_EQ(address.returned, 2);
    const master_outcome data =
        b.run({{MASTER_START, W, {1, 2, 3}, 0, false}, {MASTER_JOIN, R, {}, 1}});
    EXPECT_EQ(data.end, MASTER_NACKED);
    EXPECT_EQ(data.returned, 3);
    EXPECT_EQ(data.message, 0u);
    EXPECT_EQ(b.decoded(), "S 0x11+W N P S 0x50+W A 0x01 A 0x02 N P");
}

// UM10204 3.1.10 note 4: a START may be followed at once by a STOP or by another START.
TEST(TextbookMaster, MakesVoidMessages)
{
    Bench b("fast");
    EXPECT_EQ(b.run({{MASTER_START, -1}}).end, MASTER_DONE);
    EXPECT_EQ(b.run({{MASTER_START, -1, {}, 0, false}, {MASTER_JOIN, -1}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S P S Sr P");
    EXPECT_EQ(b.findings.size(), 0u);
}

// UM10204 3.1.6: the controller may NACK any byte, and go on or not.
TEST(TextbookMaster, AcksReadBytesAsItIsTold)
{
    Bench b("fast");
    b.add_slave(ADDR7);
    b.run({{MASTER_START, R, {}, 3, true, false, {1, 1, 1}}});
    b.run_for(I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded(), "S 0x50+R A 0xA5 A 0x3C A 0x00 A P"); // the next byte begins with 1
}

// A transfer may leave the bus claimed; the next one goes on with a repeated START.
TEST(TextbookMaster, HoldsTheBusWithoutAStop)
{
    Bench b("standard");
    b.add_slave(ADDR7);
    EXPECT_EQ(b.run({{MASTER_START, W, {7}, 0, false}}).end, MASTER_DONE);
    b.run_for(20 * I2C_PS_PER_MS);
    EXPECT_FALSE(i2c_line_level(b.sim, I2C_SCL));
    EXPECT_EQ(b.run({{MASTER_TRUE_REPEAT, R, {}, 1}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x07 A Sr 0x50+R A 0xA5 N P");
    EXPECT_FALSE(b.can({{MASTER_TRUE_REPEAT, R, {}, 1}}));
}

// UM10204 3.1.8: SDA low where the controller sends a 1 is arbitration lost.
TEST(TextbookMaster, LetsGoWhenItLosesArbitration)
{
    Bench b("standard");
    raw_hand hand = {};
    ASSERT_EQ(raw_init(&hand, b.sim, b.spec.mode, &b.spec.wires), I2C_OK);
    i2c_timer pull = {[](void *ctx, uint64_t) {
                          auto *h = static_cast<raw_hand *>(ctx);
                          i2c_node_pull(h->sim, h->node, I2C_SDA);
                      },
                      &hand, false};
    i2c_timer_set(b.sim, &pull, 7 * I2C_PS_PER_US); // in the low of clock 1
    const master_outcome out = b.run({{MASTER_START, W, {7}}});
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_STREQ(out.why, "arbitration lost: SDA low in clock 1 of byte 0");
    EXPECT_TRUE(i2c_line_level(b.sim, I2C_SCL));
    // And a bus that stays low is not free.
    const master_outcome again = b.run({{MASTER_START, W, {7}}});
    EXPECT_EQ(again.end, MASTER_GAVE_UP);
    EXPECT_STREQ(again.why, "bus not free: SCL or SDA stayed low");
}

TEST(TextbookMaster, IsStuckWhenTheBudgetIsSpentWaiting)
{
    Bench b("standard", 1, 50 * I2C_PS_PER_MS);
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 5, I2C_PS_PER_S);
    EXPECT_EQ(b.run({{MASTER_START, W, {7}}}).end, MASTER_STUCK);
}

// A bus that another uses is waited for: START comes tBUF after both lines are high.
TEST(TextbookMaster, StartsWhenTheBusHasBeenFreeForLongEnough)
{
    Bench b("fast,timing=min");
    raw_hand hand = {};
    ASSERT_EQ(raw_init(&hand, b.sim, b.spec.mode, &b.spec.wires), I2C_OK);
    raw_pull(&hand, I2C_SDA);
    b.run_for(I2C_PS_PER_US); // SDA falls
    i2c_timer release = {[](void *ctx, uint64_t) {
                             auto *h = static_cast<raw_hand *>(ctx);
                             i2c_node_release(h->sim, h->node, I2C_SDA);
                         },
                         &hand, false};
    i2c_timer_set(b.sim, &release, I2C_PS_PER_MS);
    const master_outcome out = b.run({{MASTER_START, 0x22, {7}}});
    EXPECT_EQ(out.end, MASTER_NACKED) << out.why;
    EXPECT_GE(edge_ps(b, I2C_SDA, false, 1), I2C_PS_PER_MS + 1300 * I2C_PS_PER_NS);
    EXPECT_LE(edge_ps(b, I2C_SDA, false, 1), I2C_PS_PER_MS + 1700 * I2C_PS_PER_NS);
}

// UM10204 3.1.7: another node that pulls SCL ends the high phase for everybody; no bit is lost.
TEST(TextbookMaster, JoinsInWhenAnotherPullsScl)
{
    Bench b("standard");
    b.add_slave(ADDR7);
    raw_hand hand = {};
    ASSERT_EQ(raw_init(&hand, b.sim, b.spec.mode, &b.spec.wires), I2C_OK);
    i2c_timer pull = {[](void *ctx, uint64_t) {
                          auto *h = static_cast<raw_hand *>(ctx);
                          i2c_node_pull(h->sim, h->node, I2C_SCL);
                      },
                      &hand, false};
    i2c_timer release = {[](void *ctx, uint64_t) {
                             auto *h = static_cast<raw_hand *>(ctx);
                             i2c_node_release(h->sim, h->node, I2C_SCL);
                         },
                         &hand, false};
    i2c_timer_set(b.sim, &pull, 62 * I2C_PS_PER_US); // SCL is high from 60 to 65 us
    i2c_timer_set(b.sim, &release, 95 * I2C_PS_PER_US);
    EXPECT_EQ(b.run({{MASTER_START, W, {0x5A}}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x5A A P");
    EXPECT_EQ(b.written, (std::vector<uint8_t>{0x5A}));
}

// A spike that lifts SCL just when the master lets go of it leaves no edge to wait for.
TEST(TextbookMaster, OutlivesASpikeWhereSclIsReleased)
{
    Bench b("standard");
    b.add_slave(ADDR7);
    i2c_fault fault = {};
    ASSERT_EQ(i2c_fault_init(&fault, b.sim), I2C_OK);
    i2c_fault_glitch(&fault, I2C_SCL, true, 59 * I2C_PS_PER_US, 3 * I2C_PS_PER_US);
    EXPECT_NE(b.run({{MASTER_START, W, {0x5A}}}).end, MASTER_STUCK);
}

TEST(TextbookParameters, SlowAClockInBothHalves)
{
    Bench b("standard@10k,ideal=1");
    b.run({{MASTER_START, W, {7}}});
    const uint64_t fall_ps = edge_ps(b, I2C_SCL, false, 2);
    EXPECT_EQ(edge_ps(b, I2C_SCL, true, 2) - fall_ps, 50 * I2C_PS_PER_US);
    EXPECT_EQ(edge_ps(b, I2C_SCL, false, 3) - fall_ps, 100 * I2C_PS_PER_US);
}

// ---- parameters -----------------------------------------------------------------------------

TEST(TextbookParameters, SetTheHoldOfStart)
{
    for (const unsigned us : {1u, 2u, 4u, 40u}) {
        Bench b("standard,ideal=1,t_hd_sta=" + std::to_string(us) + "us");
        b.run({{MASTER_START, W, {7}}});
        EXPECT_EQ(edge_ps(b, I2C_SCL, false, 0) - edge_ps(b, I2C_SDA, false, 0),
                  us * I2C_PS_PER_US);
        EXPECT_EQ(b.findings.size(), 0u) << us; // what was asked for is listed
    }
}

TEST(TextbookParameters, SetWhereTheAckIsReleased)
{
    Bench b("standard,ideal=1,ack_release=2us");
    b.add_slave(ADDR7);
    b.run({{MASTER_START, R, {}, 2}});
    const uint64_t ninth_ps = edge_ps(b, I2C_SCL, false, 18); // START's and 18 clocks
    uint64_t released_ps = 0;
    for (const Edge &e : b.edge_list)
        if (e.line == I2C_SDA && e.high && released_ps == 0 && e.at_ps > ninth_ps)
            released_ps = e.at_ps;
    // The slave's next byte 0x3C begins with 00: its bits hold SDA until bit 5.
    EXPECT_EQ(edge_ps(b, I2C_SCL, false, 20) + NEIGHBOUR_USUAL_DELAY_PS, released_ps);
    EXPECT_EQ(b.got[0], (std::vector<uint8_t>{0xA5, 0x3C}));
}

TEST(TextbookParameters, SetHoldAndSetUpOfData)
{
    Bench hold("standard,ideal=1,t_hd_dat=1us");
    hold.run({{MASTER_START, W, {7}}});
    EXPECT_EQ(edge_ps(hold, I2C_SDA, true, 0) - edge_ps(hold, I2C_SCL, false, 0), I2C_PS_PER_US);
    Bench setup("standard,ideal=1,t_su_dat=250ns");
    setup.run({{MASTER_START, W, {7}}});
    EXPECT_EQ(edge_ps(setup, I2C_SCL, true, 0) - edge_ps(setup, I2C_SDA, true, 0),
              250 * I2C_PS_PER_NS);
}

// A pause adds its time at each place: two bytes are 18 clocks, 2 ninth clocks, 1 START, 1 STOP.
TEST(TextbookParameters, PauseWhereTheyAreAskedTo)
{
    Bench plain("standard");
    plain.add_slave(ADDR7);
    plain.run({{MASTER_START, W, {7}}});
    const struct {
        const char *place;
        unsigned times;
    } table[] = {{"bytes", 2}, {"early", 18},  {"low", 18}, {"high", 18},
                 {"ack", 2},   {"ackhigh", 2}, {"stop", 1}, {"start", 0}};
    for (const auto &row : table) {
        Bench b(std::string("standard,pause=100us,pause_in=") + row.place);
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run({{MASTER_START, W, {7}}}).end, MASTER_DONE);
        EXPECT_EQ(length_ps(b) - length_ps(plain), row.times * 100 * I2C_PS_PER_US) << row.place;
        EXPECT_EQ(b.findings.size(), 0u) << row.place;
    }
    Bench late("standard,pause=100us,pause_in=start");
    late.run({{MASTER_START, W, {7}}});
    EXPECT_EQ(late.edge_list.front().at_ps - 50000, 100 * I2C_PS_PER_US); // tf/2 to 50 %
}

// ---- limits ---------------------------------------------------------------------------------

// timing=min and the least set-up: each interval that has a minimum reaches it to the picosecond,
// as measured where the specification does (tBUF from SDA over 70 % to SDA below 70 %).
class TextbookLimits : public testing::TestWithParam<const char *>
{
};

TEST_P(TextbookLimits, AreReachedExactly)
{
    const std::string mode = GetParam();
    const std::string setup = mode == "standard" ? "250ns" : mode == "fast" ? "100ns" : "50ns";
    for (const char *wires : {"", ",ideal=1", ",threshold=30", ",threshold=70"})
        for (const std::string &timing : {std::string(), ",t_su_dat=" + setup}) {
            Bench b(mode + ",timing=min" + timing + wires);
            b.add_slave(ADDR7);
            b.run({{MASTER_START, W, {0x10, 0xA5}, 0, false}, {MASTER_JOIN, R, {}, 2}});
            b.run({{MASTER_START, W, {0x10}}});
            b.run({{MASTER_START, 0x22, {0x10}}}); // tBUF behind a NACK, too
            i2c_sim_finish(b.sim);
            EXPECT_EQ(b.findings.size(), 0u) << b.spec.text;
            for (const i2c_timing_parameter p : {I2C_T_HD_STA, I2C_T_LOW, I2C_T_HIGH, I2C_T_SU_STA,
                                                 I2C_T_SU_STO, I2C_T_BUF, I2C_T_PERIOD}) {
                const i2c_margin &margin = i2c_sim_rules(b.sim)->master[p];
                EXPECT_EQ(margin.margin_ps, 0) << b.spec.text << " " << i2c_timing_symbol(p);
            }
            const i2c_timing_parameter data = timing.empty() ? I2C_T_HD_DAT : I2C_T_SU_DAT;
            EXPECT_EQ(i2c_sim_rules(b.sim)->master[data].margin_ps, 0) << b.spec.text;
        }
}

INSTANTIATE_TEST_SUITE_P(Of, TextbookLimits, testing::Values("standard", "fast", "fastplus"));

// The slowest: edges as slow as the mode allows, SDA valid as late as tVD, and no phase short.
TEST(TextbookSlowest, IsAsSlowAsTheTableAllows)
{
    for (const char *mode : {"standard", "fast", "fastplus"}) {
        Bench board(std::string(mode) + ",timing=max");
        const uint64_t rc_ps = uint64_t(board.spec.wires.rp_ohm) * board.spec.wires.cb_pf;
        const uint64_t tr_ps = i2c_rc_rise_ps(rc_ps, I2C_AT_70) - i2c_rc_rise_ps(rc_ps, I2C_AT_30);
        const uint64_t tr_max_ps = i2c_timing_tr_max_ps(board.spec.mode);
        EXPECT_LE(tr_ps, tr_max_ps);
        EXPECT_GT(tr_ps, tr_max_ps * 99 / 100);
        EXPECT_EQ(board.spec.wires.tf_ns * I2C_PS_PER_NS, i2c_timing_tf_max_ps(board.spec.mode));
        board.add_slave(ADDR7);
        EXPECT_EQ(board.run({{MASTER_START, W, {0x10}}}).end, MASTER_DONE);
        EXPECT_EQ(board.findings.size(), 0u) << mode;

        Bench b(std::string(mode) + ",timing=max,ideal=1");
        b.run({{MASTER_START, W, {0x10}}});
        const i2c_timing_limit *limit = i2c_timing_limits(b.spec.mode);
        EXPECT_EQ(edge_ps(b, I2C_SDA, true, 0) - edge_ps(b, I2C_SCL, false, 0),
                  limit[I2C_T_VD_DAT].max_ps);
        EXPECT_EQ(edge_ps(b, I2C_SCL, true, 1) - edge_ps(b, I2C_SCL, false, 1),
                  10 * limit[I2C_T_LOW].min_ps);
        EXPECT_EQ(edge_ps(b, I2C_SCL, false, 2) - edge_ps(b, I2C_SCL, true, 1),
                  10 * limit[I2C_T_HIGH].min_ps);
    }
}

// On slow wires SDA is released so much earlier that it is over 70 % at tVD, not behind it.
TEST(TextbookSlowest, HasSdaValidInTimeOnSlowWires)
{
    Bench b("standard,timing=max");
    b.run({{MASTER_START, W, {0x10}}});
    const uint64_t rc_ps = uint64_t(b.spec.wires.rp_ohm) * b.spec.wires.cb_pf;
    const uint64_t over_70_ps = edge_ps(b, I2C_SDA, true, 0) + i2c_rc_rise_ps(rc_ps, I2C_AT_70) -
                                i2c_rc_rise_ps(rc_ps, I2C_AT_50);
    const uint64_t below_30_ps = edge_ps(b, I2C_SCL, false, 0) + 150 * I2C_PS_PER_NS; // tf / 2
    EXPECT_EQ(over_70_ps - below_30_ps, 3450 * I2C_PS_PER_NS);
}

namespace
{

// The longest and the shortest SCL high phase and low phase between START and STOP.
struct Phases {
    uint64_t low_min = UINT64_MAX, low_max = 0, high_min = UINT64_MAX, high_max = 0;
    unsigned long_lows = 0, long_highs = 0;
};

Phases phases(const Bench &b, uint64_t long_ps)
{
    Phases p;
    uint64_t last_ps = 0;
    bool last_high = true;
    for (const Edge &e : b.edge_list) {
        if (e.line != I2C_SCL)
            continue;
        if (last_ps != 0) {
            const uint64_t ps = e.at_ps - last_ps;
            uint64_t &least = last_high ? p.high_min : p.low_min;
            uint64_t &most = last_high ? p.high_max : p.low_max;
            least = std::min(least, ps);
            most = std::max(most, ps);
            (last_high ? p.long_highs : p.long_lows) += ps >= long_ps;
        }
        last_ps = e.at_ps;
        last_high = e.high;
    }
    return p;
}

} // namespace

// An asymmetric clock, both ways, at the same frequency; as far as the minima leave it.
TEST(TextbookParameters, SplitThePeriod)
{
    const struct {
        const char *text;
        uint64_t low_ns, high_ns;
    } table[] = {{"standard@50k,duty=30", 14000, 6000}, {"standard@50k,duty=70", 6000, 14000},
                 {"standard@50k,duty=1", 16000, 4000},  {"standard@50k,duty=99", 4700, 15300},
                 {"fast@200k,duty=70", 1500, 3500},     {"fast,duty=99", 1300, 1200},
                 {"fastplus,duty=1", 740, 260},         {"fastplus,timing=min,duty=99", 500, 500}};
    for (const auto &row : table) {
        Bench b(std::string(row.text) + ",ideal=1");
        b.add_slave(ADDR7);
        b.run({{MASTER_START, W, {7}}});
        const uint64_t fall_ps = edge_ps(b, I2C_SCL, false, 2);
        const uint64_t rise_ps = edge_ps(b, I2C_SCL, true, 2);
        EXPECT_EQ(rise_ps - fall_ps, row.low_ns * I2C_PS_PER_NS) << row.text;
        EXPECT_EQ(edge_ps(b, I2C_SCL, false, 3) - rise_ps, row.high_ns * I2C_PS_PER_NS) << row.text;
        EXPECT_EQ(b.findings.size(), 0u) << row.text;
    }
}

// Jitter lengthens phases, at random from the seed, and shortens none.
TEST(TextbookParameters, JitterFromTheSeed)
{
    const std::vector<Message> shape = {{MASTER_START, W, std::vector<uint8_t>(40)}};
    const std::vector<Message> joined = {{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, R, {}, 2}};
    Bench plain("fast,timing=min");
    Bench one("fast,timing=min,jitter=2us", 1);
    Bench again("fast,timing=min,jitter=2us", 1);
    Bench other("fast,timing=min,jitter=2us", 2);
    for (Bench *b : {&plain, &one, &again, &other}) {
        b->add_slave(ADDR7);
        EXPECT_EQ(b->run(shape).end, MASTER_DONE);
        EXPECT_EQ(b->findings.size(), 0u);
        EXPECT_EQ(b->decoded(), plain.decoded());
    }
    EXPECT_EQ(one.edges(), again.edges());
    EXPECT_NE(one.edges(), other.edges());
    const Phases without = phases(plain, 0);
    const Phases with = phases(one, 0);
    EXPECT_GE(with.low_min, without.low_min);
    EXPECT_GE(with.high_min, without.high_min);
    // Of 370 draws the largest comes close to the bound.
    for (const uint64_t grown_ps :
         {with.low_max - without.low_max, with.high_max - without.high_max}) {
        EXPECT_LE(grown_ps, 2 * I2C_PS_PER_US);
        EXPECT_GT(grown_ps, 19 * I2C_PS_PER_US / 10);
    }
    EXPECT_EQ(one.run(joined).end, MASTER_DONE); // START, Sr, STOP and tBUF vary, too
    EXPECT_EQ(one.run(joined).end, MASTER_DONE);
    EXPECT_EQ(one.findings.size(), 0u);
}

// Phases of all magnitudes: none shorter than the least, some a little longer, some far longer.
TEST(TextbookParameters, SpreadOverAllMagnitudes)
{
    const std::vector<Message> shape = {{MASTER_START, W, std::vector<uint8_t>(40)}};
    Bench plain("fast,timing=min");
    Bench wide("fast,timing=min,spread=1000", 1);
    for (Bench *b : {&plain, &wide}) {
        b->add_slave(ADDR7);
        EXPECT_EQ(b->run(shape).end, MASTER_DONE);
        EXPECT_EQ(b->findings.size(), 0u);
        EXPECT_EQ(b->decoded(), plain.decoded());
    }
    const Phases without = phases(plain, 0);
    const Phases far = phases(wide, 100 * 1300 * I2C_PS_PER_NS);
    const Phases near = phases(wide, 3 * 1300 * I2C_PS_PER_NS);
    EXPECT_GE(far.low_min, without.low_min);
    EXPECT_GE(far.high_min, without.high_min);
    EXPECT_LE(far.low_max, 1001 * without.low_max);
    EXPECT_GT(far.low_max, 500 * without.low_min);
    EXPECT_GT(far.long_lows, 30u);
    EXPECT_LT(near.long_lows, 345u); // of 370: the others are short
}

// edges=slow alone: the wires of timing=max, the intervals as they were (UM10204 Table 11: tr, tf).
TEST(TextbookParameters, SlowEdgesAtTheUsualTimes)
{
    char error[256] = "";
    master_spec slow, max, usual;
    for (const char *name : {"standard", "fast", "fastplus", "hs"}) {
        const std::string text = name;
        ASSERT_TRUE(master_spec_read(&slow, (text + ",edges=slow").c_str(), error, sizeof error));
        ASSERT_TRUE(master_spec_read(&max, (text + ",timing=max").c_str(), error, sizeof error));
        ASSERT_TRUE(master_spec_read(&usual, name, error, sizeof error));
        EXPECT_EQ(slow.wires.rp_ohm, max.wires.rp_ohm) << name;
        EXPECT_EQ(slow.wires.cb_pf, max.wires.cb_pf) << name;
        EXPECT_EQ(slow.wires.tf_ns, max.wires.tf_ns) << name;
        EXPECT_NE(slow.wires.tf_ns, usual.wires.tf_ns) << name;
    }
}

TEST(TextbookParameters, JitterIsATimeOrAShareOfThePeriod)
{
    char error[256] = "";
    master_spec spec;
    ASSERT_TRUE(master_spec_read(&spec, "fast,jitter=20%", error, sizeof error)) << error;
    EXPECT_STREQ(spec.text, "fast,jitter=500ns");
    ASSERT_TRUE(master_spec_read(&spec, "standard@10k,jitter=20%", error, sizeof error)) << error;
    EXPECT_STREQ(spec.text, "standard@10k,jitter=20us");
    for (const char *text :
         {"fast,jitter=%", "fast,jitter=2", "fast,jitter=-1%", "fast,jitter=20%%",
          "fast,jitter=10001%", "fast,jitter=1234567890123456789012345678901234567%"})
        EXPECT_FALSE(master_spec_read(&spec, text, error, sizeof error)) << text;
    EXPECT_FALSE(master_spec_read(&spec, "fast,t_low=20%", error, sizeof error));
}

// A static clock (UM10204 Table 11: fSCL from 0 Hz): it stands still in each byte, low and high.
TEST(TextbookParameters, StopTheClock)
{
    const uint64_t stop_ps = 100 * I2C_PS_PER_MS;
    Bench b("standard,dc=100ms", 3, 100 * I2C_PS_PER_S);
    b.add_slave(ADDR7);
    EXPECT_EQ(
        b.run({{MASTER_START, W, std::vector<uint8_t>(60), 0, false}, {MASTER_JOIN, R, {}, 4}}).end,
        MASTER_DONE);
    EXPECT_EQ(b.findings.size(), 0u);
    EXPECT_EQ(b.written.size(), 60u);
    const Phases p = phases(b, stop_ps);
    // 66 bytes; one in ten is let off, but where a Sr or STOP follows.
    EXPECT_NEAR(p.long_lows, 60, 7);
    EXPECT_NEAR(p.long_highs, 60, 7);
    EXPECT_LT(p.low_max, 2 * stop_ps);
    EXPECT_LT(p.high_max, 2 * stop_ps);
}

// Over many transfers every place has its turn: START's hold, Sr, STOP, each clock, both phases.
TEST(TextbookParameters, StopTheClockEverywhere)
{
    const uint64_t stop_ps = I2C_PS_PER_MS;
    std::vector<bool> low(10), high(11); // high[10]: behind the START
    for (uint64_t seed = 1; seed <= 600; seed++) {
        Bench b("fast,dc=1ms", seed);
        b.add_slave(ADDR7);
        b.run({{MASTER_START, W, {}}});
        unsigned falls = 0;
        uint64_t last_ps = edge_ps(b, I2C_SDA, false, 0);
        for (const Edge &e : b.edge_list) {
            if (e.line == I2C_SCL || &e == &b.edge_list.back()) {
                const bool stopped = e.at_ps - last_ps >= stop_ps;
                const bool was_high = e.line == I2C_SDA || !e.high;
                if (stopped && was_high)
                    high[falls == 0 ? 10 : falls - 1] = true;
                else if (stopped)
                    low[falls - 1] = true;
                falls += e.line == I2C_SCL && !e.high;
                last_ps = e.at_ps;
            }
        }
    }
    EXPECT_EQ(low, std::vector<bool>(10, true));
    EXPECT_EQ(high, std::vector<bool>(11, true));
}

// ---- life -----------------------------------------------------------------------------------

TEST(MasterLife, AbandonLeavesTheLinesAndResetLetsGo)
{
    for (const char *text : {"standard", "arduino@100k", "nxt"}) {
        Bench b(text);
        b.add_slave(ADDR7);
        i2c_timer stop = {[](void *ctx, uint64_t) { master_abandon(static_cast<master *>(ctx)); },
                          b.m, false};
        // In the middle of a byte; the NXT needs 1 ms before it starts.
        i2c_timer_set(b.sim, &stop,
                      std::string(text) == "nxt" ? 1500 * I2C_PS_PER_US : 57 * I2C_PS_PER_US);
        EXPECT_EQ(b.run({{MASTER_START, W, {0, 0}}}).end, MASTER_ABANDONED) << text;
        const size_t edges = b.edge_list.size();
        b.run_for(50 * I2C_PS_PER_MS);
        EXPECT_LE(b.edge_list.size(), edges + 1) << text; // a slope that was on its way
        master_reset(b.m);
        b.run_for(I2C_PS_PER_MS);
        EXPECT_EQ(i2c_line_pullers(b.sim, I2C_SCL), 0u) << text;
        EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_RELEASED) << text;
    }
}

// A START that somebody made is taken over: the master goes on with its address.
TEST(MasterLife, AdoptsAStart)
{
    for (const char *text : {"standard", "fast,timing=min", "arduino@100k", "nxt"}) {
        Bench b(text);
        b.add_slave(ADDR7);
        raw_hand hand = {};
        ASSERT_EQ(raw_init(&hand, b.sim, b.spec.mode, &b.spec.wires), I2C_OK);
        raw_pull(&hand, I2C_SDA);
        ASSERT_TRUE(master_adopt_start(b.m, hand.node)) << text;
        EXPECT_EQ(b.run({{MASTER_START, W, {0x12}}}).end, MASTER_DONE) << text;
        b.run_for(I2C_PS_PER_MS);
        EXPECT_EQ(b.decoded(), "S 0x50+W A 0x12 A P") << text;
    }
}

// The tag of each START is its message's number.
TEST(MasterLife, TagsEachStartWithItsMessage)
{
    for (const char *text : {"standard", "arduino@100k", "nxt"}) {
        Bench b(text);
        b.add_slave(ADDR7);
        const std::vector<Message> twice = {{MASTER_START, W, {1}, 0, false},
                                            {MASTER_JOIN, R, {}, 1}};
        b.run(twice);
        b.run(twice);
        std::vector<unsigned> tags;
        for (const i2c_event &e : b.events)
            if (e.kind == I2C_EVENT_START || e.kind == I2C_EVENT_SR)
                tags.push_back(e.message);
        EXPECT_EQ(tags, (std::vector<unsigned>{0, 1, 0, 1})) << text;
    }
}

// ---- policies of the sequencer --------------------------------------------------------------

namespace
{

// A master made of parts, as later models are.
struct Made {
    explicit Made(const sequence_policy &p, uint64_t scl_wait_ps = I2C_NEVER_PS)
        : bench("standard"), policy(p)
    {
        const bit_table table = bit_table_typical(I2C_MODE_SM);
        bit_timing_for_wires(&timing, &table, &bench.spec.wires, I2C_AT_50);
        base.sim = bench.sim;
        i2c_node_config c = {};
        c.name = "made";
        c.role = I2C_ROLE_MASTER;
        c.threshold = I2C_AT_50;
        c.hears = BIT_ENGINE_HEARS;
        c.on_edge = [](void *ctx, i2c_line line, bool high, uint64_t now_ps) {
            bit_engine_edge(&static_cast<Made *>(ctx)->sequence.bits, line, high, now_ps);
        };
        c.ctx = this;
        EXPECT_EQ(i2c_node_add(bench.sim, &c, &base.node), I2C_OK);
        sequence.bits.bus_wait_ps = I2C_PS_PER_MS;
        sequence.bits.scl_wait_ps = scl_wait_ps;
        sequencer_init(&sequence, &base, &timing, &policy);
    }

    master_outcome write(uint8_t address)
    {
        const uint8_t data[] = {0x12};
        master_message m = {};
        m.addressed = true;
        m.address = address;
        m.data = data;
        m.count = 1;
        m.stop = true;
        const master_transfer transfer = {&m, 1};
        master_outcome out = {};
        sequencer_run(&sequence, &transfer, &out);
        return out;
    }

    Bench bench;
    sequence_policy policy;
    bit_timing timing = {};
    master base = {};
    sequencer sequence = {};
};

} // namespace

TEST(SequencerPolicy, RetriesTheAddress)
{
    sequence_policy p = {};
    p.address_retries = 3;
    Made m(p);
    EXPECT_EQ(m.write(0x22).end, MASTER_NACKED);
    EXPECT_EQ(m.bench.decoded(), "S 0x11+W N P S 0x11+W N P S 0x11+W N P S 0x11+W N P");
    EXPECT_EQ(m.bench.events.back().attempt, 3u);
}

TEST(SequencerPolicy, LeavesTheBusWithoutAStop)
{
    sequence_policy p = {};
    p.address_nack = SEQUENCE_LEAVE;
    Made m(p);
    EXPECT_EQ(m.write(0x22).end, MASTER_NACKED);
    m.bench.run_for(I2C_PS_PER_MS);
    EXPECT_TRUE(i2c_line_level(m.bench.sim, I2C_SCL));
    EXPECT_TRUE(i2c_line_level(m.bench.sim, I2C_SDA));
}

TEST(SequencerPolicy, GivesUpWaitingForScl)
{
    Made m(sequence_policy{}, 100 * I2C_PS_PER_US);
    m.bench.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 9, I2C_PS_PER_MS);
    const master_outcome out = m.write(W);
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_STREQ(out.why, "SCL held low too long");
}
