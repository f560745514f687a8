#include "slave_under_test/kinds/firmware/recipe.h"

#include <inttypes.h>
#include <stdio.h>

// An endless loop without effect may not be left out (-fno-finite-loops), nor merged with others
// (no-prune): firmware waits in such.
static const char *const compile_flags[] = {"-O2",
                                            "-g",
                                            "-fPIC",
                                            "-ffreestanding",
                                            "-fno-finite-loops",
                                            "-fno-strict-aliasing",
                                            "-fwrapv",
                                            "-fno-common",
                                            "-fno-omit-frame-pointer",
                                            "-fno-color-diagnostics",
                                            "-fsanitize=thread",
                                            "-mllvm",
                                            "-tsan-distinguish-volatile=1",
                                            "-mllvm",
                                            "-tsan-instrument-func-entry-exit=0",
                                            "-fsanitize-coverage=trace-pc,no-prune",
                                            "-fsanitize=integer-divide-by-zero",
                                            "-fno-sanitize-recover=all",
                                            "-fno-delete-null-pointer-checks",
                                            "-Wno-main-return-type",
                                            NULL};
static const char *const c_flags[] = {"-Werror=implicit-function-declaration", NULL};
// Below 4 GiB, so that an address fits what firmware keeps addresses in.
static const char *const link_flags[] = {"-shared",
                                         "-nostartfiles",
                                         "-fno-sanitize=all",
                                         "-Wl,-z,defs",
                                         "-Wl,-z,now",
                                         "-Wl,-Bsymbolic",
                                         "-Wl,-Ttext-segment=0x20000000",
                                         NULL};
static const char *const headers[] = {I2CPROOF_FIRMWARE_HEADERS, I2CPROOF_PART_HEADERS, NULL};
static const char *const own_sources[] = {I2CPROOF_FIRMWARE_RUNTIME, NULL};
static const char *const own_flags[] = {"-O2", "-g", "-fPIC", "-fvisibility=hidden", NULL};

/// avr-gcc's macro for a part: __AVR_ATtiny85__.
static void name_part(char *text, size_t bytes, const char *part)
{
    (void)snprintf(text, bytes, "__AVR_%s__", part);
}

void firmware_recipe_make(firmware_recipe *made, const char *part, uint64_t clock_hz)
{
    name_part(made->part_define, sizeof made->part_define, part);
    (void)snprintf(made->clock_define, sizeof made->clock_define, "F_CPU=%" PRIu64 "UL", clock_hz);
    unsigned n = 0;
    made->defines[n++] = made->part_define;
    made->defines[n++] = made->clock_define;
    made->defines[n++] = "__AVR__=1";
    made->defines[n++] = "main=i2cproof_main";
    made->defines[n] = NULL;
    made->recipe = (slave_recipe){.variable = "I2CPROOF_CLANG",
                                  .compiler = "clang",
                                  .package = "clang",
                                  .compile_flags = compile_flags,
                                  .c_flags = c_flags,
                                  .link_flags = link_flags,
                                  .headers = headers,
                                  .defines = made->defines,
                                  .own_sources = own_sources,
                                  .own_flags = own_flags};
}
