#include "models/mcu/twi.h"

#include "models/mcu/twi_master.h"

#include <string.h>

/// Bits that a write of TWCR sets; TWWC is read-only, TWINT is kept apart.
enum { WRITABLE = MCU_TWI_TWIE | MCU_TWI_TWEN | MCU_TWI_TWSTO | MCU_TWI_TWSTA | MCU_TWI_TWEA };
enum { BYTE_BITS = 8, ACK_CLOCK = 9 };

// ---- lines and interrupt ----------------------------------------------------------------------

static void tell_request(mcu_twi *twi)
{
    const bool on = twi->pending && mcu_twi_enabled(twi) && (twi->control & MCU_TWI_TWIE) != 0;
    if (on == twi->requests)
        return;
    twi->requests = on;
    twi->on_request(twi->pins.config.ctx, on);
}

void mcu_twi_raise(mcu_twi *twi, uint8_t status)
{
    twi->pending = true;
    twi->status = status;
    if (!mcu_pins_level(&twi->pins, I2C_SCL))
        mcu_pins_pull(&twi->pins, I2C_SCL, true);
    tell_request(twi); // last: what it tells may write to this very core
}

void mcu_twi_let_go(mcu_twi *twi, mcu_twi_state state)
{
    twi->state = state;
    twi->bits = 0;
    twi->matched = false;
    mcu_pins_pull(&twi->pins, I2C_SDA, false);
}

// ---- START and STOP ---------------------------------------------------------------------------

static bool is_addressed(const mcu_twi *twi)
{
    return twi->state == MCU_TWI_RECEIVES || twi->state == MCU_TWI_SENDS;
}

/// In the first clock behind START or an ACK nothing of the byte has passed yet; but a master knows
/// that it has sent a bit.
static bool is_inside_byte(const mcu_twi *twi)
{
    return twi->state != MCU_TWI_IDLE && twi->bits > (mcu_twi_is_master(twi) ? 0 : 1);
}

static void bus_error(mcu_twi *twi, bool is_start)
{
    if (mcu_twi_is_master(twi))
        mcu_twi_drop_master(twi);
    twi->errors++;
    twi->missing = is_start;
    twi->deaf_from_ps = mcu_pins_now_ps(&twi->pins);
    twi->deaf_until_ps = I2C_NEVER_PS;
    mcu_twi_let_go(twi, MCU_TWI_ERROR);
    mcu_twi_raise(twi, MCU_TWI_BUS_ERROR);
}

static void hear_again(mcu_twi *twi)
{
    if (twi->deaf_until_ps == I2C_NEVER_PS)
        twi->deaf_until_ps = mcu_pins_now_ps(&twi->pins);
    twi->missing = false;
}

static void hear(mcu_twi *twi, bool is_start)
{
    const bool addressed = is_addressed(twi);
    if (twi->state == MCU_TWI_ERROR) {
        twi->missing = twi->missing || is_start;
        return;
    }
    if (is_inside_byte(twi)) {
        bus_error(twi, is_start);
        return;
    }
    hear_again(twi);
    twi->lost = false;
    mcu_twi_let_go(twi, is_start ? MCU_TWI_ADDRESS : MCU_TWI_IDLE);
    if (addressed)
        mcu_twi_raise(twi, MCU_TWI_STOPPED);
}

/// Another's STOP where a master wanted its repeated START.
static void lose_to_stop(mcu_twi *twi)
{
    mcu_twi_drop_master(twi);
    hear(twi, false);
    mcu_twi_raise(twi, MCU_TWI_LOST);
}

static void start_or_stop(mcu_twi *twi, bool is_start)
{
    twi->master.busy = is_start;
    twi->master.free_from_ps = mcu_pins_now_ps(&twi->pins);
    if (is_start && mcu_twi_makes_start(twi))
        mcu_twi_start_made(twi);
    else if (!is_start && mcu_twi_makes_stop(twi))
        mcu_twi_stop_made(twi);
    else if (!is_start && twi->state == MCU_TWI_CLAIMED)
        lose_to_stop(twi);
    else
        hear(twi, is_start);
}

// ---- bits -------------------------------------------------------------------------------------

/// The interface counts the bits of the byte that goes over the bus.
static bool follows_byte(const mcu_twi *twi)
{
    return twi->state != MCU_TWI_IDLE && twi->state != MCU_TWI_ERROR &&
           twi->state != MCU_TWI_CLAIMED;
}

/// A master has let SDA go for a one of its own: a bit that it sends, or the NACK of one it reads.
static bool sends_one(const mcu_twi *twi)
{
    const bool own = twi->state == MCU_TWI_WRITES  ? twi->bits <= BYTE_BITS
                     : twi->state == MCU_TWI_READS ? twi->bits == ACK_CLOCK
                                                   : false;
    return own && !twi->pins.pulled[I2C_SDA];
}

/// In an address byte it listens on: the address may be its own.
static void lose_arbitration(mcu_twi *twi)
{
    const bool addressing = twi->addressing;
    mcu_twi_drop_master(twi);
    twi->lost = true;
    twi->state = addressing ? MCU_TWI_ADDRESS : MCU_TWI_OUTDONE;
}

static void scl_rise(mcu_twi *twi)
{
    mcu_twi_master_rise(twi);
    if (!follows_byte(twi))
        return;
    twi->bits++;
    const bool high = mcu_pins_level(&twi->pins, I2C_SDA);
    if (twi->bits <= BYTE_BITS)
        twi->data = (uint8_t)(twi->data << 1 | (high ? 1 : 0));
    else
        twi->acked = !high;
    if (!high && sends_one(twi))
        lose_arbitration(twi);
}

static void compare_address(mcu_twi *twi)
{
    const bool own = ((twi->data ^ twi->address) & ~twi->mask & 0xFE) == 0;
    const bool call = twi->data == 0 && (twi->address & 1) != 0;
    twi->matched = (own || call) && (twi->control & MCU_TWI_TWEA) != 0;
    twi->call = call;
    if (twi->matched)
        mcu_pins_pull(&twi->pins, I2C_SDA, true);
    else if (twi->lost)
        twi->state = MCU_TWI_OUTDONE;
    else
        mcu_twi_let_go(twi, MCU_TWI_IDLE);
}

/// Eight bits are over: who acknowledges?
static void begin_ack(mcu_twi *twi)
{
    switch (twi->state) {
    case MCU_TWI_ADDRESS:
        compare_address(twi);
        break;
    case MCU_TWI_RECEIVES:
    case MCU_TWI_READS:
        twi->acks = (twi->control & MCU_TWI_TWEA) != 0;
        mcu_pins_pull(&twi->pins, I2C_SDA, twi->acks);
        break;
    default:
        mcu_pins_pull(&twi->pins, I2C_SDA, false);
        break;
    }
}

static uint8_t status_of_address(const mcu_twi *twi)
{
    if (twi->call)
        return twi->lost ? MCU_TWI_LOST_CALL : MCU_TWI_GENERAL_CALL;
    if (twi->state == MCU_TWI_SENDS)
        return twi->lost ? MCU_TWI_LOST_OWN_READ : MCU_TWI_OWN_READ;
    return twi->lost ? MCU_TWI_LOST_OWN_WRITE : MCU_TWI_OWN_WRITE;
}

/// Of a byte that a master has sent or received.
static uint8_t status_of_master(const mcu_twi *twi)
{
    if (twi->state == MCU_TWI_READS)
        return twi->acks ? MCU_TWI_TAKEN_ACKED : MCU_TWI_TAKEN_NACKED;
    if (!twi->addressing)
        return twi->acked ? MCU_TWI_BYTE_ACKED : MCU_TWI_BYTE_NACKED;
    if (twi->reads)
        return twi->acked ? MCU_TWI_READ_ACKED : MCU_TWI_READ_NACKED;
    return twi->acked ? MCU_TWI_WRITE_ACKED : MCU_TWI_WRITE_NACKED;
}

static uint8_t status_of_data(const mcu_twi *twi)
{
    if (twi->state == MCU_TWI_SENDS)
        return !twi->acked ? MCU_TWI_SENT_NACKED
               : twi->last ? MCU_TWI_LAST_ACKED
                           : MCU_TWI_SENT_ACKED;
    if (twi->call)
        return twi->acks ? MCU_TWI_CALL_DATA_ACKED : MCU_TWI_CALL_DATA_NACKED;
    return twi->acks ? MCU_TWI_DATA_ACKED : MCU_TWI_DATA_NACKED;
}

static void end_byte(mcu_twi *twi)
{
    uint8_t status;
    mcu_pins_pull(&twi->pins, I2C_SDA, false);
    twi->bits = 0;
    if (mcu_twi_is_master(twi)) {
        twi->reads = twi->addressing ? (twi->data & 1) != 0 : twi->reads;
        status = status_of_master(twi);
        twi->addressing = false;
    } else if (twi->state == MCU_TWI_OUTDONE) {
        twi->state = MCU_TWI_IDLE;
        status = MCU_TWI_LOST;
    } else if (twi->state == MCU_TWI_ADDRESS) {
        twi->state = (twi->data & 1) != 0 ? MCU_TWI_SENDS : MCU_TWI_RECEIVES;
        status = status_of_address(twi);
    } else {
        status = status_of_data(twi);
    }
    mcu_twi_raise(twi, status);
}

static void scl_fall(mcu_twi *twi)
{
    if (mcu_twi_master_fall(twi))
        return;
    const bool follows = follows_byte(twi);
    if (twi->pending && !follows)
        twi->idle_fall_ps = mcu_pins_now_ps(&twi->pins);
    if (twi->pending)
        mcu_pins_pull(&twi->pins, I2C_SCL, true);
    if (!follows)
        return;
    if (twi->bits == ACK_CLOCK) {
        end_byte(twi);
        return;
    }
    if (twi->bits == BYTE_BITS)
        begin_ack(twi);
    else if (twi->state == MCU_TWI_SENDS || twi->state == MCU_TWI_WRITES)
        mcu_pins_pull(&twi->pins, I2C_SDA, (twi->data & 0x80) == 0);
    if (mcu_twi_is_master(twi))
        mcu_twi_clock_bit(twi);
}

void mcu_twi_edge(mcu_twi *twi, i2c_line line, bool high)
{
    if (!mcu_twi_enabled(twi))
        return;
    if (line == I2C_SDA) {
        if (mcu_pins_level(&twi->pins, I2C_SCL))
            start_or_stop(twi, !high);
    } else if (high) {
        scl_rise(twi);
    } else {
        scl_fall(twi);
    }
    mcu_twi_try_start(twi);
}

// ---- registers --------------------------------------------------------------------------------

/// TWINT is cleared: the interface goes on with what the status stands for.
static void go_on(mcu_twi *twi)
{
    if (mcu_twi_is_master(twi)) {
        mcu_twi_master_goes_on(twi);
        return;
    }
    switch (twi->status) {
    case MCU_TWI_OWN_READ:
    case MCU_TWI_LOST_OWN_READ:
    case MCU_TWI_SENT_ACKED:
        twi->last = (twi->control & MCU_TWI_TWEA) == 0;
        mcu_pins_pull(&twi->pins, I2C_SDA, (twi->data & 0x80) == 0);
        break;
    case MCU_TWI_DATA_NACKED:
    case MCU_TWI_CALL_DATA_NACKED:
    case MCU_TWI_SENT_NACKED:
    case MCU_TWI_LAST_ACKED:
        mcu_twi_let_go(twi, MCU_TWI_IDLE);
        break;
    default: // the rest went on by itself, or is a bus error that only TWSTO ends
        break;
    }
}

static void switch_off(mcu_twi *twi)
{
    twi->pending = false;
    twi->status = MCU_TWI_NOTHING;
    twi->master.busy = false;
    mcu_twi_drop_master(twi);
    mcu_twi_let_go(twi, MCU_TWI_IDLE);
    tell_request(twi);
}

void mcu_twi_write_control(mcu_twi *twi, uint8_t value)
{
    const bool clears = (value & MCU_TWI_TWINT) != 0;
    twi->control = (uint8_t)((twi->control & MCU_TWI_TWWC) | (value & WRITABLE));
    if (!mcu_twi_enabled(twi)) {
        switch_off(twi);
        return;
    }
    if (clears && twi->pending) {
        twi->pending = false;
        go_on(twi);
        twi->status = MCU_TWI_NOTHING;
    }
    if ((twi->control & MCU_TWI_TWSTO) != 0 && !twi->pending && !mcu_twi_is_master(twi)) {
        twi->control &= (uint8_t)~MCU_TWI_TWSTO;
        mcu_twi_let_go(twi, MCU_TWI_IDLE);
        if (!twi->missing)
            hear_again(twi);
    }
    if (!mcu_twi_is_master(twi))
        mcu_pins_pull(&twi->pins, I2C_SCL,
                      twi->pending &&
                          (twi->pins.pulled[I2C_SCL] || !mcu_pins_level(&twi->pins, I2C_SCL)));
    tell_request(twi);
    mcu_twi_try_start(twi);
}

void mcu_twi_write_data(mcu_twi *twi, uint8_t value)
{
    if (!twi->pending) {
        twi->control |= MCU_TWI_TWWC;
        twi->collisions++;
        return;
    }
    twi->control &= (uint8_t)~MCU_TWI_TWWC;
    twi->data = value;
}

void mcu_twi_write_address(mcu_twi *twi, uint8_t value)
{
    twi->address = value;
}

void mcu_twi_write_mask(mcu_twi *twi, uint8_t value)
{
    twi->mask = value;
}

uint8_t mcu_twi_control(const mcu_twi *twi)
{
    return (uint8_t)(twi->control | (twi->pending ? MCU_TWI_TWINT : 0));
}

uint8_t mcu_twi_status(const mcu_twi *twi)
{
    return twi->pending ? twi->status : MCU_TWI_NOTHING;
}

void mcu_twi_init(mcu_twi *twi, const mcu_twi_config *config)
{
    memset(twi, 0, sizeof *twi);
    mcu_pins_init(&twi->pins, &config->pins);
    twi->on_request = config->on_request;
    twi->clock_hz = config->clock_hz;
    mcu_twi_make_master(twi);
    twi->status = MCU_TWI_NOTHING;
    twi->address = 0xFE;
    twi->data = 0xFF;
}

void mcu_twi_reset(mcu_twi *twi)
{
    const mcu_twi_config config = {
        .pins = twi->pins.config, .on_request = twi->on_request, .clock_hz = twi->clock_hz};
    i2c_timer_cancel(twi->pins.config.sim, &twi->master.timer);
    mcu_twi_init(twi, &config);
}

// ---- limits -----------------------------------------------------------------------------------

const mcu_limit *mcu_twi_deaf(const mcu_twi *twi, uint64_t at_ps)
{
    static const mcu_limit limit = {
        .part = "AVR TWI",
        .rows = "I2C-STA-04 I2C-STA-05 I2C-STA-06 I2C-STA-07 I2C-STA-09 I2C-STA-10 I2C-STA-11 "
                "I2C-STA-19 I2C-DAT-08",
        .reason = "a START or STOP inside a byte is a bus error to it, and it is deaf until the "
                  "firmware has written TWSTO"};
    const bool deaf = at_ps >= twi->deaf_from_ps && at_ps <= twi->deaf_until_ps;
    return deaf && twi->deaf_until_ps != 0 ? &limit : NULL;
}

const mcu_limit *mcu_twi_idle_hold(const mcu_twi *twi, uint64_t at_ps)
{
    static const mcu_limit limit = {
        .part = "AVR TWI",
        .rows = "I2C-STA-02 I2C-STA-14 I2C-BCL-12",
        .reason = "until the firmware has served a STOP it holds SCL in every low phase, also in "
                  "one that no START has opened"};
    const uint64_t fall_ps = twi->idle_fall_ps;
    const bool began = at_ps >= fall_ps && at_ps <= fall_ps + twi->pins.config.hold_delay_ps;
    return began && fall_ps != 0 ? &limit : NULL;
}
