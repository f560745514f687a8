// What scenarios of SMBus need of the language: the packet error code, alerts of the slave and of
// its neighbour, pins beside the bus; and a slave without power.
#include "tests/play/support.h"

#include <gtest/gtest.h>

namespace
{

/// CRC-8 of SMBus 2.0 5.4: x^8 + x^2 + x + 1, bit by bit.
unsigned crc8(const std::vector<unsigned> &bytes)
{
    unsigned crc = 0;
    for (const unsigned byte : bytes) {
        crc ^= byte;
        for (int i = 0; i < 8; i++)
            crc = (crc & 0x80) != 0 ? (crc << 1 ^ 0x07) & 0xFF : crc << 1;
    }
    return crc;
}

std::string expects_last(unsigned value)
{
    return "\nexpect app last == " + std::to_string(value);
}

/// On the SMBus device at 0x20, whose application has alert() and the pin smbalert.
Played on_device(const std::string &lines)
{
    Stage stage("reference/smbus.slave", scenario_t(lines));
    EXPECT_TRUE(stage.ready()) << stage.message();
    return stage.play();
}

} // namespace

TEST(Pec, OfTheMasterIsThatOfTheBytesSinceStart)
{
    ASSERT_EQ(crc8({'1', '2', '3', '4', '5', '6', '7', '8', '9'}), 0xF4u) << "the code's own check";
    const unsigned right = crc8({0xA0, 0x10, 0xA5});
    const std::string write = "S own+W [A] 0x10 [A] 0xA5 [A] ";
    EXPECT_EQ(played(write + "pec [A] P" + expects_last(right)).verdict(), "pass");
    EXPECT_EQ(played(write + "(pec ^ 1) [A] P" + expects_last(right ^ 1)).verdict(), "pass");
    EXPECT_EQ(played(write + "pec [A] P" + expects_last(right ^ 1)).verdict(), "fail");
    // A STOP ends it; what was sent before is of another message.
    EXPECT_EQ(played(write + "P\n" + write + "pec [A] P" + expects_last(right)).verdict(), "pass");
}

// SMBus 2.0 5.5.5: over the repeated START, both addresses included.
TEST(Pec, OfTheSlaveGoesOnOverARepeatedStart)
{
    for (const unsigned wrong : {0u, 1u, 0x80u}) {
        const unsigned pec = crc8({0xA0, 0x10, 0xA1, 0x5A}) ^ wrong;
        const Played p =
            played("app set value = 0x5A\napp set stride = " + std::to_string((pec - 0x5A) & 0xFF) +
                   "\nS own+W [A] 0x10 [A] Sr! own+R [A] [_] A [pec] N P");
        EXPECT_EQ(p.verdict(), wrong == 0 ? "pass" : "fail") << p.told();
    }
}

TEST(Pec, OfWhatTheWiresShowedIsTheSlaves)
{
    const unsigned pec = crc8({0xA1, 0x00, 0x77});
    const std::string lines = "app set value = 0\napp set stride = 0x77\n";
    EXPECT_EQ(played(lines + "S own+R [A] [_] A [0x77] N P").verdict(), "pass");
    const Played p = played(lines + "S own+R [A] [_] A [_] A [pec] N P");
    EXPECT_EQ(p.verdict(), pec == (2 * 0x77 & 0xFF) ? "pass" : "fail") << p.told();
    EXPECT_STREQ(p.first().rule, "bracket") << p.told();
}

// SMBus 2.0 appendix A: the smaller address wins, and who has lost tries again.
TEST(Alerts, OfANeighbourGoToTheMasterOnceEach)
{
    EXPECT_EQ(played("S 0x0C+R [N] P\nother alerts 0x10\nS 0x0C+R [A] [0x20] N P\nS 0x0C+R [N] P")
                  .verdict(),
              "pass");
    EXPECT_EQ(played("other alerts 0x10\nS 0x0C+R [A] [0x22] N P").verdict(), "fail");
}

TEST(Alerts, OfTwoGoByTheSmallerAddress)
{
    const std::string both = "app call alert()\nexpect pin smbalert low\nother alerts ";
    const std::string end = "S 0x0C+R [N] P\nexpect pin smbalert high";
    const Played first = on_device(both +
                                   "0x30\nS 0x0C+R [A] [0x40] N P\n"
                                   "expect pin smbalert high\nS 0x0C+R [A] [0x60] N P\n" +
                                   end);
    EXPECT_EQ(first.verdict(), "pass") << first.told();
    const Played last = on_device(both +
                                  "0x10\nS 0x0C+R [A] [0x20] N P\n"
                                  "expect pin smbalert low\nS 0x0C+R [A] [0x40] N P\n" +
                                  end);
    EXPECT_EQ(last.verdict(), "pass") << last.told();
}

TEST(Alerts, AtNoAddressAreAnError)
{
    EXPECT_EQ(played("for v in 0x7F\nother alerts v\nS 0x0C+R [A] [0xFE] N P").verdict(), "pass");
    const Played p = played("for v in 0x80\nother alerts v\nS 0x0C+R [A] [_] N P");
    EXPECT_EQ(p.verdict(), "error") << p.told();
}

// SMBus 2.0 5.6: who has a 0 where the other has a 1 is first. At the first bit the device has a 0.
TEST(AddressResolution, OfTwoDevicesGoesByTheSmallerUdid)
{
    const std::string get = "S 0x61+W [A] 0x03 [A] Sr! 0x61+R [A] [0x11] A ";
    const auto said = [&get](int bit, const std::string &first) {
        return get + "[" + first + "] A ( [_] A ) x 16 [pec] N P\nother arp " +
               std::to_string(bit) + "\n" + get + "[" + first + "] A ( [_] A ) x 16 [pec] N P";
    };
    // Alone; beside a UDID that is greater from bit 0 on; beside one that is smaller from bit 1 on.
    for (const auto &[bit, first, verdict] : std::vector<std::tuple<int, std::string, std::string>>{
             {0, "0x41", "pass"}, {1, "0x41", "fail"}, {1, "0x41 or 0x3E", "pass"}}) {
        Stage stage("reference/smbus_arp.slave", scenario_t(said(bit, first)));
        ASSERT_TRUE(stage.ready()) << stage.message();
        EXPECT_EQ(stage.play().verdict(), verdict) << "bit " << bit;
    }
}

TEST(AddressResolution, BesideAnotherDeviceNeedsTheUdidAndABitOfIt)
{
    EXPECT_EQ(on_device("other arp 5\nS 0x61+W [_] P").verdict(), "not_applicable");
    Stage stage("reference/smbus_arp.slave",
                scenario_t("for v in 128\nother arp v\nS 0x61+W [A] P"));
    ASSERT_TRUE(stage.ready()) << stage.message();
    EXPECT_EQ(stage.play().verdict(), "error");
}

// A device that is assigned its address is not asked for it by scenarios that know nothing of that.
TEST(AddressResolution, WithoutAnAddressOnlyWhatNeedsArpIsPlayed)
{
    for (const char *need : {"arp", "arp.yes", "smbus"}) {
        Stage stage("reference/smbus_arp_volatile.slave",
                    scenario_t(std::string("needs ") + need + "\nS 0x61+W [A] P\nS own+W [N] P"));
        ASSERT_TRUE(stage.ready()) << stage.message();
        EXPECT_EQ(stage.play().verdict(), std::string(need) == "smbus" ? "not_applicable" : "pass");
    }
}

/// On the SMBus device at 0x2C, which notifies its host, and writes to others.
static Played on_notifier(const std::string &lines)
{
    Stage stage("reference/smbus_notify.slave", scenario_t(lines));
    EXPECT_TRUE(stage.ready()) << stage.message();
    return stage.play();
}

TEST(SlaveAsMaster, SendsWhatIsExpectedOfIt)
{
    const std::string notify = "other host\napp call notify(0x1234, 50)\nexpect slave sends ";
    EXPECT_EQ(on_notifier(notify + "0x10 0x58 0x34 0x12 within 10ms").verdict(), "pass");
    EXPECT_EQ(on_notifier(notify + "0x10 _ _ 0x12 within 10ms").verdict(), "pass");
    const Played other = on_notifier(notify + "0x10 0x58 0x34 0x13 within 10ms");
    EXPECT_EQ(other.verdict(), "fail");
    EXPECT_STREQ(other.first().message, "the slave has sent 0x10 0x58 0x34 0x12");
    for (const char *bytes : {"0x10 0x58 0x34", "0x10 0x58 0x34 0x12 _"})
        EXPECT_EQ(on_notifier(notify + bytes + " within 10ms").verdict(), "fail") << bytes;
    const Played early = on_notifier(notify + "0x10 0x58 0x34 0x12 within 100us");
    EXPECT_STREQ(early.first().message, "the slave has made no such transfer");
}

// Behind a refusal it tries again; the address alone is what is asked for then, or passed over.
TEST(SlaveAsMaster, IsPassedOverWhereNobodyAnswersUnlessThatIsAskedFor)
{
    const std::string whole = "expect slave sends 0x10 0x58 0x34 0x12 within 10ms";
    EXPECT_EQ(on_notifier("app call notify(0x1234, 0)\nexpect slave sends 0x10 within 10ms\n"
                          "other host\n" +
                          whole)
                  .verdict(),
              "pass");
    EXPECT_EQ(on_notifier("app call notify(0x1234, 0)\nwait 5ms\nother host\n" + whole).verdict(),
              "pass");
    EXPECT_EQ(on_notifier("app call notify(0x1234, 0)\n" + whole).verdict(), "fail");
}

TEST(SlaveAsMaster, IsSilentOrNot)
{
    EXPECT_EQ(on_notifier("expect slave silent within 10ms\nS own+W [A] P").verdict(), "pass");
    const Played p =
        on_notifier("other host\napp call notify(0, 0)\nexpect slave silent within 10ms");
    EXPECT_EQ(p.verdict(), "fail");
    EXPECT_NE(std::string(p.first().message).find("the slave has made a transfer:"),
              std::string::npos)
        << p.told();
}

/// With this seed the rival lets go of SDA for STOP while the slave, which has sent the same, still
/// pulls it for its own.
TEST(SlaveAsMaster, MayMakeTheSameStopLater)
{
    const Played p =
        play_case_of("reference/smbus_notify.slave", "standard,jitter=3us", "arb.self.same/*", 96);
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

// UM10204 3.1.8: to the first 0 where it sends a 1.
TEST(SlaveAsMaster, LosesToARivalThatMeetsIt)
{
    const std::string meet = "other host\napp call notify(0x1234, 100)\n"
                             "rival master meets slave within 10ms: ";
    const std::string later = "\nexpect slave sends 0x10 0x58 0x34 0x12 within 10ms";
    const Played lost = on_notifier(meet + "S 0x03+W [N] P\nexpect slave lost" + later);
    EXPECT_EQ(lost.verdict(), "pass") << lost.told();
    const Played won = on_notifier(meet + "S 0x77+W [A or N] P\nexpect rival lost" + later);
    EXPECT_EQ(won.verdict(), "pass") << won.told();
    const Played not_lost =
        on_notifier(meet + "S 0x77+W [A or N] P\nexpect slave lost within 10ms");
    EXPECT_STREQ(not_lost.first().message, "the slave has lost no transfer") << not_lost.told();
    const Played never =
        on_notifier("rival master meets slave within 10ms: S 0x03+W [N] P\nS own+W [A] P");
    EXPECT_STREQ(never.first().message, "the slave has made no START") << never.told();
}

TEST(Pins, AreExpectedHighOrLow)
{
    EXPECT_EQ(on_device("expect pin smbalert high\nS own+W [A] P").verdict(), "pass");
    const Played low = on_device("expect pin smbalert low\nS own+W [A] P");
    EXPECT_EQ(low.verdict(), "fail");
    EXPECT_STREQ(low.first().rule, "pin");
    EXPECT_STREQ(low.first().message, "smbalert is high");
    const Played high = on_device("app call alert()\nexpect pin smbalert high\nS own+W [A] P");
    EXPECT_EQ(high.verdict(), "fail");
    EXPECT_STREQ(high.first().message, "smbalert is low");
}

TEST(Pins, ThatTheSlaveHasNotDoNotApply)
{
    const Played p = played("expect pin smbalert high\nS own+W [A] P");
    EXPECT_EQ(p.verdict(), "not_applicable");
    EXPECT_STREQ(p.result.reason, "the slave has no pin \"smbalert\"");
}

TEST(Power, OffTheSlaveIsNotThereAndOnItIsAsNew)
{
    const Played p = played("app set value = 7\nS own+R [A] [7] N P\npower off\nS own+R [N] P\n"
                            "power on\nS own+R [A] [0] N P");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
    EXPECT_EQ(played("power off\nS own+W [A] P").verdict(), "fail");
    EXPECT_EQ(played("S own+W [A] P\npower on\nS own+W [N] P").verdict(), "fail");
}

TEST(Power, OffTheSlaveLetsGoOfBothLines)
{
    const std::string holds = "app set hold_us = -1\nS own+W [A] 1 [A] P\n";
    EXPECT_EQ(played(holds + "expect idle within 1ms").verdict(), "fail");
    // A hold of SCL for ever fails by itself; the bus is free again all the same.
    const Played p = played(holds + "power off\nexpect idle within 1ms");
    for (unsigned i = 0; i < p.result.findings; i++)
        EXPECT_STRNE(p.result.finding[i].rule, "idle") << p.told();
}

TEST(Power, OnTheSlaveHasTheTimeThatItDeclares)
{
    for (const char *ready_ms : {"1", "20"}) {
        const Played p = played("power off\npower on\nexpect app passes > 150",
                                std::string("ready within ") + ready_ms + "ms after reset");
        EXPECT_EQ(p.verdict(), std::string(ready_ms) == "20" ? "pass" : "fail") << p.told();
    }
}
