#include "models/mcu/stm32/part.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "stm32_parts.inc"

enum { PART_COUNT = sizeof parts / sizeof *parts };

const stm32_part *stm32_part_at(unsigned i)
{
    return i < PART_COUNT ? &parts[i] : NULL;
}

int stm32_part_block(const stm32_part *part, const char *name)
{
    for (unsigned b = 0; b < part->block_count; b++)
        if (strcmp(part->blocks[b].name, name) == 0)
            return (int)b;
    return -1;
}

int stm32_part_block_at(const stm32_part *part, uint32_t at)
{
    for (unsigned b = 0; b < part->block_count; b++)
        if (at >= part->blocks[b].at && at - part->blocks[b].at < stm32_part_type(part, b)->bytes)
            return (int)b;
    return -1;
}

const stm32_register *stm32_part_register(const stm32_part *part, unsigned block, const char *name)
{
    const stm32_type *type = stm32_part_type(part, block);
    for (unsigned i = 0; i < type->register_count; i++)
        if (strcmp(part->registers[type->first_register + i].name, name) == 0)
            return &part->registers[type->first_register + i];
    return NULL;
}

void stm32_part_name(const stm32_part *part, uint32_t at, char *text, unsigned bytes)
{
    const int b = stm32_part_block_at(part, at);
    text[0] = '\0';
    if (b < 0)
        return;
    const stm32_type *type = stm32_part_type(part, (unsigned)b);
    const uint32_t offset = at - part->blocks[b].at;
    for (unsigned i = 0; i < type->register_count; i++) {
        const stm32_register *r = &part->registers[type->first_register + i];
        if (offset < r->offset || offset - r->offset >= 4u * r->count)
            continue;
        if (r->count > 1)
            (void)snprintf(text, bytes, "%s.%s[%u]", part->blocks[b].name, r->name,
                           (unsigned)(offset - r->offset) / 4);
        else
            (void)snprintf(text, bytes, "%s.%s", part->blocks[b].name, r->name);
        return;
    }
}

unsigned stm32_part_exception(const stm32_part *part, const char *name)
{
    for (unsigned i = 0; i < part->vector_count; i++)
        if (strcmp(part->vectors[i].name, name) == 0)
            return part->vectors[i].exception;
    return 0;
}

const char *stm32_part_vector(const stm32_part *part, unsigned exception)
{
    for (unsigned i = 0; i < part->vector_count; i++)
        if (part->vectors[i].exception == exception)
            return part->vectors[i].name;
    return NULL;
}
