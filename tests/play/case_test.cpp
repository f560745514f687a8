// The cases of a slave: their ids, their choice, and that nothing but case and seed decides what
// comes of them; docs/language.md "Scenarios".
#include "tests/play/support.h"

#include <cstring>
#include <gtest/gtest.h>
#include <set>

static const char *const every_head =
    "scenario a.b\n"
    "    for n in 0 255 (0 - 5)\n"
    "    for pause in 1us 1500ns\n"
    "    for c in \"x/\"\n"
    "    S own+W [A] P\n"
    "scenario sweep\n"
    "    sweep stuck scl stretch 2us at every bit of S own+W [A] P "
    "then recover\n";

TEST(CaseIds, AreSafeInShellsGlobsAndFileNames)
{
    Options options;
    options.masters = {"standard", "nxt,fw=1.05", "arduino@400k,rp=3k3"};
    Stage stage(scripted(), every_head, options);
    ASSERT_TRUE(stage.ready()) << stage.message();
    std::set<std::string> seen;
    for (const std::string &id : stage.ids()) {
        EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789._-/@,="),
                  std::string::npos)
            << id;
        EXPECT_TRUE(seen.insert(id).second) << id;
    }
    EXPECT_EQ(seen.count("s/a.b/nxt,fw=1.05/n=0x00,pause=1us,c=0x78"), 1u);
    EXPECT_EQ(seen.count("s/a.b/nxt,fw=1.05/n=-5,pause=1500ns,c=0x2F"), 1u);
    EXPECT_EQ(seen.count("s/sweep/standard/stuck_scl"), 1u);
    EXPECT_EQ(seen.size(), 3u * (12u + 2u));
}

// What stands for a finding that many cases show: docs/results.md "One cause, one finding".
TEST(Cases, AreThePlainerTheLessIsInThem)
{
    const char *const in_order[] = {"about", "longer", "other", "spiked", "met", "swept"};
    Stage stage(
        scripted("data buffer 4 clamp\n"),
        "scenario swept\n    needs buffer\n    sweep stop at every bit of S own+R [A] [0x12] N P "
        "then recover\n"
        "scenario met\n    rival standard: S own+R [A] [_] N P\n    S own+R [A] [0x12] N P\n"
        "scenario spiked\n    needs buffer\n    spike sda 10ns\n    S own+R [A] [0x12] N P\n"
        "scenario other\n    S own+R [A] [0x12] N P\n"
        "scenario longer\n    needs buffer\n    S own+W [A] P\n    S own+R [A] [0x12] N P\n"
        "scenario about\n    needs buffer\n    S own+R [A] [0x12] N P\n");
    ASSERT_TRUE(stage.ready()) << stage.message();
    play_finding wrong = {};
    wrong.wrong_byte = true;
    uint32_t before = 0;
    for (const char *name : in_order)
        for (uint32_t i = 0; i < stage.count(); i++) {
            const play_case one = stage.at(i);
            if (std::string(play_case_scenario(stage.set(), &one)) != name)
                continue;
            EXPECT_GT(play_case_effort(stage.set(), &one, &wrong), before) << one.id;
            before = play_case_effort(stage.set(), &one, &wrong);
        }
    EXPECT_NE(before, 0u);
}

// A rule of the bus is best shown by a scenario that is for it.
TEST(Cases, ArePlainerWhereTheFindingsRuleIsTheirFirstRow)
{
    Stage stage(scripted(),
                "scenario a\n    covers I2C-RD-03 I2C-ACK-04\n    S own+R [A] [_] N P\n"
                "scenario b\n    covers I2C-ACK-04 I2C-RD-03\n    S own+R [A] [_] N P\n");
    ASSERT_TRUE(stage.ready()) << stage.message();
    const play_case a = stage.at(0);
    const play_case b = stage.at(1);
    play_finding held = {};
    snprintf(held.rule, sizeof held.rule, "I2C-ACK-04");
    EXPECT_GT(play_case_effort(stage.set(), &a, &held), play_case_effort(stage.set(), &b, &held));
}

TEST(CaseIds, AreFoundWithAndWithoutTheSlavesName)
{
    Stage stage(scripted(), every_head);
    ASSERT_TRUE(stage.ready()) << stage.message();
    for (uint32_t i = 0; i < stage.count(); i++) {
        const play_case one = stage.at(i);
        play_case found;
        ASSERT_TRUE(play_set_find(stage.set(), one.id, &found)) << one.id;
        EXPECT_EQ(memcmp(&one, &found, sizeof one), 0) << one.id;
        ASSERT_TRUE(play_set_find(stage.set(), one.id + 2, &found)) << one.id;
        EXPECT_EQ(found.index, i);
    }
    play_case found;
    EXPECT_FALSE(play_set_find(stage.set(), "s/a.b", &found));
    EXPECT_FALSE(play_set_find(stage.set(), "", &found));
    EXPECT_FALSE(play_set_find(stage.set(), "a.b/standard/n=0x00,pause=1us,c=0x78@3", &found));
    EXPECT_FALSE(play_set_find(stage.set(), "sweep/standard/stuck_scl@", &found));
    EXPECT_FALSE(play_set_find(stage.set(), "sweep/standard/stuck_scl@-1", &found));
    EXPECT_FALSE(play_set_find(stage.set(), "sweep/standard/stuck_scl@99999999999999", &found));
    ASSERT_TRUE(play_set_find(stage.set(), "s/sweep/standard/stuck_scl@7", &found));
    EXPECT_EQ(found.point, 7);
}

TEST(CaseIds, ThatWouldBeCutAreRefused)
{
    const std::string name(252, 'n');
    Stage stage(scripted(), "scenario " + name + "\n    S own+W [A] P\n");
    EXPECT_FALSE(stage.ready());
    EXPECT_NE(stage.message().find("here.scenario:1: scenario nnn"), std::string::npos)
        << stage.message();
}

TEST(Cases, BeyondThePlayerAreRefusedWithTheirPlace)
{
    std::string heads;
    for (const char *name : {"a", "b", "c", "d", "e", "f", "g"})
        heads += std::string("for ") + name + " in 1 2\n";
    Stage seven(scripted(), scenario_t(heads + "S own+W [A] P"));
    EXPECT_NE(seven.message().find("more than six"), std::string::npos) << seven.message();
    Stage many(scripted(), scenario_t("for a in 0..999\nfor b in 0..999\nS own+W [A] P"));
    EXPECT_NE(many.message().find("more than 100000 cases"), std::string::npos) << many.message();
    const std::string sweep = "sweep stop at every bit of S own+W [A] P then recover\n";
    Stage two(scripted(), scenario_t(sweep + sweep));
    EXPECT_NE(two.message().find("more than one sweep"), std::string::npos) << two.message();
}

TEST(Filters, AreGlobsOverIdsOrAScenariosName)
{
    const auto matches = [](const std::string &filter) {
        Options options;
        options.filter = filter;
        Stage stage(scripted(), every_head, options);
        return stage.set() == nullptr ? 0 : stage.count();
    };
    EXPECT_EQ(matches("*"), 14u);
    EXPECT_EQ(matches("s/a.b/*"), 12u);
    EXPECT_EQ(matches("a.b/*"), 12u);
    EXPECT_EQ(matches("a.b"), 12u);
    EXPECT_EQ(matches("sw?ep"), 2u);
    EXPECT_EQ(matches("*/n=0x[0F][0F],*"), 8u);
    EXPECT_EQ(matches("nothing"), 0u);
}

TEST(Masters, AreNarrowedByAScenarioWithAllThatItSays)
{
    const auto masters = [](const std::string &head) {
        Options options;
        options.masters = {"standard",           "standard,timing=min", "nxt",
                           "nxt,fw=1.05",        "arduino@100k",        "arduino@400k",
                           "arduino@400k,rp=3k3"};
        Stage stage(scripted(), scenario_t("for master in " + head + "\nS own+W [A] P"), options);
        std::string list;
        for (const std::string &id : stage.ids())
            list += id.substr(4) + " ";
        return list;
    };
    EXPECT_EQ(masters("standard"), "standard standard,timing=min ");
    EXPECT_EQ(masters("nxt,fw=1.05"), "nxt,fw=1.05 ");
    EXPECT_EQ(masters("nxt,fw=1.29"), "nxt ");
    EXPECT_EQ(masters("arduino@400k nxt"), "nxt nxt,fw=1.05 arduino@400k arduino@400k,rp=3k3 ");
    EXPECT_EQ(masters("arduino,rp=3k3"), "arduino@400k,rp=3k3 ");
    EXPECT_EQ(masters("linux"), "");
}

TEST(Quick, PlaysFewValuesAndPointsOfEach)
{
    const std::string text = scenario_t("for n in 1..100\nS own+W [A] ( n [A] ) x 1 P") +
                             "scenario u\n    sweep stop at every edge of S own+W [A] P then "
                             "recover\n";
    Options options;
    options.quick = true;
    Stage stage(scripted(), text, options);
    ASSERT_EQ(stage.count(), 4u) << stage.message();
    EXPECT_STREQ(stage.at(0).id, "s/t/standard/n=0x01");
    EXPECT_STREQ(stage.at(1).id, "s/t/standard/n=0x32");
    EXPECT_STREQ(stage.at(2).id, "s/t/standard/n=0x64");
    EXPECT_EQ(stage.play(3).result.points, 4u); // of 30
}

// ---- chance -------------------------------------------------------------------------------------

static const char *const with_chance =
    "scenario t\n    for v in random 6 of 0..255\n    S own+W [A] v [A] P\n"
    "scenario u\n    S own+W [A] ( v [A] for v in random 3 of 0..255 ) P\n";

static std::vector<std::string> random_ids(uint64_t seed)
{
    Options options;
    options.seed = seed;
    Stage stage(scripted(), with_chance, options);
    return stage.ids();
}

TEST(Seeds, DecideWhatIsDrawn)
{
    EXPECT_EQ(random_ids(1), random_ids(1));
    EXPECT_NE(random_ids(1), random_ids(2));
    const std::vector<std::string> ids = random_ids(1);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 7u);
}

static std::string bytes_of(Stage &stage, uint32_t i)
{
    const Played p = stage.play(i);
    return std::string(reinterpret_cast<const char *>(&p.result), sizeof p.result);
}

// Nothing is left over from one case to the next.
TEST(Results, DoNotHangOnTheOrderOfTheCases)
{
    Options options;
    options.masters = {"fast", "nxt", "arduino@100k"};
    options.quick = true;
    for (const char *slave : {"broken/stale_byte.slave", "broken/misses_restart.slave"}) {
        Stage forward(slave, "", options);
        Stage backward(slave, "", options);
        ASSERT_TRUE(forward.ready() && backward.ready()) << forward.message();
        const uint32_t count = forward.count();
        std::vector<std::string> first(count);
        for (uint32_t i = 0; i < count; i++)
            first[i] = bytes_of(forward, i);
        for (uint32_t i = count; i-- > 0;)
            EXPECT_EQ(bytes_of(backward, i), first[i]) << forward.at(i).id;
    }
}

TEST(Results, AreTheSameOfACasePlayedAgain)
{
    Options options;
    options.masters = {"nxt"};
    Stage stage(scripted(), "scenario t\n    S own+W [A] 1 [A] Sr own+R [A] [_] N P\n", options);
    const std::string first = bytes_of(stage, 0);
    EXPECT_EQ(bytes_of(stage, 0), first);
}

TEST(Memory, IsNotAllocatedInSteadyState)
{
    Options options;
    options.masters = {"standard", "nxt", "arduino@100k"};
    Stage stage("registers/registers.slave", "", options);
    ASSERT_TRUE(stage.ready()) << stage.message();
    for (const char *id : {"cmb.chain/standard", "abt.reset_any/nxt/stop",
                           "abt.reset_any/standard/vanish", "abt.read1/arduino@100k/freeze"}) {
        play_case one;
        ASSERT_TRUE(play_set_find(stage.set(), id, &one)) << id;
        (void)stage.play(one);
        const Played again = stage.play(one);
        EXPECT_EQ(again.allocated, 0u) << id;
    }
}
