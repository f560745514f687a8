// Scanners, bus recovery, EEPROMs and streams: each scenario of scanner.scenario,
// recovery.scenario, eeprom.scenario and stream.scenario passes on a right slave and catches one
// that is wrong in what it is about.
#include "tests/play/support.h"

#include <gtest/gtest.h>
#include <ostream>

/// A shipped slave's sources with a fault; `keys` as the right one's file has them.
struct Kit {
    const char *sources;
    const char *keys;
    const char *right; ///< the shipped file
};

#define SOFT " ../soft_i2c/soft_i2c.c"
static const char eeprom_keys[] = "address 0x50\nspeed 400kHz\nstretch none\ngeneral_call no\n"
                                  "busy nack_addr max 5ms\ncommit stop\n"
                                  "known_good S own+W [A] 0x00 [A] 0x00 [A] Sr own+R [A] [_] N P\n";
static const Kit registers = {"registers/registers.c register_map/register_map.c",
                              "address 0x50\nspeed 400kHz\nstretch none\ngeneral_call no\n"
                              "data registers pointer 1 increment wrap 0x37->0x00 keeps_pointer\n"
                              "    0x00       ro 0xA5\n"
                              "    0x30..0x37 rw scratch\n"
                              "never_write 0xF0..0xFF\n",
                              "registers/registers.slave"};
static const Kit eeprom = {"eeprom_24c64/eeprom_24c64.c", eeprom_keys,
                           "eeprom_24c64/eeprom_24c64.slave"};
static const Kit st_eeprom = {"eeprom_24c64/eeprom_24c64.c", eeprom_keys, "eeprom_24c64/st.slave"};
static const Kit echo = {"tiny_usi/usi_slave.c tiny_usi/single.c",
                         "address 0x26\nspeed 100kHz\nstretch byte max 100us\ngeneral_call ack\n"
                         "data echo initial 0x00\n",
                         "tiny_usi/single.slave"};
static const Kit buffer = {"tiny_usi/usi_slave.c tiny_usi/multi.c",
                           "address 0x27\nspeed 100kHz\nstretch byte max 100us\ngeneral_call ack\n"
                           "data buffer 4 clamp initial 0x00\n",
                           "tiny_usi/multi.slave"};
static const Kit frame = {"camera_frame/camera_frame.c",
                          "address 0x14\nspeed 100kHz\nstretch none\ngeneral_call no\n"
                          "data frame 8\n",
                          "camera_frame/camera_frame.slave"};

static const Kit stream = {"serial_bridge/serial_bridge.c",
                           "address 0x2C\nspeed 100kHz\nstretch none\ngeneral_call no\n"
                           "nack_data yes\nunderrun 0xFF\ndata stream\n",
                           "serial_bridge/serial_bridge.slave"};
static const Kit queue = {"serial_bridge/serial_bridge.c",
                          "address 0x2C\nspeed 100kHz\nstretch none\ngeneral_call no\n"
                          "nack_data yes\nunderrun 0xFF\ndata queue 16 empty 0xFF\n",
                          "serial_bridge/loopback.slave"};
static const Kit modelled = {"serial_bridge/serial_bridge.c",
                             "address 0x2C\nspeed 100kHz\nstretch none\ngeneral_call no\n"
                             "nack_data yes\n"
                             "data model \"" SLAVES_SHIPPED "/serial_bridge/loopback_model.c\"\n",
                             "serial_bridge/modelled.slave"};

static const char page_ack[] = "data eeprom 24c64 current page protect ack\n";
static const char next_nack[] = "data eeprom 24c64 current next protect nack\n";

struct Pattern {
    const char *scenario;
    const Kit *kit;
    const char *defines; ///< what makes it wrong
    const char *data;    ///< an EEPROM's `data`
};

static void PrintTo(const Pattern &pattern, std::ostream *out)
{
    *out << pattern.scenario << " with " << pattern.defines;
}

static const Pattern patterns[] = {
    {"scan.arduino", &registers, "ADDRESS_MASK=0x3F", ""},
    {"scan.all", &registers, "ADDRESS_MASK=0x3F", ""},
    {"scan.micropython", &registers, "ADDRESS_MASK=0x3F", ""},
    {"scan.i2cdetect", &registers, "ADDRESS_MASK=0x3F", ""},
    {"scan.pico", &registers, "ADDRESS_MASK=0x3F", ""},
    {"scan.ev3", &registers, "ADDRESS_MASK=0x3F", ""},
    {"scan.all.registers", &registers, "FAULT_PROBE_CLEARS_POINTER", ""},
    {"scan.pico.registers", &registers, "FAULT_PROBE_TAKES_TWO", ""},
    {"scan.i2cdetect.registers", &registers, "FAULT_PROBE_TAKES_TWO", ""},
    {"scan.all.echo", &echo, "FAULT_PROBE_CLEARS", ""},
    {"scan.all.buffer", &buffer, "FAULT_PROBE_CLEARS", ""},
    {"scan.all.queue", &queue, "LOOPBACK FAULT_PROBE_TAKES_ONE", ""},
    {"scan.pico.queue", &queue, "LOOPBACK FAULT_DROPS_FIRST", ""},
    {"scan.pico.frame", &frame, "FAULT_DEAF_AFTER_NACK", ""},
    {"scan.all.eeprom", &eeprom, "FAULT_STOP_CLEARS_POINTER", page_ack},
    {"scan.pico.eeprom", &eeprom, "FAULT_STOP_CLEARS_POINTER", page_ack},

    {"bcl.nine_clocks", &registers, "FAULT_SENDS_AFTER_NACK", ""},
    {"bcl.nine_clocks.write", &registers, "FAULT_MISSES_RESTART FAULT_MISSES_STOP", ""},
    {"bcl.stop_each", &registers, "FAULT_MISSES_RESTART FAULT_MISSES_STOP", ""},
    {"bcl.stop_each.write", &registers, "FAULT_MISSES_RESTART FAULT_MISSES_STOP", ""},
    {"bcl.stop_each.joined", &registers, "FAULT_MISSES_RESTART FAULT_MISSES_STOP", ""},
    {"bcl.start", &registers, "FAULT_MISSES_RESTART", ""},
    {"bcl.start.write", &registers, "FAULT_MISSES_RESTART", ""},
    {"bcl.write.registers", &registers, "FAULT_DELIVERS_STALE_BYTE", ""},
    {"bcl.write.buffer", &buffer, "FAULT_PROBE_CLEARS", ""},
    {"bcl.write.echo", &echo, "FAULT_PROBE_CLEARS", ""},
    {"bcl.write.eeprom", &eeprom, "FAULT_DELIVERS_CUT_BYTE FAULT_COMMITS_ON_EVERY_STOP", page_ack},

    {"dat.long.none", &registers, "FAULT_DEAF_AFTER_NACK", ""},

    {"stream.read", &stream, "FAULT_DEAF_AFTER_NACK", ""},
    {"stream.write", &stream, "FAULT_REFUSES_FOR_GOOD", ""},
    {"stream.empty", &stream, "NOTHING=0x00", ""},
    {"stream.order", &stream, "FAULT_DROPS_FIRST", ""},
    {"stream.probe", &stream, "FAULT_PROBE_TAKES_ONE", ""},
    {"stream.written", &stream, "FAULT_SMALL_FIFO", ""},
    {"model.write", &modelled, "LOOPBACK FAULT_SMALL_FIFO", ""},
    {"model.joined", &modelled, "LOOPBACK FAULT_SMALL_FIFO", ""},
    {"model.chain", &modelled, "LOOPBACK FAULT_DROPS_FIRST", ""},
    {"model.overrun", &modelled, "LOOPBACK FAULT_SMALL_FIFO", ""},

    {"eeprom.byte", &eeprom, "FAULT_ANSWERS_WHILE_BUSY", page_ack},
    {"eeprom.page", &eeprom, "FAULT_ANSWERS_WHILE_BUSY", page_ack},
    {"eeprom.page.part", &eeprom, "FAULT_ANSWERS_WHILE_BUSY", page_ack},
    {"eeprom.page.wrap", &eeprom, "FAULT_PAGE_DOES_NOT_WRAP", page_ack},
    {"eeprom.page.overrun", &eeprom, "FAULT_LATCH_IS_FULL", page_ack},
    {"eeprom.stop.address", &eeprom, "FAULT_KEEPS_PLACE", page_ack},
    {"eeprom.stop.in_address", &eeprom, "FAULT_KEEPS_PLACE", page_ack},
    {"eeprom.stop.in_first_byte", &eeprom, "FAULT_DELIVERS_CUT_BYTE FAULT_COMMITS_ON_EVERY_STOP",
     page_ack},
    {"eeprom.stop.in_second_byte", &eeprom, "FAULT_COMMITS_ON_EVERY_STOP", page_ack},
    {"eeprom.stop.behind_byte", &eeprom, "FAULT_ANSWERS_WHILE_BUSY", page_ack},
    {"eeprom.restart", &eeprom, "FAULT_RESTART_COMMITS", page_ack},
    {"eeprom.abort", &eeprom, "FAULT_DELIVERS_CUT_BYTE FAULT_COMMITS_ON_EVERY_STOP", page_ack},
    {"eeprom.busy", &eeprom, "WRITE_CYCLE_US=6000", page_ack},
    {"eeprom.busy.read", &eeprom, "FAULT_ANSWERS_WHILE_BUSY", page_ack},
    {"eeprom.busy.traffic", &eeprom, "WRITE_CYCLE_US=6000", page_ack},
    {"eeprom.busy.foreign", &eeprom, "FAULT_STOP_ENDS_CYCLE", page_ack},
    {"eeprom.current.read", &eeprom, "FAULT_STOP_CLEARS_POINTER", page_ack},
    {"eeprom.current.stop", &eeprom, "FAULT_STOP_CLEARS_POINTER", page_ack},
    {"eeprom.current.write", &eeprom, "FAULT_STOP_CLEARS_POINTER", page_ack},
    {"eeprom.current.page", &eeprom, "ADDRESS_LEAVES_PAGE", page_ack},
    {"eeprom.current.next", &st_eeprom, "WP_REFUSES", next_nack},
    {"eeprom.roll_over", &eeprom, "FAULT_READS_WRAP_IN_PAGE", page_ack},
    {"eeprom.read.pages", &eeprom, "FAULT_READS_WRAP_IN_PAGE", page_ack},
    {"eeprom.protect.ack", &eeprom, "WP_REFUSES", page_ack},
    {"eeprom.protect.nack", &st_eeprom, "ADDRESS_LEAVES_PAGE", next_nack},
    {"eeprom.driver.naive", &eeprom, "FAULT_STOP_CLEARS_POINTER", page_ack},
    {"eeprom.driver.robtillaart", &eeprom, "FAULT_STOP_CLEARS_POINTER", page_ack},
    {"eeprom.driver.exteeprom", &eeprom, "FAULT_STOP_CLEARS_POINTER", page_ack},
    {"eeprom.driver.at24", &eeprom, "FAULT_ANSWERS_WHILE_BUSY", page_ack},
    {"eeprom.wire_cut", &eeprom, "FAULT_ANSWERS_WHILE_BUSY", page_ack},
};

static std::string wrong_slave(const Pattern &pattern)
{
    std::string sources;
    for (const char *c = pattern.kit->sources; *c != '\0'; c++) {
        if (c == pattern.kit->sources || c[-1] == ' ')
            sources += " \"" SLAVES_SHIPPED "/";
        sources += *c == ' ' ? std::string("\"") : std::string(1, *c);
    }
    sources += "\"";
    if (sources.find("usi") == std::string::npos)
        sources += " \"" SLAVES_SHIPPED "/soft_i2c/soft_i2c.c\"";
    std::string text = "slave s\n    kind hosted\n    sources" + sources +
                       "\n    include \"" SLAVES_SHIPPED "/soft_i2c\" \"" SLAVES_SHIPPED
                       "/register_map\"\n    define " +
                       pattern.defines + "\n";
    std::string line;
    for (const char c : std::string(pattern.kit->keys) + pattern.data) {
        if (c != '\n') {
            line += c;
            continue;
        }
        text += "    " + line + "\n";
        line.clear();
    }
    return text;
}

/// All cases of a scenario on some masters, and the worst verdict of those that were played.
struct Outcome {
    play_verdict worst = PLAY_PASS;
    unsigned played = 0;
    std::string told;
};

static Outcome play(const std::string &slave, const char *scenario)
{
    Options options;
    options.masters = {"standard", "arduino@100k"};
    options.filter = scenario;
    Stage stage(slave, "", options);
    Outcome all;
    if (!stage.ready()) {
        ADD_FAILURE() << stage.message();
        return all;
    }
    for (uint32_t i = 0; i < stage.count(); i++) {
        const Played p = stage.play(i);
        if (p.result.verdict == PLAY_NOT_APPLICABLE)
            continue;
        all.played++;
        all.told += p.told();
        if (p.result.verdict > all.worst)
            all.worst = p.result.verdict;
    }
    return all;
}

// 126 addresses of nine clocks, and known_good; the slave answers, and Linux tries each of the
// others four times.
TEST(Scans, AreMadeInTheMastersOwnWay)
{
    const auto clocks = [](const char *name) {
        Options options;
        options.masters = {name};
        options.filter = "scan.arduino";
        Stage stage("registers/registers.slave", "", options);
        return stage.ready() ? stage.play(0).result.scl_clocks : 0;
    };
    EXPECT_EQ(clocks("standard"), 9u * (126 + 3));
    EXPECT_EQ(clocks("arduino@100k"), 9u * (126 + 3));
    EXPECT_EQ(clocks("linux"), 9u * (1 + 125 * 4 + 3));
}

// A master that tries again by itself must not hide a slave that refuses its first call.
TEST(Scans, MustBeAnsweredOnTheFirstAttempt)
{
    const std::string lines = "app set refuse = 1\n( S a+W [A or N] P for a in 0x4E..0x4F )\n"
                              "S own+W [A] P";
    EXPECT_EQ(played(lines, "", "linux").verdict(), "fail");
    EXPECT_EQ(played(lines.substr(lines.find('\n') + 1), "", "linux").verdict(), "pass");
}

// Wire counts one byte less than is asked for: none are 256. Only a scenario that asks what the
// call returned gets to see that.
TEST(WireReads, OfNoByteAre256)
{
    const std::string none = "S own+R [A] P";
    const Played p = played(none + "\nexpect master returned 0", "", "arduino@100k");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(p.result.scl_clocks, 9u * 257);
    const Played unasked = played(none, "", "arduino@100k");
    EXPECT_EQ(unasked.verdict(), "not_applicable") << unasked.told();
    EXPECT_STREQ(unasked.result.reason, "Wire reads at least one byte");
}

class PatternScenario : public testing::TestWithParam<Pattern>
{
};

TEST_P(PatternScenario, PassesARightSlaveAndCatchesAWrongOne)
{
    const Outcome right = play(GetParam().kit->right, GetParam().scenario);
    EXPECT_GT(right.played, 0u);
    EXPECT_EQ(right.worst, PLAY_PASS) << right.told;
    const Outcome wrong = play(wrong_slave(GetParam()), GetParam().scenario);
    EXPECT_GT(wrong.played, 0u);
    EXPECT_GE(wrong.worst, PLAY_WARN) << wrong.told;
    EXPECT_LE(wrong.worst, PLAY_FAIL) << wrong.told;
}

INSTANTIATE_TEST_SUITE_P(Suite, PatternScenario, testing::ValuesIn(patterns),
                         [](const testing::TestParamInfo<Pattern> &one) {
                             std::string name = one.param.scenario;
                             for (char &c : name)
                                 if (c == '.' || c == '_')
                                     c = 'X';
                             return name;
                         });
