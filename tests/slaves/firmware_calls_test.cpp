// Functions of firmware that a case calls, and those whose calls it is told of.
#include "tests/slaves/firmware_bench.h"
#include "tests/slaves/ideal_bus.h"

namespace
{

const char *const polled = "int main(void) { for (;;) turns++; }\n";

slave_result call(Running &r, const char *function, const std::vector<int64_t> &args)
{
    return r.prepared.adapter->call(r.bench.slave, function, args.data(),
                                    static_cast<unsigned>(args.size()));
}

uint64_t now_us(const Running &r)
{
    return i2c_sim_now_ps(r.bench.sim) / I2C_PS_PER_US;
}

slave_result tells(Running &r, const char *function)
{
    return r.prepared.adapter->tells(r.prepared.image, function);
}

} // namespace

TEST(FirmwareCalls, RunAFunctionWithItsArgumentsInTheTimeThatItTakes)
{
    Firmware f(
        std::string("volatile unsigned turns; volatile int16_t sum; volatile long all;\n"
                    "void add(int8_t a, uint16_t b) { _delay_us(500); sum = a + b; }\n"
                    "void many(uint8_t a, int b, int c, int d, int e, int g, int h, int8_t i)\n"
                    "{ all = a + 10 * b + c + d + e + g + 100 * h + 1000 * i; }\n") +
        polled);
    Running r(f);
    const uint64_t before_us = now_us(r);
    EXPECT_EQ(call(r, "add", {-2, 0x100}), SLAVE_OK);
    EXPECT_NEAR(static_cast<double>(now_us(r) - before_us), 502, 5);
    EXPECT_EQ(r.get("sum"), 0xFE);
    EXPECT_EQ(call(r, "many", {0x101, 2, 0, 0, 0, 0, 3, -1}), SLAVE_OK);
    EXPECT_EQ(static_cast<int32_t>(r.get("all")), 1 + 20 + 300 - 1000);
    const int64_t turns = r.get("turns");
    r.bench.wait_us(100);
    EXPECT_GT(r.get("turns"), turns) << "main() goes on";
}

TEST(FirmwareCalls, MayBeOfStaticFunctionsAndNeedTheRightNumberOfArguments)
{
    Firmware f(std::string("volatile unsigned turns; volatile int set;\n"
                           "__attribute__((noinline)) static void put(int v) { set = v; }\n"
                           "void (*volatile keep)(int) = put;\n"
                           "void real(double d) { set = (int)d; }\n") +
               polled);
    Running r(f);
    EXPECT_EQ(call(r, "put", {7}), SLAVE_OK);
    EXPECT_EQ(r.get("set"), 7);
    EXPECT_EQ(call(r, "put", {7, 8}), SLAVE_UNKNOWN_NAME);
    EXPECT_EQ(call(r, "putt", {7}), SLAVE_UNKNOWN_NAME);
    EXPECT_EQ(call(r, "real", {7}), SLAVE_UNKNOWN_NAME) << "no whole number";
}

TEST(FirmwareCalls, AreInterrupted)
{
    Firmware f("volatile unsigned served, during;\n"
               "ISR(PCINT0_vect) { served++; }\n"
               "void step(void) { _delay_ms(2); during = served; }\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;); }\n");
    Running r(f);
    struct Hand {
        i2c_sim *sim;
        i2c_node node;
    } hand = {r.bench.sim, add_master(r.bench.sim)};
    i2c_timer pull = {[](void *ctx, uint64_t) {
                          const Hand *h = static_cast<Hand *>(ctx);
                          i2c_node_pull(h->sim, h->node, I2C_SCL);
                      },
                      &hand, false};
    i2c_timer_set(r.bench.sim, &pull, i2c_sim_now_ps(r.bench.sim) + I2C_PS_PER_MS);
    EXPECT_EQ(call(r, "step", {}), SLAVE_OK);
    EXPECT_EQ(r.get("during"), 1);
}

// A block that main() has closed to interrupts is closed to calls, too.
TEST(FirmwareCalls, WaitForInterruptsToBeOn)
{
    Firmware f("volatile unsigned blocks, in_block;\n"
               "volatile uint8_t open;\n"
               "void step(void) { if (open) in_block++; }\n"
               "int main(void) { sei(); for (;;) { ATOMIC_BLOCK(ATOMIC_FORCEON) {\n"
               "    open = 1; _delay_ms(3); open = 0; blocks++; } } }\n");
    Running r(f);
    const int64_t blocks = r.get("blocks");
    EXPECT_EQ(call(r, "step", {}), SLAVE_OK);
    EXPECT_EQ(r.get("blocks"), blocks + 1);
    EXPECT_EQ(r.get("in_block"), 0);
}

TEST(FirmwareCalls, WakeWhatSleepsWhichSleepsOn)
{
    Firmware f("volatile unsigned woke, called;\n"
               "void step(void) { called++; }\n"
               "EMPTY_INTERRUPT(PCINT0_vect)\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;) {\n"
               "    sleep_mode(); woke++; } }\n");
    Running r(f);
    r.bench.wait_us(100);
    EXPECT_EQ(call(r, "step", {}), SLAVE_OK);
    EXPECT_EQ(r.get("called"), 1);
    r.bench.wait_us(100);
    EXPECT_EQ(r.get("woke"), 0);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(100);
    EXPECT_EQ(r.get("woke"), 1);
}

TEST(FirmwareCalls, ThatDoNotEndAreAFinding)
{
    Firmware f(std::string("volatile unsigned turns; void stay(void) { for (;;) turns++; }\n") +
               polled);
    Running r(f);
    EXPECT_EQ(call(r, "stay", {}), SLAVE_OK);
    ASSERT_EQ(r.bench.findings.size(), 1u);
    EXPECT_EQ(r.bench.findings[0], "hang: stay() has run for 100 ms and does not end");
}

TEST(FirmwareCalls, ThatFindMainInAClosedBlockForeverAreAFinding)
{
    Firmware f("void step(void) { }\nint main(void) { sei(); cli(); for (;;); }\n");
    Running r(f);
    EXPECT_EQ(call(r, "step", {}), SLAVE_OK);
    ASSERT_EQ(r.bench.findings.size(), 1u);
    EXPECT_EQ(r.bench.findings[0], "hang: main() has had no time for a call of step() for 100 ms");
}

TEST(FirmwareCalls, EndWithAReset)
{
    Firmware f(std::string("volatile unsigned turns; void stay(void) { for (;;) turns++; }\n"
                           "volatile int set; void put(int v) { set = v; }\n") +
               polled);
    Running r(f);
    EXPECT_EQ(call(r, "stay", {}), SLAVE_OK);
    r.prepared.adapter->reset(r.bench.slave);
    EXPECT_EQ(call(r, "put", {5}), SLAVE_OK);
    EXPECT_EQ(r.get("set"), 5);
}

// ---- calls that it is told of -------------------------------------------------------------------

TEST(FirmwareTells, OfCallsWithTheArgumentsAsTheirTypesHaveThem)
{
    Firmware f(
        "__attribute__((noinline)) int take(uint8_t a, int8_t b, uint16_t c, int d, int e, int g,\n"
        "    int8_t h, uint8_t i) { return a + b + c + d + e + g + h + i; }\n"
        "volatile int sum; volatile uint8_t wide = 0x12;\n"
        "int main(void) { _delay_ms(1); sum = take(wide + 0x100, -3, 0xFFFF, 4, 5, 6, -7, 8);\n"
        "    for (;;); }\n");
    Running r(f);
    ASSERT_EQ(tells(r, "take"), SLAVE_OK);
    EXPECT_EQ(tells(r, "take"), SLAVE_OK) << "again";
    r.bench.wait_us(3000);
    ASSERT_EQ(r.bench.calls.size(), 1u);
    const slave_call &call = r.bench.calls[0];
    EXPECT_STREQ(call.function, "take");
    ASSERT_EQ(call.args, 8u);
    const int64_t expected[] = {0x12, -3, 0xFFFF, 4, 5, 6, -7, 8};
    for (unsigned i = 0; i < 8; i++)
        EXPECT_EQ(call.arg[i], expected[i]) << i;
    EXPECT_EQ(r.get("sum"), 0x12 - 3 + 0xFFFF + 4 + 5 + 6 - 7 + 8) << "the function runs as before";
}

TEST(FirmwareTells, OfCallsInRoutines)
{
    Firmware f("volatile int seen;\n"
               "__attribute__((noinline)) static void on_fall(void) { seen++; }\n"
               "ISR(PCINT0_vect) { on_fall(); }\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;); }\n");
    Running r(f);
    ASSERT_EQ(tells(r, "on_fall"), SLAVE_OK);
    r.bench.set(I2C_SCL, false);
    r.bench.wait_us(50);
    ASSERT_EQ(r.bench.calls.size(), 1u);
    EXPECT_EQ(r.bench.calls[0].args, 0u);
    EXPECT_EQ(r.get("seen"), 1);
}

TEST(FirmwareTells, NothingOfWhatIsNotThere)
{
    Firmware f("int main(void) { for (;;); }\n");
    Running r(f);
    EXPECT_EQ(tells(r, "on_fall"), SLAVE_UNKNOWN_NAME);
}
