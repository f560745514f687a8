// What slaves can ask for, and how their writes reach the pins.
#include "slave_under_test/kinds/hosted/private.h"

#include <assert.h>

static uint64_t now_of(const slave_instance *s)
{
    return i2c_sim_now_ps(s->sim);
}

// ---- writes -----------------------------------------------------------------------------------

static __attribute__((noinline)) void report_full(slave_instance *s)
{
    hosted_report(s, &hosted_rule_writes, "more pin writes under way than the model can queue");
}

static void put(slave_instance *s, const mcu_write *write)
{
    if (!mcu_writes_put(&s->writes, write))
        report_full(s);
}

static void set_line(slave_instance *s, unsigned line, const mcu_write *write)
{
    const bool pull = s->pulls[line] || s->usi_pulls[line];
    s->last[line][s->lasts[line]++ % HOSTED_LAST] = *write;
    i2c_node_set(s->sim, s->node, (i2c_line)line, pull ? I2C_PULLED : I2C_RELEASED);
}

static void sync_usi_flags(slave_instance *s, unsigned flags)
{
    for (unsigned v = 0; v < s->cpu.config.sources; v++) {
        const bool start = (s->causes[v] & I2CPROOF_ON_USI_START) && (flags & MCU_USI_START);
        const bool over = (s->causes[v] & I2CPROOF_ON_USI_OVERFLOW) && (flags & MCU_USI_OVERFLOW);
        const bool pending = mcu_cpu_pending(&s->cpu, v);
        if (s->cpu.source[v].keeps_flag && pending && !start && !over)
            mcu_cpu_clear(&s->cpu, v);
        else if (!pending && (start || over))
            mcu_cpu_raise(&s->cpu, v);
    }
}

void hosted_usi_flags(void *ctx, unsigned flags)
{
    sync_usi_flags(ctx, flags);
}

/// A driver of the USI moves. If software made it move, the place in its source is kept.
void hosted_usi_drive(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
{
    slave_instance *s = ctx;
    mcu_write write = s->under != NULL ? *s->under : s->usi_by;
    if (s->under == NULL && line == I2C_SCL) {
        write.file = NULL;
        write.source = -1;
    }
    write.what = HOSTED_USI_PIN;
    write.value = pull;
    write.mask = (uint8_t)line;
    write.due_ps = now_of(s) + after_ps;
    put(s, &write);
}

static void apply_usi(slave_instance *s, const mcu_write *write)
{
    s->under = write;
    if (write->what == HOSTED_USI_MODE) {
        mcu_usi_set_mode(&s->usi, (mcu_usi_mode)write->value);
        hosted_listen(s);
    } else if (write->what == HOSTED_USI_SDA) {
        mcu_usi_set_sda(&s->usi, write->value != 0);
    } else if (write->what == HOSTED_USI_DATA) {
        s->usi_by = *write;
        mcu_usi_set_data(&s->usi, write->value);
    } else {
        mcu_usi_set_status(&s->usi, write->mask, write->value);
    }
    s->under = NULL;
    sync_usi_flags(s, s->usi.flags);
}

void hosted_apply(void *ctx, const mcu_write *write)
{
    slave_instance *s = ctx;
    if (write->what == HOSTED_PIN) {
        s->pulls[write->mask] = write->value != 0;
        set_line(s, write->mask, write);
    } else if (write->what == HOSTED_USI_PIN) {
        s->usi_pulls[write->mask] = write->value != 0;
        set_line(s, write->mask, write);
    } else {
        apply_usi(s, write);
    }
}

static mcu_write begin_write(const slave_instance *s, hosted_what what, i2cproof_place place)
{
    return (mcu_write){.due_ps = now_of(s) + s->cursor_ps,
                       .what = (uint8_t)what,
                       .source = s->source,
                       .line = place.line,
                       .file = place.file};
}

// ---- the table --------------------------------------------------------------------------------

static uint64_t service_now(void *self)
{
    return now_of(self);
}

static int service_level(void *self, int line)
{
    const slave_instance *s = self;
    return i2c_node_level(s->sim, s->node, line == I2CPROOF_SDA ? I2C_SDA : I2C_SCL);
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
    write->line = place.line;
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
    sync_usi_flags(s, s->usi.flags);
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

static void service_usi_mode(void *self, int mode)
{
    slave_instance *s = self;
    mcu_write write = begin_write(s, HOSTED_USI_MODE, (i2cproof_place){NULL, 0});
    write.value =
        mode >= MCU_USI_OFF && mode <= MCU_USI_HOLD_OVERFLOW ? (uint8_t)mode : MCU_USI_OFF;
    put(s, &write);
}

static void service_usi_sda(void *self, int on, i2cproof_place place)
{
    slave_instance *s = self;
    mcu_write write = begin_write(s, HOSTED_USI_SDA, place);
    write.value = on != 0;
    put(s, &write);
}

static void service_usi_data(void *self, uint8_t data, i2cproof_place place)
{
    slave_instance *s = self;
    mcu_write write = begin_write(s, HOSTED_USI_DATA, place);
    write.value = data;
    put(s, &write);
}

static void service_usi_status(void *self, uint32_t clear, uint8_t counter, i2cproof_place place)
{
    slave_instance *s = self;
    mcu_write write = begin_write(s, HOSTED_USI_STATUS, place);
    write.value = counter & 15u;
    write.mask = (uint8_t)(clear & (MCU_USI_START | MCU_USI_OVERFLOW | MCU_USI_STOP));
    put(s, &write);
}

static uint8_t service_usi_read(void *self)
{
    return ((const slave_instance *)self)->usi.data;
}

static uint8_t service_usi_counter(void *self)
{
    return ((const slave_instance *)self)->usi.counter;
}

static uint32_t service_usi_flags(void *self)
{
    return ((const slave_instance *)self)->usi.flags;
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

i2cproof_host hosted_services(void)
{
    return (i2cproof_host){
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
        .usi_mode = service_usi_mode,
        .usi_sda = service_usi_sda,
        .usi_data = service_usi_data,
        .usi_status = service_usi_status,
        .usi_read = service_usi_read,
        .usi_counter = service_usi_counter,
        .usi_flags = service_usi_flags,
        .called = service_called,
        .state_name = service_state_name,
        .addressed = service_addressed,
    };
}
