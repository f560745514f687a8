// Ports, pin change and external interrupts (ATtiny25/45/85 data sheet 9 and 10, ATmega48A to 328P
// 13 and 14).
#include "tests/models/avr_bench.h"

TEST(AvrPorts, OutputsPullOrDriveHighByTheirLatch)
{
    AvrBench b("attiny85");
    b.write("DDRB", 0x01); // SDA is PB0
    EXPECT_EQ(b.drives(I2C_SDA), I2C_PULLED);
    b.write("PORTB", 0x01);
    EXPECT_EQ(b.drives(I2C_SDA), I2C_DRIVEN_HIGH);
    b.write("DDRB", 0x00);
    EXPECT_EQ(b.drives(I2C_SDA), I2C_RELEASED) << "a pull-up is no driver";
    b.write("DDRB", 0x01);
    b.write("PINB", 0x01); // a one toggles
    EXPECT_EQ(b.drives(I2C_SDA), I2C_PULLED);
}

TEST(AvrPorts, ReadThePinAndTheLatchApart)
{
    AvrBench b("atmega328p");
    b.write("PORTC", 0x30);
    b.set(I2C_SDA, false); // PC4
    EXPECT_EQ(b.read("PINC") & 0x30u, 0x20u);
    EXPECT_EQ(b.read("PORTC"), 0x30u);
}

// A node that drives high what another pulls is told of.
TEST(AvrPorts, DriveAgainstTheBusIsAFinding)
{
    AvrBench b("attiny85");
    b.write("PORTB", 0x01);
    b.write("DDRB", 0x01);
    b.wait_us(1);
    EXPECT_TRUE(b.findings.empty());
    b.set(I2C_SDA, false);
    EXPECT_EQ(b.findings, std::vector<std::string>{"I2C-DAT-10"});
}

struct ChangeCase {
    const char *part, *mask, *enable_at, *enable, *flag_at, *flag, *vector;
    i2c_line line;
    unsigned bit;
};

class AvrPinChange : public testing::TestWithParam<ChangeCase>
{
};

TEST_P(AvrPinChange, IsFlaggedByItsGroupAlone)
{
    const ChangeCase &c = GetParam();
    AvrBench b(c.part);
    b.set(c.line, false);
    EXPECT_EQ(b.read(c.flag_at), 0u) << "not in the mask";
    b.write(c.mask, 1u << c.bit);
    b.set(c.line, true);
    EXPECT_EQ(b.read(c.flag_at), b.mask(c.flag));
    EXPECT_FALSE(b.is_pending(c.vector)) << "not enabled";
    b.write(c.enable_at, b.mask(c.enable));
    EXPECT_TRUE(b.is_pending(c.vector));
    b.take(c.vector);
    EXPECT_EQ(b.read(c.flag_at), 0u);
    b.set(c.line, false);
    EXPECT_TRUE(b.is_pending(c.vector));
    b.write(c.flag_at, b.mask(c.flag)); // a one clears
    EXPECT_FALSE(b.is_pending(c.vector));
}

INSTANTIATE_TEST_SUITE_P(Parts, AvrPinChange,
                         testing::Values(ChangeCase{"attiny85", "PCMSK", "GIMSK", "PCIE", "GIFR",
                                                    "PCIF", "PCINT0", I2C_SCL, 2},
                                         ChangeCase{"attiny84", "PCMSK0", "GIMSK", "PCIE0", "GIFR",
                                                    "PCIF0", "PCINT0", I2C_SCL, 4},
                                         ChangeCase{"attiny2313", "PCMSK", "GIMSK", "PCIE", "EIFR",
                                                    "PCIF", "PCINT", I2C_SDA, 5},
                                         ChangeCase{"atmega328p", "PCMSK1", "PCICR", "PCIE1",
                                                    "PCIFR", "PCIF1", "PCINT1", I2C_SDA, 4}),
                         [](const auto &each) { return std::string(each.param.part); });

namespace
{

/// An ATmega with SCL on PD2 (INT0) and SDA on PD3 (INT1).
struct External : AvrBench {
    External() : AvrBench("atmega328p")
    {
        avr_io_config c = io.config;
        avr_io_end(&io);
        c.pin[I2C_SCL] = pin("PD2");
        c.pin[I2C_SDA] = pin("PD3");
        avr_io_init(&io, &c);
        write("EIMSK", mask("INT0") | mask("INT1"));
    }
    /// Whether INT0 is flagged by a fall, and by a rise.
    std::string senses()
    {
        std::string text;
        write("EIFR", 0x03);
        set(I2C_SCL, false);
        text += read("EIFR") & 1u ? "F" : "-";
        write("EIFR", 0x03);
        set(I2C_SCL, true);
        text += read("EIFR") & 1u ? "R" : "-";
        return text;
    }
};

} // namespace

TEST(AvrExternal, IsSensedAsItsBitsSay)
{
    External e;
    EXPECT_EQ(e.senses(), "--");
    e.write("EICRA", 1);
    EXPECT_EQ(e.senses(), "FR");
    e.write("EICRA", 2);
    EXPECT_EQ(e.senses(), "F-");
    e.write("EICRA", 3);
    EXPECT_EQ(e.senses(), "-R");
}

TEST(AvrExternal, LowLevelAsksAsLongAsItLasts)
{
    External e;
    EXPECT_FALSE(e.is_pending("INT0"));
    e.set(I2C_SCL, false);
    EXPECT_TRUE(e.is_pending("INT0"));
    e.take("INT0");
    EXPECT_TRUE(e.is_pending("INT0"));
    e.set(I2C_SCL, true);
    EXPECT_FALSE(e.is_pending("INT0"));
}

TEST(AvrExternal, HasItsOwnLineAndVector)
{
    External e;
    e.write("EICRA", e.mask("ISC11") | e.mask("ISC01"));
    e.set(I2C_SDA, false);
    EXPECT_TRUE(e.is_pending("INT1"));
    EXPECT_FALSE(e.is_pending("INT0"));
    e.take("INT1");
    EXPECT_FALSE(e.is_pending("INT1"));
}
