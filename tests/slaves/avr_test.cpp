// Programs of avr-gcc, executed instruction by instruction.
#include "tests/slaves/firmware_bench.h"

extern "C" {
#include "slave_under_test/kinds/avr/avr.h"
}

slave_adapter_fn *const slave_adapters_more[] = {avr_adapter, nullptr};

namespace
{
struct Avr : Firmware {
    explicit Avr(const std::string &text, const std::string &part = "attiny85",
                 uint32_t clock_hz = 8000000)
        : Firmware(text, "main.c", part, clock_hz)
    {
        description.avr();
    }
};

/// Two instants at which SDA is pulled and released again, in ps.
struct Pulse {
    uint64_t from_ps = 0, to_ps = 0;
};

Pulse pulse_of(Bench &bench, uint64_t up_to_us)
{
    Pulse seen;
    const uint64_t end_ps = i2c_sim_now_ps(bench.sim) + up_to_us * I2C_PS_PER_US;
    while (i2c_sim_now_ps(bench.sim) < end_ps && seen.to_ps == 0) {
        if (!i2c_sim_step_until(bench.sim, end_ps))
            break;
        const bool pulls = bench.slave_pulls(I2C_SDA);
        if (pulls && seen.from_ps == 0)
            seen.from_ps = i2c_sim_now_ps(bench.sim);
        if (!pulls && seen.from_ps != 0)
            seen.to_ps = i2c_sim_now_ps(bench.sim);
    }
    return seen;
}

TEST(AvrKind, CountsTheCyclesOfInstructions)
{
    // SBI and CBI take 2 cycles each and change the pin at their end; 10 NOPs between: 12 cycles of
    // 125 ns.
    Avr firmware(
        "int main(void)\n{\n    _delay_us(500);\n    DDRB |= 1;\n"
        "    __asm__ volatile(\"nop\\nnop\\nnop\\nnop\\nnop\\nnop\\nnop\\nnop\\nnop\\nnop\");\n"
        "    DDRB &= (unsigned char)~1;\n    for (;;)\n        ;\n}\n");
    Running slave(firmware);
    const Pulse pulse = pulse_of(slave.bench, 2000);
    EXPECT_EQ(pulse.to_ps - pulse.from_ps, 12u * 125000);
}

TEST(AvrKind, EntersAnInterruptInFourCyclesAndTheJump)
{
    // Pin change of SCL; the vector's RJMP takes 2 cycles, SBI 2.
    Avr firmware(
        "ISR(PCINT0_vect, ISR_NAKED)\n{\n    __asm__ volatile(\"sbi 0x17, 0\\nreti\");\n}\n"
        "int main(void)\n{\n    PCMSK = _BV(PCINT2);\n    GIMSK = _BV(PCIE);\n    sei();\n"
        "    for (;;)\n        __asm__ volatile(\"nop\");\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(200);
    const uint64_t edge_ps = i2c_sim_now_ps(slave.bench.sim);
    slave.bench.set(I2C_SCL, false);
    const Pulse pulse = pulse_of(slave.bench, 10);
    const uint64_t output_delay_ps = 350000;
    ASSERT_GT(pulse.from_ps, edge_ps + output_delay_ps);
    const uint64_t cycles = (pulse.from_ps - edge_ps - output_delay_ps) / 125000;
    EXPECT_GE(cycles, 8u); // 4 + 2 + 2, and up to 2 of what was under way
    EXPECT_LE(cycles, 10u);
}

TEST(AvrKind, ExecutesOneInstructionBehindSeiFirst)
{
    Avr firmware("volatile unsigned char seen, order = 1;\n"
                 "ISR(TIMER0_OVF_vect) { seen = order; TIMSK = 0; }\n"
                 "int main(void)\n{\n    register unsigned char two = 2;\n"
                 "    TCCR0B = 1;\n    TIMSK = _BV(TOIE0);\n    _delay_us(100);\n"
                 "    __asm__ volatile(\"sei\\nsts order, %0\" ::\"r\"(two) : \"memory\");\n"
                 "    for (;;)\n        ;\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(500);
    EXPECT_EQ(slave.get("seen"), 2);
}

TEST(AvrKind, SbiTouchesOneFlagAlone)
{
    // Of PINB it toggles one bit, though others read as 1.
    Avr firmware("volatile unsigned char latch;\n"
                 "int main(void)\n{\n    PORTB = 0x0A;\n    PINB |= _BV(1);\n    latch = PORTB;\n"
                 "    for (;;)\n        ;\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(100);
    EXPECT_EQ(slave.get("latch"), 0x08);
}

TEST(AvrKind, SeesTheWireAndNotItsLatch)
{
    Avr firmware("volatile unsigned char pins = 0xFF;\n"
                 "int main(void)\n{\n    for (;;)\n        pins = PINB;\n}\n");
    Running slave(firmware);
    slave.bench.set(I2C_SDA, false);
    slave.bench.wait_us(10);
    EXPECT_EQ(slave.get("pins") & 5, 4);
    slave.bench.set(I2C_SDA, true);
    slave.bench.wait_us(10);
    EXPECT_EQ(slave.get("pins") & 5, 5);
}

TEST(AvrKind, ReadsATimerAtTheCycleOfItsInstruction)
{
    Avr firmware("volatile unsigned char a, b;\n"
                 "int main(void)\n{\n    TCCR0B = 1;\n    unsigned char x = TCNT0;\n"
                 "    __asm__ volatile(\"nop\\nnop\\nnop\");\n    unsigned char y = TCNT0;\n"
                 "    a = x;\n    b = y;\n    for (;;)\n        ;\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(100);
    EXPECT_EQ(slave.get("b") - slave.get("a"), 4); // IN and three NOPs
}

TEST(AvrKind, ServesATimerAgainAndAgainOnAQuietBus)
{
    // Overflows each 256 cycles of 8, 256 us: its next one is known only when a routine is entered.
    Avr firmware("volatile unsigned int count;\nISR(TIMER0_OVF_vect)\n{\n    count++;\n}\n"
                 "int main(void)\n{\n    TCCR0B = _BV(CS01);\n    TIMSK = _BV(TOIE0);\n    sei();\n"
                 "    for (;;)\n        ;\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(100 * 256 - 100);
    EXPECT_NEAR(static_cast<double>(slave.get("count")), 100, 1);
}

TEST(AvrKind, WakesFromIdleByAnEdge)
{
    Avr firmware("volatile unsigned char woke;\nISR(PCINT0_vect) {}\n"
                 "int main(void)\n{\n    PCMSK = _BV(PCINT2);\n    GIMSK = _BV(PCIE);\n"
                 "    sei();\n    sleep_enable();\n    for (;;) {\n        sleep_cpu();\n"
                 "        woke++;\n    }\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(100);
    EXPECT_EQ(slave.get("woke"), 0);
    slave.bench.set(I2C_SCL, false);
    slave.bench.wait_us(20);
    EXPECT_EQ(slave.get("woke"), 1);
}

TEST(AvrKind, IsResetByItsWatchdog)
{
    Avr firmware(
        "#include <avr/wdt.h>\nvolatile unsigned char cause;\n"
        "int main(void)\n{\n    cause = MCUSR;\n    MCUSR = 0;\n    wdt_enable(WDTO_15MS);\n"
        "    for (;;)\n        ;\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(1000);
    EXPECT_EQ(slave.get("cause"), 1); // PORF
    slave.bench.wait_us(20000);
    EXPECT_EQ(slave.get("cause"), 8); // WDRF
}

TEST(AvrKind, KeepsItsWatchdogQuietWithWdr)
{
    Avr firmware("#include <avr/wdt.h>\nvolatile unsigned char cause;\n"
                 "int main(void)\n{\n    cause = MCUSR;\n    wdt_enable(WDTO_15MS);\n"
                 "    for (;;)\n        wdt_reset();\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(100000);
    EXPECT_EQ(slave.get("cause"), 1);
}

TEST(AvrKind, AddsTheLatencyThatACaseAsksFor)
{
    Avr firmware("ISR(PCINT0_vect)\n{\n    DDRB |= 1;\n}\n"
                 "int main(void)\n{\n    PCMSK = _BV(PCINT2);\n    GIMSK = _BV(PCIE);\n    sei();\n"
                 "    for (;;)\n        ;\n}\n");
    uint64_t took_ps[2];
    for (unsigned i = 0; i < 2; i++) {
        slave_attach_options options = {};
        options.load.latencies = 1;
        options.load.latency[0].latency_ps = i * 20 * I2C_PS_PER_US;
        Prepared prepared(firmware.description);
        ASSERT_NE(prepared.image, nullptr) << prepared.message;
        Bench bench(prepared, options);
        const uint64_t edge_ps = i2c_sim_now_ps(bench.sim);
        bench.set(I2C_SCL, false);
        took_ps[i] = pulse_of(bench, 100).from_ps - edge_ps;
    }
    EXPECT_NEAR(static_cast<double>(took_ps[1] - took_ps[0]), 20e6, 250e3);
}

TEST(AvrKind, StartsEachCaseWithFreshMemory)
{
    Avr firmware("volatile unsigned char count = 5;\n"
                 "int main(void)\n{\n    count++;\n    for (;;)\n        ;\n}\n");
    Prepared prepared(firmware.description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    for (int i = 0; i < 2; i++) {
        Bench bench(prepared);
        EXPECT_EQ(bench.get("count"), 6);
    }
}

TEST(AvrKind, TakesItsEepromFromTheProgram)
{
    Avr firmware(
        "#include <avr/eeprom.h>\nunsigned char EEMEM kept = 0x5A;\n"
        "volatile unsigned char got;\n"
        "int main(void)\n{\n    got = eeprom_read_byte(&kept);\n    for (;;)\n        ;\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(100);
    EXPECT_EQ(slave.get("got"), 0x5A);
}

TEST(AvrKind, SaysWhichLineMadeTheLine)
{
    Avr firmware(
        "int main(void)\n{\n    _delay_us(300);\n    DDRB |= 1;\n    for (;;)\n        ;\n}\n");
    Running slave(firmware);
    slave.bench.wait_us(500);
    EXPECT_STREQ(
        slave.prepared.adapter->doing(slave.bench.slave, I2C_SDA, i2c_sim_now_ps(slave.bench.sim)),
        "main.c:9 main(): wrote DDRB = 0x01");
}

TEST(AvrKind, IsTheSameTwice)
{
    Avr firmware("ISR(PCINT0_vect)\n{\n    DDRB ^= 1;\n}\n"
                 "int main(void)\n{\n    PCMSK = _BV(PCINT2);\n    GIMSK = _BV(PCIE);\n    sei();\n"
                 "    for (;;)\n        ;\n}\n");
    uint64_t at_ps[2];
    Prepared prepared(firmware.description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    for (uint64_t &at : at_ps) {
        Bench bench(prepared);
        bench.set(I2C_SCL, false);
        at = pulse_of(bench, 50).from_ps;
    }
    EXPECT_EQ(at_ps[0], at_ps[1]);
}
} // namespace
