/// Compiles the sources of a slave to a shared object, or finds it in the cache.
///
/// The cache is a folder of objects that are named by what they were made of: compiler, flags,
/// sources and every header that they include. Files appear there by renaming alone, so several
/// processes may use it at once.
#ifndef SLAVE_BUILD_H
#define SLAVE_BUILD_H

#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stddef.h>

enum { SLAVE_PATH_BYTES = 4096 };

/// How a kind has its slaves compiled. All lists end with NULL.
typedef struct {
    const char *variable; ///< environment variable that names the compiler, "CC"
    const char *compiler; ///< without it
    const char *package;  ///< Debian's, that has it
    const char *const *compile_flags;
    const char *const *c_flags;      ///< for C alone, not for C++
    const char *const *cpp_flags;    ///< for C++ alone
    const char *const *sketch_flags; ///< for Arduino sketches (.ino), C++ too; NULL: none are taken
    const char *sketch_header;       ///< that each sketch has without asking for it
    /// Makes what is compiled of a preprocessed sketch; to be freed, NULL: out of memory.
    char *(*complete_sketch)(const char *text);
    /// Not NULL: sources are compiled to LLVM IR, this makes other IR of it, and that is compiled
    /// with `ir_flags`. False when it cannot; `message` says why.
    bool (*rewrite)(const void *rewrite_ctx, const char *from, const char *to, char *message,
                    size_t message_bytes);
    const void *rewrite_ctx;
    const char *const *ir_flags;
    /// Not NULL: the sources are not the compiler's. This makes C++ of all of them in `folder`: the
    /// file SLAVE_TRANSLATED, which is compiled in their place with `compile_flags` and `cpp_flags`
    /// alone, and SLAVE_TRANSLATED_FROM, a make rule that names what was read. What it says of
    /// sources that it took is a warning. False when it cannot; `message` says why.
    bool (*translate)(const void *translate_ctx, const slave_description *slave, const char *folder,
                      char *message, size_t message_bytes);
    const void *translate_ctx;
    const char *const *translator; ///< its program, then all else that its result hangs on
    /// What the compiler said of a source that it took or not: may add to it, and refuse what the
    /// compiler only warns of. May be NULL.
    bool (*judge)(const void *judge_ctx, bool compiled, char *words, size_t words_bytes);
    const void *judge_ctx;
    const char *const *link_flags;
    const char *const *headers; ///< folders to look in before the slave's own; the first
                                ///< gives way to the one in the options
    const char *const *defines;
    const char *const *own_sources; ///< compiled and linked with the slave's ...
    const char *const *own_flags;   ///< ... with these flags and no others
    /// They did not compile, for a reason that lies in the slave: makes of the compiler's words
    /// what a person should read. May be NULL: they compile with any.
    void (*own_fails)(const void *judge_ctx, char *words, size_t words_bytes);
    const char *cpp_library; ///< linked when a source is C++; NULL: none
} slave_recipe;

#define SLAVE_TRANSLATED      "translated.cpp"
#define SLAVE_TRANSLATED_FROM "translated.d"

typedef struct {
    char path[SLAVE_PATH_BYTES];   ///< of the shared object
    char folder[SLAVE_PATH_BYTES]; ///< private folder that it lies in; "": it lies in the cache
    bool from_cache;               ///< it was found, not made
} slave_built;

/// Builds the `sources` of `slave` by the recipe. False when that fails; `message` then holds the
/// compiler's own words, or what stood in its way.
bool slave_build(const slave_recipe *recipe, const slave_description *slave,
                 const slave_build_options *options, slave_built *built, char *message,
                 size_t message_bytes);
/// Removes what was made for this process alone. The object may still be loaded.
void slave_build_done(slave_built *built);

#endif
