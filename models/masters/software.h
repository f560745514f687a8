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

/// Lists a violation of the mode's table, if it is one.
void software_knows_if_short(master_spec *spec, i2c_timing_parameter parameter, uint64_t least_ps,
                             const char *why);

#endif
