#include "models/mcu/writes.h"

#include <assert.h>

static void fire(void *ctx, uint64_t now_ps)
{
    mcu_writes *w = ctx;
    while (w->count > 0 && w->entry[w->count - 1].due_ps <= now_ps) {
        const mcu_write write = w->entry[--w->count];
        w->apply(w->ctx, &write);
    }
    if (w->count > 0 && !w->timer.queued)
        i2c_timer_set(w->sim, &w->timer, w->entry[w->count - 1].due_ps);
}

void mcu_writes_init(mcu_writes *writes, i2c_sim *sim, mcu_write_fn *apply, void *ctx)
{
    writes->sim = sim;
    writes->apply = apply;
    writes->ctx = ctx;
    writes->count = 0;
    writes->timer = (i2c_timer){fire, writes, false};
}

mcu_write *mcu_writes_add(mcu_writes *writes, uint64_t due_ps)
{
    if (writes->count == MCU_WRITES_MAX)
        return NULL;
    unsigned i = writes->count++;
    while (i > 0 && writes->entry[i - 1].due_ps <= due_ps) {
        writes->entry[i] = writes->entry[i - 1];
        i--;
    }
    if (i == writes->count - 1)
        i2c_timer_set(writes->sim, &writes->timer, due_ps);
    writes->entry[i].due_ps = due_ps;
    return &writes->entry[i];
}

bool mcu_writes_put(mcu_writes *writes, const mcu_write *write)
{
    const uint64_t now_ps = i2c_sim_now_ps(writes->sim);
    assert(write->due_ps >= now_ps);
    if (write->due_ps == now_ps &&
        (writes->count == 0 || writes->entry[writes->count - 1].due_ps > now_ps)) {
        writes->apply(writes->ctx, write);
        return true;
    }
    mcu_write *place = mcu_writes_add(writes, write->due_ps);
    if (place == NULL)
        return false;
    *place = *write;
    return true;
}

void mcu_writes_drop(mcu_writes *writes)
{
    i2c_timer_cancel(writes->sim, &writes->timer);
    writes->count = 0;
}
