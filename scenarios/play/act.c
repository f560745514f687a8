// Plays the statements of a scenario one after another.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void act_fail(play_stage *stage, const char *rule, const char *message, const char *expected)
{
    play_finding finding = verdict_of_scenario(stage, rule, message);
    snprintf(finding.expected, sizeof finding.expected, "%s", expected);
    verdict_add(stage, &finding);
    stage->ended = true;
}

/// No simulated time is left to see whether it would hold: that is no finding (world.c makes it an
/// error).
bool act_out_of_budget(play_stage *stage)
{
    stage->ended = stage->ended || i2c_sim_budget_spent(stage->sim);
    return stage->ended;
}

// ---- the application and the wires ------------------------------------------------------------

static void act_app_set(play_stage *stage, const lang_node *node)
{
    char name[96];
    int64_t value = 0;
    if (!act_variable_name(stage, node, name, sizeof name) || !play_eval(stage, 0, node->b, &value))
        return;
    const slave_result result = stage->options.adapter->set(stage->slave, name, value);
    if (result != SLAVE_OK)
        act_no_such_name(stage, "variable", name, result);
}

static void act_app_call(play_stage *stage, const lang_node *node)
{
    int64_t arg[SLAVE_CALL_ARGS];
    unsigned args = 0;
    const char *name = lang_text(stage->program, node->a);
    for (uint32_t i = node->b; i != LANG_NONE && args < SLAVE_CALL_ARGS;
         i = lang_at(stage->program, i)->next)
        if (!play_eval(stage, 0, i, &arg[args++]))
            return;
    const slave_result result = stage->options.adapter->call(stage->slave, name, arg, args);
    if (result != SLAVE_OK)
        act_no_such_name(stage, "function", name, result);
}

static bool find_wire(play_stage *stage, uint32_t name, unsigned *wire)
{
    const char *text = lang_text(stage->program, name);
    const int found = i2c_wire_find(stage->sim, text);
    char reason[128];
    if (found >= 0) {
        *wire = (unsigned)found;
        return true;
    }
    snprintf(reason, sizeof reason, "the slave has no pin \"%.60s\"", text);
    verdict_reason(stage, PLAY_NOT_APPLICABLE, "", reason);
    return false;
}

static void act_pin(play_stage *stage, uint32_t name, bool high)
{
    unsigned wire = 0;
    if (find_wire(stage, name, &wire))
        i2c_wire_set(stage->sim, wire, high);
}

static void act_alert(play_stage *stage, const lang_node *node)
{
    int64_t addr7 = 0;
    if (!play_eval(stage, 0, node->b, &addr7))
        return;
    if (addr7 >= 0 && addr7 <= 0x7F)
        world_alert(stage, (uint8_t)addr7);
    else
        verdict_reason(stage, PLAY_ERROR, "", "an address of the scenario is over 0x7F");
}

static void act_other_arp(play_stage *stage, const lang_node *node)
{
    int64_t bit = 0;
    if (!play_eval(stage, 0, node->b, &bit))
        return;
    if (!lang_need_is_met(play_set_slave(stage->set), "udid"))
        verdict_reason(stage, PLAY_NOT_APPLICABLE, "udid", "not declared: udid");
    else if (bit >= 0 && bit < INT64_C(8) * SLAVE_UDID_BYTES)
        world_arp(stage, (unsigned)bit);
    else
        verdict_reason(stage, PLAY_ERROR, "", "a UDID has bits 0 to 127");
}

static void act_pull(play_stage *stage, const lang_node *node, bool low)
{
    const i2c_line line = node->a == LANG_LINE_SCL ? I2C_SCL : I2C_SDA;
    if (node->a == LANG_WIRE)
        act_pin(stage, node->d, !low);
    else if (low)
        raw_pull(&stage->raw, line);
    else
        raw_release(&stage->raw, line);
}

/// In full: where nothing is queued silence costs nothing, and a main loop that polls each
/// microsecond costs some 20 ms of CPU time a second. Hardware with a clock of 50 MHz that never
/// rests takes seconds for one: more than a case has is not waited for. What is asked for is off
/// the case's budget.
static void act_wait(play_stage *stage, const lang_node *node)
{
    int64_t time_ps = 0;
    if (!play_eval(stage, 0, node->b, &time_ps) || time_ps <= 0 ||
        !transfer_time_is_affordable(stage, (uint64_t)time_ps, "of silence"))
        return;
    i2c_sim_extend_budget(stage->sim, (uint64_t)time_ps);
    i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + (uint64_t)time_ps);
}

static void act_clock(play_stage *stage, const lang_node *node)
{
    int64_t count = 0;
    if (play_eval(stage, 0, node->b, &count) && count > 0)
        (void)raw_clock(&stage->raw, (uint32_t)count, recover_patience_ps(stage));
}

static void act_glitch(play_stage *stage, const lang_node *node)
{
    int64_t width_ps = 0;
    int64_t at_ps = 0;
    if (!play_eval(stage, 0, node->b, &width_ps) ||
        (node->c != LANG_NONE && !play_eval(stage, 0, node->c, &at_ps)))
        return;
    const uint64_t begin_ps = i2c_sim_now_ps(stage->sim) + (uint64_t)at_ps;
    model_leave(stage);
    i2c_fault_glitch(&stage->fault, node->a == LANG_LINE_SCL ? I2C_SCL : I2C_SDA, node->value != 0,
                     begin_ps, width_ps > 0 ? (uint64_t)width_ps : 1);
    if (node->c == LANG_NONE)
        i2c_sim_run(stage->sim, begin_ps + (uint64_t)width_ps);
}

/// Behind its switching on a slave has the time that it declares to start.
static void act_power(play_stage *stage, bool on)
{
    model_leave(stage);
    stage->options.adapter->power(stage->slave, on);
    world_slave_restarts(stage);
    if (on)
        i2c_sim_run(stage->sim,
                    i2c_sim_now_ps(stage->sim) + slave_ready_ps(play_set_slave(stage->set)));
}

static void act_spike(play_stage *stage, const lang_node *node)
{
    int64_t width_ps = 0;
    if (!play_eval(stage, 0, node->b, &width_ps))
        return;
    const uint64_t now_ps = i2c_sim_now_ps(stage->sim);
    const uint64_t width = width_ps > 0 ? (uint64_t)width_ps : 1;
    i2c_spike_begin(&stage->spike, node->a == LANG_LINE_SCL ? I2C_SCL : I2C_SDA, now_ps, width, 1,
                    0);
    i2c_sim_run(stage->sim, now_ps + width);
}

// ---- circumstances --------------------------------------------------------------------------

/// What a slave cannot suffer would be in vain, and a pass show nothing.
static bool is_without(play_stage *stage, const char *what)
{
    char reason[64];
    snprintf(reason, sizeof reason, "the slave has no %s", what);
    verdict_reason(stage, PLAY_NOT_APPLICABLE, "", reason);
    return false;
}

static bool has_interrupts(play_stage *stage)
{
    return slave_vector(stage->options.adapter, stage->options.image, 0) != NULL ||
           is_without(stage, "interrupts");
}

static bool has_main_loop(play_stage *stage)
{
    const slave_adapter *adapter = stage->options.adapter;
    return adapter->has_main_loop == NULL || adapter->has_main_loop(stage->options.image) ||
           is_without(stage, "main loop");
}

static bool has_vector(const play_stage *stage, const char *name)
{
    const slave_adapter *adapter = stage->options.adapter;
    const char *vector = "";
    for (unsigned i = 0; vector != NULL && strcmp(vector, name) != 0; i++)
        vector = slave_vector(adapter, stage->options.image, i);
    return vector != NULL;
}

/// Takes out a latency of the same vector: the inner one holds.
static void drop_latency(slave_load *load, const char *vector)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < load->latencies; i++)
        if (strcmp(load->latency[i].vector, vector) != 0)
            load->latency[kept++] = load->latency[i];
    load->latencies = kept;
}

static bool load_latency(play_stage *stage, const lang_node *node, int64_t time_ps)
{
    slave_load *load = &stage->load;
    const play_trial *trial = stage->one->trial;
    const char *vector = lang_text(stage->program, node->a);
    char reason[128];
    if (!has_interrupts(stage))
        return false;
    if (vector[0] == '\0' && trial != NULL)
        vector = trial->vector;
    if (!has_vector(stage, vector)) {
        snprintf(reason, sizeof reason, "the slave has no interrupt \"%.60s\"", vector);
        verdict_reason(stage, PLAY_NOT_APPLICABLE, "", reason);
        return false;
    }
    drop_latency(load, vector);
    if (load->latencies == SLAVE_LATENCY_MAX) {
        verdict_reason(stage, PLAY_ERROR, "", "more latencies at once than the player holds");
        return false;
    }
    slave_latency *latency = &load->latency[load->latencies++];
    snprintf(latency->vector, sizeof latency->vector, "%s", vector);
    latency->latency_ps = (uint64_t)time_ps;
    return true;
}

/// The lines stand still then: a threshold moves between transfers.
static bool move_threshold(play_stage *stage, i2c_threshold threshold)
{
    enum { TRIES = 16 };
    const i2c_wires *wires = &play_case_spec(stage->set, stage->one)->wires;
    const uint64_t edge_ps = wires->ideal ? 0
                                          : 2 * (uint64_t)wires->rp_ohm * wires->cb_pf +
                                                UINT64_C(2) * wires->tf_ns * I2C_PS_PER_NS;
    for (unsigned i = 0; i < TRIES; i++) {
        i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + edge_ps);
        if (!i2c_node_set_threshold(stage->sim, stage->slave_node, threshold))
            continue;
        stage->threshold = threshold;
        return true;
    }
    verdict_reason(stage, PLAY_ERROR, "", "the lines never stand still: no threshold can move");
    return false;
}

static bool take_threshold(play_stage *stage, const lang_node *node)
{
    int64_t share = 0;
    if (!play_eval(stage, 0, node->b, &share))
        return false;
    if (share == 30 || share == 50 || share == 70)
        return move_threshold(stage, (i2c_threshold)((share - 30) / 20));
    verdict_reason(stage, PLAY_ERROR, "", "a threshold is at 30, 50 or 70 % of VDD");
    return false;
}

static bool take_clock(play_stage *stage, uint64_t hz)
{
    const slave_adapter *adapter = stage->options.adapter;
    if (adapter->cpu_hz == NULL || adapter->cpu_hz(stage->options.image) == 0) {
        verdict_reason(stage, PLAY_NOT_APPLICABLE, "",
                       "only firmware kinds have a CPU clock to change");
        return false;
    }
    stage->load.cpu_hz = hz;
    return true;
}

/// Changes the load as a `with` says; false: the case ended.
static bool take_load(play_stage *stage, const lang_node *node)
{
    slave_load *load = &stage->load;
    int64_t time_ps = 0;
    int64_t every_ps = 0;
    if (!play_eval(stage, 0, node->b, &time_ps) ||
        (node->c != LANG_NONE && !play_eval(stage, 0, node->c, &every_ps)))
        return false;
    switch ((lang_kind)node->kind) {
    case LANG_WITH_LATENCY:
        return load_latency(stage, node, time_ps);
    case LANG_WITH_IRQ_OFF:
        load->irq_off_ps = (uint64_t)time_ps;
        load->irq_off_every_ps = (uint64_t)every_ps;
        return has_interrupts(stage);
    case LANG_WITH_ISR_LOAD:
        snprintf(load->isr_load_vector, sizeof load->isr_load_vector, "%s",
                 lang_text(stage->program, node->a));
        load->isr_load_ps = (uint64_t)time_ps;
        load->isr_load_every_ps = (uint64_t)every_ps;
        return has_interrupts(stage);
    case LANG_WITH_THRESHOLD:
        return take_threshold(stage, node);
    case LANG_WITH_MAIN_STALL:
        load->main_stall_ps = (uint64_t)time_ps;
        load->main_stall_every_ps = (uint64_t)every_ps;
        return has_main_loop(stage);
    default:
        return take_clock(stage, (uint64_t)time_ps);
    }
}

static bool is_with(const lang_node *node)
{
    return node->kind >= LANG_WITH_LATENCY && node->kind <= LANG_WITH_CPU_CLOCK;
}

/// What `with` changes.
typedef struct {
    slave_load load;
    i2c_threshold threshold;
} circumstances;

static circumstances circumstances_of(const play_stage *stage)
{
    return (circumstances){stage->load, stage->threshold};
}

static void restore(play_stage *stage, const circumstances *before)
{
    stage->load = before->load;
    stage->options.adapter->load(stage->slave, &stage->load);
    if (stage->threshold != before->threshold && !stage->ended)
        (void)move_threshold(stage, before->threshold);
}

static void note_latency(const play_stage *stage)
{
    play_result *result = stage->result;
    for (unsigned i = 0; i < stage->load.latencies; i++) {
        const uint64_t latency_ps = stage->load.latency[i].latency_ps;
        result->is_late = true;
        if (latency_ps > result->latency_ps)
            result->latency_ps = latency_ps;
    }
}

static void act_with(play_stage *stage, const lang_node *node)
{
    const circumstances before = circumstances_of(stage);
    if (!take_load(stage, node))
        return;
    note_latency(stage);
    stage->options.adapter->load(stage->slave, &stage->load);
    if (node->body == LANG_NONE)
        return; // holds for the rest of the block, whose end restores it
    act_statements(stage, node->body);
    restore(stage, &before);
}

// ---- all of them ----------------------------------------------------------------------------

static void act_one(play_stage *stage, const lang_node *node)
{
    stage->statement = node;
    switch ((lang_kind)node->kind) {
    case LANG_TRANSFER:
    case LANG_CALL:
        (void)act_transfer(stage, node, stage->scenario->retries_ok);
        break;
    case LANG_POLL:
        act_poll(stage, node);
        break;
    case LANG_APP_SET:
        act_app_set(stage, node);
        break;
    case LANG_APP_CALL:
        act_app_call(stage, node);
        break;
    case LANG_APP_PIN:
        act_pin(stage, node->a, node->value != 0);
        break;
    case LANG_EXPECT_IDLE:
        act_expect_idle(stage, node);
        return; // an expectation is no act: `within` of the next one counts from the same instant
    case LANG_EXPECT_KNOWN_GOOD:
        act_expect_known_good(stage);
        break;
    case LANG_EXPECT_PIN:
        act_expect_pin(stage, node);
        return;
    case LANG_EXPECT_APP:
        act_expect_app(stage, node);
        return;
    case LANG_EXPECT_CALLS:
        act_expect_calls(stage, node);
        return;
    case LANG_EXPECT_RETURNED:
        act_expect_returned(stage, node);
        return;
    case LANG_EXPECT_ARBITRATION:
        act_expect_arbitration(stage, node);
        return;
    case LANG_EXPECT_COMPARE:
        act_expect_compare(stage, node);
        return;
    case LANG_EXPECT_SLAVE:
        act_expect_slave(stage, node);
        break; // it waits for an act, of the slave's
    case LANG_OTHER_HOST:
        world_host(stage);
        break;
    case LANG_RIVAL:
        if (node->value != 0)
            meet_slave(stage, node);
        else
            meet_ready(stage, node);
        return; // the act is the transfer that it meets
    case LANG_WITH_LATENCY:
    case LANG_WITH_IRQ_OFF:
    case LANG_WITH_ISR_LOAD:
    case LANG_WITH_MAIN_STALL:
    case LANG_WITH_THRESHOLD:
    case LANG_WITH_CPU_CLOCK:
        act_with(stage, node);
        return;
    case LANG_PULL:
        act_pull(stage, node, true);
        break;
    case LANG_RELEASE:
        act_pull(stage, node, false);
        break;
    case LANG_CLOCK:
        act_clock(stage, node);
        break;
    case LANG_WAIT:
        act_wait(stage, node);
        break;
    case LANG_GLITCH:
        act_glitch(stage, node);
        break;
    case LANG_ALERT:
        act_alert(stage, node);
        break;
    case LANG_OTHER_ARP:
        act_other_arp(stage, node);
        break;
    case LANG_SPIKE:
        act_spike(stage, node);
        break;
    case LANG_POWER:
        act_power(stage, node->value != 0);
        break;
    case LANG_SWEEP:
        sweep_run(stage, node);
        break;
    default:
        assert(false && "a statement");
    }
    stage->anchor_ps = i2c_sim_now_ps(stage->sim);
}

void act_statements(play_stage *stage, uint32_t first)
{
    const circumstances before = circumstances_of(stage);
    bool changed = false; // for the rest of this list
    for (uint32_t i = first; i != LANG_NONE && !stage->ended;
         i = lang_at(stage->program, i)->next) {
        const lang_node *node = lang_at(stage->program, i);
        changed = changed || (is_with(node) && node->body == LANG_NONE);
        act_one(stage, node);
    }
    if (changed)
        restore(stage, &before);
}
