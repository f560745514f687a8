/* Drop-in for avr-libc's. */
#ifndef _AVR_WDT_H_
#define _AVR_WDT_H_ 1

#include <avr/interrupt.h>

I2CPROOF_C void i2cproof_wdr(void);

#define WDTO_15MS  0
#define WDTO_30MS  1
#define WDTO_60MS  2
#define WDTO_120MS 3
#define WDTO_250MS 4
#define WDTO_500MS 5
#define WDTO_1S    6
#define WDTO_2S    7
#define WDTO_4S    8
#define WDTO_8S    9

#ifdef WDTCSR
#define I2CPROOF_WDT WDTCSR
#else
#define I2CPROOF_WDT WDTCR
#endif

/* The timed sequence, which no interrupt may come into. */
static inline void i2cproof_set_wdt(uint8_t value)
{
    const uint8_t sreg = SREG;
    cli();
    i2cproof_wdr();
    I2CPROOF_WDT = _BV(WDCE) | _BV(WDE);
    I2CPROOF_WDT = value;
    SREG = sreg;
}

#define wdt_reset() i2cproof_wdr()
#define wdt_enable(span)                                                                           \
    i2cproof_set_wdt((uint8_t)(_BV(WDE) | ((span)&7) | ((span)&8 ? _BV(WDP3) : 0)))
#define wdt_disable() i2cproof_set_wdt(0)

#endif
