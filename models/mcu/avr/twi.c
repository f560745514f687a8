// Registers of the TWI (ATmega48A to 328P data sheet, 22.9); what they do is models/mcu/twi.h's.
#include "models/mcu/avr/block.h"

enum { PRESCALER = 0x03 };
// "Removing spikes shorter than 50 ns" (22.2, SCL and SDA pins).
static const uint64_t filter_ps = 50 * I2C_PS_PER_NS;

static void twi_drives(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
{
    avr_io *io = ctx;
    io->twi_pulls[line] = pull;
    avr_drive(io, line, after_ps);
}

static void twi_requests(void *ctx, bool on)
{
    avr_io *io = ctx;
    avr_level(io, io->twi_vector, on, true);
}

void avr_twi_edge(avr_io *io, i2c_line line, bool high)
{
    if (io->twi_wired && mcu_twi_enabled(&io->twi))
        mcu_filter_edge(&io->twi_filter, line, high, i2c_sim_now_ps(io->config.sim));
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    avr_io *io = ctx;
    (void)now_ps;
    mcu_twi_edge(&io->twi, line, high);
}

static bool level(void *ctx, i2c_line line)
{
    const avr_io *io = ctx;
    return mcu_filter_level(&io->twi_filter, line);
}

static uint8_t read_twi(avr_io *io, uint32_t at)
{
    if (at == io->twcr)
        return mcu_twi_control(&io->twi);
    if (at == io->twsr)
        return (uint8_t)(mcu_twi_status(&io->twi) | (io->reg[at] & PRESCALER));
    return at == io->twdr ? io->twi.data : io->reg[at];
}

/// With TWEN the TWI takes both pins, without it the ports have them again.
static void write_control(avr_io *io, uint8_t value)
{
    if (!mcu_twi_enabled(&io->twi))
        mcu_filter_reset(&io->twi_filter);
    mcu_twi_write_control(&io->twi, value);
    avr_drive_ports(io);
}

static void write_twi(avr_io *io, uint32_t at, uint8_t value)
{
    io->reg[at] = value;
    if (at == io->twcr)
        write_control(io, value);
    else if (at == io->twbr)
        mcu_twi_write_bit_rate(&io->twi, value);
    else if (at == io->twsr)
        mcu_twi_write_prescaler(&io->twi, value & PRESCALER);
    else if (at == io->twdr)
        mcu_twi_write_data(&io->twi, value);
    else if (at == io->twar)
        mcu_twi_write_address(&io->twi, value);
    else if (at == io->twamr)
        mcu_twi_write_mask(&io->twi, value & 0xFE);
}

static void find_twi(avr_io *io)
{
    const avr_io_config *c = &io->config;
    io->twbr = avr_claim(io, "TWBR", &avr_twi_block);
    io->twsr = avr_claim(io, "TWSR", &avr_twi_block);
    io->twar = avr_claim(io, "TWAR", &avr_twi_block);
    io->twdr = avr_claim(io, "TWDR", &avr_twi_block);
    io->twcr = avr_claim(io, "TWCR", &avr_twi_block);
    io->twamr = avr_claim(io, "TWAMR", &avr_twi_block);
    io->twi_vector = (uint8_t)avr_part_vector_number(c->part, "TWI");
    io->twi_wired = io->twcr != AVR_NOT_THERE && avr_is_wired(io);
    const mcu_twi_config twi = {.pins = {.sim = c->sim,
                                         .node = c->node,
                                         .level = level,
                                         .drive = twi_drives,
                                         .ctx = io,
                                         .sda_delay_ps = c->output_delay_ps,
                                         .hold_delay_ps = c->output_delay_ps,
                                         .let_go_delay_ps = c->output_delay_ps + c->set_up_ps,
                                         .seen_delay_ps = filter_ps},
                                .on_request = twi_requests,
                                .clock_hz = c->clock_hz};
    mcu_filter_init(&io->twi_filter, c->sim, c->node, on_edge, io);
    io->twi_filter.pin[I2C_SCL].length_ps = io->twi_filter.pin[I2C_SDA].length_ps = filter_ps;
    mcu_twi_init(&io->twi, &twi);
}

static void reset_twi(avr_io *io, avr_reset cause)
{
    (void)cause;
    mcu_twi_set_clock(&io->twi, avr_io_clock_hz(io));
    mcu_twi_reset(&io->twi);
    io->twi_pulls[I2C_SCL] = io->twi_pulls[I2C_SDA] = false;
}

static void end_twi(avr_io *io)
{
    i2c_timer_cancel(io->config.sim, &io->twi.master.timer);
    mcu_filter_reset(&io->twi_filter);
}

const avr_block avr_twi_block = {
    .find = find_twi, .reset = reset_twi, .end = end_twi, .read = read_twi, .write = write_twi};
