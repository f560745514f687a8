#include "sim/timing.h"

#include "sim/units.h"

#include <assert.h>
#include <stddef.h>

#define NS(x) ((x)*I2C_PS_PER_NS)

// UM10204 rev 7.0, Tables 10 and 11. The maxima of data hold, bracketed there, are the older form
// of tVD and are judged as tVD.
static const i2c_timing_limit tables[][I2C_TIMING_COUNT] = {
    [I2C_MODE_SM] = {[I2C_T_HD_STA] = {NS(4000), 0},
                     [I2C_T_LOW] = {NS(4700), 0},
                     [I2C_T_HIGH] = {NS(4000), 0},
                     [I2C_T_SU_STA] = {NS(4700), 0},
                     [I2C_T_SU_STO] = {NS(4000), 0},
                     [I2C_T_BUF] = {NS(4700), 0},
                     [I2C_T_HD_DAT] = {0, 0},
                     [I2C_T_SU_DAT] = {NS(250), 0},
                     [I2C_T_VD_DAT] = {0, NS(3450)},
                     [I2C_T_VD_ACK] = {0, NS(3450)},
                     [I2C_T_PERIOD] = {NS(10000), 0}},
    [I2C_MODE_FM] = {[I2C_T_HD_STA] = {NS(600), 0},
                     [I2C_T_LOW] = {NS(1300), 0},
                     [I2C_T_HIGH] = {NS(600), 0},
                     [I2C_T_SU_STA] = {NS(600), 0},
                     [I2C_T_SU_STO] = {NS(600), 0},
                     [I2C_T_BUF] = {NS(1300), 0},
                     [I2C_T_HD_DAT] = {0, 0},
                     [I2C_T_SU_DAT] = {NS(100), 0},
                     [I2C_T_VD_DAT] = {0, NS(900)},
                     [I2C_T_VD_ACK] = {0, NS(900)},
                     [I2C_T_PERIOD] = {NS(2500), 0}},
    [I2C_MODE_FMPLUS] = {[I2C_T_HD_STA] = {NS(260), 0},
                         [I2C_T_LOW] = {NS(500), 0},
                         [I2C_T_HIGH] = {NS(260), 0},
                         [I2C_T_SU_STA] = {NS(260), 0},
                         [I2C_T_SU_STO] = {NS(260), 0},
                         [I2C_T_BUF] = {NS(500), 0},
                         [I2C_T_HD_DAT] = {0, 0},
                         [I2C_T_SU_DAT] = {NS(50), 0},
                         [I2C_T_VD_DAT] = {0, NS(450)},
                         [I2C_T_VD_ACK] = {0, NS(450)},
                         [I2C_T_PERIOD] = {NS(1000), 0}},
};

static i2c_mode table_of(i2c_mode mode)
{
    assert(mode <= I2C_MODE_HS);
    return mode == I2C_MODE_HS ? I2C_MODE_FM : mode;
}

const i2c_timing_limit *i2c_timing_limits(i2c_mode mode)
{
    return tables[table_of(mode)];
}

const char *i2c_timing_symbol(i2c_timing_parameter parameter)
{
    static const char *const symbols[I2C_TIMING_COUNT] = {
        [I2C_T_HD_STA] = "tHD;STA", [I2C_T_LOW] = "tLOW",       [I2C_T_HIGH] = "tHIGH",
        [I2C_T_SU_STA] = "tSU;STA", [I2C_T_SU_STO] = "tSU;STO", [I2C_T_BUF] = "tBUF",
        [I2C_T_HD_DAT] = "tHD;DAT", [I2C_T_SU_DAT] = "tSU;DAT", [I2C_T_VD_DAT] = "tVD;DAT",
        [I2C_T_VD_ACK] = "tVD;ACK", [I2C_T_PERIOD] = "1/fSCL",
    };
    assert(parameter < I2C_TIMING_COUNT);
    return symbols[parameter];
}

uint64_t i2c_timing_tr_max_ps(i2c_mode mode)
{
    static const uint64_t tr_ps[] = {NS(1000), NS(300), NS(120)};
    return tr_ps[table_of(mode)];
}

uint64_t i2c_timing_tf_max_ps(i2c_mode mode)
{
    static const uint64_t tf_ps[] = {NS(300), NS(300), NS(120)};
    return tf_ps[table_of(mode)];
}
