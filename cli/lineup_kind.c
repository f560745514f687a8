// Which kind a slave is played as, and which program can do it.
#include "cli/console.h"
#include "cli/lineup_private.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[SLAVE_KIND_COUNT] = {"hosted", "firmware", "avr", "rtl", "systemc"};

const char *lineup_kind_name(slave_kind kind)
{
    return kind < SLAVE_KIND_COUNT ? names[kind] : "unknown";
}

/// Kinds that run the same sources.
static bool is_of_mcu(slave_kind kind)
{
    return kind == SLAVE_FIRMWARE || kind == SLAVE_AVR;
}

bool lineup_choose_kind(lineup_slave *one, const cli_options *options)
{
    slave_description *slave = one->description;
    if (one->keeps_kind)
        return true;
    const bool avr = options->kind != NULL && strcmp(options->kind, names[SLAVE_AVR]) == 0;
    if (options->kind == NULL || strcmp(options->kind, lineup_kind_name(slave->kind)) == 0)
        return true;
    if (!is_of_mcu(slave->kind) || (slave->sources.count == 0 && !avr)) {
        console_error("--kind %s: %s is of kind %s, and %s", options->kind, one->path,
                      lineup_kind_name(slave->kind),
                      is_of_mcu(slave->kind) ? "has no sources"
                                             : "only sources of firmware run as another");
        return false;
    }
    slave->kind = avr ? SLAVE_AVR : SLAVE_FIRMWARE;
    return true;
}

/// The program of that name in the folder of this one.
static bool find_beside(const char *name, char *path, size_t bytes)
{
    const ssize_t length = readlink("/proc/self/exe", path, bytes - 1);
    if (length <= 0)
        return false;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    const size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    const int n = snprintf(path + folder, bytes - folder, "%s", name);
    return n > 0 && (size_t)n < bytes - folder && access(path, X_OK) == 0;
}

static void missing(const lineup_slave *one, const char *kind)
{
    const slave_place *at = &one->description->declared[SLAVE_KEY_KIND];
    console_error("%s:%u:%u: %s", at->path, at->line, at->column, slave_adapter_missing(kind));
}

bool lineup_start_other(const char *program, const cli_options *options)
{
    char path[PATH_MAX];
    if (program == NULL || !find_beside(program, path, sizeof path))
        return true;
    fflush(NULL);
    execv(path, options->argv);
    console_error("%s: cannot be started: %s", path, strerror(errno));
    return false;
}

bool lineup_find_kind(lineup_slave *one, const cli_options *options)
{
    const char *kind = lineup_kind_name(one->description->kind);
    one->adapter = slave_adapter_find(kind);
    if (one->adapter == NULL && lineup_start_other(slave_adapter_program(kind), options))
        missing(one, kind);
    return one->adapter != NULL;
}
