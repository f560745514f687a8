// The edges of every master, kept as text: what changes here changes what every slave meets.
#include "tests/models/masters_all.h"

#include <algorithm>
#include <filesystem>

namespace
{

const uint8_t ADDR7 = 0x48;
const uint8_t ABSENT7 = 0x11;

// Besides every model at each of its speeds: variants whose edges are others.
const std::vector<std::string> VARIANTS = {
    "standard,timing=min",        "fast,timing=min",      "fastplus,timing=min",
    "standard,timing=max",        "fast,timing=max",      "fastplus,timing=max",
    "fast,jitter=50%,dc=100ms",   "hs,timing=min",        "hs,timing=max",
    "hs@1700k,timing=max,code=7", "nxt,fw=1.05",          "nxt,fw=enhanced",
    "lejos,mode=standard",        "lejos,mode=125k",      "ev3_pybricks,quirk=yes",
    "stm32@400k,api=upy",         "stm32@400k,duty=16_9", "ft232h@100k,adaptive=yes",
    "ev3,bare_reads=yes",
};

std::vector<std::string> kept()
{
    std::vector<std::string> list = masters_at_each_speed();
    for (const std::string &text : VARIANTS)
        if (std::find(list.begin(), list.end(), text) == list.end())
            list.push_back(text);
    return list;
}

std::string section(const std::string &which, const char *title,
                    const std::vector<Message> &messages, uint32_t takes = NEIGHBOUR_TAKES_ALL)
{
    Bench b(which);
    b.add_slave(ADDR7, takes);
    std::string why;
    std::string text = "# " + which + ": " + title + "\n";
    if (!b.can(messages, &why))
        return text + "not applicable: " + why + "\n\n";
    b.run(messages);
    b.run_for(2 * I2C_PS_PER_MS);
    return text + "# " + b.decoded() + "\n" + b.edges() + "\n";
}

} // namespace

class GoldenEdges : public testing::TestWithParam<std::string>
{
};

TEST_P(GoldenEdges, AreAsTheyWere)
{
    const std::string &which = GetParam();
    std::string text;
    text += section(which, "write", write_of(ADDR7, {0x12, 0xA5}));
    text += section(which, "read", {{MASTER_START, ADDR7 << 1 | 1, {}, 2}});
    text += section(which, "write, then read", write_then_read(ADDR7, {0x12}, 1));
    text += section(which, "address NACK", write_of(ABSENT7, {0x12}));
    text += section(which, "data NACK", write_of(ADDR7, {0x12, 0x34}), 0);
    expect_golden(plain_name(which), text);
}

INSTANTIATE_TEST_SUITE_P(Of, GoldenEdges, testing::ValuesIn(kept()), NameOfMaster());

// A file that belongs to no master would look like coverage.
TEST(GoldenFiles, BelongToAMaster)
{
    const std::vector<std::string> list = kept();
    for (const auto &file : std::filesystem::directory_iterator(MASTERS_GOLDEN_DIR)) {
        const auto is_its = [&file](const std::string &text) {
            return plain_name(text) + ".txt" == file.path().filename().string();
        };
        EXPECT_EQ(std::count_if(list.begin(), list.end(), is_its), 1) << file.path();
    }
}
