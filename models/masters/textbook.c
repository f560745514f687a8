// The masters of the specification's own timing tables: open drain, patient, and able to do all
// that the interface offers.
#include "models/masters/textbook.h"

#include <stdio.h>

static const char *const timing_choice[] = {"typ", "min", "max", NULL};
static const char *const edges_choice[] = {"usual", "slow", NULL};
static const char *const lost_choice[] = {"release", "clocks", "retry",
                                          NULL}; // sequence_after_loss
static const char *const pause_choice[] = {"bytes",   "early", "low",   "high", "ack",
                                           "ackhigh", "stop",  "start", NULL};

#define TEXTBOOK_PARAMETERS                                                                        \
    {"timing", "typ, min or max", "typ",                                                           \
     "min: every interval at the specification's minimum; max: slowest legal edges, SDA valid as " \
     "late as tVD (Hs-mode: changed as late as tHD;DAT) allows, ten times the minimum where "      \
     "nothing bounds it above"},                                                                   \
        {"t_hd_sta", "0us to 100ms", "by timing", "START hold: SDA low before SCL falls"},         \
        {"t_su_sta", "0us to 100ms", "by timing", "SCL high before SDA falls for Sr"},             \
        {"t_hd_dat", "0us to 100ms", "by timing", "SCL low before SDA changes"},                   \
        {"t_su_dat", "1ns to 100ms", "none", "SDA changes as late as this before SCL rises"},      \
        {"t_su_sto", "0us to 100ms", "by timing", "SCL high before SDA rises for STOP"},           \
        {"t_buf", "0us to 100ms", "by timing", "SDA high between STOP and START"},                 \
        {"t_low", "0us to 100ms", "by timing", "SCL low"},                                         \
        {"t_high", "0us to 100ms", "by timing", "SCL high"},                                       \
        {"duty", "1 to 99", "by timing",                                                           \
         "share of the period that SCL is high, in %, as far as the mode's minima leave it"},      \
        {"ack_release", "0us to 100ms", "as t_hd_dat", "SCL low before it lets go of its ACK"},    \
        {"jitter", "0us to 100ms, or 0% to 10000% of the period", "0us",                           \
         "each phase is longer by up to this, at random; never shorter"},                          \
        {"dc", "0us to 10s", "0us",                                                                \
         "static clock: one low and one high phase of each byte, at random, last so much longer"}, \
        {"pause", "0us to 10s", "0us", "extra time, at each place that pause_in names"},           \
        {"pause_in", "bytes, early, low, high, ack, ackhigh, stop or start", "bytes",              \
         "SCL low between bytes, before or after SDA changes, SCL high, before or in clock 9, "    \
         "before STOP or START"},                                                                  \
        {"bus_wait", "1us to 100s", "25ms",                                                        \
         "how long a START waits for a bus that is not free; with dc, for 32 such phases more"},   \
        {"lost", "release, clocks or retry", "release",                                            \
         "after lost arbitration: gives up, clocks on to the end of the byte, or begins again"},   \
        {"edges", "usual or slow", "usual",                                                        \
         "slow: the slowest legal rises and falls of the mode, as with timing=max"},               \
        {"spread", "1 to 1000", "1",                                                               \
         "each phase lasts up to so many times as long, at random, short and long ones alike"},

static const master_parameter parameters[] = {TEXTBOOK_PARAMETERS{NULL, NULL, NULL, NULL}};
static const master_parameter hs_parameters[] = {
    TEXTBOOK_PARAMETERS{"code", "0 to 7", "1", "XXX of the controller code 0000 1XXX"},
    {NULL, NULL, NULL, NULL}};

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
    [P_DUTY] = {NULL, 1, 99, QUANTITY_COUNT, true},
    [P_ACK_RELEASE] = TIME(0, 100 * I2C_PS_PER_MS, true),
    [P_JITTER] = {NULL, 0, 100 * I2C_PS_PER_MS, QUANTITY_OF_PERIOD, false},
    [P_DC] = TIME(0, 10 * I2C_PS_PER_S, false),
    [P_PAUSE] = TIME(0, 10 * I2C_PS_PER_S, false),
    [P_PAUSE_IN] = {pause_choice, 0, 0, QUANTITY_COUNT, false},
    [P_BUS_WAIT] = TIME(I2C_PS_PER_US, 100 * I2C_PS_PER_S, false),
    [P_LOST] = {lost_choice, 0, 0, QUANTITY_COUNT, false},
    [P_EDGES] = {edges_choice, 0, 0, QUANTITY_COUNT, false},
    [P_SPREAD] = {NULL, 1, 1000, QUANTITY_COUNT, false},
    [P_CODE] = {NULL, 0, 7, QUANTITY_COUNT, false},
};

// ---- model ----------------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, I2C_NEVER_PS};
    const bool slow = spec->value[P_TIMING] == TIMING_MAX || spec->value[P_EDGES] == EDGES_SLOW;
    spec->wires = textbook_board(spec->mode, spec->scl_hz, slow);
}

static void preset_hs(master_spec *spec)
{
    spec->mode = I2C_MODE_HS;
    preset(spec);
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
    i2c_timing_limit limit[I2C_TIMING_COUNT];
    textbook_limits(spec, limit);
    for (unsigned i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const uint64_t ps = spec->value[pairs[i].parameter];
        if (ps != MASTER_NOT_GIVEN && ps < limit[pairs[i].measured].min_ps)
            master_spec_knows(spec, pairs[i].measured, ps, "asked for by its parameter");
    }
}

/// What `dc=` and phases beyond the clock asked for (timing=max) make of a byte.
static uint64_t byte_pause_ps(const master_spec *spec, const bit_timing *timing)
{
    const uint64_t period_ps = timing->low_ps[0] + timing->high_ps[0];
    const uint64_t asked_ps = I2C_PS_PER_S / spec->scl_hz;
    return spec->value[P_DC] + (period_ps > asked_ps ? 9 * (period_ps - asked_ps) : 0);
}

static void finish(master_spec *spec)
{
    bit_timing timing;
    textbook_fill_timing(spec, &timing);
    spec->byte_pause_ps = byte_pause_ps(spec, &timing);
    master_spec_samples_after_rise(spec, timing.sample_ps);
    list_what_was_asked_for(spec);
}

/// Where it samples is told of Hs-mode: in the code it only looks for an ACK.
static void finish_hs(master_spec *spec)
{
    sequence_hs hs;
    textbook_fill_hs(spec, &hs);
    master_spec_samples_after_rise(spec, hs.fast.sample_ps);
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
    const bool hs = m->spec.mode == I2C_MODE_HS;
    if (hs)
        textbook_fill_hs(&m->spec, &t->hs);
    else
        textbook_fill_timing(&m->spec, &t->timing);
    t->sequence.pauses = textbook_pauses(&m->spec);
    t->sequence.vary = textbook_varies(&m->spec) ? textbook_vary : NULL;
    t->sequence.vary_ctx = t;
    t->sequence.hs = hs ? &t->hs : NULL;
    t->sequence.after_loss = (sequence_after_loss)m->spec.value[P_LOST];
    // The bus may be another such master's, who stands still as often.
    t->sequence.bits.bus_wait_ps = m->spec.value[P_BUS_WAIT] + 32 * m->spec.value[P_DC];
    t->sequence.bits.scl_wait_ps = I2C_NEVER_PS;
    sequencer_init(&t->sequence, m, hs ? &t->hs.slow : &t->timing, &policy);
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

static bool linger(master *m, uint64_t high_ps)
{
    return sequencer_linger(&((textbook *)m)->sequence, high_ps);
}

static const char *const standard_speeds[] = {"100k", NULL};
static const char *const fast_speeds[] = {"400k", NULL};
static const char *const fastplus_speeds[] = {"1M", NULL};

#define TEXTBOOK_ON_LOSS      "lets go and gives up; lost= says otherwise"
#define TEXTBOOK_NOT_MODELLED "looking whether a STOP that it made came about"
static const char *const hs_speeds[] = {"3400k", "1700k", NULL};

// What depends on the mode: name, what it is, tables, clock, limits, and what is not modelled.
#define TEXTBOOK(model_name, model_about, tables, model_duty, model_speeds, not_there, lowest_hz,  \
                 highest_hz, on_loss, own_parameters, fill_preset, fill_rest)                      \
    {                                                                                              \
        .info = {.name = (model_name),                                                             \
                 .about = (model_about),                                                           \
                 .source = "UM10204 rev 7.0, " tables,                                             \
                 .confidence = "by definition",                                                    \
                 .duty = (model_duty),                                                             \
                 .stretch = "every bit, no limit",                                                 \
                 .limits = "none",                                                                 \
                 .arbitration = (on_loss),                                                         \
                 .not_modelled = (not_there),                                                      \
                 .speeds = (model_speeds),                                                         \
                 .parameter = (own_parameters)},                                                   \
        .rule = rules, .hz_min = (lowest_hz), .hz_max = (highest_hz), .bytes = sizeof(textbook),   \
        .preset = (fill_preset), .finish = (fill_rest), .attach = attach, .can = can, .run = run,  \
        .abandon = abandon, .reset = reset, .adopt_start = adopt_start, .linger = linger           \
    }

const master_model master_model_standard =
    TEXTBOOK("standard", "textbook Standard-mode master", "Tables 10 and 11", "5 us low at 100 kHz",
             standard_speeds, TEXTBOOK_NOT_MODELLED, 100, 100000, TEXTBOOK_ON_LOSS, parameters,
             preset, finish);
const master_model master_model_fast = TEXTBOOK(
    "fast", "textbook Fast-mode master", "Tables 10 and 11", "1.4 us low at 400 kHz", fast_speeds,
    TEXTBOOK_NOT_MODELLED, 100001, 400000, TEXTBOOK_ON_LOSS, parameters, preset, finish);
const master_model master_model_fastplus =
    TEXTBOOK("fastplus", "textbook Fast-mode Plus master", "Tables 10 and 11",
             "0.55 us low at 1 MHz", fastplus_speeds, TEXTBOOK_NOT_MODELLED, 400001, 1000000,
             TEXTBOOK_ON_LOSS, parameters, preset, finish);

#define HS_NOT_MODELLED                                                                            \
    TEXTBOOK_NOT_MODELLED                                                                          \
    "; the current source that lifts SCLH (both lines rise with the pull-up, of 400 or 200 ohm, "  \
    "also in the Fast-mode part); the bridge to a slower part of the bus; slower first rises of "  \
    "SCLH (trCL1); arbitration between controller codes (5.3.2: there is none in Hs-mode); "       \
    "Hs-mode "                                                                                     \
    "behind a START that was made for it or a void message"

const master_model master_model_hs = TEXTBOOK(
    "hs",
    "textbook Hs-mode master: controller code in Fast-mode, repeated START, Hs-mode until STOP",
    "Tables 10 to 13, 5.3.2", "0.18 us low at 3.4 MHz on 100 pF, 0.35 us at 1.7 MHz on 400 pF",
    hs_speeds, HS_NOT_MODELLED, 100001, 3400000, NULL, hs_parameters, preset_hs, finish_hs);
