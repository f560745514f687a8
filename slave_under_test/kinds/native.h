/// How C of this machine is compiled: slaves of kind hosted, and models of a slave's data.
#ifndef SLAVE_NATIVE_H
#define SLAVE_NATIVE_H

#include "slave_under_test/kinds/build.h"

/// With $CC, else cc. Static.
const slave_recipe *slave_native_recipe(void);

#endif
