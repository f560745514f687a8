/// The master side of the TWI: who generates SCL, START and STOP. Bytes are shifted and answered in
/// twi.c for both sides. Inside models/mcu/ alone; software sees twi.h.
#ifndef MCU_TWI_MASTER_H
#define MCU_TWI_MASTER_H

#include "models/mcu/twi.h"

// ---- of twi.c -----------------------------------------------------------------------------------

/// Sets TWINT. While SCL is high the hold begins with its next fall.
void mcu_twi_raise(mcu_twi *twi, uint8_t status);
/// Forgets the byte, in `state` from now on, and lets go of SDA.
void mcu_twi_let_go(mcu_twi *twi, mcu_twi_state state);

// ---- of twi_master.c ----------------------------------------------------------------------------

/// Readies its timer, which is not queued.
void mcu_twi_make_master(mcu_twi *twi);
/// From its own START (or the wait for the instant of it) to its STOP, or to a lost arbitration.
static inline bool mcu_twi_is_master(const mcu_twi *twi)
{
    return twi->master.phase > MCU_TWI_CLAIMS;
}
/// The START that SDA has just made is its own.
bool mcu_twi_makes_start(const mcu_twi *twi);
bool mcu_twi_makes_stop(const mcu_twi *twi);
/// SDA has fallen for it, or risen.
void mcu_twi_start_made(mcu_twi *twi);
void mcu_twi_stop_made(mcu_twi *twi);
void mcu_twi_master_rise(mcu_twi *twi);
/// True: the fall is no end of a bit.
bool mcu_twi_master_fall(mcu_twi *twi);
/// A bit of its own: SCL stays low for its time, and goes up.
void mcu_twi_clock_bit(mcu_twi *twi);
/// TWINT is cleared in a transfer of its own: STOP, repeated START or the next byte.
void mcu_twi_master_goes_on(mcu_twi *twi);
/// It is no master any more, and lets go of SCL.
void mcu_twi_drop_master(mcu_twi *twi);
/// Makes a START as soon as TWSTA and the bus allow it; anything of both may have changed.
void mcu_twi_try_start(mcu_twi *twi);

#endif
