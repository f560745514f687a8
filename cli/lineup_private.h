/// The inside of a lineup, shared by the lineup*.c files alone.
#ifndef CLI_LINEUP_PRIVATE_H
#define CLI_LINEUP_PRIVATE_H

#include "cli/lineup.h"

enum { LINEUP_MESSAGE_BYTES = 2048 };

// ---- lineup.c ----
/// Says so on stderr; false.
bool lineup_out_of_memory(void);
/// How a reading ended: tells of mistakes on stderr and frees `diagnostics`. True: there are none.
bool lineup_has_read(lang_status status, lang_diagnostics *diagnostics);

// ---- lineup_kind.c ----
const char *lineup_kind_name(slave_kind kind);
/// Plays the slave as --kind says. False: stderr says why it cannot be.
bool lineup_choose_kind(lineup_slave *one, const cli_options *options);
/// Finds the adapter of its kind. Where another program has it, that one takes the place of this
/// one, with the same arguments. False: stderr says what is missing.
bool lineup_find_kind(lineup_slave *one, const cli_options *options);
/// The program of that name, in the folder of this one, takes the place of this one, with the same
/// arguments. True: there is none (or NULL was asked for). False: stderr says why it cannot start.
bool lineup_start_other(const char *program, const cli_options *options);

// ---- lineup_masters.c ----
/// Fills the slave's masters: those of --master, else those of its file, else the usual ones and
/// those on which it promises something. False: stderr says why not.
bool lineup_choose_masters(lineup *s, lineup_slave *one, const cli_options *options);

// ---- lineup_file_master.c ----
/// Reads and builds it, the first time. Where another program has that kind of master, that one
/// takes the place of this one. False: stderr says why it cannot be had.
bool lineup_file_master_spec(lineup *s, const char *text, const cli_options *options,
                             master_spec *spec);
void lineup_discard_file_masters(lineup *s);

// ---- lineup_build.c ----
/// Gives a message to stderr and to the lineup at `ctx`, the first time it comes.
void lineup_note_once(void *ctx, const char *text);
/// Builds and loads the slave, in a process of its own before this one. False: stderr says why it
/// cannot be had.
bool lineup_build(lineup *s, lineup_slave *one);
/// Gives its image back, if it has one: that runs the slave's destructors.
void lineup_discard(lineup_slave *one);

#endif
