/// How the sources of a SystemC slave are compiled, and with them what drives the kernel.
#ifndef SYSTEMC_RECIPE_H
#define SYSTEMC_RECIPE_H

#include "slave_under_test/kinds/build.h"

/// Compiles the slave, or finds it in the cache. False when that fails, with `message` as
/// slave_build() has it.
bool systemc_build(const slave_description *slave, const slave_build_options *options,
                   slave_built *built, char *message, size_t message_bytes);

#endif
