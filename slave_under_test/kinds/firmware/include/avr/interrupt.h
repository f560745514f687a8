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

#ifdef __cplusplus
#define I2CPROOF_REFUSE(text) static_assert(0, text);
#else
#define I2CPROOF_REFUSE(text) _Static_assert(0, text);
#endif

#define I2CPROOF_ROUTINE(vector, ...)                                                              \
    I2CPROOF_C __attribute__((used, visibility("default"))) void vector(void) __VA_ARGS__;         \
    I2CPROOF_C void vector(void)
/* Interrupts are on inside. */
#define I2CPROOF_OPEN_ROUTINE(vector, ...)                                                         \
    static void vector##_inside(void);                                                             \
    I2CPROOF_ROUTINE(vector)                                                                       \
    {                                                                                              \
        sei();                                                                                     \
        vector##_inside();                                                                         \
    }                                                                                              \
    static void vector##_inside(void)
#define I2CPROOF_NAKED_ROUTINE(vector, ...)                                                        \
    I2CPROOF_REFUSE("ISR_NAKED: a routine without entry and exit of its own needs AVR assembly; "  \
                    "run this slave with kind avr")                                                \
    I2CPROOF_ROUTINE(vector)

/* A routine's optional second argument: attributes of the compiler's, or one of two marks, which
   choose what ISR() makes. A mark's name pasted behind I2CPROOF_MARK_ is a macro with a comma, so
   that what is chosen becomes the second of a list; of anything else the second is the plain one.
 */
#define ISR_BLOCK
#define ISR_NOBLOCK                         I2CPROOF_NOBLOCK
#define ISR_NAKED                           I2CPROOF_NAKED
#define ISR_ALIASOF(vector)                 __attribute__((alias(I2CPROOF_TEXT(vector))))
#define I2CPROOF_TEXT(name)                 I2CPROOF_TEXT_(name)
#define I2CPROOF_TEXT_(name)                #name
#define I2CPROOF_MARK_I2CPROOF_NOBLOCK      , I2CPROOF_OPEN_ROUTINE
#define I2CPROOF_MARK_I2CPROOF_NAKED        , I2CPROOF_NAKED_ROUTINE
#define I2CPROOF_SECOND(first, second, ...) second
#define I2CPROOF_CHOOSE(...)                I2CPROOF_SECOND(__VA_ARGS__, 0)
#define I2CPROOF_MAKER(mark)                I2CPROOF_MAKER_(mark)
#define I2CPROOF_MAKER_(mark)               I2CPROOF_CHOOSE(I2CPROOF_MARK_##mark, I2CPROOF_ROUTINE)

#define ISR(vector, ...)  I2CPROOF_MAKER(__VA_ARGS__)(vector, ##__VA_ARGS__)
#define SIGNAL(vector)    I2CPROOF_ROUTINE(vector)
#define INTERRUPT(vector) I2CPROOF_OPEN_ROUTINE(vector) /* of old avr-libc */
#define EMPTY_INTERRUPT(vector)                                                                    \
    I2CPROOF_ROUTINE(vector)                                                                       \
    {                                                                                              \
    }
#define reti() return

#endif
