// The register file: which block serves an address, and which vectors are pending.
#include "models/mcu/avr/io.h"

#include "models/mcu/avr/block.h"

#include <assert.h>
#include <string.h>

enum { BLOCK_COUNT = 11 };

static const avr_block *const blocks[BLOCK_COUNT] = {
    NULL,             // AVR_NO_BLOCK
    &avr_clock_block, // first: others ask it for the cycle
    &avr_ports_block,
    &avr_usi_block,
    &avr_twi_block,
    &avr_interrupts_block,
    &avr_timers_block,
    &avr_eeprom_block,
    &avr_watchdog_block,
    &avr_usart_block,
    &avr_memory_block};

// ---- registers --------------------------------------------------------------------------------

uint16_t avr_claim(avr_io *io, const char *name, const avr_block *block)
{
    const avr_register *r = avr_part_register(io->config.part, name);
    if (r == NULL)
        return AVR_NOT_THERE;
    for (unsigned i = 1; i < BLOCK_COUNT; i++)
        if (blocks[i] == block)
            io->block[r->at] = (uint8_t)i;
    return r->at;
}

avr_bit avr_find_bit(const avr_io *io, const char *name)
{
    int bit = 0;
    const avr_register *r = avr_part_bit(io->config.part, name, &bit);
    return r == NULL ? (avr_bit){AVR_NOT_THERE, 0} : (avr_bit){r->at, (uint8_t)(1u << bit)};
}

uint8_t avr_io_read(avr_io *io, uint32_t at)
{
    assert(at < AVR_IO_BYTES);
    const avr_block *b = blocks[io->block[at]];
    return b != NULL && b->read != NULL ? b->read(io, at) : io->reg[at];
}

bool avr_io_counts(const avr_io *io, uint32_t at)
{
    assert(at < AVR_IO_BYTES);
    const avr_block *b = blocks[io->block[at]];
    return b != NULL && b->counts != NULL && b->counts(io, at);
}

void avr_io_write(avr_io *io, uint32_t at, uint8_t value)
{
    assert(at < AVR_IO_BYTES);
    const avr_block *b = blocks[io->block[at]];
    io->stale = true;
    if (b != NULL) {
        b->write(io, at, value);
        return;
    }
    io->reg[at] = value;
}

/// Bits of a register where a one does something and a zero nothing.
static uint8_t strobes(const avr_io *io, uint32_t at)
{
    uint8_t mask = at == io->usisr ? AVR_USI_STROBES : 0;
    for (unsigned i = 0; i < AVR_PORT_MAX; i++)
        if (at == io->port[i].pin)
            return UINT8_MAX;
    for (unsigned i = 0; i < io->sources; i++)
        if (io->source[i].flag.at == at)
            mask |= io->source[i].flag.mask;
    return mask;
}

void avr_io_write_bit(avr_io *io, uint32_t at, uint8_t mask, bool on)
{
    const uint8_t others = (uint8_t)(avr_io_read(io, at) & ~strobes(io, at));
    avr_io_write(io, at, (uint8_t)(on ? others | mask : others & ~mask));
}

// ---- pending vectors --------------------------------------------------------------------------

void avr_add_source(avr_io *io, avr_bit flag, avr_bit enable, const char *vector, bool stays)
{
    const unsigned n = avr_part_vector_number(io->config.part, vector);
    if (flag.mask == 0 || enable.mask == 0 || n == 0)
        return;
    assert(io->sources < AVR_SOURCE_MAX);
    io->source[io->sources++] = (avr_source){flag, enable, (uint8_t)n, stays};
}

void avr_raise(avr_io *io, avr_bit flag, avr_bit enable)
{
    io->reg[flag.at] |= flag.mask;
    io->stale = true;
    if (avr_is_set(io, enable))
        io->config.on_flag(io->config.ctx);
}

void avr_level(avr_io *io, unsigned vector, bool on, bool tell)
{
    const uint64_t bit = UINT64_C(1) << vector;
    const uint64_t was = io->level_pending;
    if (vector == 0)
        return;
    io->level_pending = on ? was | bit : was & ~bit;
    io->stale = io->stale || io->level_pending != was;
    if (tell && io->level_pending != was)
        io->config.on_flag(io->config.ctx);
}

uint64_t avr_io_pending(avr_io *io)
{
    if (!io->stale)
        return io->pending;
    io->stale = false;
    io->pending = io->level_pending;
    for (unsigned i = 0; i < io->sources; i++)
        if (avr_is_set(io, io->source[i].flag) && avr_is_set(io, io->source[i].enable))
            io->pending |= UINT64_C(1) << io->source[i].vector;
    return io->pending;
}

void avr_io_taken(avr_io *io, unsigned n)
{
    io->stale = true;
    for (unsigned i = 0; i < io->sources; i++) {
        const avr_source *s = &io->source[i];
        if (s->vector == n && !s->stays)
            io->reg[s->flag.at] &= (uint8_t)~s->flag.mask;
    }
    for (unsigned i = 1; i < BLOCK_COUNT; i++)
        if (blocks[i]->taken != NULL)
            blocks[i]->taken(io, n);
}

void avr_io_edge(avr_io *io, i2c_line line, bool high)
{
    avr_usi_edge(io, line, high);
    avr_twi_edge(io, line, high);
    avr_interrupts_edge(io, line, high);
}

// ---- registers that are memory, and nothing else ------------------------------------------------

static void find_memory(avr_io *io)
{
    static const char *const names[] = {"GPIOR0", "GPIOR1", "GPIOR2", "PRR",   "SMCR",
                                        "SREG",   "SPL",    "SPH",    "DIDR0", "DIDR1"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        (void)avr_claim(io, names[i], &avr_memory_block);
    io->mcusr = avr_claim(io, "MCUSR", &avr_memory_block);
}

/// MCUSR says what made the part reset; it collects until software writes zeros.
static void reset_memory(avr_io *io, avr_reset cause)
{
    static const char *const flags[] = {"PORF", "EXTRF", "WDRF"};
    io->reg[io->mcusr] |= avr_find_bit(io, flags[cause]).mask;
}

static void write_memory(avr_io *io, uint32_t at, uint8_t value)
{
    io->reg[at] = at == io->mcusr ? io->reg[at] & value : value;
}

const avr_block avr_memory_block = {
    .find = find_memory, .reset = reset_memory, .write = write_memory};

// ---- life -------------------------------------------------------------------------------------

void avr_io_assume_delays(avr_io_config *config)
{
    config->output_delay_ps = MCU_DRIVER_DELAY_PS;
    // 50 to 300 ns (ATtiny85, 15.5.3). The shortest, because an NXT may hold its START for less
    // than the longest.
    config->detector_delay_ps = 50 * I2C_PS_PER_NS;
    config->set_up_ps = MCU_SET_UP_PS;
}

void avr_io_init(avr_io *io, const avr_io_config *config)
{
    memset(io, 0, sizeof *io);
    io->config = *config;
    for (unsigned i = 1; i < BLOCK_COUNT; i++)
        blocks[i]->find(io);
    avr_io_reset(io, AVR_POWER_ON);
}

void avr_io_end(avr_io *io)
{
    for (unsigned i = 1; i < BLOCK_COUNT; i++)
        if (blocks[i]->end != NULL)
            blocks[i]->end(io);
}

void avr_io_reset(avr_io *io, avr_reset cause)
{
    const uint8_t mcusr = cause == AVR_POWER_ON ? 0 : io->reg[io->mcusr];
    avr_io_end(io);
    memset(io->reg, 0, sizeof io->reg);
    io->level_pending = 0;
    io->stale = true;
    const avr_part *part = io->config.part;
    for (unsigned i = 0; i < part->register_count; i++)
        io->reg[part->registers[i].at] |= part->registers[i].reset;
    io->reg[io->mcusr] = mcusr;
    for (unsigned i = 1; i < BLOCK_COUNT; i++)
        blocks[i]->reset(io, cause);
    avr_drive_ports(io);
}
