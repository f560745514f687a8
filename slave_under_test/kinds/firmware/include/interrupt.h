/* Drop-in for the header of old avr-libc. */
#ifndef I2CPROOF_OLD_INTERRUPT_H
#define I2CPROOF_OLD_INTERRUPT_H 1
#include <avr/interrupt.h>
#endif
