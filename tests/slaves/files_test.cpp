// The .slave files of the shipped slaves: they are read, built, and answer at their address.
#include "tests/slaves/bench.h"

extern "C" {
#include "scenarios/lang/lang.h"
}

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

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

/// A description that was read from its file.
struct File {
    slave_description *slave = nullptr;
    std::string message;

    explicit File(const std::string &name)
    {
        lang_diagnostics *diagnostics = lang_diagnostics_new();
        const std::string path = std::string(SLAVES_SHIPPED) + "/" + name;
        if (lang_slave_read_file(&slave, path.c_str(), diagnostics) != LANG_OK) {
            message.resize(4096);
            lang_diagnostics_text(diagnostics, message.data(), message.size());
        }
        lang_diagnostics_free(diagnostics);
    }
    ~File()
    {
        lang_slave_free(slave);
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
};

} // namespace

/// Where every device answers that has no address of its own yet (SMBus 3.2, 6.6.1).
constexpr unsigned arp_addr7 = 0x61;

class ShippedFile : public testing::TestWithParam<std::string>
{
};

TEST_P(ShippedFile, IsReadBuiltAndPutOnABus)
{
    const File file(GetParam());
    ASSERT_NE(file.slave, nullptr) << file.message;
    const bool broken = GetParam().rfind("broken/", 0) == 0;
    EXPECT_EQ(file.slave->expect_fail != nullptr, broken);
    if (broken)
        return; // tests/corpus builds and runs it
    if (file.slave->kind == SLAVE_AVR)
        return; // a program of its own does: avr_sketch_test.cpp
    Prepared slave(file.slave);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    bench.start();
    const unsigned addr7 = file.slave->arp == SLAVE_ARP_YES ? arp_addr7 : file.slave->addr7;
    EXPECT_TRUE(bench.write(static_cast<uint8_t>(addr7 << 1)));
    bench.stop();
    EXPECT_FALSE(bench.slave_pulls(I2C_SCL) || bench.slave_pulls(I2C_SDA));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedFile, testing::ValuesIn(shipped_files()),
                         [](const testing::TestParamInfo<std::string> &one) {
                             std::string name = one.param;
                             for (char &c : name)
                                 if (std::isalnum(static_cast<unsigned char>(c)) == 0)
                                     c = 'X';
                             return name;
                         });

TEST(ShippedFiles, NoTwoSlavesShareAName)
{
    std::set<std::string> names;
    for (const std::string &path : shipped_files()) {
        const File file(path);
        ASSERT_NE(file.slave, nullptr) << file.message;
        EXPECT_TRUE(names.insert(file.slave->name).second) << path;
    }
}
