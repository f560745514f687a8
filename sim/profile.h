/// What a slave declares about itself, as far as the rules of the bus need it. The reader of .slave
/// files fills it (scenarios/lang/lang.h, lang_profile_fill()); a test may fill it by hand. It
/// holds no pointers: copy it freely. All zero is a slave that declares nothing and has no address.
#ifndef I2C_PROFILE_H
#define I2C_PROFILE_H

#include "sim/timing.h"

#include <stdbool.h>
#include <stdint.h>

/// Which revision's data hold rule binds (tHD;DAT, UM10204 Table 11 note 2): rev 7.0 asks that SCL
/// be below 30 % before SDA moves, rev 6 for 300 ns of internal hold.
typedef enum { I2C_REVISION_7, I2C_REVISION_6 } i2c_revision;

/// Where the slave may hold SCL low (UM10204 3.1.9). BYTE includes the hold after START that start
/// detectors make; BIT is anywhere.
typedef enum { I2C_STRETCH_NONE, I2C_STRETCH_BYTE, I2C_STRETCH_BIT } i2c_stretch;

/// What an optional feature of the protocol is for this slave.
typedef enum {
    I2C_FEATURE_UNDECLARED, ///< nothing is said: use of it is a note, never a failure
    I2C_FEATURE_NO,         ///< declared absent: an answer is a failure
    I2C_FEATURE_YES         ///< declared present: no answer is a failure
} i2c_feature;

typedef struct {
    uint64_t own_addr7[2];             ///< bit set of its 7-bit addresses: bit a%64 of word a/64
    uint8_t new_addr7;                 ///< that it may get at run time instead; 0: none
    uint16_t addr10;                   ///< its 10-bit address; only with ten_bit YES
    i2c_feature ten_bit;               ///< UM10204 3.1.11
    i2c_feature general_call;          ///< acknowledges 0x00+W, UM10204 3.1.13
    i2c_feature general_call_hardware; ///< serves the hardware general call
    i2c_feature software_reset;        ///< UM10204 3.1.14
    i2c_feature device_id;             ///< answers 0xF8/0xF9, UM10204 3.1.17
    i2c_mode mode;                     ///< fastest mode: whose timing table it is held to
    uint32_t scl_max_hz;               ///< fastest clock it is declared for
    i2c_revision revision;
    bool stretch_declared; ///< false: stretch is I2C_STRETCH_BIT, without a bound, and a note
    i2c_stretch stretch;
    uint64_t stretch_max_ps; ///< longest single hold; 0: no bound declared
    uint64_t
        output_delay_max_ps; ///< declared SCL fall to SDA valid: within it tVD is a note; 0: none
    uint64_t timeout_low_min_ps;  ///< shortest bus time-out on a low SCL or SDA; 0: none
    uint64_t timeout_low_max_ps;  ///< longest; 0: none
    uint64_t timeout_high_min_ps; ///< shortest time-out on high lines within a transfer; 0: none
    uint64_t timeout_high_max_ps;
    bool also_master; ///< it may start transfers itself
    uint8_t smbus;    ///< version of SMBus: 11, 20 or 30; 0: an I2C slave
    bool alert;       ///< SMBus: it answers the alert response address 0x0C
    bool arp;         ///< SMBus: it answers the device default address 0x61
} i2c_profile;

/// Whether `addr7` is one of its own 7-bit addresses. Addresses above 0x7F never are.
static inline bool i2c_profile_owns(const i2c_profile *profile, unsigned addr7)
{
    return addr7 <= 0x7F && ((profile->own_addr7[addr7 / 64] >> (addr7 % 64)) & 1) != 0;
}

/// Whether it may answer `addr7`: one of its own addresses, or the one that it may have got.
static inline bool i2c_profile_may_own(const i2c_profile *profile, unsigned addr7)
{
    return i2c_profile_owns(profile, addr7) ||
           (profile->new_addr7 != 0 && addr7 == profile->new_addr7);
}

/// Adds one 7-bit address to the set; `addr7` is at most 0x7F.
static inline void i2c_profile_own(i2c_profile *profile, unsigned addr7)
{
    profile->own_addr7[(addr7 / 64) & 1] |= UINT64_C(1) << (addr7 % 64);
}

#endif
