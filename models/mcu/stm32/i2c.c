// The I2C at its addresses: the model of ../stm32_i2c.h behind the registers, its pins by the
// part's table, its requests on the NVIC.
#include "models/mcu/stm32/block.h"

#include <stdio.h>

/// Its analog filter takes spikes as long as UM10204 asks for (Table 10, tSP).
static const uint64_t filter_ps = 50 * I2C_PS_PER_NS;

static stm32_i2c_block *of_block(stm32_io *io, unsigned b)
{
    for (unsigned i = 0; i < STM32_I2C_MAX; i++)
        if (io->i2c[i].block == (int)b)
            return &io->i2c[i];
    return NULL;
}

// ---- pins -------------------------------------------------------------------------------------

static bool is_pin(stm32_pin a, const char *text)
{
    const stm32_pin b = stm32_pin_of(text);
    return a.port == b.port && a.bit == b.bit;
}

/// The pair behind it, if it is of the same I2C and its bit is set, has taken them.
static bool is_chosen(stm32_io *io, unsigned i)
{
    const stm32_part *part = io->config.part;
    const stm32_i2c_pins *p = &part->pins[i];
    if (p->bit_mask != 0)
        return (*stm32_word(io, p->bit_at) & p->bit_mask) != 0;
    if (i + 1 < part->pin_count && part->pins[i + 1].block == p->block)
        return !is_chosen(io, i + 1);
    return true;
}

void stm32_wire_i2c(stm32_io *io)
{
    const stm32_part *part = io->config.part;
    stm32_i2c_block *before = io->wired;
    io->wired = NULL;
    for (unsigned i = 0; i < part->pin_count; i++)
        if (is_pin(io->config.pin[I2C_SCL], part->pins[i].scl) &&
            is_pin(io->config.pin[I2C_SDA], part->pins[i].sda) && is_chosen(io, i))
            io->wired = of_block(io, part->pins[i].block);
    if (io->wired != NULL && io->wired != before)
        mcu_filter_reset(&io->wired->filter);
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    stm32_i2c_block *i2c = ctx;
    (void)now_ps;
    stm32_i2c_edge(&i2c->core, line, high);
    i2c->io->config.on_flag(i2c->io->config.ctx);
}

static bool level(void *ctx, i2c_line line)
{
    const stm32_i2c_block *i2c = ctx;
    return mcu_filter_level(&i2c->filter, line);
}

static void drive(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
{
    stm32_i2c_block *i2c = ctx;
    (void)pull; // the model keeps it
    if (i2c->io->wired == i2c)
        stm32_drive(i2c->io, line, after_ps);
}

// ---- registers --------------------------------------------------------------------------------

static void on_request(void *ctx, bool event, bool error)
{
    stm32_i2c_block *i2c = ctx;
    stm32_level(i2c->io, i2c->event, event);
    stm32_level(i2c->io, i2c->error, error);
}

static uint32_t read_i2c(stm32_io *io, unsigned b, unsigned word)
{
    stm32_i2c_block *i2c = of_block(io, b);
    if (word >= STM32_I2C_REGISTERS)
        return stm32_reg(io, (int)b)[word];
    const uint32_t value = stm32_i2c_peek(&i2c->core, (stm32_i2c_register)word);
    stm32_i2c_after_read(&i2c->core, (stm32_i2c_register)word);
    return value;
}

static void write_i2c(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    stm32_i2c_block *i2c = of_block(io, b);
    if (word >= STM32_I2C_REGISTERS)
        stm32_reg(io, (int)b)[word] = value;
    else
        stm32_i2c_write(&i2c->core, (stm32_i2c_register)word, (uint16_t)value);
    if (word == STM32_I2C_CR1) // it may be on now, or off
        stm32_drive_pins(io);
}

static unsigned exception_of(const stm32_io *io, unsigned b, const char *what)
{
    char name[16];
    (void)snprintf(name, sizeof name, "%s_%s", io->config.part->blocks[b].name, what);
    return stm32_part_exception(io->config.part, name);
}

static void find_i2c(stm32_io *io, unsigned b)
{
    for (unsigned i = 0; i < STM32_I2C_MAX; i++) {
        stm32_i2c_block *i2c = &io->i2c[i];
        if (i2c->block >= 0)
            continue;
        i2c->io = io;
        i2c->block = (int)b;
        i2c->event = exception_of(io, b, "EV");
        i2c->error = exception_of(io, b, "ER");
        const stm32_i2c_config config = {
            .pins = {.sim = io->config.sim,
                     .node = io->config.node,
                     .level = level,
                     .drive = drive,
                     .ctx = i2c,
                     .sda_delay_ps = io->config.output_delay_ps,
                     .hold_delay_ps = io->config.output_delay_ps,
                     .let_go_delay_ps = io->config.output_delay_ps + io->config.set_up_ps},
            .on_request = on_request};
        stm32_i2c_init(&i2c->core, &config);
        mcu_filter_init(&i2c->filter, io->config.sim, io->config.node, on_edge, i2c);
        i2c->filter.pin[I2C_SCL].length_ps = i2c->filter.pin[I2C_SDA].length_ps = filter_ps;
        return;
    }
}

static void reset_i2c(stm32_io *io, unsigned b)
{
    stm32_i2c_block *i2c = of_block(io, b);
    stm32_i2c_reset(&i2c->core);
    stm32_level(io, i2c->event, false);
    stm32_level(io, i2c->error, false);
    stm32_drive_pins(io);
}

const stm32_model stm32_i2c_model = {
    .type = "I2C", .find = find_i2c, .reset = reset_i2c, .read = read_i2c, .write = write_i2c};
