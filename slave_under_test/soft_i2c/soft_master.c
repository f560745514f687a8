#include "soft_master.h"

#include "../fault.h"

#include <i2cproof_slave.h>

#include <stddef.h>

/* Between two looks at the pins, and in them: least times of Standard-mode with one to spare, and
 * with another for a line to rise where it is seen before it is at 70 %. */
#define TICK I2CPROOF_US(1)
enum {
    START_TICKS = 5,
    SDA_TICKS = 1,
    LOW_TICKS = 5,
    HIGH_TICKS = 5,
    STOP_TICKS = 5,
    FREE_TICKS = 7
};
/* Both lines high for so long are a free bus, whatever was seen before. On a bus of SMBus devices
 * alone 50 us would do (T_HIGH:MAX); masters of other kinds pause for longer in a transfer. */
enum { QUIET_TICKS = 2500 };

typedef enum { OFF, WAITS, STARTS, LOW, RISES, HIGH, ENDS } master_phase;

static struct {
    unsigned timer;
    master_phase phase;
    bool busy; /* behind a START, and no STOP has come */
    bool lost; /* a fault goes on all the same */
    const uint8_t *bytes;
    unsigned count;
    unsigned at;    /* the byte */
    unsigned clock; /* 0 to 8, the acknowledge */
    unsigned ticks; /* in this phase */
    bool sends_one; /* SDA is let go for a 1 */
    bool stops;     /* the coming clock is the STOP's */
    bool acked;
} m;

static void enter(master_phase phase)
{
    m.phase = phase;
    m.ticks = 0;
}

static void end(soft_master_end how)
{
    enter(OFF);
    soft_master_ended(how);
}

void soft_master_init(unsigned timer)
{
    m.timer = timer;
    m.busy = true; /* who knows; it takes both lines high for a while, or a STOP */
}

void soft_master_send(const uint8_t *bytes, unsigned count)
{
    m.bytes = bytes;
    m.count = count;
    m.lost = false;
    enter(WAITS);
    i2cproof_timer(m.timer, TICK);
}

void soft_master_bus(bool busy)
{
    m.busy = busy;
    if (m.phase == WAITS)
        m.ticks = 0; /* tBUF counts from here */
}

static bool is_free(void)
{
    if (FAULT(MASTER_IGNORES_BUSY))
        return true;
    return m.ticks >= (m.busy ? QUIET_TICKS : FREE_TICKS) || FAULT(MASTER_BUF_SHORT);
}

static void begin(void)
{
    m.at = 0;
    m.clock = 0;
    m.stops = false;
    i2cproof_pull(I2CPROOF_SDA);
    enter(STARTS);
}

static void pull_clock(void)
{
    i2cproof_pull(I2CPROOF_SCL);
    enter(LOW);
}

static void put_bit(void)
{
    const bool bit = m.clock == 8 || (m.bytes[m.at] << m.clock & 0x80) != 0;
    m.sends_one = bit && !m.stops && m.clock < 8;
    if (m.stops || !bit)
        i2cproof_pull(I2CPROOF_SDA);
    else
        i2cproof_release(I2CPROOF_SDA);
}

/* What the clock that has been high was. */
static void next_bit(void)
{
    if (++m.clock < 9)
        return;
    m.clock = 0;
    m.stops = !m.acked || ++m.at == m.count;
}

/* SCL is high: the bit is there. True: another master has sent a 0 under its 1. */
static bool is_lost(bool sda)
{
    if (m.clock == 8)
        m.acked = !sda;
    m.lost = m.lost || (m.sends_one && !sda);
    if (FAULT(MASTER_LOSES_LATE)) /* it looks only when a byte is over */
        return m.lost && (m.clock == 8 || m.stops);
    return m.lost && !FAULT(MASTER_LOSER_GOES_ON);
}

static void scl_is_high(bool sda)
{
    if (is_lost(sda)) {
        i2cproof_release(I2CPROOF_SDA); /* which it is but for a fault */
        end(SOFT_MASTER_LOST);
        return;
    }
    enter(m.stops ? ENDS : HIGH);
}

static void tick(bool scl, bool sda)
{
    switch (m.phase) {
    case OFF:
        break;
    case WAITS:
        if (!scl || !sda)
            m.ticks = 0;
        else if (is_free())
            begin();
        break;
    case STARTS:
        if (!scl || m.ticks >= START_TICKS || FAULT(MASTER_START_SHORT))
            pull_clock();
        break;
    case LOW:
        if (m.ticks == SDA_TICKS)
            put_bit();
        if (m.ticks < LOW_TICKS)
            break;
        i2cproof_release(I2CPROOF_SCL);
        enter(RISES);
        break;
    case RISES:
        if (scl)
            scl_is_high(sda);
        break;
    case HIGH:
        if (scl && m.ticks < HIGH_TICKS && !FAULT(MASTER_HIGH_SHORT))
            break;
        next_bit();
        pull_clock();
        break;
    case ENDS:
        if (m.ticks < STOP_TICKS)
            break;
        i2cproof_release(I2CPROOF_SDA);
        end(m.acked ? SOFT_MASTER_DONE : SOFT_MASTER_REFUSED);
        break;
    }
}

uint64_t soft_master_on_timer(void *state)
{
    (void)state;
    m.ticks++;
    tick(i2cproof_level(I2CPROOF_SCL) != 0, i2cproof_level(I2CPROOF_SDA) != 0);
    if (m.phase != OFF)
        i2cproof_timer(m.timer, TICK);
    return 0;
}
