/* Address resolution of an SMBus device (SMBus 2.0 5.6), behind smbus.c: what the commands at the
 * device default address 0x61 do to its address and to its two flags. smbus.c keeps the message and
 * its code.
 *
 * SMBUS_UDID: its unique device identifier, 16 bytes in the order in which they are sent. */
#ifndef SMBUS_ARP_H
#define SMBUS_ARP_H

#include "smbus.h"

#ifndef SMBUS_ARP
#define SMBUS_ARP 0
#endif

enum { SMBUS_DEVICE_DEFAULT = 0x61, SMBUS_NO_ADDRESS = 0xFF };

#if SMBUS_ARP
/* The address that it answers, or SMBUS_NO_ADDRESS. */
uint8_t smbus_own_address(void);
/* Whether that is it. */
bool smbus_is_own_address(uint8_t addr7);
/* Whether it answers at 0x61; but for a fault it always does. */
bool smbus_arp_is_heard(void);
/* 0x61 is written to. */
void smbus_arp_begin(void);
/* A byte behind that; `pec` is the code of all before it. True acknowledges it. */
bool smbus_arp_take(uint8_t byte, uint8_t pec);
/* 0x61 is read behind a repeated START: the answer into `reply`, its PEC left out. How many bytes;
 * 0: it refuses. */
unsigned smbus_arp_answer(uint8_t *reply);
/* STOP, behind a whole byte. */
void smbus_arp_end(void);
#else
static inline uint8_t smbus_own_address(void)
{
    return SMBUS_ADDRESS;
}
static inline bool smbus_is_own_address(uint8_t addr7)
{
    return addr7 == SMBUS_ADDRESS;
}
static inline bool smbus_arp_is_heard(void)
{
    return false;
}
static inline void smbus_arp_begin(void)
{
}
static inline bool smbus_arp_take(uint8_t byte, uint8_t pec)
{
    (void)byte;
    (void)pec;
    return false;
}
static inline unsigned smbus_arp_answer(uint8_t *reply)
{
    (void)reply;
    return 0;
}
static inline void smbus_arp_end(void)
{
}
#endif

#endif
