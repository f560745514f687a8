// The points of a swept transfer: its shape, the points that it has, those that a sweep asks for.
//
// A point is message.byte.bit.phase, listed from the laid-out transfer and so the same for every
// slave and master.
#include "scenarios/play/play_private.h"

#include <stdio.h>

enum { PHASES = 3 };

static const char *const phase_text[] = {"low",   "low_after", "high",
                                         "start", "end.low",   "end.high"};

static uint32_t points_of_message(uint32_t bytes)
{
    return 3 + bytes * SWEEP_CLOCKS * PHASES;
}

uint32_t points_count(const sweep_shape *shape)
{
    uint32_t count = 0;
    for (uint32_t m = 0; m < shape->messages; m++)
        count += points_of_message(shape->bytes[m]);
    return count;
}

sweep_point points_at(const sweep_shape *shape, uint32_t i)
{
    sweep_point p = {0};
    while (i >= points_of_message(shape->bytes[p.message]))
        i -= points_of_message(shape->bytes[p.message++]);
    const uint32_t bits = shape->bytes[p.message] * SWEEP_CLOCKS * PHASES;
    if (i == 0) {
        p.phase = PHASE_START;
    } else if (i <= bits) {
        p.byte = (i - 1) / (SWEEP_CLOCKS * PHASES);
        p.bit = (uint8_t)((i - 1) / PHASES % SWEEP_CLOCKS + 1);
        p.phase = (uint8_t)((i - 1) % PHASES);
    } else {
        p.byte = shape->bytes[p.message];
        p.phase = i == bits + 1 ? PHASE_END_LOW : PHASE_END_HIGH;
    }
    return p;
}

void points_name(const sweep_point *p, char *name, size_t bytes)
{
    if (p->phase <= PHASE_HIGH)
        snprintf(name, bytes, "%u.%u.%u.%s", p->message, p->byte, p->bit, phase_text[p->phase]);
    else
        snprintf(name, bytes, "%u.%s", p->message, phase_text[p->phase]);
}

// ---- the shape ----

/// What an address is to the slave.
static void address_text(const play_stage *stage, uint8_t address, char *text, size_t bytes)
{
    const slave_description *slave = play_set_slave(stage->set);
    const char *direction = address & 1u ? "+R" : "+W";
    const unsigned addr7 = address >> 1;
    if (addr7 == slave->addr7)
        snprintf(text, bytes, "own%s", direction);
    else if (addr7 == lang_other_addr7(slave))
        snprintf(text, bytes, "other%s", direction);
    else if (address == 0)
        snprintf(text, bytes, "gc%s", direction);
    else
        snprintf(text, bytes, "0x%02X%s", addr7, direction);
}

/// "own+W 1, Sr own+R 2": what is swept, whatever its bytes.
static void keep_transfer_text(play_stage *stage)
{
    const plan *p = &stage->plan;
    char *text = stage->result->swept;
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t m = 0; m < p->messages && used < PLAY_SWEPT_BYTES; m++) {
        const master_message *message = &p->message[m];
        char address[16] = "S";
        if (message->addressed)
            address_text(stage, message->address, address, sizeof address);
        used +=
            (size_t)snprintf(text + used, PLAY_SWEPT_BYTES - used, "%s%s%s %u", m == 0 ? "" : ", ",
                             message->begin == MASTER_START ? "" : "Sr ", address, message->count);
    }
}

void points_of_transfer(play_stage *stage)
{
    const plan *p = &stage->plan;
    sweep_shape *shape = &stage->shape;
    keep_transfer_text(stage);
    if (p->messages > SWEEP_MESSAGE_MAX) {
        verdict_reason(stage, PLAY_ERROR, "", "a swept transfer has at most 64 messages");
        return;
    }
    shape->messages = p->messages;
    for (uint32_t m = 0; m < p->messages; m++)
        shape->bytes[m] = p->message[m].count + (p->message[m].addressed ? 1 : 0);
    if (points_count(shape) > PLAY_POINT_MAX)
        verdict_reason(stage, PLAY_ERROR, "", "a swept transfer has at most 4096 points");
}

// ---- those that are asked for ----

/// SDA under a low SCL is data on its way: a spike there says nothing, and chatter nothing
/// elsewhere.
static bool kind_has_phase(lang_sweep_kind kind, point_phase phase)
{
    const bool low =
        phase == PHASE_LOW_BEFORE || phase == PHASE_LOW_AFTER || phase == PHASE_END_LOW;
    if (kind == LANG_SWEEP_PAUSE)
        return phase == PHASE_HIGH || phase == PHASE_END_HIGH;
    if (kind == LANG_SWEEP_SPIKE_SDA)
        return !low;
    if (kind == LANG_SWEEP_SPIKE_SCL)
        return phase != PHASE_LOW_BEFORE; // one phase with the low behind it
    return kind != LANG_SWEEP_CHATTER || phase == PHASE_LOW_BEFORE;
}

/// A bit is cut in its high phase; a LOW is what is stretched, and what SDA may chatter in.
static point_phase phase_of_bit(lang_sweep_kind kind)
{
    return kind == LANG_SWEEP_STRETCH   ? PHASE_LOW_AFTER
           : kind == LANG_SWEEP_CHATTER ? PHASE_LOW_BEFORE
                                        : PHASE_HIGH;
}

bool points_ask_for(play_stage *stage, const lang_node *sweep, const sweep_point *p, uint32_t i)
{
    const lang_node *points = lang_at(stage->program, sweep->b);
    const bool stretch = stage->one->sweep == LANG_SWEEP_STRETCH;
    const point_phase of_bit = phase_of_bit((lang_sweep_kind)stage->one->sweep);
    int64_t value[3] = {0};
    if (stage->one->point >= 0)
        return (uint32_t)stage->one->point == i + 1;
    if (stretch && (p->phase == PHASE_HIGH || p->phase > PHASE_START))
        return false;
    if (!kind_has_phase((lang_sweep_kind)stage->one->sweep, (point_phase)p->phase))
        return false;
    switch ((lang_sweep_points)points->value) {
    case LANG_POINTS_EVERY_EDGE:
        return true;
    case LANG_POINTS_EVERY_BIT:
        return p->phase == of_bit;
    case LANG_POINTS_BITS:
        return play_eval(stage, 0, points->b, &value[0]) &&
               play_eval(stage, 0, points->c, &value[1]) &&
               play_eval(stage, 0, points->d, &value[2]) && p->phase == of_bit && p->message == 0 &&
               p->bit >= value[0] && p->bit <= value[1] && p->byte == value[2];
    }
    return false;
}
