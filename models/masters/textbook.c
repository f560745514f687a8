// The masters of the specification's own timing tables: open drain, patient, and able to do all
// that the interface offers.
#include "models/masters/model.h"
#include "models/masters/sequencer.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    master base;
    bit_timing timing;
    sequencer sequence;
} textbook;

typedef enum {
    P_TIMING,
    P_HD_STA,
    P_SU_STA,
    P_HD_DAT,
    P_SU_DAT,
    P_SU_STO,
    P_BUF,
    P_LOW,
    P_HIGH,
    P_ACK_RELEASE,
    P_PAUSE,
    P_PAUSE_IN,
    P_BUS_WAIT,
    P_LOST
} textbook_parameter;

typedef enum {
    PAUSE_BYTES,
    PAUSE_EARLY,
    PAUSE_LOW,
    PAUSE_HIGH,
    PAUSE_ACK,
    PAUSE_ACK_HIGH,
    PAUSE_STOP,
    PAUSE_START
} pause_place;

static const char *const timing_choice[] = {"typ", "min", NULL};
static const char *const pause_choice[] = {"bytes",   "early", "low",   "high", "ack",
                                           "ackhigh", "stop",  "start", NULL};
enum { TIMING_TYP, TIMING_MIN };
static const char *const lost_choice[] = {"release", "clocks", "retry",
                                          NULL}; // sequence_after_loss

static const master_parameter parameters[] = {
    {"timing", "typ or min", "typ", "min: every interval at the specification's minimum"},
    {"t_hd_sta", "0us to 100ms", "by timing", "START hold: SDA low before SCL falls"},
    {"t_su_sta", "0us to 100ms", "by timing", "SCL high before SDA falls for Sr"},
    {"t_hd_dat", "0us to 100ms", "by timing", "SCL low before SDA changes"},
    {"t_su_dat", "1ns to 100ms", "none", "SDA changes as late as this before SCL rises"},
    {"t_su_sto", "0us to 100ms", "by timing", "SCL high before SDA rises for STOP"},
    {"t_buf", "0us to 100ms", "by timing", "SDA high between STOP and START"},
    {"t_low", "0us to 100ms", "by timing", "SCL low"},
    {"t_high", "0us to 100ms", "by timing", "SCL high"},
    {"ack_release", "0us to 100ms", "as t_hd_dat", "SCL low before it lets go of its ACK"},
    {"pause", "0us to 10s", "0us", "extra time, at each place that pause_in names"},
    {"pause_in", "bytes, early, low, high, ack, ackhigh, stop or start", "bytes",
     "SCL low between bytes, before or after SDA changes, SCL high, before or in clock 9, before "
     "STOP or START"},
    {"bus_wait", "1us to 100s", "25ms", "how long a START waits for a bus that is not free"},
    {"lost", "release, clocks or retry", "release",
     "after lost arbitration: gives up, clocks on to the end of the byte, or begins again"},
    {NULL, NULL, NULL, NULL},
};

#define TIME(low, high, optional)                                                                  \
    {                                                                                              \
        NULL, (low), (high), QUANTITY_TIME, (optional)                                             \
    }
static const master_parameter_rule rules[] = {
    [P_TIMING] = {timing_choice, 0, 0, QUANTITY_COUNT, false},
    [P_HD_STA] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_SU_STA] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_HD_DAT] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_SU_DAT] = TIME(I2C_PS_PER_NS, 100 * I2C_PS_PER_MS, true),
    [P_SU_STO] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_BUF] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_LOW] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_HIGH] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_ACK_RELEASE] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_PAUSE] = TIME(0, 10 * I2C_PS_PER_S, false),
    [P_PAUSE_IN] = {pause_choice, 0, 0, QUANTITY_COUNT, false},
    [P_BUS_WAIT] = TIME(I2C_PS_PER_US, 100 * I2C_PS_PER_S, false),
    [P_LOST] = {lost_choice, 0, 0, QUANTITY_COUNT, false},
};

// ---- timing ---------------------------------------------------------------------------------

/// timing=min: odd clocks have the shortest low, even ones the shortest high, so that both extremes
/// come up in every byte without a period below the minimum.
static bit_table least(i2c_mode mode)
{
    const i2c_timing_limit *limit = i2c_timing_limits(mode);
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

static void override(const master_spec *spec, textbook_parameter parameter, uint64_t *ps)
{
    if (spec->value[parameter] != MASTER_NOT_GIVEN)
        *ps = spec->value[parameter];
}

static bit_table table_of(const master_spec *spec)
{
    const bool min = spec->value[P_TIMING] == TIMING_MIN;
    bit_table table = min ? least(spec->mode) : bit_table_typical(spec->mode);
    table.period_ps = (I2C_PS_PER_S + spec->scl_hz - 1) / spec->scl_hz;
    if (!min && table.low_ps < table.period_ps / 2)
        table.low_ps = table.period_ps / 2; // a slow clock is slow in both halves
    override(spec, P_HD_STA, &table.hd_sta_ps);
    override(spec, P_SU_STA, &table.su_sta_ps);
    override(spec, P_HD_DAT, &table.hd_dat_ps);
    override(spec, P_SU_DAT, &table.su_dat_ps);
    override(spec, P_SU_STO, &table.su_sto_ps);
    override(spec, P_BUF, &table.buf_ps);
    override(spec, P_LOW, &table.low_ps);
    override(spec, P_HIGH, &table.high_ps);
    table.ack_hd_ps = table.hd_dat_ps;
    override(spec, P_ACK_RELEASE, &table.ack_hd_ps);
    return table;
}

static sequence_pauses pauses_of(const master_spec *spec)
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

// ---- model ----------------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, I2C_NEVER_PS};
    if (spec->mode == I2C_MODE_SM)
        spec->wires = (i2c_wires){.rp_ohm = 4700, .cb_pf = 100, .tf_ns = 100};
    else if (spec->mode == I2C_MODE_FM)
        spec->wires = (i2c_wires){.rp_ohm = 2200, .cb_pf = 100, .tf_ns = 50};
    else
        spec->wires = (i2c_wires){.rp_ohm = 1000, .cb_pf = 100, .tf_ns = 20};
}

/// A parameter below its mode's table was asked for: it is listed, so that the rules do not report
/// what the user did on purpose.
static void list_what_was_asked_for(master_spec *spec)
{
    static const struct {
        textbook_parameter parameter;
        i2c_timing_parameter measured;
    } pairs[] = {{P_HD_STA, I2C_T_HD_STA}, {P_SU_STA, I2C_T_SU_STA}, {P_SU_DAT, I2C_T_SU_DAT},
                 {P_SU_STO, I2C_T_SU_STO}, {P_BUF, I2C_T_BUF},       {P_LOW, I2C_T_LOW},
                 {P_HIGH, I2C_T_HIGH}};
    const i2c_timing_limit *limit = i2c_timing_limits(spec->mode);
    for (unsigned i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const uint64_t ps = spec->value[pairs[i].parameter];
        if (ps != MASTER_NOT_GIVEN && ps < limit[pairs[i].measured].min_ps)
            master_spec_knows(spec, pairs[i].measured, ps, "asked for by its parameter");
    }
}

static void finish(master_spec *spec)
{
    const bit_table table = table_of(spec);
    bit_timing timing;
    bit_timing_for_wires(&timing, &table, &spec->wires, spec->threshold);
    master_spec_samples_after_rise(spec, timing.sample_ps);
    list_what_was_asked_for(spec);
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    textbook *t = ctx;
    bit_engine_edge(&t->sequence.bits, line, high, now_ps);
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy; // all zero: the textbook
    textbook *t = (textbook *)m;
    const i2c_status status = master_join(m, BIT_ENGINE_HEARS, on_edge);
    if (status != I2C_OK)
        return status;
    const bit_table table = table_of(&m->spec);
    bit_timing_for_wires(&t->timing, &table, &m->spec.wires, m->spec.threshold);
    t->sequence.pauses = pauses_of(&m->spec);
    t->sequence.after_loss = (sequence_after_loss)m->spec.value[P_LOST];
    t->sequence.bits.bus_wait_ps = m->spec.value[P_BUS_WAIT];
    t->sequence.bits.scl_wait_ps = I2C_NEVER_PS;
    sequencer_init(&t->sequence, m, &t->timing, &policy);
    return I2C_OK;
}

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    (void)cut_is_fine;
    return sequencer_can(&((const textbook *)m)->sequence, transfer, why, why_bytes);
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    sequencer_run(&((textbook *)m)->sequence, transfer, outcome);
}

static void abandon(master *m)
{
    sequencer_abandon(&((textbook *)m)->sequence);
}

static void reset(master *m)
{
    sequencer_reset(&((textbook *)m)->sequence);
}

static bool adopt_start(master *m, i2c_node from)
{
    return sequencer_adopt_start(&((textbook *)m)->sequence, from);
}

static const char *const standard_speeds[] = {"100k", NULL};
static const char *const fast_speeds[] = {"400k", NULL};
static const char *const fastplus_speeds[] = {"1M", NULL};

#define TEXTBOOK_NOT_MODELLED "looking whether a STOP that it made came about"

#define TEXTBOOK(model_name, model_about, model_duty, model_speeds, lowest_hz, highest_hz)         \
    {                                                                                              \
        .info = {.name = (model_name),                                                             \
                 .about = (model_about),                                                           \
                 .source = "UM10204 rev 7.0, Tables 10 and 11",                                    \
                 .confidence = "by definition",                                                    \
                 .duty = (model_duty),                                                             \
                 .stretch = "every bit, no limit",                                                 \
                 .limits = "none",                                                                 \
                 .arbitration = "lets go and gives up; lost= says otherwise",                      \
                 .not_modelled = TEXTBOOK_NOT_MODELLED,                                            \
                 .speeds = (model_speeds),                                                         \
                 .parameter = parameters},                                                         \
        .rule = rules, .hz_min = (lowest_hz), .hz_max = (highest_hz), .bytes = sizeof(textbook),   \
        .preset = preset, .finish = finish, .attach = attach, .can = can, .run = run,              \
        .abandon = abandon, .reset = reset, .adopt_start = adopt_start                             \
    }

const master_model master_model_standard =
    TEXTBOOK("standard", "textbook Standard-mode master", "5 us low at 100 kHz", standard_speeds,
             100, 100000);
const master_model master_model_fast = TEXTBOOK(
    "fast", "textbook Fast-mode master", "1.4 us low at 400 kHz", fast_speeds, 100001, 400000);
const master_model master_model_fastplus =
    TEXTBOOK("fastplus", "textbook Fast-mode Plus master", "0.55 us low at 1 MHz", fastplus_speeds,
             400001, 1000000);
