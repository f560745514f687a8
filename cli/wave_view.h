/// The part of a trace that a finding is shown in, and the tokens of its transfer.
#ifndef CLI_WAVE_VIEW_H
#define CLI_WAVE_VIEW_H

#include "sim/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The SCL period around `at_ps`: the least time between two falls of SCL among the last ten before
/// it (the least, so that a stretched clock does not count); when there are none, of those after
/// it. 0: SCL never ran.
uint64_t wave_period_ps(const i2c_trace *trace, uint64_t at_ps);

/// The time is within what the trace still holds, or later.
bool wave_holds(const i2c_trace *trace, uint64_t at_ps);

/// The transfer around `at_ps` as one line: `S 0x26+R [A] [0xA5] N >P<`. What the slave side sends
/// stands in brackets, what is on the bus at `at_ps` between > and <. It goes on for two items
/// behind that, or to the STOP. The front is cut to "..." to fit; "" when no transfer is near.
void wave_transfer_text(const i2c_trace *trace, uint64_t at_ps, char *text, size_t bytes);

#endif
