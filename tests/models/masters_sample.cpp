// When masters look at SDA: found out from outside, by a hand that pulls SDA ever later, and
// compared with what the spec says of itself. A well-known open-source master model samples before
// SCL has risen; here that may only do who does it in reality.
#include "tests/models/masters_all.h"

#include <algorithm>
#include <memory>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t ABSENT7 = 0x11;

// A clock in which a master reads SDA: of its last START, or its first.
struct Place {
    bool ack;
    unsigned clock; // of the message, from 1
};

// The way from SCL to the sample, in one run.
struct Measured {
    uint64_t pull_ps, release_ps, rise_ps, sample_ps;
    bool found;
};

class Probe
{
  public:
    Probe(std::string master_text, Place at) : text(std::move(master_text)), place(at)
    {
    }

    // With SCL held for `hold_ps` longer than the master does.
    Measured with_hold(uint64_t hold_ps)
    {
        hold_for_ps = 0;
        const OwnClock usual = clock_of(*run(0), nullptr);
        if (hold_ps > 0) {
            falls_to_hold = falls_until(usual.pull_ps);
            hold_for_ps = usual.release_ps - usual.pull_ps + hold_ps;
        }
        return bisect();
    }

  private:
    std::string text;
    Place place;
    std::unique_ptr<Bench> last;
    unsigned falls_to_hold = 0;
    uint64_t hold_for_ps = 0;
    uint64_t end_ps = 0;

    // The START of the first message; a controller code of Hs-mode stands before it.
    size_t first_start() const
    {
        return last->spec.mode == I2C_MODE_HS ? 1 : 0;
    }

    unsigned falls_until(uint64_t pull_ps) const
    {
        // A fall is seen a little behind its pull, and long before the next one.
        const uint64_t slack_ps =
            last->spec.mode == I2C_MODE_HS ? 100 * I2C_PS_PER_NS : I2C_PS_PER_US;
        return static_cast<unsigned>(
            std::count_if(last->edge_list.begin(), last->edge_list.end(), [&](const Edge &e) {
                return e.line == I2C_SCL && !e.high && e.at_ps <= pull_ps + slack_ps;
            }));
    }

    // A run in which the hand pulls SDA from `at_ps` to the end of the clock; 0: it does not.
    Bench *run(uint64_t at_ps)
    {
        static const uint8_t ones = 0xFF;
        last = std::make_unique<Bench>(text, 1, 10 * I2C_PS_PER_S, true);
        Bench &b = *last;
        b.add_slave(ADDR7);
        b.slave.config.table = &ones;
        b.slave.config.table_bytes = 1;
        if (hold_for_ps > 0)
            b.hold_scl(falls_to_hold, hold_for_ps);
        if (at_ps > 0)
            b.pull_sda(at_ps, end_ps - at_ps);
        b.run(place.ack ? write_of(ABSENT7, {0xFF, 0xFF}) : read_of(b, ADDR7, 1));
        return last.get();
    }

    // The clock, and where the next one begins.
    OwnClock clock_of(const Bench &b, uint64_t *next_ps) const
    {
        const auto starts = b.own_clocks();
        const auto &clocks = place.ack ? starts[first_start()] : starts.back();
        EXPECT_GE(clocks.size(), place.clock) << text;
        if (next_ps != nullptr && clocks.size() > place.clock)
            *next_ps = clocks[place.clock].pull_ps + I2C_PS_PER_NS; // a sample may come with it
        else if (next_ps != nullptr)                                // SCL stays high behind a NACK
            *next_ps = edge_ps(I2C_SCL, true, clocks[place.clock - 1].release_ps) +
                       I2C_PS_PER_S / spec_of(text).scl_hz;
        return clocks[place.clock - 1];
    }

    bool saw_low() const
    {
        if (place.ack) // it went on behind the address
            return last->own_clocks()[first_start()].size() > 12;
        const std::vector<uint8_t> &read = last->got.back();
        return (read[0] >> (17 - place.clock) & 1) == 0;
    }

    uint64_t edge_ps(i2c_line line, bool high, uint64_t from_ps) const
    {
        for (const Edge &e : last->edge_list)
            if (e.line == line && e.high == high && e.at_ps >= from_ps)
                return e.at_ps;
        return I2C_NEVER_PS;
    }

    // The last pull that is seen comes just before the sample.
    Measured bisect()
    {
        const OwnClock clock = clock_of(*run(0), &end_ps);
        Measured out = {clock.pull_ps, clock.release_ps, edge_ps(I2C_SCL, true, clock.release_ps),
                        0, false};
        uint64_t seen_ps = clock.pull_ps + I2C_PS_PER_US / 100;
        uint64_t unseen_ps = end_ps;
        run(seen_ps);
        if (!saw_low())
            return out;
        run(unseen_ps - 1);
        if (saw_low())
            return out;
        while (unseen_ps - seen_ps > 1) {
            const uint64_t middle_ps = seen_ps + (unseen_ps - seen_ps) / 2;
            run(middle_ps);
            (saw_low() ? seen_ps : unseen_ps) = middle_ps;
        }
        run(seen_ps);
        out.sample_ps = edge_ps(I2C_SDA, false, seen_ps);
        out.found = true;
        return out;
    }
};

int64_t apart(uint64_t from_ps, uint64_t to_ps)
{
    return static_cast<int64_t>(to_ps) - static_cast<int64_t>(from_ps);
}

void expect_as_said(const std::string &text, const master_sample &said, const Measured &m)
{
    const int64_t rounding_ps = 2;
    int64_t is_ps = 0;
    switch (said.kind) {
    case MASTER_SAMPLES_AFTER_RISE:
        is_ps = apart(m.rise_ps, m.sample_ps);
        break;
    case MASTER_SAMPLES_AFTER_RELEASE:
        is_ps = apart(m.release_ps, m.sample_ps);
        break;
    case MASTER_SAMPLES_BEFORE_RELEASE:
        is_ps = apart(m.sample_ps, m.release_ps);
        break;
    case MASTER_SAMPLES_NEVER:
        EXPECT_FALSE(m.found) << text;
        return;
    }
    EXPECT_TRUE(m.found) << text << ": no instant makes a difference";
    EXPECT_GE(is_ps, static_cast<int64_t>(said.least_ps) - rounding_ps)
        << text << ": pulled " << m.pull_ps << " released " << m.release_ps << " rose " << m.rise_ps
        << " sampled " << m.sample_ps;
    EXPECT_LE(is_ps, static_cast<int64_t>(said.most_ps) + rounding_ps)
        << text << ": pulled " << m.pull_ps << " released " << m.release_ps << " rose " << m.rise_ps
        << " sampled " << m.sample_ps;
}

// 0, a little, and much, but within what the master waits for.
std::vector<uint64_t> holds_of(const master_spec &spec)
{
    std::vector<uint64_t> list = {0};
    for (const uint64_t ps : {3 * I2C_PS_PER_US, 1234567 * I2C_PS_PER_NS})
        if (ps < spec.stretch.limit_ps)
            list.push_back(ps);
    // The limit leaves out what the wires take.
    const uint64_t rise_ps =
        spec.wires.ideal ? 0 : uint64_t{2} * spec.wires.rp_ohm * spec.wires.cb_pf;
    if (spec.stretch.limit_ps < I2C_PS_PER_S && spec.stretch.limit_ps > rise_ps)
        list.push_back(spec.stretch.limit_ps - rise_ps - 1);
    return list;
}

} // namespace

class Samples : public testing::TestWithParam<std::string>
{
};

TEST_P(Samples, DataWhenItSays)
{
    for (const std::string &text : {GetParam() + ",ideal=1", GetParam()}) {
        const master_spec spec = spec_of(text);
        for (const unsigned clock : {10u, 11u, 17u})
            for (const uint64_t hold_ps : holds_of(spec))
                expect_as_said(text, spec.data_sample,
                               Probe(text, {false, clock}).with_hold(hold_ps));
    }
}

TEST_P(Samples, AcksWhenItSays)
{
    for (const std::string &text : {GetParam() + ",ideal=1", GetParam()}) {
        const master_spec spec = spec_of(text);
        for (const uint64_t hold_ps : holds_of(spec))
            expect_as_said(text, spec.ack_sample, Probe(text, {true, 9}).with_hold(hold_ps));
    }
}

INSTANTIATE_TEST_SUITE_P(Every, Samples, testing::ValuesIn(masters_in_each_variant()),
                         NameOfMaster());

// Before SCL has risen there is nothing that a slave must have put out; only these look then.
TEST(SamplingBeforeTheRise, IsDoneByThoseThatDoItInReality)
{
    const std::vector<std::string> data = {"cocotb"};
    const std::vector<std::string> ack = {"nxt"};
    const auto has = [](const std::vector<std::string> &list, const char *name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    for (const std::string &text : masters_in_each_variant()) {
        const master_spec spec = spec_of(text);
        const char *name = spec.model->info.name;
        if (text.find("sample=rise") != std::string::npos)
            continue; // a later version of the real one
        EXPECT_EQ(spec.data_sample.kind == MASTER_SAMPLES_BEFORE_RELEASE, has(data, name)) << text;
        EXPECT_EQ(spec.ack_sample.kind == MASTER_SAMPLES_BEFORE_RELEASE, has(ack, name)) << text;
        for (const master_sample &sample : {spec.data_sample, spec.ack_sample})
            EXPECT_TRUE(sample.kind != MASTER_SAMPLES_AFTER_RELEASE ||
                        sample.least_ps >= spec.stretch.limit_ps)
                << text;
    }
}
