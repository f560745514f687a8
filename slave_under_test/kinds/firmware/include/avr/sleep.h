/* Drop-in for avr-libc's. All sleep modes are alike here: the CPU stands still until an interrupt.
 */
#ifndef _AVR_SLEEP_H_
#define _AVR_SLEEP_H_ 1

#include <avr/interrupt.h>

I2CPROOF_C void i2cproof_sleep(void);

#ifdef SMCR /* ATmega48A to 328P, 10.11 */
#define I2CPROOF_SLEEP_AT      SMCR
#define I2CPROOF_SLEEP_BITS    (_BV(SM0) | _BV(SM1) | _BV(SM2))
#define SLEEP_MODE_ADC         _BV(SM0)
#define SLEEP_MODE_PWR_DOWN    _BV(SM1)
#define SLEEP_MODE_PWR_SAVE    (_BV(SM0) | _BV(SM1))
#define SLEEP_MODE_STANDBY     (_BV(SM1) | _BV(SM2))
#define SLEEP_MODE_EXT_STANDBY (_BV(SM0) | _BV(SM1) | _BV(SM2))
#else
#define I2CPROOF_SLEEP_AT   MCUCR
#define I2CPROOF_SLEEP_BITS (_BV(SM0) | _BV(SM1))
#ifdef UCSRA /* ATtiny2313, 4313 */
#define SLEEP_MODE_PWR_DOWN _BV(SM0)
#define SLEEP_MODE_STANDBY  _BV(SM1)
#else /* ATtiny24 to 85 */
#define SLEEP_MODE_ADC      _BV(SM0)
#define SLEEP_MODE_PWR_DOWN _BV(SM1)
#define SLEEP_MODE_STANDBY  (_BV(SM0) | _BV(SM1))
#endif
#endif
#define SLEEP_MODE_IDLE 0

#define set_sleep_mode(mode)                                                                       \
    do {                                                                                           \
        I2CPROOF_SLEEP_AT = (uint8_t)((I2CPROOF_SLEEP_AT & ~I2CPROOF_SLEEP_BITS) | (mode));        \
    } while (0)
#define sleep_enable()                                                                             \
    do {                                                                                           \
        I2CPROOF_SLEEP_AT |= _BV(SE);                                                              \
    } while (0)
#define sleep_disable()                                                                            \
    do {                                                                                           \
        I2CPROOF_SLEEP_AT &= (uint8_t)~_BV(SE);                                                    \
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
