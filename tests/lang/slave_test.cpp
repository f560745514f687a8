// What each key of a .slave file fills in slave_under_test/slave.h.
#include "tests/lang/support.h"

#include <gtest/gtest.h>

static std::vector<std::string> words(const slave_strings &strings)
{
    return {strings.at, strings.at + strings.count};
}

TEST(SlaveFile, BuildKeysAreResolvedAgainstTheFolder)
{
    Slave s(slave_of("kind firmware\nsources ../src/a.c \"b\\nc.c\" /abs.c\ninclude ../src inc\n"
                     "define RING=16 X\nflags -O1 -Wall\nmcu attiny85 8MHz\npins scl=PB2 sda=PB0"));
    EXPECT_STREQ(s->name, "s");
    EXPECT_STREQ(s->folder, "some");
    EXPECT_EQ(s->kind, SLAVE_FIRMWARE);
    EXPECT_EQ(words(s->sources),
              (std::vector<std::string>{"some/../src/a.c", "some/b\nc.c", "/abs.c"}));
    EXPECT_EQ(words(s->includes), (std::vector<std::string>{"some/../src", "some/inc"}));
    EXPECT_EQ(words(s->defines), (std::vector<std::string>{"RING=16", "X"}));
    EXPECT_EQ(words(s->flags), (std::vector<std::string>{"-O1", "-Wall"}));
    EXPECT_STREQ(s->mcu, "attiny85");
    EXPECT_EQ(s->cpu_hz, 8000000u);
    EXPECT_STREQ(s->pins[SLAVE_PIN_SCL].name, "PB2");
    EXPECT_STREQ(s->pins[SLAVE_PIN_SDA].name, "PB0");
}

TEST(SlaveFile, ListsAddUpOverSeveralLines)
{
    Slave s(slave_of("define A=1 B\ndefine C=2\nsources a.c\nsources b.c\nflags -O1\nflags -g"));
    EXPECT_EQ(words(s->defines), (std::vector<std::string>{"A=1", "B", "C=2"}));
    EXPECT_EQ(words(s->sources), (std::vector<std::string>{"some/a.c", "some/b.c"}));
    EXPECT_EQ(words(s->flags), (std::vector<std::string>{"-O1", "-g"}));
}

TEST(SlaveFile, BareFileNameCountsFromTheCurrentFolder)
{
    Slave s(slave_of("object x.so"), "x.slave");
    EXPECT_STREQ(s->folder, ".");
    EXPECT_STREQ(s->object, "x.so");
}

TEST(SlaveFile, AddressMayBeWrittenInBothForms)
{
    EXPECT_EQ(Slave(slave_of("address 0x26"))->addr7, 0x26);
    EXPECT_EQ(Slave(slave_of("address 0x4C 8bit"))->addr7, 0x26);
    EXPECT_EQ(Slave(slave_of("address 38"))->addr7, 0x26);
}

TEST(SlaveFile, SpeedIsAModeOrAFrequency)
{
    EXPECT_EQ(Slave(slave_of("speed Fm+"))->scl_max_hz, 1000000u);
    Slave s(slave_of("speed 250kHz"));
    EXPECT_EQ(s->mode, I2C_MODE_FM);
    EXPECT_EQ(s->scl_max_hz, 250000u);
    EXPECT_EQ(Slave(slave_of("speed 3.4MHz"))->mode, I2C_MODE_HS);
}

TEST(SlaveFile, UndeclaredKeysHaveDefaultsAndNoLine)
{
    Slave s(slave_of(""));
    EXPECT_EQ(s->declared[SLAVE_KEY_STRETCH].line, 0u);
    EXPECT_EQ(s->declared[SLAVE_KEY_ADDRESS].line, 4u);
    EXPECT_EQ(s->declared[SLAVE_KEY_ADDRESS].column, 5u);
    EXPECT_EQ(s->mode, I2C_MODE_SM);
    EXPECT_EQ(s->scl_max_hz, 100000u);
    EXPECT_EQ(s->stretch, I2C_STRETCH_BIT);
    EXPECT_EQ(s->general_call, I2C_FEATURE_UNDECLARED);
    EXPECT_EQ(s->data.form, SLAVE_DATA_OPAQUE);
    EXPECT_EQ(s->expect_fail, nullptr);
    EXPECT_EQ(s->known_good.text, nullptr);
}

TEST(SlaveFile, ProtocolKeysFillTheirFields)
{
    Slave s(slave_of(
        "multi_address 0x27 0x28\nrevision rev6\nstretch byte max 1ms\nten_bit 0x123\ngeneral_call "
        "ack\n"
        "general_call_hardware no\nsoftware_reset yes\ndevice_id 0x123456\nbusy nack_addr max 5ms\n"
        "nack_data yes\noverrun discard after 16\nunderrun 0xFF\ncommit stop\ndirection both\n"
        "also_master yes\nwake nack max 1ms\nready within 120ms after reset\ntimeout low "
        "25ms..35ms\n"
        "output_delay max 8us\nwatch state buffer[0]"));
    EXPECT_EQ(s->further_addr7_count, 2u);
    EXPECT_EQ(s->further_addr7[1], 0x28);
    EXPECT_EQ(s->revision, I2C_REVISION_6);
    EXPECT_EQ(s->stretch, I2C_STRETCH_BYTE);
    EXPECT_EQ(s->stretch_max_ps, 1000000000u);
    EXPECT_EQ(s->ten_bit, I2C_FEATURE_YES);
    EXPECT_EQ(s->addr10, 0x123);
    EXPECT_EQ(s->general_call, I2C_FEATURE_YES);
    EXPECT_EQ(s->general_call_hardware, I2C_FEATURE_NO);
    EXPECT_EQ(s->software_reset, I2C_FEATURE_YES);
    EXPECT_EQ(s->device_id_value, 0x123456u);
    EXPECT_EQ(s->busy, SLAVE_BUSY_NACK_ADDR);
    EXPECT_EQ(s->busy_max_ps, 5000000000u);
    EXPECT_TRUE(s->nack_data);
    EXPECT_EQ(s->overrun, SLAVE_OVERRUN_DISCARD);
    EXPECT_EQ(s->overrun_after_bytes, 16u);
    EXPECT_EQ(s->underrun, SLAVE_UNDERRUN_BYTE);
    EXPECT_EQ(s->underrun_value, 0xFF);
    EXPECT_EQ(s->commit, SLAVE_COMMIT_STOP);
    EXPECT_EQ(s->direction, SLAVE_BOTH);
    EXPECT_EQ(Slave(slave_of("direction write"))->direction, SLAVE_WRITE_ONLY);
    EXPECT_TRUE(s->also_master);
    EXPECT_EQ(s->wake, SLAVE_WAKE_NACK);
    EXPECT_EQ(s->ready_ps, 120000000000u);
    EXPECT_EQ(s->timeout_low_min_ps, 25000000000u);
    EXPECT_EQ(s->timeout_low_max_ps, 35000000000u);
    EXPECT_EQ(s->output_delay_max_ps, 8000000u);
    EXPECT_EQ(words(s->watch), (std::vector<std::string>{"state", "buffer[0]"}));
}

TEST(SlaveFile, SmbusKeysFillTheirFields)
{
    Slave s(
        slave_of("smbus 3.x\nsmbus_class 1M\npec required\nquick yes\ncommand 0x10 read_word\n"
                 "command 0x11 write_byte\nalert yes\narp persistent\nhost_notify yes\npmbus 1.2"));
    EXPECT_STREQ(s->smbus, "3.x");
    EXPECT_EQ(s->smbus_class_hz, 1000000u);
    EXPECT_EQ(s->pec, SLAVE_PEC_REQUIRED);
    ASSERT_EQ(s->command_count, 2u);
    EXPECT_EQ(s->commands[1].code, 0x11);
    EXPECT_EQ(s->commands[0].protocol, SLAVE_PROTOCOL_READ_WORD);
    EXPECT_EQ(s->arp, SLAVE_ARP_PERSISTENT);
    EXPECT_TRUE(s->quick && s->alert && s->host_notify);
    EXPECT_STREQ(s->pmbus, "1.2");
}

TEST(SlaveFile, UdidHasSixteenBytes)
{
    const std::string fifteen = "smbus 2.0\narp yes\nudid 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14";
    Slave s(slave_of(fifteen + " 0xFE"));
    ASSERT_EQ(s.status, LANG_OK) << s.messages();
    EXPECT_EQ(s->udid[1], 1);
    EXPECT_EQ(s->udid[15], 0xFE);
    EXPECT_NE(Slave(slave_of(fifteen)).status, LANG_OK);
    EXPECT_NE(Slave(slave_of(fifteen + " 1 2")).status, LANG_OK);
    EXPECT_NE(Slave(slave_of(fifteen + " 0x100")).status, LANG_OK);
}

TEST(SlaveFile, MastersAreSplit)
{
    Slave s(slave_of("masters arduino@100k,rp=4k7,cb=100pF nxt"));
    ASSERT_EQ(s->master_count, 2u);
    EXPECT_STREQ(s->masters[0].text, "arduino@100k,rp=4k7,cb=100pF");
    EXPECT_STREQ(s->masters[0].name, "arduino");
    EXPECT_EQ(s->masters[0].scl_hz, 100000u);
    EXPECT_EQ(words(s->masters[0].keys), (std::vector<std::string>{"rp", "cb"}));
    EXPECT_EQ(words(s->masters[0].values), (std::vector<std::string>{"4k7", "100pF"}));
    EXPECT_EQ(s->masters[1].scl_hz, 0u);
}

TEST(SlaveFile, PromisesAndWaiversAreLists)
{
    Slave s(slave_of(
        "tolerates latency 15us on nxt\ntolerates main_stall 1ms\n"
        "accept I2C-RSV-04 because \"USI matches\" until 2028-02-29\nexpect fail I2C-RD-03"));
    ASSERT_EQ(s->tolerance_count, 2u);
    EXPECT_EQ(s->tolerances[0].time_ps, 15000000u);
    EXPECT_STREQ(s->tolerances[0].master, "nxt");
    EXPECT_EQ(s->tolerances[1].what, SLAVE_MAIN_STALL);
    EXPECT_EQ(s->tolerances[1].master, nullptr);
    ASSERT_EQ(s->waiver_count, 1u);
    EXPECT_STREQ(s->waivers[0].row, "I2C-RSV-04");
    EXPECT_STREQ(s->waivers[0].reason, "USI matches");
    EXPECT_EQ(s->waivers[0].until_ymd, 20280229u);
    EXPECT_STREQ(s->expect_fail, "I2C-RD-03");
}

TEST(SlaveFile, RegistersAreRangesInOrder)
{
    Slave s("slave s\n    kind hosted\n    sources s.c\n    address 0x26\n"
            "    data registers pointer 1 increment wrap 0x37->0x00 keeps_pointer\n"
            "        0x30..0x37  rw scratch\n        0x00  ro 0xA5  # WHO_AM_I\n        0x10  rw "
            "0x00 mask 0x0F\n"
            "        0x20  ro fifo 16 no_increment empty 0x01\n        0xE0  wo command busy 5ms "
            "nack_addr\n"
            "    never_write 0xF0..0xFF 0x05\n");
    const slave_data &data = s->data;
    EXPECT_EQ(data.pointer_bytes, 1u);
    EXPECT_TRUE(data.increment && data.keeps_pointer);
    ASSERT_EQ(data.wrap_count, 1u);
    EXPECT_EQ(data.wraps[0].from, 0x37u);
    ASSERT_EQ(data.register_count, 5u);
    EXPECT_EQ(data.registers[0].reset_value, 0xA5);
    EXPECT_EQ(data.registers[0].access, SLAVE_RO);
    EXPECT_EQ(data.registers[1].mask, 0x0F);
    EXPECT_EQ(data.registers[2].fifo_bytes, 16u);
    EXPECT_TRUE(data.registers[2].no_increment && data.registers[2].empty_known);
    EXPECT_EQ(data.registers[3].at.last, 0x37u);
    EXPECT_TRUE(data.registers[3].scratch);
    EXPECT_EQ(data.registers[3].line, 6u);
    EXPECT_TRUE(data.registers[4].command);
    EXPECT_EQ(data.registers[4].busy_ps, 5000000000u);
    EXPECT_TRUE(s->busy_declared);
    EXPECT_EQ(s->busy_max_ps, 5000000000u);
    ASSERT_EQ(s->never_write_count, 2u);
    EXPECT_EQ(s->never_write[0].last, 0xFFu);
}

TEST(SlaveFile, EveryFormOfDataIsRead)
{
    EXPECT_EQ(Slave(slave_of("data opaque"))->data.form, SLAVE_DATA_OPAQUE);
    EXPECT_EQ(Slave(slave_of("data echo initial 7"))->data.initial_value, 7);
    EXPECT_TRUE(Slave(slave_of("data buffer 4 wrap"))->data.wrap);
    EXPECT_FALSE(Slave(slave_of("data buffer 4 clamp"))->data.wrap);
    EXPECT_EQ(Slave(slave_of("data queue 16 empty 0xFF"))->data.empty_value, 0xFF);
    EXPECT_EQ(Slave(slave_of("data frame 8"))->data.size_bytes, 8u);
    EXPECT_EQ(Slave(slave_of("data stream"))->data.form, SLAVE_DATA_STREAM);
    EXPECT_EQ(Slave(slave_of("data eeprom 24c64"))->data.page_bytes, 32u);
    EXPECT_STREQ(Slave(slave_of("data model m.c"))->data.file, "some/m.c");
}

TEST(SlaveFile, SaysWhereAnEepromsDiffer)
{
    Slave plain(slave_of("data eeprom 24c512"));
    EXPECT_EQ(plain->data.size_bytes, 65536u);
    EXPECT_EQ(plain->data.page_bytes, 128u);
    EXPECT_EQ(plain->data.current, SLAVE_CURRENT_UNKNOWN);
    EXPECT_EQ(plain->data.protect, SLAVE_PROTECT_UNKNOWN);
    EXPECT_TRUE(lang_need_is_met(plain.description, "eeprom"));
    EXPECT_FALSE(lang_need_is_met(plain.description, "eeprom.current_page"));
    Slave st(slave_of("data eeprom 24c02 protect nack page 16 current next"));
    EXPECT_EQ(st->data.page_bytes, 16u);
    EXPECT_EQ(st->data.pointer_bytes, 1u);
    EXPECT_TRUE(lang_need_is_met(st.description, "eeprom.current_next"));
    EXPECT_FALSE(lang_need_is_met(st.description, "eeprom.current_page"));
    EXPECT_TRUE(lang_need_is_met(st.description, "eeprom.protect_nack"));
    EXPECT_FALSE(lang_need_is_met(st.description, "eeprom.protect_ack"));
}

TEST(SlaveFile, SaysWhatIsBehindABuffer)
{
    const Slave clamps(slave_of("data buffer 4 clamp"));
    EXPECT_TRUE(lang_need_is_met(clamps.description, "buffer.clamp"));
    EXPECT_FALSE(lang_need_is_met(clamps.description, "buffer.wrap"));
    const Slave wraps(slave_of("data buffer 4 wrap"));
    EXPECT_TRUE(lang_need_is_met(wraps.description, "buffer.wrap"));
    EXPECT_FALSE(lang_need_is_met(wraps.description, "buffer.clamp"));
    const Slave other(slave_of("data eeprom 24c02"));
    EXPECT_FALSE(lang_need_is_met(other.description, "buffer.clamp"));
}

TEST(KnownGood, DeclaredTransferKeepsItsPlace)
{
    Slave s(slave_of("known_good S own+W [A] 0x00 [A] \\\n  Sr own+R [A] [0xA5] N P  # id"));
    lang_program *program = nullptr;
    ASSERT_EQ(lang_known_good(&program, s.description), LANG_OK);
    const lang_node &transfer = program->nodes[program->scenarios[0].body];
    EXPECT_EQ(transfer.kind, LANG_TRANSFER);
    EXPECT_EQ(transfer.line, 5u);
    EXPECT_EQ(transfer.column, 16u);
    EXPECT_EQ(transfer.next, 0u);
    lang_program_free(program);
}

TEST(KnownGood, DefaultIsAProbeAndAOneByteRead)
{
    Slave s(slave_of(""));
    lang_program *program = nullptr;
    ASSERT_EQ(lang_known_good(&program, s.description), LANG_OK);
    const lang_node &probe = program->nodes[program->scenarios[0].body];
    EXPECT_STREQ(lang_text(program, probe.text), "S own+W [A] P");
    EXPECT_STREQ(lang_text(program, program->nodes[probe.next].text), "S own+R [A] [_] N P");
    lang_program_free(program);
    Slave w(slave_of("direction write"));
    ASSERT_EQ(lang_known_good(&program, w.description), LANG_OK);
    EXPECT_EQ(program->nodes[program->scenarios[0].body].next, 0u);
    lang_program_free(program);
}

TEST(Profile, HasTheAddressesAndLimitsOfTheFile)
{
    Slave s(slave_of(
        "address 0x20\nmulti_address 0x50\nstretch byte max 1ms\nspeed Fm\ngeneral_call ack"));
    i2c_profile profile;
    lang_profile_fill(&profile, s.description);
    EXPECT_TRUE(i2c_profile_owns(&profile, 0x20) && i2c_profile_owns(&profile, 0x50));
    EXPECT_FALSE(i2c_profile_owns(&profile, 0x21));
    EXPECT_TRUE(profile.stretch_declared);
    EXPECT_EQ(profile.stretch_max_ps, 1000000000u);
    EXPECT_EQ(profile.mode, I2C_MODE_FM);
    EXPECT_EQ(profile.general_call, I2C_FEATURE_YES);
}

TEST(Profile, MaskedAddressesAreAllItsOwn)
{
    Slave s(slave_of("address 0x20\nmulti_address mask 0x03"));
    i2c_profile profile;
    lang_profile_fill(&profile, s.description);
    for (unsigned a = 0; a < 0x80; a++)
        EXPECT_EQ(i2c_profile_owns(&profile, a), a >= 0x20 && a <= 0x23) << a;
}

TEST(Needs, AreMetByWhatIsDeclared)
{
    Slave s("slave s\n    kind hosted\n    sources s.c\n    address 0x26\n    stretch none\n    "
            "overrun nack after 4\n"
            "    tolerates latency 5us\n    data registers pointer 1 increment\n        0x30 rw "
            "scratch\n"
            "        0xE0 wo command busy 1ms nack_addr\n");
    for (const char *need :
         {"kind.hosted", "stretch.none", "overrun", "overrun.nack", "data", "registers",
          "data.registers", "registers.scratch", "registers.command", "registers.increment", "busy",
          "busy.nack_addr", "tolerates", "tolerates.latency", "speed.Sm"})
        EXPECT_TRUE(lang_need_is_met(s.description, need)) << need;
    for (const char *need :
         {"stretch", "stretch.byte", "overrun.stretch", "general_call", "echo", "registers.fifo",
          "tolerates.irq_off", "timeout", "speed.Fm", "ten_bit", "nonsense", ""})
        EXPECT_FALSE(lang_need_is_met(s.description, need)) << need;
}

TEST(Masters, CommandLineFormIsChecked)
{
    slave_master master;
    char why[100];
    for (const char *bad :
         {"", "@100k", "a@", "a@0k", "a,", "a,b", "a,b=", "a,b=1,b=2", "a b", "a@1ms"})
        EXPECT_EQ(lang_master_parse(&master, bad, why, sizeof why), LANG_FAULTY) << bad;
    ASSERT_EQ(lang_master_parse(&master, "a@1M,k=v", why, sizeof why), LANG_OK);
    EXPECT_EQ(master.scl_hz, 1000000u);
    lang_master_release(&master);
}

static Slave hardware(const std::string &keys)
{
    return Slave("slave s\n    kind rtl\n    sources s.v\n    address 0x50\n" + keys);
}

TEST(Slave, HardwareNamesItsPortsAndClock)
{
    Slave s =
        hardware("    top regs\n    clock 12.5MHz clk_i\n    reset rst_ni 2us\n"
                 "    pins scl_i=scl sda_i=sda sda_oe=!sda_t\n    parameter DEPTH=16 ID=8'hA5\n"
                 "    input enable=1\n");
    ASSERT_EQ(s.status, LANG_OK) << s.messages();
    EXPECT_STREQ(s->top, "regs");
    EXPECT_EQ(s->clock_hz, 12500000u);
    EXPECT_STREQ(s->clock_port, "clk_i");
    EXPECT_STREQ(s->reset_port, "rst_ni");
    EXPECT_TRUE(s->reset_low);
    EXPECT_EQ(s->reset_ps, 2000000u);
    EXPECT_STREQ(s->pins[SLAVE_PIN_SDA_I].name, "sda");
    EXPECT_FALSE(s->pins[SLAVE_PIN_SDA_I].inverted);
    EXPECT_STREQ(s->pins[SLAVE_PIN_SDA_OE].name, "sda_t");
    EXPECT_TRUE(s->pins[SLAVE_PIN_SDA_OE].inverted);
    EXPECT_EQ(s->pins[SLAVE_PIN_SDA_OE].place.column, 38u);
    ASSERT_EQ(s->parameters.count, 2u);
    EXPECT_STREQ(s->parameters.at[1], "ID=8'hA5");
    ASSERT_EQ(s->inputs.count, 1u);
}

TEST(Slave, ResetIsActiveLowWhereItsNameOrTheFileSaysSo)
{
    EXPECT_FALSE(hardware("    reset rst\n")->reset_low);
    EXPECT_TRUE(hardware("    reset aresetn\n")->reset_low);
    EXPECT_TRUE(hardware("    reset rst low\n")->reset_low);
    EXPECT_FALSE(hardware("    reset rst_n high\n")->reset_low);
    EXPECT_EQ(hardware("    reset none\n")->reset_port, nullptr);
}
