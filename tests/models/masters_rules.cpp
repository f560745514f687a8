// Every master, with a right slave, breaks no rule but the ones that are listed as its own.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t W = ADDR7 << 1;
const uint8_t R = ADDR7 << 1 | 1;

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
    {"address NACK", {{MASTER_START, 0x22, {1}}}},
    {"data NACK", {{MASTER_START, W, {1, 2, 3}}}, 1},
};

const char *const MASTERS[] = {
    "standard",
    "standard,timing=min",
    "standard@10k",
    "standard,ideal=1",
    "standard,timing=min,ideal=1",
    "standard,timing=min,threshold=30",
    "standard,timing=min,threshold=70",
    "standard,timing=min,rp=10k,tf=300ns",
    "standard,t_hd_sta=2us",
    "standard,t_su_dat=250ns",
    "fast",
    "fast,timing=min",
    "fast,ideal=1",
    "fast,timing=min,ideal=1",
    "fast,timing=min,tf=300ns,rp=3k3",
    "fast,timing=min,t_su_dat=100ns",
    "fastplus",
    "fastplus,timing=min",
    "fastplus,timing=min,ideal=1",
    "arduino@100k",
    "arduino@400k",
    "arduino@100k,ideal=1",
    "arduino@400k,ideal=1",
    "arduino@9600",
    "arduino@31000",
    "arduino@1M",
    "arduino@400k,threshold=70",
    "nxt",
    "nxt,fw=1.05",
    "nxt,tick=52.083us",
    "nxt,ideal=1",
};

} // namespace

class MasterUnderRules : public testing::TestWithParam<const char *>
{
};

// UM10204 Tables 10 and 11.
TEST_P(MasterUnderRules, KeepsItsTimingTable)
{
    for (const Shape &shape : SHAPES) {
        Bench b(GetParam());
        b.add_slave(ADDR7, shape.takes);
        if (!b.can(shape.messages))
            continue;
        b.run(shape.messages);
        i2c_sim_finish(b.sim);
        for (const i2c_finding &f : b.findings) {
            ADD_FAILURE() << GetParam() << ", " << shape.name << ": " << f.rule->id << " "
                          << f.rule->title << ": " << f.message << " at " << f.at_ps / 1000
                          << " ns, measured " << f.measured_ps << " limit " << f.limit_ps
                          << " blame " << f.blame;
        }
    }
}

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
    for (const bool listed : {true, false}) {
        Bench b("arduino@400k");
        b.add_slave(ADDR7);
        if (!listed) {
            i2c_master_profile profile = {};
            profile.mode = b.spec.mode;
            i2c_sim_set_master_profile(b.sim, master_node(b.m), &profile);
        }
        b.run({{MASTER_START, W, {0x10}}});
        EXPECT_EQ(b.findings.size(), listed ? 0u : 1u);
    }
}

INSTANTIATE_TEST_SUITE_P(Every, MasterUnderRules, testing::ValuesIn(MASTERS));
