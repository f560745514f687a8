// The `stm32` model: the I2C peripheral of an STM32F4 (F1 and F2 have the same) under ST's HAL, or
// under MicroPython's machine.I2C, which has a driver of its own.
#include "models/masters/controller.h"
#include "models/masters/limits.h"

typedef controller stm32;

typedef enum { P_API, P_DUTY, P_PCLK, P_CPU, P_TIMEOUT } stm32_parameter;

static const char *const api_choice[] = {"hal", "upy", NULL};
static const char *const duty_choice[] = {"2", "16_9", NULL};
enum { API_HAL, API_UPY };
enum { DUTY_2, DUTY_16_9 };

static const master_parameter parameters[] = {
    {"api", "hal or upy", "hal", "ST's HAL, or MicroPython's machine.I2C"},
    {"duty", "2 or 16_9", "2; upy: 16_9", "low to high time above 100 kHz"},
    {"pclk", "2M to 50M", "42M", "APB1 clock, which the peripheral counts"},
    {"cpu", "0us to 10ms", "2us", "from a flag to the software's answer: SCL low"},
    {"timeout", "1ms to 100s", "none; upy: 50ms", "of a HAL call; of a flag in MicroPython"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_API] = {api_choice, 0, 0, QUANTITY_COUNT, false},
    [P_DUTY] = {duty_choice, 0, 0, QUANTITY_COUNT, true},
    [P_PCLK] = {NULL, 2000000, 50000000, QUANTITY_FREQUENCY, false},
    [P_CPU] = {NULL, 0, 10 * I2C_PS_PER_MS, QUANTITY_TIME, false},
    [P_TIMEOUT] = {NULL, I2C_PS_PER_MS, 100 * I2C_PS_PER_S, QUANTITY_TIME, true},
};

#define HAL_BUSY_WAIT_PS (25 * I2C_PS_PER_MS)

static bool is_upy(const master_spec *spec)
{
    return spec->value[P_API] == API_UPY;
}

static uint64_t timeout_ps(const master_spec *spec)
{
    if (spec->value[P_TIMEOUT] != MASTER_NOT_GIVEN)
        return spec->value[P_TIMEOUT];
    return is_upy(spec) ? 50 * I2C_PS_PER_MS : I2C_NEVER_PS; // HAL_MAX_DELAY
}

// ---- clock ----------------------------------------------------------------------------------

typedef struct {
    uint32_t low, high; // PCLK periods
} clocks;

/// HAL rounds its divider up, MicroPython down: 16_9 at 42 MHz and 400 kHz gives 336 or 420 kHz.
static uint32_t ccr(const master_spec *spec, uint32_t parts, uint32_t least)
{
    const uint64_t divisor = (uint64_t)spec->asked_hz * parts;
    const uint64_t up = is_upy(spec) ? 0 : divisor - 1;
    const uint32_t n = (uint32_t)((spec->value[P_PCLK] + up) / divisor);
    return n > least ? n : least;
}

static clocks clocks_of(const master_spec *spec)
{
    uint32_t n;
    if (spec->asked_hz <= 100000) {
        n = ccr(spec, 2, 4);
        return (clocks){n, n};
    }
    const bool upy = is_upy(spec);
    const uint64_t given = spec->value[P_DUTY];
    const uint64_t duty = given != MASTER_NOT_GIVEN ? given : upy ? DUTY_16_9 : DUTY_2;
    n = ccr(spec, duty == DUTY_2 ? 3 : 25, 1);
    return duty == DUTY_2 ? (clocks){2 * n, n} : (clocks){16 * n, 9 * n};
}

static bit_timing timing_of(const master_spec *spec)
{
    const clocks n = clocks_of(spec);
    const uint64_t low_ps = n.low * I2C_PS_PER_S / spec->value[P_PCLK];
    const uint64_t high_ps = n.high * I2C_PS_PER_S / spec->value[P_PCLK];
    const controller_counts counts = {.low_ps = low_ps,
                                      .high_ps = high_ps,
                                      .sda_hold_ps = 250 * I2C_PS_PER_NS,
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
    const clocks n = clocks_of(spec);
    spec->scl_hz = (uint32_t)(spec->value[P_PCLK] / (n.low + n.high));
    spec->wires = master_usual_board(spec->mode);
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, timeout_ps(spec)};
}

static void finish(master_spec *spec)
{
    const bit_timing timing = timing_of(spec);
    master_spec_samples_after_rise(spec, timing.sample_ps);
    controller_list_short(spec, &timing, true, true,
                          is_upy(spec) ? "MicroPython rounds its divider down"
                                       : "counts of PCLK1, less what edges take");
}

// ---- what it can ----------------------------------------------------------------------------

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    static const master_limits hal = {.who = "the STM32's HAL",
                                      .needs_address = true,
                                      .no_empty_read = true,
                                      .stops_at_nack = true,
                                      .acks_all_but_last = true,
                                      .write_max = UINT16_MAX,
                                      .read_max = UINT16_MAX};
    static const master_limits upy = {.who = "MicroPython on an STM32",
                                      .needs_address = true,
                                      .no_empty_read = true,
                                      .stops_at_nack = true,
                                      .acks_all_but_last = true};
    const stm32 *s = (const stm32 *)m;
    const bool is_hal = !is_upy(&m->spec);
    for (uint32_t i = 0; !is_hal && i < transfer->count; i++)
        if ((transfer->message[i].address & 1) != 0 && !transfer->message[i].stop)
            return master_refuses(why, why_bytes,
                                  "MicroPython on an STM32 ends every read with a STOP");
    return master_limits_allow(is_hal ? &hal : &upy, transfer, s->sequence.bits.claimed,
                               cut_is_fine, why, why_bytes);
}

// ---- the software ---------------------------------------------------------------------------

/// HAL lets the hardware read ahead, but of three bytes and more it waits for BTF, with SCL low,
/// before it has the last one NACKed, and before the STOP; of two before the STOP. MicroPython
/// waits for BTF of every two bytes. A single byte has its STOP ordered beforehand.
static bool waits_in_read(const sequencer *s, const bit_cell *cell, bool upy)
{
    const uint32_t count = s->message->count;
    if (cell->kind != BIT_CELL_BIT)
        return count >= 2;
    if (s->byte == 0)
        return true; // ADDR
    return s->byte >= 2 && (upy || s->byte + 1 == count);
}

/// Flags that the hardware waits for with SCL low: SB behind a START, ADDR behind an address, BTF.
/// HAL fills the data register ahead of the bytes that it writes, MicroPython does not.
static bool waits_for_software(const sequencer *s, const bit_cell *cell, bool upy)
{
    if (cell->kind == BIT_CELL_START || (cell->kind == BIT_CELL_BIT && cell->clock != 1))
        return false;
    if (s->in_address) // its first bit, or the STOP behind its NACK
        return true;
    if (s->reading)
        return waits_in_read(s, cell, upy);
    return cell->kind != BIT_CELL_BIT || s->byte == 0 || upy;
}

static void vary(void *ctx, bit_cell *cell)
{
    stm32 *s = ctx;
    const bool upy = is_upy(&s->base.spec);
    if (waits_for_software(&s->sequence, cell, upy))
        cell->early_ps += master_value(&s->base, P_CPU);
    const uint64_t limit_ps = timeout_ps(&s->base.spec);
    const bool call = cell->kind == BIT_CELL_START || cell->kind == BIT_CELL_RESTART;
    if (!upy && call && limit_ps != I2C_NEVER_PS)
        controller_limit(s, limit_ps, "the HAL call timed out");
}

static i2c_status attach(master *m)
{
    static const sequence_policy hal = {.address_nack = SEQUENCE_STOP};
    // It leaves the STOP out where none was asked for, and tells by what it returns.
    static const sequence_policy upy = {.data_nack = SEQUENCE_END};
    stm32 *s = (stm32 *)m;
    const bit_timing timing = timing_of(&m->spec);
    const bool is_hal = !is_upy(&m->spec);
    const i2c_status status = controller_attach(m, &timing, is_hal ? &hal : &upy, vary, true);
    s->sequence.bits.bus_wait_ps = is_hal ? HAL_BUSY_WAIT_PS : timeout_ps(&m->spec);
    s->sequence.bits.scl_wait_ps = is_hal ? I2C_NEVER_PS : timeout_ps(&m->spec);
    return status;
}

// ---- what it returns ------------------------------------------------------------------------

enum { HAL_OK = 0, HAL_ERROR = 1, HAL_BUSY = 2 };
enum { UPY_ENODEV = -19, UPY_ETIMEDOUT = -110 };

static int hal_returned(const stm32 *s, const master_outcome *outcome)
{
    if (outcome->end == MASTER_DONE)
        return HAL_OK;
    return s->sequence.ending == SEQUENCE_NOT_FREE && !s->sequence.joined ? HAL_BUSY : HAL_ERROR;
}

/// i2c_writeto(): how many bytes were ACKed; i2c_readfrom(): 0.
static int upy_returned(const stm32 *s, const master_transfer *transfer,
                        const master_outcome *outcome)
{
    const master_message *message = &transfer->message[outcome->message];
    if (outcome->end == MASTER_DONE)
        return (message->address & 1) != 0 ? 0 : (int)message->count;
    if (outcome->end == MASTER_NACKED)
        return s->sequence.ending == SEQUENCE_DATA_NACK ? (int)s->sequence.byte : UPY_ENODEV;
    return UPY_ETIMEDOUT;
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    const stm32 *s = (const stm32 *)m;
    controller_run(m, transfer, outcome);
    outcome->returned =
        is_upy(&m->spec) ? upy_returned(s, transfer, outcome) : hal_returned(s, outcome);
}

static const char *const speeds[] = {"100k", "400k", NULL};

const master_model master_model_stm32 = {
    .info = {.name = "stm32",
             .about = "STM32F4 I2C peripheral under ST's HAL or MicroPython",
             .source = "stm32f4xx_hal_driver stm32f4xx_hal_i2c.c; micropython ports/stm32/i2c.c; "
                       "reference manual of the STM32F4",
             .confidence = "clock and calls: exact; where SCL is held for the software: reference "
                           "manual; how long: assumption; START and STOP shapes: assumption",
             .duty = "5 / 5 us at 100 kHz; at 400 kHz 1.67 / 0.83 us (duty=2), 1.90 / 1.07 us "
                     "(16_9), upy 1.52 / 0.86 us",
             .stretch =
                 "every bit, until the call's time-out if it has one (upy: 50 ms); both lines "
                 "are then let go without a STOP",
             .limits = "reads at least one byte; upy: every read ends with a STOP",
             .not_modelled = "errata: BUSY that sticks after a glitch, a set-up time of Sr a "
                             "little short from 88 to 100 kHz; DMA and interrupt use; the "
                             "millisecond grid of time-outs; upy: that a flag's time runs from the "
                             "byte before it, not from SCL let go",
             .arbitration = "lets go; HAL_ERROR, upy: time-out",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 10000,
    .hz_max = 400000,
    .bytes = sizeof(stm32),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = controller_abandon,
    .reset = controller_reset,
    .adopt_start = controller_adopt_start,
};
