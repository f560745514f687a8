// The slave's variables by name.
#include "slave_under_test/kinds/hosted/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_index(const char *text, uint32_t count, uint32_t *index)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    const unsigned long value = strtoul(text, &end, 0);
    *index = (uint32_t)value;
    return errno == 0 && value < count && strcmp(end, "]") == 0;
}

bool hosted_variable_find(const slave_image *image, const char *name, hosted_variable *found)
{
    const size_t length = strcspn(name, "[");
    for (uint32_t i = 0; i < image->slave->variable_count; i++) {
        const i2cproof_variable *v = &image->slave->variables[i];
        if (v->name == NULL || strncmp(v->name, name, length) != 0 || v->name[length] != '\0')
            continue;
        found->variable = v;
        found->index = 0;
        (void)snprintf(found->name, sizeof found->name, "%s", name);
        return name[length] == '\0' ? v->count == 1
                                    : read_index(name + length + 1, v->count, &found->index);
    }
    return false;
}

volatile unsigned char *hosted_variable_place(const slave_image *image, const hosted_variable *v)
{
    volatile unsigned char *base = v->variable->address;
    if (base == NULL)
        base = (volatile unsigned char *)image->state + v->variable->offset;
    return base + (size_t)v->index * v->variable->element_bytes;
}

int64_t hosted_variable_get(const slave_image *image, const hosted_variable *v)
{
    const volatile unsigned char *at = hosted_variable_place(image, v);
    const bool is_signed = v->variable->is_signed != 0;
    switch (v->variable->element_bytes) {
    case 1:
        return is_signed ? (int64_t) * (const volatile int8_t *)at : (int64_t)*at;
    case 2:
        return is_signed ? (int64_t) * (const volatile int16_t *)at
                         : (int64_t) * (const volatile uint16_t *)at;
    case 4:
        return is_signed ? (int64_t) * (const volatile int32_t *)at
                         : (int64_t) * (const volatile uint32_t *)at;
    default:
        return *(const volatile int64_t *)at;
    }
}

void hosted_variable_set(const slave_image *image, const hosted_variable *v, int64_t value)
{
    volatile unsigned char *at = hosted_variable_place(image, v);
    switch (v->variable->element_bytes) {
    case 1:
        *at = (unsigned char)value;
        break;
    case 2:
        *(volatile uint16_t *)at = (uint16_t)value;
        break;
    case 4:
        *(volatile uint32_t *)at = (uint32_t)value;
        break;
    default:
        *(volatile int64_t *)at = value;
        break;
    }
}

void hosted_variable_names(const slave_image *image, char *text, size_t text_bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < image->slave->variable_count && used < text_bytes; i++) {
        const int n = snprintf(text + used, text_bytes - used, "%s%s", i > 0 ? " " : "",
                               image->slave->variables[i].name);
        used += n > 0 ? (size_t)n : 0;
    }
}
