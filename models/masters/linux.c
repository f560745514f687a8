// Linux's i2c-gpio: the bits of i2c-algo-bit on two GPIO pins.
#include "models/masters/software.h"

#include <stdio.h>

typedef enum { P_UDELAY, P_TIMEOUT, P_RETRIES, P_PIN, P_CALL } linux_parameter;

static const master_parameter parameters[] = {
    {"udelay", "1us to 500us", "by clock", "half a clock, the device tree's i2c-gpio,delay-us"},
    {"timeout", "1ms to 10s", "100ms", "how long SCL may stay low after each release"},
    {"retries", "0 to 16", "3", "further attempts at an address that is not ACKed"},
    {"pin", "0us to 100us", "0us", "what a change of a pin takes, beyond the delays"},
    {"call", "0us to 10s", "20us", "the way through the kernel before each transfer"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_UDELAY] = {NULL, I2C_PS_PER_US, 500 * I2C_PS_PER_US, QUANTITY_TIME, true},
    [P_TIMEOUT] = {NULL, I2C_PS_PER_MS, 10 * I2C_PS_PER_S, QUANTITY_TIME, false},
    [P_RETRIES] = {NULL, 0, 16, QUANTITY_COUNT, false},
    [P_PIN] = {NULL, 0, 100 * I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_CALL] = {NULL, 0, 10 * I2C_PS_PER_S, QUANTITY_TIME, false},
};

/// What i2c_transfer() returns instead of the number of messages.
enum { ERROR_IO = -5, ERROR_NO_DEVICE = -6, ERROR_TIMED_OUT = -110 };

typedef struct {
    software_master software;
    sequence_policy policy; ///< retries are a parameter
} linux_master;

// ---- steps ----------------------------------------------------------------------------------

/// With u = udelay: (u + 1) / 2 before SCL rises, u, u / 2 behind its fall.
enum { NO_DELAY = BITBANG_NO_DELAY, SETUP, U, HOLD, CALL };

// drivers/i2c/algos/i2c-algo-bit.c, function by function.
#define SCLHI                                                                                      \
    {BITBANG_SCL_HIGH, NO_DELAY, 0},                                                               \
    {                                                                                              \
        BITBANG_WAIT, U, 1                                                                         \
    }
#define SCLLO                                                                                      \
    {                                                                                              \
        BITBANG_SCL_LOW, HOLD, 1                                                                   \
    }
#define SCLHI_WHATEVER                                                                             \
    {BITBANG_SCL_HIGH, NO_DELAY, 0},                                                               \
    {                                                                                              \
        BITBANG_WAIT_ANYWAY, U, 1                                                                  \
    }

static const bitbang_step call[] = {{BITBANG_PAUSE, CALL, 1}, BITBANG_END};
static const bitbang_step retry[] = {{BITBANG_PAUSE, U, 1}, BITBANG_END};
static const bitbang_step start[] = {{BITBANG_SDA_START, U, 1}, SCLLO, BITBANG_END};
static const bitbang_step repeated_start[] = {
    {BITBANG_SDA_FLOAT, SETUP, 1}, SCLHI_WHATEVER, {BITBANG_SDA_START, U, 1}, SCLLO, BITBANG_END};
static const bitbang_step write_bit[] = {{BITBANG_SDA_BIT, SETUP, 1}, SCLHI, SCLLO, BITBANG_END};
static const bitbang_step ack_in[] = {
    {BITBANG_SDA_FLOAT, SETUP, 1}, SCLHI, {BITBANG_SAMPLE, NO_DELAY, 0}, SCLLO, BITBANG_END};
static const bitbang_step read_byte[] = {{BITBANG_SDA_FLOAT, SETUP, 1}, BITBANG_END};
static const bitbang_step read_bit[] = {
    SCLHI, {BITBANG_SAMPLE, NO_DELAY, 0}, {BITBANG_SCL_LOW, U, 1}, BITBANG_END};
static const bitbang_step read_last_bit[] = {
    SCLHI, {BITBANG_SAMPLE, NO_DELAY, 0}, SCLLO, BITBANG_END};
static const bitbang_step ack_out[] = {{BITBANG_SDA_LOW, SETUP, 1}, SCLHI, SCLLO, BITBANG_END};
static const bitbang_step nack_out[] = {{BITBANG_PAUSE, SETUP, 1}, SCLHI, SCLLO, BITBANG_END};
static const bitbang_step stop[] = {
    {BITBANG_SDA_LOW, SETUP, 1}, SCLHI_WHATEVER, {BITBANG_SDA_FLOAT, U, 1}, BITBANG_END};

static const bitbang_step *const steps[BITBANG_PHASES] = {
    [BITBANG_CALL] = call,
    [BITBANG_RETRY] = retry,
    [BITBANG_START] = start,
    [BITBANG_RESTART] = repeated_start,
    [BITBANG_WRITE_BIT] = write_bit,
    [BITBANG_ACK_IN] = ack_in,
    [BITBANG_READ_FIRST] = read_byte,
    [BITBANG_READ_NEXT] = read_byte,
    [BITBANG_READ_BIT] = read_bit,
    [BITBANG_READ_LAST_BIT] = read_last_bit,
    [BITBANG_ACK_OUT] = ack_out,
    [BITBANG_NACK_OUT] = nack_out,
    [BITBANG_STOP] = stop,
    [BITBANG_TIMEOUT_END] = stop,
};

// ---- description ----------------------------------------------------------------------------

static uint64_t udelay_us(const master_spec *spec)
{
    if (spec->value[P_UDELAY] != MASTER_NOT_GIVEN)
        return spec->value[P_UDELAY] / I2C_PS_PER_US;
    return (500000 + spec->scl_hz - 1) / spec->scl_hz;
}

static void preset(master_spec *spec)
{
    spec->scl_hz = (uint32_t)(500000 / udelay_us(spec));
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, spec->value[P_TIMEOUT]};
    if (spec->mode == I2C_MODE_SM)
        spec->wires = (i2c_wires){.rp_ohm = 4700, .cb_pf = 100, .tf_ns = 50};
    else
        spec->wires = (i2c_wires){.rp_ohm = 1800, .cb_pf = 100, .tf_ns = 20};
}

/// What udelay() leaves of the table on given wires; SCL's high counts from where it is seen.
static void finish(master_spec *spec)
{
    static const char *const why = "all intervals are udelay or half of it";
    const master_wire_times w = master_wire_times_of(&spec->wires);
    const uint64_t u_ps = udelay_us(spec) * I2C_PS_PER_US;
    const uint64_t sample_ps[2] = {u_ps + spec->value[P_PIN], u_ps + spec->value[P_PIN]};
    master_spec_samples_after_rise(spec, sample_ps);
    const uint64_t late_ps = w.rise_ps[I2C_AT_70] - w.rise_ps[spec->threshold];
    const uint64_t free_ps = u_ps + spec->value[P_CALL];
    if (u_ps / 2 < I2C_PS_PER_US) // SDA changes together with SCL
        master_spec_knows_early_sda(spec, w.fall_ps[I2C_AT_30], why);
    software_knows_if_short(spec, I2C_T_LOW, u_ps - w.fall_ps[I2C_AT_30], why);
    software_knows_if_short(spec, I2C_T_SU_STA, u_ps > late_ps ? u_ps - late_ps : 0, why);
    software_knows_if_short(
        spec, I2C_T_BUF, free_ps > w.rise_ps[I2C_AT_70] ? free_ps - w.rise_ps[I2C_AT_70] : 0, why);
}

// ---- transfers ------------------------------------------------------------------------------

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {.who = "i2c-gpio",
                                         .needs_address = true,
                                         .needs_stop = true,
                                         .acks_all_but_last = true,
                                         .write_max = UINT16_MAX,
                                         .read_max = UINT16_MAX};
    return master_limits_allow(&limits, transfer, software_is_open(m), cut_is_fine, why, why_bytes);
}

static int returns(const sequencer *s, const master_transfer *transfer)
{
    switch (s->ending) {
    case SEQUENCE_ADDRESS_NACK:
        return ERROR_NO_DEVICE;
    case SEQUENCE_DATA_NACK:
        return ERROR_IO;
    case SEQUENCE_TIMED_OUT: // a read that times out in a data bit only comes out short
        return s->reading && s->clock != 9 ? ERROR_IO : ERROR_TIMED_OUT;
    default:
        return (int)transfer->count;
    }
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    software_run(m, transfer, outcome);
    outcome->returned = returns(&software_of(m)->sequence, transfer);
}

static i2c_status attach(master *m)
{
    linux_master *l = (linux_master *)m;
    l->policy = (sequence_policy){.no_arbitration = true,
                                  .address_retries = (unsigned)m->spec.value[P_RETRIES],
                                  .timeout_is_nack = true};
    const i2c_status status = software_attach(m, steps, &l->policy);
    if (status != I2C_OK)
        return status;
    const uint64_t u_us = udelay_us(&m->spec);
    bitbang *b = &l->software.bang;
    b->delay_ps[SETUP] = (u_us + 1) / 2 * I2C_PS_PER_US;
    b->delay_ps[U] = u_us * I2C_PS_PER_US;
    b->delay_ps[HOLD] = u_us / 2 * I2C_PS_PER_US;
    b->delay_ps[CALL] = m->spec.value[P_CALL];
    b->action_ps = m->spec.value[P_PIN];
    return I2C_OK;
}

static const char *const speeds[] = {"100k", "10k", NULL};

const master_model master_model_linux = {
    .info = {.name = "linux",
             .about = "Linux i2c-gpio: i2c-algo-bit on two GPIO pins",
             .source = "torvalds/linux: drivers/i2c/algos/i2c-algo-bit.c, busses/i2c-gpio.c",
             .confidence = "steps and delays: exact; time of a pin access and of a call: assumed",
             .duty = "udelay low, udelay high (5 us at 100 kHz)",
             .stretch =
                 "every rise, 100 ms each; an address is then tried again like a NACKed one, "
                 "an Sr or STOP goes on without its edge",
             .limits = "every transfer ends with a STOP; ACKs all read bytes but the last; 4 "
                       "attempts at an address",
             .not_modelled = "other load of the kernel; bus recovery; bit_test; open-drain "
                             "emulation of output-only pins; 10-bit addresses",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 1000,
    .hz_max = 500000,
    .bytes = sizeof(linux_master),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = software_abandon,
    .reset = software_reset,
    .adopt_start = software_adopt_start,
};
