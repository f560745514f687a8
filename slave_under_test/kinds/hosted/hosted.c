// A hosted slave on a bus: its node, its CPU, and the calls into its code.
#include "slave_under_test/kinds/hosted/hosted.h"

#include "slave_under_test/kinds/findings.h"
#include "slave_under_test/kinds/hosted/private.h"
#include "slave_under_test/kinds/load.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const uint64_t cycle_ps = 125 * I2C_PS_PER_NS;
static const uint64_t default_output_delay_ps = 350 * I2C_PS_PER_NS;

const i2c_rule hosted_rule_writes = {
    .id = "writes", .rows = "", .clause = "", .title = "Pin writes beyond the model's queue"};

void hosted_report(slave_instance *s, const i2c_rule *rule, const char *message)
{
    if (s->options.on_finding == NULL)
        return;
    i2c_finding finding = {
        .rule = rule, .at_ps = i2c_sim_now_ps(s->sim), .line = 0xFF, .blame = 1u << s->node};
    finding.segment = (uint32_t)i2c_sim_monitor(s->sim)->segments;
    (void)snprintf(finding.message, sizeof finding.message, "%s", message);
    s->options.on_finding(s->options.on_finding_ctx, &finding);
}

// ---- calls into the slave ---------------------------------------------------------------------

static uint64_t wide_bytes(const hosted_watch *w)
{
    if (w->bytes == 2)
        return *(const volatile uint16_t *)w->at;
    if (w->bytes == 4)
        return *(const volatile uint32_t *)w->at;
    return *(const volatile uint64_t *)w->at;
}

/// The bytes of a watched variable, as they lie in memory. Most are single ones.
static inline uint64_t raw_bytes(const hosted_watch *w)
{
    return w->bytes == 1 ? *w->at : wide_bytes(w);
}

static void tell_watched(slave_instance *s, unsigned i, uint64_t raw)
{
    hosted_watch *w = &s->watched[i];
    w->raw = raw;
    w->told = true;
    i2c_trace_value(s->cpu.config.trace, i2c_sim_now_ps(s->sim), w->track,
                    (uint64_t)hosted_variable_get(s->image, &s->image->watch[i]));
}

static __attribute__((noinline)) void look_at_watched(slave_instance *s)
{
    s->watch_closely = false;
    for (unsigned i = 0; i < s->watches; i++) {
        const hosted_watch *w = &s->watched[i];
        const uint64_t raw = raw_bytes(w);
        if (raw != w->raw || !w->told)
            tell_watched(s, i, raw);
        s->watch_closely |= w->bytes != 1;
    }
}

/// Looked at after each call into the slave, changed seldom.
static inline void watch(slave_instance *s)
{
    uint64_t differs = s->watch_closely;
    for (const hosted_watch *w = s->watched; w != &s->watched[s->watches]; w++)
        differs |= *w->at ^ w->raw;
    if (differs != 0)
        look_at_watched(s);
}

static inline void enter_code(slave_instance *s, int source, unsigned phase)
{
    s->cursor_ps = 0;
    s->phase = phase;
    s->source = (int8_t)source;
    s->image->in_code = true;
}

static inline void leave_code(slave_instance *s)
{
    s->image->in_code = false;
    if (s->watches != 0)
        watch(s);
}

static inline uint64_t call_routine(slave_instance *s, unsigned source, unsigned phase)
{
    enter_code(s, (int)source, phase);
    const uint64_t result = s->routine[source](s->state);
    leave_code(s);
    return result;
}

static uint64_t run_routine(void *ctx, unsigned source, unsigned phase)
{
    return call_routine(ctx, source, phase);
}

static uint64_t run_main(void *ctx)
{
    slave_instance *s = ctx;
    enter_code(s, -1, 0);
    const uint64_t result = s->image->slave->main_loop(s->state);
    leave_code(s);
    return result;
}

static void on_endless(void *ctx, unsigned source, uint64_t since_ps)
{
    slave_instance *s = ctx;
    char message[160];
    (void)snprintf(message, sizeof message, "interrupt routine %s has been running for %llu ms",
                   s->cpu.source[source].name, (unsigned long long)(since_ps / I2C_PS_PER_MS));
    hosted_report(s, &slave_rule_hang, message);
}

// ---- edges ------------------------------------------------------------------------------------

static void __attribute__((noinline)) take_edge(slave_instance *s, i2c_line line, bool high)
{
    if (s->unit_on)
        hosted_unit_edge(s, line, high);
    const uint32_t vectors = s->on_edge[(unsigned)line * 2 + high];
    if ((vectors & (vectors - 1)) != 0)
        mcu_cpu_raise_all(&s->cpu, vectors);
    else if (vectors != 0)
        mcu_cpu_raise(&s->cpu, (unsigned)__builtin_ctz(vectors));
}

/// Most edges find the CPU idle and one vector waiting for them, and its routine takes no time.
static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    (void)now_ps;
    slave_instance *s = ctx;
    const hosted_lone *lone = &s->lone[(unsigned)line * 2 + high];
    if ((lone->bit & s->cpu.ready) == 0) {
        take_edge(s, line, high);
        return;
    }
    mcu_cpu_begin_at_once(&s->cpu, lone->vector);
    enter_code(s, (int)lone->vector, 0);
    const uint64_t result = lone->routine(s->state);
    leave_code(s);
    mcu_cpu_end_at_once(&s->cpu, lone->vector, result);
}

// ---- filtered pins ----------------------------------------------------------------------------

static void on_filtered_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    slave_instance *s = ctx;
    mcu_filter_edge(&s->filter, line, high, now_ps);
}

bool hosted_level(void *ctx, i2c_line line)
{
    const slave_instance *s = ctx;
    return s->filtered ? mcu_filter_level(&s->filter, line) : i2c_node_level(s->sim, s->node, line);
}

static hosted_lone lone_vector(const slave_instance *s, unsigned kind)
{
    const uint32_t vectors = s->on_edge[kind];
    if (s->unit_on || vectors == 0 || (vectors & (vectors - 1)) != 0)
        return (hosted_lone){NULL, 0, 0};
    const unsigned vector = (unsigned)__builtin_ctz(vectors);
    return (hosted_lone){s->routine[vector], vectors, vector};
}

void hosted_listen(slave_instance *s)
{
    s->unit_on =
        s->usi.mode != MCU_USI_OFF || mcu_twi_enabled(&s->twi) || stm32_i2c_enabled(&s->i2c);
    unsigned hears = s->unit_on ? I2C_HEAR_ALL : 0;
    for (unsigned kind = 0; kind < 4; kind++) {
        s->on_edge[kind] = 0;
        for (unsigned v = 0; v < s->cpu.config.sources; v++)
            if (s->causes[v] >> kind & 1u)
                s->on_edge[kind] |= 1u << v;
        s->lone[kind] = lone_vector(s, kind);
        hears |= s->on_edge[kind] != 0 ? 1u << kind : 0;
    }
    if (s->filtered)
        hears = I2C_HEAR_ALL; // the level behind a filter hangs on all of them
    i2c_node_hear(s->sim, s->node, s->on ? hears : 0);
}

static void on_timer(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    const hosted_timer *t = ctx;
    slave_instance *s = t->instance;
    if (s->causes[t->vector] & I2CPROOF_ON_TIMER)
        mcu_cpu_raise(&s->cpu, t->vector);
}

// ---- power and reset --------------------------------------------------------------------------

/// Nothing of it is left on the bus or in the queue.
static void switch_off(slave_instance *s)
{
    s->on = false;
    mcu_cpu_stop(&s->cpu);
    mcu_writes_drop(&s->writes);
    hosted_reset_units(s);
    i2c_timer_cancel(s->sim, &s->startup);
    mcu_filter_reset(&s->filter);
    for (unsigned v = 0; v < MCU_SOURCE_MAX; v++)
        i2c_timer_cancel(s->sim, &s->timer[v].timer);
    memset(s->pulled, 0, sizeof s->pulled);
    memset(s->causes, 0, sizeof s->causes);
    hosted_listen(s);
    i2c_node_release(s->sim, s->node, I2C_SDA);
    i2c_node_release(s->sim, s->node, I2C_SCL);
}

static void on_startup(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    slave_instance *s = ctx;
    const i2cproof_slave *slave = s->image->slave;
    s->on = true;
    for (unsigned line = 0; line < 2; line++)
        s->filter.pin[line].length_ps = slave->input_filter & MCU_LENGTH_MASK;
    mcu_filter_reset(&s->filter);
    mcu_cpu_start(&s->cpu);
    for (unsigned v = 0; v < slave->vector_count; v++) {
        s->causes[v] = slave->vectors[v].causes;
        mcu_cpu_enable(&s->cpu, v, s->causes[v] != 0);
    }
    hosted_listen(s);
    if (slave->init == NULL)
        return;
    enter_code(s, -1, 0);
    slave->init(s->image->state);
    leave_code(s);
}

static void switch_on(slave_instance *s)
{
    const uint64_t startup_ps = s->image->slave->startup_time & MCU_LENGTH_MASK;
    hosted_object_refresh(s->image->object);
    if (startup_ps == 0)
        on_startup(s, 0);
    else
        i2c_timer_set(s->sim, &s->startup, i2c_sim_now_ps(s->sim) + startup_ps);
}

static void check_memory(slave_instance *s)
{
    const char *says = hosted_object_overwrote(s->image->object);
    if (says != NULL)
        hosted_report(s, &slave_rule_memory, says);
}

static void reset(slave_instance *s)
{
    check_memory(s);
    switch_off(s);
    switch_on(s);
}

static void power(slave_instance *s, bool on)
{
    if (on) {
        if (!s->on && !s->startup.queued)
            switch_on(s);
        return;
    }
    check_memory(s);
    switch_off(s);
}

// ---- attaching --------------------------------------------------------------------------------

static void make_sources(const slave_instance *s, mcu_source *source)
{
    const i2cproof_slave *slave = s->image->slave;
    for (unsigned v = 0; v < slave->vector_count; v++) {
        const i2cproof_vector *from = &slave->vectors[v];
        source[v] = (mcu_source){.name = from->name,
                                 .priority = from->priority,
                                 .interrupted_by = from->interrupted_by <= I2CPROOF_BY_ANY
                                                       ? (mcu_preemption)from->interrupted_by
                                                       : MCU_BY_NONE,
                                 .keeps_flag = (from->causes & HOSTED_LEVEL_CAUSES) != 0};
    }
}

static void set_load(slave_instance *s, const slave_load *load)
{
    const i2cproof_slave *slave = s->image->slave;
    mcu_load l = {.irq_off_ps = load->irq_off_ps,
                  .irq_off_every_ps = load->irq_off_every_ps,
                  .isr_ps = load->isr_load_ps,
                  .isr_every_ps = load->isr_load_every_ps,
                  .main_stall_ps = load->main_stall_ps,
                  .main_stall_every_ps = load->main_stall_every_ps};
    s->options.load = *load;
    for (unsigned v = 0; v < slave->vector_count; v++)
        l.latency_ps[v] = slave_load_latency_ps(load, slave->vectors[v].name);
    l.isr_name = s->options.load.isr_load_vector;
    l.irq_off_first_ps = slave_load_first_ps(s->sim, l.irq_off_ps, l.irq_off_every_ps);
    l.isr_first_ps = slave_load_first_ps(s->sim, l.isr_ps, l.isr_every_ps);
    l.main_stall_first_ps = slave_load_first_ps(s->sim, l.main_stall_ps, l.main_stall_every_ps);
    mcu_cpu_set_load(&s->cpu, &l);
}

static void make_cpu(slave_instance *s)
{
    const i2cproof_slave *slave = s->image->slave;
    mcu_source source[MCU_SOURCE_MAX];
    make_sources(s, source);
    const mcu_cpu_config config = {.sim = s->sim,
                                   .source = source,
                                   .sources = slave->vector_count,
                                   .body = run_routine,
                                   .main_loop = slave->main_loop != NULL ? run_main : NULL,
                                   .on_endless = on_endless,
                                   .ctx = s,
                                   .cycle_ps = cycle_ps,
                                   .entry_ps = slave->entry_time & MCU_LENGTH_MASK,
                                   .routine_limit_ps = slave_routine_limit_ps,
                                   .trace = i2c_sim_trace(s->sim),
                                   .trace_scope = "slave"};
    mcu_cpu_init(&s->cpu, &config);
    set_load(s, &s->options.load);
}

static void add_tracks(slave_instance *s)
{
    i2c_trace *trace = i2c_sim_trace(s->sim);
    const slave_image *image = s->image;
    if (trace == NULL)
        return;
    s->watches = image->watches;
    s->watch_closely = true; // nothing of them has been told
    s->track_state = i2c_trace_track(trace, "slave", "state", I2C_TRACK_TEXT, 0);
    s->track_addressed = i2c_trace_track(trace, "slave", "addressed", I2C_TRACK_BIT, 1);
    for (unsigned i = 0; i < image->watches; i++) {
        const hosted_variable *v = &image->watch[i];
        const unsigned bytes = v->variable->element_bytes;
        // Apart from our own tracks: a slave's variable may well be called `state`.
        const int track =
            i2c_trace_track(trace, SLAVE_WATCH_SCOPE, v->name, I2C_TRACK_INTEGER, bytes * 8);
        s->watched[i] =
            (hosted_watch){.at = hosted_variable_place(image, v), .bytes = bytes, .track = track};
    }
}

static void make_parts(slave_instance *s)
{
    const i2cproof_slave *slave = s->image->slave;
    hosted_make_units(s);
    mcu_writes_init(&s->writes, s->sim, hosted_apply, s);
    for (unsigned v = 0; v < MCU_SOURCE_MAX; v++)
        s->timer[v] = (hosted_timer){s, v, {on_timer, &s->timer[v], false}};
    s->startup = (i2c_timer){on_startup, s, false};
    s->filtered = slave->input_filter != 0;
    mcu_filter_init(&s->filter, s->sim, s->node, on_edge, s);
    const uint64_t delay_ps = slave->output_delay & MCU_LENGTH_MASK;
    s->output_delay_ps = delay_ps != 0 ? delay_ps : default_output_delay_ps;
}

static slave_instance *attach(slave_image *image, i2c_sim *sim, const slave_attach_options *options)
{
    slave_instance *s = &image->instance;
    assert(!s->attached);
    memset(s, 0, sizeof *s);
    s->image = image;
    image->attaches++;
    s->stop_at = image->attaches == image->stop.attach ? image->stop.number : 0;
    s->sim = sim;
    s->options = *options;
    s->source = -1;
    s->state = image->state;
    for (unsigned v = 0; v < image->slave->vector_count; v++)
        s->routine[v] = image->slave->vectors[v].routine;
    const i2c_node_config node = {.name = "slave",
                                  .role = I2C_ROLE_SLAVE,
                                  .threshold = options->threshold,
                                  .on_edge =
                                      image->slave->input_filter != 0 ? on_filtered_edge : on_edge,
                                  .ctx = s};
    if (i2c_node_add(sim, &node, &s->node) != I2C_OK)
        return NULL;
    make_cpu(s);
    make_parts(s);
    add_tracks(s);
    s->attached = true;
    image->host.self = s;
    image->in_code = false;
    switch_on(s);
    return s;
}

static void detach(slave_instance *s)
{
    check_memory(s);
    switch_off(s);
    mcu_cpu_end(&s->cpu);
    s->attached = false;
}

static i2c_node node_of(const slave_instance *s)
{
    return s->node;
}

// ---- the application side ---------------------------------------------------------------------

static slave_result set_variable(slave_instance *s, const char *name, int64_t value)
{
    hosted_variable v;
    if (!hosted_variable_find(s->image, name, &v))
        return SLAVE_UNKNOWN_NAME;
    hosted_variable_set(s->image, &v, value);
    return SLAVE_OK;
}

static slave_result get_variable(slave_instance *s, const char *name, int64_t *value)
{
    hosted_variable v;
    if (!hosted_variable_find(s->image, name, &v))
        return SLAVE_UNKNOWN_NAME;
    *value = hosted_variable_get(s->image, &v);
    return SLAVE_OK;
}

static slave_result call_function(slave_instance *s, const char *name, const int64_t *args,
                                  unsigned count)
{
    const i2cproof_slave *slave = s->image->slave;
    for (uint32_t i = 0; i < slave->function_count; i++) {
        const i2cproof_function *f = &slave->functions[i];
        if (f->name == NULL || f->call == NULL || strcmp(f->name, name) != 0)
            continue;
        if (f->args != count)
            return SLAVE_NOT_SUPPORTED;
        if (!s->on)
            return SLAVE_OK;
        enter_code(s, -1, 0);
        f->call(s->image->state, args, count);
        leave_code(s);
        return SLAVE_OK;
    }
    return SLAVE_UNKNOWN_NAME;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/// The last write that reached the line by then, or of those that are kept the first; NULL: none.
static const mcu_write *write_before(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    const unsigned count = s->lasts[line];
    const unsigned kept = count < HOSTED_LAST ? count : HOSTED_LAST;
    const mcu_write *found = NULL;
    for (unsigned i = 1; i <= kept; i++) {
        found = &s->last[line][(count - i) % HOSTED_LAST];
        if (found->due_ps <= at_ps)
            break;
    }
    return found;
}

static slave_move access_of(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    const mcu_write *w = write_before(s, line, at_ps);
    return w == NULL || w->file == NULL ? (slave_move){0, 0}
                                        : (slave_move){s->image->attaches, w->number};
}

static void stop_at(slave_image *image, slave_move access)
{
    image->stop = access;
}

static const char *doing(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    const mcu_write *w = write_before(s, line, at_ps);
    char *text = ((slave_instance *)(uintptr_t)s)->doing;
    if (w == NULL)
        return "";
    if (w->file == NULL)
        return hosted_unit_doing(w);
    const bool isr = w->source >= 0;
    (void)snprintf(text, HOSTED_DOING_BYTES, "%s:%u %s%s%s%s", file_name(w->file),
                   (unsigned)w->line, isr ? "ISR(" : "main",
                   isr ? s->cpu.source[w->source].name : "", isr ? ")" : "",
                   w->what != HOSTED_PIN && w->mask == I2C_SDA ? hosted_unit_data(w) : "");
    return text;
}

static const mcu_limit *limit(const slave_instance *s, slave_limit what, uint64_t at_ps)
{
    return what == SLAVE_IS_DEAF ? mcu_twi_deaf(&s->twi, at_ps) : mcu_twi_idle_hold(&s->twi, at_ps);
}

static bool in_slave_code(const slave_image *image)
{
    return image->in_code;
}

static bool tell_crash(const slave_image *image, const slave_crash *crash, char *text, size_t bytes)
{
    const void *address = (const void *)crash->address; // NOLINT(performance-no-int-to-ptr)
    if (!crash->has_address || !hosted_object_guards(image->object, address))
        return false;
    const bool in_front = crash->address < (uintptr_t)hosted_object_state(image->object);
    (void)snprintf(text, bytes, "the slave %s memory %s its declared state",
                   crash->writes ? "writes" : "reads",
                   in_front ? "in front of" : "past the end of");
    return true;
}

static const char *vector_name(const slave_image *image, unsigned i)
{
    return i < image->slave->vector_count ? image->slave->vectors[i].name : NULL;
}

static bool has_main_loop(const slave_image *image)
{
    return image->slave->main_loop != NULL;
}

static uint64_t polls_every_ps(const slave_instance *s)
{
    return s->cpu.loop_ps;
}

static const slave_model *model_of(const slave_image *image)
{
    return image->model;
}

const slave_adapter *hosted_adapter(void)
{
    static const slave_adapter adapter = {.name = "hosted",
                                          .prepare = hosted_prepare,
                                          .discard = hosted_discard,
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
                                          .access = access_of,
                                          .stop_at = stop_at,
                                          .limit = limit,
                                          .in_slave_code = in_slave_code,
                                          .polls_every_ps = polls_every_ps,
                                          .has_main_loop = has_main_loop,
                                          .tell_crash = tell_crash,
                                          .vector = vector_name,
                                          .model = model_of};
    return &adapter;
}
