// RCC (RM0008, chapter 7): clocks and resets of the peripherals. What is ready follows what is on
// (the part's table); the CPU's own clock is what its owner says.
#include "models/mcu/stm32/block.h"

enum { APB2RSTR = 3, APB1RSTR = 4, APB2ENR = 6, APB1ENR = 7, CSR = 9, RMVF = 1 << 24 };
static const uint32_t reset_flags = 0xFC000000;

/// The bits of the resets lie where those of the clocks do.
static void reset_blocks(stm32_io *io, uint32_t enable_at, uint32_t bits)
{
    const stm32_part *part = io->config.part;
    for (unsigned b = 0; b < part->block_count; b++)
        if (part->blocks[b].clock_at == enable_at && (part->blocks[b].clock_mask & bits) != 0)
            stm32_reset_block(io, b);
}

static void write_rcc(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    uint32_t *reg = stm32_reg(io, (int)b);
    const uint32_t at = io->config.part->blocks[b].at;
    if (word == CSR) {
        const uint32_t flags = (value & RMVF) != 0 ? 0 : reg[CSR] & reset_flags;
        reg[CSR] = flags | (value & ~reset_flags);
        return;
    }
    reg[word] = value;
    if (word == APB2RSTR)
        reset_blocks(io, at + 4 * APB2ENR, value);
    else if (word == APB1RSTR)
        reset_blocks(io, at + 4 * APB1ENR, value);
}

static void find_rcc(stm32_io *io, unsigned b)
{
    io->rcc = (int8_t)b;
}

const stm32_model stm32_rcc_model = {.type = "RCC", .find = find_rcc, .write = write_rcc};
