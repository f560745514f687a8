// A SystemC slave on a bus: its node, and its kernel, which keeps up with the simulation.
//
// The kernel's time is that of the simulation, counted from the slave's last power-up: then its
// memory is brought back, and it begins anew. In between it runs from one of its own events to the
// next, each in the instant for which it is due, and behind each edge that its pins see.
#include "slave_under_test/kinds/systemc/systemc.h"

#include "sim/nearest.h"
#include "slave_under_test/kinds/load.h"
#include "slave_under_test/kinds/model.h"
#include "slave_under_test/kinds/systemc/object.h"
#include "slave_under_test/kinds/systemc/recipe.h"
#include "slave_under_test/kinds/watch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A model is run no longer in one go.
#define BREATH_PS (100 * I2C_PS_PER_US)

enum { WATCH_MAX = 16, NAMES_BYTES = 1024 };

typedef struct {
    slave_instance *instance;
    i2c_line line;
    uint8_t drive; ///< what it is about to do, or has done
    i2c_timer timer;
} systemc_output;

typedef struct {
    int track;
    bool told;
    int64_t value;
} systemc_watched;

struct slave_instance {
    slave_image *image;
    i2c_sim *sim;
    i2c_node node;
    slave_attach_options options;
    systemc_link *link;
    systemc_output output[2];
    systemc_watched watched[WATCH_MAX];
    uint64_t begin_ps; ///< when its time was 0
    bool attached, on, ended;
    i2c_timer reset_over, breath;
};

struct slave_image {
    const slave_description *slave;
    slave_built built;
    systemc_object *object; ///< NULL: not loaded in this process yet
    slave_model *model;
    bool in_code;
    slave_instance instance;
};

static const i2c_rule rule_crash = {
    .id = "crash", .rows = "", .clause = "", .title = "The slave's simulation ends"};
static const i2c_rule rule_undefined = {
    .id = "undefined", .rows = "", .clause = "", .title = "An undefined value on a line"};

static void report(slave_instance *s, const i2c_rule *rule, const char *message)
{
    if (s->options.on_finding == NULL)
        return;
    i2c_finding finding = {
        .rule = rule, .at_ps = i2c_sim_now_ps(s->sim), .line = 0xFF, .blame = 1u << s->node};
    finding.segment = (uint32_t)i2c_sim_monitor(s->sim)->segments;
    (void)snprintf(finding.message, sizeof finding.message, "%s", message);
    s->options.on_finding(s->options.on_finding_ctx, &finding);
}

// ---- what it does to the lines ------------------------------------------------------------------

static i2c_drive drive_of(uint8_t drive)
{
    return drive == I2CPROOF_DRIVEN_HIGH ? I2C_DRIVEN_HIGH
           : drive == I2CPROOF_RELEASED  ? I2C_RELEASED
                                         : I2C_PULLED;
}

static void put_out(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    const systemc_output *o = ctx;
    i2c_node_set(o->instance->sim, o->instance->node, o->line, drive_of(o->drive));
}

/// Nobody knows what a line does that is driven with X: it is taken for low, and said.
static void tell_undefined(slave_instance *s, i2c_line line)
{
    char text[96];
    (void)snprintf(text, sizeof text, "the slave drives %s with X at %llu ns of its own time",
                   line == I2C_SCL ? "SCL" : "SDA",
                   (unsigned long long)((i2c_sim_now_ps(s->sim) - s->begin_ps) / I2C_PS_PER_NS));
    report(s, &rule_undefined, text);
}

/// True when the model has changed a line, which takes effect at `at_ps`.
static bool take_output(slave_instance *s, uint64_t at_ps)
{
    bool changed = false;
    for (unsigned line = 0; line < 2; line++) {
        systemc_output *o = &s->output[line];
        const uint8_t drive = s->ended ? I2CPROOF_RELEASED : s->link->drive[line];
        if (drive == o->drive)
            continue;
        if (drive == I2CPROOF_UNDEFINED)
            tell_undefined(s, (i2c_line)line);
        o->drive = drive;
        changed = true;
        if (at_ps == i2c_sim_now_ps(s->sim))
            put_out(o, at_ps);
        else
            i2c_timer_set(s->sim, &o->timer, at_ps);
    }
    return changed;
}

// ---- watched signals ----------------------------------------------------------------------------

static void look_at_watched(slave_instance *s, uint64_t at_ps)
{
    i2c_trace *trace = i2c_sim_trace(s->sim);
    for (uint32_t i = 0; trace != NULL && i < s->image->slave->watch.count; i++) {
        systemc_watched *w = &s->watched[i];
        int64_t value = 0;
        if (!s->link->get(s->image->slave->watch.at[i], &value) || (w->told && value == w->value))
            continue;
        w->told = true;
        w->value = value;
        i2c_trace_value(trace, at_ps, w->track, (uint64_t)value);
    }
}

static void add_tracks(slave_instance *s)
{
    i2c_trace *trace = i2c_sim_trace(s->sim);
    for (uint32_t i = 0; trace != NULL && i < s->image->slave->watch.count; i++)
        s->watched[i].track = i2c_trace_track(trace, SLAVE_WATCH_SCOPE,
                                              s->image->slave->watch.at[i], I2C_TRACK_INTEGER, 64);
}

static void on_call(void *ctx, const char *function, const int64_t *args, unsigned count)
{
    const slave_instance *s = ctx;
    slave_call call = {.function = function, .at_ps = i2c_sim_now_ps(s->sim)};
    for (; call.args < count && call.args < SLAVE_CALL_ARGS; call.args++)
        call.arg[call.args] = args[call.args];
    if (s->options.on_call != NULL)
        s->options.on_call(s->options.on_call_ctx, &call);
}

// ---- its time -----------------------------------------------------------------------------------

static void end_it(slave_instance *s)
{
    s->ended = true;
    i2c_sim_unfollow(s->sim, s);
    report(s, &rule_crash, s->link->end);
}

/// What has been done up to that instant. True when it changed a line.
static bool take(slave_instance *s, uint64_t at_ps)
{
    look_at_watched(s, at_ps);
    s->image->in_code = false;
    if (s->link->end[0] != '\0')
        end_it(s);
    return take_output(s, at_ps);
}

/// Runs the model up to that instant, and all that it does there. True when it changed a line.
static bool run_to(slave_instance *s, uint64_t at_ps)
{
    s->image->in_code = true;
    s->link->run(at_ps - s->begin_ps);
    return take(s, at_ps);
}

/// Runs it up to that instant, or until it changes a line: then true.
static bool pass_to(slave_instance *s, uint64_t until_ps)
{
    s->image->in_code = true;
    return take(s, s->begin_ps + s->link->pass(until_ps - s->begin_ps));
}

/// Each change of a signal is to be seen in the trace.
static bool is_watched(const slave_instance *s)
{
    return i2c_sim_trace(s->sim) != NULL && s->image->slave->watch.count > 0;
}

static uint64_t next_ps(slave_instance *s)
{
    const uint64_t next = s->link->next_ps();
    return next < I2C_NEVER_PS - s->begin_ps ? s->begin_ps + next : I2C_NEVER_PS;
}

/// Nothing: simulated time goes on.
static void breathe(void *ctx, uint64_t now_ps)
{
    (void)ctx, (void)now_ps;
}

/// Up to the next thing that happens on the bus, or the next that it does to a line. A model that
/// has a clock is busy all the time: what it does in a long wait is no hang.
static void follow(void *ctx, uint64_t until_ps)
{
    slave_instance *s = ctx;
    uint64_t at_ps;
    const uint64_t breath_ps = i2c_sim_now_ps(s->sim) + BREATH_PS;
    const uint64_t end_ps = until_ps < breath_ps ? until_ps : breath_ps;
    while (!s->ended && (at_ps = next_ps(s)) < end_ps)
        if (is_watched(s) ? run_to(s, at_ps) : pass_to(s, end_ps - 1))
            return;
    if (!s->ended && end_ps < until_ps && next_ps(s) < until_ps)
        i2c_timer_set(s->sim, &s->breath, end_ps);
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    slave_instance *s = ctx;
    if (!s->on || s->ended)
        return;
    s->image->in_code = true;
    s->link->set_level(now_ps - s->begin_ps, line, high);
    (void)run_to(s, now_ps);
}

// ---- power and reset ----------------------------------------------------------------------------

static void switch_off(slave_instance *s)
{
    if (s->on && !s->ended)
        i2c_sim_unfollow(s->sim, s);
    s->on = false;
    i2c_timer_cancel(s->sim, &s->reset_over);
    i2c_timer_cancel(s->sim, &s->breath);
    for (unsigned line = 0; line < 2; line++) {
        i2c_timer_cancel(s->sim, &s->output[line].timer);
        s->output[line].drive = I2CPROOF_RELEASED;
        i2c_node_release(s->sim, s->node, (i2c_line)line);
    }
}

static void on_reset_over(void *ctx, uint64_t now_ps)
{
    slave_instance *s = ctx;
    if (s->ended)
        return;
    s->link->set_reset(now_ps - s->begin_ps, false);
    (void)run_to(s, now_ps);
}

static void switch_on(slave_instance *s)
{
    const slave_description *d = s->image->slave;
    const uint64_t now_ps = i2c_sim_now_ps(s->sim);
    systemc_object_refresh(s->image->object);
    s->link->on_call = on_call;
    s->link->on_call_ctx = s;
    s->on = true;
    s->ended = false;
    s->begin_ps = now_ps;
    i2c_sim_follow(s->sim, follow, s);
    for (unsigned line = 0; line < 2; line++)
        s->link->set_level(0, line, i2c_node_level(s->sim, s->node, (i2c_line)line));
    s->link->set_reset(0, true);
    if (d->reset_port != NULL)
        i2c_timer_set(s->sim, &s->reset_over,
                      now_ps + (d->reset_ps != 0 ? d->reset_ps : I2C_PS_PER_US));
    (void)run_to(s, now_ps);
}

static void reset(slave_instance *s)
{
    switch_off(s);
    switch_on(s);
}

static void power(slave_instance *s, bool on)
{
    if (on == s->on)
        return;
    if (on)
        switch_on(s);
    else
        switch_off(s);
}

// ---- preparing ----------------------------------------------------------------------------------

static bool fail_at(const slave_description *d, slave_key key, char *message, size_t bytes,
                    const char *text)
{
    const slave_place *at = &d->declared[key];
    if (at->line == 0)
        (void)snprintf(message, bytes, "%s: %s", d->path, text);
    else
        (void)snprintf(message, bytes, "%s:%u:%u: %s", slave_key_path(d, key), (unsigned)at->line,
                       (unsigned)at->column, text);
    return false;
}

static bool is_whole(const slave_description *d, char *message, size_t bytes)
{
    if (d->sources.count == 0)
        return fail_at(d, SLAVE_KEY_KIND, message, bytes,
                       "kind systemc needs `sources`, as in sources slave.cpp slave.h");
    if (d->top == NULL)
        return fail_at(d, SLAVE_KEY_KIND, message, bytes,
                       "kind systemc needs `top CLASS`, the sc_module that is the slave");
    return true;
}

static bool find_watches(slave_image *image, char *message, size_t bytes)
{
    const slave_description *d = image->slave;
    const systemc_link *link = systemc_object_link(image->object);
    for (uint32_t i = 0; i < d->watch.count; i++) {
        char names[NAMES_BYTES], text[NAMES_BYTES + 160];
        int64_t value = 0;
        if (i == WATCH_MAX)
            return slave_watch_too_many(d, i, WATCH_MAX, message, bytes);
        if (link->get(d->watch.at[i], &value))
            continue;
        link->names(names, sizeof names);
        (void)snprintf(text, sizeof text, "the module has no signal %s that is a number; known: %s",
                       d->watch.at[i], names[0] != '\0' ? names : "none");
        return slave_watch_fails(d, i, text, message, bytes);
    }
    return true;
}

static bool load(slave_image *image, char *message, size_t bytes)
{
    image->object = systemc_object_load(image->built.path, image->slave->path, message, bytes);
    return image->object != NULL;
}

static void discard(slave_image *image)
{
    if (image == NULL)
        return;
    slave_model_discard(image->model);
    systemc_object_free(image->object);
    slave_build_done(&image->built);
    free(image);
}

/// Loads it as a case does, and has it begin: what it is bound to is looked at only then.
static bool try_out(slave_image *image, char *message, size_t bytes)
{
    if (!load(image, message, bytes))
        return false;
    systemc_link *link = systemc_object_link(image->object);
    link->run(0);
    if (link->end[0] == '\0')
        return find_watches(image, message, bytes);
    (void)snprintf(message, bytes, "%s: cannot be elaborated: %s", image->slave->path, link->end);
    return false;
}

/// What loading does is found out where somebody waits for it to come back. Elsewhere the module is
/// built for the first case that is played, since not many modules can be in one process.
static slave_image *prepare(const slave_description *d, const slave_build_options *options,
                            char *message, size_t message_bytes)
{
    message[0] = '\0';
    if (!is_whole(d, message, message_bytes))
        return NULL;
    slave_image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        (void)snprintf(message, message_bytes, "%s: out of memory", d->path);
        return NULL;
    }
    image->slave = d;
    bool fine = systemc_build(d, options, &image->built, message, message_bytes);
    if (fine && options->step != NULL) {
        options->step(options->step_ctx, SLAVE_LOADS);
        fine = try_out(image, message, message_bytes);
    }
    if (fine && slave_model_prepare(&image->model, d, options, message, message_bytes))
        return image;
    discard(image);
    return NULL;
}

// ---- attaching ----------------------------------------------------------------------------------

static slave_instance *attach(slave_image *image, i2c_sim *sim, const slave_attach_options *options)
{
    char message[SLAVE_MESSAGE_BYTES];
    slave_instance *s = &image->instance;
    assert(!s->attached);
    image->in_code = true;
    const bool loaded = image->object != NULL || load(image, message, sizeof message);
    image->in_code = false;
    if (!loaded)
        return NULL;
    memset(s, 0, sizeof *s);
    *s = (slave_instance){.image = image,
                          .sim = sim,
                          .options = *options,
                          .link = systemc_object_link(image->object),
                          .reset_over = {on_reset_over, s, false},
                          .breath = {breathe, s, false}};
    if (!slave_node_add(sim, options, on_edge, s, &s->node))
        return NULL;
    for (unsigned line = 0; line < 2; line++)
        s->output[line] = (systemc_output){.instance = s,
                                           .line = (i2c_line)line,
                                           .drive = I2CPROOF_RELEASED,
                                           .timer = {put_out, &s->output[line], false}};
    s->attached = true;
    add_tracks(s);
    switch_on(s);
    return s;
}

static void detach(slave_instance *s)
{
    switch_off(s);
    s->attached = false;
}

static i2c_node node_of(const slave_instance *s)
{
    return s->node;
}

// ---- the application side -----------------------------------------------------------------------

static uint64_t own_time_ps(const slave_instance *s)
{
    return i2c_sim_now_ps(s->sim) - s->begin_ps;
}

static slave_result set_variable(slave_instance *s, const char *name, int64_t value)
{
    if (!s->on || s->ended)
        return SLAVE_OK;
    if (!s->link->set(own_time_ps(s), name, value))
        return SLAVE_UNKNOWN_NAME;
    (void)run_to(s, i2c_sim_now_ps(s->sim));
    return SLAVE_OK;
}

static slave_result get_variable(slave_instance *s, const char *name, int64_t *value)
{
    return s->link->get(name, value) ? SLAVE_OK : SLAVE_UNKNOWN_NAME;
}

static slave_result call_function(slave_instance *s, const char *name, const int64_t *args,
                                  unsigned count)
{
    if (!s->on || s->ended)
        return SLAVE_OK;
    s->image->in_code = true;
    const bool known = s->link->call(own_time_ps(s), name, args, count);
    s->image->in_code = false;
    if (known)
        (void)run_to(s, i2c_sim_now_ps(s->sim));
    return known ? SLAVE_OK : SLAVE_UNKNOWN_NAME;
}

/// A model of hardware has no interrupts that could be late.
static void set_load(slave_instance *s, const slave_load *load)
{
    s->options.load = *load;
}

static const char *doing(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    (void)s;
    (void)line;
    (void)at_ps;
    return "";
}

static const char *silence(slave_instance *s)
{
    return s->ended ? s->link->end : NULL;
}

static bool in_slave_code(const slave_image *image)
{
    return image->in_code;
}

static bool has_main_loop(const slave_image *image)
{
    (void)image;
    return false;
}

static uint64_t polls_every_ps(const slave_instance *s)
{
    const uint64_t hz = s->image->slave->clock_hz;
    return hz != 0 ? I2C_PS_PER_S / hz : 0;
}

static const slave_model *model_of(const slave_image *image)
{
    return image->model;
}

const slave_adapter *systemc_adapter(void)
{
    static const slave_adapter adapter = {.name = "systemc",
                                          .prepare = prepare,
                                          .discard = discard,
                                          .attach = attach,
                                          .detach = detach,
                                          .node = node_of,
                                          .set = set_variable,
                                          .get = get_variable,
                                          .call = call_function,
                                          .load = set_load,
                                          .reset = reset,
                                          .power = power,
                                          .doing = doing,
                                          .silence = silence,
                                          .in_slave_code = in_slave_code,
                                          .polls_every_ps = polls_every_ps,
                                          .has_main_loop = has_main_loop,
                                          .model = model_of};
    return &adapter;
}
