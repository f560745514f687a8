// sigrok's I2C decoder as a second opinion: it reads the same bytes from our files.
#include "tests/cli/wave_support.h"

#include <gtest/gtest.h>

#include <sstream>

using namespace wave_test;

namespace
{

// A transfer as words: S, Sr, P, 26+W, A5, A, N.
std::string sigrok_reads(const std::string &path)
{
    static const std::map<std::string, std::string> words = {
        {"Start", "S"}, {"Start repeat", "Sr"}, {"Stop", "P"}, {"ACK", "A"}, {"NACK", "N"}};
    int status = 0;
    output_of("command -v sigrok-cli", &status);
    EXPECT_EQ(status, 0) << "sigrok-cli is missing: apt-get install sigrok-cli";
    // In steps of 1 ns, whatever the timescale: sigrok keeps every step in memory.
    const std::string steps = std::to_string(1000 / read_vcd(path).timescale_ps);
    const std::string said =
        output_of("sigrok-cli -i '" + path + "' -I vcd:downsample=" + steps +
                      " -P i2c:scl=scl:sda=sda -A i2c=start:repeat-start:stop:ack:nack:"
                      "address-read:address-write:data-read:data-write",
                  &status);
    EXPECT_EQ(status, 0) << said;
    std::istringstream lines(said);
    std::string all;
    for (std::string line; std::getline(lines, line);) {
        const size_t colon = line.find(": ");
        if (line.rfind("i2c-1", 0) != 0 || colon == std::string::npos)
            return "unexpected: " + line;
        const std::string what = line.substr(colon + 2);
        if (what == "Read" || what == "Write")
            continue; // stands in the address, too
        const size_t value = what.find(": ");
        std::string word = words.count(what) != 0 ? words.at(what) : what;
        if (value != std::string::npos) {
            word = what.substr(value + 2);
            if (what.rfind("Address", 0) == 0)
                word += what.rfind("Address read", 0) == 0 ? "+R" : "+W";
        }
        all += (all.empty() ? "" : " ") + word;
    }
    return all;
}

std::string hex(uint8_t byte)
{
    char text[4];
    std::snprintf(text, sizeof text, "%02X", byte);
    return text;
}

struct Case {
    const char *master;
    uint32_t bytes;
    bool joined = false; // the NXT reads only behind a write, which it ends with a STOP of its own
};

// For the test's name.
void PrintTo(const Case &one, std::ostream *out)
{
    *out << one.bytes << " bytes by " << one.master;
}

class SigrokDecoder : public testing::TestWithParam<Case>
{
};

} // namespace

// UM10204 3.1.10: a write, then a read of as many bytes, each transfer on its own.
TEST_P(SigrokDecoder, ReadsTheSameBytes)
{
    const Folder folder;
    const std::string path = folder.path("x.vcd");
    Bus bus(GetParam().master);
    std::vector<uint8_t> sent;
    std::string expected = "S 26+W A";
    for (uint32_t i = 0; i < GetParam().bytes; i++) {
        sent.push_back(static_cast<uint8_t>(0x5A + 37 * i));
        expected += " " + hex(sent.back()) + " A";
    }
    bus.write(sent, !GetParam().joined);
    const std::vector<uint8_t> got = bus.read(GetParam().bytes);
    expected += " P S 26+R A";
    for (uint32_t i = 0; i < GetParam().bytes; i++)
        expected += " " + hex(got[i]) + (i + 1 < GetParam().bytes ? " A" : " N");
    ASSERT_EQ(got.at(0), 0xA5);
    ASSERT_EQ(write_vcd(path, bus.trace(), bus.facts(), true), "");
    if (!GetParam().joined) // the NXT keeps the bus after a read
        expected += " P";
    EXPECT_EQ(sigrok_reads(path), expected);
    expect_vcd2fst_takes(path);
}

INSTANTIATE_TEST_SUITE_P(MastersAndLengths, SigrokDecoder,
                         testing::Values(Case{"arduino@100k", 1}, Case{"arduino@100k", 8},
                                         Case{"arduino@400k", 32}, Case{"standard,timing=min", 3},
                                         Case{"standard,ideal=1", 2}, Case{"fast", 8},
                                         Case{"fast,timing=min,ideal=1", 16}, Case{"fastplus", 5},
                                         Case{"nxt", 4, true}));

// UM10204 3.1.10: a repeated START joins a write and a read.
TEST(SigrokDecoder, SeesTheRepeatedStart)
{
    const Folder folder;
    Bus bus("fast");
    bus.write({0x10}, false);
    bus.read(2);
    ASSERT_EQ(write_vcd(folder.path("x.vcd"), bus.trace(), bus.facts(), true), "");
    EXPECT_EQ(sigrok_reads(folder.path("x.vcd")), "S 26+W A 10 A Sr 26+R A A5 A 3C N P");
}
