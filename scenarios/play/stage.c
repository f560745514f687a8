// A stage plays cases one after another and keeps what is worth keeping between them.
#include "scenarios/play/play_private.h"

#include <stdlib.h>
#include <string.h>

play_stage *play_stage_new(const play_set *set, const play_stage_options *options)
{
    play_stage *stage = calloc(1, sizeof *stage);
    if (stage == NULL)
        return NULL;
    stage->set = set;
    stage->options = *options;
    stage->masters = calloc(play_set_master_count(set) * 2u, sizeof *stage->masters);
    const bool known = lang_known_good(&stage->known_good_own, play_set_slave(set)) == LANG_OK;
    stage->known_good = stage->known_good_own;
    if (stage->masters != NULL && known)
        return stage;
    play_stage_free(stage);
    return NULL;
}

void play_stage_free(play_stage *stage)
{
    if (stage == NULL)
        return;
    for (unsigned i = 0; stage->masters != NULL && i < play_set_master_count(stage->set) * 2u; i++)
        master_free(stage->masters[i]);
    free(stage->masters);
    lang_program_free(stage->known_good_own);
    i2c_sim_free(stage->sim);
    free(stage);
}

static void begin_frame(play_stage *stage)
{
    frames *f = &stage->frames;
    memset(f->slot, 0, stage->scenario->slot_count * sizeof f->slot[0]);
    uint32_t k = 0;
    for (uint32_t i = stage->scenario->fors; i != LANG_NONE; i = lang_at(stage->program, i)->next)
        f->slot[lang_at(stage->program, i)->d] = stage->one->value[k++];
}

/// After a case that ended with a finding, the slave must still serve its known-good transfer: a
/// bus that stays dead fails whatever the level of the row.
static void recover_after_failure(play_stage *stage)
{
    if (stage->slave == NULL || stage->found_count == 0 || !stage->ended ||
        stage->result->verdict == PLAY_NOT_APPLICABLE || stage->result->verdict == PLAY_ERROR)
        return;
    stage->ended = false;
    (void)recover(stage, RECOVER_CLEAR);
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
    act_statements(stage, stage->scenario->body);
    recover_after_failure(stage);
    world_end(stage);
}

void play_run(play_stage *stage, const play_case *one, play_result *result)
{
    char reason[sizeof result->reason];
    memset(result, 0, sizeof *result);
    result->index = one->index;
    stage->one = one;
    stage->result = result;
    stage->program = play_set_program(stage->set, one->program);
    stage->scenario = play_scenario_of(stage->set, one);
    stage->statement = NULL;
    stage->point = -1;
    if (!play_case_applies(stage->set, one, reason, sizeof reason)) {
        const char *need = strncmp(reason, "not declared: ", 14) == 0 ? reason + 14 : "";
        verdict_reason(stage, PLAY_NOT_APPLICABLE, need, reason);
        return;
    }
    begin_frame(stage);
    play_scenario(stage);
    verdict_sum(stage);
}

bool play_stage_in_slave(const play_stage *stage)
{
    return stage->options.adapter->in_slave_code(stage->options.image);
}

uint64_t play_stage_now_ps(const play_stage *stage)
{
    return stage->sim == NULL ? 0 : i2c_sim_now_ps(stage->sim);
}
