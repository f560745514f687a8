// Registers of the USI, each bit against what the data sheet says of it (ATtiny25/45/85, 15.5); the
// bus side is tests/slaves/usi_test.
#include "tests/models/avr_bench.h"

namespace
{

enum {
    SISIE = 0x80,
    OIE = 0x40,
    WM1 = 0x20,
    WM0 = 0x10,
    CS1 = 0x08,
    CS0 = 0x04,
    CLK = 0x02,
    TC = 0x01
};
enum { SIF = 0x80, OIF = 0x40, PF = 0x20, DC = 0x10 };

struct Usi : AvrBench {
    explicit Usi(unsigned control = WM1 | CS1, const char *part = "attiny85") : AvrBench(part)
    {
        write(port(), sda_bit() | scl_bit());
        write("USICR", control);
        write(ddr(), scl_bit());
    }
    const char *port() const
    {
        return io.config.pin[0].port == 0 ? "PORTA" : "PORTB";
    }
    const char *ddr() const
    {
        return io.config.pin[0].port == 0 ? "DDRA" : "DDRB";
    }
    unsigned scl_bit() const
    {
        return 1u << io.config.pin[I2C_SCL].bit;
    }
    unsigned sda_bit() const
    {
        return 1u << io.config.pin[I2C_SDA].bit;
    }
    unsigned flags()
    {
        return read("USISR") & 0xE0;
    }
    unsigned counter()
    {
        return read("USISR") & 0x0F;
    }
};

/// A statement of the data sheet about one bit or field.
struct Fact {
    const char *says;
    bool (*holds)(Usi &u);
    unsigned control;
};

const Fact facts[] = {
    {"USISIF: set by a start condition",
     [](Usi &u) {
         u.start();
         return (u.flags() & SIF) != 0;
     },
     WM1 | CS1},
    {"USISIF: cleared by writing a one",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF);
         return (u.flags() & SIF) == 0;
     },
     WM1 | CS1},
    {"USISIF: not cleared by writing a zero",
     [](Usi &u) {
         u.start();
         u.write("USISR", 0);
         return (u.flags() & SIF) != 0;
     },
     WM1 | CS1},
    {"USISIF: holds SCL until it is cleared",
     [](Usi &u) {
         u.start();
         const bool held = u.drives(I2C_SCL) == I2C_PULLED;
         u.write("USISR", SIF);
         return held && u.drives(I2C_SCL) == I2C_RELEASED;
     },
     WM1 | CS1},
    {"USISIF: no hold while SCL is an input",
     [](Usi &u) {
         u.write("DDRB", 0);
         u.start();
         return u.drives(I2C_SCL) == I2C_RELEASED;
     },
     WM1 | CS1},
    {"USISIF: also without a clock for the counter",
     [](Usi &u) {
         u.start();
         return (u.flags() & SIF) != 0;
     },
     WM1},
    {"USIOIF: set when the counter goes from 15 to 0",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF | 15);
         u.set(I2C_SCL, true);
         return u.flags() == OIF && u.counter() == 0;
     },
     WM1 | CS1},
    {"USIOIF: holds SCL with USIWM 11",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF | 14);
         u.clock(true);
         const bool held = u.drives(I2C_SCL) == I2C_PULLED;
         u.write("USISR", OIF);
         return held && u.drives(I2C_SCL) == I2C_RELEASED;
     },
     WM1 | WM0 | CS1},
    {"USIOIF: does not hold with USIWM 10",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF | 14);
         u.clock(true);
         return u.flags() == OIF && u.drives(I2C_SCL) == I2C_RELEASED;
     },
     WM1 | CS1},
    {"USIPF: set by a stop condition",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF);
         u.stop();
         u.wait_us(1);
         return (u.flags() & PF) != 0;
     },
     WM1 | CS1},
    {"USIPF: cleared by writing a one, no interrupt",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF | OIF);
         u.stop();
         u.wait_us(1);
         const bool asks = u.is_pending("USI_START") || u.is_pending("USI_OVF");
         u.write("USISR", PF);
         return !asks && (u.flags() & PF) == 0;
     },
     WM1 | CS1 | SISIE | OIE},
    {"USIDC: the top bit of the data is not what the pin shows",
     [](Usi &u) {
         u.write("USIDR", 0x00);
         const bool differs = (u.read("USISR") & DC) != 0;
         u.write("USIDR", 0x80);
         return differs && (u.read("USISR") & DC) == 0;
     },
     WM1 | CS1},
    {"USICNT: written with the flags, counts both edges of SCL",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF | 5);
         const bool taken = u.counter() == 5;
         u.clock(true);
         return taken && u.counter() == 7;
     },
     WM1 | CS1},
    {"USISIE: the start flag asks",
     [](Usi &u) {
         u.start();
         return u.is_pending("USI_START");
     },
     WM1 | CS1 | SISIE},
    {"USISIE: without it, it does not",
     [](Usi &u) {
         u.start();
         return !u.is_pending("USI_START");
     },
     WM1 | CS1},
    {"USISIE: entering the routine clears no flag",
     [](Usi &u) {
         u.start();
         u.take("USI_START");
         return u.is_pending("USI_START");
     },
     WM1 | CS1 | SISIE},
    {"USIOIE: the overflow flag asks",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF | 15);
         u.set(I2C_SCL, true);
         return u.is_pending("USI_OVF");
     },
     WM1 | CS1 | OIE},
    {"USIWM 00: no detector, the ports have the pins",
     [](Usi &u) {
         u.start();
         return u.flags() == 0 && u.drives(I2C_SCL) == I2C_DRIVEN_HIGH;
     },
     0},
    {"USIWM 10: an output whose latch is one is open-drain",
     [](Usi &u) {
         u.write("USIDR", 0xFF);
         u.write("DDRB", 0x05);
         return u.drives(I2C_SDA) == I2C_RELEASED && u.drives(I2C_SCL) == I2C_RELEASED;
     },
     WM1 | CS1},
    {"USIWM 10: an output whose latch is zero pulls",
     [](Usi &u) {
         u.write("USIDR", 0xFF);
         u.write("DDRB", 0x05);
         u.write("PORTB", 0x04);
         return u.drives(I2C_SDA) == I2C_PULLED;
     },
     WM1 | CS1},
    {"USIDR: its top bit pulls SDA while SDA is an output, from SCL low on",
     [](Usi &u) {
         u.start();
         u.write("USIDR", 0x7F);
         u.write("DDRB", 0x05);
         const bool pulls = u.drives(I2C_SDA) == I2C_PULLED;
         u.write("DDRB", 0x04);
         return pulls && u.drives(I2C_SDA) == I2C_RELEASED;
     },
     WM1 | CS1},
    {"USIDR: shifts in SDA at the rise of SCL with USICS 10",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF);
         u.write("USIDR", 0x00);
         u.set(I2C_SDA, true);
         u.set(I2C_SCL, true);
         return u.read("USIDR") == 0x01;
     },
     WM1 | CS1},
    {"USIDR: shifts in SDA at the fall of SCL with USICS 11",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF);
         u.write("USIDR", 0x00);
         u.set(I2C_SDA, true);
         u.set(I2C_SCL, true);
         const bool not_yet = u.read("USIDR") == 0x00;
         u.set(I2C_SCL, false);
         return not_yet && u.read("USIDR") == 0x01;
     },
     WM1 | CS1 | CS0},
    {"USICS 00: SCL neither shifts nor counts",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF);
         u.write("USIDR", 0x00);
         u.clock(true);
         return u.read("USIDR") == 0 && u.counter() == 0;
     },
     WM1},
    {"USICLK with USICS 00: shifts and counts once",
     [](Usi &u) {
         u.write("USISR", 3);
         u.write("USIDR", 0x01);
         u.write("USICR", WM1 | CLK);
         return u.read("USIDR") == 0x03 && u.counter() == 4;
     },
     WM1},
    {"USICLK and USITC read as zero",
     [](Usi &u) {
         u.write("USICR", WM1 | CLK | TC);
         return u.read("USICR") == WM1;
     },
     WM1},
    {"USITC: toggles the latch of the clock pin",
     [](Usi &u) {
         u.write("USICR", WM1 | TC);
         const bool low = u.read("PORTB") == 0x01 && u.drives(I2C_SCL) == I2C_PULLED;
         u.write("USICR", WM1 | TC);
         return low && u.read("PORTB") == 0x05 && u.drives(I2C_SCL) == I2C_RELEASED;
     },
     WM1},
    {"USITC with USICS 10 and USICLK: counts, and SCL does not",
     [](Usi &u) {
         u.write("USISR", 0);
         u.write("USICR", WM1 | CS1 | CLK | TC);
         return u.counter() == 1;
     },
     WM1 | CS1},
    {"USIBR: loaded from USIDR at overflow",
     [](Usi &u) {
         u.start();
         u.write("USISR", SIF);
         u.bits(0xA7);
         const bool loaded = u.read("USIBR") == 0xA7;
         u.write("USISR", OIF);
         u.clock(true);
         return loaded && u.read("USIBR") == 0xA7 && u.read("USIDR") == 0x4F;
     },
     WM1 | CS1}};

} // namespace

TEST(AvrUsi, DoesWhatTheDataSheetSaysOfEachBit)
{
    for (const Fact &f : facts) {
        Usi u(f.control);
        EXPECT_TRUE(f.holds(u)) << f.says;
    }
}

TEST(AvrUsi, IsOnThePinsOfEachPart)
{
    for (const char *part : {"attiny45", "attiny84", "attiny2313"}) {
        Usi u(WM1 | CS1 | SISIE, part);
        u.start();
        EXPECT_TRUE(u.is_pending("USI_START")) << part;
        EXPECT_EQ(u.drives(I2C_SCL), I2C_PULLED) << part;
    }
}

// A slave on other pins than the USI's has no USI.
TEST(AvrUsi, HearsNothingWhenTheBusIsOnOtherPins)
{
    AvrBench b("attiny85");
    avr_io_config c = b.io.config;
    avr_io_end(&b.io);
    c.pin[I2C_SCL] = AvrBench::pin("PB3");
    avr_io_init(&b.io, &c);
    b.write("USICR", WM1 | CS1 | SISIE);
    b.start();
    EXPECT_EQ(b.read("USISR") & 0xE0u, 0u);
}

// USICS 01: timer 0's compare match is the clock of register and counter; SCL is not.
TEST(AvrUsi, IsClockedByTimer0WithUsics01)
{
    Usi u(WM1);
    u.write("USISR", 0);
    u.write("USIDR", 0);
    u.write("TCCR0A", 2); // CTC
    u.write("OCR0A", 9);
    u.write("TCCR0B", 1);
    u.write("USICR", WM1 | CS0);
    u.cycles(9);
    EXPECT_EQ(u.read("USIDR"), 0u);
    u.cycles(22);
    EXPECT_EQ(u.read("USIDR"), 0x07u) << "SDA is high";
    EXPECT_EQ(u.counter(), 3u);
    u.clock(false);
    const unsigned ticks = u.counter();
    EXPECT_EQ(ticks, 5u) << "3 us are 24 cycles, and SCL's edges count nothing";
    u.write("USICR", WM1 | CS0 | 0x40);
    u.write("USISR", 15);
    u.cycles(11);
    EXPECT_TRUE(u.is_pending("USI_OVF"));
    u.write("USICR", WM1);
    u.write("USISR", 0);
    u.cycles(50);
    EXPECT_EQ(u.counter(), 0u);
}
