/* A camera that finds the largest blob and serves its place as a frame of 8 bytes: x, y, width and
 * height, 16 bits each, low byte first. A read gives whole frames, one behind the other.
 *
 * The main loop is busy with the picture and makes a new frame every 2 ms, in the buffer that is
 * not the valid one. A read copies the valid frame when it is addressed, so that a frame that is
 * sent never mixes two.
 *
 * All pins share one interrupt, as on an AVR port, and nothing holds SCL: when the interrupt comes
 * late, two edges merge and the bit between them is lost. */
#include "soft_i2c.h"

#include <string.h>

enum { ADDRESS_OWN = 0x14, FRAME_BYTES = 8, LINES = 8 };

typedef struct {
    uint16_t x, y, w, h;
} blob;

static blob buffer[2];
static volatile uint8_t valid; /* index of the buffer that the interrupt may read */
static uint8_t frame[FRAME_BYTES];
static uint8_t at; /* next byte of the frame to send */
static uint8_t line;
static uint16_t frames;
static bool test_picture;           /* each byte of a frame is the frame's number */
static bool scl = true, sda = true; /* the pins as the last interrupt saw them */

/* ---- the picture ---- */

static void find_blob(blob *b, uint16_t n)
{
    if (test_picture) {
        b->x = b->y = b->w = b->h = (uint16_t)((n & 0xFF) * 0x0101u);
        return;
    }
    b->x = (uint16_t)(n * 7u % 320u);
    b->y = (uint16_t)(n * 3u % 240u);
    b->w = (uint16_t)(16u + n % 300u);
    b->h = (uint16_t)(16u + n % 200u);
}

static uint64_t main_loop(void *state)
{
    (void)state;
    static bool locked;
    if (FAULT(LONG_CRITICAL_SECTION)) {
        locked = !locked && line == LINES - 1;
        i2cproof_interrupts(!locked);
        if (locked)
            return I2CPROOF_US(60);
    }
    if (FAULT(SHORT_CRITICAL_SECTIONS)) {
        locked = !locked;
        i2cproof_interrupts(!locked);
        if (locked)
            return I2CPROOF_US(12);
    }
    if (++line == LINES) {
        line = 0;
        frames++;
        find_blob(&buffer[!valid], frames);
        valid = !valid; /* one byte: the interrupt sees the old frame or the new one */
    }
    return I2CPROOF_US(250);
}

static void uniform(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)args;
    (void)count;
    test_picture = true;
}

/* ---- the bus ---- */

static void put16(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static void take_frame(void)
{
    const blob *b = &buffer[valid];
    put16(frame, b->x);
    put16(frame + 2, b->y);
    put16(frame + 4, b->w);
    put16(frame + 6, b->h);
    at = 0;
}

bool soft_addressed(uint8_t addr7, bool read)
{
    if (addr7 != ADDRESS_OWN)
        return false;
    if (FAULT(REFUSES_BETWEEN_FRAMES) && line == 0)
        return false;
    if (read && !FAULT(KEEPS_PLACE))
        take_frame();
    return true;
}

/* Commands are taken and none is known. */
bool soft_received(uint8_t byte)
{
    const int64_t args[] = {byte};
    i2cproof_called("command", args, 1);
    return !FAULT(REFUSES_COMMANDS);
}

uint8_t soft_next(void)
{
    const uint8_t kept = at;
    if (at == FRAME_BYTES || FAULT(FRAME_PER_BYTE))
        take_frame();
    if (FAULT(FRAME_PER_BYTE))
        at = kept % FRAME_BYTES;
    return FAULT(FRAME_IS_SHORT) && at == FRAME_BYTES - 1 ? 0xFF : frame[at];
}

void soft_sent(void)
{
    at++;
}

/* An AVR at 16 MHz: 1.5 us from the interrupt to the write of the pin, 2.5 us in all. What happened
 * is told by what has changed since the last time. */
static uint64_t on_pins(void *state)
{
    (void)state;
    const bool was_scl = scl;
    const bool was_sda = sda;
    scl = i2cproof_level(I2CPROOF_SCL) != 0;
    sda = i2cproof_level(I2CPROOF_SDA) != 0;
    i2cproof_at(FAULT(SLOW_INTERRUPT) ? I2CPROOF_US(5) : I2CPROOF_NS(1500));
    if (scl && !was_scl)
        soft_scl_rise();
    else if (!scl && was_scl)
        soft_scl_fall();
    else if (scl && sda != was_sda && sda && FAULT(STOP_IS_NO_EVENT))
        return I2CPROOF_NS(1500);
    else if (scl && sda != was_sda && sda)
        soft_stop();
    else if (scl && sda != was_sda)
        soft_start();
    else
        return I2CPROOF_NS(1500);
    return FAULT(SLOW_INTERRUPT) ? I2CPROOF_US(6) : I2CPROOF_NS(2500);
}

static void init(void *state)
{
    (void)state;
    soft_init(true);
    find_blob(&buffer[0], 0);
    scl = i2cproof_level(I2CPROOF_SCL) != 0;
    sda = i2cproof_level(I2CPROOF_SDA) != 0;
}

static const i2cproof_vector vectors[] = {
    {"PCINT0", I2CPROOF_ON_PINS, on_pins, 0, I2CPROOF_BY_NONE}};
static const i2cproof_variable variables[] = {I2CPROOF_VARIABLE(frames), I2CPROOF_VARIABLE(at)};
static const i2cproof_function functions[] = {{"uniform", uniform, 0}};

I2CPROOF_SLAVE(.init = init, .main_loop = main_loop, .vectors = vectors, .vector_count = 1,
               .variables = variables, .variable_count = I2CPROOF_COUNT(variables),
               .functions = functions, .function_count = I2CPROOF_COUNT(functions));
