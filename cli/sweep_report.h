/// What a sweep found, for people.
#ifndef CLI_SWEEP_REPORT_H
#define CLI_SWEEP_REPORT_H

#include "cli/console.h"
#include "cli/sweep.h"

void sweep_report(const console *c, const sweep *s);

#endif
