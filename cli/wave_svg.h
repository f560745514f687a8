/// A stretch of a trace as an SVG drawing for the report: the decoded bytes, both lines with who
/// holds them low, each node's pulls, the slave's tracks, and marks. Needs the page's style sheet
/// (wave_svg_style()), no script and nothing from outside. The same trace gives the same bytes.
///
/// Who pulls is said by place and by a text on hover as well as by colour.
#ifndef CLI_WAVE_SVG_H
#define CLI_WAVE_SVG_H

#include "cli/wave_view.h"

#include <stdio.h>

enum { WAVE_SVG_MARKS = 4 };

typedef struct {
    uint64_t at_ps;
    const char *sign; ///< "1": stands at the mark and before its text
    const char *text;
} wave_svg_mark;

typedef struct {
    const i2c_trace *trace;
    wave_window window;
    const char *name; ///< for those who do not see it
    wave_svg_mark mark[WAVE_SVG_MARKS];
    unsigned marks;
    unsigned width; ///< of the time axis, in units; 0: 860
} wave_svg_view;

/// Prints the drawing. Prints nothing when memory is short.
void wave_svg(FILE *out, const wave_svg_view *view);

/// Rules of the style sheet that drawings need; colours are the page's variables. Static.
const char *wave_svg_style(void);

#endif
