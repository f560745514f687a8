// A slave with registers behind a pointer, as a SystemC module: the same registers and the same bus
// as ../registers, which is C. Its ports are the two lines; '0' pulls, 'Z' lets go.
#ifndef SYSTEMC_REGISTERS_H
#define SYSTEMC_REGISTERS_H

#include <i2cproof_systemc.h>

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <systemc>

/// What lies behind the bus. The first byte of a write sets the pointer, further ones are written
/// from there on; a read begins where it stands. It moves on after each byte, but at the FIFO and
/// at the command, and survives STOP.
class register_map
{
  public:
    enum : uint8_t { ID = 0x00, CONTROL = 0x10, FIFO = 0x20, SCRATCH = 0x30, COMMAND = 0xE0 };
    enum : size_t { SCRATCH_BYTES = 8, FIFO_BYTES = 16 };

    /// A segment for it begins.
    void begins(bool read);
    /// True for a byte that starts a command.
    bool takes(uint8_t byte);
    uint8_t gives() const;
    /// The byte has been sent, all of it.
    void gave();
    void push(uint8_t byte);

    uint8_t pointer() const
    {
        return m_pointer;
    }
    size_t fifo_count() const
    {
        return m_fifo.size();
    }

  private:
    void step();
    static bool is_scratch(uint8_t at)
    {
        return at >= SCRATCH && at < SCRATCH + SCRATCH_BYTES;
    }

    uint8_t m_pointer = 0, m_control = 0;
    bool m_pointer_comes = false;
    std::array<uint8_t, SCRATCH_BYTES> m_scratch{};
    std::deque<uint8_t> m_fifo;
};

class registers : public sc_core::sc_module, public i2cproof::application
{
  public:
    sc_core::sc_in<sc_dt::sc_logic> scl;
    sc_core::sc_inout_resolved sda;

    // For waveforms and scenarios.
    sc_core::sc_signal<unsigned> pointer, fifo_count;
    sc_core::sc_signal<bool> busy;

    SC_HAS_PROCESS(registers);
    explicit registers(const sc_core::sc_module_name &name);
    /// As after power-up, from now on, with the lines as they are.
    void restart();
    /// push(BYTE): the application puts a byte into the FIFO.
    bool call(const std::string &function, const int64_t *args, unsigned count) override;

  protected:
    /// A byte was written to the command register.
    virtual void on_command(uint8_t byte)
    {
        (void)byte;
    }

  private:
    enum class state { idle, address, address_ack, receive, receive_ack, send, send_ack };

    // The pins: what is shorter than a spike does not come through, and what is written takes a
    // while to get there (UM10204 Table 10, tSP and tHD;DAT).
    void power_up();
    void scl_moves();
    void sda_moves();
    void settle();
    void output();
    void drive(bool low);

    void start();
    void stop();
    void clock_rises();
    void clock_falls();
    void address_complete();
    void byte_received();
    void begin_to_send();
    void put_bit();
    void leave();
    void command_done();
    void show();

    state m_state = state::idle;
    uint8_t m_shift = 0;
    unsigned m_bits = 0;
    bool m_sending = false, m_acked = false, m_busy = false;
    bool m_scl = true, m_sda = true; ///< behind the filters
    bool m_low = false;              ///< what SDA is about to be
    register_map m_map;
    sc_core::sc_event m_scl_settled, m_sda_settled, m_output, m_done, m_changed;
};

#endif
