// The RP2040's DesignWare I2C under the Pico SDK.
#include "tests/models/masters_hardware.h"

#include <algorithm>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t ABSENT7 = 0x11;

std::vector<Message> read_only(uint32_t reads, bool stop = true)
{
    return {{MASTER_START, ADDR7 << 1 | 1, {}, reads, stop}};
}

} // namespace

// LCNT is 3/5 of the period, the hardware adds 1; HCNT the rest, it adds SPKLEN + 7.
TEST(Rp2040Clock, IsSlowerThanAsked)
{
    const struct {
        const char *text;
        uint32_t hz;
        uint64_t low_ns, high_ns;
    } table[] = {{"rp2040@100k,ideal=1", 95858, 6008, 4424},
                 {"rp2040@400k,ideal=1", 376506, 1504, 1152},
                 {"rp2040@400k,clk=150M,ideal=1", 377833, 1506, 1140}};
    for (const auto &row : table) {
        Bench b(row.text);
        b.add_slave(ADDR7);
        b.run(write_of(ADDR7, {0x55}));
        EXPECT_EQ(b.spec.scl_hz, row.hz) << row.text;
        EXPECT_EQ(lows_ps(b)[3] / I2C_PS_PER_NS, row.low_ns) << row.text;
        EXPECT_EQ(highs_ps(b)[3] / I2C_PS_PER_NS, row.high_ns) << row.text;
    }
}

// START and STOP are flags of a data word.
TEST(Rp2040Transfers, HaveAtLeastOneByte)
{
    std::string why;
    Bench b("rp2040@100k");
    EXPECT_FALSE(b.can(write_of(ADDR7, {}), &why));
    EXPECT_EQ(why, "the Pico SDK sends at least one byte behind the address");
    EXPECT_FALSE(b.can(read_only(0), &why));
    EXPECT_EQ(why, "the Pico SDK reads at least one byte");
    EXPECT_TRUE(b.can(read_only(1))); // how it scans
}

TEST(Rp2040Transfers, RefuseReservedAddresses)
{
    for (unsigned addr7 = 0; addr7 < 128; addr7++) {
        const bool reserved = addr7 < 8 || addr7 > 0x77;
        std::string why;
        Bench b("rp2040@100k");
        EXPECT_EQ(b.can(write_of(static_cast<uint8_t>(addr7), {1}), &why), !reserved) << addr7;
        EXPECT_EQ(why.empty(), !reserved);
        Bench release("rp2040@100k,reserved=sent");
        EXPECT_TRUE(release.can(write_of(static_cast<uint8_t>(addr7), {1}))) << addr7;
    }
}

// nostop: the next call sets RESTART.
TEST(Rp2040Transfers, HoldSclLowUntilTheNextCall)
{
    Bench b("rp2040@100k");
    b.add_slave(ADDR7);
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {1, 2}, 0, false}}).returned, 2);
    b.run_for(20 * I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x01 A 0x02 A");
    EXPECT_FALSE(i2c_line_level(b.sim, I2C_SCL));
    EXPECT_EQ(b.run(read_only(1)).returned, 1);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x01 A 0x02 A Sr 0x48+R A 0xA5 N P");
    EXPECT_TRUE(i2c_line_level(b.sim, I2C_SCL));
}

// One command at a time: a write waits behind its bytes, a read before the ACK that it owes, for
// the hardware must know whether a STOP or a RESTART comes.
TEST(Rp2040Transfers, HoldSclLowForTheNextCommand)
{
    const auto long_lows = [](const std::vector<Message> &messages) {
        Bench b("rp2040@100k,ideal=1,cpu=20us");
        b.add_slave(ADDR7);
        b.run(messages);
        const std::vector<uint64_t> low = lows_ps(b);
        std::vector<size_t> clocks;
        for (size_t i = 0; i < low.size(); i++)
            if (low[i] > 20 * I2C_PS_PER_US)
                clocks.push_back(i + 1);
        return clocks;
    };
    EXPECT_EQ(long_lows(write_of(ADDR7, {1, 2, 3})), (std::vector<size_t>{19, 28}));
    EXPECT_EQ(long_lows(read_only(3)), (std::vector<size_t>{18, 27}));
    EXPECT_EQ(long_lows(read_only(1)), std::vector<size_t>{});
}

TEST(Rp2040Transfers, ReturnTheBytesAcceptedOrAnError)
{
    Bench b("rp2040@400k");
    b.add_slave(ADDR7, 2);
    EXPECT_EQ(b.run(write_of(ADDR7, {1, 2})).returned, 2);
    EXPECT_EQ(b.run(write_of(ADDR7, {1, 2, 3, 4})).returned, 2);
    EXPECT_EQ(b.run(write_of(ABSENT7, {1})).returned, -1);
    EXPECT_EQ(b.run({{MASTER_START, ABSENT7 << 1 | 1, {}, 1}}).returned, -1);
    EXPECT_EQ(b.run(read_only(3)).returned, 3);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x01 A 0x02 A P S 0x48+W A 0x01 A 0x02 A 0x03 N P "
                           "S 0x11+W N P S 0x11+R N P S 0x48+R A 0xA5 A 0x3C A 0x00 N P");
}
