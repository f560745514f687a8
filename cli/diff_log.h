/// What a case showed of a slave, in the order of the protocol: each START, bit and STOP as the
/// wires had it, and the calls of its application. Two of these are compared step by step, so that
/// slaves that answer sooner or later are the same as long as they answer the same.
///
/// Threads: one a log.
#ifndef CLI_DIFF_LOG_H
#define CLI_DIFF_LOG_H

#include "sim/trace.h"
#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    DIFF_BIT_0,
    DIFF_BIT_1,
    DIFF_START,
    DIFF_STOP,
    DIFF_WORLD_END, ///< the end of one of the case's simulations, each of which begins at reset
    DIFF_NOTHING    ///< the log ends here
} diff_kind;

typedef struct {
    uint64_t at_ps;  ///< a bit: when SCL rose
    uint64_t low_ps; ///< a bit: how long SCL was low before
    uint64_t sda_ps; ///< a bit: when in this low SDA last changed, behind SCL's fall; 0: it did not
    diff_kind kind;
    bool open; ///< what follows in this simulation hangs on what a slave is free to do or not
    uint32_t world;
} diff_step;

typedef struct {
    slave_call call; ///< `function` points into `name`
    char name[48];
    uint32_t world;
    uint32_t step; ///< how many steps there were before
    bool open;     ///< as a step's
} diff_call;

typedef struct {
    diff_step *steps;
    uint32_t step_count, step_room;
    diff_call *calls;
    uint32_t call_count, call_room;
    bool full; ///< the rest is left out
    /// Pulses of either line that are longer than what an input filter must swallow and shorter
    /// than what it must let through are for a slave to hear or not. `spike_ps` 0: also spikes at
    /// the slave's pins alone. The user's.
    uint64_t spike_ps, sure_ps;
    uint64_t ready_ps; ///< a START so long behind a restart may not be heard yet. The user's
    // where the trace has been read to
    uint64_t seen, fell_ps, changed_ps;
    uint64_t edge_ps[2];
    uint64_t restarted_ps; ///< UINT64_MAX: not yet
    bool open;             ///< such a pulse has come
    bool early;            ///< this segment began before it had to be ready
    bool level[2];
    uint32_t world;
} diff_log;

/// Empties it for the next case.
void diff_log_clear(diff_log *log);
void diff_log_free(diff_log *log);
/// Takes in the records that are new.
void diff_log_take(diff_log *log, const i2c_trace *trace);
/// The slave was reset, or its supply was switched.
void diff_log_restart(diff_log *log, const i2c_trace *trace, uint64_t at_ps);
/// The same, and this simulation is over.
void diff_log_end_world(diff_log *log, const i2c_trace *trace, uint64_t at_ps);
void diff_log_call(diff_log *log, const slave_call *call);

/// Forgets the calls of that function.
void diff_log_drop(diff_log *log, const char *function);

/// Where in the transfers of a simulation a step is.
typedef struct {
    uint32_t transfer; ///< from 1; 0: before the first START
    uint32_t segment;  ///< of the transfer: 1 from its START on, 2 from the first repeated one
    uint32_t byte;     ///< of the segment, from 0
    uint32_t bit;      ///< of the byte, from 1; 9: its acknowledge
    uint8_t value;     ///< the bits of the byte so far
    bool in_segment;
} diff_place;

typedef enum { DIFF_SAME, DIFF_WIRE, DIFF_HOST, DIFF_TIMES } diff_verdict;

typedef struct {
    diff_verdict verdict;
    uint32_t at;       ///< step of both, or call
    uint32_t world;    ///< of the case, from 0
    uint64_t at_ps[2]; ///< in each
    diff_place place;
    char did[2][128]; ///< what each did
    char before[160]; ///< the transfer so far
} diff_first;

typedef struct {
    uint64_t bound_ps; ///< compares the times of bits, but for that much; I2C_NEVER_PS: not at all
    /// Each simulation switches the slave off once. The application may lack the call under way.
    bool goes_off;
} diff_rules;

/// The first difference, but for those that are open: `*open` is in how many simulations there is
/// one.
diff_first diff_compare(const diff_log *a, const diff_log *b, const diff_rules *rules,
                        uint32_t *open);

#endif
