// The tool itself, on a slave whose survivors are known.
#include "tests/mutation/process.h"
#include "tests/mutation/subject.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace mutation;
namespace fs = std::filesystem;

namespace
{

/// An echo on the shipped USI slave. It keeps a note that nobody reads, but with KEPT=note.
const char source[] = R"(#include "usi_slave.h"
#ifndef KEPT
#define KEPT value
#endif
static uint8_t value;
static volatile uint8_t note;
void I2CSlave_TransmissionStart(bool read)
{
    (void)read;
}
uint8_t I2CSlave_DataRequest(void)
{
    return KEPT;
}
void I2CSlave_DataReceived(uint8_t byte)
{
#ifdef NOT_COMPILED
    value = 7;
#endif
    note = byte;
    value = byte;
}
int used_by_other_slaves(void)
{
    return 7;
}
static void init(void *state)
{
    (void)state;
    I2CSlave_Initialise(0x26);
}
I2CPROOF_SLAVE(.init = init, .main_loop = usi_slave_main, .vectors = usi_slave_vectors,
               .vector_count = USI_SLAVE_VECTORS);
)";

const char description[] =
    "slave fixture\n"
    "    kind      hosted\n"
    "    sources   fixture.c usi_slave.c\n"
    "    address   0x26\n"
    "    speed     100kHz\n"
    "    stretch   byte max 100us\n"
    "    general_call ack\n"
    "    data      echo initial 0x00\n"
    "    masters   standard\n"
    "    accept    I2C-GC-15 because \"as the shipped one\" until 2036-12-31\n";

class Tool : public testing::Test
{
  protected:
    Tool()
    {
        const fs::path shipped = SLAVES_SHIPPED;
        fs::create_directory(here());
        fs::copy(shipped / "fault.h", folder_.path() / "fault.h");
        for (const char *name : {"usi_slave.c", "usi_slave.h"})
            fs::copy(shipped / "tiny_usi" / name, here() / name);
        write_text(here() / "fixture.c", source);
        write_text(here() / "fixture.slave", description);
    }

    fs::path here() const
    {
        return folder_.path() / "echo";
    }

    Ended mutate(const std::string &survivors, const std::vector<std::string> &more = {})
    {
        const std::string list = folder_.path() / "survivors";
        write_text(list, survivors);
        std::vector<std::string> words = {MUTATE_PROGRAM, (here() / "fixture.slave").string(),
                                          "--source",     "fixture.c",
                                          "--survivors",  list,
                                          "--jobs",       "2"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words, {}, 250);
    }

    TemporaryFolder folder_;
};

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

const char *const slow = "the other tests of the tool come through the code that is sanitized";

const std::string note_entry = "fixture fixture.c I2CSlave_DataReceived\n"
                               "    line    note = byte;\n"
                               "    change  note = byte; left out\n";

} // namespace

TEST_F(Tool, FailsForASurvivorThatIsNotListed)
{
    const Ended ended = mutate("");
    EXPECT_EQ(ended.status, 1) << ended.out;
    EXPECT_TRUE(contains(ended.out, "fixture: 85.71 % killed: 6 of 7")) << ended.out;
    EXPECT_TRUE(contains(ended.out, "0 do not compile, 3 are the same code")) << ended.out;
    EXPECT_TRUE(contains(ended.out, "fixture.c:20: survives and is not listed\n" + note_entry))
        << ended.out;
}

TEST_F(Tool, IsContentWithAListedSurvivorAndNotWithAListedVictim)
{
    if (SANITIZED)
        GTEST_SKIP() << slow;
    const std::string fine = note_entry + "    equivalent  Nobody reads the note.\n";
    EXPECT_EQ(mutate(fine).status, 0);
    const Ended ended = mutate(fine + "fixture fixture.c I2CSlave_DataReceived\n"
                                      "    line    value = byte;\n"
                                      "    change  value = byte; left out\n"
                                      "    equivalent  That is not so.\n");
    EXPECT_EQ(ended.status, 1) << ended.out;
    EXPECT_TRUE(contains(ended.out, "survivors:5: is killed")) << ended.out;
}

TEST_F(Tool, KillsInOneSlaveWhatAnotherOfTheSameSourceDoesNotShow)
{
    if (SANITIZED)
        GTEST_SKIP() << slow;
    write_text(here() / "noted.slave",
               "slave noted\n    like fixture.slave\n    define KEPT=note NOT_COMPILED\n");
    const Ended ended = mutate("", {"--with", (here() / "noted.slave").string()});
    EXPECT_EQ(ended.status, 0) << ended.out;
    EXPECT_TRUE(contains(ended.out, "fixture: 100.00 % killed")) << ended.out;
}

TEST_F(Tool, RefusesASlaveThatDoesNotPassAsItIs)
{
    std::string wrong = description;
    wrong.replace(wrong.find("0x26"), 4, "0x27");
    write_text(here() / "fixture.slave", wrong);
    const Ended ended = mutate("");
    EXPECT_EQ(ended.status, 2) << ended.out;
    EXPECT_TRUE(contains(ended.out, "fixture does not pass as it is")) << ended.out;
}

TEST_F(Tool, SaysWhatItDoesNotUnderstand)
{
    EXPECT_EQ(run({MUTATE_PROGRAM}, {}, 10).status, 2);
    EXPECT_EQ(run({MUTATE_PROGRAM, "x.slave", "--sample", "many"}, {}, 10).status, 2);
    EXPECT_EQ(run({MUTATE_PROGRAM, "no-such.slave"}, {}, 10).status, 2);
}

TEST(Process, IsKilledWhenItTakesTooLong)
{
    EXPECT_EQ(run({"sh", "-c", "sleep 60 & wait"}, {}, 1).status, 128 + 9);
}

TEST(Process, GetsVariablesAndGivesBothOutputs)
{
    const Ended ended = run({"sh", "-c", "echo $HOME; echo err >&2; exit 3"}, {"HOME=here"}, 10);
    EXPECT_EQ(ended.status, 3);
    EXPECT_EQ(ended.out, "here\nerr\n");
}
