/// The inside of the report as a page, shared by the files report_html*.c.
#ifndef CLI_REPORT_HTML_PRIVATE_H
#define CLI_REPORT_HTML_PRIVATE_H

#include "cli/report_html.h"

#include <stdio.h>

/// A finding that is shown in full. report_html_finding.c
void report_html_finding(FILE *out, const run_state *state, const finding_group *group,
                         unsigned number);
/// The lines around a place like `usi_slave.c:412 ISR(USI_OVF)` of the slave's sources, if that
/// names one. report_html_source.c
void report_html_source(FILE *out, const slave_description *slave, const char *where);
/// Points of sweeps by kind of break, times against their limits, requirement rows.
/// report_html_tables.c
void report_html_sweeps(FILE *out, const run_slave *slave);
void report_html_margins(FILE *out, const lineup_slave *from, const run_slave *slave);
void report_html_rows(FILE *out, const run_state *state);

/// "good", "warn", "bad" or "dim": the style of a verdict. Static.
const char *report_html_style(play_verdict verdict);

#endif
