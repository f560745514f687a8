// The shipped slaves on a plain master: they do what their files say.
#include "tests/slaves/bench.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace
{

using Bytes = std::vector<uint8_t>;

std::string shipped(const std::string &file)
{
    return std::string(SLAVES_SHIPPED) + "/" + file;
}

Description registers(const std::vector<std::string> &defines = {})
{
    Description d;
    d.sources({shipped("registers/registers.c"), shipped("register_map/register_map.c"),
               shipped("soft_i2c/soft_i2c.c")})
        .includes({shipped("soft_i2c"), shipped("register_map")})
        .defines(defines);
    return d;
}

Description camera()
{
    Description d;
    d.sources({shipped("camera_frame/camera_frame.c"), shipped("soft_i2c/soft_i2c.c")})
        .includes({shipped("soft_i2c")});
    return d;
}

/// One whose main loop arms its buffers late.
Description prearmed_late(const std::string &how)
{
    Description d;
    d.sources({shipped("prearmed/prearmed.c")}).defines({how, "ARM_US=500"});
    return d;
}

Description usi(const std::string &program, const std::vector<std::string> &defines = {})
{
    Description d;
    d.sources({shipped("tiny_usi/usi_slave.c"), shipped("tiny_usi/" + program)}).defines(defines);
    return d;
}

Bytes read_registers(Bench &bench, uint8_t from, size_t count)
{
    Bytes in;
    EXPECT_TRUE(bench.transfer(0x50, {from}, count, &in));
    return in;
}

} // namespace

class Registers : public testing::TestWithParam<std::vector<std::string>>
{
};

// UM10204 3.1.10: write, and combined format; the pointer moves on and wraps.
TEST_P(Registers, AreWrittenAndReadBack)
{
    Description d = registers(GetParam());
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    EXPECT_EQ(read_registers(bench, 0x00, 1), Bytes({0xA5}));
    EXPECT_TRUE(bench.transfer(0x50, {0x30, 1, 2, 3, 4, 5, 6, 7, 8}, 0, nullptr));
    EXPECT_EQ(read_registers(bench, 0x30, 9), Bytes({1, 2, 3, 4, 5, 6, 7, 8, 0xA5}));
    EXPECT_TRUE(bench.transfer(0x50, {0x10, 0xFF}, 0, nullptr));
    EXPECT_EQ(read_registers(bench, 0x10, 1), Bytes({0x0F}));
    EXPECT_TRUE(bench.findings.empty());
}

TEST_P(Registers, ServeTheFifoAndTheCommand)
{
    Description d = registers(GetParam());
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    for (const int64_t byte : {0x11, 0x22})
        EXPECT_EQ(slave.adapter->call(bench.slave, "push", &byte, 1), SLAVE_OK);
    EXPECT_EQ(read_registers(bench, 0x20, 3), Bytes({0x11, 0x22, 0x00}));
    EXPECT_TRUE(bench.transfer(0x50, {0xE0, 7}, 0, nullptr));
    ASSERT_EQ(bench.calls.size(), 1u);
    EXPECT_STREQ(bench.calls[0].function, "command");
    EXPECT_EQ(bench.calls[0].arg[0], 7);
    EXPECT_FALSE(bench.transfer(0x50, {}, 1, nullptr)) << "busy";
    bench.wait_us(5000);
    EXPECT_EQ(read_registers(bench, 0x00, 1), Bytes({0xA5}));
}

TEST_P(Registers, LeaveOtherAddressesAlone)
{
    Description d = registers(GetParam());
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    for (unsigned addr7 = 0; addr7 < 0x80; addr7++)
        EXPECT_EQ(bench.transfer(static_cast<uint8_t>(addr7), {0x30}, 0, nullptr), addr7 == 0x50);
    EXPECT_FALSE(bench.slave_pulls(I2C_SDA));
    EXPECT_FALSE(bench.slave_pulls(I2C_SCL));
}

INSTANTIATE_TEST_SUITE_P(
    Stretch, Registers,
    testing::Values(std::vector<std::string>{}, std::vector<std::string>{"SOFT_STRETCH=1"},
                    std::vector<std::string>{"SOFT_STRETCH=2", "SOFT_SERVE_US=5"}));

// UM10204 3.1.9: byte-level stretching holds SCL after a byte, bit-level at each bit.
TEST(RegistersSlave, StretchesAsDeclared)
{
    for (const unsigned stretch : {0u, 1u, 2u}) {
        Description d = registers({"SOFT_STRETCH=" + std::to_string(stretch), "SOFT_SERVE_US=30"});
        Prepared slave(d);
        ASSERT_NE(slave.image, nullptr) << slave.message;
        Bench bench(slave);
        bench.start();
        bench.write(0xA0);
        EXPECT_EQ(bench.longest_wait_us(), 0u) << "nothing to serve yet";
        bench.bit(false);
        EXPECT_EQ(bench.longest_wait_us() > 10, stretch == 2) << "the LOW before the first bit";
        for (int i = 0; i < 7; i++)
            bench.bit(false);
        bench.bit(true);
        EXPECT_EQ(bench.longest_wait_us() > 10, stretch != 0) << "the LOW before the ACK";
        bench.stop();
    }
}

// A frame never mixes two, however the reads fall on the main loop's updates.
TEST(CameraFrame, ReadsAreOfOneFrameEach)
{
    Description d = camera();
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    int64_t last = -1;
    for (int i = 0; i < 40; i++) {
        Bytes in;
        ASSERT_TRUE(bench.transfer(0x14, {}, 8, &in));
        const int64_t now = bench.get("frames");
        bool found = false;
        for (int64_t n = std::max<int64_t>(now - 2, 0); n <= now && !found; n++) {
            const unsigned v[4] = {
                static_cast<unsigned>(n * 7 % 320), static_cast<unsigned>(n * 3 % 240),
                static_cast<unsigned>(16 + n % 300), static_cast<unsigned>(16 + n % 200)};
            found = true;
            for (size_t k = 0; k < 4; k++)
                found = found && in[2 * k] == (v[k] & 0xFF) && in[2 * k + 1] == v[k] >> 8;
        }
        EXPECT_TRUE(found) << "read " << i;
        EXPECT_GT(now, last);
        last = now;
        bench.wait_us(static_cast<uint64_t>(1700 + 37 * i));
    }
}

// No hardware holds SCL for it: a late interrupt loses bits.
TEST(CameraFrame, LosesBitsWhenItsInterruptIsLate)
{
    Description d = camera();
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    const auto served = [&](uint64_t latency_ps) {
        slave_attach_options options = {};
        options.load.latencies = 1;
        options.load.latency[0].latency_ps = latency_ps;
        Bench bench(slave, options);
        Bytes in;
        return bench.transfer(0x14, {}, 8, &in) && in[4] == 16 + bench.get("frames") % 300;
    };
    EXPECT_TRUE(served(0));
    EXPECT_FALSE(served(12 * I2C_PS_PER_US));
}

TEST(TinyUsi, ReturnsTheByteWrittenLast)
{
    Description d = usi("single.c");
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    for (const uint8_t byte : Bytes{0x00, 0xFF, 0x5A, 0x80, 0x01}) {
        Bytes in;
        EXPECT_TRUE(bench.transfer(0x26, {byte}, 2, &in));
        EXPECT_EQ(in, Bytes({byte, byte}));
    }
    EXPECT_TRUE(bench.transfer(0x00, {0x77}, 0, nullptr)) << "general call";
    EXPECT_EQ(bench.get("value"), 0x77);
    EXPECT_FALSE(bench.transfer(0x00, {}, 1, nullptr)) << "START byte, UM10204 3.1.15";
    EXPECT_FALSE(bench.transfer(0x27, {1}, 0, nullptr));
}

TEST(TinyUsi, KeepsFourBytesAndClampsItsIndex)
{
    Description d = usi("multi.c");
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    Bytes in;
    EXPECT_TRUE(bench.transfer(0x27, {1, 2, 3, 4, 5}, 6, &in));
    EXPECT_EQ(in, Bytes({1, 2, 3, 5, 5, 5}));
    EXPECT_EQ(bench.get("buffer[2]"), 3);
}

// The USI holds SCL until its interrupt has been served: lateness costs time, not bits.
TEST(TinyUsi, HoldsSclWhenItsInterruptIsLate)
{
    Description d = usi("single.c");
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    slave_attach_options options = {};
    options.load.latencies = 1;
    options.load.latency[0].latency_ps = 200 * I2C_PS_PER_US;
    Bench bench(slave, options);
    Bytes in;
    EXPECT_TRUE(bench.transfer(0x26, {0x5A}, 1, &in));
    EXPECT_EQ(in, Bytes({0x5A}));
    EXPECT_GE(bench.longest_wait_us(), 190u);
    EXPECT_LE(bench.longest_wait_us(), 210u);
}

// Requirement I2C-STA-12: START directly followed by STOP, also with a START held for long.
TEST(TinyUsi, SurvivesVoidMessagesAndLongStarts)
{
    Description d = usi("single.c");
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    for (int i = 0; i < 10; i++) {
        bench.set(I2C_SDA, false);
        bench.wait_us(5);
        bench.set(I2C_SDA, true);
        bench.wait_us(5);
    }
    bench.set(I2C_SDA, false);
    bench.wait_us(300);
    bench.set(I2C_SCL, false);
    bench.wait_us(2);
    EXPECT_TRUE(bench.write(0x4C));
    EXPECT_TRUE(bench.write(0x42));
    bench.stop();
    EXPECT_EQ(bench.get("value"), 0x42);
}

TEST(Prearmed, DoesNotAnswerUntilItsBuffersAreArmed)
{
    Description d = prearmed_late("UNARMED_NACKS=1");
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    Bytes in;
    EXPECT_TRUE(bench.transfer(0x2A, {0x11, 0x22}, 0, nullptr));
    EXPECT_FALSE(bench.transfer(0x2A, {0x33}, 0, nullptr));
    bench.wait_us(500);
    EXPECT_TRUE(bench.transfer(0x2A, {}, 2, &in)) << "the NACK of one address has no end";
    EXPECT_EQ(in, (Bytes{0x11, 0x22}));
    EXPECT_FALSE(bench.transfer(0x2A, {0x44}, 0, nullptr)) << "behind the NACK of a read";
    EXPECT_LT(bench.longest_wait_us(), 20u) << "it holds SCL for its interrupt alone";
}

TEST(Prearmed, HoldsSclUntilItsBuffersAreArmed)
{
    Description d = prearmed_late("UNARMED_NACKS=0");
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    Bytes in;
    EXPECT_TRUE(bench.transfer(0x2A, {0x11, 0x22}, 0, nullptr));
    EXPECT_TRUE(bench.transfer(0x2A, {}, 2, &in));
    EXPECT_EQ(in, (Bytes{0x11, 0x22}));
    EXPECT_GT(bench.longest_wait_us(), 300u);
}
