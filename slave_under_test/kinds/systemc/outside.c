// A slave in somebody else's simulation. That one's time is not behind ours but by what we do in
// the present instant, and never before it: it is moved to the instant of an edge when the edge is
// told, and otherwise stands one picosecond before the next thing that is due here.
#include "slave_under_test/kinds/systemc/outside.h"

#include "slave_under_test/kinds/load.h"
#include "slave_under_test/kinds/model.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    slave_instance *instance;
    i2c_line line;
    uint8_t drive; ///< what it is about to do, or has done
    i2c_timer timer;
} outside_output;

struct slave_instance {
    slave_image *image;
    i2c_sim *sim;
    i2c_node node;
    slave_attach_options options;
    outside_output output[2];
    uint64_t begin_ps; ///< the other simulation's time when ours was 0
    bool attached, on;
    i2c_timer reset_over;
};

struct slave_image {
    const slave_description *slave;
    const i2cproof_simulation *simulation;
    slave_model *model;
    const char *unable; ///< what a case asked for in vain; NULL: nothing
    slave_instance instance;
};

static const i2c_rule rule_undefined = {
    .id = "undefined", .rows = "", .clause = "", .title = "An undefined value on a line"};

static const char *const no_restart =
    "the case resets the slave or switches it off, which this simulation does not do: bind the "
    "bus's reset, or give it a power_up function";

// ---- its time -----------------------------------------------------------------------------------

static const i2cproof_simulation *simulation_of(const slave_instance *s)
{
    return s->image->simulation;
}

static uint64_t its_now_ps(const slave_instance *s)
{
    return simulation_of(s)->now_ps(simulation_of(s)->ctx);
}

/// Its time goes on to that instant of ours, whatever the slave does meanwhile.
static void advance(const slave_instance *s, uint64_t to_ps)
{
    const i2cproof_simulation *its = simulation_of(s);
    while (its_now_ps(s) < s->begin_ps + to_ps)
        its->pass(its->ctx, s->begin_ps + to_ps);
}

static void settle(const slave_instance *s)
{
    simulation_of(s)->settle(simulation_of(s)->ctx);
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
    const outside_output *o = ctx;
    i2c_node_set(o->instance->sim, o->instance->node, o->line, drive_of(o->drive));
}

static void tell_undefined(slave_instance *s, i2c_line line, uint64_t at_ps)
{
    if (s->options.on_finding == NULL)
        return;
    i2c_finding finding = {
        .rule = &rule_undefined, .at_ps = at_ps, .line = 0xFF, .blame = 1u << s->node};
    finding.segment = (uint32_t)i2c_sim_monitor(s->sim)->segments;
    (void)snprintf(finding.message, sizeof finding.message, "the slave drives %s with X",
                   line == I2C_SCL ? "SCL" : "SDA");
    s->options.on_finding(s->options.on_finding_ctx, &finding);
}

/// True when the slave has changed a line, which takes effect at `at_ps`.
static bool take_output(slave_instance *s, uint64_t at_ps)
{
    const i2cproof_simulation *its = simulation_of(s);
    bool changed = false;
    for (unsigned line = 0; line < 2; line++) {
        outside_output *o = &s->output[line];
        const uint8_t drive = its->drive(its->ctx, line);
        if (drive == o->drive)
            continue;
        if (drive == I2CPROOF_UNDEFINED)
            tell_undefined(s, (i2c_line)line, at_ps);
        o->drive = drive;
        changed = true;
        if (at_ps == i2c_sim_now_ps(s->sim))
            put_out(o, at_ps);
        else
            i2c_timer_set(s->sim, &o->timer, at_ps);
    }
    return changed;
}

/// Up to right before the next thing that happens on the bus, or the next that the slave does to a
/// line. What is due there may be the end of a wait, so its time does not go as far.
static void follow(void *ctx, uint64_t until_ps)
{
    slave_instance *s = ctx;
    const i2cproof_simulation *its = simulation_of(s);
    const uint64_t last_ps =
        until_ps < I2C_NEVER_PS - s->begin_ps ? s->begin_ps + until_ps - 1 : I2C_NEVER_PS;
    for (;;) {
        settle(s);
        if (its_now_ps(s) >= s->begin_ps && take_output(s, its_now_ps(s) - s->begin_ps))
            return;
        if (its_now_ps(s) >= last_ps)
            return;
        its->pass(its->ctx, last_ps);
    }
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    slave_instance *s = ctx;
    const i2cproof_simulation *its = simulation_of(s);
    if (!s->on)
        return;
    advance(s, now_ps);
    its->set_level(its->ctx, line, high);
    settle(s);
    (void)take_output(s, now_ps);
}

// ---- power and reset ----------------------------------------------------------------------------

bool outside_restarts(const slave_image *image)
{
    return image->simulation->set_reset != NULL || image->simulation->power_up != NULL;
}

static void show_levels(const slave_instance *s)
{
    const i2cproof_simulation *its = simulation_of(s);
    for (unsigned line = 0; line < 2; line++)
        its->set_level(its->ctx, line, i2c_node_level(s->sim, s->node, (i2c_line)line));
}

static void hold_reset(const slave_instance *s, bool active)
{
    const i2cproof_simulation *its = simulation_of(s);
    if (its->set_reset != NULL)
        its->set_reset(its->ctx, active != s->image->slave->reset_low);
}

/// It finds the pins as they are now.
static void power_up(const slave_instance *s)
{
    const i2cproof_simulation *its = simulation_of(s);
    settle(s);
    if (its->power_up != NULL)
        its->power_up(its->ctx);
}

static uint64_t reset_ps(const slave_instance *s)
{
    const uint64_t declared_ps = s->image->slave->reset_ps;
    if (simulation_of(s)->set_reset == NULL)
        return 0;
    return declared_ps != 0 ? declared_ps : I2C_PS_PER_US;
}

static void switch_off(slave_instance *s)
{
    if (s->on)
        i2c_sim_unfollow(s->sim, s);
    s->on = false;
    i2c_timer_cancel(s->sim, &s->reset_over);
    for (unsigned line = 0; line < 2; line++) {
        i2c_timer_cancel(s->sim, &s->output[line].timer);
        s->output[line].drive = I2CPROOF_RELEASED;
        i2c_node_release(s->sim, s->node, (i2c_line)line);
    }
}

static void on_reset_over(void *ctx, uint64_t now_ps)
{
    slave_instance *s = ctx;
    advance(s, now_ps);
    hold_reset(s, false);
    settle(s);
    (void)take_output(s, now_ps);
}

/// In the present instant, with its reset pin active for as long as its file says.
static void switch_on(slave_instance *s)
{
    const uint64_t now_ps = i2c_sim_now_ps(s->sim);
    advance(s, now_ps);
    show_levels(s);
    hold_reset(s, true);
    power_up(s);
    s->on = true;
    i2c_sim_follow(s->sim, follow, s);
    if (reset_ps(s) > 0)
        i2c_timer_set(s->sim, &s->reset_over, now_ps + reset_ps(s));
    settle(s);
    (void)take_output(s, now_ps);
}

static void reset(slave_instance *s)
{
    if (!outside_restarts(s->image))
        s->image->unable = no_restart;
    switch_off(s);
    switch_on(s);
}

/// While it is off, its reset is held, and what it does to its pins is not looked at.
static void power(slave_instance *s, bool on)
{
    if (on == s->on)
        return;
    if (!outside_restarts(s->image))
        s->image->unable = no_restart;
    if (on) {
        switch_on(s);
        return;
    }
    switch_off(s);
    advance(s, i2c_sim_now_ps(s->sim));
    hold_reset(s, true);
}

// ---- the image ----------------------------------------------------------------------------------

static void discard(slave_image *image)
{
    if (image == NULL)
        return;
    slave_model_discard(image->model);
    free(image);
}

slave_image *outside_image_new(const slave_description *slave,
                               const i2cproof_simulation *simulation,
                               const slave_build_options *options, char *message,
                               size_t message_bytes)
{
    slave_image *image = calloc(1, sizeof *image);
    (void)snprintf(message, message_bytes, "%s: out of memory", slave->path);
    if (image == NULL)
        return NULL;
    image->slave = slave;
    image->simulation = simulation;
    if (slave_model_prepare(&image->model, slave, options, message, message_bytes))
        return image;
    discard(image);
    return NULL;
}

static slave_image *prepare(const slave_description *slave, const slave_build_options *options,
                            char *message, size_t message_bytes)
{
    (void)options;
    (void)snprintf(message, message_bytes, "%s: lives in a simulation of its own", slave->path);
    return NULL;
}

// ---- attaching ----------------------------------------------------------------------------------

/// From before the time of the case on: a slave whose reset takes effect at its clock still holds
/// what the last case left.
static void restart_before_case(slave_instance *s)
{
    const uint64_t for_ps = reset_ps(s);
    s->begin_ps = its_now_ps(s);
    show_levels(s);
    hold_reset(s, true);
    power_up(s);
    settle(s);
    advance(s, for_ps);
    s->begin_ps = its_now_ps(s);
    hold_reset(s, false);
    settle(s);
}

static slave_instance *attach(slave_image *image, i2c_sim *sim, const slave_attach_options *options)
{
    slave_instance *s = &image->instance;
    assert(!s->attached);
    image->unable = NULL;
    *s = (slave_instance){
        .image = image, .sim = sim, .options = *options, .reset_over = {on_reset_over, s, false}};
    if (!slave_node_add(sim, options, on_edge, s, &s->node))
        return NULL;
    for (unsigned line = 0; line < 2; line++)
        s->output[line] = (outside_output){.instance = s,
                                           .line = (i2c_line)line,
                                           .drive = I2CPROOF_RELEASED,
                                           .timer = {put_out, &s->output[line], false}};
    s->attached = s->on = true;
    restart_before_case(s);
    i2c_sim_follow(sim, follow, s);
    (void)take_output(s, 0);
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

void outside_called(slave_image *image, const char *function, const int64_t *args, unsigned count)
{
    const slave_instance *s = &image->instance;
    if (!s->attached || s->options.on_call == NULL)
        return;
    slave_call call = {.function = function, .at_ps = i2c_sim_now_ps(s->sim)};
    for (; call.args < count && call.args < SLAVE_CALL_ARGS; call.args++)
        call.arg[call.args] = args[call.args];
    s->options.on_call(s->options.on_call_ctx, &call);
}

static slave_result set_variable(slave_instance *s, const char *name, int64_t value)
{
    (void)s, (void)name, (void)value;
    return SLAVE_UNKNOWN_NAME;
}

// NOLINTNEXTLINE(readability-non-const-parameter): as of slave_adapter
static slave_result get_variable(slave_instance *s, const char *name, int64_t *value)
{
    (void)s, (void)name, (void)value;
    return SLAVE_UNKNOWN_NAME;
}

static slave_result call_function(slave_instance *s, const char *name, const int64_t *args,
                                  unsigned count)
{
    const i2cproof_simulation *its = simulation_of(s);
    const uint64_t now_ps = i2c_sim_now_ps(s->sim);
    if (!s->on)
        return SLAVE_OK;
    advance(s, now_ps);
    if (its->call == NULL || !its->call(its->ctx, name, args, count))
        return SLAVE_UNKNOWN_NAME;
    settle(s);
    (void)take_output(s, now_ps);
    return SLAVE_OK;
}

static void set_load(slave_instance *s, const slave_load *load)
{
    s->options.load = *load;
}

static const char *doing(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    (void)s, (void)line, (void)at_ps;
    return "";
}

static bool in_slave_code(const slave_image *image)
{
    (void)image;
    return false;
}

static const slave_model *model_of(const slave_image *image)
{
    return image->model;
}

static const char *unable(const slave_image *image)
{
    return image->unable;
}

const slave_adapter *outside_adapter(void)
{
    static const slave_adapter adapter = {.name = "outside",
                                          .in_place = true,
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
                                          .in_slave_code = in_slave_code,
                                          .model = model_of,
                                          .unable = unable};
    return &adapter;
}
