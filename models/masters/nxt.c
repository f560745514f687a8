// The LEGO NXT brick with LEGO's own firmware: a timer interrupt, the tick, moves the pins of a
// state machine that takes 2 ticks a clock. SCL is driven both ways all the time, SDA whenever it
// is an output. A control loop of 1 ms starts the state machine and looks what became of it.
//
// Ticks are counted from t0, the tick that puts bit 7 of a written byte on SDA; a handler that
// moves SCL and SDA moves SCL first (parameter eps), but for the ACK tick.
#include "models/masters/model.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define CONTROL_PS I2C_PS_PER_MS

enum {
    BUFFER_BYTES = 16,
    RETRIES = 3,
    RX_LOOPS = 100, // control loops that a read may take
    // Behind the send buffer lie its fill level, read index and reply length, then the next
    // port's buffer: what retries send that run over the end.
    BEHIND_BYTES = 3,
    MEMORY_BYTES = (RETRIES + 1) * BUFFER_BYTES
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
    [P_TICK] = {NULL, QUANTITY_TIME, I2C_PS_PER_US, I2C_PS_PER_MS, false},
    [P_FW] = {firmware_choice, QUANTITY_COUNT, 0, 0, false},
    [P_EPS] = {NULL, QUANTITY_TIME, 0, I2C_PS_PER_US, false},
};

/// What the firmware's calls return.
enum { STATUS_OK = 0x00, STATUS_BUS_ERROR = 0xDD, STATUS_NOT_READY = 0xE0, STATUS_SIZE = 0xED };

typedef enum {
    UNIT_IDLE,
    UNIT_BYTE,  ///< a written byte, ticks 0 to 18, and 19 to 21 before another one
    UNIT_STOP,  ///< 19, 20
    UNIT_NACK,  ///< 19: STOP after an address that nobody ACKed
    UNIT_JOIN,  ///< 19 to 27: STOP, a clock with SDA high, START
    UNIT_TURN,  ///< 19 to 26: before the first clock of a read
    UNIT_READ,  ///< a read byte, ticks 0 to 17, and 18 to 20
    UNIT_ABORT, ///< SCL was not as expected
} nxt_unit;

/// A change that comes within a tick, after the handler's first one.
typedef struct {
    uint64_t at_ps;
    i2c_line line;
    i2c_drive drive;
} late_change;

typedef struct {
    master base;
    uint64_t tick_ps, eps_ps;
    // The state machine.
    i2c_timer ticker, late_timer, cut_off;
    late_change late[2];
    unsigned lates;
    nxt_unit unit;
    unsigned tick; ///< within the unit
    uint64_t tick_at_ps;
    uint8_t out;       ///< the byte being written
    uint8_t in;        ///< bits read so far
    uint32_t sent;     ///< bytes of this attempt that were begun
    uint32_t to_send;  ///< of it, address included
    uint32_t to_read;  ///< bytes of the read part; 0: none
    uint32_t got;      ///< of them
    bool first_byte;   ///< SCL is still high
    bool read_address; ///< the byte is address + 1
    bool acked;        ///< an ACK was seen since START
    bool scl_expected; ///< level of SCL as the machine left it
    bool failed;       ///< transmission error
    bool aborted;      ///< SCL was held
    bool idle;         ///< the machine has ended
    bool dead;         ///< abandoned
    bool wake;         ///< idle or dead: what waits look at
    bool adopted;      ///< START has been made
    uint16_t next_tag; ///< of the read message
    uint16_t attempt;
    uint8_t memory[MEMORY_BYTES]; ///< the send buffer and what lies behind it; stale data stay
    uint32_t at;                  ///< where the attempt's bytes begin: never set back by a retry
    uint8_t received[BUFFER_BYTES];
    // A read that failed and was never taken back.
    uint32_t stale_reads;
    bool stale_joined; ///< it failed behind its START
    bool stale_runs;   ///< the read going on is that one
} nxt;

static nxt *nxt_in(master *m)
{
    return (nxt *)m;
}

// ---- pins -----------------------------------------------------------------------------------

static void set(nxt *x, i2c_line line, i2c_drive drive)
{
    i2c_node_set(x->base.sim, x->base.node, line, drive);
}

static void scl(nxt *x, bool high)
{
    x->scl_expected = high;
    set(x, I2C_SCL, high ? I2C_DRIVEN_HIGH : I2C_PULLED);
}

static i2c_drive level(bool high)
{
    return high ? I2C_DRIVEN_HIGH : I2C_PULLED;
}

static bool pin(const nxt *x, i2c_line line)
{
    return i2c_node_level(x->base.sim, x->base.node, line);
}

static void late_fires(void *ctx, uint64_t now_ps)
{
    nxt *x = ctx;
    unsigned done = 0;
    while (done < x->lates && x->late[done].at_ps <= now_ps) {
        set(x, x->late[done].line, x->late[done].drive);
        done++;
    }
    x->lates -= done;
    memmove(x->late, x->late + done, x->lates * sizeof x->late[0]);
    if (x->lates > 0)
        i2c_timer_set(x->base.sim, &x->late_timer, x->late[0].at_ps);
}

/// Changes a pin `after_ps` into the present handler; in the order of the calls.
static void later(nxt *x, uint64_t after_ps, i2c_line line, i2c_drive drive)
{
    assert(x->lates < sizeof x->late / sizeof x->late[0]);
    const uint64_t at_ps = i2c_sim_now_ps(x->base.sim) + after_ps;
    x->late[x->lates++] = (late_change){at_ps, line, drive};
    if (x->lates == 1)
        i2c_timer_set(x->base.sim, &x->late_timer, at_ps);
}

// ---- the state machine ----------------------------------------------------------------------

static void goes_to(nxt *x, nxt_unit unit, unsigned tick)
{
    x->unit = unit;
    x->tick = tick;
}

static void ends(nxt *x)
{
    x->unit = UNIT_IDLE;
    x->idle = true;
    x->wake = true;
}

static void tick_of_byte(nxt *x);
static void tick_of_read(nxt *x);

static void begin_byte(nxt *x, uint8_t value)
{
    x->out = value;
    goes_to(x, UNIT_BYTE, 0);
    tick_of_byte(x);
}

static void begin_next_byte(nxt *x)
{
    const uint32_t index = x->at + x->sent++;
    begin_byte(x, index < MEMORY_BYTES ? x->memory[index] : 0);
}

/// Tick 17: the pin was read at entry, with SCL still low. SDA becomes an output that shows bit 0
/// for a moment, then is low, then SCL rises.
static void ack_tick(nxt *x)
{
    if (!pin(x, I2C_SDA))
        x->acked = true;
    x->scl_expected = true;
    if (x->out & 1) {
        set(x, I2C_SDA, I2C_DRIVEN_HIGH);
        later(x, x->eps_ps / 2, I2C_SDA, I2C_PULLED);
    } else {
        set(x, I2C_SDA, I2C_PULLED);
    }
    later(x, x->eps_ps, I2C_SCL, I2C_DRIVEN_HIGH);
}

/// The read that a plain write drags along after an earlier one failed.
static bool stale_read_follows(nxt *x)
{
    if (x->to_read > 0 || x->stale_reads == 0)
        return false;
    x->to_read = x->stale_reads;
    x->got = 0;
    x->stale_runs = true;
    x->idle = true; // the write is reported as done
    x->wake = true;
    return true;
}

/// Tick 18 of the last byte that was asked for.
static void message_ends(nxt *x)
{
    const bool stale = stale_read_follows(x);
    if (x->read_address || (stale && x->stale_joined))
        goes_to(x, UNIT_TURN, 18);
    else if (x->to_read > 0)
        goes_to(x, UNIT_JOIN, 18);
    else
        goes_to(x, UNIT_STOP, 18);
}

/// Tick 18: SCL falls. Only whether anything was ACKed since START counts.
static void byte_ends(nxt *x)
{
    scl(x, false);
    if (!x->acked) {
        x->failed = true;
        x->scl_expected = true;
        later(x, x->eps_ps, I2C_SCL, I2C_DRIVEN_HIGH);
        goes_to(x, UNIT_NACK, 18);
    } else if (x->read_address || x->sent == x->to_send) {
        message_ends(x);
    }
}

static void tick_of_byte(nxt *x)
{
    const unsigned n = x->tick;
    if (n <= 14 && n % 2 == 0) {
        const bool falls = n > 0 || x->first_byte;
        x->first_byte = false;
        if (falls)
            scl(x, false);
        later(x, falls ? x->eps_ps : 0, I2C_SDA, level((x->out >> (7 - n / 2) & 1) != 0));
    } else if (n <= 15) {
        scl(x, true);
    } else if (n == 16) {
        scl(x, false);
        later(x, x->eps_ps, I2C_SDA, I2C_RELEASED);
    } else if (n == 17) {
        ack_tick(x);
    } else if (n == 18) {
        byte_ends(x);
    } else if (n == 21) {
        begin_next_byte(x);
    }
}

static void tick_of_stop(nxt *x)
{
    if (x->tick == 19) {
        scl(x, true);
    } else {
        set(x, I2C_SDA, I2C_DRIVEN_HIGH);
        ends(x);
    }
}

static void tick_of_join(nxt *x)
{
    switch (x->tick) {
    case 19:
    case 23:
        scl(x, true);
        return;
    case 21:
        set(x, I2C_SDA, I2C_DRIVEN_HIGH);
        return;
    case 22:
    case 26:
        scl(x, false);
        return;
    case 24:
        i2c_sim_tag(x->base.sim, x->base.node, x->attempt, x->next_tag);
        x->acked = false;
        set(x, I2C_SDA, I2C_PULLED);
        return;
    case 27:
        x->read_address = true;
        begin_byte(x, (uint8_t)(x->memory[x->at < MEMORY_BYTES ? x->at : 0] + 1));
        return;
    default:
        return;
    }
}

static void tick_of_turn(nxt *x)
{
    if (x->tick == 25) {
        set(x, I2C_SDA, I2C_RELEASED);
    } else if (x->tick == 26) {
        goes_to(x, UNIT_READ, 0);
        tick_of_read(x);
    }
}

static void keep_byte(nxt *x)
{
    if (x->got < BUFFER_BYTES)
        x->received[x->got] = x->in;
    x->got++;
}

/// An odd tick of a read byte: SDA is read at entry, then SCL falls.
static void sample(nxt *x)
{
    x->in = (uint8_t)((unsigned)x->in << 1 | (pin(x, I2C_SDA) ? 1u : 0u));
    scl(x, false);
    if (x->tick != 15)
        return;
    keep_byte(x);
    if (x->got < x->to_read)
        later(x, x->eps_ps, I2C_SDA, I2C_PULLED);
}

static void tick_of_read(nxt *x)
{
    const unsigned n = x->tick;
    if (n <= 14 && n % 2 == 0) {
        scl(x, true);
    } else if (n <= 15) {
        sample(x);
    } else if (n == 16) {
        scl(x, true);
    } else if (n == 17) {
        scl(x, false);
        later(x, x->eps_ps, I2C_SDA, I2C_RELEASED);
    } else if (n == 18 && x->got == x->to_read) {
        scl(x, true); // and no STOP
        ends(x);
    } else if (n == 20) {
        goes_to(x, UNIT_READ, 0);
        tick_of_read(x);
    }
}

/// Firmware 1.29 lets SCL go up, and SDA one tick after it is up, if SDA is an output at all.
static void tick_of_abort(nxt *x)
{
    if (!pin(x, I2C_SCL))
        return;
    if (i2c_node_drive(x->base.sim, x->base.node, I2C_SDA) != I2C_RELEASED)
        set(x, I2C_SDA, I2C_DRIVEN_HIGH);
    ends(x);
}

static bool scl_is_wrong(const nxt *x)
{
    return x->base.spec.value[P_FW] == FW_1_29 && x->unit != UNIT_ABORT &&
           pin(x, I2C_SCL) != x->scl_expected;
}

static void handle_tick(nxt *x)
{
    switch (x->unit) {
    case UNIT_IDLE:
        return;
    case UNIT_BYTE:
        tick_of_byte(x);
        return;
    case UNIT_STOP:
        tick_of_stop(x);
        return;
    case UNIT_NACK:
        set(x, I2C_SDA, I2C_DRIVEN_HIGH);
        ends(x);
        return;
    case UNIT_JOIN:
        tick_of_join(x);
        return;
    case UNIT_TURN:
        tick_of_turn(x);
        return;
    case UNIT_READ:
        tick_of_read(x);
        return;
    case UNIT_ABORT:
        tick_of_abort(x);
        return;
    }
}

static void on_tick(void *ctx, uint64_t now_ps)
{
    nxt *x = ctx;
    if (scl_is_wrong(x)) {
        x->aborted = true;
        scl(x, true);
        goes_to(x, UNIT_ABORT, 0);
    } else {
        handle_tick(x);
    }
    x->tick++;
    x->tick_at_ps = now_ps + x->tick_ps;
    if (x->unit != UNIT_IDLE)
        i2c_timer_set(x->base.sim, &x->ticker, x->tick_at_ps);
}

static void stop_machine(nxt *x)
{
    i2c_timer_cancel(x->base.sim, &x->ticker);
    i2c_timer_cancel(x->base.sim, &x->late_timer);
    i2c_timer_cancel(x->base.sim, &x->cut_off);
    x->lates = 0;
    x->unit = UNIT_IDLE;
}

static void cut_off_now(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    stop_machine(ctx); // the lines freeze as they are
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

/// START from the main loop: t0 is the next tick of the timer.
static void start(nxt *x, uint32_t bytes, uint32_t reads)
{
    x->to_send = bytes;
    x->to_read = reads;
    x->sent = 0;
    x->got = 0;
    x->acked = false;
    x->failed = false;
    x->aborted = false;
    x->read_address = false;
    x->first_byte = true;
    x->stale_runs = false;
    x->idle = false;
    x->wake = false;
    x->scl_expected = true;
    if (!x->adopted)
        i2c_node_set_both(x->base.sim, x->base.node, I2C_SCL, I2C_DRIVEN_HIGH, I2C_PULLED);
    x->adopted = false;
    const uint64_t hold_ps =
        1 + i2c_sim_random_below(x->base.sim, MASTER_RANDOM_STREAM, x->tick_ps);
    x->sent = 1;
    x->out = x->memory[x->at < MEMORY_BYTES ? x->at : 0];
    goes_to(x, UNIT_BYTE, 0);
    i2c_timer_set(x->base.sim, &x->ticker, i2c_sim_now_ps(x->base.sim) + hold_ps);
}

/// Waits for the state machine, looking once a control loop. False: it will not end.
static bool wait_for_machine(nxt *x)
{
    for (unsigned loops = 0; !x->idle; loops++) {
        if (!pass(x, CONTROL_PS))
            return false;
        if (x->to_read > 0 && loops > RX_LOOPS) {
            x->failed = true;
            stop_machine(x);
            return true;
        }
    }
    return true;
}

static bool lines_are_high(const nxt *x)
{
    return pin(x, I2C_SCL) && pin(x, I2C_SDA);
}

/// INIT: both pins are inputs for one control loop. An adopted START has that behind it.
static bool float_pins(nxt *x)
{
    if (x->adopted)
        return true;
    stop_machine(x);
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
    x->memory[BUFFER_BYTES] = (uint8_t)bytes;
    x->memory[BUFFER_BYTES + 1] = (uint8_t)(x->at + bytes);
    x->memory[BUFFER_BYTES + BEHIND_BYTES - 1] = (uint8_t)reads;
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
        if (!x->failed || x->aborted || x->attempt == RETRIES)
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
    if (bytes > BUFFER_BYTES || reads > BUFFER_BYTES) {
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

static bool refuse(char *why, size_t why_bytes, const char *reason)
{
    (void)snprintf(why, why_bytes, "%s", reason);
    return false;
}

static bool acks_all_but_the_last(const master_message *m)
{
    for (uint32_t i = 0; m->acks != NULL && i < m->count; i++)
        if ((m->acks[i] != 0) != (i + 1 < m->count))
            return false;
    return true;
}

static bool can_join(const request *r, bool cut_is_fine, char *why, size_t why_bytes)
{
    if (r->read == NULL)
        return refuse(why, why_bytes, "the NXT always ends a write with a STOP");
    if (r->read->begin == MASTER_TRUE_REPEAT)
        return refuse(why, why_bytes, "the NXT has no repeated START");
    if (!r->read->addressed || (r->read->address & 1) == 0)
        return refuse(why, why_bytes, "the NXT joins only a read to a write");
    if (r->read->address != r->write->address + 1)
        return refuse(why, why_bytes, "the NXT reads from the address it wrote to");
    if (r->read->count == 0)
        return refuse(why, why_bytes, "the NXT reads at least one byte");
    if (!cut_is_fine && r->read->count > BUFFER_BYTES)
        return refuse(why, why_bytes, "the NXT reads at most 16 bytes");
    if (!acks_all_but_the_last(r->read))
        return refuse(why, why_bytes, "the NXT ACKs all bytes but the last");
    if (!r->read->stop)
        return refuse(why, why_bytes, "the NXT ends the transfer with the read");
    return true;
}

static bool can_request(const request *r, bool cut_is_fine, char *why, size_t why_bytes)
{
    if (!r->write->addressed)
        return refuse(why, why_bytes, "the NXT always sends an address");
    if ((r->write->address & 1) != 0)
        return refuse(why, why_bytes, "the NXT reads only behind a write");
    if (r->write->begin == MASTER_TRUE_REPEAT)
        return refuse(why, why_bytes, "the NXT has no repeated START");
    if (r->write->begin == MASTER_JOIN)
        return refuse(why, why_bytes, "the NXT joins only a read to a write");
    if (!cut_is_fine && r->write->count + 1 > BUFFER_BYTES)
        return refuse(why, why_bytes, "the NXT sends at most 16 bytes, the address included");
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

static void preset(master_spec *spec)
{
    spec->scl_hz = (uint32_t)(I2C_PS_PER_S / (2 * spec->value[P_TICK]));
    spec->mode = master_mode_of(spec->scl_hz);
    spec->threshold = I2C_AT_50;
    spec->wires = (i2c_wires){.rp_ohm = 82000, .cb_pf = 50, .tf_ns = 100};
}

/// The START's hold is chance, the ACK tick moves SDA right before SCL, and an address NACK pulls
/// SCL low for a moment only.
static bool finish(master_spec *spec, char *error, size_t error_bytes)
{
    (void)error;
    (void)error_bytes;
    const uint64_t tf_ps = master_wire_times_of(&spec->wires).fall_ps[I2C_AT_30];
    const uint64_t eps_ps = spec->value[P_EPS];
    const uint64_t glitch_ps = eps_ps > tf_ps ? eps_ps - tf_ps : 0;
    const uint64_t apart_ps = eps_ps / 2 > tf_ps ? eps_ps / 2 - tf_ps : 0;
    master_spec_knows(spec, I2C_T_HD_STA, 0,
                      "the START comes from the main loop at a random time before a tick");
    master_spec_knows(spec, I2C_T_SU_DAT, apart_ps,
                      "the ACK tick moves SDA and SCL in one handler");
    master_spec_knows(spec, I2C_T_LOW, glitch_ps, "a NACKed address ends with a short low on SCL");
    return true;
}

static void forget(nxt *x)
{
    x->dead = false;
    x->wake = false;
    x->idle = true;
    x->adopted = false;
    x->stale_reads = 0;
    x->stale_runs = false;
    x->unit = UNIT_IDLE;
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
    x->ticker = (i2c_timer){on_tick, x, false};
    x->late_timer = (i2c_timer){late_fires, x, false};
    x->cut_off = (i2c_timer){cut_off_now, x, false};
    forget(x);
    return I2C_OK;
}

static void abandon(master *m)
{
    nxt *x = nxt_in(m);
    stop_machine(x);
    x->dead = true;
    x->wake = true;
}

static void reset(master *m)
{
    nxt *x = nxt_in(m);
    stop_machine(x);
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
