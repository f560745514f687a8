// The AVR parts: their registers on firmware's hooks, and how their firmware is compiled.
#include "slave_under_test/kinds/firmware/avr/avr.h"

#include "sim/nearest.h"

#include <stdio.h>
#include <string.h>

/// Too low in memory to lie where the part has them; firmware's <avr/sfr_defs.h> says the same.
enum { REGISTERS_AT = 0x10000000, REGISTERS_BYTES = 0x1000, SREG_I = 0x80 };
enum { NAMES_MAX = 9 * AVR_IO_BYTES };

// ---- parts ------------------------------------------------------------------------------------

static const firmware_part *part_at(unsigned i)
{
    return (const firmware_part *)(const void *)avr_part_at(i);
}

static const char *part_name(const firmware_part *part)
{
    return avr_part_of(part)->name;
}

static bool find_pin(const firmware_part *part, i2c_line line, const char *text, firmware_pin *pin)
{
    const avr_part *p = avr_part_of(part);
    if (text == NULL)
        text = line == I2C_SCL ? p->scl : p->sda;
    if (strlen(text) != 3 || text[0] != 'P' || text[1] < 'A' || text[1] > 'D' || text[2] < '0' ||
        text[2] > '7')
        return false;
    *pin = (firmware_pin){(uint8_t)(text[1] - 'A'), (uint8_t)(text[2] - '0')};
    return true;
}

static const char *vector(const firmware_part *part, unsigned n)
{
    return avr_part_vector(avr_part_of(part), n);
}

static void symbol(const firmware_part *part, unsigned n, char text[FIRMWARE_ROUTINE_BYTES])
{
    (void)part;
    (void)snprintf(text, FIRMWARE_ROUTINE_BYTES, "__vector_%u", n);
}

static void routine(const firmware_part *part, unsigned n, char text[FIRMWARE_ROUTINE_BYTES])
{
    (void)snprintf(text, FIRMWARE_ROUTINE_BYTES, "ISR(%s_vect)", vector(part, n));
}

static void register_name(const firmware_part *part, uint32_t at, char *text, size_t bytes)
{
    const avr_part *p = avr_part_of(part);
    unsigned i = 0;
    for (; i < p->register_count; i++)
        if (p->registers[i].at == at)
            break;
    (void)snprintf(text, bytes, "%s", i < p->register_count ? p->registers[i].name : "");
}

static const char *meant(const firmware_part *part, const char *name)
{
    const avr_part *p = avr_part_of(part);
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (unsigned i = 0; i < p->register_count; i++) {
        const avr_register *r = &p->registers[i];
        names[count++] = r->name;
        for (unsigned b = 0; b < 8 && count < NAMES_MAX - 1; b++)
            if (r->bit[b] != NULL)
                names[count++] = r->bit[b];
    }
    return i2c_nearest(name, names, count);
}

/// Registers lie lowest, behind them memory; none of it is where the part has it.
static const char *lies_at(const firmware_part *part, uintptr_t address)
{
    (void)part;
    if (address < AVR_IO_BYTES)
        return "registers lie elsewhere here: use the names of <avr/io.h>";
    return address <= UINT16_MAX ? "variables lie elsewhere here: use their names" : NULL;
}

// ---- compiling ----------------------------------------------------------------------------------

static void add_defines(const firmware_part *part, firmware_defines *defines)
{
    // avr-gcc's macro for a part: __AVR_ATtiny85__.
    firmware_define_made(defines, "__AVR_%s__", avr_part_of(part)->spelling);
    firmware_define(defines, "__AVR__=1");
    // Attributes and qualifiers of avr-gcc that clang would take for this machine's, or for none.
    firmware_define(defines, "interrupt=i2cproof_interrupt");
    firmware_define(defines, "__interrupt__=i2cproof_interrupt");
    firmware_define(defines, "naked=i2cproof_naked");
    firmware_define(defines, "__naked__=i2cproof_naked");
    firmware_define(defines, "__flash=");
    firmware_define(defines, "__memx=");
}

static const firmware_instruction instructions[] = {
    {"nop", "i2cproof_nop"},     {"sei", "i2cproof_sei"}, {"cli", "i2cproof_cli"},
    {"sleep", "i2cproof_sleep"}, {"wdr", "i2cproof_wdr"}, {NULL, NULL}};

// ---- a chip -----------------------------------------------------------------------------------

static void drive(void *ctx, i2c_line line, i2c_drive wanted, uint64_t after_ps)
{
    const avr_chip *chip = ctx;
    chip->config.drive(chip->config.ctx, line, wanted, after_ps);
}

static void on_flag(void *ctx)
{
    const avr_chip *chip = ctx;
    firmware_core_look(chip->config.core);
}

static void on_watchdog(void *ctx)
{
    const avr_chip *chip = ctx;
    chip->config.on_reset(chip->config.ctx, FIRMWARE_WATCHDOG_RESET);
}

static void on_print(void *ctx, uint8_t byte)
{
    const avr_chip *chip = ctx;
    chip->config.on_print(chip->config.ctx, byte);
}

static avr_pin pin_of(firmware_pin pin)
{
    return (avr_pin){pin.port, pin.bit};
}

/// To look up all its registers by name costs as much as a short case.
static bool is_made_for(const avr_chip *chip, const firmware_chip_config *c)
{
    const firmware_chip_config *was = &chip->config;
    return was->sim == c->sim && was->node == c->node && was->part == c->part &&
           memcmp(was->pin, c->pin, sizeof c->pin) == 0 && was->clock_hz == c->clock_hz &&
           was->core == c->core && was->drive == c->drive && was->on_reset == c->on_reset &&
           was->on_print == c->on_print && was->ctx == c->ctx;
}

static void chip_init(firmware_chip *memory, const firmware_chip_config *config)
{
    avr_chip *chip = avr_chip_of(memory);
    const avr_part *part = avr_part_of(config->part);
    if (is_made_for(chip, config)) {
        chip->io = chip->fresh;
        avr_io_reset(&chip->io, AVR_POWER_ON);
        memset(&chip->touches, 0, sizeof chip->touches);
        return;
    }
    memset(chip, 0, sizeof *chip);
    chip->config = *config;
    chip->sreg = avr_part_register(part, "SREG")->at;
    avr_io_config io = {.sim = config->sim,
                        .node = config->node,
                        .part = part,
                        .pin = {pin_of(config->pin[0]), pin_of(config->pin[1])},
                        .clock_hz = config->clock_hz,
                        .drive = drive,
                        .on_flag = on_flag,
                        .on_reset = on_watchdog,
                        .on_print = on_print,
                        .ctx = chip};
    avr_io_assume_delays(&io);
    avr_io_init(&chip->io, &io);
    chip->fresh = chip->io;
}

/// Of each bus pin its bit in DDRx and in PORTx.
static bool pin_bit(const firmware_chip *memory, unsigned i, char name[FIRMWARE_BIT_BYTES],
                    bool *on)
{
    const avr_io *io = &((const avr_chip *)(const void *)memory)->io;
    if (i >= 4)
        return false;
    const avr_pin pin = io->config.pin[i / 2];
    const avr_port *port = &io->port[pin.port];
    (void)snprintf(name, FIRMWARE_BIT_BYTES, "%s%c.%u", i % 2 == 0 ? "DDR" : "PORT", 'A' + pin.port,
                   pin.bit);
    *on = (io->reg[i % 2 == 0 ? port->ddr : port->port] >> pin.bit & 1) != 0;
    return true;
}

static const mcu_limit *limit(const firmware_chip *memory, slave_limit what, uint64_t at_ps)
{
    const mcu_twi *twi = &((const avr_chip *)(const void *)memory)->io.twi;
    return what == SLAVE_IS_DEAF ? mcu_twi_deaf(twi, at_ps) : mcu_twi_idle_hold(twi, at_ps);
}

static void chip_reset(firmware_chip *memory, firmware_reset cause)
{
    avr_chip *chip = avr_chip_of(memory);
    avr_io_reset(&chip->io, cause == FIRMWARE_POWER_ON         ? AVR_POWER_ON
                            : cause == FIRMWARE_WATCHDOG_RESET ? AVR_WATCHDOG_RESET
                                                               : AVR_EXTERNAL_RESET);
    memset(&chip->touches, 0, sizeof chip->touches);
}

static void chip_edge(firmware_chip *chip, i2c_line line, bool high)
{
    avr_io_edge(&avr_chip_of(chip)->io, line, high);
}

static void chip_set_clock(firmware_chip *chip, uint64_t clock_hz)
{
    avr_io_set_clock(&avr_chip_of(chip)->io, clock_hz);
}

static uint64_t chip_clock_hz(const firmware_chip *chip)
{
    return avr_io_clock_hz(&((const avr_chip *)(const void *)chip)->io);
}

// ---- its registers, as the core sees them ---------------------------------------------------

static uint64_t pending(void *part)
{
    return avr_io_pending(&avr_chip_of(part)->io);
}

static void taken(void *part, unsigned n)
{
    avr_io_taken(&avr_chip_of(part)->io, n);
}

/// Of registers that no block serves. Set-up code that switches off what is off already, with or
/// without a look at the other bits, does no harm.
static void tell_memory(avr_chip *chip, uint32_t at)
{
    char name[FIRMWARE_BIT_BYTES] = "";
    if (chip->io.block[at] != AVR_NO_BLOCK || chip->touches.told[at])
        return;
    chip->touches.told[at] = true;
    register_name(chip->config.part, at, name, sizeof name);
    if (name[0] != '\0')
        chip->config.on_memory(chip->config.ctx, name);
}

static uint32_t read_register(void *part, uint32_t at, unsigned bytes)
{
    avr_chip *chip = part;
    (void)bytes;
    if (at >= AVR_IO_BYTES)
        return 0;
    chip->touches.touched[at] = true;
    if (chip->touches.was_read[at])
        tell_memory(chip, at);
    chip->touches.was_read[at] = true;
    const uint8_t value = avr_io_read(&chip->io, at);
    if (at != chip->sreg) // SREG's I bit is the CPU's
        return value;
    return (uint32_t)((value & ~SREG_I) | (chip->config.core->interrupts_on ? SREG_I : 0));
}

static bool counts(const void *part, uint32_t at)
{
    const avr_chip *chip = part;
    return at < AVR_IO_BYTES && avr_io_counts(&chip->io, at);
}

static void write_register(void *part, uint32_t at, unsigned bytes, uint32_t value)
{
    avr_chip *chip = part;
    (void)bytes;
    if (at >= AVR_IO_BYTES)
        return;
    chip->touches.touched[at] = true;
    chip->touches.was_read[at] = false;
    chip->touches.ever_set[at] |= (uint8_t)value;
    if ((uint8_t)value != chip->io.reg[at])
        tell_memory(chip, at);
    avr_io_write(&chip->io, at, (uint8_t)value);
    if (at == chip->sreg)
        chip->config.core->interrupts_on = (value & SREG_I) != 0;
    firmware_core_set_clock(chip->config.core, avr_io_clock_hz(&chip->io));
}

static void resets_watchdog(void *part)
{
    avr_io_resets_watchdog(&avr_chip_of(part)->io);
}

static const firmware_part_ops ops = {.pending = pending,
                                      .taken = taken,
                                      .read = read_register,
                                      .counts = counts,
                                      .write = write_register,
                                      .resets_watchdog = resets_watchdog};

const firmware_family firmware_avr = {
    .language = "AVR assembly",
    .elsewhere = "run this slave with kind avr",
    .example = "attiny85 8MHz",
    .pins_example = "scl=PB2 sda=PB0",
    .part = part_at,
    .part_name = part_name,
    .pin = find_pin,
    .meant = meant,
    .vector = vector,
    .symbol = symbol,
    .routine = routine,
    .routine_ending = "_vect",
    .written = {"ISR(", ")"},
    .switched_off = "are off: cli() without sei()",
    .never_on = "were never switched on: no sei()",
    .defines = add_defines,
    .instructions = instructions,
    .space = {.origin = REGISTERS_AT,
              .hooked = {REGISTERS_AT, REGISTERS_BYTES},
              .map = {{REGISTERS_AT, REGISTERS_BYTES}},
              .unit_bytes = 1,
              .costs = {.block = 3, .access = {[1] = 2, [2] = 4, [4] = 8, [8] = 16, [16] = 32}}},
    .timing = {.entry_cycles = 6, .prologue_cycles = 26, .exit_cycles = 28, .wake_cycles = 4},
    .chip_bytes = sizeof(avr_chip),
    .chip_init = chip_init,
    .chip_reset = chip_reset,
    .chip_edge = chip_edge,
    .chip_set_clock = chip_set_clock,
    .chip_clock_hz = chip_clock_hz,
    .chip_ops = &ops,
    .limit = limit,
    .pin_bit = pin_bit,
    .register_name = register_name,
    .silence = avr_silence,
    .lies_at = lies_at};
