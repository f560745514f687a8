#include "models/mcu/avr/io.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MEMORY, PORT, USI, PIN_INTERRUPT };

// USICR and USISR, ATtiny25/45/85 data sheet 15.5.
enum { USISIE = 0x80, USIOIE = 0x40, USIWM = 0x30, USIWM0 = 0x10, USIWM1 = 0x20, USICS1 = 0x08 };
enum { USISIF = 0x80, USIOIF = 0x40, USIPF = 0x20, USICNT = 0x0F };
enum { GIMSK_INT0 = 0x40, GIMSK_PCIE = 0x20 };
enum { VECTOR_INT0 = 1, VECTOR_PCINT0 = 2, VECTOR_USI_START = 13, VECTOR_USI_OVF = 14 };

static uint16_t address_of(const avr_io *io, const char *name)
{
    const avr_register *r = avr_part_register(io->config.part, name);
    return r == NULL ? AVR_NOT_THERE : r->at;
}

static uint16_t claim(avr_io *io, const char *name, uint8_t block)
{
    const uint16_t at = address_of(io, name);
    if (at != AVR_NOT_THERE)
        io->known[at] = block;
    return at;
}

// ---- pins -------------------------------------------------------------------------------------

static bool level(const avr_io *io, i2c_line line)
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

static bool is_output(const avr_io *io, i2c_line line)
{
    return (io->reg[line_port(io, line)->ddr] & line_bit(io, line)) != 0;
}

static bool port_bit(const avr_io *io, i2c_line line)
{
    return (io->reg[line_port(io, line)->port] & line_bit(io, line)) != 0;
}

static bool two_wire(const avr_io *io)
{
    return io->usicr != AVR_NOT_THERE && (io->reg[io->usicr] & USIWM1) != 0;
}

static void drive(avr_io *io, i2c_line line)
{
    const bool pull = io->port_pulls[line] || (io->usi_pulls[line] && is_output(io, line));
    io->contends[line] = is_output(io, line) && port_bit(io, line) && !two_wire(io);
    if (pull == io->pulled[line])
        return;
    io->pulled[line] = pull;
    io->config.drive(io->config.ctx, line, pull, io->config.output_delay_ps);
}

/// An output whose latch is 0 pulls. In two-wire mode an output whose latch is 1 is open-drain:
/// the USI alone pulls it.
static void drive_ports(avr_io *io)
{
    for (unsigned line = 0; line < 2; line++)
        io->port_pulls[line] = is_output(io, (i2c_line)line) && !port_bit(io, (i2c_line)line);
    if (io->usicr != AVR_NOT_THERE)
        mcu_usi_set_sda(&io->usi, is_output(io, I2C_SDA));
    drive(io, I2C_SDA);
    drive(io, I2C_SCL);
}

static uint8_t read_pins(const avr_io *io, unsigned port)
{
    const avr_port *p = &io->port[port];
    uint8_t value =
        io->reg[p->port]; // what hangs on no bus line reads back what drives it, or its pull-up
    for (unsigned line = 0; line < 2; line++)
        if (io->config.pin[line].port == port) {
            const uint8_t bit = line_bit(io, (i2c_line)line);
            value = (uint8_t)(level(io, (i2c_line)line) ? value | bit : value & ~bit);
        }
    return value;
}

// ---- USI --------------------------------------------------------------------------------------

static void usi_drives(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
{
    (void)after_ps;
    avr_io *io = ctx;
    io->usi_pulls[line] = pull;
    drive(io, line);
}

static void usi_flagged(void *ctx, unsigned flags)
{
    (void)flags;
    avr_io *io = ctx;
    io->config.on_flag(io->config.ctx);
}

static mcu_usi_mode mode_of(uint8_t usicr)
{
    if ((usicr & USIWM1) == 0 || (usicr & USICS1) == 0)
        return MCU_USI_OFF;
    return usicr & USIWM0 ? MCU_USI_HOLD_OVERFLOW : MCU_USI_HOLD_START;
}

static uint8_t read_usisr(const avr_io *io)
{
    const unsigned flags = io->usi.flags;
    return (uint8_t)((flags & MCU_USI_START ? USISIF : 0) |
                     (flags & MCU_USI_OVERFLOW ? USIOIF : 0) | (flags & MCU_USI_STOP ? USIPF : 0) |
                     io->usi.counter);
}

static void write_usisr(avr_io *io, uint8_t value)
{
    const unsigned flags = (value & USISIF ? MCU_USI_START : 0u) |
                           (value & USIOIF ? MCU_USI_OVERFLOW : 0u) |
                           (value & USIPF ? MCU_USI_STOP : 0u);
    mcu_usi_set_status(&io->usi, flags, value & USICNT);
}

static uint8_t read_usi(const avr_io *io, uint32_t at)
{
    if (at == io->usisr)
        return read_usisr(io);
    if (at == io->usidr)
        return io->usi.data;
    return io->reg[at];
}

static void write_usi(avr_io *io, uint32_t at, uint8_t value)
{
    if (at == io->usisr) {
        write_usisr(io, value);
    } else if (at == io->usidr) {
        mcu_usi_set_data(&io->usi, value);
    } else if (at == io->usicr) {
        io->reg[at] = value & 0xFC; // the strobes read as 0
        mcu_usi_set_mode(&io->usi, mode_of(value));
        drive_ports(io);
    }
}

// ---- the register file ------------------------------------------------------------------------

static void write_port(avr_io *io, uint32_t at, uint8_t value)
{
    for (unsigned i = 0; i < AVR_PORT_MAX; i++)
        if (at == io->port[i].pin && at != AVR_NOT_THERE) // a one toggles the latch
            io->reg[io->port[i].port] ^= value;
        else if (at == io->port[i].ddr || at == io->port[i].port)
            io->reg[at] = value;
    drive_ports(io);
}

uint8_t avr_io_read(avr_io *io, uint32_t at)
{
    assert(at < AVR_IO_BYTES);
    if (io->known[at] == USI)
        return read_usi(io, at);
    for (unsigned i = 0; io->known[at] == PORT && i < AVR_PORT_MAX; i++)
        if (at == io->port[i].pin)
            return read_pins(io, i);
    return io->reg[at];
}

bool avr_io_counts(const avr_io *io, uint32_t at)
{
    (void)io;
    (void)at;
    return false;
}

void avr_io_write(avr_io *io, uint32_t at, uint8_t value)
{
    assert(at < AVR_IO_BYTES);
    switch (io->known[at]) {
    case PORT:
        write_port(io, at, value);
        break;
    case USI:
        write_usi(io, at, value);
        break;
    case PIN_INTERRUPT:
        io->reg[at] = at == io->gifr ? (uint8_t)(io->reg[at] & ~value) : value;
        break;
    default:
        io->reg[at] = value;
        io->not_modelled[at / 64] |= UINT64_C(1) << (at % 64);
    }
}

// ---- edges and flags --------------------------------------------------------------------------

static void pin_change(avr_io *io, i2c_line line, bool high)
{
    (void)high;
    const avr_port *p = line_port(io, line);
    if (p->mask == AVR_NOT_THERE || (io->reg[p->mask] & line_bit(io, line)) == 0)
        return;
    io->reg[io->gifr] |= GIMSK_PCIE;
    io->config.on_flag(io->config.ctx);
}

void avr_io_edge(avr_io *io, i2c_line line, bool high)
{
    if (io->usicr != AVR_NOT_THERE)
        mcu_usi_edge(&io->usi, line, high);
    pin_change(io, line, high);
}

uint64_t avr_io_pending(const avr_io *io)
{
    uint64_t vectors = 0;
    if (io->usicr != AVR_NOT_THERE) {
        const uint8_t enabled = io->reg[io->usicr];
        if ((enabled & USISIE) && (io->usi.flags & MCU_USI_START))
            vectors |= UINT64_C(1) << VECTOR_USI_START;
        if ((enabled & USIOIE) && (io->usi.flags & MCU_USI_OVERFLOW))
            vectors |= UINT64_C(1) << VECTOR_USI_OVF;
    }
    if (io->reg[io->gifr] & io->reg[io->gimsk] & GIMSK_PCIE)
        vectors |= UINT64_C(1) << VECTOR_PCINT0;
    return vectors;
}

void avr_io_taken(avr_io *io, unsigned n)
{
    if (n == VECTOR_PCINT0)
        io->reg[io->gifr] &= (uint8_t)~GIMSK_PCIE;
    // The USI's flags are cleared by software alone (data sheet 15.5.4).
}

// ---- life -------------------------------------------------------------------------------------

static void find_ports(avr_io *io)
{
    for (unsigned i = 0; i < AVR_PORT_MAX; i++) {
        char name[8];
        const char letter = (char)('A' + i);
        (void)snprintf(name, sizeof name, "PIN%c", letter);
        io->port[i].pin = claim(io, name, PORT);
        (void)snprintf(name, sizeof name, "DDR%c", letter);
        io->port[i].ddr = claim(io, name, PORT);
        (void)snprintf(name, sizeof name, "PORT%c", letter);
        io->port[i].port = claim(io, name, PORT);
    }
    io->port[1].mask = claim(io, "PCMSK", PIN_INTERRUPT);
}

void avr_io_init(avr_io *io, const avr_io_config *config)
{
    memset(io, 0, sizeof *io);
    io->config = *config;
    find_ports(io);
    io->usidr = claim(io, "USIDR", USI);
    io->usisr = claim(io, "USISR", USI);
    io->usicr = claim(io, "USICR", USI);
    io->usibr = claim(io, "USIBR", USI);
    io->gimsk = claim(io, "GIMSK", PIN_INTERRUPT);
    io->gifr = claim(io, "GIFR", PIN_INTERRUPT);
    io->mcucr = claim(io, "MCUCR", PIN_INTERRUPT);
    const mcu_usi_config usi = {
        .pins = {.sim = config->sim, .node = config->node, .drive = usi_drives, .ctx = io},
        .on_flag = usi_flagged,
        .detector_delay_ps = config->detector_delay_ps};
    mcu_usi_init(&io->usi, &usi);
    avr_io_reset(io);
}

void avr_io_reset(avr_io *io)
{
    memset(io->reg, 0, sizeof io->reg);
    memset(io->not_modelled, 0, sizeof io->not_modelled);
    const avr_part *part = io->config.part;
    for (unsigned i = 0; i < part->register_count; i++)
        io->reg[part->registers[i].at] = part->registers[i].reset;
    mcu_usi_reset(&io->usi);
    memset(io->usi_pulls, 0, sizeof io->usi_pulls);
    drive_ports(io);
}
