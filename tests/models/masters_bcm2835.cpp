// The Raspberry Pi's I2C: its clock, its clock-stretching fault, its FIFO and its driver.
#include "tests/models/masters_hardware.h"

#include <algorithm>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t ABSENT7 = 0x11;
const uint64_t H_PS = 5 * I2C_PS_PER_US; // half a period at 100 kHz
const uint64_t REDL_PS = H_PS / 2;
const unsigned LOWS = 27; // of a read of two bytes: three bytes of nine clocks
const uint8_t ONES = 0xFF;

uint64_t shortest_ps(const std::vector<uint64_t> &spans)
{
    return *std::min_element(spans.begin(), spans.end());
}

uint64_t longest_ps(const std::vector<uint64_t> &spans)
{
    return *std::max_element(spans.begin(), spans.end());
}

// A read of two bytes of 0xFF; in its nth clock SCL is held for `beyond_ps` beyond the master, and
// SDA is low until just before the end of that hold.
class Held : public Bench
{
  public:
    Held(const std::string &text, unsigned nth, uint64_t beyond_ps) : Bench(text)
    {
        add_slave(ADDR7);
        slave.config.table = &ONES;
        slave.config.table_bytes = 1;
        if (beyond_ps > 0)
            hold_scl(nth, H_PS + beyond_ps);
        const uint64_t fall_ps = (nth - 1) * 2 * H_PS + H_PS; // the START is at 0
        pull_sda(fall_ps + I2C_PS_PER_US, H_PS + beyond_ps - I2C_PS_PER_US - 10 * I2C_PS_PER_NS);
    }
    std::vector<uint8_t> read()
    {
        outcome = run({{MASTER_START, ADDR7 << 1 | 1, {}, 2}});
        return got[0];
    }
    master_outcome outcome = {};
};

} // namespace

TEST(Bcm2835Clock, HasAnEvenDividerRoundedUp)
{
    const struct {
        const char *text;
        uint32_t hz;
        i2c_mode mode;
    } table[] = {{"bcm2835@100k", 100000, I2C_MODE_SM},
                 {"bcm2835@400k", 399361, I2C_MODE_FM}, // 625 made 626
                 {"bcm2835@400k,core=150M", 398936, I2C_MODE_FM},
                 {"bcm2835@100k,runs_at=400M", 160000, I2C_MODE_FM},
                 {"bcm2835@100k,core=400M,runs_at=250M", 62500, I2C_MODE_SM}};
    for (const auto &row : table) {
        EXPECT_EQ(spec_of(row.text).scl_hz, row.hz) << row.text;
        EXPECT_EQ(spec_of(row.text).mode, row.mode) << row.text;
    }
}

TEST(Bcm2835Clock, IsHalfAndHalfAndMovesSdaASixteenthBehindItsFall)
{
    Bench b("bcm2835@100k,ideal=1");
    b.add_slave(ADDR7);
    b.run(write_of(ADDR7, {0x55}));
    const std::vector<uint64_t> low = lows_ps(b);
    EXPECT_EQ(shortest_ps(low), H_PS);
    EXPECT_EQ(shortest_ps(highs_ps(b)), H_PS);
    uint64_t fall_ps = 0;
    unsigned moved = 0;
    for (const Edge &e : b.edge_list) {
        if (e.line == I2C_SCL && !e.high)
            fall_ps = e.at_ps;
        else if (e.line == I2C_SDA && fall_ps != 0 && e.makers == 1u << master_node(b.m) &&
                 e.at_ps < fall_ps + H_PS) {
            EXPECT_EQ(e.at_ps - fall_ps, 624 * I2C_PS_PER_NS); // 156 of 2500 core clocks
            moved++;
        }
    }
    EXPECT_GT(moved, 8u);
    for (const i2c_timing_parameter p : {I2C_T_HIGH, I2C_T_SU_STA, I2C_T_SU_STO})
        EXPECT_GE(i2c_sim_rules(b.sim)->master[p].margin_ps, 0) << "without a stretch";
}

// The high time behind a stretch is what is left of the half period in which it ended: down to
// nothing. At each low of a read, in steps of a 64th.
TEST(Bcm2835Stretch, CutsTheHighTimeDownToARunt)
{
    for (unsigned nth = 1; nth <= LOWS; nth++) {
        uint64_t least_ps = I2C_NEVER_PS;
        for (unsigned step = 1; step < 3 * 64; step++) {
            const bool at_a_look = step % 64 == 0;
            const uint64_t hold_ps = H_PS * step / 64 - (at_a_look ? 40 * I2C_PS_PER_NS : 0);
            Bench b("bcm2835@100k,ideal=1");
            b.add_slave(ADDR7);
            b.hold_scl(nth, H_PS + hold_ps, I2C_ROLE_SLAVE);
            b.run({{MASTER_START, ADDR7 << 1 | 1, {}, 2}});
            for (const i2c_finding &f : b.findings)
                EXPECT_EQ(f.severity, I2C_SEVERITY_INCOMPATIBLE) << f.message;
            const uint64_t high_ps = highs_ps(b)[nth - 1];
            EXPECT_EQ(high_ps, H_PS - hold_ps % H_PS) << "low " << nth << ", " << hold_ps << " ps";
            least_ps = std::min(least_ps, high_ps);
        }
        EXPECT_LT(least_ps, 50 * I2C_PS_PER_NS) << "low " << nth;
    }
}

// SDA is sampled on the master's clock, whatever SCL does: what a slave puts out at the end of a
// stretch is read wrong when a sample came before it and no further one behind it.
TEST(Bcm2835Stretch, ReadsTheOldBitWhereItSampledBeforeTheEnd)
{
    for (const bool resamples : {true, false}) {
        const std::string text =
            std::string("bcm2835@100k,ideal=1") + (resamples ? "" : ",resample=no");
        for (unsigned clock = 1; clock <= 8; clock++) {
            for (unsigned step = 1; step < 3 * 64; step++) {
                if (step % 64 == 0)
                    continue;
                const uint64_t hold_ps = H_PS * step / 64;
                const bool wrong = (resamples ? hold_ps % H_PS : hold_ps) > REDL_PS;
                Held b(text, 9 + clock, hold_ps);
                const uint8_t old = static_cast<uint8_t>(~(0x80 >> (clock - 1)));
                const uint8_t want = wrong ? old : uint8_t{0xFF};
                EXPECT_EQ(b.read(), (std::vector<uint8_t>{want, 0xFF}))
                    << text << " clock " << clock << ", " << hold_ps << " ps";
            }
        }
    }
}

TEST(Bcm2835Stretch, LooksAgainAfterAPeriodIfToldSo)
{
    Bench b("bcm2835@100k,ideal=1,extends=period");
    b.add_slave(ADDR7);
    b.hold_scl(10, 2 * H_PS + I2C_PS_PER_US);
    b.run({{MASTER_START, ADDR7 << 1 | 1, {}, 2}});
    EXPECT_EQ(highs_ps(b)[9], 2 * H_PS - I2C_PS_PER_US);
}

TEST(Bcm2835Stretch, IsSeenWhereItsClockDoesNotRunOn)
{
    const struct {
        const char *phases;
        bool first_of_written, first_of_read, second_of_read;
    } table[] = {{"all", true, true, true},
                 {"after_ack", true, true, false},
                 {"read_after_ack", false, true, false}};
    for (const auto &row : table) {
        const auto is_cut = [&row](unsigned nth, const std::vector<Message> &messages) {
            Bench b(std::string("bcm2835@100k,ideal=1,phases=") + row.phases);
            b.add_slave(ADDR7);
            b.hold_scl(nth, H_PS + 4 * I2C_PS_PER_US);
            b.run(messages);
            return highs_ps(b)[nth - 1] < H_PS;
        };
        const std::vector<Message> read = {{MASTER_START, ADDR7 << 1 | 1, {}, 2}};
        EXPECT_EQ(is_cut(10, write_of(ADDR7, {1})), row.first_of_written) << row.phases;
        EXPECT_EQ(is_cut(10, read), row.first_of_read) << row.phases;
        EXPECT_EQ(is_cut(11, read), row.second_of_read) << row.phases;
    }
}

// A slave that misses a runt is one clock behind: its ACK stands where the master makes its STOP,
// and no START is possible until somebody gives it another clock.
TEST(Bcm2835Stretch, LeavesASlaveThatMissedARuntHoldingSda)
{
    Bench b("bcm2835@100k,threshold=30"); // it sees SCL rise before the slave does
    b.add_slave(ADDR7);
    b.hold_scl(13, 2 * H_PS - 100 * I2C_PS_PER_NS); // in the data byte
    EXPECT_EQ(b.run(write_of(ADDR7, {1})).end, MASTER_NACKED);
    b.run_for(I2C_PS_PER_MS);
    EXPECT_FALSE(i2c_line_level(b.sim, I2C_SDA));
    const master_outcome out = b.run(write_of(ADDR7, {1}));
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, -110);
    EXPECT_STREQ(out.why, "i2c transfer timed out after 1 s");
}

TEST(Bcm2835Timeout, IsSetByTheHardwareOrTheKernel)
{
    const struct {
        const char *text;
        uint64_t hold_ps;
        int returned;
    } table[] = {{"bcm2835@100k,clkt=64", 600 * I2C_PS_PER_US, 1},
                 {"bcm2835@100k,clkt=64", 700 * I2C_PS_PER_US, -5},
                 {"bcm2835@100k,clkt=64,phases=after_ack", 700 * I2C_PS_PER_US, -5},
                 {"bcm2835@100k", 34 * I2C_PS_PER_MS, 1},
                 {"bcm2835@100k", 36 * I2C_PS_PER_MS, -5},
                 {"bcm2835@100k,clkt=off", 900 * I2C_PS_PER_MS, 1},
                 {"bcm2835@100k,clkt=off", 1100 * I2C_PS_PER_MS, -110}};
    for (const auto &row : table) {
        Bench b(row.text);
        b.add_slave(ADDR7);
        b.hold_scl(12, row.hold_ps);
        EXPECT_EQ(b.run(write_of(ADDR7, {1})).returned, row.returned)
            << row.text << " " << row.hold_ps;
        b.run_for(200 * I2C_PS_PER_MS);
        EXPECT_TRUE(i2c_line_level(b.sim, I2C_SCL) && i2c_line_level(b.sim, I2C_SDA)) << row.text;
        EXPECT_EQ(b.run(write_of(ADDR7, {1})).returned, 1) << row.text << ": the next one";
    }
}

// 16 bytes: with a slow interrupt SCL stays low until the driver has served it.
TEST(Bcm2835Fifo, HoldsSclUntilItIsServed)
{
    const auto longest = [](const char *text, const std::vector<Message> &messages) {
        Bench b(text);
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run(messages).returned, 1) << text;
        return longest_ps(lows_ps(b));
    };
    const std::vector<Message> write = write_of(ADDR7, std::vector<uint8_t>(40, 0x5A));
    const std::vector<Message> read = {{MASTER_START, ADDR7 << 1 | 1, {}, 40}};
    EXPECT_LT(longest("bcm2835@100k", write), 2 * H_PS);
    EXPECT_LT(longest("bcm2835@100k", read), 2 * H_PS);
    // Asked for with the START; and then when 13 of 16 bytes are gone, 3 more on their way.
    EXPECT_GT(longest("bcm2835@100k,irq=2ms", write), 1600 * I2C_PS_PER_US);
    // Asked for when 12 bytes are in, 4 more on their way.
    EXPECT_GT(longest("bcm2835@100k,irq=2ms", read), 1500 * I2C_PS_PER_US);
    EXPECT_LT(longest("bcm2835@100k,irq=300us", read), 2 * H_PS);
}

TEST(Bcm2835Driver, ReturnsWhatTheKernelDoes)
{
    const std::vector<Message> absent_read = {{MASTER_START, ABSENT7 << 1 | 1, {}, 1}};
    const std::vector<Message> absent_long = write_of(ABSENT7, std::vector<uint8_t>(17, 0));
    const struct {
        const char *text;
        std::vector<Message> messages;
        int returned;
    } table[] = {{"bcm2835@100k", write_of(ADDR7, {1}), 1},
                 {"bcm2835@100k", write_then_read(ADDR7, {1}, 2), 2},
                 {"bcm2835@100k", write_of(ABSENT7, {1}), -121},
                 {"bcm2835@100k", absent_read, -121},
                 {"bcm2835@100k", absent_long, -121},
                 {"bcm2835@100k,kernel=raspberrypi", write_of(ABSENT7, {1}), -121},
                 {"bcm2835@100k,kernel=raspberrypi", absent_read, -5},
                 {"bcm2835@100k,kernel=raspberrypi", absent_long, -5}};
    for (const auto &row : table) {
        Bench b(row.text);
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run(row.messages).returned, row.returned) << row.text;
    }
}

TEST(Bcm2835Driver, RefusesWhatItCannot)
{
    const struct {
        std::vector<Message> messages;
        const char *why;
    } table[] = {
        {{{MASTER_START, ADDR7 << 1 | 1, {}, 1, false}, {MASTER_JOIN, ADDR7 << 1, {1}}},
         "the BCM2835's driver reads only in the last message"},
        {{{MASTER_START, ADDR7 << 1, {1}, 0, false}},
         "the BCM2835's driver ends every transfer with a STOP"},
        {{{MASTER_START, ADDR7 << 1 | 1, {}, 0}}, "the BCM2835's driver reads at least one byte"},
    };
    for (const auto &row : table) {
        Bench b("bcm2835@100k");
        std::string why;
        EXPECT_FALSE(b.can(row.messages, &why));
        EXPECT_EQ(why, row.why);
    }
}
