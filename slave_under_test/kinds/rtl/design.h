/// What a Verilog design has to offer, read from the netlist that Verilator writes of it: the ports
/// of its top module, and the names of all signals below.
#ifndef RTL_DESIGN_H
#define RTL_DESIGN_H

#include <stdbool.h>
#include <stddef.h>

enum { RTL_PORT_MAX = 128, RTL_NAME_BYTES = 96 };

typedef enum { RTL_INPUT, RTL_OUTPUT, RTL_INOUT } rtl_direction;

typedef struct {
    char name[RTL_NAME_BYTES];
    rtl_direction direction;
    unsigned bits; ///< 0: of another type than a vector of bits
    unsigned line; ///< in the source, from 1
} rtl_port;

typedef struct {
    rtl_port port[RTL_PORT_MAX]; ///< in the order of the module's header
    unsigned ports;
    char *netlist; ///< the text itself; owned
} rtl_design;

/// Reads a netlist (verilator --xml-only --flatten). False when there is none, or more ports than
/// fit. To be given back with rtl_design_free() either way.
bool rtl_design_read(rtl_design *design, const char *path);
void rtl_design_free(rtl_design *design);

const rtl_port *rtl_design_port(const rtl_design *design, const char *name);
/// "clk rst_n scl_i (in), sda_oe (out)"; returns `text`.
const char *rtl_design_tell_ports(const rtl_design *design, char *text, size_t bytes);
/// Whether there is a signal "u_core.pointer" or "u_core.mem[3]", by its name below the top module.
/// If not, `near` is the most alike that there is, "" without one.
bool rtl_design_has(const rtl_design *design, const char *top, const char *name, char *near,
                    size_t near_bytes);
/// The names of all modules of a netlist, blank-separated; false: the one asked for is not there.
bool rtl_design_tell_modules(const rtl_design *design, const char *wanted, char *text,
                             size_t bytes);

#endif
