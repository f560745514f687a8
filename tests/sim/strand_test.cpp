// Strands: functions that let time pass beside who runs the simulation.
extern "C" {
#include "sim/sim.h"
#include "sim/strand.h"
}

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

constexpr uint64_t US = I2C_PS_PER_US;

struct World {
    i2c_sim *sim = nullptr;
    std::vector<std::string> log;
    i2c_strand *strand[2] = {nullptr, nullptr};
    bool flag = false;

    explicit World(uint64_t budget_ps = I2C_NEVER_PS)
    {
        i2c_sim_config c = {};
        c.wires.ideal = true;
        c.budget_ps = budget_ps;
        EXPECT_EQ(i2c_sim_new(&sim, &c), I2C_OK);
        for (i2c_strand *&s : strand)
            EXPECT_EQ(i2c_strand_new(&s), I2C_OK);
    }
    ~World()
    {
        for (i2c_strand *s : strand)
            i2c_strand_free(s);
        i2c_sim_free(sim);
    }
    World(const World &) = delete;
    World &operator=(const World &) = delete;
    void note(const std::string &what)
    {
        log.push_back(what + "@" + std::to_string(i2c_sim_now_ps(sim) / US));
    }
    void start(unsigned i, i2c_strand_fn *run)
    {
        EXPECT_EQ(i2c_strand_start(strand[i], sim, run, this), I2C_OK);
    }
};

void every_three(void *ctx)
{
    auto *w = static_cast<World *>(ctx);
    for (unsigned i = 0; i < 3; i++) {
        w->note("three");
        i2c_sim_run(w->sim, i2c_sim_now_ps(w->sim) + 3 * US);
    }
}

void every_two(void *ctx)
{
    auto *w = static_cast<World *>(ctx);
    for (unsigned i = 0; i < 4; i++) {
        w->note("two");
        i2c_sim_run(w->sim, i2c_sim_now_ps(w->sim) + 2 * US);
    }
}

void waits_for_flag(void *ctx)
{
    auto *w = static_cast<World *>(ctx);
    const bool came = i2c_sim_run_until(w->sim, &w->flag, 100 * US);
    w->note(came ? "came" : "never");
}

void raises_flag(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    *static_cast<bool *>(ctx) = true;
}

} // namespace

TEST(Strands, RunBesideTheCallerAndEachOther)
{
    World w;
    w.start(0, every_three);
    w.start(1, every_two);
    EXPECT_TRUE(i2c_strand_runs(w.strand[0]));
    for (unsigned i = 0; i < 2; i++) {
        i2c_sim_run(w.sim, i2c_sim_now_ps(w.sim) + 5 * US);
        w.note("caller");
    }
    EXPECT_EQ(w.log, (std::vector<std::string>{"three@0", "two@0", "two@2", "three@3", "two@4",
                                               "caller@5", "three@6", "two@6", "caller@10"}));
    EXPECT_FALSE(i2c_strand_runs(w.strand[0]));
    EXPECT_FALSE(i2c_strand_runs(w.strand[1]));
}

// The caller is in the loop that knows of no strands when one begins.
TEST(Strands, MayBeginWithinAnEvent)
{
    World w;
    i2c_timer timer = {
        [](void *ctx, uint64_t) { static_cast<World *>(ctx)->start(0, every_three); }, &w, false};
    i2c_timer_set(w.sim, &timer, US);
    i2c_sim_run(w.sim, 20 * US);
    EXPECT_EQ(w.log, (std::vector<std::string>{"three@1", "three@4", "three@7"}));
    EXPECT_EQ(i2c_sim_now_ps(w.sim), 20 * US);
}

TEST(Strands, GoOnWhenTheirFlagIsUpAndElseAtTheirTime)
{
    for (const bool raised : {true, false}) {
        World w;
        i2c_timer timer = {raises_flag, &w.flag, false};
        w.start(0, waits_for_flag);
        if (raised)
            i2c_timer_set(w.sim, &timer, 7 * US);
        i2c_sim_run(w.sim, 500 * US);
        EXPECT_EQ(w.log.at(0), raised ? "came@7" : "never@100");
    }
}

TEST(Strands, EndTheirWaitsWithTheBudget)
{
    World w(50 * US);
    w.start(0, waits_for_flag);
    i2c_sim_run(w.sim, 500 * US);
    EXPECT_TRUE(i2c_sim_budget_spent(w.sim));
    EXPECT_EQ(w.log.at(0), "never@50");
    EXPECT_FALSE(i2c_strand_runs(w.strand[0]));
}

TEST(Strands, AreDroppedWithTheirSimulation)
{
    World w;
    i2c_sim_config c = {};
    c.wires.ideal = true;
    c.budget_ps = I2C_NEVER_PS;
    w.start(0, waits_for_flag);
    EXPECT_EQ(i2c_sim_reset(w.sim, &c), I2C_OK);
    EXPECT_FALSE(i2c_strand_runs(w.strand[0]));
    i2c_sim_run(w.sim, 500 * US);
    EXPECT_TRUE(w.log.empty());
    w.start(0, every_two); // and may run again
    i2c_sim_run(w.sim, i2c_sim_now_ps(w.sim) + 100 * US);
    EXPECT_EQ(w.log.size(), 4u);
}
