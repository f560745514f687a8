// A master that waits for ever: no edge comes any more, and no time-out of its own ends its call.
// Some of them wait for a line, or for the STOP of another, until somebody switches them off; that
// is done here, so that the case can go on to what the slave made of its bus.
#include "scenarios/play/play_private.h"

/// Longer than any pause or time-out without a parameter of its own that a master can be given.
#define QUIET_PS (11 * I2C_PS_PER_S)

enum { LOOKS = 8 };

static uint64_t patience_ps(const play_stage *stage)
{
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    const uint64_t limit_ps = spec->stretch.limit_ps;
    return QUIET_PS + (limit_ps == I2C_NEVER_PS ? 0 : limit_ps) + spec->byte_pause_ps +
           play_set_slave(stage->set)->stretch_max_ps;
}

/// The edges of both lines so far, as far as they tell one state of the bus from another.
static play_edges edges_now(const play_stage *stage)
{
    return (play_edges){.fall_ps = {i2c_line_fall_ps(stage->sim, I2C_SCL, I2C_AT_50),
                                    i2c_line_fall_ps(stage->sim, I2C_SDA, I2C_AT_50)},
                        .rise_ps = {i2c_line_rise_ps(stage->sim, I2C_SCL, I2C_AT_50),
                                    i2c_line_rise_ps(stage->sim, I2C_SDA, I2C_AT_50)}};
}

static bool same_edges(const play_edges *a, const play_edges *b)
{
    return a->fall_ps[0] == b->fall_ps[0] && a->fall_ps[1] == b->fall_ps[1] &&
           a->rise_ps[0] == b->rise_ps[0] && a->rise_ps[1] == b->rise_ps[1];
}

static void look(void *ctx, uint64_t now_ps)
{
    play_stage *stage = ctx;
    play_standstill *s = &stage->standstill;
    const play_edges edges = edges_now(stage);
    const bool waits_for_sweep = stage->trap.timer.queued; // which ends what it does to the bus
    if (waits_for_sweep || !same_edges(&edges, &s->edges)) {
        s->edges = edges;
        s->since_ps = now_ps;
    } else if (now_ps - s->since_ps >= patience_ps(stage)) {
        s->found = true;
        master_abandon(stage->master);
        return;
    }
    i2c_timer_set(stage->sim, &s->timer, now_ps + patience_ps(stage) / LOOKS);
}

void standstill_run(play_stage *stage, const master_transfer *transfer, master_outcome *outcome)
{
    play_standstill *s = &stage->standstill;
    if (s->found)
        master_reset(stage->master); // it has been switched off
    *s = (play_standstill){.timer = {look, stage, false},
                           .edges = edges_now(stage),
                           .since_ps = i2c_sim_now_ps(stage->sim)};
    if (!i2c_sim_budget_spent(stage->sim))
        i2c_timer_set(stage->sim, &s->timer, s->since_ps + patience_ps(stage) / LOOKS);
    master_run(stage->master, transfer, outcome);
    if (s->timer.queued)
        i2c_timer_cancel(stage->sim, &s->timer);
    if (s->found)
        outcome->end = MASTER_STUCK;
}
