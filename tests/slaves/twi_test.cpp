// The TWI of megaAVR as a slave at its pins, register by register (data sheet ATmega48A to 328P,
// chapter 22, tables of status codes).
#include "bus_bench.h"

extern "C" {
#include "models/mcu/twi.h"
}

namespace
{

constexpr uint8_t on = MCU_TWI_TWEN | MCU_TWI_TWIE;
constexpr uint8_t ack = on | MCU_TWI_TWEA | MCU_TWI_TWINT;
constexpr uint8_t nack = on | MCU_TWI_TWINT;
constexpr uint8_t own_w = 0x33 << 1;
constexpr uint8_t own_r = own_w | 1;

class Twi : public BusBench
{
  protected:
    Twi()
    {
        mcu_twi_config c = {};
        c.pins = pins();
        c.on_request = [](void *ctx, bool asks) {
            static_cast<Twi *>(static_cast<BusBench *>(ctx))->asked = asks;
        };
        mcu_twi_init(&twi, &c);
        mcu_twi_write_address(&twi, own_w);
        mcu_twi_write_control(&twi, on | MCU_TWI_TWEA);
    }
    void edge(i2c_line line, bool high) override
    {
        mcu_twi_edge(&twi, line, high);
    }
    /// The interrupt is asked for with that status and SCL held; it is answered by `control`.
    void serve(uint8_t status, uint8_t control = ack)
    {
        EXPECT_TRUE(asked);
        EXPECT_EQ(mcu_twi_status(&twi), status);
        EXPECT_TRUE(mcu_twi_control(&twi) & MCU_TWI_TWINT);
        wait();
        EXPECT_EQ(pulls(I2C_SCL), !level(I2C_SCL)) << "held while low, never pulled down";
        mcu_twi_write_control(&twi, control);
        EXPECT_FALSE(asked);
        EXPECT_EQ(mcu_twi_status(&twi), MCU_TWI_NOTHING);
        wait();
        EXPECT_FALSE(pulls(I2C_SCL));
    }
    /// START and its address with W, served.
    void open_write()
    {
        start();
        EXPECT_TRUE(write(own_w));
        serve(0x60);
    }
    void load(uint8_t byte, uint8_t status, uint8_t control = ack)
    {
        mcu_twi_write_data(&twi, byte);
        serve(status, control);
    }

    mcu_twi twi = {};
    bool asked = false;
};

TEST_F(Twi, AcknowledgesItsAddressAndHoldsSclUntilTwintIsCleared)
{
    start();
    EXPECT_TRUE(write(own_w));
    set(I2C_SCL, true); // the master goes on, the slave does not
    EXPECT_FALSE(level(I2C_SCL));
    set(I2C_SCL, false);
    serve(0x60);
    EXPECT_TRUE(write(0xA5));
    EXPECT_EQ(twi.data, 0xA5);
    serve(0x80);
    stop();
    serve(0xA0);
}

TEST_F(Twi, LeavesAloneOtherAddressesAndTheGeneralCallUnlessTwarAsksForIt)
{
    for (uint8_t byte : {uint8_t(own_w ^ 2), uint8_t(own_w ^ 0x80), uint8_t(0), uint8_t(1)}) {
        start();
        EXPECT_FALSE(write(byte));
        EXPECT_FALSE(write(own_w)) << "as data";
        stop();
        EXPECT_FALSE(asked);
        EXPECT_FALSE(pulls(I2C_SDA) || pulls(I2C_SCL));
    }
    mcu_twi_write_address(&twi, own_w | 1);
    start();
    EXPECT_TRUE(write(0));
    serve(0x70);
    EXPECT_TRUE(write(0x06));
    serve(0x90, nack);
    EXPECT_FALSE(write(0x07));
    serve(0x98);
    stop();
    EXPECT_FALSE(asked) << "not addressed any more: no status at STOP";
    start();
    EXPECT_FALSE(write(1)) << "the START byte is no general call";
    stop();
}

TEST_F(Twi, LeavesMaskedBitsOfTheAddressOutOfTheComparison)
{
    mcu_twi_write_mask(&twi, 0x0A);
    for (const uint8_t bit : {uint8_t(0x02), uint8_t(0x08), uint8_t(0x04)}) {
        start();
        EXPECT_EQ(write(static_cast<uint8_t>(own_w ^ bit)), bit != 0x04);
        if (bit != 0x04)
            serve(0x60);
        stop();
        if (asked)
            serve(0xA0);
    }
}

TEST_F(Twi, IsNotThereWhileTweaIs0)
{
    mcu_twi_write_control(&twi, on);
    start();
    EXPECT_FALSE(write(own_w));
    stop();
    EXPECT_FALSE(asked);
}

TEST_F(Twi, RefusesTheByteBehindATweaOf0AndIsNotAddressedAnyMore)
{
    start();
    EXPECT_TRUE(write(own_w));
    serve(0x60, nack);
    EXPECT_FALSE(write(0x11));
    serve(0x88);
    EXPECT_FALSE(write(0x22));
    stop();
    EXPECT_FALSE(asked);
    start();
    EXPECT_TRUE(write(own_w)) << "TWEA was set with 0x88";
    serve(0x60);
}

TEST_F(Twi, SendsWhatIsInTwdrUntilTheMasterDoesNotAcknowledge)
{
    start();
    EXPECT_TRUE(write(own_r));
    load(0x5A, 0xA8);
    EXPECT_EQ(read(true), 0x5A);
    load(0x00, 0xB8);
    EXPECT_EQ(read(false), 0x00);
    EXPECT_FALSE(pulls(I2C_SDA)) << "off SDA behind the NACK";
    serve(0xC0);
    stop();
    EXPECT_FALSE(asked);
}

TEST_F(Twi, Says0xC8ForAnAckBehindItsLastByteAndSendsOnesThen)
{
    start();
    EXPECT_TRUE(write(own_r));
    load(0x00, 0xA8, nack);
    EXPECT_EQ(read(true), 0x00);
    serve(0xC8);
    EXPECT_EQ(read(false), 0xFF);
    stop();
    EXPECT_FALSE(asked);
}

TEST_F(Twi, SetsSdaUpBeforeItLetsSclGo)
{
    start();
    EXPECT_TRUE(write(own_r));
    wait();
    mcu_twi_write_data(&twi, 0x00);
    mcu_twi_write_control(&twi, ack);
    const uint64_t now_ps = i2c_sim_now_ps(sim);
    i2c_sim_run(sim, now_ps + sda_delay_ps);
    EXPECT_TRUE(pulls(I2C_SDA) && pulls(I2C_SCL));
    i2c_sim_run(sim, now_ps + sda_delay_ps + set_up_ps - 1);
    EXPECT_TRUE(pulls(I2C_SCL));
    i2c_sim_run(sim, now_ps + sda_delay_ps + set_up_ps);
    EXPECT_FALSE(pulls(I2C_SCL));
}

TEST_F(Twi, LosesAWriteOfTwdrWhileTwintIs0)
{
    start();
    EXPECT_TRUE(write(own_r));
    load(0x12, 0xA8);
    mcu_twi_write_data(&twi, 0x34);
    EXPECT_TRUE(mcu_twi_control(&twi) & MCU_TWI_TWWC);
    EXPECT_EQ(read(true), 0x12);
    mcu_twi_write_data(&twi, 0x56);
    EXPECT_FALSE(mcu_twi_control(&twi) & MCU_TWI_TWWC);
}

TEST_F(Twi, HearsARepeatedStartAsTheEndOfOneSegmentAndTheBeginOfTheNext)
{
    open_write();
    EXPECT_TRUE(write(0x10));
    serve(0x80);
    start();
    serve(0xA0);
    EXPECT_TRUE(write(own_r));
    load(0xFF, 0xA8);
    start(); // behind the address's ACK: its first bit is a 1
    serve(0xA0);
    EXPECT_TRUE(write(own_w));
    serve(0x60);
}

TEST_F(Twi, HoldsTheStartBehindAStopThatWasNotServedAndHearsIt)
{
    open_write();
    stop();
    EXPECT_FALSE(pulls(I2C_SCL)) << "SCL is high";
    start();
    EXPECT_TRUE(pulls(I2C_SCL));
    serve(0xA0);
    EXPECT_TRUE(write(own_w));
    serve(0x60);
    EXPECT_EQ(mcu_twi_deaf(&twi, i2c_sim_now_ps(sim)), nullptr);
}

/// START and STOP at every place of every byte of a write and of a read of ones.
TEST_F(Twi, TakesAStartOrStopInsideAnyByteForABusError)
{
    for (bool reads : {false, true})
        for (unsigned byte = 0; byte < 2; byte++)
            for (unsigned clocks = 1; clocks < 8; clocks++)
                for (bool is_stop : {false, true}) {
                    start();
                    if (byte == 1) {
                        ASSERT_TRUE(write(reads ? own_r : own_w));
                        load(0xFF, reads ? 0xA8 : 0x60);
                    }
                    for (unsigned i = 0; i < clocks; i++)
                        clock(true);
                    is_stop ? stop() : start();
                    serve(0x00, ack | MCU_TWI_TWSTO);
                    EXPECT_FALSE(mcu_twi_control(&twi) & MCU_TWI_TWSTO);
                    EXPECT_FALSE(write(own_w)) << "that START is lost";
                    stop();
                    open_write();
                    stop();
                    serve(0xA0);
                }
}

TEST_F(Twi, StaysDeafBehindABusErrorUntilTwstoIsWritten)
{
    start();
    clock(true);
    stop();
    serve(0x00); // TWINT alone
    const uint64_t then_ps = i2c_sim_now_ps(sim);
    for (unsigned i = 0; i < 3; i++) {
        start();
        EXPECT_FALSE(write(own_w));
        stop();
        EXPECT_FALSE(asked);
    }
    EXPECT_NE(mcu_twi_deaf(&twi, then_ps), nullptr);
    mcu_twi_write_control(&twi, on | MCU_TWI_TWEA | MCU_TWI_TWSTO);
    start();
    EXPECT_EQ(mcu_twi_deaf(&twi, i2c_sim_now_ps(sim) + 1), nullptr);
    EXPECT_TRUE(write(own_w));
    serve(0x60);
}

TEST_F(Twi, IsDeafNoLongerThanToTwstoWhereNoStartWasLost)
{
    EXPECT_EQ(mcu_twi_deaf(&twi, 0), nullptr);
    start();
    clock(true);
    stop();
    const uint64_t error_ps = i2c_sim_now_ps(sim);
    serve(0x00, ack | MCU_TWI_TWSTO);
    EXPECT_NE(mcu_twi_deaf(&twi, error_ps), nullptr);
    EXPECT_EQ(mcu_twi_deaf(&twi, i2c_sim_now_ps(sim)), nullptr);
    start();
    EXPECT_TRUE(write(own_w));
}

TEST_F(Twi, TakesAVoidMessageAndAStartBehindAStartForWhatTheyAre)
{
    start();
    stop();
    start();
    start();
    EXPECT_FALSE(asked);
    EXPECT_TRUE(write(own_w));
    serve(0x60);
}

TEST_F(Twi, DoesNotFollowTheBytesOfOthers)
{
    start();
    EXPECT_FALSE(write(own_w ^ 2));
    clock(true);
    clock(true);
    start();
    EXPECT_FALSE(asked);
    EXPECT_TRUE(write(own_w));
    serve(0x60);
}

TEST_F(Twi, BeginsAHoldOutsideATransferOnlyBehindAStopThatWasNotServed)
{
    open_write();
    stop();
    EXPECT_EQ(mcu_twi_idle_hold(&twi, i2c_sim_now_ps(sim)), nullptr);
    const uint64_t fall_ps = i2c_sim_now_ps(sim);
    set(I2C_SCL, false);
    EXPECT_TRUE(pulls(I2C_SCL));
    EXPECT_NE(mcu_twi_idle_hold(&twi, fall_ps + hold_delay_ps), nullptr);
    EXPECT_EQ(mcu_twi_idle_hold(&twi, fall_ps + hold_delay_ps + 1), nullptr) << "its begin alone";
    serve(0xA0);
}

TEST_F(Twi, LetsGoOfEverythingWhenItIsSwitchedOff)
{
    start();
    EXPECT_TRUE(write(own_r));
    load(0x00, 0xA8);
    EXPECT_TRUE(pulls(I2C_SDA));
    mcu_twi_write_control(&twi, MCU_TWI_TWEA);
    wait();
    EXPECT_FALSE(pulls(I2C_SDA) || pulls(I2C_SCL));
    mcu_twi_reset(&twi);
    EXPECT_EQ(mcu_twi_control(&twi), 0);
    EXPECT_EQ(twi.address, 0xFE);
}

TEST_F(Twi, AsksForNoInterruptWithoutTwieAndHoldsAllTheSame)
{
    mcu_twi_write_control(&twi, MCU_TWI_TWEN | MCU_TWI_TWEA);
    start();
    EXPECT_TRUE(write(own_w));
    EXPECT_FALSE(asked);
    EXPECT_TRUE(pulls(I2C_SCL));
    EXPECT_EQ(mcu_twi_status(&twi), 0x60);
    mcu_twi_write_control(&twi, on | MCU_TWI_TWEA);
    EXPECT_TRUE(asked);
}

} // namespace
