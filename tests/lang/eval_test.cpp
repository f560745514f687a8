// Values of expressions and domains; scenarios/lang/eval.h.
#include "tests/lang/support.h"

extern "C" {
#include "scenarios/lang/registers.h"
}

#include <gtest/gtest.h>
#include <set>

/// The left side of `expect EXPR == 0`, computed; v is 10.
static lang_eval_status eval(const std::string &expression, int64_t *value)
{
    Compiled c(scenario_of("for v in 1 2\nexpect (" + expression + ") == 0"));
    if (c.status != LANG_OK) {
        ADD_FAILURE() << c.messages();
        return LANG_EVAL_OK;
    }
    const int64_t slots[1] = {10};
    const lang_env env = {c.program, slots, nullptr, 1,       nullptr, nullptr,
                          false,     0,     nullptr, nullptr, 0};
    return lang_eval(&env, c.statement(0).a, value, nullptr);
}

static int64_t value_of(const std::string &expression)
{
    int64_t value = 0;
    EXPECT_EQ(eval(expression, &value), LANG_EVAL_OK) << expression;
    return value;
}

static lang_eval_status error_of(const std::string &expression)
{
    int64_t value = 0;
    return eval(expression, &value);
}

TEST(Expressions, HaveTheValuesOfC)
{
    EXPECT_EQ(value_of("v + 2 * 3"), 10 + 2 * 3);
    EXPECT_EQ(value_of("v - 2 - 3"), 10 - 2 - 3);
    EXPECT_EQ(value_of("v / 3 % 2"), 10 / 3 % 2);
    EXPECT_EQ(value_of("1 << v >> 2"), 1 << 10 >> 2);
    EXPECT_EQ(value_of("v & 6 | 1 ^ 3"), (10 & 6) | (1 ^ 3));
    EXPECT_EQ(value_of("v == 10 && v != 9 || 0"), 1);
    EXPECT_EQ(value_of("v < 11 == v <= 10"), 1);
    EXPECT_EQ(value_of("v > 10 ? 1 : v >= 10 ? 2 : 3"), 2);
    EXPECT_EQ(value_of("-v + ~v + !v"), -10 + ~10 + 0);
    EXPECT_EQ(value_of("(v | 0x04) * 0b11"), 42);
    EXPECT_EQ(value_of("v * 1us / 1ns"), 10000);
    EXPECT_EQ(value_of("(0 - v) >> 1"), -5);
}

TEST(Expressions, LookOnlyAtWhatTheyNeed)
{
    EXPECT_EQ(value_of("v == 10 || 1 / (v - 10)"), 1);
    EXPECT_EQ(value_of("v != 10 && 1 / (v - 10)"), 0);
    EXPECT_EQ(value_of("v == 10 ? 7 : 1 / (v - 10)"), 7);
}

TEST(Expressions, TellDivisionAndOverflow)
{
    EXPECT_EQ(error_of("1 / (v - 10)"), LANG_EVAL_DIVISION);
    EXPECT_EQ(error_of("1 % (v - 10)"), LANG_EVAL_DIVISION);
    EXPECT_EQ(error_of("v * 0x7FFFFFFFFFFFFFFF"), LANG_EVAL_OVERFLOW);
    EXPECT_EQ(error_of("1 << (v + 60)"), LANG_EVAL_OVERFLOW);
    EXPECT_EQ(error_of("1 / (v - 9)"), LANG_EVAL_OK);
    EXPECT_EQ(error_of("v * (0x7FFFFFFFFFFFFFFF / 10)"), LANG_EVAL_OK);
}

TEST(Expressions, ConstantsAreComputedWhenCompiled)
{
    Compiled c(scenario_of("S own+W [A] (0x0F << 4 | 3) [A] P"));
    const lang_node byte = c.list(c.statement(0).a)[3];
    EXPECT_EQ(c.node(byte.b).kind, LANG_NUMBER);
    EXPECT_EQ(c.node(byte.b).value, 0xF3);
}

TEST(ProfileValues, ComeFromTheSlaveOrNameTheirKey)
{
    Slave s(slave_of("data buffer 4 clamp\nbusy nack_addr max 5ms"));
    Compiled c(scenario_of("expect data.size == overrun.after"));
    const lang_env env = {c.program, nullptr, s.description, 1,       nullptr, nullptr,
                          false,     0,       nullptr,       nullptr, 0};
    int64_t value = 0;
    const char *key = nullptr;
    EXPECT_EQ(lang_eval(&env, c.statement(0).a, &value, &key), LANG_EVAL_OK);
    EXPECT_EQ(value, 4);
    EXPECT_EQ(lang_eval(&env, c.statement(0).b, &value, &key), LANG_EVAL_UNDECLARED);
    EXPECT_STREQ(key, "overrun");
    EXPECT_TRUE(lang_profile_value_of(&env, LANG_PROFILE_BUSY_MAX, &value));
    EXPECT_EQ(value, 5000000000);
}

static bool is_master(const void *ctx, const char *written)
{
    return std::string(written) == static_cast<const char *>(ctx);
}

TEST(ProfileValues, PromisesAreThoseOnTheCasesMaster)
{
    Slave s(slave_of("tolerates latency 15us on nxt\ntolerates latency 3us\n"
                     "tolerates latency 9us on arduino@400k\ntolerates irq_off 7us on nxt\n"
                     "tolerates main_stall 2ms"));
    ASSERT_NE(s.description, nullptr) << s.messages();
    Compiled c(scenario_of("expect idle"));
    const auto promised = [&](const char *master, lang_profile_value which) {
        const lang_env env = {c.program, nullptr, s.description, 1,       is_master, master,
                              false,     0,       nullptr,       nullptr, 0};
        int64_t value = 0;
        return lang_profile_value_of(&env, which, &value) ? value / 1000000 : -1;
    };
    EXPECT_EQ(promised("nxt", LANG_PROFILE_LATENCY), 15);
    EXPECT_EQ(promised("arduino@400k", LANG_PROFILE_LATENCY), 9);
    EXPECT_EQ(promised("standard", LANG_PROFILE_LATENCY), 3);
    EXPECT_EQ(promised("nxt", LANG_PROFILE_IRQ_OFF), 7);
    EXPECT_EQ(promised("standard", LANG_PROFILE_IRQ_OFF), -1);
    EXPECT_EQ(promised("standard", LANG_PROFILE_MAIN_STALL), 2000);
    const lang_env unknown = {c.program, nullptr, s.description, 1,       nullptr, nullptr,
                              false,     0,       nullptr,       nullptr, 0};
    int64_t value = 0;
    EXPECT_TRUE(lang_profile_value_of(&unknown, LANG_PROFILE_LATENCY, &value));
    EXPECT_EQ(value, 3000000);
    EXPECT_FALSE(lang_profile_value_of(&unknown, LANG_PROFILE_IRQ_OFF, &value));
}

TEST(ProfileValues, HasTheTimeOfAMasterThatDecidesItself)
{
    Slave s(slave_of(""));
    Compiled c(scenario_of("expect idle"));
    int64_t value = 0;
    lang_env env = {};
    env.program = c.program;
    env.slave = s.description;
    EXPECT_FALSE(lang_profile_value_of(&env, LANG_PROFILE_MASTER_TIME, &value));
    env.own_time_ps = 5000;
    EXPECT_TRUE(lang_profile_value_of(&env, LANG_PROFILE_MASTER_TIME, &value));
    EXPECT_EQ(value, 5000);
}

TEST(ProfileValues, AStretchingSlavePromisesToThoseWhoWait)
{
    Slave s(slave_of("stretch byte\ntolerates latency 15us\ntolerates main_stall 4us on nxt"));
    Slave rigid(slave_of("tolerates latency 15us"));
    ASSERT_NE(s.description, nullptr) << s.messages();
    ASSERT_NE(rigid.description, nullptr) << rigid.messages();
    Compiled c(scenario_of("expect idle"));
    const auto knows = [&](const Slave &slave, uint64_t waits_us, lang_profile_value which) {
        const uint64_t waits_ps = waits_us * 1000000;
        const lang_env env = {c.program, nullptr, slave.description, 1,         is_master, "nxt",
                              false,     0,       nullptr,           &waits_ps, 0};
        int64_t value = 0;
        return lang_profile_value_of(&env, which, &value);
    };
    EXPECT_TRUE(knows(s, 15, LANG_PROFILE_LATENCY));
    EXPECT_FALSE(knows(s, 14, LANG_PROFILE_LATENCY));
    EXPECT_TRUE(knows(rigid, 0, LANG_PROFILE_LATENCY));
    EXPECT_TRUE(knows(s, 0, LANG_PROFILE_MAIN_STALL)); // on that very master
}

TEST(ProfileValues, APromiseOfAMeasurementIsInPlaceOfTheSlaves)
{
    Slave s(slave_of("tolerates latency 15us\ntolerates main_stall 4us"));
    ASSERT_NE(s.description, nullptr) << s.messages();
    Compiled c(scenario_of("expect idle"));
    const lang_promise asked = {SLAVE_LATENCY, 0};
    const lang_env env = {c.program, nullptr, s.description, 1,       nullptr, nullptr,
                          false,     0,       &asked,        nullptr, 0};
    int64_t value = 1;
    EXPECT_TRUE(lang_profile_value_of(&env, LANG_PROFILE_LATENCY, &value));
    EXPECT_EQ(value, 0);
    EXPECT_FALSE(lang_profile_value_of(&env, LANG_PROFILE_MAIN_STALL, &value));
}

static const char *const map_of_registers =
    "data registers pointer 1 increment wrap 0x0F->0x00 wrap 0x37->0x31 wrap 0x21->0x12\n"
    "    0x00        ro 0xA5\n"
    "    0x01        ro 0x11\n"
    "    0x02        ro\n"
    "    0x03        ro 0x33 busy 1ms stretch\n"
    "    0x0F        ro\n"
    "    0x10        rw 0x50 mask 0x0F scratch\n"
    "    0x11        rw 0x00 mask 0x0F\n"
    "    0x12        wo 0x00\n"
    "    0x20        ro 0x00 fifo 16\n"
    "    0x21        ro 0x00 command\n"
    "    0x30..0x37  rw scratch\n"
    "    0x80..0x9F  ro 0xFF\n"
    "never_write 0x01 0x9F";

static std::vector<int64_t> registers_of(const slave_description *slave, lang_register_set set)
{
    std::vector<int64_t> all;
    int64_t at = 0;
    while (lang_register_set_value(slave, set, all.size(), &at))
        all.push_back(at);
    EXPECT_EQ(lang_register_set_count(slave, set), all.size());
    return all;
}

TEST(RegisterSets, HoldWhatCanBeCheckedWithoutHarm)
{
    using Registers = std::vector<int64_t>;
    Slave s(slave_of(map_of_registers));
    ASSERT_NE(s.description, nullptr) << s.messages();
    const slave_description *d = s.description;
    const Registers ends{0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
                         0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E};
    Registers reset{0x00, 0x01, 0x03, 0x10, 0x11};
    reset.insert(reset.end(), ends.begin(), ends.end());
    reset.push_back(0x9F);
    Registers readonly{0x00}; // neither never_write nor busy
    readonly.insert(readonly.end(), ends.begin(), ends.end());
    Registers followed{0x00, 0x02, 0x10}; // what stands behind 0x01 and 0x11 is not known
    followed.insert(followed.end(), ends.begin(), ends.end());
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_RESET), reset);
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_FOLLOWED), followed);
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_READONLY), readonly);
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_MASKED), Registers{0x10});
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_WRAP), Registers{0x0F});
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_WRAP_TO_SCRATCH), Registers{0x37});
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_WRAP_SCRATCH), Registers{0x37});
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_WRAP_TO_READONLY), Registers{});
    EXPECT_EQ(registers_of(d, LANG_REGISTERS_OWN_ADDRESSES), Registers{d->addr7});
}

TEST(RegisterSets, KnowWhatNoLineNamesAndWhatAWrapOfScratchLeadsTo)
{
    using Registers = std::vector<int64_t>;
    Slave s(slave_of("data registers pointer 1 increment wrap 0x37->0x00 wrap 0x3F->0x10\n"
                     "    0x00        ro 0xA5\n"
                     "    0x10..0x11  rw 0x00\n"
                     "    0x30..0x37  rw scratch\n"
                     "    0x38..0x3F  rw scratch\n"
                     "    0xFF        ro 0x00\n"
                     "never_write 0x12"));
    ASSERT_NE(s.description, nullptr) << s.messages();
    // Not 0x12, which is never written, nor 0x38, which is named, nor what a byte cannot point to.
    EXPECT_EQ(registers_of(s.description, LANG_REGISTERS_UNDEFINED), (Registers{0x01, 0x40}));
    EXPECT_EQ(registers_of(s.description, LANG_REGISTERS_WRAP_TO_READONLY), Registers{0x37});
}

TEST(OwnAddresses, AreAllThatItsFileGivesIt)
{
    using Addresses = std::vector<int64_t>;
    Slave masked(slave_of("multi_address mask 0x05"));
    Slave further(slave_of("multi_address 0x10 0x7F"));
    ASSERT_NE(masked.description, nullptr) << masked.messages();
    ASSERT_NE(further.description, nullptr) << further.messages();
    const int64_t own = masked->addr7;
    EXPECT_EQ(registers_of(masked.description, LANG_REGISTERS_OWN_ADDRESSES),
              (Addresses{own & ~5, (own & ~5) | 1, (own & ~5) | 4, own | 5}));
    EXPECT_EQ(registers_of(further.description, LANG_REGISTERS_OWN_ADDRESSES),
              (Addresses{0x10, own, 0x7F}));
}

TEST(Neighbour, HasNoAddressThatTheSlaveMayHave)
{
    Slave s(slave_of("multi_address 0x51\nnew_address 0x2A\nten_bit 0x3A5"));
    ASSERT_NE(s.description, nullptr) << s.messages();
    EXPECT_EQ(lang_other_addr7(s.description), 0x35);
    EXPECT_EQ(lang_other_ten_bit(s.description), 0x24);
    i2c_profile p;
    lang_profile_fill(&p, s.description);
    EXPECT_EQ(p.new_addr7, 0x2A);
}

TEST(Neighbour, IsOnTheBusWhereAScenarioNamesIt)
{
    EXPECT_FALSE(Compiled(scenario_of("S own+W [A] P")).scenario().names_neighbour);
    EXPECT_TRUE(Compiled(scenario_of("S other+W [A] P")).scenario().names_neighbour);
    EXPECT_TRUE(
        Compiled(scenario_of("S 0x7C+W [A] (other.address * 2) [A] P")).scenario().names_neighbour);
    const std::string two = "transfer t v: S other+W [A] v [A] P\n"
                            "scenario a\n    t 1\nscenario b\n    S own+W [A] P\n"
                            "scenario c\n    t 2\n";
    Compiled c(two);
    ASSERT_EQ(c.status, LANG_OK) << c.messages();
    ASSERT_EQ(c.program->scenario_count, 3u);
    EXPECT_TRUE(c.program->scenarios[0].names_neighbour);
    EXPECT_FALSE(c.program->scenarios[1].names_neighbour);
    EXPECT_TRUE(c.program->scenarios[2].names_neighbour);
}

TEST(RegisterSets, AreNeedsAndDomains)
{
    Slave s(slave_of(map_of_registers));
    Slave bare(slave_of("data buffer 4 clamp"));
    Compiled c(scenario_of("for r in registers.masked\nwait 1us"));
    ASSERT_EQ(c.status, LANG_OK) << c.messages();
    const uint32_t first = c.node(c.scenario().fors).c;
    lang_env env = {c.program, nullptr, s.description, 1,       nullptr, nullptr,
                    false,     0,       nullptr,       nullptr, 0};
    uint64_t count = 0;
    int64_t value = 0;
    const char *key = nullptr;
    EXPECT_EQ(lang_domain_count(&env, first, &count, &key), LANG_EVAL_OK);
    EXPECT_EQ(count, 1u);
    EXPECT_EQ(lang_domain_value(&env, first, "case", 0, &value, &key), LANG_EVAL_OK);
    EXPECT_EQ(value, 0x10);
    env.slave = bare.description;
    EXPECT_EQ(lang_domain_count(&env, first, &count, &key), LANG_EVAL_UNDECLARED);
    EXPECT_STREQ(key, "data");
    EXPECT_TRUE(lang_need_is_met(s.description, "registers.wrap_scratch"));
    EXPECT_FALSE(lang_need_is_met(bare.description, "registers.wrap_scratch"));
}

// How far a write may run on: over scratch and read-only registers, no further.
TEST(RegisterSets, SayHowFarAWriteMayRunOnBehindScratch)
{
    const auto beyond = [](const std::string &data) {
        Slave s(slave_of(data));
        EXPECT_NE(s.description, nullptr) << data;
        return s.description == nullptr ? 0 : lang_scratch_beyond(s.description);
    };
    const std::string map = "data registers pointer 1 increment ";
    EXPECT_EQ(beyond(map + "\n    0x10..0x17 rw scratch"), 0u); // nobody says what is behind
    EXPECT_EQ(beyond("data registers pointer 1\n    0x10..0x17 rw scratch"), 0u);
    EXPECT_EQ(beyond(map + "\n    0x10..0x17 rw scratch\n    0x18..0x1A ro 0x00"), 3u);
    EXPECT_EQ(beyond(map + "\n    0x10..0x17 rw scratch\n    0x18 rw 0x00"), 0u);
    EXPECT_EQ(beyond(map + "\n    0x10..0x17 rw scratch\n    0x18 wo command"), 0u);
    EXPECT_EQ(beyond(map + "wrap 0x17->0x00\n    0x00 ro 0xA5\n    0x10..0x17 rw scratch"), 1u);
    EXPECT_EQ(beyond(map + "wrap 0x17->0x10\n    0x10..0x17 rw scratch"), 65537u);
    EXPECT_EQ(beyond(map + "\n    0x10..0x17 rw scratch\n    0x18 ro fifo 4 no_increment"), 65537u);
    EXPECT_EQ(beyond(map + "\n    0xF0..0xFF rw scratch"), 0u);
    EXPECT_EQ(beyond(map + "\n    0x10..0x17 rw scratch\n    0x18..0x1A ro 0x00\n"
                           "never_write 0x19..0x1A"),
              1u);
}

TEST(RegisterSets, GuardsAreReadOnlyRegistersBesideScratch)
{
    Slave s(slave_of("data registers pointer 1 increment\n    0x00 ro 0xA5\n    0x01 rw 0x00\n"
                     "    0x02 ro\n    0x10..0x17 rw scratch"));
    ASSERT_NE(s.description, nullptr);
    int64_t value = 0;
    EXPECT_EQ(lang_register_set_count(s.description, LANG_REGISTERS_GUARDS), 1u);
    EXPECT_TRUE(lang_register_set_value(s.description, LANG_REGISTERS_GUARDS, 0, &value));
    EXPECT_EQ(value, 0x00);
    Slave bare(slave_of("data registers pointer 1 increment\n    0x00 ro 0xA5"));
    EXPECT_FALSE(lang_need_is_met(bare.description, "registers.guards"));
}

TEST(RegisterValues, AreThoseOfTheLineOrNotDeclared)
{
    Slave s(slave_of(map_of_registers));
    ASSERT_NE(s.description, nullptr) << s.messages();
    const auto show = [&](const std::string &expression) {
        Compiled c(scenario_of("for r in 1 2\nexpect (" + expression + ") == 0"));
        EXPECT_EQ(c.status, LANG_OK) << c.messages();
        const int64_t slots[1] = {0x37};
        const lang_env env = {c.program, slots, s.description, 1,       nullptr, nullptr,
                              false,     0,     nullptr,       nullptr, 0};
        int64_t value = 0;
        const char *key = nullptr;
        const auto status = lang_eval(&env, c.statement(0).a, &value, &key);
        return status == LANG_EVAL_OK ? value : -1;
    };
    EXPECT_EQ(show("register.reset[0x10]"), 0x50);
    EXPECT_EQ(show("register.mask[0x10]"), 0x0F);
    EXPECT_EQ(show("register.mask[r]"), 0xFF);
    EXPECT_EQ(show("wrap.to[r] + 1"), 0x32);
    EXPECT_EQ(show("register.reset[wrap.to[0x0F]]"), 0xA5);
    EXPECT_EQ(show("register.reset[r]"), -1);
    EXPECT_EQ(show("register.mask[0x0E]"), -1);
    EXPECT_EQ(show("wrap.to[0]"), -1);
    EXPECT_EQ(show("scratch.first"), 0x30); // 0x10 does not keep every byte
}

static std::vector<int64_t> domain(const std::string &text, uint64_t seed = 1,
                                   const char *key = "case")
{
    Compiled c(scenario_of("for v in " + text + "\nwait 1us"));
    const lang_env env = {c.program, nullptr, nullptr, seed,    nullptr, nullptr,
                          false,     0,       nullptr, nullptr, 0};
    std::vector<int64_t> values;
    uint64_t count = 0;
    const uint32_t first = c.node(c.scenario().fors).c;
    EXPECT_EQ(lang_domain_count(&env, first, &count, nullptr), LANG_EVAL_OK);
    for (uint64_t i = 0; i < count; i++) {
        int64_t value = 0;
        EXPECT_EQ(lang_domain_value(&env, first, key, i, &value, nullptr), LANG_EVAL_OK);
        values.push_back(value);
    }
    return values;
}

TEST(Domains, AreValuesAndRangesInOrder)
{
    EXPECT_EQ(domain("0x00 0x0B 0xFF"), (std::vector<int64_t>{0, 11, 255}));
    EXPECT_EQ(domain("1 4..10 step 3 \"ab\""), (std::vector<int64_t>{1, 4, 7, 10, 'a', 'b'}));
    EXPECT_EQ(domain("1us..2us step 500ns"), (std::vector<int64_t>{1000000, 1500000, 2000000}));
    EXPECT_EQ(domain("3..3"), (std::vector<int64_t>{3}));
}

TEST(Domains, RandomIsKeyedBySeedAndCase)
{
    const auto one = domain("random 20 of 0..255");
    EXPECT_EQ(one, domain("random 20 of 0..255"));
    EXPECT_NE(one, domain("random 20 of 0..255", 2));
    EXPECT_NE(one, domain("random 20 of 0..255", 1, "other"));
    EXPECT_EQ(std::set<int64_t>(one.begin(), one.end()).size(), 20u);
    for (int64_t value : one)
        EXPECT_TRUE(value >= 0 && value <= 255);
}

TEST(Domains, RandomCoversAllBeforeItRepeats)
{
    const auto values = domain("random 6 of 7 8 9");
    ASSERT_EQ(values.size(), 6u);
    EXPECT_EQ(std::set<int64_t>(values.begin(), values.begin() + 3).size(), 3u);
    EXPECT_EQ(std::set<int64_t>(values.begin() + 3, values.end()).size(), 3u);
}

TEST(Domains, RandomTakesEachRoundInAnOrderOfItsOwn)
{
    const auto values = domain("random 20 of 0..9");
    EXPECT_NE(std::vector<int64_t>(values.begin(), values.begin() + 10),
              std::vector<int64_t>(values.begin() + 10, values.end()));
}

TEST(ValueText, IsWhatCaseIdsShow)
{
    char text[32];
    const auto show = [&](lang_type type, int64_t value) {
        lang_value_text(type, value, text, sizeof text);
        return std::string(text);
    };
    EXPECT_EQ(show(LANG_TYPE_NUMBER, 0), "0x00");
    EXPECT_EQ(show(LANG_TYPE_NUMBER, 0x1FF), "0x1FF");
    EXPECT_EQ(show(LANG_TYPE_TIME, 1500000), "1500ns");
    EXPECT_EQ(show(LANG_TYPE_TIME, 5000000000), "5ms");
    EXPECT_EQ(show(LANG_TYPE_FREQUENCY, 7900000), "7900kHz");
}

TEST(Nearest, IsFoundWithinAThird)
{
    const char *names[] = {"stretch", "speed", "sources"};
    EXPECT_STREQ(i2c_nearest("strech", names, 3), "stretch");
    EXPECT_STREQ(i2c_nearest("sepeed", names, 3), "speed");
    EXPECT_EQ(i2c_nearest("zzzzzz", names, 3), nullptr);
    EXPECT_EQ(i2c_nearest("", names, 3), nullptr);
}
