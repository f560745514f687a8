#include "register_map.h"

#include "../fault.h"

#include <string.h>

#if POINTER_BYTES == 2
enum { ID = 0x0000, CONTROL = 0x0010, FIFO = 0x0100, SCRATCH = 0x01F8, COMMAND = 0x8000 };
#else
enum { ID = 0x00, CONTROL = 0x10, FIFO = 0x20, SCRATCH = 0x30, COMMAND = 0xE0 };
#endif
enum { SCRATCH_END = SCRATCH + SCRATCH_BYTES, FIFO_BYTES = 16 };
enum { CONTROL_MASK = FAULT(NO_MASK) ? 0xFF : 0x0F };

register_address pointer;
uint8_t control, fifo_count;
uint8_t busy;
uint8_t commands;

static uint8_t *scratch; /* SCRATCH_BYTES of the declared state */
static uint8_t id;
static register_address coming; /* bytes of the pointer so far */
static uint8_t pointer_bytes;   /* that are still to come */
static uint8_t fifo[FIFO_BYTES];
static uint8_t fifo_first;

/* What only faults look at. */
static struct {
    bool refused;    /* the last byte that could be */
    bool lost;       /* the pointer was outside the map */
    bool on_its_way; /* a byte has been asked for and is not sent yet */
    uint8_t fetched; /* got before the request for it was known */
    uint8_t burst;   /* bytes of this write, up to 255 */
} fault;

void register_map_init(void *state)
{
    scratch = ((register_map_memory *)state)->scratch;
    register_map_reset();
}

void register_map_reset(void)
{
    pointer = 0;
    pointer_bytes = 0;
    id = 0xA5;
    control = FAULT(WRONG_RESET) ? 0x08 : CONTROL_RESET;
    memset(scratch, 0, SCRATCH_BYTES);
    fifo_first = fifo_count = 0;
    busy = 0;
    i2cproof_timer_stop(REGISTER_MAP_DONE);
}

/* ---- the registers ---- */

static bool is_scratch(register_address at)
{
    return at >= SCRATCH && at < SCRATCH_END;
}

static bool exists(register_address at)
{
    return at == ID || at == CONTROL || at == FIFO || at == COMMAND || is_scratch(at);
}

static bool is_writable(register_address at)
{
    return at == CONTROL || at == COMMAND || is_scratch(at);
}

static uint8_t value_of(register_address at)
{
    if (is_scratch(at))
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

static void start_command(uint8_t command)
{
    const int64_t args[] = {command};
    i2cproof_called("command", args, 1);
    commands++;
    busy = 1;
    i2cproof_timer(REGISTER_MAP_DONE, FAULT(BUSY_TOO_LONG) ? I2CPROOF_MS(9) : I2CPROOF_MS(5));
}

uint64_t register_map_on_done(void *state)
{
    (void)state;
    busy = 0;
    return 0;
}

static void write_to(register_address at, uint8_t value)
{
    fault.burst += fault.burst < 0xFF;
    if (FAULT(FULL_WRITE_SPILLS) && fault.burst == SCRATCH_BYTES)
        id = value; /* `<=` in a copy: what lies behind the array is the byte that says who it is */
    if (FAULT(SHARED_CELL) && at == SCRATCH + 5)
        at = SCRATCH + 1;
    if (FAULT(TOP_BIT_LOST))
        value &= 0x7F;
    if (is_scratch(at))
        scratch[at - SCRATCH] = value;
    else if (at == CONTROL)
        control = (FAULT(BITS_STICK) ? control : 0) | (value & CONTROL_MASK);
    else if (at == ID && (FAULT(RO_WRITABLE) || (FAULT(RUNS_INTO_READONLY) && fault.burst > 1)))
        id = value;
    else if (at == COMMAND)
        start_command(value);
}

static void step(void)
{
    if ((pointer == FIFO && !FAULT(FIFO_INCREMENTS)) || pointer == COMMAND)
        return;
    if (pointer == SCRATCH_END - (FAULT(WRAPS_EARLY) ? 2 : 1) && !FAULT(NO_WRAP))
        pointer = WRAP_TO;
    else
        pointer++;
}

/* ---- the bus ---- */

void register_map_begins(bool read)
{
    pointer_bytes = read ? 0 : POINTER_BYTES;
    coming = 0;
    fault.burst = 0;
    if (FAULT(PROBE_CLEARS_POINTER) && !read)
        pointer = 0;
}

static bool take_pointer(uint8_t byte)
{
    const bool off_by_one = FAULT(CUT_LEAVES_STEP) && fault.on_its_way;
    coming = (register_address)(coming << 8 | byte);
    fault.on_its_way = false;
    if (--pointer_bytes > 0)
        return true;
    fault.refused = NACK_DATA && !exists(coming);
    if (fault.refused)
        return false;
    fault.lost = fault.lost || !exists(coming);
    pointer = (register_address)(FAULT(POINTER_LOW_BYTE_ONLY) ? coming & 0xFF : coming);
    if (off_by_one)
        pointer++;
    return true;
}

/* A byte for a register that takes none. */
static bool refuse(uint8_t byte)
{
    fault.refused = true;
    if (FAULT(REFUSED_BYTE_TAKEN))
        id = byte;
    if (FAULT(REFUSAL_UNDOES_WRITE))
        memset(scratch, 0, SCRATCH_BYTES);
    return false;
}

/* Whether a fault refuses the byte that comes. */
static bool is_locked(void)
{
    if (FAULT(UNMAPPED_LOCKS) && fault.lost)
        return true;
    const bool locked =
        (FAULT(REFUSAL_STICKS) && fault.refused) || (FAULT(CUT_READ_LOCKS) && fault.on_its_way);
    if (locked)
        fault.refused = fault.on_its_way = false;
    return locked;
}

bool register_map_takes(uint8_t byte)
{
    if (is_locked())
        return false;
    if (pointer_bytes > 0)
        return take_pointer(byte);
    if (NACK_DATA && !is_writable(pointer))
        return refuse(byte);
    write_to(pointer, byte);
    if (!FAULT(WRITES_STAY))
        step();
    return true;
}

uint8_t register_map_gives(void)
{
    const uint8_t value = value_of(pointer);
    fault.on_its_way = true;
    if (FAULT(READ_CLEARS) && is_scratch(pointer))
        scratch[pointer - SCRATCH] = 0;
    return FAULT(STALE_BYTE) ? fault.fetched : value;
}

void register_map_gave(void)
{
    fault.on_its_way = false;
    if (FAULT(PROBE_TAKES_TWO))
        step();
    if (FAULT(READS_STAY))
        return;
    if (pointer == FIFO && fifo_count > 0) {
        fifo_first = (uint8_t)((fifo_first + 1) % FIFO_BYTES);
        fifo_count--;
    }
    step();
    fault.fetched = value_of(pointer);
}

void register_map_push(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    if (fifo_count < FIFO_BYTES)
        fifo[(fifo_first + fifo_count++) % FIFO_BYTES] = (uint8_t)args[0];
}
