#include "models/mcu/avr/part.h"

#include <stddef.h>
#include <string.h>

#include "atmegax8.inc"
#include "attinyx313.inc"
#include "attinyx4.inc"
#include "attinyx5.inc"

static const avr_part parts[] = {AVR_PARTS_attinyx5, AVR_PARTS_attinyx4, AVR_PARTS_attinyx313,
                                 AVR_PARTS_atmegax8};
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

const avr_register *avr_part_bit(const avr_part *part, const char *name, int *bit)
{
    for (unsigned i = 0; i < part->register_count; i++) {
        *bit = avr_register_bit(&part->registers[i], name);
        if (*bit >= 0)
            return &part->registers[i];
    }
    return NULL;
}

const char *avr_part_vector(const avr_part *part, unsigned number)
{
    for (unsigned i = 0; i < part->vector_count; i++)
        if (part->vectors[i].number == number)
            return part->vectors[i].name[0];
    return NULL;
}

static bool has_name(const avr_vector *v, const char *name)
{
    for (unsigned i = 0; i < AVR_VECTOR_NAMES && v->name[i] != NULL; i++)
        if (strcmp(v->name[i], name) == 0)
            return true;
    return false;
}

unsigned avr_part_vector_number(const avr_part *part, const char *name)
{
    for (unsigned i = 0; i < part->vector_count; i++)
        if (has_name(&part->vectors[i], name))
            return part->vectors[i].number;
    return 0;
}
