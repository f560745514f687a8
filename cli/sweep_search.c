#include "cli/sweep_search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool fails(const axis_point *point)
{
    return point->outcome.failed != 0;
}

/// Fills `fresh` with the middles of all borders that are still open.
static unsigned open_borders(const sweep_axis *axis, sweep_line *line, axis_point *fresh)
{
    unsigned count = 0;
    for (unsigned i = 0; i + 1 < line->count; i++) {
        axis_point *low = &line->point[i];
        const axis_point *high = low + 1;
        uint64_t value = 0;
        if (low->closed || fails(low) == fails(high))
            continue;
        if (!sweep_between(axis, low->value, high->value, &value)) {
            low->closed = true;
            continue;
        }
        assert(line->count + count < SWEEP_POINT_MAX);
        fresh[count++] = (axis_point){.value = value};
    }
    return count;
}

static void take_one(sweep_line *line, const axis_point *fresh)
{
    unsigned at = 0;
    while (at < line->count && line->point[at].value < fresh->value)
        at++;
    if (fresh->outcome.impossible) { // and so nothing between its neighbours is
        if (at > 0)
            line->point[at - 1].closed = true;
        return;
    }
    memmove(&line->point[at + 1], &line->point[at], (line->count - at) * sizeof *line->point);
    line->point[at] = *fresh;
    line->count++;
}

static void take(sweep_line *line, const axis_point *fresh, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        take_one(line, &fresh[i]);
}

bool sweep_search(const sweep_axis *axis, sweep_measure_fn *measure, void *ctx, sweep_line *line)
{
    uint64_t grid[SWEEP_GRID_MAX];
    axis_point *fresh = calloc(SWEEP_POINT_MAX, sizeof *fresh);
    *line = (sweep_line){.point = calloc(SWEEP_POINT_MAX, sizeof *line->point)};
    bool fine = fresh != NULL && line->point != NULL;
    unsigned count = fine ? sweep_grid(axis, grid) : 0;
    for (unsigned i = 0; i < count; i++)
        fresh[i] = (axis_point){.value = grid[i]};
    while (fine && count > 0) {
        fine = measure(ctx, fresh, count);
        if (fine)
            take(line, fresh, count);
        count = open_borders(axis, line, fresh);
    }
    free(fresh);
    return fine;
}

void sweep_line_free(sweep_line *line)
{
    free(line->point);
    *line = (sweep_line){0};
}

bool sweep_window_at(const sweep_line *line, unsigned i, sweep_window *window)
{
    unsigned first = 0;
    for (unsigned n = 0; first < line->count; n++) {
        unsigned last = first;
        while (last + 1 < line->count &&
               fails(&line->point[last + 1]) == fails(&line->point[first]))
            last++;
        *window = (sweep_window){fails(&line->point[first]), first, last};
        if (n == i)
            return true;
        first = last + 1;
    }
    return false;
}

void sweep_window_phases(const sweep_line *line, const sweep_window *window, unsigned *least,
                         unsigned *most)
{
    *least = SWEEP_PHASES;
    *most = 0;
    for (unsigned i = window->first; i <= window->last; i++) {
        const unsigned count = (unsigned)__builtin_popcount(line->point[i].outcome.failed);
        *least = count < *least ? count : *least;
        *most = count > *most ? count : *most;
    }
}
