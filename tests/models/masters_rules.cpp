// Every master, with a right slave, breaks no rule but the ones that are listed as its own; and
// what is listed does happen.
#include "tests/models/masters_hardware.h"

#include <algorithm>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t W = ADDR7 << 1;
const uint8_t R = ADDR7 << 1 | 1;
const uint8_t ABSENT7 = 0x11;

struct Shape {
    const char *name;
    std::vector<Message> messages;
    uint32_t takes = NEIGHBOUR_TAKES_ALL;
};

const std::vector<Shape> SHAPES = {
    {"probe", {{MASTER_START, W, {}}}},
    {"write", {{MASTER_START, W, {0x00, 0xFF, 0x55, 0xAA}}}},
    {"read", {{MASTER_START, R, {}, 3}}},
    {"write, read", {{MASTER_START, W, {0x10}, 0, false}, {MASTER_JOIN, R, {}, 4}}},
    {"write, write", {{MASTER_START, W, {0x10}, 0, false}, {MASTER_JOIN, W, {0xA5}}}},
    {"two transfers", {{MASTER_START, W, {0x10}}, {MASTER_START, W, {0x20}}}},
    {"two reads", {{MASTER_START, R, {}, 1}, {MASTER_START, R, {}, 2}}},
    {"address NACK", {{MASTER_START, ABSENT7 << 1, {1}}}},
    {"address NACK of a read", {{MASTER_START, ABSENT7 << 1 | 1, {}, 1}}},
    {"address NACK of a write, read",
     {{MASTER_START, ABSENT7 << 1, {1}, 0, false}, {MASTER_JOIN, ABSENT7 << 1 | 1, {}, 1}}},
    {"data NACK", {{MASTER_START, W, {1, 2, 3}}}, 1},
};

// Masters that the registry's speeds and choices do not make.
const std::vector<std::string> FURTHER = {
    "standard@10k",
    "standard,timing=min,threshold=30",
    "standard,timing=min,threshold=70",
    "standard,t_hd_sta=2us",
    "standard,t_su_dat=250ns",
    "fast,timing=min,t_su_dat=100ns",
    "arduino@9600",
    "arduino@31000",
    "arduino@1M",
    "arduino@400k,threshold=70",
    "nxt,tick=52.083us",
    "linux,udelay=1us",
    "linux,udelay=2us",
    "linux,udelay=3us,pin=300ns",
    "linux,threshold=70",
    "linux,call=0us",
    "linux,udelay=2us,call=0us",
    "cocotb,call=0us",
    "cocotb@400k,call=0us",
    "usb100,call=0us",
    "softi2c@1M",
    "softi2c@250k",
    "softi2c@100k,pin=300ns",
    "softi2c@400k,threshold=30",
};

std::vector<std::string> every_master()
{
    std::vector<std::string> list = masters_in_each_variant();
    list.insert(list.end(), FURTHER.begin(), FURTHER.end());
    return list;
}

// The least that the masters of many runs made of each interval.
struct Worst {
    i2c_margin margin[I2C_TIMING_COUNT] = {};

    void take(const i2c_rules *rules)
    {
        for (unsigned p = 0; p < I2C_TIMING_COUNT; p++)
            if (rules->master[p].seen &&
                (!margin[p].seen || rules->master[p].margin_ps < margin[p].margin_ps))
                margin[p] = rules->master[p];
    }
};

class MasterUnderRules : public testing::TestWithParam<std::string>
{
  public:
    static std::vector<std::string> on_wires()
    {
        return {GetParam(), GetParam() + ",ideal=1", on_slow_wires(GetParam())};
    }
    // All shapes, a few seeds: what is random must come up.
    static Worst runs(const std::string &text, const i2c_master_profile *profile,
                      std::vector<std::string> *findings)
    {
        Worst worst;
        for (const Shape &shape : SHAPES) {
            for (uint64_t seed = 1; seed <= 4; seed++) {
                Bench b(text, seed);
                b.add_slave(ADDR7, shape.takes);
                if (profile != nullptr)
                    i2c_sim_set_master_profile(b.sim, master_node(b.m), profile);
                if (!b.can(shape.messages))
                    continue;
                finish(b, shape, text, &worst, findings);
            }
        }
        return worst;
    }
    // Shorter than a half period, and many of them; now and then in fine steps.
    static std::vector<uint64_t> hold_lengths_ns()
    {
        std::vector<uint64_t> list;
        for (uint64_t ns = 100; ns < 61000; ns += ns < 1000 || ns / 1000 == 55 ? 50 : 333)
            if (ns < 10000 || ns > 35000)
                list.push_back(ns);
        return list;
    }
    // A slave that holds SCL in a bit, in the first one behind an ACK, before STOP, before what
    // joins messages and in the first bit read, for many lengths beyond the master's own low.
    static Worst stretched_runs(const std::string &text)
    {
        const std::vector<Message> both = write_then_read(ADDR7, {0x10}, 1);
        const struct {
            unsigned nth;
            std::vector<Message> messages;
        } places[] = {{5, both}, {10, both}, {19, write_of(ADDR7, {0x10})}, {19, both}, {29, both}};
        Worst worst;
        for (const auto &place : places) {
            Bench plain(text);
            plain.add_slave(ADDR7);
            if (!plain.can(place.messages))
                continue;
            plain.run(place.messages);
            const uint64_t low_ps = lows_ps(plain)[place.nth - 1];
            for (const uint64_t ns : hold_lengths_ns()) {
                Bench b(text);
                b.add_slave(ADDR7);
                b.hold_scl(place.nth, low_ps + ns * I2C_PS_PER_NS, I2C_ROLE_SLAVE);
                b.run(place.messages);
                b.run_for(10 * I2C_PS_PER_US); // SDA may still be on its way up
                worst.take(i2c_sim_rules(b.sim));
            }
        }
        return worst;
    }
    static void finish(Bench &b, const Shape &shape, const std::string &text, Worst *worst,
                       std::vector<std::string> *findings)
    {
        b.run(shape.messages);
        i2c_sim_finish(b.sim);
        worst->take(i2c_sim_rules(b.sim));
        for (const i2c_finding &f : b.findings)
            findings->push_back(text + ", " + shape.name + ": " + f.rule->id + " " + f.message +
                                " at " + std::to_string(f.at_ps / 1000) + " ns");
    }
};

} // namespace

// UM10204 Tables 10 and 11: on ideal wires, its own board's, and the slowest that the mode allows.
TEST_P(MasterUnderRules, KeepsItsTimingTableOrItsListedViolations)
{
    for (const std::string &text : on_wires()) {
        std::vector<std::string> findings;
        (void)runs(text, nullptr, &findings);
        EXPECT_EQ(findings, std::vector<std::string>{});
    }
}

// The same with a slave that holds SCL before a clock of each byte, no longer than the master
// waits, until shortly before the instant at which one that looks once a half clock looks again.
TEST_P(MasterUnderRules, KeepsThemUnderStretching)
{
    const master_spec spec = spec_of(GetParam());
    const uint64_t half_ps = I2C_PS_PER_S / spec.scl_hz / 2;
    const Shape shape = {"stretched", write_then_read(ADDR7, {0x10}, 2)};
    const Shape write = {"stretched write", write_of(ADDR7, {0x10})};
    for (const std::string &text : on_wires()) {
        std::vector<std::string> findings;
        Worst worst;
        for (unsigned i = 0; i < 9 * 5; i++) {
            const uint64_t over_ps = half_ps - i % 5 * half_ps / 20;
            if (spec.stretch.kind == MASTER_GOES_ON || over_ps >= spec.stretch.limit_ps)
                continue;
            for (const Shape &one : {shape, write}) {
                Bench b(text);
                b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 1 + i / 5, half_ps + over_ps);
                if (b.can(one.messages))
                    finish(b, one, text, &worst, &findings);
            }
        }
        EXPECT_EQ(findings, std::vector<std::string>{});
    }
}

// A listing that nothing needs would hide a violation to come. Where a figure is given, it is what
// the master makes, to within 2 % of the limit or 1 ns.
TEST_P(MasterUnderRules, DoesWhatIsListed)
{
    for (const std::string &text : on_wires()) {
        const master_spec spec = spec_of(text);
        std::vector<std::string> findings;
        const Worst worst = runs(text, nullptr, &findings);
        const bool stretches =
            std::any_of(spec.known, spec.known + spec.known_count,
                        [](const i2c_known_violation &known) { return known.behind_stretch; });
        const Worst stretched = stretches ? stretched_runs(text) : Worst{};
        for (unsigned i = 0; i < spec.known_count; i++) {
            const i2c_known_violation &known = spec.known[i];
            const i2c_margin &made =
                (known.behind_stretch ? stretched : worst).margin[known.parameter];
            const char *symbol = i2c_timing_symbol(known.parameter);
            EXPECT_TRUE(made.seen && made.margin_ps < 0)
                << text << ": " << symbol << " is listed and never violated";
            const int64_t close_ps =
                std::max<int64_t>(made.limit_ps / 50, static_cast<int64_t>(I2C_PS_PER_NS));
            EXPECT_TRUE(known.at_least_ps == 0 || made.measured_ps - known.at_least_ps <= close_ps)
                << text << ": " << symbol << " from " << known.at_least_ps
                << " ps is listed, but the least is " << made.measured_ps << " ps";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Every, MasterUnderRules, testing::ValuesIn(every_master()),
                         NameOfMaster());

// timing=min: each interval is the table's minimum to the picosecond, on wires with rise and fall
// times as on ideal ones, whatever the threshold of the master's input.
class LeastTiming : public testing::TestWithParam<const char *>
{
};

TEST_P(LeastTiming, IsExactlyTheTable)
{
    Bench b(GetParam());
    b.add_slave(ADDR7);
    b.run({{MASTER_START, W, {0x10, 0xA5}, 0, false}, {MASTER_JOIN, R, {}, 2}});
    b.run({{MASTER_START, W, {0x10}}});
    i2c_sim_finish(b.sim);
    for (const i2c_timing_parameter p : {I2C_T_HD_STA, I2C_T_LOW, I2C_T_HIGH, I2C_T_SU_STA,
                                         I2C_T_SU_STO, I2C_T_BUF, I2C_T_PERIOD}) {
        const i2c_margin &margin = i2c_sim_rules(b.sim)->master[p];
        EXPECT_TRUE(margin.seen) << i2c_timing_symbol(p);
        EXPECT_EQ(margin.margin_ps, 0) << i2c_timing_symbol(p) << " at " << margin.at_ps;
    }
}

INSTANTIATE_TEST_SUITE_P(Of, LeastTiming,
                         testing::Values("standard,timing=min", "standard,timing=min,ideal=1",
                                         "standard,timing=min,threshold=30", "fast,timing=min",
                                         "fast,timing=min,threshold=70,tf=200ns",
                                         "fastplus,timing=min"));

// A parameter below the table is listed, and a master without the listing is found out.
TEST(KnownViolations, AreListedAndNotHidden)
{
    for (const std::string &text : masters_at_each_speed()) {
        const master_spec spec = spec_of(text);
        i2c_master_profile bare = master_spec_profile(&spec);
        bare.known_count = 0;
        std::vector<std::string> findings;
        (void)MasterUnderRules::runs(text, &bare, &findings);
        const bool some =
            std::any_of(spec.known, spec.known + spec.known_count,
                        [](const i2c_known_violation &known) { return !known.behind_stretch; });
        EXPECT_EQ(findings.empty(), !some) << text;
    }
}

// What is listed for the HIGH behind a stretch hides no other short HIGH.
TEST(KnownViolations, BehindAStretchAreOnlyThose)
{
    for (const unsigned clock : {0u, 1u}) {
        Bench b("standard,t_high=1us,t_low=9us");
        const i2c_known_violation known = {I2C_T_HIGH, 0, "behind a stretch", true};
        i2c_master_profile profile = {};
        profile.mode = I2C_MODE_SM;
        profile.known = &known;
        profile.known_count = 1;
        i2c_sim_set_master_profile(b.sim, master_node(b.m), &profile);
        b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, clock, 60 * I2C_PS_PER_US);
        b.run(write_of(ADDR7, {}));
        const bool found_in_1 =
            std::any_of(b.findings.begin(), b.findings.end(), [](const i2c_finding &f) {
                return std::string(f.message).find("clock 1") != std::string::npos;
            });
        EXPECT_FALSE(b.findings.empty());
        EXPECT_EQ(found_in_1, clock == 0);
    }
}
