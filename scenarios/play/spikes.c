// Sweeps that leave the transfer whole: spikes at the slave's pins, and SDA that moves while SCL is
// low. The slave must take it as if nothing had been.
#include "scenarios/play/play_private.h"

/// A filter may need that much quiet before and behind a spike: tSP(max) (UM10204 Tables 10 and 12)
/// and a fifth.
#define QUIET_PS    (60 * I2C_PS_PER_NS)
#define HS_QUIET_PS (12 * I2C_PS_PER_NS)
enum { CHATTER_MOVES = 6, CHATTER_SHARE = 10 };

bool spikes_are(lang_sweep_kind kind)
{
    return kind == LANG_SWEEP_SPIKE_SCL || kind == LANG_SWEEP_SPIKE_SDA;
}

bool spikes_read(play_stage *stage, const lang_node *kind)
{
    trap *t = &stage->trap;
    int64_t count = 1;
    int64_t every_ps = 0;
    int64_t place = 50;
    if (!spikes_are(t->kind))
        return true;
    if ((kind->a != LANG_NONE && !play_eval(stage, 0, kind->a, &count)) ||
        (kind->c != LANG_NONE && !play_eval(stage, 0, kind->c, &every_ps)) ||
        (kind->d != LANG_NONE && !play_eval(stage, 0, kind->d, &place)))
        return false;
    if (count < 1 || place < 0 || place > 100 || (count > 1 && every_ps <= (int64_t)t->length_ps)) {
        verdict_reason(stage, PLAY_ERROR, "", "spikes that cannot be: count, distance or place");
        return false;
    }
    t->count = (unsigned)count;
    t->every_ps = (uint64_t)every_ps;
    t->place = (unsigned)place;
    return true;
}

/// How many of the spikes a phase has room for, one at least, and how long they take.
static unsigned fitting(const trap *t, uint64_t room_ps, uint64_t *all_ps)
{
    unsigned count = t->count;
    while (count > 1 && (count - 1) * t->every_ps + t->length_ps > room_ps)
        count--;
    *all_ps = (count - 1) * t->every_ps + t->length_ps;
    return count;
}

uint64_t spikes_delay_ps(play_stage *stage, uint64_t phase_ps)
{
    trap *t = &stage->trap;
    const uint64_t quiet_ps = i2c_sim_monitor(stage->sim)->hs ? HS_QUIET_PS : QUIET_PS;
    const uint64_t room_ps = phase_ps > 2 * quiet_ps ? phase_ps - 2 * quiet_ps : 0;
    uint64_t all_ps = 0;
    t->count = fitting(t, room_ps, &all_ps);
    if (room_ps < all_ps)
        return phase_ps > all_ps ? (phase_ps - all_ps) / 2 : 0;
    return quiet_ps + (room_ps - all_ps) * t->place / 100;
}

bool spikes_explain(const play_stage *stage)
{
    return stage->trap.fired && spikes_are(stage->trap.kind) && !stage->recovering;
}

/// Table 10 has no tSP for Standard-mode: what a slave for it makes of spikes is told by the
/// brackets alone.
void spikes_fire(play_stage *stage, uint64_t now_ps)
{
    const trap *t = &stage->trap;
    if (play_set_slave(stage->set)->mode == I2C_MODE_SM)
        model_leave(stage);
    i2c_sim_suspend_rules(stage->sim, true);
    i2c_spike_begin(&stage->spike, t->kind == LANG_SWEEP_SPIKE_SCL ? I2C_SCL : I2C_SDA, now_ps,
                    t->length_ps, t->count, t->count > 1 ? t->every_ps - t->length_ps : 0);
}

/// Over by the middle of the shortest LOW, so that SDA is set up as it should be.
void chatter_moves(play_stage *stage, uint64_t now_ps)
{
    trap *t = &stage->trap;
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    const uint64_t step_ps = i2c_timing_limits(spec->mode)[I2C_T_LOW].min_ps / CHATTER_SHARE;
    if (t->count == 0)
        t->count = CHATTER_MOVES;
    t->count--;
    i2c_node_set(stage->sim, t->node, I2C_SDA, t->count % 2 != 0 ? I2C_PULLED : I2C_RELEASED);
    if (t->count > 0)
        i2c_timer_set(stage->sim, &t->timer, now_ps + step_ps);
}
