/* Drop-in for avr-libc's: the spellings of the oldest sources. */
#ifndef _COMPAT_DEPRECATED_H_
#define _COMPAT_DEPRECATED_H_ 1

#include <avr/interrupt.h>

#define BV(bit)           _BV(bit)
#define sbi(port, bit)    ((void)((port) |= (uint8_t)_BV(bit)))
#define cbi(port, bit)    ((void)((port) &= (uint8_t)~_BV(bit)))
#define inp(port)         (port)
#define inb(port)         (port)
#define outp(value, port) ((void)((port) = (uint8_t)(value)))
#define outb(port, value) ((void)((port) = (uint8_t)(value)))

#endif
