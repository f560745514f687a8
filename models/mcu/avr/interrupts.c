// Pin change and external interrupts of the pins on the bus.
#include "models/mcu/avr/block.h"

#include <stdio.h>

enum { LOW_LEVEL, ANY_CHANGE, FALL, RISE };

// ---- pin change -------------------------------------------------------------------------------

static void change(avr_io *io, i2c_line line)
{
    const avr_change *c = &io->change[line];
    if (avr_is_set(io, c->mask))
        avr_raise(io, c->flag, c->enable);
}

static void find_changes(avr_io *io)
{
    const avr_part *part = io->config.part;
    for (unsigned i = 0; i < part->pin_change_count; i++) {
        const avr_pin_change *p = &part->pin_changes[i];
        const uint16_t mask_at = avr_claim(io, p->mask, &avr_interrupts_block);
        const avr_bit flag = avr_find_bit(io, p->flag), enable = avr_find_bit(io, p->enable);
        avr_add_source(io, flag, enable, p->vector, false);
        for (unsigned line = 0; line < 2; line++)
            if (io->config.pin[line].port == p->port - 'A')
                io->change[line] = (avr_change){
                    flag, enable, {mask_at, (uint8_t)(1u << io->config.pin[line].bit)}};
    }
}

// ---- external ---------------------------------------------------------------------------------

static unsigned sense_of(const avr_io *io, const avr_sense *s)
{
    return (avr_is_set(io, s->sense[1]) ? 2u : 0u) | (avr_is_set(io, s->sense[0]) ? 1u : 0u);
}

/// Sensed by level it has no flag: it is pending while the pin is low (ATtiny25/45/85, 9.3.2).
static void look_at_level(avr_io *io, const avr_sense *s)
{
    const bool low = s->line >= 0 && !avr_level_of(io, (i2c_line)s->line);
    avr_level(io, s->vector, low && sense_of(io, s) == LOW_LEVEL && avr_is_set(io, s->enable),
              true);
}

static void external_edge(avr_io *io, const avr_sense *s, bool high)
{
    const unsigned sense = sense_of(io, s);
    if (sense == ANY_CHANGE || sense == (high ? RISE : FALL))
        avr_raise(io, s->flag, s->enable);
    look_at_level(io, s);
}

static int line_of(const avr_io *io, avr_pin pin)
{
    for (int line = 0; line < 2; line++)
        if (io->config.pin[line].port == pin.port && io->config.pin[line].bit == pin.bit)
            return line;
    return -1;
}

static void find_external(avr_io *io, const avr_external *from)
{
    char text[16];
    avr_sense *s = &io->sense[io->senses++];
    const char number = from->name[3];
    s->enable = avr_find_bit(io, from->name);
    (void)snprintf(text, sizeof text, "INTF%c", number);
    s->flag = avr_find_bit(io, text);
    for (unsigned i = 0; i < 2; i++) {
        (void)snprintf(text, sizeof text, "ISC%c%u", number, i);
        s->sense[i] = avr_find_bit(io, text);
    }
    s->vector = (uint8_t)avr_part_vector_number(io->config.part, from->name);
    s->line = line_of(io, avr_pin_of(from->pin));
    avr_add_source(io, s->flag, s->enable, from->name, false);
}

// ---- registers --------------------------------------------------------------------------------

void avr_interrupts_edge(avr_io *io, i2c_line line, bool high)
{
    change(io, line);
    for (unsigned i = 0; i < io->senses; i++)
        if (io->sense[i].line == (int)line)
            external_edge(io, &io->sense[i], high);
}

static bool holds_flags(const avr_io *io, uint32_t at)
{
    for (unsigned i = 0; i < io->sources; i++)
        if (io->source[i].flag.at == at)
            return true;
    return false;
}

/// A one clears a flag.
static void write_interrupts(avr_io *io, uint32_t at, uint8_t value)
{
    io->reg[at] = holds_flags(io, at) ? (uint8_t)(io->reg[at] & ~value) : value;
    for (unsigned i = 0; i < io->senses; i++)
        look_at_level(io, &io->sense[i]);
}

static void find_interrupts(avr_io *io)
{
    static const char *const names[] = {"GIMSK", "GIFR",  "EIFR",  "EIMSK",
                                        "PCIFR", "PCICR", "EICRA", "MCUCR"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        (void)avr_claim(io, names[i], &avr_interrupts_block);
    find_changes(io);
    for (unsigned i = 0; i < io->config.part->external_count && i < AVR_EXTERNAL_MAX; i++)
        find_external(io, &io->config.part->externals[i]);
}

static void reset_interrupts(avr_io *io, avr_reset cause)
{
    (void)io;
    (void)cause;
}

const avr_block avr_interrupts_block = {
    .find = find_interrupts, .reset = reset_interrupts, .write = write_interrupts};
