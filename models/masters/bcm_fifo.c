#include "models/masters/bcm_fifo.h"

#include <assert.h>

// TXW: less than a quarter full; RXR: three quarters full.
enum { TXW_BELOW = 4, RXR_FROM = 12 };

static void ask(bcm_fifo *f, uint64_t now_ps)
{
    if (f->asked)
        return;
    f->asked = true;
    f->served_ps = now_ps + f->latency_ps;
}

static void serve(bcm_fifo *f)
{
    f->asked = false;
    if (f->reading) {
        f->level = 0;
        return;
    }
    const uint32_t room = BCM_FIFO_BYTES - f->level;
    const uint32_t filled = f->left < room ? f->left : room;
    f->level += filled;
    f->left -= filled;
}

static void catch_up(bcm_fifo *f, uint64_t now_ps)
{
    if (f->asked && f->served_ps <= now_ps)
        serve(f);
}

static uint64_t wait_for_routine(bcm_fifo *f, uint64_t now_ps)
{
    assert(f->asked);
    const uint64_t at_ps = f->served_ps > now_ps ? f->served_ps : now_ps;
    serve(f);
    return at_ps;
}

void bcm_fifo_begin(bcm_fifo *f, bool reading, uint32_t count, uint64_t now_ps)
{
    f->reading = reading;
    f->left = reading ? 0 : count;
    f->level = 0;
    f->asked = false;
    if (f->left > 0)
        ask(f, now_ps);
}

uint64_t bcm_fifo_take_ps(bcm_fifo *f, uint64_t now_ps)
{
    catch_up(f, now_ps);
    const uint64_t at_ps = f->level == 0 ? wait_for_routine(f, now_ps) : now_ps;
    f->level--;
    if (f->level < TXW_BELOW && f->left > 0)
        ask(f, at_ps);
    return at_ps;
}

uint64_t bcm_fifo_put_ps(bcm_fifo *f, uint64_t now_ps)
{
    catch_up(f, now_ps);
    f->level++;
    if (f->level >= RXR_FROM)
        ask(f, now_ps);
    catch_up(f, now_ps);
    return f->level == BCM_FIFO_BYTES ? wait_for_routine(f, now_ps) : now_ps;
}
