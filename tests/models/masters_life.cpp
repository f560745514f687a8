// A master's life on a simulation: what is random comes from the seed, and it can be put on one
// simulation after another.
#include "tests/models/masters_all.h"

namespace
{

const uint8_t ADDR7 = 0x48;

class Life : public testing::TestWithParam<std::string>
{
  public:
    static std::string edges(uint64_t seed)
    {
        Bench b(GetParam(), seed);
        b.add_slave(ADDR7);
        b.run(write_then_read(ADDR7, {1, 2, 3}, 3));
        return b.edges();
    }
};

} // namespace

TEST_P(Life, OfOneSeedHasTheSameEdges)
{
    EXPECT_EQ(edges(7), edges(7));
}

// A NACK and a transfer cut off leave nothing behind for the next simulation.
TEST_P(Life, BeginsAnewOnAnotherSimulation)
{
    Bench first(GetParam());
    first.add_slave(ADDR7);
    first.run(write_of(0x11, {1, 2, 3}));
    Bench second(GetParam());
    ASSERT_EQ(master_attach(first.m, second.sim), I2C_OK);
    master_message message = {};
    const uint8_t data = 1;
    message.addressed = true;
    message.address = 0x22;
    message.data = &data;
    message.count = 1;
    message.stop = true;
    const master_transfer transfer = {&message, 1};
    master_outcome out = {};
    master_run(first.m, &transfer, &out);
    Bench fresh(GetParam());
    const master_outcome want = fresh.run(write_of(0x11, {1}));
    EXPECT_EQ(out.end, want.end);
    EXPECT_EQ(out.returned, want.returned);
    EXPECT_EQ(second.decoded(), fresh.decoded());
}

INSTANTIATE_TEST_SUITE_P(Every, Life, testing::ValuesIn(masters_in_each_variant()), NameOfMaster());

// Where something is left to chance, the seed moves it.
TEST(Seeds, MoveWhatIsRandom)
{
    for (const char *text : {"nxt", "arduino@100k"}) {
        std::string edges[2];
        for (uint64_t seed = 1; seed <= 2; seed++) {
            Bench b(text, seed);
            b.add_slave(ADDR7);
            b.run(write_then_read(ADDR7, {1, 2, 3}, 3));
            edges[seed - 1] = b.edges();
        }
        EXPECT_NE(edges[0], edges[1]) << text;
    }
}
