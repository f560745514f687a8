/// What the blocks of an STM32 part share (inside models/mcu/stm32/ alone).
#ifndef MCU_STM32_BLOCK_H
#define MCU_STM32_BLOCK_H

#include "models/mcu/stm32/io.h"

/// `word`: index of the register in its block. All but `type` may be NULL: memory then.
typedef struct {
    const char *type;                        ///< of the blocks that it serves
    void (*find)(stm32_io *io, unsigned b);  ///< once a block
    void (*reset)(stm32_io *io, unsigned b); ///< registers hold their reset values already
    uint32_t (*read)(stm32_io *io, unsigned b, unsigned word);
    bool (*counts)(const stm32_io *io, unsigned word);
    void (*write)(stm32_io *io, unsigned b, unsigned word, uint32_t value);
} stm32_model;

extern const stm32_model stm32_gpio_model, stm32_afio_model, stm32_exti_model, stm32_rcc_model,
    stm32_i2c_model, stm32_nvic_model, stm32_scb_model, stm32_systick_model, stm32_dwt_model;

static inline uint32_t *stm32_reg(stm32_io *io, int block)
{
    return &io->reg[io->first[block]];
}
static inline const uint32_t *stm32_peek(const stm32_io *io, int block)
{
    return &io->reg[io->first[block]];
}
/// What lies at an address of the part's own registers, whatever serves it.
uint32_t *stm32_word(stm32_io *io, uint32_t at);
bool stm32_is_clocked(const stm32_io *io, unsigned block);
void stm32_reset_block(stm32_io *io, unsigned block);
stm32_pin stm32_pin_of(const char *text);

/// The interrupt line of an exception; 0: of none.
void stm32_level(stm32_io *io, unsigned exception, bool high);
void stm32_pend(stm32_io *io, unsigned exception);

bool stm32_level_of(const stm32_io *io, i2c_line line);
void stm32_drive(stm32_io *io, i2c_line line, uint64_t after_ps);
void stm32_drive_pins(stm32_io *io);
/// Looks again which I2C hangs on the bus.
void stm32_wire_i2c(stm32_io *io);
void stm32_exti_edge(stm32_io *io, i2c_line line, bool high);

uint64_t stm32_cycle(const stm32_io *io);
/// The instant at which that cycle has come, not before now.
uint64_t stm32_cycle_ps(const stm32_io *io, uint64_t cycle);
/// The clock has changed: what is queued comes at another time.
void stm32_systick_arm(stm32_io *io);

#endif
