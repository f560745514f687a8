// The `arduino` model: transfers go through the Wire interface.
#include "models/masters/limits.h"
#include "models/masters/wire_private.h"

#include <assert.h>
#include <stdio.h>

typedef enum { P_SPLIT, P_MILLIS, P_TIMEOUT, P_ON_TIMEOUT } arduino_parameter;

static const char *const yes_no[] = {"yes", "no", NULL};
static const char *const on_timeout[] = {"keep", "reset", NULL};
enum { YES, TIMEOUT_RESET = 1 };

static const master_parameter parameters[] = {
    {"split", "0 to 3", "2", "CPU clocks that the low period is shorter than half of the clock"},
    {"millis", "yes or no", "yes", "the timer interrupt of millis() delays the TWI's at times"},
    {"timeout", "0us to 10s", "0us", "setWireTimeout(); 0us: none, as Wire begins"},
    {"on_timeout", "keep or reset", "keep", "whether setWireTimeout() was told to reset the TWI"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_SPLIT] = {NULL, 0, 3, QUANTITY_COUNT, false},
    [P_MILLIS] = {yes_no, 0, 0, QUANTITY_COUNT, false},
    [P_TIMEOUT] = {NULL, 0, 10 * I2C_PS_PER_S, QUANTITY_TIME, false},
    [P_ON_TIMEOUT] = {on_timeout, 0, 0, QUANTITY_COUNT, false},
};

static wire *wire_in(master *m)
{
    return (wire *)m;
}

wire *wire_of(master *m)
{
    return m->model == &master_model_arduino ? wire_in(m) : NULL;
}

// ---- description ----------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    // What setClock() makes of it: not always what was asked for.
    spec->scl_hz = wire_real_clock_hz(spec->scl_hz);
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    // The time-out is for a whole call, so a hold has less of it the later it comes.
    const uint64_t timeout_ps = spec->value[P_TIMEOUT] / I2C_PS_PER_US * I2C_PS_PER_US;
    spec->stretch = (master_stretch){MASTER_WAITS, timeout_ps != 0 ? timeout_ps : I2C_NEVER_PS};
    spec->wires = master_usual_board(spec->mode);
}

static void list_if_short(master_spec *spec, i2c_timing_parameter parameter, uint64_t least_ps)
{
    if (least_ps < i2c_timing_limits(spec->mode)[parameter].min_ps)
        master_spec_knows(spec, parameter, least_ps,
                          "the AVR's TWI keeps half periods, not the table, at this clock");
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/// SDA changes a few CPU clocks after SCL was seen low, and SCL is released `low_ps` after its
/// pull.
static void list_data(master_spec *spec, const master_wire_times *w, uint64_t low_ps)
{
    const uint64_t change_ps = w->fall_ps[spec->threshold] + AVR_TWI_HOLD_PS;
    const uint64_t fall_ps = w->fall_ps[I2C_AT_30];
    const uint64_t rise_ps = w->rise_ps[I2C_AT_70];
    const uint64_t arrival_ps = change_ps + (rise_ps > fall_ps ? rise_ps : fall_ps);
    list_if_short(spec, I2C_T_SU_DAT, less(low_ps + w->rise_ps[I2C_AT_30], arrival_ps));
    if (change_ps < fall_ps)
        master_spec_knows_early_sda(
            spec, fall_ps - change_ps,
            "the AVR's TWI moves SDA while SCL still falls, which its input saw early");
}

static void finish(master_spec *spec)
{
    const master_wire_times w = master_wire_times_of(&spec->wires);
    const uint64_t half_ps = (8 + UINT64_C(1) * wire_twbr(spec->scl_hz)) * AVR_TWI_CYCLE_PS;
    const uint64_t split_ps = spec->value[P_SPLIT] * AVR_TWI_CYCLE_PS;
    const uint64_t tf_ps = w.fall_ps[I2C_AT_30];
    const uint64_t late_ps = w.rise_ps[I2C_AT_70] - w.rise_ps[spec->threshold];
    const uint64_t sample_ps = half_ps / AVR_TWI_SAMPLE_DIVISOR;
    master_spec_samples_after_rise(spec, (const uint64_t[2]){sample_ps, sample_ps});
    list_data(spec, &w, less(half_ps, split_ps));
    list_if_short(spec, I2C_T_LOW, less(half_ps + w.rise_ps[I2C_AT_30], split_ps + tf_ps));
    list_if_short(spec, I2C_T_HIGH, less(half_ps + split_ps, late_ps));
    list_if_short(spec, I2C_T_HD_STA, less(half_ps, tf_ps));
    list_if_short(spec, I2C_T_SU_STA, less(half_ps, late_ps));
    list_if_short(spec, I2C_T_SU_STO, less(half_ps, late_ps));
}

// ---- what it can ----------------------------------------------------------------------------

static bool can_message(const master_message *m, bool cut_is_fine, char *why, size_t why_bytes)
{
    const bool read = (m->address & 1) != 0;
    if (!m->addressed)
        return master_refuses(why, why_bytes, "Wire always sends an address");
    if (m->past_nack)
        return master_refuses(why, why_bytes, "Wire makes a STOP after a NACK");
    if (read && m->count == 0 && !cut_is_fine) // requestFrom(a, 0) reads 256
        return master_refuses(why, why_bytes, "Wire reads at least one byte");
    if (read && !master_acks_all_but_the_last(m))
        return master_refuses(why, why_bytes, "Wire ACKs all bytes but the last");
    if (!cut_is_fine && m->count > WIRE_BUFFER_BYTES)
        return master_refuses(why, why_bytes,
                              read ? "Wire reads at most 32 bytes" : "Wire sends at most 32 bytes");
    return true;
}

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    bool open = ((const wire *)m)->in_rep_start;
    for (uint32_t i = 0; i < transfer->count; i++) {
        const master_message *message = &transfer->message[i];
        if (!can_message(message, cut_is_fine, why, why_bytes))
            return false;
        if (message->begin == MASTER_TRUE_REPEAT && !open)
            return master_refuses(why, why_bytes, "a repeated START needs an open transfer");
        open = !message->stop;
    }
    return true;
}

// ---- transfers ------------------------------------------------------------------------------

static void give_up(master_outcome *outcome, const wire *w, const char *why)
{
    outcome->end = MASTER_GAVE_UP;
    if (w->timeout_flag)
        (void)snprintf(outcome->why, sizeof outcome->why, "Wire timed out after %u us",
                       w->timeout_us);
    else
        (void)snprintf(outcome->why, sizeof outcome->why, "%s", why);
}

static void judge_nack(wire *w, master_outcome *outcome)
{
    if (w->error == TWI_ADDRESS_NACK || w->error == TWI_DATA_NACK)
        outcome->end = MASTER_NACKED;
    else
        give_up(outcome, w, "arbitration lost");
}

static void run_write(wire *w, const master_message *m, master_outcome *outcome)
{
    wire_begin_transmission(w, m->address >> 1);
    (void)wire_write_buffer(w, m->data, m->count);
    outcome->returned = wire_end_transmission(w, m->stop);
    if (outcome->returned == WIRE_TIMEOUT)
        give_up(outcome, w, "");
    else if (outcome->returned != WIRE_OK)
        judge_nack(w, outcome);
}

static void run_read(wire *w, const master_message *m, master_outcome *outcome)
{
    const uint8_t asked = m->count > UINT8_MAX ? UINT8_MAX : (uint8_t)m->count;
    const bool timed_out_before = w->timeout_flag;
    const uint8_t got = wire_request_from(w, m->address >> 1, asked, m->stop);
    outcome->returned = got;
    outcome->bytes_read += got;
    for (uint8_t i = 0; i < got; i++) {
        const int value = wire_read(w);
        if (m->into != NULL)
            m->into[i] = (uint8_t)value;
    }
    if (w->timeout_flag && !timed_out_before)
        give_up(outcome, w, "");
    else if (w->error != TWI_NO_ERROR)
        judge_nack(w, outcome);
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    wire *w = wire_in(m);
    w->messages = (uint16_t)transfer->count;
    for (uint32_t i = 0; i < transfer->count && outcome->end == MASTER_DONE; i++) {
        const master_message *message = &transfer->message[i];
        w->message = (uint16_t)i;
        outcome->message = i;
        if (!w->in_rep_start)
            i2c_sim_tag(m->sim, m->node, 0, (uint16_t)i);
        if ((message->address & 1) != 0)
            run_read(w, message, outcome);
        else
            run_write(w, message, outcome);
        if (m->abandoned)
            outcome->end = MASTER_ABANDONED;
        else if (i2c_sim_budget_spent(m->sim))
            outcome->end = MASTER_STUCK;
    }
    w->messages = 0;
}

// ---- life -----------------------------------------------------------------------------------

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    wire_edge(ctx, line, high, now_ps);
}

/// setup(): begin(), setClock(), setWireTimeout().
static void sketch_setup(wire *w)
{
    const master_spec *spec = &w->base.spec;
    wire_set_clock(w, spec->scl_hz);
    wire_set_wire_timeout(w, (uint32_t)(spec->value[P_TIMEOUT] / I2C_PS_PER_US),
                          spec->value[P_ON_TIMEOUT] == TIMEOUT_RESET);
}

static i2c_status attach(master *m)
{
    wire *w = wire_in(m);
    const i2c_status status = master_join(m, I2C_HEAR_ALL, on_edge);
    if (status != I2C_OK)
        return status;
    w->split_cycles = (uint32_t)m->spec.value[P_SPLIT];
    w->millis = m->spec.value[P_MILLIS] == YES;
    wire_init(w);
    sketch_setup(w);
    return I2C_OK;
}

static void abandon(master *m)
{
    wire_halt(wire_in(m));
}

static void reset(master *m)
{
    wire_reset(wire_in(m));
    sketch_setup(wire_in(m));
}

/// The hardware is put into the state behind its own START.
static bool adopt_start(master *m, i2c_node from)
{
    wire *w = wire_in(m);
    assert(!w->hardware.bits.claimed);
    i2c_node_hand_over(m->sim, from, m->node);
    bit_engine_adopt_start(&w->hardware.bits);
    w->in_rep_start = true;
    w->adopted = true;
    w->restart_out = false;
    w->silent_start = true;
    avr_twi_grab(&w->hardware);
    return true;
}

static const char *const speeds[] = {"100k", "400k", NULL};

const master_model master_model_arduino = {
    .info = {.name = "arduino",
             .about = "Arduino Wire on a 16 MHz AVR (ATmega328P), its TWI hardware",
             .source =
                 "ArduinoCore-avr 1.8 Wire and twi.c; times measured on compiled library code; "
                 "ATmega data sheet",
             .confidence = "software: exact; routine times: measured; edges within a clock: data "
                           "sheet and assumption",
             .duty = "4.875 / 5.125 us at 100 kHz, 1.125 / 1.375 us at 400 kHz",
             .stretch = "every bit, no limit (setWireTimeout: per call)",
             .limits = "32 bytes a transfer, cut silently; ACKs all read bytes but the last",
             .arbitration = "lets go, no retry, no STOP: write returns 4, a read the bytes so far",
             .not_modelled = "slave mode; other interrupts than millis(); bus errors; analogue "
                             "filters; requestFrom() of length 0 overwriting its own memory",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 1,
    .hz_max = 16000000,
    .bytes = sizeof(wire),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = abandon,
    .reset = reset,
    .adopt_start = adopt_start,
};
