// docs/bring-your-own.md: its code compiles, is short, and is a slave.
#include "tests/slaves/bench.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

extern "C" {
#include "slave_under_test/kinds/model.h"
}

namespace
{

/// The fenced blocks of a page that have a file name behind their language.
std::map<std::string, std::string> files_of(const std::string &page)
{
    std::ifstream in(page);
    std::map<std::string, std::string> files;
    std::string line, name;
    while (std::getline(in, line)) {
        if (line.rfind("```", 0) != 0) {
            if (!name.empty())
                files[name] += line + "\n";
            continue;
        }
        std::istringstream words(line.substr(3));
        std::string language;
        name.clear();
        words >> language >> name;
    }
    return files;
}

long lines_of(const std::string &text)
{
    return std::count(text.begin(), text.end(), '\n');
}

/// At 0x48, to be read alone: what `variable` holds.
void expect_thermometer(Prepared &slave, const char *variable)
{
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    std::vector<uint8_t> in;
    EXPECT_TRUE(bench.transfer(0x48, {}, 3, &in));
    EXPECT_EQ(in, std::vector<uint8_t>({21, 21, 21}));
    EXPECT_EQ(slave.adapter->set(bench.slave, variable, -5), SLAVE_OK);
    EXPECT_TRUE(bench.transfer(0x48, {}, 1, &in));
    EXPECT_EQ(in, std::vector<uint8_t>({0xFB}));
    EXPECT_FALSE(bench.transfer(0x48, {1}, 0, nullptr)) << "it can only be read";
    EXPECT_FALSE(bench.transfer(0x49, {}, 1, nullptr));
}

} // namespace

TEST(BringYourOwn, TheExampleIsASlaveInUnderTwentyLinesOfGlue)
{
    const std::map<std::string, std::string> files = files_of(BRING_YOUR_OWN);
    ASSERT_EQ(files.size(), 9u);
    EXPECT_LT(lines_of(files.at("board.h")) + lines_of(files.at("glue.c")), 20);
    Folder folder;
    for (const auto &[name, text] : files)
        folder.write(name, text);
    Description d;
    d.sources({folder.path("thermometer.c"), folder.path("glue.c")});
    Prepared slave(d);
    expect_thermometer(slave, "celsius");
}

TEST(BringYourOwn, TheModelKnowsTheExample)
{
    const std::map<std::string, std::string> files = files_of(BRING_YOUR_OWN);
    Folder folder;
    for (const auto &[name, text] : files)
        folder.write(name, text);
    Description d;
    d.sources({folder.path("thermometer.c"), folder.path("glue.c")});
    slave_description with_model = *d.get();
    const std::string file = folder.path("thermometer_model.c");
    with_model.data.form = SLAVE_DATA_MODEL;
    with_model.data.file = file.c_str();
    Prepared slave(&with_model);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    const slave_model *model = slave.adapter->model(slave.image);
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->table->next(), 21);
    EXPECT_EQ(model->table->written(0, 1), 0);
    EXPECT_EQ(model->table->reset, nullptr);
}

TEST(BringYourOwn, TheFirmwareIsASlaveInTenLinesOfGlue)
{
    const std::map<std::string, std::string> files = files_of(BRING_YOUR_OWN);
    EXPECT_LE(lines_of(files.at("usi_glue.c")), 10);
    Folder folder;
    for (const auto &[name, text] : files)
        folder.write(name, text);
    Description d;
    d.sources({folder.path("usi_thermometer.c"), folder.path("usi_glue.c")});
    d.mcu("attiny85", 8000000);
    Prepared slave(d);
    expect_thermometer(slave, "usi_celsius");
}
