/// The shipped suite, compiled from scenarios/suite/*.scenario when the tree is built.
#ifndef LANG_SUITE_H
#define LANG_SUITE_H

#include "scenarios/lang/program.h"

/// Static data; never NULL, though it may have no scenario.
const lang_program *suite_program(void);

#endif
