// The input filters of a hosted slave's pins (UM10204 Table 10, tSP): what they swallow, how late
// the rest is seen, and that each pin has one of its own.
#include "tests/slaves/bench.h"

#include <gtest/gtest.h>

namespace
{

constexpr int64_t FILTER_NS = 50;

// Writes down each edge that it is told of, when, and the levels that it reads then.
const char watcher[] = R"(#include <i2cproof_slave.h>
static int32_t scl_falls, scl_rises, sda_falls, sda_rises, told_after_ns, scl, sda, looks, first_sda = 2;
static void look(void) {
    scl = i2cproof_level(I2CPROOF_SCL);
    sda = i2cproof_level(I2CPROOF_SDA);
    if (looks++ == 0)
        first_sda = sda;
    told_after_ns = (int32_t)(i2cproof_now() / I2CPROOF_NS(1) % 1000000);
}
static uint64_t on_scl_fall(void *s) { (void)s; scl_falls++; look(); return 0; }
static uint64_t on_scl_rise(void *s) { (void)s; scl_rises++; look(); return 0; }
static uint64_t on_sda_fall(void *s) { (void)s; sda_falls++; look(); return 0; }
static uint64_t on_sda_rise(void *s) { (void)s; sda_rises++; look(); return 0; }
static void look_now(void *s, const int64_t *args, uint32_t count) {
    (void)s, (void)args, (void)count;
    look();
}
static void filter(void *s, const int64_t *args, uint32_t count) {
    (void)s, (void)count;
    i2cproof_input_filter((int)args[0], I2CPROOF_NS((uint64_t)args[1]));
}
static const i2cproof_vector vectors[] = {{"SCL_FALL", I2CPROOF_ON_SCL_FALL, on_scl_fall, 0, 0},
                                          {"SCL_RISE", I2CPROOF_ON_SCL_RISE, on_scl_rise, 0, 0},
                                          {"SDA_FALL", I2CPROOF_ON_SDA_FALL, on_sda_fall, 0, 0},
                                          {"SDA_RISE", I2CPROOF_ON_SDA_RISE, on_sda_rise, 0, 0}};
static const i2cproof_variable variables[] = {
    I2CPROOF_VARIABLE(scl_falls), I2CPROOF_VARIABLE(scl_rises), I2CPROOF_VARIABLE(sda_falls),
    I2CPROOF_VARIABLE(sda_rises), I2CPROOF_VARIABLE(scl), I2CPROOF_VARIABLE(sda),
    I2CPROOF_VARIABLE(told_after_ns), I2CPROOF_VARIABLE(first_sda)};
static const i2cproof_function functions[] = {{"look", look_now, 0}, {"filter", filter, 2}};
I2CPROOF_SLAVE(.vectors = vectors, .vector_count = I2CPROOF_COUNT(vectors), .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables), .functions = functions,
               .function_count = I2CPROOF_COUNT(functions),
               .input_filter = I2CPROOF_NS(FILTER_NS));
)";

/// The watcher on a bus whose lines are high.
struct Watched {
    explicit Watched(int64_t filter_ns = FILTER_NS)
    {
        static const Folder folder; // built once for each length
        description.sources({folder.write("watcher.c", watcher)});
        description.defines({"FILTER_NS=" + std::to_string(filter_ns)});
        slave = std::make_unique<Prepared>(description, folder.path("cache"));
        EXPECT_NE(slave->image, nullptr) << slave->message;
        bench = std::make_unique<Bench>(*slave);
    }
    void call(const char *function, const std::vector<int64_t> &args)
    {
        EXPECT_EQ(slave->adapter->call(bench->slave, function, args.data(),
                                       static_cast<uint32_t>(args.size())),
                  SLAVE_OK);
    }
    void wait_ns(uint64_t ns)
    {
        i2c_sim_run(bench->sim, i2c_sim_now_ps(bench->sim) + ns * I2C_PS_PER_NS);
    }
    /// Low for that long, and as long as anyone could still see it.
    void pulse(i2c_line line, uint64_t ns)
    {
        bench->set(line, false);
        wait_ns(ns);
        bench->set(line, true);
        wait_ns(1000);
    }
    /// "1 fall and 1 rise" of a line, as "1/1".
    std::string seen(i2c_line line)
    {
        const std::string name = line == I2C_SCL ? "scl" : "sda";
        return std::to_string(bench->get((name + "_falls").c_str())) + "/" +
               std::to_string(bench->get((name + "_rises").c_str()));
    }
    int64_t level(const char *line)
    {
        call("look", {});
        return bench->get(line);
    }

    Description description;
    std::unique_ptr<Prepared> slave;
    std::unique_ptr<Bench> bench;
};

constexpr i2c_line both[] = {I2C_SCL, I2C_SDA};

i2c_line other(i2c_line line)
{
    return line == I2C_SCL ? I2C_SDA : I2C_SCL;
}

} // namespace

TEST(InputFilter, SwallowsAPulseThatIsShorterAndNoOther)
{
    for (const i2c_line line : both)
        for (const uint64_t width_ns : {1u, 49u, 50u, 51u, 500u}) {
            Watched w;
            w.pulse(line, width_ns);
            EXPECT_EQ(w.seen(line), width_ns < 50 ? "0/0" : "1/1") << width_ns << " ns";
            EXPECT_EQ(w.seen(other(line)), "0/0") << width_ns << " ns";
        }
}

// UM10204 Table 10: pulses, low or high.
TEST(InputFilter, SwallowsAHighPulseOnALowLine)
{
    for (const i2c_line line : both)
        for (const uint64_t width_ns : {49u, 51u}) {
            Watched w;
            w.bench->set(line, false);
            w.wait_ns(1000);
            w.bench->set(line, true);
            w.wait_ns(width_ns);
            w.bench->set(line, false);
            w.wait_ns(1000);
            EXPECT_EQ(w.seen(line), width_ns < 50 ? "1/0" : "2/1") << width_ns << " ns";
        }
}

TEST(InputFilter, DoesNotAddUpPulsesThatAreShortEach)
{
    for (const i2c_line line : both) {
        Watched w;
        for (int i = 0; i < 10; i++) {
            w.bench->set(line, false);
            w.wait_ns(40);
            w.bench->set(line, true);
            w.wait_ns(5);
        }
        w.wait_ns(1000);
        EXPECT_EQ(w.seen(line), "0/0");
    }
}

TEST(InputFilter, TellsOfAnEdgeItsLengthLater)
{
    for (const int64_t length_ns : {10, 50, 200}) {
        Watched w(length_ns);
        const auto at_ns =
            static_cast<int64_t>(i2c_sim_now_ps(w.bench->sim) / I2C_PS_PER_NS % 1000000);
        w.bench->set(I2C_SCL, false);
        w.wait_ns(5000);
        EXPECT_EQ(w.seen(I2C_SCL), "1/0");
        EXPECT_EQ(w.bench->get("told_after_ns") - at_ns, length_ns);
    }
}

// What it reads is what it has been told of, not what is on the wire.
TEST(InputFilter, HoldsBackLevelsAsItDoesEdges)
{
    for (const i2c_line line : both) {
        const char *const name = line == I2C_SCL ? "scl" : "sda";
        Watched w;
        EXPECT_EQ(w.level(name), 1);
        w.bench->set(line, false);
        w.wait_ns(49);
        EXPECT_EQ(w.level(name), 1);
        w.wait_ns(2);
        EXPECT_EQ(w.level(name), 0);
    }
}

TEST(InputFilter, SettlesBothPinsBeforeItTellsOfEither)
{
    Watched w;
    i2c_node_config config = {};
    config.name = "hand";
    config.threshold = I2C_AT_50;
    i2c_node hand = 0;
    ASSERT_EQ(i2c_node_add(w.bench->sim, &config, &hand), I2C_OK);
    i2c_node_pull(w.bench->sim, hand, I2C_SCL);
    i2c_node_pull(w.bench->sim, hand, I2C_SDA);
    w.wait_ns(1000);
    EXPECT_EQ(w.bench->get("first_sda"), 0) << "when SCL's fall was told, the first";
    EXPECT_EQ(w.seen(I2C_SCL), "1/0");
    EXPECT_EQ(w.seen(I2C_SDA), "1/0");
}

TEST(InputFilter, IsChangedForOnePinAloneAndUntilTheNextReset)
{
    for (const i2c_line line : both) {
        Watched w;
        w.call("filter", {line == I2C_SCL ? 0 : 1, 10});
        w.pulse(line, 11);
        w.pulse(other(line), 11);
        EXPECT_EQ(w.seen(line), "1/1");
        EXPECT_EQ(w.seen(other(line)), "0/0");
        w.slave->adapter->reset(w.bench->slave);
        w.wait_ns(1000);
        w.pulse(line, 11);
        EXPECT_EQ(w.seen(line), "0/0") << "of the slave that has just begun";
        w.pulse(line, 51);
        EXPECT_EQ(w.seen(line), "1/1");
    }
}

TEST(InputFilter, OfNoLengthSeesAllAtOnce)
{
    for (const int64_t declared_ns : {0, 50}) {
        Watched w(declared_ns);
        if (declared_ns > 0)
            w.call("filter", {0, 0});
        w.bench->set(I2C_SCL, false);
        EXPECT_EQ(w.seen(I2C_SCL), "1/0");
        w.wait_ns(1);
        w.bench->set(I2C_SCL, true);
        EXPECT_EQ(w.seen(I2C_SCL), "1/1");
    }
}

// A reset forgets an edge that is on its way: the pin has had its level for long.
TEST(InputFilter, StartsWithTheLevelsOfTheWires)
{
    Watched w;
    w.bench->set(I2C_SCL, false);
    w.wait_ns(20);
    w.slave->adapter->reset(w.bench->slave);
    w.wait_ns(10000);
    EXPECT_EQ(w.seen(I2C_SCL), "0/0");
    EXPECT_EQ(w.level("scl"), 0);
    w.bench->set(I2C_SCL, true);
    w.wait_ns(1000);
    EXPECT_EQ(w.seen(I2C_SCL), "0/1");
}
