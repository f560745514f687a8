// The clock prescaler (ATtiny25/45/85 data sheet 6.5).
#include "tests/models/avr_bench.h"

TEST(AvrClock, IsDividedInATimedSequenceAlone)
{
    AvrBench b("attiny85");
    b.write("CLKPR", 3);
    EXPECT_EQ(avr_io_clock_hz(&b.io), 8000000u) << "without CLKPCE";
    b.write("CLKPR", 0x83);
    b.write("CLKPR", 3);
    EXPECT_EQ(avr_io_clock_hz(&b.io), 8000000u) << "CLKPCE is written alone";
    b.write("CLKPR", 0x80);
    EXPECT_EQ(b.read("CLKPR"), 0x80u);
    b.cycles(8);
    b.write("CLKPR", 3);
    EXPECT_EQ(avr_io_clock_hz(&b.io), 8000000u) << "too late";
    b.write("CLKPR", 0x80);
    b.cycles(3);
    b.write("CLKPR", 3);
    EXPECT_EQ(b.read("CLKPR"), 3u);
    EXPECT_EQ(avr_io_clock_hz(&b.io), 1000000u);
    avr_io_reset(&b.io, AVR_EXTERNAL_RESET);
    EXPECT_EQ(avr_io_clock_hz(&b.io), 8000000u);
}

TEST(AvrClock, DividesByPowersOfTwoUpTo256)
{
    for (unsigned by = 0; by <= 8; by++) {
        AvrBench b("atmega328p", 16000000);
        b.write("CLKPR", 0x80);
        b.write("CLKPR", by);
        EXPECT_EQ(avr_io_clock_hz(&b.io), 16000000u >> by);
    }
}

// Timers follow, and an event that is queued already moves.
TEST(AvrClock, DividesWhatTimersCount)
{
    AvrBench b("attiny85");
    b.write("TIMSK", b.mask("TOIE0"));
    b.write("TCCR0B", 1);
    b.wait_us(16); // 128 cycles
    b.write("CLKPR", 0x80);
    b.write("CLKPR", 3);
    b.wait_us(100);
    EXPECT_EQ(b.read("TCNT0"), 228u);
    b.wait_us(27);
    EXPECT_FALSE(b.is_pending("TIMER0_OVF"));
    b.wait_us(1);
    EXPECT_TRUE(b.is_pending("TIMER0_OVF"));
}

TEST(AvrClock, BringsQueuedEventsForward)
{
    AvrBench b("attiny85");
    b.write("CLKPR", 0x80);
    b.write("CLKPR", 3);
    b.write("TIMSK", b.mask("TOIE0"));
    b.write("TCCR0B", 1);
    b.write("CLKPR", 0x80);
    b.write("CLKPR", 0);
    b.wait_us(32);
    EXPECT_EQ(b.told, 1u);
}

// The period of 3 MHz is no whole number of ps: counts stay exact all the same.
TEST(AvrClock, CountsExactlyAtOddClocks)
{
    AvrBench b("attiny84", 3000000);
    b.write("TCCR1B", 1);
    b.wait_ps(I2C_PS_PER_MS * 10);
    EXPECT_EQ(b.read16("TCNT1"), 30000u);
}

// 256 cycles are 85333333.3 ps: the event comes with the last whole one, and the count has come.
TEST(AvrClock, EventsAndCountsAgreeAtOddClocks)
{
    AvrBench b("attiny84", 3000000);
    b.write("TIMSK0", b.mask("TOIE0"));
    b.write("TCCR0B", 1);
    b.wait_ps(85333333);
    EXPECT_EQ(b.told, 1u);
    EXPECT_EQ(b.read("TCNT0"), 0u);
}
