/// The inside of the SVG drawing, shared by wave_svg.c and wave_svg_tracks.c.
#ifndef CLI_WAVE_SVG_PRIVATE_H
#define CLI_WAVE_SVG_PRIVATE_H

#include "cli/wave_levels.h"
#include "cli/wave_svg.h"
#include "sim/sim.h"

enum {
    SVG_LEFT = 130,         ///< where time begins
    SVG_WIDTH = 860,        ///< of the time axis, where the view does not say
    SVG_LETTER_TENTHS = 66, ///< a letter of the drawing's font
    SVG_X_BYTES = 16,
    SVG_TIME_BYTES = 40
};

typedef struct {
    const wave_svg_view *view;
    FILE *out;
    unsigned y; ///< of the next row
    unsigned width;
    unsigned nodes;
    uint32_t slave; ///< nodes that are the slave
    wave_level level[WAVE_LEVELS_MAX];
    unsigned levels;
} svg;

uint64_t wave_svg_end(const wave_svg_view *view);
/// A time's place as "130.5", and the width of a stretch; clipped to the window.
char *wave_svg_x(const svg *s, uint64_t at_ps, char text[SVG_X_BYTES]);
char *wave_svg_wide(const svg *s, uint64_t from_ps, uint64_t to_ps, char text[SVG_X_BYTES]);
/// Whether a text has room there.
bool wave_svg_fits(const svg *s, uint64_t from_ps, uint64_t to_ps, const char *text);
/// "170 us to 171.5 us"
void wave_svg_title(const svg *s, uint64_t from_ps, uint64_t to_ps);
void wave_svg_label(const svg *s, unsigned y, const char *text);

/// The rows of the tracks that say something in the window: wave_svg_tracks.c.
void wave_svg_tracks(svg *s);

#endif
