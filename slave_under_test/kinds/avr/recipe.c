#include "slave_under_test/kinds/avr/recipe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// As the makefiles of avr-libc's users and the Arduino IDE have it. libdw does not read the stabs
// that this gcc makes of a plain -g.
static const char *const flags[] = {"-Os",
                                    "-gdwarf-2",
                                    "-Wall",
                                    "-ffunction-sections",
                                    "-fdata-sections",
                                    "-fno-diagnostics-color"};
static const char *const none[] = {NULL};
static const char *const c_flags[] = {"-std=gnu99", "-Werror=implicit-function-declaration", NULL};
static const char *const cpp_flags[] = {"-std=gnu++11", "-fno-exceptions",
                                        "-fno-threadsafe-statics", NULL};

void avr_recipe_make(avr_recipe *made, const char *part, uint64_t clock_hz)
{
    unsigned n = 0;
    (void)snprintf(made->part_flag, sizeof made->part_flag, "-mmcu=%s", part);
    (void)snprintf(made->clock_define, sizeof made->clock_define, "F_CPU=%" PRIu64 "UL", clock_hz);
    made->compile_flags[n++] = made->part_flag;
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        made->compile_flags[n++] = flags[i];
    made->compile_flags[n] = NULL;
    made->link_flags[0] = made->part_flag;
    made->link_flags[1] = "-Os";
    made->link_flags[2] = "-Wl,--gc-sections";
    made->link_flags[3] = NULL;
    made->defines[0] = made->clock_define;
    made->defines[1] = NULL;
    made->recipe = (slave_recipe){.variable = "I2CPROOF_AVR_GCC",
                                  .compiler = "avr-gcc",
                                  .package = "gcc-avr, with avr-libc",
                                  .compile_flags = made->compile_flags,
                                  .c_flags = c_flags,
                                  .cpp_flags = cpp_flags,
                                  .link_flags = made->link_flags,
                                  .headers = none,
                                  .defines = made->defines,
                                  .own_sources = none,
                                  .own_flags = none};
}
