// A verilated design as rtl_link.h offers it. Included at the end of one unit with the generated
// sources and these macros:
//
//   RTL_PLAIN      1: all of the design's state is bytes of its root object, which can be copied
//   RTL_DRAWS      1: it assigns values that are not set (x) while it runs
//   RTL_KNOWS_TIME 1: it asks for the time, if only to print it
//   RTL_RESTLESS   1: what it does hangs on more than its state and inputs
//   RTL_FALLS_IDLE 1: a fall of its clock alone changes nothing
//   RTL_HAS_CLOCK, RTL_SCL_INOUT, RTL_SDA_INOUT
//   RTL_WATCHED    names, each with a comma behind it
#include "rtl_link.h"

#include <verilated.h>
#include <verilated_sym_props.h>
#include <verilated_syms.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

// The object with all of the design's state is the only one that asks for alignment. Between its
// members it is to hold zeros, so that two of them can be compared as a whole.
void *operator new(std::size_t bytes, std::align_val_t alignment)
{
    const std::size_t step = static_cast<std::size_t>(alignment);
    void *at = std::aligned_alloc(step, (bytes + step - 1) / step * step);
    if (at == nullptr)
        throw std::bad_alloc();
    return std::memset(at, 0, bytes);
}

void operator delete(void *at, std::align_val_t) noexcept
{
    std::free(at);
}

void operator delete(void *at, std::size_t, std::align_val_t) noexcept
{
    std::free(at);
}

namespace
{
struct Ended {
    rtl_end end;
    std::string why;
};

/// Where prints go that come now; prints happen only while a model is evaluated.
struct Printer {
    const rtl_host *host = nullptr;
    bool muted = false;
    uint64_t count = 0;
    std::string line;
};
Printer printer;

std::string place(const char *file, int line)
{
    const char *slash = std::strrchr(file, '/');
    return std::string(slash != nullptr ? slash + 1 : file) + ":" + std::to_string(line);
}
} // namespace

int i2cproof_rtl_printf(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    const int n = std::vsnprintf(text, sizeof text, format, args);
    va_end(args);
    printer.count++;
    if (printer.muted || printer.host == nullptr)
        return n;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c != '\n') {
            printer.line += *c;
            continue;
        }
        printer.host->prints(printer.host->ctx, printer.line.c_str());
        printer.line.clear();
    }
    return n;
}

void vl_finish(const char *file, int line, const char *)
{
    throw Ended{RTL_FINISHED, place(file, line)};
}

void vl_stop(const char *file, int line, const char *)
{
    throw Ended{RTL_STOPPED, place(file, line)};
}

void vl_fatal(const char *file, int line, const char *, const char *text)
{
    const bool loops = std::strstr(text, "converge") != nullptr;
    throw Ended{loops ? RTL_UNSTABLE : RTL_STOPPED, loops ? text : place(file, line) + ": " + text};
}

void vl_warn(const char *file, int line, const char *, const char *text)
{
    (void)i2cproof_rtl_printf("%%Warning: %s: %s\n", place(file, line).c_str(), text);
}

namespace
{
/// A design, with the values that it has at first where it sets none itself.
class Design
{
  public:
    explicit Design(int unset) : context(new VerilatedContext)
    {
        context->threads(1); // none beside our own: a worker is made by forking
        context->randReset(unset);
        use();
        made.reset(new Vdut(context.get()));
    }

    ~Design()
    {
        use(); // its scopes leave the context that is in use
        made.reset();
        Verilated::threadContextp(Verilated::defaultContextp());
    }
    Design(const Design &) = delete;
    Design &operator=(const Design &) = delete;

    void use() const
    {
        Verilated::threadContextp(context.get());
    }

    /// What eval() does once all is initialized, without the messages of other threads.
    void eval() const
    {
        if (RTL_DRAWS || RTL_KNOWS_TIME)
            use();
        Vdut___024root___eval(made->rootp);
    }

    void first_eval() const
    {
        use();
        made->rootp->vlSymsp->__Vm_didInit = false;
        made->eval();
    }

    unsigned char *state() const
    {
        return reinterpret_cast<unsigned char *>(made->rootp) + sizeof(VerilatedModule);
    }

    size_t bytes() const
    {
        return static_cast<size_t>(reinterpret_cast<const unsigned char *>(&made->rootp->vlSymsp) -
                                   state());
    }

    Vdut *operator->() const
    {
        return made.get();
    }

    std::unique_ptr<VerilatedContext> context; // outlives what is made in it
    std::unique_ptr<Vdut> made;
};
} // namespace

struct rtl_model {
    rtl_state state{};
    rtl_host host{};
    std::unique_ptr<Design> main, other;
    std::vector<unsigned char> set;    ///< what the design's state is made with, where it is set
    std::vector<unsigned char> mask;   ///< 1: a bit that is not
    std::vector<unsigned char> kept;   ///< a copy of a state, to undo what is tried
    std::vector<unsigned char> before; ///< copies of both states, to find rest
    bool compares = false;             ///< `other` runs beside
    uint64_t compare_at = 0, compare_every = 0;
    uint64_t rest_at = 0, rest_every = 0, prints_before = 0;
    bool rest_begun = false;
    unsigned watches = 0;
    rtl_signal watch[RTL_WATCH_MAX]{};
    uint64_t watched[RTL_WATCH_MAX]{};
};

namespace
{
const char *const names[] = {RTL_WATCHED nullptr};
/// Both models step for so long at most where they never become alike: half the speed is enough
/// for what a case begins with, and not for seconds of silence.
const uint64_t compared_edges = 4000000;
enum : uint64_t { FIRST_COMPARE = 8, FIRST_REST = 32, LONGEST_INTERVAL = 1 << 16 };

uint64_t value_of(const rtl_signal &s)
{
    uint64_t value = 0;
    std::memcpy(&value, s.at, s.bits > 32 ? 8 : s.bits > 16 ? 4 : s.bits > 8 ? 2 : 1);
    return value;
}

// ---- pins -------------------------------------------------------------------------------------

/// With all lines released by others: what an inout port then does to its line is its own doing.
unsigned nets_alone(rtl_model &m, const Design &d)
{
    Vdut *v = d.made.get();
    const auto scl = v->scl;
    const auto sda = v->sda;
    std::memcpy(m.kept.data(), d.state(), d.bytes());
    printer.muted = true;
    if (RTL_SCL_INOUT)
        v->scl = 1;
    if (RTL_SDA_INOUT)
        v->sda = 1;
    d.eval();
    const unsigned nets = (v->scl_net ? 1u : 0u) | (v->sda_net ? 2u : 0u);
    printer.muted = false;
    std::memcpy(d.state(), m.kept.data(), d.bytes());
    v->scl = scl;
    v->sda = sda;
    return nets;
}

unsigned inout_pins(rtl_model &m, const Design &d)
{
    const Vdut *v = d.made.get();
    const bool covered = (RTL_SCL_INOUT && !v->scl) || (RTL_SDA_INOUT && !v->sda);
    unsigned pins = 0;
    if (RTL_SCL_INOUT && !v->scl && v->scl_net)
        pins |= RTL_DRIVES_SCL;
    if (RTL_SDA_INOUT && !v->sda && v->sda_net)
        pins |= RTL_DRIVES_SDA;
    const unsigned nets =
        covered ? nets_alone(m, d) : (v->scl_net ? 1u : 0u) | (v->sda_net ? 2u : 0u);
    if (RTL_SCL_INOUT && !(nets & 1))
        pins |= RTL_PULLS_SCL;
    if (RTL_SDA_INOUT && !(nets & 2))
        pins |= RTL_PULLS_SDA;
    return pins;
}

inline unsigned pins_of(rtl_model &m, const Design &d)
{
    const Vdut *v = d.made.get();
    unsigned pins = static_cast<unsigned>(v->pins);
    if (RTL_SCL_INOUT || RTL_SDA_INOUT)
        pins |= inout_pins(m, d);
    return pins;
}

// ---- two models -------------------------------------------------------------------------------

void compare_no_more(rtl_model &m)
{
    m.compares = false;
}

/// What one cannot tell from the other needs no comparing any more.
void look_whether_alike(rtl_model &m)
{
    if (RTL_PLAIN && !RTL_DRAWS &&
        std::memcmp(m.main->state(), m.other->state(), m.main->bytes()) == 0)
        compare_no_more(m);
    m.compare_every = m.compare_every < LONGEST_INTERVAL ? m.compare_every * 2 : m.compare_every;
    m.compare_at = m.state.edges + m.compare_every;
    if (m.state.edges > compared_edges)
        compare_no_more(m);
}

/// While it is in reset a design may hang on anything.
void compare(rtl_model &m)
{
    const unsigned differ = pins_of(m, *m.other) ^ m.state.pins;
    if (differ != 0 && !m.main->made->rst) {
        m.state.unset = differ;
        compare_no_more(m);
    }
    if (m.state.edges >= m.compare_at)
        look_whether_alike(m);
}

inline void evaluate(rtl_model &m)
{
    m.main->eval();
    m.state.pins = pins_of(m, *m.main);
    if (m.compares) {
        printer.muted = true;
        m.other->eval();
        printer.muted = false;
        compare(m);
    }
}

void ends(rtl_model &m, const Ended &ended)
{
    printer.muted = false;
    m.state.end = ended.end;
    m.state.pins = 0;
    std::snprintf(m.state.why, sizeof m.state.why, "%s", ended.why.c_str());
}

void put_inputs(const Design &d, unsigned inputs)
{
    Vdut *v = d.made.get();
    v->scl = (inputs & RTL_SCL_HIGH) != 0;
    v->sda = (inputs & RTL_SDA_HIGH) != 0;
    v->rst = (inputs & RTL_IN_RESET) != 0;
}

// ---- life -------------------------------------------------------------------------------------

uint64_t random_of(uint64_t &stream)
{
    uint64_t z = stream += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

void learn_mask(rtl_model &m)
{
    const Design ones(1);
    const size_t bytes = m.main->bytes();
    m.set.assign(m.main->state(), m.main->state() + bytes);
    m.mask.assign(ones.state(), ones.state() + bytes);
    for (size_t i = 0; i < bytes; i++)
        m.mask[i] ^= m.set[i];
    m.kept.resize(bytes);
    m.before.resize(2 * bytes);
}

void fill(rtl_model &m, const Design &d, uint64_t seed, bool opposite)
{
    unsigned char *at = d.state();
    for (size_t i = 0; i < m.set.size(); i++) {
        const auto random = static_cast<unsigned char>(random_of(seed));
        at[i] = static_cast<unsigned char>(
            m.set[i] | (m.mask[i] & (opposite ? static_cast<unsigned char>(~random) : random)));
    }
}

void make_fresh(rtl_model &m, uint64_t seed)
{
    if (RTL_PLAIN) {
        fill(m, *m.main, seed, false);
        fill(m, *m.other, seed, true);
        return;
    }
    m.main.reset(new Design(0));
    m.other.reset(new Design(1));
}

bool find(rtl_model &m, const char *name, rtl_signal *signal);

void find_watches(rtl_model &m)
{
    m.watches = 0;
    for (unsigned i = 0; names[i] != nullptr && i < RTL_WATCH_MAX; i++)
        if (find(m, names[i], &m.watch[m.watches]))
            m.watches++;
}

rtl_model *make(const rtl_host *host)
{
    std::unique_ptr<rtl_model> m(new (std::nothrow) rtl_model);
    if (m == nullptr)
        return nullptr;
    m->host = *host;
    m->main.reset(new Design(0));
    m->other.reset(new Design(0));
    m->other->context->randReset(1);
    if (RTL_PLAIN)
        learn_mask(*m);
    m->main->use();
    return m.release();
}

void discard(rtl_model *m)
{
    delete m;
}

const rtl_state *state(const rtl_model *m)
{
    return &m->state;
}

void fresh(rtl_model *m, uint64_t seed, unsigned inputs)
{
    m->state = rtl_state{};
    printer.host = &m->host;
    make_fresh(*m, seed);
    m->compares = true;
    m->compare_every = m->compare_at = FIRST_COMPARE;
    m->rest_every = m->rest_at = FIRST_REST;
    m->rest_begun = false;
    for (const Design *d : {m->main.get(), m->other.get()}) {
        put_inputs(*d, inputs);
        d->made->clk = 0;
    }
    try {
        printer.muted = true;
        m->other->first_eval();
        printer.muted = false;
        m->main->first_eval();
        m->state.pins = pins_of(*m, *m->main);
    } catch (const Ended &ended) {
        ends(*m, ended);
    }
    if (!RTL_PLAIN && m->watches != 0)
        find_watches(*m);
}

void watch(rtl_model *m, bool on)
{
    m->watches = 0;
    if (on)
        find_watches(*m);
    for (unsigned i = 0; i < m->watches; i++)
        m->watched[i] = value_of(m->watch[i]);
}

void tell_time(rtl_model &m, uint64_t at_ps)
{
    uint64_t unit_ps = 1;
    for (int digits = m.main->context->timeprecision(); digits > -12; digits--)
        unit_ps *= 10;
    m.main->context->time(at_ps / unit_ps);
    m.other->context->time(at_ps / unit_ps);
}

/// Whatever changes from outside ends a rest.
void wakes(rtl_model &m)
{
    m.state.rests = false;
    m.rest_begun = false;
    m.rest_every = FIRST_REST;
    m.rest_at = m.state.edges + FIRST_REST;
}

void put(rtl_model *m, unsigned inputs, uint64_t at_ps)
{
    if (m->state.end != RTL_RUNS)
        return;
    printer.host = &m->host;
    if (RTL_KNOWS_TIME)
        tell_time(*m, at_ps);
    wakes(*m);
    try {
        put_inputs(*m->main, inputs);
        if (m->compares)
            put_inputs(*m->other, inputs);
        evaluate(*m);
    } catch (const Ended &ended) {
        ends(*m, ended);
    }
}

// ---- running ----------------------------------------------------------------------------------

inline void step(rtl_model &m)
{
    const unsigned char level = m.state.clock_high ? 0 : 1;
    m.state.clock_high = level != 0;
    m.main->made->clk = level;
    if (m.compares)
        m.other->made->clk = level;
    m.state.edges++;
#if RTL_FALLS_IDLE
    if (level == 0) { // but for being seen to be low
        m.main->made->rootp->__Vtrigrprev__TOP__clk = 0;
        if (m.compares)
            m.other->made->rootp->__Vtrigrprev__TOP__clk = 0;
        return;
    }
#endif
    evaluate(m);
}

inline bool watched_changed(rtl_model &m)
{
    bool changed = false;
    for (unsigned i = 0; i < m.watches; i++) {
        const uint64_t value = value_of(m.watch[i]);
        changed = changed || value != m.watched[i];
        m.watched[i] = value;
    }
    return changed;
}

/// One period of the clock later all is as it was: so it will be behind every further one.
bool finds_rest(rtl_model &m)
{
    const size_t bytes = m.main->bytes();
    unsigned char *kept = m.before.data();
    if (!m.rest_begun) {
        std::memcpy(kept, m.main->state(), bytes);
        std::memcpy(kept + bytes, m.other->state(), bytes);
        m.prints_before = printer.count;
        m.rest_begun = true;
        m.rest_at = m.state.edges + 2;
        return false;
    }
    m.rest_begun = false;
    m.rest_every = m.rest_every < LONGEST_INTERVAL ? m.rest_every * 2 : m.rest_every;
    m.rest_at = m.state.edges + m.rest_every;
    return printer.count == m.prints_before && std::memcmp(kept, m.main->state(), bytes) == 0 &&
           (!m.compares || std::memcmp(kept + bytes, m.other->state(), bytes) == 0);
}

/// Of a model at rest only the level of its clock changes.
void skip(rtl_model &m, uint64_t edges)
{
    m.state.rests = m.state.has_rested = true;
    m.state.edges += edges - edges % 2;
    if (edges % 2 != 0)
        step(m);
}

uint64_t run_on(rtl_model &m, uint64_t edges, uint64_t at_ps, uint64_t half_ps, uint64_t &done)
{
    const unsigned pins = m.state.pins, unset = m.state.unset;
    while (done < edges) {
        if (RTL_KNOWS_TIME)
            tell_time(m, at_ps + done * half_ps);
        done++;
        step(m);
        if (m.state.pins != pins || m.state.unset != unset ||
            (m.watches != 0 && watched_changed(m))) {
            wakes(m);
            return done;
        }
        if (RTL_PLAIN && !RTL_RESTLESS && m.state.edges >= m.rest_at && finds_rest(m)) {
            skip(m, edges - done);
            return edges;
        }
    }
    return done;
}

uint64_t run(rtl_model *m, uint64_t edges, uint64_t at_ps, uint64_t half_ps)
{
    uint64_t done = 0;
    if (m->state.end != RTL_RUNS)
        return edges;
    printer.host = &m->host;
    try {
        if (!m->state.rests)
            return run_on(*m, edges, at_ps, half_ps, done);
        skip(*m, edges);
        return edges;
    } catch (const Ended &ended) {
        ends(*m, ended);
        return done;
    }
}

void bare(rtl_model *m, uint64_t edges)
{
    Vdut *top = m->main->made.get();
    m->main->use();
    for (uint64_t i = 0; i < edges; i++) {
        top->clk ^= 1;
        top->eval();
    }
}

// ---- signals ----------------------------------------------------------------------------------

unsigned bits_of(const VerilatedVar &var)
{
    return var.packed().elements() > 0 ? static_cast<unsigned>(var.packed().elements()) : 1;
}

/// "u_core.mem[3]": of the top module, or of the wrapper around it.
bool find_in(rtl_model &m, const std::string &above, const std::string &name, rtl_signal *signal)
{
    const size_t dot = name.rfind('.');
    const std::string scope = above + (dot == std::string::npos ? "" : "." + name.substr(0, dot));
    std::string leaf = dot == std::string::npos ? name : name.substr(dot + 1);
    const size_t bracket = leaf.find('[');
    const int index = bracket == std::string::npos ? -1 : std::atoi(leaf.c_str() + bracket + 1);
    leaf = leaf.substr(0, bracket);
    const VerilatedScope *found = m.main->context->scopeFind(scope.c_str());
    const VerilatedVar *var = found != nullptr ? found->varFind(leaf.c_str()) : nullptr;
    if (var == nullptr || bits_of(*var) > 64 || (var->udims() > 0) != (index >= 0) ||
        var->udims() > 1)
        return false;
    signal->bits = bits_of(*var);
    signal->at = var->datap();
    if (index < 0)
        return true;
    if (index < var->low(1) || index > var->high(1))
        return false;
    signal->at = var->datapAdjustIndex(var->datap(), 1, index);
    return signal->at != nullptr;
}

bool find(rtl_model &m, const char *name, rtl_signal *signal)
{
    return find_in(m, "TOP.i2cproof_top.slave", name, signal) ||
           find_in(m, "TOP.i2cproof_top", name, signal);
}

bool find_signal(rtl_model *m, const char *name, rtl_signal *signal)
{
    return find(*m, name, signal);
}

unsigned takes_unset(rtl_model *m)
{
    const unsigned pins = m->state.unset;
    m->state.unset = 0;
    return pins;
}

/// The second model does not have what was written: from here on it says nothing.
void touch(rtl_model *m)
{
    if (m->state.end != RTL_RUNS)
        return;
    printer.host = &m->host;
    wakes(*m);
    compare_no_more(*m);
    try {
        evaluate(*m);
    } catch (const Ended &ended) {
        ends(*m, ended);
    }
}
} // namespace

extern "C" __attribute__((visibility("default"))) const rtl_link i2cproof_rtl_link;
const rtl_link i2cproof_rtl_link = {.version = RTL_LINK_VERSION,
                                    .watched = names,
                                    .has_clock = RTL_HAS_CLOCK != 0,
                                    .falls_idle = RTL_FALLS_IDLE != 0,
                                    .make = make,
                                    .discard = discard,
                                    .watch = watch,
                                    .state = state,
                                    .fresh = fresh,
                                    .put = put,
                                    .run = run,
                                    .bare = bare,
                                    .takes_unset = takes_unset,
                                    .find = find_signal,
                                    .touch = touch};
