#include "models/masters/bitbang.h"

#include <assert.h>
#include <string.h>

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t now_of(const bitbang *e)
{
    return i2c_sim_now_ps(e->sim);
}

// ---- pins -----------------------------------------------------------------------------------

static bool reads_high(const bitbang *e, i2c_line line)
{
    return i2c_node_level(e->sim, e->node, line);
}

static void set(bitbang *e, i2c_line line, i2c_drive drive)
{
    i2c_node_set(e->sim, e->node, line, drive);
}

/// The level of an output; letting go of it leaves its latch as it was.
static void set_level(bitbang *e, i2c_line line, i2c_drive drive)
{
    e->latch[line] = drive != I2C_PULLED;
    set(e, line, drive);
}

static void set_scl(bitbang *e, i2c_drive drive)
{
    e->scl_high = drive != I2C_PULLED;
    set_level(e, I2C_SCL, drive);
}

static i2c_drive high(bool push_pull)
{
    return push_pull ? I2C_DRIVEN_HIGH : I2C_RELEASED;
}

static void make_start(bitbang *e)
{
    i2c_sim_tag(e->sim, e->node, e->attempt, e->message);
    e->claimed = true;
    e->start_ps = now_of(e);
    set_level(e, I2C_SDA, I2C_PULLED);
}

// ---- phases ---------------------------------------------------------------------------------

static const bitbang_step *table_of(const bitbang *e, unsigned phase)
{
    static const uint8_t stands_in[BITBANG_PHASES] = {
        [BITBANG_RESTART] = BITBANG_START,      [BITBANG_READ_LAST_BIT] = BITBANG_READ_BIT,
        [BITBANG_READ_END] = BITBANG_STOP,      [BITBANG_ADDRESS_NACK_END] = BITBANG_STOP,
        [BITBANG_DATA_NACK_END] = BITBANG_STOP,
    };
    static const bitbang_step none[] = {BITBANG_END};
    static const bitbang_step lets_go[] = {{BITBANG_SCL_FLOAT, BITBANG_NO_DELAY, 0},
                                           {BITBANG_SDA_FLOAT, BITBANG_NO_DELAY, 0},
                                           BITBANG_END};
    if (e->steps[phase] != NULL)
        return e->steps[phase];
    if (phase == BITBANG_TIMEOUT_END)
        return lets_go;
    const unsigned other = stands_in[phase];
    return other != 0 && e->steps[other] != NULL ? e->steps[other] : none;
}

/// Whether the message, and with it the claim on the bus, is over behind this phase.
static bool ends_message(unsigned phase)
{
    return phase >= BITBANG_STOP && phase <= BITBANG_ABORT;
}

/// The START was made by somebody else: the rest of its phase is left to do.
static void skip_to_start(bitbang *e)
{
    while (e->step->action != BITBANG_SDA_START)
        e->step++;
    e->adopted = false;
}

/// False when there is no phase left.
static bool next_phase(bitbang *e)
{
    if (e->next == e->queued)
        return false;
    const unsigned phase = e->queue[e->next++];
    e->step = table_of(e, phase);
    if (e->adopted && phase == BITBANG_START)
        skip_to_start(e);
    if (ends_message(phase))
        e->claimed = false;
    return true;
}

static void end(bitbang *e, bitbang_result result)
{
    e->step = NULL;
    e->queued = e->next = 0;
    e->ended_ps = now_of(e);
    e->done(e->ctx, result);
}

// ---- delays ---------------------------------------------------------------------------------

/// False when that is now.
static bool pause_until(bitbang *e, uint64_t due_ps)
{
    e->ticks = 1;
    e->grid_ps = due_ps;
    if (due_ps == now_of(e))
        return false;
    i2c_timer_set(e->sim, &e->timer, due_ps);
    return true;
}

/// The end of a pause that something else than the step before it has begun.
static uint64_t pause_ends_ps(const bitbang *e, uint64_t one_ps)
{
    const uint64_t now_ps = now_of(e);
    if (e->step->action == BITBANG_ALIGN)
        return (now_ps / one_ps + e->step->times) * one_ps;
    const bool fresh = e->start_ps == I2C_NEVER_PS;
    return fresh ? now_ps : later(e->start_ps + e->step->times * one_ps, now_ps);
}

static bool is_no_pin(unsigned action)
{
    return action == BITBANG_PAUSE || action == BITBANG_ALIGN || action == BITBANG_SPACE;
}

/// The delay behind the present step begins. False when it is none, and the next step is due.
static bool delay(bitbang *e)
{
    const bitbang_step *s = e->step;
    assert(s->delay == BITBANG_NO_DELAY || s->times > 0);
    if (s->action == BITBANG_ALIGN || s->action == BITBANG_SPACE)
        return pause_until(e, pause_ends_ps(e, e->delay_ps[s->delay]));
    const bool within = ((unsigned)e->within >> s->delay & 1u) != 0;
    const uint64_t one_ps = e->delay_ps[s->delay];
    const uint64_t now_ps = now_of(e);
    const uint64_t cost_ps = is_no_pin(s->action) ? 0 : e->action_ps;
    if (s->delay == BITBANG_NO_DELAY && cost_ps == 0)
        return false;
    uint64_t due_ps = now_ps + cost_ps + s->times * one_ps;
    if (!within && s->delay != BITBANG_NO_DELAY) {
        e->ticks = e->checks_scl ? s->times : 1u;
        e->grid_ps += cost_ps + (e->checks_scl ? one_ps : s->times * one_ps);
        due_ps = later(e->grid_ps, now_ps);
    } else if (!within) {
        e->ticks = 1;
        e->grid_ps = due_ps;
    }
    if (due_ps == now_ps)
        return false;
    i2c_timer_set(e->sim, &e->timer, due_ps);
    return true;
}

// ---- waiting --------------------------------------------------------------------------------

static bool is_there(const bitbang *e)
{
    return reads_high(e, I2C_SCL) && (!e->both || reads_high(e, I2C_SDA));
}

static void hear(bitbang *e, bool on)
{
    const unsigned rises = I2C_HEAR_SCL_RISE | (e->both ? I2C_HEAR_SDA_RISE : 0u);
    i2c_node_hear(e->sim, e->node, on ? rises : 0);
}

static void arm_give_up(bitbang *e)
{
    if (e->give_up_ps != I2C_NEVER_PS)
        i2c_timer_set(e->sim, &e->timer, e->give_up_ps);
    else
        i2c_timer_cancel(e->sim, &e->timer);
}

static void begin_wait(bitbang *e)
{
    const uint64_t now_ps = now_of(e);
    e->waiting = true;
    e->wait_began_ps = now_ps;
    uint64_t left_ps = e->limit_ps;
    if (e->limit_is_total && left_ps != I2C_NEVER_PS)
        left_ps = left_ps > e->waited_ps ? left_ps - e->waited_ps : 0;
    e->give_up_ps = left_ps < I2C_NEVER_PS - now_ps ? now_ps + left_ps : I2C_NEVER_PS;
    hear(e, true);
    arm_give_up(e);
}

static void end_wait(bitbang *e, uint64_t now_ps)
{
    hear(e, false);
    i2c_timer_cancel(e->sim, &e->timer);
    e->waiting = false;
    e->waited_ps += now_ps - e->wait_began_ps;
    e->grid_ps += now_ps - e->wait_began_ps;
}

/// The first look at or behind `now_ps`.
static uint64_t next_poll_ps(const bitbang *e, uint64_t now_ps)
{
    if (e->poll_ps == 0)
        return now_ps;
    const uint64_t since_ps = now_ps - e->wait_began_ps;
    return e->wait_began_ps + (since_ps + e->poll_ps - 1) / e->poll_ps * e->poll_ps;
}

// ---- steps ----------------------------------------------------------------------------------

typedef enum { STEP_ON, STEP_WAITS, STEP_FAILS } step_course;

static step_course wait_for(bitbang *e, bool both)
{
    e->both = both;
    if (is_there(e))
        return STEP_ON;
    begin_wait(e);
    return STEP_WAITS;
}

static step_course act(bitbang *e)
{
    switch ((bitbang_action)e->step->action) {
    case BITBANG_LAST:
    case BITBANG_PAUSE:
    case BITBANG_ALIGN:
    case BITBANG_SPACE:
        break;
    case BITBANG_SCL_LOW:
        set_scl(e, I2C_PULLED);
        break;
    case BITBANG_SCL_HIGH:
        set_scl(e, high(e->push_pull_scl));
        break;
    case BITBANG_SCL_FLOAT:
        e->scl_high = true;
        set(e, I2C_SCL, I2C_RELEASED);
        break;
    case BITBANG_SDA_LOW:
        set_level(e, I2C_SDA, I2C_PULLED);
        break;
    case BITBANG_SDA_HIGH:
        set_level(e, I2C_SDA, high(e->push_pull_sda));
        break;
    case BITBANG_SDA_FLOAT:
        set(e, I2C_SDA, I2C_RELEASED);
        break;
    case BITBANG_SDA_STAYS_OUTPUT:
        if (i2c_node_drive(e->sim, e->node, I2C_SDA) != I2C_RELEASED)
            set_level(e, I2C_SDA, high(e->push_pull_sda));
        break;
    case BITBANG_SDA_BIT:
        set_level(e, I2C_SDA, e->bit ? high(e->push_pull_sda) : I2C_PULLED);
        break;
    case BITBANG_SCL_OUTPUT:
        set_scl(e, e->latch[I2C_SCL] ? high(e->push_pull_scl) : I2C_PULLED);
        break;
    case BITBANG_SDA_OUTPUT:
        set(e, I2C_SDA, e->latch[I2C_SDA] ? high(e->push_pull_sda) : I2C_PULLED);
        break;
    case BITBANG_SDA_START:
        make_start(e);
        break;
    case BITBANG_SAMPLE:
        e->sampled = reads_high(e, I2C_SDA);
        break;
    case BITBANG_WAIT:
    case BITBANG_WAIT_ANYWAY:
        return wait_for(e, false);
    case BITBANG_WAIT_FREE:
        return wait_for(e, true);
    case BITBANG_CHECK_FREE:
        return reads_high(e, I2C_SCL) && reads_high(e, I2C_SDA) ? STEP_ON : STEP_FAILS;
    case BITBANG_CHECK_SDA:
        return reads_high(e, I2C_SDA) ? STEP_ON : STEP_FAILS;
    }
    return STEP_ON;
}

/// From the present step on, until one takes time or the phases have ended.
static void run(bitbang *e)
{
    for (;;) {
        if (e->step->action == BITBANG_LAST) {
            if (next_phase(e))
                continue;
            end(e, e->aborting ? BITBANG_ABORTED : BITBANG_DONE);
            return;
        }
        const step_course course = act(e);
        if (course == STEP_FAILS)
            end(e, BITBANG_NOT_FREE);
        if (course != STEP_ON || delay(e))
            return;
        e->step++;
    }
}

static void go_on(bitbang *e)
{
    e->step++;
    run(e);
}

/// The step that waited is done; its delay comes.
static void seen_high(bitbang *e, uint64_t now_ps)
{
    end_wait(e, now_ps);
    if (!delay(e))
        go_on(e);
}

static void give_up(bitbang *e, uint64_t now_ps)
{
    const bool anyway = e->step->action == BITBANG_WAIT_ANYWAY;
    end_wait(e, now_ps);
    if (!anyway) {
        end(e, BITBANG_TIMEOUT);
        return;
    }
    e->overdue = true;
    go_on(e);
}

static bool scl_is_wrong(const bitbang *e)
{
    return e->checks_scl && !e->aborting && reads_high(e, I2C_SCL) != e->scl_high;
}

static void abort_now(bitbang *e)
{
    e->aborting = true;
    e->queued = e->next = 0;
    bitbang_then(e, BITBANG_ABORT);
    (void)next_phase(e);
    run(e);
}

static void on_timer(void *ctx, uint64_t now_ps)
{
    bitbang *e = ctx;
    if (e->waiting) {
        if (is_there(e) && now_ps <= e->give_up_ps)
            seen_high(e, now_ps);
        else if (now_ps >= e->give_up_ps)
            give_up(e, now_ps);
        else
            arm_give_up(e);
        return;
    }
    const bool tick = now_ps == e->grid_ps;
    if (tick && scl_is_wrong(e)) {
        abort_now(e);
    } else if (tick && e->ticks > 1) {
        e->ticks--;
        e->grid_ps += e->delay_ps[e->step->delay];
        i2c_timer_set(e->sim, &e->timer, e->grid_ps);
    } else {
        go_on(e);
    }
}

void bitbang_edge(bitbang *e, i2c_line line, bool is_high, uint64_t now_ps)
{
    (void)line;
    if (!is_high || !e->waiting || !is_there(e))
        return;
    const uint64_t look_ps = next_poll_ps(e, now_ps);
    if (look_ps == now_ps && e->poll_ps == 0)
        seen_high(e, now_ps);
    else if (look_ps < e->give_up_ps)
        i2c_timer_set(e->sim, &e->timer, look_ps);
}

// ---- from above -----------------------------------------------------------------------------

static void forget(bitbang *e)
{
    e->step = NULL;
    e->queued = e->next = 0;
    e->ticks = 0;
    e->waiting = false;
    e->aborting = false;
    e->overdue = false;
}

void bitbang_init(bitbang *e)
{
    e->timer = (i2c_timer){on_timer, e, false};
    e->claimed = false;
    e->adopted = false;
    e->scl_high = true;
    e->latch[I2C_SCL] = true;
    e->latch[I2C_SDA] = true;
    e->start_ps = I2C_NEVER_PS;
    e->waited_ps = 0;
    e->ended_ps = I2C_NEVER_PS;
    forget(e);
}

void bitbang_then(bitbang *e, bitbang_phase phase)
{
    assert(e->queued < BITBANG_QUEUE);
    e->queue[e->queued++] = (uint8_t)phase;
}

void bitbang_go(bitbang *e)
{
    assert(e->step == NULL);
    e->aborting = false;
    if (e->ended_ps != now_of(e))
        e->grid_ps = now_of(e); // else the present handler goes on
    const bool some = next_phase(e);
    assert(some);
    run(e);
}

void bitbang_fresh_limit(bitbang *e)
{
    e->waited_ps = 0;
}

void bitbang_halt(bitbang *e)
{
    i2c_timer_cancel(e->sim, &e->timer);
    if (e->waiting)
        hear(e, false);
    forget(e);
}

void bitbang_release(bitbang *e)
{
    bitbang_halt(e);
    i2c_node_set_both(e->sim, e->node, I2C_SCL, I2C_RELEASED, I2C_RELEASED);
    e->scl_high = true;
    e->claimed = false;
    e->adopted = false;
}

void bitbang_adopt_start(bitbang *e)
{
    assert(e->step == NULL && !e->claimed);
    set_scl(e, high(e->push_pull_scl));
    e->grid_ps = now_of(e);
    e->adopted = true;
}
