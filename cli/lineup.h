/// What a command works on: slaves that are read and built, the masters they meet, and the
/// programs of scenarios. Everything that can be wrong with the input is found here, before
/// anything is played or written.
#ifndef CLI_LINEUP_H
#define CLI_LINEUP_H

#include "cli/options.h"
#include "scenarios/lang/lang.h"
#include "scenarios/play/play.h"
#include "slave_under_test/kind.h"
#include "slave_under_test/master_kind.h"

#include <stdbool.h>
#include <stdint.h>

enum { LINEUP_MASTER_MAX = 64, LINEUP_FILE_MASTER_MAX = 8, LINEUP_NOTES = 8 };

typedef struct {
    const char *path; ///< as given
    bool keeps_kind;  ///< --kind is for others
    slave_description *description;
    const slave_adapter *adapter;
    slave_image *image;
    master_spec master[LINEUP_MASTER_MAX];
    unsigned master_count;
    play_set *set;
} lineup_slave;

/// A master of --master rtl:FILE or sketch:FILE.
typedef struct {
    const char *text; ///< as given
    const master_adapter *adapter;
    slave_description *file; ///< NULL: it is not described in the language
    master_source from;
    master_image *image;
} lineup_file_master;

typedef struct {
    lineup_slave *slave;
    unsigned slave_count;
    const lang_program *program[2]; ///< the suite, then the user's
    unsigned program_count;
    lang_program *own;
    bool coverage;                ///< slaves count what of their code runs
    char *cache;                  ///< folder of compiled slaves; NULL: none can be had
    char note[LINEUP_NOTES][512]; ///< messages already given: each is given once
    unsigned note_count;
    lineup_file_master file_master[LINEUP_FILE_MASTER_MAX];
    unsigned file_master_count;
} lineup;

/// How far slaves are taken. PROBED: built, without cases, and their address may be missing.
typedef enum { LINEUP_READ, LINEUP_CASES, LINEUP_BUILT, LINEUP_PROBED } lineup_depth;

/// Reads scenarios and slaves; says on stderr what is wrong and returns false. Give back with
/// lineup_close() in both cases.
bool lineup_open(lineup *s, const cli_options *options, const char *const *paths, unsigned count,
                 lineup_depth depth);
void lineup_close(lineup *s);

enum { LINEUP_EXPECT_BYTES = 192 };
/// What a slave's file says that will come of it: "pass", "fail RULE" or "fail RULE in SCENARIO".
void lineup_expect_text(const slave_description *slave, char text[LINEUP_EXPECT_BYTES]);

/// A master is named as rtl:FILE or sketch:FILE.
bool lineup_is_file_master(const char *text);

/// Compiles the suite and --scenarios alone.
bool lineup_open_scenarios(lineup *s, const cli_options *options);

#endif
