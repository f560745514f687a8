// The two lines as a SystemC module sees them: channels of the types that a port for an open-drain
// line may have, each of which keeps apart what the module gives and what the bus is. What is read
// is the bus alone: a pull of its own gets there when the line has fallen, and not while it is
// forced.
#ifndef I2CPROOF_WIRES_H
#define I2CPROOF_WIRES_H

#include <i2cproof/simulation.h>
#include <systemc>
#include <type_traits>
#include <utility>

namespace i2cproof
{

/// A channel for both directions, or for one of them.
class line_end
{
  public:
    virtual ~line_end() = default;
    virtual void set_level(bool high) = 0;
    /// I2CPROOF_PULLED and the like; only where the module writes it.
    virtual uint8_t drive() const = 0;
    /// The module has written it.
    virtual bool written() const = 0;
    /// Notified when what the module does to the line may have changed; NULL: nobody.
    sc_core::sc_event *moved = nullptr;

  protected:
    void tell() const
    {
        if (moved != nullptr)
            moved->notify(sc_core::SC_ZERO_TIME);
    }
};

inline uint8_t drive_of(const sc_dt::sc_logic &value)
{
    switch (value.value()) {
    case sc_dt::Log_0:
        return I2CPROOF_PULLED;
    case sc_dt::Log_1:
        return I2CPROOF_DRIVEN_HIGH;
    case sc_dt::Log_Z:
        return I2CPROOF_RELEASED;
    default:
        return I2CPROOF_UNDEFINED;
    }
}

/// `true` lets go, `false` pulls: a line that is read back as the bus has it.
class bool_line : public sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS>, public line_end
{
    bool released = true, level = true, is_written = false;

  public:
    explicit bool_line(const char *name)
        : sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS>(name, true)
    {
    }
    void write(const bool &value) override
    {
        released = value;
        is_written = true;
        request_update();
    }
    void set_level(bool high) override
    {
        level = high;
        request_update();
    }
    uint8_t drive() const override
    {
        return released ? I2CPROOF_RELEASED : I2CPROOF_PULLED;
    }
    bool written() const override
    {
        return is_written;
    }

  protected:
    void update() override
    {
        m_new_val = level;
        tell();
        sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS>::update();
    }
};

/// '0' pulls, 'Z' lets go, '1' drives high. Several processes of the module may drive it.
/// `Resolved` is one of SystemC's two signals of that kind.
template <class Resolved> class resolved_line : public Resolved, public line_end
{
    using value_type = std::decay_t<decltype(std::declval<const Resolved &>().read())>;
    using logic = sc_dt::sc_logic_value_t;
    uint8_t given = I2CPROOF_RELEASED;
    bool level = true;

    static logic bit_of(const sc_dt::sc_logic &value)
    {
        return value.value();
    }
    static logic bit_of(const sc_dt::sc_lv<1> *value)
    {
        return value->get_bit(0);
    }
    /// By way of sc_logic: a vector that is made of a bit takes it for a number.
    static value_type of(logic bit)
    {
        return value_type(sc_dt::sc_logic(bit));
    }
    static logic both(logic a, logic b)
    {
        return a == sc_dt::Log_Z || a == b ? b : b == sc_dt::Log_Z ? a : sc_dt::Log_X;
    }
    uint8_t resolve() const
    {
        logic all = sc_dt::Log_Z;
        for (const auto &value : this->m_val_vec)
            all = both(all, bit_of(value));
        return drive_of(sc_dt::sc_logic(all));
    }

  public:
    explicit resolved_line(const char *name) : Resolved(name)
    {
        this->m_cur_val = this->m_new_val = of(sc_dt::Log_1);
    }
    void set_level(bool high) override
    {
        level = high;
        this->request_update();
    }
    uint8_t drive() const override
    {
        return given;
    }
    bool written() const override
    {
        return !this->m_val_vec.empty();
    }

  protected:
    void update() override
    {
        given = resolve();
        tell();
        this->m_new_val = of(given == I2CPROOF_UNDEFINED ? sc_dt::Log_X
                             : level                     ? sc_dt::Log_1
                                                         : sc_dt::Log_0);
        sc_core::sc_signal<value_type, sc_core::SC_MANY_WRITERS>::update();
    }
};

using logic_line = resolved_line<sc_core::sc_signal_resolved>;
using vector_line = resolved_line<sc_core::sc_signal_rv<1>>;

// ---- which of them a port wants -------------------------------------------------------------

template <class Port, class Interface>
constexpr bool takes =
    std::is_base_of_v<sc_core::sc_port<Interface, 1, sc_core::SC_ONE_OR_MORE_BOUND>, Port>;

template <class Port, class Value>
constexpr bool is_in = takes<Port, sc_core::sc_signal_in_if<Value>>;
template <class Port, class Value>
constexpr bool is_inout = takes<Port, sc_core::sc_signal_inout_if<Value>>;

template <class Port>
constexpr bool is_line =
    is_inout<Port, bool> || is_inout<Port, sc_dt::sc_logic> || is_inout<Port, sc_dt::sc_lv<1>>;
template <class Port>
constexpr bool is_input =
    is_in<Port, bool> || is_in<Port, sc_dt::sc_logic> || is_in<Port, sc_dt::sc_lv<1>>;

/// Binds the port to a new channel of the type that it has.
template <class Port> line_end *bind_line(Port &port, const char *name)
{
    if constexpr (is_in<Port, bool> || is_inout<Port, bool>) {
        auto *line = new bool_line(name);
        port.bind(*line);
        return line;
    } else if constexpr (is_in<Port, sc_dt::sc_lv<1>> || is_inout<Port, sc_dt::sc_lv<1>>) {
        auto *line = new vector_line(name);
        port.bind(*line);
        return line;
    } else {
        auto *line = new logic_line(name);
        port.bind(*line);
        return line;
    }
}

/// An input that stays as it is.
template <class Port> void bind_value(Port &port, const char *name, int64_t value)
{
    using data = typename Port::data_type;
    if constexpr (std::is_same_v<data, sc_dt::sc_logic>)
        port.bind(*new sc_core::sc_signal<data>(name, data(value != 0)));
    else
        port.bind(*new sc_core::sc_signal<data>(name, data(value)));
}

} // namespace i2cproof

#endif
