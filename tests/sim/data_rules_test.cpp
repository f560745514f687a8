// Rules about SDA in the clocks of a transfer: a slave that each catches, and one that it leaves
// alone.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

/// S own+W A, one written byte A, P: the script of a slave that does it right.
void write_one(Rig &rig, uint8_t value = 0x12)
{
    rig.acks(0);
    rig.acks(1);
    rig.start();
    rig.write(kOwnW);
    rig.write(value);
}

// UM10204 3.1.10: write, repeated START, read, STOP by a slave that does everything right.
TEST(GoodSlave, IsNotBlamedInAWriteAndARead)
{
    Slave50 rig;
    rig.hold_master_to(I2C_MODE_SM);
    write_one(rig);
    rig.restart();
    // Sr had a fall of its own: the numbers of later bytes move by one.
    rig.at_fall(27, 400, I2C_SDA, I2C_PULLED);
    for (unsigned i = 0; i < 8; i++)
        rig.at_fall(28 + i, 400, I2C_SDA, 0x35 >> (7 - i) & 1 ? I2C_RELEASED : I2C_PULLED);
    rig.at_fall(36, 400, I2C_SDA, I2C_RELEASED);
    rig.write(kOwnR);
    rig.read(false);
    rig.stop();
    expect_clean(rig);
    EXPECT_EQ(rig.events_text(), "S A0 A 12 A Sr0 A1 A 35 N P0");
}

// UM10204 3.1.9, requirement rule 0.6.2: start detectors hold SCL after every START, overflow
// holds after clocks 8 and 9; the AVR USI does all three.
TEST(GoodSlave, MayHoldSclAfterForeignStartsAndAfterClocks8And9)
{
    Slave50 rig;
    rig.hold_master_to(I2C_MODE_SM);
    for (unsigned n : {0u, 8u, 9u, 17u, 18u}) {
        rig.holds_scl(n, 0, 20000);
    }
    rig.acks(0);
    rig.acks(1);
    rig.start();
    rig.write(kOwnW);
    rig.write(0x34);
    rig.stop();
    const unsigned next = rig.falls + 1; // the STOP's clock has no fall; START's comes next
    rig.holds_scl(next - 1, 0, 20000);
    rig.holds_scl(next + 7, 0, 20000);
    rig.start();
    rig.write(kOtherW);
    rig.write(0xA0);
    rig.stop();
    expect_clean(rig);
    EXPECT_EQ(rig.rules().longest_hold_ps, ns(15000));  // the master held the first 5 us
    EXPECT_EQ(rig.rules().transfer_held_ps, ns(75000)); // five in the first transfer
}

// UM10204 Table 11: SDA may change in the very instant in which SCL falls, if SCL fell first.
TEST(GoodSlave, MayChangeSdaAtTheInstantOfTheSclFall)
{
    Slave50 rig;
    rig.acks(0, 0);
    rig.sends(1, 0x5A, 0);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    rig.stop();
    expect_clean(rig);
    EXPECT_EQ(rig.rules().slave[I2C_T_HD_DAT].margin_ps, 0);
}

// UM10204 3.1.3.
TEST(SdaWhileSclIsHigh, PullInADataBitIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xFF);
    rig.at_rise(12, 1200, I2C_SDA, I2C_PULLED);
    rig.at_rise(12, 2200, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOwnR);
    rig.bits(0xFF, 4);
    rig.finish();
    const i2c_finding *f = rig.found("I2C-DAT-01");
    ASSERT_NE(f, nullptr) << rig.all_found();
    EXPECT_EQ(f->byte, 1u);
    EXPECT_EQ(f->clock, 4u);
    EXPECT_EQ(f->measured_ps, (int64_t)ns(1200));
    EXPECT_STREQ(f->message, "slave pulls SDA 1.2 us after SCL rose in clock 4, while SCL is high");
}

// UM10204 3.1.6: an ACK that comes only when SCL is high is none.
TEST(SdaWhileSclIsHigh, LateAckIsFound)
{
    Slave50 rig;
    rig.at_rise(8, 300, I2C_SDA, I2C_PULLED);
    rig.at_fall(9, 300, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOwnW);
    rig.stop();
    rig.finish();
    EXPECT_NE(rig.found("I2C-DAT-01"), nullptr) << rig.all_found();
}

// A bus time-out that is declared may free SDA at any time.
TEST(SdaWhileSclIsHigh, DeclaredTimeOutMayReleaseSda)
{
    for (const bool declared : {true, false}) {
        Rig rig;
        i2c_profile p = fast_slave(0x50);
        p.timeout_low_min_ps = declared ? 20 * I2C_PS_PER_MS : 0;
        rig.profile(p);
        rig.acks(0);
        rig.at_fall(9, 400, I2C_SDA, I2C_PULLED);
        rig.fall[9].erase(rig.fall[9].begin()); // the ACK goes on as the first data bit, a 0
        rig.at_rise(9, 25000000, I2C_SDA, I2C_RELEASED);
        rig.start();
        rig.write(kOwnR);
        rig.wait(5000);
        rig.raise_scl();
        rig.wait(26000000);
        EXPECT_EQ(rig.found("I2C-DAT-01") != nullptr, !declared) << rig.all_found();
    }
}

// UM10204 3.1.6: held for the whole of clock 9.
TEST(AckShape, AckThatEndsBeforeClock9DoesIsFound)
{
    Slave50 rig;
    rig.at_fall(8, 400, I2C_SDA, I2C_PULLED);
    rig.at_rise(8, 2000, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOwnW);
    rig.finish();
    expect_only(rig, "I2C-ACK-01");
}

// UM10204 3.1.6: released after clock 9.
TEST(AckShape, AckThatGoesOnIntoTheNextByteIsFound)
{
    Slave50 rig;
    rig.pulls_sda(8, 11);
    rig.start();
    rig.write(kOwnW);
    rig.bits(0xFF, 4);
    expect_only(rig, "I2C-ACK-02");
    const i2c_finding *f = rig.found("I2C-ACK-02");
    EXPECT_EQ(f->clock, 9);
    EXPECT_EQ(f->byte, 0u);
    EXPECT_FALSE(f->never);
    // It was due tVD;DAT of Fast-mode after the fall: 0.9 us.
    EXPECT_EQ(f->measured_ps, (int64_t)(ns(2 * 10000 + 400) - ns(900)));
}

TEST(AckShape, AckThatIsReleasedUnderAStretchIsNotFound)
{
    Slave50 rig;
    rig.at_fall(8, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(9, 0, I2C_SCL, I2C_PULLED);
    rig.at_fall(9, 50000, I2C_SDA, I2C_RELEASED);
    rig.at_fall(9, 51000, I2C_SCL, I2C_RELEASED);
    rig.start();
    rig.write(kOwnW);
    rig.bits(0xFF, 4);
    expect_clean(rig);
}

// The master's LOW ends before tVD;DAT has passed: it is not the slave that is late.
TEST(AckShape, AckThatAShortLowDoesNotLetEndIsNotFound)
{
    for (const uint64_t low_ns : {500ull, 1400ull}) {
        Slave50 rig;
        rig.acks(0);
        rig.fall[9] = {{1500, I2C_SDA, I2C_RELEASED}};
        if (low_ns == 500)
            rig.fall[9] = {{800, I2C_SDA, I2C_RELEASED}};
        rig.start();
        rig.write(kOwnW);
        rig.t.low = low_ns;
        rig.clock(true);
        rig.t.low = 5000;
        rig.restart();
        rig.write(kOtherW);
        rig.stop();
        rig.finish();
        EXPECT_EQ(rig.found("I2C-ACK-02") != nullptr, low_ns == 1400) << rig.all_found();
        EXPECT_EQ(rig.rules().findings, low_ns == 1400 ? 1u : 0u) << rig.all_found();
    }
}

// UM10204 3.1.6: a receiver keeps off bits 1 to 8.
TEST(AckShape, PullInsideAWrittenByteIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.pulls_sda(12, 13);
    rig.start();
    rig.write(kOwnW);
    rig.bits(0xFF, 8);
    expect_only(rig, "I2C-ACK-03");
    EXPECT_EQ(rig.told.at(0).byte, 1u);
    EXPECT_EQ(rig.told.at(0).clock, 3u);
    EXPECT_STREQ(rig.told.at(0).message,
                 "slave pulls SDA 400 ns after SCL fell in clock 3 and lets go 10 us later");
}

TEST(AckShape, PullInsideTheAddressIsFound)
{
    Slave50 rig;
    rig.pulls_sda(3, 4);
    rig.start();
    rig.bits(0xFF, 8);
    expect_only(rig, "I2C-ACK-03");
}

// UM10204 3.1.6: not before clock 8 has fallen.
TEST(AckShape, AckThatBeginsInClock8IsFound)
{
    Slave50 rig;
    rig.pulls_sda(7, 9);
    rig.start();
    rig.write(kOwnW);
    expect_only(rig, "I2C-ACK-16");
}

// UM10204 3.1.6: the transmitter frees the 9th bit.
TEST(AckShape, LastDataBitThatGoesOnIntoThe9thIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xFE);
    rig.fall[17].clear();
    rig.at_fall(18, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    expect_only(rig, "I2C-ACK-04");
}

TEST(AckShape, TransmitterThatFreesThe9thBitIsNotFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xFE);
    rig.sends(2, 0x00);
    rig.start();
    rig.write(kOwnR);
    rig.read(true);
    rig.read(false);
    rig.stop();
    expect_clean(rig);
}

// Requirement I2C-ACK-11: once it has refused a byte it stays off the bus.
TEST(AckShape, AckAfterARefusedByteIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.acks(2);
    rig.start();
    rig.write(kOwnW);
    rig.write(0x11);
    rig.write(0x22);
    rig.stop();
    expect_only(rig, "I2C-ACK-11");
}

TEST(AckShape, SlaveThatRefusesAndStaysAwayIsNotFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.start();
    rig.write(kOwnW);
    rig.write(0x11);
    rig.write(0x22);
    rig.stop();
    expect_clean(rig);
}

// UM10204 3.1.6: after the master's NACK the slave leaves SDA alone.
TEST(SdaAfterNack, IsFoundWhenItNeverLetsGo)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xA5);
    rig.at_fall(18, 4000, I2C_SDA, I2C_PULLED);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    rig.stop();
    expect_only(rig, "I2C-RD-03");
    const i2c_finding *f = rig.found("I2C-RD-03");
    EXPECT_TRUE(f->never);
    EXPECT_EQ(f->byte, 1u);
    EXPECT_EQ(f->clock, 9u);
    EXPECT_STREQ(f->message, "slave pulls SDA 4 us after SCL fell in clock 9 and never lets go");
}

TEST(SdaAfterNack, IsFoundWithHowLongItWasHeld)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xA5);
    rig.sends(2, 0x7F);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    rig.bits(0xFF, 3); // clocks behind the NACK, I2C-RD-04
    rig.stop();
    expect_only(rig, "I2C-RD-03");
    const i2c_finding *f = rig.found("I2C-RD-03");
    EXPECT_FALSE(f->never);
    EXPECT_EQ(f->measured_ps, (int64_t)ns(10000));
}

} // namespace
