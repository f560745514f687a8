/// The two-wire hardware of an AVR as a master: START, bytes and STOP as commands, an interrupt
/// flag (TWINT) after each, SCL held low while the flag is set. What its interrupt routine decides,
/// and when, is the software's above.
///
/// Shapes are the data sheet's; the split of a period into low and high, and the delay of SDA, are
/// assumptions (see wire.h). Private to models/masters/.
///
/// Not modelled: slave mode, the prescaler, the analogue filters, a bus error from a START or STOP
/// of others in the middle of a byte.
#ifndef I2C_MASTERS_AVR_TWI_H
#define I2C_MASTERS_AVR_TWI_H

#include "models/masters/bit_engine.h"

typedef enum {
    AVR_TWI_STARTED, ///< START or Sr is out
    AVR_TWI_SENT,    ///< a byte, `bit`: SDA in clock 9
    AVR_TWI_RECEIVED,
    AVR_TWI_STOPPED, ///< TWSTO cleared; no TWINT
    AVR_TWI_LOST     ///< arbitration; lines released
} avr_twi_event;

/// `nack`: of a sent byte. From within an event of the simulation.
typedef void avr_twi_fn(void *ctx, avr_twi_event event, bool nack);

/// The caller's. `value` may be read after AVR_TWI_RECEIVED.
typedef struct {
    bit_engine bits;
    bit_timing timing;
    avr_twi_fn *told;
    void *ctx;
    i2c_timer ack_release;
    bool sending, ack;
    uint8_t value;
} avr_twi;

/// bits.sim and bits.node are set, as are told and ctx.
void avr_twi_init(avr_twi *t);
/// A period of `period_cycles` CPU clocks, low `split_cycles` shorter than half of it.
/// `seen_low_ps` is how long SCL takes to be seen low after a pull.
void avr_twi_clock(avr_twi *t, uint32_t period_cycles, uint32_t split_cycles, uint64_t seen_low_ps,
                   uint64_t seen_high_ps);
#define AVR_TWI_CYCLE_PS UINT64_C(62500) ///< 16 MHz
/// SCL seen low to SDA changed: 2 to 4 CPU clocks.
#define AVR_TWI_HOLD_PS (3 * AVR_TWI_CYCLE_PS)
/// SDA is sampled when this part of half a period has passed with SCL seen high.
enum { AVR_TWI_SAMPLE_DIVISOR = 2 };

void avr_twi_start(avr_twi *t);
/// Goes on from a START that was made for it (bit_engine_adopt_start()).
void avr_twi_grab(avr_twi *t);
void avr_twi_send(avr_twi *t, uint8_t value);
void avr_twi_receive(avr_twi *t, bool ack);
void avr_twi_stop(avr_twi *t);
/// TWEN off: both lines released, everything forgotten.
void avr_twi_disable(avr_twi *t);
void avr_twi_halt(avr_twi *t);

#endif
