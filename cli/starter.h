/// Slave files that are written for a person who has none: firmware sources and their part.
#ifndef CLI_STARTER_H
#define CLI_STARTER_H

#include "cli/options.h"

enum { STARTER_PATH_BYTES = 4096, STARTER_NAME_BYTES = 64 };

typedef struct {
    const char *const *sources;
    unsigned source_count;
    const char *glue;           ///< one more source beside the slave file; NULL: none
    const char *folder;         ///< paths are relative to it; NULL: they are whole
    const cli_options *options; ///< mcu, address, includes, defines
} starter;

/// A name for a slave: the first source's that is not called main, in characters that a slave's
/// name may have.
void starter_name(const char *const *sources, unsigned count, char name[STARTER_NAME_BYTES]);
/// "PART CLOCK" of PART@CLOCK. False and a message when it is not of that form.
bool starter_mcu(const char *given, char text[STARTER_NAME_BYTES], char *message, size_t bytes);
/// Writes the slave file. False and a message when that fails.
bool starter_write(const starter *s, const char *path, const char *name, char *message,
                   size_t bytes);

#endif
