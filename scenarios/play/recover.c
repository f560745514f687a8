// What follows a fault: the bus is cleared as UM10204 3.1.16 says, and the slave must serve its
// known-good transfer again.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/// How long a slave may rightly refuse its address: what was cut off may have made it busy.
static uint64_t busy_ps(const slave_description *slave)
{
    return slave->busy_declared && slave->busy == SLAVE_BUSY_NACK_ADDR ? slave->busy_max_ps : 0;
}

/// Plays the statements; those of a slave that is still busy again, until its time is over.
static void play_patiently(play_stage *stage, uint32_t first)
{
    enum { POLLS = 16 };
    const uint64_t patience_ps = busy_ps(play_set_slave(stage->set));
    const uint64_t until_ps = i2c_sim_now_ps(stage->sim) + patience_ps;
    for (;;) {
        const bool missed = stage->own_address_missed;
        stage->may_be_busy = i2c_sim_now_ps(stage->sim) < until_ps;
        stage->was_busy = false;
        act_statements(stage, first);
        if (!stage->was_busy || i2c_sim_budget_spent(stage->sim))
            break;
        stage->own_address_missed = missed;
        stage->ended = false;
        i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + patience_ps / POLLS);
    }
    stage->may_be_busy = false;
}

bool recover_apart(play_stage *stage, const lang_program *program, const lang_scenario *scenario,
                   recover_statements_fn *play)
{
    const lang_program *own_program = stage->program;
    const lang_scenario *own_scenario = stage->scenario;
    const lang_node *statement = stage->statement;
    const unsigned before = stage->found_count;
    const bool ended = stage->ended;
    assert(scenario->slot_count <= SCENARIO_SLOT_MAX);
    memcpy(stage->kept_slot, stage->frames.slot, sizeof stage->kept_slot);
    memset(stage->frames.slot, 0, sizeof stage->kept_slot);
    stage->program = program;
    stage->scenario = scenario;
    stage->recovering = true;
    stage->ended = false;
    play(stage, scenario->body);
    const bool good = !stage->ended && stage->found_count == before;
    stage->recovering = false;
    stage->ended = ended;
    stage->program = own_program;
    stage->scenario = own_scenario;
    stage->statement = statement;
    memcpy(stage->frames.slot, stage->kept_slot, sizeof stage->kept_slot);
    return good;
}

static bool play_known_good(play_stage *stage)
{
    stage->known_good_played = false;
    const bool good =
        recover_apart(stage, stage->known_good, &stage->known_good->scenarios[0], play_patiently);
    if (good && !stage->known_good_played)
        verdict_reason(stage, PLAY_NOT_APPLICABLE, "",
                       "this master can do no transfer of known_good: declare one");
    return good;
}

/// The part was deaf to the transfer. Firmware need not know a way round that, but must have ended
/// it by the time of another one.
static bool recover_past_limit(play_stage *stage)
{
    i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + I2C_PS_PER_MS);
    stage->limit_is_over = true;
    const bool good = recover(stage, RECOVER_CLEAR);
    stage->limit_is_over = false;
    return good;
}

bool recover_known_good(play_stage *stage)
{
    const unsigned limits = stage->limits_met;
    i2c_sim_suspend_rules(stage->sim, false);
    if (play_known_good(stage))
        return true;
    return stage->limits_met != limits && !stage->limit_is_over && recover_past_limit(stage);
}

bool recover_may_look_first(const play_stage *stage, lang_sweep_kind kind)
{
    return stage->leak_count > 0 &&
           (kind != LANG_SWEEP_RESTART || busy_ps(play_set_slave(stage->set)) == 0);
}

bool recover_served(play_stage *stage)
{
    i2c_sim_suspend_rules(stage->sim, false);
    if (stage->leak_first)
        i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + busy_ps(play_set_slave(stage->set)));
    return (!stage->leak_first || leak_play(stage)) && recover_known_good(stage);
}

static void stuck(play_stage *stage, const char *rule, const char *message, const char *expected)
{
    play_finding finding = verdict_new(stage, rule, message);
    snprintf(finding.expected, sizeof finding.expected, "%s", expected);
    finding.verdict = PLAY_FAIL; // a line that stays held fails whatever the level
    verdict_add(stage, &finding);
}

uint64_t recover_patience_ps(const play_stage *stage)
{
    const uint64_t usual_ps = 10 * I2C_PS_PER_MS;
    const uint64_t declared_ps = play_set_slave(stage->set)->stretch_max_ps;
    return (declared_ps > usual_ps ? declared_ps : usual_ps) + I2C_PS_PER_MS;
}

bool recover_injected(play_stage *stage, const injector_outcome *outcome)
{
    char message[FAILURE_BYTES];
    switch (outcome->end) {
    case INJECTOR_OK:
        return true;
    case INJECTOR_SDA_STUCK:
        snprintf(message, sizeof message, "SDA is still low after %u clocks", outcome->clocks);
        stuck(stage, "I2C-BCL-01", message,
              "SDA high within nine clocks after the transfer was abandoned");
        return false;
    default:
        stuck(stage, "scl_stuck", "SCL is held low and cannot be cleared by clocks",
              "every hold of SCL ends, also when the transfer is abandoned");
        return false;
    }
}

/// Clocks until SDA is high, then STOP: nine always suffice, counted as fall and rise. Or as a real
/// master does it.
static bool clear_bus(play_stage *stage, recover_way way)
{
    injector_outcome outcome;
    const uint64_t patience_ps = recover_patience_ps(stage);
    // A master that gave up may still hold or drive a line: that is taken from it without an edge.
    injector_take_over(&stage->injector, master_node(stage->master));
    master_reset(stage->master);
    // A master that finds SDA high has nothing to clear. That matters: nine clocks from the last
    // bit of a read address would be one too few.
    if (way != RECOVER_BY_START && i2c_line_level(stage->sim, I2C_SDA))
        way = RECOVER_CLEAR;
    switch (way) {
    case RECOVER_BY_CLOCKS:
        injector_clear_bus(&stage->injector, patience_ps, &outcome);
        break;
    case RECOVER_BY_STOPS:
        injector_stop_each_clock(&stage->injector, patience_ps, &outcome);
        break;
    case RECOVER_BY_START:
        injector_clock_sda_high(&stage->injector, patience_ps, &outcome);
        break;
    default:
        injector_stop(&stage->injector, patience_ps, &outcome);
        break;
    }
    return recover_injected(stage, &outcome);
}

bool recover_lines(play_stage *stage)
{
    return clear_bus(stage, RECOVER_CLEAR);
}

bool recover(play_stage *stage, recover_way way)
{
    if (way != RECOVER_START_ALONE && !clear_bus(stage, way))
        return false;
    return world_fresh_master(stage) && recover_served(stage);
}

void recover_after_failure(play_stage *stage)
{
    if (stage->slave == NULL || stage->found_count == 0 || !stage->ended ||
        stage->result->verdict == PLAY_NOT_APPLICABLE || stage->result->verdict == PLAY_ERROR)
        return;
    stage->ended = false;
    (void)recover(stage, RECOVER_CLEAR);
}
