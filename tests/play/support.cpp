#include "tests/play/support.h"

extern "C" {
#include "scenarios/lang/suite.h"
}

#include <cstdarg>
#include <cstdio>
#include <gtest/gtest.h>
#include <sstream>

extern "C" {
unsigned long allocations;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);

void *__wrap_malloc(size_t bytes)
{
    allocations++;
    return __real_malloc(bytes);
}
void *__wrap_calloc(size_t count, size_t bytes)
{
    allocations++;
    return __real_calloc(count, bytes);
}
void *__wrap_realloc(void *old, size_t bytes)
{
    allocations++;
    return __real_realloc(old, bytes);
}
}

static bool has_line(const std::string &lines, const std::string &key)
{
    return ("\n" + lines).find("\n" + key + " ") != std::string::npos;
}

static std::string indented(const std::string &lines)
{
    std::istringstream in(lines);
    std::string text;
    for (std::string line; std::getline(in, line);)
        text += "    " + line + "\n";
    return text;
}

std::string scripted(const std::string &keys)
{
    std::string text = "slave s\n    kind hosted\n    sources \"" PLAY_TEST_DATA
                       "/scripted.c\"\n    include \"" SLAVES_SHIPPED "/soft_i2c\"\n";
    if (!has_line(keys, "address"))
        text += "    address 0x50\n";
    if (!has_line(keys, "speed"))
        text += "    speed 400kHz\n";
    return text + indented(keys);
}

std::string scenario_t(const std::string &lines)
{
    return "scenario t\n" + indented(lines);
}

std::string Played::told() const
{
    std::string text = std::string(one.id) + ": " + verdict() + " " + result.reason + "\n";
    for (unsigned i = 0; i < result.findings; i++) {
        const play_finding &f = result.finding[i];
        text += std::string("  ") + play_verdict_text(f.verdict) + " " + f.rule + ": " + f.message +
                " | " + f.expected + " | " + f.blame + " | " + f.text + " | point " +
                std::to_string(f.point) + "\n";
    }
    for (unsigned i = 0; i < result.failed_kept; i++)
        text += std::string("  point ") + result.failed[i].name + "\n";
    return text;
}

bool Stage::read_slave(const std::string &text)
{
    lang_diagnostics *d = lang_diagnostics_new();
    const bool shipped = text.size() > 6 && text.compare(text.size() - 6, 6, ".slave") == 0;
    const std::string path = std::string(SLAVES_SHIPPED) + "/" + text;
    const lang_source source = {"here.slave", text.c_str(), text.size()};
    const lang_status status = shipped ? lang_slave_read_file(&slave_, path.c_str(), d)
                                       : lang_slave_read(&slave_, &source, d);
    char told[2048] = "";
    if (status != LANG_OK)
        lang_diagnostics_text(d, told, sizeof told);
    lang_diagnostics_free(d);
    message_ = told;
    return status == LANG_OK;
}

bool Stage::compile(const std::string &text)
{
    if (text.empty()) {
        programs_[0] = suite_program();
        return true;
    }
    lang_diagnostics *d = lang_diagnostics_new();
    const lang_source source = {"here.scenario", text.c_str(), text.size()};
    const lang_status status = lang_compile(&own_, &source, 1, nullptr, d);
    char told[2048] = "";
    if (status != LANG_OK)
        lang_diagnostics_text(d, told, sizeof told);
    lang_diagnostics_free(d);
    message_ = told;
    programs_[0] = own_;
    return status == LANG_OK;
}

bool Stage::make_set(const Options &options)
{
    char told[SLAVE_MESSAGE_BYTES] = "";
    for (const std::string &name : options.masters) {
        masters_.emplace_back();
        if (!master_spec_read(&masters_.back(), name.c_str(), told, sizeof told)) {
            message_ = told;
            return false;
        }
    }
    filter_ = options.filter;
    filters_ = filter_.c_str();
    play_set_options set = {};
    set.programs = programs_;
    set.program_count = 1;
    set.masters = masters_.data();
    set.master_count = static_cast<unsigned>(masters_.size());
    set.seed = options.seed;
    set.quick = options.quick;
    set.long_runs = options.long_runs;
    set.filters = &filters_;
    set.filter_count = filter_.empty() ? 0 : 1;
    set_ = play_set_new(slave_, &set, told, sizeof told);
    message_ = told;
    return set_ != nullptr;
}

void Stage::world_ends()
{
    worlds++;
    if (look)
        look(*trace_);
}

bool Stage::make_stage(bool traced, const slave_adapter *adapter)
{
    enum { RECORDS = 1 << 14 };
    if (traced) {
        trace_memory_.resize(i2c_trace_bytes(RECORDS) / sizeof(uint64_t) + 1);
        trace_ = i2c_trace_init(trace_memory_.data(), RECORDS);
    }
    char told[SLAVE_MESSAGE_BYTES] = "";
    slave_build_options build = {};
    build.cache_dir = PLAY_TEST_CACHE;
    const slave_adapter *hosted = slave_adapter_find("hosted");
    image_ = hosted->prepare(slave_, &build, told, sizeof told);
    message_ = told;
    if (image_ == nullptr)
        return false;
    play_stage_options options = {};
    options.adapter = adapter != nullptr ? adapter : hosted;
    options.image = image_;
    options.trace = trace_;
    options.on_world_end = [](void *ctx) { static_cast<Stage *>(ctx)->world_ends(); };
    options.on_world_end_ctx = this;
    stage_ = play_stage_new(set_, &options);
    return stage_ != nullptr;
}

Stage::Stage(const std::string &slave, const std::string &scenarios, const Options &options)
{
    if (read_slave(slave) && compile(scenarios) && make_set(options))
        (void)make_stage(options.traced, options.adapter);
}

Stage::~Stage()
{
    play_stage_free(stage_);
    play_set_free(set_);
    if (image_ != nullptr)
        slave_adapter_find("hosted")->discard(image_);
    lang_program_free(own_);
    lang_slave_free(slave_);
}

uint32_t Stage::count() const
{
    return play_set_count(set_);
}

play_case Stage::at(uint32_t i) const
{
    play_case one;
    play_set_case(set_, i, &one);
    return one;
}

std::vector<std::string> Stage::ids() const
{
    std::vector<std::string> ids;
    for (uint32_t i = 0; set_ != nullptr && i < count(); i++)
        ids.emplace_back(at(i).id);
    return ids;
}

Played play_case_of(const std::string &slave, const std::string &by, const std::string &filter,
                    uint64_t seed)
{
    Options options;
    options.masters = {by};
    options.seed = seed;
    options.filter = filter;
    Stage stage(slave, "", options);
    EXPECT_TRUE(stage.ready()) << stage.message();
    EXPECT_EQ(stage.count(), 1u) << filter;
    return stage.play(0);
}

Played Stage::play(const play_case &one)
{
    Played played;
    played.one = one;
    const unsigned long before = allocations;
    play_run(stage_, &one, &played.result);
    played.allocated = allocations - before;
    return played;
}

Played Stage::play(uint32_t i)
{
    if (!ready() || i >= count()) {
        ADD_FAILURE() << "no such case; " << message_;
        Played none{};
        none.result.verdict = PLAY_ERROR;
        return none;
    }
    return play(at(i));
}

Played Stage::play(const std::string &id)
{
    play_case one;
    if (!ready() || !play_set_find(set_, id.c_str(), &one)) {
        ADD_FAILURE() << id << ": not found; " << message_;
        Played none{};
        none.result.verdict = PLAY_ERROR;
        return none;
    }
    return play(one);
}

Played played(const std::string &lines, const std::string &keys, const std::string &on)
{
    Options options;
    options.masters = {on};
    Stage stage(scripted(keys), scenario_t(lines), options);
    return stage.play();
}
