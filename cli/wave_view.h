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

/// Where one looks at a finding: from three bit cells before it to two after it; a wrong byte ends
/// in its ninth clock, and all of it is shown.
typedef struct {
    uint64_t from_ps, span_ps;
} wave_window;
wave_window wave_window_of(const i2c_trace *trace, uint64_t at_ps, bool wrong_byte);

/// From the START of the transfer around `at_ps` to its STOP; without one, to the next START or the
/// last record.
wave_window wave_transfer_of(const i2c_trace *trace, uint64_t at_ps);

/// Nodes of a list of names, "slave, arduino", as bits.
uint32_t wave_nodes_of(const i2c_trace *trace, const char *names);

/// Where the line should have risen: at `at_ps` or behind it all but the blamed nodes have let go
/// of it; of SDA, while SCL is high (else it is a bit's own change).
typedef struct {
    bool found;
    uint64_t at_ps;
    const char *text; ///< static
} wave_release;
wave_release wave_release_of(const i2c_trace *trace, uint64_t at_ps, uint32_t blamed);

/// The transfer around `at_ps` as one line: `S 0x26+R [A] [0xA5] N >P<`. What the slave side sends
/// stands in brackets, what is on the bus at `at_ps` between > and <. It goes on for two items
/// behind that, or to the STOP. The front is cut to "..." to fit; "" when no transfer is near.
void wave_transfer_text(const i2c_trace *trace, uint64_t at_ps, char *text, size_t bytes);

#endif
