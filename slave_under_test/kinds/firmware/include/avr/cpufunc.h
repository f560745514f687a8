/* Drop-in for avr-libc's. */
#ifndef _AVR_CPUFUNC_H_
#define _AVR_CPUFUNC_H_ 1

#include <util/delay_basic.h>

#define _NOP()           i2cproof_delay(1)
#define _MemoryBarrier() __asm__ volatile("" ::: "memory")

#endif
