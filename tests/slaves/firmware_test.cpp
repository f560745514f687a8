// The firmware kind: unmodified sources on a part, in simulated time.
#include "tests/slaves/bench.h"

#include <gtest/gtest.h>

namespace
{

const uint32_t clock_hz = 8000000;

/// A program for an ATtiny85 in a file of its own.
struct Firmware {
    Folder folder;
    Description description;

    explicit Firmware(const std::string &text, const std::string &name = "main.c")
    {
        const std::string head = "#include <avr/interrupt.h>\n#include <avr/io.h>\n"
                                 "#include <avr/sleep.h>\n#include <util/atomic.h>\n"
                                 "#include <util/delay.h>\n";
        description.sources({folder.write(name, head + text)}).mcu("attiny85", clock_hz);
    }
};

/// The firmware on a bus; SDA is PB0, SCL is PB2.
struct Running {
    Prepared prepared;
    Bench bench;

    explicit Running(Firmware &firmware) : prepared(firmware.description), bench(checked(prepared))
    {
    }
    static Prepared &checked(Prepared &prepared)
    {
        EXPECT_NE(prepared.image, nullptr) << prepared.message;
        return prepared;
    }
    int64_t get(const char *name)
    {
        return bench.get(name);
    }
};

} // namespace

// ---- time passes --------------------------------------------------------------------------------

TEST(FirmwareTime, PassesInDelays)
{
    Firmware f("volatile unsigned ms;\n"
               "int main(void) { for (;;) { _delay_ms(1); ms++; } }\n");
    Running r(f);
    r.bench.wait_us(99900);
    EXPECT_NEAR(static_cast<double>(r.get("ms")), 100, 1);
}

TEST(FirmwareTime, PassesInALoopWithoutABody)
{
    Firmware f("int main(void) { DDRB = 1; for (;;); }\n");
    Running r(f);
    r.bench.wait_us(100);
    EXPECT_TRUE(r.bench.slave_pulls(I2C_SDA));
}

TEST(FirmwareTime, PassesInALoopThatWaitsForAPin)
{
    Firmware f("int main(void) { while (PINB & _BV(PB2)); DDRB = _BV(PB0); for (;;); }\n");
    Running r(f);
    EXPECT_FALSE(r.bench.slave_pulls(I2C_SDA));
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(5);
    EXPECT_TRUE(r.bench.slave_pulls(I2C_SDA));
}

// The commonest slip of firmware: the flag is not volatile, and the loop never looks again.
TEST(FirmwareTime, PassesInALoopThatNeverSeesAPlainFlagChange)
{
    Firmware f("static int flag; volatile int seen, served;\n"
               "ISR(PCINT0_vect) { flag = 1; served++; }\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); while (!flag); "
               "seen = 1; for (;;); }\n");
    Running r(f);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(100);
    EXPECT_EQ(r.get("served"), 1);
    EXPECT_EQ(r.get("seen"), 0);
}

TEST(FirmwareTime, PassesInALoopThatWaitsForAVolatileFlag)
{
    Firmware f("static volatile int flag; volatile int seen;\n"
               "ISR(PCINT0_vect) { flag = 1; }\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); while (!flag); "
               "seen = 1; for (;;); }\n");
    Running r(f);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(100);
    EXPECT_EQ(r.get("seen"), 1);
}

// ---- interrupts ---------------------------------------------------------------------------------

TEST(FirmwareInterrupts, WakeItFromSleep)
{
    Firmware f("volatile int woke;\n"
               "EMPTY_INTERRUPT(PCINT0_vect)\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;) { "
               "sleep_mode(); woke++; } }\n");
    Running r(f);
    r.bench.wait_us(1000);
    EXPECT_EQ(r.get("woke"), 0);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(100);
    EXPECT_EQ(r.get("woke"), 1);
}

// However a block is left, interrupts are as they were.
TEST(FirmwareInterrupts, AreOffInAtomicBlocksAlone)
{
    Firmware f(
        "volatile int served, in_block, turns;\n"
        "ISR(PCINT0_vect) { served++; }\n"
        "static int early(void) { ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { return 7; } return 0; }\n"
        "int main(void) {\n"
        "    PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei();\n"
        "    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { _delay_ms(2); in_block = served; turns++; }\n"
        "    for (turns = 1; turns < 3; turns++)\n"
        "        ATOMIC_BLOCK(ATOMIC_FORCEON) { if (turns) break; }\n"
        "    turns += early();\n"
        "    for (;;);\n"
        "}\n");
    Running r(f);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(3000);
    EXPECT_EQ(r.get("in_block"), 0);
    EXPECT_EQ(r.get("served"), 1);
    EXPECT_EQ(r.get("turns"), 10);
    r.bench.set(I2C_SCL, true);
    r.bench.wait_us(10);
    EXPECT_EQ(r.get("served"), 2);
}

TEST(FirmwareInterrupts, WithoutARoutineAreAFinding)
{
    Firmware f("int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;); }\n");
    Running r(f);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(100);
    ASSERT_EQ(r.bench.findings.size(), 1u);
    EXPECT_NE(r.bench.findings[0].find("the firmware has no ISR(PCINT0_vect)"), std::string::npos)
        << r.bench.findings[0];
}

// ---- life ---------------------------------------------------------------------------------------

TEST(FirmwareLife, EndsWhereMainReturns)
{
    Firmware f("int main(void) { return 0; }\n");
    Running r(f);
    r.bench.wait_us(100);
    ASSERT_EQ(r.bench.findings.size(), 1u);
    EXPECT_EQ(r.bench.findings[0], "hang: main() returned");
}

TEST(FirmwareLife, BeginsWithFreshMemoryInEachCase)
{
    Firmware f("volatile int count = 5; volatile int was;\n"
               "int main(void) { was = count; count = 9; for (;;); }\n");
    Prepared prepared(f.description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    for (int turn = 0; turn < 2; turn++) {
        Bench bench(prepared);
        EXPECT_EQ(bench.get("was"), 5);
        EXPECT_EQ(bench.get("count"), 9);
    }
}

TEST(FirmwareLife, BeginsAnewAtReset)
{
    Firmware f("volatile int count = 5;\n"
               "int main(void) { DDRB = 1; count++; for (;;); }\n");
    Running r(f);
    EXPECT_EQ(r.get("count"), 6);
    r.prepared.adapter->reset(r.bench.slave);
    EXPECT_FALSE(r.bench.slave_pulls(I2C_SDA));
    r.bench.wait_us(10);
    EXPECT_EQ(r.get("count"), 6);
    EXPECT_TRUE(r.bench.slave_pulls(I2C_SDA));
}

// ---- what it is compiled to ---------------------------------------------------------------------

TEST(FirmwareSources, AreToldOfAsTheCompilerTells)
{
    Firmware f("int main(void) { PORTX = 1; }\n");
    Prepared prepared(f.description);
    EXPECT_EQ(prepared.image, nullptr);
    EXPECT_NE(prepared.message.find("main.c:6:18: error: use of undeclared identifier 'PORTX'"),
              std::string::npos)
        << prepared.message;
}

TEST(FirmwareSources, NeedAPartThatIsKnown)
{
    Firmware f("int main(void) { for (;;); }\n");
    f.description.mcu("attiny86", clock_hz);
    Prepared prepared(f.description);
    EXPECT_EQ(prepared.image, nullptr);
    EXPECT_NE(prepared.message.find("attiny86; did you mean attiny85?"), std::string::npos)
        << prepared.message;
}
