/* The registers of the reference slave, behind a pointer: the first POINTER_BYTES bytes of a write
 * set it, high byte first; further bytes are written from there on; a read begins where it stands.
 * It moves on after each byte, and survives STOP.
 *
 *     ID          what it is: 0xA5
 *     CONTROL     low four bits
 *     FIFO        16 bytes, read only, filled by the application; empty: 0x00
 *     SCRATCH     16 registers for anything; behind the last comes ID
 *     COMMAND     the slave is busy for 5 ms and does not answer to its address
 *
 * Their places depend on POINTER_BYTES. Other addresses read 0x00 and take no writes: with
 * NACK_DATA a byte that would point there, or that cannot be written, is not acknowledged. */
#ifndef REGISTER_MAP_H
#define REGISTER_MAP_H

#include <stdbool.h>
#include <stdint.h>

#ifndef POINTER_BYTES
#define POINTER_BYTES 1 /* or 2 */
#endif
#ifndef NACK_DATA
#define NACK_DATA 0
#endif

extern uint16_t pointer;

void register_map_reset(void);
/* A segment for it begins. */
void register_map_begins(bool read);
bool register_map_takes(uint8_t byte);
uint8_t register_map_gives(void);
void register_map_gave(void);
/* The application puts a byte into the FIFO. */
void register_map_push(uint8_t byte);

/* A byte was written to the command register. */
void command_begins(uint8_t command);

#endif
