/// Finds where something begins and ends to fail along an axis: a grid first, then the middle of
/// each border again and again. Nothing is taken for granted between two points that agree.
#ifndef CLI_SWEEP_SEARCH_H
#define CLI_SWEEP_SEARCH_H

#include "cli/sweep_axis.h"
#include "scenarios/play/play.h"

#include <stdbool.h>
#include <stdint.h>

/// A middle splits a border in two steps, of which one is a border: of the 64 steps of the grid
/// each is halved some 25 times at most, from 1 s to 1 ns.
enum { SWEEP_POINT_MAX = 2048 };

/// What playing at one value gave.
typedef struct {
    uint32_t phases;          ///< bit n: something was played in phase n
    uint32_t failed;          ///< bit n: and failed there
    uint32_t short_start;     ///< bit n: there the master held a START too short to be seen
    bool impossible;          ///< nobody can make that value
    uint64_t longest_hold_ps; ///< of SCL, by the slave
    char id[PLAY_ID_BYTES];   ///< the first case that failed; "" none did
    play_finding why;         ///< its gravest finding
} sweep_outcome;

typedef struct {
    uint64_t value;
    bool closed; ///< nothing can be tried between it and the next
    sweep_outcome outcome;
} axis_point;

/// Points by rising value.
typedef struct {
    axis_point *point;
    unsigned count;
} sweep_line;

/// Plays at the values of `point[0]` to `point[count - 1]` and sets their outcomes. False: stop.
typedef bool sweep_measure_fn(void *ctx, axis_point *point, unsigned count);

/// False: `measure` said so, or no memory. Give back with sweep_line_free() in both cases.
bool sweep_search(const sweep_axis *axis, sweep_measure_fn *measure, void *ctx, sweep_line *line);
void sweep_line_free(sweep_line *line);

/// A stretch of points that all pass or all fail.
typedef struct {
    bool fails;
    unsigned first, last;
} sweep_window;

/// The i-th, from below; false past the last.
bool sweep_window_at(const sweep_line *line, unsigned i, sweep_window *window);
/// The least and the most phases that failed at a point of it.
void sweep_window_phases(const sweep_line *line, const sweep_window *window, unsigned *least,
                         unsigned *most);

#endif
