// What a finding does to its case: its row's level, and what no level softens.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

#include <map>

namespace
{

/// A run of mischief.slave's cases that match; its result is whole.
struct Played {
    explicit Played(const std::string &filter, const Words &more = {})
    {
        Words words = {"run",         data("mischief.slave"),
                       "--scenarios", data("harm.scenario"),
                       "--filter",    filter,
                       "--out",       folder.path("out"),
                       "--vcd",       "none"};
        words.insert(words.end(), more.begin(), more.end());
        outcome = i2cproof(words);
        result = parse_json(read_file(folder.path("out/result.json")));
    }
    const cJSON *of(const std::string &scenario, const std::string &byte) const
    {
        const cJSON *one = nullptr;
        cJSON_ArrayForEach(one, at(result.get(), "cases"))
        {
            if (text_at(one, "id") == "mischief/harm." + scenario + "/standard/v=" + byte)
                return one;
        }
        return nullptr;
    }
    std::string verdict(const std::string &scenario, const std::string &byte) const
    {
        const cJSON *one = of(scenario, byte);
        return one == nullptr ? "no such case" : text_at(one, "verdict");
    }
    /// The rules of the findings that fail their case.
    std::string failing(const std::string &scenario, const std::string &byte) const
    {
        std::string rules;
        const cJSON *finding = nullptr;
        cJSON_ArrayForEach(finding, at(of(scenario, byte), "findings"))
        {
            if (text_at(finding, "verdict") == "fail")
                rules += (rules.empty() ? "" : " ") + text_at(finding, "rule");
        }
        return rules;
    }
    Folder folder;
    Outcome outcome;
    Json result = parse_json("");
};

/// What each byte does to mischief.slave, and the rule that tells of it.
const std::map<std::string, std::string> harms = {
    {"0x81", "hang"},       {"0x83", "crash"}, {"0x90", "recovery"}, // answers no more
    {"0x91", "I2C-STR-09"},                                          // holds SCL for ever
    {"0x92", "I2C-ACK-03"},                                          // holds SDA for ever
    {"0x93", "memory"},
};

std::string level_of(const std::string &row)
{
    const Json rows = parse_json(i2cproof({"list", "requirements", "--json"}).out);
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, rows.get())
    {
        if (text_at(one, "id") == row)
            return text_at(one, "level");
    }
    return "no such row";
}

} // namespace

TEST(Severity, FollowsTheLevelOfTheRowWhereNoHarmIsDone)
{
    EXPECT_EQ(level_of("I2C-STA-01") + level_of("I2C-STA-18") + level_of("I2C-GC-01") +
                  level_of("I2C-RSV-09"),
              "MROI");
    const Played played("harm.*/v=0x01");
    EXPECT_EQ(played.verdict("required", "0x01"), "fail") << played.outcome;
    EXPECT_EQ(played.verdict("good_practice", "0x01"), "warn") << played.outcome;
    EXPECT_EQ(played.verdict("optional", "0x01"), "note") << played.outcome;
    EXPECT_EQ(played.verdict("informative", "0x01"), "note") << played.outcome;
}

TEST(Severity, IsFailForADeadBusAHangACrashAndOverwrittenMemoryUnderARowOfGoodPractice)
{
    const Played played("harm.good_practice/*");
    EXPECT_EQ(played.outcome.status, 1) << played.outcome;
    for (const auto &[byte, rule] : harms) {
        EXPECT_EQ(played.verdict("good_practice", byte), "fail") << byte << "\n" << played.outcome;
        EXPECT_EQ(played.failing("good_practice", byte), rule) << byte << "\n" << played.outcome;
    }
}

TEST(Severity, IsFailForSuchHarmUnderRowsThatNote)
{
    for (const std::string scenario : {"optional", "informative"}) {
        const Played played("harm." + scenario + "/*");
        EXPECT_EQ(played.outcome.status, 1) << played.outcome;
        for (const std::string byte : {"0x90", "0x92", "0x93"}) {
            EXPECT_EQ(played.verdict(scenario, byte), "fail") << byte << "\n" << played.outcome;
            EXPECT_EQ(played.failing(scenario, byte), harms.at(byte)) << byte;
        }
    }
}

// The finding stands alone, at the end of the case in which it was done.
TEST(Severity, OverwrittenMemoryIsToldInItsOwnCase)
{
    const Played played("harm.*/v=0x9[03]");
    EXPECT_TRUE(contains(played.outcome.out, "the slave wrote past the end of its variables"))
        << played.outcome;
    for (const std::string scenario : {"good_practice", "optional", "informative"}) {
        EXPECT_EQ(played.failing(scenario, "0x93"), "memory") << played.outcome;
        EXPECT_EQ(played.failing(scenario, "0x90"), "recovery") << played.outcome;
    }
}

TEST(Severity, OfAWarningIsFailureOnlyWhenAsked)
{
    EXPECT_EQ(Played("harm.good_practice/*/v=0x01").outcome.status, 0);
    EXPECT_EQ(Played("harm.good_practice/*/v=0x01", {"--fail-on", "warn"}).outcome.status, 1);
    // A note never fails.
    EXPECT_EQ(Played("harm.optional/*/v=0x01", {"--fail-on", "warn"}).outcome.status, 0);
    EXPECT_EQ(Played("harm.informative/*/v=0x01", {"--fail-on", "warn"}).outcome.status, 0);
}
