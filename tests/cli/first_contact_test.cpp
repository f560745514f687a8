// Firmware without a slave file: sources and a part on the command line, and `init`.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

namespace
{

/// A slave that acknowledges an address, as a library and as a whole program.
struct Project {
    Project()
    {
        folder.write("inc/pins.h", "#define SDA 1\n#define SCL 4\n");
        library = folder.write("my slave.c", "#include <avr/interrupt.h>\n#include <avr/io.h>\n"
                                             "#include <util/delay.h>\n"
                                             "#include \"pins.h\"\n"
                                             "static volatile uint8_t state, own;\n"
                                             "void slave_init(uint8_t address)\n"
                                             "{\n"
                                             "    own = address;\n"
                                             "    PORTB = SDA | SCL;\n"
                                             "    DDRB = SCL;\n"
                                             "    USICR = 0xA8;\n"
                                             "    USISR = 0xF0;\n"
                                             "}\n"
                                             "ISR(USI_START_vect)\n"
                                             "{\n"
                                             "    DDRB &= (uint8_t)~SDA;\n"
                                             "    while ((PINB & (SDA | SCL)) == SCL) {\n"
                                             "    }\n"
                                             "    USICR = 0xF8;\n"
                                             "    USISR = 0xF0;\n"
                                             "    state = 0;\n"
                                             "}\n"
                                             "ISR(USI_OVF_vect)\n"
                                             "{\n"
                                             "    if (state == 0 && USIDR >> 1 == own) {\n"
                                             "        USIDR = 0;\n"
                                             "        DDRB |= SDA;\n"
                                             "        _delay_us(1);\n"
                                             "        USISR = 0x4E;\n"
                                             "        state = 1;\n"
                                             "    } else {\n"
                                             "        DDRB &= (uint8_t)~SDA;\n"
                                             "        _delay_us(1);\n"
                                             "        USICR = 0xA8;\n"
                                             "        USISR = 0x40;\n"
                                             "    }\n"
                                             "}\n");
        program =
            folder.write("main.c", "#include <avr/interrupt.h>\n"
                                   "void slave_init(unsigned char);\n"
                                   "int main(void) { slave_init(OWN); sei(); for (;;) { } }\n");
        include = folder.path("inc");
    }
    Outcome run(Words words) const
    {
        How how;
        how.folder = folder.path("");
        return i2cproof(words, how);
    }
    Words sources(const std::string &command) const
    {
        return {command, library, program, "--mcu", "attiny85@8MHz", "-I", include, "-DOWN=0x26"};
    }
    Folder folder;
    std::string library, program, include;
};

Words operator+(Words words, const Words &more)
{
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

const Words some = {"--filter", "ack.shape", "--master", "standard", "--vcd", "none"};

} // namespace

TEST(FirstContact, NeedsNoFile)
{
    const Project p;
    const Outcome outcome = p.run(p.sources("run") + Words{"--address", "0x26"} + some);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "my_slave")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "  ~ is an estimate; --kind avr runs the same")) << outcome;
    const Outcome checked = p.run(p.sources("check") + Words{"--address", "0x26"});
    EXPECT_EQ(checked.status, 0) << checked;
    const Outcome replayed =
        p.run({"replay", "i2cproof-out/my_slave.slave", "ack.shape/standard/v=0x00"});
    EXPECT_EQ(replayed.status, 0) << replayed;
}

TEST(FirstContact, WaitsForASlaveThatStartsLate)
{
    const Project p;
    const std::string late =
        p.folder.write("late.c", "#define F_CPU 8000000UL\n#include <avr/interrupt.h>\n"
                                 "#include <util/delay.h>\n"
                                 "void slave_init(unsigned char);\n"
                                 "int main(void) { _delay_ms(3); slave_init(0x26); sei();\n"
                                 "  for (;;) { } }\n");
    const Words sources = {"run",       p.library, late, "--mcu",  "attiny85@8MHz",
                           "--address", "0x26",    "-I", p.include};
    const Outcome outcome = p.run(sources + some);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "ready within 5ms after reset is undeclared")) << outcome;
    const Outcome replayed =
        p.run({"replay", "i2cproof-out/my_slave.slave", "ack.shape/standard/v=0x00"});
    EXPECT_EQ(replayed.status, 0) << replayed;
}

TEST(FirstContact, OfAnUnknownAddressIsByProbe)
{
    const Project p;
    const Outcome probed = p.run(p.sources("probe"));
    EXPECT_EQ(probed.status, 0) << probed;
    EXPECT_TRUE(contains(probed.out, "address   0x26")) << probed;
}

TEST(FirstContact, SaysWhatIsMissing)
{
    const Project p;
    const Outcome no_address = p.run(p.sources("run"));
    EXPECT_EQ(no_address.status, 2) << no_address;
    EXPECT_TRUE(contains(no_address.err, "--address is missing")) << no_address;
    const Outcome no_clock = p.run({"run", "x.c", "--mcu", "attiny85", "--address", "0x26"});
    EXPECT_EQ(no_clock.status, 2) << no_clock;
    EXPECT_TRUE(contains(no_clock.err, "\"attiny85\" is no PART@CLOCK")) << no_clock;
    const Outcome file = p.run({"run", "x.slave", "--address", "0x26"});
    EXPECT_EQ(file.status, 2) << file;
    EXPECT_TRUE(contains(file.err, "a slave file says them itself")) << file;
    const Outcome part =
        p.run({"run", p.library, "--mcu", "attiny86@8MHz", "--address", "0x26", "-I", p.include});
    EXPECT_EQ(part.status, 2) << part;
    EXPECT_TRUE(contains(part.err, "did you mean attiny85?")) << part;
}

// The compiler knows the names of registers as macros, and suggests none.
TEST(FirstContact, NamesTheRegisterThatIsMeant)
{
    const Folder folder;
    const std::string source =
        folder.write("main.c", "#include <avr/io.h>\nint main(void) { DDRBX = 1; for (;;); }\n");
    const Words words = {"run",       source, "--mcu", "attiny85@8MHz",
                         "--address", "0x26", "--out", folder.path("out")};
    const Outcome outcome = i2cproof(words);
    EXPECT_EQ(outcome.status, 2) << outcome;
    EXPECT_TRUE(contains(outcome.err, "main.c:2:")) << outcome;
    EXPECT_TRUE(contains(outcome.err, "\nthe attiny85 has no DDRBX; did you mean DDRB?"))
        << outcome;
}

TEST(Init, WritesAFolderThatRuns)
{
    const Project p;
    const Words words = {"init",          "bench",     "--sources", p.library, "--mcu",
                         "attiny85@8MHz", "--address", "0x26",      "-I",      p.include};
    const Outcome made = p.run(words);
    EXPECT_EQ(made.status, 0) << made;
    const std::string glue = read_file(p.folder.path("bench/glue.c"));
    EXPECT_TRUE(contains(glue, "slave_init(0x26);")) << glue;
    EXPECT_TRUE(contains(read_file(p.folder.path("bench/ci.yml")), "i2cproof run my_slave.slave"));
    const Outcome outcome = p.run(Words{"run", "bench/my_slave.slave"} + some);
    EXPECT_EQ(outcome.status, 0) << outcome;
    const std::string slave = read_file(p.folder.path("bench/my_slave.slave"));
    EXPECT_TRUE(contains(slave, "\"../my slave.c\" glue.c")) << slave;
    EXPECT_TRUE(contains(slave, "include   \"../inc\"")) << slave;
}

TEST(Init, KeepsWhatIsThere)
{
    const Project p;
    p.folder.write("bench/glue.c", "mine\n");
    const Outcome made = p.run({"init", "bench", p.library, "--mcu", "attiny85@8MHz"});
    EXPECT_EQ(made.status, 0) << made;
    EXPECT_EQ(read_file(p.folder.path("bench/glue.c")), "mine\n");
    EXPECT_TRUE(contains(made.out, "stays    bench/glue.c")) << made;
    EXPECT_TRUE(contains(made.out, "the address is missing: i2cproof probe")) << made;
}

TEST(Init, AddsNoGlueToAProgram)
{
    const Project p;
    const Outcome made = p.run({"init", "bench", p.program, p.library, "--mcu", "attiny85@8MHz"});
    EXPECT_EQ(made.status, 0) << made;
    EXPECT_TRUE(contains(made.out, "bench/my_slave.slave")) << made; // not named main
    EXPECT_FALSE(contains(made.out, "glue.c")) << made;
    const Outcome none = p.run({"init", "bench"});
    EXPECT_EQ(none.status, 2) << none;
}
