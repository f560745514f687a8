// A program that was printed as C and compiled into the binary is the one that the compiler makes.
#include "tests/lang/support.h"

extern "C" {
#include "scenarios/lang/suite.h"
const lang_program *lang_test_program(void);
}

#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <unistd.h>

static void expect_same_node(const lang_node &a, const lang_node &b, uint32_t i)
{
    EXPECT_TRUE(a.kind == b.kind && a.file == b.file && a.line == b.line && a.column == b.column &&
                a.text == b.text && a.next == b.next && a.a == b.a && a.b == b.b && a.c == b.c &&
                a.d == b.d && a.body == b.body && a.value == b.value)
        << "node " << i;
}

static void expect_same(const lang_program *a, const lang_program *b)
{
    ASSERT_EQ(a->node_count, b->node_count);
    for (uint32_t i = 0; i < a->node_count; i++)
        expect_same_node(a->nodes[i], b->nodes[i], i);
    ASSERT_EQ(a->string_bytes, b->string_bytes);
    EXPECT_EQ(memcmp(a->strings, b->strings, a->string_bytes), 0);
    ASSERT_EQ(a->scenario_count, b->scenario_count);
    for (uint32_t i = 0; i < a->scenario_count; i++) {
        const lang_scenario &x = a->scenarios[i];
        const lang_scenario &y = b->scenarios[i];
        EXPECT_TRUE(x.name == y.name && x.title == y.title && x.file == y.file &&
                    x.retries_ok == y.retries_ok && x.line == y.line && x.column == y.column &&
                    x.fors == y.fors && x.masters == y.masters && x.settings == y.settings &&
                    x.unless == y.unless && x.only_long == y.only_long && x.covers == y.covers &&
                    x.needs == y.needs && x.body == y.body && x.slot_count == y.slot_count)
            << "scenario " << i;
    }
    ASSERT_EQ(a->transfer_count, b->transfer_count);
    for (uint32_t i = 0; i < a->transfer_count; i++) {
        const lang_transfer_def &x = a->transfers[i];
        const lang_transfer_def &y = b->transfers[i];
        EXPECT_TRUE(x.name == y.name && x.file == y.file &&
                    x.parameter_count == y.parameter_count && x.line == y.line &&
                    x.items == y.items && x.slot_count == y.slot_count)
            << "transfer " << i;
    }
    ASSERT_EQ(a->file_count, b->file_count);
    for (uint32_t i = 0; i < a->file_count; i++)
        EXPECT_EQ(a->files[i].path, b->files[i].path);
}

TEST(Embedding, GivesTheProgramThatTheCompilerMakes)
{
    const lang_program *built = lang_test_program();
    const std::string one = read_text(SOURCE_FOLDER "/tests/lang/one.scenario");
    const std::string two = read_text(SOURCE_FOLDER "/tests/lang/two.scenario");
    const lang_source sources[] = {{"tests/lang/one.scenario", one.data(), one.size()},
                                   {"tests/lang/two.scenario", two.data(), two.size()}};
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    lang_program *made = nullptr;
    ASSERT_EQ(lang_compile(&made, sources, 2, nullptr, diagnostics), LANG_OK);
    ASSERT_EQ(built->scenario_count, 2u);
    expect_same(built, made);
    lang_program_free(made);
    lang_diagnostics_free(diagnostics);
}

TEST(Embedding, SuiteIsThereWhateverItHolds)
{
    ASSERT_NE(suite_program(), nullptr);
    EXPECT_GE(suite_program()->node_count, 1u);
}

/// Runs lang_embed on a text; its messages are in `out`.
static int embed(const std::string &text, std::string *out, bool *left_behind)
{
    char folder[] = "/tmp/lang_embed_XXXXXX";
    EXPECT_NE(mkdtemp(folder), nullptr);
    const std::string base = folder;
    FILE *file = fopen((base + "/x.scenario").c_str(), "w");
    fputs(text.c_str(), file);
    fclose(file);
    const std::string command =
        "cd " + base + " && '" LANG_EMBED "' --out o.c --function f x.scenario 2>err";
    const int status =
        system(command.c_str()); // NOLINT(cert-env33-c): the command is the thing tested
    *out = read_text(base + "/err");
    *left_behind = access((base + "/o.c").c_str(), F_OK) == 0;
    for (const char *name : {"/x.scenario", "/err", "/o.c"})
        unlink((base + name).c_str());
    rmdir(folder);
    return WEXITSTATUS(status);
}

TEST(Embedding, FaultyScenarioFailsTheBuildWithItsPlace)
{
    std::string out;
    bool left = false;
    EXPECT_EQ(embed("scenario t\n    wait 5\n", &out, &left), 1);
    EXPECT_EQ(out.substr(0, out.find('\n')),
              "x.scenario:2:10: error: a time needs a unit: 5ns, 5us, 5ms or 5s");
    EXPECT_FALSE(left);
    EXPECT_EQ(embed("scenario t\n    covers I2C-STA-99\n    wait 5us\n", &out, &left), 1);
    EXPECT_EQ(out.substr(0, out.find('\n')),
              "x.scenario:2:12: error: unknown requirement \"I2C-STA-99\"");
    EXPECT_EQ(embed("scenario t\n    covers I2C-STA-01\n    wait 5us\n", &out, &left), 0);
    EXPECT_TRUE(left);
}
