// Registers of the USI (ATtiny25/45/85 data sheet 15.5); what they do is models/mcu/usi.h's.
#include "models/mcu/avr/block.h"

enum { USISIE = 0x80, USIOIE = 0x40, USIWM1 = 0x20, USIWM0 = 0x10 };
enum { USICS1 = 0x08, USICS0 = 0x04, USICLK = 0x02, USITC = 0x01 };
enum { USISIF = 0x80, USIOIF = 0x40, USIPF = 0x20, USIDC = 0x10, USICNT = 0x0F };

static void usi_drives(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
{
    (void)after_ps;
    avr_io *io = ctx;
    io->usi_pulls[line] = pull;
    avr_drive(io, line, io->config.output_delay_ps);
}

static void show_flags(avr_io *io)
{
    const unsigned flags = io->usi.flags;
    io->reg[io->usisr] =
        (uint8_t)((flags & MCU_USI_START ? USISIF : 0) | (flags & MCU_USI_OVERFLOW ? USIOIF : 0) |
                  (flags & MCU_USI_STOP ? USIPF : 0));
    io->stale = true;
}

static void usi_flagged(void *ctx, unsigned flags)
{
    (void)flags;
    avr_io *io = ctx;
    show_flags(io);
    io->config.on_flag(io->config.ctx);
}

bool avr_usi_wants_timer(const avr_io *io)
{
    return io->usi_wired && (io->reg[io->usicr] & (USIWM1 | USICS1 | USICS0)) == (USIWM1 | USICS0);
}

void avr_usi_timer(avr_io *io)
{
    mcu_usi_strobe(&io->usi, true);
    usi_flagged(io, io->usi.flags);
}

void avr_usi_edge(avr_io *io, i2c_line line, bool high)
{
    if (io->usi_wired)
        mcu_usi_edge(&io->usi, line, high);
}

static mcu_usi_mode mode_of(uint8_t usicr)
{
    if ((usicr & USIWM1) == 0)
        return MCU_USI_OFF;
    return usicr & USIWM0 ? MCU_USI_HOLD_OVERFLOW : MCU_USI_HOLD_START;
}

/// Table 15-2 of the data sheet.
static mcu_usi_clock clock_of(uint8_t usicr)
{
    mcu_usi_clock clock = {MCU_USI_NO_CLOCK, false};
    if (usicr & USICS1) {
        clock.shift = usicr & USICS0 ? MCU_USI_FALLS : MCU_USI_RISES;
        clock.counts_edges = (usicr & USICLK) == 0;
    }
    return clock;
}

/// USICLK without an external or timer clock shifts and counts once; USITC toggles the latch of the
/// clock pin, and with an external clock and USICLK counts.
static void strobe(avr_io *io, uint8_t value)
{
    const avr_pin scl = avr_pin_of(io->config.part->scl);
    if ((value & (USICS1 | USICS0 | USICLK)) == USICLK)
        mcu_usi_strobe(&io->usi, true);
    if ((value & USITC) == 0)
        return;
    io->reg[io->port[scl.port].port] ^= (uint8_t)(1u << scl.bit);
    if ((value & (USICS1 | USICLK)) == (USICS1 | USICLK))
        mcu_usi_strobe(&io->usi, false);
}

static void write_control(avr_io *io, uint8_t value)
{
    io->reg[io->usicr] = value & (uint8_t) ~(USICLK | USITC); // they read as 0
    if (io->usi_wired) {
        mcu_usi_set_clock(&io->usi, clock_of(value));
        mcu_usi_set_mode(&io->usi, mode_of(value));
        strobe(io, value);
        show_flags(io);
        avr_timers_arm(io);
    }
    avr_drive_ports(io);
}

static void write_status(avr_io *io, uint8_t value)
{
    const unsigned flags = (value & USISIF ? MCU_USI_START : 0u) |
                           (value & USIOIF ? MCU_USI_OVERFLOW : 0u) |
                           (value & USIPF ? MCU_USI_STOP : 0u);
    mcu_usi_set_status(&io->usi, flags, value & USICNT);
    show_flags(io);
}

static void write_usi(avr_io *io, uint32_t at, uint8_t value)
{
    if (at == io->usicr)
        write_control(io, value);
    else if (at == io->usisr)
        write_status(io, value);
    else if (at == io->usidr)
        mcu_usi_set_data(&io->usi, value);
}

/// USIDC: the data register's top bit is not what the pin shows.
static uint8_t read_status(const avr_io *io)
{
    const bool top = (io->usi.data & 0x80) != 0;
    const bool collides = io->usi_wired && top != avr_level_of(io, I2C_SDA);
    return (uint8_t)(io->reg[io->usisr] | (collides ? USIDC : 0) | io->usi.counter);
}

static uint8_t read_usi(avr_io *io, uint32_t at)
{
    if (at == io->usisr)
        return read_status(io);
    if (at == io->usidr)
        return io->usi.data;
    return at == io->usibr ? io->usi.buffer : io->reg[at];
}

static void find_usi(avr_io *io)
{
    io->usidr = avr_claim(io, "USIDR", &avr_usi_block);
    io->usisr = avr_claim(io, "USISR", &avr_usi_block);
    io->usicr = avr_claim(io, "USICR", &avr_usi_block);
    io->usibr = avr_claim(io, "USIBR", &avr_usi_block);
    io->usi_wired = io->usicr != AVR_NOT_THERE && avr_is_wired(io);
    avr_add_source(io, avr_find_bit(io, "USISIF"), avr_find_bit(io, "USISIE"), "USI_START", true);
    avr_add_source(io, avr_find_bit(io, "USIOIF"), avr_find_bit(io, "USIOIE"), "USI_OVF", true);
    const mcu_usi_config usi = {
        .pins = {.sim = io->config.sim, .node = io->config.node, .drive = usi_drives, .ctx = io},
        .on_flag = usi_flagged,
        .detector_delay_ps = io->config.detector_delay_ps};
    mcu_usi_init(&io->usi, &usi);
}

static void reset_usi(avr_io *io, avr_reset cause)
{
    (void)cause;
    mcu_usi_reset(&io->usi);
    io->usi_pulls[I2C_SCL] = io->usi_pulls[I2C_SDA] = false;
}

const avr_block avr_usi_block = {
    .find = find_usi, .reset = reset_usi, .read = read_usi, .write = write_usi};
