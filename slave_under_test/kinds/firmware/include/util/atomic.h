/* Drop-in for avr-libc's: a block without interrupts. */
#ifndef _UTIL_ATOMIC_H_
#define _UTIL_ATOMIC_H_ 1

#include <avr/interrupt.h>

I2CPROOF_C int i2cproof_interrupts_are_on(void);

static inline uint8_t i2cproof_begin_atomic(void)
{
    const uint8_t on = (uint8_t)i2cproof_interrupts_are_on();
    cli();
    return on;
}
static inline uint8_t i2cproof_begin_nonatomic(void)
{
    const uint8_t on = (uint8_t)i2cproof_interrupts_are_on();
    sei();
    return on;
}
static inline void i2cproof_restore_state(const uint8_t *on)
{
    if (*on)
        sei();
    else
        cli();
}
static inline void i2cproof_force_on(const uint8_t *on)
{
    (void)on;
    sei();
}
static inline void i2cproof_force_off(const uint8_t *on)
{
    (void)on;
    cli();
}

/* A block is the body of a loop that is run once; what its type says is undone when the variable
 * of the outer loop goes, however the block is left. */
#define I2CPROOF_STATE(value, undo)                                                                \
    uint8_t i2cproof_was __attribute__((cleanup(undo), unused)) = value
#define ATOMIC_RESTORESTATE    I2CPROOF_STATE(i2cproof_begin_atomic(), i2cproof_restore_state)
#define ATOMIC_FORCEON         I2CPROOF_STATE(i2cproof_begin_atomic(), i2cproof_force_on)
#define NONATOMIC_RESTORESTATE I2CPROOF_STATE(i2cproof_begin_nonatomic(), i2cproof_restore_state)
#define NONATOMIC_FORCEOFF     I2CPROOF_STATE(i2cproof_begin_nonatomic(), i2cproof_force_off)
#define I2CPROOF_ONCE(type)                                                                        \
    for (uint8_t i2cproof_once = 1; i2cproof_once; i2cproof_once = 0)                              \
        for (type; i2cproof_once; i2cproof_once = 0)
#define ATOMIC_BLOCK(type)    I2CPROOF_ONCE(type)
#define NONATOMIC_BLOCK(type) I2CPROOF_ONCE(type)

#endif
