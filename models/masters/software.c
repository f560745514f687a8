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

void software_knows_cut_highs(master_spec *spec, const char *why)
{
    master_spec_knows_behind_stretch(spec, I2C_T_HIGH, why);
    master_spec_knows_behind_stretch(spec, I2C_T_SU_STA, why);
    master_spec_knows_behind_stretch(spec, I2C_T_SU_STO, why);
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

void software_knows(master_spec *spec, const software_intervals *intervals, const char *why)
{
    const master_wire_times w = master_wire_times_of(&spec->wires);
    const uint64_t tf_ps = w.fall_ps[I2C_AT_30];
    const uint64_t sda_ps = later(tf_ps, w.rise_ps[I2C_AT_70]);
    const uint64_t r30_ps = intervals->push_pull_scl ? 0 : w.rise_ps[I2C_AT_30];
    const uint64_t r70_ps = intervals->push_pull_scl ? 0 : w.rise_ps[I2C_AT_70];
    const uint64_t seen_ps = intervals->push_pull_scl ? 0 : w.rise_ps[spec->threshold];
    const uint64_t late_ps = intervals->blind ? r70_ps : r70_ps - seen_ps;
    const struct {
        i2c_timing_parameter parameter;
        uint64_t least_ps;
    } made[] = {
        {I2C_T_LOW, less(intervals->low_ps + r30_ps, tf_ps)},
        {I2C_T_HIGH, less(intervals->high_ps, late_ps)},
        {I2C_T_SU_DAT, less(intervals->setup_ps + r30_ps, sda_ps)},
        {I2C_T_HD_STA, less(intervals->hd_sta_ps, tf_ps)},
        {I2C_T_SU_STA, less(intervals->su_sta_ps, late_ps)},
        {I2C_T_SU_STO, less(intervals->su_sto_ps + w.rise_ps[I2C_AT_30], late_ps)},
        {I2C_T_BUF, less(intervals->buf_ps, w.rise_ps[I2C_AT_70])},
    };
    for (unsigned i = 0; i < sizeof made / sizeof made[0]; i++)
        software_knows_if_short(spec, made[i].parameter, made[i].least_ps, why);
    master_spec_knows_early_sda(spec, less(tf_ps, intervals->hold_ps), why);
}
