// Linux's i2c-gpio.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t W = ADDR7 << 1;
const uint8_t R = ADDR7 << 1 | 1;
const uint8_t NOBODY = 0x22;

enum { EIO_ = -5, ENXIO_ = -6, ETIMEDOUT_ = -110 };

// "a v b^ ..." from `from` on, every `step`: clocks of SCL.
std::string clocks(int first_rise, int count, int half)
{
    std::string text;
    for (int i = 0; i < count; i++)
        text += " " + std::to_string(first_rise + 2 * half * i) + "^ " +
                std::to_string(first_rise + 2 * half * i + half) + "v";
    return text;
}

std::vector<std::pair<unsigned, unsigned>> tags_of_starts(const Bench &b)
{
    std::vector<std::pair<unsigned, unsigned>> tags;
    for (const i2c_event &e : b.events)
        if (e.kind == I2C_EVENT_START || e.kind == I2C_EVENT_SR)
            tags.emplace_back(e.message, e.attempt);
    return tags;
}

// The time from a STOP (SDA up) to the next START, in us.
std::vector<uint64_t> free_us(const Bench &b)
{
    std::vector<uint64_t> list;
    uint64_t stop_ps = 0;
    for (const i2c_event &e : b.events) {
        if (e.kind == I2C_EVENT_STOP)
            stop_ps = e.at_ps;
        else if (e.kind == I2C_EVENT_START && stop_ps != 0)
            list.push_back((e.at_ps - stop_ps) / I2C_PS_PER_US);
    }
    return list;
}

} // namespace

// i2c-algo-bit with udelay 5, run against an ideal slave: START at 0, SCL falls at 5, 15 ... 185.
TEST(LinuxEdges, FollowAlgoBitStepByStep)
{
    Bench b("linux,ideal=1");
    b.add_slave(ADDR7);
    b.slave.config.output_delay_ps = I2C_PS_PER_US;
    const master_outcome out =
        b.run({{MASTER_START, W, {0x00}, 0, false}, {MASTER_JOIN, R, {}, 2}});
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(out.returned, 2);
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
    EXPECT_EQ(b.edges_us(I2C_SCL), "5v" + clocks(10, 18, 5) + clocks(190, 1, 5).substr(0, 5) +
                                       " 200v" + clocks(205, 27, 5) + " 475^");
    // The master moves SDA 2 us behind the fall: the first bit, Sr at 195, its own ACK, STOP.
    const std::string sda = b.edges_us(I2C_SDA);
    EXPECT_EQ(sda.substr(0, 12), "0v 7^ 17v 37");
    EXPECT_NE(sda.find("186^ 195v"), std::string::npos) << sda; // the slave let go first
    EXPECT_NE(sda.find("472v 480^"), std::string::npos) << sda;
}

// integer rule: set-up (u + 1) / 2, hold u / 2.
TEST(LinuxEdges, OfAnOddUdelayAreRoundedAsTheKernelDoes)
{
    Bench b("linux,udelay=3us,ideal=1");
    b.add_slave(ADDR7);
    b.slave.config.output_delay_ps = I2C_PS_PER_US;
    b.run({{MASTER_START, W, {}}});
    EXPECT_EQ(b.edges_us(I2C_SCL).substr(0, 14), "3v 6^ 9v 12^ 1");
    EXPECT_EQ(b.edges_us(I2C_SDA).substr(0, 9), "0v 4^ 10v");
    EXPECT_EQ(b.spec.scl_hz, 166666u);
}

// An address is tried 4 times, a STOP after each, 2 udelay between them.
TEST(LinuxNack, OfTheAddressIsTriedFourTimes)
{
    Bench b("linux,ideal=1");
    const master_outcome out = b.run({{MASTER_START, NOBODY, {0x55}}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, ENXIO_);
    EXPECT_EQ(b.decoded(), "S 0x11+W N P S 0x11+W N P S 0x11+W N P S 0x11+W N P");
    using Tags = std::vector<std::pair<unsigned, unsigned>>;
    EXPECT_EQ(tags_of_starts(b), (Tags{{0, 0}, {0, 1}, {0, 2}, {0, 3}}));
    EXPECT_EQ(free_us(b), (std::vector<uint64_t>{10, 10, 10}));
}

TEST(LinuxNack, OfTheAddressBehindAnSrIsTriedAgainWithAStart)
{
    Bench b("linux");
    b.add_slave(ADDR7);
    const master_outcome out =
        b.run({{MASTER_START, W, {0x55}, 0, false}, {MASTER_JOIN, NOBODY | 1, {}, 1}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.message, 1u);
    EXPECT_EQ(out.returned, ENXIO_);
    EXPECT_EQ(b.decoded(),
              "S 0x48+W A 0x55 A Sr 0x11+R N P S 0x11+R N P S 0x11+R N P S 0x11+R N P");
}

// A retry that is ACKed goes on as if nothing had been, and says so in no way.
TEST(LinuxNack, OfTheAddressThatIsAckedLaterIsForgotten)
{
    Bench b("linux");
    const uint64_t one_attempt_ps = 130 * I2C_PS_PER_US;
    Bench *bench = &b;
    i2c_timer late = {[](void *ctx, uint64_t) { static_cast<Bench *>(ctx)->add_slave(ADDR7); },
                      bench, false};
    i2c_timer_set(b.sim, &late, one_attempt_ps);
    const master_outcome out =
        b.run({{MASTER_START, W, {0x55}, 0, false}, {MASTER_JOIN, R, {}, 1}});
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x48+W N P S 0x48+W A 0x55 A Sr 0x48+R A 0xA5 N P");
    EXPECT_EQ(tags_of_starts(b).back(), (std::pair<unsigned, unsigned>{1, 0}));
}

TEST(LinuxNack, OfDataIsAnErrorAtOnce)
{
    Bench b("linux");
    b.add_slave(ADDR7, 1);
    const master_outcome out = b.run({{MASTER_START, W, {1, 2, 3}}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, EIO_);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x01 A 0x02 N P");
}

// I2C_M_IGNORE_NAK: one attempt, and on.
TEST(LinuxNack, ThatIsToBeIgnoredIsNotTriedAgain)
{
    Bench b("linux");
    EXPECT_EQ(b.run({{MASTER_START, NOBODY, {0x55}, 0, true, true}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x11+W N 0x55 N P");
}

// Where SCL is held over the limit, and what comes of it.
class LinuxTimeout : public testing::TestWithParam<std::tuple<unsigned, int, const char *>>
{
};

TEST_P(LinuxTimeout, EndsAsAlgoBitDoes)
{
    const auto [fall, returned, decoded] = GetParam();
    Bench b("linux,timeout=1ms");
    b.add_slave(ADDR7);
    b.hold_scl(fall, 1500 * I2C_PS_PER_US);
    const master_outcome out =
        b.run({{MASTER_START, W, {0x55}, 0, false}, {MASTER_JOIN, R, {}, 2}});
    b.run_for(I2C_PS_PER_MS);
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, returned);
    EXPECT_STREQ(out.why, "SCL held low for more than 1ms");
    EXPECT_EQ(b.decoded(), decoded);
}

// SCL falls: 1 is START's, 1 + 9 the address ACK's, 19 comes before Sr, 21 to 28 the read address.
INSTANTIATE_TEST_SUITE_P(
    At, LinuxTimeout,
    testing::Values(
        // In the address: STOP (which still waits), and again from START.
        std::make_tuple(3u, 2, "S P S 0x48+W A 0x55 A Sr 0x48+R A 0xA5 A 0x3C N P"),
        // In written data.
        std::make_tuple(12u, ETIMEDOUT_, "S 0x48+W A P"),
        // Before the Sr: SDA falls while SCL is still low, so that none is made; the address bits
        // are data to the slave.
        std::make_tuple(19u, 2, "S 0x48+W A 0x55 A 0x91 A 0xFF A 0xFF A P"),
        // In a bit that is read (under a bit of 0 no STOP forms), and in the ACK of it.
        std::make_tuple(29u, EIO_, "S 0x48+W A 0x55 A Sr 0x48+R A P"),
        std::make_tuple(30u, EIO_, "S 0x48+W A 0x55 A Sr 0x48+R A"),
        std::make_tuple(37u, ETIMEDOUT_, "S 0x48+W A 0x55 A Sr 0x48+R A 0xA5 A P")));

// Every attempt and every STOP may wait 100 ms: about 0.8 s, then ENXIO.
TEST(LinuxTimeouts, OfAnAddressAddUp)
{
    Bench b("linux");
    b.add_slave(ADDR7);
    b.hold_scl(4, 900 * I2C_PS_PER_MS);
    const uint64_t began_ps = i2c_sim_now_ps(b.sim);
    const master_outcome out = b.run({{MASTER_START, W, {0x55}}});
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, ENXIO_);
    const uint64_t took_ms = (i2c_sim_now_ps(b.sim) - began_ps) / I2C_PS_PER_MS;
    EXPECT_EQ(took_ms, 800u);
}

// A STOP that waits in vain raises SDA under a low SCL: no STOP, and the call says all is well.
TEST(LinuxTimeouts, OfAStopLeaveTheBusWithoutOne)
{
    Bench b("linux,timeout=1ms");
    b.add_slave(ADDR7);
    b.hold_scl(19, 3 * I2C_PS_PER_MS);
    const master_outcome out = b.run({{MASTER_START, W, {0x55}}});
    b.run_for(5 * I2C_PS_PER_MS);
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, 1);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x55 A");
}

// S, address + R, P without a clock between: a slave whose first bit is 0 holds SDA, no STOP forms.
TEST(LinuxEmptyRead, MakesNoStopUnderAFirstBitOfZero)
{
    for (const bool zero : {false, true}) {
        Bench b("linux");
        b.add_slave(ADDR7);
        static const uint8_t low[] = {0x00};
        if (zero)
            b.slave.config.table = low;
        b.slave.config.table_bytes = 1;
        EXPECT_EQ(b.run({{MASTER_START, R, {}}}).end, MASTER_DONE);
        EXPECT_EQ(b.decoded(), zero ? "S 0x48+R A" : "S 0x48+R A P");
    }
}

TEST(LinuxCan, WhatTheKernelInterfaceOffers)
{
    Bench b("linux");
    const struct {
        std::vector<Message> messages;
        const char *why;
    } table[] = {
        {{{MASTER_START, W, {}}}, ""},
        {{{MASTER_START, R, {}}}, ""},
        {{{MASTER_START, W, {1}, 0, false}, {MASTER_TRUE_REPEAT, R, {}, 1}}, ""},
        {{{MASTER_START, -1}}, "i2c-gpio always sends an address"},
        {{{MASTER_START, W, {1}, 0, false}}, "i2c-gpio ends every transfer with a STOP"},
        {{{MASTER_START, R, {}, 2, true, false, {1, 1}}}, "i2c-gpio ACKs all bytes but the last"},
        {{{MASTER_TRUE_REPEAT, W, {1}}}, "a repeated START needs an open transfer"},
        {{{MASTER_START, W, std::vector<uint8_t>(65536)}}, "i2c-gpio sends at most 65535 bytes"},
    };
    for (const auto &row : table) {
        std::string why;
        EXPECT_EQ(b.can(row.messages, &why), row.why[0] == '\0');
        EXPECT_EQ(why, row.why);
    }
}
