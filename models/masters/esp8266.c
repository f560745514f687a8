// The ESP8266 Arduino core: Wire over a software master on two pins.
#include "models/masters/software.h"

typedef enum { P_CPU, P_STRETCH, P_EPS, P_CALL } esp8266_parameter;

static const char *const cpu_choice[] = {"80", "160", NULL};
enum { CPU_80 };

static const master_parameter parameters[] = {
    {"cpu", "80 or 160", "80", "clock of the CPU, MHz"},
    {"stretch", "0us to 10s", "150ms",
     "setClockStretchLimit(); behind it the master goes on. 230us before core 2.5"},
    {"eps", "0us to 1us", "0us", "SCL pulled to SDA changed, which the code does in a row"},
    {"call", "0us to 10s", "5us", "the sketch and Wire before each transfer"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_CPU] = {cpu_choice, 0, 0, QUANTITY_COUNT, false},
    [P_STRETCH] = {NULL, 0, 10 * I2C_PS_PER_S, QUANTITY_TIME, false},
    [P_EPS] = {NULL, 0, I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_CALL] = {NULL, 0, 10 * I2C_PS_PER_S, QUANTITY_TIME, false},
};

enum { BUFFER_BYTES = 128, EXTRA_CLOCKS = 10 };

/// What endTransmission() returns; requestFrom() returns a count.
enum { RETURN_OK = 0, RETURN_ADDRESS_NACK = 2, RETURN_DATA_NACK = 3, RETURN_LINE_BUSY = 4 };

typedef struct {
    software_master software;
    bool open; ///< a START and no STOP since; SCL and SDA are released all the same
} esp8266;

// ---- steps ----------------------------------------------------------------------------------

/// HALF is busywait(twi_dcount) and what the core counts as overhead; written bits are low for one
/// loop longer than that, read ones for two. EPS is taken off both.
enum { NO_DELAY = BITBANG_NO_DELAY, HALF, LOW_WRITE, LOW_READ, LOW_STOP, EPS, CALL };

// cores/esp8266/core_esp8266_si2c.cpp, function by function; each bit ends with SCL high.
#define SCL_UP                                                                                     \
    {BITBANG_SCL_HIGH, NO_DELAY, 0},                                                               \
    {                                                                                              \
        BITBANG_WAIT_ANYWAY, NO_DELAY, 0                                                           \
    }
#define SCL_DOWN                                                                                   \
    {                                                                                              \
        BITBANG_SCL_LOW, EPS, 1                                                                    \
    }
#define WAIT_HALF                                                                                  \
    {                                                                                              \
        BITBANG_PAUSE, HALF, 1                                                                     \
    }
#define WRITE_START                                                                                \
    {BITBANG_SCL_HIGH, NO_DELAY, 0}, {BITBANG_SDA_HIGH, NO_DELAY, 0},                              \
        {BITBANG_CHECK_SDA, HALF, 1}, {BITBANG_SDA_START, HALF, 1},                                \
    {                                                                                              \
        BITBANG_SCL_LOW, HALF, 1                                                                   \
    }
#define VALLEY {BITBANG_SCL_LOW, HALF, 1}, SCL_UP

static const bitbang_step call[] = {{BITBANG_PAUSE, CALL, 1}, BITBANG_END};
static const bitbang_step start[] = {WRITE_START, BITBANG_END};
static const bitbang_step repeated_start[] = {VALLEY, WRITE_START, BITBANG_END};
static const bitbang_step write_bit[] = {
    SCL_DOWN, {BITBANG_SDA_BIT, LOW_WRITE, 1}, SCL_UP, WAIT_HALF, BITBANG_END};
static const bitbang_step read_bit[] = {
    SCL_DOWN, {BITBANG_SDA_HIGH, LOW_READ, 1}, SCL_UP, {BITBANG_SAMPLE, HALF, 1}, BITBANG_END};
static const bitbang_step ack_out[] = {
    SCL_DOWN, {BITBANG_SDA_LOW, LOW_WRITE, 1}, SCL_UP, WAIT_HALF, BITBANG_END};
static const bitbang_step nack_out[] = {
    SCL_DOWN, {BITBANG_SDA_HIGH, LOW_WRITE, 1}, SCL_UP, WAIT_HALF, BITBANG_END};
static const bitbang_step stop[] = {SCL_DOWN,  {BITBANG_SDA_LOW, LOW_STOP, 1}, SCL_UP,
                                    WAIT_HALF, {BITBANG_SDA_HIGH, HALF, 1},    BITBANG_END};
// Of no message, so in places that this master has no other use for.
static const bitbang_step valley[] = {VALLEY, BITBANG_END};
static const bitbang_step extra_clock[] = {VALLEY, WAIT_HALF, BITBANG_END};

static const bitbang_step *const steps[BITBANG_PHASES] = {
    [BITBANG_CALL] = call,
    [BITBANG_START] = start,
    [BITBANG_RESTART] = repeated_start,
    [BITBANG_WRITE_BIT] = write_bit,
    [BITBANG_ACK_IN] = read_bit,
    [BITBANG_READ_BIT] = read_bit,
    [BITBANG_ACK_OUT] = ack_out,
    [BITBANG_NACK_OUT] = nack_out,
    [BITBANG_STOP] = stop,
    [BITBANG_GAP] = valley,
    [BITBANG_RETRY] = extra_clock,
};
static const bitbang_phase phase_valley = BITBANG_GAP;
static const bitbang_phase phase_extra_clock = BITBANG_RETRY;

// ---- description ----------------------------------------------------------------------------

typedef struct {
    uint64_t loop_ps, overhead_ps;
    uint32_t hz_max;
} core_clock;

static core_clock core_of(const master_spec *spec)
{
    const bool slow = spec->value[P_CPU] == CPU_80;
    return slow ? (core_clock){62500, 1120 * I2C_PS_PER_NS, 400000}
                : (core_clock){31250, 560 * I2C_PS_PER_NS, 800000};
}

/// setClock(): as many loops as make half a clock with the overhead, which the core's own formula
/// takes for granted; in whole ns.
static uint64_t half_ps(const master_spec *spec)
{
    const core_clock c = core_of(spec);
    const uint64_t asked_ps = UINT64_C(500000000) / spec->scl_hz * I2C_PS_PER_NS;
    return (asked_ps - c.overhead_ps) / c.loop_ps * c.loop_ps + c.overhead_ps;
}

static void preset(master_spec *spec)
{
    const core_clock c = core_of(spec);
    if (spec->scl_hz > c.hz_max)
        spec->scl_hz = c.hz_max;
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_GOES_ON, spec->value[P_STRETCH]};
    spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RISE, 0, 0};
    spec->ack_sample = spec->data_sample;
    if (spec->mode == I2C_MODE_SM)
        spec->wires = (i2c_wires){.rp_ohm = 4700, .cb_pf = 100, .tf_ns = 50};
    else
        spec->wires = (i2c_wires){.rp_ohm = 2200, .cb_pf = 100, .tf_ns = 50};
}

static void finish(master_spec *spec)
{
    const uint64_t half = half_ps(spec);
    const software_intervals made = {.low_ps = half,
                                     .high_ps = half,
                                     .hold_ps = spec->value[P_EPS],
                                     .setup_ps = half - spec->value[P_EPS],
                                     .hd_sta_ps = half,
                                     .su_sta_ps = half,
                                     .su_sto_ps = half,
                                     .buf_ps = 2 * half + spec->value[P_CALL]};
    software_knows(spec, &made, "all intervals are half a clock, SDA moves right behind SCL");
}

// ---- transfers ------------------------------------------------------------------------------

static bool is_open(const master *m)
{
    return ((const esp8266 *)m)->open;
}

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {.who = "Wire",
                                         .needs_address = true,
                                         .no_empty_read = true,
                                         .stops_at_nack = true,
                                         .acks_all_but_last = true,
                                         .write_max = BUFFER_BYTES,
                                         .read_max = BUFFER_BYTES};
    return master_limits_allow(&limits, transfer, is_open(m), cut_is_fine, why, why_bytes);
}

static bool sda_is_low(const software_master *s)
{
    return !i2c_node_level(s->base.sim, s->base.node, I2C_SDA);
}

static bool alive(const software_master *s)
{
    return !s->base.abandoned && !i2c_sim_budget_spent(s->base.sim);
}

/// Behind a call that went well: the valley, where it made no STOP, and up to ten more clocks while
/// somebody holds SDA.
static void end_call(software_master *s, bool stopped)
{
    if (!stopped)
        sequencer_run_phase(&s->sequence, phase_valley);
    for (unsigned i = 0; i < EXTRA_CLOCKS && sda_is_low(s) && alive(s); i++)
        sequencer_run_phase(&s->sequence, phase_extra_clock);
}

static int returns(const master_transfer *transfer, const master_outcome *outcome)
{
    const bool read = (transfer->message[outcome->message].address & 1) != 0;
    if (read)
        return outcome->end == MASTER_DONE ? (int)outcome->bytes_read : 0;
    return outcome->returned;
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    esp8266 *e = (esp8266 *)m;
    software_run(m, transfer, outcome);
    const bool stops = transfer->message[outcome->message].stop;
    outcome->returned = returns(transfer, outcome);
    if (outcome->end != MASTER_DONE && outcome->end != MASTER_NACKED)
        return;
    // Each call begins with a START of its own, whatever the one before has left.
    e->software.bang.claimed = false;
    e->open = !stops;
    if (outcome->end == MASTER_DONE)
        end_call(&e->software, stops);
    if (m->abandoned)
        outcome->end = MASTER_ABANDONED;
}

// ---- life -----------------------------------------------------------------------------------

static i2c_status attach(master *m)
{
    static const sequence_policy policy = {.no_arbitration = true,
                                           .address_nack = SEQUENCE_END,
                                           .data_nack = SEQUENCE_END,
                                           .cut_bytes = BUFFER_BYTES};
    const i2c_status status = software_attach(m, steps, &policy);
    if (status != I2C_OK)
        return status;
    const uint64_t half = half_ps(&m->spec);
    const uint64_t loop_ps = core_of(&m->spec).loop_ps;
    const uint64_t eps_ps = m->spec.value[P_EPS];
    bitbang *b = &software_of(m)->bang;
    b->delay_ps[HALF] = half;
    b->delay_ps[LOW_WRITE] = half + loop_ps - eps_ps;
    b->delay_ps[LOW_READ] = half + 2 * loop_ps - eps_ps;
    b->delay_ps[LOW_STOP] = half - eps_ps;
    b->delay_ps[EPS] = eps_ps;
    b->delay_ps[CALL] = m->spec.value[P_CALL];
    ((esp8266 *)m)->open = false;
    return I2C_OK;
}

static void reset(master *m)
{
    software_reset(m);
    ((esp8266 *)m)->open = false;
}

static const char *const speeds[] = {"100k", "400k", NULL};

const master_model master_model_esp8266 = {
    .info = {.name = "esp8266",
             .about = "Arduino Wire on an ESP8266, which moves two pins",
             .source = "esp8266/Arduino: cores/esp8266/core_esp8266_si2c.cpp, "
                       "libraries/Wire/Wire.cpp",
             .confidence = "steps and loops: exact; that each half clock takes the overhead that "
                           "setClock() allows for, and the time between calls: assumed",
             .duty = "about 5.06 us low, 5 us high at 100 kHz; 1.31 / 1.25 us at 400 kHz",
             .stretch = "every rise, 150 ms, then it goes on; samples right at the rise",
             .limits = "128 bytes a message, cut silently; ACKs all read bytes but the last; no "
                       "STOP after a NACK where none was asked for; up to 10 clocks if SDA is low "
                       "behind a transfer",
             .not_modelled = "interrupts and Wi-Fi, which stretch any interval; slave mode; "
                             "status(); the clocks for a low SDA between messages of one transfer; "
                             "requestFrom() of length 0, which underflows",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 1000,
    .hz_max = 800000,
    .bytes = sizeof(esp8266),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = software_abandon,
    .reset = reset,
    .adopt_start = software_adopt_start,
};
