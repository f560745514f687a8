#include "models/masters/controller.h"

#include <string.h>

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

// ---- timing ---------------------------------------------------------------------------------

bit_timing controller_timing(const master_spec *spec, const controller_counts *counts)
{
    const master_wire_times w = master_wire_times_of(&spec->wires);
    const uint64_t hold_ps = w.fall_ps[spec->threshold] + counts->sda_hold_ps;
    return (bit_timing){
        .sda_hold_ps = hold_ps,
        .ack_hold_ps = hold_ps,
        .low_ps = {counts->low_ps, counts->low_ps},
        .high_ps = {counts->high_ps, counts->high_ps},
        .sample_ps = {counts->sample_ps, counts->sample_ps},
        .turn_low_ps = counts->low_ps,
        .hd_sta_ps = counts->hd_sta_ps,
        .su_sta_ps = counts->su_sta_ps,
        .su_sto_ps = counts->su_sto_ps,
        .void_stop_ps = counts->hd_sta_ps + counts->su_sto_ps,
        .buf_ps = counts->buf_ps,
        .settle_ps = w.rise_ps[I2C_AT_70],
    };
}

static void list_if_short(master_spec *spec, i2c_timing_parameter parameter, uint64_t least_ps,
                          const char *why)
{
    if (least_ps < i2c_timing_limits(spec->mode)[parameter].min_ps)
        master_spec_knows(spec, parameter, least_ps, why);
}

void controller_list_short(master_spec *spec, const bit_timing *timing, bool bits_wait,
                           bool turns_wait, const char *why)
{
    const master_wire_times w = master_wire_times_of(&spec->wires);
    const uint64_t fall_ps = w.fall_ps[I2C_AT_30];
    const uint64_t rise30_ps = w.rise_ps[I2C_AT_30];
    const uint64_t rise70_ps = w.rise_ps[I2C_AT_70];
    const uint64_t waited_ps = w.rise_ps[spec->threshold];
    const uint64_t seen_ps = rise70_ps - (bits_wait ? waited_ps : 0);
    const uint64_t turn_seen_ps = rise70_ps - (turns_wait ? waited_ps : 0);
    const uint64_t arrived_ps = timing->sda_hold_ps + later(fall_ps, rise70_ps);
    const uint64_t period_ps = timing->low_ps[0] + timing->high_ps[0] + (bits_wait ? waited_ps : 0);
    list_if_short(spec, I2C_T_LOW, less(timing->low_ps[0] + rise30_ps, fall_ps), why);
    list_if_short(spec, I2C_T_HIGH, less(timing->high_ps[0], seen_ps), why);
    list_if_short(spec, I2C_T_HD_STA, less(timing->hd_sta_ps, fall_ps), why);
    if (timing->su_sta_ps > turn_seen_ps) // else SCL is not up for Sr, and there is none
        list_if_short(spec, I2C_T_SU_STA, timing->su_sta_ps - turn_seen_ps, why);
    list_if_short(spec, I2C_T_SU_STO, less(timing->su_sto_ps + rise30_ps, turn_seen_ps), why);
    list_if_short(spec, I2C_T_BUF, timing->buf_ps, why);
    list_if_short(spec, I2C_T_PERIOD, period_ps, why);
    list_if_short(spec, I2C_T_SU_DAT, less(timing->low_ps[0] + rise30_ps, arrived_ps), why);
    master_spec_knows_early_sda(spec, less(fall_ps, timing->sda_hold_ps), why);
}

// ---- life -----------------------------------------------------------------------------------

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    bit_engine_edge(&((controller *)ctx)->sequence.bits, line, high, now_ps);
}

static void limit_is_over(void *ctx, uint64_t now_ps)
{
    controller *c = ctx;
    (void)now_ps;
    c->limit_hit = true;
    if (!c->sequence.finished)
        sequencer_give_up(&c->sequence, c->over);
}

i2c_status controller_attach(master *m, const bit_timing *timing, const sequence_policy *policy,
                             sequence_vary_fn *vary, bool minds_others)
{
    controller *c = (controller *)m;
    const i2c_status status =
        master_join(m, minds_others ? I2C_HEAR_ALL : BIT_ENGINE_HEARS, on_edge);
    if (status != I2C_OK)
        return status;
    c->timing = *timing;
    c->limit = (i2c_timer){limit_is_over, c, false};
    bit_engine *bits = &c->sequence.bits;
    bits->bus_wait_ps = I2C_NEVER_PS;
    bits->scl_wait_ps = I2C_NEVER_PS;
    bits->minds_others = minds_others;
    bits->clocking = BIT_SEES_SCL;
    memset(&c->sequence.pauses, 0, sizeof c->sequence.pauses);
    c->sequence.vary = vary;
    c->sequence.vary_ctx = m;
    c->sequence.attempts_before = 0;
    sequencer_init(&c->sequence, m, &c->timing, policy);
    return I2C_OK;
}

void controller_limit(controller *c, uint64_t ps, const char *why)
{
    c->over = why;
    i2c_timer_set(c->base.sim, &c->limit, i2c_sim_now_ps(c->base.sim) + ps);
}

void controller_run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    controller *c = (controller *)m;
    c->limit_hit = false;
    sequencer_run(&c->sequence, transfer, outcome);
    i2c_timer_cancel(m->sim, &c->limit);
}

void controller_abandon(master *m)
{
    controller *c = (controller *)m;
    i2c_timer_cancel(m->sim, &c->limit);
    sequencer_abandon(&c->sequence);
}

void controller_reset(master *m)
{
    controller *c = (controller *)m;
    i2c_timer_cancel(m->sim, &c->limit);
    sequencer_reset(&c->sequence);
    c->sequence.bits.others = false;
}

bool controller_adopt_start(master *m, i2c_node from)
{
    return sequencer_adopt_start(&((controller *)m)->sequence, from);
}
