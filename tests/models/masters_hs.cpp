// The Hs-mode master: how it goes there and back (UM10204 5.3), and by which table (Table 13).
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t W = ADDR7 << 1;
const uint8_t R = ADDR7 << 1 | 1;

// A write and a read behind a repeated START.
const std::vector<Message> JOINED = {{MASTER_START, W, {0x10, 0xA5}, 0, false},
                                     {MASTER_JOIN, R, {}, 2}};

uint64_t edge_ps(const Bench &b, i2c_line line, bool high, unsigned n)
{
    for (const Edge &e : b.edge_list)
        if (e.line == line && e.high == high && n-- == 0)
            return e.at_ps;
    return 0;
}

std::string found(const Bench &b)
{
    std::string text;
    for (const i2c_finding &f : b.findings)
        text += std::string(f.rule->id) + ": " + f.message + "\n";
    return text;
}

} // namespace

// UM10204 5.3.2: START, controller code, NACK, repeated START; STOP ends it.
TEST(HsMaster, SendsItsCodeBeforeTheFirstMessage)
{
    for (unsigned code = 0; code < 8; code++) {
        Bench b("hs,code=" + std::to_string(code));
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run(JOINED).end, MASTER_DONE);
        EXPECT_EQ(b.run({{MASTER_START, W, {0x20}}}).end, MASTER_DONE);
        const std::string enter =
            "S 0x0" + std::to_string(4 + code / 2) + (code % 2 ? "+R" : "+W") + " N Sr ";
        EXPECT_EQ(b.decoded(), enter + "0x48+W A 0x10 A 0xA5 A Sr 0x48+R A 0xA5 A 0x3C N P " +
                                   enter + "0x48+W A 0x20 A P");
        EXPECT_EQ(found(b), "");
    }
}

// 5.3.2: nobody may acknowledge the code; Hs-mode has not begun then.
TEST(HsMaster, GivesUpWhenItsCodeIsAcknowledged)
{
    Bench b("hs,code=0");
    b.add_slave(0x04);
    const master_outcome out = b.run(JOINED);
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_STREQ(out.why, "the controller code 0x08 was acknowledged");
    EXPECT_EQ(b.decoded(), "S 0x04+W A P");
    EXPECT_EQ(b.run({{MASTER_START, 0x22, {1}}}).end, MASTER_GAVE_UP); // and can go on
    EXPECT_EQ(b.decoded(), "S 0x04+W A P S 0x04+W A P");
}

// The segment of the code belongs to no message: what is asked of message 0 is not asked of it.
TEST(HsMaster, TagsTheCodeApart)
{
    Bench b("hs");
    b.add_slave(ADDR7);
    b.run(JOINED);
    std::vector<unsigned> tags;
    std::vector<bool> fast;
    for (const i2c_event &e : b.events)
        if (e.kind == I2C_EVENT_START || e.kind == I2C_EVENT_SR) {
            tags.push_back(e.message);
            fast.push_back(e.hs);
        }
    EXPECT_EQ(tags, (std::vector<unsigned>{MASTER_NO_MESSAGE, 0, 1}));
    EXPECT_EQ(fast, (std::vector<bool>{false, true, true}));
    EXPECT_TRUE(b.events.back().hs); // its STOP
    EXPECT_FALSE(i2c_sim_monitor(b.sim)->hs);
}

// A NACK ends the transfer with STOP, and Hs-mode with it.
TEST(HsMaster, LeavesHsModeWithAnyStop)
{
    Bench b("hs");
    b.add_slave(ADDR7, 1);
    EXPECT_EQ(b.run({{MASTER_START, 0x22, {1}}}).end, MASTER_NACKED);
    EXPECT_EQ(b.run({{MASTER_START, W, {1, 2, 3}}}).end, MASTER_NACKED);
    EXPECT_EQ(b.decoded(), "S 0x04+R N Sr 0x11+W N P S 0x04+R N Sr 0x48+W A 0x01 A 0x02 N P");
    EXPECT_EQ(found(b), "");
}

// 5.3.2: Hs-mode lasts until the STOP, also where the bus is held between two transfers.
TEST(HsMaster, StaysInHsModeWhileItHoldsTheBus)
{
    Bench b("hs");
    b.add_slave(ADDR7);
    EXPECT_EQ(b.run({{MASTER_START, W, {1}, 0, false}}).end, MASTER_DONE);
    EXPECT_TRUE(i2c_sim_monitor(b.sim)->hs);
    EXPECT_EQ(b.run({{MASTER_TRUE_REPEAT, R, {}, 1}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x04+R N Sr 0x48+W A 0x01 A Sr 0x48+R A 0xA5 N P");
    EXPECT_EQ(found(b), "");
}

// 5.3.4: without a code it is a Fast-mode master.
TEST(HsMaster, IsSlowBehindAStartThatItHasNotMadeForAnAddress)
{
    Bench idle("hs");
    EXPECT_EQ(idle.run({{MASTER_START, -1}}).end, MASTER_DONE);
    EXPECT_EQ(idle.run({{MASTER_START, -1, {}, 0, false}, {MASTER_JOIN, W, {}}}).end,
              MASTER_NACKED);
    EXPECT_EQ(idle.decoded(), "S P S Sr 0x48+W N P");
    EXPECT_EQ(found(idle), "");
    for (const char *text : {"hs,timing=min", "hs@1700k"}) {
        Bench b(text);
        b.add_slave(ADDR7);
        i2c_node_config c = {};
        c.name = "hand";
        c.role = I2C_ROLE_INJECTOR;
        i2c_node hand = 0;
        ASSERT_EQ(i2c_node_add(b.sim, &c, &hand), I2C_OK);
        i2c_node_pull(b.sim, hand, I2C_SDA);
        ASSERT_TRUE(master_adopt_start(b.m, hand));
        EXPECT_EQ(b.run({{MASTER_START, W, {0x12}}}).end, MASTER_DONE);
        EXPECT_EQ(b.decoded(), "S 0x48+W A 0x12 A P");
        EXPECT_EQ(found(b), "");
    }
}

TEST(HsMaster, BeginsAnewAfterAResetInHsMode)
{
    Bench b("hs");
    b.add_slave(ADDR7);
    i2c_timer stop = {[](void *ctx, uint64_t) { master_abandon(static_cast<master *>(ctx)); }, b.m,
                      false};
    i2c_timer_set(b.sim, &stop, 49 * I2C_PS_PER_US);
    EXPECT_EQ(b.run({{MASTER_START, W, std::vector<uint8_t>(30)}}).end, MASTER_ABANDONED);
    EXPECT_TRUE(i2c_sim_monitor(b.sim)->hs);
    i2c_sim_suspend_rules(b.sim, true);
    master_reset(b.m);
    b.run_for(I2C_PS_PER_MS);
    i2c_sim_suspend_rules(b.sim, false);
    b.forget();
    b.run({{MASTER_START, W, {1}}});
    EXPECT_EQ(b.decoded().substr(b.decoded().find("0x04")), "0x04+R N Sr 0x48+W A 0x01 A P");
    EXPECT_EQ(found(b), "");
}

// ---- timing ---------------------------------------------------------------------------------

// 5.3.3: Fast-mode up to the NACK, and in the LOW behind it; the set-up of the repeated START is
// Hs-mode's already.
TEST(HsTiming, ChangesWithTheFirstRepeatedStart)
{
    Bench b("hs,timing=min,ideal=1");
    b.add_slave(ADDR7);
    b.run(JOINED);
    const uint64_t ninth_fall_ps = edge_ps(b, I2C_SCL, false, 9); // START's and 9 clocks
    const uint64_t rise_ps = edge_ps(b, I2C_SCL, true, 9);
    const uint64_t first_fall_ps = edge_ps(b, I2C_SCL, false, 10);
    EXPECT_EQ(rise_ps - ninth_fall_ps, 1300 * I2C_PS_PER_NS);
    EXPECT_EQ(first_fall_ps - rise_ps, (160 + 160) * I2C_PS_PER_NS); // tSU;STA and tHD;STA
    EXPECT_EQ(edge_ps(b, I2C_SCL, true, 10) - first_fall_ps, 160 * I2C_PS_PER_NS);
    const uint64_t bit_ps = edge_ps(b, I2C_SCL, false, 11) - first_fall_ps;
    EXPECT_EQ(bit_ps, 294118u);
    const uint64_t stop_ps = b.edge_list.back().at_ps;
    EXPECT_EQ(stop_ps - b.edge_list[b.edge_list.size() - 2].at_ps, 160 * I2C_PS_PER_NS);
}

struct Limit {
    const char *text;
    uint64_t low_ns, high_ns, period_ps;
};

// Each interval is the least that Table 13 has for the capacitance, to the picosecond, on ideal
// wires as on others. The Fast-mode part is a comfortable one here, so that the least margins are
// those of Hs-mode.
class HsLimits : public testing::TestWithParam<Limit>
{
};

TEST_P(HsLimits, AreReachedExactly)
{
    const Limit &l = GetParam();
    const std::string low = std::to_string(l.low_ns);
    const std::string high = std::to_string(l.high_ns);
    for (const char *wires : {"", ",ideal=1", ",threshold=30", ",threshold=70"}) {
        const std::string text = std::string(l.text) + ",t_hd_sta=160ns,t_su_sta=160ns" +
                                 ",t_su_sto=160ns,t_su_dat=10ns" + wires;
        Bench lows(text + ",t_low=" + low + "ns");
        Bench highs(text + ",t_high=" + high + "ns,t_low=1us");
        for (Bench *b : {&lows, &highs}) {
            b->add_slave(ADDR7);
            b->run(JOINED);
            i2c_sim_finish(b->sim);
            EXPECT_EQ(found(*b), "") << text;
        }
        for (const i2c_timing_parameter p :
             {I2C_T_HD_STA, I2C_T_LOW, I2C_T_SU_STA, I2C_T_SU_STO, I2C_T_SU_DAT, I2C_T_HIGH}) {
            const i2c_rules *rules = i2c_sim_rules(p == I2C_T_HIGH ? highs.sim : lows.sim);
            EXPECT_EQ(rules->master[p].margin_ps, 0) << text << " " << i2c_timing_symbol(p);
        }
        EXPECT_EQ(i2c_sim_rules(highs.sim)->master[I2C_T_HIGH].limit_ps,
                  static_cast<int64_t>(l.high_ns * I2C_PS_PER_NS));
    }
}

INSTANTIATE_TEST_SUITE_P(Of, HsLimits,
                         testing::Values(Limit{"hs", 160, 60, 294118},
                                         Limit{"hs@1700k", 320, 120, 588236},
                                         Limit{"hs@1700k,cb=250pF", 240, 90, 441177}));

// timing=min is those limits, in every byte, and tBUF is Fast-mode's.
TEST(HsTiming, MinIsTheTable)
{
    for (const char *text : {"hs,timing=min", "hs@1700k,timing=min", "hs,timing=min,ideal=1"}) {
        Bench b(text);
        b.add_slave(ADDR7);
        b.run(JOINED);
        b.run({{MASTER_START, W, {0x10}}});
        i2c_sim_finish(b.sim);
        EXPECT_EQ(found(b), "") << text;
        const i2c_rules *rules = i2c_sim_rules(b.sim);
        for (const i2c_timing_parameter p : {I2C_T_HD_STA, I2C_T_LOW, I2C_T_HIGH, I2C_T_SU_STA,
                                             I2C_T_SU_STO, I2C_T_BUF, I2C_T_PERIOD})
            EXPECT_EQ(rules->master[p].margin_ps, 0) << text << " " << i2c_timing_symbol(p);
        EXPECT_EQ(rules->master[I2C_T_BUF].limit_ps, 1300 * int64_t(I2C_PS_PER_NS));
        EXPECT_EQ(rules->master[I2C_T_SU_STA].limit_ps, 160 * int64_t(I2C_PS_PER_NS));
    }
}

// A master that goes on in Hs-mode without the code is found out by Fast-mode's table.
TEST(HsTiming, IsFastModesWithoutTheCode)
{
    const struct {
        const char *text, *rule;
    } table[] = {{"fast,t_low=400ns,ideal=1", "master.t_low"},
                 {"fast,t_low=2.4us,t_high=200ns,ideal=1", "master.t_high"}};
    for (const auto &row : table) {
        Bench b(row.text);
        b.add_slave(ADDR7);
        i2c_master_profile profile = {};
        profile.mode = I2C_MODE_HS;
        i2c_sim_set_master_profile(b.sim, master_node(b.m), &profile);
        b.run({{MASTER_START, W, {0x10}}});
        ASSERT_EQ(b.findings.size(), 1u) << found(b);
        EXPECT_STREQ(b.findings[0].rule->id, row.rule);
        EXPECT_TRUE(b.decoded().find("N") == std::string::npos);
    }
}

// timing=max: SDA as late as the maximum of tHD;DAT, the slowest edges, long phases.
TEST(HsTiming, MaxIsSlowInAllThatHasNoLimit)
{
    Bench ideal("hs,timing=max,ideal=1");
    ideal.add_slave(ADDR7);
    ideal.run(JOINED);
    const uint64_t fall_ps = edge_ps(ideal, I2C_SCL, false, 10);
    EXPECT_EQ(edge_ps(ideal, I2C_SCL, true, 10) - fall_ps, 1600 * I2C_PS_PER_NS);
    uint64_t sda_ps = 0;
    for (const Edge &e : ideal.edge_list)
        if (e.line == I2C_SDA && sda_ps == 0 && e.at_ps > fall_ps)
            sda_ps = e.at_ps;
    EXPECT_EQ(sda_ps - fall_ps, 70 * I2C_PS_PER_NS);
    for (const char *text : {"hs,timing=max", "hs@1700k,timing=max", "hs,timing=max,ideal=1"}) {
        Bench b(text);
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run(JOINED).end, MASTER_DONE);
        EXPECT_EQ(found(b), "") << text;
    }
}

TEST(HsTiming, KeepsTheTablesWithEveryParameter)
{
    for (const char *text :
         {"hs,jitter=100%", "hs,timing=min,jitter=20ns,dc=10ms", "hs@1700k,duty=20",
          "hs@1000k,duty=80", "hs@400k,duty=50", "hs,threshold=30", "hs,timing=min,threshold=70",
          "hs,rp=940", "hs,cb=400pF,rp=200,tf=80ns", "hs@1700k,pause=1ms,pause_in=ackhigh"}) {
        Bench b(text);
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run(JOINED).end, MASTER_DONE) << text;
        EXPECT_EQ(b.run({{MASTER_START, W, {0x10}}}).end, MASTER_DONE) << text;
        EXPECT_EQ(found(b), "") << text;
        EXPECT_EQ(b.got[0].size(), 0u);
    }
}

TEST(HsSpec, IsOfTheModeWhateverItsClock)
{
    char error[256] = "";
    master_spec spec;
    for (const char *text : {"hs", "hs@1700k", "hs@400k"}) {
        ASSERT_TRUE(master_spec_read(&spec, text, error, sizeof error)) << error;
        EXPECT_EQ(spec.mode, I2C_MODE_HS);
        EXPECT_EQ(spec.known_count, 0u);
    }
    EXPECT_FALSE(master_spec_read(&spec, "hs,code=8", error, sizeof error));
    EXPECT_STREQ(error, "hs: code=8 is out of range: 0 to 7");
    EXPECT_FALSE(master_spec_read(&spec, "fast,code=1", error, sizeof error));
    ASSERT_TRUE(master_spec_read(&spec, "hs,t_low=150ns", error, sizeof error)) << error;
    EXPECT_EQ(spec.known_count, 1u); // below Table 13, so it is listed
}
