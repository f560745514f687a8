/// A line of a trace as stretches of time in each of which nothing about it changes, and where two
/// traces of the same transfer part.
#ifndef CLI_WAVE_LEVELS_H
#define CLI_WAVE_LEVELS_H

#include "cli/wave_view.h"

#include <stdbool.h>
#include <stdint.h>

enum { WAVE_LEVELS_MAX = 2048 };

typedef struct {
    uint64_t from_ps; ///< to the next one's, or the end of the window
    bool high;
    uint32_t pulls; ///< nodes that pull it low
} wave_level;

/// The stretches of line 0 or 1 within the window, the first from its begin on. Returns how many;
/// what is beyond WAVE_LEVELS_MAX is left out.
unsigned wave_levels_of(const i2c_trace *trace, unsigned line, wave_window window,
                        wave_level levels[WAVE_LEVELS_MAX]);

/// Where two waves part.
typedef struct {
    bool found;
    unsigned line;
    bool pull;         ///< the line is the same, but not whether `nodes` pull it
    uint64_t after_ps; ///< behind the windows' begin
} wave_difference;

/// Two transfers, each with its own window of the same length.
typedef struct {
    const i2c_trace *trace;
    wave_window window;
    uint32_t nodes; ///< whose pulls are compared, too
} wave_side;

/// The first difference that lasts longer than `tolerance_ps`. False without memory.
bool wave_differ(const wave_side *one, const wave_side *other, uint64_t tolerance_ps,
                 wave_difference *difference);

#endif
