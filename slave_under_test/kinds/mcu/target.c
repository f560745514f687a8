#include "slave_under_test/kinds/mcu/target.h"

#include "sim/nearest.h"

#include <stdio.h>

bool firmware_fails_at(const slave_description *d, slave_key key, char *message, size_t bytes,
                       const char *text)
{
    const slave_place *at = &d->declared[key];
    if (at->line == 0)
        (void)snprintf(message, bytes, "%s: %s", d->path, text);
    else
        (void)snprintf(message, bytes, "%s:%u:%u: %s", slave_key_path(d, key), (unsigned)at->line,
                       (unsigned)at->column, text);
    return false;
}

bool firmware_unknown_part(const slave_description *d, const char *const *names, size_t count,
                           char *message, size_t bytes)
{
    char known[512] = "", text[768];
    size_t length = 0;
    for (size_t i = 0; i < count && length < sizeof known; i++)
        length += (size_t)snprintf(known + length, sizeof known - length, "%s%s", i > 0 ? " " : "",
                                   names[i]);
    const char *near = i2c_nearest(d->mcu, names, count);
    (void)snprintf(text, sizeof text, "mcu: there is no part %s%s%s%s; known: %s", d->mcu,
                   near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                   near != NULL ? "?" : "", known);
    return firmware_fails_at(d, SLAVE_KEY_MCU, message, bytes, text);
}
