// docs/language.md is compiled: every fenced example, and its tables are those of the headers.
#include "tests/lang/support.h"

extern "C" {
#include "scenarios/lang/commands.h"
#include "scenarios/lang/registers.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

struct Example {
    std::string form;
    std::string text;
    int line;
};

static std::vector<Example> examples()
{
    std::vector<Example> all;
    std::istringstream in(read_text(SOURCE_FOLDER "/docs/language.md"));
    bool inside = false;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        number++;
        if (line.rfind("```", 0) == 0) {
            if (!inside)
                all.push_back({line.substr(3), "", number});
            inside = !inside;
        } else if (inside) {
            all.back().text += line + "\n";
        }
    }
    return all;
}

TEST(LanguagePage, EveryExampleCompiles)
{
    int compiled = 0;
    for (const Example &example : examples()) {
        SCOPED_TRACE("docs/language.md:" + std::to_string(example.line));
        if (example.form == "scenario" || example.form == "statement") {
            Compiled c(example.form == "scenario" ? example.text : scenario_of(example.text));
            EXPECT_EQ(c.status, LANG_OK) << c.messages();
        } else if (example.form == "slave" || example.form == "keys") {
            Slave s(example.form == "slave" ? example.text : slave_of(example.text));
            EXPECT_EQ(s.status, LANG_OK) << s.messages();
        } else {
            EXPECT_TRUE(example.form == "ebnf" || example.form == "text") << example.form;
            continue;
        }
        compiled++;
    }
    EXPECT_GE(compiled, 20);
}

static std::string escaped(const char *text)
{
    std::string out;
    for (; *text != '\0'; text++)
        out += *text == '|' ? "\\|" : std::string(1, *text);
    return out;
}

/// The page holds the generated table `name`: its head, and `rows`, which are some.
static void expect_table(const std::string &name, const std::string &head, const std::string &rows)
{
    const std::string page = read_text(SOURCE_FOLDER "/docs/language.md");
    std::string rule = "|";
    for (auto n = std::count(head.begin(), head.end(), '|') - 1; n > 0; n--)
        rule += "---|";
    const std::string table =
        "<!-- generated: " + name + " -->\n" + head + "\n" + rule + "\n" + rows;
    EXPECT_NE(rows, "");
    EXPECT_NE(page.find(table + "<!-- end -->"), std::string::npos) << table;
}

TEST(LanguagePage, TableOfKeysIsThatOfTheHeader)
{
    std::string rows;
    for (int key = 0; key < SLAVE_KEY_COUNT; key++) {
        const lang_key_info info = lang_key_describe((slave_key)key);
        rows += std::string("| `") + info.key + "` | " + info.spec + " | `" + escaped(info.form) +
                "` | " + info.meaning + " |\n";
    }
    expect_table("keys", "| key | profile | form | means |", rows);
}

// Every key of the profile that requirements speak of can be declared.
TEST(LanguagePage, TableOfTheProfileIsThatOfTheHeader)
{
    static const char *const profile[] = {
        "MODE",   "REV",    "STRETCH", "STRETCH_MAX", "TEN",     "MULTIADDR",  "GC",     "GCHW",
        "SWRST",  "DEVID",  "BUSY",    "NACKDATA",    "OVERRUN", "UNDERRUN",   "COMMIT", "RO/WO",
        "REGPTR", "CTLTGT", "WAKE",    "tREADY",      "TIMEOUT", "LATENCY",    "SMBVER", "class",
        "PEC",    "QUICK",  "CMD",     "ALERT",       "ARP",     "HOSTNOTIFY", "PMBUS"};
    std::string rows;
    size_t named = 0;
    for (const char *name : profile) {
        std::string row;
        for (int key = 0; key < SLAVE_KEY_COUNT; key++) {
            const lang_key_info info = lang_key_describe((slave_key)key);
            const std::string words = std::string(" ") + info.spec + " ";
            if (words.find(std::string(" ") + name + " ") != std::string::npos)
                row += std::string("| ") + name + " | `" + info.key + "` | `" + escaped(info.form) +
                       "` |\n";
        }
        EXPECT_NE(row, "") << "nothing declares " << name;
        rows += row;
        named++;
    }
    size_t declared = 0;
    for (int key = 0; key < SLAVE_KEY_COUNT; key++) {
        const std::string spec = lang_key_describe((slave_key)key).spec;
        declared += spec.empty() ? 0 : 1 + (size_t)std::count(spec.begin(), spec.end(), ' ');
    }
    EXPECT_EQ(declared, named); // and no key names what is not in the profile
    expect_table("profile", "| profile | key | form |", rows);
}

TEST(LanguagePage, TableOfValuesIsThatOfTheHeader)
{
    std::string rows;
    std::string kinds[] = {"number", "time", "frequency"};
#define ROW(id, name, key, type, text)                                                             \
    rows += std::string("| `") + name + "` | `" + lang_profile_value_key(LANG_PROFILE_##id) +      \
            "` | " + kinds[LANG_TYPE_##type] + " | " + text + " |\n";
    LANG_PROFILE_MAP(ROW)
#undef ROW
    expect_table("values", "| name | key | kind | means |", rows);
}

TEST(LanguagePage, TablesOfSetsAreThoseOfTheHeaders)
{
#define ROW(id, name, text) std::string("| `") + name + "` | " + text + " |\n" +
    expect_table("commands", "| name | commands |", LANG_COMMAND_SET_MAP(ROW) "");
    expect_table("registers", "| name | registers |", LANG_REGISTER_SET_MAP(ROW) "");
#undef ROW
}
