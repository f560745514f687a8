// requirements_embed OUT.c CONDITIONS FAILURES WORDS ROWS...
// Turns the text files of the catalogue into C tables. Every fault in them is told as path:line:
// message and ends it with status 1; then no output is left behind.
#include "scenarios/requirements/embed/catalogue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static embed_records read_file(embed_catalogue *catalogue, const char *path)
{
    embed_records records;
    if (embed_records_read(&records, path, catalogue->memory, catalogue->messages) &&
        records.count == 0) {
        embed_error(catalogue->messages, path, 1, "no records");
    }
    return records;
}

static void read_files(embed_catalogue *catalogue, char **paths, int count)
{
    const embed_records terms = read_file(catalogue, paths[0]);
    embed_take_terms(catalogue, &terms);
    for (int i = 3; i < count; i++) {
        const embed_records rows = read_file(catalogue, paths[i]);
        embed_take_rows(catalogue, &rows);
    }
    const embed_records failures = read_file(catalogue, paths[1]);
    embed_take_failures(catalogue, &failures);
    const embed_records words = read_file(catalogue, paths[2]);
    embed_take_words(catalogue, &words);
}

static int write_file(const embed_catalogue *catalogue, const char *path)
{
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    embed_emit(out, catalogue);
    const bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        remove(path);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: requirements_embed OUT.c CONDITIONS FAILURES WORDS ROWS...\n");
        return 2;
    }
    embed_messages messages = {.out = stderr};
    embed_memory *memory = embed_memory_new();
    embed_catalogue catalogue = {.memory = memory, .messages = &messages};
    read_files(&catalogue, argv + 2, argc - 2);
    int status = 1;
    if (messages.errors == 0) {
        status = write_file(&catalogue, argv[1]);
    }
    embed_memory_free(memory);
    return status;
}
