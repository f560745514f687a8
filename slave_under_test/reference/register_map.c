#include "register_map.h"

#include "fault.h"

#include <string.h>

#if POINTER_BYTES == 2
enum { ID = 0x0000, CONTROL = 0x0010, FIFO = 0x0100, SCRATCH = 0x01F8, COMMAND = 0x8000 };
#else
enum { ID = 0x00, CONTROL = 0x10, FIFO = 0x20, SCRATCH = 0x30, COMMAND = 0xE0 };
#endif
enum { SCRATCH_BYTES = 16, SCRATCH_LAST = SCRATCH + SCRATCH_BYTES - 1, FIFO_BYTES = 16 };
enum { CONTROL_MASK = 0x0F, CONTROL_RESET = 0x05 };

uint16_t pointer;
static uint8_t id;
static uint16_t coming;       /* bytes of the pointer so far */
static uint8_t pointer_bytes; /* that are still to come */
static bool refused;          /* the last byte that could be */
static uint8_t control;
static uint8_t scratch[SCRATCH_BYTES];
static uint8_t fifo[FIFO_BYTES];
static uint8_t fifo_first, fifo_count;

void register_map_reset(void)
{
    pointer = 0;
    pointer_bytes = 0;
    id = 0xA5;
    control = CONTROL_RESET;
    memset(scratch, 0, sizeof scratch);
    fifo_first = fifo_count = 0;
}

static bool is_scratch(uint16_t at)
{
    return at >= SCRATCH && at <= SCRATCH_LAST;
}

static bool exists(uint16_t at)
{
    return at == ID || at == CONTROL || at == FIFO || at == COMMAND || is_scratch(at);
}

static bool is_writable(uint16_t at)
{
    return at == CONTROL || at == COMMAND || is_scratch(at);
}

static uint8_t value_of(uint16_t at)
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

static void write_to(uint16_t at, uint8_t value)
{
    if (is_scratch(at))
        scratch[at - SCRATCH] = value;
    else if (at == CONTROL)
        control = value & CONTROL_MASK;
    else if (at == COMMAND)
        command_begins(value);
}

static void step(void)
{
    if (pointer == FIFO || pointer == COMMAND)
        return;
    pointer = pointer == SCRATCH_LAST ? ID : (uint16_t)(pointer + 1);
}

/* ---- the bus ---- */

void register_map_begins(bool read)
{
    pointer_bytes = read ? 0 : POINTER_BYTES;
    coming = 0;
}

static bool take_pointer(uint8_t byte)
{
    coming = (uint16_t)(coming << 8 | byte);
    if (--pointer_bytes > 0)
        return true;
    refused = false;
    if (NACK_DATA && !exists(coming)) {
        refused = true;
        return false;
    }
    pointer = FAULT(POINTER_LOW_BYTE_ONLY) ? coming & 0xFF : coming;
    return true;
}

bool register_map_takes(uint8_t byte)
{
    if (FAULT(REFUSAL_STICKS) && refused) {
        refused = false;
        return false;
    }
    if (pointer_bytes > 0)
        return take_pointer(byte);
    if (NACK_DATA && !is_writable(pointer)) {
        refused = true;
        if (FAULT(REFUSED_BYTE_TAKEN))
            id = byte;
        if (FAULT(REFUSAL_UNDOES_WRITE))
            memset(scratch, 0, sizeof scratch);
        return false;
    }
    write_to(pointer, byte);
    step();
    return true;
}

uint8_t register_map_gives(void)
{
    return value_of(pointer);
}

void register_map_gave(void)
{
    if (pointer == FIFO && fifo_count > 0) {
        fifo_first = (uint8_t)((fifo_first + 1) % FIFO_BYTES);
        fifo_count--;
    }
    step();
}

void register_map_push(uint8_t byte)
{
    if (fifo_count < FIFO_BYTES)
        fifo[(fifo_first + fifo_count++) % FIFO_BYTES] = byte;
}
