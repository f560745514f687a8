// Every file that the fuzzer was fed with, or once found, through the reader: no crash, and the
// same events however the bytes are cut.

#include "support.h"

#include <filesystem>

using vcd_test::file_bytes;
using vcd_test::read_text;
using vcd_test::Told;

TEST(VcdCorpus, EveryFileIsReadOrRefused)
{
    size_t files = 0;
    size_t good = 0;
    for (const auto &entry : std::filesystem::directory_iterator(VCD_CORPUS)) {
        const std::string bytes = file_bytes(entry.path());
        const Told whole = read_text(bytes);
        const Told bytewise = read_text(bytes, 1);
        EXPECT_EQ(whole.events, bytewise.events) << entry.path();
        EXPECT_STREQ(whole.error.text, bytewise.error.text) << entry.path();
        files++;
        good += whole.status == VCD_OK;
    }
    EXPECT_GE(files, 10u) << "the corpus is missing: " << VCD_CORPUS;
    EXPECT_GE(good, 4u) << "the corpus has too few whole files to start from";
}
