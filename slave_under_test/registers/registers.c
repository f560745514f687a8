/* A slave with registers behind a pointer (register_map.h), at one 7-bit address. */
#include "../fault.h"
#include "register_map.h"

#ifndef SLAVE_ADDRESS
#define SLAVE_ADDRESS 0x50
#endif
#ifndef ADDRESS_MASK
#define ADDRESS_MASK 0x7F /* bits of the address that are compared */
#endif

/* ---- the bus ---- */

bool soft_addressed(uint8_t addr7, bool read)
{
    if (FAULT(ANSWERS_START_BYTE) && addr7 == 0)
        return true;
    if (FAULT(BUSY_MASKS_ADDRESS) && busy)
        return (addr7 & 0x70) == (SLAVE_ADDRESS & 0x70) && addr7 != SLAVE_ADDRESS;
    const bool shifted = FAULT(ANSWERS_8_BIT_FORM) && addr7 == (SLAVE_ADDRESS << 1 & 0x7F);
    if (((addr7 & ADDRESS_MASK) != (SLAVE_ADDRESS & ADDRESS_MASK) && !shifted) || busy)
        return false;
    if (FAULT(READ_NEEDS_RESTART) && read && !soft_is_restarted())
        pointer = 0; /* "a read begins a new transfer" */
    register_map_begins(read);
    return true;
}

bool soft_received(uint8_t byte)
{
    return register_map_takes(byte);
}

uint8_t soft_next(void)
{
    return register_map_gives();
}

void soft_sent(void)
{
    register_map_gave();
}

/* ---- the application ---- */

static void init(void *state)
{
    register_map_init(state);
    soft_init(false);
}

static const i2cproof_vector vectors[] = {SOFT_VECTOR_TABLE, REGISTER_MAP_VECTOR};
static const i2cproof_variable variables[] = {REGISTER_MAP_VARIABLES};
static const i2cproof_function functions[] = {REGISTER_MAP_FUNCTION};

I2CPROOF_SLAVE(REGISTER_MAP_STATE, .init = init, .main_loop = SOFT_MAIN_LOOP, .vectors = vectors,
               .vector_count = I2CPROOF_COUNT(vectors), .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables), .functions = functions,
               .function_count = I2CPROOF_COUNT(functions), SOFT_PORT);
