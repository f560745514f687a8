// Pages of docs/ that a program writes: the page that is kept must be what the program says now.
#ifndef TESTS_PAGE_H
#define TESTS_PAGE_H

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

/// `program` prints the page; to be called in a test.
inline void expect_page_is_what_is_printed(const char *program, const char *kept_page)
{
    FILE *pipe = popen(program, "r");
    ASSERT_NE(pipe, nullptr);
    std::string page;
    char part[4096];
    for (size_t n = 0; (n = std::fread(part, 1, sizeof part, pipe)) > 0;)
        page.append(part, n);
    EXPECT_EQ(pclose(pipe), 0);
    std::ifstream file(kept_page);
    std::stringstream kept;
    kept << file.rdbuf();
    EXPECT_EQ(kept.str(), page) << "write it anew: " << program << " > " << kept_page;
}

#endif
