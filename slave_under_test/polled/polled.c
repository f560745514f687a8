/* Eight bytes behind a bus that is polled: no interrupt, no hardware. The main loop looks at both
 * pins every microsecond, between slices of its other work, and what happened is told by what has
 * changed since. The shortest phase of Standard-mode is 4 us (UM10204 Table 11, tHIGH and tHD;STA),
 * so that each is seen on masters that cut them short, too, and a bit is on SDA 1.4 us behind the
 * fall of SCL at the latest (tVD;DAT: 3.45 us).
 *
 * The index of the eight bytes begins at 0 with each START, and behind the last byte comes the
 * first. */
#include "../fault.h"

#include <i2cproof_slave.h>

#include <stdbool.h>
#include <stdint.h>

enum { ADDRESS_OWN = 0x3A, BYTES = 8 };

typedef enum { IDLE, ADDRESS, RECEIVE, SEND } transfer;

typedef struct {
    bool scl, sda; /* as the last look at the pins saw them */
    transfer state;
    uint8_t clock; /* of the byte, 1 to 9; 0: none has risen */
    uint8_t shift;
    bool read;
    bool ours;  /* the byte that ends is this slave's to acknowledge */
    bool acked; /* the master wants more */
    bool pulls_sda;
    uint32_t quiet; /* looks since the last change of a pin */
    bool deaf;      /* FAULT_VOID_LOCKS, FAULT_REFUSES_AFTER_NACK */
    uint8_t stale;
    uint8_t index;
    uint8_t buffer[BYTES]; /* last: what is beyond it cannot be touched */
} polled;

static polled *me;

static void set_sda(bool pull)
{
    if (me->pulls_sda == pull)
        return;
    me->pulls_sda = pull;
    if (pull)
        i2cproof_pull(I2CPROOF_SDA);
    else
        i2cproof_release(I2CPROOF_SDA);
}

static void enter(transfer state)
{
    static const char *const names[] = {"idle", "address", "receive", "send"};
    me->state = state;
    i2cproof_state(names[state]);
    if (state == IDLE) {
        set_sda(false);
        i2cproof_addressed(0);
    }
}

/* ---- the bytes ---- */

static void step_index(void)
{
    me->index++;
    if (!FAULT(INDEX_RUNS_ON))
        me->index = (uint8_t)(me->index % (FAULT(WRAPS_EARLY) ? BYTES - 1 : BYTES));
}

static void take(uint8_t byte)
{
    const int64_t args[] = {byte};
    i2cproof_called("take", args, 1);
    me->buffer[me->index] = FAULT(SIGN_LOST) ? byte & 0x7F : byte;
    step_index();
}

static uint8_t give(void)
{
    const uint8_t byte = me->buffer[me->index];
    const uint8_t stale = me->stale;
    me->stale = byte;
    step_index();
    return FAULT(STALE_BYTE) ? stale : byte;
}

/* ---- START and STOP ---- */

static void on_start(void)
{
    if (me->deaf || (FAULT(MISSES_RESTART) && me->state != IDLE))
        return;
    if (!FAULT(KEEPS_COUNT))
        me->clock = 0;
    if (!FAULT(KEEPS_INDEX))
        me->index = 0;
    set_sda(false);
    enter(ADDRESS);
}

static void on_stop(void)
{
    if (FAULT(MISSES_STOP) && me->state == RECEIVE)
        return;
    if (FAULT(VOID_LOCKS) && me->state == ADDRESS && me->clock == 0)
        me->deaf = true;
    if (FAULT(TAKES_CUT_BYTE) && me->state == RECEIVE && me->clock > 1 && me->clock < 8)
        take((uint8_t)(me->shift << (8 - me->clock)));
    enter(IDLE);
}

/* ---- SCL ---- */

static void on_rise(void)
{
    const bool sda = i2cproof_level(I2CPROOF_SDA) != 0;
    me->clock++;
    if (me->clock == 9)
        me->acked = !sda;
    else if (me->state != SEND)
        me->shift = FAULT(LSB_FIRST) ? (uint8_t)(me->shift >> 1 | sda << 7)
                                     : (uint8_t)(me->shift << 1 | sda);
    if (FAULT(RELEASES_EARLY) && me->clock == 9 && me->state != SEND)
        set_sda(false);
}

static bool is_meant(void)
{
    const uint8_t addr7 = me->shift >> 1;
    me->read = (me->shift & 1) != 0;
    return addr7 == ADDRESS_OWN || (FAULT(ANSWERS_NEIGHBOUR) && addr7 == (ADDRESS_OWN ^ 1)) ||
           (FAULT(ANSWERS_START_BYTE) && me->shift == 0x01);
}

/* Clock 8 has fallen: SDA is this slave's where it has to acknowledge. */
static void on_byte(void)
{
    switch (me->state) {
    case ADDRESS:
        me->ours = is_meant();
        if (me->ours)
            i2cproof_addressed(1);
        else if (!FAULT(COMPARES_EVERY_BYTE))
            enter(IDLE);
        break;
    case RECEIVE:
        me->ours = true;
        take(me->shift);
        break;
    default:
        me->ours = false;
        break;
    }
    if (FAULT(LATE_ACK))
        i2cproof_at(I2CPROOF_US(4));
    if (!FAULT(KEEPS_LAST_BIT) || me->state != SEND)
        set_sda(me->ours);
}

/* Clock 9 has fallen: the next byte begins. */
static void on_acknowledged(void)
{
    me->clock = 0;
    if (me->state == ADDRESS && me->ours) {
        enter(me->read ? SEND : RECEIVE);
    } else if (me->state == SEND && !me->acked && !FAULT(SENDS_AFTER_NACK)) {
        me->deaf = FAULT(DEAF_AFTER_NACK);
        enter(IDLE);
    }
    if (me->state == SEND)
        me->shift = give();
}

static void on_fall(void)
{
    if (FAULT(SAMPLES_AT_FALL) && me->state != SEND && me->clock < 9)
        me->shift = (uint8_t)((me->shift & 0xFE) | (i2cproof_level(I2CPROOF_SDA) != 0));
    if (me->clock == 8) {
        on_byte();
        return;
    }
    if (me->clock == 9)
        on_acknowledged();
    if (FAULT(PULLS_SCL) && me->state == RECEIVE && me->clock == 0) {
        i2cproof_pull(I2CPROOF_SCL);
        i2cproof_at(I2CPROOF_US(30));
        i2cproof_release(I2CPROOF_SCL);
        i2cproof_at(0);
    }
    if (me->state == SEND) {
        set_sda((me->shift & 0x80) == 0);
        me->shift = (uint8_t)(me->shift << 1);
    } else {
        set_sda(false);
    }
}

/* ---- the main loop ---- */

static void look(void)
{
    const bool scl = i2cproof_level(I2CPROOF_SCL) != 0;
    const bool sda = i2cproof_level(I2CPROOF_SDA) != 0;
    me->quiet = scl == me->scl && sda == me->sda ? me->quiet + 1 : 0;
    if (FAULT(TIMES_OUT) && me->quiet > 15000)
        enter(IDLE);
    if (scl && me->scl && sda != me->sda) {
        if (sda)
            on_stop();
        else
            on_start();
    } else if (me->state != IDLE && scl && !me->scl) {
        on_rise();
    } else if (me->state != IDLE && !scl && me->scl) {
        on_fall();
    }
    me->scl = scl;
    me->sda = sda;
}

static uint64_t main_loop(void *state)
{
    (void)state;
    look();
    if (FAULT(POLLS_SLOWLY))
        return I2CPROOF_US(7);
    if (FAULT(WORKS_WHEN_IDLE) && me->state == IDLE)
        return I2CPROOF_US(60);
    return I2CPROOF_US(1);
}

static void init(void *state)
{
    me = state;
    me->scl = i2cproof_level(I2CPROOF_SCL) != 0;
    me->sda = i2cproof_level(I2CPROOF_SDA) != 0;
    if (FAULT(PULSES_AT_RESET)) {
        i2cproof_pull(I2CPROOF_SDA);
        i2cproof_at(I2CPROOF_US(3));
        i2cproof_release(I2CPROOF_SDA);
    }
}

static const i2cproof_variable variables[] = {
    I2CPROOF_MEMBER(polled, index),
    I2CPROOF_MEMBER_ARRAY(polled, buffer),
};

I2CPROOF_SLAVE(I2CPROOF_STATE(polled), .init = init, .main_loop = main_loop, .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables));
