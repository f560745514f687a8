/// The object and the life that software masters share: a bitbang, a sequencer over it, and what
/// the model's table needs of functions. A model adds its steps, delays and policy; one that has
/// more state of its own puts a `software_master` first. Private to models/masters/.
#ifndef I2C_MASTERS_SOFTWARE_H
#define I2C_MASTERS_SOFTWARE_H

#include "models/masters/limits.h"
#include "models/masters/model.h"
#include "models/masters/sequencer.h"

typedef struct {
    master base;
    bitbang bang;
    sequencer sequence;
} software_master;

static inline software_master *software_of(master *m)
{
    return (software_master *)m;
}

/// Puts the node on the bus. `bang` is empty but for what `steps` (BITBANG_PHASES of them) say and
/// what the spec says of SCL's limit; the model fills in the rest behind this. `policy` is static.
I2C_MUST_CHECK i2c_status software_attach(master *m, const bitbang_step *const *steps,
                                          const sequence_policy *policy);
// For the model's table.
void software_run(master *m, const master_transfer *transfer, master_outcome *outcome);
void software_abandon(master *m);
void software_reset(master *m);
bool software_adopt_start(master *m, i2c_node from);

/// Whether a transfer that was begun has not been stopped.
static inline bool software_is_open(const master *m)
{
    return ((const software_master *)m)->bang.claimed;
}

/// What a master leaves between its own changes, at the least. Rise and fall times are not in it.
typedef struct {
    uint64_t low_ps;               ///< SCL pulled to released
    uint64_t high_ps;              ///< SCL high to pulled
    uint64_t hold_ps, setup_ps;    ///< SCL pulled to SDA changed, SDA changed to SCL released
    uint64_t hd_sta_ps;            ///< SDA pulled to SCL pulled
    uint64_t su_sta_ps, su_sto_ps; ///< SCL high to SDA pulled, SDA released
    uint64_t buf_ps;               ///< SDA released to SDA pulled
    bool blind;                    ///< SCL high is its own release, not the rise that it sees
    bool push_pull_scl;            ///< SCL's rise takes no time
} software_intervals;

/// Lists what the intervals make of the mode's table on the wires of `spec`, where that is too
/// short. `why` is static.
void software_knows(master_spec *spec, const software_intervals *intervals, const char *why);

/// Lists what a hold of SCL by a slave leaves of the high times of a master that goes on all the
/// same.
void software_knows_cut_highs(master_spec *spec, const char *why);

/// Lists a violation of the mode's table, if it is one.
void software_knows_if_short(master_spec *spec, i2c_timing_parameter parameter, uint64_t least_ps,
                             const char *why);

#endif
