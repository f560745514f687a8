// What slaves can ask for, and how their writes reach the pins.
#include "slave_under_test/kinds/hosted/private.h"

enum { LINE_MASK = 0xFFFFFF };

static uint64_t now_of(const slave_instance *s)
{
    return i2c_sim_now_ps(s->sim);
}

// ---- writes -----------------------------------------------------------------------------------

static __attribute__((noinline)) void report_full(slave_instance *s)
{
    hosted_report(s, &hosted_rule_writes, "more pin writes under way than the model can queue");
}

void hosted_put(slave_instance *s, const mcu_write *write)
{
    if (!mcu_writes_put(&s->writes, write))
        report_full(s);
}

/// The write that made the pin as it now is, for attribution.
static void blame_write(slave_instance *s, unsigned line, const mcu_write *write, uint64_t at_ps)
{
    mcu_write *last = &s->last[line][s->lasts[line]++ % HOSTED_LAST];
    *last = *write;
    last->due_ps = at_ps;
}

/// One of several drivers lets go while another still pulls: from now on it is that one's pull.
static void blame_other(slave_instance *s, unsigned line, uint64_t at_ps)
{
    const unsigned left = (unsigned)__builtin_ctz(s->pulled[line]);
    blame_write(s, line, &s->pull[line][left], at_ps);
}

/// What pulls a line that it pulls already, or releases a released one, moves nothing and is to
/// blame for nothing.
static void set_line(slave_instance *s, const mcu_write *write)
{
    const unsigned line = write->mask;
    const unsigned by = 1u << write->what;
    const unsigned before = s->pulled[line];
    const unsigned after = write->value != 0 ? before | by : before & ~by;
    if (after == before)
        return;
    s->pulled[line] = (uint8_t)after;
    if (write->value != 0)
        s->pull[line][write->what] = *write;
    if ((before != 0) == (after != 0)) {
        if (write->value == 0)
            blame_other(s, line, write->due_ps);
        return;
    }
    blame_write(s, line, write, write->due_ps);
    i2c_node_set(s->sim, s->node, (i2c_line)line, after != 0 ? I2C_PULLED : I2C_RELEASED);
}

void hosted_apply(void *ctx, const mcu_write *write)
{
    slave_instance *s = ctx;
    if (write->what < HOSTED_PIN_COUNT)
        set_line(s, write);
    else
        hosted_apply_unit(s, write);
}

/// Counts an access of the slave's code.
static uint32_t next_access(slave_instance *s)
{
    if (__builtin_expect(++s->accesses == s->stop_at, 0))
        slave_stop();
    return s->accesses;
}

mcu_write hosted_begin_write(slave_instance *s, hosted_what what, i2cproof_place place)
{
    return (mcu_write){.due_ps = now_of(s) + s->cursor_ps,
                       .what = (uint8_t)what,
                       .source = s->source,
                       .line = place.line & LINE_MASK,
                       .number = next_access(s),
                       .file = place.file};
}

// ---- the table --------------------------------------------------------------------------------

static void service_wire(void *self, const char *name, int high)
{
    slave_instance *s = self;
    unsigned wire = 0;
    const int found = i2c_wire_find(s->sim, name);
    if (found >= 0)
        i2c_wire_set(s->sim, (unsigned)found, high != 0);
    else if (i2c_wire_add(s->sim, name, high != 0, NULL, NULL, &wire) != I2C_OK)
        hosted_report(s, &hosted_rule_writes, "more side-band wires than the model has");
}

static uint64_t service_now(void *self)
{
    return now_of(self);
}

static int service_level(void *self, int line)
{
    return hosted_level(self, line == I2CPROOF_SDA ? I2C_SDA : I2C_SCL);
}

static void service_drive(void *self, int line, int pull, i2cproof_place place)
{
    slave_instance *s = self;
    const uint64_t due_ps = now_of(s) + s->cursor_ps + s->output_delay_ps; // never 0
    mcu_write *write = mcu_writes_add(&s->writes, due_ps);
    if (write == NULL) {
        report_full(s);
        return;
    }
    write->what = HOSTED_PIN;
    write->value = pull != 0;
    write->mask = line == I2CPROOF_SDA ? I2C_SDA : I2C_SCL;
    write->source = s->source;
    write->line = place.line & LINE_MASK;
    write->high = 0;
    write->number = next_access(s);
    write->file = place.file;
}

static void service_at(void *self, uint64_t offset)
{
    slave_instance *s = self;
    s->cursor_ps = offset & MCU_LENGTH_MASK;
}

static unsigned service_phase(void *self)
{
    return ((const slave_instance *)self)->phase;
}

static bool has_vector(const slave_instance *s, unsigned vector)
{
    return vector < s->cpu.config.sources;
}

static void service_enable(void *self, unsigned vector, uint32_t causes)
{
    slave_instance *s = self;
    if (!has_vector(s, vector))
        return;
    s->causes[vector] = causes & s->image->slave->vectors[vector].causes;
    hosted_listen(s);
    mcu_cpu_enable(&s->cpu, vector, s->causes[vector] != 0);
    hosted_sync_units(s);
}

static void service_interrupts(void *self, int on)
{
    slave_instance *s = self;
    mcu_cpu_interrupts(&s->cpu, on != 0);
}

static void service_clear(void *self, unsigned vector)
{
    slave_instance *s = self;
    if (has_vector(s, vector) && !s->cpu.source[vector].keeps_flag)
        mcu_cpu_clear(&s->cpu, vector);
}

static int service_pending(void *self, unsigned vector)
{
    const slave_instance *s = self;
    return has_vector(s, vector) && mcu_cpu_pending(&s->cpu, vector);
}

static void service_timer(void *self, unsigned vector, uint64_t after)
{
    slave_instance *s = self;
    if (!has_vector(s, vector))
        return;
    const uint64_t least_ps = s->cpu.config.cycle_ps;
    const uint64_t wait_ps =
        (after & MCU_LENGTH_MASK) > least_ps ? after & MCU_LENGTH_MASK : least_ps;
    i2c_timer_set(s->sim, &s->timer[vector].timer, now_of(s) + s->cursor_ps + wait_ps);
}

static void service_timer_stop(void *self, unsigned vector)
{
    slave_instance *s = self;
    if (has_vector(s, vector))
        i2c_timer_cancel(s->sim, &s->timer[vector].timer);
}

static void service_called(void *self, const char *function, const int64_t *args, uint32_t count)
{
    slave_instance *s = self;
    if (s->options.on_call == NULL)
        return;
    slave_call call = {.function = function, .at_ps = now_of(s)};
    call.args = count < SLAVE_CALL_ARGS ? count : SLAVE_CALL_ARGS;
    for (unsigned i = 0; i < call.args; i++)
        call.arg[i] = args[i];
    const bool in_code = s->image->in_code;
    s->image->in_code = false;
    s->options.on_call(s->options.on_call_ctx, &call);
    s->image->in_code = in_code;
}

static void service_state_name(void *self, const char *name)
{
    slave_instance *s = self;
    if (s->cpu.config.trace != NULL)
        i2c_trace_text(s->cpu.config.trace, now_of(s), s->track_state, name);
}

static void service_addressed(void *self, int on)
{
    slave_instance *s = self;
    if (s->cpu.config.trace != NULL)
        i2c_trace_value(s->cpu.config.trace, now_of(s), s->track_addressed, on != 0);
}

static void service_input_filter(void *self, int line, uint64_t length)
{
    slave_instance *s = self;
    s->filter.pin[line == I2CPROOF_SDA ? I2C_SDA : I2C_SCL].length_ps = length & MCU_LENGTH_MASK;
}

i2cproof_host hosted_services(void)
{
    i2cproof_host host = {
        .now = service_now,
        .level = service_level,
        .drive = service_drive,
        .at = service_at,
        .phase = service_phase,
        .enable = service_enable,
        .interrupts = service_interrupts,
        .clear = service_clear,
        .pending = service_pending,
        .timer = service_timer,
        .timer_stop = service_timer_stop,
        .called = service_called,
        .state_name = service_state_name,
        .addressed = service_addressed,
        .wire = service_wire,
        .input_filter = service_input_filter,
    };
    hosted_unit_services(&host);
    return host;
}
