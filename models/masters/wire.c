// Wire.cpp and twi.c of ArduinoCore-avr, function by function, on avr_twi.h.
#include "models/masters/wire.h"

#include "models/masters/wire_private.h"

#include <assert.h>
#include <string.h>

#define CYCLES(n)       ((n)*AVR_TWI_CYCLE_PS)
#define CPU_HZ          UINT32_C(16000000)
#define MILLIS_EVERY_PS (1024 * I2C_PS_PER_US)

// CPU clocks, measured on compiled library code.
enum {
    RESPONSE_CYCLES = 4,    // interrupt taken
    INSTRUCTION_CYCLES = 4, // and up to 3 to finish the present instruction
    MILLIS_CYCLES = 112,    // the routine of millis()
    // TWI routine: vector to the store that goes on
    STARTED_CYCLES = 68,
    SLA_W_DATA_CYCLES = 79,
    DATA_NEXT_CYCLES = 70,
    DATA_LAST_CYCLES = 65,
    SLA_W_LAST_CYCLES = 74,
    SLA_W_NACK_CYCLES = 69,
    SLA_R_NACK_CYCLES = 70,
    DATA_NACK_CYCLES = 66,
    SLA_R_ACK_CYCLES = 66,
    SLA_R_ONE_CYCLES = 63,
    RECEIVED_ACK_CYCLES = 84,
    RECEIVED_NACK_CYCLES = 81,
    RECEIVED_LAST_CYCLES = 84,
    LOST_CYCLES = 65,
    // calls
    WRITE_CYCLES = 35,         // a byte into Wire's buffer
    COPY_CYCLES = 35,          // and into twi.c's
    BEGIN_CYCLES = 20,         // beginTransmission
    END_CYCLES = 113,          // endTransmission to the START command
    REQUEST_CYCLES = 130,      // requestFrom to the START command
    WRITE_RETURN_CYCLES = 172, // STOP done to the sketch's next call
    READ_RETURN_CYCLES = 180,
    WRITE_RESTART_RETURN_CYCLES = 113, // Sr command to the sketch's next call
    READ_RESTART_RETURN_CYCLES = 189
};

static uint64_t now_ps(const wire *w)
{
    return i2c_sim_now_ps(w->base.sim);
}

/// The sketch computes. Ends early when the master is stopped dead. Before a START that is out
/// already all of that is over.
static void spend(wire *w, uint64_t cycles)
{
    if (w->adopted)
        return;
    (void)i2c_sim_run_until(w->base.sim, &w->dead, now_ps(w) + CYCLES(cycles));
}

static void set_state(wire *w, twi_state state)
{
    w->state = state;
    w->ready = state == TWI_READY || w->dead;
}

// ---- clock ----------------------------------------------------------------------------------

uint8_t wire_twbr(uint32_t scl_hz)
{
    assert(scl_hz > 0);
    return (uint8_t)((CPU_HZ / scl_hz - 16) / 2); // wraps above 1 MHz, as the real one
}

static uint32_t period_cycles(uint8_t twbr)
{
    return 16u + 2u * twbr;
}

uint32_t wire_real_clock_hz(uint32_t scl_hz)
{
    return CPU_HZ / period_cycles(wire_twbr(scl_hz));
}

void wire_set_clock(wire *w, uint32_t scl_hz)
{
    const master_wire_times times = master_wire_times_of(&w->base.spec.wires);
    avr_twi_clock(&w->hardware, period_cycles(wire_twbr(scl_hz)), w->split_cycles,
                  times.fall_ps[w->base.spec.threshold], times.rise_ps[I2C_AT_70]);
}

void wire_begin(wire *w)
{
    wire_set_clock(w, 100000);
    w->in_rep_start = false;
    w->adopted = false;
    w->send_stop = true;
    w->rx_at = 0;
    w->rx_bytes = 0;
    w->tx_bytes = 0;
    w->left_busy = false;
    set_state(w, TWI_READY);
}

// ---- time-outs ------------------------------------------------------------------------------

void wire_set_wire_timeout(wire *w, uint32_t timeout_us, bool reset_with_timeout)
{
    w->timeout_us = timeout_us;
    w->timeout_resets = reset_with_timeout;
    w->timeout_flag = false;
}

bool wire_get_wire_timeout_flag(const wire *w)
{
    return w->timeout_flag;
}

void wire_clear_wire_timeout_flag(wire *w)
{
    w->timeout_flag = false;
}

/// TWEN off and on: lines released, no STOP, no clocks; TWBR is put back.
static void handle_timeout(wire *w)
{
    w->timeout_flag = true;
    if (!w->timeout_resets)
        return;
    i2c_timer_cancel(w->base.sim, &w->isr);
    i2c_timer_cancel(w->base.sim, &w->stop_poll);
    avr_twi_disable(&w->hardware);
    w->in_rep_start = false;
    w->send_stop = true;
    set_state(w, TWI_READY);
}

/// Waits for `*flag`. False after the time-out.
static bool wait_for(wire *w, const bool *flag)
{
    const uint64_t until_ps =
        w->timeout_us == 0 ? I2C_NEVER_PS : now_ps(w) + w->timeout_us * I2C_PS_PER_US;
    if (i2c_sim_run_until(w->base.sim, flag, until_ps))
        return true;
    if (!i2c_sim_budget_spent(w->base.sim))
        handle_timeout(w);
    return false;
}

/// Whether the call can go on at all.
static bool alive(const wire *w)
{
    return !w->dead && !i2c_sim_budget_spent(w->base.sim);
}

// ---- the interrupt routine ------------------------------------------------------------------

/// When code that was due begins, the routine of millis() may be in its way.
static uint64_t after_millis(const wire *w, uint64_t at_ps)
{
    if (!w->millis)
        return at_ps;
    const uint64_t into_ps = (at_ps + w->millis_phase_ps) % MILLIS_EVERY_PS;
    return into_ps < CYCLES(MILLIS_CYCLES) ? at_ps + CYCLES(MILLIS_CYCLES) - into_ps : at_ps;
}

/// TWINT is set now: `action` takes effect when the routine gets there.
static void isr_will(wire *w, isr_action action, uint64_t cycles)
{
    const uint64_t jitter =
        i2c_sim_random_below(w->base.sim, MASTER_RANDOM_STREAM, INSTRUCTION_CYCLES);
    const uint64_t entry_ps = after_millis(w, now_ps(w) + CYCLES(RESPONSE_CYCLES + jitter));
    w->action = action;
    i2c_timer_set(w->base.sim, &w->isr, entry_ps + CYCLES(cycles));
}

static void isr_sends(wire *w, uint8_t value, uint64_t cycles)
{
    w->value = value;
    isr_will(w, ISR_SEND, cycles);
}

/// The next message's tag must be there before its START.
static void tag_next(const wire *w)
{
    const bool more = w->message + 1 < w->messages;
    i2c_sim_tag(w->base.sim, w->base.node, 0, more ? (uint16_t)(w->message + 1) : 0);
}

/// Sr without its interrupt: twi.c is ready at once, and the bus is held until the next call.
static void isr_restarts(wire *w)
{
    w->in_rep_start = true;
    w->restart_out = false;
    w->silent_start = true;
    tag_next(w);
    avr_twi_start(&w->hardware);
    set_state(w, TWI_READY);
}

static void stop_polled_too_long(void *ctx, uint64_t at_ps)
{
    wire *w = ctx;
    (void)at_ps;
    w->left_busy = !w->timeout_resets; // the routine returns without making twi.c ready
    handle_timeout(w);
}

/// The routine waits for the STOP with interrupts off, in steps of 8 us if there is a time-out.
static void isr_stops(wire *w)
{
    avr_twi_stop(&w->hardware);
    if (w->timeout_us > 0)
        i2c_timer_set(w->base.sim, &w->stop_poll,
                      now_ps(w) + (uint64_t)(w->timeout_us + 7) / 8 * 8 * I2C_PS_PER_US);
}

static void isr_acts(void *ctx, uint64_t at_ps)
{
    wire *w = ctx;
    (void)at_ps;
    switch (w->action) {
    case ISR_SEND:
        avr_twi_send(&w->hardware, w->value);
        return;
    case ISR_RECEIVE:
        avr_twi_receive(&w->hardware, w->acks);
        return;
    case ISR_STOP:
        isr_stops(w);
        return;
    case ISR_RESTART:
        isr_restarts(w);
        return;
    case ISR_RELEASE:
        set_state(w, TWI_READY);
        return;
    }
}

static void isr_receives(wire *w, bool first)
{
    w->acks = w->index < w->length;
    const uint64_t ack_cycles = first ? SLA_R_ACK_CYCLES : RECEIVED_ACK_CYCLES;
    const uint64_t nack_cycles = first ? SLA_R_ONE_CYCLES : RECEIVED_NACK_CYCLES;
    isr_will(w, ISR_RECEIVE, w->acks ? ack_cycles : nack_cycles);
}

static void address_sent(wire *w, bool nack)
{
    if (nack) {
        w->error = TWI_ADDRESS_NACK;
        isr_will(w, ISR_STOP, w->slarw & 1 ? SLA_R_NACK_CYCLES : SLA_W_NACK_CYCLES);
    } else if (w->slarw & 1) {
        isr_receives(w, true);
    } else if (w->index < w->length) {
        isr_sends(w, w->buffer[w->index++], SLA_W_DATA_CYCLES);
    } else {
        isr_will(w, w->send_stop ? ISR_STOP : ISR_RESTART, SLA_W_LAST_CYCLES);
    }
}

static void data_sent(wire *w, bool nack)
{
    if (nack) {
        w->error = TWI_DATA_NACK;
        isr_will(w, ISR_STOP, DATA_NACK_CYCLES);
    } else if (w->index < w->length) {
        isr_sends(w, w->buffer[w->index++], DATA_NEXT_CYCLES);
    } else {
        isr_will(w, w->send_stop ? ISR_STOP : ISR_RESTART, DATA_LAST_CYCLES);
    }
}

static void data_received(wire *w)
{
    w->buffer[w->index++] = w->hardware.value;
    if (w->acks)
        isr_receives(w, false);
    else
        isr_will(w, w->send_stop ? ISR_STOP : ISR_RESTART, RECEIVED_LAST_CYCLES);
}

static void hardware_told(void *ctx, avr_twi_event event, bool nack)
{
    wire *w = ctx;
    switch (event) {
    case AVR_TWI_STARTED:
        w->restart_out = true;
        w->in_address = true;
        if (!w->silent_start)
            isr_sends(w, w->slarw, STARTED_CYCLES);
        return;
    case AVR_TWI_SENT:
        if (w->in_address) {
            w->in_address = false;
            address_sent(w, nack);
        } else {
            data_sent(w, nack);
        }
        return;
    case AVR_TWI_RECEIVED:
        data_received(w);
        return;
    case AVR_TWI_STOPPED:
        i2c_timer_cancel(w->base.sim, &w->stop_poll);
        if (!w->left_busy)
            set_state(w, TWI_READY);
        return;
    case AVR_TWI_LOST:
        w->restart_out = true;
        if (w->silent_start)
            return;
        w->error = TWI_ARBITRATION_LOST;
        isr_will(w, ISR_RELEASE, LOST_CYCLES);
        return;
    }
}

// ---- twi_writeTo, twi_readFrom --------------------------------------------------------------

/// Loads the address: behind a START of its own, or behind the Sr that is out already.
static bool begin_transfer(wire *w, twi_state state, uint8_t slarw, uint8_t length)
{
    w->error = TWI_NO_ERROR;
    w->slarw = slarw;
    w->index = 0;
    w->length = length;
    set_state(w, state);
    if (!w->in_rep_start) {
        w->silent_start = false;
        avr_twi_start(&w->hardware);
        return true;
    }
    w->in_rep_start = false;
    if (w->adopted && !w->restart_out) { // its interrupt comes when SCL is low
        w->adopted = false;
        w->silent_start = false;
        return true;
    }
    w->adopted = false;
    if (!wait_for(w, &w->restart_out)) // the write collision flag
        return false;
    // A repeated START that lost arbitration asked for no interrupt (status 0x38 without TWIE): the
    // address goes nowhere, and nothing ever makes the library ready.
    if (alive(w) && w->hardware.bits.claimed)
        avr_twi_send(&w->hardware, slarw);
    return alive(w);
}

static uint8_t write_to(wire *w, bool stop)
{
    if (!wait_for(w, &w->ready) || !alive(w))
        return alive(w) ? WIRE_TIMEOUT : WIRE_OTHER;
    w->send_stop = stop;
    memcpy(w->buffer, w->tx, w->tx_bytes);
    spend(w, (uint64_t)COPY_CYCLES * w->tx_bytes + END_CYCLES);
    if (!alive(w))
        return WIRE_OTHER;
    if (!begin_transfer(w, TWI_TRANSMITTING, (uint8_t)(w->to_addr7 << 1), w->tx_bytes) ||
        !wait_for(w, &w->ready))
        return alive(w) ? WIRE_TIMEOUT : WIRE_OTHER;
    switch (w->error) {
    case TWI_NO_ERROR:
        return alive(w) ? WIRE_OK : WIRE_OTHER;
    case TWI_ADDRESS_NACK:
        return WIRE_ADDRESS_NACK;
    case TWI_DATA_NACK:
        return WIRE_DATA_NACK;
    default:
        return WIRE_OTHER;
    }
}

static uint8_t read_from(wire *w, uint8_t addr7, uint8_t count, bool stop)
{
    if (!wait_for(w, &w->ready) || !alive(w))
        return 0;
    w->send_stop = stop;
    spend(w, REQUEST_CYCLES);
    // One less: the routine asks before each byte whether to ACK it. 0 becomes 255 here.
    if (!alive(w) ||
        !begin_transfer(w, TWI_RECEIVING, (uint8_t)(addr7 << 1 | 1), (uint8_t)(count - 1)) ||
        !wait_for(w, &w->ready))
        return 0;
    return w->index < count ? w->index : count;
}

// ---- Wire.cpp -------------------------------------------------------------------------------

void wire_begin_transmission(wire *w, uint8_t addr7)
{
    w->transmitting = true;
    w->to_addr7 = addr7 & 0x7F;
    w->tx_bytes = 0;
    spend(w, BEGIN_CYCLES);
}

size_t wire_write(wire *w, uint8_t value)
{
    if (!w->transmitting)
        return 0;
    spend(w, WRITE_CYCLES);
    if (w->tx_bytes >= WIRE_BUFFER_BYTES) {
        w->write_error = true;
        return 0;
    }
    w->tx[w->tx_bytes++] = value;
    return 1;
}

size_t wire_write_buffer(wire *w, const uint8_t *data, size_t count)
{
    if (!w->transmitting)
        return 0;
    for (size_t i = 0; i < count; i++)
        (void)wire_write(w, data[i]);
    return count;
}

size_t wire_write_string(wire *w, const char *text)
{
    return text == NULL ? 0 : wire_write_buffer(w, (const uint8_t *)text, strlen(text));
}

bool wire_get_write_error(const wire *w)
{
    return w->write_error;
}

uint8_t wire_end_transmission(wire *w, bool stop)
{
    const uint8_t code = write_to(w, stop);
    w->tx_bytes = 0;
    w->transmitting = false;
    spend(w, w->in_rep_start ? WRITE_RESTART_RETURN_CYCLES : WRITE_RETURN_CYCLES);
    return code;
}

uint8_t wire_request_from(wire *w, uint8_t addr7, uint8_t count, bool stop)
{
    if (count > WIRE_BUFFER_BYTES)
        count = WIRE_BUFFER_BYTES;
    const uint8_t got = read_from(w, addr7 & 0x7F, count, stop);
    memcpy(w->rx, w->buffer, got);
    w->rx_at = 0;
    w->rx_bytes = got;
    spend(w, w->in_rep_start ? READ_RESTART_RETURN_CYCLES : READ_RETURN_CYCLES);
    return got;
}

uint8_t wire_request_from_register(wire *w, uint8_t addr7, uint8_t count, uint32_t from,
                                   uint8_t register_bytes, bool stop)
{
    if (register_bytes > 0) {
        wire_begin_transmission(w, addr7);
        for (unsigned left = register_bytes > 3 ? 3 : register_bytes; left > 0; left--)
            (void)wire_write(w, (uint8_t)(from >> (8 * (left - 1))));
        (void)wire_end_transmission(w, false);
    }
    return wire_request_from(w, addr7, count, stop);
}

int wire_available(const wire *w)
{
    return w->rx_bytes - w->rx_at;
}

int wire_peek(const wire *w)
{
    return w->rx_at < w->rx_bytes ? w->rx[w->rx_at] : -1;
}

int wire_read(wire *w)
{
    const int value = wire_peek(w);
    if (value >= 0)
        w->rx_at++;
    return value;
}

size_t wire_read_bytes(wire *w, uint8_t *into, size_t count)
{
    size_t got = 0;
    while (got < count && wire_available(w) > 0)
        into[got++] = (uint8_t)wire_read(w);
    return got;
}

// ---- on the bus -----------------------------------------------------------------------------

void wire_edge(wire *w, i2c_line line, bool high, uint64_t at_ps)
{
    bit_engine_edge(&w->hardware.bits, line, high, at_ps);
}

void wire_init(wire *w)
{
    w->hardware.bits.sim = w->base.sim;
    w->hardware.bits.node = w->base.node;
    w->hardware.told = hardware_told;
    w->hardware.ctx = w;
    avr_twi_init(&w->hardware);
    w->isr = (i2c_timer){isr_acts, w, false};
    w->stop_poll = (i2c_timer){stop_polled_too_long, w, false};
    w->millis_phase_ps = i2c_sim_random_below(w->base.sim, MASTER_RANDOM_STREAM, MILLIS_EVERY_PS);
    w->dead = false;
    w->transmitting = false;
    w->write_error = false;
    w->timeout_us = 0;
    w->timeout_flag = false;
    w->messages = 0;
    wire_begin(w);
}

void wire_halt(wire *w)
{
    i2c_timer_cancel(w->base.sim, &w->isr);
    i2c_timer_cancel(w->base.sim, &w->stop_poll);
    avr_twi_halt(&w->hardware);
    w->dead = true;
    w->ready = true;
    w->restart_out = true;
}

void wire_reset(wire *w)
{
    wire_halt(w);
    avr_twi_disable(&w->hardware);
    w->dead = false;
    w->transmitting = false;
    w->timeout_us = 0;
    w->timeout_flag = false;
    wire_begin(w);
}
