// Clock stretching: how long each master waits, that it reads right until then, and what becomes of
// a transfer behind its limit.
#include "tests/models/masters_all.h"

#include <algorithm>

namespace
{

const uint8_t ADDR7 = 0x48;
const std::vector<uint8_t> READ = {0xA5, 0x3C, 0x00, 0xFF};

// The longest SCL low of a transfer.
uint64_t longest_low_ps(const Bench &b)
{
    uint64_t fell_ps = I2C_NEVER_PS;
    uint64_t longest_ps = 0;
    for (const Edge &e : b.edge_list) {
        if (e.line != I2C_SCL)
            continue;
        if (!e.high)
            fell_ps = e.at_ps;
        else if (fell_ps != I2C_NEVER_PS && e.at_ps - fell_ps > longest_ps)
            longest_ps = e.at_ps - fell_ps;
    }
    return longest_ps;
}

// What a slave breaks; who stretches against a push-pull SCL is only incompatible.
unsigned faults(const Bench &b)
{
    return static_cast<unsigned>(
        std::count_if(b.findings.begin(), b.findings.end(), [](const i2c_finding &f) {
            return f.severity != I2C_SEVERITY_INCOMPATIBLE && f.severity != I2C_SEVERITY_NOTE;
        }));
}

} // namespace

class Stretching : public testing::TestWithParam<std::string>
{
};

// UM10204 3.1.9: a slave that holds SCL before one clock of each byte, each of the nine, for
// nothing, a little, and much, as long as the master waits.
TEST_P(Stretching, AtEachClockIsWaitedFor)
{
    const uint64_t limit_ps = spec_of(GetParam()).stretch.limit_ps;
    for (unsigned clock = 1; clock <= 9; clock++) {
        for (const unsigned us : {0u, 7u, 30u, 3000u}) {
            const uint64_t stretch_ps = us * I2C_PS_PER_US;
            if (stretch_ps > limit_ps)
                continue;
            Bench b(GetParam());
            b.add_slave(ADDR7, NEIGHBOUR_TAKES_ALL, clock, stretch_ps);
            const master_outcome out = b.run(write_then_read(ADDR7, {0x5A, 0x00, 0xFF}, 4));
            const std::string where =
                "clock " + std::to_string(clock) + ", " + std::to_string(us) + " us: ";
            EXPECT_EQ(out.end, MASTER_DONE) << where << out.why;
            EXPECT_EQ(b.written, (std::vector<uint8_t>{0x5A, 0x00, 0xFF})) << where;
            EXPECT_EQ(b.got[1], READ) << where;
            EXPECT_EQ(faults(b), 0u) << where << (b.findings.empty() ? "" : b.findings[0].message);
            EXPECT_GE(longest_low_ps(b), stretch_ps) << where;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Every, Stretching, testing::ValuesIn(masters_in_each_variant()),
                         NameOfMaster());
INSTANTIATE_TEST_SUITE_P(Further, Stretching,
                         testing::Values("fast,timing=min,threshold=30",
                                         "fast,timing=min,threshold=70"),
                         NameOfMaster());

// What a master says of its limit is what it does, at every low of SCL that ends in a rise: those
// of the nine clocks, before Sr or what stands for it, and before STOP. On ideal wires an
// unhindered run tells when the master lets go.
class StretchLimit : public testing::TestWithParam<std::string>
{
  public:
    StretchLimit() : text(GetParam() + ",ideal=1"), stretch(spec_of(text).stretch)
    {
        limited = stretch.limit_ps != I2C_NEVER_PS;
        Bench b(text);
        b.add_slave(ADDR7);
        EXPECT_EQ(b.run(transfer()).end, MASTER_DONE);
        uint64_t fell_ps = 0;
        for (const Edge &e : b.edge_list) {
            if (e.line == I2C_SCL && e.high)
                low.push_back(e.at_ps - fell_ps);
            else if (e.line == I2C_SCL)
                fell_ps = e.at_ps;
        }
        ends_with_stop = b.decoded().back() == 'P';
    }
    static std::vector<Message> transfer()
    {
        return write_then_read(ADDR7, {0x5A}, 2);
    }
    // Lost in the slave's bits, one that goes on may find SDA low where it wants a START.
    static bool found_busy(const master_outcome &out)
    {
        return std::string(out.why).find("bus not free") != std::string::npos;
    }
    static bool is_right(const Bench &b, const master_outcome &out)
    {
        return out.end == MASTER_DONE && b.written == std::vector<uint8_t>{0x5A} &&
               b.got[1] == std::vector<uint8_t>(READ.begin(), READ.begin() + 2);
    }
    // SCL held `hold_ps` longer than the master does, in the nth low from 1.
    master_outcome with_hold(Bench *b, unsigned nth, uint64_t hold_ps) const
    {
        b->add_slave(ADDR7);
        b->hold_scl(nth, low[nth - 1] + hold_ps);
        const master_outcome out = b->run(transfer());
        b->run_for(I2C_PS_PER_MS);
        return out;
    }

    const std::string text;
    const master_stretch stretch;
    bool limited = false, ends_with_stop = false;
    std::vector<uint64_t> low; // each low of SCL: from its fall to the master's release
};

TEST_P(StretchLimit, IsWaitedFor)
{
    ASSERT_GE(low.size(), 36u);
    const uint64_t most_ps = limited ? stretch.limit_ps : I2C_PS_PER_S;
    for (unsigned nth = 1; nth <= low.size(); nth++) {
        for (const uint64_t hold_ps : {UINT64_C(0), most_ps / 2, most_ps - (most_ps > 0 ? 1 : 0)}) {
            Bench b(text);
            const master_outcome out = with_hold(&b, nth, hold_ps);
            EXPECT_TRUE(is_right(b, out))
                << "low " << nth << ", " << hold_ps << " ps: " << out.why << " " << b.decoded();
        }
    }
}

// Just over the limit a master that gives up does so, one that goes on does not; the last low is
// nobody's to wait for where no STOP follows it.
TEST_P(StretchLimit, IsWhereItGivesUp)
{
    const uint64_t polls_ps = 2 * I2C_PS_PER_US; // or a handler's length
    for (unsigned nth = 1; limited && nth <= low.size(); nth++) {
        Bench b(text);
        const master_outcome out = with_hold(&b, nth, stretch.limit_ps + polls_ps);
        const bool gives_up = stretch.kind == MASTER_WAITS && (nth < low.size() || ends_with_stop);
        EXPECT_EQ(out.end == MASTER_GAVE_UP && !found_busy(out), gives_up)
            << "low " << nth << ": " << out.why << " " << b.decoded();
    }
}

INSTANTIATE_TEST_SUITE_P(Every, StretchLimit, testing::ValuesIn(masters_in_each_variant()),
                         NameOfMaster());
INSTANTIATE_TEST_SUITE_P(Further, StretchLimit,
                         testing::Values("nxt,tick=52.083us", "linux,timeout=1ms,udelay=2us",
                                         "softi2c@400k,timeout=10us"),
                         NameOfMaster());

// A master that carries on reads whatever SDA shows at the instants at which it says that it
// samples: no more, no less. Its own pulls tell where its clocks are.
class CarryingOn : public StretchLimit
{
  public:
    // Where the clock's sample lies; SCL may rise late, or not before the limit.
    uint64_t instant_ps(const Bench &b, const OwnClock &clock, const master_sample &sample) const
    {
        if (sample.kind == MASTER_SAMPLES_BEFORE_RELEASE)
            return clock.release_ps - sample.least_ps;
        if (sample.kind == MASTER_SAMPLES_AFTER_RELEASE)
            return clock.release_ps + sample.least_ps;
        uint64_t high_ps = clock.release_ps;
        for (const Edge &e : b.edge_list)
            if (e.line == I2C_SCL && !e.high && e.at_ps <= clock.release_ps)
                high_ps = I2C_NEVER_PS; // low when it let go, unless a rise follows
            else if (e.line == I2C_SCL && e.high && high_ps == I2C_NEVER_PS)
                high_ps = std::max(e.at_ps, clock.release_ps);
        return std::min(high_ps, clock.release_ps + stretch.limit_ps) + sample.least_ps;
    }
    // The bytes that the last message must have read.
    std::vector<uint8_t> shown(const Bench &b) const
    {
        const std::vector<OwnClock> clocks = b.own_clocks().back();
        std::vector<uint8_t> bytes;
        for (size_t first = 9; first + 8 < clocks.size() && bytes.size() < 2; first += 9) {
            unsigned value = 0;
            for (size_t bit = 0; bit < 8; bit++) {
                const uint64_t at_ps =
                    instant_ps(b, clocks[first + bit], spec_of(text).data_sample);
                value = value << 1 | (b.level_before(I2C_SDA, at_ps) ? 1u : 0u);
            }
            bytes.push_back(static_cast<uint8_t>(value));
        }
        return bytes;
    }
};

TEST_P(CarryingOn, ReadsWhatSdaShows)
{
    ASSERT_EQ(stretch.kind, MASTER_GOES_ON);
    const uint64_t period_ps = I2C_PS_PER_S / spec_of(text).scl_hz;
    unsigned wrong = 0;
    for (unsigned nth = 1; nth <= low.size(); nth++) {
        for (const uint64_t over_ps : {period_ps * 3 / 5, period_ps * 33 / 10}) {
            Bench b(text, 1, 10 * I2C_PS_PER_S, true);
            const master_outcome out = with_hold(&b, nth, stretch.limit_ps + over_ps);
            wrong += !is_right(b, out);
            if (out.end == MASTER_DONE)
                EXPECT_EQ(b.got[1], shown(b)) << "low " << nth << ", over by " << over_ps << " ps";
            else
                EXPECT_TRUE(out.end == MASTER_NACKED || found_busy(out))
                    << "low " << nth << ": " << out.why;
        }
    }
    // One that looks again before it goes on harms only slaves whose SDA comes late, or that miss
    // a short pulse (see the BCM2835's own tests).
    const bool looks_again = std::string(spec_of(text).model->info.name) == "bcm2835";
    EXPECT_EQ(wrong > 0, !looks_again);
}

namespace
{

std::vector<std::string> those_that_carry_on()
{
    std::vector<std::string> list;
    for (const std::string &text : masters_in_each_variant())
        if (spec_of(text).stretch.kind == MASTER_GOES_ON)
            list.push_back(text);
    return list;
}

} // namespace

INSTANTIATE_TEST_SUITE_P(Every, CarryingOn, testing::ValuesIn(those_that_carry_on()),
                         NameOfMaster());

TEST(StretchLimits, FollowTheParameters)
{
    const struct {
        const char *text;
        master_stretch want;
    } table[] = {
        {"standard", {MASTER_WAITS, I2C_NEVER_PS}},
        {"arduino@100k", {MASTER_WAITS, I2C_NEVER_PS}},
        {"arduino@100k,timeout=25ms", {MASTER_WAITS, 25 * I2C_PS_PER_MS}},
        {"nxt", {MASTER_WAITS, 42318 * I2C_PS_PER_NS}},
        {"nxt,fw=1.05", {MASTER_GOES_ON, 0}},
        {"bcm2835@100k", {MASTER_GOES_ON, 2500 * I2C_PS_PER_NS}},
        {"bcm2835@400k", {MASTER_GOES_ON, 624 * I2C_PS_PER_NS}},
        {"rp2040@100k", {MASTER_WAITS, I2C_NEVER_PS}},
        {"stm32@100k", {MASTER_WAITS, I2C_NEVER_PS}},
        {"stm32@100k,timeout=10ms", {MASTER_WAITS, 10 * I2C_PS_PER_MS}},
        {"stm32@100k,api=upy", {MASTER_WAITS, 50 * I2C_PS_PER_MS}},
        {"ft232h@100k,adaptive=yes", {MASTER_GOES_ON, 0}},
        {"lejos", {MASTER_GOES_ON, 0}},
        {"lejos,mode=125k", {MASTER_WAITS, 99 * 3995 * I2C_PS_PER_NS + I2C_PS_PER_US}},
        {"ev3", {MASTER_GOES_ON, 0}},
        {"ev3_pybricks", {MASTER_WAITS, 500 * I2C_PS_PER_MS}},
    };
    for (const auto &row : table) {
        const Bench b(row.text);
        EXPECT_EQ(b.spec.stretch.kind, row.want.kind) << row.text;
        EXPECT_EQ(b.spec.stretch.limit_ps, row.want.limit_ps) << row.text;
    }
}
