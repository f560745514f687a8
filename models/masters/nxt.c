// The LEGO NXT brick with LEGO's own firmware: the control loop of 1 ms, which starts the state
// machine of the pins (nxt_steps.h) and looks what became of it.
#include "models/masters/nxt_steps.h"
#include "models/masters/software.h"

#include <stdio.h>
#include <string.h>

#define CONTROL_PS I2C_PS_PER_MS

enum {
    BUFFER_BYTES = 16,
    RETRIES = 3,
    MEMORY_BYTES = (RETRIES + 1) * BUFFER_BYTES,
    RX_LOOPS = 100, // control loops that a read may take
    // Behind the send buffer lie its fill level, read index and reply length, then the next
    // port's buffer: what retries send that run over the end.
    BEHIND_BYTES = 3
};

typedef enum { P_TICK, P_FW, P_EPS, P_SETTLE } nxt_parameter;
static const char *const firmware_choice[] = {"1.29", "1.05", "enhanced", NULL};
enum { FW_1_29, FW_1_05, FW_ENHANCED };

static const master_parameter parameters[] = {
    {"tick", "1us to 1ms", "42.618us",
     "half a clock; 42.618us is the code's, 52.083us the 9600 Hz of the documentation"},
    {"fw", "1.29, 1.05 or enhanced", "1.29",
     "LEGO's firmware, of which 1.05 does not look at SCL, or John Hansen's, whose retries are "
     "right"},
    {"eps", "0us to 1us", "300ns", "SCL to SDA within one handler"},
    {"settle", "0us to 20us", "by fw",
     "the same behind SCL's fall: as eps, or 5us in the enhanced firmware, which waits in a loop"},
    {NULL, NULL, NULL, NULL},
};
static const master_parameter_rule rules[] = {
    [P_TICK] = {NULL, I2C_PS_PER_US, I2C_PS_PER_MS, QUANTITY_TIME, false},
    [P_FW] = {firmware_choice, 0, 0, QUANTITY_COUNT, false},
    [P_EPS] = {NULL, 0, I2C_PS_PER_US, QUANTITY_TIME, false},
    [P_SETTLE] = {NULL, 0, 20 * I2C_PS_PER_US, QUANTITY_TIME, true},
};

/// What the firmware's calls return.
enum { STATUS_OK = 0x00, STATUS_BUS_ERROR = 0xDD, STATUS_NOT_READY = 0xE0, STATUS_SIZE = 0xED };

typedef struct {
    software_master software;
    bool rewinds;      ///< retries send the same bytes again
    bool dead;         ///< abandoned
    i2c_timer cut_off; ///< of a read that nobody asked for
    // What the machine works on; it may outlast the call.
    master_message message[2];
    master_transfer transfer;
    master_outcome inner;
    uint8_t received[BUFFER_BYTES];
    uint8_t memory[MEMORY_BYTES]; ///< the send buffer and what lies behind it; stale data stay
    uint32_t at;                  ///< where the attempt's bytes begin
    unsigned attempt;
    bool late; ///< the read took more control loops than it may
    // A read that failed and was never taken back.
    uint32_t stale_reads;
    bool stale_joined; ///< it failed behind its START
    bool stale_runs;   ///< the present transfer drags it along
} nxt;

static nxt *nxt_in(master *m)
{
    return (nxt *)m;
}

static sequencer *machine(nxt *x)
{
    return &x->software.sequence;
}

// ---- the control loop -----------------------------------------------------------------------

static bool alive(const nxt *x)
{
    return !x->dead && !i2c_sim_budget_spent(x->software.base.sim);
}

/// False when the master was stopped meanwhile.
static bool pass(nxt *x, uint64_t ps)
{
    i2c_sim *sim = x->software.base.sim;
    (void)i2c_sim_run_until(sim, &x->dead, i2c_sim_now_ps(sim) + ps);
    return alive(x);
}

/// START from the main loop, at any time before the timer's next tick. A plain write drags along
/// the read that an earlier request left behind.
static void start(nxt *x, uint32_t bytes, uint32_t reads, unsigned index)
{
    sequencer *s = machine(x);
    x->stale_runs = reads == 0 && x->stale_reads > 0;
    const uint32_t all_reads = x->stale_runs ? x->stale_reads : reads;
    x->message[0] = (master_message){.addressed = true,
                                     .address = x->memory[x->at],
                                     .count = bytes - 1,
                                     .data = x->memory + x->at + 1,
                                     .stop = all_reads == 0};
    x->message[1] = (master_message){.begin = MASTER_JOIN,
                                     .addressed = true,
                                     .address = (uint8_t)(x->memory[x->at] + 1),
                                     .count = all_reads,
                                     .into = x->stale_runs ? NULL : x->received,
                                     .stop = true};
    x->transfer = (master_transfer){x->message, all_reads > 0 ? 2 : 1};
    memset(&x->inner, 0, sizeof x->inner);
    s->straight_reads = x->stale_runs && x->stale_joined;
    s->first_attempt = x->attempt;
    s->first_message = index;
    x->software.bang.delay_ps[NXT_HOLD] =
        1 + i2c_sim_random_below(x->software.base.sim, MASTER_RANDOM_STREAM,
                                 x->software.bang.delay_ps[NXT_TICK]);
    sequencer_begin(s, &x->transfer, &x->inner);
}

/// A dragged-along read is not waited for.
static bool is_done(nxt *x)
{
    const sequencer *s = machine(x);
    return s->finished || (x->stale_runs && s->index > 0);
}

/// Waits for the state machine, looking once a control loop. False: it will not end.
static bool wait_for_machine(nxt *x, uint32_t reads)
{
    x->late = false;
    for (unsigned loops = 0; !is_done(x); loops++) {
        if (!pass(x, CONTROL_PS))
            return false;
        if (reads > 0 && loops > RX_LOOPS) {
            x->late = true;
            sequencer_abandon(machine(x));
            return true;
        }
    }
    return true;
}

static bool reads_high(const nxt *x, i2c_line line)
{
    return i2c_node_level(x->software.base.sim, x->software.base.node, line);
}

/// INIT: both pins are inputs for one control loop, whatever state the machine was left in. An
/// adopted START has that behind it.
static bool float_pins(nxt *x)
{
    if (machine(x)->adopted)
        return true;
    i2c_timer_cancel(x->software.base.sim, &x->cut_off);
    sequencer_reset(machine(x));
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

/// The next bytes of memory instead of the same ones: LEGO's firmware does not set the read index
/// back.
static void advance(nxt *x, uint32_t bytes, uint32_t reads)
{
    if (x->rewinds)
        return;
    x->at += bytes;
    x->memory[BUFFER_BYTES] = (uint8_t)bytes;
    x->memory[BUFFER_BYTES + 1] = (uint8_t)(x->at + bytes);
    x->memory[BUFFER_BYTES + BEHIND_BYTES - 1] = (uint8_t)reads;
}

static bool is_nacked(nxt *x)
{
    return machine(x)->ending == SEQUENCE_ADDRESS_NACK;
}

static void remember_stale(nxt *x, uint32_t reads)
{
    if (reads == 0)
        return;
    x->stale_reads = reads;
    x->stale_joined = machine(x)->index > 0 && machine(x)->joined;
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
        start(x, bytes, reads, r->index);
        if (!wait_for_machine(x, reads))
            return false;
        if (!is_nacked(x) || x->attempt == RETRIES)
            return true;
        advance(x, bytes, reads);
        if (!pass(x, CONTROL_PS)) // 1 to 2 loops after the STOP
            return false;
    }
}

static void take_reads(const nxt *x, const request *r, master_outcome *outcome)
{
    if (r->read == NULL)
        return;
    outcome->message = r->index + 1u;
    outcome->bytes_read += x->inner.bytes_read;
    if (r->read->into != NULL)
        memcpy(r->read->into, x->received, x->inner.bytes_read);
}

/// Whether the present address was ACKed: all that the status hangs on.
static bool is_acked(nxt *x)
{
    return machine(x)->index > 0 || (machine(x)->joined && !machine(x)->in_address);
}

static void judge_nack(nxt *x, uint32_t reads, master_outcome *outcome)
{
    outcome->end = MASTER_NACKED;
    outcome->returned = STATUS_OK;
    if (!is_nacked(x))
        return; // a retry was ACKed: LEGO's of other bytes, the enhanced one's of the same
    outcome->returned = STATUS_BUS_ERROR;
    remember_stale(x, reads);
}

static void judge(nxt *x, const request *r, uint32_t reads, master_outcome *outcome)
{
    if (machine(x)->ending == SEQUENCE_ABORTED) {
        give_up(outcome, reads > 0 || !is_acked(x) ? STATUS_BUS_ERROR : STATUS_OK,
                "SCL not as expected at a tick: the firmware gives up");
        remember_stale(x, reads);
    } else if (x->late) {
        give_up(outcome, STATUS_BUS_ERROR, "no reply within 100 ms");
        remember_stale(x, reads);
    } else if (is_nacked(x) || (x->attempt > 0 && !x->rewinds)) {
        judge_nack(x, reads, outcome);
    } else {
        take_reads(x, r, outcome);
    }
}

static void run_request(nxt *x, const request *r, master_outcome *outcome)
{
    i2c_sim *sim = x->software.base.sim;
    const uint32_t bytes = r->write->count + 1;
    const uint32_t reads = r->read != NULL ? r->read->count : 0;
    outcome->message = r->index;
    if (bytes > BUFFER_BYTES || reads > BUFFER_BYTES) {
        give_up(outcome, STATUS_SIZE, "at most 16 bytes each way");
        return;
    }
    const bool adopted = machine(x)->adopted;
    if (!float_pins(x))
        return;
    if (!adopted && !(reads_high(x, I2C_SCL) && reads_high(x, I2C_SDA))) {
        give_up(outcome, STATUS_NOT_READY, "bus not free: SCL or SDA low");
        return;
    }
    load(x, r);
    if (!attempts(x, r, bytes, reads))
        return;
    judge(x, r, reads, outcome);
    if (x->stale_runs && machine(x)->index > 0 && alive(x))
        i2c_timer_set(sim, &x->cut_off,
                      i2c_sim_now_ps(sim) + CONTROL_PS +
                          i2c_sim_random_below(sim, MASTER_RANDOM_STREAM, CONTROL_PS));
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
    if (!cut_is_fine && r->read->count > BUFFER_BYTES)
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
    if (!cut_is_fine && r->write->count + 1 > BUFFER_BYTES)
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

static uint64_t settle_ps(const master_spec *spec)
{
    if (spec->value[P_SETTLE] != MASTER_NOT_GIVEN)
        return spec->value[P_SETTLE];
    return spec->value[P_FW] == FW_ENHANCED ? 5 * I2C_PS_PER_US : spec->value[P_EPS];
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
    if (spec->value[P_FW] != FW_1_05) {
        static const char *const why = "an SCL that was held stays high until the next tick only";
        master_spec_knows_behind_stretch(spec, I2C_T_HIGH, why);
        master_spec_knows_behind_stretch(spec, I2C_T_SU_STO, why);
    }
    master_spec_knows(spec, I2C_T_LOW, glitch_ps, "a NACKed address ends with a short low on SCL");
}

static void forget(nxt *x)
{
    x->dead = false;
    x->stale_reads = 0;
    x->stale_runs = false;
    memset(x->memory, 0, sizeof x->memory);
}

static void cut_off_now(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    sequencer_abandon(machine(ctx)); // the lines freeze as they are
}

static i2c_status attach(master *m)
{
    nxt *x = nxt_in(m);
    const i2c_status status = software_attach(m, nxt_steps, &nxt_policy);
    if (status != I2C_OK)
        return status;
    nxt_delays(&x->software.bang, m->spec.value[P_TICK], m->spec.value[P_EPS], settle_ps(&m->spec));
    x->software.bang.checks_scl = m->spec.value[P_FW] != FW_1_05;
    x->rewinds = m->spec.value[P_FW] == FW_ENHANCED;
    x->cut_off = (i2c_timer){cut_off_now, x, false};
    forget(x);
    return I2C_OK;
}

static void abandon(master *m)
{
    nxt *x = nxt_in(m);
    i2c_timer_cancel(m->sim, &x->cut_off);
    software_abandon(m);
    x->dead = true;
}

static void reset(master *m)
{
    nxt *x = nxt_in(m);
    i2c_timer_cancel(m->sim, &x->cut_off);
    software_reset(m);
    forget(x);
}

static const char *const speeds[] = {"9600", NULL};

const master_model master_model_nxt = {
    .info = {.name = "nxt",
             .about = "LEGO NXT brick with LEGO's firmware, or the enhanced one",
             .source = "source of LEGO's firmware 1.05 and 1.29 (schodet/nxt-firmware, "
                       "dlech/nxt-firmware)",
             .confidence = "order and ticks: exact; tick length, eps and series resistors: by code "
                           "and hardware kit, never measured here",
             .duty = "2 ticks a clock, half each; 4 ticks low between bytes",
             .stretch = "1.05: ignored; else: gives up unless SCL is up one tick later",
             .limits = "16 bytes each way; reads only behind a write; no repeated START; no STOP "
                       "after a read",
             .not_modelled =
                 "a write of length 0 (runs away); glitches at power-up; the other "
                 "ports; the enhanced firmware's fast mode and its NoRestartOnRead, whose reads "
                 "have neither START nor address",
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
    .adopt_start = software_adopt_start,
};
