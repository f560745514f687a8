/// What a command works on: slaves that are read and built, the masters they meet, and the
/// programs of scenarios. Everything that can be wrong with the input is found here, before
/// anything is played or written.
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/options.h"
#include "scenarios/lang/lang.h"
#include "scenarios/play/play.h"
#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stdint.h>

enum { SESSION_MASTER_MAX = 64, SESSION_NOTES = 8 };

typedef struct {
    const char *path; ///< as given
    slave_description *description;
    const slave_adapter *adapter;
    slave_image *image;
    master_spec master[SESSION_MASTER_MAX];
    unsigned master_count;
    play_set *set;
} session_slave;

typedef struct {
    session_slave *slave;
    unsigned slave_count;
    const lang_program *program[2]; ///< the suite, then the user's
    unsigned program_count;
    lang_program *own;
    char *cache;                   ///< folder of compiled slaves; NULL: none can be had
    char note[SESSION_NOTES][512]; ///< messages already given: each is given once
    unsigned note_count;
} session;

/// How far slaves are taken.
typedef enum { SESSION_READ, SESSION_CASES, SESSION_BUILT } session_depth;

/// Reads scenarios and slaves; says on stderr what is wrong and returns false. Give back with
/// session_close() in both cases.
bool session_open(session *s, const cli_options *options, const char *const *paths, unsigned count,
                  session_depth depth);
void session_close(session *s);

/// Compiles the suite and --scenarios alone.
bool session_open_scenarios(session *s, const cli_options *options);

#endif
