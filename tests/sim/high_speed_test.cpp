// Hs-mode (UM10204 5.3): what the monitor makes of it, and by which tables the rules judge.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

constexpr uint8_t kCode = 0x08;

/// Legal in Fast-mode; fast() is legal in Hs-mode on 100 pF alone.
Timing slow()
{
    Timing t;
    t.hd_sta = t.su_sta = t.su_sto = 700;
    t.low = 1700;
    t.high = 800;
    t.buf = 1500;
    t.hd_dat = 20;
    return t;
}

Timing fast()
{
    Timing t = slow();
    t.hd_sta = t.su_sta = t.su_sto = 160;
    t.low = 200;
    t.high = 100;
    t.hd_dat = 10;
    return t;
}

i2c_profile hs_slave(i2c_stretch stretch = I2C_STRETCH_NONE)
{
    i2c_profile p = fast_slave(0x50);
    p.mode = I2C_MODE_HS;
    p.stretch = stretch;
    return p;
}

/// A rig with a judged Hs-mode master.
struct Bus : Rig {
    explicit Bus(const i2c_profile &slave_profile, uint32_t cb_pf = 100) : Rig(options(cb_pf))
    {
        profile(slave_profile);
        hold_master_to(I2C_MODE_HS);
        t = slow();
    }
    static Options options(uint32_t cb_pf)
    {
        Options o;
        o.wires.cb_pf = cb_pf;
        return o;
    }
    /// S code N, and the LOW behind it; the slave's script begins with the address that follows.
    void enter()
    {
        std::map<unsigned, std::vector<Act>> later;
        later.swap(fall);
        start();
        write(kCode);
        falls = rises = 0; // START's and nine clocks are off the count
        fall.swap(later);
        wait(t.low);
        t = fast();
    }
    void leave()
    {
        stop();
        t = slow();
        wait(t.buf);
    }
};

std::string found_by(Rig &rig)
{
    rig.wait(3000);
    rig.finish();
    return rig.all_found();
}

} // namespace

// ---- tables ---------------------------------------------------------------------------------

// Table 13: two columns, a straight line between them, and no further.
TEST(HsTables, AreTwoColumnsAndWhatLiesBetween)
{
    const struct {
        uint32_t cb_pf;
        uint64_t low_ns, high_ns, hold_max_ns, rise_ns;
    } rows[] = {{1, 160, 60, 70, 80},
                {100, 160, 60, 70, 80},
                {250, 240, 90, 110, 120},
                {400, 320, 120, 150, 160},
                {2000, 320, 120, 150, 160}};
    for (const auto &row : rows) {
        i2c_timing_limit l[I2C_TIMING_COUNT];
        i2c_timing_hs_limits(l, row.cb_pf);
        EXPECT_EQ(l[I2C_T_LOW].min_ps, ns(row.low_ns));
        EXPECT_EQ(l[I2C_T_HIGH].min_ps, ns(row.high_ns));
        EXPECT_EQ(l[I2C_T_HD_DAT].max_ps, ns(row.hold_max_ns));
        EXPECT_EQ(i2c_timing_hs_tr_max_ps(row.cb_pf), ns(row.rise_ns));
        for (const i2c_timing_parameter p : {I2C_T_HD_STA, I2C_T_SU_STA, I2C_T_SU_STO})
            EXPECT_EQ(l[p].min_ps, ns(160));
        EXPECT_EQ(l[I2C_T_SU_DAT].min_ps, ns(10));
        EXPECT_EQ(l[I2C_T_BUF].min_ps, 0u);
        // 3.4 and 1.7 MHz want edges a little better than the slowest legal ones of SCL.
        EXPECT_LT(l[I2C_T_PERIOD].min_ps,
                  l[I2C_T_LOW].min_ps + l[I2C_T_HIGH].min_ps + ns(row.rise_ns));
    }
    i2c_timing_limit light[I2C_TIMING_COUNT];
    i2c_timing_hs_limits(light, 100);
    EXPECT_EQ(I2C_PS_PER_S / light[I2C_T_PERIOD].min_ps, 3399995u); // rounded to the safe side
}

// ---- the monitor ----------------------------------------------------------------------------

// 5.3.2: from the repeated START behind the code to the STOP.
TEST(HsMonitor, KnowsTheModeByCodeAndRepeatedStart)
{
    for (unsigned code = 0x00; code < 0x18; code++) {
        Rig rig;
        rig.start();
        rig.write(static_cast<uint8_t>(code));
        EXPECT_FALSE(i2c_sim_monitor(rig.sim)->hs);
        rig.restart();
        EXPECT_EQ(i2c_sim_monitor(rig.sim)->hs, code >= 0x08 && code <= 0x0F) << code;
        rig.write(kOwnW);
        rig.restart();
        EXPECT_EQ(rig.events.back().hs, code >= 0x08 && code <= 0x0F) << code;
        rig.write(kOwnR);
        rig.stop();
        EXPECT_FALSE(i2c_sim_monitor(rig.sim)->hs);
        rig.start();
        EXPECT_FALSE(rig.events.back().hs);
    }
}

// 5.3.2: a code that somebody acknowledged, that is no first byte, or that a STOP follows.
TEST(HsMonitor, StaysInFastModeOtherwise)
{
    Rig acked;
    acked.acks(0);
    acked.start();
    acked.write(kCode);
    acked.restart();
    EXPECT_FALSE(i2c_sim_monitor(acked.sim)->hs);

    Rig data;
    data.start();
    data.write(kOwnW);
    data.write(kCode);
    data.restart();
    EXPECT_FALSE(i2c_sim_monitor(data.sim)->hs);

    Rig stopped;
    stopped.start();
    stopped.write(kCode);
    stopped.stop();
    stopped.start();
    EXPECT_FALSE(i2c_sim_monitor(stopped.sim)->hs);

    Rig cut; // in the middle of the code
    cut.start();
    cut.bits(kCode, 7);
    cut.restart();
    EXPECT_FALSE(i2c_sim_monitor(cut.sim)->hs);
}

// ---- masters --------------------------------------------------------------------------------

TEST(HsRules, JudgeTheMasterByTable13BetweenCodeAndStop)
{
    Bus bus(hs_slave());
    bus.acks(0, 30);
    bus.acks(1, 30);
    bus.enter();
    bus.restart();
    bus.write(kOwnW);
    bus.write(0x55);
    bus.leave();
    bus.start();
    bus.write(0x60);
    bus.stop();
    EXPECT_EQ(found_by(bus), "");
    EXPECT_EQ(bus.rules().master[I2C_T_LOW].limit_ps, static_cast<int64_t>(ns(160)));
}

// The same clocks without the code, before it, and behind the STOP.
TEST(HsRules, JudgeTheMasterByFastModeElsewhere)
{
    Bus without(hs_slave());
    without.start();
    without.t = fast();
    without.write(0x60);
    without.t = slow();
    without.stop();
    EXPECT_NE(found_by(without).find("master.t_low"), std::string::npos);

    Bus behind(hs_slave());
    behind.enter();
    behind.restart();
    behind.write(0x60);
    behind.leave();
    behind.start();
    behind.t.low = 1000;
    behind.t.high = 1500;
    behind.bits(0x00, 3);
    behind.t = slow();
    behind.stop();
    expect_only_on_master(behind, "master.t_low");

    Bus early(hs_slave()); // the LOW before the first Sr is Fast-mode's
    early.start();
    early.write(kCode);
    early.t = fast();
    early.restart();
    early.write(0x60);
    early.leave();
    expect_only_on_master(early, "master.t_low");
}

TEST(HsRules, FindAMasterThatIsTooFastForItsCapacitance)
{
    for (const uint32_t cb_pf : {100u, 400u}) {
        Bus bus(hs_slave(), cb_pf);
        bus.enter();
        bus.restart();
        bus.write(0x60);
        bus.t.high = 300; // of the period alone
        bus.leave();
        const std::string all = found_by(bus);
        EXPECT_EQ(all.find("master.t_low") != std::string::npos, cb_pf == 400) << all;
        EXPECT_EQ(all.find("master.t_high") != std::string::npos, cb_pf == 400) << all;
    }
}

// A master of another mode that sends a code goes on in its own, and is held to it.
TEST(HsRules, HoldOtherMastersToTheirOwnTable)
{
    Bus bus(hs_slave());
    bus.hold_master_to(I2C_MODE_FM);
    bus.enter();
    bus.t = slow();
    bus.t.low = 1000;
    bus.t.high = 1500;
    bus.restart();
    bus.write(0x60);
    bus.leave();
    expect_only_on_master(bus, "master.t_low");
}

// One that only probes the address of a code, and makes no STOP behind the NACK, does not mean it:
// a Fast-mode slave answers its next START.
TEST(HsRules, TakeNoCodeFromAMasterOfAnotherMode)
{
    for (const i2c_mode mode : {I2C_MODE_SM, I2C_MODE_HS}) {
        Bus bus(fast_slave(0x50));
        bus.hold_master_to(mode);
        bus.acks(0, 600);
        bus.enter();
        bus.falls = bus.rises = 0;
        bus.t = scripted::Timing();
        bus.restart();
        bus.write(kOwnW);
        bus.stop();
        EXPECT_EQ(bus.found("I2C-HS-13") != nullptr, mode == I2C_MODE_HS) << bus.all_found();
    }
}

// A slave that knows Hs-mode must take it for one, and is as fast as it is; the wires are not.
TEST(HsRules, HoldAnHsSlaveToNoFigureOnWiresOfAnotherMode)
{
    for (const i2c_mode mode : {I2C_MODE_SM, I2C_MODE_HS}) {
        Bus bus(hs_slave());
        bus.hold_master_to(mode);
        bus.acks(0, 600); // far beyond tHD;DAT(max) of Hs-mode
        bus.enter();
        bus.falls = bus.rises = 0;
        bus.t = scripted::Timing();
        bus.restart();
        bus.write(kOwnW);
        bus.stop();
        EXPECT_EQ(bus.found("I2C-HS-09") != nullptr, mode == I2C_MODE_HS) << bus.all_found();
    }
}

// ---- slaves ---------------------------------------------------------------------------------

// Table 13: tHD;DAT has a maximum, 70 ns on 100 pF and 150 ns on 400 pF.
TEST(HsRules, FindSdaThatChangesTooLate)
{
    const struct {
        uint32_t cb_pf;
        uint64_t delay_ns;
        bool late;
    } rows[] = {{100, 70, false}, {100, 71, true},   {250, 110, false},
                {250, 111, true}, {400, 150, false}, {400, 151, true}};
    for (const auto &row : rows) {
        Bus bus(hs_slave(), row.cb_pf);
        bus.acks(0, row.delay_ns);
        bus.enter();
        bus.t.low = 400;
        bus.t.high = 200;
        bus.restart();
        bus.write(kOwnW);
        bus.leave();
        if (row.late) {
            const i2c_finding *f = expect_only(bus, "I2C-HS-09");
            EXPECT_EQ(f->limit_ps, static_cast<int64_t>(ns(row.delay_ns - 1)));
            EXPECT_EQ(f->measured_ps, static_cast<int64_t>(ns(row.delay_ns)));
        } else {
            EXPECT_EQ(found_by(bus), "");
        }
    }
}

// 5.3.4: behind the STOP, and without a code, it is a Fast-mode slave.
TEST(HsRules, LetAnHsSlaveBeSlowInFastMode)
{
    Bus bus(hs_slave());
    bus.acks(0, 800);
    bus.start();
    bus.write(kOwnW);
    bus.stop();
    EXPECT_EQ(found_by(bus), "");
}

// Table 13: 10 ns, where Fast-mode asks for 100 ns.
TEST(HsRules, FindASetUpThatIsTooShortForHsMode)
{
    for (const uint64_t setup_ns : {9u, 10u}) {
        Bus bus(hs_slave());
        bus.acks(0, fast().low - setup_ns);
        bus.enter();
        bus.restart();
        bus.write(kOwnW);
        bus.leave();
        const std::string all = found_by(bus);
        EXPECT_EQ(all.find("I2C-TIM-13") != std::string::npos, setup_ns == 9) << all;
        EXPECT_NE(all.find("I2C-HS-09"), std::string::npos) << all; // and too late besides
    }
}

// 5.3.1: SCL may be held behind an acknowledge bit alone; 5.3.2 adds the repeated START.
TEST(HsRules, FindAStretchElsewhereThanBehindAnAck)
{
    const struct {
        unsigned fall;
        const char *rule;
        i2c_severity severity;
    } rows[] = {{9, "", I2C_SEVERITY_BY_LEVEL},
                {12, "I2C-HS-08", I2C_SEVERITY_BY_LEVEL},
                {17, "I2C-HS-08", I2C_SEVERITY_BY_LEVEL},
                {4, "I2C-HS-08", I2C_SEVERITY_BY_LEVEL},
                {0, "I2C-HS-08", I2C_SEVERITY_NOTE}};
    for (const auto &row : rows) {
        Bus bus(hs_slave(I2C_STRETCH_BIT));
        bus.acks(0, 30);
        bus.acks(1, 30);
        bus.holds_scl(row.fall, 50, 2000);
        bus.enter();
        bus.restart();
        bus.write(kOwnW);
        bus.write(0x55);
        bus.leave();
        if (row.rule[0] == '\0')
            EXPECT_EQ(found_by(bus), "") << row.fall;
        else
            EXPECT_EQ(expect_only(bus, row.rule)->severity, row.severity) << row.fall;
    }
}

// 5.3.5: a slave that does not know Hs-mode takes no part in it, not even at its own address; a
// slow answer of its own behind the STOP is right.
TEST(HsRules, FindASlaveThatPullsInAModeItDoesNotKnow)
{
    for (const bool knows : {true, false}) {
        Bus bus(knows ? hs_slave() : fast_slave(0x50));
        bus.acks(0, 30);
        bus.enter();
        bus.restart();
        bus.write(kOwnW);
        bus.leave();
        if (knows)
            EXPECT_EQ(found_by(bus), "");
        else
            EXPECT_STREQ(expect_only(bus, "I2C-HS-13")->rule->clause, "UM10204 5.3.5");
    }
    Bus bus(fast_slave(0x50));
    bus.enter();
    bus.restart();
    bus.write(kOwnW);
    bus.leave();
    bus.falls = bus.rises = 0;
    bus.acks(0, 600);
    bus.start();
    bus.write(kOwnW);
    bus.stop();
    EXPECT_EQ(found_by(bus), "");
}

// 5.3.3: after its reset it is in its Fast-mode setting, and cannot know that the bus is not, until
// the STOP.
TEST(HsRules, LetASlaveThatWasResetInHsModeBeSlow)
{
    for (const bool reset : {true, false}) {
        Bus bus(hs_slave());
        bus.enter();
        bus.restart();
        bus.write(0x60);
        if (reset)
            i2c_sim_slave_restarts(bus.sim, bus.slave);
        bus.falls = 0;
        bus.acks(0, 150);
        bus.restart();
        bus.write(kOwnW);
        bus.leave();
        EXPECT_EQ(found_by(bus).find("I2C-HS-09") == std::string::npos, reset);
        EXPECT_EQ(bus.rules().findings == 0, reset) << bus.all_found();
    }
}

// A slave that is reset while it holds its ACK lets SDA rise under a high SCL. That is no STOP of
// the master, who goes on in Hs-mode.
TEST(HsRules, GoOnBehindAStopThatTheMasterHasNotMade)
{
    Bus bus(hs_slave());
    bus.acks(0, 30);
    bus.enter();
    bus.restart();
    bus.fall[9].clear();
    bus.at_rise(8, 50, I2C_SDA, I2C_RELEASED);
    bus.write(kOwnW);
    i2c_sim_slave_restarts(bus.sim, bus.slave);
    bus.falls = bus.rises = 0;
    bus.fall.clear();
    bus.rise.clear();
    bus.restart();
    bus.write(kOwnR);
    bus.leave();
    EXPECT_EQ(found_by(bus).find("master."), std::string::npos) << bus.all_found();
}

// 5.3.2: nobody acknowledges a controller code, whatever it knows.
TEST(HsRules, FindASlaveThatAcknowledgesTheCode)
{
    Bus bus(hs_slave());
    bus.acks(0, 30);
    bus.start();
    bus.write(kCode);
    bus.stop();
    EXPECT_NE(std::string(expect_only(bus, "I2C-ADR-04")->rule->rows).find("I2C-HS-02"),
              std::string::npos);
}
