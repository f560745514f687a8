/// What masters made of an I2C peripheral share: a bit_engine whose intervals are counts of the
/// chip's clock, a sequencer over it, and the pauses in which the chip holds SCL low for its
/// software. Private to models/masters/.
#ifndef I2C_MASTERS_CONTROLLER_H
#define I2C_MASTERS_CONTROLLER_H

#include "models/masters/sequencer.h"

/// The head of such a model's object.
typedef struct {
    master base;
    bit_timing timing;
    sequencer sequence;
    i2c_timer limit;  ///< of what the model says, see controller_limit()
    bool limit_hit;   ///< the last transfer ended by it
    const char *over; ///< what is told when it fires
} controller;

/// Puts the master on its simulation, with a bit_engine that waits for SCL and for a free bus
/// without limit. The model changes what is different in its bits and pauses behind it. `vary` gets
/// the object; it may be NULL. `minds_others`: see bit_engine.
I2C_MUST_CHECK i2c_status controller_attach(master *m, const bit_timing *timing,
                                            const sequence_policy *policy, sequence_vary_fn *vary,
                                            bool minds_others);

/// The transfer is given up in `ps` from now, with both lines released, unless this is called again
/// or the transfer ends. `why` is static.
void controller_limit(controller *c, uint64_t ps, const char *why);

// The functions of a master_model, for an object that begins with a controller.
void controller_run(master *m, const master_transfer *transfer, master_outcome *outcome);
void controller_abandon(master *m);
void controller_reset(master *m);
bool controller_adopt_start(master *m, i2c_node from);

/// Intervals as the chip counts them, from its own pull or release of a line.
typedef struct {
    uint64_t low_ps;      ///< SCL
    uint64_t high_ps;     ///< SCL, from where the chip counts: seen high, or released
    uint64_t sda_hold_ps; ///< SCL seen low to SDA changed
    uint64_t sample_ps;   ///< as high_ps: to SDA sampled
    uint64_t hd_sta_ps, su_sta_ps, su_sto_ps, buf_ps;
} controller_counts;

/// The timing of an engine that keeps these, on the wires of `spec`.
bit_timing controller_timing(const master_spec *spec, const controller_counts *counts);

/// Lists in `spec` every interval of `timing` that is below the table of the spec's mode. Where the
/// engine does not wait for SCL (see bit_clocking), in its bits or before Sr and STOP, the rise is
/// off what it makes. `why` is static.
void controller_list_short(master_spec *spec, const bit_timing *timing, bool bits_wait,
                           bool turns_wait, const char *why);

#endif
