// The shipped slaves are right: one case behind the other on one stage, they pass the quick suite
// with no fail and no warning, on each master with another seed. (The whole of it, on all masters,
// is tests/slaves/suite_test.cpp's.)
#include "tests/play/support.h"

#include "tests/sanitized.h"
#include <cstring>

#include <gtest/gtest.h>

static const std::vector<std::string> every_master = {
    "standard",     "fast", "standard,timing=min", "fast,timing=min",  "arduino@100k",
    "arduino@400k", "nxt",  "nxt,fw=1.05",         "nxt,tick=52.083us"};

class ShippedSlave : public testing::TestWithParam<std::string>
{
};

/// Plays the quick part; adds a failure for each case that warns or worse. Returns how many passed.
static uint32_t play_quick(const std::string &slave, const std::string &name, uint64_t seed)
{
    Options options;
    options.masters = {name};
    options.seed = seed;
    options.quick = true;
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

TEST_P(ShippedSlave, PassesTheQuickSuiteOnEveryMasterWithAnySeed)
{
    uint32_t passed = 0;
    uint64_t seed = 0;
    for (const std::string &name : every_master)
        passed += play_quick(GetParam(), name, ++seed);
    EXPECT_GT(passed, 500u);
}

/// Under sanitizers one of each make: what is looked for there is in our own code.
static std::vector<std::string> right_slaves()
{
    if (SANITIZED)
        return {"registers/stretch_bit.slave", "twi_buffer/twi_buffer.slave",
                "reference/smbus.slave"};
    return {"tiny_usi/single.slave",
            "tiny_usi/multi.slave",
            "camera_frame/camera_frame.slave",
            "registers/registers.slave",
            "registers/stretch_byte.slave",
            "registers/stretch_bit.slave",
            "eeprom_24c64/eeprom_24c64.slave",
            "eeprom_24c64/st.slave",
            "serial_bridge/serial_bridge.slave",
            "serial_bridge/loopback.slave",
            "serial_bridge/modelled.slave",
            "twi_buffer/twi_buffer.slave",
            "prearmed/prearmed.slave",
            "reference/smbus.slave",
            "reference/smbus_3.slave",
            "reference/smbus_plain.slave",
            "reference/smbus_1m.slave",
            "reference/smbus_arp.slave",
            "reference/smbus_notify.slave",
            "registers/stretch_late.slave",
            "registers/stretch_bit_late.slave",
            "reference/smbus_required.slave"};
}

INSTANTIATE_TEST_SUITE_P(Good, ShippedSlave, testing::ValuesIn(right_slaves()));

/// It has no address until one is assigned, and plays what knows of that.
TEST(ShippedDevice, WithoutAnAddressPassesAddressResolution)
{
    uint32_t passed = 0;
    for (const char *name : {"standard", "standard,timing=min", "arduino@100k"})
        passed += play_quick("reference/smbus_arp_volatile.slave", name, 1);
    EXPECT_GT(passed, 80u);
}
