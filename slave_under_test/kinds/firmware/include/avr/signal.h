/* Drop-in for the header of old avr-libc: SIGNAL() is in <avr/interrupt.h>. */
#ifndef _AVR_SIGNAL_H_
#define _AVR_SIGNAL_H_ 1
#include <avr/interrupt.h>
#endif
