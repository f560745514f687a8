// Why firmware of an AVR part is silent, by its registers.
#include "slave_under_test/kinds/firmware/silence.h"

#include "slave_under_test/kinds/firmware/avr/avr.h"

#include <stdio.h>
#include <string.h>

static avr_chip *chip_of(const firmware_witness *w)
{
    return avr_chip_of(w->chip);
}

static const avr_part *part_of(const firmware_witness *w)
{
    return avr_part_of(w->part);
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
            on = on || (avr_io_read(&chip_of(w)->io, r->at) >> b & 1) != 0;
        }
    }
    return on;
}

static bool was_on(const firmware_witness *w, const avr_register *r, const char *bit)
{
    return (chip_of(w)->touches.ever_set[r->at] >> avr_register_bit(r, bit) & 1) != 0;
}

// ---- one question each --------------------------------------------------------------------------

static bool touches_port(const firmware_witness *w, unsigned port)
{
    const avr_port *p = &chip_of(w)->io.port[port];
    return (p->pin != AVR_NOT_THERE && chip_of(w)->touches.touched[p->pin]) ||
           (p->ddr != AVR_NOT_THERE && chip_of(w)->touches.touched[p->ddr]) ||
           (p->port != AVR_NOT_THERE && chip_of(w)->touches.touched[p->port]);
}

static void name_pins(const firmware_witness *w, char *text, size_t bytes)
{
    const avr_pin *pin = chip_of(w)->io.config.pin;
    (void)snprintf(text, bytes, "SCL is P%c%u, SDA P%c%u", 'A' + pin[I2C_SCL].port,
                   pin[I2C_SCL].bit, 'A' + pin[I2C_SDA].port, pin[I2C_SDA].bit);
}

static bool uses_other_port(const firmware_witness *w, char *text, size_t bytes)
{
    const unsigned scl = chip_of(w)->io.config.pin[I2C_SCL].port,
                   sda = chip_of(w)->io.config.pin[I2C_SDA].port;
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
        const int v = firmware_routine_of(w, n->routine);
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

/// To acknowledge takes an SDA that can be pulled. The TWI needs no DDR.
static bool never_pulls(const firmware_witness *w, char *text, size_t bytes)
{
    const avr_pin sda = chip_of(w)->io.config.pin[I2C_SDA];
    const uint16_t ddr = chip_of(w)->io.port[sda.port].ddr;
    const avr_register *unused = NULL;
    if (ddr == AVR_NOT_THERE || is_on(w, "TWEN", &unused) ||
        (chip_of(w)->touches.ever_set[ddr] >> sda.bit & 1) != 0)
        return false;
    (void)snprintf(text, bytes, "it never made SDA (P%c%u) an output", 'A' + sda.port, sda.bit);
    return true;
}

static bool comes_and_ignores(const firmware_witness *w, char *text, size_t bytes)
{
    char did[64] = "it acknowledged no address";
    unsigned long long times;
    if (chip_of(w)->io.driven[I2C_SCL] == I2C_PULLED)
        return false; // that is its fault, and another one
    (void)never_pulls(w, did, sizeof did);
    const char *name = firmware_came(w, &times);
    if (name == NULL)
        return false;
    (void)snprintf(text, bytes,
                   "its interrupt %s came %llu times, and %s: which address does it compare with?",
                   name, times, did);
    return true;
}

static bool does_nothing(const firmware_witness *w, char *text, size_t bytes)
{
    for (unsigned v = 1; v < FIRMWARE_VECTOR_MAX; v++)
        if (w->core->config.vector[v] != NULL)
            return false;
    const avr_register *unused = NULL;
    char pins[48];
    if (touches_port(w, chip_of(w)->io.config.pin[I2C_SCL].port) || is_on(w, "TWEN", &unused))
        return false;
    name_pins(w, pins, sizeof pins);
    (void)snprintf(text, bytes, "its code has no ISR and never looks at the pins (%s)", pins);
    return true;
}

bool avr_silence(const firmware_witness *witness, char *text, size_t bytes)
{
    static firmware_reason *const reasons[] = {
        firmware_stays_in_routine,   firmware_is_misspelt, uses_other_port,
        firmware_interrupts_are_off, lacks_a_bit,          does_nothing,
        comes_and_ignores,           never_pulls};
    return firmware_silence(reasons, sizeof reasons / sizeof *reasons, witness, text, bytes);
}
