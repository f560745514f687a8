/// The monitor turns the edges of the bus into START, Sr, bytes, ACKs and STOP. It survives every
/// abort: Sr or STOP at any bit, START directly followed by STOP, clocks without START.
///
/// An ACK is decided when SCL passes 70 % in clock 9, by the pulls of nodes other than the byte's
/// sender (an NXT holds SDA low there itself, which is no ACK), and told at the first of SCL fall,
/// START and STOP. The high phase that carries Sr or STOP is no bit (UM10204 3.1.4, 3.1.10).
///
/// Several masters may make one START: whoever of them pulls SDA when SCL first falls. From then on
/// one that lets SDA be high where another pulls it has lost (UM10204 3.1.8), by what the wires
/// show and whether or not it knows: the tag is that of who is left. Told when SCL rises. Where one
/// makes a STOP or Sr and another does not, the standard leaves open what follows; that is told,
/// too.
///
/// Hs-mode begins with the repeated START behind a controller code (0000 1XXX as a first byte) that
/// nobody acknowledged, and ends with STOP (UM10204 5.3.2).
///
/// Not modelled: CBUS frames (they show as bytes).
#ifndef I2C_MONITOR_H
#define I2C_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    I2C_EVENT_START, ///< START on a free bus
    I2C_EVENT_SR,    ///< START while a transfer was open
    I2C_EVENT_STOP,
    I2C_EVENT_BYTE, ///< eight bits are complete (SCL fell after the 8th)
    I2C_EVENT_ACK,  ///< the 9th bit is complete
    I2C_EVENT_LOST  ///< masters have lost arbitration
} i2c_event_kind;

typedef struct {
    i2c_event_kind kind;
    uint64_t at_ps;
    uint32_t by;    ///< START, Sr, STOP: nodes that made the edge. ACK: nodes that ACKed. LOST: who
    uint32_t owner; ///< nodes that made the START of this segment and have not lost since
    uint16_t attempt; ///< tag of the master (i2c_sim_tag)
    uint16_t message;
    uint32_t byte;  ///< index within the segment; 0 is the address byte
    uint8_t bits;   ///< START, Sr, STOP: bits of the byte that they cut off, 0 to 8
    uint8_t value;  ///< BYTE, ACK: the byte
    bool ack;       ///< ACK: somebody other than the sender held SDA low
    bool line_low;  ///< ACK: SDA was low, whoever held it
    bool to_master; ///< the byte is read data
    bool hs;        ///< START, Sr: Hs-mode from here on; else: the bus is in it
    bool was_open;  ///< STOP: a transfer was open
    bool undefined; ///< LOST: by an Sr or STOP that met something else (UM10204 3.1.8)
} i2c_event;

typedef void i2c_monitor_fn(void *ctx, const i2c_event *event);

/// What the monitor knows now. Read only outside sim/.
typedef struct {
    bool open;        ///< between START and STOP
    bool high_is_bit; ///< SCL rose since the last START, Sr, fall: the phase may become a bit
    bool in_ack;      ///< the next or present clock is the 9th
    bool reading;     ///< address byte had R/W = 1
    bool addressed;   ///< the address byte of this segment is complete
    uint8_t bits;     ///< complete bits of the present byte, 0 to 8
    uint8_t shift;    ///< those bits
    uint8_t address;  ///< the address byte, once addressed
    uint32_t byte;    ///< index of the present byte within the segment
    uint32_t owner;   ///< nodes that made the START and have not lost since
    uint32_t rivals;  ///< those at `rivals_ps`, when SCL last rose with several
    uint64_t rivals_ps;
    bool plain;        ///< a transfer is open, and one master at most has it
    bool after_start;  ///< no SCL fall since START or Sr
    uint32_t answered; ///< nodes that ACKed the address
    uint32_t ack_by;   ///< nodes other than the sender that pulled SDA at 70 % in clock 9
    bool ack_latched;  ///< ack_by is final
    bool hs;           ///< the bus is in Hs-mode
    bool hs_code;      ///< the segment is a controller code that nobody acknowledged
    bool ack_line_low; ///< SDA was low there, whoever held it
    uint64_t start_ps; ///< the last START or Sr
    uint64_t stop_ps;  ///< the last STOP; I2C_NEVER_PS before the first
    uint64_t segments; ///< STARTs and Srs so far
    uint16_t attempt, message;
} i2c_monitor;

#endif
