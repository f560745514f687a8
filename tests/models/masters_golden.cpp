// The edges of every master, kept as text: what changes here changes what every slave meets.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

namespace
{

const uint8_t ADDR7 = 0x48;

struct Golden {
    const char *name, *file, *text;
};

const Golden MASTERS[] = {
    {"Standard", "standard", "standard"},
    {"StandardMin", "standard_min", "standard,timing=min"},
    {"Fast", "fast", "fast"},
    {"FastMin", "fast_min", "fast,timing=min"},
    {"Fastplus", "fastplus", "fastplus"},
    {"Arduino100k", "arduino_100k", "arduino@100k"},
    {"Arduino400k", "arduino_400k", "arduino@400k"},
    {"Nxt129", "nxt_129", "nxt"},
    {"Nxt105", "nxt_105", "nxt,fw=1.05"},
};

std::string section(const Golden &g, const char *title, const std::vector<Message> &messages,
                    uint32_t takes = NEIGHBOUR_TAKES_ALL)
{
    Bench b(g.text);
    b.add_slave(ADDR7, takes);
    std::string why;
    std::string text = std::string("# ") + g.text + ": " + title + "\n";
    if (!b.can(messages, &why))
        return text + "not applicable: " + why + "\n\n";
    b.run(messages);
    b.run_for(2 * I2C_PS_PER_MS);
    return text + "# " + b.decoded() + "\n" + b.edges() + "\n";
}

} // namespace

class GoldenEdges : public testing::TestWithParam<Golden>
{
};

TEST_P(GoldenEdges, AreAsTheyWere)
{
    const uint8_t w = ADDR7 << 1;
    const Golden &g = GetParam();
    std::string text;
    text += section(g, "write", {{MASTER_START, w, {0x12, 0xA5}}});
    text += section(g, "read", {{MASTER_START, static_cast<uint8_t>(w | 1), {}, 2}});
    text += section(
        g, "write, then read",
        {{MASTER_START, w, {0x12}, 0, false}, {MASTER_JOIN, static_cast<uint8_t>(w | 1), {}, 1}});
    text += section(g, "address NACK", {{MASTER_START, 0x22, {0x12}}});
    text += section(g, "data NACK", {{MASTER_START, w, {0x12, 0x34}}}, 0);
    expect_golden(g.file, text);
}

INSTANTIATE_TEST_SUITE_P(Of, GoldenEdges, testing::ValuesIn(MASTERS),
                         [](const auto &which) { return std::string(which.param.name); });
