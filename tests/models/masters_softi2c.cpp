// MicroPython's SoftI2C.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t ADDR7 = 0x50;
const uint8_t W = ADDR7 << 1;
const uint8_t R = ADDR7 << 1 | 1;
const uint8_t NOBODY = 0x22;

enum { ENODEV_ = -19, ETIMEDOUT_ = -110 };

std::string clocks(unsigned first_rise, unsigned count)
{
    std::string text;
    for (unsigned i = 0; i < count; i++)
        text += " " + std::to_string(first_rise + 2 * i) + "^ " +
                std::to_string(first_rise + 2 * i + 1) + "v";
    return text;
}

std::vector<Edge> of_line(const Bench &b, i2c_line line)
{
    std::vector<Edge> list;
    for (const Edge &e : b.edge_list)
        if (e.line == line)
            list.push_back(e);
    return list;
}

} // namespace

// The edge list of S 0xA0 A 0x12 A Sr 0xA1 A data A data N P in units of the delay, START at 2.
TEST(SoftI2cEdges, FollowMachineI2cStepByStep)
{
    Bench b("softi2c@400k,ideal=1"); // the delay is 1 us
    b.add_slave(ADDR7);
    b.slave.config.output_delay_ps = I2C_PS_PER_NS;
    const master_outcome out =
        b.run({{MASTER_START, W, {0x12}, 0, false}, {MASTER_JOIN, R, {}, 2}});
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
    const unsigned s = 2; // edges_us() counts from the START
    EXPECT_EQ(b.edges_us(I2C_SCL), "2v" + clocks(5 - s, 8) + " 19^ 21v" + clocks(25 - s, 8) +
                                       " 39^ 41v 42^ 45v" + clocks(48 - s, 8) + " 62^ 64v" +
                                       clocks(68 - s, 8) + " 83^ 84v" + clocks(88 - s, 8) +
                                       " 103^ 104v 106^");
    const std::vector<Edge> sda = of_line(b, I2C_SDA);
    const auto at = [&](uint64_t us, bool high) {
        for (const Edge &e : sda)
            if (e.at_ps - sda[0].at_ps == (us - s) * I2C_PS_PER_US && e.high == high)
                return true;
        return false;
    };
    EXPECT_TRUE(at(45, false)); // Sr
    EXPECT_TRUE(at(84, false)); // own ACK, let go of with SCL's fall
    EXPECT_TRUE(at(86, true));
    EXPECT_TRUE(at(107, false)); // STOP
    EXPECT_TRUE(at(109, true));
}

TEST(SoftI2cClock, IsOfWholeMicroseconds)
{
    const struct {
        const char *text;
        uint32_t hz;
    } table[] = {{"softi2c", 500000},        {"softi2c@400k", 500000}, {"softi2c@100k", 100000},
                 {"softi2c@300k", 500000},   {"softi2c@1M", 500000},   {"softi2c@120k", 125000},
                 {"softi2c@250000", 250000}, {"softi2c@10k", 10000}};
    for (const auto &row : table) {
        const Bench b(row.text);
        EXPECT_EQ(b.spec.scl_hz, row.hz) << row.text;
    }
}

// The delay is spent before SCL is looked at: behind a stretch high lasts until the next look.
TEST(SoftI2cStretch, LeavesOfHighOnlyThePoll)
{
    for (const unsigned ns : {200u, 500u, 999u}) {
        Bench b("softi2c@100k,ideal=1");
        b.add_slave(ADDR7);
        b.hold_scl(3, 50 * I2C_PS_PER_US + ns * I2C_PS_PER_NS);
        EXPECT_EQ(b.run({{MASTER_START, W, {0x12}}}).end, MASTER_DONE);
        uint64_t least_ps = I2C_NEVER_PS;
        uint64_t rose_ps = 0;
        for (const Edge &e : of_line(b, I2C_SCL)) {
            if (e.high)
                rose_ps = e.at_ps;
            else if (rose_ps != 0)
                least_ps = std::min(least_ps, e.at_ps - rose_ps);
        }
        EXPECT_EQ(least_ps, (1000 - ns) * I2C_PS_PER_NS);
    }
}

// ETIMEDOUT, both lines released, no STOP: the next START is an Sr for everybody.
TEST(SoftI2cStretch, OverTheLimitLeavesTheBusWithoutAStop)
{
    Bench b("softi2c@100k,timeout=1ms");
    b.add_slave(ADDR7);
    b.hold_scl(12, 2 * I2C_PS_PER_MS);
    master_outcome out = b.run({{MASTER_START, W, {0x00}}});
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, ETIMEDOUT_);
    EXPECT_STREQ(out.why, "SCL held low for more than 1.004ms");
    b.run_for(3 * I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded(), "S 0x50+W A");
    EXPECT_TRUE(i2c_line_level(b.sim, I2C_SCL));
    EXPECT_TRUE(i2c_line_level(b.sim, I2C_SDA));
    out = b.run({{MASTER_START, W, {0x12}}});
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x50+W A Sr 0x50+W A 0x12 A P");
}

TEST(SoftI2cNack, OfTheAddressStops)
{
    Bench b("softi2c");
    const master_outcome out = b.run({{MASTER_START, NOBODY, {0x55}}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, ENODEV_);
    EXPECT_EQ(b.decoded(), "S 0x11+W N P");
}

// writeto() returns the number of ACKs, and raises nothing.
TEST(SoftI2cNack, OfDataIsOnlyCounted)
{
    Bench b("softi2c");
    b.add_slave(ADDR7, 2);
    const master_outcome out = b.run({{MASTER_START, W, {1, 2, 3, 4}}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, 2);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x01 A 0x02 A 0x03 N P");
    EXPECT_EQ(b.run({{MASTER_START, W, {1, 2}}}).returned, 2);
}

// writeto(stop=False) leaves the bus as it is; what comes next begins with an Sr.
TEST(SoftI2cNack, OfDataWithoutAStopLeavesTheBusOpen)
{
    Bench b("softi2c,join=plain");
    b.add_slave(ADDR7, 0);
    const master_outcome out = b.run({{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, R, {}, 1}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, 0);
    EXPECT_EQ(b.run({{MASTER_START, W, {}}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x01 N Sr 0x50+W A P");
}

// readfrom_mem() sends one more empty write when its write came to nothing.
TEST(SoftI2cMemoryRead, ThatIsNackedEndsWithAnEmptyWrite)
{
    Bench nobody("softi2c");
    master_outcome out =
        nobody.run({{MASTER_START, NOBODY, {1}, 0, false}, {MASTER_JOIN, NOBODY | 1, {}, 1}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, ENODEV_);
    EXPECT_EQ(nobody.decoded(), "S 0x11+W N P S 0x11+W N P");
    EXPECT_EQ(nobody.events.back().kind, I2C_EVENT_STOP);
    Bench b("softi2c");
    b.add_slave(ADDR7, 0);
    out = b.run({{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, R, {}, 1}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x01 N Sr 0x50+W A P");
    // The empty write is no first attempt of anything, and no message that was asked for.
    std::vector<unsigned> attempts;
    std::vector<unsigned> messages;
    for (const i2c_event &e : b.events)
        if (e.kind == I2C_EVENT_START || e.kind == I2C_EVENT_SR) {
            attempts.push_back(e.attempt);
            messages.push_back(e.message);
        }
    EXPECT_EQ(attempts, (std::vector<unsigned>{0, 1}));
    EXPECT_EQ(messages, (std::vector<unsigned>{0, MASTER_NO_MESSAGE}));
}

// The constructor's STOP: SDA falls a delay after it begins and rises two later, SCL stays high.
TEST(SoftI2cConstructor, MakesAStartAndAStopWithoutAClock)
{
    Bench b("softi2c@100k,constructor=30us,ideal=1");
    b.add_slave(ADDR7);
    EXPECT_EQ(b.run({{MASTER_START, W, {}}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S P S 0x50+W A P");
    EXPECT_EQ(b.edge_list[0].at_ps, 5 * I2C_PS_PER_US);
    EXPECT_EQ(b.edge_list[1].at_ps, 15 * I2C_PS_PER_US);
    EXPECT_EQ(b.edge_list[2].at_ps, (15 + 5 + 30 + 20 + 10) * I2C_PS_PER_US);
    b.forget();
    EXPECT_EQ(b.run({{MASTER_START, W, {}}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x50+W A P");
    master_reset(b.m);
    b.forget();
    EXPECT_EQ(b.run({{MASTER_START, W, {}}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S P S 0x50+W A P");
}

// start() and stop() alone can be called.
TEST(SoftI2cCan, MakeAVoidMessage)
{
    Bench b("softi2c");
    EXPECT_TRUE(b.can({{MASTER_START, -1}}));
    EXPECT_EQ(b.run({{MASTER_START, -1}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S P");
    std::string why;
    EXPECT_FALSE(b.can({{MASTER_START, W, {1}, 0, true, true}}, &why));
    EXPECT_EQ(why, "SoftI2C stops sending at a NACK");
    // start() behind start() lets go of SDA while SCL is high.
    const std::vector<Message> twice = {{MASTER_START, -1, {}, 0, false}, {MASTER_JOIN, W, {1}}};
    std::vector<Message> truly = twice;
    truly[1].begin = MASTER_TRUE_REPEAT;
    EXPECT_FALSE(b.can(truly, &why));
    EXPECT_EQ(why, "SoftI2C makes a STOP between START and START");
    b.forget();
    b.add_slave(ADDR7);
    EXPECT_EQ(b.run(twice).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S P S 0x50+W A 0x01 A P");
}
