// Cases that are played for a measurement: with another promise, vector, load or clock.
#include "tests/play/support.h"

extern "C" {
#include "slave_under_test/kind.h"
}

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

namespace
{

constexpr uint64_t us = 1000000;

play_trial trial_of(slave_lateness what, uint64_t time_ps)
{
    play_trial trial = {};
    trial.promise = {what, time_ps};
    return trial;
}

Played tried(const std::string &lines, const play_trial &trial, const std::string &keys = "",
             const slave_adapter *adapter = nullptr)
{
    Options options;
    options.adapter = adapter;
    Stage stage(scripted(keys), scenario_t(lines), options);
    EXPECT_TRUE(stage.ready()) << stage.message();
    play_case one = stage.at(0);
    one.trial = &trial;
    return stage.play(one);
}

TEST(Trial, ItsPromiseIsInPlaceOfTheSlaves)
{
    const std::string keys = "tolerates latency 5us\ntolerates irq_off 7us";
    const play_trial trial = trial_of(SLAVE_LATENCY, 9 * us);
    const Played p = tried("expect latency.promised == 9us", trial, keys);
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    const Played other = tried("expect irq_off.promised == 7us", trial, keys);
    EXPECT_EQ(other.verdict(), "not_applicable") << other.told();
    // None of it holds any longer for the next case.
    EXPECT_EQ(played("expect latency.promised == 5us", keys).verdict(), "pass");
}

TEST(Trial, MakesOneOfAllInterruptsLate)
{
    const std::string lines = "with latency latency.promised\nS own+W [A] P";
    play_trial trial = trial_of(SLAVE_LATENCY, 100 * us);
    EXPECT_EQ(tried(lines, trial).verdict(), "fail");
    std::snprintf(trial.vector, sizeof trial.vector, "SCL_FALL");
    EXPECT_EQ(tried(lines, trial).verdict(), "fail");
    std::snprintf(trial.vector, sizeof trial.vector, "LATER");
    const Played p = tried(lines, trial);
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

TEST(Trial, ItsLoadLastsBesideWhatTheScenarioAsksFor)
{
    const std::string lines = "with main_stall 1us\n"
                              "    ( S own+W [A or N] P ) x 20\n"
                              "( S own+W [A or N] P ) x 20\n"
                              "expect app addressed_times < 40";
    play_trial trial = trial_of(SLAVE_LATENCY, 0);
    EXPECT_EQ(tried(lines, trial).verdict(), "fail");
    std::snprintf(trial.load.isr_load_vector, sizeof trial.load.isr_load_vector, "TIMER0");
    trial.load.isr_load_ps = 100 * us;
    trial.load.isr_load_every_ps = 1000 * us;
    const Played p = tried(lines, trial);
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

// ---- a kind with a CPU clock -----------------------------------------------------------------

std::vector<uint64_t> clocks; // that were asked for, when they changed

void note_clock(const slave_load &load)
{
    if (clocks.empty() || clocks.back() != load.cpu_hz)
        clocks.push_back(load.cpu_hz);
}

slave_instance *attach_clocked(slave_image *image, i2c_sim *sim,
                               const slave_attach_options *options)
{
    note_clock(options->load);
    return slave_adapter_find("hosted")->attach(image, sim, options);
}

void load_clocked(slave_instance *instance, const slave_load *load)
{
    note_clock(*load);
    slave_adapter_find("hosted")->load(instance, load);
}

slave_adapter clocked(uint64_t (*cpu_hz)(const slave_image *))
{
    slave_adapter adapter = *slave_adapter_find("hosted");
    adapter.attach = attach_clocked;
    adapter.load = load_clocked;
    adapter.cpu_hz = cpu_hz;
    clocks.clear();
    return adapter;
}

TEST(CpuClock, IsGivenToAKindThatHasOne)
{
    const slave_adapter adapter = clocked([](const slave_image *) { return UINT64_C(8000000); });
    const play_trial trial = trial_of(SLAVE_LATENCY, 0);
    const Played p =
        tried("with cpu_clock 7.9MHz\n    S own+W [A] P\nS own+W [A] P", trial, "", &adapter);
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(clocks, (std::vector<uint64_t>{0, 7900000, 0}));
}

TEST(CpuClock, OfATrialIsThereFromTheBegin)
{
    const slave_adapter adapter = clocked([](const slave_image *) { return UINT64_C(8000000); });
    play_trial trial = trial_of(SLAVE_LATENCY, 0);
    trial.load.cpu_hz = 1000000;
    const Played p = tried("with latency 100ns\n    S own+W [A] P", trial, "", &adapter);
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(clocks, (std::vector<uint64_t>{1000000}));
}

TEST(CpuClock, IsNotApplicableWhereTheSlaveHasNone)
{
    const slave_adapter adapter = clocked([](const slave_image *) { return UINT64_C(0); });
    const Played p =
        tried("with cpu_clock 7.9MHz\nS own+W [A] P", trial_of(SLAVE_LATENCY, 0), "", &adapter);
    EXPECT_EQ(p.verdict(), "not_applicable") << p.told();
}

} // namespace
