// From intervals as the specification measures them to instants at the master's pins.
#include "models/masters/bit_engine.h"
#include "models/masters/model.h"

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/// Low and high time of a clock, as measured: the given minima, and the rest of the period to one
/// of them.
static void split_period(const bit_table *table, bool high_is_least, uint64_t edges_ps,
                         uint64_t *low_ps, uint64_t *high_ps)
{
    *low_ps = table->low_ps;
    *high_ps = table->high_ps;
    const uint64_t rest_ps = less(table->period_ps, edges_ps + table->low_ps + table->high_ps);
    *(high_is_least ? low_ps : high_ps) += rest_ps;
}

void bit_timing_for_wires(bit_timing *timing, const bit_table *table, const i2c_wires *wires,
                          i2c_threshold threshold)
{
    const master_wire_times w = master_wire_times_of(wires);
    const uint64_t tf_ps = w.fall_ps[I2C_AT_30]; // f70 is the pull itself
    const uint64_t tr_ps = w.rise_ps[I2C_AT_70] - w.rise_ps[I2C_AT_30];
    const uint64_t seen_to_70_ps = w.rise_ps[I2C_AT_70] - w.rise_ps[threshold];
    *timing = (bit_timing){
        .sda_hold_ps = tf_ps + table->hd_dat_ps,
        .ack_hold_ps = tf_ps + table->ack_hd_ps,
        .hd_sta_ps = tf_ps + table->hd_sta_ps,
        .su_sta_ps = seen_to_70_ps + table->su_sta_ps,
        .su_sto_ps = seen_to_70_ps + less(table->su_sto_ps, w.rise_ps[I2C_AT_30]),
        .void_stop_ps = tf_ps + later(table->hd_sta_ps, table->su_sto_ps),
        .buf_ps = table->buf_ps,
        .settle_ps = w.rise_ps[I2C_AT_70],
    };
    for (unsigned odd_even = 0; odd_even < 2; odd_even++) {
        uint64_t low_ps = 0;
        uint64_t high_ps = 0;
        split_period(table, table->alternate && odd_even == 1, tr_ps + tf_ps, &low_ps, &high_ps);
        timing->low_ps[odd_even] = less(tf_ps + low_ps, w.rise_ps[I2C_AT_30]);
        timing->high_ps[odd_even] = seen_to_70_ps + high_ps;
        timing->sample_ps[odd_even] = seen_to_70_ps + high_ps / 2;
    }
    // A slow bus: SDA must be up before SCL comes. What the table asks is at r30 and r70.
    const uint64_t slower_ps = later(tf_ps, w.rise_ps[I2C_AT_70]);
    const uint64_t setup_ps = less(slower_ps + table->su_dat_ps, w.rise_ps[I2C_AT_30]);
    timing->sda_setup_ps = table->su_dat_ps != 0 ? setup_ps : 0;
    timing->turn_low_ps = later(timing->low_ps[0], timing->sda_hold_ps + slower_ps);
}

#define NS(x) ((x)*I2C_PS_PER_NS)

// Comfortably inside the table, SDA changes a little after SCL falls.
static const bit_table typical[] = {
    [I2C_MODE_SM] = {.hd_dat_ps = NS(300),
                     .low_ps = NS(5000),
                     .high_ps = NS(4000),
                     .hd_sta_ps = NS(5000),
                     .su_sta_ps = NS(5000),
                     .su_sto_ps = NS(5000),
                     .buf_ps = NS(5000)},
    [I2C_MODE_FM] = {.hd_dat_ps = NS(100),
                     .low_ps = NS(1400),
                     .high_ps = NS(600),
                     .hd_sta_ps = NS(700),
                     .su_sta_ps = NS(700),
                     .su_sto_ps = NS(700),
                     .buf_ps = NS(1400)},
    [I2C_MODE_FMPLUS] = {.hd_dat_ps = NS(50),
                         .low_ps = NS(550),
                         .high_ps = NS(260),
                         .hd_sta_ps = NS(300),
                         .su_sta_ps = NS(300),
                         .su_sto_ps = NS(300),
                         .buf_ps = NS(550)},
};

bit_table bit_table_typical(i2c_mode mode)
{
    return typical[mode == I2C_MODE_HS ? I2C_MODE_FM : mode];
}
