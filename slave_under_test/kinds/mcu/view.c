#include "slave_under_test/kinds/mcu/view.h"

#include "slave_under_test/kind.h"

#include <string.h>

static uint64_t value_of(const firmware_variable *v)
{
    uint64_t value = 0;
    memcpy(&value, v->at, v->bytes < sizeof value ? v->bytes : sizeof value);
    return value;
}

void firmware_view_open(firmware_view *view, i2c_trace *trace, const firmware_watch *watch,
                        unsigned watches, uint64_t at_ps)
{
    memset(view, 0, sizeof *view);
    view->trace = trace;
    if (trace == NULL)
        return;
    view->watch = watch;
    view->watches = watches;
    view->track_isr = i2c_trace_track(trace, "slave", "isr", I2C_TRACK_TEXT, 0);
    for (unsigned i = 0; i < watches; i++) {
        const unsigned bits = (unsigned)watch[i].variable.bytes * 8;
        view->track[i] = i2c_trace_track(trace, SLAVE_WATCH_SCOPE, watch[i].name, I2C_TRACK_INTEGER,
                                         bits < 64 ? bits : 64);
        view->last[i] = value_of(&watch[i].variable);
        i2c_trace_value(trace, at_ps, view->track[i], view->last[i]);
    }
}

void firmware_view_look(firmware_view *view, uint64_t at_ps)
{
    if (view->trace == NULL)
        return;
    for (unsigned i = 0; i < view->watches; i++) {
        const uint64_t value = value_of(&view->watch[i].variable);
        if (value == view->last[i])
            continue;
        view->last[i] = value;
        i2c_trace_value(view->trace, at_ps, view->track[i], value);
    }
}

void firmware_view_routine(firmware_view *view, uint64_t at_ps, const char *name)
{
    if (view->trace == NULL)
        return;
    firmware_view_look(view, at_ps);
    i2c_trace_text(view->trace, at_ps, view->track_isr, name);
}
