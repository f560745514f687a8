// Registers of the TWI (ATmega48A to 328P data sheet 22.9); the bus side is tests/slaves/twi_test.
#include "tests/models/avr_bench.h"

namespace
{

enum { TWINT = 0x80, TWEA = 0x40, TWEN = 0x04, TWIE = 0x01 };

struct Twi : AvrBench {
    Twi() : AvrBench("atmega328p")
    {
        write("TWAR", 0x26 << 1);
        write("TWCR", TWEA | TWEN | TWIE);
    }
};

} // namespace

TEST(AvrTwi, BeginsAsTheDataSheetSays)
{
    AvrBench b("atmega328p");
    EXPECT_EQ(b.read("TWSR"), 0xF8u);
    EXPECT_EQ(b.read("TWAR"), 0xFEu);
    EXPECT_EQ(b.read("TWDR"), 0xFFu);
    EXPECT_EQ(b.read("TWCR"), 0x00u);
    EXPECT_EQ(b.read("TWAMR"), 0x00u);
}

TEST(AvrTwi, AsksAndHoldsFromItsAddressOnUntilTwintIsWritten)
{
    Twi t;
    t.start();
    t.bits(0x26 << 1);
    EXPECT_FALSE(t.clock(true)) << "acknowledged";
    EXPECT_EQ(t.read("TWSR"), 0x60u);
    EXPECT_EQ(t.read("TWCR"), unsigned{TWINT | TWEA | TWEN | TWIE});
    EXPECT_TRUE(t.is_pending("TWI"));
    EXPECT_EQ(t.drives(I2C_SCL), I2C_PULLED);
    t.take("TWI");
    EXPECT_TRUE(t.is_pending("TWI")) << "entering the routine does not clear TWINT";
    t.write("TWCR", TWINT | TWEA | TWEN | TWIE);
    EXPECT_FALSE(t.is_pending("TWI"));
    EXPECT_EQ(t.drives(I2C_SCL), I2C_RELEASED);
    t.bits(0xA5);
    EXPECT_FALSE(t.clock(true));
    EXPECT_EQ(t.read("TWSR"), 0x80u);
    EXPECT_EQ(t.read("TWDR"), 0xA5u);
}

TEST(AvrTwi, DoesNotAskWithoutTwie)
{
    Twi t;
    t.write("TWCR", TWEA | TWEN);
    t.start();
    t.bits(0x26 << 1);
    t.clock(true);
    EXPECT_EQ(t.read("TWCR") & TWINT, unsigned{TWINT});
    EXPECT_FALSE(t.is_pending("TWI"));
}

TEST(AvrTwi, MaskLetsAddressBitsBeAnything)
{
    Twi t;
    t.write("TWAMR", 0x01 << 1);
    t.start();
    t.bits(0x27 << 1);
    EXPECT_FALSE(t.clock(true));
}

TEST(AvrTwi, KeepsItsPrescalerBitsBesideTheStatus)
{
    Twi t;
    t.write("TWSR", 0xFF);
    EXPECT_EQ(t.read("TWSR"), 0xFBu);
    t.write("TWBR", 72);
    EXPECT_EQ(t.read("TWBR"), 72u);
}

// TWEN takes the pins from the ports, and gives them back.
TEST(AvrTwi, HasThePinsWhileItIsEnabled)
{
    AvrBench b("atmega328p");
    b.write("DDRC", 0x10);
    EXPECT_EQ(b.drives(I2C_SDA), I2C_PULLED);
    b.write("TWCR", TWEN);
    EXPECT_EQ(b.drives(I2C_SDA), I2C_RELEASED);
    b.write("TWCR", 0);
    EXPECT_EQ(b.drives(I2C_SDA), I2C_PULLED);
}

TEST(AvrTwi, LosesAWriteOfDataWithoutTwint)
{
    Twi t;
    t.write("TWDR", 0x12);
    EXPECT_EQ(t.read("TWDR"), 0xFFu);
    EXPECT_EQ(t.read("TWCR") & 0x08u, 0x08u);
}

// "Removing spikes shorter than 50 ns" (22.2); a START inside a byte would be a bus error.
TEST(AvrTwi, DoesNotSeeSpikesUnder50Ns)
{
    for (const uint64_t ns : {49u, 51u}) {
        Twi t;
        t.start();
        t.clock(true);
        t.clock(true);
        t.set(I2C_SDA, true);
        t.set(I2C_SCL, true);
        i2c_node_pull(t.sim, t.master, I2C_SDA);
        t.wait_ps(ns * I2C_PS_PER_NS);
        i2c_node_release(t.sim, t.master, I2C_SDA);
        t.wait_us(1);
        EXPECT_EQ(t.read("TWSR"), ns < 50 ? 0xF8u : 0x00u);
    }
}
