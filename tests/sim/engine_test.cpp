// Time, lines, attribution and faults.
#include "tests/sim/scripted.h"

extern "C" {
#include "sim/rc.h"
}

#include <gtest/gtest.h>

#include <cmath>

namespace
{

constexpr uint64_t ns(uint64_t n)
{
    return n * 1000;
}

struct Edge {
    i2c_line line;
    bool high;
    uint64_t at_ps;
    unsigned node;
    bool operator==(const Edge &o) const
    {
        return line == o.line && high == o.high && at_ps == o.at_ps && node == o.node;
    }
};

/// A bus with a few nodes that write down what they hear.
struct Bus {
    struct Listener {
        Bus *bus;
        unsigned index;
    };
    i2c_sim *sim = nullptr;
    i2c_node node[4] = {};
    Listener listener[4] = {};
    std::vector<Edge> heard;
    std::vector<i2c_event> events;

    explicit Bus(i2c_wires wires = {true, 0, 0, 0},
                 std::vector<i2c_threshold> thresholds = {I2C_AT_50, I2C_AT_50, I2C_AT_50})
    {
        i2c_sim_config config = {};
        config.wires = wires;
        config.budget_ps = I2C_NEVER_PS;
        config.on_event = [](void *ctx, const i2c_event *e) {
            static_cast<Bus *>(ctx)->events.push_back(*e);
        };
        config.on_event_ctx = this;
        EXPECT_EQ(i2c_sim_new(&sim, &config), I2C_OK);
        static const char *const names[] = {"a", "b", "c", "d"};
        for (unsigned i = 0; i < thresholds.size(); i++) {
            listener[i] = {this, i};
            const i2c_node_config c = {names[i], I2C_ROLE_NEIGHBOUR, thresholds[i], I2C_HEAR_ALL,
                                       hear,     &listener[i]};
            EXPECT_EQ(i2c_node_add(sim, &c, &node[i]), I2C_OK);
        }
    }
    ~Bus()
    {
        i2c_sim_free(sim);
    }
    Bus(const Bus &) = delete;
    Bus &operator=(const Bus &) = delete;
    static void hear(void *ctx, i2c_line line, bool high, uint64_t now_ps)
    {
        const Listener *l = static_cast<Listener *>(ctx);
        l->bus->heard.push_back({line, high, now_ps, l->index});
    }
    void to(uint64_t time_ns)
    {
        i2c_sim_run(sim, ns(time_ns));
    }
    void set(unsigned i, i2c_line line, i2c_drive drive)
    {
        i2c_node_set(sim, node[i], line, drive);
    }
    void settle()
    {
        i2c_sim_run(sim, i2c_sim_now_ps(sim));
    }
    uint32_t makers(i2c_line line)
    {
        return i2c_line_edge_makers(sim, line);
    }
};

// ---- attribution ----------------------------------------------------------------------------

TEST(Attribution, FallBelongsToTheFirstPull)
{
    Bus bus;
    bus.set(0, I2C_SDA, I2C_PULLED);
    bus.settle();
    bus.to(10);
    bus.set(1, I2C_SDA, I2C_PULLED);
    bus.settle();
    EXPECT_EQ(bus.makers(I2C_SDA), 1u);
    EXPECT_EQ(i2c_line_pullers(bus.sim, I2C_SDA), 3u);
    EXPECT_EQ(i2c_line_fall_ps(bus.sim, I2C_SDA, I2C_AT_50), 0u);
}

TEST(Attribution, RiseBelongsToTheLastRelease)
{
    Bus bus;
    bus.set(0, I2C_SDA, I2C_PULLED);
    bus.set(1, I2C_SDA, I2C_PULLED);
    bus.settle();
    EXPECT_EQ(bus.makers(I2C_SDA), 3u); // one instant: shared
    bus.to(10);
    bus.set(0, I2C_SDA, I2C_RELEASED);
    bus.settle();
    EXPECT_FALSE(i2c_line_level(bus.sim, I2C_SDA));
    bus.to(20);
    bus.set(1, I2C_SDA, I2C_RELEASED);
    bus.settle();
    EXPECT_EQ(bus.makers(I2C_SDA), 2u);
    EXPECT_EQ(i2c_line_rise_ps(bus.sim, I2C_SDA, I2C_AT_70), ns(20));
}

TEST(Attribution, NodesThatReleaseInOneInstantShareTheRise)
{
    Bus bus;
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(5);
    bus.set(1, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(10);
    bus.set(1, I2C_SCL, I2C_RELEASED);
    bus.set(0, I2C_SCL, I2C_RELEASED);
    bus.settle();
    EXPECT_EQ(bus.makers(I2C_SCL), 3u);
}

TEST(Attribution, HandOverMakesNoEdgeAndKeepsTheTransfer)
{
    Bus bus;
    bus.set(0, I2C_SDA, I2C_PULLED);
    bus.settle();
    bus.to(10);
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(20);
    bus.heard.clear();
    i2c_node_hand_over(bus.sim, bus.node[0], bus.node[2]);
    bus.settle();
    EXPECT_TRUE(bus.heard.empty());
    EXPECT_EQ(i2c_line_pullers(bus.sim, I2C_SDA), 4u);
    EXPECT_EQ(i2c_line_pullers(bus.sim, I2C_SCL), 4u);
    EXPECT_EQ(i2c_node_drive(bus.sim, bus.node[0], I2C_SDA), I2C_RELEASED);
    EXPECT_NE(i2c_sim_monitor(bus.sim)->owner & 4u, 0u);
    EXPECT_NE(bus.makers(I2C_SDA) & 1u, 0u);
}

// ---- instants -------------------------------------------------------------------------------

// The result of an instant does not hang on who was called first.
TEST(Instants, OrderOfTheNodesDoesNotMatter)
{
    for (const bool swapped : {false, true}) {
        Bus bus;
        bus.set(0, I2C_SDA, I2C_PULLED);
        bus.settle();
        bus.to(10);
        bus.heard.clear();
        // One lets go and another pulls in the same instant: no edge, in either order.
        bus.set(swapped ? 1 : 0, I2C_SDA, swapped ? I2C_PULLED : I2C_RELEASED);
        bus.set(swapped ? 0 : 1, I2C_SDA, swapped ? I2C_RELEASED : I2C_PULLED);
        bus.settle();
        EXPECT_TRUE(bus.heard.empty());
        EXPECT_EQ(i2c_line_pullers(bus.sim, I2C_SDA), 2u);
    }
}

TEST(Instants, PullThatIsTakenBackAtOnceMakesNoEdge)
{
    Bus bus;
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.set(0, I2C_SCL, I2C_RELEASED);
    bus.settle();
    EXPECT_TRUE(bus.heard.empty());
}

// Requirement I2C-TIM-20: SCL first is a 0 ns hold, SDA first is START or STOP.
TEST(Instants, OrderOfTheLinesTellsAZeroHoldFromAStart)
{
    for (const i2c_line first : {I2C_SCL, I2C_SDA}) {
        Bus bus;
        bus.to(10);
        i2c_node_set_both(bus.sim, bus.node[0], first, I2C_PULLED, I2C_PULLED);
        bus.settle();
        ASSERT_EQ(bus.events.size(), first == I2C_SDA ? 1u : 0u);
        if (first == I2C_SDA) {
            EXPECT_EQ(bus.events[0].kind, I2C_EVENT_START);
        }
    }
}

TEST(Instants, OrderOfTheLinesTellsAStopFromAFreeBit)
{
    for (const i2c_line first : {I2C_SCL, I2C_SDA}) {
        Bus bus;
        bus.set(0, I2C_SDA, I2C_PULLED);
        bus.settle();
        bus.to(10);
        bus.set(0, I2C_SCL, I2C_PULLED);
        bus.settle();
        bus.to(20);
        i2c_node_set_both(bus.sim, bus.node[0], first, I2C_RELEASED, I2C_RELEASED);
        bus.settle();
        EXPECT_EQ(bus.events.size(), first == I2C_SCL ? 2u : 1u);
        EXPECT_EQ(i2c_sim_monitor(bus.sim)->open, first != I2C_SCL);
    }
}

struct Answer {
    i2c_sim *sim;
    i2c_node node;
};

// A pull made in answer to an edge is the next round of the same instant.
TEST(Instants, AnswerToAnEdgeComesInTheSameInstant)
{
    i2c_sim *sim = nullptr;
    i2c_sim_config config = {};
    config.wires.ideal = true;
    config.budget_ps = I2C_NEVER_PS;
    ASSERT_EQ(i2c_sim_new(&sim, &config), I2C_OK);
    Answer answer = {sim, 0};
    const i2c_node_config c = {"a",
                               I2C_ROLE_NEIGHBOUR,
                               I2C_AT_50,
                               I2C_HEAR_SCL_FALL,
                               [](void *ctx, i2c_line, bool, uint64_t) {
                                   const Answer *a = static_cast<Answer *>(ctx);
                                   i2c_node_pull(a->sim, a->node, I2C_SDA);
                                   EXPECT_TRUE(i2c_line_level(a->sim, I2C_SDA)); // not yet
                               },
                               &answer};
    ASSERT_EQ(i2c_node_add(sim, &c, &answer.node), I2C_OK);
    i2c_sim_run(sim, ns(10));
    i2c_node_pull(sim, answer.node, I2C_SCL);
    i2c_sim_run(sim, ns(10));
    EXPECT_FALSE(i2c_line_level(sim, I2C_SDA));
    EXPECT_EQ(i2c_sim_now_ps(sim), ns(10));
    EXPECT_FALSE(i2c_sim_monitor(sim)->open); // SCL was low already: no START
    i2c_sim_free(sim);
}

// ---- timers ---------------------------------------------------------------------------------

struct Marks {
    std::vector<int> *order;
    int mark;
    i2c_sim *sim;
    i2c_timer *again;
};

void put_mark(void *ctx, uint64_t now_ps)
{
    const Marks *m = static_cast<Marks *>(ctx);
    m->order->push_back(m->mark);
    if (m->again != nullptr)
        i2c_timer_set(m->sim, m->again, now_ps);
}

TEST(Timers, FireByTimeAndThenInTheOrderOfTheirQueueing)
{
    Bus bus;
    std::vector<int> order;
    Marks marks[5];
    i2c_timer timer[5];
    for (int i = 0; i < 5; i++) {
        marks[i] = {&order, i, bus.sim, nullptr};
        timer[i] = {put_mark, &marks[i], false};
    }
    i2c_timer_set(bus.sim, &timer[0], ns(20));
    i2c_timer_set(bus.sim, &timer[1], ns(10));
    i2c_timer_set(bus.sim, &timer[2], ns(20));
    i2c_timer_set(bus.sim, &timer[3], ns(10));
    i2c_timer_set(bus.sim, &timer[4], ns(15));
    i2c_timer_cancel(bus.sim, &timer[4]);
    i2c_timer_set(bus.sim, &timer[0], ns(20)); // moves behind its equals
    bus.to(30);
    EXPECT_EQ(order, (std::vector<int>{1, 3, 2, 0}));
    EXPECT_FALSE(timer[0].queued);
}

TEST(Timers, OneQueuedForNowFiresInTheNextRound)
{
    Bus bus;
    std::vector<int> order;
    Marks late = {&order, 2, bus.sim, nullptr};
    i2c_timer late_timer = {put_mark, &late, false};
    Marks first = {&order, 1, bus.sim, &late_timer};
    Marks second = {&order, 3, bus.sim, nullptr};
    i2c_timer first_timer = {put_mark, &first, false};
    i2c_timer second_timer = {put_mark, &second, false};
    i2c_timer_set(bus.sim, &first_timer, ns(10));
    i2c_timer_set(bus.sim, &second_timer, ns(10));
    EXPECT_TRUE(i2c_sim_step(bus.sim));
    EXPECT_EQ(order, (std::vector<int>{1, 3, 2}));
    EXPECT_EQ(i2c_sim_now_ps(bus.sim), ns(10));
}

static i2c_sim *sim_for_100ns()
{
    i2c_sim *sim = nullptr;
    i2c_sim_config config = {};
    config.wires.ideal = true;
    config.budget_ps = ns(100);
    EXPECT_EQ(i2c_sim_new(&sim, &config), I2C_OK);
    return sim;
}

TEST(Timers, BudgetEndsTheRun)
{
    i2c_sim *sim = sim_for_100ns();
    ASSERT_NE(sim, nullptr);
    i2c_sim_run(sim, ns(100));
    EXPECT_FALSE(i2c_sim_budget_spent(sim));
    i2c_sim_run(sim, ns(200));
    EXPECT_TRUE(i2c_sim_budget_spent(sim));
    EXPECT_EQ(i2c_sim_now_ps(sim), ns(100));
    i2c_sim_free(sim);
}

TEST(Timers, BudgetGrowsByWhatPassesOnPurpose)
{
    i2c_sim *sim = sim_for_100ns();
    ASSERT_NE(sim, nullptr);
    i2c_sim_extend_budget(sim, ns(50));
    i2c_sim_run(sim, ns(150));
    EXPECT_FALSE(i2c_sim_budget_spent(sim));
    i2c_sim_run(sim, ns(151));
    EXPECT_TRUE(i2c_sim_budget_spent(sim));
    i2c_sim_extend_budget(sim, ns(50)); // what is spent stays spent
    i2c_sim_run(sim, ns(180));
    EXPECT_EQ(i2c_sim_now_ps(sim), ns(150));
    i2c_sim_free(sim);
}

TEST(Random, StreamsComeFromTheSeedAlone)
{
    i2c_sim *a = nullptr, *b = nullptr;
    i2c_sim_config config = {};
    config.wires.ideal = true;
    config.budget_ps = I2C_NEVER_PS;
    config.seed = 7;
    ASSERT_EQ(i2c_sim_new(&a, &config), I2C_OK);
    ASSERT_EQ(i2c_sim_new(&b, &config), I2C_OK);
    (void)i2c_sim_random(a, 1); // another stream does not move this one
    for (int i = 0; i < 100; i++)
        EXPECT_EQ(i2c_sim_random(a, 0), i2c_sim_random(b, 0));
    EXPECT_EQ(i2c_sim_random_below(a, 2, 0), 0u);
    for (int i = 0; i < 100; i++)
        EXPECT_LT(i2c_sim_random_below(a, 2, 3), 3u);
    i2c_sim_free(a);
    i2c_sim_free(b);
}

// ---- wires with resistance and capacitance --------------------------------------------------

constexpr i2c_wires kWires = {false, 4700, 100, 100}; // RC = 470 ns, tf = 100 ns

// Requirement spec 1.6: t(x) = RC ln(1 / (1 - x)).
TEST(RcRise, CrossesWhereTheClosedFormSays)
{
    Bus bus(kWires, {I2C_AT_30, I2C_AT_50, I2C_AT_70});
    bus.set(0, I2C_SDA, I2C_PULLED);
    bus.settle();
    bus.to(10000);
    bus.heard.clear();
    bus.set(0, I2C_SDA, I2C_RELEASED);
    bus.settle();
    bus.to(20000);
    const double rc_ps = 470e3;
    const double share[] = {0.3, 0.5, 0.7};
    ASSERT_EQ(bus.heard.size(), 3u);
    for (unsigned i = 0; i < 3; i++) {
        const double expected = rc_ps * std::log(1 / (1 - share[i]));
        EXPECT_NEAR((double)(bus.heard[i].at_ps - ns(10000)), expected, 2.0);
        EXPECT_EQ(bus.heard[i].node, i);
        EXPECT_EQ(i2c_line_rise_ps(bus.sim, I2C_SDA, (i2c_threshold)i), bus.heard[i].at_ps);
    }
}

// A fall takes tf from 70 % to 30 %, at the pace of its driver.
TEST(RcRise, FallTakesTheFallTime)
{
    Bus bus(kWires, {I2C_AT_30, I2C_AT_50, I2C_AT_70});
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(1000);
    ASSERT_EQ(bus.heard.size(), 3u);
    EXPECT_EQ(bus.heard[0], (Edge{I2C_SCL, false, 0, 2}));
    EXPECT_EQ(bus.heard[1], (Edge{I2C_SCL, false, ns(50), 1}));
    EXPECT_EQ(bus.heard[2], (Edge{I2C_SCL, false, ns(100), 0}));
}

// A line pulled again in mid-rise: receivers differ on whether there was an edge.
TEST(RcRise, RuntIsSeenByTheThresholdsItReached)
{
    Bus bus(kWires, {I2C_AT_30, I2C_AT_50, I2C_AT_70});
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(10000);
    bus.heard.clear();
    bus.set(0, I2C_SCL, I2C_RELEASED);
    bus.settle();
    bus.to(10250); // 30 % at 167.6 ns, 50 % at 325.8 ns
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(20000);
    ASSERT_EQ(bus.heard.size(), 2u);
    EXPECT_TRUE(bus.heard[0].high);
    EXPECT_EQ(bus.heard[0].node, 0u);
    EXPECT_FALSE(bus.heard[1].high);
    EXPECT_EQ(bus.heard[1].node, 0u);
    EXPECT_EQ(i2c_line_rise_ps(bus.sim, I2C_SCL, I2C_AT_70), I2C_NEVER_PS);
    // v(250 ns) = 1 - exp(-250/470) = 0.4125; down to 0.3 at 0.4 VDD per 100 ns.
    const double expected = 10250e3 + (0.4125 - 0.3) / 0.4 * 100e3;
    EXPECT_NEAR((double)bus.heard[1].at_ps, expected, 30.0);
}

TEST(RcRise, RiseThatEndsBelow30PercentIsSeenByNobody)
{
    Bus bus(kWires, {I2C_AT_30, I2C_AT_50, I2C_AT_70});
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(10000);
    bus.heard.clear();
    bus.set(0, I2C_SCL, I2C_RELEASED);
    bus.settle();
    bus.to(10160);
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(20000);
    EXPECT_TRUE(bus.heard.empty());
}

// The voltage is state: a second rise from mid-level arrives earlier by what is there already.
TEST(RcRise, BeginsAtTheVoltageThatIsThere)
{
    Bus bus(kWires, {I2C_AT_30, I2C_AT_50, I2C_AT_70});
    bus.set(0, I2C_SDA, I2C_PULLED);
    bus.settle();
    bus.to(1000);
    bus.set(0, I2C_SDA, I2C_RELEASED);
    bus.settle();
    bus.to(1500);
    bus.set(0, I2C_SDA, I2C_PULLED); // v = 1 - exp(-500/470) = 0.6549
    bus.settle();
    bus.to(1540);
    bus.set(0, I2C_SDA, I2C_RELEASED); // 0.6549 - 0.16 = 0.4949
    bus.settle();
    bus.to(10000);
    const double expected = 1540e3 + 470e3 * std::log((1 - 0.49489) / (1 - 0.7));
    EXPECT_NEAR((double)i2c_line_rise_ps(bus.sim, I2C_SDA, I2C_AT_70), expected, 60.0);
}

TEST(RcRise, LiteralsAreTheLogarithmsThatTheyStandFor)
{
    const double ln[] = {std::log(1 / 0.7), std::log(2.0), std::log(1 / 0.3)};
    for (unsigned k = 0; k < 3; k++)
        EXPECT_NEAR((double)i2c_rc_rise_ps(1000000000, k), 1e9 * ln[k], 2.0);
    for (const uint64_t at_ps : {1000ull, 50000ull, 470000ull, 2000000ull}) {
        const double v = (double)i2c_rc_voltage_q32(470000, at_ps) / 4294967296.0;
        EXPECT_NEAR(v, 1 - std::exp(-(double)at_ps / 470e3), 1e-8);
        EXPECT_NEAR((double)i2c_rc_elapsed_ps(470000, i2c_rc_voltage_q32(470000, at_ps)),
                    (double)at_ps, 2.0);
    }
}

// ---- push-pull ------------------------------------------------------------------------------

TEST(PushPullLine, RisesAtOnceAndLosesAgainstAPull)
{
    Bus bus(kWires);
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    bus.to(1000);
    bus.set(0, I2C_SCL, I2C_DRIVEN_HIGH);
    bus.settle();
    EXPECT_TRUE(i2c_line_level(bus.sim, I2C_SCL)); // no RC time
    bus.to(2000);
    bus.set(1, I2C_SCL, I2C_PULLED);
    bus.to(3000);
    EXPECT_FALSE(i2c_line_level(bus.sim, I2C_SCL));
    EXPECT_EQ(i2c_node_drive(bus.sim, bus.node[0], I2C_SCL), I2C_DRIVEN_HIGH);
}

// ---- faults ---------------------------------------------------------------------------------

TEST(Faults, StuckLineStaysLowUntilCleared)
{
    Bus bus;
    i2c_fault fault;
    ASSERT_EQ(i2c_fault_init(&fault, bus.sim), I2C_OK);
    i2c_fault_stick(&fault, I2C_SDA);
    bus.to(10);
    EXPECT_FALSE(i2c_line_level(bus.sim, I2C_SDA));
    i2c_fault_clear(&fault);
    bus.to(20);
    EXPECT_TRUE(i2c_line_level(bus.sim, I2C_SDA));
}

TEST(Faults, LowGlitchLastsItsWidth)
{
    Bus bus;
    i2c_fault fault;
    ASSERT_EQ(i2c_fault_init(&fault, bus.sim), I2C_OK);
    i2c_fault_glitch(&fault, I2C_SCL, false, ns(100), ns(25));
    bus.to(1000);
    ASSERT_EQ(bus.heard.size(), 6u); // three listeners
    EXPECT_EQ(bus.heard[0], (Edge{I2C_SCL, false, ns(100), 0}));
    EXPECT_EQ(bus.heard[3], (Edge{I2C_SCL, true, ns(125), 0}));
}

TEST(Faults, HighGlitchOverridesAPull)
{
    Bus bus;
    i2c_fault fault;
    ASSERT_EQ(i2c_fault_init(&fault, bus.sim), I2C_OK);
    bus.set(0, I2C_SCL, I2C_PULLED);
    bus.settle();
    i2c_fault_glitch(&fault, I2C_SCL, true, ns(100), ns(25));
    bus.to(110);
    EXPECT_TRUE(i2c_line_level(bus.sim, I2C_SCL));
    bus.to(200);
    EXPECT_FALSE(i2c_line_level(bus.sim, I2C_SCL));
}

TEST(Faults, ShortJoinsTheLines)
{
    Bus bus;
    i2c_fault fault;
    ASSERT_EQ(i2c_fault_init(&fault, bus.sim), I2C_OK);
    i2c_fault_short(&fault);
    bus.settle();
    bus.set(0, I2C_SDA, I2C_PULLED);
    bus.set(1, I2C_SCL, I2C_RELEASED);
    bus.settle();
    EXPECT_FALSE(i2c_line_level(bus.sim, I2C_SDA));
    EXPECT_FALSE(i2c_line_level(bus.sim, I2C_SCL));
    bus.set(0, I2C_SDA, I2C_RELEASED);
    bus.settle();
    EXPECT_TRUE(i2c_line_level(bus.sim, I2C_SDA));
    EXPECT_TRUE(i2c_line_level(bus.sim, I2C_SCL));
    i2c_fault_clear(&fault);
    bus.set(0, I2C_SDA, I2C_PULLED);
    bus.settle();
    EXPECT_TRUE(i2c_line_level(bus.sim, I2C_SCL));
}

// ---- making ---------------------------------------------------------------------------------

TEST(Making, RefusesWiresOutOfRange)
{
    const i2c_wires bad[] = {{false, 99, 100, 0},
                             {false, 1000001, 100, 0},
                             {false, 4700, 0, 0},
                             {false, 4700, 10001, 0},
                             {false, 4700, 100, 10001}};
    for (const i2c_wires &wires : bad) {
        i2c_sim *sim = nullptr;
        i2c_sim_config config = {};
        config.wires = wires;
        EXPECT_EQ(i2c_sim_new(&sim, &config), I2C_BAD_CONFIG);
        EXPECT_EQ(sim, nullptr);
    }
}

TEST(Making, RefusesMoreNodesThanItHolds)
{
    Bus bus;
    const i2c_node_config c = {"n", I2C_ROLE_NEIGHBOUR, I2C_AT_50, 0, nullptr, nullptr};
    i2c_node node = 0;
    for (unsigned i = 3; i < I2C_NODE_MAX; i++)
        ASSERT_EQ(i2c_node_add(bus.sim, &c, &node), I2C_OK);
    EXPECT_EQ(i2c_node_add(bus.sim, &c, &node), I2C_TOO_MANY);
    EXPECT_EQ(i2c_sim_node_count(bus.sim), (unsigned)I2C_NODE_MAX);
}

TEST(Making, ResetForgetsEverything)
{
    scripted::Rig rig;
    rig.profile(scripted::fast_slave(0x50));
    rig.acks(0);
    rig.start();
    rig.write(0x60);
    rig.finish();
    ASSERT_GT(rig.rules().findings, 0u);
    i2c_sim_config config = {};
    config.wires.ideal = true;
    config.budget_ps = I2C_NEVER_PS;
    ASSERT_EQ(i2c_sim_reset(rig.sim, &config), I2C_OK);
    EXPECT_EQ(rig.rules().findings, 0u);
    EXPECT_EQ(i2c_sim_now_ps(rig.sim), 0u);
    EXPECT_TRUE(i2c_line_level(rig.sim, I2C_SDA));
    EXPECT_FALSE(i2c_sim_monitor(rig.sim)->open);
    EXPECT_EQ(i2c_sim_node_count(rig.sim), 0u);
}

// ---- side-band wires ------------------------------------------------------------------------

TEST(SideBand, ListenerIsToldOfChangesOnly)
{
    Bus bus;
    int changes = 0;
    unsigned wire = 0;
    ASSERT_EQ(i2c_wire_add(
                  bus.sim, "irq", true,
                  [](void *ctx, bool, uint64_t) { ++*static_cast<int *>(ctx); }, &changes, &wire),
              I2C_OK);
    i2c_wire_set(bus.sim, wire, true);
    i2c_wire_set(bus.sim, wire, false);
    i2c_wire_set(bus.sim, wire, false);
    EXPECT_EQ(changes, 1);
    EXPECT_FALSE(i2c_wire_level(bus.sim, wire));
    EXPECT_EQ(i2c_wire_find(bus.sim, "irq"), (int)wire);
    EXPECT_EQ(i2c_wire_find(bus.sim, "reset"), -1);
}

// ---- those that keep up ---------------------------------------------------------------------

/// A clock of 10 ns that runs beside the simulation. At one of its ticks it does something to SDA.
struct Beside {
    Bus *bus;
    unsigned index;
    uint64_t acts_at_ps = I2C_NEVER_PS, leaves_at_ps = I2C_NEVER_PS;
    uint64_t now_ps = 0, ahead_ps = 0, sees_low_ps = 0;
    const Beside *other = nullptr;
    i2c_timer act{};

    void follow(uint64_t until_ps)
    {
        while (now_ps < until_ps && !act.queued) {
            now_ps += ns(10);
            if (other != nullptr && now_ps > other->now_ps)
                ahead_ps = std::max(ahead_ps, now_ps - other->now_ps);
            if (sees_low_ps == 0 && !i2c_line_level(bus->sim, I2C_SDA))
                sees_low_ps = now_ps;
            if (now_ps == leaves_at_ps) {
                i2c_sim_unfollow(bus->sim, this);
                return;
            }
            if (now_ps == acts_at_ps)
                i2c_timer_set(bus->sim, &act, now_ps);
        }
    }
    void join()
    {
        act.fire = [](void *ctx, uint64_t) {
            const Beside *b = static_cast<Beside *>(ctx);
            b->bus->set(b->index, I2C_SDA, I2C_PULLED);
        };
        act.ctx = this;
        i2c_sim_follow(
            bus->sim,
            [](void *ctx, uint64_t until_ps) { static_cast<Beside *>(ctx)->follow(until_ps); },
            this);
    }
};

TEST(Followers, OneAloneRunsToWhatIsDueAtOnce)
{
    Bus bus;
    Beside one{&bus, 0};
    one.acts_at_ps = ns(5000);
    one.join();
    bus.to(10000);
    EXPECT_EQ(i2c_line_fall_ps(bus.sim, I2C_SDA, I2C_AT_50), ns(5000));
    EXPECT_GE(one.now_ps, ns(10000));
    i2c_sim_unfollow(bus.sim, &one);
    bus.to(20000);
    EXPECT_LT(one.now_ps, ns(10100));
}

TEST(Followers, AreNeverFurtherApartThanAStride)
{
    Bus bus;
    Beside first{&bus, 0}, second{&bus, 1};
    first.other = &second;
    second.other = &first;
    second.acts_at_ps = ns(5000);
    first.join();
    second.join();
    bus.to(10000);
    EXPECT_EQ(i2c_line_fall_ps(bus.sim, I2C_SDA, I2C_AT_50), ns(5000));
    EXPECT_LE(first.ahead_ps, I2C_FOLLOWERS_APART_PS);
    EXPECT_LE(second.ahead_ps, I2C_FOLLOWERS_APART_PS);
    EXPECT_GT(first.sees_low_ps, ns(5000));
    EXPECT_LE(first.sees_low_ps, ns(5000) + I2C_FOLLOWERS_APART_PS + ns(10));
    EXPECT_GE(first.now_ps, ns(10000));
    EXPECT_GE(second.now_ps, ns(10000));
}

TEST(Followers, OneMayLeaveInTheMiddle)
{
    Bus bus;
    Beside first{&bus, 0}, second{&bus, 1}, third{&bus, 2};
    first.leaves_at_ps = ns(3000);
    third.leaves_at_ps = ns(4000);
    second.acts_at_ps = ns(5000);
    for (Beside *one : {&first, &second, &third})
        one->join();
    bus.to(10000);
    EXPECT_EQ(first.now_ps, ns(3000));
    EXPECT_EQ(third.now_ps, ns(4000));
    EXPECT_EQ(i2c_line_fall_ps(bus.sim, I2C_SDA, I2C_AT_50), ns(5000));
    EXPECT_GE(second.now_ps, ns(10000));
}

} // namespace
