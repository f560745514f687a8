// Sweeps: one transfer, broken at every point in turn, each followed by recovery.
//
// A point is message.byte.bit.phase, listed from the laid-out transfer and so the same for every
// slave and master; a point that a master's own shape of the transfer does not have (NXT makes no
// STOP after a read) is counted as skipped. Point 0 is the transfer left whole: when that fails,
// the others mean nothing and are not played.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { QUICK_STRIDE = 8, PHASES = 3, CLOCKS = 9, STRETCH_LOOKS = 32 };

/// How long a hung master lies dead before it is reset.
#define DEAD_PS I2C_PS_PER_MS
/// How long a master may go on behind a spike: the slowest is through with any transfer.
#define GLITCH_PATIENCE_PS (50 * I2C_PS_PER_MS)
/// The low phase before the master moves SDA: shorter than any master's data hold but 0.
#define BEFORE_SDA_PS (50 * I2C_PS_PER_NS)

typedef enum {
    PHASE_LOW_BEFORE,
    PHASE_LOW_AFTER,
    PHASE_HIGH,
    PHASE_START,
    PHASE_END_LOW,
    PHASE_END_HIGH
} point_phase;

static const char *const phase_text[] = {"low",   "low_after", "high",
                                         "start", "end.low",   "end.high"};

typedef struct sweep_point {
    uint16_t message;
    uint32_t byte;
    uint8_t bit, phase;
} sweep_point;

static uint32_t points_of_message(uint32_t bytes)
{
    return 3 + bytes * CLOCKS * PHASES;
}

static uint32_t point_count(const sweep_shape *shape)
{
    uint32_t count = 0;
    for (uint32_t m = 0; m < shape->messages; m++)
        count += points_of_message(shape->bytes[m]);
    return count;
}

/// The i-th point of the shape, counted from 0: START, the phases of all bits, the end.
static sweep_point point_at(const sweep_shape *shape, uint32_t i)
{
    sweep_point p = {0};
    while (i >= points_of_message(shape->bytes[p.message]))
        i -= points_of_message(shape->bytes[p.message++]);
    const uint32_t bits = shape->bytes[p.message] * CLOCKS * PHASES;
    if (i == 0) {
        p.phase = PHASE_START;
    } else if (i <= bits) {
        p.byte = (i - 1) / (CLOCKS * PHASES);
        p.bit = (uint8_t)((i - 1) / PHASES % CLOCKS + 1);
        p.phase = (uint8_t)((i - 1) % PHASES);
    } else {
        p.byte = shape->bytes[p.message];
        p.phase = i == bits + 1 ? PHASE_END_LOW : PHASE_END_HIGH;
    }
    return p;
}

static void point_name(const sweep_point *p, char *name, size_t bytes)
{
    if (p->phase <= PHASE_HIGH)
        snprintf(name, bytes, "%u.%u.%u.%s", p->message, p->byte, p->bit, phase_text[p->phase]);
    else
        snprintf(name, bytes, "%u.%s", p->message, phase_text[p->phase]);
}

// ---- the trap -------------------------------------------------------------------------------

/// The least of that interval, as the bus is now.
static uint64_t least_ps(const play_stage *stage, i2c_timing_parameter interval)
{
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    if (!i2c_sim_monitor(stage->sim)->hs)
        return i2c_timing_limits(spec->mode)[interval].min_ps;
    i2c_timing_limit limit[I2C_TIMING_COUNT];
    i2c_timing_hs_limits(limit, spec->wires.cb_pf);
    return limit[interval].min_ps;
}

static void spring(play_stage *stage, uint64_t in_ps)
{
    stage->trap.armed = false;
    i2c_node_hear(stage->sim, stage->trap.node, 0);
    i2c_timer_set(stage->sim, &stage->trap.timer, i2c_sim_now_ps(stage->sim) + in_ps);
}

/// In the middle of a phase that lasts at least that interval; spikes have a place of their own.
static void spring_within(play_stage *stage, i2c_timing_parameter interval)
{
    const uint64_t phase_ps = least_ps(stage, interval);
    spring(stage, spikes_are(stage->trap.kind) ? spikes_delay_ps(stage, phase_ps) : phase_ps / 2);
}

/// An edge of SCL in the message of the trap: is it the one that begins the trap's phase?
static void trap_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    play_stage *stage = ctx;
    const trap *t = &stage->trap;
    const i2c_monitor *m = i2c_sim_monitor(stage->sim);
    (void)now_ps;
    if (line != I2C_SCL || !m->open || m->message + stage->match.base != t->message ||
        m->byte != t->byte || m->attempt != 0 || (m->owner >> master_node(stage->master) & 1u) == 0)
        return;
    const unsigned bit = m->in_ack ? CLOCKS : m->bits + 1u;
    if (t->phase <= PHASE_HIGH ? bit != t->bit : bit != 1)
        return;
    if (!high && t->phase == PHASE_LOW_BEFORE)
        spring(stage, BEFORE_SDA_PS);
    else if (!high && (t->phase == PHASE_LOW_AFTER || t->phase == PHASE_END_LOW))
        spring_within(stage, I2C_T_LOW);
    else if (high && (t->phase == PHASE_HIGH || t->phase == PHASE_END_HIGH))
        spring_within(stage, I2C_T_HIGH);
}

void sweep_event(play_stage *stage, const i2c_event *event)
{
    const trap *t = &stage->trap;
    const bool start = event->kind == I2C_EVENT_START || event->kind == I2C_EVENT_SR;
    if (start && t->phase == PHASE_START && event->message + stage->match.base == t->message &&
        event->attempt == 0 && (event->owner >> master_node(stage->master) & 1u) != 0)
        spring_within(stage, I2C_T_HD_STA);
}

/// What follows is judged neither by brackets nor by the rules about levels and timing.
static void judge_no_more(play_stage *stage)
{
    stage->match.plan = NULL;
    model_leave(stage);
    i2c_sim_suspend_rules(stage->sim, true);
}

/// A master that drives SCL high while it is stretched does not wait: what it makes of the rest of
/// the transfer is nothing that a slave could be asked about.
static void stretch_goes_on(play_stage *stage, uint64_t now_ps)
{
    trap *t = &stage->trap;
    if (i2c_node_drive(stage->sim, master_node(stage->master), I2C_SCL) == I2C_DRIVEN_HIGH)
        judge_no_more(stage);
    if (now_ps >= t->end_ps) {
        i2c_node_release(stage->sim, t->node, I2C_SCL);
        return;
    }
    const uint64_t next_ps = now_ps + t->length_ps / STRETCH_LOOKS + 1;
    i2c_timer_set(stage->sim, &t->timer, next_ps < t->end_ps ? next_ps : t->end_ps);
}

/// A stuck line ends together with the master that waits for it.
static void trap_goes_on(play_stage *stage, uint64_t now_ps)
{
    if (stage->trap.kind == LANG_SWEEP_STRETCH) {
        stretch_goes_on(stage, now_ps);
        return;
    }
    if (stage->trap.kind == LANG_SWEEP_CHATTER) {
        chatter_moves(stage, now_ps);
        return;
    }
    i2c_fault_clear(&stage->fault);
    master_abandon(stage->master);
}

/// Behind a stretch of that length the slave may rightly have left the transfer: its own lines are
/// judged on, by the rules alone.
static bool outlasts_timeout(const play_stage *stage, uint64_t length_ps)
{
    const uint64_t least_ps = play_set_slave(stage->set)->timeout_low_min_ps;
    return least_ps != 0 && length_ps > least_ps;
}

/// SMBus takes a clock that is high for longer than this for the end of a transfer, if it wants to
/// (SMBus 2.0 Table 1, tHIGH;MAX and its note).
#define SMBUS_HIGH_PS (50 * I2C_PS_PER_US)

/// How long a high SCL within a transfer may last at least before the slave may leave it; 0: no
/// limit.
static uint64_t high_timeout_ps(const slave_description *slave)
{
    if (slave->timeout_high_min_ps != 0)
        return slave->timeout_high_min_ps;
    return slave->smbus != NULL ? SMBUS_HIGH_PS : 0;
}

/// The master's clock stands still while SCL is high; the transfer goes on behind it. A slave that
/// may have left it by then is only told about.
static void fire_pause(play_stage *stage)
{
    trap *t = &stage->trap;
    const uint64_t least_ps = high_timeout_ps(play_set_slave(stage->set));
    t->fired = master_linger(stage->master, t->length_ps);
    t->lenient = t->fired && least_ps != 0 && t->length_ps > least_ps;
    if (t->lenient)
        model_leave(stage);
}

static void fire_and_hold(play_stage *stage, uint64_t now_ps)
{
    trap *t = &stage->trap;
    if (t->kind == LANG_SWEEP_STRETCH) {
        t->end_ps = now_ps + t->length_ps;
        if (outlasts_timeout(stage, t->length_ps)) {
            stage->match.plan = NULL;
            model_leave(stage);
        }
        i2c_node_pull(stage->sim, t->node, I2C_SCL);
        stretch_goes_on(stage, now_ps);
        return;
    }
    i2c_fault_stick(&stage->fault, t->kind == LANG_SWEEP_STUCK_SCL ? I2C_SCL : I2C_SDA);
    i2c_timer_set(stage->sim, &t->timer, now_ps + DEAD_PS);
}

/// A spike on the line that matters in that phase: SDA while SCL is high, else SCL. Who has seen it
/// as what is not known, and a master that took it for another's START may wait for ever.
static void fire_glitch(play_stage *stage, uint64_t now_ps)
{
    i2c_sim_blind_rules(stage->sim);
    i2c_timer_set(stage->sim, &stage->trap.timer, now_ps + GLITCH_PATIENCE_PS);
    const bool scl = i2c_line_level(stage->sim, I2C_SCL);
    i2c_fault_glitch(&stage->fault, scl ? I2C_SDA : I2C_SCL,
                     !scl || !i2c_line_level(stage->sim, I2C_SDA), now_ps, stage->trap.length_ps);
}

/// What happens at the point, in its very instant.
static void trap_fires(void *ctx, uint64_t now_ps)
{
    play_stage *stage = ctx;
    trap *t = &stage->trap;
    const slave_adapter *adapter = stage->options.adapter;
    if (t->fired) {
        trap_goes_on(stage, now_ps);
        return;
    }
    t->fired = true;
    if (spikes_are(t->kind)) {
        spikes_fire(stage, now_ps);
        return;
    }
    if (t->kind == LANG_SWEEP_CHATTER) {
        chatter_moves(stage, now_ps);
        return;
    }
    if (t->kind == LANG_SWEEP_PAUSE) {
        fire_pause(stage);
        return;
    }
    if (t->kind != LANG_SWEEP_STRETCH)
        judge_no_more(stage);
    switch (t->kind) {
    case LANG_SWEEP_STOP:
    case LANG_SWEEP_RESTART:
        injector_take_over(&stage->injector, master_node(stage->master));
        master_abandon(stage->master);
        break;
    case LANG_SWEEP_FREEZE:
    case LANG_SWEEP_VANISH:
        master_abandon(stage->master);
        break;
    case LANG_SWEEP_RESET:
        adapter->reset(stage->slave);
        i2c_sim_slave_restarts(stage->sim, stage->slave_node);
        break;
    case LANG_SWEEP_POWER_OFF:
    case LANG_SWEEP_POWER_ON:
        adapter->power(stage->slave, t->kind == LANG_SWEEP_POWER_ON);
        i2c_sim_slave_restarts(stage->sim, stage->slave_node);
        break;
    case LANG_SWEEP_GLITCH:
        fire_glitch(stage, now_ps);
        break;
    default:
        fire_and_hold(stage, now_ps);
        break;
    }
}

static bool arm(play_stage *stage, const lang_node *kind, const sweep_point *p)
{
    trap *t = &stage->trap;
    int64_t length_ps = 0;
    if (kind->b != LANG_NONE && !play_eval(stage, 0, kind->b, &length_ps))
        return false;
    *t = (trap){.armed = true,
                .message = p->message,
                .byte = p->byte,
                .bit = p->bit,
                .phase = p->phase,
                .kind = (lang_sweep_kind)kind->value,
                .length_ps = length_ps > 0 ? (uint64_t)length_ps : 1};
    t->timer = (i2c_timer){trap_fires, stage, false};
    if (!spikes_read(stage, kind))
        return false;
    // Who holds SCL as long as a time-out acts as another slave would, so that rules judge on.
    const bool held = t->kind == LANG_SWEEP_STRETCH && outlasts_timeout(stage, t->length_ps);
    const i2c_node_config config = {.name = "sweep",
                                    .role = held ? I2C_ROLE_NEIGHBOUR : I2C_ROLE_FAULT,
                                    .threshold = I2C_AT_50,
                                    .hears = I2C_HEAR_SCL,
                                    .on_edge = trap_edge,
                                    .ctx = stage};
    if (i2c_node_add(stage->sim, &config, &t->node) == I2C_OK)
        return true;
    verdict_reason(stage, PLAY_ERROR, "", "the simulation's tables are full");
    return false;
}

// ---- after the point ------------------------------------------------------------------------

static bool stopped(play_stage *stage)
{
    injector_outcome outcome;
    injector_stop(&stage->injector, recover_patience_ps(stage), &outcome);
    return recover_injected(stage, &outcome);
}

/// A fresh master's START cuts in; it goes on with the address.
static bool after_restart(play_stage *stage)
{
    injector_outcome outcome;
    injector_restart(&stage->injector, recover_patience_ps(stage), &outcome);
    if (!recover_injected(stage, &outcome) || !world_fresh_master(stage))
        return false;
    // A master that cannot be handed a START gets a bus that was freed by a STOP.
    if (!master_adopt_start(stage->master, injector_node(&stage->injector)) && !stopped(stage))
        return false;
    return recover_served(stage);
}

static bool lines_are_high(const play_stage *stage)
{
    return i2c_line_level(stage->sim, I2C_SCL) && i2c_line_level(stage->sim, I2C_SDA);
}

/// When SCL may go up after SDA was let go: with SDA set up, and a LOW of legal length behind it.
static uint64_t scl_release_ps(const play_stage *stage)
{
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    const uint64_t rise_ps =
        spec->wires.ideal ? 0 : 3 * (uint64_t)spec->wires.rp_ohm * spec->wires.cb_pf;
    const uint64_t set_up_ps = i2c_sim_now_ps(stage->sim) + rise_ps + least_ps(stage, I2C_T_SU_DAT);
    const uint64_t fall_ps = i2c_line_fall_ps(stage->sim, I2C_SCL, I2C_AT_30);
    const uint64_t low_ps = fall_ps == I2C_NEVER_PS ? 0 : fall_ps + least_ps(stage, I2C_T_LOW);
    return low_ps > set_up_ps ? low_ps : set_up_ps;
}

/// Lets go of what the master holds, as a reset of its chip does. Both pins go at once there, and
/// the wires decide which line is up first; a slave cannot be asked to know. SDA goes first here
/// and SCL after a LOW of legal length, so that its rise shows a plain bit and everybody agrees on
/// what happened.
static void let_go(play_stage *stage)
{
    raw_take_over(&stage->raw, master_node(stage->master));
    master_reset(stage->master);
    raw_release(&stage->raw, I2C_SDA);
    i2c_sim_run(stage->sim, scl_release_ps(stage));
    raw_release(&stage->raw, I2C_SCL);
}

/// False: what stands behind the sweep has no sound bus and slave to run on.
static bool after_abandon(play_stage *stage, lang_sweep_kind kind, recover_way way)
{
    if (kind == LANG_SWEEP_VANISH)
        let_go(stage);
    i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + DEAD_PS);
    if (kind != LANG_SWEEP_VANISH)
        let_go(stage);
    i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + 10 * I2C_PS_PER_US);
    if (way != RECOVER_START_ALONE || lines_are_high(stage))
        return recover(stage, way);
    stage->left_open = true; // a START cannot be made: this way is for a bus that the cut left free
    return false;
}

/// A stretch or a stuck line lasts its time, whatever the master has done about it.
static void let_fault_end(play_stage *stage)
{
    while (stage->trap.timer.queued && i2c_sim_step(stage->sim))
        ;
}

/// Time for a slave to come up again.
static void let_start(play_stage *stage)
{
    i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + play_set_slave(stage->set)->ready_ps);
}

static bool after_point(play_stage *stage, lang_sweep_kind kind, recover_way way)
{
    let_fault_end(stage);
    switch (kind) {
    case LANG_SWEEP_STOP:
        return stopped(stage) && world_fresh_master(stage) && recover_served(stage);
    case LANG_SWEEP_RESTART:
        return after_restart(stage);
    case LANG_SWEEP_POWER_OFF:
        stage->options.adapter->power(stage->slave, true);
        i2c_sim_slave_restarts(stage->sim, stage->slave_node);
        let_start(stage);
        break;
    case LANG_SWEEP_POWER_ON:
    case LANG_SWEEP_RESET:
        let_start(stage);
        break;
    default:
        break;
    }
    return after_abandon(stage, kind, way);
}

/// The two recoveries are two runs, each from reset; a bus that a STOP or START freed needs one,
/// and so does a sweep that says how it recovers.
static unsigned ways_of(const lang_node *sweep, lang_sweep_kind kind, recover_way *first)
{
    static const recover_way ways[LANG_RECOVERY_COUNT] = {
        [LANG_RECOVERY_BOTH] = RECOVER_CLEAR,
        [LANG_RECOVERY_CLOCKS] = RECOVER_BY_CLOCKS,
        [LANG_RECOVERY_STOPS] = RECOVER_BY_STOPS,
        [LANG_RECOVERY_START] = RECOVER_BY_START,
    };
    *first = ways[sweep->value];
    if (sweep->value != LANG_RECOVERY_BOTH)
        return 1;
    return kind == LANG_SWEEP_FREEZE || kind == LANG_SWEEP_VANISH ? 2 : 1;
}

// ---- one point, all points ------------------------------------------------------------------

static const lang_node *kind_node(const play_stage *stage, const lang_node *sweep)
{
    for (uint32_t i = sweep->a; i != LANG_NONE; i = lang_at(stage->program, i)->next)
        if (lang_at(stage->program, i)->value == stage->one->sweep)
            return lang_at(stage->program, i);
    assert(false && "the case's kind is one of the sweep's");
    return NULL;
}

bool sweep_silences(const play_stage *stage)
{
    return stage->trap.armed && stage->trap.kind == LANG_SWEEP_POWER_ON;
}

bool sweep_explains(const play_stage *stage, const master_outcome *outcome)
{
    return stage->trap.fired && !stage->recovering &&
           (outcome->end == MASTER_GAVE_UP || outcome->end == MASTER_STUCK);
}

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

/// The shape of the transfer that the reference run has laid out.
static void keep_shape(play_stage *stage)
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
    if (point_count(shape) > PLAY_POINT_MAX)
        verdict_reason(stage, PLAY_ERROR, "", "a swept transfer has at most 4096 points");
}

/// A point that the transfer did not come to must not go off in what follows.
static void disarm(play_stage *stage)
{
    stage->trap.armed = false;
    i2c_node_hear(stage->sim, stage->trap.node, 0);
}

void sweep_run(play_stage *stage, const lang_node *sweep)
{
    const lang_node *transfer = lang_at(stage->program, sweep->c);
    if (stage->point == 0) {
        if (act_transfer(stage, transfer, stage->scenario->retries_ok))
            keep_shape(stage);
        return;
    }
    const lang_node *kind = kind_node(stage, sweep);
    if (kind->value == LANG_SWEEP_POWER_ON)
        stage->options.adapter->power(stage->slave, false);
    if (!arm(stage, kind, stage->sweep_point))
        return;
    (void)act_transfer(stage, transfer, stage->scenario->retries_ok);
    stage->trap.lenient = false;
    disarm(stage);
    if (!stage->trap.fired)
        return;
    stage->ended = false;
    if (!after_point(stage, (lang_sweep_kind)kind->value, stage->sweep_way))
        stage->ended = true;
}

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

static bool point_is_asked(play_stage *stage, const lang_node *sweep, const sweep_point *p,
                           uint32_t i)
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

static void keep_failed(play_stage *stage, const sweep_point *p)
{
    play_result *result = stage->result;
    result->points_failed++;
    if (result->failed_kept == PLAY_POINTS_KEPT)
        return;
    play_failed_point *kept = &result->failed[result->failed_kept++];
    kept->point = stage->point;
    kept->finding = stage->first_fault;
    point_name(p, kept->name, sizeof kept->name);
}

/// Is the slave as good as new, all that the scenario asks for over?
static void look_for_leaks(play_stage *stage)
{
    if (stage->ended)
        return;
    if (stage->point == 0)
        probe_reference(stage);
    else if (stage->trap.fired && !stage->probe_first)
        (void)probe_play(stage);
}

/// Plays the scenario from reset with the point's fault. False: the case ended with an error.
static bool play_point(play_stage *stage, recover_way way, bool *fired)
{
    stage->sweep_way = way;
    if (!world_new(stage, 0))
        return false;
    act_statements(stage, stage->scenario->body);
    *fired = stage->trap.fired;
    look_for_leaks(stage);
    if (!*fired)
        recover_after_failure(stage); // a point that was reached is recovered from by the sweep
    world_end(stage);
    return stage->result->verdict != PLAY_ERROR && stage->result->verdict != PLAY_NOT_APPLICABLE;
}

/// What is left behind may show in the very first transfer only, and be gone with it: known_good
/// comes first, or the probes do, in turn from point to point; a long run plays both, each from
/// reset. Where statements of the scenario's own stand behind the sweep, they mean the bus as
/// known_good leaves it.
static bool play_orders(play_stage *stage, const lang_node *sweep, recover_way way, bool *fired)
{
    const lang_sweep_kind kind = (lang_sweep_kind)stage->one->sweep;
    const bool either = recover_may_probe_first(stage, kind) && sweep->next == LANG_NONE;
    const bool both = either && play_set_options_of(stage->set)->long_runs;
    stage->probe_first = either && ((unsigned)stage->point + way) % 2 != 0;
    if (!play_point(stage, way, fired))
        return false;
    if (!both || !*fired || stage->left_open)
        return true;
    stage->probe_first = !stage->probe_first;
    return play_point(stage, way, fired);
}

static bool sweep_point_run(play_stage *stage, const lang_node *sweep, uint32_t i,
                            const sweep_point *p)
{
    const lang_sweep_kind kind = (lang_sweep_kind)kind_node(stage, sweep)->value;
    recover_way first = RECOVER_CLEAR;
    const unsigned ways = ways_of(sweep, kind, &first);
    const uint64_t faults = stage->faults_found;
    bool fired = false;
    stage->point = (int32_t)i + 1;
    stage->sweep_point = p;
    stage->first_fault = UINT8_MAX;
    for (unsigned way = 0; way < ways; way++) {
        if (!play_orders(stage, sweep, (recover_way)(first + way), &fired))
            return false;
        if (!fired)
            break;
    }
    stage->result->points++;
    if (!fired)
        stage->result->points_skipped++;
    if (stage->faults_found != faults)
        keep_failed(stage, p);
    return true;
}

static bool play_reference_run(play_stage *stage)
{
    bool fired = false;
    stage->point = 0;
    probe_gather(stage);
    if (!play_point(stage, RECOVER_CLEAR, &fired))
        return false;
    if (stage->faults_found == 0)
        return true;
    snprintf(stage->result->reason, sizeof stage->result->reason,
             "the sweep was not played: its transfer fails already where nothing breaks it off");
    return false;
}

static bool reference_is_good(play_stage *stage)
{
    bool good = false;
    if (reference_recall(stage, &good))
        return good;
    good = play_reference_run(stage);
    reference_keep(stage, good);
    return good;
}

void sweep_case(play_stage *stage, const lang_node *sweep)
{
    const sweep_shape *shape = &stage->shape;
    stage->faults_found = 0;
    stage->shape.messages = 0;
    stage->probe_first = false;
    if (!reference_is_good(stage))
        return;
    const uint32_t count = point_count(shape);
    const bool quick = play_set_options_of(stage->set)->quick && stage->one->point < 0;
    uint32_t asked = 0;
    for (uint32_t i = 0; i < count; i++) {
        const sweep_point p = point_at(shape, i);
        if (!point_is_asked(stage, sweep, &p, i) || (quick && asked++ % QUICK_STRIDE != 0))
            continue;
        if (!sweep_point_run(stage, sweep, i, &p))
            return;
    }
    if (stage->one->point > 0 && stage->result->points == 0)
        verdict_reason(stage, PLAY_ERROR, "", "the sweep has no such point");
}
