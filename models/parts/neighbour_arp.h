/// The bytes of SMBus address resolution as a right device takes and gives them (SMBus 2.0 5.6): a
/// neighbour's part in it. It has no address to begin with and does not keep one.
///
/// Not modelled: commands that are directed to its address.
#ifndef I2C_PARTS_NEIGHBOUR_ARP_H
#define I2C_PARTS_NEIGHBOUR_ARP_H

#include <stdbool.h>
#include <stdint.h>

enum { NEIGHBOUR_UDID_BYTES = 16, NEIGHBOUR_DEVICE_DEFAULT = 0x61 };

/// The owner's. Fields are private.
typedef struct {
    bool on; ///< it takes part
    uint8_t udid[NEIGHBOUR_UDID_BYTES];
    bool resolved;   ///< the flag AR
    uint8_t addr7;   ///< that it was assigned; 0x7F: none
    bool open;       ///< a message of ARP is under way: the code goes on
    uint8_t pec;     ///< of its bytes so far
    uint8_t command; ///< its first byte
    uint8_t coming;  ///< address of an assignment under way
    uint32_t whole;  ///< bytes that the command has with its code; 0: it is only asked
    uint32_t taken;  ///< of these
} neighbour_arp;

void neighbour_arp_init(neighbour_arp *arp, const uint8_t udid[NEIGHBOUR_UDID_BYTES]);
/// The device default address was sent. Whether it acknowledges it.
bool neighbour_arp_addressed(neighbour_arp *arp, bool read);
/// Byte `index` (0: the command) was written. Whether it acknowledges it.
bool neighbour_arp_takes(neighbour_arp *arp, uint32_t index, uint8_t byte);
/// What it sends as byte `index` of its answer.
uint8_t neighbour_arp_gives(neighbour_arp *arp, uint32_t index);
/// STOP: what was written whole takes effect. `clean`: it stands behind a whole byte.
void neighbour_arp_stopped(neighbour_arp *arp, bool clean);

#endif
