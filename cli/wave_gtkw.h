/// The .gtkw beside a VCD: what GTKWave shows of it when it is opened.
#ifndef CLI_WAVE_GTKW_H
#define CLI_WAVE_GTKW_H

#include "cli/wave_vcd.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What is in view.
typedef struct {
    uint64_t from_ps, to_ps;
    bool marked;          ///< the marker stands at
    uint64_t mark_ps;     ///< this time
    uint64_t scale_ps;    ///< of the VCD
    const char *vcd_name; ///< without folder: both files lie in one
    unsigned slave_node;  ///< coloured as the one under test; I2C_NODE_MAX: none
} wave_gtkw_view;

/// Writes groups for bus, monitor, nodes, tracks and findings with the signals of `v`. Nodes that
/// never acted are left out. False and a message (path and reason) when that fails.
bool wave_gtkw_write(const char *path, const wave_vcd *v, const wave_gtkw_view *view, char *message,
                     size_t message_bytes);

#endif
