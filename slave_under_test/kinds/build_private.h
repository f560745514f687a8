/// One build, for the files that make it. Private to kinds/build*.c.
#ifndef SLAVE_BUILD_PRIVATE_H
#define SLAVE_BUILD_PRIVATE_H

#include "slave_under_test/kinds/build.h"

#include <stdint.h>

enum {
    ARGUMENT_MAX = 192,
    SOURCE_MAX = 64,
    TEXT_MAX = ARGUMENT_MAX + 2 * SOURCE_MAX,
    DEPENDENCIES_MAX_BYTES = 1 << 20,
    COMPILER_WORDS = 8
};

/// One build. All strings that `fixed` points to live in the description or in this struct.
typedef struct {
    const slave_recipe *recipe;
    const slave_description *slave;
    const slave_build_options *options;
    char compiler_text[SLAVE_PATH_BYTES];
    const char *compiler[COMPILER_WORDS]; ///< $CC in words
    unsigned compiler_words;
    char *text[TEXT_MAX]; ///< made here: -I and -D with their values, paths of objects
    unsigned texts;
    const char *fixed[ARGUMENT_MAX]; ///< flags of every compiler call
    unsigned fixed_count;
    char *dependencies; ///< paths, each with its '\0'
    size_t dependencies_bytes;
    bool cacheable;
} build;

typedef struct {
    const char *at[ARGUMENT_MAX + SOURCE_MAX + 32];
    unsigned count;
} arguments;

/// Whether the path ends as an Arduino sketch does.
bool build_is_sketch(const char *path);
/// The compiler and the flags of every call for a source, then `own`. Lists end with NULL.
void build_begin_call(const build *b, arguments *a, const char *const *own);
void build_add(arguments *a, const char *const *words);
/// Runs it; what it prints goes to `message`. False when it fails.
bool build_call(arguments *a, char *message, size_t message_bytes);

/// Compiles all sketches of the slave as one, in the order in which they are named; `source` is the
/// first. `list` becomes a make rule that names what was read; files that are made on the way lie
/// beside `object`.
bool build_sketches(const build *b, const char *source, const char *object, const char *list,
                    char *message, size_t message_bytes);

#endif
