/* Drop-in for avr-libc's: the registers of the part that the slave file names. */
#ifndef _AVR_IO_H_
#define _AVR_IO_H_ 1

#include <avr/sfr_defs.h>

#if defined(__AVR_ATtiny25__) || defined(__AVR_ATtiny45__) || defined(__AVR_ATtiny85__)
#include <avr/parts/attinyx5.h>
#elif defined(__AVR_ATtiny24__) || defined(__AVR_ATtiny24A__) || defined(__AVR_ATtiny44__) ||      \
    defined(__AVR_ATtiny44A__) || defined(__AVR_ATtiny84__) || defined(__AVR_ATtiny84A__)
#include <avr/parts/attinyx4.h>
#elif defined(__AVR_ATtiny2313__) || defined(__AVR_ATtiny2313A__) || defined(__AVR_ATtiny4313__)
#include <avr/parts/attinyx313.h>
#elif defined(__AVR_ATmega48__) || defined(__AVR_ATmega48A__) || defined(__AVR_ATmega48P__) ||     \
    defined(__AVR_ATmega48PA__) || defined(__AVR_ATmega88__) || defined(__AVR_ATmega88A__) ||      \
    defined(__AVR_ATmega88P__) || defined(__AVR_ATmega88PA__) || defined(__AVR_ATmega168__) ||     \
    defined(__AVR_ATmega168A__) || defined(__AVR_ATmega168P__) || defined(__AVR_ATmega168PA__) ||  \
    defined(__AVR_ATmega328__) || defined(__AVR_ATmega328P__)
#include <avr/parts/atmegax8.h>
#else
#error                                                                                             \
    "no part is named, or none that is known: the slave file needs a line like: mcu attiny85 8MHz"
#endif

#define _VECTOR(number) __vector_##number

#ifndef SPH
#define SP _SFR_IO8(0x3D)
#else
#define SP _SFR_IO16(0x3D)
#endif

#endif
