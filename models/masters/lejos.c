// leJOS NXJ on the NXT: a state machine of two ticks a clock, driven by a timer interrupt at
// 9.6 kHz, or by a busy loop at 125 kHz, which waits for SCL.
#include "models/masters/software.h"

typedef enum { P_EPS, P_SETTLE, P_MODE, P_NO_RELEASE } lejos_parameter;
enum { MODE_LEGO, MODE_STANDARD, MODE_FAST };
enum { RELEASES, NO_RELEASE };
static const char *const mode_choice[] = {"lego", "standard", "125k", NULL};
static const char *const no_release_choice[] = {"no", "yes", NULL};

static const master_parameter parameters[] = {
    {"eps", "0us to 1us", "300ns", "SCL to SDA within one handler"},
    {"settle", "0us to 10us", "1us", "the same before a written bit: a loop of five rounds"},
    {"mode", "lego, standard or 125k", "lego",
     "lego joins with STOP, clock and START, and makes no STOP behind a read; 125k: standard mode "
     "with the fast clock"},
    {"no_release", "no or yes", "no",
     "yes: standard mode, fast or not, ends with SCL driven low and no STOP"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_EPS] = {NULL, 0, I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_SETTLE] = {NULL, 0, 10 * I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_MODE] = {mode_choice, 0, 0, QUANTITY_COUNT, false},
    [P_NO_RELEASE] = {no_release_choice, 0, 0, QUANTITY_COUNT, false},
};

/// What i2cComplete() returns instead of a number of bytes.
enum { ERROR_FAULT = -3, ERROR_LENGTH = -4, ERROR_BUS_BUSY = -5 };

enum { STRETCH_LOOKS = 100 }; // half bits that SCL may be held in

// ---- what it is -----------------------------------------------------------------------------

static bool is_fast(const master_spec *spec)
{
    return spec->value[P_MODE] == MODE_FAST;
}

static bool is_lego(const master_spec *spec)
{
    return spec->value[P_MODE] == MODE_LEGO;
}

/// The timer counts in half cycles of 48.054 85 MHz: 1251 of them, or 96.
static uint64_t tick_ps(const master_spec *spec)
{
    return (is_fast(spec) ? 3995 : 52066) * I2C_PS_PER_NS;
}

// ---- steps ----------------------------------------------------------------------------------

/// LOOKS: how long one look at a floating SCL lasts, five reads and the loop around them; a guess.
/// HOST: until the thread that waits runs again; a guess.
enum { NONE = BITBANG_NO_DELAY, TICK, EPS, SETTLE, LOOKS, HOST };
#define LOOKS_PS I2C_PS_PER_US
#define HOST_PS  I2C_PS_PER_MS

// The fast clock lets SCL float until it is up.
#define SCL_UP                                                                                     \
    {                                                                                              \
        BITBANG_SCL_HIGH, TICK, 1                                                                  \
    }
#define SCL_UP_FAST {BITBANG_SCL_FLOAT, LOOKS, 1}, {BITBANG_WAIT, NONE, 0}, SCL_UP

static const bitbang_step call[] = {
    {BITBANG_CHECK_FREE, NONE, 0}, {BITBANG_PAUSE, TICK, 1}, BITBANG_END};
static const bitbang_step call_held[] = {
    {BITBANG_CHECK_SDA, NONE, 0}, {BITBANG_PAUSE, TICK, 1}, BITBANG_END};
static const bitbang_step fast_call[] = {{BITBANG_CHECK_FREE, NONE, 0}, BITBANG_END};
static const bitbang_step fast_call_held[] = {{BITBANG_CHECK_SDA, NONE, 0}, BITBANG_END};

// The pins come back as they were left, which after a NACK makes a START and a STOP of their own.
#define START_WITH(scl_up)                                                                         \
    {BITBANG_SCL_OUTPUT, NONE, 0}, {BITBANG_SDA_OUTPUT, TICK, 1}, {BITBANG_SDA_HIGH, TICK, 1},     \
        scl_up, {BITBANG_SDA_START, TICK, 1}, BITBANG_END
#define REPEATED_START_WITH(scl_up)                                                                \
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_HIGH, TICK, 1}, scl_up, {BITBANG_SDA_START, TICK, 1},  \
        BITBANG_END
static const bitbang_step start[] = {START_WITH(SCL_UP)};
static const bitbang_step fast_start[] = {START_WITH(SCL_UP_FAST)};
static const bitbang_step repeated_start[] = {REPEATED_START_WITH(SCL_UP)};
static const bitbang_step fast_repeated_start[] = {REPEATED_START_WITH(SCL_UP_FAST)};
#define STOP_BETWEEN                                                                               \
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_LOW, TICK, 1}, {BITBANG_SCL_HIGH, TICK, 1},            \
    {                                                                                              \
        BITBANG_SDA_HIGH, TICK, 1                                                                  \
    }
static const bitbang_step stop_clock_start[] = {STOP_BETWEEN, REPEATED_START_WITH(SCL_UP)};

static const bitbang_step write_bit[] = {
    {BITBANG_SCL_LOW, SETTLE, 1}, {BITBANG_SDA_BIT, TICK, 1}, SCL_UP, BITBANG_END};
static const bitbang_step fast_write_bit[] = {
    {BITBANG_SCL_LOW, SETTLE, 1}, {BITBANG_SDA_BIT, TICK, 1}, SCL_UP_FAST, BITBANG_END};
// The ACK is read in the handler that lets SCL rise, data in the one that pulls it.
static const bitbang_step ack_in[] = {{BITBANG_SCL_LOW, EPS, 1},
                                      {BITBANG_SDA_FLOAT, TICK, 1},
                                      {BITBANG_SCL_HIGH, EPS, 1},
                                      {BITBANG_SAMPLE, TICK, 1},
                                      BITBANG_END};
static const bitbang_step fast_ack_in[] = {{BITBANG_SCL_LOW, EPS, 1},
                                           {BITBANG_SDA_FLOAT, TICK, 1},
                                           {BITBANG_SCL_FLOAT, LOOKS, 1},
                                           {BITBANG_WAIT, NONE, 0},
                                           {BITBANG_SCL_HIGH, EPS, 1},
                                           {BITBANG_SAMPLE, TICK, 1},
                                           BITBANG_END};
static const bitbang_step read_first[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_FLOAT, TICK, 1}, BITBANG_END};
static const bitbang_step lego_read_first[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_FLOAT, TICK, 7}, BITBANG_END};
static const bitbang_step read_bit[] = {
    SCL_UP, {BITBANG_SAMPLE, NONE, 0}, {BITBANG_SCL_LOW, TICK, 1}, BITBANG_END};
static const bitbang_step fast_read_bit[] = {
    SCL_UP_FAST, {BITBANG_SAMPLE, NONE, 0}, {BITBANG_SCL_LOW, TICK, 1}, BITBANG_END};
static const bitbang_step read_last_bit[] = {SCL_UP, {BITBANG_SAMPLE, NONE, 0}, BITBANG_END};
static const bitbang_step fast_read_last_bit[] = {
    SCL_UP_FAST, {BITBANG_SAMPLE, NONE, 0}, BITBANG_END};
static const bitbang_step ack_out[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_LOW, TICK, 1}, SCL_UP, BITBANG_END};
static const bitbang_step fast_ack_out[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_LOW, TICK, 1}, SCL_UP_FAST, BITBANG_END};
static const bitbang_step nack_out[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_HIGH, TICK, 1}, SCL_UP, BITBANG_END};
static const bitbang_step fast_nack_out[] = {
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_HIGH, TICK, 1}, SCL_UP_FAST, BITBANG_END};

// RELEASE lets go of the pins that the mode lets go of: of both, or of SDA.
#define LET_GO                                                                                     \
    {BITBANG_SCL_FLOAT, NONE, 0},                                                                  \
    {                                                                                              \
        BITBANG_SDA_FLOAT, HOST, 1                                                                 \
    }
#define LET_SDA_GO                                                                                 \
    {                                                                                              \
        BITBANG_SDA_FLOAT, HOST, 1                                                                 \
    }
#define STOP_WITH(scl_up)                                                                          \
    {BITBANG_SCL_LOW, EPS, 1}, {BITBANG_SDA_LOW, TICK, 1}, scl_up,                                 \
    {                                                                                              \
        BITBANG_SDA_HIGH, TICK, 1                                                                  \
    }
static const bitbang_step stop[] = {STOP_WITH(SCL_UP), LET_GO, BITBANG_END};
static const bitbang_step fast_stop[] = {STOP_WITH(SCL_UP_FAST), LET_GO, BITBANG_END};
static const bitbang_step lego_stop[] = {STOP_WITH(SCL_UP), LET_SDA_GO, BITBANG_END};
static const bitbang_step lego_read_end[] = {{BITBANG_SCL_LOW, EPS, 1},
                                             {BITBANG_SDA_FLOAT, TICK, 1},
                                             {BITBANG_SCL_HIGH, TICK, 1},
                                             LET_SDA_GO,
                                             BITBANG_END};
static const bitbang_step held_end[] = {{BITBANG_SCL_LOW, TICK, 1}, LET_SDA_GO, BITBANG_END};
static const bitbang_step nack_end[] = {{BITBANG_PAUSE, TICK, 1}, LET_GO, BITBANG_END};
static const bitbang_step held_nack_end[] = {{BITBANG_PAUSE, TICK, 1}, LET_SDA_GO, BITBANG_END};
// SCL, which was let float, is an output again, at the low it was at.
static const bitbang_step fault[] = {{BITBANG_SCL_OUTPUT, TICK, 2}, LET_GO, BITBANG_END};
static const bitbang_step held_fault[] = {{BITBANG_SCL_OUTPUT, TICK, 2}, LET_SDA_GO, BITBANG_END};

static const bitbang_step *const slow_steps[BITBANG_PHASES] = {
    [BITBANG_CALL] = call,
    [BITBANG_START] = start,
    [BITBANG_RESTART] = repeated_start,
    [BITBANG_WRITE_BIT] = write_bit,
    [BITBANG_ACK_IN] = ack_in,
    [BITBANG_READ_FIRST] = read_first,
    [BITBANG_READ_NEXT] = read_first,
    [BITBANG_READ_BIT] = read_bit,
    [BITBANG_READ_LAST_BIT] = read_last_bit,
    [BITBANG_ACK_OUT] = ack_out,
    [BITBANG_NACK_OUT] = nack_out,
    [BITBANG_STOP] = stop,
    [BITBANG_ADDRESS_NACK_END] = nack_end,
    [BITBANG_DATA_NACK_END] = nack_end,
};
static const bitbang_step *const fast_steps[BITBANG_PHASES] = {
    [BITBANG_CALL] = fast_call,
    [BITBANG_START] = fast_start,
    [BITBANG_RESTART] = fast_repeated_start,
    [BITBANG_WRITE_BIT] = fast_write_bit,
    [BITBANG_ACK_IN] = fast_ack_in,
    [BITBANG_READ_FIRST] = read_first,
    [BITBANG_READ_NEXT] = read_first,
    [BITBANG_READ_BIT] = fast_read_bit,
    [BITBANG_READ_LAST_BIT] = fast_read_last_bit,
    [BITBANG_ACK_OUT] = fast_ack_out,
    [BITBANG_NACK_OUT] = fast_nack_out,
    [BITBANG_STOP] = fast_stop,
    [BITBANG_ADDRESS_NACK_END] = nack_end,
    [BITBANG_DATA_NACK_END] = nack_end,
    [BITBANG_TIMEOUT_END] = fault,
};

/// Where LEGO mode, and standard mode that keeps the bus, differ from standard mode.
static void change_steps(const master_spec *spec, const bitbang_step **steps)
{
    const bool lego = is_lego(spec);
    if (!lego && spec->value[P_NO_RELEASE] == RELEASES)
        return;
    steps[BITBANG_CALL] = is_fast(spec) ? fast_call_held : call_held;
    steps[BITBANG_ADDRESS_NACK_END] = held_nack_end;
    steps[BITBANG_DATA_NACK_END] = held_nack_end;
    steps[BITBANG_TIMEOUT_END] = held_fault;
    steps[BITBANG_STOP] = held_end;
    if (!lego)
        return;
    steps[BITBANG_RESTART] = stop_clock_start;
    steps[BITBANG_READ_FIRST] = lego_read_first;
    steps[BITBANG_STOP] = lego_stop;
    steps[BITBANG_READ_END] = lego_read_end;
}

// ---- model ----------------------------------------------------------------------------------

/// The fast clock looks at SCL at each tick and goes on from there, the slow one never.
static void wait_as_the_clock(master_spec *spec)
{
    const uint64_t eps_ps = spec->value[P_EPS];
    const uint64_t one_ps = tick_ps(spec);
    if (!is_fast(spec)) {
        spec->stretch = (master_stretch){MASTER_GOES_ON, 0};
        spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RELEASE, one_ps, one_ps};
        spec->ack_sample = (master_sample){MASTER_SAMPLES_AFTER_RELEASE, eps_ps, eps_ps};
        return;
    }
    spec->stretch = (master_stretch){MASTER_WAITS, (STRETCH_LOOKS - 1) * one_ps + LOOKS_PS};
    spec->data_sample =
        (master_sample){MASTER_SAMPLES_AFTER_RISE, one_ps - LOOKS_PS, 2 * one_ps - LOOKS_PS};
    spec->ack_sample = (master_sample){MASTER_SAMPLES_AFTER_RISE, eps_ps, one_ps + eps_ps};
}

/// 82 kOhm are in LEGO's sensors. What is fast enough for 125 kHz brings pull-ups of its own.
static void preset(master_spec *spec)
{
    spec->threshold = I2C_AT_50;
    spec->wires = (i2c_wires){.rp_ohm = 82000, .cb_pf = 50, .tf_ns = 100};
    if (is_fast(spec)) {
        spec->scl_hz = 125000;
        spec->mode = master_mode_of(spec->scl_hz);
        spec->wires = (i2c_wires){.rp_ohm = 4700, .cb_pf = 50, .tf_ns = 50};
    }
    wait_as_the_clock(spec);
}

/// SDA moves right behind SCL, which may still be on its way down.
static void finish(master_spec *spec)
{
    const uint64_t fall_ps = master_wire_times_of(&spec->wires).fall_ps[I2C_AT_30];
    const uint64_t eps_ps = spec->value[P_EPS];
    master_spec_knows_early_sda(spec, fall_ps > eps_ps ? fall_ps - eps_ps : 0,
                                "SDA moves right behind SCL");
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy = {.no_arbitration = true};
    const bool fast = is_fast(&m->spec);
    const i2c_status status = software_attach(m, fast ? fast_steps : slow_steps, &policy);
    if (status != I2C_OK)
        return status;
    bitbang *b = &software_of(m)->bang;
    change_steps(&m->spec, b->steps);
    b->delay_ps[TICK] = tick_ps(&m->spec);
    b->delay_ps[EPS] = m->spec.value[P_EPS];
    b->delay_ps[SETTLE] = m->spec.value[P_SETTLE];
    b->delay_ps[LOOKS] = LOOKS_PS;
    b->delay_ps[HOST] = HOST_PS;
    b->within = 1u << EPS | 1u << SETTLE | 1u << LOOKS;
    b->poll_ps = b->delay_ps[TICK];
    b->limit_ps = (STRETCH_LOOKS - 1) * b->delay_ps[TICK]; // from the first look to the last
    b->push_pull_scl = true;
    b->push_pull_sda = true;
    const bool holds_scl = is_lego(&m->spec) || m->spec.value[P_NO_RELEASE] == NO_RELEASE;
    i2c_node_set(m->sim, m->node, I2C_SCL, holds_scl ? I2C_DRIVEN_HIGH : I2C_RELEASED);
    return I2C_OK;
}

static const master_limits limits = {
    .who = "leJOS",
    .needs_address = true,
    .no_empty_write = true,
    .no_empty_read = true,
    .stops_at_nack = true,
    .acks_all_but_last = true,
    .joins_reads_only = true,
    .joined_max = 2,
    .write_max = 32,
    .read_max = 32,
};

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    master_limits l = limits;
    l.no_true_repeat = is_lego(&m->spec);
    return master_limits_allow(&l, transfer, software_is_open(m), cut_is_fine, why, why_bytes);
}

static int returns(const sequencer *s, const master_transfer *transfer)
{
    const master_message *last = &transfer->message[transfer->count - 1];
    switch (s->ending) {
    case SEQUENCE_DONE:
        return (last->address & 1) != 0 ? (int)last->count : 0;
    case SEQUENCE_NOT_FREE:
        return ERROR_BUS_BUSY;
    default:
        return ERROR_FAULT;
    }
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    if (!master_limits_keep_lengths(&limits, transfer)) {
        outcome->end = MASTER_GAVE_UP;
        outcome->returned = ERROR_LENGTH;
        (void)master_refuses(outcome->why, sizeof outcome->why, "at most 32 bytes each way");
        return;
    }
    software_run(m, transfer, outcome);
    outcome->returned = returns(&software_of(m)->sequence, transfer);
}

static const char *const speeds[] = {"9600", NULL};

const master_model master_model_lejos = {
    .info = {.name = "lejos",
             .about = "LEGO NXT brick with leJOS NXJ",
             .source = "source of leJOS NXJ (cmorty/lejos: nxtvm/platform/nxt/i2c.c)",
             .confidence = "ticks and their order: exact; eps, settle, the wires and the looks at "
                           "SCL: by code and hardware kit, never measured here",
             .duty = "2 ticks a clock, half each, no gaps; LEGO mode: 7 ticks low before a read; a "
                     "tick is 52.066 us, or 3.995 us",
             .stretch = "9.6 kHz: ignored, SCL is driven; 125 kHz: every rise, 100 half bits, then "
                        "a fault",
             .limits =
                 "1 to 32 bytes each way; a read behind a write joins by Sr in standard mode, "
                 "by STOP, clock and START in LEGO mode, which has no STOP behind a read; "
                 "no STOP behind a NACK, and where the last bit was 0 the next transfer "
                 "begins with a START and a STOP of its own",
             .not_modelled = "LEGO mode with the fast clock; port 4 with its lower high level; the "
                             "other ports; the Java side; "
                             "faster rises of a line that is driven high",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 9600,
    .hz_max = 9600,
    .push_pull_sda = true,
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
