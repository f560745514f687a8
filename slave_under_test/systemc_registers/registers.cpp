#include "registers.h"

#include "../fault.h"

using sc_core::SC_MS;
using sc_core::SC_NS;
using sc_core::sc_time;
using sc_dt::sc_logic;

namespace
{

constexpr uint8_t slave_address = 0x50;
const sc_time input_filter(50, SC_NS);
const sc_time output_delay(350, SC_NS);
const sc_time command_time(5, SC_MS);

bool is_high(const sc_logic &level)
{
    return level != sc_dt::SC_LOGIC_0;
}

} // namespace

// ---- the registers ------------------------------------------------------------------------------

void register_map::begins(bool read)
{
    m_pointer_comes = !read;
}

void register_map::step()
{
    if (m_pointer == FIFO || m_pointer == COMMAND)
        return;
    m_pointer = m_pointer == SCRATCH + SCRATCH_BYTES - 1 ? uint8_t{ID}
                                                         : static_cast<uint8_t>(m_pointer + 1);
}

bool register_map::takes(uint8_t byte)
{
    if (m_pointer_comes) {
        m_pointer_comes = false;
        m_pointer = byte;
        return false;
    }
    const uint8_t at = m_pointer;
    if (is_scratch(at))
        m_scratch[at - SCRATCH] = byte;
    else if (at == CONTROL)
        m_control = FAULT(NO_MASK) ? byte : byte & 0x0F;
    step();
    return at == COMMAND;
}

uint8_t register_map::gives() const
{
    if (is_scratch(m_pointer))
        return m_scratch[m_pointer - SCRATCH];
    switch (m_pointer) {
    case ID:
        return 0xA5;
    case CONTROL:
        return m_control;
    case FIFO:
        return m_fifo.empty() ? 0x00 : m_fifo.front();
    default:
        return 0x00;
    }
}

void register_map::gave()
{
    if (m_pointer == FIFO && !m_fifo.empty())
        m_fifo.pop_front();
    step();
}

void register_map::push(uint8_t byte)
{
    if (m_fifo.size() < FIFO_BYTES)
        m_fifo.push_back(byte);
}

// ---- the module ---------------------------------------------------------------------------------

registers::registers(const sc_core::sc_module_name &name)
    : sc_module(name), scl("scl"), sda("sda"), pointer("pointer"), fifo_count("fifo_count"),
      busy("busy")
{
    SC_METHOD(power_up);
    SC_METHOD(scl_moves);
    sensitive << scl;
    dont_initialize();
    SC_METHOD(sda_moves);
    sensitive << sda;
    dont_initialize();
    SC_METHOD(settle);
    sensitive << m_scl_settled << m_sda_settled;
    dont_initialize();
    SC_METHOD(output);
    sensitive << m_output;
    SC_METHOD(command_done);
    sensitive << m_done;
    dont_initialize();
    SC_METHOD(show);
    sensitive << m_changed;
}

bool registers::call(const std::string &function, const int64_t *args, unsigned count)
{
    if (function != "push" || count != 1)
        return false;
    m_map.push(static_cast<uint8_t>(args[0]));
    m_changed.notify(sc_core::SC_ZERO_TIME);
    return true;
}

void registers::show()
{
    pointer = m_map.pointer();
    fifo_count = static_cast<unsigned>(m_map.fifo_count());
    busy = m_busy;
}

// ---- pins ---------------------------------------------------------------------------------------

/// A line that is low when the supply comes has not fallen: there was no START.
void registers::power_up()
{
    m_scl = is_high(scl.read());
    m_sda = is_high(sda.read());
}

void registers::restart()
{
    m_scl_settled.cancel();
    m_sda_settled.cancel();
    m_done.cancel();
    m_output.cancel();
    power_up();
    m_map = register_map();
    m_state = state::idle;
    m_busy = m_low = false;
    m_output.notify(sc_core::SC_ZERO_TIME);
    m_changed.notify(sc_core::SC_ZERO_TIME);
}

void registers::scl_moves()
{
    if (is_high(scl.read()) == m_scl)
        m_scl_settled.cancel();
    else
        m_scl_settled.notify(input_filter);
}

void registers::sda_moves()
{
    if (is_high(sda.read()) == m_sda)
        m_sda_settled.cancel();
    else
        m_sda_settled.notify(input_filter);
}

/// Both lines settle before either is acted upon. SDA changes under a low SCL are data.
void registers::settle()
{
    const bool scl_moved = m_scl_settled.triggered(), sda_moved = m_sda_settled.triggered();
    m_scl = m_scl != scl_moved;
    m_sda = m_sda != sda_moved;
    if (scl_moved && m_scl)
        clock_rises();
    else if (scl_moved)
        clock_falls();
    if (sda_moved && m_scl && m_sda)
        stop();
    else if (sda_moved && m_scl)
        start();
    m_changed.notify(sc_core::SC_ZERO_TIME);
}

void registers::drive(bool low)
{
    if (low == m_low)
        return;
    m_low = low;
    m_output.notify(output_delay);
}

void registers::output()
{
    sda.write(m_low ? sc_dt::SC_LOGIC_0 : sc_dt::SC_LOGIC_Z);
}

// ---- the bus ------------------------------------------------------------------------------------

void registers::leave()
{
    m_state = state::idle;
    drive(false);
}

/// Whatever went on is over (UM10204 3.1.10 note 4).
void registers::start()
{
    m_state = state::address;
    m_bits = 0;
    drive(false);
}

void registers::stop()
{
    leave();
}

void registers::clock_rises()
{
    if (m_state == state::send_ack)
        m_acked = !m_sda;
    else if (m_state == state::address || m_state == state::receive)
        m_shift = static_cast<uint8_t>(m_shift << 1 | (m_sda ? 1 : 0));
    m_bits++;
}

void registers::put_bit()
{
    drive((m_shift & 0x80) == 0);
    m_shift = static_cast<uint8_t>(m_shift << 1);
}

void registers::begin_to_send()
{
    m_state = state::send;
    m_bits = 0;
    m_shift = m_map.gives();
    put_bit();
}

void registers::address_complete()
{
    m_sending = (m_shift & 1) != 0;
    if (m_shift >> 1 != slave_address || m_busy) {
        leave();
        return;
    }
    m_map.begins(m_sending);
    m_state = state::address_ack;
    drive(true);
}

void registers::byte_received()
{
    if (m_map.takes(m_shift)) {
        called("command", {m_shift});
        on_command(m_shift);
        m_busy = true;
        m_done.notify(command_time);
    }
    m_state = state::receive_ack;
    drive(true);
}

void registers::clock_falls()
{
    switch (m_state) {
    case state::idle:
        break;
    case state::address:
        if (m_bits >= 8)
            address_complete();
        break;
    case state::address_ack:
        if (m_sending) {
            begin_to_send();
            break;
        }
        [[fallthrough]];
    case state::receive_ack:
        m_state = state::receive;
        m_bits = 0;
        drive(false);
        break;
    case state::receive:
        if (m_bits >= 8)
            byte_received();
        break;
    case state::send:
        if (m_bits < 8) {
            put_bit();
            break;
        }
        m_state = state::send_ack;
        m_map.gave();
        drive(FAULT(KEEPS_LAST_BIT) && m_low);
        break;
    case state::send_ack:
        if (m_acked)
            begin_to_send();
        else
            leave();
        break;
    }
}

void registers::command_done()
{
    m_busy = false;
    m_changed.notify(sc_core::SC_ZERO_TIME);
}
