/// The waveform of a case: a VCD file, the .gtkw beside it, and a few lines of text for the
/// terminal.
///
/// wave_write_case() is called in a process of its own, which the slave may end at any moment; the
/// trace lies in memory shared with the parent, which then calls wave_finish_case() to write what
/// the dead process had recorded but not yet written. Paths are the final ones' stand-ins: the
/// caller renames the files when they are whole.
#ifndef CLI_WAVE_H
#define CLI_WAVE_H

#include "cli/wave_facts.h"
#include "scenarios/play/play.h"
#include "sim/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { WAVE_TRACE_RECORDS = 1 << 16, WAVE_TEXT_BYTES = 8192 };

typedef struct {
    const play_set *set;
    const play_case *one; ///< a swept case carries the point to be shown
    const slave_adapter *adapter;
    slave_image *image;          ///< prepared
    i2c_trace *trace;            ///< empty, WAVE_TRACE_RECORDS records, shared with the parent
    const char *vcd_path;        ///< where to write
    const char *gtkw_path;       ///< where to write; names the VCD by `vcd_name`
    const char *vcd_name;        ///< the VCD's final file name, without folder
    const play_finding *finding; ///< to have in view; NULL: the whole case
    bool strict;                 ///< leave out GTKWave's `string` extension
    const wave_facts *recorded;  ///< of wave_finish_case(): its end and findings; NULL: not known
    unsigned *world;             ///< set to which of the case's simulations is shown; may be NULL
} wave_request;

/// Plays the case and writes both files. `result` is what playing gave. False and a message with
/// path and reason when a file could not be written.
bool wave_write_case(const wave_request *request, play_result *result, char *message,
                     size_t message_bytes);

/// Plays the case and leaves simulation `number` of it in `request->trace`; writes no files.
/// False when it has no such simulation, or the trace did not hold all of it, or there is no
/// memory.
bool wave_play_world(const wave_request *request, unsigned number, play_result *result);

/// After the process that ran wave_write_case() has died: completes the VCD from what is left in
/// `request->trace`, and writes the .gtkw.
bool wave_finish_case(const wave_request *request, char *message, size_t message_bytes);

/// The lines around a finding as text, in the columns of a terminal report: `transfer`, SCL, SDA,
/// who pulls, and the marks. Every line begins with two blanks. Prints nothing when the trace
/// does not hold that time any more.
/// Not more than `columns` columns where that leaves 20 for the wave; 100 at most.
void wave_print(FILE *out, const i2c_trace *trace, const play_finding *finding, unsigned columns);

/// The same into a buffer of `bytes` (WAVE_TEXT_BYTES is always enough), with a 0 byte. Returns its
/// length, 0 when the trace does not hold that time any more.
size_t wave_text(char *text, size_t bytes, const i2c_trace *trace, const play_finding *finding,
                 unsigned columns);

#endif
