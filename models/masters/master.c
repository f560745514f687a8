// Life of a master: what all models share.
#include "models/masters/model.h"

#include "sim/rc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

i2c_status master_new(master **made, const master_spec *spec)
{
    assert(spec->model->bytes >= sizeof(master));
    *made = calloc(1, spec->model->bytes);
    if (*made == NULL)
        return I2C_NO_MEMORY;
    (*made)->model = spec->model;
    (*made)->spec = *spec;
    return I2C_OK;
}

void master_free(master *m)
{
    if (m != NULL)
        i2c_strand_free(m->strand);
    free(m);
}

/// A transfer that runs beside never goes on.
static void drop_beside(master *m)
{
    if (!master_runs(m))
        return;
    i2c_strand_drop(m->strand);
    m->outcome->end = MASTER_ABANDONED;
    m->running = false;
}

i2c_status master_attach(master *m, i2c_sim *sim)
{
    return master_attach_as(m, sim, m->model->info.name);
}

i2c_status master_attach_as(master *m, i2c_sim *sim, const char *name)
{
    drop_beside(m);
    m->sim = sim;
    m->name = name;
    m->running = false;
    m->abandoned = false;
    return m->model->attach(m);
}

i2c_status master_join(master *m, unsigned hears, i2c_edge_fn *on_edge)
{
    const i2c_node_config config = {.name = m->name,
                                    .role = I2C_ROLE_MASTER,
                                    .threshold = m->spec.threshold,
                                    .hears = hears,
                                    .on_edge = on_edge,
                                    .ctx = m};
    const i2c_status status = i2c_node_add(m->sim, &config, &m->node);
    if (status != I2C_OK)
        return status;
    const i2c_master_profile profile = master_spec_profile(&m->spec);
    i2c_sim_set_master_profile(m->sim, m->node, &profile);
    return I2C_OK;
}

void master_tell_prints(master *m, master_print_fn *on_print, void *ctx)
{
    m->on_print = on_print;
    m->on_print_ctx = ctx;
}

void master_begin_own(master *m)
{
    if (m->model->begin != NULL)
        m->model->begin(m);
}

void master_silence(const master *m, char *text, size_t bytes)
{
    text[0] = '\0';
    if (m->model->silence != NULL)
        m->model->silence(m, text, bytes);
}

i2c_node master_node(const master *m)
{
    return m->node;
}

bool master_can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    assert(transfer->count > 0);
    return m->model->can(m, transfer, cut_is_fine, why, why_bytes);
}

void master_run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    assert(!m->running);
    assert(!m->abandoned);
    memset(outcome, 0, sizeof *outcome);
    m->running = true;
    m->model->run(m, transfer, outcome);
    m->running = false;
}

static void run_beside(void *ctx)
{
    master *m = ctx;
    m->model->run(m, m->transfer, m->outcome);
    m->running = false;
}

i2c_status master_run_beside(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    assert(!m->running);
    assert(!m->abandoned);
    memset(outcome, 0, sizeof *outcome);
    if (m->strand == NULL) {
        const i2c_status made = i2c_strand_new(&m->strand);
        if (made != I2C_OK)
            return made;
    }
    m->transfer = transfer;
    m->outcome = outcome;
    m->running = true;
    const i2c_status status = i2c_strand_start(m->strand, m->sim, run_beside, m);
    m->running = m->running && status == I2C_OK;
    return status;
}

bool master_runs(const master *m)
{
    return m->strand != NULL && i2c_strand_runs(m->strand);
}

void master_abandon(master *m)
{
    m->abandoned = true;
    drop_beside(m);
    m->model->abandon(m);
}

void master_reset(master *m)
{
    drop_beside(m);
    m->model->reset(m);
    m->abandoned = false;
}

bool master_adopt_start(master *m, i2c_node from)
{
    assert(!m->running);
    return m->model->adopt_start(m, from);
}

bool master_linger(master *m, uint64_t high_ps)
{
    return m->running && m->model->linger != NULL && m->model->linger(m, high_ps);
}

bool master_join_start(master *m)
{
    assert(!m->running);
    if (!i2c_sim_monitor(m->sim)->after_start)
        return false;
    i2c_node_pull(m->sim, m->node, I2C_SDA);
    if (m->model->adopt_start(m, m->node))
        return true;
    i2c_node_release(m->sim, m->node, I2C_SDA);
    return false;
}

master_wire_times master_wire_times_of(const i2c_wires *wires)
{
    master_wire_times times;
    memset(&times, 0, sizeof times);
    if (wires->ideal)
        return times;
    const uint64_t rc_ps = (uint64_t)wires->rp_ohm * wires->cb_pf;
    const uint64_t tf_ps = wires->tf_ns * I2C_PS_PER_NS;
    for (unsigned k = 0; k < 3; k++) {
        times.rise_ps[k] = i2c_rc_rise_ps(rc_ps, k);
        times.fall_ps[k] = tf_ps * (I2C_AT_70 - k) / 2; // a straight line from 70 % at the pull
    }
    return times;
}

i2c_wires master_usual_board(i2c_mode mode)
{
    if (mode == I2C_MODE_SM)
        return (i2c_wires){.rp_ohm = 4700, .cb_pf = 100, .tf_ns = 50};
    if (mode == I2C_MODE_FM)
        return (i2c_wires){.rp_ohm = 2200, .cb_pf = 100, .tf_ns = 50};
    return (i2c_wires){.rp_ohm = 1000, .cb_pf = 100, .tf_ns = 20};
}
