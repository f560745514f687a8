// What can be wrong with a program for an AVR, and what is said about it.
#include "tests/slaves/firmware_bench.h"

#include <cstdlib>
#include <fstream>

namespace
{
std::string prepared_message(Description &description)
{
    const Prepared prepared(description);
    EXPECT_EQ(prepared.image, nullptr);
    return prepared.message;
}

/// Compiles a program with the tools of its own part.
std::string linked(const Folder &folder, const std::string &text, const std::string &part)
{
    const std::string source = folder.write("own.c", text);
    const std::string elf = folder.path("own.elf");
    const std::string command = "avr-gcc -Os -mmcu=" + part + " -o " + elf + " " + source;
    EXPECT_EQ(system(command.c_str()), 0);
    return elf;
}

constexpr const char *empty_program = "int main(void)\n{\n    for (;;)\n        ;\n}\n";

TEST(AvrProgram, OfAnotherPartIsRefused)
{
    const Folder folder;
    Description d;
    d.mcu("attiny85", 8000000).avr(linked(folder, empty_program, "attiny44"));
    EXPECT_NE(prepared_message(d).find("made for attiny44, and mcu says attiny85"),
              std::string::npos);
}

TEST(AvrProgram, OfAnotherMachineIsRefusedByItsName)
{
    Description d;
    d.mcu("attiny85", 8000000).avr("/proc/self/exe");
    EXPECT_NE(prepared_message(d).find("not for AVR"), std::string::npos);
}

TEST(AvrProgram, ThatIsNoElfIsRefused)
{
    const Folder folder;
    Description d;
    d.mcu("attiny85", 8000000).avr(folder.write("x.hex", ":00000001FF\n"));
    EXPECT_EQ(prepared_message(d),
              "test.slave:3:5: " + folder.path("x.hex") +
                  ": is no ELF file: give the one that avr-gcc links, no .hex");
}

TEST(AvrProgram, ThatIsMissingIsSaidSo)
{
    Description d;
    d.mcu("attiny85", 8000000).avr("/nowhere/x.elf");
    EXPECT_NE(prepared_message(d).find("/nowhere/x.elf: cannot be read"), std::string::npos);
}

TEST(AvrProgram, LargerThanThePartIsRefused)
{
    Firmware firmware("#include <avr/pgmspace.h>\nconst char big[9000] PROGMEM = {1};\n"
                      "volatile unsigned i;\n"
                      "int main(void) { for (;;) PORTB = pgm_read_byte(&big[i]); }\n");
    firmware.description.avr();
    const std::string message = prepared_message(firmware.description);
    EXPECT_NE(message.find("region"), std::string::npos) << message;
    // What the linker lets pass with a larger part's map does not.
    const Folder folder;
    Description d;
    d.mcu("attiny45", 8000000)
        .avr(linked(folder,
                    "#include <avr/io.h>\n#include <avr/pgmspace.h>\n"
                    "const char big[6000] PROGMEM = {1};\nvolatile unsigned i;\n"
                    "int main(void) { for (;;) PORTB = pgm_read_byte(&big[i]); }\n",
                    "attiny85"));
    EXPECT_NE(prepared_message(d).find("attiny85"), std::string::npos);
}

TEST(AvrProgram, ThatDoesNotCompileGivesTheCompilersWords)
{
    Firmware firmware("int main(void) { return nothing; }\n");
    firmware.description.avr();
    const std::string message = prepared_message(firmware.description);
    EXPECT_NE(message.find("does not compile"), std::string::npos);
    EXPECT_NE(message.find("undeclared"), std::string::npos) << message;
}

TEST(AvrProgram, NeedsItsCompiler)
{
    Firmware firmware(empty_program);
    firmware.description.avr();
    setenv("I2CPROOF_AVR_GCC", "no-such-gcc", 1);
    const std::string message = prepared_message(firmware.description);
    unsetenv("I2CPROOF_AVR_GCC");
    EXPECT_NE(message.find("no-such-gcc"), std::string::npos);
    EXPECT_NE(message.find("gcc-avr"), std::string::npos) << message;
}

TEST(AvrProgram, OfAnUnknownPartNamesTheNearest)
{
    Firmware firmware(empty_program, "main.c", "attiny86");
    firmware.description.avr();
    EXPECT_NE(prepared_message(firmware.description).find("did you mean attiny8"),
              std::string::npos);
}

// ---- while it runs ------------------------------------------------------------------------------

/// What is found while it runs for 300 ms.
std::vector<std::string> findings(const std::string &text)
{
    Firmware firmware(text);
    firmware.description.avr();
    Running slave(firmware);
    slave.bench.wait_us(300000);
    return slave.bench.findings;
}

void expect_finding(const std::string &text, const std::string &finding)
{
    const std::vector<std::string> all = findings(text);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_NE(all[0].find(finding), std::string::npos) << all[0];
}

TEST(AvrFault, AnOpcodeThatIsNoneIsACrashWithItsLine)
{
    expect_finding(
        "int main(void)\n{\n    __asm__(\".word 0x0001\");\n    for (;;)\n        ;\n}\n",
        "main(): there is no instruction at 0x");
}

TEST(AvrFault, AWildPointerToAFunctionIsACrash)
{
    expect_finding("volatile unsigned at = 0x3F00;\n"
                   "int main(void) { ((void (*)(void))at)(); for (;;) ; }\n",
                   "crash: it jumped out of its flash");
}

TEST(AvrFault, AnAccessBehindTheMemoryIsACrashWithItsLine)
{
    expect_finding("volatile unsigned at = 0x7000;\n"
                   "int main(void)\n{\n    *(volatile char *)at = 1;\n    for (;;) ;\n}\n",
                   "crash: main.c:9 main() accesses an address that the part does not have");
}

TEST(AvrFault, ARecursionWithoutEndOverflowsTheStack)
{
    const std::vector<std::string> all =
        findings("volatile char deep[64];\nvolatile int n;\n"
                 "int down(int x) { volatile char a[8]; a[0] = deep[3]; n++; return down(x + a[0]) "
                 "+ a[0]; }\n"
                 "int main(void) { deep[0] = 1; return down(0); }\n");
    ASSERT_FALSE(all.empty());
    EXPECT_NE(all[0].find("memory: "), std::string::npos) << all[0];
    EXPECT_NE(all[0].find("overflows the stack"), std::string::npos) << all[0];
}

TEST(AvrFault, ARoutineWithoutEndIsAHangOnce)
{
    expect_finding("ISR(TIMER0_OVF_vect) { for (;;) ; }\n"
                   "int main(void) { TCCR0B = 1; TIMSK = _BV(TOIE0); sei(); for (;;) ; }\n",
                   "hang: ISR(TIMER0_OVF_vect) has run for 100 ms and does not end");
}

TEST(AvrFault, AnInterruptThatNobodyServesIsAHang)
{
    expect_finding("int main(void) { TCCR0B = 1; TIMSK = _BV(TOIE0); sei(); for (;;) ; }\n",
                   "hang: interrupt TIMER0_OVF is enabled and came, and the firmware has no");
}

TEST(AvrFault, AMainThatReturnsIsAHang)
{
    expect_finding("int main(void) { return 0; }\n", "hang: main() returned");
}

TEST(AvrFault, SleepWithInterruptsOffIsForEver)
{
    Firmware firmware("volatile unsigned char woke;\n"
                      "int main(void) { sleep_enable(); sleep_cpu(); woke = 1; for (;;) ; }\n");
    firmware.description.avr();
    Running slave(firmware);
    slave.bench.wait_us(1000);
    EXPECT_EQ(slave.get("woke"), 0);
}
} // namespace
