#include "slave_under_test/kinds/watch.h"

#include <stdio.h>

bool slave_watch_fails(const slave_description *slave, uint32_t i, const char *text, char *message,
                       size_t message_bytes)
{
    const slave_place at = slave_word_place(slave, SLAVE_KEY_WATCH, &slave->watch, i);
    (void)snprintf(message, message_bytes, "%s:%u:%u: watch: %s", at.path, (unsigned)at.line,
                   (unsigned)at.column, text);
    return false;
}

bool slave_watch_too_many(const slave_description *slave, uint32_t i, unsigned most, char *message,
                          size_t message_bytes)
{
    char text[48];
    (void)snprintf(text, sizeof text, "at most %u variables", most);
    return slave_watch_fails(slave, i, text, message, message_bytes);
}
