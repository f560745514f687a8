// The injector: cuts transfers off, and clears a bus.
#include "tests/models/masters_all.h"

extern "C" {
#include "models/parts/injector.h"
#include "models/parts/neighbour.h"
#include "models/parts/raw.h"
}

#include <memory>

namespace
{

enum Ending { STOP, RESTART };

// A master, a slave at 0x50 that gives and takes anything, an injector that cuts in after a number
// of edges of the bus.
struct Cut {
    explicit Cut(const std::string &text, uint8_t data) : bench(text), byte(data)
    {
        neighbour_config c = {};
        c.name = "slave";
        i2c_profile owner = {};
        i2c_profile_own(&owner, 0x50);
        c.own_addr7[0] = owner.own_addr7[0];
        c.own_addr7[1] = owner.own_addr7[1];
        c.threshold = I2C_AT_50;
        c.output_delay_ps =
            bench.spec.mode == I2C_MODE_HS ? NEIGHBOUR_HS_DELAY_PS : NEIGHBOUR_USUAL_DELAY_PS;
        c.takes_bytes = NEIGHBOUR_TAKES_ALL;
        c.table = &byte;
        c.table_bytes = 1;
        EXPECT_EQ(neighbour_init(&slave, bench.sim, &c), I2C_OK);
        EXPECT_EQ(injector_init(&in, bench.sim, bench.spec.mode, &bench.spec.wires), I2C_OK);
        i2c_node_config trigger = {};
        trigger.name = "trigger";
        trigger.role = I2C_ROLE_NEIGHBOUR;
        trigger.threshold = I2C_AT_50;
        trigger.hears = I2C_HEAR_ALL;
        trigger.on_edge = [](void *ctx, i2c_line, bool, uint64_t now_ps) {
            auto *cut = static_cast<Cut *>(ctx);
            if (++cut->edges == cut->at_edge)
                i2c_timer_set(cut->bench.sim, &cut->fire, now_ps + cut->after_ps);
        };
        trigger.ctx = this;
        i2c_node node = 0;
        EXPECT_EQ(i2c_node_add(bench.sim, &trigger, &node), I2C_OK);
        fire.fire = [](void *ctx, uint64_t) {
            auto *cut = static_cast<Cut *>(ctx);
            if (cut->done)
                return;
            cut->fired = true;
            injector_take_over(&cut->in, master_node(cut->bench.m));
            master_abandon(cut->bench.m);
        };
        fire.ctx = this;
    }

    Bench bench;
    uint8_t byte;
    neighbour slave = {};
    injector in = {};
    i2c_timer fire = {};
    unsigned edges = 0, at_edge = 0;
    uint64_t after_ps = 1 * I2C_PS_PER_US;
    bool fired = false, done = false;
};

const std::vector<Message> READ_TWO = {{MASTER_START, 0x50 << 1, {0x00}, 0, false},
                                       {MASTER_JOIN, 0x50 << 1 | 1, {}, 2}};

// The injector's own timing is that of its mode.
void expect_legal(const Cut &cut, unsigned edge)
{
    for (const i2c_finding &f : cut.bench.findings) {
        EXPECT_EQ(f.blame >> injector_node(&cut.in) & 1u, 0u)
            << edge << ": " << f.rule->id << " " << f.message << " at " << f.at_ps / 1000 << " ns\n"
            << cut.bench.edges();
    }
}

} // namespace

class CutAt : public testing::TestWithParam<std::tuple<std::string, int, int>>
{
};

// UM10204 3.1.16 and 3.1.10 note 4: wherever a transfer is cut off, at most nine clocks are needed
// before a STOP can be made, and the next transfer works.
TEST_P(CutAt, EveryEdgeAStopCanBeMade)
{
    for (unsigned edge = 1;; edge++) {
        Cut cut(std::get<0>(GetParam()), static_cast<uint8_t>(std::get<1>(GetParam())));
        cut.at_edge = edge;
        cut.after_ps = static_cast<uint64_t>(std::get<2>(GetParam())) * I2C_PS_PER_NS;
        const master_outcome out = cut.bench.run(READ_TWO);
        cut.done = true;
        if (!cut.fired) {
            EXPECT_GT(edge, 60u);
            return;
        }
        ASSERT_EQ(out.end, MASTER_ABANDONED) << edge;
        injector_outcome cutting = {};
        injector_stop(&cut.in, I2C_PS_PER_MS, &cutting);
        ASSERT_EQ(cutting.end, INJECTOR_OK) << edge << "\n" << cut.bench.edges();
        EXPECT_LE(cutting.clocks, 9u);
        EXPECT_FALSE(i2c_sim_monitor(cut.bench.sim)->open) << edge;
        EXPECT_TRUE(i2c_line_level(cut.bench.sim, I2C_SCL) &&
                    i2c_line_level(cut.bench.sim, I2C_SDA));
        master_reset(cut.bench.m);
        EXPECT_EQ(cut.bench.run(READ_TWO).end, MASTER_DONE) << edge;
        EXPECT_EQ(cut.bench.got[1][0], cut.byte);
        expect_legal(cut, edge);
    }
}

// The same with a START: a fresh master goes on from it with its address.
TEST_P(CutAt, EveryEdgeAFreshMasterGoesOnFromAStart)
{
    for (unsigned edge = 1;; edge++) {
        Cut cut(std::get<0>(GetParam()), static_cast<uint8_t>(std::get<1>(GetParam())));
        cut.at_edge = edge;
        cut.after_ps = static_cast<uint64_t>(std::get<2>(GetParam())) * I2C_PS_PER_NS;
        (void)cut.bench.run(READ_TWO);
        cut.done = true;
        if (!cut.fired) {
            EXPECT_GT(edge, 60u);
            return;
        }
        injector_outcome cutting = {};
        cut.bench.forget();
        injector_restart(&cut.in, I2C_PS_PER_MS, &cutting);
        ASSERT_EQ(cutting.end, INJECTOR_OK) << edge;
        master_reset(cut.bench.m);
        ASSERT_TRUE(master_adopt_start(cut.bench.m, injector_node(&cut.in)));
        ASSERT_EQ(cut.bench.run(READ_TWO).end, MASTER_DONE) << edge;
        ASSERT_EQ(cut.bench.got[1][0], cut.byte);
        expect_legal(cut, edge);
        const std::string text = cut.bench.decoded();
        const size_t at = text.find("0x50+W A 0x00 A");
        ASSERT_NE(at, std::string::npos) << edge << ": " << text;
        const std::string before = " " + text.substr(0, at);
        ASSERT_TRUE(before.size() < 3 || before.find("S Sr ") == std::string::npos) << edge;
        ASSERT_TRUE(before.find("Sr Sr ") == std::string::npos) << edge << ": two STARTs: " << text;
    }
}

// Every master at every speed; more ways to cut where the timing is the tightest.
INSTANTIATE_TEST_SUITE_P(OfARead, CutAt,
                         testing::Combine(testing::ValuesIn(masters_at_each_speed()),
                                          testing::Values(0x00, 0x55, 0xFF),
                                          testing::Values(0, 1000)));
INSTANTIATE_TEST_SUITE_P(OfATightRead, CutAt,
                         testing::Combine(testing::Values("standard,ideal=1", "standard,timing=min",
                                                          "fast,timing=min", "arduino@400k"),
                                          testing::Values(0x00, 0x55, 0xAA, 0xFF),
                                          testing::Values(0, 1000, 2500)));

// UM10204 3.1.16: a slave that is never clocked further holds SDA; SCL held low is told apart.
TEST(Injector, TellsWhatIsStuck)
{
    Cut cut("standard", 0);
    raw_hand hand = {};
    ASSERT_EQ(raw_init(&hand, cut.bench.sim, cut.bench.spec.mode, &cut.bench.spec.wires), I2C_OK);
    raw_pull(&hand, I2C_SDA);
    injector_outcome out = {};
    injector_stop(&cut.in, I2C_PS_PER_MS, &out);
    EXPECT_EQ(out.end, INJECTOR_SDA_STUCK);
    EXPECT_EQ(out.clocks, 9u);
    raw_release(&hand, I2C_SDA);
    raw_pull(&hand, I2C_SCL);
    injector_stop(&cut.in, I2C_PS_PER_MS, &out);
    EXPECT_EQ(out.end, INJECTOR_SCL_STUCK);
    EXPECT_EQ(out.longest_low_ps, I2C_PS_PER_MS);
}

// UM10204 3.1.16: bus clear is nine clocks; a slave that sends 0x00 lets go in the ninth.
TEST(Injector, ClearsABusWithNineClocks)
{
    Cut cut("standard", 0x00);
    cut.at_edge = 45; // in the read's data
    (void)cut.bench.run(READ_TWO);
    ASSERT_TRUE(cut.fired);
    cut.bench.forget();
    injector_outcome out = {};
    injector_clear_bus(&cut.in, I2C_PS_PER_MS, &out);
    EXPECT_EQ(out.end, INJECTOR_OK);
    EXPECT_FALSE(i2c_sim_monitor(cut.bench.sim)->open);
    unsigned rises = 0;
    for (const Edge &e : cut.bench.edge_list)
        rises += e.line == I2C_SCL && e.high;
    EXPECT_GE(rises, 10u); // nine and the STOP's
    EXPECT_LE(rises, 11u); // and letting go of a low SCL
}

namespace
{

unsigned rises_of_scl(const Cut &cut)
{
    unsigned rises = 0;
    for (const Edge &e : cut.bench.edge_list)
        rises += e.line == I2C_SCL && e.high;
    return rises;
}

using Recover = void(injector *, uint64_t, injector_outcome *);

/// READ_TWO cut off behind `edge` and recovered; false: the cut left SDA to nobody or to the
/// master, so that there is nothing to recover from.
bool recovered(Cut *cut, unsigned edge, Recover *how, injector_outcome *out)
{
    cut->at_edge = edge;
    (void)cut->bench.run(READ_TWO);
    const uint32_t pulls = i2c_line_pullers(cut->bench.sim, I2C_SDA);
    if (!cut->fired || (pulls & ~(1u << injector_node(&cut->in))) == 0)
        return false;
    cut->bench.forget();
    how(&cut->in, I2C_PS_PER_MS, out);
    return true;
}

} // namespace

// In the acknowledge of a write nine clocks are a byte of 0xFF, whose ACK the slave holds in the
// last of them: the STOP is made all the same.
TEST(Injector, ClearsABusWhereverASlaveHoldsSda)
{
    unsigned cuts = 0;
    for (const uint8_t data : std::vector<uint8_t>{0x00, 0x55, 0xFF})
        for (unsigned edge = 1; edge < 140; edge++) {
            Cut cut("standard", data);
            injector_outcome out = {};
            if (!recovered(&cut, edge, injector_clear_bus, &out))
                continue;
            cuts++;
            EXPECT_EQ(out.end, INJECTOR_OK) << edge;
            EXPECT_FALSE(i2c_sim_monitor(cut.bench.sim)->open) << edge;
            expect_legal(cut, edge);
        }
    EXPECT_GT(cuts, 40u);
}

// Linux i2c_generic_scl_recovery(): SDA follows SCL, so that a STOP forms as soon as the slave
// sends a 1 or leaves SDA in the ninth clock.
TEST(Injector, TriesAStopInEachClock)
{
    unsigned cuts = 0;
    for (const uint8_t data : std::vector<uint8_t>{0x00, 0x55, 0xFF})
        for (unsigned edge = 1; edge < 140; edge++) {
            Cut cut("standard", data);
            injector_outcome out = {};
            if (!recovered(&cut, edge, injector_stop_each_clock, &out))
                continue;
            cuts++;
            EXPECT_EQ(out.end, INJECTOR_OK) << edge;
            EXPECT_FALSE(i2c_sim_monitor(cut.bench.sim)->open) << edge;
            EXPECT_LE(out.clocks, data == 0x00 ? 9u : 3u) << edge;
            EXPECT_LE(rises_of_scl(cut), out.clocks + 1) << edge;
            expect_legal(cut, edge);
        }
    EXPECT_GT(cuts, 40u);
}

// The ESP8266's Arduino core clocks while SDA is low and makes no STOP.
TEST(Injector, ClocksUntilSdaIsHighWithoutAStop)
{
    unsigned cuts = 0;
    for (unsigned edge = 1; edge < 140; edge++) {
        Cut cut("standard", 0x00);
        injector_outcome out = {};
        if (!recovered(&cut, edge, injector_clock_sda_high, &out))
            continue;
        cuts++;
        EXPECT_EQ(out.end, INJECTOR_OK) << edge;
        EXPECT_LE(out.clocks, 9u) << edge;
        EXPECT_TRUE(i2c_line_level(cut.bench.sim, I2C_SDA)) << edge;
        EXPECT_TRUE(i2c_sim_monitor(cut.bench.sim)->open) << edge;
        expect_legal(cut, edge);
    }
    EXPECT_GT(cuts, 20u);
}

TEST(Injector, GivesUpOnASdaThatIsStuck)
{
    Cut stuck("standard", 0x00);
    raw_hand hand = {};
    ASSERT_EQ(raw_init(&hand, stuck.bench.sim, stuck.bench.spec.mode, &stuck.bench.spec.wires),
              I2C_OK);
    raw_pull(&hand, I2C_SDA);
    injector_outcome out = {};
    injector_clear_bus(&stuck.in, I2C_PS_PER_MS, &out);
    EXPECT_EQ(out.end, INJECTOR_SDA_STUCK);
    injector_clock_sda_high(&stuck.in, I2C_PS_PER_MS, &out);
    EXPECT_EQ(out.end, INJECTOR_SDA_STUCK);
    EXPECT_EQ(out.clocks, 10u);
    injector_stop_each_clock(&stuck.in, I2C_PS_PER_MS, &out);
    EXPECT_EQ(out.end, INJECTOR_SDA_STUCK);
    EXPECT_EQ(out.clocks, 9u);
}

// UM10204 3.1.9: the hand waits for a stretching slave only as long as it was told.
TEST(RawHand, ClocksWithSdaLeftAsItIs)
{
    Bench b("fast");
    raw_hand hand = {};
    ASSERT_EQ(raw_init(&hand, b.sim, b.spec.mode, &b.spec.wires), I2C_OK);
    raw_pull(&hand, I2C_SDA);
    EXPECT_EQ(raw_clock(&hand, 3, I2C_PS_PER_MS), 3u);
    raw_release(&hand, I2C_SDA);
    b.run_for(I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded(), "S P");
    EXPECT_EQ(b.edge_list.size(), 8u);
}
