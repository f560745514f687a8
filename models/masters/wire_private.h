/// The inside of wire.h, shared with the `arduino` model.
#ifndef I2C_MASTERS_WIRE_PRIVATE_H
#define I2C_MASTERS_WIRE_PRIVATE_H

#include "models/masters/avr_twi.h"
#include "models/masters/model.h"
#include "models/masters/wire.h"

/// What twi.c is doing.
typedef enum { TWI_READY, TWI_TRANSMITTING, TWI_RECEIVING } twi_state;

/// What the interrupt routine does when its time is over.
typedef enum {
    ISR_SEND,
    ISR_RECEIVE,
    ISR_STOP,
    ISR_RESTART,
    ISR_RELEASE ///< arbitration lost: back to ready
} isr_action;

typedef enum { TWI_NO_ERROR, TWI_ADDRESS_NACK, TWI_DATA_NACK, TWI_ARBITRATION_LOST } twi_error;

struct wire {
    master base;
    avr_twi hardware;
    uint32_t split_cycles;
    bool millis; ///< the timer interrupt of millis() runs beside
    uint64_t millis_phase_ps;
    // Wire.cpp
    bool transmitting, write_error;
    uint8_t to_addr7;
    uint8_t tx[WIRE_BUFFER_BYTES];
    uint8_t tx_bytes;
    uint8_t rx[WIRE_BUFFER_BYTES];
    uint8_t rx_at, rx_bytes;
    // twi.c
    twi_state state;
    bool ready;     ///< state is TWI_READY, or nothing will come any more
    bool dead;      ///< the master was abandoned
    bool left_busy; ///< a STOP took too long: READY never comes
    bool in_rep_start, send_stop;
    bool adopted;      ///< the START of the next transfer was made as if by the call to come
    bool silent_start; ///< the START in progress asked for no interrupt
    bool restart_out;  ///< the Sr that in_rep_start speaks of is on the wire
    bool in_address;   ///< the next byte that is sent is an address
    twi_error error;
    uint8_t slarw;
    uint8_t buffer[256]; ///< as long as a transfer of "length 0" runs; the real one has 32
    uint8_t index;       ///< 8 bits, as the real one
    uint8_t length;
    uint32_t timeout_us;
    bool timeout_resets, timeout_flag;
    uint16_t message;  ///< tag of the message that runs
    uint16_t messages; ///< of the transfer; 0 outside master_run()
    // the interrupt routine
    i2c_timer isr;
    isr_action action;
    uint8_t value;
    bool acks;
    i2c_timer stop_poll; ///< a STOP that takes longer than the time-out
};

/// Fresh library and hardware on m's simulation and node.
void wire_init(wire *w);
void wire_edge(wire *w, i2c_line line, bool high, uint64_t at_ps);
/// Stopped dead; lines stay.
void wire_halt(wire *w);
/// As after a reset of the chip, with begin() and setClock() done.
void wire_reset(wire *w);

#endif
