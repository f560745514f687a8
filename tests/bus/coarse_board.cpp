// A simulation whose time is too coarse for a bus.
#include <i2cproof/bus.h>

struct listener : sc_core::sc_module {
    sc_core::sc_in<bool> scl;
    sc_core::sc_inout_resolved sda;
    explicit listener(const sc_core::sc_module_name &name) : sc_module(name), scl("scl"), sda("sda")
    {
    }
};

int sc_main(int count, char **words)
{
    sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
    listener slave("slave");
    i2cproof::bus bus("bus", {words + 1, words + count});
    bus.scl.connect(slave.scl);
    bus.sda.connect(slave.sda);
    sc_core::sc_start();
    return bus.status();
}
