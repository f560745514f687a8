/* A slave with every option that the bus has for slaves, each behind a macro: what a scenario asks
 * of a slave, there is a .slave file here that declares it and does it right.
 *
 *     soft_i2c.c            bits, START, STOP, stretching (SOFT_STRETCH), Hs-mode (SOFT_HS)
 *     soft_address.c        7-bit addresses, 10-bit address, Device ID
 *     soft_general_call.c   general call, software reset, hardware general call
 *     register_map.c        what the bytes mean
 *
 * Here they are put together. */
#include "fault.h"
#include "register_map.h"
#include "soft_address.h"
#include "soft_general_call.h"

enum { NEW_ADDRESS = REGISTER_MAP_VECTORS, NEW_VALUE };

static uint16_t matched;     /* the address that was answered last */
static uint8_t caller;       /* sender of the last hardware general call */
static uint8_t called_bytes; /* bytes of hardware general calls */
static uint8_t called_with;  /* the last of them */
static uint8_t resets;       /* by general call */
static uint8_t coming_addr7 = SLAVE_ADDRESS;
static uint8_t coming_value;

/* ---- the bus ---- */

bool target_addressed(uint16_t address, bool read)
{
    if (busy)
        return false;
    matched = FAULT(MATCHED_IS_OWN) ? SLAVE_ADDRESS : address;
    register_map_begins(read);
    return true;
}

bool target_received(uint8_t byte)
{
    return register_map_takes(byte);
}

uint8_t target_next(void)
{
    return register_map_gives();
}

void target_sent(void)
{
    register_map_gave();
}

void target_reset(void)
{
    register_map_reset();
    resets++;
}

void target_called(uint8_t sender, uint8_t byte)
{
    caller = sender;
    called_with = byte;
    called_bytes++;
}

/* ---- the application ---- */

static uint64_t on_new_address(void *state)
{
    (void)state;
    soft_address_set(coming_addr7);
    return 0;
}

/* set_address(addr7, us): in so many microseconds it takes another address; above 0x7F: none. */
static void set_address(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    coming_addr7 = args[0] > 0x7F ? SOFT_NO_ADDRESS : (uint8_t)args[0];
    if (args[1] > 0)
        i2cproof_timer(NEW_ADDRESS, I2CPROOF_US(args[1]));
    else
        soft_address_set(coming_addr7);
}

static uint64_t on_rewrite(void *state)
{
    ((register_map_memory *)state)->scratch[0] = coming_value;
    return 0;
}

/* rewrite(byte, us): in so many microseconds the application writes its first scratch register. */
static void rewrite(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    coming_value = (uint8_t)args[0];
    i2cproof_timer(NEW_VALUE, I2CPROOF_US(args[1]));
}

/* set_pins(addr7): what the address pins say from now on. */
static void set_pins(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    soft_address_set_pins((uint8_t)args[0]);
}

static void init(void *state)
{
    register_map_init(state);
    soft_address_init(SLAVE_ADDRESS);
}

static const i2cproof_vector vectors[] = {
    SOFT_ADDRESS_VECTORS,
    REGISTER_MAP_VECTOR,
    {"ADDRESS", I2CPROOF_ON_TIMER, on_new_address, 2, I2CPROOF_BY_NONE},
    {"REWRITE", I2CPROOF_ON_TIMER, on_rewrite, 2, I2CPROOF_BY_NONE},
};
static const i2cproof_variable variables[] = {
    REGISTER_MAP_VARIABLES,         I2CPROOF_VARIABLE(matched),      I2CPROOF_VARIABLE(caller),
    I2CPROOF_VARIABLE(called_with), I2CPROOF_VARIABLE(called_bytes), I2CPROOF_VARIABLE(resets),
};
static const i2cproof_function functions[] = {
    REGISTER_MAP_FUNCTION,
    {"set_address", set_address, 2},
    {"rewrite", rewrite, 2},
    {"set_pins", set_pins, 1},
};

I2CPROOF_SLAVE(REGISTER_MAP_STATE, .init = init, .main_loop = SOFT_MAIN_LOOP, .vectors = vectors,
               .vector_count = I2CPROOF_COUNT(vectors), .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables), .functions = functions,
               .function_count = I2CPROOF_COUNT(functions), SOFT_PORT);
