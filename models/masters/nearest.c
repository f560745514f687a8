#include "models/masters/nearest.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { COMPARED_BYTES = 31 };

static size_t compared(const char *name)
{
    const size_t bytes = strlen(name);
    return bytes < COMPARED_BYTES ? bytes : COMPARED_BYTES;
}

/// Edits (insert, delete, change) from one name to the other; only their first bytes count.
static unsigned edits_between(const char *a, const char *b)
{
    unsigned row[COMPARED_BYTES + 1];
    const size_t b_bytes = compared(b);
    const size_t a_bytes = compared(a);
    for (unsigned j = 0; j <= b_bytes; j++)
        row[j] = j;
    for (unsigned i = 0; i < a_bytes; i++) {
        unsigned diagonal = row[0];
        row[0] = i + 1;
        for (unsigned j = 0; j < b_bytes; j++) {
            const unsigned changed = diagonal + (a[i] != b[j]);
            const unsigned above = row[j + 1] + 1;
            const unsigned left = row[j] + 1;
            diagonal = row[j + 1];
            row[j + 1] = changed < above ? changed : above;
            row[j + 1] = row[j + 1] < left ? row[j + 1] : left;
        }
    }
    return row[b_bytes];
}

void nearest_list(char *text, size_t text_bytes, const char *wrong, const char *const *name,
                  unsigned count)
{
    assert(count <= NEAREST_NAME_MAX && text_bytes > 0);
    unsigned edits[NEAREST_NAME_MAX];
    for (unsigned i = 0; i < count; i++)
        edits[i] = edits_between(wrong, name[i]);
    text[0] = '\0';
    size_t used = 0;
    for (unsigned distance = 0; distance <= COMPARED_BYTES; distance++) {
        for (unsigned i = 0; i < count; i++) {
            const size_t bytes = strlen(name[i]) + (used > 0);
            if (edits[i] != distance || used + bytes >= text_bytes)
                continue;
            (void)snprintf(text + used, text_bytes - used, "%s%s", used > 0 ? " " : "", name[i]);
            used += bytes;
        }
    }
}
