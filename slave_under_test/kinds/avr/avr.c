// A slave of kind avr on a bus: the part's pins on a node, its registers and interrupts on the CPU.
#include "slave_under_test/kinds/avr/avr.h"

#include "slave_under_test/kinds/avr/private.h"
#include "slave_under_test/kinds/findings.h"
#include "slave_under_test/kinds/load.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

// ---- pins -------------------------------------------------------------------------------------

static void drive(void *ctx, i2c_line line, i2c_drive wanted, uint64_t after_ps)
{
    slave_instance *s = ctx;
    const avr_store *store = &s->core.store;
    const firmware_move move = {.by_hardware = !s->core.storing,
                                .pc = store->at != 0 ? store->pc + 2 : 0,
                                .vector = store->vector,
                                .register_at = store->at,
                                .value = s->io.reg[store->at]};
    firmware_outputs_drive(&s->outputs, line, wanted, after_ps, &move);
}

void avr_board_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    (void)now_ps;
    slave_instance *s = ctx;
    if (!s->on)
        return;
    avr_io_edge(&s->io, line, high);
    avr_core_look(&s->core);
}

static void on_flag(void *ctx)
{
    slave_instance *s = ctx;
    avr_core_look(&s->core);
}

static uint64_t now_ps_of(const void *ctx)
{
    const slave_instance *s = ctx;
    return avr_core_now_ps(&s->core);
}

static void on_written(void *ctx)
{
    slave_instance *s = ctx;
    avr_core_set_clock(&s->core, avr_io_clock_hz(&s->io));
    firmware_view_look(&s->view, i2c_sim_now_ps(s->sim));
    if (s->on_store != NULL)
        s->on_store(s->on_store_ctx);
}

static void tell_line(const slave_instance *s, const char *line)
{
    if (line != NULL && s->options.on_print != NULL)
        s->options.on_print(s->options.on_print_ctx, line);
}

static void on_print(void *ctx, uint8_t byte)
{
    slave_instance *s = ctx;
    tell_line(s, firmware_view_print(&s->view, avr_core_now_ps(&s->core), byte));
}

void avr_board_end_line(slave_instance *s)
{
    tell_line(s, firmware_view_end_line(&s->view, i2c_sim_now_ps(s->sim)));
}

// ---- names ------------------------------------------------------------------------------------

/// "USI_OVF"; "": no interrupt is being served.
static const char *vector_of(const slave_image *image, int vector)
{
    const char *name = vector >= 0 ? avr_part_vector(image->part, (unsigned)vector) : NULL;
    return name != NULL ? name : "";
}

static const char *register_name(const avr_part *part, uint32_t at)
{
    for (unsigned i = 0; i < part->register_count; i++)
        if (part->registers[i].at == at)
            return part->registers[i].name;
    return "a register";
}

// ---- what it is doing --------------------------------------------------------------------------

/// "usi_slave.c:112 send_ack()", or the function alone.
static void name_place(const slave_image *image, uintptr_t behind, char *text, size_t bytes)
{
    if (!firmware_lines_name(image->lines, behind, text, bytes))
        (void)snprintf(text, bytes, "%s",
                       avr_program_function_at(image->program, (uint32_t)(behind - 2)));
}

static const char *doing(const slave_instance *s, i2c_line line, uint64_t at_ps)
{
    const firmware_move *m = firmware_moves_at(&s->outputs.moves, line, at_ps);
    char *text = ((slave_instance *)(uintptr_t)s)->text;
    char place[96];
    if (m == NULL || m->pc == 0)
        return "";
    name_place(s->image, m->pc, place, sizeof place);
    const char *isr = vector_of(s->image, m->vector);
    (void)snprintf(text, AVR_TEXT_BYTES, "%s%s%s%s%s: wrote %s = 0x%02X",
                   m->by_hardware ? "hardware, behind " : "", place,
                   isr[0] != '\0' ? " in ISR(" : "", isr, isr[0] != '\0' ? "_vect)" : "",
                   register_name(s->image->part, m->register_at), (unsigned)m->value);
    return text;
}

static void on_routine(void *ctx)
{
    slave_instance *s = ctx;
    const int doing_now = avr_core_doing(&s->core);
    const char *load = s->options.load.isr_load_vector;
    const char *name = doing_now != AVR_LOAD_ISR ? vector_of(s->image, doing_now)
                       : load[0] != '\0'         ? load
                                                 : "load";
    firmware_view_routine(&s->view, avr_core_now_ps(&s->core), name);
}

// ---- what ends it -----------------------------------------------------------------------------

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

void avr_board_stands_at(const slave_instance *s, char *text, size_t bytes)
{
    name_place(s->image, (uintptr_t)avr_chip_pc(s->image->chip) + 2, text, bytes);
}

/// Why it does nothing more; false: it runs. `vector` is of the routine that is to blame.
static bool name_end(const slave_instance *s, avr_end end, int vector, char *text, size_t bytes)
{
    const char *name = vector_of(s->image, vector);
    char place[96];
    name_place(s->image, (uintptr_t)avr_chip_pc(s->image->chip) + 2, place, sizeof place);
    const char *in = place[0] != '\0' ? place : "it";
    switch (end) {
    case AVR_GOES_ON:
        return false;
    case AVR_RETURNED:
        (void)snprintf(text, bytes, "main() returned");
        break;
    case AVR_NO_VECTOR:
        (void)snprintf(text, bytes,
                       "interrupt %s is enabled and came, and the firmware has no ISR(%s_vect)",
                       name, name);
        break;
    case AVR_ENDLESS:
        (void)snprintf(text, bytes, "ISR(%s_vect) has run for 100 ms and does not end", name);
        break;
    case AVR_BAD_OPCODE:
        (void)snprintf(text, bytes, "%s: there is no instruction at 0x%04X", in,
                       (unsigned)avr_chip_pc(s->image->chip));
        break;
    case AVR_BAD_PC:
        (void)snprintf(text, bytes,
                       "it jumped out of its flash: a wild function pointer, or a "
                       "return address that was overwritten");
        break;
    case AVR_BAD_ACCESS:
        (void)snprintf(text, bytes, "%s accesses an address that the part does not have", in);
        break;
    case AVR_BAD_STACK:
        (void)snprintf(text, bytes, "%s: the stack pointer 0x%04X lies outside the memory", in,
                       (unsigned)avr_chip_sp(s->image->chip));
        break;
    case AVR_STACK_IN_DATA:
        (void)snprintf(text, bytes, "%s overflows the stack: it has grown into the variables", in);
        break;
    }
    return true;
}

static const i2c_rule *rule_of(avr_end end)
{
    if (end == AVR_RETURNED || end == AVR_NO_VECTOR || end == AVR_ENDLESS)
        return &slave_rule_hang;
    return end == AVR_STACK_IN_DATA ? &slave_rule_memory : &slave_rule_crash;
}

static void on_end(void *ctx, avr_end end, int vector)
{
    slave_instance *s = ctx;
    s->ended_by = vector;
    if (name_end(s, end, vector, s->text, sizeof s->text))
        report(s, rule_of(end), s->text);
}

const char *avr_board_end(slave_instance *s)
{
    return name_end(s, s->core.end, s->ended_by, s->text, sizeof s->text) ? s->text : NULL;
}

// ---- power and reset --------------------------------------------------------------------------

static void switch_off(slave_instance *s, avr_reset cause)
{
    s->on = false;
    avr_core_stop(&s->core);
    avr_io_reset(&s->io, cause);
    avr_core_set_clock(&s->core, avr_io_clock_hz(&s->io));
    firmware_outputs_let_go(&s->outputs);
}

void avr_board_on(slave_instance *s)
{
    s->on = true;
    avr_core_start(&s->core);
}

void avr_board_halt(slave_instance *s)
{
    avr_core_stop(&s->core);
    avr_io_end(&s->io);
}

static void reset_by(slave_instance *s, avr_reset cause)
{
    switch_off(s, cause);
    avr_board_on(s);
}

static void reset(slave_instance *s)
{
    reset_by(s, AVR_EXTERNAL_RESET);
}

static void on_watchdog(void *ctx)
{
    reset_by(ctx, AVR_WATCHDOG_RESET);
}

static void power(slave_instance *s, bool on)
{
    if (on == s->on)
        return;
    if (on)
        avr_board_on(s);
    else
        switch_off(s, AVR_POWER_ON);
}

// ---- attaching --------------------------------------------------------------------------------

static void set_load(slave_instance *s, const slave_load *load)
{
    s->options.load = *load;
    firmware_routines_load(&s->core.routines, load);
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++) {
        const char *name = avr_part_vector(s->image->part, v);
        s->core.latency_ps[v] = name != NULL ? slave_load_latency_ps(load, name) : 0;
    }
    avr_io_set_clock(&s->io, load->cpu_hz != 0 ? load->cpu_hz : s->image->clock_hz);
    avr_core_set_clock(&s->core, avr_io_clock_hz(&s->io));
    const firmware_load all = firmware_load_of(s->sim, load);
    avr_core_set_load(&s->core, &all);
}

static uint64_t cpu_hz(const slave_image *image)
{
    return image->clock_hz;
}

static void make_part(slave_instance *s)
{
    const slave_image *image = s->image;
    size_t bytes = 0;
    const unsigned char *eeprom = avr_program_eeprom(image->program, &bytes);
    avr_io_config io = {.sim = s->sim,
                        .node = s->node,
                        .part = image->part,
                        .pin = {image->pin[0], image->pin[1]},
                        .clock_hz = image->clock_hz,
                        .drive = drive,
                        .on_flag = on_flag,
                        .on_reset = on_watchdog,
                        .on_print = on_print,
                        .now_ps = now_ps_of,
                        .ctx = s};
    const avr_core_config core = {.sim = s->sim,
                                  .chip = image->chip,
                                  .io = &s->io,
                                  .program = image->program,
                                  .clock_hz = image->clock_hz,
                                  .routine_limit_ps = slave_routine_limit_ps,
                                  .on_end = on_end,
                                  .on_routine = on_routine,
                                  .on_written = on_written,
                                  .ctx = s};
    avr_io_assume_delays(&io);
    s->io.config = io;
    avr_core_init(&s->core, &core);
    avr_io_init(&s->io, &io);
    memcpy(s->io.eeprom.cell, eeprom, bytes);
}

slave_instance *avr_board_place(slave_image *image, i2c_sim *sim,
                                const slave_attach_options *options)
{
    slave_instance *s = &image->instance;
    memset(s, 0, sizeof *s);
    s->image = image;
    s->sim = sim;
    s->options = *options;
    return s;
}

void avr_board_begin(slave_instance *s, i2c_node node, const char *scope)
{
    const slave_image *image = s->image;
    s->node = node;
    firmware_outputs_init(&s->outputs, s->sim, node);
    make_part(s);
    set_load(s, &s->options.load);
    s->attached = true;
    firmware_view_open(&s->view, i2c_sim_trace(s->sim), scope, image->watch, image->watches,
                       i2c_sim_now_ps(s->sim));
    i2c_sim_follow(s->sim, avr_core_follow, &s->core);
}

static slave_instance *attach(slave_image *image, i2c_sim *sim, const slave_attach_options *options)
{
    assert(!image->instance.attached);
    slave_instance *s = avr_board_place(image, sim, options);
    i2c_node place = 0;
    if (!slave_node_add(sim, options, avr_board_edge, s, &place))
        return NULL;
    avr_board_begin(s, place, "slave");
    avr_board_on(s);
    return s;
}

static void detach(slave_instance *s)
{
    avr_board_end_line(s);
    switch_off(s, AVR_POWER_ON);
    i2c_sim_unfollow(s->sim, &s->core);
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
    if (!avr_variable(s->image, name, &v) || v.bytes > sizeof value)
        return SLAVE_UNKNOWN_NAME;
    memcpy(v.at, &value, v.bytes);
    return SLAVE_OK;
}

static slave_result get_variable(slave_instance *s, const char *name, int64_t *value)
{
    firmware_variable v;
    if (!avr_variable(s->image, name, &v) || v.bytes > sizeof *value)
        return SLAVE_UNKNOWN_NAME;
    *value = 0;
    memcpy(value, v.at, v.bytes);
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

/// Calls inside an ELF are not followed: to expect one would fail for ever.
static slave_result tells(slave_image *image, const char *function)
{
    (void)image;
    (void)function;
    return SLAVE_NOT_SUPPORTED;
}

static bool in_slave_code(const slave_image *image)
{
    return image->instance.core.running;
}

/// Those that the firmware has a routine for.
static const char *vector_name(const slave_image *image, unsigned i)
{
    for (unsigned v = 1; v < FIRMWARE_VECTOR_MAX; v++)
        if (avr_part_vector(image->part, v) != NULL && avr_program_serves(image->program, v) &&
            i-- == 0)
            return avr_part_vector(image->part, v);
    return NULL;
}

static const slave_model *model_of(const slave_image *image)
{
    return image->model;
}

static const mcu_limit *limit(const slave_instance *s, slave_limit what, uint64_t at_ps)
{
    const mcu_twi *twi = &s->io.twi;
    return what == SLAVE_IS_DEAF ? mcu_twi_deaf(twi, at_ps) : mcu_twi_idle_hold(twi, at_ps);
}

static bool routine_at(const slave_instance *s, unsigned i, slave_routine *routine)
{
    const int v = firmware_routines_vector(&s->core.routines, i);
    if (v < 0)
        return false;
    *routine = s->core.routines.of[v];
    routine->vector = avr_part_vector(s->image->part, (unsigned)v);
    return true;
}

const slave_adapter *avr_adapter(void)
{
    static const slave_adapter adapter = {.name = "avr",
                                          .prepare = avr_prepare,
                                          .discard = avr_discard,
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
                                          .silence = avr_board_end,
                                          .limit = limit,
                                          .routine = routine_at,
                                          .in_slave_code = in_slave_code,
                                          .vector = vector_name,
                                          .model = model_of};
    return &adapter;
}
