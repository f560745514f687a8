/* 32 bytes of memory: a write fills them from the first on, a read gives them from the first on. */
#include "twi_slave.h"

#include <string.h>

typedef struct {
    uint8_t memory[TWI_SLAVE_BYTES];
    twi_slave slave;
} twi_buffer;

static twi_buffer *self;

void twi_slave_received(const uint8_t *bytes, uint8_t count)
{
    const int64_t args[] = {count};
    i2cproof_called("twi_slave_received", args, 1);
    memcpy(self->memory, bytes, count);
}

uint8_t twi_slave_requested(uint8_t *bytes)
{
    i2cproof_called("twi_slave_requested", NULL, 0);
    memcpy(bytes, self->memory, sizeof self->memory);
    return sizeof self->memory;
}

static void init(void *state)
{
    self = state;
    twi_slave_init(&self->slave, 0x33);
}

static const i2cproof_variable variables[] = {I2CPROOF_MEMBER_ARRAY(twi_buffer, memory),
                                              I2CPROOF_MEMBER(twi_buffer, slave.rx_count),
                                              I2CPROOF_MEMBER(twi_buffer, slave.tx_index)};

I2CPROOF_SLAVE(I2CPROOF_STATE(twi_buffer), .init = init, .vectors = twi_slave_vectors,
               .vector_count = 1, .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables), .entry_time = I2CPROOF_US(1),
               .input_filter = I2CPROOF_NS(50) /* ATmega328P data sheet, "SCL and SDA Pins" */);
