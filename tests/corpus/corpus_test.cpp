// Every slave of slave_under_test/broken is caught: by the rule that its file names, in the
// scenario that it names, and nine of ten by the quick run.
#include "tests/cli/program.h"
#include "tests/corpus/corpus.h"
#include "tests/page.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

#include <set>

namespace
{

/// A number that does not change with the corpus, since the tests are listed when they are built.
enum { PARTS = 16 };

bool is_hardware(const Variant &v)
{
    return v.file.rfind("rtl_", 0) == 0;
}

/// Whether what its kind needs is there.
bool can_be_played(const Variant &v)
{
    return !is_hardware(v) || std::system("command -v verilator >/dev/null") == 0;
}

Outcome run(const Folder &folder, const Variant &v, std::vector<std::string> more)
{
    std::vector<std::string> words = {"run",   std::string(SLAVES_SHIPPED) + "/broken/" + v.file,
                                      "--vcd", "none",
                                      "--out", folder.path("out")};
    words.insert(words.end(), more.begin(), more.end());
    How how;
    how.environment = {"XDG_CACHE_HOME=" TEST_CACHE}; // each slave is built once for all tests
    return i2cproof(words, how);
}

bool named_rule_failed(const Outcome &outcome, const Variant &v)
{
    const std::string met = "fails " + v.rule + " in " + v.scenario + ", as expected: yes";
    return outcome.status == 1 && outcome.out.find(met) != std::string::npos;
}

void expect_named_rule_fails(const Folder &folder, const Variant &v)
{
    const Outcome outcome = run(folder, v, {"--filter", v.scenario + "/*"});
    EXPECT_TRUE(named_rule_failed(outcome, v)) << v.file << ": " << outcome;
}

/// Then it does so in the whole suite as well, of which the quick one is a part.
bool named_rule_fails_quickly(const Folder &folder, const Variant &v)
{
    return named_rule_failed(run(folder, v, {"--quick", "--filter", v.scenario + "/*"}), v);
}

void expect_quick_catches_it_if_not_listed(const Folder &folder, const Variant &v)
{
    const Outcome outcome = run(folder, v, {"--quick", "--stop-at-first"});
    EXPECT_EQ(outcome.status, v.missed_by_quick ? 0 : 1)
        << v.file
        << (v.missed_by_quick ? " is caught, but stands" : " is not caught, and is missing")
        << " in missed_by_quick.txt\n"
        << outcome;
}

} // namespace

class CorpusPart : public testing::TestWithParam<int>
{
};

TEST_P(CorpusPart, IsCaught)
{
    const std::vector<Variant> corpus = read_corpus(SLAVES_SHIPPED);
    ASSERT_GE(corpus.size(), PARTS);
    const size_t step = SANITIZED ? 4 * PARTS : PARTS;
    for (size_t i = static_cast<size_t>(GetParam()); i < corpus.size(); i += step) {
        if (!can_be_played(corpus[i])) {
            std::cout << corpus[i].file << ": needs Verilator (Debian package verilator)\n";
            continue;
        }
        const Folder folder;
        if (!corpus[i].missed_by_quick && named_rule_fails_quickly(folder, corpus[i]))
            continue;
        expect_named_rule_fails(folder, corpus[i]);
        expect_quick_catches_it_if_not_listed(folder, corpus[i]);
    }
}

/// Under sanitizers a quarter of one part tells of our memory; all of them tell of the slaves.
constexpr int parts_played = SANITIZED ? 1 : static_cast<int>(PARTS);
INSTANTIATE_TEST_SUITE_P(Of16, CorpusPart, testing::Range(0, parts_played));

/// A fault of a slave never ends as an error of ours, whatever else of the suite is played than
/// what is named for it. Which variants are played moves as the corpus grows.
TEST(Corpus, FailsAndIsNoErrorInARunToTheEnd)
{
    constexpr size_t STEP = SANITIZED ? 240 : 24;
    const std::vector<Variant> corpus = read_corpus(SLAVES_SHIPPED);
    std::set<std::string> played = {"keeps_ack.slave", "camera_short_locks.slave"}; // SDA, SCL held
    for (size_t i = corpus.size() % STEP; i < corpus.size(); i += STEP)
        played.insert(corpus[i].file);
    for (const Variant &v : corpus) {
        if (played.count(v.file) == 0 || v.missed_by_quick || !can_be_played(v))
            continue;
        const Folder folder;
        const Outcome outcome = run(folder, v, {"--quick"});
        EXPECT_EQ(outcome.status, 1) << v.file << ": " << outcome;
    }
}

TEST(Corpus, EachVariantSaysWhatCatchesIt)
{
    const std::vector<Variant> corpus = read_corpus(SLAVES_SHIPPED);
    ASSERT_FALSE(corpus.empty());
    for (const Variant &v : corpus) {
        EXPECT_NE(v.rule, "") << v.file;
        EXPECT_NE(v.scenario, "") << v.file;
        EXPECT_NE(v.says, "") << v.file;
        EXPECT_EQ(v.name, "broken_" + v.file.substr(0, v.file.find('.')));
        EXPECT_NE(v.design.rfind("broken/", 0), 0u) << v.file << " is like no right slave";
    }
}

TEST(Corpus, QuickCatchesNineOfTen)
{
    const std::vector<Variant> corpus = read_corpus(SLAVES_SHIPPED);
    std::string missed;
    size_t count = 0;
    for (const Variant &v : corpus)
        if (v.missed_by_quick) {
            missed += " " + v.file;
            count++;
        }
    std::cout << corpus.size() - count << " of " << corpus.size()
              << " caught by --quick; missed:" << (missed.empty() ? " none" : missed) << "\n";
    EXPECT_LE(count * 10, corpus.size()) << missed;
}

TEST(Corpus, EachClassHasAVariantOrAReason)
{
    const std::vector<Variant> corpus = read_corpus(SLAVES_SHIPPED);
    const std::vector<FailureMode> modes = read_failure_modes(SLAVES_SHIPPED);
    std::string known;
    for (size_t i = 0; i < modes.size(); i++) {
        char id[16];
        std::snprintf(id, sizeof id, "FM-%02u", static_cast<unsigned>(i + 1));
        EXPECT_EQ(modes[i].id, id);
        known += modes[i].id + " ";
        bool shown = !modes[i].missing.empty();
        for (const Variant &v : corpus)
            shown = shown || v.classes.find(modes[i].id) != std::string::npos;
        EXPECT_TRUE(shown) << modes[i].id << " has no variant, and failure_modes.txt says not why";
    }
    EXPECT_EQ(modes.size(), 46u);
    for (const Variant &v : corpus)
        for (size_t at = 0; (at = v.classes.find("FM-", at)) != std::string::npos; at++)
            EXPECT_NE(known.find(v.classes.substr(at, 5)), std::string::npos) << v.file;
}

TEST(CorpusPage, IsWhatTheCorpusSays)
{
    expect_page_is_what_is_printed(CORPUS_DOC_PROGRAM, CORPUS_DOC_PAGE);
}
