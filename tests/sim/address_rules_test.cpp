// Rules about whom a transfer is for: who answers which address, and what a START cuts off.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

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
    rig.pulls_sda(9 + 1 + 17, 9 + 1 + 18);
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
        expect_only_if(address == 0x01, rig, "I2C-RSV-01");
    }
}

/// Declares a device id, ACKs its code and `acks_byte_1`, and the code with R behind Sr.
struct DeviceIdSlave : Rig {
    explicit DeviceIdSlave(bool acks_byte_1)
    {
        i2c_profile p = fast_slave(0x50);
        p.device_id = I2C_FEATURE_YES;
        profile(p);
        acks(0);
        if (acks_byte_1)
            acks(1);
        pulls_sda(27, 28);
    }
    /// The code, an address, Sr and the code with R.
    void ask(uint8_t address)
    {
        start();
        write(0xF8);
        write(address);
        restart();
        write(0xF9);
    }
};

// UM10204 3.1.17: the Device ID code, its own address, Sr and the code with R.
TEST(DeviceId, IsAnsweredByWhoDeclaresItAndWasNamed)
{
    for (const bool named : {true, false}) {
        DeviceIdSlave rig(named);
        rig.ask(named ? kOwnW : kOtherW);
        rig.stop();
        expect_only_if(!named, rig, "I2C-ADR-04");
    }
}

// 3.1.17: a NACK ends the id, and with it what led to it.
TEST(DeviceId, IsNotAnsweredAgainBehindItsNack)
{
    for (const bool again : {false, true}) {
        DeviceIdSlave rig(true);
        rig.ask(kOwnW);
        rig.read(false);
        rig.restart();
        if (again)
            rig.pulls_sda(46, 47);
        rig.write(0xF9);
        rig.stop();
        expect_only_if(again, rig, "I2C-ADR-04");
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
    rig.pulls_sda(28 + 8, 28 + 9);
    rig.pulls_sda(28 + 10, 28 + 11);
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
            rig.pulls_sda(27, 28);
        }
        rig.pulls_sda(37, 38);
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
                EXPECT_EQ(rig.told.at(0).severity, I2C_SEVERITY_UNDECLARED);
            }
        }
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
        rig.wait(5000);
        rig.set(rig.slave, I2C_SCL, I2C_RELEASED);
        EXPECT_EQ(rig.rules().findings == 0, declared) << rig.all_found();
    }
}

/// A slave that makes the master's START, too, and loses with its first bit.
struct Loser : Rig {
    Loser()
    {
        i2c_profile p = fast_slave(0x50);
        p.also_master = true;
        profile(p);
        at_fall(0, 400, I2C_SDA, I2C_RELEASED);
    }
    void loses()
    {
        set(slave, I2C_SDA, I2C_PULLED);
        start();
        write(kOtherW);
        write(0xFF);
        stop();
    }
};

// UM10204 3.1.8: who has lost lets the bus go.
TEST(AlsoMaster, WhoHasLostAndSendsOnIsFound)
{
    for (const unsigned clock : {0u, 1u, 10u}) { // 0: it does not
        Loser rig;
        if (clock > 0)
            rig.pulls_sda(clock, clock + 1);
        rig.loses();
        expect_only_if(clock > 0, rig, "I2C-ARB-10");
    }
}

// UM10204 3.1.8: it may make clocks until the byte is over in which it lost.
TEST(AlsoMaster, WhoHasLostAndClocksOnBehindItsByteIsFound)
{
    for (const unsigned clock : {4u, 11u}) {
        Loser rig;
        rig.holds_scl(clock, 200, 900);
        rig.loses();
        expect_only_if(clock > 9, rig, "I2C-ARB-10");
    }
}

// UM10204 3.1.10 note 4: a START ends what the slave was sending.
TEST(StartCutsIn, SlaveThatGoesOnSendingIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xF0); // bits 1 to 4 are 1, and Sr comes in bit 2
    rig.pulls_sda(12, 15);
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
    rig.pulls_sda(9, 10); // 9th fall from the first START, not from Sr
    rig.start();
    rig.bits(0xA0, 3);
    rig.restart();
    rig.bits(0xFF, 8);
    expect_only(rig, "I2C-ACK-15");
}

TEST(CutAddress, AckAfterAStopInTheAddressIsFound)
{
    Slave50 rig;
    rig.pulls_sda(8, 9);
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
    rig.pulls_sda(12, 13);
    rig.start();
    rig.bits(0xA0, 3);
    rig.restart();
    rig.write(kOwnW);
    rig.stop();
    expect_clean(rig);
}

} // namespace
