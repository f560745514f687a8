// A SystemC slave as the engine drives it: builds the module, binds its ports, and runs the kernel
// of SystemC step by step. Compiled with each slave, whose class the compiler's options name:
//
//   I2CPROOF_TOP      the class
//   I2CPROOF_SCL ...  its ports, each with 1 behind it in I2CPROOF_..._LOW where low means yes
#include "include/i2cproof/wires.h"
#include "include/i2cproof_systemc.h"
#include "memory.h"
#include "systemc_link.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>

#ifndef I2CPROOF_TOP
#error "no class is named: the slave's file needs `top CLASS`"
#endif
#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)

using i2cproof::line_end;
using sc_core::sc_time;

using top_class = I2CPROOF_TOP;
static_assert(std::is_base_of_v<sc_core::sc_module, top_class>, "i2cproof: top is no sc_module");
static_assert(std::is_constructible_v<top_class, sc_core::sc_module_name>,
              "i2cproof: top needs a constructor that takes its name alone");

namespace
{

constexpr const char *module_name = "slave";

#ifdef I2CPROOF_SCL
static_assert(i2cproof::is_line<decltype(top_class::I2CPROOF_SCL)> ||
                  i2cproof::is_input<decltype(top_class::I2CPROOF_SCL)>,
              "i2cproof: port " TEXT(I2CPROOF_SCL) " cannot be SCL");
#endif
#ifdef I2CPROOF_SDA
static_assert(i2cproof::is_line<decltype(top_class::I2CPROOF_SDA)>,
              "i2cproof: port " TEXT(I2CPROOF_SDA) " cannot be SDA");
#endif
#ifdef I2CPROOF_SCL_I
static_assert(i2cproof::is_input<decltype(top_class::I2CPROOF_SCL_I)>,
              "i2cproof: port " TEXT(I2CPROOF_SCL_I) " cannot be an input");
#endif
#ifdef I2CPROOF_SDA_I
static_assert(i2cproof::is_input<decltype(top_class::I2CPROOF_SDA_I)>,
              "i2cproof: port " TEXT(I2CPROOF_SDA_I) " cannot be an input");
#endif

extern systemc_link bridge;

// ---- the module and its ports -------------------------------------------------------------------

/// Stops the kernel behind the delta in which a line may have moved, while that is wanted.
struct line_watch : sc_core::sc_module {
    sc_core::sc_event moved;
    bool wanted = false;

    SC_HAS_PROCESS(line_watch);
    explicit line_watch(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(look);
        sensitive << moved;
        dont_initialize();
    }
    void look()
    {
        if (wanted)
            sc_core::sc_pause();
    }
};

/// What a port of one direction says, with the polarity that the slave's file gives it.
struct output {
    line_end *line = nullptr;
    bool low = false; ///< low means yes
};

struct {
    top_class *top;
    line_watch *watch;
    line_end *in[2];   ///< where the level goes
    line_end *both[2]; ///< ports of both directions
    output enable[2];  ///< `oe`
    output value[2];   ///< `o`
    line_end *reset;
    bool reset_low;
} model;

bool says_yes(const output &o)
{
    const bool high =
        o.line->drive() == I2CPROOF_RELEASED || o.line->drive() == I2CPROOF_DRIVEN_HIGH;
    return high != o.low;
}

bool is_undefined(const output &o)
{
    return o.line != nullptr && o.line->drive() == I2CPROOF_UNDEFINED;
}

/// A port that nothing has been written to yet does nothing.
uint8_t drive_of_line(unsigned line)
{
    if (model.both[line] != nullptr)
        return model.both[line]->drive();
    const output &enable = model.enable[line];
    const output &value = model.value[line];
    if (is_undefined(enable) || is_undefined(value))
        return I2CPROOF_UNDEFINED;
    if (enable.line == nullptr)
        return value.line != nullptr && value.line->written() && !says_yes(value)
                   ? I2CPROOF_PULLED
                   : I2CPROOF_RELEASED;
    if (!enable.line->written() || !says_yes(enable))
        return I2CPROOF_RELEASED;
    return value.line != nullptr && says_yes(value) ? I2CPROOF_DRIVEN_HIGH : I2CPROOF_PULLED;
}

void look_at_lines()
{
    for (unsigned line = 0; line < 2; line++)
        bridge.drive[line] = drive_of_line(line);
}

void bind_lines()
{
    top_class &top = *model.top;
    (void)top;
#define BIND(place, port)                                                                          \
    place = i2cproof::bind_line(top.port, "i2cproof_" TEXT(port)),                                 \
    (place)->moved = &model.watch->moved
#ifdef I2CPROOF_SCL
    BIND(model.both[0], I2CPROOF_SCL);
#endif
#ifdef I2CPROOF_SDA
    BIND(model.both[1], I2CPROOF_SDA);
#endif
#ifdef I2CPROOF_SCL_I
    BIND(model.in[0], I2CPROOF_SCL_I);
#endif
#ifdef I2CPROOF_SDA_I
    BIND(model.in[1], I2CPROOF_SDA_I);
#endif
#ifdef I2CPROOF_SCL_OE
    BIND(model.enable[0].line, I2CPROOF_SCL_OE);
    model.enable[0].low = I2CPROOF_SCL_OE_LOW;
#endif
#ifdef I2CPROOF_SDA_OE
    BIND(model.enable[1].line, I2CPROOF_SDA_OE);
    model.enable[1].low = I2CPROOF_SDA_OE_LOW;
#endif
#ifdef I2CPROOF_SCL_O
    BIND(model.value[0].line, I2CPROOF_SCL_O);
    model.value[0].low = I2CPROOF_SCL_O_LOW;
#endif
#ifdef I2CPROOF_SDA_O
    BIND(model.value[1].line, I2CPROOF_SDA_O);
    model.value[1].low = I2CPROOF_SDA_O_LOW;
#endif
}

void bind_others()
{
#ifdef I2CPROOF_CLOCK
    auto *clock =
        new sc_core::sc_clock("i2cproof_clock", sc_time(I2CPROOF_CLOCK_PS, sc_core::SC_PS));
    model.top->I2CPROOF_CLOCK.bind(*clock);
#endif
#ifdef I2CPROOF_RESET
    model.reset = i2cproof::bind_line(model.top->I2CPROOF_RESET, "i2cproof_reset");
    model.reset_low = I2CPROOF_RESET_LOW;
#endif
#ifdef I2CPROOF_INPUTS
#define INPUT(port, value) i2cproof::bind_value(model.top->port, "i2cproof_" #port, value);
    I2CPROOF_INPUTS
#endif
}

// ---- what ends a simulation ---------------------------------------------------------------------

void end_with(const char *text)
{
    if (bridge.end[0] != '\0')
        return;
    (void)snprintf(bridge.end, sizeof bridge.end, "%s", text);
    for (char *at = bridge.end; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
}

const char *file_of(const char *path)
{
    const char *slash = path == nullptr ? nullptr : strrchr(path, '/');
    return slash != nullptr ? slash + 1 : path == nullptr ? "?" : path;
}

void tell_report(const sc_core::sc_report &report)
{
    char text[SYSTEMC_END_BYTES];
    const char *process = report.get_process_name();
    if (strcmp(report.get_msg_type(), "uncaught exception") == 0) {
        (void)snprintf(text, sizeof text, "an exception left %s: %s",
                       process != nullptr ? process : "it", report.get_msg());
        end_with(text);
        return;
    }
    const bool fatal = report.get_severity() == sc_core::SC_FATAL;
    (void)snprintf(text, sizeof text, "%s: %s%s%s, at %s:%d%s%s",
                   fatal ? "sc_report_fatal" : "sc_report_error", report.get_msg_type(),
                   report.get_msg()[0] != '\0' ? ": " : "", report.get_msg(),
                   file_of(report.get_file_name()), report.get_line_number(),
                   process != nullptr ? " in " : "", process != nullptr ? process : "");
    end_with(text);
}

/// A fatal report would end the process; as an exception it ends this simulation alone.
void on_report(const sc_core::sc_report &report, const sc_core::sc_actions &actions)
{
    const bool ends = report.get_severity() >= sc_core::SC_ERROR;
    if (ends)
        tell_report(report);
    sc_core::sc_report_handler::default_handler(
        report, ends ? actions & ~(sc_core::SC_THROW | sc_core::SC_ABORT) : actions);
    if (ends)
        throw report; // NOLINT: as the library does
}

/// Does something of the model's, whatever that throws.
template <class Work> bool guarded(const Work &work)
{
    try {
        work();
    } catch (const sc_core::sc_report &report) {
        tell_report(report);
    } catch (const std::exception &thrown) {
        end_with((std::string("an exception left its process: ") + thrown.what()).c_str());
    } catch (...) {
        end_with("an exception left its process");
    }
    return bridge.end[0] == '\0';
}

// ---- the kernel ---------------------------------------------------------------------------------

void check_resolution()
{
    if (sc_core::sc_get_time_resolution() != sc_time(1, sc_core::SC_PS))
        end_with(("sets the time resolution to " + sc_core::sc_get_time_resolution().to_string() +
                  "; a slave under test needs SystemC's own, 1 ps")
                     .c_str());
}

/// NULL: the module has none.
i2cproof::application *application()
{
    return dynamic_cast<i2cproof::application *>(static_cast<sc_core::sc_object *>(model.top));
}

void tell_call(void *ctx, const char *function, const int64_t *args, unsigned count)
{
    (void)ctx;
    if (bridge.on_call != nullptr)
        bridge.on_call(bridge.on_call_ctx, function, args, count);
}

bool elaborate()
{
    sc_core::sc_report_handler::set_handler(on_report);
    return guarded([] {
        model.top = new top_class(module_name);
        if (application() != nullptr)
            application()->listen(tell_call, nullptr);
        model.watch = new line_watch("i2cproof_watch");
        bind_lines();
        bind_others();
        check_resolution();
    });
}

uint64_t now_ps()
{
    return sc_core::sc_time_stamp().value();
}

uint64_t next_ps()
{
    if (bridge.end[0] != '\0')
        return UINT64_MAX;
    if (sc_core::sc_pending_activity_at_current_time())
        return now_ps();
    if (!sc_core::sc_pending_activity_at_future_time())
        return UINT64_MAX;
    return now_ps() + sc_core::sc_time_to_pending_activity().value();
}

/// What changes from outside now changes at that time.
void advance(uint64_t to_ps)
{
    if (to_ps > now_ps())
        sc_core::sc_start(sc_time::from_value(to_ps - now_ps()));
}

bool is_stopped()
{
    return sc_core::sc_get_status() == sc_core::SC_STOPPED;
}

/// All deltas of the present instant.
void drain()
{
    do
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
    while (sc_core::sc_pending_activity_at_current_time() && !is_stopped());
}

void look()
{
    if (is_stopped())
        end_with("sc_stop() was called: the simulation is over");
    look_at_lines();
}

void run(uint64_t until_ps)
{
    if (bridge.end[0] != '\0')
        return;
    guarded([until_ps] {
        advance(until_ps);
        if (!is_stopped())
            drain();
    });
    look();
}

uint64_t pass(uint64_t until_ps)
{
    guarded([until_ps] {
        model.watch->wanted = true;
        advance(until_ps);
        model.watch->wanted = false;
        if (!is_stopped() && sc_core::sc_pending_activity_at_current_time())
            drain();
    });
    look();
    return now_ps();
}

void set_level(uint64_t at_ps, unsigned line, bool high)
{
    line_end *to = model.both[line] != nullptr ? model.both[line] : model.in[line];
    guarded([&] {
        advance(at_ps);
        if (to != nullptr)
            to->set_level(high);
    });
}

void set_reset(uint64_t at_ps, bool active)
{
    guarded([&] {
        advance(at_ps);
        if (model.reset != nullptr)
            model.reset->set_level(active != model.reset_low);
    });
}

// ---- its signals --------------------------------------------------------------------------------

sc_core::sc_object *object_of(const char *name)
{
    return sc_core::sc_find_object((std::string(module_name) + "." + name).c_str());
}

template <class Value> bool read_as(sc_core::sc_object *object, int64_t *value)
{
    const auto *signal = dynamic_cast<sc_core::sc_signal_in_if<Value> *>(object);
    if (signal != nullptr)
        *value = static_cast<int64_t>(signal->read());
    return signal != nullptr;
}

/// What it prints of itself, which signals of all numbers can.
bool read_printed(const sc_core::sc_object *object, int64_t *value)
{
    std::ostringstream text;
    object->print(text);
    const std::string printed = text.str();
    char *end = nullptr;
    *value = strtoll(printed.c_str(), &end, 10);
    return end != printed.c_str() && *end == '\0';
}

bool get(const char *name, int64_t *value)
{
    sc_core::sc_object *object = object_of(name);
    bool known = false;
    guarded([&] {
        known = object != nullptr &&
                (read_as<unsigned char>(object, value) || read_as<signed char>(object, value) ||
                 read_as<char>(object, value) ||
                 (strcmp(object->kind(), "sc_signal") == 0 && read_printed(object, value)));
    });
    return known;
}

template <class Value> bool write_as(sc_core::sc_object *object, int64_t value)
{
    auto *signal = dynamic_cast<sc_core::sc_signal_inout_if<Value> *>(object);
    if (signal != nullptr)
        signal->write(static_cast<Value>(value));
    return signal != nullptr;
}

bool set(uint64_t at_ps, const char *name, int64_t value)
{
    sc_core::sc_object *object = object_of(name);
    bool known = false;
    guarded([&] {
        advance(at_ps);
        known = object != nullptr &&
                (write_as<bool>(object, value) || write_as<unsigned char>(object, value) ||
                 write_as<signed char>(object, value) || write_as<char>(object, value) ||
                 write_as<short>(object, value) || write_as<unsigned short>(object, value) ||
                 write_as<int>(object, value) || write_as<unsigned>(object, value) ||
                 write_as<long>(object, value) || write_as<unsigned long>(object, value) ||
                 write_as<sc_dt::sc_uint<8>>(object, value) ||
                 write_as<sc_dt::sc_uint<16>>(object, value) ||
                 write_as<sc_dt::sc_uint<32>>(object, value));
    });
    return known;
}

bool call(uint64_t at_ps, const char *function, const int64_t *args, unsigned count)
{
    bool known = false;
    guarded([&] {
        advance(at_ps);
        known = application() != nullptr && application()->call(function, args, count);
    });
    return known;
}

void names(char *text, size_t bytes)
{
    size_t length = 0;
    text[0] = '\0';
    for (const sc_core::sc_object *object : model.top->get_child_objects())
        if (strcmp(object->kind(), "sc_signal") == 0 && length < bytes)
            length += static_cast<size_t>(
                snprintf(text + length, bytes - length, "%s ", object->basename()));
}

systemc_link bridge = {.version = SYSTEMC_LINK_VERSION,
                       .on_exit = nullptr,
                       .on_call = nullptr,
                       .on_call_ctx = nullptr,
                       .drive = {},
                       .end = "",
                       .elaborate = elaborate,
                       .keep = systemc_memory_keep,
                       .refresh = systemc_memory_refresh,
                       .next_ps = next_ps,
                       .pass = pass,
                       .run = run,
                       .set_level = set_level,
                       .set_reset = set_reset,
                       .get = get,
                       .set = set,
                       .call = call,
                       .names = names};

/// What is printed must have left the buffer before a crash; and the library's greeting is no line
/// of the slave's.
__attribute__((constructor)) void begin()
{
    (void)setvbuf(stdout, nullptr, _IONBF, 0);
    (void)setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) systemc_link *i2cproof_systemc_link()
{
    return &bridge;
}

/// The engine's, which tells who called it; this C library's would only end the process.
__attribute__((visibility("default"))) void exit(int status) noexcept
{
    if (bridge.on_exit != nullptr)
        bridge.on_exit(status);
    _Exit(status);
}

/// The library has a main() that wants it; nobody calls either.
__attribute__((visibility("default"))) int sc_main(int count, char **words)
{
    (void)count;
    (void)words;
    return 0;
}
}
