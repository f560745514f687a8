/* A 24C64: 8192 bytes of EEPROM in pages of 32, behind two bytes of address (Microchip 24AA64,
 * Atmel AT24C64D, Adesto RM24C64C, ST M24C64).
 *
 * A write fills a latch of one page, in which the address wraps. A STOP right behind the
 * acknowledge of a data byte, and nothing else, starts the write cycle; during it the part is deaf,
 * also to START and STOP. A read begins where the address stands: behind the last byte that was
 * read, or as ADDRESS_LEAVES_PAGE says behind the last one written. It never holds SCL.
 *
 *     ADDRESS_LEAVES_PAGE  the address behind a page's last byte is the next page's first (ST), not
 *                          the same page's (Adesto)
 *     WP_REFUSES           data is not acknowledged while WP is high, which is looked at with the
 *                          word address (ST); else it is taken, WP is looked at with the STOP, and
 *                          nothing is written (Atmel, Adesto)
 *     WRITE_CYCLE_US       tWR, 3000: the data sheets say at most 5 ms
 *
 * Not modelled: what a loss of power during a write cycle leaves in the cells (here: the old
 * values), wear, the identification page of ST's parts. */
#include "soft_i2c.h"

#ifndef SLAVE_ADDRESS
#define SLAVE_ADDRESS 0x50 /* 1010, A2 A1 A0 */
#endif
#ifndef WRITE_CYCLE_US
#define WRITE_CYCLE_US 3000
#endif

enum { SIZE = 8192, PAGE = 32, CYCLE = SOFT_VECTORS };

typedef enum { HIGH_BYTE, LOW_BYTE, DATA } written;

static uint8_t memory[SIZE] = {[0 ... SIZE - 1] = 0xFF};
static uint16_t pointer; /* 0 after power-up, which data sheets leave open */
static uint8_t high_byte;
static written next; /* what the next byte written is */
static uint8_t latch[PAGE];
static uint32_t latched; /* bytes of data since the word address */
static uint8_t busy;
static uint8_t wp;      /* the pin */
static uint8_t refused; /* it was high when the word address was complete */
static uint16_t cycles;
static uint8_t asked; /* FAULT_POLLS_PROLONG: it was polled during the write cycle */

static uint16_t in_page(uint32_t page, uint32_t offset)
{
    return (uint16_t)((page & ~(uint32_t)(PAGE - 1)) | (offset & (PAGE - 1)));
}

/* Where byte `i` behind the word address goes. */
static uint16_t place(uint32_t i)
{
    return FAULT(PAGE_DOES_NOT_WRAP) ? (uint16_t)((pointer + i) % SIZE)
                                     : in_page(pointer, pointer + i);
}

/* ---- the write cycle ---- */

static void start_cycle(void)
{
    const int64_t args[] = {pointer, latched};
    i2cproof_called("program", args, 2);
    busy = 1;
    asked = 0;
    i2cproof_timer(CYCLE, FAULT(CYCLE_TOO_LONG) ? I2CPROOF_MS(9) : I2CPROOF_US(WRITE_CYCLE_US));
}

static uint64_t on_cycle_over(void *state)
{
    (void)state;
    if (FAULT(POLLS_PROLONG) && asked) {
        asked = 0;
        i2cproof_timer(CYCLE, I2CPROOF_US(WRITE_CYCLE_US));
        return 0;
    }
    /* Byte 33 has taken the place of the first one. */
    for (uint32_t i = FAULT(FIRST_BYTE_LOST) ? 1 : 0; i < latched && i < PAGE; i++)
        memory[place(i)] = FAULT(CELLS_ONLY_CLEAR) ? memory[place(i)] & latch[i] : latch[i];
#ifdef ADDRESS_LEAVES_PAGE
    pointer = (uint16_t)((place(latched - 1) + 1) % SIZE);
#else
    pointer = in_page(pointer, pointer + latched);
#endif
    latched = 0;
    busy = 0;
    cycles++;
    return 0;
}

static bool is_protected_at_stop(void)
{
#ifdef WP_REFUSES
    return false; /* what came was allowed */
#else
    return wp && !FAULT(IGNORES_PROTECTION);
#endif
}

static void on_stop(bool behind_ack)
{
    behind_ack = behind_ack || FAULT(COMMITS_ON_EVERY_STOP);
    if (FAULT(ADDRESS_ALONE_WRITES) && next == DATA && latched == 0 && behind_ack)
        latch[latched++] = 0xFF; /* what the latch holds */
    if (latched > 0 && behind_ack && !is_protected_at_stop())
        start_cycle();
    else
        latched = 0;
    if (FAULT(STOP_CLEARS_POINTER) && !busy)
        pointer = 0;
}

/* Data that no STOP has followed is lost; the word address stays. */
static void on_start(void)
{
    if (FAULT(RESTART_COMMITS) && latched > 0) {
        start_cycle();
        soft_stop(); /* deaf already */
    }
    if (!busy && !FAULT(RESTART_KEEPS_DATA))
        latched = 0;
}

/* ---- the bus ---- */

bool soft_addressed(uint8_t addr7, bool read)
{
    (void)read;
    if (!FAULT(KEEPS_PLACE))
        next = HIGH_BYTE;
    return addr7 == SLAVE_ADDRESS;
}

static bool take_data(uint8_t byte)
{
#ifdef WP_REFUSES
    if (refused)
        return false;
#endif
    if (FAULT(LATCH_IS_FULL) && latched == PAGE)
        return true;
    if (FAULT(WRITES_AT_ONCE)) {
        memory[place(latched)] = byte;
        start_cycle();
        busy = 0; /* it goes on listening */
    }
    latch[latched++ % PAGE] = byte;
    return true;
}

bool soft_received(uint8_t byte)
{
    switch (next) {
    case HIGH_BYTE:
        high_byte = byte;
        next = LOW_BYTE;
        return true;
    case LOW_BYTE:
        pointer = (uint16_t)((high_byte << 8 | byte) % (FAULT(HALF_SIZE) ? SIZE / 2 : SIZE));
        if (FAULT(LOW_BYTE_ALONE))
            pointer = byte;
        refused = wp;
        next = DATA;
        return true;
    default:
        return take_data(byte);
    }
}

uint8_t soft_next(void)
{
    return memory[pointer];
}

void soft_sent(void)
{
    if (FAULT(STOPS_AT_END) && pointer == SIZE - 1)
        return;
    pointer = FAULT(READS_WRAP_IN_PAGE) ? in_page(pointer, pointer + 1)
                                        : (uint16_t)((pointer + 1) % SIZE);
}

/* START and STOP, with SCL high. During a write cycle neither is seen: a transfer in which the
 * cycle ends goes by unheard. */
static uint64_t on_sda(void *state)
{
    if (!i2cproof_level(I2CPROOF_SCL))
        return 0;
    const bool stop = i2cproof_level(I2CPROOF_SDA) != 0;
    if (FAULT(STOP_ENDS_CYCLE) && busy && stop) {
        i2cproof_timer_stop(CYCLE);
        busy = 0;
        latched = 0;
    }
    asked = 1;
    if (busy && !FAULT(ANSWERS_WHILE_BUSY))
        return 0;
    const bool behind_ack = soft_is_behind_ack();
    const uint64_t took = soft_on_sda(state);
    if (stop)
        on_stop(behind_ack);
    else
        on_start();
    return took;
}

static void init(void *state)
{
    (void)state;
    pointer = 0;
    latched = 0;
    busy = 0;
    soft_init(false);
}

static const i2cproof_vector vectors[] = {
    {"SCL_FALL", I2CPROOF_ON_SCL_FALL, soft_on_scl_fall, 0, I2CPROOF_BY_NONE},
    {"SCL_RISE", I2CPROOF_ON_SCL_RISE, soft_on_scl_rise, 0, I2CPROOF_BY_NONE},
    {"SDA", I2CPROOF_ON_SDA, on_sda, 1, I2CPROOF_BY_NONE},
    {"CYCLE", I2CPROOF_ON_TIMER, on_cycle_over, 2, I2CPROOF_BY_NONE},
};
static const i2cproof_variable variables[] = {
    I2CPROOF_VARIABLE(pointer), I2CPROOF_ARRAY(memory),    I2CPROOF_VARIABLE(busy),
    I2CPROOF_VARIABLE(wp),      I2CPROOF_VARIABLE(cycles),
};

I2CPROOF_SLAVE(.init = init, .vectors = vectors, .vector_count = I2CPROOF_COUNT(vectors),
               .variables = variables, .variable_count = I2CPROOF_COUNT(variables), SOFT_PORT);
