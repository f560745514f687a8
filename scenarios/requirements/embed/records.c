#include "scenarios/requirements/embed/records.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    embed_records *records;
    size_t room; ///< records that fit into records->at
    bool open;   ///< the last record takes further fields
    const char *path;
    unsigned line;
    embed_memory *memory;
    embed_messages *messages;
} reader;

void embed_error(embed_messages *messages, const char *path, unsigned line, const char *format, ...)
{
    fprintf(messages->out, "%s:%u: ", path, line);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(messages->out, format, arguments);
    va_end(arguments);
    fputc('\n', messages->out);
    messages->errors++;
}

static embed_record *open_record(reader *r)
{
    embed_records *records = r->records;
    if (r->open) {
        return &records->at[records->count - 1];
    }
    if (records->count == r->room) {
        const size_t room = r->room * 2 + 16;
        embed_record *at = embed_memory_take(r->memory, room * sizeof(*at));
        if (records->count > 0) {
            memcpy(at, records->at, records->count * sizeof(*at));
        }
        records->at = at;
        r->room = room;
    }
    r->open = true;
    embed_record *record = &records->at[records->count++];
    *record = (embed_record){.path = r->path, .line = r->line};
    return record;
}

static void read_field(reader *r, const char *line)
{
    const size_t key_bytes = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
    if (key_bytes == 0 || line[key_bytes] != ':') {
        embed_error(r->messages, r->path, r->line, "expected `key: value`, found `%.40s`", line);
        return;
    }
    embed_record *record = open_record(r);
    if (record->fields == EMBED_FIELDS_MAX) {
        embed_error(r->messages, r->path, r->line, "more than %d lines in one record",
                    EMBED_FIELDS_MAX);
        return;
    }
    const char *value = line + key_bytes + 1;
    value += strspn(value, " ");
    record->field[record->fields++] =
        (embed_field){.key = embed_memory_copy(r->memory, line, key_bytes),
                      .value = embed_memory_copy(r->memory, value, strlen(value)),
                      .line = r->line};
}

static void read_continuation(reader *r, const char *line)
{
    if (!r->open) {
        embed_error(r->messages, r->path, r->line, "there is no value above to go on with");
        return;
    }
    embed_record *record = &r->records->at[r->records->count - 1];
    embed_field *field = &record->field[record->fields - 1];
    line += strspn(line, " ");
    const size_t before = strlen(field->value);
    const size_t more = strlen(line);
    char *value = embed_memory_take(r->memory, before + more + 2);
    memcpy(value, field->value, before);
    value[before] = ' ';
    memcpy(value + before + 1, line, more + 1);
    field->value = value;
}

static bool is_plain(const char *line)
{
    for (; *line != '\0'; line++) {
        if (*line < ' ' || *line > '~') {
            return false;
        }
    }
    return true;
}

/// Takes one line without its newline.
static void read_line(reader *r, char *line, size_t bytes)
{
    if (strlen(line) != bytes || !is_plain(line)) {
        embed_error(r->messages, r->path, r->line, "a tab, or a byte that is not printable ASCII");
        return;
    }
    for (; bytes > 0 && line[bytes - 1] == ' '; bytes--) {
        line[bytes - 1] = '\0';
    }
    if (line[0] == '\0') {
        r->open = false;
    } else if (line[0] == ' ') {
        read_continuation(r, line);
    } else if (line[0] != '#') {
        read_field(r, line);
    }
}

bool embed_records_read(embed_records *records, const char *path, embed_memory *memory,
                        embed_messages *messages)
{
    *records = (embed_records){.at = NULL};
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        embed_error(messages, path, 0, "%s", strerror(errno));
        return false;
    }
    reader r = {.records = records, .path = path, .memory = memory, .messages = messages};
    char *line = NULL;
    size_t room = 0;
    ssize_t bytes = 0;
    while ((bytes = getline(&line, &room, file)) >= 0) {
        r.line++;
        if (bytes > 0 && line[bytes - 1] == '\n') {
            line[--bytes] = '\0';
        }
        read_line(&r, line, (size_t)bytes);
    }
    const bool failed = ferror(file) != 0;
    if (failed) {
        embed_error(messages, path, r.line, "%s", strerror(errno));
    }
    free(line);
    fclose(file);
    return !failed;
}
