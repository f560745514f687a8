// The LEGO NXT.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace
{

const uint8_t NXT_ADDRESS = 0x02;
const std::vector<Message> WRITE_READ = {{MASTER_START, NXT_ADDRESS, {0x42}, 0, false},
                                         {MASTER_JOIN, NXT_ADDRESS | 1, {}, 1}};

// In ticks from t0, its first SCL fall: "0v 1^ ...".
std::string ticks(const Bench &b, i2c_line line)
{
    return b.ticks(line, b.first_fall_ps(I2C_SCL), b.spec.value[0]);
}

} // namespace

// The state machine of the firmware, run against an ideal slave: SCL tick by tick.
TEST(NxtEdges, FollowTheFirmwareTickByTick)
{
    Bench b("nxt,ideal=1");
    b.add_slave(NXT_ADDRESS >> 1);
    const master_outcome out = b.run(WRITE_READ);
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(b.got[1][0], 0xA5);
    std::string want = "0v";
    for (int t = 1; t <= 17; t += 2)
        want += " " + std::to_string(t) + "^ " + std::to_string(t + 1) + "v";
    for (int t = 22; t <= 38; t += 2)
        want += " " + std::to_string(t) + "^ " + std::to_string(t + 1) + "v";
    want += " 40^ 43v 44^ 47v";
    for (int t = 49; t <= 65; t += 2)
        want += " " + std::to_string(t) + "^ " + std::to_string(t + 1) + "v";
    for (int t = 74; t <= 88; t += 2)
        want += " " + std::to_string(t) + "^ " + std::to_string(t + 1) + "v";
    want += " 90^ 91v 92^";
    EXPECT_EQ(ticks(b, I2C_SCL), want);
    // SDA: address 0x02; in tick 16 it is let go and the slave ACKs (NXT holds it from 17 to 21);
    // register 0x42; STOP 42, START 45; address 0x03; 73 released; the slave's 0xA5.
    EXPECT_EQ(ticks(b, I2C_SDA), "12^ 14v 16^ 16v 23^ 25v 33^ 35v 37^ 37v 42^ 45v 60^ 64v 73^ 75v "
                                 "77^ 79v 83^ 85v 87^");
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A P S 0x01+R A 0xA5 N");
}

TEST(NxtEdges, StartHoldIsRandomWithinATick)
{
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (uint64_t seed = 1; seed <= 64; seed++) {
        Bench b("nxt,ideal=1", seed);
        b.add_slave(NXT_ADDRESS >> 1);
        b.run({{MASTER_START, NXT_ADDRESS, {0x42}}});
        const uint64_t hold = b.edge_list[1].at_ps - b.edge_list[0].at_ps;
        least = std::min(least, hold);
        most = std::max(most, hold);
    }
    EXPECT_GT(least, 0u);
    EXPECT_LT(least, 5 * I2C_PS_PER_US);
    EXPECT_GT(most, 38 * I2C_PS_PER_US);
    EXPECT_LE(most, 42618 * I2C_PS_PER_NS);
}

TEST(NxtEdges, EndAPlainWriteWithAStop)
{
    Bench b("nxt,tick=52.083us,ideal=1");
    b.add_slave(NXT_ADDRESS >> 1);
    EXPECT_EQ(b.run({{MASTER_START, NXT_ADDRESS, {}}}).end, MASTER_DONE);
    EXPECT_EQ(ticks(b, I2C_SCL),
              "0v 1^ 2v 3^ 4v 5^ 6v 7^ 8v 9^ 10v 11^ 12v 13^ 14v 15^ 16v 17^ 18v 19^");
    EXPECT_EQ(b.decoded(), "S 0x01+W A P");
}

TEST(NxtAck, OfDataIsNeverLookedAt)
{
    Bench b("nxt");
    b.add_slave(NXT_ADDRESS >> 1, 0);
    const master_outcome out = b.run({{MASTER_START, NXT_ADDRESS, {1, 2}}});
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(out.returned, 0);
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x01 N 0x02 N P");
}

// The retries do not rewind: they send what stands behind, zeros here.
TEST(NxtAck, OfTheAddressMissingIsRetriedWithTheNextBytes)
{
    Bench b("nxt");
    const master_outcome out = b.run({{MASTER_START, NXT_ADDRESS, {0x55}}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, 0xDD);
    EXPECT_EQ(b.decoded(), "S 0x01+W N P S 0x00+W N P S 0x00+W N P S 0x00+W N P");
    std::vector<unsigned> attempt;
    for (const i2c_event &e : b.events)
        if (e.kind == I2C_EVENT_START)
            attempt.push_back(e.attempt);
    EXPECT_EQ(attempt, (std::vector<unsigned>{0, 1, 2, 3}));
}

// The enhanced firmware's retries carry the bytes asked for, and may succeed.
TEST(NxtAck, OfTheAddressMissingIsRetriedWithTheSameBytesByTheEnhancedFirmware)
{
    Bench nobody("nxt,fw=enhanced");
    const master_outcome out = nobody.run({{MASTER_START, NXT_ADDRESS, {0x55}}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, 0xDD);
    EXPECT_EQ(nobody.decoded(), "S 0x01+W N P S 0x01+W N P S 0x01+W N P S 0x01+W N P");
    Bench b("nxt,fw=enhanced");
    i2c_timer late = {
        [](void *ctx, uint64_t) { static_cast<Bench *>(ctx)->add_slave(NXT_ADDRESS >> 1); }, &b,
        false};
    i2c_timer_set(b.sim, &late, 2 * I2C_PS_PER_MS);
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_DONE);
    EXPECT_EQ(b.got[1][0], 0xA5);
    EXPECT_EQ(b.decoded(), "S 0x01+W N P S 0x01+W A 0x42 A P S 0x01+R A 0xA5 N");
}

// Its loop between SCL's fall and SDA is the data hold.
TEST(NxtEdges, OfTheEnhancedFirmwareLetSclSettle)
{
    for (const char *text : {"nxt", "nxt,fw=enhanced", "nxt,settle=2us"}) {
        Bench b(std::string(text) + ",ideal=1");
        b.add_slave(NXT_ADDRESS >> 1);
        b.run({{MASTER_START, NXT_ADDRESS, {}}});
        // Bit 1 of 0x02 rises behind the fall of tick 12.
        const auto &e = b.edge_list;
        const auto sda = std::find_if(e.begin() + 1, e.end(),
                                      [](const Edge &edge) { return edge.line == I2C_SDA; });
        const uint64_t hold_ns = (sda->at_ps - (sda - 1)->at_ps) / I2C_PS_PER_NS;
        const std::string which = text;
        EXPECT_EQ(hold_ns, which == "nxt" ? 300u : which == "nxt,fw=enhanced" ? 5000u : 2000u);
    }
}

TEST(NxtStretch, IsIgnoredByFirmware105)
{
    Bench b("nxt,fw=1.05");
    b.add_slave(NXT_ADDRESS >> 1, NEIGHBOUR_TAKES_ALL, 9, 200 * I2C_PS_PER_US);
    b.run({{MASTER_START, NXT_ADDRESS, {0x55}}});
    EXPECT_NE(b.decoded(), "S 0x01+W A 0x55 A P");
}

TEST(NxtStretch, OfLessThanATickIsToleratedByFirmware129)
{
    Bench b("nxt");
    b.add_slave(NXT_ADDRESS >> 1, NEIGHBOUR_TAKES_ALL, 9, 80 * I2C_PS_PER_US);
    EXPECT_EQ(b.run({{MASTER_START, NXT_ADDRESS, {0x55}}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x55 A P");
}

TEST(NxtStretch, OfATickEndsTheTransferOfFirmware129)
{
    Bench b("nxt");
    b.add_slave(NXT_ADDRESS >> 1, NEIGHBOUR_TAKES_ALL, 9, 130 * I2C_PS_PER_US);
    const master_outcome out = b.run({{MASTER_START, NXT_ADDRESS, {0x55}}});
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_NE(std::string(out.why), "");
}

// A write and read that failed leaves its read behind: the next plain write drags it along.
TEST(NxtStaleRead, FollowsTheNextPlainWrite)
{
    Bench b("nxt");
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_NACKED);
    b.add_slave(NXT_ADDRESS >> 1);
    b.forget();
    EXPECT_EQ(b.run({{MASTER_START, NXT_ADDRESS, {0x55}}}).end, MASTER_DONE);
    b.run_for(10 * I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded().substr(0, 23), "S 0x01+W A 0x55 A P S 0");
}

// One that failed within the read drags only its clocks along: no STOP, no START, and the slave
// takes them for written bytes.
TEST(NxtStaleRead, OfAReadThatWasCutIsOnlyClocks)
{
    Bench b("nxt");
    b.add_slave(NXT_ADDRESS >> 1, NEIGHBOUR_TAKES_ALL, 5, 200 * I2C_PS_PER_US);
    b.slave.config.stretch_byte = 2; // only the read is that long
    const master_outcome out = b.run(
        {{MASTER_START, NXT_ADDRESS, {0x42}, 0, false}, {MASTER_JOIN, NXT_ADDRESS | 1, {}, 3}});
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, 0xDD);
    b.slave.config.stretch_ps = 0;
    b.forget();
    EXPECT_EQ(b.run({{MASTER_START, NXT_ADDRESS, {0x55}}}).end, MASTER_DONE);
    b.run_for(10 * I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded().substr(b.decoded().find("0x01+W")), "0x01+W A 0x55 A 0xFF A");
    // The next request with a read part ends it.
    b.forget();
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_DONE);
    b.forget();
    EXPECT_EQ(b.run({{MASTER_START, NXT_ADDRESS, {0x55}}}).end, MASTER_DONE);
    b.run_for(10 * I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded().substr(b.decoded().find("0x01+W")), "0x01+W A 0x55 A P");
}

TEST(NxtCan, OnlyWriteAndReadBehindAWrite)
{
    Bench b("nxt");
    const struct {
        std::vector<Message> messages;
        const char *why;
    } table[] = {
        {{{MASTER_START, NXT_ADDRESS, {1}}}, ""},
        {WRITE_READ, ""},
        {{{MASTER_START, NXT_ADDRESS | 1, {}, 1}}, "the NXT reads only behind a write"},
        {{{MASTER_START, NXT_ADDRESS, {1}, 0, false}, {MASTER_TRUE_REPEAT, NXT_ADDRESS | 1, {}, 1}},
         "the NXT has no repeated START"},
        {{{MASTER_START, NXT_ADDRESS, {1}, 0, false}, {MASTER_JOIN, 0x05, {}, 1}},
         "the NXT reads from the address it wrote to"},
        {{{MASTER_START, NXT_ADDRESS, std::vector<uint8_t>(16, 1)}},
         "the NXT sends at most 16 bytes, the address included"},
        {{{MASTER_START, NXT_ADDRESS, {1}, 0, false}}, "the NXT always ends a write with a STOP"},
        {{{MASTER_START, -1}}, "the NXT always sends an address"},
    };
    for (const auto &row : table) {
        std::string why;
        EXPECT_EQ(b.can(row.messages, &why), row.why[0] == '\0');
        EXPECT_EQ(why, row.why);
    }
    EXPECT_EQ(b.run({{MASTER_START, NXT_ADDRESS, std::vector<uint8_t>(16, 1)}}).returned, 0xED);
}
