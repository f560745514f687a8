// Masters that are files of the user's, of --master rtl:FILE or sketch:FILE: each is built once,
// for all slaves of the run.
#include "cli/console.h"
#include "cli/lineup_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIND_BYTES = 16 };

/// "rtl" of "rtl:FILE". False: it is not named so.
static bool kind_of(const char *text, char kind[KIND_BYTES])
{
    const size_t length = strcspn(text, ":");
    if (text[length] == '\0' || length >= KIND_BYTES)
        return false;
    snprintf(kind, KIND_BYTES, "%.*s", (int)length, text);
    return master_is_of_file(kind);
}

bool lineup_is_file_master(const char *text)
{
    char kind[KIND_BYTES];
    return kind_of(text, kind);
}

/// Reads the file, where it is one in the language.
static bool read_file(lineup_file_master *one, const char *path)
{
    one->from.text = path;
    if (!one->adapter->described)
        return true;
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    const lang_status status = diagnostics == NULL
                                   ? LANG_NO_MEMORY
                                   : lang_slave_read_unaddressed(&one->file, path, diagnostics);
    one->from.file = one->file;
    return lineup_has_read(status, diagnostics) && one->file != NULL;
}

static bool build(lineup *s, lineup_file_master *one)
{
    char why[LINEUP_MESSAGE_BYTES * 4] = "";
    const slave_build_options options = {
        .cache_dir = s->cache, .note = lineup_note_once, .note_ctx = s};
    one->image = one->adapter->prepare(&one->from, &options, why, sizeof why);
    if (one->image == NULL)
        console_error("%s", why);
    return one->image != NULL;
}

static const master_adapter *find_adapter(const char *text, const cli_options *options)
{
    char kind[KIND_BYTES];
    if (!kind_of(text, kind))
        return NULL;
    const master_adapter *adapter = master_adapter_find(kind);
    if (adapter == NULL && lineup_start_other(master_adapter_program(kind), options))
        console_error("--master %s: %s", text, master_adapter_missing(kind));
    return adapter;
}

bool lineup_file_master_spec(lineup *s, const char *text, const cli_options *options,
                             master_spec *spec)
{
    for (unsigned i = 0; i < s->file_master_count; i++)
        if (strcmp(s->file_master[i].text, text) == 0) {
            s->file_master[i].adapter->spec(s->file_master[i].image, spec);
            return true;
        }
    if (s->file_master_count == LINEUP_FILE_MASTER_MAX) {
        console_error("--master: more than %d masters that are files", LINEUP_FILE_MASTER_MAX);
        return false;
    }
    lineup_file_master one = {.text = text, .adapter = find_adapter(text, options)};
    if (one.adapter == NULL)
        return false;
    if (!read_file(&one, strchr(text, ':') + 1) || !build(s, &one)) {
        lang_slave_free(one.file);
        return false;
    }
    s->file_master[s->file_master_count++] = one;
    one.adapter->spec(one.image, spec);
    return true;
}

void lineup_discard_file_masters(lineup *s)
{
    for (unsigned i = 0; i < s->file_master_count; i++) {
        s->file_master[i].adapter->discard(s->file_master[i].image);
        lang_slave_free(s->file_master[i].file);
    }
}
