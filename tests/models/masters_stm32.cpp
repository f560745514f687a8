// The STM32F4's I2C under ST's HAL and under MicroPython.
#include "tests/models/masters_hardware.h"

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t ABSENT7 = 0x11;

std::vector<Message> read_only(uint32_t reads, bool stop = true)
{
    return {{MASTER_START, ADDR7 << 1 | 1, {}, reads, stop}};
}

// The clocks before which SCL stays low for the software.
std::vector<size_t> long_lows(const std::string &api, const std::vector<Message> &messages)
{
    Bench b("stm32@100k,ideal=1,cpu=30us,api=" + api);
    b.add_slave(ADDR7);
    b.run(messages);
    const std::vector<uint64_t> low = lows_ps(b);
    std::vector<size_t> clocks;
    for (size_t i = 0; i < low.size(); i++)
        if (low[i] > 30 * I2C_PS_PER_US)
            clocks.push_back(i + 1);
    return clocks;
}

} // namespace

// The HAL rounds CCR up, MicroPython's own driver down.
TEST(Stm32Clock, IsWhatCcrGives)
{
    const struct {
        const char *text;
        uint32_t hz;
        uint64_t low_ns, high_ns;
    } table[] = {{"stm32@100k,ideal=1", 100000, 5000, 5000},
                 {"stm32@400k,ideal=1", 400000, 1666, 833},
                 {"stm32@400k,duty=16_9,ideal=1", 336000, 1904, 1071},
                 {"stm32@400k,api=upy,ideal=1", 420000, 1523, 857},
                 {"stm32@300k,api=upy,pclk=36M,ideal=1", 360000, 1777, 1000}};
    for (const auto &row : table) {
        Bench b(row.text);
        b.add_slave(ADDR7);
        b.run(write_of(ADDR7, {0x55}));
        EXPECT_EQ(b.spec.scl_hz, row.hz) << row.text;
        EXPECT_EQ(lows_ps(b)[3] / I2C_PS_PER_NS, row.low_ns) << row.text;
        EXPECT_EQ(highs_ps(b)[3] / I2C_PS_PER_NS, row.high_ns) << row.text;
    }
}

// Flags that the hardware waits for with SCL low. Clock 1 is behind the START, 10 behind the
// address, one further than a byte's the STOP.
TEST(Stm32Software, IsWaitedForWithSclLow)
{
    using Clocks = std::vector<size_t>;
    EXPECT_EQ(long_lows("hal", write_of(ADDR7, {1, 2, 3})), (Clocks{1, 10, 37}));
    EXPECT_EQ(long_lows("upy", write_of(ADDR7, {1, 2, 3})), (Clocks{1, 10, 19, 28, 37}));
    EXPECT_EQ(long_lows("hal", read_only(1)), (Clocks{1, 10}));
    EXPECT_EQ(long_lows("hal", read_only(2)), (Clocks{1, 10, 28}));
    EXPECT_EQ(long_lows("hal", read_only(4)), (Clocks{1, 10, 37, 46}));
    EXPECT_EQ(long_lows("upy", read_only(4)), (Clocks{1, 10, 28, 37, 46}));
    EXPECT_EQ(long_lows("hal", write_of(ABSENT7, {1})), (Clocks{1, 10}));
}

TEST(Stm32Hal, ReturnsItsCodes)
{
    Bench b("stm32@100k");
    b.add_slave(ADDR7, 1);
    EXPECT_EQ(b.run(write_of(ADDR7, {1})).returned, 0);
    EXPECT_EQ(b.run(write_of(ABSENT7, {1})).returned, 1);
    EXPECT_EQ(b.run(write_of(ADDR7, {1, 2})).returned, 1);
    EXPECT_EQ(b.run(read_only(2)).returned, 0);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x01 A P S 0x11+W N P S 0x48+W A 0x01 A 0x02 N P "
                           "S 0x48+R A 0xA5 A 0x3C N P");
}

// BUSY is looked at for 25 ms before the START.
TEST(Stm32Hal, IsBusyWhileALineStaysLow)
{
    for (const uint64_t ms : {20u, 30u}) {
        Bench b("stm32@100k");
        b.add_slave(ADDR7);
        b.pull_sda(1, ms * I2C_PS_PER_MS);
        b.run_for(I2C_PS_PER_US);
        const master_outcome out = b.run(write_of(ADDR7, {1}));
        EXPECT_EQ(out.returned, ms < 25 ? 0 : 2) << ms;
        EXPECT_EQ(out.end, ms < 25 ? MASTER_DONE : MASTER_GAVE_UP) << ms;
    }
}

// The user's time-out is for the call; the peripheral is switched off without a STOP.
TEST(Stm32Hal, GivesUpWhenTheCallTakesTooLong)
{
    Bench b("stm32@100k,timeout=10ms");
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 9, 6 * I2C_PS_PER_MS);
    const master_outcome out = b.run(write_of(ADDR7, {1, 2}));
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, 1);
    EXPECT_STREQ(out.why, "the HAL call timed out");
    EXPECT_EQ(i2c_sim_now_ps(b.sim), 10 * I2C_PS_PER_MS);
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SCL), I2C_RELEASED);
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_RELEASED);
    Bench patient("stm32@100k");
    patient.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 9, 6 * I2C_PS_PER_MS);
    EXPECT_EQ(patient.run(write_of(ADDR7, {1, 2})).end, MASTER_DONE);
}

TEST(Stm32MicroPython, ReturnsAcksOrAnError)
{
    Bench b("stm32@100k,api=upy");
    b.add_slave(ADDR7, 1);
    EXPECT_EQ(b.run(write_of(ADDR7, {1})).returned, 1);
    EXPECT_EQ(b.run(write_of(ABSENT7, {1})).returned, -19);
    EXPECT_EQ(b.run(write_of(ADDR7, {1, 2, 3})).returned, 1);
    EXPECT_EQ(b.run(read_only(2)).returned, 0);
}

// A data NACK is told by what is returned; a STOP comes only if one was asked for.
TEST(Stm32MicroPython, LeavesTheBusHeldBehindANackWithoutStop)
{
    Bench b("stm32@100k,api=upy");
    b.add_slave(ADDR7, 1);
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {1, 2, 3}, 0, false}}).returned, 1);
    b.run_for(I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x01 A 0x02 N");
    EXPECT_FALSE(i2c_line_level(b.sim, I2C_SCL));
    EXPECT_EQ(b.run(read_only(1)).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x01 A 0x02 N Sr 0x48+R A 0xA5 N P");
}

TEST(Stm32MicroPython, WaitsFiftyMilliseconds)
{
    for (const uint64_t ms : {49u, 51u}) {
        Bench b("stm32@100k,api=upy");
        b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 9, ms * I2C_PS_PER_MS);
        EXPECT_EQ(b.run(write_of(ADDR7, {1})).returned, ms < 50 ? 1 : -110) << ms;
    }
}

TEST(Stm32MicroPython, EndsEveryReadWithAStop)
{
    std::string why;
    Bench upy("stm32@100k,api=upy");
    EXPECT_FALSE(upy.can(read_only(1, false), &why));
    EXPECT_EQ(why, "MicroPython on an STM32 ends every read with a STOP");
    Bench hal("stm32@100k");
    EXPECT_TRUE(hal.can(read_only(1, false)));
    EXPECT_FALSE(hal.can(read_only(0), &why));
    EXPECT_EQ(why, "the STM32's HAL reads at least one byte");
}
