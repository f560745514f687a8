// The neighbour: who it answers, byte by byte.
#include "tests/models/masters_all.h"

#include <algorithm>

namespace
{

// A master and a neighbour with 7-bit address 0x51, three 10-bit ones from 0x224 on, general call
// and Device ID.
struct Street {
    explicit Street() : bench("standard")
    {
        neighbour_config c = {};
        c.name = "other";
        c.own_addr7[1] = 1ull << (0x51 - 64);
        c.own_addr10 = 0x224;
        c.own_addr10_count = 3;
        c.general_call = true;
        c.device_id = true;
        c.id = 0xABCDEF;
        c.threshold = I2C_AT_50;
        c.output_delay_ps = NEIGHBOUR_USUAL_DELAY_PS;
        c.takes_bytes = NEIGHBOUR_TAKES_ALL;
        EXPECT_EQ(neighbour_init(&other, bench.sim, &c), I2C_OK);
    }

    std::string after(const std::vector<Message> &messages)
    {
        bench.forget();
        (void)bench.run(messages);
        return bench.decoded();
    }

    Bench bench;
    neighbour other = {};
};

const uint8_t HEADER_W = 0xF4, HEADER_R = 0xF5; // upper bits 2

Message written(uint8_t first, std::vector<uint8_t> data, master_begin begin = MASTER_START)
{
    return {begin, first, std::move(data), 0, false, true};
}

Message read_by(uint8_t first, uint32_t reads, bool stop = true)
{
    return {MASTER_JOIN, first, {}, reads, stop};
}

} // namespace

// UM10204 3.1.11.
TEST(Neighbour, AnswersEachOfItsTenBitAddressesAndNoOther)
{
    Street street;
    for (int low = 0x20; low < 0x2A; low++) {
        const bool own = low >= 0x24 && low <= 0x26;
        const std::string got =
            street.after({{MASTER_START, HEADER_W, {(uint8_t)low, 0x00}, 0, true, true}});
        const std::string ack = own ? "A" : "N";
        char text[64];
        snprintf(text, sizeof text, "S 0x7A+W A 0x%02X %s 0x00 %s P", low, ack.c_str(),
                 ack.c_str());
        EXPECT_EQ(got, text);
    }
    EXPECT_EQ(street.after({{MASTER_START, 0xF2, {}, 0, true}}), "S 0x79+W N P");
}

TEST(Neighbour, SendsBehindItsWholeAddressAlone)
{
    Street street;
    EXPECT_EQ(street.after({{MASTER_START, HEADER_R, {}, 0, true}}), "S 0x7A+R N P");
    EXPECT_EQ(street.after(
                  {written(HEADER_W, {0x25}), read_by(HEADER_R, 2, false), read_by(HEADER_R, 1)}),
              "S 0x7A+W A 0x25 A Sr 0x7A+R A 0xFF A 0xFF N Sr 0x7A+R A 0xFF N P");
    EXPECT_EQ(street.after({{MASTER_START, HEADER_R, {}, 0, true}}), "S 0x7A+R N P");
    EXPECT_EQ(street.after({written(HEADER_W, {0x25}),
                            written(0xA2, {}, MASTER_JOIN),
                            {MASTER_JOIN, HEADER_R, {}, 0, true}}),
              "S 0x7A+W A 0x25 A Sr 0x51+W A Sr 0x7A+R N P");
    EXPECT_EQ(street.after({written(HEADER_W, {0x25}),
                            written(HEADER_W, {0x2F}, MASTER_JOIN),
                            {MASTER_JOIN, HEADER_R, {}, 0, true}}),
              "S 0x7A+W A 0x25 A Sr 0x7A+W A 0x2F N Sr 0x7A+R N P");
}

// UM10204 3.1.17.
TEST(Neighbour, TellsItsDeviceIdBehindItsAddressAlone)
{
    Street street;
    EXPECT_EQ(street.after({written(0xF8, {0xA2}), read_by(0xF9, 4)}),
              "S 0x7C+W A 0xA2 A Sr 0x7C+R A 0xAB A 0xCD A 0xEF A 0xAB N P");
    EXPECT_EQ(street.after({{MASTER_START, 0xF9, {}, 0, true}}), "S 0x7C+R N P");
    EXPECT_EQ(street.after({written(0xF8, {0xA0}), {MASTER_JOIN, 0xF9, {}, 0, true}}),
              "S 0x7C+W A 0xA0 N Sr 0x7C+R N P");
    EXPECT_EQ(street.after({written(0xF8, {0xA2}),
                            written(0xA2, {}, MASTER_JOIN),
                            {MASTER_JOIN, 0xF9, {}, 0, true}}),
              "S 0x7C+W A 0xA2 A Sr 0x51+W A Sr 0x7C+R N P");
}

// UM10204 3.1.13, 3.1.15.
TEST(Neighbour, AcknowledgesGeneralCallsButNoStartByte)
{
    Street street;
    EXPECT_EQ(street.after({{MASTER_START, 0x00, {0x06, 0x00}, 0, true}}),
              "S 0x00+W A 0x06 A 0x00 A P");
    EXPECT_EQ(street.after({{MASTER_START, 0x01, {}, 0, true}}), "S 0x00+R N P");
}

// SMBus 2.0 appendix A: it tells its address once, and asks for no more than a read.
TEST(Neighbour, AnswersTheAlertResponseAddressUntilItsAlertIsTaken)
{
    Street street;
    const std::string silent = street.after({{MASTER_START, 0x19, {}, 0, true}});
    EXPECT_EQ(silent, "S 0x0C+R N P");
    neighbour_alert(&street.other, 0x2B);
    EXPECT_EQ(street.after({{MASTER_START, 0x18, {}, 0, true}}), "S 0x0C+W N P");
    EXPECT_EQ(street.after({{MASTER_START, 0x19, {}, 2, true}}), "S 0x0C+R A 0x56 A 0xFF N P");
    EXPECT_EQ(street.after({{MASTER_START, 0x19, {}, 0, true}}), silent);
}

// Who has the smaller address is told first; the other one has let SDA go in the bit that it lost.
TEST(Neighbour, LosesAnAlertToASmallerAddressAndTriesAgain)
{
    for (const auto &[mine, others] : std::vector<std::pair<uint8_t, uint8_t>>{
             {0x20, 0x10}, {0x10, 0x20}, {0x11, 0x10}, {0x7F, 0x3F}}) {
        Street street;
        neighbour second = {};
        neighbour_config c = street.other.config;
        c.name = "second";
        ASSERT_EQ(neighbour_init(&second, street.bench.sim, &c), I2C_OK);
        neighbour_alert(&street.other, mine);
        neighbour_alert(&second, others);
        for (const int addr7 : {std::min(mine, others), std::max(mine, others)}) {
            char text[64];
            snprintf(text, sizeof text, "S 0x0C+R A 0x%02X N P", addr7 << 1);
            EXPECT_EQ(street.after({{MASTER_START, 0x19, {}, 1, true}}), text);
        }
        EXPECT_EQ(street.after({{MASTER_START, 0x19, {}, 0, true}}), "S 0x0C+R N P");
    }
}
