/// Writes that take effect later: a routine's body runs in one instant, but the instruction that
/// writes a pin stands somewhere inside the routine, and the pin follows it after its output delay.
/// The queue keeps the writes in the order of their times, equal times in the order of asking.
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_WRITES_H
#define MCU_WRITES_H

#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

enum { MCU_WRITES_MAX = 64 };

typedef struct {
    uint64_t due_ps;
    uint8_t what;       ///< means something to the owner alone
    uint8_t value;      ///< likewise
    uint8_t mask;       ///< likewise
    int8_t source;      ///< interrupt source that wrote it; -1: the main loop
    uint32_t line : 24; ///< of the source file; 0: unknown
    uint32_t high : 8;  ///< means something to the owner alone
    uint32_t number;    ///< means something to the owner alone
    const char *file;   ///< must outlive the queue; may be NULL
} mcu_write;

/// The write takes effect now.
typedef void mcu_write_fn(void *ctx, const mcu_write *write);

/// Read only outside models/mcu/.
typedef struct {
    i2c_sim *sim;
    mcu_write_fn *apply;
    void *ctx;
    i2c_timer timer;
    unsigned count;
    mcu_write entry[MCU_WRITES_MAX]; ///< the next one last
} mcu_writes;

/// `apply` gets `ctx`, which stays the caller's. The timer of an earlier life must not be queued.
void mcu_writes_init(mcu_writes *writes, i2c_sim *sim, mcu_write_fn *apply, void *ctx);
/// Queues a write for `write->due_ps`, not in the past; one for the present instant is done at
/// once when none is queued before it. False when the queue is full: the write is lost.
bool mcu_writes_put(mcu_writes *writes, const mcu_write *write);
/// Queues a write for `due_ps`, later than now, whose other fields the caller fills in at once; so
/// it need not be made first and copied then. NULL when the queue is full.
mcu_write *mcu_writes_add(mcu_writes *writes, uint64_t due_ps);
/// Forgets all that is queued.
void mcu_writes_drop(mcu_writes *writes);

#endif
