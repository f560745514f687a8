#include "smbus_arp.h"

#include "../fault.h"

#include <i2cproof_slave.h>

enum { PREPARE = 0x01, RESET = 0x02, GET_UDID = 0x03, ASSIGN = 0x04 };
enum { UDID_BYTES = 16, COUNT = UDID_BYTES + 1, FIRST_UDID = 2, NEW_ADDRESS = 18, PEC = 19 };

static const uint8_t udid[UDID_BYTES] = {SMBUS_UDID};

/* AV and AR: it has an address, and that one is resolved. */
static uint8_t valid = SMBUS_ARP == 2 || FAULT(ARP_VALID_AT_RESET);
static uint8_t resolved;
static uint8_t own = SMBUS_ADDRESS;
static uint8_t former = SMBUS_NO_ADDRESS; /* the address before this one, for a fault */

/* The message at 0x61. */
static struct {
    uint8_t command;
    uint8_t bytes; /* that were taken, the command counted */
    uint8_t coming;
    bool differs; /* a UDID that is not its own, for a fault */
    bool checked; /* its PEC was right, and nothing may follow */
} arp;

uint8_t smbus_own_address(void)
{
    return valid ? own : SMBUS_NO_ADDRESS;
}

bool smbus_is_own_address(uint8_t addr7)
{
    return (valid && addr7 == own) || (FAULT(ARP_KEEPS_OLD_ADDRESS) && addr7 == former);
}

bool smbus_arp_is_heard(void)
{
    return !(FAULT(ARP_DEFAULT_OR_OWN) && resolved);
}

void smbus_arp_begin(void)
{
    arp.bytes = 0;
    arp.differs = false;
    arp.checked = false;
}

/* A command that is directed: bits 7 to 1 are an address, and bit 0 says to tell the UDID. */
static bool is_for_this(uint8_t command)
{
    return (valid && command >> 1 == own) || (FAULT(ARP_DIRECTED_TO_ANY) && command >> 4 != 0 &&
                                              command >> 4 != 0xF && !(command & 1));
}

/* Of those that are taken, whether it is answered by a read. */
static bool tells_udid(uint8_t command)
{
    return command == GET_UDID || (command > ASSIGN && (command & 1) != 0);
}

static bool take_command(uint8_t command)
{
    arp.command = command;
    switch (command) {
    case PREPARE:
    case RESET:
        return true;
    case GET_UDID:
        return !resolved || FAULT(ARP_ANSWERS_RESOLVED);
    case ASSIGN:
        return !resolved || !FAULT(ARP_ASSIGNED_ONCE);
    default:
        return is_for_this(command) || FAULT(ARP_UNKNOWN_TAKEN);
    }
}

static bool take_pec(uint8_t byte, uint8_t pec)
{
    arp.checked = byte == pec || FAULT(ARP_PEC_IGNORED);
    return arp.checked || FAULT(ARP_PEC_NOT_REFUSED);
}

/* Byte by byte, so that the first that differs takes it out of what is for another (5.6.3.2). */
static bool take_assignment(unsigned at, uint8_t byte, uint8_t pec)
{
    if (at == 1)
        return byte == COUNT;
    if (at > NEW_ADDRESS)
        return at == PEC && !arp.differs && take_pec(byte, pec);
    if (at == NEW_ADDRESS) {
        arp.coming = FAULT(ARP_ADDRESS_UNSHIFTED) ? byte & 0x7F : byte >> 1;
        return true;
    }
    if (FAULT(ARP_COMPARES_HALF) && at >= FIRST_UDID + UDID_BYTES / 2)
        return true;
    arp.differs = arp.differs || byte != udid[at - FIRST_UDID];
    return !arp.differs || FAULT(ARP_COMPARES_LATE);
}

bool smbus_arp_take(uint8_t byte, uint8_t pec)
{
    const unsigned at = arp.bytes++;
    if (at == 0)
        return take_command(byte);
    if (arp.command == ASSIGN)
        return take_assignment(at, byte, pec);
    return at == 1 && !tells_udid(arp.command) && take_pec(byte, pec);
}

unsigned smbus_arp_answer(uint8_t *reply)
{
    if (arp.bytes != 1 || !tells_udid(arp.command))
        return 0;
    reply[0] = COUNT + (FAULT(ARP_COUNT_WITH_PEC) ? 1 : 0);
    for (unsigned i = 0; i < UDID_BYTES; i++)
        reply[1 + i] = udid[FAULT(ARP_UDID_REVERSED) ? UDID_BYTES - 1 - i : i];
    reply[COUNT] = valid ? (uint8_t)(own << 1 | 1) : 0xFF;
    if (FAULT(ARP_TOLD_IS_RESOLVED) || (FAULT(ARP_DIRECTED_RESOLVES) && arp.command != GET_UDID))
        resolved = 1;
    return 1 + COUNT;
}

static void forget_address(void)
{
    resolved = 0;
    if (SMBUS_ARP != 2 || FAULT(ARP_RESET_DROPS_ADDRESS))
        valid = FAULT(ARP_RESET_KEEPS_VALID) ? valid : 0;
}

static void take_address(void)
{
    former = own;
    own = arp.coming;
    valid = 1;
    resolved = !FAULT(ARP_ASSIGNED_UNRESOLVED);
}

/* Whether the command is whole but for its PEC, for a fault. */
static bool is_whole(void)
{
    return arp.command == ASSIGN ? arp.bytes == PEC : arp.bytes == 1 && !tells_udid(arp.command);
}

void smbus_arp_end(void)
{
    if (!arp.checked && !(FAULT(ARP_WITHOUT_PEC) && is_whole()))
        return;
    if (arp.command == ASSIGN)
        take_address();
    else if (arp.command == PREPARE)
        resolved = FAULT(ARP_PREPARED_RESOLVED) ? resolved : 0;
    else
        forget_address();
}
