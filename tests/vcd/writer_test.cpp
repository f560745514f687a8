// The bytes that the writer makes, and what it refuses.

#include "support.h"

#include <algorithm>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <random>
#include <set>

using vcd_test::Folder;
using vcd_test::read_text;
using vcd_test::Trace;

namespace
{

/// The file behind "$enddefinitions $end\n".
std::string body(const std::string &file)
{
    const std::string mark = "$enddefinitions $end\n";
    const size_t at = file.find(mark);
    return at == std::string::npos ? "no body" : file.substr(at + mark.size());
}

} // namespace

// IEEE 1364-2005 18.2: sections of the declarations, then times and changes.
TEST(VcdWriter, WritesTheGoldenBytes)
{
    vcd_writer_config config{};
    config.timescale = 10;
    config.unit = VCD_NS;
    config.version = "golden 1";
    config.comment = "two\nlines";
    Trace trace(config);
    vcd_writer_scope(trace.w(), VCD_SCOPE_MODULE, "top");
    const vcd_signal scl = trace.var(VCD_VAR_WIRE, 1, "scl");
    vcd_writer_scope(trace.w(), VCD_SCOPE_FORK, "inner");
    const vcd_signal count = trace.var(VCD_VAR_INTEGER, 32, "count");
    vcd_writer_upscope(trace.w());
    vcd_var reg{};
    reg.type = VCD_VAR_REG;
    reg.width = 8;
    reg.name = "data";
    reg.has_range = true;
    reg.msb = 7;
    vcd_signal data = 0;
    ASSERT_EQ(vcd_writer_var(trace.w(), &reg, &data), VCD_OK);
    const vcd_signal volts = trace.var(VCD_VAR_REAL, 64, "volts");
    const vcd_signal state = trace.var(VCD_VAR_STRING, 1, "state");
    vcd_writer_bit(trace.w(), scl, VCD_1);
    vcd_writer_start(trace.w(), 0);
    vcd_writer_time(trace.w(), 12);
    vcd_writer_bit(trace.w(), scl, VCD_0);
    vcd_writer_int(trace.w(), count, UINT64_MAX); // -1
    vcd_writer_masked(trace.w(), data, 0x0F, 0x80, 0x01);
    vcd_writer_real(trace.w(), volts, 3.3);
    vcd_writer_string(trace.w(), state, "ACK sent", 8);
    vcd_writer_time(trace.w(), 20);
    EXPECT_EQ(trace.text(), "$version golden 1 $end\n"
                            "$comment two\nlines $end\n"
                            "$timescale 10 ns $end\n"
                            "$scope module top $end\n"
                            "$var wire 1 ! scl $end\n"
                            "$scope fork inner $end\n"
                            "$var integer 32 \" count $end\n"
                            "$upscope $end\n"
                            "$var reg 8 # data [7:0] $end\n"
                            "$var real 64 $ volts $end\n"
                            "$var string 1 % state $end\n"
                            "$upscope $end\n"
                            "$enddefinitions $end\n"
                            "#0\n$dumpvars\n1!\nbx \"\nbx #\nr0 $\ns %\n$end\n"
                            "#12\n0!\nb11111111111111111111111111111111 \"\nbx000111z #\n"
                            "r3.3 $\nsACK\\x20sent %\n"
                            "#20\n");
}

// IEEE 1364-2005 18.2.1, tables 18-1 and 18-2: 0 and 1 extend with 0, x with x, z with z.
TEST(VcdWriter, ShortensVectorsFromTheLeft)
{
    const std::pair<const char *, const char *> cases[] = {
        {"00010", "b10"},    {"00000", "b0"},     {"xxxxx", "bx"},    {"zzzzz", "bz"},
        {"11111", "b11111"}, {"0x100", "b0x100"}, {"xxx10", "bx10"},  {"zz0x1", "bz0x1"},
        {"x0000", "bx0000"}, {"00zz1", "b0zz1"},  {"xz000", "bxz000"}};
    for (const auto &[given, written] : cases) {
        Trace trace;
        const vcd_signal narrow = trace.var(VCD_VAR_REG, 5, "narrow");
        const vcd_signal wide = trace.var(VCD_VAR_REG, 70, "wide");
        vcd_writer_bits(trace.w(), narrow, given);
        vcd_writer_bits(trace.w(), wide, given);
        vcd_writer_start(trace.w(), 0);
        const std::string expected_wide = std::string(given) == "11111" ? "b11111" : written;
        EXPECT_EQ(body(trace.text()),
                  "#0\n$dumpvars\n" + std::string(written) + " !\n" + expected_wide + " \"\n$end\n")
            << given;
    }
}

TEST(VcdWriter, WritesEveryWidthOfAKnownValue)
{
    for (uint32_t width = 2; width <= 64; width++) {
        Trace trace;
        const vcd_signal signal = trace.var(VCD_VAR_REG, width, "v");
        vcd_writer_int(trace.w(), signal, UINT64_C(1) << (width - 1));
        vcd_writer_start(trace.w(), 0);
        EXPECT_EQ(body(trace.text()),
                  "#0\n$dumpvars\nb1" + std::string(width - 1, '0') + " !\n$end\n");
    }
}

TEST(VcdWriter, WritesEveryTimescale)
{
    const char *const units[] = {"fs", "ps", "ns", "us", "ms", "s"};
    for (uint32_t scale : {1u, 10u, 100u}) {
        for (int unit = VCD_FS; unit <= VCD_S; unit++) {
            vcd_writer_config config{};
            config.timescale = scale;
            config.unit = static_cast<vcd_unit>(unit);
            Trace trace(config);
            const std::string file = trace.text();
            EXPECT_EQ(file, "$timescale " + std::to_string(scale) + " " + units[unit] +
                                " $end\n$enddefinitions $end\n");
            EXPECT_EQ(read_text(file).events.front(),
                      "timescale " + std::to_string(scale) + " " + std::to_string(unit));
        }
    }
}

TEST(VcdWriter, WritesTimesOfEveryLength)
{
    Trace trace;
    const vcd_signal bit = trace.var(VCD_VAR_WIRE, 1, "b");
    vcd_writer_start(trace.w(), 0);
    std::set<uint64_t> times;
    for (uint64_t power = 10; power < UINT64_MAX / 10; power *= 10)
        times.insert({power - 1, power, power + power / 7 * 3});
    times.insert(UINT64_C(10000000000000000000));
    std::string expected = "#0\n$dumpvars\nx!\n$end\n";
    bool level = false;
    for (const uint64_t time : times) {
        level = !level;
        EXPECT_EQ(vcd_writer_time(trace.w(), time), VCD_OK);
        vcd_writer_bit(trace.w(), bit, level ? VCD_1 : VCD_0);
        expected += "#" + std::to_string(time) + (level ? "\n1!\n" : "\n0!\n");
    }
    EXPECT_EQ(vcd_writer_time(trace.w(), UINT64_MAX), VCD_OK);
    expected += "#18446744073709551615\n";
    EXPECT_EQ(body(trace.text()), expected);
}

TEST(VcdWriter, LeavesOutAChangeToTheSameValue)
{
    for (const bool keep : {false, true}) {
        vcd_writer_config config{};
        config.keep_repeats = keep;
        Trace trace(config);
        const vcd_signal bit = trace.var(VCD_VAR_WIRE, 1, "bit");
        const vcd_signal wide = trace.var(VCD_VAR_REG, 65, "wide");
        const vcd_signal real = trace.var(VCD_VAR_REAL, 64, "real");
        const vcd_signal text = trace.var(VCD_VAR_STRING, 1, "text");
        vcd_writer_start(trace.w(), 0);
        for (uint64_t time : {5u, 6u}) {
            vcd_writer_time(trace.w(), time);
            vcd_writer_bit(trace.w(), bit, VCD_Z);
            vcd_writer_bits(trace.w(), wide, "1");
            vcd_writer_real(trace.w(), real, std::nan(""));
            vcd_writer_string(trace.w(), text, "s", 1);
        }
        const std::string once = "z!\nb1 \"\nrnan #\nss $\n";
        EXPECT_EQ(body(trace.text()), "#0\n$dumpvars\nx!\nbx \"\nr0 #\ns $\n$end\n#5\n" + once +
                                          "#6\n" + (keep ? once : ""));
    }
}

namespace
{

/// Random edges of four bits, of a vector, of no signal; times stand still, go on a little or a
/// lot, and back; values are good or not. `bad` of a hundred are to be refused.
std::vector<vcd_edge> random_edges(uint32_t seed, unsigned bad)
{
    std::mt19937 random(seed);
    const auto below = [&](uint32_t end) { return static_cast<uint32_t>(random() % end); };
    std::vector<vcd_edge> edges(3000);
    uint64_t time = 3;
    for (vcd_edge &edge : edges) {
        const uint64_t steps[] = {0, 0, 1, 9, 1250, 99999999, UINT64_C(31234567890123)};
        time += steps[below(7)];
        edge = {time, below(4), below(4)};
        if (below(100) < bad) {
            edge.time -= below(2);
            edge.signal += below(3);
            edge.bit += below(2);
        }
    }
    return edges;
}

/// The file of these edges, and what the calls returned: `batch` at a time, or each by the calls
/// for one.
std::string edges_text(const vcd_writer_config &config, const std::vector<vcd_edge> &edges,
                       size_t batch)
{
    Trace trace(config, 700);
    for (const char *name : {"a", "b", "c", "d"})
        trace.var(VCD_VAR_WIRE, 1, name);
    trace.var(VCD_VAR_REG, 8, "byte");
    vcd_writer_start(trace.w(), 3);
    std::string returned;
    vcd_status first = VCD_OK;
    for (size_t i = 0; i < edges.size(); i++) {
        if (i == 1600)
            vcd_writer_dump_off(trace.w());
        if (i == 2000)
            vcd_writer_dump_on(trace.w());
        vcd_status status = VCD_OK;
        if (batch == 0) {
            status = vcd_writer_time(trace.w(), edges[i].time);
            if (status == VCD_OK)
                status =
                    vcd_writer_bit(trace.w(), edges[i].signal, static_cast<vcd_bit>(edges[i].bit));
        } else if (i % batch == 0) {
            status = vcd_writer_edges(trace.w(), &edges[i], std::min(batch, edges.size() - i));
        }
        first = first == VCD_OK ? status : first;
        if (i % 400 == 399) {
            returned += std::to_string(first) + " ";
            first = VCD_OK;
        }
    }
    returned += std::to_string(vcd_writer_finish(trace.w()));
    return returned + "\n" + vcd_writer_error(trace.w())->text + "\n" + trace.bytes;
}

} // namespace

TEST(VcdWriter, WritesManyEdgesAsItWritesEach)
{
    for (const unsigned bad : {0u, 3u}) {
        for (uint32_t seed = 1; seed <= 20; seed++) {
            vcd_writer_config config{};
            config.buffer_bytes = seed % 2 ? 512 : 0;
            config.keep_repeats = seed % 3 == 0;
            const std::vector<vcd_edge> edges = random_edges(seed, bad);
            const std::string expected = edges_text(config, edges, 0);
            for (const size_t batch : {1u, 4u, 400u})
                EXPECT_EQ(edges_text(config, edges, batch), expected)
                    << "seed " << seed << ", batches of " << batch;
        }
    }
}

// IEEE 1364-2005 18.2.3.9 to 18.2.3.12.
TEST(VcdWriter, StopsAndResumesTheDump)
{
    Trace trace;
    const vcd_signal bit = trace.var(VCD_VAR_WIRE, 1, "bit");
    const vcd_signal byte = trace.var(VCD_VAR_REG, 8, "byte");
    trace.var(VCD_VAR_REAL, 64, "real");
    trace.var(VCD_VAR_REG, 100, "wide");
    vcd_writer_bit(trace.w(), bit, VCD_0);
    vcd_writer_start(trace.w(), 1);
    vcd_writer_time(trace.w(), 10);
    EXPECT_EQ(vcd_writer_dump_on(trace.w()), VCD_BAD_ORDER);
    EXPECT_EQ(vcd_writer_dump_off(trace.w()), VCD_OK);
    EXPECT_EQ(vcd_writer_dump_off(trace.w()), VCD_BAD_ORDER);
    EXPECT_EQ(vcd_writer_dump_all(trace.w()), VCD_BAD_ORDER);
    vcd_writer_time(trace.w(), 20);
    vcd_writer_int(trace.w(), byte, 5);
    vcd_writer_time(trace.w(), 30);
    EXPECT_EQ(vcd_writer_dump_on(trace.w()), VCD_OK);
    vcd_writer_time(trace.w(), 40);
    EXPECT_EQ(vcd_writer_dump_all(trace.w()), VCD_OK);
    EXPECT_EQ(vcd_writer_finish(trace.w()), VCD_BAD_ORDER); // the refused calls are remembered
    EXPECT_EQ(body(trace.bytes), "#1\n$dumpvars\n0!\nbx \"\nr0 #\nbx $\n$end\n"
                                 "#10\n$dumpoff\nx!\nbx \"\nbx $\n$end\n"
                                 "#30\n$dumpon\n0!\nb101 \"\nr0 #\nbx $\n$end\n"
                                 "#40\n$dumpall\n0!\nb101 \"\nr0 #\nbx $\n$end\n");
}

TEST(VcdWriter, EscapesStringsToPrintableAscii)
{
    Trace trace;
    const vcd_signal text = trace.var(VCD_VAR_STRING, 1, "text");
    const std::string bytes("a b\\c\n\t\0\x7f \xc3\xa9", 12);
    vcd_writer_string(trace.w(), text, bytes.data(), bytes.size());
    vcd_writer_start(trace.w(), 0);
    const std::string file = trace.text();
    EXPECT_NE(file.find("sa\\x20b\\\\c\\x0a\\x09\\x00\\x7f\\x20\\xc3\\xa9 !\n"), std::string::npos)
        << file;
    const std::vector<std::string> events = read_text(file).events;
    EXPECT_EQ(events[events.size() - 2], "0=string " + bytes);
}

TEST(VcdWriter, StrictLeavesStringsOutAndNothingElse)
{
    vcd_writer_config config{};
    config.strict = true;
    Trace trace(config);
    const vcd_signal text = trace.var(VCD_VAR_STRING, 1, "text");
    const vcd_signal bit = trace.var(VCD_VAR_WIRE, 1, "bit");
    EXPECT_NE(text, bit);
    vcd_writer_start(trace.w(), 0);
    vcd_writer_time(trace.w(), 3);
    EXPECT_EQ(vcd_writer_string(trace.w(), text, "x", 1), VCD_OK);
    vcd_writer_time(trace.w(), 4);
    vcd_writer_bit(trace.w(), bit, VCD_1);
    vcd_writer_dump_all(trace.w());
    EXPECT_EQ(trace.text(), "$timescale 1 fs $end\n$var wire 1 \" bit $end\n"
                            "$enddefinitions $end\n#0\n$dumpvars\nx\"\n$end\n#4\n1\"\n"
                            "$dumpall\n1\"\n$end\n");
}

TEST(VcdWriter, NumbersAHundredThousandSignalsShortestFirst)
{
    constexpr uint32_t count = 100000;
    Trace trace;
    std::vector<vcd_signal> signals;
    for (uint32_t i = 0; i < count; i++)
        signals.push_back(trace.var(VCD_VAR_WIRE, 1, ("n" + std::to_string(i)).c_str()));
    vcd_writer_start(trace.w(), 0);
    vcd_writer_time(trace.w(), 1);
    vcd_writer_bit(trace.w(), signals[count - 1], VCD_1);
    const std::string file = trace.text();
    std::set<std::string> ids;
    size_t last_len = 0;
    for (size_t at = 0; (at = file.find("$var wire 1 ", at)) != std::string::npos;) {
        at += 12;
        const std::string id = file.substr(at, file.find(' ', at) - at);
        EXPECT_GE(id.size(), last_len);
        last_len = id.size();
        EXPECT_TRUE(ids.insert(id).second) << id;
        // 94 of one byte, 94 * 94 of two, the rest of three.
        EXPECT_EQ(id.size(), ids.size() <= 94 ? 1u : ids.size() <= 94 + 94 * 94 ? 2u : 3u);
    }
    EXPECT_EQ(ids.size(), count);
    const vcd_test::Told told = read_text(file);
    EXPECT_EQ(told.status, VCD_OK) << told.error.text;
    EXPECT_EQ(told.events.back(), std::to_string(count - 1) + "=1");
}

namespace
{

void expect_exact_reals()
{
    Trace trace;
    const vcd_signal real = trace.var(VCD_VAR_REAL, 64, "real");
    vcd_writer_start(trace.w(), 0);
    const double values[] = {0.1, 1.0 / 3, -0.0, 1e300, 5e-324, INFINITY, 123456789.125};
    for (const double value : values)
        vcd_writer_real(trace.w(), real, value);
    const std::string file = trace.text();
    const vcd_test::Told told = read_text(file);
    EXPECT_NE(file.find("r0.1 !\nr0.3333333333333333 !\nr-0 !\n"), std::string::npos) << file;
    ASSERT_EQ(told.status, VCD_OK) << told.error.text;
    const size_t first = told.events.size() - std::size(values);
    for (size_t i = 0; i < std::size(values); i++) {
        char hex[64];
        (void)std::snprintf(hex, sizeof hex, "%a", values[i]);
        std::string expected = std::string("0=real ") + hex;
        EXPECT_EQ(told.events[first + i], expected);
    }
}

} // namespace

TEST(VcdWriter, WritesRealsThatReadBackExactly)
{
    expect_exact_reals();
}

// The locale is made for the test: no machine need have one with a decimal comma.
TEST(VcdWriter, WritesRealsWithAPointWhereTheLocaleHasAComma)
{
    Folder folder;
    const std::string made = "localedef -i de_DE -f UTF-8 '" + folder.path("de_DE.UTF-8") + "'";
    ASSERT_EQ(std::system(made.c_str()), 0) << "is the package locales installed?";
    ASSERT_EQ(setenv("LOCPATH", folder.path("").c_str(), 1), 0);
    ASSERT_NE(std::setlocale(LC_NUMERIC, "de_DE.UTF-8"), nullptr);
    EXPECT_STREQ(std::localeconv()->decimal_point, ",");
    expect_exact_reals();
    std::setlocale(LC_NUMERIC, "C");
    unsetenv("LOCPATH");
}

TEST(VcdWriter, RefusesTimesThatGoBackwards)
{
    Trace trace;
    const vcd_signal bit = trace.var(VCD_VAR_WIRE, 1, "b");
    vcd_writer_start(trace.w(), 100);
    EXPECT_EQ(vcd_writer_time(trace.w(), 99), VCD_TIME_BACKWARDS);
    EXPECT_EQ(vcd_writer_time(trace.w(), 100), VCD_OK);
    vcd_writer_bit(trace.w(), bit, VCD_1);
    EXPECT_EQ(vcd_writer_finish(trace.w()), VCD_TIME_BACKWARDS);
    EXPECT_STREQ(vcd_writer_error(trace.w())->text, "callback: time goes backwards: 99 after 100");
    EXPECT_EQ(body(trace.bytes), "#100\n$dumpvars\nx!\n$end\n1!\n");
}

TEST(VcdWriter, RefusesBadNamesWidthsAndValues)
{
    Trace trace;
    vcd_signal signal = 0;
    for (const char *name : {"", "a b", "a\nb", "$end", "a\x7f"}) {
        const vcd_var var{VCD_VAR_WIRE, 1, name, false, 0, 0};
        EXPECT_EQ(vcd_writer_var(trace.w(), &var, &signal), VCD_BAD_NAME) << name;
        EXPECT_EQ(vcd_writer_scope(trace.w(), VCD_SCOPE_MODULE, name), VCD_BAD_NAME) << name;
    }
    const vcd_var none{VCD_VAR_WIRE, 0, "a", false, 0, 0};
    const vcd_var large{VCD_VAR_WIRE, VCD_WIDTH_MAX + 1, "a", false, 0, 0};
    const vcd_var range{VCD_VAR_WIRE, 8, "a", true, 6, 0};
    for (const vcd_var &var : {none, large, range})
        EXPECT_EQ(vcd_writer_var(trace.w(), &var, &signal), VCD_BAD_WIDTH);
    EXPECT_EQ(vcd_writer_upscope(trace.w()), VCD_BAD_ORDER);
    EXPECT_EQ(vcd_writer_scope(trace.w(), VCD_SCOPE_OTHER, "a"), VCD_BAD_CONFIG);
    const vcd_signal byte = trace.var(VCD_VAR_REG, 8, "byte");
    for (const char *bits : {"", "2", "000000001", "1 ", "b1"})
        EXPECT_EQ(vcd_writer_bits(trace.w(), byte, bits), VCD_BAD_VALUE) << bits;
    EXPECT_EQ(vcd_writer_bit(trace.w(), byte, VCD_0), VCD_BAD_SIGNAL);
    EXPECT_EQ(vcd_writer_real(trace.w(), byte, 0), VCD_BAD_SIGNAL);
    EXPECT_EQ(vcd_writer_string(trace.w(), byte, "", 0), VCD_BAD_SIGNAL);
    EXPECT_EQ(vcd_writer_int(trace.w(), byte + 1, 0), VCD_BAD_SIGNAL);
    EXPECT_EQ(vcd_writer_comment(trace.w(), "not $end here"), VCD_BAD_TEXT);
    EXPECT_EQ(vcd_writer_time(trace.w(), 1), VCD_BAD_ORDER);
    EXPECT_EQ(vcd_writer_finish(trace.w()), VCD_BAD_NAME); // the first
    EXPECT_EQ(vcd_writer_int(trace.w(), byte, 1), VCD_BAD_ORDER);
    EXPECT_EQ(trace.bytes, "$timescale 1 fs $end\n$var reg 8 ! byte $end\n$enddefinitions $end\n");
}

TEST(VcdWriter, RefusesABadConfig)
{
    vcd_writer *w = nullptr;
    vcd_error error;
    vcd_writer_config config{};
    config.timescale = 5;
    EXPECT_EQ(vcd_writer_open_fd(&w, 1, "out", &config, &error), VCD_BAD_CONFIG);
    config.timescale = 0;
    config.buffer_bytes = 511;
    EXPECT_EQ(vcd_writer_open_fd(&w, 1, "out", &config, &error), VCD_BAD_CONFIG);
    config.buffer_bytes = 0;
    config.date = "$end";
    EXPECT_EQ(vcd_writer_open_fd(&w, 1, "out", &config, &error), VCD_BAD_TEXT);
    EXPECT_STREQ(error.text, "out: a text contains $end or a control byte");
    EXPECT_EQ(w, nullptr);
}
