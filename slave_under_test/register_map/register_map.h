/* Registers behind a pointer, for a slave above soft_i2c: the first POINTER_BYTES bytes of a write
 * set the pointer, high byte first; further bytes are written from there on; a read begins where it
 * stands. It moves on after each byte, but at the FIFO and at the command, and survives STOP.
 *
 *     ID          what it is: 0xA5
 *     CONTROL     low four bits, at reset CONTROL_RESET
 *     FIFO        16 bytes, read only, filled by the application; empty: 0x00
 *     SCRATCH     SCRATCH_BYTES registers for anything; behind the last comes WRAP_TO
 *     COMMAND     the slave is busy for 5 ms; its owner then does not answer to its address
 *
 * Their places depend on POINTER_BYTES. Other addresses read 0x00 and take no writes: with
 * NACK_DATA a byte that would point there, or that cannot be written, is not acknowledged.
 *
 * The owner declares REGISTER_MAP_STATE and puts REGISTER_MAP_VECTOR right behind the vectors of
 * soft_i2c. The state is the scratch registers and nothing else: it is the memory that the bus
 * addresses, and what is written beside it, on either side, is noticed. */
#ifndef REGISTER_MAP_H
#define REGISTER_MAP_H

#include "soft_i2c.h"

#include <stdbool.h>
#include <stdint.h>

#ifndef POINTER_BYTES
#define POINTER_BYTES 1 /* or 2 */
#endif
#ifndef NACK_DATA
#define NACK_DATA 0
#endif
#ifndef SCRATCH_BYTES
#define SCRATCH_BYTES 8
#endif
#ifndef CONTROL_RESET
#define CONTROL_RESET 0x00
#endif
#ifndef WRAP_TO
#define WRAP_TO 0x00
#endif

#if POINTER_BYTES == 2
typedef uint16_t register_address;
#else
typedef uint8_t register_address;
#endif

typedef struct {
    uint8_t scratch[SCRATCH_BYTES];
} register_map_memory;
#define REGISTER_MAP_STATE I2CPROOF_STATE(register_map_memory)

/* After power-up and reset, with the slave's state. */
void register_map_init(void *state);
/* All registers as at reset, the pointer 0, no command at work. */
void register_map_reset(void);
/* A segment for it begins. */
void register_map_begins(bool read);
bool register_map_takes(uint8_t byte);
uint8_t register_map_gives(void);
void register_map_gave(void);
/* push(byte): the application puts a byte into the FIFO. */
void register_map_push(void *state, const int64_t *args, uint32_t count);

extern register_address pointer;
extern uint8_t control, fifo_count;
extern uint8_t busy;     /* a command is at work */
extern uint8_t commands; /* how many there were */

enum { REGISTER_MAP_DONE = SOFT_VECTORS, REGISTER_MAP_VECTORS };
uint64_t register_map_on_done(void *state);
/* clang-format off */
#define REGISTER_MAP_VECTOR                                                                        \
    {"COMMAND", I2CPROOF_ON_TIMER, register_map_on_done, 2, I2CPROOF_BY_NONE}
#define REGISTER_MAP_VARIABLES                                                                     \
    I2CPROOF_VARIABLE(pointer), I2CPROOF_VARIABLE(control),                                        \
    I2CPROOF_MEMBER_ARRAY(register_map_memory, scratch), I2CPROOF_VARIABLE(fifo_count),            \
    I2CPROOF_VARIABLE(busy), I2CPROOF_VARIABLE(commands)
#define REGISTER_MAP_FUNCTION {"push", register_map_push, 1}
/* clang-format on */

#endif
