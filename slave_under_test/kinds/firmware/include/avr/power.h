/* Drop-in for avr-libc's. What a bit of PRR switches off goes on here: the bits are memory. */
#ifndef _AVR_POWER_H_
#define _AVR_POWER_H_ 1

#include <avr/interrupt.h>

#ifdef PRR
#define I2CPROOF_POWER_OFF(bit) ((void)(PRR |= (uint8_t)_BV(bit)))
#define I2CPROOF_POWER_ON(bit)  ((void)(PRR &= (uint8_t)~_BV(bit)))
#define power_timer0_enable()   I2CPROOF_POWER_ON(PRTIM0)
#define power_timer0_disable()  I2CPROOF_POWER_OFF(PRTIM0)
#define power_timer1_enable()   I2CPROOF_POWER_ON(PRTIM1)
#define power_timer1_disable()  I2CPROOF_POWER_OFF(PRTIM1)
#ifdef PRADC
#define power_adc_enable()  I2CPROOF_POWER_ON(PRADC)
#define power_adc_disable() I2CPROOF_POWER_OFF(PRADC)
#endif
#ifdef PRUSI
#define power_usi_enable()  I2CPROOF_POWER_ON(PRUSI)
#define power_usi_disable() I2CPROOF_POWER_OFF(PRUSI)
#endif
#ifdef PRTWI
#define power_twi_enable()     I2CPROOF_POWER_ON(PRTWI)
#define power_twi_disable()    I2CPROOF_POWER_OFF(PRTWI)
#define power_spi_enable()     I2CPROOF_POWER_ON(PRSPI)
#define power_spi_disable()    I2CPROOF_POWER_OFF(PRSPI)
#define power_timer2_enable()  I2CPROOF_POWER_ON(PRTIM2)
#define power_timer2_disable() I2CPROOF_POWER_OFF(PRTIM2)
#define power_usart0_enable()  I2CPROOF_POWER_ON(PRUSART0)
#define power_usart0_disable() I2CPROOF_POWER_OFF(PRUSART0)
#endif
#define power_all_enable() ((void)(PRR = 0))
#ifdef PRTWI
#define power_all_disable() ((void)(PRR = 0xEF))
#else
#define power_all_disable() ((void)(PRR = 0x0F))
#endif
#endif

typedef enum {
    clock_div_1 = 0,
    clock_div_2 = 1,
    clock_div_4 = 2,
    clock_div_8 = 3,
    clock_div_16 = 4,
    clock_div_32 = 5,
    clock_div_64 = 6,
    clock_div_128 = 7,
    clock_div_256 = 8
} clock_div_t;

static inline void clock_prescale_set(clock_div_t division)
{
    const uint8_t sreg = SREG;
    cli();
    CLKPR = _BV(CLKPCE);
    CLKPR = (uint8_t)division;
    SREG = sreg;
}
#define clock_prescale_get() ((clock_div_t)(CLKPR & 0x0F))

#endif
