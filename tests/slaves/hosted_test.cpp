// The hosted kind: building, loading, fresh memory, the application side.
#include "tests/slaves/bench.h"

#include <gtest/gtest.h>

// A slave that counts edges in plain variables: enough to see memory made fresh.
static const char counter[] = R"(#include <i2cproof_slave.h>
static int falls;
static uint64_t on_fall(void *state) { (void)state; falls++; i2cproof_addressed(1); return 0; }
static const i2cproof_vector vectors[] = {{"PCINT", I2CPROOF_ON_SCL_FALL, on_fall, 0, 0}};
static const i2cproof_variable variables[] = {I2CPROOF_VARIABLE(falls)};
I2CPROOF_SLAVE(.vectors = vectors, .vector_count = I2CPROOF_COUNT(vectors),
               .variables = variables, .variable_count = 1);
)";

TEST(HostedSlave, PlainVariablesAreFreshInEachCase)
{
    Folder folder;
    Description d;
    d.sources({folder.write("counter.c", counter)});
    Prepared slave(d, folder.path("cache"));
    ASSERT_NE(slave.image, nullptr) << slave.message;
    for (int round = 0; round < 2; round++) {
        Bench bench(slave);
        EXPECT_EQ(bench.get("falls"), 0);
        bench.start();
        bench.write(0x42);
        bench.stop();
        EXPECT_EQ(bench.get("falls"), 10);
    }
}
