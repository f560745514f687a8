#include "models/mcu/avr/part.h"

#include <stddef.h>
#include <string.h>

#include "attinyx5.inc"

static const avr_part parts[] = {AVR_PART_attiny25, AVR_PART_attiny45, AVR_PART_attiny85};
enum { PART_COUNT = sizeof parts / sizeof *parts };

const avr_part *avr_part_at(unsigned i)
{
    return i < PART_COUNT ? &parts[i] : NULL;
}

const avr_part *avr_part_find(const char *name)
{
    for (unsigned i = 0; i < PART_COUNT; i++)
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i];
    return NULL;
}

const avr_register *avr_part_register(const avr_part *part, const char *name)
{
    for (unsigned i = 0; i < part->register_count; i++)
        if (strcmp(part->registers[i].name, name) == 0)
            return &part->registers[i];
    return NULL;
}

int avr_register_bit(const avr_register *r, const char *name)
{
    for (int b = 0; b < 8; b++)
        if (r->bit[b] != NULL && strcmp(r->bit[b], name) == 0)
            return b;
    return -1;
}

const char *avr_part_vector(const avr_part *part, unsigned number)
{
    for (unsigned i = 0; i < part->vector_count; i++)
        if (part->vectors[i].number == number)
            return part->vectors[i].name;
    return NULL;
}
