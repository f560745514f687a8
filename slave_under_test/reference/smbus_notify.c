#include "smbus_notify.h"

#include "../fault.h"
#include "smbus_arp.h"
#include "soft_i2c.h"
#include "soft_master.h"

enum { HOST = 0x08, RETRY_MS = 2 };

static unsigned wait_vector;
static uint8_t message[4];
static unsigned bytes;
static bool tries_on; /* a refusal is not the end of it */
static bool pending;
static bool again; /* a fault has it sent once more */

void smbus_notify_init(unsigned waits)
{
    wait_vector = waits;
    soft_master_init(waits + 1);
}

uint64_t smbus_notify_on_wait(void *state)
{
    (void)state;
    soft_master_send(message, bytes);
    return 0;
}

void smbus_notify_bus(bool busy)
{
    soft_master_bus(busy);
}

bool smbus_notify_is_pending(void)
{
    return pending;
}

static void send_in(int64_t us)
{
    pending = true;
    again = FAULT(NOTIFY_REPEATS);
    if (us > 0)
        i2cproof_timer(wait_vector, I2CPROOF_US(us));
    else
        soft_master_send(message, bytes);
}

void smbus_notify_host(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    const uint8_t low = (uint8_t)args[0];
    const uint8_t high = (uint8_t)(args[0] >> 8);
    message[0] = (uint8_t)(HOST << 1 | (FAULT(NOTIFY_READS) ? 1 : 0));
    message[1] = (uint8_t)(smbus_own_address() << (FAULT(NOTIFY_ADDRESS_UNSHIFTED) ? 0 : 1));
    message[2] = FAULT(NOTIFY_HIGH_FIRST) ? high : low;
    message[3] = FAULT(NOTIFY_HIGH_FIRST) ? low : high;
    bytes = FAULT(NOTIFY_SHORT) ? 3 : 4;
    tries_on = true;
    send_in(args[1]);
}

void smbus_notify_write(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)count;
    message[0] = (uint8_t)(args[0] << 1);
    message[1] = (uint8_t)args[1];
    bytes = 2;
    tries_on = false;
    send_in(args[2]);
}

static void try_again_later(void)
{
    if (tries_on && !FAULT(NOTIFY_GIVES_UP))
        i2cproof_timer(wait_vector, I2CPROOF_MS(RETRY_MS));
    else
        pending = false;
}

void soft_master_ended(soft_master_end how)
{
    if (how == SOFT_MASTER_REFUSED) {
        try_again_later();
    } else if (how == SOFT_MASTER_LOST) {
        if (FAULT(MASTER_LOST_IS_DEAF))
            (void)soft_leave();
        pending = !FAULT(NOTIFY_LOST_GIVES_UP);
        if (pending)
            soft_master_send(message, bytes);
    } else if (again) {
        again = false;
        i2cproof_timer(wait_vector, I2CPROOF_MS(RETRY_MS));
    } else {
        pending = false;
    }
}
