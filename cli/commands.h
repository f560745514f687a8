/// The commands of the program. Each returns what the program ends with (console.h).
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/lineup.h"
#include "cli/options.h"

int command_run(const cli_options *given, int argc, char *const *argv);

/// Told of each result of a run, before the next case begins.
typedef struct {
    void (*on_result)(void *ctx, const play_case *one, const play_result *result);
    void *ctx;
} command_run_listener;
/// The same of slaves that are there already. `listener` may be NULL.
int command_run_lineup(const cli_options *options, const lineup *s, int argc, char *const *argv,
                       const command_run_listener *listener);
int command_sweep(const cli_options *given);
int command_probe(const cli_options *options);
int command_replay(const cli_options *given);
int command_check(const cli_options *given);
int command_list(const cli_options *options);
int command_explain(const cli_options *options);
int command_diff(const cli_options *given);
int command_init(const cli_options *options);

/// With --mcu the words are sources: writes a slave file for them and puts it in their place.
/// Returns what the program ends with; EXIT_CLEAN: it goes on.
int first_contact(cli_options *options);

/// `list slaves`.
int list_slaves(const cli_options *options);

/// Workers when --jobs was not given: one a core that we may use.
unsigned default_jobs(void);
/// The folder of results.
const char *out_folder(const cli_options *options);

#endif
