// The yardstick's slave, in a file of its own so that the call through the pointer stays one.
#include "bench/loop_bus.h"

static void send_bit(loop_slave *s, loop_bus *b)
{
    loop_set(b, LOOP_SDA, LOOP_SLAVE, (s->shift & 0x80u) == 0);
    s->shift = (uint8_t)(s->shift << 1);
}

static void load_byte(loop_slave *s)
{
    s->shift = s->reg[s->pointer++];
    s->bits = 0;
}

/// A byte is complete; returns whether it is acknowledged.
static bool byte_taken(loop_slave *s)
{
    if (s->state == TAKE_ADDRESS)
        return s->shift >> 1 == LOOP_ADDRESS;
    if (s->state == TAKE_POINTER)
        s->pointer = s->shift;
    else if (s->state == TAKE_DATA)
        s->reg[s->pointer++] = s->shift;
    return s->state != IGNORE;
}

static void after_ack(loop_slave *s, loop_bus *b)
{
    s->ack_phase = false;
    s->bits = 0;
    if (s->state == SEND && !s->master_acked) {
        s->state = IGNORE;
        return;
    }
    if (s->state == TAKE_ADDRESS && s->shift & 1u)
        s->state = SEND;
    else if (s->state == TAKE_ADDRESS)
        s->state = TAKE_POINTER;
    else if (s->state == TAKE_POINTER)
        s->state = TAKE_DATA;
    if (s->state == SEND) {
        load_byte(s);
        send_bit(s, b);
    } else {
        loop_set(b, LOOP_SDA, LOOP_SLAVE, false);
    }
}

static void scl_fall(loop_slave *s, loop_bus *b)
{
    if (s->state == IDLE || s->state == IGNORE)
        return;
    if (s->ack_phase) {
        after_ack(s, b);
    } else if (s->bits == 8) {
        s->ack_phase = true;
        if (s->state == SEND)
            loop_set(b, LOOP_SDA, LOOP_SLAVE, false);
        else if (byte_taken(s))
            loop_set(b, LOOP_SDA, LOOP_SLAVE, true);
        else
            s->state = IGNORE;
    } else if (s->state == SEND) {
        send_bit(s, b);
    }
}

static void scl_rise(loop_slave *s, const loop_bus *b)
{
    if (s->ack_phase) {
        s->master_acked = !loop_level(b, LOOP_SDA);
        return;
    }
    if (s->state != SEND)
        s->shift = (uint8_t)(s->shift << 1 | (loop_level(b, LOOP_SDA) ? 1 : 0));
    s->bits++;
}

void loop_slave_edge(void *ctx, loop_bus *b, unsigned line, bool high)
{
    loop_slave *s = ctx;
    if (line == LOOP_SCL) {
        if (high)
            scl_rise(s, b);
        else
            scl_fall(s, b);
        return;
    }
    if (!loop_level(b, LOOP_SCL))
        return;
    s->state = high ? IDLE : TAKE_ADDRESS;
    s->bits = 0;
    s->ack_phase = false;
}

void loop_slave_init(loop_slave *s)
{
    *s = (loop_slave){.state = IDLE};
}
