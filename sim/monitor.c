#include "sim/sim_private.h"

#include <string.h>

static const i2c_event *tell(i2c_sim *sim, i2c_event_kind kind, uint32_t by)
{
    const i2c_monitor *m = &sim->monitor;
    i2c_event *event = &sim->event;
    *event = (i2c_event){
        .kind = kind,
        .at_ps = sim->now_ps,
        .by = by,
        .owner = m->owner,
        .attempt = m->attempt,
        .message = m->message,
        .byte = m->byte,
        .bits = m->bits,
        .value = m->shift,
        .ack = kind == I2C_EVENT_ACK && m->ack_by != 0,
        .line_low = kind == I2C_EVENT_ACK && m->ack_line_low,
        .to_master = m->reading && m->byte > 0,
        .was_open = m->open,
    };
    if (sim->trace != NULL) {
        const unsigned flags =
            (event->ack ? 1u : 0u) | (event->to_master ? 2u : 0u) | (m->byte == 0 ? 4u : 0u);
        i2c_trace_put(sim->trace, (i2c_record){sim->now_ps, I2C_RECORD_EVENT, (uint8_t)kind,
                                               (uint16_t)flags, m->shift});
    }
    if (sim->config.on_event != NULL)
        sim->config.on_event(sim->config.on_event_ctx, event);
    return event;
}

/// Who sends the present byte: the master, but for read data, which come from who ACKed the
/// address.
static uint32_t senders(const i2c_monitor *m)
{
    return m->reading && m->byte > 0 ? m->answered : m->owner;
}

void i2c_monitor_latch_ack(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    const uint32_t pulls = sim->net[I2C_SDA].pulls;
    const uint32_t faults = sim->role_mask[I2C_ROLE_FAULT];
    m->ack_by = pulls & ~senders(m) & ~faults;
    m->ack_line_low = pulls != 0;
    m->ack_latched = true;
}

/// The ACK is final at the first of SCL fall, START and STOP. When SCL fell before it reached 70 %
/// (a runt), the last pulls count.
const i2c_event *i2c_monitor_take_ack(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    if (!m->ack_latched)
        i2c_monitor_latch_ack(sim);
    const i2c_event *event = tell(sim, I2C_EVENT_ACK, m->ack_by);
    if (m->byte == 0)
        m->answered = m->ack_by;
    m->byte++;
    m->bits = 0;
    m->shift = 0;
    m->in_ack = false;
    m->high_is_bit = false;
    return event;
}

const i2c_event *i2c_monitor_take_byte(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    m->in_ack = true;
    if (m->byte == 0) {
        m->address = m->shift;
        m->reading = (m->shift & 1u) != 0;
        m->addressed = true;
    }
    return tell(sim, I2C_EVENT_BYTE, 0);
}

/// The tag of the master that made the START; of several, the first node's.
static void take_tag(i2c_sim *sim, uint32_t makers)
{
    i2c_monitor *m = &sim->monitor;
    if (makers == 0)
        return;
    const unsigned first = (unsigned)__builtin_ctz(makers);
    m->attempt = sim->tag_attempt[first];
    m->message = sim->tag_message[first];
}

static const i2c_event *take_start(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    const uint32_t makers = sim->net[I2C_SDA].makers;
    const i2c_event_kind kind = m->open ? I2C_EVENT_SR : I2C_EVENT_START;
    const uint8_t cut = m->bits;
    const uint32_t cut_byte = m->byte;
    const uint64_t segments = m->segments;
    const uint64_t stop_ps = m->stop_ps;
    *m = (i2c_monitor){.open = true,
                       .owner = makers,
                       .start_ps = sim->now_ps,
                       .stop_ps = stop_ps,
                       .segments = segments + 1,
                       .bits = cut,
                       .byte = cut_byte};
    take_tag(sim, makers);
    const i2c_event *event = tell(sim, kind, makers);
    m->bits = 0;
    m->byte = 0;
    return event;
}

static const i2c_event *take_stop(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    const i2c_event *event = tell(sim, I2C_EVENT_STOP, sim->net[I2C_SDA].makers);
    *m = (i2c_monitor){.start_ps = m->start_ps,
                       .stop_ps = sim->now_ps,
                       .segments = m->segments,
                       .owner = m->owner,
                       .attempt = m->attempt,
                       .message = m->message};
    return event;
}

const i2c_event *i2c_monitor_take_condition(i2c_sim *sim, bool high)
{
    const i2c_monitor *m = &sim->monitor;
    if (m->in_ack && m->high_is_bit && m->ack_latched)
        (void)i2c_monitor_take_ack(sim); // decided at 70 %, told by what ends the slot
    return high ? take_stop(sim) : take_start(sim);
}

void i2c_monitor_reset(i2c_sim *sim)
{
    memset(&sim->monitor, 0, sizeof sim->monitor);
    sim->monitor.stop_ps = I2C_NEVER_PS;
}
