/* A bridge from the bus to a serial line, with a FIFO of 16 bytes each way. What a master writes is
 * sent out; what has come in is read, each byte once, and 0xFF when there is nothing. A byte that
 * finds the FIFO full is not acknowledged.
 *
 *     LOOPBACK   the serial line is wired back: what was written comes in at once
 */
#include "soft_i2c.h"

#define ADDRESS_OWN 0x2C

#ifndef NOTHING
#define NOTHING 0xFF
#endif
enum { FIFO_BYTES = 16, LINE = SOFT_VECTORS };
/* A byte of 10 bits at 9600 baud. */
#define BYTE_TIME I2CPROOF_US(1042)

typedef struct {
    uint8_t byte[FIFO_BYTES];
    uint8_t first, count;
} fifo;

static fifo in, out;
static bool refused; /* a byte, ever */

static bool put(fifo *f, uint8_t byte)
{
    if (f->count == (FAULT(FIFO_USES_LESS) ? FIFO_BYTES - 1 : FIFO_BYTES)) {
        if (FAULT(FIFO_OVERWRITES))
            f->byte[f->first] = byte;
        return FAULT(FIFO_OVERWRITES) || FAULT(FIFO_DROPS);
    }
    f->byte[(f->first + f->count++) % FIFO_BYTES] = byte;
    return true;
}

static uint8_t front(const fifo *f)
{
    if (FAULT(EMPTY_REPEATS) && f->count == 0)
        return f->byte[(f->first + FIFO_BYTES - 1) % FIFO_BYTES];
    if (FAULT(LAST_COMES_FIRST) && f->count > 0)
        return f->byte[(f->first + f->count - 1) % FIFO_BYTES];
    return f->count > 0 ? f->byte[f->first] : NOTHING;
}

static void drop(fifo *f)
{
    if (f->count == 0)
        return;
    if (FAULT(LAST_COMES_FIRST)) {
        f->count--;
        return;
    }
    f->first = (uint8_t)((f->first + 1) % FIFO_BYTES);
    f->count--;
}

/* ---- the serial line ---- */

static uint64_t on_line_ready(void *state)
{
    (void)state;
    drop(&out);
    if (out.count > 0)
        i2cproof_timer(LINE, BYTE_TIME);
    return I2CPROOF_US(1);
}

static bool send(uint8_t byte)
{
#ifdef LOOPBACK
    return put(&in, byte);
#else
    const int64_t args[] = {byte};
    if (!put(&out, byte))
        return false;
    i2cproof_called("take", args, 1);
    if (out.count == 1)
        i2cproof_timer(LINE, BYTE_TIME);
    return true;
#endif
}

/* A byte comes in from the line. */
static void give(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    (void)put(&in, (uint8_t)args[0]);
}

/* ---- the bus ---- */

bool soft_addressed(uint8_t addr7, bool read)
{
    if (FAULT(REFUSES_FOR_GOOD) && refused)
        return false;
    if (FAULT(DROPS_FIRST) && addr7 == ADDRESS_OWN && read && in.count > 1)
        drop(&in);
    if (FAULT(PROBE_TAKES_ONE) && addr7 == ADDRESS_OWN && !read)
        drop(&in);
    if (FAULT(RESTART_CLEARS) && addr7 == ADDRESS_OWN && soft_is_restarted())
        in.count = 0;
    if (FAULT(REFUSES_WHEN_EMPTY) && read && in.count == 0)
        return false;
    return addr7 == ADDRESS_OWN;
}

bool soft_received(uint8_t byte)
{
    if (FAULT(SMALL_FIFO) && in.count + out.count >= FIFO_BYTES / 8)
        return true;
    const bool taken = send(byte);
    refused = refused || !taken;
    if (FAULT(TAKES_TWICE) && taken && soft_is_restarted())
        (void)send(byte);
    return taken;
}

uint8_t soft_next(void)
{
    return front(&in);
}

void soft_sent(void)
{
    drop(&in);
}

static void init(void *state)
{
    (void)state;
    in.count = out.count = 0;
    soft_init(false);
}

static const i2cproof_vector vectors[] = {
    SOFT_VECTOR_TABLE,
    {"LINE", I2CPROOF_ON_TIMER, on_line_ready, 2, I2CPROOF_BY_ANY},
};
static const i2cproof_variable variables[] = {
    {"waiting", &in.count, 0, 1, 1, 0},
    {"to_send", &out.count, 0, 1, 1, 0},
};
static const i2cproof_function functions[] = {{"give", give, 1}};

I2CPROOF_SLAVE(.init = init, .vectors = vectors, .vector_count = I2CPROOF_COUNT(vectors),
               .variables = variables, .variable_count = I2CPROOF_COUNT(variables),
               .functions = functions, .function_count = I2CPROOF_COUNT(functions));
