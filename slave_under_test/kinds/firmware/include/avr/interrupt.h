/* Drop-in for avr-libc's. */
#ifndef _AVR_INTERRUPT_H_
#define _AVR_INTERRUPT_H_ 1

#include <avr/io.h>

#ifdef __cplusplus
#define I2CPROOF_C extern "C"
#else
#define I2CPROOF_C
#endif

I2CPROOF_C void i2cproof_sei(void);
I2CPROOF_C void i2cproof_cli(void);
#define sei() i2cproof_sei()
#define cli() i2cproof_cli()

/* Attributes of a routine: as its optional second argument. */
#define ISR_BLOCK
#define ISR_NOBLOCK __attribute__((annotate("i2cproof_noblock")))
#define ISR_NAKED
#define ISR_ALIASOF(vector)

#define I2CPROOF_ROUTINE(vector, ...)                                                              \
    I2CPROOF_C __attribute__((used, visibility("default"))) void vector(void) __VA_ARGS__;         \
    I2CPROOF_C void vector(void)
#define ISR(vector, ...) I2CPROOF_ROUTINE(vector, ##__VA_ARGS__)
#define SIGNAL(vector)   I2CPROOF_ROUTINE(vector)
/* Of old avr-libc: interrupts are on inside. */
#define I2CPROOF_INTERRUPT(vector)                                                                 \
    static void vector##_inside(void);                                                             \
    I2CPROOF_ROUTINE(vector)                                                                       \
    {                                                                                              \
        sei();                                                                                     \
        vector##_inside();                                                                         \
    }                                                                                              \
    static void vector##_inside(void)
#define INTERRUPT(vector) I2CPROOF_INTERRUPT(vector)
#define EMPTY_INTERRUPT(vector)                                                                    \
    I2CPROOF_ROUTINE(vector)                                                                       \
    {                                                                                              \
    }
#define reti() return

#endif
