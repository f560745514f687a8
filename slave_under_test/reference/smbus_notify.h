/* What an SMBus device says of itself: Host Notify (SMBus 2.0 5.5.9), and writes to others as any
 * master. It tries again later where it is refused, and when the bus is free where another master
 * has won.
 *
 * SMBUS_NOTIFY 1: it does. */
#ifndef SMBUS_NOTIFY_H
#define SMBUS_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#ifndef SMBUS_NOTIFY
#define SMBUS_NOTIFY 0
#endif

#if SMBUS_NOTIFY
/* Vectors of the table, as SMBUS_NOTIFY_VECTORS: first the one that waits, then the master's. */
void smbus_notify_init(unsigned waits);
uint64_t smbus_notify_on_wait(void *state);
void smbus_notify_bus(bool busy);
/* Whether it has something to send. */
bool smbus_notify_is_pending(void);
/* notify(word, us), write_to(addr7, byte, us) of scenarios. */
void smbus_notify_host(void *state, const int64_t *args, uint32_t count);
void smbus_notify_write(void *state, const int64_t *args, uint32_t count);
/* clang-format off */
#define SMBUS_NOTIFY_VECTORS                                                                       \
    {"NOTIFY", I2CPROOF_ON_TIMER, smbus_notify_on_wait, 2, I2CPROOF_BY_NONE},                      \
    {"MASTER", I2CPROOF_ON_TIMER, soft_master_on_timer, 2, I2CPROOF_BY_NONE},
#define SMBUS_NOTIFY_FUNCTIONS                                                                     \
    {"notify", smbus_notify_host, 2}, {"write_to", smbus_notify_write, 3},
/* clang-format on */
#else
#define SMBUS_NOTIFY_VECTORS
#define SMBUS_NOTIFY_FUNCTIONS
static inline void smbus_notify_init(unsigned waits)
{
    (void)waits;
}
static inline void smbus_notify_bus(bool busy)
{
    (void)busy;
}
static inline bool smbus_notify_is_pending(void)
{
    return false;
}
#endif

#endif
