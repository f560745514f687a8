#include "support.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace vcd_test
{
namespace
{

ptrdiff_t take(void *ctx, const void *data, size_t len)
{
    auto *trace = static_cast<Trace *>(ctx);
    const size_t part = std::min(len, trace->max_push);
    trace->bytes.append(static_cast<const char *>(data), part);
    return static_cast<ptrdiff_t>(part);
}

bool add(void *ctx, const std::string &line)
{
    static_cast<std::vector<std::string> *>(ctx)->push_back(line);
    return true;
}

bool on_text(void *ctx, vcd_text what, const char *text)
{
    return add(ctx, "text " + std::to_string(what) + " " + text);
}

bool on_timescale(void *ctx, uint32_t number, vcd_unit unit)
{
    return add(ctx, "timescale " + std::to_string(number) + " " + std::to_string(unit));
}

bool on_scope(void *ctx, vcd_scope_type type, const char *name)
{
    return add(ctx, "scope " + std::to_string(type) + " " + name);
}

bool on_upscope(void *ctx)
{
    return add(ctx, "upscope");
}

bool on_var(void *ctx, const vcd_var *var, vcd_signal signal)
{
    std::string line = "var " + std::to_string(signal) + " " + vcd_var_type_word(var->type) + " " +
                       std::to_string(var->width) + " " + var->name;
    if (var->has_range)
        line += " [" + std::to_string(var->msb) + ":" + std::to_string(var->lsb) + "]";
    return add(ctx, line);
}

bool on_enddefinitions(void *ctx)
{
    return add(ctx, "enddefinitions");
}

bool on_time(void *ctx, uint64_t time)
{
    return add(ctx, "#" + std::to_string(time));
}

std::string value_text(const vcd_value &value)
{
    char real[64];
    switch (value.kind) {
    case VCD_KIND_REAL:
        (void)std::snprintf(real, sizeof real, "real %a", value.real);
        return real;
    case VCD_KIND_TEXT:
        return "string " + std::string(value.text, value.len_bytes);
    default:
        return value.bits;
    }
}

bool on_change(void *ctx, vcd_signal signal, const vcd_value *value)
{
    return add(ctx, std::to_string(signal) + "=" + value_text(*value));
}

bool on_dump(void *ctx, vcd_dump what, bool begins)
{
    return add(ctx, "dump " + std::to_string(what) + (begins ? " begins" : " ends"));
}

} // namespace

Trace::Trace(vcd_writer_config config, size_t push) : max_push(push)
{
    vcd_error error;
    EXPECT_EQ(vcd_writer_open_callback(&writer, take, this, nullptr, &config, &error), VCD_OK)
        << error.text;
}

Trace::~Trace()
{
    vcd_writer_free(writer);
}

vcd_signal Trace::var(vcd_var_type type, uint32_t width, const char *name) const
{
    vcd_signal signal = UINT32_MAX;
    vcd_var var{};
    var.type = type;
    var.width = width;
    var.name = name;
    EXPECT_EQ(vcd_writer_var(writer, &var, &signal), VCD_OK) << vcd_writer_error(writer)->text;
    return signal;
}

std::string Trace::text()
{
    EXPECT_EQ(vcd_writer_finish(writer), VCD_OK) << vcd_writer_error(writer)->text;
    return bytes;
}

std::string Told::all() const
{
    std::string text;
    for (const std::string &event : events)
        text += event + "\n";
    return text;
}

Told read_text(const std::string &file, size_t piece, size_t word_max_bytes)
{
    Told told;
    vcd_reader *reader = nullptr;
    vcd_reader_config config{};
    config.ctx = &told.events;
    config.on_text = on_text;
    config.on_timescale = on_timescale;
    config.on_scope = on_scope;
    config.on_upscope = on_upscope;
    config.on_var = on_var;
    config.on_enddefinitions = on_enddefinitions;
    config.on_time = on_time;
    config.on_change = on_change;
    config.on_dump = on_dump;
    config.word_max_bytes = word_max_bytes;
    EXPECT_EQ(vcd_reader_new(&reader, &config), VCD_OK);
    for (size_t at = 0; at < file.size() && told.status == VCD_OK;) {
        const size_t part = std::min(piece, file.size() - at);
        told.status = vcd_reader_feed(reader, file.data() + at, part);
        at += part;
    }
    told.status = vcd_reader_finish(reader);
    told.error = *vcd_reader_error(reader);
    EXPECT_EQ(told.error.status, told.status);
    vcd_reader_free(reader);
    return told;
}

Folder::Folder()
{
    std::string name = testing::TempDir() + "vcd_test_XXXXXX";
    root = mkdtemp(name.data());
}

Folder::~Folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
}

std::string Folder::path(const std::string &name) const
{
    return root + "/" + name;
}

std::string file_bytes(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

} // namespace vcd_test
