// The trap of a sweep: what is done to the bus, the master or the slave in the very instant in
// which a transfer comes to the point.
#include "scenarios/play/play_private.h"

enum { STRETCH_LOOKS = 32 };

/// How long a master may go on behind a spike: the slowest is through with any transfer.
#define GLITCH_PATIENCE_PS (50 * I2C_PS_PER_MS)
/// The low phase before the master moves SDA: shorter than any master's data hold but 0.
#define BEFORE_SDA_PS (50 * I2C_PS_PER_NS)

uint64_t play_least_ps(const play_stage *stage, i2c_timing_parameter interval)
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
    const uint64_t phase_ps = play_least_ps(stage, interval);
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
    const unsigned bit = m->in_ack ? SWEEP_CLOCKS : m->bits + 1u;
    if (t->phase <= PHASE_HIGH ? bit != t->bit : bit != 1)
        return;
    if (!high && t->phase == PHASE_LOW_BEFORE)
        spring(stage, BEFORE_SDA_PS);
    else if (!high && (t->phase == PHASE_LOW_AFTER || t->phase == PHASE_END_LOW))
        spring_within(stage, I2C_T_LOW);
    else if (high && (t->phase == PHASE_HIGH || t->phase == PHASE_END_HIGH))
        spring_within(stage, I2C_T_HIGH);
}

void trap_event(play_stage *stage, const i2c_event *event)
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
    i2c_timer_set(stage->sim, &t->timer, now_ps + SWEEP_DEAD_PS);
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
        world_slave_restarts(stage);
        break;
    case LANG_SWEEP_POWER_OFF:
    case LANG_SWEEP_POWER_ON:
        adapter->power(stage->slave, t->kind == LANG_SWEEP_POWER_ON);
        world_slave_restarts(stage);
        break;
    case LANG_SWEEP_GLITCH:
        fire_glitch(stage, now_ps);
        break;
    default:
        fire_and_hold(stage, now_ps);
        break;
    }
}

bool trap_arm(play_stage *stage, const lang_node *kind, const sweep_point *p)
{
    trap *t = &stage->trap;
    int64_t length_ps = 0;
    if (kind->b != LANG_NONE && !play_eval(stage, 0, kind->b, &length_ps))
        return false;
    *t = (trap){.armed = true,
                .over_ps = I2C_NEVER_PS,
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

void trap_disarm(play_stage *stage)
{
    stage->trap.over_ps = i2c_sim_now_ps(stage->sim);
    stage->trap.armed = false;
    i2c_node_hear(stage->sim, stage->trap.node, 0);
}

bool trap_silences(const play_stage *stage)
{
    return stage->trap.armed && stage->trap.kind == LANG_SWEEP_POWER_ON;
}

bool trap_explains(const play_stage *stage, const master_outcome *outcome)
{
    return stage->trap.fired && !stage->recovering &&
           (outcome->end == MASTER_GAVE_UP || outcome->end == MASTER_STUCK);
}
