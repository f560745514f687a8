// SystemC simulations with our bus in them, right and wrong ones: bus_board WHAT WORDS...
#include "registers.h"

#include <i2cproof/bus.h>

#include <cstring>
#include <iostream>
#include <map>

using sc_core::sc_time;

namespace
{

using Words = std::vector<std::string>;

void report_findings(i2cproof::bus &bus)
{
    bus.on_finding = [](const i2cproof_finding &f) {
        std::cout << "FOUND " << f.case_id << " " << f.verdict << " " << f.rule << " " << f.blame
                  << " at " << f.at_ps << "\n";
    };
    bus.on_case = [](const i2cproof_case &one) {
        std::cout << "CASE " << one.id << " " << one.verdict << " " << one.reason << "\n";
    };
}

/// The register slave, as it is.
struct plain : sc_core::sc_module {
    registers slave;
    i2cproof::bus bus;

    plain(const sc_core::sc_module_name &name, const Words &words)
        : sc_module(name), slave("slave"), bus("bus", words)
    {
        bus.scl.connect(slave.scl);
        bus.sda.connect(slave.sda);
        bus.connect(slave);
        bus.power_up = [this] { slave.restart(); };
        report_findings(bus);
    }
};

/// A slave with pins of one direction, by a shell around the registers.
struct split : sc_core::sc_module {
    sc_core::sc_in<bool> scl_i, sda_i, reset;
    sc_core::sc_out<bool> sda_oe;
    registers core;
    i2cproof::bool_line scl;
    i2cproof::logic_line sda;
    sc_core::sc_signal<sc_dt::sc_logic> scl_logic;

    SC_HAS_PROCESS(split);
    explicit split(const sc_core::sc_module_name &name)
        : sc_module(name), scl_i("scl_i"), sda_i("sda_i"), reset("reset"), sda_oe("sda_oe"),
          core("core"), scl("scl"), sda("sda"), scl_logic("scl_logic", sc_dt::SC_LOGIC_1)
    {
        core.scl(scl_logic);
        core.sda(sda);
        sda.moved = &m_moved;
        SC_METHOD(clock);
        sensitive << scl_i;
        SC_METHOD(data);
        sensitive << sda_i;
        SC_METHOD(pull);
        sensitive << m_moved;
        SC_METHOD(restart);
        sensitive << reset.pos();
        dont_initialize();
    }
    void clock()
    {
        scl_logic = sc_dt::sc_logic(scl_i.read());
    }
    void data()
    {
        sda.set_level(sda_i.read());
    }
    void pull()
    {
        sda_oe = sda.drive() == I2CPROOF_PULLED;
    }
    void restart()
    {
        core.restart();
    }
    sc_core::sc_event m_moved;
};

/// Pins of one direction, two devices on the bus, and a reset.
struct pins : sc_core::sc_module {
    split slave;
    sc_core::sc_signal<bool> scl, sda, pull, other_pull, reset;
    i2cproof::bus bus;

    pins(const sc_core::sc_module_name &name, const Words &words)
        : sc_module(name), slave("slave"), bus("bus", words)
    {
        slave.scl_i(scl);
        slave.sda_i(sda);
        slave.sda_oe(pull);
        slave.reset(reset);
        bus.scl_level(scl);
        bus.sda_level(sda);
        bus.sda_pull(pull);
        bus.sda_pull(other_pull);
        bus.reset(reset);
        report_findings(bus);
    }
};

/// Ports of vectors of one.
struct vectors : sc_core::sc_module {
    struct shell : sc_core::sc_module {
        sc_core::sc_inout_rv<1> scl, sda;
        registers core;
        sc_core::sc_signal<sc_dt::sc_logic> scl_logic;
        i2cproof::logic_line sda_line;
        sc_core::sc_event moved;

        SC_HAS_PROCESS(shell);
        explicit shell(const sc_core::sc_module_name &name)
            : sc_module(name), scl("scl"), sda("sda"), core("core"),
              scl_logic("scl_logic", sc_dt::SC_LOGIC_1), sda_line("sda_line")
        {
            core.scl(scl_logic);
            core.sda(sda_line);
            sda_line.moved = &moved;
            SC_METHOD(clock);
            sensitive << scl;
            SC_METHOD(data);
            sensitive << sda;
            SC_METHOD(pull);
            sensitive << moved;
        }
        void clock()
        {
            scl_logic = scl.read()[0].to_bool() ? sc_dt::SC_LOGIC_1 : sc_dt::SC_LOGIC_0;
        }
        void data()
        {
            sda_line.set_level(sda.read()[0].to_bool());
        }
        void pull()
        {
            sda.write(sc_dt::sc_lv<1>(sda_line.drive() == I2CPROOF_PULLED ? "0" : "Z"));
        }
    } slave;
    i2cproof::bus bus;

    vectors(const sc_core::sc_module_name &name, const Words &words)
        : sc_module(name), slave("slave"), bus("bus", words)
    {
        bus.scl.connect(slave.scl);
        bus.sda.connect(slave.sda);
        bus.power_up = [this] { slave.core.restart(); };
        report_findings(bus);
    }
};

/// A clock beside the bus, whose edges meet those of the bus again and again.
struct clocked : plain {
    sc_core::sc_clock clock;
    uint64_t ticks = 0;
    SC_HAS_PROCESS(clocked);
    clocked(const sc_core::sc_module_name &name, const Words &words)
        : plain(name, words), clock("clock", 100, sc_core::SC_NS)
    {
        SC_METHOD(tick);
        sensitive << clock;
    }
    void tick()
    {
        ticks++;
    }
};

/// No way to bring the slave back.
struct lasting : plain {
    lasting(const sc_core::sc_module_name &name, const Words &words) : plain(name, words)
    {
        bus.power_up = nullptr;
    }
};

struct without_sda : sc_core::sc_module {
    registers slave;
    i2cproof::bus bus;
    sc_core::sc_signal_resolved sda;
    without_sda(const sc_core::sc_module_name &name, const Words &words)
        : sc_module(name), slave("slave"), bus("bus", words)
    {
        bus.scl.connect(slave.scl);
        slave.sda(sda);
    }
};

struct without_slave_port : sc_core::sc_module {
    registers slave;
    i2cproof::bus bus;
    without_slave_port(const sc_core::sc_module_name &name, const Words &words)
        : sc_module(name), slave("slave"), bus("bus", words)
    {
        bus.sda.connect(slave.sda);
        bus.scl.connect(other);
    }
    sc_core::sc_in<bool> other;
};

/// Two boards whose buses act in the same instants.
int two(const Words &words)
{
    Words of_other = words;
    of_other.back() += "_other"; // the last one is --out
    plain one("one", words), other("other", of_other);
    sc_core::sc_start();
    return one.bus.status() * 10 + other.bus.status();
}

int cut_short(const Words &words)
{
    plain board("board", words);
    sc_core::sc_start(100, sc_core::SC_US);
    return board.bus.status();
}

template <class Board> int play(const Words &words)
{
    Board board("board", words);
    sc_core::sc_start();
    return board.bus.status();
}

} // namespace

int sc_main(int count, char **words)
{
    static const std::map<std::string, int (*)(const Words &)> all = {
        {"plain", play<plain>},
        {"pins", play<pins>},
        {"vectors", play<vectors>},
        {"clocked", play<clocked>},
        {"lasting", play<lasting>},
        {"without_sda", play<without_sda>},
        {"without_slave_port", play<without_slave_port>},
        {"two", two},
        {"cut_short", cut_short}};
    if (count < 2 || all.count(words[1]) == 0)
        return 100;
    return all.at(words[1])({words + 2, words + count});
}
