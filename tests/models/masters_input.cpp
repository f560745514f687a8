// What masters are asked for and cannot do: refused with a reason and without an edge, and never a
// different transfer instead. What they say they can do is on the wire as asked.
#include "tests/models/masters_all.h"

#include <algorithm>
#include <random>
#include <sstream>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t ABSENT7 = 0x11;
// Each begins with a 1, so that a STOP can be made whatever the master ACKed.
const uint8_t TABLE[] = {0xA5, 0xFF, 0x80, 0xC3};

class Asked : public testing::TestWithParam<std::string>
{
  public:
    // A bench with a slave that gives TABLE.
    class TableBench : public Bench
    {
      public:
        explicit TableBench(const std::string &text) : Bench(text)
        {
            add_slave(ADDR7);
            slave.config.table = TABLE;
            slave.config.table_bytes = sizeof TABLE;
        }
    };
    static bool ends_with_stop(const std::vector<Message> &messages)
    {
        TableBench b(GetParam());
        if (!b.can(messages))
            return false;
        b.run(messages);
        b.run_for(I2C_PS_PER_MS);
        return b.decoded().back() == 'P';
    }
    void SetUp() override
    {
        TableBench b(GetParam());
        reads_stop = ends_with_stop(read_of(b, ADDR7, 1));
        writes_stop = ends_with_stop(write_of(ADDR7, {1}));
    }
    // "S 0x48+W A 0x01 A J 0x48+R A 0xA5 N P": J is this master's way to join, p is a STOP that it
    // may leave out. It ends where nobody ACKs: what comes then is the master's own.
    std::string wanted(const std::vector<Message> &messages) const
    {
        std::string text;
        bool open = false;
        for (const Message &m : messages) {
            text += open ? (m.begin == MASTER_TRUE_REPEAT ? "Sr " : "J ") : "S ";
            if (m.address >= 0 && !say_bytes(m, &text))
                return text;
            open = !m.stop;
            const bool read = m.address >= 0 && (m.address & 1) != 0;
            if (m.stop)
                text += (read ? reads_stop : writes_stop) ? "P " : "p ";
        }
        return text;
    }
    static bool say_bytes(const Message &m, std::string *text)
    {
        char word[32];
        const bool read = (m.address & 1) != 0;
        const bool there = m.address >> 1 == ADDR7;
        std::snprintf(word, sizeof word, "0x%02X+%c %c ", m.address >> 1, read ? 'R' : 'W',
                      there ? 'A' : 'N');
        *text += word;
        if (!there)
            return false;
        for (const uint8_t value : m.data) {
            std::snprintf(word, sizeof word, "0x%02X A ", value);
            *text += word;
        }
        bool sends = true;
        for (uint32_t i = 0; i < m.reads; i++) {
            const bool ack = m.acks.empty() ? i + 1 < m.reads : m.acks[i] != 0;
            std::snprintf(word, sizeof word, "0x%02X %c ", sends ? TABLE[i % sizeof TABLE] : 0xFF,
                          ack ? 'A' : 'N');
            *text += word;
            sends = sends && ack;
        }
        return true;
    }
    // lms2012 cuts a read of its own off behind the address and begins it again.
    static bool is_cut_off(const std::vector<std::string> &have, size_t at)
    {
        return std::string(spec_of(GetParam()).model->info.name) == "ev3" && at >= 2 &&
               at + 3 < have.size() && have[at] == "P" && have[at + 1] == "S" &&
               have[at + 2] == have[at - 2] && have[at + 3] == "A" &&
               have[at - 2].substr(4) == "+R" && have[at - 1] == "A";
    }
    // Whether `is` is, or begins with, what was wanted. Where a STOP was left out, the next START
    // is seen as an Sr. A last ACK bit is seen when something follows it.
    static bool is_as_wanted(const std::string &want, const std::string &is)
    {
        std::istringstream wants(want);
        std::vector<std::string> have;
        std::istringstream words(is);
        for (std::string word; words >> word;)
            have.push_back(word);
        have.resize(have.size() + 2); // "" behind the end
        size_t at = 0;
        for (std::string w; wants >> w;) {
            if (is_cut_off(have, at))
                at += 4;
            if (w == "p") {
                at += have[at] == "P";
            } else if (w == "J" && have[at] == "P" && have[at + 1] == "S") {
                at += 2;
            } else if (w == have[at] || (w == "J" && have[at] == "Sr") ||
                       (w == "S" && have[at] == "Sr" && at > 0 && have[at - 1] != "P")) {
                at++;
            } else {
                return (w == "N" || w == "A") && have[at].empty() && !(wants >> w);
            }
        }
        return true;
    }
    // Refused with a reason, or done to the letter.
    void expect_refused_or_done(const std::vector<Message> &messages, bool *refused = nullptr) const
    {
        TableBench b(GetParam());
        std::string why;
        const bool can = b.can(messages, &why);
        if (refused != nullptr)
            *refused = !can;
        EXPECT_EQ(why.empty(), can) << why;
        EXPECT_LT(why.size(), MASTER_TEXT_BYTES - 1);
        EXPECT_TRUE(b.edge_list.empty());
        EXPECT_EQ(i2c_sim_now_ps(b.sim), 0u);
        if (!can)
            return;
        const master_outcome out = b.run(messages);
        b.run_for(I2C_PS_PER_MS);
        EXPECT_TRUE(is_as_wanted(wanted(messages), b.transfers()))
            << "wanted " << wanted(messages) << "\ngot    " << b.transfers() << "\n"
            << out.why;
    }
    bool reads_stop = false, writes_stop = false;
};

std::vector<uint8_t> counting(size_t bytes)
{
    std::vector<uint8_t> data(bytes);
    for (size_t i = 0; i < bytes; i++)
        data[i] = static_cast<uint8_t>(i * 7 + 1);
    return data;
}

const std::vector<uint32_t> LENGTHS = {0,  1,  2,  7,   8,   9,   15,  16,  17,  26,  27,  31, 32,
                                       33, 63, 64, 127, 128, 129, 254, 255, 256, 257, 300, 600};

} // namespace

// A length over the master's limit is refused; one below is sent and read whole. A limit is one:
// behind it nothing is possible again.
TEST_P(Asked, ForALengthSendsThatOrNothing)
{
    bool too_long = false;
    for (const uint32_t n : LENGTHS) {
        bool refused = false;
        expect_refused_or_done(write_of(ADDR7, counting(n)), &refused);
        EXPECT_TRUE(refused || !too_long) << n;
        too_long = too_long || (refused && n > 1);
    }
}

TEST_P(Asked, ForALengthReadsThatOrNothing)
{
    bool too_long = false;
    for (const uint32_t n : LENGTHS) {
        TableBench b(GetParam());
        bool refused = false;
        expect_refused_or_done(read_of(b, ADDR7, n), &refused);
        EXPECT_TRUE(refused || !too_long) << n;
        too_long = too_long || (refused && n > 1);
        expect_refused_or_done(write_then_read(ADDR7, {0x10}, n));
    }
}

// What the real one cuts silently, where that was asked for: a part of it, and an end.
TEST_P(Asked, ForTooMuchOnPurposeComesToAnEnd)
{
    for (const uint32_t n : {17u, 33u, 300u, 600u}) {
        const std::vector<uint8_t> data = counting(n);
        for (const std::vector<Message> &messages :
             {write_of(ADDR7, data), write_then_read(ADDR7, {0x10}, n)}) {
            TableBench b(GetParam());
            if (!b.can(messages, nullptr, true))
                continue;
            EXPECT_NE(b.run(messages).end, MASTER_STUCK);
            ASSERT_LE(b.written.size(), n);
            EXPECT_TRUE(messages.size() > 1 ||
                        std::equal(b.written.begin(), b.written.end(), data.begin()));
        }
    }
}

// Reserved addresses and those of others too.
TEST_P(Asked, ForAnAddressCallsThatOrNothing)
{
    for (int first = 0; first < 256; first++) {
        std::vector<Message> messages = {{MASTER_START, first, {0x01}}};
        if ((first & 1) != 0)
            messages = {{MASTER_START, first, {}, 1}};
        expect_refused_or_done(messages);
    }
}

namespace
{

Message random_message(std::mt19937 *random, bool open)
{
    const auto below = [random](unsigned n) { return static_cast<unsigned>((*random)() % n); };
    Message m;
    m.begin = open ? (below(3) == 0 ? MASTER_TRUE_REPEAT : MASTER_JOIN) : MASTER_START;
    m.stop = below(3) != 0;
    if (below(12) == 0)
        return m;
    const bool read = below(2) == 0;
    m.address = (below(6) == 0 ? ABSENT7 : ADDR7) << 1 | (read ? 1 : 0);
    m.past_nack = below(8) == 0;
    const unsigned count = below(5);
    if (!read) {
        m.data = counting(count);
        return m;
    }
    m.reads = count;
    for (unsigned i = 0; i < count && below(2) == 0; i++)
        m.acks.resize(count, static_cast<uint8_t>(below(2)));
    return m;
}

} // namespace

// Any messages in any order: an Sr that must be one, a START without an address, odd ACKs, no STOP.
TEST_P(Asked, ForAnythingDoesThatOrNothing)
{
    std::mt19937 random(1);
    unsigned refusals = 0;
    const unsigned rounds = 400;
    for (unsigned round = 0; round < rounds; round++) {
        std::vector<Message> messages;
        bool open = false;
        for (unsigned i = 0; i < 1 + round % 3; i++) {
            messages.push_back(random_message(&random, open));
            open = !messages.back().stop;
        }
        bool refused = false;
        expect_refused_or_done(messages, &refused);
        refusals += refused;
        if (HasFailure())
            return;
    }
    EXPECT_LT(refusals, rounds);
}

// An Sr that must be one needs an open transfer: no master makes a START of it.
TEST_P(Asked, ForSrOnAFreeBusRefuses)
{
    TableBench b(GetParam());
    std::string why;
    EXPECT_FALSE(b.can({{MASTER_TRUE_REPEAT, ADDR7 << 1, {1}}}, &why));
    EXPECT_NE(why, "");
}

INSTANTIATE_TEST_SUITE_P(Every, Asked, testing::ValuesIn(masters_in_each_variant()),
                         NameOfMaster());

// ---- parameters -----------------------------------------------------------------------------

namespace
{

std::string error_of(const std::string &text)
{
    master_spec spec = {};
    char error[512] = "";
    return master_spec_read(&spec, text.c_str(), error, sizeof error) ? "" : error;
}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class Parameters : public testing::TestWithParam<std::string>
{
  public:
    const std::string text = GetParam();
    const master_spec spec = spec_of(text);
    const std::string name = spec.model->info.name;
};

TEST_P(Parameters, ThatAreUnknownNameTheKnownOnes)
{
    const std::string error = error_of(name + ",zzz=9");
    EXPECT_TRUE(has(error, name + " has no parameter \"zzz\"; known:")) << error;
    for (const master_parameter *p = spec.model->info.parameter; p->name != nullptr; p++) {
        EXPECT_TRUE(has(error, p->name)) << p->name << ": " << error;
        const std::string misspelt = std::string(p->name) + "x";
        const std::string near = error_of(name + "," + misspelt + "=1");
        EXPECT_TRUE(has(near, "\"" + misspelt + "\"; known: " + p->name)) << near;
    }
}

TEST_P(Parameters, OutOfTheirRangeNameIt)
{
    for (unsigned i = 0; spec.model->info.parameter[i].name != nullptr; i++) {
        const std::string key = spec.model->info.parameter[i].name;
        const master_parameter_rule &rule = spec.model->rule[i];
        const std::string wrong = error_of(name + "," + key + "=nonsense");
        EXPECT_NE(wrong, "") << key;
        for (const char *const *c = rule.choice; c != nullptr && *c != nullptr; c++)
            EXPECT_TRUE(has(wrong, *c)) << *c << ": " << wrong;
        if (rule.choice != nullptr)
            continue;
        char value[64];
        quantity_write(value, sizeof value, rule.kind, rule.max + 1);
        EXPECT_TRUE(has(error_of(name + "," + key + "=" + value), " is out of range: ")) << key;
        quantity_write(value, sizeof value, rule.kind, rule.max);
        EXPECT_EQ(error_of(name + "," + key + "=" + value), "") << key;
        quantity_write(value, sizeof value, rule.kind, rule.min);
        EXPECT_EQ(error_of(name + "," + key + "=" + value), "") << key;
    }
}

TEST_P(Parameters, OfSpeedNameTheRange)
{
    for (const char *speed : {"quick", "", "0", "99M"})
        EXPECT_TRUE(has(error_of(name + "@" + speed), name + "@" + speed)) << speed;
}

INSTANTIATE_TEST_SUITE_P(Every, Parameters, testing::ValuesIn(masters_at_each_speed()),
                         NameOfMaster());
