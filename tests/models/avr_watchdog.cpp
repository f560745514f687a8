// The watchdog (ATtiny25/45/85 data sheet 8.4 and 8.5, ATmega48A to 328P 11.8 and 11.9).
#include "tests/models/avr_bench.h"

namespace
{

enum { WDE = 0x08, WDCE = 0x10, WDIE = 0x40, WDIF = 0x80 };

} // namespace

TEST(AvrWatchdog, IsOffAfterPowerOn)
{
    AvrBench b("attiny85");
    b.wait_us(10000000);
    EXPECT_EQ(b.resets, 0u);
    EXPECT_EQ(b.read("MCUSR"), 0x01u);
}

TEST(AvrWatchdog, ResetsBehindItsPeriodUnlessItIsReset)
{
    for (unsigned wdp = 0; wdp < 10; wdp++) {
        AvrBench b("attiny85");
        const uint64_t period_us = 16000ull << wdp;
        b.write("WDTCR", WDE | (wdp & 7) | (wdp & 8 ? 0x20 : 0));
        b.wait_us(period_us - 10);
        avr_io_resets_watchdog(&b.io);
        b.wait_us(period_us - 10);
        EXPECT_EQ(b.resets, 0u) << wdp;
        b.wait_us(10);
        EXPECT_EQ(b.resets, 1u) << wdp;
        EXPECT_EQ(b.read("MCUSR") & 0x08u, 0x08u);
    }
}

// It stays on behind its own reset, with the shortest period, until WDRF and then WDE are cleared.
TEST(AvrWatchdog, GoesOnBehindItsReset)
{
    AvrBench b("attiny85");
    b.write("WDTCR", WDE | 6);
    b.wait_us(1024000);
    EXPECT_EQ(b.resets, 1u);
    EXPECT_EQ(b.read("WDTCR"), unsigned{WDE});
    b.write("WDTCR", WDCE | WDE);
    b.write("WDTCR", 0);
    EXPECT_EQ(b.read("WDTCR"), unsigned{WDE}) << "WDRF keeps it set";
    b.write("MCUSR", 0);
    b.write("WDTCR", WDCE | WDE);
    b.write("WDTCR", 0);
    EXPECT_EQ(b.read("WDTCR"), 0u);
    b.wait_us(100000);
    EXPECT_EQ(b.resets, 1u);
}

TEST(AvrWatchdog, IsSwitchedOffInItsTimedSequenceAlone)
{
    AvrBench b("attiny85");
    b.write("WDTCR", WDE);
    b.write("WDTCR", 0);
    EXPECT_EQ(b.read("WDTCR"), unsigned{WDE});
    b.write("WDTCR", WDCE | WDE);
    EXPECT_EQ(b.read("WDTCR"), unsigned{WDCE | WDE});
    b.cycles(8);
    EXPECT_EQ(b.read("WDTCR"), unsigned{WDE}) << "WDCE goes by itself";
    b.write("WDTCR", 0);
    EXPECT_EQ(b.read("WDTCR"), unsigned{WDE});
    b.write("WDTCR", WDCE | WDE);
    b.cycles(3);
    b.write("WDTCR", 0);
    EXPECT_EQ(b.read("WDTCR"), 0u);
}

// ATmega: the period, too, is changed in the sequence alone; ATtiny: without limits.
TEST(AvrWatchdog, TakesItsPeriodAsThePartDoes)
{
    AvrBench tiny("attiny85"), mega("atmega328p");
    tiny.write("WDTCR", WDE | 5);
    EXPECT_EQ(tiny.read("WDTCR"), WDE | 5u);
    mega.write("WDTCSR", WDE | 5);
    EXPECT_EQ(mega.read("WDTCSR"), unsigned{WDE});
    mega.write("WDTCSR", WDCE | WDE);
    mega.write("WDTCSR", WDE | 5);
    EXPECT_EQ(mega.read("WDTCSR"), WDE | 5u);
}

TEST(AvrWatchdog, InterruptsInsteadOfResetting)
{
    AvrBench b("attiny84");
    b.write("WDTCSR", WDIE);
    b.wait_us(16000);
    EXPECT_TRUE(b.is_pending("WDT"));
    b.take("WDT");
    EXPECT_EQ(b.read("WDTCSR"), unsigned{WDIE});
    b.wait_us(16000);
    EXPECT_TRUE(b.is_pending("WDT"));
    EXPECT_EQ(b.resets, 0u);
}

TEST(AvrWatchdog, InterruptsOnceAndThenResets)
{
    AvrBench b("attiny85");
    b.write("WDTCR", WDIE | WDE);
    b.wait_us(16000);
    EXPECT_TRUE(b.is_pending("WDT"));
    b.take("WDT");
    EXPECT_EQ(b.read("WDTCR"), unsigned{WDE}) << "entering the routine clears WDIE";
    b.wait_us(16000);
    EXPECT_EQ(b.resets, 1u);
}

TEST(AvrReset, SaysItsCauseUntilItIsCleared)
{
    AvrBench b("atmega328p");
    EXPECT_EQ(b.read("MCUSR"), 0x01u);
    avr_io_reset(&b.io, AVR_EXTERNAL_RESET);
    EXPECT_EQ(b.read("MCUSR"), 0x03u);
    b.write("MCUSR", 0xFE);
    EXPECT_EQ(b.read("MCUSR"), 0x02u) << "zeros clear, ones do not set";
}
