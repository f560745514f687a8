/* What the loopback does with bytes: a queue of 16, whatever the transfers are. */
#include <i2cproof_model.h>

enum { QUEUE_BYTES = 16 };

static uint8_t queue[QUEUE_BYTES];
static unsigned taken, given;

static void reset(void)
{
    taken = given = 0;
}

static int written(uint8_t byte, int acked)
{
    const int room = taken - given < QUEUE_BYTES;
    if (acked && room)
        queue[taken++ % QUEUE_BYTES] = byte;
    return acked == room;
}

static int next(void)
{
    return given == taken ? 0xFF : queue[given++ % QUEUE_BYTES];
}

I2CPROOF_MODEL(.reset = reset, .written = written, .next = next);
