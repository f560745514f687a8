// Timers (ATtiny25/45/85 data sheet 11 and 12, ATmega48A to 328P 15, 16 and 18).
#include "tests/models/avr_bench.h"

TEST(AvrTimer0, CountsTheDividedClock)
{
    const unsigned divisions[] = {0, 1, 8, 64, 256, 1024};
    for (unsigned cs = 0; cs < 6; cs++) {
        AvrBench b("attiny85");
        b.write("TCCR0B", cs);
        b.cycles(1024ull * 7);
        const unsigned ticks = cs == 0 ? 0 : 1024 * 7 / divisions[cs];
        EXPECT_EQ(b.read("TCNT0"), ticks & 0xFF) << "CS0 " << cs;
    }
}

TEST(AvrTimer0, OverflowsFrom255To0)
{
    AvrBench b("attiny85");
    b.write("TCCR0B", 1);
    b.cycles(255);
    EXPECT_EQ(b.read("TCNT0"), 255u);
    EXPECT_EQ(b.read("TIFR") & b.mask("TOV0"), 0u);
    b.cycles(1);
    EXPECT_EQ(b.read("TCNT0"), 0u);
    EXPECT_NE(b.read("TIFR") & b.mask("TOV0"), 0u);
    b.write("TIFR", b.mask("TOV0"));
    EXPECT_EQ(b.read("TIFR") & b.mask("TOV0"), 0u);
}

// The interrupt comes by an event, without anybody looking at the count.
TEST(AvrTimer0, InterruptsInTheVeryCycleOfItsOverflow)
{
    AvrBench b("attiny85");
    b.write("TCCR0B", 2);
    b.write("TIMSK", b.mask("TOIE0"));
    b.cycles(256 * 8 - 1);
    EXPECT_EQ(b.told, 0u);
    b.cycles(1);
    EXPECT_EQ(b.told, 1u);
    EXPECT_TRUE(b.is_pending("TIMER0_OVF"));
    b.take("TIMER0_OVF");
    EXPECT_FALSE(b.is_pending("TIMER0_OVF"));
    b.cycles(256 * 8);
    EXPECT_TRUE(b.is_pending("TIMER0_OVF")) << "and again, a period later";
}

// CTC: from OCR0A to 0, so that OCR0A 99 makes a period of 100; no overflow.
TEST(AvrTimer0, ClearsAtItsCompareValue)
{
    AvrBench b("attiny85");
    b.write("TCCR0A", b.mask("WGM01"));
    b.write("OCR0A", 99);
    b.write("TIMSK", b.mask("OCIE0A"));
    b.write("TCCR0B", 1);
    b.cycles(99);
    EXPECT_EQ(b.read("TCNT0"), 99u);
    EXPECT_FALSE(b.is_pending("TIMER0_COMPA"));
    b.cycles(1);
    EXPECT_TRUE(b.is_pending("TIMER0_COMPA")) << "the flag comes with the tick behind the match";
    EXPECT_EQ(b.read("TCNT0"), 0u);
    b.cycles(100ull * 50 + 7);
    EXPECT_EQ(b.read("TCNT0"), 7u);
    EXPECT_EQ(b.read("TIFR") & b.mask("TOV0"), 0u);
}

// A compare value written below the count is missed: it goes on to 255.
TEST(AvrTimer0, RunsToItsEndBehindAMissedTop)
{
    AvrBench b("attiny85");
    b.write("TCCR0A", b.mask("WGM01"));
    b.write("OCR0A", 200);
    b.write("TCCR0B", 1);
    b.cycles(150);
    b.write("OCR0A", 100);
    b.cycles(105);
    EXPECT_EQ(b.read("TCNT0"), 255u);
    b.cycles(1);
    EXPECT_EQ(b.read("TCNT0"), 0u);
    EXPECT_NE(b.read("TIFR") & b.mask("TOV0"), 0u);
    b.cycles(101);
    EXPECT_EQ(b.read("TCNT0"), 0u);
}

TEST(AvrTimer0, CountsThereAndBackInPhaseCorrectMode)
{
    AvrBench b("atmega328p");
    b.write("TCCR0A", b.mask("WGM00"));
    b.write("OCR0B", 250);
    b.write("TCCR0B", 1);
    b.cycles(255);
    EXPECT_EQ(b.read("TCNT0"), 255u);
    EXPECT_NE(b.read("TIFR0") & b.mask("OCF0B"), 0u);
    b.write("TIFR0", b.mask("OCF0B"));
    b.cycles(5);
    EXPECT_EQ(b.read("TCNT0"), 250u);
    EXPECT_EQ(b.read("TIFR0") & b.mask("OCF0B"), 0u);
    b.cycles(1);
    EXPECT_NE(b.read("TIFR0") & b.mask("OCF0B"), 0u) << "on the way back, too";
    EXPECT_EQ(b.read("TIFR0") & b.mask("TOV0"), 0u);
    b.cycles(249);
    EXPECT_EQ(b.read("TCNT0"), 0u);
    EXPECT_NE(b.read("TIFR0") & b.mask("TOV0"), 0u) << "the overflow is at the bottom";
}

TEST(AvrTimer0, PrescalerIsResetByItsBit)
{
    AvrBench b("atmega328p");
    b.write("TCCR0B", 3);
    b.cycles(63);
    b.write("GTCCR", b.mask("PSRSYNC"));
    EXPECT_EQ(b.read("GTCCR"), 0u);
    b.cycles(63);
    EXPECT_EQ(b.read("TCNT0"), 0u);
    b.cycles(1);
    EXPECT_EQ(b.read("TCNT0"), 1u);
    b.write("GTCCR", b.mask("TSM") | b.mask("PSRSYNC"));
    b.cycles(6400);
    EXPECT_EQ(b.read("TCNT0"), 1u) << "held for synchronisation";
    b.write("GTCCR", 0);
    b.cycles(64);
    EXPECT_EQ(b.read("TCNT0"), 2u);
}

// A high byte that is read or written goes by TEMP.
TEST(AvrTimer1, IsReadAndWrittenAsAWord)
{
    for (const char *part : {"attiny84", "attiny2313", "atmega328p"}) {
        AvrBench b(part);
        b.write16("TCNT1", 0x12FF);
        EXPECT_EQ(b.read16("TCNT1"), 0x12FFu) << part;
        b.write("TCCR1B", 1);
        EXPECT_EQ(b.read("TCNT1L"), 0xFFu);
        b.cycles(1);
        EXPECT_EQ(b.read("TCNT1H"), 0x12u) << "as it was with the low byte";
        EXPECT_EQ(b.read16("TCNT1"), 0x1300u);
        b.write("OCR1AH", 0x34);
        EXPECT_EQ(b.read16("OCR1A"), 0u) << "waits for the low byte";
        b.write("OCR1AL", 0x56);
        EXPECT_EQ(b.read16("OCR1A"), 0x3456u);
    }
}

TEST(AvrTimer1, ClearsAtOcr1aOrIcr1)
{
    AvrBench b("atmega328p");
    b.write16("OCR1A", 999);
    b.write16("ICR1", 1999);
    b.write("TCCR1B", b.mask("WGM12") | 1);
    b.cycles(1000 * 3 + 5);
    EXPECT_EQ(b.read16("TCNT1"), 5u);
    b.write16("TCNT1", 0);
    b.write("TCCR1B", b.mask("WGM13") | b.mask("WGM12") | 1);
    b.cycles(2000 * 3 + 1506);
    EXPECT_EQ(b.read16("TCNT1"), 1506u);
}

TEST(AvrTimer1, InterruptsByBothMatchesAndOverflow)
{
    AvrBench b("attiny84");
    b.write16("OCR1A", 1000);
    b.write16("OCR1B", 30000);
    b.write("TIMSK1", b.mask("OCIE1A") | b.mask("OCIE1B") | b.mask("TOIE1"));
    b.write("TCCR1B", 1);
    b.cycles(1001);
    EXPECT_TRUE(b.is_pending("TIMER1_COMPA"));
    EXPECT_FALSE(b.is_pending("TIMER1_COMPB"));
    b.cycles(29000);
    EXPECT_TRUE(b.is_pending("TIMER1_COMPB"));
    EXPECT_FALSE(b.is_pending("TIMER1_OVF"));
    b.cycles(65536 - 30001);
    EXPECT_TRUE(b.is_pending("TIMER1_OVF"));
}

// ATtiny25/45/85: CS13 to CS10 divide by 1, 2, 4 and so on to 16384; CTC1 clears at OCR1C.
TEST(AvrTimer1, OfAttiny85HasItsOwnPrescaler)
{
    for (unsigned cs = 1; cs < 16; cs++) {
        AvrBench b("attiny85");
        b.write("TCCR1", cs);
        b.cycles(10ull << (cs - 1));
        EXPECT_EQ(b.read("TCNT1"), 10u) << cs;
    }
    AvrBench b("attiny85");
    b.write("OCR1C", 49);
    b.write("TCCR1", 0x80 | 1);
    b.cycles(50 * 4 + 3);
    EXPECT_EQ(b.read("TCNT1"), 3u);
}

TEST(AvrTimer2, DividesByItsOwnSteps)
{
    const unsigned divisions[] = {0, 1, 8, 32, 64, 128, 256, 1024};
    for (unsigned cs = 1; cs < 8; cs++) {
        AvrBench b("atmega328p");
        b.write("TCCR2B", cs);
        b.cycles(divisions[cs] * 9ull);
        EXPECT_EQ(b.read("TCNT2"), 9u) << cs;
    }
}

// Only what moves by itself must be looked at in step with the simulation.
TEST(AvrTimers, SayWhatCounts)
{
    AvrBench b("attiny85");
    EXPECT_FALSE(avr_io_counts(&b.io, b.at("TCNT0"))) << "it stands still";
    b.write("TCCR0B", 1);
    EXPECT_TRUE(avr_io_counts(&b.io, b.at("TCNT0")));
    EXPECT_TRUE(avr_io_counts(&b.io, b.at("TIFR")));
    EXPECT_FALSE(avr_io_counts(&b.io, b.at("OCR0A")));
    EXPECT_FALSE(avr_io_counts(&b.io, b.at("PINB")));
}

// 12.2 of the data sheet: TOV1 is set as the count goes from its top to zero.
TEST(AvrTimer1, OfAttiny85OverflowsBehindItsTop)
{
    AvrBench b("attiny85");
    b.write("TCCR1", 1);
    b.cycles(255);
    EXPECT_EQ(b.read("TIFR") & b.mask("TOV1"), 0u);
    b.cycles(2);
    EXPECT_NE(b.read("TIFR") & b.mask("TOV1"), 0u);
}
