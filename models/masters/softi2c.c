// MicroPython's SoftI2C: the bits of extmod/machine_i2c.c on two pins.
#include "models/masters/software.h"

#include <stdio.h>
#include <string.h>

typedef enum { P_TIMEOUT, P_PIN, P_CALL, P_JOIN, P_CONSTRUCTOR } softi2c_parameter;

static const char *const join_choice[] = {"mem", "plain", NULL};
enum { JOIN_MEM, JOIN_PLAIN };

static const master_parameter parameters[] = {
    {"timeout", "2us to 10s", "50ms", "how long SCL may stay low after each release"},
    {"pin", "0us to 100us", "0us", "what a change or a look at a pin takes, beyond the delays"},
    {"call", "0us to 10s", "20us", "the interpreter between two transfers"},
    {"join", "mem or plain", "mem",
     "how a read behind a write is written: readfrom_mem(), or writeto(stop=False), readfrom()"},
    {"constructor", "0us to 10s", "long ago",
     "the object is made as long before its first transfer: START and STOP without a clock"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_TIMEOUT] = {NULL, 2 * I2C_PS_PER_US, 10 * I2C_PS_PER_S, QUANTITY_TIME, false},
    [P_PIN] = {NULL, 0, 100 * I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_CALL] = {NULL, 0, 10 * I2C_PS_PER_S, QUANTITY_TIME, false},
    [P_JOIN] = {join_choice, 0, 0, QUANTITY_COUNT, false},
    [P_CONSTRUCTOR] = {NULL, 0, 10 * I2C_PS_PER_S, QUANTITY_TIME, true},
};

/// What OSError carries; a write returns the number of ACKs of its data.
enum { ERROR_NO_DEVICE = -19, ERROR_TIMED_OUT = -110 };

typedef struct {
    software_master software;
    bool constructed; ///< or asked not to be
} softi2c;

// ---- steps ----------------------------------------------------------------------------------

enum { NO_DELAY = BITBANG_NO_DELAY, D, CALL };

// mp_hal_i2c_scl_release(): the delay is over before it looks for the first time.
#define SCL_RELEASE                                                                                \
    {BITBANG_SCL_HIGH, D, 1},                                                                      \
    {                                                                                              \
        BITBANG_WAIT, NO_DELAY, 0                                                                  \
    }
#define SCL_LOW_AT_ONCE                                                                            \
    {                                                                                              \
        BITBANG_SCL_LOW, NO_DELAY, 0                                                               \
    }

static const bitbang_step call[] = {{BITBANG_PAUSE, CALL, 1}, BITBANG_END};
static const bitbang_step start[] = {
    {BITBANG_SDA_FLOAT, D, 1}, SCL_RELEASE, {BITBANG_SDA_START, D, 1}, BITBANG_END};
static const bitbang_step write_byte[] = {{BITBANG_PAUSE, D, 1}, SCL_LOW_AT_ONCE, BITBANG_END};
static const bitbang_step write_bit[] = {
    {BITBANG_SDA_BIT, D, 1}, SCL_RELEASE, SCL_LOW_AT_ONCE, BITBANG_END};
static const bitbang_step ack_in[] = {
    {BITBANG_SDA_FLOAT, D, 1}, SCL_RELEASE, {BITBANG_SAMPLE, D, 1}, SCL_LOW_AT_ONCE, BITBANG_END};
static const bitbang_step read_byte[] = {
    {BITBANG_PAUSE, D, 1}, {BITBANG_SCL_LOW, D, 1}, BITBANG_END};
static const bitbang_step read_bit[] = {
    SCL_RELEASE, {BITBANG_SAMPLE, NO_DELAY, 0}, {BITBANG_SCL_LOW, D, 1}, BITBANG_END};
static const bitbang_step ack_out[] = {{BITBANG_SDA_LOW, D, 1},
                                       SCL_RELEASE,
                                       SCL_LOW_AT_ONCE,
                                       {BITBANG_SDA_FLOAT, NO_DELAY, 0},
                                       BITBANG_END};
static const bitbang_step nack_out[] = {{BITBANG_PAUSE, D, 1},
                                        SCL_RELEASE,
                                        SCL_LOW_AT_ONCE,
                                        {BITBANG_SDA_FLOAT, NO_DELAY, 0},
                                        BITBANG_END};
static const bitbang_step stop[] = {{BITBANG_PAUSE, D, 1},     {BITBANG_SDA_LOW, D, 1},
                                    {BITBANG_SCL_HIGH, D, 1},  {BITBANG_WAIT_ANYWAY, NO_DELAY, 0},
                                    {BITBANG_SDA_FLOAT, D, 1}, BITBANG_END};
static const bitbang_step timeout_end[] = {{BITBANG_SDA_FLOAT, NO_DELAY, 0}, BITBANG_END};

static const bitbang_step *const steps[BITBANG_PHASES] = {
    [BITBANG_CALL] = call,
    [BITBANG_START] = start,
    [BITBANG_ADDRESS] = write_byte,
    [BITBANG_WRITE_NEXT] = write_byte,
    [BITBANG_WRITE_BIT] = write_bit,
    [BITBANG_ACK_IN] = ack_in,
    [BITBANG_READ_FIRST] = read_byte,
    [BITBANG_READ_NEXT] = read_byte,
    [BITBANG_READ_BIT] = read_bit,
    [BITBANG_ACK_OUT] = ack_out,
    [BITBANG_NACK_OUT] = nack_out,
    [BITBANG_STOP] = stop,
    [BITBANG_TIMEOUT_END] = timeout_end,
};

// ---- description ----------------------------------------------------------------------------

/// 500000 / clock in whole us, at least 1; `scl_hz` of a spec is already what that makes.
static uint64_t delay_us(uint32_t scl_hz)
{
    return scl_hz > 500000 ? 1 : 500000 / scl_hz;
}

static uint64_t delay_ps_of(const master_spec *spec)
{
    return delay_us(spec->scl_hz) * I2C_PS_PER_US;
}

/// Of the looks at SCL behind the delay, at 0, 1, 2 ... us, this one comes too late.
static uint64_t limit_ps_of(const master_spec *spec)
{
    return spec->value[P_TIMEOUT] / I2C_PS_PER_US * I2C_PS_PER_US;
}

/// The table is that of the clock asked for: that is what a user takes the bus for.
static void preset(master_spec *spec)
{
    const uint64_t d_us = delay_us(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, (d_us - 1) * I2C_PS_PER_US + limit_ps_of(spec)};
    if (spec->mode == I2C_MODE_SM)
        spec->wires = (i2c_wires){.rp_ohm = 4700, .cb_pf = 100, .tf_ns = 50};
    else
        spec->wires = (i2c_wires){.rp_ohm = 1800, .cb_pf = 100, .tf_ns = 20};
    spec->scl_hz = (uint32_t)(500000 / d_us);
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static void finish(master_spec *spec)
{
    static const char *const why = "every interval is the delay, in whole us, counted from the pin";
    const master_wire_times w = master_wire_times_of(&spec->wires);
    const uint64_t d_ps = delay_ps_of(spec);
    const uint64_t pin_ps = spec->value[P_PIN];
    const uint64_t high_ps = less(d_ps + 2 * pin_ps, w.rise_ps[I2C_AT_70]); // from the release
    static const char *const spent = "behind a stretch the delay is already spent";
    master_spec_knows_behind_stretch(spec, I2C_T_HIGH, spent);
    master_spec_knows_behind_stretch(spec, I2C_T_SU_STA, spent);
    master_spec_knows_behind_stretch(spec, I2C_T_SU_STO, spent);
    // Behind a stretch it samples at its next look, else when the delay is over.
    const uint64_t late_ps = less(d_ps + 2 * pin_ps, w.rise_ps[spec->threshold]);
    const uint64_t look_ps = I2C_PS_PER_US + pin_ps;
    const uint64_t most_ps = late_ps > look_ps ? late_ps : look_ps;
    spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RISE, 0, most_ps};
    spec->ack_sample = spec->data_sample;
    master_spec_knows_early_sda(spec, less(w.fall_ps[I2C_AT_30], pin_ps),
                                "SDA moves together with SCL's fall");
    software_knows_if_short(spec, I2C_T_LOW,
                            less(d_ps + pin_ps + w.rise_ps[I2C_AT_30], w.fall_ps[I2C_AT_30]), why);
    software_knows_if_short(spec, I2C_T_HIGH, high_ps, why);
    software_knows_if_short(spec, I2C_T_SU_STA, high_ps, why);
    software_knows_if_short(spec, I2C_T_PERIOD, 2 * d_ps + 4 * pin_ps, why);
}

// ---- transfers ------------------------------------------------------------------------------

/// start() leaves SCL high: another START releases SDA, which is a STOP, first.
static bool starts_behind_start(const softi2c *s, const master_transfer *transfer)
{
    bool high = s->software.bang.claimed && s->software.bang.scl_high;
    for (uint32_t i = 0; i < transfer->count; i++) {
        const master_message *m = &transfer->message[i];
        if (high && m->begin == MASTER_TRUE_REPEAT)
            return true;
        high = !m->addressed && !m->stop;
    }
    return false;
}

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {
        .who = "SoftI2C", .stops_at_nack = true, .acks_all_but_last = true};
    if (starts_behind_start((const softi2c *)m, transfer))
        return master_refuses(why, why_bytes, "SoftI2C makes a STOP between START and START");
    return master_limits_allow(&limits, transfer, software_is_open(m), cut_is_fine, why, why_bytes);
}

/// readfrom_mem() and a write that came to nothing: one more, empty, with a STOP. After a NACKed
/// memory address that begins with an Sr, and nobody is told. Behind a refused address it is that
/// address once more; behind a refused byte it is nothing that anybody asked for.
static void write_nothing(master *m, const master_message *failed, master_outcome *outcome)
{
    sequencer *sequence = &software_of(m)->sequence;
    const master_message empty = {
        .begin = MASTER_JOIN, .addressed = true, .address = failed->address, .stop = true};
    const master_transfer again = {&empty, 1};
    master_outcome second;
    memset(&second, 0, sizeof second);
    const bool addresses_again = sequence->ending == SEQUENCE_ADDRESS_NACK;
    sequence->first_attempt = 1;
    sequence->first_message = addresses_again ? outcome->message : MASTER_NO_MESSAGE;
    sequencer_run(sequence, &again, &second);
    sequence->first_attempt = 0;
    sequence->first_message = 0;
    if (second.end > MASTER_NACKED) {
        outcome->end = second.end;
        memcpy(outcome->why, second.why, sizeof outcome->why);
    }
}

static bool is_memory_read(const master *m, const master_transfer *transfer, uint32_t failed)
{
    const master_message *message = &transfer->message[failed];
    return m->spec.value[P_JOIN] == JOIN_MEM && !message->stop && failed + 1 < transfer->count &&
           (message->address & 1) == 0 && (message[1].address & 1) != 0;
}

static int returns(const sequencer *s)
{
    switch (s->ending) {
    case SEQUENCE_ADDRESS_NACK:
        return ERROR_NO_DEVICE;
    case SEQUENCE_TIMED_OUT:
        return ERROR_TIMED_OUT;
    default:
        return s->reading || s->in_address ? 0 : (int)s->byte;
    }
}

/// The constructor ends what may hang on the bus with a STOP; an idle one sees a START before it.
static void construct(softi2c *s)
{
    master *m = &s->software.base;
    s->constructed = true;
    sequencer_stop(&s->software.sequence);
    if (!m->abandoned)
        (void)i2c_sim_run_until(m->sim, &m->abandoned,
                                i2c_sim_now_ps(m->sim) + m->spec.value[P_CONSTRUCTOR]);
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    softi2c *s = (softi2c *)m;
    if (!s->constructed)
        construct(s);
    if (m->abandoned || i2c_sim_budget_spent(m->sim)) {
        outcome->end = m->abandoned ? MASTER_ABANDONED : MASTER_STUCK;
        return;
    }
    software_run(m, transfer, outcome);
    outcome->returned = returns(&s->software.sequence);
    if (outcome->end == MASTER_NACKED && is_memory_read(m, transfer, outcome->message))
        write_nothing(m, &transfer->message[outcome->message], outcome);
}

// ---- life -----------------------------------------------------------------------------------

static void construct_again(master *m)
{
    ((softi2c *)m)->constructed = m->spec.value[P_CONSTRUCTOR] == MASTER_NOT_GIVEN;
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy = {.no_arbitration = true, .data_nack = SEQUENCE_END};
    const i2c_status status = software_attach(m, steps, &policy);
    if (status != I2C_OK)
        return status;
    bitbang *b = &software_of(m)->bang;
    b->delay_ps[D] = delay_ps_of(&m->spec);
    b->delay_ps[CALL] = m->spec.value[P_CALL];
    b->action_ps = m->spec.value[P_PIN];
    b->poll_ps = I2C_PS_PER_US;
    b->limit_ps = limit_ps_of(&m->spec);
    construct_again(m);
    return I2C_OK;
}

static void reset(master *m)
{
    software_reset(m);
    construct_again(m);
}

static const char *const speeds[] = {"400k", "100k", NULL};

const master_model master_model_softi2c = {
    .info = {.name = "softi2c",
             .about = "MicroPython's machine.SoftI2C, as on ESP8266 and wherever pins are free",
             .source = "micropython/micropython: extmod/machine_i2c.c",
             .confidence = "steps and delays: exact; time of a pin access and of a call: assumed",
             .duty = "500000 / clock us low and high, whole us: 5 us at 100 kHz, 1 us at 400 kHz",
             .stretch = "every rise, looked at after the delay and then each us, 50 ms; it then "
                        "leaves the bus without a STOP",
             .limits = "stops sending at a NACK; ACKs all read bytes but the last",
             .not_modelled = "garbage collection and other threads between two pins; readinto() "
                             "with an ACK at its end; the ports' hardware I2C",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 1000,
    .hz_max = 1000000,
    .bytes = sizeof(softi2c),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = software_abandon,
    .reset = reset,
    .adopt_start = software_adopt_start,
};
