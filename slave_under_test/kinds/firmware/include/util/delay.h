/* Drop-in for avr-libc's: a delay is so many cycles of the CPU. */
#ifndef _UTIL_DELAY_H_
#define _UTIL_DELAY_H_ 1

#include <util/delay_basic.h>

#define _delay_us(span) i2cproof_delay((uint64_t)((double)(F_CPU) / 1e6 * (double)(span) + 0.999))
#define _delay_ms(span) i2cproof_delay((uint64_t)((double)(F_CPU) / 1e3 * (double)(span) + 0.999))

#endif
