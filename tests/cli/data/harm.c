/* A slave that is right until it is written one of the bytes below. Then it does what no level of
 * a requirement softens: the bus or the slave is dead, or memory is overwritten. */
#include "soft_i2c.h"

#include <stdlib.h>

enum { DEAF = 0x80, HOLD_SCL, HOLD_SDA, HANG, OVERWRITE, CRASH };
enum { HOLDER = SOFT_VECTORS };

/* The linker's name for the first byte behind all variables of this object. */
extern uint8_t behind_all[] __asm__("_end") __attribute__((visibility("hidden")));

static uint8_t last;
static bool deaf;

static void overwrite(void)
{
    volatile uint8_t *at = behind_all;
    for (unsigned i = 0; i < 16; i++)
        at[i] = 0x5A;
}

/* Behind the clocks of the byte: nothing lets SDA go again. */
static uint64_t hold(void *state)
{
    (void)state;
    for (unsigned v = 0; v < SOFT_VECTORS; v++)
        i2cproof_enable(v, 0);
    i2cproof_pull(I2CPROOF_SDA);
    return 0;
}

static void do_harm(uint8_t what)
{
    if (what == DEAF)
        deaf = true;
    else if (what == HOLD_SCL)
        i2cproof_pull(I2CPROOF_SCL);
    else if (what == HOLD_SDA)
        i2cproof_timer(HOLDER, I2CPROOF_US(12));
    else if (what == HANG)
        for (volatile unsigned n = 0;; n++) {
        }
    else if (what == OVERWRITE)
        overwrite();
    else if (what == CRASH)
        abort();
}

bool soft_addressed(uint8_t addr7, bool read)
{
    (void)read;
    return addr7 == 0x31 && !deaf;
}

bool soft_received(uint8_t byte)
{
    last = byte;
    do_harm(byte);
    return true;
}

uint8_t soft_next(void)
{
    return last;
}

void soft_sent(void)
{
}

static void init(void *state)
{
    (void)state;
    last = 0;
    deaf = false;
    soft_init(true);
}

static const i2cproof_vector vectors[] = {
    SOFT_VECTOR_TABLE,
    {"HOLD", I2CPROOF_ON_TIMER, hold, 0, I2CPROOF_BY_NONE},
};

I2CPROOF_SLAVE(.init = init, .vectors = vectors, .vector_count = HOLDER + 1);
