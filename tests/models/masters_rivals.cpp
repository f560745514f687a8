// Two masters on one bus: clock synchronisation (UM10204 3.1.7) and arbitration (3.1.8).
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

namespace
{

constexpr uint8_t ADDR7 = 0x50; // the slave's

struct Pair {
    const char *first, *second;
};

// Same speed and not, hardware and textbook, the slower one first and second.
const Pair pairs[] = {
    {"standard", "standard"},     {"standard,timing=min", "standard"}, {"arduino@100k", "standard"},
    {"standard", "arduino@100k"}, {"arduino@100k", "arduino@100k"},    {"fast", "standard"},
    {"standard", "fast"},         {"fast,timing=min", "fast"},         {"arduino@400k", "fast"},
    {"fastplus", "fast,ideal=1"}, {"standard,ideal=1", "arduino@400k"}};

uint32_t bit_of(const master *m)
{
    return 1u << master_node(m);
}

const i2c_event *first_loss(const Bench &b)
{
    for (const i2c_event &e : b.events)
        if (e.kind == I2C_EVENT_LOST)
            return &e;
    return nullptr;
}

// What `node` still does to the lines behind `since_ps`.
unsigned edges_by(const Bench &b, uint32_t node, uint64_t since_ps)
{
    unsigned n = 0;
    for (const Edge &e : b.edge_list)
        n += e.at_ps > since_ps && (e.makers & node) != 0;
    return n;
}

std::string without_losses(const std::string &decoded)
{
    std::string text = decoded;
    const std::string word = " (lost)";
    for (size_t at = 0; (at = text.find(word)) != std::string::npos;)
        text.erase(at, word.size());
    return text;
}

void expect_nobody_blamed(const Bench &b)
{
    for (const i2c_finding &f : b.findings)
        ADD_FAILURE() << f.rule->id << ": " << f.message;
}

// The rival lost: at once off both lines, and told so by its own call.
void expect_rival_lost(const Bench &b)
{
    const i2c_event *loss = first_loss(b);
    ASSERT_NE(loss, nullptr) << b.decoded();
    EXPECT_EQ(loss->by, bit_of(b.second));
    EXPECT_FALSE(loss->undefined);
    EXPECT_EQ(edges_by(b, bit_of(b.second), loss->at_ps), 0u) << b.edges();
    EXPECT_TRUE(b.other.lost);
    EXPECT_EQ(b.other.outcome.end, MASTER_GAVE_UP);
    EXPECT_NE(std::string(b.other.outcome.why).find("arbitration lost"), std::string::npos)
        << b.other.outcome.why;
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.second), I2C_SCL), I2C_RELEASED);
    EXPECT_EQ(i2c_node_drive(b.sim, master_node(b.second), I2C_SDA), I2C_RELEASED);
}

} // namespace

// ---- lost at each bit -----------------------------------------------------------------------

class LostAt : public testing::TestWithParam<std::tuple<Pair, int>>
{
  protected:
    static const Pair &pair()
    {
        return std::get<0>(GetParam());
    }
    static int bit()
    {
        return std::get<1>(GetParam());
    }
};

// The rival's address (bit 0: R/W) has a one where the winner's has a zero.
TEST_P(LostAt, AddressBit)
{
    Bench b(pair().first);
    b.add_rival(pair().second);
    const uint8_t winner = static_cast<uint8_t>((ADDR7 << 1) & ~(1 << bit()));
    b.add_slave(winner >> 1);
    Message lost = {MASTER_START, winner | 1 << bit(), {}};
    if ((lost.address & 1) != 0)
        lost.reads = 1;
    else
        lost.data = {0x00};
    b.arm_rival({lost});
    const master_outcome out = b.run({{MASTER_START, winner, {0x12, 0x00}}});
    EXPECT_EQ(out.end, MASTER_DONE) << out.why;
    EXPECT_EQ(b.written, (std::vector<uint8_t>{0x12, 0x00}));
    char wanted[64];
    std::snprintf(wanted, sizeof wanted, "S 0x%02X+W A 0x12 A 0x00 A P", winner >> 1);
    EXPECT_EQ(without_losses(b.decoded()), wanted);
    expect_rival_lost(b);
    expect_nobody_blamed(b);
}

TEST_P(LostAt, DataBit)
{
    Bench b(pair().first);
    b.add_rival(pair().second);
    b.add_slave(ADDR7);
    const uint8_t winner = static_cast<uint8_t>(0xA5 & ~(1 << bit()));
    const uint8_t loser = static_cast<uint8_t>(winner | 1 << bit());
    b.arm_rival({{MASTER_START, ADDR7 << 1, {0x3C, loser, 0x00}}});
    const master_outcome out = b.run({{MASTER_START, ADDR7 << 1, {0x3C, winner, 0xFF}}});
    EXPECT_EQ(out.end, MASTER_DONE) << out.why;
    EXPECT_EQ(b.written, (std::vector<uint8_t>{0x3C, winner, 0xFF}));
    expect_rival_lost(b);
    expect_nobody_blamed(b);
}

INSTANTIATE_TEST_SUITE_P(OfEachPair, LostAt,
                         testing::Combine(testing::ValuesIn(pairs), testing::Range(0, 8)));

class Rivals : public testing::TestWithParam<Pair>
{
};

// ---- the tests of a pair ----------------------------------------------------------------------

// "Both controllers send the same: neither notices."
TEST_P(Rivals, ThatSendTheSameBothEnd)
{
    Bench b(GetParam().first);
    b.add_rival(GetParam().second);
    b.add_slave(ADDR7);
    const std::vector<Message> same = {{MASTER_START, ADDR7 << 1, {0x12}, 0, false},
                                       {MASTER_JOIN, ADDR7 << 1 | 1, {}, 2}};
    b.arm_rival(same);
    const master_outcome out = b.run(same);
    EXPECT_EQ(out.end, MASTER_DONE) << out.why;
    EXPECT_EQ(b.other.outcome.end, MASTER_DONE) << b.other.outcome.why;
    EXPECT_TRUE(b.other.joined);
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x12 A Sr 0x50+R A 0xA5 A 0x3C N P");
    EXPECT_EQ(b.got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
    EXPECT_EQ(b.second_got[1], (std::vector<uint8_t>{0xA5, 0x3C}));
    expect_nobody_blamed(b);
}

// A master-receiver that refuses a byte that another takes has lost there.
TEST_P(Rivals, AckWinsAgainstNack)
{
    Bench b(GetParam().first);
    b.add_rival(GetParam().second);
    b.add_slave(ADDR7);
    b.arm_rival({{MASTER_START, ADDR7 << 1 | 1, {}, 1}});
    const master_outcome out = b.run({{MASTER_START, ADDR7 << 1 | 1, {}, 3}});
    EXPECT_EQ(out.end, MASTER_DONE) << out.why;
    EXPECT_EQ(without_losses(b.decoded()), "S 0x50+R A 0xA5 A 0x3C A 0x00 N P");
    expect_rival_lost(b);
    expect_nobody_blamed(b);
}

TEST_P(Rivals, FirstMasterMayLoseAsWell)
{
    Bench b(GetParam().first);
    b.add_rival(GetParam().second);
    b.add_slave(ADDR7);
    b.arm_rival({{MASTER_START, ADDR7 << 1, {0x12}}});
    const master_outcome out = b.run({{MASTER_START, 0x51 << 1, {0x34}}});
    EXPECT_EQ(out.end, MASTER_GAVE_UP);
    EXPECT_EQ(b.other.outcome.end, MASTER_DONE) << b.other.outcome.why;
    EXPECT_EQ(b.written, (std::vector<uint8_t>{0x12}));
    const i2c_event *loss = first_loss(b);
    ASSERT_NE(loss, nullptr);
    EXPECT_EQ(loss->by, bit_of(b.m));
    EXPECT_EQ(loss->owner, bit_of(b.second));
    EXPECT_EQ(edges_by(b, bit_of(b.m), loss->at_ps), 0u);
    // It is as good as before: its next transfer goes.
    b.forget();
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {0x56}}}).end, MASTER_DONE);
    expect_nobody_blamed(b);
}

// SCL is low as long as the longest low, and high as short as the shortest high.
TEST_P(Rivals, ClockIsTheLongestLowAndTheShortestHigh)
{
    struct Clock {
        uint64_t low_ps = 0, high_ps = I2C_NEVER_PS;
    };
    const auto measure = [](const Bench &b) {
        Clock c;
        uint64_t fall_ps = 0;
        uint64_t rise_ps = 0;
        for (const Edge &e : b.edge_list) {
            if (e.line != I2C_SCL)
                continue;
            if (e.high)
                rise_ps = e.at_ps;
            if (e.high && fall_ps != 0)
                c.low_ps = std::max(c.low_ps, e.at_ps - fall_ps);
            if (!e.high && rise_ps != 0)
                c.high_ps = std::min(c.high_ps, e.at_ps - rise_ps);
            if (!e.high)
                fall_ps = e.at_ps;
        }
        return c;
    };
    const std::vector<Message> same = {{MASTER_START, ADDR7 << 1, {}}};
    Bench one(GetParam().first);
    one.add_slave(ADDR7);
    one.run(same);
    Bench both(GetParam().first);
    both.add_rival(GetParam().second);
    both.add_slave(ADDR7);
    both.arm_rival(same);
    both.run(same);
    const Clock first = measure(one);
    const Clock mixed = measure(both);
    EXPECT_EQ(both.decoded(), "S 0x50+W A P");
    EXPECT_GE(mixed.low_ps, first.low_ps) << "the first master's own low";
    EXPECT_LE(mixed.high_ps, first.high_ps) << "the first master's own high";
}

// Within the hold of the START the second one is no START of its own (I2C-ARB-11); later SCL is
// low, and the second master waits for STOP and tBUF.
TEST_P(Rivals, LaterOneJoinsTheStartOrWaits)
{
    for (const uint64_t after_ns : {1u, 100u, 200u, 20000u, 60000u}) {
        Bench b(GetParam().first);
        b.add_rival(GetParam().second);
        b.add_slave(ADDR7);
        b.arm_rival({{MASTER_START, ADDR7 << 1, {0x34}}}, after_ns * I2C_PS_PER_NS);
        EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {0x12}}}).end, MASTER_DONE);
        ASSERT_TRUE(b.other.begun) << after_ns;
        if (b.other.joined) {
            EXPECT_EQ(without_losses(b.decoded()), "S 0x50+W A 0x12 A P") << after_ns;
            EXPECT_EQ(b.other.outcome.end, MASTER_GAVE_UP) << after_ns;
        } else {
            EXPECT_EQ(b.decoded(), "S 0x50+W A 0x12 A P S 0x50+W A 0x34 A P") << after_ns;
            EXPECT_EQ(b.other.outcome.end, MASTER_DONE) << after_ns;
        }
        EXPECT_TRUE(b.other.joined || after_ns > 200) << after_ns;
        expect_nobody_blamed(b);
    }
}

INSTANTIATE_TEST_SUITE_P(OfTwo, Rivals, testing::ValuesIn(pairs));

// ---- what the standard leaves open --------------------------------------------------------------

struct Collision {
    const char *name;
    std::vector<Message> first, second;
    bool forms; // the wires show the Sr or STOP
};

class Undefined : public testing::TestWithParam<Pair>
{
};

TEST_P(Undefined, CollisionsAreToldAndBlameNoSlave)
{
    const Message address = {MASTER_START, ADDR7 << 1, {}, 0, false};
    const Message open = {MASTER_START, ADDR7 << 1, {0x12}, 0, false};
    const Message closed = {MASTER_START, ADDR7 << 1, {0x12}};
    const Message read = {MASTER_JOIN, ADDR7 << 1 | 1, {}, 1};
    const Collision collisions[] = {
        {"Sr against a one", {open, read}, {{MASTER_START, ADDR7 << 1, {0x12, 0xFF}}}, true},
        {"Sr against a zero", {open, read}, {{MASTER_START, ADDR7 << 1, {0x12, 0x00}}}, false},
        {"STOP against a one", {closed}, {{MASTER_START, ADDR7 << 1, {0x12, 0xFF}}}, true},
        {"STOP against a zero", {closed}, {{MASTER_START, ADDR7 << 1, {0x12, 0x00}}}, false},
        {"Sr against STOP", {open, read}, {closed}, true},
    };
    for (const Collision &c : collisions) {
        Bench b(GetParam().first);
        b.add_rival(GetParam().second);
        b.add_slave(ADDR7);
        b.arm_rival(c.second);
        const bool hung = b.run(c.first).end == MASTER_STUCK;
        b.run_for(I2C_PS_PER_MS);
        unsigned told = 0;
        for (const i2c_finding &f : b.findings) {
            EXPECT_STREQ(f.rule->id, "arbitration_undefined") << c.name << ": " << f.message;
            EXPECT_EQ(f.blame, 0u);
            told++;
        }
        EXPECT_EQ(told > 0, c.forms) << c.name << ": " << b.decoded();
        EXPECT_TRUE(i2c_line_level(b.sim, I2C_SCL)) << c.name;
        EXPECT_TRUE(i2c_line_level(b.sim, I2C_SDA)) << c.name;
        if (hung) { // Wire waits for ever behind an Sr that it lost
            EXPECT_EQ(std::string(GetParam().first).substr(0, 7), "arduino") << c.name;
            continue;
        }
        b.forget();
        EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {0x77}}}).end, MASTER_DONE) << c.name;
        EXPECT_EQ(b.decoded(), "S 0x50+W A 0x77 A P") << c.name;
    }
}

INSTANTIATE_TEST_SUITE_P(OfTwo, Undefined, testing::ValuesIn(pairs));

// ---- what the loser does ------------------------------------------------------------------------

// Status 0x38: no retry, no STOP, code 4 (ArduinoCore-avr twi.c).
TEST(Loser, ArduinoReturnsFour)
{
    Bench b("standard");
    b.add_rival("arduino@100k");
    b.add_slave(ADDR7);
    b.arm_rival({{MASTER_START, 0x51 << 1, {0x34}}});
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {0x12}}}).end, MASTER_DONE);
    b.run_for(10 * I2C_PS_PER_MS);
    EXPECT_EQ(b.other.outcome.returned, 4);
    EXPECT_EQ(without_losses(b.decoded()), "S 0x50+W A 0x12 A P");
}

// UM10204 3.1.8 lets a loser clock on until the end of the byte: the bits are the winner's all the
// same, and the clock that of both.
TEST(Loser, MayClockOnToTheEndOfItsByte)
{
    Bench b("fast");
    b.add_rival("standard,lost=clocks");
    b.add_slave(ADDR7);
    b.arm_rival({{MASTER_START, 0x70 << 1, {0x34}}});
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {0x12}}}).end, MASTER_DONE);
    EXPECT_EQ(without_losses(b.decoded()), "S 0x50+W A 0x12 A P");
    const i2c_event *loss = first_loss(b);
    ASSERT_NE(loss, nullptr);
    EXPECT_GE(edges_by(b, bit_of(b.second), loss->at_ps), 5u) << b.edges(); // SCL's rises
    EXPECT_EQ(b.other.outcome.end, MASTER_GAVE_UP);
    expect_nobody_blamed(b);
}

TEST(Loser, MayBeginAgainWhenTheBusIsFree)
{
    Bench b("arduino@100k");
    b.add_rival("standard,lost=retry");
    b.add_slave(ADDR7);
    b.arm_rival({{MASTER_START, ADDR7 << 1, {0xF0}}});
    EXPECT_EQ(b.run({{MASTER_START, ADDR7 << 1, {0x12}}}).end, MASTER_DONE);
    EXPECT_EQ(without_losses(b.decoded()), "S 0x50+W A 0x12 A P S 0x50+W A 0xF0 A P");
    EXPECT_EQ(b.other.outcome.end, MASTER_DONE);
    EXPECT_EQ(b.events.back().attempt, 1);
    expect_nobody_blamed(b);
}

// Who takes no part in arbitration goes on, and what comes of it is nobody's transfer.
TEST(Loser, ThatDoesNotLookSpoilsTheBus)
{
    Bench b("standard", 3);
    b.add_rival("nxt");
    b.add_slave(ADDR7);
    b.arm_rival({{MASTER_START, 0x7F << 1, {0xFF}}});
    b.run({{MASTER_START, ADDR7 << 1, {0x12}}});
    ASSERT_TRUE(b.other.begun);
    const i2c_event *loss = first_loss(b);
    ASSERT_NE(loss, nullptr);
    EXPECT_GT(edges_by(b, bit_of(b.second), loss->at_ps), 0u);
}

// The tag is the winner's: of its attempt and message.
TEST(Arbitration, TagIsTheWinners)
{
    Bench b("standard");
    b.add_rival("standard");
    b.add_slave(ADDR7);
    b.run({{MASTER_START, ADDR7 << 1, {}}, {MASTER_START, ADDR7 << 1, {}}});
    b.arm_rival({{MASTER_START, ADDR7 << 1, {0x12}, 0, false}, {MASTER_JOIN, ADDR7 << 1, {}}});
    b.forget();
    EXPECT_EQ(b.run({{MASTER_START, 0x51 << 1, {}}}).end, MASTER_GAVE_UP);
    for (const i2c_event &e : b.events) {
        if (e.kind == I2C_EVENT_SR) {
            EXPECT_EQ(e.message, 1);
        }
    }
    EXPECT_EQ(b.events.back().owner, bit_of(b.second));
}

// Stretching between two masters: both wait for the slave.
TEST(ClockSynchronisation, SlaveBetweenTwoMastersMayStretch)
{
    Bench b("fast");
    b.add_rival("arduino@100k");
    b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, 9, 50 * I2C_PS_PER_US);
    const std::vector<Message> same = {{MASTER_START, ADDR7 << 1, {0x12, 0x34}}};
    b.arm_rival(same);
    EXPECT_EQ(b.run(same).end, MASTER_DONE);
    EXPECT_EQ(b.other.outcome.end, MASTER_DONE) << b.other.outcome.why;
    EXPECT_EQ(b.decoded(), "S 0x50+W A 0x12 A 0x34 A P");
    expect_nobody_blamed(b);
}

// Any two of the registry run beside each other, and nothing hangs or crashes.
TEST(AnyTwo, MastersRunInOneSimulation)
{
    ASSERT_GT(master_model_count(), 1u);
    for (unsigned i = 0; i < master_model_count(); i++)
        for (unsigned k = 0; k < master_model_count(); k++) {
            const std::string first = master_model_info(i)->name;
            const std::string second = master_model_info(k)->name;
            Bench b(first, 5, I2C_PS_PER_S);
            b.add_rival(second);
            b.add_slave(ADDR7);
            b.arm_rival({{MASTER_START, ADDR7 << 1, {0x12}}});
            const master_outcome out = b.run({{MASTER_START, ADDR7 << 1, {0x12}}});
            EXPECT_NE(out.end, MASTER_ABANDONED) << first << " with " << second;
            EXPECT_TRUE(b.other.begun) << first << " with " << second;
            if (master_model_info(i)->arbitration == nullptr ||
                master_model_info(k)->arbitration == nullptr)
                continue;
            if (first == "hs" || second == "hs")
                continue; // its controller code is not what the other sends: one of them loses
            EXPECT_EQ(out.end, MASTER_DONE) << first << " with " << second;
            EXPECT_EQ(b.decoded(), "S 0x50+W A 0x12 A P") << first << " with " << second;
            expect_nobody_blamed(b);
        }
}
