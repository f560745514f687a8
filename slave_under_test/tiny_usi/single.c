/* One byte: what was written last is what is read. */
#include "usi_slave.h"

static uint8_t value;

void I2CSlave_TransmissionStart(bool read)
{
    (void)read;
    if (FAULT(PROBE_CLEARS))
        value = 0;
}

uint8_t I2CSlave_DataRequest(void)
{
    return value;
}

void I2CSlave_DataReceived(uint8_t byte)
{
    const int64_t args[] = {byte};
    i2cproof_called("I2CSlave_DataReceived", args, 1);
    value = byte;
}

static void init(void *state)
{
    (void)state;
    I2CSlave_Initialise(0x26);
}

static const i2cproof_variable variables[] = {I2CPROOF_VARIABLE(value)};

I2CPROOF_SLAVE(.init = init, .main_loop = usi_slave_main, .vectors = usi_slave_vectors,
               .vector_count = USI_SLAVE_VECTORS, .variables = variables, .variable_count = 1,
               .entry_time = I2CPROOF_US(1));
