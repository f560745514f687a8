/// Waveforms of a run: replays cases in processes of their own with a trace, and keeps the VCD and
/// .gtkw files in DIR/waves/.
#ifndef CLI_DRAW_H
#define CLI_DRAW_H

#include "cli/group.h"
#include "cli/lineup.h"
#include "cli/pictures.h"
#include "cli/recorder.h"

#include <stdbool.h>
#include <stddef.h>

enum { DRAW_GROUPS_MAX = 20, DRAW_PATH_BYTES = 512 };

typedef struct {
    const lineup_slave *from;
    const play_case *one;        ///< a swept case carries the point to be shown
    const play_finding *finding; ///< NULL: the whole case, without pictures
    const char *folder;
    unsigned columns;      ///< of the terminal
    const play_case *good; ///< to be set beside it if it passes: the first of these that does
    unsigned goods;
    bool drawings; ///< for the report
} draw_request;

/// Writes the wave of a case to `folder`/waves/. On success `wave` has its path below `folder`, and
/// `made` (may be NULL) the pictures of the finding, the caller's to pictures_free(). False and a
/// message when a file could not be written. A case whose wave cannot be had (its process died
/// before anything was recorded) gives "" and true.
bool draw_case(const draw_request *request, char *wave, size_t wave_bytes, pictures *made,
               char *message, size_t message_bytes);

/// The same of a case that cannot be played again, from what was recorded of it.
bool draw_recorded(const draw_request *request, recorder *recorded, char *wave, size_t wave_bytes,
                   pictures *made, char *message, size_t message_bytes);

/// Removes the waves that earlier runs left in the folder; files that are not ours stay.
void draw_clear(const char *folder);

#endif
