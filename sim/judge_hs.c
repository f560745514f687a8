// By which tables nodes are judged: their own mode's, and Hs-mode's between the repeated START
// behind a controller code and the STOP (UM10204 5.3.2, 5.3.3).
#include "sim/judge_private.h"

/// Rise time of SDA that a slave's table allows it.
static uint64_t tr_max_ps(const i2c_sim *sim, i2c_mode mode)
{
    return sim->judge.hs && mode == I2C_MODE_HS ? i2c_timing_hs_tr_max_ps(sim->config.wires.cb_pf)
                                                : i2c_timing_tr_max_ps(mode);
}

/// A slave that does not know Hs-mode is held to no figure while it lasts: it need not follow.
static const i2c_timing_limit *table_of(const i2c_judge *j, i2c_mode mode)
{
    if (!j->hs)
        return i2c_timing_limits(mode);
    return mode == I2C_MODE_HS && j->hs_genuine ? j->hs_limits : NULL;
}

void i2c_judge_take_table(i2c_sim *sim, unsigned node)
{
    i2c_judge *j = &sim->judge;
    i2c_judged_slave *s = &j->slave[node];
    const uint64_t delay_ps = s->profile.output_delay_max_ps;
    s->table = table_of(j, s->profile.mode);
    s->bus = s->table;
    s->wires_ps = i2c_judge_wires_beyond(j, tr_max_ps(sim, s->profile.mode));
    s->bus_wires_ps = s->wires_ps;
    s->valid_max_ps = s->table != NULL ? i2c_judge_answer_max_ps(s->table) : 0;
    if (delay_ps > s->valid_max_ps)
        s->valid_max_ps = delay_ps;
}

void i2c_judge_take_bus_tables(i2c_sim *sim, uint32_t by)
{
    i2c_judge *j = &sim->judge;
    const uint32_t master = by & j->masters;
    const i2c_timing_limit *m = master != 0 ? j->limits[__builtin_ctz(master)] : NULL;
    for (uint32_t left = j->slaves; left != 0; left &= left - 1) {
        i2c_judged_slave *s = &j->slave[__builtin_ctz(left)];
        const bool slower =
            m != NULL && s->table != NULL && m[I2C_T_LOW].min_ps > s->table[I2C_T_LOW].min_ps;
        s->bus = slower ? m : s->table;
        const i2c_mode mode = slower ? j->master[__builtin_ctz(master)].mode : s->profile.mode;
        s->bus_wires_ps = i2c_judge_wires_beyond(j, tr_max_ps(sim, mode));
    }
    i2c_judge_take_low_min(j);
}

/// Masters of other modes that follow a controller code stay slow, and are held to that.
void i2c_judge_take_limits(i2c_judge *j, unsigned node)
{
    const i2c_mode mode = j->master[node].mode;
    const bool hs = j->hs && mode == I2C_MODE_HS;
    i2c_judge_set_limits(j, node, hs ? j->hs_limits : i2c_timing_limits(mode));
}

static void take_tables(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    for (uint32_t left = j->masters; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (j->limits[node] != NULL)
            i2c_judge_take_limits(j, node);
    }
    for (uint32_t left = j->slaves; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (j->slave[node].has_profile)
            i2c_judge_take_table(sim, node);
    }
    i2c_judge_take_low_min(j);
}

static bool knows_hs(const i2c_judge *j)
{
    for (uint32_t left = j->slaves; left != 0; left &= left - 1) {
        const i2c_judged_slave *s = &j->slave[__builtin_ctz(left)];
        if (s->has_profile && s->profile.mode == I2C_MODE_HS)
            return true;
    }
    return false;
}

/// Whether these nodes may drive the bus in Hs-mode, as far as is known.
static bool is_hs_master(const i2c_judge *j, uint32_t by)
{
    for (uint32_t left = by & j->masters; left != 0; left &= left - 1) {
        const unsigned node = (unsigned)__builtin_ctz(left);
        if (j->limits[node] == NULL || j->master[node].mode == I2C_MODE_HS)
            return true;
    }
    return (by & j->masters) == 0;
}

static void enter_hs(i2c_sim *sim)
{
    i2c_judge *j = &sim->judge;
    i2c_timing_hs_limits(j->hs_limits, sim->config.wires.cb_pf);
    const uint64_t legal_ps = i2c_timing_hs_tr_max_ps(sim->config.wires.cb_pf) * 421 / 1000;
    j->hs_rise30_ps = j->rise30_ps < legal_ps ? j->rise30_ps : legal_ps;
    j->hs = true;
    take_tables(sim);
}

/// A master of another mode that probes the address of a controller code, and makes no STOP behind
/// the NACK, means nothing by it. A slave that knows Hs-mode cannot know that; but on wires that
/// are not made for it, it is held to no figure.
void i2c_judge_sr_behind_code(i2c_sim *sim, uint32_t by)
{
    i2c_judge *j = &sim->judge;
    j->hs_genuine = is_hs_master(j, by);
    if (j->hs_genuine || knows_hs(j))
        enter_hs(sim);
}

void i2c_judge_leave_hs(i2c_sim *sim)
{
    sim->judge.hs = false;
    sim->judge.hs_lost = 0;
    take_tables(sim);
}
