// A slave that does as a scenario tells it, right and wrong. By default it is right: it takes all
// bytes, and reads give `value`, `value` + `stride` and so on.
#include "soft_i2c.c"

static uint8_t own = 0x50;
static uint8_t refuse; /* that many calls of its address are not acknowledged */
static uint8_t dozes;  /* each call of its address only wakes it, the next one is answered */
static uint8_t awake;
static uint8_t refuse_data; /* the same for data bytes */
static uint8_t value, stride, next;
static uint8_t last, received, addressed_times;
static uint8_t memory[4];
static int16_t negative;
static int32_t hold_us;  /* SCL is held that long behind each byte taken; below 0: for ever */
static uint8_t hold_sda; /* SDA is never let go behind a byte that was sent */
static uint8_t ruin_bit; /* a STOP behind that many bits of a byte makes it deaf for good */
static uint8_t deaf;
static uint8_t late_us; /* the application changes `last_late` that long after a byte came */
static uint8_t last_late;
static uint8_t pin;
static uint32_t passes;     /* of the main loop */
static uint8_t sda_at_fall; /* the levels of SDA as SCL fell in data bytes, the last one lowest */
static uint8_t scl_time_us; /* the routine of an SCL edge takes that long */

enum { RELEASE = SOFT_VECTORS, LATER, TIMERS };

bool soft_addressed(uint8_t addr7, bool read)
{
    if (addr7 != own || deaf)
        return false;
    addressed_times++;
    const int64_t args[] = {addr7, read};
    i2cproof_called("addressed", args, 2);
    if (refuse > 0) {
        refuse--;
        return false;
    }
    if (dozes && !awake) {
        awake = 1;
        return false;
    }
    awake = 0;
    next = value;
    return true;
}

bool soft_received(uint8_t byte)
{
    const int64_t args[] = {byte};
    if (refuse_data > 0) {
        refuse_data--;
        return false;
    }
    memory[received % 4] = byte;
    received++;
    last = byte;
    i2cproof_called("received", args, 1);
    if (hold_us != 0)
        i2cproof_pull(I2CPROOF_SCL);
    if (hold_us > 0)
        i2cproof_timer(RELEASE, I2CPROOF_US(hold_us));
    if (late_us > 0)
        i2cproof_timer(LATER, I2CPROOF_US(late_us));
    return true;
}

uint8_t soft_next(void)
{
    return next;
}

void soft_sent(void)
{
    next = (uint8_t)(next + stride);
}

static uint64_t on_fall(void *state)
{
    (void)state;
    const soft_state before = bus.state;
    if (before == RECEIVE)
        sda_at_fall = (uint8_t)(sda_at_fall << 1 | i2cproof_level(I2CPROOF_SDA));
    soft_scl_fall();
    if (hold_sda && before == SEND && bus.state == SEND_ACK)
        i2cproof_pull(I2CPROOF_SDA);
    return I2CPROOF_US(scl_time_us);
}

static uint64_t on_sda(void *state)
{
    if (i2cproof_level(I2CPROOF_SCL) && i2cproof_level(I2CPROOF_SDA) && ruin_bit > 0 &&
        bus.state == RECEIVE && bus.bits == ruin_bit)
        deaf = 1;
    return soft_on_sda(state);
}

static uint64_t on_release(void *state)
{
    (void)state;
    i2cproof_release(I2CPROOF_SCL);
    return 0;
}

static uint64_t on_later(void *state)
{
    (void)state;
    last_late = last;
    return 0;
}

static uint64_t main_loop(void *state)
{
    (void)state;
    passes++;
    return I2CPROOF_US(100);
}

static void init(void *state)
{
    (void)state;
    deaf = 0;
    refuse = 0;
    dozes = 0;
    awake = 0;
    hold_us = 0;
    soft_init(false);
}

static void put(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    memory[args[0] & 3] = (uint8_t)args[1];
}

static const i2cproof_vector vectors[TIMERS] = {
    {"SCL_FALL", I2CPROOF_ON_SCL_FALL, on_fall, 0, I2CPROOF_BY_NONE},
    {"SCL_RISE", I2CPROOF_ON_SCL_RISE, soft_on_scl_rise, 0, I2CPROOF_BY_NONE},
    {"SDA", I2CPROOF_ON_SDA, on_sda, 1, I2CPROOF_BY_NONE},
    [RELEASE] = {"RELEASE", I2CPROOF_ON_TIMER, on_release, 2, I2CPROOF_BY_NONE},
    [LATER] = {"LATER", I2CPROOF_ON_TIMER, on_later, 3, I2CPROOF_BY_NONE}};

static const i2cproof_variable variables[] = {
    I2CPROOF_VARIABLE(refuse),          I2CPROOF_VARIABLE(refuse_data), I2CPROOF_VARIABLE(value),
    I2CPROOF_VARIABLE(stride),          I2CPROOF_VARIABLE(last),        I2CPROOF_VARIABLE(received),
    I2CPROOF_VARIABLE(negative),        I2CPROOF_VARIABLE(hold_us),     I2CPROOF_VARIABLE(hold_sda),
    I2CPROOF_VARIABLE(ruin_bit),        I2CPROOF_VARIABLE(deaf),        I2CPROOF_VARIABLE(late_us),
    I2CPROOF_VARIABLE(last_late),       I2CPROOF_VARIABLE(pin),         I2CPROOF_VARIABLE(passes),
    I2CPROOF_VARIABLE(addressed_times), I2CPROOF_VARIABLE(scl_time_us), I2CPROOF_VARIABLE(dozes),
    I2CPROOF_VARIABLE(sda_at_fall),     I2CPROOF_ARRAY(memory)};

static const i2cproof_function functions[] = {{"put", put, 2}};

I2CPROOF_SLAVE(.init = init, .main_loop = main_loop, .vectors = vectors,
               .vector_count = I2CPROOF_COUNT(vectors), .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables), .functions = functions,
               .function_count = I2CPROOF_COUNT(functions));
