// NVIC and the part of SCB that has to do with exceptions (PM0056, 4.3 and 4.4).
#include "models/mcu/stm32/block.h"

#include <assert.h>

enum { SET_ENABLE = 0, CLEAR_ENABLE = 32, SET_PENDING = 64, CLEAR_PENDING = 96, ACTIVE = 128 };
enum { PRIORITY = 192, PRIORITY_END = 252 };
enum { BANK_WORDS = 2, FIRST_INTERRUPT = 16, PRIORITY_MASK = 0xF0 };

/// Interrupt 0 is bit 2 of a set of exceptions.
enum { SHIFT = FIRST_INTERRUPT - STM32_FIRST_EXCEPTION, SYSTEM = (1 << SHIFT) - 1 };

static uint64_t bit_of(unsigned exception)
{
    assert(exception >= STM32_FIRST_EXCEPTION &&
           exception < STM32_FIRST_EXCEPTION + STM32_EXCEPTIONS);
    return UINT64_C(1) << (exception - STM32_FIRST_EXCEPTION);
}

void stm32_level(stm32_io *io, unsigned exception, bool high)
{
    stm32_nvic *n = &io->nvic;
    if (exception == 0)
        return;
    const uint64_t bit = bit_of(exception);
    if (high && (n->level & bit) == 0)
        n->latched |= bit;
    n->level = high ? n->level | bit : n->level & ~bit;
}

void stm32_pend(stm32_io *io, unsigned exception)
{
    io->nvic.latched |= bit_of(exception);
}

uint64_t stm32_io_pending(const stm32_io *io)
{
    return io->nvic.latched & (io->nvic.enabled | SYSTEM);
}

uint16_t stm32_io_urgency(const stm32_io *io, unsigned n)
{
    const unsigned split = io->nvic.group + 1u; // bits of a byte that are of the subpriority
    const unsigned priority = io->nvic.priority[n];
    return (uint16_t)(priority >> split << 8 | (priority & ((1u << split) - 1)));
}

void stm32_io_taken(stm32_io *io, unsigned n)
{
    const uint64_t bit = UINT64_C(1) << n;
    io->nvic.latched &= ~bit;
    io->nvic.active |= bit;
}

void stm32_io_left(stm32_io *io, unsigned n)
{
    const uint64_t bit = UINT64_C(1) << n;
    io->nvic.active &= ~bit;
    io->nvic.latched |= io->nvic.level & bit;
}

// ---- registers of the NVIC --------------------------------------------------------------------

/// Interrupts 32 * bank to 32 * bank + 31 of a set.
static uint32_t bank_of(uint64_t set, unsigned bank)
{
    const uint64_t interrupts = set >> SHIFT;
    return bank < BANK_WORDS ? (uint32_t)(interrupts >> 32 * bank) : 0;
}

static uint64_t set_of(uint32_t value, unsigned bank)
{
    return bank < BANK_WORDS ? (uint64_t)value << 32 * bank << SHIFT : 0;
}

static uint32_t read_priorities(const stm32_io *io, unsigned first)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++)
        if (first + i + SHIFT < STM32_EXCEPTIONS)
            value |= (uint32_t)io->nvic.priority[first + i + SHIFT] << 8 * i;
    return value;
}

static void write_priorities(stm32_io *io, unsigned first, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        if (first + i + SHIFT < STM32_EXCEPTIONS)
            io->nvic.priority[first + i + SHIFT] = (uint8_t)(value >> 8 * i & PRIORITY_MASK);
}

static uint32_t read_nvic(stm32_io *io, unsigned b, unsigned word)
{
    const unsigned bank = word % 32;
    (void)b;
    if (word >= PRIORITY && word < PRIORITY_END)
        return read_priorities(io, 4 * (word - PRIORITY));
    switch (word - bank) {
    case SET_ENABLE:
    case CLEAR_ENABLE:
        return bank_of(io->nvic.enabled, bank);
    case SET_PENDING:
    case CLEAR_PENDING:
        return bank_of(io->nvic.latched, bank);
    case ACTIVE:
        return bank_of(io->nvic.active, bank);
    default:
        return 0;
    }
}

/// What stands in the register is what a narrow write leaves of it, so it is told beside the state.
static void write_nvic(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    stm32_nvic *n = &io->nvic;
    const unsigned bank = word % 32;
    const uint64_t set = set_of(value, bank);
    if (word >= PRIORITY && word < PRIORITY_END) {
        write_priorities(io, 4 * (word - PRIORITY), value);
        stm32_reg(io, (int)b)[word] = value;
    } else if (word - bank == SET_ENABLE) {
        n->enabled |= set;
    } else if (word - bank == CLEAR_ENABLE) {
        n->enabled &= ~set;
    } else if (word - bank == SET_PENDING) {
        n->latched |= set;
    } else if (word - bank == CLEAR_PENDING) { // a line that is high sets it again
        n->latched = (n->latched & ~set) | (n->level & set & ~n->active);
    }
}

static void find_nvic(stm32_io *io, unsigned b)
{
    io->nvic_block = (int8_t)b;
}

const stm32_model stm32_nvic_model = {
    .type = "NVIC", .find = find_nvic, .read = read_nvic, .write = write_nvic};

// ---- SCB --------------------------------------------------------------------------------------

enum { ICSR = 1, AIRCR = 3, SHPR3 = 8, PENDSV = 14, SYSTICK = 15 };
enum { PENDSTCLR = 1 << 25, PENDSTSET = 1 << 26, PENDSVCLR = 1 << 27, PENDSVSET = 1 << 28 };
enum { KEY = 0x05FA, SYSRESETREQ = 4 };

static unsigned lowest(uint64_t set)
{
    return set == 0 ? 0 : (unsigned)__builtin_ctzll(set) + STM32_FIRST_EXCEPTION;
}

static uint32_t read_scb(stm32_io *io, unsigned b, unsigned word)
{
    const stm32_nvic *n = &io->nvic;
    if (word != ICSR)
        return stm32_reg(io, (int)b)[word];
    uint32_t value = lowest(n->active) | lowest(stm32_io_pending(io)) << 12;
    if ((n->latched & bit_of(SYSTICK)) != 0)
        value |= PENDSTSET;
    if ((n->latched & bit_of(PENDSV)) != 0)
        value |= PENDSVSET;
    return value;
}

static void write_icsr(stm32_nvic *n, uint32_t value)
{
    if ((value & PENDSTSET) != 0)
        n->latched |= bit_of(SYSTICK);
    if ((value & PENDSTCLR) != 0)
        n->latched &= ~bit_of(SYSTICK);
    if ((value & PENDSVSET) != 0)
        n->latched |= bit_of(PENDSV);
    if ((value & PENDSVCLR) != 0)
        n->latched &= ~bit_of(PENDSV);
}

/// The part is reset as soon as the CPU stands still for it.
static void write_aircr(stm32_io *io, unsigned b, uint32_t value)
{
    if (value >> 16 != KEY)
        return;
    io->nvic.group = value >> 8 & 7;
    stm32_reg(io, (int)b)[AIRCR] = 0xFA050000 | (value & 0x700);
    if ((value & SYSRESETREQ) != 0)
        i2c_timer_set(io->config.sim, &io->reset_due, i2c_sim_now_ps(io->config.sim));
}

static void write_scb(stm32_io *io, unsigned b, unsigned word, uint32_t value)
{
    if (word == ICSR) {
        write_icsr(&io->nvic, value);
    } else if (word == AIRCR) {
        write_aircr(io, b, value);
    } else if (word != 0) { // CPUID says what it is
        stm32_reg(io, (int)b)[word] = value;
        if (word == SHPR3) {
            io->nvic.priority[PENDSV - STM32_FIRST_EXCEPTION] = value >> 16 & PRIORITY_MASK;
            io->nvic.priority[SYSTICK - STM32_FIRST_EXCEPTION] = value >> 24 & PRIORITY_MASK;
        }
    }
}

static void find_scb(stm32_io *io, unsigned b)
{
    io->scb = (int8_t)b;
}

const stm32_model stm32_scb_model = {
    .type = "SCB", .find = find_scb, .read = read_scb, .write = write_scb};
