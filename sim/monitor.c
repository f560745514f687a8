#include "sim/sim_private.h"

#include <string.h>

enum { HS_CODE = 0x08, HS_CODE_MASK = 0xF8 };

static const i2c_event *tell_of(i2c_sim *sim, i2c_event_kind kind, uint32_t by, bool undefined)
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
        .hs = m->hs,
        .was_open = m->open,
        .undefined = undefined,
    };
    if (sim->trace != NULL) {
        const unsigned flags =
            (event->ack ? 1u : 0u) | (event->to_master ? 2u : 0u) | (m->byte == 0 ? 4u : 0u);
        const uint32_t value = kind == I2C_EVENT_LOST ? by : m->shift;
        i2c_trace_put(sim->trace, (i2c_record){sim->now_ps, I2C_RECORD_EVENT, (uint8_t)kind,
                                               (uint16_t)flags, value});
    }
    if (sim->config.on_event != NULL)
        sim->config.on_event(sim->config.on_event_ctx, event);
    return event;
}

static const i2c_event *tell(i2c_sim *sim, i2c_event_kind kind, uint32_t by)
{
    return tell_of(sim, kind, by, false);
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
    if (m->byte == 0) {
        m->answered = m->ack_by;
        m->hs_code = (m->address & HS_CODE_MASK) == HS_CODE && !m->ack_line_low;
    }
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

// ---- several masters ------------------------------------------------------------------------

/// `losers` have the transfer no longer; the tag is that of the first who is left.
static void take_loss(i2c_sim *sim, uint32_t losers, bool undefined)
{
    i2c_monitor *m = &sim->monitor;
    m->owner &= ~losers;
    take_tag(sim, m->owner);
    m->plain = (m->owner & (m->owner - 1)) == 0;
    i2c_event event = *tell_of(sim, I2C_EVENT_LOST, losers, undefined);
    i2c_judge_contested(sim, &event);
}

/// Whether the masters send the bit whose clock rises: all but the slave's ACKs (3.1.8). A master
/// that pulls SDA in read data makes a STOP.
static bool masters_send(const i2c_monitor *m)
{
    return !m->in_ack || (m->reading && m->byte > 0);
}

/// Those that had the transfer when the present high phase began, if they were several.
static uint32_t rivals_here(const i2c_sim *sim)
{
    const i2c_monitor *m = &sim->monitor;
    return m->rivals_ps == sim->net[I2C_SCL].rise_ps[I2C_AT_50] ? m->rivals : 0;
}

void i2c_monitor_contest(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    const uint32_t pulls = sim->net[I2C_SDA].pulls & m->owner;
    m->rivals = m->owner;
    m->rivals_ps = sim->now_ps;
    i2c_judge_mix_clocks(sim);
    if (masters_send(m) && pulls != 0 && pulls != m->owner)
        take_loss(sim, m->owner & ~pulls, false);
}

/// Whoever holds SDA low now has made the START. Of those who had the transfer before, the others
/// sent something else.
void i2c_monitor_end_start(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    const uint32_t masters = sim->role_mask[I2C_ROLE_MASTER] | sim->role_mask[I2C_ROLE_INJECTOR] |
                             (sim->judge.slaves & sim->judge.starters);
    const uint32_t holders = sim->net[I2C_SDA].pulls & masters;
    const uint32_t left_out = m->rivals & ~holders;
    m->after_start = false;
    m->rivals = 0;
    if (holders == 0)
        return;
    m->owner = holders;
    m->plain = (holders & (holders - 1)) == 0;
    i2c_judge_take_owners(sim, holders);
    if (left_out != 0)
        take_loss(sim, left_out, true);
}

// ---- START, STOP ----------------------------------------------------------------------------

static const i2c_event *take_start(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    const uint32_t makers = sim->net[I2C_SDA].makers;
    const i2c_event_kind kind = m->open ? I2C_EVENT_SR : I2C_EVENT_START;
    const uint8_t cut = m->bits;
    const uint32_t cut_byte = m->byte;
    const uint64_t segments = m->segments;
    const uint64_t stop_ps = m->stop_ps;
    const uint32_t rivals = rivals_here(sim);
    const bool hs = m->hs || m->hs_code;
    *m = (i2c_monitor){.open = true,
                       .plain = true,
                       .after_start = true,
                       .owner = makers,
                       .rivals = rivals,
                       .start_ps = sim->now_ps,
                       .stop_ps = stop_ps,
                       .segments = segments + 1,
                       .hs = hs,
                       .bits = cut,
                       .byte = cut_byte};
    take_tag(sim, makers);
    const i2c_event *event = tell(sim, kind, makers);
    m->bits = 0;
    m->byte = 0;
    return event;
}

/// A STOP of one that another lost to in this very high phase: it sent something else there.
static void tell_lost_to_stop(i2c_sim *sim)
{
    const i2c_monitor *m = &sim->monitor;
    const uint32_t losers = rivals_here(sim) & ~m->owner;
    if (losers == 0)
        return;
    const i2c_event event = *tell_of(sim, I2C_EVENT_LOST, losers, true);
    i2c_judge_contested(sim, &event);
}

static const i2c_event *take_stop(i2c_sim *sim)
{
    i2c_monitor *m = &sim->monitor;
    tell_lost_to_stop(sim);
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
