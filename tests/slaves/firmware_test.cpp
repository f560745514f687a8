// The firmware kind: unmodified sources on a part, in simulated time.
#include "tests/slaves/firmware_bench.h"

namespace
{

const uint32_t clock_hz = 8000000;

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

// What interrupts a delay comes on top of it.
TEST(FirmwareTime, OfDelaysIsTheirOwn)
{
    Firmware f("volatile int done, served;\n"
               "ISR(PCINT0_vect) { _delay_us(300); served++; }\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); _delay_us(500); "
               "done = 1; for (;;); }\n");
    Running r(f); // and 100 us
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(310);
    EXPECT_EQ(r.get("served"), 1);
    r.bench.wait_us(380);
    EXPECT_EQ(r.get("done"), 0);
    r.bench.wait_us(30);
    EXPECT_EQ(r.get("done"), 1);
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

// `sei` lets one more instruction run, so that nothing comes between it and `sleep`.
TEST(FirmwareInterrupts, AreNotLostBetweenSeiAndSleep)
{
    Firmware f(
        "volatile int woke, served;\n"
        "ISR(PCINT0_vect) { served++; }\n"
        "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); MCUCR = _BV(SE); _delay_ms(1);\n"
        "    sei(); sleep_cpu(); woke = 1 + served; for (;;); }\n");
    Running r(f);
    r.bench.set(I2C_SCL, false); // while interrupts are off
    r.bench.wait_us(2000);
    EXPECT_EQ(r.get("woke"), 2);
}

// ---- what a case asks of its time -----------------------------------------------------------

namespace
{

/// Answers each fall of SCL by pulling SDA, and counts in main().
Firmware answering()
{
    return Firmware(
        "volatile unsigned turns;\n"
        "ISR(PCINT0_vect) { if (!(PINB & _BV(PB2))) DDRB |= _BV(PB0); else DDRB &= ~_BV(PB0); }\n"
        "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;) { _delay_us(10); "
        "turns++; } }\n");
}

/// How long after the fall of SCL it pulls SDA, in us; 0: within a us.
unsigned answer_us(Running &r)
{
    unsigned us = 0;
    r.bench.set(I2C_SCL, false);
    for (r.bench.wait_us(8); !r.bench.slave_pulls(I2C_SDA) && us < 1000; us++)
        r.bench.wait_us(1);
    r.bench.set(I2C_SCL, true);
    r.bench.wait_us(1500);
    return us;
}

} // namespace

TEST(FirmwareLoad, DelaysTheRoutinesOfAVector)
{
    Firmware f = answering();
    Running r(f);
    EXPECT_EQ(answer_us(r), 0u);
    slave_load load = {};
    load.latencies = 1;
    load.latency[0] = {"PCINT0", 50 * I2C_PS_PER_US};
    r.prepared.adapter->load(r.bench.slave, &load);
    EXPECT_NEAR(answer_us(r), 47, 4);
    load.latency[0] = {"USI_START", 50 * I2C_PS_PER_US};
    r.prepared.adapter->load(r.bench.slave, &load);
    EXPECT_EQ(answer_us(r), 0u);
}

TEST(FirmwareLoad, SwitchesInterruptsOff)
{
    Firmware f = answering();
    Running r(f);
    slave_load load = {};
    load.irq_off_ps = 200 * I2C_PS_PER_US; // once, from now on
    r.prepared.adapter->load(r.bench.slave, &load);
    EXPECT_NEAR(answer_us(r), 197, 4);
    EXPECT_EQ(answer_us(r), 0u);
}

TEST(FirmwareLoad, CompetesForTheCpu)
{
    Firmware f = answering();
    Running r(f);
    slave_load load = {};
    load.isr_load_ps = 300 * I2C_PS_PER_US;
    r.prepared.adapter->load(r.bench.slave, &load);
    r.bench.wait_us(1);
    EXPECT_NEAR(answer_us(r), 296, 4);
    EXPECT_EQ(answer_us(r), 0u);
}

TEST(FirmwareLoad, StallsMainAndNotItsInterrupts)
{
    Firmware f = answering();
    Running r(f);
    slave_load load = {};
    load.main_stall_ps = I2C_PS_PER_S;
    r.prepared.adapter->load(r.bench.slave, &load);
    r.bench.wait_us(20);
    const int64_t turns = r.get("turns");
    EXPECT_EQ(answer_us(r), 0u);
    EXPECT_EQ(r.get("turns"), turns);
    r.bench.wait_us(1000000);
    EXPECT_GT(r.get("turns"), turns);
}

TEST(FirmwareLoad, ChangesTheClock)
{
    Firmware f("volatile unsigned ms;\nint main(void) { for (;;) { _delay_ms(1); ms++; } }\n");
    Running r(f);
    slave_load load = {};
    EXPECT_EQ(r.prepared.adapter->cpu_hz(r.prepared.image), 8000000u);
    load.cpu_hz = 1000000;
    r.prepared.adapter->load(r.bench.slave, &load);
    const int64_t before = r.get("ms");
    r.bench.wait_us(80000);
    EXPECT_NEAR(static_cast<double>(r.get("ms") - before), 10, 1);
}

// ---- attribution ----------------------------------------------------------------------------

TEST(FirmwareMoves, AreOfTheLineThatWroteTheRegister)
{
    Firmware f("static void pull(void) {\n    DDRB |= _BV(PB0);\n}\n"
               "int main(void) { _delay_us(20); pull(); for (;;); }\n");
    Running r(f);
    const std::string text =
        r.prepared.adapter->doing(r.bench.slave, I2C_SDA, i2c_sim_now_ps(r.bench.sim));
    EXPECT_EQ(text, "main.c:7 pull(): wrote DDRB = 0x01");
}

TEST(FirmwareMoves, OfCodeThatIsTheSameInTwoPlacesHaveALine)
{
    Firmware f("volatile uint8_t which = 1, next;\n"
               "int main(void) {\n"
               "    switch (which) {\n"
               "    case 0: next = 4; PORTB = 0; DDRB |= _BV(PB0); TCNT0 = 3; break;\n"
               "    case 1: next = 7; PORTB = 0; DDRB |= _BV(PB0); TCNT0 = 3; break;\n"
               "    }\n"
               "    for (;;);\n"
               "}\n");
    Running r(f);
    const std::string text =
        r.prepared.adapter->doing(r.bench.slave, I2C_SDA, i2c_sim_now_ps(r.bench.sim));
    EXPECT_EQ(text, "main.c:10 main(): wrote DDRB = 0x01");
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

static std::string refusal(Firmware &f)
{
    Prepared prepared(f.description);
    EXPECT_EQ(prepared.image, nullptr);
    return prepared.message;
}

TEST(FirmwareSources, MayBeCpp)
{
    Firmware f("struct Port { volatile int made; Port() { DDRB = 1; _delay_ms(2); made = 3; }\n"
               "virtual int value() { return 4; } };\n"
               "struct Other : Port { int value() override { return 5; } };\n"
               "extern \"C\" { volatile int result; }\n"
               "static Other other;\n"
               "int main() { static Port late; Port *more = new Other;\n"
               "result = other.made * 100 + more->value() * 10 + late.value(); for (;;); }\n",
               "main.cpp");
    Running r(f);
    r.bench.wait_us(5);
    EXPECT_EQ(r.get("result"), 0) << "a constructor takes simulated time";
    EXPECT_TRUE(r.bench.slave_pulls(I2C_SDA));
    r.bench.wait_us(10000);
    EXPECT_EQ(r.get("result"), 354);
}

TEST(FirmwareSources, HaveCharsWithASignUnlessTheyAskOtherwise)
{
    const std::string text = "volatile char c = (char)0xF0; volatile int v;\n"
                             "int main(void) { v = c; for (;;); }\n";
    Firmware f(text);
    Running r(f);
    r.bench.wait_us(5);
    EXPECT_EQ(static_cast<int32_t>(r.get("v")), -16);
    Firmware g(text);
    g.description.flags({"-funsigned-char"});
    Running s(g);
    s.bench.wait_us(5);
    EXPECT_EQ(s.get("v"), 0xF0);
}

TEST(FirmwareSources, MayNotHaveAClockOfTheirOwn)
{
    Firmware f("#define F_CPU 1000000UL\nint main(void) { for (;;); }\n");
    EXPECT_NE(refusal(f).find("error: F_CPU is 1000000 here, and `mcu` says 8000000 Hz"),
              std::string::npos);
    Firmware same("#define F_CPU (8000000L)\nint main(void) { for (;;); }\n");
    Prepared prepared(same.description);
    EXPECT_NE(prepared.image, nullptr) << prepared.message;
}

TEST(FirmwareSources, WithoutMainAreToldWhatToAdd)
{
    Firmware f("void poll(void) { }\n");
    EXPECT_NE(refusal(f).find("no main() in its sources: a library needs a few lines"),
              std::string::npos);
}

// Folders of vendors' headers go along with many projects.
TEST(FirmwareSources, CannotShadowTheHeadersOfThePart)
{
    Firmware f("int main(void) { DDRB = 1; for (;;); }\n");
    f.folder.write("vendor/avr/io.h", "#error not this one\n");
    f.description.includes({f.folder.path("vendor")});
    Running r(f);
    r.bench.wait_us(10);
    EXPECT_TRUE(r.bench.slave_pulls(I2C_SDA));
}

TEST(FirmwareSources, MayHaveAttributesOfAvrGcc)
{
    Firmware f("void interrupt(void) __attribute__((signal, __interrupt__));\n"
               "void interrupt(void) { DDRB = 1; }\n"
               "static const __flash uint8_t one = 1;\n"
               "__attribute__((OS_main)) int main(void);\n"
               "__attribute__((naked)) static void n(void) { if (one) interrupt(); }\n"
               "int main(void) { n(); for (;;); }\n");
    Running r(f);
    r.bench.wait_us(10);
    EXPECT_TRUE(r.bench.slave_pulls(I2C_SDA));
}

// ---- inline assembler ---------------------------------------------------------------------------

TEST(FirmwareAssembler, OfTheCpusOwnStateIsUnderstood)
{
    Firmware f(
        "volatile int served, woke;\n"
        "ISR(PCINT0_vect) { served++; }\n"
        "static inline void halt(void) { asm volatile(\"sei\\n\\tsleep\" ::: \"memory\"); }\n"
        "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE);\n"
        "    __asm__ __volatile__ (\"sei\" ::: \"memory\");\n"
        "    asm volatile(\" cli \\n\"); asm volatile(\"NOP\"); asm volatile(\"wdr\");\n"
        "    asm volatile(\"\" ::: \"memory\");\n"
        "    _delay_ms(2); woke = 1; halt(); woke = 2; for (;;); }\n");
    Running r(f);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(50);
    EXPECT_EQ(r.get("served"), 0) << "cli was not taken";
    r.bench.wait_us(3000);
    EXPECT_EQ(r.get("served"), 1);
    EXPECT_EQ(r.get("woke"), 2);
}

TEST(FirmwareAssembler, OfOtherKindsIsNamedWithItsLine)
{
    Firmware f("int main(void) {\n uint8_t x;\n asm volatile(\"in %0, 0x3f\" : \"=r\"(x));\n"
               " DDRB = x; for (;;); }\n");
    const std::string told = refusal(f);
    EXPECT_NE(told.find("main.c:8: error: AVR assembly \"in $0, 0x3f\": kind firmware runs C; run "
                        "this slave with kind avr"),
              std::string::npos)
        << told;
    Firmware naked("int main(void) { asm volatile(\"sei\\n reti\"); for (;;); }\n");
    EXPECT_NE(refusal(naked).find("AVR assembly \"sei; reti\""), std::string::npos);
    Firmware outside("asm(\".global x\");\nint main(void) { for (;;); }\n");
    EXPECT_NE(refusal(outside).find("AVR assembly"), std::string::npos);
    Firmware registers(
        "int main(void) { asm volatile(\"ldi %0, 3\" : \"=w\"(DDRB)); for (;;); }\n");
    EXPECT_NE(refusal(registers).find("run this slave with kind avr"), std::string::npos);
}

// ---- lessons of real firmware -------------------------------------------------------------------

// In a routine, too: on a pin, on a register, and on a variable that another routine sets.
TEST(FirmwareTime, PassesInALoopInARoutine)
{
    Firmware f("volatile uint8_t flag, steps;\n"
               "ISR(TIM0_COMPA_vect) { flag = 1; TIMSK = 0; }\n"
               "ISR(PCINT0_vect) {\n"
               "    while (!(PINB & _BV(PB2))) { }\n"
               "    steps = 1;\n"
               "    TCNT1 = 0; TIFR = _BV(TOV1); TCCR1 = 1;\n"
               "    while (!(TIFR & _BV(TOV1))) { }\n"
               "    steps = 2;\n"
               "    TCNT0 = 0; OCR0A = 200; TIFR = _BV(OCF0A); TIMSK = _BV(OCIE0A); TCCR0B = 1;\n"
               "    GIMSK = 0; sei();\n"
               "    while (!flag) { }\n"
               "    steps = 3;\n"
               "}\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;); }\n");
    Running r(f);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(500);
    EXPECT_EQ(r.get("steps"), 0);
    r.bench.set(I2C_SCL, true);
    r.bench.wait_us(10);
    EXPECT_EQ(r.get("steps"), 1) << "timer 1 has 32 us to go";
    r.bench.wait_us(40);
    EXPECT_EQ(r.get("steps"), 2) << "and timer 0 25 us";
    r.bench.wait_us(30);
    EXPECT_EQ(r.get("steps"), 3);
}

// A read-modify-write of a variable is no single instruction: a routine between the two is lost.
// One that sbi and cbi would do is.
TEST(FirmwareInterrupts, ComeBetweenTwoAccesses)
{
    Firmware f("volatile uint16_t both, mine, theirs;\n"
               "ISR(TIM0_COMPA_vect) { both++; theirs++; }\n"
               "int main(void) { TCCR0A = 2; OCR0A = 96; TIMSK = _BV(OCIE0A); TCCR0B = 1; sei();\n"
               "    for (mine = 0; mine < 4000; mine++) both++;\n"
               "    cli(); DDRB = _BV(PB0); for (;;); }\n");
    Running r(f);
    for (int i = 0; i < 100 && !r.bench.slave_pulls(I2C_SDA); i++)
        r.bench.wait_us(1000);
    ASSERT_TRUE(r.bench.slave_pulls(I2C_SDA)) << "it is through";
    EXPECT_GT(r.get("theirs"), 100);
    EXPECT_LT(r.get("both"), r.get("mine") + r.get("theirs"));
}

TEST(FirmwareSources, ChooseByTheMacroOfTheirPart)
{
    const std::string text =
        "#if defined(__AVR_ATtiny25__) || defined(__AVR_ATtiny45__) || \\\n"
        "    defined(__AVR_ATtiny85__)\n"
        "#define VECTOR USI_OVF_vect\n"
        "#elif defined(__AVR_ATtiny2313__)\n"
        "#define VECTOR USI_OVERFLOW_vect\n"
        "#else\n#error \"which part?\"\n#endif\n"
        "volatile uint8_t served;\nISR(VECTOR) { served++; USISR = 0x40; }\n"
        "int main(void) { USICR = _BV(USIOIE) | _BV(USIWM1); USISR = 15; sei();\n"
        "    USICR |= _BV(USICLK); for (;;); }\n";
    for (const char *part : {"attiny45", "attiny85", "attiny2313"}) {
        Firmware f(text, "main.c", part);
        Running r(f);
        r.bench.wait_us(100);
        EXPECT_EQ(r.get("served"), 1) << part;
    }
    Firmware f(text, "main.c", "attiny84");
    EXPECT_NE(refusal(f).find("error: \"which part?\""), std::string::npos);
}
