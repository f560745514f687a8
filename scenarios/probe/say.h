/// Making the lines of a probe. Internal to scenarios/probe/.
#ifndef PROBE_SAY_H
#define PROBE_SAY_H

#include "scenarios/probe/probe.h"

enum { SAY_TIME_BYTES = 32 };

/// Appends a line about the key, not yet compared; NULL when there is no room.
probe_line *say_line(probe_lines *lines, const slave_description *slave, slave_key key);
/// The same about what is no key.
probe_line *say_fact(probe_lines *lines);

__attribute__((format(printf, 2, 3))) void say_text(probe_line *line, const char *format, ...);
__attribute__((format(printf, 2, 3))) void say_how(probe_line *line, const char *format, ...);

/// Where the key or register is declared: it agrees, or contradicts that line of the file. Where it
/// is not: undeclared.
void say_stand(probe_line *line, const slave_description *slave, bool agrees);
/// The wire does not tell; `how` says why.
void say_not_told(probe_line *line, const char *how);

/// As the language writes it: "20us".
const char *say_time(uint64_t time_ps, char text[SAY_TIME_BYTES]);
/// The next of 1, 2, 5, 10, 20 ... that is not below, in whole us at least.
uint64_t say_rounded_up(uint64_t time_ps);
/// "0x12 0x34 and 3 more"; `most` are named.
void say_addresses(const probe_addresses *set, unsigned first, unsigned last, char *text,
                   size_t bytes);

#endif
