// A user's own SystemC simulation with the bus of i2cproof in it: the register slave as it is, a
// second device that only listens, and the words of the command line for the bus.
#include <i2cproof/bus.h>

#include "registers.h"

#include <iostream>
#include <memory>

namespace
{

/// The registers know no reset: what is to be as after power-up is told so.
struct board : sc_core::sc_module {
    registers slave;
    i2cproof::bus bus;

    board(const sc_core::sc_module_name &name, const std::vector<std::string> &words)
        : sc_module(name), slave("slave"), bus("bus", words)
    {
        bus.scl.connect(slave.scl);
        bus.sda.connect(slave.sda);
        bus.connect(slave);
        bus.power_up = [this] { slave.restart(); };
    }
};

} // namespace

int sc_main(int count, char **words)
{
    board all("board", {words + 1, words + count});
    all.bus.on_finding = [](const i2cproof_finding &finding) {
        std::cout << sc_core::sc_time_stamp() << " " << finding.case_id << ": " << finding.rule
                  << ": " << finding.message << "\n";
    };
    sc_core::sc_start();
    return all.bus.status();
}
