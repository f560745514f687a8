#include "slave_under_test/kinds/rtl/design.h"

#include "sim/nearest.h"
#include "slave_under_test/kinds/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNALS_MAX = 4096 };

// ---- the netlist's text -------------------------------------------------------------------------

/// The value of an attribute of the element that begins at `at`; false: it has none. Names of
/// Verilog have no characters that XML escapes, but for those in escaped names, which stay so.
static bool attribute(const char *at, const char *name, char *value, size_t bytes)
{
    const char *end = strchr(at, '>');
    char key[32];
    (void)snprintf(key, sizeof key, " %s=\"", name);
    const char *found = strstr(at, key);
    if (end == NULL || found == NULL || found > end)
        return false;
    found += strlen(key);
    const size_t length = strcspn(found, "\"");
    if (length >= bytes)
        return false;
    memcpy(value, found, length);
    value[length] = '\0';
    return true;
}

/// The next element of that name behind `at`; NULL: none.
static const char *next_element(const char *at, const char *name)
{
    char open[32];
    const int length = snprintf(open, sizeof open, "<%s ", name);
    const char *found = strstr(at, open);
    return found == NULL ? NULL : found + length - 1;
}

/// Bits of a type; 0: it is no vector of bits.
static unsigned bits_of_type(const char *netlist, const char *id)
{
    char value[24];
    for (const char *at = netlist; (at = next_element(at, "basicdtype")) != NULL;) {
        if (!attribute(at, "id", value, sizeof value) || strcmp(value, id) != 0)
            continue;
        if (!attribute(at, "left", value, sizeof value))
            return 1;
        const long left = strtol(value, NULL, 10);
        const long right =
            attribute(at, "right", value, sizeof value) ? strtol(value, NULL, 10) : 0;
        return (unsigned)(left > right ? left - right : right - left) + 1;
    }
    return 0;
}

// ---- ports --------------------------------------------------------------------------------------

static bool read_port(rtl_design *d, const char *at)
{
    char direction[16], value[32];
    if (!attribute(at, "dir", direction, sizeof direction))
        return true;
    if (d->ports == RTL_PORT_MAX)
        return false;
    rtl_port *port = &d->port[d->ports];
    if (!attribute(at, "name", port->name, sizeof port->name) || strchr(port->name, '.') != NULL)
        return true;
    port->direction = strcmp(direction, "input") == 0    ? RTL_INPUT
                      : strcmp(direction, "output") == 0 ? RTL_OUTPUT
                                                         : RTL_INOUT;
    if (attribute(at, "dtype_id", value, sizeof value))
        port->bits = bits_of_type(d->netlist, value);
    if (attribute(at, "loc", value, sizeof value)) {
        const char *comma = strchr(value, ',');
        port->line = comma == NULL ? 0 : (unsigned)strtoul(comma + 1, NULL, 10);
    }
    d->ports++;
    return true;
}

bool rtl_design_read(rtl_design *design, const char *path)
{
    memset(design, 0, sizeof *design);
    design->netlist = slave_text_read(path);
    if (design->netlist == NULL)
        return false;
    for (const char *at = design->netlist; (at = next_element(at, "var")) != NULL;)
        if (!read_port(design, at))
            return false;
    return true;
}

void rtl_design_free(rtl_design *design)
{
    free(design->netlist);
    design->netlist = NULL;
}

const rtl_port *rtl_design_port(const rtl_design *design, const char *name)
{
    for (unsigned i = 0; i < design->ports; i++)
        if (strcmp(design->port[i].name, name) == 0)
            return &design->port[i];
    return NULL;
}

static size_t add(char *text, size_t bytes, size_t used, const char *before, const char *word)
{
    if (used + strlen(before) + strlen(word) + 1 > bytes)
        return used;
    return used + (size_t)snprintf(text + used, bytes - used, "%s%s", before, word);
}

const char *rtl_design_tell_ports(const rtl_design *design, char *text, size_t bytes)
{
    static const char *const names[] = {"in", "out", "inout"};
    size_t used = 0;
    text[0] = '\0';
    for (unsigned direction = RTL_INPUT; direction <= RTL_INOUT; direction++) {
        bool any = false;
        for (unsigned i = 0; i < design->ports; i++) {
            if (design->port[i].direction != (rtl_direction)direction)
                continue;
            const char *before = any ? " " : used > 0 ? "; " : "";
            if (!any) {
                used = add(text, bytes, used, before, names[direction]);
                before = " ";
            }
            used = add(text, bytes, used, before, design->port[i].name);
            any = true;
        }
    }
    return text;
}

// ---- signals --------------------------------------------------------------------------------

/// The name of a variable below the top module; "": it is none of that module, or made by the tool.
static void name_below(const char *at, const char *top, char name[RTL_NAME_BYTES])
{
    char whole[RTL_NAME_BYTES], direction[16];
    name[0] = '\0';
    if (!attribute(at, "name", whole, sizeof whole) || strstr(whole, "__") != NULL)
        return;
    const size_t above = strlen(top);
    if (strncmp(whole, top, above) == 0 && whole[above] == '.')
        (void)snprintf(name, RTL_NAME_BYTES, "%s", whole + above + 1);
    else if (attribute(at, "dir", direction, sizeof direction))
        (void)snprintf(name, RTL_NAME_BYTES, "%s", whole);
}

bool rtl_design_has(const rtl_design *design, const char *top, const char *name, char *near,
                    size_t near_bytes)
{
    char wanted[RTL_NAME_BYTES];
    (void)snprintf(wanted, sizeof wanted, "%.*s", (int)strcspn(name, "["), name);
    char(*names)[RTL_NAME_BYTES] = calloc(SIGNALS_MAX, sizeof *names);
    const char **all = calloc(SIGNALS_MAX, sizeof *all);
    size_t count = 0;
    bool has = false;
    for (const char *at = design->netlist; names != NULL && all != NULL && count < SIGNALS_MAX &&
                                           (at = next_element(at, "var")) != NULL;) {
        name_below(at, top, names[count]);
        has = has || strcmp(names[count], wanted) == 0;
        all[count] = names[count];
        count += names[count][0] != '\0';
    }
    const char *found = has || all == NULL ? NULL : i2c_nearest(wanted, all, count);
    (void)snprintf(near, near_bytes, "%s", found == NULL ? "" : found);
    free(names);
    free(all);
    return has;
}

bool rtl_design_tell_modules(const rtl_design *design, const char *wanted, char *text, size_t bytes)
{
    char name[RTL_NAME_BYTES];
    size_t used = 0;
    bool has = false;
    text[0] = '\0';
    for (const char *at = design->netlist; (at = next_element(at, "module")) != NULL;) {
        if (!attribute(at, "origName", name, sizeof name) || name[0] == '$')
            continue;
        has = has || (wanted != NULL && strcmp(name, wanted) == 0);
        used = add(text, bytes, used, used > 0 ? " " : "", name);
    }
    return has;
}
