#include "tests/cli/wave_support.h"

extern "C" {
#include "vcd/vcd.h"
}

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>

namespace wave_test
{

Folder::Folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "wave_test_XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
}

Folder::~Folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

std::string Folder::path(const std::string &name) const
{
    return folder + "/" + name;
}

std::string file_text(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string output_of(const std::string &command, int *status)
{
    std::string text;
    char buffer[4096];
    FILE *pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr)
        return "cannot run " + command;
    for (size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        text.append(buffer, n);
    const int how = pclose(pipe);
    *status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    return text;
}

void expect_vcd2fst_takes(const std::string &path)
{
    int status = 0;
    output_of("command -v vcd2fst", &status);
    ASSERT_EQ(status, 0) << "vcd2fst is missing: apt-get install gtkwave";
    const std::string said = output_of("vcd2fst '" + path + "' '" + path + ".fst'", &status);
    EXPECT_EQ(status, 0) << said;
    EXPECT_EQ(said, "") << path;
}

// ---- traces ---------------------------------------------------------------------------------

Trace::Trace(uint32_t capacity)
    : memory(i2c_trace_bytes(capacity) / sizeof(uint64_t) + 1),
      trace(i2c_trace_init(memory.data(), capacity))
{
}

void Trace::node(const char *name)
{
    std::snprintf(trace->node[trace->nodes++], I2C_TRACE_NAME_BYTES, "%s", name);
}

void Trace::level(uint64_t at_ps, i2c_line line, bool level)
{
    high[line] = level;
    i2c_trace_put(trace, {at_ps, I2C_RECORD_LEVEL, static_cast<uint8_t>(line),
                          level ? uint16_t{1} : uint16_t{0}, 0});
}

void Trace::pulls(uint64_t at_ps, i2c_line line, uint32_t nodes)
{
    i2c_trace_put(trace, {at_ps, I2C_RECORD_PULLS, static_cast<uint8_t>(line), 0, nodes});
    if (high[line] != (nodes == 0))
        level(at_ps, line, nodes == 0);
}

void Trace::event(uint64_t at_ps, i2c_event_kind kind, uint8_t value, unsigned flags)
{
    i2c_trace_put(trace, {at_ps, I2C_RECORD_EVENT, static_cast<uint8_t>(kind),
                          static_cast<uint16_t>(flags), value});
}

wave_facts facts_of(const i2c_trace *trace)
{
    wave_facts facts;
    wave_facts_init(&facts);
    facts.whole = i2c_trace_whole(trace);
    wave_facts_look(&facts, trace, 0);
    return facts;
}

std::string write_vcd(const std::string &path, const i2c_trace *trace, const wave_facts &facts,
                      bool strict)
{
    char message[512] = "";
    wave_vcd_config config = {};
    config.facts = &facts;
    config.tables = trace;
    config.strict = strict;
    wave_vcd *v = wave_vcd_open(path.c_str(), &config, message, sizeof message);
    if (v != nullptr)
        wave_vcd_finish(v, trace, message, sizeof message);
    wave_vcd_free(v);
    return message;
}

// ---- reading back ---------------------------------------------------------------------------

namespace
{

struct Reading {
    Waves *waves;
    std::vector<std::string> scopes;
    std::vector<std::string> names; // of the signals, by number
    uint64_t now = 0;
};

Reading &of(void *ctx)
{
    return *static_cast<Reading *>(ctx);
}

bool on_var(void *ctx, const vcd_var *var, vcd_signal)
{
    std::string path;
    for (const std::string &scope : of(ctx).scopes)
        path += scope + ".";
    of(ctx).names.push_back(path + var->name);
    return true;
}

bool on_change(void *ctx, vcd_signal signal, const vcd_value *value)
{
    const std::string text =
        value->kind == VCD_KIND_TEXT ? std::string(value->text, value->len_bytes) : value->bits;
    of(ctx).waves->values[of(ctx).names.at(signal)][of(ctx).now] = text;
    return true;
}

} // namespace

Waves read_vcd(const std::string &path)
{
    Waves waves;
    Reading reading{&waves, {}, {}};
    vcd_reader_config config = {};
    config.ctx = &reading;
    config.on_scope = [](void *ctx, vcd_scope_type, const char *name) {
        of(ctx).scopes.emplace_back(name);
        return true;
    };
    config.on_upscope = [](void *ctx) {
        of(ctx).scopes.pop_back();
        return true;
    };
    config.on_timescale = [](void *ctx, uint32_t scale, vcd_unit unit) {
        of(ctx).waves->timescale_ps = scale * (unit == VCD_NS ? 1000u : 1u);
        return unit == VCD_NS || unit == VCD_PS;
    };
    config.on_time = [](void *ctx, uint64_t time) {
        of(ctx).now = time;
        return true;
    };
    config.on_var = on_var;
    config.on_change = on_change;
    vcd_reader *reader = nullptr;
    EXPECT_EQ(vcd_reader_new(&reader, &config), VCD_OK);
    EXPECT_EQ(vcd_reader_read_path(reader, path.c_str()), VCD_OK) << vcd_reader_error(reader)->text;
    vcd_reader_free(reader);
    return waves;
}

std::string Waves::at(const std::string &path, uint64_t time) const
{
    const auto found = values.find(path);
    if (found == values.end())
        return "no such signal";
    const auto behind = found->second.upper_bound(time);
    return behind == found->second.begin() ? "too early" : std::prev(behind)->second;
}

std::vector<std::string> Waves::changes(const std::string &path) const
{
    std::vector<std::string> all;
    const auto found = values.find(path);
    if (found != values.end())
        for (const auto &change : found->second)
            all.push_back(change.second);
    if (!all.empty())
        all.erase(all.begin());
    return all;
}

// ---- a simulated bus ------------------------------------------------------------------------

Bus::Bus(const std::string &master_text, uint32_t capacity, i2c_trace_full_fn *on_full, void *ctx)
    : recorded(capacity)
{
    static const uint8_t table[] = {0xA5, 0x3C, 0x00, 0xFF};
    char error[256] = "";
    EXPECT_TRUE(master_spec_read(&spec, master_text.c_str(), error, sizeof error)) << error;
    i2c_sim_config config = {};
    config.wires = spec.wires;
    config.seed = 1;
    config.budget_ps = I2C_NEVER_PS;
    config.trace = recorded.get();
    config.on_trace_full = on_full;
    config.on_trace_full_ctx = ctx;
    EXPECT_EQ(i2c_sim_new(&sim, &config), I2C_OK);
    neighbour_config own = {};
    own.name = "slave";
    own.own_addr7[0] = 1ull << 0x26;
    own.threshold = I2C_AT_50;
    own.output_delay_ps = NEIGHBOUR_USUAL_DELAY_PS;
    own.takes_bytes = NEIGHBOUR_TAKES_ALL;
    own.table = table;
    own.table_bytes = sizeof table;
    EXPECT_EQ(neighbour_init(&slave, sim, &own), I2C_OK);
    EXPECT_EQ(master_new(&m, &spec), I2C_OK);
    EXPECT_EQ(master_attach(m, sim), I2C_OK);
    i2c_sim_run(sim, 100 * US);
}

Bus::~Bus()
{
    master_free(m);
    i2c_sim_free(sim);
}

wave_facts Bus::facts() const
{
    wave_facts facts = facts_of(trace());
    facts.end_ps = i2c_sim_now_ps(sim);
    return facts;
}

void Bus::run(const master_message &message)
{
    open.push_back(message);
    if (!message.stop)
        return;
    const master_transfer transfer = {open.data(), static_cast<uint32_t>(open.size())};
    master_outcome outcome = {};
    char why[256] = "";
    EXPECT_TRUE(master_can(m, &transfer, false, why, sizeof why)) << why;
    master_run(m, &transfer, &outcome);
    EXPECT_EQ(outcome.end, MASTER_DONE) << outcome.why;
    open.clear();
    i2c_sim_run(sim, i2c_sim_now_ps(sim) + 20 * US);
}

void Bus::write(const std::vector<uint8_t> &bytes, bool stop)
{
    kept.push_back(bytes);
    master_message message = {};
    message.begin = open.empty() ? MASTER_START : MASTER_JOIN;
    message.addressed = true;
    message.address = 0x26 << 1;
    message.count = static_cast<uint32_t>(bytes.size());
    message.data = kept.back().data();
    message.stop = stop;
    run(message);
}

std::vector<uint8_t> Bus::read(uint32_t count)
{
    std::vector<uint8_t> into(count);
    master_message message = {};
    message.begin = open.empty() ? MASTER_START : MASTER_JOIN;
    message.addressed = true;
    message.address = 0x26 << 1 | 1;
    message.count = count;
    message.into = into.data();
    message.stop = true;
    run(message);
    return into;
}

} // namespace wave_test
