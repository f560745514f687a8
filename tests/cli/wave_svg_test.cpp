// The drawings of the report, and where two runs part.
#include "tests/cli/wave_support.h"

extern "C" {
#include "cli/wave_levels.h"
#include "cli/wave_svg.h"
}

#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include <cstdlib>

using namespace wave_test;

namespace
{

enum : uint32_t { SLAVE = 1, MASTER = 2 };

std::string drawn(const wave_svg_view &view)
{
    char *text = nullptr;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    wave_svg(out, &view);
    fclose(out);
    const std::string result(text, bytes);
    free(text);
    return result;
}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

unsigned count_of(const std::string &text, const std::string &part)
{
    unsigned count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        count++;
    return count;
}

// 0 to 100 us over 860 units from 130 on.
wave_svg_view view_of(const Trace &t)
{
    wave_svg_view view = {};
    view.trace = t.get();
    view.window = {0, 100 * US};
    view.name = "a <test>";
    return view;
}

} // namespace

TEST(WaveSvg, SaysWhoHoldsALineLowByPlaceStyleAndWords)
{
    Trace t;
    t.node("slave");
    t.node("master");
    t.pulls(10 * US, I2C_SDA, MASTER);
    t.pulls(30 * US, I2C_SDA, MASTER | SLAVE);
    t.pulls(40 * US, I2C_SDA, SLAVE);
    t.pulls(50 * US, I2C_SDA, 0);
    const std::string svg = drawn(view_of(t));
    EXPECT_TRUE(has(svg, "class=\"wo\" d=\"M216.0 110H388.0\"><title>SDA low, 10 us to 30 us, held "
                         "by master</title>"))
        << svg;
    EXPECT_TRUE(has(svg, "<title>SDA low, 30 us to 40 us, held by slave, master</title>"));
    EXPECT_TRUE(has(svg, "class=\"ws\""));
    EXPECT_TRUE(has(svg, "<title>slave SDA pulled low, 30 us to 50 us</title>"));
    EXPECT_TRUE(has(svg, "<title>master SDA pulled low, 10 us to 40 us</title>"));
    EXPECT_FALSE(has(svg, "SCL pulled")) << "nobody did";
    EXPECT_TRUE(has(svg, "aria-label=\"a &lt;test&gt;\""));
}

TEST(WaveSvg, WritesBytesAndWhoSentThem)
{
    Bus bus("standard");
    bus.write({0x55}, false);
    bus.read(1);
    wave_svg_view view = {};
    view.trace = bus.trace();
    view.window = wave_transfer_of(bus.trace(), bus.facts().end_ps);
    view.window.span_ps += 10 * US; // room for the STOP
    view.name = "bytes";
    view.width = 2000;
    const std::string svg = drawn(view);
    for (const char *token :
         {">S<", ">0x26+W<", ">0x55<", ">Sr<", ">0x26+R<", ">[0xA5]<", ">[A]<", ">N<", ">P<"})
        EXPECT_TRUE(has(svg, token)) << token << svg;
    EXPECT_TRUE(has(svg, "0xA5, sent by the slave: "));
    EXPECT_EQ(count_of(svg, "class=\"wx\""), 11u) << svg;
}

TEST(WaveSvg, IsWellFormedWhateverATraceHolds)
{
    Trace t;
    t.node("sl<&\"\x01\xff");
    const int text = i2c_trace_track(t.get(), "slave", "<x>", I2C_TRACK_TEXT, 0);
    const int number = i2c_trace_track(t.get(), "other", "n", I2C_TRACK_INTEGER, 64);
    t.pulls(10 * US, I2C_SCL, 1);
    i2c_trace_text(t.get(), 20 * US, text, "</svg>\x02");
    i2c_trace_value(t.get(), 20 * US, number, UINT64_MAX);
    i2c_trace_put(t.get(), {30 * US, I2C_RECORD_TRACK, 0, 60000, 9});
    const std::string svg = drawn(view_of(t));
    xmlDoc *document =
        xmlReadMemory(svg.c_str(), (int)svg.size(), "wave.svg", nullptr, XML_PARSE_NOWARNING);
    ASSERT_NE(document, nullptr) << svg;
    xmlFreeDoc(document);
    EXPECT_TRUE(has(svg, "18446744073709551615"));
    EXPECT_TRUE(has(svg, "&lt;/svg&gt;\\x02"));
}

TEST(WaveSvg, PutsMarksAtTheirTimesAndLeavesOutThoseBeyond)
{
    Trace t;
    t.node("slave");
    t.pulls(10 * US, I2C_SDA, SLAVE);
    wave_svg_view view = view_of(t);
    view.mark[view.marks++] = {50 * US, "1", "rule broken"};
    view.mark[view.marks++] = {150 * US, "2", "far off"};
    const std::string svg = drawn(view);
    EXPECT_TRUE(has(svg, "x=\"560.0\"")) << svg;
    EXPECT_TRUE(has(svg, "1 rule broken"));
    EXPECT_FALSE(has(svg, "far off"));
}

TEST(WaveDifference, IsWhereTwoRunsPartForLongerThanTheTolerance)
{
    Trace a;
    Trace b;
    for (Trace *t : {&a, &b})
        t->node("slave");
    a.pulls(10 * US, I2C_SCL, MASTER);
    b.pulls(10 * US + 300000, I2C_SCL, MASTER); // late by less than the tolerance
    a.pulls(20 * US, I2C_SDA, MASTER);
    b.pulls(20 * US, I2C_SDA, MASTER);
    b.pulls(30 * US, I2C_SDA, MASTER | SLAVE); // no edge, but the slave pulls
    const wave_side one = {a.get(), {0, 100 * US}, SLAVE};
    const wave_side other = {b.get(), {0, 100 * US}, SLAVE};
    wave_difference d;
    ASSERT_TRUE(wave_differ(&one, &other, US, &d));
    EXPECT_TRUE(d.found);
    EXPECT_EQ(d.after_ps, 30 * US);
    EXPECT_EQ(d.line, (unsigned)I2C_SDA);
    EXPECT_TRUE(d.pull);
    ASSERT_TRUE(wave_differ(&one, &other, 200000, &d));
    EXPECT_EQ(d.after_ps, 10 * US);
    EXPECT_FALSE(d.pull);
    ASSERT_TRUE(wave_differ(&one, &one, 0, &d));
    EXPECT_FALSE(d.found);
}
