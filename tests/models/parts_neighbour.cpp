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

namespace
{

const std::vector<uint8_t> udid = {0x81, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0x7F};

std::string hex(unsigned byte)
{
    char text[8];
    snprintf(text, sizeof text, " 0x%02X", byte);
    return text;
}

unsigned pec_of(const std::vector<uint8_t> &bytes)
{
    unsigned crc = 0;
    for (const unsigned byte : bytes) {
        crc ^= byte;
        for (int i = 0; i < 8; i++)
            crc = (crc & 0x80) != 0 ? (crc << 1 ^ 0x07) & 0xFF : crc << 1;
    }
    return crc;
}

/// Of an assignment, from the command on; `at` (from the count on) is another than its own.
std::vector<uint8_t> assignment(uint8_t addr7, size_t at = SIZE_MAX, unsigned wrong_pec = 0)
{
    std::vector<uint8_t> bytes = {0xC2, 0x04, 0x11};
    bytes.insert(bytes.end(), udid.begin(), udid.end());
    bytes.push_back((uint8_t)(addr7 << 1));
    if (at < SIZE_MAX)
        bytes[2 + at] ^= 0x10;
    bytes.push_back((uint8_t)(pec_of(bytes) ^ wrong_pec));
    bytes.erase(bytes.begin());
    return bytes;
}

/// What a general Get UDID shows; `addr7` 0x7F: it has none.
std::string told(Street &street)
{
    return street.after({written(0xC2, {0x03}), {MASTER_JOIN, 0xC3, {}, 19, true}});
}

std::string expected(uint8_t addr7)
{
    std::vector<uint8_t> bytes = {0xC2, 0x03, 0xC3, 0x11};
    bytes.insert(bytes.end(), udid.begin(), udid.end());
    bytes.push_back((uint8_t)(addr7 << 1 | 1));
    std::string text = "S 0x61+W A 0x03 A Sr 0x61+R A";
    for (size_t i = 3; i < bytes.size(); i++)
        text += hex(bytes[i]) + " A";
    return text + hex(pec_of(bytes)) + " N P";
}

} // namespace

// SMBus 2.0 5.6.
TEST(NeighbourInAddressResolution, TellsItsUdidUntilItIsResolved)
{
    Street street;
    EXPECT_EQ(street.after({{MASTER_START, 0xC2, {}, 0, true}}), "S 0x61+W N P");
    neighbour_take_part_in_arp(&street.other, udid.data());
    EXPECT_EQ(told(street), expected(0x7F));
    EXPECT_EQ(told(street), expected(0x7F));
    (void)street.after({{MASTER_START, 0xC2, assignment(0x33), 0, true}});
    EXPECT_EQ(street.after({written(0xC2, {0x03}), {MASTER_JOIN, 0xC3, {}, 0, true}}),
              "S 0x61+W A 0x03 N Sr 0x61+R N P");
    (void)street.after({{MASTER_START, 0xC2, {0x01, 0xC0}, 0, true}});
    EXPECT_EQ(told(street), expected(0x33));
    (void)street.after({{MASTER_START, 0xC2, {0x02, 0xC9}, 0, true}});
    EXPECT_EQ(told(street), expected(0x7F));
}

TEST(NeighbourInAddressResolution, TakesNoAddressOfAnotherNorWithAWrongCode)
{
    Street street;
    neighbour_take_part_in_arp(&street.other, udid.data());
    for (size_t at = 0; at < 17; at++) {
        (void)street.after({{MASTER_START, 0xC2, assignment(0x33, at), 0, true}});
        EXPECT_EQ(told(street), expected(0x7F)) << at;
    }
    (void)street.after({{MASTER_START, 0xC2, assignment(0x33, SIZE_MAX, 0x01), 0, true}});
    EXPECT_EQ(told(street), expected(0x7F));
    (void)street.after({{MASTER_START, 0xC2, {0x02}, 0, true}});
    EXPECT_EQ(told(street), expected(0x7F));
    EXPECT_EQ(street.after({{MASTER_START, 0xC2, {0x05}, 0, true}}), "S 0x61+W A 0x05 N P");
}
