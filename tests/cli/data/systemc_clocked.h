// A slave as a design with a clock, whose pins are of one direction: eight bytes behind a pointer.
// What its pins are of and mean is chosen by `define`:
//   LEVEL     the type of the pins: bool, or sc_dt::sc_logic
//   PULLS     the level of `sda_q` (and `scl_q`) that pulls
//   RESETS    the level of `rst` that resets
//   WITH_DATA it has `sda_d` as well, which is low
//   STRETCHES clocks for which it holds SCL behind each acknowledge
#ifndef SYSTEMC_CLOCKED_H
#define SYSTEMC_CLOCKED_H

#include <cstdint>
#include <systemc>

#ifndef LEVEL
#define LEVEL bool
#endif
#ifndef PULLS
#define PULLS 1
#endif
#ifndef RESETS
#define RESETS 0
#endif

struct clocked : sc_core::sc_module {
    sc_core::sc_in<bool> clk, rst;
    sc_core::sc_in<LEVEL> scl_i, sda_i, enable;
    sc_core::sc_in<sc_dt::sc_uint<7>> own;
    sc_core::sc_out<LEVEL> sda_q;
#ifdef STRETCHES
    sc_core::sc_out<LEVEL> scl_q;
#endif
#ifdef WITH_DATA
    sc_core::sc_out<LEVEL> sda_d;
#endif

    SC_HAS_PROCESS(clocked);
    explicit clocked(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(step);
        sensitive << clk.pos();
    }

  private:
    enum class state { idle, address, receive, send };

    /// A line behind two flip-flops, and what has been there for three clocks.
    struct filter {
        unsigned samples = 0x1F;
        bool now = true, before = true;
        void take(bool high)
        {
            samples = (samples << 1 | (high ? 1u : 0u)) & 0x1F;
            before = now;
            now = now ? samples >> 2 != 0 : samples >> 2 == 7;
        }
    };

    static bool high(const LEVEL &level)
    {
        return level == LEVEL(true);
    }

    // The reset leaves the bytes as they are after power-up, too: nothing declares them otherwise.
    void clear()
    {
        m_scl = m_sda = filter();
        m_state = state::idle;
        m_bits = m_hold = m_wait = 0;
        m_pull = m_next = false;
        m_pointer = 0;
        for (uint8_t &byte : m_memory)
            byte = 0;
    }

    void step()
    {
        if (rst.read() == (RESETS != 0) || !high(enable.read()))
            clear();
        else
            run();
        sda_q.write(LEVEL(m_pull == (PULLS != 0)));
#ifdef WITH_DATA
        sda_d.write(LEVEL(false));
#endif
#ifdef STRETCHES
        scl_q.write(LEVEL((m_hold > 0) == (PULLS != 0)));
#endif
    }

    void run()
    {
        m_scl.take(high(scl_i.read()));
        m_sda.take(high(sda_i.read()));
        if (m_hold > 0)
            m_hold--;
        if (m_wait > 0 && --m_wait == 0)
            m_pull = m_next;
        if (m_scl.now && m_scl.before && m_sda.now != m_sda.before)
            condition();
        else if (m_scl.now && !m_scl.before)
            rise();
        else if (!m_scl.now && m_scl.before)
            fall();
    }

    void drive(bool pull)
    {
        m_next = pull;
        m_wait = 2;
    }

    /// START or STOP.
    void condition()
    {
        m_state = m_sda.now ? state::idle : state::address;
        m_bits = 0;
        drive(false);
    }

    void rise()
    {
        if (m_bits < 8)
            m_shift = static_cast<uint8_t>(m_shift << 1 | (m_sda.now ? 1 : 0));
        else
            m_acked = !m_sda.now;
        m_bits++;
    }

    void fall()
    {
        if (m_state == state::idle || m_bits == 0)
            return;
        if (m_bits == 8)
            complete();
        else if (m_bits == 9)
            next();
        else if (m_state == state::send)
            drive((m_out << m_bits & 0x80) == 0);
    }

    void complete()
    {
        if (m_state == state::send) {
            drive(false);
            return;
        }
        if (m_state == state::address && m_shift >> 1 != own.read().to_uint()) {
            m_state = state::idle;
            return;
        }
        if (m_state == state::receive && m_first)
            m_pointer = m_shift & 7;
        else if (m_state == state::receive)
            m_memory[m_pointer++ & 7] = m_shift;
        if (m_state == state::receive)
            m_first = false;
        drive(true);
    }

    void next()
    {
#ifdef STRETCHES
        m_hold = STRETCHES;
#endif
        m_bits = 0;
        const bool reads = m_state == state::address ? (m_shift & 1) != 0 : m_state == state::send;
        if (m_state == state::address)
            m_first = !reads;
        if (m_state == state::send && !m_acked) {
            m_state = state::idle;
            drive(false);
            return;
        }
        m_state = reads ? state::send : state::receive;
        m_out = m_memory[m_pointer & 7];
        if (reads)
            m_pointer++;
        drive(reads && (m_out & 0x80) == 0);
    }

    filter m_scl, m_sda;
    state m_state = state::idle;
    unsigned m_bits = 0, m_hold = 0, m_wait = 0;
    bool m_pull = false, m_next = false, m_acked = false, m_first = false;
    uint8_t m_shift = 0, m_out = 0, m_pointer = 0, m_memory[8] = {};
};

#endif
