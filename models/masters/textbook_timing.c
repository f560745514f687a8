// What the parameters of a textbook master make of the specification's tables.
#include "models/masters/textbook.h"

#include <string.h>

#define NS(x) ((x)*I2C_PS_PER_NS)

/// timing=max holds what has no upper limit so many times its minimum: far beyond what any circuit
/// waits for by itself, far from any time-out.
enum { SLOWEST = 10 };

// ---- boards ---------------------------------------------------------------------------------

// tr (30 % to 70 %) is 0.847 Rp Cb. The slow boards come within 1 % of tr(max), and have tf(max).
static const i2c_wires usual_board[] = {
    [I2C_MODE_SM] = {.rp_ohm = 4700, .cb_pf = 100, .tf_ns = 100},
    [I2C_MODE_FM] = {.rp_ohm = 2200, .cb_pf = 100, .tf_ns = 50},
    [I2C_MODE_FMPLUS] = {.rp_ohm = 1000, .cb_pf = 100, .tf_ns = 20},
    [I2C_MODE_HS] = {.rp_ohm = 400, .cb_pf = 100, .tf_ns = 20},
};
static const i2c_wires slow_board[] = {
    [I2C_MODE_SM] = {.rp_ohm = 2950, .cb_pf = 400, .tf_ns = 300},
    [I2C_MODE_FM] = {.rp_ohm = 885, .cb_pf = 400, .tf_ns = 300},
    [I2C_MODE_FMPLUS] = {.rp_ohm = 257, .cb_pf = 550, .tf_ns = 120},
    [I2C_MODE_HS] = {.rp_ohm = 472, .cb_pf = 100, .tf_ns = 40},
};
// Hs-mode on 400 pF, up to 1.7 MHz.
static const i2c_wires usual_heavy_board = {.rp_ohm = 200, .cb_pf = 400, .tf_ns = 40};
static const i2c_wires slow_heavy_board = {.rp_ohm = 236, .cb_pf = 400, .tf_ns = 80};

i2c_wires textbook_board(i2c_mode mode, uint32_t scl_hz, bool max)
{
    if (mode == I2C_MODE_HS && scl_hz <= 1700000)
        return max ? slow_heavy_board : usual_heavy_board;
    return max ? slow_board[mode] : usual_board[mode];
}

// ---- tables ---------------------------------------------------------------------------------

void textbook_limits(const master_spec *spec, i2c_timing_limit limit[I2C_TIMING_COUNT])
{
    if (spec->mode == I2C_MODE_HS)
        i2c_timing_hs_limits(limit, spec->wires.cb_pf);
    else
        memcpy(limit, i2c_timing_limits(spec->mode), I2C_TIMING_COUNT * sizeof *limit);
}

/// timing=min: odd clocks have the shortest low, even ones the shortest high, so that both extremes
/// come up in every byte without a period below the minimum.
static bit_table least(const i2c_timing_limit *limit)
{
    return (bit_table){
        .low_ps = limit[I2C_T_LOW].min_ps,
        .high_ps = limit[I2C_T_HIGH].min_ps,
        .alternate = true,
        .hd_sta_ps = limit[I2C_T_HD_STA].min_ps,
        .su_sta_ps = limit[I2C_T_SU_STA].min_ps,
        .su_sto_ps = limit[I2C_T_SU_STO].min_ps,
        .buf_ps = limit[I2C_T_BUF].min_ps,
    };
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/// timing=max: what has a maximum comes close to it (SDA is valid as late as tVD allows, in Hs-mode
/// it changes as late as tHD;DAT allows), the rest is SLOWEST times its minimum.
static bit_table most(const i2c_timing_limit *limit, const i2c_wires *wires)
{
    bit_table table = least(limit);
    const uint64_t rise_ps = master_wire_times_of(wires).rise_ps[I2C_AT_70];
    uint64_t *const at[] = {&table.low_ps,    &table.high_ps,   &table.hd_sta_ps,
                            &table.su_sta_ps, &table.su_sto_ps, &table.buf_ps};
    for (unsigned i = 0; i < sizeof at / sizeof at[0]; i++)
        *at[i] *= SLOWEST;
    table.alternate = false;
    table.hd_dat_ps = limit[I2C_T_VD_DAT].max_ps != 0 ? less(limit[I2C_T_VD_DAT].max_ps, rise_ps)
                                                      : limit[I2C_T_HD_DAT].max_ps;
    return table;
}

/// Hs-mode, as comfortable as its clock leaves room for.
static bit_table typical_hs(const i2c_timing_limit *limit)
{
    bit_table table = least(limit);
    table.alternate = false;
    table.hd_dat_ps = NS(10);
    table.low_ps += NS(10);
    table.high_ps += NS(5);
    table.hd_sta_ps += NS(20);
    table.su_sta_ps += NS(20);
    table.su_sto_ps += NS(20);
    return table;
}

static bit_table at_pace(const master_spec *spec, i2c_mode mode, const i2c_timing_limit *limit)
{
    switch ((textbook_pace)spec->value[P_TIMING]) {
    case TIMING_MIN:
        return least(limit);
    case TIMING_MAX:
        return most(limit, &spec->wires);
    case TIMING_TYP:
        break;
    }
    return mode == I2C_MODE_HS ? typical_hs(limit) : bit_table_typical(mode);
}

// ---- parameters -----------------------------------------------------------------------------

static void override(const master_spec *spec, textbook_parameter parameter, uint64_t *ps)
{
    if (spec->value[parameter] != MASTER_NOT_GIVEN)
        *ps = spec->value[parameter];
}

/// duty=: the share of the period that SCL is high, as far as the minima of both leave it.
static void split_by_duty(const master_spec *spec, const i2c_timing_limit *limit, bit_table *table)
{
    const master_wire_times w = master_wire_times_of(&spec->wires);
    const uint64_t edges_ps = w.fall_ps[I2C_AT_30] + w.rise_ps[I2C_AT_70] - w.rise_ps[I2C_AT_30];
    const uint64_t levels_ps = less(table->period_ps, edges_ps);
    uint64_t high_ps = table->period_ps * spec->value[P_DUTY] / 100;
    if (high_ps < limit[I2C_T_HIGH].min_ps)
        high_ps = limit[I2C_T_HIGH].min_ps;
    table->alternate = false;
    table->low_ps = less(levels_ps, high_ps);
    if (table->low_ps < limit[I2C_T_LOW].min_ps)
        table->low_ps = limit[I2C_T_LOW].min_ps;
    table->high_ps = limit[I2C_T_HIGH].min_ps; // the rest of the period is added to it
}

/// The table of one mode; `hz`: the clock it shall have in it, at most.
static bit_table table_of(const master_spec *spec, i2c_mode mode, const i2c_timing_limit *limit,
                          uint32_t hz)
{
    bit_table table = at_pace(spec, mode, limit);
    table.period_ps = (I2C_PS_PER_S + hz - 1) / hz;
    if (spec->value[P_TIMING] != TIMING_MIN && mode != I2C_MODE_HS &&
        table.low_ps < table.period_ps / 2)
        table.low_ps = table.period_ps / 2; // a slow clock is slow in both halves
    if (spec->value[P_DUTY] != MASTER_NOT_GIVEN)
        split_by_duty(spec, limit, &table);
    override(spec, P_HD_STA, &table.hd_sta_ps);
    override(spec, P_SU_STA, &table.su_sta_ps);
    override(spec, P_HD_DAT, &table.hd_dat_ps);
    override(spec, P_SU_DAT, &table.su_dat_ps);
    override(spec, P_SU_STO, &table.su_sto_ps);
    override(spec, P_LOW, &table.low_ps);
    override(spec, P_HIGH, &table.high_ps);
    table.ack_hd_ps = table.hd_dat_ps;
    override(spec, P_ACK_RELEASE, &table.ack_hd_ps);
    override(spec, P_BUF, &table.buf_ps);
    return table;
}

static void fill(const master_spec *spec, bit_timing *timing, const bit_table *table)
{
    bit_timing_for_wires(timing, table, &spec->wires, spec->threshold);
}

void textbook_fill_hs(const master_spec *spec, sequence_hs *hs)
{
    enum { FAST_MODE_HZ = 400000 };
    const i2c_timing_limit *slow_limit = i2c_timing_limits(I2C_MODE_HS);
    i2c_timing_limit limit[I2C_TIMING_COUNT];
    textbook_limits(spec, limit);
    bit_table slow = at_pace(spec, I2C_MODE_FM, slow_limit);
    slow.period_ps = I2C_PS_PER_S / FAST_MODE_HZ;
    override(spec, P_BUF, &slow.buf_ps);
    const bit_table fast = table_of(spec, I2C_MODE_HS, limit, spec->scl_hz);
    fill(spec, &hs->slow, &slow);
    fill(spec, &hs->fast, &fast);
    hs->enter = hs->slow;
    hs->enter.su_sta_ps = hs->fast.su_sta_ps;
    hs->enter.hd_sta_ps = hs->fast.hd_sta_ps;
    hs->code = (uint8_t)(0x08 | spec->value[P_CODE]);
}

void textbook_fill_timing(const master_spec *spec, bit_timing *timing)
{
    const bit_table table = table_of(spec, spec->mode, i2c_timing_limits(spec->mode), spec->scl_hz);
    fill(spec, timing, &table);
}

sequence_pauses textbook_pauses(const master_spec *spec)
{
    sequence_pauses p;
    memset(&p, 0, sizeof p);
    uint64_t *const place[] = {
        [PAUSE_BYTES] = &p.bytes_ps, [PAUSE_EARLY] = &p.early_ps, [PAUSE_LOW] = &p.low_ps,
        [PAUSE_HIGH] = &p.high_ps,   [PAUSE_ACK] = &p.ack_ps,     [PAUSE_ACK_HIGH] = &p.ack_high_ps,
        [PAUSE_STOP] = &p.stop_ps,   [PAUSE_START] = &p.start_ps,
    };
    *place[spec->value[P_PAUSE_IN]] = spec->value[P_PAUSE];
    return p;
}

// ---- at random ------------------------------------------------------------------------------

bool textbook_varies(const master_spec *spec)
{
    return spec->value[P_JITTER] != 0 || spec->value[P_DC] != 0 || spec->value[P_SPREAD] != 1;
}

static uint64_t below(const textbook *t, uint64_t bound)
{
    return i2c_sim_random_below(t->base.sim, MASTER_RANDOM_STREAM, bound);
}

/// A low phase grows before SDA changes as well as behind it.
static void grow_low(const textbook *t, bit_cell *cell, uint64_t ps)
{
    const uint64_t early_ps = below(t, ps + 1);
    cell->early_ps += early_ps;
    cell->low_ps += ps - early_ps;
}

static void jitter(const textbook *t, bit_cell *cell)
{
    const uint64_t bound = t->base.spec.value[P_JITTER] + 1;
    if (cell->kind == BIT_CELL_START) {
        cell->early_ps += below(t, bound);
        return;
    }
    grow_low(t, cell, below(t, bound));
    cell->high_ps += below(t, bound);
    cell->hold_ps += below(t, bound);
}

/// The clock stands still in one low and one high phase of each byte. Sr and STOP have a byte's
/// chance together with the one before them: their clock is drawn as the tenth.
static void stop_clock(textbook *t, bit_cell *cell)
{
    enum { PLACES = 10 };
    const uint64_t dc_ps = t->base.spec.value[P_DC];
    if (cell->kind == BIT_CELL_START)
        return;
    const bool bit = cell->kind == BIT_CELL_BIT;
    if (bit && cell->clock == 1) {
        t->low_clock = 1 + (unsigned)below(t, PLACES);
        t->high_clock = 1 + (unsigned)below(t, PLACES);
        if (t->high_clock == PLACES && t->low_clock == 1)
            cell->hold_ps += dc_ps; // a START is held for long, too
    }
    const unsigned place = bit ? cell->clock : PLACES;
    if (place == t->low_clock)
        grow_low(t, cell, dc_ps);
    if (place == t->high_clock)
        cell->high_ps += dc_ps;
}

/// What a phase of `ps` gets more to last up to P_SPREAD times as long. Its magnitude is drawn
/// first: an even draw of the length itself would hardly ever give a short one.
static uint64_t more(const textbook *t, uint64_t ps)
{
    enum { MAGNITUDES = 11 };
    const uint64_t most_ps = ps * (t->base.spec.value[P_SPREAD] - 1);
    return below(t, (most_ps >> below(t, MAGNITUDES)) + 1);
}

static void spread(const textbook *t, bit_cell *cell)
{
    const bit_timing *timing = t->base.spec.mode == I2C_MODE_HS ? &t->hs.fast : &t->timing;
    if (cell->kind == BIT_CELL_START) {
        cell->early_ps += more(t, timing->buf_ps);
        return;
    }
    grow_low(t, cell, more(t, timing->low_ps[0]));
    cell->high_ps += more(t, timing->high_ps[0]);
    cell->hold_ps += more(t, timing->hd_sta_ps);
}

void textbook_vary(void *ctx, bit_cell *cell)
{
    textbook *t = ctx;
    if (t->base.spec.value[P_SPREAD] != 1)
        spread(t, cell);
    if (t->base.spec.value[P_JITTER] != 0)
        jitter(t, cell);
    if (t->base.spec.value[P_DC] != 0)
        stop_clock(t, cell);
}
