/// The registers of an STM32F1 part and the peripherals behind them, as software sees them: reads
/// and writes of addresses on one side, two bus pins and pending exceptions on the other. Who
/// executes the software is not its matter.
///
///     software --read/write--> register file --+-- GPIO ------------------+--> pins scl, sda
///                                              +-- I2C (../stm32_i2c.h) --+
///     CPU <--pending, urgency-- NVIC <---------+-- EXTI, chosen by AFIO
///                                              +-- SysTick, PendSV
///
/// Each peripheral is a block in a file of its own (block.h), chosen by the name of its type in the
/// part's table. A block that nobody models is memory: it reads as it was written; `on_memory` is
/// told of the first access to each. A block whose clock is off (RCC) reads 0 and takes no write.
///
/// As RM0008 and PM0056 have it: an 8- or 16-bit write to a peripheral gives it the value in each
/// byte or half of the word (RM0008 3.1); an interrupt becomes pending when its line rises, and
/// again when its routine ends while the line is still high (PM0056 2.3); urgency is priority,
/// group by group (AIRCR.PRIGROUP), 4 bits of it.
///
/// Not modelled: DMA, timers, ADC, USART, SPI, CAN, USB, RTC, watchdogs (memory); event requests of
/// EXTI, the lines of EXTI beyond 15; faults and NMI; BASEPRI; bit-banding; what the clock tree
/// makes of the CPU's clock: it is what its owner says; sleep modes; the master side of the I2C.
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_STM32_IO_H
#define MCU_STM32_IO_H

#include "models/mcu/filter.h"
#include "models/mcu/stm32/part.h"
#include "models/mcu/stm32_i2c.h"
#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STM32_WORDS_MAX = 1600, ///< of the registers of all blocks of a part
    STM32_BLOCKS_MAX = 64,
    STM32_I2C_MAX = 2,
    STM32_PORTS_MAX = 7,
    STM32_LINES = 16, ///< of EXTI, from pins
    STM32_FOLLOWS_MAX = 32,
    STM32_FIRST_EXCEPTION = 14, ///< PendSV; pending exceptions are bits from there on
    STM32_EXCEPTIONS = 64
};

typedef struct {
    uint8_t port; ///< index of the port, A = 0
    uint8_t bit;
} stm32_pin;

typedef enum { STM32_POWER_ON, STM32_PIN_RESET, STM32_SOFTWARE_RESET } stm32_reset;

/// What the pin does to a line, after that time.
typedef void stm32_drive_fn(void *ctx, i2c_line line, i2c_drive drive, uint64_t after_ps);
/// Pending exceptions may have changed, not by an access.
typedef void stm32_flag_fn(void *ctx);
/// Software resets the part: the owner stops the CPU, calls stm32_io_reset(), starts it.
typedef void stm32_reset_fn(void *ctx);
/// The first access to a block that is only memory.
typedef void stm32_memory_fn(void *ctx, const char *block);

typedef struct {
    i2c_sim *sim;
    i2c_node node;
    const stm32_part *part;
    stm32_pin pin[2]; ///< of each line
    uint64_t clock_hz;
    uint64_t output_delay_ps;
    uint64_t set_up_ps; ///< SDA of the I2C stands for so long before it lets SCL go
    /// Further bits that follow others, and bits that stay at a value: `from` 0, `from_bit` it.
    const stm32_follow *follows;
    unsigned follow_count;
    stm32_drive_fn *drive;
    stm32_flag_fn *on_flag;
    stm32_reset_fn *on_reset;
    stm32_memory_fn *on_memory; ///< may be NULL
    void *ctx;
} stm32_io_config;

typedef struct {
    uint64_t level;   ///< exceptions whose line is high; here and below bit n is exception n + 14
    uint64_t latched; ///< pending
    uint64_t enabled;
    uint64_t active;
    uint8_t priority[STM32_EXCEPTIONS]; ///< as in its byte of the registers
    uint8_t group;                      ///< AIRCR.PRIGROUP
} stm32_nvic;

typedef struct {
    bool runs;
    uint64_t zero_cycle; ///< it was 0 then
    uint32_t period;     ///< cycles from 0 to 0, of those that it counts
    uint32_t stopped_at;
    bool wrapped; ///< COUNTFLAG
    i2c_timer event;
} stm32_systick;

/// Lines of EXTI that share an exception.
typedef struct {
    unsigned exception;
    uint32_t lines;
} stm32_exti_vector;

typedef struct stm32_io stm32_io;

typedef struct {
    stm32_io *io;
    int block;             ///< -1: there is none
    unsigned event, error; ///< exceptions
    mcu_filter filter;     ///< between its pins and it
    stm32_i2c core;
} stm32_i2c_block;

/// Read only outside models/mcu/.
struct stm32_io {
    stm32_io_config config;
    uint32_t reg[STM32_WORDS_MAX];
    uint16_t first[STM32_BLOCKS_MAX]; ///< of a block's registers
    uint8_t model[STM32_BLOCKS_MAX];  ///< who serves the block
    int16_t port[STM32_PORTS_MAX];    ///< its block; -1: there is none
    int8_t afio, exti, rcc, nvic_block, scb, systick_block, dwt;
    uint8_t lock_step[STM32_PORTS_MAX];
    uint64_t memory_told; ///< by block
    uint64_t unclocked;   ///< blocks that software has accessed in vain
    stm32_exti_vector exti_vector[STM32_LINES];
    unsigned exti_vectors;
    uint64_t following; ///< blocks with bits that follow others
    stm32_nvic nvic;
    stm32_systick systick;
    stm32_i2c_block i2c[STM32_I2C_MAX];
    i2c_drive driven[2]; ///< what was last asked of the pins
    stm32_follow follows[STM32_FOLLOWS_MAX];
    unsigned follow_count;
    uint64_t hz, since_ps, since_cycle, counted_from;
    i2c_timer reset_due;
    int16_t page[256];      ///< block of each KiB from 0x40000000 on; -1: none, -2: several
    stm32_i2c_block *wired; ///< the I2C that hangs on the bus now; NULL: none
};

/// As after power-on.
void stm32_io_init(stm32_io *io, const stm32_io_config *config);
/// As after reset: all pins are inputs, all clocks of peripherals off.
void stm32_io_reset(stm32_io *io, stm32_reset cause);
/// Nothing of it is queued any more.
void stm32_io_end(stm32_io *io);
/// Tells it of an edge at its pins.
void stm32_io_edge(stm32_io *io, i2c_line line, bool high);
/// Whether the part has registers there.
bool stm32_io_is_there(const stm32_io *io, uint32_t at, unsigned bytes);
/// 1, 2 or 4 bytes within a word.
uint32_t stm32_io_read(stm32_io *io, uint32_t at, unsigned bytes);
/// Whether what is read there goes on by itself, without an event of the simulation.
bool stm32_io_counts(const stm32_io *io, uint32_t at);
void stm32_io_write(stm32_io *io, uint32_t at, unsigned bytes, uint32_t value);
/// Exceptions that are pending and enabled: bit n is exception n + STM32_FIRST_EXCEPTION, as `n`
/// below.
uint64_t stm32_io_pending(const stm32_io *io);
/// Lower is served first; bits 8 and up are the group, and only a lower group interrupts a routine.
uint16_t stm32_io_urgency(const stm32_io *io, unsigned n);
void stm32_io_taken(stm32_io *io, unsigned n);
void stm32_io_left(stm32_io *io, unsigned n);
void stm32_io_set_clock(stm32_io *io, uint64_t clock_hz);

#endif
