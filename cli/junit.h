/// junit.xml, as CI servers read it: one suite a slave, one test case a case. A suite's counts
/// stand before its cases, so these wait in a file without name until the suite is done.
#ifndef CLI_JUNIT_H
#define CLI_JUNIT_H

#include "cli/files.h"
#include "cli/run_state.h"

/// Begins the document in `file`, which stays the caller's; the waiting file lies in `folder`. NULL
/// and a message when it cannot be made.
junit *junit_new(out_file *file, const char *folder, char *message, size_t message_bytes);
void junit_suite_begin(junit *report, const char *slave);
void junit_case(junit *report, const case_view *view);
/// Ends the suite of the slave `state->now`.
void junit_suite_end(junit *report, const run_state *state);
/// Ends the document and frees `report`. False and a message when a part could not be written.
bool junit_finish(junit *report, char *message, size_t message_bytes);
void junit_free(junit *report);

#endif
