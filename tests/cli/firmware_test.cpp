// Firmware that goes wrong, and firmware that says nothing: what a person is told, by the program.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <csignal>
#include <gtest/gtest.h>

namespace
{

/// A program for an ATtiny85 at 0x26 and its slave file, run with one scenario.
struct Firmware {
    explicit Firmware(const std::string &text, const std::string &more = "",
                      const std::string &name = "main.c")
    {
        folder.write(name, "#include <avr/interrupt.h>\n#include <avr/io.h>\n"
                           "#include <avr/sleep.h>\n" +
                               text);
        slave = folder.write("s.slave", "slave s\n    kind firmware\n    sources " + name +
                                            "\n    mcu attiny85 8MHz\n    address 0x26\n"
                                            "    speed 100kHz\n" +
                                            more);
    }
    Outcome run() const
    {
        return i2cproof({"run", slave, "--master", "standard", "--filter", "ack.shape", "--quick",
                         "--out", folder.path("out"), "--vcd", "none"});
    }
    /// Rule and message of the first finding; a failed case, and never an error of ours.
    std::string told() const
    {
        const Outcome outcome = run();
        EXPECT_EQ(outcome.status, 1) << outcome;
        const Json result = result_of(folder);
        const cJSON *one = cJSON_GetArrayItem(at(result.get(), "cases"), 0);
        EXPECT_EQ(text_at(one, "verdict"), "fail") << outcome;
        const cJSON *finding = cJSON_GetArrayItem(at(one, "findings"), 0);
        return text_at(finding, "rule") + ": " + text_at(finding, "message");
    }
    Folder folder;
    std::string slave;
};

std::string told(const std::string &text, const std::string &more = "")
{
    return Firmware(text, more).told();
}

const std::string holding = "silent: it holds the bus and answers at no address: ";
const std::string nowhere = "silent: it answers at no address: ";

/// A USI slave that acknowledges `address`, with what its set-up is to be.
std::string usi_slave(const std::string &setup, const std::string &address = "0x26",
                      const std::string &start = "USI_START_vect")
{
    return "static volatile uint8_t state;\n"
           "ISR(" +
           start +
           ")\n"
           "{\n"
           "    DDRB &= (uint8_t)~1;\n"
           "    while ((PINB & 5) == 4) {\n"
           "    }\n"
           "    USICR = 0xF8;\n"
           "    USISR = 0xF0;\n"
           "    state = 0;\n"
           "}\n"
           "ISR(USI_OVF_vect)\n"
           "{\n"
           "    if (state == 0 && (uint8_t)(USIDR >> 1) == " +
           address +
           ") {\n"
           "        USIDR = 0;\n"
           "        DDRB |= 1;\n"
           "        USISR = 0x4E;\n"
           "        state = 1;\n"
           "    } else {\n"
           "        DDRB &= (uint8_t)~1;\n"
           "        USICR = 0xA8;\n"
           "        USISR = 0x40;\n"
           "    }\n"
           "}\n"
           "int main(void)\n{\n" +
           setup + "    for (;;) {\n    }\n}\n";
}

const std::string usi_setup = "PORTB = 5; DDRB = 4; USICR = 0xA8; USISR = 0xF0; sei();\n";

} // namespace

// ---- registers ----------------------------------------------------------------------------------

TEST(FirmwareRegisters, WithoutAModelAreNotedOrRefused)
{
    const std::string note = "ADCSRA is not modelled: it is only memory";
    const auto note_of = [](const std::string &first, const std::string &more = "") {
        const Firmware f(usi_slave(first + usi_setup), more);
        (void)f.run();
        return read_file(f.folder.path("out/result.json"));
    };
    EXPECT_TRUE(contains(note_of("ADCSRA = _BV(ADEN) | _BV(ADSC);"), note));
    EXPECT_TRUE(contains(note_of("while (ADCSRA & _BV(ADSC)) { }; ADCSRA = 1;"), note));
    EXPECT_FALSE(contains(note_of("ADCSRA &= (uint8_t)~_BV(ADEN); PRR = 1;"), note)); // it is off
    const std::string strict =
        told(usi_slave("ADCSRA = _BV(ADEN);" + usi_setup), "    strict_registers yes\n");
    EXPECT_EQ(strict.find("unmodelled: main.c:"), 0u) << strict;
    EXPECT_TRUE(contains(strict, " main(): " + note)) << strict;
}

// ---- failures -----------------------------------------------------------------------------------

TEST(FirmwareFailure, OfAStackThatIsTooSmallNamesTheFunction)
{
    const std::string text =
        told("static int deep(int n)\n{\n    volatile char b[100];\n    b[n % 100] = 1;\n"
             "    return deep(n + 1) + b[3];\n}\n"
             "int main(void) { return deep(DDRB); }\n");
    EXPECT_TRUE(contains(text, " overflows the stack: a recursion, or arrays too large")) << text;
    if (!SANITIZED) { // AddressSanitizer's own handler comes first there, and knows no place
        EXPECT_EQ(text.find("crash: main.c:"), 0u) << text;
        EXPECT_TRUE(contains(text, " deep() overflows")) << text;
    }
}

TEST(FirmwareFailure, OfADivisionNamesTheLine)
{
    EXPECT_EQ(
        told("volatile int z;\nint main(void)\n{\n    z = 5 / z;\n    for (;;) {\n    }\n}\n"),
        nowhere + "it divides by zero at main.c:7");
}

TEST(FirmwareFailure, OfADivisionInARoutineNamesIt)
{
    EXPECT_EQ(told("volatile int z;\nISR(PCINT0_vect) { z = 5 % z; }\n"
                   "int main(void) { PCMSK = 5; GIMSK = 0x20; sei(); for (;;) { } }\n"),
              nowhere + "ISR(PCINT0_vect) divides by zero at main.c:5");
}

TEST(FirmwareFailure, OfARegistersBareAddressSaysWhereRegistersLie)
{
    EXPECT_EQ(told("int main(void) { *(volatile uint8_t *)0x38 = 1; for (;;) { } }\n"),
              "crash: main.c:4 main() writes address 0x38: registers lie elsewhere here: use the "
              "names of "
              "<avr/io.h>");
}

TEST(FirmwareFailure, OfABareAddressOfMemorySaysSo)
{
    EXPECT_EQ(told("int main(void) { DDRB = *(volatile uint8_t *)0x260; for (;;) { } }\n"),
              "crash: main.c:4 main() reads address 0x260: variables lie elsewhere here: use their "
              "names");
}

TEST(FirmwareFailure, OfAWildPointerGivesItsAddress)
{
    EXPECT_EQ(told("static void poke(volatile uint8_t *p) { DDRB = *p; }\n"
                   "ISR(PCINT0_vect) { poke((volatile uint8_t *)0x123456789abUL); }\n"
                   "int main(void) { PCMSK = 5; GIMSK = 0x20; sei(); for (;;) { } }\n"),
              "crash: main.c:4 poke() reads address 0x123456789AB: a wild pointer");
}

TEST(FirmwareFailure, OfANullPointerIsNoLuck)
{
    EXPECT_EQ(told("uint8_t *volatile p;\nint main(void) { *p = 1; for (;;) { } }\n"),
              "crash: main.c:5 main() writes address 0x00: a null pointer");
}

TEST(FirmwareFailure, OfARoutineThatNeverEndsNamesIt)
{
    const std::string text = told("ISR(PCINT0_vect) { for (;;) { } }\n"
                                  "int main(void) { PCMSK = 5; GIMSK = 0x20; sei(); "
                                  "for (;;) { } }\n");
    EXPECT_EQ(text.find(nowhere + "ISR(PCINT0_vect) has run for "), 0u) << text;
}

TEST(FirmwareFailure, OfAMainThatReturnsSaysSo)
{
    EXPECT_EQ(told("int main(void) { return 0; }\n"), nowhere + "main() returned");
}

TEST(FirmwareFailure, OfAnInterruptThatNobodyServesNamesTheRoutine)
{
    EXPECT_EQ(told("int main(void) { PCMSK = 5; GIMSK = 0x20; sei(); for (;;) { } }\n"),
              nowhere + "interrupt PCINT0 is enabled and came, and the firmware has no "
                        "ISR(PCINT0_vect)");
}

// What a run says of a crash is said everywhere.
TEST(FirmwareFailure, IsToldByProbeAndInOurOwnProcess)
{
    const Firmware f("int main(void) { *(volatile uint8_t *)0x38 = 1; for (;;) { } }\n");
    const std::string cause = "main.c:4 main() writes address 0x38: registers lie elsewhere here";
    const Outcome probed = i2cproof({"probe", f.slave});
    EXPECT_EQ(probed.status, 1) << probed;
    EXPECT_TRUE(contains(probed.err, cause)) << probed;
    EXPECT_TRUE(contains(probed.err, ", asked for: address 0x00, write")) << probed;
    if (SANITIZED) // whose own report comes there
        return;
    const Outcome here = i2cproof({"run", f.slave, "--master", "standard", "--filter", "ack.shape",
                                   "--jobs", "0", "--vcd", "none", "--out", f.folder.path("out")});
    EXPECT_EQ(here.status, 128 + SIGSEGV) << here;
    EXPECT_TRUE(contains(here.err, cause)) << here;
    EXPECT_TRUE(contains(here.err, "was ended by SIGSEGV in its code")) << here;
}

// ---- its application ----------------------------------------------------------------------------

TEST(FirmwareApplication, IsCalledByAScenarioAndItsOwnCallsAreExpected)
{
    const Firmware f("volatile int sum;\n"
                     "__attribute__((noinline)) static void told(int v) { sum += v; }\n"
                     "void step(int8_t by) { told(by + 1); }\n" +
                     usi_slave(usi_setup));
    const auto played = [&](const std::string &statements) {
        const std::string file =
            f.folder.write("a.scenario", "scenario app.own\n    \"Own\"\n" + statements);
        return i2cproof({"run", f.slave, "--master", "standard", "--scenarios", file, "--filter",
                         "*app.own*", "--out", f.folder.path("out"), "--vcd", "none"});
    };
    Outcome outcome = played("    app call step(4)\n    expect app sum == 5\n"
                             "    app set sum = 7\n    app call step(-3)\n"
                             "    expect app sum == 5\n"
                             "    expect calls told : 5\n    expect calls told : (-2)\n");
    EXPECT_EQ(outcome.status, 0) << outcome;
    outcome = played("    app call step(4)\n    expect calls told : 6\n");
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "called: told 0x5")) << outcome;
    outcome = played("    expect calls tolt\n");
    EXPECT_TRUE(contains(outcome.out + outcome.err, "the slave exports no function \"tolt\""))
        << outcome;
    outcome = played("    app call step(4, 5)\n");
    EXPECT_TRUE(contains(outcome.out + outcome.err, "the slave exports no function \"step\""))
        << outcome;
}

// ---- silence ------------------------------------------------------------------------------------

TEST(FirmwareSilence, IsNotToldOfASlaveThatAcknowledges)
{
    const Firmware f(usi_slave(usi_setup));
    const Outcome outcome = f.run();
    EXPECT_FALSE(contains(outcome.out, "silent")) << outcome;
}

TEST(FirmwareSilence, IsForWantOfSei)
{
    EXPECT_EQ(told(usi_slave("PORTB = 5; DDRB = 4; USICR = 0xA8; USISR = 0xF0;\n")),
              holding + "interrupt USI_START is enabled and came, but interrupts were never "
                        "switched on: no sei()");
}

TEST(FirmwareSilence, IsForWantOfTwoWireMode)
{
    EXPECT_EQ(told(usi_slave("PORTB = 5; DDRB = 4; USICR = 0x80; sei();\n")),
              nowhere + "the USI is not in two-wire mode: USICR.USIWM1 is 0 in the end, though "
                        "there is an ISR(USI_START_vect)");
}

TEST(FirmwareSilence, IsForWantOfTheStartInterrupt)
{
    EXPECT_EQ(told(usi_slave("PORTB = 5; DDRB = 4; USICR = 0x28; sei();\n")),
              holding + "the interrupt of a START is off: USICR.USISIE is 0 in the end, though "
                        "there is an ISR(USI_START_vect)");
}

TEST(FirmwareSilence, IsForWantOfAPinChangeInterrupt)
{
    EXPECT_EQ(told("ISR(PCINT0_vect) { DDRB ^= 1; }\n"
                   "int main(void) { PCMSK = 5; sei(); for (;;) { } }\n"),
              nowhere + "pin-change interrupts are off: GIMSK.PCIE is 0 in the end, though there "
                        "is an ISR(PCINT0_vect)");
    EXPECT_EQ(told("ISR(PCINT0_vect) { DDRB ^= 1; }\n"
                   "int main(void) { GIMSK = 0x20; sei(); for (;;) { } }\n"),
              nowhere + "no pin is chosen for its pin-change interrupt: PCMSK is 0 in the end, "
                        "though there is an ISR(PCINT0_vect)");
}

TEST(FirmwareSilence, IsForAMisspeltVector)
{
    EXPECT_EQ(told(usi_slave(usi_setup, "0x26", "USI_STAR_vect")),
              holding + "interrupt USI_START is enabled and came, and the firmware has no "
                        "ISR(USI_START_vect)");
    EXPECT_EQ(told("ISR(PCINTO_vect) { DDRB ^= 1; }\n"
                   "int main(void) { PCMSK = 5; sei(); for (;;) { } }\n"),
              nowhere + "attiny85 has no vector of ISR(PCINTO_vect); did you mean PCINT0_vect?");
}

TEST(FirmwareSilence, IsForAnAddressThatDiffers)
{
    EXPECT_EQ(told(usi_slave(usi_setup, "0x4C")),
              "silent: it answers at 0x4C: is that the 8-bit form of 0x26?");
    EXPECT_EQ(told(usi_slave(usi_setup, "0x13")),
              "silent: it answers at 0x13 = 0x26 >> 1: is 0x26 the 8-bit form?");
}

TEST(FirmwareSilence, IsForAnSdaThatIsNeverAnOutput)
{
    EXPECT_EQ(told("int main(void) { for (;;) { if (PINB & 1) PORTB ^= 2; } }\n"),
              nowhere + "it never made SDA (PB0) an output");
}

TEST(FirmwareSilence, IsForAnAddressThatNobodySends)
{
    const std::string text = told(usi_slave(usi_setup, "0xFE"));
    EXPECT_TRUE(contains(text, nowhere + "its interrupt USI_START came ")) << text;
    EXPECT_TRUE(contains(text, " times, and it never made SDA (PB0) an output: which address does "
                               "it compare with?"))
        << text;
}

TEST(FirmwareSilence, IsForCodeThatNeverLooksAtThePins)
{
    EXPECT_EQ(told("int main(void) { for (;;) { } }\n"),
              nowhere + "its code has no ISR and never looks at the pins (SCL is PB2, SDA PB0)");
}
