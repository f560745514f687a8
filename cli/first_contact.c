// Firmware sources in the place of a slave file.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/starter.h"

#include <stdio.h>
#include <string.h>

static bool is_slave_file(const char *word)
{
    const char *dot = strrchr(word, '.');
    return dot != NULL && strcmp(dot, ".slave") == 0;
}

static const char *wrong_use(const cli_options *o, unsigned first)
{
    if (o->mcu == NULL && (o->address != NULL || o->includes.count + o->defines.count > 0))
        return "--address, -I and -D go with sources and --mcu; a slave file says them itself";
    if (o->mcu == NULL)
        return NULL;
    if (o->word_count <= first)
        return "--mcu: sources are missing, as in src/usi_slave.c main.c";
    for (unsigned i = first; i < o->word_count; i++)
        if (is_slave_file(o->words[i]))
            return "--mcu goes with sources; a slave file says its part itself";
    if (o->address == NULL && o->command != COMMAND_PROBE)
        return "--address is missing, as in --address 0x26 (7 bits); `i2cproof probe` finds it";
    return NULL;
}

int first_contact(cli_options *options)
{
    // Lives as long as the program: words are told of to its end.
    static char path[STARTER_PATH_BYTES];
    char name[STARTER_NAME_BYTES], message[OPTIONS_MESSAGE_BYTES] = "";
    const unsigned first = options->command == COMMAND_SWEEP ? 1 : 0;
    const char *wrong = wrong_use(options, first);
    if (wrong != NULL) {
        console_error("%s", wrong);
        return EXIT_INPUT;
    }
    if (options->mcu == NULL)
        return EXIT_CLEAN;
    const char *folder = out_folder(options);
    const starter s = {options->words + first, options->word_count - first, NULL, NULL, options};
    starter_name(s.sources, s.source_count, name);
    // A probe's file says less: it must not take the place of one that a run's findings name.
    const int n = snprintf(path, sizeof path, "%s/%s%s.slave", folder, name,
                           options->address == NULL ? ".probe" : "");
    if (n < 0 || (size_t)n >= sizeof path || !folder_make(folder, message, sizeof message) ||
        !starter_write(&s, path, name, message, sizeof message)) {
        console_error("%s", message);
        return EXIT_INPUT;
    }
    options->words[first] = path;
    options->word_count = first + 1;
    return EXIT_CLEAN;
}
