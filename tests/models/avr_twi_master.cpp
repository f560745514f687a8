// The TWI as a master against the data sheet's tables of status codes (ATmega48A to 328P, 22.7.1,
// 22.7.2, 22.7.5), at its registers and at the wire.
#include "tests/models/avr_bench.h"

#include <cstdio>

namespace
{

enum { TWINT = 0x80, TWEA = 0x40, TWSTA = 0x20, TWSTO = 0x10, TWEN = 0x04 };
constexpr unsigned go = TWINT | TWEN;
constexpr uint64_t cpu_hz = 16000000;

/// Another node on the bus. From the START on it pulls SDA in each clock whose character is '0',
/// and writes down what goes over the wire: "S 4C A 12 N P".
class Peer
{
  public:
    explicit Peer(i2c_sim *bus) : sim(bus)
    {
        i2c_node_config c = {};
        c.name = "peer";
        c.threshold = I2C_AT_50;
        c.hears = I2C_HEAR_ALL;
        c.on_edge = [](void *ctx, i2c_line line, bool high, uint64_t now_ps) {
            static_cast<Peer *>(ctx)->edge(line, high, now_ps);
        };
        c.ctx = this;
        node = add_node(sim, c);
    }
    void edge(i2c_line line, bool high, uint64_t now_ps)
    {
        const bool scl = i2c_node_level(sim, node, I2C_SCL);
        if (line == I2C_SCL)
            high ? rise(now_ps) : fall(now_ps);
        else if (scl && !high)
            begin();
        else if (scl)
            add("P");
    }
    void begin()
    {
        add(open ? "Sr" : "S");
        open = true;
        bit = 0;
        clocks = 0;
    }
    void rise(uint64_t now_ps)
    {
        rises.push_back(now_ps);
        const bool high = i2c_node_level(sim, node, I2C_SDA);
        if (bit < 8)
            byte = static_cast<uint8_t>(byte << 1 | (high ? 1 : 0));
        if (++bit != 9)
            return;
        char text[8];
        (void)std::snprintf(text, sizeof text, "%02X", byte);
        add(text);
        add(high ? "N" : "A");
        bit = 0;
    }
    void fall(uint64_t now_ps)
    {
        falls.push_back(now_ps);
        pull(I2C_SDA, clocks < script.size() && script[clocks] == '0');
        clocks++;
    }
    void finish_byte()
    {
        do {
            clock_once(false);
            if (bit != 0)
                clock_once(true);
        } while (bit != 0);
        clock_once(false);
    }
    void clock_once(bool high) const
    {
        pull(I2C_SCL, !high);
        i2c_sim_run(sim, i2c_sim_now_ps(sim) + 5 * I2C_PS_PER_US);
    }
    void pull(i2c_line line, bool on) const
    {
        i2c_node_set(sim, node, line, on ? I2C_PULLED : I2C_RELEASED);
    }
    void add(const char *text)
    {
        wire += wire.empty() ? text : std::string(" ") + text;
        open = *text == 'P' ? false : open;
    }

    i2c_sim *sim;
    i2c_node node = 0;
    std::string script; ///< a character a clock, from each START on
    std::string wire;
    std::vector<uint64_t> rises, falls;

  private:
    bool open = false;
    unsigned bit = 0;
    uint8_t byte = 0;
    size_t clocks = 0;
};

struct Master : AvrBench {
    Master() : AvrBench("atmega328p", cpu_hz), peer(sim)
    {
        write("TWBR", 72);
        write("TWAR", 0x26 << 1 | 1);
        write("TWCR", TWEA | TWEN);
    }
    /// Until TWINT; the status.
    unsigned status()
    {
        for (unsigned us = 0; us < 400 && (read("TWCR") & TWINT) == 0; us++)
            wait_us(1);
        return read("TWSR");
    }
    void send(unsigned byte, unsigned control = go)
    {
        write("TWDR", byte);
        write("TWCR", control);
    }
    /// The other master clocks the rest of its byte.
    void finish_for_winner()
    {
        wait_us(100);
        peer.finish_byte();
        wait_us(1);
    }
    void settle()
    {
        wait_us(60);
    }

    Peer peer;
};

/// What software does with a status: `data` goes to TWDR (-1: nothing), `control` to TWCR.
struct Step {
    unsigned status;
    int data;
    unsigned control;
};

struct Row {
    const char *name;
    const char *peer;        ///< SDA, a character a clock from each START on
    std::vector<Step> steps; ///< behind TWSTA
    const char *wire;
};

constexpr int none = -1;
constexpr int w = 0x33 << 1, r = w | 1;
#define FREE8 "11111111"

// Table 22-3 (transmitter), 22-4 (receiver), 22-6 (bus error is below).
const Row rows[] = {
    {"address with W acknowledged, then STOP",
     FREE8 "0",
     {{0x08, w, go}, {0x18, none, go | TWSTO}},
     "S 66 A P"},
    {"address with W not acknowledged, then STOP",
     "",
     {{0x08, w, go}, {0x20, none, go | TWSTO}},
     "S 66 N P"},
    {"data goes out behind an address that was not acknowledged, too",
     FREE8 "1" FREE8 "0",
     {{0x08, w, go}, {0x20, 0x5A, go}, {0x28, none, go | TWSTO}},
     "S 66 N 5A A P"},
    {"data acknowledged, data not acknowledged",
     FREE8 "0" FREE8 "0" FREE8 "1",
     {{0x08, w, go}, {0x18, 0xA5, go}, {0x28, 0x00, go}, {0x30, none, go | TWSTO}},
     "S 66 A A5 A 00 N P"},
    {"data behind data that was not acknowledged",
     FREE8 "0" FREE8 "1" FREE8 "0",
     {{0x08, w, go}, {0x18, 0xFF, go}, {0x30, 0x01, go}, {0x28, none, go | TWSTO}},
     "S 66 A FF N 01 A P"},
    {"repeated START to read, one byte, NACK",
     FREE8 "0"
           "10100101"
           "1",
     {{0x08, w, go},
      {0x18, none, go | TWSTA},
      {0x10, r, go},
      {0x40, none, go},
      {0x58, none, go | TWSTO}},
     "S 66 A Sr 67 A A5 N P"},
    {"two bytes, the first acknowledged by TWEA",
     FREE8 "0"
           "01111110"
           "1"
           "10000001",
     {{0x08, r, go}, {0x40, none, go | TWEA}, {0x50, none, go}, {0x58, none, go | TWSTO}},
     "S 67 A 7E A 81 N P"},
    {"address with R not acknowledged, repeated START",
     "",
     {{0x08, r, go}, {0x48, none, go | TWSTA}, {0x10, r, go}, {0x48, none, go | TWSTO}},
     "S 67 N Sr 67 N P"},
    {"repeated START behind a byte that was read",
     FREE8 "0"
           "11110000"
           "1",
     {{0x08, r, go},
      {0x40, none, go},
      {0x58, none, go | TWSTA},
      {0x10, w, go},
      {0x18, none, go | TWSTO}},
     "S 67 A F0 N Sr 66 A P"},
    {"STOP and START in one",
     FREE8 "0",
     {{0x08, w, go}, {0x18, none, go | TWSTO | TWSTA}, {0x08, w, go}, {0x18, none, go | TWSTO}},
     "S 66 A P S 66 A P"},
    {"arbitration lost in the address",
     "11011110"
     "1",
     {{0x08, 0x7F << 1, go}, {0x38, none, go}},
     "S DE N"},
    {"arbitration lost in the direction bit",
     "11111110"
     "1",
     {{0x08, r, go}, {0x38, none, go}},
     "S 66 N"},
    {"arbitration lost in data",
     FREE8 "0"
           "11101111"
           "1",
     {{0x08, w, go}, {0x18, 0xFF, go}, {0x38, none, go}},
     "S 66 A EF N"},
    {"arbitration lost in the NACK",
     FREE8 "0" FREE8 "0",
     {{0x08, r, go}, {0x40, none, go}, {0x38, none, go}},
     "S 67 A FF A"},
    {"arbitration lost to another that writes to it",
     "01001100"
     "1",
     {{0x08, w, go | TWEA}, {0x68, none, go | TWEA}},
     "S 4C A"},
    {"arbitration lost to a general call",
     "00000000",
     {{0x08, w, go | TWEA}, {0x78, none, go | TWEA}},
     "S 00 A"},
    {"arbitration lost to another that reads from it",
     "01001101"
     "1",
     {{0x08, r, go | TWEA}, {0xB0, 0xFF, go | TWEA}},
     "S 4D A"},
    {"without TWEA it is not there for the winner either",
     "01001100"
     "1",
     {{0x08, w, go}, {0x38, none, go}},
     "S 4C N"},
};

} // namespace

// Of a master that has lost the rest of the byte is the winner's to clock: the peer does it.
TEST(AvrTwiMaster, GivesTheStatusCodesOfTheDataSheet)
{
    for (const Row &row : rows) {
        SCOPED_TRACE(row.name);
        Master m;
        m.peer.script = row.peer;
        m.write("TWCR", go | TWSTA | TWEA);
        for (const Step &step : row.steps) {
            const bool lost = step.status == 0x38 || step.status == 0x68 || step.status == 0x78 ||
                              step.status == 0xB0;
            if (lost)
                m.finish_for_winner();
            EXPECT_EQ(m.status(), step.status);
            if (step.data != none)
                m.write("TWDR", static_cast<unsigned>(step.data));
            m.write("TWCR", step.control);
            EXPECT_EQ(m.read("TWCR") & TWINT, 0u);
        }
        m.settle();
        EXPECT_EQ(m.peer.wire, row.wire);
        EXPECT_EQ(m.read("TWSR"), 0xF8u);
        EXPECT_EQ(m.read("TWCR") & TWSTO, 0u) << "TWSTO is over";
        EXPECT_EQ(m.drives(I2C_SCL), I2C_RELEASED);
        EXPECT_EQ(m.drives(I2C_SDA), I2C_RELEASED);
    }
}

// 22.5.2: SCL = F_CPU / (16 + 2 TWBR 4^TWPS).
TEST(AvrTwiMaster, ClocksSclAtTheRateOfTheDataSheet)
{
    const struct {
        unsigned twbr, twps, cycles;
    } rates[] = {{0, 0, 16},  {12, 0, 40},  {72, 0, 160}, {255, 0, 526},
                 {10, 1, 96}, {18, 2, 592}, {3, 3, 400}};
    for (const auto &rate : rates) {
        SCOPED_TRACE(rate.cycles);
        Master m;
        m.write("TWBR", rate.twbr);
        m.write("TWSR", rate.twps);
        m.write("TWCR", go | TWSTA);
        ASSERT_EQ(m.status() & 0xF8, 0x08u);
        m.send(w);
        ASSERT_EQ(m.status() & 0xF8, 0x20u);
        ASSERT_GE(m.peer.rises.size(), 9u);
        for (unsigned i = 1; i < 8; i++)
            EXPECT_EQ(m.peer.rises[i + 1] - m.peer.rises[i], rate.cycles * UINT64_C(62500));
        EXPECT_EQ(m.peer.falls[2] - m.peer.rises[1], (rate.cycles / 2 + 2) * UINT64_C(62500));
    }
}

TEST(AvrTwiMaster, WaitsForTheClockThatAnotherNodeHolds)
{
    Master m;
    m.write("TWCR", go | TWSTA);
    m.status();
    m.peer.pull(I2C_SCL, true);
    m.send(w);
    m.wait_us(200);
    EXPECT_TRUE(m.peer.rises.empty());
    m.peer.pull(I2C_SCL, false);
    EXPECT_EQ(m.status(), 0x20u);
    EXPECT_EQ(m.peer.wire, "S 66 N");
}

// UM10204 3.1.7: the shortest high time ends all of them.
TEST(AvrTwiMaster, EndsItsHighTimeWithTheFirstThatDoes)
{
    Master m;
    m.write("TWCR", go | TWSTA);
    m.status();
    m.send(w);
    while (m.peer.rises.size() < 3)
        m.wait_us(1);
    m.peer.pull(I2C_SCL, true);
    m.wait_us(1);
    EXPECT_EQ(m.drives(I2C_SCL), I2C_PULLED);
    m.peer.pull(I2C_SCL, false);
    EXPECT_FALSE(i2c_line_level(m.sim, I2C_SCL)) << "its own low time counts from that fall";
    EXPECT_EQ(m.status(), 0x20u);
    EXPECT_EQ(m.peer.wire, "S 66 N");
}

TEST(AvrTwiMaster, WaitsForTheStopOfATransferThatGoesOn)
{
    Master m;
    m.start();
    m.bits(0x50);
    m.clock(true);
    m.write("TWCR", go | TWSTA);
    m.set(I2C_SDA, true);
    m.set(I2C_SCL, true);
    m.wait_us(100);
    EXPECT_EQ(m.read("TWSR"), 0xF8u) << "both lines are high, in a transfer";
    m.set(I2C_SCL, false);
    m.stop();
    EXPECT_EQ(m.status(), 0x08u);
    EXPECT_EQ(m.peer.wire, "S 50 N P S");
}

TEST(AvrTwiMaster, WaitsForALineThatIsLow)
{
    Master m;
    m.write("TWCR", TWEN);
    m.peer.pull(I2C_SCL, true);
    m.wait_us(1);
    m.write("TWCR", go | TWSTA);
    m.wait_us(100);
    EXPECT_EQ(m.drives(I2C_SDA), I2C_RELEASED);
    m.peer.pull(I2C_SCL, false);
    EXPECT_EQ(m.status(), 0x08u);
}

// No START where TWSTA has been taken back before.
TEST(AvrTwiMaster, MakesNoStartThatSoftwareHasTakenBack)
{
    Master m;
    m.start();
    m.write("TWCR", go | TWSTA);
    m.write("TWCR", TWEN);
    m.stop();
    m.settle();
    m.start();
    m.stop();
    m.write("TWCR", go | TWSTA); // waits for tBUF
    m.write("TWCR", TWEN);
    m.settle();
    EXPECT_EQ(m.peer.wire, "S P S P");
}

// Table 22-3: TWSTA with 0x38, "a START condition will be transmitted when the bus becomes free".
TEST(AvrTwiMaster, TriesAgainBehindALostArbitrationWhenTheBusIsFree)
{
    Master m;
    m.peer.script = "01010000"
                    "1";
    m.write("TWCR", go | TWSTA);
    m.status();
    m.send(w);
    m.finish_for_winner();
    EXPECT_EQ(m.status(), 0x38u);
    m.write("TWCR", go | TWSTA);
    m.wait_us(100);
    EXPECT_EQ(m.read("TWSR"), 0xF8u);
    m.peer.script.clear();
    m.peer.pull(I2C_SDA, true);
    m.wait_us(5);
    m.peer.pull(I2C_SCL, false);
    m.wait_us(5);
    m.peer.pull(I2C_SDA, false);
    EXPECT_EQ(m.status(), 0x08u);
    EXPECT_EQ(m.peer.wire, "S 50 N P S");
}

TEST(AvrTwiMaster, AnswersAsTheSlaveThatTheWinnerAddresses)
{
    Master m;
    m.peer.script = "01001100"
                    "1";
    m.write("TWCR", go | TWSTA | TWEA);
    m.status();
    m.send(w, go | TWEA);
    m.finish_for_winner();
    EXPECT_EQ(m.status(), 0x68u);
    m.write("TWCR", go | TWEA);
    m.peer.script.clear();
    m.peer.clock_once(true); // bit 1
    m.peer.finish_byte();
    m.wait_us(1);
    EXPECT_EQ(m.status(), 0x80u);
    EXPECT_EQ(m.peer.wire, "S 4C A FF A");
}

// A slave that does not let go of SDA: TWSTO stays until there is a STOP.
TEST(AvrTwiMaster, KeepsTwstoUntilTheStopIsOnTheBus)
{
    Master m;
    m.write("TWCR", go | TWSTA);
    m.status();
    m.send(w);
    m.status();
    m.peer.pull(I2C_SDA, true);
    m.write("TWCR", go | TWSTO);
    m.wait_us(500);
    EXPECT_EQ(m.read("TWCR") & TWSTO, unsigned{TWSTO});
    m.peer.pull(I2C_SDA, false);
    m.wait_us(1);
    EXPECT_EQ(m.read("TWCR") & TWSTO, 0u);
}

// Table 22-6: START or STOP at a wrong place is 0x00; TWSTO frees the interface without a STOP.
TEST(AvrTwiMaster, CallsAStartInsideItsByteABusError)
{
    for (const unsigned clocks : {1u, 3u, 9u}) {
        Master m;
        m.write("TWCR", go | TWSTA);
        m.status();
        m.send(0xFF);
        while (m.peer.rises.size() < clocks)
            m.wait_us(1);
        m.peer.pull(I2C_SDA, true);
        m.wait_us(1);
        EXPECT_EQ(m.read("TWSR"), 0x00u);
        EXPECT_EQ(m.read("TWCR") & TWINT, unsigned{TWINT});
        m.write("TWCR", go | TWSTO);
        m.settle();
        EXPECT_EQ(m.read("TWCR") & (TWINT | TWSTO), 0u);
        EXPECT_EQ(m.drives(I2C_SCL), I2C_RELEASED);
        EXPECT_EQ(m.drives(I2C_SDA), I2C_RELEASED);
    }
}

TEST(AvrTwiMaster, LetsGoOfBothLinesWithoutTwen)
{
    Master m;
    m.write("TWCR", go | TWSTA);
    m.status();
    m.send(0);
    m.wait_us(24);
    m.write("TWCR", 0);
    m.settle();
    EXPECT_EQ(m.drives(I2C_SCL), I2C_RELEASED);
    EXPECT_EQ(m.drives(I2C_SDA), I2C_RELEASED);
    const size_t clocks = m.peer.rises.size();
    m.settle();
    EXPECT_EQ(m.peer.rises.size(), clocks);
}

TEST(AvrTwiMaster, HasTheClockOfTheCpuBehindItsPrescaler)
{
    Master m;
    m.write("CLKPR", 0x80);
    m.write("CLKPR", 0x01);
    m.write("TWBR", 12);
    m.write("TWCR", go | TWSTA);
    m.status();
    m.send(w);
    m.status();
    ASSERT_GE(m.peer.rises.size(), 9u);
    EXPECT_EQ(m.peer.rises[2] - m.peer.rises[1], 40 * UINT64_C(125000));
}

// Its tBUF: no START before half a period has passed behind a STOP.
TEST(AvrTwiMaster, LeavesTheBusFreeForHalfAPeriod)
{
    Master m;
    m.start();
    m.write("TWCR", go | TWSTA);
    m.set(I2C_SCL, true);
    m.set(I2C_SDA, true);
    const uint64_t stop_ps = i2c_sim_now_ps(m.sim) - I2C_PS_PER_US;
    m.status();
    const uint64_t free_ps = i2c_line_fall_ps(m.sim, I2C_SDA, I2C_AT_50) - stop_ps;
    EXPECT_GE(free_ps, 5 * I2C_PS_PER_US);
    EXPECT_LE(free_ps, 5 * I2C_PS_PER_US + 50 * I2C_PS_PER_NS) << "its filter tells so late";
}

// Another that joins its START: it is its own START, too.
TEST(AvrTwiMaster, SharesAStartWithAnotherAndSeesWhoWins)
{
    Master m;
    m.write("TWCR", go | TWSTA);
    m.peer.pull(I2C_SDA, true); // in the very instant
    EXPECT_EQ(m.status(), 0x08u);
    EXPECT_EQ(m.drives(I2C_SDA), I2C_PULLED);
    m.peer.pull(I2C_SDA, false);
    EXPECT_EQ(m.peer.wire, "S");
}
