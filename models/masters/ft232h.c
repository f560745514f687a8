// The `ft232h` model: FTDI's MPSSE under pyftdi. Bits go by its three-phase clock; START, Sr and
// STOP are pins set by one command after another; what must be decided takes a trip over USB.
#include "models/masters/controller.h"
#include "models/masters/limits.h"

typedef controller ft232h;

typedef enum { P_USB, P_COMMAND, P_ADAPTIVE, P_RETRIES } ft232h_parameter;

static const char *const yes_no[] = {"no", "yes", NULL};
enum { YES = 1 };

static const master_parameter parameters[] = {
    {"usb", "0us to 100ms", "250us", "USB round trip after each written byte: SCL low"},
    {"command", "100ns to 10us", "500ns", "from one pin command to the next"},
    {"adaptive", "no or yes", "no", "clockstretching=True, with SCL wired to AD7"},
    {"retries", "1 to 16", "3", "attempts of a transfer that is NACKed, the first included"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_USB] = {NULL, 0, 100 * I2C_PS_PER_MS, QUANTITY_TIME, false},
    [P_COMMAND] = {NULL, 100 * I2C_PS_PER_NS, 10 * I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_ADAPTIVE] = {yes_no, 0, 0, QUANTITY_COUNT, false},
    [P_RETRIES] = {NULL, 1, 16, QUANTITY_COUNT, false},
};

// ---- clock ----------------------------------------------------------------------------------

#define MPSSE_HZ UINT64_C(60000000)

/// A third of a bit, in MPSSE clocks: pyftdi asks for a clock of one and a half times the bit rate,
/// whose half periods are the three phases.
static uint64_t third_of(uint32_t scl_hz)
{
    const uint64_t n = (MPSSE_HZ / 3 + scl_hz / 2) / scl_hz;
    return n > 0 ? n : 1;
}

static uint64_t third_ps(uint32_t scl_hz)
{
    return third_of(scl_hz) * I2C_PS_PER_S / MPSSE_HZ;
}

/// pyftdi's number of pin commands for a time, and what they take. It rounds up by adding one.
static uint64_t commands_ps(const master_spec *spec, i2c_timing_parameter parameter)
{
    const uint64_t assumed_ps = 500 * I2C_PS_PER_NS;
    const uint64_t wanted_ps = i2c_timing_limits(spec->mode)[parameter].min_ps;
    return (wanted_ps + assumed_ps) / assumed_ps * spec->value[P_COMMAND];
}

static bit_timing timing_of(const master_spec *spec)
{
    const uint64_t one_ps = third_ps(spec->asked_hz);
    const uint64_t hd_sta_ps = commands_ps(spec, I2C_T_HD_STA);
    const uint64_t su_sta_ps = commands_ps(spec, I2C_T_SU_STA);
    const uint64_t buf_ps = commands_ps(spec, I2C_T_BUF);
    const controller_counts counts = {.low_ps = 2 * one_ps,
                                      .high_ps = one_ps,
                                      .sda_hold_ps = one_ps,
                                      .sample_ps = 0,
                                      .hd_sta_ps = hd_sta_ps,
                                      // Both lines go up, and the START's command follows.
                                      .su_sta_ps = spec->value[P_COMMAND],
                                      .su_sto_ps = commands_ps(spec, I2C_T_SU_STO),
                                      .buf_ps = su_sta_ps > buf_ps ? su_sta_ps : buf_ps};
    bit_timing timing = controller_timing(spec, &counts);
    timing.turn_low_ps = timing.sda_hold_ps + hd_sta_ps;
    return timing;
}

// ---- description ----------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    spec->scl_hz = (uint32_t)(MPSSE_HZ / (3 * third_of(spec->asked_hz)));
    spec->wires = (i2c_wires){.rp_ohm = 2200, .cb_pf = 50, .tf_ns = 20};
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_GOES_ON, 0};
}

static void finish(master_spec *spec)
{
    const bit_timing timing = timing_of(spec);
    spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RELEASE, 0, 0};
    spec->ack_sample = spec->data_sample;
    controller_list_short(spec, &timing, spec->value[P_ADAPTIVE] == YES, false,
                          "SCL is high for a third of the clock, and for one command before Sr");
    const char *const cut = "it does not see SCL: the end of a hold cuts into its high time";
    if (spec->value[P_ADAPTIVE] != YES)
        master_spec_knows_behind_stretch(spec, I2C_T_HIGH, cut);
    if (timing.su_sta_ps > master_wire_times_of(&spec->wires).rise_ps[I2C_AT_70])
        master_spec_knows_behind_stretch(spec, I2C_T_SU_STA, cut);
    master_spec_knows_behind_stretch(spec, I2C_T_SU_STO, cut);
}

// ---- what it can ----------------------------------------------------------------------------

/// SCL gets one command's time to rise; the START that follows needs it high.
static bool joins_too_soon(const ft232h *f)
{
    const master_wire_times w = master_wire_times_of(&f->base.spec.wires);
    return f->timing.su_sta_ps <= w.rise_ps[I2C_AT_70];
}

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {.who = "pyftdi",
                                         .needs_address = true,
                                         .stops_at_nack = true,
                                         .acks_all_but_last = true,
                                         .write_max = UINT16_MAX,
                                         .read_max = UINT16_MAX};
    const ft232h *f = (const ft232h *)m;
    bool open = f->sequence.bits.claimed;
    for (uint32_t i = 0; i < transfer->count; i++) {
        if (transfer->message[i].address >> 1 > 0x78)
            return master_refuses(why, why_bytes, "pyftdi refuses addresses above 0x78");
        if (open && joins_too_soon(f))
            return master_refuses(why, why_bytes,
                                  "SCL rises too slowly for the repeated START of pyftdi");
        open = !transfer->message[i].stop;
    }
    return master_limits_allow(&limits, transfer, f->sequence.bits.claimed, cut_is_fine, why,
                               why_bytes);
}

// ---- transfers ------------------------------------------------------------------------------

/// A written byte's ACK goes to the computer before the next thing is asked for; bytes of a read
/// are asked for in one piece, with pin commands between them.
static void vary(void *ctx, bit_cell *cell)
{
    ft232h *f = ctx;
    sequencer *s = &f->sequence;
    const bool adaptive = master_value(&f->base, P_ADAPTIVE) == YES;
    s->bits.clocking = adaptive && cell->kind == BIT_CELL_BIT ? BIT_SAMPLES_FIRST : BIT_BLIND;
    if (cell->kind == BIT_CELL_BIT && (cell->clock != 1 || s->in_address))
        return;
    if (cell->kind == BIT_CELL_BIT && s->reading && s->byte > 0)
        cell->low_ps += commands_ps(&f->base.spec, I2C_T_BUF);
    else
        cell->early_ps += master_value(&f->base, P_USB);
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy = {.no_arbitration = true};
    ft232h *f = (ft232h *)m;
    const bit_timing timing = timing_of(&m->spec);
    const i2c_status status = controller_attach(m, &timing, &policy, vary, false);
    f->sequence.bits.clocking = BIT_BLIND;
    return status;
}

/// read(), write() and exchange() begin anew after a NACK of address or data.
static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    ft232h *f = (ft232h *)m;
    const uint64_t attempts = master_value(m, P_RETRIES);
    for (unsigned attempt = 0; attempt < attempts; attempt++) {
        *outcome = (master_outcome){.end = MASTER_DONE};
        f->sequence.attempts_before = attempt;
        controller_run(m, transfer, outcome);
        if (outcome->end != MASTER_NACKED)
            return;
    }
}

static const char *const speeds[] = {"100k", "400k", NULL};

const master_model master_model_ft232h = {
    .info = {.name = "ft232h",
             .about = "FTDI FT232H USB adapter (MPSSE) under pyftdi; does not see SCL",
             .source = "eblot/pyftdi i2c.py and ftdi.py; FTDI AN_108 (MPSSE commands)",
             .confidence = "commands: exact; what a command takes: measured by pyftdi's author "
                           "(0.5 to 0.65 us); USB times: assumption",
             .duty = "two thirds low: 6.67 / 3.33 us at 100 kHz, 1.67 / 0.83 us at 400 kHz",
             .stretch = "never waits; adaptive: waits in its clocks, but samples when it lets go "
                        "of SCL all the same, and START, Sr and STOP do not wait",
             .limits = "65535 bytes; no address above 0x78; ACKs all read bytes but the last; a "
                       "transfer that is NACKed is made three times",
             .not_modelled = "USB scheduling (one figure for each trip); reads longer than the "
                             "chip's buffer, which pause; parts without open-drain outputs",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 1000,
    .hz_max = 1000000,
    .bytes = sizeof(ft232h),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = controller_abandon,
    .reset = controller_reset,
    .adopt_start = controller_adopt_start,
};
