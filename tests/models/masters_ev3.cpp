// The LEGO EV3: LEGO's own firmware, ev3dev and Pybricks. The ticks are those of their state
// machines, counted from START.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t W = 0x02; // 7-bit 0x01
const uint8_t R = W | 1;
const uint64_t TICK_PS = 50 * I2C_PS_PER_US;
const std::vector<Message> WRITE = {{MASTER_START, W, {0x42}}};
const std::vector<Message> WRITE_READ = {{MASTER_START, W, {0x42}, 0, false},
                                         {MASTER_JOIN, R, {}, 1}};
const std::vector<Message> WRITE_READ_2 = {{MASTER_START, W, {0x42}, 0, false},
                                           {MASTER_JOIN, R, {}, 2}};
const std::vector<Message> READ = {{MASTER_START, R, {}, 1}};

std::string ticks(const Bench &b, i2c_line line)
{
    return b.ticks(line, b.first_fall_ps(I2C_SDA), TICK_PS);
}

} // namespace

// ---- lms2012 --------------------------------------------------------------------------------

// SDA: 0x02, the slave's ACK, 0x42, ACK; and then no STOP.
TEST(Ev3Edges, OfAWriteEndWithoutStop)
{
    Bench b("ev3,ideal=1");
    b.add_slave(W >> 1);
    const master_outcome out = b.run(WRITE);
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(out.returned, 0);
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 19) + " " + tick_rises(25, 43));
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 17v 19^ 24v 26^ 28v 36^ 38v 40^ 40v 42^");
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A");
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SCL), I2C_DRIVEN_HIGH);
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_RELEASED);
}

// STOP at 44, a clock with SDA high, START at 47; 0x03; the slave's 0xA5; the ACK held from 87
// until one tick before the next clock; 0x3C; the NACK driven high at 108; and no STOP.
TEST(Ev3Edges, OfAWriteAndReadAreJoinedByStopClockAndStart)
{
    Bench b("ev3,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE_READ_2).end, MASTER_DONE);
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 19) + " " + tick_rises(25, 43) + " " +
                                     tick_clocks(45, 46) + " " + tick_clocks(48, 66) + " " +
                                     tick_rises(72, 89) + " " + tick_rises(93, 111));
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 17v 19^ 24v 26^ 28v 36^ 38v 40^ 40v 44^ 47v 60^ "
                                 "64v 66^ 73v 75^ 77v 81^ 83v 85^ 87v 96^ 104v 108^");
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A P S 0x01+R A 0xA5 A 0x3C N");
}

// The ACK is let go of at 92, not with the fall of its clock at 89.
TEST(Ev3Edges, HoldTheAckOfAReadByteUntilOneTickBeforeTheNextClock)
{
    Bench b("ev3,ideal=1");
    b.add_slave(W >> 1);
    b.slave.config.output_delay_ps = 0;
    static const uint8_t ones[] = {0xFF};
    b.slave.config.table = ones;
    b.slave.config.table_bytes = 1;
    b.run(WRITE_READ_2);
    const std::string sda = ticks(b, I2C_SDA);
    EXPECT_EQ(sda.substr(sda.find("64v")), "64v 66^ 87v 92^");
}

TEST(Ev3Edges, DriveTheNackOfAReadHigh)
{
    for (const char *text : {"ev3,ideal=1", "ev3dev,ideal=1"}) {
        Bench first(text);
        first.add_slave(W >> 1);
        first.run(WRITE_READ_2);
        Bench b(text);
        b.add_slave(W >> 1);
        b.look(first.first_fall_ps(I2C_SDA) + 108 * TICK_PS + I2C_PS_PER_US);
        b.run(WRITE_READ_2);
        EXPECT_EQ(b.looked[I2C_SCL], I2C_PULLED) << text;
        EXPECT_EQ(b.looked[I2C_SDA], I2C_DRIVEN_HIGH) << text;
    }
}

// Behind an ACK the pin becomes an output before the new bit is there: bit 0 of the byte before
// shows for a moment.
TEST(Ev3Edges, ShowTheOldBitForAMomentWhenSdaBecomesAnOutput)
{
    Bench b("ev3,ideal=1");
    b.add_slave(W >> 1);
    b.run({{MASTER_START, W, {0x80}}});
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 17v 19^ 24v 24^ 26v 40^ 40v 42^");
}

TEST(Ev3Edges, MoveSdaAMomentAfterScl)
{
    Bench b("ev3,ideal=1,eps=500ns");
    b.run(WRITE);
    uint64_t scl_ps = 0;
    unsigned moved = 0;
    for (const Edge &e : b.edge_list) {
        if (e.line == I2C_SCL) {
            scl_ps = e.at_ps;
        } else if (scl_ps != 0) {
            EXPECT_EQ(e.at_ps - scl_ps, 500 * I2C_PS_PER_NS);
            moved++;
        }
    }
    EXPECT_EQ(moved, 3u);
}

TEST(Ev3Edges, OfAnOlderBuildHaveNoWait)
{
    Bench b("ev3,ideal=1,wait=no");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE_READ_2).end, MASTER_DONE);
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
    EXPECT_EQ(ticks(b, I2C_SCL),
              tick_clocks(1, 38) + " " + tick_clocks(40, 41) + " " + tick_clocks(43, 98));
}

// Enabling the port drives both lines high, until the first START; the state timer of 2 ms sends
// what it took up a period earlier, and START comes 100 us later.
TEST(Ev3Start, ComesOnTheGridOfTheStateTimer)
{
    Bench b("ev3,ideal=1");
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SCL), I2C_DRIVEN_HIGH);
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_DRIVEN_HIGH);
    b.add_slave(W >> 1);
    b.run_for(500 * I2C_PS_PER_US);
    b.run(WRITE);
    EXPECT_EQ(b.edge_list.front().at_ps, 4100300 * I2C_PS_PER_NS);
    b.forget();
    const uint64_t seen_ps = i2c_sim_now_ps(b.sim);
    EXPECT_EQ(seen_ps % (2 * I2C_PS_PER_MS), 0u);
    b.run(WRITE);
    EXPECT_EQ(b.edge_list.front().at_ps - seen_ps, 4100300 * I2C_PS_PER_NS);
}

TEST(Ev3Nack, OfAPlainWriteEndsWithoutStop)
{
    for (const uint32_t takes : {0u, 1u}) {
        Bench b("ev3,ideal=1");
        if (takes == 1)
            b.add_slave(W >> 1, 0);
        const master_outcome out = b.run(WRITE);
        EXPECT_EQ(out.end, MASTER_NACKED);
        EXPECT_NE(out.returned, 0);
        EXPECT_EQ(b.decoded(), takes == 0 ? "S 0x01+W N" : "S 0x01+W A 0x42 N");
        EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_RELEASED);
    }
}

TEST(Ev3Nack, WithAReadPendingEndsWithAStop)
{
    Bench b("ev3,ideal=1");
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_NACKED);
    EXPECT_EQ(b.decoded(), "S 0x01+W N P");
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 20));
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 19v 22^");
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_RELEASED);

    Bench data("ev3,ideal=1");
    data.add_slave(W >> 1, 0);
    EXPECT_EQ(data.run(WRITE_READ).end, MASTER_NACKED);
    EXPECT_EQ(data.decoded(), "S 0x01+W A 0x42 N P");
}

// A read without a register byte is cut off once, by STOP, clock and START, unless the transfer
// before it got as far as a read.
TEST(Ev3Read, OfItsOwnIsCutOffOnceAndBegunAgain)
{
    Bench b("ev3,bare_reads=yes,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(READ).end, MASTER_DONE);
    EXPECT_EQ(b.got[0][0], 0xA5);
    EXPECT_EQ(b.decoded(), "S 0x01+R A P S 0x01+R A 0xA5 N");
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 20) + " " + tick_clocks(22, 23) + " " +
                                     tick_clocks(25, 43) + " " + tick_rises(49, 67));
    EXPECT_EQ(ticks(b, I2C_SDA).substr(0, 34), "0v 13^ 17v 21^ 24v 37^ 41v 43^ 50v");
    b.forget();
    EXPECT_EQ(b.run(READ).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "Sr 0x01+R A 0xA5 N");
    b.run(WRITE);
    b.forget();
    b.run(READ);
    EXPECT_EQ(b.decoded(), "Sr 0x01+R A P S 0x01+R A 0xA5 N");
    b.run(WRITE_READ);
    b.forget();
    b.run(READ);
    EXPECT_EQ(b.decoded(), "Sr 0x01+R A 0xA5 N");
}

// A START without a STOP before it: behind EV3 writes and reads.
TEST(Ev3Start, BehindAWriteIsARepeatedOne)
{
    Bench b("ev3,ideal=1");
    b.add_slave(W >> 1);
    b.run(WRITE);
    b.run(WRITE);
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A Sr 0x01+W A 0x42 A");
}

TEST(Ev3Stretch, IsNeverLookedFor)
{
    Bench b("ev3");
    EXPECT_EQ(b.spec.stretch.kind, MASTER_GOES_ON);
    EXPECT_EQ(b.spec.stretch.limit_ps, 0u);
    b.add_slave(W >> 1, NEIGHBOUR_TAKES_ALL, 9, 200 * I2C_PS_PER_US);
    b.run(WRITE);
    EXPECT_NE(b.decoded(), "S 0x01+W A 0x42 A");
    EXPECT_EQ(b.edge_list.back().line, I2C_SCL);
}

// Data bits and ACKs are read right behind the rise of SCL: what is there 10 us later does not
// count. (A hand that pulls SDA under a high SCL makes a START, so the slave is off from there.)
TEST(Ev3Sampling, IsRightBehindTheRise)
{
    Bench first("ev3,ideal=1");
    first.add_slave(W >> 1);
    first.run(WRITE_READ);
    const uint64_t start_ps = first.first_fall_ps(I2C_SDA);
    for (const bool early : {false, true}) {
        Bench data("ev3,ideal=1"); // bit 7, a 1
        data.add_slave(W >> 1);
        const uint64_t rise_ps = start_ps + 72 * TICK_PS;
        data.pull_sda(early ? rise_ps - 10 * I2C_PS_PER_US : rise_ps + 10 * I2C_PS_PER_US,
                      30 * I2C_PS_PER_US);
        data.run(WRITE_READ);
        EXPECT_EQ(data.got[1][0] >> 7, early ? 0 : 1);

        Bench ack("ev3,ideal=1"); // of nobody
        const uint64_t ack_ps = start_ps + 18 * TICK_PS;
        ack.pull_sda(early ? ack_ps - 25 * I2C_PS_PER_US : ack_ps + 10 * I2C_PS_PER_US,
                     early ? 2 * TICK_PS : 30 * I2C_PS_PER_US);
        ack.run({{MASTER_START, W, {0x55}}});
        EXPECT_EQ(ack.decoded().find("0x55") != std::string::npos, early);
    }
}

TEST(Ev3Can, OnlyWritesReadsAndReadBehindWrite)
{
    const std::vector<uint8_t> many(33, 1);
    expect_refusals(
        "ev3",
        {{WRITE, ""},
         {READ, "the EV3 begins a read of its own with one that it cuts off"},
         {{{MASTER_START, W, {0x42}}, {MASTER_START, R, {}, 1}},
          "the EV3 begins a read of its own with one that it cuts off"},
         {WRITE_READ_2, ""},
         {{{MASTER_START, W, std::vector<uint8_t>(32, 1)}}, ""},
         {{{MASTER_START, W, {}}}, "the EV3 sends at least one byte behind the address"},
         {{{MASTER_START, R, {}, 0}}, "the EV3 reads at least one byte"},
         {{{MASTER_START, W, many}}, "the EV3 sends at most 32 bytes"},
         {{{MASTER_START, R, {}, 33}}, "the EV3 reads at most 32 bytes"},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_TRUE_REPEAT, R, {}, 1}},
          "the EV3 has no repeated START"},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, W, {1}}},
          "the EV3 joins only a read to a write"},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, 0x05, {}, 1}},
          "the EV3 reads from the address it wrote to"},
         {{{MASTER_START, W, {1}, 0, false}}, "the EV3 never leaves a transfer open"},
         {{{MASTER_START, R, {}, 2, true, false, {1, 1}}}, "the EV3 ACKs all bytes but the last"},
         {{{MASTER_START, -1}}, "the EV3 always sends an address"}});
}

TEST(Ev3Can, ReadOfItsOwnOnlyWhereThatIsAskedFor)
{
    expect_refusals("ev3,bare_reads=yes", {{READ, ""}, {WRITE_READ_2, ""}});
    expect_refusals("ev3,bare_reads=no",
                    {{READ, "the EV3 begins a read of its own with one that it cuts off"}});
}

// ---- ev3dev ---------------------------------------------------------------------------------

// The same ticks, but everything ends with a STOP, and no old bit shows.
TEST(Ev3devEdges, EndWithAStop)
{
    Bench b("ev3dev,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run({{MASTER_START, W, {0xC2}}}).end, MASTER_DONE);
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 19) + " " + tick_rises(25, 43));
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 17v 19^ 28v 36^ 38v 40^ 40v 45^");
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0xC2 A P");
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_RELEASED);
}

TEST(Ev3devEdges, OfAWriteAndReadAreJoinedByStopClockAndStart)
{
    Bench b("ev3dev,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE_READ_2).end, MASTER_DONE);
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 19) + " " + tick_rises(25, 43) + " " +
                                     tick_clocks(45, 46) + " " + tick_clocks(48, 66) + " " +
                                     tick_rises(72, 89) + " " + tick_rises(93, 111));
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A P S 0x01+R A 0xA5 A 0x3C N P");
}

TEST(Ev3devNack, AlwaysEndsWithAStop)
{
    Bench b("ev3dev,ideal=1");
    const master_outcome out = b.run(WRITE);
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, -6); // -ENXIO
    EXPECT_EQ(b.decoded(), "S 0x01+W N P");
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 19v 22^");
}

TEST(Ev3devCan, TwoMessagesOfAnyKind)
{
    const std::vector<Message> read_write = {{MASTER_START, R, {}, 1, false},
                                             {MASTER_JOIN, 0x20, {1, 2}}};
    expect_refusals(
        "ev3dev",
        {{WRITE, ""},
         {READ, ""},
         {{{MASTER_START, W, {}}}, ""},
         {{{MASTER_START, W, std::vector<uint8_t>(300, 1)}}, ""},
         {read_write, ""},
         {{{MASTER_START, W, {1}, 0, false},
           {MASTER_JOIN, W, {1}, 0, false},
           {MASTER_JOIN, R, {}, 1}},
          "ev3dev joins at most 2 messages"},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_TRUE_REPEAT, R, {}, 1}},
          "ev3dev has no repeated START"},
         {{{MASTER_START, W, {1}, 0, false}}, "ev3dev never leaves a transfer open"},
         {{{MASTER_START, R, {}, 2, true, false, {1, 1}}}, "ev3dev ACKs all bytes but the last"},
         {{{MASTER_START, -1}}, "ev3dev always sends an address"}});
    Bench b("ev3dev,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run({{MASTER_START, R, {}, 1, false}, {MASTER_JOIN, W, {1, 2}}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x01+R A 0xA5 N P S 0x01+W A 0x01 A 0x02 A P");
    EXPECT_EQ(b.written, (std::vector<uint8_t>{1, 2}));
}

// ---- Pybricks -------------------------------------------------------------------------------

// Open drain, no gaps: two ticks a bit from the first to the last.
TEST(Ev3PybricksEdges, HaveNoGaps)
{
    Bench b("ev3_pybricks,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE).end, MASTER_DONE);
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 38));
    EXPECT_EQ(ticks(b, I2C_SDA), "0v 13^ 15v 17^ 17v 21^ 23v 31^ 33v 35^ 35v 39^");
    EXPECT_EQ(b.edge_list.front().at_ps % TICK_PS, 0u);
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SCL), I2C_RELEASED);
}

TEST(Ev3PybricksEdges, JoinWithARepeatedStart)
{
    Bench b("ev3_pybricks,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE_READ_2).end, MASTER_DONE);
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
    EXPECT_EQ(ticks(b, I2C_SCL), tick_clocks(1, 38) + " " + tick_clocks(40, 95));
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A Sr 0x01+R A 0xA5 A 0x3C N P");
}

TEST(Ev3PybricksEdges, OfTheQuirkJoinWithStopClockAndStart)
{
    Bench b("ev3_pybricks,quirk=yes,ideal=1");
    b.add_slave(W >> 1);
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_DONE);
    EXPECT_EQ(ticks(b, I2C_SCL),
              tick_clocks(1, 38) + " " + tick_clocks(40, 41) + " " + tick_clocks(43, 80));
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 A P S 0x01+R A 0xA5 N P");
}

// Straight to idle, and the same bytes once more. SCL stays high: the monitor tells the NACK with
// the next edge.
TEST(Ev3PybricksNack, EndsWithoutStopAndIsTriedOnceMore)
{
    for (const bool quirk : {false, true}) {
        Bench b(quirk ? "ev3_pybricks,quirk=yes" : "ev3_pybricks");
        const master_outcome out = b.run(WRITE);
        EXPECT_EQ(out.end, MASTER_NACKED);
        EXPECT_EQ(out.returned, 3); // PBIO_ERROR_IO
        EXPECT_EQ(b.decoded(), "S 0x01+W N Sr 0x01+W");
        std::vector<uint64_t> start_ps;
        for (const i2c_event &e : b.events) {
            if (e.kind != I2C_EVENT_START && e.kind != I2C_EVENT_SR)
                continue;
            EXPECT_EQ(e.attempt, start_ps.size());
            start_ps.push_back(e.at_ps);
        }
        ASSERT_EQ(start_ps.size(), 2u);
        EXPECT_EQ(start_ps[1] - start_ps[0] >= 100 * I2C_PS_PER_MS, quirk);
    }
}

TEST(Ev3PybricksNack, OfAByteTriesTheWholeTransferAgain)
{
    Bench b("ev3_pybricks");
    b.add_slave(W >> 1, 0);
    EXPECT_EQ(b.run(WRITE_READ).end, MASTER_NACKED);
    EXPECT_EQ(b.decoded(), "S 0x01+W A 0x42 N Sr 0x01+W A 0x42");
}

// It looks at SCL once a tick, and goes on in that tick: the high behind a stretch is what is left
// of it.
TEST(Ev3PybricksStretch, EndsOnTheGridOfTicks)
{
    Bench b("ev3_pybricks,ideal=1");
    b.add_slave(W >> 1, NEIGHBOUR_TAKES_ALL, 3, 245 * I2C_PS_PER_US);
    EXPECT_EQ(b.run(WRITE).end, MASTER_DONE);
    EXPECT_EQ(b.written, std::vector<uint8_t>{0x42});
    uint64_t rise_ps = 0;
    uint64_t shortest_ps = I2C_NEVER_PS;
    for (const Edge &e : b.edge_list) {
        if (e.line != I2C_SCL)
            continue;
        if (e.high)
            rise_ps = e.at_ps;
        else if (rise_ps != 0)
            shortest_ps = std::min(shortest_ps, e.at_ps - rise_ps);
    }
    EXPECT_EQ(shortest_ps, 5 * I2C_PS_PER_US);
    EXPECT_TRUE(b.findings.empty());
}

// The 500 ms are for all of a transfer together.
TEST(Ev3PybricksStretch, OfAllClocksTogetherHasALimit)
{
    for (const bool over : {false, true}) {
        Bench b("ev3_pybricks,ideal=1", 1, 100 * I2C_PS_PER_S);
        const uint64_t each_ps = (over ? 52 : 48) * I2C_PS_PER_MS;
        b.add_slave(W >> 1, NEIGHBOUR_TAKES_ALL, 9, each_ps);
        const master_outcome out = b.run({{MASTER_START, W, std::vector<uint8_t>(9, 0x55)}});
        EXPECT_EQ(out.end, over ? MASTER_GAVE_UP : MASTER_DONE);
        if (!over)
            continue;
        EXPECT_EQ(out.returned, 10); // PBIO_ERROR_TIMEDOUT
        EXPECT_EQ(b.decoded().find('P'), std::string::npos);
        EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_RELEASED);
    }
}

TEST(Ev3PybricksStart, WaitsForAFreeBus)
{
    Bench b("ev3_pybricks,ideal=1");
    b.add_slave(W >> 1);
    b.pull_sda(10 * I2C_PS_PER_US, 20 * I2C_PS_PER_MS);
    b.run_for(I2C_PS_PER_MS);
    EXPECT_EQ(b.run(WRITE).end, MASTER_DONE);
    EXPECT_EQ(b.decoded().substr(b.decoded().find("0x01+W")), "0x01+W A 0x42 A P");

    Bench stuck("ev3_pybricks,ideal=1");
    stuck.pull_sda(10 * I2C_PS_PER_US, 2 * I2C_PS_PER_S);
    stuck.run_for(I2C_PS_PER_MS);
    const uint64_t from_ps = i2c_sim_now_ps(stuck.sim);
    EXPECT_EQ(stuck.run(WRITE).end, MASTER_GAVE_UP);
    const uint64_t waited_ps = i2c_sim_now_ps(stuck.sim) - from_ps;
    EXPECT_GE(waited_ps, 500 * I2C_PS_PER_MS - TICK_PS);
    EXPECT_LE(waited_ps, 501 * I2C_PS_PER_MS);
}

// SDA is read a tick after SCL was let go of, right before SCL falls.
TEST(Ev3PybricksSampling, IsAtTheEndOfHigh)
{
    Bench first("ev3_pybricks,ideal=1");
    first.add_slave(W >> 1);
    first.run(WRITE_READ);
    const uint64_t start_ps = first.first_fall_ps(I2C_SDA);
    EXPECT_EQ(first.got[1][0], 0xA5);
    const uint64_t rise_ps = start_ps + 59 * TICK_PS; // of bit 7, a 1
    for (const bool late : {false, true}) {
        Bench b("ev3_pybricks,ideal=1");
        b.add_slave(W >> 1);
        b.pull_sda(rise_ps - (late ? 0 : 10 * I2C_PS_PER_US) + (late ? 45 * I2C_PS_PER_US : 0),
                   (late ? 10 : 50) * I2C_PS_PER_US);
        b.run(WRITE_READ);
        EXPECT_EQ(b.got[1][0] >> 7, late ? 0 : 1);
    }
}

TEST(Ev3PybricksCan, WritesReadsAndReadBehindWrite)
{
    expect_refusals(
        "ev3_pybricks",
        {{WRITE, ""},
         {READ, ""},
         {WRITE_READ_2, ""},
         {{{MASTER_START, W, {}}}, ""},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_TRUE_REPEAT, R, {}, 1}}, ""},
         {{{MASTER_START, R, {}, 0}}, "Pybricks reads at least one byte"},
         {{{MASTER_START, W, {}, 0, false}, {MASTER_JOIN, R, {}, 1}},
          "Pybricks joins a read only to a write of at least one byte"},
         {{{MASTER_START, W, std::vector<uint8_t>(256, 1)}}, "Pybricks sends at most 255 bytes"},
         {{{MASTER_START, R, {}, 256}}, "Pybricks reads at most 255 bytes"},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, W, {1}}},
          "Pybricks joins only a read to a write"},
         {{{MASTER_START, W, {1}, 0, false}, {MASTER_JOIN, 0x05, {}, 1}},
          "Pybricks reads from the address it wrote to"},
         {{{MASTER_START, W, {1}, 0, false}}, "Pybricks ends every transfer with a STOP"},
         {{{MASTER_START, R, {}, 2, true, false, {1, 1}}}, "Pybricks ACKs all bytes but the last"},
         {{{MASTER_START, -1}}, "Pybricks always sends an address"}});
    expect_refusals("ev3_pybricks,quirk=yes",
                    {{{{MASTER_START, W, {1}, 0, false}, {MASTER_TRUE_REPEAT, R, {}, 1}},
                      "Pybricks has no repeated START"}});
}
