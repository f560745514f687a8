// The i2c-tiny-usb adapter: an AVR at 12 MHz on low-speed USB, and Linux's driver for it.
#include "models/masters/software.h"

typedef enum { P_SCL, P_GAP } tinyusb_parameter;

static const char *const scl_choice[] = {"waits", "driven", NULL};
enum { SCL_WAITS, SCL_DRIVEN };

static const master_parameter parameters[] = {
    {"scl", "waits or driven", "waits",
     "ENABLE_SCL_EXPAND: open drain and waits for SCL; or built without it: push-pull, never "
     "looks"},
    {"gap", "1us to 1s", "1ms",
     "USB between messages, behind the address and behind every 8 bytes"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_SCL] = {scl_choice, 0, 0, QUANTITY_COUNT, false},
    [P_GAP] = {NULL, I2C_PS_PER_US, I2C_PS_PER_S, QUANTITY_TIME, false},
};

enum {
    PACKET_BYTES = 8, // of a data stage of low-speed USB
    // What the Linux driver returns instead of the number of messages.
    ERROR_NO_DEVICE = -6
};

// ---- steps ----------------------------------------------------------------------------------

/// i2c_io_set_scl() waits for n / 2 loops, moves SCL, waits for n loops.
enum { NO_DELAY = BITBANG_NO_DELAY, BEFORE, BEHIND, GAP };

// firmware/main.c, function by function; once for each build of i2c_io_set_scl().
#define UP_WAITS                                                                                   \
    {BITBANG_PAUSE, BEFORE, 1}, {BITBANG_SCL_HIGH, NO_DELAY, 0},                                   \
    {                                                                                              \
        BITBANG_WAIT, BEHIND, 1                                                                    \
    }
#define UP_DRIVEN                                                                                  \
    {BITBANG_PAUSE, BEFORE, 1},                                                                    \
    {                                                                                              \
        BITBANG_SCL_HIGH, BEHIND, 1                                                                \
    }
#define DOWN                                                                                       \
    {BITBANG_PAUSE, BEFORE, 1},                                                                    \
    {                                                                                              \
        BITBANG_SCL_LOW, BEHIND, 1                                                                 \
    }

static const bitbang_step usb[] = {{BITBANG_PAUSE, GAP, 1}, BITBANG_END};
static const bitbang_step start[] = {{BITBANG_SDA_START, NO_DELAY, 0}, DOWN, BITBANG_END};
static const bitbang_step read_byte[] = {{BITBANG_SDA_FLOAT, NO_DELAY, 0}, DOWN, BITBANG_END};

#define TABLES(build, UP)                                                                          \
    static const bitbang_step build##_restart[] = {{BITBANG_PAUSE, GAP, 1},                        \
                                                   {BITBANG_SDA_FLOAT, NO_DELAY, 0},               \
                                                   UP,                                             \
                                                   {BITBANG_SDA_START, NO_DELAY, 0},               \
                                                   DOWN,                                           \
                                                   BITBANG_END};                                   \
    static const bitbang_step build##_write_bit[] = {                                              \
        {BITBANG_SDA_BIT, NO_DELAY, 0}, UP, DOWN, BITBANG_END};                                    \
    static const bitbang_step build##_ack_in[] = {                                                 \
        {BITBANG_SDA_FLOAT, NO_DELAY, 0}, UP, {BITBANG_SAMPLE, NO_DELAY, 0}, DOWN, BITBANG_END};   \
    static const bitbang_step build##_read_bit[] = {                                               \
        UP, {BITBANG_SAMPLE, NO_DELAY, 0}, DOWN, BITBANG_END};                                     \
    static const bitbang_step build##_ack_out[] = {                                                \
        {BITBANG_SDA_LOW, NO_DELAY, 0}, UP, DOWN, {BITBANG_SDA_FLOAT, NO_DELAY, 0}, BITBANG_END};  \
    static const bitbang_step build##_nack_out[] = {                                               \
        {BITBANG_SDA_FLOAT, NO_DELAY, 0}, UP, DOWN, BITBANG_END};                                  \
    static const bitbang_step build##_stop[] = {                                                   \
        {BITBANG_SDA_LOW, NO_DELAY, 0}, UP, {BITBANG_SDA_FLOAT, NO_DELAY, 0}, BITBANG_END};        \
    static const bitbang_step *const build[BITBANG_PHASES] = {                                     \
        [BITBANG_CALL] = usb,                                                                      \
        [BITBANG_START] = start,                                                                   \
        [BITBANG_RESTART] = build##_restart,                                                       \
        [BITBANG_WRITE_BIT] = build##_write_bit,                                                   \
        [BITBANG_ACK_IN] = build##_ack_in,                                                         \
        [BITBANG_GAP] = usb,                                                                       \
        [BITBANG_READ_FIRST] = read_byte,                                                          \
        [BITBANG_READ_NEXT] = read_byte,                                                           \
        [BITBANG_READ_BIT] = build##_read_bit,                                                     \
        [BITBANG_ACK_OUT] = build##_ack_out,                                                       \
        [BITBANG_NACK_OUT] = build##_nack_out,                                                     \
        [BITBANG_STOP] = build##_stop,                                                             \
    }

TABLES(steps_waiting, UP_WAITS);
TABLES(steps_driven, UP_DRIVEN);

// ---- description ----------------------------------------------------------------------------

/// `n` loops of 4 clocks of 12 MHz.
static uint64_t loops_ps(uint32_t n)
{
    return (n * I2C_PS_PER_US + 2) / 3;
}

/// CMD_SET_DELAY: whole us a clock, 1 at the least, half of it 1 at the least.
static uint32_t set_delay(const master_spec *spec)
{
    return (1000000 + spec->scl_hz - 1) / spec->scl_hz;
}

static uint64_t behind_ps(const master_spec *spec)
{
    return loops_ps(set_delay(spec));
}

static uint64_t before_ps(const master_spec *spec)
{
    const uint32_t half = set_delay(spec) / 2;
    return loops_ps(half > 0 ? half : 1);
}

static void preset(master_spec *spec)
{
    spec->scl_hz = 1000000 / set_delay(spec);
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->wires = (i2c_wires){.rp_ohm = 2200, .cb_pf = 100, .tf_ns = 50};
    const bool waits = spec->value[P_SCL] == SCL_WAITS;
    spec->stretch =
        (master_stretch){waits ? MASTER_WAITS : MASTER_GOES_ON, waits ? I2C_NEVER_PS : UINT64_C(0)};
    const uint64_t sample_ps = behind_ps(spec);
    const master_sample_kind kind =
        waits ? MASTER_SAMPLES_AFTER_RISE : MASTER_SAMPLES_AFTER_RELEASE;
    spec->data_sample = (master_sample){kind, sample_ps, sample_ps};
    spec->ack_sample = spec->data_sample;
}

static void finish(master_spec *spec)
{
    const uint64_t before = before_ps(spec);
    const uint64_t behind = behind_ps(spec);
    const bool driven = spec->value[P_SCL] == SCL_DRIVEN;
    const software_intervals made = {.low_ps = behind + before,
                                     .high_ps = behind + before,
                                     .hold_ps = behind,
                                     .setup_ps = before,
                                     .hd_sta_ps = before,
                                     .su_sta_ps = behind,
                                     .su_sto_ps = behind,
                                     .buf_ps = spec->value[P_GAP],
                                     .blind = driven,
                                     .push_pull_scl = driven};
    software_knows(spec, &made,
                   "each move of SCL has a third of a clock behind it, a sixth before");
    if (driven)
        software_knows_cut_highs(spec, "a hold cuts SCL's high time: it never looks");
}

// ---- transfers ------------------------------------------------------------------------------

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {.who = "i2c-tiny-usb",
                                         .needs_address = true,
                                         .needs_stop = true,
                                         .no_empty_read = true,
                                         .acks_all_but_last = true,
                                         .write_max = UINT16_MAX,
                                         .read_max = UINT16_MAX};
    return master_limits_allow(&limits, transfer, software_is_open(m), cut_is_fine, why, why_bytes);
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    software_run(m, transfer, outcome);
    if (outcome->end == MASTER_NACKED)
        outcome->returned = ERROR_NO_DEVICE;
    else if (outcome->end == MASTER_DONE)
        outcome->returned = (int)transfer->count;
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy = {.no_arbitration = true, .data_nack = SEQUENCE_GO_ON};
    const bool is_driven = m->spec.value[P_SCL] == SCL_DRIVEN;
    const i2c_status status = software_attach(m, is_driven ? steps_driven : steps_waiting, &policy);
    if (status != I2C_OK)
        return status;
    bitbang *b = &software_of(m)->bang;
    b->push_pull_scl = is_driven;
    b->gap_every = PACKET_BYTES;
    b->delay_ps[BEFORE] = before_ps(&m->spec);
    b->delay_ps[BEHIND] = behind_ps(&m->spec);
    b->delay_ps[GAP] = m->spec.value[P_GAP];
    return I2C_OK;
}

static const char *const speeds[] = {"100k", NULL};

const master_model master_model_tinyusb = {
    .info = {.name = "tinyusb",
             .about = "i2c-tiny-usb adapter under Linux",
             .source = "harbaum/I2C-Tiny-USB: firmware/main.c; torvalds/linux: "
                       "drivers/i2c/busses/i2c-tiny-usb.c",
             .confidence = "steps and delay loops: exact; gaps of USB: at least a frame, assumed",
             .duty = "5 us low, 5 us high; SCL low for 1 ms behind the address and every 8 bytes",
             .stretch = "every rise, no limit (scl=driven: never looks)",
             .limits = "NACKed data are not noticed; no read of length 0; every transfer ends with "
                       "a STOP; does not look whether the bus is free",
             .not_modelled = "the code between the delay loops, which makes the real one slower; "
                             "SCL of a push-pull build before its first transfer; USB errors",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 100,
    .hz_max = 500000,
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
