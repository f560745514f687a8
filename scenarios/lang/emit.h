/// Writes a program as C source: `static const` tables and one function that gives them.
#ifndef LANG_EMIT_H
#define LANG_EMIT_H

#include "scenarios/lang/program.h"

#include <stdio.h>

/// `function` names the function `const lang_program *function(void)`. False if writing failed;
/// errno then says why.
bool lang_emit(FILE *out, const lang_program *program, const char *function);

#endif
