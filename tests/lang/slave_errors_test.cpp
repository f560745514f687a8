// Mistakes in .slave files, with their exact message and place. Keys begin in line 5.
#include "tests/lang/support.h"

#include <gtest/gtest.h>

struct Mistake {
    const char *keys; ///< below a whole slave; with '!' in front a whole file
    const char *says;
};

class SlaveMistake : public testing::TestWithParam<Mistake>
{
};

TEST_P(SlaveMistake, IsToldWithItsPlace)
{
    const std::string keys = GetParam().keys;
    Slave s(keys[0] == '!' ? keys.substr(1) : slave_of(keys));
    EXPECT_EQ(s.status, LANG_FAULTY);
    EXPECT_EQ(s.description, nullptr);
    EXPECT_EQ(first_mistake(s.diagnostics), GetParam().says) << s.messages();
    EXPECT_EQ(lang_diagnostics_total(s.diagnostics), 1u) << s.messages();
}

static const Mistake mistakes[] = {
    {"strech none", "5:5 unknown key \"strech\"; did you mean \"stretch\"?"},
    {"stretch none\nstretch byte", "6:5 \"stretch\" is declared in line 5 already"},
    {"!slave s\n    sources a.c\n    address 0x26\n",
     "1:7 slave \"s\" has no \"kind\": hosted, firmware, avr, rtl or systemc"},
    {"!slave s\n    kind hosted\n    address 0x26\n",
     "1:7 slave \"s\" has neither \"sources\" nor \"object\""},
    // A key whose line is faulty is not called missing as well.
    {"!slave s\n\tkind hosted\n", "2:1 a tab: indent and separate with spaces"},
    {"!slave s\n    kind hosted\n    sources a.c\n", "1:7 slave \"s\" has no \"address\""},
    {"sources a.c\nobject b.so", "1:7 slave \"s\" has both \"sources\" and \"object\""},
    {"!", "1:1 expected \"slave NAME\", but the file is empty"},
    {"!slave\n", "1:6 expected the name of the slave, but the line ends"},
    {"!slave a/b\n",
     "1:7 a name has up to 64 letters, digits, _ - and ., and goes into file names"},
    {"!scenario t\n    wait 1us\n", "1:1 this is a .scenario file; expected \"slave NAME\""},
    {"!slave s\n    kind hosted\n    sources s.c\n    address 0x26\nslave t\n",
     "5:1 a file describes one slave, and its keys are indented"},
    {"!slave s\n    kind hosted\n    sources s.c\n    address 0x26\n\tspeed Sm\n",
     "5:1 a tab: indent and separate with spaces"},
    {"!slave s\n    kind hosted\n    sources s.c\n    address 0xC4\n",
     "4:13 0xC4 is no 7-bit address: the largest is 0x7F; for 0x62 (8-bit 0xC4) write 0x62 or "
     "\"0xC4 8bit\""},
    {"address 0x4D 8bit",
     "4:13 0x4D is no address in 8-bit form: that is twice the address, 0x26 (8-bit 0x4C)"},
    {"address 0x126",
     "4:13 0x126 is no 7-bit address: the largest is 0x7F; a 10-bit one is ten_bit's"},
    {"address 0", "4:13 0x00 is the general call and no slave's own address"},
    {"kind hostd", "4:10 expected hosted, firmware, avr, rtl or systemc, not \"hostd\""},
    {"speed 5MHz", "5:11 a speed is 1Hz to 3400kHz"},
    {"speed fast", "5:11 expected a speed: Sm, Fm, Fm+, Hs or as in 100kHz, not \"fast\""},
    {"stretch byte max 5", "5:22 a time needs a unit: 5ns, 5us, 5ms or 5s"},
    {"ready within 5ms", "5:21 expected \"after\", but the line ends"},
    {"ten_bit 0x400", "5:13 1024 is out of range for a 10-bit address: 0 to 1023"},
    {"timeout 35ms..25ms", "5:13 a range that runs backwards is empty"},
    {"data bufer 4 clamp", "5:10 unknown form of data \"bufer\"; did you mean \"buffer\"?"},
    {"data buffer 4", "5:18 expected clamp or wrap, but the line ends"},
    {"data eeprom 24c63", "5:17 unknown EEPROM \"24c63\"; did you mean \"24c64\"?"},
    {"data eeprom 24c64 page 33", "5:28 33 is no size of a page: pages are powers of two"},
    {"data eeprom 24c64 page 0", "5:28 0 is out of range for a number of bytes: 1 to 1024"},
    {"data eeprom 24c01 page 256", "5:28 a page of 256 bytes does not fit: a 24c01 has 128"},
    {"data eeprom 24c64 current last", "5:31 expected page or next, not \"last\""},
    {"data eeprom 24c64 protect on", "5:31 expected ack or nack, not \"on\""},
    {"data eeprom 24c64 pages 32", "5:23 expected page, current or protect, not \"pages\""},
    {"data eeprom", "5:16 expected a part, as in 24c64, but the line ends"},
    {"data echo\n    0x00 rw",
     "6:9 indented by 8, its block by 4; only \"data registers\" opens a block"},
    {"data registers\n    0x00 rw\n    0x00..0x05 ro", "7:9 overlaps the registers of line 6"},
    {"data registers\n    0x00 ro scratch", "6:9 a scratch register is rw"},
    {"data registers wrap 0x09->0x00\n    0x00..0x07 rw",
     "5:25 a wrap from 0x09, where no register is declared: they are 0x00 to 0x07"},
    {"data registers wrap 0x07->0x20\n    0x00..0x07 rw",
     "5:31 a wrap to 0x20, where no register is declared: they are 0x00 to 0x07"},
    {"data registers pointer 2 wrap 0x08->0x00\n    0x00..0x07 rw\n    0x10 ro",
     "5:35 a wrap from 0x0008, where no register is declared: they are 0x0000 to 0x0010"},
    {"data registers\n    0x100 ro", "6:9 0x100 is out of range for a register: 0x00 to 0xFF"},
    {"data registers\n    0x10 rw 1 2", "6:19 a second value after reset"},
    {"data registers\n    0x10 rw msk 2",
     "6:17 expected mask, fifo, no_increment, empty, scratch, command or busy, not \"msk\""},
    {"known_good S own+R [A] 5 N P", "5:28 after own+R the slave sends: write [0x5A] or [_]"},
    {"known_good S own+R [A] [_] N", "5:33 a known_good transfer ends with P"},
    {"known_good probe", "5:16 expected a transfer: S own+W [A] ... P, not \"probe\""},
    {"masters nxt,fw", "5:13 expected key=value after the comma: \"fw\""},
    {"accept I2C-1 because \"x\" until 2027-02-30",
     "5:36 expected a date, as in 2027-01-31, not \"2027-02-30\""},
    {"accept I2C-1 because x until 2027-01-01", "5:26 expected the reason as a string, not \"x\""},
    {"expect pass", "5:12 expected fail, not \"pass\""},
    {"expect fail I2C-RD-03 at rd.one", "5:27 expected the end of the line, not \"at\""},
    {"expect fail I2C-RD-03 in",
     "5:29 expected the scenario that must show it, as in rd.stop_after_nack, but the line ends"},
    {"clock fast", "5:11 expected a frequency, as in 50MHz, or none, not \"fast\""},
    {"clock 10Hz", "5:11 a clock is 1kHz to 1000MHz"},
    {"clock 50MHz clk extra", "5:21 expected the end of the line, not \"extra\""},
    {"reset", "5:10 expected a port, as in rst_n low, or none, but the line ends"},
    {"reset rst_n 5", "5:17 a time needs a unit: 5ns, 5us, 5ms or 5s"},
    {"parameter DEPTH", "5:20 expected NAME=VALUE instead of DEPTH"},
    {"input =1", "5:13 expected NAME=VALUE instead of =1"},
    {"pins sda_oe=!",
     "5:10 expected scl=PIN or sda=PIN (of rtl also scl_i sda_i scl_oe sda_oe), not \"sda_oe=!\""},
    {"pins scl=PB2 sd=PB0",
     "5:18 expected scl=PIN or sda=PIN (of rtl also scl_i sda_i scl_oe sda_oe), not \"sd=PB0\""},
    {"include", "5:12 expected folders, but the line ends"},
    {"mcu attiny85 8", "5:18 expected its clock, as in 8MHz, not \"8\""},
    {"include a\x01", "5:14 unexpected byte 0x01: is this a text file?"},
};
INSTANTIATE_TEST_SUITE_P(All, SlaveMistake, testing::ValuesIn(mistakes));

TEST(SlaveMistakes, GarbageIsRefused)
{
    Slave large(std::string(10 << 20, 'x'));
    EXPECT_EQ(first_mistake(large.diagnostics), "0:0 larger than 2 MiB");
    std::string lines = "slave s\n";
    while (lines.size() < (2u << 20))
        lines += "    zz\n";
    lines.resize(2u << 20);
    Slave many(lines);
    EXPECT_EQ(lang_diagnostics_count(many.diagnostics), (uint32_t)LANG_DIAGNOSTIC_MAX);
}
