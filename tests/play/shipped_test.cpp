// The shipped slaves are right: on every master they pass the suite, with no fail and no warning.
#include "tests/play/support.h"

#include <cstring>
#include <gtest/gtest.h>

static const std::vector<std::string> every_master = {
    "standard",     "fast", "standard,timing=min", "fast,timing=min",  "arduino@100k",
    "arduino@400k", "nxt",  "nxt,fw=1.05",         "nxt,tick=52.083us"};

class ShippedSlave : public testing::TestWithParam<std::string>
{
};

/// Plays all cases; adds a failure for each that warns or worse. Returns how many passed.
static uint32_t play_all(const std::string &slave, uint64_t seed, bool quick)
{
    Options options;
    options.masters = every_master;
    options.seed = seed;
    options.quick = quick;
    Stage stage(slave, "", options);
    if (!stage.ready()) {
        ADD_FAILURE() << stage.message();
        return 0;
    }
    uint32_t passed = 0;
    for (uint32_t i = 0; i < stage.count(); i++) {
        const Played p = stage.play(i);
        passed += p.result.verdict == PLAY_PASS ? 1 : 0;
        EXPECT_LE(p.result.verdict, PLAY_NOTE) << "seed " << seed << " " << p.told();
    }
    return passed;
}

TEST_P(ShippedSlave, PassesTheSuiteOnEveryMaster)
{
    EXPECT_GT(play_all(GetParam(), 1, false), 500u);
}

TEST_P(ShippedSlave, PassesItsQuickPartWithAnySeed)
{
    for (uint64_t seed = 2; seed <= 20; seed++)
        EXPECT_GT(play_all(GetParam(), seed, true), 200u);
}

INSTANTIATE_TEST_SUITE_P(
    Good, ShippedSlave,
    testing::Values("tiny_usi/single.slave", "tiny_usi/multi.slave",
                    "camera_frame/camera_frame.slave", "registers/registers.slave",
                    "registers/stretch_byte.slave", "registers/stretch_bit.slave",
                    "eeprom_24c64/eeprom_24c64.slave", "eeprom_24c64/st.slave",
                    "serial_bridge/serial_bridge.slave", "serial_bridge/loopback.slave",
                    "serial_bridge/modelled.slave", "twi_buffer/twi_buffer.slave",
                    "prearmed/prearmed.slave", "reference/smbus.slave", "reference/smbus_3.slave",
                    "reference/smbus_plain.slave", "reference/smbus_required.slave"));
