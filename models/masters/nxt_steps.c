#include "models/masters/nxt_steps.h"

// Ticks are counted from t0 of a byte. A handler that moves both pins moves SCL first, but for the
// ACK tick.
#define T(n)    NXT_TICK, (n)
#define AT_ONCE BITBANG_NO_DELAY, 0

static const bitbang_step start[] = {{BITBANG_SCL_HIGH, AT_ONCE},
                                     {BITBANG_SDA_START, NXT_HOLD, 1},
                                     {BITBANG_SCL_LOW, NXT_SETTLE, 1},
                                     BITBANG_END};
// 0, 2 ... 14: SDA; 1, 3 ... 15: SCL up; 2, 4 ... 16: SCL low.
static const bitbang_step write_bit[] = {{BITBANG_SDA_BIT, T(1)},
                                         {BITBANG_SCL_HIGH, T(1)},
                                         {BITBANG_SCL_LOW, NXT_SETTLE, 1},
                                         BITBANG_END};
// 17: the pin was read at entry, with SCL still low. SDA becomes an output that shows bit 0 for a
// moment, then is low, then SCL rises.
static const bitbang_step ack_in[] = {{BITBANG_SDA_FLOAT, T(1)},
                                      {BITBANG_SAMPLE, AT_ONCE},
                                      {BITBANG_SDA_BIT, NXT_EPS_FIRST, 1},
                                      {BITBANG_SDA_LOW, NXT_EPS_SECOND, 1},
                                      {BITBANG_SCL_HIGH, T(1)},
                                      {BITBANG_SCL_LOW, AT_ONCE},
                                      BITBANG_END};
// 18 to 21: bookkeeping.
static const bitbang_step write_next[] = {{BITBANG_PAUSE, T(3)}, BITBANG_END};
static const bitbang_step stop[] = {
    {BITBANG_PAUSE, T(1)}, {BITBANG_SCL_HIGH, T(1)}, {BITBANG_SDA_HIGH, AT_ONCE}, BITBANG_END};
// Tick 18 lets SCL fall and rise in one handler.
static const bitbang_step address_nack[] = {{BITBANG_PAUSE, NXT_EPS, 1},
                                            {BITBANG_SCL_HIGH, T(1)},
                                            {BITBANG_SDA_HIGH, AT_ONCE},
                                            BITBANG_END};
// STOP, a clock with SDA high, START: what the ultrasonic sensor wants.
static const bitbang_step join[] = {{BITBANG_PAUSE, T(1)},    {BITBANG_SCL_HIGH, T(2)},
                                    {BITBANG_SDA_HIGH, T(1)}, {BITBANG_SCL_LOW, T(1)},
                                    {BITBANG_SCL_HIGH, T(1)}, {BITBANG_SDA_START, T(2)},
                                    {BITBANG_SCL_LOW, T(1)},  BITBANG_END};
static const bitbang_step read_first[] = {
    {BITBANG_PAUSE, T(7)}, {BITBANG_SDA_FLOAT, T(1)}, BITBANG_END};
static const bitbang_step read_bit[] = {
    {BITBANG_SCL_HIGH, T(1)}, {BITBANG_SAMPLE, AT_ONCE}, {BITBANG_SCL_LOW, T(1)}, BITBANG_END};
static const bitbang_step read_last_bit[] = {
    {BITBANG_SCL_HIGH, T(1)}, {BITBANG_SAMPLE, AT_ONCE}, {BITBANG_SCL_LOW, AT_ONCE}, BITBANG_END};
static const bitbang_step ack_out[] = {
    {BITBANG_PAUSE, NXT_SETTLE, 1},   {BITBANG_SDA_LOW, T(1)},   {BITBANG_SCL_HIGH, T(1)},
    {BITBANG_SCL_LOW, NXT_SETTLE, 1}, {BITBANG_SDA_FLOAT, T(3)}, BITBANG_END};
static const bitbang_step nack_out[] = {
    {BITBANG_PAUSE, T(1)}, {BITBANG_SCL_HIGH, T(1)}, {BITBANG_SCL_LOW, T(1)}, BITBANG_END};
static const bitbang_step read_end[] = {{BITBANG_SCL_HIGH, AT_ONCE}, BITBANG_END}; // and no STOP
// SCL goes up, and SDA one tick after it is up, if SDA is an output at all.
static const bitbang_step abort_now[] = {{BITBANG_SCL_HIGH, T(1)},
                                         {BITBANG_WAIT, AT_ONCE},
                                         {BITBANG_SDA_STAYS_OUTPUT, AT_ONCE},
                                         BITBANG_END};

const bitbang_step *const nxt_steps[BITBANG_PHASES] = {
    [BITBANG_START] = start,
    [BITBANG_RESTART] = join,
    [BITBANG_WRITE_NEXT] = write_next,
    [BITBANG_WRITE_BIT] = write_bit,
    [BITBANG_ACK_IN] = ack_in,
    [BITBANG_READ_FIRST] = read_first,
    [BITBANG_READ_BIT] = read_bit,
    [BITBANG_READ_LAST_BIT] = read_last_bit,
    [BITBANG_ACK_OUT] = ack_out,
    [BITBANG_NACK_OUT] = nack_out,
    [BITBANG_STOP] = stop,
    [BITBANG_READ_END] = read_end,
    [BITBANG_ADDRESS_NACK_END] = address_nack,
    [BITBANG_ABORT] = abort_now,
};

const sequence_policy nxt_policy = {
    .data_nack = SEQUENCE_GO_ON, .no_arbitration = true, .second_reads = true};

void nxt_delays(bitbang *b, uint64_t tick_ps, uint64_t eps_ps, uint64_t settle_ps)
{
    b->delay_ps[NXT_TICK] = tick_ps;
    b->delay_ps[NXT_SETTLE] = settle_ps;
    b->delay_ps[NXT_EPS] = eps_ps;
    b->delay_ps[NXT_EPS_FIRST] = eps_ps / 2;
    b->delay_ps[NXT_EPS_SECOND] = eps_ps - eps_ps / 2;
    b->within = 1u << NXT_SETTLE | 1u << NXT_EPS | 1u << NXT_EPS_FIRST | 1u << NXT_EPS_SECOND;
    b->push_pull_scl = true;
    b->push_pull_sda = true;
    b->poll_ps = tick_ps;
    b->limit_ps = I2C_NEVER_PS;
}
