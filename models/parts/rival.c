#include "models/parts/rival.h"

#include <string.h>

static void begin(void *ctx, uint64_t now_ps)
{
    rival *r = ctx;
    (void)now_ps;
    r->joined = master_join_start(r->m);
    r->status = master_run_beside(r->m, r->transfer, &r->outcome);
    r->begun = r->status == I2C_OK;
}

void rival_init(rival *r, i2c_sim *sim, master *m)
{
    memset(r, 0, sizeof *r);
    r->sim = sim;
    r->m = m;
    r->timer = (i2c_timer){begin, r, false};
}

void rival_arm(rival *r, const master_transfer *transfer, uint64_t after_ps)
{
    r->transfer = transfer;
    r->after_ps = after_ps;
    r->armed = true;
    r->begun = false;
    r->joined = false;
    r->lost = false;
    r->status = I2C_OK;
}

void rival_disarm(rival *r)
{
    r->armed = false;
    i2c_timer_cancel(r->sim, &r->timer);
}

void rival_event(rival *r, const i2c_event *event)
{
    const uint32_t own = 1u << master_node(r->m);
    if (event->kind == I2C_EVENT_LOST && (event->by & own) != 0)
        r->lost = true;
    if (!r->armed || event->kind != I2C_EVENT_START || (event->by & own) != 0)
        return;
    r->armed = false;
    i2c_timer_set(r->sim, &r->timer, event->at_ps + r->after_ps);
}

bool rival_is_over(const rival *r)
{
    return !r->armed && !r->timer.queued && !master_runs(r->m);
}
