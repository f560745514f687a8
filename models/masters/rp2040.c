// The `rp2040` model: the Synopsys DesignWare I2C of RP2040 and RP2350 under the Pico SDK's
// blocking calls.
#include "models/masters/controller.h"
#include "models/masters/limits.h"

#include <stdio.h>

typedef controller rp2040;

typedef enum { P_CLK, P_CPU, P_RESERVED } rp2040_parameter;

static const char *const reserved_choice[] = {"refused", "sent", NULL};
enum { RESERVED_REFUSED };

static const master_parameter parameters[] = {
    {"clk", "20M to 300M", "125M", "system clock, which the peripheral counts"},
    {"cpu", "0us to 10ms", "1us", "from a byte's end to the SDK's next command: SCL low"},
    {"reserved", "refused or sent", "refused", "addresses 0x00-0x07 and 0x78-0x7F"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_CLK] = {NULL, 20000000, 300000000, QUANTITY_FREQUENCY, false},
    [P_CPU] = {NULL, 0, 10 * I2C_PS_PER_MS, QUANTITY_TIME, false},
    [P_RESERVED] = {reserved_choice, 0, 0, QUANTITY_COUNT, false},
};

// ---- clock ----------------------------------------------------------------------------------

/// i2c_set_baudrate(), and what the hardware makes of its registers.
typedef struct {
    uint32_t low, high, hold; // clocks
} clocks;

static clocks clocks_of(uint64_t clk_hz, uint32_t scl_hz)
{
    const uint32_t period = (uint32_t)((clk_hz + scl_hz / 2) / scl_hz);
    const uint32_t lcnt = period * 3 / 5;
    const uint32_t hcnt = period - lcnt;
    const uint32_t spklen = lcnt < 16 ? 1 : lcnt / 16;
    const uint64_t hold_ns = scl_hz < 1000000 ? 300 : 120;
    return (clocks){.low = lcnt + 1,
                    .high = hcnt + spklen + 7,
                    .hold = (uint32_t)(clk_hz * hold_ns / UINT64_C(1000000000)) + 1};
}

static bit_timing timing_of(const master_spec *spec)
{
    const uint64_t clk_hz = spec->value[P_CLK];
    const clocks n = clocks_of(clk_hz, spec->asked_hz);
    const uint64_t low_ps = n.low * I2C_PS_PER_S / clk_hz;
    const uint64_t high_ps = n.high * I2C_PS_PER_S / clk_hz;
    const controller_counts counts = {.low_ps = low_ps,
                                      .high_ps = high_ps,
                                      .sda_hold_ps = n.hold * I2C_PS_PER_S / clk_hz,
                                      .sample_ps = high_ps / 2,
                                      .hd_sta_ps = high_ps,
                                      .su_sta_ps = low_ps,
                                      .su_sto_ps = high_ps,
                                      .buf_ps = low_ps};
    return controller_timing(spec, &counts);
}

// ---- description ----------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    const clocks n = clocks_of(spec->value[P_CLK], spec->asked_hz);
    spec->scl_hz = (uint32_t)(spec->value[P_CLK] / (n.low + n.high));
    spec->wires = master_usual_board(spec->mode);
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, I2C_NEVER_PS};
}

static void finish(master_spec *spec)
{
    const bit_timing timing = timing_of(spec);
    master_spec_samples_after_rise(spec, timing.sample_ps);
    controller_list_short(spec, &timing, true, true,
                          "counts of the DesignWare's clock, less what edges take");
}

// ---- what it can ----------------------------------------------------------------------------

static bool is_reserved(uint8_t addr7)
{
    return addr7 <= 0x07 || addr7 >= 0x78;
}

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits limits = {.who = "the Pico SDK",
                                         .needs_address = true,
                                         .no_empty_write = true,
                                         .no_empty_read = true,
                                         .stops_at_nack = true,
                                         .acks_all_but_last = true};
    const rp2040 *r = (const rp2040 *)m;
    if (!master_limits_allow(&limits, transfer, r->sequence.bits.claimed, cut_is_fine, why,
                             why_bytes))
        return false;
    for (uint32_t i = 0; i < transfer->count; i++) {
        const uint8_t addr7 = transfer->message[i].address >> 1;
        if (!is_reserved(addr7) || master_value(m, P_RESERVED) != RESERVED_REFUSED)
            continue;
        (void)snprintf(why, why_bytes, "the Pico SDK refuses the reserved address 0x%02X", addr7);
        return false;
    }
    return true;
}

// ---- transfers ------------------------------------------------------------------------------

/// Each command is fed when the one before is done; the hardware waits for it with SCL low. Of a
/// read it must know what comes next to make an ACK or a NACK, so it waits before clock 9.
static bool waits_for_command(const sequencer *s, const bit_cell *cell)
{
    if (cell->kind == BIT_CELL_RESTART)
        return true;
    if (cell->kind != BIT_CELL_BIT || s->in_address)
        return false;
    if (!s->reading)
        return cell->clock == 1 && s->byte > 0;
    const bool told = s->byte + 1 == s->message->count; // STOP, or the next call's RESTART
    return cell->clock == 9 && !told;
}

static void vary(void *ctx, bit_cell *cell)
{
    rp2040 *r = ctx;
    if (waits_for_command(&r->sequence, cell))
        cell->early_ps += master_value(&r->base, P_CPU);
}

static i2c_status attach(master *m)
{
    static const sequence_policy policy; // a STOP by itself after a NACK
    const bit_timing timing = timing_of(&m->spec);
    return controller_attach(m, &timing, &policy, vary, true);
}

enum { PICO_ERROR_GENERIC = -1 };

/// What the last i2c_write_blocking() or i2c_read_blocking() returned.
static int returned(const rp2040 *r, const master_transfer *transfer, const master_outcome *outcome)
{
    const bool read = (transfer->message[outcome->message].address & 1) != 0;
    if (outcome->end == MASTER_DONE)
        return (int)transfer->message[outcome->message].count;
    if (outcome->end == MASTER_NACKED && r->sequence.ending == SEQUENCE_DATA_NACK && !read)
        return (int)r->sequence.byte; // the one that was refused does not count
    return PICO_ERROR_GENERIC;
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    controller_run(m, transfer, outcome);
    outcome->returned = returned((const rp2040 *)m, transfer, outcome);
}

static const char *const speeds[] = {"100k", "400k", NULL};

const master_model master_model_rp2040 = {
    .info = {.name = "rp2040",
             .about = "RP2040 or RP2350 (Synopsys DesignWare I2C) under the Pico SDK",
             .source = "raspberrypi/pico-sdk hardware_i2c; RP2040 data sheet, I2C chapter",
             .confidence = "calls and counts: exact; what the hardware adds to the counts: data "
                           "sheet, unmeasured; START and STOP shapes: taken from the counts",
             .duty = "6.01 / 4.42 us at 100 kHz, 1.50 / 1.15 us at 400 kHz",
             .stretch = "every bit, no limit",
             .limits = "at least one byte a message; no address 0x00-0x07, 0x78-0x7F; ACKs all "
                       "read bytes but the last",
             .not_modelled = "DMA and interrupt use; the calls with a time-out; 10-bit addresses; "
                             "the spike filter; a read that is left open is held behind its NACK, "
                             "the real one before it",
             .arbitration = "lets go; returns -1",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 10000,
    .hz_max = 1000000,
    .bytes = sizeof(rp2040),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = controller_abandon,
    .reset = controller_reset,
    .adopt_start = controller_adopt_start,
};
