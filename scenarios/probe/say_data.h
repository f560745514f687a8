/// The lines about data. Internal to scenarios/probe/.
#ifndef PROBE_SAY_DATA_H
#define PROBE_SAY_DATA_H

#include "scenarios/probe/probe.h"

void say_busy(probe_lines *lines, const probe_report *report, const slave_description *slave);
void say_overrun(probe_lines *lines, const probe_report *report, const slave_description *slave);
void say_underrun(probe_lines *lines, const probe_report *report, const slave_description *slave);
void say_data(probe_lines *lines, const probe_report *report, const slave_description *slave);

#endif
