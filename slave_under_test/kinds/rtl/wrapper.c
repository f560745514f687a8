#include "slave_under_test/kinds/rtl/wrapper.h"

#include "sim/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PORTS_TEXT = 512 };

bool rtl_fails_at(const slave_description *slave, const slave_place *place, char *message,
                  size_t bytes, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = 0;
    if (place == NULL || place->line == 0)
        n = snprintf(message, bytes, "%s: ", slave->path);
    else
        n = snprintf(message, bytes, "%s:%u:%u: ", place->path != NULL ? place->path : slave->path,
                     (unsigned)place->line, (unsigned)place->column);
    if (n > 0 && (size_t)n < bytes)
        (void)vsnprintf(message + n, bytes - (size_t)n, format, args);
    va_end(args);
    return false;
}

// ---- finding the ports ----------------------------------------------------------------------

static const char *const role_names[SLAVE_PIN_COUNT] = {
#define ROLE_NAME(id, name) name,
    SLAVE_PIN_MAP(ROLE_NAME)
#undef ROLE_NAME
};

static bool is_line(unsigned role)
{
    return role == SLAVE_PIN_SCL || role == SLAVE_PIN_SDA;
}

static bool is_to_slave(unsigned role)
{
    return role == SLAVE_PIN_SCL_I || role == SLAVE_PIN_SDA_I;
}

static const char *nearest_port(const rtl_design *design, const char *name)
{
    const char *names[RTL_PORT_MAX];
    for (unsigned i = 0; i < design->ports; i++)
        names[i] = design->port[i].name;
    return i2c_nearest(name, names, design->ports);
}

static bool no_port(const rtl_plan *plan, const slave_place *place, const char *what,
                    const char *name, char *message, size_t bytes)
{
    char ports[PORTS_TEXT];
    const char *near = nearest_port(plan->design, name);
    return rtl_fails_at(
        plan->slave, place, message, bytes, "%s: module %s has no port %s%s%s%s; ports: %s", what,
        plan->slave->top, name, near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
        near == NULL ? "" : "?", rtl_design_tell_ports(plan->design, ports, sizeof ports));
}

static bool fits(unsigned role, const rtl_port *port)
{
    if (is_line(role))
        return port->direction == RTL_INOUT;
    return port->direction == (is_to_slave(role) ? RTL_INPUT : RTL_OUTPUT);
}

static bool take_pin(rtl_plan *plan, unsigned role, char *message, size_t bytes)
{
    static const char *const wanted[] = {"inout", "an input", "an output"};
    const slave_pin *pin = &plan->slave->pins[role];
    const rtl_port *port =
        rtl_design_port(plan->design, pin->name != NULL ? pin->name : role_names[role]);
    if (pin->name == NULL) { // a port of the role's own name is meant, if there is one
        plan->port[role] = port != NULL && fits(role, port) ? port->name : NULL;
        return true;
    }
    if (port == NULL)
        return no_port(plan, &pin->place, "pins", pin->name, message, bytes);
    if (!fits(role, port))
        return rtl_fails_at(plan->slave, &pin->place, message, bytes,
                            "pins: %s is %s port, and %s is for one that is %s%s", port->name,
                            port->direction == RTL_INPUT    ? "an input"
                            : port->direction == RTL_OUTPUT ? "an output"
                                                            : "an inout",
                            role_names[role],
                            wanted[is_line(role)       ? 0
                                   : is_to_slave(role) ? 1
                                                       : 2],
                            is_line(role) ? "; one in two parts is scl_i, sda_i, scl_oe, sda_oe"
                                          : "");
    if (port->bits > 1)
        return rtl_fails_at(plan->slave, &pin->place, message, bytes,
                            "pins: %s has %u bits, a pin has one", port->name, port->bits);
    if (is_line(role) && pin->inverted)
        return rtl_fails_at(plan->slave, &pin->place, message, bytes,
                            "pins: an inout port cannot be inverted");
    plan->port[role] = port->name;
    plan->inverted[role] = pin->inverted;
    return true;
}

static bool lacks_pin(const rtl_plan *plan, const char *what, char *message, size_t bytes)
{
    char ports[PORTS_TEXT];
    const slave_description *slave = plan->slave;
    const slave_key key = slave->declared[SLAVE_KEY_PINS].line > 0 ? SLAVE_KEY_PINS : SLAVE_KEY_TOP;
    return rtl_fails_at(slave, &slave->declared[key], message, bytes,
                        "pins: nothing says which port %s; ports of %s: %s", what, slave->top,
                        rtl_design_tell_ports(plan->design, ports, sizeof ports));
}

static bool has(const rtl_plan *plan, slave_pin_role role)
{
    return plan->port[role] != NULL;
}

static bool has_all_pins(const rtl_plan *plan, char *message, size_t bytes)
{
    if (!has(plan, SLAVE_PIN_SCL) && !has(plan, SLAVE_PIN_SCL_I))
        return lacks_pin(plan, "sees SCL: scl_i=PORT, or scl=PORT of an inout one", message, bytes);
    if (!has(plan, SLAVE_PIN_SDA) && !has(plan, SLAVE_PIN_SDA_I))
        return lacks_pin(plan, "sees SDA: sda_i=PORT, or sda=PORT of an inout one", message, bytes);
    if (!has(plan, SLAVE_PIN_SDA) && !has(plan, SLAVE_PIN_SDA_OE))
        return lacks_pin(plan,
                         "pulls SDA: sda_oe=PORT where 1 pulls, sda_oe=!PORT where 0 does, or "
                         "sda=PORT of an inout one",
                         message, bytes);
    if (has(plan, SLAVE_PIN_SCL_O) && !has(plan, SLAVE_PIN_SCL_OE))
        return lacks_pin(plan, "drives SCL (scl_oe) beside scl_o", message, bytes);
    return true;
}

static bool find_pins(rtl_plan *plan, char *message, size_t bytes)
{
    for (unsigned role = 0; role < SLAVE_PIN_COUNT; role++)
        if (!take_pin(plan, role, message, bytes))
            return false;
    return has_all_pins(plan, message, bytes);
}

/// An input of one bit, named by `key`.
static bool find_input(const rtl_plan *plan, slave_key key, const char *what, const char *name,
                       char *message, size_t bytes)
{
    const slave_place *place = &plan->slave->declared[key];
    const rtl_port *port = rtl_design_port(plan->design, name);
    if (port == NULL)
        return no_port(plan, place, what, name, message, bytes);
    if (port->direction == RTL_INPUT && port->bits == 1)
        return true;
    return rtl_fails_at(plan->slave, place, message, bytes,
                        "%s: port %s of %s is no input of one bit", what, name, plan->slave->top);
}

static bool find_clock_and_reset(const rtl_plan *plan, char *message, size_t bytes)
{
    const slave_description *s = plan->slave;
    char ports[PORTS_TEXT];
    if (s->declared[SLAVE_KEY_CLOCK].line == 0 || s->declared[SLAVE_KEY_RESET].line == 0) {
        const bool clock = s->declared[SLAVE_KEY_CLOCK].line == 0;
        return rtl_fails_at(s, &s->declared[SLAVE_KEY_TOP], message, bytes,
                            "kind rtl needs %s, or `%s none`; ports of %s: %s",
                            clock ? "`clock FREQ PORT`, as in clock 50MHz clk"
                                  : "`reset PORT`, as in reset rst_n low",
                            clock ? "clock" : "reset", s->top,
                            rtl_design_tell_ports(plan->design, ports, sizeof ports));
    }
    if (s->clock_hz != 0 &&
        !find_input(plan, SLAVE_KEY_CLOCK, "clock", s->clock_port, message, bytes))
        return false;
    return s->reset_port == NULL ||
           find_input(plan, SLAVE_KEY_RESET, "reset", s->reset_port, message, bytes);
}

static void name_of_word(const char *word, char *name, size_t bytes)
{
    (void)snprintf(name, bytes, "%.*s", (int)strcspn(word, "="), word);
}

static bool find_inputs(const rtl_plan *plan, char *message, size_t bytes)
{
    const slave_description *s = plan->slave;
    char name[RTL_NAME_BYTES];
    for (uint32_t i = 0; i < s->inputs.count; i++) {
        const slave_place place = slave_word_place(s, SLAVE_KEY_INPUT, &s->inputs, i);
        name_of_word(s->inputs.at[i], name, sizeof name);
        const rtl_port *port = rtl_design_port(plan->design, name);
        if (port == NULL)
            return no_port(plan, &place, "input", name, message, bytes);
        if (port->direction != RTL_INPUT)
            return rtl_fails_at(s, &place, message, bytes, "input: port %s of %s is no input", name,
                                s->top);
    }
    return true;
}

bool rtl_wrapper_plan(rtl_plan *plan, const slave_description *slave, const rtl_design *design,
                      char *message, size_t bytes)
{
    *plan = (rtl_plan){.slave = slave, .design = design};
    return find_clock_and_reset(plan, message, bytes) && find_pins(plan, message, bytes) &&
           find_inputs(plan, message, bytes);
}

bool rtl_wrapper_inout(const rtl_plan *plan, slave_pin_role role)
{
    return has(plan, role);
}

// ---- writing --------------------------------------------------------------------------------

/// Verilog's own form of a number that is written as in C.
static void put_value(FILE *file, const char *value)
{
    if (value[0] == '0' && (value[1] == 'x' || value[1] == 'X'))
        (void)fprintf(file, "'h%s", value + 2);
    else
        (void)fputs(value, file);
}

static void put_parameters(FILE *file, const slave_description *s)
{
    char name[RTL_NAME_BYTES];
    for (uint32_t i = 0; i < s->parameters.count; i++) {
        name_of_word(s->parameters.at[i], name, sizeof name);
        (void)fprintf(file, "%s.%s(", i == 0 ? "#(" : ", ", name);
        put_value(file, strchr(s->parameters.at[i], '=') + 1);
        (void)fputc(')', file);
    }
    if (s->parameters.count > 0)
        (void)fputs(") ", file);
}

static int role_of_port(const rtl_plan *plan, const char *name)
{
    for (unsigned role = 0; role < SLAVE_PIN_COUNT; role++)
        if (has(plan, (slave_pin_role)role) && strcmp(plan->port[role], name) == 0)
            return (int)role;
    return -1;
}

static const char *value_of_input(const rtl_plan *plan, const char *name)
{
    const slave_strings *inputs = &plan->slave->inputs;
    const size_t length = strlen(name);
    for (uint32_t i = 0; i < inputs->count; i++)
        if (strncmp(inputs->at[i], name, length) == 0 && inputs->at[i][length] == '=')
            return inputs->at[i] + length + 1;
    return NULL;
}

static bool is_clock(const rtl_plan *plan, const char *name)
{
    return plan->slave->clock_hz != 0 && strcmp(name, plan->slave->clock_port) == 0;
}

static bool is_reset(const rtl_plan *plan, const char *name)
{
    return plan->slave->reset_port != NULL && strcmp(name, plan->slave->reset_port) == 0;
}

/// An input that is neither of the bus nor clock nor reset.
static bool is_further_input(const rtl_plan *plan, const rtl_port *port)
{
    return port->direction == RTL_INPUT && port->bits > 0 && !is_clock(plan, port->name) &&
           !is_reset(plan, port->name) && role_of_port(plan, port->name) < 0;
}

void rtl_wrapper_tell_idle(const rtl_plan *plan, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < plan->design->ports; i++) {
        const rtl_port *port = &plan->design->port[i];
        if (!is_further_input(plan, port) || value_of_input(plan, port->name) != NULL ||
            used + strlen(port->name) + 2 > bytes)
            continue;
        used +=
            (size_t)snprintf(text + used, bytes - used, "%s%s", used > 0 ? " " : "", port->name);
    }
}

/// Further inputs are variables of the wrapper, so that a scenario can set them.
static void put_further_inputs(FILE *file, const rtl_plan *plan)
{
    for (unsigned i = 0; i < plan->design->ports; i++) {
        const rtl_port *port = &plan->design->port[i];
        if (!is_further_input(plan, port))
            continue;
        const char *value = value_of_input(plan, port->name);
        (void)fprintf(file, "    reg [%u:0] in_%s /*verilator public_flat_rw*/ = ", port->bits - 1,
                      port->name);
        put_value(file, value != NULL ? value : "0");
        (void)fputs(";\n", file);
    }
}

static void put_port(FILE *file, const rtl_plan *plan, const rtl_port *port)
{
    const int role = role_of_port(plan, port->name);
    const char *name = port->name;
    if (is_clock(plan, name))
        (void)fprintf(file, ".%s(clk)", name);
    else if (is_reset(plan, name))
        (void)fprintf(file, ".%s(%srst)", name, plan->slave->reset_low ? "~" : "");
    else if (role >= 0 && is_to_slave((unsigned)role))
        (void)fprintf(file, ".%s(%s%s)", name, plan->inverted[role] ? "~" : "",
                      role == SLAVE_PIN_SCL_I ? "scl" : "sda");
    else if (role >= 0)
        (void)fprintf(file, ".%s(of_%s)", name, role_names[role]);
    else if (is_further_input(plan, port))
        (void)fprintf(file, ".%s(in_%s)", name, name);
    else
        (void)fprintf(file, ".%s()", name);
}

/// What an inout port is joined to: a pulled-up net that is low while the line is. Who pulls it is
/// found out by letting go of it.
static void put_net(FILE *file, const rtl_plan *plan, slave_pin_role role, const char *line)
{
    if (has(plan, role))
        (void)fprintf(file,
                      "    wire of_%s;\n    pullup (of_%s);\n"
                      "    assign of_%s = %s ? 1'bz : 1'b0;\n    assign %s_net = of_%s;\n",
                      line, line, line, line, line, line);
    else
        (void)fprintf(file, "    assign %s_net = %s;\n", line, line);
}

static const char *sense(const rtl_plan *plan, slave_pin_role role)
{
    return plan->inverted[role] ? "~" : "";
}

/// The two pins of a line: it pulls, it drives high.
static void put_drive(FILE *file, const rtl_plan *plan, slave_pin_role o, slave_pin_role oe,
                      unsigned pulls, unsigned drives)
{
    if (has(plan, oe))
        (void)fprintf(file, "    wire of_%s;\n", role_names[oe]);
    if (has(plan, o))
        (void)fprintf(file, "    wire of_%s;\n", role_names[o]);
    if (!has(plan, oe)) {
        (void)fprintf(file, "    assign pins[%u] = 0;\n    assign pins[%u] = 0;\n", pulls, drives);
        return;
    }
    const char *enable = sense(plan, oe), *name = role_names[oe];
    if (has(plan, o)) {
        const char *level = sense(plan, o);
        (void)fprintf(file, "    assign pins[%u] = %sof_%s & ~(%sof_%s);\n", pulls, enable, name,
                      level, role_names[o]);
        (void)fprintf(file, "    assign pins[%u] = %sof_%s & %sof_%s;\n", drives, enable, name,
                      level, role_names[o]);
    } else {
        (void)fprintf(file, "    assign pins[%u] = %sof_%s;\n    assign pins[%u] = 0;\n", pulls,
                      enable, name, drives);
    }
}

bool rtl_wrapper_write(const rtl_plan *plan, const char *path)
{
    FILE *file = fopen(path, "wbe");
    if (file == NULL)
        return false;
    (void)fputs("module i2cproof_top(input wire clk, input wire rst, input wire scl, "
                "input wire sda,\n    output wire [3:0] pins, output wire scl_net, "
                "output wire sda_net);\n",
                file);
    put_further_inputs(file, plan);
    put_net(file, plan, SLAVE_PIN_SCL, "scl");
    put_net(file, plan, SLAVE_PIN_SDA, "sda");
    put_drive(file, plan, SLAVE_PIN_SCL_O, SLAVE_PIN_SCL_OE, 0, 2);
    put_drive(file, plan, SLAVE_PIN_SDA_O, SLAVE_PIN_SDA_OE, 1, 3);
    (void)fprintf(file, "    %s ", plan->slave->top);
    put_parameters(file, plan->slave);
    (void)fputs("slave(", file);
    for (unsigned i = 0; i < plan->design->ports; i++) {
        (void)fputs(i == 0 ? "\n        " : ",\n        ", file);
        put_port(file, plan, &plan->design->port[i]);
    }
    (void)fputs(");\nendmodule\n", file);
    return fclose(file) == 0;
}
