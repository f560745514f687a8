// The catalogue itself: complete, well formed, and consistent with the keys of .slave files.
extern "C" {
#include "scenarios/requirements/requirements.h"
}
#include "slave_under_test/slave.h"

#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace
{

std::map<char, int> levels_of(const std::string &family)
{
    std::map<char, int> count;
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        if (std::string(row->id).rfind(family, 0) == 0) {
            count[requirement_level_letter(row->level)]++;
        }
    }
    return count;
}

bool is_sentence(const std::string &text)
{
    return text.size() > 2 && text.back() == '.' && text.find("  ") == std::string::npos &&
           (std::isupper(static_cast<unsigned char>(text[0])) != 0 || text.find("own") == 0 ||
            std::isdigit(static_cast<unsigned char>(text[0])) != 0);
}

TEST(Catalogue, HasEveryRowWithItsLevel)
{
    EXPECT_EQ(requirement_count(), 350U);
    EXPECT_EQ(levels_of("I2C-"),
              (std::map<char, int>{{'M', 123}, {'O', 1}, {'C', 87}, {'R', 41}, {'I', 2}}));
    EXPECT_EQ(levels_of("SMB-"), (std::map<char, int>{{'M', 31}, {'C', 47}, {'R', 7}, {'I', 2}}));
    EXPECT_EQ(levels_of("PMB-"), (std::map<char, int>{{'C', 9}}));
    EXPECT_EQ(requirement_at(requirement_count()), nullptr);
}

TEST(Catalogue, HasWellFormedIdsOnce)
{
    const std::regex form("((I2C|SMB)-[A-Z]{2,3}|PMB)-[0-9]{2}");
    std::set<std::string> seen;
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        EXPECT_TRUE(std::regex_match(row->id, form)) << row->id;
        EXPECT_TRUE(seen.insert(row->id).second) << row->id;
        EXPECT_EQ(std::string(row->id).rfind(std::string(row->group->name) + "-", 0), 0U)
            << row->id;
    }
}

TEST(Catalogue, FindsEachRowByItsIdInEitherCase)
{
    for (size_t i = 0; i < requirement_count(); i++) {
        EXPECT_EQ(requirement_find(requirement_at(i)->id), requirement_at(i));
    }
    EXPECT_EQ(requirement_find("i2c-bcl-01"), requirement_find("I2C-BCL-01"));
    EXPECT_EQ(requirement_find("I2C-BCL-99"), nullptr);
    EXPECT_EQ(requirement_find(""), nullptr);
}

TEST(Catalogue, HasSentencesInEveryRow)
{
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        EXPECT_TRUE(is_sentence(row->requirement)) << row->id << ": " << row->requirement;
        EXPECT_NE(row->clause[0], '\0') << row->id;
        EXPECT_NE(row->sees, 0U) << row->id;
        EXPECT_NE(row->group->title[0], '\0') << row->id;
        for (const char *text :
             {row->stimulus, row->expected, row->reading, row->cause, row->cure, row->unseen}) {
            EXPECT_TRUE(text[0] == '\0' || is_sentence(text)) << row->id << ": " << text;
        }
        EXPECT_EQ(row->cause[0] == '\0', row->cure[0] == '\0') << row->id;
    }
}

TEST(Catalogue, TellsStimulusAndExpectationOfEveryRow)
{
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        EXPECT_NE(row->stimulus[0], '\0') << row->id;
        EXPECT_NE(row->expected[0], '\0') << row->id;
    }
}

TEST(Catalogue, TellsHowToReadAFailureOfEveryRowOfSmbusAndPmbus)
{
    std::set<std::string> told;
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        const std::string id = row->id;
        if (id.rfind("I2C-", 0) == 0)
            continue;
        EXPECT_NE(row->reading[0], '\0') << id;
        EXPECT_TRUE(told.insert(row->reading).second) << id << " has the text of another row";
    }
    EXPECT_GT(told.size(), 90U);
}

// What a row refers to by id in its texts exists, too.
TEST(Catalogue, NamesOnlyRowsThatExist)
{
    const std::regex id("(I2C|SMB)-[A-Z]+-[0-9]{2}");
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        const std::string text = std::string(row->requirement) + row->stimulus + row->expected;
        for (std::sregex_iterator at(text.begin(), text.end(), id), end; at != end; ++at) {
            EXPECT_NE(requirement_find(at->str().c_str()), nullptr) << row->id << ": " << at->str();
        }
    }
}

TEST(Catalogue, ExplainsTheConditionOfConditionalRowsOnly)
{
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        const bool conditional = row->level == REQUIREMENT_CONDITIONAL;
        EXPECT_EQ(row->terms[0] != nullptr, conditional) << row->id;
        EXPECT_EQ(row->condition[0] != '\0', conditional) << row->id;
        EXPECT_EQ(row->condition_text[0] != '\0', conditional) << row->id;
    }
    EXPECT_STREQ(requirement_find("I2C-HS-08")->condition, "HS,STRETCH");
    EXPECT_STREQ(requirement_find("I2C-HS-08")->condition_text,
                 "High-speed mode, with clock stretching");
    EXPECT_STREQ(requirement_find("I2C-SPK-01")->condition_text, "Fast-mode or Fast-mode Plus");
}

TEST(Catalogue, NeedsOnlyKeysThatSlaveFilesHave)
{
    std::set<std::string> keys;
#define COLLECT(id, key, spec, form, text) keys.insert(key);
    SLAVE_KEY_MAP(COLLECT)
#undef COLLECT
    for (size_t i = 0; i < requirement_count(); i++) {
        for (const requirement_term *const *term = requirement_at(i)->terms; *term != nullptr;
             term++) {
            std::istringstream needs((*term)->need);
            for (std::string need; needs >> need;) {
                EXPECT_EQ(keys.count(need.substr(0, need.find('.'))) +
                              static_cast<size_t>(need == "pointer.wide"),
                          1U)
                    << (*term)->name << ": " << need;
            }
        }
    }
}

TEST(Levels, DecideWhatABrokenRowDoes)
{
    EXPECT_EQ(requirement_level_effect(REQUIREMENT_MANDATORY), REQUIREMENT_FAILS);
    EXPECT_EQ(requirement_level_effect(REQUIREMENT_CONDITIONAL), REQUIREMENT_FAILS);
    EXPECT_EQ(requirement_level_effect(REQUIREMENT_ROBUST), REQUIREMENT_WARNS);
    EXPECT_EQ(requirement_level_effect(REQUIREMENT_OPTIONAL), REQUIREMENT_NOTES);
    EXPECT_EQ(requirement_level_effect(REQUIREMENT_INFORMATIVE), REQUIREMENT_NOTES);
    EXPECT_STREQ(requirement_level_text(REQUIREMENT_ROBUST), "good practice");
}

bool has_name(void *ctx, const requirement_term *term)
{
    return static_cast<std::set<std::string> *>(ctx)->count(term->name) != 0;
}

bool binds(const char *id, std::set<std::string> declared)
{
    const requirement_row *row = requirement_find(id);
    const requirement_term *missing = nullptr;
    const bool binding = requirement_binds(row, has_name, &declared, &missing);
    EXPECT_EQ(missing == nullptr, binding) << id;
    EXPECT_TRUE(missing == nullptr || declared.count(missing->name) == 0) << id;
    return binding;
}

TEST(Conditions, AskForAllFeaturesAndForOneOfTheModes)
{
    EXPECT_TRUE(binds("I2C-STA-01", {}));
    EXPECT_FALSE(binds("I2C-TEN-12", {"TEN"}));
    EXPECT_TRUE(binds("I2C-TEN-12", {"TEN", "GC"}));
    EXPECT_TRUE(binds("I2C-SPK-01", {"Fm+"}));
    EXPECT_FALSE(binds("I2C-SPK-01", {}));
    EXPECT_FALSE(binds("I2C-HS-08", {"HS"}));
    EXPECT_FALSE(binds("I2C-HS-08", {"STRETCH"}));
    EXPECT_TRUE(binds("I2C-HS-08", {"HS", "STRETCH"}));
}

TEST(Conditions, OfAGroupHoldForEachOfItsRows)
{
    EXPECT_FALSE(binds("SMB-TIM-04", {}));
    EXPECT_TRUE(binds("SMB-TIM-04", {"SMBUS"}));
    EXPECT_FALSE(binds("SMB-PEC-10", {"PEC"}));
    EXPECT_TRUE(binds("SMB-PEC-10", {"PEC", "SMBUS"}));
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        const bool of_smbus = std::string(row->id).rfind("SMB-", 0) == 0;
        EXPECT_EQ(row->group->term != nullptr, of_smbus) << row->id;
    }
}

TEST(FailureModes, AreAllThereWithTheRowsThatCatchThem)
{
    EXPECT_EQ(requirement_failure_count(), 46U);
    EXPECT_EQ(requirement_failure_at(46), nullptr);
    std::set<std::string> titles;
    for (size_t i = 0; i < requirement_failure_count(); i++) {
        const requirement_failure *failure = requirement_failure_at(i);
        EXPECT_EQ(requirement_failure_find(failure->id), failure);
        EXPECT_TRUE(titles.insert(failure->title).second) << failure->id;
        EXPECT_TRUE(is_sentence(failure->shows)) << failure->id;
        EXPECT_TRUE(is_sentence(failure->cause)) << failure->id;
        EXPECT_NE(failure->symptoms[0], nullptr) << failure->id;
        EXPECT_NE(failure->rows[0], nullptr) << failure->id;
    }
    EXPECT_EQ(requirement_failure_find("fm-09"), requirement_failure_at(8));
    EXPECT_EQ(requirement_failure_find("FM-47"), nullptr);
}

TEST(FailureModes, AreFoundFromTheRowThatTheyBreak)
{
    const requirement_row *row = requirement_find("I2C-BCL-01");
    ASSERT_NE(requirement_failure_of(row, 0), nullptr);
    EXPECT_STREQ(requirement_failure_of(row, 0)->id, "FM-09");
    EXPECT_EQ(requirement_failure_of(row, 1), nullptr);
    EXPECT_STREQ(requirement_failure_of(requirement_find("I2C-BCL-08"), 1)->id, "FM-43");
}

} // namespace
