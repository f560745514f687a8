// The LEGO EV3 with Pybricks: a state machine on the AM1808's PRU, looked in at 20 000 times a
// second, open drain, that waits for SCL.
#include "models/masters/software.h"

typedef enum { P_TICK, P_EPS, P_QUIRK } pybricks_parameter;
enum { QUIRK_NO, QUIRK_YES };
static const char *const quirk_choice[] = {"no", "yes", NULL};

static const master_parameter parameters[] = {
    {"tick", "1us to 1ms", "50us", "half a clock"},
    {"eps", "0us to 1us", "300ns", "SCL to SDA within one handler"},
    {"quirk", "no or yes", "no",
     "the NXT quirk: joins with STOP, clock and START; 100 ms from START to START"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_TICK] = {NULL, I2C_PS_PER_US, I2C_PS_PER_MS, QUANTITY_TIME, false},
    [P_EPS] = {NULL, 0, I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_QUIRK] = {quirk_choice, 0, 0, QUANTITY_COUNT, false},
};

/// pbio_error_t
enum { ERROR_INVALID_ARGUMENT = 2, ERROR_IO = 3, ERROR_TIMED_OUT = 10 };

/// Looks at a line that is not high, of all waits of a transfer together.
enum { PATIENCE_LOOKS = 10000 };

// ---- steps ----------------------------------------------------------------------------------

enum { NONE = BITBANG_NO_DELAY, TICK, EPS, HOST, SPACE };
#define HOST_PS  (100 * I2C_PS_PER_US) // interrupt, event loop and the next call: a guess
#define SPACE_PS (100 * I2C_PS_PER_MS)

// A tick lets SCL go, the next one looks whether it is up, and goes on in the same handler.
#define SCL_UP                                                                                     \
    {BITBANG_SCL_HIGH, TICK, 1},                                                                   \
    {                                                                                              \
        BITBANG_WAIT, NONE, 0                                                                      \
    }
#define START_WHEN_FREE                                                                            \
    {BITBANG_WAIT_FREE, NONE, 0},                                                                  \
    {                                                                                              \
        BITBANG_SDA_START, TICK, 1                                                                 \
    }

static const bitbang_step call[] = {
    {BITBANG_PAUSE, HOST, 1}, {BITBANG_ALIGN, TICK, 1}, BITBANG_END};
static const bitbang_step retry[] = {
    {BITBANG_PAUSE, HOST, 1}, {BITBANG_ALIGN, TICK, 1}, BITBANG_END};
static const bitbang_step spaced[] = {
    {BITBANG_SPACE, SPACE, 1}, {BITBANG_PAUSE, HOST, 1}, {BITBANG_ALIGN, TICK, 1}, BITBANG_END};
static const bitbang_step start[] = {START_WHEN_FREE, BITBANG_END};
static const bitbang_step repeated_start[] = {
    {BITBANG_SCL_LOW, TICK, 1}, {BITBANG_SCL_HIGH, TICK, 1}, START_WHEN_FREE, BITBANG_END};
static const bitbang_step stop_clock_start[] = {{BITBANG_SCL_LOW, EPS, 1},
                                                {BITBANG_SDA_LOW, TICK, 1},
                                                SCL_UP,
                                                {BITBANG_SDA_FLOAT, TICK, 1},
                                                {BITBANG_SCL_LOW, TICK, 1},
                                                {BITBANG_SCL_HIGH, TICK, 1},
                                                START_WHEN_FREE,
                                                BITBANG_END};
static const bitbang_step write_bit[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_BIT, TICK, 1}, SCL_UP, BITBANG_END};
static const bitbang_step read_bit[] = {{BITBANG_SCL_LOW, EPS, 1},
                                        {BITBANG_SDA_FLOAT, TICK, 1},
                                        SCL_UP,
                                        {BITBANG_SAMPLE, NONE, 0},
                                        BITBANG_END};
static const bitbang_step ack_out[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_LOW, TICK, 1}, SCL_UP, BITBANG_END};
static const bitbang_step nack_out[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_FLOAT, TICK, 1}, SCL_UP, BITBANG_END};
static const bitbang_step stop[] = {{BITBANG_SCL_LOW, EPS, 1},
                                    {BITBANG_SDA_LOW, TICK, 1},
                                    SCL_UP,
                                    {BITBANG_SDA_FLOAT, HOST, 1},
                                    BITBANG_END};
static const bitbang_step nothing[] = {BITBANG_END};

#define STEPS_OF_BOTH                                                                              \
    [BITBANG_START] = start, [BITBANG_WRITE_BIT] = write_bit, [BITBANG_ACK_IN] = read_bit,         \
    [BITBANG_READ_BIT] = read_bit, [BITBANG_ACK_OUT] = ack_out, [BITBANG_NACK_OUT] = nack_out,     \
    [BITBANG_STOP] = stop, [BITBANG_ADDRESS_NACK_END] = nothing, [BITBANG_DATA_NACK_END] = nothing

static const bitbang_step *const plain_steps[BITBANG_PHASES] = {
    STEPS_OF_BOTH,
    [BITBANG_CALL] = call,
    [BITBANG_RETRY] = retry,
    [BITBANG_RESTART] = repeated_start,
};
static const bitbang_step *const quirk_steps[BITBANG_PHASES] = {
    STEPS_OF_BOTH,
    [BITBANG_CALL] = spaced,
    [BITBANG_RETRY] = spaced,
    [BITBANG_RESTART] = stop_clock_start,
};

// ---- model ----------------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    const uint64_t tick_ps = spec->value[P_TICK];
    spec->scl_hz = (uint32_t)(I2C_PS_PER_S / (2 * tick_ps));
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->wires = (i2c_wires){.rp_ohm = 82000, .cb_pf = 50, .tf_ns = 100};
    // The first look comes one tick after SCL was let go of.
    spec->stretch = (master_stretch){MASTER_WAITS, PATIENCE_LOOKS * tick_ps};
    spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RISE, 0, tick_ps};
    spec->ack_sample = spec->data_sample;
}

/// What SCL was held for is gone from the phase behind it, which ends with the tick all the same.
static void finish(master_spec *spec)
{
    static const char *const why = "SCL that was held stays high until the next tick only";
    master_spec_knows_behind_stretch(spec, I2C_T_HIGH, why);
    if (spec->value[P_QUIRK] == QUIRK_NO) // else no slave holds the clock before it
        master_spec_knows_behind_stretch(spec, I2C_T_SU_STA, why);
    master_spec_knows_behind_stretch(spec, I2C_T_SU_STO, why);
    const uint64_t fall_ps = master_wire_times_of(&spec->wires).fall_ps[I2C_AT_30];
    const uint64_t eps_ps = spec->value[P_EPS];
    master_spec_knows_early_sda(spec, fall_ps > eps_ps ? fall_ps - eps_ps : 0,
                                "SDA moves right behind SCL");
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy = {.no_arbitration = true, .transfer_retries = 1};
    const bool quirk = m->spec.value[P_QUIRK] == QUIRK_YES;
    const i2c_status status = software_attach(m, quirk ? quirk_steps : plain_steps, &policy);
    if (status != I2C_OK)
        return status;
    bitbang *b = &software_of(m)->bang;
    b->delay_ps[TICK] = m->spec.value[P_TICK];
    b->delay_ps[EPS] = m->spec.value[P_EPS];
    b->delay_ps[HOST] = HOST_PS;
    b->delay_ps[SPACE] = SPACE_PS;
    b->within = 1u << EPS;
    b->poll_ps = m->spec.value[P_TICK];
    b->limit_ps = (PATIENCE_LOOKS - 1) * m->spec.value[P_TICK]; // from the first look to the last
    b->limit_is_total = true;
    return I2C_OK;
}

static const master_limits limits = {
    .who = "Pybricks",
    .needs_address = true,
    .needs_stop = true,
    .no_empty_read = true, // it would become a write
    .stops_at_nack = true,
    .acks_all_but_last = true,
    .joins_reads_only = true,
    .joined_max = 2,
    .write_max = 255,
    .read_max = 255,
};

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    master_limits l = limits;
    l.no_true_repeat = m->spec.value[P_QUIRK] == QUIRK_YES;
    return master_limits_allow(&l, transfer, software_is_open(m), cut_is_fine, why, why_bytes);
}

static int returns(const sequencer *s)
{
    switch (s->ending) {
    case SEQUENCE_DONE:
        return 0;
    case SEQUENCE_TIMED_OUT:
        return ERROR_TIMED_OUT;
    default:
        return ERROR_IO;
    }
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    if (!master_limits_keep_lengths(&limits, transfer)) {
        outcome->end = MASTER_GAVE_UP;
        outcome->returned = ERROR_INVALID_ARGUMENT;
        (void)master_refuses(outcome->why, sizeof outcome->why, "at most 255 bytes each way");
        return;
    }
    software_run(m, transfer, outcome);
    outcome->returned = returns(&software_of(m)->sequence);
}

static const char *const speeds[] = {"10k", NULL};

const master_model master_model_ev3_pybricks = {
    .info = {.name = "ev3_pybricks",
             .about = "LEGO EV3 brick with Pybricks, whose I2C is on the PRU",
             .source = "source of Pybricks (pybricks/pybricks-pru: main.c; "
                       "pybricks/pybricks-micropython: lib/pbio/drv/i2c/i2c_ev3.c)",
             .confidence = "ticks and their order: exact; eps, the wires and the time between "
                           "transfers: by code and hardware kit, never measured here",
             .duty = "2 ticks a clock, half each, no gaps; behind a stretch SCL is high until the "
                     "next tick only",
             .stretch = "every rise, looked at each tick, 500 ms of a transfer together with the "
                        "wait for a free bus; then SDA is released, without STOP",
             .limits = "255 bytes each way; a read behind a write joins by Sr; a NACK ends without "
                       "STOP and the whole transfer is tried once more",
             .not_modelled = "the other ports; what the brick does between two transfers",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 10000,
    .hz_max = 10000,
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
