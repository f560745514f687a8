// What the writer writes, the reader reads: random traces against a plain model of the signals.

#include "support.h"

#include <random>

using vcd_test::read_text;
using vcd_test::Told;
using vcd_test::Trace;

namespace
{

/// A signal as the model has it: the text of its value as the reader's events show it.
struct Modelled {
    vcd_var_type type;
    uint32_t width;
    vcd_signal signal;
    std::string value;
};

/// A random trace and the events that must come out of it.
class RandomTrace
{
  public:
    explicit RandomTrace(uint64_t seed) : random(seed), trace(config(), 1 + seed * 37 % 900)
    {
        declare();
        start();
        for (uint64_t steps = random() % 200; steps > 0; steps--)
            step();
        file = trace.text();
        if (due)
            expected.push_back("#" + std::to_string(now));
    }
    std::vector<std::string> expected;
    std::string file;

  private:
    uint64_t below(uint64_t limit)
    {
        return random() % limit;
    }

    static vcd_writer_config config()
    {
        vcd_writer_config made{};
        made.buffer_bytes = 512;
        return made;
    }

    void declare()
    {
        static const uint32_t widths[] = {1, 1, 2, 7, 8, 32, 63, 64, 65, 200};
        expected.emplace_back("timescale 1 0");
        for (uint64_t i = 0, count = 1 + below(120); i < count; i++) {
            if (below(10) == 0)
                scope();
            Modelled s{};
            const uint64_t kind = below(5);
            s.type = kind == 0   ? VCD_VAR_REAL
                     : kind == 1 ? VCD_VAR_STRING
                     : kind == 2 ? VCD_VAR_INTEGER
                     : kind == 3 ? VCD_VAR_REG
                                 : VCD_VAR_WIRE;
            const bool bits = kind >= 2;
            s.width = bits ? widths[below(std::size(widths))] : kind == 0 ? 64 : 1;
            const std::string name = "s" + std::to_string(i);
            s.signal = trace.var(s.type, s.width, name.c_str());
            s.value = bits ? std::string(s.width, 'x') : kind == 0 ? "real 0x0p+0" : "string ";
            expected.push_back("var " + std::to_string(s.signal) + " " + vcd_var_type_word(s.type) +
                               " " + std::to_string(s.width) + " " + name);
            signals.push_back(s);
        }
        for (; depth > 0; depth--)
            expected.emplace_back("upscope");
        expected.emplace_back("enddefinitions");
    }

    void scope()
    {
        if (depth > 0 && below(2) == 0) {
            vcd_writer_upscope(trace.w());
            expected.emplace_back("upscope");
            depth--;
            return;
        }
        const uint64_t type = below(VCD_SCOPE_OTHER);
        vcd_writer_scope(trace.w(), static_cast<vcd_scope_type>(type), "sc");
        expected.push_back("scope " + std::to_string(type) + " sc");
        depth++;
    }

    void tell_time()
    {
        if (due)
            expected.push_back("#" + std::to_string(now));
        due = false;
    }

    void tell_dump(vcd_dump what)
    {
        const std::string name = "dump " + std::to_string(what);
        tell_time();
        expected.push_back(name + " begins");
        for (const Modelled &s : signals) {
            const bool bits = s.type != VCD_VAR_REAL && s.type != VCD_VAR_STRING;
            if (what != VCD_DUMP_OFF)
                expected.push_back(std::to_string(s.signal) + "=" + s.value);
            else if (bits)
                expected.push_back(std::to_string(s.signal) + "=" + std::string(s.width, 'x'));
        }
        expected.push_back(name + " ends");
    }

    void start()
    {
        now = below(1000);
        due = true;
        vcd_writer_start(trace.w(), now);
        tell_dump(VCD_DUMP_VARS);
    }

    void step()
    {
        const uint64_t what = below(20);
        if (what < 6) {
            const uint64_t later = now + below(3) * below(UINT64_C(1) << below(50));
            due = due || later != now;
            now = later;
            EXPECT_EQ(vcd_writer_time(trace.w(), now), VCD_OK);
        } else if (what == 6) {
            off ? vcd_writer_dump_on(trace.w()) : vcd_writer_dump_off(trace.w());
            off = !off;
            tell_dump(off ? VCD_DUMP_OFF : VCD_DUMP_ON);
        } else if (what == 7 && !off) {
            vcd_writer_dump_all(trace.w());
            tell_dump(VCD_DUMP_ALL);
        } else {
            change(signals[below(signals.size())]);
        }
    }

    void change(Modelled &s)
    {
        const std::string before = s.value;
        if (s.type == VCD_VAR_REAL)
            change_real(s);
        else if (s.type == VCD_VAR_STRING)
            change_string(s);
        else if (s.width <= 64 && below(2) == 0)
            change_masked(s);
        else
            change_bits(s);
        if (s.value == before || off)
            return;
        tell_time();
        expected.push_back(std::to_string(s.signal) + "=" + s.value);
    }

    void change_real(Modelled &s)
    {
        const double value = static_cast<double>(static_cast<int64_t>(random())) /
                             static_cast<double>(1 + below(1000));
        char text[64];
        (void)std::snprintf(text, sizeof text, "real %a", value);
        s.value = text;
        EXPECT_EQ(vcd_writer_real(trace.w(), s.signal, value), VCD_OK);
    }

    void change_string(Modelled &s)
    {
        std::string value;
        for (uint64_t i = below(30); i > 0; i--)
            value += static_cast<char>(random());
        s.value = "string " + value;
        EXPECT_EQ(vcd_writer_string(trace.w(), s.signal, value.data(), value.size()), VCD_OK);
    }

    void change_masked(Modelled &s)
    {
        const uint64_t value = random();
        const uint64_t xmask = below(3) == 0 ? random() & random() : 0;
        const uint64_t zmask = below(3) == 0 ? random() : 0;
        s.value.clear();
        for (uint32_t i = s.width; i-- > 0;)
            s.value += xmask >> i & 1 ? 'x' : zmask >> i & 1 ? 'z' : value >> i & 1 ? '1' : '0';
        EXPECT_EQ(vcd_writer_masked(trace.w(), s.signal, value, xmask, zmask), VCD_OK);
    }

    void change_bits(Modelled &s)
    {
        std::string digits;
        const uint64_t kinds = 1 + below(4); // few kinds give long runs, which are shortened
        for (uint64_t i = 1 + below(s.width); i > 0; i--)
            digits += "01xz"[(below(kinds) + random() % 2) % 4];
        const char fill = digits[0] == '1' ? '0' : digits[0];
        s.value = std::string(s.width - digits.size(), fill) + digits;
        EXPECT_EQ(vcd_writer_bits(trace.w(), s.signal, digits.c_str()), VCD_OK);
    }

    std::mt19937_64 random;
    Trace trace;
    std::vector<Modelled> signals;
    uint64_t now = 0;
    bool due = false;
    bool off = false;
    int depth = 0;
};

} // namespace

TEST(VcdRoundtrip, ReadsBackWhatWasWritten)
{
    for (uint64_t seed = 0; seed < 500; seed++) {
        const RandomTrace made(seed);
        const Told told = read_text(made.file, 1 + seed % 97);
        ASSERT_EQ(told.status, VCD_OK) << "seed " << seed << ": " << told.error.text;
        ASSERT_EQ(told.events, made.expected) << "seed " << seed;
        for (const char c : made.file)
            ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << "seed " << seed;
    }
}

TEST(VcdRoundtrip, GivesTheSameBytesForTheSameCalls)
{
    EXPECT_TRUE(RandomTrace(42).file == RandomTrace(42).file);
    EXPECT_FALSE(RandomTrace(42).file == RandomTrace(43).file);
}

TEST(VcdRoundtrip, CarriesTheWidestVectorAndTheLongestString)
{
    Trace trace;
    const vcd_signal wide = trace.var(VCD_VAR_REG, VCD_WIDTH_MAX, "wide");
    const vcd_signal text = trace.var(VCD_VAR_STRING, 1, "text");
    std::string digits(VCD_WIDTH_MAX, '1');
    digits[VCD_WIDTH_MAX / 2] = 'z';
    const std::string blanks(VCD_STRING_MAX_BYTES, ' ');
    vcd_writer_start(trace.w(), 0);
    EXPECT_EQ(vcd_writer_bits(trace.w(), wide, digits.c_str()), VCD_OK);
    EXPECT_EQ(vcd_writer_string(trace.w(), text, blanks.data(), blanks.size()), VCD_OK);
    const Told told = read_text(trace.text());
    ASSERT_EQ(told.status, VCD_OK) << told.error.text;
    EXPECT_TRUE(told.events[told.events.size() - 2] == "0=" + digits);
    EXPECT_TRUE(told.events.back() == "1=string " + blanks);
    EXPECT_EQ(vcd_writer_string(trace.w(), text, blanks.data(), 1), VCD_BAD_ORDER);
}
