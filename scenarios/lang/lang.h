/// The language of .slave and .scenario files: reads both, reports every mistake with its place.
///
/// Nothing here prints or exits, and nothing is global: what goes wrong is collected in a
/// lang_diagnostics. A file with one mistake or more gives no result. Objects that were handed out
/// are the caller's until their free function. Threads: one call at a time per object.
#ifndef LANG_H
#define LANG_H

#include "scenarios/lang/program.h"
#include "sim/nearest.h"
#include "sim/profile.h"
#include "slave_under_test/slave.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    LANG_OK,
    LANG_FAULTY, ///< the diagnostics say why; also for a file that cannot be read
    LANG_NO_MEMORY
} lang_status;

#define LANG_MUST_CHECK __attribute__((warn_unused_result))

// ---- diagnostics

enum { LANG_DIAGNOSTIC_MAX = 20 }; ///< later ones are only counted

typedef struct lang_diagnostics lang_diagnostics;

typedef struct {
    const char *path;        ///< as it was given
    uint32_t line;           ///< from 1; 0: about the file as a whole
    uint32_t column;         ///< from 1, in bytes
    const char *message;     ///< "unknown name \"bufer\"; did you mean \"buffer\"?"
    const char *source_line; ///< without its newline, long lines cut around the column; "" if none
    uint32_t caret;          ///< blanks before the caret under source_line, in characters
} lang_diagnostic;

/// NULL if there is no memory.
lang_diagnostics *lang_diagnostics_new(void);
void lang_diagnostics_free(lang_diagnostics *diagnostics);
/// Mistakes that were kept, at most LANG_DIAGNOSTIC_MAX; they are in the order of the files.
uint32_t lang_diagnostics_count(const lang_diagnostics *diagnostics);
/// Mistakes that were met in all. Reading stops soon after the maximum.
uint32_t lang_diagnostics_total(const lang_diagnostics *diagnostics);
/// The strings live as long as `diagnostics`; `i` is below the count.
lang_diagnostic lang_diagnostics_at(const lang_diagnostics *diagnostics, uint32_t i);
/// All of them as text for a person, three lines each; path:line:column: first:
///     my.scenario:3:7: error: unknown name "befor"; did you mean "before"?
///         write 0x30 befor
///                    ^
/// Writes at most `capacity` bytes with the NUL and returns the length of the whole text.
size_t lang_diagnostics_text(const lang_diagnostics *diagnostics, char *text, size_t capacity);

// ---- scenarios

/// Whether a requirement row exists; if not, `*near` is the one that was meant, or NULL.
typedef bool lang_row_known_fn(void *ctx, const char *id, const char **near);

/// Whether a master as written (`arduino@100k,rp=4k7`) exists; if not, `why` is the message.
typedef bool lang_master_known_fn(void *ctx, const char *text, char *why, size_t why_bytes);

typedef struct {
    lang_row_known_fn *row_known; ///< NULL: every id is taken
    void *ctx;                    ///< for row_known and master_known
    const lang_program *beside;   ///< its scenario names are taken, too (the suite); NULL: none
    lang_master_known_fn *master_known; ///< asked for masters that are named; NULL: all are taken
} lang_options;

/// A text in memory. `path` is for messages.
typedef struct {
    const char *path;
    const char *text; ///< need not end with NUL
    size_t bytes;
} lang_source;

/// Compiles the files into one program. `options` may be NULL. On LANG_OK `*program` is the
/// caller's until lang_program_free(), otherwise NULL.
LANG_MUST_CHECK lang_status lang_compile_files(lang_program **program, const char *const *paths,
                                               size_t count, const lang_options *options,
                                               lang_diagnostics *diagnostics);
LANG_MUST_CHECK lang_status lang_compile(lang_program **program, const lang_source *sources,
                                         size_t count, const lang_options *options,
                                         lang_diagnostics *diagnostics);
/// NULL is allowed. Only for programs that were compiled at run time.
void lang_program_free(lang_program *program);

// ---- slaves

/// Reads a .slave file. On LANG_OK `*slave` is the caller's until lang_slave_free(), otherwise
/// NULL. Whether sources exist is not looked at.
LANG_MUST_CHECK lang_status lang_slave_read_file(slave_description **slave, const char *path,
                                                 lang_diagnostics *diagnostics);
LANG_MUST_CHECK lang_status lang_slave_read(slave_description **slave, const lang_source *source,
                                            lang_diagnostics *diagnostics);
/// The same for a slave whose address is still to be found: `address` may be missing, and addr7 is
/// then 0.
LANG_MUST_CHECK lang_status lang_slave_read_unaddressed(slave_description **slave, const char *path,
                                                        lang_diagnostics *diagnostics);
/// NULL is allowed.
void lang_slave_free(slave_description *slave);

/// What the rules of the bus need of a description.
void lang_profile_fill(i2c_profile *profile, const slave_description *slave);

/// The neighbour's address, which `other` stands for: none that the slave may have.
uint8_t lang_other_addr7(const slave_description *slave);

enum { LANG_OTHER_TEN_BIT = 3 }; ///< 10-bit addresses of the neighbour

/// The low byte of the neighbour's first 10-bit address, `ten_bit.other`; the others follow it. The
/// upper bits are the slave's; with a slave without a 10-bit address there are none.
uint8_t lang_other_ten_bit(const slave_description *slave);

/// The transfers that must work after every fault, as a program with one scenario "known_good": the
/// declared one, or an address probe and a one-byte read (for a write-only slave the probe alone).
/// LANG_FAULTY cannot occur for a description that lang_slave_read() made.
LANG_MUST_CHECK lang_status lang_known_good(lang_program **program, const slave_description *slave);

/// Parses `NAME[@SPEED][,key=value...]`, as on a command line, into `*master`, whose strings are
/// the caller's until lang_master_release(). On LANG_FAULTY `message` (may be NULL) says why.
LANG_MUST_CHECK lang_status lang_master_parse(slave_master *master, const char *text, char *message,
                                              size_t capacity);
void lang_master_release(slave_master *master);

/// Whether a slave declares what a scenario needs: KEY is declared and is not "none" or "no";
/// KEY.VALUE is declared with that value; `registers.scratch` has such registers.
bool lang_need_is_met(const slave_description *slave, const char *need);

/// The key as written in files ("general_call"), the key of the requirements ("GC"), form, meaning.
typedef struct {
    const char *key;
    const char *spec;
    const char *form;
    const char *meaning;
} lang_key_info;
lang_key_info lang_key_describe(slave_key key);

#endif
