// GPIO (RM0008, chapter 9.2), and what the two pins on the bus do: the latch, or the peripheral
// that has the pin.
#include "models/mcu/stm32/block.h"

#include <string.h>

enum { CRL, CRH, IDR, ODR, BSRR, BRR, LCKR };
enum { ANALOG = 0, FLOATING = 1, PULLED_INPUT = 2 }; // CNF of inputs
enum { PUSH_PULL = 0, OPEN_DRAIN = 1, ALTERNATE_PUSH_PULL = 2, ALTERNATE_OPEN_DRAIN = 3 };
enum { PINS = 16, LCKK = 1 << 16 };

bool stm32_level_of(const stm32_io *io, i2c_line line)
{
    return i2c_node_level(io->config.sim, io->config.node, line);
}

static unsigned port_of(const stm32_io *io, unsigned block)
{
    for (unsigned p = 0; p < STM32_PORTS_MAX; p++)
        if (io->port[p] == (int)block)
            return p;
    return STM32_PORTS_MAX;
}

/// The four bits of a pin: MODE, and CNF above it.
static unsigned mode_of(const uint32_t *reg, unsigned bit)
{
    return reg[bit < 8 ? CRL : CRH] >> 4 * (bit % 8) & 0xF;
}

// ---- the bus ----------------------------------------------------------------------------------

/// An alternate output whose peripheral is off leaves its pin alone.
static i2c_drive alternate(const stm32_io *io, i2c_line line, bool push_pull)
{
    const stm32_i2c_block *i2c = io->wired;
    if (i2c == NULL || !stm32_i2c_enabled(&i2c->core))
        return I2C_RELEASED;
    if (i2c->core.pins.pulled[line])
        return I2C_PULLED;
    return push_pull ? I2C_DRIVEN_HIGH : I2C_RELEASED;
}

static i2c_drive wanted(const stm32_io *io, i2c_line line)
{
    const stm32_pin pin = io->config.pin[line];
    const int b = io->port[pin.port];
    if (b < 0)
        return I2C_RELEASED;
    const uint32_t *reg = stm32_peek(io, b);
    const unsigned mode = mode_of(reg, pin.bit), cnf = mode >> 2;
    const bool latch = (reg[ODR] >> pin.bit & 1) != 0;
    if ((mode & 3) == 0)
        return I2C_RELEASED;
    if (cnf >= ALTERNATE_PUSH_PULL)
        return alternate(io, line, cnf == ALTERNATE_PUSH_PULL);
    if (!latch)
        return I2C_PULLED;
    return cnf == PUSH_PULL ? I2C_DRIVEN_HIGH : I2C_RELEASED;
}

void stm32_drive(stm32_io *io, i2c_line line, uint64_t after_ps)
{
    const i2c_drive drive = wanted(io, line);
    if (drive == io->driven[line])
        return;
    io->driven[line] = drive;
    io->config.drive(io->config.ctx, line, drive, after_ps);
}

void stm32_drive_pins(stm32_io *io)
{
    stm32_drive(io, I2C_SDA, io->config.output_delay_ps);
    stm32_drive(io, I2C_SCL, io->config.output_delay_ps);
}

// ---- registers --------------------------------------------------------------------------------

/// A pin that hangs on nothing reads what drives it, or its pull resistor.
static bool unwired_level(const uint32_t *reg, unsigned bit)
{
    const unsigned mode = mode_of(reg, bit);
    const bool is_output = (mode & 3) != 0;
    return (is_output || mode >> 2 == PULLED_INPUT) && (reg[ODR] >> bit & 1) != 0;
}

static bool is_analog(const uint32_t *reg, unsigned bit)
{
    return mode_of(reg, bit) == ANALOG;
}

static uint32_t read_pins(const stm32_io *io, unsigned block)
{
    const uint32_t *reg = stm32_peek(io, (int)block);
    const unsigned port = port_of(io, block);
    uint32_t value = 0;
    for (unsigned bit = 0; bit < PINS; bit++)
        value |= (uint32_t)unwired_level(reg, bit) << bit;
    for (unsigned line = 0; line < 2; line++) {
        const stm32_pin pin = io->config.pin[line];
        if (pin.port != port || is_analog(reg, pin.bit))
            continue;
        value &= ~(UINT32_C(1) << pin.bit);
        value |= (uint32_t)stm32_level_of(io, (i2c_line)line) << pin.bit;
    }
    return value;
}

static uint32_t read_gpio(stm32_io *io, unsigned b, unsigned word)
{
    if (word == IDR)
        return read_pins(io, b);
    return word == BSRR || word == BRR ? 0 : stm32_reg(io, (int)b)[word];
}

/// Write 1, write 0, write 1 with the same pins, read: from then on those pins keep their mode. A
/// write of anything else begins again; the read is not waited for.
static void write_lock(stm32_io *io, unsigned b, uint32_t value)
{
    static const bool key[] = {true, false, true};
    uint32_t *lock = &stm32_reg(io, (int)b)[LCKR];
    uint8_t *step = &io->lock_step[port_of(io, b)];
    if ((*lock & LCKK) != 0)
        return;
    const bool same = *step == 0 || (value & 0xFFFF) == (*lock & 0xFFFF);
    *step = same && ((value & LCKK) != 0) == key[*step] ? (uint8_t)(*step + 1) : 0;
    *lock = value & 0xFFFF;
    if (*step == sizeof key / sizeof *key) {
        *lock |= LCKK;
        *step = 0;
    }
}

/// Pins that are locked keep what they have.
static void write_mode(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    uint32_t *reg = stm32_reg(io, (int)b);
    const unsigned first = word == CRL ? 0 : 8;
    uint32_t kept = 0;
    for (unsigned i = 0; (reg[LCKR] & LCKK) != 0 && i < 8; i++)
        if ((reg[LCKR] >> (first + i) & 1) != 0)
            kept |= UINT32_C(0xF) << 4 * i;
    reg[word] = (reg[word] & kept) | (value & ~kept);
}

static void write_gpio(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    uint32_t *reg = stm32_reg(io, (int)b);
    if (word == CRL || word == CRH)
        write_mode(io, b, word, value);
    else if (word == ODR)
        reg[ODR] = value & 0xFFFF;
    else if (word == BSRR) // set wins
        reg[ODR] = (reg[ODR] & ~(value >> 16)) | (value & 0xFFFF);
    else if (word == BRR)
        reg[ODR] &= ~value;
    else if (word == LCKR)
        write_lock(io, b, value);
    stm32_drive_pins(io);
}

static void find_gpio(stm32_io *io, unsigned b)
{
    const char letter = io->config.part->blocks[b].name[strlen("GPIO")];
    io->port[letter - 'A'] = (int16_t)b;
}

static void reset_gpio(stm32_io *io, unsigned b)
{
    io->lock_step[port_of(io, b)] = 0;
    stm32_drive_pins(io);
}

const stm32_model stm32_gpio_model = {
    .type = "GPIO", .find = find_gpio, .reset = reset_gpio, .read = read_gpio, .write = write_gpio};
