// The hosted kind: building, caching, loading, fresh memory, guarded state, the application side.
#include "tests/slaves/bench.h"

#include <csetjmp>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace
{

// Counts edges in plain variables and in declared state: enough to see memory made fresh.
const char counter[] = R"(#include <i2cproof_slave.h>
#include "width.h"
typedef struct { int16_t level[4]; } state;
static int falls, initial = 7;
static uint64_t on_fall(void *s) { falls++; initial = 0; ((state *)s)->level[1]--; return 0; }
static void poke(void *s, const int64_t *args, uint32_t count) {
    (void)count;
    ((volatile unsigned char *)s)[args[0]] = 1;
}
static void log_it(void *s, const int64_t *args, uint32_t count) {
    (void)s;
    i2cproof_called("logged", args, count);
}
static const i2cproof_vector vectors[] = {{"PCINT", I2CPROOF_ON_SCL_FALL, on_fall, 0, 0}};
static const i2cproof_variable variables[] = {I2CPROOF_VARIABLE(falls), I2CPROOF_VARIABLE(initial),
                                              I2CPROOF_MEMBER_ARRAY(state, level)};
static const i2cproof_function functions[] = {{"poke", poke, 1}, {"log", log_it, 2}};
I2CPROOF_SLAVE(I2CPROOF_STATE(state), .vectors = vectors, .vector_count = I2CPROOF_COUNT(vectors),
               .variables = variables, .variable_count = I2CPROOF_COUNT(variables),
               .functions = functions, .function_count = I2CPROOF_COUNT(functions));
)";

Description counter_in(const Folder &folder, const std::string &name = "counter.c")
{
    folder.write("width.h", "enum { WIDTH = 4 };\n");
    Description d;
    d.sources({folder.write(name, counter)});
    return d;
}

std::vector<std::string> files_in(const std::string &folder, const std::string &ending)
{
    std::vector<std::string> names;
    for (const fs::directory_entry &entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ending)
            names.push_back(entry.path().filename().string());
    return names;
}

/// Sets a variable of the environment for one test.
class Environment
{
  public:
    Environment(const char *name, const std::string &value) : name_(name)
    {
        const char *old = getenv(name);
        had_ = old != nullptr;
        old_ = had_ ? old : "";
        setenv(name, value.c_str(), 1);
    }
    ~Environment()
    {
        had_ ? setenv(name_, old_.c_str(), 1) : unsetenv(name_);
    }
    Environment(const Environment &) = delete;
    Environment &operator=(const Environment &) = delete;

  private:
    const char *name_;
    bool had_;
    std::string old_;
};

std::string failure_of_object(const std::string &path)
{
    Description d;
    d.object(path);
    Prepared slave(d);
    EXPECT_EQ(slave.image, nullptr);
    EXPECT_NE(slave.message.find(path), std::string::npos) << slave.message;
    return slave.message;
}

} // namespace

// ---- fresh memory -----------------------------------------------------------------------------

TEST(HostedSlave, MemoryIsFreshInEachCaseAndAfterReset)
{
    Folder folder;
    Description d = counter_in(folder);
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    for (int round = 0; round < 3; round++) {
        Bench bench(slave);
        EXPECT_EQ(bench.get("falls"), 0);
        EXPECT_EQ(bench.get("initial"), 7);
        EXPECT_EQ(bench.get("level[1]"), 0);
        bench.start();
        bench.write(0x42);
        bench.stop();
        EXPECT_EQ(bench.get("falls"), 10);
        EXPECT_EQ(bench.get("level[1]"), -10);
        slave.adapter->reset(bench.slave);
        EXPECT_EQ(bench.get("falls"), 0);
        EXPECT_EQ(bench.get("initial"), 7);
    }
}

TEST(HostedSlave, TwoSlavesOfOneObjectShareNoVariables)
{
    Folder folder;
    Description d = counter_in(folder);
    Prepared one(d, folder.path("cache"));
    Prepared two(d, folder.path("cache"));
    ASSERT_NE(one.image, nullptr) << one.message;
    ASSERT_NE(two.image, nullptr) << two.message;
    Bench first(one);
    Bench second(two);
    first.start();
    EXPECT_EQ(first.get("falls"), 1);
    EXPECT_EQ(second.get("falls"), 0);
}

TEST(HostedSlave, WithoutPowerItDoesNothing)
{
    Folder folder;
    Description d = counter_in(folder);
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    slave.adapter->power(bench.slave, false);
    bench.start();
    EXPECT_EQ(bench.get("falls"), 0);
    slave.adapter->power(bench.slave, true);
    bench.write(0x42);
    EXPECT_EQ(bench.get("falls"), 9);
}

// ---- guarded state ----------------------------------------------------------------------------

namespace
{
sigjmp_buf back;
void *fault_address;
void on_fault(int, siginfo_t *info, void *)
{
    fault_address = info->si_addr;
    siglongjmp(back, 1);
}
} // namespace

/// Whether poking there ends in a fault. A function of its own: nothing that lives across the jump
/// may be kept in a register.
static bool faults(Prepared &slave, Bench &bench, const int64_t *at)
{
    if (sigsetjmp(back, 1) != 0)
        return true;
    (void)slave.adapter->call(bench.slave, "poke", at, 1);
    return false;
}

/// What a person is told of a write there that crashed.
static std::string told(const Prepared &slave, const void *address)
{
    slave_crash crash = {};
    crash.signal = SIGSEGV;
    crash.has_address = crash.writes = true;
    crash.address = reinterpret_cast<uintptr_t>(address);
    char text[200] = "";
    return slave.adapter->tell_crash(slave.image, &crash, text, sizeof text) ? text : "";
}

TEST(HostedSlave, AnOverrunOfItsStateTouchesAGuardPage)
{
    Folder folder;
    Description d = counter_in(folder);
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    int64_t at = 7; // the last byte of the state
    EXPECT_EQ(slave.adapter->call(bench.slave, "poke", &at, 1), SLAVE_OK);
    EXPECT_EQ(bench.get("level[3]"), 0x100);

    struct sigaction action = {}, old = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, &old);
    for (const int64_t outside : {int64_t{8}, int64_t{-5000}}) {
        at = outside;
        fault_address = nullptr;
        const bool faulted = faults(slave, bench, &at);
        EXPECT_TRUE(faulted) << outside;
        EXPECT_TRUE(slave.adapter->in_slave_code(slave.image));
        EXPECT_EQ(told(slave, fault_address),
                  outside > 0 ? "the slave writes memory past the end of its declared state"
                              : "the slave writes memory in front of its declared state");
    }
    sigaction(SIGSEGV, &old, nullptr);
    EXPECT_EQ(told(slave, &at), "");
}

TEST(HostedSlave, AWriteInFrontOfItsStateIsFoundAtTheEnd)
{
    Folder folder;
    Description d = counter_in(folder);
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    for (const int64_t at : {int64_t{0}, int64_t{-1}, int64_t{-100}}) {
        Bench bench(slave);
        EXPECT_EQ(slave.adapter->call(bench.slave, "poke", &at, 1), SLAVE_OK);
        slave.adapter->reset(bench.slave);
        ASSERT_EQ(bench.findings.size(), at < 0 ? 1u : 0u) << at;
        slave.adapter->reset(bench.slave);
        EXPECT_EQ(bench.findings.size(), at < 0 ? 1u : 0u) << "memory is fresh after the reset";
    }
}

// ---- the application side ---------------------------------------------------------------------

TEST(HostedSlave, VariablesAndFunctionsAreReachedByName)
{
    Folder folder;
    Description d = counter_in(folder);
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    const slave_adapter *a = slave.adapter;
    int64_t value = 0;
    EXPECT_EQ(a->set(bench.slave, "level[2]", -3), SLAVE_OK);
    EXPECT_EQ(bench.get("level[2]"), -3);
    for (const char *unknown : {"level", "level[4]", "level[x]", "level[-1]", "fall", "fallss", ""})
        EXPECT_EQ(a->get(bench.slave, unknown, &value), SLAVE_UNKNOWN_NAME) << unknown;
    const int64_t args[] = {-1, 5};
    EXPECT_EQ(a->call(bench.slave, "log", args, 2), SLAVE_OK);
    ASSERT_EQ(bench.calls.size(), 1u);
    EXPECT_STREQ(bench.calls[0].function, "logged");
    EXPECT_EQ(bench.calls[0].args, 2u);
    EXPECT_EQ(bench.calls[0].arg[0], -1);
    EXPECT_EQ(a->call(bench.slave, "log", args, 1), SLAVE_NOT_SUPPORTED);
    EXPECT_EQ(a->call(bench.slave, "lag", args, 2), SLAVE_UNKNOWN_NAME);
    EXPECT_STREQ(a->vector(slave.image, 0), "PCINT");
    EXPECT_EQ(a->vector(slave.image, 1), nullptr);
}

TEST(HostedSlave, AWatchOfAnUnknownVariableNamesTheKnownOnes)
{
    Folder folder;
    Description d = counter_in(folder);
    d.watches({"falls", "rises"});
    Prepared slave(d);
    EXPECT_EQ(slave.image, nullptr);
    EXPECT_EQ(slave.message,
              "test.slave:7:5: watch: the slave has no variable rises; known: falls initial level");
}

TEST(HostedSlave, WatchedVariablesAndPendingFlagsAreTracks)
{
    Folder folder;
    Description d = counter_in(folder);
    d.watches({"falls"});
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    std::vector<uint64_t> memory(i2c_trace_bytes(1024) / 8 + 1);
    i2c_trace *trace = i2c_trace_init(memory.data(), 1024);
    Bench bench(slave, {}, trace);
    bench.start();
    std::vector<std::string> tracks;
    uint64_t falls = 0;
    for (uint32_t i = 0; i < trace->tracks; i++)
        tracks.emplace_back(std::string(trace->track[i].scope) + "." + trace->track[i].name);
    for (uint64_t i = 0; i < i2c_trace_kept(trace); i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        if (r->kind == I2C_RECORD_TRACK && tracks[r->b] == "slave.watch.falls")
            falls = r->value;
    }
    EXPECT_EQ(tracks, std::vector<std::string>({"slave.isr", "slave.pending_PCINT", "slave.state",
                                                "slave.addressed", "slave.watch.falls"}));
    EXPECT_EQ(falls, 1u);
}

// What is written to a line that is so already moves nothing, and nobody is told that it did.
TEST(HostedSlave, TheWriteThatMovedALineIsToBlameNotOneAfterIt)
{
    Folder folder;
    Description d;
    d.sources({folder.write("again.c", R"(#include <i2cproof_slave.h>
static int falls;
static uint64_t on_fall(void *s) {
    (void)s;
    falls++;
    if (falls == 1)
        i2cproof_pull(I2CPROOF_SDA);
    else if (falls == 2)
        i2cproof_pull(I2CPROOF_SDA);
    else if (falls == 3)
        i2cproof_release(I2CPROOF_SDA);
    else
        i2cproof_release(I2CPROOF_SDA);
    return 0;
}
static const i2cproof_vector vectors[] = {{"PCINT", I2CPROOF_ON_SCL_FALL, on_fall, 0, 0}};
I2CPROOF_SLAVE(.vectors = vectors, .vector_count = I2CPROOF_COUNT(vectors));
)")});
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    for (const char *at : {"again.c:7", "again.c:7", "again.c:11", "again.c:11"}) {
        bench.set(I2C_SCL, false);
        bench.wait_us(5);
        EXPECT_EQ(slave.adapter->doing(bench.slave, I2C_SDA, i2c_sim_now_ps(bench.sim)),
                  std::string(at) + " ISR(PCINT)");
        bench.set(I2C_SCL, true);
        bench.wait_us(5);
    }
}

// ---- building ---------------------------------------------------------------------------------

TEST(HostedBuild, TheCompilersOwnWordsAreTheMessage)
{
    Folder folder;
    Description d;
    d.sources(
        {folder.write("wrong.c", "#include <i2cproof_slave.h>\nint f(void) { return nine; }\n")});
    Prepared slave(d);
    EXPECT_EQ(slave.image, nullptr);
    EXPECT_NE(slave.message.find("wrong.c:2:"), std::string::npos) << slave.message;
    EXPECT_NE(slave.message.find("nine"), std::string::npos) << slave.message;
}

TEST(HostedBuild, AMissingSourceIsNamed)
{
    Folder folder;
    Description d;
    d.sources({folder.path("absent.c")});
    Prepared slave(d);
    EXPECT_EQ(slave.image, nullptr);
    EXPECT_EQ(slave.message,
              "test.slave: source " + folder.path("absent.c") + ": No such file or directory");
}

TEST(HostedBuild, AModelThatIsNoneIsToldInOneMessage)
{
    Folder folder;
    Description d = counter_in(folder);
    slave_description with_model = *d.get();
    with_model.data.form = SLAVE_DATA_MODEL;
    const auto says = [&](const std::string &file) {
        with_model.data.file = file.c_str();
        Prepared slave(&with_model);
        EXPECT_EQ(slave.image, nullptr);
        return slave.message;
    };
    EXPECT_EQ(says(folder.path("absent.c")),
              "test.slave: source " + folder.path("absent.c") + ": No such file or directory");
    const std::string empty = folder.write("empty.c", "int nothing;\n");
    EXPECT_EQ(says(empty), "test.slave: model " + empty +
                               ": it defines no model: write I2CPROOF_MODEL(...), from "
                               "<i2cproof_model.h>, once");
    const std::string old = folder.write(
        "old.c", "#include <i2cproof_model.h>\n"
                 "const i2cproof_model i2cproof_model_descriptor = {.interface_version = 9};\n");
    EXPECT_EQ(says(old), "test.slave: model " + old +
                             ": it was built for another version of i2cproof_model.h");
    EXPECT_NE(says(folder.write("wrong.c", "int f(void) { return nine; }\n")).find("nine"),
              std::string::npos);
}

TEST(HostedBuild, AMissingCompilerIsNamed)
{
    Folder folder;
    Description d = counter_in(folder);
    const Environment cc("CC", "no-such-compiler -O3");
    Prepared slave(d);
    EXPECT_EQ(slave.image, nullptr);
    EXPECT_EQ(slave.message,
              "C compiler not found: no-such-compiler (set CC, or install package gcc)");
}

TEST(HostedBuild, TheCompilerMayHaveFlagsAndAPathWithBlanks)
{
    Folder folder;
    const std::string wrapper = folder.write("my cc/cc one", "#!/bin/sh\nexec cc \"$@\"\n");
    fs::permissions(wrapper, fs::perms::owner_all);
    Description d = counter_in(folder);
    for (const std::string &value : {wrapper, std::string("cc -DX=1")}) {
        const Environment cc("CC", value);
        Prepared slave(d);
        EXPECT_NE(slave.image, nullptr) << slave.message;
    }
}

TEST(HostedBuild, PathsMayHoldBlanksNewlinesAndAnything)
{
    Folder folder;
    for (const char *name :
         {"a b/c d.c", "n\nl/x\ny.c", "\xC3\xA4\xE2\x82\xAC/\xC3\xB6.c", "$x/#y;'z\".c", "-o.c"}) {
        const std::string source = folder.write(name, counter);
        folder.write((fs::path(name).parent_path() / "width.h").string(), "enum { WIDTH = 4 };\n");
        Description d;
        d.sources({source});
        Prepared slave(d, folder.path(std::string("cache ") + name));
        EXPECT_NE(slave.image, nullptr) << name << ": " << slave.message;
        EXPECT_TRUE(slave.notes.empty()) << slave.notes[0];
    }
}

TEST(HostedBuild, TheCacheKnowsSourcesHeadersFlagsAndCompiler)
{
    Folder folder;
    const std::string cache = folder.path("deep/cache");
    const auto build = [&](const std::vector<std::string> &defines = {}) {
        Description d;
        d.sources({folder.path("counter.c")}).defines(defines);
        Prepared slave(d, cache);
        EXPECT_NE(slave.image, nullptr) << slave.message;
        return files_in(cache, ".so").size();
    };
    counter_in(folder);
    EXPECT_EQ(build(), 1u);
    const fs::file_time_type made =
        fs::last_write_time(fs::path(cache) / files_in(cache, ".so")[0]);
    EXPECT_EQ(build(), 1u) << "found again";
    EXPECT_EQ(fs::last_write_time(fs::path(cache) / files_in(cache, ".so")[0]), made);
    folder.write("width.h", "enum { WIDTH = 5 };\n");
    EXPECT_EQ(build(), 2u) << "a header changed";
    EXPECT_EQ(build({"A=1"}), 3u) << "a macro changed";
    folder.write("counter.c", std::string(counter) + "\n");
    EXPECT_EQ(build(), 4u) << "a source changed";
    {
        const Environment cc("CC", "clang");
        EXPECT_EQ(build(), 5u) << "another compiler";
    }
    folder.write("width.h", "enum { WIDTH = 4 };\n");
    folder.write("counter.c", counter);
    EXPECT_EQ(build(), 5u) << "as it was at first";
    EXPECT_TRUE(files_in(cache, ".o").empty()) << "nothing is left of the builds";
}

TEST(HostedBuild, ASpoiledObjectInTheCacheIsMadeAnew)
{
    Folder folder;
    const std::string cache = folder.path("cache");
    Description d = counter_in(folder);
    {
        Prepared slave(d, cache);
        ASSERT_NE(slave.image, nullptr) << slave.message;
    }
    std::ofstream(fs::path(cache) / files_in(cache, ".so")[0], std::ios::trunc) << "spoiled";
    Prepared slave(d, cache);
    EXPECT_NE(slave.image, nullptr) << slave.message;
}

TEST(HostedBuild, ACacheThatCannotBeWrittenIsOneNote)
{
    Folder folder;
    Description d = counter_in(folder);
    const std::string file = folder.write("file", "not a folder");
    Prepared slave(d, file + "/cache");
    EXPECT_NE(slave.image, nullptr) << slave.message;
    ASSERT_EQ(slave.notes.size(), 1u);
    EXPECT_NE(slave.notes[0].find(file + "/cache: cannot be written"), std::string::npos);
}

TEST(HostedBuild, SeveralProcessesMayFillOneCacheAtOnce)
{
    Folder folder;
    const std::string cache = folder.path("cache");
    Description d = counter_in(folder);
    std::vector<pid_t> children;
    for (int i = 0; i < 4; i++) {
        const pid_t child = fork();
        if (child == 0) {
            bool ok = false;
            {
                Prepared slave(d, cache);
                ok = slave.image != nullptr;
            }
            _exit(ok ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = -1;
        waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(files_in(cache, ".so").size(), 1u);
}

TEST(HostedBuild, CppSourcesAreWelcome)
{
    Folder folder;
    Description d;
    d.sources({folder.write("slave.cpp", R"(#include <i2cproof_slave.h>
#include <array>
static std::array<int, 3> edges;
static uint64_t on_fall(void *) { edges.at(1)++; return 0; }
static void init(void *) { edges.fill(0); }
static const i2cproof_variable variables[] = {I2CPROOF_VARIABLE(edges[1])};
static const i2cproof_vector vectors[] = {{"PCINT", I2CPROOF_ON_SCL_FALL, on_fall, 0, 0}};
I2CPROOF_SLAVE(.init = init, .vectors = vectors, .vector_count = 1, .variables = variables,
               .variable_count = 1);
)")});
    Prepared slave(d);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    bench.start();
    EXPECT_TRUE(bench.findings.empty());
}

// ---- ready objects ----------------------------------------------------------------------------

TEST(HostedObject, IsLoadedAsItIs)
{
    Folder folder;
    const std::string cache = folder.path("cache");
    Description d = counter_in(folder);
    {
        Prepared slave(d, cache);
        ASSERT_NE(slave.image, nullptr) << slave.message;
    }
    fs::copy_file(fs::path(cache) / files_in(cache, ".so")[0], folder.path("my slave.so"));
    Description ready;
    ready.object(folder.path("my slave.so"));
    Prepared slave(ready);
    ASSERT_NE(slave.image, nullptr) << slave.message;
    Bench bench(slave);
    EXPECT_EQ(bench.get("initial"), 7);
}

TEST(HostedObject, EachWayToBeWrongHasItsMessage)
{
    Folder folder;
    EXPECT_EQ(failure_of_object(folder.path("no.so")),
              "test.slave:0:0: object " + folder.path("no.so") + ": No such file or directory");
    EXPECT_EQ(failure_of_object(folder.path(".")),
              "test.slave:0:0: object " + folder.path(".") + ": not a file");
    EXPECT_EQ(failure_of_object(folder.write("text.so", "no object")),
              "test.slave:0:0: object " + folder.path("text.so") +
                  ": not a shared object (no ELF file)");
    EXPECT_EQ(failure_of_object(folder.write("empty.so", "")),
              "test.slave:0:0: object " + folder.path("empty.so") +
                  ": not a shared object (no ELF file)");
    EXPECT_NE(
        failure_of_object(folder.write("cut.so", "\177ELF and no more")).find("cannot be loaded"),
        std::string::npos);
    const auto compiled = [&](const std::string &name, const std::string &text) {
        const std::string source = folder.write(name + ".c", text);
        const std::string object = folder.path(name + ".so");
        const std::string command = "cc -shared -fPIC -o '" + object + "' '" + source + "'";
        EXPECT_EQ(std::system(command.c_str()), 0);
        return object;
    };
    EXPECT_NE(
        failure_of_object(compiled("none", "int x;")).find("no symbol i2cproof_slave_descriptor"),
        std::string::npos);
    EXPECT_NE(failure_of_object(compiled("old", "unsigned i2cproof_slave_descriptor[64] = {99};"))
                  .find("made for version 99 of the slave interface, this i2cproof has version 1"),
              std::string::npos);
    EXPECT_NE(failure_of_object(compiled("odd", "unsigned i2cproof_slave_descriptor[64] = {1, 8};"))
                  .find("is not one that I2CPROOF_SLAVE() makes"),
              std::string::npos);
    EXPECT_NE(
        failure_of_object(compiled("open", "extern int gone(void); int f(void) { return gone(); }"))
            .find("gone"),
        std::string::npos);
}

TEST(HostedObject, NeitherSourcesNorObject)
{
    Description d;
    Prepared slave(d);
    EXPECT_EQ(slave.image, nullptr);
    EXPECT_EQ(slave.message, "test.slave: kind hosted needs `sources` or `object`");
}

TEST(Kinds, AreHereOrSayWhyNot)
{
    EXPECT_NE(slave_adapter_find("hosted"), nullptr);
    EXPECT_NE(slave_adapter_find("firmware"), nullptr);
    EXPECT_NE(slave_adapter_find("rtl"), nullptr);
    EXPECT_NE(slave_adapter_find("systemc"), nullptr);
    EXPECT_EQ(slave_adapter_find("avr"), nullptr);
    EXPECT_NE(std::string(slave_adapter_missing("avr")).find("avr"), std::string::npos);
}
