// simavr 1.6 as a decoder of instructions. Its own avr_t is made by hand, without a part's
// peripherals, so that nothing of it answers for a register but the SREG and the stack pointer.
#include "slave_under_test/kinds/avr/chip.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// Its headers do not know our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <avr_flash.h>
#include <avr_watchdog.h>
#include <sim_avr.h>
#include <sim_core.h>

#ifdef __SANITIZE_ADDRESS__
/// simavr keeps the names of its interrupt lines when it ends an MCU.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:avr_init_irq\n";
}
const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif
#pragma GCC diagnostic pop

enum { VECTOR_BYTES = 2, PC_BYTES = 2, OPCODE_BIT_MASK = 0xFD00, OPCODE_BIT = 0x9800 };
enum { OPCODE_SETS = 0x0200 };

struct avr_chip {
    avr_t avr; ///< first: simavr's callbacks give it back
    avr_io_t instructions;
    avr_chip_config config;
    bool no_opcode;
    bool has_opened;
};

static avr_chip *chip_of(avr_t *avr)
{
    return (avr_chip *)avr;
}

// ---- what simavr calls ------------------------------------------------------------------------

static uint8_t on_read(avr_t *avr, avr_io_addr_t at, void *param)
{
    (void)avr;
    avr_chip *chip = param;
    return chip->config.read(chip->config.ctx, at);
}

static unsigned opcode(const avr_t *avr)
{
    return avr->flash[avr->pc] | (unsigned)avr->flash[avr->pc + 1] << 8;
}

static void on_write(avr_t *avr, avr_io_addr_t at, uint8_t value, void *param)
{
    avr_chip *chip = param;
    const unsigned code = opcode(avr);
    avr->data[at] = value;
    avr->run_cycle_count = 0; // this instruction is the last
    if ((code & OPCODE_BIT_MASK) == OPCODE_BIT)
        chip->config.write(chip->config.ctx, at, (uint8_t)(1u << (code & 7)),
                           (code & OPCODE_SETS) != 0);
    else
        chip->config.write(chip->config.ctx, at, 0, value);
}

static int on_instruction(avr_io_t *io, uint32_t control, void *param)
{
    (void)param;
    avr_chip *chip = chip_of(io->avr);
    if (control != AVR_IOCTL_WATCHDOG_RESET && control != AVR_IOCTL_FLASH_SPM)
        return -1;
    io->avr->run_cycle_count = 0;
    chip->config.executes(chip->config.ctx,
                          control == AVR_IOCTL_FLASH_SPM ? AVR_CHIP_SPM : AVR_CHIP_WDR);
    return 0;
}

/// It only tells of what is no instruction, and goes on. Nothing of it is printed.
static void on_log(avr_t *avr, const int level, const char *format, va_list words)
{
    (void)words;
    if (avr == NULL || level > LOG_ERROR || strstr(format, "Invalid Opcode") == NULL)
        return;
    chip_of(avr)->no_opcode = true;
    avr->state = cpu_Crashed;
}

// ---- life -------------------------------------------------------------------------------------

/// Wild addresses of firmware must stay inside what is ours: simavr notices them, and goes on.
static bool give_room(avr_chip *chip)
{
    free(chip->avr.data);
    free(chip->avr.flash);
    chip->avr.data = calloc(1, AVR_CHIP_DATA_BYTES);
    chip->avr.flash = malloc(AVR_CHIP_FLASH_BYTES);
    if (chip->avr.flash != NULL)
        memset(chip->avr.flash, 0xFF, AVR_CHIP_FLASH_BYTES);
    return chip->avr.data != NULL && chip->avr.flash != NULL;
}

static void serve(avr_chip *chip)
{
    for (uint32_t at = 32; at < AVR_CHIP_SERVED_END; at++) {
        if (!chip->config.serves(chip->config.ctx, at))
            continue;
        chip->avr.io[AVR_DATA_TO_IO(at)].r.c = on_read;
        chip->avr.io[AVR_DATA_TO_IO(at)].r.param = chip;
        chip->avr.io[AVR_DATA_TO_IO(at)].w.c = on_write;
        chip->avr.io[AVR_DATA_TO_IO(at)].w.param = chip;
    }
}

avr_chip *avr_chip_new(const avr_chip_config *config)
{
    avr_chip *chip = calloc(1, sizeof *chip);
    if (chip == NULL)
        return NULL;
    chip->config = *config;
    chip->avr.mmcu = "";
    chip->avr.ramend = config->ram_end;
    chip->avr.flashend = config->flash_bytes - 1;
    chip->avr.vector_size = VECTOR_BYTES;
    chip->avr.address_size = PC_BYTES;
    avr_global_logger_set(on_log);
    if (avr_init(&chip->avr) != 0 || !give_room(chip)) {
        avr_chip_free(chip);
        return NULL;
    }
    chip->instructions = (avr_io_t){.kind = "instructions", .ioctl = on_instruction};
    avr_register_io(&chip->avr, &chip->instructions);
    serve(chip);
    return chip;
}

void avr_chip_free(avr_chip *chip)
{
    if (chip == NULL)
        return;
    free(chip->avr.data);
    free(chip->avr.flash);
    free(chip);
}

unsigned char *avr_chip_flash(const avr_chip *chip)
{
    return chip->avr.flash;
}

unsigned char *avr_chip_data(const avr_chip *chip)
{
    return chip->avr.data;
}

void avr_chip_reset(avr_chip *chip)
{
    avr_t *avr = &chip->avr;
    memset(avr->data, 0, AVR_CHIP_DATA_BYTES);
    memset(avr->sreg, 0, sizeof avr->sreg);
    avr->data[R_SPL] = (uint8_t)avr->ramend;
    avr->data[R_SPH] = (uint8_t)(avr->ramend >> 8);
    avr->pc = 0;
    avr->cycle = 0;
    avr->interrupt_state = 0;
    avr->state = cpu_Running;
    chip->no_opcode = chip->has_opened = false;
}

// ---- running ----------------------------------------------------------------------------------

static avr_chip_state state_of(const avr_chip *chip)
{
    switch (chip->avr.state) {
    case cpu_Running:
        return AVR_CHIP_RUNS;
    case cpu_Sleeping:
        return AVR_CHIP_SLEEPS;
    default:
        return chip->no_opcode                          ? AVR_CHIP_NO_OPCODE
               : chip->avr.pc >= chip->avr.flashend - 1 ? AVR_CHIP_LEFT_FLASH
                                                        : AVR_CHIP_WRONG_ACCESS;
    }
}

avr_chip_state avr_chip_run(avr_chip *chip, uint64_t cycles)
{
    avr_t *avr = &chip->avr;
    avr->run_cycle_count = cycles;
    const avr_flashaddr_t pc = avr_run_one(avr);
    if (avr->interrupt_state != 0) {
        chip->has_opened = true;
        avr->interrupt_state = 0;
    }
    if (avr->state == cpu_Running || avr->state == cpu_Sleeping)
        avr->pc = pc; // else it stays where that went wrong
    return state_of(chip);
}

void avr_chip_stop(avr_chip *chip)
{
    chip->avr.run_cycle_count = 0;
}

void avr_chip_wake(avr_chip *chip)
{
    chip->avr.state = cpu_Running;
}

uint64_t avr_chip_cycle(const avr_chip *chip)
{
    return chip->avr.cycle;
}

void avr_chip_set_cycle(avr_chip *chip, uint64_t cycle)
{
    chip->avr.cycle = cycle;
}

uint32_t avr_chip_pc(const avr_chip *chip)
{
    return chip->avr.pc;
}

uint16_t avr_chip_sp(const avr_chip *chip)
{
    const uint8_t *data = chip->avr.data;
    return (uint16_t)(data[R_SPL] | data[R_SPH] << 8);
}

bool avr_chip_interrupts_on(const avr_chip *chip)
{
    return chip->avr.sreg[S_I] != 0;
}

bool avr_chip_has_opened(avr_chip *chip)
{
    const bool opened = chip->has_opened;
    chip->has_opened = false;
    return opened;
}

bool avr_chip_interrupt(avr_chip *chip, uint32_t to)
{
    avr_t *avr = &chip->avr;
    const uint16_t sp = avr_chip_sp(chip);
    if (sp > avr->ramend || sp < chip->config.ram_at + PC_BYTES)
        return false;
    avr->data[sp] = (uint8_t)(avr->pc >> 1);
    avr->data[sp - 1] = (uint8_t)(avr->pc >> 9);
    avr->data[R_SPL] = (uint8_t)(sp - 2);
    avr->data[R_SPH] = (uint8_t)((sp - 2) >> 8);
    avr->sreg[S_I] = 0;
    avr->pc = to;
    return true;
}
