#include "slave_under_test/kinds/firmware/silence.h"

#include "sim/nearest.h"

#include <stdio.h>
#include <string.h>

static const avr_part *part_of(const firmware_witness *w)
{
    return w->io->config.part;
}

static bool begins(const char *text, const char *with)
{
    return text != NULL && strncmp(text, with, strlen(with)) == 0;
}

/// Bits whose names begin so, of whichever register; `which`: the first register that has one.
static bool is_on(const firmware_witness *w, const char *bit, const avr_register **which)
{
    const avr_part *part = part_of(w);
    bool on = false;
    for (unsigned i = part->register_count; i-- > 0;) {
        const avr_register *r = &part->registers[i];
        for (unsigned b = 0; b < 8; b++) {
            if (!begins(r->bit[b], bit))
                continue;
            *which = r;
            on = on || (avr_io_read(w->io, r->at) >> b & 1) != 0;
        }
    }
    return on;
}

static bool was_on(const firmware_witness *w, const avr_register *r, const char *bit)
{
    return (w->touches->ever_set[r->at] >> avr_register_bit(r, bit) & 1) != 0;
}

/// The lowest vector with such a name that the sources have a routine for; -1: none.
static int routine(const firmware_witness *w, const char *name)
{
    for (unsigned v = 1; v < FIRMWARE_VECTOR_MAX; v++)
        if (begins(avr_part_vector(part_of(w), v), name) &&
            firmware_object_vector(w->object, v) != NULL)
            return (int)v;
    return -1;
}

static bool any_entered(const firmware_witness *w)
{
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++)
        if (w->core->entries[v] > 0)
            return true;
    return false;
}

/// A routine without its vector: such names are all that is left of it.
const char *firmware_misspelt(const firmware_object *object, const avr_part *part,
                              const char **near)
{
    const char *names[FIRMWARE_VECTOR_MAX];
    static const char ending[] = "_vect";
    size_t count = 0;
    for (unsigned v = 1; v < FIRMWARE_VECTOR_MAX && count < FIRMWARE_VECTOR_MAX; v++)
        if (avr_part_vector(part, v) != NULL)
            names[count++] = avr_part_vector(part, v);
    const char *found = firmware_object_function_ending(object, ending);
    char stem[48];
    if (found == NULL)
        return NULL;
    (void)snprintf(stem, sizeof stem, "%.*s", (int)(strlen(found) - strlen(ending)), found);
    *near = i2c_nearest(stem, names, count);
    return found;
}

// ---- one question each --------------------------------------------------------------------------

typedef bool reason(const firmware_witness *w, char *text, size_t bytes);

static bool stays_in_routine(const firmware_witness *w, char *text, size_t bytes)
{
    const firmware_core *core = w->core;
    if (core->depth == 0 || avr_part_vector(part_of(w), core->nest[core->depth - 1]) == NULL)
        return false;
    const uint64_t since_ps = core->entered_ps[core->depth - 1];
    const uint64_t now_ps = i2c_sim_now_ps(core->config.sim);
    if (now_ps < since_ps + I2C_PS_PER_MS)
        return false;
    (void)snprintf(text, bytes, "ISR(%s_vect) has run for %u ms and does not end",
                   avr_part_vector(part_of(w), core->nest[core->depth - 1]),
                   (unsigned)((now_ps - since_ps) / I2C_PS_PER_MS));
    return true;
}

static bool is_misspelt(const firmware_witness *w, char *text, size_t bytes)
{
    const char *near = NULL;
    const char *found = firmware_misspelt(w->object, part_of(w), &near);
    if (found != NULL)
        (void)snprintf(text, bytes, "%s has no vector of ISR(%s)%s%s%s", part_of(w)->name, found,
                       near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
                       near == NULL ? "" : "_vect?");
    return found != NULL;
}

static bool touches_port(const firmware_witness *w, unsigned port)
{
    const avr_port *p = &w->io->port[port];
    return (p->pin != AVR_NOT_THERE && w->touches->touched[p->pin]) ||
           (p->ddr != AVR_NOT_THERE && w->touches->touched[p->ddr]) ||
           (p->port != AVR_NOT_THERE && w->touches->touched[p->port]);
}

static void name_pins(const firmware_witness *w, char *text, size_t bytes)
{
    const avr_pin *pin = w->io->config.pin;
    (void)snprintf(text, bytes, "SCL is P%c%u, SDA P%c%u", 'A' + pin[I2C_SCL].port,
                   pin[I2C_SCL].bit, 'A' + pin[I2C_SDA].port, pin[I2C_SDA].bit);
}

static bool uses_other_port(const firmware_witness *w, char *text, size_t bytes)
{
    const unsigned scl = w->io->config.pin[I2C_SCL].port, sda = w->io->config.pin[I2C_SDA].port;
    char pins[48];
    const avr_register *unused = NULL;
    if (touches_port(w, scl) || touches_port(w, sda) || is_on(w, "TWEN", &unused))
        return false;
    for (unsigned port = 0; port < AVR_PORT_MAX; port++) {
        if (!touches_port(w, port))
            continue;
        name_pins(w, pins, sizeof pins);
        (void)snprintf(text, bytes, "its code uses port %c alone, but %s: another part, or `pins`?",
                       'A' + port, pins);
        return true;
    }
    return false;
}

/// What a routine of that name needs: bits that switch on, each with what it does.
typedef struct {
    const char *routine, *bit, *what;
    bool at_times; ///< firmware may switch it off while it waits for a START
} need;

static const need needs[] = {
    {"USI", "USIWM1", "the USI is not in two-wire mode", false},
    {"USI_START", "USISIE", "the interrupt of a START is off", false},
    {"USI_OVF", "USIOIE", "the interrupt of the USI's counter is off", true},
    {"USI_OVERFLOW", "USIOIE", "the interrupt of the USI's counter is off", true},
    {"TWI", "TWEN", "the TWI is off", false},
    {"TWI", "TWIE", "the interrupt of the TWI is off", false},
    {"TWI", "TWEA", "the TWI is told to acknowledge nothing", false},
    {"PCINT", "PCIE", "pin-change interrupts are off", false},
    {"PCINT", "PCINT", "no pin is chosen for its pin-change interrupt", false},
};

static bool lacks_a_bit(const firmware_witness *w, char *text, size_t bytes)
{
    for (unsigned i = 0; i < sizeof needs / sizeof *needs; i++) {
        const need *n = &needs[i];
        const avr_register *where = NULL;
        const int v = routine(w, n->routine);
        if (v < 0 || is_on(w, n->bit, &where) || where == NULL ||
            (n->at_times && was_on(w, where, n->bit)))
            continue;
        const bool many = strcmp(n->bit, "PCINT") == 0;
        (void)snprintf(text, bytes, "%s: %s%s%s is 0 in the end, though there is an ISR(%s_vect)",
                       n->what, where->name, many ? "" : ".", many ? "" : n->bit,
                       avr_part_vector(part_of(w), (unsigned)v));
        return true;
    }
    return false;
}

/// Its own interrupts are pending and nobody lets them in.
static bool interrupts_are_off(const firmware_witness *w, char *text, size_t bytes)
{
    if (w->core->interrupts_on || w->core->depth > 0 || w->core->pending == 0)
        return false;
    const char *name = avr_part_vector(part_of(w), (unsigned)__builtin_ctzll(w->core->pending));
    (void)snprintf(text, bytes, "interrupt %s is enabled and came, but interrupts %s", name,
                   any_entered(w) ? "are off: cli() without sei()"
                                  : "were never switched on: no sei()");
    return true;
}

/// To acknowledge takes an SDA that can be pulled. The TWI needs no DDR.
static bool never_pulls(const firmware_witness *w, char *text, size_t bytes)
{
    const avr_pin sda = w->io->config.pin[I2C_SDA];
    const uint16_t ddr = w->io->port[sda.port].ddr;
    const avr_register *unused = NULL;
    if (ddr == AVR_NOT_THERE || is_on(w, "TWEN", &unused) ||
        (w->touches->ever_set[ddr] >> sda.bit & 1) != 0)
        return false;
    (void)snprintf(text, bytes, "it never made SDA (P%c%u) an output", 'A' + sda.port, sda.bit);
    return true;
}

static bool comes_and_ignores(const firmware_witness *w, char *text, size_t bytes)
{
    char did[64] = "it acknowledged no address";
    if (w->io->driven[I2C_SCL] == I2C_PULLED)
        return false; // that is its fault, and another one
    (void)never_pulls(w, did, sizeof did);
    for (unsigned v = 1; v < FIRMWARE_VECTOR_MAX; v++) {
        if (w->core->entries[v] == 0)
            continue;
        (void)snprintf(
            text, bytes,
            "its interrupt %s came %llu times, and %s: which address does it compare with?",
            avr_part_vector(part_of(w), v), (unsigned long long)w->core->entries[v], did);
        return true;
    }
    return false;
}

static bool does_nothing(const firmware_witness *w, char *text, size_t bytes)
{
    for (unsigned v = 1; v < FIRMWARE_VECTOR_MAX; v++)
        if (firmware_object_vector(w->object, v) != NULL)
            return false;
    const avr_register *unused = NULL;
    char pins[48];
    if (touches_port(w, w->io->config.pin[I2C_SCL].port) || is_on(w, "TWEN", &unused))
        return false;
    name_pins(w, pins, sizeof pins);
    (void)snprintf(text, bytes, "its code has no ISR and never looks at the pins (%s)", pins);
    return true;
}

bool firmware_silence(const firmware_witness *witness, char *text, size_t bytes)
{
    static reason *const reasons[] = {stays_in_routine,   is_misspelt, uses_other_port,
                                      interrupts_are_off, lacks_a_bit, does_nothing,
                                      comes_and_ignores,  never_pulls};
    for (unsigned i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i](witness, text, bytes))
            return true;
    return false;
}
