// The `bcm2835` model: the I2C (BSC) of a Raspberry Pi up to the 4, with its clock-stretching
// fault, under Linux.
//
// The fault. The hardware's clock runs on in half periods while a slave holds SCL low. It samples
// SDA a while after it let go of SCL, whether SCL rose or not; only where it would pull SCL again
// does it look, and if SCL is low there it waits another half period. A slave that lets go shortly
// before one of those instants gets a clock pulse of nanoseconds.
#include "models/masters/bcm_fifo.h"
#include "models/masters/controller.h"
#include "models/masters/limits.h"

#include <stdio.h>

typedef struct {
    controller c;
    bcm_fifo fifo;
} bcm2835;

typedef enum {
    P_CORE,
    P_RUNS_AT,
    P_CLKT,
    P_EXTENDS,
    P_RESAMPLE,
    P_PHASES,
    P_IRQ,
    P_KERNEL
} bcm2835_parameter;

static const char *const clkt_choice[] = {"64", "35ms", "off", NULL};
static const char *const extends_choice[] = {"half", "period", NULL};
static const char *const resample_choice[] = {"yes", "no", NULL};
static const char *const phases_choice[] = {"all", "after_ack", "read_after_ack", NULL};
static const char *const kernel_choice[] = {"mainline", "raspberrypi", NULL};
enum { CLKT_64, CLKT_35MS, CLKT_OFF };
enum { EXTENDS_HALF };
enum { RESAMPLE_NO = 1 };
enum { PHASES_ALL, PHASES_AFTER_ACK };
enum { KERNEL_RASPBERRYPI = 1 };

static const master_parameter parameters[] = {
    {"core", "100M to 600M", "250M", "core clock that the driver made its divider for"},
    {"runs_at", "20M to 600M", "as core", "core clock as it is now (it scales on some boards)"},
    {"clkt", "64, 35ms or off", "35ms", "SCL low: 64 clocks (hardware), 35 ms (newer kernels)"},
    {"extends", "half or period", "half", "how long it waits before it looks at SCL again"},
    {"resample", "yes or no", "yes", "whether SDA is sampled again then"},
    {"phases", "all, after_ack or read_after_ack", "all",
     "where its clock runs on: all bits, the first behind an ACK, that of read bytes"},
    {"irq", "0us to 100ms", "10us", "interrupt latency of the driver, which serves the FIFO"},
    {"kernel", "mainline or raspberrypi", "mainline", "whose driver; they return other errors"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_CORE] = {NULL, 100000000, 600000000, QUANTITY_FREQUENCY, false},
    [P_RUNS_AT] = {NULL, 20000000, 600000000, QUANTITY_FREQUENCY, true},
    [P_CLKT] = {clkt_choice, 0, 0, QUANTITY_COUNT, false},
    [P_EXTENDS] = {extends_choice, 0, 0, QUANTITY_COUNT, false},
    [P_RESAMPLE] = {resample_choice, 0, 0, QUANTITY_COUNT, false},
    [P_PHASES] = {phases_choice, 0, 0, QUANTITY_COUNT, false},
    [P_IRQ] = {NULL, 0, 100 * I2C_PS_PER_MS, QUANTITY_TIME, false},
    [P_KERNEL] = {kernel_choice, 0, 0, QUANTITY_COUNT, false},
};

// ---- clock ----------------------------------------------------------------------------------

/// The driver's divider: rounded up, so that the clock is never faster, and made even.
static uint32_t divider_of(const master_spec *spec)
{
    const uint64_t divider = (spec->value[P_CORE] + spec->asked_hz - 1) / spec->asked_hz;
    return (uint32_t)(divider + (divider & 1));
}

static uint64_t core_hz(const master_spec *spec)
{
    const uint64_t now_hz = spec->value[P_RUNS_AT];
    return now_hz != MASTER_NOT_GIVEN ? now_hz : spec->value[P_CORE];
}

static uint64_t core_clocks_ps(const master_spec *spec, uint32_t clocks)
{
    return (clocks > 0 ? clocks : 1) * I2C_PS_PER_S / core_hz(spec);
}

static uint64_t half_ps(const master_spec *spec)
{
    return core_clocks_ps(spec, divider_of(spec) / 2);
}

/// REDL: SCL released to SDA sampled.
static uint64_t sample_ps(const master_spec *spec)
{
    return core_clocks_ps(spec, divider_of(spec) / 4);
}

static bit_timing timing_of(const master_spec *spec)
{
    const uint64_t half = half_ps(spec);
    const controller_counts counts = {.low_ps = half,
                                      .high_ps = half,
                                      .sample_ps = sample_ps(spec),
                                      .hd_sta_ps = half,
                                      .su_sta_ps = half,
                                      .su_sto_ps = half,
                                      .buf_ps = half};
    bit_timing timing = controller_timing(spec, &counts);
    timing.sda_hold_ps = core_clocks_ps(spec, divider_of(spec) / 16); // FEDL, from its own edge
    timing.ack_hold_ps = timing.sda_hold_ps;
    return timing;
}

/// CLKT counts SCL clocks, in 16 bits.
static uint64_t clkt_ps(const master_spec *spec)
{
    const uint64_t period_ps = 2 * half_ps(spec);
    if (spec->value[P_CLKT] == CLKT_OFF)
        return I2C_NEVER_PS;
    if (spec->value[P_CLKT] == CLKT_64)
        return 64 * period_ps;
    const uint64_t clocks = 35 * I2C_PS_PER_MS / period_ps;
    return (clocks < UINT16_MAX ? clocks : UINT16_MAX) * period_ps;
}

// ---- description ----------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    spec->scl_hz = (uint32_t)(core_hz(spec) / divider_of(spec));
    spec->mode = master_mode_of(spec->scl_hz);
    spec->wires = (i2c_wires){.rp_ohm = 1800, .cb_pf = 100, .tf_ns = 20}; // 1.8 kohm on the board
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_GOES_ON, sample_ps(spec)};
}

static void finish(master_spec *spec)
{
    const bit_timing timing = timing_of(spec);
    const bool all = spec->value[P_PHASES] == PHASES_ALL;
    const uint64_t redl_ps = sample_ps(spec);
    spec->data_sample = all ? (master_sample){MASTER_SAMPLES_AFTER_RELEASE, redl_ps, redl_ps}
                            : (master_sample){MASTER_SAMPLES_AFTER_RISE, 0, redl_ps};
    spec->ack_sample = spec->data_sample;
    spec->ack_sample.least_ps = redl_ps; // its clock never runs on, unless all do
    controller_list_short(spec, &timing, false, !all, "the BSC keeps half periods, not the table");
    const char *const cut =
        "its clock runs on: the end of a hold cuts into its high time, down to nothing";
    master_spec_knows_behind_stretch(spec, I2C_T_HIGH, cut);
    if (all) {
        master_spec_knows_behind_stretch(spec, I2C_T_SU_STA, cut);
        master_spec_knows_behind_stretch(spec, I2C_T_SU_STO, cut);
    }
}

// ---- what it can ----------------------------------------------------------------------------

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {.who = "the BCM2835's driver",
                                         .needs_address = true,
                                         .needs_stop = true,
                                         .no_empty_read = true,
                                         .stops_at_nack = true,
                                         .acks_all_but_last = true,
                                         .write_max = UINT16_MAX,
                                         .read_max = UINT16_MAX};
    const bcm2835 *b = (const bcm2835 *)m;
    for (uint32_t i = 0; i < transfer->count; i++)
        if ((transfer->message[i].address & 1) != 0 && !transfer->message[i].stop)
            return master_refuses(why, why_bytes,
                                  "the BCM2835's driver reads only in the last message");
    return master_limits_allow(&limits, transfer, b->c.sequence.bits.claimed, cut_is_fine, why,
                               why_bytes);
}

// ---- transfers ------------------------------------------------------------------------------

static bool runs_on(const bcm2835 *b, const bit_cell *cell)
{
    const sequencer *s = &b->c.sequence;
    const uint64_t phases = master_value(&b->c.base, P_PHASES);
    if (phases == PHASES_ALL || cell->kind == BIT_CELL_START)
        return true;
    const bool after_ack = cell->kind == BIT_CELL_BIT && cell->clock == 1 && !s->in_address;
    return after_ack && (s->reading || phases == PHASES_AFTER_ACK);
}

/// How long the hardware waits for its FIFO, in whole half periods.
static uint64_t fifo_wait_ps(bcm2835 *b, uint64_t now_ps)
{
    const sequencer *s = &b->c.sequence;
    uint64_t ready_ps = now_ps;
    if (!s->reading)
        ready_ps = bcm_fifo_take_ps(&b->fifo, now_ps);
    else if (s->byte > 0)
        ready_ps = bcm_fifo_put_ps(&b->fifo, now_ps);
    const uint64_t half = half_ps(&b->c.base.spec);
    return (ready_ps - now_ps + half - 1) / half * half;
}

static void vary(void *ctx, bit_cell *cell)
{
    bcm2835 *b = ctx;
    sequencer *s = &b->c.sequence;
    const uint64_t now_ps = i2c_sim_now_ps(b->c.base.sim);
    if (s->ending == SEQUENCE_TIMED_OUT)
        return; // the STOP behind CLKT
    s->bits.clocking = runs_on(b, cell) ? BIT_LOOKS_LATE : BIT_SEES_SCL;
    if (cell->kind != BIT_CELL_BIT || cell->clock != 1)
        return;
    if (s->in_address)
        bcm_fifo_begin(&b->fifo, (s->message->address & 1) != 0, s->message->count, now_ps);
    else
        cell->early_ps += fifo_wait_ps(b, now_ps);
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy = {.no_arbitration = true, .stop_after_timeout = true};
    bcm2835 *b = (bcm2835 *)m;
    const bit_timing timing = timing_of(&m->spec);
    const i2c_status status = controller_attach(m, &timing, &policy, vary, false);
    bit_engine *bits = &b->c.sequence.bits;
    bits->clocking = BIT_LOOKS_LATE;
    bits->again_ps = half_ps(&m->spec) * (master_value(m, P_EXTENDS) == EXTENDS_HALF ? 1 : 2);
    bits->keeps_sample = master_value(m, P_RESAMPLE) == RESAMPLE_NO;
    bits->scl_wait_ps = clkt_ps(&m->spec);
    b->fifo.latency_ps = master_value(m, P_IRQ);
    return status;
}

// ---- what it returns ------------------------------------------------------------------------

enum { KERNEL_EIO = -5, KERNEL_ETIMEDOUT = -110, KERNEL_EREMOTEIO = -121 };

/// Raspberry Pi's own driver lets bytes that are left over outrank the NACK that left them.
static int nack_returned(const bcm2835 *b, const master_transfer *transfer,
                         const master_outcome *outcome)
{
    const master_message *message = &transfer->message[outcome->message];
    const bool left_over = (message->address & 1) != 0 || message->count > BCM_FIFO_BYTES;
    const bool own = master_value(&b->c.base, P_KERNEL) == KERNEL_RASPBERRYPI;
    return own && left_over ? KERNEL_EIO : KERNEL_EREMOTEIO;
}

#define ADAPTER_TIMEOUT_PS I2C_PS_PER_S

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    bcm2835 *b = (bcm2835 *)m;
    controller_limit(&b->c, ADAPTER_TIMEOUT_PS, "i2c transfer timed out after 1 s");
    controller_run(m, transfer, outcome);
    if (outcome->end == MASTER_DONE)
        outcome->returned = (int)transfer->count;
    else if (outcome->end == MASTER_NACKED)
        outcome->returned = nack_returned(b, transfer, outcome);
    else
        outcome->returned = b->c.limit_hit ? KERNEL_ETIMEDOUT : KERNEL_EIO;
}

static const char *const speeds[] = {"100k", "400k", NULL};

const master_model master_model_bcm2835 = {
    .info = {.name = "bcm2835",
             .about = "Raspberry Pi up to 4 (BCM2835/BCM2711 BSC), with its clock-stretching fault",
             .source = "torvalds/linux i2c-bcm2835.c; advamation.com and G.J. van Loo (2013) on "
                       "the fault; raspberrypi/linux issues 254 and 4884",
             .confidence = "divider, delays, driver: exact; the fault: users' measurements, which "
                           "differ on where it shows (phases=); START, STOP: assumption",
             .duty = "half and half; FEDL 1/16, REDL 1/4 of the period",
             .stretch = "broken: SCL is not waited for within a half period; longer holds are, "
                        "on the grid of half periods, up to CLKT",
             .limits = "writes, then at most one read, then STOP; reads at least one byte; "
                       "ACKs all read bytes but the last; 1 s a transfer",
             .not_modelled = "the NACK that clearing an active read leaves for the next transfer; "
                             "a gap in SCL at Sr that one user saw; more than one master",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 10000,
    .hz_max = 1000000,
    .bytes = sizeof(bcm2835),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = controller_abandon,
    .reset = controller_reset,
    .adopt_start = controller_adopt_start,
};
