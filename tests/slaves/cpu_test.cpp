// When interrupts are taken: flags, latency, priorities, windows, competing interrupts, main loop.
extern "C" {
#include "models/mcu/cpu.h"
}

#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace
{

constexpr uint64_t us = I2C_PS_PER_US;

/// A CPU whose routines note when they ran. Sources 0, 1, 2 with priorities 2, 1, 0.
class Cpu
{
  public:
    explicit Cpu(
        const std::function<void(mcu_cpu_config &, std::vector<mcu_source> &)> &adjust = {})
    {
        i2c_sim_config config = {};
        config.wires.ideal = true;
        config.budget_ps = I2C_NEVER_PS;
        if (i2c_sim_new(&sim, &config) != I2C_OK)
            std::abort();
        std::vector<mcu_source> sources = {{"A", MCU_BY_NONE, 2, false},
                                           {"B", MCU_BY_NONE, 1, false},
                                           {"C", MCU_BY_NONE, 0, false}};
        mcu_cpu_config c = {};
        c.sim = sim;
        c.body = body;
        c.on_endless = [](void *ctx, unsigned source, uint64_t since_ps) {
            static_cast<Cpu *>(ctx)->endless.emplace_back(source, since_ps);
        };
        c.ctx = this;
        c.cycle_ps = us;
        if (adjust)
            adjust(c, sources);
        c.source = sources.data();
        c.sources = static_cast<unsigned>(sources.size());
        mcu_cpu_init(&cpu, &c);
        mcu_cpu_set_load(&cpu, &load);
        mcu_cpu_start(&cpu);
        for (unsigned i = 0; i < c.sources; i++)
            mcu_cpu_enable(&cpu, i, true);
    }
    ~Cpu()
    {
        mcu_cpu_end(&cpu);
        i2c_sim_free(sim);
    }
    Cpu(const Cpu &) = delete;
    Cpu &operator=(const Cpu &) = delete;

    void set_load(const mcu_load &l)
    {
        load = l;
        mcu_cpu_set_load(&cpu, &load);
    }
    void raise_at(uint64_t at_us, unsigned source)
    {
        i2c_sim_run(sim, at_us * us);
        mcu_cpu_raise(&cpu, source);
    }
    void run_to(uint64_t at_us)
    {
        i2c_sim_run(sim, at_us * us);
    }
    /// "A@5 B@9": routine and instant in us.
    std::string log() const
    {
        std::string text;
        for (const auto &[name, at_ps] : entries)
            text += (text.empty() ? "" : " ") + name + "@" + std::to_string(at_ps / us);
        return text;
    }

    i2c_sim *sim = nullptr;
    mcu_cpu cpu = {};
    mcu_load load = {};
    std::vector<uint64_t> length_ps = {0, 0, 0}; ///< what each body returns
    std::function<uint64_t(unsigned, unsigned)> other_body;
    std::vector<std::pair<std::string, uint64_t>> entries;
    std::vector<std::pair<unsigned, uint64_t>> endless;
    uint64_t main_length_ps = 10 * us;

    static uint64_t main_pass(void *ctx)
    {
        Cpu *c = static_cast<Cpu *>(ctx);
        c->entries.emplace_back("main", i2c_sim_now_ps(c->sim));
        return c->main_length_ps;
    }

  private:
    static uint64_t body(void *ctx, unsigned source, unsigned phase)
    {
        Cpu *c = static_cast<Cpu *>(ctx);
        std::string name(1, static_cast<char>('A' + source));
        if (phase != 0)
            name += std::to_string(phase);
        c->entries.emplace_back(name, i2c_sim_now_ps(c->sim));
        return c->other_body ? c->other_body(source, phase) : c->length_ps[source];
    }
};

} // namespace

TEST(CpuModel, AnIdleCpuEntersInTheInstantOfTheEdgeAndQueuesNothing)
{
    Cpu c;
    c.raise_at(5, 0);
    EXPECT_EQ(c.log(), "A@5");
    EXPECT_FALSE(c.cpu.wake.queued);
    EXPECT_FALSE(i2c_sim_step(c.sim));
}

TEST(CpuModel, ASecondEdgeWhileItsFlagIsSetMergesWithIt)
{
    Cpu c;
    c.length_ps = {10 * us, 0, 0};
    c.raise_at(5, 0);
    c.raise_at(7, 0); // the flag was cleared at entry: this one is kept
    c.raise_at(8, 0); // this one merges
    c.run_to(100);
    EXPECT_EQ(c.log(), "A@5 A@15");
    EXPECT_EQ(c.cpu.merged[0], 1u);
    EXPECT_EQ(c.cpu.entered[0], 2u);
}

TEST(CpuModel, LatencyCountsFromTheEdgeAndKeepsTheFlagSet)
{
    Cpu c;
    mcu_load load = {};
    load.latency_ps[0] = 12 * us;
    c.set_load(load);
    c.raise_at(5, 0);
    c.raise_at(9, 0); // merges: hardware goes on meanwhile, but has one flag
    c.raise_at(10, 1);
    c.run_to(100);
    EXPECT_EQ(c.log(), "B@10 A@17");
    EXPECT_EQ(c.cpu.merged[0], 1u);
    EXPECT_EQ(c.cpu.longest_wait_ps, 12 * us);
}

TEST(CpuModel, EntryTimeDelaysTheFirstInstruction)
{
    Cpu c([](mcu_cpu_config &config, std::vector<mcu_source> &) { config.entry_ps = 2 * us; });
    c.raise_at(5, 0);
    c.raise_at(6, 1);
    c.run_to(100);
    EXPECT_EQ(c.log(), "A@7 B@9");
}

TEST(CpuModel, OfSeveralTheLowestPriorityNumberGoesFirst)
{
    Cpu c;
    c.length_ps = {3 * us, 3 * us, 3 * us};
    c.run_to(5);
    mcu_cpu_raise_all(&c.cpu, 7);
    c.run_to(100);
    EXPECT_EQ(c.log(), "C@5 B@8 A@11");
}

TEST(CpuModel, ARoutineIsInterruptedOnlyByWhomItAllows)
{
    for (const mcu_preemption by : {MCU_BY_NONE, MCU_BY_HIGHER, MCU_BY_ANY}) {
        Cpu c([&](mcu_cpu_config &, std::vector<mcu_source> &s) { s[1].interrupted_by = by; });
        c.length_ps = {2 * us, 20 * us, 2 * us};
        c.raise_at(5, 1);
        c.raise_at(7, 0);
        c.raise_at(12, 2);
        c.run_to(100);
        if (by == MCU_BY_NONE)
            EXPECT_EQ(c.log(), "B@5 C@25 A@27");
        else if (by == MCU_BY_HIGHER)
            EXPECT_EQ(c.log(), "B@5 C@12 A@27") << "B ends 2 us later for C";
        else
            EXPECT_EQ(c.log(), "B@5 A@7 C@12");
    }
}

TEST(CpuModel, NothingIsEnteredInAWindowWithInterruptsOff)
{
    Cpu c;
    mcu_load load = {};
    load.irq_off_ps = 10 * us;
    load.irq_off_every_ps = 50 * us;
    load.irq_off_first_ps = 20 * us;
    c.set_load(load);
    for (const uint64_t at_us : std::vector<uint64_t>{15, 20, 35, 75})
        c.raise_at(at_us, 0);
    c.run_to(200);
    EXPECT_EQ(c.log(), "A@15 A@30 A@35 A@80");
}

TEST(CpuModel, ACompetingInterruptKeepsOthersWaiting)
{
    Cpu c;
    mcu_load load = {};
    load.isr_ps = 10 * us;
    load.isr_every_ps = 100 * us;
    load.isr_first_ps = 20 * us;
    c.set_load(load);
    for (const uint64_t at_us : std::vector<uint64_t>{10, 25, 125})
        c.raise_at(at_us, 0);
    c.run_to(300);
    EXPECT_EQ(c.log(), "A@10 A@30 A@130");
    c.set_load(mcu_load{});
    c.raise_at(325, 0);
    EXPECT_EQ(c.log(), "A@10 A@30 A@130 A@325") << "the load has been taken away";
}

TEST(CpuModel, AFlagThatStaysSetEntersAgainUntilItIsCleared)
{
    Cpu c([](mcu_cpu_config &, std::vector<mcu_source> &s) { s[0].keeps_flag = true; });
    c.raise_at(5, 0);
    c.run_to(8); // each pass of no length takes a cycle, so that time goes on
    mcu_cpu_clear(&c.cpu, 0);
    c.run_to(50);
    EXPECT_EQ(c.log(), "A@5 A@6 A@7 A@8");
}

TEST(CpuModel, ABodyMayAskToBeCalledAgainInsideTheRoutine)
{
    Cpu c;
    c.other_body = [](unsigned source, unsigned phase) -> uint64_t {
        return source == 0 && phase < 3 ? MCU_AGAIN(phase + 1, 4 * us) : 2 * us;
    };
    c.raise_at(5, 0);
    c.raise_at(6, 2);
    c.run_to(50);
    EXPECT_EQ(c.log(), "A@5 A1@9 A2@13 A3@17 C@19");
}

TEST(CpuModel, ARoutineWithoutEndIsToldOnce)
{
    Cpu c([](mcu_cpu_config &config, std::vector<mcu_source> &) {
        config.routine_limit_ps = 100 * us;
    });
    c.other_body = [](unsigned, unsigned) -> uint64_t { return MCU_AGAIN(1, us); };
    c.raise_at(5, 0);
    c.run_to(500);
    ASSERT_EQ(c.endless.size(), 1u);
    EXPECT_EQ(c.endless[0], std::make_pair(0u, 101 * us));
}

TEST(CpuModel, AFlagThatNoRoutineClearsIsToldOfAndStopsTheCpu)
{
    Cpu c([](mcu_cpu_config &config, std::vector<mcu_source> &sources) {
        config.routine_limit_ps = 1000 * us;
        sources[0].keeps_flag = true;
        sources[1].keeps_flag = true;
    });
    c.length_ps = {10 * us, 0, 0};
    c.raise_at(5, 0);
    c.run_to(500);
    ASSERT_EQ(c.endless.size(), 1u);
    EXPECT_EQ(c.endless[0], std::make_pair(0u, 110 * us));
    EXPECT_EQ(c.cpu.entered[0], 12u) << "one entry each 10 us, and the last one stands";
}

TEST(CpuModel, AFlagThatIsClearedEachTimeMayComeForEver)
{
    Cpu c([](mcu_cpu_config &config, std::vector<mcu_source> &sources) {
        config.routine_limit_ps = 100 * us;
        sources[0].keeps_flag = true;
    });
    c.other_body = [&c](unsigned, unsigned) -> uint64_t {
        mcu_cpu_clear(&c.cpu, 0);
        return 5 * us;
    };
    for (uint64_t at = 5; at < 500; at += 10)
        c.raise_at(at, 0);
    c.run_to(500);
    EXPECT_TRUE(c.endless.empty());
    EXPECT_EQ(c.cpu.entered[0], 50u);
}

TEST(CpuModel, InterruptsLengthenThePassOfTheMainLoop)
{
    Cpu c([](mcu_cpu_config &config, std::vector<mcu_source> &) {
        config.main_loop = Cpu::main_pass;
    });
    c.length_ps = {4 * us, 0, 0};
    c.raise_at(5, 0);
    c.run_to(30);
    EXPECT_EQ(c.log(), "main@0 A@5 main@14 main@24");
}

TEST(CpuModel, ASleepingMainLoopIsWokenByAnInterrupt)
{
    Cpu c([](mcu_cpu_config &config, std::vector<mcu_source> &) {
        config.main_loop = Cpu::main_pass;
    });
    c.main_length_ps = MCU_SLEEP;
    c.length_ps = {4 * us, 0, 0};
    c.run_to(100);
    EXPECT_FALSE(c.cpu.wake.queued);
    c.raise_at(100, 0);
    c.raise_at(200, 1);
    c.run_to(300);
    EXPECT_EQ(c.log(), "main@0 A@100 main@104 B@200 main@200");
}

TEST(CpuModel, AStallHoldsTheMainLoopAndNotTheInterrupts)
{
    Cpu c([](mcu_cpu_config &config, std::vector<mcu_source> &) {
        config.main_loop = Cpu::main_pass;
    });
    mcu_load load = {};
    load.main_stall_ps = 25 * us;
    load.main_stall_first_ps = 15 * us;
    c.set_load(load);
    c.raise_at(30, 0);
    c.run_to(55);
    EXPECT_EQ(c.log(), "main@0 main@10 A@30 main@40 main@50");
}

TEST(CpuModel, DisabledSourcesKeepTheirFlagUntilTheyAreEnabled)
{
    Cpu c;
    c.run_to(1);
    mcu_cpu_enable(&c.cpu, 0, false);
    c.raise_at(5, 0);
    EXPECT_TRUE(mcu_cpu_pending(&c.cpu, 0));
    c.run_to(9);
    mcu_cpu_enable(&c.cpu, 0, true);
    mcu_cpu_interrupts(&c.cpu, false);
    c.raise_at(12, 1);
    c.run_to(20);
    mcu_cpu_interrupts(&c.cpu, true);
    EXPECT_EQ(c.log(), "A@9 B@20");
}

TEST(CpuModel, ResetForgetsEverythingUnderWay)
{
    Cpu c;
    c.length_ps = {50 * us, 0, 0};
    c.raise_at(5, 0);
    c.raise_at(10, 1);
    mcu_cpu_stop(&c.cpu);
    c.raise_at(15, 2);
    c.run_to(100);
    EXPECT_EQ(c.log(), "A@5");
    EXPECT_STREQ(mcu_cpu_doing(&c.cpu), "");
    mcu_cpu_start(&c.cpu);
    mcu_cpu_enable(&c.cpu, 1, true);
    c.raise_at(120, 1);
    EXPECT_EQ(c.log(), "A@5 B@120");
}
