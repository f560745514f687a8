/* Drop-in for avr-libc's. All sleep modes are alike here: the CPU stands still until an interrupt.
 */
#ifndef _AVR_SLEEP_H_
#define _AVR_SLEEP_H_ 1

#include <avr/interrupt.h>

I2CPROOF_C void i2cproof_sleep(void);

#define SLEEP_MODE_IDLE     0
#define SLEEP_MODE_ADC      _BV(SM0)
#define SLEEP_MODE_PWR_DOWN _BV(SM1)

#define set_sleep_mode(mode)                                                                       \
    do {                                                                                           \
        MCUCR = (uint8_t)((MCUCR & ~(_BV(SM0) | _BV(SM1))) | (mode));                              \
    } while (0)
#define sleep_enable()                                                                             \
    do {                                                                                           \
        MCUCR |= _BV(SE);                                                                          \
    } while (0)
#define sleep_disable()                                                                            \
    do {                                                                                           \
        MCUCR &= (uint8_t)~_BV(SE);                                                                \
    } while (0)
#define sleep_cpu() i2cproof_sleep()
#define sleep_bod_disable()
#define sleep_mode()                                                                               \
    do {                                                                                           \
        sleep_enable();                                                                            \
        sleep_cpu();                                                                               \
        sleep_disable();                                                                           \
    } while (0)

#endif
