// The lines of the slave's own code around the place that a finding names.
#include "cli/files.h"
#include "cli/html.h"
#include "cli/markup.h"
#include "cli/report_html_private.h"

#include <stdlib.h>
#include <string.h>

enum { AROUND = 3, SOURCE_BYTES_MAX = 4 << 20, NAME_BYTES = 128, COLUMNS_MAX = 160 };

/// The first `usi_slave.c:412` in a text; false: there is none.
static bool read_place(const char *where, char name[NAME_BYTES], unsigned *line)
{
    for (const char *at = where; *at != '\0'; at += at[0] == ' ') {
        const size_t bytes = strcspn(at, ": ");
        char *end = NULL;
        const unsigned long number = at[bytes] == ':' ? strtoul(at + bytes + 1, &end, 10) : 0;
        if (number > 0 && number < 10000000 && bytes > 0 && bytes < NAME_BYTES) {
            snprintf(name, NAME_BYTES, "%.*s", (int)bytes, at);
            *line = (unsigned)number;
            return true;
        }
        at += strcspn(at, " ");
    }
    return false;
}

/// The slave's source of that name, with or without folders.
static const char *find_source(const slave_description *slave, const char *name)
{
    for (uint32_t i = 0; i < slave->sources.count; i++) {
        const char *path = slave->sources.at[i];
        const char *slash = strrchr(path, '/');
        if (strcmp(path, name) == 0 || (slash != NULL && strcmp(slash + 1, name) == 0))
            return path;
    }
    return NULL;
}

static void put_source_line(FILE *out, const char *text, size_t bytes, unsigned number, bool marked)
{
    char shown[COLUMNS_MAX + 1];
    snprintf(shown, sizeof shown, "%.*s", (int)(bytes < COLUMNS_MAX ? bytes : COLUMNS_MAX), text);
    fprintf(out, "%s%5u  ", marked ? "<b>" : "", number);
    markup_text(out, shown);
    fprintf(out, "%s\n", marked ? "   &#9668;</b>" : "");
}

static void put_lines(FILE *out, const char *text, unsigned wanted)
{
    fputs("<pre>", out);
    for (unsigned number = 1; *text != '\0' && number <= wanted + AROUND; number++) {
        const size_t bytes = strcspn(text, "\r\n");
        if (number + AROUND >= wanted)
            put_source_line(out, text, bytes, number, number == wanted);
        text += bytes;
        text += text[0] == '\r';
        text += text[0] == '\n';
    }
    fputs("</pre>\n", out);
}

void report_html_source(FILE *out, const slave_description *slave, const char *where)
{
    char name[NAME_BYTES];
    char message[FILES_MESSAGE_BYTES];
    unsigned line = 0;
    size_t bytes = 0;
    const char *path = read_place(where, name, &line) ? find_source(slave, name) : NULL;
    char *text =
        path == NULL ? NULL : file_read(path, SOURCE_BYTES_MAX, &bytes, message, sizeof message);
    if (text == NULL)
        return;
    fputs("<h3 class=\"mono\">", out);
    markup_text(out, path);
    fprintf(out, ":%u</h3>\n", line);
    put_lines(out, text, line);
    free(text);
}
