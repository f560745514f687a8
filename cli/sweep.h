/// One sweep: what was asked for, of which slave, on which master, and what was found.
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include "cli/sweep_bench.h"

#include <stdbool.h>
#include <stdint.h>

enum { SWEEP_NAME_BYTES = 32, SWEEP_MAP_SPEEDS = 8, SWEEP_MAP_VALUES = 25 };

/// What the command line asks for.
typedef struct {
    sweep_what what;
    char vector[SWEEP_NAME_BYTES]; ///< latency of this interrupt alone; "": of all
    slave_load load;               ///< a competing ISR, or nothing
    uint64_t up_to;                ///< ps or Hz; 0: the usual end
    uint64_t resolution_ps;        ///< 0: the usual one
} sweep_request;

typedef struct {
    sweep_request request;
    const cli_options *options;
    const lineup *lineup;
    const lineup_slave *slave;
    const master_spec *master;
    sweep_axis axis;
    sweep_line line;
    uint64_t promise_ps; ///< that a run was seen to keep; 0: none
    void (*on_progress)(void *ctx, uint32_t done, uint32_t all);
    void *on_progress_ctx;
} sweep;

/// What it does not work on is said on stderr; false.
bool sweep_request_read(sweep_request *request, const cli_options *options);
/// Whether the slave has what is to be swept. False: stderr says what is missing.
bool sweep_applies(const sweep_request *request, const lineup_slave *slave);

typedef enum { SWEEP_DONE, SWEEP_REFUSED, SWEEP_INTERRUPTED, SWEEP_BROKEN } sweep_status;

/// Measures. Otherwise than DONE or INTERRUPTED, stderr says why. sweep_free() in all cases.
sweep_status sweep_measure(sweep *s);
void sweep_free(sweep *s);

/// The interrupts that are made late; "" when there are none.
void sweep_vectors_text(const sweep *s, char *text, size_t bytes);
/// The window that begins with the undisturbed slave, if it passes there: false if not.
bool sweep_first_passes(const sweep *s, sweep_window *window);
/// The line of the slave's file, "tolerates latency 15us on nxt"; false: nothing can be promised.
bool sweep_promise_text(const sweep *s, char *text, size_t bytes);
/// The longest hold of SCL before anything fails, and at which value.
bool sweep_longest_hold(const sweep *s, uint64_t *hold_ps, uint64_t *value);

/// SCL clock x latency: a cell is one point.
typedef struct {
    master_spec master[SWEEP_MAP_SPEEDS]; ///< rising clocks
    unsigned speeds;
    uint64_t value[SWEEP_MAP_VALUES];
    unsigned values;
    sweep_outcome *cell; ///< [speed * values + value]
} sweep_map;

/// Measures the map of a sweep that is done, to the end of its axis. As sweep_measure().
sweep_status sweep_map_run(const sweep *s, sweep_map *map);
void sweep_map_free(sweep_map *map);

#endif
