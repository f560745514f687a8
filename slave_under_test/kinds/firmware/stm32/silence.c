// Why firmware of an STM32 part is silent, by its registers.
#include "slave_under_test/kinds/firmware/silence.h"

#include "slave_under_test/kinds/firmware/stm32/stm32.h"

#include <stdio.h>
#include <string.h>

static const stm32_io *io_of(const firmware_witness *w)
{
    return &stm32_chip_of(w->chip)->io;
}

static const stm32_part *part_of(const firmware_witness *w)
{
    return stm32_part_of(w->part);
}

/// A register of EXTI or AFIO as it stands.
static uint32_t value_of(const firmware_witness *w, int block, unsigned word)
{
    const stm32_io *io = io_of(w);
    return block < 0 ? 0 : io->reg[io->first[block] + word];
}

static void name_pins(const firmware_witness *w, char *text, size_t bytes)
{
    const stm32_pin *pin = io_of(w)->config.pin;
    (void)snprintf(text, bytes, "SCL is P%c%u, SDA P%c%u", 'A' + pin[I2C_SCL].port,
                   pin[I2C_SCL].bit, 'A' + pin[I2C_SDA].port, pin[I2C_SDA].bit);
}

// ---- one question each --------------------------------------------------------------------------

/// What software did there had no effect; `still`: the clock is off now, too.
static bool was_unclocked(const firmware_witness *w, bool still, char *text, size_t bytes)
{
    const stm32_io *io = io_of(w);
    for (unsigned b = 0; b < part_of(w)->block_count; b++) {
        const stm32_block *block = &part_of(w)->blocks[b];
        char enable[32];
        if ((io->unclocked >> b & 1) == 0)
            continue;
        stm32_part_name(part_of(w), block->clock_at, enable, sizeof enable);
        const int enables = stm32_part_block_at(part_of(w), block->clock_at);
        const uint32_t now =
            io->reg[io->first[enables] + (block->clock_at - part_of(w)->blocks[enables].at) / 4];
        if (still && (now & block->clock_mask) != 0)
            continue;
        (void)snprintf(
            text, bytes,
            "it used %s while its clock was off, which has no effect: %s has to have its "
            "bit set first",
            block->name, enable);
        return true;
    }
    return false;
}

static bool is_unclocked(const firmware_witness *w, char *text, size_t bytes)
{
    return was_unclocked(w, true, text, bytes);
}

static bool was_clocked_late(const firmware_witness *w, char *text, size_t bytes)
{
    return was_unclocked(w, false, text, bytes);
}

static bool uses_other_port(const firmware_witness *w, char *text, size_t bytes)
{
    const stm32_chip *chip = stm32_chip_of(w->chip);
    const stm32_pin *pin = chip->io.config.pin;
    char pins[48];
    int used = -1;
    for (unsigned p = 0; p < STM32_PORTS_MAX; p++) {
        if (chip->io.port[p] < 0 || (chip->touched >> chip->io.port[p] & 1) == 0)
            continue;
        if (p == pin[I2C_SCL].port || p == pin[I2C_SDA].port)
            return false;
        used = (int)p;
    }
    name_pins(w, pins, sizeof pins);
    if (used < 0)
        return false;
    (void)snprintf(text, bytes, "its code uses port %c alone, but %s: another part, or `pins`?",
                   'A' + used, pins);
    return true;
}

/// It has an I2C on, but not the one that has these pins.
static bool uses_other_i2c(const firmware_witness *w, char *text, size_t bytes)
{
    const stm32_io *io = io_of(w);
    char pins[48];
    for (unsigned i = 0; i < STM32_I2C_MAX; i++) {
        const stm32_i2c_block *i2c = &io->i2c[i];
        if (i2c->block < 0 || !stm32_i2c_enabled(&i2c->core) || io->wired == i2c)
            continue;
        name_pins(w, pins, sizeof pins);
        (void)snprintf(text, bytes, "it switched %s on, but %s: another `pins`, or a remap?",
                       part_of(w)->blocks[i2c->block].name, pins);
        return true;
    }
    return false;
}

static bool i2c_is_not_ready(const firmware_witness *w, char *text, size_t bytes)
{
    const stm32_io *io = io_of(w);
    if (io->wired == NULL)
        return false;
    const stm32_i2c *core = &io->wired->core;
    const char *name = part_of(w)->blocks[io->wired->block].name;
    const bool used = (stm32_chip_of(w->chip)->touched >> io->wired->block & 1) != 0;
    const char *what = NULL;
    if (used && !stm32_i2c_enabled(core))
        what = "is off: CR1.PE is 0";
    else if (used && (core->cr1 & STM32_I2C_CR1_ACK) == 0)
        what = "is told to acknowledge nothing: CR1.ACK is 0 (it must be set behind PE)";
    else if (used && core->oar1 >> 1 == 0)
        what = "has no address: OAR1 is 0";
    if (what != NULL)
        (void)snprintf(text, bytes, "%s %s", name, what);
    return what != NULL;
}

/// The pins are no open-drain outputs of the peripheral that is to drive them.
static bool pins_are_not_given(const firmware_witness *w, char *text, size_t bytes)
{
    const stm32_io *io = io_of(w);
    if (io->wired == NULL || !stm32_i2c_enabled(&io->wired->core))
        return false;
    for (unsigned line = 0; line < 2; line++) {
        const stm32_pin pin = io->config.pin[line];
        const uint32_t *reg = &io->reg[io->first[io->port[pin.port]]];
        const unsigned mode = reg[pin.bit < 8 ? 0 : 1] >> 4 * (pin.bit % 8) & 0xF;
        if ((mode & 3) != 0 && mode >> 2 >= 2)
            continue;
        (void)snprintf(
            text, bytes,
            "%s (P%c%u) is no alternate-function output: its four bits in CR%c are 0x%X, "
            "not 0xF",
            line == I2C_SCL ? "SCL" : "SDA", 'A' + pin.port, pin.bit, pin.bit < 8 ? 'L' : 'H',
            mode);
        return true;
    }
    return false;
}

/// An edge has set its flag, and something on the way to the CPU is shut.
static bool exti_is_shut(const firmware_witness *w, char *text, size_t bytes)
{
    const stm32_io *io = io_of(w);
    if (firmware_routine_of(w, "EXTI") < 0 || io->exti < 0)
        return false;
    enum { EXTICR = 2, IMR = 0, RTSR = 2, FTSR = 3 };
    unsigned lines = 0, open = 0;
    for (unsigned i = 0; i < 2; i++) {
        const stm32_pin pin = io->config.pin[i];
        const uint32_t ports = value_of(w, io->afio, EXTICR + pin.bit / 4);
        lines |= 1u << pin.bit;
        open |= (ports >> 4 * (pin.bit % 4) & 0xF) == pin.port ? 1u << pin.bit : 0;
    }
    const uint32_t edges = value_of(w, io->exti, RTSR) | value_of(w, io->exti, FTSR);
    const char *what = NULL;
    if ((open & lines) == 0)
        what = "AFIO.EXTICR gives their lines to another port";
    else if ((edges & lines) == 0)
        what = "EXTI.RTSR and FTSR choose no edge of theirs";
    else if ((value_of(w, io->exti, IMR) & lines) == 0)
        what = "EXTI.IMR lets none of their lines through";
    if (what != NULL)
        (void)snprintf(text, bytes, "no edge of the pins interrupts: %s", what);
    return what != NULL;
}

/// Its line is high, and the NVIC does not let it in.
static bool nvic_is_shut(const firmware_witness *w, char *text, size_t bytes)
{
    const stm32_nvic *n = &io_of(w)->nvic;
    const uint64_t shut = n->latched & ~stm32_io_pending(io_of(w));
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++) {
        const char *name = w->family->vector(w->part, v);
        if (name == NULL || (shut >> v & 1) == 0 || w->core->config.vector[v] == NULL)
            continue;
        (void)snprintf(
            text, bytes,
            "interrupt %s came, but the NVIC does not let it in: no NVIC_EnableIRQ(%s_IRQn)", name,
            name);
        return true;
    }
    return false;
}

static bool comes_and_ignores(const firmware_witness *w, char *text, size_t bytes)
{
    unsigned long long times = 0;
    const char *name = NULL;
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX && times == 0; v++) {
        name = w->family->vector(w->part, v);
        times = name == NULL || strcmp(name, "SysTick") == 0 ? 0 : w->core->routines.of[v].entries;
    }
    if (io_of(w)->driven[I2C_SCL] == I2C_PULLED || times == 0)
        return false;
    (void)snprintf(
        text, bytes,
        "its interrupt %s came %llu times, and it %s: which address does it compare with?", name,
        times, stm32_chip_of(w->chip)->sda_driven ? "acknowledged no address" : "never pulled SDA");
    return true;
}

static bool does_nothing(const firmware_witness *w, char *text, size_t bytes)
{
    const stm32_chip *chip = stm32_chip_of(w->chip);
    char pins[48];
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++)
        if (w->core->config.vector[v] != NULL)
            return false;
    for (unsigned p = 0; p < STM32_PORTS_MAX; p++)
        if (chip->io.port[p] >= 0 && (chip->touched >> chip->io.port[p] & 1) != 0)
            return false;
    name_pins(w, pins, sizeof pins);
    (void)snprintf(text, bytes,
                   "its code has no interrupt handler and never looks at the pins (%s)", pins);
    return true;
}

bool stm32_silence(const firmware_witness *witness, char *text, size_t bytes)
{
    static firmware_reason *const reasons[] = {firmware_stays_in_routine,
                                               firmware_is_misspelt,
                                               is_unclocked,
                                               uses_other_port,
                                               uses_other_i2c,
                                               firmware_interrupts_are_off,
                                               nvic_is_shut,
                                               i2c_is_not_ready,
                                               pins_are_not_given,
                                               exti_is_shut,
                                               was_clocked_late,
                                               does_nothing,
                                               comes_and_ignores};
    return firmware_silence(reasons, sizeof reasons / sizeof *reasons, witness, text, bytes);
}
