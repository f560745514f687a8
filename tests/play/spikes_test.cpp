// Sweeps that leave the transfer whole: where spikes and chatter come, how long they are, and who
// is judged by them.
#include "tests/play/support.h"

#include <gtest/gtest.h>
#include <optional>

namespace
{

const char *const write_one = "S own+W [A] 0x00 [A] P";

/// Has input filters of 50 ns; scripted() has none.
const char *const filtered = "registers/registers.slave";

std::string sweep_of(const std::string &kind, const std::string &points,
                     const std::string &transfer = "S own+W [A] P")
{
    return scenario_t("sweep " + kind + " at " + points + " of " + transfer + " then recover");
}

struct Spike {
    i2c_line line;
    uint64_t from_ps, to_ps;
    bool scl, sda;         ///< the wires as it begins
    uint64_t edge_ps;      ///< the last edge of SCL before it; of SDA, where that is a START's
    uint64_t next_edge_ps; ///< the first one of SCL behind it
};

/// What one simulation showed of spikes, and of the pulls of the sweep's own node on SDA.
class Wires
{
  public:
    explicit Wires(const i2c_trace &trace)
    {
        for (uint64_t i = 0; i < i2c_trace_kept(&trace); i++)
            see(trace, *i2c_trace_at(&trace, i));
    }
    std::vector<Spike> spikes;
    std::vector<std::pair<uint64_t, bool>> moves; ///< of the sweep's node: since SCL fell; pulls
    bool moved_under_high_scl = false;

  private:
    void see(const i2c_trace &trace, const i2c_record &r)
    {
        if (r.kind == I2C_RECORD_LEVEL)
            level(static_cast<i2c_line>(r.a), r.b != 0, r.at_ps);
        else if (r.kind == I2C_RECORD_TRACK)
            track(trace.track[r.b].name, r.value != 0, r.at_ps);
        else if (r.kind == I2C_RECORD_PULLS && r.a == I2C_SDA)
            pulls(trace, r.value, r.at_ps);
    }
    void level(i2c_line line, bool high, uint64_t at_ps)
    {
        if (line == I2C_SDA && high_[I2C_SCL] && !high)
            edge_ps_ = at_ps;
        if (line == I2C_SCL) {
            edge_ps_ = at_ps;
            if (!spikes.empty() && spikes.back().next_edge_ps == 0)
                spikes.back().next_edge_ps = at_ps;
        }
        high_[line] = high;
    }
    void track(const std::string &name, bool on, uint64_t at_ps)
    {
        if (name != "spike_scl" && name != "spike_sda")
            return;
        const i2c_line line = name == "spike_scl" ? I2C_SCL : I2C_SDA;
        if (on)
            spikes.push_back({line, at_ps, 0, high_[I2C_SCL], high_[I2C_SDA], edge_ps_, 0});
        else if (!spikes.empty())
            spikes.back().to_ps = at_ps;
    }
    void pulls(const i2c_trace &trace, uint32_t nodes, uint64_t at_ps)
    {
        bool now = false;
        for (uint32_t n = 0; n < trace.nodes; n++)
            now = now || (std::string(trace.node[n]) == "sweep" && (nodes >> n & 1u) != 0);
        if (now == pulled_)
            return;
        pulled_ = now;
        moves.emplace_back(at_ps - edge_ps_, now);
        moved_under_high_scl = moved_under_high_scl || high_[I2C_SCL];
    }
    bool high_[2] = {true, true};
    bool pulled_ = false;
    uint64_t edge_ps_ = 0;
};

/// A sweep that was played, and the wires at each of its points.
struct Swept {
    Played played;
    std::vector<Wires> points;
};

Swept swept(const std::string &text, const std::string &name = "standard,ideal=1",
            const std::string &slave = filtered)
{
    Options options;
    options.masters = {name};
    options.traced = true;
    Stage stage(slave, text, options);
    EXPECT_TRUE(stage.ready()) << stage.message();
    Swept all;
    stage.look = [&](const i2c_trace &trace) {
        EXPECT_TRUE(i2c_trace_whole(&trace));
        all.points.emplace_back(trace);
    };
    all.played = stage.play();
    if (!all.points.empty())
        all.points.erase(all.points.begin()); // the transfer left whole
    return all;
}

uint32_t points_of(const std::string &kind, const std::string &points)
{
    return swept(sweep_of(kind, points)).played.result.points;
}

} // namespace

// SDA under a low SCL says nothing; SCL's low before SDA moves is one phase with that behind it.
TEST(SpikePoints, AreWhereTheLineMeansSomething)
{
    EXPECT_EQ(points_of("spike sda 49ns", "every edge"), 1u + 9u + 1u);
    EXPECT_EQ(points_of("spike scl 49ns", "every edge"), 1u + 2u * 9u + 2u);
    for (const char *kind : {"spike sda 49ns", "spike scl 49ns", "chatter"}) {
        EXPECT_EQ(points_of(kind, "every bit"), 9u) << kind;
        EXPECT_EQ(points_of(kind, "bits 2..5 of byte 0"), 4u) << kind;
    }
    EXPECT_EQ(points_of("chatter", "every edge"), 9u);
}

TEST(Spikes, ComeOnceAtEachPointAndLastAsLongAsIsSaid)
{
    for (const i2c_line line : {I2C_SCL, I2C_SDA}) {
        const Swept all =
            swept(sweep_of(line == I2C_SCL ? "spike scl 49ns" : "spike sda 49ns", "every edge"));
        EXPECT_EQ(all.played.verdict(), "pass") << all.played.told();
        ASSERT_EQ(all.points.size(), all.played.result.points);
        for (const Wires &wires : all.points) {
            ASSERT_EQ(wires.spikes.size(), 1u);
            const Spike &spike = wires.spikes[0];
            EXPECT_EQ(spike.line, line);
            EXPECT_EQ(spike.to_ps - spike.from_ps, 49000u);
            EXPECT_TRUE(line == I2C_SCL || spike.scl) << "SDA under a low SCL";
        }
    }
}

// tLOW is 4.7 us, tHIGH and tHD;STA 4 us; a filter gets 60 ns of quiet on either side.
TEST(Spikes, ComeInTheirPhaseWhereThePlaceSays)
{
    for (const int place : {0, 50, 100}) {
        const Swept all =
            swept(sweep_of("spike scl 40ns place " + std::to_string(place), "every edge"));
        ASSERT_FALSE(all.points.empty());
        for (const Wires &wires : all.points) {
            ASSERT_EQ(wires.spikes.size(), 1u);
            const Spike &spike = wires.spikes[0];
            const uint64_t phase_ps = spike.scl ? 4000000 : 4700000;
            EXPECT_EQ(spike.from_ps - spike.edge_ps,
                      60000u + (phase_ps - 2 * 60000u - 40000u) / 100 * (unsigned)place)
                << place << " %, SCL " << spike.scl;
        }
    }
}

TEST(Spikes, OfSeveralAreAsManyAsTheShortestPhaseHasRoomFor)
{
    const std::string text = sweep_of("spike scl 30ns x 20 every 90ns place 0", "every bit");
    for (const auto &[name, count] :
         std::vector<std::pair<std::string, size_t>>{{"standard,ideal=1", 20}, {"fast", 6}}) {
        const Swept all = swept(text, name);
        EXPECT_EQ(all.played.verdict(), "pass") << all.played.told();
        ASSERT_EQ(all.points.size(), 9u);
        for (const Wires &wires : all.points) {
            ASSERT_EQ(wires.spikes.size(), count);
            for (size_t i = 1; i < count; i++) {
                EXPECT_EQ(wires.spikes[i].from_ps - wires.spikes[i - 1].from_ps, 90000u);
                EXPECT_EQ(wires.spikes[i].to_ps - wires.spikes[i].from_ps, 30000u);
            }
            EXPECT_GE(wires.spikes.back().next_edge_ps - wires.spikes.back().to_ps, 60000u);
        }
    }
}

// The transfer is left whole: its brackets are judged to the end.
TEST(Spikes, AreHeldAgainstASlaveThatTakesThemForEdges)
{
    for (const char *kind : {"spike scl 49ns", "spike sda 49ns"}) {
        const Swept all = swept(sweep_of(kind, "every edge", write_one), "standard", scripted());
        EXPECT_EQ(all.played.verdict(), "fail") << all.played.told();
        EXPECT_GT(all.played.result.points_failed, 10u) << kind;
        EXPECT_STREQ(all.played.first().rule, "bracket") << all.played.told();
    }
}

// Of constants the compiler tells so.
TEST(Spikes, ThatCannotBeAreAnError)
{
    const std::pair<const char *, const char *> kinds[] = {
        {"1 49", "spike scl 49ns x 2 every (v * 1ns)"},
        {"101 200", "spike scl 49ns place v"},
        {"0", "spike scl 49ns x v every 100ns"}};
    for (const auto &[values, kind] : kinds) {
        Stage stage(filtered, scenario_t("for v in " + std::string(values)) + "    sweep " + kind +
                                  " at every bit of S own+W [A] P then recover\n");
        ASSERT_TRUE(stage.ready()) << stage.message();
        ASSERT_GT(stage.count(), 0u);
        for (uint32_t i = 0; i < stage.count(); i++)
            EXPECT_EQ(stage.play(i).verdict(), "error") << kind << " " << i;
    }
    Stage most(filtered, scenario_t("for v in 0 50 100") +
                             "    sweep spike scl 49ns x 2 every (v * 1ns + 50ns) place v at every "
                             "bit of S own+W [A] P then recover\n");
    ASSERT_TRUE(most.ready()) << most.message();
    ASSERT_EQ(most.count(), 3u);
    for (uint32_t i = 0; i < 3; i++)
        EXPECT_EQ(most.play(i).verdict(), "pass") << i;
}

TEST(Chatter, MovesSdaThreeTimesWhileSclIsLow)
{
    for (const auto &[name, step_ps] : std::vector<std::pair<std::string, uint64_t>>{
             {"standard,ideal=1", 470000}, {"fast,ideal=1", 130000}}) {
        const Swept all = swept(sweep_of("chatter", "every edge"), name);
        EXPECT_EQ(all.played.verdict(), "pass") << all.played.told();
        ASSERT_EQ(all.points.size(), 9u);
        for (const Wires &wires : all.points) {
            EXPECT_FALSE(wires.moved_under_high_scl);
            ASSERT_EQ(wires.moves.size(), 6u);
            for (size_t i = 0; i < 6; i++) {
                EXPECT_EQ(wires.moves[i].first, 50000 + i * step_ps);
                EXPECT_EQ(wires.moves[i].second, i % 2 == 0);
            }
            EXPECT_TRUE(wires.spikes.empty());
        }
    }
}
