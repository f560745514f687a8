/// `like FILE`: a variant of a part is described by what differs.
#include "scenarios/lang/slave_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LIKE_DEPTH_MAX = 16 };

/// The keys of the block whose first key is read now: those of the file that is `like` another.
static void find_own_keys(const slave_reader *r, bool *found)
{
    lang_parser ahead = r->p;
    const uint32_t indent = ahead.indent;
    ahead.lexer.diagnostics = NULL;
    while (lang_next_line(&ahead) && ahead.indent > 0) {
        const slave_key key = slave_find_key(&ahead.token);
        if (ahead.indent == indent && key < SLAVE_KEY_COUNT)
            found[key] = true;
    }
    // Each of them says what the slave is made of.
    const bool made = found[SLAVE_KEY_SOURCES] || found[SLAVE_KEY_OBJECT] || found[SLAVE_KEY_ELF];
    found[SLAVE_KEY_SOURCES] = found[SLAVE_KEY_OBJECT] = found[SLAVE_KEY_ELF] = made;
    found[SLAVE_KEY_DEFINE] = false; // these add up
    found[SLAVE_KEY_LIKE] = false;
}

/// Whether `path` is a file that the chain of `like` has come through already.
static bool is_read_already(const slave_file *file, const struct stat *there)
{
    for (; file != NULL; file = file->liked_by) {
        struct stat here;
        if (stat(file->path, &here) == 0 && here.st_dev == there->st_dev &&
            here.st_ino == there->st_ino)
            return true;
    }
    return false;
}

static unsigned depth_of(const slave_file *file)
{
    unsigned depth = 0;
    for (; file != NULL; file = file->liked_by)
        depth++;
    return depth;
}

/// Complains at `token` when the file cannot be read for a reason that is known beforehand. What
/// is no regular file could keep the reader waiting.
static bool can_be_read(slave_reader *r, const lang_token *token, const char *path)
{
    struct stat there;
    if (stat(path, &there) != 0)
        lang_fail_at(&r->p, token, "cannot open %s: %s", path, strerror(errno));
    else if (!S_ISREG(there.st_mode))
        lang_fail_at(&r->p, token, "%s is no file", path);
    else if (is_read_already(r->file, &there))
        lang_fail_at(&r->p, token, "%s is what this file is read for: a circle", path);
    else if (depth_of(r->file) >= LIKE_DEPTH_MAX)
        lang_fail_at(&r->p, token, "more than %d files that are like one another", LIKE_DEPTH_MAX);
    return !r->p.lexer.panic;
}

/// The reader goes into the other file and comes back; mistakes there are told with its path.
static void read_other(slave_reader *r, const lang_source *source)
{
    lang_token name = {0};
    const lang_parser here = r->p;
    slave_file *file = r->file;
    slave_file other = {
        .path = source->path, .folder = slave_folder(r, source->path), .liked_by = file};
    memcpy(other.skipped, file->skipped, sizeof other.skipped);
    r->p = (lang_parser){0};
    lang_lexer_init(&r->p.lexer, source, here.lexer.diagnostics);
    r->file = &other;
    (void)slave_read_keys(r, &name);
    r->file = file;
    r->p = here;
}

void slave_read_like(slave_reader *r)
{
    bool own[SLAVE_KEY_COUNT] = {false};
    const lang_token token = r->p.token;
    if (lang_at_line_end(&r->p)) {
        lang_expected(&r->p, "the .slave file that this one is like");
        return;
    }
    const char *path = slave_path(r, &token);
    lang_source source = {.path = path};
    char *text = NULL;
    if (!can_be_read(r, &token, path))
        return;
    const lang_status status = lang_read_whole(path, &text, &source.bytes, r->p.lexer.diagnostics);
    r->no_memory = r->no_memory || status == LANG_NO_MEMORY;
    if (status == LANG_OK) {
        source.text = text;
        find_own_keys(r, own);
        for (int key = 0; key < SLAVE_KEY_COUNT; key++)
            own[key] = own[key] || r->file->skipped[key];
        // Only the other file is read without them.
        bool before[SLAVE_KEY_COUNT];
        memcpy(before, r->file->skipped, sizeof before);
        memcpy(r->file->skipped, own, sizeof own);
        read_other(r, &source);
        memcpy(r->file->skipped, before, sizeof before);
    }
    free(text);
    lang_advance_word(&r->p);
}
