/* Drop-in for avr-libc's: here flash and RAM are one memory. */
#ifndef __PGMSPACE_H_
#define __PGMSPACE_H_ 1

#include <inttypes.h>
#include <string.h>

#define PROGMEM                __attribute__((section(".progmem.data")))
#define PGM_P                  const char *
#define PGM_VOID_P             const void *
#define PSTR(text)             (text)
#define pgm_read_byte(at)      (*(const uint8_t *)(at))
#define pgm_read_word(at)      (*(const uint16_t *)(at))
#define pgm_read_dword(at)     (*(const uint32_t *)(at))
#define pgm_read_float(at)     (*(const float *)(at))
#define pgm_read_ptr(at)       (*(void *const *)(at))
#define pgm_read_byte_near(at) pgm_read_byte(at)
#define pgm_read_word_near(at) pgm_read_word(at)
#define memcpy_P               memcpy
#define memcmp_P               memcmp
#define strcpy_P               strcpy
#define strncpy_P              strncpy
#define strcmp_P               strcmp
#define strlen_P               strlen

#endif
