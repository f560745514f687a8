/* The system's, and what avr-libc's has more: library.c implements it. */
#ifndef I2CPROOF_STRING_H
#define I2CPROOF_STRING_H 1

#include_next <string.h>

#ifdef __cplusplus
extern "C" {
#endif
size_t strlcpy(char *to, const char *from, size_t bytes);
#ifdef __cplusplus
}
#endif

#endif
