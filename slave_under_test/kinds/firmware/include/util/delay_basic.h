/* Drop-in for avr-libc's: loops of three and four cycles a turn; a count of 0 is the most. */
#ifndef _UTIL_DELAY_BASIC_H_
#define _UTIL_DELAY_BASIC_H_ 1

#include <inttypes.h>

#ifdef __cplusplus
extern "C" {
#endif
void i2cproof_delay(uint64_t cycles);
#ifdef __cplusplus
}
#endif

#define _delay_loop_1(count) i2cproof_delay(3ull * ((uint8_t)(count) ? (uint8_t)(count) : 256u))
#define _delay_loop_2(count) i2cproof_delay(4ull * ((uint16_t)(count) ? (uint16_t)(count) : 65536u))

#endif
