#include "models/parts/neighbour_arp.h"

#include "sim/pec.h"

#include <string.h>

enum { PREPARE = 0x01, RESET = 0x02, GET_UDID = 0x03, ASSIGN = 0x04 };
enum { COUNT = NEIGHBOUR_UDID_BYTES + 1, NO_ADDRESS = 0x7F };

void neighbour_arp_init(neighbour_arp *arp, const uint8_t udid[NEIGHBOUR_UDID_BYTES])
{
    memset(arp, 0, sizeof *arp);
    arp->on = true;
    arp->addr7 = NO_ADDRESS;
    memcpy(arp->udid, udid, sizeof arp->udid);
}

bool neighbour_arp_addressed(neighbour_arp *arp, bool read)
{
    const bool joined = arp->open && arp->taken == 1 && arp->command == GET_UDID;
    if (!arp->on || (read && !joined))
        return false;
    if (!read)
        arp->taken = arp->pec = 0;
    arp->open = true;
    arp->pec = i2c_pec_with(arp->pec, (uint8_t)(NEIGHBOUR_DEVICE_DEFAULT << 1 | read));
    return true;
}

/// How many bytes its message has, the command and the code counted; 0: it is refused.
static uint32_t message_bytes(const neighbour_arp *arp, uint8_t command)
{
    switch (command) {
    case PREPARE:
    case RESET:
        return 2;
    case GET_UDID:
        return arp->resolved ? 0 : 1;
    case ASSIGN:
        return 1 + 1 + COUNT + 1;
    default:
        return 0;
    }
}

/// A byte between the command and the code: of an assignment.
static bool suits(neighbour_arp *arp, uint32_t index, uint8_t byte)
{
    if (index == 1)
        return byte == COUNT;
    if (index == 1 + COUNT) {
        arp->coming = byte >> 1;
        return true;
    }
    return byte == arp->udid[index - 2];
}

bool neighbour_arp_takes(neighbour_arp *arp, uint32_t index, uint8_t byte)
{
    if (index == 0) {
        arp->command = byte;
        arp->whole = message_bytes(arp, byte);
    }
    const bool is_code = index > 0 && index + 1 == arp->whole;
    const bool right = index < arp->whole &&
                       (index == 0 || (is_code ? byte == arp->pec : suits(arp, index, byte)));
    arp->pec = i2c_pec_with(arp->pec, byte);
    arp->taken = right ? index + 1 : 0;
    return right;
}

uint8_t neighbour_arp_gives(neighbour_arp *arp, uint32_t index)
{
    uint8_t byte = 0xFF;
    if (index == 0)
        byte = COUNT;
    else if (index <= NEIGHBOUR_UDID_BYTES)
        byte = arp->udid[index - 1];
    else if (index == COUNT)
        byte = (uint8_t)(arp->addr7 << 1 | 1);
    else if (index == COUNT + 1)
        byte = arp->pec;
    arp->pec = i2c_pec_with(arp->pec, byte);
    return byte;
}

void neighbour_arp_stopped(neighbour_arp *arp, bool clean)
{
    const bool whole = clean && arp->open && arp->taken > 1 && arp->taken == arp->whole;
    if (whole && arp->command == ASSIGN)
        arp->addr7 = arp->coming;
    else if (whole && arp->command == RESET)
        arp->addr7 = NO_ADDRESS;
    if (whole)
        arp->resolved = arp->command == ASSIGN;
    arp->open = false;
    arp->taken = 0;
}
