#include "sim/nearest.h"

#include <string.h>

enum { NAME_MAX_BYTES = 40 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/// Optimal string alignment distance: insert, delete, replace, and swap of two neighbours cost 1.
static size_t distance(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    size_t rows[3][NAME_MAX_BYTES + 1];
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *row = rows[2];
    for (size_t j = 0; j <= b_bytes; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= a_bytes; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_bytes; j++) {
            const size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(replaced, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_bytes];
}

const char *i2c_nearest(const char *name, const char *const *candidates, size_t count)
{
    const size_t bytes = strlen(name);
    // Beyond a third it is another word.
    return i2c_nearest_within(name, candidates, count, bytes <= 2 ? 1 : (bytes + 2) / 3);
}

const char *i2c_nearest_within(const char *name, const char *const *candidates, size_t count,
                               size_t edits)
{
    const size_t bytes = strlen(name);
    if (bytes > NAME_MAX_BYTES)
        return NULL;
    const char *best = NULL;
    size_t best_distance = edits + 1;
    for (size_t i = 0; i < count; i++) {
        const size_t other = strlen(candidates[i]);
        if (other > NAME_MAX_BYTES)
            continue;
        const size_t d = distance(name, bytes, candidates[i], other);
        if (d < best_distance && d < least(bytes, other)) {
            best_distance = d;
            best = candidates[i];
        }
    }
    return best;
}
