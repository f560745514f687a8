#include "tests/slaves/bench.h"

#include "tests/slaves/ideal_bus.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

Folder::Folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "i2cproof-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        std::abort();
    at_ = name;
}

Folder::~Folder()
{
    std::error_code ignored;
    std::filesystem::permissions(at_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(at_, ignored);
}

std::string Folder::write(const std::string &name, const std::string &text) const
{
    const std::filesystem::path file = at_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
}

Description &Description::sources(std::vector<std::string> paths)
{
    sources_ = std::move(paths);
    return *this;
}

Description &Description::defines(std::vector<std::string> defines)
{
    defines_ = std::move(defines);
    return *this;
}

Description &Description::includes(std::vector<std::string> folders)
{
    includes_ = std::move(folders);
    return *this;
}

Description &Description::flags(std::vector<std::string> flags)
{
    flags_ = std::move(flags);
    return *this;
}

Description &Description::watches(std::vector<std::string> names)
{
    watch_ = std::move(names);
    return *this;
}

Description &Description::object(const std::string &path)
{
    object_ = path;
    return *this;
}

Description &Description::mcu(const std::string &part, uint32_t clock_hz)
{
    part_ = part;
    clock_hz_ = clock_hz;
    return *this;
}

slave_strings Description::strings(std::vector<const char *> &at, const std::vector<std::string> &s)
{
    at.clear();
    for (const std::string &one : s)
        at.push_back(one.c_str());
    return {at.data(), static_cast<uint32_t>(at.size()), nullptr};
}

Description &Description::avr(const std::string &elf)
{
    avr_ = true;
    elf_ = elf;
    return *this;
}

const slave_description *Description::get()
{
    made_ = {};
    made_.path = "test.slave";
    made_.folder = ".";
    made_.name = "test";
    made_.kind = avr_ ? SLAVE_AVR : part_.empty() ? SLAVE_HOSTED : SLAVE_FIRMWARE;
    made_.elf = elf_.empty() ? nullptr : elf_.c_str();
    made_.elf_place = {"test.slave", 3, 5};
    made_.mcu = part_.empty() ? nullptr : part_.c_str();
    made_.cpu_hz = clock_hz_;
    made_.sources = strings(at_[0], sources_);
    made_.defines = strings(at_[1], defines_);
    made_.includes = strings(at_[2], includes_);
    made_.watch = strings(at_[3], watch_);
    made_.flags = strings(at_[4], flags_);
    made_.declared[SLAVE_KEY_WATCH] = {nullptr, 7, 5};
    made_.object = object_.empty() ? nullptr : object_.c_str();
    return &made_;
}

static const char *const kind_names[] = {"hosted", "firmware", "avr", "rtl", "systemc"};

Prepared::Prepared(const slave_description *description, const std::string &cache)
    : adapter(slave_adapter_find(kind_names[description->kind]))
{
    slave_build_options options = {};
    options.cache_dir = cache.empty() ? nullptr : cache.c_str();
    options.note = [](void *ctx, const char *text) {
        static_cast<std::vector<std::string> *>(ctx)->emplace_back(text);
    };
    options.note_ctx = &notes;
    std::string text(4096, '\0');
    image = adapter->prepare(description, &options, text.data(), text.size());
    message = text.c_str();
}

Prepared::~Prepared()
{
    adapter->discard(image);
}

Bench::Bench(Prepared &prepared, const slave_attach_options &options, i2c_trace *trace)
    : prepared_(prepared)
{
    sim = ideal_bus(true, trace);
    master_ = add_master(sim);
    slave_attach_options all = options;
    all.threshold = I2C_AT_50;
    all.on_call = [](void *ctx, const slave_call *call) {
        static_cast<Bench *>(ctx)->calls.push_back(*call);
    };
    all.on_call_ctx = this;
    all.on_finding = [](void *ctx, const i2c_finding *finding) {
        static_cast<Bench *>(ctx)->findings.emplace_back(std::string(finding->rule->id) + ": " +
                                                         finding->message);
    };
    all.on_finding_ctx = this;
    slave = prepared_.adapter->attach(prepared_.image, sim, &all);
    EXPECT_NE(slave, nullptr);
    wait_us(100);
}

Bench::~Bench()
{
    prepared_.adapter->detach(slave);
    i2c_sim_free(sim);
}

void Bench::wait_us(uint64_t us)
{
    i2c_sim_run(sim, i2c_sim_now_ps(sim) + us * I2C_PS_PER_US);
}

void Bench::set(i2c_line line, bool high)
{
    i2c_node_set(sim, master_, line, high ? I2C_RELEASED : I2C_PULLED);
    i2c_sim_run(sim, i2c_sim_now_ps(sim));
}

bool Bench::level(i2c_line line) const
{
    return i2c_line_level(sim, line);
}

bool Bench::slave_pulls(i2c_line line) const
{
    return i2c_node_drive(sim, prepared_.adapter->node(slave), line) == I2C_PULLED;
}

/// Releases SCL and waits for it, as UM10204 3.1.9 asks of a master.
void Bench::high()
{
    set(I2C_SCL, true);
    uint64_t waited_us = 0;
    while (!level(I2C_SCL) && waited_us < 100000) {
        wait_us(1);
        waited_us++;
    }
    longest_wait_us_ = std::max(longest_wait_us_, waited_us);
    EXPECT_LT(waited_us, 100000u) << "SCL is held for ever";
}

void Bench::start()
{
    set(I2C_SDA, true);
    wait_us(5 * slowness);
    high();
    wait_us(5 * slowness);
    set(I2C_SDA, false);
    wait_us(5 * slowness);
    set(I2C_SCL, false);
    wait_us(1);
}

void Bench::stop()
{
    set(I2C_SDA, false);
    wait_us(5 * slowness);
    high();
    wait_us(5 * slowness);
    set(I2C_SDA, true);
    wait_us(10 * slowness);
}

bool Bench::bit(bool value)
{
    set(I2C_SDA, value);
    wait_us(4 * slowness);
    high();
    wait_us(2 * slowness);
    const bool seen = level(I2C_SDA);
    wait_us(3 * slowness);
    set(I2C_SCL, false);
    wait_us(1);
    return seen;
}

bool Bench::write(uint8_t byte)
{
    for (int i = 7; i >= 0; i--)
        bit((byte >> i & 1) != 0);
    return !bit(true);
}

uint8_t Bench::read(bool ack)
{
    unsigned byte = 0;
    for (int i = 0; i < 8; i++)
        byte = byte << 1 | (bit(true) ? 1u : 0u);
    bit(!ack);
    return static_cast<uint8_t>(byte);
}

int64_t Bench::get(const char *variable)
{
    int64_t value = -1;
    EXPECT_EQ(prepared_.adapter->get(slave, variable, &value), SLAVE_OK) << variable;
    return value;
}

bool Bench::transfer(uint8_t addr7, const std::vector<uint8_t> &out, size_t count,
                     std::vector<uint8_t> *in)
{
    bool ok = true;
    if (!out.empty()) {
        start();
        ok = write(static_cast<uint8_t>(addr7 << 1));
        for (const uint8_t byte : out)
            ok = ok && write(byte);
    }
    if (ok && count > 0) {
        start();
        ok = write(static_cast<uint8_t>(addr7 << 1 | 1));
        std::vector<uint8_t> got;
        for (size_t i = 0; ok && i < count; i++)
            got.push_back(read(i + 1 < count));
        if (in != nullptr)
            *in = got;
    }
    stop();
    return ok;
}
