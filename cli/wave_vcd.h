/// The records of a trace as a VCD file, and the names of its signals for a .gtkw beside it.
///
/// Signals: `bus.scl`, `bus.sda`; `nodes.NAME.scl_pull`, `.sda_pull` (and `.scl_high`, `.sda_high`
/// of nodes that drive high); `monitor.decode` (S, Sr, P, 0x13+W, A, N, 0xA5, each in the clocks
/// that it takes) and `monitor.finding` (the rule, from the finding's time on), both strings; and
/// the tracks of the models in their scopes. A track `isr` has a bit `isr_active` beside it.
///
/// A trace that lost its oldest records gives x and "" until a record says more; every record
/// carries a whole value, so all that follows is right.
///
///     wave_vcd_open -> wave_vcd_take (as often as wanted) -> wave_vcd_finish -> wave_vcd_free
///
/// Threads: one writer is used by one thread at a time.
#ifndef CLI_WAVE_VCD_H
#define CLI_WAVE_VCD_H

#include "cli/wave_facts.h"
#include "sim/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WAVE_PATH_BYTES = 160 };

typedef enum { WAVE_BUS, WAVE_MONITOR, WAVE_NODES, WAVE_TRACKS, WAVE_FINDINGS } wave_group;

/// A signal as the file names it.
typedef struct {
    char path[WAVE_PATH_BYTES]; ///< with scopes: "nodes.master.scl_pull"
    wave_group group;
    unsigned node;  ///< NODES: which
    unsigned track; ///< TRACKS: which
    unsigned bits;  ///< 0: a string
} wave_signal;

typedef struct {
    const wave_facts *facts; ///< copied
    const i2c_trace *tables; ///< its nodes and tracks are declared; only read by wave_vcd_open()
    bool strict;             ///< without GTKWave's strings
    bool wires_only;         ///< bus and pulls alone: no monitor, no tracks
} wave_vcd_config;

typedef struct wave_vcd wave_vcd;

/// Creates or empties the file and writes the declarations. NULL and a message (path and reason)
/// when that fails.
wave_vcd *wave_vcd_open(const char *path, const wave_vcd_config *config, char *message,
                        size_t message_bytes);

/// Writes the records that are new since the last call. To be called before half of the ring has
/// been overwritten since, as i2c_trace_full_fn is. Records from a byte under way may wait for the
/// next call. Failures are kept for wave_vcd_finish().
void wave_vcd_take(wave_vcd *v, const i2c_trace *trace);

/// The last records, and the end of the file. False and a message when anything of the file could
/// not be written. To be called once.
bool wave_vcd_finish(wave_vcd *v, const i2c_trace *trace, char *message, size_t message_bytes);

/// The i-th signal in the order of the file; NULL past the end.
const wave_signal *wave_vcd_signal(const wave_vcd *v, unsigned i);
/// Whether the node ever pulled a line or drove it high, as far as has been taken.
bool wave_vcd_node_acted(const wave_vcd *v, unsigned node);

/// Frees; closes a file that was not finished. NULL is fine.
void wave_vcd_free(wave_vcd *v);

#endif
