/// Waveforms of a run: replays cases in processes of their own with a trace, and keeps the VCD and
/// .gtkw files in DIR/waves/.
#ifndef CLI_DRAW_H
#define CLI_DRAW_H

#include "cli/group.h"
#include "cli/lineup.h"

#include <stdbool.h>
#include <stddef.h>

enum { DRAW_GROUPS_MAX = 20, DRAW_PATH_BYTES = 512 };

/// Writes the wave of a case to `folder`/waves/. On success `wave` has its path below `folder`, and
/// `*drawing` (may be NULL) the picture of `finding` as text, the caller's to free(), or NULL.
/// False and a message when a file could not be written. A case whose wave cannot be had (its
/// process died before anything was recorded) gives "" and true.
bool draw_case(const lineup_slave *from, const play_case *one, const play_finding *finding,
               const char *folder, unsigned columns, char *wave, size_t wave_bytes, char **drawing,
               char *message, size_t message_bytes);

/// Removes the waves that earlier runs left in the folder; files that are not ours stay.
void draw_clear(const char *folder);

#endif
