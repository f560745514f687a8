// A stage plays cases one after another and keeps what is worth keeping between them.
#include "scenarios/play/play_private.h"

#include <stdlib.h>
#include <string.h>

/// What its statements expect to be called must be told of before they do.
static void ask_for_calls(const play_stage *stage, const lang_program *program)
{
    const slave_adapter *adapter = stage->options.adapter;
    for (uint32_t i = 1; adapter->tells != NULL && i < program->node_count; i++)
        if (lang_at(program, i)->kind == LANG_EXPECT_CALLS)
            (void)adapter->tells(stage->options.image, lang_text(program, lang_at(program, i)->a));
}

play_stage *play_stage_new(const play_set *set, const play_stage_options *options)
{
    play_stage *stage = calloc(1, sizeof *stage);
    if (stage == NULL)
        return NULL;
    stage->set = set;
    stage->options = *options;
    stage->masters = calloc((size_t)play_set_spec_count(set) * 2, sizeof(master *));
    const bool known = lang_known_good(&stage->known_good_own, play_set_slave(set)) == LANG_OK;
    stage->known_good = stage->known_good_own;
    for (unsigned i = 0; i < play_set_options_of(set)->program_count; i++)
        ask_for_calls(stage, play_set_program(set, i));
    if (stage->masters != NULL && known)
        return stage;
    play_stage_free(stage);
    return NULL;
}

void play_stage_free(play_stage *stage)
{
    if (stage == NULL)
        return;
    for (unsigned i = 0; stage->masters != NULL && i < play_set_spec_count(stage->set) * 2u; i++)
        master_free(stage->masters[i]);
    free(stage->masters);
    meet_free(stage);
    lang_program_free(stage->known_good_own);
    i2c_sim_free(stage->sim);
    free(stage);
}

static void play_scenario(play_stage *stage)
{
    const lang_node *sweep = play_sweep_of(stage->program, stage->scenario);
    if (sweep != NULL) {
        sweep_case(stage, sweep);
        return;
    }
    if (!world_new(stage, 0))
        return;
    if (own_decides(stage)) {
        own_begin(stage);
        act_statements(stage, stage->scenario->body);
        own_end(stage);
    } else {
        act_statements(stage, stage->scenario->body);
        recover_after_failure(stage);
    }
    world_end(stage);
}

void play_run(play_stage *stage, const play_case *one, play_result *result)
{
    char reason[sizeof result->reason];
    const char *key = "";
    memset(result, 0, sizeof *result);
    result->index = one->index;
    stage->one = one;
    stage->result = result;
    stage->program = play_set_program(stage->set, one->program);
    stage->scenario = play_scenario_of(stage->set, one);
    stage->statement = NULL;
    stage->point = -1;
    stage->leak_first = false;
    const play_verdict standing = play_case_standing(stage->set, one, &key, reason, sizeof reason);
    if (standing != PLAY_PASS) {
        verdict_reason(stage, standing, key, reason);
        return;
    }
    stage->own_address_missed = stage->slave_acked = false;
    memset(&stage->standstill, 0, sizeof stage->standstill);
    play_scenario(stage);
    const bool hung_deaf = stage->standstill.found && !stage->slave_acked;
    if (stage->own_address_missed || (hung_deaf && stage->options.adapter->silence != NULL))
        silence_check(stage);
    verdict_sum(stage);
}

bool play_stage_in_slave(const play_stage *stage)
{
    return stage->options.adapter->in_slave_code(stage->options.image);
}

bool play_stage_tell_crash(const play_stage *stage, slave_crash *crash, char *text, size_t bytes)
{
    const slave_adapter *adapter = stage->options.adapter;
    play_stage_crashes(stage, crash);
    return adapter->tell_crash != NULL &&
           adapter->tell_crash(stage->options.image, crash, text, bytes);
}

void play_stage_crashes(const play_stage *stage, slave_crash *crash)
{
    if (stage->options.adapter->crashes != NULL)
        stage->options.adapter->crashes(stage->options.image, crash);
}

uint64_t play_stage_now_ps(const play_stage *stage)
{
    return stage->sim == NULL ? 0 : i2c_sim_now_ps(stage->sim);
}

uint64_t play_stage_holds_scl_ps(const play_stage *stage)
{
    if (stage->sim == NULL || stage->slave == NULL ||
        (i2c_line_pullers(stage->sim, I2C_SCL) >> stage->slave_node & 1u) == 0)
        return 0;
    const uint64_t fall_ps = i2c_line_fall_ps(stage->sim, I2C_SCL, I2C_AT_30);
    const uint64_t now_ps = i2c_sim_now_ps(stage->sim);
    return fall_ps < now_ps ? now_ps - fall_ps : 0;
}
