// The LEGO EV3 with LEGO's own firmware (lms2012), and with ev3dev, whose driver grew out of it: a
// timer interrupt of 50 us, two to a clock, that writes SCL first and SDA right behind it, drives
// both ways, and never looks at SCL.
#include "models/masters/software.h"

typedef enum { P_TICK, P_EPS, P_WAIT, P_BARE_READS } ev3_parameter;
enum { WAIT_YES, WAIT_NO };
static const char *const wait_choice[] = {"yes", "no", NULL};
enum { BARE_READS_NO, BARE_READS_YES };
static const char *const bare_reads_choice[] = {"no", "yes", NULL};

#define PARAMETER_TICK                                                                             \
    {                                                                                              \
        "tick", "1us to 1ms", "50us", "half a clock"                                               \
    }
#define PARAMETER_EPS                                                                              \
    {                                                                                              \
        "eps", "0us to 1us", "300ns", "SCL to SDA within one handler"                              \
    }
static const master_parameter parameters[] = {
    PARAMETER_TICK,
    PARAMETER_EPS,
    {"wait", "yes or no", "yes", "no: an older build, without low time between bytes"},
    {"bare_reads", "yes or no", "no",
     "yes: reads without a write before them too, though the first goes out as two: one that is "
     "cut "
     "off behind its address, and one that is whole"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter ev3dev_parameters[] = {
    PARAMETER_TICK,
    PARAMETER_EPS,
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_TICK] = {NULL, I2C_PS_PER_US, I2C_PS_PER_MS, QUANTITY_TIME, false},
    [P_EPS] = {NULL, 0, I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_WAIT] = {wait_choice, 0, 0, QUANTITY_COUNT, false},
    [P_BARE_READS] = {bare_reads_choice, 0, 0, QUANTITY_COUNT, false},
};

/// What the calls return: lms2012's RESULT, and an errno.
enum { RESULT_OK = 0, RESULT_FAIL = 2, MINUS_ENXIO = -6 };

// ---- what both have -------------------------------------------------------------------------

enum { NONE = BITBANG_NO_DELAY, TICK, EPS, POLL, HOST };
#define EV3_POLL_PS    (2 * I2C_PS_PER_MS)   // the state timer of lms2012's driver
#define EV3DEV_HOST_PS (100 * I2C_PS_PER_US) // ev3dev: until the caller runs again; a guess

static const bitbang_step start[] = {{BITBANG_SCL_HIGH, TICK, 1}, // for the timer's sake
                                     {BITBANG_SCL_HIGH, EPS, 1},
                                     {BITBANG_SDA_START, TICK, 1},
                                     BITBANG_END};
static const bitbang_step stop_clock_start[] = {
    {BITBANG_SCL_LOW, EPS, 1},    {BITBANG_SDA_LOW, TICK, 1},
    {BITBANG_SCL_HIGH, TICK, 1},  {BITBANG_SCL_HIGH, EPS, 1},
    {BITBANG_SDA_HIGH, TICK, 1},  {BITBANG_SCL_LOW, TICK, 1},
    {BITBANG_SCL_HIGH, TICK, 1},  {BITBANG_SCL_HIGH, EPS, 1},
    {BITBANG_SDA_START, TICK, 1}, BITBANG_END};
static const bitbang_step write_bit[] = {{BITBANG_SCL_LOW, EPS, 1},
                                         {BITBANG_SDA_BIT, TICK, 1},
                                         {BITBANG_SCL_HIGH, TICK, 1},
                                         BITBANG_END};
// Bits and ACKs are read in the handler that lets SCL rise.
static const bitbang_step ack_in[] = {{BITBANG_SCL_LOW, EPS, 1},
                                      {BITBANG_SDA_FLOAT, TICK, 1},
                                      {BITBANG_SCL_HIGH, EPS, 1},
                                      {BITBANG_SAMPLE, TICK, 1},
                                      BITBANG_END};
static const bitbang_step read_first[] = {{BITBANG_SCL_LOW, TICK, 6}, BITBANG_END};
static const bitbang_step read_next[] = {{BITBANG_SCL_LOW, TICK, 3},
                                         {BITBANG_SCL_LOW, EPS, 1},
                                         {BITBANG_SDA_FLOAT, TICK, 1},
                                         BITBANG_END};
static const bitbang_step read_bit[] = {
    {BITBANG_SCL_HIGH, EPS, 1}, {BITBANG_SAMPLE, TICK, 1}, {BITBANG_SCL_LOW, TICK, 1}, BITBANG_END};
static const bitbang_step read_last_bit[] = {
    {BITBANG_SCL_HIGH, EPS, 1}, {BITBANG_SAMPLE, TICK, 1}, BITBANG_END};
static const bitbang_step ack_out[] = {{BITBANG_SCL_LOW, EPS, 1},
                                       {BITBANG_SDA_LOW, TICK, 1},
                                       {BITBANG_SCL_HIGH, TICK, 1},
                                       BITBANG_END};
static const bitbang_step nack_out[] = {{BITBANG_SCL_LOW, EPS, 1},
                                        {BITBANG_SDA_HIGH, TICK, 1},
                                        {BITBANG_SCL_HIGH, TICK, 1},
                                        BITBANG_END};

#define STEPS_OF_BOTH                                                                              \
    [BITBANG_START] = start, [BITBANG_RESTART] = stop_clock_start,                                 \
    [BITBANG_WRITE_BIT] = write_bit, [BITBANG_ACK_IN] = ack_in, [BITBANG_READ_BIT] = read_bit,     \
    [BITBANG_READ_LAST_BIT] = read_last_bit, [BITBANG_ACK_OUT] = ack_out,                          \
    [BITBANG_NACK_OUT] = nack_out

/// Enabling the port drives both lines high.
static i2c_status attach(master *m, const bitbang_step *const *steps, const sequence_policy *policy)
{
    const i2c_status status = software_attach(m, steps, policy);
    if (status != I2C_OK)
        return status;
    bitbang *b = &software_of(m)->bang;
    b->delay_ps[TICK] = m->spec.value[P_TICK];
    b->delay_ps[EPS] = m->spec.value[P_EPS];
    b->delay_ps[POLL] = EV3_POLL_PS;
    b->delay_ps[HOST] = EV3DEV_HOST_PS;
    b->within = 1u << EPS;
    b->push_pull_scl = true;
    b->push_pull_sda = true;
    i2c_node_set_both(m->sim, m->node, I2C_SCL, I2C_DRIVEN_HIGH, I2C_DRIVEN_HIGH);
    return I2C_OK;
}

static void preset(master_spec *spec)
{
    spec->scl_hz = (uint32_t)(I2C_PS_PER_S / (2 * spec->value[P_TICK]));
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->wires = (i2c_wires){.rp_ohm = 82000, .cb_pf = 50, .tf_ns = 100};
    spec->stretch = (master_stretch){MASTER_GOES_ON, 0};
    const uint64_t eps_ps = spec->value[P_EPS];
    spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RELEASE, eps_ps, eps_ps};
    spec->ack_sample = spec->data_sample;
}

/// SDA moves right behind SCL, which may still be on its way down.
static void finish(master_spec *spec)
{
    const uint64_t fall_ps = master_wire_times_of(&spec->wires).fall_ps[I2C_AT_30];
    const uint64_t eps_ps = spec->value[P_EPS];
    master_spec_knows_early_sda(spec, fall_ps > eps_ps ? fall_ps - eps_ps : 0,
                                "SDA moves right behind SCL");
}

// ---- lms2012 --------------------------------------------------------------------------------

static const master_limits ev3_limits = {
    .who = "the EV3",
    .needs_address = true,
    .no_true_repeat = true,
    .no_empty_write = true, // it would become a read
    .no_empty_read = true,
    .stops_at_nack = true,
    .acks_all_but_last = true,
    .joins_reads_only = true,
    .joined_max = 2,
    .write_max = 32,
    .read_max = 32,
};

static const sequence_policy ev3_policy = {.no_arbitration = true, .cuts_first_read = true};

// A call is taken up at one look of the state timer and sent at the next, which starts the tick.
static const bitbang_step ev3_call[] = {
    {BITBANG_ALIGN, POLL, 2}, {BITBANG_PAUSE, TICK, 1}, BITBANG_END};
// SDA becomes an output, at its old level, before the new bit is there.
static const bitbang_step ev3_write_next[] = {
    {BITBANG_SCL_LOW, TICK, 5}, {BITBANG_SDA_OUTPUT, NONE, 0}, BITBANG_END};
static const bitbang_step ev3_write_next_at_once[] = {
    {BITBANG_SCL_LOW, NONE, 0}, {BITBANG_SDA_OUTPUT, NONE, 0}, BITBANG_END};
static const bitbang_step ev3_read_first_at_once[] = {{BITBANG_SCL_LOW, TICK, 1}, BITBANG_END};
static const bitbang_step ev3_read_next_at_once[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_FLOAT, TICK, 1}, BITBANG_END};
// Neither a write nor a read has a STOP. The state timer sees the end when it looks next.
static const bitbang_step ev3_end[] = {{BITBANG_SCL_LOW, EPS, 1},   {BITBANG_SDA_FLOAT, TICK, 1},
                                       {BITBANG_SCL_HIGH, TICK, 2}, {BITBANG_SDA_FLOAT, NONE, 0},
                                       {BITBANG_ALIGN, POLL, 1},    BITBANG_END};
static const bitbang_step ev3_read_lost[] = {{BITBANG_SCL_LOW, EPS, 1},
                                             {BITBANG_SDA_LOW, TICK, 1},
                                             {BITBANG_SCL_HIGH, TICK, 2},
                                             {BITBANG_SCL_HIGH, EPS, 1},
                                             {BITBANG_SDA_FLOAT, NONE, 0},
                                             {BITBANG_ALIGN, POLL, 1},
                                             BITBANG_END};

static i2c_status ev3_attach(master *m)
{
    static const bitbang_step *const steps[BITBANG_PHASES] = {
        STEPS_OF_BOTH,
        [BITBANG_CALL] = ev3_call,
        [BITBANG_WRITE_NEXT] = ev3_write_next,
        [BITBANG_READ_FIRST] = read_first,
        [BITBANG_READ_NEXT] = read_next,
        [BITBANG_STOP] = ev3_end,
        [BITBANG_READ_LOST_END] = ev3_read_lost,
    };
    static const bitbang_step *const without_wait[BITBANG_PHASES] = {
        STEPS_OF_BOTH,
        [BITBANG_CALL] = ev3_call,
        [BITBANG_WRITE_NEXT] = ev3_write_next_at_once,
        [BITBANG_READ_FIRST] = ev3_read_first_at_once,
        [BITBANG_READ_NEXT] = ev3_read_next_at_once,
        [BITBANG_STOP] = ev3_end,
        [BITBANG_READ_LOST_END] = ev3_read_lost,
    };
    return attach(m, m->spec.value[P_WAIT] == WAIT_NO ? without_wait : steps, &ev3_policy);
}

static bool has_bare_read(const master_transfer *transfer)
{
    for (uint32_t i = 0; i < transfer->count; i++) {
        const master_message *message = &transfer->message[i];
        if ((message->address & 1) != 0 && (i == 0 || message[-1].stop))
            return true;
    }
    return false;
}

/// What the driver makes of longer requests is not known: they are never cut. A bare read is
/// another transfer on the wire than the one that was asked for, and a slave rightly holds SDA
/// where the first try is cut off.
static bool ev3_can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                    size_t why_bytes)
{
    (void)cut_is_fine;
    if (!master_limits_allow(&ev3_limits, transfer, software_is_open(m), false, why, why_bytes))
        return false;
    if (m->spec.value[P_BARE_READS] == BARE_READS_NO && has_bare_read(transfer))
        return master_refuses(why, why_bytes,
                              "the EV3 begins a read of its own with one that it cuts off");
    return true;
}

static void ev3_run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    software_run(m, transfer, outcome);
    outcome->returned = outcome->end == MASTER_DONE ? RESULT_OK : RESULT_FAIL;
}

// ---- ev3dev ---------------------------------------------------------------------------------

static const master_limits ev3dev_limits = {
    .who = "ev3dev",
    .needs_address = true,
    .no_true_repeat = true,
    .stops_at_nack = true,
    .acks_all_but_last = true,
    .joined_max = 2,
    .write_max = UINT16_MAX,
    .read_max = UINT16_MAX,
};

static const sequence_policy ev3dev_policy = {.no_arbitration = true};

static const bitbang_step ev3dev_call[] = {{BITBANG_PAUSE, TICK, 1}, BITBANG_END};
static const bitbang_step ev3dev_write_next[] = {{BITBANG_SCL_LOW, TICK, 5}, BITBANG_END};
static const bitbang_step ev3dev_stop[] = {{BITBANG_SCL_LOW, EPS, 1},    {BITBANG_SDA_LOW, TICK, 1},
                                           {BITBANG_SCL_HIGH, TICK, 2},  {BITBANG_SCL_HIGH, EPS, 1},
                                           {BITBANG_SDA_FLOAT, HOST, 1}, BITBANG_END};

static i2c_status ev3dev_attach(master *m)
{
    static const bitbang_step *const steps[BITBANG_PHASES] = {
        STEPS_OF_BOTH,
        [BITBANG_CALL] = ev3dev_call,
        [BITBANG_WRITE_NEXT] = ev3dev_write_next,
        [BITBANG_READ_FIRST] = read_first,
        [BITBANG_READ_NEXT] = read_next,
        [BITBANG_STOP] = ev3dev_stop,
    };
    return attach(m, steps, &ev3dev_policy);
}

static bool ev3dev_can(const master *m, const master_transfer *transfer, bool cut_is_fine,
                       char *why, size_t why_bytes)
{
    return master_limits_allow(&ev3dev_limits, transfer, software_is_open(m), cut_is_fine, why,
                               why_bytes);
}

static void ev3dev_run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    software_run(m, transfer, outcome);
    outcome->returned = outcome->end == MASTER_DONE ? RESULT_OK : MINUS_ENXIO;
}

// ---- models ---------------------------------------------------------------------------------

static const char *const speeds[] = {"10k", NULL};

const master_model master_model_ev3 = {
    .info = {.name = "ev3",
             .about = "LEGO EV3 brick with LEGO's firmware",
             .source = "source of lms2012 (mindboards/ev3sources: davinci-iic.c, d_iic.c)",
             .confidence = "ticks and their order: exact; eps and the wires: by code and hardware "
                           "kit, never measured here",
             .duty = "2 ticks a clock, half each; 6 ticks low between written bytes and before a "
                     "read, 4 between read bytes",
             .stretch = "ignored: SCL is driven and never read",
             .limits = "1 to 32 bytes each way; a read behind a write joins by STOP, clock and "
                       "START; no STOP behind a write or a read; reads only behind a write "
                       "(bare_reads=yes: also others, cut off behind the address once and begun "
                       "again)",
             .not_modelled = "a transfer without any byte (holds SCL low for ever); the other "
                             "ports, which lengthen ticks; the search for sensors when a port "
                             "comes up; faster rises of a line that is driven high",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 10000,
    .hz_max = 10000,
    .push_pull_sda = true,
    .bytes = sizeof(software_master),
    .preset = preset,
    .finish = finish,
    .attach = ev3_attach,
    .can = ev3_can,
    .run = ev3_run,
    .abandon = software_abandon,
    .reset = software_reset,
    .adopt_start = software_adopt_start,
};

const master_model master_model_ev3dev = {
    .info = {.name = "ev3dev",
             .about = "LEGO EV3 brick with ev3dev's kernel",
             .source = "source of ev3dev (ev3dev/ev3-kernel: legoev3-fiq.c; "
                       "ev3dev/lego-linux-drivers: legoev3_i2c.c)",
             .confidence = "ticks and their order: exact; eps, the wires and the time between "
                           "transfers: by code and hardware kit, never measured here",
             .duty = "2 ticks a clock, half each; 6 ticks low between written bytes and before a "
                     "read, 4 between read bytes",
             .stretch = "ignored: SCL is driven and never read",
             .limits = "two messages at most, joined by STOP, clock and START; always a STOP",
             .not_modelled = "the search for sensors; the other ports; faster rises of a line that "
                             "is driven high",
             .speeds = speeds,
             .parameter = ev3dev_parameters},
    .rule = rules,
    .hz_min = 10000,
    .hz_max = 10000,
    .push_pull_sda = true,
    .bytes = sizeof(software_master),
    .preset = preset,
    .finish = finish,
    .attach = ev3dev_attach,
    .can = ev3dev_can,
    .run = ev3dev_run,
    .abandon = software_abandon,
    .reset = software_reset,
    .adopt_start = software_adopt_start,
};
