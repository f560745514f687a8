// The textbook masters: standard, fast, fastplus.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

// UM10204 3.1.10: START, address, ACK slot, data, STOP.
TEST(TextbookMaster, SendsAddressAndBytesThenStops)
{
    Bench b("standard");
    const master_outcome out = b.run({{MASTER_START, 0x50 << 1, {0x12, 0xA5}, 0, true, true}});
    EXPECT_EQ(out.end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S 0x50+W N 0x12 N 0xA5 N P");
}

// UM10204 3.1.6: after a NACK the controller makes a STOP.
TEST(TextbookMaster, StopsAfterAnAddressNack)
{
    Bench b("standard");
    const master_outcome out = b.run({{MASTER_START, 0x50 << 1, {0x12}}});
    EXPECT_EQ(out.end, MASTER_NACKED);
    EXPECT_EQ(out.returned, 2);
    EXPECT_EQ(b.decoded(), "S 0x50+W N P");
}

// UM10204 3.1.10 note 4: a START may be followed at once by a STOP or by another START.
TEST(TextbookMaster, MakesVoidMessages)
{
    Bench b("fast");
    EXPECT_EQ(b.run({{MASTER_START, -1}}).end, MASTER_DONE);
    EXPECT_EQ(b.run({{MASTER_START, -1, {}, 0, false}, {MASTER_JOIN, -1}}).end, MASTER_DONE);
    EXPECT_EQ(b.decoded(), "S P S Sr P");
}
