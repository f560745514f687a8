// Arduino Wire on an AVR.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t ADDR7 = 0x50;

// When SCL fell for the nth time, from 0.
uint64_t fall_ps(const Bench &b, unsigned n)
{
    for (const Edge &e : b.edge_list)
        if (e.line == I2C_SCL && !e.high && n-- == 0)
            return e.at_ps;
    return 0;
}

uint64_t rise_ps(const Bench &b, unsigned n)
{
    for (const Edge &e : b.edge_list)
        if (e.line == I2C_SCL && e.high && n-- == 0)
            return e.at_ps;
    return 0;
}

} // namespace

// The setClock() formula with its 8-bit TWBR.
TEST(ArduinoClock, OverflowsInEightBits)
{
    const struct {
        uint32_t asked;
        unsigned twbr;
        uint32_t real;
    } table[] = {{100000, 72, 100000}, {400000, 12, 400000}, {31000, 250, 31007},
                 {10000, 24, 250000},  {9600, 57, 123076},   {1000000, 0, 1000000},
                 {8000000, 249, 31128}};
    for (const auto &row : table) {
        EXPECT_EQ(wire_twbr(row.asked), row.twbr) << row.asked;
        EXPECT_EQ(wire_real_clock_hz(row.asked), row.real) << row.asked;
    }
}

TEST(ArduinoClock, LowIsTwoCpuClocksShorterThanHalf)
{
    Bench b("arduino@400k,ideal=1");
    b.add_slave(ADDR7);
    b.run({{MASTER_START, ADDR7 << 1, {0x00}}});
    EXPECT_EQ(rise_ps(b, 2) - fall_ps(b, 2), 1125 * I2C_PS_PER_NS);
    EXPECT_EQ(fall_ps(b, 3) - rise_ps(b, 2), 1375 * I2C_PS_PER_NS);
    EXPECT_EQ(b.spec.known_count, 1u);
    EXPECT_EQ(b.spec.known[0].parameter, I2C_T_LOW);
    EXPECT_EQ(b.spec.known[0].at_least_ps, INT64_C(1125) * 1000);
}

TEST(ArduinoClock, OfTheNxtCannotBeMade)
{
    Bench b("arduino@9600");
    EXPECT_EQ(b.spec.scl_hz, 123076u);
    EXPECT_EQ(b.spec.mode, I2C_MODE_FM);
    EXPECT_STREQ(b.spec.text, "arduino@9600");
}

TEST(ArduinoWire, WritesAndReadsThroughTheLibraryCalls)
{
    Bench b("arduino@100k");
    b.add_slave(ADDR7);
    wire *w = wire_of(b.m);
    ASSERT_NE(w, nullptr);
    wire_begin_transmission(w, ADDR7);
    EXPECT_EQ(wire_write(w, 0x12), 1u);
    EXPECT_EQ(wire_write_string(w, "ab"), 2u);
    EXPECT_EQ(wire_end_transmission(w, true), WIRE_OK);
    EXPECT_EQ(wire_request_from(w, ADDR7, 3, true), 3u);
    EXPECT_EQ(wire_available(w), 3);
    EXPECT_EQ(wire_peek(w), 0xA5);
    EXPECT_EQ(wire_read(w), 0xA5);
    uint8_t two[4] = {};
    EXPECT_EQ(wire_read_bytes(w, two, 4), 2u);
    EXPECT_EQ(two[1], 0x00);
    EXPECT_EQ(wire_read(w), -1);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x12 A 0x61 A 0x62 A P S 0x50+R A 0xA5 A 0x3C A 0x00 N P");
}

TEST(ArduinoWire, ReturnsTheCodesOfTheLibrary)
{
    Bench b("arduino@100k");
    b.add_slave(ADDR7, 1);
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {1}}}).returned, WIRE_OK);
    EXPECT_EQ(b.run({{MASTER_START, 0x51 << 1, {1}}}).returned, WIRE_ADDRESS_NACK);
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {1, 2, 3}}}).returned, WIRE_DATA_NACK);
    EXPECT_EQ(b.run({{MASTER_START, 0x51 << 1 | 1, {}, 2}}).returned, 0);
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1 | 1, {}, 2}}).returned, 2);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x01 A P S 0x51+W N P S 0x50+W A 0x01 A 0x02 N P "
                           "S 0x51+R N P S 0x50+R A 0xA5 A 0x3C N P");
}

TEST(ArduinoWire, CutsAtThirtyTwoBytesAndReturnsOk)
{
    Bench b("arduino@400k");
    b.add_slave(ADDR7);
    const std::vector<Message> message = {{MASTER_START, ADDR7 << 1, std::vector<uint8_t>(33, 7)}};
    std::string why;
    EXPECT_FALSE(b.can(message, &why));
    EXPECT_EQ(why, "Wire sends at most 32 bytes");
    EXPECT_TRUE(b.can(message, nullptr, true));
    EXPECT_EQ(b.run(message).returned, WIRE_OK);
    EXPECT_EQ(b.written.size(), 32u);
}

// endTransmission(false): the Sr is out at once, and SCL low until requestFrom().
TEST(ArduinoWire, HoldsSclLowBetweenEarlySrAndTheNextCall)
{
    Bench b("arduino@100k");
    b.add_slave(ADDR7);
    wire *w = wire_of(b.m);
    wire_begin_transmission(w, ADDR7);
    wire_write(w, 1);
    EXPECT_EQ(wire_end_transmission(w, false), WIRE_OK);
    b.run_for(5 * I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x01 A Sr");
    EXPECT_FALSE(i2c_line_level(b.sim, I2C_SCL));
    EXPECT_EQ(wire_request_from(w, ADDR7, 1, true), 1u);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x01 A Sr 0x50+R A 0xA5 N P");
}

TEST(ArduinoWire, ReadsARegisterWithOneCall)
{
    Bench b("arduino@100k");
    b.add_slave(ADDR7);
    EXPECT_EQ(wire_request_from_register(wire_of(b.m), ADDR7, 2, 0x1234, 2, true), 2u);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x12 A 0x34 A Sr 0x50+R A 0xA5 A 0x3C N P");
}

TEST(ArduinoWire, ClocksTwoHundredFiftySixBytesWhenAskedForNone)
{
    Bench b("arduino@400k");
    b.add_slave(ADDR7);
    EXPECT_EQ(wire_request_from(wire_of(b.m), ADDR7, 0, true), 0u);
    EXPECT_EQ(b.slave.bytes_read, 256u);
    EXPECT_FALSE(b.can({{MASTER_START, ADDR7 << 1 | 1, {}, 0}}));
}

// Measured: STOP to the next START at least 18 us at any speed.
TEST(ArduinoWire, LeavesEighteenMicrosecondsBetweenTransfers)
{
    for (const char *speed : {"arduino@100k", "arduino@400k"}) {
        Bench b(speed);
        b.add_slave(ADDR7);
        const std::vector<Message> one = {{MASTER_START, ADDR7 << 1, {}}};
        b.run(one);
        b.run(one);
        uint64_t stop_ps = 0;
        uint64_t gap_ps = 0;
        for (const i2c_event &e : b.events) {
            if (e.kind == I2C_EVENT_STOP)
                stop_ps = e.at_ps;
            else if (e.kind == I2C_EVENT_START && stop_ps != 0)
                gap_ps = e.at_ps - stop_ps;
        }
        EXPECT_GE(gap_ps, 18 * I2C_PS_PER_US);
        EXPECT_LE(gap_ps, 21 * I2C_PS_PER_US); // 302 to 313 CPU clocks and SDA's rise
    }
}

// A byte takes about 95 us at 100 kHz: nine clocks and the interrupt routine.
TEST(ArduinoWire, TakesTheMeasuredTimePerByte)
{
    Bench b("arduino@100k,ideal=1,millis=no");
    b.add_slave(ADDR7);
    b.run({{MASTER_START, ADDR7 << 1, {1, 2, 3}}});
    const uint64_t byte_ps = fall_ps(b, 27) - fall_ps(b, 18);
    EXPECT_GE(byte_ps, 94 * I2C_PS_PER_US);
    EXPECT_LE(byte_ps, 96 * I2C_PS_PER_US);
}

TEST(ArduinoTimeout, IsOffUntilItIsSet)
{
    Bench b("arduino@100k", 1, 2 * I2C_PS_PER_S);
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 9, I2C_PS_PER_S);
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {}}}).end, MASTER_DONE);
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {}}}).end, MASTER_STUCK);
}

TEST(ArduinoTimeout, KeepsTheTransferGoingInTheBackground)
{
    Bench b("arduino@100k,timeout=25ms");
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 9, 40 * I2C_PS_PER_MS);
    const master_outcome out = b.run({{MASTER_START, ADDR7 << 1, {}}});
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(out.returned, WIRE_TIMEOUT);
    EXPECT_STREQ(out.why, "Wire timed out after 25000 us");
    EXPECT_TRUE(wire_get_wire_timeout_flag(wire_of(b.m)));
    b.run_for(30 * I2C_PS_PER_MS);
    EXPECT_EQ(b.decoded(), "S 0x50+W A P");
}

TEST(ArduinoTimeout, LetsGoOfTheLinesWhenItResets)
{
    Bench b("arduino@100k,timeout=25ms,on_timeout=reset");
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 1, 40 * I2C_PS_PER_MS);
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {}}}).returned, WIRE_TIMEOUT);
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SCL), I2C_RELEASED);
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.m), I2C_SDA), I2C_RELEASED);
}
