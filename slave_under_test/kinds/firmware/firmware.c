// A slave of kind firmware on a bus: the part's pins on a node, its core, and what a person is told
// of both. What differs from family to family of parts stands behind family.h.
#include "slave_under_test/kinds/firmware/firmware.h"

#include "slave_under_test/kinds/findings.h"
#include "slave_under_test/kinds/firmware/crash.h"
#include "slave_under_test/kinds/firmware/private.h"
#include "slave_under_test/kinds/firmware/recipe.h"
#include "slave_under_test/kinds/load.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const i2c_rule rule_unmodelled = {
    .id = "unmodelled", .rows = "", .clause = "", .title = "Registers without a model"};

// ---- pins -------------------------------------------------------------------------------------

static void drive(void *ctx, i2c_line line, i2c_drive wanted, uint64_t after_ps)
{
    slave_instance *s = ctx;
    const firmware_store *store = &s->core.store;
    const firmware_move move = {.by_hardware = !store->under_way,
                                .pc = store->pc,
                                .vector = store->vector,
                                .number = store->number,
                                .register_at = store->at,
                                .bytes = store->bytes,
                                .value = store->value};
    firmware_outputs_drive(&s->outputs, line, wanted, after_ps, &move);
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    (void)now_ps;
    slave_instance *s = ctx;
    if (s->image->coverage != NULL)
        firmware_coverage_look(s->core.config.link, i2c_sim_monitor(s->sim), s->node);
    if (!s->on)
        return;
    s->image->family->chip_edge(s->image->chip, line, high);
    firmware_core_edge(&s->core);
}

// ---- what ends it -----------------------------------------------------------------------------

static void report_as(slave_instance *s, const i2c_rule *rule, i2c_severity severity,
                      const char *message)
{
    if (s->options.on_finding == NULL)
        return;
    i2c_finding finding = {.rule = rule,
                           .severity = severity,
                           .at_ps = i2c_sim_now_ps(s->sim),
                           .line = 0xFF,
                           .blame = 1u << s->node};
    finding.segment = (uint32_t)i2c_sim_monitor(s->sim)->segments;
    (void)snprintf(finding.message, sizeof finding.message, "%s", message);
    s->options.on_finding(s->options.on_finding_ctx, &finding);
}

static void report(slave_instance *s, const i2c_rule *rule, const char *message)
{
    report_as(s, rule, I2C_SEVERITY_BY_LEVEL, message);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/// The line in which it ended; of code without lines, the function.
static void name_place(const slave_image *image, uintptr_t pc, char *text, size_t bytes)
{
    if (!firmware_lines_name(image->lines, pc, text, bytes))
        (void)snprintf(text, bytes, "%s", firmware_object_function(image->object, pc));
}

/// The routine of a vector, as its sources write it; "" in main().
static void name_routine(const slave_image *image, int vector, char text[FIRMWARE_ROUTINE_BYTES])
{
    text[0] = '\0';
    if (vector >= 0 && image->family->vector(image->part, (unsigned)vector) != NULL)
        image->family->routine(image->part, (unsigned)vector, text);
}

/// Why it does nothing more; NULL: it runs. `vector` is of the routine that is to blame.
static const char *name_end(const slave_instance *s, int vector, char *text, size_t bytes)
{
    const slave_image *image = s->image;
    char routine[FIRMWARE_ROUTINE_BYTES], place[96];
    name_routine(image, vector, routine);
    switch (s->core.end) {
    case FIRMWARE_RUNS:
        return NULL;
    case FIRMWARE_NO_VECTOR:
        (void)snprintf(text, bytes, "interrupt %s is enabled and came, and the firmware has no %s",
                       image->family->vector(image->part, (unsigned)vector), routine);
        break;
    case FIRMWARE_ENDLESS:
        (void)snprintf(text, bytes, "%s has run for 100 ms and does not end", routine);
        break;
    case FIRMWARE_STORM:
        (void)snprintf(text, bytes,
                       "%s is entered again each time it ends, and main() has no turn any more: is "
                       "what asks for the interrupt cleared?",
                       routine);
        break;
    case FIRMWARE_DIVIDED:
        (void)snprintf(text, bytes, "%s divides by zero at %s:%u",
                       routine[0] == '\0' ? "it" : routine, base_name(s->core.end_file),
                       s->core.end_line);
        break;
    case FIRMWARE_OUTSIDE:
        name_place(image, s->core.pc, place, sizeof place);
        (void)snprintf(text, bytes, "%s accesses address 0x%08X, where %s has nothing", place,
                       (unsigned)s->core.outside, image->family->part_name(image->part));
        break;
    case FIRMWARE_RETURNED:
        (void)snprintf(text, bytes, "main() returned");
        break;
    }
    return text;
}

static void on_end(void *ctx, firmware_end end, int vector)
{
    slave_instance *s = ctx;
    s->ended_by = vector;
    const char *message = name_end(s, vector, s->doing, sizeof s->doing);
    report(s,
           end == FIRMWARE_DIVIDED || end == FIRMWARE_OUTSIDE ? &slave_rule_crash
                                                              : &slave_rule_hang,
           message);
}

static const char *silence(slave_instance *s)
{
    const slave_image *image = s->image;
    const firmware_witness witness = {&s->core, image->object, image->family, image->part,
                                      image->chip};
    if (name_end(s, s->ended_by, s->doing, sizeof s->doing) != NULL ||
        image->family->silence(&witness, s->doing, sizeof s->doing))
        return s->doing;
    return NULL;
}

/// Of each block once a case; that it is only memory may be why firmware waits in vain.
static void on_memory(void *ctx, const char *block)
{
    slave_instance *s = ctx;
    char text[FIRMWARE_MOVE_BYTES], place[96];
    name_place(s->image, s->core.pc, place, sizeof place);
    (void)snprintf(text, sizeof text, "%s: %s is not modelled: it is only memory", place, block);
    report_as(s, &rule_unmodelled,
              s->image->strict_registers ? I2C_SEVERITY_FAIL : I2C_SEVERITY_NOTE, text);
}

// ---- power and reset --------------------------------------------------------------------------

/// Part and core go by the same clock.
static void follow_clock(slave_instance *s)
{
    firmware_core_set_clock(&s->core, s->image->family->chip_clock_hz(s->image->chip));
}

static void switch_off(slave_instance *s, firmware_reset cause)
{
    s->on = false;
    firmware_core_stop(&s->core);
    s->image->family->chip_reset(s->image->chip, cause);
    follow_clock(s);
    firmware_outputs_let_go(&s->outputs);
}

static void switch_on(slave_instance *s)
{
    firmware_object_refresh(s->image->object);
    s->on = true;
    firmware_core_start(&s->core);
}

static void check_memory(slave_instance *s)
{
    if (firmware_object_overran(s->image->object))
        report(s, &slave_rule_memory, "the firmware wrote past the end of its variables");
}

static void reset_by(void *ctx, firmware_reset cause)
{
    slave_instance *s = ctx;
    check_memory(s);
    switch_off(s, cause);
    switch_on(s);
}

static void reset(slave_instance *s)
{
    reset_by(s, FIRMWARE_EXTERNAL_RESET);
}

static void power(slave_instance *s, bool on)
{
    if (on == s->on)
        return;
    if (on) {
        switch_on(s);
        return;
    }
    check_memory(s);
    switch_off(s, FIRMWARE_POWER_ON);
}

// ---- what it is doing --------------------------------------------------------------------------

/// "usi_slave.c:112 send_ack() in ISR(USI_OVF_vect): wrote USISR = 0x70".
static void describe(const slave_image *image, const firmware_move *m, char *text, size_t bytes)
{
    char place[96], routine[FIRMWARE_ROUTINE_BYTES], name[32];
    name_place(image, m->pc, place, sizeof place);
    name_routine(image, m->vector, routine);
    image->family->register_name(image->part, m->register_at, name, sizeof name);
    (void)snprintf(text, bytes, "%s%s%s%s: wrote %s = 0x%0*X",
                   m->by_hardware ? "hardware, behind " : "", place,
                   routine[0] != '\0' ? " in " : "", routine, name[0] != '\0' ? name : "a register",
                   2 * (m->bytes & 7), (unsigned)m->value);
}

static void on_routine(void *ctx)
{
    slave_instance *s = ctx;
    const int now = firmware_core_doing(&s->core);
    const char *load = s->options.load.isr_load_vector;
    const char *name = NULL;
    if (now == FIRMWARE_LOAD_ISR)
        name = load[0] != '\0' ? load : "load";
    else if (now == FIRMWARE_CALL)
        name = s->called;
    else if (now >= 0)
        name = s->image->family->vector(s->image->part, (unsigned)now);
    if (name == NULL)
        name = "";
    firmware_view_routine(&s->view, firmware_core_now_ps(&s->core), name);
}

// ---- what somebody looks at ---------------------------------------------------------------------

static const char *function_at(const void *object, uintptr_t pc)
{
    const char *name = firmware_object_function(object, pc);
    return strcmp(name, "i2cproof_main") == 0 ? "main" : name; // recipe.c
}

static void on_place(void *ctx, uintptr_t pc)
{
    slave_instance *s = ctx;
    const slave_image *image = s->image;
    const uint64_t at_ps = firmware_core_now_ps(&s->core);
    const int vector = firmware_core_doing(&s->core);
    char name[FIRMWARE_BIT_BYTES], routine[FIRMWARE_ROUTINE_BYTES] = "";
    bool on = false;
    if (vector >= 0 && vector < FIRMWARE_VECTOR_MAX)
        image->family->routine(image->part, (unsigned)vector, routine);
    firmware_view_look(&s->view, at_ps);
    firmware_view_place(&s->view, at_ps, pc, function_at, image->object, routine);
    for (unsigned i = 0; i < s->view.pin_bits && image->family->pin_bit(image->chip, i, name, &on);
         i++)
        firmware_view_pin_bit(&s->view, at_ps, i, on);
}

static void tell_line(const slave_instance *s, const char *line)
{
    if (line != NULL && s->options.on_print != NULL)
        s->options.on_print(s->options.on_print_ctx, line);
}

static void on_print(void *ctx, uint8_t byte)
{
    slave_instance *s = ctx;
    tell_line(s, firmware_view_print(&s->view, firmware_core_now_ps(&s->core), byte));
}

static void open_view(slave_instance *s)
{
    const slave_image *image = s->image;
    const uint64_t now_ps = i2c_sim_now_ps(s->sim);
    char name[FIRMWARE_BIT_BYTES];
    bool on = false;
    firmware_view_open(&s->view, i2c_sim_trace(s->sim), "slave", image->watch, image->watches,
                       now_ps);
    for (unsigned i = 0;
         image->family->pin_bit != NULL && image->family->pin_bit(image->chip, i, name, &on); i++)
        firmware_view_add_pin_bit(&s->view, now_ps, name, on);
}

// ---- attaching --------------------------------------------------------------------------------

static void make_core(slave_instance *s)
{
    const slave_image *image = s->image;
    const firmware_family *family = image->family;
    firmware_core_config config = {.sim = s->sim,
                                   .link = firmware_object_link(image->object),
                                   .space = &family->space,
                                   .clock_hz = image->clock_hz,
                                   .timing = family->timing,
                                   .ops = family->chip_ops,
                                   .part = image->chip,
                                   .main = firmware_object_main(image->object),
                                   .stack = (unsigned char *)image->stack + FIRMWARE_GUARD_BYTES,
                                   .routine_limit_ps = slave_routine_limit_ps,
                                   .on_end = on_end,
                                   .on_routine = on_routine,
                                   .on_place = i2c_sim_trace(s->sim) != NULL ? on_place : NULL,
                                   .ctx = s};
    memcpy(config.vector, image->vector, sizeof config.vector);
    firmware_core_init(&s->core, &config);
}

static void make_chip(slave_instance *s)
{
    const slave_image *image = s->image;
    const firmware_chip_config config = {.sim = s->sim,
                                         .node = s->node,
                                         .part = image->part,
                                         .pin = {image->pin[0], image->pin[1]},
                                         .clock_hz = image->clock_hz,
                                         .follows = image->follow,
                                         .follow_count = image->follows,
                                         .core = &s->core,
                                         .drive = drive,
                                         .on_reset = reset_by,
                                         .on_print = on_print,
                                         .on_memory = on_memory,
                                         .ctx = s};
    image->family->chip_init(image->chip, &config);
}

static void set_load(slave_instance *s, const slave_load *load)
{
    s->options.load = *load;
    firmware_routines_load(&s->core.routines, load);
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++) {
        const char *name = s->image->family->vector(s->image->part, v);
        s->core.latency_ps[v] = name != NULL ? slave_load_latency_ps(load, name) : 0;
    }
    s->image->family->chip_set_clock(s->image->chip,
                                     load->cpu_hz != 0 ? load->cpu_hz : s->image->clock_hz);
    follow_clock(s);
    const firmware_load all = firmware_load_of(s->sim, load);
    firmware_core_set_load(&s->core, &all);
}

static uint64_t cpu_hz(const slave_image *image)
{
    return image->clock_hz;
}

static slave_instance *attach(slave_image *image, i2c_sim *sim, const slave_attach_options *options)
{
    slave_instance *s = &image->instance;
    assert(!s->attached);
    memset(s, 0, sizeof *s);
    s->image = image;
    image->attaches++;
    s->sim = sim;
    s->options = *options;
    if (!slave_node_add(sim, options, on_edge, s, &s->node))
        return NULL;
    firmware_outputs_init(&s->outputs, sim, s->node);
    make_core(s);
    s->core.stop_at = image->attaches == image->stop.attach ? image->stop.number : 0;
    make_chip(s);
    set_load(s, &options->load);
    s->attached = true;
    if (image->coverage != NULL)
        firmware_coverage_look(s->core.config.link, i2c_sim_monitor(sim), s->node);
    firmware_object_refresh(image->object);
    open_view(s);
    switch_on(s);
    return s;
}

static void detach(slave_instance *s)
{
    check_memory(s);
    tell_line(s, firmware_view_end_line(&s->view, i2c_sim_now_ps(s->sim)));
    switch_off(s, FIRMWARE_POWER_ON);
    s->attached = false;
}

static i2c_node node_of(const slave_instance *s)
{
    return s->node;
}

// ---- the application side ---------------------------------------------------------------------

static slave_result set_variable(slave_instance *s, const char *name, int64_t value)
{
    firmware_variable v;
    if (!firmware_object_variable(s->image->object, name, &v) || v.bytes > sizeof value)
        return SLAVE_UNKNOWN_NAME;
    memcpy(v.at, &value, v.bytes);
    return SLAVE_OK;
}

static slave_result get_variable(slave_instance *s, const char *name, int64_t *value)
{
    firmware_variable v;
    if (!firmware_object_variable(s->image->object, name, &v) || v.bytes > sizeof *value)
        return SLAVE_UNKNOWN_NAME;
    *value = 0;
    memcpy(value, v.at, v.bytes);
    return SLAVE_OK;
}

/// Time goes on until main() has called it. What takes so long does so in the background, and is
/// a finding.
static void wait_for_call(slave_instance *s)
{
    const uint64_t until_ps = i2c_sim_now_ps(s->sim) + slave_routine_limit_ps;
    char message[FIRMWARE_TAP_NAME + 64];
    while (s->core.calling != FIRMWARE_NO_CALL && i2c_sim_step_until(s->sim, until_ps))
        ;
    if (s->core.calling == FIRMWARE_NO_CALL)
        return;
    (void)snprintf(message, sizeof message,
                   s->core.calling == FIRMWARE_CALL_RUNS
                       ? "%s() has run for 100 ms and does not end"
                       : "main() has had no time for a call of %s() for 100 ms",
                   s->called);
    report(s, &slave_rule_hang, message);
}

static slave_result call_function(slave_instance *s, const char *name, const int64_t *args,
                                  unsigned count)
{
    firmware_function f;
    firmware_call call = {0};
    if (!firmware_lines_function(s->image->lines, name, &f) || f.parameters != count)
        return SLAVE_UNKNOWN_NAME;
    if (!s->on || s->core.calling != FIRMWARE_NO_CALL)
        return SLAVE_OK;
    call.function = f.at;
    for (unsigned i = 0; i < count; i++)
        call.arg[i] = firmware_parameter_value(f.parameter[i], args[i]);
    (void)snprintf(s->called, sizeof s->called, "%s", name);
    firmware_core_call(&s->core, &call);
    wait_for_call(s);
    return SLAVE_OK;
}

static void on_tap(void *ctx, const firmware_tap *tap, const int64_t *arg)
{
    slave_instance *s = ctx;
    slave_call call = {.function = tap->name,
                       .args = tap->function.parameters,
                       .at_ps = firmware_core_now_ps(&s->core)};
    memcpy(call.arg, arg, call.args * sizeof *arg);
    if (s->attached && s->options.on_call != NULL)
        s->options.on_call(s->options.on_call_ctx, &call);
}

static slave_result tells(slave_image *image, const char *name)
{
    firmware_tap *tap = &image->tap[image->taps];
    for (unsigned i = 0; i < image->taps; i++)
        if (strcmp(image->tap[i].name, name) == 0)
            return SLAVE_OK;
    if (!firmware_lines_function(image->lines, name, &tap->function) ||
        strlen(name) >= sizeof tap->name)
        return SLAVE_UNKNOWN_NAME;
    (void)snprintf(tap->name, sizeof tap->name, "%s", name);
    tap->told = on_tap;
    tap->ctx = &image->instance;
    if (image->taps + 1 == FIRMWARE_TAP_MAX || !firmware_tap_set(tap))
        return SLAVE_NOT_SUPPORTED;
    image->taps++;
    return SLAVE_OK;
}

static const char *doing(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    const firmware_move *m = firmware_moves_at(&s->outputs.moves, line, at_ps);
    char *text = ((slave_instance *)(uintptr_t)s)->doing;
    if (m == NULL || m->pc == 0)
        return "";
    describe(s->image, m, text, FIRMWARE_MOVE_BYTES);
    return text;
}

static slave_move access_of(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    const firmware_move *m = firmware_moves_at(&s->outputs.moves, line, at_ps);
    return m == NULL || m->pc == 0 ? (slave_move){0, 0}
                                   : (slave_move){s->image->attaches, m->number};
}

static void stop_at(slave_image *image, slave_move access)
{
    image->stop = access;
}

static const mcu_limit *limit(const slave_instance *s, slave_limit what, uint64_t at_ps)
{
    const firmware_family *family = s->image->family;
    return family->limit != NULL ? family->limit(s->image->chip, what, at_ps) : NULL;
}

static bool in_slave_code(const slave_image *image)
{
    return image->instance.core.running;
}

static bool overflows_stack(const slave_image *image, const slave_crash *crash)
{
    return crash->has_address && crash->address - (uintptr_t)image->stack < FIRMWARE_GUARD_BYTES;
}

static void crashes(const slave_image *image, slave_crash *crash)
{
    crash->vector = firmware_core_doing(&image->instance.core);
}

static bool tell_crash(const slave_image *image, const slave_crash *crash, char *text, size_t bytes)
{
    const firmware_scene scene = {.object = image->object,
                                  .lines = image->lines,
                                  .family = image->family,
                                  .part = image->part,
                                  .in_guard = overflows_stack(image, crash)};
    return firmware_tell_crash(&scene, crash, text, bytes);
}

/// Those that the firmware has a routine for.
static const char *vector_name(const slave_image *image, unsigned i)
{
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++)
        if (image->vector[v] != NULL && i-- == 0)
            return image->family->vector(image->part, v);
    return NULL;
}

static const slave_model *model_of(const slave_image *image)
{
    return image->model;
}

static bool routine_at(const slave_instance *s, unsigned i, slave_routine *routine)
{
    const int v = firmware_routines_vector(&s->core.routines, i);
    if (v < 0)
        return false;
    *routine = s->core.routines.of[v];
    routine->vector = s->image->family->vector(s->image->part, (unsigned)v);
    return true;
}

/// Sources write ISR(USI_OVF_vect) and main().
static void name_function(const void *ctx, const char *function, char *text, size_t bytes)
{
    const slave_image *image = ctx;
    char symbol[FIRMWARE_ROUTINE_BYTES];
    text[0] = '\0';
    if (strcmp(function, "i2cproof_main") == 0)
        (void)snprintf(text, bytes, "main");
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++) {
        if (image->vector[v] == NULL)
            continue;
        image->family->symbol(image->part, v, symbol);
        if (strcmp(symbol, function) != 0)
            continue;
        name_routine(image, (int)v, symbol);
        (void)snprintf(text, bytes, "%s", symbol);
    }
}

static void *counters(const slave_image *image, size_t *bytes)
{
    *bytes = 0;
    return image->coverage == NULL ? NULL : firmware_coverage_counters(image->coverage, bytes);
}

static void count(slave_image *image, const void *of_case)
{
    if (image->coverage != NULL)
        firmware_coverage_count(image->coverage, of_case);
}

static slave_coverage *coverage_of(const slave_image *image)
{
    const firmware_coverage_words words = {
        .without = firmware_recipe_headers(), .name = name_function, .ctx = image};
    return image->coverage == NULL ? NULL : firmware_coverage_take(image->coverage, &words);
}

const slave_adapter *firmware_adapter(void)
{
    static const slave_adapter adapter = {.name = "firmware",
                                          .prepare = firmware_prepare,
                                          .discard = firmware_discard,
                                          .attach = attach,
                                          .detach = detach,
                                          .node = node_of,
                                          .set = set_variable,
                                          .get = get_variable,
                                          .call = call_function,
                                          .tells = tells,
                                          .load = set_load,
                                          .cpu_hz = cpu_hz,
                                          .reset = reset,
                                          .power = power,
                                          .doing = doing,
                                          .access = access_of,
                                          .stop_at = stop_at,
                                          .silence = silence,
                                          .limit = limit,
                                          .routine = routine_at,
                                          .in_slave_code = in_slave_code,
                                          .crashes = crashes,
                                          .tell_crash = tell_crash,
                                          .vector = vector_name,
                                          .counters = counters,
                                          .count = count,
                                          .coverage = coverage_of,
                                          .model = model_of};
    return &adapter;
}
