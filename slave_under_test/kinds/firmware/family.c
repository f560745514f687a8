#include "slave_under_test/kinds/firmware/family.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const firmware_family *const families[] = {&firmware_avr, &firmware_stm32};

const firmware_family *firmware_family_at(unsigned i)
{
    return i < sizeof families / sizeof families[0] ? families[i] : NULL;
}

const firmware_part *firmware_family_find(const char *name, const firmware_family **family)
{
    const firmware_part *part;
    for (unsigned f = 0; (*family = firmware_family_at(f)) != NULL; f++)
        for (unsigned i = 0; (part = (*family)->part(i)) != NULL; i++)
            if (strcmp((*family)->part_name(part), name) == 0)
                return part;
    return NULL;
}

void firmware_define(firmware_defines *defines, const char *text)
{
    assert(defines->count + 1 < FIRMWARE_DEFINES_MAX);
    defines->at[defines->count++] = text;
    defines->at[defines->count] = NULL;
}

void firmware_define_made(firmware_defines *defines, const char *format, ...)
{
    va_list values;
    assert(defines->texts < sizeof defines->text / sizeof *defines->text);
    char *text = defines->text[defines->texts++];
    va_start(values, format);
    (void)vsnprintf(text, FIRMWARE_DEFINE_BYTES, format, values);
    va_end(values);
    firmware_define(defines, text);
}
