// The scenarios of a run: the suite, and the files and folders of --scenarios.
#include "cli/console.h"
#include "cli/lineup_private.h"
#include "scenarios/lang/suite.h"
#include "scenarios/requirements/requirements.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { IDS_MAX = 1024 };

typedef struct {
    char **at;
    size_t count, room;
} paths;

static bool paths_add(paths *list, char *path)
{
    if (path == NULL)
        return lineup_out_of_memory();
    if (list->count == list->room) {
        const size_t room = list->room == 0 ? 16 : list->room * 2;
        char **more = realloc(list->at, room * sizeof *more);
        if (more == NULL) {
            free(path);
            return lineup_out_of_memory();
        }
        list->at = more;
        list->room = room;
    }
    list->at[list->count++] = path;
    return true;
}

static void paths_free(paths *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->at[i]);
    free(list->at);
}

static int is_scenario(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 9 &&
           strcmp(entry->d_name + length - 9, ".scenario") == 0;
}

/// The *.scenario files of a folder in the order of their names' bytes, whatever the locale.
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_folder(paths *list, const char *folder)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_scenario, by_bytes);
    bool fine = count >= 0;
    if (count < 0)
        console_error("cannot read the folder %s: %s", folder, strerror(errno));
    if (count == 0)
        console_error("%s: has no file that ends in .scenario", folder);
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        if (fine && asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
            path = NULL;
        fine = fine && paths_add(list, path);
        free(entries[i]);
    }
    free(entries);
    return fine && count > 0;
}

static bool gather_scenarios(paths *list, const option_list *given)
{
    for (unsigned i = 0; i < given->count; i++) {
        struct stat there;
        const bool folder = stat(given->at[i], &there) == 0 && S_ISDIR(there.st_mode);
        if (folder ? !add_folder(list, given->at[i]) : !paths_add(list, strdup(given->at[i])))
            return false;
    }
    return true;
}

static size_t add_row_ids(const char **ids, size_t count)
{
    for (size_t i = 0; i < requirement_count() && count < IDS_MAX; i++)
        ids[count++] = requirement_at(i)->id;
    return count;
}

static bool row_known(void *ctx, const char *id, const char **near)
{
    const char *ids[IDS_MAX];
    (void)ctx;
    *near = i2c_nearest(id, ids, add_row_ids(ids, 0));
    return requirement_find(id) != NULL;
}

static bool master_known(void *ctx, const char *text, char *why, size_t why_bytes)
{
    master_spec spec;
    (void)ctx;
    return master_is_of_file(text) || master_spec_read(&spec, text, why, why_bytes);
}

static bool compile_own(lineup *s, const paths *files)
{
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    if (diagnostics == NULL)
        return lineup_out_of_memory();
    const lang_options options = {
        .row_known = row_known, .beside = suite_program(), .master_known = master_known};
    const lang_status status = lang_compile_files(&s->own, (const char *const *)files->at,
                                                  files->count, &options, diagnostics);
    return lineup_has_read(status, diagnostics);
}

bool lineup_open_scenarios(lineup *s, const cli_options *options)
{
    paths files = {0};
    *s = (lineup){.coverage = options->coverage};
    s->program[s->program_count++] = suite_program();
    bool fine = gather_scenarios(&files, &options->scenarios);
    if (fine && files.count > 0) {
        fine = compile_own(s, &files);
        if (fine)
            s->program[s->program_count++] = s->own;
    }
    paths_free(&files);
    return fine;
}
