/// The report of a run as a page: report.html in the folder of results. The same run gives the same
/// bytes. Findings are anchors: report.html#F1 is the finding that the terminal calls 1.
#ifndef CLI_REPORT_HTML_H
#define CLI_REPORT_HTML_H

#include "cli/run_state.h"

#include <stdbool.h>
#include <stddef.h>

/// Writes the page. Findings are in order (group_sort()). False and a message when that fails.
bool report_html_write(const run_state *state, const char *path, char *message,
                       size_t message_bytes);

#endif
