/// The timing tables of UM10204 rev 7.0: Tables 10 and 11 (Standard-mode, Fast-mode, Fast-mode
/// Plus), 12 and 13 (Hs-mode).
#ifndef I2C_TIMING_H
#define I2C_TIMING_H

#include <stdint.h>

typedef enum { I2C_MODE_SM, I2C_MODE_FM, I2C_MODE_FMPLUS, I2C_MODE_HS } i2c_mode;

/// Parameters that are measured on the bus, by their UM10204 symbols. The first group is made by
/// the master, the second by whoever drives the SDA bit.
typedef enum {
    I2C_T_HD_STA,
    I2C_T_LOW,
    I2C_T_HIGH,
    I2C_T_SU_STA,
    I2C_T_SU_STO,
    I2C_T_BUF,
    I2C_T_HD_DAT,
    I2C_T_SU_DAT,
    I2C_T_VD_DAT,
    I2C_T_VD_ACK,
    I2C_T_PERIOD, ///< 1/fSCL
    I2C_TIMING_COUNT
} i2c_timing_parameter;

typedef struct {
    uint64_t min_ps; ///< 0: no minimum
    uint64_t max_ps; ///< 0: no maximum
} i2c_timing_limit;

/// The limits of a mode. I2C_MODE_HS gives Fast-mode's: Hs transfers begin at that speed, and
/// return to it with their STOP.
const i2c_timing_limit *i2c_timing_limits(i2c_mode mode);
/// The limits from the repeated START behind the controller code up to the STOP, on lines of
/// `cb_pf`: one column up to 100 pF, the other from 400 pF on, and between them a straight line, as
/// Table 13 has it. No tBUF and no tVD there: tHD;DAT has a maximum.
void i2c_timing_hs_limits(i2c_timing_limit limit[I2C_TIMING_COUNT], uint32_t cb_pf);
/// "tHD;STA"; static.
const char *i2c_timing_symbol(i2c_timing_parameter parameter);
/// Maximum rise and fall time of a mode, 30 % to 70 %.
uint64_t i2c_timing_tr_max_ps(i2c_mode mode);
uint64_t i2c_timing_tf_max_ps(i2c_mode mode);
/// The same of SDAH in Hs-mode, by Table 13.
uint64_t i2c_timing_hs_tr_max_ps(uint32_t cb_pf);

#endif
