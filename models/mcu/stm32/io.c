// The register file: which block serves an address, its clock, and bits that follow others.
#include "models/mcu/stm32/io.h"

#include "models/mcu/stm32/block.h"

#include <assert.h>
#include <string.h>

enum { NO_MODEL = 0xFF, PERIPHERALS = 0x40000000, PERIPHERALS_END = 0x60000000 };
enum { PAGE_BITS = 10, NO_BLOCK = -1, SEVERAL = -2 };
enum { PAGES = sizeof((stm32_io *)NULL)->page / sizeof((stm32_io *)NULL)->page[0] };

static const uint64_t ps_per_s = I2C_PS_PER_S;

static const stm32_model *const models[] = {
    &stm32_gpio_model, &stm32_afio_model, &stm32_exti_model,    &stm32_rcc_model, &stm32_i2c_model,
    &stm32_nvic_model, &stm32_scb_model,  &stm32_systick_model, &stm32_dwt_model};
enum { MODEL_COUNT = sizeof models / sizeof models[0] };

static const stm32_model *model_of(const stm32_io *io, unsigned block)
{
    return io->model[block] == NO_MODEL ? NULL : models[io->model[block]];
}

// ---- time -------------------------------------------------------------------------------------

/// The CPU's instants are rounded down to ps, so a cycle is over one ps early.
uint64_t stm32_cycle(const stm32_io *io)
{
    const uint64_t span_ps = i2c_sim_now_ps(io->config.sim) - io->since_ps;
    return io->since_cycle + (uint64_t)((unsigned __int128)(span_ps + 1) * io->hz / ps_per_s);
}

uint64_t stm32_cycle_ps(const stm32_io *io, uint64_t cycle)
{
    const uint64_t now_ps = i2c_sim_now_ps(io->config.sim);
    if (cycle <= io->since_cycle)
        return now_ps;
    const unsigned __int128 span = (unsigned __int128)(cycle - io->since_cycle) * ps_per_s;
    const uint64_t at_ps = io->since_ps + (uint64_t)(span / io->hz);
    return at_ps > now_ps ? at_ps : now_ps;
}

void stm32_io_set_clock(stm32_io *io, uint64_t clock_hz)
{
    io->since_cycle = stm32_cycle(io);
    io->since_ps = i2c_sim_now_ps(io->config.sim);
    io->hz = clock_hz;
    stm32_systick_arm(io);
}

// ---- registers --------------------------------------------------------------------------------

/// As stm32_part_block_at(), which is asked at each access.
static int block_at(const stm32_io *io, uint32_t at)
{
    const uint32_t page = (at - PERIPHERALS) >> PAGE_BITS;
    if (page >= PAGES || io->page[page] == SEVERAL)
        return stm32_part_block_at(io->config.part, at);
    const int b = io->page[page];
    if (b < 0)
        return NO_BLOCK;
    const stm32_part *part = io->config.part;
    return at - part->blocks[b].at < stm32_part_type(part, (unsigned)b)->bytes ? b : NO_BLOCK;
}

static void note_pages(stm32_io *io)
{
    for (unsigned p = 0; p < PAGES; p++)
        io->page[p] = NO_BLOCK;
    for (unsigned b = 0; b < io->config.part->block_count; b++) {
        const uint32_t from = io->config.part->blocks[b].at - PERIPHERALS;
        const uint32_t last = from + stm32_part_type(io->config.part, b)->bytes - 1;
        for (uint32_t p = from >> PAGE_BITS; p <= last >> PAGE_BITS && p < PAGES; p++)
            io->page[p] = (int16_t)(io->page[p] == NO_BLOCK ? (int)b : SEVERAL);
    }
}

uint32_t *stm32_word(stm32_io *io, uint32_t at)
{
    const int b = block_at(io, at);
    assert(b >= 0);
    return stm32_reg(io, b) + (at - io->config.part->blocks[b].at) / 4;
}

bool stm32_is_clocked(const stm32_io *io, unsigned block)
{
    const stm32_block *b = &io->config.part->blocks[block];
    if (b->clock_mask == 0)
        return true;
    return (*stm32_word((stm32_io *)(uintptr_t)io, b->clock_at) & b->clock_mask) != 0;
}

/// The part's, then those of the slave's file.
static uint32_t follow(stm32_io *io, uint32_t at, uint32_t value)
{
    for (unsigned i = 0; i < io->follow_count; i++) {
        const stm32_follow *f = &io->follows[i];
        if (f->at != at)
            continue;
        const uint32_t ones = (UINT32_C(1) << f->count) - 1;
        const uint32_t bits =
            f->from == 0 ? f->from_bit : *stm32_word(io, f->from) >> f->from_bit & ones;
        value = (value & ~(ones << f->bit)) | bits << f->bit;
    }
    return value;
}

bool stm32_io_is_there(const stm32_io *io, uint32_t at, unsigned bytes)
{
    const int b = block_at(io, at);
    if (b < 0)
        return false;
    const stm32_block *block = &io->config.part->blocks[b];
    return at % (bytes < 4 ? bytes : 4) == 0 &&
           at - block->at + bytes <= stm32_part_type(io->config.part, (unsigned)b)->bytes;
}

static void tell_memory(stm32_io *io, unsigned b)
{
    const stm32_type *type = stm32_part_type(io->config.part, b);
    const uint64_t bit = UINT64_C(1) << b;
    if (type->plain || model_of(io, b) != NULL || (io->memory_told & bit) != 0)
        return;
    io->memory_told |= bit;
    if (io->config.on_memory != NULL)
        io->config.on_memory(io->config.ctx, io->config.part->blocks[b].name);
}

/// Whether an access does something at all.
static bool enter_block(stm32_io *io, unsigned b)
{
    if (stm32_is_clocked(io, b)) {
        tell_memory(io, b);
        return true;
    }
    io->unclocked |= UINT64_C(1) << b;
    return false;
}

uint32_t stm32_io_read(stm32_io *io, uint32_t at, unsigned bytes)
{
    const int found = block_at(io, at);
    assert(found >= 0);
    const unsigned b = (unsigned)found;
    const uint32_t word_at = at & ~UINT32_C(3);
    const unsigned word = (word_at - io->config.part->blocks[b].at) / 4;
    if (!enter_block(io, b))
        return 0;
    const stm32_model *m = model_of(io, b);
    uint32_t value =
        m != NULL && m->read != NULL ? m->read(io, b, word) : stm32_reg(io, found)[word];
    if ((io->following >> b & 1) != 0)
        value = follow(io, word_at, value);
    value >>= 8 * (at - word_at);
    return bytes == 4 ? value : value & ((UINT32_C(1) << 8 * bytes) - 1);
}

bool stm32_io_counts(const stm32_io *io, uint32_t at)
{
    const int b = block_at(io, at);
    const stm32_model *m = b < 0 ? NULL : model_of(io, (unsigned)b);
    return m != NULL && m->counts != NULL &&
           m->counts(io, (at - io->config.part->blocks[b].at) / 4);
}

/// What a narrow write gives the register: a bus of peripherals repeats it, the CPU's own registers
/// are written in part.
static uint32_t widen(uint32_t at, unsigned bytes, uint32_t value, uint32_t old)
{
    if (bytes == 4)
        return value;
    const unsigned shift = 8 * (at & 3);
    const uint32_t ones = (UINT32_C(1) << 8 * bytes) - 1;
    if (at < PERIPHERALS_END)
        return value * (bytes == 2 ? UINT32_C(0x00010001) : UINT32_C(0x01010101));
    return (old & ~(ones << shift)) | value << shift;
}

void stm32_io_write(stm32_io *io, uint32_t at, unsigned bytes, uint32_t value)
{
    const int found = block_at(io, at);
    assert(found >= 0);
    const unsigned b = (unsigned)found;
    const unsigned word = (at - io->config.part->blocks[b].at) / 4;
    if (!enter_block(io, b))
        return;
    value = widen(at, bytes, value, stm32_reg(io, found)[word]);
    const stm32_model *m = model_of(io, b);
    if (m != NULL && m->write != NULL)
        m->write(io, b, word, value);
    else
        stm32_reg(io, found)[word] = value;
}

void stm32_io_edge(stm32_io *io, i2c_line line, bool high)
{
    if (io->wired != NULL)
        mcu_filter_edge(&io->wired->filter, line, high, i2c_sim_now_ps(io->config.sim));
    stm32_exti_edge(io, line, high);
}

// ---- life -------------------------------------------------------------------------------------

stm32_pin stm32_pin_of(const char *text)
{
    unsigned bit = 0;
    for (const char *at = text + 2; *at != '\0'; at++)
        bit = 10 * bit + (unsigned)(*at - '0');
    return (stm32_pin){(uint8_t)(text[1] - 'A'), (uint8_t)bit};
}

static void lay_out(stm32_io *io)
{
    const stm32_part *part = io->config.part;
    unsigned next = 0;
    assert(part->block_count <= STM32_BLOCKS_MAX);
    for (unsigned b = 0; b < part->block_count; b++) {
        io->first[b] = (uint16_t)next;
        next += stm32_part_type(part, b)->bytes / 4u;
        io->model[b] = NO_MODEL;
        for (unsigned m = 0; m < MODEL_COUNT; m++)
            if (strcmp(models[m]->type, stm32_part_type(part, b)->name) == 0)
                io->model[b] = (uint8_t)m;
    }
    assert(next <= STM32_WORDS_MAX);
    note_pages(io);
}

static void find_blocks(stm32_io *io)
{
    for (unsigned b = 0; b < io->config.part->block_count; b++) {
        const stm32_model *m = model_of(io, b);
        if (m != NULL && m->find != NULL)
            m->find(io, b);
    }
}

static void add_follows(stm32_io *io, const stm32_follow *all, unsigned count)
{
    assert(io->follow_count + count <= STM32_FOLLOWS_MAX);
    memcpy(&io->follows[io->follow_count], all, count * sizeof *all);
    io->follow_count += count;
    for (unsigned i = 0; i < count; i++) {
        const int b = block_at(io, all[i].at);
        assert(b >= 0); // a follow names a register of the part
        io->following |= UINT64_C(1) << b;
    }
}

static void reset_due(void *ctx, uint64_t now_ps)
{
    const stm32_io *io = ctx;
    (void)now_ps;
    io->config.on_reset(io->config.ctx);
}

void stm32_io_init(stm32_io *io, const stm32_io_config *config)
{
    memset(io, 0, sizeof *io);
    io->config = *config;
    io->hz = config->clock_hz;
    io->since_ps = i2c_sim_now_ps(config->sim);
    io->afio = io->exti = io->rcc = io->nvic_block = io->scb = io->systick_block = io->dwt = -1;
    memset(io->port, -1, sizeof io->port);
    for (unsigned i = 0; i < STM32_I2C_MAX; i++)
        io->i2c[i].block = -1;
    io->reset_due = (i2c_timer){reset_due, io, false};
    lay_out(io);
    find_blocks(io);
    add_follows(io, config->part->follows, config->part->follow_count);
    if (config->follow_count > 0)
        add_follows(io, config->follows, config->follow_count);
    stm32_io_reset(io, STM32_POWER_ON);
}

void stm32_io_end(stm32_io *io)
{
    i2c_timer_cancel(io->config.sim, &io->systick.event);
    i2c_timer_cancel(io->config.sim, &io->reset_due);
    for (unsigned i = 0; i < STM32_I2C_MAX; i++)
        if (io->i2c[i].block >= 0)
            mcu_filter_reset(&io->i2c[i].filter);
}

void stm32_reset_block(stm32_io *io, unsigned block)
{
    const stm32_type *type = stm32_part_type(io->config.part, block);
    uint32_t *reg = stm32_reg(io, (int)block);
    memset(reg, 0, type->bytes);
    for (unsigned i = 0; i < type->register_count; i++) {
        const stm32_register *r = &io->config.part->registers[type->first_register + i];
        reg[r->offset / 4] = r->reset;
    }
    const stm32_model *m = model_of(io, block);
    if (m != NULL && m->reset != NULL)
        m->reset(io, block);
}

/// RCC.CSR says what made the part reset; flags collect until software clears them.
static void tell_cause(stm32_io *io, stm32_reset cause, uint32_t flags)
{
    enum { CSR = 0x24 / 4, PINRSTF = 1 << 26, PORRSTF = 1 << 27, SFTRSTF = 1 << 28 };
    static const uint32_t bits[] = {PINRSTF | PORRSTF, PINRSTF, PINRSTF | SFTRSTF};
    if (io->rcc >= 0)
        stm32_reg(io, io->rcc)[CSR] = flags | bits[cause];
}

void stm32_io_reset(stm32_io *io, stm32_reset cause)
{
    enum { CSR = 0x24 / 4 };
    const uint32_t kept = 0xFC000000;
    const uint32_t flags =
        cause == STM32_POWER_ON || io->rcc < 0 ? 0 : stm32_reg(io, io->rcc)[CSR] & kept;
    stm32_io_end(io);
    io->memory_told = io->unclocked = 0;
    memset(&io->nvic, 0, sizeof io->nvic);
    for (unsigned b = 0; b < io->config.part->block_count; b++)
        stm32_reset_block(io, b);
    tell_cause(io, cause, flags);
    stm32_drive_pins(io);
}
