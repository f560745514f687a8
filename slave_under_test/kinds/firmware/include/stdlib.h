/* The system's, and what avr-libc's has more: library.c implements it. */
#ifndef I2CPROOF_STDLIB_H
#define I2CPROOF_STDLIB_H 1

#define rand_r i2cproof_rand_r /* the system's has another type */
#include_next <stdlib.h>
#undef rand_r

#undef RAND_MAX
#define RAND_MAX   0x7FFF
#define RANDOM_MAX 0x7FFFFFFF

#ifdef __cplusplus
extern "C" {
#endif
char *itoa(int value, char *text, int radix);
char *utoa(unsigned value, char *text, int radix);
char *ltoa(long value, char *text, int radix);
char *ultoa(unsigned long value, char *text, int radix);
int rand_r(unsigned long *state);
#ifdef __cplusplus
}
#endif

#endif
