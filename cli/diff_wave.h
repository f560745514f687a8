/// The waveform of a difference: one case of two slaves in one VCD, with a .gtkw beside it.
#ifndef CLI_DIFF_WAVE_H
#define CLI_DIFF_WAVE_H

#include "cli/diff_play.h"

/// Plays both once more and writes FOLDER/waves/diff.vcd and diff.gtkw. False and a message with
/// path and reason when a file could not be written.
bool diff_wave(const diff_request *request, const diff_outcome *outcome, const char *folder,
               char *message, size_t message_bytes);

#endif
