#include "cli/baseline.h"

#include "cli/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASELINE_BYTES_MAX = 64 << 20 };

typedef struct {
    const char *case_id, *rule;
    uint32_t line;
    bool used, played;
} entry;

struct baseline {
    char *text;
    entry *entries;  ///< in the order of the file
    uint32_t *by_id; ///< the same, ordered by case id
    size_t count;
};

static char *next_line(char **rest)
{
    char *line = *rest;
    char *end = strchr(line, '\n');
    if (end == NULL) {
        *rest = line + strlen(line);
        return line;
    }
    *end = '\0';
    *rest = end + 1;
    return line;
}

/// Splits `CASE-ID RULE`. True for a line without entry, too (`*entry->case_id` is then NULL).
static bool parse_line(char *line, entry *one)
{
    const char *blanks = " \t\r";
    char *save = NULL;
    line[strcspn(line, "#")] = '\0';
    one->case_id = strtok_r(line, blanks, &save);
    one->rule = strtok_r(NULL, blanks, &save);
    if (one->case_id == NULL)
        return true;
    return one->rule != NULL && strtok_r(NULL, blanks, &save) == NULL;
}

static bool add(baseline *known, const entry *one)
{
    if ((known->count & (known->count - 1)) == 0) {
        const size_t room = known->count == 0 ? 16 : known->count * 2;
        entry *more = realloc(known->entries, room * sizeof *more);
        if (more == NULL)
            return false;
        known->entries = more;
    }
    known->entries[known->count++] = *one;
    return true;
}

static bool parse(baseline *known, const char *path, char *message, size_t message_bytes)
{
    uint32_t number = 0;
    char *rest = known->text;
    while (*rest != '\0') {
        entry one = {.line = ++number};
        if (!parse_line(next_line(&rest), &one)) {
            snprintf(message, message_bytes, "%s:%u: a line is CASE-ID RULE", path, number);
            return false;
        }
        if (one.case_id != NULL && !add(known, &one)) {
            snprintf(message, message_bytes, "%s: out of memory", path);
            return false;
        }
    }
    return true;
}

static int compare_ids(const void *a, const void *b, void *entries)
{
    const entry *left = (const entry *)entries + *(const uint32_t *)a;
    const entry *right = (const entry *)entries + *(const uint32_t *)b;
    const int order = strcmp(left->case_id, right->case_id);
    return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

static bool sort(baseline *known)
{
    known->by_id = calloc(known->count + 1, sizeof *known->by_id);
    if (known->by_id == NULL)
        return false;
    for (uint32_t i = 0; i < known->count; i++)
        known->by_id[i] = i;
    qsort_r(known->by_id, known->count, sizeof *known->by_id, compare_ids, known->entries);
    return true;
}

baseline *baseline_read(const char *path, char *message, size_t message_bytes)
{
    size_t bytes = 0;
    char *text = file_read(path, BASELINE_BYTES_MAX, &bytes, message, message_bytes);
    if (text == NULL)
        return NULL;
    if (memchr(text, '\0', bytes) != NULL) {
        snprintf(message, message_bytes, "%s: is no text file", path);
        free(text);
        return NULL;
    }
    baseline *known = calloc(1, sizeof *known);
    if (known == NULL) {
        snprintf(message, message_bytes, "%s: out of memory", path);
        free(text);
        return NULL;
    }
    known->text = text;
    if (!parse(known, path, message, message_bytes) || !sort(known)) {
        baseline_free(known);
        return NULL;
    }
    return known;
}

void baseline_free(baseline *known)
{
    if (known == NULL)
        return;
    free(known->text);
    free(known->entries);
    free(known->by_id);
    free(known);
}

/// First place in by_id whose case id is not below `case_id`.
static size_t first_of(const baseline *known, const char *case_id)
{
    size_t low = 0;
    size_t high = known->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(known->entries[known->by_id[middle]].case_id, case_id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static entry *entry_of(const baseline *known, size_t i, const char *case_id)
{
    if (i >= known->count)
        return NULL;
    entry *one = &known->entries[known->by_id[i]];
    return strcmp(one->case_id, case_id) == 0 ? one : NULL;
}

bool baseline_knows(baseline *known, const char *case_id, const char *rule)
{
    bool found = false;
    if (known == NULL)
        return false;
    entry *one = NULL;
    for (size_t i = first_of(known, case_id); (one = entry_of(known, i, case_id)) != NULL; i++)
        if (strcmp(one->rule, rule) == 0) {
            one->used = true;
            found = true;
        }
    return found;
}

void baseline_case_played(baseline *known, const char *case_id)
{
    if (known == NULL)
        return;
    entry *one = NULL;
    for (size_t i = first_of(known, case_id); (one = entry_of(known, i, case_id)) != NULL; i++)
        one->played = true;
}

uint64_t baseline_used(const baseline *known)
{
    uint64_t used = 0;
    for (size_t i = 0; known != NULL && i < known->count; i++)
        used += known->entries[i].used;
    return used;
}

bool baseline_next_unused(const baseline *known, size_t *i, baseline_unused *unused)
{
    for (; known != NULL && *i < known->count; (*i)++) {
        const entry *one = &known->entries[*i];
        if (one->used)
            continue;
        *unused = (baseline_unused){
            .line = one->line, .case_id = one->case_id, .rule = one->rule, .played = one->played};
        (*i)++;
        return true;
    }
    return false;
}
