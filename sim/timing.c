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

// UM10204 rev 7.0, Table 13: 100 pF and 400 pF. 1/fSCLH rounded up.
static const i2c_timing_limit hs_tables[2][I2C_TIMING_COUNT] = {
    {[I2C_T_HD_STA] = {NS(160), 0},
     [I2C_T_LOW] = {NS(160), 0},
     [I2C_T_HIGH] = {NS(60), 0},
     [I2C_T_SU_STA] = {NS(160), 0},
     [I2C_T_SU_STO] = {NS(160), 0},
     [I2C_T_HD_DAT] = {0, NS(70)},
     [I2C_T_SU_DAT] = {NS(10), 0},
     [I2C_T_PERIOD] = {294118, 0}},
    {[I2C_T_HD_STA] = {NS(160), 0},
     [I2C_T_LOW] = {NS(320), 0},
     [I2C_T_HIGH] = {NS(120), 0},
     [I2C_T_SU_STA] = {NS(160), 0},
     [I2C_T_SU_STO] = {NS(160), 0},
     [I2C_T_HD_DAT] = {0, NS(150)},
     [I2C_T_SU_DAT] = {NS(10), 0},
     [I2C_T_PERIOD] = {588236, 0}},
};

/// Between the columns of Table 13, for `cb_pf` from 100 to 400.
static uint64_t between(uint64_t at_100_ps, uint64_t at_400_ps, uint32_t cb_pf)
{
    return at_100_ps + (at_400_ps - at_100_ps) * (cb_pf - 100) / 300;
}

static uint32_t in_columns(uint32_t cb_pf)
{
    if (cb_pf < 100)
        return 100;
    return cb_pf > 400 ? 400 : cb_pf;
}

void i2c_timing_hs_limits(i2c_timing_limit limit[I2C_TIMING_COUNT], uint32_t cb_pf)
{
    const uint32_t cb = in_columns(cb_pf);
    for (unsigned p = 0; p < I2C_TIMING_COUNT; p++) {
        const i2c_timing_limit *light = &hs_tables[0][p];
        const i2c_timing_limit *heavy = &hs_tables[1][p];
        limit[p].min_ps = between(light->min_ps, heavy->min_ps, cb);
        limit[p].max_ps = between(light->max_ps, heavy->max_ps, cb);
    }
}

uint64_t i2c_timing_hs_tr_max_ps(uint32_t cb_pf)
{
    return between(NS(80), NS(160), in_columns(cb_pf));
}

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
