/// How sources are compiled for an AVR: with avr-gcc, as its users do.
#ifndef AVR_RECIPE_H
#define AVR_RECIPE_H

#include "slave_under_test/kinds/build.h"

#include <stdint.h>

enum { AVR_ARDUINO_SOURCES_MAX = 32 };

/// The recipe for a part at that clock. It points into `made`, which is the caller's.
typedef struct {
    slave_recipe recipe;
    char part_flag[48], clock_define[48];
    const char *compile_flags[16];
    const char *link_flags[8];
    const char *defines[8];
    const char *headers[8];
    const char *own_sources[AVR_ARDUINO_SOURCES_MAX + 1], *own_flags[32];
    char clock_flag[56];
} avr_recipe;

void avr_recipe_make(avr_recipe *made, const char *part, uint64_t clock_hz);
/// Adds what sketches need: Debian's Arduino core and Wire library. False: it is not installed.
bool avr_recipe_add_arduino(avr_recipe *made);

#endif
