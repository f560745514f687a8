/* An SMBus device above soft_i2c (SMBus 2.0 and 3.x): messages, packet error code, alert response.
 *
 * smbus.c knows the protocols; smbus_commands.c is the device: what its commands are and do.
 * Switches, all of them 0 or 1 where nothing else is said:
 *
 *     SMBUS_PEC        0 off, 1 optional, 2 required
 *     SMBUS_ALERT      has SMBALERT#, a wire called smbalert
 *     SMBUS_3          3.x: 32 and 64 bit, blocks of up to 255 bytes
 *     SMBUS_BUSY_HOLDS a busy device holds SCL; otherwise it refuses the command byte
 *     SMBUS_ARP        address resolution (smbus_arp.h): 0 none, 1 it has no address until one is
 *                      assigned, 2 its address is kept without power
 *     SMBUS_NOTIFY     it notifies the host, as a master (smbus_notify.h)
 *
 * Not there: PMBus. */
#ifndef SMBUS_H
#define SMBUS_H

#include <stdbool.h>
#include <stdint.h>

#ifndef SMBUS_ADDRESS
#define SMBUS_ADDRESS 0x20
#endif
#ifndef SMBUS_PEC
#define SMBUS_PEC 1
#endif
#ifndef SMBUS_ALERT
#define SMBUS_ALERT 1
#endif
#ifndef SMBUS_3
#define SMBUS_3 0
#endif
#ifndef SMBUS_BUSY_HOLDS
#define SMBUS_BUSY_HOLDS 0
#endif

enum {
    SMBUS_BLOCK = 0xFF, /* as a number of bytes: a count and as many bytes */
    SMBUS_BLOCK_MAX = SMBUS_3 ? 255 : 32,
    SMBUS_CALL_MAX = 31, /* of a block process call, so that a byte is left for the answer */
    SMBUS_DATA_MAX = 256
};

/* What a command's messages look like. */
typedef struct {
    uint8_t code;
    uint8_t write; /* bytes behind the command; 0: it is not written to */
    uint8_t read;  /* bytes that it answers; 0: it is not read */
    bool send;     /* it may stand alone */
    bool call;     /* it is written and then read, in one message */
} smbus_command;

/* ---- the device, smbus_commands.c ---- */

/* NULL: there is no such command. */
const smbus_command *smbus_find(uint8_t code);
/* Whether the last of `count` bytes written to it so far can be valid. */
bool smbus_accepts(const smbus_command *command, const uint8_t *data, unsigned count);
/* A whole message was written. */
void smbus_execute(const smbus_command *command, const uint8_t *data, unsigned count);
/* What a read gives, into `reply` of SMBUS_DATA_MAX bytes; `data` is what a call has written. How
 * many bytes. */
unsigned smbus_answer(const smbus_command *command, const uint8_t *data, uint8_t *reply);
/* The byte of a receive byte. */
uint8_t smbus_receive(void);
/* A quick command with this bit. */
void smbus_quick(bool bit);

/* The device works for so long, and is busy. */
void smbus_works_for(uint64_t time);

#endif
