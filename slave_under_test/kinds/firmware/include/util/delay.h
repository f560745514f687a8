/* Drop-in for avr-libc's: a delay is so many cycles of the CPU. */
#ifndef _UTIL_DELAY_H_
#define _UTIL_DELAY_H_ 1

#include <inttypes.h>

#ifdef __cplusplus
extern "C" {
#endif
void i2cproof_delay(uint64_t cycles);
#ifdef __cplusplus
}
#endif

#define _delay_us(span)      i2cproof_delay((uint64_t)((double)(F_CPU) / 1e6 * (double)(span) + 0.999))
#define _delay_ms(span)      i2cproof_delay((uint64_t)((double)(F_CPU) / 1e3 * (double)(span) + 0.999))
#define _delay_loop_1(count) i2cproof_delay(3ull * ((uint8_t)(count) ? (uint8_t)(count) : 256u))
#define _delay_loop_2(count) i2cproof_delay(4ull * ((uint16_t)(count) ? (uint16_t)(count) : 65536u))

#endif
