/// What the terminal's report and the HTML report say alike.
#ifndef CLI_REPORT_FACTS_H
#define CLI_REPORT_FACTS_H

#include "cli/run_state.h"

#include <stddef.h>

enum { REPORT_COMMAND_BYTES = 2048, REPORT_COLUMNS = 8, REPORT_LATENCY_BYTES = 72 };

/// "FAIL"; static.
const char *report_verdict_word(play_verdict verdict);

/// A column of counts; those that are always 0 are left out unless `always`.
typedef struct {
    const char *head;
    play_verdict verdict;
    bool always;
} report_column;
extern const report_column report_columns[REPORT_COLUMNS];
/// "30 us / all": the latency of interrupts that cases asked for, and how much of it stood.
const char *report_latency(const tally *sum, char text[REPORT_LATENCY_BYTES]);
/// Whether a column of that has anything to show.
bool report_latency_shown(const run_slave *slave);
bool report_column_shown(const report_column *one, const run_slave *slave);

/// Each fills `text` and returns it; "" when there is nothing to say.
const char *report_expected_text(const play_finding *finding, char *text, size_t bytes);
/// Who did it, and what its code was doing.
const char *report_who_text(const play_finding *finding, char *text, size_t bytes);
/// Where it was: the scenario's line, the point of a sweep, the time.
const char *report_where_text(const finding_group *group, char *text, size_t bytes);
/// In which other cases it is.
const char *report_also_text(const run_state *state, const finding_group *group, char *text,
                             size_t bytes);

/// Its slave lives in a simulation of its own, so that no command of ours repeats it.
bool report_is_in_place(const run_state *state, const finding_group *group);
/// The command that repeats the shown case of a group; of a slave that is in place, what the bus of
/// its simulation is to be given.
void report_replay_command(const run_state *state, const finding_group *group, char *text,
                           size_t bytes);
/// Findings that the slave's code made by its end, which a debugger shows better than a waveform.
bool report_is_end_of_process(const play_finding *finding);

#endif
