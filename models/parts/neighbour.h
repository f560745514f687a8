/// A right slave at other addresses of the same bus: hardware that answers in no time. It gives
/// foreign traffic somebody to talk to, and is never blamed.
///
/// It acknowledges its addresses, of 7 or 10 bits, and general calls if asked to, tells its Device
/// ID, takes part in SMBus address resolution if asked to (neighbour_arp.h), takes bytes up to a
/// count, gives bytes from a table or a function, and can hold SCL before one clock of each byte.
/// SDA changes a fixed delay after SCL falls.
///
/// Not modelled: time-outs, interrupts of any kind.
#ifndef I2C_PARTS_NEIGHBOUR_H
#define I2C_PARTS_NEIGHBOUR_H

#include "models/parts/neighbour_arp.h"
#include "sim/sim.h"

/// The byte that read data `index` (0: the first behind the address) gives.
typedef uint8_t neighbour_read_fn(void *ctx, uint32_t index);
/// A byte was written; `index` 0 is the first behind the address.
typedef void neighbour_write_fn(void *ctx, uint32_t index, uint8_t value);

#define NEIGHBOUR_TAKES_ALL      UINT32_MAX
#define NEIGHBOUR_EVERY_BYTE     UINT32_MAX
#define NEIGHBOUR_USUAL_DELAY_PS (350 * I2C_PS_PER_NS)
#define NEIGHBOUR_HS_DELAY_PS    (50 * I2C_PS_PER_NS) ///< for a bus with an Hs-mode master

typedef struct {
    const char *name;          ///< must outlive the simulation
    uint64_t own_addr7[2];     ///< bit a%64 of word a/64: it answers to address a
    uint16_t own_addr10;       ///< first of its 10-bit addresses
    unsigned own_addr10_count; ///< as many, one behind the other with the same upper bits; 0: none
    bool general_call;         ///< acknowledges general calls and all bytes of them
    bool device_id;            ///< answers 0xF8 and 0xF9 with `id`
    uint32_t id;               ///< 24 bits
    i2c_threshold threshold;   ///< of its inputs
    uint64_t output_delay_ps;  ///< SCL seen low to SDA changed
    uint32_t takes_bytes;      ///< data bytes of a write that it ACKs; NEIGHBOUR_TAKES_ALL
    const uint8_t *table;      ///< read data, from the start at each read, again and again; or NULL
    uint32_t table_bytes;
    neighbour_read_fn *read;   ///< read data if `table` is NULL; NULL: 0xFF
    neighbour_write_fn *write; ///< NULL: bytes are swallowed
    void *ctx;                 ///< given to both
    unsigned stretch_clock;    ///< 1 to 9: holds SCL before this clock; 0: never
    uint32_t stretch_byte;     ///< of this byte (0: the address), or NEIGHBOUR_EVERY_BYTE
    uint64_t stretch_ps;       ///< for this long after SCL fell
} neighbour_config;

typedef enum {
    NEIGHBOUR_IDLE,
    NEIGHBOUR_RECEIVING, ///< address or data
    NEIGHBOUR_SENDING,
    NEIGHBOUR_DEAF ///< another's address, or a NACK: until START
} neighbour_state;

/// What the bytes behind the first one of a segment are.
typedef enum {
    NEIGHBOUR_DATA,
    NEIGHBOUR_LOW_BITS,   ///< of a 10-bit address, then data
    NEIGHBOUR_ID_ADDRESS, ///< behind the Device ID code
    NEIGHBOUR_ID,
    NEIGHBOUR_RESOLUTION ///< behind the device default address
} neighbour_part;

/// The caller's; must outlive its use by the simulation. Fields are private.
typedef struct {
    neighbour_config config;
    i2c_sim *sim;
    i2c_node node;
    neighbour_state state;
    bool scl, sda;       ///< as told last
    unsigned clock;      ///< clocks of the byte that have risen, 0 to 9
    uint32_t byte;       ///< of the segment; 0 is the address
    uint32_t first_data; ///< byte of the segment that is data 0
    neighbour_part part;
    bool ten_chosen; ///< a 10-bit address of its own matched in this transfer
    bool id_chosen;  ///< its address followed the Device ID code
    uint8_t shift;
    bool acks;        ///< it holds SDA in clock 9
    bool alerts;      ///< it has an alert that no master has taken yet
    bool alert_reply; ///< it answers the alert response address
    uint8_t alert_addr7;
    neighbour_arp arp;
    bool read_on; ///< reading: the master ACKed
    i2c_drive next_sda;
    i2c_timer output, stretch;
    uint64_t starts, bytes_written, bytes_read; ///< may be read from outside
} neighbour;

/// Puts the neighbour on the bus. `config` is copied. I2C_OK or what i2c_node_add() says.
I2C_MUST_CHECK i2c_status neighbour_init(neighbour *n, i2c_sim *sim,
                                         const neighbour_config *config);

/// It has an alert from now on: it answers the alert response address 0x0C with `addr7` until that
/// has gone over the wire as it is (SMBus 2.0 appendix A). A smaller address of another slave wins.
void neighbour_alert(neighbour *n, uint8_t addr7);

/// It answers at this address, too, from now on.
void neighbour_also_at(neighbour *n, uint8_t addr7);

/// It is a device without an address that takes part in address resolution from now on, with this
/// UDID, as it is sent.
void neighbour_take_part_in_arp(neighbour *n, const uint8_t udid[NEIGHBOUR_UDID_BYTES]);

#endif
