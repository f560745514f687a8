// Making the lines of a probe: text, and how a line stands to the file.
#include "scenarios/probe/say.h"

#include "scenarios/lang/lang.h"
#include "sim/units.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static probe_line *next_line(probe_lines *lines)
{
    assert(lines->count < PROBE_LINE_MAX);
    probe_line *line = &lines->line[lines->count++];
    memset(line, 0, sizeof *line);
    line->stand = PROBE_UNDECLARED;
    line->about = SLAVE_KEY_COUNT;
    return line;
}

probe_line *say_line(probe_lines *lines, const slave_description *slave, slave_key key)
{
    probe_line *line = next_line(lines);
    snprintf(line->key, sizeof line->key, "%s", lang_key_describe(key).key);
    line->about = key;
    line->line = slave->declared[key].line;
    return line;
}

probe_line *say_fact(probe_lines *lines)
{
    return next_line(lines);
}

void say_text(probe_line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line->text, sizeof line->text, format, args);
    va_end(args);
}

void say_how(probe_line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line->how, sizeof line->how, format, args);
    va_end(args);
}

static const slave_line *declaration_of(const probe_line *line, const slave_description *slave)
{
    for (uint32_t i = 0; i < slave->line_count; i++)
        if (slave->lines[i].key == line->about && slave->lines[i].deeper == line->deeper &&
            slave->lines[i].from.line == line->line)
            return &slave->lines[i];
    return NULL;
}

void say_stand(probe_line *line, const slave_description *slave, bool agrees)
{
    if (line->line == 0)
        return;
    line->stand = agrees ? PROBE_AGREES : PROBE_CONTRADICTS;
    const slave_line *declared = agrees ? NULL : declaration_of(line, slave);
    if (declared != NULL)
        snprintf(line->declared, sizeof line->declared, "%s%s%.*s", line->deeper ? "" : line->key,
                 line->deeper ? "" : " ", (int)sizeof line->declared / 2, declared->text);
}

void say_not_told(probe_line *line, const char *how)
{
    line->stand = PROBE_NOT_TOLD;
    line->text[0] = '\0';
    say_how(line, "%s", how);
}

const char *say_time(uint64_t time_ps, char text[SAY_TIME_BYTES])
{
    static const struct {
        const char *name;
        uint64_t ps;
    } units[] = {{"s", I2C_PS_PER_S},
                 {"ms", I2C_PS_PER_MS},
                 {"us", I2C_PS_PER_US},
                 {"ns", I2C_PS_PER_NS},
                 {"ps", 1}};
    unsigned i = 0;
    while (time_ps == 0 || time_ps % units[i].ps != 0) {
        if (i == sizeof units / sizeof units[0] - 1)
            break;
        i++;
    }
    snprintf(text, SAY_TIME_BYTES, "%" PRIu64 "%s", time_ps / units[i].ps, units[i].name);
    return text;
}

uint64_t say_rounded_up(uint64_t time_ps)
{
    static const uint64_t steps[] = {1, 2, 5};
    for (uint64_t decade_ps = I2C_PS_PER_US;; decade_ps *= 10)
        for (unsigned i = 0; i < 3; i++)
            if (steps[i] * decade_ps >= time_ps)
                return steps[i] * decade_ps;
}

void say_addresses(const probe_addresses *set, unsigned first, unsigned last, char *text,
                   size_t bytes)
{
    enum { NAMED_MAX = 8 };
    unsigned count = 0;
    size_t used = 0;
    text[0] = '\0';
    for (unsigned addr7 = first; addr7 <= last; addr7++) {
        if (!probe_has(set, addr7) || ++count > NAMED_MAX)
            continue;
        used +=
            (size_t)snprintf(text + used, bytes - used, "%s0x%02X", count == 1 ? "" : " ", addr7);
    }
    if (count > NAMED_MAX)
        snprintf(text + used, bytes - used, " and %u more", count - NAMED_MAX);
}
