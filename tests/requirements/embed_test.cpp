// The generator: each fault in the text files is one line `path:line: message`, status 1, no
// output.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace
{

const char *const kTerms = "name: TEN\nkind: feature\nneed: ten_bit\nmeaning: a 10-bit address\n";
const char *const kFailures = "id: FM-01\ntitle: T\nshows: S.\ncause: C.\nrows: I2C-STA-01\n"
                              "symptoms: stuck low; no ACK\n";
const char *const kWords = "word: stuck\nsame: held\n\nignore: the, of\n";
const char *const kRows = "group: I2C-STA\ntitle: START\n\n"
                          "id: I2C-STA-01\nlevel: C(TEN)\nobserve: LH\nclause: UM10204 3.1.4\n"
                          "requirement: It says \"hello\" \\ goes\n    on.\n";

class Embed : public testing::Test
{
  protected:
    void SetUp() override
    {
        std::string name = (std::filesystem::temp_directory_path() / "embed-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
        write("terms", kTerms);
        write("failures", kFailures);
        write("words", kWords);
        write("rows", kRows);
    }

    void TearDown() override
    {
        std::filesystem::remove_all(folder);
    }

    void write(const std::string &name, const std::string &text) const
    {
        std::ofstream(folder / name, std::ios::binary) << text;
    }

    std::string read(const std::string &name) const
    {
        std::ostringstream text;
        text << std::ifstream(folder / name).rdbuf();
        return text.str();
    }

    /// Runs the generator in the folder; its messages are then in `messages`.
    int run(const std::string &files = "terms failures words rows")
    {
        const std::string command =
            "cd '" + folder.string() + "' && '" EMBED_PROGRAM "' out.c " + files + " 2>messages";
        const int status = std::system(command.c_str());
        messages = read("messages");
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    /// Expects exactly this one message, and no output.
    void expect_fault(const std::string &message)
    {
        EXPECT_EQ(run(), 1);
        EXPECT_EQ(messages, message + "\n");
        EXPECT_FALSE(std::filesystem::exists(folder / "out.c"));
    }

    static std::string replaced(std::string text, const std::string &from, const std::string &to)
    {
        const size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    }

    std::filesystem::path folder;
    std::string messages;
};

TEST_F(Embed, WritesTablesForGoodFiles)
{
    EXPECT_EQ(run(), 0) << messages;
    const std::string out = read("out.c");
    EXPECT_NE(out.find("\"It says \\\"hello\\\" \\\\ goes on.\""), std::string::npos);
    EXPECT_NE(out.find("requirement_rows_count = 1;"), std::string::npos);
    EXPECT_NE(out.find("&requirement_rows[0], NULL"), std::string::npos);
    EXPECT_NE(out.find("{\"held\", \"stuck\"}"), std::string::npos);
    EXPECT_EQ(messages, "");
}

TEST_F(Embed, TellsOfLinesThatAreNoField)
{
    write("rows", replaced(kRows, "level: C(TEN)", "level C(TEN)\nlevel: M"));
    expect_fault("rows:5: expected `key: value`, found `level C(TEN)`");
}

TEST_F(Embed, TellsOfTabsAndForeignBytes)
{
    write("rows", std::string("# good comment\n#\tbad\n") + kRows);
    expect_fault("rows:2: a tab, or a byte that is not printable ASCII");
    write("rows", std::string("# \xc2\xb5s\n") + kRows);
    expect_fault("rows:1: a tab, or a byte that is not printable ASCII");
    write("rows", std::string("# x\0y\n", 6) + kRows);
    expect_fault("rows:1: a tab, or a byte that is not printable ASCII");
}

TEST_F(Embed, TellsOfAContinuationOfNothing)
{
    write("rows", std::string("   loose\n") + kRows);
    expect_fault("rows:1: there is no value above to go on with");
}

TEST_F(Embed, TellsOfUnknownDoubleEmptyAndMissingKeys)
{
    write("rows", replaced(kRows, "observe: LH", "observe: LH\nobserver: L"));
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(messages.substr(0, messages.find('\n')), "rows:7: unknown key `observer`");
    write("rows", replaced(kRows, "observe: LH", "observe: LH\nobserve: L"));
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(messages.substr(0, messages.find('\n')), "rows:7: `observe` is given twice");
    write("rows", replaced(kRows, "clause: UM10204 3.1.4", "clause:  "));
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(messages.substr(0, messages.find('\n')), "rows:7: `clause` is empty");
    write("rows", replaced(kRows, "clause: UM10204 3.1.4\n", ""));
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(messages.substr(0, messages.find('\n')), "rows:4: `clause` is missing");
}

TEST_F(Embed, TellsOfIdsOutOfOrderOrForm)
{
    write("rows", replaced(kRows, "id: I2C-STA-01", "id: I2C-STA-1"));
    write("failures", replaced(kFailures, "rows: I2C-STA-01", "rows: I2C-STA-1"));
    expect_fault("rows:4: expected the id I2C-STA-01, found `I2C-STA-1`");
    write("rows", replaced(kRows, "id: I2C-STA-01", "id: I2C-STB-01"));
    write("failures", replaced(kFailures, "rows: I2C-STA-01", "rows: I2C-STB-01"));
    expect_fault("rows:4: expected the id I2C-STA-01, found `I2C-STB-01`");
}

TEST_F(Embed, TellsOfARowThatIsThereTwice)
{
    const std::string rows = kRows;
    write("rows", rows + "\n" + rows.substr(rows.find("id:")));
    expect_fault("rows:11: expected the id I2C-STA-02, found `I2C-STA-01`");
}

TEST_F(Embed, TellsOfUnknownLevelsAndConditions)
{
    write("rows", replaced(kRows, "level: C(TEN)", "level: X"));
    expect_fault("rows:5: level is M, O, C(NAME,...), R or I, not `X`");
    write("rows", replaced(kRows, "level: C(TEN)", "level: C"));
    expect_fault("rows:5: a conditional level is C(NAME,...)");
    write("rows", replaced(kRows, "level: C(TEN)", "level: C(TEN,ELEVEN)"));
    expect_fault("rows:5: unknown condition `ELEVEN`");
}

// What checks a row is said where it is checked, by the `covers` of scenarios.
TEST_F(Embed, TellsOfRowsAndFailureModesThatNameScenarios)
{
    write("rows", replaced(kRows, "observe: LH", "observe: LH\nscenarios: sta.basic"));
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(messages.substr(0, messages.find('\n')), "rows:7: unknown key `scenarios`");
    write("rows", kRows);
    write("failures", replaced(kFailures, "title: T", "title: T\nscenarios: sta.basic"));
    expect_fault("failures:3: unknown key `scenarios`");
}

TEST_F(Embed, TellsOfGroupsAboutUnknownConditions)
{
    write("rows", replaced(kRows, "title: START", "title: START\nabout: ELEVEN"));
    expect_fault("rows:3: unknown condition `ELEVEN`");
}

TEST_F(Embed, TellsOfBadObservationClasses)
{
    write("rows", replaced(kRows, "observe: LH", "observe: LX"));
    expect_fault("rows:6: observe takes the letters L, D, H and A, not `LX`");
}

TEST_F(Embed, TellsOfHalvesThatGoTogether)
{
    write("rows", std::string(kRows) + "cause: Late.\n");
    expect_fault("rows:4: `cause` and `cure` go together");
    write("rows", std::string(kRows) + "expected: ACK.\n");
    expect_fault("rows:4: `stimulus` and `expected` go together");
}

TEST_F(Embed, TellsOfFailureModesWithUnknownRows)
{
    write("failures", replaced(kFailures, "rows: I2C-STA-01", "rows: I2C-STA-01 I2C-STA-02"));
    expect_fault("failures:5: there is no row `I2C-STA-02`");
    write("failures", replaced(kFailures, "id: FM-01", "id: FM-02"));
    expect_fault("failures:1: expected the id FM-01, found `FM-02`");
}

TEST_F(Embed, TellsOfWordsThatMeanTwoThings)
{
    write("words", "word: stuck\nsame: held\n\nword: slow\nsame: holds, held\n");
    expect_fault("words:5: `held` is there already, in line 2");
    write("words", "word: stuck\nsame: held by the slave\n");
    expect_fault("words:2: `held by the slave` is not one word or two");
    write("words", "word: stuck\n");
    expect_fault("words:1: expected `word` and `same`, or `ignore`");
}

TEST_F(Embed, TellsOfTermsOfAnUnknownKindOrTwice)
{
    write("terms", replaced(kTerms, "kind: feature", "kind: thing"));
    expect_fault("terms:2: kind is `mode` or `feature`");
    write("terms", std::string(kTerms) + "\n" + kTerms);
    expect_fault("terms:6: `TEN` is there already");
}

TEST_F(Embed, TellsEveryFaultInOneRun)
{
    write("rows",
          replaced(replaced(kRows, "level: C(TEN)", "level: X"), "observe: LH", "observe: Z"));
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(std::count(messages.begin(), messages.end(), '\n'), 2) << messages;
}

TEST_F(Embed, TellsOfFilesThatItCannotReadOrWrite)
{
    EXPECT_EQ(run("terms failures words absent"), 1);
    EXPECT_NE(messages.find("absent:0: No such file or directory\n"), std::string::npos);
    write("words", "");
    expect_fault("words:1: no records");
    write("words", kWords);
    std::filesystem::create_directory(folder / "out.c");
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(messages, "out.c: Is a directory\n");
    EXPECT_EQ(run(""), 2);
}

TEST_F(Embed, SurvivesGarbage)
{
    std::string garbage;
    for (unsigned i = 0, state = 1; i < 200000; i++) {
        state = state * 1103515245U + 12345U;
        garbage += static_cast<char>(state >> 16U);
    }
    write("rows", garbage);
    EXPECT_EQ(run(), 1);
}

} // namespace
