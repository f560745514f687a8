// A symptom in plain words leads to the failure mode behind it and to the row that catches it.
extern "C" {
#include "scenarios/requirements/requirements.h"
}

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace
{

std::vector<requirement_hit> search(const std::string &text, size_t max = 40)
{
    std::vector<requirement_hit> hits(max);
    hits.resize(requirement_search(text.c_str(), hits.data(), max));
    return hits;
}

std::string first_row(const std::string &text)
{
    for (const requirement_hit &hit : search(text)) {
        if (hit.row != nullptr) {
            return hit.row->id;
        }
    }
    return "";
}

std::string first_failure(const std::string &text)
{
    for (const requirement_hit &hit : search(text)) {
        if (hit.failure != nullptr) {
            return hit.failure->id;
        }
    }
    return "";
}

struct Symptom {
    const char *text;
    const char *failure;
    const char *row;
};

class SymptomSearch : public testing::TestWithParam<Symptom>
{
};

TEST_P(SymptomSearch, PutsTheSensibleEntryFirst)
{
    EXPECT_EQ(first_failure(GetParam().text), GetParam().failure) << GetParam().text;
    EXPECT_EQ(first_row(GetParam().text), GetParam().row) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Symptoms, SymptomSearch,
                         testing::Values(Symptom{"SDA stuck low", "FM-09", "I2C-BCL-01"},
                                         Symptom{"SCL stuck low", "FM-16", "I2C-STR-09"},
                                         Symptom{"NACK on second address", "FM-02", "I2C-STA-03"},
                                         Symptom{"clock stretched forever", "FM-16", "I2C-STR-09"},
                                         Symptom{"works at low speed only", "FM-17", "I2C-RD-01"},
                                         Symptom{"wrong first byte", "FM-17", "I2C-RD-01"},
                                         Symptom{"the last byte is missing", "FM-06", "I2C-WR-02"},
                                         Symptom{"i2cdetect hangs the bus", "FM-39", "I2C-RD-14"},
                                         Symptom{"bits are reversed", "FM-26", "I2C-DAT-03"},
                                         Symptom{"byte received twice", "FM-33", "I2C-WR-01"},
                                         Symptom{"buffer overflow", "FM-22", "I2C-WR-07"},
                                         Symptom{"STOP missing after a read", "FM-08", "I2C-RD-03"},
                                         Symptom{"no ACK", "FM-01", "I2C-STA-01"},
                                         Symptom{"works only once", "FM-25", "I2C-CMB-06"},
                                         Symptom{"TW_BUS_ERROR", "FM-46", "I2C-STA-04"}));

TEST(Search, TakesSynonymsAndEndingsAsTheSame)
{
    EXPECT_EQ(first_row("data line held low"), first_row("SDA stuck low"));
    EXPECT_EQ(first_row("Clock line HANGS low!"), first_row("SCL stuck low"));
    EXPECT_EQ(first_failure("not acknowledged at second address"), "FM-02");
}

TEST(Search, FindsAFailureModeByItsOwnTitle)
{
    for (size_t i = 0; i < requirement_failure_count(); i++) {
        const requirement_failure *failure = requirement_failure_at(i);
        EXPECT_EQ(first_failure(failure->title), failure->id) << failure->title;
    }
}

TEST(Search, OrdersHitsAndStopsAtTheRoomGiven)
{
    const std::vector<requirement_hit> all = search("repeated START", 500);
    const std::vector<requirement_hit> three = search("repeated START", 3);
    ASSERT_EQ(three.size(), 3U);
    for (size_t i = 0; i < all.size(); i++) {
        EXPECT_NE(all[i].row == nullptr, all[i].failure == nullptr);
        EXPECT_TRUE(i == 0 || all[i - 1].score >= all[i].score);
        EXPECT_TRUE(i >= 3 || (all[i].row == three[i].row && all[i].failure == three[i].failure));
    }
    EXPECT_EQ(requirement_search("repeated START", nullptr, 0), 0U);
}

TEST(Search, FindsNothingForWordsThatMeanNothing)
{
    EXPECT_TRUE(search("").empty());
    EXPECT_TRUE(search("the of is not").empty());
    EXPECT_TRUE(search("xyzzy ???").empty());
}

// A word that the catalogue has by the way is no find for a question about something else.
TEST(Search, FindsNothingWhereTheOnlyKnownWordStandsInAnExplanation)
{
    EXPECT_TRUE(search("coffee machine").empty());
    EXPECT_FALSE(search("state machine").empty());
    EXPECT_FALSE(search("coffee stop").empty());
}

TEST(Search, WeighsTitlesOfSectionsAsMuchAsRequirements)
{
    EXPECT_EQ(first_row("register pointer does not increment"), "I2C-REG-02");
    EXPECT_EQ(first_row("pointer counts up wrong"), "I2C-REG-02");
}

TEST(Search, TakesTextOfAnyLength)
{
    EXPECT_FALSE(search("SDA " + std::string(100000, 'x') + " low").empty());
    std::string many;
    for (int i = 0; i < 1000; i++) {
        many += " word" + std::to_string(i);
    }
    EXPECT_EQ(search("SDA stuck low" + many).front().failure, requirement_failure_find("FM-09"));
    EXPECT_TRUE(search("\xff\xfe\x80").empty());
}

} // namespace
