// A slave of kind rtl on a bus: the design's clock beside the simulation's, its ports on a node.
#include "slave_under_test/kinds/rtl/rtl.h"

#include "slave_under_test/kinds/load.h"
#include "slave_under_test/kinds/rtl/private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

// From the clock edge to the wire: the output buffer of an FPGA or a pad.
static const uint64_t output_delay_ps = 10 * I2C_PS_PER_NS;

static const i2c_rule rule_crash = {
    .id = "crash", .rows = "", .clause = "", .title = "The model ends"};
static const i2c_rule rule_unset = {
    .id = "unset", .rows = "", .clause = "", .title = "A pin hangs on a value that was never set"};

// ---- findings -----------------------------------------------------------------------------------

static void report(slave_instance *s, const i2c_rule *rule, uint64_t at_ps, const char *message)
{
    if (s->options.on_finding == NULL)
        return;
    i2c_finding finding = {.rule = rule, .at_ps = at_ps, .line = 0xFF, .blame = 1u << s->node};
    finding.segment = (uint32_t)i2c_sim_monitor(s->sim)->segments;
    (void)snprintf(finding.message, sizeof finding.message, "%s", message);
    s->options.on_finding(s->options.on_finding_ctx, &finding);
}

/// Why it does nothing more; NULL: it runs.
static const char *name_end(const rtl_state *state, char *text, size_t bytes)
{
    switch (state->end) {
    case RTL_RUNS:
        return NULL;
    case RTL_FINISHED:
        (void)snprintf(text, bytes, "the model called $finish at %s and runs no more", state->why);
        break;
    case RTL_STOPPED:
        (void)snprintf(text, bytes, "the model called $stop, $error or $fatal at %s", state->why);
        break;
    case RTL_UNSTABLE:
        (void)snprintf(text, bytes, "the model does not settle, as a combinational loop does: %s",
                       state->why);
        break;
    }
    return text;
}

static void tell_end(slave_instance *s, const rtl_state *state, uint64_t at_ps)
{
    s->ended = true;
    report(s, &rule_crash, at_ps, name_end(state, s->text, sizeof s->text));
}

static void tell_unset(slave_instance *s, unsigned pins, uint64_t at_ps)
{
    const i2c_line line = (pins & (RTL_PULLS_SDA | RTL_DRIVES_SDA)) != 0 ? I2C_SDA : I2C_SCL;
    (void)snprintf(s->text, sizeof s->text,
                   "%s.%s hangs on a value that nothing has set: with another one in its place it "
                   "is different here",
                   s->image->top, s->image->pin[line]);
    report(s, &rule_unset, at_ps, s->text);
}

// ---- outputs ------------------------------------------------------------------------------------

static void set_timer(slave_instance *s)
{
    if (s->pendings > 0)
        i2c_timer_set(s->sim, &s->pads, s->pending[s->first_pending].due_ps);
}

static void keep_move(slave_instance *s, i2c_line line, i2c_drive drive, uint64_t at_ps)
{
    s->move[line][s->moves[line]++ % RTL_MOVES_KEPT] = (rtl_move){
        .at_ps = at_ps, .edge = s->image->link->state(s->image->model)->edges, .drive = drive};
}

static void put_out(void *ctx, uint64_t now_ps)
{
    slave_instance *s = ctx;
    const rtl_pads *pads = &s->pending[s->first_pending];
    for (unsigned line = 0; line < 2; line++)
        if (i2c_node_drive(s->sim, s->node, (i2c_line)line) != pads->drive[line])
            keep_move(s, (i2c_line)line, pads->drive[line], now_ps);
    i2c_node_set(s->sim, s->node, I2C_SDA, pads->drive[I2C_SDA]);
    i2c_node_set(s->sim, s->node, I2C_SCL, pads->drive[I2C_SCL]);
    s->first_pending = (s->first_pending + 1) % RTL_PENDING_MAX;
    s->pendings--;
    set_timer(s);
}

static i2c_drive drive_of(unsigned pins, unsigned pulls, unsigned drives)
{
    return (pins & pulls) != 0 ? I2C_PULLED : (pins & drives) != 0 ? I2C_DRIVEN_HIGH : I2C_RELEASED;
}

/// The design's outputs have been so since `at_ps`. More changes at once than the ring holds are
/// glitches within the delay: the last one counts.
static void ask(slave_instance *s, unsigned pins, uint64_t at_ps)
{
    const i2c_drive scl = drive_of(pins, RTL_PULLS_SCL, RTL_DRIVES_SCL);
    const i2c_drive sda = drive_of(pins, RTL_PULLS_SDA, RTL_DRIVES_SDA);
    if (s->pads_off || (scl == s->asked[I2C_SCL] && sda == s->asked[I2C_SDA]))
        return;
    s->asked[I2C_SCL] = scl;
    s->asked[I2C_SDA] = sda;
    s->pendings -= s->pendings == RTL_PENDING_MAX;
    rtl_pads *pads = &s->pending[(s->first_pending + s->pendings++) % RTL_PENDING_MAX];
    *pads = (rtl_pads){.due_ps = at_ps + output_delay_ps, .drive = {scl, sda}};
    set_timer(s);
}

static void look_at_watched(slave_instance *s, uint64_t at_ps)
{
    rtl_signal signal;
    for (unsigned i = 0; s->image->link->watched[i] != NULL; i++) {
        uint64_t value = 0;
        if (!s->image->link->find(s->image->model, s->image->link->watched[i], &signal))
            continue;
        memcpy(&value, signal.at, (signal.bits + 7) / 8);
        if (value == s->watched[i])
            continue;
        s->watched[i] = value;
        i2c_trace_value(s->trace, at_ps, s->track[i], value);
    }
}

/// What the design did at `at_ps`.
static void look(slave_instance *s, uint64_t at_ps)
{
    const rtl_state *state = s->image->link->state(s->image->model);
    ask(s, state->pins, at_ps);
    if (s->trace != NULL)
        look_at_watched(s, at_ps);
    if (state->unset != 0)
        tell_unset(s, s->image->link->takes_unset(s->image->model), at_ps);
    if (state->end != RTL_RUNS && !s->ended)
        tell_end(s, state, at_ps);
}

// ---- inputs and time ----------------------------------------------------------------------------

static void put_in(slave_instance *s)
{
    unsigned inputs = s->in_reset ? RTL_IN_RESET : 0;
    inputs |= i2c_node_level(s->sim, s->node, I2C_SCL) ? RTL_SCL_HIGH : 0;
    inputs |= i2c_node_level(s->sim, s->node, I2C_SDA) ? RTL_SDA_HIGH : 0;
    s->image->in_code = true;
    s->image->link->put(s->image->model, inputs, i2c_sim_now_ps(s->sim));
    s->image->in_code = false;
    look(s, i2c_sim_now_ps(s->sim));
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    slave_instance *s = ctx;
    (void)line;
    (void)high;
    (void)now_ps;
    if (s->on)
        put_in(s);
}

/// Clock edges that come before `until_ps`; not further than an output that they change.
static void follow(void *ctx, uint64_t until_ps)
{
    slave_instance *s = ctx;
    const slave_image *image = s->image;
    uint64_t edges = rtl_clock_edges_before(&s->clock, until_ps);
    assert(s->edge >= rtl_clock_edges_before(&s->clock, i2c_sim_now_ps(s->sim)));
    while (s->edge < edges) {
        s->image->in_code = true;
        s->edge += image->link->run(image->model, edges - s->edge,
                                    rtl_clock_edge_ps(&s->clock, s->edge), s->clock.half_ps);
        s->image->in_code = false;
        look(s, rtl_clock_edge_ps(&s->clock, s->edge - 1));
        const uint64_t due_ps =
            s->pendings > 0 ? s->pending[s->first_pending].due_ps : I2C_NEVER_PS;
        if (due_ps < until_ps)
            edges = rtl_clock_edges_before(&s->clock, due_ps);
    }
}

static void set_clock(slave_instance *s, uint64_t hz)
{
    const uint64_t now_ps = i2c_sim_now_ps(s->sim);
    const uint64_t half_ps = I2C_PS_PER_S / (2 * hz);
    s->clock = rtl_clock_of(hz, now_ps + half_ps);
    s->edge = 0;
}

// ---- power and reset ------------------------------------------------------------------------

static void on_reset_end(void *ctx, uint64_t now_ps)
{
    slave_instance *s = ctx;
    s->in_reset = false;
    s->pads_off = false;
    put_in(s);
    (void)now_ps;
}

static void hold_in_reset(slave_instance *s)
{
    s->in_reset = s->image->has_reset;
    if (s->in_reset)
        i2c_timer_set(s->sim, &s->reset_ends, i2c_sim_now_ps(s->sim) + s->image->reset_ps);
}

/// As after power-up: registers that nothing sets hold what they happen to hold.
static void switch_on(slave_instance *s)
{
    const slave_image *image = s->image;
    const uint64_t now_ps = i2c_sim_now_ps(s->sim);
    uint64_t seed = s->options.seed;
    s->on = true;
    s->ended = false;
    s->asked[0] = s->asked[1] = I2C_RELEASED;
    hold_in_reset(s);
    s->pads_off = s->in_reset;
    image->link->fresh(image->model, seed,
                       RTL_SCL_HIGH | RTL_SDA_HIGH | (s->in_reset ? RTL_IN_RESET : 0));
    put_in(s);
    if (!image->link->has_clock)
        return;
    const uint64_t period_ps = I2C_PS_PER_S / s->clock.hz;
    s->clock = rtl_clock_of(s->clock.hz, now_ps + 1 + seed * 0x9E3779B97F4A7C15u % period_ps);
    s->edge = 0;
    i2c_sim_follow(s->sim, follow, s);
}

static void switch_off(slave_instance *s)
{
    if (s->on && s->image->link->has_clock)
        i2c_sim_unfollow(s->sim, s);
    s->on = false;
    s->pendings = 0;
    i2c_timer_cancel(s->sim, &s->pads);
    i2c_timer_cancel(s->sim, &s->reset_ends);
    i2c_node_release(s->sim, s->node, I2C_SCL);
    i2c_node_release(s->sim, s->node, I2C_SDA);
}

static void reset(slave_instance *s)
{
    if (!s->on)
        return;
    if (!s->image->has_reset) {
        switch_off(s);
        switch_on(s);
        return;
    }
    hold_in_reset(s);
    put_in(s);
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

// ---- attaching ------------------------------------------------------------------------------

static void open_watches(slave_instance *s)
{
    rtl_signal signal;
    const rtl_link *link = s->image->link;
    s->trace = link->watched[0] != NULL ? i2c_sim_trace(s->sim) : NULL;
    link->watch(s->image->model, s->trace != NULL);
    for (unsigned i = 0; s->trace != NULL && link->watched[i] != NULL; i++) {
        if (!link->find(s->image->model, link->watched[i], &signal))
            continue;
        s->track[i] = i2c_trace_track(s->trace, SLAVE_WATCH_SCOPE, link->watched[i],
                                      I2C_TRACK_INTEGER, signal.bits);
        s->watched[i] = 0;
        i2c_trace_value(s->trace, i2c_sim_now_ps(s->sim), s->track[i], 0);
    }
}

static slave_instance *attach(slave_image *image, i2c_sim *sim, const slave_attach_options *options)
{
    slave_instance *s = &image->instance;
    assert(!s->attached);
    memset(s, 0, sizeof *s);
    s->image = image;
    s->sim = sim;
    s->options = *options;
    if (!slave_node_add(sim, options, on_edge, s, &s->node))
        return NULL;
    s->reset_ends = (i2c_timer){on_reset_end, s, false};
    s->pads = (i2c_timer){put_out, s, false};
    s->clock.hz = options->load.cpu_hz != 0 ? options->load.cpu_hz : image->clock_hz;
    s->attached = true;
    open_watches(s);
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

/// Nothing that it does takes the time of a CPU; its clock can be another.
static void set_load(slave_instance *s, const slave_load *load)
{
    const uint64_t hz = load->cpu_hz != 0 ? load->cpu_hz : s->image->clock_hz;
    s->options.load = *load;
    if (hz != 0 && hz != s->clock.hz)
        set_clock(s, hz);
}

static uint64_t cpu_hz(const slave_image *image)
{
    return image->clock_hz;
}

// ---- the application side -------------------------------------------------------------------

static slave_result set_signal(slave_instance *s, const char *name, int64_t value)
{
    rtl_signal signal;
    if (!s->image->link->find(s->image->model, name, &signal))
        return SLAVE_UNKNOWN_NAME;
    if (signal.bits < 64)
        value &= (int64_t)((UINT64_C(1) << signal.bits) - 1);
    memcpy(signal.at, &value, (signal.bits + 7) / 8);
    s->image->link->touch(s->image->model);
    look(s, i2c_sim_now_ps(s->sim));
    return SLAVE_OK;
}

static slave_result get_signal(slave_instance *s, const char *name, int64_t *value)
{
    rtl_signal signal;
    if (!s->image->link->find(s->image->model, name, &signal))
        return SLAVE_UNKNOWN_NAME;
    *value = 0;
    memcpy(value, signal.at, (signal.bits + 7) / 8);
    return SLAVE_OK;
}

static slave_result call_function(slave_instance *s, const char *name, const int64_t *args,
                                  unsigned count)
{
    (void)s;
    (void)name;
    (void)args;
    (void)count;
    return SLAVE_NOT_SUPPORTED;
}

/// There is no application code: to expect one would fail for ever.
static slave_result tells(slave_image *image, const char *function)
{
    (void)image;
    (void)function;
    return SLAVE_NOT_SUPPORTED;
}

// ---- what it is doing -----------------------------------------------------------------------

static const char *doing(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    char *text = ((slave_instance *)s)->text;
    const unsigned count = s->moves[line];
    const unsigned kept = count < RTL_MOVES_KEPT ? count : RTL_MOVES_KEPT;
    for (unsigned i = 1; i <= kept; i++) {
        const rtl_move *move = &s->move[line][(count - i) % RTL_MOVES_KEPT];
        if (move->at_ps > at_ps)
            continue;
        const int n =
            snprintf(text, RTL_TEXT_BYTES, "module %s: %s %s", s->image->top, s->image->pin[line],
                     move->drive == I2C_PULLED     ? "pulls"
                     : move->drive == I2C_RELEASED ? "let go"
                                                   : "drives high");
        if (s->image->link->has_clock && n > 0 && n < RTL_TEXT_BYTES)
            (void)snprintf(text + n, RTL_TEXT_BYTES - (size_t)n, " at its clock %llu",
                           (unsigned long long)(move->edge / 2));
        return text;
    }
    return "";
}

static const char *silence(slave_instance *s)
{
    const char *end = name_end(s->image->link->state(s->image->model), s->text, sizeof s->text);
    if (end != NULL || s->moves[I2C_SDA] > 0)
        return end;
    (void)snprintf(s->text, sizeof s->text,
                   "%s.%s never moves; are clock, reset and pins as the file says?", s->image->top,
                   s->image->pin[I2C_SDA]);
    return s->text;
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

/// One that has rested does so again, when it has done what a transfer asks for.
static uint64_t polls_every_ps(const slave_instance *s)
{
    if (!s->image->link->has_clock || s->image->link->state(s->image->model)->has_rested)
        return 0;
    return I2C_PS_PER_S / s->clock.hz;
}

static const slave_model *model_of(const slave_image *image)
{
    return image->data;
}

const slave_adapter *rtl_adapter(void)
{
    static const slave_adapter adapter = {.name = "rtl",
                                          .prepare = rtl_prepare,
                                          .discard = rtl_discard,
                                          .attach = attach,
                                          .detach = detach,
                                          .node = node_of,
                                          .set = set_signal,
                                          .get = get_signal,
                                          .call = call_function,
                                          .tells = tells,
                                          .load = set_load,
                                          .reset = reset,
                                          .power = power,
                                          .cpu_hz = cpu_hz,
                                          .doing = doing,
                                          .silence = silence,
                                          .in_slave_code = in_slave_code,
                                          .polls_every_ps = polls_every_ps,
                                          .has_main_loop = has_main_loop,
                                          .model = model_of};
    return &adapter;
}
