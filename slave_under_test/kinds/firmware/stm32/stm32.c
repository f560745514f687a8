// The STM32 parts: their registers on firmware's hooks, and how their firmware is compiled.
#include "slave_under_test/kinds/firmware/stm32/stm32.h"

#include "sim/nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Registers lie where the part has them. Where AddressSanitizer keeps its notes, those of the CPU
// cannot: there our headers are told another place, and a bare address of one is refused.
#if defined(__SANITIZE_ADDRESS__)
#define MOVED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MOVED 1
#endif
#endif
#ifndef MOVED
#define MOVED 0
#endif

enum { PERIPHERALS = 0x40000000, PERIPHERALS_BYTES = 0x30000, CPU_BYTES = 0x100000 };
static const uint32_t cpu_at = 0xE0000000;
#if MOVED
#define CPU_LIES_AT 0x60000000
#else
#define CPU_LIES_AT 0xE0000000
#endif

// RM0008 and the data sheet give no figures between register and pin, nor of the I2C's outputs: as
// assumed of the same peripheral under hosted slaves.
static const uint64_t output_delay_ps = 350 * I2C_PS_PER_NS;
// From SDA, which may rise slowly, to SCL let go: tr and tSU;DAT of Standard-mode (UM10204 Table
// 11).
static const uint64_t set_up_ps = 1250 * I2C_PS_PER_NS;

// ---- parts ------------------------------------------------------------------------------------

static const firmware_part *part_at(unsigned i)
{
    return (const firmware_part *)(const void *)stm32_part_at(i);
}

static const char *part_name(const firmware_part *part)
{
    return stm32_part_of(part)->name;
}

/// Of a port that the part has: "PB6", "PC13".
static bool find_pin(const firmware_part *part, i2c_line line, const char *text, firmware_pin *pin)
{
    const stm32_part *p = stm32_part_of(part);
    char port[] = "GPIO?";
    char *end = NULL;
    if (text == NULL)
        text = line == I2C_SCL ? p->pins[0].scl : p->pins[0].sda;
    if (text[0] != 'P' || text[1] == '\0' || isdigit((unsigned char)text[2]) == 0)
        return false;
    port[4] = text[1];
    const unsigned long bit = strtoul(text + 2, &end, 10);
    if (*end != '\0' || bit > 15 || stm32_part_block(p, port) < 0)
        return false;
    *pin = (firmware_pin){(uint8_t)(port[4] - 'A'), (uint8_t)bit};
    return true;
}

// ---- the key `bit` ------------------------------------------------------------------------------

/// "there is no X in Y; did you mean Z?"
static int unknown(const char *what, const char *where, const char *const *names, size_t count,
                   int word, char *text, size_t bytes)
{
    const char *near = i2c_nearest(what, names, count);
    (void)snprintf(text, bytes, "bit: %s has no %s%s%s%s", where, what,
                   near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
                   near == NULL ? "" : "?");
    return word;
}

enum { NAMES_MAX = 64, NAME_BYTES = 24 };

static int find_block(const stm32_part *part, const char *name, char *text, size_t bytes)
{
    const char *names[NAMES_MAX];
    const int found = stm32_part_block(part, name);
    for (unsigned b = 0; b < part->block_count && b < NAMES_MAX; b++)
        names[b] = part->blocks[b].name;
    if (found < 0)
        (void)unknown(name, part->name, names, part->block_count, 1, text, bytes);
    return found;
}

static const stm32_register *find_register(const stm32_part *part, unsigned block, const char *name,
                                           char *text, size_t bytes)
{
    const char *names[NAMES_MAX];
    const stm32_type *type = stm32_part_type(part, block);
    const stm32_register *found = stm32_part_register(part, block, name);
    for (unsigned i = 0; i < type->register_count && i < NAMES_MAX; i++)
        names[i] = part->registers[type->first_register + i].name;
    if (found == NULL)
        (void)unknown(name, part->blocks[block].name, names, type->register_count, 1, text, bytes);
    return found;
}

static const stm32_field *find_field(const stm32_part *part, const stm32_register *r,
                                     const char *name, char *text, size_t bytes)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (unsigned i = 0; i < r->field_count; i++) {
        const stm32_field *f = &part->fields[r->first_field + i];
        if (strcmp(f->name, name) == 0)
            return f;
        if (count < NAMES_MAX)
            names[count++] = f->name;
    }
    (void)unknown(name, r->name, names, count, 1, text, bytes);
    return NULL;
}

/// "RCC.CR.HSERDY", and a field of the same register, or the value that it keeps.
static int follow(const firmware_part *memory, const char *bit, const char *follows,
                  firmware_follow *out, char *text, size_t bytes)
{
    const stm32_part *part = stm32_part_of(memory);
    char block[NAME_BYTES], name[NAME_BYTES], field[NAME_BYTES];
    int length = 0;
    if (sscanf(bit, "%23[^.].%23[^.].%23[^.]%n", block, name, field, &length) != 3 ||
        bit[length] != '\0') {
        (void)snprintf(text, bytes, "bit: expected BLOCK.REGISTER.FIELD, as in RCC.CR.HSERDY");
        return 1;
    }
    const int b = find_block(part, block, text, bytes);
    const stm32_register *r = b < 0 ? NULL : find_register(part, (unsigned)b, name, text, bytes);
    const stm32_field *to = r == NULL ? NULL : find_field(part, r, field, text, bytes);
    if (to == NULL)
        return 1;
    *out = (firmware_follow){.at = part->blocks[b].at + r->offset + 4u * to->element,
                             .bit = to->bit,
                             .from_bit = follows[0] == '1',
                             .count = to->bits};
    if (strcmp(follows, "0") == 0 || strcmp(follows, "1") == 0)
        return 0;
    const stm32_field *from = find_field(part, r, follows, text, bytes);
    if (from == NULL)
        return 2;
    out->from = part->blocks[b].at + r->offset + 4u * from->element;
    out->from_bit = from->bit;
    return 0;
}

static const char *vector(const firmware_part *part, unsigned n)
{
    return stm32_part_vector(stm32_part_of(part), n + STM32_FIRST_EXCEPTION);
}

/// As CMSIS names them: those of the CPU are no interrupt requests.
static void symbol(const firmware_part *part, unsigned n, char text[FIRMWARE_ROUTINE_BYTES])
{
    enum { FIRST_INTERRUPT = 16 };
    (void)snprintf(text, FIRMWARE_ROUTINE_BYTES, "%s%s", vector(part, n),
                   n + STM32_FIRST_EXCEPTION < FIRST_INTERRUPT ? "_Handler" : "_IRQHandler");
}

static void routine(const firmware_part *part, unsigned n, char text[FIRMWARE_ROUTINE_BYTES])
{
    symbol(part, n, text);
    (void)strncat(text, "()", FIRMWARE_ROUTINE_BYTES - 1 - strlen(text));
}

static void register_name(const firmware_part *part, uint32_t at, char *text, size_t bytes)
{
    stm32_part_name(stm32_part_of(part), at & ~UINT32_C(3), text, (unsigned)bytes);
}

static const char *lies_at(const firmware_part *part, uintptr_t address)
{
    (void)part;
    if (address >= 0x08000000 && address < 0x08100000)
        return "the part's flash is not there: constants and code lie elsewhere here";
    return address >= 0x20000000 && address < 0x20100000
               ? "variables lie elsewhere here: use their names"
               : NULL;
}

// ---- compiling ----------------------------------------------------------------------------------

/// Macros of the part: those of its table, each on its own, and which header has its registers.
static void add_defines(const firmware_part *part, firmware_defines *defines)
{
    const stm32_part *p = stm32_part_of(part);
    for (const char *at = p->macros; *at != '\0'; at += strspn(at, " ")) {
        const int length = (int)strcspn(at, " ");
        firmware_define_made(defines, "%.*s", length, at);
        at += length;
    }
    firmware_define_made(defines, "I2CPROOF_PART_HEADER=<%s.h>", p->header);
    firmware_define_made(defines, "I2CPROOF_CPU_REGISTERS=0x%XUL", (unsigned)CPU_LIES_AT);
    firmware_define(defines, "__ARM_ARCH_7M__=1");
    firmware_define(defines, "__thumb__=1");
    firmware_define(defines, "interrupt=i2cproof_interrupt");
    firmware_define(defines, "__interrupt__=i2cproof_interrupt");
    firmware_define(defines, "naked=i2cproof_naked");
    firmware_define(defines, "__naked__=i2cproof_naked");
}

static const firmware_instruction instructions[] = {{"nop", "i2cproof_nop"},
                                                    {"cpsie i", "i2cproof_sei"},
                                                    {"cpsid i", "i2cproof_cli"},
                                                    {"wfi", "i2cproof_sleep"},
                                                    {"wfe", "i2cproof_wfe"},
                                                    {"sev", "i2cproof_sev"},
                                                    {"dsb*", "i2cproof_nop"},
                                                    {"isb*", "i2cproof_nop"},
                                                    {"dmb*", "i2cproof_nop"},
                                                    {"mrs $0, primask", "i2cproof_get_primask"},
                                                    {"msr primask, $0", "i2cproof_set_primask"},
                                                    {NULL, NULL}};

// ---- a chip -----------------------------------------------------------------------------------

static void drive(void *ctx, i2c_line line, i2c_drive wanted, uint64_t after_ps)
{
    stm32_chip *chip = ctx;
    if (line == I2C_SDA && wanted == I2C_PULLED)
        chip->sda_driven = true;
    chip->config.drive(chip->config.ctx, line, wanted, after_ps);
}

static void on_flag(void *ctx)
{
    const stm32_chip *chip = ctx;
    firmware_core_look(chip->config.core);
}

static void on_reset(void *ctx)
{
    const stm32_chip *chip = ctx;
    chip->config.on_reset(chip->config.ctx, FIRMWARE_SOFTWARE_RESET);
}

static void on_memory(void *ctx, const char *block)
{
    const stm32_chip *chip = ctx;
    chip->config.on_memory(chip->config.ctx, block);
}

static void chip_init(firmware_chip *memory, const firmware_chip_config *config)
{
    stm32_chip *chip = stm32_chip_of(memory);
    memset(chip, 0, sizeof *chip);
    chip->config = *config;
    stm32_follow follows[FIRMWARE_FOLLOWS_MAX];
    for (unsigned i = 0; i < config->follow_count; i++) {
        const firmware_follow *f = &config->follows[i];
        follows[i] = (stm32_follow){f->at, f->bit, f->from, f->from_bit, f->count};
    }
    const stm32_io_config io = {.sim = config->sim,
                                .node = config->node,
                                .part = stm32_part_of(config->part),
                                .pin = {{config->pin[0].port, config->pin[0].bit},
                                        {config->pin[1].port, config->pin[1].bit}},
                                .clock_hz = config->clock_hz,
                                .follows = follows,
                                .follow_count = config->follow_count,
                                .output_delay_ps = output_delay_ps,
                                .set_up_ps = set_up_ps,
                                .drive = drive,
                                .on_flag = on_flag,
                                .on_reset = on_reset,
                                .on_memory = on_memory,
                                .ctx = chip};
    stm32_io_init(&chip->io, &io);
}

static void chip_reset(firmware_chip *memory, firmware_reset cause)
{
    stm32_chip *chip = stm32_chip_of(memory);
    chip->touched = 0;
    chip->sda_driven = false;
    stm32_io_reset(&chip->io, cause == FIRMWARE_POWER_ON         ? STM32_POWER_ON
                              : cause == FIRMWARE_SOFTWARE_RESET ? STM32_SOFTWARE_RESET
                                                                 : STM32_PIN_RESET);
}

static void chip_edge(firmware_chip *chip, i2c_line line, bool high)
{
    stm32_io_edge(&stm32_chip_of(chip)->io, line, high);
}

static void chip_set_clock(firmware_chip *chip, uint64_t clock_hz)
{
    stm32_io_set_clock(&stm32_chip_of(chip)->io, clock_hz);
}

static uint64_t chip_clock_hz(const firmware_chip *chip)
{
    return ((const stm32_chip *)(const void *)chip)->io.hz;
}

/// The latches of the two pins: "GPIOB.ODR.6".
static bool pin_bit(const firmware_chip *memory, unsigned i, char name[FIRMWARE_BIT_BYTES],
                    bool *on)
{
    enum { ODR = 3 };
    const stm32_io *io = &((const stm32_chip *)(const void *)memory)->io;
    if (i >= 2)
        return false;
    const stm32_pin pin = io->config.pin[i];
    *on = (io->reg[io->first[io->port[pin.port]] + ODR] >> pin.bit & 1) != 0;
    (void)snprintf(name, FIRMWARE_BIT_BYTES, "GPIO%c.ODR.%u", 'A' + pin.port % 16, pin.bit & 15u);
    return true;
}

// ---- its registers, as the core sees them ---------------------------------------------------

/// The part's address of what lies there in this process.
static uint32_t address_of(uint32_t at)
{
    return at - (uint32_t)CPU_LIES_AT < CPU_BYTES ? at - (uint32_t)CPU_LIES_AT + cpu_at : at;
}

static uint64_t pending(void *part)
{
    return stm32_io_pending(&stm32_chip_of(part)->io);
}

static uint16_t urgency(const void *part, unsigned n)
{
    const stm32_chip *chip = part;
    return stm32_io_urgency(&chip->io, n);
}

static void taken(void *part, unsigned n)
{
    stm32_io_taken(&stm32_chip_of(part)->io, n);
}

static void left(void *part, unsigned n)
{
    stm32_io_left(&stm32_chip_of(part)->io, n);
}

static bool is_there(const void *part, uint32_t at, unsigned bytes)
{
    const stm32_chip *chip = part;
    if (MOVED && at - cpu_at < CPU_BYTES)
        return false;
    return stm32_io_is_there(&chip->io, address_of(at), bytes);
}

static void touch(stm32_chip *chip, uint32_t at)
{
    chip->touched |= UINT64_C(1) << stm32_part_block_at(chip->io.config.part, at);
}

static uint32_t read_register(void *part, uint32_t at, unsigned bytes)
{
    stm32_chip *chip = part;
    touch(chip, address_of(at));
    return stm32_io_read(&chip->io, address_of(at), bytes);
}

static bool counts(const void *part, uint32_t at)
{
    const stm32_chip *chip = part;
    return stm32_io_counts(&chip->io, address_of(at));
}

static void write_register(void *part, uint32_t at, unsigned bytes, uint32_t value)
{
    stm32_chip *chip = part;
    touch(chip, address_of(at));
    stm32_io_write(&chip->io, address_of(at), bytes, value);
}

static const firmware_part_ops ops = {.pending = pending,
                                      .urgency = urgency,
                                      .taken = taken,
                                      .left = left,
                                      .is_there = is_there,
                                      .read = read_register,
                                      .counts = counts,
                                      .write = write_register};

// Cortex-M3: 12 cycles into a routine and out of it (ARM DDI 0337, 5.6). A block's cost is an
// estimate for code in flash with two wait states and its prefetch buffer.
const firmware_family firmware_stm32 = {
    .language = "ARM assembly",
    .elsewhere = "",
    .example = "stm32f103c8 72MHz",
    .pins_example = "scl=PB6 sda=PB7",
    .part = part_at,
    .part_name = part_name,
    .pin = find_pin,
    .follow = follow,
    .vector = vector,
    .symbol = symbol,
    .routine = routine,
    .switched_off = "are off: __disable_irq() without __enable_irq()",
    .never_on = "are off: __disable_irq() without __enable_irq()",
    .routine_ending = "_IRQHandler",
    .written = {"", "()"},
    .defines = add_defines,
    .instructions = instructions,
    .space = {.origin = 0,
              .hooked = {PERIPHERALS, 0xC0000000},
              .map = {{PERIPHERALS, PERIPHERALS_BYTES}, {CPU_LIES_AT, CPU_BYTES}},
              .unit_bytes = 4,
              .costs = {.block = 4, .access = {[1] = 2, [2] = 2, [4] = 2, [8] = 3, [16] = 5}}},
    .timing = {.entry_cycles = 12,
               .exit_cycles = 12,
               .wake_cycles = 4,
               .by_level = true,
               .chains = true,
               .wakes_masked = true},
    .chip_bytes = sizeof(stm32_chip),
    .chip_init = chip_init,
    .chip_reset = chip_reset,
    .chip_edge = chip_edge,
    .chip_set_clock = chip_set_clock,
    .chip_clock_hz = chip_clock_hz,
    .chip_ops = &ops,
    .pin_bit = pin_bit,
    .register_name = register_name,
    .silence = stm32_silence,
    .lies_at = lies_at};
