// What follows what: messages, bytes, ACKs, retries. The lines are moved by a bit_engine, cell by
// cell, or by a bitbang, phase by phase; what is said to the latter stands in sequencer_bang.c.
#include "models/masters/sequencer_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void begin_message(sequencer *s);

// ---- the engine below -------------------------------------------------------------------------

static bool is_claimed(const sequencer *s)
{
    return s->bang != NULL ? s->bang->claimed : s->bits.claimed;
}

static void release(sequencer *s)
{
    if (s->bang != NULL)
        bitbang_release(s->bang);
    else
        bit_engine_release(&s->bits);
}

void sequence_halt(sequencer *s)
{
    if (s->bang != NULL)
        bitbang_halt(s->bang);
    else
        bit_engine_halt(&s->bits);
}

static void begin_cell(sequencer *s, bit_cell *cell)
{
    s->cell = cell->kind;
    s->clock = cell->clock;
    if (s->vary != NULL)
        s->vary(s->vary_ctx, cell);
    bit_engine_begin(&s->bits, cell);
}

// ---- the end --------------------------------------------------------------------------------

void sequence_finish(sequencer *s)
{
    s->outcome->message = s->index;
    if (s->overdue)
        sequence_tell_overdue(s);
    s->finished = true;
}

void sequence_give_up(sequencer *s, sequence_ending ending, const char *why)
{
    s->ending = ending;
    s->outcome->end = MASTER_GAVE_UP;
    s->outcome->returned = RETURN_OTHER;
    (void)snprintf(s->outcome->why, sizeof s->outcome->why, "%s", why);
    release(s);
    sequence_finish(s);
}

/// Whether message `index` is read: as its address says, or its place.
bool sequence_is_read(const sequencer *s, uint32_t index)
{
    const master_message *message = &s->transfer->message[index];
    if (s->policy->second_reads)
        return index > 0;
    return message->addressed && (message->address & 1) != 0;
}

static void begin_stop(sequencer *s)
{
    if (s->bang != NULL) {
        sequence_begin_bang_stop(s);
        return;
    }
    bit_cell cell = {.kind = BIT_CELL_STOP,
                     .after_ack = true,
                     .early_ps = s->pauses.bytes_ps,
                     .high_ps = s->pauses.stop_ps};
    begin_cell(s, &cell);
}

static void message_ends(sequencer *s)
{
    if (s->message->stop)
        begin_stop(s);
    else if (s->index + 1 == s->transfer->count)
        sequence_finish(s);
    else {
        s->index++;
        if (s->policy->transfer_retries == 0)
            s->attempt = s->first_attempt;
        begin_message(s);
    }
}

static sequence_after_nack after_nack(const sequencer *s)
{
    return s->in_address ? s->policy->address_nack : s->policy->data_nack;
}

void sequence_nacked(sequencer *s)
{
    s->outcome->end = MASTER_NACKED;
    s->outcome->returned = s->in_address ? RETURN_ADDRESS_NACK : RETURN_DATA_NACK;
    s->ending = s->in_address ? SEQUENCE_ADDRESS_NACK : SEQUENCE_DATA_NACK;
    const sequence_after_nack after = after_nack(s);
    if (after == SEQUENCE_STOP || (after == SEQUENCE_END && s->message->stop)) {
        begin_stop(s);
        return;
    }
    if (after != SEQUENCE_END)
        release(s);
    sequence_finish(s);
}

/// After a NACK: what is sent once more begins with the present message, if it is sent at all.
static bool tries_again(sequencer *s)
{
    if (s->outcome->end != MASTER_NACKED)
        return false;
    if (s->attempt < s->first_attempt + s->policy->transfer_retries) {
        s->index = s->first;
        s->outcome->bytes_read = s->first_bytes_read;
        return true;
    }
    return s->in_address && s->attempt < s->first_attempt + s->policy->address_retries;
}

/// A STOP has been made: of a message, or after a NACK.
static void stopped(sequencer *s)
{
    if (tries_again(s)) {
        s->attempt++;
        s->ending = SEQUENCE_DONE;
        s->outcome->end = MASTER_DONE;
        s->outcome->returned = RETURN_OK;
        begin_message(s);
        return;
    }
    if (s->outcome->end != MASTER_DONE || s->index + 1 == s->transfer->count) {
        sequence_finish(s);
        return;
    }
    s->index++;
    s->attempt = s->first_attempt;
    s->first = s->index;
    s->first_bytes_read = s->outcome->bytes_read;
    begin_message(s);
}

// ---- bits and bytes -------------------------------------------------------------------------

/// What the master puts on SDA in clocks 1 to 8.
bool sequence_data_bit(const sequencer *s, unsigned clock)
{
    return s->reading || s->lost || (s->sent >> (8 - clock) & 1) != 0;
}

/// Bytes of the present message that are sent or read.
static uint32_t count_of(const sequencer *s)
{
    const uint32_t most = s->policy->cut_bytes;
    return most != 0 && s->message->count > most ? most : s->message->count;
}

/// What the master puts on SDA in clock 9 of a byte it reads: true is a NACK.
bool sequence_nacks(const sequencer *s)
{
    return !(s->message->acks != NULL ? s->message->acks[s->byte] != 0 : s->byte + 1 < count_of(s));
}

static __attribute__((noinline)) void begin_bit(sequencer *s, unsigned clock)
{
    if (s->bang != NULL) {
        sequence_begin_bang_bit(s, clock);
        return;
    }
    const sequence_pauses *p = &s->pauses;
    bit_cell cell = {.kind = BIT_CELL_BIT,
                     .clock = clock,
                     .early_ps = p->early_ps,
                     .low_ps = p->low_ps,
                     .high_ps = p->high_ps};
    if (clock == 9) {
        cell.sample = !s->reading;
        cell.sda = !s->reading || s->lost || sequence_nacks(s);
        cell.low_ps += p->ack_ps;
        cell.high_ps += p->ack_high_ps;
    } else {
        cell.sample = s->reading;
        cell.sda = sequence_data_bit(s, clock);
        if (clock == 1 && !s->in_address) {
            cell.early_ps += p->bytes_ps;
            cell.after_ack = s->reading && s->byte > 0;
        }
    }
    begin_cell(s, &cell);
}

void sequence_begin_byte(sequencer *s)
{
    s->reading = !s->in_address && sequence_is_read(s, s->index);
    s->shift = 0;
    if (s->in_code) {
        assert(s->hs != NULL); // nothing else begins with a code
        s->sent = s->hs->code;
    } else if (s->in_address) {
        s->sent = s->message->address;
    } else if (!s->reading) {
        s->sent = s->message->data[s->byte];
    }
    begin_bit(s, 1);
}

/// The first read of its own: not a bit of it is read yet.
static bool is_cut(const sequencer *s)
{
    return s->policy->cuts_first_read && s->in_address && sequence_is_read(s, s->index) &&
           !s->read_joined;
}

static void begin_join(sequencer *s)
{
    bit_cell cell = {.kind = s->bits.claimed ? BIT_CELL_RESTART : BIT_CELL_START,
                     .after_ack = true,
                     .early_ps = s->bits.claimed ? s->pauses.bytes_ps : s->pauses.start_ps};
    begin_cell(s, &cell);
}

static uint16_t message_number(const sequencer *s)
{
    return (uint16_t)(s->first_message + s->index);
}

static void tag(const sequencer *s, uint16_t message)
{
    i2c_sim_tag(s->owner->sim, s->owner->node, (uint16_t)(s->attempts_before + s->attempt),
                message);
}

/// Nobody may acknowledge the controller code (UM10204 5.3.2); who does so has taken it for an
/// address, and Hs-mode has not begun.
static void code_ends(sequencer *s, bool sda)
{
    s->in_code = false;
    if (!sda) {
        s->outcome->end = MASTER_GAVE_UP;
        s->outcome->returned = RETURN_OTHER;
        (void)snprintf(s->outcome->why, sizeof s->outcome->why,
                       "the controller code 0x%02X was acknowledged", s->hs->code);
        begin_stop(s);
        return;
    }
    s->bits.timing = &s->hs->enter;
    tag(s, message_number(s));
    begin_join(s);
}

/// The 9th clock is over.
static __attribute__((noinline)) void byte_ends(sequencer *s, bool sda)
{
    if (s->in_code && !s->lost) {
        code_ends(s, sda);
        return;
    }
    if (s->lost) {
        sequence_give_up(s, SEQUENCE_NOT_FREE, "arbitration lost");
        return;
    }
    if (s->reading) {
        if (s->message->into != NULL)
            s->message->into[s->byte] = s->shift;
        s->outcome->bytes_read++;
    } else if (sda && !s->message->past_nack && after_nack(s) != SEQUENCE_GO_ON) {
        sequence_nacked(s);
        return;
    }
    if (is_cut(s)) {
        sequence_begin_phase(s, BIT_CELL_RESTART, BITBANG_RESTART);
        return;
    }
    if (s->in_address) {
        s->in_address = false;
        s->byte = 0;
    } else {
        s->byte++;
    }
    if (s->byte < count_of(s))
        sequence_begin_byte(s);
    else
        message_ends(s);
}

/// The whole transfer from its first message, when whoever won has made its STOP.
static void begin_again(sequencer *s)
{
    release(s);
    s->index = 0;
    s->attempt++;
    s->outcome->bytes_read = 0;
    begin_message(s);
}

static void lost_for(sequencer *s, const char *why)
{
    if (s->after_loss == SEQUENCE_LOST_RETRIES)
        begin_again(s);
    else
        sequence_give_up(s, SEQUENCE_NOT_FREE, why);
}

/// False: the master clocks on all the same.
static __attribute__((noinline)) bool is_out(sequencer *s)
{
    char why[MASTER_TEXT_BYTES];
    if (s->lost)
        return false;
    s->lost = s->after_loss == SEQUENCE_LOST_CLOCKS && s->clock < 9;
    if (s->lost)
        return false;
    (void)snprintf(why, sizeof why, "arbitration lost: SDA low in clock %u of byte %u", s->clock,
                   s->in_address ? 0 : (unsigned)s->byte + 1);
    lost_for(s, why);
    return true;
}

/// The master lets SDA be high and another holds it low, in a bit of its own: in clocks 1 to 8 of
/// what it writes, or in its NACK of what it reads (UM10204 3.1.8).
static bool is_lost(const sequencer *s, bool sda)
{
    return s->reading == (s->clock == 9) && !sda && s->bits.cell.sda && s->bang == NULL &&
           !s->policy->no_arbitration;
}

static void bit_ends(sequencer *s, bool sda)
{
    const unsigned clock = s->clock;
    if (is_lost(s, sda) && is_out(s))
        return;
    if (clock == 9) {
        byte_ends(s, sda);
        return;
    }
    s->shift = (uint8_t)((unsigned)s->shift << 1 | (sda ? 1u : 0u));
    // The first bit and the ACK have own pauses.
    if (clock == 1 || clock == 8 || s->bang != NULL || s->vary != NULL) {
        begin_bit(s, clock + 1);
        return;
    }
    s->clock++;
    bit_engine_begin_next_bit(&s->bits, sequence_data_bit(s, clock + 1));
}

// ---- messages -------------------------------------------------------------------------------

static void joined(sequencer *s)
{
    s->joined = true;
    s->read_joined =
        sequence_is_read(s, s->index) && (s->cell == BIT_CELL_RESTART || s->read_joined);
    if (!s->message->addressed) {
        message_ends(s);
        return;
    }
    if (s->hs != NULL && s->bits.timing == &s->hs->enter)
        s->bits.timing = &s->hs->fast;
    s->in_address = true;
    s->byte = 0;
    sequence_begin_byte(s);
}

/// A START on a free bus, by a master that uses Hs-mode.
static void begin_slow(sequencer *s)
{
    s->bits.timing = &s->hs->slow;
    s->in_code = s->message->addressed;
    tag(s, s->in_code ? MASTER_NO_MESSAGE : message_number(s));
    begin_join(s);
}

static void begin_message(sequencer *s)
{
    s->message = &s->transfer->message[s->index];
    s->joined = false;
    s->lost = false;
    if (s->bang != NULL) {
        sequence_begin_bang_message(s);
        return;
    }
    tag(s, message_number(s));
    if (s->adopted) {
        s->adopted = false;
        joined(s);
        return;
    }
    if (s->hs != NULL && !s->bits.claimed)
        begin_slow(s);
    else
        begin_join(s);
}

static __attribute__((noinline)) void other_cell_ends(sequencer *s)
{
    if (s->cell == BIT_CELL_STOP)
        stopped(s);
    else if (s->cell != BIT_CELL_GRAB) // which is never begun here
        joined(s);
}

void sequence_cell_ends(sequencer *s, bool sda)
{
    if (s->cell == BIT_CELL_BIT)
        bit_ends(s, sda);
    else
        other_cell_ends(s);
}

/// The STOP behind a time-out waits for nobody: whether it forms is up to who holds SCL.
static void stop_under_hold(sequencer *s)
{
    s->ending = SEQUENCE_TIMED_OUT;
    s->outcome->end = MASTER_GAVE_UP;
    s->outcome->returned = RETURN_OTHER;
    (void)snprintf(s->outcome->why, sizeof s->outcome->why, "SCL held low too long");
    bit_engine_take_scl(&s->bits);
    s->bits.clocking = BIT_BLIND;
    begin_stop(s);
}

static __attribute__((noinline)) void cell_failed(sequencer *s, bit_result result)
{
    if (result == BIT_NOT_FREE)
        sequence_give_up(s, SEQUENCE_NOT_FREE, "bus not free: SCL or SDA stayed low");
    else if (result == BIT_SCL_TIMEOUT && s->policy->stop_after_timeout &&
             s->ending != SEQUENCE_TIMED_OUT)
        stop_under_hold(s);
    else if (result == BIT_SCL_TIMEOUT)
        sequence_give_up(s, SEQUENCE_TIMED_OUT, "SCL held low too long");
    else
        lost_for(s, s->cell == BIT_CELL_STOP ? "arbitration lost in a STOP"
                                             : "arbitration lost in a repeated START");
}

static void cell_done(void *ctx, bit_result result, bool sda)
{
    sequencer *s = ctx;
    if (result == BIT_DONE)
        sequence_cell_ends(s, sda);
    else
        cell_failed(s, result);
}

// ---- from above -----------------------------------------------------------------------------

void sequence_init(sequencer *s, master *owner, bitbang *bang, const sequence_policy *policy)
{
    s->owner = owner;
    s->policy = policy;
    s->bang = bang;
    s->straight_reads = false;
    s->first_message = 0;
    s->first_attempt = 0;
    s->aside = false;
    s->read_joined = false;
    s->adopted = false;
    s->in_code = false;
    s->finished = true;
}

void sequencer_init(sequencer *s, master *owner, const bit_timing *timing,
                    const sequence_policy *policy)
{
    sequence_init(s, owner, NULL, policy);
    s->bits.sim = owner->sim;
    s->bits.node = owner->node;
    s->bits.timing = timing;
    s->bits.done = cell_done;
    s->bits.ctx = s;
    s->bits.arbitrates = !policy->no_arbitration;
    bit_engine_init(&s->bits);
}

bool sequencer_can(const sequencer *s, const master_transfer *transfer, char *why, size_t why_bytes)
{
    bool open = is_claimed(s);
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
    sequence_halt(s);
    s->finished = true;
}

static void begin_transfer(sequencer *s, const master_transfer *transfer, master_outcome *outcome)
{
    s->transfer = transfer;
    s->outcome = outcome;
    s->index = 0;
    s->first = 0;
    s->first_bytes_read = 0;
    s->attempt = s->first_attempt;
    s->finished = false;
    s->ending = SEQUENCE_DONE;
    s->overdue = false;
    s->in_address = false;
}

void sequencer_begin(sequencer *s, const master_transfer *transfer, master_outcome *outcome)
{
    begin_transfer(s, transfer, outcome);
    if (s->bang != NULL)
        bitbang_fresh_limit(s->bang);
    begin_message(s);
}

static void run_to_end(sequencer *s)
{
    (void)i2c_sim_run_until(s->owner->sim, &s->finished, I2C_NEVER_PS);
    if (!s->finished || s->owner->abandoned)
        end_unfinished(s);
    s->transfer = NULL;
    s->outcome = NULL;
}

void sequencer_run(sequencer *s, const master_transfer *transfer, master_outcome *outcome)
{
    sequencer_begin(s, transfer, outcome);
    run_to_end(s);
}

void sequencer_stop(sequencer *s)
{
    const master_message nothing = {.stop = true};
    const master_transfer transfer = {&nothing, 1};
    master_outcome outcome = {.end = MASTER_DONE};
    begin_transfer(s, &transfer, &outcome);
    s->message = &nothing;
    begin_stop(s);
    run_to_end(s);
}

void sequencer_give_up(sequencer *s, const char *why)
{
    assert(!s->finished);
    sequence_give_up(s, SEQUENCE_TIMED_OUT, why);
}

void sequencer_abandon(sequencer *s)
{
    sequence_halt(s);
    s->finished = true;
}

void sequencer_reset(sequencer *s)
{
    release(s);
    s->bits.since_ps = i2c_sim_now_ps(s->owner->sim);
    s->adopted = false;
    s->in_code = false;
    s->finished = true;
}

bool sequencer_linger(sequencer *s, uint64_t high_ps)
{
    return s->bang == NULL && bit_engine_linger(&s->bits, high_ps);
}

bool sequencer_adopt_start(sequencer *s, i2c_node from)
{
    assert(!is_claimed(s));
    i2c_node_hand_over(s->owner->sim, from, s->owner->node);
    if (s->bang != NULL)
        bitbang_adopt_start(s->bang);
    else
        bit_engine_adopt_start(&s->bits);
    s->in_code = false;
    if (s->hs != NULL)
        s->bits.timing = &s->hs->slow;
    s->adopted = true;
    return true;
}
