/* The general call (UM10204 3.1.13): what the bytes behind 0x00 ask for. soft_address.c hands them
 * on. A call that the slave can use is acknowledged byte by byte and acts at the STOP right behind
 * it, so that one that is cut short or goes on does nothing; everything else is refused from the
 * first byte that has no use. */
#ifndef SOFT_GENERAL_CALL_H
#define SOFT_GENERAL_CALL_H

#include <stdbool.h>
#include <stdint.h>

#ifndef GENERAL_CALL
#define GENERAL_CALL 0 /* 1: answers 0x00 */
#endif
#ifndef SOFTWARE_RESET
#define SOFTWARE_RESET 0 /* 1: 0x06 resets the application and reads the address pins */
#endif
#ifndef HARDWARE_CALL
#define HARDWARE_CALL 0 /* 1: takes the data of masters that can but tell their own address */
#endif

bool soft_general_call_begins(void);
bool soft_general_call_received(uint8_t byte);
/* STOP; `whole`: right behind an acknowledge. */
void soft_general_call_ends(bool whole);
/* Does what a call with this code and no more asks for. */
void soft_general_call_act(uint8_t code);

/* ---- the application ---- */

/* All of it as after power-up, but for the address. */
void target_reset(void);
/* A byte of a hardware general call; `sender` is the address that its master gave. */
void target_called(uint8_t sender, uint8_t byte);

#endif
