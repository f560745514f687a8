// The EEPROM behind EEAR, EEDR and EECR (ATtiny25/45/85 data sheet 5.5; the other parts alike).
#include "models/mcu/avr/block.h"

#include <string.h>

enum { EERE = 0x01, EEPE = 0x02, EEMPE = 0x04, EERIE = 0x08, EEPM = 0x30 };
enum { ERASE_AND_WRITE = 0x00, ERASE_ONLY = 0x10, WRITE_ONLY = 0x20 };
enum { ERASED = 0xFF };

static const uint64_t whole_ps = 3400 * I2C_PS_PER_US, half_ps = 1800 * I2C_PS_PER_US;

static uint16_t address(const avr_io *io)
{
    const avr_eeprom *e = &io->eeprom;
    const unsigned high = e->eearh == AVR_NOT_THERE ? 0 : io->reg[e->eearh];
    return (uint16_t)((high << 8 | io->reg[e->eearl]) % io->config.part->eeprom_bytes);
}

/// The interrupt asks for as long as nothing is being written.
static void look(avr_io *io, bool tell)
{
    const bool enabled = (io->reg[io->eeprom.eecr] & EERIE) != 0;
    avr_level(io, io->eeprom.vector, enabled && !io->eeprom.busy, tell);
}

static void finish(avr_io *io)
{
    avr_eeprom *e = &io->eeprom;
    if (e->busy)
        e->cell[e->busy_at] = e->busy_value;
    e->busy = false;
}

static void on_done(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    avr_io *io = ctx;
    finish(io);
    look(io, true);
}

static void begin(avr_io *io)
{
    avr_eeprom *e = &io->eeprom;
    const uint8_t mode = io->reg[e->eecr] & EEPM, data = io->reg[e->eedr];
    e->busy_at = address(io);
    e->busy_value = mode == ERASE_ONLY   ? ERASED
                    : mode == WRITE_ONLY ? e->cell[e->busy_at] & data
                                         : data;
    e->busy = true;
    e->window.open = false;
    i2c_timer_set(io->config.sim, &e->done,
                  i2c_sim_now_ps(io->config.sim) + (mode == ERASE_AND_WRITE ? whole_ps : half_ps));
}

/// EEPE writes within four cycles after EEMPE alone; EEMPE with EEPE opens nothing.
static void write_control(avr_io *io, uint8_t value)
{
    avr_eeprom *e = &io->eeprom;
    const uint8_t mode = e->busy ? io->reg[e->eecr] & EEPM : value & EEPM;
    io->reg[e->eecr] = (uint8_t)(mode | (value & EERIE));
    if ((value & EEPE) != 0 && !e->busy && avr_window_is_open(io, &e->window))
        begin(io);
    else if ((value & EEMPE) != 0 && (value & EEPE) == 0 && !avr_window_is_open(io, &e->window))
        avr_window_open(io, &e->window);
    if ((value & EERE) != 0 && !e->busy)
        io->reg[e->eedr] = e->cell[address(io)];
    look(io, false);
}

static void write_eeprom(avr_io *io, uint32_t at, uint8_t value)
{
    if (at == io->eeprom.eecr)
        write_control(io, value);
    else
        io->reg[at] = value;
}

static uint8_t read_eeprom(avr_io *io, uint32_t at)
{
    const avr_eeprom *e = &io->eeprom;
    if (at != e->eecr)
        return io->reg[at];
    return (uint8_t)(io->reg[at] | (e->busy ? EEPE : 0) |
                     (avr_window_is_open(io, &e->window) ? EEMPE : 0));
}

static bool counts(const avr_io *io, uint32_t at)
{
    return at == io->eeprom.eecr && io->eeprom.window.open;
}

static void find_eeprom(avr_io *io)
{
    avr_eeprom *e = &io->eeprom;
    e->eecr = avr_claim(io, "EECR", &avr_eeprom_block);
    e->eedr = avr_claim(io, "EEDR", &avr_eeprom_block);
    e->eearl = avr_claim(io, "EEARL", &avr_eeprom_block);
    e->eearh = avr_claim(io, "EEARH", &avr_eeprom_block);
    e->vector = (uint8_t)avr_part_vector_number(io->config.part, "EE_RDY");
    e->done = (i2c_timer){on_done, io, false};
    memset(e->cell, ERASED, sizeof e->cell);
}

/// A write that is under way ends all the same.
static void end(avr_io *io)
{
    i2c_timer_cancel(io->config.sim, &io->eeprom.done);
    finish(io);
}

static void reset_eeprom(avr_io *io, avr_reset cause)
{
    (void)cause;
    io->eeprom.window.open = false;
}

const avr_block avr_eeprom_block = {.find = find_eeprom,
                                    .reset = reset_eeprom,
                                    .end = end,
                                    .read = read_eeprom,
                                    .counts = counts,
                                    .write = write_eeprom};
