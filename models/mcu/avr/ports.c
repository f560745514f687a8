// Ports, and what the two pins on the bus do: the latch, or the peripheral that has taken the pin.
#include "models/mcu/avr/block.h"

#include <stdio.h>
#include <string.h>

enum { USIWM1 = 0x20 };

avr_pin avr_pin_of(const char *text)
{
    return (avr_pin){(uint8_t)(text[1] - 'A'), (uint8_t)(text[2] - '0')};
}

static bool is_pin(avr_pin a, avr_pin b)
{
    return a.port == b.port && a.bit == b.bit;
}

bool avr_is_wired(const avr_io *io)
{
    const avr_part *p = io->config.part;
    return is_pin(io->config.pin[I2C_SCL], avr_pin_of(p->scl)) &&
           is_pin(io->config.pin[I2C_SDA], avr_pin_of(p->sda));
}

bool avr_level_of(const avr_io *io, i2c_line line)
{
    return i2c_node_level(io->config.sim, io->config.node, line);
}

static uint8_t line_bit(const avr_io *io, i2c_line line)
{
    return (uint8_t)(1u << io->config.pin[line].bit);
}

static const avr_port *line_port(const avr_io *io, i2c_line line)
{
    return &io->port[io->config.pin[line].port];
}

bool avr_is_output(const avr_io *io, i2c_line line)
{
    return (io->reg[line_port(io, line)->ddr] & line_bit(io, line)) != 0;
}

static bool latch(const avr_io *io, i2c_line line)
{
    return (io->reg[line_port(io, line)->port] & line_bit(io, line)) != 0;
}

/// An output in two-wire mode of the USI is open-drain: it pulls if the latch or the USI says so.
static i2c_drive wanted(const avr_io *io, i2c_line line)
{
    const bool two_wire = io->usi_wired && (io->reg[io->usicr] & USIWM1) != 0;
    if (io->twi_wired && mcu_twi_enabled(&io->twi))
        return io->twi_pulls[line] ? I2C_PULLED : I2C_RELEASED;
    if (!avr_is_output(io, line))
        return I2C_RELEASED;
    if (!latch(io, line) || io->usi_pulls[line])
        return I2C_PULLED;
    return two_wire ? I2C_RELEASED : I2C_DRIVEN_HIGH;
}

void avr_drive(avr_io *io, i2c_line line, uint64_t after_ps)
{
    const i2c_drive drive = wanted(io, line);
    if (drive == io->driven[line])
        return;
    io->driven[line] = drive;
    io->config.drive(io->config.ctx, line, drive, after_ps);
}

void avr_drive_ports(avr_io *io)
{
    if (io->usi_wired)
        mcu_usi_set_sda(&io->usi, avr_is_output(io, I2C_SDA));
    avr_drive(io, I2C_SDA, io->config.output_delay_ps);
    avr_drive(io, I2C_SCL, io->config.output_delay_ps);
}

/// What hangs on no bus line reads back what drives it, or its pull-up.
static uint8_t read_pins(const avr_io *io, unsigned port)
{
    uint8_t value = io->reg[io->port[port].port];
    for (unsigned line = 0; line < 2; line++)
        if (io->config.pin[line].port == port) {
            const uint8_t bit = line_bit(io, (i2c_line)line);
            value = (uint8_t)(avr_level_of(io, (i2c_line)line) ? value | bit : value & ~bit);
        }
    return value;
}

static uint8_t read_port(avr_io *io, uint32_t at)
{
    for (unsigned i = 0; i < AVR_PORT_MAX; i++)
        if (at == io->port[i].pin)
            return read_pins(io, i);
    return io->reg[at];
}

static void write_port(avr_io *io, uint32_t at, uint8_t value)
{
    for (unsigned i = 0; i < AVR_PORT_MAX; i++)
        if (at == io->port[i].pin) // a one toggles the latch
            io->reg[io->port[i].port] ^= value;
        else if (at == io->port[i].ddr || at == io->port[i].port)
            io->reg[at] = value;
    avr_drive_ports(io);
}

static void find_ports(avr_io *io)
{
    for (unsigned i = 0; i < AVR_PORT_MAX; i++) {
        char name[8];
        const char letter = (char)('A' + i);
        (void)snprintf(name, sizeof name, "PIN%c", letter);
        io->port[i].pin = avr_claim(io, name, &avr_ports_block);
        (void)snprintf(name, sizeof name, "DDR%c", letter);
        io->port[i].ddr = avr_claim(io, name, &avr_ports_block);
        (void)snprintf(name, sizeof name, "PORT%c", letter);
        io->port[i].port = avr_claim(io, name, &avr_ports_block);
    }
}

static void reset_ports(avr_io *io, avr_reset cause)
{
    (void)cause;
    io->driven[I2C_SCL] = io->driven[I2C_SDA] = I2C_RELEASED;
}

const avr_block avr_ports_block = {
    .find = find_ports, .reset = reset_ports, .read = read_port, .write = write_port};
