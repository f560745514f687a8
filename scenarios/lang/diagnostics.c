#include "scenarios/lang/diagnostics.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MESSAGE_BYTES = 320,
    SOURCE_BYTES = 160, ///< of a source line that are kept around the column
};

typedef struct {
    char *path;
    uint32_t line;
    uint32_t column;
    uint32_t caret;
    char message[MESSAGE_BYTES];
    char source_line[SOURCE_BYTES + 1];
} mistake;

struct lang_diagnostics {
    mistake mistakes[LANG_DIAGNOSTIC_MAX];
    uint32_t count;
    uint32_t total;
};

lang_diagnostics *lang_diagnostics_new(void)
{
    return calloc(1, sizeof(lang_diagnostics));
}

void lang_diagnostics_free(lang_diagnostics *diagnostics)
{
    if (diagnostics == NULL)
        return;
    for (uint32_t i = 0; i < diagnostics->count; i++)
        free(diagnostics->mistakes[i].path);
    free(diagnostics);
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/// Copies the part of the line around the column, never cutting a UTF-8 character in two. Control
/// bytes become '?', so that a binary file cannot disturb a terminal.
static void copy_line(mistake *m, const lang_place *place)
{
    size_t start = place->at < place->bytes ? place->at : place->bytes;
    const size_t at = start;
    while (start > 0 && place->text[start - 1] != '\n' && at - start < SOURCE_BYTES / 2)
        start--;
    while (start < at && is_continuation(place->text[start]))
        start++;
    uint32_t length = 0;
    for (size_t i = start; i < place->bytes && place->text[i] != '\n' && length < SOURCE_BYTES;
         i++) {
        const unsigned char byte = (unsigned char)place->text[i];
        if (i < at && !is_continuation(place->text[i]))
            m->caret++;
        m->source_line[length++] = (char)(byte < 0x20 || byte == 0x7F ? '?' : byte);
    }
    while (length > 0 && m->source_line[length - 1] == '?' && start + length <= place->bytes &&
           place->text[start + length - 1] == '\r')
        length--;
    m->source_line[length] = '\0';
}

/// Keeps the mistakes of one file in the order of its lines: a definition is compiled where it is
/// first called, and what is missing is known only at the end.
static void sort_in(lang_diagnostics *diagnostics)
{
    mistake *all = diagnostics->mistakes;
    for (uint32_t i = diagnostics->count - 1; i > 0; i--) {
        const mistake *a = &all[i - 1];
        const mistake *b = &all[i];
        const bool ordered = a->line < b->line || (a->line == b->line && a->column <= b->column);
        if (ordered || strcmp(a->path, b->path) != 0)
            return;
        const mistake swapped = all[i];
        all[i] = all[i - 1];
        all[i - 1] = swapped;
    }
}

void lang_complain_v(lang_diagnostics *diagnostics, const lang_place *place, const char *format,
                     va_list arguments)
{
    assert(diagnostics != NULL);
    diagnostics->total++;
    if (diagnostics->count == LANG_DIAGNOSTIC_MAX)
        return;
    mistake *m = &diagnostics->mistakes[diagnostics->count];
    memset(m, 0, sizeof *m);
    const size_t path_bytes = strlen(place->path) + 1;
    m->path = malloc(path_bytes);
    if (m->path == NULL)
        return;
    memcpy(m->path, place->path, path_bytes);
    m->line = place->line;
    m->column = place->column;
    vsnprintf(m->message, sizeof m->message, format, arguments);
    for (char *c = m->message; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
    if (place->line > 0)
        copy_line(m, place);
    diagnostics->count++;
    sort_in(diagnostics);
}

void lang_complain(lang_diagnostics *diagnostics, const lang_place *place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    lang_complain_v(diagnostics, place, format, arguments);
    va_end(arguments);
}

uint32_t lang_diagnostics_count(const lang_diagnostics *diagnostics)
{
    return diagnostics->count;
}

uint32_t lang_diagnostics_total(const lang_diagnostics *diagnostics)
{
    return diagnostics->total;
}

lang_diagnostic lang_diagnostics_at(const lang_diagnostics *diagnostics, uint32_t i)
{
    assert(i < diagnostics->count);
    const mistake *m = &diagnostics->mistakes[i];
    return (lang_diagnostic){m->path, m->line, m->column, m->message, m->source_line, m->caret};
}

/// snprintf() onto the end of a text that may already be longer than its buffer.
static size_t add(char *text, size_t capacity, size_t length, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static size_t add(char *text, size_t capacity, size_t length, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *end = length < capacity ? text + length : NULL;
    const int added = vsnprintf(end, end == NULL ? 0 : capacity - length, format, arguments);
    va_end(arguments);
    return length + (added > 0 ? (size_t)added : 0);
}

size_t lang_diagnostics_text(const lang_diagnostics *diagnostics, char *text, size_t capacity)
{
    size_t n = 0;
    if (capacity > 0)
        text[0] = '\0';
    for (uint32_t i = 0; i < diagnostics->count; i++) {
        const mistake *m = &diagnostics->mistakes[i];
        if (m->line == 0) {
            n = add(text, capacity, n, "%s: error: %s\n", m->path, m->message);
            continue;
        }
        n = add(text, capacity, n, "%s:%u:%u: error: %s\n", m->path, m->line, m->column,
                m->message);
        n = add(text, capacity, n, "    %s\n    %*s^\n", m->source_line, (int)m->caret, "");
    }
    if (diagnostics->total > diagnostics->count)
        n = add(text, capacity, n, "%u mistakes; the first %u are shown\n", diagnostics->total,
                diagnostics->count);
    return n;
}

lang_status lang_read_whole(const char *path, char **text, size_t *bytes,
                            lang_diagnostics *diagnostics)
{
    const lang_place place = {.path = path};
    *text = NULL;
    *bytes = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        lang_complain(diagnostics, &place, "cannot open: %s", strerror(errno));
        return LANG_FAULTY;
    }
    char *buffer = malloc(LANG_FILE_MAX_BYTES + 1);
    if (buffer == NULL) {
        fclose(file);
        return LANG_NO_MEMORY;
    }
    const size_t got = fread(buffer, 1, LANG_FILE_MAX_BYTES + 1, file);
    const int reason = ferror(file) ? errno : 0;
    fclose(file);
    if (reason != 0 || got > LANG_FILE_MAX_BYTES) {
        if (reason == EISDIR)
            lang_complain(diagnostics, &place, "a folder: name the files in it");
        else if (reason != 0)
            lang_complain(diagnostics, &place, "cannot read: %s", strerror(reason));
        else
            lang_complain(diagnostics, &place, "larger than %d MiB", LANG_FILE_MAX_BYTES >> 20);
        free(buffer);
        return LANG_FAULTY;
    }
    *text = buffer;
    *bytes = got;
    return LANG_OK;
}
