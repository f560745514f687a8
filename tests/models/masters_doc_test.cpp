// docs/masters.md says what the models say.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

TEST(MastersPage, IsWhatTheModelsSay)
{
    FILE *pipe = popen(MASTERS_DOC_PROGRAM, "r");
    ASSERT_NE(pipe, nullptr);
    std::string page;
    char part[4096];
    for (size_t n = 0; (n = std::fread(part, 1, sizeof part, pipe)) > 0;)
        page.append(part, n);
    EXPECT_EQ(pclose(pipe), 0);
    std::ifstream file(MASTERS_DOC_PAGE);
    std::stringstream kept;
    kept << file.rdbuf();
    EXPECT_EQ(kept.str(), page) << "write it anew: masters_doc > docs/masters.md";
}
