// The sets of SMBus commands that scenarios go through; scenarios/lang/commands.h.
#include "tests/lang/support.h"

extern "C" {
#include "scenarios/lang/commands.h"
}

#include <gtest/gtest.h>
#include <map>

namespace
{

// One line for each thing that a set asks for, and one beside it that lacks it.
const char device[] = "smbus 2.0\n"
                      "command receive_byte 0xC5\n"
                      "command 0x01 send_byte scratch\n"
                      "command 0x02 send_byte scratch counted_by 0x20\n"
                      "command 0x03 send_byte\n"
                      "command 0x10 write_byte scratch\n"
                      "command 0x10 read_byte\n"
                      "command 0x11 write_byte scratch valid 0..99\n"
                      "command 0x11 read_byte\n"
                      "command 0x12 write_byte scratch\n" // nothing reads it
                      "command 0x13 write_byte\n"         // not to be written by tests
                      "command 0x13 read_byte\n"
                      "command 0x14 write_byte scratch\n" // another length is read
                      "command 0x14 read_word\n"
                      "command 0x15 write_byte scratch busy 5ms nack_data\n"
                      "command 0x15 read_byte\n"
                      "command 0x16 write_word scratch busy 5ms stretch\n"
                      "command 0x20 read_byte 0x33\n"
                      "command 0x21 write_word scratch\n"
                      "command 0x21 read_word 0x1234\n"
                      "command 0x30 block_write scratch max 8\n"
                      "command 0x30 block_read max 8\n"
                      "command 0x31 block_read\n"
                      "command 0x32 block_write scratch\n"
                      "command 0x40 process_call given 1 2 gives 3 4\n"
                      "command 0x41 process_call\n"
                      "command 0x42 block_call given 1 gives 2\n"
                      "command 0x43 block_call\n";

using Codes = std::vector<int64_t>;

Codes codes_of(const slave_description *slave, lang_command_set set)
{
    Codes all;
    int64_t code = 0;
    while (lang_command_set_value(slave, set, all.size(), &code))
        all.push_back(code);
    EXPECT_EQ(lang_command_set_count(slave, set), all.size());
    return all;
}

} // namespace

TEST(CommandSets, HoldTheCodesThatTheirTextSays)
{
    Slave s(slave_of(device));
    ASSERT_NE(s.description, nullptr) << s.messages();
    const std::map<std::string, Codes> sets = {
        {"commands.send_byte", {0x01, 0x02}},
        {"commands.write", {0x10, 0x21}},
        {"commands.write_byte", {0x10}},
        {"commands.write_word", {0x21}},
        {"commands.write_32", {}},
        {"commands.write_64", {}},
        {"commands.valid", {0x11}},
        {"commands.block_write", {0x30}},
        {"commands.read", {0x10, 0x11, 0x13, 0x14, 0x15, 0x20, 0x21}},
        {"commands.read_byte", {0x10, 0x11, 0x13, 0x15, 0x20}},
        {"commands.read_word", {0x14, 0x21}},
        {"commands.read_32", {}},
        {"commands.read_64", {}},
        {"commands.known", {0x20, 0x21}},
        {"commands.block_read", {0x30, 0x31}},
        {"commands.process_call", {0x40}},
        {"commands.block_call", {0x42}},
        {"commands.counted", {0x02}},
        {"commands.busy", {0x15, 0x16}},
        {"commands.busy_nack", {0x15}},
        {"commands.busy_stretch", {0x16}},
        {"commands.only_read", {0x20, 0x31}},
        {"commands.only_written", {0x01, 0x02, 0x03, 0x12, 0x16, 0x32}},
    };
    for (const auto &[name, codes] : sets) {
        const lang_command_set set = lang_command_set_find(name.c_str(), name.size());
        ASSERT_LT(set, LANG_COMMANDS_COUNT) << name;
        EXPECT_EQ(codes_of(s.description, set), codes) << name;
        EXPECT_EQ(lang_need_is_met(s.description, name.c_str()), !codes.empty()) << name;
    }
    EXPECT_EQ(sets.size() + 1, (size_t)LANG_COMMANDS_COUNT) << "unknown is below";
}

// SMBus 3.0 6.5.10 and 6.5.11.
TEST(CommandSets, HoldThoseOf32And64Bits)
{
    Slave s(slave_of("smbus 3.x\ncommand 0x01 write_32 scratch\ncommand 0x01 read_32\n"
                     "command 0x02 write_64 scratch\ncommand 0x02 read_64\n"));
    ASSERT_NE(s.description, nullptr) << s.messages();
    EXPECT_EQ(codes_of(s.description, LANG_COMMANDS_WRITE_32), Codes{0x01});
    EXPECT_EQ(codes_of(s.description, LANG_COMMANDS_WRITE_64), Codes{0x02});
    EXPECT_EQ(codes_of(s.description, LANG_COMMANDS_READ_32), Codes{0x01});
    EXPECT_EQ(codes_of(s.description, LANG_COMMANDS_READ_64), Codes{0x02});
    EXPECT_EQ(codes_of(s.description, LANG_COMMANDS_WRITE), (Codes{0x01, 0x02}));
    EXPECT_EQ(codes_of(s.description, LANG_COMMANDS_READ), (Codes{0x01, 0x02}));
}

TEST(CommandSets, OfUnknownCodesAreAllThatHaveNoLine)
{
    Slave s(slave_of(device));
    Slave without(slave_of("smbus 2.0"));
    ASSERT_NE(s.description, nullptr) << s.messages();
    const Codes unknown = codes_of(s.description, LANG_COMMANDS_UNKNOWN);
    for (const int64_t code : unknown) {
        EXPECT_EQ(lang_command_written(s.description, code), nullptr) << code;
        EXPECT_EQ(lang_command_read(s.description, code), nullptr) << code;
    }
    EXPECT_EQ(unknown[0], 0x00);
    EXPECT_EQ(unknown[1], 0x04);
    EXPECT_EQ(unknown.back(), 0xFF);
    EXPECT_TRUE(codes_of(without.description, LANG_COMMANDS_UNKNOWN).empty()) << "nothing is said";
}

TEST(CommandSets, AreFoundByTheirWholeNameAlone)
{
    for (const char *name : {"commands.", "commands.rea", "commands.readx", "read", ""})
        EXPECT_EQ(lang_command_set_find(name, std::string(name).size()), LANG_COMMANDS_COUNT)
            << name;
    EXPECT_EQ(lang_command_set_find("commands.readx", 13), LANG_COMMANDS_READ);
}

TEST(Commands, TellHowLongABlockMayBe)
{
    Slave two(slave_of(device));
    Slave three(slave_of("smbus 3.x\ncommand 0x31 block_read\n"));
    ASSERT_NE(two.description, nullptr) << two.messages();
    ASSERT_NE(three.description, nullptr) << three.messages();
    EXPECT_EQ(lang_command_most(two.description, 0x30), 8u);
    EXPECT_EQ(lang_command_most(two.description, 0x31), 32u);
    EXPECT_EQ(lang_command_most(three.description, 0x31), 255u);
}

TEST(Commands, AreToldApartByWhatTheyDo)
{
    Slave s(slave_of(device));
    ASSERT_NE(s.description, nullptr) << s.messages();
    const slave_description *d = s.description;
    EXPECT_EQ(lang_command_written(d, 0x21)->protocol, SLAVE_PROTOCOL_WRITE_WORD);
    EXPECT_EQ(lang_command_read(d, 0x21)->protocol, SLAVE_PROTOCOL_READ_WORD);
    EXPECT_EQ(lang_command_written(d, 0x40), lang_command_read(d, 0x40)) << "a call does both";
    EXPECT_EQ(lang_command_received(d)->protocol, SLAVE_PROTOCOL_RECEIVE_BYTE);
    Slave without(slave_of("smbus 2.0"));
    EXPECT_EQ(lang_command_received(without.description), nullptr);
}

// All of them, to the last.
TEST(Commands, OfNoProtocolAreToldTheProtocols)
{
    Slave s(slave_of("smbus 2.0\ncommand 0x00 quick"));
    EXPECT_NE(s.messages().find("write_64 or read_64, not \"quick\""), std::string::npos)
        << s.messages();
}
