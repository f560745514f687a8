// The sequencer over a bitbang: which phases a cell is, and what their end means.
#include "models/masters/sequencer_private.h"

#include <stdio.h>

// ---- phases ---------------------------------------------------------------------------------

void sequence_begin_phase(sequencer *s, bit_cell_kind kind, bitbang_phase phase)
{
    s->cell = kind;
    s->clock = 0;
    bitbang_then(s->bang, phase);
    bitbang_go(s->bang);
}

/// Whether the transfer was to read, now or in the message behind.
static bool reads_pending(const sequencer *s)
{
    return sequence_is_read(s, s->index) ||
           (!s->message->stop && s->index + 1 < s->transfer->count &&
            sequence_is_read(s, s->index + 1));
}

static bitbang_phase end_phase(const sequencer *s)
{
    if (s->ending != SEQUENCE_DONE && s->bang->steps[BITBANG_READ_LOST_END] != NULL &&
        reads_pending(s))
        return BITBANG_READ_LOST_END;
    if (s->ending == SEQUENCE_ADDRESS_NACK)
        return BITBANG_ADDRESS_NACK_END;
    if (s->ending == SEQUENCE_DATA_NACK)
        return BITBANG_DATA_NACK_END;
    return sequence_is_read(s, s->index) ? BITBANG_READ_END : BITBANG_STOP;
}

void sequence_begin_bang_stop(sequencer *s)
{
    sequence_begin_phase(s, BIT_CELL_STOP, end_phase(s));
}

/// The phases before the first bit of a byte.
static void lead_in(sequencer *s)
{
    bitbang *b = s->bang;
    if (s->in_address) {
        bitbang_then(b, BITBANG_ADDRESS);
        return;
    }
    if (b->gap_every != 0 && s->byte % b->gap_every == 0)
        bitbang_then(b, BITBANG_GAP);
    if (!s->reading)
        bitbang_then(b, BITBANG_WRITE_NEXT);
    else
        bitbang_then(b, s->byte == 0 ? BITBANG_READ_FIRST : BITBANG_READ_NEXT);
}

void sequence_begin_bang_bit(sequencer *s, unsigned clock)
{
    s->cell = BIT_CELL_BIT;
    s->clock = clock;
    if (clock == 1)
        lead_in(s);
    if (clock == 9 && s->reading) {
        bitbang_then(s->bang, sequence_nacks(s) ? BITBANG_NACK_OUT : BITBANG_ACK_OUT);
    } else if (clock == 9) {
        bitbang_then(s->bang, BITBANG_ACK_IN);
    } else if (s->reading) {
        bitbang_then(s->bang, clock == 8 ? BITBANG_READ_LAST_BIT : BITBANG_READ_BIT);
    } else {
        s->bang->bit = sequence_data_bit(s, clock);
        bitbang_then(s->bang, BITBANG_WRITE_BIT);
    }
    bitbang_go(s->bang);
}

static bitbang_phase join_phase(sequencer *s)
{
    if (s->bang->claimed)
        return BITBANG_RESTART;
    if (s->attempt > 0)
        bitbang_then(s->bang, BITBANG_RETRY);
    else if (!s->adopted)
        bitbang_then(s->bang, BITBANG_CALL);
    s->adopted = false;
    return BITBANG_START;
}

void sequence_begin_bang_message(sequencer *s)
{
    if (s->straight_reads && s->index > 0 && sequence_is_read(s, s->index)) {
        s->joined = true;
        s->in_address = false;
        s->byte = 0;
        sequence_begin_byte(s);
        return;
    }
    s->bang->attempt = (uint16_t)s->attempt;
    s->bang->message = (uint16_t)(s->first_message + s->index);
    sequence_begin_phase(s, s->bang->claimed ? BIT_CELL_RESTART : BIT_CELL_START, join_phase(s));
}

// ---- their end ------------------------------------------------------------------------------

/// A slave and this master do not fit together, even where the master itself does not mind.
void sequence_tell_overdue(sequencer *s)
{
    const master_stretch *stretch = &s->owner->spec.stretch;
    const bool waits = stretch->kind == MASTER_WAITS;
    if (!waits && s->ending != SEQUENCE_TIMED_OUT)
        return;
    char limit[32];
    quantity_write(limit, sizeof limit, QUANTITY_TIME,
                   waits ? stretch->limit_ps : s->bang->limit_ps);
    s->outcome->end = MASTER_GAVE_UP;
    (void)snprintf(s->outcome->why, sizeof s->outcome->why, "SCL held low for more than %s", limit);
}

static void timed_out(sequencer *s)
{
    s->overdue = true;
    if (s->cell == BIT_CELL_BIT && s->in_address && s->policy->timeout_is_nack) {
        sequence_nacked(s);
        return;
    }
    s->ending = SEQUENCE_TIMED_OUT;
    s->outcome->returned = RETURN_OTHER;
    bitbang_then(s->bang, BITBANG_TIMEOUT_END);
    bitbang_go(s->bang);
}

static void aborted(sequencer *s)
{
    s->ending = SEQUENCE_ABORTED;
    s->outcome->end = MASTER_GAVE_UP;
    s->outcome->returned = RETURN_OTHER;
    (void)snprintf(s->outcome->why, sizeof s->outcome->why, "SCL not as expected");
    sequence_finish(s);
}

static void phases_done(void *ctx, bitbang_result result)
{
    sequencer *s = ctx;
    if (s->aside) {
        s->finished = true;
        return;
    }
    s->overdue = s->overdue || s->bang->overdue;
    s->bang->overdue = false;
    if (result == BITBANG_NOT_FREE)
        sequence_give_up(s, SEQUENCE_NOT_FREE, "bus not free: SCL or SDA low");
    else if (result == BITBANG_ABORTED)
        aborted(s);
    else if (s->ending == SEQUENCE_TIMED_OUT)
        sequence_finish(s); // the end of a time-out has run
    else if (result == BITBANG_TIMEOUT)
        timed_out(s);
    else
        sequence_cell_ends(s, s->bang->sampled);
}

// ---- from above -----------------------------------------------------------------------------

void sequencer_init_bitbang(sequencer *s, master *owner, bitbang *bang,
                            const sequence_policy *policy)
{
    sequence_init(s, owner, bang, policy);
    bang->sim = owner->sim;
    bang->node = owner->node;
    bang->done = phases_done;
    bang->ctx = s;
    bitbang_init(bang);
}

void sequencer_run_phase(sequencer *s, bitbang_phase phase)
{
    s->aside = true;
    s->finished = false;
    bitbang_then(s->bang, phase);
    bitbang_go(s->bang);
    (void)i2c_sim_run_until(s->owner->sim, &s->finished, I2C_NEVER_PS);
    s->aside = false;
    if (!s->finished)
        sequence_halt(s);
    s->finished = true;
}
