// cocotbext-i2c's I2cMaster, as a testbench of HDL code runs it.
#include "models/masters/software.h"

typedef enum { P_SAMPLE, P_CALL } cocotb_parameter;

static const char *const sample_choice[] = {"early", "rise", NULL};
enum { SAMPLE_EARLY };

static const master_parameter parameters[] = {
    {"sample", "early or rise", "early",
     "when it looks at SDA: before it lets SCL rise, as released, or, since a later change, when "
     "it "
     "sees SCL high"},
    {"call", "0us to 1s", "5us", "the testbench before each transfer"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_SAMPLE] = {sample_choice, 0, 0, QUANTITY_COUNT, false},
    [P_CALL] = {NULL, 0, I2C_PS_PER_S, QUANTITY_TIME, false},
};

// ---- steps ----------------------------------------------------------------------------------

enum { NO_DELAY = BITBANG_NO_DELAY, HALF, BIT, CALL };

// cocotbext/i2c/i2c_master.py, function by function.
#define SCL_UP(delay)                                                                              \
    {BITBANG_SCL_HIGH, NO_DELAY, 0},                                                               \
    {                                                                                              \
        BITBANG_WAIT, (delay), (delay) != NO_DELAY                                                 \
    }
#define SCL_DOWN                                                                                   \
    {                                                                                              \
        BITBANG_SCL_LOW, HALF, 1                                                                   \
    }

static const bitbang_step call[] = {{BITBANG_PAUSE, CALL, 1}, BITBANG_END};
static const bitbang_step start[] = {{BITBANG_SDA_START, HALF, 1}, SCL_DOWN, BITBANG_END};
static const bitbang_step repeated_start[] = {
    {BITBANG_SDA_HIGH, HALF, 1}, SCL_UP(HALF), {BITBANG_SDA_START, HALF, 1}, SCL_DOWN, BITBANG_END};
static const bitbang_step write_bit[] = {
    {BITBANG_SDA_BIT, HALF, 1}, SCL_UP(BIT), SCL_DOWN, BITBANG_END};
static const bitbang_step read_early[] = {
    {BITBANG_SDA_HIGH, HALF, 1}, {BITBANG_SAMPLE, NO_DELAY, 0}, SCL_UP(BIT), SCL_DOWN, BITBANG_END};
static const bitbang_step read_at_rise[] = {
    {BITBANG_SDA_HIGH, HALF, 1}, SCL_UP(NO_DELAY), {BITBANG_SAMPLE, BIT, 1}, SCL_DOWN, BITBANG_END};
static const bitbang_step ack_out[] = {
    {BITBANG_SDA_LOW, HALF, 1}, SCL_UP(BIT), SCL_DOWN, BITBANG_END};
static const bitbang_step nack_out[] = {
    {BITBANG_SDA_HIGH, HALF, 1}, SCL_UP(BIT), SCL_DOWN, BITBANG_END};
static const bitbang_step stop[] = {
    {BITBANG_SDA_LOW, HALF, 1}, SCL_UP(HALF), {BITBANG_SDA_HIGH, HALF, 1}, BITBANG_END};

static const bitbang_step *const steps[BITBANG_PHASES] = {
    [BITBANG_CALL] = call,
    [BITBANG_START] = start,
    [BITBANG_RESTART] = repeated_start,
    [BITBANG_WRITE_BIT] = write_bit,
    [BITBANG_ACK_IN] = read_early,
    [BITBANG_READ_BIT] = read_early,
    [BITBANG_ACK_OUT] = ack_out,
    [BITBANG_NACK_OUT] = nack_out,
    [BITBANG_STOP] = stop,
};

// ---- description ----------------------------------------------------------------------------

/// What the clock that was asked for is taken for: half of it makes the timers, of whole ns.
static uint32_t asked_hz(const master_spec *spec)
{
    return 2 * spec->scl_hz;
}

static uint64_t half_ps(const master_spec *spec)
{
    return UINT64_C(500000000) / asked_hz(spec) * I2C_PS_PER_NS;
}

static uint64_t bit_ps(const master_spec *spec)
{
    return UINT64_C(1000000000) / asked_hz(spec) * I2C_PS_PER_NS;
}

/// A bit is low for the time that was meant for all of it, and high for as long. An HDL simulation
/// has no wires: ideal=0 puts it on a board.
static void preset(master_spec *spec)
{
    spec->scl_hz /= 2;
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, I2C_NEVER_PS};
    spec->wires = (i2c_wires){.ideal = true, .rp_ohm = 2200, .cb_pf = 100, .tf_ns = 20};
    const bool early = spec->value[P_SAMPLE] == SAMPLE_EARLY;
    const master_sample_kind kind =
        early ? MASTER_SAMPLES_BEFORE_RELEASE : MASTER_SAMPLES_AFTER_RISE;
    spec->data_sample = (master_sample){kind, 0, 0};
    spec->ack_sample = (master_sample){MASTER_SAMPLES_NEVER, 0, 0}; // a NACK is only logged
}

static void finish(master_spec *spec)
{
    const uint64_t half = half_ps(spec);
    const software_intervals made = {.low_ps = 2 * half,
                                     .high_ps = bit_ps(spec),
                                     .hold_ps = half,
                                     .setup_ps = half,
                                     .hd_sta_ps = half,
                                     .su_sta_ps = half,
                                     .su_sto_ps = half,
                                     .buf_ps = half + spec->value[P_CALL]};
    software_knows(spec, &made, "START, Sr and STOP take half of the bit that was asked for");
}

// ---- transfers ------------------------------------------------------------------------------

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {
        .who = "cocotbext-i2c", .needs_address = true, .acks_all_but_last = true};
    return master_limits_allow(&limits, transfer, software_is_open(m), cut_is_fine, why, why_bytes);
}

/// write() returns nothing, read() its bytes.
static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    software_run(m, transfer, outcome);
    outcome->returned = (int)outcome->bytes_read;
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy = {
        .no_arbitration = true, .address_nack = SEQUENCE_GO_ON, .data_nack = SEQUENCE_GO_ON};
    const i2c_status status = software_attach(m, steps, &policy);
    if (status != I2C_OK)
        return status;
    bitbang *b = &software_of(m)->bang;
    b->delay_ps[HALF] = half_ps(&m->spec);
    b->delay_ps[BIT] = bit_ps(&m->spec);
    b->delay_ps[CALL] = m->spec.value[P_CALL];
    if (m->spec.value[P_SAMPLE] != SAMPLE_EARLY) {
        b->steps[BITBANG_READ_BIT] = read_at_rise;
        b->steps[BITBANG_ACK_IN] = read_at_rise;
    }
    return I2C_OK;
}

static const char *const speeds[] = {"400k", "100k", NULL};

const master_model master_model_cocotb = {
    .info = {.name = "cocotb",
             .about = "cocotbext-i2c's I2cMaster, of HDL testbenches",
             .source = "alexforencich/cocotbext-i2c: cocotbext/i2c/i2c_master.py",
             .confidence = "steps and delays: exact; time between transfers: assumed",
             .duty = "half and half, at half of the clock asked for",
             .stretch = "every rise, no limit; but SDA is sampled before (sample=early)",
             .limits = "NACKs are only logged; ACKs all read bytes but the last",
             .not_modelled = "pauses of the testbench within a transfer; undefined levels",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 1000,
    .hz_max = 2000000,
    .bytes = sizeof(software_master),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = software_abandon,
    .reset = software_reset,
    .adopt_start = software_adopt_start,
};
