// leJOS on the NXT: its two modes and its fast clock. The ticks are those of its state machine,
// counted from START.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t W = 0x02; // 7-bit 0x01
const uint8_t R = W | 1;
const uint64_t TICK_PS = 52066 * I2C_PS_PER_NS;
const uint64_t FAST_TICK_PS = 3995 * I2C_PS_PER_NS;
const std::vector<Message> WRITE = {{MASTER_START, W, {0x42}}};
const std::vector<Message> WRITE_READ = {{MASTER_START, W, {0x42}, 0, false},
                                         {MASTER_JOIN, R, {}, 1}};
const std::vector<Message> READ = {{MASTER_START, R, {}, 1}};

std::string ticks(const Bench &b, i2c_line line, uint64_t tick_ps = TICK_PS)
{
    return b.ticks(line, b.first_fall_ps(I2C_SDA), tick_ps);
}

i2c_drive drive(const Bench &b, i2c_line line)
{
    return i2c_node_drive(b.sim, master_node(b.m), line);
}

} // namespace

// 0x02 and the slave's ACK; bit 7 of 0x42 comes a moment behind SCL's fall, so that SDA is free for
// that moment; STOP.
TEST(LejosLegoEdges, OfAWriteAreThoseOfTheStateMachine)
{
    Bench b("lejos,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE).end, MASTER_DONE);
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 38));
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 17v 19^ 19v 21^ 23v 31^ 33v 35^ 35v 39^");
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A P");
    EXPECT_EQ(drive(b, I2C_SCL), I2C_DRIVEN_HIGH);
    EXPECT_EQ(drive(b, I2C_SDA), I2C_RELEASED);
}

// STOP, clock and START; SCL low for 7 ticks before the first bit; and no STOP behind a read.
TEST(LejosLegoEdges, OfAReadBehindAWriteJoinWithStopClockAndStart)
{
    Bench b("lejos,ideal=1");
    b.add_slave(W >> 1);
    const master_outcome out = b.run(WRITE_READ);
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(out.returned, 1);
    EXPECT_EQ(b.got[1][0], 0xA5);
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 38) + " " + tick_clocks(40, 41) + " " +
                                     tick_clocks(43, 61) + " " + tick_rises(68, 86));
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 17v 19^ 19v 21^ 23v 31^ 33v 35^ 35v 39^ 42v 55^ "
                                 "59v 61^ 69v 71^ 73v 77^ 79v 81^");
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A P S 0x01+R A 0xA5 N");
    EXPECT_EQ(drive(b, I2C_SDA), I2C_RELEASED);
}

TEST(LejosStandardEdges, JoinWithARepeatedStartAndEndWithAStop)
{
    Bench b("lejos,mode=standard,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_DONE);
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 38) + " " + tick_clocks(40, 77));
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A Sr 0x01+R A 0xA5 N P");
    EXPECT_EQ(drive(b, I2C_SCL), I2C_RELEASED);
    EXPECT_EQ(drive(b, I2C_SDA), I2C_RELEASED);
}

TEST(LejosReads, OfTheirOwnHaveNoRegisterByte)
{
    for (const bool standard : {false, true}) {
        Bench b(standard ? "lejos,mode=standard" : "lejos");
        b.add_slave(W >> 1);
        EXPECT_EQ(b.run({{MASTER_START, R, {}, 2}}).end, MASTER_DONE);
        EXPECT_EQ(b.got[0], (std::vector<uint8_t>{0xA5, 0x3C}));
        EXPECT_EQ(b.decoded(), std::string("S 0x01+R A 0xA5 A 0x3C N") + (standard ? " P" : ""));
    }
}

// The NACK of a read is driven high, also where the slave has not let go yet.
TEST(LejosReads, DriveTheirNackHigh)
{
    const struct {
        const char *text;
        int tick;
    } table[] = {{"lejos,ideal=1", 83}, {"lejos,mode=standard,ideal=1", 74}};
    for (const auto &row : table) {
        Bench first(row.text);
        first.add_slave(W >> 1);
        first.run(WRITE_READ);
        Bench b(row.text);
        b.add_slave(W >> 1);
        b.look(first.first_fall_ps(I2C_SDA) + static_cast<uint64_t>(row.tick) * TICK_PS +
               I2C_PS_PER_US);
        b.run(WRITE_READ);
        EXPECT_EQ(b.looked[I2C_SCL], I2C_PULLED) << row.text;
        EXPECT_EQ(b.looked[I2C_SDA], I2C_DRIVEN_HIGH) << row.text;
    }
}

// ---- NO_RELEASE -----------------------------------------------------------------------------

TEST(LejosNoRelease, EndsWithSclLowAndWithoutStop)
{
    Bench b("lejos,mode=standard,no_release=yes,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A");
    EXPECT_EQ(drive(b, I2C_SCL), I2C_PULLED);
    EXPECT_EQ(drive(b, I2C_SDA), I2C_RELEASED);
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A Sr 0x01+W A 0x42 A Sr 0x01+R A 0xA5 N");
    EXPECT_EQ(drive(b, I2C_SCL), I2C_PULLED);
}

// LEGO mode knows no such end.
TEST(LejosNoRelease, IsForStandardModeAlone)
{
    Bench b("lejos,no_release=yes");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A P");
}

// ---- NACK -----------------------------------------------------------------------------------

// SCL stays high: the monitor tells the NACK with the next edge.
TEST(LejosNack, EndsWithoutStop)
{
    for (const char *text : {"lejos", "lejos,mode=standard", "lejos,mode=125k"}) {
        Bench b(text);
        const master_outcome out = b.run(WRITE);
        EXPECT_EQ(out.end, MASTER_NACKED);
        EXPECT_EQ(out.returned, -3);
        EXPECT_EQ(b.decoded(), "S 0x01+W") << text;

        Bench data(text);
        data.add_slave(W >> 1, 0);
        EXPECT_EQ(data.run(WRITE_READ).end, MASTER_NACKED);
        EXPECT_EQ(data.decoded(), "S 0x01+W A 0x42") << text;
    }
}

// SDA's latch keeps the last bit that was sent: where it is a 0, the next transfer begins with a
// START and a STOP one tick later, two ticks before its own START.
TEST(LejosNack, LeavesAGhostForTheNextTransfer)
{
    for (const char *text : {"lejos,ideal=1", "lejos,mode=standard,ideal=1"}) {
        Bench b(text);
        b.run(WRITE);
        b.forget();
        b.run(WRITE);
        EXPECT_EQ(b.decoded(), "N Sr P S 0x01+W") << text;
        EXPECT_EQ(ticks(b, I2C_SDA).substr(0, 9), "0v 1^ 3v ") << text;
        EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(4, 21)) << text;
    }
}

TEST(LejosNack, BehindA1LeavesNoGhost)
{
    Bench b("lejos");
    b.run(READ);
    b.forget();
    b.run(READ);
    EXPECT_EQ(b.decoded(), "N Sr 0x01+R");
}

// ---- before the start -----------------------------------------------------------------------

// LEGO mode looks at SDA, standard mode at both lines; neither waits.
TEST(LejosStart, NeedsAFreeBus)
{
    const struct {
        const char *text;
        i2c_line line;
        bool starts;
    } table[] = {
        {"lejos", I2C_SDA, false},
        {"lejos", I2C_SCL, true},
        {"lejos,mode=standard", I2C_SDA, false},
        {"lejos,mode=standard", I2C_SCL, false},
        {"lejos,mode=standard,no_release=yes", I2C_SCL, true},
    };
    for (const auto &row : table) {
        Bench b(row.text);
        i2c_node_config c = {};
        c.name = "holder";
        c.role = I2C_ROLE_FAULT;
        i2c_node holder = 0;
        ASSERT_EQ(i2c_node_add(b.sim, &c, &holder), I2C_OK);
        i2c_node_pull(b.sim, holder, row.line);
        b.run_for(I2C_PS_PER_MS);
        const uint64_t from_ps = i2c_sim_now_ps(b.sim);
        const master_outcome out = b.run(WRITE);
        EXPECT_EQ(out.returned == -5, !row.starts) << row.text;
        EXPECT_EQ(out.end == MASTER_GAVE_UP, !row.starts) << row.text;
        if (!row.starts) {
            EXPECT_EQ(i2c_sim_now_ps(b.sim), from_ps);
        }
    }
}

// ---- stretching -----------------------------------------------------------------------------

TEST(LejosStretch, IsNotLookedForAtTheSlowClock)
{
    for (const char *text : {"lejos", "lejos,mode=standard"}) {
        Bench b(text);
        EXPECT_EQ(b.spec.stretch.kind, MASTER_GOES_ON);
        EXPECT_EQ(b.spec.stretch.limit_ps, 0u);
        b.add_slave(W >> 1, NEIGHBOUR_TAKES_ALL, 9, 300 * I2C_PS_PER_US);
        b.run(WRITE);
        EXPECT_NE(b.decoded(), "S 0x01+W A 0x42 A P");
    }
}

// SCL floats until it is up, and is driven then.
TEST(LejosFast, WaitsForSclAndThenDrivesIt)
{
    Bench b("lejos,mode=125k,ideal=1");
    b.add_slave(W >> 1, NEIGHBOUR_TAKES_ALL, 9, 200 * I2C_PS_PER_US);
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_DONE);
    EXPECT_EQ(b.got[1][0], 0xA5);
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A Sr 0x01+R A 0xA5 N P");
    for (const i2c_finding &f : b.findings)
        EXPECT_STRNE(f.rule->id, "contention_scl");
}

TEST(LejosFast, HasNoGaps)
{
    Bench b("lejos,mode=125k,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_DONE);
    EXPECT_EQ(ticks(b, I2C_SCL, FAST_TICK_PS), tick_clocks(1, 38) + " " + tick_clocks(40, 77));
}

// 100 half bits, then a fault; SCL is driven low once more and let go of.
TEST(LejosFast, GivesUpAfterHundredHalfBits)
{
    Bench b("lejos,mode=125k,ideal=1");
    EXPECT_EQ(b.spec.stretch.kind, MASTER_WAITS);
    EXPECT_GE(b.spec.stretch.limit_ps, 99 * FAST_TICK_PS);
    EXPECT_LT(b.spec.stretch.limit_ps, 100 * FAST_TICK_PS);
    b.add_slave(W >> 1, NEIGHBOUR_TAKES_ALL, 9, 500 * I2C_PS_PER_US);
    const master_outcome out = b.run(WRITE);
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, -3);
    EXPECT_EQ(drive(b, I2C_SCL), I2C_RELEASED);
    EXPECT_EQ(drive(b, I2C_SDA), I2C_RELEASED);
}

// ---- sampling -------------------------------------------------------------------------------

// The ACK is read right behind the rise of SCL, data at the end of its high.
TEST(LejosSampling, OfTheAckIsAtTheRiseAndOfDataAtTheEnd)
{
    Bench first("lejos,ideal=1");
    first.add_slave(W >> 1);
    first.run(WRITE_READ);
    const uint64_t start_ps = first.first_fall_ps(I2C_SDA);

    Bench ack("lejos,ideal=1"); // nobody there: an ACK that comes 10 us late is none
    ack.pull_sda(start_ps + 18 * TICK_PS + 10 * I2C_PS_PER_US, 30 * I2C_PS_PER_US);
    EXPECT_EQ(ack.run(WRITE).end, MASTER_NACKED);

    Bench data("lejos,ideal=1"); // bit 7, a 1
    data.add_slave(W >> 1);
    data.pull_sda(start_ps + 69 * TICK_PS - 10 * I2C_PS_PER_US, 20 * I2C_PS_PER_US);
    data.run(WRITE_READ);
    EXPECT_EQ(data.got[1][0] >> 7, 0);
}

// ---- limits ---------------------------------------------------------------------------------

TEST(LejosCan, WritesReadsAndReadBehindWrite)
{
    const std::vector<Message> true_repeat = {{MASTER_START, W, {1}, 0, false},
                                              {MASTER_TRUE_REPEAT, R, {}, 1}};
    expect_refusals(
        "lejos",
        {{WRITE, ""},
         {READ, ""},
         {WRITE_READ, ""},
         {{{MASTER_START, W, std::vector<uint8_t>(32, 1)}}, ""},
         {true_repeat, "leJOS has no repeated START"},
         {{{MASTER_START, W, {}}}, "leJOS sends at least one byte behind the address"},
         {{{MASTER_START, R, {}, 0}}, "leJOS reads at least one byte"},
         {{{MASTER_START, W, std::vector<uint8_t>(33, 1)}}, "leJOS sends at most 32 bytes"},
         {{{MASTER_START, R, {}, 33}}, "leJOS reads at most 32 bytes"},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, W, {1}}},
          "leJOS joins only a read to a write"},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, 0x05, {}, 1}},
          "leJOS reads from the address it wrote to"},
         {{{MASTER_START, W, {1}, 0, false}}, "leJOS never leaves a transfer open"},
         {{{MASTER_START, R, {}, 2, true, false, {1, 1}}}, "leJOS ACKs all bytes but the last"},
         {{{MASTER_START, -1}}, "leJOS always sends an address"}});
    expect_refusals("lejos,mode=standard", {{true_repeat, ""}});
    Bench b("lejos");
    EXPECT_EQ(b.run({{MASTER_START, W, std::vector<uint8_t>(33, 1)}}).returned, -4);
}
