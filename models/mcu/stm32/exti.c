// EXTI and the part of AFIO that chooses a port for each line (RM0008, 9.4 and 10.2).
#include "models/mcu/stm32/block.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { IMR, EMR, RTSR, FTSR, SWIER, PR };
enum { EXTICR = 2, EVENTS = 0x0007FFFF };

/// Several lines share an exception: it is as high as any of them.
static void tell_lines(stm32_io *io)
{
    const uint32_t *reg = stm32_peek(io, io->exti);
    const uint32_t asks = reg[PR] & reg[IMR];
    for (unsigned i = 0; i < io->exti_vectors; i++)
        stm32_level(io, io->exti_vector[i].exception, (asks & io->exti_vector[i].lines) != 0);
}

static unsigned port_for(const stm32_io *io, unsigned line)
{
    return io->afio < 0 ? 0 : stm32_peek(io, io->afio)[EXTICR + line / 4] >> 4 * (line % 4) & 0xF;
}

/// The flag is set whether or not the line is let through to the CPU.
void stm32_exti_edge(stm32_io *io, i2c_line line, bool high)
{
    const stm32_pin pin = io->config.pin[line];
    if (io->exti < 0 || port_for(io, pin.bit) != pin.port)
        return;
    uint32_t *reg = stm32_reg(io, io->exti);
    const uint32_t bit = UINT32_C(1) << pin.bit;
    if ((reg[high ? RTSR : FTSR] & bit) == 0)
        return;
    reg[PR] |= bit;
    tell_lines(io);
}

static void write_exti(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    uint32_t *reg = stm32_reg(io, (int)b);
    value &= EVENTS;
    if (word == PR) { // a one clears, and takes back what software asked for
        reg[PR] &= ~value;
        reg[SWIER] &= ~value;
    } else if (word == SWIER) {
        reg[PR] |= value & ~reg[SWIER] & reg[IMR];
        reg[SWIER] |= value;
    } else {
        reg[word] = value;
    }
    tell_lines(io);
}

/// "EXTI4", "EXTI9_5".
static bool serves(const char *name, unsigned line)
{
    char *end = NULL;
    if (strncmp(name, "EXTI", 4) != 0)
        return false;
    const unsigned long high = strtoul(name + 4, &end, 10);
    const unsigned long low = *end == '_' ? strtoul(end + 1, NULL, 10) : high;
    return line >= low && line <= high;
}

static void find_exti(stm32_io *io, unsigned b)
{
    const stm32_part *part = io->config.part;
    io->exti = (int8_t)b;
    for (unsigned i = 0; i < part->vector_count; i++) {
        stm32_exti_vector vector = {.exception = part->vectors[i].exception};
        for (unsigned line = 0; line < STM32_LINES; line++)
            vector.lines |= serves(part->vectors[i].name, line) ? UINT32_C(1) << line : 0;
        if (vector.lines == 0)
            continue;
        assert(io->exti_vectors < STM32_LINES);
        io->exti_vector[io->exti_vectors++] = vector;
    }
}

static void reset_exti(stm32_io *io, unsigned b)
{
    (void)b;
    tell_lines(io);
}

const stm32_model stm32_exti_model = {
    .type = "EXTI", .find = find_exti, .reset = reset_exti, .write = write_exti};

static void find_afio(stm32_io *io, unsigned b)
{
    io->afio = (int8_t)b;
}

/// It may have given the pins to another I2C.
static void write_afio(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    stm32_reg(io, (int)b)[word] = value;
    stm32_wire_i2c(io);
    stm32_drive_pins(io);
}

static void reset_afio(stm32_io *io, unsigned b)
{
    (void)b;
    stm32_wire_i2c(io);
}

const stm32_model stm32_afio_model = {
    .type = "AFIO", .find = find_afio, .reset = reset_afio, .write = write_afio};
