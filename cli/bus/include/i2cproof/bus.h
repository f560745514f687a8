// The bus of i2cproof as a module of a SystemC simulation: a master that plays scenarios on a slave
// that lives in that simulation, with the monitor and the rules that judge it.
//
//     int sc_main(int count, char **words)
//     {
//         my_slave slave("slave");
//         i2cproof::bus bus("bus", {"my_slave.slave", "--master", "arduino@100k"});
//         bus.scl.connect(slave.scl);
//         bus.sda.connect(slave.sda);
//         sc_core::sc_start();
//         return bus.status();
//     }
//
// Link with -li2cproof_bus -lsystemc. All of the module is in this header, so that it fits whatever
// SystemC and C++ (17 or later) the simulation is compiled with; the library itself is C.
//
// Time is that of SystemC's kernel. Of one instant of the bus all edges are told one after the
// other in their order, each with all deltas that follow from it, and in the instant of an edge
// what the slave does comes behind what the master does. The time resolution must be 1 ps.
#ifndef I2CPROOF_BUS_H
#define I2CPROOF_BUS_H

#include <cstdio>
#include <functional>
#include <i2cproof/run.h>
#include <i2cproof/wires.h>
#include <i2cproof_systemc.h>
#include <string>
#include <systemc>
#include <vector>

namespace i2cproof
{

/// One of the two lines. Each port that is connected has a channel of its own, of the type that it
/// wants, so that the bus can tell who pulls.
class line
{
    std::vector<line_end *> m_ends;
    sc_core::sc_event *m_moved;
    std::string m_name;

  public:
    line(std::string name, sc_core::sc_event *moved) : m_moved(moved), m_name(std::move(name))
    {
    }
    /// A port for both directions, or one that only reads the level: sc_in, sc_inout of bool or
    /// sc_logic, sc_inout_resolved, sc_inout_rv<1>.
    template <class Port> void connect(Port &port)
    {
        static_assert(is_line<Port> || is_input<Port>,
                      "i2cproof: a line is connected to ports of bool, sc_logic or sc_lv<1>");
        line_end *end = bind_line(port, sc_core::sc_gen_unique_name(m_name.c_str()));
        end->moved = m_moved;
        m_ends.push_back(end);
    }
    bool connected() const
    {
        return !m_ends.empty();
    }
    void set_level(bool high)
    {
        for (line_end *end : m_ends)
            end->set_level(high);
    }
    uint8_t drive() const
    {
        uint8_t all = I2CPROOF_RELEASED;
        for (const line_end *end : m_ends) {
            const uint8_t one = end->drive();
            if (one == I2CPROOF_PULLED || all == I2CPROOF_RELEASED)
                all = one;
        }
        return all;
    }
};

/// Tells when nothing of the present instant is left to be done. One for all buses of a simulation:
/// two that looked for themselves would wait for each other.
class quiet : public sc_core::sc_module
{
    sc_core::sc_event m_asked, m_is;

    void look()
    {
        if (sc_core::sc_pending_activity_at_current_time())
            next_trigger(sc_core::SC_ZERO_TIME);
        else
            m_is.notify();
    }

  public:
    SC_HAS_PROCESS(quiet);
    explicit quiet(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(look);
        sensitive << m_asked;
        dont_initialize();
    }
    const sc_core::sc_event &asked()
    {
        m_asked.notify(sc_core::SC_ZERO_TIME);
        return m_is;
    }
    static quiet &of_simulation()
    {
        static quiet *const one = new quiet("i2cproof_quiet");
        return *one;
    }
};

class bus : public sc_core::sc_module
{
    using bool_in =
        sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 0, sc_core::SC_ZERO_OR_MORE_BOUND>;
    using bool_out =
        sc_core::sc_port<sc_core::sc_signal_inout_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

    sc_core::sc_event m_moved;

  public:
    /// Ports of the slave that are lines are connected here ...
    line scl, sda;
    /// ... and where pulls and levels are signals of their own, those are bound: the level of the
    /// line, and requests to pull it low, of as many slaves as there are.
    bool_out scl_level, sda_level;
    bool_in scl_pull, sda_pull;
    /// Bound: brings the slave back before each case, for as long and with the level that its
    /// file's `reset` says, without that 1 us high.
    bool_out reset;
    /// Another way to do so, in no time; it may be called in the middle of a case.
    std::function<void()> power_up;
    std::function<void(const i2cproof_finding &)> on_finding;
    std::function<void(const i2cproof_case &)> on_case;
    /// When all buses are done, the simulation ends (sc_stop()); false: it goes on.
    bool stops = true;

    SC_HAS_PROCESS(bus);
    /// `words` are those behind `i2cproof run`: the slave's file, which says what the slave
    /// declares, and options. What is wrong with them is said on stderr, and an SC_ERROR follows.
    bus(const sc_core::sc_module_name &name, const std::vector<std::string> &words)
        : sc_module(name), scl("scl", &m_moved), sda("sda", &m_moved), scl_level("scl_level"),
          sda_level("sda_level"), scl_pull("scl_pull"), sda_pull("sda_pull"), reset("reset"),
          m_words(words)
    {
        quiet::of_simulation();
        SC_THREAD(play);
        set_stack_size(I2CPROOF_STACK_BYTES);
        SC_METHOD(tell_pull);
        sensitive << scl_pull << sda_pull;
        buses()++;
    }
    bus(const bus &) = delete;
    bus &operator=(const bus &) = delete;
    ~bus() override
    {
        if (m_state == state::playing)
            (void)status();
        i2cproof_run_free(m_run);
    }

    /// The slave's application, which scenarios call, and which tells what it was given.
    void connect(application &its)
    {
        m_application = &its;
        its.listen(called, this);
    }

    /// What the program ends with, once the simulation has: 0 nothing found, 1 the slave failed, 2
    /// the input is wrong or the simulation ended before all cases had been played, 3 no verdict.
    int status()
    {
        if (m_state != state::done && !m_told)
            std::fprintf(stderr,
                         "i2cproof: %s: the simulation ended before all cases had been "
                         "played\n",
                         name());
        m_told = true;
        return m_state == state::done ? m_status : 2;
    }
    bool done() const
    {
        return m_state == state::done;
    }
    /// Notified when all cases have been played.
    const sc_core::sc_event &done_event() const
    {
        return m_done;
    }

  private:
    enum class state { waiting, playing, done };

    static unsigned &buses()
    {
        static unsigned count = 0;
        return count;
    }

    void complain(const std::string &text) const
    {
        SC_REPORT_ERROR("i2cproof", (std::string(name()) + ": " + text).c_str());
    }

    void end_of_elaboration() override
    {
        if (sc_core::sc_get_time_resolution() != sc_core::sc_time(1, sc_core::SC_PS))
            complain("the time resolution is " + sc_core::sc_get_time_resolution().to_string() +
                     "; the bus needs SystemC's own, 1 ps");
        if (!sda.connected() && (sda_level.size() == 0 || sda_pull.size() == 0))
            complain("SDA has no slave: bus.sda.connect(its port), or bind sda_level and sda_pull");
        if (!scl.connected() && scl_level.size() == 0)
            complain(
                "SCL has no slave: bus.scl.connect(its port), or bind scl_level (and scl_pull)");
        open();
    }

    /// Nobody sees a line rise when the simulation begins.
    void start_of_simulation() override
    {
        set_level(this, 0, true);
        set_level(this, 1, true);
    }

    void open()
    {
        std::vector<const char *> words;
        for (const std::string &word : m_words)
            words.push_back(word.c_str());
        const i2cproof_simulation simulation = {this,
                                                now_ps,
                                                pass,
                                                settle,
                                                set_level,
                                                drive,
                                                reset.size() > 0 ? set_reset : nullptr,
                                                power_up ? do_power_up : nullptr,
                                                m_application != nullptr ? call : nullptr};
        const i2cproof_listener listener = {this, tell_finding, tell_case};
        m_run = i2cproof_run_new(words.data(), static_cast<unsigned>(words.size()), &simulation,
                                 &listener);
        if (m_run == nullptr || !i2cproof_run_can_play(m_run))
            complain("cannot be set up, for the reason that stands above");
    }

    void play()
    {
        m_state = state::playing;
        m_status = i2cproof_run_play(m_run);
        m_state = state::done;
        m_done.notify(sc_core::SC_ZERO_TIME);
        if (--buses() == 0 && stops)
            sc_core::sc_stop();
    }

    void tell_pull()
    {
        m_moved.notify(sc_core::SC_ZERO_TIME);
    }

    // ---- what the library asks of the simulation ----

    static bus &of(void *ctx)
    {
        return *static_cast<bus *>(ctx);
    }
    static uint64_t now_ps(void *)
    {
        return sc_core::sc_time_stamp().value();
    }
    static void pass(void *ctx, uint64_t until_ps)
    {
        sc_core::wait(sc_core::sc_time::from_value(until_ps - now_ps(ctx)), of(ctx).m_moved);
    }
    static void settle(void *)
    {
        if (sc_core::sc_pending_activity_at_current_time())
            sc_core::wait(quiet::of_simulation().asked());
    }
    static void set_level(void *ctx, unsigned number, bool high)
    {
        bus &b = of(ctx);
        (number == 0 ? b.scl : b.sda).set_level(high);
        bool_out &level = number == 0 ? b.scl_level : b.sda_level;
        if (level.size() > 0)
            level->write(high);
    }
    static uint8_t drive(void *ctx, unsigned number)
    {
        bus &b = of(ctx);
        bool_in &pull = number == 0 ? b.scl_pull : b.sda_pull;
        for (int i = 0; i < pull.size(); i++)
            if (pull[i]->read())
                return I2CPROOF_PULLED;
        return (number == 0 ? b.scl : b.sda).drive();
    }
    static void set_reset(void *ctx, bool high)
    {
        of(ctx).reset->write(high);
    }
    static void do_power_up(void *ctx)
    {
        of(ctx).power_up();
    }
    static bool call(void *ctx, const char *function, const int64_t *args, unsigned count)
    {
        return of(ctx).m_application->call(function, args, count);
    }
    static void called(void *ctx, const char *function, const int64_t *args, unsigned count)
    {
        if (of(ctx).m_run != nullptr)
            i2cproof_run_called(of(ctx).m_run, function, args, count);
    }
    static void tell_finding(void *ctx, const i2cproof_finding *finding)
    {
        if (of(ctx).on_finding)
            of(ctx).on_finding(*finding);
    }
    static void tell_case(void *ctx, const i2cproof_case *one)
    {
        if (of(ctx).on_case)
            of(ctx).on_case(*one);
    }

    std::vector<std::string> m_words;
    i2cproof_run *m_run = nullptr;
    application *m_application = nullptr;
    state m_state = state::waiting;
    int m_status = 2;
    bool m_told = false;
    sc_core::sc_event m_done;
};

} // namespace i2cproof

#endif
