// What the keys of a .slave file say against each other is told before anything is played.
#include "tests/lang/support.h"

#include <gtest/gtest.h>

struct Conflict {
    const char *keys; ///< below a whole slave, from line 5 on
    const char *says;
};

class SlaveConflict : public testing::TestWithParam<Conflict>
{
};

TEST_P(SlaveConflict, IsToldWithBothPlaces)
{
    Slave s(slave_of(GetParam().keys));
    EXPECT_EQ(s.status, LANG_FAULTY);
    EXPECT_EQ(first_mistake(s.diagnostics), GetParam().says) << s.messages();
}

static const Conflict conflicts[] = {
    {"top regs", "5:5 \"top\" is of kinds rtl and systemc (line 2)"},
    {"clock 50MHz", "5:5 \"clock\" is of kinds rtl and systemc (line 2)"},
    {"reset rst_n low", "5:5 \"reset\" is of kinds rtl and systemc (line 2)"},
    {"parameter DEPTH=16", "5:5 \"parameter\" is of kinds rtl and systemc (line 2)"},
    {"input enable=1", "5:5 \"input\" is of kinds rtl and systemc (line 2)"},
    {"stub wait_for_clock", "5:5 \"stub\" is of kind firmware (line 2)"},
    {"bit RCC.CR.HSERDY follows HSEON", "5:5 \"bit\" is of kind firmware (line 2)"},
    {"strict_registers yes", "5:5 \"strict_registers\" is of kind firmware (line 2)"},
    {"pins scl=PB2 sda_oe=PB0",
     "5:5 pins in two parts, and ! before one, are of kinds rtl and systemc (line 2)"},
    {"stretch none\nbusy stretch max 1ms",
     "6:5 \"busy stretch\" contradicts \"stretch none\" (line 5)"},
    {"overrun stretch\nstretch none",
     "5:5 \"overrun stretch\" contradicts \"stretch none\" (line 6)"},
    {"stretch none\nunderrun stretch",
     "6:5 \"underrun stretch\" contradicts \"stretch none\" (line 5)"},
    {"stretch none\nwake stretch max 1ms",
     "6:5 \"wake stretch\" contradicts \"stretch none\" (line 5)"},
    {"stretch none\ndata registers\n    0x00 wo command busy 5ms stretch",
     "6:5 a register with \"busy ... stretch\" contradicts \"stretch none\" (line 5)"},
    {"timeout low 25ms..35ms\nstretch byte max 40ms",
     "6:5 a hold of SCL longer than its own \"timeout\" (line 5)"},
    {"smbus 2.0\nstretch byte max 30ms",
     "6:5 more than the 25 ms that SMBus leaves a slave in all (tLOW:SEXT) (line 5)"},
    {"smbus 2.0\ntimeout none",
     "6:5 \"timeout none\" contradicts \"smbus\": a low SCL ends in 25ms..35ms there, unless "
     "\"stretch none\" (line 5)"},
    {"speed 400kHz\noutput_delay max 3us",
     "6:5 as long as a whole clock at its speed: no bit could be right; declare a slower \"speed\" "
     "(line 5)"},
    {"output_delay max 0us", "5:22 expected a time, not \"0us\""},
    {"direction read\ndata registers\n    0x00 ro\n    0x01 rw",
     "5:5 \"direction read\" contradicts its rw or wo registers (line 6)"},
    {"direction write\ndata registers\n    0x00 wo\n    0x01 rw",
     "5:5 \"direction write\" contradicts its rw or ro registers (line 6)"},
    {"direction read\ndata echo",
     "5:5 what is written comes back in this form of \"data\": it needs both directions (line 6)"},
    {"direction write\ndata queue 4",
     "5:5 what is written comes back in this form of \"data\": it needs both directions (line 6)"},
    {"direction write\ndata frame 4",
     "5:5 \"direction write\" contradicts \"data frame\" (line 6)"},
    {"direction read\noverrun nack",
     "6:5 \"overrun\" is about writes and contradicts \"direction read\" (line 5)"},
    {"direction read\ncommit stop",
     "6:5 \"commit\" is about writes and contradicts \"direction read\" (line 5)"},
    {"direction read\nnack_data yes",
     "6:5 \"nack_data yes\" is about writes and contradicts \"direction read\" (line 5)"},
    {"direction write\nunderrun 0xFF",
     "6:5 \"underrun\" is about reads and contradicts \"direction write\" (line 5)"},
    {"data registers\n    0x00 ro\n    0x10..0x1F rw\nnever_write 0x00..0xFF",
     "8:5 \"never_write\" leaves nothing that may be written: say \"direction read\" or less "
     "(line 5)"},
    {"never_write 0..0xFF",
     "5:5 \"never_write\" leaves nothing that may be written: say \"direction read\" or less"},
    {"data registers\n    0x00 rw\n    0x10..0x1F rw scratch\nnever_write 0x1F",
     "8:5 \"never_write\" contradicts a \"scratch\" register, where tests write (line 5)"},
    {"data registers wrap 0x37->0x100\n    0x00 rw",
     "5:5 a wrap beyond what the bytes of the pointer reach"},
    {"data queue 4 empty 0x00\nunderrun 0xFF",
     "6:5 not the value that its queue gives when it is \"empty\" (line 5)"},
    {"data eeprom 24c64\ncommit byte",
     "6:5 an EEPROM writes at STOP: \"commit stop\" or leave it out (line 5)"},
    {"general_call no\nsoftware_reset yes",
     "6:5 \"software_reset yes\" contradicts \"general_call no\" (line 5)"},
    {"general_call no\ngeneral_call_hardware yes",
     "6:5 \"general_call_hardware yes\" contradicts \"general_call no\" (line 5)"},
    {"multi_address 0x26 0x27", "5:5 \"multi_address\" names its own \"address\" again (line 4)"},
    {"data registers\n    0x00..0x10 rw\nnever_write 0x00..0x0F 0x10..0xFF",
     "7:5 \"never_write\" leaves nothing that may be written: say \"direction read\" or less "
     "(line 5)"},
    {"never_write 0x80..0xFF 0x00..0x7F",
     "5:5 \"never_write\" leaves nothing that may be written: say \"direction read\" or less"},
    {"new_address 0x26", "5:5 \"new_address\" is its own \"address\" again (line 4)"},
    {"masters arduino standard@50k\ntolerates latency 15us on nxt",
     "6:5 on a master that \"masters\" does not name: no run would hold the slave to it (line 5)"},
    {"known_good S other+W [N] P", "5:5 \"known_good\" never addresses the slave (line 4)"},
    {"known_good S 0x27+R [A] [_] N P", "5:5 \"known_good\" never addresses the slave (line 4)"},
    {"direction read\nknown_good S own+W [A] 0x01 [A] P",
     "6:5 \"known_good\" writes and contradicts \"direction read\" (line 5)"},
    {"direction write\nknown_good S 0x26+R [A] [_] N P",
     "6:5 \"known_good\" reads and contradicts \"direction write\" (line 5)"},
    {"never_write 0x10..0x1F\nknown_good S own+W [A] 0x12 [A] 0x00 [A] P",
     "6:5 \"known_good\" writes where \"never_write\" forbids it (line 5)"},
    {"smbus 2.0\nalso_master no\nhost_notify yes",
     "7:5 \"host_notify yes\" is a transfer of its own and contradicts \"also_master no\" "
     "(line 6)"},
    {"pec optional", "5:5 \"pec\" needs \"smbus\""},
    {"smbus_class 100k", "5:5 \"smbus_class\" needs \"smbus\""},
    {"command 0x10 read_word", "5:5 \"command\" needs \"smbus\""},
    {"alert yes", "5:5 \"alert yes\" needs \"smbus\""},
    {"arp yes", "5:5 \"arp\" needs \"smbus\""},
    {"udid 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", "5:5 \"udid\" needs \"arp\""},
    {"host_notify yes", "5:5 \"host_notify yes\" needs \"smbus\""},
    {"pmbus 1.2", "5:5 \"pmbus\" needs \"smbus\""},
    {"speed 1MHz\nsmbus 2.0\nsmbus_class 400k",
     "7:5 classes beyond 100k came with SMBus 3.0 (line 6)"},
    {"speed 100kHz\nsmbus 3.x\nsmbus_class 400k",
     "7:5 a class beyond its \"speed\": that is the fastest clock it serves (line 5)"},
    // Two of one thing, told where they are read.
    {"known_good S own+W [A] P\nknown_good S own+R [A] [_] N P",
     "6:5 \"known_good\" is declared in line 5 already"},
    {"data registers\n    0x00..0x0F rw\n    0x08..0x10 ro",
     "7:9 overlaps the registers of line 6"},
};

INSTANTIATE_TEST_SUITE_P(All, SlaveConflict, testing::ValuesIn(conflicts));

// The neighbours of the lines above that say nothing against each other.
TEST(SlaveConflicts, AreNotSeenWhereThereAreNone)
{
    for (const char *keys : {"stretch byte\nbusy stretch",
                             "busy stretch",
                             "stretch none\nbusy nack_addr max 5ms",
                             "timeout low 25ms..35ms\nstretch byte max 30ms",
                             "smbus 2.0\nstretch byte max 25ms",
                             "smbus 2.0\ntimeout low 25ms..35ms",
                             "speed 100kHz\noutput_delay max 9us",
                             "speed 400kHz\nstretch bit max 20us\noutput_delay max 3us",
                             "direction read\ndata registers\n    0x00 ro 0xA5",
                             "direction read\nunderrun 0xFF",
                             "direction write\noverrun nack",
                             "direction read\ndata frame 8",
                             "data registers\n    0x00..0x0F rw\nnever_write 0x08..0xFF",
                             "data registers\n    0x00 ro\nnever_write 0xF0..0xFF",
                             "data queue 4 empty 0xFF\nunderrun 0xFF",
                             "data eeprom 24c64\ncommit stop",
                             "software_reset yes",
                             "general_call ack\nsoftware_reset yes",
                             "general_call no\nsoftware_reset no",
                             "multi_address 0x27",
                             "pec off",
                             "alert no",
                             "arp no",
                             "pmbus no",
                             "smbus 2.0\npec required\ncommand 0x10 read_word\nalert yes",
                             "speed 1MHz\nsmbus 3.x\nsmbus_class 1M",
                             "speed Fm\nsmbus 2.0\nsmbus_class 100k"}) {
        Slave s(slave_of(keys));
        EXPECT_EQ(s.status, LANG_OK) << keys << "\n" << s.messages();
    }
}

// What looks alike and is none.
TEST(SlaveConflicts, LeaveAloneWhatGoesTogether)
{
    const char *const keys[] = {
        "known_good S 0x26+W [A] P",
        "multi_address 0x30\nknown_good S 0x30+R [A] [_] N P",
        "never_write 0x10..0x1F\nknown_good S own+W [A] 0x12 [A] Sr own+R [A] [_] N P",
        "direction read\nknown_good S own+R [A] ( [_] A ) x 2 [_] N P",
        "masters nxt,fw=1.05\ntolerates latency 15us on nxt",
        "tolerates latency 15us on nxt",
        "never_write 0x00..0x0F 0x11..0xFF",
    };
    for (const char *one : keys) {
        Slave s(slave_of(one));
        EXPECT_EQ(s.status, LANG_OK) << one << ": " << s.messages();
    }
}
