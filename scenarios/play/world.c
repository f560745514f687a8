// The bus of a case: the simulation, the slave, the master and the parts beside them.
#include "scenarios/play/play_private.h"

#include <stdio.h>
#include <string.h>

/// Simulated time after which a case ends, waits that it asks for aside: nothing of the suite takes
/// that long at the clock of Standard-mode, or in a long run the second. A slower clock, and a
/// master that stands still in its bytes, has as many periods and bytes.
#define BUDGET_PS      (40 * I2C_PS_PER_S)
#define LONG_BUDGET_PS (2000 * I2C_PS_PER_S)
#define BUDGET_HZ      100000u
#define BUDGET_BYTE_PS (90 * I2C_PS_PER_US)
/// What a slave gets to set itself up when its file does not say.
/// After the last statement a slave may take this long to let go of the lines.
#define SETTLE_PS (100 * I2C_PS_PER_US)

static void on_event(void *ctx, const i2c_event *event)
{
    play_stage *stage = ctx;
    if (event->kind == I2C_EVENT_ACK) {
        stage->result->scl_clocks += 9;
        stage->slave_acked = stage->slave_acked || (event->by >> stage->slave_node & 1u) != 0;
    }
    if (own_decides(stage))
        own_event(stage, event);
    match_event(stage, &stage->match, event);
    meet_event(stage, event);
    sent_event(stage, event);
    if (stage->model != NULL)
        model_event(stage, event);
    if (stage->trap.armed)
        trap_event(stage, event);
}

static void on_finding(void *ctx, const i2c_finding *found)
{
    verdict_from_engine(ctx, found);
}

static void on_call(void *ctx, const slave_call *call)
{
    play_stage *stage = ctx;
    if (stage->options.on_call != NULL)
        stage->options.on_call(stage->options.on_call_ctx, call);
    if (stage->call_count == CALL_LOG_MAX) {
        stage->calls_lost = true;
        return;
    }
    logged_call *kept = &stage->calls[stage->call_count++];
    kept->function = call->function;
    kept->args = call->args;
    kept->taken = false;
    memcpy(kept->arg, call->arg, sizeof kept->arg);
}

/// FNV-1a of the case's id without the slave's name: the same case has the same randomness on every
/// slave. The reference of a sweep leaves out the kind of break, which ends the id, too.
static uint64_t seed_of(const play_stage *stage, uint64_t extra)
{
    const slave_description *slave = play_set_slave(stage->set);
    const bool reference = stage->one->sweep >= 0 && stage->point == 0;
    const char *kind = reference ? strrchr(stage->one->id, '/') : NULL;
    uint64_t hash = 0xCBF29CE484222325ull ^ extra;
    for (const char *c = stage->one->id + strlen(slave->name); *c != '\0' && c != kind; c++)
        hash = (hash ^ (uint8_t)*c) * 0x100000001B3ull;
    return hash ^ play_set_options_of(stage->set)->seed * 0x9E3779B97F4A7C15ull;
}

static bool out_of_places(play_stage *stage)
{
    verdict_reason(stage, PLAY_ERROR, "", "the simulation's tables are full");
    return false;
}

static uint64_t budget_of(const play_set_options *set, const master_spec *spec)
{
    const uint64_t budget_ps = set->long_runs ? LONG_BUDGET_PS : BUDGET_PS;
    const bool slow = spec->scl_hz != 0 && spec->scl_hz < BUDGET_HZ;
    return (slow ? budget_ps / spec->scl_hz * BUDGET_HZ : budget_ps) +
           BUDGET_PS / BUDGET_BYTE_PS * spec->byte_pause_ps;
}

static bool new_sim(play_stage *stage, uint64_t seed_extra)
{
    const play_set_options *set = play_set_options_of(stage->set);
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    if (stage->options.trace != NULL)
        i2c_trace_clear(stage->options.trace);
    const i2c_sim_config config = {
        .wires = spec->wires,
        .seed = seed_of(stage, seed_extra),
        .budget_ps = budget_of(set, spec),
        .on_event = on_event,
        .on_event_ctx = stage,
        .on_finding = on_finding,
        .on_finding_ctx = stage,
        .trace = stage->options.trace,
        .on_trace_full = stage->options.on_trace_full,
        .on_trace_full_ctx = stage->options.on_trace_full_ctx,
    };
    const i2c_status status =
        stage->sim == NULL ? i2c_sim_new(&stage->sim, &config) : i2c_sim_reset(stage->sim, &config);
    if (status == I2C_OK)
        return true;
    verdict_reason(stage, PLAY_ERROR, "", i2c_status_text(status));
    return false;
}

static bool attach_slave(play_stage *stage)
{
    const slave_description *slave = play_set_slave(stage->set);
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    const slave_attach_options options = {
        .threshold = spec->threshold,
        .load = stage->load,
        .seed = seed_of(stage, 0),
        .on_call = on_call,
        .on_call_ctx = stage,
        .on_finding = on_finding,
        .on_finding_ctx = stage,
        .on_print = stage->options.on_print,
        .on_print_ctx = stage->options.on_print_ctx,
    };
    stage->slave = stage->options.adapter->attach(stage->options.image, stage->sim, &options);
    if (stage->slave == NULL)
        return out_of_places(stage);
    stage->slave_node = stage->options.adapter->node(stage->slave);
    stage->threshold = spec->threshold;
    i2c_profile profile;
    lang_profile_fill(&profile, slave);
    i2c_sim_set_profile(stage->sim, stage->slave_node, &profile);
    return true;
}

/// The master of the case: the first instance, or a fresh one that replaces it.
static bool attach_master(play_stage *stage, bool fresh)
{
    const unsigned index = stage->one->spec * 2u + (fresh ? 1u : 0u);
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    master **m = &stage->masters[index];
    if (*m == NULL && master_new(m, spec) != I2C_OK) {
        verdict_reason(stage, PLAY_ERROR, "", "out of memory");
        return false;
    }
    master_tell_prints(*m, stage->options.on_print, stage->options.on_print_ctx);
    if (master_attach(*m, stage->sim) != I2C_OK)
        return out_of_places(stage);
    stage->master = *m;
    return true;
}

bool world_fresh_master(play_stage *stage)
{
    master_reset(stage->master);
    return attach_master(stage, true);
}

/// A neighbour only where the scenario names one: each node costs time. It takes part in
/// what several slaves answer at once.
static bool attach_neighbour(play_stage *stage)
{
    const slave_description *slave = play_set_slave(stage->set);
    const uint8_t addr7 = lang_other_addr7(slave);
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    neighbour_config config = {
        .name = "other",
        .threshold = I2C_AT_50,
        .output_delay_ps =
            spec->mode == I2C_MODE_HS ? NEIGHBOUR_HS_DELAY_PS : NEIGHBOUR_USUAL_DELAY_PS,
        .takes_bytes = NEIGHBOUR_TAKES_ALL,
        .own_addr10 = (uint16_t)((slave->addr10 & 0x300u) | lang_other_ten_bit(slave)),
        .own_addr10_count = slave->ten_bit == I2C_FEATURE_YES ? LANG_OTHER_TEN_BIT : 0,
        .general_call = true,
        .device_id = true,
        .id = 0xABCDEF,
    };
    config.own_addr7[addr7 / 64] = 1ull << (addr7 % 64);
    stage->has_neighbour = neighbour_init(&stage->neighbour, stage->sim, &config) == I2C_OK;
    return stage->has_neighbour || out_of_places(stage);
}

bool world_neighbour(play_stage *stage, const lang_scenario *scenario)
{
    return stage->has_neighbour || !scenario->names_neighbour || attach_neighbour(stage);
}

void world_alert(play_stage *stage, uint8_t addr7)
{
    neighbour_alert(&stage->neighbour, addr7);
}

void world_host(play_stage *stage)
{
    enum { HOST = 0x08 }; // SMBus 2.0 appendix C
    neighbour_also_at(&stage->neighbour, HOST);
}

void world_arp(play_stage *stage, unsigned bit)
{
    uint8_t udid[NEIGHBOUR_UDID_BYTES];
    for (unsigned i = 0; i < NEIGHBOUR_UDID_BYTES; i++) {
        const unsigned differs = i < bit / 8 ? 0 : i == bit / 8 ? 0xFFu >> bit % 8 : 0xFF;
        udid[i] = (uint8_t)(play_set_slave(stage->set)->udid[i] ^ differs);
    }
    neighbour_take_part_in_arp(&stage->neighbour, udid);
}

static bool attach_parts(play_stage *stage)
{
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    i2c_spike_init(&stage->spike, stage->sim);
    if (i2c_fault_init(&stage->fault, stage->sim) != I2C_OK ||
        raw_init(&stage->raw, stage->sim, spec->mode, &spec->wires) != I2C_OK ||
        injector_init(&stage->injector, stage->sim, spec->mode, &spec->wires) != I2C_OK)
        return out_of_places(stage);
    return world_neighbour(stage, stage->scenario);
}

/// A slot that nothing has set yet is 0.
static void begin_frame(play_stage *stage)
{
    frames *f = &stage->frames;
    f->kept = 0;
    memset(f->slot, 0, SCENARIO_SLOT_MAX * sizeof f->slot[0]);
    uint32_t k = 0;
    for (uint32_t i = stage->scenario->fors; i != LANG_NONE; i = lang_at(stage->program, i)->next)
        f->slot[lang_at(stage->program, i)->d] = stage->one->value[k++];
}

/// A CPU that is slower than declared starts that much more slowly.
static uint64_t start_ps(const play_stage *stage)
{
    const uint64_t found_ps = slave_ready_ps(play_set_slave(stage->set));
    const uint64_t ready_ps = found_ps > SLAVE_USUAL_READY_PS ? found_ps : SLAVE_USUAL_READY_PS;
    const slave_adapter *adapter = stage->options.adapter;
    const uint64_t hz = adapter->cpu_hz != NULL ? adapter->cpu_hz(stage->options.image) : 0;
    const uint64_t now_hz = stage->load.cpu_hz;
    if (now_hz == 0 || now_hz >= hz)
        return ready_ps;
    return (uint64_t)((unsigned __int128)ready_ps * hz / now_hz);
}

bool world_new(play_stage *stage, uint64_t seed_extra)
{
    stage->load =
        stage->one->trial != NULL ? stage->one->trial->load : (slave_load){.latencies = 0};
    memset(&stage->trap, 0, sizeof stage->trap);
    memset(&stage->standstill, 0, sizeof stage->standstill);
    stage->match.plan = NULL;
    if (stage->rival != NULL)
        stage->rival->on = stage->rival->waits = false;
    stage->call_count = 0;
    stage->calls_lost = false;
    stage->sent_count = 0;
    stage->sent_lost = false;
    stage->transfer_ps = 0;
    begin_frame(stage);
    stage->found_count = 0;
    stage->found_dropped = 0;
    stage->returned_known = false;
    stage->ended = false;
    stage->left_open = false;
    stage->recovering = false;
    stage->probing = false;
    stage->has_neighbour = false;
    stage->slave = NULL;
    model_reset(stage);
    if (!new_sim(stage, seed_extra) || !attach_slave(stage) || !attach_master(stage, false) ||
        !attach_parts(stage))
        return false;
    i2c_sim_run(stage->sim, start_ps(stage));
    stage->anchor_ps = i2c_sim_now_ps(stage->sim);
    return true;
}

/// Lets a slave that is late or stretches let go, within what it declares.
static void settle(play_stage *stage)
{
    const slave_description *slave = play_set_slave(stage->set);
    const uint64_t bound_ps =
        slave->stretch_max_ps > 10 * I2C_PS_PER_MS ? slave->stretch_max_ps : 11 * I2C_PS_PER_MS;
    const uint64_t end_ps = i2c_sim_now_ps(stage->sim);
    i2c_sim_run(stage->sim, end_ps + SETTLE_PS);
    const uint32_t pulls =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    if (pulls >> stage->slave_node & 1u)
        i2c_sim_run(stage->sim, end_ps + bound_ps);
}

static void keep_least(i2c_margin *kept, const i2c_margin *seen)
{
    for (unsigned i = 0; i < I2C_TIMING_COUNT; i++) {
        const uint64_t count = kept[i].count + seen[i].count;
        if (seen[i].seen && (!kept[i].seen || seen[i].margin_ps < kept[i].margin_ps))
            kept[i] = seen[i];
        kept[i].count = count;
    }
}

static bool has_fault(const play_stage *stage)
{
    bool fault = false;
    for (unsigned i = 0; i < stage->found_count; i++)
        fault = fault || stage->found[i].finding.verdict >= PLAY_WARN;
    return fault;
}

/// The case could not end: because of the slave if it holds a line even now.
static void report_budget(play_stage *stage)
{
    static const char *const names[] = {"SCL", "SDA"};
    char since[I2C_TIME_TEXT];
    char message[FAILURE_BYTES];
    for (i2c_line line = I2C_SCL; line <= I2C_SDA; line++) {
        if ((i2c_line_pullers(stage->sim, line) >> stage->slave_node & 1u) == 0)
            continue;
        (void)i2c_time_text(since, (int64_t)i2c_line_fall_ps(stage->sim, line, I2C_AT_30));
        snprintf(message, sizeof message, "the case cannot end: slave holds %s, low since %s",
                 names[line], since);
        play_finding finding = verdict_of_scenario(stage, "bracket", message);
        snprintf(finding.expected, sizeof finding.expected, "every hold of a line ends");
        finding.verdict = PLAY_FAIL;
        verdict_add(stage, &finding);
        return;
    }
    verdict_reason(stage, PLAY_ERROR, "", "budget: the simulated time of the case was spent");
}

static void keep_longer(play_routine *kept, uint64_t ps, const char *vector)
{
    if (ps <= kept->ps)
        return;
    kept->ps = ps;
    (void)snprintf(kept->vector, sizeof kept->vector, "%s", vector);
}

static void keep_routines(play_stage *stage)
{
    const slave_adapter *adapter = stage->options.adapter;
    slave_routine seen;
    for (unsigned i = 0; adapter->routine != NULL && adapter->routine(stage->slave, i, &seen);
         i++) {
        keep_longer(&stage->result->latest, seen.latency_max_ps, seen.vector);
        keep_longer(&stage->result->longest, seen.length_max_ps, seen.vector);
    }
}

void world_end(play_stage *stage)
{
    play_result *result = stage->result;
    if (stage->sim == NULL || stage->slave == NULL)
        return;
    if (!stage->left_open) {
        settle(stage);
        i2c_sim_finish(stage->sim);
    }
    const i2c_rules *rules = i2c_sim_rules(stage->sim);
    keep_least(result->slave, rules->slave);
    keep_least(result->master, rules->master);
    for (unsigned by = 0; by < I2C_MADE_BY_OTHERS; by++)
        for (unsigned i = 0; i < I2C_TIMING_COUNT; i++)
            i2c_spread_join(&result->made[by][i], &rules->made[by][i]);
    result->ideal_wires = play_case_spec(stage->set, stage->one)->wires.ideal;
    if (rules->transfer_held_ps > result->transfer_held_ps)
        result->transfer_held_ps = rules->transfer_held_ps;
    if (rules->longest_hold_ps > result->longest_hold_ps)
        result->longest_hold_ps = rules->longest_hold_ps;
    keep_routines(stage);
    result->simulated_ps += i2c_sim_now_ps(stage->sim);
    // What was found before says why.
    if (i2c_sim_budget_spent(stage->sim) && !has_fault(stage))
        report_budget(stage);
    if (stage->options.on_world_end != NULL)
        stage->options.on_world_end(stage->options.on_world_end_ctx);
    stage->options.adapter->detach(stage->slave); // which tells of memory that was overwritten
    stage->slave = NULL;
    verdict_end_run(stage);
}

void world_slave_restarts(play_stage *stage)
{
    i2c_sim_slave_restarts(stage->sim, stage->slave_node);
    if (stage->options.on_restart != NULL)
        stage->options.on_restart(stage->options.on_restart_ctx, i2c_sim_now_ps(stage->sim));
}
