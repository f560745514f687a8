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

#define wdt_reset() i2cproof_wdr()
#define wdt_enable(span)                                                                           \
    do {                                                                                           \
        i2cproof_wdr();                                                                            \
        WDTCR = (uint8_t)(_BV(WDE) | ((span)&7) | ((span)&8 ? _BV(WDP3) : 0));                     \
    } while (0)
#define wdt_disable()                                                                              \
    do {                                                                                           \
        WDTCR = 0;                                                                                 \
    } while (0)

#endif
