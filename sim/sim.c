// How a simulation is made, and what nodes and their owners ask of it; run.c lets time pass.
#include "sim/sim_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// ---- making ---------------------------------------------------------------------------------

static bool wires_are_sound(const i2c_wires *wires)
{
    return wires->ideal || (wires->rp_ohm >= 100 && wires->rp_ohm <= 1000000 && wires->cb_pf >= 1 &&
                            wires->cb_pf <= 10000 && wires->tf_ns <= 10000 &&
                            (uint64_t)wires->rp_ohm * wires->cb_pf < 1ull << 31);
}

/// SplitMix64 (Steele, Lea and Flood 2014): any seed, 0 included, gives a good stream.
static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

/// How long whole edges take, to each threshold.
static void take_wires(i2c_sim *sim, const i2c_wires *wires)
{
    sim->ideal = wires->ideal;
    sim->tf_ps = wires->tf_ns * I2C_PS_PER_NS;
    sim->rc_ps = (uint64_t)wires->rp_ohm * wires->cb_pf;
    if (wires->ideal)
        return;
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++) {
        sim->rise_ps[k] = i2c_rc_rise_ps(sim->rc_ps, k);
        sim->fall_ps[k] = i2c_fall_ps(sim, i2c_rc_threshold_q32(I2C_AT_70), k);
    }
}

i2c_status i2c_sim_reset(i2c_sim *sim, const i2c_sim_config *config)
{
    if (!wires_are_sound(&config->wires))
        return I2C_BAD_CONFIG;
    i2c_strands_drop_all(sim);
    if (sim->queue.top != NULL)
        for (sim_queue_entry *e = sim->queue.top; e > sim->queue.entry; e--)
            e->timer->queued = false;
    memset(sim, 0, sizeof *sim);
    sim->config = *config;
    sim->budget_ps = config->budget_ps;
    sim->trace = config->trace;
    sim->trace_full_at = I2C_NEVER_PS;
    if (config->trace != NULL && config->on_trace_full != NULL)
        sim->trace_full_at = config->trace->written + config->trace->capacity / 2;
    sim->thresholds = 1u << I2C_AT_50;
    sim->only_50 = true;
    take_wires(sim, &config->wires);
    i2c_queue_reset(&sim->queue);
    for (uint32_t i = 0; i < I2C_RANDOM_STREAMS; i++)
        sim->random[i] = config->seed * 0x2545F4914F6CDD1Dull + i * 0x9E3779B97F4A7C15ull;
    i2c_net_reset(sim, I2C_SCL);
    i2c_net_reset(sim, I2C_SDA);
    i2c_monitor_reset(sim);
    i2c_judge_reset(sim);
    return I2C_OK;
}

i2c_status i2c_sim_new(i2c_sim **sim, const i2c_sim_config *config)
{
    *sim = NULL;
    i2c_sim *made = calloc(1, sizeof *made);
    if (made == NULL)
        return I2C_NO_MEMORY;
    const i2c_status status = i2c_sim_reset(made, config);
    if (status != I2C_OK)
        free(made);
    else
        *sim = made;
    return status;
}

void i2c_sim_free(i2c_sim *sim)
{
    if (sim != NULL)
        i2c_strands_drop_all(sim);
    free(sim);
}

uint64_t i2c_sim_random(i2c_sim *sim, uint32_t stream)
{
    return split_mix(&sim->random[stream % I2C_RANDOM_STREAMS]);
}

uint64_t i2c_sim_random_below(i2c_sim *sim, uint32_t stream, uint64_t bound)
{
    __extension__ typedef unsigned __int128 u128;
    return (uint64_t)(((u128)i2c_sim_random(sim, stream) * bound) >> 64);
}

// ---- nodes ----------------------------------------------------------------------------------

i2c_status i2c_node_add(i2c_sim *sim, const i2c_node_config *config, i2c_node *node)
{
    if (sim->nodes == I2C_NODE_MAX)
        return I2C_TOO_MANY;
    if (config->name == NULL || config->threshold > I2C_AT_70 ||
        (config->hears != 0 && config->on_edge == NULL))
        return I2C_BAD_CONFIG;
    const unsigned n = sim->nodes++;
    sim->node[n].config = *config;
    sim->members[config->threshold] |= 1u << n;
    sim->thresholds |= (uint8_t)(1u << config->threshold);
    sim->only_50 = sim->thresholds == 1u << I2C_AT_50;
    sim->hearer[n] = (sim_hearer){config->on_edge, config->ctx, config->threshold};
    sim->role_mask[config->role] |= 1u << n;
    i2c_node_hear(sim, (i2c_node)n, config->hears);
    i2c_judge_node(sim, n);
    if (sim->trace != NULL) {
        sim->trace->nodes = sim->nodes;
        strncpy(sim->trace->node[n], config->name, I2C_TRACE_NAME_BYTES - 1);
        sim->trace->node[n][I2C_TRACE_NAME_BYTES - 1] = '\0';
    }
    *node = (i2c_node)n;
    return I2C_OK;
}

void i2c_node_hear(i2c_sim *sim, i2c_node node, unsigned hears)
{
    assert(node < sim->nodes);
    const uint32_t bit = 1u << node;
    sim->node[node].hears = hears;
    for (unsigned kind = 0; kind < 4; kind++) {
        sim_net *n = &sim->net[kind / 2];
        uint32_t *hear = &n->hear[kind % 2];
        *hear = (hears >> kind & 1u) && !(n->spiked & bit) ? *hear | bit : *hear & ~bit;
    }
    const bool deaf = (hears & I2C_HEAR_NO_OWN_FALLS) != 0;
    sim->deaf_to_own_falls = deaf ? sim->deaf_to_own_falls | bit : sim->deaf_to_own_falls & ~bit;
}

static bool stands_still(const i2c_sim *sim, const sim_net *n)
{
    const uint64_t at_ps = n->low ? n->fall_ps[I2C_AT_30] : n->rise_ps[I2C_AT_70];
    return at_ps <= sim->now_ps || n->level == (n->low ? 0 : ALL_THRESHOLDS);
}

bool i2c_node_set_threshold(i2c_sim *sim, i2c_node node, i2c_threshold threshold)
{
    assert(node < sim->nodes && threshold <= I2C_AT_70);
    if (sim->dirty != CLEAN || !stands_still(sim, &sim->net[I2C_SCL]) ||
        !stands_still(sim, &sim->net[I2C_SDA]))
        return false;
    for (unsigned line = 0; line < 2; line++) // crossed unseen, where nobody looked
        sim->net[line].level = sim->net[line].low ? 0 : ALL_THRESHOLDS;
    sim->members[sim->hearer[node].threshold] &= ~(1u << node);
    sim->members[threshold] |= 1u << node;
    sim->hearer[node].threshold = threshold;
    sim->thresholds = 0;
    for (unsigned k = 0; k < I2C_THRESHOLDS; k++)
        sim->thresholds |= (uint8_t)(sim->members[k] != 0 ? 1u << k : 0);
    sim->only_50 = sim->thresholds == 1u << I2C_AT_50;
    return true;
}

void i2c_net_set_spiked(i2c_sim *sim, unsigned line, uint32_t nodes)
{
    const uint32_t changed = sim->net[line].spiked ^ nodes;
    sim->net[line].spiked = nodes;
    for (uint32_t left = changed; left != 0; left &= left - 1) {
        const i2c_node node = (i2c_node)__builtin_ctz(left);
        i2c_node_hear(sim, node, sim->node[node].hears);
    }
}

/// The node's pull is as asked, and it drives high no longer.
static inline void ask_plainly(i2c_sim *sim, i2c_node node, unsigned line, bool pull)
{
    sim_net *n = &sim->net[line];
    const uint32_t bit = 1u << node;
    assert(node < sim->nodes);
    if (n->asked_highs & bit)
        n->asked_highs &= ~bit;
    else if (((n->asked_pulls & bit) != 0) == pull)
        return;
    n->asked_pulls = pull ? n->asked_pulls | bit : n->asked_pulls & ~bit;
    i2c_net_unsettle(sim, line);
}

static __attribute__((noinline)) void ask_high(i2c_sim *sim, i2c_node node, unsigned line)
{
    sim_net *n = &sim->net[line];
    const uint32_t bit = 1u << node;
    assert(node < sim->nodes);
    if (n->asked_highs & bit)
        return;
    n->asked_pulls &= ~bit;
    n->asked_highs |= bit;
    sim->special = true;
    i2c_net_unsettle(sim, line);
}

static inline void ask(i2c_sim *sim, i2c_node node, unsigned line, i2c_drive drive)
{
    if (drive == I2C_DRIVEN_HIGH)
        ask_high(sim, node, line);
    else
        ask_plainly(sim, node, line, drive == I2C_PULLED);
}

void i2c_node_set(i2c_sim *sim, i2c_node node, i2c_line line, i2c_drive drive)
{
    ask(sim, node, line, drive);
}

void i2c_node_set_both(i2c_sim *sim, i2c_node node, i2c_line first, i2c_drive first_drive,
                       i2c_drive second_drive)
{
    ask(sim, node, first, first_drive);
    ask(sim, node, !first, second_drive);
}

void i2c_node_hand_over(i2c_sim *sim, i2c_node from, i2c_node to)
{
    assert(from < sim->nodes && to < sim->nodes);
    if (from == to)
        return;
    for (unsigned line = 0; line < 2; line++) {
        const i2c_drive drive = i2c_node_drive(sim, from, (i2c_line)line);
        ask(sim, to, line, drive);
        ask(sim, from, line, I2C_RELEASED);
        // An edge that is still on its way is the heir's, too.
        if (sim->net[line].makers & (1u << from))
            sim->net[line].makers |= 1u << to;
    }
    if (sim->monitor.owner & (1u << from))
        sim->monitor.owner |= 1u << to;
    i2c_judge_hand_over(sim, from, to);
}

i2c_drive i2c_node_drive(const i2c_sim *sim, i2c_node node, i2c_line line)
{
    const sim_net *n = &sim->net[line];
    if (n->asked_pulls >> node & 1u)
        return I2C_PULLED;
    return n->asked_highs >> node & 1u ? I2C_DRIVEN_HIGH : I2C_RELEASED;
}

bool i2c_node_level(const i2c_sim *sim, i2c_node node, i2c_line line)
{
    assert(node < sim->nodes);
    const sim_net *n = &sim->net[line];
    if (n->spiked >> node & 1u)
        return n->spike_high;
    return (n->level >> sim->hearer[node].threshold & 1u) != 0;
}

/// A crossing behind `at_ps` that has happened by now.
static inline bool crossed_since(const i2c_sim *sim, uint64_t cross_ps, uint64_t at_ps)
{
    return cross_ps > at_ps && cross_ps <= sim->now_ps;
}

static __attribute__((noinline)) bool level_before_crossing(const i2c_sim *sim, const sim_net *n,
                                                            unsigned k, uint64_t at_ps)
{
    const bool fell = crossed_since(sim, n->fall_ps[k], at_ps);
    const bool rose = crossed_since(sim, n->rise_ps[k], at_ps);
    const bool high = (n->level >> k & 1u) != 0;
    return fell == rose ? high : !high;
}

bool i2c_node_level_at(const i2c_sim *sim, i2c_node node, i2c_line line, uint64_t at_ps)
{
    assert(node < sim->nodes && at_ps <= sim->now_ps);
    const sim_net *n = &sim->net[line];
    const unsigned k = sim->hearer[node].threshold;
    if (n->fall_ps[k] <= at_ps && n->rise_ps[k] <= at_ps)
        return (n->level >> k & 1u) != 0;
    return level_before_crossing(sim, n, k, at_ps);
}

const char *i2c_node_name(const i2c_sim *sim, i2c_node node)
{
    assert(node < sim->nodes);
    return sim->node[node].config.name;
}

i2c_role i2c_node_role(const i2c_sim *sim, i2c_node node)
{
    assert(node < sim->nodes);
    return sim->node[node].config.role;
}

unsigned i2c_sim_node_count(const i2c_sim *sim)
{
    return sim->nodes;
}

bool i2c_line_level(const i2c_sim *sim, i2c_line line)
{
    return i2c_net_high(&sim->net[line]);
}

uint32_t i2c_line_pullers(const i2c_sim *sim, i2c_line line)
{
    return sim->net[line].pulls;
}

uint32_t i2c_line_edge_makers(const i2c_sim *sim, i2c_line line)
{
    return sim->net[line].makers;
}

uint64_t i2c_line_fall_ps(const i2c_sim *sim, i2c_line line, i2c_threshold threshold)
{
    return sim->net[line].fall_ps[threshold];
}

uint64_t i2c_line_rise_ps(const i2c_sim *sim, i2c_line line, i2c_threshold threshold)
{
    return sim->net[line].rise_ps[threshold];
}

// ---- judging, tags --------------------------------------------------------------------------

void i2c_sim_tag(i2c_sim *sim, i2c_node node, uint16_t attempt, uint16_t message)
{
    assert(node < sim->nodes);
    sim->tag_attempt[node] = attempt;
    sim->tag_message[node] = message;
}

void i2c_sim_finish(i2c_sim *sim)
{
    i2c_judge_finish(sim);
}

i2c_trace *i2c_sim_trace(const i2c_sim *sim)
{
    return sim->trace;
}

const i2c_monitor *i2c_sim_monitor(const i2c_sim *sim)
{
    return &sim->monitor;
}

const i2c_rules *i2c_sim_rules(const i2c_sim *sim)
{
    return &sim->judge.rules;
}

// ---- side-band wires ------------------------------------------------------------------------

i2c_status i2c_wire_add(i2c_sim *sim, const char *name, bool high, i2c_wire_fn *on_change,
                        void *ctx, unsigned *wire_out)
{
    if (sim->wires == I2C_WIRE_MAX)
        return I2C_TOO_MANY;
    *wire_out = sim->wires++;
    sim->wire[*wire_out] = (sim_wire){name, high, on_change, ctx};
    return I2C_OK;
}

void i2c_wire_set(i2c_sim *sim, unsigned wire, bool high)
{
    assert(wire < sim->wires);
    sim_wire *w = &sim->wire[wire];
    if (w->high == high)
        return;
    w->high = high;
    if (w->on_change != NULL)
        w->on_change(w->ctx, high, sim->now_ps);
}

bool i2c_wire_level(const i2c_sim *sim, unsigned wire)
{
    assert(wire < sim->wires);
    return sim->wire[wire].high;
}

int i2c_wire_find(const i2c_sim *sim, const char *name)
{
    for (unsigned i = 0; i < sim->wires; i++)
        if (strcmp(sim->wire[i].name, name) == 0)
            return (int)i;
    return -1;
}
