// The LEGO NXT brick with LEGO's own firmware: the control loop of 1 ms, which starts the state
// machine of the pins (nxt_machine.h) and looks what became of it.
#include "models/masters/limits.h"
#include "models/masters/nxt_machine.h"

#include <stdio.h>
#include <string.h>

#define CONTROL_PS I2C_PS_PER_MS

enum {
    RX_LOOPS = 100, // control loops that a read may take
    // Behind the send buffer lie its fill level, read index and reply length, then the next
    // port's buffer: what retries send that run over the end.
    BEHIND_BYTES = 3
};

typedef enum { P_TICK, P_FW, P_EPS } nxt_parameter;
static const char *const firmware_choice[] = {"1.29", "1.05", NULL};
enum { FW_1_29, FW_1_05 };

static const master_parameter parameters[] = {
    {"tick", "1us to 1ms", "42.618us",
     "half a clock; 42.618us is the code's, 52.083us the 9600 Hz of the documentation"},
    {"fw", "1.29 or 1.05", "1.29", "LEGO's firmware; 1.05 does not look at SCL"},
    {"eps", "0us to 1us", "300ns", "SCL to SDA within one handler"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_TICK] = {NULL, I2C_PS_PER_US, I2C_PS_PER_MS, QUANTITY_TIME, false},
    [P_FW] = {firmware_choice, 0, 0, QUANTITY_COUNT, false},
    [P_EPS] = {NULL, 0, I2C_PS_PER_US, QUANTITY_TIME, false},
};

/// What the firmware's calls return.
enum { STATUS_OK = 0x00, STATUS_BUS_ERROR = 0xDD, STATUS_NOT_READY = 0xE0, STATUS_SIZE = 0xED };

static nxt *nxt_in(master *m)
{
    return (nxt *)m;
}

// ---- the control loop -----------------------------------------------------------------------

static bool alive(const nxt *x)
{
    return !x->dead && !i2c_sim_budget_spent(x->base.sim);
}

/// False when the master was stopped meanwhile.
static bool pass(nxt *x, uint64_t ps)
{
    (void)i2c_sim_run_until(x->base.sim, &x->dead, i2c_sim_now_ps(x->base.sim) + ps);
    return alive(x);
}

/// START from the main loop, at any time before the timer's next tick.
static void start(nxt *x, uint32_t bytes, uint32_t reads)
{
    const uint64_t hold_ps =
        1 + i2c_sim_random_below(x->base.sim, MASTER_RANDOM_STREAM, x->tick_ps);
    nxt_machine_start(x, bytes, reads, hold_ps);
}

/// Waits for the state machine, looking once a control loop. False: it will not end.
static bool wait_for_machine(nxt *x)
{
    for (unsigned loops = 0; !x->idle; loops++) {
        if (!pass(x, CONTROL_PS))
            return false;
        if (x->to_read > 0 && loops > RX_LOOPS) {
            x->failed = true;
            nxt_machine_stop(x);
            return true;
        }
    }
    return true;
}

static bool lines_are_high(const nxt *x)
{
    return nxt_pin(x, I2C_SCL) && nxt_pin(x, I2C_SDA);
}

/// INIT: both pins are inputs for one control loop. An adopted START has that behind it.
static bool float_pins(nxt *x)
{
    if (x->adopted)
        return true;
    nxt_machine_stop(x);
    i2c_node_set_both(x->base.sim, x->base.node, I2C_SCL, I2C_RELEASED, I2C_RELEASED);
    return pass(x, CONTROL_PS);
}

// ---- a request ------------------------------------------------------------------------------

/// A write, and the read that may be joined to it.
typedef struct {
    const master_message *write, *read;
    uint16_t index; ///< of the write in the transfer
} request;

static request request_at(const master_transfer *transfer, uint32_t i)
{
    request r = {&transfer->message[i], NULL, (uint16_t)i};
    if (!r.write->stop && i + 1 < transfer->count)
        r.read = &transfer->message[i + 1];
    return r;
}

static void load(nxt *x, const request *r)
{
    x->at = 0;
    x->memory[0] = r->write->address;
    if (r->write->count > 0)
        memcpy(x->memory + 1, r->write->data, r->write->count);
    if (r->read != NULL)
        x->stale_reads = 0;
}

/// The next bytes of memory instead of the same ones: the read index is not set back.
static void advance(nxt *x, uint32_t bytes, uint32_t reads)
{
    x->at += bytes;
    x->memory[NXT_BUFFER_BYTES] = (uint8_t)bytes;
    x->memory[NXT_BUFFER_BYTES + 1] = (uint8_t)(x->at + bytes);
    x->memory[NXT_BUFFER_BYTES + BEHIND_BYTES - 1] = (uint8_t)reads;
}

static void remember_stale(nxt *x, uint32_t reads)
{
    if (reads == 0)
        return;
    x->stale_reads = reads;
    x->stale_joined = x->read_address;
}

static void give_up(master_outcome *outcome, int status, const char *why)
{
    outcome->end = MASTER_GAVE_UP;
    outcome->returned = status;
    (void)snprintf(outcome->why, sizeof outcome->why, "%s", why);
}

/// Attempts until one is not a transmission error. False: stopped, or out of budget.
static bool attempts(nxt *x, const request *r, uint32_t bytes, uint32_t reads)
{
    for (x->attempt = 0;; x->attempt++) {
        i2c_sim_tag(x->base.sim, x->base.node, x->attempt, r->index);
        start(x, bytes, reads);
        if (!wait_for_machine(x))
            return false;
        if (!x->failed || x->aborted || x->attempt == NXT_RETRIES)
            return true;
        advance(x, bytes, reads);
        if (!pass(x, CONTROL_PS)) // 1 to 2 loops after the STOP
            return false;
    }
}

static void take_reads(nxt *x, const request *r, master_outcome *outcome)
{
    if (r->read == NULL)
        return;
    outcome->message = r->index + 1u;
    outcome->bytes_read += x->got;
    if (r->read->into != NULL)
        memcpy(r->read->into, x->received, x->got);
}

static void judge(nxt *x, const request *r, uint32_t reads, master_outcome *outcome)
{
    if (x->aborted) {
        give_up(outcome, reads > 0 || !x->acked ? STATUS_BUS_ERROR : STATUS_OK,
                "SCL not as expected at a tick: the firmware gives up");
        remember_stale(x, reads);
    } else if (x->failed && x->got < reads && x->acked) {
        give_up(outcome, STATUS_BUS_ERROR, "no reply within 100 ms");
        remember_stale(x, reads);
    } else if (x->failed || x->attempt > 0) {
        outcome->end = MASTER_NACKED;
        outcome->returned = x->failed ? STATUS_BUS_ERROR : STATUS_OK;
        if (x->failed)
            remember_stale(x, reads);
    } else {
        take_reads(x, r, outcome);
    }
}

static void run_request(nxt *x, const request *r, master_outcome *outcome)
{
    const uint32_t bytes = r->write->count + 1;
    const uint32_t reads = r->read != NULL ? r->read->count : 0;
    outcome->message = r->index;
    if (bytes > NXT_BUFFER_BYTES || reads > NXT_BUFFER_BYTES) {
        give_up(outcome, STATUS_SIZE, "at most 16 bytes each way");
        return;
    }
    const bool adopted = x->adopted;
    if (!float_pins(x))
        return;
    if (!adopted && !lines_are_high(x)) {
        give_up(outcome, STATUS_NOT_READY, "bus not free: SCL or SDA low");
        return;
    }
    load(x, r);
    x->next_tag = (uint16_t)(r->index + 1);
    if (!attempts(x, r, bytes, reads))
        return;
    judge(x, r, reads, outcome);
    if (x->stale_runs && alive(x))
        i2c_timer_set(x->base.sim, &x->cut_off,
                      i2c_sim_now_ps(x->base.sim) + CONTROL_PS +
                          i2c_sim_random_below(x->base.sim, MASTER_RANDOM_STREAM, CONTROL_PS));
}

static void run(master *m, const master_transfer *transfer, master_outcome *outcome)
{
    nxt *x = nxt_in(m);
    for (uint32_t i = 0; i < transfer->count && outcome->end == MASTER_DONE; i++) {
        const request r = request_at(transfer, i);
        run_request(x, &r, outcome);
        if (r.read != NULL)
            i++;
        if (x->dead)
            outcome->end = MASTER_ABANDONED;
        else if (i2c_sim_budget_spent(m->sim))
            outcome->end = MASTER_STUCK;
    }
}

// ---- what it can ----------------------------------------------------------------------------

static bool can_join(const request *r, bool cut_is_fine, char *why, size_t why_bytes)
{
    if (r->read == NULL)
        return master_refuses(why, why_bytes, "the NXT always ends a write with a STOP");
    if (r->read->begin == MASTER_TRUE_REPEAT)
        return master_refuses(why, why_bytes, "the NXT has no repeated START");
    if (!r->read->addressed || (r->read->address & 1) == 0)
        return master_refuses(why, why_bytes, "the NXT joins only a read to a write");
    if (r->read->address != r->write->address + 1)
        return master_refuses(why, why_bytes, "the NXT reads from the address it wrote to");
    if (r->read->count == 0)
        return master_refuses(why, why_bytes, "the NXT reads at least one byte");
    if (!cut_is_fine && r->read->count > NXT_BUFFER_BYTES)
        return master_refuses(why, why_bytes, "the NXT reads at most 16 bytes");
    if (!master_acks_all_but_the_last(r->read))
        return master_refuses(why, why_bytes, "the NXT ACKs all bytes but the last");
    if (!r->read->stop)
        return master_refuses(why, why_bytes, "the NXT ends the transfer with the read");
    return true;
}

static bool can_request(const request *r, bool cut_is_fine, char *why, size_t why_bytes)
{
    if (!r->write->addressed)
        return master_refuses(why, why_bytes, "the NXT always sends an address");
    if ((r->write->address & 1) != 0)
        return master_refuses(why, why_bytes, "the NXT reads only behind a write");
    if (r->write->begin == MASTER_TRUE_REPEAT)
        return master_refuses(why, why_bytes, "the NXT has no repeated START");
    if (r->write->begin == MASTER_JOIN)
        return master_refuses(why, why_bytes, "the NXT joins only a read to a write");
    if (!cut_is_fine && r->write->count + 1 > NXT_BUFFER_BYTES)
        return master_refuses(why, why_bytes,
                              "the NXT sends at most 16 bytes, the address included");
    return r->write->stop || can_join(r, cut_is_fine, why, why_bytes);
}

static bool can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    (void)m;
    for (uint32_t i = 0; i < transfer->count; i++) {
        const request r = request_at(transfer, i);
        if (!can_request(&r, cut_is_fine, why, why_bytes))
            return false;
        if (r.read != NULL)
            i++;
    }
    return true;
}

// ---- life -----------------------------------------------------------------------------------

/// Firmware 1.29 reads SCL a tick after it has let go of it, a little less in the ACK tick.
static master_stretch stretch_of(const master_spec *spec)
{
    if (spec->value[P_FW] == FW_1_05)
        return (master_stretch){MASTER_GOES_ON, 0};
    const uint64_t tick_ps = spec->value[P_TICK];
    const uint64_t eps_ps = spec->value[P_EPS];
    return (master_stretch){MASTER_WAITS, tick_ps > eps_ps ? tick_ps - eps_ps : 0};
}

static void preset(master_spec *spec)
{
    spec->scl_hz = (uint32_t)(I2C_PS_PER_S / (2 * spec->value[P_TICK]));
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->wires = (i2c_wires){.rp_ohm = 82000, .cb_pf = 50, .tf_ns = 100};
    spec->stretch = stretch_of(spec);
    const uint64_t tick_ps = spec->value[P_TICK];
    const uint64_t eps_ps = spec->value[P_EPS];
    spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RELEASE, tick_ps, tick_ps};
    spec->ack_sample = (master_sample){MASTER_SAMPLES_BEFORE_RELEASE, eps_ps, eps_ps};
}

/// The START's hold is chance, the ACK tick moves SDA right before SCL, and an address NACK pulls
/// SCL low for a moment only.
static void finish(master_spec *spec)
{
    const uint64_t tf_ps = master_wire_times_of(&spec->wires).fall_ps[I2C_AT_30];
    const uint64_t eps_ps = spec->value[P_EPS];
    const uint64_t glitch_ps = eps_ps > tf_ps ? eps_ps - tf_ps : 0;
    const uint64_t apart_ps = eps_ps / 2 > tf_ps ? eps_ps / 2 - tf_ps : 0;
    master_spec_knows(spec, I2C_T_HD_STA, 0,
                      "the START comes from the main loop at a random time before a tick");
    master_spec_knows(spec, I2C_T_SU_DAT, apart_ps,
                      "the ACK tick moves SDA and SCL in one handler");
    if (spec->value[P_FW] == FW_1_29) {
        static const char *const why = "an SCL that was held stays high until the next tick only";
        master_spec_knows_behind_stretch(spec, I2C_T_HIGH, why);
        master_spec_knows_behind_stretch(spec, I2C_T_SU_STO, why);
    }
    master_spec_knows(spec, I2C_T_LOW, glitch_ps, "a NACKed address ends with a short low on SCL");
}

static void forget(nxt *x)
{
    x->dead = false;
    x->wake = false;
    x->idle = true;
    x->adopted = false;
    x->stale_reads = 0;
    x->stale_runs = false;
    x->unit = NXT_UNIT_IDLE;
    x->lates = 0;
    memset(x->memory, 0, sizeof x->memory);
}

static i2c_status attach(master *m)
{
    nxt *x = nxt_in(m);
    const i2c_status status = master_join(m, 0, NULL);
    if (status != I2C_OK)
        return status;
    x->tick_ps = m->spec.value[P_TICK];
    x->eps_ps = m->spec.value[P_EPS];
    x->minds_scl = m->spec.value[P_FW] == FW_1_29;
    nxt_machine_init(x);
    forget(x);
    return I2C_OK;
}

static void abandon(master *m)
{
    nxt *x = nxt_in(m);
    nxt_machine_stop(x);
    x->dead = true;
    x->wake = true;
}

static void reset(master *m)
{
    nxt *x = nxt_in(m);
    nxt_machine_stop(x);
    forget(x);
    i2c_node_set_both(m->sim, m->node, I2C_SCL, I2C_RELEASED, I2C_RELEASED);
}

static bool adopt_start(master *m, i2c_node from)
{
    nxt *x = nxt_in(m);
    i2c_node_hand_over(m->sim, from, m->node);
    i2c_node_set(m->sim, m->node, I2C_SCL, I2C_DRIVEN_HIGH);
    x->adopted = true;
    return true;
}

static const char *const speeds[] = {"9600", NULL};

const master_model master_model_nxt = {
    .info = {.name = "nxt",
             .about = "LEGO NXT brick with LEGO's firmware",
             .source = "source of LEGO's firmware 1.05 and 1.29 (schodet/nxt-firmware, "
                       "dlech/nxt-firmware)",
             .confidence = "order and ticks: exact; tick length, eps and series resistors: by code "
                           "and hardware kit, never measured here",
             .duty = "2 ticks a clock, half each; 4 ticks low between bytes",
             .stretch = "1.05: ignored; 1.29: gives up unless SCL is up one tick later",
             .limits = "16 bytes each way; reads only behind a write; no repeated START; no STOP "
                       "after a read",
             .not_modelled = "a write of length 0 (runs away); glitches at power-up; the other "
                             "ports; John Hansen's enhanced firmware",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 9600,
    .hz_max = 9600,
    .push_pull_sda = true,
    .bytes = sizeof(nxt),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = abandon,
    .reset = reset,
    .adopt_start = adopt_start,
};
