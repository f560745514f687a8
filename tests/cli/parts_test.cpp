// The parts that the reports are made of: JSON, files, baseline, groups, sums, texts.
extern "C" {
#include "cli/baseline.h"
#include "cli/files.h"
#include "cli/group.h"
#include "cli/json_writer.h"
#include "cli/tally.h"
#include "cli/text.h"
#include "cli/waivers.h"
}

#include <cjson/cJSON.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace
{

class Folder
{
  public:
    Folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "cli-XXXXXX").string();
        at_ = mkdtemp(pattern.data());
    }
    ~Folder()
    {
        std::filesystem::remove_all(at_);
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    std::string path(const std::string &name) const
    {
        return (at_ / name).string();
    }
    std::string write(const std::string &name, const std::string &text) const
    {
        std::ofstream(path(name), std::ios::binary) << text;
        return path(name);
    }
    size_t entries() const
    {
        size_t count = 0;
        for (const auto &entry : std::filesystem::directory_iterator(at_))
            count += entry.exists();
        return count;
    }

  private:
    std::filesystem::path at_;
};

std::string read(const std::string &path)
{
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

void append(void *ctx, const char *text, size_t bytes)
{
    static_cast<std::string *>(ctx)->append(text, bytes);
}

using Document = std::unique_ptr<cJSON, decltype(&cJSON_Delete)>;

Document parse(const std::string &text)
{
    return {cJSON_ParseWithLengthOpts(text.c_str(), text.size() + 1, nullptr, 1), cJSON_Delete};
}

/// What cJSON reads when a string was written.
std::string through_cjson(const std::string &value)
{
    std::string text;
    json_writer json;
    json_start(&json, append, &text);
    json_string(&json, value.c_str());
    json_finish(&json);
    const Document document = parse(text);
    return cJSON_IsString(document.get()) ? document->valuestring : "no string: " + text;
}

play_finding finding_of(const char *rule, const char *where, play_verdict verdict = PLAY_FAIL)
{
    play_finding finding = {};
    snprintf(finding.rule, sizeof finding.rule, "%s", rule);
    snprintf(finding.where, sizeof finding.where, "%s", where);
    snprintf(finding.blame, sizeof finding.blame, "slave");
    finding.verdict = verdict;
    return finding;
}

play_case case_of(uint32_t index, uint16_t master_number = 0)
{
    play_case one = {};
    one.index = index;
    one.master = master_number;
    snprintf(one.id, sizeof one.id, "s/x/m/n=%u", index);
    return one;
}

} // namespace

// ---- JSON (RFC 8259) ----------------------------------------------------------------------------

TEST(JsonWriter, WritesWhatCjsonReads)
{
    std::string text;
    json_writer json;
    json_start(&json, append, &text);
    json_object(&json, JSON_LINES);
    json_key_string(&json, "name", "a \"b\" \\ c");
    json_key_uint(&json, "big", UINT64_C(18446744073709551615));
    json_key_int(&json, "low", -9007199254740991);
    json_key_bool(&json, "yes", true);
    json_key_string(&json, "nothing", nullptr);
    json_key_words(&json, "rows", " I2C-RD-03  I2C-RD-04 ");
    json_key(&json, "empty");
    json_array(&json, JSON_LINES);
    json_close(&json);
    json_key(&json, "inside");
    json_array(&json, JSON_LINES);
    for (int i = 0; i < 3; i++) {
        json_object(&json, JSON_INLINE);
        json_key_int(&json, "i", i);
        json_close(&json);
    }
    json_close(&json);
    json_close(&json);
    json_finish(&json);

    const Document document = parse(text);
    ASSERT_NE(document, nullptr) << text;
    const auto member = [&](const char *key) {
        return cJSON_GetObjectItemCaseSensitive(document.get(), key);
    };
    EXPECT_STREQ(member("name")->valuestring, "a \"b\" \\ c");
    EXPECT_EQ(member("low")->valuedouble, -9007199254740991.0);
    EXPECT_TRUE(cJSON_IsTrue(member("yes")));
    EXPECT_TRUE(cJSON_IsNull(member("nothing")));
    EXPECT_EQ(cJSON_GetArraySize(member("rows")), 2);
    EXPECT_EQ(cJSON_GetArraySize(member("empty")), 0);
    EXPECT_EQ(cJSON_GetArraySize(member("inside")), 3);
    EXPECT_NE(text.find("18446744073709551615"), std::string::npos);
}

TEST(JsonWriter, EscapesEveryByteThatNeedsIt)
{
    std::string all;
    for (char c = 1; c != 0x7F; c++)
        all += c;
    EXPECT_EQ(through_cjson(all), all);
    EXPECT_EQ(through_cjson("\x7F"), "\x7F");
    EXPECT_EQ(through_cjson("Grüße, 総線 🚌"), "Grüße, 総線 🚌");
}

// Unicode 15, table 3-7: overlong forms, surrogates and values above U+10FFFF are no UTF-8.
TEST(JsonWriter, ReplacesBytesThatAreNoUtf8)
{
    EXPECT_EQ(through_cjson("a\xFFz"), "a\uFFFDz");
    EXPECT_EQ(through_cjson("\xC0\xAF"), "\uFFFD\uFFFD");
    EXPECT_EQ(through_cjson("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(through_cjson("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(through_cjson("cut \xE7\xB7"), "cut \uFFFD\uFFFD");
}

// ---- files --------------------------------------------------------------------------------------

TEST(OutFile, AppearsOnlyWhenItIsWhole)
{
    const Folder folder;
    const std::string path = folder.path("result.json");
    char message[FILES_MESSAGE_BYTES];
    out_file *file = out_file_new(path.c_str(), message, sizeof message);
    ASSERT_NE(file, nullptr) << message;
    const std::string body(200000, 'x');
    out_file_text(file, body.c_str());
    EXPECT_FALSE(std::filesystem::exists(path));
    ASSERT_TRUE(out_file_commit(file, message, sizeof message)) << message;
    EXPECT_EQ(read(path), body);
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(OutFile, LeavesNothingWhenItIsDiscarded)
{
    const Folder folder;
    const std::string path = folder.write("result.json", "the one before");
    char message[FILES_MESSAGE_BYTES];
    out_file *file = out_file_new(path.c_str(), message, sizeof message);
    ASSERT_NE(file, nullptr);
    out_file_text(file, "half");
    out_file_discard(file);
    EXPECT_EQ(read(path), "the one before");
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(OutFile, TellsPathAndReasonWhenItCannotBeWritten)
{
    const Folder folder;
    char message[FILES_MESSAGE_BYTES] = "";
    EXPECT_EQ(out_file_new(folder.path("no/such/x").c_str(), message, sizeof message), nullptr);
    EXPECT_NE(std::string(message).find("no/such/x: No such file"), std::string::npos) << message;
    std::filesystem::create_directory(folder.path("taken"));
    EXPECT_EQ(out_file_new(folder.path("taken").c_str(), message, sizeof message), nullptr);
    EXPECT_NE(std::string(message).find("Is a directory"), std::string::npos) << message;
}

TEST(OutFile, KeepsTheOldFileWhenTheDiskIsFull)
{
    const Folder folder;
    const std::string path = folder.write("result.json", "the one before");
    char message[FILES_MESSAGE_BYTES] = "";
    // A limit on the size of files fails as a full disk does, but with EFBIG.
    signal(SIGXFSZ, SIG_IGN);
    rlimit before = {};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small = {100000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    out_file *file = out_file_new(path.c_str(), message, sizeof message);
    for (int i = 0; i < 3000 && file != nullptr; i++)
        out_file_text(file, "one hundred bytes, more or less, so that the limit is met at last\n");
    EXPECT_TRUE(file != nullptr && !out_file_commit(file, message, sizeof message));
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_NE(std::string(message).find("result.json: File too large"), std::string::npos)
        << message;
    EXPECT_EQ(read(path), "the one before");
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(Folders, AreMadeWithThoseAboveThem)
{
    const Folder folder;
    char message[FILES_MESSAGE_BYTES] = "";
    EXPECT_TRUE(folder_make(folder.path("a/b c/d").c_str(), message, sizeof message)) << message;
    EXPECT_TRUE(folder_make(folder.path("a/b c/d/").c_str(), message, sizeof message)) << message;
    folder.write("file", "");
    EXPECT_FALSE(folder_make(folder.path("file/x").c_str(), message, sizeof message));
    EXPECT_NE(std::string(message).find("Not a directory"), std::string::npos) << message;
    EXPECT_FALSE(folder_make("", message, sizeof message));
}

// ---- baseline -----------------------------------------------------------------------------------

TEST(Baseline, KnowsCaseAndRuleTogether)
{
    const Folder folder;
    char message[256] = "";
    const std::string path = folder.write("known", "# known failures\n"
                                                   "s/b/m I2C-RD-03   # since May\n\n"
                                                   "s/a/m I2C-RD-03\n"
                                                   "s/a/m crash\r\n"
                                                   "s/c/m hang");
    baseline *known = baseline_read(path.c_str(), message, sizeof message);
    ASSERT_NE(known, nullptr) << message;
    EXPECT_TRUE(baseline_knows(known, "s/a/m", "crash"));
    EXPECT_TRUE(baseline_knows(known, "s/b/m", "I2C-RD-03"));
    EXPECT_FALSE(baseline_knows(known, "s/b/m", "crash"));
    EXPECT_FALSE(baseline_knows(known, "s/a", "crash"));
    baseline_case_played(known, "s/a/m");

    size_t at = 0;
    baseline_unused unused = {};
    ASSERT_TRUE(baseline_next_unused(known, &at, &unused));
    EXPECT_STREQ(unused.case_id, "s/a/m");
    EXPECT_STREQ(unused.rule, "I2C-RD-03");
    EXPECT_EQ(unused.line, 4u);
    EXPECT_TRUE(unused.played);
    ASSERT_TRUE(baseline_next_unused(known, &at, &unused));
    EXPECT_STREQ(unused.case_id, "s/c/m");
    EXPECT_EQ(unused.line, 6u);
    EXPECT_FALSE(unused.played);
    EXPECT_FALSE(baseline_next_unused(known, &at, &unused));
    baseline_free(known);
}

TEST(Baseline, SaysWhichLineIsNone)
{
    const Folder folder;
    char message[256] = "";
    const std::string path = folder.write("known", "s/a/m crash\ns/b/m\n");
    EXPECT_EQ(baseline_read(path.c_str(), message, sizeof message), nullptr);
    EXPECT_NE(std::string(message).find("known:2: a line is CASE-ID RULE"), std::string::npos)
        << message;
    EXPECT_EQ(baseline_read("/no/such", message, sizeof message), nullptr);
    EXPECT_NE(std::string(message).find("/no/such: No such file"), std::string::npos) << message;
}

// ---- groups -------------------------------------------------------------------------------------

class Groups : public testing::Test
{
  protected:
    Groups()
    {
        EXPECT_TRUE(group_table_init(&table));
    }
    ~Groups() override
    {
        group_table_free(&table);
    }
    finding_group *add(const play_case &one, const char *scenario, const play_finding &finding,
                       finding_standing standing = STANDING_COUNTS, unsigned slave = 0)
    {
        const group_finding added = {slave, &one, scenario, effort, &finding, standing};
        return group_add(&table, &added);
    }
    uint32_t effort = 0; ///< of the cases that come next
    group_table table = {};
};

TEST_F(Groups, JoinOneCause)
{
    add(case_of(0, 0), "a", finding_of("I2C-RD-03", "x.c:1"));
    add(case_of(1, 1), "a", finding_of("I2C-RD-03", "x.c:1"));
    finding_group *group = add(case_of(2, 2), "b", finding_of("I2C-RD-03", "x.c:1"));
    ASSERT_EQ(table.count, 1u);
    EXPECT_EQ(group->cases, 3u);
    EXPECT_EQ(group->masters, 7u);
    EXPECT_EQ(group->scenarios, 2u);
    EXPECT_STREQ(group->shown.id, "s/x/m/n=0");
}

TEST_F(Groups, CountACaseOnce)
{
    add(case_of(0), "a", finding_of("I2C-RD-03", "x.c:1"));
    EXPECT_EQ(add(case_of(0), "a", finding_of("I2C-RD-03", "x.c:1"))->cases, 1u);
}

TEST_F(Groups, ShowTheFirstOfThePlainestCases)
{
    play_finding at_point = finding_of("I2C-RD-03", "x.c:1");
    at_point.point = 7;
    effort = 5;
    add(case_of(0), "a", at_point);
    const play_finding whole = finding_of("I2C-RD-03", "x.c:1");
    effort = 1;
    const play_case first = case_of(1);
    EXPECT_TRUE(group_shows(add(first, "b", whole), &first, &whole));
    const play_case second = case_of(2);
    const finding_group *group = add(second, "c", whole);
    EXPECT_FALSE(group_shows(group, &second, &whole));
    EXPECT_EQ(group->shown.index, 1u);
    EXPECT_EQ(group->finding.point, whole.point);
    EXPECT_EQ(group->cases, 3u);
    EXPECT_STREQ(group->scenario[0], "a");
}

// What the slave answered is the same in scenarios of several rows; the plainest of them speaks for
// it, and what was in its group by the first one's row still is.
TEST_F(Groups, AreHeadedByTheRowOfThePlainestCase)
{
    play_finding two_masters = finding_of("I2C-ARB-04", "");
    snprintf(two_masters.text, sizeof two_masters.text, "rival S own+W");
    snprintf(two_masters.message, sizeof two_masters.message, "byte 1 of 0x50+R: 0xA5");
    play_finding pointer = two_masters;
    snprintf(pointer.rule, sizeof pointer.rule, "I2C-REG-01");
    play_finding other_byte = two_masters;
    snprintf(other_byte.message, sizeof other_byte.message, "byte 1 of 0x50+R: 0x5A");
    effort = 2;
    add(case_of(0), "arb", two_masters);
    effort = 1;
    add(case_of(1), "reg", pointer);
    effort = 2;
    add(case_of(2), "arb", other_byte);
    ASSERT_EQ(table.count, 1u);
    EXPECT_STREQ(table.group[0].finding.rule, "I2C-REG-01");
    EXPECT_EQ(table.group[0].shown.index, 1u);
    EXPECT_EQ(table.group[0].cases, 3u);
}

TEST_F(Groups, TellCausesApart)
{
    add(case_of(0), "a", finding_of("I2C-RD-03", "x.c:1"));
    add(case_of(1), "a", finding_of("I2C-RD-03", "x.c:2"));
    add(case_of(2), "a", finding_of("I2C-RD-04", "x.c:1"));
    add(case_of(3), "a", finding_of("I2C-RD-03", "x.c:1"), STANDING_KNOWN);
    add(case_of(4), "a", finding_of("I2C-RD-03", "x.c:1"), STANDING_COUNTS, 1);
    EXPECT_EQ(table.count, 5u);
}

TEST_F(Groups, TellCrashesApartByHowTheyEnded)
{
    play_finding one = finding_of("crash", "");
    play_finding other = one;
    snprintf(one.message, sizeof one.message, "SIGSEGV");
    snprintf(other.message, sizeof other.message, "exit(7)");
    add(case_of(0), "a", one);
    add(case_of(1), "a", other);
    EXPECT_EQ(table.count, 2u);
}

TEST_F(Groups, AreBoundedAndCountWhatFindsNoRoom)
{
    for (uint32_t i = 0; i < GROUP_MAX + 44; i++)
        add(case_of(i), "a", finding_of("I2C-RD-03", std::to_string(i).c_str()));
    EXPECT_EQ(table.count, static_cast<unsigned>(GROUP_MAX));
    EXPECT_EQ(table.dropped, 44u);
}

TEST_F(Groups, AreSortedByWeight)
{
    add(case_of(0), "a", finding_of("w", "", PLAY_WARN));
    add(case_of(1), "a", finding_of("known", "", PLAY_FAIL), STANDING_KNOWN);
    add(case_of(2), "a", finding_of("f1", "", PLAY_FAIL));
    add(case_of(3), "a", finding_of("f2", "", PLAY_FAIL));
    add(case_of(4), "a", finding_of("cause", "", PLAY_FAIL))->leads = 1;
    add(case_of(5), "a", finding_of("often", "", PLAY_FAIL));
    add(case_of(6), "a", finding_of("often", "", PLAY_FAIL));
    group_sort(&table);
    const char *const expected[] = {"cause", "often", "f1", "f2", "w", "known"};
    for (unsigned i = 0; i < 6; i++)
        EXPECT_STREQ(table.group[i].finding.rule, expected[i]);
}

// ---- waivers ------------------------------------------------------------------------------------

class Waivers : public testing::Test
{
  protected:
    void SetUp() override
    {
        lines[0] = {"I2C-RSV-04", "in software", 20260601, {"x.slave", 9, 12}};
        slave.waivers = lines;
        slave.waiver_count = 1;
        result.verdict = PLAY_NOTE;
        result.findings = 1;
        result.finding[0] = finding_of("I2C-RSV-04", "");
        result.finding[0].accepted = true;
    }
    waivers on(uint32_t today)
    {
        waivers list = {};
        list.slave = &slave;
        list.today_ymd = today;
        return list;
    }
    slave_waiver lines[1] = {};
    slave_description slave = {};
    play_result result = {};
};

TEST_F(Waivers, WaiveUpToTheirLastDay)
{
    waivers list = on(20260601);
    EXPECT_EQ(waivers_verdict(&list, &result), PLAY_NOTE);
    EXPECT_TRUE(list.used[0]);
    EXPECT_FALSE(waivers_expired(&list, 0));
}

TEST_F(Waivers, WaiveNothingOnceTheyHaveExpired)
{
    waivers list = on(20260602);
    EXPECT_TRUE(waivers_expired(&list, 0));
    EXPECT_EQ(waivers_verdict(&list, &result), PLAY_FAIL);
}

TEST_F(Waivers, TakeTheDayFromSourceDateEpoch)
{
    setenv("SOURCE_DATE_EPOCH", "1767225599", 1); // the last second of 2025
    EXPECT_EQ(waivers_today(), 20251231u);
    setenv("SOURCE_DATE_EPOCH", "1767225600", 1);
    EXPECT_EQ(waivers_today(), 20260101u);
    unsetenv("SOURCE_DATE_EPOCH");
    EXPECT_GT(waivers_today(), 20200101u);
}

// ---- sums and texts -----------------------------------------------------------------------------

/// Met once, with so much to spare.
static i2c_margin margin_of(int64_t limit_ps, int64_t margin_ps)
{
    i2c_margin margin = {};
    margin.seen = true;
    margin.limit_ps = limit_ps;
    margin.margin_ps = margin_ps;
    margin.count = 1;
    return margin;
}

TEST(Tally, KeepsTheLeastMarginByItsShareOfTheLimit)
{
    tally sum = {};
    play_result result = {};
    result.slave[I2C_T_SU_DAT] = margin_of(250000, 100000);
    result.slave[I2C_T_VD_DAT] = margin_of(3450000, 345000);
    result.longest_hold_ps = 5;
    tally_add(&sum, PLAY_PASS, &result);
    result = play_result{};
    result.slave[I2C_T_SU_DAT] = margin_of(250000, 90000);
    tally_add(&sum, PLAY_FAIL, &result);
    EXPECT_EQ(sum.margin.parameter, I2C_T_VD_DAT);
    EXPECT_EQ(tally_margin_percent(&sum.margin), 10);
    EXPECT_EQ(sum.longest_hold_ps, 5u);
    EXPECT_EQ(tally_all(&sum), 2u);
}

TEST(Tally, KeepsTimesApartByTheirEdgesWithTheCaseOfTheLeastMargin)
{
    const auto sum = std::make_unique<tally>();
    const auto result = std::make_unique<play_result>();
    const auto add = [&](uint32_t index, bool ideal, int64_t low_ps) {
        i2c_spread &low = result->made[I2C_MADE_BY_MASTER][I2C_T_LOW];
        *result = play_result{};
        result->index = index;
        result->ideal_wires = ideal;
        low.limit_ps = 4700000;
        i2c_spread_take(&low, low_ps);
        tally_add(sum.get(), PLAY_PASS, result.get());
    };
    add(3, false, 5000000);
    add(4, false, 4800000);
    add(5, false, 4800000);
    add(6, true, 4700000);
    const tally_time &rc = sum->time[TALLY_RC][I2C_MADE_BY_MASTER][I2C_T_LOW];
    const tally_time &ideal = sum->time[TALLY_IDEAL][I2C_MADE_BY_MASTER][I2C_T_LOW];
    EXPECT_EQ(rc.all.count, 3u);
    EXPECT_EQ(rc.least_in, 4u);
    EXPECT_EQ(rc.all.sum_ps, 14600000);
    EXPECT_EQ(rc.all.most_ps, 5000000);
    EXPECT_EQ(i2c_spread_margin_ps(&rc.all), 100000);
    EXPECT_EQ(ideal.all.count, 1u);
    EXPECT_EQ(ideal.least_in, 6u);
    EXPECT_EQ(sum->time[TALLY_RC][I2C_MADE_BY_SLAVE][I2C_T_LOW].all.count, 0u);
}

TEST(Tally, KnowsHowMuchOfALatencyStood)
{
    tally sum = {};
    uint64_t asked = 1, stands = 1;
    const auto add = [&](uint64_t latency_ps, play_verdict verdict) {
        play_result result = {};
        result.is_late = true;
        result.latency_ps = latency_ps;
        tally_add(&sum, verdict, &result);
    };
    add(0, PLAY_PASS);
    EXPECT_FALSE(tally_latency_stood(&sum, &asked, &stands));
    for (const uint64_t latency_ps : {40u, 20u, 30u, 10u})
        add(latency_ps, PLAY_NOTE);
    add(99, PLAY_NOT_APPLICABLE);
    EXPECT_TRUE(tally_latency_stood(&sum, &asked, &stands));
    EXPECT_EQ(asked, 40u);
    EXPECT_EQ(stands, 40u);
    add(40, PLAY_FAIL);
    add(20, PLAY_INCOMPATIBLE);
    add(20, PLAY_PASS);
    tally_latency_stood(&sum, &asked, &stands);
    EXPECT_EQ(asked, 40u);
    EXPECT_EQ(stands, 10u) << "30 stood, but less did not";
    add(0, PLAY_FAIL);
    EXPECT_TRUE(tally_latency_stood(&sum, &asked, &stands));
    EXPECT_EQ(stands, 0u);
}

TEST(Tally, RoundsAPartOfAPercentBelowZeroDown)
{
    EXPECT_EQ(
        tally_margin_percent(
            std::make_unique<tally_margin>(tally_margin{true, I2C_T_SU_DAT, -1, 250000}).get()),
        -1);
}

TEST(Texts, ShowTimesWithThreeDigits)
{
    const auto shown = [](uint64_t ps) {
        char text[TEXT_TIME_BYTES];
        return std::string(text_time(ps, text, sizeof text));
    };
    EXPECT_EQ(shown(0), "0 s");
    EXPECT_EQ(shown(1), "1 ps");
    EXPECT_EQ(shown(62500), "62.5 ns");
    EXPECT_EQ(shown(31200000), "31.2 us");
    EXPECT_EQ(shown(170000000), "170 us");
    EXPECT_EQ(shown(4705000), "4.71 us");
    EXPECT_EQ(shown(1000000000000), "1 s");
    EXPECT_EQ(shown(18446744073709551615u), "18446744 s");
}

TEST(Texts, QuoteWordsForAShell)
{
    const auto quoted = [](const char *word) {
        char text[256] = "";
        text_add_shell_word(text, sizeof text, word);
        return std::string(text);
    };
    EXPECT_EQ(quoted("rd.x/arduino@100k/next=0x00"), "rd.x/arduino@100k/next=0x00");
    EXPECT_EQ(quoted("my slave.slave"), "'my slave.slave'");
    EXPECT_EQ(quoted("it's"), "'it'\\''s'");
    EXPECT_EQ(quoted(""), "''");
}

TEST(Texts, LetNothingDriveTheTerminal)
{
    char text[64];
    EXPECT_STREQ(text_printable("\x1b[31mred\n", text, sizeof text), "\\x1b[31mred\\n");
    char small[6];
    EXPECT_STREQ(text_printable("abc\n\n", small, sizeof small), "abc\\n");
}
