#include "slave_under_test/kinds/native.h"

#include <stddef.h>

// The same for every preset of ours, so that a slave is the same machine code in all of them.
static const char *const compile_flags[] = {"-O2",
                                            "-g",
                                            "-fPIC",
                                            "-fno-omit-frame-pointer",
                                            "-fno-strict-aliasing",
                                            "-fno-common",
                                            "-fvisibility=hidden",
                                            "-fdiagnostics-color=never",
                                            NULL};
// An error in C++ anyway; in C a missing prototype would cut pointers to int.
static const char *const c_flags[] = {"-Werror=implicit-function-declaration", NULL};
static const char *const link_flags[] = {"-shared", "-Wl,-z,defs", "-Wl,-z,now", "-Wl,-Bsymbolic",
                                         NULL};
static const char *const headers[] = {I2CPROOF_HOSTED_HEADERS, I2CPROOF_MODEL_HEADERS, NULL};
static const char *const none[] = {NULL};

const slave_recipe *slave_native_recipe(void)
{
    static const slave_recipe recipe = {.variable = "CC",
                                        .compiler = "cc",
                                        .package = "gcc",
                                        .compile_flags = compile_flags,
                                        .c_flags = c_flags,
                                        .cpp_flags = none,
                                        .cpp_library = "-lstdc++",
                                        .link_flags = link_flags,
                                        .headers = headers,
                                        .defines = none,
                                        .own_sources = none,
                                        .own_flags = none};
    return &recipe;
}
