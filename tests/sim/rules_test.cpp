// Rules about what slaves do to SDA: a slave that each catches, and one that it leaves alone.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

constexpr uint8_t kOwnW = 0xA0, kOwnR = 0xA1; // 0x50
constexpr uint8_t kOtherW = 0x60, kOtherR = 0x61;

/// A rig whose slave has address 0x50.
struct Slave50 : Rig {
    explicit Slave50(const Options &options = Options()) : Rig(options)
    {
        profile(fast_slave(0x50));
    }
};

void expect_clean(Rig &rig)
{
    rig.wait(1000);
    rig.finish();
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
}

/// Ends the case; `rule` was found on the slave, and nothing else.
void expect_only(Rig &rig, const std::string &rule)
{
    rig.wait(1000);
    rig.finish();
    const i2c_finding *f = rig.found(rule);
    ASSERT_NE(f, nullptr) << "found instead: " << rig.all_found();
    EXPECT_EQ(f->blame, 1u << rig.slave) << f->message;
    EXPECT_EQ(rig.rules().findings, 1u) << rig.all_found();
    EXPECT_EQ(i2c_rule_find(f->rule->id), f->rule);
}

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
        rig.at_fall(n, 0, I2C_SCL, I2C_PULLED);
        rig.at_fall(n, 20000, I2C_SCL, I2C_RELEASED);
    }
    rig.acks(0);
    rig.acks(1);
    rig.start();
    rig.write(kOwnW);
    rig.write(0x34);
    rig.stop();
    const unsigned next = rig.falls + 1; // the STOP's clock has no fall; START's comes next
    rig.at_fall(next - 1, 0, I2C_SCL, I2C_PULLED);
    rig.at_fall(next - 1, 20000, I2C_SCL, I2C_RELEASED);
    rig.at_fall(next + 7, 0, I2C_SCL, I2C_PULLED);
    rig.at_fall(next + 7, 20000, I2C_SCL, I2C_RELEASED);
    rig.start();
    rig.write(kOtherW);
    rig.write(0xA0);
    rig.stop();
    expect_clean(rig);
    EXPECT_EQ(rig.rules().longest_hold_ps, ns(15000)); // the master held the first 5 us
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
    rig.at_fall(8, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(11, 400, I2C_SDA, I2C_RELEASED);
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
    rig.at_fall(12, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(13, 400, I2C_SDA, I2C_RELEASED);
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
    rig.at_fall(3, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(4, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.bits(0xFF, 8);
    expect_only(rig, "I2C-ACK-03");
}

// UM10204 3.1.6: not before clock 8 has fallen.
TEST(AckShape, AckThatBeginsInClock8IsFound)
{
    Slave50 rig;
    rig.at_fall(7, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(9, 400, I2C_SDA, I2C_RELEASED);
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

// UM10204 3.1.10: silent unless addressed.
TEST(SilentUnlessAddressed, AckOfAForeignAddressIsFound)
{
    for (const uint8_t address : {kOtherW, kOtherR, (uint8_t)0x04, (uint8_t)0x0C, (uint8_t)0xF0,
                                  (uint8_t)0xF8, (uint8_t)0xFF}) {
        Slave50 rig;
        rig.acks(0);
        rig.start();
        rig.write(address);
        rig.stop();
        expect_only(rig, "I2C-ADR-04");
    }
}

TEST(SilentUnlessAddressed, PullInAForeignDataByteIsFound)
{
    Slave50 rig;
    rig.acks(1); // ACKs the data of somebody else, whose payload looks like its address
    rig.start();
    rig.write(kOtherW);
    rig.write(kOwnW);
    rig.stop();
    expect_only(rig, "I2C-ADR-04");
}

TEST(SilentUnlessAddressed, StaysSelectedAfterARepeatedStartToAnotherIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.at_fall(9 + 1 + 17, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(9 + 1 + 18, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOwnW);
    rig.restart();
    rig.write(kOtherW);
    rig.write(0x00);
    rig.stop();
    expect_only(rig, "I2C-ADR-04");
}

TEST(SilentUnlessAddressed, SilentSlaveIsNotFoundInForeignTraffic)
{
    Slave50 rig;
    rig.start();
    rig.write(kOtherW);
    rig.write(kOwnW);
    rig.restart();
    rig.write(kOtherR);
    rig.read(true);
    rig.read(false);
    rig.stop();
    expect_clean(rig);
}

// A slave that owns its address but did not ACK it has no say in the data.
TEST(SilentUnlessAddressed, DataWithoutAnAckedAddressIsFound)
{
    Slave50 rig;
    rig.sends(1, 0x0F);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    rig.stop();
    expect_only(rig, "I2C-ADR-04");
}

// UM10204 3.1.15.
TEST(SilentUnlessAddressed, AckOfTheStartByteIsFoundWhateverIsDeclared)
{
    Rig rig;
    i2c_profile p = fast_slave(0x50);
    p.general_call = I2C_FEATURE_YES;
    rig.profile(p);
    rig.acks(0);
    rig.start();
    rig.write(0x01);
    expect_only(rig, "I2C-RSV-01");
}

// Without a profile its address is not known, but nobody has the START byte's.
TEST(SilentUnlessAddressed, SlaveThatDeclaresNothingMayHaveAnyAddressButTheStartByte)
{
    for (const uint8_t address : {kOtherW, (uint8_t)0x01}) {
        Rig rig;
        rig.acks(0);
        rig.start();
        rig.write(address);
        rig.write(0xFF);
        if (address == 0x01)
            expect_only(rig, "I2C-RSV-01");
        else
            expect_clean(rig);
    }
}

// UM10204 3.1.17: the Device ID code, its own address, Sr and the code with R.
TEST(DeviceId, IsAnsweredByWhoDeclaresItAndWasNamed)
{
    for (const bool named : {true, false}) {
        Rig rig;
        i2c_profile p = fast_slave(0x50);
        p.device_id = I2C_FEATURE_YES;
        rig.profile(p);
        rig.acks(0);
        if (named)
            rig.acks(1);
        rig.start();
        rig.write(0xF8);
        rig.write(named ? kOwnW : kOtherW);
        rig.restart();
        rig.at_fall(27, 400, I2C_SDA, I2C_PULLED);
        rig.at_fall(28, 400, I2C_SDA, I2C_RELEASED);
        rig.write(0xF9);
        rig.stop();
        if (named)
            expect_clean(rig);
        else
            expect_only(rig, "I2C-ADR-04");
    }
}

// 3.1.17: a NACK ends the id, and with it what led to it.
TEST(DeviceId, IsNotAnsweredAgainBehindItsNack)
{
    for (const bool again : {false, true}) {
        Rig rig;
        i2c_profile p = fast_slave(0x50);
        p.device_id = I2C_FEATURE_YES;
        rig.profile(p);
        rig.acks(0);
        rig.acks(1);
        rig.start();
        rig.write(0xF8);
        rig.write(kOwnW);
        rig.restart();
        rig.at_fall(27, 400, I2C_SDA, I2C_PULLED);
        rig.at_fall(28, 400, I2C_SDA, I2C_RELEASED);
        rig.write(0xF9);
        rig.read(false);
        rig.restart();
        if (again) {
            rig.at_fall(46, 400, I2C_SDA, I2C_PULLED);
            rig.at_fall(47, 400, I2C_SDA, I2C_RELEASED);
        }
        rig.write(0xF9);
        rig.stop();
        if (again)
            expect_only(rig, "I2C-ADR-04");
        else
            expect_clean(rig);
    }
}

// 3.1.11: a header in between, another's or a new one, forgets the match before.
TEST(TenBitAddress, ReadHeaderBehindAnotherHeaderIsFound)
{
    for (const uint8_t between : {(uint8_t)0xF6, (uint8_t)0xF4}) {
        Rig rig;
        i2c_profile p = fast_slave(0x50);
        p.ten_bit = I2C_FEATURE_YES;
        p.addr10 = 0x2A5;
        rig.profile(p);
        rig.acks(0);
        rig.acks(1);
        if (between == 0xF4) {
            rig.at_fall(27, 400, I2C_SDA, I2C_PULLED);
            rig.at_fall(28, 400, I2C_SDA, I2C_RELEASED);
        }
        rig.at_fall(37, 400, I2C_SDA, I2C_PULLED);
        rig.at_fall(38, 400, I2C_SDA, I2C_RELEASED);
        rig.start();
        rig.write(0xF4);
        rig.write(0xA5);
        rig.restart();
        rig.write(between);
        rig.restart();
        rig.write(0xF5);
        rig.stop();
        expect_only(rig, "I2C-ADR-04");
    }
}

// The address that it may get at run time is its own as far as rules can know.
TEST(SilentUnlessAddressed, AckOfTheNewAddressIsFoundOnlyWhereItIsNotDeclared)
{
    for (const bool declared : {false, true}) {
        Rig rig;
        i2c_profile p = fast_slave(0x50);
        p.new_addr7 = declared ? 0x36 : 0;
        rig.profile(p);
        rig.acks(0);
        rig.acks(1);
        rig.start();
        rig.write(0x36 << 1);
        rig.write(0x00);
        rig.stop();
        if (declared)
            expect_clean(rig);
        else
            EXPECT_NE(rig.all_found().find("I2C-ADR-04"), std::string::npos) << rig.all_found();
    }
}

// A slave that may also be master makes its own START.
TEST(AlsoMaster, OwnTransferIsNotFound)
{
    for (const bool declared : {true, false}) {
        Rig rig;
        i2c_profile p = fast_slave(0x50);
        p.also_master = declared;
        rig.profile(p);
        rig.set(rig.slave, I2C_SDA, I2C_PULLED);
        rig.wait(5000);
        rig.set(rig.slave, I2C_SCL, I2C_PULLED);
        for (int i = 0; i < 4; i++) {
            rig.wait(1000);
            rig.set(rig.slave, I2C_SDA, i % 2 != 0 ? I2C_RELEASED : I2C_PULLED);
            rig.wait(5000);
            rig.set(rig.slave, I2C_SCL, I2C_RELEASED);
            rig.wait(5000);
            rig.set(rig.slave, I2C_SCL, I2C_PULLED);
        }
        rig.set(rig.slave, I2C_SCL, I2C_RELEASED);
        EXPECT_EQ(rig.rules().findings == 0, declared) << rig.all_found();
    }
}

// UM10204 3.1.13: undeclared is one note, declared is right, declared absent is wrong.
TEST(GeneralCall, AnswerIsJudgedByTheDeclaration)
{
    for (const i2c_feature feature : {I2C_FEATURE_UNDECLARED, I2C_FEATURE_NO, I2C_FEATURE_YES}) {
        Rig rig;
        i2c_profile p = fast_slave(0x50);
        p.general_call = feature;
        rig.profile(p);
        rig.acks(0);
        rig.acks(1);
        rig.start();
        rig.write(0x00);
        rig.write(0x06);
        rig.stop();
        if (feature == I2C_FEATURE_YES) {
            expect_clean(rig);
        } else {
            expect_only(rig, feature == I2C_FEATURE_NO ? "I2C-ADR-04" : "general_call_undeclared");
            if (feature == I2C_FEATURE_UNDECLARED) {
                EXPECT_EQ(rig.told.at(0).severity, I2C_SEVERITY_NOTE);
            }
        }
    }
}

i2c_profile ten_bit_slave()
{
    i2c_profile p = {};
    p.ten_bit = I2C_FEATURE_YES;
    p.addr10 = 0x2A5; // first byte 1111 010x, second 0xA5
    p.stretch_declared = true;
    return p;
}

// UM10204 3.1.11: write and read of a 10-bit slave.
TEST(TenBitAddress, RightAnswersAreNotFound)
{
    Rig rig;
    rig.profile(ten_bit_slave());
    rig.acks(0);
    rig.acks(1);
    rig.acks(2);
    rig.start();
    rig.write(0xF4);
    rig.write(0xA5);
    rig.write(0x77);
    rig.restart();
    rig.at_fall(28 + 8, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(28 + 9, 400, I2C_SDA, I2C_RELEASED);
    rig.at_fall(28 + 10, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(28 + 11, 400, I2C_SDA, I2C_RELEASED);
    rig.write(0xF5);
    rig.read(false);
    rig.stop();
    expect_clean(rig);
}

TEST(TenBitAddress, WrongSecondByteIsFound)
{
    Rig rig;
    rig.profile(ten_bit_slave());
    rig.acks(0);
    rig.acks(1);
    rig.start();
    rig.write(0xF4);
    rig.write(0xA4);
    expect_only(rig, "I2C-ADR-04");
}

TEST(TenBitAddress, OtherTopBitsAreFound)
{
    Rig rig;
    rig.profile(ten_bit_slave());
    rig.acks(0);
    rig.start();
    rig.write(0xF2);
    expect_only(rig, "I2C-ADR-04");
}

TEST(TenBitAddress, ReadHeaderWithoutAFullMatchIsFound)
{
    Rig rig;
    rig.profile(ten_bit_slave());
    rig.acks(0);
    rig.start();
    rig.write(0xF5);
    expect_only(rig, "I2C-ADR-04");
}

/// A void transfer, so that the slave has seen a START and a STOP (falls 0 and 1).
static void open_and_close(Rig &rig)
{
    rig.start();
    rig.stop();
}

// UM10204 3.1.4: no transfer is open behind a STOP.
TEST(IdleBus, PullOfSdaIsFound)
{
    Slave50 rig;
    open_and_close(rig);
    rig.set(rig.slave, I2C_SDA, I2C_PULLED);
    rig.wait(1000);
    rig.set(rig.slave, I2C_SDA, I2C_RELEASED);
    rig.finish();
    EXPECT_NE(rig.found("I2C-STA-02"), nullptr) << rig.all_found();
}

TEST(IdleBus, AnswerToClocksWithoutStartIsFound)
{
    Slave50 rig;
    open_and_close(rig);
    const unsigned f = rig.falls;
    rig.at_fall(f + 8, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(f + 9, 400, I2C_SDA, I2C_RELEASED);
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(kOwnW, 8);
    rig.clock(true);
    rig.raise_scl();
    expect_only(rig, "I2C-STA-02");
}

TEST(IdleBus, PullOfSclIsFound)
{
    Slave50 rig;
    open_and_close(rig);
    const unsigned f = rig.falls;
    rig.at_fall(f + 1, 400, I2C_SCL, I2C_PULLED);
    rig.at_fall(f + 1, 900, I2C_SCL, I2C_RELEASED);
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(0xFF, 3);
    rig.raise_scl();
    expect_only(rig, "I2C-STA-02");
    EXPECT_EQ(rig.told.at(0).line, I2C_SCL);
}

// UM10204 3.1.13, 3.1.14: until it has seen a START, a slave that has just been switched on pulls
// neither line; nor does one that is reset in a transfer that goes on.
TEST(FreshSlave, PullOfEitherLineIsFound)
{
    for (const i2c_line line : {I2C_SDA, I2C_SCL}) {
        Slave50 rig;
        rig.set(rig.slave, line, I2C_PULLED);
        rig.wait(1000);
        rig.set(rig.slave, line, I2C_RELEASED);
        expect_only(rig, "I2C-PWR-02");
    }
}

TEST(FreshSlave, MayNotEndTheTransferInWhichItWasReset)
{
    for (const bool reset : {false, true}) {
        Slave50 rig;
        rig.acks(0);
        rig.acks(1);
        rig.start();
        rig.write(kOwnW);
        if (reset)
            i2c_sim_slave_restarts(rig.sim, rig.slave);
        rig.write(0x55);
        rig.stop();
        if (reset)
            expect_only(rig, "I2C-PWR-02");
        else
            expect_clean(rig);
    }
}

TEST(FreshSlave, AnswersBehindTheNextStart)
{
    Slave50 rig;
    rig.acks(0);
    rig.start();
    rig.write(kOwnW);
    i2c_sim_slave_restarts(rig.sim, rig.slave);
    rig.bits(0x55, 8);
    rig.clock(true);
    rig.restart();
    const unsigned f = rig.falls - 1;
    rig.at_fall(f + 8, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(f + 9, 400, I2C_SDA, I2C_RELEASED);
    rig.write(kOwnW);
    rig.stop();
    expect_clean(rig);
}

TEST(IdleBus, ClocksThatNobodyAnswersAreNotFound)
{
    Slave50 rig;
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(0xFF, 8);
    rig.bits(0xA0, 8);
    rig.raise_scl();
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

// UM10204 3.1.10 note 4: a START ends what the slave was sending.
TEST(StartCutsIn, SlaveThatGoesOnSendingIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xF0); // bits 1 to 4 are 1, and Sr comes in bit 2
    rig.at_fall(12, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(15, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOwnR);
    rig.clock(true);
    rig.restart();
    rig.bits(0xFF, 5);
    expect_only(rig, "I2C-STA-07");
}

// From the next SCL fall + tVD on, says I2C-STA-07: it may shift once more before it knows.
TEST(StartCutsIn, SlaveThatLetsGoWithinTheValidTimeIsNotFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.at_fall(11, 100, I2C_SDA, I2C_PULLED);
    rig.at_fall(11, 600, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.write(kOwnR);
    rig.clock(true);
    rig.restart();
    rig.write(kOtherW);
    rig.stop();
    expect_clean(rig);
}

// Requirement I2C-ACK-15: fewer than eight clocks are no address.
TEST(CutAddress, AckCountedFromTheOldStartIsFound)
{
    Slave50 rig;
    rig.at_fall(9, 400, I2C_SDA, I2C_PULLED); // 9th fall from the first START, not from Sr
    rig.at_fall(10, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.bits(0xA0, 3);
    rig.restart();
    rig.bits(0xFF, 8);
    expect_only(rig, "I2C-ACK-15");
}

TEST(CutAddress, AckAfterAStopInTheAddressIsFound)
{
    Slave50 rig;
    rig.at_fall(8, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(9, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.bits(0xA0, 7);
    rig.stop();
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(0xFF, 3);
    expect_only(rig, "I2C-ACK-15");
}

TEST(CutAddress, AnswerInItsOwn9thClockIsNotFound)
{
    Slave50 rig;
    rig.at_fall(12, 400, I2C_SDA, I2C_PULLED);
    rig.at_fall(13, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.bits(0xA0, 3);
    rig.restart();
    rig.write(kOwnW);
    rig.stop();
    expect_clean(rig);
}

// UM10204 3.1.16: the bus is free at the end.
TEST(EndOfCase, SlaveThatHoldsSdaInAnOpenTransferIsIncompatible)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0x00);
    rig.start();
    rig.write(kOwnR);
    rig.clock(true); // and the master is gone
    rig.raise_scl();
    expect_only(rig, "I2C-BCL-08");
    EXPECT_EQ(rig.told.at(0).severity, I2C_SEVERITY_INCOMPATIBLE);
}

TEST(EndOfCase, SlaveThatHoldsSclIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.at_fall(9, 0, I2C_SCL, I2C_PULLED);
    rig.start();
    rig.write(kOwnW);
    rig.set(rig.master, I2C_SCL, I2C_RELEASED);
    rig.wait(1000000);
    expect_only(rig, "I2C-BCL-08");
}

// Requirement rule: fault nodes are nobody's blame, and what they did to the slave is not known.
TEST(Faults, SlaveIsNotBlamedForWhatAGlitchMadeOfTheBus)
{
    Slave50 rig;
    i2c_fault fault;
    ASSERT_EQ(i2c_fault_init(&fault, rig.sim), I2C_OK);
    rig.acks(0);
    rig.start();
    // A spike on SCL that the slave's filter swallows, and the monitor counts.
    i2c_fault_glitch(&fault, I2C_SCL, true, i2c_sim_now_ps(rig.sim) + ns(200), ns(20));
    rig.bits(kOwnW, 8);
    rig.fall.clear();
    rig.set(rig.slave, I2C_SDA, I2C_PULLED);
    rig.clock(true);
    rig.set(rig.slave, I2C_SDA, I2C_RELEASED);
    rig.stop();
    expect_clean(rig);
}

TEST(Faults, SlaveIsJudgedAgainFromTheNextRealStart)
{
    Slave50 rig;
    i2c_fault fault;
    ASSERT_EQ(i2c_fault_init(&fault, rig.sim), I2C_OK);
    rig.start();
    i2c_fault_glitch(&fault, I2C_SCL, true, i2c_sim_now_ps(rig.sim) + ns(200), ns(20));
    rig.bits(0xFF, 8);
    rig.clock(true);
    rig.stop();
    rig.fall.clear();
    rig.falls = 0;
    rig.acks(0);
    rig.start();
    rig.write(kOtherW);
    expect_only(rig, "I2C-ADR-04");
}

// Between a fault and recovery: levels and timing are not judged, the slave's own pulls are.
TEST(Suspended, LevelsAreNotJudgedButPullsAre)
{
    Slave50 rig;
    rig.hold_master_to(I2C_MODE_SM);
    i2c_sim_suspend_rules(rig.sim, true);
    rig.acks(0);
    rig.at_rise(12, 1000, I2C_SDA, I2C_PULLED);
    rig.at_fall(13, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.t.low = 500;
    rig.write(kOwnW);
    rig.bits(0xFF, 5);
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
    EXPECT_FALSE(rig.rules().master[I2C_T_LOW].seen);
    rig.restart();
    rig.falls = 0;
    rig.fall.clear();
    rig.rise.clear();
    rig.at_fall(7, 100, I2C_SDA, I2C_PULLED);
    rig.at_fall(8, 100, I2C_SDA, I2C_RELEASED);
    rig.write(kOtherW);
    rig.stop();
    expect_only(rig, "I2C-ADR-04");
}

// Behind a spike nobody knows what the slave has seen: its pulls are its own until the next START.
TEST(Blinded, PullsAreJudgedFromTheNextStartOn)
{
    Slave50 rig;
    rig.acks(0);
    rig.acks(1);
    rig.start();
    i2c_sim_blind_rules(rig.sim);
    rig.restart(); // a START does not tell who had seen what
    rig.write(kOtherW);
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
    i2c_sim_suspend_rules(rig.sim, false);
    rig.write(0xFF);
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
    rig.stop();
    rig.fall.clear();
    rig.falls = 0;
    rig.acks(0);
    rig.start();
    rig.write(kOtherW);
    expect_only(rig, "I2C-ADR-04");
}

// A finding comes once per node; what comes again is counted.
TEST(Findings, AreToldOnceAndCounted)
{
    Slave50 rig;
    for (unsigned b = 0; b < 4; b++)
        rig.acks(b);
    rig.start();
    rig.write(kOtherW);
    for (unsigned b = 0; b < 3; b++)
        rig.write(0xFF);
    expect_only(rig, "I2C-ADR-04");
    EXPECT_EQ(rig.told.size(), 1u);
    EXPECT_EQ(rig.rules().repeats[0], 3u);
}

// Findings stand in the order of their times, although some are told when a pull ends.
TEST(Findings, StandInTheOrderOfTheirTimes)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xFF);
    rig.at_fall(18, 400, I2C_SDA, I2C_PULLED); // after NACK, until the end
    rig.at_fall(19, 500, I2C_SCL, I2C_PULLED);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    rig.bits(0xFF, 1);
    rig.set(rig.master, I2C_SCL, I2C_RELEASED);
    rig.wait(20000000);
    rig.finish();
    ASSERT_GE(rig.rules().findings, 2u);
    for (unsigned i = 1; i < rig.rules().findings; i++)
        EXPECT_LE(rig.rules().finding[i - 1].at_ps, rig.rules().finding[i].at_ps);
    EXPECT_STREQ(rig.rules().finding[0].rule->id, "I2C-RD-03");
}

// rules.h: the list ends with NULL, and ids are unique.
TEST(RuleTable, IdsAreUniqueAndFound)
{
    for (unsigned i = 0; i2c_rule_at(i) != nullptr; i++) {
        const i2c_rule *rule = i2c_rule_at(i);
        EXPECT_EQ(i2c_rule_find(rule->id), rule);
        EXPECT_NE(std::string("MCROI").find(rule->level), std::string::npos) << rule->id;
    }
    EXPECT_EQ(i2c_rule_find("no such rule"), nullptr);
}

} // namespace
