/* Four bytes: the index begins at 0 with each START, and stays at the last one. */
#include "usi_slave.h"

enum { BYTES = 4 };

typedef struct {
    uint8_t index;
    uint8_t buffer[BYTES];
} multi;

static multi *me;

void I2CSlave_TransmissionStart(bool read)
{
    (void)read;
    if (FAULT(PROBE_CLEARS))
        me->buffer[0] = 0;
    me->index = 0;
}

static void step(void)
{
    if (me->index < BYTES - 1 || FAULT(OVERRUNS))
        me->index++;
}

uint8_t I2CSlave_DataRequest(void)
{
    const uint8_t byte = me->buffer[me->index];
    step();
    return byte;
}

void I2CSlave_DataReceived(uint8_t byte)
{
    const int64_t args[] = {byte};
    i2cproof_called("I2CSlave_DataReceived", args, 1);
    me->buffer[me->index] = byte;
    step();
}

static void init(void *state)
{
    me = state;
    I2CSlave_Initialise(0x27);
}

static const i2cproof_variable variables[] = {I2CPROOF_MEMBER(multi, index),
                                              I2CPROOF_MEMBER_ARRAY(multi, buffer)};

I2CPROOF_SLAVE(I2CPROOF_STATE(multi), .init = init, .main_loop = usi_slave_main,
               .vectors = usi_slave_vectors, .vector_count = USI_SLAVE_VECTORS,
               .variables = variables, .variable_count = I2CPROOF_COUNT(variables),
               .entry_time = I2CPROOF_US(1));
