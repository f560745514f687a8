// The whole suite on every shipped slave: good ones pass, broken ones fail by the rule they
// declare.
#include "tests/slaves/bench.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>
#include <sys/wait.h>

namespace fs = std::filesystem;

namespace
{

std::vector<std::string> shipped_files()
{
    std::vector<std::string> files;
    for (const fs::directory_entry &entry : fs::recursive_directory_iterator(SLAVES_SHIPPED))
        if (entry.path().extension() == ".slave")
            files.push_back(fs::relative(entry.path(), SLAVES_SHIPPED).string());
    std::sort(files.begin(), files.end());
    return files;
}

std::string text_of(const std::string &path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// "I2C-RD-03" of the line `expect fail I2C-RD-03`; "" if there is none.
std::string declared_rule(const std::string &slave_file)
{
    std::smatch found;
    const std::string text = text_of(slave_file);
    return std::regex_search(text, found, std::regex("\n *expect +fail +([^ \n]+)"))
               ? found[1].str()
               : "";
}

} // namespace

class Suite : public testing::TestWithParam<std::string>
{
};

TEST_P(Suite, PassesGoodSlavesAndCatchesBrokenOnes)
{
    const std::string slave = std::string(SLAVES_SHIPPED) + "/" + GetParam();
    const std::string rule = declared_rule(slave);
    Folder folder;
    const std::string command = std::string("XDG_CACHE_HOME='") + folder.path("cache") + "' '" +
                                I2CPROOF_PROGRAM + "' run '" + slave + "' --vcd none --out '" +
                                folder.path("out") + "' >'" + folder.path("summary") + "' 2>&1";
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), rule.empty() ? 0 : 1) << text_of(folder.path("summary"));
    if (rule.empty())
        return;
    const std::string result = text_of(folder.path("out/result.json"));
    EXPECT_TRUE(std::regex_search(result, std::regex("\"rule\": *\"" + rule + "\"")))
        << "not caught by " << rule << "\n"
        << text_of(folder.path("summary"));
}

INSTANTIATE_TEST_SUITE_P(All, Suite, testing::ValuesIn(shipped_files()),
                         [](const testing::TestParamInfo<std::string> &one) {
                             std::string name = one.param;
                             for (char &c : name)
                                 if (std::isalnum(static_cast<unsigned char>(c)) == 0)
                                     c = 'X';
                             return name;
                         });
