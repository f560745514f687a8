#include "slave_under_test/kinds/mcu/view.h"

#include "slave_under_test/kind.h"

#include <string.h>

static uint64_t value_of(const firmware_variable *v)
{
    uint64_t value = 0;
    memcpy(&value, v->at, v->bytes < sizeof value ? v->bytes : sizeof value);
    return value;
}

void firmware_view_open(firmware_view *view, i2c_trace *trace, const char *scope,
                        const firmware_watch *watch, unsigned watches, uint64_t at_ps)
{
    memset(view, 0, sizeof *view);
    view->trace = trace;
    view->scope = scope;
    if (trace == NULL)
        return;
    view->watch = watch;
    view->watches = watches;
    view->track_isr = i2c_trace_track(trace, scope, "isr", I2C_TRACK_TEXT, 0);
    view->track_function = i2c_trace_track(trace, scope, "function", I2C_TRACK_TEXT, 0);
    view->track_uart = -1; // most print nothing
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

// ---- pins ---------------------------------------------------------------------------------------

void firmware_view_add_pin_bit(firmware_view *view, uint64_t at_ps, const char *name, bool on)
{
    if (view->trace == NULL || view->pin_bits == FIRMWARE_PIN_BITS)
        return;
    const unsigned i = view->pin_bits++;
    view->pin_track[i] = i2c_trace_track(view->trace, "slave.pin", name, I2C_TRACK_BIT, 1);
    view->pin_on[i] = !on;
    firmware_view_pin_bit(view, at_ps, i, on);
}

void firmware_view_pin_bit(firmware_view *view, uint64_t at_ps, unsigned i, bool on)
{
    if (i >= view->pin_bits || view->pin_on[i] == on)
        return;
    view->pin_on[i] = on;
    i2c_trace_value(view->trace, at_ps, view->pin_track[i], on);
}

// ---- functions ----------------------------------------------------------------------------------

void firmware_view_place(firmware_view *view, uint64_t at_ps, uintptr_t pc,
                         firmware_function_fn *function, const void *ctx, const char *routine)
{
    firmware_place *place = &view->place[(pc >> 1) & (FIRMWARE_PLACES - 1)];
    if (view->trace == NULL)
        return;
    if (place->pc != pc) // to look a name up takes long, and places come again
        *place = (firmware_place){pc, function(ctx, pc)};
    const char *name = place->function;
    if (name == view->function || name[0] == '\0')
        return;
    view->function = name;
    i2c_trace_text(view->trace, at_ps, view->track_function,
                   strncmp(name, "__vector_", 9) == 0 ? routine : name);
}

// ---- prints -------------------------------------------------------------------------------------

const char *firmware_view_end_line(firmware_view *view, uint64_t at_ps)
{
    if (view->printed == 0)
        return NULL;
    view->line[view->printed] = '\0';
    view->printed = 0;
    if (view->trace != NULL && view->track_uart < 0)
        view->track_uart = i2c_trace_track(view->trace, view->scope, "uart", I2C_TRACK_TEXT, 0);
    if (view->trace != NULL)
        i2c_trace_text(view->trace, at_ps, view->track_uart, view->line);
    return view->line;
}

const char *firmware_view_print(firmware_view *view, uint64_t at_ps, uint8_t byte)
{
    if (byte == '\r' || byte == '\n')
        return firmware_view_end_line(view, at_ps);
    view->line[view->printed++] = (char)(byte >= ' ' && byte < 0x7F ? byte : '.');
    return view->printed + 1 == sizeof view->line ? firmware_view_end_line(view, at_ps) : NULL;
}
