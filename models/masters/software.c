#include "models/masters/software.h"

#include <string.h>

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    bitbang_edge(&software_of(ctx)->bang, line, high, now_ps);
}

i2c_status software_attach(master *m, const bitbang_step *const *steps,
                           const sequence_policy *policy)
{
    software_master *s = software_of(m);
    const i2c_status status = master_join(m, 0, on_edge);
    if (status != I2C_OK)
        return status;
    memset(&s->bang, 0, sizeof s->bang);
    memcpy(s->bang.steps, steps, sizeof s->bang.steps);
    s->bang.limit_ps = m->spec.stretch.limit_ps;
    sequencer_init_bitbang(&s->sequence, m, &s->bang, policy);
    return I2C_OK;
}

void software_run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    sequencer_run(&software_of(m)->sequence, transfer, outcome);
}

void software_abandon(master *m)
{
    sequencer_abandon(&software_of(m)->sequence);
}

void software_reset(master *m)
{
    sequencer_reset(&software_of(m)->sequence);
}

bool software_adopt_start(master *m, i2c_node from)
{
    return sequencer_adopt_start(&software_of(m)->sequence, from);
}

void software_knows_if_short(master_spec *spec, i2c_timing_parameter parameter, uint64_t least_ps,
                             const char *why)
{
    if (least_ps < i2c_timing_limits(spec->mode)[parameter].min_ps)
        master_spec_knows(spec, parameter, least_ps, why);
}
