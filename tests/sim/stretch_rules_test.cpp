// Rules about SCL: stretches, their bounds, and lines that are driven high.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

/// S own+W A, one byte A, P, with SCL held for `hold_ns` from `delay_ns` after fall `n`.
void write_with_hold(Rig &rig, unsigned n, uint64_t delay_ns, uint64_t hold_ns,
                     uint8_t address = kOwnW)
{
    if (address == kOwnW) {
        rig.acks(0, 200);
        rig.acks(1, 200);
    }
    rig.holds_scl(n, delay_ns, delay_ns + hold_ns);
    rig.start();
    rig.write(address);
    rig.write(0x55);
    rig.stop();
}

// UM10204 3.1.9: a target without an SCL driver never pulls SCL.
TEST(Stretch, IsFoundWhereNoneIsDeclared)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_NONE));
    write_with_hold(rig, 9, 100, 20000);
    expect_only(rig, "I2C-STR-01");
}

TEST(Stretch, OfABitIsFoundWhereOnlyBytesAreDeclared)
{
    for (const i2c_stretch stretch : {I2C_STRETCH_BYTE, I2C_STRETCH_BIT}) {
        Rig rig;
        rig.profile(fast_slave(0x50, stretch));
        write_with_hold(rig, 12, 100, 20000);
        expect_only_if(stretch == I2C_STRETCH_BYTE, rig, "stretch_in_byte");
    }
}

TEST(Stretch, ThatIsNotDeclaredEitherWayIsOneNote)
{
    Rig rig;
    i2c_profile p = fast_slave(0x50);
    p.stretch_declared = false;
    rig.profile(p);
    rig.holds_scl(12, 100, 9000);
    write_with_hold(rig, 9, 100, 20000);
    EXPECT_EQ(expect_only(rig, "stretch_undeclared")->severity, I2C_SEVERITY_UNDECLARED);
    EXPECT_EQ(rig.rules().repeats[0], 0u);
}

// UM10204 3.1.7, 3.1.9: a stretch lengthens LOW; it does not make it.
TEST(Stretch, ThatPullsAHighSclIsFound)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_BIT));
    rig.acks(0);
    rig.at_rise(9, 2000, I2C_SCL, I2C_PULLED);
    rig.at_rise(9, 9000, I2C_SCL, I2C_RELEASED);
    rig.start();
    rig.write(kOwnW);
    rig.clock(true);
    rig.wait(10000);
    const i2c_finding *f = expect_only(rig, "I2C-STR-02");
    EXPECT_EQ(f->measured_ps, (int64_t)ns(2000));
    EXPECT_EQ(f->line, I2C_SCL);
}

TEST(Stretch, ThatBeginsWithTheMastersOwnPullIsNotFound)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_BIT));
    rig.acks(0);
    rig.start();
    rig.write(kOwnW);
    rig.wait(5000);
    rig.raise_scl();
    rig.wait(5000);
    i2c_node_set(rig.sim, rig.slave, I2C_SCL, I2C_PULLED); // one round with the master's
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.wait(1000);
    rig.set(rig.slave, I2C_SCL, I2C_RELEASED);
    rig.stop();
    expect_clean(rig);
}

constexpr i2c_wires kSlowWires = {false, 4700, 200, 100}; // RC = 940 ns

// A pull that cuts into an SCL rise makes a runt: receivers with other thresholds lose step.
TEST(Stretch, ThatCutsIntoTheSclRiseIsFound)
{
    Options o;
    o.wires = kSlowWires;
    o.slave_threshold = I2C_AT_70;
    Rig rig(o);
    rig.profile(fast_slave(0x50, I2C_STRETCH_BIT));
    rig.acks(0);
    rig.start();
    rig.write(kOwnW);
    rig.wait(5000);
    rig.set(rig.master, I2C_SCL, I2C_RELEASED);
    rig.wait(500); // between 30 % (335 ns) and 50 % (652 ns)
    rig.set(rig.slave, I2C_SCL, I2C_PULLED);
    rig.wait(5000);
    rig.set(rig.slave, I2C_SCL, I2C_RELEASED);
    rig.wait(5000);
    expect_only(rig, "I2C-STR-02");
}

TEST(Stretch, ThatTurnsBackARiseBelow30PercentIsNotFound)
{
    Options o;
    o.wires = kSlowWires;
    Rig rig(o);
    rig.profile(fast_slave(0x50, I2C_STRETCH_BIT));
    rig.acks(0, 600);
    rig.start();
    rig.write(kOwnW);
    rig.wait(5000);
    rig.set(rig.master, I2C_SCL, I2C_RELEASED);
    rig.wait(300);
    rig.set(rig.slave, I2C_SCL, I2C_PULLED);
    rig.wait(5000);
    rig.set(rig.slave, I2C_SCL, I2C_RELEASED);
    rig.wait(5000);
    expect_clean(rig);
}

// Requirement I2C-STR-08: nobody's clock to hold after a foreign address.
TEST(Stretch, InAForeignTransferIsFoundOrNotedWhereBitsAreDeclared)
{
    for (const i2c_stretch stretch : {I2C_STRETCH_BYTE, I2C_STRETCH_BIT}) {
        Rig rig;
        rig.profile(fast_slave(0x50, stretch));
        write_with_hold(rig, 9, 100, 20000, kOtherW);
        EXPECT_EQ(expect_only(rig, "I2C-STR-08")->severity,
                  stretch == I2C_STRETCH_BIT ? I2C_SEVERITY_NOTE : I2C_SEVERITY_BY_LEVEL);
    }
}

TEST(Stretch, ThroughTheForeignAddressByteIsNotFound)
{
    for (unsigned n = 0; n <= 8; n++) {
        Rig rig;
        rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
        write_with_hold(rig, n, 100, 20000, kOtherW);
        expect_clean(rig);
    }
}

// Requirement I2C-STR-11.
TEST(Stretch, ThatBeginsAfterTheReadHasEndedIsFound)
{
    for (const unsigned n : {18u, 20u}) { // in the LOW that ends the read it may still hold
        Rig rig;
        rig.profile(fast_slave(0x50, I2C_STRETCH_BIT));
        rig.acks(0);
        rig.sends(1, 0x33);
        rig.holds_scl(n, 100, 20000);
        rig.start();
        rig.write(kOwnR);
        rig.read(false);
        rig.bits(0xFF, 4);
        rig.stop();
        expect_only_if(n != 18, rig, "I2C-STR-11");
    }
}

// Requirement I2C-STR-09: 10 ms where nothing is declared.
TEST(Stretch, LongerThanTheBoundIsFound)
{
    for (const uint64_t hold_ns : {9990000ull, 10010000ull}) {
        Rig rig;
        rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
        write_with_hold(rig, 9, 100, hold_ns);
        if (hold_ns < 10000000) {
            expect_clean(rig);
            EXPECT_EQ(rig.rules().longest_hold_ps, ns(hold_ns + 100 - 5000));
        } else {
            const i2c_finding *f = expect_only(rig, "I2C-STR-09");
            EXPECT_EQ(f->limit_ps, (int64_t)(10 * I2C_PS_PER_MS));
            EXPECT_EQ(f->severity, I2C_SEVERITY_FAIL);
            EXPECT_FALSE(f->never);
        }
    }
}

TEST(Stretch, ThatNeverEndsIsFoundAtTheEnd)
{
    Rig rig;
    i2c_profile p = fast_slave(0x50, I2C_STRETCH_BYTE);
    p.stretch_max_ps = 100 * I2C_PS_PER_US;
    rig.profile(p);
    rig.acks(0);
    rig.at_fall(9, 100, I2C_SCL, I2C_PULLED);
    rig.start();
    rig.write(kOwnW);
    rig.wait(5000);
    rig.set(rig.master, I2C_SCL, I2C_RELEASED);
    const uint64_t alone_ps = i2c_sim_now_ps(rig.sim);
    rig.wait(300000);
    const i2c_finding *f = expect_only(rig, "I2C-STR-09");
    EXPECT_TRUE(f->never);
    EXPECT_EQ(f->at_ps, alone_ps + 100 * I2C_PS_PER_US);
}

// A master that does not look at SCL, or not for so long, loses clocks under a rightful stretch:
// neither has broken its contract.
TEST(StretchLimit, HoldsWithinWhatTheMasterWaitsForAreFine)
{
    for (const uint64_t over_ns : {0ull, 1ull}) {
        Rig rig;
        rig.carry_on_after(20000);
        rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
        write_with_hold(rig, 9, 100, rig.t.low - 100 + 20000 + over_ns);
        if (over_ns == 0) {
            expect_clean(rig);
            continue;
        }
        const i2c_finding *f = expect_only(rig, "stretch_limit");
        EXPECT_EQ(f->severity, I2C_SEVERITY_INCOMPATIBLE);

        EXPECT_EQ(f->measured_ps, (int64_t)ns(20001));
        EXPECT_EQ(f->limit_ps, (int64_t)ns(20000));
    }
}

// Clock 1 of the next byte begins and ends under the hold.
TEST(StretchLimit, TellsTheWholeHoldThoughTheMasterPullsUnderIt)
{
    Rig rig;
    rig.carry_on_after(0);
    rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
    write_with_hold(rig, 9, 100, 29900); // lets go in the LOW behind the third release
    const i2c_finding *f = rig.found("stretch_limit");
    ASSERT_NE(f, nullptr) << rig.all_found();
    EXPECT_EQ(f->measured_ps, (int64_t)ns(25000));
    EXPECT_EQ(f->limit_ps, 0);
}

TEST(StretchLimit, DoesNotExcuseAStretchThatIsNotDeclared)
{
    Rig rig;
    rig.carry_on_after(0);
    rig.profile(fast_slave(0x50, I2C_STRETCH_NONE));
    write_with_hold(rig, 9, 100, 8000);
    EXPECT_NE(rig.found("I2C-STR-01"), nullptr) << rig.all_found();
    EXPECT_EQ(rig.found("stretch_limit"), nullptr) << rig.all_found();
}

TEST(StretchLimit, DoesNotExcuseAStretchBeyondItsBound)
{
    Rig rig;
    i2c_profile p = fast_slave(0x50, I2C_STRETCH_BYTE);
    p.stretch_max_ps = 10 * I2C_PS_PER_US;
    rig.carry_on_after(1000);
    rig.profile(p);
    write_with_hold(rig, 9, 100, rig.t.low - 100 + 10001);
    EXPECT_NE(rig.found("I2C-STR-09"), nullptr) << rig.all_found();
    EXPECT_EQ(rig.found("stretch_limit"), nullptr) << rig.all_found();
}

// UM10204 Table 11, notes on tVD: valid for tSU;DAT before the stretch ends.
TEST(Stretch, ThatEndsBeforeSdaIsSetUpIsFound)
{
    for (const uint64_t setup_ns : {240ull, 260ull}) { // the bus is Standard-mode: 250 ns
        Rig rig;
        rig.hold_master_to(I2C_MODE_SM);
        rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
        rig.at_fall(8, 100, I2C_SCL, I2C_PULLED);
        rig.at_fall(8, 20000 - setup_ns, I2C_SDA, I2C_PULLED);
        rig.at_fall(8, 20000, I2C_SCL, I2C_RELEASED);
        rig.at_fall(9, 200, I2C_SDA, I2C_RELEASED);
        rig.start();
        rig.write(kOwnW);
        rig.stop();
        if (setup_ns > 250)
            expect_clean(rig);
        else
            EXPECT_EQ(expect_only(rig, "I2C-STR-05")->measured_ps, (int64_t)ns(setup_ns));
    }
}

// UM10204 3.1.1: only a master that nobody stretches may drive SCL high.
TEST(PushPull, SclAgainstARightfulStretchIsIncompatible)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
    rig.acks(0);
    rig.holds_scl(9, 100, 20000);
    rig.start();
    rig.write(kOwnW);
    rig.wait(5000);
    rig.set(rig.master, I2C_SCL, I2C_DRIVEN_HIGH);
    EXPECT_FALSE(i2c_line_level(rig.sim, I2C_SCL));
    rig.wait(50000);
    EXPECT_TRUE(i2c_line_level(rig.sim, I2C_SCL));
    EXPECT_EQ(expect_only_on_master(rig, "contention_scl")->severity, I2C_SEVERITY_INCOMPATIBLE);
}

// An NXT drives bit 0 of the byte high for a moment when it should release for the ACK.
TEST(PushPull, SdaAgainstAnAckIsANoteOnTheMaster)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
    rig.acks(0);
    rig.start();
    rig.bits(kOwnR, 8);
    rig.wait(2000);
    rig.set(rig.master, I2C_SDA, I2C_DRIVEN_HIGH);
    rig.set(rig.master, I2C_SDA, I2C_PULLED);
    rig.raise_scl();
    rig.wait(5000);
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.wait(300);
    rig.sda(true);
    rig.wait(10000);
    const i2c_finding *f = expect_only_on_master(rig, "contention_sda");
    EXPECT_EQ(f->severity, I2C_SEVERITY_NOTE);
}

// A pull that the slave may not make is found as such.
TEST(PushPull, SdaAgainstAWrongPullIsOnlyTheSlaves)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
    rig.pulls_sda(3, 4, 100);
    rig.start();
    rig.bits(0xE0, 3);
    rig.wait(2000);
    rig.set(rig.master, I2C_SDA, I2C_DRIVEN_HIGH);
    rig.bits(0xFF, 2);
    EXPECT_EQ(expect_only(rig, "I2C-ACK-03")->blame, 1u << rig.slave);
}

TEST(PushPull, MasterThatDrivesHighWhileNobodyPullsIsNotFound)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
    rig.start();
    rig.set(rig.master, I2C_SCL, I2C_DRIVEN_HIGH);
    rig.wait(1000);
    expect_clean(rig);
}

// UM10204 3.1.1: a target never sources a high.
TEST(PushPull, SlaveThatDrivesHighIsFound)
{
    Rig rig;
    rig.profile(fast_slave(0x50, I2C_STRETCH_BYTE));
    rig.at_fall(2, 100, I2C_SDA, I2C_DRIVEN_HIGH);
    rig.at_fall(5, 100, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOtherW);
    EXPECT_EQ(expect_only(rig, "I2C-DAT-10")->blame, 1u << rig.slave);
}

} // namespace
