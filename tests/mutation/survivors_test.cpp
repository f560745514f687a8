#include "tests/mutation/elf.h"
#include "tests/mutation/report.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

using namespace mutation;

namespace
{

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

const char entry[] = "echo echo.c f\n"
                     "    line    a = 1;\n"
                     "    change  1 becomes 2\n"
                     "    equivalent  Nobody reads a;\n"
                     "        it is gone by then.\n";

std::string message_of(const std::string &list)
{
    try {
        (void)read_survivors(list, "list");
    } catch (const std::runtime_error &error) {
        return error.what();
    }
    return "";
}

/// One source `echo.c` of the slave `echo` with the function f, and its mutants as trials.
class List : public testing::Test
{
  protected:
    List()
    {
        Source source;
        source.path = "echo.c";
        source.text = "void f(void)\n{\n    a = 1;\n}\n";
        const Tokens tokens = lex(source.text).tokens;
        source.mutants = find_mutants(source.text, tokens, find_names(tokens));
        subject_.name = "echo";
        subject_.sources = {source};
        trials_ = choose(subject_, {"", 1, 0, 1, {}, false}, {});
        for (Trial &one : trials_)
            one.verdict = {Fate::Killed, "quick", "fail", "I2C-ACK-01", "ack.shape"};
    }

    /// The mutant with this change.
    Trial &at(const std::string &change)
    {
        for (Trial &one : trials_)
            if (one.mutant->change == change)
                return one;
        throw std::runtime_error(change);
    }

    Summary sum(const std::string &list)
    {
        known_ = read_survivors(list, "list");
        return sum_up(subject_, trials_, known_, "list");
    }

    Subject subject_;
    std::vector<Trial> trials_;
    Survivors known_;
};

} // namespace

TEST(ListOfSurvivors, KeepsTheReasonOfEachEntry)
{
    const Survivors known = read_survivors(std::string("# why\n\n") + entry, "list");
    ASSERT_EQ(known.size(), 1u);
    EXPECT_EQ(known.begin()->second.why, "Nobody reads a; it is gone by then.");
    EXPECT_TRUE(known.begin()->second.equivalent);
    EXPECT_EQ(known.begin()->second.line, 3u);
}

TEST(ListOfSurvivors, RefusesEntriesWithoutAReasonAndThoseThatStandTwice)
{
    const std::string whole = entry;
    const std::string head = whole.substr(0, whole.find("    equivalent"));
    EXPECT_TRUE(contains(message_of(head), "list:1: an entry without its reason"));
    EXPECT_TRUE(contains(message_of(head + "    equivalent\n"), "without a reason"));
    EXPECT_TRUE(contains(message_of(head + "    open  ?\n"), "without a reason"));
    EXPECT_TRUE(contains(message_of(whole + whole), "list:6: this one stands twice"));
    EXPECT_TRUE(contains(message_of("echo echo.c f\n    change  x\n"), "list:2: expected line"));
    EXPECT_TRUE(contains(message_of("    line x\n"), "list:1: an entry begins with"));
}

TEST_F(List, OfWhatSurvivesMustBeWhole)
{
    at("1 becomes 2").verdict.fate = Fate::Survived;
    const Summary without = sum("");
    ASSERT_EQ(without.wrong.size(), 1u);
    EXPECT_TRUE(contains(without.wrong[0], "echo.c:3: survives and is not listed"));
    EXPECT_TRUE(contains(without.wrong[0], "    change  1 becomes 2\n")) << without.wrong[0];
    EXPECT_EQ(without.rate(), 6666u);

    const Summary with = sum(entry);
    EXPECT_TRUE(with.wrong.empty());
    EXPECT_EQ(with.equivalent, 1u);
    EXPECT_EQ(with.rate(), 10000u);
}

TEST_F(List, ThatAdmitsAGapLowersTheRate)
{
    std::string open = entry;
    open.replace(open.find("equivalent"), 10, "open");
    at("1 becomes 2").verdict.fate = Fate::Survived;
    const Summary s = sum(open);
    EXPECT_TRUE(s.wrong.empty());
    EXPECT_EQ(s.rate(), 6666u);
}

TEST_F(List, MustNotNameWhatIsKilled)
{
    const Summary s = sum(entry);
    ASSERT_EQ(s.wrong.size(), 1u);
    EXPECT_TRUE(contains(s.wrong[0], "list:1: is killed: I2C-ACK-01 in ack.shape"));
}

TEST_F(List, MustNotNameWhatIsNoMutantAnyMore)
{
    std::string gone = entry;
    gone.replace(gone.find("a = 1"), 5, "a = 7");
    const Summary s = sum(gone);
    ASSERT_EQ(s.wrong.size(), 1u);
    EXPECT_TRUE(contains(s.wrong[0], "list:1: there is no such mutant any more"));

    std::string elsewhere = entry;
    elsewhere.replace(0, 4, "gone");
    EXPECT_TRUE(sum(elsewhere).wrong.empty()) << "another slave is not in question";
}

TEST_F(List, MustNotNameWhatTheCompilerRefusesOrDoesNotSee)
{
    at("1 becomes 2").verdict.fate = Fate::SameCode;
    EXPECT_EQ(sum(entry).wrong.size(), 1u);
    EXPECT_EQ(sum("").wrong.size(), 0u);
    EXPECT_EQ(sum("").same_code, 1u);
}

TEST_F(List, CountsWhatTheProgramCouldNotJudgeAgainstTheRate)
{
    at("1 becomes 2").verdict = {Fate::Unjudged, "quick", "error", "out of memory", ""};
    const Summary s = sum("");
    EXPECT_EQ(s.wrong.size(), 1u);
    EXPECT_EQ(s.rate(), 6666u);
}

TEST_F(List, IsReportedAsTextAndJson)
{
    at("1 becomes 2").verdict.fate = Fate::Survived;
    const Summary s = sum(entry);
    const std::string text = as_text(s, known_);
    EXPECT_TRUE(contains(text, "echo: 100.00 % killed: 2 of 2")) << text;
    EXPECT_TRUE(contains(text, "by rule: I2C-ACK-01 2")) << text;
    EXPECT_TRUE(contains(text, "equivalent: Nobody reads a;")) << text;
    const std::string json = as_json({s}, {trials_}, known_, {"", 1, 0, 1, {}, false});
    EXPECT_TRUE(contains(json, "\"I2C-ACK-01\":\t2")) << json;
    EXPECT_TRUE(contains(json, "\"fate\":\t\"survived\"")) << json;
}

TEST_F(List, OfASampleHangsOnItsSeedAlone)
{
    const auto keys = [&](unsigned sample, uint64_t seed) {
        std::vector<std::string> found;
        for (const Trial &one : choose(subject_, {"", 1, sample, seed, {}, false}, {}))
            found.push_back(one.key);
        return found;
    };
    EXPECT_EQ(keys(2, 1).size(), 2u);
    EXPECT_EQ(keys(2, 1), keys(2, 1));
    EXPECT_EQ(keys(9, 1).size(), trials_.size());
    bool differs = false;
    for (uint64_t seed = 2; seed < 12; seed++)
        differs = differs || keys(1, 1) != keys(1, seed);
    EXPECT_TRUE(differs);
}

/// Listed ones are for a run of all, which says whether they still survive.
TEST_F(List, OfASampleLeavesOutWhatIsKnownToSurvive)
{
    const std::string listed = trials_.front().key;
    const Survivors known = {{listed, {true, "Nobody looks.", 1}}};
    const auto sampled = [&](const Plan &plan) {
        size_t found = 0;
        for (const Trial &one : choose(subject_, plan, known))
            found += one.key == listed ? 1 : 0;
        return found;
    };
    EXPECT_EQ(sampled({"", 1, 0, 1, {}, false}), 1u);
    EXPECT_EQ(sampled({"", 1, 9, 1, {}, false}), 0u);
}

TEST_F(List, OfTrialsHoldsTheFunctionsThatAreAskedFor)
{
    EXPECT_EQ(choose(subject_, {"", 1, 0, 1, {"f"}, false}, {}).size(), trials_.size());
    EXPECT_TRUE(choose(subject_, {"", 1, 0, 1, {"g", "-"}, false}, {}).empty());
}

TEST(LoadedParts, AreTheSameForTheSameCodeAndOthersForOther)
{
    const TemporaryFolder folder;
    const auto parts = [&](const std::string &code, const char *flag) {
        const std::string source = folder.path() / "x.c";
        const std::string object = folder.path() / "x.so";
        write_text(source, code);
        const std::string command =
            std::string("cc -O2 -fPIC -shared ") + flag + " -o " + object + " " + source;
        EXPECT_EQ(std::system(command.c_str()), 0);
        return loaded_parts(read_text(object));
    };
    const std::string one = parts("int f(int a) { return a + 1; }", "-g");
    EXPECT_EQ(one, parts("int f(int b) { return 1 + b; }", "-g0"));
    EXPECT_NE(one, parts("int f(int a) { return a + 2; }", "-g"));
    EXPECT_THROW(loaded_parts("no ELF"), std::runtime_error);
}
