/// The Two-wire Serial Interface of megaAVR parts, slave and master, at pin level, behind the bits
/// of its registers: hosted slaves write them by function calls, firmware by address.
///
///     SCL, SDA --> START/STOP --> state --> status code, TWINT --> holds SCL while it is low
///              --> shift register (TWDR) --> address match (TWAR, TWAMR), ACK by TWEA
///
/// As the data sheet has it (ATmega48A to 328P, chapter 22, 2-wire serial interface):
/// - An event sets TWINT and a status code. Until TWINT is cleared, by writing a one to it, SCL is
///   held in its low phase; so software has all the time that it wants.
/// - Own address under the mask, or the general call if TWAR's lowest bit is set: 0x60 or 0x70 with
///   W, 0xA8 with R, after the ACK. With TWEA 0 neither is acknowledged: the slave is not there.
/// - A byte received: 0x80 with ACK, 0x88 with NACK (0x90, 0x98 behind the general call). TWEA says
///   which, before the byte is known. Behind 0x88 and 0x98 the slave is not addressed any more.
/// - A byte sent: 0xB8 when the master has acknowledged it, 0xC0 when not. A byte that was begun
///   with TWEA 0 is the last one: an ACK behind it gives 0xC8. Behind both the slave is not
///   addressed any more, and a master that goes on reads ones.
/// - STOP or repeated START while addressed: 0xA0 for both.
/// - START or STOP inside a byte or an acknowledge bit: status 0x00, bus error. The interface then
///   hears nothing, not even a START, until software writes TWSTO together with TWINT; that makes
///   it a slave that is not addressed, and sends no STOP.
/// - TWDR holds the byte that the bus has shown last; it can be written only while TWINT is set,
///   otherwise the write is lost and TWWC is set.
/// - Without TWINT the status reads 0xF8.
///
/// As a master:
/// - With TWSTA it makes a START when the bus is free, and waits for a STOP when it is not: 0x08,
///   or 0x10 for a repeated START. TWINT comes half a period behind it, with SCL low.
/// - A byte sent: 0x18, 0x20 (address with W), 0x40, 0x48 (with R), 0x28, 0x30 (data), the second
///   of each pair without ACK. A byte received: 0x50 with ACK, 0x58 without; TWEA says which.
/// - TWSTO makes a STOP, and is 0 again when that is made: no TWINT. With TWSTA a START follows.
/// - SCL has F_CPU / (16 + 2 TWBR 4^TWPS) while nobody else holds it. Its low time begins with the
///   fall and its high time with the rise that are seen, whoever made them (UM10204 3.1.7).
/// - A one that another master overrides: it lets go of both lines, and 0x38 comes behind the
///   acknowledge bit; in the address byte it listens on, and 0x68, 0x78, 0xB0 come in its place
///   when that is its own address. TWSTA makes it try again when the bus is free.
///
/// Assumed where the data sheet has no word: a START or STOP in the first clock behind an ACK (or
/// behind START) is in order in both directions; in a byte of others' transfers, which the
/// interface does not follow, too. A START that comes while TWINT says 0xA0 is heard. At most one
/// bus error is reported until TWSTO. The delays of the drivers; SDA is set up for as long before
/// SCL is let go, which satisfies Standard-mode and Fast-mode.
///
/// SCL's low time is two CPU clocks shorter than half a period, its high time two longer (notes of
/// the data sheet's table of bus requirements, as far as their figures can be met). Behind TWINT a
/// whole low time passes before SCL rises. SDA is looked at as SCL rises. tBUF is half a period,
/// and at least 1.3 us. Arbitration that is lost in a repeated START or STOP gives 0x38 at once.
/// TWSTA with 0x08 or 0x10 is left for the next status.
///
/// Not modelled: the spike filter, which is its owner's (filter.h); that the CPU clock must be 16
/// times SCL; the wake-up from sleep, which the owner of the CPU adds between interrupt and
/// routine.
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_TWI_H
#define MCU_TWI_H

#include "models/mcu/limit.h"
#include "models/mcu/pins.h"

#include <stdbool.h>
#include <stdint.h>

/// Bits of TWCR.
enum {
    MCU_TWI_TWIE = 0x01,
    MCU_TWI_TWEN = 0x04,
    MCU_TWI_TWWC = 0x08,
    MCU_TWI_TWSTO = 0x10,
    MCU_TWI_TWSTA = 0x20,
    MCU_TWI_TWEA = 0x40,
    MCU_TWI_TWINT = 0x80
};

/// Status codes of TWSR; the prescaler bits are 0.
enum {
    MCU_TWI_BUS_ERROR = 0x00,
    MCU_TWI_STARTED = 0x08,
    MCU_TWI_RESTARTED = 0x10,
    MCU_TWI_WRITE_ACKED = 0x18, ///< the address with W
    MCU_TWI_WRITE_NACKED = 0x20,
    MCU_TWI_BYTE_ACKED = 0x28, ///< data to a slave
    MCU_TWI_BYTE_NACKED = 0x30,
    MCU_TWI_LOST = 0x38,
    MCU_TWI_READ_ACKED = 0x40, ///< the address with R
    MCU_TWI_READ_NACKED = 0x48,
    MCU_TWI_TAKEN_ACKED = 0x50, ///< data from a slave
    MCU_TWI_TAKEN_NACKED = 0x58,
    MCU_TWI_OWN_WRITE = 0x60,
    MCU_TWI_LOST_OWN_WRITE = 0x68,
    MCU_TWI_GENERAL_CALL = 0x70,
    MCU_TWI_LOST_CALL = 0x78,
    MCU_TWI_DATA_ACKED = 0x80,
    MCU_TWI_DATA_NACKED = 0x88,
    MCU_TWI_CALL_DATA_ACKED = 0x90,
    MCU_TWI_CALL_DATA_NACKED = 0x98,
    MCU_TWI_STOPPED = 0xA0,
    MCU_TWI_OWN_READ = 0xA8,
    MCU_TWI_LOST_OWN_READ = 0xB0,
    MCU_TWI_SENT_ACKED = 0xB8,
    MCU_TWI_SENT_NACKED = 0xC0,
    MCU_TWI_LAST_ACKED = 0xC8,
    MCU_TWI_NOTHING = 0xF8
};

typedef enum {
    MCU_TWI_IDLE,     ///< waits for START
    MCU_TWI_ADDRESS,  ///< the byte behind START
    MCU_TWI_RECEIVES, ///< addressed with W
    MCU_TWI_SENDS,    ///< addressed with R
    MCU_TWI_ERROR,    ///< deaf until TWSTO
    MCU_TWI_CLAIMED,  ///< master, no byte under way
    MCU_TWI_WRITES,   ///< master, address or data
    MCU_TWI_READS,    ///< master
    MCU_TWI_OUTDONE   ///< the rest of a byte in which arbitration was lost
} mcu_twi_state;

/// What its master waits for.
typedef enum {
    MCU_TWI_NO_MASTER,
    MCU_TWI_CLAIMS,      ///< tBUF to pass
    MCU_TWI_STARTS,      ///< its START to be on the bus
    MCU_TWI_HOLDS_START, ///< SCL to be pulled
    MCU_TWI_LOW,         ///< SCL to be released, or software
    MCU_TWI_RISING,      ///< SCL to be high
    MCU_TWI_HIGH,        ///< the end of that
    MCU_TWI_STOPS        ///< its STOP to be on the bus
} mcu_twi_phase;

/// What a clock of the master is for.
typedef enum { MCU_TWI_BIT, MCU_TWI_RESTART, MCU_TWI_STOP } mcu_twi_turn;

typedef struct {
    mcu_twi_phase phase;
    mcu_twi_turn turn;
    bool busy;             ///< between a START and a STOP, whoever made them
    uint64_t free_from_ps; ///< of a bus that is not; 0: always was
    uint64_t low_from_ps;  ///< SCL's last fall
    i2c_timer timer;
} mcu_twi_master;

/// The interrupt request (TWINT and TWIE) has changed; told at the instant.
typedef void mcu_twi_request_fn(void *ctx, bool on);

typedef struct {
    mcu_pins_config pins; ///< let_go_delay_ps - sda_delay_ps: for so long SDA is set up before
    mcu_twi_request_fn *on_request;
    uint64_t clock_hz; ///< of the CPU; 0: there is no master, TWSTA does nothing
} mcu_twi_config;

/// Read only outside models/mcu/.
typedef struct {
    mcu_pins pins;
    mcu_twi_request_fn *on_request;
    mcu_twi_state state;
    uint8_t control;             ///< TWCR without TWINT
    bool pending;                ///< TWINT
    uint8_t status;              ///< the code that goes with it
    uint8_t data;                ///< TWDR
    uint8_t address;             ///< TWAR
    uint8_t mask;                ///< TWAMR
    uint8_t bit_rate, prescaler; ///< TWBR, TWPS
    uint64_t clock_hz;
    mcu_twi_master master;
    bool addressing; ///< master: the byte is an address
    bool reads;      ///< and it had R
    bool lost;       ///< arbitration, in this transfer
    uint8_t bits;    ///< SCL rises since the byte began; 9 in the acknowledge clock
    bool matched;    ///< the address byte was acknowledged
    bool call;       ///< it was the general call
    bool acks;       ///< the byte that comes in is acknowledged
    bool last;       ///< the byte that goes out was begun with TWEA 0
    bool acked;      ///< level of SDA in clock 9 was low
    bool requests;   ///< what on_request was told last
    bool missing;    ///< the last START was lost to a bus error
    /// The last bus error, and when the interface could serve a transfer again: after TWSTO, or
    /// with the next START or STOP if one was lost meanwhile. 0: there was none.
    uint64_t deaf_from_ps, deaf_until_ps;
    uint64_t idle_fall_ps; ///< the last SCL fall outside a transfer that TWINT met
    uint64_t errors;       ///< bus errors so far
    uint64_t collisions;   ///< lost writes of TWDR so far
} mcu_twi;

/// Its timer is not queued: call mcu_twi_reset() before the struct goes.
void mcu_twi_init(mcu_twi *twi, const mcu_twi_config *config);
/// As after reset: off, all released, no flag; TWAR 0xFE, TWDR 0xFF, TWBR 0.
void mcu_twi_reset(mcu_twi *twi);
/// Tells it of an edge at its pins. The owner listens to all edges while TWEN is set.
void mcu_twi_edge(mcu_twi *twi, i2c_line line, bool high);

/// A write of TWCR; a one in TWINT clears it, and all other bits take what is written.
void mcu_twi_write_control(mcu_twi *twi, uint8_t value);
void mcu_twi_write_data(mcu_twi *twi, uint8_t value);
/// TWAR: address in the upper seven bits, general call in the lowest.
void mcu_twi_write_address(mcu_twi *twi, uint8_t value);
/// TWAMR: a one in the upper seven bits lets that bit of the address be anything.
void mcu_twi_write_mask(mcu_twi *twi, uint8_t value);
/// TWBR, and the two bits of TWSR's prescaler; for the next time that SCL is clocked.
void mcu_twi_write_bit_rate(mcu_twi *twi, uint8_t value);
void mcu_twi_write_prescaler(mcu_twi *twi, uint8_t value);
/// The CPU's clock has changed.
void mcu_twi_set_clock(mcu_twi *twi, uint64_t clock_hz);
uint8_t mcu_twi_control(const mcu_twi *twi);
uint8_t mcu_twi_status(const mcu_twi *twi);
static inline bool mcu_twi_enabled(const mcu_twi *twi)
{
    return (twi->control & MCU_TWI_TWEN) != 0;
}

/// What kept the hardware from hearing an address at `at_ps`, whatever the software; NULL: nothing.
/// Only the last such time is known.
const mcu_limit *mcu_twi_deaf(const mcu_twi *twi, uint64_t at_ps);
/// What made the hardware begin a hold of SCL at `at_ps` while no transfer was open; NULL: it did
/// not.
const mcu_limit *mcu_twi_idle_hold(const mcu_twi *twi, uint64_t at_ps);

#endif
