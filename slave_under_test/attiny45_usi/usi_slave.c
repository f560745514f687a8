#include "usi_slave.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>
#include <util/delay.h>

#define SDA_BIT   PB0
#define SCL_BIT   PB2
#define ALL_FLAGS (_BV(USISIF) | _BV(USIOIF) | _BV(USIPF))

enum { COUNT_BYTE = 0, COUNT_ACK = 14, COUNT_ONE_EDGE = 15 };
enum { WAIT_TURNS = 50 };

typedef enum {
    IDLE,
    WAIT_FOR_SCL, /* the fall that ends START is still to come */
    ADDRESS,
    SEND_BYTE,   /* an ACK clock is over: the next byte goes out */
    RELEASE_ACK, /* a byte has gone out: the ACK clock is the master's */
    READ_ACK,    /* the master has answered */
    RECEIVE,     /* an ACK clock is over: the next byte comes in */
    ACKNOWLEDGE  /* a byte has come in */
} step;

static volatile step now;
static uint8_t own_addr7;

static void sda_out(void)
{
    DDRB |= _BV(SDA_BIT);
}

static void sda_in(void)
{
    DDRB &= (uint8_t)~_BV(SDA_BIT);
}

/* SDA may take 1 us to rise and must stand 250 ns before SCL does (UM10204 Table 10,
 * Standard-mode). */
static void settle_sda(void)
{
    _delay_us(1.5);
}

/* The counter runs on, and SCL is let go until it is full again. */
static void count(uint8_t flags, uint8_t from)
{
    USISR = flags | from;
}

static void listen_for_start(void)
{
    sda_in();
    USICR = _BV(USISIE) | _BV(USIWM1) | _BV(USICS1);
}

/* The overflow flag must be clear: it would hold SCL at once. */
static void count_bytes(void)
{
    USICR = _BV(USISIE) | _BV(USIOIE) | _BV(USIWM1) | _BV(USIWM0) | _BV(USICS1);
}

void I2CSlave_Initialise(uint8_t addr7)
{
    own_addr7 = addr7;
    PORTB |= _BV(SCL_BIT) | _BV(SDA_BIT);
    listen_for_start();
    DDRB |= _BV(SCL_BIT); /* in two-wire mode: as a plain output it would drive SCL high */
    count(ALL_FLAGS, COUNT_BYTE);
}

/* The master takes its time: the fall is to be the counter's last edge. Where it came before the
 * counter was set, it is not counted. */
static void await_fall(void)
{
    now = WAIT_FOR_SCL;
    count(ALL_FLAGS, COUNT_ONE_EDGE);
    count_bytes();
    if (!(PINB & _BV(SCL_BIT)) && (USISR & (_BV(USIOIF) | COUNT_ONE_EDGE)) == COUNT_ONE_EDGE) {
        now = ADDRESS;
        count(0, COUNT_BYTE);
    }
}

/* The fall of SCL that ends START counts, too: the counter is cleared behind it, or counts it as
 * its last edge. A START that turns into STOP ends at once; where SDA is low then, the next START
 * came before its flag could be told from that of the last. */
ISR(USI_START_vect)
{
    uint8_t turns = WAIT_TURNS;
    sda_in();
    do {
        while ((PINB & _BV(SCL_BIT)) && !(PINB & _BV(SDA_BIT)) && turns > 0)
            turns--;
        if (!(PINB & _BV(SCL_BIT))) {
            now = ADDRESS;
            count(ALL_FLAGS, COUNT_BYTE);
            count_bytes();
            return;
        }
        if (turns == 0) {
            await_fall();
            return;
        }
        count(ALL_FLAGS, COUNT_BYTE);
    } while (!(PINB & _BV(SDA_BIT)));
    listen_for_start();
}

static void send_ack(step next)
{
    now = next;
    USIDR = 0;
    sda_out();
    settle_sda();
    count(_BV(USIOIF), COUNT_ACK);
}

/* Off the bus until the next START. */
static void drop_out(void)
{
    now = IDLE;
    listen_for_start();
    count(_BV(USIOIF), COUNT_BYTE);
}

static void take_address(uint8_t byte)
{
    if (byte != 0 && byte >> 1 != own_addr7) {
        drop_out();
        return;
    }
    I2CSlave_TransmissionStart(byte & 1);
    send_ack(byte & 1 ? SEND_BYTE : RECEIVE);
}

static void send_byte(void)
{
    now = RELEASE_ACK;
    USIDR = I2CSlave_DataRequest();
    sda_out();
    settle_sda();
    count(_BV(USIOIF), COUNT_BYTE);
}

/* STOP does not interrupt. */
void I2CSlave_Poll(void)
{
    if (now == IDLE || !(USISR & _BV(USIPF)))
        return;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        if ((USISR & (_BV(USIPF) | _BV(USISIF))) == _BV(USIPF))
            drop_out();
    }
}

/* What the counter counted behind a STOP is nobody's byte. */
ISR(USI_OVF_vect)
{
    const uint8_t byte = USIDR;
    if (USISR & _BV(USIPF)) {
        drop_out();
        return;
    }
    switch (now) {
    case IDLE:
        drop_out();
        break;
    case WAIT_FOR_SCL:
        now = ADDRESS;
        count(_BV(USIOIF), COUNT_BYTE);
        break;
    case ADDRESS:
        take_address(byte);
        break;
    case SEND_BYTE:
        send_byte();
        break;
    case RELEASE_ACK:
        now = READ_ACK;
        sda_in();
        USIDR = 0;
        settle_sda();
        count(_BV(USIOIF), COUNT_ACK);
        break;
    case READ_ACK:
        if (byte & 1)
            drop_out();
        else
            send_byte();
        break;
    case RECEIVE:
        now = ACKNOWLEDGE;
        sda_in();
        settle_sda();
        count(_BV(USIOIF), COUNT_BYTE);
        break;
    case ACKNOWLEDGE:
        I2CSlave_DataReceived(byte);
        send_ack(RECEIVE);
        break;
    }
}
