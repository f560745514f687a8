#include "cli/starter.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

void starter_name(const char *const *sources, unsigned count, char name[STARTER_NAME_BYTES])
{
    const char *base = base_of(sources[0]);
    size_t n = 0;
    for (unsigned i = 1; i < count && strncmp(base, "main.", 5) == 0; i++)
        base = base_of(sources[i]);
    if (!isalpha((unsigned char)base[0]))
        name[n++] = 's';
    for (size_t i = 0; base[i] != '\0' && base[i] != '.' && n + 1 < STARTER_NAME_BYTES; i++)
        name[n++] = (char)(isalnum((unsigned char)base[i]) ? base[i] : '_');
    name[n] = '\0';
}

bool starter_mcu(const char *given, char text[STARTER_NAME_BYTES], char *message, size_t bytes)
{
    const char *at = strchr(given, '@');
    if (at == NULL || at == given || at[1] == '\0' || strlen(given) >= STARTER_NAME_BYTES) {
        snprintf(message, bytes, "--mcu: \"%s\" is no PART@CLOCK, as in attiny85@8MHz", given);
        return false;
    }
    snprintf(text, STARTER_NAME_BYTES, "%.*s %s", (int)(at - given), given, at + 1);
    return true;
}

/// From a folder to a path, both whole: "../src/slave.c". Whole again where they have but the root
/// in common, since such files do not move together.
static void put_relative(FILE *file, const char *folder, const char *path)
{
    size_t common = 0, same = 0;
    for (; folder[same] == path[same] && path[same] != '\0'; same++)
        if (path[same] == '/')
            common = same;
    if (folder[same] == '\0' && path[same] == '/')
        common = same;
    if (common == 0) {
        fprintf(file, " \"%s\"", path);
        return;
    }
    fputs(" \"", file);
    for (const char *at = folder + common; *at != '\0'; at++)
        if (*at == '/')
            fputs("../", file);
    fprintf(file, "%s\"", path + common + 1);
}

/// Whole, so that the file says the same wherever it lies; relative where it is to move with them.
static void put_path(FILE *file, const starter *s, const char *path)
{
    char real[PATH_MAX], folder[PATH_MAX];
    if (realpath(path, real) == NULL)
        fprintf(file, " \"%s\"", path);
    else if (s->folder == NULL || realpath(s->folder, folder) == NULL)
        fprintf(file, " \"%s\"", real);
    else
        put_relative(file, folder, real);
}

static void put_all(const starter *s, FILE *file, const char *name, const char *mcu)
{
    const cli_options *o = s->options;
    fprintf(file, "slave %s\n    kind      firmware\n    sources  ", name);
    for (unsigned i = 0; i < s->source_count; i++)
        put_path(file, s, s->sources[i]);
    fprintf(file, "%s%s\n    mcu       %s\n", s->glue == NULL ? "" : " ",
            s->glue == NULL ? "" : s->glue, mcu);
    if (o->address != NULL)
        fprintf(file, "    address   %s\n", o->address);
    for (unsigned i = 0; i < o->includes.count; i++) {
        fprintf(file, "    include  ");
        put_path(file, s, o->includes.at[i]);
        fputc('\n', file);
    }
    for (unsigned i = 0; i < o->defines.count; i++)
        fprintf(file, "    define    \"%s\"\n", o->defines.at[i]);
}

bool starter_write(const starter *s, const char *path, const char *name, char *message,
                   size_t bytes)
{
    char mcu[STARTER_NAME_BYTES];
    if (!starter_mcu(s->options->mcu, mcu, message, bytes))
        return false;
    FILE *file = fopen(path, "we");
    if (file != NULL)
        put_all(s, file, name, mcu);
    if (file != NULL && fclose(file) == 0)
        return true;
    snprintf(message, bytes, "%s: cannot be written: %s", path, strerror(errno));
    return false;
}
