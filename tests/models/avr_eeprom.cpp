// The EEPROM's registers (ATtiny25/45/85 data sheet 5.3 and 5.5).
#include "tests/models/avr_bench.h"

namespace
{

enum { EERE = 1, EEPE = 2, EEMPE = 4, EERIE = 8, ERASE_ONLY = 0x10, WRITE_ONLY = 0x20 };

struct Eeprom : AvrBench {
    explicit Eeprom(const char *part = "attiny85") : AvrBench(part)
    {
    }
    void begin(unsigned at, unsigned value, unsigned mode = 0)
    {
        write("EEARL", at & 0xFF);
        if (avr_part_register(io.config.part, "EEARH") != nullptr)
            write("EEARH", at >> 8);
        write("EEDR", value);
        write("EECR", EEMPE | mode);
        write("EECR", EEPE | mode);
    }
    void store(unsigned at, unsigned value, unsigned mode = 0)
    {
        begin(at, value, mode);
        wait_us(3400);
    }
    unsigned load(unsigned at)
    {
        write("EEARL", at & 0xFF);
        if (avr_part_register(io.config.part, "EEARH") != nullptr)
            write("EEARH", at >> 8);
        write("EECR", EERE);
        return read("EEDR");
    }
};

} // namespace

TEST(AvrEeprom, IsErasedAtFirstAndKeepsWhatIsWritten)
{
    for (const char *part : {"attiny85", "attiny84", "attiny2313", "atmega328p"}) {
        Eeprom e(part);
        EXPECT_EQ(e.load(5), 0xFFu) << part;
        e.store(5, 0x5A);
        EXPECT_EQ(e.load(5), 0x5Au) << part;
        EXPECT_EQ(e.load(6), 0xFFu) << part;
        avr_io_reset(&e.io, AVR_EXTERNAL_RESET);
        EXPECT_EQ(e.load(5), 0x5Au) << part;
    }
}

TEST(AvrEeprom, HasAllItsAddresses)
{
    Eeprom e("atmega328p");
    e.store(1023, 0x11);
    e.store(255, 0x22);
    EXPECT_EQ(e.load(1023), 0x11u);
    EXPECT_EQ(e.load(255), 0x22u);
}

TEST(AvrEeprom, IsBusyForAsLongAsAWriteLasts)
{
    const struct {
        unsigned mode, us;
    } times[] = {{0, 3400}, {ERASE_ONLY, 1800}, {WRITE_ONLY, 1800}};
    for (const auto &t : times) {
        Eeprom e;
        e.begin(0, 0x0F, t.mode);
        e.wait_us(t.us - 1);
        EXPECT_EQ(e.read("EECR") & EEPE, unsigned{EEPE}) << t.us;
        e.wait_us(1);
        EXPECT_EQ(e.read("EECR") & EEPE, 0u) << t.us;
    }
}

TEST(AvrEeprom, ErasesAndWritesApart)
{
    Eeprom e;
    e.store(3, 0xF3, WRITE_ONLY);
    EXPECT_EQ(e.load(3), 0xF3u);
    e.store(3, 0x3F, WRITE_ONLY);
    EXPECT_EQ(e.load(3), 0x33u) << "writing alone clears bits";
    e.store(3, 0x00, ERASE_ONLY);
    EXPECT_EQ(e.load(3), 0xFFu);
}

TEST(AvrEeprom, WritesOnlyWithinFourCyclesBehindEempe)
{
    Eeprom e;
    e.write("EEDR", 0x12);
    e.write("EECR", EEPE);
    EXPECT_EQ(e.read("EECR") & EEPE, 0u) << "without EEMPE";
    e.write("EECR", EEMPE | EEPE);
    EXPECT_EQ(e.read("EECR") & EEPE, 0u) << "with EEMPE in the same write";
    e.write("EECR", EEMPE);
    EXPECT_EQ(e.read("EECR"), unsigned{EEMPE});
    e.cycles(8);
    EXPECT_EQ(e.read("EECR"), 0u);
    e.write("EECR", EEPE);
    EXPECT_EQ(e.read("EECR") & EEPE, 0u) << "too late";
    e.write("EECR", EEMPE);
    e.cycles(4);
    e.write("EECR", EEPE);
    EXPECT_EQ(e.read("EECR") & EEPE, unsigned{EEPE});
}

TEST(AvrEeprom, AsksForAsLongAsItIsReady)
{
    Eeprom e;
    EXPECT_FALSE(e.is_pending("EE_RDY"));
    e.write("EECR", EERIE);
    EXPECT_TRUE(e.is_pending("EE_RDY"));
    e.begin(0, 1, EERIE);
    EXPECT_FALSE(e.is_pending("EE_RDY"));
    e.wait_us(3400);
    EXPECT_TRUE(e.is_pending("EE_RDY"));
    EXPECT_EQ(e.told, 1u);
}
