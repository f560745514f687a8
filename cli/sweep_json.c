#include "cli/sweep_json.h"

#include <stdio.h>

void sweep_json_begin(json_writer *w, const cli_options *options)
{
    json_object(w, JSON_LINES);
    json_key_string(w, "format", "i2cproof-sweep");
    json_key_uint(w, "format_version", 1);
    json_key_string(w, "version", I2CPROOF_VERSION);
    json_key_uint(w, "seed", options->seed);
    json_key(w, "sweeps");
    json_array(w, JSON_LINES);
}

void sweep_json_end(json_writer *w)
{
    json_close(w);
    json_close(w);
    json_finish(w);
}

static void add_axis(json_writer *w, const sweep *s)
{
    char vectors[256];
    const slave_load *load = &s->request.load;
    json_key_string(w, "what", sweep_what_word(s->axis.what));
    json_key_string(w, "unit", sweep_is_time(s->axis.what) ? "ps" : "Hz");
    json_key_uint(w, "from", s->axis.from);
    json_key_uint(w, "up_to", s->axis.up_to);
    json_key_uint(w, "resolution", s->axis.resolution_ps);
    json_key_uint(w, "phases", SWEEP_PHASES);
    sweep_vectors_text(s, vectors, sizeof vectors);
    json_key_string(w, "vectors", vectors);
    if (load->isr_load_ps == 0)
        return;
    json_key(w, "isr");
    json_object(w, JSON_INLINE);
    json_key_string(w, "name", load->isr_load_vector);
    json_key_uint(w, "length_ps", load->isr_load_ps);
    json_key_uint(w, "every_ps", load->isr_load_every_ps);
    json_close(w);
}

static void add_window(json_writer *w, const sweep *s, const sweep_window *window)
{
    const sweep_outcome *outcome = &s->line.point[window->first].outcome;
    unsigned least = 0;
    unsigned most = 0;
    json_object(w, JSON_INLINE);
    json_key_bool(w, "fails", window->fails);
    json_key_uint(w, "first", s->line.point[window->first].value);
    json_key_uint(w, "last", s->line.point[window->last].value);
    if (window->fails) {
        sweep_window_phases(&s->line, window, &least, &most);
        json_key_uint(w, "phases_least", least);
        json_key_uint(w, "phases_most", most);
        json_key_string(w, "rule", outcome->why.rule);
        json_key_string(w, "title", outcome->why.title);
        json_key_string(w, "message", outcome->why.message);
        json_key_string(w, "case", outcome->id);
    }
    json_close(w);
}

static void add_windows(json_writer *w, const sweep *s)
{
    sweep_window window;
    json_key(w, "windows");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; sweep_window_at(&s->line, i, &window); i++)
        add_window(w, s, &window);
    json_close(w);
}

static void add_promise(json_writer *w, const sweep *s)
{
    char text[2 * MASTER_TEXT_BYTES];
    if (!sweep_promise_text(s, text, sizeof text))
        return;
    json_key(w, "promise");
    json_object(w, JSON_INLINE);
    json_key_uint(w, "time_ps", s->promise_ps);
    json_key_string(w, "line", text);
    json_close(w);
}

/// The limit of a master; null: it waits for ever.
static void add_limit(json_writer *w, const master_spec *spec)
{
    json_object(w, JSON_INLINE);
    json_key_string(w, "master", spec->text);
    json_key(w, "waits_ps");
    if (spec->stretch.limit_ps == I2C_NEVER_PS)
        json_null(w);
    else
        json_uint(w, spec->stretch.limit_ps);
    json_close(w);
}

static void add_hold(json_writer *w, const sweep *s)
{
    uint64_t hold_ps = 0;
    uint64_t value = 0;
    (void)sweep_longest_hold(s, &hold_ps, &value);
    json_key(w, "longest_hold");
    json_object(w, JSON_LINES);
    json_key_uint(w, "hold_ps", hold_ps);
    json_key_uint(w, "at", value);
    json_key(w, "limits");
    json_array(w, JSON_LINES);
    add_limit(w, s->master);
    for (unsigned i = 0; i < master_model_count(); i++) {
        master_spec spec;
        char why[64];
        if (master_spec_read(&spec, master_model_info(i)->name, why, sizeof why) &&
            spec.scl_hz <= s->slave->description->scl_max_hz)
            add_limit(w, &spec);
    }
    json_close(w);
    json_close(w);
}

static void add_points(json_writer *w, const sweep *s)
{
    json_key(w, "points");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; i < s->line.count; i++) {
        const axis_point *point = &s->line.point[i];
        json_object(w, JSON_INLINE);
        json_key_uint(w, "value", point->value);
        json_key_uint(w, "phases_failed", (unsigned)__builtin_popcount(point->outcome.failed));
        json_key_uint(w, "phases_short_start",
                      (unsigned)__builtin_popcount(point->outcome.short_start));
        json_key_uint(w, "longest_hold_ps", point->outcome.longest_hold_ps);
        json_close(w);
    }
    json_close(w);
}

void sweep_json_add(json_writer *w, const sweep *s)
{
    json_object(w, JSON_LINES);
    json_key_string(w, "slave", s->slave->description->name);
    json_key_string(w, "master", s->master->text);
    json_key_uint(w, "scl_hz", s->master->scl_hz);
    add_axis(w, s);
    add_windows(w, s);
    add_promise(w, s);
    add_hold(w, s);
    add_points(w, s);
    json_close(w);
}
