// The fuzzers' corpora, replayed: what was once found stays fixed.
#include <cstddef>
#include <cstdint>

extern "C" {
int lang_fuzz_once(const uint8_t *data, size_t size);
int slave_fuzz_once(const uint8_t *data, size_t size);
}

#include "tests/lang/support.h"

#include <filesystem>
#include <gtest/gtest.h>

static size_t replay(const char *folder, int (*once)(const uint8_t *, size_t))
{
    size_t count = 0;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        SCOPED_TRACE(entry.path().string());
        const std::string text = read_text(entry.path().string());
        EXPECT_EQ(once((const uint8_t *)text.data(), text.size()), 0);
        count++;
    }
    return count;
}

TEST(Corpus, OfScenariosIsReadWithoutACrash)
{
    EXPECT_GT(replay(SOURCE_FOLDER "/tests/fuzz/corpus/lang", lang_fuzz_once), 2u);
}

TEST(Corpus, OfSlavesIsReadWithoutACrash)
{
    EXPECT_GT(replay(SOURCE_FOLDER "/tests/fuzz/corpus/slave", slave_fuzz_once), 2u);
}
