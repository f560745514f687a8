// Firmware on AVR parts: their registers, and the headers that stand in for avr-libc's.
#include "tests/slaves/firmware_bench.h"

namespace
{

/// Runs `text` on that part for `us`, and is what it has left in `result`.
int64_t result_of(const std::string &text, const std::string &part = "attiny85", uint64_t us = 100)
{
    Firmware f("volatile long result;\n" + text, "main.c", part);
    Running r(f);
    r.bench.wait_us(us);
    return r.get("result");
}

/// `statements` end in a loop for ever.
int64_t result_in_main(const std::string &head, const std::string &statements,
                       const std::string &part = "attiny85", uint64_t us = 1000)
{
    return result_of(head + "int main(void) {\n" + statements + "\nfor (;;); }\n", part, us);
}

} // namespace

// ---- parts --------------------------------------------------------------------------------------

TEST(FirmwareParts, AreAllCompiledFor)
{
    for (const char *part : {"attiny24", "attiny84a", "attiny2313", "attiny4313", "atmega48",
                             "atmega88pa", "atmega168p", "atmega328", "atmega328p"})
        EXPECT_EQ(result_in_main("", "result = RAMEND - RAMSTART > 100 && E2END > 100;", part), 1)
            << part;
}

TEST(FirmwareParts, ServeOldNamesOfVectors)
{
    const std::string head = "#include <avr/signal.h>\n#include <interrupt.h>\n";
    EXPECT_EQ(result_in_main(
                  head + "SIGNAL(SIG_OVERFLOW0) { result++; }\n",
                  "TIMSK = _BV(TOIE0); TCNT0 = 200; TCCR0B = 1; sei(); _delay_us(20); TIMSK = 0;"),
              1);
    EXPECT_EQ(result_in_main(head + "SIGNAL(SIG_PIN_CHANGE1) { result++; }\n",
                             "result = SIG_PIN_CHANGE1 == PCINT1_vect;", "atmega328p"),
              1);
    for (const char *name : {"USI_OVERFLOW_vect", "USI_OVF_vect", "SIG_USI_OVERFLOW"})
        EXPECT_EQ(result_in_main(std::string("ISR(") + name + ") { result++; USISR = 0x40; }\n",
                                 "USICR = _BV(USIOIE) | _BV(USIWM1); USISR = 15; sei();\n"
                                 "USICR |= _BV(USICLK); _delay_us(10);"),
                  1)
            << name;
}

TEST(FirmwareParts, InterruptOfOldLibcNests)
{
    EXPECT_EQ(result_in_main("INTERRUPT(SIG_OVERFLOW0) { result = (SREG & 0x80) ? 2 : 1; }\n",
                             "TIMSK = _BV(TOIE0); TCNT0 = 250; TCCR0B = 1; sei(); _delay_us(20);\n"
                             "TIMSK = 0;"),
              2);
}

// The TWI answers at its address, from ATmega48's registers.
TEST(FirmwareParts, ServeTheTwi)
{
    Firmware f("#include <util/twi.h>\n"
               "volatile uint8_t got;\n"
               "ISR(TWI_vect) {\n"
               "    switch (TW_STATUS) {\n"
               "    case TW_SR_DATA_ACK: got = TWDR; break;\n"
               "    case TW_ST_SLA_ACK: TWDR = got + 1; break;\n"
               "    }\n"
               "    TWCR = _BV(TWINT) | _BV(TWEA) | _BV(TWEN) | _BV(TWIE);\n"
               "}\n"
               "int main(void) { TWAR = 0x26 << 1; TWCR = _BV(TWEA) | _BV(TWEN) | _BV(TWIE);\n"
               "    sei(); for (;;) sleep_mode(); }\n",
               "main.c", "atmega48pa");
    Running r(f);
    r.bench.wait_us(10);
    std::vector<uint8_t> in;
    EXPECT_TRUE(r.bench.transfer(0x26, {0x41}, 1, &in));
    EXPECT_EQ(in, std::vector<uint8_t>{0x42});
}

// ---- registers ----------------------------------------------------------------------------------

TEST(FirmwareRegisters, StatusRegisterHoldsTheInterruptBit)
{
    EXPECT_EQ(result_in_main("",
                             "sei(); uint8_t old = SREG; cli(); result = SREG >> 7;\n"
                             "SREG = old; result |= (SREG >> 7) << 1; result |= (old >> 7) << 2;"),
              6);
}

TEST(FirmwareRegisters, StatusRegisterRestoresInterrupts)
{
    EXPECT_EQ(result_in_main(
                  "volatile int in_block;\nISR(TIMER0_OVF_vect) { result++; TIMSK = 0; }\n",
                  "TIMSK = _BV(TOIE0); sei(); uint8_t old = SREG; cli(); TCNT0 = 250; TCCR0B = 1;\n"
                  "_delay_us(20); in_block = result; SREG = old; _delay_us(5);\n"
                  "result = result * 10 + in_block;"),
              10);
}

TEST(FirmwareRegisters, OfTwoBytesAreAccessedAsWords)
{
    EXPECT_EQ(result_in_main(
                  "",
                  "OCR1A = 0x1234; TCNT1 = 0xABCD; result = OCR1A == 0x1234 && TCNT1 == 0xABCD\n"
                  "&& OCR1AL == 0x34 && OCR1AH == 0x12;",
                  "atmega328p"),
              1);
    EXPECT_EQ(result_in_main("",
                             "TCCR1B = 1; uint16_t a = TCNT1; _delay_us(100); result = TCNT1 - a;",
                             "attiny84") /
                  20,
              800 / 20);
}

TEST(FirmwareRegisters, ATimerIsWaitedForByItsFlag)
{
    EXPECT_EQ(result_in_main("", "TCCR0B = 2; while (!(TIFR & _BV(TOV0))); result = 1 + TCNT0;"),
              1);
}

// The clock of timers and of the code is the same.
TEST(FirmwareRegisters, ATimerCountsTheCodesCycles)
{
    const int64_t count =
        result_in_main("", "TCCR0B = 1; TCNT0 = 0; _delay_us(25); result = TCNT0;");
    EXPECT_GE(count, 200);
    EXPECT_LE(count, 212);
}

TEST(FirmwareRegisters, TimerInterruptsComeInTheirPeriod)
{
    Firmware f("volatile long count;\nISR(TIMER0_COMPA_vect) { count++; }\n"
               "int main(void) { TCCR0A = _BV(WGM01); OCR0A = 99; TIMSK = _BV(OCIE0A);\n"
               "TCCR0B = 2; sei(); for (;;); }\n");
    Running r(f);
    r.bench.wait_us(50);
    const int64_t before = r.get("count");
    r.bench.wait_us(10000);
    EXPECT_EQ(r.get("count") - before, 100);
}

// ---- headers ------------------------------------------------------------------------------------

TEST(FirmwareHeaders, EepromIsWrittenAndReadBack)
{
    for (const char *part : {"attiny85", "attiny2313", "atmega328p"})
        EXPECT_EQ(result_in_main(
                      "#include <avr/eeprom.h>\n"
                      "uint8_t EEMEM first; uint16_t EEMEM word;\n",
                      "result = eeprom_read_byte(&first) == 0xFF;\n"
                      "eeprom_write_byte(&first, 7); eeprom_update_word(&word, 0x1234);\n"
                      "eeprom_write_dword((uint32_t *)32, 0x89ABCDEF);\n"
                      "if (eeprom_read_byte(&first) == 7 && eeprom_read_word(&word) == 0x1234 &&\n"
                      "eeprom_read_byte((uint8_t *)35) == 0x89) result |= 2;",
                      part, 40000),
                  3)
            << part;
}

TEST(FirmwareHeaders, EepromTakesItsTime)
{
    const std::string text = "eeprom_write_byte((uint8_t *)1, 1); eeprom_busy_wait(); result = 1;";
    EXPECT_EQ(result_in_main("#include <avr/eeprom.h>\n", text, "attiny85", 3300), 0);
    EXPECT_EQ(result_in_main("#include <avr/eeprom.h>\n", text, "attiny85", 3500), 1);
}

TEST(FirmwareHeaders, WatchdogResetsThePartThatForgetsIt)
{
    const std::string head = "#include <avr/wdt.h>\n";
    EXPECT_EQ(result_in_main(head, "result = MCUSR; wdt_enable(WDTO_15MS);", "attiny85", 20000),
              1 | 8);
    EXPECT_EQ(result_in_main(
                  head,
                  "result = MCUSR; wdt_enable(WDTO_15MS); for (;;) { wdt_reset(); _delay_ms(1); }",
                  "attiny85", 100000),
              1);
    for (const char *part : {"attiny84", "attiny2313", "atmega328p"})
        EXPECT_EQ(
            result_in_main(
                head,
                "result = MCUSR; MCUSR = 0; wdt_enable(WDTO_30MS); _delay_ms(20); wdt_disable();",
                part, 100000),
            1)
            << part;
}

TEST(FirmwareHeaders, WatchdogInterruptsAndWakes)
{
    EXPECT_EQ(
        result_in_main(
            "ISR(WDT_vect) { result++; }\n",
            "WDTCR = _BV(WDIE); sei(); set_sleep_mode(SLEEP_MODE_PWR_DOWN); for (;;) sleep_mode();",
            "attiny85", 50000),
        3);
}

TEST(FirmwareHeaders, PowerSetsTheClock)
{
    const std::string head = "#include <avr/power.h>\n";
    EXPECT_EQ(
        result_in_main(
            head,
            "clock_prescale_set(clock_div_8); result = clock_prescale_get();"
            "power_adc_disable(); power_timer1_disable(); if (!(PRR & _BV(PRTIM1))) result = 99;"),
        3);
    EXPECT_EQ(result_in_main(head, "clock_prescale_set(clock_div_8); _delay_us(100); result = 1;",
                             "attiny85", 700),
              0)
        << "800 us at 1 MHz";
    EXPECT_EQ(result_in_main(head, "clock_prescale_set(clock_div_8); _delay_us(100); result = 1;",
                             "attiny85", 900),
              1);
}

TEST(FirmwareHeaders, SmallOnesAreThere)
{
    EXPECT_EQ(result_in_main(
                  "#include <avr/version.h>\n#include <avr/cpufunc.h>\n"
                  "#include <util/delay_basic.h>\n#include <compat/deprecated.h>\n",
                  "_NOP(); _MemoryBarrier(); _delay_loop_1(3); _delay_loop_2(3);\n"
                  "sbi(PORTB, PB3); result = inp(PORTB) == BV(PB3) && __AVR_LIBC_MAJOR__ == 2;"),
              1);
}

TEST(FirmwareHeaders, LibraryFunctionsAreThePartsOwn)
{
    const char *const cases[] = {
        "ok = !strcmp(itoa(-123, text, 10), \"-123\");",
        "ok = !strcmp(itoa(-1, text, 16), \"ffff\");",
        "ok = !strcmp(utoa(65535u, text, 2), \"1111111111111111\");",
        "ok = !strcmp(ltoa(-70000, text, 10), \"-70000\");",
        "ok = !strcmp(ultoa(4000000000ul, text, 10), \"4000000000\");",
        "memset(text, 'a', 5); memmove(text + 1, text, 5); text[6] = 0; ok = strlen(text) == "
        "6;",
        "memcpy(text, \"0123456789\", 11); memmove(text + 2, text, 5); ok = !strcmp(text, "
        "\"0101234789\");",
        "ok = memcmp(\"abc\", \"abd\", 3) < 0 && strncmp(\"abc\", \"abd\", 2) == 0;",
        "strncpy(text, \"abc\", 5); ok = text[2] == 'c' && text[4] == 0 && strlcpy(text, "
        "\"abcdef\", 4) == 6 && text[3] == 0;",
        "srand(7); int a = rand(); srand(7); ok = a == rand() && a <= RAND_MAX && RAND_MAX == "
        "32767 && a != rand();",
        "char *a = malloc(10), *b = malloc(1000), *c = malloc(3100); ok = a && b && b >= a + "
        "10 && !malloc(3100) && c == 0; free(a); free(b);",
        "char *a = malloc(2000), *b = malloc(1500); free(a); free(b); a = malloc(4000); ok = a != "
        "0; free(a);",
        "char *a = malloc(4); a[3] = 9; a = realloc(a, 100); ok = a[3] == 9 && ((char "
        "*)calloc(3, 3))[8] == 0;",
        "ok = abs(-5) == 5 && atoi(\"42\") == 42 && printf(\"nothing\") < 0;"};
    std::string text = "#include <stdlib.h>\n#include <string.h>\n#include <stdio.h>\n"
                       "char text[40]; volatile int ok;\n";
    std::string calls;
    unsigned count = 0;
    for (const char *each : cases) { // one object: each bit of the result is a case
        const std::string n = std::to_string(count++);
        text += "static void case" + n + "(void) { " + each + " }\n";
        calls += "ok = 0; case" + n + "(); if (ok) result |= 1l << " + n + ";\n";
    }
    const int64_t passed = result_in_main(text, calls, "attiny85", 20000);
    for (unsigned i = 0; i < count; i++)
        EXPECT_TRUE((passed >> i & 1) != 0) << cases[i];
}

// The library takes time, and begins anew with each case.
TEST(FirmwareHeaders, LibraryFunctionsTakeTime)
{
    const int64_t count =
        result_in_main("#include <string.h>\nchar a[32], b[32]; volatile uint8_t n = 20;\n",
                       "TCCR0B = 1; TCNT0 = 0; memcpy(a, b, n); result = TCNT0;");
    EXPECT_GT(count, 100);
    EXPECT_LT(count, 200);
}

// ---- power --------------------------------------------------------------------------------------

// Power comes in the midst of a run that began without it, and goes on and off in another.
TEST(FirmwarePower, ComesWhileTheSimulationRuns)
{
    Firmware f("volatile long count;\n"
               "int main(void) { for (;;) { _delay_us(10); count++; } }\n");
    Running r(f);
    struct Switch {
        Running *r;
        bool on;
        i2c_timer timer;
    };
    const auto act = [](void *ctx, uint64_t) {
        Switch *s = static_cast<Switch *>(ctx);
        s->r->prepared.adapter->power(s->r->bench.slave, s->on);
    };
    const uint64_t now_ps = i2c_sim_now_ps(r.bench.sim);
    Switch switches[] = {{&r, false, {}}, {&r, true, {}}, {&r, false, {}}, {&r, true, {}}};
    for (unsigned i = 0; i < 4; i++) {
        switches[i].timer = {act, &switches[i], false};
        i2c_timer_set(r.bench.sim, &switches[i].timer, now_ps + (i + 1) * 100 * I2C_PS_PER_US);
        if (i == 0) {
            r.bench.wait_us(150);
            EXPECT_LT(r.get("count"), 20);
        }
    }
    r.bench.wait_us(350);
    EXPECT_NEAR(static_cast<double>(r.get("count")), 7, 2)
        << "from 400 us on to 500 us, a turn takes 14 us";
}

// ---- attributes of routines ---------------------------------------------------------------------

TEST(FirmwareRoutines, WithNoblockAreInterruptedByOthers)
{
    const auto order = [](const char *attribute) {
        return result_in_main(
            std::string("static volatile unsigned at, after;\n"
                        "ISR(TIMER0_OVF_vect") +
                attribute +
                ") { TIMSK &= ~_BV(TOIE0); _delay_us(50); after = at; result = after; }\n"
                "ISR(TIMER0_COMPA_vect) { TIMSK &= ~_BV(OCIE0A); at = 7; }\n",
            "TIMSK = _BV(TOIE0) | _BV(OCIE0A); OCR0A = 20; TCNT0 = 250; TCCR0B = 1; sei();\n"
            "_delay_us(200);");
    };
    EXPECT_EQ(order(", ISR_NOBLOCK"), 7);
    EXPECT_EQ(order(", ISR_BLOCK"), 0);
    EXPECT_EQ(order(""), 0);
    EXPECT_EQ(order(", __attribute__((flatten, noinline))"), 0) << "attributes of the compiler's";
}

// Three deep: each switches interrupts on, and goes on where it was.
TEST(FirmwareRoutines, NestAndComeBackInOrder)
{
    EXPECT_EQ(
        result_in_main(
            "static void note(unsigned n) { result = result * 10 + n; }\n"
            "ISR(TIMER0_OVF_vect, ISR_NOBLOCK) { TIMSK &= ~_BV(TOIE0); note(1);\n"
            "    TCNT1 = 0; TIFR = _BV(OCF1A); TIMSK |= _BV(OCIE1A); _delay_us(100); note(5); }\n"
            "ISR(TIMER1_COMPA_vect) { TIMSK &= ~_BV(OCIE1A); note(2); sei();\n"
            "    TCNT0 = 0; TIFR = _BV(OCF0A); TIMSK |= _BV(OCIE0A); _delay_us(40); note(4); }\n"
            "ISR(TIMER0_COMPA_vect) { TIMSK &= ~_BV(OCIE0A); note(3); }\n",
            "OCR1A = 100; TCCR1 = 1; OCR0A = 100; TCNT0 = 250; TCCR0B = 1;\n"
            "TIMSK = _BV(TOIE0); sei(); _delay_us(300); note(6);"),
        123456);
}

TEST(FirmwareRoutines, OfAnotherVectorAreServedByAnAlias)
{
    EXPECT_EQ(result_in_main("ISR(TIMER0_OVF_vect) { result++; TIMSK = 0; }\n"
                             "ISR(TIMER0_COMPA_vect, ISR_ALIASOF(TIMER0_OVF_vect));\n",
                             "OCR0A = 100; TCCR0B = 1; TIMSK = _BV(OCIE0A); sei(); _delay_us(50);"),
              1);
}

TEST(FirmwareRoutines, WithoutAnEntryOfTheirOwnAreRefused)
{
    for (const char *name : {"main.c", "main.cpp"}) {
        Firmware f("ISR(TIMER0_OVF_vect, ISR_NAKED) { reti(); }\nint main(void) { for (;;); }\n",
                   name);
        Prepared prepared(f.description);
        EXPECT_EQ(prepared.image, nullptr);
        EXPECT_NE(prepared.message.find(":6:1: error: "), std::string::npos) << prepared.message;
        EXPECT_NE(prepared.message.find("ISR_NAKED: a routine without entry and exit of its own "
                                        "needs AVR assembly; run this slave with kind avr"),
                  std::string::npos)
            << prepared.message;
    }
}
