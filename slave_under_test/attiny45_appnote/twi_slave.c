#include "twi_slave.h"

#include "../fault.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>
#include <util/delay.h>

#define SDA _BV(PB0)
#define SCL _BV(PB2)

enum { CLOCKS_8 = 0, CLOCKS_1 = 14, EDGES_1 = 15 };
enum { WAIT_TURNS = 50, EMPTY = 0xFF };

typedef enum {
    CHECK_ADDRESS,
    SEND_DATA,
    REQUEST_REPLY, /* the master's ACK is about to come */
    CHECK_REPLY,
    REQUEST_DATA,
    GET_DATA,
    LATE_START /* the fall that ends START is still to come */
} overflow_state;

static volatile overflow_state state;
static volatile bool open; /* a transfer is, as far as is known */
static uint8_t own_addr7;
static uint8_t ring[TWI_RING_BYTES];
static uint8_t first, count;

/* ---- the ring ---- */

static bool ring_put(uint8_t byte)
{
    if (count == TWI_RING_BYTES)
        return false;
    ring[(uint8_t)(first + count++) % TWI_RING_BYTES] = byte;
    return true;
}

static uint8_t ring_get(void)
{
    if (count == 0)
        return EMPTY;
    const uint8_t byte = ring[first];
    first = (uint8_t)(first + 1) % TWI_RING_BYTES;
    count--;
    return byte;
}

/* ---- the USI ---- */

/* SDA may take 1 us to rise and must stand 250 ns before SCL does (UM10204 Table 10,
 * Standard-mode). */
static void go_on(uint8_t counter)
{
    _delay_us(1.5);
    USISR = _BV(USIOIF) | _BV(USIPF) | counter;
}

static void await_start(void)
{
    open = false;
    DDRB &= (uint8_t)~SDA;
    USICR = _BV(USISIE) | _BV(USIWM1) | _BV(USICS1);
    USISR = _BV(USIOIF) | _BV(USIPF);
}

/* The flag of an overflow must be clear: it would hold SCL at once. */
static void count_overflows(void)
{
    open = true;
    USICR = _BV(USISIE) | _BV(USIOIE) | _BV(USIWM1) | _BV(USIWM0) | _BV(USICS1);
}

static void send_ack(void)
{
    USIDR = 0;
    DDRB |= SDA;
    go_on(CLOCKS_1);
}

/* The bit of the ACK clock stays 1. */
static void send_nack(void)
{
    DDRB &= (uint8_t)~SDA;
    go_on(CLOCKS_1);
}

static void read_reply(void)
{
    DDRB &= (uint8_t)~SDA;
    USIDR = 0;
    go_on(CLOCKS_1);
}

static void send_byte(void)
{
    USIDR = ring_get();
    DDRB |= SDA;
    go_on(CLOCKS_8);
}

static void read_byte(void)
{
    DDRB &= (uint8_t)~SDA;
    go_on(CLOCKS_8);
}

/* ---- START ---- */

/* The fall is the counter's last edge. Where it came before the counter was set, it is not counted.
 */
static void await_late_fall(void)
{
    state = LATE_START;
    USISR = _BV(USISIF) | _BV(USIOIF) | _BV(USIPF) | EDGES_1;
    count_overflows();
    if (!(PINB & SCL) && (USISR & (_BV(USIOIF) | EDGES_1)) == EDGES_1) {
        state = CHECK_ADDRESS;
        USISR = CLOCKS_8;
    }
}

/* The pins as START ends: SCL is low, or both are high, which is a STOP; or as they are when the
 * master takes its time. */
static uint8_t behind_start(void)
{
    if (FAULT(COUNTS_FROM_START))
        return 0;
    uint8_t turns = WAIT_TURNS;
    uint8_t pins = PINB & (SCL | SDA);
    while ((pins & SCL) && (FAULT(SPINS_ON_SCL) || (pins == SCL && turns > 0))) {
        pins = PINB & (SCL | SDA);
        turns--;
    }
    return pins;
}

/* The counter counts the fall of SCL that ends START, too, if it is cleared before. So this waits
 * for it. Behind a STOP the next START may come before the flag of the last one is cleared, and
 * then it is SDA alone that tells of it. */
ISR(USI_START_vect)
{
    uint8_t pins;
    DDRB &= (uint8_t)~SDA;
    state = CHECK_ADDRESS;
    while ((pins = behind_start()) == (SCL | SDA)) {
        await_start();
        USISR = _BV(USISIF);
        if (PINB & SDA)
            return;
    }
    if (pins & SCL) {
        await_late_fall();
        return;
    }
    USISR = _BV(USISIF) | _BV(USIOIF) | _BV(USIPF) | CLOCKS_8;
    count_overflows();
}

/* ---- overflows: SCL is held ---- */

static void check_address(uint8_t byte)
{
    if (byte >> 1 != own_addr7) {
        await_start();
        return;
    }
    state = byte & 1 ? SEND_DATA : REQUEST_DATA;
    send_ack();
}

ISR(USI_OVF_vect)
{
    const uint8_t byte = USIDR;
    if ((USISR & _BV(USIPF)) && !FAULT(UNSEEN_STOP)) {
        await_start();
        return;
    }
    switch (state) {
    case LATE_START:
        state = CHECK_ADDRESS;
        USISR = _BV(USIOIF);
        break;
    case CHECK_ADDRESS:
        check_address(byte);
        break;
    case CHECK_REPLY:
        if (byte & 1) {
            await_start();
            break;
        }
        /* fall through */
    case SEND_DATA:
        state = REQUEST_REPLY;
        send_byte();
        break;
    case REQUEST_REPLY:
        state = CHECK_REPLY;
        read_reply();
        break;
    case REQUEST_DATA:
        state = GET_DATA;
        read_byte();
        break;
    case GET_DATA:
        state = REQUEST_DATA;
        if (ring_put(byte))
            send_ack();
        else
            send_nack();
        break;
    }
}

/* ---- main() ---- */

/* STOP does not interrupt. */
void twi_slave_poll(void)
{
    if (!open || !(USISR & _BV(USIPF)) || FAULT(UNSEEN_STOP))
        return;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        if ((USISR & (_BV(USIPF) | _BV(USISIF))) == _BV(USIPF))
            await_start();
    }
}

void twi_slave_init(uint8_t addr7)
{
    own_addr7 = addr7;
    PORTB |= SCL | SDA;
    await_start();
    DDRB |= SCL; /* in two-wire mode: as a plain output it would drive SCL high */
    USISR = _BV(USISIF);
}
