// FTDI's FT232H under pyftdi.
#include "tests/models/masters_hardware.h"

#include <algorithm>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t ABSENT7 = 0x11;

std::vector<Message> read_only(uint32_t reads)
{
    return {{MASTER_START, ADDR7 << 1 | 1, {}, reads}};
}

} // namespace

// Three phases: SDA changes a third of the clock behind SCL's fall, SCL is high for a third.
TEST(Ft232hClock, HasThreePhases)
{
    const struct {
        const char *text;
        uint32_t hz;
        uint64_t third_ps;
    } table[] = {{"ft232h@100k,ideal=1", 100000, 3333333},
                 {"ft232h@400k,ideal=1", 400000, 833333},
                 {"ft232h@70k,ideal=1", 69930, 4766666}};
    for (const auto &row : table) {
        Bench b(row.text);
        b.add_slave(ADDR7);
        b.run(write_of(ADDR7, {0x55}));
        EXPECT_EQ(b.spec.scl_hz, row.hz) << row.text;
        EXPECT_EQ(lows_ps(b)[3], 2 * row.third_ps) << row.text;
        EXPECT_EQ(highs_ps(b)[3], row.third_ps) << row.text;
    }
}

// The ACK of each written byte goes to the computer and back; a read is asked for in one piece.
TEST(Ft232hUsb, HoldsSclLowBehindEachWrittenByte)
{
    const auto long_lows = [](const std::vector<Message> &messages) {
        Bench b("ft232h@100k,ideal=1,usb=500us");
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run(messages).end, MASTER_DONE);
        const std::vector<uint64_t> low = lows_ps(b);
        std::vector<size_t> clocks;
        for (size_t i = 0; i < low.size(); i++)
            if (low[i] > 500 * I2C_PS_PER_US)
                clocks.push_back(i + 1);
        return clocks;
    };
    EXPECT_EQ(long_lows(write_of(ADDR7, {1, 2})), (std::vector<size_t>{10, 19, 28}));
    EXPECT_EQ(long_lows(read_only(3)), (std::vector<size_t>{10, 37}));
    EXPECT_EQ(long_lows(write_then_read(ADDR7, {1}, 1)), (std::vector<size_t>{10, 19, 29, 38}));
}

TEST(Ft232hRetries, MakeTheWholeTransferThreeTimes)
{
    Bench b("ft232h@100k");
    b.add_slave(ADDR7, 1);
    EXPECT_EQ(b.run(write_of(ABSENT7, {1})).end, MASTER_NACKED);
    EXPECT_EQ(b.decoded(), "S 0x11+W N P S 0x11+W N P S 0x11+W N P");
    unsigned attempt = 0;
    for (const i2c_event &e : b.events) {
        if (e.kind == I2C_EVENT_START) {
            EXPECT_EQ(e.attempt, attempt++);
        }
    }
    b.forget();
    EXPECT_EQ(b.run(write_of(ADDR7, {1, 2})).end, MASTER_NACKED);
    EXPECT_EQ(b.decoded(), "S 0x48+W A 0x01 A 0x02 N P S 0x48+W A 0x01 A 0x02 N P "
                           "S 0x48+W A 0x01 A 0x02 N P");
    Bench once("ft232h@100k,retries=1");
    EXPECT_EQ(once.run(write_of(ABSENT7, {1})).end, MASTER_NACKED);
    EXPECT_EQ(once.decoded(), "S 0x11+W N P");
}

// A slave that comes late is served by a later attempt.
TEST(Ft232hRetries, EndWithTheFirstSuccess)
{
    Bench b("ft232h@100k");
    b.add_slave(ADDR7);
    b.pull_sda(I2C_PS_PER_NS, 20 * I2C_PS_PER_US);
    b.hold_scl(3, 50 * I2C_PS_PER_US); // the first attempt's address is out of step
    const master_outcome out = b.run(write_of(ADDR7, {0x5A}));
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(b.written, (std::vector<uint8_t>{0x5A}));
}

// Without the wire its clocks are lost under a hold; with it they wait, but SDA is what it was when
// the adapter let go of SCL.
TEST(Ft232hStretch, IsNotSeenUnlessAdaptive)
{
    static const uint8_t ones = 0xFF;
    for (const bool adaptive : {false, true}) {
        for (const bool late_sda : {false, true}) {
            Bench b(std::string("ft232h@100k,ideal=1") + (adaptive ? ",adaptive=yes" : ""), 1,
                    10 * I2C_PS_PER_S, true);
            b.add_slave(ADDR7);
            b.slave.config.table = &ones;
            b.slave.config.table_bytes = 1;
            Bench plain("ft232h@100k,ideal=1");
            plain.add_slave(ADDR7);
            plain.run(read_only(2));
            const uint64_t fall_ps = scl_edge_ps(plain, false, 11);
            b.hold_scl(11, 50 * I2C_PS_PER_US);
            if (late_sda)
                b.pull_sda(fall_ps + I2C_PS_PER_US, 40 * I2C_PS_PER_US);
            b.run(read_only(2));
            const bool right = b.got[0] == std::vector<uint8_t>{0xFF, 0xFF};
            EXPECT_EQ(right, !late_sda) << adaptive; // all ones survive lost clocks
            const uint64_t high_ps = highs_ps(b)[10];
            if (adaptive) {
                EXPECT_EQ(high_ps, UINT64_C(3333333));
                EXPECT_EQ(b.decoded().back(), 'P');
                EXPECT_EQ(b.got[0][0], late_sda ? 0xBF : 0xFF);
            } else {
                EXPECT_LT(b.slave.bytes_read, 2u);
            }
        }
    }
}

TEST(Ft232hTransfers, RefuseWhatPyftdiDoes)
{
    std::string why;
    Bench b("ft232h@100k");
    EXPECT_FALSE(b.can(write_of(0x79, {1}), &why));
    EXPECT_EQ(why, "pyftdi refuses addresses above 0x78");
    EXPECT_TRUE(b.can(write_of(0x78, {1})));
    EXPECT_TRUE(b.can(write_then_read(ADDR7, {1}, 1)));
    // SCL has one pin command's time to rise.
    Bench slow("ft232h@100k,rp=10k,cb=100pF");
    EXPECT_FALSE(slow.can(write_then_read(ADDR7, {1}, 1), &why));
    EXPECT_EQ(why, "SCL rises too slowly for the repeated START of pyftdi");
    EXPECT_TRUE(slow.can(write_of(ADDR7, {1})));
}

// A slave whose clock was lost under its hold may be anywhere in its byte, STOP or not: what it
// does to an idle bus is not judged until a START has put it in step.
TEST(Ft232hStretch, LeavesASlaveOutOfStepUntilAStart)
{
    struct Puller {
        i2c_sim *sim;
        i2c_node node;
        static void toggle(void *ctx, uint64_t)
        {
            const auto *p = static_cast<Puller *>(ctx);
            const bool pulls = i2c_node_drive(p->sim, p->node, I2C_SCL) == I2C_PULLED;
            i2c_node_set(p->sim, p->node, I2C_SCL, pulls ? I2C_RELEASED : I2C_PULLED);
        }
    };
    for (const bool clock_lost : {true, false}) {
        Bench b("ft232h@100k,retries=1,ideal=1");
        i2c_node_config config = {};
        config.name = "slave";
        config.role = I2C_ROLE_SLAVE;
        config.threshold = I2C_AT_50;
        Puller p = {b.sim, 0};
        ASSERT_EQ(i2c_node_add(b.sim, &config, &p.node), I2C_OK);
        i2c_timer pull = {Puller::toggle, &p, false};
        i2c_timer let_go = {Puller::toggle, &p, false};
        const auto hold = [&](uint64_t from_ps, uint64_t ps) {
            i2c_timer_set(b.sim, &pull, from_ps);
            i2c_timer_set(b.sim, &let_go, from_ps + ps);
        };
        if (clock_lost) // from the fall behind the START on
            hold(256 * I2C_PS_PER_US, 40 * I2C_PS_PER_US);
        b.run(write_of(ABSENT7, {}));
        b.run_for(I2C_PS_PER_MS);
        const auto idle_pulls = [&b] {
            return std::count_if(b.findings.begin(), b.findings.end(), [](const i2c_finding &f) {
                return std::string(f.rule->id) == "I2C-STA-02";
            });
        };
        hold(i2c_sim_now_ps(b.sim) + 1, I2C_PS_PER_US);
        b.run_for(I2C_PS_PER_MS);
        EXPECT_EQ(idle_pulls(), clock_lost ? 0 : 1);
        b.run(write_of(ABSENT7, {}));
        hold(i2c_sim_now_ps(b.sim) + I2C_PS_PER_MS, I2C_PS_PER_US);
        b.run_for(2 * I2C_PS_PER_MS);
        EXPECT_EQ(idle_pulls(), 1);
    }
}
