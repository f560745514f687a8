// A slave that never answers, and one that could not: what a person is told of each.
#include "tests/play/support.h"

#include <gtest/gtest.h>

/// scripted.c listens at 0x50, whatever its file says.
static std::string at_address(const std::string &address)
{
    std::string slave = scripted();
    const std::string::size_type at = slave.find("0x50");
    return slave.replace(at, 4, address);
}

static Played played_at(const std::string &address)
{
    Options options;
    Stage stage(at_address(address), scenario_t("covers I2C-STA-01\nS own+W [A] P"), options);
    EXPECT_TRUE(stage.ready()) << stage.message();
    return stage.play();
}

TEST(Silence, NamesTheAddressThatAnswersInstead)
{
    const Played p = played_at("0x51");
    EXPECT_EQ(p.verdict(), "fail");
    ASSERT_EQ(p.result.findings, 1u) << p.told();
    EXPECT_STREQ(p.first().rule, "silent");
    EXPECT_STREQ(p.first().message, "it answers at 0x50, not at 0x51");
}

// Where the scenario sets intervals of its own, too.
TEST(Silence, IsNamedWhateverTheScenarioSets)
{
    Options options;
    Stage stage(at_address("0x51"),
                scenario_t("covers I2C-STA-01\nfor master in standard with timing=min\n"
                           "S own+W [A] P"),
                options);
    ASSERT_TRUE(stage.ready()) << stage.message();
    const Played p = stage.play();
    ASSERT_EQ(p.result.findings, 1u) << p.told();
    EXPECT_STREQ(p.first().rule, "silent");
}

// A START hold of the minimum is too short for this slave: that is its fault, and it is not silent.
TEST(Silence, IsNotWhatASlaveIsThatIsDeafToTheScenariosSettingsAlone)
{
    Options options;
    options.masters = {"fast"};
    options.filter = "tim.min/*";
    Stage stage("broken/needs_start_hold.slave", "", options);
    ASSERT_TRUE(stage.ready()) << stage.message();
    unsigned deaf = 0;
    for (uint32_t i = 0; i < stage.count(); i++) {
        const Played p = stage.play(i);
        if (p.result.findings == 0)
            continue;
        deaf++;
        EXPECT_STREQ(p.first().rule, "I2C-TIM-01") << p.told();
    }
    EXPECT_GT(deaf, 0u);
}

TEST(Silence, LeavesASlaveAloneThatAnswersAtItsAddress)
{
    const Played p = played_at("0x50");
    EXPECT_EQ(p.verdict(), "pass") << p.told();
}

// The START hold of an NXT is anything up to a tick, and now and then too short for UM10204
// Table 11.
TEST(ShortStart, IsANoteOnTheMasterAndNoFaultOfTheSlave)
{
    unsigned notes = 0;
    for (uint64_t seed = 1; seed <= 40 && notes == 0; seed++) {
        Options options;
        options.masters = {"nxt", "nxt,tick=52.083us"};
        options.seed = seed;
        options.filter = "cmb.b2b*";
        Stage stage("tiny_usi/multi.slave", "", options);
        ASSERT_TRUE(stage.ready()) << stage.message();
        for (uint32_t i = 0; i < stage.count(); i++) {
            const Played p = stage.play(i);
            EXPECT_LE(p.result.verdict, PLAY_NOTE) << p.told();
            for (unsigned k = 0; k < p.result.findings; k++)
                if (std::string(p.result.finding[k].rule) == "short_start") {
                    EXPECT_STREQ(p.result.finding[k].blame, "nxt");
                    EXPECT_LT(p.result.finding[k].measured_ps, 4000000);
                    notes++;
                }
        }
    }
    EXPECT_GT(notes, 0u);
}

// With this seed one comes 14 ns before SCL falls, in a byte: the slave counts on and answers
// inside the next address, whose bits are then not the master's.
TEST(ShortStart, ExcusesASlaveThatGoesOnWithItsByte)
{
    const Played p = play_case_of("tiny_usi/single.slave", "nxt", "abt.write0/nxt/freeze", 78);
    EXPECT_EQ(p.verdict(), "note") << p.told();
    EXPECT_STREQ(p.first().rule, "short_start") << p.told();
}

TEST(ShortStart, IsNotSeenOnAMasterThatKeepsItsTable)
{
    Options options;
    options.masters = {"standard,timing=min"};
    options.filter = "cmb.b2b*";
    Stage stage("tiny_usi/multi.slave", "", options);
    ASSERT_TRUE(stage.ready()) << stage.message();
    for (uint32_t i = 0; i < stage.count(); i++) {
        const Played p = stage.play(i);
        EXPECT_LE(p.result.verdict, PLAY_NOT_APPLICABLE) << p.told();
    }
}
