/// What was asked on the command line.
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTIONS_LIST_MAX = 64, OPTIONS_MESSAGE_BYTES = 512 };

/// Commands, as bits, so that an option can say where it belongs.
typedef enum {
    COMMAND_NONE = 0,
    COMMAND_RUN = 1,
    COMMAND_REPLAY = 2,
    COMMAND_CHECK = 4,
    COMMAND_LIST = 8,
    COMMAND_EXPLAIN = 16,
    COMMAND_PROBE = 32,
    COMMAND_SWEEP = 64,
    COMMAND_INIT = 128,
    COMMAND_DIFF = 256
} command;

typedef enum { VCD_NONE, VCD_FAIL, VCD_ALL } vcd_choice;

typedef struct {
    const char *at[OPTIONS_LIST_MAX];
    unsigned count;
} option_list;

/// Everything points into argv.
typedef struct {
    command command;
    bool help;
    const char **words; ///< what is no option
    unsigned word_count;
    option_list masters, scenarios, filters;
    option_list sources, includes, defines; ///< of firmware without a slave file
    const char *kind;                       ///< NULL: as the slave says
    char *const *argv;                      ///< as the program got it
    const char *mcu, *address;              ///< likewise; NULL: not given
    const char *vector, *isr, *up_to, *resolution, *map, *stop_at; ///< of a sweep; NULL: not given
    const char *out, *json, *junit, *baseline, *slaves_folder;     ///< NULL: not given
    bool quick, long_runs, fail_on_warn, stop_at_first, open, gdb, as_json, margins, coverage;
    const char *times; ///< of a diff; NULL: not given
    uint64_t seed;     ///< 1 unless given
    bool jobs_given;
    unsigned jobs;
    vcd_choice vcd;
} cli_options;

/// Reads argv[1..]. False and a message when it makes no sense. `words` is the caller's to free().
bool options_read(cli_options *options, int argc, char *const *argv, char *message,
                  size_t message_bytes);

/// Whether --kind can ask for it.
bool options_is_kind(const char *name);

/// The help text of a command, or of the program for COMMAND_NONE; static.
const char *options_help(command which);
const char *command_name(command which);

#endif
