/* Drop-in for avr-libc's: the registers of the part that the slave file names. */
#ifndef _AVR_IO_H_
#define _AVR_IO_H_ 1

#include <avr/sfr_defs.h>

#if defined(__AVR_ATtiny25__) || defined(__AVR_ATtiny45__) || defined(__AVR_ATtiny85__)
#include <avr/parts/attinyx5.h>
#else
#error "no part is named: the slave file needs a line like: mcu attiny85 8MHz"
#endif

#define _VECTOR(number) __vector_##number

#ifndef SP
#define SP _SFR_IO16(0x3D)
#endif

#endif
