/* An I2C slave without any peripheral: pin-change interrupts of both lines. While a transfer is
 * open it holds SCL itself from each fall that it sees until the bit is served, so that no clock
 * comes too early; HIGH phases must be longer than its routine. One byte: what was written last is
 * what is read. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/delay.h>

#define SDA _BV(PB0)
#define SCL _BV(PB2)

enum { OWN_ADDR7 = 0x29, QUIET_TURNS = 40 };

typedef enum { IDLE, ADDRESS, RECEIVE, SEND, ACK_OUT, ACK_IN } phase;

static volatile uint8_t value;
static volatile phase now;
static phase after_ack;
static uint8_t shift, bits, pins_before;

/* Both latches are 0: an output pulls, an input releases. */
static void pull(uint8_t pin)
{
    DDRB |= pin;
}

static void release(uint8_t pin)
{
    DDRB &= (uint8_t)~pin;
}

static void begin(phase next)
{
    now = next;
    bits = 0;
    shift = 0;
}

static void on_rise(uint8_t pins)
{
    if (now == ADDRESS || now == RECEIVE)
        shift = (uint8_t)(shift << 1 | (pins & SDA ? 1 : 0));
    else if (now == ACK_IN)
        after_ack = pins & SDA ? IDLE : SEND;
    if (now != IDLE)
        bits++;
}

static void send_bit(void)
{
    if (shift & 0x80)
        release(SDA);
    else
        pull(SDA);
    shift = (uint8_t)(shift << 1);
}

static void begin_sending(void)
{
    begin(SEND);
    shift = value;
    send_bit();
}

static void acknowledge(phase next)
{
    begin(ACK_OUT);
    after_ack = next;
    pull(SDA);
}

static void byte_is_in(void)
{
    if (now == RECEIVE) {
        value = shift;
        acknowledge(RECEIVE);
    } else if (shift >> 1 != OWN_ADDR7) {
        now = IDLE;
    } else {
        acknowledge(shift & 1 ? SEND : RECEIVE);
    }
}

/* SCL has fallen: what the slave shows in the next clock is put out. */
static void on_fall(void)
{
    switch (now) {
    case IDLE:
        break;
    case ADDRESS:
    case RECEIVE:
        if (bits == 8)
            byte_is_in();
        break;
    case SEND:
        if (bits < 8) {
            send_bit();
        } else {
            release(SDA);
            begin(ACK_IN);
        }
        break;
    case ACK_OUT:
        if (bits == 0)
            break;
        release(SDA);
        if (after_ack == SEND)
            begin_sending();
        else
            begin(after_ack);
        break;
    case ACK_IN:
        if (bits == 0)
            break;
        if (after_ack == SEND)
            begin_sending();
        else
            now = IDLE;
        break;
    }
}

/* UM10204 Table 10: the data of a slave stand 250 ns before SCL rises, and SDA may take 1 us to. */
static void hold_and_serve(void)
{
    pull(SCL);
    on_fall();
    _delay_us(1.5);
    release(SCL);
}

/* Clocks of others are not held. */
static void on_scl(uint8_t pins)
{
    if (pins & SCL)
        on_rise(pins);
    else if (now != IDLE)
        hold_and_serve();
}

/* SDA has moved while SCL is high. */
static void on_condition(uint8_t pins)
{
    if (pins & SDA)
        now = IDLE; /* STOP */
    else
        begin(ADDRESS); /* START */
}

static void look(uint8_t pins)
{
    const uint8_t changed = pins ^ pins_before;
    if (changed & SCL)
        on_scl(pins);
    else if ((changed & SDA) && (pins & SCL))
        on_condition(pins);
    pins_before = pins;
}

/* Edges of START and STOP may lie 4 us apart: too short for a routine each. So it stays until the
 * lines have been quiet for a while. */
ISR(PCINT0_vect)
{
    uint8_t turns = QUIET_TURNS;
    do {
        const uint8_t pins = PINB & (SDA | SCL);
        if (pins != pins_before) {
            look(pins);
            turns = QUIET_TURNS;
        }
    } while (--turns > 0);
}

int main(void)
{
    PCMSK = SDA | SCL;
    GIMSK = _BV(PCIE);
    pins_before = PINB & (SDA | SCL);
    sei();
    for (;;)
        ;
}
