// The monitor under every abort.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

/// No rules: these tests are about what the monitor tells.
struct Watched : Rig {
    Watched() : Rig(options())
    {
    }
    static Options options()
    {
        Options o;
        o.rules_off = true;
        return o;
    }
};

// UM10204 3.1.10.
TEST(Monitor, TellsAWriteAndARead)
{
    Watched rig;
    rig.acks(0);
    rig.acks(1);
    rig.start();
    rig.write(0xA0);
    rig.write(0x12);
    rig.stop();
    EXPECT_EQ(rig.events_text(), "S A0 A 12 A P0");
    EXPECT_TRUE(rig.events.back().was_open);
    EXPECT_EQ(rig.events[2].by, 1u << rig.slave);
    EXPECT_EQ(rig.events[0].by, 1u << rig.master);
    EXPECT_EQ(rig.events[3].byte, 1u);
}

// UM10204 3.1.10 note 4: Sr and STOP after k bits; the high phase that carries them is no bit.
TEST(Monitor, SurvivesSrAndStopAtEachBitOfAddressAndData)
{
    for (unsigned byte = 0; byte < 2; byte++)
        for (unsigned k = 0; k < 8; k++)
            for (const bool stop : {false, true}) {
                Watched rig;
                rig.acks(0);
                rig.start();
                if (byte == 1)
                    rig.write(0xA0);
                rig.bits(0xFF, k);
                rig.fall.clear();
                if (stop)
                    rig.stop();
                else
                    rig.restart();
                const i2c_event cut = rig.events.back();
                EXPECT_EQ(cut.kind, stop ? I2C_EVENT_STOP : I2C_EVENT_SR);
                EXPECT_EQ(cut.bits, k);
                EXPECT_EQ(cut.byte, byte);
                rig.events.clear();
                if (stop)
                    rig.start();
                rig.write(0x3C);
                const std::string want = stop ? "S 3C N" : "3C N";
                EXPECT_EQ(rig.events_text(), want) << "byte " << byte << " bit " << k;
            }
}

// A 9th clock whose high phase carries Sr or STOP: the ACK that was decided is told first.
TEST(Monitor, TellsTheAckBeforeTheStartThatEndsIt)
{
    Watched rig;
    rig.start();
    rig.bits(0x60, 8);
    rig.wait(300);
    rig.sda(true);
    rig.wait(4700);
    rig.raise_scl();
    rig.wait(1000);
    rig.sda(false);
    EXPECT_EQ(rig.events_text(), "S 60 N Sr0");
}

TEST(Monitor, SurvivesStopDirectlyAfterStart)
{
    Watched rig;
    rig.sda(false);
    rig.wait(1000);
    rig.sda(true);
    rig.wait(1000);
    rig.start();
    rig.write(0x3C);
    EXPECT_EQ(rig.events_text(), "S P0 S 3C N");
}

TEST(Monitor, SurvivesStartDirectlyAfterStart)
{
    Watched rig;
    rig.start();
    rig.restart();
    rig.restart();
    rig.write(0x3C);
    EXPECT_EQ(rig.events_text(), "S Sr0 Sr0 3C N");
    EXPECT_EQ(i2c_sim_monitor(rig.sim)->segments, 3u);
}

TEST(Monitor, TellsNothingOfClocksWithoutStart)
{
    Watched rig;
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(0xA0, 8);
    rig.clock(true);
    EXPECT_EQ(rig.events_text(), "");
    rig.stop();
    EXPECT_EQ(rig.events_text(), "P0");
    EXPECT_FALSE(rig.events.back().was_open);
}

/// One byte to 0x50 by a master that holds SDA low itself in clock 9, as an NXT does.
void write_as_nxt(Rig &rig)
{
    rig.start();
    rig.bits(0xA0, 8);
    rig.wait(300);
    rig.sda(true);
    rig.wait(4000);
    rig.sda(false);
    rig.raise_scl();
    rig.wait(5000);
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
}

// What the sender itself does to SDA in clock 9 is no ACK.
TEST(Monitor, DoesNotTakeTheSendersOwnPullForAnAck)
{
    Watched silent;
    write_as_nxt(silent);
    EXPECT_EQ(silent.events_text(), "S A0 N");
    EXPECT_TRUE(silent.events.back().line_low);
    Watched answering;
    answering.acks(0);
    write_as_nxt(answering);
    EXPECT_EQ(answering.events_text(), "S A0 A");
    EXPECT_EQ(answering.events.back().by, 1u << answering.slave);
}

// Decided when SCL passes 70 %, whatever comes later in the high phase.
TEST(Monitor, DecidesTheAckWhenSclPasses70Percent)
{
    Watched late;
    late.at_rise(8, 100, I2C_SDA, I2C_PULLED);
    late.start();
    late.write(0xA0);
    // The pull made a START; the ACK slot before it was empty.
    for (const i2c_event &e : late.events) {
        if (e.kind == I2C_EVENT_ACK) {
            EXPECT_FALSE(e.ack);
        }
    }
    Watched early;
    early.at_fall(8, 400, I2C_SDA, I2C_PULLED);
    early.at_fall(9, 0, I2C_SDA, I2C_RELEASED);
    early.start();
    early.write(0xA0);
    EXPECT_EQ(early.events_text(), "S A0 A");
}

// In a read the data come from who ACKed the address, and the master ACKs.
TEST(Monitor, TakesTheMastersPullForTheAckOfReadData)
{
    Watched rig;
    rig.acks(0);
    rig.sends(1, 0x00);
    rig.sends(2, 0x81);
    rig.start();
    rig.write(0xA1);
    rig.read(true);
    rig.read(false);
    rig.stop();
    EXPECT_EQ(rig.events_text(), "S A1 A 00 A 81 N P0");
    EXPECT_TRUE(rig.events[3].to_master);
    EXPECT_FALSE(rig.events[1].to_master);
}

TEST(Monitor, AttachesTheTagOfTheMasterThatMadeTheStart)
{
    Watched rig;
    i2c_sim_tag(rig.sim, rig.master, 3, 9);
    rig.start();
    rig.write(0x60);
    for (const i2c_event &e : rig.events) {
        EXPECT_EQ(e.attempt, 3);
        EXPECT_EQ(e.message, 9);
    }
}

} // namespace
