// A USB adapter that never reads SCL back: the family of CH341 and MPSSE boards, reduced to what a
// slave must live with.
#include "models/masters/software.h"

typedef enum { P_SCL, P_ACK_IGNORED, P_GAP_PER_BYTE, P_GAP_PER_8, P_CALL } usb100_parameter;

static const char *const scl_choice[] = {"open", "driven", NULL};
enum { SCL_OPEN, SCL_DRIVEN };
static const char *const no_yes[] = {"no", "yes", NULL};
enum { NO, YES };

static const master_parameter parameters[] = {
    {"scl", "open or driven", "open", "open drain, or push-pull"},
    {"ack_ignored", "no or yes", "no", "ACKs are never looked at, as by a CH341's driver"},
    {"gap_per_byte", "0us to 1s", "0us",
     "SCL low before each byte behind the address, as by MPSSE"},
    {"gap_per_8", "0us to 1s", "0us", "SCL low behind the address and every 8 bytes"},
    {"call", "0us to 1s", "125us", "USB before each transfer"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_SCL] = {scl_choice, 0, 0, QUANTITY_COUNT, false},
    [P_ACK_IGNORED] = {no_yes, 0, 0, QUANTITY_COUNT, false},
    [P_GAP_PER_BYTE] = {NULL, 0, I2C_PS_PER_S, QUANTITY_TIME, false},
    [P_GAP_PER_8] = {NULL, 0, I2C_PS_PER_S, QUANTITY_TIME, false},
    [P_CALL] = {NULL, 0, I2C_PS_PER_S, QUANTITY_TIME, false},
};

enum { PACKET_BYTES = 8 };

// ---- steps ----------------------------------------------------------------------------------

/// SCL low is HOLD and SETUP, high is SAMPLE and REST.
enum { NO_DELAY = BITBANG_NO_DELAY, HOLD, SETUP, SAMPLE, REST, PER_BYTE, PER_8, CALL };

#define LOW(sda)                                                                                   \
    {BITBANG_PAUSE, HOLD, 1},                                                                      \
    {                                                                                              \
        (sda), SETUP, 1                                                                            \
    }
#define HIGH                                                                                       \
    {BITBANG_SCL_HIGH, SAMPLE, 1},                                                                 \
    {                                                                                              \
        BITBANG_PAUSE, REST, 1                                                                     \
    }
#define HIGH_AND_SAMPLE                                                                            \
    {BITBANG_SCL_HIGH, SAMPLE, 1},                                                                 \
    {                                                                                              \
        BITBANG_SAMPLE, REST, 1                                                                    \
    }
#define FALL                                                                                       \
    {                                                                                              \
        BITBANG_SCL_LOW, NO_DELAY, 0                                                               \
    }
/// SDA falls and stays low for as long as SCL is high in a bit.
#define START {BITBANG_SDA_START, SAMPLE, 1}, {BITBANG_PAUSE, REST, 1}, FALL

static const bitbang_step call[] = {{BITBANG_PAUSE, CALL, 1}, BITBANG_END};
static const bitbang_step per_byte[] = {{BITBANG_PAUSE, PER_BYTE, 1}, BITBANG_END};
static const bitbang_step per_8[] = {{BITBANG_PAUSE, PER_8, 1}, BITBANG_END};
static const bitbang_step start[] = {START, BITBANG_END};
static const bitbang_step repeated_start[] = {LOW(BITBANG_SDA_FLOAT), HIGH, START, BITBANG_END};
static const bitbang_step write_bit[] = {LOW(BITBANG_SDA_BIT), HIGH, FALL, BITBANG_END};
static const bitbang_step read_bit[] = {LOW(BITBANG_SDA_FLOAT), HIGH_AND_SAMPLE, FALL, BITBANG_END};
static const bitbang_step ack_out[] = {LOW(BITBANG_SDA_LOW), HIGH, FALL, BITBANG_END};
static const bitbang_step nack_out[] = {LOW(BITBANG_SDA_FLOAT), HIGH, FALL, BITBANG_END};
static const bitbang_step stop[] = {
    LOW(BITBANG_SDA_LOW), HIGH, {BITBANG_SDA_FLOAT, HOLD, 1}, BITBANG_END};

static const bitbang_step *const steps[BITBANG_PHASES] = {
    [BITBANG_CALL] = call,
    [BITBANG_START] = start,
    [BITBANG_RESTART] = repeated_start,
    [BITBANG_WRITE_NEXT] = per_byte,
    [BITBANG_READ_FIRST] = per_byte,
    [BITBANG_READ_NEXT] = per_byte,
    [BITBANG_GAP] = per_8,
    [BITBANG_WRITE_BIT] = write_bit,
    [BITBANG_ACK_IN] = read_bit,
    [BITBANG_READ_BIT] = read_bit,
    [BITBANG_ACK_OUT] = ack_out,
    [BITBANG_NACK_OUT] = nack_out,
    [BITBANG_STOP] = stop,
};

// ---- description ----------------------------------------------------------------------------

static uint64_t half_ps(const master_spec *spec)
{
    return (I2C_PS_PER_S / 2 + spec->scl_hz - 1) / spec->scl_hz;
}

/// 1 us of 10.
static uint64_t hold_ps(const master_spec *spec)
{
    return half_ps(spec) / 5;
}

static void preset(master_spec *spec)
{
    spec->threshold = I2C_AT_50;
    spec->wires = (i2c_wires){.rp_ohm = 2200, .cb_pf = 100, .tf_ns = 50};
    spec->stretch = (master_stretch){MASTER_GOES_ON, 0};
    const uint64_t sample_ps = half_ps(spec) / 2;
    spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RELEASE, sample_ps, sample_ps};
    spec->ack_sample = spec->data_sample;
    if (spec->value[P_ACK_IGNORED] == YES)
        spec->ack_sample = (master_sample){MASTER_SAMPLES_NEVER, 0, 0};
}

static void finish(master_spec *spec)
{
    const uint64_t half = half_ps(spec);
    const uint64_t hold = hold_ps(spec);
    const software_intervals made = {.low_ps = half,
                                     .high_ps = half,
                                     .hold_ps = hold,
                                     .setup_ps = half - hold,
                                     .hd_sta_ps = half,
                                     .su_sta_ps = half,
                                     .su_sto_ps = half,
                                     .buf_ps = hold + spec->value[P_CALL],
                                     .blind = true,
                                     .push_pull_scl = spec->value[P_SCL] == SCL_DRIVEN};
    static const char *const cut = "a hold cuts SCL's high time: the grid goes on";
    software_knows(spec, &made, "it counts from its release of SCL, not from the rise");
    software_knows_cut_highs(spec, cut); // a pull also holds an SCL that is driven high
}

// ---- transfers ------------------------------------------------------------------------------

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {.who = "the adapter",
                                         .needs_address = true,
                                         .needs_stop = true,
                                         .acks_all_but_last = true,
                                         .write_max = UINT16_MAX,
                                         .read_max = UINT16_MAX};
    return master_limits_allow(&limits, transfer, software_is_open(m), cut_is_fine, why, why_bytes);
}

static i2c_status attach(master *m)
{
    static const sequence_policy checks = {.no_arbitration = true};
    static const sequence_policy ignores = {
        .no_arbitration = true, .address_nack = SEQUENCE_GO_ON, .data_nack = SEQUENCE_GO_ON};
    const master_spec *spec = &m->spec;
    const bool ignored = spec->value[P_ACK_IGNORED] == YES;
    const i2c_status status = software_attach(m, steps, ignored ? &ignores : &checks);
    if (status != I2C_OK)
        return status;
    bitbang *b = &software_of(m)->bang;
    b->push_pull_scl = spec->value[P_SCL] == SCL_DRIVEN;
    b->gap_every = PACKET_BYTES;
    b->delay_ps[HOLD] = hold_ps(spec);
    b->delay_ps[SETUP] = half_ps(spec) - hold_ps(spec);
    b->delay_ps[SAMPLE] = half_ps(spec) / 2;
    b->delay_ps[REST] = half_ps(spec) - half_ps(spec) / 2;
    b->delay_ps[PER_BYTE] = spec->value[P_GAP_PER_BYTE];
    b->delay_ps[PER_8] = spec->value[P_GAP_PER_8];
    b->delay_ps[CALL] = spec->value[P_CALL];
    return I2C_OK;
}

static const char *const speeds[] = {"100k", NULL};

const master_model master_model_usb100 = {
    .info = {.name = "usb100",
             .about = "USB adapter at 100 kHz without clock stretching",
             .source = "generic; its traits are those of gschorcht/i2c-ch341-usb, eblot/pyftdi and "
                       "harbaum/I2C-Tiny-USB",
             .confidence = "what is looked at and what is not: of the drivers; intervals: assumed",
             .duty = "5 us low, 5 us high; SDA changes after 1 us",
             .stretch = "never looks at SCL",
             .limits = "every transfer ends with a STOP; does not look whether the bus is free",
             .not_modelled = "limits of length (a CH341 takes 26 bytes), retries (pyftdi makes 3), "
                             "adaptive clocking; the waveforms of any one chip",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 1000,
    .hz_max = 100000,
    .bytes = sizeof(software_master),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = software_run,
    .abandon = software_abandon,
    .reset = software_reset,
    .adopt_start = software_adopt_start,
};
