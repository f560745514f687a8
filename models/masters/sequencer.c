#include "models/masters/sequencer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

// What transfers return: Wire's codes, for masters whose own interface is not modelled.
enum { RETURN_OK = 0, RETURN_ADDRESS_NACK = 2, RETURN_DATA_NACK = 3, RETURN_OTHER = 4 };

static void begin_message(sequencer *s);

// ---- the end --------------------------------------------------------------------------------

static void finish(sequencer *s)
{
    s->outcome->message = s->index;
    s->finished = true;
}

static void give_up(sequencer *s, const char *why)
{
    s->outcome->end = MASTER_GAVE_UP;
    s->outcome->returned = RETURN_OTHER;
    (void)snprintf(s->outcome->why, sizeof s->outcome->why, "%s", why);
    bit_engine_release(&s->bits);
    finish(s);
}

static void begin_stop(sequencer *s)
{
    const bit_cell cell = {.kind = BIT_CELL_STOP,
                           .after_ack = true,
                           .early_ps = s->pauses.bytes_ps,
                           .high_ps = s->pauses.stop_ps};
    bit_engine_begin(&s->bits, &cell);
}

static void message_ends(sequencer *s)
{
    if (s->message->stop)
        begin_stop(s);
    else if (s->index + 1 == s->transfer->count)
        finish(s);
    else {
        s->index++;
        begin_message(s);
    }
}

static void nacked(sequencer *s)
{
    s->outcome->end = MASTER_NACKED;
    s->outcome->returned = s->in_address ? RETURN_ADDRESS_NACK : RETURN_DATA_NACK;
    const sequence_after_nack after =
        s->in_address ? s->policy->address_nack : s->policy->data_nack;
    if (after == SEQUENCE_STOP) {
        begin_stop(s);
        return;
    }
    bit_engine_release(&s->bits);
    finish(s);
}

/// A STOP has been made: of a message, or after a NACK.
static void stopped(sequencer *s)
{
    if (s->outcome->end == MASTER_NACKED && s->in_address &&
        s->attempt < s->policy->address_retries) {
        s->attempt++;
        s->outcome->end = MASTER_DONE;
        s->outcome->returned = RETURN_OK;
        begin_message(s);
        return;
    }
    if (s->outcome->end != MASTER_DONE || s->index + 1 == s->transfer->count) {
        finish(s);
        return;
    }
    s->index++;
    s->attempt = 0;
    begin_message(s);
}

// ---- bits and bytes -------------------------------------------------------------------------

/// What the master puts on SDA in clocks 1 to 8.
static bool data_bit(const sequencer *s, unsigned clock)
{
    return s->reading || (s->sent >> (8 - clock) & 1) != 0;
}

static __attribute__((noinline)) void begin_bit(sequencer *s, unsigned clock)
{
    const sequence_pauses *p = &s->pauses;
    bit_cell cell = {.kind = BIT_CELL_BIT,
                     .clock = clock,
                     .early_ps = p->early_ps,
                     .low_ps = p->low_ps,
                     .high_ps = p->high_ps};
    if (clock == 9) {
        cell.sample = !s->reading;
        cell.sda = !s->reading || !(s->message->acks != NULL ? s->message->acks[s->byte] != 0
                                                             : s->byte + 1 < s->message->count);
        cell.low_ps += p->ack_ps;
        cell.high_ps += p->ack_high_ps;
    } else {
        cell.sample = s->reading;
        cell.sda = data_bit(s, clock);
        if (clock == 1 && !s->in_address) {
            cell.early_ps += p->bytes_ps;
            cell.after_ack = s->reading && s->byte > 0;
        }
    }
    bit_engine_begin(&s->bits, &cell);
}

static void begin_byte(sequencer *s)
{
    s->reading = !s->in_address && (s->message->address & 1) != 0;
    s->shift = 0;
    if (s->in_address)
        s->sent = s->message->address;
    else if (!s->reading)
        s->sent = s->message->data[s->byte];
    begin_bit(s, 1);
}

/// The 9th clock is over.
static __attribute__((noinline)) void byte_ends(sequencer *s, bool sda)
{
    if (s->reading) {
        if (s->message->into != NULL)
            s->message->into[s->byte] = s->shift;
        s->outcome->bytes_read++;
    } else if (sda && !s->message->past_nack) {
        nacked(s);
        return;
    }
    if (s->in_address) {
        s->in_address = false;
        s->byte = 0;
    } else {
        s->byte++;
    }
    if (s->byte < s->message->count)
        begin_byte(s);
    else
        message_ends(s);
}

static __attribute__((noinline)) void lost(sequencer *s, unsigned clock)
{
    char why[MASTER_TEXT_BYTES];
    (void)snprintf(why, sizeof why, "arbitration lost: SDA low in clock %u of byte %u", clock,
                   s->in_address ? 0 : (unsigned)s->byte + 1);
    give_up(s, why);
}

static void bit_ends(sequencer *s, bool sda)
{
    const unsigned clock = s->bits.cell.clock;
    if (!s->reading && clock < 9 && s->bits.cell.sda && !sda && !s->policy->no_arbitration) {
        lost(s, clock);
        return;
    }
    if (clock == 9) {
        byte_ends(s, sda);
        return;
    }
    s->shift = (uint8_t)((unsigned)s->shift << 1 | (sda ? 1u : 0u));
    if (clock == 1 || clock == 8) // the first bit and the ACK have pauses of their own
        begin_bit(s, clock + 1);
    else
        bit_engine_begin_next_bit(&s->bits, data_bit(s, clock + 1));
}

// ---- messages -------------------------------------------------------------------------------

static void joined(sequencer *s)
{
    if (!s->message->addressed) {
        message_ends(s);
        return;
    }
    s->in_address = true;
    s->byte = 0;
    begin_byte(s);
}

static void begin_message(sequencer *s)
{
    s->message = &s->transfer->message[s->index];
    i2c_sim_tag(s->owner->sim, s->owner->node, (uint16_t)s->attempt, (uint16_t)s->index);
    if (s->adopted) {
        s->adopted = false;
        joined(s);
        return;
    }
    const bit_cell cell = {.kind = s->bits.claimed ? BIT_CELL_RESTART : BIT_CELL_START,
                           .after_ack = true,
                           .early_ps = s->bits.claimed ? s->pauses.bytes_ps : s->pauses.start_ps};
    bit_engine_begin(&s->bits, &cell);
}

static __attribute__((noinline)) void other_cell_done(sequencer *s, bit_result result)
{
    if (result == BIT_NOT_FREE)
        give_up(s, "bus not free: SCL or SDA stayed low");
    else if (result == BIT_SCL_TIMEOUT)
        give_up(s, "SCL held low too long");
    else if (s->bits.cell.kind == BIT_CELL_STOP)
        stopped(s);
    else if (s->bits.cell.kind != BIT_CELL_GRAB) // which is never begun here
        joined(s);
}

static void cell_done(void *ctx, bit_result result, bool sda)
{
    sequencer *s = ctx;
    if (result == BIT_DONE && s->bits.cell.kind == BIT_CELL_BIT)
        bit_ends(s, sda);
    else
        other_cell_done(s, result);
}

// ---- from above -----------------------------------------------------------------------------

void sequencer_init(sequencer *s, master *owner, const bit_timing *timing,
                    const sequence_policy *policy)
{
    s->owner = owner;
    s->policy = policy;
    s->adopted = false;
    s->finished = true;
    s->bits.sim = owner->sim;
    s->bits.node = owner->node;
    s->bits.timing = timing;
    s->bits.done = cell_done;
    s->bits.ctx = s;
    bit_engine_init(&s->bits);
}

bool sequencer_can(const sequencer *s, const master_transfer *transfer, char *why, size_t why_bytes)
{
    bool open = s->bits.claimed;
    for (uint32_t i = 0; i < transfer->count; i++) {
        const master_message *m = &transfer->message[i];
        if (m->begin == MASTER_TRUE_REPEAT && !open) {
            (void)snprintf(why, why_bytes, "a repeated START needs an open transfer");
            return false;
        }
        open = !m->stop;
    }
    return true;
}

static void end_unfinished(sequencer *s)
{
    s->outcome->end = s->owner->abandoned ? MASTER_ABANDONED : MASTER_STUCK;
    s->outcome->returned = RETURN_OTHER;
    s->outcome->message = s->index;
    bit_engine_halt(&s->bits);
    s->finished = true;
}

void sequencer_run(sequencer *s, const master_transfer *transfer, master_outcome *outcome)
{
    s->transfer = transfer;
    s->outcome = outcome;
    s->index = 0;
    s->attempt = 0;
    s->finished = false;
    begin_message(s);
    (void)i2c_sim_run_until(s->owner->sim, &s->finished, I2C_NEVER_PS);
    if (!s->finished || s->owner->abandoned)
        end_unfinished(s);
    s->transfer = NULL;
    s->outcome = NULL;
}

void sequencer_abandon(sequencer *s)
{
    bit_engine_halt(&s->bits);
    s->finished = true;
}

void sequencer_reset(sequencer *s)
{
    bit_engine_release(&s->bits);
    s->adopted = false;
    s->finished = true;
}

bool sequencer_adopt_start(sequencer *s, i2c_node from)
{
    assert(!s->bits.claimed);
    i2c_node_hand_over(s->owner->sim, from, s->owner->node);
    bit_engine_adopt_start(&s->bits);
    s->adopted = true;
    return true;
}
