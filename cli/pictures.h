/// What a person sees of a finding beside its words: text for the terminal, drawings for the
/// report.
#ifndef CLI_PICTURES_H
#define CLI_PICTURES_H

#include "scenarios/play/play.h"
#include "sim/trace.h"

#include <stdbool.h>

/// Texts are owned; NULL: there is none.
typedef struct {
    char *text;          ///< the lines of the terminal
    char *near_svg;      ///< around the finding
    char *whole_svg;     ///< its transfer; NULL as well where that shows no more
    char *good_svg;      ///< a run that passes, on the same axis
    bool differs_before; ///< the good run is on the axis of `whole_svg`, since they part before the
                         ///< other begins
    char good_case[PLAY_ID_BYTES + 16];
    char difference[128]; ///< where the two part; "" not known
} pictures;

/// A run that passes, to be set beside the one with the finding.
typedef struct {
    const i2c_trace *trace;
    const char *id;
    bool same_master; ///< only then do times compare
} pictures_good;

void pictures_free(pictures *p);
/// The lines of the terminal, at most `columns` wide.
char *pictures_text(const i2c_trace *trace, const play_finding *finding, unsigned columns);
/// The drawings; `good` may be NULL.
void pictures_draw(pictures *p, const i2c_trace *trace, const play_finding *finding,
                   const pictures_good *good);

#endif
