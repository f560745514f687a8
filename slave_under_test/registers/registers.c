/* A slave with registers behind a pointer: the first byte of a write sets the pointer, further
 * bytes are written from there on; a read begins where the pointer stands.
 *
 *     0x00        what it is: 0xA5
 *     0x10        control, low four bits
 *     0x20        FIFO of 16 bytes, read only, filled by the application; empty: 0x00
 *     0x30..0x37  free for anything
 *     0xE0        command: the slave is busy for 5 ms and does not answer to its address
 *
 * Other addresses read 0x00 and take no writes. The pointer moves on after each byte, from 0x37 to
 * WRAP_TO; at the FIFO and at the command it stays. It survives STOP. */
#include "soft_i2c.h"

#ifndef SLAVE_ADDRESS
#define SLAVE_ADDRESS 0x50
#endif
#ifndef ADDRESS_MASK
#define ADDRESS_MASK 0x7F /* bits of the address that are compared */
#endif
#ifndef WRAP_TO
#define WRAP_TO 0x00 /* the register behind the last one */
#endif
#ifndef OUTPUT_DELAY_NS
#define OUTPUT_DELAY_NS 350
#endif
#ifndef INPUT_FILTER_NS
#define INPUT_FILTER_NS 50 /* UM10204 Table 10, tSP */
#endif

enum { ID = 0x00, CONTROL = 0x10, FIFO = 0x20, SCRATCH = 0x30, SCRATCH_END = 0x38, COMMAND = 0xE0 };
enum {
    CONTROL_RESET = FAULT(WRONG_RESET) ? 0x08 : 0x00,
    CONTROL_MASK = FAULT(NO_MASK) ? 0xFF : 0x0F
};
enum { FIFO_BYTES = 16, BUSY = SOFT_VECTORS };

static uint8_t pointer;
static bool pointer_follows; /* the next byte written is the pointer */
static uint8_t id = 0xA5;
static uint8_t control = CONTROL_RESET;
static uint8_t scratch[SCRATCH_END - SCRATCH];
static uint8_t fifo[FIFO_BYTES];
static uint8_t fifo_first, fifo_count;
static uint8_t busy;
static uint8_t commands;
static bool on_its_way; /* a byte has been asked for and is not sent yet */
static uint8_t fetched; /* FAULT_STALE_BYTE: got before the request for it was known */

static uint8_t register_value(uint8_t at)
{
    if (at >= SCRATCH && at < SCRATCH_END)
        return scratch[at - SCRATCH];
    switch (at) {
    case ID:
        return id;
    case CONTROL:
        return control;
    case FIFO:
        return fifo_count > 0 ? fifo[fifo_first] : 0x00;
    default:
        return 0x00;
    }
}

static void step_pointer(void)
{
    if ((pointer == FIFO && !FAULT(FIFO_INCREMENTS)) || pointer == COMMAND)
        return;
    if (pointer == SCRATCH_END - (FAULT(WRAPS_EARLY) ? 2 : 1) && !FAULT(NO_WRAP))
        pointer = WRAP_TO;
    else
        pointer++;
}

static void start_command(uint8_t command)
{
    const int64_t args[] = {command};
    i2cproof_called("command", args, 1);
    commands++;
    busy = 1;
    i2cproof_timer(BUSY, FAULT(BUSY_TOO_LONG) ? I2CPROOF_MS(9) : I2CPROOF_MS(5));
}

static void write_register(uint8_t at, uint8_t value)
{
    if (FAULT(SHARED_CELL) && at == SCRATCH + 5)
        at = SCRATCH + 1;
    if (FAULT(TOP_BIT_LOST))
        value &= 0x7F;
    if (at >= SCRATCH && at < SCRATCH_END)
        scratch[at - SCRATCH] = value;
    else if (at == CONTROL)
        control = (FAULT(BITS_STICK) ? control : 0) | (value & CONTROL_MASK);
    else if (at == ID && FAULT(RO_WRITABLE))
        id = value;
    else if (at == COMMAND)
        start_command(value);
}

/* ---- the bus ---- */

bool soft_addressed(uint8_t addr7, bool read)
{
    if (FAULT(ANSWERS_START_BYTE) && addr7 == 0)
        return true;
    if (FAULT(BUSY_MASKS_ADDRESS) && busy)
        return (addr7 & 0x70) == (SLAVE_ADDRESS & 0x70) && addr7 != SLAVE_ADDRESS;
    const bool shifted = FAULT(ANSWERS_8_BIT_FORM) && addr7 == (SLAVE_ADDRESS << 1 & 0x7F);
    if (((addr7 & ADDRESS_MASK) != (SLAVE_ADDRESS & ADDRESS_MASK) && !shifted) || busy)
        return false;
    if (FAULT(READ_NEEDS_RESTART) && read && !soft_is_restarted())
        pointer = 0; /* "a read begins a new transfer" */
    pointer_follows = !read;
    if (FAULT(PROBE_CLEARS_POINTER) && !read)
        pointer = 0;
    return true;
}

bool soft_received(uint8_t byte)
{
    if (FAULT(CUT_READ_LOCKS) && on_its_way) {
        on_its_way = false;
        return false;
    }
    if (pointer_follows) {
        pointer = FAULT(CUT_LEAVES_STEP) && on_its_way ? (uint8_t)(byte + 1) : byte;
        on_its_way = false;
        pointer_follows = false;
        return true;
    }
    write_register(pointer, byte);
    if (!FAULT(WRITES_STAY))
        step_pointer();
    return true;
}

uint8_t soft_next(void)
{
    on_its_way = true;
    const uint8_t value = register_value(pointer);
    if (FAULT(READ_CLEARS) && pointer >= SCRATCH && pointer < SCRATCH_END)
        scratch[pointer - SCRATCH] = 0;
    return FAULT(STALE_BYTE) ? fetched : value;
}

void soft_sent(void)
{
    on_its_way = false;
    if (FAULT(PROBE_TAKES_TWO))
        step_pointer();
    if (FAULT(READS_STAY))
        return;
    if (pointer == FIFO && fifo_count > 0) {
        fifo_first = (uint8_t)((fifo_first + 1) % FIFO_BYTES);
        fifo_count--;
    }
    step_pointer();
    fetched = register_value(pointer);
}

static uint64_t on_command_done(void *state)
{
    (void)state;
    busy = 0;
    return 0;
}

#if SOFT_STRETCH != 0
static uint64_t serve(void *state)
{
    (void)state;
    return soft_serve();
}
#define MAIN_LOOP serve
#else
#define MAIN_LOOP NULL
#endif

/* ---- the application ---- */

static void push(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    if (fifo_count < FIFO_BYTES)
        fifo[(fifo_first + fifo_count++) % FIFO_BYTES] = (uint8_t)args[0];
}

static void init(void *state)
{
    (void)state;
    soft_init(false);
}

static const i2cproof_vector vectors[] = {
    SOFT_VECTOR_TABLE,
    {"BUSY", I2CPROOF_ON_TIMER, on_command_done, 2, I2CPROOF_BY_NONE},
};
static const i2cproof_variable variables[] = {
    I2CPROOF_VARIABLE(pointer),    I2CPROOF_VARIABLE(control), I2CPROOF_ARRAY(scratch),
    I2CPROOF_VARIABLE(fifo_count), I2CPROOF_VARIABLE(busy),    I2CPROOF_VARIABLE(commands),
};
static const i2cproof_function functions[] = {{"push", push, 1}};

I2CPROOF_SLAVE(.init = init, .main_loop = MAIN_LOOP, .vectors = vectors,
               .vector_count = I2CPROOF_COUNT(vectors), .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables), .functions = functions,
               .function_count = I2CPROOF_COUNT(functions),
               .output_delay = I2CPROOF_NS(OUTPUT_DELAY_NS),
               .input_filter = I2CPROOF_NS(INPUT_FILTER_NS));
