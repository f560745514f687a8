// Arduino sketches: not quite C++. Their IDE puts a header in front, makes one text of all files,
// and declares functions that are used above their definition.
#define _GNU_SOURCE // realpath

#include "slave_under_test/kinds/build_private.h"
#include "slave_under_test/kinds/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool build_is_sketch(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && strcmp(dot, ".ino") == 0;
}

static bool name_beside(char *path, const char *object, const char *ending)
{
    const int n = snprintf(path, SLAVE_PATH_BYTES, "%s%s", object, ending);
    return n > 0 && n < SLAVE_PATH_BYTES;
}

static bool write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wbe");
    if (file == NULL)
        return false;
    const bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

/// A file that includes them all: what is said of them has their own lines.
static bool include_all(const build *b, const char *path)
{
    FILE *file = fopen(path, "wbe");
    bool ok = file != NULL;
    for (uint32_t i = 0; ok && i < b->slave->sources.count; i++) {
        char whole[PATH_MAX];
        if (!build_is_sketch(b->slave->sources.at[i]))
            continue;
        ok = realpath(b->slave->sources.at[i], whole) != NULL &&
             fprintf(file, "#include \"%s\"\n", whole) > 0;
    }
    return file != NULL && fclose(file) == 0 && ok;
}

/// `source` is the one sketch; of several, what is compiled is the file that has them all.
static const char *find_unit(const build *b, const char *source, char *all, const char *object)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < b->slave->sources.count; i++)
        count += build_is_sketch(b->slave->sources.at[i]) ? 1 : 0;
    if (count == 1)
        return source;
    return name_beside(all, object, ".sketches.cpp") && include_all(b, all) ? all : NULL;
}

static bool preprocess(const build *b, const char *unit, const char *to, const char *list,
                       char *message, size_t message_bytes)
{
    const char *const rest[] = {"-x",  "c++", "-include", b->recipe->sketch_header,
                                "-E",  "-MD", "-MF",      list,
                                "-MT", "x:",  "-o",       to,
                                unit,  NULL};
    arguments a;
    build_begin_call(b, &a, b->recipe->sketch_flags);
    build_add(&a, rest);
    return build_call(&a, message, message_bytes);
}

static bool complete(const build *b, const char *from, const char *to)
{
    char *text = slave_text_read(from);
    char *completed = text != NULL ? b->recipe->complete_sketch(text) : NULL;
    const bool ok = completed != NULL && write_text(to, completed);
    free(text);
    free(completed);
    return ok;
}

static bool compile(const build *b, const char *from, const char *object, char *message,
                    size_t message_bytes)
{
    const char *const rest[] = {"-x", "c++-cpp-output", "-c", "-o", object, from, NULL};
    arguments a;
    build_begin_call(b, &a, b->recipe->sketch_flags);
    build_add(&a, rest);
    return build_call(&a, message, message_bytes);
}

bool build_sketches(const build *b, const char *source, const char *object, const char *list,
                    char *message, size_t message_bytes)
{
    char all[SLAVE_PATH_BYTES], plain[SLAVE_PATH_BYTES], completed[SLAVE_PATH_BYTES];
    const char *unit = find_unit(b, source, all, object);
    if (unit == NULL || !name_beside(plain, object, ".plain.ii") ||
        !name_beside(completed, object, ".ii")) {
        (void)snprintf(message, message_bytes, "%s: cannot be written", object);
        return false;
    }
    if (!preprocess(b, unit, plain, list, message, message_bytes))
        return false;
    if (!complete(b, plain, completed)) {
        (void)snprintf(message, message_bytes, "%s: cannot be written", completed);
        return false;
    }
    const size_t said = strlen(message);
    return compile(b, completed, object, message + said, message_bytes - said);
}
