#include "models/masters/nxt_machine.h"

#include <assert.h>
#include <string.h>

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

bool nxt_pin(const nxt *x, i2c_line line)
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
    x->unit = NXT_UNIT_IDLE;
    x->idle = true;
    x->wake = true;
}

static void tick_of_byte(nxt *x);
static void tick_of_read(nxt *x);

static void begin_byte(nxt *x, uint8_t value)
{
    x->out = value;
    goes_to(x, NXT_UNIT_BYTE, 0);
    tick_of_byte(x);
}

static void begin_next_byte(nxt *x)
{
    const uint32_t index = x->at + x->sent++;
    begin_byte(x, index < NXT_MEMORY_BYTES ? x->memory[index] : 0);
}

/// Tick 17: the pin was read at entry, with SCL still low. SDA becomes an output that shows bit 0
/// for a moment, then is low, then SCL rises.
static void ack_tick(nxt *x)
{
    if (!nxt_pin(x, I2C_SDA))
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
        goes_to(x, NXT_UNIT_TURN, 18);
    else if (x->to_read > 0)
        goes_to(x, NXT_UNIT_JOIN, 18);
    else
        goes_to(x, NXT_UNIT_STOP, 18);
}

/// Tick 18: SCL falls. Only whether anything was ACKed since START counts.
static void byte_ends(nxt *x)
{
    scl(x, false);
    if (!x->acked) {
        x->failed = true;
        x->scl_expected = true;
        later(x, x->eps_ps, I2C_SCL, I2C_DRIVEN_HIGH);
        goes_to(x, NXT_UNIT_NACK, 18);
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
        begin_byte(x, (uint8_t)(x->memory[x->at < NXT_MEMORY_BYTES ? x->at : 0] + 1));
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
        goes_to(x, NXT_UNIT_READ, 0);
        tick_of_read(x);
    }
}

static void keep_byte(nxt *x)
{
    if (x->got < NXT_BUFFER_BYTES)
        x->received[x->got] = x->in;
    x->got++;
}

/// An odd tick of a read byte: SDA is read at entry, then SCL falls.
static void sample(nxt *x)
{
    x->in = (uint8_t)((unsigned)x->in << 1 | (nxt_pin(x, I2C_SDA) ? 1u : 0u));
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
    if (n <= 16 && n % 2 == 0) {
        scl(x, true);
    } else if (n <= 15) {
        sample(x);
    } else if (n == 17) {
        scl(x, false);
        later(x, x->eps_ps, I2C_SDA, I2C_RELEASED);
    } else if (n == 18 && x->got == x->to_read) {
        scl(x, true); // and no STOP
        ends(x);
    } else if (n == 20) {
        goes_to(x, NXT_UNIT_READ, 0);
        tick_of_read(x);
    }
}

/// Firmware 1.29 lets SCL go up, and SDA one tick after it is up, if SDA is an output at all.
static void tick_of_abort(nxt *x)
{
    if (!nxt_pin(x, I2C_SCL))
        return;
    if (i2c_node_drive(x->base.sim, x->base.node, I2C_SDA) != I2C_RELEASED)
        set(x, I2C_SDA, I2C_DRIVEN_HIGH);
    ends(x);
}

static bool scl_is_wrong(const nxt *x)
{
    return x->minds_scl && x->unit != NXT_UNIT_ABORT && nxt_pin(x, I2C_SCL) != x->scl_expected;
}

static void handle_tick(nxt *x)
{
    switch (x->unit) {
    case NXT_UNIT_IDLE:
        return;
    case NXT_UNIT_BYTE:
        tick_of_byte(x);
        return;
    case NXT_UNIT_STOP:
        tick_of_stop(x);
        return;
    case NXT_UNIT_NACK:
        set(x, I2C_SDA, I2C_DRIVEN_HIGH);
        ends(x);
        return;
    case NXT_UNIT_JOIN:
        tick_of_join(x);
        return;
    case NXT_UNIT_TURN:
        tick_of_turn(x);
        return;
    case NXT_UNIT_READ:
        tick_of_read(x);
        return;
    case NXT_UNIT_ABORT:
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
        goes_to(x, NXT_UNIT_ABORT, 0);
    } else {
        handle_tick(x);
    }
    x->tick++;
    x->tick_at_ps = now_ps + x->tick_ps;
    if (x->unit != NXT_UNIT_IDLE)
        i2c_timer_set(x->base.sim, &x->ticker, x->tick_at_ps);
}

void nxt_machine_stop(nxt *x)
{
    i2c_timer_cancel(x->base.sim, &x->ticker);
    i2c_timer_cancel(x->base.sim, &x->late_timer);
    i2c_timer_cancel(x->base.sim, &x->cut_off);
    x->lates = 0;
    x->unit = NXT_UNIT_IDLE;
}

static void cut_off_now(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    nxt_machine_stop(ctx); // the lines freeze as they are
}

// ---- from above -----------------------------------------------------------------------------

void nxt_machine_start(nxt *x, uint32_t bytes, uint32_t reads, uint64_t hold_ps)
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
    x->sent = 1;
    x->out = x->memory[x->at < NXT_MEMORY_BYTES ? x->at : 0];
    goes_to(x, NXT_UNIT_BYTE, 0);
    i2c_timer_set(x->base.sim, &x->ticker, i2c_sim_now_ps(x->base.sim) + hold_ps);
}

void nxt_machine_init(nxt *x)
{
    x->ticker = (i2c_timer){on_tick, x, false};
    x->late_timer = (i2c_timer){late_fires, x, false};
    x->cut_off = (i2c_timer){cut_off_now, x, false};
}
