#include "models/mcu/filter.h"

/// The pin has kept its new level for as long as the filter asks.
static void let_through(void *ctx, uint64_t now_ps)
{
    mcu_filter_pin *p = ctx;
    mcu_filter_pin *other = &p->pair->pin[!p->line];
    if (!p->ahead)
        p->level = !p->level;
    p->ahead = false;
    // As on the wires: both lines settle before any edge of that instant is told.
    if (other->timer.queued && other->due_ps == now_ps && !other->ahead) {
        other->level = !other->level;
        other->ahead = true;
    }
    p->pair->on_edge(p->pair->ctx, p->line, p->level, now_ps);
}

void mcu_filter_edge(mcu_filter *filter, i2c_line line, bool high, uint64_t now_ps)
{
    mcu_filter_pin *p = &filter->pin[line];
    if (high == p->level && !p->ahead) {
        i2c_timer_cancel(filter->sim, &p->timer);
    } else if (p->length_ps == 0) {
        let_through(p, now_ps);
    } else if (!p->timer.queued) {
        p->due_ps = now_ps + p->length_ps;
        i2c_timer_set(filter->sim, &p->timer, p->due_ps);
    }
}

void mcu_filter_reset(mcu_filter *filter)
{
    for (unsigned line = 0; line < 2; line++) {
        mcu_filter_pin *p = &filter->pin[line];
        i2c_timer_cancel(filter->sim, &p->timer);
        p->ahead = false;
        p->level = i2c_node_level(filter->sim, filter->node, (i2c_line)line);
    }
}

void mcu_filter_init(mcu_filter *filter, i2c_sim *sim, i2c_node node, i2c_edge_fn *on_edge,
                     void *ctx)
{
    *filter = (mcu_filter){.sim = sim, .node = node, .on_edge = on_edge, .ctx = ctx};
    for (unsigned line = 0; line < 2; line++) {
        mcu_filter_pin *p = &filter->pin[line];
        p->pair = filter;
        p->line = (i2c_line)line;
        p->timer = (i2c_timer){let_through, p, false};
    }
    mcu_filter_reset(filter);
}
