// `list slaves`: the .slave files of a folder and those below it, by default the shipped ones.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/json_writer.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Where the shipped slaves lie: beside an installed program, else in the tree it was built from.
static bool shipped_folder(char *folder, size_t bytes)
{
    char program[PATH_MAX - 32]; // leaves room for what is put behind it
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0) {
        program[length] = '\0';
        char *slash = strrchr(program, '/');
        if (slash != NULL)
            *slash = '\0';
        snprintf(folder, bytes, "%s/../share/i2cproof/slaves", program);
        if (access(folder, R_OK) == 0)
            return true;
    }
    snprintf(folder, bytes, "%s", I2CPROOF_SLAVES);
    return access(folder, R_OK) == 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_slave_file(const FTSENT *entry)
{
    return entry->fts_info == FTS_F && entry->fts_namelen > 6 &&
           strcmp(entry->fts_name + entry->fts_namelen - 6, ".slave") == 0;
}

static void put_stdout(void *ctx, const char *text, size_t bytes)
{
    (void)ctx;
    fwrite(text, 1, bytes, stdout);
}

static void show(json_writer *w, const char *path, const slave_description *slave)
{
    static const char *const kinds[] = {"hosted", "firmware", "avr", "rtl", "systemc"};
    char expect[LINEUP_EXPECT_BYTES];
    lineup_expect_text(slave, expect);
    if (w == NULL) {
        printf("%-28s %-9s 0x%02X  %-24s %s\n", slave->name, kinds[slave->kind], slave->addr7,
               expect, path);
        return;
    }
    json_object(w, JSON_INLINE);
    json_key_string(w, "name", slave->name);
    json_key_string(w, "path", path);
    json_key_string(w, "kind", kinds[slave->kind]);
    json_key_string(w, "expect", expect);
    json_close(w);
}

static bool show_file(json_writer *w, const char *path)
{
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    slave_description *slave = NULL;
    char text[4096];
    if (diagnostics == NULL)
        return false;
    const lang_status status = lang_slave_read_file(&slave, path, diagnostics);
    if (status == LANG_OK) {
        show(w, path, slave);
    } else {
        lang_diagnostics_text(diagnostics, text, sizeof text);
        fputs(text, stderr);
    }
    lang_slave_free(slave);
    lang_diagnostics_free(diagnostics);
    return status == LANG_OK;
}

static bool show_folder(json_writer *w, char *folder)
{
    char *const roots[] = {folder, NULL};
    bool fine = true;
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (tree == NULL)
        return false;
    for (const FTSENT *entry = fts_read(tree); entry != NULL; entry = fts_read(tree))
        if (is_slave_file(entry))
            fine = show_file(w, entry->fts_path) && fine;
    fts_close(tree);
    return fine;
}

int list_slaves(const cli_options *options)
{
    char folder[PATH_MAX];
    json_writer writer;
    json_writer *w = options->as_json ? &writer : NULL;
    if (options->slaves_folder != NULL)
        snprintf(folder, sizeof folder, "%s", options->slaves_folder);
    else if (!shipped_folder(folder, sizeof folder)) {
        console_error("cannot find the shipped slaves in %s: --slaves DIR says where", folder);
        return EXIT_INPUT;
    }
    if (access(folder, R_OK) != 0) {
        console_error("cannot read the folder %s: %s", folder, strerror(errno));
        return EXIT_INPUT;
    }
    if (w != NULL) {
        json_start(w, put_stdout, NULL);
        json_array(w, JSON_LINES);
    }
    const bool fine = show_folder(w, folder);
    if (w != NULL) {
        json_close(w);
        json_finish(w);
    }
    return fine ? EXIT_CLEAN : EXIT_INPUT;
}
