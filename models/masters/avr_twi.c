#include "models/masters/avr_twi.h"

// What it waits behind another master's STOP is not known; that it is legal, is assumed. Behind its
// own the library is slower.
#define FM_BUF_PS (1300 * I2C_PS_PER_NS)

static void begin_bit(avr_twi *t, unsigned clock)
{
    const bit_cell cell = {
        .kind = BIT_CELL_BIT,
        .clock = clock,
        .sample = clock == 9 ? t->sending : !t->sending,
        .sda =
            clock == 9 ? t->sending || !t->ack : !t->sending || (t->value >> (8 - clock) & 1) != 0,
    };
    bit_engine_begin(&t->bits, &cell);
}

static void release_ack(void *ctx, uint64_t now_ps)
{
    avr_twi *t = ctx;
    (void)now_ps;
    i2c_node_release(t->bits.sim, t->bits.node, I2C_SDA);
}

/// The ninth clock is over. An ACK that the hardware drove ends with it, while SCL waits for the
/// interrupt routine.
static void byte_ends(avr_twi *t, bool sda)
{
    if (t->sending) {
        t->told(t->ctx, AVR_TWI_SENT, sda);
        return;
    }
    if (t->ack)
        i2c_timer_set(t->bits.sim, &t->ack_release, t->bits.fall_ps + t->timing.sda_hold_ps);
    t->told(t->ctx, AVR_TWI_RECEIVED, false);
}

/// Status 0x38: in what it sends, its NACK included (data sheet, tables of master codes).
static void lost(avr_twi *t)
{
    bit_engine_release(&t->bits);
    t->told(t->ctx, AVR_TWI_LOST, false);
}

static void bit_ends(avr_twi *t, bool sda)
{
    const bit_cell *cell = &t->bits.cell;
    if (cell->sda && !sda && t->sending == (cell->clock < 9)) {
        lost(t);
        return;
    }
    if (cell->clock == 9) {
        byte_ends(t, sda);
        return;
    }
    if (!t->sending)
        t->value = (uint8_t)((unsigned)t->value << 1 | (sda ? 1u : 0u));
    begin_bit(t, cell->clock + 1);
}

/// SCL goes low half a period behind START, whether or not anybody answers TWINT.
void avr_twi_grab(avr_twi *t)
{
    const bit_cell cell = {.kind = BIT_CELL_GRAB};
    bit_engine_begin(&t->bits, &cell);
}

static void cell_done(void *ctx, bit_result result, bool sda)
{
    avr_twi *t = ctx;
    if (result == BIT_LOST) { // neither wait has a limit, so it is no other result
        lost(t);
        return;
    }
    switch (t->bits.cell.kind) {
    case BIT_CELL_BIT:
        bit_ends(t, sda);
        return;
    case BIT_CELL_STOP:
        t->told(t->ctx, AVR_TWI_STOPPED, false);
        return;
    case BIT_CELL_START:
    case BIT_CELL_RESTART:
        avr_twi_grab(t);
        return;
    case BIT_CELL_GRAB:
        t->told(t->ctx, AVR_TWI_STARTED, false);
        return;
    }
}

void avr_twi_init(avr_twi *t)
{
    t->bits.timing = &t->timing;
    t->bits.bus_wait_ps = I2C_NEVER_PS;
    t->bits.scl_wait_ps = I2C_NEVER_PS;
    t->bits.minds_others = true;
    t->bits.arbitrates = true;
    t->bits.done = cell_done;
    t->bits.ctx = t;
    t->ack_release = (i2c_timer){release_ack, t, false};
    bit_engine_init(&t->bits);
}

void avr_twi_clock(avr_twi *t, uint32_t period_cycles, uint32_t split_cycles, uint64_t seen_low_ps,
                   uint64_t seen_high_ps)
{
    const uint64_t half_ps = period_cycles * AVR_TWI_CYCLE_PS / 2;
    const uint64_t split_ps = split_cycles * AVR_TWI_CYCLE_PS;
    t->timing = (bit_timing){
        .sda_hold_ps = seen_low_ps + AVR_TWI_HOLD_PS,
        .ack_hold_ps = seen_low_ps + AVR_TWI_HOLD_PS,
        .low_ps = {half_ps - split_ps, half_ps - split_ps},
        .high_ps = {half_ps + split_ps, half_ps + split_ps},
        .sample_ps = {half_ps / AVR_TWI_SAMPLE_DIVISOR, half_ps / AVR_TWI_SAMPLE_DIVISOR},
        .turn_low_ps = half_ps,
        .hd_sta_ps = half_ps,
        .su_sta_ps = half_ps,
        .su_sto_ps = half_ps,
        .void_stop_ps = half_ps,
        .buf_ps = half_ps > FM_BUF_PS ? half_ps : FM_BUF_PS,
        .settle_ps = seen_high_ps,
    };
}

void avr_twi_start(avr_twi *t)
{
    const bit_cell cell = {.kind = t->bits.claimed ? BIT_CELL_RESTART : BIT_CELL_START};
    bit_engine_begin(&t->bits, &cell);
}

void avr_twi_send(avr_twi *t, uint8_t value)
{
    t->sending = true;
    t->value = value;
    begin_bit(t, 1);
}

void avr_twi_receive(avr_twi *t, bool ack)
{
    t->sending = false;
    t->ack = ack;
    t->value = 0;
    begin_bit(t, 1);
}

void avr_twi_stop(avr_twi *t)
{
    const bit_cell cell = {.kind = BIT_CELL_STOP};
    bit_engine_begin(&t->bits, &cell);
}

void avr_twi_halt(avr_twi *t)
{
    i2c_timer_cancel(t->bits.sim, &t->ack_release);
    bit_engine_halt(&t->bits);
}

void avr_twi_disable(avr_twi *t)
{
    avr_twi_halt(t);
    bit_engine_release(&t->bits);
    t->bits.others = false;
}
