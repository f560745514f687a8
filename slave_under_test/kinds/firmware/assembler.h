/// The few instructions of the target that firmware writes as inline assembler, in IR that clang
/// has made of its sources: calls of the runtime take their place.
///
/// So do C++'s constructors of static objects, which may touch registers: they are put where the
/// runtime runs them, in simulated time, not the loader.
#ifndef FIRMWARE_ASSEMBLER_H
#define FIRMWARE_ASSEMBLER_H

#include "slave_under_test/slave.h"

#include <stdbool.h>
#include <stddef.h>

/// An instruction, and the function of the runtime that stands for it. In lower case, one blank
/// between words; a '*' at the end stands for any operands, which mean nothing to it. "$0" is a
/// value that the function returns, where it is the first operand, or takes.
typedef struct {
    const char *mnemonic, *function;
} firmware_instruction;

typedef struct {
    const firmware_instruction *instructions; ///< ends with .mnemonic NULL
    const char *language;                     ///< "AVR assembly"
    const char *elsewhere;                    ///< what else runs it; may be ""
    const slave_strings *stubs;               ///< functions that are to do nothing; may be NULL
    bool blocks_count;                        ///< for coverage: blocks.h
} firmware_assembler_target;

/// Rewrites the IR in the file `from` to `to`. False when it holds other assembler; `message` then
/// names its line in the sources.
bool firmware_assembler_rewrite(const firmware_assembler_target *target, const char *from,
                                const char *to, char *message, size_t message_bytes);

#endif
