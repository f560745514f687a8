// Rules about the times that slaves and masters make.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

/// S own+R A, one byte whose bits alternate, valid `delay_ns` after each fall.
void read_with_delay(Rig &rig, uint64_t delay_ns)
{
    rig.acks(0, 200);
    rig.sends(1, 0x55, delay_ns);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    rig.stop();
}

// UM10204 Table 11 note 10: 0.9 us in Fast-mode; a warning while the set-up time is still kept.
TEST(SlaveOutput, LateDataIsAWarningWhileItIsSetUp)
{
    for (const uint64_t delay_ns : {890ull, 910ull}) {
        Rig rig;
        rig.profile(fast_slave(0x50));
        read_with_delay(rig, delay_ns);
        if (delay_ns < 900) {
            expect_clean(rig);
            EXPECT_EQ(rig.rules().slave[I2C_T_VD_DAT].margin_ps, (int64_t)ns(10));
            EXPECT_GT(rig.rules().slave[I2C_T_VD_DAT].count, 7u);
        } else {
            rig.finish();
            const i2c_finding *f = rig.found("I2C-TIM-10");
            ASSERT_NE(f, nullptr) << rig.all_found();
            EXPECT_EQ(f->severity, I2C_SEVERITY_WARN);
            EXPECT_EQ(f->measured_ps, (int64_t)ns(910));
            // 910 ns + 100 ns in half a period: 495.0 kHz.
            EXPECT_NE(std::string(f->message).find("fails above 495.0 kHz"), std::string::npos)
                << f->message;
        }
    }
}

TEST(SlaveOutput, LateDataThatIsNotSetUpFails)
{
    Rig rig;
    rig.profile(fast_slave(0x50));
    read_with_delay(rig, 4950);
    rig.finish();
    ASSERT_NE(rig.found("I2C-TIM-10"), nullptr);
    EXPECT_EQ(rig.found("I2C-TIM-10")->severity, I2C_SEVERITY_BY_LEVEL);
    ASSERT_NE(rig.found("I2C-TIM-13"), nullptr) << rig.all_found();
    EXPECT_EQ(rig.found("I2C-TIM-13")->measured_ps, (int64_t)ns(50));
}

TEST(SlaveOutput, DeclaredDelayIsANote)
{
    Rig rig;
    i2c_profile p = fast_slave(0x50);
    p.output_delay_max_ps = 3 * I2C_PS_PER_US;
    rig.profile(p);
    read_with_delay(rig, 2000);
    rig.finish();
    for (const i2c_finding &f : rig.told)
        EXPECT_EQ(f.severity, I2C_SEVERITY_NOTE) << f.message;
    EXPECT_NE(rig.found("I2C-TIM-10"), nullptr);
}

// UM10204 Table 11 note 11.
TEST(SlaveOutput, LateAckIsAWarning)
{
    for (const uint64_t delay_ns : {890ull, 1000ull}) {
        Rig rig;
        rig.profile(fast_slave(0x50));
        rig.at_fall(8, delay_ns, I2C_SDA, I2C_PULLED);
        rig.at_fall(9, 200, I2C_SDA, I2C_RELEASED);
        rig.start();
        rig.write(kOwnW);
        rig.stop();
        if (delay_ns < 900)
            expect_clean(rig);
        else
            EXPECT_EQ(expect_only(rig, "I2C-TIM-11")->severity, I2C_SEVERITY_WARN);
    }
}

/// A master's transfer of another, then START, four bits and a STOP by the slave itself.
struct OwnTransfer : Rig {
    explicit OwnTransfer(const Options &options = {}) : Rig(options)
    {
        i2c_profile p = fast_slave(0x50);
        p.also_master = true;
        profile(p);
        t.buf = 0;
        start();
        write(kOtherW);
        stop();
        t.buf = 6000;
    }
    void bit(const Timing &own, bool one)
    {
        set(slave, I2C_SCL, I2C_PULLED);
        wait(own.hd_dat);
        set(slave, I2C_SDA, one ? I2C_RELEASED : I2C_PULLED);
        wait(own.low - own.hd_dat);
        set(slave, I2C_SCL, I2C_RELEASED);
    }
    void play(const Timing &own)
    {
        wait(own.buf);
        set(slave, I2C_SDA, I2C_PULLED);
        wait(own.hd_sta);
        for (int i = 0; i < 4; i++) {
            bit(own, i % 2 == 0);
            wait(own.high);
        }
        bit(own, false);
        wait(own.su_sto);
        set(slave, I2C_SDA, I2C_RELEASED);
        wait(5000);
    }
};

/// Just within the table of Fast-mode.
constexpr Timing kFast = {700, 1700, 900, 700, 700, 1400, 300};

Timing but(uint64_t Timing::*what, uint64_t ns, Timing others = kFast)
{
    others.*what = ns;
    return others;
}

// UM10204 Table 11: who makes a transfer keeps the times of masters, whatever else it is.
TEST(AlsoMaster, OwnTransferKeepsTheTimesOfMasters)
{
    const struct {
        Timing own;
        const char *rule; ///< "": none
    } cases[] = {
        {kFast, ""},
        {but(&Timing::buf, 1200), "master.t_buf"},
        {but(&Timing::hd_sta, 500), "master.t_hd_sta"},
        {but(&Timing::low, 1200, but(&Timing::high, 1400)), "master.t_low"},
        {but(&Timing::low, 2200, but(&Timing::high, 500)), "master.t_high"},
        {but(&Timing::hd_dat, 1650), "master.t_su_dat"},
        {but(&Timing::su_sto, 500), "master.t_su_sto"},
        {but(&Timing::low, 1400), "master.period"},
    };
    for (const auto &c : cases) {
        OwnTransfer rig;
        rig.play(c.own);
        if (*c.rule == '\0')
            expect_clean(rig);
        else
            EXPECT_EQ(expect_only(rig, c.rule)->blame, 1u << rig.slave);
    }
}

// Requirement I2C-TIM-21: what wires that are too slow do is not the slave's.
TEST(AlsoMaster, OwnTransferIsNotJudgedOnWiresThatRiseTooSlowly)
{
    Options o;
    o.wires = {false, 82000, 50, 100}; // RC 4.1 us: SCL is high 4.94 us after its release
    OwnTransfer rig(o);
    rig.play({7000, 17000, 5200, 9000, 9000, 14000, 300});
    expect_clean(rig);
}

// Behind its STOP it is a slave again: a pull of SDA that is late is its answer.
TEST(AlsoMaster, BehindItsOwnTransferItIsJudgedAsASlave)
{
    OwnTransfer rig;
    rig.play(kFast);
    read_with_delay(rig, 910);
    rig.finish();
    EXPECT_NE(rig.found("I2C-TIM-10"), nullptr) << rig.all_found();
}

// A short LOW of the master is the master's, not the slave's set-up.
TEST(SlaveOutput, IsNotBlamedForALowThatTheMasterCutShort)
{
    for (const bool table : {true, false}) { // whether or not the master is held to one
        Rig rig;
        rig.profile(fast_slave(0x50));
        if (table)
            rig.hold_master_to(I2C_MODE_FM);
        rig.acks(0, 600);
        rig.sends(1, 0x55, 600);
        rig.start();
        rig.write(kOwnR);
        rig.t.low = 620; // 20 ns of set-up are left
        rig.t.hd_dat = 100;
        rig.bits(0xFF, 3);
        rig.t.low = 590; // and here SDA changes while SCL is high already
        rig.bits(0xFF, 3);
        rig.finish();
        for (const i2c_finding &f : rig.told)
            EXPECT_EQ(f.blame, 1u << rig.master) << f.message;
        EXPECT_EQ(rig.found("master.t_low") != nullptr, table);
    }
}

// UM10204 rev 7.0 Table 11 note 2: SCL is below 30 % before SDA leaves its level. A slave whose
// input switches at 70 % and that answers at once is early by the fall time.
TEST(SlaveOutput, ChangeBeforeSclIsLowIsFoundWithItsSign)
{
    for (const uint64_t delay_ns : {1ull, 101ull}) {
        Options o;
        o.wires = {false, 2200, 100, 100};
        o.slave_threshold = I2C_AT_70;
        Rig rig(o);
        rig.profile(fast_slave(0x50));
        rig.at_fall(8, delay_ns, I2C_SDA, I2C_PULLED);
        rig.at_fall(9, 300, I2C_SDA, I2C_RELEASED);
        rig.start();
        rig.write(kOwnW);
        rig.stop();
        if (delay_ns == 1)
            EXPECT_EQ(expect_only(rig, "I2C-TIM-12")->measured_ps, -(int64_t)ns(99));
        else
            expect_clean(rig);
    }
}

// A release that begins before SCL is low is right if SDA leaves its level only after that.
TEST(SlaveOutput, HoldOfAReleaseIsMeasuredWhereSdaBeginsToRise)
{
    Options o;
    o.wires = {false, 2200, 200, 100}; // SDA reaches 30 % 157 ns after its release
    o.slave_threshold = I2C_AT_70;
    Rig rig(o);
    rig.profile(fast_slave(0x50));
    rig.at_fall(8, 200, I2C_SDA, I2C_PULLED);
    rig.at_fall(9, 1, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOwnW);
    rig.clock(true);
    expect_clean(rig);
    EXPECT_EQ(rig.rules().slave[I2C_T_HD_DAT].measured_ps / 1000, 1 + 156 - 100);
}

// Revision 6 asks for 300 ns of internal hold: advice.
TEST(SlaveOutput, ShortHoldIsAWarningInRevision6)
{
    Rig rig;
    i2c_profile p = fast_slave(0x50);
    p.revision = I2C_REVISION_6;
    rig.profile(p);
    rig.acks(0, 250);
    rig.start();
    rig.write(kOwnW);
    rig.stop();
    EXPECT_EQ(expect_only(rig, "I2C-TIM-12")->severity, I2C_SEVERITY_WARN);
}

// A release counts from SCL.f30 to SDA.r70: the wires' rise belongs to it (requirement I2C-TIM-21).
TEST(SlaveOutput, RiseTimeCountsInValidTime)
{
    Options o;
    o.wires = {false, 2200, 100, 20}; // RC 220 ns, release to 70 % in 264.9 ns
    Rig rig(o);
    rig.profile(fast_slave(0x50));
    read_with_delay(rig, 600);
    expect_clean(rig);
    const i2c_margin &m = rig.rules().slave[I2C_T_VD_DAT];
    EXPECT_EQ(m.measured_ps / 1000, 600 - 10 + 264); // heard at 50 %, 10 ns before 30 %
}

// Thresholds at 30 %, 50 %, 70 % and slow legal wires: a right slave stays right.
TEST(SlaveOutput, RightSlaveIsNotFoundAtAnyThresholdOnSlowWires)
{
    for (const i2c_threshold threshold : {I2C_AT_30, I2C_AT_50, I2C_AT_70}) {
        Options o;
        o.wires = {false, 2950, 400, 300}; // tr 1000 ns, tf 300 ns: Standard-mode's slowest
        o.slave_threshold = threshold;
        Rig rig(o);
        i2c_profile p = fast_slave(0x50);
        p.mode = I2C_MODE_SM;
        rig.profile(p);
        rig.hold_master_to(I2C_MODE_SM);
        rig.t.low = 5700;
        rig.t.high = 5000;
        rig.t.su_sto = 6000;
        rig.t.buf = 8000;
        rig.t.hd_dat = 400;
        rig.acks(0, 400);
        rig.sends(1, 0xA6, 400);
        rig.start();
        rig.write(kOwnR);
        rig.read(false);
        rig.stop();
        expect_clean(rig);
        EXPECT_EQ(rig.events_text(), "S A1 A A6 N P0");
    }
}

// The pull-ups of an NXT's sensors make rises of microseconds: wiring that no slave can help.
TEST(SlaveOutput, RiseOfWiresBeyondTheLegalIsNotTheSlaves)
{
    Options o;
    o.wires = {false, 82000, 100, 100}; // RC 8.2 us: released SDA is high after 9.9 us
    Rig rig(o);
    i2c_profile p = fast_slave(0x50);
    p.mode = I2C_MODE_SM;
    rig.profile(p);
    rig.t = Timing{50000, 42000, 42000, 42000, 42000, 42000, 2000};
    read_with_delay(rig, 1500);
    expect_clean(rig);
    EXPECT_LT(rig.rules().slave[I2C_T_VD_DAT].measured_ps, (int64_t)ns(3450));
}

TEST(SlaveOutput, SlowSlaveIsFoundOnSuchWiresToo)
{
    Options o;
    o.wires = {false, 82000, 100, 100};
    Rig rig(o);
    i2c_profile p = fast_slave(0x50);
    p.mode = I2C_MODE_SM;
    rig.profile(p);
    rig.t = Timing{50000, 42000, 42000, 42000, 42000, 42000, 2000};
    read_with_delay(rig, 3500);
    rig.finish();
    ASSERT_NE(rig.found("I2C-TIM-10"), nullptr);
    EXPECT_EQ(rig.found("I2C-TIM-10")->severity, I2C_SEVERITY_WARN);
}

// UM10204 Table 11 note on tVD: a slave that holds SCL until SDA is right keeps the rule, also
// where a slow master's LOW is longer than the hold.
TEST(SlaveOutput, ValidTimeIsNotJudgedWhereItHeldScl)
{
    for (const bool holds : {true, false}) {
        Rig rig;
        rig.profile(fast_slave(0x50));
        if (holds) {
            rig.holds_scl(8, 0, 4100);
        }
        rig.at_fall(8, 4000, I2C_SDA, I2C_PULLED);
        rig.at_fall(9, 200, I2C_SDA, I2C_RELEASED);
        rig.start();
        rig.write(kOwnW);
        rig.stop();
        expect_only_if(!holds, rig, "I2C-TIM-11");
    }
}

/// Legal minimum of a mode, with the period kept: tr and tf go into LOW and HIGH.
Timing at_minimum(i2c_mode mode)
{
    const i2c_timing_limit *l = i2c_timing_limits(mode);
    Timing t;
    t.hd_sta = l[I2C_T_HD_STA].min_ps / 1000;
    t.low = l[I2C_T_LOW].min_ps / 1000 + i2c_timing_tr_max_ps(mode) / 1000;
    t.high = l[I2C_T_HIGH].min_ps / 1000 + i2c_timing_tf_max_ps(mode) / 1000;
    t.su_sta = l[I2C_T_SU_STA].min_ps / 1000;
    t.su_sto = l[I2C_T_SU_STO].min_ps / 1000;
    t.buf = l[I2C_T_BUF].min_ps / 1000;
    t.hd_dat = 0;
    return t;
}

/// A whole write with Sr and a second transfer, so that every parameter is measured.
void all_parameters(Rig &rig)
{
    rig.start();
    rig.write(kOtherW);
    rig.restart();
    rig.write(kOtherW);
    rig.stop();
    rig.start();
    rig.write(kOtherW);
    rig.stop();
    rig.finish();
}

TEST(MasterTiming, MinimumOfEachModeIsNotFound)
{
    for (const i2c_mode mode : {I2C_MODE_SM, I2C_MODE_FM, I2C_MODE_FMPLUS}) {
        Rig rig;
        rig.hold_master_to(mode);
        rig.t = at_minimum(mode);
        all_parameters(rig);
        EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
        for (const i2c_timing_parameter p : {I2C_T_HD_STA, I2C_T_SU_STA, I2C_T_SU_STO, I2C_T_BUF})
            EXPECT_EQ(rig.rules().master[p].margin_ps, 0) << i2c_timing_symbol(p);
        EXPECT_EQ(rig.rules().master[I2C_T_PERIOD].margin_ps, 0);
        EXPECT_GT(rig.rules().master[I2C_T_SU_DAT].count, 0u);
        EXPECT_EQ(rig.rules().master[I2C_T_HD_DAT].measured_ps, 0);
    }
}

struct Short {
    const char *rule;
    uint64_t Timing::*field;
    uint64_t limit_ns;
};

TEST(MasterTiming, EachParameterBelowItsMinimumIsFound)
{
    const Short shorts[] = {
        {"master.t_hd_sta", &Timing::hd_sta, 600}, {"master.t_low", &Timing::low, 1300},
        {"master.t_high", &Timing::high, 600},     {"master.t_su_sta", &Timing::su_sta, 600},
        {"master.t_su_sto", &Timing::su_sto, 600}, {"master.t_buf", &Timing::buf, 1300}};
    for (const Short &s : shorts) {
        Rig rig;
        rig.hold_master_to(I2C_MODE_FM);
        rig.t = Timing{2000, 2000, 2000, 2000, 2000, 2000, 100};
        rig.t.*s.field = s.limit_ns - 10;
        all_parameters(rig);
        EXPECT_EQ(rig.rules().findings, 1u) << s.rule << ": " << rig.all_found();
        const i2c_finding *f = rig.found(s.rule);
        ASSERT_NE(f, nullptr) << s.rule;
        EXPECT_EQ(f->measured_ps, (int64_t)ns(s.limit_ns - 10));
        EXPECT_EQ(f->limit_ps, (int64_t)ns(s.limit_ns));
        EXPECT_EQ(f->blame, 1u << rig.master);
    }
}

TEST(MasterTiming, ShortDataSetUpIsFoundInBitsOnly)
{
    for (const uint64_t hd_ns : {1890ull, 1910ull}) {
        Rig rig;
        rig.hold_master_to(I2C_MODE_FM);
        rig.t = Timing{2000, 2000, 2000, 2000, 2000, 2000, hd_ns};
        rig.start();
        rig.write(kOtherW);
        rig.stop();
        rig.finish();
        EXPECT_EQ(rig.found("master.t_su_dat") != nullptr, hd_ns > 1900) << rig.all_found();
    }
    Rig rig; // the cell of a STOP is no bit
    rig.hold_master_to(I2C_MODE_FM);
    rig.t = Timing{2000, 2000, 2000, 2000, 2000, 2000, 100};
    rig.start();
    rig.write(kOtherW);
    rig.t.hd_dat = 1990;
    rig.stop();
    rig.t.hd_dat = 100;
    rig.set(rig.master, I2C_SCL, I2C_PULLED); // a clock behind it, as an NXT makes
    rig.clock(true);
    expect_clean(rig);
}

TEST(MasterTiming, PeriodBelowTheMinimumIsFound)
{
    Rig rig;
    rig.hold_master_to(I2C_MODE_FM);
    rig.t = at_minimum(I2C_MODE_FM);
    rig.t.high -= 100;
    all_parameters(rig);
    EXPECT_NE(rig.found("master.period"), nullptr) << rig.all_found();
    EXPECT_EQ(rig.found("master.t_high"), nullptr);
}

TEST(MasterTiming, ShortDataHoldIsFoundOnRealWires)
{
    for (const uint64_t hd_ns : {50ull, 150ull}) {
        Options o;
        o.wires = {false, 2200, 100, 100};
        Rig rig(o);
        rig.hold_master_to(I2C_MODE_FM);
        rig.t = Timing{2000, 2600, 2000, 2000, 3000, 3000, hd_ns};
        rig.start();
        rig.clock(true); // SDA rises: 30 % comes later than the release
        rig.clock(false);
        rig.finish();
        EXPECT_EQ(rig.found("master.t_hd_dat") != nullptr, hd_ns == 50) << rig.all_found();
    }
}

// Listed, not hidden: what a master is known to do is no finding, and stays in the margins.
TEST(MasterTiming, KnownViolationIsNotFoundButMeasured)
{
    static const i2c_known_violation known[] = {
        {I2C_T_LOW, 1125 * I2C_PS_PER_NS, "the TWI's LOW is two CPU cycles short", false}};
    for (const uint64_t low_ns : {1125ull, 1124ull}) {
        Rig rig;
        const i2c_master_profile p = {I2C_MODE_FM, known, 1, false, false, 0};
        i2c_sim_set_master_profile(rig.sim, rig.master, &p);
        rig.t = Timing{2000, low_ns, 2000, 2000, 2000, 2000, 100};
        all_parameters(rig);
        EXPECT_EQ(rig.found("master.t_low") != nullptr, low_ns < 1125);
        EXPECT_LT(rig.rules().master[I2C_T_LOW].margin_ps, 0);
    }
}

// UM10204 3.1.9: the part of LOW after the master's release is the stretcher's.
TEST(MasterTiming, StretchDoesNotHideAShortLow)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_BIT));
    rig.hold_master_to(I2C_MODE_FM);
    rig.holds_scl(3, 100, 5000);
    rig.t = Timing{2000, 2000, 2000, 2000, 2000, 2000, 100};
    rig.start();
    rig.bits(0xFF, 3);
    rig.t.low = 1000;
    rig.bits(0xFF, 1);
    rig.finish();
    ASSERT_NE(rig.found("master.t_low"), nullptr) << rig.all_found();
    EXPECT_EQ(rig.found("master.t_low")->measured_ps, (int64_t)ns(1000));
    EXPECT_EQ(rig.rules().master[I2C_T_PERIOD].count, 3u); // the stretched cell says nothing
}

// The injector of a sweep acts for the master from the hand-over on.
TEST(MasterTiming, InjectorIsHeldToTheMastersTable)
{
    Rig rig;
    rig.hold_master_to(I2C_MODE_FM);
    const i2c_node_config config = {"injector", I2C_ROLE_INJECTOR, I2C_AT_50, 0, nullptr, nullptr};
    i2c_node injector = 0;
    ASSERT_EQ(i2c_node_add(rig.sim, &config, &injector), I2C_OK);
    rig.t = Timing{2000, 2000, 2000, 2000, 2000, 2000, 100};
    rig.start();
    rig.bits(0x00, 2);
    i2c_node_hand_over(rig.sim, rig.master, injector);
    rig.wait(2000);
    rig.set(injector, I2C_SCL, I2C_RELEASED);
    rig.wait(500);
    rig.set(injector, I2C_SDA, I2C_RELEASED);
    rig.finish();
    ASSERT_NE(rig.found("master.t_su_sto"), nullptr) << rig.all_found();
    EXPECT_EQ(rig.found("master.t_su_sto")->blame, 1u << injector);
}

// A clock that the slave has made is nobody's data hold and period.
TEST(MasterTiming, IsNotJudgedFromAnEdgeThatTheSlaveMade)
{
    Options o;
    o.wires = {false, 2200, 100, 100};
    Rig rig(o);
    rig.profile(fast_slave(0x50, I2C_STRETCH_BIT));
    rig.hold_master_to(I2C_MODE_FM);
    rig.acks(0, 300);
    rig.start();
    rig.write(kOwnW);
    rig.wait(5000);
    rig.raise_scl();
    rig.wait(5000);
    rig.set(rig.slave, I2C_SCL, I2C_PULLED);
    rig.wait(60);
    rig.sda(false); // SCL is on its way down: 10 ns below 50 %
    rig.wait(1000);
    rig.set(rig.slave, I2C_SCL, I2C_RELEASED);
    rig.wait(5000);
    rig.finish();
    EXPECT_NE(rig.found("I2C-STR-02"), nullptr);
    EXPECT_EQ(rig.found("master.t_hd_dat"), nullptr) << rig.all_found();
}

// An NXT's START hold is a random share of a tick, 0 included.
TEST(MasterTiming, KnownViolationOfZeroCoversWhatRealWiresMakeOfIt)
{
    static const i2c_known_violation known[] = {{I2C_T_HD_STA, 0, "by design", false}};
    for (const bool is_known : {true, false}) {
        Options o;
        o.wires = {false, 2200, 100, 100};
        Rig rig(o);
        const i2c_master_profile p = {
            I2C_MODE_SM, is_known ? known : nullptr, is_known ? 1u : 0u, false, false, 0};
        i2c_sim_set_master_profile(rig.sim, rig.master, &p);
        rig.t.hd_sta = 55;
        rig.start();
        rig.wait(1000);
        rig.finish();
        EXPECT_EQ(rig.found("master.t_hd_sta") == nullptr, is_known);
        EXPECT_LT(rig.rules().master[I2C_T_HD_STA].measured_ps, 0);
    }
}

} // namespace
